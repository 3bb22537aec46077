"""Sizes in proportion to which records are drawn: their exact sum, and the chance of each.

Engines add doubles up in an order of their own, and the last digit differs. So each is taken apart into a whole number
of 53 bits and a power of two. Whole numbers are added exactly, whoever adds them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Chances", "chances", "exact_sum", "parts_sql"]

BITS = 53
"""The bits of the whole number that a double is, times a power of two."""


def parts_sql(size: str) -> tuple[str, str]:
    """Write SQL, of DuckDB and of Spark, for the whole number and the power of two that a size above 0 is made of.

    Examples
    --------
    >>> import duckdb
    >>> duckdb.sql("select {}, {}".format(*parts_sql("cast(0.75 as double)"))).fetchone() == (3 << 51, -53)
    True
    """

    def scaled(power: str) -> str:  # in two steps, since one could leave the range of doubles
        half = f"floor(({power}) / 2)"
        return f"({size} * pow(cast(2 as double), {half}) * pow(cast(2 as double), ({power}) - {half}))"

    near = f"cast(floor(log2({size})) as integer)"  # beside a power of two the logarithm may be one off
    first = scaled(f"{BITS - 1} - {near}")
    above, below = f"{first} >= {1 << BITS}", f"{first} < {1 << BITS - 1}"
    power = f"({near} - {BITS - 1} + case when {above} then 1 when {below} then -1 else 0 end)"
    return f"cast({scaled(f'-{power}')} as bigint)", f"cast({power} as integer)"


def exact_sum(parts: Iterable[tuple[int, int]]) -> Fraction:
    """Add up whole numbers times powers of two.

    Examples
    --------
    >>> exact_sum([(3, -1), (1, 2)])
    Fraction(11, 2)
    """
    return sum((Fraction(whole) * Fraction(2) ** power for whole, power in parts), Fraction())


@dataclass(frozen=True, slots=True)
class Chances:
    """The chances of the records of a stratum, by their sizes."""

    left: int  # how many records are drawn beside those that are certain
    total: float  # the sizes of the records that are not certain
    least: float  # the size from which a record is certain

    def of(self, size: float) -> float:
        """Give the chance of a record of some size."""
        if size >= self.least or self.total == 0:
            return 1.0
        return min(size * self.left / self.total, 1.0)


def chances(
    totals: Sequence[Fraction], counts: Sequence[int], certain: Callable[[Sequence[Chances]], Sequence[Sequence[float]]]
) -> list[Chances]:
    """Find who is certain: records whose chance would be 1 or more, which leave the rest to the others.

    Parameters
    ----------
    totals : sequence of Fraction
        The sum of the sizes of each stratum.
    counts : sequence of int
        How many records of each are drawn.
    certain : callable
        Gives of each stratum the sizes whose chance is 1, as things stand; the engine that holds the records knows.

    Examples
    --------
    >>> sizes = [10.0, 5.0, 1.0]
    >>> (found,) = chances([Fraction(16)], [2], lambda now: [[size for size in sizes if now[0].of(size) == 1]])
    >>> found.of(10), round(found.of(5), 3)
    (1.0, 0.833)
    """
    found = [Chances(n, float(total), math.inf) for total, n in zip(totals, counts, strict=True)]
    before = [0] * len(found)
    while True:
        sizes = certain(found)
        now = [len(own) for own in sizes]
        if now == before:
            return found
        before = now
        found = [
            Chances(n - len(own), float(total - sum(map(Fraction, own), Fraction())), min(own, default=math.inf))
            for total, n, own in zip(totals, counts, sizes, strict=True)
        ]
