"""What a report holds, before it is a page, a workbook or a listing: its parts, and each table as it is shown.

A table as it is counted becomes one as it is shown: its categories in their order and by their printed names, with its
sentences, its caption and the marks of its chart.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from cdi import wording
from cdi.charts.rate_charts import Caption, Mark, rate_chart, without_mark
from cdi.charts.style import kept
from cdi.disclosure.rounding import released
from cdi.errors import DataError
from cdi.inspecting.inspection import file_of
from cdi.printing.layout import Grid, Notes, Page, words_of
from cdi.printing.lines import BLANK, counted_alone, level_text
from cdi.printing.tables import CATEGORY, NUMBERS
from cdi.report.sentences import described, is_of_several, noticed, sentences
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.audit import Audit
    from cdi.charts.style import Chart
    from cdi.inspecting.inspection import Inspection, SampleFiles
    from cdi.printing.tables import Row, Table

__all__ = [
    "LISTED", "About", "Exhibit", "Input", "Method", "Names", "Part", "Report", "about_of", "base_of", "caption_of",
    "columns_of", "counted_of", "exhibit_of", "for_people", "in_order", "key_by", "listed_rows", "marks_of",
    "plain_name", "printed", "ranks", "rates_drawn", "source_of", "told_of", "translated",
]  # fmt: skip

Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""Column -> category -> its printed name; the categories are in the order of tables."""


@dataclass(frozen=True, slots=True, repr=False)
class Report(Printed):
    """Everything that is published of one inspection.

    Attributes
    ----------
    inspection : Inspection
        What it was made from.
    title, force : str
        The headings.
    date : datetime.date or None
        Of the report.
    headlines : tuple of str
        What it says first.
    judgment : str or None
        The inspector's grade, from the file, in a sentence.
    findings, areas_for_improvement : tuple of str
        What the inspector found and wants improved, from the file.
    parts : tuple of Part
        The questions and their answers.
    audited : tuple of str
        What was audited and how.
    assumptions : tuple of str
        What was taken to hold, worded from the periods in the file.
    quality : tuple of str
        Notes on the data.
    disclosure : tuple of str
        What was withheld and why, and the exceptions.
    methods : tuple of Method
        The annex.
    glossary : tuple of (str, str)
        Terms and what they mean.
    contact : str or None
        Whom to ask, from the file.
    inputs : tuple of Input
        The files read, each once.
    internal : bool
        Whether every page is headed as not for publication.
    """

    inspection: Inspection = field(repr=False)
    title: str
    force: str
    date: dt.date | None
    headlines: tuple[str, ...]
    judgment: str | None
    findings: tuple[str, ...]
    areas_for_improvement: tuple[str, ...]
    parts: tuple[Part, ...]
    audited: tuple[str, ...]
    assumptions: tuple[str, ...]
    quality: tuple[str, ...]
    disclosure: tuple[str, ...]
    methods: tuple[Method, ...]
    glossary: tuple[tuple[str, str], ...]
    contact: str | None
    inputs: tuple[Input, ...]
    internal: bool

    def __repr__(self) -> str:
        return f"<cdi.Report: {self.title}, parts: {', '.join(part.key for part in self.parts)}>"

    def page(self, **_options: Any) -> Page:
        """Lay out what the report holds: its parts with their tables, and its headlines."""
        rows = [
            (part.title, exhibit.title, len(exhibit.table.rows)) for part in self.parts for exhibit in part.exhibits
        ]
        grid = words_of(self.title, wording.CONTENTS_HEADINGS, rows, words=2)
        marking = self.inspection.disclosure.marking
        return Page(None, (grid,), statements=self.headlines, remarks=self.disclosure, marking=marking)

    def pages(self) -> tuple[Page, ...]:
        """Lay out the contents, and then each table."""
        tables = (Page(each.table, each.grids, each.notes, each.said) for each in self.exhibits)
        return (self.page(), *tables)

    def to_pandas(self) -> pd.DataFrame:
        """Give every number that is published, one row each, in the columns of the report's ``estimates.csv``.

        Returns
        -------
        pandas.DataFrame
            ``part``, ``exhibit``, ``domain`` (the columns), ``category`` (as in the data), ``printed`` (as shown); the
            columns of :meth:`cdi.Result.to_pandas` from ``measure`` on; ``sentence``.
        """
        import pandas as pd

        frame = pd.DataFrame(listed_rows(self), columns=list(LISTED), dtype=object)
        return frame.astype({name: NUMBERS.get(name, "string") for name in LISTED})

    def wide(self) -> pd.DataFrame:
        """Refuse: the tables of a report have different columns."""
        raise DataError.of("tables-of-a-report", got=f"{len(self.exhibits)}")

    def __copy__(self) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what is published, with the charts as they are drawn; a report holds no row of a victim's."""
        marking = self.inspection.disclosure.marking
        parts = tuple(replace(part, charts=tuple(kept(chart, marking) for chart in part.charts)) for part in self.parts)
        # a digest of a file lets anybody check a guess of what the file holds
        saved = replace(self, parts=parts, inputs=tuple(Input(each.path) for each in self.inputs))
        return type(self), tuple(getattr(saved, each.name) for each in fields(self))

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The tables of all parts."""
        return tuple(exhibit for part in self.parts for exhibit in part.exhibits)

    @property
    def charts(self) -> Mapping[str, Chart]:
        """The charts of all parts, by name."""
        return {chart.name: chart for part in self.parts for chart in part.charts}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report: one question, answered."""

    key: str  # its anchor: ``recording``, ``previous``, ``forces``, ``searches``, ``reviews``, ``times``, ``monthly``
    title: str  # its heading
    headlines: tuple[str, ...]  # the sentences that open it, and the report
    exhibits: tuple[Exhibit, ...]  # its tables
    charts: tuple[Chart, ...] = ()
    # for each chart, from the first, the sentence that says what it shows; empty where there is none
    findings: tuple[str, ...] = field(default=(), kw_only=True)
    # the sentences that follow the headlines here, and stand at the head of the report only where it has no other
    details: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()  # what it is made of, after disclosure control, with categories as in the data
    # audited, quality: how its sample came about, and what is to be known of its data
    audited: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    grids: int | None = None  # how many grids of a table stand on the page; None: as in all parts of its kind


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a table beside its numbers."""

    key: str  # what it is called in links, sheets and listings: ``recording_by_crime_type``
    title: str  # what it shows
    # source, base: where the numbers come from, and what they rest on
    source: str
    base: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table of the report."""

    # key, title, source, base: as in :class:`About`
    key: str
    title: str
    table: Table  # the numbers after disclosure control, with printed names and no more digits than the page has
    grids: tuple[Grid, ...]  # what people are shown of them
    notes: Notes  # the numbered notes under the grids
    said: tuple[str, ...]  # the sentences under them
    sentences: tuple[str, ...]  # for each record of the table its sentence; empty where there is none
    source: str
    base: str
    categories: tuple[tuple[str, ...], ...] = ()  # for each record of the table its label as in the data
    # what is said of all rows under the grids in the place of a note on each; the rows of the table have that note
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the methods annex."""

    name: str  # what is computed
    formula: str  # how, in one line of text
    reference: str  # where the formula comes from


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read."""

    path: str  # relative to the folder of the inspection's file, with forward strokes
    # of its bytes, never published: see :mod:`cdi.keyed`; empty in a report that was saved
    sha256: str = field(default="", repr=False, compare=False)


LISTED = ("part", "exhibit", "domain", "category", "printed", *wording.COLUMNS, "sentence")
"""The columns of a listing of every number, in order."""

_JOINT = "; "


def listed_rows(report: Report) -> Iterator[tuple[object, ...]]:
    """List every number of a report."""
    for part in report.parts:
        for exhibit in part.exhibits:
            head = (part.key, exhibit.key, _JOINT.join(exhibit.table.keys))
            rows = zip(exhibit.table.rows, exhibit.categories, exhibit.sentences, strict=True)
            for row, label, sentence in rows:
                yield (*head, _JOINT.join(label), _JOINT.join(row.label), *row.values(), sentence)


# ---- a table as it is shown


def exhibit_of(table: Table, about: About, inspection: Inspection, lay: Callable[[Table], Page]) -> Exhibit:
    """Show a table: its categories in their order and by their printed names, laid out for people."""
    ordered = in_order(table, inspection.categories)
    shown = printed(ordered, inspection.categories)
    page = lay(for_people(shown))
    said = [wording.capital(wording.for_readers(text)) for text in page.statements]
    return Exhibit(
        key=about.key,
        title=about.title,
        table=released(shown) if inspection.disclosure.public else shown,
        grids=page.grids,
        notes=page.notes,
        said=tuple(text for text in said if text),
        sentences=sentences(shown),
        source=about.source,
        base=about.base,
        categories=tuple(row.label for row in ordered.rows),
        remarks=page.remarks,
    )


def told_of(
    part: Part, audit: Audit, table: Table, measure: str, *, proved: bool = False, assumed: Sequence[str] | None = None
) -> Part:
    """Add to a part how its sample came about, and what is to be known of its data."""
    said = (described(part.title, audit, table, measure, proved=proved, assumed=assumed),)
    return replace(part, audited=said, quality=tuple(noticed(audit, table, measure)))


def columns_of(table: Table) -> tuple[str, ...]:
    """Name the columns of categories that a table is by; none where it is over all."""
    return tuple(key for key in table.keys[is_of_several(table) :] if key != CATEGORY)


def about_of(name: str, shows: str, table: Table, source: str, base: str) -> About:
    """Name a table after what it shows, and the columns that it is by."""
    return About(key_by(name, table), wording.all_by(wording.EXHIBITS[shows], columns_of(table)), source, base)


def key_by(name: str, table: Table) -> str:
    """Name a table or chart in links and files, with the columns that it is by."""
    by = columns_of(table)
    return plain_name(f"{name}_by_{'_'.join(by)}") if by else name


LONGEST = 60
"""The longest name, in characters: no system of files has room for less, whatever the letters."""


def plain_name(text: str) -> str:
    """Write a text as the name of a file: letters and numbers as they are, everything else as one low line."""
    return re.sub(r"[^\w-]+", "_", text)[:LONGEST]


def in_order(table: Table, names: Names) -> Table:
    """Put the rows of a table into the order of the printed names, the overall ones last; others keep theirs."""
    several = is_of_several(table)
    blocks = list(dict.fromkeys(_block(row, several=several) for row in table.rows))

    def place(row: Row) -> tuple[int, ...]:
        return (blocks.index(_block(row, several=several)), *ranks(table.keys, row, names, several=several))

    return replace(table, rows=tuple(sorted(table.rows, key=place)))


def _block(row: Row, *, several: bool) -> str:
    """Name the rows that are put in order by themselves: those of a measure; of a question, all sides, all changes."""
    if row.measure.of_questions:
        return row.label[0]
    if several:
        return "changes" if row.measure.role.of_change else "sides"
    return row.measure.key


def ranks(keys: Sequence[str], row: Row, names: Names, *, several: bool = False) -> tuple[int, ...]:
    """Tell the place of a row in each of its columns; what has no printed name comes after what has, the whole last."""
    found = []
    for place, (key, word) in enumerate(zip(keys, row.label, strict=True)):
        named = list(names.get(key, {}))
        if word in named:
            found.append(named.index(word))
        else:
            found.append(len(named) + (row.whole and place >= several))
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


# ---- where a table comes from, and what its chart shows


def base_of(table: Table, measure: str, *, searches: bool = False) -> str:
    """Say what a table was counted from; nothing where the whole is withheld."""
    for row in table.of(measure):
        if row.whole and row.n is not None:
            return wording.chart_base(row.n, (row.clusters or 0) if table.reports else None, searches=searches)
    return BLANK


def source_of(sample: SampleFiles, *more: str | None) -> str:
    """Name where rows come from: what the inspection says, or else the names of the files."""
    said = [sample.source or wording.several_files([file_of(file).name for file in sample.files]), *more]
    return "; ".join(text for text in said if text)


def rates_drawn(name: str, title: str, exhibit: Exhibit, marks: Sequence[Mark]) -> Chart:
    """Draw the rates of a table, with the caption of the table."""
    return rate_chart(key_by(name, exhibit.table), title, marks, caption_of(exhibit))


def caption_of(exhibit: Exhibit) -> Caption:
    """Give what is said on a chart of a table; of its intervals nothing where no row has one."""
    held = next((row for row in exhibit.table.rows if row.low is not None and not row.counted), None)
    interval = BLANK if held is None else wording.charted(level_text(held.level))
    return Caption(interval, exhibit.base, exhibit.source)


def marks_of(table: Table, measure: str, count: Callable[[Row], str]) -> list[Mark]:
    """Take the rates of one measure as the marks of a chart, the overall one marked; withheld ones say so."""
    marks = []
    for row in table.of(measure):
        if row.main:
            beside = without_mark(row) if row.estimate is None else count(row)
            places = row.facts.places
            marks.append(Mark(", ".join(row.label), row.estimate, row.low, row.high, beside, row.whole, places))
    return marks


def counted_of(row: Row) -> str:
    """Write what a rate was counted from, for beside its mark."""
    if row.recorded is None or row.n is None:
        return BLANK
    counts = wording.count_of(row.recorded, row.n)
    return counts if counted_alone(row) is None else wording.of_weighted(counts)
