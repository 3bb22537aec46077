"""Records in the embedded engine: a CSV or Parquet file is read once, in parallel, and frames go the same way.

The engine writes the JSON arrays, and hashes them, in SQL. What is kept of a record is some 20 bytes, so that frames
may be larger than memory. Only records that can be among the drawn keep their texts.

An id that stands twice is found however far apart its rows are: all hashes of ids are sorted. Ids whose hashes are the
same by chance are told apart by their texts.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.errors import SHOWN, DataError
from cdi.planning.bands import band_of
from cdi.reading import engine, limits, progress
from cdi.selection.frames import Asked, Opened
from cdi.selection.records import (
    BLANK,
    BLOCK,
    CUT,
    DATED,
    DAY,
    LONG,
    PATTERNS,
    SHORTENED,
    SOUND,
    TOTAL,
    TOTALS,
    Digests,
    Record,
    Records,
    Repeated,
    digest_of,
)
from cdi.selection.sizes import BITS, Chances, exact_sum, parts_sql
from cdi.selection.tickets import DIGITS, json_sql, prefix_of, ticket

if TYPE_CHECKING:
    from cdi.selection.plans import DrawPlan

__all__ = ["EmbeddedRecords", "hash_sql"]

Longs: TypeAlias = npt.NDArray[np.uint64]

_ROWS, _WANTED = "_cdi_hashed", "_cdi_wanted"

TOP = 1 << 64
"""One more than the first 64 bits of a ticket can be."""

_WIDER = 16.0
"""How much further is looked for records by size where there were too few."""


def hash_sql(text: str) -> str:
    """Write SQL for the number that stands for an id; ids that have the same are told apart by their texts.

    Examples
    --------
    >>> hash_sql("unit")
    'hash(unit)'
    """
    return f"hash({text})"


@dataclass
class EmbeddedRecords(Records):
    """Records of which the embedded engine holds a ticket, a stratum and a hash of the id."""

    rows: str = field(init=False, repr=False)
    digested: Digests | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the frame once."""
        import duckdb

        connection = self.opened.connection
        self.rows = self.opened.read(self.asked.all, self.asked.own)
        try:
            with progress.asking("draw", self.opened.name or "frame"):
                connection.execute(
                    f"create or replace temp table {_ROWS} as {_query(self.opened, self.asked, self.rows)}"
                )
        except duckdb.Error as error:
            limits.let_out(error)
            raise self.opened.refused(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the table."""
        self.opened.connection.execute(f"drop table if exists {_ROWS}")

    def query(self, text: str) -> list[Any]:
        """Ask the engine."""
        found: list[Any] = self.opened.connection.execute(text).fetchall()
        return found

    def columns(self, *names: str) -> list[npt.NDArray[Any]]:
        """Fetch columns of numbers."""
        found = self.opened.connection.sql(f"select {', '.join(names)} from {_ROWS}").fetchnumpy()
        return [np.ma.getdata(found[name]) for name in names]

    @property
    def own(self) -> str:
        """SQL that reads an id."""
        return engine.trimmed_sql(f"{self.opened.inner(self.asked.unit)}::varchar")

    # ---- what is wrong

    def kinds(self) -> list[tuple[int | None, int, int]]:
        """Count the records by stratum and flaw."""
        return self.query(f"select code, flaw, count(*) from {_ROWS} group by code, flaw")

    def flawed(self, flaws: Sequence[int]) -> list[tuple[int, int, str | None]]:
        """Find the first ids with some flaws, and read their texts again."""
        listed = ", ".join(map(str, flaws))
        first = self.query(
            f"select rowid + 1, flaw, unit from {_ROWS} where flaw in ({listed}) order by rowid limit {SHOWN}"
        )
        units = ", ".join(f"{unit}::ubigint" for _, _, unit in first)
        hashed = hash_sql(self.own)
        found = self.query(f"select distinct {hashed}, {self.own} from {self.rows} where {hashed} in ({units})")
        texts = dict(found)
        return [(row, flaw, texts.get(unit)) for row, flaw, unit in first]

    def repeated(self) -> tuple[list[Repeated], int]:
        """Sort the hashes of all ids; where one stands twice, the texts tell whether the ids are the same."""
        (units,) = self.columns("unit")
        with ThreadPoolExecutor(1) as other:  # numpy sorts, and hashlib digests, on a processor each
            sorting = other.submit(_again, units.astype(np.uint64, copy=False))
            self.digested = self._digested()
            again = sorting.result()
        if not len(again):
            return [], 0
        connection = self.opened.connection
        connection.register(_WANTED, {"unit": again})
        numbered = f"select row_number() over () as line, {self.own} as text from {self.rows}"
        alike = f"select line, text from ({numbered}) where {hash_sql('text')} in (select unit from {_WANTED})"
        firsts = f"select line, text, min(line) over (partition by text) as first from ({alike})"
        again_sql = f"from ({firsts}) where line > first"
        found = self.query(f"select line, text, first {again_sql} order by line limit {SHOWN}")
        total = self.query(f"select count(*) {again_sql}")[0][0] if len(found) == SHOWN else len(found)
        connection.unregister(_WANTED)
        return [Repeated(*each) for each in found], total

    def unplanned(self) -> tuple[list[tuple[int, list[str | None], int]], int]:
        """Count the records of each stratum that is not planned."""
        keys = self.asked.plan.keys
        texts = ", ".join(engine.trimmed_sql(f"{self.opened.inner(key)}::varchar") for key in keys)
        columns = ", ".join(f"s{i}" for i in range(len(keys)))
        labels = f"select row_number() over (), {_code(self.opened, self.asked)}, {texts} from {self.rows}"
        found = self.query(
            f"select min(row), {columns}, count(*) as n from ({labels}) as _(row, code, {columns}) where code is null "
            f"group by {columns} order by n desc, {columns}"
        )
        return [(row, list(label), rows) for row, *label, rows in found[:SHOWN]], len(found)

    def odd_sizes(self) -> tuple[list[tuple[int, str | None]], int]:
        """Find sizes that are no number above 0."""
        odd = f"from {_ROWS} where not (isfinite(size) and size > 0)"
        rows = [row for (row,) in self.query(f"select rowid + 1 {odd} order by rowid limit {SHOWN}")]
        if not rows:
            return [], 0
        text = engine.trimmed_sql(f"{self.opened.inner(str(self.asked.size))}::varchar")
        numbered = f"select row_number() over () as n, {text} as text from {self.rows}"
        texts = dict(self.query(f"select n, text from ({numbered}) where n in ({', '.join(map(str, rows))})"))
        return [(row, texts[row]) for row in rows], self.query(f"select count(*) {odd}")[0][0]

    # ---- what is drawn

    def digests(self) -> Digests:
        """Digest all records; where ids were looked through, it is done by now."""
        return self.digested or self._digested()

    def _digested(self) -> Digests:
        sized = ["size"] if self.asked.size else []
        tickets, *sizes = self.columns("ticket", *sized)
        kind = [("ticket", ">u8"), *([("whole", ">i8"), ("power", ">i8")] if sized else [])]
        blocks = []
        for start in range(0, len(tickets), BLOCK):
            part = slice(start, start + BLOCK)
            rows = np.empty(len(tickets[part]), kind)
            rows["ticket"] = tickets[part]
            for values in sizes:
                fractions, powers = np.frexp(np.where(np.isfinite(values[part]), values[part], 0.0))
                rows["whole"], rows["power"] = np.ldexp(fractions, BITS), powers - BITS
            blocks.append(hashlib.sha256(rows.tobytes()).digest())
        return Digests(digest_of(blocks), int(tickets.sum(dtype=np.uint64)))

    def sizes(self) -> list[Fraction]:
        """Add up the sizes of each stratum."""
        whole, power = parts_sql("size")
        parts: list[list[tuple[int, int]]] = [[] for _ in self.asked.plan.strata]
        sums = f"select code, {power} as power, sum({whole}::hugeint) from {_ROWS} group by all"
        for code, exponent, number in self.query(sums):
            parts[code].append((int(number), exponent))
        return [exact_sum(own) for own in parts]

    def certain(self, chances: Sequence[Chances]) -> list[list[float]]:
        """List of each stratum the sizes that are certain."""
        left, total, least = (
            _by_code([getattr(each, name) for each in chances]) for name in ("left", "total", "least")
        )
        found: list[list[float]] = [[] for _ in chances]
        for code, size in self.query(
            f"select code, size from {_ROWS} where size >= {least} or ({left} > 0 and size * {left} >= {total})"
        ):
            found[code].append(size)
        return found

    def smallest(self, wanted: Sequence[int], chances: Sequence[Chances] | None) -> list[Record]:
        """Find the records of the smallest tickets: nearly all records can be left out at a glance."""
        counts = dict(self.query(f"select code, count(*) from {_ROWS} group by code"))
        most = [min(each, counts[code]) for code, each in enumerate(wanted)]
        cuts: list[float] = [_cut(each, counts[code]) for code, each in enumerate(most)]
        rank, last, size = "ticket", float(TOP), "null"
        if chances is not None:
            share = f"((ticket >> {64 - 4 * DIGITS})::double + 0.5) / {1 << 4 * DIGITS}::double / size"
            rank = f"case when size >= {_by_code([each.least for each in chances])} then 0 else {share} end"
            last, size = math.inf, "size"
            cuts = [_cut_by_size(*each) for each in zip(most, chances, strict=True)]
        while True:
            near = f"{rank} <= {_by_code(cuts)}"
            found = self.query(f"select code, rowid + 1, ticket, unit, {size}, texts from {_ROWS} where {near}")
            held = Counter(code for code, *_ in found)
            short = [code for code, each in enumerate(most) if held[code] < each]
            if not short:
                return self._with_texts(found)
            for code in short:
                cuts[code] = min(last, cuts[code] * _WIDER)

    def _with_texts(self, found: Sequence[tuple[Any, ...]]) -> list[Record]:
        """Add the texts of records; those that are not at hand are read again, and known by hash and ticket."""
        lacking = {(unit, ticket): code for code, _, ticket, unit, _, texts in found if texts is None}
        known = self._read_again(lacking) if lacking else {}
        return [
            Record(code, row, unit, tuple(kept), size)
            for code, row, ticket, hashed, size, texts in found
            for unit, *kept in [texts or known[hashed, ticket]]
        ]

    def _read_again(self, lacking: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], list[str]]:
        """Read the texts of some records, by their hashes and tickets: ids may have the same hash."""
        labels, seed = self.asked.plan.labels(), self.asked.seed
        connection = self.opened.connection
        connection.register(_WANTED, {"unit": np.array([unit for unit, _ in lacking], dtype=np.uint64)})
        kept = [engine.trimmed_sql(f"{self.opened.inner(name)}::varchar") for name in self.asked.keep]
        hashed = hash_sql(self.own)
        code = _code(self.opened, self.asked)
        listed = ", ".join([hashed, code, self.own, *kept])
        found = self.query(f"select {listed} from {self.rows} where {hashed} in (select unit from {_WANTED})")
        connection.unregister(_WANTED)
        known = {
            (unit, int(ticket(seed, labels[code], texts[0])[:16], 16)): texts
            for unit, code, *texts in found
            if code is not None
        }
        if not known.keys() >= lacking.keys():
            raise DataError.of("draw-frame-changing", where=replace(self.opened.where, line=None))
        return known


def _again(units: Longs) -> Longs:
    """Find the numbers that stand twice, each once; the array is sorted."""
    units.sort()
    return np.unique(units[1:][units[1:] == units[:-1]])


def _by_code(values: Sequence[float]) -> str:
    """Write SQL that gives the number of a record's stratum."""
    kind = "ubigint" if all(isinstance(value, int) for value in values) else "double"
    listed = ", ".join(f"'{value}'::{kind}" for value in values)
    return f"([{listed}])[code + 1]"


def _looked_at(most: int) -> float:
    """Say how many records are looked at: six standard deviations more than are wanted of what chance brings."""
    return most + 6 * math.sqrt(most) + 30


def _cut(most: int, population: int) -> int:
    """Say up to which ticket the drawn are looked for."""
    return min(TOP - 1, int(TOP * min(1.0, _looked_at(most) / population)))


def _cut_by_size(most: int, chances: Chances) -> float:
    """Say up to which ticket by size the drawn are looked for."""
    return _looked_at(most) / chances.total if chances.total else math.inf


# ---- the query


def _query(opened: Opened, asked: Asked, rows: str) -> str:
    """Write SQL that makes of each record its ticket, its stratum, a hash of its id, and what is wrong with it."""
    unit = engine.trimmed_sql(f"{opened.inner(asked.unit)}::varchar")
    kept = [f"{opened.inner(name)}::varchar as k{i}" for i, name in enumerate(asked.keep)]
    # by its text, as all other engines read it: a number of single precision would be another one
    sizes = (
        [f"coalesce(try_cast({opened.inner(asked.size)}::varchar as double), 'nan'::double) as size"]
        if asked.size
        else []
    )
    prefixes = ", ".join(engine.literal(prefix_of(asked.seed, label)) for label in asked.plan.labels())
    digest = f"sha256(([{prefixes}])[code + 1] || {json_sql('unit')} || ']')"
    cut = _by_code(_cuts(opened, asked))
    texts = ", ".join(["unit", *(engine.trimmed_sql(f"k{i}") for i in range(len(kept)))])
    columns = ", ".join([f"{unit} as unit", f"{_code(opened, asked)} as code", *kept, *sizes])
    told = [
        f"{hash_sql('unit')} as unit", "code", "ticket", f"{_flaw('unit')} as flaw", *(["size"] if sizes else []),
    ]  # fmt: skip
    return (
        f"select {', '.join(told)}, case when ticket < {cut} then [{texts}] end as texts "
        f"from (select *, ('0x' || substring({digest}, 1, 16))::ubigint as ticket from (select {columns} from {rows}))"
    )


def _cuts(opened: Opened, asked: Asked) -> list[int]:
    """Say below which ticket a record may be among the drawn, as far as it is known how many there are.

    It costs nothing to be wrong: texts that are not at hand are read again.
    """
    known = opened.size if len(asked.plan.strata) == 1 else None
    populations = [known if known is not None else stratum.population for stratum in asked.plan.strata]
    return [
        0 if asked.size is not None or not population else _cut(most, population)
        for most, population in zip(asked.most, populations, strict=True)
    ]


def _code(opened: Opened, asked: Asked) -> str:
    """Write SQL that gives the place of a record's stratum in the plan; null where it has none."""
    plan, connection = asked.plan, opened.connection
    if not plan.keys:
        return "0"
    names = ", ".join(engine.literal(engine.APART.join(label)) for label in plan.labels())
    connection.execute("drop type if exists _cdi_strata")
    connection.execute(f"create type _cdi_strata as enum ({names})")
    # nearly every value is tidy, so that it is tried as it is first
    ways = []
    for tidy in (False, True):
        parts = [_label(plan, key, f"{opened.inner(key)}::varchar", tidy=tidy) for key in plan.keys]
        joined = f" || {engine.literal(engine.APART)} || ".join(f"({part})" for part in parts)
        ways.append(f"enum_code(try_cast({joined} as _cdi_strata))::integer")
    return f"coalesce({', '.join(ways)})"


def _label(plan: DrawPlan, key: str, name: str, *, tidy: bool) -> str:
    """Write SQL that gives the value of a stratum as the plan writes it."""
    if key not in plan.bands:
        return engine.trimmed_sql(name) if tidy else name
    place = plan.keys.index(key)
    name = f"trim({name})"
    whole = f"case when {name} = try_cast({name} as ubigint)::varchar then {name}::ubigint end"
    cases = []
    for text in dict.fromkeys(label[place] for label in plan.labels()):
        band = band_of(text)
        if band is not None:
            above = f"number >= {band.low}" + ("" if band.high is None else f" and number <= {band.high}")
            cases.append(f"when {above.replace('number', whole)} then {engine.literal(text)}")
    return f"case {' '.join(cases)} end"


def _flaw(name: str) -> str:
    """Write SQL that tells what is wrong with an id. Each search is made only where a quick look finds a reason."""

    def fits(pattern: str) -> str:
        return f"regexp_full_match({name}, {engine.literal(pattern)})"

    totals = ", ".join(map(engine.literal, TOTALS))
    return (
        f"(case when {name} is null then {BLANK} "
        f"when contains({name}, '+') and {fits(PATTERNS[SHORTENED])} then {SHORTENED} "
        f"when strlen({name}) < 12 and contains({name}, '-') and {fits(PATTERNS[DATED])} then {DATED} "
        f"when {name} like '__/__/____%' and {fits(DAY)} then {DATED} "
        f"when strlen({name}) >= 15 and {name} < ':' and {fits(PATTERNS[CUT])} then {CUT} "
        f"when strlen({name}) >= 15 and {name} < ':' and {fits(PATTERNS[LONG])} then {LONG} "
        # a list of values behind "in" would be a join to the engine, and rows would lose their order
        f"when strlen({name}) < 12 and list_contains([{totals}], lower({name})) then {TOTAL} "
        f"else {SOUND} end)::utinyint"
    )
