"""The call that gives a second opinion: estimates with their standard errors by jackknife and bootstrap beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, several, shown
from cdi.audits.design import Roles
from cdi.audits.volumes import POPULATION, one_figure, sort_out
from cdi.binomial import intervals
from cdi.errors import DataError, DesignError, MethodError, Where
from cdi.measures import Role
from cdi.parameters import LEVEL, METHOD, RESTING
from cdi.printing.tables import arrange, with_overall
from cdi.resampling.bootstrap import draw_again, spread_of
from cdi.resampling.jackknife import leave_out
from cdi.resampling.resampled import NOTHING, Opinion, Opinions, Resampled
from cdi.resampling.units import Ratio, Units
from cdi.results import Result, estimate, result_of
from cdi.showing import Shown
from cdi.survey.estimates import Counts, Estimates, counted
from cdi.survey.extrapolation import known_crime
from cdi.survey.kinds import Kinds, kinds_of
from cdi.survey.recorded_crime import held_by

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.printing.tables import Row
    from cdi.survey.recorded_crime import Held
    from cdi.survey.totals import Totals

__all__ = ["REPLICATES", "Resampled", "resample"]

Floats: TypeAlias = npt.NDArray[np.float64]

REPLICATES = 10_000
"""Samples that are drawn again unless another number is asked for."""

MOST = 40_000_000
"""Rates of samples drawn again that are held at once, at the most: 320 MB."""


@checked
def resample(
    source: object,
    by: str | Sequence[str] | None = None,
    *,
    volumes: object = None,
    recorded_crime: int | None = None,
    replicates: int = REPLICATES,
    seed: int | np.random.Generator = 1,
    level: float = LEVEL,
    method: str = METHOD,
    progress: Callable[[int], object] | None = None,
    **roles: Unpack[Roles],
) -> Resampled:
    """Give a second opinion on the standard errors and intervals of estimates, by jackknife and bootstrap.

    Parameters
    ----------
    source : Result, Estimates, Kinds, Audit, path, Workbook, a list of them, or data frame
        The result of :func:`cdi.estimate` with its rows, or the kinds of report of an audit (:meth:`Audit.kinds`). Or
        an audit, in any form that :func:`cdi.read_audit` takes: it is estimated first.
    by : str or sequence of str, optional
        The category columns, if the audit is estimated first; see :func:`cdi.estimate`.
    volumes : path, Workbook, data frame, mapping, or a list of them, optional
        The reports on the frame and recorded crime, if the audit is estimated first. With kinds of report, recorded
        crime alone.
    recorded_crime : int, optional
        The recorded crime of all categories together, if one figure is all there is.
    replicates : int
        The number of samples that are drawn again, 2 or more.
    seed : int or numpy.random.Generator
        What the draws start from. The same seed gives the same numbers, in whatever order rows come.
    level, method : float, str
        See :meth:`Estimates.interval`. The method is that of the linearised interval, and of the jackknife's.
    progress : callable, optional
        It is told how many more samples are done.
    **roles
        The fields of :class:`cdi.Design`, if the audit is estimated first.

    Returns
    -------
    Resampled
        One row for each rate and, with recorded crime, each number of unrecorded crimes.

    Raises
    ------
    DataError
        If the rows of a result were not kept.
    DesignError
        If the sample is no random sample, or is a census; for a table of counts with a design effect; if strata of one
        report are given the average variance of the others.
    MethodError
        If an argument would change nothing, or too many numbers are asked for.

    Notes
    -----
    The jackknife leaves out each report in turn. The bootstrap draws n - 1 of the n reports of each stratum with
    replacement, and scales what each counts so that the variance of a sum is on average just that of linearisation, the
    finite population correction included. Both work on kinds of report, each as often as it comes.

    References
    ----------
    Rao and Wu (1988), Journal of the American Statistical Association 83, 231-241, for the bootstrap. Wolter (2007),
    Introduction to Variance Estimation, chapter 4, for the jackknife.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> found = cdi.resample(sample, by="type", replicates=1_000, seed=4)
    >>> [(line.row.label[0], round(line.row.se, 3), round(line.jackknife.se, 3)) for line in found.rows]
    [('other', 0.097, 0.103), ('violent', 0.13, 0.137), ('all', 0.082, 0.082)]
    """
    terms = _Terms(intervals.whole_number(replicates, "replicates", 2), level, _method_of(method, level))
    rng = np.random.default_rng(_seed_of(seed))
    if progress is not None and not callable(progress):
        raise DataError.of("coverage-progress", got=shown(progress))
    given = {"by": by, "volumes": volumes, "recorded_crime": recorded_crime, **roles}
    found = _estimated(source, given, level, method)
    rates, counts = _parts_of(found)
    _refuse(rates)
    asked = list(_asked(rates, counts))
    if terms.replicates * len(asked) > MOST:
        raise MethodError.of("resample-many", got=f"{terms.replicates * len(asked):,}", most=MOST)
    bases = arrange(*(part for part in (rates, counts) if part is not None), level=level, method=method)
    rows = _opinions(asked, bases.rows, terms, rng, progress)
    strata = found.audit.strata
    drawn = wording.DrawnAgain(
        terms.replicates,
        int(seed) if not isinstance(seed, np.random.Generator) else None,
        int(strata.sampled.sum()),
        several=len(set(strata.group.tolist())) > 1,
        framed=strata.population is not None,
        alone=bool(((strata.drawn_together == 1) & (strata.left > 0)).any()),
    )
    return Resampled(found.audit, rows, bases, drawn)


@dataclass(frozen=True, slots=True)
class _Terms:
    """How many samples are drawn again, and what intervals are."""

    replicates: int
    level: float
    method: str


def _method_of(method: str, level: float) -> str:
    """Take a method whose interval rests on the standard error: with another variance it is another one."""
    intervals.tail_of(level, "both")
    if chosen(method, [*intervals.METHODS, *intervals.EXACT], "unknown-method") not in RESTING:
        raise MethodError.of("resample-method", got=method)
    return method


def _seed_of(seed: object) -> Any:
    """Take a number or a Generator."""
    if isinstance(seed, np.random.Generator):
        return seed
    return intervals.whole_number(seed, "seed", 0)


def _estimated(source: object, given: dict[str, Any], level: float, method: str) -> Result:
    """Take a result as it is, and estimate anything else."""
    idle = [name for name, value in given.items() if value is not None]
    if isinstance(source, Kinds):
        framed, crime = sort_out(several(given["volumes"]), source.keys)
        wrong = [name for name in idle if name not in ("volumes", "recorded_crime")]
        if wrong or framed is not None:
            raise MethodError.of("resample-idle", got=wording.in_a_row(wrong or [POPULATION]))
        if given["recorded_crime"] is not None:
            crime = one_figure(given["recorded_crime"], beside=crime)
        rates = source.rates()
        return result_of(rates, None if crime is None else known_crime(rates, crime), level=level, method=method)
    if isinstance(source, Shown) and isinstance(source, (Result, Estimates)):
        if idle:
            raise MethodError.of("resample-idle", got=wording.in_a_row(idle))
        source.refuse_suppressed()
        if isinstance(source, Result):
            return source
        if isinstance(source, Counts) or source.totals is None:
            raise DesignError.of("not-rates", got=source.measure.key)
        return result_of(source, None, level=level, method=method)
    return estimate(source, level=level, method=method, **given)


def _parts_of(found: Result) -> tuple[Estimates, Counts | None]:
    """Take the rates and the counts that follow from them; a second opinion is of one measure."""
    rates, counts = found.rates, found.counts
    others = [part.measure.key for part in found.estimates[1:] if part is not counts]
    if others or rates.measure.role is not Role.RATE:
        raise MethodError.of("resample-measures", got=wording.in_a_row(others or [rates.measure.key]))
    if found.reread is not None:
        raise MethodError.of("resample-reread")
    if counts is not None and counts.chance.any():
        raise MethodError.of("resample-chance")
    return rates, counts


def _refuse(rates: Estimates) -> None:
    """Refuse samples that nothing can be drawn again from."""
    rates.refuse_unrepresentative()
    if rates.totals is None:
        raise DataError.of("no-estimates")
    strata, name = rates.totals.strata, rates.totals.audit.name
    if not (strata.left > 0).any():
        raise DesignError.of("resample-census", where=Where(name))
    if strata.single_cluster == "average" and ((strata.drawn_together == 1) & (strata.left > 0)).any():
        raise DesignError.of("resample-average", where=Where(name))


# ---- what each row is, as a function of sums


@dataclass(frozen=True, slots=True)
class _Asked:
    """A row of which a second opinion is asked."""

    part: Estimates  # the estimates that it is of
    place: int  # its row among them
    totals: Totals  # the sums that it follows from
    ratio: Ratio | None  # how; None where it has no estimate
    volume: float | None = None  # of a count, the recorded crime that it is of

    def scale(self, rate: Floats) -> Floats:
        """Turn rates into what the row counts."""
        return rate if self.volume is None else counted(np.full(len(rate), self.volume), rate)


def _asked(rates: Estimates, counts: Counts | None) -> Iterator[_Asked]:
    """List the rows in the order of the table."""
    totals = rates.totals
    assert totals is not None  # noqa: S101 (refused before)
    labels = [row.label for row in rates.rows[:-1]]
    forms: list[tuple[Totals, Ratio | None, float | None]] = [
        (totals, Ratio.of_column(i), None) for i in range(len(labels))
    ]
    whole = (totals, Ratio.of_column(len(labels)), None)
    parts = with_overall([rates, *([] if counts is None else [counts])])
    if counts is None:
        forms.append(whole)
    else:
        held = counts.held or held_by(totals, surplus=False)
        forms += _forms_of_counts(counts, held, labels, whole)
    rows = [(part, i) for part in parts for i in range(len(part))]
    for (part, i), (sums, ratio, volume) in zip(rows, forms, strict=True):
        yield _Asked(part, i, sums, ratio if np.isfinite(part.estimate[i]) else None, volume)


def _forms_of_counts(
    counts: Counts, held: Held, labels: Sequence[Label], whole: tuple[Totals, Ratio, None]
) -> Iterator[tuple[Totals, Ratio | None, float | None]]:
    """Say how the overall rates follow from sums, and the counts."""
    totals = whole[0]
    if len(counts) == 1:
        yield whole
        every = held.any_class
        yield every, Ratio.of_column(len(every.domains) if every.keys else 0), float(counts.volumes[0])
        return
    volumes = counts.volumes[:-1]
    due = volumes * held.rightly_recorded(labels)
    yield held.rightly, _by_volumes(held.rightly, labels, due), None
    if totals.strata.weighs:
        yield whole
    at = {label: i for i, label in enumerate(held.own.domains)}
    for label, volume in zip(labels, volumes, strict=True):
        yield held.own, Ratio.of_column(at[label]) if label in at else None, float(volume)
    yield held.any_class, _by_volumes(held.any_class, labels, volumes), float(counts.volumes[-1])


def _by_volumes(totals: Totals, labels: Sequence[Label], volumes: Floats) -> Ratio | None:
    """Give the rate that recorded crime implies; None where a category of it was not found."""
    at = {label: i for i, label in enumerate(totals.domains)}
    used = [(at.get(label), volume) for label, volume in zip(labels, volumes, strict=True) if volume > 0]
    if not used or any(place is None for place, _ in used):
        return None
    return Ratio(np.array([place for place, _ in used]), np.array([volume for _, volume in used]))


# ---- the second opinion


def _opinions(
    asked: Sequence[_Asked],
    rows: Sequence[Row],
    terms: _Terms,
    rng: np.random.Generator,
    progress: Callable[[int], object] | None,
) -> tuple[Opinions, ...]:
    """Set jackknife and bootstrap beside each row; samples are drawn again once for each set of sums."""
    found = [Opinions(row) for row in rows]
    by_sums: dict[int, list[int]] = {}
    for i, each in enumerate(asked):
        if each.ratio is not None and not each.part.exact[each.place]:
            by_sums.setdefault(id(each.totals), []).append(i)
    for places in by_sums.values():
        units = Units.of(kinds_of(asked[places[0]].totals))
        ratios = [ratio for i in places if (ratio := asked[i].ratio) is not None]
        rates = draw_again(units, ratios, terms.replicates, rng, progress)
        progress = None  # what is drawn for further sums is not counted twice
        for i, ratio, drawn in zip(places, ratios, rates, strict=True):
            each, left_out = asked[i], leave_out(units, ratio)
            jackknife = _jackknifed(each, left_out.variance(each.scale), terms)
            spread = spread_of(each.scale(drawn), terms.level)
            found[i] = Opinions(
                rows[i],
                jackknife,
                NOTHING if spread is None else Opinion(spread.se, spread.low, spread.high),
                None if spread is None else spread.error,
                () if jackknife.se is None else tuple(left_out.squares(each.scale).tolist()),
            ).noted()
    return tuple(found)


def _jackknifed(asked: _Asked, variance: float, terms: _Terms) -> Opinion:
    """Let the interval of a row rest on the jackknife's variance in the place of the linearised one."""
    if not np.isfinite(variance):
        return NOTHING
    se = float(np.sqrt(variance))
    own = asked.part.take([asked.place])
    linear = float(own.se[0])
    basis = own.basis
    if linear > 0:
        times = (se / linear) ** 2
        worth = replace(basis.worth, seen=basis.worth.seen * times, corrected=basis.worth.corrected * times)
        basis = replace(basis, se=basis.se * se / linear, se_endless=basis.se_endless * se / linear, worth=worth)
    interval = replace(own, basis=basis).interval(terms.level, terms.method)
    low, high = (float(each[0]) for each in (interval.low, interval.high))
    return Opinion(se, low if np.isfinite(low) else None, high if np.isfinite(high) else None)
