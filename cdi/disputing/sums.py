"""The sums of a sample with some of its disputed decisions turned, without another pass over the rows.

The reports that hold disputed decisions are read once. Reports that are alike in all that the sums know of them can
stand for each other, so what is turned is told by numbers of such reports. From the sums onward it is the engine that
estimates audits by which rates, effective sizes and intervals are computed, and nothing here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers
from cdi.audits.answers import UNDECIDED, WRONG_CLASS
from cdi.audits.counting import DUE, OVER, PLACED, RECORDED, WEIGHT
from cdi.audits.volumes import label_of
from cdi.disputing.decisions import FOUND_RIGHT, KIND
from cdi.errors import DataError, Where, fault
from cdi.reading import engine
from cdi.survey.basis import of_domains, of_volumes, of_whole
from cdi.survey.estimates import Counts, Estimates
from cdi.survey.extrapolation import overall_rate
from cdi.survey.recorded_crime import Held, by_label, held_with, moves, overall
from cdi.survey.totals import Cells, Pairs, Totals, weights_of
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.disputing.decisions import Disputed, Turn
    from cdi.results import Result

__all__ = ["Crime", "Effect", "Line", "Lines", "Report", "Row", "State", "Turned", "lines_of"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

_SUMS = ("due", "recorded", "due_due", "due_recorded", "recorded_recorded", "with_crimes", "reports")
_PRODUCTS = _SUMS[2:5]
_IN_ONE_GO = 100_000  # cells of which several states are made


Piece: TypeAlias = tuple[int, int, int]
"""A category, with crimes due and recorded in it; -1: of no category of the sums."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one kind of turn does to a rate: it adds to the weighted sums of crimes recorded and due."""

    turn: int  # the place of the turn among those of the sample
    stratum: int
    weight: float  # of its report
    # a category, what is added to crimes recorded and due of it, and to what recorded crime holds of it
    adds: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What a row counts, with the places of its own category and of that as which it was recorded."""

    own: int
    written: int
    due: int
    recorded: int
    placed: int  # recorded in its own category
    over: int  # recorded, with nothing due


@dataclass(frozen=True, slots=True)
class Crime:
    """A disputed crime of a report, as some sums count it."""

    domain: int  # the category that it is of as audited
    turn: int
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    second: bool = False  # whether it stands beside another turn of the same crime, of which only one can be made

    @property
    def pool(self) -> tuple[Any, ...]:
        """What tells crimes apart of which only one turn can be made."""
        return self.domain, self.turn - self.second, self.before

    def seen(self, domain: int | None) -> Crime:
        """Keep what it counts in one category, or forget the categories."""
        own = -1 if domain is None else self.domain
        return replace(self, domain=own, before=_seen(self.before, domain), after=_seen(self.after, domain))


@dataclass(frozen=True, slots=True)
class Report:
    """A report that holds disputed crimes, as the sums know it: one that is equal to it counts the same."""

    stratum: int
    weight: float
    settled: tuple[Piece, ...]  # by category, what the crimes count that nobody disputes
    disputed: tuple[tuple[Crime, int], ...]  # each kind of disputed crime, and how many of it the report holds

    def seen(self, domain: int | None) -> tuple[Report, list[int | None]]:
        """Keep what it holds of one category, or forget the categories: a rate over all crimes knows none.

        With it come the new places of its disputed crimes; None of a crime that it holds no more.
        """
        crimes = [crime.seen(domain) for crime, _ in self.disputed]
        times = Counter[Crime]()
        for crime, (_, n) in zip(crimes, self.disputed, strict=True):
            if crime.before or crime.after:
                times[crime] += n
        kept = tuple(sorted(times.items(), key=_order))
        places = {crime: place for place, (crime, _) in enumerate(kept)}
        return replace(self, settled=_seen(self.settled, domain), disputed=kept), [places.get(each) for each in crimes]


def _seen(pieces: Sequence[Piece], domain: int | None) -> tuple[Piece, ...]:
    if domain is not None:
        return tuple(piece for piece in pieces if piece[0] == domain)
    return ((-1, sum(due for _, due, _ in pieces), sum(recorded for *_, recorded in pieces)),)


def _order(pair: tuple[Crime, int]) -> tuple[Any, ...]:
    crime, times = pair
    return crime.domain, crime.turn, crime.before, crime.after, times


Turned: TypeAlias = tuple[int, ...]
"""How many of each kind of disputed crime of a report are turned."""

State: TypeAlias = Mapping[tuple[int, Turned], int]
"""A kind of report with what is turned in it -> how many such reports there are; those not named stand as audited."""


@dataclass(frozen=True, slots=True)
class _WithPairs(Totals):
    """Sums with some reports turned, and the products between categories that follow: no rows say these."""

    met: Pairs | None = None

    def pairs(self) -> Pairs:
        """Give the products."""
        if self.met is None:
            raise TypeError("no pairs")
        return self.met


@dataclass(frozen=True, slots=True)
class Line:
    """One rate of the page, with what it takes to estimate it again with some decisions turned."""

    found: Estimates  # the rate as audited, alone
    domain: int  # the place of its category; -1: the whole
    totals: Totals  # what it follows from
    reports: tuple[Report, ...]  # the kinds of reports that hold disputed crimes of it
    held: tuple[int, ...]  # how many there are of each
    # of each report of the sample the kind that it is of, with the places of its disputed crimes
    known_as: tuple[tuple[int, Sequence[int | None]], ...]
    recorded_crime: float | None  # what its count follows from, where one does
    # recorded crime of each label, where the rate follows from it; None: it is a ratio of two sums
    volumes: Floats | None = None
    labels: tuple[Label, ...] = ()
    pairs: Pairs | None = None  # the products between categories, where the rate rests on them
    large: bool = False  # whether reports print its count in hundreds, however small it is
    # where records of which nothing was due are among recorded crime: the rate that holds them, of which this one
    # takes the share that something was due of
    holding: Line | None = None
    # what its count follows from, where that is not this rate: records may stand in other categories
    counted: Line | None = None
    _known: dict[tuple[int, Turned], Any] = field(default_factory=dict, compare=False, repr=False)
    _estimated: dict[frozenset[Any], Estimates] = field(default_factory=dict, compare=False, repr=False)

    @property
    def number(self) -> int:
        """How many decisions could be turned."""
        return sum(n for _, crime, n in self.crimes() if not crime.second)

    @property
    def count_line(self) -> Line:
        """The line that its count follows from."""
        return self if self.counted is None else self.counted

    def one_turned(self, report: int, place: int) -> State:
        """Turn one disputed crime of a report of the sample; where the rate does not hold it, nothing is turned."""
        kind, places = self.known_as[report]
        own = places[place]
        if own is None:
            return {}
        return {(kind, tuple(int(i == own) for i in range(len(self.reports[kind].disputed)))): 1}

    def _kinds(self) -> Iterator[tuple[Report, int]]:
        return zip(self.reports, self.held, strict=True)

    @property
    def _joined(self) -> bool:
        """Whether it is a ratio over all crimes, which knows no categories."""
        return self.domain < 0 and self.volumes is None

    def sums(self) -> tuple[Floats, Floats]:
        """Give the weighted sums of crimes recorded and due, of each category that the rate follows from."""
        cells = self.totals.whole if self._joined else self.totals.cells
        size = 1 if self._joined else len(self.totals.domains)
        recorded, due = (
            np.bincount(cells.domain, cells.weight * counted, size).astype(np.float64)
            for counted in (cells.recorded, cells.due)
        )
        return recorded, due

    def sums_of(self, labels: Sequence[Label]) -> Floats:
        """Give the weighted sums of crimes recorded by label."""
        place = {label: i for i, label in enumerate(self.totals.domains)}
        recorded = np.r_[self.sums()[0], 0.0]
        return np.asarray(recorded[[place.get(label, -1) for label in labels]], dtype=np.float64)

    def numbers(self) -> tuple[Ints, Ints]:
        """Give the crimes recorded and due, each counted once, of each category that the rate follows from."""
        cells = self.totals.whole if self._joined else self.totals.cells
        size = 1 if self._joined else len(self.totals.domains)
        recorded, due = (np.bincount(cells.domain, each, size) for each in (cells.recorded, cells.due))
        return recorded.astype(np.int64), due.astype(np.int64)

    @property
    def volume_of(self) -> Floats:
        """The recorded crime of each category of the sums that the rate follows from."""
        known = {} if self.volumes is None else dict(zip(self.labels, self.volumes.tolist(), strict=True))
        return np.array([known.get(label, 0.0) for label in self.totals.domains], dtype=np.float64)

    @property
    def label(self) -> Label:
        """What it is of."""
        return self.found.rows[0].label

    def crimes(self) -> Iterator[tuple[Report, Crime, int]]:
        """List the disputed crimes with the reports that they are of, and how many there are that are alike."""
        for report, n in self._kinds():
            for crime, times in report.disputed:
                yield report, crime, n * times

    def effects(self) -> dict[Effect, int]:
        """List what single turns do to the rate, and how many decisions do so; those that do nothing are left out."""
        found: Counter[Effect] = Counter()
        for effects in self.placed_effects():
            for effect, n in effects:
                if effect.adds:
                    found[effect] += n
        return dict(found)

    def placed_effects(self) -> list[list[tuple[Effect, int]]]:
        """List what each disputed crime of each kind of report does if it is turned, and how many there are."""
        found = []
        for kind, (report, n) in enumerate(self._kinds()):
            found.append([(self.effect(kind, place), n * times) for place, (_, times) in enumerate(report.disputed)])
        return found

    def effect(self, kind: int, place: int) -> Effect:
        """Say what it does to the rate to turn a crime of a kind of report."""
        report = self.reports[kind]
        crime = report.disputed[place][0]
        adds: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        holding = self if self.holding is None else self.holding
        for line, size in ((self, 2), (holding, 1)):
            one = line.reports[kind].disputed[place][0]
            for pieces, sign in ((one.after, 1), (one.before, -1)):
                for domain, due, recorded in pieces:
                    changed = adds[line.place_of(domain)]
                    if size == 1:
                        changed[2] += sign * recorded
                    else:
                        changed[0] += sign * recorded
                        changed[1] += sign * due
        kept = tuple(
            sorted((domain, values[0], values[1], values[2]) for domain, values in adds.items() if any(values))
        )
        return Effect(crime.turn, report.stratum, report.weight, kept)

    def place_of(self, domain: int) -> int:
        """Give the place of a category among those that the rate follows from: one where it is a ratio."""
        return domain if self.volumes is not None else 0

    def estimated(self, state: State) -> Estimates:
        """Estimate the rate again, by the engine, with some decisions turned; each state is estimated once."""
        key = frozenset(state.items())
        if key not in self._estimated:
            totals, parts = self.turned(state), self.found.parts
            if self.volumes is None:
                basis = of_whole(totals) if self.domain < 0 else of_domains(totals)
            else:
                volumes = self._volumes(state, totals)
                if self.labels == totals.domains:
                    of_each = of_domains(totals)
                    basis = of_volumes(totals, of_each, volumes)
                else:
                    of_each, basis = by_label(totals, self.labels), overall(totals, self.labels, volumes)
                # the whole holds no fewer than a category does, with its decisions turned too
                if parts is not None:
                    parts = replace(parts, rates=replace(parts.rates, basis=of_each), volumes=volumes)
            self._estimated[key] = replace(self.found, basis=basis, parts=parts)
        return self._estimated[key]

    def _volumes(self, state: State, totals: Totals) -> Floats:
        """Give the recorded crime of each label, of which something was due."""
        if self.volumes is None:
            raise TypeError("no volumes")
        if self.holding is None:
            return self.volumes
        every = self.holding.turned(state)
        held = Held(every, every, totals)
        return self.volumes * held.rightly_recorded(self.labels)

    @property
    def together(self) -> int:
        """How many states are best estimated in one go."""
        return 1 if self.volumes is not None else max(1, _IN_ONE_GO // max(len(self._cells.domain), 1))

    @property
    def _cells(self) -> Cells:
        """The sums that a ratio follows from."""
        return self.totals.whole if self.domain < 0 else self.totals.cells

    def estimated_all(self, states: Sequence[State]) -> Estimates:
        """Estimate the rate again in each of several states, a row each: ratios as categories of one sample."""
        if self.volumes is not None:  # they come one by one
            (state,) = states
            return self.estimated(state)
        rows = self.found.rows * len(states)
        cells = self._cells
        name = "whole" if self.domain < 0 else "cells"
        size = len(cells.domain)
        sums = np.tile(_sums(cells, _SUMS), (len(states), 1, 1))
        for i, state in enumerate(states):
            for (kind, turned), n in state.items():
                for table, place, values in self._change(kind, turned):
                    if table == name:
                        sums[i, place] += n * values
        every = {each.name: np.tile(getattr(cells, each.name), len(states)) for each in fields(Cells)}
        every["domain"] = np.repeat(np.arange(len(states)), size)
        joined = _occupied(_with_sums(Cells(**every), sums.reshape(-1, len(_SUMS)), _SUMS))
        totals = replace(self.totals, domains=(self.label,) * len(states), cells=joined)
        return replace(self.found, rows=rows, basis=of_domains(totals))

    def turned(self, state: State) -> Totals:
        """Give the sums with some decisions turned."""
        tables = {name: values.copy() for name, values in self._tables().items()}
        for (kind, turned), n in state.items():
            for name, place, values in self._change(kind, turned):
                tables[name][place] += n * values
        totals, pairs = self.totals, self.pairs
        cells = _occupied(_with_sums(totals.cells, tables["cells"], _SUMS)) if "cells" in tables else totals.cells
        whole = _occupied(_with_sums(totals.whole, tables["whole"], _SUMS)) if "whole" in tables else totals.whole
        if pairs is not None:
            pairs = _with_sums(pairs, tables["pairs"], _PRODUCTS)
        return _WithPairs(
            totals.keys, totals.domains, totals.strata, cells, whole, totals.audit, totals.order, met=pairs
        )

    def _tables(self) -> dict[str, Ints]:
        """Give the sums that turns change, as audited."""
        found = {}
        if not self._joined:
            found["cells"] = _sums(self.totals.cells, _SUMS)
        if self.domain < 0:
            found["whole"] = _sums(self.totals.whole, _SUMS)
        if self.pairs is not None:
            found["pairs"] = _sums(self.pairs, _PRODUCTS)
        return found

    def _change(self, kind: int, turned: Turned) -> list[tuple[str, int, Ints]]:
        """Give what one report adds to the sums if so many of its crimes are turned; each is worked out once."""
        if (kind, turned) not in self._known:
            after, before = (Counter[tuple[str, int, int]]() for _ in range(2))
            report = self.reports[kind]
            for sums, taken in ((after, turned), (before, (0,) * len(turned))):
                for (name, place), values in self._held_by(report, taken):
                    for i, value in enumerate(values):
                        sums[name, place, i] += value
            change: dict[tuple[str, int], Ints] = defaultdict(lambda: np.zeros(len(_SUMS), dtype=np.int64))
            for name, place, i in {*after, *before}:
                change[name, place][i] = after[name, place, i] - before[name, place, i]
            widths = {"pairs": len(_PRODUCTS)}
            self._known[kind, turned] = [
                (name, place, values[: widths.get(name)]) for (name, place), values in change.items() if values.any()
            ]
        found: list[tuple[str, int, Ints]] = self._known[kind, turned]
        return found

    def _held_by(self, report: Report, turned: Turned) -> Iterator[tuple[tuple[str, int], tuple[int, ...]]]:
        """Give what one report adds to each sum, with some of its crimes turned."""
        counted = _counted_in(report, turned)
        own = report.stratum, report.weight
        if not self._joined:
            for domain, (due, recorded) in counted.items():
                place = _place_of(self.totals.cells, (0 if self.domain >= 0 else domain, *own))
                if place is not None:
                    yield ("cells", place), _squares(due, recorded)
        if self.domain < 0:
            place = _place_of(self.totals.whole, (0, *own))
            if place is not None:
                # every report is one of the whole, whatever it holds
                due, recorded = np.sum(list(counted.values()), axis=0).tolist() if counted else (0, 0)
                yield ("whole", place), (*_squares(due, recorded)[:-1], 0)
        if self.pairs is not None:
            yield from self._met(counted, own)

    def _met(
        self, counted: Mapping[int, Sequence[int]], own: tuple[int, float]
    ) -> Iterator[tuple[tuple[str, int], tuple[int, ...]]]:
        """Give the products between the categories of one report."""
        pairs = self.pairs
        for one, (due, recorded) in counted.items():
            for other, (other_due, other_recorded) in counted.items():
                if one == other or not due or not other_due or pairs is None:
                    continue
                found = np.flatnonzero(
                    (pairs.one == one) & (pairs.other == other) & (pairs.stratum == own[0]) & (pairs.weight == own[1])
                )
                yield ("pairs", int(found[0])), (due * other_due, due * other_recorded, recorded * other_recorded)


def _add(sums: dict[int, list[int]], piece: Piece, times: int) -> None:
    domain, due, recorded = piece
    sums[domain][0] += due * times
    sums[domain][1] += recorded * times


def _counted_in(report: Report, turned: Turned) -> dict[int, list[int]]:
    """Give the crimes due and recorded of each category in a report, with some of its crimes turned."""
    counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for piece in report.settled:
        _add(counted, piece, 1)
    for (crime, times), n in zip(report.disputed, turned, strict=True):
        # of what has two turns nothing is counted as audited
        for pieces, number in ((crime.after, n), (crime.before, times - n)):
            for piece in pieces if number else ():
                _add(counted, piece, number)
    return counted


def _squares(due: int, recorded: int) -> tuple[int, ...]:
    return due, recorded, due * due, due * recorded, recorded * recorded, int(due > 0), 1


def _place_of(cells: Cells, key: tuple[int, int, float]) -> int | None:
    """Find a cell; a report without any crime of a category, known or blank, may have none."""
    domain, stratum, weight = key
    found = np.flatnonzero((cells.domain == domain) & (cells.stratum == stratum) & (cells.weight == weight))
    return int(found[0]) if len(found) else None


def _occupied(cells: Cells) -> Cells:
    """Leave out cells that no report is in."""
    kept = cells.reports > 0
    return cells if kept.all() else Cells(**{each.name: getattr(cells, each.name)[kept] for each in fields(Cells)})


def _sums(table: Cells | Pairs, names: Sequence[str]) -> Ints:
    return np.stack([np.asarray(getattr(table, name)).astype(np.int64) for name in names], axis=1)


def _with_sums(table: Any, sums: Ints, names: Sequence[str]) -> Any:
    return replace(table, **{name: sums[:, i] for i, name in enumerate(names)})


# ---- what rows count: as rates count them, and as recorded crime holds them


@dataclass(frozen=True, slots=True)
class _Space:
    """How some sums count rows."""

    totals: Totals
    places: tuple[int, ...]  # the place of each label among the categories of the sums; -1: it is none of them
    strict: bool  # whether a crime must be recorded in its own class to count
    held: bool = False  # whether crimes stand as recorded crime holds them
    surplus: bool = False  # and whether records of nothing due are among it
    moved: bool = False  # and whether they stand in their class as recorded

    @classmethod
    def of(cls, totals: Totals, labels: Sequence[Label], *, strict: bool, **more: bool) -> _Space:
        """Find the places of labels."""
        place = {label: i for i, label in enumerate(totals.domains)}
        return cls(totals, tuple(place.get(label, -1) for label in labels), strict, **more)

    def pieces(self, row: Row) -> tuple[Piece, ...]:
        """Give what a row counts, and in which categories."""
        kept = row.placed if self.strict else row.recorded
        if not self.held:
            return ((self._place(row.own), row.due, kept),)
        missing, recorded = row.due - kept, row.recorded + (row.over if self.surplus else 0)
        if not self.moved:
            return ((self._place(row.own), missing + recorded, recorded),)
        both = ((row.written, recorded, recorded), (row.own, missing, 0))
        return tuple((self._place(label), due, found) for label, due, found in both if due)

    def _place(self, label: int) -> int:
        return -1 if label < 0 else self.places[label]

    def report(self, report: _Rows) -> Report:
        """Give a report as these sums know it."""
        settled: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for row, times in report.settled:
            for piece in self.pieces(row):
                _add(settled, piece, times)
        plain = tuple(sorted((domain, due, recorded) for domain, (due, recorded) in settled.items()))
        crimes = [
            (Crime(row.own, turn, self.pieces(row), self.pieces(after), second), times)
            for row, turn, after, second, times in report.disputed
        ]
        return Report(report.stratum, report.weight, plain, tuple(crimes))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a report that holds disputed ones."""

    stratum: int
    weight: float
    settled: tuple[tuple[Row, int], ...]
    disputed: tuple[tuple[Row, int, Row, bool, int], ...]  # as audited, its turn, turned, whether a second, times


# ---- the lines of a result, and the reports that hold disputed crimes


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disputed crime of each kind, and how many are alike."""

    report: int  # its report, and its place among the disputed crimes there
    place: int
    own: int  # the place of its category; -1: of none
    stratum: int
    turn: int
    times: int
    second: bool  # whether it is told of already, as it can be turned in another way


@dataclass(frozen=True, slots=True)
class Lines:
    """The rates of a result, the whole last, with the disputed crimes that they rest on."""

    lines: tuple[Line, ...]
    disputes: tuple[Dispute, ...]

    def decisions(self, turns: Collection[int]) -> dict[Label, int]:
        """Count the decisions that can make some turns, in each category and in all."""
        *parts, overall = self.lines
        found = dict.fromkeys([*(line.label for line in parts), overall.label], 0)
        for each in self.disputes:
            if each.turn in turns and not each.second:
                found[overall.label] += each.times
                if 0 <= each.own < len(parts):
                    found[parts[each.own].label] += each.times
        return found


def lines_of(disputed: Disputed, result: Result) -> Lines:
    """Give each rate of a result, the whole last, with the reports that hold disputed crimes of it."""
    rates, counts = result.rates, result.counts
    totals = rates.totals
    if totals is None:
        raise TypeError("no totals")
    labels, reports = _reports(disputed, totals)
    if counts is not None:
        _refuse_classes(disputed, labels, reports, totals)
    strict = totals.audit.places(totals.keys)
    plain = _Space.of(totals, labels, strict=strict)
    held = None if counts is None else _held(disputed, totals)
    own = plain if held is None else _held_space(held.own, held, labels, disputed, strict=strict)
    several = counts is not None and len(counts) > 1
    lines = []
    for i, label in enumerate(totals.domains):
        found = rates.take([i])
        volume = float(counts.volumes[i]) if several and counts is not None else None
        large = several and counts is not None and counts.rows[i].facts.hundreds
        line = _of_category(plain, reports, found, label, volume, large=large)
        if several and counts is not None and held is not None and not held.as_audited:
            based = replace(found, basis=counts.basis.take([i]), parts=None)
            line = replace(line, counted=_of_category(own, reports, based, label, volume, large=large))
        lines.append(line)
    if held is None or counts is None:
        lines.append(_joined(plain, reports, rates.take([len(rates) - 1]), None))
    else:
        lines.append(_whole(reports, rates, counts, (labels, plain, held), disputed))
    disputes = [
        Dispute(i, place, row.own, report.stratum, turn, times * n, second)
        for i, (report, n) in enumerate(reports.items())
        for place, (row, turn, _, second, times) in enumerate(report.disputed)
    ]
    return Lines(tuple(lines), tuple(disputes))


def _refuse_classes(disputed: Disputed, labels: Sequence[Label], reports: Mapping[_Rows, int], totals: Totals) -> None:
    """Refuse to count crimes that the other way are of a class that nobody names, or of which there is no rate."""
    category, written = disputed.audit.design.category, disputed.audit.design.recorded_as
    audited = len(totals.domains)
    faults = []
    for report in reports:
        for row, turn, after, *_ in report.disputed:
            nameless = disputed.turns[turn].after == WRONG_CLASS and after.written < 0 <= row.written
            if nameless:
                key = ", ".join(labels[row.own]) if row.own >= 0 else None
                faults.append(fault("disputed-class", where=Where(disputed.audit.name, column=written, key=key)))
            elif after.due and after.own >= audited:
                got = ", ".join(labels[after.own])
                faults.append(fault("disputed-other-class", got=got, where=Where(disputed.audit.name, column=category)))
    if faults:
        raise DataError(list(dict.fromkeys(faults)))


def _held(disputed: Disputed, totals: Totals) -> Held:
    """Sum the sample up as recorded crime holds it, with records of nothing due where some are or may come to be."""
    return held_with(totals, surplus=disputed.surplus)


def _held_space(
    sums: Totals, held: Held, labels: Sequence[Label], disputed: Disputed, *, strict: bool, surplus: bool = True
) -> _Space:
    """Say how sums that recorded crime is held against count rows."""
    totals = held.own
    if held.as_audited:
        return _Space.of(sums, labels, strict=strict)
    moved = moves(disputed.audit, totals.keys)
    return _Space.of(sums, labels, strict=strict, held=True, surplus=surplus and disputed.surplus, moved=moved)


def _of_category(
    space: _Space, reports: Mapping[_Rows, int], found: Estimates, label: Label, volume: float | None, *, large: bool
) -> Line:
    """Give the rate of one category."""
    place = space.totals.domains.index(label) if label in space.totals.domains else -2
    kinds, held, known_as = _alike(space, reports, place)
    totals = _with_room(_of_domain(space.totals, place, label), kinds, 0)
    return Line(found, max(place, 0), totals, kinds, held, known_as, volume, large=large)


def _joined(space: _Space, reports: Mapping[_Rows, int], found: Estimates, volume: float | None) -> Line:
    """Give a rate over all crimes."""
    kinds, held, known_as = _alike(space, reports, None)
    return Line(found, -1, space.totals, kinds, held, known_as, volume, large=True)


def _alike(
    space: _Space, reports: Mapping[_Rows, int], domain: int | None
) -> tuple[tuple[Report, ...], tuple[int, ...], tuple[tuple[int, Sequence[int | None]], ...]]:
    """Put reports together that are alike in one category, or over all; with the kind that each is of."""
    found: dict[Report, int] = {}
    known_as = []
    for report, n in reports.items():
        seen, places = space.report(report).seen(domain)
        if seen.disputed:
            found[seen] = found.get(seen, 0) + n
        known_as.append((seen, places))
    kinds = {report: i for i, report in enumerate(found)}
    return tuple(found), tuple(found.values()), tuple((kinds.get(seen, -1), places) for seen, places in known_as)


def _whole(
    reports: Mapping[_Rows, int],
    rates: Estimates,
    counts: Counts,
    spaces: tuple[Sequence[Label], _Space, Held],
    disputed: Disputed,
) -> Line:
    """Give the overall rate: the one that the volumes imply, or else that of all crimes."""
    labels, plain, held = spaces
    every = _held_space(held.any_class, held, labels, disputed, strict=False)
    total = float(counts.volumes[-1])
    if len(counts) == 1 or not (counts.volumes[:-1] > 0).any():
        line = _joined(plain, reports, rates.take([len(rates) - 1]), total)
        if held.as_audited:
            return line
        based = replace(line.found, basis=counts.basis.take([len(counts) - 1]))
        return replace(line, counted=_joined(every, reports, based, total))
    implied, volumes = overall_rate(counts), counts.volumes[:-1]
    parts = counts.parts
    of_count = replace(implied, basis=counts.basis.take([len(counts) - 1]), parts=parts)
    counted = _of_volumes(every, reports, of_count, counts, volumes)
    if held.as_audited:
        return replace(counted, found=implied)
    if held.rightly is held.any_class:
        return replace(counted, found=implied, counted=counted)
    rightly = _held_space(held.rightly, held, labels, disputed, strict=False, surplus=False)
    return replace(_of_volumes(rightly, reports, implied, counts, volumes), holding=counted, counted=counted)


def _of_volumes(space: _Space, reports: Mapping[_Rows, int], found: Estimates, counts: Counts, volumes: Floats) -> Line:
    """Give an overall rate that recorded crime by category implies."""
    kinds, held = tuple(map(space.report, reports)), tuple(reports.values())
    totals = _with_room(space.totals, kinds)
    pairs = None
    if totals.audit.design.cluster is not None:
        pairs = _with_places(space.totals.pairs(), kinds)
    labels = tuple(row.label for row in counts.rows[:-1])
    total = float(counts.volumes[-1])
    known_as = tuple((i, range(len(report.disputed))) for i, report in enumerate(kinds))
    return Line(found, -1, totals, kinds, held, known_as, total, volumes, labels, pairs, large=True)


def _of_domain(totals: Totals, domain: int, label: Label) -> Totals:
    """Keep the cells of one category, as the only one."""
    chosen = totals.cells.domain == domain
    cells = Cells(**{each.name: getattr(totals.cells, each.name)[chosen] for each in fields(Cells)})
    cells = replace(cells, domain=np.zeros(int(chosen.sum()), dtype=np.int64))
    return replace(totals, domains=(label,), cells=cells)


def _with_room(totals: Totals, kinds: Sequence[Report], domain: int | None = None) -> Totals:
    """Make room for crimes that may come to stand where no report holds any; of one category, or of each."""
    cells = totals.cells
    known = set(zip(cells.domain.tolist(), cells.stratum.tolist(), cells.weight.tolist(), strict=True))
    wanted: dict[tuple[int, int, float], None] = {}
    for report in kinds:
        for crime, _ in report.disputed:
            for place, *_ in crime.after:
                if place >= 0:
                    wanted[place if domain is None else domain, report.stratum, report.weight] = None
    more = [key for key in wanted if key not in known]
    if not more:
        return totals
    columns: dict[str, Any] = {each.name: np.zeros(len(more), dtype=np.int64) for each in fields(Cells)}
    for place, (name, kind) in enumerate((("domain", np.int64), ("stratum", np.int64), ("weight", np.float64))):
        columns[name] = np.array([key[place] for key in more], dtype=kind)
    both = {name: np.concatenate([getattr(cells, name), values]) for name, values in columns.items()}
    order = np.lexsort((both["weight"], both["stratum"], both["domain"]))
    return replace(totals, cells=Cells(**{name: values[order] for name, values in both.items()}))


def _with_places(pairs: Pairs, reports: Sequence[Report]) -> Pairs:
    """Make room for the products of categories that may come to share a report."""
    known = set(zip(*(getattr(pairs, name).tolist() for name in ("one", "other", "stratum", "weight")), strict=True))
    more = []
    for report in reports:
        domains = {domain for domain, *_ in report.settled}
        for crime, _ in report.disputed:
            domains |= {domain for domain, *_ in (*crime.before, *crime.after)}
        wanted = [(one, other, report.stratum, report.weight) for one in domains for other in domains if one != other]
        more += [key for key in wanted if key not in known]
        known |= set(wanted)
    nothing = np.zeros(len(more), dtype=np.int64)
    one, other, stratum, weight = (np.array(column) for column in zip(*more, strict=True)) if more else [nothing] * 4
    added = Pairs(one, other, stratum, weight.astype(np.float64), nothing, nothing, nothing)
    columns = {each.name: (getattr(pairs, each.name), getattr(added, each.name)) for each in fields(Pairs)}
    return Pairs(**{name: np.concatenate(both) for name, both in columns.items()})


def _reports(disputed: Disputed, totals: Totals) -> tuple[tuple[Label, ...], dict[_Rows, int]]:
    """Read the reports that hold disputed crimes, and count those that are alike; name the categories in them."""
    import narwhals as nw

    audit = disputed.audit
    names = [name for name in (DUE, RECORDED, PLACED, OVER) if name in {DUE, RECORDED, *audit.known}]
    keys = list(dict.fromkeys([*audit.apart, *audit.source.inner_names(totals.keys)]))
    if moves(audit, totals.keys):
        keys = list(dict.fromkeys([*keys, audit.source.inner(str(audit.design.recorded_as))]))
    rows = audit.rows
    if audit.cluster is None:
        rows = rows.filter(~nw.col(KIND).is_null())
    else:
        keys = list(dict.fromkeys([audit.cluster, *keys]))
        ids = engine.sums(rows.filter(~nw.col(KIND).is_null()), [audit.cluster], (), count="_cdi_times")
        rows = rows.join(ids.select(audit.cluster), on=audit.cluster, how="inner")
    found = engine.collect(engine.sums(rows, [*keys, *names, KIND], (), count="_cdi_n"))
    reading = _Reading.of(disputed, totals, found)
    crimes: dict[object, list[int]] = defaultdict(list)
    for i in range(len(found["_cdi_n"])):
        crimes[i if audit.cluster is None else str(found[audit.cluster][i])].append(i)
    reports = Counter[_Rows]()
    for places in crimes.values():
        if audit.cluster is None:  # each row is a report of its own
            reports[reading.report(disputed, places, once=True)] += int(found["_cdi_n"][places[0]])
        else:
            reports[reading.report(disputed, places)] += 1
    return reading.labels, dict(sorted(reports.items(), key=lambda pair: repr(pair[0])))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The rows of reports as they were collected, with the places of their strata and categories."""

    found: Mapping[str, npt.NDArray[Any]]
    labels: tuple[Label, ...]
    stratum: Sequence[int]
    own: Sequence[int]
    written: Sequence[int]
    weight: Floats
    moved: bool

    @classmethod
    def of(cls, disputed: Disputed, totals: Totals, found: Mapping[str, npt.NDArray[Any]]) -> _Reading:
        """Place each row in its stratum, its category, and that as which it was recorded."""
        audit, size = disputed.audit, len(found["_cdi_n"])
        inner = audit.source.inner_names

        def labels(names: Sequence[str]) -> list[tuple[str, ...]]:
            held = inner(names)
            return [tuple(map(answers.spaced, label_of([found[key][i] for key in held]))) for i in range(size)]

        strata = {tuple(map(answers.spaced, label)): i for i, label in enumerate(totals.strata.labels)}
        stratum = [strata[label] for label in labels(totals.strata.keys)]
        owned = labels(totals.keys)
        recorded_as = owned
        moved = moves(audit, totals.keys)
        if moved:
            place = totals.keys.index(str(audit.design.category))
            classes = labels([str(audit.design.recorded_as)])
            recorded_as = [
                label if name == NO_LABEL else (*label[:place], name, *label[place + 1 :])
                for label, (name,) in zip(owned, classes, strict=True)
            ]
        domains = dict.fromkeys(totals.domains)
        if totals.keys:
            domains |= dict.fromkeys([*owned, *recorded_as])
        places = {label: i for i, label in enumerate(domains)}
        own, written = ([places.get(label, -1) for label in each] for each in (owned, recorded_as))
        weight = totals.strata.weight[np.array(stratum, dtype=np.int64)]
        if totals.strata.weighted:
            weight = weight * weights_of(audit, found[WEIGHT])
        return cls(found, tuple(places), stratum, own, written, weight, moved)

    def report(self, disputed: Disputed, places: Sequence[int], *, once: bool = False) -> _Rows:
        """Put the rows of one report together."""
        settled, crimes = Counter[Row](), Counter[tuple[Row, int]]()
        for i in places:
            row, times = self._row(i), 1 if once else int(self.found["_cdi_n"][i])
            kind = self.found[KIND][i]
            if engine.absent(kind):
                settled[row] += times
            else:
                crimes[row, int(kind)] += times
        turned = [
            (row, place, self._after(row, disputed.turns[place]), second, times)
            for (row, turn), times in crimes.items()
            for place, second in disputed.turns_of(turn)
        ]
        first = places[0]
        return _Rows(
            self.stratum[first],
            float(self.weight[first]),
            tuple(sorted(settled.items(), key=repr)),
            tuple(sorted(turned, key=repr)),
        )

    def _after(self, row: Row, turn: Turn) -> Row:
        """Give what a row counts once it is turned: a record that is right is of the class that it stands in."""
        due, recorded, placed = turn.numbers
        own, written = row.own, row.written
        if not self.moved or turn.before == UNDECIDED:
            written = own
        elif turn.after == FOUND_RIGHT:
            own = written
        elif not recorded and not turn.over:
            written = own
        elif turn.after == WRONG_CLASS and written == own:
            written = -1  # nobody says in which
        return Row(own, written, due, recorded, placed, int(turn.over))

    def _row(self, i: int) -> Row:
        due, recorded = int(self.found[DUE][i]), int(self.found[RECORDED][i])
        placed = int(self.found[PLACED][i]) if PLACED in self.found else recorded
        over = int(self.found[OVER][i]) if OVER in self.found else 0
        return Row(self.own[i], self.written[i], due, recorded, placed, over)
