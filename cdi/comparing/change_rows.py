"""From two sides to a change: the limits of a row, its p-value and verdict, and the table of all rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.volumes import Label
from cdi.binomial.differences import (
    SCORE,
    WithLimits,
    difference,
    log_ratio,
    miettinen_nurminen,
    p_value,
    ratio,
    score_p,
)
from cdi.binomial.exact import EXACT
from cdi.comparing.figures import SIDE, Figures, Pair
from cdi.comparing.verdicts import KINDS, NULL, Change, exact_verdict, margin_of, published_of, verdict_of
from cdi.printing.tables import Record, Table
from cdi.survey.covariances import Shared
from cdi.survey.estimates import ALL, Estimates

__all__ = ["INDEPENDENT", "Terms", "change_of", "read_as_published", "table_of"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ends: TypeAlias = tuple[float, float]
Combine: TypeAlias = Callable[[WithLimits, WithLimits, float], tuple[Floats, Floats]]

INDEPENDENT = Shared(math.nan, 0.0)
_COMBINED: Mapping[tuple[str, bool], Combine] = {
    ("difference", False): difference,
    ("ratio", False): ratio,
    ("ratio", True): log_ratio,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How two sides are compared.

    Attributes
    ----------
    kind, margin, level, method
        As :func:`cdi.compare` takes them.
    names : tuple of str
        The sides.
    shared : Shared
        How they go together.
    """

    kind: str
    margin: float | None
    level: float
    method: str
    names: tuple[str, str]
    shared: Shared = INDEPENDENT


def change_of(a: Figures, b: Figures, pair: Pair, terms: Terms) -> Change:
    """Compare one row of two sides."""
    label, i, j = pair
    sides = [None if row is None else side.records[row] for side, row in ((a, i), (b, j))]
    blank = Change(
        label, terms.names, terms.kind, None, None, None, None, None, None, margin_of(label, terms.margin), None, None,
        sides[0], sides[1], (*_in_sample(sides), *(("overall-only",) if a.single != b.single else ())),
    )  # fmt: skip
    if i is None or j is None:
        return replace(blank, notes=(*blank.notes, "one-side", *_alike(label, a if i is None else b)))
    estimate, reason = _estimate(sides, terms.kind, counts=a.counts)
    if estimate is None:
        return replace(blank, notes=(*blank.notes, reason))
    if a.exact[i] and b.exact[j]:
        verdict = exact_verdict(estimate, terms.kind)
        notes = (*blank.notes, "census")
        return replace(blank, estimate=estimate, verdict=verdict, published=verdict, notes=notes)
    return _with_interval(replace(blank, estimate=estimate), _ends(a, b, i, j, terms), terms, _p_of_score(a, b, i, j))


def _alike(label: Label, other: Figures) -> tuple[str, ...]:
    """Say that the other side has this category in other capitals."""
    folded = {tuple(part.casefold() for part in each) for each in other.labels}
    return ("spelled-alike",) if tuple(part.casefold() for part in label) in folded else ()


def _in_sample(sides: Sequence[Record | None]) -> tuple[str, ...]:
    found = any(record is not None and record.kind.endswith("-in-sample") for record in sides)
    return ("in-samples",) if found else ()


def _estimate(sides: Sequence[Record | None], kind: str, *, counts: bool) -> tuple[float | None, str]:
    """Give the change itself, or the reason why there is none."""
    values = [None if record is None else record.estimate for record in sides]
    if values[0] is None or values[1] is None:
        return None, "not-comparable"
    if kind == "difference":
        return values[0] - values[1], ""
    if values[1] == 0 or (counts and values[0] == 0):
        return None, "no-ratio"
    return values[0] / values[1], ""


def _ends(a: Figures, b: Figures, i: int, j: int, terms: Terms) -> Callable[[float], Ends]:
    """Give the limits of a change as a function of the probability left out on each side."""
    if terms.method == SCORE:
        counts = *_counts(a.estimates, i), *_counts(b.estimates, j)
        return lambda tail: _plain(miettinen_nurminen(*counts, level=1 - 2 * tail))
    combine, one, other = _COMBINED[terms.kind, a.counts], a.of([i]), b.of([j])
    return lambda tail: _plain(combine(one(tail), other(tail), terms.shared.correlation))


def _plain(ends: tuple[Floats, Floats]) -> Ends:
    low, high = (float(np.ravel(end)[0]) for end in ends)
    # of counts whose rate may be 0 there is no upper end
    return (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)


def _counts(estimates: Estimates | None, row: int) -> tuple[int, int]:
    if estimates is None:
        raise TypeError("no counts")
    return int(estimates.basis.recorded[row]), int(estimates.basis.due[row])


def _p_of_score(a: Figures, b: Figures, i: int, j: int) -> Callable[[], float]:
    return lambda: float(score_p(*_counts(a.estimates, i), *_counts(b.estimates, j)))


def _with_interval(
    change: Change, ends: Callable[[float], Ends], terms: Terms, p_of_score: Callable[[], float]
) -> Change:
    kind, tail = terms.kind, (1 - terms.level) / 2
    low, high = ends(tail)
    inner = ends(2 * tail)
    limited = math.isfinite(high) and math.isfinite(low)
    return replace(
        change,
        low=_known(low),
        high=_known(high),
        inner=(_known(inner[0]), _known(inner[1])),
        se=_se(change, terms) if kind == "difference" else None,
        p=_p(ends, terms, p_of_score),
        verdict=verdict_of((low, high), inner, change.margin, kind),
        published=published_of((low, high), kind),
        notes=change.notes if limited else (*change.notes, "ratio-no-limit"),
    )


def _p(ends: Callable[[float], Ends], terms: Terms, of_score: Callable[[], float]) -> float | None:
    if terms.method == SCORE:
        return of_score()
    # the exact methods give counts of records, which no search can follow
    return None if terms.method in EXACT else p_value(ends, NULL[terms.kind])


def _se(change: Change, terms: Terms) -> float | None:
    """Give the standard error of a difference, with what the sides share."""
    if not math.isnan(terms.shared.se):
        return terms.shared.se
    own = [None if record is None else record.se for record in (change.a, change.b)]
    return None if own[0] is None or own[1] is None else math.hypot(own[0], own[1])


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def table_of(rows: Sequence[Change], keys: tuple[str, ...], level: float, method: str) -> Table:
    """Put both sides of each row, and what changed, into one table.

    Parameters
    ----------
    rows : sequence of Change
        The changes.
    keys : tuple of str
        The domain columns; the column ``side`` comes before them.
    level, method
        What the intervals are.

    Returns
    -------
    Table
        The figures of each side once, then for each change its interval at the level and at 1 - 2 (1 - level), the
        margin, the p-value and q.
    """
    figures: dict[tuple[str, ...], Record] = {}
    for change in rows:
        for name, record in zip(change.names, (change.a, change.b), strict=True):
            if record is not None:
                label = (name, *_label(change, keys))
                figures.setdefault(label, replace(record, label=label))
    changed = [record for change in rows for record in _records(change, keys, level, method)]
    return Table((SIDE, *keys), (*figures.values(), *changed), level, method, "both")


def read_as_published(table: Table, rows: Sequence[Change]) -> Table:
    """Read what changed as reports do, which hold no change against a margin.

    Parameters
    ----------
    table : Table
        From :func:`table_of`.
    rows : sequence of Change
        What it was made of.

    Returns
    -------
    Table
        With the verdicts of reports; without the margins, and the intervals that are held against them.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.compare(cdi.of_counts(159, 182), cdi.PublishedRate(0.865, 0.043))
    >>> [(record.kind, record.notes[:1]) for record in read_as_published(found.table, found.rows).records[2:]]
    [('difference', ('broadly-unchanged',)), ('p-value', ())]
    """
    own = {(wording.against(row.names), *_label(row, table.keys[1:])): row.published for row in rows}

    def read(record: Record) -> Record:
        verdict = own.get(record.label)
        codes = (verdict if verdict and code in wording.VERDICTS else code for code in record.notes)
        return replace(record, notes=tuple(codes))

    kept = [r for r in table.records if r.kind != "margin" and (r.kind not in KINDS or r.level == table.level)]
    return replace(table, records=tuple(map(read, kept)))


def _label(change: Change, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Name a row in as many columns as there are; a single figure is of the whole."""
    return change.label if len(change.label) == len(keys) else (ALL,) * len(keys)


def _records(change: Change, keys: tuple[str, ...], level: float, method: str) -> list[Record]:
    side = wording.against(change.names)
    verdict = () if change.verdict is None else (change.verdict,)
    row = Record(
        (side, *_label(change, keys)), change.kind, change.estimate, change.low, change.high, level,
        method, change.se, None, None, None, None, None, None, (*verdict, *change.notes),
    )  # fmt: skip
    found = [row]
    if change.inner is not None:
        low, high = change.inner
        found.append(replace(row, low=low, high=high, level=round(1 - 2 * (1 - level), 12), notes=()))
    bare = replace(row, low=None, high=None, se=None, notes=())
    values = {"p-value": change.p, "q-value": change.q, "margin": None if change.exact else change.margin}
    return [*found, *(replace(bare, kind=kind, estimate=x) for kind, x in values.items() if x is not None)]
