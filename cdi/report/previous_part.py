"""The part on earlier results: what changed since each, with a verdict, and all of them in one chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.published import AS_PRINTED
from cdi.charts.rate_charts import Caption, Mark, sequence_chart
from cdi.charts.style import Chart
from cdi.comparing.comparison import read_as_published
from cdi.comparing.comparison_pages import lay_out_comparison
from cdi.comparing.verdicts import KINDS
from cdi.printing.lines import level_text
from cdi.report.captions import source_of
from cdi.report.chapters import Chapter
from cdi.report.chart_marks import counted_of, without_mark
from cdi.report.contents import Exhibit, Part
from cdi.report.exhibits import exhibit_of
from cdi.report.overall_rows import headline_numbers
from cdi.report.record_sentences import PUBLISHED

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.inspecting.inspection import Inspection, Previous
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table
    from cdi.report.earlier_results import Earlier

__all__ = ["previous_part", "verdicts_on"]

_MEASURES = ("recording-rate", "grounds")
_OF_CHANGES = (*KINDS, "p-value", "q-value", "margin")


def previous_part(inspection: Inspection, earlier: Sequence[Earlier]) -> Chapter | None:
    """Show what changed since earlier results.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    earlier : sequence of Earlier
        What was compared.

    Returns
    -------
    Chapter or None
        None where nothing was.
    """
    if not earlier:
        return None
    if inspection.style == PUBLISHED:
        earlier = [replace(each, found=_as_published(each.found)) for each in earlier]
    exhibits, charts = list[Exhibit](), list[Chart]()
    for measure in _MEASURES:
        several = [each for each in earlier if each.previous.measure == measure]
        exhibits += [_exhibit(inspection, each, i, len(several)) for i, each in enumerate(several, 1)]
        charts += [_chart(inspection, measure, several)] if several else []
    printed = list(dict.fromkeys(each.previous.name for each in earlier if each.previous.figure))
    quality = (wording.published_figures(printed),) if printed else ()
    part = Part("previous", wording.REPORT_PARTS["previous"], (), tuple(exhibits), tuple(charts))
    return Chapter(part, (), quality, tuple(each.found.table for each in earlier))


def _as_published(found: Comparison) -> Comparison:
    return replace(found, table=read_as_published(found.table))


def verdicts_on(measure: str, inspection: Inspection, earlier: Sequence[Earlier]) -> tuple[str, ...]:
    """Say what the comparison with the newest earlier result of a measure comes to; nothing where it cannot be said.

    Parameters
    ----------
    measure : {"recording-rate", "grounds"}
        The measure.
    inspection : Inspection
        With its style: published verdicts are those that reports read.
    earlier : sequence of Earlier
        The newest first.

    Returns
    -------
    tuple of str
        One sentence, or none.
    """
    newest = next((each for each in earlier if each.previous.measure == measure), None)
    if newest is None:
        return ()
    change = newest.overall
    verdict = change.published if inspection.style == PUBLISHED else change.verdict
    known = change.b is not None and change.b.estimate is not None and not change.in_samples
    if verdict is None or change.b is None or not known:
        return ()
    numbers = headline_numbers(change.b, halved=inspection.style == PUBLISHED)
    return (wording.previous_found(verdict, measure, newest.previous.name, *numbers),)


def _exhibit(inspection: Inspection, each: Earlier, place: int, of: int) -> Exhibit:
    previous, found = each.previous, each.found
    key = f"previous_{previous.measure.replace('-', '_')}{f'_{place}' if of > 1 else ''}"

    def lay(printed: Table) -> Page:
        return lay_out_comparison(replace(found, table=printed), style=inspection.style)

    return exhibit_of(
        key,
        found.table,
        inspection,
        lay,
        title=wording.EXHIBITS[f"previous-{previous.measure}"].format(name=previous.name),
        source="; ".join(filter(None, (_own_source(inspection, previous.measure), _source(previous)))),
        base=wording.base_of_both(
            _size(each.overall.a),
            _size(each.overall.b),
            searches=previous.measure == "grounds",
            published=each.overall.b is not None and each.overall.b.method == AS_PRINTED,
        ),
        group=lambda record: "change" if record.measure.key in _OF_CHANGES else "side",
    )


def _source(previous: Previous) -> str:
    """Name where an earlier result comes from; a figure of which nothing is said, by what it is called."""
    named = wording.earlier_result(previous.name) if previous.sample is None else source_of(previous.sample)
    return previous.source or named


def _size(record: Row | None) -> str:
    return "" if record is None or record.n is None else f"{record.n:,}"


def _own_source(inspection: Inspection, measure: str) -> str:
    """Name where the rows of this inspection come from."""
    sample = inspection.searches if measure == "grounds" else inspection.audit
    return "" if sample is None else source_of(sample)


def _chart(inspection: Inspection, measure: str, several: Sequence[Earlier]) -> Chart:
    """Draw this result after the earlier ones, the oldest first."""
    marks = [_mark(each.previous.name, each.overall.b) for each in reversed(several)]
    marks.append(_mark(wording.THIS, several[0].overall.a, marked=True))
    sources = [_own_source(inspection, measure), *(_source(each.previous) for each in several)]
    caption = Caption(
        wording.charted(level_text(inspection.level), several[0].found.table.method, _printed(several)),
        wording.base_of_both(_size(several[0].overall.a), "", searches=measure == "grounds", published=False),
        "; ".join(dict.fromkeys(text for text in sources if text)),
    )
    name = f"previous_{measure.replace('-', '_')}"
    return sequence_chart(name, wording.EXHIBITS[f"sequence-{measure}"], marks, caption)


def _printed(several: Sequence[Earlier]) -> list[str]:
    """Name the earlier results whose interval is as it was printed, the oldest first."""
    return [
        each.previous.name
        for each in reversed(several)
        if each.overall.b is not None and each.overall.b.method == AS_PRINTED and each.overall.b.low is not None
    ]


def _mark(label: str, record: Row | None, *, marked: bool = False) -> Mark:
    if record is None or record.estimate is None:
        return Mark(label, None, count=without_mark(record), marked=marked)
    return Mark(label, record.estimate, record.low, record.high, counted_of(record), marked)
