"""The sides of a comparison: whatever is brought, read and estimated, and then put on one footing.

A side is brought as estimates, a result, an audit, a file or frame of rows, counts (159/182), a published figure
(86.5%+-4.3%) or a fixed standard (95%): the command line and Python read it here alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import counts_of, names_of, several, truth_of
from cdi.audits.audit import Audit, read_audit
from cdi.audits.design import PERIOD, REPRESENTATIVE
from cdi.audits.gathering import gather, refuse_other_categories
from cdi.audits.volumes import Label, in_order
from cdi.binomial import normal
from cdi.binomial.differences import WithLimits
from cdi.binomial.published import AS_PRINTED, PRINTED_LEVEL, PublishedRate, is_published, parse_published
from cdi.comparing.standards import FIXED, STANDARD, Standard, is_grades, is_standard, read_grades, read_standard
from cdi.errors import CdiError, DataError, DesignError, Fault, MethodError, Where, fault
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES, Measure
from cdi.parameters import SCORE
from cdi.printing.tables import Row, arrange, order_of, with_overall
from cdi.reading import engine
from cdi.reading.sources import Workbook
from cdi.results import Result, estimate, grounds
from cdi.survey.basis import Basis, Shared
from cdi.survey.estimates import ALL, Counts, Estimates
from cdi.survey.extrapolation import same_sample
from cdi.survey.sampling import GROUNDS, grounds_rate, of_counts, recording_rate

__all__ = [
    "ANY", "INDEPENDENT", "SIDE", "Compared", "Figures", "Limits", "Pair", "Wanted", "figures_of", "is_figure",
    "paired", "read_audit_side", "read_figure", "read_sides", "refuse_complex", "refuse_one_sample", "refuse_unlike",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Limits: TypeAlias = Callable[[float], WithLimits]

ANY: Measure = MEASURES["share"]
"""The measure of a figure that does not say what it measures: it goes with all rates."""

SIDE = "side"
"""The column of a table that names the side."""

INDEPENDENT = Shared(math.nan, 0.0)
"""What two samples share that were drawn independently."""

_MIDDLE = (1 - PRINTED_LEVEL) / 2
_OF_NUMBERS = re.compile(r"(?=.*\d)[\d\s.,/%±+–−-]+(?:pp)?")


@dataclass(frozen=True, slots=True)
class Compared:
    """What can be compared, and what it was estimated from."""

    # the rates, with the overall one that the volumes imply; the counts; or a figure
    figures: Estimates | PublishedRate
    result: Result | None = None  # where it comes from; None for a figure
    counts: bool = False  # whether the figures are counts of crimes
    name: str = ""  # what it is called by itself; empty where it has no name

    @classmethod
    def of(cls, result: Result, *, counts: bool = False, name: str = "") -> Compared:
        """Make a side of what was estimated: its counts, or its rates with the overall one that the volumes imply."""
        result.refuse_suppressed()
        rates = result.estimates[0]
        crimes = next((part for part in result.estimates if isinstance(part, Counts)), None)
        if crimes is None:
            return cls(rates, result, counts, name)
        return cls(crimes if counts else _weighted(rates, crimes), result, counts, name)

    def __copy__(self) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers: what is saved of a comparison holds no row of a victim's."""
        result = self.result
        if result is not None:
            result = replace(result, audit=result.audit.without_rows())
        return type(self), (self.figures, result, self.counts, self.name)


def _weighted(rates: Estimates, crimes: Counts) -> Estimates:
    """Set the overall rate that the volumes imply in the place of the sample's own."""
    if len(rates) == 1:
        return rates
    domains, whole, *_ = with_overall([rates, crimes])
    return replace(rates, rows=(*domains.rows, *whole.rows), basis=Basis.joined([domains.basis, whole.basis]))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the sides that are rows."""

    by: str | Sequence[str] | None = None  # the domain columns; None: the strata
    searches: bool = False  # whether the rows are searches
    counts: bool = False  # whether the crimes not recorded are compared, where volumes are given
    roles: Mapping[str, Any] = field(default_factory=dict)  # as :func:`cdi.read_audit` takes them
    groups: Mapping[str, str] = field(default_factory=dict)  # category -> the group that it is gathered into
    standard: bool = False  # whether the second of two sides may be a fixed standard


def read_sides(sides: Sequence[object], wanted: Wanted, volumes: object = None) -> list[Compared]:
    """Read each side, whatever it is."""
    truth_of(wanted.searches, "searches")
    sides = _with_standard(sides, wanted)
    forms = [_form(side) for side in sides]
    nothing = [type(side).__name__ for side, form in zip(sides, forms, strict=True) if form == "nothing"]
    if nothing:
        raise DataError([fault("no-figure", got=name) for name in nothing])
    known = None if volumes is None else several(volumes)
    _refuse_unread(forms, wanted, known)
    own = iter(known or ())
    names, of_rows = [_file_name(side) for side in sides], wanted
    if wanted.groups:
        sides, of_rows = _gathered(sides, forms, wanted), replace(wanted, roles={})
    found = list[Compared]()
    for side, form, name in zip(sides, forms, names, strict=True):
        if form == "rows":
            found.append(replace(read_audit_side(side, next(own, None), of_rows), name=name))
        else:
            found.append(_read(side, wanted))
    return found


def _with_standard(sides: Sequence[object], wanted: Wanted) -> Sequence[object]:
    """Read the standard, or the grades, that one audit is held against; of a census a percentage is a figure too."""
    bare = [isinstance(side, str) and is_figure(side) and is_standard(side) for side in sides]
    if wanted.roles.get("selection") == "census":
        bare = [*[False] * (len(sides) - 1), bare[-1] and not all(bare)]
    written = [wanted.standard and (each or is_grades(side)) for side, each in zip(sides, bare, strict=True)]
    fixed = [each or isinstance(side, Standard) for side, each in zip(sides, written, strict=True)]
    if not any(fixed):
        return sides
    if not wanted.standard or fixed[0] or len(sides) != 2:
        raise DataError.of(
            "standard-place", got=wording.in_a_row(str(side) for side, each in zip(sides, fixed, strict=True) if each)
        )
    audit, last = sides
    if is_grades(last):
        return [audit, *read_grades(last)]
    return [audit, read_standard(last) if isinstance(last, str) else last]


def _gathered(sides: Sequence[object], forms: Sequence[str], wanted: Wanted) -> list[object]:
    """Read the sides that are rows, and gather their categories into the same groups."""
    columns = names_of(wanted.by)
    figures = [side for side, form in zip(sides, forms, strict=True) if form == "figures"]
    if not columns or any(isinstance(side, (Compared, Estimates, Result)) for side in figures):
        raise DesignError.of("groups-of-rows", got=wording.in_a_row(wanted.groups))
    roles = {"recorded": GROUNDS, **wanted.roles} if wanted.searches else wanted.roles
    if PERIOD in columns:
        roles = {"period_as": "domain", **roles}
    read = {
        i: side if isinstance(side, Audit) else read_audit(side, **roles)
        for i, (side, form) in enumerate(zip(sides, forms, strict=True))
        if form in {"audit", "rows"}
    }
    refuse_other_categories(list(read.values()), columns, wanted.groups)
    return [gather(read[i], columns, wanted.groups) if i in read else side for i, side in enumerate(sides)]


def _form(side: object) -> str:
    """Tell what a side is: figures already, an audit, a text, rows, or nothing that can be compared."""
    if isinstance(side, (Compared, Estimates, PublishedRate, Result)):
        return "figures"
    if isinstance(side, Audit):
        return "audit"
    if isinstance(side, str):
        return "text" if is_figure(side) else "rows"
    parts = side if isinstance(side, (list, tuple)) else [side]
    if parts and all(isinstance(part, (str, Path, Workbook)) for part in parts):
        return "rows"
    if engine.is_dataset(side):
        return "rows"
    import narwhals as nw

    try:
        frame = nw.from_native(side, pass_through=True)
    except nw.exceptions.DuplicateError:
        return "rows"  # which says so when it is opened
    return "rows" if isinstance(frame, (nw.DataFrame, nw.LazyFrame)) else "nothing"


def _refuse_unread(forms: Sequence[str], wanted: Wanted, volumes: Sequence[object] | None) -> None:
    """Refuse what would be passed over without a word."""
    rows = forms.count("rows")
    if volumes is not None and wanted.searches:
        raise DataError.of("searches-with-volumes", got=wording.in_a_row(map(str, volumes)))
    if volumes is not None and len(volumes) != rows:
        raise DataError.of("volumes-a-side", got=len(volumes))
    unread = [name for name in wanted.roles if name != "selection" or "text" not in forms]
    if wanted.groups and not rows and "audit" not in forms:
        unread.append("groups")
    if "audit" not in forms:
        unread += [name for name, given in (("by", wanted.by is not None), ("searches", wanted.searches)) if given]
    if unread and not rows:
        raise DataError.of("figures-only", got=wording.in_a_row(unread))


def _read(side: object, wanted: Wanted) -> Compared:
    """Take a side that is no rows: figures, an audit, or a text."""
    if isinstance(side, Compared):
        return side
    if isinstance(side, Result):
        return Compared.of(side, counts=wanted.counts)
    if isinstance(side, Audit):
        rate = grounds_rate if wanted.searches else recording_rate
        return Compared(rate(side, wanted.by))
    if isinstance(side, Standard):
        return Compared(side, name=side.name)
    if isinstance(side, PublishedRate):
        return Compared(side, name=side.label)
    if isinstance(side, Estimates):
        # counts without rows are called by themselves
        alone = side.totals is None and len(side) == 1
        return Compared(side, name=side.rows[0].label[0] if alone else "")
    text = str(side)
    return Compared(read_figure(text, wanted.roles.get("selection", "random")), name=text.strip())


def _file_name(side: object) -> str:
    """Name a side of one file by it; several, and a frame, have no name."""
    parts = side if isinstance(side, (list, tuple)) else [side]
    if len(parts) != 1:
        return ""
    path = parts[0].path if isinstance(parts[0], Workbook) else parts[0]
    return Path(path).name if isinstance(path, (str, Path)) else ""


def is_figure(text: str) -> bool:
    """Tell whether a text is a figure and not a file; a file that exists wins."""
    # what is written in digits and signs alone, however wrongly, is no file either
    return not Path(text).exists() and (_OF_NUMBERS.fullmatch(text) is not None or "%" in text)


def read_figure(text: str, selection: str = "random") -> Estimates | PublishedRate:
    """Read counts or a published figure."""
    try:
        return _figure(text, selection)
    except CdiError as error:
        at = [each if each.got == text else replace(each, where=replace(each.where, key=text)) for each in error.faults]
        raise type(error)(at) from error


def _figure(text: str, selection: str) -> Estimates | PublishedRate:
    if counts_of(text):
        return of_counts(text, selection=selection)
    if not is_published(text):
        raise DataError.of("not-a-side", got=text)
    if selection not in REPRESENTATIVE:
        raise DesignError.of("not-representative", got=wording.SELECTIONS[selection])
    return parse_published(text, census=selection == "census")


def read_audit_side(source: object, volumes: object, wanted: Wanted) -> Compared:
    """Estimate the rates of the rows of a side, or its unrecorded crimes."""
    if wanted.searches:
        return Compared.of(grounds(source, by=wanted.by, **wanted.roles))
    return Compared.of(estimate(source, by=wanted.by, volumes=volumes, **wanted.roles), counts=wanted.counts)


@dataclass(frozen=True, slots=True)
class Figures:
    """One side of a comparison, whatever it was; one element a row."""

    keys: tuple[str, ...]  # the domain columns
    # each row with its own interval; of one figure, which stands for the whole, the label is ``all``
    rows: tuple[Row, ...]
    # takes some rows, and gives a function from the probability left out on each side to their estimates and limits
    of: Callable[[Sequence[int]], Limits]
    estimates: Estimates | None  # where they come from; None for a printed figure
    standard: float | None = None  # the fixed standard that it is, a proportion

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.rows[-1].measure

    @property
    def single(self) -> bool:
        """Whether it is one figure, which stands for the whole."""
        return len(self.rows) == 1

    @property
    def whole(self) -> int:
        """The row that stands for the whole: the first overall one, or the only one."""
        return next((i for i, row in enumerate(self.rows) if row.whole), len(self.rows) - 1)

    @property
    def domains(self) -> dict[Label, int]:
        """Its categories, and their places."""
        return {row.label: i for i, row in reversed([*enumerate(self.rows)]) if not row.whole}


def figures_of(side: Estimates | PublishedRate, level: float, method: str) -> Figures:
    """Put a side on the common footing."""
    if isinstance(side, PublishedRate):
        return _of_printed(side, level)
    side.refuse_unrepresentative()
    rows = arrange(side, level=level, method=method).rows
    if len(rows) == 1:
        rows = (replace(rows[0], label=(ALL,) * max(len(side.keys), 1)),)
    return Figures(
        side.keys if len(side) > 1 else (),
        rows,
        lambda places: partial(_limits, side.take(places), method),
        side,
    )


def _limits(side: Estimates, method: str, tail: float) -> WithLimits:
    """Give the limits for any probability left out, the one-sided ones of that probability."""
    if method == "published":
        return _scaled(side, tail)
    if method == "exact":
        both = side.interval(1 - 2 * tail, method)
        return WithLimits(side.estimate, both.low, both.high)
    low = side.interval(1 - tail, method, "lower").low
    high = side.interval(1 - tail, method, "upper").high
    return WithLimits(side.estimate, low, high)


def _scaled(side: Estimates, tail: float) -> WithLimits:
    """Scale the published style, which exists at 95% only, by the ratio of normal quantiles."""
    if isinstance(side, Counts):
        raise MethodError.of("published-terms", got="ratio")
    found = side.interval(PRINTED_LEVEL, "published")
    half = (found.high - found.low) / 2 * (normal.quantile(tail) / normal.quantile(_MIDDLE))
    return WithLimits(side.estimate, side.estimate - half, side.estimate + half)


def _of_printed(side: PublishedRate, level: float) -> Figures:
    found = side.interval(level)
    low, high = (None if side.census else float(end) for end in (found.low, found.high))
    facts = Facts(Scope.OVERALL, census=side.census)
    if isinstance(side, Standard):
        facts = Facts(Scope.OVERALL, stated=(FIXED,))
    elif not side.census:
        facts = facts.because(("as-printed" if level == PRINTED_LEVEL else "as-printed-scaled",))
    if low is not None and high is not None and not 0 <= low <= high <= 1:
        facts = facts.because(("beyond",))
    size = None if np.isnan(side.size) else side.size
    measure, method = (STANDARD, "") if isinstance(side, Standard) else (ANY, AS_PRINTED)
    row = Row((ALL,), measure, side.rate, low, high, level, method, n_eff=size, facts=facts)

    def limits(tail: float) -> WithLimits:
        half = side.half_width_at(tail)
        return WithLimits(*(np.array([end]) for end in (side.rate, side.rate - half, side.rate + half)))

    return Figures((), (row,), lambda _rows: limits, None, side.rate if isinstance(side, Standard) else None)


def refuse_one_sample(sides: Sequence[Compared]) -> None:
    """Refuse a sample that stands on two sides: the two would not be independent."""
    estimates = [side.figures for side in sides if isinstance(side.figures, Estimates)]
    for i, side in enumerate(estimates):
        if side.totals is not None and any(same_sample(side, other) for other in estimates[:i]):
            raise DesignError.of("same-sample", where=Where(side.totals.audit.name))


def refuse_unlike(a: Figures, b: Figures, kind: str, names: Sequence[str]) -> None:
    """Refuse sides that measure different things, or have different categories; all at once."""
    faults: list[Fault] = []
    where = Where(key=wording.against(names))
    counts = (a.measure.counted, b.measure.counted)
    if counts[0] != counts[1] or (a.measure != b.measure and not {ANY, STANDARD} & {a.measure, b.measure}):
        got = " and ".join(side.measure.name for side in (a, b))
        faults.append(fault("measures-differ", got=got, where=where))
    elif counts[0] and kind == "difference":
        raise MethodError.of("counts-need-ratio", got=kind, where=where)
    single = a.single or b.single
    if not single and a.keys != b.keys:
        got = " and ".join(wording.in_a_row(side.keys) for side in (a, b))
        faults.append(fault("categories-differ", got=got, where=where))
    elif not single and not a.domains.keys() & b.domains.keys():
        got = " and ".join(wording.in_a_row(sorted(" ".join(label) for label in side.domains)) for side in (a, b))
        faults.append(fault("no-shared-category", got=got, where=replace(where, column=", ".join(a.keys))))
    if SIDE in (*a.keys, *b.keys):
        faults.append(fault("side-column", got=SIDE, name=SIDE))
    if faults:
        raise DataError(faults)


def refuse_complex(sides: Sequence[Estimates | PublishedRate], *, independent: bool) -> None:
    """Refuse the score method where a side is no simple random sample from an endless frame, or both share reports."""
    if not independent:
        raise MethodError.of("score-needs-simple", got=SCORE)
    for side in sides:
        if isinstance(side, (PublishedRate, Counts)):
            raise MethodError.of("score-needs-simple", got=SCORE)
        side.refuse_unrepresentative()
        complex_ = ~side.basis.simple | np.isfinite(side.basis.frame)
        if complex_.any():
            row = side.rows[int(np.argmax(complex_))]
            raise MethodError.of("score-needs-simple", got=SCORE, where=Where(key=", ".join(row.label)))


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of one side and the row of the other that it is held against."""

    names: tuple[str, str]  # what the sides are called
    a: Figures
    b: Figures
    # i, j: the place of each row; None where its side has none such
    i: int | None
    j: int | None
    label: Label = ()  # what they are of; nothing where a side is a single figure
    whole: bool = False  # whether they are of the whole
    overlap: int = 0  # the reports that both samples hold
    shared: Shared = INDEPENDENT  # how the two go together

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name what they are of."""
        if self.b.standard is None and (self.a.single or self.b.single):
            return ()
        return self.a.keys

    @property
    def rows(self) -> tuple[Row | None, Row | None]:
        """The two."""
        a = None if self.i is None else self.a.rows[self.i]
        b = None if self.j is None else self.b.rows[self.j]
        return a, b


def paired(a: Figures, b: Figures, names: tuple[str, str], overlap: int = 0) -> list[Pair]:
    """Put the rows of two sides together by their label; those of one side only stay alone, and the whole is last."""
    if b.standard is not None:
        rows = [(i, row) for i, row in enumerate(a.rows) if not row.whole or i == a.whole]
        return [Pair(names, a, b, i, 0, row.label, whole=row.whole or a.single) for i, row in rows]
    if a.single or b.single:
        return [Pair(names, a, b, a.whole, b.whole, whole=True, overlap=overlap)]
    ours, theirs = a.domains, b.domains
    labels: Iterable[Label] = dict.fromkeys(row.label for side in (a, b) for row in side.rows if not row.whole)
    order = order_of(*(side.estimates for side in (b, a) if side.estimates is not None))
    if order:
        labels = in_order(labels, a.keys, order)
    found = [Pair(names, a, b, ours.get(label), theirs.get(label), label, overlap=overlap) for label in labels]
    return [*found, Pair(names, a, b, a.whole, b.whole, a.rows[a.whole].label, whole=True, overlap=overlap)]
