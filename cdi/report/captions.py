"""What stands under tables and charts: where the numbers come from, what they rest on, what their bars are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.printing.lines import BLANK, level_text

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Sample
    from cdi.printing.tables import Table
    from cdi.reading.sources import Workbook

__all__ = ["base_of", "interval_of", "path_of", "source_of"]


def interval_of(table: Table) -> str:
    """Say what the bars of a chart are; nothing where no row has an interval."""
    held = [record for record in table.rows if record.low is not None and not record.counted]
    return wording.charted(level_text(held[0].level), held[0].method) if held else BLANK


def base_of(table: Table, measure: str, *, searches: bool = False) -> str:
    """Say what a table was counted from; nothing where the whole is withheld."""
    for record in table.rows:
        if record.measure.key == measure and record.whole and record.n is not None:
            return wording.chart_base(record.n, (record.clusters or 0) if table.reports else None, searches=searches)
    return BLANK


def source_of(sample: Sample, *more: str | None) -> str:
    """Name where rows come from: what the inspection says, or else the names of the files."""
    said = [sample.source or wording.several_files([Path(path_of(file)).name for file in sample.files]), *more]
    return "; ".join(text for text in said if text)


def path_of(file: Path | Workbook | str) -> Path:
    """Give the path of a file, or of the workbook that a sheet is in."""
    return Path(file if isinstance(file, (str, Path)) else file.path)
