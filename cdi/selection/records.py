"""What a draw asks of the records of a frame, whichever engine holds them, and what is wrong with a frame.

Each record has a ticket, a stratum and an id. Engines make the tickets, count, and look for ids that stand twice. What
they hand over is sums, some faults with their places, and the records with the smallest tickets.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import TracebackType
from typing import NamedTuple, Self

from cdi import wording
from cdi.errors import SHOWN, DataError, Fault, Where, fault, suggestion
from cdi.selection.frames import Asked, Opened
from cdi.selection.sizes import Chances

__all__ = ["BLOCK", "Digests", "Record", "Records", "Repeated", "digest_of"]

SOUND, BLANK, SHORTENED, DATED, CUT, LONG, TOTAL = range(7)
"""What is found of an id: nothing wrong, or what a spreadsheet or a table made of it."""

_FLAWS = {
    BLANK: "draw-id-blank", SHORTENED: "id-scientific", DATED: "draw-id-date", CUT: "id-cut", TOTAL: "draw-total",
}  # fmt: skip

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
PATTERNS = {
    SHORTENED: r"[0-9](\.[0-9]+)?[eE]\+[0-9]+",
    DATED: f"[0-9]{{1,2}}-({_MONTHS})(-[0-9]{{2,4}})?|({_MONTHS})-[0-9]{{2}}",
    CUT: "[0-9]{15}0+|[0-9]{11,}0000",
    LONG: "[0-9]{15,}",
}
"""How an id looks that a spreadsheet changed; each must fit it whole."""

DAY = r"[0-9]{2}/[0-9]{2}/[0-9]{4}( [0-9:]+)?"
TOTALS = ("total", "totals", "grand total", "sub total", "subtotal", "overall", "all")

BLOCK = 1 << 16
"""The rows that are digested together, wherever they are; the digests of blocks are digested again."""


class Record(NamedTuple):
    """A record that may be among the drawn."""

    stratum: int  # its place in the plan
    position: int  # its row in the frame, from 1
    unit: str
    kept: tuple[str | None, ...]
    size: float | None = None


class Repeated(NamedTuple):
    """An id that stood before."""

    row: int
    unit: str
    first: int  # the row in which it stands first


class Digests(NamedTuple):
    """What is told of all records in a receipt."""

    ordered: str  # of tickets and sizes in the order of the rows
    checksum: int  # the sum of tickets, whatever the order; it goes round at 64 bits


def digest_of(blocks: Iterable[bytes]) -> str:
    """Digest the digests of blocks.

    Examples
    --------
    >>> digest_of([bytes(32)])[:8]
    '66687aad'
    """
    return hashlib.sha256(b"".join(blocks)).hexdigest()


@dataclass
class Records(ABC):
    """The records of a frame, in the engine that makes their tickets."""

    opened: Opened
    asked: Asked

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what was made."""

    # ---- what an engine is asked

    @abstractmethod
    def kinds(self) -> list[tuple[int | None, int, int]]:
        """Count the records by stratum, none among them, and by what is wrong with the id."""

    @abstractmethod
    def flawed(self, flaws: Sequence[int]) -> list[tuple[int, int, str | None]]:
        """Give the row, flaw and text of the first ids that have one of some flaws."""

    @abstractmethod
    def repeated(self) -> tuple[list[Repeated], int]:
        """Find the first ids that stand again, however far apart, and how many there are."""

    @abstractmethod
    def unplanned(self) -> tuple[list[tuple[int, list[str | None], int]], int]:
        """Give the values that are in no stratum of the plan, those of the most records first, and how many there are.

        Each is given with its first row and its records. It is asked where there are such only.
        """

    @abstractmethod
    def odd_sizes(self) -> tuple[list[tuple[int, str | None]], int]:
        """Give the rows and texts of the first sizes that are no number above 0, and how many there are."""

    @abstractmethod
    def digests(self) -> Digests:
        """Digest all records."""

    @abstractmethod
    def sizes(self) -> list[Fraction]:
        """Add up the sizes of each stratum."""

    @abstractmethod
    def certain(self, chances: Sequence[Chances]) -> list[list[float]]:
        """List of each stratum the sizes that are certain, or would be if those that are were left out."""

    @abstractmethod
    def smallest(self, wanted: Sequence[int], chances: Sequence[Chances] | None) -> list[Record]:
        """Find the records of the smallest tickets, or tickets by size, of each stratum: as many as wanted, or more."""

    # ---- what is wrong

    def refuse(self) -> list[int]:
        """Refuse a frame whose records cannot be told apart, or that is not the one of the plan; all faults at once.

        Returns
        -------
        list of int
            How many records each stratum has.
        """
        own, total = self.opened.own_faults(self.asked.unit)
        if own:
            raise DataError([each for _, each in own], total)
        kinds = self.kinds()
        flaws, total = self._flaws(kinds)
        if flaws:
            raise DataError(flaws, total)
        twice, total = self._twice()
        counts: Counter[int | None] = Counter()
        for code, _, records in kinds:
            counts[code] += records
        strange, number = self._unplanned() if counts[None] else ([], 0)
        short = self._short(counts)
        faults = [*twice, *strange, *short]
        if faults:
            raise DataError(faults[:SHOWN], total + number + len(short))
        self._refuse_sizes()
        return [counts[code] for code in range(len(self.asked.plan.strata))]

    def _flaws(self, kinds: Sequence[tuple[int | None, int, int]]) -> tuple[list[Fault], int]:
        """Find ids that are none, or that are no longer as they were."""
        counts: Counter[int] = Counter()
        for _, flaw, records in kinds:
            counts[flaw] += records
        codes = {SHORTENED, TOTAL} | ({BLANK} if counts[BLANK] else set())
        codes |= {DATED} if counts[DATED] < counts.total() else set()
        codes |= {CUT} if not counts[LONG] else set()
        wrong = sum(counts[code] for code in codes)
        if not wrong:
            return [], 0
        at = Where(column=self.asked.unit)
        first = [(row, fault(_FLAWS[flaw], got=text, where=at)) for row, flaw, text in self.flawed(sorted(codes))]
        return self.opened.put(first), wrong

    def _twice(self) -> tuple[list[Fault], int]:
        """Find ids that stand twice."""
        found, total = self.repeated()
        at_first = self.opened.place(sorted({each.first for each in found}))
        at = Where(column=self.asked.unit)
        faults = []
        for row, unit, first in found:
            place = wording.describe_place(replace(at_first[first], file=None))
            faults.append((row, fault("draw-id-twice", got=unit, where=at, first=place)))
        return self.opened.put(faults), total

    def _unplanned(self) -> tuple[list[Fault], int]:
        """Find strata of the frame that the plan does not have, and blanks, each with its first row."""
        keys = self.asked.plan.keys
        known = [wording.stratum_of(label) for label in self.asked.plan.labels()]
        at = Where(column=keys[0] if len(keys) == 1 else None)
        faults = []
        found, total = self.unplanned()
        for row, label, rows in found:
            name = wording.stratum_of([each or wording.BLANK for each in label])
            code = "draw-stratum-blank" if None in label else "draw-stratum-unplanned"
            faults.append((row, fault(code, got=name, where=at, records=rows, hint=suggestion(name, known))))
        return self.opened.put(faults), total

    def _short(self, counts: Counter[int | None]) -> list[Fault]:
        """Find strata of the plan that the frame does not have, or has too few records of."""
        plan = self.asked.plan
        faults = []
        for code, stratum in enumerate(plan.strata):
            held = counts[code]
            if held >= stratum.sample:
                continue
            name = wording.stratum_of(stratum.label) if stratum.label else None
            what = "draw-stratum-short" if held else "draw-stratum-empty"
            if not plan.keys:
                what = "draw-frame-short"
            got = f"{stratum.sample:,}" if held or not plan.keys else name
            faults.append((stratum, fault(what, got=got, held=held, name=name or "")))
        return plan.put(faults)

    def _refuse_sizes(self) -> None:
        """Refuse sizes that are no chance to be drawn."""
        if self.asked.size is None:
            return
        wrong, total = self.odd_sizes()
        if wrong:
            at = Where(column=self.asked.size)
            faults = [(row, fault("draw-size", got=text, where=at)) for row, text in wrong]
            raise DataError(self.opened.put(faults), total)
