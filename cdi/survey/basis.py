"""What an interval rests on: a rate, what it was counted from, and the effective size of the sample behind it.

Rates are ratios of two totals: of each domain, of the whole sample, and the overall rate that known volumes imply. The
effective size is our own. It answers Franco, Little, Louis and Slud (2019), who found every interval to undercover
where the design effect is estimated from few units. The one that was seen is drawn towards that of reports whose crimes
fare much alike, as if a few more such crimes had been missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial import normal
from cdi.survey.totals import Blocks, Spread, blocks, combined, combined_again, left_by_group, spread

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.survey.second import Phase
    from cdi.survey.totals import Cells, Totals

__all__ = [
    "FEWEST",
    "Basis",
    "Drawn",
    "Shared",
    "Worth",
    "of_counts",
    "of_domains",
    "of_groups",
    "of_volumes",
    "of_whole",
    "shared",
    "unknown",
    "without_any",
]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

FEWEST = 2.0
"""The crimes as if missed of which a design effect is made, at the least, beside those that were seen."""

SAME = 1e-12
"""Variances that differ by no more, as a share of each other, differ by rounding alone."""

ALIKE = 0.6
"""How much alike those crimes of one report fare: their intraclass correlation."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Arrays with one element a row, or parts made of such."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put the rows of several below each other."""
        columns = {each.name: [getattr(part, each.name) for part in parts] for each in fields(cls)}
        return cls(**{name: _below(several) for name, several in columns.items()})

    def take(self, rows: Sequence[int]) -> Self:
        """Pick rows."""
        chosen = list(rows)
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        return type(self)(
            **{name: one.take(chosen) if isinstance(one, _Rows) else one[chosen] for name, one in columns.items()}
        )


def _below(several: list[Any]) -> Any:
    first = several[0]
    return type(first).joined(several) if isinstance(first, _Rows) else np.concatenate(several)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Single records drawn from several strata, each a simple random sample; one element a stratum."""

    recorded: tuple[int, ...]
    sampled: tuple[int, ...]
    frame: tuple[int, ...]  # the records on the frame


@dataclass(frozen=True, slots=True)
class Worth(_Rows):
    """How many crimes drawn one by one tell as much as a sample, by what was seen and by crimes as if missed."""

    size: Floats  # the crimes, fewer where reports weigh differently: (sum w y)^2 / sum w^2 y
    # the variance that was seen, the same with the finite population correction, and that of crimes drawn one by one,
    # all in the unit of a crime missed: seen / expected is a design effect
    seen: Floats
    corrected: Floats
    expected: Floats
    alike: Floats  # the design effect of crimes as if missed, where those of a report fare much alike
    left: Floats  # what the finite population correction leaves of their variance

    @classmethod
    def of_size(cls, size: Floats) -> Self:
        """Say it of crimes drawn one by one from an endless frame."""
        one = np.ones(len(size))
        return cls(size, one, one, one, one, one)

    def with_second(self, added: Floats) -> Self:
        """Add the variance of a second phase: crimes as if missed are found by it in the share of those that were."""
        if not np.any(added > 0):
            return self
        with np.errstate(invalid="ignore"):
            beside = added / (self.seen + FEWEST * self.alike)
        return replace(
            self,
            seen=self.seen + added,
            corrected=self.corrected + added,
            alike=self.alike * (1 + beside),
            left=(self.left + beside) / (1 + beside),
        )

    def crimes(self, missed: float) -> Floats:
        """Give the number, with some crimes as if missed; the frame is taken to be endless."""
        with np.errstate(invalid="ignore"):
            return self.size * (self.expected + missed) / (self.seen + missed * self.alike)

    def on_frame(self, missed: float) -> Floats:
        """Give the number with the finite population correction."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.size * (self.expected + missed) / (self.corrected + missed * self.alike * self.left)


@dataclass(frozen=True, slots=True)
class Basis(_Rows):
    """What the interval of each row rests on; all arrays have one element a row, nan where nothing can be said."""

    rate: Floats  # the estimated proportion
    se: Floats  # its standard error under the design
    se_endless: Floats  # the same as if the frame were endless
    # due, recorded, reports: crimes that should have been recorded, those recorded, and reports audited; unweighted
    due: Ints
    recorded: Ints
    reports: Ints
    # largest, largest_share: the crimes due in the largest report, and the share of the weighted crimes in one report
    largest: Ints
    largest_share: Floats
    df: Floats  # degrees of freedom: reports with crimes less strata with crimes; 0 in a census
    worth: Worth  # what the effective size follows from
    deff: Floats  # design effect of the clustering, strata and weights against as many crimes drawn one by one
    independent: Floats  # the size if crimes were independent and the frame endless, for the published style
    census: Bools  # whether every report on the frame was audited
    simple: Bools  # whether the row is a simple random sample of single records: what the exact methods need
    frame: Floats  # for those, the records on the frame; nan where it is not known
    # whether reports with crimes count by weights that differ: then the rate is not recorded / due by design
    weighted: Bools
    # where the row is several strata of single records from known frames, their :class:`Drawn`; else None
    strata: npt.NDArray[np.object_]

    def endless(self) -> Self:
        """Describe the same sample as one of an endless frame, such as the reports of another period."""
        worth = replace(self.worth, corrected=self.worth.seen, left=np.ones(len(self)))
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.sqrt(self.rate * (1 - self.rate) / worth.crimes(FEWEST))
        return replace(
            self,
            se=np.where(self.census, spread, self.se_endless),
            df=np.where(self.census, np.maximum(self.reports - 1, 1), self.df),
            worth=worth,
            census=np.zeros(len(self), dtype=bool),
            frame=np.full(len(self), np.nan),
            strata=np.full(len(self), None),
        )

    def effective(self, tail: float) -> Floats:
        """Compute the effective sample size, which depends on the level."""
        # with z^2 - 1 crimes as if missed, recording one more never lowers a limit
        size = self.worth.on_frame(max(FEWEST, normal.quantile(tail) ** 2 - 1))
        return np.where(self.census, np.nan, size)


def of_counts(recorded: int, due: int, population: int | None) -> Basis:
    """Describe a simple random sample of single records by its counts alone."""
    rate = recorded / due
    left = 1.0 if population is None else 1 - due / population
    one = np.ones(1)
    se = np.sqrt(one * rate * (1 - rate) / max(due - 1, 1))
    spread = one * rate * (1 - rate) * due**2 / max(due - 1, 1)
    unseen = 1.0 if population is None else (population - due) / max(population - 1, 1)
    return Basis(
        rate=one * rate,
        se=se * np.sqrt(left),
        se_endless=se,
        due=np.array([due]),
        recorded=np.array([recorded]),
        reports=np.array([due]),
        largest=np.array([1]),
        largest_share=one / due,
        df=one * (max(due - 1, 1) if left > 0 else 0),
        worth=Worth(one * due, spread, spread * unseen, spread, one, one * unseen),
        deff=one * (due / max(due - 1, 1) if 0 < rate < 1 else np.nan),
        independent=one * due,
        census=np.array([left == 0]),
        simple=np.array([True]),
        frame=one * (np.nan if population is None else population),
        weighted=np.array([False]),
        strata=np.array([None]),
    )


def of_domains(totals: Totals) -> Basis:
    """Estimate the rate of each domain."""
    again = None if totals.second is None or totals.second.complete else totals.second.domains
    return _ratios(totals, totals.cells, len(totals.domains), whole_strata=totals.by_strata, again=again)


def of_groups(totals: Totals, members: Bools) -> Basis:
    """Estimate the rate over each group of domains; groups may overlap, reports may not lie in two domains."""
    group, cell = np.nonzero(members[:, totals.cells.domain])
    names = [item.name for item in fields(totals.cells)]
    chosen = {name: getattr(totals.cells, name)[cell] for name in names}
    cells = replace(totals.cells, **{**chosen, "domain": group})
    return _ratios(totals, cells, len(members), whole_strata=totals.by_strata)


def of_whole(totals: Totals) -> Basis:
    """Estimate the rate over all crimes: the design-weighted ratio."""
    again = None if totals.second is None or totals.second.complete else totals.second.whole
    return _ratios(totals, totals.whole, 1, whole_strata=True, again=again)


def _ratios(totals: Totals, cells: Cells, domains: int, *, whole_strata: bool, again: Phase | None = None) -> Basis:
    """Estimate the ratio recorded / due of each domain: Cochran (1977), chapter 6."""
    strata = totals.strata

    def over(values: npt.NDArray[np.generic]) -> Floats:
        return np.bincount(cells.domain, values, domains).astype(np.float64)

    due, recorded = over(cells.due), over(cells.recorded)
    weighted = over(cells.weight * cells.due)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = over(cells.weight * cells.recorded) / weighted
    # where every crime was recorded the rate is 1 without rounding
    rate = np.where((due > 0) & (recorded == due), 1.0, rate)
    if again is not None:
        rate = _possible(rate, weighted)
    where = blocks(strata, cells.domain, cells.stratum)
    of_due, of_recorded = -np.nan_to_num(rate), np.ones(domains)
    first, second = cells.scores(of_due, of_recorded)
    counted = spread(strata, where, first, second, domains)
    added = np.zeros(domains) if again is None else again.variance(of_due, of_recorded)
    worth = _worth(totals, cells, where, rate, counted, added)
    freedom = _degrees(strata, cells, where, domains)
    if again is not None:
        freedom = _of_both(freedom, again.freedom, counted.corrected, added)
    counted = Spread(counted.without + added, counted.corrected + added)
    simple, frame = _simple(strata, cells, domains)
    census, drawn = _census(strata, cells, where, domains), _drawn(strata, cells, domains)
    if again is not None:
        # what is estimated is neither counted record by record nor known of all
        simple, census, drawn = np.zeros(domains, bool), np.zeros(domains, bool), np.full(domains, None)
        frame = np.full(domains, np.nan)
        due, recorded = _whole_numbers(due, recorded)
    largest, heaviest = np.zeros(domains, dtype=np.int64), np.zeros(domains)
    np.maximum.at(largest, cells.domain, cells.largest)
    np.maximum.at(heaviest, cells.domain, cells.weight * cells.largest)
    alike = rate * (1 - rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        se, se_endless = (np.sqrt(part / weighted**2) for part in (counted.corrected, counted.without))
        deff = np.where(alike > 0, due * counted.without / weighted**2 / alike, np.nan)
        largest_share = heaviest / weighted
    return Basis(
        rate,
        se,
        se_endless,
        due.astype(np.int64),
        recorded.astype(np.int64),
        _reports(strata, cells, domains, whole_strata=whole_strata),
        largest,
        largest_share,
        freedom,
        worth,
        deff,
        due,
        census,
        simple,
        frame,
        _weights_differ(cells, domains),
        drawn,
    )


def _possible(rate: Floats, weighted: Floats) -> Floats:
    """Keep a rate that differences correct to what a rate can be; there is none where they leave no crimes."""
    return np.where(weighted > 0, np.clip(rate, 0.0, 1.0), np.nan)


def _whole_numbers(due: Floats, recorded: Floats) -> tuple[Floats, Floats]:
    """Write estimated counts as whole crimes, with one missing where part of one is."""
    due = np.maximum(np.rint(due), 0.0)
    missed = due - np.clip(recorded, 0.0, due)
    missed = np.where(missed > 0, np.maximum(np.rint(missed), 1.0), 0.0)
    return due, due - np.minimum(missed, due)


def _of_both(one: Floats, other: Floats, first: Floats, added: Floats) -> Floats:
    """Give the degrees of freedom of a sum of two variances: Satterthwaite (1946), Biometrics Bulletin 2."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spent = np.where(first > 0, first**2 / np.maximum(one, 1), 0.0) + added**2 / np.maximum(other, 1)
        found = (first + added) ** 2 / spent
    return np.where(np.isfinite(found), np.maximum(found, 1.0), np.maximum(one, 1.0))


def _worth(totals: Totals, cells: Cells, where: Blocks, rate: Floats, counted: Spread, added: Floats) -> Worth:
    """Give what the effective size of each domain follows from."""
    strata = totals.strata

    def over(values: npt.NDArray[np.generic]) -> Floats:
        return np.bincount(cells.domain, values, len(rate)).astype(np.float64)

    squared = cells.weight**2
    heaviest = np.zeros(len(rate))
    np.maximum.at(heaviest, cells.domain, np.where(cells.due > 0, squared, 0.0))
    counts = squared * cells.due
    with np.errstate(divide="ignore", invalid="ignore"):
        size = over(cells.weight * cells.due) ** 2 / over(counts)
        together = over(squared * cells.due_due) / over(counts)
        left = over(counts * strata.left[cells.stratum]) / over(counts)
        unit = together * heaviest
        seen, corrected = counted.without / unit, counted.corrected / unit
        expected = rate * (1 - rate) * over(counts * _of_sample(strata)[cells.stratum]) / unit
        # of crimes that were drawn one by one they differ by rounding, and the size is their number
        expected = np.where(np.abs(seen - expected) <= SAME * expected, seen, expected)
    holding = where.sum(cells.with_crimes) > 0
    single = np.bincount(where.domain[holding], minlength=len(rate)) == 1
    unseen = np.ones(len(rate))
    unseen[where.domain[holding]] = _unseen(strata)[where.group[holding]]
    corrected, left = np.where(single, seen * unseen, corrected), np.where(single, unseen, left)
    with np.errstate(invalid="ignore"):
        added = added / unit
    return Worth(size, seen, corrected, expected, _alike(totals, together), left).with_second(added)


def _of_sample(strata: Strata) -> Floats:
    """Give the factor n / (n - 1) of each stratum that a variance that was seen holds too."""
    drawn = strata.drawn_together
    return np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), 1.0)


def _alike(totals: Totals, together: Floats) -> Floats:
    """Give the design effect of crimes as if missed; a table of counts states the one that it has."""
    return together if totals.audit.design.counts else 1 + ALIKE * (together - 1)


def _weights_differ(cells: Cells, domains: int) -> Bools:
    """Tell whether reports with crimes count by different weights; those without any are no part of a rate."""
    held = cells.due > 0
    domain, weight = cells.domain[held], cells.weight[held]
    least, most = np.full(domains, np.inf), np.zeros(domains)
    np.minimum.at(least, domain, weight)
    np.maximum.at(most, domain, weight)
    return most > least


def _census(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Bools:
    """Tell whether every stratum with crimes of the domain was audited in full."""
    open_ = (where.sum(cells.with_crimes) > 0) & (left_by_group(strata)[where.group] > 0)
    found = np.bincount(cells.domain, cells.with_crimes, domains) > 0
    return np.asarray(found & (np.bincount(where.domain, open_, domains) == 0))


def _degrees(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Floats:
    """Count reports with crimes less strata with crimes; strata audited in full show no sampling variation."""
    with_crimes = where.sum(cells.with_crimes)
    counts = (with_crimes > 0) & (left_by_group(strata)[where.group] > 0)
    freedom = np.bincount(where.domain, np.where(counts, with_crimes - 1, 0.0), domains)
    any_open = np.bincount(where.domain, counts, domains) > 0
    return np.where(any_open, np.maximum(freedom, 1.0), 0.0)


def _unseen(strata: Strata) -> Floats:
    """Give (N - n) / (N - 1) of each group of strata: the correction of records drawn one by one."""
    drawn = np.bincount(strata.group, strata.sampled)
    if strata.population is None:
        return np.ones(len(drawn))
    together = np.bincount(strata.group, strata.population)
    return np.asarray((together - drawn) / np.maximum(together - 1, 1))


def _simple(strata: Strata, cells: Cells, domains: int) -> tuple[Bools, Floats]:
    """Find the domains that are a whole stratum of single records, and the records on its frame."""
    due = np.bincount(cells.domain, cells.due, domains)
    ones = np.bincount(cells.domain, cells.due_due, domains) == due
    stratum = np.zeros(domains, dtype=np.int64)
    stratum[cells.domain] = cells.stratum
    alone = np.bincount(cells.domain, minlength=domains) == 1
    grouped = np.bincount(strata.group)[strata.group[stratum]] == 1
    simple = ones & alone & grouped & (due == strata.sampled[stratum]) & (due > 0) & (not strata.weighted)
    if strata.population is None:
        return simple, np.full(domains, np.nan)
    return simple, np.where(simple, strata.population[stratum], np.nan)


def _drawn(strata: Strata, cells: Cells, domains: int) -> npt.NDArray[np.object_]:
    """Find the domains that are several whole strata of single records, and what was drawn from each."""
    found = np.full(domains, None)
    if strata.weighted or strata.population is None:
        return found
    alone = np.bincount(strata.group)[strata.group] == 1
    simple = (cells.due == strata.sampled[cells.stratum]) & (cells.due_due == cells.due) & alone[cells.stratum]
    several = np.bincount(cells.domain, minlength=domains) > 1
    places = np.argsort(cells.domain, kind="stable")
    ends = np.cumsum(np.bincount(cells.domain, minlength=domains))
    for domain in np.flatnonzero(several & (np.bincount(cells.domain, ~simple, domains) == 0)):
        held = places[ends[domain - 1] if domain else 0 : ends[domain]]
        columns = (cells.recorded[held], cells.due[held], strata.population[cells.stratum[held]])
        found[domain] = Drawn(*(tuple(int(each) for each in column) for column in columns))
    return found


def _reports(strata: Strata, cells: Cells, domains: int, *, whole_strata: bool) -> Ints:
    """Count the reports audited: all of a domain made of strata, else those that hold the domain."""
    if not whole_strata:
        return np.bincount(cells.domain, cells.reports, domains).astype(np.int64)
    pairs = np.unique(np.stack([cells.domain, cells.stratum]), axis=1)
    return np.bincount(pairs[0], strata.sampled[pairs[1]], domains).astype(np.int64)


def of_volumes(totals: Totals, domains: Basis, volumes: Floats) -> Basis:
    """Estimate the overall rate that known volumes imply, R / (R + U), with the covariance between domains."""
    used = np.flatnonzero(volumes > 0)
    if len(used) == 1:
        return domains.take(used.tolist())
    whole = of_whole(totals)
    rates = domains.rate[used]
    if not len(used) or not np.all(rates > 0):
        return unknown(whole)
    recorded = volumes[used]
    # what is of a category without recorded crime is no part of it
    due, found = (counted[used].sum(keepdims=True) for counted in (domains.due, domains.recorded))
    overall = np.array([recorded.sum() / (recorded / rates).sum()])
    scale = _scale(totals, volumes)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_recorded = np.where(volumes > 0, -scale / domains.rate, 0.0)
    counted, added = combined(totals, scale, of_recorded), combined_again(totals, scale, of_recorded)
    to_rate = (overall**2 / recorded.sum()) ** 2
    share = recorded / rates / (recorded / rates).sum()
    spent = (share**2 * rates * (1 - rates) / domains.due[used]).sum()
    alike = overall * (1 - overall)
    with np.errstate(divide="ignore", invalid="ignore"):
        independent = np.where(alike > 0, alike / spent, due)
        deff = np.where(alike > 0, due * to_rate * (counted.without + added) / alike, np.nan)
    census = np.array([domains.census[used].all()])
    # on the scale of the weighted crimes, R / (R + U) of which are recorded
    in_crimes = to_rate * (recorded.sum() / overall) ** 2
    seen = Spread(in_crimes * counted.without, in_crimes * counted.corrected)
    worth = _worth_of_volumes(totals, scale, overall, seen, in_crimes * added)
    counted = Spread(counted.without + added, counted.corrected + added)
    return Basis(
        rate=overall,
        se=np.sqrt(to_rate * counted.corrected),
        se_endless=np.sqrt(to_rate * counted.without),
        due=due,
        recorded=found,
        reports=whole.reports,
        largest=whole.largest,
        largest_share=whole.largest_share,
        df=np.where(census, 0.0, whole.df),
        worth=worth,
        deff=deff,
        independent=independent,
        census=census,
        simple=np.array([False]),
        frame=np.array([np.nan]),
        weighted=whole.weighted,
        strata=np.array([None]),
    )


def _worth_of_volumes(totals: Totals, scale: Floats, overall: Floats, counted: Spread, added: Floats) -> Worth:
    """Give the same where each crime counts with its report's weight and its domain's volume."""
    cells, strata = totals.cells, totals.strata
    counts = (cells.weight * scale[cells.domain]) ** 2 * cells.due
    first, second = cells.scores(scale, np.zeros(len(scale)))
    squares = second.sum()
    if totals.sharing:
        pairs = totals.pairs()
        squares += (pairs.weight**2 * scale[pairs.one] * scale[pairs.other] * pairs.due_due).sum()
    # a crime as if missed weighs as much as a crime of the sample does, not as much as the heaviest
    typical = (counts**2 / np.maximum(cells.due, 1)).sum() / counts.sum()
    together = squares / counts.sum()
    unit = together * typical
    seen, corrected = counted.without / unit, counted.corrected / unit
    left = np.array([(counts * strata.left[cells.stratum]).sum() / counts.sum()])
    holding = np.unique(strata.group[cells.stratum[counts > 0]])
    if len(holding) == 1:
        left = _unseen(strata)[holding]
        corrected = seen * left
    expected = overall * (1 - overall) * (counts * _of_sample(strata)[cells.stratum]).sum() / unit
    size = np.array([first.sum() ** 2 / counts.sum()])
    found = Worth(size, seen, corrected, expected, _alike(totals, np.array([together])), left)
    return found.with_second(added / unit)


def _scale(totals: Totals, volumes: Floats) -> Floats:
    """Give the recorded crime known for each weighted recorded crime of the sample, by domain."""
    cells = totals.cells
    counted = np.bincount(cells.domain, cells.weight * cells.recorded, len(totals.domains))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(volumes > 0, volumes / counted, 0.0)


def unknown(like: Basis) -> Basis:
    """Make a row of which nothing can be estimated, with what was counted."""
    blank = np.full(len(like), np.nan)
    no = np.zeros(len(like), dtype=bool)
    return replace(
        like,
        rate=blank,
        se=blank,
        se_endless=blank,
        worth=Worth.of_size(blank),
        deff=blank,
        independent=blank,
        census=no,
        simple=no,
        strata=np.full(len(like), None),
    )


def without_any(like: Basis) -> Basis:
    """Make a row of which no crime was found."""
    none = np.zeros(len(like), dtype=np.int64)
    return replace(unknown(like), due=none, recorded=none, reports=none)


@dataclass(frozen=True, slots=True)
class Shared:
    """How two rates of one sample go together."""

    se: float  # the standard error of their difference under the design; a proportion
    correlation: float  # of the two estimates, -1 to 1; 0 where one of them does not vary


def shared(totals: Totals, rates: Basis, one: int, other: int) -> Shared:
    """Linearise the difference between the rates of two domains, with their covariance."""
    counted = totals.cells.weight * totals.cells.due
    weighted = np.bincount(totals.cells.domain, counted, len(totals.domains))[[one, other]]
    if not np.isfinite(rates.rate).all():
        return Shared(float("nan"), 0.0)
    of_due, of_recorded = np.zeros(len(totals.domains)), np.zeros(len(totals.domains))
    of_recorded[[one, other]] = np.array([1, -1]) / weighted
    of_due[[one, other]] = -of_recorded[[one, other]] * rates.rate
    variance = float((combined(totals, of_due, of_recorded).corrected + combined_again(totals, of_due, of_recorded))[0])
    product = float(rates.se[0] * rates.se[1])
    covariance = (float((rates.se**2).sum()) - variance) / 2
    return Shared(float(np.sqrt(variance)), float(np.clip(covariance / product, -1, 1)) if product > 0 else 0.0)
