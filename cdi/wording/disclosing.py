"""What is said of disclosure control: what is withheld, why, and what is not for publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "DISCLOSURE_FAULTS",
    "DISCLOSURE_NOTES",
    "DISCLOSURE_OPTIONS",
    "NOT_FOR_PUBLICATION",
    "PERSONAL",
    "SMALL_AREAS",
    "WITHHELD",
    "exempted",
    "withheld_said",
]

NOT_FOR_PUBLICATION = "Not for publication"

WITHHELD = "[c]"

PERSONAL: tuple[str, ...] = (
    "age", "ages", "belief", "birth", "caste", "disability", "disabilities", "disabled", "dob", "ethnic", "ethnicity",
    "ethnicities", "faith", "gender", "immigration status", "language", "lgbt", "marital status", "married",
    "maternity", "nationality", "pregnancy", "pregnant", "race", "religion", "sex", "sexual orientation", "sexuality",
    "trans", "transgender",
)  # fmt: skip
"""Columns of personal characteristics, as part of a name in small letters."""

SMALL_AREAS: tuple[str, ...] = (
    "address", "beat", "beats", "lsoa", "locality", "msoa", "neighborhood", "neighbourhood", "neighbourhoods", "oa",
    "output area", "parish", "parishes", "postal code", "post code", "postcode", "street", "village", "ward", "wards",
)  # fmt: skip
"""Columns of small areas, as part of a name in small letters."""

DISCLOSURE_NOTES: Mapping[str, str] = {
    "suppressed": "[c] withheld: small numbers, or a number that would give them back",
    "rounded": "rounded as printed: further digits would give back what is withheld",
    "nchs-size": "effective size under 30 (NCHS)",
    "nchs-wide": "interval of 30 points or wider (NCHS)",
    "nchs-relative": "interval wider than 1.3 times the rate (NCHS)",
    "nchs-complement": "interval wider than 1.3 times the rest of 100% (NCHS)",
}

DISCLOSURE_FAULTS: Mapping[str, tuple[str, str]] = {
    "no-disclosure": ("disclosure 'public' or 'internal'", "{hint}"),
}

DISCLOSURE_OPTIONS: Mapping[str, str] = {
    "disclosure": (
        "public: withhold bases under 10, and for personal characteristics and small areas counts of 1 to 4, with what "
        "would give them back. internal: withhold nothing, and head the page as not for publication."
    ),
    "personal": "Also a column of personal characteristics or small areas; for several, repeat it.",
}


def withheld_said(cells: int, columns: Sequence[str]) -> str:
    """Say how much is withheld, and by which rule."""
    rows = "1 row is" if cells == 1 else f"{cells} rows are"
    few = f" By {' and '.join(columns)}, nor are rows with 1 to 4 recorded, or 1 to 4 not." if columns else ""
    return (
        f"{rows} withheld, marked {WITHHELD}. Bases under 10 are not published.{few} Further rows are withheld where "
        "totals would give these back."
    )


def exempted(column: str, category: str, reason: str, approver: str) -> str:
    """Say which cell is published although it is small, why, and who answers for it."""
    return f"Published although small: {column}, {category}. Reason: {reason.rstrip('.')}. Approved by: {approver}."
