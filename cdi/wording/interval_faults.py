"""What is said where an interval cannot be given as it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["INTERVAL_FAULTS"]

INTERVAL_FAULTS: Mapping[str, tuple[str, str]] = {
    "unknown-method": ("the name of an interval method", "{suggestion}"),
    "level": ("a level between 0.5 and 1, such as 0.95", "A level of 95% is written 0.95."),
    "side": ("side 'both', 'lower' or 'upper'", "'lower' gives a lower bound only, 'upper' an upper bound only."),
    "not-a-proportion": ("a proportion from 0 to 1", "A rate of 91.4% is written 0.914."),
    "effective-size": ("an effective sample size above 0", "Leave out what was not sampled; it has no interval."),
    "not-a-count": ("{name} as a whole number, {least} or more", "Give counts, not rates."),
    "recorded-above-due": ("recorded no larger than due ({due})", "Check which count is which: recorded of due."),
    "due-above-population": ("a sample no larger than its population ({population})", "Check both counts."),
    "published-terms": ("level 0.95 and both sides with method published", "Choose another method, such as wald."),
    "exact-one-side": ("both sides with method exact", "For one bound only, use exact-equal-tailed."),
    "exact-population": ("a population with method {method}", "Where it is not known, use clopper-pearson."),
    "exact-from-counts": ("a method that serves a rate and an effective size", "{method} needs counts: x of n from N."),
    "mover-intervals": ("two two-sided intervals of one level", "Make both with the same level and side='both'."),
}
