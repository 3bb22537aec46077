"""The tables of a report as an accessible workbook: cover, contents, notes, and one table a sheet.

It is laid out by gptables after the rules of the Government Statistical Service. What the user's files hold is written
as text whatever it looks like: no formula, no link, no reference to a note comes of it.
"""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.report.paper import COVER_WIDTH, describe, lay_out_lines, lay_out_sheet
from cdi.report.sheets import NOTES_FROM_RIGHT, Cell, Sheet, fitted, sheets_of

if TYPE_CHECKING:
    import datetime as dt

    from cdi.report.contents import Report

__all__ = ["workbook"]

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
    title = fitted(report.title)
    intro = _fitted(wording.cover_intro(report.force, _date(report.date), marking))
    about = _fitted(
        wording.cover_about(wording.PAGE_WORDS["footer"], tuple(wording.SYMBOLS.values()), report.disclosure)
    )
    theme = _theme()
    tables = {sheet.name: _gptable(sheet, number, keys, marking, theme) for number, sheet in enumerate(sheets, 1)}
    buffer = io.BytesIO()
    book: Any = produce_workbook(
        buffer,
        tables,
        theme=theme,
        cover=Cover(_text(title), _listed(intro), _listed(about), cover_label=wording.COVER_SHEET, width=COVER_WIDTH),
        contentsheet_label=wording.CONTENTS_SHEET,
        contentsheet_options=_contents(marking),
        notes_table=_notes(keys),
        notesheet_label=wording.NOTES_SHEET,
        notesheet_options={"title": wording.NOTES_SHEET, "instructions": wording.sheet_holds(marking)},
        auto_width=False,
        workbook_options=dict(OPTIONS),
    )
    describe(book, report, marking)
    # on the cover the library heads both lists, elsewhere a title, a line and the headings stand above
    lay_out_lines(book, wording.COVER_SHEET, [title, "", *intro, "", *about])
    lay_out_lines(book, wording.CONTENTS_SHEET, ["", "", "", *(sheet.title for sheet in sheets)])
    lay_out_lines(book, wording.NOTES_SHEET, ["", "", "", wording.columns_note(), *keys])
    for sheet in sheets:
        lay_out_sheet(book, sheet, tables[sheet.name].data_range[0])
    book.close()
    return buffer.getvalue()


def _fitted(texts: Sequence[str]) -> list[str]:
    return list(map(fitted, texts))


def _date(date: dt.date | None) -> str | None:
    return None if date is None else wording.long_date(date)


def _text(text: str) -> Any:
    """Wrap a text so that the library takes nothing in it for a link or a mark: a list of formats holds it."""
    from gptables.core.gptable import FormatList  # type: ignore[import-untyped]

    return FormatList([{}, text])


def _listed(texts: Sequence[str]) -> list[Any]:
    return [_text(text) for text in texts]


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


def _gptable(sheet: Sheet, number: int, keys: Mapping[str, str], marking: str, theme: Any) -> Any:
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
        index_columns={2: len(sheet.headings) - NOTES_FROM_RIGHT},
        additional_formatting=_formats(sheet, theme.data_format),
    )


def _value(cell: Cell) -> object:
    if isinstance(cell.value, str):
        return _text(cell.value)
    return _Whole(repr(cell.value)) if isinstance(cell.value, float) else cell.value


def _formats(sheet: Sheet, data: Mapping[str, object]) -> list[dict[str, Any]]:
    """Set numbers, and what heads them, to the right, a column shown in one way; words after them keep a distance."""
    # the library leaves as many columns at the left without its format as there are index columns
    found: list[dict[str, Any]] = [{"column": {"columns": [0], "format": dict(data), "include_names": False}}]
    alike: dict[str, list[int]] = {}
    for column, cells in enumerate(zip(*sheet.rows, strict=True)):
        if cells[0].numeric:
            alike.setdefault(next((cell.shown for cell in cells if cell.shown), ""), []).append(column)
    for shown, columns in alike.items():
        right = {"align": "right", **({"num_format": shown} if shown else {})}
        found.append({"column": {"columns": columns, "format": right, "include_names": True}})
    apart = [sheet.headings.index(wording.SHEET_HEADINGS["method"]), len(sheet.headings) - NOTES_FROM_RIGHT]
    return [*found, {"column": {"columns": apart, "format": {"indent": 1}, "include_names": True}}]


def _theme() -> Any:
    """Give the library's own theme, with cells that start at the top, as the longest of a row does."""
    from gptables import gptheme

    theme = copy.deepcopy(gptheme)
    theme.apply_config({"data": {"valign": "top"}, "index_2": {"valign": "top"}})
    return theme
