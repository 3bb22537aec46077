"""The estimates of timeliness: shares in time with their bounds, quantiles of the delay, and the cumulative curve.

A quantile is read from the distribution of a weighted sample, which rises in steps; its limits are those of its share,
read back (Woodruff 1952, Journal of the American Statistical Association 47, 635-646).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits.counting import DUE, WEIGHT
from cdi.audits.volumes import label_of
from cdi.binomial import intervals
from cdi.binomial.differences import WithLimits, product
from cdi.measures import MEASURES
from cdi.printing.tables import Row, arrange
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.timing.delays import Timed

__all__ = [
    "BOUNDS", "OF_DUE", "OF_RECORDED", "QUANTILES", "WOODRUFF", "CurvePoint", "Distribution", "TimedSample",
    "distribution", "woodruff",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

OF_RECORDED, OF_DUE = "timely", "timely-due"
"""The measures, by their keys in ``cdi.measures.MEASURES``."""

BOUNDS: Mapping[str, tuple[str, str]] = {
    OF_RECORDED: ("timely-lowest", "timely-highest"),
    OF_DUE: ("timely-due-lowest", "timely-due-highest"),
}
"""Measure -> what it would be had all that is not known been late, or in time."""

QUANTILES: Mapping[str, float] = {"delay-median": 0.5, "delay-90th": 0.9}
"""Measure -> the share of crimes recorded by then."""

WOODRUFF = "woodruff"
"""The method of the intervals of quantiles."""

_MARKS = (1, 2, 4, 8, 12, 24, 48, 72, 168, 336, 720)
_FOUND = frozenset(["all-recorded", "none-recorded", "few-unrecorded"])
_OF_SHARES = _FOUND | {"fallback", "beyond", "no-width"}
_OF_ESTIMATES = _OF_SHARES | {"small-base", "few-df"}


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
        unknown = bool(timed.unknown.any())
        found = {OF_RECORDED: self._share(OF_RECORDED, columns, "_cdi_known", "_cdi_in_time")}
        found[OF_DUE] = self._share(OF_DUE, columns, DUE, "_cdi_all" if unknown else "_cdi_in_time")
        for measure, due in ((OF_RECORDED, "_cdi_all"), (OF_DUE, DUE)) if unknown else ():
            for bound, in_time in zip(BOUNDS[measure], ("_cdi_in_time", "_cdi_perhaps"), strict=True):
                found[bound] = self._share(bound, columns, due, in_time)
        rows = {name: self._rows(part) for name, part in found.items()}
        for bound in (name for name in rows if name not in BOUNDS):  # what is taken to be was not found
            rows[bound] = [_without(row, _FOUND) for row in rows[bound]]
        if unknown:
            timely = {row.label: row for row in rows[OF_RECORDED]}
            rows[OF_DUE] = [_product(row, timely.get(row.label)) for row in rows[OF_DUE]]
            rows[OF_RECORDED] = [_incomplete(row) for row in rows[OF_RECORDED]]
            del found[OF_DUE]  # no ratio of totals any more
        order = [key for measure, bounds in BOUNDS.items() for key in (measure, *bounds)]
        return found, [row for key in order for row in rows.get(key, ())]

    def quantiles(self, rates: Estimates, rows: Sequence[Row]) -> list[Row]:
        """Estimate the median and the 90th percentile of the delay, in hours, by domain and overall."""
        of_rate = {row.label: row for row in rows if row.measure == rates.measure}
        labels = self._labels(rates.keys)
        members = [np.array([row.whole or label == row.label for label in labels], dtype=bool) for row in rates.rows]
        weights = self._weights()
        spread = [self._distribution(weights * mask) for mask in members]
        ordered = [of_rate[row.label] for row in rates.rows]
        return [
            row for key, portion in QUANTILES.items() for row in self._quantile(key, portion, ordered, members, spread)
        ]

    def _quantile(
        self, key: str, portion: float, rates: Sequence[Row], members: Sequence[Bools], spread: Sequence[Distribution]
    ) -> list[Row]:
        """Read one quantile of each domain, with the effective size of the share at it."""
        values = [each.quantile(portion) for each in spread]
        by_then = np.zeros(len(self.known), dtype=np.int64)
        for mask, value in zip(members[:-1], values[:-1], strict=True):
            by_then += np.where(mask & (self.timed.hours <= value), self.known, 0)
        whole = np.where(self.timed.hours <= values[-1], self.known, 0)
        sizes = [self._by_then(counts).n_eff(level=self.level) for counts in (by_then, whole)]
        size = [*sizes[0][:-1].tolist(), float(sizes[1][-1])]
        found = []
        for i, row in enumerate(rates):
            low, high = woodruff(spread[i], portion, size[i], self.level)
            beyond = ["delay-beyond"] if not math.isnan(low) and math.isnan(high) else []
            found.append(
                replace(
                    row,
                    measure=MEASURES[key],
                    estimate=_number(values[i]),
                    low=_number(low),
                    high=_number(high),
                    method=WOODRUFF,
                    se=None,
                    n_eff=_number(size[i]),
                    deff=None,
                    facts=row.facts.without(_OF_SHARES).because(beyond),
                )
            )
        return found

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
        columns = [frame[key].to_list() for key in keys]
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


def _product(due: Row, timely: Row | None) -> Row:
    """Multiply the recording rate by the share in time of those recorded, with limits by square and add."""
    blank = replace(due, estimate=None, low=None, high=None, se=None, n_eff=None, df=None, deff=None)
    if due.estimate is None:
        return _incomplete(replace(blank, recorded=0 if timely is None else timely.recorded))
    if timely is None or timely.estimate is None:
        nothing = _without(replace(blank, recorded=0), _OF_ESTIMATES).stating(census=False)
        return _incomplete(nothing.because("no-known-delay"))
    p, q = due.estimate, timely.estimate
    se = None if due.se is None or timely.se is None else math.hypot(q * due.se, p * timely.se)
    low, high = (None, None) if due.low is timely.low is None else map(float, product(_side(due), _side(timely)))
    facts = replace(due.facts, census=due.facts.census or timely.facts.census)
    facts = facts.because(timely.facts.reasons).without(_OF_SHARES)
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
        # sums of weights that should meet a share exactly miss it by rounding
        return float(self.values[min(int(np.searchsorted(self.shares, share - 1e-12)), len(self.values) - 1)])

    def share(self, value: float) -> float:
        """Give the share at or below a value."""
        place = int(np.searchsorted(self.values, value, side="right"))
        return float(self.shares[place - 1]) if place else 0.0


def distribution(values: Floats, weights: Floats) -> Distribution:
    """Add up the weights of the values."""
    each, place = np.unique(values, return_inverse=True)
    summed = np.bincount(place, weights=weights, minlength=len(each)).cumsum()
    return Distribution(each, summed / summed[-1] if len(each) else summed)


def woodruff(of: Distribution, share: float, n_eff: float, level: float = 0.95) -> tuple[float, float]:
    """Give limits for a quantile: the Wilson interval of its share, read back through the distribution."""
    if not len(of.values) or not np.isfinite(n_eff) or n_eff <= 0:
        return float("nan"), float("nan")
    ends = intervals.interval(share, n_eff, level=level, method="wilson")
    low, high = of.quantile(float(ends.low)), of.quantile(float(ends.high))
    return low, float("nan") if high == of.values[-1] else high
