"""The shorter parts of a report: stop and search, case files, timeliness, the monthly sample, and other forces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cdi import wording
from cdi.audits.audit import read_audit
from cdi.binomial.published import AS_PRINTED
from cdi.charts.force_charts import forces_chart, funnel_chart
from cdi.charts.rate_charts import Mark, rate_chart, without_mark
from cdi.charts.trend_charts import delay_chart, trend_chart
from cdi.disclosure.results import protect_forces
from cdi.disclosure.rules import noted
from cdi.facts import PLAIN
from cdi.inspecting.inspection import file_of
from cdi.measures import MEASURES
from cdi.monitoring.trends import Trend, in_full, trend
from cdi.parameters import HIGHER, LINES, METHOD
from cdi.peers.force_results import read_forces, with_own
from cdi.peers.side_by_side import Force, Forces, label, lay_out_forces, score_rows, set_out
from cdi.printing.layouts import lay_out
from cdi.printing.lines import counted_alone, percent
from cdi.reading.sources import Workbook
from cdi.report.contents import (
    About,
    Exhibit,
    Part,
    about_of,
    base_of,
    caption_of,
    counted_of,
    exhibit_of,
    marks_of,
    printed,
    rates_drawn,
    source_of,
    told_of,
    translated,
)
from cdi.report.sentences import by_groups, in_sample, overall, sentence, sentences, written
from cdi.results import Result, grounds
from cdi.reviewing.questions import COUNTED, Question
from cdi.reviewing.reviews import QUESTION, REVIEW, Review, review
from cdi.survey.estimates import ALL
from cdi.timing.delays import OF_DUE, OF_RECORDED
from cdi.timing.timeliness import Timeliness, timeliness

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, SampleFiles, TimedFiles
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table
    from cdi.report.recording import Known

__all__ = [
    "forces_part", "monthly_part", "monthly_results", "reviews_part", "reviews_results", "searches_part",
    "searches_results", "times_part", "times_results",
]  # fmt: skip

Estimated = TypeVar("Estimated")


def _by_each(
    sample: SampleFiles, verb: Callable[..., Estimated], inspection: Inspection, **terms: Any
) -> tuple[Estimated, ...]:
    """Estimate by each column of a sample, or over all where it names none."""
    files, terms = inspection.shelf.books(sample.files), inspection.shelf.roles(terms)
    return tuple(verb(files, by=column or None, level=inspection.level, **terms) for column in sample.by or ("",))


# ---- stop and search

GROUNDS = "grounds"


def searches_results(inspection: Inspection) -> tuple[Result, ...]:
    """Estimate the share of searches with reasonable grounds recorded, by each column of the sample."""
    sample = inspection.searches
    if sample is None:
        return ()
    return _by_each(sample, grounds, inspection, method=inspection.method, style=inspection.style, **sample.roles)


def searches_part(inspection: Inspection, results: Sequence[Result]) -> Part | None:
    """Show the share of searches with reasonable grounds recorded."""
    sample = inspection.searches
    if sample is None:
        return None
    first = results[0].table
    row = overall(first, GROUNDS)
    headlines = in_sample(first, GROUNDS)
    if row is not None and row.estimate is not None and row.n is not None:
        headlines = (wording.grounds_reviewed(f"{row.n:,}", sample.period, written(row, row.estimate)),)
    exhibits = [
        # what opens the part is not said again under the table
        _of_searches(inspection, sample, found, spoken=i == 0 and row is not None)
        for i, found in enumerate(results)
    ]
    charts = [rates_drawn(GROUNDS, each.title, each, marks_of(each.table, GROUNDS, counted_of)) for each in exhibits]
    title, tables = wording.REPORT_PARTS["searches"], tuple(found.table for found in results)
    groups = tuple(text for each in exhibits for text in by_groups(each.table, GROUNDS, wording.SHARE_WITH_GROUNDS))
    findings = (*headlines[:1], *groups[1:])
    part = Part("searches", title, headlines, tuple(exhibits), tuple(charts), groups, tables=tables, findings=findings)
    return told_of(part, results[0].audit, first, GROUNDS)


def _of_searches(inspection: Inspection, sample: SampleFiles, found: Result, *, spoken: bool) -> Exhibit:
    base = base_of(found.table, GROUNDS, searches=True)
    return exhibit_of(
        found.table,
        about_of("searches", "searches", found.table, source_of(sample), base),
        inspection,
        lambda shown: lay_out(shown, style=inspection.style, extra=found.said, overall=not spoken),
    )


# ---- case files


def reviews_results(inspection: Inspection) -> tuple[Review, ...]:
    """Estimate the share of each answer of the file review, by each column of its sample."""
    reviews = inspection.reviews
    if reviews is None:
        return ()
    asked = reviews.questions
    found = _by_each(
        reviews.sample,
        review,
        inspection,
        questions=(inspection.shelf.book(asked) if isinstance(asked, (Path, Workbook)) else list(asked)) or None,
        ignore=reviews.ignore,
        method=inspection.method or METHOD,
        **reviews.sample.roles,
    )
    return tuple(replace(each, table=noted(each.table)) for each in found)


def reviews_part(inspection: Inspection, results: Sequence[Review]) -> Part | None:
    """Show the share of each answer of the file review."""
    reviews = inspection.reviews
    if reviews is None:
        return None
    exhibits = tuple(_of_reviews(inspection, reviews.sample, found) for found in results)
    first = results[0]
    wholes = {row.label[0]: row for row in first.table.rows if row.whole}
    marks = [_mark_of_good(question, wholes[question.column]) for question in first.questions]
    answers = [text for question in first.questions if (text := _found(question, wholes[question.column]))]
    chart = rate_chart("review_questions", wording.EXHIBITS["reviews"], marks, caption_of(exhibits[0]))
    title, tables = wording.REPORT_PARTS["reviews"], tuple(found.table for found in results)
    part = Part("reviews", title, (), exhibits, (chart,), tuple(answers), tables)
    return told_of(part, first.audit, _sized(first), REVIEW)


def _mark_of_good(question: Question, row: Row) -> Mark:
    """Draw the share of the answer of which more is better, so that all marks of a chart point one way."""
    if row.estimate is None:
        return Mark(question.wording, None, count=without_mark(row))
    good = row if question.good == question.counted else _other_answer(row)
    beside = wording.answered(question.good, counted_of(good))
    return Mark(question.wording, good.estimate, good.low, good.high, beside, places=row.facts.places)


def _found(question: Question, row: Row) -> str:
    """Say in how many files the answer is yes; nothing where that is not published."""
    yes = row if question.counted == COUNTED[0] else _other_answer(row)
    if not yes.n or yes.recorded is None:
        return ""
    said = question.wording, question.finding
    if counted_alone(yes) is None:
        return wording.found_in(*said, f"{yes.recorded:,}", f"{yes.n:,}")
    return wording.found_in_share(
        *said, percent(yes.estimate, places=yes.facts.places), counted_of(replace(yes, facts=PLAIN))
    )


def _other_answer(row: Row) -> Row:
    """Turn the share of one answer into that of the other."""

    def rest(value: float | None) -> float | None:
        return None if value is None else 1 - value

    counted = None if row.recorded is None or row.n is None else row.n - row.recorded
    return replace(row, estimate=rest(row.estimate), low=rest(row.high), high=rest(row.low), recorded=counted)


def _sized(found: Review) -> Table:
    """Take the sizes of all files for those of one question, where no answer of them all is withheld."""
    whole = [row for row in found.table.rows if row.whole]
    rows: tuple[Row, ...] = ()
    if all(row.n is not None for row in whole):
        rows = (replace(whole[0], label=(ALL,), n=found.every),)
    return replace(found.table, keys=(QUESTION,), rows=rows)


def _of_reviews(inspection: Inspection, sample: SampleFiles, found: Review) -> Exhibit:
    known = bool(_sized(found).rows)
    base = wording.files_base(found.every) if known else ""
    about = about_of("reviews", "reviews", found.table, source_of(sample), base)

    def lay(shown: Table) -> Page:
        """Lay out a review in printed names; its questions keep their columns."""
        keys, names = found.table.keys[1:], inspection.categories
        files = {translated(keys, group, names): number for group, number in found.files.items()}
        return replace(found, table=shown, files=files).page()

    exhibit = exhibit_of(found.table, about, inspection, lay)
    asked = {QUESTION: {question.column: question.wording for question in found.questions}}
    table = printed(exhibit.table, asked)
    return replace(exhibit, table=table, sentences=sentences(table))


# ---- timeliness

OPENING = (MEASURES[OF_RECORDED], MEASURES[OF_DUE])
"""The measures that open the part."""


def times_results(inspection: Inspection, known: Known) -> tuple[Timeliness, ...]:
    """Estimate how soon crimes were recorded, by each column of the sample."""
    times = inspection.times
    if times is None:
        return ()
    terms: dict[str, Any] = {**times.sample.roles, **times.terms}
    if not _of_other_rows(inspection, times):
        terms = known.frame(terms)
    return _by_each(times.sample, timeliness, inspection, method=inspection.method or METHOD, **terms)


def _of_other_rows(inspection: Inspection, times: TimedFiles) -> bool:
    """Tell whether the times are of other rows than those of the audit."""
    return inspection.audit is None or times.sample.files != inspection.audit.files


def times_part(inspection: Inspection, results: Sequence[Timeliness]) -> Part | None:
    """Show how soon crimes were recorded."""
    times = inspection.times
    if times is None:
        return None
    # the time of a row, named where times were read day first, is told to nobody
    found = [replace(each, day_first=()) for each in results]
    first, audit, tables = found[0], found[0].audit, tuple(each.table for each in found)
    opening = [row for row in first.table.rows if row.whole and row.main and row.measure in OPENING]
    headlines = tuple(filter(None, (sentence(row, _in_time(first)) for row in opening)))
    exhibits = tuple(
        _of_times(inspection, times, each, spoken=i == 0 and len(headlines) == len(OPENING))
        for i, each in enumerate(found)
    )
    charts = (delay_chart(first, source=exhibits[0].source, name="time_to_record"),) if first.curve else ()
    in_time = wording.share_in_time(_in_time(first))
    groups = tuple(text for each in exhibits for text in by_groups(each.table, OF_DUE, in_time))
    part = Part(
        "times",
        wording.REPORT_PARTS["times"],
        headlines,
        exhibits,
        charts,
        groups,
        tables=tables,
        findings=headlines[:1],
    )
    if _of_other_rows(inspection, times):
        part = told_of(part, audit, tables[0], OF_DUE)
    if results[0].day_first:
        part = replace(part, quality=(*part.quality, wording.read_day_first(audit.source.short_name)))
    return part


def _of_times(inspection: Inspection, times: TimedFiles, found: Timeliness, *, spoken: bool) -> Exhibit:
    about = about_of("times", "times", found.table, source_of(times.sample), base_of(found.table, OF_DUE))
    exhibit = exhibit_of(found.table, about, inspection, lambda shown: replace(found, table=shown).page(spoken=spoken))
    return replace(exhibit, sentences=sentences(exhibit.table, _in_time(found)))


def _in_time(found: Timeliness) -> str:
    return wording.IN_TIME if found.by_answers else wording.in_time_within(found.within)


# ---- the monthly sample

RATE = "recording-rate"


def monthly_results(inspection: Inspection) -> tuple[Trend, ...]:
    """Follow the recording rate over time."""
    monthly = inspection.monthly
    if monthly is None:
        return ()
    shelf, sample = inspection.shelf, monthly.sample
    audit = read_audit(shelf.books(sample.files), **shelf.roles(sample.roles))
    method = inspection.method or METHOD
    found = trend(audit, level=inspection.level, method=method, baseline=monthly.baseline, every=monthly.every)
    return (found,)


def monthly_part(inspection: Inspection, results: Sequence[Trend]) -> Part | None:
    """Show the monthly sample."""
    if inspection.monthly is None:
        return None
    found, source = results[0], source_of(inspection.monthly.sample)
    said = wording.for_readers(found.stated(in_full))

    def lay(shown: Table) -> Page:
        """Name the periods in words, in the rows and in what is said of them; the headline is not said again."""
        return replace(found.page(name=in_full, spoken=True), table=shown)

    title = wording.capital(wording.trend_of(found.measure.name, found.kind))
    about = About("monthly", title, source, base_of(found.table, RATE))
    exhibit = exhibit_of(found.table, about, inspection, lay)
    headlines = (wording.said_of_trend(said, found.kind),) if said else ()
    chart = trend_chart(found, source=source, name="monthly_rate")
    title = wording.trend_part(found.kind)
    part = Part("monthly", title, headlines, (exhibit,), (chart,), tables=(found.table,), findings=headlines)
    totals = found.estimates.totals
    return part if totals is None else told_of(part, totals.audit, found.table, RATE)


# ---- other forces


def forces_part(inspection: Inspection, result: Row | None) -> Part | None:
    """Set the overall result of this inspection beside the results of other forces; there may be none."""
    results = inspection.forces
    if results is None:
        return None
    terms: dict[str, Any] = {**results.terms}
    higher, rule = terms.pop("higher", HIGHER[0]), terms.pop("rule", LINES[0])
    period = "" if inspection.audit is None else inspection.audit.period or ""
    read = read_forces(inspection.shelf.book(results.file), level=inspection.level, **{"mixed_periods": False, **terms})
    file = file_of(results.file).name
    read, name, of_own = with_own(read, file, results.marked or inspection.force, result, period)
    laid = set_out(read, sort="name", higher=higher, rule=rule, level=inspection.level, method=AS_PRINTED)
    found = protect_forces(laid, inspection.disclosure)
    own = next((row for row in found.rows if row.name == name), None)
    source = results.source or file
    table = replace(found.table, rows=(*found.table.rows, *score_rows(found, seed=inspection.seed)))
    about = About("forces", wording.EXHIBITS["forces"], source, wording.forces_base(len(found.rows), ()))
    page = lay_out_forces(found, detail=True, seed=inspection.seed)
    exhibit = exhibit_of(table, about, inspection, lambda _: page)
    charts = [forces_chart(found, source=source, marked=name, name="forces")]
    if found.funnel is not None:
        charts.append(funnel_chart(found, source=source, marked=name, name="funnel"))
    # what the file has for the force is no finding of this inspection
    said = () if result is None else _said_of_forces(found, own)
    title = wording.REPORT_PARTS["forces"]
    tables = (found.table,)
    return Part("forces", title, said, (exhibit,), tuple(charts), (of_own,), tables=tables, findings=said)


def _said_of_forces(found: Forces, own: Force | None) -> tuple[str, ...]:
    rate = "" if own is None else percent(own.rate.row.estimate)
    if own is None or not rate or own.z is None:
        return ()
    side = label(found, own.side) if own.side else ""
    funnel = "" if own.adjusted is None else own.funnel or wording.BY_CHANCE
    return (wording.forces_said(own.name, rate, side, funnel, len(found.rows) - len(found.apart)),)
