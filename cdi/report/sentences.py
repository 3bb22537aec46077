"""What a report says in words: each number in its unit, what opens a part, how a sample was drawn, what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.design import PERIOD
from cdi.audits.periods import Period, parse_period
from cdi.description import describe
from cdi.facts import Scope
from cdi.measures import measure_of
from cdi.printing import formats
from cdi.printing.lines import count, end, level_text, percent, rates, whole
from cdi.printing.tables import Row, Table
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.inspecting.inspection import Inspection, Previous, Volumes
    from cdi.printing.tables import Table

__all__ = [
    "PUBLISHED",
    "assumed_of",
    "described",
    "half_of",
    "headline_numbers",
    "in_sample",
    "noticed",
    "overall",
    "sentence",
    "sentences",
]

PUBLISHED = "published"
"""The method whose intervals are written as half widths."""


_DECIMALS = 12  # of a difference; what follows them is noise


def sentences(table: Table, in_time: str = wording.IN_TIME) -> tuple[str, ...]:
    """Say each row of a table."""
    return tuple(sentence(record, in_time) for record in table.rows)


def sentence(record: Row, in_time: str = wording.IN_TIME) -> str:
    """Say one row of a table; nothing where there is nothing to say."""
    if record.estimate is None and not (record.facts.alone and record.n is not None):
        return ""
    say = _SAY.get(record.measure.key)
    text = _rate(record, in_time) if say is None else say(record)
    return wording.in_part([word for word in record.label if word != ALL], text) if text else ""


def half_of(record: Row, *, printed: bool = False) -> str:
    """Write half the width of an interval, where it is printed so, or asked for."""
    if not (printed or record.method == PUBLISHED) or record.low is None or record.high is None:
        return ""
    # free of the noise of adding and taking away what was printed
    return formats.half_width(round(record.low, _DECIMALS), round(record.high, _DECIMALS))


def _rate(record: Row, in_time: str) -> str:
    subject = (record.measure.said or record.measure.subject).format(in_time=in_time)
    if record.estimate is None:
        return wording.counted(subject, whole(record.recorded), whole(record.n))
    in_sample = record.facts.scope is Scope.SAMPLE
    estimate, low, high = rates(record)
    opening = wording.opening_of_rate(
        estimated=bool(low and high),
        bound=not estimate[:1].isdecimal(),
        in_sample=in_sample,
        of_frame=record.facts.scope is Scope.FRAME,
    )
    half = half_of(record)
    if in_sample:  # the share in the sample is a fact, and has no interval
        low, high, half = "", "", ""
    return wording.said_of_rate(
        subject, wording.spelled(estimate), low, high, half, level_text(record.level), opening=opening
    )


def _count(record: Row) -> str:
    estimate = record.estimate
    if estimate is None:
        return ""
    if record.method == PUBLISHED:
        floored = formats.round_down(estimate, record.label[-1])
        return wording.more_than_recorded(f"{floored:,}") if floored else ""
    least, most = end(record, low=True), end(record, low=False)
    level = level_text(record.level)
    if not least and not most:
        return wording.unrecorded_exact(count(record))
    if estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(count(record), least, most, level)


def _points(value: float | None) -> str:
    """Write a change in percentage points with its sign."""
    if value is None:
        return ""
    text = formats.percent(round(value, _DECIMALS))
    plain = text.removeprefix("-") if float(text) == 0 else text
    return plain if plain.startswith("-") or float(plain) == 0 else f"+{plain}"


def _difference(record: Row) -> str:
    ends = _points(record.low), _points(record.high)
    return wording.difference_said(_points(record.estimate), *ends, level_text(record.level))


def _ratio(record: Row) -> str:
    ratio, low, high = (_number(value, 3) for value in (record.estimate, record.low, record.high))
    return wording.a_ratio(ratio, low, high, level_text(record.level))


def _number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def _p_value(record: Row) -> str:
    p = record.estimate or 0.0
    return wording.a_p_value("<0.001" if p < 0.0005 else f"{p:.3f}", adjusted=record.measure.key == "q-value")


def _margin(record: Row) -> str:
    return wording.a_margin(formats.percent(record.estimate or 0.0))


def _delay(record: Row) -> str:
    hours, low, high = (_number(value, 1) for value in (record.estimate, record.low, record.high))
    return wording.a_delay(record.measure.said, hours, low, high, level_text(record.level))


def _lines(record: Row) -> str:
    return wording.between_lines(percent(record.low, "low"), percent(record.high, "high"), percent(record.estimate))


def _score(record: Row) -> str:
    score = record.estimate or 0.0
    return wording.a_score(_number(abs(score), 2), below=score < 0, logs=record.method.endswith("log"))


def _chance(record: Row) -> str:
    return wording.a_chance(record.measure.said, percent(record.estimate), record.method.replace("-", " "))


def _limits(record: Row) -> str:
    return wording.between_limits(percent(record.low, "low"), percent(record.high, "high"), percent(record.estimate))


_SAY: Mapping[str, Callable[[Row], str]] = {
    "unrecorded": _count,
    "difference": _difference,
    "ratio": _ratio,
    "p-value": _p_value,
    "q-value": _p_value,
    "margin": _margin,
    "delay-median": _delay,
    "delay-90th": _delay,
    "outlier-lines": _lines,
    "z-score": _score,
    "among-lowest": _chance,
    "among-highest": _chance,
    "control-limits": _limits,
}
"""Measure -> what says a row of it; the others are rates."""


def overall(table: Table, measure: str) -> Row | None:
    """Find the overall row of a measure; None where it is no estimate for the force, or withheld."""
    found = [record for record in table.rows if record.measure.key == measure and record.facts.scope is Scope.OVERALL]
    return next((record for record in found if record.estimate is not None and not record.facts.census), None)


def in_sample(table: Table, measure: str) -> tuple[str, ...]:
    """Say the overall rate of a sample that is no estimate for the force, or of all there was."""
    said = (sentence(r) for r in table.rows if r.measure.key == measure and r.whole)
    return tuple(text for text in said if text)[:1]


def headline_numbers(record: Row, *, halved: bool = False) -> tuple[str, str, str, str, str]:
    """Write a rate for a headline: itself and its ends in percent, half its width where it is printed so, its level."""
    half = half_of(record, printed=halved)
    return *rates(record), half, level_text(record.level)


def described(part: str, audit: Audit, table: Table, measure: str) -> tuple[str, ...]:
    """Say what was audited and how."""
    return (wording.paragraph(wording.REPORT_PARTS[part], list(_described(audit, table, measure))),)


def _described(audit: Audit, table: Table, measure: str) -> Iterator[str]:
    frame = measure_of(measure).frame
    whole = table.whole(measure)
    if whole is not None and whole.n is not None:
        clustered = audit.design.cluster is not None if frame != "reports" else table.reports
        yield wording.sample_of(frame, f"{whole.n:,}", f"{whole.clusters or 0:,}", clustered=clustered)
    months = [record.label[0] for record in table.rows if not record.whole] if table.keys == (PERIOD,) else []
    if months:
        yield wording.months_followed(months[0], months[-1])
    yield wording.SELECTED[audit.design.selection]
    if audit.design.strata:
        columns = [wording.plain_column(name) for name in audit.design.strata]
        yield wording.drawn_by(frame, columns, len(audit.strata.labels))
    for code in describe(audit).assumed:
        if code in wording.ASSUMED_OF_SAMPLES[frame]:
            yield wording.ASSUMED_OF_SAMPLES[frame][code]
    with_interval = [record for record in table.rows if record.low is not None]
    if with_interval:
        yield wording.intervals_are(level_text(with_interval[0].level), with_interval[0].method)


def noticed(audit: Audit, table: Table, measure: str) -> tuple[str, ...]:
    """Say what was left out, and what was passed over while a file was read; a date of a row is not told."""
    shown = any(whole.n is not None for whole in [table.whole(measure)] if whole is not None)
    return tuple(_noticed(audit, shown=shown))


def _noticed(audit: Audit, *, shown: bool) -> Iterator[str]:
    name = wording.short_name(audit.name)
    passed = wording.ignored(name, audit.source.blank_rows, audit.source.trimmed)
    if passed and shown:
        yield passed
    if audit.left_out and shown:
        yield wording.in_file(name, wording.rows_left_out(audit.left_out, sum((audit.decisions or {}).values())))
    if audit.unplayed:
        yield wording.columns_empty(name, audit.unplayed)
    if audit.source.day_first:
        yield wording.read_day_first(name)
    if audit.number_ids:
        yield wording.number_ids(name, [str(place.column) for place in audit.number_ids])


def assumed_of(inspection: Inspection, *, counts: bool) -> tuple[str, ...]:
    """Say what is taken to hold."""
    return tuple(_assumed(inspection, counts=counts))


def _assumed(inspection: Inspection, *, counts: bool) -> Iterator[str]:
    if inspection.audit is not None and counts and inspection.volumes is not None:
        yield from _counted(inspection.audit.period, inspection.volumes)
        yield wording.ASSUMPTION
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
    own, other = (parse_period(period or "") for period in (sample and sample.period, previous.period))
    if sample is None or own is None or other is None or other.last < own.first:
        return wording.period_of_earlier(previous.name, previous.period, previous.measure)
    return wording.not_earlier(previous.name, previous.period or "", sample.period or "", previous.measure)


def _counted(audited: str | None, volumes: Volumes) -> Iterator[str]:
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
    one, other = parse_period(audited), parse_period(counted)
    if one is None or other is None:
        return wording.count_of_other_period(audited, counted)
    if one.last < other.first or other.last < one.first:
        return wording.periods_apart(audited, counted)
    if one.months == other.months:
        return wording.count_of_other_period(audited, counted)
    return wording.rate_taken_to_hold(one.months, audited, other.months, counted)


def _same(one: str, other: str) -> bool:
    """Tell whether two periods are one, in whatever spelling."""
    found: list[Period | None] = [parse_period(text) for text in (one, other)]
    return one == other or (found[0] is not None and found[0] == found[1])
