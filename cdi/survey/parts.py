"""Parts of one sample, each as a sample of its own: what was summed up once is taken apart, and no row is read again.

A force is made of whole strata, so its sums are those of its strata and categories among the sums of all forces.
Nothing else enters its rate, its interval or its count: they are those of a sample of that force alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers
from cdi.audits.answers import UNDECIDED, parse_decision
from cdi.audits.counting import SUM
from cdi.audits.volumes import Label, label_of
from cdi.reading import engine
from cdi.survey.totals import Cells, Pairs, Totals

if TYPE_CHECKING:
    from cdi.audits.audit import Audit

__all__ = ["Together"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Together:
    """A sample that is taken apart, with all that was summed up of it: each sum is made once, for all parts."""

    totals: Totals  # by categories, the first of which is also the first of the strata
    _made: dict[Hashable, Together] = field(default_factory=dict, repr=False, compare=False)
    _decisions: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)
    _owners: dict[str, npt.NDArray[np.object_]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rowless(self) -> bool:
        """Whether it holds no row."""
        return False

    @property
    def whole(self) -> Totals:
        """The sums of all of it; what is asked of them again is kept."""
        return replace(self.totals, larger=self)

    def counting(self, change: Callable[[Audit], Audit]) -> Totals:
        """Sum up all of it with something else counted."""
        return self._counting(change).whole

    def pairs(self) -> Pairs:
        """Sum the products between categories that share reports."""
        return self.totals.pairs()

    def _counting(self, change: Callable[[Audit], Audit]) -> Together:
        key = _known_as(change)
        if key not in self._made:
            self._made[key] = Together(self.totals.counting(change))
        return self._made[key]

    # ---- whole strata: a force

    def names(self) -> tuple[str, ...]:
        """List the parts that are made of whole strata."""
        return tuple(dict.fromkeys(label[0] for label in self.totals.strata.labels))

    def part(self, name: str) -> Totals:
        """Give the sums of one part, by the other categories, as those of a sample of its own."""
        totals = self.totals
        strata, domains = self._held("strata", name), self._held("domains", name)
        own = replace(
            totals.strata,
            keys=totals.strata.keys[1:],
            labels=tuple(totals.strata.labels[i][1:] for i in np.flatnonzero(strata)),
            sampled=totals.strata.sampled[strata],
            population=None if totals.strata.population is None else totals.strata.population[strata],
            group=np.unique(totals.strata.group[strata], return_inverse=True)[1].astype(np.int64),
        )
        audit = self._audit(name, own.keys)
        return Totals(
            totals.keys[1:],
            tuple(totals.domains[i][1:] for i in np.flatnonzero(domains)) if totals.keys[1:] else (),
            own,
            _taken(totals.cells, domains[totals.cells.domain], _places(domains), _places(strata), totals.keys[1:]),
            _taken(totals.whole, strata[totals.whole.stratum], None, _places(strata)),
            replace(audit, strata=own),
            {key: names for key, names in totals.order.items() if key in totals.keys[1:]},
            larger=_Part(self, lambda other: other.part(name), _places(domains), _places(strata)),
        )

    def _held(self, of: str, name: str) -> Bools:
        """Say which strata, categories or counted rows are those of a part; whose each is is looked up once."""
        if of not in self._owners:
            audit, totals = self.totals.audit, self.totals
            if of == "counted":
                names = [label_of([value])[0] for value in audit.counted[audit.source.inner(totals.keys[0])]]
            else:
                names = [label[0] for label in (totals.strata.labels if of == "strata" else totals.domains)]
            self._owners[of] = np.array(names, dtype=object)
        return np.asarray(self._owners[of] == name, dtype=bool)

    def _audit(self, name: str, strata: Sequence[str]) -> Audit:
        """Give the part of the audit, as far as it is known without a row: rows of other parts are none of its own."""
        audit = self.totals.audit
        held = self._held("counted", name)
        counted = {column: values[held] for column, values in audit.counted.items()}
        empty = int((counted[SUM + "reports"] - counted[SUM + "with_crimes"]).sum())
        design = audit.design
        period = design.period_as if design.period is None or "period" in strata else "domain"
        kept = audit.without_rows()
        return replace(
            kept,
            source=replace(kept.source, set_aside=()),
            counted=counted,
            design=replace(design, stratum=[column for column in strata if column != "period"], period_as=period),
            counts_empty_reports=design.cluster is None or audit.strata.stated or empty > 0,
            decisions=self._decided().get(name) if audit.decisions is not None else None,
            copies=None,
        )

    def _decided(self) -> Mapping[str, Mapping[str, int]]:
        """Count the rows under each decision, part by part, once for all of them."""
        audit = self.totals.audit
        if self._decisions or audit.decisions is None or not audit.has_rows:
            return self._decisions
        key, word = audit.source.inner_names([self.totals.keys[0], str(audit.design.decision)])
        found = engine.collect(engine.sums(audit.source.rows, [key, word], (), count="_cdi_n"))
        for name, said, times in zip(found[key], found[word], found["_cdi_n"], strict=True):
            blank = engine.absent(said) or not str(said).strip()
            decision = UNDECIDED if blank else parse_decision(answers.tidied(str(said)))
            tally = self._decisions.setdefault(label_of([name])[0], dict.fromkeys(audit.decisions, 0))
            tally[str(decision)] = tally.get(str(decision), 0) + int(times)
        return self._decisions

    # ---- a category over all parts

    def across(self, label: Label) -> Totals:
        """Give the sums of one category in all parts, by part: all reports were drawn, some of them without it."""
        totals = self.totals
        domains = np.array([own[1:] == label for own in totals.domains])
        cells = _taken(totals.cells, domains[totals.cells.domain], _places(domains), None, totals.keys)
        return replace(
            totals,
            keys=totals.keys[:1],
            domains=tuple(own[:1] for own in totals.domains if own[1:] == label),
            cells=cells,
            whole=replace(cells, domain=np.zeros(len(cells.domain), dtype=np.int64)),
            larger=_Part(self, lambda other: other.across(label), _places(domains), None),
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part asks of all of it: other sums of the same reports, and those of reports that hold two categories."""

    of: Together
    take: Callable[[Together], Totals]
    domains: Ints
    strata: Ints | None

    @property
    def rowless(self) -> bool:
        return False

    def counting(self, change: Callable[[Audit], Audit]) -> Totals:
        return self.take(self.of._counting(change))  # noqa: SLF001 (one class in two)

    def pairs(self) -> Pairs:
        pairs = self.of.pairs()
        held = self.domains[pairs.one] >= 0
        taken = {each.name: getattr(pairs, each.name)[held] for each in fields(pairs)}
        stratum = taken["stratum"] if self.strata is None else self.strata[taken["stratum"]]
        ends = {name: self.domains[taken[name]] for name in ("one", "other")}
        return Pairs(**{**taken, **ends, "stratum": stratum})


def _known_as(change: Callable[[Audit], Audit]) -> Hashable:
    """Tell changes apart by what they do: two that are made anew with the same terms are the same."""
    if isinstance(change, partial):
        # of the categories only those count that a crime may be recorded in, and a part is never one
        terms = {name: value for name, value in change.keywords.items() if name != "keys"}
        return change.func, tuple(sorted(terms.items()))
    return change


def _places(held: Bools) -> Ints:
    """Give each thing that is held its place among those, and -1 to all else."""
    return np.where(held, np.cumsum(held) - 1, -1)


def _taken(
    cells: Cells, held: Bools, domains: Ints | None, strata: Ints | None, keys: Sequence[str] = ("whole",)
) -> Cells:
    """Take some cells, with the places that their domains and strata have among those that are taken."""
    if not keys:
        held = np.zeros(len(held), dtype=bool)
    taken = {each.name: getattr(cells, each.name)[held] for each in fields(cells)}
    if domains is not None:
        taken["domain"] = domains[taken["domain"]]
    if strata is not None:
        taken["stratum"] = strata[taken["stratum"]]
    return Cells(**taken)
