"""What is said of a sample that cannot be used as it is: its columns, values, decisions, strata, volumes and times."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.faults import Words

__all__ = ["SAMPLE_FAULTS"]

_TIMES = "Export the column with times, or name a column that says yes or no: {option:timely}."

_COLUMNS: Mapping[str, Words] = {
    "no-column": Words("a column named '{column}'", "{hint}",
        toml="{hint} If it has another name, give that under columns, such as [audit.columns]."),
    "role-spelling": Words("the name {name} for this column, or another name",
        "Rename it in lower case, or name it: {option:{name}}. To leave it out: {option:{name}=}."),
    "no-design": Words("a cdi.Design", "Pass cdi.Design(...), or name the roles: stratum=, cluster=.",
        only=("python",)),
    "no-argument": Words("an argument of this call, or a role of cdi.Design", "{hint}", only=("python",)),
    "two-stages": Words("one column for the report that was drawn", "Samples drawn in two stages are out of scope."),
    "weight-and-population": Words("either a weight for each report or the number of reports on the frame",
        "Leave out one of the two, for example {option:weight=}. Weights follow from the population."),
    "population-twice": Words("the number of reports on the frame from one source",
        "Leave out {named:population}, or remove the column population from the volumes."),
    "by-id": Words("a category, such as crime_type",
        "This column identifies reports or rows. A table by it would print them one by one."),
    "column-name-taken": Words("a category column with a name of its own", "Rename it. Tables use this name."),
    "categories-alike": Words("one spelling of each category",
        "There are {found}, which differ only in capital letters or spaces. Use one spelling throughout."),
    "label-taken": Words("categories with names of their own",
        "Rename the category. '{label}' is the name of the overall row."),
    "side-column": Words("no column named {name}", "Rename the column. Tables use this name for the two sides."),
}  # fmt: skip

_VALUES: Mapping[str, Words] = {
    "missing": Words("a value in column {column}", "Fill it in, or remove the row."),
    "missing-recorded": Words("yes or no for each crime",
        "Fill it in. For a report without any crime, add a column due and enter 0 there."),
    "missing-recorded-due": Words("how many of the {due} crimes due were recorded",
        "Fill it in. Only a row with 0 crimes due may be blank."),
    "above-due": Words("0 to {due}, the number of crimes due",
        "Correct the count. It cannot exceed the number of crimes due."),
    "yes-of-several": Words("how many of the {due} crimes due were recorded",
        "Enter a number. 'Yes' does not say how many."),
    "not-yes-no": Words("yes or no (or y/n, true/false, 1/0)", "Enter one of these."),
    "negative": Words("a whole number, 0 or more", "Correct the count in this row."),
    "fractional": Words("a whole number", "Correct the value. Crimes are counted in whole numbers."),
    "infinite": Words("a finite number", "Correct the value."),
    "not-a-number": Words("a whole number, 0 or more (or yes or no)", "Correct the value."),
    "not-whole": Words("a whole number", "Correct the value."),
    "not-plain": Words("a whole number written in digits only",
        "Write it like 1000, without signs or powers of ten. Only volumes may have commas between thousands."),
    "not-a-weight": Words("a weight, a number above 0", "Correct the weight, or remove the row."),
    "weights-apart": Words("weights of which none is a million million times another",
        "They run from {smallest:g} to {largest:g}. Correct the ones that were mistyped."),
    "not-positive": Words("a weight above 0", "Correct the weight, or remove the row."),
    "too-many": Words("at most 1,000,000 crimes in one row", "Correct the count."),
    "case-twice": Words("each case once", "Remove the repeated row, or correct its reference number."),
}  # fmt: skip

_DECISIONS: Mapping[str, Words] = {
    "not-a-decision": Words(
        "a decision: recorded, not recorded, wrongly cancelled, wrong class, no crime, transferred, duplicate, "
        "over-recorded or not auditable",
        "Enter one of these. {verb:check} also lists the other spellings that are read.", python="Enter one of these."),
    "undecided": Words("a decision in every row",
        "Decide on the blank rows, or enter 'not auditable'. {verb:check} shows how many remain."),
    "decision-and-counts": Words("either decisions or counts",
        "To use the counts, leave the decisions out: {option:decision=}. To use the decisions, name their column: "
        "{option:decision}.",
        toml="To use the counts, leave the decisions out: {option:decision=}. To use the decisions, name only their "
        "column there."),
    "no-decisions": Words("a column of decisions",
        "Name it: {option:decision}. Only decisions such as 'over-recorded' show over-recording."),
    "no-classes": Words("decisions, or the class in which each crime was recorded",
        "Name the column of one of them: {option:decision} or {option:recorded_as}."),
    "no-bounds": Words("a column of decisions",
        "Name it: {option:decision}. Bounds come from rows that could not be audited."),
    "no-category": Words("a column with the class in which each crime should have been recorded",
        "Name it: {option:category}. Or leave out the class in which it was recorded: {option:recorded_as=}."),
    "category-alone": Words("a column with the class in which each crime was recorded, to compare with {category}",
        "Name it: {option:recorded_as}. Or leave out {named:category}."),
    "classification-idle": Words(
        "decisions, or the class in which each crime was recorded, for this to change anything",
        "Leave out {named:classification}, or name the column: {option:decision} or {option:recorded_as}."),
    "no-classification": Words("a way to count crimes recorded in the wrong class", "{hint}"),
    "missing-class": Words("the class in which the crime was recorded",
        "Fill it in. It may be blank only where the crime was not recorded."),
    "missing-category": Words("the class in which the crime should have been recorded",
        "Fill it in. It is compared with the class in which the crime was recorded."),
    "class-of-unrecorded": Words("a blank, because the crime counts as not recorded",
        "Remove the class. If the crime was recorded in another class, correct the decision."),
    "class-spelling": Words("the class spelled as in the other column, '{own}'", "Use one spelling in both columns."),
    "class-and-decision": Words("the class '{own}', because the decision says recorded",
        "Correct the class, or enter 'wrong class' as the decision."),
    "class-not-wrong": Words("another class, because the decision is 'wrong class'",
        "Correct the class or the decision. Both columns must use the same level of detail."),
    "nothing-auditable": Words("a report that could be audited in each stratum",
        "None could be audited here. Audit other reports in this stratum, or remove its rows and say so."),
}  # fmt: skip

_STRATA: Mapping[str, Words] = {
    "no-rule": Words("a rule for strata of one report", "{hint}"),
    "no-selection": Words("how the sample was selected", "{hint}"),
    "not-representative": Words("a random sample or a census",
        "Print the counts only. A sample by judgement or of volunteers does not represent other reports, so it has no "
        "interval, extrapolation or comparison."),
    "census-weight": Words("no weights in a census",
        "Leave out {named:weight} or {named:selection}. In a census each report stands for itself."),
    "census-frame": Words("{sampled:,} on the frame, the number audited, because a census was declared",
        "Correct the number on the frame. If this is a sample, leave out {option:selection=census}."),
    "census-counts": Words("a population of {due}, the size of the sample, because a census was declared",
        "Correct the population. If this is a sample, leave out {option:selection=census}."),
    "cluster-files": Words("report {cluster} in one file only",
        "Remove it from one file. If these are different reports, give each its own number."),
    "cluster-strata": Words("one stratum for all rows of report {cluster}",
        "Correct the column: a report belongs to one stratum, such as one route. If the column describes crimes, do "
        "not use it as a stratum: {option:stratum=}."),
    "cluster-periods": Words("one period for all rows of report {cluster}",
        "Correct the period. Each report was drawn in one period."),
    "cluster-weights": Words("one weight for all rows of report {cluster}", "Correct the weights."),
    "single-cluster": Words("two or more reports in each stratum, to show how they vary",
        "Audit more reports there, or choose a rule: {option:single_cluster=adjust}, {option:single_cluster=average} "
        "or {option:collapse=THIS=OTHER}."),
    "single-cluster-all": Words("two or more reports in at least one stratum",
        "Audit more reports. One report alone shows no variation."),
    "no-stratum": Words("a stratum of the audit", "{hint}"),
    "collapse-pairs": Words("a mapping from each stratum to the one that it joins",
        "Write it so: {option:collapse=THIS=OTHER}.", only=("python",)),
    "collapse-chain": Words("a stratum joined to one that was audited and is not itself joined to another",
        "Name the stratum at the end of the chain."),
    "collapse-undeclared": Words("a declaration of which stratum joins which",
        "Declare it: {option:collapse=THIS=OTHER}."),
}  # fmt: skip

_VOLUMES: Mapping[str, Words] = {
    "population-varies": Words("one number for the whole stratum", "Correct the column."),
    "sample-below-rows": Words("at least {rows}, the number of reports in the audit file",
        "Correct the number of reports audited, or check the audit file."),
    "stratum-not-audited": Words("no reports on the frame in a stratum where none was audited",
        "Audit some reports there, or join the stratum to another: {option:collapse=THIS=OTHER}."),
    "stratum-not-in-volumes": Words("a row in the volumes for each stratum of the audit",
        "Add the row, or correct the name. {hint}"),
    "population-below-sample": Words("at least the {sampled} reports that were audited",
        "Correct the number. The frame holds every report that could be drawn."),
    "label-parts": Words("one value for each of: {keys}", "Give each stratum or category its own count, in a file.",
        python="Give each stratum or category its own count, in a mapping, a data frame or a file."),
    "one-row": Words("one row, because no stratum or category is named",
        "Name the columns: {option:stratum} or {option:by}."),
    "total-differs": Words("a total of {added:,}, the sum of its categories",
        "Correct the row 'all' or a category, so that they agree."),
    "partly-all": Words("'{all}' in each of these columns, or in none",
        "Remove the subtotals. A row '{all}' is the total of the whole file."),
    "not-a-share": Words("a share above 0 and up to 1, such as 0.8 or 80%",
        "Correct the share of crime from audited routes."),
    "share-alone": Words("no share of audited routes without recorded crime",
        "Add recorded crime: {option:volumes}. Or leave out {named:route_share}.",
        toml="Add recorded crime to the files of [volumes], or leave out route_share."),
    "share-twice": Words("the share of audited routes from one source",
        "Leave out {named:route_share}, or remove the column route_share."),
    "volume-spelling": Words("the name {name} for this column, or another name",
        "Rename it in lower case. Columns of other names are not read."),
    "periods-differ": Words("one period for all the counts",
        "Give counts for one period. Or estimate by period, with a row for each category and period."),
    "label-twice-by-period": Words("each label once",
        "For counts by period, make the period part of the label: {option:period} for strata, {option:by=period} for "
        "categories.", toml="Add up the numbers of each label in one row. A report covers one period."),
    "label-twice": Words("each label once", "Add up its numbers in one row."),
    "domain-not-in-volumes": Words("a volume of recorded crime for each category",
        "{hint} If there is a row 'all' with the total, one category may have no number."),
    "volume-not-audited": Words("a category of the audit", "{hint}"),
    "volumes-twice": Words("one source of {column}",
        "Leave one out. If they are counts by different categories, name the one that is meant: {option:by}."),
    "volumes-unused": Words("a column population or recorded_crime", "Give each volumes file one of these columns."),
}  # fmt: skip

_PERIODS: Mapping[str, Words] = {
    "no-period-as": Words("a way to treat the period", "{hint}"),
    "period-column": Words("no column named period, because the period comes from {column}",
        "Take the period from the column period, or rename that column."),
    "no-file-names": Words("files, to take the period from their names",
        "Name the column that holds the period: {option:period}.",
        toml="Name the column that holds the period: {option:month=month}."),
    "not-a-period": Words("a month such as 2024-03, a date, or a period such as 2024 Q1, in every row",
        "Correct the value. Write dates as 2024-03-05 or 05/03/2024, with a year of four digits."),
    "file-without-period": Words("a period in the name of this file too, such as 2024-03",
        "Put the month into the name of each file, or take the period from a column."),
    "file-names-alike": Words("a file name that no other file has",
        "Put the month into each name, such as 2024-03.csv. The periods come from the names of the files."),
    "not-a-month": Words("a single month in each row, such as 2024-03, or a date",
        "Correct the value; a month needs its year. Or take the period from another column or the file names."),
    "month-twice": Words("each month written in one way", "Write it like {other}, which is the same month."),
    "one-period": Words("two or more months", "Add the samples of other months. One month cannot show a change."),
    "report-in-two-months": Words("each report in one month",
        "Correct the column. Some reports have crimes in several."),
}  # fmt: skip

_TIMES_OF_ROWS: Mapping[str, Words] = {
    "not-a-time": Words("a date with its time",
        "Write times as 2024-03-05 14:03 or 05/03/2024 14:03. For other spellings name the format: "
        "{option:date_format=%d/%m/%y %H:%M} for 05/03/24 14:03, or {option:date_format=%d/%m/%Y %I:%M %p} for "
        "05/03/2024 02:03 PM."),
    "no-such-time": Words("a day that the month has, and a time from 00:00 to 23:59",
        "Correct it. Midnight at the end of a day is 00:00 of the next day."),
    "date-format": Words("a format with day, month, year, hour and minute",
        "Use %d for the day, %m for the month (%b for Mar), %Y for the year (%y for 24), %H for the hour (%I and %p "
        "for 02 PM) and %M for the minute: '%d/%m/%Y %H:%M'."),
    "one-time-column": Words("two columns, one with the time of the report and one with the time of recording",
        "Name both: {option:reported_at} and {option:recorded_at}."),
    "time-without-hours": Words("a time of day beside the date, because a delay is in hours", _TIMES),
    "all-midnight": Words("times of day in this column; all are midnight, as if only dates were exported", _TIMES),
    "month-first-time": Words("a time that is written day first",
        "If the column is month first, say so: {option:date_format=%m/%d/%Y %H:%M}."),
    "mixed-times": Words("a time written like the others of this column, such as {spelled}",
        "Write all times of the column in one way: ISO or day first, all with an offset (or Z) or all without. In a "
        "workbook, use dates throughout or text throughout."),
    "time-format": Words("a time in the format {format}", "Correct the time, or the format in {named:date_format}."),
    "year-of-time": Words("a year from 1996 to 2199", "Correct the year of this time."),
    "skipped-hour": Words("a time that existed in the United Kingdom; the clocks went forward in this hour",
        "Correct the time. If the system keeps one time all year, say so: {option:clock=fixed}."),
    "time-of-unrecorded": Words("no time of recording for a crime that was not recorded",
        "Remove the time, or correct whether the crime was recorded."),
    "negative-delay": Words("a time of recording that is not before the report",
        "Correct the times. To treat them as unknown, inside bounds: {option:negative_delay=missing}."),
    "timely-above-recorded": Words("no more crimes recorded in time than were recorded in this row",
        "Correct the count, or correct whether the crime was recorded."),
    "timely-of-several": Words("how many of the crimes recorded in this row were in time",
        "Enter a number. 'Yes' does not say how many."),
    "timely-and-times": Words("either a column that says yes or no, or times",
        "Leave out {named:timely}, or leave out the times: {named:reported_at}, {named:recorded_at}, {named:within}, "
        "{named:date_format}, {named:clock} and {named:negative_delay}.",
        command_line="Leave out {named:timely}, or leave out the times: {named:reported_at}, {named:recorded_at}, "
        "{named:within}, {named:date_format}, {named:clock}, {named:negative_delay} and {named:curve}."),
    "within": Words("a number of hours above 0", "Enter 24 for within 24 hours of the report."),
    "term-of-timeliness": Words("one of the terms that are offered", "{hint}"),
    "no-curve": Words("crimes recorded with a known delay, in a random sample or a census",
        "Leave out {named:curve}. Without these there is no curve.",
        python="Without these there is no curve to draw or write.", toml="Without these there is no curve to draw."),
}  # fmt: skip

_REVIEWS: Mapping[str, Words] = {
    "missing-answer": Words("an answer: yes, no or not applicable",
        "Answer every question for every file. Enter 'not applicable' where the question does not arise."),
    "not-an-answer": Words("yes, no or not applicable (or y/n, true/false, 1/0, n/a)",
        "Enter one of these. Use 'not applicable' where the question does not arise."),
    "not-a-question": Words("answers: yes, no or not applicable",
        "If this column groups the files, name it: {option:by}. If it is something else, leave it out: "
        "{option:ignore}. Or name the questions: {option:question=COL}.",
        toml="If this column groups the files, name it: {option:by}. If it is something else, leave it out: "
        "{option:ignore}. Or name the questions: {option:questions=COL}."),
    "no-questions": Words("a column with answers (yes, no or not applicable)",
        "Give each question a column and each file a row."),
    "question-counts": Words("the answer that is counted: yes or no",
        "Write {option:question={example}=no}. If = is part of the column's name, list the questions in a file: "
        "{option:questions}.",
        python="Write {option:question={example}=no}. If = is part of the column's name, list the questions in a file: "
        'questions="FILE".',
        toml="Write {option:questions={example}=no}. If = is part of the column's name, list the questions in a file: "
        'questions = "FILE".'),
    "question-higher": Words("better, worse or neither, to say what a higher rate is",
        "Write {option:question={example}:worse}, or leave it out. If : is part of the column's name, list the "
        "questions in a file: {option:questions}.",
        python="Write {option:question={example}:worse}, or leave it out. If : is part of the column's name, list the "
        'questions in a file: questions="FILE".',
        toml="Write {option:questions={example}:worse}, or leave it out. If : is part of the column's name, list the "
        'questions in a file: questions = "FILE".'),
    "question-twice": Words("each question once", "Remove the repeated question."),
    "question-role": Words("a column of answers",
        "Name another column, or remove this one from the questions. It is used as a group, stratum or reference "
        "number."),
    "question-column": Words("a column that a file of questions has", "{hint}"),
    "questions-twice": Words("the questions from one source",
        "Leave out {named:question} or {named:questions}. The file can hold all the questions.",
        only=("command_line",)),
    "roles-of-review": Words("no such column in a review",
        "Leave it out. In a review each question is a column of answers, without counts or decisions."),
}  # fmt: skip

_GROUPS: Mapping[str, Words] = {
    "residents-unsourced": Words("the source and the year of the resident population, in column {column}",
        "Add both. A population without its source and year cannot be checked."),
    "residents-none": Words("at least 1 resident", "Correct the number, or leave it blank if it is not known."),
    "residents-year": Words("a year, such as 2021", "Correct the column."),
    "residents-unstated": Words("a group of people",
        "Remove this row from the residents. Every resident belongs to a group."),
    "groups-alike": Words("one spelling of each group; this one is also spelled '{group}'",
        "Use one spelling throughout."),
    "reference-unstated": Words("a group of people, to compare the others with",
        "Name another group. Records that state no group cannot be compared with. There are: {groups}."),
    "residents-alike": Words("'{group}', the spelling of this group in the searches",
        "Use one spelling in both files."),
    "residents-of-none": Words("the resident population of groups in the searches",
        "Add rows for these groups: {groups}."),
    "no-group": Words("a group in column {column}, to compare the others with", "{hint}"),
    "one-group": Words("two or more groups in column {column}, apart from records that state none",
        "Check the column. One group cannot be compared with itself."),
    "one-by": Words("exactly one group column with {named:{asked}}", "Name one: {option:by=ethnicity}.",
        only=("command_line",)),
    "not-with-groups": Words("no such options with {named:{asked}}", "Leave them out.", only=("command_line",)),
    "reference-alone": Words("{named:contrast} or {named:residents} beside it", "Add one of them.",
        only=("command_line",)),
}  # fmt: skip

SAMPLE_FAULTS: Mapping[str, Words] = {
    **_COLUMNS,
    **_VALUES,
    **_DECISIONS,
    **_STRATA,
    **_VOLUMES,
    **_PERIODS,
    **_TIMES_OF_ROWS,
    **_REVIEWS,
    **_GROUPS,
}
