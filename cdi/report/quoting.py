"""What the inspector writes about groups of people: no number of a protected row that its tables do not print.

Findings, notes and titles are published as they are written. Beside a rounded or suppressed row they could tell what it
was. So a text that names a category of such a table holds no number but those that the report prints for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from cdi import wording
from cdi.disclosure.columns import words_of
from cdi.disclosure.rules import NOT_BY, cells_of
from cdi.errors import DataError, Fault, Worded, fault
from cdi.measures import Unit

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Row
    from cdi.report.contents import Report

__all__ = ["refuse_quoted"]


@dataclass(slots=True)
class _Printed:
    """A category of people, and what the report prints for it."""

    column: str
    names: set[str] = field(default_factory=set)  # as in the data, and as printed
    counts: set[Decimal] = field(default_factory=set)
    percents: set[Decimal] = field(default_factory=set)

    def takes(self, row: Row) -> None:
        """Add what a row prints."""
        counts = [row.n, row.recorded, row.clusters]
        rates = [row.estimate, row.low, row.high]
        if row.measure.unit not in (Unit.PROPORTION, Unit.POINTS):
            counts, rates = [*counts, *(None if rate is None else round(rate) for rate in rates)], []
        self.counts |= {Decimal(count) for count in counts if count is not None}
        for places in (0, 1):
            self.percents |= {Decimal(f"{rate * 100:.{places}f}") for rate in rates if rate is not None}

    def is_in(self, text: str) -> bool:
        """Tell whether a text names it; by a word that has other meanings only beside a word of the column."""
        beside = any(
            re.search(rf"\b{re.escape(word[:_STEM])}", text) for word in words_of(self.column) if len(word) > 1
        )
        return any(beside or not _is_vague(name) for name in self.names if _named(name).search(text))

    def prints(self, number: str, *, share: bool, coarser: bool) -> bool:
        """Tell whether the report prints a number for it or, with ``coarser``, could where it is rounded further."""
        if not number[0].isdecimal():
            return False
        value = Decimal(number.replace(",", ""))
        if value in self.percents or (value in self.counts and not share):
            return True
        return coarser and bool(self.counts) and (value == int(value) if share else value % _COARSER == 0)

    @property
    def numbers(self) -> list[str]:
        """What is printed, as it can be written."""
        return [f"{count:,}" for count in sorted(self.counts)] + [f"{percent}%" for percent in sorted(self.percents)]


_STEM = 5  # letters of a word that its derivatives share: ethnicity, ethnic
_COARSER = 10  # the first step that is coarser than the usual one divides all others

_VAGUE = frozenset(
    ["all", "another", "any other", "mixed", "n a", "na", "no", "none", "not known", "not stated", "other", "others",
     "unknown", "yes"]
)  # fmt: skip
"""Categories whose names stand in many texts that are not about them."""


def _is_vague(name: str) -> bool:
    words = re.findall(r"\w+", name.casefold())
    return " ".join(words) in _VAGUE or (len(words) < 2 and (name.isdecimal() or len(name) < 3))


def _named(name: str) -> re.Pattern[str]:
    """Look for a name, whatever stands between its words: 16-24 is 16 to 24."""
    words = r"\W+(?:to\W+)?".join(map(re.escape, re.findall(r"\w+", name.casefold())))
    return re.compile(rf"\b{words}(?:s|es)?\b")


_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_NO_COUNT = re.compile(
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?\s*(?:to|and|-|\u2013)\s*)?\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*%)(?=\W)"
    r"|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
    r"|\b(?:19|20)\d\d(?:[-/\u2013](?:\d{4}|\d\d)(?:-\d\d)?)?\b(?!\s*%)"
    r"|\bwithin\s+(?:\d+|[a-z]+)[\s-]+(?:hour|day|week|month|working)"
    r"|\b\d+(?:st|nd|rd|th)\b"
    r"|\b(?:table|page|paragraph|section|recommendation|chapter|annex|figure)s?\s+\d+\b"
)
"""Numbers that count nobody: dates, years, the time allowed, places in a text."""

_WORDS = (
    "zero|none|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|"
    "half|halves|thirds|a third|a quarter|once|twice|single|both"
)
_NUMBER = re.compile(rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?|(?:{_WORDS})\b)(\s*(?:%|per\s?cent\b))?")


def refuse_quoted(report: Report, *, finished: bool) -> None:
    """Refuse texts that tell a number of a protected row which the report does not print for it.

    Before a report is ``finished``, it may still be rounded further: numbers that it could print then are let pass.
    """
    if report.internal:
        return
    faults = list(_quoted(report, finished=finished))
    if faults:
        raise DataError(faults)


def _quoted(report: Report, *, finished: bool) -> Iterator[Fault]:
    printed = _printed(report)
    names = sorted({name for each in printed for name in each.names}, key=len, reverse=True)
    for key, text in _texts(report.inspection):
        plain = text.casefold().replace(report.force.casefold(), " ")
        named = [each for each in printed if each.is_in(plain)]
        number = _unprinted(plain, names, named, finished=finished)
        if number:
            name = min(named[0].names, key=len)
            yield fault(
                "quoted-number",
                got=text,
                where=report.inspection.where(key),
                column=named[0].column,
                name=name,
                number=number,
                instead=Worded(
                    wording.printed_instead, (tuple(dict.fromkeys(one for each in named for one in each.numbers)),)
                ),
            )


def _unprinted(text: str, names: Sequence[str], named: Sequence[_Printed], *, finished: bool) -> str:
    """Give the first number of a text that is printed for none of those that it names."""
    if not named:
        return ""
    for name in names:
        if not name.isdecimal():
            text = _named(name).sub(" ", text)
    for found in _NUMBER.finditer(_NO_COUNT.sub(" ", text)):
        number, share = found[1].rstrip(","), found[2] is not None
        if not any(each.prints(number, share=share, coarser=not finished) for each in named):
            return found[0].strip().rstrip(",")
    return ""


def _printed(report: Report) -> list[_Printed]:
    """List the categories of people, and what all tables print for them."""
    rules = report.inspection.disclosure.seeing(cells_of(each.table for each in report.exhibits))
    found: dict[tuple[str, str], _Printed] = {}
    for exhibit in report.exhibits:
        if exhibit.table.rounded_to is None:
            continue
        for label, row in zip(exhibit.categories, exhibit.table.rows, strict=True):
            for key, word, name in zip(exhibit.table.keys, label, row.label, strict=True):
                if not row.whole and key not in NOT_BY and rules.sensitive([key]):
                    each = found.setdefault((key, word), _Printed(key))
                    each.names |= {word.casefold(), name.casefold()}
                    each.takes(row)
    return list(found.values())


def _texts(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Give what is published as the inspector writes it, each with its key."""
    for key in ("title", "grade", "findings", "areas_for_improvement", "notes", "contact"):
        given = getattr(inspection, key) or ()
        yield from ((key, text) for text in ((given,) if isinstance(given, str) else given))
    yield from ((f"glossary.{term}", f"{term}: {text}") for term, text in inspection.glossary.items())
    for name, sample in inspection.samples.items():
        if sample.source:
            yield f"{name}.source", sample.source
    for i, previous in enumerate(inspection.previous, 1):
        yield f"previous[{i}].name", previous.name
