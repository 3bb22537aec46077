"""What rows say of when their crimes were recorded, and what follows: shares in time, delays, the cumulative curve.

Delays are reckoned in the rows' own engine. What comes back are sums by domain, stratum and weight, and the crimes of
each delay, by the same: no row. A quantile is read from the distribution of a weighted sample, which rises in steps.
Its limits invert a test: between them are the delays that the share recorded by then does not rule out (Woodruff 1952,
Journal of the American Statistical Association 47, 635-646), with binomial tails. For a simple sample they are those by
order statistics (Thompson 1936, Annals of Mathematical Statistics 7, 122-128).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers, checks
from cdi.audits.answers import DECISIONS, parse_decision
from cdi.audits.checks import Check
from cdi.audits.counting import DUE, RECORDED, WEIGHT
from cdi.audits.volumes import label_of
from cdi.binomial import intervals
from cdi.binomial.differences import WithLimits, product
from cdi.errors import DataError
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.printing.tables import Row, arrange
from cdi.reading import engine
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import shares_of
from cdi.timing.times import HOUR

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.errors import Fault
    from cdi.reading.engine import Expr, Rows
    from cdi.reading.sources import Source
    from cdi.timing.stamps import Column, Stamps

__all__ = [
    "BOUNDS", "OF_DUE", "OF_RECORDED", "QUANTILES", "WOODRUFF", "CurvePoint", "Distribution", "Spread", "Timed",
    "TimedSample", "distribution", "time_by_answers", "time_by_stamps", "woodruff",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

CRIMES, KNOWN, IN_TIME, PERHAPS = "_cdi_crimes", "_cdi_known", "_cdi_in_time", "_cdi_perhaps"
"""What is added to the rows: crimes recorded, those of which it is known whether they were in time, those in time, and
those that perhaps were."""

DELAY = "_cdi_delay"
"""And how long recording took, in microseconds, where that is known."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What the rows of an audit add up to; all are crimes, but for ``shared``."""

    recorded: int
    in_time: int  # of those recorded, known to be recorded in time
    # missing, ambiguous, negative: crimes recorded without a time (or answer), within an hour of the clock change that
    # could alter the answer, and before they were reported
    missing: int = 0
    ambiguous: int = 0
    negative: int = 0
    # crimes whose delay the clock change leaves unclear and whose answer it does not: the shorter reading counts
    shorter: int = 0
    shared: int = 0  # rows with several crimes recorded, which share one pair of times

    @property
    def unknown(self) -> int:
        """The crimes recorded of which it is not known whether they were in time."""
        return self.missing + self.ambiguous + self.negative


def _refuse(opened: Source, audit: Audit, wrong: Sequence[Check], key: str | None) -> None:
    """Raise the faults of the rows of an audit, if there are any; others are not looked at."""
    held = replace(opened, rows=audit.rows)
    counts, _ = engine.tally(held.rows, {f"_cdi_{i}": each.wrong for i, each in enumerate(wrong)})
    found = [pair for i, each in enumerate(wrong) for pair in _first(held, each, key, counts[f"_cdi_{i}"])]
    if found:
        raise DataError(opened.put(checks.first_rows(found)), sum(counts.values()))


def _first(held: Source, wrong: Check, key: str | None, number: int) -> Sequence[tuple[int, Fault]]:
    return checks.first_of(held, wrong, key, number) if number else ()


def time_by_stamps(audit: Audit, stamps: Stamps, within: float, *, negative_delay: str, key: str | None) -> TimedRows:
    """Tell by two times whether the crimes of each row were recorded in time."""
    import narwhals as nw

    reported, recorded = stamps.reported, stamps.recorded
    delays = partial(_with_delays, reported=reported, recorded=recorded, limit=_limit(within))
    rows = engine.row_by_row(audit.rows, delays)
    rows = engine.kept(rows) if audit.name or audit.source.held else rows
    audit = replace(audit, rows=rows)
    has_time = nw.col(recorded.known)
    unmet = ~nw.col(_IS_RECORDED) & (nw.col(DUE) > 0) & has_time
    cancelled = _cancelled(audit)
    if cancelled is not None:
        unmet = unmet & ~cancelled
    wrong = [Check("time-of-unrecorded", recorded.name, unmet)]
    if negative_delay == "error":
        wrong.append(Check("negative-delay", recorded.name, nw.col("_cdi_is_negative")))
    _refuse(stamps.opened, audit, wrong, key)
    return TimedRows(audit, _added(rows, _KINDS))


def _limit(within: float) -> int:
    """Give the longest delay that is in time, in microseconds."""
    return int(min(within * HOUR, 2.0**62))


_IS_RECORDED = "_cdi_has_recorded"
_KINDS = ("missing", "ambiguous", "negative", "shorter")


def _with_delays(rows: Rows, reported: Column, recorded: Column, limit: int) -> Rows:
    """Add the delay of each row, whether it is known, and what the row counts.

    In the hour that comes twice both readings are tried; one that puts the record before the report cannot be meant.
    """
    import narwhals as nw

    def holds(name: str) -> Expr:
        return nw.col(f"_cdi_is_{name}")

    longest = nw.col(recorded.last) - nw.col(reported.first)
    others = (
        nw.col(recorded.first) - nw.col(reported.first),
        nw.col(recorded.first) - nw.col(reported.last),
        nw.col(recorded.last) - nw.col(reported.last),
    )
    rows = rows.with_columns(
        _cdi_longest=longest,
        **{_IS_RECORDED: nw.col(RECORDED) > 0, CRIMES: nw.col(RECORDED).cast(nw.Int64)},
        **{f"_cdi_other_{i}": each for i, each in enumerate(others)},
    )
    longest = nw.col("_cdi_longest")
    tried = [nw.col(f"_cdi_other_{i}") for i in range(len(others))]
    meant = [nw.when(each >= 0).then(each).otherwise(longest) for each in tried]
    rows = rows.with_columns(_cdi_shortest=nw.min_horizontal(longest, *meant))
    shortest, is_recorded = nw.col("_cdi_shortest"), nw.col(_IS_RECORDED)
    has_times = is_recorded & nw.col(reported.known) & nw.col(recorded.known)
    rows = rows.with_columns(
        _cdi_is_missing=is_recorded & ~has_times,
        _cdi_is_negative=has_times & (longest < 0),
        _cdi_is_ambiguous=has_times & (longest >= 0) & (shortest <= limit) & (longest > limit),
        _cdi_is_met=has_times & (longest >= 0),
    )
    rows = rows.with_columns(_cdi_is_known=holds("met") & ~holds("ambiguous"))
    rows = rows.with_columns(_cdi_is_shorter=holds("known") & (shortest != longest))
    all_ = nw.col(CRIMES)
    rows = rows.with_columns(
        **{
            KNOWN: nw.when(holds("known")).then(all_).otherwise(nw.lit(0)),
            IN_TIME: nw.when(holds("known") & (shortest <= limit)).then(all_).otherwise(nw.lit(0)),
            DELAY: nw.when(holds("known")).then(shortest).otherwise(nw.lit(0)),
        },
        _cdi_not_known=nw.when(holds("known")).then(nw.lit(0)).otherwise(all_),
    )
    rows = rows.with_columns(**{PERHAPS: nw.col(IN_TIME) + nw.col("_cdi_not_known")})
    return rows.drop("_cdi_longest", "_cdi_shortest", *(f"_cdi_other_{i}" for i in range(len(others))))


def _added(rows: Rows, kinds: Sequence[str]) -> Timed:
    """Add up what the rows count, and the crimes of each kind."""
    import narwhals as nw

    counted = {kind: nw.when(nw.col(f"_cdi_is_{kind}")).then(nw.col(CRIMES)).otherwise(nw.lit(0)) for kind in kinds}
    shared = (nw.col(CRIMES) > 1).cast(nw.Int64)
    made = rows.select(nw.col(CRIMES), nw.col(IN_TIME), shared=shared, **counted)
    found = engine.collect(engine.sums(made, (), [CRIMES, IN_TIME, "shared", *kinds]))
    numbers = {name: int(values[0] or 0) for name, values in found.items()}
    return Timed(numbers.pop(CRIMES), numbers.pop(IN_TIME), **numbers)


def _cancelled(audit: Audit) -> Expr | None:
    """Find the rows whose record was cancelled; None where there are none."""
    import narwhals as nw

    decisions = audit.decisions or {}
    if not any(number for name, number in decisions.items() if name in DECISIONS and DECISIONS[name].cancelled):
        return None
    inner = audit.source.inner(str(audit.design.decision))
    words = engine.collect(engine.sums(audit.rows, [inner], (), count="_cdi_n"))[inner]
    meant = {word: parse_decision(answers.show(word)) for word in words if not engine.absent(word)}
    held = [word for word, decision in meant.items() if decision is not None and DECISIONS[decision].cancelled]
    return nw.col(inner).is_in(held).fill_null(value=False)


def time_by_answers(audit: Audit, opened: Source, timely: str, *, key: str | None) -> TimedRows:
    """Tell by a column of yes and no, or of counts, how many crimes of each row were recorded in time."""
    import narwhals as nw

    parse: Callable[[str], int | str] = answers.parse_count if audit.design.due else answers.parse_answer
    said = _said(replace(opened, rows=audit.rows), timely, parse)
    # where nothing was recorded, the question does not arise
    rows = said.opened.rows.with_columns(
        **{CRIMES: nw.col(RECORDED).cast(nw.Int64), _IS_RECORDED: nw.col(RECORDED) > 0},
        _cdi_is_blank=checks.blank(said.opened, timely),
        _cdi_is_idle=said.idle,
        _cdi_is_spoken=said.spoken,
        _cdi_said=said.number.fill_null(0).cast(nw.Int64),
    )
    silent = nw.col("_cdi_is_blank") | (nw.col("_cdi_is_idle") & ~nw.col(_IS_RECORDED))
    rows = rows.with_columns(_cdi_is_silent=silent, _cdi_is_missing=silent & nw.col(_IS_RECORDED))
    all_, is_missing = nw.col(CRIMES), nw.col("_cdi_is_missing")
    in_time = nw.when(nw.col("_cdi_is_silent")).then(nw.lit(0)).otherwise(nw.col("_cdi_said"))
    rows = rows.with_columns(**{IN_TIME: in_time, KNOWN: nw.when(is_missing).then(nw.lit(0)).otherwise(all_)})
    rows = rows.with_columns(**{PERHAPS: nw.when(is_missing).then(all_).otherwise(nw.col(IN_TIME))})
    audit = replace(audit, rows=rows)
    _refuse(opened, audit, _wrong_answers(said, timely, rows), key)
    return TimedRows(audit, replace(_added(rows, ("missing",)), shared=0))


@dataclass(frozen=True, slots=True)
class _Said:
    """What a column of answers says."""

    opened: Source
    number: Expr  # how many crimes were in time
    spoken: Expr  # whether that is a yes, which of several crimes may be all or one
    idle: Expr  # whether it says that the question does not arise
    checks: tuple[Check, ...] = ()  # of numbers
    wrong: Mapping[object, str] = field(default_factory=dict)  # of words: the codes of their faults


def _said(held: Source, timely: str, parse: Callable[[str], int | str]) -> _Said:
    """Read a column of answers, by its few words or as the numbers that it holds."""
    import narwhals as nw

    inner = held.inner(timely)
    kind = held.rows.collect_schema()[inner]
    if kind.is_numeric() or isinstance(kind, nw.Boolean):
        held, number = checks.read(held, timely, parse)
        is_truth = isinstance(kind, nw.Boolean)
        none = nw.col(RECORDED) < 0
        # what is no count is refused as it stands
        value = number.value if is_truth else number.value.cast(nw.Float64)
        counted = value if is_truth else nw.when((value >= 0) & (value <= answers.MOST)).then(value.round(0))
        return _Said(held, counted, ~none if is_truth else none, none, number.checks)
    held, words = checks.words(held, timely)
    meant = {word: parse(answers.show(word)) for word in words}
    numbers = {word: number for word, number in meant.items() if isinstance(number, int)}

    def among(found: list[object]) -> Expr:
        return nw.col(inner).is_in(found or [_NO_WORD]).fill_null(value=False)

    return _Said(
        replace(held, rows=engine.mapped(held.rows, inner, numbers or {_NO_WORD: 0}, _SAID)),
        nw.col(_SAID),
        among([word for word, number in numbers.items() if number and answers.show(word).isalpha()]),
        among([word for word in words if answers.is_idle(answers.show(word))]),
        wrong={word: code for word, code in meant.items() if isinstance(code, str)},
    )


_SAID = "_cdi_said_in_words"
_NO_WORD = "\x1e"  # what no text is: an engine does not look for one in an empty list

_LATE = {"late": "no", "recorded late": "no", "overdue": "no"}
"""What a word means where the question is whether a crime was recorded in time."""


def _wrong_answers(said: _Said, timely: str, rows: Rows) -> list[Check]:
    """Check the answers: what is none, and what is more than was recorded or leaves several crimes unclear."""
    import narwhals as nw

    column, asked, all_ = nw.col(said.opened.inner(timely)), ~nw.col("_cdi_is_silent"), nw.col(CRIMES)
    most = int(engine.collect(rows.select(all_.max()))[CRIMES][0] or 0) if said.wrong else 0
    own = checks.own_words(said.wrong, _LATE) if most <= 1 else {}
    found = [replace(each, wrong=each.wrong & asked) for each in said.checks]
    found += [Check(code, timely, column.is_in([word]) & asked, of) for word, (code, of) in own.items()]
    plain: dict[str, list[object]] = {}
    for word, code in said.wrong.items():
        if word not in own:
            plain.setdefault(code, []).append(word)
    found += [Check(code, timely, column.is_in(words) & asked) for code, words in plain.items()]
    above = asked & (nw.col("_cdi_said") > all_)
    unclear = asked & ~above & nw.col("_cdi_is_spoken") & (nw.col("_cdi_said") > 0) & (all_ > 1)
    return [*found, Check("timely-above-recorded", timely, above), Check("timely-of-several", timely, unclear)]


@dataclass(frozen=True, slots=True)
class TimedRows:
    """An audit whose rows say how many of their crimes were recorded in time, and what they add up to."""

    audit: Audit
    timed: Timed


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
    """The delays of a domain, weighted as its crimes count in the shares."""

    of: Distribution
    weight: float  # of all crimes recorded whose delay is known
    keys: tuple[str, ...]  # what the rows of the domain are known by in their engine


@dataclass(frozen=True, slots=True)
class TimedSample:
    """An audit whose rows say how many crimes were in time, by which columns, and the intervals that are asked for."""

    audit: Audit
    timed: Timed
    keys: Sequence[str] | None
    level: float
    method: str

    def shares(self) -> tuple[dict[str, Estimates], list[Row]]:
        """Estimate both shares, with their bounds where something is not known."""
        if not self.timed.unknown:
            wanted = {OF_RECORDED: (KNOWN, IN_TIME), OF_DUE: (DUE, IN_TIME)}
            found = dict(zip(wanted, self._shares(list(wanted), list(wanted.values())), strict=True))
            return found, [*self._rows(found[OF_RECORDED]), *self._rows(found[OF_DUE])]
        wanted = {OF_RECORDED: (KNOWN, IN_TIME)}
        for measure, due in ((OF_RECORDED, CRIMES), (OF_DUE, DUE)):
            wanted |= {
                bound: (due, in_time) for bound, in_time in zip(BOUNDS[measure], (IN_TIME, PERHAPS), strict=True)
            }
        *each, of_due = self._shares([*wanted, OF_DUE], [*wanted.values(), (DUE, CRIMES)])
        found = dict(zip(wanted, each, strict=True))
        # of those due it is known which were recorded; the share of these in time is that of those known
        recorded, timely = self._rows(of_due), self._rows(found[OF_RECORDED])
        of_label = {row.label: row for row in timely}
        shares = {
            OF_RECORDED: [_incomplete(row) for row in timely],
            OF_DUE: [_product(row, of_label.get(row.label)) for row in recorded],
        }
        rows: list[Row] = []
        for measure in (OF_RECORDED, OF_DUE):
            rows += shares[measure]
            for bound in BOUNDS[measure]:
                # what is taken to be was not found
                rows += [_without(row, _FOUND) for row in self._rows(found[bound])]
        return found, rows

    def quantiles(self, rates: Estimates, rows: Sequence[Row], spread: Sequence[Spread]) -> list[Row]:
        """Estimate the median and the 90th percentile of the delay, in hours, by domain and overall."""
        of_rate = {row.label: row for row in rows if row.measure == rates.measure}
        ordered = [of_rate[row.label] for row in rates.rows]
        sized = self.by_quantiles(list(QUANTILES.values()), spread)
        return [
            row
            for (key, portion), parts in zip(QUANTILES.items(), sized, strict=True)
            for row in self._quantile(key, portion, ordered, spread, parts)
        ]

    def spread(self, rates: Estimates) -> list[Spread]:
        """Give the delays of each domain, and of the whole."""
        table = self._table(rates.keys)
        places: dict[Label, list[int]] = {}
        for i, label in enumerate(table.label):
            places.setdefault(label, []).append(i)
        found = []
        for row in rates.rows:
            held = np.arange(len(table.label)) if row.whole else np.array(places.get(row.label, []), np.intp)
            delay, weight = table.delay[held], table.weight[held]
            keys = () if row.whole else tuple(sorted({table.key[i] for i in held}))
            of = distribution(delay[weight > 0] / HOUR, weight[weight > 0])
            found.append(Spread(of, float(weight.sum()), keys))
        return found

    def by_quantiles(self, portions: Sequence[float], spread: Sequence[Spread]) -> list[tuple[Estimates, Estimates]]:
        """Estimate the share recorded by each quantile: of each domain by its own, and of the whole."""
        import narwhals as nw

        rows, keys = self.audit.rows, self._keys
        if keys:
            rows = engine.keyed(rows, keys, _KEY)
        names: list[tuple[str, str]] = []
        for i, portion in enumerate(portions):
            limits: dict[object, int] = {
                key: _moment(each.of.quantile(portion)) for each in spread[:-1] for key in each.keys
            }
            own, whole = f"_cdi_by_own_{i}", f"_cdi_by_whole_{i}"
            limit: Expr = nw.lit(-1)
            if limits:
                rows = engine.mapped(rows, _KEY, limits, f"_cdi_limit_{i}")
                limit = nw.col(f"_cdi_limit_{i}").fill_null(-1)
            of_whole = nw.lit(_moment(spread[-1].of.quantile(portion)))
            rows = rows.with_columns(**{own: _by(limit), whole: _by(of_whole)})
            names += [(KNOWN, own), (KNOWN, whole)]
        found = shares_of(replace(self.audit, rows=rows), names, self.keys, [OF_RECORDED] * len(names))
        return list(zip(found[::2], found[1::2], strict=True))

    def _quantile(
        self,
        key: str,
        portion: float,
        rates: Sequence[Row],
        spread: Sequence[Spread],
        parts: tuple[Estimates, Estimates],
    ) -> list[Row]:
        """Read one quantile of each domain, with the effective size of the share at it."""
        sizes = [part.n_eff(level=self.level) for part in parts]
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
        return self._shares([OF_DUE], [(DUE, CRIMES)])[0]

    def curve(self, within: float, of: Distribution) -> tuple[CurvePoint, ...]:
        """Give the share recorded by each delay that occurs, and by some even hours with its interval."""
        import narwhals as nw

        if not len(of.values):
            return ()
        longest = next((mark for mark in _MARKS if mark >= of.values[-1]), _MARKS[-1])
        points = {hours: CurvePoint(hours, of.share(hours)) for hours in of.values.tolist()}
        even = sorted({float(within), *(float(mark) for mark in _MARKS if mark <= longest)})
        columns = {f"_cdi_by_{i}": _by(nw.lit(_limit(hours))) for i, hours in enumerate(even)}
        audit = replace(self.audit, rows=self.audit.rows.with_columns(**columns))
        parts = shares_of(audit, [(KNOWN, name) for name in columns], (), [OF_RECORDED] * len(even))
        for hours, part in zip(even, parts, strict=True):
            whole = self._rows(part)[-1]
            points[hours] = CurvePoint(hours, whole.estimate or 0.0, whole.low, whole.high, even=True)
        return tuple(points[hours] for hours in sorted(points))

    def _shares(self, measures: Sequence[str], counts: Sequence[tuple[str, str]]) -> list[Estimates]:
        """Estimate shares of one count in another, all in the passes of one."""
        return shares_of(self.audit, counts, self.keys, measures)

    def _rows(self, part: Estimates) -> list[Row]:
        return list(arrange(part, level=self.level, method=self.method).rows)

    @property
    def _keys(self) -> list[str]:
        keys = self.audit.strata.keys if self.keys is None else self.keys
        return self.audit.source.inner_names(map(self.audit.source.written, keys))

    def _table(self, keys: Sequence[str]) -> _Table:
        """Count the crimes of each delay, by domain, stratum and weight."""
        import narwhals as nw

        audit = self.audit
        inner = audit.source.inner_names
        rows = audit.rows.filter(nw.col(KNOWN) > 0)
        if keys:
            rows = engine.keyed(rows, inner(keys), _KEY)
        apart = list(dict.fromkeys([DELAY, *audit.apart, *inner(keys), *([_KEY] if keys else [])]))
        found = engine.collect(engine.sums(rows, apart, [KNOWN]))
        size = len(found[DELAY])
        strata = {label: i for i, label in enumerate(audit.strata.labels)}
        of_stratum, of_domain = (
            _labels([found[name] for name in inner(names)], size) for names in (audit.strata.keys, keys)
        )
        weight = audit.strata.weight[[strata[label] for label in of_stratum]] * found[KNOWN].astype(np.float64)
        if audit.strata.weighted:
            weight = weight * np.asarray(found[WEIGHT], dtype=np.float64)
        delay = np.asarray(found[DELAY]).astype(np.int64)
        order = np.lexsort((weight, delay))  # so that the same rows give the same sums
        label = [tuple(map(answers.spaced, each)) for each in of_domain]
        key = [str(each) for each in found[_KEY]] if keys else [""] * size
        return _Table([label[i] for i in order], [key[i] for i in order], delay[order], weight[order])


_KEY = "_cdi_domain"


@dataclass(frozen=True, slots=True)
class _Table:
    """The crimes of each delay; one element for each domain, stratum and weight that has it."""

    label: list[Label]
    key: list[str]  # what the rows of the domain are known by in their engine
    delay: Ints  # microseconds
    weight: Floats  # of its crimes


def _labels(columns: Sequence[Any], size: int) -> list[Label]:
    return [label_of(values) for values in zip(*columns, strict=True)] if columns else [()] * size


def _by(limit: Expr) -> Expr:
    """Count the crimes recorded within a delay, in microseconds."""
    import narwhals as nw

    return nw.when(nw.col(DELAY) <= limit).then(nw.col(KNOWN)).otherwise(nw.lit(0))


def _moment(hours: float) -> int:
    """Give a delay in microseconds; below all of them where there is none."""
    return -1 if math.isnan(hours) else round(hours * HOUR)


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
