"""The tables of a report as an accessible workbook: cover, contents, notes, and one table a sheet.

It is laid out by gptables after the rules of the Government Statistical Service. What the user's files hold is written
as text whatever it looks like: no formula, no link, no reference to a note comes of it. Rates and counts of one table
have sheets of their own, since a column of a sheet has one unit. No cell is blank: a symbol says why it has no number.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from cdi import wording
from cdi.measures import Unit
from cdi.printing import formats
from cdi.printing.layout import symbol_of
from cdi.printing.lines import AS_RATE
from cdi.printing.tables import Row
from cdi.report.contents import Exhibit, Report
from cdi.report.page import table_numbers

__all__ = ["sheets_of", "workbook"]

OPTIONS: Mapping[str, object] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
UNDATED = dt.date(1980, 1, 1)  # the first day that a zip file can name
A4 = 9
PRINT_MARGIN = 0.4  # inches at either side: what is wide is printed on one page across
NAME_WIDTH, TEXT_WIDTH, SENTENCE_WIDTH, NUMBER_WIDTH, NOTES_WIDTH = 34, 28, 60, 12, 20  # characters
METHOD_WIDTHS = (30, 80, 50)  # characters: name, formula, reference
COVER_WIDTH = 100  # characters, of a line of the cover
LINE_HEIGHT, HIGHEST = 16, 400  # points; a workbook has no row above 409
LONGEST_NAME, LONGEST_HEADING, LONGEST_TEXT, LONGEST_PROPERTY = 31, 250, 32_767, 255
NOTES_FROM_RIGHT = 2  # columns at the right: the notes and the sentences
_COLUMNS = "columns"  # the key of the note that explains the columns

_RATES, _COUNTS, _NUMBERS_SHOWN = (
    ("0.0%", "0.00%"),
    ("#,##0", "#,##0"),
    ("0.00", "0.000"),
)
_FORMATS: Mapping[Unit, tuple[str, str]] = {
    Unit.PROPORTION: _RATES,
    Unit.POINTS: _RATES,
    Unit.CRIMES: _COUNTS,
    Unit.HOURS: ("#,##0.0", "#,##0.00"),
    Unit.RATIO: _NUMBERS_SHOWN,
    Unit.NUMBER: _NUMBERS_SHOWN,
    Unit.DEVIATIONS: _NUMBERS_SHOWN,
}
"""What numbers are -> how they and their standard errors are shown."""

_SHOWN: Mapping[str, str] = {
    "n": "#,##0",
    "recorded": "#,##0",
    "clusters": "#,##0",
    "n_eff": "#,##0.0",
    "df": "#,##0.0",
    "deff": "0.00",
}
"""Column -> how its numbers are shown, whatever the measure."""

_NUMBERS = ("estimate", "low", "high", "level", "method", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What stands in a cell of a sheet."""

    value: str | int | float  # a text, or a number, unrounded
    shown: str = ""  # the format of a number, in the words of a workbook
    numeric: bool = False  # whether it stands in a column of numbers, as one or as the symbol of one that is not there
    bound: str = ""  # its own format, where its rate is shown as a bound


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet."""

    cells: tuple[SheetCell, ...]  # those before the notes
    notes: tuple[str, ...]  # their texts
    sentence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on its sheet."""

    name: str  # of the sheet: legal, and its number makes it the only one
    # title, base, source: what stands above the table
    title: str
    base: str
    source: str
    headings: tuple[str, ...]  # one a column, each different from the others
    rows: tuple[SheetRow, ...]
    said: tuple[str, ...]  # what is said of the whole table
    symbols: tuple[str, ...]  # the symbols that occur


# ---- what stands on each sheet


def sheets_of(report: Report) -> tuple[Sheet, ...]:
    """Part the tables of a report into sheets: numbers that are shown in different ways have sheets of their own."""
    sheets: list[Sheet] = []
    for exhibit, numbers in zip(report.exhibits, table_numbers(report), strict=True):
        # points stand with rates
        ways = list(dict.fromkeys(_FORMATS[row.measure.unit] for row in exhibit.table.rows))
        sheets += [
            _sheet(exhibit, way, len(sheets) + i, numbers, alone=len(ways) == 1) for i, way in enumerate(ways, 1)
        ]
    return tuple(sheets)


def _sheet(exhibit: Exhibit, way: tuple[str, str], number: int, on_page: Sequence[int], *, alone: bool) -> Sheet:
    table = exhibit.table
    rows, plurals, used = list[SheetRow](), list[str](), set[object]()
    for row, sentence in zip(table.rows, exhibit.sentences, strict=True):
        if _FORMATS[row.measure.unit] == way:
            cells = tuple(_cells(row, way))
            rows.append(SheetRow(cells, tuple(map(wording.capital, row.notes)), fitted(sentence)))
            plurals.append(row.measure.plural)
            used.update(cell.value for cell in cells[len(table.keys) :])
    title = exhibit.title if alone else wording.sheet_title(exhibit.title, plurals)
    return Sheet(
        name=_name(exhibit.key, number),
        title=fitted(wording.as_on_page(on_page, title)),
        base=fitted(exhibit.base),
        source=fitted(wording.sheet_source(exhibit.source)) if exhibit.source else "",
        headings=_headings(table.keys),
        rows=tuple(rows),
        said=tuple(fitted(text) for text in exhibit.said if text not in exhibit.sentences),
        symbols=tuple(symbol for symbol in wording.SYMBOLS if symbol in used),
    )


def _cells(row: Row, way: tuple[str, str]) -> Iterator[SheetCell]:
    for text in row.label:
        yield SheetCell(fitted(text) if text.strip() else wording.NO_LABEL)
    yield SheetCell(row.name)
    missing = symbol_of(row)
    number, spread = way
    shown = {
        "estimate": number,
        "low": number,
        "high": number,
        "se": spread,
        "level": _level_format(row.level),
        **_SHOWN,
    }
    for name in _NUMBERS:
        value = getattr(row, name)
        numeric = name != "method"
        if value is None:
            yield SheetCell(missing, "", numeric)
        else:
            yield SheetCell(value, shown.get(name, ""), numeric, _bound(row, name, value))


def _bound(row: Row, name: str, value: float) -> str:
    """Show a rate that would round to all or none, and is neither, as on the page: a workbook would round it."""
    if name not in AS_RATE or row.measure.unit is not Unit.PROPORTION:
        return ""
    text = AS_RATE[name](value)
    return "" if text == formats.percent(value) else f'"{text}%"'


def _level_format(level: float) -> str:
    """Show a level with as many decimals as it has, of four."""
    exponent = round(Decimal(level) * 100, 4).normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"0.{'0' * places}%" if places else "0%"


def _name(key: str, number: int) -> str:
    """Name a sheet: letters, digits and underscores only, so that it is legal whatever the key is."""
    plain = "".join(sign if sign.isalnum() and ord(sign) < 0x10000 else "_" for sign in key)
    return f"{number}_{plain}"[:LONGEST_NAME].rstrip("_")


def _headings(keys: Sequence[str]) -> tuple[str, ...]:
    """Head the columns; one that is called as another is numbered, since capitals do not tell columns apart."""
    fixed = list(wording.SHEET_HEADINGS.values())
    taken = {name.casefold() for name in fixed}
    found: list[str] = []
    for key in keys:
        plain = _cut(fitted(wording.plain_column(key)).strip() or wording.NO_LABEL, LONGEST_HEADING)
        name, place = plain, 2
        while name.casefold() in taken:
            name, place = f"{plain} ({place})", place + 1
        taken.add(name.casefold())
        found.append(wording.capital(name))
    return (*found, *fixed)


def fitted(text: str) -> str:
    r"""Make a text fit into a cell: on one line, without signs that a workbook cannot hold, cut if need be."""
    plain = formats.harmless(text)
    # a workbook counts units of 16 bits
    if len(plain.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return plain
    return _cut(plain, LONGEST_TEXT - len(wording.CUT)) + wording.CUT


def _cut(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


# ---- the workbook


def workbook(report: Report) -> bytes:
    """Write the tables of a report as an accessible workbook."""
    with warnings.catch_warnings():
        # the library leaves a file open when it is imported, and calls pandas in a way that is to go
        warnings.simplefilter("ignore")
        return _made(report)


def _made(report: Report) -> bytes:
    from gptables import Cover, produce_workbook  # type: ignore[import-untyped]

    sheets = sheets_of(report)
    marking = wording.NOT_FOR_PUBLICATION if report.internal else ""
    keys = _note_keys(sheets)
    title, footer = fitted(report.title), wording.PAGE_WORDS["footer"]
    date = None if report.date is None else wording.long_date(report.date)
    intro = list(map(fitted, wording.cover_intro(report.force, date, marking)))
    about = list(map(fitted, wording.cover_about(footer, tuple(wording.SYMBOLS.values()), report.disclosure)))
    cover = Cover(
        _text(title),
        list(map(_text, intro)),
        list(map(_text, about)),
        cover_label=wording.COVER_SHEET,
        width=COVER_WIDTH,
    )
    theme = _theme()
    tables = {sheet.name: _gptable(sheet, number, keys, marking, theme) for number, sheet in enumerate(sheets, 1)}
    names = wording.CONTENTS
    buffer = io.BytesIO()
    book: Any = produce_workbook(
        buffer,
        tables,
        theme=theme,
        cover=cover,
        contentsheet_label=wording.CONTENTS_SHEET,
        contentsheet_options={
            "title": names["heading"],
            "column_names": [names["name"], names["title"]],
            "instructions": wording.sheet_holds(marking),
        },
        notes_table=_notes(keys),
        notesheet_label=wording.NOTES_SHEET,
        notesheet_options={"title": wording.NOTES_SHEET, "instructions": wording.sheet_holds(marking)},
        auto_width=False,
        workbook_options=dict(OPTIONS),
    )
    _add_methods(book, report)
    _describe(book, report, marking)
    # on the cover the library heads both lists, elsewhere a title, a line and the headings stand above
    _lay_out_lines(book, wording.COVER_SHEET, [title, "", *intro, "", *about])
    titles, notes = [sheet.title for sheet in sheets], [wording.columns_note(), *keys]
    _lay_out_lines(book, wording.CONTENTS_SHEET, ["", "", "", *titles], NAME_WIDTH)
    _lay_out_lines(book, wording.NOTES_SHEET, ["", "", "", *notes], NOTES_WIDTH)
    for sheet in sheets:
        _lay_out_sheet(book, sheet, tables[sheet.name].data_range[0])
    book.close()
    return buffer.getvalue()


def _text(text: str) -> Any:
    """Wrap a text so that the library takes nothing in it for a link or a mark: a list of formats holds it."""
    from gptables.core.gptable import FormatList  # type: ignore[import-untyped]

    return FormatList([{}, text])


def _plain(text: str) -> str:
    """Part the two signs that would open a reference to a note."""
    return text.replace("$$", "$ $")


def _note_keys(sheets: Sequence[Sheet]) -> Mapping[str, str]:
    """Give each note of the workbook a key, each text once; the library numbers them as they occur."""
    keys: dict[str, str] = {}
    for sheet in sheets:
        for text in (*sheet.said, *(note for row in sheet.rows for note in row.notes)):
            keys.setdefault(text, f"note-{len(keys)}")
    return keys


def _notes(keys: Mapping[str, str]) -> Any:
    import pandas as pd

    rows = [(_COLUMNS, _text(wording.columns_note())), *((key, _text(text)) for text, key in keys.items())]
    return pd.DataFrame(rows, columns=list(wording.NOTE_HEADINGS), dtype=object)


def _marks(texts: Sequence[str], keys: Mapping[str, str]) -> str:
    return "".join(f"$${keys[text]}$$" for text in texts)


def _theme() -> Any:
    """Give the library's own theme, with cells that start at the top, as the longest of a row does."""
    from gptables import gptheme

    theme = copy.deepcopy(gptheme)
    theme.apply_config({"data": {"valign": "top"}, "index_2": {"valign": "top"}})
    return theme


def _gptable(sheet: Sheet, number: int, keys: Mapping[str, str], marking: str, theme: Any) -> Any:
    import pandas as pd
    from gptables import GPTable

    rows = []
    for row in sheet.rows:
        marks, sentence = _marks(row.notes, keys) or wording.NO_NOTE, _text(row.sentence or wording.NO_NOTE)
        rows.append([*(_value(cell.value) for cell in row.cells), marks, sentence])
    return GPTable(
        pd.DataFrame(rows, columns=list(sheet.headings), dtype=object),
        table_name=f"table_{number}",
        title=[{}, _plain(sheet.title)],
        subtitles=[],
        instructions=f"{wording.sheet_holds(marking)}$${_COLUMNS}$${_marks(sheet.said, keys)}",
        legend=[[{}, wording.SYMBOLS[symbol]] for symbol in sheet.symbols],
        scope=[{}, _plain(sheet.base)] if sheet.base else None,
        source=[{}, _plain(sheet.source)] if sheet.source else None,
        # references to notes are read in index columns only: that of the notes is one, those of categories are not
        index_columns={2: len(sheet.headings) - NOTES_FROM_RIGHT},
        additional_formatting=_formats(sheet, theme.data_format),
    )


class _Exact(Decimal):
    """A number that a workbook keeps whole: of a float the library would write 16 digits of up to 17."""

    def __format__(self, _spec: str, _context: Context | None = None) -> str:
        return str(self)


def _value(value: str | int | float) -> object:
    if isinstance(value, str):
        return _text(value)
    return _Exact(repr(value)) if isinstance(value, float) else value


def _formats(sheet: Sheet, data: Mapping[str, object]) -> list[dict[str, Any]]:
    """Set numbers, and what heads them, to the right, a column shown in one way; words after them keep a distance."""
    # the library leaves as many columns at the left without its format as there are index columns
    found: list[dict[str, Any]] = [{"column": {"columns": [0], "format": dict(data), "include_names": False}}]
    alike: dict[str, list[int]] = {}
    for column, cells in enumerate(zip(*(row.cells for row in sheet.rows), strict=True)):
        if cells[0].numeric:
            alike.setdefault(next((cell.shown for cell in cells if cell.shown), ""), []).append(column)
    for shown, columns in alike.items():
        right = {"align": "right", **({"num_format": shown} if shown else {})}
        found.append({"column": {"columns": columns, "format": right, "include_names": True}})
    for place, row in enumerate(sheet.rows, 1):  # the headings are the first row
        for column, cell in enumerate(row.cells):
            if cell.bound:
                found.append({"cell": {"cells": (place, column), "format": {"num_format": cell.bound}}})
    method = len(sheet.headings) - len(wording.SHEET_HEADINGS) + list(wording.SHEET_HEADINGS).index("method")
    apart = [method, len(sheet.headings) - NOTES_FROM_RIGHT]
    return [*found, {"column": {"columns": apart, "format": {"indent": 1}, "include_names": True}}]


def _add_methods(book: Any, report: Report) -> None:
    """Add the sheet that says how each number is computed, which analysts want and the page has no room for."""
    page = book.add_worksheet(wording.METHODS_SHEET)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bottom": 1})
    for column, (name, width) in enumerate(zip(wording.METHODS_HEADINGS, METHOD_WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, name, head)
    for row, method in enumerate(report.methods, 1):
        texts = [
            (method.name, METHOD_WIDTHS[0]),
            (method.formula, METHOD_WIDTHS[1]),
            (method.reference, METHOD_WIDTHS[2]),
        ]
        for column, (text, _) in enumerate(texts):
            page.write_string(row, column, fitted(text), plain)
        _raise(page, row, texts)
    page.repeat_rows(0)


def _describe(book: Any, report: Report, marking: str) -> None:
    """Say what a workbook is, but not who made it and when; number its pages, and mark them."""
    made = dt.datetime.combine(report.date or UNDATED, dt.time())
    title, subject = (fitted(text)[:LONGEST_PROPERTY] for text in (report.title, report.force))
    book.set_properties({"title": title, "subject": subject, "created": made})
    for page in book.worksheets():
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=PRINT_MARGIN, right=PRINT_MARGIN)
        page.set_header(f"&C{marking}" if marking else "")
        page.set_footer(f"&L{wording.PAGE_WORDS['footer']}&R&P / &N")


def _lay_out_lines(book: Any, name: str, lines: Sequence[str], before: int = 0) -> None:
    """Make room for lines of text, one a row from the first, after a column of a width where there is one.

    What is empty has the height of one line.
    """
    page = book.get_worksheet_by_name(name)
    if before:
        page.set_column(0, 0, before)
        page.set_column(1, 1, COVER_WIDTH)
    for row, text in enumerate(lines):
        _raise(page, row, [(text, COVER_WIDTH)])


def _lay_out_sheet(book: Any, sheet: Sheet, header: int) -> None:
    """Give columns their widths, and rows the heights of their texts; repeat headings when printed."""
    page = book.get_worksheet_by_name(sheet.name)
    words = len(sheet.headings) - len(wording.SHEET_HEADINGS) + 1  # columns at the left: categories, and the measure
    widths = _widths(sheet, words)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    _raise(page, header, list(zip(sheet.headings, widths, strict=True)))
    for place, row in enumerate(sheet.rows, header + 1):
        texts = ["" if cell.numeric else str(cell.value) for cell in row.cells]
        texts += ["[note 00]" * len(row.notes), row.sentence]
        _raise(page, place, list(zip(texts, widths, strict=True)))
    page.repeat_rows(header)
    page.repeat_columns(0, words - 1)


def _widths(sheet: Sheet, words: int) -> list[int]:
    """Measure the columns: texts wrap beyond a width, numbers have one that holds the longest of them."""
    found = []
    for place in range(words):
        texts = [sheet.headings[place], *(str(row.cells[place].value) for row in sheet.rows)]
        found.append(min(max(max(map(len, texts)) + 2, NUMBER_WIDTH), TEXT_WIDTH))
    numbers = len(sheet.headings) - NOTES_FROM_RIGHT - words
    return [*found, *[NUMBER_WIDTH] * numbers, NOTES_WIDTH, SENTENCE_WIDTH]


def _raise(page: Any, row: int, texts: Sequence[tuple[str, int]]) -> None:
    """Make a row as high as the longest of its texts needs: not every program does that by itself."""
    lines = max(len(textwrap.wrap(text, width)) for text, width in texts)
    if lines > 1:
        page.set_row(row, min(lines * LINE_HEIGHT + 2, HIGHEST))
