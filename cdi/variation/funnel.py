"""Funnels: which forces differ from the average by more than chance and the usual spread of forces explain.

After Spiegelhalter (2005a), "Funnel plots for comparing institutional performance", Statistics in Medicine 24,
1185-1202, and (2005b), "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14,
347-351. The distance of a force is the normal score of its binomial mid-P, as on the chart of months, and not a logit
over its standard error: near 1 that is skewed, and names forces of which nothing is odd. The variance between forces
solves the equation of Paule and Mandel (1982), "Consensus values and weighting factors", Journal of Research of the
National Bureau of Standards 87, 377-385.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi import wording
from cdi.arguments import checked, is_number
from cdi.binomial import normal
from cdi.binomial.intervals import Interval, numbers, tail_of
from cdi.binomial.scores import furthest, normal_score
from cdi.errors import DataError
from cdi.facts import Facts
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.showing import Shown
from cdi.variation.samples import FORCE, Samples, choose, read_samples

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = [
    "BY_CHANCE", "DISPERSIONS", "TRANSFORMS", "WINSORISED", "Funnel", "Transform", "exact_limits", "funnel",
    "squares_drawn_in",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]


class Transform(NamedTuple):
    """A scale: how far rates are from a target, and the variance of chance there; each of rates, sizes and target."""

    score: Callable[[Floats, Floats, float], Floats]  # in standard errors of chance
    apart: Callable[[Floats, Floats, float], Floats]  # as it stands
    variance: Callable[[Floats, float], Floats]  # of a rate at the target, of sizes and target alone


def _logits_apart(rates: Floats, sizes: Floats, target: float) -> Floats:
    """Take the distance between empirical logits, of half a case more on either side: they are finite at 0 and 1."""
    return _empirical_logit(rates, sizes) - _empirical_logit(np.asarray(target), sizes)


def _empirical_logit(rates: Floats, sizes: Floats) -> Floats:
    return np.asarray(np.log((rates * sizes + 0.5) / ((1 - rates) * sizes + 0.5)))


def _published(transform: Callable[[Floats], Floats], unit: Callable[[float], float]) -> Transform:
    """Make a scale on which the distance is over its standard error; unit is the variance of one observation."""

    def variance(sizes: Floats, target: float) -> Floats:
        return unit(target) / sizes

    def apart(rates: Floats, _: Floats, target: float) -> Floats:
        return transform(rates) - transform(np.asarray(target))

    def score(rates: Floats, sizes: Floats, target: float) -> Floats:
        return np.asarray(apart(rates, sizes, target) / np.sqrt(variance(sizes, target)))

    return Transform(score, apart, variance)


TRANSFORMS: Mapping[str, Transform] = {
    "mid-p": Transform(normal_score, _logits_apart, lambda sizes, target: 1 / (sizes * target * (1 - target))),
    "arcsine": _published(lambda p: np.asarray(np.arcsin(np.sqrt(p))), lambda _: 0.25),
    "raw": _published(lambda p: p, lambda p: p * (1 - p)),
}
"""The scales on which forces are held against the target; the last two are those of published funnels."""


BY_CHANCE = 0.6786545589528747
"""The mean of the squares of normal variables of which a tenth at either end is drawn in."""

WINSORISED = 0.10
"""The part of the distances at either end that is drawn in."""

_SAME = 1e-15
_LEAST = 1e-300


def squares_drawn_in(z: Floats) -> float:
    """Sum the squares of z, the tenth at either end drawn in to the quantile there, as numpy and R interpolate it."""
    ordered, place = z.copy(), WINSORISED * (len(z) - 1)
    ordered.sort()
    i, part = int(place), place % 1
    low = float(ordered[i] + part * (ordered[i + 1] - ordered[i]))
    high = float(ordered[-1 - i] + part * (ordered[-2 - i] - ordered[-1 - i]))
    rest = ordered[i + 1 : -1 - i]  # what lies between the quantiles
    return float(rest @ rest) + (i + 1) * (low * low + high * high)


def adjusted(z: Floats, apart: Floats, more: Floats | float) -> Floats:
    """Add a variance to that of chance: more, on the scale on which forces are apart.

    As z is apart over the standard error of chance, so is this apart over the root of its square and more. On the scale
    of the mid-P that standard error is the one with which the score would be z.
    """
    both = np.hypot(apart, np.sqrt(more) * z)
    return np.asarray(z * np.divide(np.abs(apart), both, out=np.ones_like(z), where=both > 0))


def _beyond_chance(z: Floats, apart: Floats, unit: Floats, rest: float) -> float:
    """Find how many times a unit of variance more makes the squares of drawn in distances sum to what chance gives."""
    expected = BY_CHANCE * rest
    # the distances of adjusted, with what does not depend on the variance computed once
    signed, of_chance, of_more = z * np.abs(apart), np.maximum(apart * apart, _LEAST), unit * z * z

    def over(times: float) -> float:
        away = signed / np.sqrt(of_chance + times * of_more) if times else z
        return 1 - expected / max(squares_drawn_in(away), _LEAST)  # which is nearly a straight line

    # no distance is above apart over the root of more; twice as much leaves room for rounding
    most = 2 * len(z) * float((apart * apart / unit).max()) / expected
    if over(0.0) <= 0 or most <= 0:
        return 0.0
    return normal.root(over, 0.0, most, within=_SAME * most)


_SIDES = ("low", "high")

DISPERSIONS = ("additive", "multiplicative", "none")
"""How forces are taken to vary beyond chance."""

SHARE, LIMITS, SCORE, P, Q = (MEASURES[key] for key in ("share", "control-limits", "z-score", "p-value", "q-value"))

FOUND: Mapping[str, str] = {"high": "funnel-high", "low": "funnel-low"}
"""A flag -> what is noted of a force that bears it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Funnel(Shown):
    """Forces held against a target; arrays have one element a force.

    Attributes
    ----------
    target : float
        The rate that forces are held against.
    transform, dispersion : str
        The scale, and how spread beyond chance is allowed for.
    samples : Samples
        The forces: ``rates``, ``sizes`` and ``names``.
    z : float array
        The distance of each from the target, in standard errors of chance alone: on the scale mid-p, the normal score
        of the mid-P.
    phi, phi_winsorised : float
        The mean of the squares of z, and that with a tenth of z at either end drawn in: about 1, and 0.68, where chance
        explains all.
    over_dispersion : float
        The p-value of as much spread by chance alone: k phi_winsorised against chi-squared with k - 1 degrees. It is
        conservative: with 43 forces and chance alone it is below 0.05 in 1 of 1,000 sets of rates.
    tau2 : float
        The variance between forces on the scale, that of logits with mid-p (additive); 0 otherwise.
    factor : float
        What the variances of chance are multiplied by (multiplicative); 1 otherwise.
    z_adjusted, p, q : float array
        The distances with the spread beyond chance in; their two-sided p-values; those adjusted for many forces after
        Benjamini and Hochberg (1995).
    flags : tuple of str
        "high" or "low" where q is at most the false discovery rate, "" elsewhere.
    fdr : float
        The false discovery rate.
    notes : tuple of str
        "target-moved" (a pooled rate of 0 or 1 was taken as (x + 1/2) / (n + 1)).
    """

    target: float
    transform: str
    dispersion: str
    samples: Samples
    z: Floats
    phi: float
    phi_winsorised: float
    over_dispersion: float
    tau2: float
    factor: float
    z_adjusted: Floats
    p: Floats
    q: Floats
    flags: tuple[str, ...]
    fdr: float
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The forces."""
        return self.samples.names

    def flagged(self, flag: str) -> tuple[str, ...]:
        """List the forces that bear a flag, "high" or "low"."""
        return tuple(name for name, borne in zip(self.names, self.flags, strict=True) if borne == flag)

    def limits(self, sizes: ArrayLike, level: float = LEVEL) -> Interval:
        """Give the lowest and highest rates of forces of these sizes whose distance a share of forces keeps to.

        The spread beyond chance is in. An end of 0 or 1 is no limit: nothing lies beyond it.

        Parameters
        ----------
        sizes : array_like
            Effective sizes, above 0.
        level : float
            The share of forces within; funnels show 0.95 and 0.998.

        Returns
        -------
        Interval
            Proportions, one pair a size.

        Examples
        --------
        >>> held = funnel([0.9, 0.8, 0.95, 0.85], [100, 80, 120, 90])
        >>> [end.round(3).tolist() for end in (held.limits([50, 400]).low, held.limits([50, 400]).high)]
        [[0.677, 0.718], [0.984, 0.96]]
        """
        n = np.atleast_1d(numbers(sizes, "effective-size"))
        if not np.all(n > 0):
            raise DataError.of("effective-size", got=f"{n.min():g}")
        most, scale = -normal.quantile(tail_of(level, "both")), TRANSFORMS[self.transform]
        # forces of one size share their limits
        each, place = np.unique(n, return_inverse=True)
        more = self.tau2 + (self.factor - 1) * scale.variance(each, self.target)

        def within(rates: Floats) -> npt.NDArray[np.bool_]:
            z, apart = scale.score(rates, each, self.target), scale.apart(rates, each, self.target)
            return np.asarray(np.abs(adjusted(z, apart, more)) <= most)

        low, high = (
            furthest(within, self.target, np.full(each.shape, end))[place.reshape(n.shape)] for end in (0.0, 1.0)
        )
        return Interval(low, high, level, f"funnel-{self.dispersion}")

    @property
    def table(self) -> Table:
        """The rates, their limits, and the distances from the target with their p-values; unrounded."""
        from cdi.printing.tables import Row, Table

        method, limits = f"funnel-{self.dispersion}", self.limits(self.samples.sizes, LEVEL)
        target = np.full(len(self.names), self.target)
        parts = ((SHARE, self.samples.rates), (LIMITS, target), (SCORE, self.z_adjusted), (P, self.p), (Q, self.q))
        rows: list[Row] = []
        for measure, values in parts:
            for i, name in enumerate(self.names):
                row = Row((name,), measure, float(values[i]), None, None, LEVEL, method)
                row = replace(row, n_eff=float(self.samples.sizes[i]))
                if measure == SHARE and self.flags[i]:
                    row = replace(row, facts=Facts(found=(FOUND[self.flags[i]],)))
                elif measure == LIMITS:
                    row = replace(row, low=float(limits.low[i]), high=float(limits.high[i]))
                rows.append(row)
        return Table((FORCE,), tuple(rows), LEVEL, method, "both")

    def wide(self) -> pd.DataFrame:
        """Give one row for each force, with its rate, the limits for its size, and whether the funnel names it.

        Returns
        -------
        pandas.DataFrame
            ``force``, ``rate``, ``size``, ``limit_low``, ``limit_high`` (of 95%), ``z`` with the spread beyond chance
            in, ``p``, ``q``, ``funnel`` ("above", "below" or empty), ``notes``; unrounded.
        """
        import pandas as pd

        limits, rates = self.limits(self.samples.sizes, LEVEL), self.table.of(SHARE.key)
        columns = {
            FORCE: list(self.names), "rate": self.samples.rates, "size": self.samples.sizes, "limit_low": limits.low,
            "limit_high": limits.high, "z": self.z_adjusted, "p": self.p, "q": self.q,
            "funnel": [wording.FUNNEL_SIDES.get(flag, "") for flag in self.flags],
            "notes": ["; ".join(row.notes) for row in rates],
        }  # fmt: skip
        return pd.DataFrame(columns)

    def page(self, **_options: Any) -> Page:
        """Lay the forces out for people, with one line for each."""
        from cdi.printing.layout import Column, Kind, Page, grid_of
        from cdi.printing.lines import level_text, percent, rate

        heads, limits = wording.FORCE_HEADINGS, self.limits(self.samples.sizes, LEVEL)
        columns: list[Column[int]] = [
            Column(heads["force"], lambda i: self.names[i], kind=Kind.WORDS),
            Column(heads["rate"], lambda i: float(self.samples.rates[i]), rate),
            Column(wording.TREND_HEADINGS["limit_low"], lambda i: float(limits.low[i]), rate),
            Column(wording.TREND_HEADINGS["limit_high"], lambda i: float(limits.high[i]), rate),
            Column(heads["z"], lambda i: float(self.z_adjusted[i]), _hundredths),
            Column(heads["funnel"], lambda i: wording.FUNNEL_SIDES.get(self.flags[i])),
        ]
        title = wording.funnel_limits(level_text(LEVEL), percent(self.target))
        grid = grid_of(title, columns, range(len(self.names)))
        finds = self.flagged("low"), self.flagged("high")
        alone = self.dispersion == "none"
        said = wording.funnel_finds(*finds, percent(self.target), level_text(self.fdr), by_chance=alone)
        return Page(self.table, (grid,), statements=(said, *map(wording.force_note, self.notes)))

    def draw(self, axes: Axes) -> None:
        """Draw the rates against the sizes of their samples, with the limits; named are the forces outside."""
        from cdi.charts.force_charts import draw_limits
        from cdi.charts.style import BLUE, ORANGE

        rates, sizes = self.samples.rates, self.samples.sizes
        draw_limits(axes, self, sizes.tolist())
        flagged = np.array([bool(flag) for flag in self.flags])
        for marker, colour, chosen, text in (("o", BLUE, ~flagged, "rate"), ("D", ORANGE, flagged, "named")):
            if chosen.any():
                label = wording.FORCE_LEGEND[text]
                axes.plot(sizes[chosen], rates[chosen], marker, color=colour, markeredgecolor="black", label=label)
        for i in np.flatnonzero(flagged):
            axes.annotate(self.names[i], (sizes[i], rates[i]), xytext=(6, 4), textcoords="offset points")
        axes.set_xlabel(wording.FUNNEL_AXES["size"])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set_title(wording.funnel_title(wording.FORCE_LEGEND["rate"]), loc="left")
        axes.legend(fontsize="small")

    def __repr__(self) -> str:
        from cdi.printing.lines import percent

        return f"<cdi.Funnel: {len(self.names):,} forces about {percent(self.target)}, {self.dispersion}>"


def _hundredths(value: float) -> str:
    """Write a distance; what rounds to nothing has no sign."""
    return f"{round(value, 2) + 0.0:.2f}"


@checked
def funnel(
    rates: ArrayLike | Shown,
    sizes: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    *,
    transform: str = "mid-p",
    target: float | None = None,
    dispersion: str = "additive",
    fdr: float = 0.10,
) -> Funnel:
    """Compare the rates of forces with a target, allowing for chance and for the usual variation between forces.

    Parameters
    ----------
    rates, sizes : array_like
        The rates, as proportions, and the effective sizes of their samples.
    names : sequence of str, optional
        The names of the forces. If None, they are numbered from 1.
    transform : {"mid-p", "arcsine", "raw"}
        The scale. "mid-p" takes the normal score of the binomial mid-P, and spread between forces on logits. The others
        take the distance of arcsine roots or of the rates themselves over its standard error, as published funnels do:
        use them to make such a funnel again.
    target : float, optional
        The rate that forces are compared with. If None, it is the pooled rate.
    dispersion : {"additive", "multiplicative", "none"}
        How the variation beyond chance enters: as a variance between forces, as a factor on the variance of chance, or
        not at all.
    fdr : float
        The share of flags that may be false, if the variation beyond chance were known.

    Returns
    -------
    Funnel
        The distances from the target, the variation beyond chance, and the flags.

    Raises
    ------
    DataError
        If there are fewer than three forces, a rate is not a proportion, an effective size is missing, or the target or
        fdr is not between 0 and 1.
    MethodError
        If an option is unknown.

    Notes
    -----
    A distance on the scale mid-p is the normal value whose tail is the binomial mid-P of the force's count at the
    target. Sizes need not be whole, and rates of 0 and 1 need no correction. Logits over their standard error, which
    were used before, are skewed near 1.

    In 1,000 simulated sets of 43 equal forces, one or more were named at an fdr of 0.10 in at most 7% of sets, for
    rates of 0.85 to 0.99 and sizes of 25 to 1,000. On logits it was up to 52%. Variation beyond chance is estimated.
    With that of a beta distribution worth 300, 100 and 30 observations, at sizes of about 400 and a rate of 0.87, it
    was 14, 13 and 14%. With the factor it was 22, 26 and 29%.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, and Quality and Safety in Health Care 14, 347-351.
    Benjamini and Hochberg (1995), "Controlling the false discovery rate", Journal of the Royal Statistical Society B
    57, 289-300.

    Examples
    --------
    >>> held = funnel([0.9, 0.91, 0.89, 0.9, 0.6], [100, 200, 150, 120, 100], list("ABCDE"), dispersion="none")
    >>> held.flags, round(held.target, 3)
    (('', 'high', '', '', 'low'), 0.856)
    """
    for name, value, choices in (
        ("transform", transform, tuple(TRANSFORMS)),
        ("dispersion", dispersion, DISPERSIONS),
    ):
        choose(name, value, choices)
    if not (is_number(fdr) and 0 < fdr < 1):
        raise DataError.of("not-a-discovery-rate", got=fdr)
    if target is not None and not (is_number(target) and 0 < target < 1):
        raise DataError.of("not-a-target", got=target)
    samples = read_samples(rates, sizes, names)
    centre = samples.pooled if target is None else target
    moved = not 0 < centre < 1
    if moved:
        centre = samples.pooled_within
    return _held(samples, centre, transform, dispersion, fdr, ("target-moved",) if moved else ())


def _held(
    samples: Samples, target: float, transform: str, dispersion: str, fdr: float, notes: tuple[str, ...]
) -> Funnel:
    from scipy.special import chdtrc, ndtr

    scale, k = TRANSFORMS[transform], len(samples.rates)
    z = scale.score(samples.rates, samples.sizes, target)
    apart = scale.apart(samples.rates, samples.sizes, target)
    phi, phi_winsorised = float(z @ z) / k, squares_drawn_in(z) / k
    v, tau2, factor = scale.variance(samples.sizes, target), 0.0, 1.0
    if dispersion == "additive":
        tau2 = _beyond_chance(z, apart, np.ones(k), k - 1)
    elif dispersion == "multiplicative":
        factor += _beyond_chance(z, apart, v, k)
    away = adjusted(z, apart, tau2 + (factor - 1) * v)
    p = 2 * ndtr(-np.abs(away))
    q = _for_many(p)
    flags = [""] * k
    for i in np.flatnonzero(q <= fdr):
        flags[i] = _SIDES[int(away[i] > 0)]
    over_dispersion = float(chdtrc(k - 1, k * phi_winsorised))
    return Funnel(
        target, transform, dispersion, samples, z, phi, phi_winsorised, over_dispersion, tau2, factor, away,
        p, q, tuple(flags), fdr, notes,
    )  # fmt: skip


def _for_many(p: Floats) -> Floats:
    """Adjust p-values for their number (Benjamini and Hochberg 1995): of each and all above it the least k p / rank."""
    order, k = p.argsort()[::-1], len(p)
    found = np.empty(k)
    found[order] = np.minimum(np.minimum.accumulate(p[order] / (np.arange(k, 0, -1) / k)), 1.0)
    return found


def exact_limits(target: float, n: ArrayLike, tails: ArrayLike) -> Floats:
    """Give the rates below which a share of samples falls by chance alone: binomial limits, interpolated.

    References
    ----------
    Spiegelhalter (2005a), appendix A.1.1: with r the least count whose distribution function F reaches the tail t, the
    limit is (r - (F(r) - t) / (F(r) - F(r - 1))) / n.
    """
    from scipy.special import bdtr, bdtrik

    size = np.atleast_1d(np.asarray(n, dtype=float))[:, None]
    tail = np.atleast_1d(np.asarray(tails, dtype=float))[None, :]
    if not 0 < target < 1:
        raise DataError.of("not-a-target", got=target)
    if not (np.isfinite(size) & (size >= 1) & (size == np.floor(size))).all():
        raise DataError.of("not-whole-sizes")
    if not ((tail > 0) & (tail < 1)).all():
        raise DataError.of("not-tails")

    def reached(count: Floats) -> Floats:
        return np.asarray(np.where(count < 0, 0.0, bdtr(np.maximum(count, 0), size.astype(np.int64), target)))

    count = np.ceil(np.nan_to_num(bdtrik(tail, size, target)))
    # the inverse is right to rounding only, which at a whole count can be one too few or one too many
    count = np.where(reached(count) < tail, count + 1, count)
    count = np.where(reached(count - 1) >= tail, count - 1, count)
    beyond = (reached(count) - tail) / (reached(count) - reached(count - 1))
    return np.asarray(np.clip((count - beyond) / size, 0.0, 1.0))
