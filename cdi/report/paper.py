"""How the sheets of a workbook are shown and printed: widths, heights, pages, and what the file says of itself."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.report.sheets import NOTES_FROM_RIGHT, Sheet, fitted

if TYPE_CHECKING:
    from cdi.report.contents import Report

__all__ = ["COVER_WIDTH", "describe", "lay_out_lines", "lay_out_sheet"]

UNDATED = dt.date(1980, 1, 1)  # the first day that a zip file can name
A4 = 9
COVER_WIDTH = 100
"""How many characters a line of the cover holds."""

NAME_WIDTH, TEXT_WIDTH, SENTENCE_WIDTH, NUMBER_WIDTH, NOTES_WIDTH = 34, 28, 60, 12, 20
LINE_HEIGHT, HIGHEST = 16, 400  # points; a workbook has no row above 409
LONGEST_PROPERTY = 255


def describe(book: Any, report: Report, marking: str) -> None:
    """Say what a workbook is, but not who made it and when; number its pages, and mark them."""
    made = dt.datetime.combine(report.date or UNDATED, dt.time())
    title, subject = (fitted(text)[:LONGEST_PROPERTY] for text in (report.title, report.force))
    book.set_properties({"title": title, "subject": subject, "created": made})
    footer = wording.PAGE_WORDS["footer"]
    for page in book.worksheets():
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_header(f"&C{marking}" if marking else "")
        page.set_footer(f"&L{footer}&R&P / &N")


def lay_out_lines(book: Any, name: str, lines: Sequence[str]) -> None:
    """Make room for lines of text, one a row from the first; what is empty has the height of one line.

    Parameters
    ----------
    book : gptables.GPWorkbook
        The workbook.
    name : str
        The sheet: the cover, whose text is in its first column, or one whose text is in the second.
    lines : sequence of str
        The texts.
    """
    page = book.get_worksheet_by_name(name)
    if name != wording.COVER_SHEET:
        page.set_column(0, 0, NAME_WIDTH if name == wording.CONTENTS_SHEET else NOTES_WIDTH)
        page.set_column(1, 1, COVER_WIDTH)
    for row, text in enumerate(lines):
        _raise(page, row, [(text, COVER_WIDTH)])


def lay_out_sheet(book: Any, sheet: Sheet, header: int) -> None:
    """Give the columns of a table their widths, and its rows the heights of their texts; repeat headings when printed.

    Parameters
    ----------
    book : gptables.GPWorkbook
        The workbook.
    sheet : Sheet
        The table.
    header : int
        The row of its headings, from 0.
    """
    page = book.get_worksheet_by_name(sheet.name)
    widths = _widths(sheet)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    _raise(page, header, list(zip(sheet.headings, widths, strict=True)))
    for place, row in enumerate(sheet.rows):
        marks = "[note 00]" * len(sheet.notes[place])
        texts = [*(str(cell.value) if not cell.numeric else "" for cell in row), marks, sheet.sentences[place]]
        _raise(page, header + 1 + place, list(zip(texts, widths, strict=True)))
    page.repeat_rows(header)
    page.repeat_columns(0, _words(sheet) - 1)
    page.fit_to_pages(2, 0)


def _raise(page: Any, row: int, texts: Sequence[tuple[str, int]]) -> None:
    """Make a row as high as the longest of its texts needs: not every program does that by itself."""
    lines = max(len(textwrap.wrap(text, width)) for text, width in texts)
    if lines > 1:
        page.set_row(row, min(lines * LINE_HEIGHT + 2, HIGHEST))


def _words(sheet: Sheet) -> int:
    """Count the columns of words at the left: the categories, and the measure."""
    return len(sheet.headings) - len(wording.SHEET_HEADINGS) + 1


def _widths(sheet: Sheet) -> list[int]:
    """Measure the columns: texts wrap beyond a width, numbers have one that holds the longest of them."""
    found = []
    for place in range(_words(sheet)):
        longest = max(map(len, (sheet.headings[place], *(str(row[place].value) for row in sheet.rows))))
        found.append(min(max(longest + 2, NUMBER_WIDTH), TEXT_WIDTH))
    numbers = len(sheet.headings) - NOTES_FROM_RIGHT - len(found)
    return [*found, *[NUMBER_WIDTH] * numbers, NOTES_WIDTH, SENTENCE_WIDTH]
