"""The rate freed of the auditors' errors, what their error was, and how far the panel agrees with them.

Rates and counts follow from two readings summed up as one. The error is the auditors' rate less the freed one: both are
of one sample, so its interval takes their correlation. docs/reread.md derives the variances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.agreeing.coefficients import Held, Statistic, ac1, jackknife, kappa, limits_below_one
from cdi.arguments import names_of
from cdi.binomial import intervals
from cdi.binomial.differences import WithLimits, difference
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES, Measure
from cdi.parameters import WILSON
from cdi.printing.tables import Row, Table
from cdi.rereading.classes import CLASSES
from cdi.rereading.phases import Readings
from cdi.rereading.readings import read_both
from cdi.rereading.receipts import Standing, standing_of
from cdi.survey.estimates import Counts, Estimates, Parts
from cdi.survey.extrapolation import overall_rate
from cdi.survey.sampling import share_of

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.survey.totals import Cells, Totals

__all__ = ["ALIKE", "AUDITORS", "ERROR", "SecondReading", "freed", "said_of", "second_reading", "with_errors"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

AUDITORS, ERROR, ALIKE = (MEASURES[key] for key in ("rate-auditors", "auditors-error", "reread-alike"))
RATE, KAPPA, AC1 = (MEASURES[key] for key in ("recording-rate", "kappa", "ac1"))


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What a panel read again, as a result keeps it.

    Attributes
    ----------
    found : tuple of tuple of int
        Of each class of the auditors' reading (something missing, all recorded, nothing due): the reports of the audit,
        those that the panel read, and in how many of these it found something missing, all recorded, and nothing due.
    standing : Standing
        What the receipt of the draw says of the panel's reports.
    aside : int
        The rows of the panel's file that it could not audit.
    readings : Readings or None
        Both readings; a pickle holds no rows.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> audit = pd.DataFrame({"cluster": list("ABCDEFGH"), "recorded": [1, 1, 1, 1, 1, 1, 0, 0]})
    >>> panel = pd.DataFrame({"cluster": list("ABGH"), "recorded": [1, 0, 0, 0]})
    >>> cdi.estimate(audit, reread=panel).reread.found
    ((2, 2, 2, 0, 0), (6, 2, 1, 1, 0), (0, 0, 0, 0, 0))
    """

    found: tuple[tuple[int, ...], ...]
    standing: Standing
    aside: int = 0
    readings: Readings | None = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers: what is saved holds no row of a victim's."""
        return type(self), (self.found, self.standing, self.aside, None)

    @property
    def reports(self) -> int:
        """The reports of the audit."""
        return sum(row[0] for row in self.found)

    @property
    def read(self) -> int:
        """The reports that the panel read."""
        return sum(row[1] for row in self.found)

    def emptied(self) -> Self:
        """Keep what it is, and nothing that was counted."""
        return replace(self, found=tuple((0,) * len(row) for row in self.found), aside=0, readings=None)


def second_reading(audit: Audit, panel: object) -> SecondReading:
    """Read what a panel wrote of some reports of an audit, and hold it against the receipt of its draw."""
    readings = read_both(audit, panel)
    reread, mine = readings.reread, readings.kinds()
    rows = []
    for kind in range(len(CLASSES)):
        of_kind = reread.classes.kind == kind
        counts = (int((of_kind & reread.read & (mine == other)).sum()) for other in range(len(CLASSES)))
        rows.append((int(of_kind.sum()), int((of_kind & reread.read).sum()), *counts))
    return SecondReading(tuple(rows), standing_of(readings, panel), readings.panel.left_out, readings)


def freed(second: SecondReading, by: str | Sequence[str] | None) -> Estimates:
    """Estimate the recording rate that the panel would have found, had it read every report."""
    readings = _kept(second)
    first = readings.first
    keys = first.strata.keys if by is None else tuple(map(first.source.written, names_of(by)))
    totals = readings.totals(keys)
    found = share_of(totals, RATE)
    beyond, none = _beyond(totals)
    rows = []
    for i, row in enumerate(found.rows):
        reasons = ["reread"] if not second_is_all(totals) else []
        reasons += ["reread-beyond"] if beyond[i] else []
        facts = row.facts.without(["no-crimes"]).because(["reread-none"]) if none[i] else row.facts
        rows.append(replace(row, facts=facts.because(reasons)))
    return replace(found, rows=tuple(rows))


def second_is_all(totals: Totals) -> bool:
    """Tell whether every report was read again, so that nothing of the first reading counts."""
    return totals.second is not None and totals.second.complete


def _kept(second: SecondReading) -> Readings:
    if second.readings is None:
        raise TypeError("no readings")
    return second.readings


def _beyond(totals: Totals) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell of each row whether differences take its sums beyond what they can be, or leave no crimes of those found."""
    parts = ((totals.cells, len(totals.domains)), (totals.whole, 1))
    due, recorded, found = (
        np.concatenate(
            [np.bincount(cells.domain, values, size) for cells, size in parts for values in [_of(cells, name)]]
        )
        for name in ("due", "recorded", "largest")
    )
    slack = 1e-9 * np.maximum(np.abs(due), 1)
    return (recorded > due + slack) | (recorded < -slack), (due <= slack) & (found > 0)


def _of(cells: Cells, name: str) -> Floats:
    """Take a sum of each cell, weighted."""
    return np.asarray(cells.weight * getattr(cells, name), dtype=np.float64)


# ---- what the auditors' error was


def with_errors(table: Table, second: SecondReading, found: Sequence[Estimates], own: Sequence[Estimates]) -> Table:
    """Add to a table what the auditors' error was, and how far the panel agrees with them.

    ``own`` are the same estimates by the auditors' reading alone.
    """
    rows = []
    whole = found[0].rows[-1].label
    totals = found[0].totals
    labels = () if totals is None else (*totals.domains, whole)
    none_left = () if totals is None else _beyond(totals)[1]
    nothing = {label for label, none in zip(labels, none_left, strict=True) if none}
    for row in table.of(RATE.key):
        # where the panel left nothing due, what remains of the sums is a rounding error, and no rate
        pair = None if row.label in nothing else _held_against(row, found, own)
        rows += _error(row, pair, table)
    return replace(table, rows=(*table.rows, *rows, *alike(second, whole, level=table.level, method=table.method)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A rate freed of errors and that of the auditors, and the variance of their difference."""

    freed: Estimates
    own: Estimates
    variance: float


def _held_against(row: Row, found: Sequence[Estimates], own: Sequence[Estimates]) -> _Pair | None:
    """Find both rates of a row of a table; None where one of them has none."""
    both = [_rate_of(row, each) for each in (found, own)]
    if None in both:
        return None
    (freed_, totals, of_freed), (mine, others, of_own) = (each for each in both if each is not None)
    second = totals.second
    if second is None or second.apart is None or second.apart_in_all is None:
        return None
    if (len(of_freed[0]) == 1 and len(totals.domains) != 1) or not totals.keys:
        first = second.apart_in_all(of_own, of_freed)
        added = second.whole.variance(*of_freed)[0]
    else:
        place = {label: i for i, label in enumerate(totals.domains)}
        # the auditors' categories are among those of both
        spread = [np.zeros(len(place)) for _ in of_own]
        for each, values in zip(spread, of_own, strict=True):
            each[[place[label] for label in others.domains]] = values
        first = second.apart((spread[0], spread[1]), of_freed)
        held = np.flatnonzero(of_freed[1])
        added = second.domains.variance(*of_freed)[held[0]] if len(held) == 1 else second.domains.together(*of_freed)
    return _Pair(freed_, mine, first + (0.0 if second.complete else float(added)))


Linear: TypeAlias = "tuple[Estimates, Totals, tuple[Floats, Floats]]"
"""A rate, its sums, and what a crime due and one recorded count in it."""


def _rate_of(row: Row, found: Sequence[Estimates]) -> Linear | None:
    """Find the rate of a row among estimates, linearised: by category, over all crimes, or as volumes imply."""
    rates, counts = found[0], next((each for each in found if isinstance(each, Counts)), None)
    at = next((i for i, each in enumerate(rates.rows) if each.label == row.label), None)
    if at is None or rates.totals is None:
        return None
    if (
        row.whole
        and counts is not None
        and counts.parts_of_recording is not None
        and row.facts.scope is not Scope.FRAME
    ):
        return _implied(counts, counts.parts_of_recording)
    rate, totals = rates.take([at]), rates.totals
    if not np.isfinite(rate.estimate[0]):
        return None
    whole = at == len(rates) - 1
    cells = totals.whole if whole else totals.cells
    mine = np.ones(len(cells.due), dtype=bool) if whole else cells.domain == at
    crimes = float((cells.weight * cells.due)[mine].sum())
    of_due, of_recorded = np.zeros((2, 1 if whole else len(totals.domains)))
    of_due[0 if whole else at], of_recorded[0 if whole else at] = -rate.estimate[0] / crimes, 1 / crimes
    return rate, totals, (of_due, of_recorded)


def _implied(counts: Counts, parts: Parts) -> Linear | None:
    """Linearise the overall rate that known volumes imply, R / (R + U)."""
    totals = counts.totals if counts.held is None else counts.held.rightly
    rate = overall_rate(counts)
    if totals is None or not np.isfinite(rate.estimate[0]):
        return None
    totals = totals.lenient if counts.held is None else totals
    known = {row.label: i for i, row in enumerate(parts.rates.rows)}
    of_due, of_recorded = np.zeros((2, len(totals.domains)))
    recorded = np.bincount(totals.cells.domain, totals.cells.weight * totals.cells.recorded, len(totals.domains))
    to_rate = float(rate.estimate[0]) ** 2 / parts.volumes.sum()
    for i, label in enumerate(totals.domains):
        at = known.get(label)
        if at is not None and parts.volumes[at] > 0:
            scale = parts.volumes[at] / recorded[i]
            of_due[i], of_recorded[i] = -to_rate * scale, to_rate * scale / parts.rates.basis.rate[at]
    return rate, totals, (of_due, of_recorded)


def _error(row: Row, pair: _Pair | None, table: Table) -> list[Row]:
    """Give the auditors' rate beside a row, and its error with its interval."""
    facts = Facts(row.facts.scope, mixed=row.facts.mixed, alone=row.facts.alone)
    bare = Row(row.label, AUDITORS, None, None, None, table.level, table.method, facts=facts)
    off = replace(bare, measure=ERROR)
    if pair is None:
        return [bare.because("reread-unlike"), off.because("reread-unlike")]
    basis, ends = pair.own.basis, pair.own.interval(table.level, table.method, table.side)
    low, high = (None if pair.own.exact[0] else float(end[0]) for end in (ends.low, ends.high))
    mine = replace(
        bare, estimate=float(pair.own.estimate[0]), low=low, high=high, se=float(pair.own.se[0]), n=int(basis.due[0]),
        recorded=int(basis.recorded[0]), clusters=int(basis.reports[0]),
    )  # fmt: skip
    se = [float(each.se[0]) for each in (pair.own, pair.freed)]
    product = 2 * se[0] * se[1]
    correlation = (se[0] ** 2 + se[1] ** 2 - pair.variance) / product if product > 0 else 0.0
    limits = _limits(pair.own, table), _limits(pair.freed, table)
    down, up = difference(limits[0], limits[1], float(np.clip(correlation, -1, 1)))
    error = float(pair.own.estimate[0] - pair.freed.estimate[0])
    return [mine, replace(off, estimate=error, low=float(down[0]), high=float(up[0]), se=float(np.sqrt(pair.variance)))]


def _limits(rates: Estimates, table: Table) -> WithLimits:
    found = rates.interval(table.level, table.method)
    return WithLimits(rates.estimate, found.low, found.high)


# ---- how far the panel agrees


def alike(second: SecondReading, like: Label, *, level: float, method: str) -> list[Row]:
    """Give the share of reports in which the panel finds what the auditors found, kappa and AC1, over all reports.

    A report that the panel read stands for those of its class in its stratum.
    """
    readings = _kept(second)
    reread = readings.reread
    read = np.flatnonzero(reread.read)
    one, other, times = reread.classes.kind[read], readings.kinds()[read], reread.times[read]
    size = len(CLASSES)
    tables = np.zeros((len(read), size, size))
    tables[np.arange(len(read)), one, other] = times
    used = sorted(set(one.tolist()) | set(other.tolist()))
    used = used if len(used) > 1 else [*used, next(each for each in range(size) if each not in used)]
    tables = tables[:, used][:, :, used]
    _, cell = np.unique(reread.classes.cells()[read], return_inverse=True)
    held = Held(tables, cell.astype(np.int64), np.ones(len(read), dtype=np.int64))
    facts = Facts(Scope.OVERALL)
    bare = Row(like, ALIKE, None, None, None, level, method, clusters=len(read), facts=facts)
    return [
        _share_alike(bare, one == other, cell.astype(np.int64), times),
        *(_beyond_chance(replace(bare, measure=each, method="jackknife"), how, held) for each, how in _COEFFICIENTS),
    ]


_COEFFICIENTS: Sequence[tuple[Measure, Statistic]] = ((KAPPA, kappa), (AC1, ac1))


def _share_alike(bare: Row, same: npt.NDArray[np.bool_], cell: Ints, times: Floats) -> Row:
    """Estimate the share of the audit's reports that were found alike, from the cells that were read in part."""
    total = times.sum()
    share = float((times * same).sum() / total)
    read = np.bincount(cell)
    stands = np.bincount(cell, times)
    part = np.bincount(cell, same) / read
    variance = float((stands**2 * (1 / read - 1 / stands) * part * (1 - part) * read / np.maximum(read - 1, 1)).sum())
    kish = float(total**2 / (times**2).sum())
    size = share * (1 - share) / (variance / total**2) if variance > 0 else kish
    found = replace(bare, estimate=share, n=len(times), recorded=int(same.sum()))
    if np.all(stands == read):
        return found
    ends = intervals.interval(share, size, level=bare.level, method=WILSON)
    return replace(found, low=float(ends.low), high=float(ends.high), n_eff=size)


def _beyond_chance(bare: Row, how: Statistic, held: Held) -> Row:
    found = jackknife(how, held)
    if not np.isfinite(found.estimate):
        return bare.because("agree-none")
    ends = limits_below_one(found, bare.level)
    if ends is None:
        return replace(bare, estimate=found.estimate).because(
            "agree-steady" if np.isfinite(found.se) else "agree-fragile"
        )
    return replace(bare, estimate=found.estimate, low=ends[0], high=ends[1], se=found.se, df=float(found.df))


def said_of(second: SecondReading) -> list[str]:
    """Say what was read again, and what is known of how it was drawn."""
    said = [wording.read_again(second.read, second.reports), second.standing.said]
    if second.aside:
        said.append(wording.aside_again(second.aside))
    return said
