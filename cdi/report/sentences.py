"""What a report says in words: each number in its unit, what opens a part, how a sample was drawn, what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.design import PERIOD
from cdi.audits.periods import read_span
from cdi.description import describe
from cdi.disclosure.rules import STEPS
from cdi.facts import Scope
from cdi.measures import MEASURES, Role, Unit
from cdi.printing import formats
from cdi.printing.lines import count, end, is_few, level_text, more_than, percent, rate, whole
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.inspecting.inspection import Inspection, Previous, VolumeFiles
    from cdi.printing.tables import Row, Table

__all__ = [
    "PUBLISHED", "assumed_of", "by_groups", "described", "in_sample", "is_of_several", "is_rough", "methods_named",
    "noticed", "overall", "sentence", "sentences", "written",
]  # fmt: skip

PUBLISHED = "published"
"""The method whose intervals are written as half widths."""

ON_LOGS = "one-sd-log"  # the method of scores that are of the logarithms of rates
SMALLEST_P = 0.0005
"""A smaller p-value would print as 0.000."""

_DECIMALS = 12  # of what was printed and taken away; what follows them is noise


def sentences(table: Table, in_time: str = wording.IN_TIME) -> tuple[str, ...]:
    """Say each row of a table."""
    several = is_of_several(table)
    return tuple("" if is_rough(row, table) else sentence(row, in_time, several=several) for row in table.rows)


def is_rough(row: Row, table: Table) -> bool:
    """Tell whether a rate is none or all only since its counts were rounded to a large step: no sentence says it."""
    rounded = table.rounded_to is not None and table.rounded_to > STEPS[1] and not row.whole
    return rounded and row.measure.unit is Unit.PROPORTION and row.estimate in (0, 1)


def is_of_several(table: Table) -> bool:
    """Tell whether the first column of a table names questions, or sides that are compared, and no categories."""
    return any(row.measure.of_questions or row.measure.role is Role.CHANGE for row in table.rows)


def sentence(row: Row, in_time: str = wording.IN_TIME, *, several: bool = False) -> str:
    """Say one row of a table; nothing where there is nothing to say."""
    # all there is of a side, or of a question, is still of that one; of a part, all is no part
    where = row.label[:several] if row.whole else tuple(part for part in row.label if part != ALL)
    if row.estimate is not None:
        return wording.in_part(where, _said(row, row.estimate, in_time))
    if row.facts.alone and row.n is not None:
        counted = wording.counted(_subject(row, in_time), whole(row.recorded), whole(row.n))
        return wording.in_part(where, counted)
    return ""


def written(row: Row, estimate: float, *, halved: bool = False) -> wording.RateWords:
    """Write a rate for a sentence; half the width of its interval where that is printed so, or asked for."""
    half, places = "", row.facts.places
    if (halved or row.method == PUBLISHED) and row.low is not None and row.high is not None:
        # free of the noise of adding and taking away what was printed
        half = formats.half_width(round(row.low, _DECIMALS), round(row.high, _DECIMALS), formats.IN_WORDS)
    return wording.RateWords(
        rate=rate(estimate, "", formats.IN_WORDS, places),
        bound=formats.is_bound(estimate, places),
        low=rate(row.low, "low", formats.IN_WORDS, places),
        high=rate(row.high, "high", formats.IN_WORDS, places),
        half=half,
        wide=row.low != row.high,
        level=level_text(row.level),
    )


def _said(row: Row, estimate: float, in_time: str) -> str:
    """Say a row that has an estimate: a count, what its measure has a sentence for, a rate, or else its name."""
    if row.counted:
        return _count(row, estimate)
    if not row.measure.sentence and (row.measure.subject or row.measure.said):
        return _rate(row, estimate, in_time)
    write = _WRITTEN[row.measure.unit]
    low, high = ("" if end is None else write(row, end, name) for name, end in (("low", row.low), ("high", row.high)))
    return (row.measure.sentence or wording.by_name(row.measure.name)).format(
        estimate=write(row, estimate, ""),
        low=low,
        high=high,
        interval=wording.interval_said(low, high, level_text(row.level)),
        among=wording.few_of(*row.facts.among) if row.facts.among else "",
        scale=wording.ON_LOGS if row.method == ON_LOGS else "",
    )


def _subject(row: Row, in_time: str) -> str:
    if row.measure.of_questions:
        return wording.files_answered("no" if "counts-no" in row.facts.stated else "yes")
    return (row.measure.said or row.measure.subject).format(in_time=in_time)


def _rate(row: Row, estimate: float, in_time: str) -> str:
    subject, words = _subject(row, in_time), written(row, estimate)
    if row.facts.scope.of_sample:
        return wording.share_in_sample(subject, words, forces=row.facts.scope is Scope.SAMPLES)
    return wording.said_of_rate(subject, words, of_frame=row.facts.scope is Scope.FRAME)


def _count(row: Row, estimate: float) -> str:
    if row.method == PUBLISHED:
        more = more_than(row)
        return wording.more_than_recorded(more) if more else ""
    least, most, level = end(row, low=True), end(row, low=False), level_text(row.level)
    if not least and not most:
        return wording.unrecorded_exact(count(row))
    if estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(count(row), least, most, level, bound=is_few(row))


def _points(row: Row, value: float, _end: str) -> str:
    """Write percentage points, those of a change with their sign."""
    places = row.facts.places
    return (
        formats.signed_points(value, places) if row.measure.role is Role.CHANGE else formats.percent(abs(value), places)
    )


def _number(row: Row, value: float, _end: str) -> str:
    """Write a number; a p-value is not written as nothing."""
    if row.measure.role in (Role.P_VALUE, Role.Q_VALUE) and value < SMALLEST_P:
        return wording.less_than(f"{2 * SMALLEST_P:.3f}")
    return f"{value:,.3f}"


_WRITTEN: Mapping[Unit, Callable[[Row, float, str], str]] = {
    Unit.PROPORTION: lambda row, value, end: percent(value, end, row.facts.places),
    Unit.CRIMES: lambda _row, value, _end: formats.count(value, formats.unit_of(value)),
    Unit.HOURS: lambda _row, value, _end: f"{value:,.1f}",
    Unit.POINTS: _points,
    Unit.RATIO: _number,
    Unit.NUMBER: _number,
    Unit.DEVIATIONS: lambda _row, value, _end: wording.deviations(f"{abs(value):,.2f}", below=value < 0),
}
"""Unit -> what writes an estimate, or the end of its interval, in a sentence."""


def overall(table: Table, measure: str) -> Row | None:
    """Find the overall row of a measure; None where it is no estimate for the force, or withheld."""
    for row in table.of(measure):
        if row.facts.scope is Scope.OVERALL and row.estimate is not None and not row.facts.census:
            return row
    return None


def by_groups(table: Table, measure: str, named: str) -> tuple[str, ...]:
    """Say the rates of the groups of a table in one sentence; a group without a rate is left to the table."""
    rates = [
        (", ".join(row.label), percent(row.estimate, places=row.facts.places))
        for row in table.of(measure)
        if not row.whole and row.estimate is not None and not is_rough(row, table)
    ]
    return (wording.rates_by(", ".join(table.keys), named, rates),) if rates else ()


def in_sample(table: Table, measure: str) -> tuple[str, ...]:
    """Say the overall rate of a sample that is no estimate for the force, or of all there was."""
    said = [sentence(row) for row in table.of(measure) if row.whole]
    return tuple(text for text in said if text)[:1]


def described(
    title: str, audit: Audit, table: Table, measure: str, *, proved: bool = False, assumed: Sequence[str] | None = None
) -> str:
    """Say what was audited and how; of a draw that is ``proved`` nothing is assumed.

    What is ``assumed`` of the rows is looked for, unless it is known of a larger sample that they are part of.
    """
    return wording.paragraph(title, list(_described(audit, table, measure, proved=proved, assumed=assumed)))


def _described(
    audit: Audit, table: Table, measure: str, *, proved: bool, assumed: Sequence[str] | None
) -> Iterator[str]:
    frame = MEASURES[measure].frame
    whole = table.whole(measure)
    if whole is not None and whole.n is not None:
        clustered = table.reports if frame == "reports" else audit.design.cluster is not None
        yield wording.sample_of(frame, whole.n, whole.clusters or 0, clustered=clustered)
    if table.keys == (PERIOD,):
        months = [row.label[0] for row in table.rows if not row.whole]
        yield wording.months_followed(months[0], months[-1])
    if not proved:
        yield wording.SELECTED[audit.design.selection]
    if audit.design.strata:
        columns = [wording.plain_column(name) for name in audit.design.strata]
        yield wording.drawn_by(frame, columns, len(audit.strata.labels))
    for code in describe(audit).assumed if assumed is None else assumed:
        if code in wording.ASSUMED_OF_SAMPLES[frame]:
            yield wording.ASSUMED_OF_SAMPLES[frame][code]


def methods_named(tables: Iterable[Table]) -> tuple[str, ...]:
    """Name the methods of intervals of a report, each once: no caption does."""
    rows = [row for table in tables for row in table.rows if row.low is not None and row.measure.role is Role.RATE]
    return tuple(dict.fromkeys(wording.intervals_are(level_text(row.level), row.method) for row in rows))


def noticed(audit: Audit, table: Table, measure: str) -> Iterator[str]:
    """Say what was left out, and what was passed over while a file was read; a date of a row is not told."""
    whole = table.whole(measure)
    name = audit.source.short_name
    if whole is not None and whole.n is not None:  # else it would be told how many there are
        passed = wording.ignored(name, audit.source.blank_rows, audit.source.trimmed)
        if passed:
            yield passed
        if audit.left_out:
            undecided = sum((audit.decisions or {}).values())
            yield wording.in_file(name, wording.rows_left_out(audit.left_out, undecided))
    yield from (wording.not_seen(Path(book).name) for book in audit.source.unseen)
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
    sample = inspection.searches if previous.searches else inspection.audit
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
