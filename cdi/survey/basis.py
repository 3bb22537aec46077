"""What an interval rests on: a rate, what it was counted from, and the effective size of the sample behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Basis", "of_counts"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the interval of each row rests on; all arrays have one element a row, nan where nothing can be said.

    Attributes
    ----------
    rate : float array
        The estimated proportion.
    se : float array
        Its standard error under the design.
    due, recorded, reports : int array
        Crimes that should have been recorded, those recorded, and reports audited; unweighted.
    df : float array
        Degrees of freedom: reports with crimes less strata with crimes; 0 in a census.
    size : float array
        The bounded effective size, in crimes, before the adjustment for df and the finite population.
    inflation : float array
        What the finite population multiplies the size with, 1 or more.
    deff : float array
        Design effect of the clustering, strata and weights against as many crimes drawn one by one.
    independent : float array
        The size if crimes were independent and the frame endless, for the published style.
    census : bool array
        Whether every report on the frame was audited.
    simple : bool array
        Whether the row is a simple random sample of single records: what the exact methods need.
    frame : float array
        For those, the records on the frame; nan where it is not known.
    """

    rate: Floats
    se: Floats
    due: Ints
    recorded: Ints
    reports: Ints
    df: Floats
    size: Floats
    inflation: Floats
    deff: Floats
    independent: Floats
    census: Bools
    simple: Bools
    frame: Floats

    def __len__(self) -> int:
        return len(self.rate)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put the rows of several below each other."""
        return cls(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(cls)))

    def take(self, rows: Sequence[int]) -> Self:
        """Pick rows."""
        chosen = list(rows)
        return type(self)(*(getattr(self, item.name)[chosen] for item in fields(self)))

    def endless(self) -> Self:
        """Describe the same sample as one of an endless frame, such as the reports of another period."""
        with np.errstate(invalid="ignore"):
            spread = np.sqrt(self.rate * (1 - self.rate) / self.size)
        return replace(
            self,
            se=np.where(self.census, spread, self.se * np.sqrt(self.inflation)),
            df=np.where(self.census, np.maximum(self.reports - 1, 1), self.df),
            inflation=np.ones(len(self)),
            census=np.zeros(len(self), dtype=bool),
            frame=np.full(len(self), np.nan),
        )

    def effective(self, tail: float) -> Floats:
        """Compute the effective sample size, which depends on the level.

        Parameters
        ----------
        tail : float
            The probability left out on one side.

        Returns
        -------
        float array
            Crimes; nan where nothing was estimated and in a census. The adjustment is that of Korn and Graubard (1998).
        """
        from scipy.special import stdtrit

        with np.errstate(invalid="ignore"):
            of_size = stdtrit(np.maximum(self.due - 1, 1).astype(np.float64), 1 - tail)
            of_design = stdtrit(np.maximum(self.df, 1), 1 - tail)
        size = self.size * (of_size / of_design) ** 2 * self.inflation
        return np.where(self.census, np.nan, size)


def of_counts(recorded: int, due: int, population: int | None) -> Basis:
    """Describe a simple random sample of single records by its counts alone."""
    rate = recorded / due
    left = 1.0 if population is None else 1 - due / population
    one = np.ones(1)
    return Basis(
        rate=one * rate,
        se=np.sqrt(one * rate * (1 - rate) / max(due - 1, 1) * left),
        due=np.array([due]),
        recorded=np.array([recorded]),
        reports=np.array([due]),
        df=one * (max(due - 1, 1) if left > 0 else 0),
        size=one * due,
        inflation=one * (1.0 if population is None or not left else (population - 1) / (population - due)),
        deff=one * (due / max(due - 1, 1) if 0 < rate < 1 else np.nan),
        independent=one * due,
        census=np.array([left == 0]),
        simple=np.array([True]),
        frame=one * (np.nan if population is None else population),
    )
