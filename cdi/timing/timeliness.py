"""Timeliness: the share of crimes recorded within so many hours of the report, and how long recording took.

Two shares, by the estimators of every rate: of the crimes that were recorded, and of all that should have been, where
one that was never recorded is not in time. What is not known makes bounds: all of it late, and all of it in time
(Manski 1989, Journal of Human Resources 24, 343-360).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from cdi import wording
from cdi.arguments import checked, chosen, is_number, names_of, several, text_of
from cdi.audits import answers, checks
from cdi.audits.audit import Audit, check_audit, sample_of
from cdi.audits.design import PERIOD, Design, Roles, roles_of
from cdi.binomial.intervals import check_terms
from cdi.errors import DataError, DesignError, MethodError, Where
from cdi.measures import MEASURES, Role
from cdi.parameters import CLOCKS, LEVEL, METHOD, NEGATIVE_DELAYS
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, csv_of, grid_of
from cdi.printing.lines import (
    AS_RATE,
    level_text,
    named,
    of_sample,
    percent,
    percents,
    rate_heading,
    titled,
    weighted_once,
    whole,
)
from cdi.printing.tables import Row, Table, arrange, wide_of
from cdi.reading import opening
from cdi.reading.shelf import once
from cdi.reading.sources import no_column
from cdi.showing import Shown
from cdi.survey.estimates import Estimates
from cdi.timing import delays, stamps
from cdi.timing.delays import BOUNDS, OF_DUE, OF_RECORDED, QUANTILES, WOODRUFF, CurvePoint, Timed, TimedSample
from cdi.timing.times import is_date_format

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.reading.sources import Source

__all__ = ["Timeliness", "timeliness", "write_curve"]

CURVE = ("hours", "share", "low", "high")
"""The columns of the cumulative curve."""

MEDIAN, LATEST = QUANTILES
"""The measures of the delay."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Timeliness(Shown):
    """How soon crimes were recorded. It prints as the page of ``cdi timeliness``.

    Attributes
    ----------
    within : float
        The limit, in hours.
    table : Table
        The shares of those recorded and of all due, their bounds where something is not known, and the median and 90th
        percentile of the delay, in hours. All are unrounded.
    estimates : mapping of str to Estimates
        The rates of each measure that is a ratio.
    points : tuple of CurvePoint
        The share recorded by each delay that occurs, and at some even hours with intervals. There are none without
        times. ``curve`` holds what may be shown of them.
    timed : Timed
        How many crimes were recorded, in time or not, how many have no known delay, and why.
    day_first : tuple of str
        The first time of each column that was read day first and could be read month first.
    by_answers : bool
        Whether a column said yes or no, so that no times were read.
    audit : Audit
        The sample.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> times = {"reported_at": ["2024-03-05 14:00"] * 3, "recorded_at": ["2024-03-05 16:30", "2024-03-07 09:00", None]}
    >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1, 0], **times}))
    >>> [(row.measure.key, row.estimate) for row in found.table.rows][:3]
    [('timely', 0.5), ('timely-due', 0.3333333333333333), ('delay-median', 2.5)]
    """

    within: float
    table: Table
    estimates: Mapping[str, Estimates]
    points: tuple[CurvePoint, ...]
    timed: Timed = field(compare=False)
    day_first: tuple[str, ...]
    by_answers: bool
    audit: Audit = field(compare=False)

    @property
    def unknown(self) -> int:
        """The number of recorded crimes for which it is not known whether they were in time."""
        return self.timed.unknown

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """The cumulative curve overall: empty if the overall row is suppressed, and at even hours if another is."""
        gone = [row for row in self.table.rows if row.withheld]
        if any(row.whole for row in gone):
            return ()
        return tuple(point for point in self.points if point.even or not gone)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the shares and the delays of a row step by step; see :func:`cdi.explain`.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1, 0], "soon": ["yes", "no", None]}), timely="soon")
        >>> [step.working for step in found.explain().steps if step.symbol == "p"]
        ['p = x / y = 1 / 2 = 0.5', 'p = x / y = 1 / 3 = 0.33333333']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def sample(self) -> TimedSample:
        """Give the sample with what its rows say of times, as the estimates were made of it."""
        return TimedSample(
            self.audit, self.timed, self.estimates[OF_RECORDED].keys, self.table.level, self.table.method
        )

    def wide(self) -> pd.DataFrame:
        """Give one row for each category, with both shares in time and the delay.

        Returns
        -------
        pandas.DataFrame
            The category columns; ``rate``, ``low``, ``high``, of the crimes ``recorded`` those ``in_time``;
            ``of_due``, of all due, with its ends; ``median`` and ``latest``, the 90th percentile, in hours with their
            ends, where there are times; ``notes``. Proportions and hours, unrounded.
        """
        names = {"rate": OF_RECORDED, "of_due": OF_DUE, "median": MEDIAN, "latest": LATEST}
        frame = wide_of(self.table, {name: MEASURES[key] for name, key in names.items()})
        return frame.rename(columns={"due": "recorded", "recorded": "in_time"})

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers: what is saved of a result holds no row of a victim's."""
        kept = replace(self, audit=self.audit.without_rows())
        return type(self), tuple(getattr(kept, each.name) for each in fields(kept))

    def curve_to_pandas(self) -> pd.DataFrame:
        """Give the cumulative curve as a data frame, with the columns hours, share, low and high.

        Returns
        -------
        pandas.DataFrame
            One row a delay that occurs, or an even hour, which alone has an interval; proportions. None without times.
        """
        import pandas as pd

        return pd.DataFrame(_curve_values(self), columns=list(CURVE))

    def draw(self, axes: Axes) -> None:
        """Draw the curve of the delay or, if there are no times, the shares."""
        from cdi.charts.trend_charts import draw_delays

        if not self.curve:
            Shown.draw(self, axes)
            return
        draw_delays(axes, self)
        axes.set_title(wording.capital(wording.CURVE_TITLE), loc="left")
        axes.legend(fontsize="small")

    def page(self, *, spoken: bool = False, **_options: Any) -> Page:
        """Lay the result out for people: both shares, their bounds, the delays and the curve.

        Parameters
        ----------
        spoken : bool
            Whether the shares in time were said elsewhere.

        Returns
        -------
        Page
            What the surfaces write.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1, 0], "soon": ["yes", "no", None]}), timely="soon")
        >>> [(grid.title[:36], grid.rows[0][1]) for grid in found.page().grids]
        [('Recorded in time, of those recorded,', '50.0'), ('Recorded in time, of all that should', '33.3')]
        """
        table, remarks = weighted_once(self.table, lambda row: row.measure.role is Role.RATE)
        found, notes = replace(self, table=table), Notes.on(table.rows)
        grids = [_shares(found, measure, notes, remarks) for measure in (OF_RECORDED, OF_DUE)]
        grids += [_bounds(found, measure, notes) for measure, (lowest, _) in BOUNDS.items() if table.of(lowest)]
        if self.curve or any(row.withheld for row in table.of(MEDIAN)):
            grids.append(_delays(found, notes))
        if self.curve:
            grids.append(_curve(found))
        return Page(self.table, tuple(grids), notes, tuple(_statements(self, spoken=spoken)), remarks)


@checked
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
    level: float = LEVEL,
    method: str = METHOD,
    **roles: Unpack[Roles],
) -> Timeliness:
    """Estimate the share of crimes recorded within a number of hours of the report, and the delay.

    Parameters
    ----------
    source : Audit, Result, or what :func:`cdi.read_audit` takes
        The audited sample. Each row is one crime, or one report whose crimes were recorded together.
    reported_at, recorded_at : str, optional
        The columns with the times, if they have other names than these. Times are ISO or day first, and written in one
        way throughout a column.
    within : float
        The limit, in hours. A delay of exactly this long is in time.
    timely : str, optional
        A column to use instead of times. It says yes or no or, with ``due``, how many of the crimes recorded were in
        time.
    date_format : str, optional
        The format of the times, in the directives of ``strptime``.
    clock : {"uk", "fixed"}
        Whether times without an offset come from clocks that change in summer, or from a system that keeps one time.
    negative_delay : {"error", "missing"}
        Whether a time of recording before the report is an error, or counts as not known.
    by : str or sequence of str, optional
        The category columns. If None, there is one row for each stratum, or only the overall result.
    level, method : float, str
        See :meth:`Estimates.interval`. The delays have Woodruff's interval.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Timeliness
        The shares, as proportions, and the delays, in hours.

    Raises
    ------
    DataError
        If times cannot be read or did not exist, delays are negative, or crimes not recorded have a time. All faults
        are reported at once.
    DesignError, MethodError
        As for :func:`cdi.estimate`, and if terms contradict each other.

    Notes
    -----
    Crimes without a known delay are left out of the share of those recorded. The share of all crimes due is then that
    share times the recording rate, since leaving them out beside crimes never recorded would make it too low. Its
    limits come from the squares of both errors (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702), as the two
    are nearly independent. The limits of the delays are those of Woodruff (1952, Journal of the American Statistical
    Association 47, 635-646), with binomial tails. An end that the sample cannot give is None.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"recorded": [1, 1, 1, 0], "in_time": ["yes", "no", None, None]})
    >>> found = cdi.timeliness(sample, timely="in_time")
    >>> [(row.measure.key, row.estimate) for row in found.table.rows]  # doctest: +NORMALIZE_WHITESPACE
    [('timely', 0.5), ('timely-lowest', 0.3333333333333333), ('timely-highest', 0.6666666666666666),
     ('timely-due', 0.375), ('timely-due-lowest', 0.25), ('timely-due-highest', 0.5)]
    """
    _check_terms(within, clock, negative_delay)
    check_terms(level, method)
    named = {"reported_at": reported_at, "recorded_at": recorded_at, "timely": timely, "date_format": date_format}
    for name, given in named.items():
        if given is not None:
            text_of(given, name)
    if timely is not None and (reported_at, recorded_at, date_format, within, clock, negative_delay) != _NO_TIMES:
        raise DesignError.of("timely-and-times", got=timely)
    if date_format is not None and not is_date_format(date_format):
        raise MethodError.of("date-format", got=date_format or repr(date_format))
    keys = None if by is None else list(names_of(by))
    opened, design, unplayed = _opened(source, roles, keys or ())
    if timely is None and (reported_at, recorded_at) == (None, None) and "reported_at" not in opened.roles:
        timely = opened.roles.get("timely")
    if timely is not None:
        terms: tuple[object, ...] = (timely,)
        read = partial(_read_answers, opened, design, unplayed, timely)
    else:
        columns = (
            reported_at or opened.roles.get("reported_at", "reported_at"),
            recorded_at or opened.roles.get("recorded_at", "recorded_at"),
        )
        if columns[0] == columns[1]:
            raise DesignError.of("one-time-column", got=columns[0])
        terms = (*columns, date_format, clock, within, negative_delay)
        read = partial(_read_times, opened, design, unplayed, *terms)
    files = [*several(source), design.population]
    audit, timed, day_first = once(files, ("times", id(opened), design, unplayed, terms), read)
    sample = TimedSample(audit, timed, keys, level, method)
    estimates, rows = sample.shares()
    points: tuple[CurvePoint, ...] = ()
    if timely is None and estimates[OF_RECORDED].representative:
        spread = sample.spread(estimates[OF_RECORDED])
        rows += sample.quantiles(estimates[OF_RECORDED], rows, spread)
        points = sample.curve(within, spread[-1].of)
    first = arrange(estimates[OF_RECORDED])
    table = Table(first.keys, tuple(rows), level, method, "both", order=first.order)
    return Timeliness(within, table, estimates, points, timed, day_first, timely is not None, audit)


def _read_answers(
    opened: Source, design: Design, unplayed: tuple[str, ...], timely: str
) -> tuple[Audit, Timed, tuple[str, ...]]:
    """Read the sample, and by a column of answers which of its crimes were recorded in time."""
    opened = _with_answers(opened, design, timely)
    audit = _complete(check_audit(opened, design, unplayed))
    found = delays.time_by_answers(audit, opened, timely, key=design.case or design.cluster)
    return found.audit, found.timed, ()


def _read_times(
    opened: Source,
    design: Design,
    unplayed: tuple[str, ...],
    reported_at: str,
    recorded_at: str,
    date_format: str | None,
    clock: str,
    within: float,
    negative_delay: str,
) -> tuple[Audit, Timed, tuple[str, ...]]:
    """Read the sample with its times, and the first of each column that was read day first."""
    key = design.case or design.cluster
    read = stamps.read_stamps(opened, reported_at, recorded_at, date_format=date_format, clock=clock, key=key)
    audit = _complete(check_audit(read.opened, design, unplayed, [read.faults]))
    found = delays.time_by_stamps(audit, read, within, negative_delay=negative_delay, key=key)
    return found.audit, found.timed, read.day_first


_NO_TIMES: tuple[object, ...] = (None, None, None, 24, "uk", "error")
"""What the terms that are of times usually are."""


def _check_terms(within: float, clock: str, negative_delay: str) -> None:
    if not (is_number(within) and within > 0 and math.isfinite(within)):
        raise MethodError.of("within", got=within)
    chosen(clock, CLOCKS, "term-of-timeliness")
    chosen(negative_delay, NEGATIVE_DELAYS, "term-of-timeliness")


def _opened(source: object, roles: Roles, keys: Sequence[str]) -> tuple[Source, Design, tuple[str, ...]]:
    """Open the rows, with their roles; of an audit those that it was read from."""
    given: Any = {**roles}
    if PERIOD in keys:
        given.setdefault("period_as", "domain")
    known: Design | None = None
    unplayed: tuple[str, ...] = ()
    audit = sample_of(source)
    if isinstance(audit, Audit):
        opened, unplayed = audit.source, audit.unplayed
        # its column of periods has been made
        known = replace(audit.design, period=PERIOD if audit.design.period else None)
        given = {**roles}
    else:
        opened = opening.open_source(source)
    design, found = roles_of(opened, known, given)
    if design.counts:
        raise DesignError.of("times-of-counts", where=Where(opened.name))
    return opened, design, found or unplayed


def _with_answers(opened: Source, design: Design, timely: str) -> Source:
    """Give the rows with what the auditors' words mean in the column of answers."""
    if timely not in opened.columns:
        raise DataError([no_column(timely, opened)])
    return checks.with_meanings(opened, [timely], design.words, answers.is_answer) if design.words else opened


def _complete(audit: Audit) -> Audit:
    if audit.lost:
        raise DataError(audit.lost)
    return audit


def write_curve(found: Timeliness, path: Path) -> None:
    """Write the cumulative curve as CSV: hours, share, low, high."""
    if not found.curve:
        raise DataError.of("no-curve", where=Where(str(path)))
    if path.suffix.casefold() != ".csv":
        raise DataError.of("curve-file", got=path.name, where=Where(str(path)))
    formats.write(csv_of(CURVE, _curve_values(found)), path)


def _curve_values(found: Timeliness) -> list[tuple[float | None, ...]]:
    return [(point.hours, point.share, point.low, point.high) for point in found.curve]


def _soon(found: Timeliness) -> wording.InTime:
    return wording.InTime(found.within, found.by_answers)


def _titled(found: Timeliness, text: str, columns: list[Column[Any]], lines: Sequence[Any], method: str = "") -> Grid:
    """Lay out a table, headed for what its figures are: exact, counts, or with intervals."""
    overall = [row for row in found.table.rows if row.whole]
    exact = any(row.facts.census for row in overall)
    title = titled(text, found.table, alone=bool(overall[0].facts.alone), exact=exact, method=method)
    return grid_of(title, columns, lines, name=wording.capital(text))


def _labels(table: Table, row: Callable[[Any], Row]) -> list[Column[Any]]:
    return [
        Column(key, lambda line, place=place: named(row(line))[place], kind=Kind.WORDS)  # type: ignore[misc]
        for place, key in enumerate(table.keys)
    ]


def _rate_and_ends(
    heading: str,
    row: Callable[[Any], Row],
    write: Mapping[str, Callable[[Any], str]],
    ends: tuple[str, str],
    *,
    always: bool,
) -> list[Column[Any]]:
    """Show an estimate with both ends of its interval."""
    names = {"estimate": heading, "low": ends[0], "high": ends[1]}
    return [
        Column(
            wording.TIMELY_HEADINGS[name],
            lambda line, value=value: getattr(row(line), value),  # type: ignore[misc]
            write[value],
            row,
            always=always,
            name=heading if value == "estimate" else "",
            within="" if value == "estimate" else heading,
        )
        for value, name in names.items()
    ]


def _itself(row: Row) -> Row:
    return row


def _shares(found: Timeliness, measure: str, notes: Notes, remarks: tuple[str, ...]) -> Grid:
    """Lay out a share in time with its counts."""
    rows, headings, due = found.table.of(measure), wording.TIMELY_HEADINGS, measure == OF_DUE
    hidden = any(row.withheld for row in rows)
    shares = _rate_and_ends("rate", _itself, AS_RATE, ("low", "high"), always=hidden)
    columns = [
        *_labels(found.table, _itself),
        *(
            replace(each, heading=rate_heading(each.heading, weighted=bool(remarks) and each.name == "rate"))
            for each in shares
        ),
        Column(headings["n_due" if due else "n"], lambda row: row.n, whole, _itself, always=hidden),
        Column(headings["in_time"], lambda row: row.recorded, whole, _itself, always=hidden),
        Notes.column(lambda row: notes.marks([row])),
    ]
    return _titled(found, wording.timely_title(_soon(found), due=due), columns, rows)


def _pairs(found: Timeliness, measures: Sequence[str]) -> list[tuple[Row, ...]]:
    """Set the rows of two measures side by side."""
    return list(zip(*(found.table.of(measure) for measure in measures), strict=True))


def _beside(
    found: Timeliness, measures: Mapping[str, str], text: str, write: Mapping[str, Callable[[Any], str]],
    ends: tuple[str, str], notes: Notes, method: str = "",
) -> Grid:  # fmt: skip
    """Lay out two measures side by side, each with its interval."""
    lines = _pairs(found, list(measures))
    columns = _labels(found.table, lambda line: line[0])
    for side, (measure, heading) in enumerate(measures.items()):
        hidden = any(row.withheld for row in found.table.of(measure))
        columns += _rate_and_ends(heading, lambda line, side=side: line[side], write, ends, always=hidden)  # type: ignore[misc]
    columns.append(Notes.column(notes.marks))
    return _titled(found, text, columns, lines, method)


def _bounds(found: Timeliness, measure: str, notes: Notes) -> Grid:
    lowest, highest = BOUNDS[measure]
    sides = {lowest: "lowest", highest: "highest"}
    return _beside(found, sides, wording.TIMELY_BOUNDS[measure], AS_RATE, ("low", "high"), notes)


def _delays(found: Timeliness, notes: Notes) -> Grid:
    sides, write = {MEDIAN: "median", LATEST: "90th"}, dict.fromkeys(AS_RATE, wording.tenths)
    return _beside(found, sides, wording.DELAY_TITLE, write, ("from", "to"), notes, WOODRUFF)


def _curve(found: Timeliness) -> Grid:
    """Show the curve at the even hours."""
    headings = wording.TIMELY_HEADINGS
    columns: list[Column[Any]] = [
        Column(headings["hours"], lambda point: point.hours, lambda hours: f"{hours:g}", kind=Kind.WORDS),
        Column(headings["share"], lambda point: point.share, AS_RATE["estimate"], name="share"),
        Column(headings["low"], lambda point: point.low, AS_RATE["low"], within="share"),
        Column(headings["high"], lambda point: point.high, AS_RATE["high"], within="share"),
    ]
    return _titled(found, wording.CURVE_TITLE, columns, [point for point in found.curve if point.even])


def _statements(found: Timeliness, *, spoken: bool) -> list[str]:
    """Say both shares, the delays, and what must be known to read them."""
    overall = {row.measure.key: row for row in found.table.rows if row.whole}
    day_first = [wording.times_day_first(found.day_first)] if found.day_first else []
    if overall[OF_RECORDED].withheld:
        return day_first
    said: list[str] = []
    for measure in BOUNDS:
        if not spoken:
            said += _share_said(found, overall[measure])
        said += _bounds_said(overall, measure)
    if all(measure in overall and overall[measure].estimate is not None for measure in QUANTILES):
        said.append(_delays_said(overall))
    timed, recorded, due = found.timed, overall[OF_RECORDED], overall[OF_DUE]
    if recorded.facts.alone:
        counts = whole(recorded.recorded), whole(recorded.n), whole(due.n)
        said.append(wording.timely_counted(_soon(found), *counts))
    said += of_sample([recorded, due], due.measure.frame)
    if found.unknown:
        causes = timed.missing, timed.ambiguous, timed.negative
        said.append(wording.unknown_times(*causes, timed.recorded, given=found.by_answers))
    if timed.shorter:
        said.append(wording.shorter_readings(timed.shorter))
    if timed.shared:
        said.append(wording.one_pair_a_row(timed.shared))
    return said + day_first


def _share_said(found: Timeliness, row: Row) -> list[str]:
    """Say a share with its interval."""
    if row.estimate is None:
        return []
    value, low, high = percents(row)
    ends = None if row.low is None or row.high is None else (low, high)
    terms = {
        "due": row.measure == MEASURES[OF_DUE], "in_sample": row.facts.scope.of_sample, "whole": _of_all(row),
    }  # fmt: skip
    return [wording.timely_said(_soon(found), value, ends, level_text(found.table.level), **terms)]


def _bounds_said(overall: Mapping[str, Row], measure: str) -> list[str]:
    """Say between what a share lies."""
    ends = [overall[bound] for bound in BOUNDS[measure] if bound in overall]
    if overall[measure].estimate is None or not ends or any(row.estimate is None for row in ends):
        return []
    lowest, highest = (percent(row.estimate) for row in ends)
    return [wording.timely_bounds(lowest, highest, due=measure == OF_DUE)]


def _delays_said(overall: Mapping[str, Row]) -> str:
    rows = [overall[measure] for measure in QUANTILES]
    median, latest = (wording.Delay(row.estimate or 0.0, row.low, row.high) for row in rows)
    in_sample = rows[0].facts.scope.of_sample
    return wording.delays_said(median, latest, whole=_of_all(rows[0]), in_sample=in_sample)


def _of_all(row: Row) -> bool:
    """Tell whether no part of a census is left out."""
    return not (row.facts.census and row.facts.known_only)
