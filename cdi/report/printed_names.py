"""The printed names of categories and their order, as the file of the inspection gives them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from cdi import wording
from cdi.errors import DataError, Fault, fault, suggestion
from cdi.printing.tables import CATEGORY, Row, Table
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection

__all__ = ["Names", "for_people", "in_order", "printed", "ranks", "refuse_unknown", "translated"]

Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""Column -> category -> its printed name; the categories are in the order of tables."""


def translated(keys: Sequence[str], label: Sequence[str], names: Names) -> tuple[str, ...]:
    """Write a label in printed names.

    Examples
    --------
    >>> translated(("crime_type",), ("violent",), {"crime_type": {"violent": "violent offences"}})
    ('violent offences',)
    """
    return tuple(names.get(key, {}).get(word, word) for key, word in zip(keys, label, strict=True))


def in_order(table: Table, names: Names, group: Callable[[Row], str] | None = None) -> Table:
    """Put the rows of a table into the order of the printed names, the overall ones last; others keep theirs.

    Parameters
    ----------
    table : Table
        With categories as in the data.
    names : mapping
        The printed names.
    group : callable, optional
        What rows stay together; None: those of one measure.

    Returns
    -------
    Table
        The same rows.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> table = cdi.estimate(pd.DataFrame({"kind": ["a", "b"], "recorded": [1, 0]}), by="kind").table
    >>> [record.label[0] for record in in_order(table, {"kind": {"b": "B", "a": "A"}}).rows]
    ['b', 'a', 'all']
    """
    together = group or (lambda record: record.measure.key)
    first: dict[str, int] = {}
    for record in table.rows:
        first.setdefault(together(record), len(first))

    def place(record: Row) -> tuple[int, ...]:
        return (first[together(record)], *ranks(table.keys, record.label, names))

    return replace(table, rows=tuple(sorted(table.rows, key=place)))


def ranks(keys: Sequence[str], label: Sequence[str], names: Names) -> tuple[int, ...]:
    """Tell the place of a label in each of its columns; those without a printed name come after those with one.

    Examples
    --------
    >>> [ranks(("kind",), (word,), {"kind": {"b": "B", "a": "A"}}) for word in ("a", "b", "c", "all")]
    [(1,), (0,), (2,), (3,)]
    """
    found = []
    for key, word in zip(keys, label, strict=False):
        named = list(names.get(key, {}))
        found.append(named.index(word) if word in named else len(named) + (word == ALL))
    return tuple(found)


def printed(table: Table, names: Names) -> Table:
    """Write the categories of a table in printed names.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> table = cdi.estimate(pd.DataFrame({"kind": ["a", "b"], "recorded": [1, 0]}), by="kind").table
    >>> [record.label[0] for record in printed(table, {"kind": {"a": "first kind"}}).rows]
    ['first kind', 'b', 'all']
    """
    rows = tuple(replace(row, label=translated(table.keys, row.label, names)) for row in table.rows)
    return replace(table, rows=rows)


def for_people(table: Table) -> Table:
    """Write the columns of a table for people.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> table = cdi.estimate(pd.DataFrame({"crime_type": ["a", "b"], "recorded": [1, 0]}), by="crime_type").table
    >>> for_people(table).keys
    ('crime type',)
    """
    return replace(table, keys=tuple(map(wording.plain_column, table.keys)))


def refuse_unknown(inspection: Inspection, seen: Mapping[str, Collection[str]]) -> None:
    """Refuse printed names of what is not in the data, and two categories that would be printed alike.

    Parameters
    ----------
    inspection : Inspection
        With its printed names.
    seen : mapping of str to collection of str
        Column -> the categories that were found in it.

    Raises
    ------
    DataError
        All of them at once, each with its key.
    """
    faults = list(_faults(inspection, {key: found for key, found in seen.items() if key != CATEGORY}))
    if faults:
        raise DataError(faults)


def _faults(inspection: Inspection, seen: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    for column, names in inspection.categories.items():
        if column not in seen:
            hint = suggestion(column, sorted(seen))
            yield fault("name-of-no-column", got=column, where=inspection.where(f"categories.{column}"), hint=hint)
            continue
        taken = {word: word for word in (*seen[column], ALL) if word not in names}
        for category, name in names.items():
            where = inspection.where(f"categories.{column}.{category}")
            if category not in seen[column]:
                hint = suggestion(category, sorted(seen[column]))
                yield fault("name-of-no-category", got=category, where=where, column=column, hint=hint)
            elif taken.setdefault(name, category) != category:
                yield fault("printed-as-another", got=name, where=where, column=column)
