"""What is said of a draw: its page, its worksheet, its receipt and what a verification of it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import in_a_row

__all__ = [
    "DRAW_HEADINGS", "REPLACEMENT_REASONS", "draw_by_size", "draw_said", "draw_title", "plan_expects", "stratum_of",
]  # fmt: skip

DRAW_HEADINGS: Mapping[str, str] = {
    "stratum": "stratum",
    "population": "records",
    "sample": "drawn",
    "share": "drawn %",
    "reserves": "reserves",
}


REPLACEMENT_REASONS: Mapping[str, str] = {
    "not found": "neither the record nor its log can be found",
    "no access": "a law or an order keeps it from the auditors",
    "damaged": "what is left of it cannot be read or heard",
    "out of scope": "it is none of the records that the frame is of",
    "duplicate": "it is the same record as another of the frame",
}
"""Why a record may be replaced -> what it means."""


def stratum_of(label: Sequence[str]) -> str:
    """Name a stratum by its values."""
    return ", ".join(label)


def plan_expects(columns: Sequence[str]) -> str:
    """Say which columns of a plan are no strata."""
    return f"Not read as strata: {in_a_row(columns)}. If strata differ in one of these, rename it."


def draw_title(drawn: int, rows: int) -> str:
    """Head the page of a draw."""
    return f"{drawn:,} of {rows:,} records drawn"


def draw_said(seed: str, unit: str) -> str:
    """Say how records were drawn."""
    return (
        f"The records with the smallest tickets of each stratum are drawn. The ticket is the SHA-256 of the seed "
        f"({seed}), the stratum and the {unit}."
    )


def draw_by_size(size: str) -> str:
    """Say that chances differ by size."""
    return f"Records are drawn in proportion to {size}. Estimate with --weight weight."
