"""The groups that records are of: who lives in the area of each, which one the others are held against, and searches.

Which group a search was of is counted by the engine of every other rate: the share of a group among the searches is a
ratio of totals, so strata, clusters, weights and the frame work as everywhere. A rate per 1,000 residents is that share
times a known number; a ratio between two groups is a monotone map of the share of one among both, and so are its ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import names_of
from cdi.audits import answers, checks
from cdi.audits.counting import DUE, PLACED
from cdi.audits.ethnicity import Lacking, plain_label
from cdi.audits.volumes import Volumes, label_of, ranked, read_volumes
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.facts import Facts, Presentation, Scope
from cdi.measures import MEASURES, Measure
from cdi.printing.tables import Row, arrange
from cdi.reading import engine, opening
from cdi.reading.sources import Source, no_column, refuse_spelling
from cdi.survey.sampling import share, share_of
from cdi.survey.totals import Cells, Totals
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.survey.estimates import Estimates
    from cdi.survey.totals import Pairs

__all__ = [
    "RATE", "RATIO", "RESIDENTS", "SHARE", "SOURCE", "YEAR", "Groups", "Residents", "Searched", "cells_among",
    "frame_of", "groups_of", "per_thousand", "read_residents", "search_ratio", "share_among", "shares_among",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

RESIDENTS, SOURCE, YEAR = "residents", "source", "year"
"""The columns of a file of residents beside that of the group."""

_YEAR = re.compile(r"\b(18|19|20|21)[0-9]{2}\b")


@dataclass(frozen=True, slots=True)
class Residents:
    """A resident population by group."""

    counts: Mapping[str, int]  # group -> people who live in the area
    # sources, years: where the numbers come from and which year they are of, as the file says; one each where it is the
    # same throughout
    sources: tuple[str, ...]
    years: tuple[str, ...]
    name: str | None = None  # the file


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of people, as the records spell them."""

    by: str  # the group column
    stated: tuple[str, ...]  # the groups of the records and of the residents, sorted
    unstated: tuple[str, ...]  # what stands in records that state no group
    reference: str  # the group that the others are held against
    residents: Residents | None = None  # the resident population, with its source and year

    def residents_of(self, group: str) -> int | None:
        """Give the people of a group who live in the area, where that is known."""
        return None if self.residents is None else self.residents.counts.get(group)


def read_residents(source: object, by: str) -> Residents:
    """Read a resident population."""
    if isinstance(source, Residents):
        return source
    if isinstance(source, Mapping):
        return _from_mapping(source, by)
    opened = opening.open_source(source)
    refuse_spelling(opened, {RESIDENTS, SOURCE, YEAR}, "volume-spelling", apart=(by,))
    faults = [no_column(name, opened) for name in (opened.written(by), RESIDENTS) if name not in opened.columns]
    where = Where(opened.name, opened.header, sheet=opened.sheet)
    unsourced = [name for name in (SOURCE, YEAR) if name not in opened.columns]
    faults += [fault("residents-unsourced", where=where, column=name) for name in unsourced]
    if faults:
        raise DataError(faults)
    checks.refuse(opened, [checks.missing(name, opened, "residents-unsourced") for name in (SOURCE, YEAR)])
    return _settled(read_volumes(opened, (by,), (RESIDENTS,)), _values(opened, SOURCE), _values(opened, YEAR))


def _from_mapping(source: Mapping[object, object], by: str) -> Residents:
    unsourced = [name for name in (SOURCE, YEAR) if answers.show(source.get(name)) == answers.show(None)]
    if unsourced:
        raise DataError([fault("residents-unsourced", where=Where(key=name), column=name) for name in unsourced])
    counts = {name: value for name, value in source.items() if name not in {SOURCE, YEAR}}
    sources, years = (answers.show(source[SOURCE]),), (answers.show(source[YEAR]),)
    return _settled(read_volumes(counts, (by,), (RESIDENTS,)), sources, years)


def _values(opened: Source, column: str) -> tuple[str, ...]:
    """List what a column says, in the order of the file where there is one."""
    inner = opened.inner(column)
    found = engine.collect(opened.rows.select(inner))[inner]
    return tuple(dict.fromkeys(answers.show(value) for value in found))


def _settled(volumes: Volumes, sources: tuple[str, ...], years: tuple[str, ...]) -> Residents:
    """Check what no single cell shows: that people live there, that the total is one, that a year is a year."""
    counts, _ = volumes.filled(RESIDENTS, [])
    known = {label[0]: count for label, count in counts.items()}
    empty = [((group,), fault("residents-none", got=0)) for group, count in known.items() if not count]
    faults: list[Fault] = volumes.put(empty, RESIDENTS)
    where = Where(volumes.name, column=YEAR)
    faults += [fault("residents-year", got=year, where=where) for year in years if not _YEAR.search(year)]
    if faults:
        raise DataError(faults)
    return Residents(known, sources, years, volumes.name)


def groups_of(
    rates: Estimates, residents: Residents | None, reference: str | None, not_stated: Sequence[str], name: str | None
) -> Groups:
    """Tell groups from the lack of one and choose the reference; ``not_stated`` are further words for the lack."""
    lacking = Lacking(names_of(not_stated, "not_stated"))
    records = {row.label[0]: int(n) for row, n in zip(rates.rows, rates.basis.due, strict=True) if not row.whole}
    names = {group for group in records if group not in lacking}
    held = [group for group, n in records.items() if n and group in names]
    unstated = tuple(group for group, n in records.items() if n and group not in names)
    where = Where(name, column=rates.keys[0])
    faults = _alike(held, where)
    if residents is not None:
        names |= set(residents.counts)
        faults = faults or _misfits(residents, held, lacking, where)
    if len(names) < 2 or not held:
        faults.append(fault("one-group", got=wording.in_a_row(held) or None, where=where, column=where.column))
    elif reference is not None:
        faults += _unfit(reference, held, lacking, where)
    if faults:
        raise DataError(faults)
    if reference is None:
        reference = max(held, key=records.__getitem__)
    order = {} if rates.totals is None else rates.totals.order
    return Groups(rates.keys[0], ranked(names, order.get(rates.keys[0], ())), unstated, reference, residents)


def _alike(held: Sequence[str], where: Where) -> list[Fault]:
    """Find groups that differ from another in capitals, hyphens or spaces only: parts of one group, each too small."""
    first: dict[str, str] = {}
    for group in held:
        first.setdefault(plain_label(group), group)
    twice = [(group, first[plain_label(group)]) for group in held if first[plain_label(group)] != group]
    return [fault("groups-alike", got=group, where=where, group=other) for group, other in twice]


def _misfits(residents: Residents, held: Sequence[str], lacking: Container[str], of: Where) -> list[Fault]:
    """Find residents of no group, and groups that are spelled in another way than the records spell them."""
    faults: list[Fault] = []
    where = Where(residents.name, column=of.column)
    spelled = {plain_label(group): group for group in held}
    for group in residents.counts:
        alike = spelled.get(plain_label(group), group)
        if group in lacking:
            faults.append(fault("residents-unstated", got=group, where=where))
        elif alike != group and group not in held:
            faults.append(fault("residents-alike", got=group, where=where, group=alike))
    if not faults and not set(residents.counts) & set(held):
        got = wording.in_a_row(residents.counts) or None
        faults.append(fault("residents-of-none", got=got, where=where, groups=tuple(held)))
    return faults


def _unfit(reference: str, held: Sequence[str], lacking: Container[str], where: Where) -> list[Fault]:
    """Say why the others cannot be held against what was named."""
    if reference in lacking:
        return [fault("reference-unstated", got=reference, where=where, groups=tuple(held))]
    if reference not in held:
        hint = suggestion(reference, held)
        return [fault("no-group", got=reference, where=where, column=where.column, hint=hint)]
    return []


# ---- searches for each resident


SHARE, RATE, RATIO = (MEASURES[key] for key in ("search-share", "searches-per-1000", "search-ratio"))

_THOUSAND, _BOTH = 1_000, 2
_OF_ANSWERS = frozenset(["all-recorded", "none-recorded", "few-unrecorded"])
"""Notes on the answers that are looked for; whether a search was of a group is no answer."""


@dataclass(frozen=True, slots=True)
class Searched:
    """How many searches there were, as far as it is known."""

    counts: Mapping[str, int] | None  # searches of each group, where all of them are known
    total: int | None  # searches that the sample was drawn from
    # whether each group was drawn from by itself at a rate that is not known, so that the groups of the sample do not
    # stand for those of the searches
    drawn_by_group: bool

    @property
    def exact(self) -> bool:
        """Whether nothing about the number of searches is estimated."""
        return self.counts is not None


def frame_of(totals: Totals, *, census: bool) -> Searched:
    """Find out what is known of all searches."""
    audit, strata = totals.audit, totals.strata
    by_group = totals.keys[0] in strata.keys
    if census:
        rows = np.bincount(totals.cells.domain, totals.cells.due, len(totals.domains)).astype(np.int64).tolist()
        return Searched(dict(zip(_names(totals), rows, strict=True)), sum(rows), drawn_by_group=False)
    design = audit.design
    single = (
        design.cluster is None
        and (design.due is None or design.counts)
        and design.reports is None
        and not strata.stated
    )
    if strata.population is None or not single:
        return Searched(None, None, drawn_by_group=by_group and not strata.weighs)
    if not by_group:
        return Searched(None, int(strata.population.sum()), drawn_by_group=False)
    place = strata.keys.index(totals.keys[0])
    counts = dict.fromkeys(_names(totals), 0)
    for label, records in zip(strata.labels, strata.population.tolist(), strict=True):
        counts[label[place]] += int(records)
    return Searched(counts, sum(counts.values()), drawn_by_group=False)


def _names(totals: Totals) -> list[str]:
    return [label[0] for label in totals.domains]


def share_among(
    totals: Totals, groups: Sequence[str], among: Collection[str] | None = None, *, level: float, method: str
) -> Row:
    """Estimate the share of some groups among the searches of several, or of all, from the sums of each group."""
    cells = cells_among(totals, groups, among)
    if cells is None:
        found = shares_among(totals.audit, totals.keys[0], groups, among)
    else:
        none = replace(totals.cells, **{each.name: getattr(totals.cells, each.name)[:0] for each in fields(Cells)})
        audit = replace(totals.audit, known=totals.audit.known - {PLACED})
        found = share_of(Totals((), (), totals.strata, none, cells, audit), MEASURES["share"])
    row = arrange(found, level=level, method=method).rows[-1]
    short = tuple(standard for standard in row.facts.short_of if standard is not Presentation.SMALL_BASE)
    facts = replace(row.facts.without(_OF_ANSWERS), scope=Scope.CATEGORY, short_of=short)
    return replace(row, label=(groups[0],), measure=SHARE, facts=facts)


def cells_among(totals: Totals, groups: Collection[str], among: Collection[str] | None = None) -> Cells | None:
    """Sum up the searches of some groups among those of several, or of all, without another pass over the rows.

    None where the sums of each group do not tell: of tables of counts, and of three or more groups that share reports.
    """
    whole, cells = totals.whole, totals.cells
    size, held = len(whole.due), [label[0] for label in totals.domains]
    at = {key: i for i, key in enumerate(zip(whole.stratum.tolist(), whole.weight.tolist(), strict=True))}
    if totals.audit.design.counts or len(at) < size:
        return None
    meeting = (
        totals.meeting() if totals.sharing and among is not None and len(set(among) & set(held)) <= _BOTH else None
    )
    if meeting is None and totals.sharing and among is not None:
        return None

    def places(sums: Cells | Pairs) -> Ints:
        keys = zip(sums.stratum.tolist(), sums.weight.tolist(), strict=True)
        return np.array([at[key] for key in keys], dtype=np.int64)

    def over(values: npt.NDArray[Any], mask: Bools, place: Ints, add: np.ufunc = np.add) -> npt.NDArray[Any]:
        found = np.zeros(size, dtype=values.dtype)
        add.at(found, place[mask], values[mask])
        return found

    place, inside = places(cells), np.array([name in groups for name in held], dtype=bool)
    own = inside[cells.domain]
    squares = over(cells.due_due, own, place)
    if among is not None:
        counted = np.array([name in among for name in held], dtype=bool)[cells.domain]
        names = ("due", "due_due", "with_crimes")
        whole = replace(whole, **{name: over(getattr(cells, name), counted, place) for name in names})
        whole = replace(whole, largest=over(cells.largest, counted, place, np.maximum))
        products = squares
        if meeting is not None:
            # a report that holds both is one report, of the crimes of both
            pairs, listed = meeting.pairs, np.array([name in among for name in held], dtype=bool)
            of_pair, both = places(pairs), listed[pairs.one] & listed[pairs.other]
            met = pairs.due_due, inside[pairs.one], inside[pairs.other]
            products = squares + over(met[0], both & met[1], of_pair)
            squares = squares + over(met[0], both & met[1] & met[2], of_pair)
            whole = replace(
                whole,
                due_due=whole.due_due + over(met[0], both, of_pair),
                with_crimes=whole.with_crimes - over(meeting.reports, both, of_pair) // 2,
                largest=np.maximum(whole.largest, over(meeting.largest, both, of_pair, np.maximum)),
            )
    elif totals.sharing:
        pairs = totals.pairs()
        of_pair, one = places(pairs), inside[pairs.one]
        products = squares + over(pairs.due_due, one, of_pair)
        squares = squares + over(pairs.due_due, one & inside[pairs.other], of_pair)
    else:
        products = squares
    recorded = over(cells.due, own, place)
    return replace(whole, recorded=recorded, due_recorded=products, recorded_recorded=squares)


def shares_among(
    searches: Audit, by: str, groups: Sequence[str], among: Collection[str] | None = None
) -> Estimates:  # fmt: skip
    """Estimate that share, with the sums behind it."""
    import narwhals as nw

    held = _marked(searches, by, groups, "_cdi_in_group")
    counted = nw.col(DUE)
    if among is not None:
        held = _marked(held, by, among, "_cdi_among")
        counted = counted * nw.col("_cdi_among")
    return share(held.measuring(counted, counted * nw.col("_cdi_in_group")), (), measure="share")


def _marked(searches: Audit, by: str, groups: Collection[str], name: str) -> Audit:
    """Add a column that tells whether a record is of one of the groups: 1 or 0."""
    import narwhals as nw

    rows, inner = checks.as_text(Source(searches.rows, searches.columns), by).rows, searches.source.inner(by)
    found = engine.collect(engine.sums(rows, [inner], (), count="_cdi_n"))[inner].tolist()
    marks = {value: int(label_of([value])[0] in groups) for value in found if not engine.absent(value)}
    rows = engine.mapped(rows, inner, marks or {"": 0}, name)
    return replace(searches, rows=rows.with_columns(nw.col(name).fill_null(int(NO_LABEL in groups))))


def per_thousand(record: Row, residents: int, frame: Searched) -> Row:
    """Turn the share of a group into its searches per 1,000 residents."""
    if frame.counts is not None:
        return _exact(record, RATE, frame.counts.get(record.label[0], 0) / residents * _THOUSAND)
    times = (frame.total or 0) / residents * _THOUSAND
    return _mapped(record, RATE, lambda p: p * times, slope=times)


def search_ratio(record: Row, residents: Sequence[int], counts: Sequence[int] | None) -> Row:
    """Turn the share of a group among itself and the reference into the ratio of their searches per 1,000 residents."""
    times = residents[1] / residents[0]
    if counts is not None:
        return _exact(record, RATIO, counts[0] / counts[1] * times)
    share_ = record.estimate or 0.0
    return _mapped(record, RATIO, lambda p: p / (1 - p) * times if p < 1 else None, slope=times / (1 - share_) ** 2)


def _exact(record: Row, measure: Measure, value: float) -> Row:
    blank: Mapping[str, Any] = dict.fromkeys(("low", "high", "se", "n_eff", "df", "deff"))
    return replace(record, measure=measure, estimate=value, facts=Facts(reasons=("all-searches",)), **blank)


def _mapped(record: Row, measure: Measure, to: Callable[[float], float | None], slope: float) -> Row:
    low, high, estimate = (None if end is None else to(end) for end in (record.low, record.high, record.estimate))
    reasons = ("no-search-limit",) if record.high is not None and high is None else ()
    se = None if record.se is None else record.se * slope
    found = replace(record, measure=measure, estimate=estimate, low=low, high=high, se=se, deff=None)
    return found.because(*reasons)
