"""Ten intervals for a proportion: each one pure array function of (p, n, tail).

Each is its count formula at (p, n): p, proportions from 0 to 1; n, effective sizes, real, above 0, of the same shape;
tail, the probability left out beyond each limit (alpha/2 where both are wanted, alpha for one). It returns the lower
and the upper limits. Nothing is checked here; the fronts stand in :mod:`cdi.binomial.intervals`.

Swapping recorded and unrecorded swaps the limits: the upper one is the mirror of the lower limit of 1 - p. Where both
rest on the same terms these are worked out once; the other methods are written as their lower limit. The docstrings are
the catalogue that ``cdi methods`` prints, and make this room longer than others; the suite recomputes the enumerated
coverage that they state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cdi.binomial import normal
from cdi.errors import MethodError
from cdi.parameters import WILSON

__all__ = [
    "FALLING_BACK", "METHODS", "UNBOUNDED", "Floats", "Limits", "agresti_coull", "arcsine", "clopper_pearson",
    "falls_back", "jeffreys", "korn_graubard", "logit", "mid_p", "published", "wald", "wilson",
]  # fmt: skip

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]

# These leave [0, 1] by definition: what they give is shown as it is, never clipped in silence.
UNBOUNDED = frozenset({"wald", "published", "agresti-coull"})
# These do not exist at a rate of 0 or 1.
FALLING_BACK = frozenset({"wald", "logit", "arcsine"})


def wilson(p: Floats, n: Floats, tail: float) -> Limits:
    """Wilson score interval on the effective size; the default.

    When to use
    -----------
    Use it unless you need a guarantee, or have to reproduce another figure. It is right at rates near 0 and 1 and in
    small samples.

    References
    ----------
    Kott (2017), A note on Wilson coverage intervals for proportions estimated from complex samples, Survey Methodology;
    Franco, Little, Louis and Slud (2019), Journal of Survey Statistics and Methodology; Brown, Cai and DasGupta (2001).

    Coverage
    --------
    In simulated audits with up to six crimes in a report, mean/minimum coverage of nominal 95% was .961/.937 for a
    stratum and .961/.943 overall. Independent records, exact enumeration over rates .80 to .99 by .0001: .957/.895
    for 24, .952/.930 for 182.

    Examples
    --------
    >>> np.round(wilson(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.69, 0.9566]
    """
    return _wilson(p, n, tail)


def korn_graubard(p: Floats, n: Floats, tail: float) -> Limits:
    """Clopper-Pearson limits on the effective size: the conservative choice for audits.

    When to use
    -----------
    Use it where claiming too much is worse than a wide interval, and reports were drawn in strata or hold several
    crimes.

    References
    ----------
    Korn and Graubard (1998); method "beta" of svyciprop in the R package survey.

    Coverage
    --------
    In simulated audits with up to six crimes in a report, mean/minimum coverage of nominal 95% was .971/.951 for a
    stratum and .969/.950 overall. Independent records, exact enumeration over rates .80 to .99 by .0001: .983/.958
    for 24, .964/.951 for 182.

    Examples
    --------
    >>> np.round(korn_graubard(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.6764, 0.9734]
    """
    return _mirrored(_beta_low, p, n, tail)


def clopper_pearson(p: Floats, n: Floats, tail: float) -> Limits:
    """Clopper-Pearson limits, exact for independent records.

    The formula is that of korn-graubard; both take the effective size handed over, which for a simple sample from a
    large population is the count itself.

    When to use
    -----------
    Use it where you need a guarantee for independent records and the population is not known.

    References
    ----------
    Newcombe (1998a), Statistics in Medicine 17:857-872, tabulates it beside its rivals.

    Coverage
    --------
    Never below the nominal 95% for independent records. Mean/minimum coverage of nominal 95%, independent records,
    exact enumeration over rates .80 to .99 by .0001: .983/.958 for 24, .964/.951 for 182.

    Examples
    --------
    >>> np.round(clopper_pearson(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.6764, 0.9734]
    """
    return _mirrored(_beta_low, p, n, tail)


def wald(p: Floats, n: Floats, tail: float) -> Limits:
    """Rate plus or minus z standard errors; it can go below 0% or above 100%.

    When to use
    -----------
    Use it to compare with software that prints it. At a rate of 0 or 1 it would have no width, so
    korn-graubard is used.

    References
    ----------
    Method "mean" of svyciprop in the R package survey; Brown, Cai and DasGupta (2001) show how it fails.

    Coverage
    --------
    In simulated audits with up to six crimes in a report, mean/minimum coverage of nominal 95% was .928/.860 for a
    stratum: it overstates recording. Independent records, exact enumeration over rates .80 to .99 by .0001:
    .956/.847 for 24, .936/.845 for 182.

    Examples
    --------
    >>> np.round(wald(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.7427, 1.0073]
    """
    return _with_fallback(_wald, p, n, tail)


def published(p: Floats, n: Floats, tail: float) -> Limits:
    """Rate plus or minus 1.96 sqrt(p q / n), crimes taken as independent, as in the published reports.

    No clustering and no finite population correction, by definition: n is the number of crimes. At a rate of 0 or 1 it
    has no width. It exists at 95% two-sided only.

    When to use
    -----------
    Use it to reproduce a published figure, never to report a new one.

    References
    ----------
    No formula is published. This one is inferred from the printed rates and half widths, which it reproduces.

    Coverage
    --------
    In simulated audits mean/minimum coverage of nominal 95% was .879/.711 for a stratum and .857/.772 overall: it
    overstates recording. Independent records, exact enumeration over rates .80 to .99 by .0001: .797/.214 for 24,
    .933/.795 for 182.

    Examples
    --------
    >>> np.round(published(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.7427, 1.0073]
    """
    if abs(tail - 0.025) > 1e-9:
        raise MethodError.of("published-terms", got=f"{1 - 2 * tail:g}")
    half = 1.96 * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def logit(p: Floats, n: Floats, tail: float) -> Limits:
    """Wald interval on the log-odds scale, mapped back.

    When to use
    -----------
    Use it to compare with other survey software. It does not exist at a rate of 0 or 1, so korn-graubard is used there.
    Above a level of 95%, a larger count can then give limits that are lower.

    References
    ----------
    Method "xlogit" of svyciprop in the R package survey.

    Coverage
    --------
    In simulated audits mean/minimum coverage of nominal 95% was .964/.941 for a stratum and .964/.943 overall.
    Independent records, exact enumeration over rates .80 to .99 by .0001: .962/.911 for 24, .955/.932 for 182.

    Examples
    --------
    >>> np.round(logit(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.6762, 0.9591]
    """
    return _with_fallback(_logit, p, n, tail)


def arcsine(p: Floats, n: Floats, tail: float) -> Limits:
    """Wald interval on the scale of the angle asin(sqrt(p)), mapped back.

    When to use
    -----------
    Use it to compare with other survey software. At a rate of 0 or 1 korn-graubard is used. Above a level of 95%, a
    larger count can then give limits that are lower.

    References
    ----------
    Method "asin" of svyciprop in the R package survey.

    Coverage
    --------
    In simulated audits mean/minimum coverage of nominal 95% was .954/.927 for a stratum and .957/.935 overall.
    Independent records, exact enumeration over rates .80 to .99 by .0001: .969/.882 for 24, .948/.887
    for 182.

    Examples
    --------
    >>> np.round(arcsine(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.7166, 0.9742]
    """
    return _with_fallback(_arcsine, p, n, tail)


def jeffreys(p: Floats, n: Floats, tail: float) -> Limits:
    """Quantiles of Beta(n p + 1/2, n (1 - p) + 1/2), no further than the rate. It is 0 at a rate of 0 and 1 at 1.

    When to use
    -----------
    Use it for a Bayesian reading. It is close to wilson and slightly narrower.

    References
    ----------
    Brown, Cai and DasGupta (2001); Franco, Little, Louis and Slud (2019) find it not far behind wilson.

    Coverage
    --------
    In simulated audits mean/minimum coverage of nominal 95% was .958/.935 for a stratum. Independent records,
    exact enumeration over rates .80 to .99 by .0001: .954/.891 for 24, .949/.878 for 182.

    Examples
    --------
    >>> np.round(jeffreys(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.7027, 0.9635]
    """
    return _mirrored(_jeffreys_low, p, n, tail)


def agresti_coull(p: Floats, n: Floats, tail: float) -> Limits:
    """Wald interval after adding z squared records, half of them recorded; not clipped to [0, 1].

    When to use
    -----------
    Use it to compare with other software. wilson has the same centre and is narrower. Below 20 records, a higher level
    can give a limit closer to the rate.

    References
    ----------
    Brown, Cai and DasGupta (2001), for samples of 40 and more.

    Coverage
    --------
    Mean/minimum coverage of nominal 95%, independent records, exact enumeration over rates .80 to .99 by .0001:
    .969/.940 for 24, .957/.941 for 182.

    Examples
    --------
    >>> np.round(agresti_coull(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.6816, 0.9649]
    """
    return _agresti_coull(p, n, tail)


def mid_p(p: Floats, n: Floats, tail: float) -> Limits:
    """Clopper-Pearson with half the probability of the observed count in each tail.

    When to use
    -----------
    Use it for independent records, where coverage of 95% on average is enough and clopper-pearson is too wide.

    References
    ----------
    Newcombe (1998a), Statistics in Medicine 17:857-872.

    Coverage
    --------
    Mean/minimum coverage of nominal 95%, independent records, exact enumeration over rates .80 to .99 by .0001:
    .967/.931 for 24, .952/.919 for 182.

    Examples
    --------
    >>> np.round(mid_p(np.array(0.875), np.array(24.0), 0.025), 4).tolist()
    [0.6964, 0.9672]
    """
    return _mirrored(_mid_p_low, p, n, tail)


METHODS: Mapping[str, Callable[[Floats, Floats, float], Limits]] = {
    WILSON: wilson,
    "korn-graubard": korn_graubard,
    "wald": wald,
    "published": published,
    "logit": logit,
    "arcsine": arcsine,
    "jeffreys": jeffreys,
    "agresti-coull": agresti_coull,
    "clopper-pearson": clopper_pearson,
    "mid-p": mid_p,
}


def falls_back(method: str, p: ArrayLike) -> NDArray[np.bool_]:
    """Say where a method does not exist and korn-graubard is given instead, which owes the reader a note.

    Examples
    --------
    >>> falls_back("logit", [0.0, 0.5, 1.0]).tolist()
    [True, False, True]
    """
    rates = np.asarray(p, dtype=float)
    edge = (rates == 0) | (rates == 1)
    return edge if method in FALLING_BACK else np.zeros_like(edge)


_MOST_STEPS = 60
_LAST_STEP = 1e-9  # as a share of the rate: the next one would be its square
_ROUNDING = 1e-15
_ALL_BUT_0 = 1e-300

LowerLimit = Callable[[Floats, Floats, float], Floats]
BothLimits = Callable[[Floats, Floats, float], Limits]


def _mirrored(lower: LowerLimit, p: Floats, n: Floats, tail: float) -> Limits:
    return lower(p, n, tail), 1 - lower(1 - p, n, tail)


def _with_fallback(both: BothLimits, p: Floats, n: Floats, tail: float) -> Limits:
    """Use the method where it exists, the conservative one at the ends."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = map(np.asarray, both(p, n, tail))
    # quantiles of beta distributions take long, and few rates are at the ends
    edge = np.flatnonzero((p == 0) | (p == 1))
    if len(edge):
        every, least = p.take(edge) == 1, _least_of_every(n.take(edge), tail)
        low.put(edge, np.where(every, least, 0.0))
        high.put(edge, np.where(every, 1.0, 1 - least))
    return low, high


def _z(tail: float) -> float:
    return -normal.quantile(tail)


def _wilson(p: Floats, n: Floats, tail: float) -> Limits:
    # The smaller root of the score equation, as product of the roots over the larger: nothing cancels near 0.
    q = 1 - p
    k = _z(tail) ** 2 / n
    root = np.sqrt(k * (p * q + k / 4))
    k /= 2
    return p * (p / (p + k + root)), 1 - q * (q / (q + k + root))


def _beta_low(p: Floats, n: Floats, tail: float) -> Floats:
    from scipy.special import betaincinv

    some = p > 0
    return np.where(some, betaincinv(np.where(some, n * p, 1), n * (1 - p) + 1, tail), 0.0)


def _least_of_every(n: Floats, tail: float) -> Floats:
    """Give the lower limit of a rate of 1, as korn-graubard has it."""
    from scipy.special import betaincinv

    least: Floats = betaincinv(n, 1.0, tail)
    return least


def _wald(p: Floats, n: Floats, tail: float) -> Limits:
    # in place, since of many rates what takes longest is to make room for each product
    half = 1 - p
    half *= p
    half /= n
    half = np.sqrt(half)
    half *= _z(tail)
    return p - half, p + half


def _logit(p: Floats, n: Floats, tail: float) -> Limits:
    from scipy.special import expit, logit

    odds, half = logit(p), _z(tail) / np.sqrt(n * p * (1 - p))
    return expit(odds - half), expit(odds + half)


def _arcsine(p: Floats, n: Floats, tail: float) -> Limits:
    angle, half = np.arcsin(np.sqrt(p)), _z(tail) / 2 / np.sqrt(n)
    return np.sin(np.maximum(angle - half, 0)) ** 2, np.sin(np.minimum(angle + half, np.pi / 2)) ** 2


def _jeffreys_low(p: Floats, n: Floats, tail: float) -> Floats:
    from scipy.special import betaincinv

    # of about one crime a quantile can pass the rate itself, which no limit does
    return np.where(p > 0, np.minimum(betaincinv(n * p + 0.5, n * (1 - p) + 0.5, tail), p), 0.0)


def _agresti_coull(p: Floats, n: Floats, tail: float) -> Limits:
    added = _z(tail) ** 2
    more = n + added
    return _wald((n * p + added / 2) / more, more, tail)


def _mid_p_low(p: Floats, n: Floats, tail: float) -> Floats:
    """Find the rate at which P(X > x) + P(X = x) / 2 is the tail: Newton's steps on logs, kept within a bracket."""
    from scipy.special import betainc, betaincinv, betaln

    none, every = p == 0, p == 1
    x, rest = np.where(none, 1, n * p), np.where(every, 0, n * (1 - p))
    some = np.where(every, 1, rest)
    ways = betaln(x, rest + 1)

    def stepped(rate: Floats, reached: Floats | None) -> Floats:
        """Follow the slope of the log of what is reached, as a share of what is wanted, over the log of the rate."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            density = np.exp(x * np.log(rate) + rest * np.log1p(-rate) - ways)
            if reached is None:
                reached = 1 - density / x / (2 * tail)  # where P(X >= x) is the tail
            slope = density * (1 + rest / x * rate / (1 - rate)) / (2 * tail)
            return np.asarray(rate * np.exp(-reached * np.log(reached) / slope))

    # P(X >= x) is more than what is wanted, so its own root is below; where that is all but 0, so is the limit
    low = np.asarray(betaincinv(x, rest + 1, tail), dtype=np.float64)
    high = np.where(low > _ALL_BUT_0, 1.0, low)
    found, step = low, stepped(low, None)
    for _ in range(_MOST_STEPS):
        # a step may end on the bracket, or beyond it by rounding; one that leads astray is half the way instead
        inside = (step >= low * (1 - _ROUNDING)) & (step <= high)
        step = np.where(inside, np.maximum(step, low), (low + high) / 2)
        last = np.abs(step - found) <= _LAST_STEP * found
        found = step
        if last.all():
            break
        more = np.where(every, 0, betainc(x + 1, some, found))
        reached = np.asarray((betainc(x, rest + 1, found) + more) / (2 * tail), dtype=np.float64)
        above = reached > 1
        low, high = np.where(above, low, found), np.where(above, found, high)
        step = stepped(found, reached)
    return np.where(none, 0.0, found).astype(np.float64)
