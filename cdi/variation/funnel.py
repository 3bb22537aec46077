"""Funnels: which forces differ from the average by more than chance and the usual spread of forces explain.

After Spiegelhalter (2005a), "Funnel plots for comparing institutional performance", Statistics in Medicine 24,
1185-1202, and (2005b), "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14,
347-351. The variance between forces is that of Paule and Mandel (1982), "Consensus values and weighting factors",
Journal of Research of the National Bureau of Standards 87, 377-385, or of DerSimonian and Laird (1986), "Meta-analysis
in clinical trials", Controlled Clinical Trials 7, 177-188.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi import wording
from cdi.arguments import checked, is_number
from cdi.binomial.intervals import Interval, numbers, tail_of
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
    "BY_CHANCE", "DISPERSIONS", "TAUS", "TRANSFORMS", "Funnel", "Transform", "exact_limits", "funnel", "winsorised",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]


class Transform(NamedTuple):
    """A scale: from proportions and back, the variance for one observation at a rate, what it takes no 0 and 1 of."""

    scale: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]
    variance: Callable[[float], float]
    corrects: bool


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))


def _expit(y: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(y))


def _arcsine(p: Floats) -> Floats:
    return np.asarray(np.arcsin(np.sqrt(p)))


def _sine(y: Floats) -> Floats:
    return np.asarray(np.sin(np.clip(y, 0.0, np.pi / 2)) ** 2)


def _as_it_is(p: Floats) -> Floats:
    return p


def _clipped(y: Floats) -> Floats:
    return np.clip(y, 0.0, 1.0)


TRANSFORMS: Mapping[str, Transform] = {
    "logit": Transform(_logit, _expit, lambda p: 1 / (p * (1 - p)), corrects=True),
    "arcsine": Transform(_arcsine, _sine, lambda _: 0.25, corrects=False),
    "raw": Transform(_as_it_is, _clipped, lambda p: p * (1 - p), corrects=False),
}
"""The scales on which forces are held against the target."""


BY_CHANCE = 0.6786545589528747
"""The mean of the squares of normal variables of which a tenth at either end is drawn in."""

_WINSORISED = 0.10
_ROUNDS = 100
_SAME = 1e-13


def winsorised(z: Floats) -> Floats:
    """Draw the tenth at either end in to the quantiles there, interpolated as numpy and R do by default."""
    ordered, place = np.sort(z), _WINSORISED * (len(z) - 1)
    i, part = int(place), place % 1
    low = ordered[i] + part * (ordered[i + 1] - ordered[i])
    high = ordered[-1 - i] + part * (ordered[-2 - i] - ordered[-1 - i])
    return np.asarray(np.minimum(np.maximum(z, low), high))


def _paule_mandel(z: Floats, v: Floats) -> float:
    """Solve sum of z^2 v / (v + tau2) = k - 1.

    One over the sum is concave, and linear where all v are equal: steps of Newton on it from 0 never pass the root.
    """
    squares, rest, tau2 = z * z * v, len(z) - 1, 0.0
    for _ in range(_ROUNDS):
        weight = 1 / (v + tau2)
        parts = squares * weight
        total = float(parts.sum())
        if total - rest <= _SAME * rest:
            break
        tau2 += total / rest * (total - rest) / float(parts @ weight)
    return tau2


def _dersimonian_laird(z: Floats, v: Floats) -> float:
    w = 1 / v
    return max((float(z @ z) - (len(z) - 1)) / float(w.sum() - (w @ w) / w.sum()), 0.0)


TAUS: Mapping[str, Callable[[Floats, Floats], float]] = {"PM": _paule_mandel, "DL": _dersimonian_laird}
"""Name of an estimator -> the variance between forces, from distances and the variances of chance.

Winsorised distances are to be over the root of BY_CHANCE first, or the variance comes out too small."""


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
        The distance of each from the target, in standard errors of chance alone.
    phi, phi_winsorised : float
        The mean of the squares of z, and that with a tenth of z at either end drawn in: about 1, and 0.68, where chance
        explains all.
    over_dispersion : float
        The p-value of as much spread by chance alone: k phi_winsorised against chi-squared with k - 1 degrees. It is
        conservative: with 43 forces and chance alone it is below 0.05 in 1 of 1,000 sets of rates.
    tau2 : float
        The variance between forces on the scale (additive); 0 otherwise.
    factor : float
        What variances are multiplied by (multiplicative); 1 otherwise.
    z_adjusted, p, q : float array
        The distances with the spread beyond chance in; their two-sided p-values; those adjusted for many forces after
        Benjamini and Hochberg (1995).
    flags : tuple of str
        "high" or "low" where q is below the false discovery rate, "" elsewhere.
    fdr : float
        The false discovery rate.
    notes : tuple of str
        "zero-or-one" (rates of 0 or 1 held against the target as (x + 1/2) / (n + 1)), "target-moved" (so was a pooled
        rate of 0 or 1).
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
        """Give the limits that forces of these sizes keep to, with the spread beyond chance in.

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
        [[0.645, 0.7], [0.969, 0.961]]
        """
        from scipy.special import ndtri

        scale = TRANSFORMS[self.transform]
        n = np.atleast_1d(numbers(sizes, "effective-size"))
        if not np.all(n > 0):
            raise DataError.of("effective-size", got=f"{n.min():g}")
        away = -float(ndtri(tail_of(level, "both"))) * np.sqrt(
            scale.variance(self.target) / n * self.factor + self.tau2
        )
        centre = scale.scale(np.asarray(self.target))
        return Interval(scale.back(centre - away), scale.back(centre + away), level, f"funnel-{self.dispersion}")

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
                if measure == SHARE:
                    row = replace(row, facts=self._facts(i))
                elif measure == LIMITS:
                    row = replace(row, low=float(limits.low[i]), high=float(limits.high[i]))
                rows.append(row)
        return Table((FORCE,), tuple(rows), LEVEL, method, "both")

    def _facts(self, i: int) -> Facts:
        """Say what was found of a force, and what is odd of it."""
        moved = TRANSFORMS[self.transform].corrects and bool(self.samples.at_ends[i])
        found = (FOUND[self.flags[i]],) if self.flags[i] else ()
        return Facts(found=found, reasons=("zero-or-one",) if moved else ())

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
    transform: str = "logit",
    target: float | None = None,
    dispersion: str = "additive",
    tau: str = "PM",
    fdr: float = 0.10,
) -> Funnel:
    """Compare the rates of forces with a target, allowing for chance and for the usual variation between forces.

    Parameters
    ----------
    rates, sizes : array_like
        The rates, as proportions, and the effective sizes of their samples.
    names : sequence of str, optional
        The names of the forces. If None, they are numbered from 1.
    transform : {"logit", "arcsine", "raw"}
        The scale.
    target : float, optional
        The rate that forces are compared with. If None, it is the pooled rate.
    dispersion : {"additive", "multiplicative", "none"}
        How the variation beyond chance enters: as a variance between forces, as a factor on the variance of chance, or
        not at all.
    tau : {"PM", "DL"}
        The estimator of the variance between forces: Paule and Mandel, or DerSimonian and Laird. Both use winsorised
        distances, divided by the root of the mean square that they have by chance.
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
    Variances are those at the target, 1 / (n t (1 - t)) on the logit scale, so a rate of 0 or 1 has one too. Its logit
    is that of (x + 1/2) / (n + 1), with a note.

    Variation beyond chance is estimated. In 10,000 simulated sets of 43 forces (sizes of about 400), none of them
    unusual, one or more were named at an fdr of 0.10 in 11% of sets without variation beyond chance. With that of a
    beta distribution worth 300, 100 and 30 observations it was 18, 17 and 16%. With the factor it was 11, 24, 30 and
    32%.

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
        ("tau", tau, tuple(TAUS)),
    ):
        choose(name, value, choices)
    if not (is_number(fdr) and 0 < fdr < 1):
        raise DataError.of("not-a-discovery-rate", got=fdr)
    if target is not None and not (is_number(target) and 0 < target < 1):
        raise DataError.of("not-a-target", got=target)
    samples = read_samples(rates, sizes, names)
    centre = samples.pooled_within if target is None else target
    return _held(samples, centre, transform, dispersion, tau, fdr, _notes(samples, transform, target))


def _notes(samples: Samples, transform: str, target: float | None) -> tuple[str, ...]:
    corrected = TRANSFORMS[transform].corrects and bool(samples.at_ends.any())
    moved = target is None and not 0 < samples.pooled < 1
    return tuple(code for code, holds in (("zero-or-one", corrected), ("target-moved", moved)) if holds)


def _held(
    samples: Samples, target: float, transform: str, dispersion: str, tau: str, fdr: float, notes: tuple[str, ...]
) -> Funnel:
    from scipy.special import chdtrc, ndtr
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    scale, k = TRANSFORMS[transform], len(samples.rates)
    v = scale.variance(target) / samples.sizes
    away = scale.scale(samples.within if scale.corrects else samples.rates) - scale.scale(np.asarray(target))
    z = away / np.sqrt(v)
    drawn_in = winsorised(z)
    phi, phi_winsorised = float(z @ z) / k, float(drawn_in @ drawn_in) / k
    tau2 = TAUS[tau](drawn_in / math.sqrt(BY_CHANCE), v) if dispersion == "additive" else 0.0
    factor = max(phi_winsorised / BY_CHANCE, 1.0) if dispersion == "multiplicative" else 1.0
    adjusted = away / np.sqrt(v * factor + tau2)
    p = 2 * ndtr(-np.abs(adjusted))
    q = multipletests(p, method="fdr_bh")[1]
    flags = tuple(_SIDES[z > 0] if named else "" for z, named in zip(adjusted.tolist(), q < fdr, strict=True))
    over_dispersion = float(chdtrc(k - 1, k * phi_winsorised))
    return Funnel(
        target, transform, dispersion, samples, z, phi, phi_winsorised, over_dispersion, tau2, factor, adjusted,
        p, q, flags, fdr, notes,
    )  # fmt: skip


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
