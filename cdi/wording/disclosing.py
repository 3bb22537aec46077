"""What is said of disclosure control: what is withheld, why, and what is not for publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "DISCLOSURE_NOTES", "NOT_FOR_PUBLICATION", "PERSONAL", "POOLED", "SMALL_AREAS", "WITHHELD", "exempted",
    "pooled", "withheld_said",
]  # fmt: skip

NOT_FOR_PUBLICATION = "Not for publication"

WITHHELD = "[c]"

POOLED = "withheld"
"""What categories are called that are put together, where none of them is called so."""

PERSONAL: tuple[str, ...] = (
    "age", "ages", "belief", "birth", "caste", "disability", "disabilities", "disabled", "dob", "ethnic", "ethnicity",
    "ethnicities", "faith", "gender", "immigration status", "language", "lgbt", "marital status", "married",
    "maternity", "nationality", "pregnancy", "pregnant", "race", "religion", "sex", "sexual orientation", "sexuality",
    "trans", "transgender", "vulnerable", "vulnerability", "domestic abuse", "care leaver", "mental health",
)  # fmt: skip
"""Columns of personal characteristics, as part of a name in small letters."""

SMALL_AREAS: tuple[str, ...] = (
    "address", "beat", "beats", "data zone", "ea", "easting", "grid reference", "hamlet", "latitude", "locality",
    "longitude", "lsoa", "msoa", "neighborhood", "neighbourhood", "neighbourhoods", "northing", "npt", "oa",
    "output area", "parish", "parishes", "postal code", "post code", "postcode", "sda", "sde", "sector", "sectors",
    "street", "suburb", "town", "towns", "uprn", "usrn", "village", "ward", "wards",
)  # fmt: skip
"""Columns of small areas, as part of a name in small letters."""

DISCLOSURE_NOTES: Mapping[str, str] = {
    "suppressed": "[c] suppressed: a small number, or one that would reveal a small number",
    "pooled": "suppressed categories were combined into one before this was estimated",
    "rounded": "rounded as printed, because some of the rows that make it up are suppressed",
    "unsafe": "estimate not published: it would reveal a suppressed number",
    "nchs-size": "effective sample size under 30: too small for a reliable rate (NCHS standard)",
    "nchs-wide": "interval at least 30 percentage points wide: unreliable rate (NCHS standard)",
    "nchs-relative": "interval wider than 1.3 times the rate: unreliable rate (NCHS standard)",
    "nchs-complement": "interval wider than 1.3 times the gap between the rate and 100%: use with care (NCHS standard)",
}


def pooled(place: int) -> str:
    """Name categories that are put together, in another way each time."""
    return POOLED + "_" * place


def withheld_said(cells: int, columns: Sequence[str], *, totals: bool) -> str:
    """Say how much is withheld, and by which rules."""
    rows = "1 row is" if cells == 1 else f"{cells} rows are"
    several = f"{', '.join(columns[:-1])} or " if len(columns) > 1 else ""
    tables = f"In tables by {several}{columns[-1]}, " if columns else ""
    few = f" {tables}rows with 1 to 4 recorded, or 1 to 4 not recorded, are not published either." if columns else ""
    further = " Other rows are suppressed where totals would reveal these." if totals else ""
    return f"{rows} suppressed, marked {WITHHELD}. Rows with a base under 10 are not published.{few}{further}"


_EXEMPTED: Mapping[str, str] = {
    "": "",
    "audit": " (audit)",
    "monthly": " (monthly sample)",
    "previous": " (earlier results)",
    "reviews": " (case files)",
    "searches": " (searches)",
    "times": " (times)",
}


def exempted(cell: tuple[str, str, str], reason: str, approver: str, *, small: bool) -> str:
    """Say which cell is published although it is small, or by an exception only, why, and who answers for it."""
    column, category, sample = cell
    told = "Published although the number is small" if small else "Published by exception"
    return f"{told}: {column}, {category}{_EXEMPTED[sample]}. Reason: {reason.rstrip('.')}. Approved by: {approver}."
