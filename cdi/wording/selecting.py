"""What is said of a draw: its page, its worksheet, its receipt and what a verification of it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.faults import for_shell
from cdi.wording.sentences import in_a_row, listed

__all__ = [
    "DRAW_COLUMNS", "DRAW_HEADINGS", "DRAW_KEY_FILE", "DRAW_PURPOSE", "DRAW_REFUTED", "DRAW_RULES",
    "DRAW_WORKSHEET", "FRAME_CHANGED", "FRAME_SWAPPED", "FRAME_SWAPPED_OR_RESIZED", "POSITIONS_CHANGED",
    "RECEIPT_CHANGED", "REPLACEMENT_REASONS", "SAMPLE_CHANGED", "and_more", "draw_by_size", "draw_next",
    "draw_proved", "draw_said",
    "draw_title", "draw_unwritten", "draw_written", "frame_rows", "frame_unfit", "plan_expects", "planned_otherwise",
    "replaced_by", "replacement_elsewhere", "replacement_out_of_order", "replacement_reason", "row_added",
    "row_changed", "row_dropped", "row_twice", "rows_swapped", "stratum_of", "stratum_rows",
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


def planned_otherwise(stratum: str, planned: int, held: int) -> str:
    """Say that the plan has another number of records of a stratum than the frame."""
    return (
        f"The plan has {planned:,} records of {stratum}, and the frame {held:,}. Correct the population in the plan "
        "before you estimate with it."
    )


def draw_unwritten() -> str:
    """Say that no file holds the sample yet."""
    return "No file was written. To write the sample and its receipt, add -o sample.csv or -o sample.xlsx."


def draw_written(files: Sequence[str]) -> str:
    """Say which files hold the draw, and which of them is private."""
    *others, key = files
    return (
        f"Written: {listed(others)}. Keep {key} private: with it, anybody could check guesses of what the frame holds."
    )


DRAW_KEY_FILE = """\
# The private key of the receipt beside this file. cdi made it, and needs it to verify the draw.
# Keep it with the receipt. Never publish it: with it, anybody could check guesses of what the
# frame holds.
"""
"""What stands above the key of a receipt in its file."""

# ---- the worksheet

DRAW_WORKSHEET = "Records to audit"

DRAW_PURPOSE = (
    "The records that were drawn, in the order in which to read them. Further records stand by on the sheet reserves."
)

DRAW_COLUMNS: Mapping[str, str] = {
    "stratum": "The stratum that the record was drawn from. Do not change it.",
    "id": "The number of the record. Do not change it.",
    "order": "The place of the record among those of its stratum. Do not change it.",
    "kept": "Taken over from the frame. Do not change it.",
    "weight": "How many records of the frame this one stands for. Do not change it.",
    "due": "How many crimes should have been recorded for this report. 0 if none.",
    "recorded": "How many of those were recorded. Leave it blank only where none was due.",
    "decision": "What became of the crime. Choose from the list.",
}
"""Column of a sample -> what stands in it; what it has from the frame goes by its part in the draw."""

_AS_DRAWN = "Read the records from top to bottom. Do not sort the rows, and do not remove any: the receipt would tell."
_NO_CHOICE = (
    "Do not take another record because one is slow or hard to find. One that cannot be audited at all is replaced "
    "with cdi draw --replace, and the reason is logged."
)
_DOUBT = "If you read a record and cannot decide, choose not auditable. Do not guess."
_NO_NAMES = "Do not enter names, addresses, telephone numbers or free text about victims."

DRAW_RULES: Mapping[str, tuple[str, ...]] = {
    "counts": (_AS_DRAWN, "Fill in one row for each record: do not add rows.", _NO_CHOICE, _NO_NAMES),
    "decision": (
        _AS_DRAWN,
        "If a report holds several crimes, copy its row for each of them, directly below it.",
        "If it holds none, its decision is no crime.",
        _DOUBT,
        _NO_CHOICE,
        _NO_NAMES,
    ),
}
"""What auditors fill in -> the rules."""


def draw_next(unit: str, keys: Sequence[str], *, weighted: bool) -> tuple[str, ...]:
    """Say what to do with a worksheet that is filled in."""
    roles = [f"--cluster {for_shell(unit)}", *(f"--stratum {for_shell(key)}" for key in keys)]
    roles += ["--weight weight"] if weighted else []
    return (
        "Save the workbook as .xlsx and keep it with its receipt.",
        f"cdi estimate sample.xlsx {' '.join(roles)}",
    )


# ---- replacements


def replaced_by(unit: str, by: str, reason: str) -> str:
    """Say what took the place of a record."""
    return f"{unit} is replaced by {by} ({reason}). The receipt logs it."


# ---- verification

DRAW_REFUTED = "Refuted. The sample, the frame and the receipt do not belong together:"

RECEIPT_CHANGED = "The receipt was changed after it was written."
FRAME_CHANGED = "A row of the frame was changed: its id, its stratum or its size."
FRAME_SWAPPED = "The rows of the frame are the same, but stand in another order."
FRAME_SWAPPED_OR_RESIZED = "The records of the frame are the same, but their order or their sizes are not."
POSITIONS_CHANGED = "The receipt names other rows of the frame than those that the seed draws."
SAMPLE_CHANGED = "The sample was changed after the draw."


def draw_proved(records: int, rows: int, replaced: int) -> str:
    """Say that a draw is proved."""
    by = f" Reserves in the place of records that could not be audited: {replaced:,}." if replaced else ""
    return f"Proved: the seed draws these {records:,} records from these {rows:,} rows.{by}"


def frame_rows(now: int, then: int) -> str:
    """Say that a frame has more or fewer rows."""
    return f"The frame has {now:,} rows. At the draw it had {then:,}."


def frame_unfit(told: str) -> str:
    """Say that nothing can be drawn from a frame."""
    return f"The frame is not the one that was drawn from: {told}"


def stratum_rows(name: str, now: int, then: int) -> str:
    """Say that a stratum has more or fewer records."""
    return f"Stratum {name} has {now:,} records. At the draw it had {then:,}."


def row_added(unit: str, row: int) -> str:
    """Say that a row of the sample was not drawn."""
    return f"Row {row} of the sample holds {unit or 'a blank'}, which was not drawn."


def row_dropped(unit: str) -> str:
    """Say that a record is missing in the sample."""
    return f"{unit} was drawn, and is not in the sample."


def row_twice(unit: str, row: int) -> str:
    """Say that a record stands in the sample again."""
    return f"Row {row} of the sample holds {unit} again."


def row_changed(unit: str, row: int, columns: Sequence[str]) -> str:
    """Say that a row of the sample is not as it was drawn."""
    return f"Row {row} of the sample, {unit}, was changed: {in_a_row(columns)}."


def rows_swapped(found: str, due: str) -> str:
    """Say that rows of the sample stand in another order."""
    return f"The rows of the sample stand in another order: {found} where {due} was drawn."


def and_more(count: int) -> str:
    """Say how many differences of a kind are not listed."""
    return f"... and {count:,} more of this kind."


def replacement_elsewhere(position: int, by: int) -> str:
    """Say that a replacement is no reserve of the same stratum."""
    return f"Row {by} of the frame replaces row {position}, and is no reserve of its stratum."


def replacement_out_of_order(position: int, by: int) -> str:
    """Say that a replacement is not the next reserve."""
    return f"Row {by} of the frame replaces row {position}, and is not the next reserve of its stratum."


def replacement_reason(position: int, reason: str) -> str:
    """Say that the reason of a replacement is none."""
    return f"Row {position} of the frame was replaced for a reason that is none: {reason}."
