"""Samples drawn from made-up frames, and how often the intervals of each method hold the truth.

Every sample goes through the estimators that serve an audit: samples stand where domains stand, so that hundreds of
them take one call. Draws are divided into parts that each have a seed of their own, and the parts are added up in
order. So the same seed gives the same numbers on any number of processes.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial.coverage import ROUNDING
from cdi.binomial.methods import UNBOUNDED
from cdi.measures import MEASURES
from cdi.simulating.reports import Sorts, Standing, on_frame
from cdi.simulating.sums import ANY_CLASS, NONE_MET, OWN, RATES, RIGHTLY, Frame, Met, Sample, Seen, Sums, seen, summed
from cdi.survey.basis import Basis, of_domains, of_volumes
from cdi.survey.estimates import (
    FLIPPED,
    Estimates,
    Subject,
    counted,
    counted_between,
    fewest_missed,
    holding_parts,
)

if TYPE_CHECKING:
    from cdi.simulating.reports import KindsOfStratum
    from cdi.survey.totals import Totals

__all__ = ["Fared", "Figures", "Frame", "Terms", "fared", "figures_of", "frame_of", "limits_of", "truths_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

PART = 250
"""Samples that are drawn and estimated together."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How intervals are made."""

    methods: tuple[str, ...]
    level: float
    side: str


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of the samples; arrays have a row for each figure and a column for each method.

    The figures are rates: of the categories, of the whole as the frame weighs it and, with volumes, of the whole as
    they weigh it. After them come crimes not recorded, where recorded crime is known: of the categories, and in all.
    """

    samples: int
    held: Ints  # intervals that hold the true rate
    above: Ints  # those wholly below it: the true rate lies above
    below: Ints  # those wholly above it
    width: Floats  # the sum of the widths

    def __add__(self, other: Fared) -> Fared:
        """Add up what became of two parts."""
        return Fared(
            self.samples + other.samples,
            self.held + other.held,
            self.above + other.above,
            self.below + other.below,
            self.width + other.width,
        )


def frame_of(
    totals: Totals,
    kinds: Sequence[KindsOfStratum],
    volumes: Floats | None = None,
    *,
    recorded: float | None = None,
    sorts: Sorts | None = None,
    standing: Standing | None = None,
    drawn: Sequence[Mapping[int, int]] | None = None,
) -> Frame:
    """Make up a frame: of the size that is known, or without end. It holds no rows."""
    bare = replace(totals, audit=totals.audit.without_rows())
    sorts = Sorts.plain(totals.domains) if sorts is None else sorts
    # without classes and records of nothing due, all that matters is whether a report can hold several categories
    standing = Standing(apart=totals.audit.cluster is None) if standing is None else standing
    units = tuple(drawn or ({1: int(n)} for n in totals.strata.sampled))
    held = None
    if totals.strata.population is not None:
        left = totals.strata.population / totals.strata.sampled
        held = tuple(
            np.sum([on_frame(each, max(round(n * left[h]), n), size) for size, n in units[h].items()], axis=0)
            for h, each in enumerate(kinds)
        )
    return Frame(bare, tuple(kinds), sorts, standing, units, held, volumes, recorded)


def truths_of(frame: Frame) -> Floats:
    """Give the true value of each figure; nan of a category that the frame holds no crime of."""
    due, recorded, all_due, all_recorded = _true_sums(frame, RATES)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = [*(recorded / due)[: frame.categories], all_recorded / all_due]
        if frame.volumes is not None:
            shares, rates = _rightly(frame), _true_rates(frame, RIGHTLY)
            found.append(_implied(frame.volumes * shares, rates))
            found += counted(frame.volumes, _true_rates(frame, OWN)).tolist()
            rates = _true_rates(frame, ANY_CLASS)
            used = frame.volumes > 0
            found.append(counted(frame.volumes[used], rates[used]).sum())
        elif frame.recorded is not None:
            *_, all_due, all_recorded = _true_sums(frame, ANY_CLASS)
            found.append(float(counted(np.array([frame.recorded]), np.array([all_recorded / all_due]))[0]))
    return np.array(found)


def _true_sums(frame: Frame, view: str) -> tuple[Floats, Floats, float, float]:
    """Give what the frame holds by label, due and recorded, and in all."""
    strata, labels = frame.totals.strata, max(frame.whole, 1)
    due, recorded = np.zeros((2, labels))
    all_due = all_recorded = 0.0
    for h, kinds in enumerate(frame.kinds):
        own = seen(frame, h, view)
        units = _expected(frame, h) if frame.held is None else frame.held[h].astype(np.float64)
        mass = strata.weight[h] * strata.sampled[h] * units / (units * kinds.size).sum() * kinds.weight
        due[own.places] += mass @ own.due.sum(axis=2)
        recorded[own.places] += mass @ own.recorded.sum(axis=2)
        all_due += float((mass @ own.whole_due).sum())
        all_recorded += float((mass @ own.whole_recorded).sum())
    return due, recorded, all_due, all_recorded


def _expected(frame: Frame, stratum: int) -> Floats:
    """Give how often each kind comes in samples of a stratum."""
    kinds = frame.kinds[stratum]
    number = np.zeros(len(kinds.size))
    for size, n in frame.drawn[stratum].items():
        number[kinds.size == size] = n
    return kinds.chance * number


def _true_rates(frame: Frame, view: str) -> Floats:
    due, recorded, *_ = _true_sums(frame, view)
    return (recorded / due)[: frame.categories]


def _rightly(frame: Frame) -> Floats:
    """Give the true share of what is recorded as each category of which something was due."""
    rightly, everything = (_true_sums(frame, view)[1][: frame.categories] for view in (RIGHTLY, ANY_CLASS))
    return np.where(everything > 0, rightly / everything, 1.0)


def _implied(volumes: Floats, rates: Floats) -> float:
    """Give the overall rate that recorded crime implies."""
    used = volumes > 0
    return float(volumes[used].sum() / (volumes[used] / rates[used]).sum())


def fared(
    frame: Frame, terms: Terms, draws: int, seed: int, processes: int, progress: Callable[[int], object] | None = None
) -> Fared:
    """Draw samples, and add up what became of their intervals; ``progress`` is told how many samples are done."""
    sizes = [min(PART, draws - start) for start in range(0, draws, PART)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    parts = []
    for part in _parts(frame, terms, sizes, seeds, min(processes, len(sizes))):
        parts.append(part)
        if progress is not None:
            progress(part.samples)
    return functools.reduce(operator.add, parts)


def _parts(
    frame: Frame, terms: Terms, sizes: Sequence[int], seeds: Sequence[np.random.SeedSequence], processes: int
) -> Iterator[Fared]:
    """Give the parts in order, made here or in other processes."""
    jobs = [(frame, terms, size, seed) for size, seed in zip(sizes, seeds, strict=True)]
    if processes <= 1:
        yield from map(_part, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # spawned everywhere, as Windows does: a process that forks may hold the locks of another's threads
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_part, jobs)


def _part(job: tuple[Frame, Terms, int, np.random.SeedSequence]) -> Fared:
    """Draw some samples, and see how their intervals fare."""
    frame, terms, draws, seed = job
    rng = np.random.default_rng(seed)
    times = [_drawn(frame, h, draws, rng) for h in range(len(frame.kinds))]
    return _tallied(frame, figures_of(frame, times, draws), terms, draws)


def _drawn(frame: Frame, stratum: int, draws: int, rng: np.random.Generator) -> Ints:
    """Draw how often each kind of report comes, in samples of a stratum."""
    kinds = frame.kinds[stratum]
    times = np.zeros((draws, len(kinds.size)), dtype=np.int64)
    for size, number in frame.drawn[stratum].items():
        own = kinds.size == size
        if frame.held is None:
            times[:, own] = rng.multinomial(number, kinds.chance[own], size=draws)
            continue
        own = own & (frame.held[stratum] > 0)
        held = frame.held[stratum][own]
        times[:, own] = rng.multivariate_hypergeometric(held, number, size=draws, method="marginals")
    return times


@dataclass(frozen=True, slots=True)
class Figures:
    """Some figures in each sample: first all samples of the first figure, then of the next."""

    basis: Basis
    rows: Ints  # the rows of the basis that they are
    volumes: Floats | None = None  # the recorded crime of each, where they are counts
    parts: tuple[Basis, Ints, Floats] | None = None  # the categories of a whole, and their recorded crime by sample


def figures_of(frame: Frame, times: Sequence[Ints], draws: int) -> list[Figures]:
    """Estimate each figure in each sample."""
    rates = _View.of(frame, times, RATES, draws)
    categories = rates.rows(range(frame.categories))
    found = [Figures(rates.figures, np.r_[categories, rates.rows([frame.whole])])]
    if frame.volumes is None and frame.recorded is None:
        return found
    any_class = own = rates
    if not frame.standing.as_audited or frame.standing.strict:
        any_class = own = _View.of(frame, times, ANY_CLASS, draws)
    if frame.volumes is None:
        return [*found, Figures(any_class.figures, any_class.rows([frame.whole]), np.full(draws, frame.recorded))]
    if frame.standing.strict:
        own = rates if frame.standing.as_audited else _strict(frame, times, rates, draws)
    rightly = _View.of(frame, times, RIGHTLY, draws) if frame.standing.surplus else any_class
    projected = np.repeat(frame.volumes[:, None], draws, axis=1)
    due = projected if rightly is any_class else projected * rightly.share_of(any_class)
    total = any_class.by_volumes(projected)
    implied = total if rightly is any_class else rightly.by_volumes(due)
    all_ = np.arange(draws)
    return [
        *found,
        Figures(implied, all_, parts=(rightly.figures, categories, due)),
        Figures(own.figures, categories, projected.ravel()),
        Figures(total, all_, projected.sum(axis=0), (any_class.figures, categories, projected)),
    ]


@dataclass(frozen=True, slots=True)
class _View:
    """One way to count the crimes of samples: its sums, and what they come to."""

    frame: Frame
    sums: Sums
    figures: Basis  # of each label, and of the whole
    draws: int
    met: Met | None

    @classmethod
    def of(cls, frame: Frame, times: Sequence[Ints], view: str, draws: int) -> _View:
        """Add the samples up."""
        own = [seen(frame, h, view) for h in range(len(frame.kinds))]
        return cls.made(frame, summed(frame, times, own), draws, times, own)

    @classmethod
    def made(cls, frame: Frame, sums: Sums, draws: int, times: Sequence[Ints], own: Sequence[Seen]) -> _View:
        """Estimate what sums come to."""
        totals = replace(frame.totals, domains=((),) * (draws * (frame.whole + 1)), cells=sums.of_all())
        met = None if frame.volumes is None else Met.of(frame, times, own)
        return cls(frame, sums, of_domains(totals), draws, met)

    def rows(self, figures: Sequence[int]) -> Ints:
        """Place some figures in every sample."""
        places = np.array(list(figures), dtype=np.int64)
        return (places[:, None] * self.draws + np.arange(self.draws)).ravel()

    def recorded(self) -> Floats:
        """Give what was recorded as each category, by weight, in every sample."""
        found = np.zeros((self.frame.categories, self.draws))
        own = self.sums.figure < self.frame.categories
        np.add.at(found, self.sums.figure[own], self.sums.weight[own, None] * self.sums.values[1, own])
        return found

    def share_of(self, other: _View) -> Floats:
        """Give the share of what another view has recorded as each category that this one has."""
        own, all_ = self.recorded(), other.recorded()
        with np.errstate(invalid="ignore"):
            return np.where(all_ > 0, own / all_, 1.0)

    def by_volumes(self, volumes: Floats) -> Basis:
        """Estimate the rate that recorded crime implies in each sample."""
        frame = self.frame
        totals, labels = frame.totals, frame.whole
        beside = np.zeros((labels - frame.categories, self.draws))
        known = np.vstack([volumes, beside])
        found = []
        for i in range(self.draws):
            cells, whole = self.sums.of_one(i, labels)
            sample = Sample(
                totals.keys,
                frame.sorts.labels,
                totals.strata,
                cells,
                whole,
                totals.audit,
                met=NONE_MET if self.met is None else self.met.of_one(i),
            )
            rates = self.figures.take([figure * self.draws + i for figure in range(labels)])
            found.append(of_volumes(sample, rates, known[:, i]))
        return Basis.joined(found)


def _strict(frame: Frame, times: Sequence[Ints], rates: _View, draws: int) -> _View:
    """Count what is missing of each class, a crime that was recorded in another among it.

    Where records stay in the category that they were drawn by, a sample in which every record was due is one in which
    each crime stands as it was audited.
    """
    own = [seen(frame, h, OWN) for h in range(len(frame.kinds))]
    sums = summed(frame, times, own)
    if not frame.standing.moves:
        finds = np.zeros(draws, dtype=bool)
        for often, kinds in zip(times, frame.kinds, strict=True):
            finds |= often @ (kinds.surplus.sum(axis=1) > 0) > 0
        sums = replace(sums, values=np.where(finds, sums.values, rates.sums.values))
    return _View.made(frame, sums, draws, times, own)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Limits by each method; those of rates that several figures follow from are computed once."""

    frame: Frame
    terms: Terms
    known: dict[tuple[int, str, str], tuple[Floats, Floats]] = field(default_factory=dict)

    def of(self, figures: Figures, method: str) -> tuple[Floats, Floats]:
        """Give the limits of some figures, as the estimates of an audit have them."""
        side = self.terms.side if figures.volumes is None else FLIPPED[self.terms.side]
        low, high = self._of_rates(figures.basis, figures.rows, method, side)
        if figures.parts is not None and method not in UNBOUNDED:
            basis, rows, volumes = figures.parts
            least, most = (end.reshape(volumes.shape) for end in self._of_rates(basis, rows, method, side))
            low, high = holding_parts(volumes, (least, most), low, high)
        if figures.volumes is None:
            return low, high
        own = figures.basis.take(figures.rows.tolist())
        fewest = fewest_missed(own, counted(figures.volumes, own.rate))
        low, high = counted_between(figures.volumes, low, high, fewest, method, self.terms.side)
        # a lower limit alone has no upper end
        return low, np.where(np.isfinite(low), np.inf, np.nan) if self.terms.side == "lower" else high

    def _of_rates(self, basis: Basis, rows: Ints, method: str, side: str) -> tuple[Floats, Floats]:
        at = (id(basis), method, side)
        if at not in self.known:
            rates = Estimates((), (Subject((), MEASURES["recording-rate"]),) * len(basis), basis, self.frame.totals)
            found = rates.interval(self.terms.level, method, side)
            self.known[at] = found.low, found.high
        low, high = self.known[at]
        return low[rows], high[rows]


def limits_of(frame: Frame, figures: Sequence[Figures], terms: Terms) -> Iterator[tuple[Floats, Floats]]:
    """Give for each method the limits of every figure in every sample, nan where there are none."""
    limits = _Limits(frame, terms)
    for method in terms.methods:
        low, high = zip(*(limits.of(each, method) for each in figures), strict=True)
        yield np.concatenate(low), np.concatenate(high)


def _tallied(frame: Frame, figures: Sequence[Figures], terms: Terms, draws: int) -> Fared:
    """Count the intervals that hold the truth, and those that miss it on either side."""
    truth = np.repeat(truths_of(frame), draws)
    shape = (len(truth) // draws, draws)
    rounding = ROUNDING * np.maximum(truth, 1)
    columns: list[tuple[npt.NDArray[np.generic], ...]] = []
    for low, high in limits_of(frame, figures, terms):
        known = np.isfinite(low) & ~np.isnan(high) & np.isfinite(truth)
        above, below = known & (high < truth - rounding), known & (low > truth + rounding)
        width = np.where(known & np.isfinite(high), high - low, 0.0)
        parts = (known & ~above & ~below, above, below, width)
        columns.append(tuple(part.reshape(shape).sum(axis=1) for part in parts))
    return Fared(draws, *(np.stack(part, axis=1) for part in zip(*columns, strict=True)))
