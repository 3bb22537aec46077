"""What is said of two auditors who read the same reports: headings, notes, and sentences on how they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.disparities import Points
from cdi.wording.sentences import InPercent

__all__ = [
    "ABOVE_99_HUNDREDTHS",
    "AGREEMENT_HEADINGS",
    "AGREEMENT_NOTES",
    "ANSWER_HEADINGS",
    "ANSWER_TITLE",
    "DISAGREEMENTS_TITLE",
    "DISAGREEMENT_COLUMNS",
    "DISAGREEMENT_HEADINGS",
    "DISAGREEMENT_STATEMENT",
    "KAPPA_AND_PREVALENCE",
    "MATCHED_BY",
    "NOT_THERE",
    "NO_DISAGREEMENT",
    "PRIVATE_LIST",
    "RATES_READ_HEADINGS",
    "RATES_READ_TITLE",
    "READ_GROUNDS",
    "READ_NOTHING_DUE",
    "READ_NOT_RECORDED",
    "READ_NO_GROUNDS",
    "READ_RECORDED",
    "SIDES_READ",
    "WEIGHTED_RATES",
    "agreement_intervals",
    "agreement_title",
    "alone_said",
    "case_called",
    "counts_read",
    "first_few",
    "listed_both",
    "read_by_both",
    "reclassed_said",
    "shift_said",
    "sides_said",
    "undecided_said",
]  # fmt: skip

SIDES_READ: tuple[str, str] = ("first", "second")
"""The two auditors, as columns of a table are headed and where they have no names."""

READ_RECORDED, READ_NOT_RECORDED, READ_NOTHING_DUE = "recorded", "not recorded", "nothing due"
READ_GROUNDS, READ_NO_GROUNDS = "grounds recorded", "no grounds recorded"
"""What an auditor says of a crime or a search by counts, or by yes and no."""

MATCHED_BY: Mapping[str, str] = {
    "case": "Rows are matched by their own number.",
    "report": "Rows are matched by report: no report has two rows.",
    "report-order": "Rows are matched by report and, within a report, by their order.",
    "report-class-order": "Rows are matched by report and, within a report, by class and then by their order.",
}
"""How rows were matched -> what is said of it."""

AGREEMENT_NOTES: Mapping[str, str] = {
    "agree-none": "no kappa: both gave one and the same answer throughout",
    "agree-steady": "no interval by jackknife: the figure is the same whichever report is left out",
    "agree-fragile": "no interval by jackknife: the figure does not exist without one of the reports",
    "agree-lone": "approximate interval: a report that is alone in its stratum is compared with the figure of all",
    "agree-few": "fewer than 3 disagreements: the interval is less reliable than its level says",
}

AGREEMENT_HEADINGS: Mapping[str, str] = {
    "n": "read by both",
    "recorded": "alike",
    "rate": InPercent("alike"),
    "low": "from %",
    "high": "to %",
    "kappa": "kappa",
    "ac1": "AC1",
    "from": "from",
    "to": "to",
}

RATES_READ_HEADINGS: Mapping[str, str] = {
    "first": "by the first %",
    "second": "by the second %",
    "low": "from %",
    "high": "to %",
    "difference": "second less first",
    "from": "from",
    "to": "to",
    "p": "p",
}

ANSWER_HEADINGS: Mapping[str, str] = {
    "answer": "answer",
    "first": "by the first",
    "second": "by the second",
    "both": "by both",
}

DISAGREEMENT_HEADINGS: Mapping[str, str] = {
    "first": "the first says",
    "second": "the second says",
    "count": "crimes",
    "share": InPercent("of all"),
}

ANSWER_TITLE: Mapping[bool, str] = {True: "Each answer against all others", False: "How often each gave each answer"}
"""Whether there are more than two answers -> what heads them: of two, each is all others of the other."""

DISAGREEMENTS_TITLE = "Where they differ"

RATES_READ_TITLE: Mapping[bool, str] = {
    False: "Recording rates on the same crimes, by each auditor",
    True: "Reasonable grounds recorded on the same searches, by each auditor",
}
"""Whether rows are searches -> what heads the two rates."""

NO_DISAGREEMENT = "They differ on none of these."

DISAGREEMENT_STATEMENT = (
    "Agreement does not show who is right. What a difference means for the rate is the difference between the two "
    "rates above."
)

KAPPA_AND_PREVALENCE = (
    "Kappa is far below AC1 here because most have one answer. Kappa then takes most of their agreement for chance."
)

WEIGHTED_RATES = (
    "The two rates and their difference take the weights, or the sampling frame, of the first. In agreement, kappa and "
    "AC1 each crime counts once."
)
"""What is said where the first has weights or a sampling frame."""

NOT_THERE = "(not found)"
"""What stands for the answer of who did not find a crime."""

DISAGREEMENT_COLUMNS: tuple[str, ...] = ("report", "crime", *SIDES_READ)

PRIVATE_LIST = "Private: this file holds report numbers. Do not publish it or pass it on."
"""What is said on stderr when the list of disagreements is written."""


def agreement_title(names: Sequence[str]) -> str:
    """Head the table of agreement: of whom."""
    return f"Agreement of {names[0]} and {names[1]}"


def agreement_intervals(level: str, method: str) -> str:
    """Say in its title what its intervals are."""
    return f", {level} confidence intervals ({method}; kappa and AC1 by jackknife)"


ABOVE_99_HUNDREDTHS = ">0.99"
"""A coefficient that would print as 1.00 and is less."""


def sides_said(names: Sequence[str]) -> str:
    """Say which is the first and which the second, where they have names."""
    return f"The first is {names[0]}, the second {names[1]}."


def _rows(number: int, searches: bool) -> str:
    noun = "search" if searches else "crime"
    plural = "searches" if searches else "crimes"
    return f"{number:,} {noun if number == 1 else plural}"


def read_by_both(crimes: int, reports: int, way: str, *, searches: bool) -> str:
    """Say how many both read, in how many reports, and how their rows were matched."""
    where = "" if crimes == reports else f" in {reports:,} report{'' if reports == 1 else 's'}"
    return f"Both read {_rows(crimes, searches)}{where}. {MATCHED_BY[way]}"


def alone_said(side: int, rows: int, in_shared: int | None, *, searches: bool) -> str:
    """Say how many rows one of the two has alone, and how many of these lie in reports that the other read too.

    ``in_shared`` is None where no reports are named.
    """
    said = f"Only the {SIDES_READ[side]} has {_rows(rows, searches)} more"
    if in_shared is None:
        return f"{said}, which the agreement leaves out."
    if not in_shared:
        return f"{said}, in reports that the other did not read."
    if in_shared == rows:
        return f"{said}, in reports that both read. The agreement leaves {'it' if rows == 1 else 'them'} out."
    return f"{said}, {in_shared:,} of them in reports that both read. The agreement leaves all of them out."


def undecided_said(rows: int) -> str:
    """Say how many rows that both have lack a decision."""
    of = "1 row that both have, which is" if rows == 1 else f"{rows:,} rows that both have, which are"
    return f"One or both gave no decision on {of} left out."


def reclassed_said(rows: int, *, searches: bool) -> str:
    """Say how many crimes the second puts into another class."""
    verb = "is" if rows == 1 else "are"
    return f"{_rows(rows, searches)} {verb} in another class in the second. Tables use the class in the first."


def shift_said(
    rates: Sequence[str], counts: Sequence[tuple[int, int]], by: Points, ends: tuple[Points, Points] | None, level: str
) -> str:
    """Say the two rates on the same crimes, and by how much the second is higher or lower; with counts if given."""
    pairs = [f"{rate} ({x:,} of {n:,})" for rate, (x, n) in zip(rates, counts, strict=True)] if counts else rates
    said = f"The rate is {pairs[0]} by the first and {pairs[1]} by the second."
    interval = "" if ends is None else f" ({level} confidence interval {_way(ends[0])} to {_way(ends[1])})"
    if not by.way:
        return f"{said} The two are the same{interval}."
    return f"{said} The second is {by.size} percentage points {_WAYS[by.way]}{interval}."


def counts_read(counts: Sequence[tuple[int, int]]) -> str:
    """Say how many each counts as recorded, where there are no rates."""
    first, second = (f"{x:,} of {n:,}" for x, n in counts)
    return f"The first counts {first} as recorded, the second {second}."


_WAYS: Mapping[int, str] = {1: "higher", -1: "lower"}


def _way(points: Points) -> str:
    return f"{points.size} {_WAYS[points.way]}" if points.way else points.size


def listed_both(*names: str) -> str:
    """Name what stands on each of the two sides."""
    return " and ".join(names)


def first_few(numbers: Sequence[str]) -> str:
    """Name the first few of some reports."""
    return f"{', '.join(numbers[:_FEW])}{', ...' if len(numbers) > _FEW else ''}"


_FEW = 3


def case_called(number: str) -> str:
    """Name a crime by its own number."""
    return f"crime {number}"
