"""Disclosure control of all that is published of one sample: what one table withholds, no other gives back.

A total that weighs its categories by known volumes, or its strata by what is on the frame, could be searched for the
whole numbers that give all of its digits. So where rows are withheld everything is estimated again with their
categories put together into one: no number then follows from anything but what is shown, and what the withheld rows
come to together, which the shown totals tell anyway.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.counting import DUE
from cdi.audits.strata import Pool
from cdi.audits.volumes import label_of
from cdi.disclosure.rules import noted
from cdi.disclosure.suppression import Columns
from cdi.disclosure.tables import protect_all
from cdi.printing.tables import arrange
from cdi.reading import engine
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.tables import Row, Table
    from cdi.results import Result

__all__ = ["Protected", "pools_of", "protect_result", "protect_sample", "taken"]


def protect_result(result: Result, disclosure: Disclosure) -> Result:
    """Withhold what is too small to publish of a result."""
    return protect_sample(result.audit, [result], (), disclosure).results[0]


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be published of one sample."""

    results: tuple[Result, ...]  # with their tables protected
    beside: tuple[Table, ...]  # the other tables
    pools: tuple[Pool, ...] = ()  # the categories that were put together


def protect_sample(
    audit: Audit,
    results: Sequence[Result],
    beside: Sequence[Table],
    disclosure: Disclosure,
    *,
    dated: Audit | None = None,
) -> Protected:
    """Withhold what is too small to publish of one sample, in all that is published of it."""
    tables, size = [*(noted(result.table) for result in results), *beside], len(results)
    shown = protect_all(tables, disclosure)
    if not any(row.withheld for table in shown for row in table.rows):
        return Protected(_with_tables(results, shown), shown[size:])
    strata, rows = audit.strata.keys, dated or audit
    alone = {table.keys for table in tables}
    told = [table for table in _strata_told(results) if table.keys not in alone]
    columns = dict.fromkeys(key for table in (*tables, *told) for key in table.keys if key in rows.columns)
    together = {pair: _together(rows, pair) for pair in itertools.combinations(columns, 2)}
    shown = protect_all(tables, disclosure, strata=strata, told=told, together=together)
    pools = pools_of(audit, shown)
    if not pools or not any(row.facts.coarse for table in shown for row in table.rows):
        return Protected(_with_tables(results, shown), shown[size : len(tables)])
    again: list[Result] = []
    for result, table in zip(results, shown, strict=False):
        new = result.pooled(pools)
        table = taken(table, noted(new.table), lambda row, _new: row.facts.coarse)
        again.append(replace(result, table=table, said=new.said, net=new.net))
    return Protected(tuple(again), shown[size : len(tables)], pools)


def _strata_told(results: Sequence[Result]) -> Iterator[Table]:
    """Give the tables of the strata that the numbers of some results weigh, in their measures."""
    audits = {result.estimates[0].measure.key: result.audit for result in results}
    for measure, audit in audits.items():
        strata = audit.strata.keys
        for keys in dict.fromkeys([*((key,) for key in strata), *([strata] if strata else [])]):
            yield arrange(share(audit, keys, measure=measure))


def _with_tables(results: Sequence[Result], tables: Sequence[Table]) -> tuple[Result, ...]:
    return tuple(replace(result, table=table) for result, table in zip(results, tables, strict=False))


def _together(audit: Audit, pair: Columns) -> frozenset[Columns]:
    """Find which categories of two columns occur in the same rows, among those with crimes due."""
    import narwhals as nw

    # due - due is 0 in the type of the column, whatever engine holds it
    rows = audit.rows.filter(nw.col(DUE) > nw.col(DUE) - nw.col(DUE))
    inner = audit.source.inner_names(pair)
    found = engine.collect(engine.sums(rows, inner, (), count="_cdi_n"))
    return frozenset((a, b) for a, b in map(label_of, zip(*(found[key] for key in inner), strict=True)))


def pools_of(audit: Audit, tables: Sequence[Table]) -> tuple[Pool, ...]:
    """Say which categories must count as one, so that no number tells them apart."""
    taken = {word for table in tables for row in table.rows for word in row.label}
    name = next(name for name in map(wording.pooled, itertools.count()) if name not in taken)
    gone = {
        table.keys: frozenset(row.label for row in table.rows if row.withheld and not row.whole)
        for table in tables
        if set(table.keys) <= set(audit.columns)
    }
    pools = tuple(Pool(keys, labels, name) for keys, labels in gone.items() if labels)
    columns, strata = audit.columns, audit.strata.keys
    return pools if all(len(pool.labels) > 1 and pool.serves(columns, strata) for pool in pools) else ()


def taken(shown: Table, again: Table, is_pooled: Callable[[Row, Row], bool]) -> Table:
    """Take the numbers of the rows that are shown from what was estimated again; ``is_pooled`` tells which changed."""
    found = {row.identity: row for row in again.rows}
    rows = []
    for row in shown.rows:
        new = found.get(row.identity)
        if new is None or row.withheld:
            rows.append(row)
        else:
            rows.append(new.stating(pooled=True) if is_pooled(row, new) else new)
    return replace(shown, rows=tuple(rows))
