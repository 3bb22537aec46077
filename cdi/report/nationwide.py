"""The folder of all forces: the national page, a page for each force, a workbook, the listings and where it came from.

It is a report like that of an inspection, with the same page, workbook and rules of what may be overwritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.arguments import checked, listed, path_of, refuse_other, truth_of
from cdi.audits.force_names import TERRITORIAL, usual
from cdi.charts.force_charts import forces_chart, funnel_chart
from cdi.charts.style import drawn
from cdi.description import describe
from cdi.disclosure.results import protected
from cdi.disclosure.rules import Disclosure, disclosure_statements
from cdi.errors import DataError
from cdi.facts import Scope
from cdi.inspecting.inspection import Inspection, SampleFiles
from cdi.keyed import Key, made_key
from cdi.nationwide.figures import RATE, Asked, National, by_category, by_force, national, said_of_all
from cdi.peers.force_results import FORCE
from cdi.peers.side_by_side import Force, Forces, findings, lay_out_forces, score_rows, second_opinion
from cdi.printing.layouts import lay_out, said_of_net
from cdi.printing.lines import crime_covered, shows_overall
from cdi.printing.tables import Table
from cdi.reading.mapping import read_mapping
from cdi.reading.sources import Workbook
from cdi.report.assembling import date_of_source, free, inputs_of, methods_of, relative, told_apart
from cdi.report.contents import (
    About,
    Exhibit,
    Part,
    Report,
    about_of,
    base_of,
    counted_of,
    exhibit_of,
    marks_of,
    plain_name,
    rates_drawn,
    source_of,
    told_of,
)
from cdi.report.deciding import refuse_given_away
from cdi.report.files import put, refuse_folder
from cdi.report.folder import PROVENANCE
from cdi.report.forces import said_of_force
from cdi.report.making import PAGE, files_of, provenance
from cdi.report.page import Link, page
from cdi.report.sentences import by_groups, in_sample, methods_named, overall, sentence, written
from cdi.results import Result

__all__ = ["NATIONAL", "national_again", "national_report", "write_national"]

NATIONAL = "national"
"""Under this the provenance says how national figures were asked for."""

_FORCES = "forces"  # the folder with the pages of forces
_NAMED = 10  # of more forces that are missing, the number is enough at the head of a page
_IN_PYTHON = "cdi.write_national(cdi.national(...), ...)"  # what made it, where no command did


@checked
def write_national(
    found: National,
    folder: str | Path,
    *,
    disclosure: Disclosure | None = None,
    replace: bool = False,
    published: Sequence[str | Path] = (),
    command: str = "",
) -> tuple[str, ...]:
    """Write the figures of all forces into a folder, completely or not at all.

    They withhold no count. But what forces published before may: the figures of each force are held against that.

    Parameters
    ----------
    found : National
        The figures, from :func:`cdi.national`.
    folder : str or pathlib.Path
        A new folder inside an existing one, an empty folder, or one that holds such a report. That is replaced.
    disclosure : Disclosure, optional
        What may be published. If None, the rules of a public report.
    replace : bool
        Whether to overwrite files of the report that were changed since, too.
    published : sequence of str or pathlib.Path
        Folders that were published before, such as the reports of forces on the same audits.
    command : str
        The command that made it, for the provenance.

    Returns
    -------
    tuple of str
        The names of the files written: ``report.html``, ``forces/*.html``, ``charts/*``, ``tables.xlsx``,
        ``estimates.csv``, ``estimates.json`` and ``provenance.json``.

    Raises
    ------
    DataError
        If the folder holds other files, or cannot be written: what was there before then stays as it was. Also if the
        figures are by a column of people, or tell a count that a force withholds or rounds.

    Examples
    --------
    >>> import pathlib, tempfile, pandas as pd, cdi
    >>> rows = [{"force": f, "recorded": int(i < n)} for f, n in {"A": 18, "B": 19, "C": 10}.items() for i in range(20)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     names = cdi.write_national(cdi.national(pd.DataFrame(rows)), pathlib.Path(folder) / "out")
    >>> [name for name in names if name.startswith("forces/")]
    ['forces/A.html', 'forces/B.html', 'forces/C.html']
    """
    refuse_other(found, "National", "cdi.national(...)")
    again, target = truth_of(replace, "replace"), path_of(folder)
    rules = Disclosure() if disclosure is None else disclosure
    if not isinstance(rules, Disclosure):
        raise DataError.of("no-rules", got=type(rules).__name__)
    earlier = [path_of(each) for each in listed(published, "published")]
    report = national_report(found, target, rules, earlier)
    refuse_folder(target, report.whole.inspection, replace=again)
    key = made_key(report.whole.inspection.path)
    files = _files(report)
    made = files | {PROVENANCE: _provenance(report, found, files, key, command or _IN_PYTHON)}
    if rules.public:
        refuse_given_away(made, earlier, str(target))
    put(made, target, key, replace=again)
    return tuple(made)


def _provenance(report: NationalReport, found: National, files: Mapping[str, bytes], key: Key, command: str) -> bytes:
    """Say where the figures come from, and how they were asked for, with paths as they lie from the key."""
    inspection = report.whole.inspection
    asked = None if found.asked is None else _written(found.asked, inspection.path.parent)
    return provenance(report.whole, files, key, command, **{NATIONAL: asked})


# ---- made again


def _written(asked: Asked, above: Path) -> dict[str, Any]:
    def file(book: Workbook) -> dict[str, Any]:
        mapping = None if book.mapping is None or book.mapping.name is None else book.mapping.name
        said = {
            "path": relative(Path(book.path), above), "sheet": book.sheet, "header_row": book.header_row,
            "mapping": None if mapping is None else relative(Path(mapping), above),
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    terms = {name: value for name, value in asked.terms.items() if value is not None and value != ()}
    return {"audits": [*map(file, asked.audits)], "volumes": [*map(file, asked.volumes)], "terms": terms}


def national_again(known: Mapping[str, Any], beside: Path, key: Key) -> Mapping[str, bytes]:
    """Make the files of national figures again, as their provenance says, from what lies there now."""
    asked, chosen = known[NATIONAL], known["options"]["disclosure"]

    def book(file: Mapping[str, Any]) -> Workbook:
        mapping = read_mapping(beside.parent / file["mapping"]) if "mapping" in file else None
        return Workbook(str(beside.parent / file["path"]), file.get("sheet"), file.get("header_row"), mapping)

    found = national([*map(book, asked["audits"])], volumes=[*map(book, asked["volumes"])], **asked["terms"])
    rules = Disclosure(
        chosen["mode"], tuple(chosen["personal"]), tuple(chosen["small_areas"]), not_personal=chosen["not_personal"]
    )
    report = national_report(found, beside, rules, tuple(map(Path, known["options"]["published"])))
    date = None if known["date"] is None else dt.date.fromisoformat(known["date"])
    report = NationalReport(
        replace(report.whole, date=date), {name: replace(own, date=date) for name, own in report.forces.items()}
    )
    files = _files(report)
    return files | {PROVENANCE: _provenance(report, found, files, key, known["command"])}


@dataclass(frozen=True, slots=True)
class NationalReport:
    """What is published of all forces, before it is files."""

    whole: Report
    forces: Mapping[str, Report]  # by the name of each, in the order of the table


def national_report(
    found: National, folder: Path, disclosure: Disclosure, published: Sequence[Path] = ()
) -> NationalReport:
    """Put together what is published of all forces; what may not be is taken out here, of all pages at once."""
    shown = protected(found, disclosure)
    inspection = replace(_inspection(found, folder, disclosure), published=tuple(published))
    source = source_of(_sample(inspection))
    assumed = describe(found.audit).assumed
    whole = _report(
        inspection, [_recording(shown, inspection, source, assumed), _forces(shown, inspection, source)], shown.said
    )
    whole = replace(
        whole, headlines=(*whole.headlines, *shown.headlines(_NAMED)), assumptions=said_of_all(whole.assumptions)
    )
    places = {row.name: row for row in shown.forces.rows}
    forces = {}
    for name, result in shown.results.items():
        own = replace(inspection, force=name, title=wording.report_title(name))
        part = _of_force(result, own, source, assumed)
        forces[name] = _report(own, [replace(part, details=tuple(_among(shown.forces, places.get(name))))], ())
    return NationalReport(whole, forces)


def _inspection(found: National, folder: Path, disclosure: Disclosure) -> Inspection:
    """Describe the audits of all forces as one inspection: where they lie, and what may be published."""
    whole = wording.forces_named(len(found.results), every=set(map(usual, found.results)) == {*TERRITORIAL})
    beside = found.origin[0] if found.origin else folder.with_name(f"{folder.name}.national")
    return Inspection(
        beside,
        wording.capital(whole),
        title=wording.report_title(whole),
        level=found.table.level,
        method=found.table.method,
        audit=SampleFiles(tuple(found.files), found.table.keys, source=_source(found, whole)),
        disclosure=disclosure,
    )


def _source(found: National, whole: str) -> str:
    """Name where the numbers come from: the folder of the audits, and not each file in it."""
    return wording.several_files([path.name for path in found.origin]) or wording.audits_of(whole)


def _sample(inspection: Inspection) -> SampleFiles:
    if inspection.audit is None:
        raise TypeError("no sample")
    return inspection.audit


def _report(inspection: Inspection, parts: Sequence[Part], said: Sequence[str]) -> Report:
    """Put parts together as a report."""
    told = told_apart(parts)
    tables = [table for part in told for table in part.tables]
    counts = [row for table in tables for row in table.rows if row.counted]
    partial = any(row.facts.partial for row in counts)
    return Report(
        inspection=inspection,
        title=str(inspection.title),
        force=inspection.force,
        date=date_of_source(),
        headlines=tuple(text for part in told for text in part.headlines),
        judgment=None,
        findings=(),
        areas_for_improvement=(),
        parts=told,
        audited=(*(text for part in told for text in part.audited), *methods_named(tables)),
        assumptions=(*([wording.assumption(partial=partial)] if counts else []), wording.EXCLUDES_UNREPORTED, *said),
        quality=tuple(text for part in told for text in part.quality),
        disclosure=disclosure_statements(inspection.disclosure, tables),
        methods=methods_of(told, inspection),
        glossary=tuple(wording.GLOSSARY.items()),
        contact=None,
        inputs=inputs_of(inspection),
        internal=not inspection.disclosure.public,
    )


# ---- its parts


def _recording(found: National, inspection: Inspection, source: str, assumed: Sequence[str]) -> Part:
    """Show the national figures, by category and by force."""
    tables = [*([by_category(found.table)] if len(found.table.keys) > 1 else []), by_force(found.table)]
    net = said_of_net(found.whole.net)
    exhibits = [_of_nation(_exhibit(table, inspection, source, spoken=True, extra=net)) for table in tables]
    charts = [
        rates_drawn("rates", wording.all_by(wording.EXHIBITS["rates"], exhibit.table.keys), exhibit, marks)
        for exhibit in exhibits[:-1]
        if (marks := marks_of(exhibit.table, RATE.key, counted_of))
    ]
    headlines = tuple(_headlines(tables[-1], inspection.force))
    part = Part(
        "recording",
        wording.REPORT_PARTS["recording"],
        headlines,
        tuple(exhibits),
        tuple(charts),
        tables=(*tables, found.table),
        findings=tuple(by_groups(tables[0], RATE.key, RATE.name)) if charts else (),
    )
    return told_of(part, found.audit, tables[-1], RATE.key, assumed=assumed)


def _headlines(table: Table, force: str) -> Iterator[str]:
    """Say the overall rate, and how many crimes were not recorded."""
    row = overall(table, RATE.key)
    if row is None or row.estimate is None:
        yield from in_sample(table, RATE.key)
        return
    counts = next((each for each in table.rows if each.counted and each.label == row.label), None)
    yield wording.recording(force, written(row, row.estimate), crime_covered(row, counts))
    if counts is not None and (said := sentence(counts)):
        yield said


def _exhibit(table: Table, inspection: Inspection, source: str, *, spoken: bool, extra: Sequence[str] = ()) -> Exhibit:
    counts = any(row.counted for row in table.rows)
    about = about_of("recording", "recording" if counts else "rates", table, source, base_of(table, RATE.key))
    said = extra if shows_overall(table.rows) else ()
    return exhibit_of(table, about, inspection, lambda shown: lay_out(shown, extra=said, overall=not spoken))


def _of_nation(exhibit: Exhibit) -> Exhibit:
    """Say of all forces what is said of one; of a sample that is no estimate for its force, no estimate."""
    told, keys = exhibit.sentences, exhibit.table.keys
    if any(row.facts.scope is Scope.SAMPLES for row in exhibit.table.rows):
        others = (wording.ALL,) * (len(keys) - 1)
        rows = zip(exhibit.table.rows, told, strict=True)
        told = tuple(
            wording.in_part(row.label[:1], sentence(row.stating(scope=Scope.SAMPLE)))
            if text and keys[0].casefold() == FORCE and row.label[1:] == others and not row.whole
            else text
            for row, text in rows
        )
    return replace(exhibit, said=said_of_all(exhibit.said), sentences=told)


def _forces(found: National, inspection: Inspection, source: str) -> Part:
    """Show the forces side by side, and every number by force and category for the workbook."""
    forces = found.forces
    table = replace(forces.table, rows=(*forces.table.rows, *score_rows(forces)))
    about = About("forces", wording.EXHIBITS["forces"], source, wording.forces_base(len(forces.rows), ()))
    laid = lay_out_forces(forces, detail=True)
    exhibits = [exhibit_of(table, about, inspection, lambda _: laid)]
    if len(found.table.keys) > 1:
        exhibits.append(_of_nation(_exhibit(found.table, inspection, source, spoken=True)))
    charts = [forces_chart(forces, source=source)]
    told = [" ".join(findings(forces)[1:])]
    if forces.funnel is not None:
        charts.append(funnel_chart(forces, source=source))
        told.append(second_opinion(forces)[0])
    exhibits[0] = _of_nation(exhibits[0])
    # the rates drawn towards their average are read nowhere else on the page; every number by force and category, and
    # what only analysts want, are in the workbook
    exhibits = [replace(each, grids=each.grids[: 1 - i]) for i, each in enumerate(exhibits)]
    title = wording.FORCES_COMPARED
    part = Part(_FORCES, title, (), tuple(exhibits), tuple(charts), tables=(forces.table,), findings=tuple(told))
    return replace(part, grids=1)


def _among(forces: Forces, own: Force | None) -> Iterator[str]:
    """Say where a force lies among the others, and its adjusted rate."""
    yield from said_of_force(forces, own)
    if own is not None and own.adjusted is not None and (said := sentence(own.adjusted)):
        yield said


def _of_force(result: Result, inspection: Inspection, source: str, assumed: Sequence[str]) -> Part:
    """Show what is found of one force."""
    exhibit = _exhibit(result.table, inspection, source, spoken=True, extra=(*result.said, *said_of_net(result.net)))
    several = len([row for row in exhibit.table.rows if not row.whole]) > 1
    marks = marks_of(exhibit.table, RATE.key, counted_of) if several else []
    title = wording.all_by(wording.EXHIBITS["rates"], result.rates.keys)
    charts = (rates_drawn("rates", title, exhibit, marks),) if marks else ()
    headlines = tuple(_headlines(result.table, inspection.force))
    title = wording.REPORT_PARTS["recording"]
    part = Part("recording", title, headlines, (exhibit,), charts, tables=(result.table,))
    return told_of(part, result.audit, result.table, RATE.key, assumed=assumed)


# ---- its files


def _files(report: NationalReport) -> dict[str, bytes]:
    """Make every file: the pages of forces link to the national one, and that to them."""
    taken = set[str]()
    paths = {name: f"{_FORCES}/{free(plain_name(name), taken)}.html" for name in report.forces}
    links = [Link(name, path) for name, path in paths.items()]
    made = files_of(report.whole, links)
    above = [Link(report.whole.title, f"../{PAGE}")]
    for name, own in report.forces.items():
        charts = {
            key: drawn(chart, own.inspection.disclosure.marking, pictured=False) for key, chart in own.charts.items()
        }
        made[paths[name]] = page(own, charts, above)
    return made
