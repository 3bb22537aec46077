"""What is said of disputed decisions: headings, the other way of each, and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import Advised, InPercent, listed

__all__ = [
    "AS_AUDITED", "DISPUTE_HEADINGS", "MISSING_HIGHEST", "MISSING_LOWEST", "NOTES_OF_DISPUTES",
    "OTHER_WAY_ROW", "OUTCOMES",
    "UNKNOWN", "_NUMBERS", "assumed_other", "counted_first", "disputes_idle", "disputes_title",
    "grades_from", "kind_of_decisions", "least_found", "least_number", "least_title", "missing_counts_title",
    "missing_range",
    "missing_said", "missing_title", "one_gives", "one_title", "one_turned", "span", "turn_said",
    "turns_said", "unrecorded_title",
]  # fmt: skip

DISPUTE_HEADINGS: Mapping[str, str] = {
    "disputed": "disputed",
    "missing": "missing",
    "without": InPercent("without them"),
    "all_missed": InPercent("not recorded"),
    "all_recorded": InPercent("recorded"),
    "count_without": "without them",
    "missed_count": "not recorded",
    "recorded_count": "recorded",
    "audited": InPercent("as audited"),
    "other": InPercent("other way"),
    "low": "from %",
    "high": "to %",
    "count": "as audited",
    "other_count": "other way",
    "count_low": "from",
    "count_high": "to",
    "more_than": "more than",
    "stratum": "stratum",
    "turn": "decision, and the other way",
    "decisions": "how many",
    "own": InPercent("rate"),
    "overall": InPercent("overall rate"),
    "overall_count": "not recorded",
    "outcome": "what would change",
    "now": "as audited",
    "then": "then",
    "least": "least number",
    "notes": "notes",
}

AS_AUDITED, OTHER_WAY_ROW = "as audited", "the other way"
"""What the rows of a table are of."""

MISSING_LOWEST, MISSING_HIGHEST = "missing decisions: not recorded", "missing decisions: recorded"
"""And where decisions are missing."""


CANNOT_TELL = "cannot tell"

UNKNOWN = "no estimate"
"""What a number not recorded is where no crime was recorded."""

OUTCOMES: Mapping[str, str] = {
    "grade": "grade",
    "grades": "possible grades",
    "verdict": "verdict",
    "rate": "printed rate",
    "count": "printed count",
    "more-than": "printed 'more than'",
}
"""What may change with decisions that go the other way."""

NOTES_OF_DISPUTES: Mapping[str, str] = {
    "least-at-most": "upper limit: not all ways were tried, and fewer decisions may do",
    "least-none": "no number of these decisions would change it",
    "least-not-found": "none was found, but not all ways were tried",
    "turn-range": "from the least to the greatest over these decisions, as their reports count differently",
}

_QUOTED = frozenset(["grades", "verdict"])
"""Outcomes that are several words, and so stand in quotation marks in a sentence."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _number(number: int) -> str:
    """Write a number as a sentence does: up to ten in words."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _decisions(number: int, kind: str = "disputed") -> str:
    return f"{_number(number)} {kind} decision{'' if number == 1 else 's'}"


def kind_of_decisions(*, disputed: bool, missing: bool) -> str:
    """Name the decisions that could be otherwise."""
    if disputed and missing:
        return "disputed or missing"
    return "missing" if missing else "disputed"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def disputes_title(name: str, number: int, level: str, method: str, *, exact: bool) -> str:
    """Head the rates as audited and the other way."""
    intervals = "" if exact else f", {level} confidence intervals ({method})"
    return f"{_capital(name)} as audited, and with {_decisions(number)} the other way{intervals}"


def unrecorded_title(name: str) -> str:
    """Head the crimes not recorded as audited and the other way."""
    return f"{_capital(name)} as audited, and the other way"


def missing_title(name: str, number: int, level: str, method: str, *, exact: bool) -> str:
    """Head the rates without missing decisions, and with all of them one way."""
    intervals = "" if exact else f", {level} confidence intervals ({method})"
    what = _decisions(number, "missing")
    return f"{_capital(name)} without {what}, and if all were made one way{intervals}"


def missing_counts_title(name: str) -> str:
    """Head the crimes not recorded, likewise."""
    return f"{_capital(name)} without the missing decisions, and if all were made one way"


def missing_said(number: int) -> str:
    """Say how rows count that have no decision yet."""
    if number == 1:
        return "One row has no decision yet. As audited, it counts nothing."
    return f"{_capital(_number(number))} rows have no decision yet. As audited, they count nothing."


def missing_range(name: str, number: int, low: str, high: str) -> str:
    """Say between what a figure will be once nothing is missing."""
    made = "the missing decision is made" if number == 1 else "the missing decisions are made"
    between = low if low == high else f"between {low} and {high}"
    each = "" if number == 1 else ", each"
    return f"Once {made}{each} as recorded, not recorded or no crime, the estimate of {name} overall will be {between}."


def least_title(kind: str) -> str:
    """Head the least numbers."""
    return f"The least number of {kind} decisions that would change the result"


def one_title(*, missing: bool) -> str:
    """Head what one decision does."""
    said = "If one disputed decision went the other way"
    return f"{said}, or one missing decision were made" if missing else said


def turn_said(before: str, after: str) -> str:
    """Name a decision and what it would become."""
    return f"missing to {after}" if before == "undecided" else f"{before} to {after}"


def one_turned(before: str, after: str, of: Sequence[str]) -> str:
    """Name the rows of a table with one decision the other way."""
    return ", ".join([f"one {turn_said(before, after)}", *of])


def grades_from(low: str, high: str) -> str:
    """Name the grades that an interval allows."""
    return low if low == high else f"{low} to {high}"


def span(low: str, high: str) -> str:
    """Write a range."""
    return f"{low} to {high}"


def least_number(number: int | None, *, exact: bool) -> str:
    """Write a least number in a table."""
    if number is None:
        return "none" if exact else "not found"
    return f"{number:,}" if exact else f"at most {number:,}"


def turns_said(turns: Sequence[tuple[str, str, int]]) -> str:
    """Say what the disputed decisions become the other way."""
    parts = [f"{number:,} from '{before}' to '{after}'" for before, after, number in turns]
    return f"The other way changes {listed(parts)}."


def counted_first(number: int, meaning: str) -> str:
    """Say how rows count as audited whose decision is only that it is disputed."""
    rows = f"{number:,} row{' has' if number == 1 else 's have'}"
    return f"{rows} the decision 'disputed'. As audited, {'it counts' if number == 1 else 'they count'} as {meaning}."


def assumed_other(recorded: str) -> str:
    """Say which of two other ways is taken where the force does not say, and how to choose."""
    said = f"Where the column does not say what the force holds, 'not recorded' becomes '{recorded}'."
    return Advised(said, " Use {other_way} to choose.")


def disputes_idle(number: int) -> str:
    """Say how many disputes change no number."""
    counts = "counts the same either way and is" if number == 1 else "count the same either way and are"
    return f"{_capital(_decisions(number))} {counts} left out."


def _disputes_of(number: int, of: int, kind: str) -> str:
    """Say how many of the decisions, as the subject of a sentence."""
    if number == of == 1:
        return f"the one {kind} decision"
    if number == of:
        return f"both {kind} decisions" if of == 2 else f"all {_decisions(of, kind)}"
    return f"{_number(number)} of the {_decisions(of, kind)}"


def least_found(
    outcome: str, number: int | None, of: int, now: str, then: str, *, exact: bool, kind: str = "disputed"
) -> str:
    """Say how few decisions would change an outcome, or that none would."""
    what, all_ = OUTCOMES[outcome], _decisions(of, kind)
    if outcome in _QUOTED:
        now, then = f"'{now}'", f"'{then}'"
    if number is None and exact:
        if of == 1:
            return f"The one {kind} decision would not change the {what} ({now})."
        return f"None of the {all_} would change the {what} ({now}), one by one or together."
    if number is None:
        return f"No change of the {what} ({now}) was found. Not all ways to change {all_} were tried."
    change = f"change the {what} from {now} to {then}"
    who = _capital(_disputes_of(number, of, kind))
    if number >= len(_NUMBERS) and number < of:  # no sentence begins with a figure
        said = f"It would take {number:,} of the {all_} to {change}."
    elif kind != "disputed":
        said = f"{who} could {change}."
    else:
        went = "it" if number == 1 else "they"
        said = f"{who}, if {went} went the other way, would {change}."
    return said if exact else f"{said} Not all ways were tried, so fewer may do."


def one_gives(low: str, high: str, interval: tuple[str, str] | None, *, missing: bool = False) -> str:
    """Say between what one decision moves the overall rate."""
    one = "One missing decision, once made," if missing else "One disputed decision the other way"
    if low == high:
        within = "" if interval is None else f" (interval {interval[0]} to {interval[1]})"
        return f"{one} gives an overall rate of {low}{within}."
    within = "" if interval is None else f" (intervals within {interval[0]} to {interval[1]})"
    return f"{one} gives an overall rate from {low} to {high}{within}."
