"""Disclosure control of tables of estimates: rows are withheld in all their numbers.

A cell is all rows of one category, with what is counted in each measure and what lies between their bases. A rate that
weighs its categories, and the sum of their unrecorded crimes, can be searched for the whole numbers that give all of
their digits; so can a standard error, an effective size, and degrees of freedom.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from cdi.disclosure.rules import FEW
from cdi.disclosure.suppression import (
    Columns,
    Counts,
    Gap,
    Place,
    Quantity,
    RowCounts,
    across,
    given_away,
    joined,
    same_in,
    sums_of,
    withheld,
    without_wholes,
)
from cdi.errors import DataError, fault
from cdi.facts import Facts, Release
from cdi.measures import Measure, Role
from cdi.printing import formats
from cdi.printing.tables import Row, Table

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure

__all__ = [
    "FILES", "Label", "Read", "as_printed", "blanked", "plainly_counted", "protect", "protect_all", "without_estimate",
]  # fmt: skip

Label: TypeAlias = tuple[str, ...]

Read: TypeAlias = Label | None
"""What a base is of: a category, or None, the whole."""

FILES = Measure("files", "files reviewed", frame="files")
"""Files by group: a base, and no share."""

NO_BASES: Mapping[Read, int] = {}
NONE_TOGETHER: Mapping[Columns, Collection[Columns]] = {}

_NUMBERS: Mapping[str, Any] = dict.fromkeys(
    ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
)


def protect(table: Table, disclosure: Disclosure) -> Table:
    """Withhold the rows of a table that are too small to publish, and those that would give them back."""
    return protect_all([table], disclosure)[0]


def protect_all(
    tables: Sequence[Table],
    disclosure: Disclosure,
    *,
    strata: Collection[str] = (),
    told: Sequence[Table] = (),
    bases: Mapping[Read, int] = NO_BASES,
    held: Collection[Read] = (),
    together: Mapping[Columns, Collection[Columns]] = NONE_TOGETHER,
) -> tuple[Table, ...]:
    """Protect tables that are published together, so that none gives back what another withholds."""
    every = (*tables, *told)
    if not disclosure.public:
        return every
    laying = _Laying(disclosure, bases, frozenset(held), same_in(together))
    cells = joined(
        cell for place, table in enumerate(every) for cell in laying.cells(place, table, told=place >= len(tables))
    )
    sums = list(sums_of([table.keys for table in every], cells))
    cells, more = across(cells, together)
    sums += more
    cells = without_wholes(cells, sums)
    gone = withheld(cells, sums)
    _refuse_given_away([cells[i] for i in sorted(given_away(cells, sums, gone))])
    hidden = {place for i in gone for place in cells[i].places}
    parted = any(not set(strata).isdisjoint(every[place].keys) for place, _ in hidden)
    over = {each.whole for each in sums if not gone.isdisjoint(each.parts)} - gone
    totals = {place for i in over for place in cells[i].places}
    return tuple(_shown(table, i, hidden, totals, parted=parted) for i, table in enumerate(every))


@dataclass(frozen=True, slots=True)
class _Laying:
    """How the rows of tables become cells."""

    disclosure: Disclosure
    bases: Mapping[Read, int]  # what else is known of a row: a base that those of all its measures lie in
    held: frozenset[Read]  # what is withheld already
    same: Mapping[Columns, Columns]  # categories by the column that is usual, where they are the same by several

    def cells(self, place: int, table: Table, *, told: bool) -> Iterator[RowCounts]:
        """Put the rows of each label together; overall counts are those of the force, of nobody's characteristics."""
        by_label: dict[Label, list[Row]] = {}
        for row in table.rows:
            by_label.setdefault(row.label, []).append(row)
        read = {label: None if any(row.whole for row in rows) else label for label, rows in by_label.items()}
        counted = {label: _counts(rows, self.bases.get(read[label])) for label, rows in by_label.items()}
        gaps = _gaps(counted)
        for label, rows in by_label.items():
            whole = read[label] is None
            named = () if whole else tuple(zip(table.keys, label, strict=True))
            counts = {**counted[label], **_between(counted[label], gaps)}
            gone = read[label] in self.held or any(row.withheld for row in rows)
            if not counts and not gone:
                continue
            sensitive = self.disclosure.sensitive([key for key, _ in named])
            # two reports are two people, however many crimes they tell of
            few = sensitive and not told and any(row.clusters in FEW for row in rows)
            kept = not whole and self.disclosure.exempts(table.keys, label)
            usual = frozenset(self.same.get(pair, pair) for pair in named)
            yield RowCounts(counts, sensitive, kept, gone or few, told=told, named=usual, places=((place, label),))


def _counts(rows: Iterable[Row], base: int | None) -> dict[Quantity, Counts]:
    """Give the base of each measure, and how many of it were recorded; what lies between it and another base, too."""
    found: dict[Quantity, Counts] = {}
    for row in rows:
        if row.n is not None and row.recorded is not None:
            measured: Quantity = Gap(row.measure.key) if row.measure == FILES else row.measure.key
            found[measured] = (row.n, row.recorded)
            if base is not None:
                found[Gap(row.measure.key)] = (base, row.n)
    return found


def _gaps(counted: Mapping[Label, Mapping[Quantity, Counts]]) -> list[Gap]:
    """Name each two measures whose bases differ somewhere: what lies between them is a number of crimes, too."""
    every = sorted({measure for counts in counted.values() for measure in counts if isinstance(measure, str)})
    bases = {tuple(counts.get(measure, (None,))[0] for counts in counted.values()): measure for measure in every}
    return [Gap(*pair) for pair in itertools.combinations(sorted(bases.values()), 2)]


def _between(counts: Mapping[Quantity, Counts], gaps: Iterable[Gap]) -> dict[Quantity, Counts]:
    found: dict[Quantity, Counts] = {}
    for gap in gaps:
        if gap.one in counts and gap.other in counts:
            least, most = sorted((counts[gap.one][0], counts[gap.other][0]))
            found[gap] = (most, least)
    return found


def _refuse_given_away(lost: Sequence[RowCounts]) -> None:
    """Refuse exceptions that nothing else that could be withheld makes up for."""
    named = [", ".join(word for pair in sorted(cell.named) for word in pair) for cell in lost if cell.named]
    if named:
        raise DataError([fault("exception-gives-away", got=name) for name in named])


def _shown(table: Table, place: int, hidden: Collection[Place], totals: Collection[Place], *, parted: bool) -> Table:
    """Take from a table what is not shown, and from its totals what would tell of it."""
    counted = any(row.counted for row in table.rows)

    def of(row: Row) -> Row:
        here = (place, row.label)
        if here in hidden:
            return blanked(row)
        weighed = here in totals and (counted or row.facts.by_volumes)
        if weighed or (parted and not plainly_counted(row)):
            return without_estimate(row)
        return as_printed(row) if here in totals else row

    return replace(table, rows=tuple(map(of, table.rows)))


def blanked(row: Row) -> Row:
    """Take all numbers from a row, with the notes that tell of them."""
    facts = Facts(
        row.facts.scope, row.facts.census, row.facts.known_only, row.facts.alone,
        mixed=row.facts.mixed, release=Release.NOTHING, stated=row.facts.stated,
    )  # fmt: skip
    return replace(row, facts=facts, **_NUMBERS)


# ---- totals over withheld rows, with no more digits than are printed: their further ones follow from the withheld rows


_ESTIMATED: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))
_NOISE = 1e-12  # of a ratio of sums
_NEARLY_NONE, _NEARLY_ALL = 0.0004, 0.9996  # stand for all rates that are printed as <0.1 and as >99.9


def as_printed(row: Row) -> Row:
    """Keep of a total what is printed, unless it is the plain ratio of the counts that stand beside it."""
    if row.facts.release is Release.ROUNDED or plainly_counted(row):
        return row
    rate, low, high = row.estimate, row.low, row.high
    if row.measure.role is Role.QUANTILE:
        ends = tuple(None if hours is None else round(hours, 1) for hours in (rate, low, high))
    elif row.method == "published" and rate is not None and low is not None and high is not None:
        # reports print a rate and the half width beside it
        shown, half = Decimal(repr(_in_percent(rate))) * 100, Decimal(formats.half_width(low, high, ("", "")))
        ends = tuple(float(end / 100) for end in (shown, shown - half, shown + half))
    else:
        ends = tuple(None if end is None else _in_percent(end) for end in (rate, low, high))
    rounded = dict(zip(("estimate", "low", "high"), ends, strict=True))
    return replace(row, **{**_ESTIMATED, **rounded}).stating(release=Release.ROUNDED)


def _in_percent(value: float) -> float:
    """Round as is printed; what is printed as a bound, <0.1 or >99.9, must not become none or all."""
    text = formats.percent(value)
    if formats.proportion(value) != text:
        return _NEARLY_NONE if value < 0.5 else _NEARLY_ALL
    return float(Decimal(text) / 100)


def without_estimate(row: Row) -> Row:
    """Keep of a row its counts alone: even what is printed of its estimate would tell of others."""
    return replace(row, **_ESTIMATED).stating(release=Release.COUNTS)


def plainly_counted(row: Row) -> bool:
    """Tell whether a rate is the ratio of its counts, in a sample that was not parted, and so tells of no part."""
    if row.facts.by_volumes or not row.n or row.recorded is None or row.clusters is None:
        return False
    plain = row.estimate is None or math.isclose(row.estimate, row.recorded / row.n, rel_tol=_NOISE)
    return plain and row.df in (None, 0, row.clusters - 1)
