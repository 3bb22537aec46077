"""What is true of a row, as data: whether it is of the whole, exact, weighted or withheld, and the reasons behind it.

Every decision in the code rests on these facts. The notes that people read are derived from them, last.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Self

__all__ = ["LARGE_REPORT", "PLAIN", "SUPPRESSED", "Facts", "Presentation", "Release", "Scope"]

SUPPRESSED = "suppressed"
"""The note on a row none of whose numbers are published."""


LARGE_REPORT = "large-report"
"""The note on a row with a report of so many crimes that its interval may be too narrow."""


class Scope(Enum):
    """What part of a sample a row is of."""

    CATEGORY = "category"
    """One category of the columns asked for."""
    OVERALL = "overall"
    """All of it, as an estimate for the force."""
    FRAME = "frame"
    """All of it, weighted by the sampling frame, where another overall rate follows from recorded crime."""
    SAMPLE = "in the sample"
    """All of it as it was sampled, which is no estimate for the force."""
    SAMPLES = "in the samples"
    """All forces as each was sampled, which is no estimate for them together."""

    @property
    def whole(self) -> bool:
        """Whether it is of all categories together."""
        return self is not Scope.CATEGORY

    @property
    def main(self) -> bool:
        """Whether it is the rate to be said of the force: not one that stands beside it, nor of the sample alone."""
        return self in (Scope.CATEGORY, Scope.OVERALL)

    @property
    def of_sample(self) -> bool:
        """Whether it describes what was sampled, and nothing beyond."""
        return self in (Scope.SAMPLE, Scope.SAMPLES)


class Release(Enum):
    """How much of a row is published."""

    ALL = "all"
    ROUNDED = "rounded"
    """Its counts to the nearest 5, and what follows from them."""
    COUNTS = "counts"
    """Its counts, and no estimate."""
    NOTHING = "nothing"
    """No number at all: the row is suppressed."""


class Presentation(Enum):
    """A standard for showing a rate, by the key of the note on one that falls short of it."""

    SMALL_BASE = "small-base"
    """Its base is small."""
    FEW_DF = "few-df"
    """Its interval rests on few degrees of freedom."""
    # those of the NCHS: its size, the width of its interval, and that width beside the rate and beside what it leaves
    SIZE = "nchs-size"
    WIDE = "nchs-wide"
    RELATIVE = "nchs-relative"
    COMPLEMENT = "nchs-complement"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one row.

    Attributes
    ----------
    scope : Scope
        What part of the sample it is of.
    census : bool
        Whether every report on the frame was audited: it has no sampling error.
    known_only : bool
        Whether a census lacks what is not known.
    alone : {"judgement", "voluntary", ""}
        How a sample was selected that stands for nothing but itself.
    weighted : bool
        Whether its reports count by weights that differ: a rate of them is not the ratio of the counts beside it.
    by_volumes : bool
        Whether its categories, two or more, count by their recorded crime: nor is it then.
    mixed : bool
        Whether strata are mixed as they were sampled.
    hundreds : bool
        Whether inspection reports print its count in hundreds, however small it is.
    net, chance, routes : bool
        Whether a count is net of over-recording, has the chance of the crimes themselves in its interval, and is of
        the crimes in audited routes alone.
    partial : bool
        Whether there is recorded crime of categories that were not audited: it is not of all crime then.
    release : Release
        How much of it is published.
    largest : tuple of int or None
        Of a row with a large report: the crimes of that report, and of all.
    among : tuple of int or None
        Of a chance to be among the first or the last forces: how many those are, and of how many.
    short_of : tuple of Presentation
        The standards for showing rates that it falls short of.
    found : tuple of str
        What was found of it: a verdict, signals, a side of the published lines.
    stated : tuple of str
        What was asked and declared of it, which tells nothing of its numbers: keys of ``cdi.wording.NOTES``.
    reasons : tuple of str
        What else a reader has to know: keys of ``cdi.wording.NOTES`` that nothing but its notes depends on.
    """

    scope: Scope = Scope.CATEGORY
    census: bool = False
    known_only: bool = False
    alone: str = ""
    weighted: bool = False
    by_volumes: bool = False
    mixed: bool = False
    hundreds: bool = False
    net: bool = False
    chance: bool = False
    routes: bool = False
    partial: bool = False
    release: Release = Release.ALL
    largest: tuple[int, int] | None = None
    among: tuple[int, int] | None = None
    short_of: tuple[Presentation, ...] = ()
    found: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # of a few fields, which is quick: rows are many, and what is true of them is looked up for each
        return hash((self.reasons, self.found, self.largest, self.weighted, self.census))

    @property
    def whole(self) -> bool:
        """Whether it is of all categories together."""
        return self.scope.whole

    @property
    def withheld(self) -> bool:
        """Whether none of its numbers are published."""
        return self.release is Release.NOTHING

    @property
    def places(self) -> int:
        """The decimals of a percentage that are published: what follows from rounded counts is whole."""
        return 0 if self.release is Release.ROUNDED else 1

    def changed(self, **facts: Hashable) -> Self:
        """Replace some of them; rows of which the same is true share what is made."""
        changed: Self = _changed(self, **facts)
        return changed

    def falling_short(self, standards: Iterable[Presentation]) -> Self:
        """Add standards that it falls short of, each once."""
        return self.changed(short_of=tuple(dict.fromkeys((*self.short_of, *standards))))

    def because(self, reasons: Iterable[str]) -> Self:
        """Add reasons, each once."""
        return self.changed(reasons=tuple(dict.fromkeys((*self.reasons, *reasons))))

    def without(self, reasons: Iterable[str]) -> Self:
        """Leave out reasons that do not hold of what the row has become."""
        gone = frozenset(reasons)
        return self.changed(reasons=tuple(reason for reason in self.reasons if reason not in gone))

    def numbers_in(self, code: str) -> tuple[int, ...]:
        """Give the numbers that a note on it tells."""
        return self.largest if code == LARGE_REPORT and self.largest else ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Name the notes that people are told, in no order: keys of ``cdi.wording.NOTES``."""
        return _codes(self)


@lru_cache(maxsize=1 << 12)
def _changed(facts: Any, **changes: Any) -> Any:
    return replace(facts, **changes)


@lru_cache(maxsize=1 << 10)
def _codes(facts: Facts) -> tuple[str, ...]:
    shown = facts.release in (Release.ALL, Release.ROUNDED)
    stated = {
        "census": facts.census and not facts.known_only,
        "census-known": facts.census and facts.known_only,
        "sample-only": facts.mixed,
        "net-of-over-recorded": facts.net,
        "chance": facts.chance,
        "route-share": facts.routes,
        "audited-only": facts.partial,
        # what weighs the categories weighs all below them: it is said once
        "weighted": facts.weighted and not facts.by_volumes and shown,
        "volumes-weigh": facts.by_volumes and shown,
        LARGE_REPORT: facts.largest is not None and shown,
        "rounded": facts.release is Release.ROUNDED,
        SUPPRESSED: facts.withheld,
    }
    alone = (facts.alone,) if facts.alone else ()
    short = (standard.value for standard in facts.short_of)
    return (
        *facts.found,
        *alone,
        *short,
        *facts.stated,
        *facts.reasons,
        *(code for code, holds in stated.items() if holds),
    )


PLAIN = Facts()
"""Of a category of which nothing is odd."""
