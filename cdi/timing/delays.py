"""What each row says of when its crimes were recorded, and what follows: shares in time, delays, the cumulative curve.

The rows of this one question are brought into memory: two columns of times are read value by value. Any engine's frame
is taken; a file's rows come as a pandas frame. A quantile is read from the distribution of a weighted sample, which
rises in steps. Its limits invert a test: between them are the delays that the share recorded by then does not rule out
(Woodruff 1952, Journal of the American Statistical Association 47, 635-646), with binomial tails. For a simple sample
they are those by order statistics (Thompson 1936, Annals of Mathematical Statistics 7, 122-128).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits import answers, checks
from cdi.audits.answers import DECISIONS, parse_decision
from cdi.audits.checks import Findings
from cdi.audits.counting import DUE, RECORDED, WEIGHT
from cdi.audits.volumes import label_of
from cdi.binomial import intervals
from cdi.binomial.differences import WithLimits, product
from cdi.errors import DataError, Where, fault
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.printing.tables import Row, arrange
from cdi.reading import engine, sources
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import share
from cdi.timing.times import HOUR, read_times

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.reading.sources import Source
    from cdi.timing.times import Times

__all__ = [
    "AT", "BOUNDS", "OF_DUE", "OF_RECORDED", "QUANTILES", "WOODRUFF", "CurvePoint", "Distribution", "Spread", "Stamps",
    "Timed", "TimedSample", "distribution", "in_memory", "read_stamps", "time_by_answers", "time_by_stamps", "woodruff",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

AT = "_cdi_at"
"""Name of the column with the position of each row, from 0."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """The columns of times, as they were read."""

    reported_at: str
    recorded_at: str
    reported: Times
    recorded: Times


@dataclass(frozen=True, slots=True)
class Timed:
    """What the rows of an audit say; one element a row."""

    # recorded, in_time: crimes recorded, and those of them known to be recorded in time
    recorded: Ints
    in_time: Ints
    unknown: Bools  # whether it is not known if the row's crimes were recorded in time; its ``in_time`` is 0
    hours: Floats  # from the report to the record; nan where that is not known
    # missing, ambiguous, negative: crimes recorded without a time (or answer), within an hour of the clock change that
    # could alter the answer, and before they were reported
    missing: int
    ambiguous: int = 0
    negative: int = 0
    # crimes whose delay the clock change leaves unclear and whose answer it does not: the shorter reading counts
    shorter: int = 0
    shared: int = 0  # rows with several crimes recorded, which share one pair of times

    def emptied(self) -> Timed:
        """Keep the sums, and nothing of a row: what is saved of a result tells of no case."""
        recorded, in_time = (np.array([int(each.sum())]) for each in (self.recorded, self.in_time))
        return replace(self, recorded=recorded, in_time=in_time, unknown=np.zeros(1, bool), hours=np.full(1, np.nan))


def in_memory(opened: Source) -> Source:
    """Bring the rows into memory and number them."""
    frame = opened.rows.collect("pandas") if engine.is_duckdb(opened.rows) else opened.rows.collect()
    return replace(opened, rows=frame.drop(AT, strict=False).with_row_index(AT).lazy())


def values_of(opened: Source, column: str) -> list[Any]:
    """List the values of a column, row by row."""
    return list(opened.rows.collect()[opened.inner(column)].to_list())


def read_stamps(
    opened: Source, reported_at: str, recorded_at: str, *, date_format: str | None, clock: str, key: str | None
) -> tuple[Stamps, Findings]:
    """Read both columns of times, with the faults of all their values; ``key`` names a row where rows have no order."""
    absent = [name for name in (reported_at, recorded_at) if name not in opened.columns]
    if absent:
        raise DataError([sources.no_column(name, opened) for name in absent])
    read, found = [], []
    for column in (reported_at, recorded_at):
        values = values_of(opened, column)
        # a workbook does not tell a date from its midnight
        times = read_times(values, date_format=date_format, clock=clock, dates_are_midnight=opened.sheet is not None)
        spelled = wording.TIME_SPELLINGS.get(times.spelling or "", "")
        wrong = [(i, code, values[i] if i >= 0 else None) for i, code in times.faults.items()]
        found += _faults(opened, column, wrong, key, spelled=spelled, format=date_format)
        read.append(times)
    return Stamps(reported_at, recorded_at, *read), Findings(sorted(found, key=lambda pair: pair[0]), len(found))


def _faults(
    opened: Source,
    column: str,
    wrong: Sequence[tuple[int, str, object]],
    key: str | None,
    own: Mapping[object, tuple[str, Mapping[str, object]]] | None = None,
    **values: object,
) -> list[tuple[int, Any]]:
    """Word faults of rows, each with the number of its row where there is one."""
    frame = opened.rows.collect()
    numbers = frame[engine.ROW].to_list() if engine.ROW in frame.columns else range(1, len(frame) + 1)
    names = frame[opened.inner(key)].to_list() if key and not opened.ordered else None
    found = []
    for i, code, got in wrong:
        asked, of = (own or {}).get(got, (code, values))
        named = f"{key} {answers.show(names[i])}" if names and i >= 0 else None
        where = Where(opened.name, column=column, key=named, sheet=opened.sheet)
        shown = None if got is None else answers.show(got)
        found.append((int(numbers[i]) if opened.ordered and i >= 0 else 0, fault(asked, got=shown, where=where, **of)))
    return found


def refuse(
    opened: Source,
    column: str,
    wrong: Sequence[tuple[int, str, object]],
    key: str | None,
    own: Mapping[object, tuple[str, Mapping[str, object]]] | None = None,
) -> None:
    """Raise the faults of rows, if there are any; ``own`` are the auditors' own words, with what is asked of them."""
    if wrong:
        raise DataError(opened.put(_faults(opened, column, wrong, key, own)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of an audit as numbers."""

    at: Ints
    due: Ints
    recorded: Ints
    was_cancelled: Bools


def _rows_of(audit: Audit) -> _Rows:
    frame = audit.rows.collect()
    at, due, recorded = (frame[name].to_numpy().astype(np.int64) for name in (AT, DUE, RECORDED))
    cancelled = np.zeros(len(at), dtype=bool)
    if audit.design.decision:
        written = frame[audit.source.inner(audit.design.decision)].to_list()
        words = [parse_decision(answers.show(word)) for word in written]
        cancelled = np.array([word is not None and DECISIONS[word].cancelled for word in words], dtype=bool)
    return _Rows(at, due, recorded, cancelled)


def time_by_stamps(
    audit: Audit, opened: Source, stamps: Stamps, within: float, *, negative_delay: str, key: str | None
) -> Timed:
    """Tell by two times whether the crimes of each row were recorded in time."""
    rows = _rows_of(audit)
    late = values_of(opened, stamps.recorded_at)
    size = len(rows.at)
    kinds = np.full(size, "", dtype=object)
    hours, in_time = np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    wrong: list[tuple[int, str, object]] = []
    for place, at in enumerate(rows.at.tolist()):
        reported, recorded = stamps.reported.readings[at], stamps.recorded.readings[at]
        if not rows.recorded[place]:
            if rows.due[place] and recorded and not rows.was_cancelled[place]:
                wrong.append((at, "time-of-unrecorded", late[at]))
            continue
        kinds[place], delay = _delay(reported, recorded, within * HOUR)
        if kinds[place] == "negative" and negative_delay == "error":
            wrong.append((at, "negative-delay", late[at]))
        if kinds[place] in _KNOWN:
            hours[place] = delay / HOUR
            in_time[place] = rows.recorded[place] if delay <= within * HOUR else 0
    refuse(opened, stamps.recorded_at, wrong, key)
    counts = {kind: int(rows.recorded[kinds == kind].sum()) for kind in ("missing", "ambiguous", "negative", "shorter")}
    unknown = np.isin(kinds.astype(str), ["missing", "ambiguous", "negative"])
    return Timed(rows.recorded, in_time, unknown, hours, shared=int((rows.recorded > 1).sum()), **counts)


_KNOWN = ("known", "shorter")


def _delay(reported: tuple[int, ...], recorded: tuple[int, ...], limit: float) -> tuple[str, int]:
    """Take the delay between two times, in microseconds, and tell whether it is known.

    In the hour that comes twice both readings are tried; one that puts the record before the report cannot be meant.
    """
    if not reported or not recorded:
        return "missing", 0
    all_delays = sorted({late - early for early in reported for late in recorded})
    delays = [delay for delay in all_delays if delay >= 0]
    if not delays:
        return "negative", all_delays[-1]
    if (delays[0] <= limit) != (delays[-1] <= limit):
        return "ambiguous", delays[0]
    return "known" if len(delays) == 1 else "shorter", delays[0]


def time_by_answers(audit: Audit, opened: Source, timely: str, *, key: str | None) -> Timed:
    """Tell by a column of yes and no, or of counts, how many crimes of each row were recorded in time."""
    rows = _rows_of(audit)
    parse: Callable[[str], int | str] = answers.parse_count if audit.design.due else answers.parse_answer
    values = values_of(opened, timely)
    in_time, unknown = np.zeros(len(rows.at), dtype=np.int64), np.zeros(len(rows.at), dtype=bool)
    wrong: list[tuple[int, str, object]] = []
    for place, at in enumerate(rows.at.tolist()):
        word, recorded = answers.show(values[at]), int(rows.recorded[place])
        # where nothing was recorded, the question does not arise
        if word == wording.BLANK or (not recorded and answers.is_idle(word)):
            unknown[place] = recorded > 0
            continue
        number = parse(word)
        code = number if isinstance(number, str) else _wrong_count(word, number, recorded)
        if code is not None:
            wrong.append((at, code, word))
        elif not isinstance(number, str):
            in_time[place] = number
    is_answered = not audit.design.due or int(rows.recorded.max(initial=0)) <= 1
    words = {word: code for _, code, word in wrong} if is_answered else {}
    refuse(opened, timely, wrong, key, checks.own_words(words, _LATE))
    missing = int(rows.recorded[unknown].sum())
    return Timed(rows.recorded, in_time, unknown, np.full(len(rows.at), np.nan), missing)


_LATE = {"late": "no", "recorded late": "no", "overdue": "no"}
"""What a word means where the question is whether a crime was recorded in time."""


def _wrong_count(word: str, number: int, recorded: int) -> str | None:
    if number > recorded:
        return "timely-above-recorded"
    # yes of several may be all of them or one
    return "timely-of-several" if number and recorded > 1 and word.isalpha() else None


# ---- from the rows to estimates

OF_RECORDED, OF_DUE = "timely", "timely-due"
"""The measures, by their keys in ``cdi.measures.MEASURES``."""

BOUNDS: Mapping[str, tuple[str, ...]] = {
    of: tuple(key for key, each in MEASURES.items() if each.of == of and each.end) for of in (OF_RECORDED, OF_DUE)
}
"""Measure -> what it would be had all that is not known been late, or in time."""

QUANTILES: Mapping[str, float] = {"delay-median": 0.5, "delay-90th": 0.9}
"""Measure -> the share of crimes recorded by then."""

WOODRUFF = "woodruff"
"""The method of the intervals of quantiles."""

FEWEST_CRIMES = 4
"""The crimes, or crimes that tell as much as a sample, below which a delay has no interval."""

_ROUNDING = 1e-12  # what sums of weights that should meet a share miss it by

_MARKS = (1, 2, 4, 8, 12, 24, 48, 72, 168, 336, 720)
_FOUND = frozenset(["all-recorded", "none-recorded", "few-unrecorded"])
_OF_SHARES = _FOUND | {"fallback", "beyond", "no-width"}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A point of the cumulative curve."""

    hours: float  # since the report
    share: float  # of the crimes recorded whose delay is known, those recorded by then
    # low, high: the interval of the share, at even hours
    low: float | None = None
    high: float | None = None
    even: bool = False  # whether this is one of the even hours


@dataclass(frozen=True, slots=True)
class Spread:
    """The delays of a domain, and the weights of its rows; one element a row of the sample."""

    members: Bools  # whether a row is of the domain
    weights: Floats  # those of crimes recorded whose delay is known
    of: Distribution


@dataclass(frozen=True, slots=True)
class TimedSample:
    """An audit, what its rows say of times in their order, by which columns, and the intervals that are asked for."""

    audit: Audit
    timed: Timed
    keys: Sequence[str] | None
    level: float
    method: str

    @property
    def known(self) -> Ints:
        """The crimes recorded of each row of which it is known whether they were in time."""
        return np.where(self.timed.unknown, 0, self.timed.recorded)

    def shares(self) -> tuple[dict[str, Estimates], list[Row]]:
        """Estimate both shares, with their bounds where something is not known."""
        timed = self.timed
        columns = {
            "_cdi_all": timed.recorded,
            "_cdi_known": self.known,
            "_cdi_in_time": timed.in_time,
            "_cdi_perhaps": np.where(timed.unknown, timed.recorded, timed.in_time),
        }
        found = {OF_RECORDED: self._share(OF_RECORDED, columns, "_cdi_known", "_cdi_in_time")}
        if not timed.unknown.any():
            found[OF_DUE] = self._share(OF_DUE, columns, DUE, "_cdi_in_time")
            return found, [*self._rows(found[OF_RECORDED]), *self._rows(found[OF_DUE])]
        # of those due it is known which were recorded; the share of these in time is that of those known
        recorded = self._rows(self.recorded_of_due())
        timely = self._rows(found[OF_RECORDED])
        of_label = {row.label: row for row in timely}
        shares = {
            OF_RECORDED: [_incomplete(row) for row in timely],
            OF_DUE: [_product(row, of_label.get(row.label)) for row in recorded],
        }
        rows: list[Row] = []
        for measure, due in ((OF_RECORDED, "_cdi_all"), (OF_DUE, DUE)):
            rows += shares[measure]
            for bound, in_time in zip(BOUNDS[measure], ("_cdi_in_time", "_cdi_perhaps"), strict=True):
                found[bound] = self._share(bound, columns, due, in_time)
                # what is taken to be was not found
                rows += [_without(row, _FOUND) for row in self._rows(found[bound])]
        return found, rows

    def quantiles(self, rates: Estimates, rows: Sequence[Row]) -> list[Row]:
        """Estimate the median and the 90th percentile of the delay, in hours, by domain and overall."""
        of_rate = {row.label: row for row in rows if row.measure == rates.measure}
        ordered, spread = [of_rate[row.label] for row in rates.rows], self.spread(rates)
        return [row for key, portion in QUANTILES.items() for row in self._quantile(key, portion, ordered, spread)]

    def spread(self, rates: Estimates) -> list[Spread]:
        """Give the delays of each domain, and of the whole."""
        labels, weights = self._labels(rates.keys), self._weights()
        members = [np.array([row.whole or label == row.label for label in labels], dtype=bool) for row in rates.rows]
        return [Spread(mask, weights * mask, self._distribution(weights * mask)) for mask in members]

    def by_quantile(self, portion: float, spread: Sequence[Spread]) -> tuple[Estimates, Estimates]:
        """Estimate the share recorded by a quantile: of each domain by its own, and of the whole."""
        by_then = np.zeros(len(self.known), dtype=np.int64)
        for each in spread[:-1]:
            by_then += np.where(each.members & (self.timed.hours <= each.of.quantile(portion)), self.known, 0)
        whole = np.where(self.timed.hours <= spread[-1].of.quantile(portion), self.known, 0)
        return self._by_then(by_then), self._by_then(whole)

    def _quantile(self, key: str, portion: float, rates: Sequence[Row], spread: Sequence[Spread]) -> list[Row]:
        """Read one quantile of each domain, with the effective size of the share at it."""
        sizes = [part.n_eff(level=self.level) for part in self.by_quantile(portion, spread)]
        size = [*sizes[0][:-1].tolist(), float(sizes[1][-1])]
        found = []
        for i, row in enumerate(rates):
            value = spread[i].of.quantile(portion)
            low, high = float("nan"), float("nan")
            if row.n is not None and row.n >= FEWEST_CRIMES:
                low, high = woodruff(spread[i].of, portion, size[i], self.level)
            found.append(
                replace(
                    row,
                    measure=MEASURES[key],
                    estimate=_number(value),
                    low=_number(low),
                    high=_number(high),
                    method=WOODRUFF,
                    se=None,
                    n_eff=_number(size[i]),
                    deff=None,
                    facts=row.facts.without(_OF_SHARES).because(_open(value, low, high, census=row.facts.census)),
                )
            )
        return found

    def recorded_of_due(self) -> Estimates:
        """Estimate the share of the crimes due that were recorded, in time or not."""
        return self._share(OF_DUE, {"_cdi_all": self.timed.recorded}, DUE, "_cdi_all")

    def curve(self, within: float) -> tuple[CurvePoint, ...]:
        """Give the share recorded by each delay that occurs, and by some even hours with its interval."""
        of = self._distribution(self._weights())
        if not len(of.values):
            return ()
        longest = next((mark for mark in _MARKS if mark >= of.values[-1]), _MARKS[-1])
        points = {hours: CurvePoint(hours, of.share(hours)) for hours in of.values.tolist()}
        for hours in sorted({float(within), *(float(mark) for mark in _MARKS if mark <= longest)}):
            part = self._by_then(np.where(self.timed.hours <= hours, self.known, 0))
            whole = self._rows(part)[-1]
            points[hours] = CurvePoint(hours, whole.estimate or 0.0, whole.low, whole.high, even=True)
        return tuple(points[hours] for hours in sorted(points))

    def _share(self, measure: str, columns: Mapping[str, Ints], due: str, recorded: str) -> Estimates:
        """Estimate the share of one count in another; both are columns of the rows, or stand beside them."""
        import narwhals as nw

        frame = self.audit.rows.collect()
        kind = frame.implementation
        series = [nw.new_series(name, values, nw.Int64, backend=kind) for name, values in columns.items()]
        audit = replace(self.audit, rows=frame.with_columns(*series).lazy())
        return share(audit.measuring(nw.col(due), nw.col(recorded)), self.keys, measure=measure)

    def _by_then(self, counts: Ints) -> Estimates:
        columns = {"_cdi_known": self.known, "_cdi_by_then": counts}
        return self._share(OF_RECORDED, columns, "_cdi_known", "_cdi_by_then")

    def _rows(self, part: Estimates) -> list[Row]:
        return list(arrange(part, level=self.level, method=self.method).rows)

    def _labels(self, keys: Sequence[str]) -> list[Label]:
        frame = self.audit.rows.collect()
        columns = [frame[key].to_list() for key in self.audit.source.inner_names(keys)]
        return [label_of(values) for values in zip(*columns, strict=True)] if keys else [()] * len(frame)

    def _weights(self) -> Floats:
        """Weight the delays of each row as its crimes count in the shares."""
        strata = self.audit.strata
        place = {label: i for i, label in enumerate(strata.labels)}
        weight = strata.weight[[place[label] for label in self._labels(strata.keys)]] * self.known
        return weight * self.audit.rows.collect()[WEIGHT].to_numpy() if strata.weighted else weight

    def _distribution(self, weights: Floats) -> Distribution:
        counted = (weights > 0) & np.isfinite(self.timed.hours)
        return distribution(self.timed.hours[counted], weights[counted])


def _open(value: float, low: float, high: float, *, census: bool) -> tuple[str, ...]:
    """Say which ends a quantile lacks where the sample is too small to give them."""
    if census or math.isnan(value):
        return ()
    match math.isnan(low), math.isnan(high):
        case True, True:
            return ("delay-few",)
        case True, False:
            return ("delay-before",)
        case False, True:
            return ("delay-beyond",)
    return ()


def _product(due: Row, timely: Row | None) -> Row:
    """Multiply the recording rate by the share in time of those recorded, with limits by square and add."""
    blank = replace(due, estimate=None, low=None, high=None, se=None, n_eff=None, df=None, deff=None)
    if due.estimate is None:
        return _incomplete(replace(blank, recorded=0 if timely is None else timely.recorded))
    if timely is None or timely.estimate is None:
        nothing = _without(replace(blank, recorded=0), _OF_SHARES).stating(census=False, weighted=False, short_of=())
        return _incomplete(nothing.because("no-known-delay"))
    p, q = due.estimate, timely.estimate
    se = None if due.se is None or timely.se is None else math.hypot(q * due.se, p * timely.se)
    low, high = (None, None) if due.low is timely.low is None else map(float, product(_side(due), _side(timely)))
    facts = replace(due.facts, census=due.facts.census or timely.facts.census)
    facts = facts.falling_short(timely.facts.short_of).because(timely.facts.reasons).without(_OF_SHARES)
    found = replace(blank, estimate=p * q, low=low, high=high, se=se, recorded=timely.recorded, facts=facts)
    return _incomplete(found)


def _side(row: Row) -> WithLimits:
    """Take a rate with its limits; one without an interval, in a census, has no width."""
    ends = (row.estimate, row.low, row.high)
    return WithLimits(*(np.array(row.estimate if end is None else end, dtype=float) for end in ends))


def _without(row: Row, reasons: frozenset[str]) -> Row:
    return replace(row, facts=row.facts.without(reasons))


def _incomplete(row: Row) -> Row:
    """Note that what is not known is left out: then a census is one of the rest."""
    return row.stating(known_only=True).because("times-missing")


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The share of a weighted sample up to each of its values."""

    values: Floats  # each value once, in order
    shares: Floats  # the share at or below it; the last is 1

    def quantile(self, share: float) -> float:
        """Give the least value up to which at least this share lies; nan where there are no values."""
        if not len(self.values):
            return float("nan")
        place = int(np.searchsorted(self.shares, share - _ROUNDING))
        return float(self.values[min(place, len(self.values) - 1)])

    def share(self, value: float) -> float:
        """Give the share at or below a value."""
        place = int(np.searchsorted(self.values, value, side="right"))
        return float(self.shares[place - 1]) if place else 0.0


def distribution(values: Floats, weights: Floats) -> Distribution:
    """Add up the weights of the values."""
    each, place = np.unique(values, return_inverse=True)
    summed = np.bincount(place, weights=weights, minlength=len(each)).cumsum()
    return Distribution(each, summed / summed[-1] if len(each) else summed)


def woodruff(
    of: Distribution, share: float, n_eff: float, level: float = LEVEL, side: str = "both"
) -> tuple[float, float]:
    """Give limits for a quantile: the values that its share does not rule out. An end that the sample lacks is nan.

    A value is too low where, were it the quantile, so small a share at or below it would be rare. It is too high where
    so large a share below it would be.
    """
    tail = intervals.tail_of(level, side)
    low = high = float("nan")
    if not len(of.values) or not FEWEST_CRIMES <= n_eff < math.inf:
        return low, high
    # before the first value lies a share of 0, which is too low only if no crime by then would be rare
    steps = np.r_[0.0, of.shares]
    if side != "upper" and (1 - share) ** n_eff <= tail:
        low = float(of.values[np.argmax(_as_few(steps[1:], share, n_eff) > tail)])
    if side != "lower" and share**n_eff <= tail:
        high = float(of.values[np.flatnonzero(_as_few(1 - steps[:-1], 1 - share, n_eff) > tail)[-1]])
    return low, high


def _as_few(found: Floats, share: float, n_eff: float) -> Floats:
    """Give the probability of a share as small as was found, by the binomial; its count need not be whole."""
    from scipy.special import betainc

    count = found * n_eff
    rest = n_eff - count
    held = rest > _ROUNDING * n_eff
    return np.where(held, betainc(np.where(held, rest, 1.0), count + 1, 1 - share), 1.0)
