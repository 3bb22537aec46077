"""Confidence intervals for a proportion: the fronts that check their input, and what is built on them.

The design of a sample enters only through its effective size; the formulae stand in :mod:`cdi.binomial.methods` and,
for samples of single records from known populations, in :mod:`cdi.binomial.exact` and :mod:`cdi.binomial.stratified`.
A third of the lines are the docstrings of
its five fronts.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cdi import wording
from cdi.arguments import checked, chosen, is_number, names_of
from cdi.binomial.differences import WithLimits, difference
from cdi.binomial.exact import EXACT, of_many
from cdi.binomial.methods import METHODS, UNBOUNDED, Floats, Limits, falls_back, published
from cdi.binomial.stratified import EXACT_IN_STRATA
from cdi.errors import DataError, MethodError, Where, Worded, fault
from cdi.parameters import LEVEL, METHOD, SIDES
from cdi.showing import Printed, same_values

if TYPE_CHECKING:
    import pandas as pd

    from cdi.printing.layout import Page

__all__ = [
    "EXACT", "METHODS", "Interval", "MethodCard", "check_method", "check_terms", "count_interval", "describe_methods",
    "falls_back", "interval", "mover", "numbers", "strata_interval", "tail_of", "together", "whole_number",
]  # fmt: skip

# method -> the fault of asking it for one limit only
TWO_SIDED = {"published": "published-terms", "exact": "exact-one-side"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Interval(Printed):
    """Limits of one or many proportions.

    Attributes
    ----------
    low, high : numpy.ndarray
        Proportions; 0-dimensional for a single one.
    level : float
        Confidence level, a proportion.
    method : str
        Name of the method, a key of METHODS or EXACT.
    side : {"both", "lower", "upper"}
        Which ends are limits; with "lower" the upper end is only what is logically possible.
    """

    low: Floats
    high: Floats
    level: float
    method: str
    side: str = "both"

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        low, high = (
            np.array2string(np.asarray(end), precision=4, threshold=6, max_line_width=1000)
            for end in (self.low, self.high)
        )
        return f"<cdi.Interval: {low} to {high}, {self.method} {self.level * 100:.10g}%>"

    def page(self, **_options: Any) -> Page:
        """Lay out the limits, with four decimals, or as crimes."""
        from cdi.printing.layout import Page, words_of

        ends = zip(np.ravel(self.low).tolist(), np.ravel(self.high).tolist(), strict=True)
        rows = [[f"{end:,.0f}" if end > 1 else f"{end:.4f}" for end in pair] for pair in ends]
        title = wording.title(wording.LIMITS, f"{self.level * 100:.10g}%", self.method, self.side)
        headings = (wording.SIDE_HEADINGS["count_low"], wording.SIDE_HEADINGS["count_high"])
        return Page(None, (words_of(title, headings, rows, words=0),))

    def to_pandas(self) -> pd.DataFrame:
        """Give one row a proportion: ``low``, ``high``, ``level``, ``method``, ``side``."""
        import pandas as pd

        ends = {"low": np.atleast_1d(self.low), "high": np.atleast_1d(self.high)}
        return pd.DataFrame({**ends, "level": self.level, "method": self.method, "side": self.side})


@dataclass(frozen=True, slots=True)
class MethodCard:
    """What a user needs to know to choose a method; see describe_methods."""

    name: str
    summary: str
    when: str
    reference: str
    coverage: str


def tail_of(level: float, side: str) -> float:
    """Give the probability left out beyond each limit: half of 1 - level, or all of it for one limit.

    Raises
    ------
    MethodError
        A level outside 0.5 to 1, or an unknown side.

    Examples
    --------
    >>> round(tail_of(0.95, "both"), 6), round(tail_of(0.95, "lower"), 6)
    (0.025, 0.05)
    """
    if not (is_number(level) and 0.5 < level < 1):
        raise MethodError.of("level", got=level)
    chosen(side, SIDES, "side")
    return (1 - level) / 2 if side == "both" else 1 - level


@checked
def interval(p: ArrayLike, n: ArrayLike, *, level: float = LEVEL, method: str = METHOD, side: str = "both") -> Interval:
    """Give confidence limits for proportions with known effective sample sizes.

    Parameters
    ----------
    p : array_like
        The estimated proportions, from 0 to 1.
    n : array_like
        The effective sample sizes: numbers above 0 that need not be whole. They are broadcast against p.
    level : float
        The confidence level, between 0.5 and 1.
    method : str
        A key of ``cdi.METHODS``.
    side : {"both", "lower", "upper"}
        ``"lower"`` gives a lower limit only, and the upper end is then 1. ``"upper"`` gives an upper limit only, and
        the lower end is then 0.

    Returns
    -------
    Interval
        The lower and upper limits, as proportions, in the shape that p and n broadcast to.

    Raises
    ------
    DataError
        If a proportion is not between 0 and 1, or an effective size is not above 0.
    MethodError
        If the method, level or side is unknown, or the method does not offer it.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133. ``cdi.describe_methods()`` gives that of each
    method.

    Examples
    --------
    >>> found = interval(159 / 182, 182)
    >>> f"{found.low:.3f} to {found.high:.3f}"
    '0.818 to 0.914'
    """
    tail = tail_of(level, side)
    check_method(method, side)
    if method in EXACT:
        raise MethodError.of("exact-from-counts", got=method, method=method)
    rates, sizes = together(numbers(p, "not-a-proportion"), numbers(n, "effective-size"))
    # by their ends, since a look at each takes longer than some formulae; nan is within nothing
    if not (rates.min(initial=0) >= 0 and rates.max(initial=1) <= 1):
        _check_all((rates >= 0) & (rates <= 1), rates, "not-a-proportion")
    if not (sizes.min(initial=1) > 0 and sizes.max(initial=1) < np.inf):
        _check_all((sizes > 0) & (sizes < np.inf), sizes, "effective-size")
    low, high = METHODS[method](rates, sizes, tail)
    return _one_sided(low, high, level, method, side)


@checked
def count_interval(
    recorded: ArrayLike,
    due: ArrayLike,
    *,
    population: ArrayLike | None = None,
    level: float = LEVEL,
    method: str = METHOD,
    side: str = "both",
) -> Interval:
    """Give confidence limits for crimes recorded out of crimes due, in a simple random sample.

    Parameters
    ----------
    recorded, due : array_like of int
        The counts x of n, with 0 <= x <= n and n >= 1.
    population : array_like of int, optional
        The number N that the sample was drawn from, N >= n. The effective size is then n (N - 1) / (N - n). The limits
        are kept within what is logically possible, x/N to (N - n + x)/N, except those of wald and agresti-coull, which
        are shown as they are. If N = n, both limits are x/n. ``published`` takes no correction, by definition.
    level, method, side : float, str, str
        See :func:`cdi.interval`. The method can also be ``"exact"`` (two-sided only) or ``"exact-equal-tailed"``, which
        need the population.

    Returns
    -------
    Interval
        The lower and upper limits, as proportions, in the shape that the counts broadcast to.

    Raises
    ------
    DataError
        If the counts are not whole numbers with 0 <= x <= n <= N.
    MethodError
        As for :func:`cdi.interval`, and if an exact method has no population.

    References
    ----------
    O'Neill (2021), for the Wilson interval in a finite population.

    Examples
    --------
    >>> found = count_interval(21, 24, population=200)
    >>> f"{found.low:.3f} to {found.high:.3f}"
    '0.703 to 0.954'
    """
    tail = tail_of(level, side)
    check_method(method, side)
    x, n = together(_whole(recorded, "recorded", 0), _whole(due, "due", 1))
    _check_all(x <= n, x, "recorded-above-due", due=n)
    if population is None:
        if method in EXACT:
            raise MethodError.of("exact-population", method=method)
        return interval(x / n, n, level=level, method=method, side=side)
    x, n, N = together(x, n, _whole(population, "population", 1))
    _check_all(n <= N, n, "due-above-population", population=N)
    if method in EXACT:
        low, high = (end / N for end in of_many(method, x, n, N, tail))
    else:
        low, high = _finite(x, n, N, tail, method)
    found = _one_sided(low, high, level, method, side)
    if method in UNBOUNDED:
        return found
    return Interval(np.maximum(found.low, x / N), np.minimum(found.high, (N - n + x) / N), level, method, side)


def strata_interval(
    recorded: Sequence[int], due: Sequence[int], population: Sequence[int], *, level: float, method: str, side: str
) -> Interval:
    """Give exact limits of the share over several strata, from the counts of each.

    Examples
    --------
    >>> strata_interval((18, 27), (20, 30), (80, 120), level=0.95, method="exact", side="both")
    <cdi.Interval: 0.81 to 0.95, exact 95%>
    """
    tail = tail_of(level, side)
    check_method(method, side)
    low, high = EXACT_IN_STRATA[method](recorded, due, population, tail)
    # the end that was not asked for is what is logically possible
    least, most = sum(recorded), sum(population) - sum(due) + sum(recorded)
    low, high = (least if side == "upper" else low), (most if side == "lower" else high)
    N = sum(population)
    return Interval(np.array(low / N), np.array(high / N), level, method, side)


@checked
def mover(estimate_a: ArrayLike, interval_a: Interval, estimate_b: ArrayLike, interval_b: Interval) -> Limits:
    """Give limits for the difference a - b of two independent estimates from their own intervals.

    Parameters
    ----------
    estimate_a, estimate_b : array_like
        Proportions (any estimates on one scale will do).
    interval_a, interval_b : Interval
        Their two-sided intervals, of one level.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of the difference.

    Raises
    ------
    MethodError
        One-sided intervals, or two levels.

    References
    ----------
    Newcombe (1998b), Statistics in Medicine 17:873-890, method 10; Zou and Donner (2008).

    Examples
    --------
    >>> low, high = mover(56 / 70, count_interval(56, 70), 48 / 80, count_interval(48, 80))
    >>> f"{low:.4f} to {high:.4f}"
    '0.0524 to 0.3339'
    """
    for each in (interval_a, interval_b):
        if not isinstance(each, Interval):
            raise MethodError.of("mover-intervals", got=type(each).__name__)
    if {interval_a.side, interval_b.side} != {"both"} or interval_a.level != interval_b.level:
        got = " and ".join(f"{one.side} at {one.level:g}" for one in (interval_a, interval_b))
        raise MethodError.of("mover-intervals", got=got)
    a, b = (
        WithLimits(numbers(estimate, "not-a-proportion"), found.low, found.high)
        for estimate, found in ((estimate_a, interval_a), (estimate_b, interval_b))
    )
    return difference(a, b)


@checked
def describe_methods(names: str | Sequence[str] | None = None) -> list[MethodCard]:
    """Describe interval methods: what each is, when to use it, its reference, and how often its intervals are right.

    Parameters
    ----------
    names : str or sequence of str, optional
        The methods; None: all.

    Returns
    -------
    list of MethodCard
        Each with its ``name``, ``summary``, ``when``, ``reference`` and ``coverage``.

    Examples
    --------
    >>> [card.name for card in describe_methods()][:2]
    ['wilson', 'korn-graubard']
    """
    functions: dict[str, Callable[..., object]] = {**METHODS, **EXACT}
    wanted = [chosen(name, functions, "unknown-method") for name in names_of(names, "names")]
    return [_card(name, functions[name]) for name in wanted or functions]


def _card(name: str, function: Callable[..., object]) -> MethodCard:
    first, *others = re.split(r"\n(.+)\n-{3,}\n", inspect.getdoc(function) or "")
    sections = {title: " ".join(body.split()) for title, body in zip(others[::2], others[1::2], strict=True)}
    summary = first.partition("\n")[0]
    # Under python -OO there are no docstrings: the names are still listed.
    return MethodCard(name, summary, *(sections.get(title, "") for title in ("When to use", "References", "Coverage")))


def check_method(method: str, side: str) -> None:
    """Refuse what is no method, and a method of two limits where one is asked for."""
    chosen(method, [*METHODS, *EXACT], "unknown-method")
    if side != "both" and method in TWO_SIDED:
        raise MethodError.of(TWO_SIDED[method], got=side)


def check_terms(level: float, method: str) -> None:
    """Refuse a level or a method that is none, before a sample is read for it."""
    tail_of(level, "both")
    check_method(method, "both")


def _one_sided(low: Floats, high: Floats, level: float, method: str, side: str) -> Interval:
    """Replace the end that is no limit by its natural one."""
    lower = np.zeros_like(low) if side == "upper" else np.asarray(low)
    upper = np.ones_like(high) if side == "lower" else np.asarray(high)
    return Interval(lower, upper, level, method, side)


def _finite(x: Floats, n: Floats, N: Floats, tail: float, method: str) -> Limits:
    """Use the formula of a method with the finite population in its effective size; a census has no width."""
    p = x / n
    if method == "published":
        return published(p, n, tail)
    census = n == N
    low, high = METHODS[method](p, n * (N - 1) / np.where(census, 1, N - n) + census, tail)
    return np.where(census, p, low), np.where(census, p, high)


def numbers(values: ArrayLike, code: str) -> Floats:
    """Read numbers, or say that these are none."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise DataError.of(code, got=type(values).__name__) from None


def together(*arrays: Floats) -> tuple[Floats, ...]:
    """Set arrays beside each other, element by element."""
    try:
        return np.broadcast_arrays(*arrays)
    except ValueError:
        raise DataError.of("shapes-differ", got=" and ".join(str(each.shape) for each in arrays)) from None


def whole_number(value: object, name: str, least: int) -> int:
    """Read one count, or say that it is none."""
    if np.ndim(value):  # type: ignore[arg-type]
        hint = Worded(wording.count_remedy, (None, name, least))
        raise DataError.of("not-a-count", got=type(value).__name__, name=name, least=least, hint=hint)
    return int(_whole(value, name, least))  # type: ignore[arg-type]


def _whole(values: ArrayLike, name: str, least: int) -> Floats:
    """Read counts, or say which is none."""
    given = np.asarray(values)
    counts = given.astype(float) if given.dtype.kind in "iuf" else np.full(given.shape, np.nan)
    fit = np.isfinite(counts) & (counts >= least) & (counts == np.floor(counts))
    if not np.all(fit):
        wrong = given.flat[int(np.argmin(fit))]
        hint = Worded(wording.count_remedy, (wrong.item() if hasattr(wrong, "item") else wrong, name, least))
        _check_all(fit, given, "not-a-count", name=name, least=least, hint=hint)
    return counts


def _check_all(fit: NDArray[np.bool_], values: NDArray[np.generic], code: str, **facts: object) -> None:
    """Raise for the first value that does not fit, with the facts that belong to it."""
    if np.all(fit):
        return
    first = int(np.argmin(fit))
    own = {key: int(fact.flat[first]) if isinstance(fact, np.ndarray) else fact for key, fact in facts.items()}
    where = Where(key=wording.row_key(first + 1)) if fit.size > 1 else None
    value = values.flat[first]
    raise DataError([fault(code, got=f"{value:.15g}" if isinstance(value, float) else value, where=where, **own)])
