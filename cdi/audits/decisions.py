"""The decisions that auditors write down, crime by crime: what each counts as, and how it may be spelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "DECISIONS", "NOT_AUDITABLE", "OVER_RECORDED", "SYNONYMS", "UNDECIDED", "WRONG_CLASS", "Decision", "parse_decision",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What one decision counts as.

    Attributes
    ----------
    due : bool
        A crime should have been recorded.
    recorded : bool
        It was, and is not cancelled.
    wrong_class : bool
        It was recorded in another class than its own.
    over_recorded : bool
        A crime was recorded, and nothing was due.
    cancelled : bool
        It was recorded once, so that a class may stand beside it.
    auditable : bool
        Whether anything could be decided.
    """

    due: bool = False
    recorded: bool = False
    wrong_class: bool = False
    over_recorded: bool = False
    cancelled: bool = False
    auditable: bool = True


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


def parse_decision(word: str) -> str | None:
    """Read a decision, whatever its capitals; None for anything that is not on the list.

    Examples
    --------
    >>> parse_decision("Not Recorded"), parse_decision("N100"), parse_decision("probably")
    ('not recorded', 'no crime', None)
    """
    return _MEANT.get(word.strip().casefold())
