"""What is said of an inspection's file and its report: keys that cannot be read, and folders that cannot be written."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.faults import Words

__all__ = ["REPORT_FAULTS", "TOML_REMEDIES"]

TOML_REMEDIES: Mapping[str, str] = {
    "Invalid value": "Put text between straight quotation marks. Write yes and no as true and false. Begin a number "
    "with a digit.",
    "Unterminated string": "The text is not closed. Add the quotation mark at its end.",
    "Unescaped '\\'": "A backslash has a special meaning in text. Write paths with forward slashes: data/a.csv.",
    "Illegal character '\\n'": "The text is not closed on this line. Add the quotation mark at its end.",
    "Cannot overwrite a value": "This key is in its table twice. Remove one of them.",
    "Cannot declare": "This heading is in the file twice. Put all its keys under one. Only [[previous]] and "
    "[[disclosure.exceptions]] can be repeated, with two brackets on each side.",
    "Expected '='": "Put = between a key and its value. Put a key of several words in quotation marks.",
    "Expected newline": "Write one key on a line. Begin a comment with #. Text ends at its second quotation mark.",
    "Unclosed array": "A list that begins with [ is not closed. Add ] at its end.",
    "Unclosed inline table": "A table that begins with { is not closed. Add } at its end.",
    "Expected ']'": "Close the heading with ], or with ]] if it begins with [[.",
    "Invalid statement": "Write a heading in brackets, a key with = and its value, or a comment after #.",
    "Invalid date": "There is no such day. Write a date as 2024-06-30, without quotation marks.",
}
"""How Python's reader begins to say what is wrong -> what to do, for someone who writes such a file the first time."""

_IN_THE_FILE = ("toml",)

_KEYS: Mapping[str, Words] = {
    "toml-encoding": Words(
        "text in UTF-8", "Save the file as UTF-8 (Notepad: Save as, Encoding: UTF-8).", only=_IN_THE_FILE
    ),
    "toml-syntax": Words('a line such as force = "Kent Police"', "{hint}", only=_IN_THE_FILE),
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
    "toml-no-file": Words("a file that exists, beside this one or on a path from here", "{hint}", only=_IN_THE_FILE),
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
    "no-such-domain": Words("a column that some table is by", "{hint}", only=_IN_THE_FILE),
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
