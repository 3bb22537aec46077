"""Exhibits: a table as it is counted becomes one as it is shown, with printed names, caption and marks of its chart."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cdi import wording
from cdi.charts.rate_charts import Mark
from cdi.errors import DataError, Fault, fault, suggestion
from cdi.measures import told
from cdi.printing.lines import BLANK, level_text
from cdi.printing.tables import CATEGORY, Row, Table
from cdi.report.contents import Exhibit
from cdi.report.sentences import sentences
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Sample
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table
    from cdi.reading.sources import Workbook

__all__ = [
    "Names",
    "base_of",
    "columns_of",
    "counted_of",
    "exhibit_of",
    "for_people",
    "in_order",
    "interval_of",
    "key_by",
    "marks_of",
    "path_of",
    "plain_name",
    "printed",
    "ranks",
    "refuse_unknown",
    "source_of",
    "translated",
    "without_mark",
]

SIDE, QUESTION = "side", "question"


Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""Column -> category -> its printed name; the categories are in the order of tables."""


def exhibit_of(
    key: str,
    table: Table,
    inspection: Inspection,
    lay: Callable[[Table], Page],
    *,
    title: str,
    source: str,
    base: str,
    group: Callable[[Row], str] | None = None,
    words: Names | None = None,
    in_time: str = wording.IN_TIME,
    unsaid: Container[str] = (),
) -> Exhibit:
    """Show a table: its categories in their order and by their printed names, laid out for people."""
    ordered = in_order(table, inspection.categories, group)
    shown = printed(ordered, inspection.categories)
    page = lay(for_people(shown))
    worded = printed(shown, words or {})
    plain = (wording.for_readers(text) for text in page.statements if text not in unsaid)
    said = tuple(wording.capital(text) for text in plain if text)
    categories = tuple(record.label for record in ordered.rows)
    return Exhibit(
        key, title, worded, page.grids, page.notes, said, sentences(worded, in_time), source, base, categories
    )


def columns_of(table: Table) -> tuple[str, ...]:
    """Name the columns of categories that a table is by; none where it is over all."""
    return tuple(key for key in table.keys if key not in (CATEGORY, SIDE, QUESTION))


def key_by(name: str, table: Table) -> str:
    """Name a table or chart in links and files, with the columns that it is by."""
    by = columns_of(table)
    return plain_name(f"{name}_by_{'_'.join(by)}") if by else name


LONGEST = 60
"""The longest name, in characters: no system of files has room for less, whatever the letters."""


def plain_name(text: str) -> str:
    """Write a text as the name of a file: letters and numbers as they are, everything else as one low line."""
    return re.sub(r"[^\w-]+", "_", text)[:LONGEST]


def in_order(table: Table, names: Names, group: Callable[[Row], str] | None = None) -> Table:
    """Put the rows of a table into the order of the printed names, the overall ones last; others keep theirs."""
    together = group or (lambda record: record.measure.key)
    first: dict[str, int] = {}
    for record in table.rows:
        first.setdefault(together(record), len(first))

    def place(record: Row) -> tuple[int, ...]:
        return (first[together(record)], *ranks(table.keys, record.label, names))

    return replace(table, rows=tuple(sorted(table.rows, key=place)))


def ranks(keys: Sequence[str], label: Sequence[str], names: Names) -> tuple[int, ...]:
    """Tell the place of a label in each of its columns; those without a printed name come after those with one."""
    found = []
    for key, word in zip(keys, label, strict=False):
        named = list(names.get(key, {}))
        found.append(named.index(word) if word in named else len(named) + (word == ALL))
    return tuple(found)


def printed(table: Table, names: Names) -> Table:
    """Write the categories of a table in printed names."""
    rows = tuple(replace(row, label=translated(table.keys, row.label, names)) for row in table.rows)
    return replace(table, rows=rows)


def translated(keys: Sequence[str], label: Sequence[str], names: Names) -> tuple[str, ...]:
    """Write a label in printed names."""
    return tuple(names.get(key, {}).get(word, word) for key, word in zip(keys, label, strict=True))


def for_people(table: Table) -> Table:
    """Write the columns of a table for people."""
    return replace(table, keys=tuple(map(wording.plain_column, table.keys)))


def refuse_unknown(inspection: Inspection, seen: Mapping[str, Collection[str]]) -> None:
    """Refuse printed names of what is not in the data, and two categories that would be printed alike."""
    faults = list(_faults(inspection, {key: found for key, found in seen.items() if key != CATEGORY}))
    if faults:
        raise DataError(faults)


def _faults(inspection: Inspection, seen: Mapping[str, Collection[str]]) -> Iterator[Fault]:
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


def marks_of(table: Table, measure: str, count: Callable[[Row], str]) -> list[Mark]:
    """Take the rates of one measure as the marks of a chart, the overall one marked; withheld ones say so."""
    return [
        Mark(
            ", ".join(record.label),
            record.estimate,
            record.low,
            record.high,
            count(record) if record.estimate is not None else without_mark(record),
            marked=record.whole,
        )
        for record in table.rows
        if record.measure.key == measure and record.main
    ]


def counted_of(record: Row) -> str:
    """Write what a rate was counted from, for beside its mark."""
    return BLANK if record.recorded is None or record.n is None else wording.count_of(record.recorded, record.n)


def without_mark(record: Row | None) -> str:
    """Say why a row has no mark on a chart."""
    if record is None:
        return BLANK
    codes = told(record.facts)
    if not codes:
        return BLANK
    short = (text for code, text in wording.WHY_NO_MARK.items() if code in codes)
    return next(short, record.measure.note(codes[0]))
