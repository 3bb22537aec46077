"""The estimates of timeliness: shares in time with their bounds, quantiles of the delay, and the cumulative curve."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits.counting import DUE, WEIGHT
from cdi.audits.volumes import label_of
from cdi.binomial.differences import WithLimits, product
from cdi.printing.tables import Record, arrange
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import share
from cdi.timing.quantiles import Distribution, distribution, woodruff

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.timing.delays import Timed

__all__ = ["BOUNDS", "OF_DUE", "OF_RECORDED", "QUANTILES", "WOODRUFF", "Point", "Sample"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

OF_RECORDED, OF_DUE = "timely", "timely-due"
"""The measures, by their keys in ``cdi.wording.MEASURES``."""

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
_OF_ESTIMATES = _OF_SHARES | {"small-base", "few-df", "census"}


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the cumulative curve.

    Attributes
    ----------
    hours : float
        Since the report.
    share : float
        Of the crimes recorded whose delay is known, those recorded by then.
    low, high : float or None
        The interval of the share, at even hours.
    even : bool
        Whether this is one of the even hours.
    """

    hours: float
    share: float
    low: float | None = None
    high: float | None = None
    even: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """An audit, what its rows say of times, and how it is estimated.

    Attributes
    ----------
    audit : Audit
        The sample.
    timed : Timed
        What its rows say, in their order.
    keys : sequence of str or None
        Domain columns.
    level, method
        Of the intervals.
    """

    audit: Audit
    timed: Timed
    keys: Sequence[str] | None
    level: float
    method: str

    @property
    def known(self) -> Ints:
        """The crimes recorded of each row of which it is known whether they were in time."""
        return np.where(self.timed.unknown, 0, self.timed.recorded)

    def measure(self, measure: str, columns: Mapping[str, Ints], due: str, recorded: str) -> Estimates:
        """Estimate the share of one count in another; both are columns of the rows, or stand beside them."""
        import narwhals as nw

        frame = self.audit.rows.collect()
        kind = frame.implementation
        series = [nw.new_series(name, values, nw.Int64, backend=kind) for name, values in columns.items()]
        audit = replace(self.audit, rows=frame.with_columns(*series).lazy())
        return share(audit.measuring(nw.col(due), nw.col(recorded)), self.keys, measure=measure)

    def shares(self) -> tuple[dict[str, Estimates], list[Record]]:
        """Estimate both shares, with their bounds where something is not known."""
        timed = self.timed
        columns = {
            "_cdi_all": timed.recorded,
            "_cdi_known": self.known,
            "_cdi_in_time": timed.in_time,
            "_cdi_perhaps": np.where(timed.unknown, timed.recorded, timed.in_time),
        }
        unknown = bool(timed.unknown.any())
        found = {OF_RECORDED: self.measure(OF_RECORDED, columns, "_cdi_known", "_cdi_in_time")}
        found[OF_DUE] = self.measure(OF_DUE, columns, DUE, "_cdi_all" if unknown else "_cdi_in_time")
        for measure, due in ((OF_RECORDED, "_cdi_all"), (OF_DUE, DUE)) if unknown else ():
            for bound, in_time in zip(BOUNDS[measure], ("_cdi_in_time", "_cdi_perhaps"), strict=True):
                found[bound] = self.measure(bound, columns, due, in_time)
        records = {name: self._records(part) for name, part in found.items()}
        for bound in (name for name in records if name not in BOUNDS):  # what is taken to be was not found
            records[bound] = [_without(record, _FOUND) for record in records[bound]]
        if unknown:
            timely = {record.label: record for record in records[OF_RECORDED]}
            records[OF_DUE] = [_product(record, timely.get(record.label)) for record in records[OF_DUE]]
            records[OF_RECORDED] = [_incomplete(record) for record in records[OF_RECORDED]]
            del found[OF_DUE]  # no ratio of totals any more
        order = [kind for measure, bounds in BOUNDS.items() for kind in (measure, *bounds)]
        return found, [record for name in order for record in records.get(name, ())]

    def quantiles(self, rates: Estimates, records: Sequence[Record]) -> list[Record]:
        """Estimate the median and the 90th percentile of the delay, in hours, by domain and overall."""
        of_rate = {record.label: record for record in records if record.kind.removesuffix("-in-sample") == OF_RECORDED}
        labels = self._labels(rates.keys)
        members = [np.array([row.overall or label == row.label for label in labels], dtype=bool) for row in rates.rows]
        weights = self._weights()
        spread = [self._distribution(weights * mask) for mask in members]
        return [
            record
            for name, portion in QUANTILES.items()
            for record in self._quantile(name, portion, rates, members, spread, of_rate)
        ]

    def _quantile(
        self,
        name: str,
        portion: float,
        rates: Estimates,
        members: Sequence[Bools],
        spread: Sequence[Distribution],
        of_rate: Mapping[Label, Record],
    ) -> list[Record]:
        values = [each.quantile(portion) for each in spread]
        by_then = np.zeros(len(self.known), dtype=np.int64)
        for mask, value in zip(members[:-1], values[:-1], strict=True):
            by_then += np.where(mask & (self.timed.hours <= value), self.known, 0)
        whole = np.where(self.timed.hours <= values[-1], self.known, 0)
        sizes = [self._by_then(counts).n_eff(level=self.level) for counts in (by_then, whole)]
        size = [*sizes[0][:-1].tolist(), float(sizes[1][-1])]
        found = []
        for i, row in enumerate(rates.rows):
            low, high = woodruff(spread[i], portion, size[i], self.level)
            record = of_rate[row.label]
            ending = record.kind.removeprefix(OF_RECORDED)
            beyond = ("delay-beyond",) if not math.isnan(low) and math.isnan(high) else ()
            found.append(
                replace(
                    record,
                    kind=f"{name}{ending}",
                    estimate=_number(values[i]),
                    low=_number(low),
                    high=_number(high),
                    method=WOODRUFF,
                    se=None,
                    n_eff=_number(size[i]),
                    deff=None,
                    notes=(*(code for code in record.notes if code not in _OF_SHARES), *beyond),
                )
            )
        return found

    def curve(self, within: float) -> tuple[Point, ...]:
        """Give the share recorded by each delay that occurs, and by some even hours with its interval."""
        of = self._distribution(self._weights())
        if not len(of.values):
            return ()
        longest = next((mark for mark in _MARKS if mark >= of.values[-1]), _MARKS[-1])
        points = {hours: Point(hours, of.share(hours)) for hours in of.values.tolist()}
        for hours in sorted({float(within), *(float(mark) for mark in _MARKS if mark <= longest)}):
            part = self._by_then(np.where(self.timed.hours <= hours, self.known, 0))
            whole = self._records(part)[-1]
            points[hours] = Point(hours, whole.estimate or 0.0, whole.low, whole.high, even=True)
        return tuple(points[hours] for hours in sorted(points))

    def _by_then(self, counts: Ints) -> Estimates:
        return self.measure(
            OF_RECORDED, {"_cdi_known": self.known, "_cdi_by_then": counts}, "_cdi_known", "_cdi_by_then"
        )

    def _records(self, part: Estimates) -> list[Record]:
        return list(arrange(part, level=self.level, method=self.method).records)

    def _labels(self, keys: Sequence[str]) -> list[Label]:
        frame = self.audit.rows.collect()
        columns = [frame[key].to_list() for key in keys]
        return [label_of(values) for values in zip(*columns, strict=True)] if keys else [()] * len(frame)

    def _weights(self) -> Floats:
        """Weigh the delays of each row as its crimes count in the shares."""
        strata = self.audit.strata
        place = {label: i for i, label in enumerate(strata.labels)}
        weight = strata.weight[[place[label] for label in self._labels(strata.keys)]] * self.known
        return weight * self.audit.rows.collect()[WEIGHT].to_numpy() if strata.weighted else weight

    def _distribution(self, weights: Floats) -> Distribution:
        counted = (weights > 0) & np.isfinite(self.timed.hours)
        return distribution(self.timed.hours[counted], weights[counted])


def _product(due: Record, timely: Record | None) -> Record:
    """Multiply the recording rate by the share in time of those recorded, with limits by square and add."""
    blank = replace(due, estimate=None, low=None, high=None, se=None, n_eff=None, df=None, deff=None)
    if due.estimate is None:
        return _incomplete(replace(blank, recorded=0 if timely is None else timely.recorded))
    if timely is None or timely.estimate is None:
        return _incomplete(_noted(_without(replace(blank, recorded=0), _OF_ESTIMATES), "no-known-delay"))
    p, q = due.estimate, timely.estimate
    se = None if due.se is None or timely.se is None else math.hypot(q * due.se, p * timely.se)
    low, high = (None, None) if due.low is timely.low is None else map(float, product(_side(due), _side(timely)))
    notes = dict.fromkeys(code for code in (*due.notes, *timely.notes) if code not in _OF_SHARES)
    found = replace(blank, estimate=p * q, low=low, high=high, se=se, recorded=timely.recorded, notes=tuple(notes))
    return _incomplete(found)


def _side(record: Record) -> WithLimits:
    """Take a rate with its limits; one without an interval, in a census, has no width."""
    ends = (record.estimate, record.low, record.high)
    return WithLimits(*(np.array(record.estimate if end is None else end, dtype=float) for end in ends))


def _without(record: Record, codes: Collection[str]) -> Record:
    return replace(record, notes=tuple(code for code in record.notes if code not in codes))


def _incomplete(record: Record) -> Record:
    """Note that what is not known is left out: then a census is one of the rest."""
    notes = tuple("census-known" if code == "census" else code for code in record.notes)
    return replace(record, notes=(*notes, "times-missing"))


def _noted(record: Record, code: str) -> Record:
    return replace(record, notes=(*record.notes, code))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
