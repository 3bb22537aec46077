"""The sentences of rates and counts, and what every sentence is made with: months in words, lists, advice apart."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

__all__ = [
    "ALL_CRIME", "AUDITED_CRIME", "BOUNDS", "BOUNDS_HEADINGS", "BY_METHOD", "CARD_HEADINGS", "CARD_ROWS",
    "DESIGN_TITLE", "EXCLUDES", "GROUNDS_STATEMENT", "ROUTES_BY_CATEGORY", "SELECTIONS", "WHY_ALONE", "Advised",
    "InPercent", "Parted", "additional", "assumption", "at_least", "at_most", "bounds", "census_title", "count_remedy",
    "counted", "counts_title", "fewer_than", "figure_printed", "for_readers",
    "held_together", "in_a_row", "in_own_class", "in_python",
    "in_their_class", "in_words", "listed", "long_date", "months_in_words", "more_than", "net_error", "none_unrecorded",
    "note_line", "of_the_frame", "one_of", "periods_differ", "published_formula", "published_rate", "rate",
    "rate_bound", "rate_exact", "rate_in_sample", "routes_only", "rows_left_out", "strata_sampled", "title",
    "undecided", "unrecorded", "unrecorded_exact", "weighted_heading", "weighted_throughout",
]  # fmt: skip


class Advised(str):
    """A statement for the analyst, with advice that the readers of a report are not given.

    Braces in the advice hold an option of the registry, by its name alone or with a value: ``{margin}``,
    ``{selection=census}``. The text spells it as the command line does, ``python`` as an argument.
    """

    readers: str  # what readers of a report are told: what is said alone, unless they are told otherwise
    python: str

    def __new__(cls, said: str, advice: str = "", *, readers: str | None = None) -> Self:
        """Keep what each of them is told."""
        self = super().__new__(cls, said + _OPTION.sub(_as_flag, advice))
        self.readers = said if readers is None else readers
        self.python = said + _OPTION.sub(_as_argument, advice)
        return self

    def to_all(self) -> Self:
        """Tell the readers of a report the advice too."""
        self.readers = str(self)
        return self


_OPTION = re.compile(r"\{(\w+)(?:=(\w+))?\}")


def _as_flag(option: re.Match[str]) -> str:
    flag = f"--{option[1].replace('_', '-')}"
    return f"{flag} {option[2]}" if option[2] else flag


def _as_argument(option: re.Match[str]) -> str:
    value = option[2] or ""
    quoted = value if value in ("", "N") else f'"{value}"'
    return f"{option[1]}={quoted}"


class InPercent(str):
    """The heading of numbers in percent; ``name`` is it without the sign, which the ends of intervals bear too."""

    name: str

    def __new__(cls, name: str) -> Self:
        """Head numbers by what they are, with the sign."""
        self = super().__new__(cls, f"{name} %")
        self.name = name
        return self

    def __getnewargs__(self) -> tuple[str]:
        """Pickle it as it was made: the sign comes of itself."""
        return (self.name,)


class Parted(str):
    """A heading of which a terminal may part a word; everywhere else it stands in one piece."""

    parts: tuple[str, ...]

    def __new__(cls, *parts: str) -> Self:
        """Put the parts together."""
        self = super().__new__(cls, "".join(parts))
        self.parts = parts
        return self


def for_readers(text: str) -> str:
    """Say to the readers of a report what is said to an analyst, without advice; nothing may be left."""
    return text.readers if isinstance(text, Advised) else text


def in_python(text: str) -> str:
    """Say to who calls from Python what is said at the command line."""
    return text.python if isinstance(text, Advised) else text


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERED = re.compile(r"(?<![\w/.-])(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\w/-]|\.\w)")
_OF_ONE_YEAR = re.compile(rf"(?<!\d )\b({'|'.join(_MONTHS)}) (\d{{4}}) to ({'|'.join(_MONTHS)}) \2\b")
_CUT = re.compile(rf"\b(?:({'|'.join(month[:3] for month in _MONTHS)})|Sept)\.?(?= \d{{4}}\b)")


def long_date(date: dt.date) -> str:
    """Write a date as it stands under a title."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def months_in_words(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Write months, each a year and a month of it from 0, as one span: March 2024, March to May 2024."""
    (year, month), (last_year, last_month) = first, last
    end = f"{_MONTHS[last_month]} {last_year}"
    if first == last:
        return end
    return f"{_MONTHS[month]}{'' if year == last_year else f' {year}'} to {end}"


def in_words(text: str) -> str:
    """Write the months of the user's text in words where they are numbers, and in full where they are cut short."""
    return _OF_ONE_YEAR.sub(r"\1 to \3 \2", _CUT.sub(_full, _NUMBERED.sub(_named, text)))


def _named(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{f'{int(day)} ' if day else ''}{_MONTHS[int(month) - 1]} {year}"


def _full(found: re.Match[str]) -> str:
    return next(month for month in _MONTHS if month.startswith(found[0][:3]))


DESIGN_TITLE = "What the design did"

EXCLUDES = "This excludes crimes never reported to the police."

_OF_AUDITED = (
    "The count assumes that the audited rate holds for all recorded crime of the audited categories: its whole period "
    "and every route."
)

_OF_ALL = (
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
        f"{_INFERRED}, with crimes taken as independent. In simulated audits with up to six crimes a report, they "
        "contained a stratum's true rate 71% to 96% of the time, instead of 95%."
    )


def weighted_throughout(note: str, *, several: bool) -> str:
    """Say of all rates of a page what a note would say of each."""
    return f"{'The rates are' if several else 'The rate is'} {note}."


def weighted_heading(heading: str) -> str:
    """Head a column of rates that are all weighted."""
    return InPercent(f"weighted {heading.name}") if isinstance(heading, InPercent) else f"weighted {heading}"


def title(measure: str, level: str, method: str, side: str, *, together: bool = False) -> str:
    """Head a table: what it shows and what its intervals are; ``together``: they hold at that level all at once."""
    interval = {"both": "confidence intervals", "lower": "lower confidence limits", "upper": "upper confidence limits"}
    joint = "joint " if together else ""
    return f"{measure[:1].upper()}{measure[1:]}, {joint}{level} {interval[side]} ({method})"


def held_together(level: str, each: str) -> str:
    """Say what intervals are that hold together."""
    alone = f"For that, each is a {each} interval by itself."
    return f"The intervals of all rows hold together with {level} confidence. {alone}"


def rate(subject: str, estimate: str, low: str, high: str, level: str, *, bound: bool) -> str:
    """Say a rate with its interval; ``bound``: it is written as a bound, more than or less than."""
    return f"{_opening(bound=bound)} {estimate} of {subject} ({level} confidence interval {low} to {high})."


def rate_bound(subject: str, estimate: str, limit: str, level: str, side: str, *, bound: bool) -> str:
    """Say a rate with a one-sided limit; ``bound``: it is written as a bound."""
    word = {"lower": "at least", "upper": "at most"}[side]
    return f"{_opening(bound=bound)} {estimate} of {subject}, {word} {limit} (one-sided {level} confidence limit)."


def rate_in_sample(subject: str, share: str, *, forces: bool = False) -> str:
    """Say a share of the sample, or those of all ``forces``, which is a fact and has no interval."""
    return f"In the {'samples of all forces' if forces else 'sample'}, {share} of {subject}."


def _opening(*, bound: bool) -> str:
    """Open a sentence with a number; one that begins with more than or fewer than cannot be called estimated."""
    return "We estimate that" if bound else "An estimated"


def fewer_than(unit: int) -> str:
    """Say a count that rounds to nothing and is not nothing."""
    return f"fewer than {unit}"


def unrecorded(count: str, low: str, high: str, level: str, *, bound: bool) -> str:
    """Say how many reported crimes were not recorded, fewer than a number if a bound; there may be no upper limit."""
    interval = f"{low} to {high}" if high else f"from {low}, with no upper limit"
    opening = _opening(bound=bound)
    return f"{opening} {count} reported crimes were not recorded ({level} confidence interval {interval})."


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


BOUNDS_HEADINGS: Mapping[str, str] = {
    "lowest": InPercent("lowest rate"),
    "highest": InPercent("highest rate"),
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
    sums = (
        " What is missing of a category is set beside all that was recorded as it. The categories then add up to "
        "more unrecorded crimes than the total."
        if counted
        else ""
    )
    said = (
        f"By {category}, a crime recorded in another class counts as not recorded in its own. Overall, it counts as "
        f"recorded.{sums}"
    )
    return Advised(said, " To count it as recorded in both, use {classification=lenient}.")


def routes_only(share: str, half_width: str = "") -> str:
    """Say what a count is limited to."""
    known = f" (± {half_width}, which the interval allows for)" if half_width else ""
    return (
        f"The count covers {share} of recorded crime, the share that comes through audited routes{known}. It says "
        "nothing about the rest."
    )


ROUTES_BY_CATEGORY = (
    "The counts cover the share of recorded crime that comes through audited routes, as given in the volumes. They say "
    "nothing about the rest."
)


def periods_differ(audited: str, counted: str) -> str:
    """Say that audit and volumes are of different periods."""
    return (
        f"The audit is of {in_words(audited)}, and recorded crime of {in_words(counted)}. The audited rate is assumed "
        "to hold for both."
    )


ALL_CRIME = "all reported crime (excluding fraud)"
AUDITED_CRIME = "the reported crime of the audited categories"


def published_rate(estimate: str, half_width: str, of: str) -> str:
    """Say a rate as inspection reports print it; of searches, which need no saying what it is of."""
    interval = f"{estimate} percent (with a confidence interval of +/- {half_width} percent)"
    if not of:
        return f"Reasonable grounds were recorded in {interval} of the stop and search records."
    return f"We estimate that the force is recording {interval} of {of}."


def assumption(*, partial: bool) -> str:
    """Say what a count takes to hold; ``partial`` where categories with recorded crime were not audited."""
    return _OF_AUDITED if partial else _OF_ALL


def more_than(count: str) -> str:
    """Say a count as inspection reports print it: rounded down."""
    return f"We estimate that the force didn't record more than {count} crimes."


BY_METHOD = "by method"

CARD_HEADINGS = ("", "")

CARD_ROWS = ("what", "when to use", "reference", "coverage")


def of_the_frame(population: str) -> Mapping[str, str]:
    """Head the columns that give an interval as records on the frame."""
    return {"low": f"from, of\u00a0{population}", "high": f"to, of\u00a0{population}"}


def count_remedy(value: object, name: str, least: int) -> str:
    """Say what to give instead of a value that is no count: of no number, a rate, too few, or a fraction."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return "Give one number."
    if 0 < value < 1:
        return "Give counts, not rates."
    if value < least:
        return f"{_NONE_OF.get(name, '') if value == 0 else ''}Give {least} or more."
    return "Give it without a fraction."


_NONE_OF: Mapping[str, str] = {
    "due": "Where nothing is due, there is no rate. ",
    "sample": "A sample of no records has no interval. ",
    "population": "Nothing can be drawn from none. ",
}
"""What is counted -> why there has to be one of it."""


def note_line(number: int, text: str) -> str:
    """Write one note under a table."""
    return f"[{number}] {text}"


def in_a_row(names: Iterable[str]) -> str:
    """Write names one after the other, with semicolons where a name itself holds a comma."""
    held = list(names)
    return _between(held).join(held)


def listed(names: Sequence[str]) -> str:
    """Write names one after the other, as a sentence does."""
    return _joined(names, "and")


def one_of(names: Sequence[str]) -> str:
    """Write names of which one will do."""
    return _joined(names, "or")


def _joined(names: Sequence[str], word: str) -> str:
    apart = _between(names)
    before_last = f"; {word} " if apart == "; " else f" {word} "
    return before_last.join(part for part in (apart.join(names[:-1]), *names[-1:]) if part)


_INNER_COMMA = re.compile(r",(?!\d{3}(?!\d))")  # not that of a number in thousands


def _between(names: Sequence[str]) -> str:
    return "; " if any(_INNER_COMMA.search(name) for name in names) else ", "


SELECTIONS: Mapping[str, str] = {
    "judgement": "one chosen by judgement",
    "voluntary": "one of those who chose to answer",
}
"""What a sample is that is not representative, in a refusal."""

WHY_ALONE: Mapping[str, str] = {
    "judgement": "There is no rate or interval: the sample was chosen by judgement and may not be typical of the rest.",
    "voluntary": "There is no rate or interval: the sample is of those who chose to answer and may not be typical "
    "of the rest.",
}
"""Why nothing follows from a sample that is not representative."""


def census_title(measure: str) -> str:
    """Head a table of exact figures."""
    return f"{measure[:1].upper()}{measure[1:]} (census)"


def counts_title(measure: str) -> str:
    """Head a table of counts that stand for nothing but themselves."""
    return f"{measure[:1].upper()}{measure[1:]}: counts only, from a sample that is not representative"


def counted(subject: str, counted_: str, of: str) -> str:
    """Say what was counted in a sample that stands for nothing else."""
    return f"In the sample, {counted_} of {of} {subject}."


_ALL_OF: Mapping[str, str] = {
    "reports": "every report was audited",
    "records": "every record was audited",
    "files": "every file was reviewed",
    "": "all of them were counted",
}
"""What a sampling frame holds -> what a census of it is."""


def rate_exact(subject: str, estimate: str, frame: str) -> str:
    """Say the rate of a census."""
    return f"{estimate[:1].upper()}{estimate[1:]} of {subject}: {_ALL_OF[frame]}, so there is no sampling error."


def unrecorded_exact(count: str) -> str:
    """Say how many crimes were not recorded where the rate is that of a census."""
    return f"At that rate, {count} reported crimes were not recorded."


def strata_sampled(strata: int, sampled: int, frame: int, rows: int) -> str:
    """Say how large the strata of a row are, and how many other rows are made of strata too."""
    others = "" if rows == 1 else f", and {rows - 1:,} more row{'s' if rows > 2 else ''} of strata"
    return f"{strata:,} strata with {sampled:,} of {frame:,} records sampled{others}"


def _interval(ends: tuple[int, int] | None, level: str, ways: tuple[str, str]) -> str:
    """Write an interval in brackets; one that goes both ways names them, since a sign alone does not."""
    if ends is None:
        return ""
    low, high = ends
    span = f"{-low:,} {ways[0]} to {high:,} {ways[1]}" if low < 0 else f"{low:,} to {high:,}"
    return f" ({level} confidence interval {span})"


def net_error(over: str, net: str, ends: tuple[int, int] | None, level: str, *, too_high: bool, bound: bool) -> str:
    """Say what recorded crime lacks net of what it should not hold; ``bound``: that is written as a bound."""
    interval = _interval(ends, level, ("too low", "too high") if too_high else ("too high", "too low"))
    said = f"{_opening(bound=bound)} {over} recorded crimes should not have been recorded."
    return f"{said} Net of these, recorded crime is {net} too {'high' if too_high else 'low'}{interval}."


def figure_printed(rate: str, ends: tuple[str, str] | None, level: str) -> str:
    """Say a published figure: with its interval, or as that of a census."""
    if ends is None:
        return f"The published figure is {rate}. It is of a census, so there is no sampling error."
    return f"The published figure is {rate} ({level} confidence interval {ends[0]} to {ends[1]}, as printed)."


def additional(count: str, ends: tuple[int, int] | None, level: str, *, fewer: bool, bound: bool) -> str:
    """Say how many crimes were recorded in addition, or fewer, since the rate changed; ``bound``: as a bound."""
    interval = _interval(ends, level, ("more", "fewer") if fewer else ("fewer", "more"))
    way = "fewer" if fewer else "more"
    return f"{_opening(bound=bound)} {count} {way} crimes were recorded than at the earlier rate{interval}."
