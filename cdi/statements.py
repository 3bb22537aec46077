"""The sentences under a table: what it says overall, and what must be known to read it."""

from __future__ import annotations

from collections.abc import Sequence

from cdi import formats, wording
from cdi.estimates import ALL
from cdi.lines import Line, count, end, half, level_text, measure_of, more_than, percent
from cdi.tables import Record, Table

__all__ = ["statements"]


def statements(table: Table, lines: Sequence[Line], style: str, *, searches: bool) -> list[str]:
    """Say the overall result of one measure in sentences, and what must be known to read it.

    Parameters
    ----------
    table : Table
        The table.
    lines : sequence of Line
        The lines of the measure.
    style : {"default", "published"}
        As in :func:`cdi.layouts.lay_out`.
    searches : bool
        Whether the rows are records of searches and not crimes.

    Returns
    -------
    list of str
        The sentences.
    """
    whole = [line for line in lines if set(line.rate.label) == {ALL} and not line.rate.kind.endswith("-frame")]
    said: list[str] = []
    for line in whole or lines[-1:]:
        # what holds in the sample only is not said of the force, in whatever style
        printed = line.rate.kind in {"recording-rate", "grounds"}
        published = style == "published" and printed and not line.in_sample
        said += _published(line, searches=searches) if published else _default(table, line, searches=searches)
    if any(line.missing for line in lines):
        said.append(wording.ASSUMPTION)
    if any(line.rate.kind.endswith("-frame") for line in lines):
        said.append(wording.TWO_OVERALL)
    if any("sample-only" in line.rate.notes for line in lines):
        said.append(wording.sample_only(searches=searches))
    if table.method == "published":
        said.append(wording.published_formula(searches=searches))
    return said


def _default(table: Table, line: Line, *, searches: bool) -> list[str]:
    level, record = level_text(table.level), line.rate
    said = []
    subject = wording.subject(measure_of(record.kind), searches=searches)
    rate, low, high = (percent(value) for value in (record.estimate, record.low, record.high))
    if rate and low and high:
        said.append(wording.rate(subject, rate, low, high, level, in_sample=line.in_sample))
    elif rate and table.side != "both":
        bound = low or high
        said.append(wording.rate_bound(subject, rate, bound, level, table.side, in_sample=line.in_sample))
    counted = "" if line.missing is None else _counted(line.missing, level, table.side)
    return [*said, f"{counted} {wording.EXCLUDES}"] if counted else said


def _counted(missing: Record, level: str, side: str) -> str:
    """Say how many crimes were not recorded, or nothing where that cannot be said."""
    least, most = end(missing, low=True), end(missing, low=False)
    if missing.estimate is None:
        return ""
    if side != "both":
        bound, say = (least, wording.at_least) if side == "lower" else (most, wording.at_most)
        return say(bound, level) if bound else ""
    if missing.estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(count(missing), least, most, level)


def _published(line: Line, *, searches: bool) -> list[str]:
    record = line.rate
    if record.estimate is None:
        return []
    said = [wording.published_rate(formats.percent(record.estimate), half(line), searches=searches)]
    more = more_than(line)
    return [*said, wording.more_than(more)] if more else said
