"""Groups of rows in memory, by number: each column is looked at once, and what is added up is counted.

A group-by of pandas, Polars or PyArrow makes a table with the values of every group, and the next one begins with them.
Here groups have numbers, so that reports are made of rows, and categories of reports, by arithmetic alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.reading import engine

if TYPE_CHECKING:
    import narwhals as nw

    from cdi.reading.engine import Rows

__all__ = ["GroupedRows", "Groups", "grouped"]

Ints: TypeAlias = npt.NDArray[np.int64]

_DENSE = 4
"""How many times as many numbers as rows there may be, for a place to be kept for each number."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What rows are alike: the number of each row's group, and one row of each group."""

    of: Ints
    one: Ints

    def __len__(self) -> int:
        return len(self.one)

    @classmethod
    def by(cls, values: npt.NDArray[np.integer[Any]]) -> Groups:
        """Put rows with the same number together."""
        found = engine.ticked(values, _DENSE)
        if found is None:
            return cls.numbered(np.unique(values, return_inverse=True)[1].reshape(-1))
        above, held = found
        return cls.numbered(above if held.all() else (np.cumsum(held) - 1)[above])

    @classmethod
    def numbered(cls, of: npt.NDArray[np.integer[Any]]) -> Groups:
        """Take the numbers of groups as they are: from 0, and none of them left out."""
        numbers: Ints = of.astype(np.int64, copy=False)
        one = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.int64)
        one[numbers] = np.arange(len(numbers))
        return cls(numbers, one)

    def apart(self, others: Groups) -> Groups:
        """Part groups where their rows lie in different ones of others."""
        rest = np.flatnonzero(others.of != others.of[self.one][self.of])
        if not len(rest):  # a report lies in one force
            return self
        if 2 * len(rest) > len(self.of):
            return Groups.by(self.of * len(others) + others.of)
        more = Groups.by(self.of[rest] * len(others) + others.of[rest])
        of = self.of.copy()
        of[rest] = len(self) + more.of
        return Groups(of, np.concatenate([self.one, rest[more.one]]))

    def among(self, rows: Ints) -> Groups:
        """Group some of the rows likewise, at least one of each group."""
        return Groups.numbered(self.of[rows])

    def added(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Add up the values of the rows of each group."""
        found = np.zeros(len(self), dtype=values.dtype)
        np.add.at(found, self.of, values)
        return found

    def largest(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Find the largest value of the rows of each group."""
        found = values[self.one]
        np.maximum.at(found, self.of, values)
        return found


class GroupedRows:
    """Rows in memory, with the groups that their columns make: each column and combination is looked at once."""

    def __init__(self, rows: Rows, known: Mapping[tuple[str, ...], Groups] = MappingProxyType({})) -> None:
        self.rows = rows
        self._known = dict(known)

    def anew(self, rows: Rows) -> Self:
        """Take the same rows with other numbers; what they are grouped by further is not kept here."""
        return type(self)(rows, self._known)

    def by(self, columns: Sequence[str]) -> Groups:
        """Group the rows by some columns; the first should tell most of them apart."""
        names = tuple(dict.fromkeys(columns))
        if names not in self._known:
            self._known[names] = self._found(names)
        return self._known[names]

    def tells(self, column: str) -> bool:
        """Tell whether rows can be grouped by a column: the engine gives numbers for its values."""
        return _can_group(self.rows, [column])

    def follows(self, key: str, column: str) -> bool:
        """Tell whether rows with the same value of one column have the same in another."""
        return len(self.by([key, column])) == len(self.by([key]))

    def _found(self, names: tuple[str, ...]) -> Groups:
        if not names:
            return Groups.numbered(np.zeros(engine.count_rows(self.rows), dtype=np.int64))
        if len(names) == 1:
            return _groups_of(self.rows.select(names[0]).collect()[names[0]])
        return self.by(names[:-1]).apart(self.by(names[-1:]))


def grouped(rows: Rows, columns: Iterable[str]) -> GroupedRows | None:
    """Take rows that lie in memory, to group them by number; None where the engine gives no numbers for a column."""
    held = engine.in_memory(rows) or rows.implementation.is_polars()
    return GroupedRows(rows) if held and _can_group(rows, columns) else None


def _can_group(rows: Rows, columns: Iterable[str]) -> bool:
    """Tell whether the engine gives numbers for the values of some columns."""
    if not rows.implementation.is_polars():
        return True
    kinds = rows.collect_schema()
    return all(_has_numbers(kinds[name]) for name in columns)


def _groups_of(series: nw.Series[Any]) -> Groups:
    """Group rows by the values of a column; those without a value are one group."""
    values = engine.whole_numbers(series)
    if values is not None:
        return Groups.by(values)
    native: Any = series.to_native()
    if series.implementation.is_pandas():
        import pandas as pd

        return Groups.numbered(pd.factorize(native, use_na_sentinel=False)[0])
    if series.implementation.is_pyarrow():
        return Groups.by(_codes_of_arrow(native))
    return _groups_of_polars(native)


def _has_numbers(kind: nw.dtypes.DType) -> bool:
    """Tell whether Polars gives values of a kind by number."""
    import narwhals as nw

    plain = (nw.String, nw.Categorical, nw.Enum, nw.Boolean, nw.Date, nw.Datetime)
    wide = (nw.Int128, nw.UInt128)
    return isinstance(kind, plain) or kind.is_float() or (kind.is_integer() and not isinstance(kind, wide))


def _codes_of_arrow(native: Any) -> Ints:
    if hasattr(native.type, "value_type"):  # each part of a column may have a dictionary of its own
        native = native.cast(native.type.value_type)
    coded = native.dictionary_encode(null_encoding="encode")
    parts = [chunk.indices.to_numpy() for chunk in coded.chunks]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _groups_of_polars(native: Any) -> Groups:
    import polars as pl

    if native.dtype == pl.String:
        native = native.cast(pl.Categorical)
    held = native.to_physical().cast(pl.Int8) if native.dtype == pl.Boolean else native.to_physical()
    blank = held.is_null().to_numpy()
    found = held.drop_nulls().to_numpy()
    if found.dtype.kind == "f":
        found = np.unique(found, return_inverse=True)[1]
    of = np.zeros(len(blank), dtype=np.int64)
    of[~blank] = Groups.by(found).of + 1  # 0 stands for no value
    return Groups.by(of)
