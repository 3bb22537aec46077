"""Timeliness: the share of crimes recorded within so many hours of the report, and how long recording took.

Two shares, by the estimators of every rate: of the crimes that were recorded, and of all that should have been, where
one that was never recorded is not in time. What is not known makes bounds: all of it late, and all of it in time
(Manski 1989, Journal of Human Resources 24, 343-360).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

from cdi.audits.audit import Audit, check_audit
from cdi.audits.design import PERIOD, Roles, roles_of
from cdi.errors import DataError, DesignError, MethodError, is_number, suggestion
from cdi.printing.tables import Table, arrange
from cdi.reading import opening
from cdi.reading.sources import no_column
from cdi.survey.estimates import Estimates
from cdi.timing import delays
from cdi.timing.delays import Timed
from cdi.timing.timed_rates import OF_RECORDED, Point, Sample
from cdi.timing.times import CLOCKS, is_date_format

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.design import Design
    from cdi.reading.sources import Source
    from cdi.timing.times import Times

__all__ = ["NEGATIVE_DELAYS", "Timeliness", "timeliness"]

NEGATIVE_DELAYS = ("error", "missing")
"""What a record before its report is: wrong, or as good as no time."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How soon crimes were recorded.

    Attributes
    ----------
    within : float
        The limit, in hours.
    table : Table
        The share of those recorded and that of all due, their bounds where something is not known, and the median and
        90th percentile of the delay, in hours; unrounded.
    estimates : mapping of str to Estimates
        Measure -> its rates, as far as they are ratios.
    curve : tuple of Point
        The share recorded by each delay that occurs, and at some even hours with intervals; none without times.
    timed : Timed
        What each row says, and how many crimes are without a known delay and why.
    day_first : tuple of str
        The first time of each column in which every time was read day first and could be read month first.
    by_answers : bool
        Whether a column said yes or no, and no times were read.
    audit : Audit
        The sample.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> times = {"reported_at": ["2024-03-05 14:00"] * 3, "recorded_at": ["2024-03-05 16:30", "2024-03-07 09:00", None]}
    >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1, 0], **times}))
    >>> [(record.kind, record.estimate) for record in found.table.records][:3]
    [('timely', 0.5), ('timely-due', 0.3333333333333333), ('delay-median', 2.5)]
    """

    within: float
    table: Table
    estimates: Mapping[str, Estimates] = field(repr=False)
    curve: tuple[Point, ...] = field(repr=False)
    timed: Timed = field(repr=False)
    day_first: tuple[str, ...]
    by_answers: bool
    audit: Audit = field(repr=False)

    @property
    def unknown(self) -> int:
        """Crimes recorded of which it is not known whether they were in time."""
        return self.timed.missing + self.timed.ambiguous + self.timed.negative

    def to_pandas(self) -> pd.DataFrame:
        """Give the cumulative curve as a data frame: hours, share, low, high."""
        import pandas as pd

        points = [(point.hours, point.share, point.low, point.high) for point in self.curve]
        return pd.DataFrame(points, columns=["hours", "share", "low", "high"])


def timeliness(
    source: object,
    *,
    reported_at: str | None = None,
    recorded_at: str | None = None,
    within: float = 24,
    timely: str | None = None,
    date_format: str | None = None,
    clock: str = "uk",
    negative_delay: str = "error",
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    method: str = "wilson",
    **roles: Unpack[Roles],
) -> Timeliness:
    """Estimate the share of crimes recorded within so many hours of the report, and the delay.

    Parameters
    ----------
    source : path, Workbook, a list of them, or data frame
        An audit, one row a crime, or one row a report whose crimes were recorded together.
    reported_at, recorded_at : str, optional
        The columns with the times; those of that name unless named. Times are ISO or day first, one way in a column.
    within : float
        The limit, in hours; a delay of just so many is in time.
    timely : str, optional
        Instead of times: a column that says yes or no, or with ``due`` how many of those recorded were in time.
    date_format : str, optional
        How times are written, in the directives of ``strptime``.
    clock : {"uk", "fixed"}
        Whether times without an offset are of clocks that are put forward in summer.
    negative_delay : {"error", "missing"}
        Whether a record before its report is refused, or counts as not known.
    by : str or sequence of str, optional
        Domain columns. None: the strata, or overall only.
    level, method
        As in :meth:`Estimates.interval`; the delays take Woodruff's interval.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Timeliness
        Shares are proportions, delays hours.

    Raises
    ------
    DataError
        Times that cannot be read or did not exist, negative delays, times of crimes not recorded: all at once.
    DesignError, MethodError
        As :func:`cdi.estimate`, and terms that contradict each other.

    Notes
    -----
    Crimes without a known delay are left out of the share of those recorded. The share of all due is then that share
    times the recording rate, since leaving them out beside crimes never recorded would make it too low; its limits are
    by square and add (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702), the two being near independent.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"recorded": [1, 1, 1, 0], "in_time": ["yes", "no", None, None]})
    >>> found = cdi.timeliness(sample, timely="in_time")
    >>> [(record.kind, record.estimate) for record in found.table.records]  # doctest: +NORMALIZE_WHITESPACE
    [('timely', 0.5), ('timely-lowest', 0.3333333333333333), ('timely-highest', 0.6666666666666666),
     ('timely-due', 0.375), ('timely-due-lowest', 0.25), ('timely-due-highest', 0.5)]
    """
    _check_terms(within, clock, negative_delay)
    if timely is not None and (reported_at, recorded_at, date_format, within, clock, negative_delay) != _NO_TIMES:
        raise DesignError.of("timely-and-times", got=timely)
    if date_format is not None and not is_date_format(date_format):
        raise MethodError.of("date-format", got=date_format or repr(date_format))
    keys = None if by is None else [by] if isinstance(by, str) else list(by)
    opened, design, unplayed = _opened(source, roles, keys or ())
    key = design.case or design.cluster
    stamped: tuple[Times, ...]
    if timely is not None:
        if timely not in opened.columns:
            raise DataError([no_column(timely, opened)])
        audit = _whole(check_audit(opened, design, unplayed))
        timed, stamped = delays.time_by_answers(audit, opened, timely, key=key), ()
    else:
        columns = reported_at or "reported_at", recorded_at or "recorded_at"
        if columns[0] == columns[1]:
            raise DesignError.of("one-time-column", got=columns[0])
        stamps, faulty = delays.read_stamps(opened, *columns, date_format=date_format, clock=clock, key=key)
        audit = _whole(check_audit(opened, design, unplayed, [faulty]))
        timed = delays.time_by_stamps(audit, opened, stamps, within, negative_delay=negative_delay, key=key)
        stamped = (stamps.reported, stamps.recorded)
    day_first = tuple(one.day_first for one in stamped if one.day_first)
    sample = Sample(audit, timed, keys, level, method)
    estimates, records = sample.shares()
    points: tuple[Point, ...] = ()
    if timely is None and estimates[OF_RECORDED].representative:
        records += sample.quantiles(estimates[OF_RECORDED], records)
        points = sample.curve(within)
    table = Table(arrange(estimates[OF_RECORDED]).keys, tuple(records), level, method, "both")
    return Timeliness(within, table, estimates, points, timed, day_first, timely is not None, audit)


_NO_TIMES: tuple[object, ...] = (None, None, None, 24, "uk", "error")
"""What the terms that are of times usually are."""


def _check_terms(within: float, clock: str, negative_delay: str) -> None:
    if not (is_number(within) and within > 0 and math.isfinite(within)):
        raise MethodError.of("within", got=within)
    for given, choices in ((clock, CLOCKS), (negative_delay, NEGATIVE_DELAYS)):
        if given not in choices:
            raise MethodError.of("term-of-timeliness", got=given, hint=suggestion(given, choices))


def _opened(source: object, roles: Roles, keys: Sequence[str]) -> tuple[Source, Design, tuple[str, ...]]:
    opened = opening.open_source(source)
    given: Any = {**roles}
    if PERIOD in keys:
        given.setdefault("period_as", "domain")
    design, unplayed = roles_of(opened, None, given)
    return delays.in_memory(opened), design, unplayed


def _whole(audit: Audit) -> Audit:
    if audit.lost:
        raise DataError(audit.lost)
    return audit
