"""The sentences that a reader meets under a table, and the statements that stand with every result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.advising import Advised
from cdi.wording.dates import in_words

__all__ = [
    "ASSUMPTION",
    "BOUNDS",
    "BOUNDS_HEADINGS",
    "BY_METHOD",
    "CARD_HEADINGS",
    "CARD_ROWS",
    "DESIGN_TITLE",
    "EXCLUDES",
    "GROUNDS_STATEMENT",
    "ONE_OVERALL",
    "ROUTES_BY_CATEGORY",
    "TWO_OVERALL",
    "WEIGHTED",
    "at_least",
    "at_most",
    "bounds",
    "fewer_than",
    "in_own_class",
    "in_their_class",
    "is_all_or_violence",
    "more_than",
    "none_unrecorded",
    "note_line",
    "of_the_frame",
    "periods_differ",
    "published_formula",
    "published_rate",
    "rate",
    "rate_bound",
    "rate_in_sample",
    "routes_only",
    "rows_left_out",
    "sample_only",
    "spelled",
    "subject",
    "title",
    "undecided",
    "unrecorded",
]

_HUNDREDS = {
    "all",
    "violence",
    "violent",
    "violent crime",
    "violent offences",
    "violence against the person",
}

DESIGN_TITLE = "What the design did"

EXCLUDES = "This excludes crimes never reported to the police."

TWO_OVERALL = (
    "The row all is weighted by recorded crime in each category. The row all (weighted by frame) is weighted by the "
    "reports on the sampling frame. The counts beside both rows are unweighted."
)

ONE_OVERALL = (
    "The row all is weighted by recorded crime in each category. The counts beside it are unweighted, so its rate is "
    "not their ratio."
)

WEIGHTED = "The rates are weighted. The counts beside them are unweighted counts of the sample."

ASSUMPTION = (
    "The count assumes that the audited rate holds for all recorded crime: its whole period, every route and every "
    "type of crime."
)

GROUNDS_STATEMENT = (
    "This measures whether reasonable grounds were recorded on the form. It does not measure whether the grounds were "
    "reasonable at the time, or whether the search was fair."
)

_INFERRED = "Published style: the formula is inferred, as none has been published. Intervals are 1.96 standard errors"


def published_formula(*, searches: bool) -> str:
    """Say what the published style is, and how often such intervals are right."""
    if searches:
        return (
            f"{_INFERRED}. At rates of 80% to 99% they contain the true rate 93% of the time with 182 records. With 24 "
            "records they do so 80% of the time, instead of 95%."
        )
    return (
        f"{_INFERRED}, with crimes taken as independent. In simulated audits they contained the true rate 51% to 95% "
        "of the time, instead of 95%."
    )


def sample_only(*, searches: bool) -> str:
    """Say why there is no estimate for the force, and what would give one."""
    said = "The rate over all strata describes the sample, not the force."
    if searches:
        text = "name a column with the records on the sampling frame ({}) or a weight for each record ({})"
        how, python = text.format("--population", "--weight"), text.format("population=", "weight=")
    else:
        text = "give the reports on the sampling frame ({} with a population column) or a weight for each report"
        how, python = text.format("--volumes"), text.format("volumes=")
    return Advised(f"{said} For an estimate, {how}.", said, python=f"{said} For an estimate, {python}.")


def title(measure: str, level: str, method: str, side: str) -> str:
    """Head a table: what it shows and what its intervals are."""
    interval = {"both": "confidence intervals", "lower": "lower confidence limits", "upper": "upper confidence limits"}
    return f"{measure[:1].upper()}{measure[1:]}, {level} {interval[side]} ({method})"


def rate(subject: str, estimate: str, low: str, high: str, level: str) -> str:
    """Say a rate with its interval."""
    return f"{_opening(estimate)} {estimate} of {subject} ({level} confidence interval {low} to {high})."


def rate_bound(subject: str, estimate: str, bound: str, level: str, side: str) -> str:
    """Say a rate with a one-sided limit."""
    word = {"lower": "at least", "upper": "at most"}[side]
    return f"{_opening(estimate)} {estimate} of {subject}, {word} {bound} (one-sided {level} confidence limit)."


def rate_in_sample(subject: str, share: str) -> str:
    """Say a share of the sample, which is a fact and has no interval."""
    return f"In the sample, {share} of {subject}."


def _opening(estimate: str) -> str:
    return "An estimated" if estimate[:1].isdecimal() else "We estimate that"


_BOUNDS_IN_WORDS: Mapping[str, str] = {">": "more than ", "<": "less than "}


def spelled(rate: str) -> str:
    """Write in words that a rate lies beyond what it is printed as.

    Examples
    --------
    >>> spelled(">99.9"), spelled("87.4")
    ('more than 99.9', '87.4')
    """
    return f"{_BOUNDS_IN_WORDS.get(rate[:1], rate[:1])}{rate[1:]}"


def fewer_than(unit: int) -> str:
    """Say a count that rounds to nothing and is not nothing."""
    return f"fewer than {unit}"


def is_all_or_violence(category: str) -> bool:
    """Tell whether published reports print a category's count in hundreds."""
    return category.casefold() in _HUNDREDS


def unrecorded(count: str, low: str, high: str, level: str) -> str:
    """Say how many reported crimes were not recorded; there may be no upper limit."""
    interval = f"{low} to {high}" if high else f"from {low}, with no upper limit"
    return f"{_opening(count)} {count} reported crimes were not recorded ({level} confidence interval {interval})."


def none_unrecorded(low: str, high: str, level: str) -> str:
    """Say what no unrecorded crime in the sample means, and what it does not."""
    return (
        "No unrecorded crime was found in the sample, but there may be some outside it "
        f"({level} confidence interval {low} to {high} reported crimes)."
    )


def at_least(count: str, level: str) -> str:
    """Say a one-sided lower limit of a count."""
    return f"At least {count} reported crimes were not recorded (one-sided {level} confidence limit)."


def at_most(count: str, level: str) -> str:
    """Say a one-sided upper limit of a count."""
    return f"At most {count} reported crimes were not recorded (one-sided {level} confidence limit)."


_SUBJECTS: Mapping[str, str] = {
    "classification": "recorded crimes were recorded in the right class",
    "over-recording": "recorded crimes should not have been recorded",
}


def subject(measure: str, *, searches: bool) -> str:
    """Name what a rate is a share of."""
    if searches:
        return "searches had reasonable grounds recorded"
    return _SUBJECTS.get(measure, "reported crimes were recorded")


BOUNDS_HEADINGS: Mapping[str, str] = {
    "lowest": "lowest rate %",
    "highest": "highest rate %",
    "low": "from %",
    "high": "to %",
}


BOUNDS = "recording rate, counting crimes not auditable as unrecorded and as recorded"


def bounds(lowest: str, highest: str) -> str:
    """Say between what the rate would lie."""
    return (
        f"If every crime had been auditable, the rate would be between {lowest} (none of the rest recorded) and "
        f"{highest} (all of the rest recorded). Each of these has its own interval. Each row not auditable counts "
        "as one crime, which could be of any category if none is given. The estimate assumes that their reports "
        "are like the others in their stratum."
    )


def in_their_class(category: str) -> str:
    """Say where over-recorded crimes are counted."""
    return f"Over-recording by {category} uses the class in which each crime was recorded."


def undecided(rows: int) -> str:
    """Say how many rows have no decision."""
    return f"{rows:,} rows without one (this is the first)" if rows != 1 else "1 row without one"


def rows_left_out(rows: int, read: int) -> str:
    """Say how many rows could not be audited."""
    return f"{rows:,} of {read:,} rows could not be audited and {'are' if rows != 1 else 'is'} left out."


def in_own_class(category: str, *, counted: bool) -> str:
    """Say how crimes in the wrong class are counted."""
    sums = " The categories then add up to more unrecorded crimes than the total." if counted else ""
    said = (
        f"By {category}, a crime recorded in another class counts as not recorded in its own. Overall, it counts as "
        f"recorded.{sums}"
    )
    return Advised(
        f"{said} To count it as recorded in both, use --classification lenient.",
        said,
        python=f'{said} To count it as recorded in both, use classification="lenient".',
    )


def routes_only(share: str) -> str:
    """Say what a count is limited to."""
    return (
        f"The count covers {share} of recorded crime, the share that comes through audited routes. It says nothing "
        "about the rest."
    )


ROUTES_BY_CATEGORY = (
    "The counts cover the share of recorded crime that comes through audited routes, as given in the volumes. They say "
    "nothing about the rest."
)


def periods_differ(audited: str, counted: str) -> str:
    """Say that audit and volumes are of different periods."""
    return (
        f"The audit is of {in_words(audited)}, recorded crime of {in_words(counted)}: the audited rate is assumed to "
        "hold there too."
    )


def published_rate(estimate: str, half_width: str, *, searches: bool) -> str:
    """Say a rate as inspection reports print it."""
    interval = f"{estimate} percent (with a confidence interval of +/- {half_width} percent)"
    if searches:
        return f"Reasonable grounds were recorded in {interval} of the stop and search records."
    return f"We estimate that the force is recording {interval} of all reported crime (excluding fraud)."


def more_than(count: str) -> str:
    """Say a count as inspection reports print it: rounded down."""
    return f"We estimate that the force didn't record more than {count} crimes."


BY_METHOD = "by method"

CARD_HEADINGS = ("", "")

CARD_ROWS = ("what", "when to use", "reference", "coverage")


def of_the_frame(population: str) -> Mapping[str, str]:
    """Head the columns that give an interval as records on the frame."""
    return {"low": f"from, of\u00a0{population}", "high": f"to, of\u00a0{population}"}


def note_line(number: int, text: str) -> str:
    """Write one note under a table."""
    return f"[{number}] {text}"


def listed(parts: Sequence[str]) -> str:
    """Write names one after the other."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
