"""The kinds of report of an audit: what is alike in its stratum, its weight and its crimes is one kind, counted.

Every sum over reports is one over kinds, each as often as it comes: a national audit of 60,000 reports has some hundred
kinds a force. The table of them is the audit without a row of it. Rates and their covariances follow from it, and so do
samples drawn again from the reports of a sample, which are draws of how often each kind comes.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.counting import DRAWS, DUE, PLACED, RECORDED, WEIGHT, Found
from cdi.audits.volumes import label_of
from cdi.errors import DataError, DesignError, Where
from cdi.measures import MEASURES
from cdi.reading import engine
from cdi.showing import Printed, same_values
from cdi.survey.sampling import share_of
from cdi.survey.totals import Cells, Pairs, Totals, total, weights_of
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.audit import Audit
    from cdi.audits.strata import Strata
    from cdi.audits.volumes import Label
    from cdi.printing.layout import Page
    from cdi.reading.engine import Rows
    from cdi.survey.estimates import Estimates

__all__ = ["Kinds", "kinds_by", "kinds_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

NOWHERE = -1
"""The place of what is in no category or stratum."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Kinds(Printed):
    """The kinds of report of an audit, with how many reports are of each. It holds no row and no report number.

    A kind that stands for one report tells of that report, so the table is as private as the audit.

    Attributes
    ----------
    keys : tuple of str
        The category columns.
    domains : tuple of tuple of str
        The categories.
    audit : Audit
        The sample, without its rows.
    stratum : int array
        The place of each kind's stratum in ``audit.strata.labels``.
    weight : float array
        What a report of each kind counts.
    reports : int array
        How many reports are of each kind. Those without any crime are of a kind of their own in each stratum.
    kind, domain : int array
        What reports of a kind hold, with one element for each kind and category: the places of both.
    due, recorded, placed : int array
        The crimes due there, those of them recorded, and those recorded in their own class where that is asked for.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B", "C"], "recorded": [1, 0, 1, 1]})
    >>> kinds = cdi.read_audit(sample, cluster="incident").kinds()
    >>> kinds
    <cdi.Kinds: 2 kinds of 3 reports, 1 stratum>
    >>> kinds.to_pandas().values.tolist()
    [[1, 1, 1, 2], [2, 2, 1, 1]]
    """

    keys: tuple[str, ...]
    domains: tuple[Label, ...]
    audit: Audit = field(repr=False, compare=False)
    stratum: Ints
    weight: Floats
    reports: Ints
    kind: Ints
    domain: Ints
    due: Ints
    recorded: Ints
    placed: Ints
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.reports)

    def __repr__(self) -> str:
        reports, strata = int(self.reports.sum()), len(self.strata.labels)
        kinds = f"{len(self):,} kind{'' if len(self) == 1 else 's'} of {reports:,} report{'' if reports == 1 else 's'}"
        return f"<cdi.Kinds: {kinds}, {strata:,} {'stratum' if strata == 1 else 'strata'}>"

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same: nothing of it changes."""
        return self

    @property
    def rowless(self) -> bool:
        """Whether it holds no row."""
        return True

    @property
    def strata(self) -> Strata:
        """The strata that reports were drawn from."""
        return self.audit.strata

    @property
    def counted(self) -> Ints:
        """The crimes that count as recorded by category."""
        return self.placed if self.audit.places(self.keys) else self.recorded

    @property
    def totals(self) -> Totals:
        """The sums that every rate and variance follows from, as those of the rows are."""
        whole = self._whole()
        none = Cells(*(getattr(whole, name)[:0] for name in Cells.__slots__))
        cells = self._cells() if self.keys else none
        return Totals(self.keys, self.domains, self.strata, cells, whole, self.audit, self.order, larger=self)

    def rates(self) -> Estimates:
        """Estimate recording rates, as :func:`cdi.recording_rate` does from the rows.

        Returns
        -------
        Estimates
            One row for each category, with the overall rate last. A pickle of them keeps the kinds, so that categories
            can still be compared with each other.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> audit = cdi.read_audit(pd.DataFrame({"recorded": [1, 1, 0, 1]}))
        >>> audit.kinds().rates().estimate.tolist()
        [0.75]
        """
        return share_of(self.totals, MEASURES["recording-rate"])

    def counting(self, change: Callable[[Audit], Audit]) -> Totals:
        """Sum up the same reports where a crime in any class counts as recorded; whatever else needs the rows."""
        return replace(self, audit=change(self.audit)).totals

    def pairs(self) -> Pairs:
        """Sum the products between categories that share reports."""
        counted = self.counted
        held = np.flatnonzero(self.due > 0)
        pairs = [
            pair
            for _, places in itertools.groupby(held.tolist(), key=lambda place: int(self.kind[place]))
            for pair in itertools.permutations(list(places), 2)
        ]
        one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        kind = self.kind[one]
        products = [
            self.reports[kind] * first[one] * second[other]
            for first, second in ((self.due, self.due), (self.due, counted), (counted, counted))
        ]
        met, at = _apart(self.domain[one], self.domain[other], self.stratum[kind], self.weight[kind])
        sums = [_summed(each, at, len(met[0])) for each in products]
        one, other, stratum = (each.astype(np.int64) for each in met[:3])
        return Pairs(one, other, stratum, met[3], *sums)

    def page(self, **_options: Any) -> Page:
        """Lay the kinds out for people, a line for each category that reports of a kind hold."""
        from cdi.printing.layout import Page, words_of

        headings, rows = self._lines()
        grid = words_of(wording.KINDS_TITLE, headings, rows, words=len(self._named()))
        return Page(None, (grid,), statements=(wording.KINDS_SAID,))

    def to_pandas(self) -> pd.DataFrame:
        """Give the table of kinds, with a row for each category that reports of a kind hold.

        Returns
        -------
        pandas.DataFrame
            The strata, ``kind`` (its number), ``weight`` where reports weigh differently, the category columns,
            ``due``, ``recorded``, ``placed`` where a class is asked for, and ``reports``. A kind without crimes has
            blanks for its category.
        """
        import pandas as pd

        headings, rows = self._lines()
        return pd.DataFrame(rows, columns=headings)

    # ---- sums

    def _cells(self) -> Cells:
        """Sum up by category, stratum and weight."""
        times, counted = self.reports[self.kind], self.counted
        met, at = _apart(self.domain, self.stratum[self.kind], self.weight[self.kind])
        return _cells_of(met, at, times, self.due, counted)

    def _whole(self) -> Cells:
        """Sum up over whole reports, in whatever class their crimes were recorded."""
        due, recorded = (_summed(each, self.kind, len(self)) for each in (self.due, self.recorded))
        met, at = _apart(np.zeros(len(self), dtype=np.int64), self.stratum, self.weight)
        return _cells_of(met, at, self.reports, due, recorded)

    # ---- as it is shown

    def _named(self) -> list[str]:
        """Name the columns of words: the strata, and the categories that are no strata."""
        return [*self.strata.keys, *(key for key in self.keys if key not in self.strata.keys)]

    def _lines(self) -> tuple[list[str], list[tuple[object, ...]]]:
        heading = wording.KINDS_HEADINGS
        weighs, placed = len(set(self.weight.tolist())) > 1, self.audit.places(self.keys)
        numbers = ["kind", *(["weight"] if weighs else []), "due", "recorded", *(["placed"] if placed else [])]
        return [*self._named(), *(heading[name] for name in (*numbers, "reports"))], list(
            self._values(weighs=weighs, placed=placed)
        )

    def _values(self, *, weighs: bool, placed: bool) -> Iterator[tuple[object, ...]]:
        own = [i for i, key in enumerate(self.keys) if key not in self.strata.keys]
        held: dict[int, list[int]] = {}
        for place, kind in enumerate(self.kind.tolist()):
            held.setdefault(kind, []).append(place)
        for kind in range(len(self)):
            stratum = self.strata.labels[self.stratum[kind]]
            number = (kind + 1, *([float(self.weight[kind])] if weighs else []))
            reports = int(self.reports[kind])
            for place in held.get(kind, ()):
                label = [self.domains[self.domain[place]][i] for i in own] if self.keys else []
                counts = [self.due[place], self.recorded[place], *([self.placed[place]] if placed else [])]
                yield (*stratum, *label, *number, *map(int, counts), reports)
            if kind not in held:
                yield (*stratum, *("" for _ in own), *number, 0, 0, *([0] if placed else []), reports)


def _apart(*columns: npt.NDArray[np.generic]) -> tuple[list[npt.NDArray[Any]], Ints]:
    """Find the different rows of some columns, sorted by the first of them, and where each row is among them."""
    if not len(columns[0]):
        return [column[:0] for column in columns], np.zeros(0, dtype=np.int64)
    order = np.lexsort(columns[::-1])
    differs = np.zeros(len(order), dtype=bool)
    for column in columns:
        differs[1:] |= column[order][1:] != column[order][:-1]
    at = np.zeros(len(order), dtype=np.int64)
    at[order] = np.cumsum(differs)
    first = order[np.flatnonzero(np.r_[True, differs[1:]])]
    return [column[first] for column in columns], at


def _summed(values: npt.NDArray[np.generic], at: Ints, size: int) -> Ints:
    """Add up whole numbers."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, at, values)
    return found


def _cells_of(met: Sequence[npt.NDArray[Any]], at: Ints, times: Ints, due: Ints, recorded: Ints) -> Cells:
    """Make cells of what reports hold, each as often as it comes."""
    domain, stratum, weight = met
    size = len(domain)
    largest = np.zeros(size, dtype=np.int64)
    np.maximum.at(largest, at, due)
    products = {"due_due": due * due, "due_recorded": due * recorded, "recorded_recorded": recorded * recorded}
    ones = {"reports": np.ones_like(due), "with_crimes": (due > 0).astype(np.int64)}
    terms = {"due": due, "recorded": recorded, **products, **ones}
    sums = {name: _summed(times * each, at, size) for name, each in terms.items()}
    return Cells(domain, stratum, weight, largest=largest, **sums)


# ---- from an audit


def kinds_by(audit: Audit, by: str | Sequence[str] | None) -> Kinds:
    """Give the kinds of report of an audit, by category columns as estimates are."""
    if audit.undecided:
        raise DataError.of("undecided", got=wording.undecided(audit.undecided), where=audit.first_undecided)
    return kinds_of(total(audit, by))


def kinds_of(totals: Totals) -> Kinds:
    """Give the kinds of report that were summed up."""
    if isinstance(totals.larger, Kinds):
        return totals.larger
    if totals.larger is not None and not totals.audit.has_rows:
        totals = totals.larger.counting(_unchanged)
    audit = totals.audit
    design = audit.design
    if design.reports is not None or (design.deff or 1) > 1:
        raise DesignError.of("kinds-of-counts", where=Where(audit.name))
    found = Counter(_kinds_of_counts(totals) if design.counts else _kinds_of_reports(totals))
    # reports that no row is of hold no crime either: they were stated beside the file
    sampled = np.zeros(len(totals.strata.labels), dtype=np.int64)
    for (stratum, _, held), times in found.items():
        sampled[stratum] += times if held else 0
    kinds = [(kind, times) for kind, times in found.items() if kind[2] and times]
    without = totals.strata.sampled - sampled
    kinds += [((h, float(totals.strata.weight[h]), ()), int(without[h])) for h in np.flatnonzero(without).tolist()]
    kinds.sort()
    elements = [(i, *each) for i, (kind, _) in enumerate(kinds) for each in kind[2]]
    kind, domain, due, recorded, placed = np.array(elements, dtype=np.int64).reshape(-1, 5).T
    return Kinds(
        totals.keys,
        totals.domains,
        audit.without_rows(),
        np.array([kind[0] for kind, _ in kinds], dtype=np.int64),
        np.array([kind[1] for kind, _ in kinds], dtype=np.float64),
        np.array([times for _, times in kinds], dtype=np.int64),
        kind,
        domain,
        due,
        recorded,
        placed,
        totals.order,
    )


def _unchanged(audit: Audit) -> Audit:
    """Count what an audit counts."""
    return audit


_Held: TypeAlias = tuple[int, int, int, int]
"""A category with the crimes due in it, recorded, and recorded in their own class."""

_Kind: TypeAlias = tuple[int, float, tuple[_Held, ...]]
"""The stratum of a report, its weight, and what it holds."""


class _Parts(NamedTuple):
    """What reports hold of one category each, in the places of strata and categories."""

    stratum: list[int]
    weight: list[float]
    held: list[_Held | None]  # none where no crime was due, in no category

    @classmethod
    def of(cls, totals: Totals, found: Found) -> _Parts:
        """Place what was found."""
        audit = totals.audit
        stratum = _places(found, audit.source.inner_names(totals.strata.keys), totals.strata.labels)
        domain = _places(found, audit.source.inner_names(totals.keys), totals.domains or ((),))
        due, recorded = (np.asarray(found[name]).astype(np.int64) for name in (DUE, RECORDED))
        placed = np.asarray(found[PLACED]).astype(np.int64) if PLACED in found else recorded
        # a report without crimes has a blank for its crime type, and is in no domain
        blank = np.array([NO_LABEL in label for label in totals.domains] or [False])
        domain = np.where((due == 0) & blank[domain], NOWHERE, domain)
        weight = totals.strata.weight[stratum]
        if totals.strata.weighted:
            weight = weight * weights_of(audit, found[WEIGHT])
        held = zip(domain.tolist(), due.tolist(), recorded.tolist(), placed.tolist(), strict=True)
        return cls(stratum.tolist(), weight.tolist(), [None if each[0] == NOWHERE else each for each in held])


def _places(found: Found, names: Sequence[str], labels: Sequence[Label]) -> Ints:
    """Find the place of each row's label among some; labels are written once for each that there is."""
    at = {label: place for place, label in enumerate(labels)}
    known: dict[tuple[object, ...], int] = {}
    rows = (
        zip(*(found[name].tolist() for name in names), strict=True) if names else itertools.repeat((), len(found[DUE]))
    )
    places = []
    for values in rows:
        if values not in known:
            known[values] = at.get(label_of(values), NOWHERE)
        places.append(known[values])
    return np.array(places, dtype=np.int64)


def _kinds_of_counts(totals: Totals) -> dict[_Kind, int]:
    """Count the records of each kind in a table of counts, each of which is drawn by itself."""
    audit = totals.audit
    numbers = [DUE, RECORDED, *([PLACED] if PLACED in audit.known else []), DRAWS]
    found = engine.collect(engine.sums(audit.rows, _keys(totals), numbers))
    kinds = Counter[_Kind]()
    draws = np.asarray(found[DRAWS]).astype(np.int64).tolist()
    for h, weight, held, number in zip(*_Parts.of(totals, found), draws, strict=True):
        if held is None:
            continue
        domain, due, recorded, placed = held
        kinds[h, weight, ((domain, 1, 1, 1),)] += placed
        kinds[h, weight, ((domain, 1, 1, 0 if PLACED in audit.known else 1),)] += recorded - placed
        kinds[h, weight, ((domain, 1, 0, 0),)] += due - recorded
        kinds[h, weight, ((domain, 0, 0, 0),)] += number - due
    return kinds


def _kinds_of_reports(totals: Totals) -> dict[_Kind, int]:
    """Count the reports of each kind: most hold one category, and are grouped where they are."""
    import narwhals as nw

    audit, keys = totals.audit, _keys(totals)
    numbers = [DUE, RECORDED, *([PLACED] if PLACED in audit.known else [])]
    reports = _reports(audit, keys, numbers)
    several = None
    if audit.cluster is not None and set(keys) > set(audit.apart):
        parts = engine.sums(reports, [audit.cluster], (), count=_PARTS)
        parts = parts.rename({audit.cluster: _REPORT})
        joined = reports.join(parts, left_on=audit.cluster, right_on=_REPORT)
        several = engine.collect(joined.filter(nw.col(_PARTS) > 1).select(audit.cluster, *keys, *numbers))
        reports = joined.filter(nw.col(_PARTS) == 1)
    found = engine.collect(engine.sums(reports.select(*keys, *numbers), [*keys, *numbers], (), count=_TIMES))
    kinds = Counter[_Kind]()
    for h, weight, held, times in zip(*_Parts.of(totals, found), found[_TIMES].tolist(), strict=True):
        kinds[h, weight, () if held is None else (held,)] += times
    if several is not None and len(several[DUE]):
        kinds.update(_kinds_of_several(totals, several))
    return kinds


_PARTS, _REPORT, _TIMES = "_cdi_parts", "_cdi_report", "_cdi_times"
"""The rows of a report, its number, and how many reports are alike."""


def _kinds_of_several(totals: Totals, found: Found) -> Iterator[_Kind]:
    """Bring together what reports hold of several categories; their numbers are left behind."""
    together: dict[object, tuple[int, float, list[_Held]]] = {}
    names = found[str(totals.audit.cluster)].tolist()
    for name, h, weight, held in zip(names, *_Parts.of(totals, found), strict=True):
        own = together.setdefault(name, (h, weight, []))[2]
        if held is not None:
            own.append(held)
    for h, weight, own in together.values():
        yield h, weight, tuple(sorted(own))


def _keys(totals: Totals) -> list[str]:
    """Name the columns that reports are kept apart by, as the rows know them."""
    return list(dict.fromkeys([*totals.audit.apart, *totals.audit.source.inner_names(totals.keys)]))


def _reports(audit: Audit, keys: Sequence[str], numbers: Sequence[str]) -> Rows:
    """Give the reports, each apart by some columns: those that were kept, or those of the rows."""
    if audit.cluster is None:
        return audit.rows.select(*keys, *numbers)
    kept = audit.kept_reports(keys)
    rows = audit.rows if kept is None else kept.rows
    return engine.hold(engine.sums(rows, list(dict.fromkeys([audit.cluster, *keys])), numbers))
