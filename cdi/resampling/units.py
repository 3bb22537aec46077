"""What is drawn again, and what follows: reports by kind, their columns of crimes, and rates as functions of sums.

Reports are drawn again within the strata that share a variance, as the linearised variance has them. A column is what
reports hold of one category, or of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.totals import left_by_group

if TYPE_CHECKING:
    from cdi.survey.kinds import Kinds

__all__ = ["Ratio", "Units"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate that follows from sums: of one column, or of several as recorded crime R weighs them, R / (R + U)."""

    columns: Ints
    volumes: Floats  # the recorded crime of each; of one column alone it cancels out

    @classmethod
    def of_column(cls, column: int) -> Self:
        """Give the rate of one column."""
        return cls(np.array([column], dtype=np.int64), np.ones(1))

    def share(self, due: Floats, recorded: Floats) -> Floats:
        """Give the crimes that should be known for each that is, of each column; the columns are the last axis."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = due / recorded
        return found

    def rate(self, due: Floats, recorded: Floats) -> Floats:
        """Give the rate by sums of these columns, which are the first axis; nan where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if len(self.columns) == 1:
                return np.asarray(recorded[0] / due[0], dtype=np.float64)
            crimes = self.volumes.reshape(-1, *(1,) * (due.ndim - 1)) * due / recorded
        return self.of_crimes(crimes.sum(axis=0))

    def of_crimes(self, crimes: Floats) -> Floats:
        """Give the rate by the crimes that there are, R + U; nan where that cannot be told."""
        return np.where(np.isfinite(crimes), self.volumes.sum() / crimes, np.nan)


@dataclass(frozen=True, slots=True)
class Units:
    """Kinds of report as they are drawn again."""

    # group, reports: of each kind, the strata that it shares a variance with, and how many reports are of it
    group: Ints
    reports: Ints
    # drawn, left: of each group, its reports audited and the finite population correction
    drawn: Ints
    left: Floats
    # kind, column, due, recorded: what reports of a kind hold in a column, by weight; one element for each that they do
    kind: Ints
    column: Ints
    due: Floats
    recorded: Floats
    columns: int

    @classmethod
    def of(cls, kinds: Kinds) -> Self:
        """Set kinds out: a column for each category, and the last for all crimes."""
        strata, size = kinds.strata, len(kinds.domains) if kinds.keys else 0
        group = strata.group[kinds.stratum]
        drawn = np.zeros(int(strata.group.max()) + 1, dtype=np.int64)
        drawn[strata.group] = strata.drawn_together
        whole = [np.bincount(kinds.kind, each, len(kinds)) for each in (kinds.due, kinds.recorded)]
        held = np.flatnonzero(whole[0] > 0)
        own = kinds.due > 0 if kinds.keys else np.zeros(len(kinds.kind), dtype=bool)
        kind = np.r_[kinds.kind[own], held]
        due, recorded = np.r_[kinds.due[own], whole[0][held]], np.r_[kinds.counted[own], whole[1][held]]
        column = np.r_[kinds.domain[own], np.full(len(held), size)]
        weight = kinds.weight[kind]
        return cls(
            group, kinds.reports, drawn, left_by_group(strata), kind, column, weight * due, weight * recorded, size + 1
        )

    @property
    def alone(self) -> npt.NDArray[np.bool_]:
        """Whether a group has one report only."""
        found: npt.NDArray[np.bool_] = self.drawn == 1
        return found

    def sums(self) -> tuple[Floats, Floats]:
        """Add up the crimes due and recorded in each column."""
        times = self.reports[self.kind]
        due, recorded = (np.bincount(self.column, times * each, self.columns) for each in (self.due, self.recorded))
        return due.astype(np.float64), recorded.astype(np.float64)
