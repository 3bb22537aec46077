"""What is said of disclosure control: what is withheld, why, and what is not for publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import in_a_row, one_of

__all__ = [
    "DISCLOSURE_NOTES", "FEW_SAID", "KINDS_OF_CATEGORIES", "NOT_APPLICABLE", "NOT_AVAILABLE", "NOT_FOR_PUBLICATION",
    "WITHHELD", "columns_taken", "exempted", "of_people_said", "printed_instead",
]  # fmt: skip

NOT_FOR_PUBLICATION = "Not for publication"

WITHHELD, NOT_AVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"

KINDS_OF_CATEGORIES: Mapping[str, str] = {
    "ages": "ages",
    "areas": "small areas of the ONS",
    "coordinates": "coordinates",
    "ethnic": "ethnic groups",
    "flags": "flags of people, or strands of hate crime",
    "places": "wards, beats or streets",
    "postcodes": "postcodes",
    "sexes": "male and female",
    "titles": "titles of people",
}
"""What the categories of a column are, where it is known by them."""

DISCLOSURE_NOTES: Mapping[str, str] = {
    "suppressed": "[c] suppressed: a small number, or one that would reveal a small number",
    "rounded": "counts are rounded; the rate and interval are worked out from these",
    "few-for-rate": "no rate: the base is under 10",
    "follows-from-rounded": "not published, because it would reveal rows that are rounded or suppressed",
    "nchs-size": "effective sample size under 30: too small for a reliable rate (NCHS standard)",
    "nchs-wide": "interval at least 30 percentage points wide: unreliable rate (NCHS standard)",
    "nchs-relative": "interval wider than 1.3 times the rate: unreliable rate (NCHS standard)",
    "nchs-complement": "interval wider than 1.3 times the gap between the rate and 100%: use with care (NCHS standard)",
}


FEW_SAID = "No rate is shown where the base is under 10."


def columns_taken(taken: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> str:
    """Say which columns were taken as of people or small areas, each with its kind of categories, and which were not.

    Of the others the reason is told, if one was given.
    """
    sensitive = (
        f"{column} (its categories are {KINDS_OF_CATEGORIES[kind]})" if kind else column for column, kind in taken
    )
    rest = in_a_row(f"{column} (reason: {reason.rstrip('.')})" if reason else column for column, reason in others)
    if not taken:
        return f"Not treated as personal characteristics or small areas: {rest}."
    said = f"Treated as personal characteristics or small areas: {in_a_row(sensitive)}."
    return f"{said} Not: {rest}." if others else said


def of_people_said(columns: Sequence[str], withheld: int, *, lots: bool) -> str:
    """Say what is withheld and rounded in tables about people, and whether some of it by lot."""
    several = f"{', '.join(columns[:-1])} and " if len(columns) > 1 else ""
    said = (
        f"In tables by {several}{columns[-1]}, counts are rounded to the nearest 5, or to 10 or more where that would "
        "reveal them. Rates and intervals are worked out from the rounded counts, in whole percent. Rows with a "
        f"base under 13 or from fewer than 8 reports are suppressed, marked {WITHHELD}"
    )
    if not withheld:
        said = f"{said}; there are none."
    else:
        said = f"{said}: {'1 row' if withheld == 1 else f'{withheld} rows'} here."
    by_lot = " Some tables are rounded further, or lose a row, by lot, so that neither reveals a count."
    return f"{said}{by_lot}" if lots else said


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


def printed_instead(numbers: Sequence[str]) -> str:
    """Say which numbers of a group can be written, as its tables print them."""
    return f", or write what the tables print: {one_of(numbers)}" if numbers else ""
