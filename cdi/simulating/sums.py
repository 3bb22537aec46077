"""Sums over the reports of samples that were drawn, as an audit of the same rows would be summed up.

What counts as due and recorded depends on what is estimated: a recording rate, or a count, for which every record
stands in the class in which it was recorded. Each such way to count is a view of the same reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.totals import Cells, Pairs, Totals

if TYPE_CHECKING:
    from cdi.simulating.reports import KindsOfStratum, Sorts, Standing

__all__ = [
    "ANY_CLASS", "NONE_MET", "OWN", "RATES", "RIGHTLY", "Frame", "Met", "Sample", "Seen", "Sums", "seen", "summed",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

RATES, OWN, ANY_CLASS, RIGHTLY = "rates", "own", "any_class", "rightly"
"""The views: that of the recording rates, and those that :class:`cdi.survey.recorded_crime.Held` names."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What samples are drawn from, and how they are estimated."""

    totals: Totals  # the design of the audit: its strata, what is on the frame, its categories
    kinds: tuple[KindsOfStratum, ...]  # the kinds of report of each stratum
    sorts: Sorts  # the sorts of crime that they hold
    standing: Standing
    drawn: tuple[Mapping[int, int], ...]  # the reports, or groups of records, that are drawn of each stratum, by size
    held: tuple[Ints, ...] | None  # the reports of each kind on the frame; None: the frame is without end
    # recorded crime by category, or of all together, where crimes not recorded are counted
    volumes: Floats | None = None
    recorded: float | None = None

    @property
    def categories(self) -> int:
        """The categories that have rows of their own."""
        return len(self.totals.domains)

    @property
    def whole(self) -> int:
        """The place of the whole among the figures that are summed up: after all labels."""
        return len(self.sorts.labels)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a view makes of the kinds of report of a stratum; arrays have a row for each kind.

    A column of ``due`` and ``recorded`` is a category, by its label. The last axis has the parts that a row is taken
    into, which are one report where a column names the reports.
    """

    places: Ints  # the labels that occur
    due: Ints
    recorded: Ints
    rows: Ints  # the rows that a report has in a category
    # whole_due, whole_recorded, whole_rows: the same whatever the category; their last axis has what counts apart
    whole_due: Ints
    whole_recorded: Ints
    whole_rows: Ints


def seen(frame: Frame, stratum: int, view: str) -> Seen:
    """Look at the kinds of a stratum."""
    kinds = frame.kinds[stratum]
    found = _as_audited(frame, kinds) if view == RATES else _as_held(frame, kinds, view)
    if not frame.totals.by_strata or not frame.categories:
        return found
    # a report is a row of the category that its stratum lies in, whether it holds crimes or not
    whole = frame.totals.cells
    own = whole.domain[whole.stratum == stratum]
    place = np.flatnonzero(found.places == (own[0] if len(own) else -1))
    rows = np.zeros_like(found.rows)
    rows[:, place] = found.whole_rows[:, :1]
    return replace(found, rows=rows)


def _as_audited(frame: Frame, kinds: KindsOfStratum) -> Seen:
    """Count crimes in their own category; overall in whatever class they were recorded."""
    sorts, standing = frame.sorts, frame.standing
    category = sorts.category[kinds.places]
    places = np.unique(np.r_[category, sorts.surplus_in])
    counts = (category == sorts.recorded_as[kinds.places]) | (not standing.strict)
    due, recorded = _by_place(kinds.due, category, places), _by_place(kinds.recorded * counts, category, places)
    rows = due + _by_place(kinds.surplus, sorts.surplus_in, places) > 0
    return Seen(
        places,
        due[:, :, None],
        recorded[:, :, None],
        rows.astype(np.int64),
        kinds.due.sum(axis=1, keepdims=True),
        kinds.recorded.sum(axis=1, keepdims=True),
        np.ones((len(due), 1), dtype=np.int64),
    )


def _as_held(frame: Frame, kinds: KindsOfStratum, view: str) -> Seen:
    """Let every record stand in its class, and what is missing in its own, as :func:`as_held` puts them."""
    sorts, standing = frame.sorts, frame.standing
    category, written = sorts.category[kinds.places], sorts.recorded_as[kinds.places]
    surplus = kinds.surplus if view != RIGHTLY else np.zeros_like(kinds.surplus)
    of_surplus = sorts.surplus_as if standing.moves else sorts.surplus_in
    stands = written if standing.moves else category
    places = np.unique(np.r_[category, stands, of_surplus])
    kept = kinds.recorded * (category == written) if view == OWN and standing.strict else kinds.recorded
    held = _by_place(kinds.recorded, stands, places) + _by_place(surplus, of_surplus, places)
    missing = _by_place(kinds.due - kept, category, places)
    if standing.moves:
        # each row is taken apart, and what holds nothing is left out
        due, recorded = np.stack([held, missing], axis=2), np.stack([held, np.zeros_like(held)], axis=2)
        if standing.apart:
            rows, flat = (due > 0).sum(axis=2), (len(due), -1)
            whole = due.reshape(flat)
            return Seen(places, due, recorded, rows, whole, recorded.reshape(flat), (whole > 0).astype(np.int64))
        due, recorded = due.sum(axis=2, keepdims=True), recorded.sum(axis=2, keepdims=True)
        rows = (due[:, :, 0] > 0).astype(np.int64)
        of_whole = (rows.sum(axis=1, keepdims=True) > 0).astype(np.int64)
    else:
        due, recorded = (held + missing)[:, :, None], held[:, :, None]
        everything = _by_place(kinds.due, category, places) + _by_place(kinds.surplus, sorts.surplus_in, places)
        rows, of_whole = (everything > 0).astype(np.int64), np.ones((len(due), 1), dtype=np.int64)
    return Seen(places, due, recorded, rows, due.sum(axis=1), recorded.sum(axis=1), of_whole)


def _by_place(values: Ints, of: Ints, places: Ints) -> Ints:
    """Add up columns that are of one place."""
    found = np.zeros((len(values), len(places)), dtype=np.int64)
    np.add.at(found.T, np.searchsorted(places, of), values.T)
    return found


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the reports of samples; a cell is a figure in a stratum, of one weight."""

    # figure, stratum, weight: of each cell; the whole is the figure after all labels
    figure: Ints
    stratum: Ints
    weight: Floats
    values: Ints | Floats  # by sum, in the order of the engine, by cell and by sample

    def of_all(self) -> Cells:
        """Lay all samples out as domains of the engine: first those of the first figure, then of the next."""
        draws = self.values.shape[2]
        domain, stratum, weight = (
            np.broadcast_to(each[:, None], (len(each), draws)) for each in (self.figure, self.stratum, self.weight)
        )
        domain = domain * draws + np.arange(draws)
        there = self.values[_ROWS] > 0  # the engine has no cell without a row
        return _cells(domain[there], stratum[there], weight[there], self.values[:, there])

    def of_one(self, sample: int, whole: int) -> tuple[Cells, Cells]:
        """Lay one sample out as the engine does: its categories, and the whole as the only domain."""
        there = self.values[_ROWS, :, sample] > 0
        parts = []
        for where in (there & (self.figure < whole), there & (self.figure == whole)):
            domain = np.where(self.figure[where] == whole, 0, self.figure[where])
            parts.append(_cells(domain, self.stratum[where], self.weight[where], self.values[:, where, sample]))
        return parts[0], parts[1]


def _cells(domain: Ints, stratum: Ints, weight: Floats, values: Ints | Floats) -> Cells:
    due, recorded, reports, with_crimes, largest = (
        values[place].astype(np.int64) for place in (_DUE, _RECORDED, _ROWS, _WITH_CRIMES, _LARGEST)
    )
    products = (values[place] for place in _PRODUCTS)
    return Cells(domain, stratum, weight, due, recorded, *products, reports, with_crimes, largest)  # type: ignore[call-arg]


_DUE, _RECORDED, _ROWS, _WITH_CRIMES, _LARGEST = 0, 1, 5, 6, 7
"""The places of sums among those of the engine."""

_PRODUCTS = (2, 3, 4)


def summed(frame: Frame, times: Sequence[Ints], view: Sequence[Seen]) -> Sums:
    """Add up what the reports of each sample hold."""
    places: list[tuple[int, int, float]] = []
    values: list[Floats] = []
    whole = frame.whole
    for h, (kinds, own) in enumerate(zip(frame.kinds, view, strict=True)):
        often = times[h].astype(np.float64)  # whole numbers, which a product of matrices adds up fast
        parts = [(int(k), own.due[:, i], own.recorded[:, i], own.rows[:, i]) for i, k in enumerate(own.places)]
        parts = [part for part in parts if part[0] < whole]
        parts.append((whole, own.whole_due, own.whole_recorded, own.whole_rows.sum(axis=1)))
        for weight in np.unique(kinds.weight):
            of_weight = kinds.weight == weight
            for figure, y, x, rows in parts:
                products = [y, x, y * y, x * y, x * x]
                sums = [*(part.sum(axis=1) for part in products), rows, (y > 0).sum(axis=1)]
                places.append((figure, h, float(frame.totals.strata.weight[h] * weight)))
                most = y.max(axis=1)
                largest = np.where(often > 0, most * of_weight, 0).max(axis=1, keepdims=True)
                values.append(np.concatenate([often @ (np.stack(sums) * of_weight).T, largest], axis=1))
    figures, strata, weights = (np.array(column) for column in zip(*places, strict=True))
    found = np.rint(np.stack(values)).astype(np.int64).transpose(2, 0, 1)
    return Sums(figures, strata, weights, _of_table(frame, found) if frame.totals.audit.design.counts else found)


def _of_table(frame: Frame, values: Ints) -> Floats:
    """Give what a table of counts tells of the same: counts, whose products are raised by the design effect."""
    design = frame.totals.audit.design
    due, recorded = values[_DUE], values[_RECORDED]
    # a group of records stands there as the records that it holds
    with_crimes = due if design.reports is None else values[_WITH_CRIMES]
    factor = np.full(due.shape, max(design.deff or 1.0, 1.0))
    if design.reports is not None:
        factor = np.maximum(due / np.maximum(with_crimes, 1), 1.0)
    products = [due * factor, recorded * factor, recorded * factor]
    return np.stack([due, recorded, *products, values[_ROWS], with_crimes, np.minimum(due, 1)])


@dataclass(frozen=True, slots=True)
class Met:
    """Sums of products between two categories of the same reports, by pair and sample."""

    # one, other, stratum, weight: of each pair
    one: Ints
    other: Ints
    stratum: Ints
    weight: Floats
    values: Ints  # by product, pair and sample

    @classmethod
    def of(cls, frame: Frame, times: Sequence[Ints], view: Sequence[Seen]) -> Met | None:
        """Add up what categories share; None where no report holds crimes of two."""
        if frame.standing.apart:
            return None
        places: list[tuple[int, int, int, float]] = []
        values: list[Floats] = []
        for h, (kinds, own) in enumerate(zip(frame.kinds, view, strict=True)):
            often = times[h].astype(np.float64)
            y, x = own.due[:, :, 0], own.recorded[:, :, 0]
            for a, b in np.argwhere((y > 0).T.astype(np.int64) @ (y > 0) > 0):
                if a == b:
                    continue
                for weight in np.unique(kinds.weight):
                    terms = np.stack([y[:, a] * y[:, b], y[:, a] * x[:, b], x[:, a] * x[:, b]])
                    places.append((own.places[a], own.places[b], h, float(frame.totals.strata.weight[h] * weight)))
                    values.append(often @ (terms * (kinds.weight == weight)).T)
        if not places:
            return None
        one, other, stratum, weights = (np.array(column) for column in zip(*places, strict=True))
        return cls(one, other, stratum, weights, np.rint(np.stack(values)).astype(np.int64).transpose(2, 0, 1))

    def of_one(self, sample: int) -> Pairs:
        """Give those of one sample."""
        return Pairs(self.one, self.other, self.stratum, self.weight, *self.values[:, :, sample])


_NONE = np.zeros(0, dtype=np.int64)
NONE_MET = Pairs(_NONE, _NONE, _NONE, np.zeros(0), _NONE, _NONE, _NONE)
"""Of categories that share no report."""


@dataclass(frozen=True, slots=True)
class Sample(Totals):
    """The totals of one sample that was drawn; what its categories share was added up as it was drawn."""

    met: Pairs = NONE_MET

    @property
    def sharing(self) -> bool:
        """Whether a report can hold crimes of two categories."""
        return len(self.met.one) > 0

    def pairs(self) -> Pairs:
        """Give the sums of products between categories."""
        return self.met
