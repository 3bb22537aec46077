"""The second phase of a sample: some of its reports were read again, and what they differ by corrects the whole.

Reports were drawn from cells, each a class of reports within a stratum, by what was found in them first. The variance
that this adds to a total is that of a stratified sample of differences, from cells whose sizes are known: Cochran
(1977), Sampling Techniques, chapter 12. docs/reread.md derives it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from cdi.audits.audit import Audit

__all__ = ["UNSEEN", "Differences", "Drawn", "Phase", "Phases", "Scores"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

Change: TypeAlias = "Callable[[Audit], Audit]"
"""What is counted of an audit in the place of what it counts."""

Scores: TypeAlias = "tuple[Floats, Floats]"
"""What a crime due, and one recorded, count in a total: one element a domain."""

UNSEEN = 1.5
"""The crimes decided otherwise as if found among the reports of a class and one more, where fewer were.

A class in which nothing differed has a variance of 0 by what was seen, and its reports may still differ. Half a crime,
or one, is too little where few of many reports are read again: see docs/reread.md, and the simulation that it names.
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The cells that reports were drawn from; one element a cell."""

    kind: Ints  # the class of its reports
    reports: Ints  # the reports of the first phase in it
    read: Ints  # those of them that were read again
    weight: Floats  # the root of the mean square of their weights
    beside: Floats  # what estimating the variance of the first phase from some of its reports adds, as a factor

    @property
    def times(self) -> Floats:
        """What the variance of differences counts for in that of their total: n1^2 (1/n2 - 1/n1)."""
        n1, n2 = self.reports.astype(np.float64), self.read.astype(np.float64)
        return n1**2 * (1 / n2 - 1 / n1)

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Whether some of a cell's reports were not read again."""
        return self.read < self.reports


@dataclass(frozen=True, slots=True)
class Differences:
    """What the second reading says less the first, of each report read again and domain that either found crimes of."""

    # report, cell, domain: their places
    report: Ints
    cell: Ints
    domain: Ints
    weight: Floats
    due: Floats
    recorded: Floats

    def scores(self, of_due: Floats, of_recorded: Floats) -> Floats:
        """Give the difference of a score of each."""
        changed: Floats = self.weight * (of_due[self.domain] * self.due + of_recorded[self.domain] * self.recorded)
        return changed


@dataclass(frozen=True, slots=True)
class Phase:
    """What was read again, by some domains."""

    drawn: Drawn
    found: Differences
    # held, held_read: reports in which the first reading found crimes of a domain, all and read again; domain by cell
    held: Ints
    held_read: Ints
    share: Floats  # the part of all crimes that are of a domain

    @property
    def freedom(self) -> Floats:
        """Count the reports with crimes of each domain that were read again, less one a cell; full cells are aside."""
        read = np.where(self.drawn.open, self.held_read, 0)
        found: Floats = np.maximum(read - 1, 0).sum(axis=1).astype(np.float64)
        return found

    def variance(self, of_due: Floats, of_recorded: Floats) -> Floats:
        """Give what the second phase adds to the variance of a total of scores, one element a domain."""
        domains, cells = self.held.shape
        places = self.found.domain * cells + self.found.cell
        seen = self._seen(self.found.scores(of_due, of_recorded), places, domains)
        return self._added(seen, self._least() * of_recorded[:, None] ** 2)

    def together(self, of_due: Floats, of_recorded: Floats) -> float:
        """Give the same of a total over all domains, with what they share through reports."""
        reports, first, at = np.unique(self.found.report, return_index=True, return_inverse=True)
        scores = np.bincount(at, self.found.scores(of_due, of_recorded), len(reports)).astype(np.float64)
        seen = self._seen(scores, self.found.cell[first], 1)
        unit = float((self.share * of_recorded**2).sum())
        return float(self._added(seen, _floor(self.drawn, self.drawn.read) * unit)[0])

    def _seen(self, scores: Floats, places: Ints, domains: int) -> Floats:
        """Give the variance of the differences in each cell; a report without any has a difference of 0.

        A cell of one report shows none: it takes that of its class over all strata.
        """
        read, kind = self.drawn.read, self.drawn.kind
        cells = len(read)
        first, second = (
            np.bincount(places, values, domains * cells).astype(np.float64).reshape(domains, cells)
            for values in (scores, scores**2)
        )
        of_kind = (kind[:, None] == kind[None, :]).astype(np.float64)
        own = _variance(first, second, read.astype(np.float64))
        pooled = _variance(first @ of_kind, second @ of_kind, read @ of_kind)
        return np.where(read > 1, own, pooled)

    def _least(self) -> Floats:
        """Give the least variance of a cell for each domain, in crimes: of one crime decided otherwise and not seen."""
        drawn, held, read = self.drawn, self.held, self.held_read
        part = held / np.maximum(drawn.reports, 1)
        holding, others = _floor(drawn, read), _floor(drawn, drawn.read - read)
        found: Floats = part * holding + (1 - part) * self.share[:, None] * others
        return found

    def _added(self, seen: Floats, least: Floats) -> Floats:
        """Add up the classes: each by what was seen, or the least that it can be."""
        kinds = self.drawn.kind
        of_kind = (np.arange(kinds.max(initial=0) + 1)[None, :] == kinds[:, None]).astype(np.float64)
        times = self.drawn.times * self.drawn.beside
        least = least * self.drawn.weight**2
        found: Floats = np.maximum((seen * times) @ of_kind, (least * times) @ of_kind).sum(axis=1)
        return found


def _variance(first: Floats, second: Floats, n: Floats) -> Floats:
    """Give the variance of n values by their sums; of one alone, its square."""
    spread = (second - first**2 / n) / np.maximum(n - 1, 1)
    return np.where(n > 1, np.maximum(spread, 0.0), second)


def _floor(drawn: Drawn, read: Ints) -> Floats:
    """Give q (1 - q) with q of ``UNSEEN`` in n + 1, n the reports of a class that were read again.

    Where those of some strata count for more, n is as many that counted alike tell as much: (sum a n)^2 / sum a^2 n.
    """
    read = np.atleast_2d(read)
    counts = np.where(drawn.open, drawn.reports * drawn.weight / np.maximum(drawn.read, 1), 0.0)
    of_kind = (drawn.kind[:, None] == drawn.kind[None, :]).astype(np.float64)
    total, squares = (counts * read) @ of_kind, (counts**2 * read) @ of_kind
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(squares > 0, total**2 / squares, 0.0)
    q = np.minimum(UNSEEN / (n + 1), 0.5)
    return np.asarray(q * (1 - q), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Phases:
    """The second phase of a sample: by its domains, and over all crimes."""

    domains: Phase
    whole: Phase
    shared: Any  # what domains share through reports, as both readings say: :class:`cdi.survey.totals.Pairs`
    surplus: bool = False  # whether the second reading found records of which nothing was due
    # sums up both readings anew, with something else counted; None where the rows are gone
    again: Callable[[Change], Any] | None = field(default=None, repr=False, compare=False)
    # the part of the first phase in the variance of a total of the first reading less one of both, by domains and whole
    apart: Callable[[Scores, Scores], float] | None = field(default=None, repr=False, compare=False)
    apart_in_all: Callable[[Scores, Scores], float] | None = field(default=None, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether every report was read again, so that what the first reading said does not count."""
        return not self.whole.drawn.open.any()

    def without_rows(self) -> Self:
        """Keep the numbers alone."""
        return replace(self, again=None, apart=None, apart_in_all=None)
