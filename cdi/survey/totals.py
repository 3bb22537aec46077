"""Survey theory: from an audit to the sums that every estimate and every variance needs.

Two group-bys in the user's engine (rows -> reports -> sums of products) leave a few hundred whole numbers: for each
domain, stratum and weight the sums of y (due), x (recorded), yy, xy and xx over reports. All else is arithmetic, the
variance of a total at the end of this module included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import names_of
from cdi.audits import answers, checks
from cdi.audits.counting import (
    DUE,
    LARGEST,
    MOST_WHOLE,
    PLACED,
    RECORDED,
    SUM,
    SUMS,
    WEIGHT,
    Found,
    by_report,
    reports_of,
    sum_each,
    sum_products,
    sum_rows,
    whole_sums,
)
from cdi.audits.design import PERIOD
from cdi.audits.volumes import Label, in_order, label_of, labels_of
from cdi.errors import DataError, DesignError
from cdi.reading import engine, sources
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.strata import Strata
    from cdi.reading.engine import Rows
    from cdi.survey.second import Phases

__all__ = [
    "Blocks", "Cells", "Larger", "Meeting", "Pairs", "Spread", "Totals", "blocks", "combined", "combined_again",
    "each_total", "left_by_group", "order_of", "placing", "spread", "total", "weights_of",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

ROUNDING = 1e-14
"""What sums that cancel leave behind, as a share of their terms."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums over the reports of one domain, stratum and weight; one element a cell."""

    # domain, stratum: positions in the lists of domains and strata
    domain: Ints
    stratum: Ints
    weight: Floats  # the weight of each report in the cell
    # due, recorded, due_due, due_recorded, recorded_recorded: sums over reports of y, x, y*y, x*y and x*x, where y and
    # x count the domain's crimes in the report; of a table of counts the products are raised by its design effect
    due: Ints | Floats
    recorded: Ints | Floats
    due_due: Ints | Floats
    due_recorded: Ints | Floats
    recorded_recorded: Ints | Floats
    # reports, with_crimes: reports that have a row in the domain, and those of them with a crime due
    reports: Ints
    with_crimes: Ints
    largest: Ints  # the crimes due in the largest report

    def scores(self, of_due: Floats, of_recorded: Floats) -> tuple[Floats, Floats]:
        """Sum u and u*u over the reports of each cell, u = weight * (of_due * y + of_recorded * x)."""
        # by crimes missed and recorded: where nearly all were recorded, y and x would cancel in the digits that count
        a, b = of_due[self.domain], (of_due + of_recorded)[self.domain]
        missed, both = self.due - self.recorded, self.due_recorded - self.recorded_recorded
        missed_missed = self.due_due - self.due_recorded - both
        first = self.weight * (a * missed + b * self.recorded)
        terms = (a * a * missed_missed, 2 * a * b * both, b * b * self.recorded_recorded)
        squares, scale = terms[0] + terms[1] + terms[2], terms[0] + np.abs(terms[1]) + terms[2]
        # what is left where all scores are 0 is rounding, and no variance
        return first, self.weight**2 * np.where(squares > ROUNDING * scale, squares, 0.0)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Sums of products over the reports that hold crimes of two domains; one element an ordered pair and stratum."""

    one: Ints
    other: Ints
    stratum: Ints
    weight: Floats
    due_due: Ints | Floats
    due_recorded: Ints | Floats
    recorded_recorded: Ints | Floats


@dataclass(frozen=True, slots=True)
class Meeting:
    """The reports that hold crimes of two domains; one element an ordered pair and stratum."""

    pairs: Pairs  # the sums of their products
    reports: Ints  # how many they are
    largest: Ints  # the crimes due of both domains in the largest of them


class Larger(Protocol):
    """What gives further sums of a part of a sample, where all parts are summed up together."""

    @property
    def rowless(self) -> bool:
        """Whether it holds no row, and can be saved."""

    def counting(self, change: Callable[[Audit], Audit]) -> Totals:
        """Sum up the same rows with something else counted."""

    def pairs(self) -> Pairs:
        """Sum the products between domains that share reports."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted, by domain and stratum, with the design it came from."""

    keys: tuple[str, ...]  # the domain columns
    domains: tuple[Label, ...]  # one label a domain, in the order of :func:`cdi.audits.volumes.in_order`
    strata: Strata  # the design
    cells: Cells  # the sums of each domain in each stratum
    whole: Cells  # the sums over all crimes, whatever their domain: one domain, each report counted once
    audit: Audit = field(repr=False)  # where it all came from
    # domain column -> its categories as the user ordered them, where they are
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    # where some reports were read again: what that adds to a variance. The sums are then estimates of what they would
    # be, had all of them been
    second: Phases | None = field(default=None, repr=False, compare=False)
    # where they are taken out of the sums of a larger sample, or of kinds of report: what gives further sums of them
    larger: Larger | None = field(default=None, repr=False, compare=False)
    # the reports that hold two domains, once they were asked for: they take a pass over the rows
    _meeting: list[Meeting] = field(default_factory=list, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers: what is saved of a result holds no row of a victim's."""
        second = None if self.second is None else self.second.without_rows()
        # kinds of report hold no row, and a larger sample does
        larger = self.larger if self.larger is not None and self.larger.rowless else None
        kept = replace(self, audit=self.audit.without_rows(), second=second, larger=larger)
        return type(self), tuple(getattr(kept, each.name) for each in fields(kept) if each.init)

    def __deepcopy__(self, _memo: object) -> Totals:
        """Give the same: nothing of it changes."""
        return self

    @property
    def by_strata(self) -> bool:
        """Whether every domain is made of whole strata."""
        return set(self.keys) <= set(self.strata.keys)

    @property
    def sharing(self) -> bool:
        """Whether a report can hold crimes of two domains."""
        if self.second is not None:
            return len(self.domains) > 1
        # without clusters each row is a report of its own
        clustered = self.audit.design.cluster is not None
        return clustered and int(self.cells.with_crimes.sum()) > int(self.whole.with_crimes.sum())

    @property
    def names_reports(self) -> bool:
        """Whether a column names the reports, or a row counts several crimes of one; else each row stands alone."""
        if self.audit.design.counts:
            return self.audit.design.reports is not None
        counted = int(self.whole.due_due.sum()) > int(self.whole.due.sum())
        return self.audit.design.cluster is not None or counted

    @property
    def lenient(self) -> Totals:
        """The same where a crime recorded in another class counts as recorded in its own, as it does overall."""
        return self.counting(_leniently) if self.audit.places(self.keys) else self

    def counting(self, change: Callable[[Audit], Audit]) -> Totals:
        """Sum up the same rows with something else counted; both readings where there are two."""
        if self.larger is not None:
            return self.larger.counting(change)
        if self.second is None:
            return total(change(self.audit), self.keys)
        if self.second.again is None:
            raise DataError.of("rows-not-kept")
        found: Totals = self.second.again(change)
        return found

    def pairs(self) -> Pairs:
        """Sum the products between domains that share reports; a pass over the rows that only covariances need."""
        if self.larger is not None:
            return self.larger.pairs()
        if self.second is None:
            return self._met().pairs
        found: Pairs = self.second.shared
        return found

    def meeting(self) -> Meeting | None:
        """Count the reports that hold crimes of two domains, in the same pass; None where that is not known."""
        return self._met() if self.larger is None and self.second is None else None

    def _met(self) -> Meeting:
        if not self._meeting:
            self._meeting.append(_meeting(self))
        return self._meeting[0]


def _leniently(audit: Audit) -> Audit:
    """Let a crime recorded in another class count as recorded in its own."""
    return audit.lenient


def each_total(audit: Audit, counts: Sequence[tuple[str, str]], by: str | Sequence[str] | None = None) -> list[Totals]:
    """Sum up several pairs of counts of the same rows by domain, each in the place of crimes due and recorded.

    The rows are gone through as often as for one pair.
    """
    import narwhals as nw

    numbers = list(dict.fromkeys(name for pair in counts for name in pair))
    keys = audit.strata.keys if by is None else tuple(map(audit.source.written, names_of(by)))
    apart = list(dict.fromkeys([*audit.apart, *audit.source.inner_names(keys)]))

    def summed(columns: Sequence[str]) -> list[Found]:
        reports = reports_of(audit.rows, columns, audit.cluster, numbers, audit.held_rows)
        return sum_each(reports, columns, counts)

    wholes = summed(audit.apart)
    is_there = all(name in audit.columns for name in keys)
    parts = summed(apart) if is_there and not set(keys) <= set(audit.strata.keys) else [None] * len(counts)
    known = audit.known - {PLACED}
    made = [
        replace(
            audit,
            rows=audit.rows.with_columns(**{DUE: nw.col(due), RECORDED: nw.col(recorded)}),
            counted=whole,
            known=known,
        )
        for (due, recorded), whole in zip(counts, wholes, strict=True)
    ]
    return [total(each, by, found) for each, found in zip(made, parts, strict=True)]


def total(audit: Audit, by: str | Sequence[str] | None = None, found: Found | None = None) -> Totals:
    """Sum up an audit by domain; ``found`` are the sums of reports by strata and domains, where they are known."""
    keys = audit.strata.keys if by is None else tuple(map(audit.source.written, names_of(by)))
    absent = [name for name in keys if name not in audit.columns]
    if absent:
        raise DataError([sources.no_column(name, audit.source) for name in absent])
    ids = [name for name in keys if name in {audit.design.cluster, audit.design.case}]
    if ids:
        raise DesignError.of("by-id", got=wording.in_a_row(ids))
    _refuse_dates(audit, keys)
    order = order_of(audit, keys)
    whole = _arranged(audit, (), audit.counted)[1]
    if not keys:
        return Totals((), (), audit.strata, _none_of(whole), whole, audit)
    if set(keys) <= set(audit.strata.keys) and not audit.places(keys):
        domains, cells = _regrouped(audit, whole, keys, order)
    else:
        apart = list(dict.fromkeys([*audit.apart, *audit.source.inner_names(keys)]))
        found = _summed(audit, keys, apart) if found is None else found
        size = len(found[SUM + "due"])
        if len(_spelled(labels_of([found[key] for key in apart], size))) < size:
            audit = _tidied(audit, keys)
            found = _summed(audit, keys, apart)
        domains, cells = _arranged(audit, keys, found, order)
    checks.refuse_alike(audit.source, keys, domains, np.bincount(cells.domain, cells.due, len(domains)))
    return Totals(keys, domains, audit.strata, cells, whole, audit, order)


def _spelled(labels: Iterable[Label]) -> set[Label]:
    """Take stray spaces out of labels, each of which is then there once."""
    different = set(labels)
    tidy = {word: answers.spaced(word) for word in set().union(*different)}
    if all(word == plain for word, plain in tidy.items()):
        return different
    return {tuple(tidy[word] for word in label) for label in different}


def order_of(audit: Audit, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Take the order of categories from columns that have one; what is read of a file is text."""
    if audit.name is not None:
        return {}
    found = {key: engine.categories_of(audit.rows, audit.source.inner(key)) for key in keys}
    return {key: tuple(label_of([each])[0] for each in categories) for key, categories in found.items() if categories}


def _refuse_dates(audit: Audit, keys: Sequence[str]) -> None:
    """Refuse categories of which a workbook made dates in part."""
    known = [audit.source.date_faults(key) for key in keys if key != PERIOD]
    faults = [pair for items, _ in known for pair in items]
    if faults:
        raise DataError(audit.source.put(faults), sum(total for _, total in known))


def _tidied(audit: Audit, keys: Sequence[str]) -> Audit:
    """Take stray spaces out of categories that differ by nothing else, so that a report counts once in each.

    Files are trimmed as they are read; the frames of users are touched only where it makes a difference.
    """
    import narwhals as nw

    schema, inner = audit.rows.collect_schema(), audit.source.inner_names(keys)
    words = [key for key in inner if str(schema[key]) in {"String", "Categorical", "Object"}]
    plain = {key: engine.trimmed(audit.rows, key).str.replace_all(r"\s+", " ") for key in words}
    columns = {key: nw.when(text != "").then(text) for key, text in plain.items()}
    return replace(audit, rows=audit.rows.with_columns(**columns))


def placing(audit: Audit, keys: Sequence[str], reports: Rows | None = None) -> Rows:
    """Give the rows, or reports made of them, with the crimes that count as recorded by these domain columns."""
    import narwhals as nw

    rows = audit.rows if reports is None else reports
    return rows.with_columns(**{RECORDED: nw.col(PLACED)}) if audit.places(keys) else rows


def _summed(audit: Audit, keys: Sequence[str], apart: Sequence[str]) -> Found:
    """Sum up an audit, apart by some columns as the rows know them, with what counts by these domain columns."""
    if audit.design.counts:
        return sum_rows(placing(audit, keys), apart, audit.design, audit.cluster)
    held = audit.held_rows
    if held is not None:
        return sum_products(reports_of(placing(audit, keys), apart, audit.cluster, held=held), apart)
    return sum_products(_reports(audit, keys, apart), apart)


def _reports(audit: Audit, keys: Sequence[str], apart: Sequence[str]) -> Rows:
    """Give the reports, each apart by some columns: those that were kept, or those of the rows."""
    kept = audit.kept_reports(apart)
    if kept is None:
        return by_report(placing(audit, keys), apart, audit.cluster)
    rows = placing(audit, keys, kept.rows)
    return rows if kept.keys == set(apart) else by_report(rows, apart, audit.cluster)


def weights_of(audit: Audit, own: npt.ArrayLike) -> Floats:
    """Give weights that reports carry themselves in units of a power of two.

    Only their ratios count, and the squares of very large and very small numbers are no numbers.
    """
    _, exponent = np.frexp(np.max(audit.counted[WEIGHT]))
    scaled: Floats = np.ldexp(np.asarray(own, dtype=np.float64), -exponent)
    return scaled


def _arranged(
    audit: Audit, keys: Sequence[str], found: Found, given: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> tuple[tuple[Label, ...], Cells]:
    """Give domains and strata their positions and put the cells in order, so that the same rows give the same bytes."""
    size = len(found[SUM + "due"])
    inner = audit.source.inner_names
    labels, strata = (
        labels_of([found[key] for key in names], size) for names in (inner(keys), inner(audit.strata.keys))
    )
    stratum_at = {label: i for i, label in enumerate(audit.strata.labels)}
    # a report without crimes has a blank for its crime type, and is in no domain
    blank = np.array([NO_LABEL in label for label in labels], dtype=bool)
    named = np.flatnonzero((found[SUM + "due"] != 0) | ~blank).tolist()
    occupied = [i for i in named if strata[i] in stratum_at]  # counts of nothing make no stratum
    domains = in_order((labels[i] for i in occupied), keys, given)
    domain_at = {label: i for i, label in enumerate(domains)}
    stratum = np.array([stratum_at[strata[i]] for i in occupied], dtype=np.int64)
    weight = audit.strata.weight[stratum]
    if audit.strata.weighted:
        weight = weight * weights_of(audit, found[WEIGHT])[occupied]
    domain = np.array([domain_at[labels[i]] for i in occupied], dtype=np.int64)
    order = np.lexsort((weight, stratum, domain))
    sums = {name: found[SUM + name][occupied] for name in (*SUMS, LARGEST)}
    sums["reports"] = np.where(blank[occupied], sums["with_crimes"], sums["reports"])
    columns = {name: values[order] for name, values in _alike_in_reports(audit, sums).items()}
    return domains, Cells(domain[order], stratum[order], weight[order], **columns)


def _alike_in_reports(audit: Audit, sums: dict[str, Ints]) -> dict[str, Any]:
    """Raise the products of counts by their design effect: as if so many crimes of a report fared alike."""
    design = audit.design
    if design.reports is not None:
        with_crimes = np.maximum(sums["with_crimes"], 1)
        factor = np.maximum(sums["due"] / with_crimes, 1.0)
    elif design.deff is not None and design.deff > 1:
        factor = np.full(len(sums["due"]), float(design.deff))
    else:
        return sums
    return {**sums, **{name: sums[name] * factor for name in SUMS[2:5]}}


def _none_of(whole: Cells) -> Cells:
    return Cells(*(getattr(whole, name)[:0] for name in Cells.__slots__))


def _regrouped(
    audit: Audit, whole: Cells, keys: tuple[str, ...], given: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Label, ...], Cells]:
    """Make domains of whole strata, without another pass over the rows."""
    places = [audit.strata.keys.index(key) for key in keys]
    of_stratum = [tuple(label[place] for place in places) for label in audit.strata.labels]
    domains = in_order(of_stratum, keys, given)
    place = {label: i for i, label in enumerate(domains)}
    domain = np.array([place[label] for label in of_stratum], dtype=np.int64)[whole.stratum]
    order = np.lexsort((whole.weight, whole.stratum, domain))
    columns = {name: getattr(whole, name)[order] for name in Cells.__slots__ if name != "domain"}
    return domains, Cells(domain=domain[order], **columns)


def _meeting(totals: Totals) -> Meeting:
    import narwhals as nw

    audit = totals.audit
    keys = audit.source.inner_names(totals.keys)
    columns = list(dict.fromkeys([*audit.apart, *keys]))
    reports = _reports(audit, totals.keys, columns)
    reports = reports.filter(nw.col(DUE) > nw.col(DUE) - nw.col(DUE))
    shared = [str(audit.cluster), *audit.apart]
    apart = [key for key in keys if key not in shared]
    other = reports.select(*shared, *(nw.col(key).alias(f"{key}_cdi_other") for key in apart), DUE, RECORDED)
    other = other.rename({DUE: "_cdi_due_other", RECORDED: "_cdi_recorded_other"})
    met = reports.join(other, on=shared)
    # whole numbers begin anew beyond those of 64 bits: in the largest reports, numbers with a point are added up
    most = float(totals.cells.largest.max(initial=0)) ** 2 * float(totals.cells.reports.sum())
    kind = nw.Float64 if most >= MOST_WHOLE else nw.Int64
    due, recorded = nw.col(DUE).cast(kind), nw.col(RECORDED).cast(kind)
    differs = [
        (nw.col(key) != nw.col(f"{key}_cdi_other")) | (nw.col(key).is_null() != nw.col(f"{key}_cdi_other").is_null())
        for key in apart
    ]
    terms = {
        "_cdi_due_due": due * nw.col("_cdi_due_other"),
        "_cdi_due_recorded": due * nw.col("_cdi_recorded_other"),
        "_cdi_recorded_recorded": recorded * nw.col("_cdi_recorded_other"),
    }
    groups = [*audit.apart, *apart, *(f"{key}_cdi_other" for key in apart)]
    largest = nw.col(DUE) + nw.col("_cdi_due_other")
    products = met.filter(engine.any_of(differs)).select(*groups, **terms, _cdi_largest=largest)
    large = list(terms) if kind is nw.Float64 else ()
    summed = engine.sums(products, groups, list(terms), count="_cdi_reports", most=["_cdi_largest"], large=large)
    return _placed_pairs(totals, apart, engine.collect(summed))


def _placed_pairs(totals: Totals, apart: Sequence[str], found: Found) -> Meeting:
    place = {label: i for i, label in enumerate(totals.domains)}
    strata = {label: i for i, label in enumerate(totals.strata.labels)}
    size, inner = len(found["_cdi_due_due"]), totals.audit.source.inner_names

    def domains(suffix: str) -> Ints:
        names = [f"{key}{suffix}" if key in apart else key for key in inner(totals.keys)]
        return places(names, place)

    def places(names: Sequence[str], known: Mapping[Label, int]) -> Ints:
        return np.array([known[label] for label in labels_of([found[name] for name in names], size)], dtype=np.int64)

    stratum = places(inner(totals.strata.keys), strata)
    weight = totals.strata.weight[stratum]
    if totals.strata.weighted:
        weight = weight * weights_of(totals.audit, found[WEIGHT])
    one, other = domains(""), domains("_cdi_other")
    order = np.lexsort((weight, stratum, other, one))
    sums = [whole_sums(np.asarray(found[f"_cdi_{name}"]))[order] for name in SUMS[2:5]]
    pairs = Pairs(one[order], other[order], stratum[order], weight[order], *sums)
    reports, largest = (np.asarray(found[f"_cdi_{name}"]).astype(np.int64)[order] for name in ("reports", "largest"))
    return Meeting(pairs, reports, largest)


# ---- the variance of a total over reports: stratified, clustered, with the finite population correction
#
# Everything that cdi estimates is a function of a few totals, so its linearised variance is that of one total of scores
# u over reports (Särndal, Swensson and Wretman 1992, chapter 5): sum_h (1 - f_h) n_h / (n_h - 1) sum_i (u_i - mean)^2.


@dataclass(frozen=True, slots=True)
class Blocks:
    """Where cells fall: each block is a domain within a group of strata that share a variance."""

    of_cell: Ints  # the block of each cell
    # domain, group: of each block
    domain: Ints
    group: Ints

    def sum(self, values: npt.NDArray[np.generic]) -> Floats:
        """Add values of cells over each block."""
        return np.bincount(self.of_cell, values, len(self.domain)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of a total, one element a domain."""

    without: Floats  # as if the frame were endless
    corrected: Floats  # with the finite population correction


def blocks(strata: Strata, domain: Ints, stratum: Ints) -> Blocks:
    """Find the blocks of a list of cells."""
    groups = int(strata.group.max()) + 1
    codes, of_cell = np.unique(domain * groups + strata.group[stratum], return_inverse=True)
    return Blocks(of_cell, codes // groups, codes % groups)


def spread(strata: Strata, where: Blocks, first: Floats, second: Floats, domains: int) -> Spread:
    """Compute the variance of a total of scores."""
    drawn, left = _of_groups(strata, strata.drawn_together), left_by_group(strata)
    n = drawn[where.group]
    total, squares = where.sum(first), where.sum(second)
    alone = n == 1
    factor = np.where(alone, 0.0, n / np.maximum(n - 1, 1))
    within = squares - total**2 * strata.deff / n  # the squares are raised by the design effect too
    # scores that are all alike leave rounding, and no variance
    part = factor * np.where(within > ROUNDING * squares, within, 0.0)
    lonely = alone & (left[where.group] > 0)
    if strata.single_cluster == "adjust":
        # the scores of a ratio add up to zero over the sample: the overall mean is zero
        part = np.where(lonely, squares, part)
    elif strata.single_cluster == "average":
        # the mean is over the strata that hold the domain; where there is no other, the overall mean is zero as above
        held, short = np.bincount(where.domain, minlength=domains), np.bincount(where.domain, lonely, domains)
        others = held - short
        part = np.where(lonely & (others[where.domain] == 0), squares, part)
        part = part * np.where(others > 0, held / np.maximum(others, 1), 1.0)[where.domain]
    return Spread(
        np.bincount(where.domain, part, domains).astype(np.float64),
        np.bincount(where.domain, part * left[where.group], domains).astype(np.float64),
    )


def left_by_group(strata: Strata) -> Floats:
    """Give the finite population correction of each group of strata."""
    return _of_groups(strata, strata.left)


def _of_groups(strata: Strata, values: npt.NDArray[np.generic]) -> Floats:
    found = np.zeros(int(strata.group.max()) + 1)
    found[strata.group] = values
    return found


def combined(totals: Totals, of_due: Floats, of_recorded: Floats) -> Spread:
    """Compute the variance of a total over domains, with what they share through reports that hold crimes of two."""
    first, second = totals.cells.scores(of_due, of_recorded)
    stratum = totals.cells.stratum
    if totals.sharing:
        pairs = totals.pairs()
        a, b = of_due, of_recorded
        met = pairs.weight**2 * (
            a[pairs.one] * a[pairs.other] * pairs.due_due
            + 2 * a[pairs.one] * b[pairs.other] * pairs.due_recorded
            + b[pairs.one] * b[pairs.other] * pairs.recorded_recorded
        )
        first, second = np.r_[first, np.zeros(len(met))], np.r_[second, met]
        stratum = np.r_[stratum, pairs.stratum]
    where = blocks(totals.strata, np.zeros(len(stratum), dtype=np.int64), stratum)
    return spread(totals.strata, where, first, second, 1)


def combined_again(totals: Totals, of_due: Floats, of_recorded: Floats) -> Floats:
    """Compute what a second phase adds to the variance of a total over domains; nothing where there is none."""
    if totals.second is None:
        return np.zeros(1)
    return np.array([totals.second.domains.together(of_due, of_recorded)])
