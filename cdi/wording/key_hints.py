"""What to do about a fault in the file that describes an inspection, said for its keys."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TOML_HINTS", "TOML_REMEDIES"]

TOML_REMEDIES: Mapping[str, str] = {
    "Invalid value": "Text stands between straight quotation marks, yes and no are written true and false, numbers "
    "begin with a digit.",
    "Unterminated string": "A text is not closed: add the quotation mark at its end.",
    "Unescaped '\\'": "A backslash in a text begins a sign of its own: write paths with forward strokes, data/a.csv.",
    "Illegal character '\\n'": "A text is not closed on this line: add the quotation mark at its end.",
    "Cannot overwrite a value": "This key stands twice in its table: take one of them out.",
    "Cannot declare": "This heading stands twice: put its keys together under one. [[previous]] and "
    "[[disclosure.exceptions]], which can stand several times, have two brackets on each side.",
    "Expected '='": "Between a key and its value stands =; a key of several words stands in quotation marks.",
    "Expected newline": "One key stands on a line; a comment begins with #; a text ends at its second quotation mark.",
    "Unclosed array": "A list that begins with [ is not closed: add ] at its end.",
    "Unclosed inline table": "A table that begins with { is not closed: add } at its end.",
    "Expected ']'": "A heading is closed with ], or with ]] where it begins with [[.",
    "Invalid statement": "A line is a heading in brackets, a key with = and its value, or a comment after #.",
    "Invalid date": "There is no such day: a date is written 2024-06-30, without quotation marks.",
}
"""How Python's reader begins to say what is wrong -> what to do, for someone who writes such a file the first time."""

TOML_HINTS: Mapping[str, str] = {
    "all-midnight": "Export the column with times, or give a column that says yes or no: timely.",
    "categories-differ": "Spell the categories alike in both, or leave by out of the earlier result.",
    "category-alone": "Name the column of the class that it is compared with, recorded_as, or leave out category.",
    "census-counts": 'Leave out selection = "census", or correct the population.',
    "census-frame": 'Leave out selection = "census": this is a sample. Or correct the number on the frame.',
    "census-weight": "Each stands for itself: leave out weight or selection.",
    "census-width": 'Leave out selection = "census", or take the figure of the sample.',
    "cluster-strata": "A report was drawn from one stratum: correct the column, or name it in by if it "
    "describes crimes.",
    "collapse-undeclared": 'Declare it under collapse: "THIS" = "OTHER".',
    "decision-and-counts": 'Keep decision, or due and recorded; an empty name leaves a column out: decision = "".',
    "header-blank": "This row of the sheet is blank: let the sheet begin with the names of its columns.",
    "header-merged": "Unmerge these cells, and let the sheet begin with the names of its columns.",
    "header-not-text": "Type the name as text, and let the sheet begin with the names of its columns.",
    "header-unnamed": "Name the column, and let the sheet begin with the names of its columns.",
    "hidden-sheet": "The only values are on a hidden one: name it behind the file: book.xlsx#NAME.",
    "label-twice-by-period": "A report is of one period: put the numbers of each label into one row.",
    "mixed-kinds": "Keep one kind, or add mixed_periods = true: a warning then stands on table and chart.",
    "mixed-periods": "Keep those that do, or add mixed_periods = true: a warning then stands on table and chart.",
    "month-first-time": 'Where the column is month first, say so: date_format = "%m/%d/%Y %H:%M".',
    "negative-delay": 'Correct the times, or count such rows as without a time: negative_delay = "missing".',
    "no-category": 'Name it, category, or leave out the class it was recorded in: recorded_as = "".',
    "no-classes": "Name the column of one of them under columns: decision or recorded_as.",
    "no-column": "{hint} One that goes by another name is named under columns, such as [audit.columns].",
    "no-half-width": "Add the half width as printed, 86.5%+-4.3%, or give counts.",
    "no-higher": 'Say what a higher rate is: higher = "worse", in [forces].',
    "no-shared-category": "Spell the categories alike in both, or leave by out of the earlier result.",
    "not-a-question": "If it is a group of files, name it in by. If it is neither, name it in ignore, or list the "
    "questions in questions.",
    "not-a-time": "Write times as 2024-03-05 14:03 or 05/03/2024 14:03, or name the format: date_format = "
    '"%d/%m/%y %H:%M" for 05/03/24 14:03, "%d/%m/%Y %I:%M %p" for 05/03/2024 02:03 PM.',
    "not-a-side": "Write a point before decimals, no commas, and both percentages with their sign.",
    "not-published": "Write both percentages with their sign, and a point before decimals.",
    "one-row": "Name the columns of strata or categories, stratum under columns or by.",
    "one-time-column": "Name each: reported_at and recorded_at.",
    "population-twice": "Leave out population, or the column population of the volumes.",
    "question-counts": 'Write it so: ["closed_well=no"]. A column whose own name holds = is named in a file: '
    'questions = "questions.csv".',
    "question-higher": 'Write it so: ["closed_well:worse"], or leave it out. A column whose own name holds : is named '
    'in a file: questions = "questions.csv".',
    "role-spelling": 'Spell it in small letters, or name it under columns; an empty name leaves a role out: due = "".',
    "several-sheets": "Several hold values: say which behind the file: book.xlsx#NAME.",
    "share-alone": "Give recorded crime in the files of volumes, or leave out route_share.",
    "share-twice": "Leave out route_share, or the column.",
    "sheet-without-rows": "There are none on this sheet: fill it in, and let it begin with the names of its columns.",
    "single-cluster": 'Audit more reports there, or choose a rule: single_cluster = "adjust", "average", or a line '
    'under collapse: "THIS" = "OTHER".',
    "skipped-hour": 'Correct the time, or say that the system keeps one time all year: clock = "fixed".',
    "stratum-not-audited": 'Audit some, or join it to another stratum under collapse: "THIS" = "OTHER".',
    "time-format": "Correct the time, or the format that date_format names.",
    "time-without-hours": "Export the column with times, or give a column that says yes or no: timely.",
    "timely-and-times": "Keep timely, or the keys that are of times.",
    "undecided": "Decide on the rows that are blank, or write 'not auditable'.",
    "unknown-periods": "Fill it in, or add mixed_periods = true: a warning then stands on table and chart.",
    "volumes-twice": "Leave one out, or name in by the categories whose recorded crime is meant.",
    "weight-and-population": "Keep one of the two: weights follow from the population.",
}
"""Code of a fault that is told on the command line too -> what to do in this file; {hint} is what is said there."""
