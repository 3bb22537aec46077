"""Categories put together into one: whatever is estimated then follows from what they come to together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.products import SUM, SUMS, WEIGHT, Found
from cdi.audits.strata import Strata
from cdi.audits.volumes import Label, Volumes, label_of
from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.reading.engine import Rows

__all__ = ["Pool"]

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pool:
    """Which categories are put together.

    Attributes
    ----------
    keys : tuple of str
        The columns.
    labels : frozenset of tuple of str
        Their categories, one text a column.
    name : str
        What they are called together: a name that no category has.

    Examples
    --------
    >>> pool = Pool(("kind",), frozenset([("a",), ("b",)]))
    >>> pool.of(("kind", "area"), ("a", "x")), pool.of(("kind", "area"), ("c", "x"))
    (('withheld', 'x'), ('c', 'x'))
    """

    keys: tuple[str, ...]
    labels: frozenset[Label]
    name: str = wording.POOLED

    def serves(self, columns: Collection[str], strata: Collection[str]) -> bool:
        """Tell whether a sample with these columns and strata can be estimated so.

        Columns of which only some are strata would move reports from one stratum to another.
        """
        keys = set(self.keys)
        return keys <= set(columns) and keys & set(strata) in (set(), keys)

    def of(self, keys: Sequence[str], label: Label) -> Label:
        """Give the label under which something counts that is named by some columns."""
        if not set(self.keys) <= set(keys):
            return label
        own = tuple(label[keys.index(key)] for key in self.keys)
        if own not in self.labels:
            return label
        return tuple(self.name if key in self.keys else word for key, word in zip(keys, label, strict=True))

    def of_rows(self, rows: Rows, names: Mapping[str, str]) -> Rows:
        """Name the categories of rows as one; ``names`` are other columns that hold categories of a key."""
        every = [self.keys, *((name,) for name, key in names.items() if self.keys == (key,))]
        for columns in every:
            rows = engine.renamed(rows, columns, lambda values: self.of(self.keys, label_of(values)))
        return rows

    def of_counted(self, counted: Found, keys: Sequence[str]) -> Found:
        """Add up the sums of strata that are put together: whole numbers, whose parts leave no trace in them."""
        if not keys or not set(self.keys) <= set(keys):
            return counted
        named = [self.of(keys, label_of(parts)) for parts in zip(*(counted[key] for key in keys), strict=True)]
        weights = counted[WEIGHT] if WEIGHT in counted else np.ones(len(named))
        cells = sorted(set(zip(named, weights, strict=True)))
        place = np.array([cells.index(cell) for cell in zip(named, weights, strict=True)])
        words = {key: np.array([label[i] for label, _ in cells], dtype=object) for i, key in enumerate(keys)}
        own = {WEIGHT: np.array([weight for _, weight in cells])} if WEIGHT in counted else {}
        sums = {SUM + name: np.bincount(place, counted[SUM + name]).astype(np.int64) for name in SUMS}
        return {**words, **own, **sums}

    def of_strata(self, strata: Strata) -> Strata:
        """Put strata together, with what was drawn of them and what is on the frame."""
        named = [self.of(strata.keys, label) for label in strata.labels]
        labels = tuple(sorted(set(named)))
        if named == list(strata.labels):
            return strata
        place = np.array([labels.index(label) for label in named])
        population = None if strata.population is None else np.bincount(place, strata.population).astype(np.float64)
        return replace(
            strata,
            labels=labels,
            sampled=np.bincount(place, strata.sampled).astype(np.int64),
            population=population,
            group=_groups(strata.group, place),
        )

    def of_volumes(self, volumes: Volumes) -> Volumes:
        """Put known counts together; where one of them is not known, what they come to is what the others leave."""
        counts = {name: self._added(volumes.keys, known) for name, known in volumes.counts.items()}
        shares: dict[Label, float] = {}
        for label in {self.of(volumes.keys, label) for label in volumes.shares}:
            shares[label] = self._share(volumes, label)
        return replace(volumes, counts=counts, shares=shares)

    def _added(self, keys: tuple[str, ...], known: Mapping[Label, int]) -> dict[Label, int]:
        found: dict[Label, int] = {}
        for label, count in known.items():
            name = self.of(keys, label)
            found[name] = found.get(name, 0) + count
        unknown = {self.of(keys, label) for label in self.labels if label not in known} if keys == self.keys else set()
        return {label: count for label, count in found.items() if label not in unknown}

    def _share(self, volumes: Volumes, label: Label) -> float:
        """Weigh the shares of what is put together by their counts."""
        own = [each for each in volumes.shares if self.of(volumes.keys, each) == label]
        weights = [sum(known.get(each, 0) for known in volumes.counts.values()) for each in own]
        shares = [volumes.shares[each] for each in own]
        return float(np.average(shares, weights=weights if any(weights) else None))


def _groups(groups: Ints, place: Ints) -> Ints:
    """Let strata share a variance where some part of theirs did."""
    home = groups.copy()
    for here in np.unique(place):
        held = np.unique(home[place == here])
        home[np.isin(home, held)] = held[0]
    first = [home[place == here][0] for here in np.unique(place)]
    return np.unique(first, return_inverse=True)[1].astype(np.int64)
