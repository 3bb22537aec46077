"""Fixed standards, such as 95%, and grades that begin at several: what an audit is held against is not sampled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from cdi import wording
from cdi.arguments import checked_class, is_number, shown
from cdi.binomial.published import PRINTED_LEVEL, PublishedRate
from cdi.comparing.verdicts import ROUNDING, Change
from cdi.errors import DataError, fault
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES
from cdi.printing.formats import parse_proportion, percent

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = [
    "FIXED", "STANDARD", "Graded", "Standard", "grade_of", "grades_of", "is_grades", "is_standard", "reaches",
    "read_grades", "read_standard", "standard_of", "verdict_on",
]  # fmt: skip

FIXED = "fixed-standard"
"""The note that a figure is a fixed standard."""

STANDARD = MEASURES["standard"]
"""The measure of a fixed standard."""

_TEXT = re.compile(r"\s*(?:\d+(?:\.\d+)?\s*%|0?\.\d+)\s*")


@checked_class
@dataclass(frozen=True, slots=True, repr=False)
class Standard(PublishedRate):
    """A fixed standard that a rate is held against. :func:`cdi.compare` also takes it as text, such as ``"95%"``.

    Parameters
    ----------
    rate : float
        The standard, as a proportion.
    label : str
        The grade that begins at it. If empty, it is a standard alone.

    Raises
    ------
    DataError
        If the standard is not above 0 and below 1.

    Examples
    --------
    >>> import cdi
    >>> cdi.compare("159/182", cdi.Standard(0.95)).verdict
    'below the standard'
    """

    def __post_init__(self) -> None:
        # super() without arguments knows no class that was made anew with slots
        if not (is_number(self.rate) and 0 < self.rate < 1) or self.half_width is not None:
            raise DataError.of("standard-range", got=self.rate if self.half_width is None else self.half_width)

    @property
    def grade(self) -> bool:
        """Whether a grade begins at it, by which it is then called."""
        return bool(self.label)

    @property
    def name(self) -> str:
        """What it is called: its label, or the figure itself."""
        return self.label or f"{self.rate * 100:.10g}%"

    @property
    def table(self) -> Table:
        """The standard, which has no interval."""
        from cdi.printing.tables import CATEGORY, Row, Table

        facts = Facts(Scope.OVERALL, stated=(FIXED,))
        row = Row((wording.ALL,), STANDARD, self.rate, None, None, PRINTED_LEVEL, "", facts=facts)
        return Table((CATEGORY,), (row,), PRINTED_LEVEL, "", "both")

    def page(self, **_options: Any) -> Page:
        """Lay it out for people."""
        from cdi.printing.layout import Page, words_of

        headings = (wording.SIDE_HEADINGS["side"], wording.SIDE_HEADINGS["rate"])
        grid = words_of(wording.figures_title(STANDARD.name), headings, [[self.name, percent(self.rate)]])
        return Page(self.table, (grid,), statements=(wording.NOTES_OF_CHANGES[FIXED],))

    def __repr__(self) -> str:
        return f"<cdi.Standard: {self.name}>"


def is_standard(text: str) -> bool:
    """Tell whether a text is a bare percentage or proportion, without a half width.

    Examples
    --------
    >>> is_standard("95%"), is_standard("0.95"), is_standard("86.5%+-4.3%"), is_standard("95")
    (True, True, False, False)
    """
    return _TEXT.fullmatch(text) is not None


def read_standard(text: str) -> Standard:
    """Read a standard as it is written."""
    value = parse_proportion(text)
    if not 0 < value < 1:
        raise DataError.of("standard-range", got=text.strip())
    return Standard(value)


def is_grades(given: object) -> TypeGuard[Mapping[object, object] | str]:
    """Tell whether something is grades: a mapping, or a text with a sign of equality that is no file."""
    return isinstance(given, Mapping) or (isinstance(given, str) and "=" in given and not Path(given).exists())


def read_grades(given: Mapping[object, object] | str) -> tuple[Standard, ...]:
    """Read the grades that a force uses, and the rate at which each begins; the highest comes first.

    Examples
    --------
    >>> [(each.name, each.rate) for each in read_grades("Excellent=95%,Good=90%,Fair=80%")]
    [('Excellent', 0.95), ('Good', 0.9), ('Fair', 0.8)]
    """
    if not isinstance(given, (Mapping, str)):
        raise DataError.of("grade-text", got=shown(given))
    pairs = list(given.items()) if isinstance(given, Mapping) else [_pair(part) for part in given.split(",")]
    faults, found = [], list[Standard]()
    for name, begins in pairs:
        rate, fault_ = _rate(begins)
        if not isinstance(name, str) or not name.strip() or fault_:
            got = name if begins is None else f"{name}={begins}"
            faults.append(fault(fault_ or "grade-text", got=got))
        elif rate is not None:
            found.append(Standard(rate, label=name.strip()))
    rates, names = [each.rate for each in found], [each.name.casefold() for each in found]
    faults += [fault("grade-twice", got=each.name) for i, each in enumerate(found) if names[i] in names[:i]]
    alike = [each.name for each in found if rates.count(each.rate) > 1]
    if alike:
        faults.append(fault("grades-alike", got=" and ".join(dict.fromkeys(alike))))
    falling = sorted(found, key=lambda each: -each.rate)
    if found not in (falling, falling[::-1]) and not alike:
        faults.append(
            fault("grades-order", got=wording.in_a_row(f"{each.name} {each.rate * 100:.10g}%" for each in found))
        )
    if faults or not found:
        raise DataError(faults or [fault("grade-text", got="")])
    return tuple(falling)


def _pair(text: str) -> tuple[object, object]:
    name, _, begins = text.rpartition("=")
    return (name, begins) if name else (text, None)


def _rate(begins: object) -> tuple[float | None, str]:
    """Read where a grade begins, or say what is wrong with it."""
    if isinstance(begins, str) and is_standard(begins):
        begins = parse_proportion(begins)
    if not is_number(begins) or isinstance(begins, bool):
        return None, "grade-text"
    value = float(begins)  # type: ignore[arg-type]
    return (value, "") if 0 < value < 1 else (None, "grade-range")


def standard_of(given: float | str) -> float:
    """Take a standard, as a proportion or as it is written.

    Examples
    --------
    >>> standard_of("95%"), standard_of(0.95)
    (0.95, 0.95)
    """
    if isinstance(given, str):
        if not is_standard(given):
            raise DataError.of("standard-range", got=given.strip())
        return read_standard(given).rate
    return Standard(given).rate


def reaches(rate: float, threshold: float) -> bool:
    """Tell whether a rate is at a threshold or above it: 19 / 20 reaches 95%, however it is computed."""
    return rate >= threshold - ROUNDING


def grade_of(rate: float, grades: Sequence[Standard]) -> str | None:
    """Give the grade of a rate: the highest that it reaches; None where it is below all of them.

    Examples
    --------
    >>> grades = read_grades("Good=90%,Fair=80%")
    >>> grade_of(0.9, grades), grade_of(0.79, grades)
    ('Good', None)
    """
    return next((each.name for each in grades if reaches(rate, each.rate)), None)


def verdict_on(low: float, high: float) -> str:
    """Say where a rate lies by the limits of what it is above its standard; of an exact rate both are the same."""
    if low == high and abs(low) < ROUNDING:
        return "at-standard"
    if low > 0:
        return "above-standard"
    return "below-standard" if high < 0 else "not-told"


_MET = ("above-standard", "at-standard")


@dataclass(frozen=True, slots=True)
class Graded:
    """One category of an audit, or the whole, and the grades that its rate may have.

    Attributes
    ----------
    label : tuple of str
        The category; ``all`` overall.
    grade : str or None
        The grade of the estimate itself. It is None where there is no estimate.
    allowed : tuple of str
        The grades that the one-sided limits allow, the highest first. It is empty where there is no estimate.
    not_allowed : tuple of str
        The others.
    changes : tuple of Change
        Its rate against each threshold, the highest first.
    """

    label: Label
    grade: str | None
    allowed: tuple[str, ...]
    not_allowed: tuple[str, ...]
    changes: tuple[Change, ...]


def grades_of(rows: Sequence[Change], names: Sequence[str]) -> tuple[Graded, ...]:
    """Tell the grades of each category, with the whole last; ``names`` are the grades, the highest first."""
    together: dict[Label, list[Change]] = {}
    for change in rows:
        together.setdefault(change.label, []).append(change)
    return tuple(_graded(label, changes, names) for label, changes in together.items())


def _graded(label: Label, changes: Sequence[Change], names: Sequence[str]) -> Graded:
    """Hold a rate against each threshold: a grade is out where the rate is below it, or has reached the next."""
    everything = (*names, wording.below_grade(names[-1]))
    if any(change.verdict is None for change in changes):
        return Graded(label, None, (), (), tuple(changes))
    below = [change.verdict == "below-standard" for change in changes]
    met = [change.verdict in _MET for change in changes]
    allowed = [not low and not high for low, high in zip([*below, False], [False, *met], strict=True)]
    reached = [(change.estimate or 0.0) > -ROUNDING for change in changes]
    grade = next((name for name, each in zip(names, reached, strict=True) if each), everything[-1])
    parts = [tuple(name for name, each in zip(everything, allowed, strict=True) if each is of) for of in (True, False)]
    return Graded(label, grade, parts[0], parts[1], tuple(changes))
