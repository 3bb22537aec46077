"""The tables of a report as an accessible workbook: cover, contents, notes, and one table a sheet.

It is laid out by gptables after the rules of the Government Statistical Service. What the user's files hold is written
as text whatever it looks like: no formula, no link, no reference to a note comes of it.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.report.sheets import Cell, Sheet, fitted, sheets_of

if TYPE_CHECKING:
    from cdi.report.contents import Report

__all__ = ["workbook"]

A4 = 9
UNDATED = dt.date(1980, 1, 1)  # the first day that a zip file can name
COVER_WIDTH, TEXT_WIDTH, SENTENCE_WIDTH, NUMBER_WIDTH, NOTES_WIDTH = 100, 34, 70, 13, 14
OPTIONS: Mapping[str, object] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_COLUMNS = "columns"  # the key of the note that explains the columns


class _Whole(Decimal):
    """A number that a workbook keeps whole: of a float the library would write 16 digits of up to 17."""

    def __format__(self, _spec: str, _context: Context | None = None) -> str:
        return str(self)


def workbook(report: Report) -> bytes:
    """Write the tables of a report as an accessible workbook.

    Parameters
    ----------
    report : Report
        From :func:`cdi.report.assembling.assemble`.

    Returns
    -------
    bytes
        An .xlsx file; the same report gives the same bytes.
    """
    with warnings.catch_warnings():
        # the library leaves a file open when it is imported, and calls pandas in a way that is to go
        warnings.simplefilter("ignore")
        return _made(report)


def _made(report: Report) -> bytes:
    from gptables import Cover, produce_workbook  # type: ignore[import-untyped]

    sheets = sheets_of(report)
    marking = wording.NOT_FOR_PUBLICATION if report.internal else ""
    keys = _note_keys(sheets)
    cover = Cover(
        title=_text(fitted(report.title)),
        intro=_listed(wording.cover_intro(report.force, _date(report.date), marking)),
        about=_listed(
            wording.cover_about(wording.PAGE_WORDS["footer"], list(wording.SYMBOLS.values()), report.disclosure)
        ),
        cover_label=wording.COVER_SHEET,
        width=COVER_WIDTH,
    )
    buffer = io.BytesIO()
    book: Any = produce_workbook(
        buffer,
        {sheet.name: _gptable(sheet, number, keys, marking) for number, sheet in enumerate(sheets, 1)},
        cover=cover,
        contentsheet_label=wording.CONTENTS_SHEET,
        contentsheet_options=_contents(marking),
        notes_table=_notes(keys),
        notesheet_label=wording.NOTES_SHEET,
        notesheet_options={"title": wording.NOTES_SHEET, "instructions": wording.sheet_holds(marking)},
        auto_width=False,
        workbook_options=dict(OPTIONS),
    )
    _finish(book, report, sheets, marking)
    book.close()
    return buffer.getvalue()


def _date(date: dt.date | None) -> str | None:
    return None if date is None else wording.long_date(date)


def _text(text: str) -> Any:
    """Wrap a text so that the library takes nothing in it for a link or a mark: a list of formats holds it."""
    from gptables.core.gptable import FormatList  # type: ignore[import-untyped]

    return FormatList([{}, text])


def _listed(texts: Sequence[str]) -> list[Any]:
    return [_text(fitted(text)) for text in texts]


def _plain(text: str) -> str:
    """Part the two signs that would open a reference to a note."""
    return text.replace("$$", "$ $")


def _note_keys(sheets: Sequence[Sheet]) -> Mapping[str, str]:
    """Give each note of the workbook a key, each text once; the library numbers them as they occur."""
    texts = [text for sheet in sheets for text in (*sheet.said, *(note for row in sheet.notes for note in row))]
    return {text: f"note-{place}" for place, text in enumerate(dict.fromkeys(texts))}


def _notes(keys: Mapping[str, str]) -> Any:
    import pandas as pd

    rows = [(_COLUMNS, _text(wording.columns_note())), *((key, _text(text)) for text, key in keys.items())]
    return pd.DataFrame(rows, columns=list(wording.NOTE_HEADINGS), dtype=object)


def _marks(texts: Sequence[str], keys: Mapping[str, str]) -> str:
    return "".join(f"$${keys[text]}$$" for text in texts)


def _contents(marking: str) -> dict[str, object]:
    names = wording.CONTENTS
    return {
        "title": names["heading"],
        "column_names": [names["name"], names["title"]],
        "instructions": wording.sheet_holds(marking),
    }


def _gptable(sheet: Sheet, number: int, keys: Mapping[str, str], marking: str) -> Any:
    import pandas as pd
    from gptables import GPTable

    rows = [
        [*map(_value, cells), _marks(notes, keys) or wording.NO_NOTE, _text(sentence or wording.NO_NOTE)]
        for cells, notes, sentence in zip(sheet.rows, sheet.notes, sheet.sentences, strict=True)
    ]
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
        index_columns={2: sheet.headings.index(wording.SHEET_HEADINGS["notes"])},
        additional_formatting=_formats(sheet),
    )


def _value(cell: Cell) -> object:
    if isinstance(cell.value, str):
        return _text(cell.value)
    return _Whole(repr(cell.value)) if isinstance(cell.value, float) else cell.value


def _formats(sheet: Sheet) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"row": {"rows": [0], "format": {"text_wrap": True}, "include_names": True}}]
    for place, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            chosen: dict[str, object] = {"valign": "top"}
            if cell.shown:
                chosen |= {"num_format": cell.shown, "align": "right"}
            elif cell.value in wording.SYMBOLS:
                chosen |= {"align": "right"}
            found.append({"cell": {"cells": (place, column), "format": chosen}})
        found += [
            {"cell": {"cells": (place, column), "format": {"valign": "top"}}} for column in (len(row), len(row) + 1)
        ]
    return found


def _finish(book: Any, report: Report, sheets: Sequence[Sheet], marking: str) -> None:
    """Set widths and pages, and say what the workbook is, but not who made it and when."""
    made = dt.datetime.combine(report.date or UNDATED, dt.time())
    book.set_properties({"title": fitted(report.title)[:255], "subject": fitted(report.force)[:255], "created": made})
    footer = wording.PAGE_WORDS["footer"]
    widths = {wording.CONTENTS_SHEET: [TEXT_WIDTH, SENTENCE_WIDTH], wording.NOTES_SHEET: [NUMBER_WIDTH, COVER_WIDTH]}
    widths |= {sheet.name: _widths(sheet) for sheet in sheets}
    for page in book.worksheets():
        for column, width in enumerate(widths.get(page.get_name(), ())):
            page.set_column(column, column, width)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        if marking:
            page.set_header(f"&C{marking}")
        page.set_footer(f"&L{footer}&R&P / &N")


def _widths(sheet: Sheet) -> list[int]:
    """Measure the columns: texts wrap beyond a width, numbers have one that holds the longest of them."""
    words = len(sheet.headings) - len(wording.SHEET_HEADINGS) + 1
    found = []
    for place, heading in enumerate(sheet.headings[:-2]):
        texts = [str(row[place].value) for row in sheet.rows] if place < words else []
        longest = max(map(len, (heading, *texts)))
        found.append(min(max(longest + 2, NUMBER_WIDTH), TEXT_WIDTH) if place < words else NUMBER_WIDTH)
    return [*found, NOTES_WIDTH, SENTENCE_WIDTH]
