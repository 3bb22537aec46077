"""What people are shown of timeliness: both shares, their bounds, the delays and the curve, and what must be known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.errors import DataError, Where
from cdi.printing.lines import (
    BLANK,
    alone,
    level_text,
    lines_of,
    marks,
    note_lines,
    numbered,
    percent,
    percents,
    rate,
    rates,
    shown,
    titled,
    whole,
    withheld,
)
from cdi.printing.pages import Grid, Page
from cdi.survey.estimates import ALL
from cdi.timing.timed_rates import BOUNDS, OF_DUE, OF_RECORDED, QUANTILES, WOODRUFF

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.printing.lines import Line
    from cdi.printing.tables import Record
    from cdi.timing.recording_times import Timeliness

__all__ = ["lay_out_timeliness", "write_curve"]


def lay_out_timeliness(found: Timeliness, *, spoken: bool = False) -> Page:
    """Lay timeliness out for people.

    Parameters
    ----------
    found : Timeliness
        From :func:`cdi.timeliness`.
    spoken : bool
        Whether the shares in time were said elsewhere.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1, 0], "soon": ["yes", "no", None]}), timely="soon")
    >>> [(grid.title[:36], grid.rows[0][1]) for grid in lay_out_timeliness(found).grids]
    [('Recorded in time, of those recorded,', '50.0'), ('Recorded in time, of all that should', '33.3')]
    """
    numbers = numbered(found.table.records)
    lines = {kind: lines_of(found.table, kind, numbers) for kind in (*_kinds(), *QUANTILES)}
    grids = [
        _shares(found, OF_RECORDED, lines[OF_RECORDED]),
        _shares(found, OF_DUE, lines[OF_DUE]),
        *(_bounds(found, kind, lines, numbers) for kind, (lowest, _) in BOUNDS.items() if lines[lowest]),
    ]
    delays = found.curve or any(line.withheld for line in lines[_MEDIAN])
    grids += [_delays(found, lines, numbers)] if delays else []
    grids += [_curve(found)] if found.curve else []
    return Page(found.table, tuple(grids), note_lines(numbers), tuple(_statements(found, lines, spoken=spoken)))


def write_curve(found: Timeliness, path: Path) -> None:
    """Write the cumulative curve as CSV: hours, share, low, high.

    Parameters
    ----------
    found : Timeliness
        From :func:`cdi.timeliness`.
    path : pathlib.Path
        The file; its name ends in ``.csv``.

    Raises
    ------
    DataError
        No curve, without times; another kind of file, or one that cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile, pandas as pd, cdi
    >>> times = {"reported_at": ["2024-03-05 14:00"] * 2, "recorded_at": ["2024-03-05 16:30", "2024-03-05 21:15"]}
    >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1], **times}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_curve(found, pathlib.Path(folder) / "curve.csv")
    ...     (pathlib.Path(folder) / "curve.csv").read_text(encoding="utf-8").splitlines()[3]
    '2.5,0.5,,'
    """
    from cdi.printing import formats

    if not found.curve:
        raise DataError.of("no-curve", where=Where(str(path)))
    if path.suffix.casefold() != ".csv":
        raise DataError.of("curve-file", got=path.name, where=Where(str(path)))
    rows = [(point.hours, point.share, point.low, point.high) for point in found.curve]
    lines = [",".join("" if value is None else repr(value) for value in row) for row in rows]
    formats.write("\n".join(["hours,share,low,high", *lines]) + "\n", path)


_MEDIAN = next(iter(QUANTILES))


def _kinds() -> list[str]:
    return [kind for measure, bounds in BOUNDS.items() for kind in (measure, *bounds)]


def _within(found: Timeliness) -> str:
    return f"{found.within:,.12g}"


def _grid(
    found: Timeliness,
    text: str,
    headings: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    *,
    keys: int = 1,
    method: str = "",
) -> Grid:
    """Leave out the columns that say nothing, and head what is left: exact figures, counts, or intervals."""
    overall = [record for record in found.table.records if set(record.label) == {ALL}]
    used = [i for i in range(len(headings)) if i < keys or any(row[i] for row in rows)]
    exact = any("census" in record.notes for record in overall)
    title = titled(text, found.table, alone=alone(overall[0]) is not None, exact=exact, method=method)
    return Grid(title, tuple(headings[i] for i in used), tuple(tuple(row[i] for i in used) for row in rows), keys)


_COLUMNS: Mapping[str, Callable[[Record], str]] = {
    "rate": lambda record: rate(record.estimate),
    "low": lambda record: rate(record.low, "low"),
    "high": lambda record: rate(record.high, "high"),
    "n": lambda record: whole(record.n),
    "in_time": lambda record: whole(record.recorded),
}


def _shares(found: Timeliness, measure: str, lines: Sequence[Line]) -> Grid:
    due = measure == OF_DUE
    headings = [wording.TIMELY_HEADINGS["n_due" if due and name == "n" else name] for name in (*_COLUMNS, "notes")]
    rows = tuple(
        (*line.label, *(shown(line.rate, show(line.rate)) for show in _COLUMNS.values()), line.marks) for line in lines
    )
    text = wording.timely_title(_within(found), due=due, given=found.by_answers)
    return _grid(found, text, (*found.table.keys, *headings), rows, keys=len(found.table.keys))


def _bounds(found: Timeliness, measure: str, lines: Mapping[str, Sequence[Line]], numbers: Mapping[str, int]) -> Grid:
    """Set the bounds of a share side by side, each with its interval."""
    lowest, highest = BOUNDS[measure]
    rows = tuple(
        (
            *low.label,
            *(shown(end, text) for end in (low.rate, high.rate) for text in rates(end)),
            marks((low.rate, high.rate), numbers),
        )
        for low, high in zip(lines[lowest], lines[highest], strict=True)
    )
    headings = [wording.TIMELY_HEADINGS[name] for name in ("lowest", "low", "high", "highest", "low", "high", "notes")]
    text = wording.TIMELY_BOUNDS[measure]
    return _grid(found, text, (*found.table.keys, *headings), rows, keys=len(found.table.keys))


def _numbers(record: Record) -> tuple[float | None, ...]:
    return record.estimate, record.low, record.high


def _delays(found: Timeliness, lines: Mapping[str, Sequence[Line]], numbers: Mapping[str, int]) -> Grid:
    names = ("median", "from", "to", "90th", "from", "to", "notes")
    rows = tuple(
        (
            *line[0].label,
            *(shown(each.rate, _hours(value)) for each in line for value in _numbers(each.rate)),
            marks(tuple(each.rate for each in line), numbers),
        )
        for line in zip(*(lines[kind] for kind in QUANTILES), strict=True)
    )
    headings = [wording.TIMELY_HEADINGS[name] for name in names]
    keys = len(found.table.keys)
    return _grid(found, wording.DELAY_TITLE, (*found.table.keys, *headings), rows, keys=keys, method=WOODRUFF)


def _curve(found: Timeliness) -> Grid:
    """Show the curve at the even hours."""
    even = [point for point in found.curve if point.even]
    rows = tuple(
        (f"{point.hours:g}", rate(point.share), rate(point.low, "low"), rate(point.high, "high")) for point in even
    )
    headings = tuple(wording.TIMELY_HEADINGS[name] for name in ("hours", "share", "low", "high"))
    return _grid(found, wording.CURVE_TITLE, headings, rows)


def _hours(value: float | None) -> str:
    return BLANK if value is None else f"{value:,.1f}"


def _statements(found: Timeliness, lines: Mapping[str, Sequence[Line]], *, spoken: bool) -> list[str]:
    overall = {kind: line.rate for kind, several in lines.items() for line in several if set(line.rate.label) == {ALL}}
    day_first = [wording.times_day_first(found.day_first)] if found.day_first else []
    if withheld(overall[OF_RECORDED]):
        return day_first
    said = [text for kind in BOUNDS for text in _said(found, overall, kind)[spoken:]]
    if all(kind in overall and overall[kind].estimate is not None for kind in QUANTILES):
        said.append(_delays_said(overall))
    timed = found.timed
    reason = alone(overall[OF_RECORDED])
    if reason is not None:
        recorded, due = (overall[kind] for kind in (OF_RECORDED, OF_DUE))
        counted = whole(recorded.recorded), whole(recorded.n), whole(due.n)
        said += [wording.timely_counted(_within(found), *counted, given=found.by_answers), wording.WHY_ALONE[reason]]
    counts = timed.missing, timed.ambiguous, timed.negative
    if found.unknown:
        said.append(wording.unknown_times(*counts, int(timed.recorded.sum()), given=found.by_answers))
    said += [wording.shorter_readings(timed.shorter)] if timed.shorter else []
    said += [wording.one_pair_a_row(timed.shared)] if timed.shared else []
    return said + day_first


def _delays_said(overall: Mapping[str, Record]) -> str:
    found = [overall[kind] for kind in QUANTILES]
    in_sample = found[0].kind.endswith("-in-sample")
    said = (tuple(map(_hours, _numbers(each))) for each in found)
    return wording.delays_said(*said, whole=_of_all(found[0]), in_sample=in_sample)


def _of_all(record: Record) -> bool:
    """Tell whether no part of a census is left out."""
    return "census-known" not in record.notes


def _said(found: Timeliness, overall: Mapping[str, Record], kind: str) -> list[str]:
    record, due = overall[kind], kind == OF_DUE
    if record.estimate is None:
        return []
    in_sample = record.kind.endswith("-in-sample")
    value, low, high = percents(record)
    terms = {"due": due, "given": found.by_answers, "in_sample": in_sample, "whole": _of_all(record)}
    said = [wording.timely_said(_within(found), value, low, high, level_text(found.table.level), **terms)]
    ends = [percent(overall[bound].estimate) for bound in BOUNDS[kind] if bound in overall]
    return [*said, *([wording.timely_bounds(*ends, due=due)] if ends and all(ends) else [])]
