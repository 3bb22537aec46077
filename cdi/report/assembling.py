"""From an inspection to its report: all that is found in the same rows is protected at once, and only then shown."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cdi import wording
from cdi.arguments import checked
from cdi.binomial.intervals import describe_methods
from cdi.binomial.published import AS_PRINTED
from cdi.disclosure.results import protected
from cdi.disclosure.rounding import released
from cdi.disclosure.rules import disclosure_statements, unused_exemptions
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.facts import Scope
from cdi.inspecting.inspection import Inspection, file_of, in_terms_of_keys, read_inspection
from cdi.keyed import digest
from cdi.measures import Measure, Role
from cdi.parameters import WILSON
from cdi.printing.tables import CATEGORY
from cdi.report.contents import Input, Method, Part, Report
from cdi.report.parts import searches_part, searches_results
from cdi.report.previous import Earlier, earlier_results, previous_part, verdicts_on
from cdi.report.recording import Known, known_of, main_rate, recording_part, recording_results
from cdi.report.sentences import PUBLISHED, assumed_of, methods_named
from cdi.showing import Shown
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure
    from cdi.monitoring.trends import Trend
    from cdi.printing.tables import Row, Table
    from cdi.results import Result
    from cdi.reviewing.reviews import Review
    from cdi.timing.timeliness import Timeliness

__all__ = ["assemble", "date_of_source", "free", "inputs_of", "methods_of", "relative", "told_apart"]

Kind = TypeVar("Kind", bound=Shown)


@checked
def assemble(inspection: Inspection | str | Path) -> Report:
    r"""Estimate everything in a report of an inspection, and put its contents together.

    Parameters
    ----------
    inspection : Inspection, str or pathlib.Path
        The inspection, from :func:`cdi.read_inspection`, or its file.

    Returns
    -------
    Report
        The contents that the page, the workbook and the listings are made of. Rates are proportions.

    Raises
    ------
    DataError, DesignError, MethodError
        As for the estimates that it needs. Also if a name, an exception or a force is not in the data; the error gives
        its key.

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> text = 'force = "Exampleshire Constabulary"\naudit.files = "audit.csv"\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))
    ...     _ = (pathlib.Path(folder) / "audit.csv").write_text(rows, encoding="utf-8")
    ...     _ = (pathlib.Path(folder) / "inspection.toml").write_text(text, encoding="utf-8")
    ...     report = cdi.assemble(cdi.read_inspection(pathlib.Path(folder) / "inspection.toml"))
    >>> report.exhibits[0].table.rows[-1].estimate
    0.9
    """
    if not isinstance(inspection, Inspection):
        inspection = read_inspection(inspection)
    # before there is work, and before a library reads it in its own way
    built = date_of_source()
    inspection = replace(inspection, disclosure=replace(inspection.disclosure, lot=_lot(inspection)))
    with in_terms_of_keys(inspection):
        inspection, parts = _alike(inspection)
        drawn = _drawn(inspection)
    tables = [table for part in parts for table in part.tables]
    _refuse_unknown_names(inspection, parts)
    _refuse_unused_exceptions(inspection, tables)
    audited = [table for part in parts if part.audited for table in part.tables]
    counts = any(row.counted for table in tables for row in table.rows)
    partial = any(row.facts.partial for table in tables for row in table.rows)
    headlines = tuple(text for part in parts for text in part.headlines)
    return Report(
        inspection=inspection,
        title=inspection.title or wording.report_title(inspection.force),
        force=inspection.force,
        date=inspection.date or built,
        headlines=headlines or tuple(text for part in parts for text in part.details),
        judgment=None if inspection.grade is None else wording.judged(inspection.force, inspection.grade),
        findings=inspection.findings,
        areas_for_improvement=inspection.areas_for_improvement,
        parts=parts,
        audited=(*(text for part in parts for text in part.audited), *drawn, *methods_named(audited)),
        assumptions=tuple(assumed_of(inspection, counts=counts, partial=partial)),
        quality=(*inspection.notes, *(text for part in parts for text in part.quality)),
        disclosure=disclosure_statements(inspection.disclosure, tables),
        methods=methods_of(parts, inspection),
        glossary=tuple({**wording.GLOSSARY, **inspection.glossary}.items()),
        contact=inspection.contact,
        inputs=inputs_of(inspection),
        internal=not inspection.disclosure.public,
    )


def _drawn(inspection: Inspection) -> list[str]:
    """Say how the audit was drawn, where the file tells; its rooms are not loaded where it does not."""
    if inspection.drawn is None:
        return []
    from cdi.report.drawn import drawn_said

    by = () if inspection.audit is None else inspection.audit.by
    return list(drawn_said(inspection, known_of(inspection.volumes, by, inspection.shelf)))


def date_of_source() -> dt.date | None:
    """Read the date that builds are to bear, where one is set; the clock is never asked."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return None
    try:
        return dt.datetime.fromtimestamp(int(text), tz=dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise DataError.of("not-an-epoch", got=text, where=Where(key="SOURCE_DATE_EPOCH")) from None


def _alike(inspection: Inspection) -> tuple[Inspection, tuple[Part, ...]]:
    """Make the parts, with all tables by the same columns rounded to one step."""
    while True:
        parts = told_apart(_parts(inspection))
        rules = inspection.disclosure.alike(each.table for part in parts for each in part.exhibits)
        if rules == inspection.disclosure:
            return inspection, parts
        inspection = replace(inspection, disclosure=rules)


def _parts(inspection: Inspection) -> list[Part]:
    """Make the parts, and put them in their order."""
    by = () if inspection.audit is None else inspection.audit.by
    known = known_of(inspection.volumes, by, inspection.shelf)
    shown = _protected(_results(inspection, known), inspection)
    earlier = earlier_results(inspection, known)
    recording = recording_part(inspection, known, shown.audit)
    result = None if recording is None else main_rate(inspection, known, recording.tables)
    parts = [
        _judged(recording, "recording-rate", inspection, earlier),
        previous_part(inspection, earlier),
        _beside_forces(inspection, result),
        _judged(searches_part(inspection, shown.searches), "grounds", inspection, earlier),
        *_further(inspection, shown),
    ]
    return [part for part in parts if part is not None]


def _results(inspection: Inspection, known: Known) -> _Found:
    """Estimate all that is asked; the rooms of what an inspection does not have are not loaded, here and below."""
    found = _Found(recording_results(inspection, known), searches_results(inspection))
    if inspection.reviews is not None:
        from cdi.report.reviews import reviews_results

        found = replace(found, reviews=reviews_results(inspection))
    if inspection.times is not None:
        from cdi.report.times import times_results

        found = replace(found, times=times_results(inspection, known))
    if inspection.monthly is not None:
        from cdi.report.monthly import monthly_results

        found = replace(found, monthly=monthly_results(inspection))
    return found


def _beside_forces(inspection: Inspection, result: Row | None) -> Part | None:
    """Set the result beside those of other forces, where there are some."""
    if inspection.forces is None:
        return None
    from cdi.report.forces import forces_part

    return forces_part(inspection, result)


def _further(inspection: Inspection, shown: _Found) -> Iterator[Part | None]:
    """Show case files, times and the monthly sample, where there are some."""
    if inspection.reviews is not None:
        from cdi.report.reviews import reviews_part

        yield reviews_part(inspection, shown.reviews)
    if inspection.times is not None:
        from cdi.report.times import times_part

        yield times_part(inspection, shown.times)
    if inspection.monthly is not None:
        from cdi.report.monthly import monthly_part

        yield monthly_part(inspection, shown.monthly)


def _judged(part: Part | None, measure: str, inspection: Inspection, earlier: Sequence[Earlier]) -> Part | None:
    """Say in the headlines of a part what changed since the newest earlier result."""
    if part is None or not part.headlines:
        return part
    return replace(part, headlines=(*part.headlines, *verdicts_on(measure, inspection, earlier)))


# ---- disclosure control


@dataclass(frozen=True, slots=True)
class _Found:
    """What is found in the samples of an inspection, by the tables of its file."""

    audit: tuple[Result, ...] = ()
    searches: tuple[Result, ...] = ()
    reviews: tuple[Review, ...] = ()
    times: tuple[Timeliness, ...] = ()
    monthly: tuple[Trend, ...] = ()


def _protected(found: _Found, inspection: Inspection) -> _Found:
    """Protect all that is found, each by the rules of the sample whose files it comes from."""
    named: dict[tuple[object, ...], str] = {}
    shown = found
    for name in (each.name for each in fields(_Found)):
        if results := getattr(found, name):
            # of two tables on the same files, the first names the exceptions
            sample = named.setdefault(inspection.samples[name].files, name)
            rules = inspection.disclosure.of_sample(sample)
            shown = replace(shown, **{name: tuple(_released(each, rules) for each in results)})
    return shown


def _released(found: Kind, rules: Disclosure) -> Kind:
    """Protect what is found; shares and delays are drawn with no more digits than are printed."""
    from cdi.results import Result

    shown: Any = protected(found, rules)
    # counts of crimes are rounded once, where they are written
    if not rules.public or isinstance(shown, Result):
        return cast("Kind", shown)
    return cast("Kind", replace(shown, table=released(shown.table)))


# ---- what the file of the inspection names and no table holds: misspelled, it would be passed over


def _refuse_unknown_names(inspection: Inspection, parts: Sequence[Part]) -> None:
    """Refuse printed names of what is not in the data, and two categories that would be printed alike."""
    seen: dict[str, set[str]] = {}
    for exhibit in (exhibit for part in parts for exhibit in part.exhibits):
        for label in exhibit.categories:
            for key, word in zip(exhibit.table.keys, label, strict=True):
                if key != CATEGORY:
                    seen.setdefault(key, set()).add(word)
    faults = list(_unknown_names(inspection, seen))
    if faults:
        raise DataError(faults)


def _unknown_names(inspection: Inspection, seen: Mapping[str, Iterable[str]]) -> Iterator[Fault]:
    for column, names in inspection.categories.items():
        if column not in seen:
            hint = suggestion(column, sorted(seen))
            yield fault("name-of-no-column", got=column, where=inspection.where(f"categories.{column}"), hint=hint)
            continue
        taken = {word: word for word in (*seen[column], ALL) if word not in names}
        for category, name in names.items():
            where = inspection.where(f"categories.{column}.{category}")
            if category not in seen[column]:
                hint = suggestion(category, sorted(seen[column]))
                yield fault("name-of-no-category", got=category, where=where, column=column, hint=hint)
            elif taken.setdefault(name, category) != category:
                yield fault("printed-as-another", got=name, where=where, column=column)


def _refuse_unused_exceptions(inspection: Inspection, tables: Sequence[Table]) -> None:
    """Refuse exceptions of what is in no table."""
    places = {each: i for i, each in enumerate(inspection.disclosure.exemptions, 1)}
    faults = []
    for each in unused_exemptions(inspection.disclosure, tables):
        where = inspection.where(f"disclosure.exceptions[{places[each]}]")
        faults.append(fault("exception-not-there", got=f"{each.column} {each.category}", where=where))
    if faults:
        raise DataError(faults)


# ---- names and files


def told_apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Give the tables of a report names of their own, and its charts: a number behind those that are alike."""
    keys, names = set[str](), set[str]()
    told = []
    for part in parts:
        exhibits = [replace(exhibit, key=free(exhibit.key, keys)) for exhibit in part.exhibits]
        charts = [replace(chart, name=free(chart.name, names)) for chart in part.charts]
        told.append(replace(part, exhibits=tuple(exhibits), charts=tuple(charts)))
    return tuple(told)


def free(name: str, taken: set[str]) -> str:
    """Give a name that is not taken yet, whatever its capitals, and take it.

    Examples
    --------
    >>> taken = {"kent"}
    >>> free("Kent", taken), free("Essex", taken)
    ('Kent_2', 'Essex')
    """
    own, number = name, 1
    while own.casefold() in taken:
        number += 1
        own = f"{name}_{number}"
    taken.add(own.casefold())
    return own


def inputs_of(inspection: Inspection) -> tuple[Input, ...]:
    """List the files of an inspection with the digests of what was read of them."""
    folder, shelf = inspection.path.parent, inspection.shelf
    return tuple(Input(relative(file, folder), shelf.digest(file)) for file in inspection.inputs if file.is_file())


def _lot(inspection: Inspection) -> str:
    """Draw by what only they know who have the samples: the same samples give the same report."""
    files = {file_of(file) for sample in inspection.samples.values() for file in sample.files}
    return digest("".join(sorted(inspection.shelf.digest(file) for file in files)).encode("ascii"))


def relative(file: Path, folder: Path) -> str:
    """Write a path as it lies from a folder, with forward strokes."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.name


# ---- the annex of methods: what was computed, and where its formula comes from

OF_THEIR_OWN = (WILSON, PUBLISHED)
"""The interval methods that have an entry in words; the others are described by their cards."""

AFTER_RATES = "variance"
"""The entry before which those of rates stand."""


def methods_of(parts: Sequence[Part], inspection: Inspection) -> tuple[Method, ...]:
    """List the methods behind the numbers of a report: those of its measures, and of what else is true of its rows."""
    rows = [row for part in parts for exhibit in part.exhibits for row in exhibit.table.rows]
    rows = [row for row in rows if row.estimate is not None]
    intervals, measures = set[str](), list[Measure]()
    for row in rows:
        # of a change the method is that of its sides
        if row.measure.role is not Role.CHANGE and (row.low is not None or row.high is not None):
            intervals.add(row.method)
        # no method here is behind a rate that was taken as it was printed
        taken = row.measure.role is Role.RATE and row.method == AS_PRINTED
        if not taken and row.measure not in measures:
            measures.append(row.measure)
    named = {key for measure in measures for key in measure.methods}
    named |= {key for key, holds in _conditions(rows, intervals, inspection).items() if holds}
    found = list[Method]()
    for key, entry in wording.REPORT_METHODS.items():
        if key == AFTER_RATES:
            found += [_of_rate(each) for each in measures if each.role is Role.RATE and not each.methods]
        if key in named:
            found.append(Method(*entry))
    others = [card for card in describe_methods() if card.name in intervals and card.name not in OF_THEIR_OWN]
    found += [Method(wording.method_card_name(card.name), card.summary, card.reference) for card in others]
    return tuple(found)


def _of_rate(measure: Measure) -> Method:
    """Describe a rate that has no entry of its own: the ratio of the counts that it heads."""
    headings = {**wording.HEADINGS, **measure.headings}
    return Method(*wording.method_of_rate(measure.name, headings["n"], headings["recorded"]))


def _conditions(rows: Sequence[Row], intervals: set[str], inspection: Inspection) -> Mapping[str, bool]:
    """Say of each entry that no measure names whether the report holds what it is of."""
    counts = [row for row in rows if row.counted]
    changed = any(row.measure.role is Role.CHANGE for row in rows)
    published = inspection.style == PUBLISHED
    return {
        "symbols": bool(rows),
        "frame": any(row.facts.scope is Scope.FRAME for row in rows),
        "variance": any(row.se is not None and row.method != AS_PRINTED for row in rows),
        "effective-size": any(row.n_eff is not None for row in rows),
        "design-effect": any(row.deff is not None for row in rows),
        WILSON: WILSON in intervals,
        "published": PUBLISHED in intervals,
        "as-printed": AS_PRINTED in intervals,
        # an overall rate follows from recorded crime by category
        "unrecorded-total": len(counts) > 1 and any(row.whole for row in counts),
        "route-share": any(row.facts.routes for row in counts),
        "net": any(row.facts.net for row in counts),
        "difference": changed,
        "verdict": changed and not published,
        "published-verdict": changed and published,
        "disclosure": inspection.disclosure.public,
        "standards": any(row.facts.short_of for row in rows),
        "rounding": not published,
        "rounding-published": published,
    }
