"""What is said of models: what goes with not recording."""

from __future__ import annotations

from dataclasses import dataclass

from cdi.wording.sentences import in_a_row

__all__ = [
    "MODEL_HEADINGS", "MODEL_KEYS", "MODEL_TITLE", "ONE_MORE", "Assumed", "all_alike", "category_key",
    "model_assumptions", "model_counts", "model_difference", "model_interaction", "model_sentence", "model_tick",
    "numbers_missing", "selected_as",
]  # fmt: skip

MODEL_KEYS = ("term", "category", "reference")
"""The label of a row: the column, the category, and the category that it is held against."""

ONE_MORE = "one more"
"""The category of a number: itself, and one more."""

MODEL_TITLE = (
    "What goes with recording: odds ratios and differences in the recording rate, {level} confidence intervals"
)

MODEL_HEADINGS = ("term", "category", "reference", "odds ratio", "from", "to", "difference points", "from", "to")


def selected_as(selection: str) -> str:
    """Say what a sample is that no model can be made of."""
    words = {"judgement": "a sample chosen by judgement", "voluntary": "a sample of those who answered"}
    return words.get(selection, "a census: everything was audited")


def all_alike(crimes: int, *, recorded: bool) -> str:
    """Say that all crimes were recorded, or none."""
    if crimes == 1:
        return f"1 crime, {'recorded' if recorded else 'not recorded'}"
    return f"{crimes:,} crimes, {'all' if recorded else 'none'} of them recorded"


def category_key(category: str) -> str:
    """Name the category, or the pair of them, that a fault lies in."""
    return f"category {category}"


def numbers_missing(count: int, first: str) -> str:
    """Say how many values of a column are no numbers."""
    return f"{first} and {count - 1:,} more" if count > 1 else first


def model_counts(crimes: int, recorded: int, reports: int, formula: str, *, clustered: bool) -> str:
    """Say what the model was fitted to."""
    of = f" in {reports:,} reports" if clustered else ""
    return f"{formula}: {crimes:,} crimes{of}, of which {recorded:,} were recorded."


def model_tick(term: str, category: str, reference: str) -> str:
    """Name a row of a chart: what is held against what."""
    return f"{term}: {category}, against {reference}" if reference else f"{term}: {category}"


def model_sentence(
    term: str, category: str, reference: str, numbers: tuple[str, str, str], level: str, direction: int, others: str
) -> str:
    """Say an odds ratio in words; direction is -1, 0 (no clear difference) or 1."""
    allowing = f"Allowing for {others}, the" if others else "The"
    ratio = f"{allowing} odds ratio is {numbers[0]} ({level} confidence interval {numbers[1]} to {numbers[2]})."
    if not reference:
        change = {
            -1: "were less likely to be recorded",
            0: "were neither clearly more nor clearly less likely to be recorded",
        }
        said = change.get(direction, "were more likely to be recorded")
        return f"For each 1 more of {term}, crimes {said}. {ratio}"
    if direction == 0:
        return (
            f"Crimes with {term} {category} and {term} {reference} show no clear difference in the chance of being "
            f"recorded. {ratio}"
        )
    said = "less" if direction < 0 else "more"
    return (
        f"Crimes with {term} {category} were {said} likely to be recorded than those with {term} {reference}. {ratio}"
    )


def model_difference(points: str, low: str, high: str, level: str, *, lower: bool) -> str:
    """Say an average difference in the recording rate, beside its odds ratio."""
    side = "lower" if lower else "higher"
    interval = f"{level} confidence interval {low} to {high}"
    return f"Their recording rate was {points} percentage points {side} on average ({interval})."


def model_interaction(
    one: tuple[str, str | None],
    other: tuple[str, str | None],
    numbers: tuple[str, str, str],
    level: str,
    *,
    clear: bool,
) -> str:
    """Say by how much an odds ratio of one column is another where a second column has another value.

    Each is a column with its category; None: it is a number.
    """
    what = f"odds ratio of {one[0]}" if one[1] is None else f"odds ratio of {one[0]} {one[1]}"
    where = f"for each 1 more of {other[0]}" if other[1] is None else f"where {other[0]} is {other[1]}"
    doubt = "" if clear else " The difference is not clear."
    return (
        f"The {what} is {numbers[0]} times as large {where} ({level} confidence interval {numbers[1]} to {numbers[2]})."
        f"{doubt}"
    )


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a model takes to be so."""

    cluster: str | None  # the column that names the reports
    strata: tuple[str, ...]  # the columns that reports were drawn by
    weight: str | None  # the column that weights them
    frame: bool  # whether the sampling frame is known, which weights them else
    df: int  # degrees of freedom of the intervals
    numbers: tuple[str, ...]  # the columns that are numbers
    pairs: bool  # whether some terms change the effect of others
    sparse: int | None  # crimes of the rarer outcome, where they are too few for so many terms
    classes: bool  # whether a crime can be recorded in the wrong class


def model_assumptions(of: Assumed, level: str) -> list[str]:
    """Say what the model takes to be so, and how its intervals were made."""
    said = ["The model is a logistic regression: each term multiplies the odds that a crime is recorded."]
    if not of.pairs:
        said.append("Terms are taken to act separately; write a * b to let one change the effect of another.")
    said += [
        f"{name} is a number: each step of 1 is taken to multiply the odds by the same factor." for name in of.numbers
    ]
    if of.cluster:
        said.append(f"Crimes in one report (column {of.cluster}) count as related; standard errors come from reports.")
    else:
        said.append("No column names the reports, so crimes are taken as independent.")
    if of.frame:
        said.append("Each report is weighted by the reports on the sampling frame that it stands for.")
    elif of.weight:
        said.append(f"Each report is weighted by the column {of.weight}.")
    else:
        said.append("Reports are not weighted, since the sampling frame is not known.")
    if of.strata:
        said.append(f"Standard errors allow for the strata ({in_a_row(of.strata)}).")
    if of.frame:
        said.append("Standard errors allow for the share of the sampling frame that was audited.")
    said.append(
        f"The {level} intervals use Student's t with {of.df:,} degrees of freedom: reports with crimes, less strata "
        "and terms."
    )
    said.append(
        "Differences in the recording rate are averages over all crimes in the sample, weighted in the same way."
    )
    if of.classes:
        said.append("A crime recorded in the wrong class counts as recorded.")
    if of.sparse is not None:
        said.append(
            f"Only {of.sparse:,} crimes had the rarer outcome, fewer than 10 for each term: odds ratios may lie too "
            "far from 1."
        )
    said.append("An odds ratio shows what goes together. It does not show why a crime was not recorded.")
    return said
