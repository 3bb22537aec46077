"""The part on earlier results: each compared with this inspection, with a verdict, and all of them in one chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.binomial.published import AS_PRINTED
from cdi.charts.rate_charts import Caption, Mark, sequence_chart
from cdi.charts.style import Chart
from cdi.comparing.comparison import Comparison, compare, read_as_published
from cdi.comparing.comparison_pages import lay_out_comparison
from cdi.comparing.figures import ANY, Compared, Wanted, read_audit_side, read_figure
from cdi.disclosure.results import protect_comparison
from cdi.measures import Role, measure_of
from cdi.printing.lines import level_text
from cdi.report.contents import Chapter, Exhibit, Part
from cdi.report.exhibits import counted_of, exhibit_of, source_of, without_mark
from cdi.report.recording import NO_VOLUMES, Known, known_of
from cdi.report.sentences import PUBLISHED, headline_numbers
from cdi.results import method_of

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.verdicts import Change
    from cdi.disclosure.samples import Protected
    from cdi.inspecting.inspection import Inspection, Previous, Sample
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table

__all__ = ["Earlier", "earlier_results", "previous_part", "verdicts_on"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier result beside this one."""

    previous: Previous  # the earlier result, as the inspection names it
    found: Comparison  # this inspection less the earlier result, after disclosure control

    @property
    def overall(self) -> Change:
        """What changed overall."""
        return self.found.rows[-1]


def earlier_results(inspection: Inspection, known: Known, here: Mapping[str, Protected]) -> tuple[Earlier, ...]:
    """Compare this inspection with each earlier result that its file names."""
    return tuple(_compared(inspection, known, here))


def _compared(inspection: Inspection, known: Known, here: Mapping[str, Protected]) -> Iterator[Earlier]:
    sides: dict[tuple[str, str], Compared] = {}
    for previous in inspection.previous:
        searches = previous.measure == "grounds"
        sample = inspection.searches if searches else inspection.audit
        if sample is None:
            continue
        volumes = NO_VOLUMES if searches else known
        own, other = _columns(previous, sample, volumes)
        if (previous.measure, own) not in sides:
            sides[previous.measure, own] = _read(sample, volumes, own, searches=searches)
        both = (sides[previous.measure, own], _earlier(previous, other))
        found = _protected(inspection, previous, both, here)
        yield Earlier(previous, _measured(found, previous.measure))


def _protected(
    inspection: Inspection, previous: Previous, sides: tuple[Compared, Compared], here: Mapping[str, Protected]
) -> Comparison:
    """Compare two sides, with what is too small withheld, and this one as it is shown elsewhere."""
    names, rules = (wording.THIS, previous.name), inspection.disclosure
    method = method_of(inspection.method, inspection.style)
    sample = "searches" if previous.measure == "grounds" else "audit"
    found = compare(*sides, level=inspection.level, method=method, names=names)
    known = {wording.THIS: here[sample]}
    return protect_comparison(found, rules.of_sample(sample), rules.of_sample("previous"), known)


def _measured(found: Comparison, measure: str) -> Comparison:
    """Say of a figure that it is of the measure that the inspection says it is of."""
    table = found.table
    named = measure_of(measure)
    rows = (replace(row, measure=named) if row.measure == ANY else row for row in table.rows)
    return replace(found, table=replace(table, rows=tuple(rows)))


def _columns(previous: Previous, sample: Sample, known: Known) -> tuple[str, str]:
    """Choose the column that both are by: that of the recorded crime first; where there is none, compare overall."""
    columns = sorted(sample.by, key=lambda column: not known.carries(column))
    both = [column for column in columns if previous.sample is not None and column in previous.sample.by]
    return (both[0], both[0]) if both else (next(iter(columns), ""), "")


def _earlier(previous: Previous, column: str) -> Compared:
    if previous.sample is None:
        return Compared(read_figure(previous.figure or ""))
    known = known_of(previous.volumes, previous.sample.by)
    return _read(previous.sample, known, column, searches=previous.measure == "grounds")


def _read(sample: Sample, known: Known, column: str, *, searches: bool) -> Compared:
    terms: dict[str, Any] = known.terms(column, sample.roles)
    files = terms.pop("volumes", ())
    by: tuple[str, ...] | None = ()
    if column:
        by = (column,)
    elif known.carries(""):
        by = None  # recorded crime that no column is named for is by stratum
    wanted = Wanted(by, searches, counts=False, roles=terms)
    return read_audit_side(list(sample.files), files, wanted)


_MEASURES = ("recording-rate", "grounds")


def previous_part(inspection: Inspection, earlier: Sequence[Earlier]) -> Chapter | None:
    """Show what changed since earlier results."""
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
    """Say what the comparison with the newest earlier result of a measure comes to; nothing where it cannot be said."""
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
        group=lambda record: "change" if record.measure.role in (Role.CHANGE, Role.TEST) else "side",
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
