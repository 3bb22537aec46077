"""The sentences under a table: what it says overall, and what must be known to read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.printing import formats
from cdi.printing.lines import Line, count, end, half, is_weighted, level_text, measure_of, more_than, percents, whole
from cdi.printing.tables import Record, Table
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.survey.netting import NetError

__all__ = ["said_of_net", "statements"]


def statements(table: Table, lines: Sequence[Line], style: str, *, searches: bool, spoken: bool = False) -> list[str]:
    """Say the overall result of one measure in sentences, and what must be known to read it.

    Parameters
    ----------
    table : Table
        The table.
    lines : sequence of Line
        The lines of the measure.
    style : {"default", "published"}
        As in :func:`cdi.printing.layouts.lay_out`.
    searches : bool
        Whether the rows are records of searches and not crimes.
    spoken : bool
        Whether the overall result was said elsewhere.

    Returns
    -------
    list of str
        The sentences.
    """
    overall = [line for line in lines if set(line.rate.label) == {ALL} and not line.rate.kind.endswith("-frame")]
    said: list[str] = []
    for line in overall or lines[-1:]:
        if line.withheld or (spoken and not line.alone):
            continue
        if line.alone:
            said += _alone(line, searches=searches)
            continue
        # what holds in the sample only is not said of the force, in whatever style
        printed = line.rate.kind in {"recording-rate", "grounds"}
        published = style == "published" and printed and not line.in_sample and "census" not in line.rate.notes
        said += _published(line, searches=searches) if published else _default(table, line, searches=searches)
    if any(line.missing for line in lines):
        said.append(wording.ASSUMPTION)
    said_of_all = False
    if any(line.rate.kind.endswith("-frame") for line in lines):
        said.append(wording.TWO_OVERALL)
        said_of_all = True
    elif len(lines) > 1 and any(line.missing and line.missing.estimate is not None for line in overall):
        said.append(wording.ONE_OVERALL)
        said_of_all = True
    if any(is_weighted(line.rate) for line in lines if not (said_of_all and set(line.rate.label) == {ALL})):
        said.append(wording.WEIGHTED)
    if any("sample-only" in line.rate.notes for line in lines):
        said.append(wording.sample_only(searches=searches))
    if table.method == "published" and not all(line.alone or line.exact for line in lines):
        said.append(wording.published_formula(searches=searches))
    return said


def _default(table: Table, line: Line, *, searches: bool) -> list[str]:
    level, record = level_text(table.level), line.rate
    said = []
    subject = wording.subject(measure_of(record.kind), searches=searches)
    rate, low, high = percents(record)
    if rate and "census" in record.notes:
        said.append(wording.rate_exact(subject, rate, searches=searches))
    elif rate and line.in_sample:
        said.append(wording.rate_in_sample(subject, rate))
    elif rate and low and high:
        said.append(wording.rate(subject, rate, low, high, level))
    elif rate and table.side != "both":
        said.append(wording.rate_bound(subject, rate, low or high, level, table.side))
    counted = "" if line.missing is None else _counted(line.missing, level, table.side)
    return [*said, f"{counted} {wording.EXCLUDES}"] if counted else said


def _alone(line: Line, *, searches: bool) -> list[str]:
    """Say what was counted, and why nothing follows from it."""
    subject = wording.subject(measure_of(line.rate.kind), searches=searches)
    return [wording.counted(subject, whole(line.rate.recorded), whole(line.rate.n)), wording.WHY_ALONE[str(line.alone)]]


def _counted(missing: Record, level: str, side: str) -> str:
    """Say how many crimes were not recorded, or nothing where that cannot be said."""
    least, most = end(missing, low=True), end(missing, low=False)
    if missing.estimate is None:
        return ""
    if missing.low is missing.high is None:
        return wording.unrecorded_exact(count(missing))
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
    said = [wording.published_rate(wording.spelled(formats.proportion(record.estimate)), half(line), searches=searches)]
    more = more_than(line)
    return [*said, wording.more_than(more)] if more else said


def said_of_net(net: NetError | None) -> tuple[str, ...]:
    """Say what recorded crime lacks, net of what it should not hold; nothing where that is not known.

    Parameters
    ----------
    net : NetError or None
        From :func:`cdi.net_unrecorded`.

    Returns
    -------
    tuple of str
        The sentence.
    """
    if net is None or net.estimate is None:
        return ()
    unit, too_high = formats.unit_of(net.estimate), net.estimate < 0
    count = formats.count(abs(net.estimate), unit)
    over = formats.count(net.over_recorded, formats.unit_of(net.over_recorded))
    low, high = "", ""
    if net.low is not None and net.high is not None:
        ends = (-net.high, -net.low) if too_high else (net.low, net.high)
        low, high = formats.outward(*ends, unit)
    return (wording.net_error(over, count, low, high, level_text(net.level), too_high=too_high),)
