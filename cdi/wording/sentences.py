"""The sentences that a reader meets under a table, and the statements that stand with every result."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ASSUMED",
    "ASSUMPTION",
    "ASSUMPTIONS",
    "BY_METHOD",
    "CARD_HEADINGS",
    "CARD_ROWS",
    "CHECK_HEADINGS",
    "CHECK_ROLES",
    "CRIMES_HEADINGS",
    "CRIMES_TITLE",
    "DESIGN_TITLE",
    "EXCLUDES",
    "FRAME",
    "GROUNDS_STATEMENT",
    "ROLE_HEADINGS",
    "STRATA_TITLE",
    "TWO_OVERALL",
    "at_least",
    "at_most",
    "check_title",
    "fewer_than",
    "is_all_or_violence",
    "more_than",
    "none_unrecorded",
    "note_line",
    "of_the_frame",
    "published_formula",
    "published_rate",
    "rate",
    "rate_bound",
    "sample_only",
    "subject",
    "title",
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
    "The row all follows from recorded crime by category; all (reports frame) weighs the sample by the reports that it "
    "was drawn from."
)

ASSUMPTION = (
    "The count takes the audited rate to hold for the whole period of the recorded crime, and for the routes and "
    "crimes in it."
)

GROUNDS_STATEMENT = (
    "This measures whether reasonable grounds were recorded on the form. It does not measure whether the grounds were "
    "reasonable at the time, or whether the search was fair."
)

_INFERRED = "Published style, formula inferred (nobody publishes it): 1.96 standard errors"


def published_formula(*, searches: bool) -> str:
    """Say what the published style is, and how often such intervals are right."""
    if searches:
        return (
            f"{_INFERRED}. At rates of 80 to 99 percent such intervals cover 93 percent on average with 182 records, "
            "and 80 percent with 24, instead of 95."
        )
    return (
        f"{_INFERRED} with crimes taken as independent. In simulated audits such intervals covered 51 to 95 percent "
        "instead of 95."
    )


def sample_only(*, searches: bool) -> str:
    """Say why there is no estimate for the force, and what would give one."""
    if searches:
        return (
            "The rate over all strata describes the sample, not the force: name a column with the records on the "
            "frame (--population) or with a weight for each record (--weight)."
        )
    return (
        "The rate over all strata describes the sample, not the force: give the reports on the frame (--volumes with a "
        "population column) or a weight for each report."
    )


def title(measure: str, level: str, method: str, side: str) -> str:
    """Head a table: what it shows and what its intervals are."""
    interval = {"both": "confidence intervals", "lower": "lower confidence limits", "upper": "upper confidence limits"}
    return f"{measure[:1].upper()}{measure[1:]}, {level} {interval[side]} ({method})"


def rate(subject: str, estimate: str, low: str, high: str, level: str, *, in_sample: bool) -> str:
    """Say a rate with its interval."""
    return f"{_opening(in_sample=in_sample)} {estimate} of {subject} ({level} confidence interval {low} to {high})."


def rate_bound(subject: str, estimate: str, bound: str, level: str, side: str, *, in_sample: bool) -> str:
    """Say a rate with a one-sided limit."""
    word = {"lower": "at least", "upper": "at most"}[side]
    opening = _opening(in_sample=in_sample)
    return f"{opening} {estimate} of {subject}, {word} {bound} (one-sided {level} confidence limit)."


def _opening(*, in_sample: bool) -> str:
    return "In the sample" if in_sample else "An estimated"


def fewer_than(unit: int) -> str:
    """Say a count that rounds to nothing and is not nothing."""
    return f"fewer than {unit}"


def is_all_or_violence(category: str) -> bool:
    """Tell whether published reports print a category's count in hundreds."""
    return category.casefold() in _HUNDREDS


def unrecorded(count: str, low: str, high: str, level: str) -> str:
    """Say how many reported crimes were not recorded; there may be no upper limit."""
    interval = f"{low} to {high}" if high else f"from {low}, without an upper limit"
    opening = "An estimated" if count[:1].isdecimal() else "By estimate"
    return f"{opening} {count} reported crimes were not recorded ({level} confidence interval {interval})."


def none_unrecorded(low: str, high: str, level: str) -> str:
    """Say what no unrecorded crime in the sample means, and what it does not."""
    return (
        "No crime in the sample was found unrecorded; that does not show that there is none "
        f"({level} confidence interval {low} to {high} reported crimes not recorded)."
    )


def at_least(count: str, level: str) -> str:
    """Say a one-sided lower limit of a count."""
    return f"At least {count} reported crimes were not recorded (one-sided {level} confidence limit)."


def at_most(count: str, level: str) -> str:
    """Say a one-sided upper limit of a count."""
    return f"At most {count} reported crimes were not recorded (one-sided {level} confidence limit)."


def subject(*, searches: bool) -> str:
    """Name what a rate is a share of."""
    return "searches had reasonable grounds recorded" if searches else "reported crimes were recorded"


def published_rate(estimate: str, half_width: str, *, searches: bool) -> str:
    """Say a rate as inspection reports print it."""
    interval = f"{estimate} percent (with a confidence interval of +/- {half_width} percent)"
    if searches:
        return f"Reasonable grounds were recorded in {interval} of the stop and search records."
    return f"We estimate that the force is recording {interval} of all reported crime (excluding fraud)."


def more_than(count: str) -> str:
    """Say a count as inspection reports print it: rounded down."""
    return f"We estimate that the force didn't record more than {count} crimes."


CHECK_ROLES: Mapping[str, str] = {
    "stratum": "drawn by stratum",
    "cluster": "report (unit drawn)",
    "case": "case id",
    "due": "crimes due",
    "recorded": "recorded",
    "weight": "weight",
    "population": "reports on the frame",
}
"""What each role is called when an audit is described."""

CHECK_HEADINGS: Mapping[str, str] = {
    "stratum": "stratum",
    "reports": "reports audited",
    "population": "on the frame",
    "due": "crimes due",
    "recorded": "recorded",
}

CRIMES_HEADINGS = ("crimes due", "reports")

ASSUMPTIONS: Mapping[str, str] = {
    "one-a-row": "Each row is one crime that should have been recorded, since no column due was named.",
    "row-drawn": "Each row was drawn by itself, since no column cluster was named: crimes count as unrelated.",
    "unstratified": "Reports are a simple random sample, since no column stratum was named.",
    "no-frame": "The reports on the frame are not known: no finite population correction.",
    "no-overall": "Strata cannot be weighted together, since the reports on the frame are not known: the rate over all "
    "strata describes the sample only.",
    "only-reports-with-crimes": "Reports without a crime are not in the file: those audited are counted from the rest.",
    "weighted": "Each report stands for as many as its weight says.",
}
"""What is assumed where the file does not say."""

FRAME = "data frame"

ROLE_HEADINGS = ("role", "column")

STRATA_TITLE = "What was audited"

CRIMES_TITLE = "How many crimes a report holds that should have been recorded"

BY_METHOD = "by method"

CARD_HEADINGS = ("", "")

CARD_ROWS = ("what", "when to use", "reference", "coverage")


def of_the_frame(population: str) -> Mapping[str, str]:
    """Head the columns that give an interval as records on the frame."""
    return {"low": f"from, of\u00a0{population}", "high": f"to, of\u00a0{population}"}


ASSUMED = "Assumed:"


def check_title(name: str, rows: int) -> str:
    """Head the description of an audit file."""
    return f"{name}: {rows:,} row{'s' if rows != 1 else ''}, no faults found"


def note_line(number: int, text: str) -> str:
    """Write one note under a table."""
    return f"[{number}] {text}"
