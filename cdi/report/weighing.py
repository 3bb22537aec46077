"""What an overall rate tells of the strata that it is weighted over, where these are of people: wards, say.

The rate of a force weighs each stratum by the reports on its frame, which others may know. Beside rounded counts, it
can leave few values to those of a large stratum. That it does not is shown by fillings of the table: counts that are
rounded as these are, add up to the same totals, and give the same rate as it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.disclosure.rounding import rounded_count
from cdi.disclosure.rules import SMALLEST_OF_PEOPLE
from cdi.disclosure.suppression import ENOUGH, possible
from cdi.measures import MEASURES
from cdi.report.recording import RATE, known_of, recording_results

if TYPE_CHECKING:
    from cdi.disclosure.findings import Finding
    from cdi.report.contents import Exhibit, Report
    from cdi.results import Result

__all__ = ["told_by_weights"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

_HALF = 0.0005 + 1e-9  # a rate of the force is printed to 0.1 percentage points
_FILLINGS = 400  # tried for each value of a row
_COUNTED = ("base", "recorded", "not recorded")


def told_by_weights(report: Report) -> Iterator[Finding]:
    """Find the counts of a table by strata of people to which the overall rate leaves too few values."""
    from cdi.disclosure.findings import Finding

    sample, rate = report.inspection.audit, _overall(report)
    tables = {each.table.keys: each for each in report.exhibits if _is_of_people(each)}
    if sample is None or rate is None or not tables:
        return
    known = known_of(report.inspection.volumes, sample.by, report.inspection.shelf)
    for found in recording_results(report.inspection, known):
        exhibit = tables.get(found.table.keys)
        drawn = None if exhibit is None else _drawn(found, exhibit)
        if exhibit is None or drawn is None:
            continue
        left = drawn.left(rate, np.random.default_rng(report.inspection.seed))
        for label, values in zip(drawn.labels, left, strict=True):
            for counted, own, enough in zip(_COUNTED, values, drawn.enough, strict=True):
                if len(own) < enough:
                    row = " ".join(f"{column} {word}" for column, word in zip(found.table.keys, label, strict=True))
                    sources = (exhibit.title, wording.THE_OVERALL_RATE)
                    yield Finding(exhibit.title, row, counted, tuple(sorted(own)), sources, found.table.keys)


def _is_of_people(exhibit: Exhibit) -> bool:
    return exhibit.key.startswith("recording") and exhibit.table.rounded_to is not None


def _overall(report: Report) -> float | None:
    """Give the rate of the force that is weighted by the reports on the frame, where some table prints it."""
    rows = [row for each in report.exhibits if each.key.startswith("recording") for row in each.table.rows]
    weighted = (row for row in rows if row.whole and row.measure == MEASURES[RATE] and row.facts.weighted)
    return next((row.estimate for row in weighted if row.estimate is not None and not row.facts.by_volumes), None)


def _drawn(found: Result, exhibit: Exhibit) -> _Drawn | None:
    """Describe a table of which each row is a stratum of a known frame; None of another one."""
    strata, totals = found.audit.strata, found.estimates[0].totals
    if strata.population is None or totals is None or len(strata.labels) < 2:
        return None
    domains = len(totals.domains)
    pairs = np.unique(np.stack([totals.cells.domain, totals.cells.stratum]), axis=1)
    if pairs.shape[1] != domains or len(np.unique(pairs[1])) != domains:
        return None
    due, recorded = (
        np.bincount(totals.cells.domain, counts, domains).astype(np.int64)
        for counts in (totals.cells.due, totals.cells.recorded)
    )
    sampled = strata.sampled[pairs[1]]
    shown = {label: row for label, row in zip(exhibit.categories, exhibit.table.rows, strict=True) if not row.whole}
    hidden = [label not in shown or shown[label].n is None for label in totals.domains]
    return _Drawn(
        tuple(totals.domains), due, recorded, np.array(hidden), exhibit.table.rounded_to or 1,
        strata.population[pairs[1]], None if (sampled == due).all() else sampled,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The counts of strata, what is shown of them, and what they weigh; one element a stratum."""

    labels: tuple[tuple[str, ...], ...]
    due: Ints
    recorded: Ints
    hidden: npt.NDArray[np.bool_]  # whether the row is withheld
    step: int
    population: Floats
    sampled: Ints | None  # the reports read; None where each is one crime due, so that they are the base

    @property
    def enough(self) -> tuple[int, int, int]:
        """How many values each count keeps at the least: all that a small total lets it have."""
        n, x = int(self.due.sum()), int(self.recorded.sum())
        return min(ENOUGH, n + 1), min(ENOUGH, x + 1), min(ENOUGH, n - x + 1)

    def left(self, rate: float, rng: np.random.Generator) -> list[tuple[set[int], set[int], set[int]]]:
        """Collect values of each base, number recorded and not recorded in fillings that are published alike."""
        values = [(set[int](), set[int](), set[int]()) for _ in self.labels]
        (fewest, most), (least, greatest) = self._ends("n", self.due), self._ends("recorded", self.recorded)
        for h in range(len(self.labels)):
            for n in range(fewest[h], most[h] + 1):
                for x in range(least[h], min(n, greatest[h]) + 1):
                    if all(len(own) >= number for own, number in zip(values[h], self.enough, strict=True)):
                        break
                    self._collect(values, self._fillings(h, n, x, rng), rate)
        return values

    def _ends(self, key: str, counts: Ints) -> tuple[Ints, Ints]:
        """Give the least and the greatest that each count can be by what is shown of it."""
        ends = np.array([possible(key, rounded_count(int(count), self.step), self.step) for count in counts])
        bases = [possible("n", rounded_count(int(count), self.step), self.step)[0] for count in self.due[~self.hidden]]
        # a row that is withheld is too small, or perhaps the smallest
        most = max(SMALLEST_OF_PEOPLE, min(bases, default=int(self.due.sum()))) - 1
        least = np.where(self.hidden, 1 if key == "n" else 0, ends[:, 0])
        return least, np.where(self.hidden, most, ends[:, 1])

    def _fillings(self, h: int, n: int, x: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Fill the table at random, with one row as it is given, so that it adds up to its totals."""
        due = self._filled("n", self.due, h, n, rng, None)
        recorded = self._filled("recorded", self.recorded, h, x, rng, due)
        fit = (due.sum(axis=1) == self.due.sum()) & (recorded.sum(axis=1) == self.recorded.sum())
        return due[fit], recorded[fit]

    def _filled(self, key: str, counts: Ints, h: int, value: int, rng: np.random.Generator, most: Ints | None) -> Ints:
        least, greatest = (np.broadcast_to(end, (_FILLINGS, len(counts))) for end in self._ends(key, counts))
        greatest = greatest if most is None else np.minimum(greatest, most)
        least = np.minimum(least, greatest)
        found = rng.integers(least, greatest + 1)
        found[:, h] = value
        for j in rng.permutation(len(counts)):
            if j != h:
                off = counts.sum() - found.sum(axis=1)
                found[:, j] += np.clip(off, least[:, j] - found[:, j], greatest[:, j] - found[:, j])
        return found

    def _collect(
        self, values: Sequence[tuple[set[int], set[int], set[int]]], filled: tuple[Ints, Ints], rate: float
    ) -> None:
        """Keep the values of fillings that give the rate as it is printed."""
        due, recorded = filled
        weight = self.population / (due if self.sampled is None else self.sampled)
        fit = (recorded <= due).all(axis=1)
        fit &= np.abs((weight * recorded).sum(axis=1) / (weight * due).sum(axis=1) - rate) <= _HALF
        for n, x in zip(due[fit], recorded[fit], strict=True):
            for own, *counts in zip(values, n.tolist(), x.tolist(), (n - x).tolist(), strict=True):
                for known, count in zip(own, counts, strict=True):
                    known.add(count)
