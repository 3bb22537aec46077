"""What is said of numbers of many forces that cannot be held against each other."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FORCE_STATISTICS_FAULTS"]

FORCE_STATISTICS_FAULTS: Mapping[str, tuple[str, str]] = {
    "force-option": ("{name} that is one of: {choices}", "{suggestion}"),
    "force-lengths": ("as many {name} as values ({values})", "Give one for each force, in the same order."),
    "few-values": ("values of two forces or more", "One force has no spread to draw lines from."),
    "force-value": ("a number for each force, or nothing where it has none", "Correct the value of this force."),
    "force-values": ("a list of numbers, one for each force", "Hand over a list, an array or a column."),
    "not-a-target": ("a target above 0 and below 1", "A target of 90% is written 0.9."),
    "not-a-rank": ("a number of forces from 1 to {forces}", "Ask for fewer of them."),
    "not-draws": ("at least one draw", "10,000 draws give probabilities right to about one percentage point."),
    "not-a-discovery-rate": ("a false discovery rate above 0 and below 1", "A rate of 10% is written 0.1."),
    "not-tails": ("tails above 0 and below 1", "The tails of limits of 95% are 0.025 and 0.975."),
    "not-whole-sizes": ("whole sizes, 1 or more", "Exact limits are those of counts: round effective sizes first."),
}
