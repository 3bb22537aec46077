"""What is said of counts that are known beside the sample: reports on the frame, and recorded crime."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["VOLUME_FAULTS"]

# code -> (what was expected, what to do), as in cdi.wording.faults
VOLUME_FAULTS: Mapping[str, tuple[str, str]] = {
    "population-varies": ("one number for the whole stratum", "Correct the column."),
    "sample-below-rows": (
        "at least the {rows} reports that the audit file holds",
        "Count the reports audited again, or check the audit file.",
    ),
    "stratum-not-audited": (
        "audited reports in every stratum of the frame",
        "Audit some, or join it to another stratum: --collapse THIS=OTHER.",
    ),
    "stratum-not-in-volumes": (
        "a row in the volumes for each stratum of the audit",
        "Add it, or correct the name. {hint}",
    ),
    "population-below-sample": (
        "at least the {sampled} reports that were audited",
        "A frame holds all reports that could be drawn: correct the number.",
    ),
    "label-parts": ("one value for each of: {keys}", "Give each stratum or category its own count, in a file."),
    "label-taken": ("categories with names of their own", "'{label}' names the overall row: rename the category."),
    "one-row": ("one row, since no stratum and no category is named", "Name the columns with --stratum or --by."),
    "total-differs": (
        "a total of {added}, to which its categories add up",
        "Correct the row all or a category: together they must be the total.",
    ),
    "partly-all": (
        "'{all}' in each of these columns, or in none",
        "A row {all} is the total of the whole file: take the subtotals out.",
    ),
    "not-a-share": ("a share above 0 and up to 1, such as 0.8 or 80%", "Correct the share of audited routes."),
    "share-alone": ("recorded crime, beside the share of it in audited routes", "Give it: --volumes FILE."),
    "share-twice": ("the share of audited routes from one place", "Leave out --route-share, or the column."),
    "volume-spelling": (
        "the name {name} for this column, or another name",
        "Spell it in small letters; a column of another name is not read.",
    ),
    "periods-differ": (
        "one period of all the counts",
        "Give counts of the same period, or estimate by period, with a row for each category and period.",
    ),
    "label-twice-by-period": (
        "each label once",
        "Counts by period need the period in the label: --period-from for strata, --by period for categories.",
    ),
    "label-twice": ("each label once", "Put its numbers into one row."),
    "domain-not-in-volumes": (
        "a volume of recorded crime for each category",
        "{hint} Beside a row all, the total, one category may be left without a number.",
    ),
    "volume-not-audited": ("a category that the audit holds", "{hint}"),
}
