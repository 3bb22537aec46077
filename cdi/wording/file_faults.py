"""What is said of files that cannot be read as they are: their text, their sheets, and several of them together."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FILE_FAULTS"]

# code -> (what was expected, what to do), as in cdi.wording.faults
FILE_FAULTS: Mapping[str, tuple[str, str]] = {
    # files and frames
    "name-not-utf-8": ("a file name in UTF-8", "Rename the file."),
    "no-file": ("a file that exists", "Check the path."),
    "not-parquet": ("a Parquet file", "Save the table again, or save it as CSV UTF-8."),
    "unreadable": ("rows of comma-separated values", "Save the file as CSV UTF-8 and try again."),
    "not-a-frame": ("a path or a data frame of pandas, Polars, PyArrow, DuckDB, Dask or PySpark", "Pass one of these."),
    "empty-frame": ("at least one row", "There is none: pass a table that holds rows."),
    "repeated-column": ("each column name once", "Rename or remove one of the columns."),
    "reserved-column": ("column names that do not begin with _cdi_", "cdi makes such columns itself: rename yours."),
    "column-name": ("a column name without dots and quotation marks", "Rename the column, with _ for example."),
    "column-not-text": ("text as the name of each column", "Rename the columns."),
    # the text of a file
    "is-a-folder": ("a file", "This is a folder: name a file in it."),
    "cannot-read": ("a file that can be read", "Close it in other programs and check its permissions."),
    "empty-file": ("a line of column names and a line for each row", "The file is empty: save it again."),
    "is-workbook": ("a CSV file", "This is an Excel workbook, whatever its name: save the sheet as CSV UTF-8."),
    "is-parquet": ("a CSV file", "This is a Parquet file: give it a name that ends in .parquet."),
    "is-document": ("a CSV file", "This is a document (PDF or RTF): save the table it came from as CSV UTF-8."),
    "is-database": ("a CSV file", "This is an SQLite database: export the table as CSV UTF-8."),
    "is-packed": ("a CSV file", "This is a compressed file: unpack it first."),
    "is-web-page": ("a CSV file", "This is a web page or XML: open it in Excel and save it as CSV UTF-8."),
    "is-json": ("a CSV file", "This is JSON: save the table as CSV UTF-8."),
    "is-binary": ("a CSV file", "This is not text: save the table as CSV UTF-8."),
    "is-utf-16": ("text in UTF-8", "This is UTF-16 ('Unicode text'): save the file as CSV UTF-8."),
    "not-utf-8": ("text in UTF-8", "Save the file as CSV UTF-8."),
    "nul-bytes": ("text", "NUL bytes are a sign of damage: save the file again from its source as CSV UTF-8."),
    "semicolons": ("commas between the columns", "This file has semicolons: save it as CSV UTF-8 with commas."),
    "tabs": ("commas between the columns", "This file has tabs: save it as CSV UTF-8 with commas."),
    "bars": ("commas between the columns", "This file has vertical bars: save it as CSV UTF-8 with commas."),
    "row-too-long": (
        "rows of at most {limit:,} bytes",
        "Look for a quotation mark that is never closed on this line, or line ends that were lost.",
    ),
    "unclosed-quote": ("a closing quotation mark", "A value that begins here has none: add it, or remove the first."),
    "misplaced-quote": (
        "quotation marks around a whole value and next to its commas",
        "Take out spaces and text between quotation mark and comma; write a mark inside a quoted value twice.",
    ),
    "mixed-line-ends": (
        "the same line ends throughout",
        "Lines up to here end differently: open the file in an editor and save it again with one kind.",
    ),
    "lone-return": (
        "lines that end with a line feed",
        "A carriage return stands here alone (an old Macintosh file, or a broken value): save the file as CSV UTF-8.",
    ),
    "ragged-row": (
        "{columns} values, one for each column",
        "Look for a comma that is missing, or one inside a value: a value with a comma stands in quotation marks.",
    ),
    "column-unnamed": (
        "a name for each column",
        "There is none in position {places}: name the column, or take out the surplus comma.",
    ),
    "column-twice": (
        "each column name once, whatever its capitals",
        "Column {place} has the name of column {first}, '{other}': rename or remove one.",
    ),
    "header-only": ("rows under the header", "The file holds column names only: save it again with its rows."),
    "date-among-texts": (
        "text or dates throughout, not both",
        "Excel may have made a date of a text, or of a date another: format the column alike and type these again.",
    ),
    "totals-row": (
        "rows of cases only",
        "This row is the total of an Excel table: switch it off (Table Design, Total Row), or delete it.",
    ),
    # several files
    "file-twice": ("each file once", "Name it once."),
    "columns-differ": ("the columns of {first}", "{hint}"),
    "kinds-differ": ("the same kinds of values in all files", "Save them all as CSV UTF-8."),
    "no-match": ("files that fit the pattern", "There is none: check the folder and the pattern."),
    "sheet-twice": ("one name of a sheet", "Leave out --sheet, or the name behind #."),
    "sheet-of-text": ("a workbook, to name a sheet or a header row of", "Leave out --sheet and --header-row."),
    # Excel workbooks
    "not-a-workbook": (
        "an Excel workbook (.xlsx)",
        "This is none, whatever its name: save the table as .xlsx in Excel or LibreOffice, or as CSV UTF-8.",
    ),
    "workbook-old": ("an .xlsx or .xlsm workbook", "Open this one in Excel or LibreOffice and save it as .xlsx."),
    "workbook-locked": ("a workbook without a password", "Open it in Excel, take the password off and save it."),
    "workbook-damaged": (
        "a workbook that is whole",
        "This one is damaged: open it in Excel or LibreOffice, which may repair it, and save it as .xlsx.",
    ),
    "no-sheet": ("the name of a worksheet", "{hint}"),
    "several-sheets": ("one sheet to read", "Several hold values: say which with --sheet NAME, or FILE.xlsx#NAME."),
    "hidden-sheet": (
        "a visible sheet that holds values",
        "The only values are on a hidden one: name it: --sheet NAME.",
    ),
    "no-filled-sheet": ("a sheet that holds values", "There is none: save the workbook again with its table."),
    "header-row": ("the row of the column names, 1 or more", "The first row of a sheet is 1: --header-row 1."),
    "header-blank": ("column names", "This row of the sheet is blank: say which row holds the names: --header-row N."),
    "header-unnamed": (
        "a name above the values of this column",
        "Name the column, or, if the names stand in another row, say which: --header-row N.",
    ),
    "header-not-text": (
        "text as the name of this column",
        "Type the name as text, or, if the names stand in another row, say which: --header-row N.",
    ),
    "header-merged": (
        "a cell of its own for each column name",
        "Unmerge these cells, or, if the names stand in another row, say which: --header-row N.",
    ),
    "sheet-without-rows": (
        "rows under the column names",
        "There are none on this sheet: fill it in, or, if the names stand in another row, say which: --header-row N.",
    ),
    "cells-merged": ("a cell of its own for each value", "Unmerge these cells and fill each of them in."),
    "rows-hidden": (
        "rows that all show",
        "{count:,} with values are hidden or filtered out: clear the filter and unhide them, or delete them.",
    ),
    "cell-error": ("a value", "The formula of this cell gave an error: correct it, or clear the cell."),
    "formula-without-value": (
        "the value of this formula",
        "None is stored: open the workbook in Excel or LibreOffice, and save it there.",
    ),
    "cell-unreadable": ("a number, a date or text", "This cell holds none that can be read: type its value again."),
    "id-is-date": (
        "an id, not a date",
        "Excel may have changed the id into a date: format the column as text and type the id again.",
    ),
    "id-is-boolean": ("an id, not true or false", "Format the column as text and type the id again."),
    "id-not-whole": ("an id, not a fraction", "Format the column as text and type the id again."),
    "id-too-long": (
        "an id of at most 15 digits, or one that is text",
        "Excel keeps 15 digits of a number and loses the rest: format the column as text and type the id again.",
    ),
    "id-number-among-texts": (
        "text, as in other cells of this column",
        "Excel may have changed the id, as it makes 12 of 0012: format the column as text and type the id again.",
    ),
}
