"""What a report says in words: each number in its unit, what opens a part, how a sample was drawn, what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.design import PERIOD
from cdi.audits.periods import read_span
from cdi.description import describe
from cdi.facts import Scope
from cdi.measures import Role, measure_of
from cdi.printing import formats
from cdi.printing.lines import count, end, level_text, percent, rate, whole
from cdi.reviewing.reviews import REVIEW

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.inspecting.inspection import Inspection, Previous, VolumeFiles
    from cdi.printing.tables import Row, Table

__all__ = [
    "PUBLISHED", "assumed_of", "described", "in_sample", "is_bound", "is_of_several", "more_than", "noticed", "overall",
    "sentence", "sentences", "written",
]  # fmt: skip

PUBLISHED = "published"
"""The method whose intervals are written as half widths."""

ON_LOGS = "one-sd-log"  # the method of scores that are of the logarithms of rates
_DECIMALS = 12  # of a difference; what follows them is noise


def sentences(table: Table, in_time: str = wording.IN_TIME) -> tuple[str, ...]:
    """Say each row of a table."""
    several = is_of_several(table)
    return tuple(sentence(row, in_time, several=several) for row in table.rows)


def is_of_several(table: Table) -> bool:
    """Tell whether the first column of a table names questions, or sides that are compared, and no categories."""
    return any(row.measure.key == REVIEW or row.measure.role is Role.CHANGE for row in table.rows)


def sentence(row: Row, in_time: str = wording.IN_TIME, *, several: bool = False) -> str:
    """Say one row of a table; nothing where there is nothing to say."""
    # all there is of a side, or of a question, is still of that one
    where = row.label if not row.whole else row.label[:several]
    if row.estimate is not None:
        say = _SAY.get(row.measure.key)
        return wording.in_part(where, _rate(row, row.estimate, in_time) if say is None else say(row, row.estimate))
    if row.facts.alone and row.n is not None:
        counted = wording.counted(_subject(row, in_time), whole(row.recorded), whole(row.n))
        return wording.in_part(where, counted)
    return ""


def written(row: Row, estimate: float, *, halved: bool = False) -> wording.RateWords:
    """Write a rate for a sentence; half the width of its interval where that is printed so, or asked for."""
    half = ""
    if (halved or row.method == PUBLISHED) and row.low is not None and row.high is not None:
        # free of the noise of adding and taking away what was printed
        half = formats.half_width(round(row.low, _DECIMALS), round(row.high, _DECIMALS))
    return wording.RateWords(
        rate=formats.proportion(estimate, beyond=formats.IN_WORDS),
        bound=is_bound(estimate),
        low=rate(row.low, "low"),
        high=rate(row.high, "high"),
        half=half,
        wide=row.low != row.high,
        level=level_text(row.level),
    )


def is_bound(estimate: float) -> bool:
    """Tell whether a rate is written as a bound, since it would print as none or all and is neither."""
    return formats.proportion(estimate) != formats.percent(estimate)


def _subject(row: Row, in_time: str) -> str:
    return (row.measure.said or row.measure.subject).format(in_time=in_time)


def _rate(row: Row, estimate: float, in_time: str) -> str:
    subject, words = _subject(row, in_time), written(row, estimate)
    if row.facts.scope is Scope.SAMPLE:
        return wording.share_in_sample(subject, words)
    return wording.said_of_rate(subject, words, of_frame=row.facts.scope is Scope.FRAME)


def _count(row: Row, estimate: float) -> str:
    if row.method == PUBLISHED:
        more = more_than(row, estimate)
        return wording.more_than_recorded(more) if more else ""
    least, most, level = end(row, low=True), end(row, low=False), level_text(row.level)
    if not least and not most:
        return wording.unrecorded_exact(count(row))
    if estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(count(row), least, most, level)


def more_than(row: Row, estimate: float) -> str:
    """Write a count rounded down, as inspection reports do; the whole is all crime, however it is printed."""
    floored = formats.round_down(estimate, large=row.whole or wording.is_violence(row.label[-1]))
    return f"{floored:,}" if floored else ""


def _points(value: float | None) -> str:
    """Write a change in percentage points with its sign; what prints as 0.0 has none."""
    if value is None:
        return ""
    short = round(value, _DECIMALS)
    size = formats.percent(abs(short))
    if size == formats.percent(0.0):
        return size
    return f"{'-' if short < 0 else '+'}{size}"


def _difference(row: Row, estimate: float) -> str:
    return wording.difference_said(_points(estimate), _points(row.low), _points(row.high), level_text(row.level))


def _number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def _ratio(row: Row, estimate: float) -> str:
    return wording.a_ratio(_number(estimate, 3), _number(row.low, 3), _number(row.high, 3), level_text(row.level))


def _p_value(row: Row, estimate: float) -> str:
    p = "<0.001" if estimate < 0.0005 else f"{estimate:.3f}"
    return wording.a_p_value(p, adjusted=row.measure.key == "q-value")


def _margin(_row: Row, estimate: float) -> str:
    return wording.a_margin(formats.percent(estimate))


def _delay(row: Row, estimate: float) -> str:
    low, high = _number(row.low, 1), _number(row.high, 1)
    return wording.a_delay(row.measure.said, _number(estimate, 1), low, high, level_text(row.level))


def _between(say: Callable[[str, str, str], str]) -> Callable[[Row, float], str]:
    """Say two lines and what lies between them."""
    return lambda row, estimate: say(percent(row.low, "low"), percent(row.high, "high"), percent(estimate))


def _score(row: Row, estimate: float) -> str:
    return wording.a_score(_number(abs(estimate), 2), below=estimate < 0, logs=row.method == ON_LOGS)


def _chance(row: Row, estimate: float) -> str:
    return wording.a_chance(row.measure.said, percent(estimate), row.method.replace("-", " "))


_SAY: Mapping[str, Callable[[Row, float], str]] = {
    "unrecorded": _count,
    "difference": _difference,
    "ratio": _ratio,
    "p-value": _p_value,
    "q-value": _p_value,
    "margin": _margin,
    "delay-median": _delay,
    "delay-90th": _delay,
    "outlier-lines": _between(wording.between_lines),
    "z-score": _score,
    "among-lowest": _chance,
    "among-highest": _chance,
    "control-limits": _between(wording.between_limits),
}
"""Measure -> what says a row of it that has an estimate; the others are rates."""


def overall(table: Table, measure: str) -> Row | None:
    """Find the overall row of a measure; None where it is no estimate for the force, or withheld."""
    for row in table.of(measure):
        if row.facts.scope is Scope.OVERALL and row.estimate is not None and not row.facts.census:
            return row
    return None


def in_sample(table: Table, measure: str) -> tuple[str, ...]:
    """Say the overall rate of a sample that is no estimate for the force, or of all there was."""
    said = [sentence(row) for row in table.of(measure) if row.whole]
    return tuple(text for text in said if text)[:1]


def described(part: str, audit: Audit, table: Table, measure: str) -> str:
    """Say what was audited and how."""
    return wording.paragraph(wording.REPORT_PARTS[part], list(_described(audit, table, measure)))


def _described(audit: Audit, table: Table, measure: str) -> Iterator[str]:
    frame = measure_of(measure).frame
    whole = table.whole(measure)
    if whole is not None and whole.n is not None:
        clustered = table.reports if frame == "reports" else audit.design.cluster is not None
        yield wording.sample_of(frame, f"{whole.n:,}", f"{whole.clusters or 0:,}", clustered=clustered)
    if table.keys == (PERIOD,):
        months = [row.label[0] for row in table.rows if not row.whole]
        yield wording.months_followed(months[0], months[-1])
    yield wording.SELECTED[audit.design.selection]
    if audit.design.strata:
        columns = [wording.plain_column(name) for name in audit.design.strata]
        yield wording.drawn_by(frame, columns, len(audit.strata.labels))
    for code in describe(audit).assumed:
        if code in wording.ASSUMED_OF_SAMPLES[frame]:
            yield wording.ASSUMED_OF_SAMPLES[frame][code]
    with_interval = next((row for row in table.rows if row.low is not None), None)
    if with_interval is not None:
        yield wording.intervals_are(level_text(with_interval.level), with_interval.method)


def noticed(audit: Audit, table: Table, measure: str) -> Iterator[str]:
    """Say what was left out, and what was passed over while a file was read; a date of a row is not told."""
    whole = table.whole(measure)
    name = wording.short_name(audit.name)
    if whole is not None and whole.n is not None:  # else it would be told how many there are
        passed = wording.ignored(name, audit.source.blank_rows, audit.source.trimmed)
        if passed:
            yield passed
        if audit.left_out:
            undecided = sum((audit.decisions or {}).values())
            yield wording.in_file(name, wording.rows_left_out(audit.left_out, undecided))
    yield from (wording.not_seen(wording.short_name(book)) for book in audit.source.unseen)
    if audit.strata.frame is not None:
        yield from wording.frame_read(audit.strata.frame)
    if audit.unplayed:
        yield wording.columns_empty(name, audit.unplayed)
    if audit.source.day_first:
        yield wording.read_day_first(name)
    if audit.number_ids:
        yield wording.number_ids(name, [str(place.column) for place in audit.number_ids])


def assumed_of(inspection: Inspection, *, counts: bool, partial: bool) -> Iterator[str]:
    """Say what is taken to hold."""
    if inspection.audit is not None and counts and inspection.volumes is not None:
        yield from _counted(inspection.audit.period, inspection.volumes)
        yield wording.assumption(partial=partial)
    elif inspection.audit is not None:
        yield wording.period_of("audit", inspection.audit.period)
    if inspection.audit is not None:
        yield wording.EXCLUDES_UNREPORTED
    if inspection.searches is not None:
        yield wording.period_of("searches", inspection.searches.period)
    if inspection.reviews is not None:
        yield wording.period_of("reviews", inspection.reviews.sample.period)
    for previous in inspection.previous:
        yield _of_earlier(inspection, previous)


def _of_earlier(inspection: Inspection, previous: Previous) -> str:
    """Say of what period an earlier result is, and whether it is earlier at all."""
    sample = inspection.searches if previous.measure == "grounds" else inspection.audit
    if sample is not None and sample.period and previous.period:
        own, other = read_span(sample.period), read_span(previous.period)
        if own is not None and other is not None and other.last >= own.first:
            return wording.not_earlier(previous.name, previous.period, sample.period, previous.measure)
    return wording.period_of_earlier(previous.name, previous.period, previous.measure)


def _counted(audited: str | None, volumes: VolumeFiles) -> Iterator[str]:
    """Set the period of the audit beside that of the count, and that of recorded crime."""
    counted = volumes.counted or volumes.period
    if audited and counted:
        yield _of_both(audited, counted)
    else:
        yield wording.period_of("audit", audited)
        yield wording.period_of("count", counted)
    if not volumes.period:
        yield wording.period_of("volumes", None)
    elif volumes.counted and not _same(volumes.period, volumes.counted):
        yield wording.volumes_of_other_period(volumes.period, volumes.counted)


def _of_both(audited: str, counted: str) -> str:
    if _same(audited, counted):
        return wording.period_shared(audited)
    one, other = read_span(audited), read_span(counted)
    if one is None or other is None:
        return wording.count_of_other_period(audited, counted)
    if one.last < other.first or other.last < one.first:
        return wording.periods_apart(audited, counted)
    if one.months == other.months:
        return wording.count_of_other_period(audited, counted)
    return wording.rate_taken_to_hold(one.months, audited, other.months, counted)


def _same(one: str, other: str) -> bool:
    """Tell whether two periods are one, in whatever spelling."""
    period = read_span(one)
    return one == other or (period is not None and period == read_span(other))
