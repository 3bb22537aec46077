"""What is said of disclosure control: what is withheld, why, and what is not for publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "DISCLOSURE_NOTES",
    "NOT_FOR_PUBLICATION",
    "PERSONAL",
    "POOLED",
    "SMALL_AREAS",
    "WITHHELD",
    "exempted",
    "pooled",
    "withheld_said",
]

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
    "suppressed": "[c] withheld: small numbers, or a number that would give them back",
    "pooled": "withheld categories put together into one before the estimate",
    "rounded": "rounded as printed, since rows that it is made of are withheld",
    "unsafe": "estimate not published: it would give back what is withheld",
    "nchs-size": "effective size under 30 (NCHS)",
    "nchs-wide": "interval of 30 points or wider (NCHS)",
    "nchs-relative": "interval wider than 1.3 times the rate (NCHS)",
    "nchs-complement": "interval wider than 1.3 times the rest of 100% (NCHS)",
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
    further = " Further rows are withheld where totals would give these back." if totals else ""
    return f"{rows} withheld, marked {WITHHELD}. Bases under 10 are not published.{few}{further}"


_EXEMPTED: Mapping[str, str] = {
    "": "",
    "audit": " of the audit",
    "monthly": " of the monthly sample",
    "previous": " of earlier results",
    "reviews": " of the case files",
    "searches": " of the searches",
    "times": " of the times",
}


def exempted(cell: tuple[str, str, str], reason: str, approver: str, *, small: bool) -> str:
    """Say which cell is published although it is small, or by an exception only, why, and who answers for it."""
    column, category, sample = cell
    told = "Published although small" if small else "Published by exception"
    return f"{told}: {column}, {category}{_EXEMPTED[sample]}. Reason: {reason.rstrip('.')}. Approved by: {approver}."
