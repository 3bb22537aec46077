"""Searches per 1,000 residents and their ratio between groups, from a sample of searches or from all of them.

Which group a search was of is counted by the engine of every other rate: the share of a group among the searches is a
ratio of totals, so strata, clusters, weights and the frame work as everywhere. A rate per 1,000 residents is that share
times a known number; a ratio between two groups is a monotone map of the share of one among both, and so are its ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cdi.audits import checks
from cdi.audits.counting import DUE
from cdi.audits.volumes import label_of
from cdi.facts import Facts, Scope, Standard
from cdi.measures import MEASURES, Measure
from cdi.printing.tables import Row, arrange
from cdi.reading import engine
from cdi.reading.sources import Source
from cdi.survey.sampling import share
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.survey.totals import Totals

__all__ = ["RATE", "RATIO", "SHARE", "Searched", "frame_of", "per_thousand", "search_ratio", "share_among"]

SHARE, RATE, RATIO = (MEASURES[key] for key in ("search-share", "searches-per-1000", "search-ratio"))

_THOUSAND = 1_000
_OF_ANSWERS = frozenset(["all-recorded", "none-recorded", "few-unrecorded"])
"""Notes on the answers that are looked for; whether a search was of a group is no answer."""


@dataclass(frozen=True, slots=True)
class Searched:
    """How many searches there were, as far as it is known."""

    counts: Mapping[str, int] | None  # searches of each group, where all of them are known
    total: int | None  # searches that the sample was drawn from
    # whether each group was drawn from by itself at a rate that is not known, so that the groups of the sample do not
    # stand for those of the searches
    drawn_by_group: bool

    @property
    def exact(self) -> bool:
        """Whether nothing about the number of searches is estimated."""
        return self.counts is not None


def frame_of(totals: Totals, *, census: bool) -> Searched:
    """Find out what is known of all searches."""
    audit, strata = totals.audit, totals.strata
    by_group = totals.keys[0] in strata.keys
    if census:
        rows = [int(totals.cells.due[totals.cells.domain == i].sum()) for i in range(len(totals.domains))]
        return Searched(dict(zip(_names(totals), rows, strict=True)), sum(rows), drawn_by_group=False)
    design = audit.design
    single = (
        design.cluster is None
        and (design.due is None or design.counts)
        and design.reports is None
        and not strata.stated
    )
    if strata.population is None or not single:
        return Searched(None, None, drawn_by_group=by_group and not strata.weighs)
    if not by_group:
        return Searched(None, int(strata.population.sum()), drawn_by_group=False)
    place = strata.keys.index(totals.keys[0])
    counts = dict.fromkeys(_names(totals), 0)
    for label, records in zip(strata.labels, strata.population.tolist(), strict=True):
        counts[label[place]] += int(records)
    return Searched(counts, sum(counts.values()), drawn_by_group=False)


def _names(totals: Totals) -> list[str]:
    return [label[0] for label in totals.domains]


def share_among(
    searches: Audit, by: str, groups: Sequence[str], among: Collection[str] | None = None, *, level: float, method: str
) -> Row:
    """Estimate the share of some groups among the searches of several, or of all."""
    import narwhals as nw

    held = _marked(searches, by, groups, "_cdi_in_group")
    counted = nw.col(DUE)
    if among is not None:
        held = _marked(held, by, among, "_cdi_among")
        counted = counted * nw.col("_cdi_among")
    found = share(held.measuring(counted, counted * nw.col("_cdi_in_group")), (), measure="share")
    row = arrange(found, level=level, method=method).rows[-1]
    short = tuple(standard for standard in row.facts.short_of if standard is not Standard.SMALL_BASE)
    facts = replace(row.facts.without(_OF_ANSWERS), scope=Scope.CATEGORY, short_of=short)
    return replace(row, label=(groups[0],), measure=SHARE, facts=facts)


def _marked(searches: Audit, by: str, groups: Collection[str], name: str) -> Audit:
    """Add a column that tells whether a record is of one of the groups: 1 or 0."""
    import narwhals as nw

    rows, inner = checks.as_text(Source(searches.rows, searches.columns), by).rows, searches.source.inner(by)
    found = engine.collect(engine.sums(rows, [inner], (), count="_cdi_n"))[inner].tolist()
    marks = {value: int(label_of([value])[0] in groups) for value in found if not engine.absent(value)}
    rows = engine.mapped(rows, inner, marks or {"": 0}, name)
    return replace(searches, rows=rows.with_columns(nw.col(name).fill_null(int(NO_LABEL in groups))))


def per_thousand(record: Row, residents: int, frame: Searched) -> Row:
    """Turn the share of a group into its searches per 1,000 residents."""
    if frame.counts is not None:
        return _exact(record, RATE, frame.counts.get(record.label[0], 0) / residents * _THOUSAND)
    times = (frame.total or 0) / residents * _THOUSAND
    return _mapped(record, RATE, lambda p: p * times, slope=times)


def search_ratio(record: Row, residents: Sequence[int], counts: Sequence[int] | None) -> Row:
    """Turn the share of a group among itself and the reference into the ratio of their searches per 1,000 residents."""
    times = residents[1] / residents[0]
    if counts is not None:
        return _exact(record, RATIO, counts[0] / counts[1] * times)
    share_ = record.estimate or 0.0
    return _mapped(record, RATIO, lambda p: p / (1 - p) * times if p < 1 else None, slope=times / (1 - share_) ** 2)


def _exact(record: Row, measure: Measure, value: float) -> Row:
    blank: Mapping[str, Any] = dict.fromkeys(("low", "high", "se", "n_eff", "df", "deff"))
    return replace(record, measure=measure, estimate=value, facts=Facts(reasons=("all-searches",)), **blank)


def _mapped(record: Row, measure: Measure, to: Callable[[float], float | None], slope: float) -> Row:
    low, high, estimate = (None if end is None else to(end) for end in (record.low, record.high, record.estimate))
    reasons = ("no-search-limit",) if record.high is not None and high is None else ()
    se = None if record.se is None else record.se * slope
    found = replace(record, measure=measure, estimate=estimate, low=low, high=high, se=se, deff=None)
    return found.because(*reasons)
