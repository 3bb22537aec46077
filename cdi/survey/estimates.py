"""Estimates: columnar and frozen, with their totals; intervals are computed late, at any level and by any method.

A rate keeps its basis. A count is a monotone map of a rate, R (1 - p) / p, so its interval is the rate's, mapped: the
two always tell the same story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.design import REPRESENTATIVE
from cdi.binomial import intervals
from cdi.binomial.intervals import Interval
from cdi.binomial.methods import UNBOUNDED
from cdi.binomial.stratified import LARGEST_FRAME, MOST_STATES, states
from cdi.errors import DesignError, MethodError, Where
from cdi.facts import PLAIN, Facts
from cdi.measures import MEASURES, Measure
from cdi.parameters import LEVEL, METHOD
from cdi.showing import Shown
from cdi.survey.basis import Basis

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.volumes import Label
    from cdi.explaining.explanation import Explanation
    from cdi.printing.layout import Page
    from cdi.printing.tables import Table
    from cdi.survey.recorded_crime import Held
    from cdi.survey.totals import Totals

__all__ = [
    "ALL", "FLIPPED", "NOTHING", "Counts", "Estimates", "Parts", "RecordedCrime", "Subject", "counted",
    "counted_between", "fewest_missed", "holding_parts",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]

ALL = wording.ALL
"""The label of the overall row in every domain column."""

NOTHING = 1e-12
"""The greatest rate that is not told from 0. A count that follows from a limit below it would be no count of crimes."""

_FROM_VARIANCE = {"wald"}
_FROM_COUNTS = {"published"}
FLIPPED = {"both": "both", "lower": "upper", "upper": "lower"}
"""Side of a count -> that of the rate that it follows from."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an estimate is of."""

    label: Label  # its domain, one text a domain column; ``all`` in the overall row
    measure: Measure
    facts: Facts = PLAIN  # what is true of it

    @property
    def whole(self) -> bool:
        """Whether it stands for the whole sample."""
        return self.facts.whole


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimates(Shown):
    """Rates, and what their intervals rest on, with one element for each row.

    Attributes
    ----------
    keys : tuple of str
        The category columns.
    rows : tuple of Subject
        What each row is about.
    basis : Basis
        What the rates and their intervals rest on.
    totals : Totals or None
        The sums that they were computed from. It is None if only counts are known.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample was selected.
    realised : float array or None
        What adds to 1 / n_eff of each row beside sampling: chance in the crimes themselves, and the error of a share
        over-recorded. It is None if there is nothing to add; see :mod:`cdi.survey.extrapolation`.
    parts : Parts or None
        The categories that the row of the whole adds up by their recorded crime, if it does.

    Examples
    --------
    >>> import cdi
    >>> rates = cdi.of_counts(159, 182)
    >>> rates.estimate.round(3).tolist(), rates.se.round(3).tolist()
    ([0.874], [0.025])
    """

    keys: tuple[str, ...]
    rows: tuple[Subject, ...]
    basis: Basis
    totals: Totals | None = field(repr=False, compare=False)
    selection: str = "random"
    realised: Floats | None = None
    parts: Parts | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def table(self) -> Table:
        """The estimates with their 95% intervals by wilson."""
        from cdi.printing.tables import arrange

        return arrange(self)

    def page(self, **options: Any) -> Page:
        """Lay the estimates out for people, as :func:`cdi.estimate` does."""
        from cdi.printing.layouts import lay_out

        return lay_out(self.table, **options)

    def explain(
        self, row: str | Sequence[str] | None = None, *, level: float | None = None, method: str | None = None,
        side: str | None = None,
    ) -> Explanation:  # fmt: skip
        """Work out the figures of a row step by step; see :func:`cdi.explain`.

        Examples
        --------
        >>> import cdi
        >>> [step.working for step in cdi.of_counts(159, 182).explain().steps if step.symbol == "p"]
        ['p = x / n = 159 / 182 = 0.87362637']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row, level=level, method=method, side=side)

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.rows[-1].measure

    @property
    def sampled(self) -> bool:
        """Whether rows were counted, so that there are crimes due and recorded to show."""
        return True

    @property
    def estimate(self) -> Floats:
        """The estimates, as proportions or crimes. They are nan where the notes of the row say why."""
        return self.basis.rate

    @property
    def se(self) -> Floats:
        """The standard errors under the design. Those of counts are by the delta method."""
        return self.basis.se

    @property
    def sums(self) -> Totals | None:
        """The sums by category that the estimates follow from."""
        return self.totals

    @property
    def spread(self) -> Floats:
        """The standard errors on the scale of the rates, with what they are uncertain by beside sampling."""
        rate = self.basis.rate
        with np.errstate(invalid="ignore"):
            return np.sqrt(self.basis.se**2 + self.chance * rate * (1 - rate))

    def n_eff(self, *, level: float = LEVEL, side: str = "both") -> Floats:
        """Compute the effective sample size of each row, in crimes. It depends on the confidence level.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1, 1, 0, 1]})))
        >>> rates.n_eff().tolist()
        [4.0]
        """
        return self._with_chance(self.basis.effective(intervals.tail_of(level, side)))

    @property
    def chance(self) -> Floats:
        """What else than the sampling of the rate adds to 1 / n_eff of a row."""
        return np.zeros(len(self)) if self.realised is None else self.realised

    @property
    def exact(self) -> npt.NDArray[np.bool_]:
        """Whether there is no sampling error, because every report on the frame was audited."""
        return np.asarray(self.basis.census & (self.chance == 0))

    def interval(self, level: float = LEVEL, method: str = METHOD, side: str = "both") -> Interval:
        """Compute the interval of each row.

        Parameters
        ----------
        level : float
            The confidence level, between 0.5 and 1.
        method : str
            A name in ``cdi.METHODS`` or ``cdi.EXACT``.
        side : {"both", "lower", "upper"}
            ``"lower"`` gives a lower limit only, and ``"upper"`` an upper limit only. The other end is then the natural
            limit.

        Returns
        -------
        Interval
            The lower and upper limit of each row, in the unit of the estimate. They are nan where the notes say why. In
            a census both are the estimate.

        Raises
        ------
        MethodError
            If the method is unknown, the level is out of range, or an exact method does not fit the sample.
        DesignError
            If the sample was chosen by judgement or is of those who answered.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})))
        >>> rates.interval().low.round(4).tolist()
        [0.8175]
        """
        low, high = self._of_rates(level, method, side)
        return Interval(low, high, level, method, side)

    @property
    def representative(self) -> bool:
        """Whether the sample represents more than itself: it is a random sample or a census."""
        return self.selection in REPRESENTATIVE

    def refuse_unrepresentative(self) -> None:
        """Raise an error if the sample was chosen by judgement or is of those who answered.

        Raises
        ------
        DesignError
            With the reason.

        Examples
        --------
        >>> import cdi
        >>> cdi.of_counts(21, 24).refuse_unrepresentative()
        """
        if not self.representative:
            name = None if self.totals is None else self.totals.audit.name
            raise DesignError.of("not-representative", got=wording.SELECTIONS[self.selection], where=Where(name))

    def take(self, rows: Sequence[int]) -> Self:
        """Take some rows, in the order asked for."""
        places = list(rows)
        realised = None if self.realised is None else self.realised[places]
        chosen = tuple(self.rows[i] for i in places)
        return replace(self, rows=chosen, basis=self.basis.take(places), realised=realised)

    def emptied(self) -> Self:
        """Keep what was estimated, and no number of it."""
        return replace(self.take([]), totals=None, parts=None)

    def because(self, reasons: Sequence[tuple[str, ...]]) -> Self:
        """Add reasons to the rows."""
        pairs = zip(self.rows, reasons, strict=True)
        return replace(self, rows=tuple(replace(row, facts=row.facts.because(more)) for row, more in pairs))

    def _of_rates(self, level: float, method: str, side: str) -> tuple[Floats, Floats]:
        """Compute the limits of the rates; nan where there is no rate."""
        tail = intervals.tail_of(level, side)
        intervals.check_method(method, side)
        self.refuse_unrepresentative()
        if method in intervals.EXACT:
            low, high = self._exact(method, tail, side)
        else:
            low, high = self._approximate(method, level, side)
            if self.parts is not None and method not in UNBOUNDED:
                within = self.parts.rates.interval(level, method, side)
                whole = np.array([row.whole for row in self.rows], dtype=bool)
                ends = (within.low[:, None], within.high[:, None])
                of_whole = holding_parts(self.parts.volumes[:, None], ends, low, high)
                low, high = (np.where(whole, *each) for each in zip(of_whole, (low, high), strict=True))
        known = np.isfinite(self.basis.rate)
        return np.where(known, low, np.nan), np.where(known, high, np.nan)

    def _with_chance(self, size: Floats) -> Floats:
        """Lower the effective size for what else than sampling is uncertain."""
        size = np.where(self.basis.census, np.inf, size)
        with np.errstate(divide="ignore"):
            lowered = np.where(self.chance > 0, 1 / (1 / size + self.chance), size)
        return np.where(np.isfinite(lowered), lowered, np.nan)

    def _sizes(self, method: str, level: float, side: str) -> Floats:
        """Give the size that makes a method's count formula speak for this design."""
        if method in _FROM_COUNTS:
            return self._with_chance(self.basis.independent)
        tail = intervals.tail_of(level, side)
        # of counts alone the method's own count formula is asked for
        if method not in _FROM_VARIANCE or self.totals is None:
            return self._with_chance(self.basis.effective(tail))
        from scipy.special import ndtri, stdtrit

        rate, se = self.basis.rate, self.basis.se
        widened = ndtri(1 - tail) / stdtrit(np.maximum(self.basis.df, 1), 1 - tail)
        with np.errstate(divide="ignore", invalid="ignore"):
            size = rate * (1 - rate) / se**2 * widened**2
        # at 0% or 100%, or without any spread, there is no design se to build on: the bounded size speaks instead
        usable = (se > 0) & (size > 0) & np.isfinite(size)
        return self._with_chance(np.where(usable, size, self.basis.effective(tail)))

    def _approximate(self, method: str, level: float, side: str) -> tuple[Floats, Floats]:
        basis = self.basis
        size = self._sizes(method, level, side)
        usable = np.isfinite(basis.rate) & np.isfinite(size)
        low, high = basis.rate.copy(), basis.rate.copy()
        found = intervals.interval(basis.rate[usable], size[usable], level=level, method=method, side=side)
        low[usable], high[usable] = found.low, found.high
        if method not in UNBOUNDED:
            low, high = self._possible(low, high)
        return low, high

    def _possible(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Keep to what a known frame allows: those seen recorded are, those seen unrecorded are not."""
        basis = self.basis
        # crimes of another period, or of chance, are not those on the frame
        frame = np.where(self.chance > 0, np.nan, basis.frame)
        with np.errstate(invalid="ignore"):
            least = basis.recorded / frame
            most = 1 - (basis.due - basis.recorded) / frame
        return np.fmax(low, least), np.fmin(high, most)

    def _exact(self, method: str, tail: float, side: str) -> tuple[Floats, Floats]:
        basis = self.basis
        stratified = np.array([drawn is not None for drawn in basis.strata], dtype=bool)
        if not (basis.simple | stratified).all():
            raise MethodError.of("exact-needs-simple", got=method, where=self._where(~(basis.simple | stratified)))
        if np.any(self.chance > 0):
            raise MethodError.of("exact-with-chance", got=method)
        if not (np.isfinite(basis.frame) | stratified).all():
            raise MethodError.of("exact-population", method=method)
        self._refuse_endless_sums(stratified)
        level = 1 - 2 * tail if side == "both" else 1 - tail
        ends = [self._exact_of_row(i, level, method, side) for i in range(len(self))]
        return np.array([float(end.low) for end in ends]), np.array([float(end.high) for end in ends])

    def _exact_of_row(self, i: int, level: float, method: str, side: str) -> Interval:
        basis, drawn = self.basis, self.basis.strata[i]
        if drawn is not None:
            return intervals.strata_interval(
                drawn.recorded, drawn.sampled, drawn.frame, level=level, method=method, side=side
            )
        recorded, due, frame = int(basis.recorded[i]), int(basis.due[i]), int(basis.frame[i])
        return intervals.count_interval(recorded, due, population=frame, level=level, method=method, side=side)

    def _refuse_endless_sums(self, stratified: npt.NDArray[np.bool_]) -> None:
        """Refuse, before anything is summed, strata too many or too large for exact limits."""
        drawn_from = [
            (0, 0) if drawn is None else (states(drawn.sampled, drawn.frame), sum(drawn.frame))
            for drawn in self.basis.strata
        ]
        sums = np.array([products for products, _ in drawn_from])
        # where all strata but one were sampled in full there is no table
        large = np.array([products > 0 and frame > LARGEST_FRAME for products, frame in drawn_from])
        if sums.sum() <= MOST_STATES and not large.any():
            return
        odd = large if large.any() else sums == sums.max()
        drawn = self.basis.strata[int(np.argmax(odd))]
        got = wording.strata_sampled(len(drawn.frame), sum(drawn.sampled), sum(drawn.frame), int(stratified.sum()))
        raise MethodError.of("exact-sums", got=got, where=self._where(odd))

    def _where(self, odd: npt.NDArray[np.bool_]) -> Where:
        """Name the first row that is odd."""
        return Where(key=", ".join(self.rows[int(np.argmax(odd))].label) or None)


@dataclass(frozen=True, slots=True)
class Parts:
    """Categories that a whole adds up."""

    rates: Estimates  # the rates that their crimes not recorded follow from
    volumes: Floats  # their recorded crime


@dataclass(frozen=True, slots=True)
class RecordedCrime:
    """What the recorded crime was made of that counts go by; one element a row."""

    recorded: Floats  # as it was given
    limits: Floats  # the share of it that comes through audited routes
    over: tuple[float, float] | None  # the share over-recorded, with its standard error
    routes: tuple[float, float] | None  # where that of audited routes is an estimate: it, with its half width

    def take(self, rows: Sequence[int]) -> Self:
        """Pick rows."""
        places = list(rows)
        return replace(self, recorded=self.recorded[places], limits=self.limits[places])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Counts(Estimates):
    """Crimes that follow from rates and known volumes of recorded crime, R (1 - p) / p; one element a row."""

    # the recorded crime R of each row. The other fields are those of the rates that the counts follow from
    volumes: Floats = field(default_factory=lambda: np.zeros(0))
    made: RecordedCrime | None = field(default=None, repr=False, compare=False)  # what R was made of
    # where records stand in other classes, or nothing was due, counts follow from other sums than the recording rates,
    # which then have a basis of their own; None where they are the same
    held: Held | None = field(default=None, repr=False, compare=False)
    of_recording: Basis | None = field(default=None, repr=False)
    # the categories that the overall recording rate adds up, as ``parts`` are those of the total
    parts_of_recording: Parts | None = field(default=None, repr=False, compare=False)

    @property
    def estimate(self) -> Floats:
        """Crimes; nan where the row's notes say why."""
        return self._mapped(self.basis.rate)

    @property
    def se(self) -> Floats:
        """Their standard errors, by the delta method."""
        with np.errstate(divide="ignore", invalid="ignore"):
            se = self.volumes * self.spread / self.basis.rate**2
        return np.where(np.isfinite(se), se, np.nan)

    def interval(self, level: float = LEVEL, method: str = METHOD, side: str = "both") -> Interval:
        """Compute the interval of each row: that of its rate, mapped, so that the two always tell the same story."""
        intervals.tail_of(level, side)  # which refuses what is no side
        low, high = self._of_rates(level, method, FLIPPED[side])
        low, high = counted_between(self.volumes, low, high, self._fewest, method, side)
        return Interval(low, high, level, method, side)

    @property
    def follows_from(self) -> Estimates:
        """The rates that the counts follow from."""
        rows = tuple(replace(row, measure=MEASURES["recording-rate"]) for row in self.rows)
        return Estimates(self.keys, rows, self.recording, self.totals, self.selection, parts=self.parts_of_recording)

    @property
    def recording(self) -> Basis:
        """What the recording rates rest on: of each category, and overall as the volumes imply."""
        return self.basis if self.of_recording is None else self.of_recording

    @property
    def sums(self) -> Totals | None:
        """The sums by category that the counts follow from."""
        return self.totals if self.held is None else self.held.own

    def wide(self) -> pd.DataFrame:
        """Give one row a category: the rate that the count follows from, and the count; as :meth:`Result.wide`."""
        from cdi.printing.tables import wide, with_rates

        return wide(with_rates(self))

    def take(self, rows: Sequence[int]) -> Self:
        """Take some rows, in the order asked for."""
        chosen = Estimates.take(self, rows)
        recording = None if self.of_recording is None else self.of_recording.take(rows)
        made = None if self.made is None else self.made.take(rows)
        return replace(chosen, volumes=self.volumes[list(rows)], of_recording=recording, made=made)

    def emptied(self) -> Self:
        """Keep what was estimated, and no number of it."""
        return replace(self.take([]), totals=None, made=None, held=None, parts=None, parts_of_recording=None)

    @property
    def _fewest(self) -> Floats:
        """Give the crimes of the sample that were not recorded: of their own period there are no fewer.

        Where recorded crime is lower than the sample says, which the row tells, the estimate is as far as it goes.
        """
        if self.totals is not None and self.totals.second is not None:
            # a crime that only the auditors miss may be none
            return np.zeros(len(self))
        another_period = np.array([row.facts.chance for row in self.rows], dtype=bool)
        return np.where(another_period, 0.0, fewest_missed(self.basis, self.estimate))

    def _mapped(self, rate: Floats) -> Floats:
        return counted(self.volumes, rate)


def holding_parts(volumes: Floats, ends: tuple[Floats, Floats], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Let wholes be what a category alone may be: they hold no fewer crimes not recorded than any of them.

    Recorded crime and the limits of categories have a row for each, and a column for each whole.
    """
    recorded = volumes.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        most, least = (
            np.nanmax(np.where(volumes > 0, volumes * (1 / end - 1), 0.0), axis=0, initial=0.0) for end in ends
        )
        low, high = np.minimum(low, recorded / (recorded + most)), np.minimum(high, recorded / (recorded + least))
    return low, high


def counted(volumes: Floats, rate: Floats) -> Floats:
    """Turn rates into counts; a rate of 0, or of less than can be told from it, has none."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        counts = volumes * (1 - rate) / rate
    return np.where(np.isfinite(counts) & (rate > NOTHING), counts + 0.0, np.nan)


def fewest_missed(basis: Basis, estimate: Floats) -> Floats:
    """Give the crimes of a sample that were not recorded, or the estimate where it is lower."""
    fewest: Floats = np.fmin(basis.due - basis.recorded, estimate)
    return fewest


def counted_between(
    volumes: Floats, low: Floats, high: Floats, fewest: Floats, method: str, side: str
) -> tuple[Floats, Floats]:
    """Turn limits of rates into those of counts; what leaves the possible by definition is left as it is."""
    least = counted(volumes, high)
    if side != "upper" and method not in UNBOUNDED:
        least = np.maximum(least, fewest)
    return least, counted(volumes, low)
