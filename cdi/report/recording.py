"""The part on recording: which volumes serve which table, rates by each column, and the crimes not recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.volumes import POPULATION, RECORDED_CRIME, refuse_unused
from cdi.binomial.published import parse_published
from cdi.charts.rate_charts import Caption, rate_chart, unrecorded_chart
from cdi.charts.style import Chart
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.printing import formats
from cdi.printing.layouts import lay_out, said_of_net
from cdi.printing.lines import count, end, level_text, shows_overall
from cdi.reading import opening
from cdi.report.contents import Chapter, Exhibit, Part
from cdi.report.exhibits import base_of, columns_of, counted_of, exhibit_of, interval_of, key_by, marks_of, source_of
from cdi.report.sentences import PUBLISHED, described, headline_numbers, in_sample, noticed, overall, sentence
from cdi.results import Result, estimate
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.inspecting.inspection import Inspection, Sample, Volumes
    from cdi.printing.tables import Row, Table
    from cdi.reading.sources import Source, Workbook

__all__ = ["NO_VOLUMES", "Known", "known_of", "recording_part", "recording_results"]


@dataclass(frozen=True, slots=True)
class Known:
    """The volumes of an inspection, with the columns of each file."""

    volumes: Volumes | None  # as the inspection names them
    columns: Mapping[Path | Workbook, tuple[str, ...]]  # file -> its columns

    def carries(self, column: str) -> bool:
        """Tell whether recorded crime is known by a column; without one, of the whole."""
        return any(self._of_crime(file, column) for file in self.columns)

    def frame(self, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the roles of a sample the reports on its frame, as :func:`cdi.read_audit` takes them."""
        return self._framed(roles, [file for file, columns in self.columns.items() if POPULATION in columns])

    def terms(self, column: str, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the roles of a sample what :func:`cdi.estimate` takes for a table by a column, or over all."""
        crime = [file for file in self.columns if self._of_crime(file, column)]
        frames_ = [file for file, there in self.columns.items() if POPULATION in there and file not in crime]
        # a file with recorded crime by another column is the frame here, and nothing else
        mixed = [file for file in frames_ if RECORDED_CRIME in self.columns[file]]
        found = self._framed(roles, mixed)
        volumes = [*(file for file in frames_ if file not in mixed), *crime]
        if volumes:
            found["volumes"] = volumes
        if not crime:
            return found
        if self.volumes is not None and self.volumes.route_share is not None:
            found["route_share"] = self.volumes.route_share
        if self.volumes is not None and self.volumes.over_recorded is not None:
            found["over_recording"] = parse_published(self.volumes.over_recorded)
        return found

    def _framed(self, roles: Mapping[str, Any], files: Sequence[Path | Workbook]) -> dict[str, Any]:
        if not files:
            return dict(roles)
        if len(files) > 1:
            raise DataError.of("volumes-twice", got=len(files), column=POPULATION)
        if roles.get("population") is not None:
            raise DesignError.of("population-twice")
        return {**roles, "population": files[0]}

    def _of_crime(self, file: Path | Workbook, column: str) -> bool:
        there = self.columns[file]
        return RECORDED_CRIME in there and (not column or column in there)


NO_VOLUMES = Known(None, {})
"""What is known where nothing is."""


def known_of(volumes: Volumes | None, by: tuple[str, ...]) -> Known:
    """Look into the volumes of an inspection."""
    if volumes is None:
        return NO_VOLUMES
    opened = {file: opening.open_source(file) for file in volumes.files}
    refuse_unused(opened.values())
    idle = [
        source
        for source in opened.values()
        if RECORDED_CRIME in source.columns and by and not any(column in source.columns for column in by)
    ]
    if idle:
        by_column = ", ".join(by)
        raise DataError([_of_no_table(source, by_column) for source in idle])
    return Known(volumes, {file: source.columns for file, source in opened.items()})


def _of_no_table(source: Source, columns: str) -> Fault:
    where = Where(source.name, source.header, sheet=source.sheet)
    return fault("volumes-of-no-table", got=", ".join(source.columns), where=where, columns=columns)


RATE = "recording-rate"


def recording_results(inspection: Inspection, known: Known) -> tuple[Result, ...]:
    """Estimate recording rates by each column of the audit, and over all."""
    sample = inspection.audit
    if sample is None:
        return ()
    return tuple(_estimated(inspection, sample, known, column) for column in sample.by or ("",))


def recording_part(inspection: Inspection, known: Known, results: Sequence[Result]) -> Chapter | None:
    """Show recording rates, and the crimes that were not recorded."""
    sample = inspection.audit
    if sample is None:
        return None
    columns, tables = sample.by or ("",), tuple(found.table for found in results)
    main = next((i for i, column in enumerate(columns) if known.carries(column)), 0)
    counted = overall(tables[main], RATE) is not None and bool(_counts(tables[main]))
    exhibits = [
        _exhibit(inspection, sample, found, main=i == main, beside_counts=counted) for i, found in enumerate(results)
    ]
    part = Part(
        "recording",
        wording.REPORT_PARTS["recording"],
        tuple(_of_all(inspection, exhibits[main].table)) or in_sample(exhibits[main].table, RATE),
        tuple(exhibits),
        tuple(chart for i, exhibit in enumerate(exhibits) for chart in _charts(exhibit, counts=i == main)),
        tuple(_of_categories(inspection, exhibits[main].table)),
    )
    audit = results[main].audit
    return Chapter(part, described("recording", audit, tables[main], RATE), noticed(audit, tables[main], RATE), tables)


def _estimated(inspection: Inspection, sample: Sample, known: Known, column: str) -> Result:
    return estimate(
        list(sample.files),
        by=column or None,
        level=inspection.level,
        method=inspection.method,
        style=inspection.style,
        **known.terms(column, sample.roles),
    )


def _exhibit(inspection: Inspection, sample: Sample, found: Result, *, main: bool, beside_counts: bool) -> Exhibit:
    table = found.table
    shown = shows_overall(table.rows)
    spoken = main and overall(table, RATE) is not None
    counts = any(record.counted for record in table.rows)
    other = (wording.not_weighed_by_volumes(ALL),) if shown and not counts and beside_counts else ()
    extra = (*found.said, *said_of_net(found.net), *other) if shown else ()
    volumes = inspection.volumes.source if inspection.volumes is not None and counts else None
    return exhibit_of(
        key_by("recording", table),
        table,
        inspection,
        lambda printed: lay_out(printed, style=inspection.style, extra=extra, overall=not spoken),
        title=wording.all_by(wording.EXHIBITS["recording" if counts else "rates"], columns_of(table)),
        source=source_of(sample, volumes),
        base=base_of(table, RATE),
    )


def _charts(exhibit: Exhibit, *, counts: bool) -> Iterator[Chart]:
    """Draw the rates and, beside recorded crime, the part that was not recorded."""
    table = exhibit.table
    by = columns_of(table)
    caption = Caption(interval_of(table), exhibit.base, exhibit.source)
    yield rate_chart(
        key_by("rates", table),
        wording.all_by(wording.EXHIBITS["rates"], by),
        marks_of(table, RATE, counted_of),
        caption,
    )
    missing = _counts(table)
    if counts and missing:
        marks = marks_of(table, RATE, lambda record: _missing(missing.get(record.label)))
        yield unrecorded_chart("unrecorded_share", wording.all_by(wording.EXHIBITS["unrecorded"], by), marks, caption)


def _missing(record: Row | None) -> str:
    """Write beside a bar how many crimes were not recorded, as the style has it."""
    if record is None or record.estimate is None:
        return ""
    if record.method != PUBLISHED:
        return wording.not_recorded(count(record))
    floored = formats.round_down(record.estimate, record.label[-1])
    return wording.more_than_not_recorded(f"{floored:,}") if floored else ""


def _of_all(inspection: Inspection, table: Table) -> Iterator[str]:
    """Say the overall rate, and how many crimes were not recorded."""
    record = overall(table, RATE)
    if record is not None:
        yield wording.recording(inspection.force, *headline_numbers(record), wording.HEADLINE_OF_ALL)
        yield from _count_said(inspection, _counts(table).get(record.label), wording.CRIMES)


def _of_categories(inspection: Inspection, table: Table) -> Iterator[str]:
    """Say the same of the categories that the inspection gives printed names."""
    counts = _counts(table)
    named = {name for key in table.keys for name in inspection.categories.get(key, {}).values()}
    for record in table.rows:
        if record.measure.key == RATE and record.label[0] in named and record.estimate is not None:
            yield wording.recording(wording.THE_FORCE, *headline_numbers(record), record.label[0])
            yield from _count_said(inspection, counts.get(record.label), wording.THESE_CRIMES)


def _counts(table: Table) -> dict[tuple[str, ...], Row]:
    return {record.label: record for record in table.rows if record.counted}


def _count_said(inspection: Inspection, record: Row | None, of: str) -> Iterator[str]:
    """Say how many crimes were not recorded, as the style has it."""
    if record is None or record.estimate is None:
        return
    volumes = inspection.volumes
    period = None if volumes is None else volumes.counted or volumes.period
    if record.method == PUBLISHED:
        floored = formats.round_down(record.estimate, record.label[-1])
        if floored:
            yield wording.unrecorded_more_than(f"{floored:,}", of, period)
        return
    least, most, level = end(record, low=True), end(record, low=False), level_text(record.level)
    if record.estimate == 0:
        yield sentence(record)  # none was found, which does not show that there is none
    else:
        yield wording.unrecorded_said(count(record), least, most, level, of, period)
