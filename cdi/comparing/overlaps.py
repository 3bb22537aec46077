"""Reports that stand in both of two samples: which they are, and how two rates go together through them.

Samples that share reports are not independent: read twice, the same reports give nearly the same rates. The covariance
runs over the reports that both hold, each with its score on either side: no other report is looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from cdi.audits.counting import DUE, PLACED, RECORDED, WEIGHT
from cdi.audits.design import NOT_COLUMNS
from cdi.audits.nesting import counts_from_one, id_of
from cdi.audits.volumes import label_of
from cdi.binomial.published import PublishedRate
from cdi.comparing.figures import INDEPENDENT, Compared
from cdi.errors import DataError, DesignError, Where
from cdi.reading import engine
from cdi.survey.basis import Shared, of_domains
from cdi.survey.estimates import Counts
from cdi.survey.totals import ROUNDING, left_by_group, weights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdi.audits.audit import Audit
    from cdi.reading.engine import Rows
    from cdi.survey.estimates import Estimates
    from cdi.survey.totals import Cells, Totals

__all__ = ["DIFFERING", "Linked", "Overlap", "linked"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

DIFFERING = 2.0
"""The pairs of crimes that count as if they differed, one each way, beside those that do.

Where few pairs differ, fewer were seen than there may be, and where none does, nothing would be left to be unsure of.
Newcombe's method 10 has one such pair; its coverage is too low where few differ (docs/statistics.md).
"""

_NUMBER, _TIMES = "_cdi_number", "_cdi_times"
_AGREE = 1e-9  # of a rate that is worked out twice


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many reports stand in both of two samples.

    Attributes
    ----------
    shared : int
        The reports whose numbers stand in both.
    audited : tuple of int
        The reports that each sample names.
    cases : bool
        Whether they are cases, because a sample names no reports.
    from_one : bool
        Whether both count as many reports from 1, so that the same numbers may or may not be the same reports.
    """

    shared: int = 0
    audited: tuple[int, int] = (0, 0)
    cases: bool = False
    from_one: bool = False

    @property
    def paired(self) -> bool:
        """Whether both samples are of the same reports."""
        return self.shared > 0 and self.audited == (self.shared, self.shared)


@dataclass(frozen=True, slots=True)
class Linked:
    """Two samples, and what they share."""

    overlap: Overlap = Overlap()
    sides: tuple[_Sides, _Sides] | None = None  # what each found in the reports that both hold; None without any

    def between(self, a: Estimates, i: int, b: Estimates, j: int) -> Shared:
        """Tell how a row of one and a row of the other go together."""
        if self.sides is None:
            return INDEPENDENT
        errors = [float(rates.basis.se[row]) for rates, row in ((a, i), (b, j))]
        product, apart = errors[0] * errors[1], errors[0] ** 2 + errors[1] ** 2
        if not np.isfinite(product):
            return INDEPENDENT
        seen, unseen = _covariance(_scored(self.sides[0], a, i), _scored(self.sides[1], b, j))
        variance = apart - 2 * seen
        se = float(np.sqrt(variance)) if variance > ROUNDING * apart else 0.0
        # what was perhaps not seen makes rates go together less, and never turns them against each other
        likely = max(seen - unseen, min(seen, 0.0))
        correlation = float(np.clip(likely / product, -1, 1)) if product > 0 else 0.0
        # what counts are uncertain by beside their rates, they do not share
        for rates, row in ((a, i), (b, j)):
            spread = float(rates.spread[row])
            correlation *= float(rates.basis.se[row]) / spread if spread > 0 else 1.0
        return Shared(se, correlation)


def linked(a: Compared, b: Compared, *, same: bool = False) -> Linked:
    """Find the reports, or cases, whose numbers stand in both samples, and what each side found in them.

    Numbers that count from 1 in both tell nothing, unless they are known to be of the same reports: report 1 of one
    month is not report 1 of the next.
    """
    ours, theirs = _naming(a), _naming(b)
    if ours is None or theirs is None:
        return Linked()
    found = _met(ours, theirs)
    cases = ours.design.cluster is None or theirs.design.cluster is None
    if not same and all(found.from_one):
        return Linked(Overlap(0, found.audited, cases, found.audited == (found.shared, found.shared)))
    overlap = Overlap(found.shared, found.audited, cases)
    if not found.shared:
        return Linked(overlap)
    place = {number: i for i, number in enumerate(sorted(found.numbers()))}
    return Linked(overlap, (_found(a, found.hold[0], place), _found(b, found.hold[1], place)))


# ---- who the reports are


def _totals(side: Compared) -> Totals | None:
    return None if isinstance(side.figures, PublishedRate) else side.figures.totals


def _naming(side: Compared) -> Audit | None:
    """Give the audit of a side, where it names its reports, or its cases, beyond the file that they stand in."""
    totals = _totals(side)
    if totals is None or NOT_COLUMNS & set(totals.audit.design.nest or ()):
        return None
    design = totals.audit.design
    return None if design.cluster is None and design.case is None else totals.audit


def _numbered(audit: Audit, rows: Rows) -> Rows:
    """Add the numbers of reports as texts: two engines, or two files, may hold them as different things."""
    column = audit.design.cluster or str(audit.design.case)
    inner = id_of(audit.source, audit.design, column)
    return rows.with_columns(engine.written(rows, inner).alias(_NUMBER)).with_columns(
        engine.trimmed(rows, _NUMBER).alias(_NUMBER)
    )


def _numbers(audit: Audit) -> Rows:
    """List the numbers of the reports of a side, each once, where its rows are."""
    import narwhals as nw

    try:
        rows = _numbered(audit, audit.rows)
    except DataError as error:
        raise DesignError.of("shared-unknown", got=audit.source.short_name, where=Where(audit.name)) from error
    rows = rows.filter(~nw.col(_NUMBER).is_null())
    return engine.sums(rows, [_NUMBER], (), count=_TIMES)


@dataclass(frozen=True, slots=True)
class _Met:
    """What two samples have in common."""

    shared: int
    audited: tuple[int, int]
    from_one: tuple[bool, bool]  # whether the numbers of a side count from 1
    numbers: Callable[[], list[str]]  # the reports that both hold
    hold: tuple[_Hold, _Hold]  # what keeps their rows, of each side


_Hold: TypeAlias = "Callable[[Rows], Rows]"
"""Keeps the rows of reports that both samples hold, with their numbers."""


def _met(ours: Audit, theirs: Audit) -> _Met:
    """Find what two samples have in common: in their engine, if it holds both, else by all their numbers."""
    sides = (ours, theirs)
    numbers = _numbers(ours), _numbers(theirs)
    both = engine.joined(numbers[0], numbers[1], _NUMBER)
    if both is None:
        return _met_here(sides, numbers)
    audited = engine.count_rows(numbers[0]), engine.count_rows(numbers[1])
    from_one = _count_from_one(numbers[0], audited[0]), _count_from_one(numbers[1], audited[1])

    def hold(rows: Rows, audit: Audit) -> Rows:
        return cast("Rows", engine.joined(_numbered(audit, rows), both, _NUMBER))

    def listed() -> list[str]:
        return [str(number) for number in engine.collect(both.select(_NUMBER))[_NUMBER]]

    held = partial(hold, audit=ours), partial(hold, audit=theirs)
    return _Met(engine.count_rows(both), audited, from_one, listed, held)


def _met_here(sides: tuple[Audit, Audit], numbers: tuple[Rows, Rows]) -> _Met:
    """Find what samples of two engines, or of two files, have in common."""
    named = [{str(number) for number in engine.collect(each)[_NUMBER] if number} for each in numbers]
    both = sorted(named[0] & named[1])

    def hold(rows: Rows, audit: Audit) -> Rows:
        import narwhals as nw

        rows = engine.relabelled(_numbered(audit, rows), _NUMBER, dict(zip(both, both, strict=True)), _NUMBER)
        return rows.filter(~nw.col(_NUMBER).is_null())

    from_one = counts_from_one(named[0]), counts_from_one(named[1])
    held = partial(hold, audit=sides[0]), partial(hold, audit=sides[1])
    return _Met(len(both), (len(named[0]), len(named[1])), from_one, lambda: both, held)


def _count_from_one(numbers: Rows, size: int) -> bool:
    """Tell whether numbers are 1 to n, with the same signs before them or none, where they are."""
    import narwhals as nw

    text = nw.col(_NUMBER)
    digits = text.str.replace_all(r"(?s)^.*[^0-9]", "")
    rows = numbers.select(_cdi_digits=digits, _cdi_before=text.str.replace_all("[0-9]+$", ""))
    length = nw.col("_cdi_digits").str.len_chars()
    is_short = (length > 0) & (length <= len(str(size)) + _ZEROS)
    counted = nw.when(is_short).then(nw.col("_cdi_digits")).otherwise(nw.lit("0")).cast(nw.Int64)
    rows = rows.with_columns(_cdi_counted=counted)
    ends = engine.collect(
        rows.select(
            least=nw.col("_cdi_counted").min(),
            most=nw.col("_cdi_counted").max(),
            first=nw.col("_cdi_before").min(),
            last=nw.col("_cdi_before").max(),
        )
    )
    if not size or ends["first"][0] != ends["last"][0] or (ends["least"][0], ends["most"][0]) != (1, size):
        return False
    return engine.count_distinct(rows, "_cdi_counted") == size


_ZEROS = 9  # that may stand before a number


# ---- what each side found in them


@dataclass(frozen=True, slots=True)
class _Sides:
    """What one sample found: as its categories count, and as the overall figure that recorded crime implies does."""

    of_domains: _Side
    of_whole: _Side


@dataclass(frozen=True, slots=True)
class _Side:
    """What one sample found in the reports that both hold."""

    totals: Totals
    volumes: Floats | None  # the recorded crime of each domain, where an overall figure follows from it
    group: Ints  # one element a report: the strata that share a variance with its own
    # one element for each report and domain: which report, which domain (the last place: none), the report's weight,
    # crimes due, recorded, and recorded in their own category
    report: Ints
    domain: Ints
    weight: Floats
    due: Ints
    recorded: Ints
    placed: Ints


def _found(side: Compared, hold: _Hold, place: Mapping[str, int]) -> _Sides:
    """Sum up the shared reports, as recorded crime holds them where the figures follow from that."""
    figures, totals = side.figures, _totals(side)
    if totals is None or isinstance(figures, PublishedRate):
        raise TypeError("no sample")
    counts = _counts(side)
    volumes = _volumes(counts, totals)
    own = _summed(totals, volumes, hold, place)
    if counts is None or counts.held is None:
        return _Sides(own, own)
    held, labels = counts.held, [row.label for row in counts.rows if not row.whole]
    # what a report holds of recorded crime may be nothing: its stratum is known from all of its rows
    if isinstance(figures, Counts):
        whole = _summed(held.any_class, _volumes(counts, held.any_class), hold, place, own.group)
        return _Sides(_summed(held.own, volumes, hold, place, own.group), whole)
    due = dict(zip(labels, held.rightly_recorded(labels), strict=True))
    crimes = _volumes(counts, held.rightly)
    if crimes is not None:
        crimes = crimes * np.array([due.get(label, 1.0) for label in held.rightly.domains])
    return _Sides(own, _summed(held.rightly, crimes, hold, place, own.group))


def _summed(
    totals: Totals,
    volumes: Floats | None,
    hold: _Hold,
    place: Mapping[str, int],
    group: Ints | None = None,
) -> _Side:
    """Sum up the crimes of each shared report by domain, in the rows' own engine."""
    audit, inner = totals.audit, totals.audit.source.inner_names
    rows = hold(audit.rows)
    counts = [DUE, RECORDED, *([PLACED] if audit.places(totals.keys) else [])]
    keys = list(dict.fromkeys([_NUMBER, *audit.apart, *inner(totals.keys)]))
    found = engine.collect(engine.sums(rows, keys, counts))
    size = len(found[_NUMBER])

    def places(columns: list[str], labels: Mapping[tuple[str, ...], int]) -> Ints:
        names = (label_of([found[key][i] for key in columns]) for i in range(size))
        return np.array([labels.get(label, len(labels)) for label in names], dtype=np.int64)

    strata = totals.strata
    stratum = places(inner(strata.keys), {label: i for i, label in enumerate(strata.labels)})
    weight = strata.weight[stratum]
    if strata.weighted:
        weight = weight * weights_of(audit, found[WEIGHT])
    report = np.array([place[str(number)] for number in found[_NUMBER]], dtype=np.int64)
    if group is None:
        group = np.zeros(len(place), dtype=np.int64)
        group[report] = strata.group[stratum]
    due, recorded, placed = (np.asarray(found[name]).astype(np.int64) for name in (DUE, RECORDED, counts[-1]))
    domain = places(inner(totals.keys), {label: i for i, label in enumerate(totals.domains)})
    return _Side(totals, volumes, group, report, domain, weight, due, recorded, placed)


def _counts(side: Compared) -> Counts | None:
    """Give the crimes not recorded of a side, which may be its figures, or stand beside them."""
    if isinstance(side.figures, Counts):
        return side.figures
    return None if side.result is None else side.result.counts


def _volumes(known: Counts | None, totals: Totals) -> Floats | None:
    """Set the recorded crime beside each domain, where an overall figure follows from it."""
    if known is None or len(known) == 1:
        return None
    crimes = {row.label: crime for row, crime in zip(known.rows, known.volumes, strict=True) if not row.whole}
    return np.array([crimes.get(label, 0.0) for label in totals.domains])


# ---- the scores of reports, whose sum is what a rate is off by


@dataclass(frozen=True, slots=True)
class _Weights:
    """What a crime due and a crime recorded of each domain add to a score: a rate as a function of totals."""

    cells: Cells
    of_due: Floats
    of_recorded: Floats
    whole: bool = False  # whether all crimes count alike, whatever their domain
    placed: bool = False  # whether a crime counts as recorded in its own category only


@dataclass(frozen=True, slots=True)
class _Scored:
    """The scores of one side: of the shared reports, and what all reports of each group of strata come to."""

    # one element a shared report: its group, its score, the same if all of its crimes were found otherwise, its crimes
    group: Ints
    score: Floats
    reach: Floats
    crimes: Floats
    # one element a group of strata: reports drawn, share of them on the frame, mean and variance of the scores
    drawn: Floats
    fraction: Floats
    mean: Floats
    variance: Floats


def _scored(sides: _Sides, rates: Estimates, row: int) -> _Scored:
    """Score the reports of a side for one of its rows."""
    side = sides.of_whole if rates.rows[row].whole else sides.of_domains
    weights, strata = _weights(side, rates, row), side.totals.strata
    place = np.zeros_like(side.domain) if weights.whole else side.domain
    of_due, of_recorded = (np.r_[each, 0.0] for each in (weights.of_due, weights.of_recorded))
    recorded = side.placed if weights.placed else side.recorded

    def by_report(values: Floats) -> Floats:
        return np.bincount(side.report, values, len(side.group)).astype(np.float64)

    score = by_report(side.weight * (of_due[place] * side.due + of_recorded[place] * recorded))
    reach = by_report(side.weight * np.abs(of_recorded[place]) * side.due)
    crimes = by_report(np.where(of_recorded[place] != 0, side.due, 0.0))
    drawn = np.bincount(strata.group, strata.sampled).astype(np.float64)
    total, squares = _by_group(side.totals, weights)
    variance = np.maximum(squares - total**2 / drawn, 0.0) * drawn / np.maximum(drawn - 1, 1)
    # the reports of another period are on no frame
    fraction = np.zeros(len(drawn)) if rates.rows[row].facts.chance else 1 - left_by_group(strata)
    return _Scored(side.group, score, reach, crimes, drawn, fraction, total / drawn, variance)


def _weights(side: _Side, rates: Estimates, row: int) -> _Weights:
    """Linearise the rate of a row: Särndal, Swensson and Wretman (1992), chapter 5."""
    totals, subject, rate = side.totals, rates.rows[row], float(rates.basis.rate[row])
    if not subject.whole:
        return _of_domain(totals, totals.domains.index(subject.label), rate, placed=totals.audit.places(totals.keys))
    if side.volumes is not None:
        used = np.flatnonzero(side.volumes > 0)
        lenient = totals.lenient
        return _of_domain(lenient, int(used[0]), rate) if len(used) == 1 else _of_volumes(lenient, side.volumes, rate)
    cells = totals.whole
    due, recorded = (float((cells.weight * each).sum()) for each in (cells.due, cells.recorded))
    if abs(recorded / due - rate) > _AGREE:
        raise DesignError.of("shared-without-volumes", got=rates.measure.key, where=Where(totals.audit.name))
    return _Weights(cells, np.array([-rate / due]), np.array([1 / due]), whole=True)


def _of_domain(totals: Totals, domain: int, rate: float, *, placed: bool = False) -> _Weights:
    cells = totals.cells
    due = np.bincount(cells.domain, cells.weight * cells.due, len(totals.domains))[domain]
    alone = np.arange(len(totals.domains)) == domain
    return _Weights(cells, np.where(alone, -rate / due, 0.0), np.where(alone, 1 / due, 0.0), placed=placed)


def _of_volumes(totals: Totals, volumes: Floats, rate: float) -> _Weights:
    """Linearise R / (R + U): each crime counts by the recorded crime of its domain."""
    cells = totals.cells
    counted = np.bincount(cells.domain, cells.weight * cells.recorded, len(totals.domains))
    used = volumes > 0
    scale = np.where(used, volumes, 0.0) / np.where(used, counted, 1.0) * rate**2 / volumes.sum()
    return _Weights(cells, -scale, scale / np.where(used, of_domains(totals).rate, 1.0))


def _by_group(totals: Totals, weights: _Weights) -> tuple[Floats, Floats]:
    """Sum the scores and their squares over all reports of each group of strata."""
    groups, cells = totals.strata.group, weights.cells
    size = int(groups.max()) + 1
    total, squares = cells.scores(weights.of_due, weights.of_recorded)
    of_cell = groups[cells.stratum]
    first: Floats = np.bincount(of_cell, total, size).astype(np.float64)
    second: Floats = np.bincount(of_cell, squares, size).astype(np.float64)
    if np.count_nonzero(weights.of_recorded) > 1 and totals.sharing:
        pairs, a, b = totals.pairs(), weights.of_due, weights.of_recorded
        met = pairs.weight**2 * (
            a[pairs.one] * a[pairs.other] * pairs.due_due
            + 2 * a[pairs.one] * b[pairs.other] * pairs.due_recorded
            + b[pairs.one] * b[pairs.other] * pairs.recorded_recorded
        )
        second = second + np.bincount(groups[pairs.stratum], met, size)
    return first, second


# ---- the covariance


def _covariance(one: _Scored, other: _Scored) -> tuple[float, float]:
    """Give the covariance of two rates, and how much of it pairs that differ and were not seen may take away.

    The shared reports are taken as drawn at random from both samples, within the strata of each: Tam (1984), The
    American Statistician 38:288-289.
    """
    groups = len(other.drawn)
    codes, of_report = np.unique(one.group * groups + other.group, return_inverse=True)
    a, b = codes // groups, codes % groups

    def over(values: Floats | None = None) -> Floats:
        return np.bincount(of_report, values, len(codes)).astype(np.float64)

    both = over()
    n, m = one.drawn[a], other.drawn[b]
    products = over((one.score - one.mean[one.group]) * (other.score - other.mean[other.group]))
    # each mean holds the report itself, and the two have the shared reports in common
    lost = 1 - 1 / n - 1 / m + both / (n * m)
    alone = (n == 1) | (m == 1)
    factor = np.where(alone, 0.0, 1 / np.where(alone, 1.0, lost)) * _left(one, other, a, b)
    # chance brings no more covariance than as many reports can carry
    most = np.abs(_left(one, other, a, b)) * both * np.sqrt(one.variance[a] * other.variance[b] / (n * m))
    covariance = float(np.clip(factor * products, -most, most).sum())
    return covariance, DIFFERING / 2 * max(float(factor.max()), 0.0) * _of_a_pair(one, other)


def _left(one: _Scored, other: _Scored, a: Ints, b: Ints) -> Floats:
    """Give the finite population correction of what is shared: 1 - n m / (shared N) in one stratum of one frame."""
    held_a, held_b = (
        np.bincount(side.group, minlength=len(side.drawn)).astype(np.float64)[of] for side, of in ((one, a), (other, b))
    )
    spent = np.maximum(one.drawn[a] / held_a * other.fraction[b], other.drawn[b] / held_b * one.fraction[a])
    census = (one.fraction[a] >= 1) | (other.fraction[b] >= 1)
    return np.where(census, 0.0, 1 - spent)


def _of_a_pair(one: _Scored, other: _Scored) -> float:
    """Give what one more crime found otherwise takes away, in reports whose crimes all fare alike."""
    products, crimes = one.reach * other.reach, (one.crimes + other.crimes) / 2
    held = products > 0
    if not held.any():
        return 0.0
    each = products[held] / crimes[held] ** 2
    return float(products[held].sum() / (each * crimes[held]).sum() * each.max())
