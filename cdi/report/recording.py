"""The part on recording: which volumes serve which table, rates by each column, and the crimes not recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.crime_tables import is_category, open_table, terms_of
from cdi.audits.volumes import POPULATION, RECORDED_CRIME, refuse_unused
from cdi.binomial.published import parse_published
from cdi.charts.rate_charts import unrecorded_chart
from cdi.errors import DataError, DesignError, Where, fault
from cdi.facts import Scope
from cdi.inspecting.inspection import File, VolumeFiles
from cdi.measures import MEASURES, estimated
from cdi.printing.layouts import lay_out, said_of_net
from cdi.printing.lines import count, crime_covered, end, is_few, level_text, more_than, shows_overall
from cdi.report.contents import (
    Exhibit,
    Part,
    about_of,
    base_of,
    caption_of,
    columns_of,
    counted_of,
    exhibit_of,
    marks_of,
    rates_drawn,
    source_of,
    told_of,
)
from cdi.report.sentences import PUBLISHED, by_groups, in_sample, is_rough, overall, sentence, written
from cdi.results import Result, estimate
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.charts.style import Chart
    from cdi.inspecting.inspection import Inspection, SampleFiles
    from cdi.printing.tables import Row, Table
    from cdi.reading.shelf import Shelf

__all__ = ["NO_VOLUMES", "Known", "known_of", "main_rate", "recording_part", "recording_results"]


@dataclass(frozen=True, slots=True)
class Known:
    """The volumes of an inspection, with the columns of each file."""

    volumes: VolumeFiles | None  # as the inspection names them
    columns: Mapping[File, tuple[str, ...]]  # file -> its columns, as they are read
    first: str = ""  # the column of the first table: one figure of recorded crime stands in it

    def carries(self, column: str) -> bool:
        """Tell whether recorded crime is known by a column; without one, of the whole."""
        return any(self._of_crime(file, column) for file in self.columns)

    @property
    def terms_of_crime(self) -> dict[str, Any]:
        """What is meant of a table of recorded crime, as :func:`cdi.estimate` takes it."""
        volumes = self.volumes or VolumeFiles()
        said = {
            "volumes_period": volumes.period or volumes.counted,
            "force": volumes.force,
            "groups": volumes.reading,
        }
        return {name: value for name, value in said.items() if value is not None}

    def frame(self, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the roles of a sample the reports on its frame, as :func:`cdi.read_audit` takes them."""
        return self._framed(roles, [file for file, columns in self.columns.items() if POPULATION in columns])

    def terms(self, column: str, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the roles of a sample what :func:`cdi.estimate` takes for a table by a column, or over all."""
        crime, mixed, frames = list[File](), list[File](), list[File]()
        for file, columns in self.columns.items():
            if self._of_crime(file, column):
                crime.append(file)
            elif POPULATION in columns:
                # a file with recorded crime by another column is the frame here, and nothing else
                (mixed if RECORDED_CRIME in columns else frames).append(file)
        found = self._framed(roles, mixed)
        if frames or crime:
            found["volumes"] = [*frames, *crime]
        if crime:
            found |= self.terms_of_crime
        figure = None if self.volumes is None else self.volumes.recorded_crime
        if figure is not None and column == self.first:
            found["recorded_crime"] = figure
        return found | self._of_counts() if crime or "recorded_crime" in found else found

    def _of_counts(self) -> dict[str, Any]:
        """Give what is said of the crimes not recorded."""
        if self.volumes is None:
            return {}
        over = self.volumes.over_recorded
        said = {
            "route_share": self.volumes.route_share,
            "over_recording": None if over is None else parse_published(over),
            "hundreds": self.volumes.hundreds,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _framed(self, roles: Mapping[str, Any], files: Sequence[File]) -> dict[str, Any]:
        if not files:
            return dict(roles)
        if len(files) > 1:
            raise DataError.of("volumes-twice", got=len(files), column=POPULATION)
        if roles.get("population") is not None:
            raise DesignError.of("population-twice")
        return {**roles, "population": files[0]}

    def _of_crime(self, file: File, column: str) -> bool:
        there = self.columns[file]
        return RECORDED_CRIME in there and (not column or column in there)


NO_VOLUMES = Known(None, {})
"""What is known where nothing is."""


def known_of(volumes: VolumeFiles | None, by: tuple[str, ...], shelf: Shelf) -> Known:
    """Look into the volumes of an inspection, which are on its shelf."""
    if volumes is None:
        return NO_VOLUMES
    files: list[File] = [*shelf.books(volumes.files)]
    terms = terms_of(**{_TERMS[name]: value for name, value in Known(volumes, {}).terms_of_crime.items()})
    served = [column for column in by if is_category(column)] or (list(by) if len(by) == 1 else [])
    tables = {file: [open_table(file, keys, terms).source for keys in _keys_of(served)] for file in files}
    opened = {file: found[0] for file, found in tables.items()}
    refuse_unused(opened.values())
    columns = {
        file: tuple(dict.fromkeys(name for source in found for name in source.columns))
        for file, found in tables.items()
    }
    faults = []
    for file, source in opened.items():
        serves = not by or any(column in columns[file] for column in by)
        if RECORDED_CRIME in source.columns and not serves:
            where, got = Where(source.name, source.header, sheet=source.sheet), wording.in_a_row(source.columns)
            faults.append(fault("volumes-of-no-table", got=got, where=where, columns=tuple(by)))
    if faults:
        raise DataError(faults)
    return Known(volumes, columns, by[0] if by else "")


_TERMS: Mapping[str, str] = {"volumes_period": "period", "force": "force", "groups": "groups"}
"""What :func:`cdi.estimate` calls a term of a table of recorded crime -> what the table calls it."""


def _keys_of(columns: Sequence[str]) -> list[tuple[str, ...]]:
    return [(column,) for column in columns] or [()]


RATE = "recording-rate"


def recording_results(inspection: Inspection, known: Known) -> tuple[Result, ...]:
    """Estimate recording rates by each column of the audit, and over all."""
    sample = inspection.audit
    if sample is None:
        return ()
    return tuple(
        estimate(
            inspection.shelf.books(sample.files),
            by=column or None,
            measures=(RATE, *sample.measures),
            level=inspection.level,
            method=inspection.method,
            style=inspection.style,
            **known.terms(column, inspection.shelf.roles(sample.roles)),
        )
        for column in sample.by or ("",)
    )


def recording_part(inspection: Inspection, known: Known, results: Sequence[Result]) -> Part | None:
    """Show recording rates, and the crimes that were not recorded."""
    sample = inspection.audit
    if sample is None:
        return None
    tables = tuple(found.table for found in results)
    main = _main(sample, known)
    counted = overall(tables[main], RATE) is not None and any(row.counted for row in tables[main].rows)
    exhibits: list[Exhibit] = []
    charts: list[Chart] = []
    findings: list[str] = []
    said = tuple(_of_all(inspection, results[main].table))
    for i, found in enumerate(results):
        exhibit = _exhibit(inspection, sample, found, main=i == main, beside_counts=counted)
        exhibits.append(exhibit)
        drawn = list(_charts(exhibit, counts=i == main))
        charts += drawn
        of_chart = said if i == main else by_groups(exhibit.table, RATE, MEASURES[RATE].name)
        findings += [*of_chart, "", ""][: len(drawn)]
    shown = exhibits[main].table
    part = Part(
        "recording",
        wording.REPORT_PARTS["recording"],
        said or in_sample(shown, RATE),
        tuple(exhibits),
        tuple(charts),
        (*(text for exhibit in exhibits for text in _of_categories(inspection, exhibit)), *_of_others(shown)),
        tables,
        findings=tuple(findings),
    )
    proved = inspection.drawn is not None and inspection.drawn.receipt is not None
    return told_of(part, results[main].audit, tables[main], RATE, proved=proved)


def _main(sample: SampleFiles, known: Known) -> int:
    """Find the table that opens the part: that by which recorded crime is known."""
    return next((i for i, column in enumerate(sample.by) if known.carries(column)), 0)


def main_rate(inspection: Inspection, known: Known, tables: Sequence[Table]) -> Row | None:
    """Find the recording rate of the force as a whole; None where there is none, or it is withheld."""
    if inspection.audit is None:
        return None
    rows = tables[_main(inspection.audit, known)].of(RATE)
    return next((row for row in rows if row.facts.scope is Scope.OVERALL and row.estimate is not None), None)


def _exhibit(inspection: Inspection, sample: SampleFiles, found: Result, *, main: bool, beside_counts: bool) -> Exhibit:
    table = found.table
    counts = any(row.counted for row in table.rows)
    extra: tuple[str, ...] = ()
    if shows_overall(table.rows):
        extra = (*found.said, *said_of_net(found.net))
        if beside_counts and not counts:
            extra += (wording.not_weighed_by_volumes(ALL),)
    of_volumes = inspection.volumes.source if counts and inspection.volumes is not None else None
    about = about_of(
        "recording", "recording" if counts else "rates", table, source_of(sample, of_volumes), base_of(table, RATE)
    )
    # what opens the part is not said again under the table
    spoken = main and overall(table, RATE) is not None
    return exhibit_of(
        table,
        about,
        inspection,
        lambda shown: lay_out(shown, style=inspection.style, extra=extra, overall=not spoken),
    )


def _charts(exhibit: Exhibit, *, counts: bool) -> Iterator[Chart]:
    """Draw the rates and, beside recorded crime, the part that was not recorded."""
    table, by = exhibit.table, columns_of(exhibit.table)
    title = wording.all_by(wording.EXHIBITS["rates"], by)
    yield rates_drawn("rates", title, exhibit, marks_of(table, RATE, counted_of))
    missing = _counts(table)
    if counts and missing:
        marks = marks_of(table, RATE, lambda row: _missing(missing.get(row.label)))
        title = wording.all_by(wording.EXHIBITS["unrecorded"], by)
        yield unrecorded_chart("unrecorded_share", title, marks, caption_of(exhibit))


def _missing(row: Row | None) -> str:
    """Write beside a bar how many crimes were not recorded, as the style has it."""
    if row is None or row.estimate is None:
        return ""
    if row.method != PUBLISHED:
        return wording.not_recorded(count(row))
    more = more_than(row)
    return wording.more_than_not_recorded(more) if more else ""


def _counts(table: Table) -> dict[tuple[str, ...], Row]:
    return {row.label: row for row in table.rows if row.counted}


def _of_all(inspection: Inspection, table: Table) -> Iterator[str]:
    """Say the overall rate, and how many crimes were not recorded."""
    row = overall(table, RATE)
    if row is not None and row.estimate is not None:
        missing = _counts(table).get(row.label)
        of = crime_covered(row, missing)
        yield wording.recording(inspection.force, written(row, row.estimate), of)
        yield from _count_said(inspection, missing, wording.CRIMES)


def _of_categories(inspection: Inspection, exhibit: Exhibit) -> Iterator[str]:
    """Say the same of the categories that have printed names, which sentences are made with; else only the rates."""
    counts = _counts(exhibit.table)
    named = inspection.categories.get(exhibit.table.keys[0], {})
    for row, label in zip(exhibit.table.rows, exhibit.categories, strict=True):
        if is_rough(row, exhibit.table):
            continue
        if row.measure is MEASURES[RATE] and label[0] in named and row.estimate is not None:
            yield wording.recording(wording.THE_FORCE, written(row, row.estimate), row.label[0])
            yield from _count_said(inspection, counts.get(row.label), wording.THESE_CRIMES)
    if not named:
        yield from by_groups(exhibit.table, RATE, MEASURES[RATE].name)


def _of_others(table: Table) -> Iterator[str]:
    """Say the overall figures of what else was asked of the audit; under the table, where it says its own."""
    for key in estimated():
        if key != RATE and overall(table, RATE) is not None:
            yield from in_sample(table, key)


def _count_said(inspection: Inspection, row: Row | None, of: str) -> Iterator[str]:
    """Say how many crimes were not recorded, as the style has it."""
    if row is None or row.estimate is None:
        return
    volumes = inspection.volumes
    period = None if volumes is None else volumes.counted or volumes.period
    if row.method == PUBLISHED:
        more = more_than(row)
        if more:
            yield wording.unrecorded_more_than(more, of, period)
    elif row.estimate == 0:
        yield sentence(row)  # none was found, which does not show that there is none
    else:
        low, high, level = end(row, low=True), end(row, low=False), level_text(row.level)
        yield wording.unrecorded_said(count(row), low, high, level, of, period, bound=is_few(row))
