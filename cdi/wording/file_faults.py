"""What is said of files that cannot be read or written: their text, their sheets, several of them together."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.faults import Words

__all__ = [
    "FILE_FAULTS",
    "REPORT_FAULTS",
]


def _of_a_header(expected: str, remedy: str) -> Words:
    """Word a fault of the column names of a sheet, which may be in another row than the first."""
    elsewhere = "If the names are in another row, give its number:"
    return Words(
        expected,
        f"{remedy} {elsewhere} {{option:header_row}}.",
        python=f'{remedy} {elsewhere} cdi.Workbook("FILE.xlsx", header_row=N).',
        toml=f"{remedy} The sheet must begin with the column names.",
    )


FILE_FAULTS: Mapping[str, Words] = {
    # files and frames
    "name-not-utf-8": Words("a file name in UTF-8", "Rename the file."),
    "no-file": Words("a file that exists", "Check the path and the spelling of the name."),
    "not-parquet": Words("a Parquet file", "Save the table again, or save it as CSV UTF-8."),
    "unreadable": Words("rows of comma-separated values", "Save the file as CSV UTF-8 and try again."),
    "not-a-path": Words("the path of a file or folder", "Pass text or a pathlib.Path.", only=("python",)),
    "not-text": Words("text for {name}", 'Write it in quotation marks: {name}="TEXT".', only=("python",)),
    "not-true-false": Words(
        "either True or False for {name}", "Write one of these, without quotation marks.", only=("python",)
    ),
    "not-axes": Words("axes to draw on", "Pass those of matplotlib, or none: plot().", only=("python",)),
    "not-a-report": Words("a report", "Pass what cdi.assemble() gave.", only=("python",)),
    "not-a-list": Words("a list for {name}", "Pass a list, a tuple or a column.", only=("python",)),
    "no-names": Words(
        "text, or a list of texts, for {name}",
        'Write it in quotation marks: {name}="A" or {name}=["A", "B"].',
        only=("python",),
    ),
    "not-a-frame": Words(
        "a path or a data frame of pandas, Polars, PyArrow, DuckDB, Dask or PySpark",
        "Pass one of these. Where an audit is wanted, pass what cdi.read_audit returned.",
        only=("python",),
    ),
    "rows-not-kept": Words(
        "an audit with its rows",
        "What was saved keeps its numbers but not its rows. Read the file again with cdi.read_audit.",
        only=("python",),
    ),
    "empty-frame": Words("at least one row", "The table is empty. Pass one that holds rows."),
    "repeated-column": Words("each column name once", "Rename or remove one of the columns."),
    "reserved-column": Words("column names that do not begin with _cdi_", "Rename the column. cdi uses such names."),
    "column-name": Words("a column name without dots or quotation marks", "Rename the column, for example with _."),
    "column-nested": Words(
        "a column with one value in each row",
        "This column holds lists, structures or bytes. Save it as text or as numbers, or name another column.",
    ),
    "column-not-text": Words("text as the name of each column", "Rename the columns."),
    # the text of a file
    "is-a-folder": Words("a file", "This is a folder. Name a file in it."),
    "cannot-read": Words("a file that can be read", "Close it in other programs and check its permissions."),
    "empty-file": Words("a line of column names and a line for each row", "The file is empty. Save it again."),
    "is-workbook": Words(
        "a CSV file", "This is an Excel workbook. Rename it to end in .xlsx, or save it as CSV UTF-8."
    ),
    "is-parquet": Words("a CSV file", "This is a Parquet file. Rename it to end in .parquet."),
    "is-document": Words(
        "a CSV file", "This is a document (PDF or RTF). Save the table that it was made from as CSV UTF-8."
    ),
    "is-database": Words("a CSV file", "This is an SQLite database. Export the table as CSV UTF-8."),
    "is-packed": Words("a CSV file", "This is a compressed file. Unpack it first."),
    "is-web-page": Words("a CSV file", "This is a web page or XML. Open it in Excel and save it as CSV UTF-8."),
    "is-json": Words("a CSV file", "This is JSON. Save the table as CSV UTF-8."),
    "is-binary": Words("a CSV file", "This is not text. Save the table as CSV UTF-8."),
    "is-utf-16": Words("text in UTF-8", "This is UTF-16 ('Unicode text'). Save the file as CSV UTF-8."),
    "not-utf-8": Words("text in UTF-8", "Save the file as CSV UTF-8."),
    "nul-bytes": Words(
        "text", "NUL bytes suggest that the file is damaged. Save it again from its source as CSV UTF-8."
    ),
    "semicolons": Words("commas between the columns", "This file has semicolons. Save it as CSV UTF-8 with commas."),
    "tabs": Words("commas between the columns", "This file has tabs. Save it as CSV UTF-8 with commas."),
    "bars": Words("commas between the columns", "This file has vertical bars. Save it as CSV UTF-8 with commas."),
    "row-too-long": Words(
        "rows of at most {limit:,} bytes",
        "Look on this line for a quotation mark that is never closed, or for lost line ends.",
    ),
    "unclosed-quote": Words(
        "a closing quotation mark", "The value that begins here has none. Add it, or remove the opening one."
    ),
    "misplaced-quote": Words(
        "quotation marks around a whole value and next to its commas",
        "Remove spaces and text between the mark and the comma. Write a quotation mark inside a quoted value twice.",
    ),
    "mixed-line-ends": Words(
        "the same line ends throughout",
        "The lines before this one end differently. Open the file in an editor and save it with one kind of line end.",
    ),
    "lone-return": Words(
        "lines that end with a line feed",
        "There is a carriage return on its own here, from an old Macintosh file or a broken value. Save the file as "
        "CSV UTF-8.",
    ),
    "separator-line": Words(
        "the names of the columns in the first line",
        "This line tells Excel which sign parts the values. Delete it, or open the file in Excel and save it as CSV "
        "UTF-8.",
    ),
    "old-mac-lines": Words(
        "lines that end as Windows or Linux writes them",
        "The lines of this file end with carriage returns, as on old Macintosh computers. Save the file as CSV UTF-8.",
    ),
    "text-under-table": Words(
        "nothing under the rows of the table",
        "From this line on there is text under the table (lines: {lines}). Save a copy of the file without it, and use "
        "that.",
    ),
    "ragged-row": Words(
        "{columns} values, one for each column",
        "Look for a missing comma, or a comma inside a value. Put quotation marks around a value that holds a comma.",
    ),
    "column-unnamed": Words(
        "a name for each column", "Name the column in position {places}, or remove the extra comma."
    ),
    "column-twice": Words(
        "each column name once, whatever its capitals",
        "Column {place} has the name of column {first}, '{other}'. Rename or remove one of them.",
    ),
    "header-only": Words("rows under the header", "The file holds column names only. Save it again with its rows."),
    "date-among-texts": Words(
        "text or dates throughout, not both",
        "Excel may have turned text into a date. Format the column in one way and type these values again.",
    ),
    "totals-row": Words(
        "one row for each case",
        "This row is the total of an Excel table. Switch it off (Table Design, Total Row), or delete it.",
    ),
    # several files
    "file-twice": Words("each file once", "Name it once."),
    "columns-differ": Words("the columns of {first}", "{hint}"),
    "kinds-differ": Words("the same kinds of values in all files", "Save all the files as CSV UTF-8."),
    "no-match": Words("files that fit the pattern", "No file fits. Check the folder and the pattern."),
    "sheet-twice": Words(
        "one name of a sheet", "Leave out {named:sheet}, or the name after #.", only=("command_line",)
    ),
    "sheet-of-text": Words(
        "a workbook, since a sheet or a header row is named",
        "Leave out {named:sheet} and {named:header_row}, or name a workbook.",
        only=("command_line",),
    ),
    # Excel workbooks
    "not-a-workbook": Words(
        "an Excel workbook (.xlsx)",
        "The name says so, but the contents do not. Save the table as .xlsx in Excel or LibreOffice, or as CSV UTF-8.",
    ),
    "workbook-old": Words(
        "an .xlsx or .xlsm workbook", "Open this older workbook in Excel or LibreOffice and save it as .xlsx."
    ),
    "workbook-locked": Words("a workbook without a password", "Open it in Excel, remove the password and save it."),
    "workbook-damaged": Words(
        "a workbook that is whole",
        "This one is damaged. Open it in Excel or LibreOffice, which may repair it, and save it as .xlsx.",
    ),
    "no-sheet": Words("the name of a worksheet", "{hint}"),
    "several-sheets": Words(
        "one sheet to read",
        "Several sheets hold values. Say which to read: {option:sheet}, or FILE.xlsx#NAME.",
        python='Several sheets hold values. Say which to read: cdi.Workbook("FILE.xlsx", sheet="NAME").',
        toml='Several sheets hold values. Name one after the file: "FILE.xlsx#NAME".',
    ),
    "hidden-sheet": Words(
        "a visible sheet that holds values",
        "Only a hidden sheet holds values. Show it, or name it: {option:sheet}.",
        python='Only a hidden sheet holds values. Show it, or name it: cdi.Workbook("FILE.xlsx", sheet="NAME").',
        toml='Only a hidden sheet holds values. Show it, or name it after the file: "FILE.xlsx#NAME".',
    ),
    "no-filled-sheet": Words("a sheet that holds values", "All sheets are empty. Save the workbook with its table."),
    "header-row": Words(
        "the number of the row that holds the column names, 1 or more",
        "The first row of a sheet is row 1: {option:header_row=1}.",
        python="The first row of a sheet is row 1: header_row=1.",
        toml="The first row of a sheet is row 1.",
    ),
    "header-blank": Words(
        "column names",
        "This row of the sheet is blank. Give the number of the row that holds the names: {option:header_row}.",
        python="This row of the sheet is blank. Give the number of the row that holds the names: "
        'cdi.Workbook("FILE.xlsx", header_row=N).',
        toml="This row of the sheet is blank. Let the sheet begin with the column names.",
    ),
    "header-unnamed": _of_a_header("a name above the values of this column", "Name the column."),
    "header-not-text": _of_a_header("text as the name of this column", "Type the name as text."),
    "header-merged": _of_a_header("one cell for each column name", "Unmerge these cells."),
    "sheet-without-rows": _of_a_header("rows under the column names", "There are none on this sheet. Fill it in."),
    "cells-merged": Words("one cell for each value", "Unmerge these cells and fill in each of them."),
    "rows-hidden": Words(
        "no hidden rows",
        "Hidden or filtered rows with values: {count:,}. Clear the filter and unhide them, or delete them.",
    ),
    "value-error": Words(
        "a value", "A formula gave this error when the file was saved. Correct it in the workbook, or clear the cell."
    ),
    "id-scientific": Words(
        "a reference number in full",
        "Excel shortened it, and several numbers may now look alike. Format the column as text in the workbook, "
        "restore the numbers from their source, and save it again.",
    ),
    "id-cut": Words(
        "a reference number in full",
        "Excel keeps only 15 digits of a number and writes zeros after them. Format the column as text in the "
        "workbook, restore the numbers from their source, and save it again.",
    ),
    "cell-error": Words("a value", "The formula in this cell gives an error. Correct it, or clear the cell."),
    "formula-without-value": Words(
        "the value of this formula",
        "The workbook stores none. Open it in Excel or LibreOffice, and save it there.",
    ),
    "cell-unreadable": Words("a number, a date or text", "This cell holds something else. Type its value again."),
    "id-is-date": Words(
        "a reference number, not a date",
        "Excel may have turned the number into a date. Format the column as text and type the number again.",
    ),
    "id-is-boolean": Words(
        "a reference number, not true or false", "Format the column as text and type the number again."
    ),
    "id-not-whole": Words("a reference number, not a fraction", "Format the column as text and type the number again."),
    "id-too-long": Words(
        "a reference number of at most 15 digits, or one that is text",
        "Excel keeps only 15 digits of a number. Format the column as text and type the number again.",
    ),
    "id-number-among-texts": Words(
        "text, as in the other cells of this column",
        "Excel may have changed the number: it turns 0012 into 12. Format the column as text and type it again.",
    ),
    # what is written
    "chart-ending": Words("a chart file that ends in .svg or .png", "Give the file one of these endings."),
    "curve-file": Words(
        "a file name that ends in .csv",
        "The curve is written as data: {option:curve=curve.csv}.",
        python="The curve is written as data. Give the file this ending.",
        only=("command_line", "python"),
    ),
    "no-shipped-data": Words("the data that is installed with cdi", "Install cdi again."),
    "output-is-input": Words(
        "a new file to write to", "This file is one of those to be read. Name another.", only=("command_line",)
    ),
    "cannot-write": Words("a place where the file can be written", "Check the folder and its permissions."),
    "unusable-path": Words("a file or place that this system can use", "Check the name and the permissions."),
    "unknown-format": Words(
        "a format: {formats}",
        "Choose one with {named:format}, or give the file an ending that says it.",
        only=("command_line",),
    ),
    "no-template": Words("a kind of worksheet", "{hint}"),
    "template-unnamed": Words(
        "a file to write the worksheet to", "Name one: {option:worksheet={name}.xlsx}.", only=("command_line",)
    ),
    "template-ending": Words("a file name that ends in .xlsx", "The worksheet is a workbook. Give it this ending."),
    "template-exists": Words(
        "a new file to write to",
        "A file of this name exists and may be filled in, so it is not overwritten. Name another, or delete it.",
    ),
}


_IN_THE_FILE = ("toml",)

_KEYS: Mapping[str, Words] = {
    "toml-encoding": Words(
        "text in UTF-8", "Save the file as UTF-8 (Notepad: Save as, Encoding: UTF-8).", only=_IN_THE_FILE
    ),
    "toml-syntax": Words('a line such as force = "Kent Police"', "{problem}", only=_IN_THE_FILE),
    "toml-unknown": Words("a key that is known here", "{hint}", only=_IN_THE_FILE),
    "toml-table": Words(
        "a table, headed by a line [{name}]",
        "Write [{name}] as a heading, with its keys on the lines below.",
        only=_IN_THE_FILE,
    ),
    "toml-once": Words(
        "one table, headed by a line [{name}]",
        "Write the heading once, with one bracket on each side.",
        only=_IN_THE_FILE,
    ),
    "toml-tables": Words(
        "tables, each headed by a line [[{name}]]",
        "Write the heading with two brackets on each side, because it can be repeated.",
        only=_IN_THE_FILE,
    ),
    "toml-missing": Words("the key {name} ({meaning})", "Add it: {name} = {example}.", only=_IN_THE_FILE),
    "toml-kind": Words("{kind}", "Write {name} = {example}.", only=_IN_THE_FILE),
    "toml-choice": Words("one of the words for {name}", "{hint}", only=_IN_THE_FILE),
    "toml-blank": Words("text", "Fill it in: {name} = {example}.", only=_IN_THE_FILE),
    "toml-control": Words(
        "text without control characters",
        "Write paths with forward slashes: data/audit.csv. A backslash has a special meaning in quotation marks.",
        only=_IN_THE_FILE,
    ),
    "toml-no-file": Words("a file that exists, beside this one or on a path from here", "{nearby}", only=_IN_THE_FILE),
    "toml-no-column": Words("a column '{column}' in {file}", "{hint}", only=_IN_THE_FILE),
    "toml-one-file": Words("one file", "{count} files fit. Name the one that is meant.", only=_IN_THE_FILE),
    "toml-period": Words(
        "a period that can be read, such as 2024-01 to 2024-06, March 2024 or year to June 2024",
        "Write the period in one of these ways. Or remove the line; the report then says that the period is not "
        "stated.",
        only=_IN_THE_FILE,
    ),
    "force-unnamed": Words(
        "the name of a force", 'Fill it in, as it is written in sentences: force = "Kent Police".', only=_IN_THE_FILE
    ),
    "previous-is-this": Words(
        "a name of its own for an earlier result",
        "Name its year. This inspection has the same name.",
        only=_IN_THE_FILE,
    ),
    "no-contents": Words(
        "at least one of the tables [audit], [searches], [reviews] and [forces]",
        "Add what the report is about. {verb:init} writes such a file.",
        only=_IN_THE_FILE,
    ),
    "toml-needs": Words(
        "{needed} beside it", "Add it, or remove this key, which changes nothing by itself.", only=_IN_THE_FILE
    ),
    "toml-published": Words(
        "style default beside it",
        "Remove one of the two lines. The published style has its own method, at 95%.",
        only=_IN_THE_FILE,
    ),
    "figure-or-files": Words(
        "either a figure or files",
        "Give the printed figure, or the files that it can be estimated from.",
        only=_IN_THE_FILE,
    ),
    "previous-twice": Words(
        "a name of its own for each earlier result of one measure",
        "Name its year. {other} has the same name.",
        only=_IN_THE_FILE,
    ),
    "no-such-domain": Words("a column that some table is by", "{hint}", only=("command_line", "toml")),
    "printed-twice": Words(
        "a printed name of its own for each category",
        "Choose another. '{other}' has the same printed name, and nobody could tell them apart in a table.",
        only=_IN_THE_FILE,
    ),
    "name-of-no-column": Words("a column that some table of the report is by", "{hint}", only=_IN_THE_FILE),
    "name-of-no-category": Words("a category of the column {column}", "{hint}", only=_IN_THE_FILE),
    "printed-as-another": Words(
        "a printed name of its own for each category of the column {column}",
        "Choose another. Categories with one printed name cannot be told apart in a table.",
        only=_IN_THE_FILE,
    ),
    "exception-not-there": Words(
        "a column and a category of some table",
        "Spell both as in the data, or remove the exception.",
        only=_IN_THE_FILE,
    ),
    "marked-not-there": Words("a force of {file}, as it is spelled there", "{hint}", only=_IN_THE_FILE),
    "volumes-of-no-table": Words(
        "recorded crime by a column that the audit is reported by: {columns}",
        "Add its column to by under [audit], or remove the file.",
        only=_IN_THE_FILE,
    ),
}

_FOLDERS: Mapping[str, Words] = {
    "draft-exists": Words(
        "a new file",
        "A file of this name exists. Name another, or replace it and lose what it holds: {option:overwrite}.",
        only=("command_line",),
    ),
    "report-alone": Words("the file that describes the inspection", "Name it: {verb:report}.", only=("command_line",)),
    "report-unnamed": Words(
        "a folder to write the report to", "Name one: {option:report_folder=out/}.", only=("command_line",)
    ),
    "verify-and-output": Words(
        "either {named:report_folder} or {named:verify}",
        "Leave one of them out. A report is written or verified, not both.",
        only=("command_line",),
    ),
    "not-an-epoch": Words(
        "SOURCE_DATE_EPOCH as a whole number of seconds since 1970",
        "Give the date in the inspection's file instead: date = 2024-11-30.",
    ),
    "folder-is-file": Words("a folder", "There is a file of this name. Name another folder, or delete the file."),
    "folder-of-others": Words(
        "a new or empty folder, or one that holds a report of cdi and nothing else",
        "The folder holds {name}, which would be lost. Name another folder, or move it elsewhere.",
    ),
    "folder-read-only": Words(
        "a folder whose report can be removed",
        "{name} is read-only, so its contents would remain. Make it writable, or name another folder.",
    ),
    "folder-in-use": Words(
        "a folder other than the one that you are in",
        "Run this from the folder above it.",
    ),
    "no-folder-above": Words("a folder that exists to write the report into", "Create {name} first."),
    "cannot-write-folder": Words(
        "a place where the report can be written",
        "Nothing was written. Check the folder, its permissions and the free space.",
    ),
    "no-report": Words(
        "a folder with a report of cdi",
        "Name the folder that the report was written to. This one holds no provenance.json.",
    ),
    "report-unreadable": Words(
        "a provenance.json as cdi writes it",
        "Make the report again. Something else wrote or changed this file.",
    ),
    "inspection-not-found": Words(
        "the file that the report was made from",
        "Name it after the folder: {verb:verify}.",
        only=("command_line", "python"),
    ),
}

REPORT_FAULTS: Mapping[str, Words] = {**_KEYS, **_FOLDERS}
