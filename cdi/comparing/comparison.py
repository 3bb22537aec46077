"""Two figures compared: of independent audits, or of two categories of one sample, whose reports can hold both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cdi import wording
from cdi.binomial.differences import SCORE
from cdi.binomial.intervals import tail_of
from cdi.binomial.published import PublishedRate
from cdi.comparing.change_rows import Terms, change_of, table_of
from cdi.comparing.figures import figures_of, names_of, paired, refuse_complex, refuse_others, refuse_unlike
from cdi.comparing.verdicts import Change, check_kind, check_margin
from cdi.errors import DataError, DesignError, MethodError, Where, is_number, suggestion
from cdi.printing.tables import Table
from cdi.survey.covariances import shared
from cdi.survey.estimates import Estimates

__all__ = ["FALSE_DISCOVERY", "Comparison", "changes", "compare", "contrast"]

FALSE_DISCOVERY = 0.10
"""The share of changes found that may be none, where many are looked at."""


LOWEST_LEVEL = 0.75
"""The level that is too low: the interval that the margin is held against would be at 50%."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two sides, row by row.

    Attributes
    ----------
    kind : {"difference", "ratio"}
        How the change is measured.
    names : tuple of str
        The sides.
    rows : tuple of Change
        One a category that is compared, the overall one last.
    margin : float or None
        The margin that was asked for; None: the usual ones.
    table : Table
        Both sides and the changes, unrounded: the interval of each change at its level and at 1 - 2 (1 - level), the
        margin and the p-value.
    false_discovery : float or None
        What the rate of false discoveries is held to; None where two sides are compared.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.compare(cdi.of_counts(159, 182), cdi.of_counts(211, 244))
    >>> found.verdict, round(found.rows[-1].low, 3), round(found.rows[-1].high, 3)
    ('no clear change', -0.059, 0.072)
    """

    kind: str
    names: tuple[str, ...]
    rows: tuple[Change, ...]
    margin: float | None
    table: Table
    false_discovery: float | None = None

    @property
    def verdict(self) -> str | None:
        """The verdict on the last row of the newest comparison, the overall one, in words."""
        key = [row for row in self.rows if row.names == self.rows[0].names][-1].verdict
        return None if key is None else wording.VERDICTS[key]


def compare(
    a: Estimates | PublishedRate,
    b: Estimates | PublishedRate,
    *,
    kind: str = "difference",
    margin: float | None = None,
    level: float = 0.95,
    method: str = "wilson",
    names: tuple[str, str] | None = None,
) -> Comparison:
    """Compare two independent audits: a less b, or a over b, row by row and overall.

    Parameters
    ----------
    a, b : Estimates or PublishedRate
        This and last: rates of one measure, unrecorded crimes (a ratio only), or a published figure. Rows go together
        by their label; a single figure is compared with the overall row.
    kind : {"difference", "ratio"}
        How the change is measured.
    margin : float, optional
        What a change must keep within to be broadly unchanged; fix it before seeing results. None: 0.03 for an overall
        rate, otherwise 0.05. For a ratio: from 1 - margin to 1 / (1 - margin).
    level : float
        Confidence level, above 0.75: the margin is held against the interval at 1 - 2 (1 - level).
    method : str
        The interval of each side, as in :meth:`Estimates.interval`, or ``"miettinen-nurminen"`` for the difference of
        simple random samples.
    names : tuple of str, optional
        What the sides are called.

    Returns
    -------
    Comparison
        One row a category and the overall row; proportions. Antisymmetric: compare(b, a) is the same with its sign
        changed, or turned over.

    Raises
    ------
    DataError
        Different measures or categories.
    DesignError
        A sample that was chosen by judgement or is of those who answered: it stands for nothing but itself. One sample
        on both sides.
    MethodError
        An unknown kind or method, a margin outside 0 to 1, a level of 0.75 or less, or a method that does not serve
        these sides.

    References
    ----------
    Newcombe (1998b), Statistics in Medicine 17:873-890, method 10; Zou and Donner (2008), Donner and Zou (2012): MOVER.

    Examples
    --------
    >>> import cdi
    >>> cdi.compare(cdi.of_counts(88, 90), cdi.PublishedRate(0.867, 0.07)).verdict
    'higher'
    """
    _check(kind, margin, level, method)
    refuse_others((a, b))
    this, last = _called(names, (a, b), wording.SIDE_LABELS)
    return _between(a, b, Terms(kind, margin, level, method, (this, last)))


def contrast(
    rates: Estimates,
    a: str | tuple[str, ...],
    b: str | tuple[str, ...],
    *,
    kind: str = "difference",
    margin: float | None = None,
    level: float = 0.95,
    method: str = "wilson",
) -> Comparison:
    """Compare two categories of one sample, with the covariance that reports with crimes of both bring.

    Parameters
    ----------
    rates : Estimates
        From one sample, with its rows, such as ``recording_rate(audit, by="crime_type")``.
    a, b : str or tuple of str
        Two of its categories.
    kind, margin, level, method
        As in :func:`compare`; a category has the margin 0.05 unless another is given.

    Returns
    -------
    Comparison
        One row, a less b or a over b.

    Raises
    ------
    DataError
        No such category, or one category twice.
    DesignError, MethodError
        As :func:`compare`; rates without their sample.

    Notes
    -----
    MOVER with correlation (Zou and Donner 2008); the correlation is that of the linearised rates.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = {"type": ["x", "y"] * 10, "recorded": [1, 1, 1, 0] * 5}
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), by="type")
    >>> cdi.contrast(rates, "x", "y").rows[0].estimate
    0.5
    """
    _check(kind, margin, level, method)
    if rates.totals is None:
        raise DesignError.of("no-sample")
    if method == SCORE:
        raise MethodError.of("score-needs-simple", got=method)
    if rates.volumes is not None and kind == "difference":
        raise MethodError.of("counts-need-ratio", got=kind)
    places = [_place(rates, name) for name in (a, b)]
    labels = [rates.rows[place].label for place in places]
    if places[0] == places[1]:
        raise DataError.of("same-domain", got=", ".join(labels[0]))
    both = [figures_of(rates.take([place]), level, method) for place in places]
    domains = [rates.totals.domains.index(label) for label in labels]
    together = shared(rates.totals, rates.basis.take(places), *domains)
    # what counts are uncertain by beside their rates, they do not share
    sampled, whole = rates.basis.se[places], rates.spread[places]
    kept = math.prod(float(a / b) for a, b in zip(sampled, whole, strict=True) if b > 0)
    together = replace(together, correlation=together.correlation * kept)
    names = (", ".join(labels[0]), ", ".join(labels[1]))
    row = change_of(
        both[0], both[1], ((wording.against(names),), 0, 0), Terms(kind, margin, level, method, names, together)
    )
    return Comparison(kind, names, (row,), margin, table_of((row,), (), level, method))


def changes(
    sides: Sequence[Estimates | PublishedRate],
    *,
    kind: str = "difference",
    margin: float | None = None,
    level: float = 0.95,
    method: str = "wilson",
    false_discovery: float = FALSE_DISCOVERY,
    names: Sequence[str] | None = None,
) -> Comparison:
    """Compare each of several periods with the one before it, with the rate of false discoveries held.

    Parameters
    ----------
    sides : sequence of Estimates or PublishedRate
        The periods, from the oldest to the newest.
    kind, margin, level, method
        As in :func:`compare`.
    false_discovery : float
        The share of the changes found that may be none, on average.
    names : sequence of str, optional
        What the periods are called.

    Returns
    -------
    Comparison
        The rows of each comparison, newest against the one before it first; ``q`` is p adjusted (Benjamini and Hochberg
        1995), and what stands out has ``q`` at or below ``false_discovery``.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`compare`; fewer than two sides, or a false discovery rate outside 0 to 1.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.changes([cdi.of_counts(x, 200) for x in (150, 152, 181)], names=["2021", "2022", "2023"])
    >>> [(row.names, round(row.q, 4)) for row in found.rows]
    [(('2023', '2022'), 0.0003), (('2022', '2021'), 0.8161)]
    """
    _check(kind, margin, level, method)
    if len(sides) < 2:
        raise DataError.of("too-few-sides", got=len(sides))
    if not (is_number(false_discovery) and 0 < false_discovery < 1):
        raise MethodError.of("false-discovery", got=false_discovery)
    refuse_others(sides)
    called = _called(names, sides, [str(i + 1) for i in range(len(sides))])
    steps = [
        _between(sides[i], sides[i - 1], Terms(kind, margin, level, method, (called[i], called[i - 1])))
        for i in range(len(sides) - 1, 0, -1)
    ]
    rows = _adjusted([row for step in steps for row in step.rows])
    keys = max((step.table.keys[1:] for step in steps), key=len)
    return Comparison(kind, called[::-1], rows, margin, table_of(rows, keys, level, method), false_discovery)


def _called(
    names: Sequence[str] | None, sides: Sequence[Estimates | PublishedRate], usual: Sequence[str]
) -> tuple[str, ...]:
    """Take the names of the sides as given, or call them by what they are."""
    called = tuple(names or names_of(sides, usual))
    if len(called) != len(sides) or len(set(called)) < len(called):
        raise DataError.of("names-differ", got=", ".join(called))
    return called


def _check(kind: str, margin: float | None, level: float, method: str) -> None:
    check_kind(kind)
    check_margin(margin)
    tail_of(level, "both")
    if level <= LOWEST_LEVEL:
        raise MethodError.of("level-of-change", got=level)
    if method == SCORE and kind != "difference":
        raise MethodError.of("score-ratio", got=kind)


def _between(a: Estimates | PublishedRate, b: Estimates | PublishedRate, terms: Terms) -> Comparison:
    """Compare two sides row by row."""
    if terms.method == SCORE:
        refuse_complex((a, b))
    own = "wilson" if terms.method == SCORE else terms.method
    one, other = (figures_of(side, terms.level, own) for side in (a, b))
    refuse_unlike(one, other, terms.kind, terms.names)
    rows = tuple(change_of(one, other, pair, terms) for pair in paired(one, other))
    keys = () if one.single or other.single else one.keys
    return Comparison(terms.kind, terms.names, rows, terms.margin, table_of(rows, keys, terms.level, terms.method))


def _adjusted(rows: Sequence[Change]) -> tuple[Change, ...]:
    """Adjust the p-values of all rows together (Benjamini and Hochberg 1995)."""
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    tested = {i: row.p for i, row in enumerate(rows) if row.p is not None}
    if not tested:
        return tuple(rows)
    found = multipletests(list(tested.values()), method="fdr_bh")[1]
    adjusted = dict(zip(tested, found, strict=True))
    return tuple(replace(row, q=float(adjusted[i]) if i in adjusted else None) for i, row in enumerate(rows))


def _place(rates: Estimates, name: str | tuple[str, ...]) -> int:
    label = tuple(map(str, name)) if isinstance(name, tuple) else (str(name),)
    known = {row.label: i for i, row in enumerate(rates.rows) if not row.overall}
    if label not in known:
        choices = [", ".join(each) for each in known]
        hint = suggestion(", ".join(label), choices)
        raise DataError.of("no-domain", got=", ".join(label), where=Where(column=", ".join(rates.keys)), hint=hint)
    return known[label]
