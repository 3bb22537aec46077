"""Disclosure control of all that is published of one sample: what one table withholds, no other gives back.

A total that weighs its categories by known volumes, or its strata by what is on the frame, could be searched for the
whole numbers that give all of its digits. So where rows are withheld everything is estimated again with their
categories put together into one: no number then follows from anything but what is shown, and what the withheld rows
come to together, which the shown totals tell anyway.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.pooling import Pool
from cdi.audits.products import DUE
from cdi.audits.volumes import label_of
from cdi.disclosure.rounding import ROUNDED
from cdi.disclosure.standards import noted
from cdi.disclosure.table_rows import Columns
from cdi.disclosure.tables import SUPPRESSED, protect_all
from cdi.reading import engine
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.tables import Record, Table
    from cdi.results import Result

__all__ = ["POOLED", "pools_of", "protect_result", "protect_sample"]

POOLED = "pooled"
"""The note of a total that was estimated with withheld categories put together."""


def protect_result(result: Result, disclosure: Disclosure) -> Result:
    """Withhold what is too small to publish of a result.

    Parameters
    ----------
    result : Result
        From :func:`cdi.estimate` or :func:`cdi.grounds`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Result
        The same with its table protected and noted.

    Raises
    ------
    DataError
        As :func:`cdi.disclosure.tables.protect_all`.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> sample = pd.DataFrame({"kind": ["a"] * 5 + ["b"] * 20 + ["c"] * 30, "recorded": [1, 1, 0, 1, 1] * 11})
    >>> found = cdi.estimate(sample, by="kind", volumes={"a": 500, "b": 900, "c": 2_000})
    >>> [(r.label[0], r.n, r.notes[-1]) for r in protect_result(found, Disclosure()).table.records if not r.is_count]
    [('a', None, 'suppressed'), ('b', None, 'suppressed'), ('c', 30, 'nchs-complement'), ('all', 55, 'pooled')]
    """
    return protect_sample(result.audit, [result], (), disclosure)[0][0]


def protect_sample(
    audit: Audit,
    results: Sequence[Result],
    beside: Sequence[Table],
    disclosure: Disclosure,
    *,
    dated: Audit | None = None,
) -> tuple[tuple[Result, ...], tuple[Table, ...]]:
    """Withhold what is too small to publish of one sample, in all that is published of it.

    Parameters
    ----------
    audit : Audit
        The sample.
    results : sequence of Result
        What was estimated from it, by several columns.
    beside : sequence of Table
        Other tables of the same rows.
    disclosure : Disclosure
        The rules.
    dated : Audit, optional
        The same rows with the months that tables beside are by.

    Returns
    -------
    tuple of tuple of Result and tuple of Table
        The same, protected together. A total that weighs what is withheld is estimated again with it put together; in
        the tables beside it keeps no more digits than are printed.

    Raises
    ------
    DataError
        As :func:`cdi.disclosure.tables.protect_all`.
    """
    tables = [*(noted(result.table) for result in results), *beside]
    shown = protect_all(tables, disclosure)
    if any(map(_withholds, shown)):
        rows = dated or audit
        columns = dict.fromkeys(key for table in tables for key in table.keys if key in rows.columns)
        together = {pair: _together(rows, pair) for pair in itertools.combinations(columns, 2)}
        shown = protect_all(tables, disclosure, strata=audit.strata.keys, together=together)
    own, others = shown[: len(results)], shown[len(results) :]
    return _pooled(audit, results, own, pools_of(shown)), others


def _withholds(table: Table) -> bool:
    return any(SUPPRESSED in record.notes for record in table.records)


def _together(audit: Audit, pair: Columns) -> frozenset[Columns]:
    """Find which categories of two columns occur in the same rows, among those with crimes due."""
    import narwhals as nw

    rows = audit.rows.filter(nw.col(DUE) > nw.col(DUE) - nw.col(DUE))
    found = engine.collect(engine.sums(rows, pair, (), count="_cdi_n"))
    return frozenset((a, b) for a, b in map(label_of, zip(found[pair[0]], found[pair[1]], strict=True)))


def pools_of(tables: Sequence[Table]) -> tuple[Pool, ...]:
    """Say which categories must count as one, so that no number tells them apart.

    Parameters
    ----------
    tables : sequence of Table
        After disclosure control.

    Returns
    -------
    tuple of Pool
        One a table that withholds two categories or more.
    """
    gone = {table.keys: frozenset(_gone(table)) for table in tables}
    return tuple(Pool(keys, labels) for keys, labels in gone.items() if len(labels) > 1)


def _gone(table: Table) -> Iterator[Label]:
    return (record.label for record in table.records if SUPPRESSED in record.notes and ALL not in record.label)


def _pooled(
    audit: Audit, results: Sequence[Result], shown: Sequence[Table], pools: Collection[Pool]
) -> tuple[Result, ...]:
    """Estimate again, where a number that is shown would tell the withheld ones apart."""
    kept = tuple(replace(result, table=table) for result, table in zip(results, shown, strict=True))
    rounded = any(ROUNDED in record.notes for table in shown for record in table.records)
    if not rounded or not all(pool.serves(audit.strata) for pool in pools) or any(map(_takes_name, shown)):
        return kept
    again = [result.pooled(pools) for result in results]
    if any(
        record.label in set(_gone(table))
        for table, found in zip(shown, again, strict=True)
        for record in found.table.records
    ):
        return kept
    return tuple(
        replace(found, table=_taken(table, noted(found.table))) for table, found in zip(shown, again, strict=True)
    )


def _takes_name(table: Table) -> bool:
    return any(wording.POOLED in record.label for record in table.records)


def _taken(shown: Table, again: Table) -> Table:
    """Take the numbers of the rows that are shown from what was estimated again."""
    found: Mapping[tuple[Label, str], Record] = {(record.label, record.kind): record for record in again.records}

    def of(record: Record) -> Record:
        new = found.get((record.label, record.kind))
        if SUPPRESSED in record.notes or new is None:
            return record
        return replace(new, notes=(*new.notes, POOLED)) if ROUNDED in record.notes else new

    return replace(shown, records=tuple(map(of, shown.records)))
