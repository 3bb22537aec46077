"""What is withheld of a table, and what is rounded.

A table by a personal characteristic or a small area is of people: rows of small bases are withheld, counts are rounded,
and all else is worked out from the rounded counts. Other tables are of a force and of offences, and keep their counts;
a rate of fewer than ten is not shown, since it says nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from cdi.disclosure.rounding import NO_PRECISION, STEP, as_printed, before, in_whole_percents, rounded, rounded_count
from cdi.disclosure.rules import (
    FEWEST_REPORTS,
    SMALLEST_OF_PEOPLE,
    STEPS,
    Disclosure,
    is_small,
    is_withheld,
    noted_row,
)
from cdi.facts import Facts, Release
from cdi.measures import MEASURES, Role, Unit
from cdi.printing import formats
from cdi.printing.tables import Row, Table

__all__ = [
    "ENOUGH",
    "FEW",
    "FOLLOWS",
    "LEAST",
    "Label",
    "blanked",
    "effects_of",
    "possible",
    "protect",
    "small_labels",
    "without_estimate",
]

Label: TypeAlias = tuple[str, ...]

_TIMED = (MEASURES["timely"], MEASURES["timely-due"])
"""Shares recorded in time. Where some times are unknown, the share of all due is a product of two rates, and there are
bounds: beside the share of those recorded, either tells how many times are unknown, row by row."""

Ends: TypeAlias = tuple[int, int]
"""The least and the greatest that a count can be."""

_NUMBERS: Mapping[str, Any] = dict.fromkeys(
    ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
)
_ESTIMATED: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))


def protect(
    table: Table,
    disclosure: Disclosure,
    *,
    strata: Collection[str] = (),
    beside: Collection[Table] = (),
    terms: int = 1,
) -> Table:
    """Give a table as it may be published.

    ``strata`` are the columns that its sample was drawn by. Tables ``beside`` it have rows of the same reports, and are
    rounded alike: to two steps, a count would be told by both. Each count may be a sum of several rounded ``terms``.
    """
    if not disclosure.public:
        return table
    of_people, of_strata = disclosure.sensitive(table.keys), disclosure.sensitive(strata)
    withheld, step = frozenset[Label](), STEP
    if of_people:
        # what is a sum of rounded counts is safe by these
        withheld, step = chosen((*beside,) if terms > 1 else (table, *beside), disclosure)
    effects, rates = effects_of(table), _rates_of(table)
    bounds = {row.measure.of for row in table.rows if row.measure.role is Role.BOUND}
    # overall numbers that follow from the rates of the rows above them
    following = {row.measure.key for row in table.rows if of_people and row.whole and row.facts.by_volumes}

    def shown(row: Row) -> Row:
        if row.whole and (row.facts.by_volumes or row.counted) and not following.isdisjoint(_keys(row)):
            return without_estimate(row, FOLLOWS)
        if row.whole:
            return _of_force(row, printed=of_people or of_strata)
        if disclosure.exempts(table.keys, row.label):
            return row
        if row.label in withheld or row.withheld or (of_people and (is_withheld(row) or _counts_unknown(row, bounds))):
            return blanked(row)
        if of_people:
            of = rates.get((row.label, row.measure.of)) if row.counted else None
            return noted_row(rounded(row, effects.get(row.measure.key, 1.0), table.side, of, step, terms=terms))
        return _of_force(row, printed=of_strata)

    return replace(table, rows=tuple(map(shown, table.rows)), rounded_to=step if of_people else None)


def _counts_unknown(row: Row, bounds: Collection[str]) -> bool:
    """Tell whether a row tells how many times are unknown, in a table with bounds of what they could be."""
    keys = {measure.key for measure in _TIMED}
    bound = row.measure.role is Role.BOUND and row.measure.of in keys
    return not keys.isdisjoint(bounds) and (bound or row.measure == _TIMED[1])


def small_labels(table: Table, disclosure: Disclosure) -> frozenset[Label]:
    """Name the categories of which any base is small: all their rows are withheld."""
    rows = (row for row in table.rows if not row.whole and not disclosure.exempts(table.keys, row.label))
    return frozenset(row.label for row in rows if row.measure.role is Role.RATE and row.n and is_withheld(row))


# ---- what the total of a table tells of its rows


ENOUGH = 5
"""As many values each count keeps at the least. The small ones, 1 to 4, are fewer: some value is none of them."""

LEAST: Mapping[str, int] = {"n": SMALLEST_OF_PEOPLE, "clusters": FEWEST_REPORTS}
"""The least that a count can be which is shown."""


def chosen(tables: Sequence[Table], disclosure: Disclosure) -> tuple[frozenset[Label], int]:
    """Choose the rows that are withheld and the step of rounding, so that each count keeps enough possible values.

    The step is the first that leaves them, by itself and beside the total. Rows are withheld, smallest first, only
    where no rounding is enough.
    """
    keys = tables[0].keys
    withheld = frozenset[Label]().union(*(small_labels(table, disclosure) for table in tables))
    bases: dict[Label, int] = {}
    for row in itertools.chain.from_iterable(table.rows for table in tables):
        if not row.whole and not disclosure.exempts(keys, row.label):
            bases[row.label] = max(row.n or 0, bases.get(row.label, 0))
    smallest = [label for label in sorted(bases, key=lambda each: (bases[each], each)) if label not in withheld]
    more = disclosure.coarser_of(keys)
    withheld |= set(smallest[: more.rows])
    # a row that is left alone by exceptions follows from them, whatever it is rounded to
    sums = [
        (rows, whole)
        for rows, whole in itertools.chain.from_iterable(map(_sums, tables))
        if sum(not disclosure.exempts(keys, row.label) for row in rows) > 1
    ]
    rows = [row for table in tables for row in table.rows if row.label in bases]
    for label in (None, *smallest[more.rows :]):
        withheld |= {label} if label is not None else frozenset()
        shown = [row for row in rows if row.label not in withheld]
        for step in (step for step in STEPS if step >= more.step):
            most = _most_withheld(shown, step, smallest=bool(disclosure.lot or more.rows or label))
            if all(_keeps_enough(row, step) for row in shown) and all(
                _is_safe(rows, whole, withheld, disclosure, keys, step, most) for rows, whole in sums
            ):
                return withheld, step
    return withheld, STEPS[-1]


_SMALL_STEPS, _FEW_STEPS = STEPS[1], 2


def _keeps_enough(row: Row, step: int) -> bool:
    """Tell whether each rounded count of a row could be enough others, by itself."""
    counts = {"n": row.n, "recorded": row.recorded, "clusters": row.clusters}
    ends = [possible(key, rounded_count(count, step), step) for key, count in counts.items() if count is not None]
    enough = all(most - least + 1 >= ENOUGH for least, most in ends)
    return enough and (not row.n or rounded_count(row.n, step) > 0) and _says_something(row, step)


def _says_something(row: Row, step: int) -> bool:
    """Tell whether a row says more than none or all of a base that is hardly more than a large step."""
    if step <= _SMALL_STEPS or not row.n or row.recorded is None:
        return True
    n, recorded = rounded_count(row.n, step), rounded_count(row.recorded, step)
    return n > _FEW_STEPS * step or 0 < recorded < n


def _most_withheld(shown: Sequence[Row], step: int, *, smallest: bool) -> int:
    """Give the most that a row which is withheld can have, by what is published alone: else the choice would tell more.

    It is too small, or in a report perhaps the ``smallest``, which a lot leaves out.
    """
    least = min((possible("n", rounded_count(row.n, step), step)[0] for row in shown if row.n), default=0)
    return max(SMALLEST_OF_PEOPLE, least if smallest else 0) - 1


def possible(key: str, shown: int, step: int) -> Ends:
    """Give the least and the greatest that a count can be which is shown rounded."""
    least, most = before(shown, step)
    return max(least, LEAST.get(key, 0)), most


def _sums(table: Table) -> Iterator[tuple[list[Row], Row]]:
    """Give the rows of each measure that add up to a total, with that total."""
    for whole in table.rows:
        if not whole.whole or whole.n is None or whole.counted:
            continue
        first = whole.label[:-1] if len(whole.label) > 1 and whole.label[0] != whole.label[-1] else ()
        rows = [
            row
            for row in table.rows
            if not row.whole and row.measure == whole.measure and row.n is not None and row.label[: len(first)] == first
        ]
        if sum(row.n or 0 for row in rows) == whole.n and len(rows) > 1:
            yield rows, whole


def _is_safe(
    rows: Sequence[Row],
    whole: Row,
    withheld: Collection[Label],
    disclosure: Disclosure,
    keys: Sequence[str],
    step: int,
    most: int,
) -> bool:
    """Tell whether the total leaves enough possible values of each count: due, recorded and not recorded."""
    if whole.clusters is not None and whole.clusters < (whole.n or 0):
        most = whole.n or 0  # few reports are withheld, however many crimes they hold
    due, recorded = list[Ends](), list[Ends]()
    for row in rows:
        n, x = row.n or 0, row.recorded or 0
        if disclosure.exempts(keys, row.label):
            due.append((n, n))
            recorded.append((x, x))
        elif row.label in withheld:
            # a row that is listed holds a crime, so none is no possible value
            due.append((min(1, n), most))
            recorded.append((0, most))
        else:
            due.append(possible("n", rounded_count(n, step), step))
            recorded.append(possible("recorded", rounded_count(x, step), step))
    lost = [(max(0, n[0] - x[1]), n[1] - x[0]) for n, x in zip(due, recorded, strict=True)]
    n, x = whole.n or 0, whole.recorded or 0
    return all(_leaves_enough(ends, total) for ends, total in ((due, n), (recorded, x), (lost, n - x)))


def _leaves_enough(ends: Sequence[Ends], total: int) -> bool:
    least, most = sum(low for low, _ in ends), sum(high for _, high in ends)
    for low, high in ends:
        if low == high:
            continue
        left = min(high, total - (least - low)) - max(low, total - (most - high)) + 1
        # of a small total, which is published, no part can be more uncertain than the total lets it be
        if left < min(ENOUGH, total + 1):
            return False
    return True


def effects_of(table: Table) -> dict[str, float]:
    """Give the design effect of the whole sample in each measure; never below 1, which a part need not share."""
    found = dict[str, float]()
    for row in table.rows:
        if row.whole and row.n and row.n_eff:
            found.setdefault(row.measure.key, max(1.0, row.n / row.n_eff))
    return found


def _rates_of(table: Table) -> dict[tuple[Label, str], Row]:
    return {(row.label, row.measure.key): row for row in table.rows if not row.counted}


def _keys(row: Row) -> set[str]:
    """Name the measure of a row, and the one that it follows from."""
    return {row.measure.key, row.measure.of}


_OF_LONE_STRATA = tuple(f"single-{rule}" for rule in ("adjust", "average"))
"""Notes that a stratum has one report: where strata are small areas, they tell which."""


def _of_force(row: Row, *, printed: bool) -> Row:
    """Show what is of no people: to the digits that are ``printed``, where further ones would tell of them."""
    if printed and row.facts.reasons:
        row = replace(row, facts=row.facts.without(_OF_LONE_STRATA))
    if is_small(row.n):
        return without_estimate(row, FEW)
    if not printed:
        return row
    if row.counted and row.estimate is not None:
        # a tenth of the unit it is printed in: rounded again, it comes out the same
        unit = formats.unit_of(row.estimate) // 10
        ends = ((row.estimate, False), (row.low, False), (row.high, True))
        estimate, low, high = (None if end is None else float(formats.outward(end, end, unit)[up]) for end, up in ends)
        return replace(row, **{**NO_PRECISION, "estimate": estimate, "low": low, "high": high})
    shown = as_printed(row)
    # with the rate, the ends of a rate that is weighted over people tell their counts
    return in_whole_percents(shown) if row.facts.weighted and row.measure.unit is Unit.PROPORTION else shown


def blanked(row: Row) -> Row:
    """Take all numbers from a row, with the notes that tell of them."""
    facts = Facts(
        row.facts.scope, row.facts.census, row.facts.known_only, row.facts.alone,
        mixed=row.facts.mixed, release=Release.NOTHING, stated=row.facts.stated,
    )  # fmt: skip
    return replace(row, facts=facts, **_NUMBERS)


FEW, FOLLOWS = "few-for-rate", "follows-from-rounded"
"""Why a row has no estimate: the notes on it."""


def without_estimate(row: Row, reason: str) -> Row:
    """Keep of a row its counts alone, and say why."""
    facts = row.facts.changed(release=Release.COUNTS, short_of=()).because([reason])
    return replace(row, facts=facts, **_ESTIMATED)
