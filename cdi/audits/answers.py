"""Reads single words: decisions, yes and no, whole numbers, weights; and writes values as their user wrote them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cdi import wording
from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.reading.engine import Rows

__all__ = [
    "ANSWERS", "DECISIONS", "GROUPS", "MOST", "MOST_COUNTED", "NOT_APPLICABLE", "NOT_AUDITABLE", "OVER_RECORDED",
    "SYNONYMS", "UNDECIDED", "WRONG_CLASS", "Decision", "cell_text", "is_answer", "is_decision", "is_idle",
    "is_meaning", "is_own_word", "is_untidy", "likely_answer", "likely_decision", "parse_answer", "parse_count",
    "parse_counted", "parse_decision", "parse_recorded", "parse_reply", "parse_share", "parse_volume",
    "parse_weight", "parse_whole", "plain_word", "show", "spaced", "tidied", "values_of", "without_marks",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What one decision counts as."""

    due: bool = False  # a crime should have been recorded
    recorded: bool = False  # it was, and is not cancelled
    wrong_class: bool = False  # it was recorded in another class than its own
    over_recorded: bool = False  # a crime was recorded, and nothing was due
    cancelled: bool = False  # it was recorded once, so that a class may stand beside it
    auditable: bool = True  # whether anything could be decided


WRONG_CLASS, OVER_RECORDED, NOT_AUDITABLE = "wrong class", "over-recorded", "not auditable"

UNDECIDED = "undecided"
"""What a row without a decision is counted under."""

DECISIONS: Mapping[str, Decision] = {
    "recorded": Decision(due=True, recorded=True),
    "not recorded": Decision(due=True),
    "wrongly cancelled": Decision(due=True, cancelled=True),
    WRONG_CLASS: Decision(due=True, recorded=True, wrong_class=True),
    "no crime": Decision(),
    "transferred": Decision(),
    "duplicate": Decision(),
    OVER_RECORDED: Decision(over_recorded=True),
    NOT_AUDITABLE: Decision(auditable=False),
}
"""Every decision, in the order in which it is listed."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "recorded": ("correctly recorded", "crime recorded"),
    "not recorded": ("not-recorded", "not_recorded", "unrecorded", "crime not recorded", "missed crime"),
    "wrongly cancelled": ("incorrectly cancelled", "wrongly_cancelled", "wrongly canceled", "cancelled in error"),
    WRONG_CLASS: ("wrong classification", "wrong_class", "misclassified", "incorrect classification"),
    "no crime": ("no-crime", "no_crime", "not a crime", "no crime due", "avi", "verifiable information", "n100"),
    "transferred": ("transferred out", "transfer"),
    "duplicate": ("duplicated", "duplicate report"),
    OVER_RECORDED: ("over recorded", "over_recorded", "overrecorded"),
    NOT_AUDITABLE: ("not-auditable", "not_auditable", "unauditable", "cannot be audited"),
}
"""The only other spellings that are read, whatever their capitals."""

_MEANT = {word: decision for decision, words in SYNONYMS.items() for word in (decision, *words)}

_STRAY = " .,;:!*'\"`"
"""Signs at the ends of a word that mean nothing."""


def tidied(word: str) -> str:
    """Take the stray signs off the ends of a word, and make one space of several, of whatever kind."""
    return spaced(word).strip(_STRAY)


def spaced(word: str) -> str:
    """Make one space of several in a row, of whatever kind."""
    return " ".join(word.split())


def is_untidy(word: str) -> bool:
    """Tell a word, and no number, that is written with stray signs or several spaces in a row."""
    plain = word.strip()
    return tidied(plain) != plain and any(sign.isalpha() for sign in plain)


def plain_word(word: str) -> str:
    """Write a word as words are held against each other: without stray signs, in small letters."""
    return tidied(word).casefold()


def parse_decision(word: str) -> str | None:
    """Read a decision, whatever its capitals and stray signs; None for anything that is not on the list."""
    return _MEANT.get(plain_word(word))


_LIKELY: Mapping[str, tuple[str, ...]] = {
    "recorded": (
        "yes", "y", "compliant", "complied", "ncrs compliant", "pass", "passed", "crimed", "crime created", "correct",
        "correctly crimed", "correctly classified", "recorded late", "late", "recorded out of time", "recorded in time",
        "recorded within 24 hours", "recorded after 24 hours", "already recorded", "true", "1",
    ),
    "not recorded": (
        "no", "n", "non compliant", "not compliant", "noncompliant", "fail", "failed", "not crimed", "uncrimed",
        "under recorded", "under recording", "missing", "missed", "should be crimed", "should have been recorded",
        "crime required", "incorrect", "false", "0",
    ),
    "wrongly cancelled": ("wrongly no crimed", "incorrectly no crimed", "cancellation incorrect"),
    WRONG_CLASS: (
        "wrong offence", "incorrectly classified", "recorded wrong class", "crimed wrong classification",
        "crimed wrong class", "recorded wrong classification", "recorded in wrong class",
    ),
    "no crime": (
        "no offence", "no offences", "no crimes", "not required", "no crime required", "none",
        "additional verifiable information",
    ),
    "transferred": ("other force", "transferred to other force"),
    "duplicate": ("already crimed", "dup"),
    OVER_RECORDED: ("over recording", "should not have been recorded", "wrongly recorded", "recorded in error"),
    NOT_AUDITABLE: ("unable to audit", "insufficient information", "no audio", "call not available", "unknown"),
}  # fmt: skip
"""Decision -> words that probably mean it, in small letters without hyphens: proposed, and never read as it."""

_PROBABLE = {word: decision for decision, words in _LIKELY.items() for word in words}


def likely_decision(word: str) -> str | None:
    """Guess what an auditor's word means; None where it could mean several things."""
    return _PROBABLE.get(" ".join(re.findall(r"[a-z0-9]+", word.casefold())))


_LIKELY_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "yes": (
        "ok", "okay", "pass", "passed", "compliant", "complied", "met", "fully met", "satisfactory", "good", "adequate",
        "reasonable", "sufficient", "correct", "recorded", "crimed", "crime recorded", "required", "crime required",
        "crime", "in time", "on time", "in target", "within 24 hours", "within 24hrs", "timely", "yes recorded", "done",
    ),
    "no": (
        "fail", "failed", "non compliant", "not compliant", "noncompliant", "not met", "unsatisfactory", "poor",
        "inadequate", "unreasonable", "insufficient", "incorrect", "not recorded", "not crimed", "unrecorded",
        "not required", "no crime", "out of time", "over 24 hours", "outside 24 hours", "over 24hrs", "outside 24hrs",
        "not in time", "not timely", "none", "not done",
    ),
    "n/a": ("not relevant",),
}  # fmt: skip
"""Answer -> words that probably mean it: proposed, and never read as it."""

_PROBABLE_ANSWERS = {word: answer for answer, words in _LIKELY_ANSWERS.items() for word in words}


def likely_answer(word: str) -> str | None:
    """Guess which answer a word is; None where it could be several."""
    if word in _TICKS:
        return _TICKS[word]
    plain = " ".join(re.findall(r"[a-z0-9]+", word.casefold()))
    coded = _CODED.fullmatch(plain)  # lists of codes: 1 - Yes
    return coded[1] if coded else _PROBABLE_ANSWERS.get(plain)


_TICKS: Mapping[str, str] = {**dict.fromkeys("\u2713\u2714\u2611", "yes"), **dict.fromkeys("\u2717\u2718\u2612", "no")}
_CODED = re.compile(r"[0-9]{1,2} (yes|no)")


def is_own_word(word: str) -> bool:
    """Tell a word that somebody chose from yes, no and n/a, a number, a date, and what a program wrote for a blank."""
    is_damage = word.startswith("#") or word.casefold() in {"nan", "nat", "null", "<na>"}
    is_known = not isinstance(parse_reply(word), str)
    digits = sum(map(str.isdigit, word))
    letters = sum(map(str.isalpha, word))
    return not (is_damage or is_known or is_idle(word)) and (letters > digits or (word != "" and not letters + digits))


def is_meaning(text: str) -> bool:
    """Tell whether a text is a decision, an answer or an ethnic group, and so can be what a word means."""
    return is_decision(text) or is_answer(text) or text.casefold() in GROUPS


def is_decision(text: str) -> bool:
    """Tell whether a text is a decision."""
    return parse_decision(text) is not None


def is_answer(text: str) -> bool:
    """Tell whether a text is yes, no, or that the question does not arise."""
    return not isinstance(parse_reply(text), str)


ANSWERS: Mapping[str, int] = {"yes": 1, "y": 1, "true": 1, "1": 1, "no": 0, "n": 0, "false": 0, "0": 0}
"""How yes and no may be written, in any case; nothing else is read as either."""

NOT_APPLICABLE = frozenset(["not applicable", "n/a", "na", "not asked", "does not apply", "does not arise"])
"""How it may be written that a question does not arise, in any case, with spaces, hyphens or underscores."""

GROUPS: Mapping[str, str] = {
    name.casefold(): name for name in ("Asian", "Black", "Mixed", "Other", "White", wording.NOT_STATED_GROUP)
}
"""The groups that ethnic groups are gathered into, in small letters -> as they are written."""

MOST = 1_000_000
"""Crimes in one row, at the most: their products must stay whole numbers in every engine."""

MOST_COUNTED = 1_000_000_000_000
"""What one row of a table counts, at the most: the sums of millions of rows must stay whole numbers likewise."""

_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_WHOLE = re.compile(r"[0-9]{1,15}(\.0*)?")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?")
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00:00(\.0*)?")


def parse_answer(word: str) -> int | str:
    """Read yes or no, whatever its capitals and stray signs; anything else gives the code of its fault."""
    return ANSWERS.get(tidied(word).lower(), "not-yes-no")


def parse_reply(word: str) -> int | str | None:
    """Read the answer to a question of a review: yes, no, None where it does not arise; else the code of its fault."""
    plain = plain_word(word.replace("-", " ").replace("_", " "))
    return None if plain in NOT_APPLICABLE else ANSWERS.get(plain, "not-an-answer")


def parse_count(word: str) -> int | str:
    """Read a whole number, or yes and no as 1 and 0; anything else gives the code of its fault."""
    found = ANSWERS.get(tidied(word).lower(), parse_whole(word))
    if isinstance(found, int):
        return found if found <= MOST else "too-many"
    return "not-a-number" if found == "not-whole" else found


_DASHES = frozenset(["-", "–", "—"])


def is_idle(word: str) -> bool:
    """Tell whether somebody wrote that the question does not arise: N/A, or a dash."""
    plain = " ".join(word.casefold().replace("-", " ").replace("_", " ").split())
    return plain in NOT_APPLICABLE or word.strip() in _DASHES


def parse_recorded(word: str) -> int | str | None:
    """Read how many of the crimes due were recorded; None where the auditor wrote that the question does not arise."""
    return None if is_idle(word) else parse_count(word)


def parse_counted(word: str) -> int | str | None:
    """Read the same in a table of counts: a number as it is printed, and neither yes nor no."""
    return None if is_idle(word) else parse_volume(word)


def parse_whole(word: str) -> int | str:
    """Read a whole number; anything else gives the code of its fault."""
    if _WHOLE.fullmatch(word):
        return int(word.partition(".")[0])
    return _why_no_number(word.lower(), "not-whole")


_BESIDE = r"notes?\b[^\]]*|er|[bdefpru]"
_INSTEAD = r"low|ns|[cswxz]"
_MARK = re.compile(rf"\s*\[(?:{_BESIDE}|{_INSTEAD})\]", re.IGNORECASE)
_MARK_BESIDE = re.compile(rf"\s*\[(?:{_BESIDE})\]", re.IGNORECASE)
"""The marks of accessible tables: beside a number (notes, provisional, revised), or instead of it (suppressed)."""


def without_marks(text: str) -> str:
    """Leave out the marks of accessible tables, such as [note 1] and [x]."""
    return _MARK.sub("", text).strip()


def parse_volume(word: str) -> int | str | None:
    """Read a whole number as it is printed, with commas or marks; anything else gives the code of its fault.

    A mark alone, such as [x] or [c], says that there is no number: None.
    """
    if word and not without_marks(word):
        return None
    plain = _MARK_BESIDE.sub("", word).strip()
    digits = plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain
    found = parse_whole(digits)
    if isinstance(found, int):
        return found if found <= MOST_COUNTED else "too-large"
    return "too-large" if digits.isascii() and digits.isdecimal() else found


def parse_share(word: str) -> float | None:
    """Read a share above 0 and up to 1, written 0.8 or 80%; None for anything else."""
    plain = word.strip()
    number = plain.removesuffix("%").strip()
    if not _NUMBER.fullmatch(number.lower()):
        return None
    value = Decimal(number) / (100 if plain.endswith("%") else 1)
    return float(value) if 0 < value <= 1 else None


def parse_weight(word: str) -> float | str:
    """Read a positive number; anything else gives the code of its fault."""
    plain = word.lower()
    if not _NUMBER.fullmatch(plain):
        return _why_no_number(plain, "not-a-weight")
    number = float(plain)
    if math.isinf(number):
        return "infinite"
    return number if number > 0 else "not-positive"


def show(value: object) -> str:
    """Write a value of the input as its user wrote it: 3 for an engine's 3.0, a date for its midnight."""
    if isinstance(value, str):
        return value.strip() or wording.BLANK
    if engine.absent(value) or not str(value).strip():
        return wording.BLANK
    text = str(value)
    midnight = _MIDNIGHT.fullmatch(text)
    return midnight[1] if midnight else text.removesuffix(".0")


def cell_text(value: object) -> str:
    """Write the value of a cell as its user wrote it; one that is blank is no text."""
    return "" if engine.absent(value) or not str(value).strip() else show(value)


def values_of(rows: Rows, column: str) -> list[str]:
    """List the values of a column, each once and as their user wrote them, sorted; those that are absent are none."""
    found = engine.collect(engine.sums(rows, [column], (), count="_cdi_n"))[column]
    return sorted(show(value) for value in found if not engine.absent(value))


def _why_no_number(plain: str, code: str) -> str:
    if plain.lstrip("+-") in {"inf", "infinity"}:
        return "infinite"
    if not _NUMBER.fullmatch(plain):
        return "not-plain" if _NUMBER.fullmatch(plain.replace(",", "").replace(" ", "")) else code
    if plain.startswith("-"):
        return "negative"
    return "not-plain" if math.isinf(float(plain)) or float(plain).is_integer() else "fractional"
