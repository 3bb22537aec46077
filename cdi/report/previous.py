"""The part on earlier results: each compared with this inspection, with a verdict, and all of them in one chart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.binomial.published import AS_PRINTED
from cdi.charts.rate_charts import Caption, Mark, sequence_chart, without_mark
from cdi.charts.style import Chart
from cdi.comparing.comparison import Comparison, compare, lay_out_comparison, read_as_published
from cdi.comparing.figures import ANY, Compared, Wanted, read_audit_side, read_figure
from cdi.disclosure.results import protect_comparison
from cdi.disclosure.rounding import released
from cdi.inspecting.keys import EARLIER
from cdi.measures import MEASURES
from cdi.printing.lines import level_text
from cdi.report.contents import About, Exhibit, Part, counted_of, exhibit_of, source_of
from cdi.report.recording import NO_VOLUMES, Known, known_of
from cdi.report.sentences import PUBLISHED, written
from cdi.results import method_of
from cdi.survey.estimates import Estimates

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.verdicts import Change
    from cdi.disclosure.rules import Disclosure
    from cdi.inspecting.inspection import Inspection, Previous, SampleFiles
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table
    from cdi.reading.shelf import Shelf

__all__ = ["Earlier", "earlier_results", "earlier_sides", "previous_part", "verdicts_on"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier result beside this one."""

    previous: Previous  # the earlier result, as the inspection names it
    found: Comparison  # this inspection less the earlier result, after disclosure control

    @property
    def overall(self) -> Change:
        """What changed overall."""
        return self.found.rows[-1]


def earlier_results(inspection: Inspection, known: Known) -> tuple[Earlier, ...]:
    """Compare this inspection with each earlier result that its file names."""
    earlier = []
    for previous, both in _compared(inspection, known):
        found = _protected(inspection, previous, both)
        earlier.append(Earlier(previous, _measured(found, previous.measure)))
    return tuple(earlier)


def earlier_sides(inspection: Inspection, known: Known) -> Iterator[tuple[str, object, str, Estimates]]:
    """Give the estimates of each side, before disclosure control: the title of its table, its files, its name."""
    for previous, both in _compared(inspection, known):
        sample = inspection.searches if previous.searches else inspection.audit
        samples = zip((sample, previous.sample), (wording.THIS, previous.name), both, strict=True)
        for own, name, side in samples:
            if own is not None and isinstance(side.figures, Estimates):
                yield _title(previous), own.files, name, side.figures


def _compared(inspection: Inspection, known: Known) -> Iterator[tuple[Previous, tuple[Compared, Compared]]]:
    """Read both sides of each comparison, this inspection once by each column."""
    sides: dict[tuple[str, str], Compared] = {}
    for previous in inspection.previous:
        searches = previous.searches
        sample = inspection.searches if searches else inspection.audit
        if sample is None:
            continue
        volumes = NO_VOLUMES if searches else known
        own, other = _columns(previous, sample, volumes)
        volumes = _plain_where_of_people(inspection.disclosure, volumes, own)
        if (previous.measure, own) not in sides:
            sides[previous.measure, own] = _read(sample, volumes, own, inspection.shelf, searches=searches)
        yield previous, (sides[previous.measure, own], _earlier(previous, other, inspection))


def _protected(inspection: Inspection, previous: Previous, sides: tuple[Compared, Compared]) -> Comparison:
    """Compare two sides, as may be published of both."""
    names, rules = (wording.THIS, previous.name), inspection.disclosure
    method = method_of(inspection.method, inspection.style)
    sample = "searches" if previous.searches else "audit"
    found = compare(*sides, level=inspection.level, method=method, names=names)
    shown = protect_comparison(found, rules.of_sample(sample), rules.of_sample("previous"))
    return replace(shown, table=released(shown.table)) if rules.public else shown


def _measured(found: Comparison, measure: str) -> Comparison:
    """Say of a figure that it is of the measure that the inspection says it is of."""
    table = found.table
    named = MEASURES[measure]
    rows = (replace(row, measure=named) if row.measure == ANY else row for row in table.rows)
    return replace(found, table=replace(table, rows=tuple(rows)))


def _columns(previous: Previous, sample: SampleFiles, known: Known) -> tuple[str, str]:
    """Choose the column that both are by: that of the recorded crime first; where there is none, compare overall."""
    columns = sorted(sample.by, key=lambda column: not known.carries(column))
    for column in columns:
        if previous.sample is not None and column in previous.sample.by:
            return column, column
    return (columns[0] if columns else ""), ""


def _plain_where_of_people(rules: Disclosure, known: Known, column: str) -> Known:
    """Leave recorded crime out that is of people: an overall rate by it would tell the rows that it is made of."""
    columns = [column] if column else list(itertools.chain.from_iterable(known.columns.values()))
    return NO_VOLUMES if rules.public and known.carries(column) and rules.sensitive(columns) else known


def _earlier(previous: Previous, column: str, inspection: Inspection) -> Compared:
    if previous.sample is None:
        return Compared(read_figure(previous.figure or ""))
    shelf = inspection.shelf
    known = known_of(previous.volumes, previous.sample.by, shelf)
    known = _plain_where_of_people(inspection.disclosure, known, column)
    return _read(previous.sample, known, column, shelf, searches=previous.searches)


def _read(sample: SampleFiles, known: Known, column: str, shelf: Shelf, *, searches: bool) -> Compared:
    terms: dict[str, Any] = known.terms(column, shelf.roles(sample.roles))
    files = terms.pop("volumes", ())
    by: tuple[str, ...] | None = ()
    if column:
        by = (column,)
    elif known.carries(""):
        by = None  # recorded crime that no column is named for is by stratum
    wanted = Wanted(by, searches, counts=False, roles=terms)
    return read_audit_side(shelf.books(sample.files), files, wanted)


def previous_part(inspection: Inspection, earlier: Sequence[Earlier]) -> Part | None:
    """Show what changed since earlier results."""
    if not earlier:
        return None
    if inspection.style == PUBLISHED:
        earlier = [
            Earlier(each.previous, replace(each.found, table=read_as_published(each.found.table))) for each in earlier
        ]
    exhibits, charts, findings = list[Exhibit](), list[Chart](), list[str]()
    for measure in EARLIER:
        named = f"previous_{measure.replace('-', '_')}"
        several = [each for each in earlier if each.previous.measure == measure]
        for place, each in enumerate(several, 1):
            exhibits.append(_exhibit(inspection, each, f"{named}_{place}" if len(several) > 1 else named))
        if several:
            charts.append(_chart(inspection, measure, several, named))
            findings.append("".join(verdicts_on(measure, inspection, several)))
    printed = list(dict.fromkeys(each.previous.name for each in earlier if each.previous.figure))
    return Part(
        "previous",
        wording.REPORT_PARTS["previous"],
        (),
        tuple(exhibits),
        tuple(charts),
        # in the published style the verdict, which heads the chart, is all that is said
        () if inspection.style == PUBLISHED else tuple(exhibit.said[0] for exhibit in exhibits if exhibit.said),
        findings=tuple(findings),
        tables=tuple(each.found.table for each in earlier),
        quality=(wording.published_figures(printed),) if printed else (),
    )


def verdicts_on(measure: str, inspection: Inspection, earlier: Sequence[Earlier]) -> tuple[str, ...]:
    """Say what the comparison with the newest earlier result of a measure comes to; nothing where it cannot be said."""
    newest = next((each for each in earlier if each.previous.measure == measure), None)
    if newest is None:
        return ()
    change, published = newest.overall, inspection.style == PUBLISHED
    verdict = change.published if published else change.verdict
    if verdict is None or change.in_samples or change.b is None or change.b.estimate is None:
        return ()
    rate = written(change.b, change.b.estimate, halved=published)
    partial = any(side is not None and side.facts.partial for side in (change.a, change.b))
    return (wording.previous_found(verdict, measure, newest.previous.name, rate, partial=partial),)


def _exhibit(inspection: Inspection, each: Earlier, key: str) -> Exhibit:
    previous, found, earlier = each.previous, each.found, each.overall.b
    about = About(
        key,
        _title(previous),
        "; ".join(filter(None, (_own_source(inspection, previous.measure), _source(previous)))),
        wording.base_of_both(
            _size(each.overall.a),
            _size(earlier),
            searches=previous.searches,
            published=earlier is not None and earlier.method == AS_PRINTED,
        ),
    )

    def lay(printed: Table) -> Page:
        return lay_out_comparison(replace(found, table=printed), style=inspection.style)

    return exhibit_of(found.table, about, inspection, lay)


def _title(previous: Previous) -> str:
    """Name the table that an earlier result stands in."""
    return wording.EXHIBITS[f"previous-{previous.measure}"].format(name=previous.name)


def _source(previous: Previous) -> str:
    """Name where an earlier result comes from; a figure of which nothing is said, by what it is called."""
    if previous.source:
        return previous.source
    return wording.earlier_result(previous.name) if previous.sample is None else source_of(previous.sample)


def _size(row: Row | None) -> str:
    return "" if row is None or row.n is None else f"{row.n:,}"


def _own_source(inspection: Inspection, measure: str) -> str:
    """Name where the rows of this inspection come from."""
    sample = inspection.searches if MEASURES[measure].of_searches else inspection.audit
    return "" if sample is None else source_of(sample)


def _chart(inspection: Inspection, measure: str, several: Sequence[Earlier], name: str) -> Chart:
    """Draw this result after the earlier ones, the oldest first."""
    this, printed, marks = several[0].overall.a, list[str](), list[Mark]()
    for each in reversed(several):
        row = each.overall.b
        marks.append(_mark(each.previous.name, row))
        if row is not None and row.method == AS_PRINTED and row.low is not None:
            printed.append(each.previous.name)
    marks.append(_mark(wording.THIS, this, marked=True))
    sources = [_own_source(inspection, measure), *(_source(each.previous) for each in several)]
    caption = Caption(
        wording.charted(level_text(inspection.level), printed),
        wording.base_of_both(_size(this), "", searches=MEASURES[measure].of_searches, published=False),
        "; ".join(dict.fromkeys(text for text in sources if text)),
    )
    return sequence_chart(name, wording.EXHIBITS[f"sequence-{measure}"], marks, caption)


def _mark(label: str, row: Row | None, *, marked: bool = False) -> Mark:
    if row is None or row.estimate is None:
        return Mark(label, None, count=without_mark(row), marked=marked)
    return Mark(label, row.estimate, row.low, row.high, counted_of(row), marked, row.facts.places)
