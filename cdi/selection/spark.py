"""Records of a Spark frame: Spark makes the tickets, counts, sorts and digests, and the rows stay where they are.

What comes back is sums by stratum and partition, digests of blocks, the first faults, and the drawn. A frame of Spark
has no order of its own. Its rows are counted partition by partition, as Spark reads them, and as they would be fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from types import TracebackType
from typing import Any

from cdi.errors import SHOWN
from cdi.planning.bands import band_of
from cdi.reading import engine
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
from cdi.selection.sizes import Chances, exact_sum, parts_sql
from cdi.selection.tickets import DIGITS, SHORT_ESCAPES, prefix_of

__all__ = ["SparkRecords"]

_OF_PARTITION = 33
"""The bits by which Spark numbers the rows of a partition; those above number the partitions."""

_WHOLE = r"^(0|[1-9][0-9]{0,17})$"


@dataclass
class SparkRecords(Records):
    """Records whose tickets Spark makes."""

    table: Any = field(init=False, repr=False)  # a row for each record
    frame: Any = field(init=False, repr=False)  # the frame, as it was handed over
    held: Any = field(init=False, repr=False)  # what Spark holds until the draw is made

    def __post_init__(self) -> None:
        """Make the tickets, and number the rows."""
        f = _functions()
        source = self.opened.source
        if source is None:
            raise AssertionError  # none but frames of Spark come here
        self.frame = source.rows.to_native()
        asked, plan = self.asked, self.asked.plan
        prefixes = f.array(*[f.lit(prefix_of(asked.seed, label)) for label in plan.labels()])
        told = self.frame.select(
            f.monotonically_increasing_id().alias("at"),
            self._trimmed(asked.unit).alias("unit"),
            self._code().alias("code"),
            *self._sizes(),
            *[self._trimmed(name).alias(f"k{i}") for i, name in enumerate(asked.keep)],
            *[self._trimmed(key).alias(f"s{i}") for i, key in enumerate(plan.keys)],
        )
        text = f.concat(f.element_at(prefixes, f.col("code") + 1), _json(f.col("unit")), f.lit("]"))
        told = told.select("*", f.sha2(text, 256).alias("ticket"), _flaw(f.col("unit")).alias("flaw")).persist()
        parts = _fetched(told.groupBy(f.shiftright("at", _OF_PARTITION).alias("part")).agg(f.count("*").alias("n")))
        sizes = dict(zip(map(int, parts["part"]), map(int, parts["n"]), strict=True))
        starts = accumulate((sizes.get(part, 0) for part in range(max(sizes, default=0))), initial=0)
        # one text, since a list of as many numbers as there are partitions would be long in coming
        before = f.split(f.lit(",".join(map(str, starts))), ",").cast("array<bigint>")
        within = f.col("at").bitwiseAND(f.lit((1 << _OF_PARTITION) - 1))
        start = f.element_at(before, f.shiftright("at", _OF_PARTITION).cast("int") + 1)
        self.held = told
        self.table = told.withColumn("position", start + within + 1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let Spark forget the tickets."""
        self.held.unpersist()

    def _text_sql(self, name: str) -> str:
        return f"cast({self.opened.inner(name)} as string)"

    def _trimmed(self, name: str) -> Any:
        """Take the spaces off the ends of a column's texts; a text of nothing else is null."""
        f = _functions()
        text = f.btrim(f.expr(self._text_sql(name)), f.lit(engine.SPACES))
        return f.when(text != "", text)

    def _sizes(self) -> list[Any]:
        """Read the column of sizes, if there is one; what is no number is not a number."""
        if self.asked.size is None:
            return []
        f = _functions()
        read = f.expr(f"try_cast({self._text_sql(self.asked.size)} as double)")
        text = self._trimmed(self.asked.size)
        if dict(self.frame.dtypes)[self.opened.inner(self.asked.size)] in {"double", "float"}:
            # as the other engines write them
            text = f.when(text == "Infinity", "inf").when(text == "-Infinity", "-inf").when(text != "NaN", text)
        return [f.coalesce(read, f.lit(float("nan"))).alias("size"), text.alias("sized")]

    def _code(self) -> Any:
        """Give the place of a record's stratum in the plan; null where it has none."""
        f = _functions()
        plan = self.asked.plan
        if not plan.keys:
            return f.lit(0)
        pairs = [(f.lit(engine.APART.join(label)), f.lit(code)) for code, label in enumerate(plan.labels())]
        places = f.create_map(*[each for pair in pairs for each in pair])
        return f.element_at(places, f.concat_ws(engine.APART, *map(self._label, plan.keys)))

    def _label(self, key: str) -> Any:
        """Give the value of a stratum as the plan writes it."""
        f = _functions()
        plan = self.asked.plan
        if key not in plan.bands:
            return f.coalesce(self._trimmed(key), f.lit(""))
        text = f.trim(f.expr(self._text_sql(key)))
        whole = f.when(text.rlike(_WHOLE), text).cast("bigint")
        found = f.lit("")
        place = plan.keys.index(key)
        for label in dict.fromkeys(label[place] for label in plan.labels()):
            band = band_of(label)
            if band is not None:
                fits = (whole >= band.low) if band.high is None else whole.between(band.low, band.high)
                found = f.when(fits, f.lit(label)).otherwise(found)
        return found

    # ---- what is wrong

    def kinds(self) -> list[tuple[int | None, int, int]]:
        """Count the records by stratum and flaw."""
        f = _functions()
        found = _rows(self.table.groupBy("code", "flaw").agg(f.count("*").alias("n")))
        return [(None if engine.absent(code) else int(code), int(flaw), int(n)) for code, flaw, n in found]

    def flawed(self, flaws: Sequence[int]) -> list[tuple[int, int, str | None]]:
        """Find the first ids with some flaws."""
        wrong = self.table.where(self.table["flaw"].isin(list(flaws)))
        found = _rows(wrong.select("position", "flaw", "unit").orderBy("position").limit(SHOWN))
        return [(int(row), int(flaw), _text(unit)) for row, flaw, unit in found]

    def repeated(self) -> tuple[list[Repeated], int]:
        """Group by the ids themselves."""
        f = _functions()
        by_id = self.table.groupBy("unit").agg(f.count("*").alias("n"), f.min("position").alias("first"))
        again = by_id.where("n > 1")
        ((total,),) = _rows(again.agg((f.coalesce(f.sum("n"), f.lit(0)) - f.count("*")).alias("total")))
        if not total:
            return [], 0
        later = self.table.join(again, "unit").where("position > first").orderBy("position").limit(SHOWN)
        found = _rows(later.select("position", "unit", "first"))
        return [Repeated(int(row), str(unit), int(first)) for row, unit, first in found], int(total)

    def unplanned(self) -> tuple[list[tuple[int, list[str | None], int]], int]:
        """Count the records of each stratum that is not planned."""
        f = _functions()
        names = [f"s{i}" for i in range(len(self.asked.plan.keys))]
        strange = self.table.where("code is null")
        by_label = strange.groupBy(*names).agg(f.min("position").alias("row"), f.count("*").alias("n"))
        first = by_label.orderBy(f.desc("n"), *[f.asc_nulls_last(name) for name in names]).limit(SHOWN)
        ((total,),) = _rows(by_label.agg(f.count("*").alias("total")))
        return [(int(row), [_text(text) for text in label], int(n)) for *label, row, n in _rows(first)], int(total)

    def odd_sizes(self) -> tuple[list[tuple[int, str | None]], int]:
        """Find sizes that are no number above 0."""
        f = _functions()
        odd = self.table.where("isnan(size) or size <= 0 or size = double('infinity')")
        found = [
            (int(row), _text(text))
            for row, text in _rows(odd.select("position", "sized").orderBy("position").limit(SHOWN))
        ]
        ((total,),) = _rows(odd.agg(f.count("*").alias("total"))) if found else ((0,),)
        return found, int(total)

    # ---- what is drawn

    def digests(self) -> Digests:
        """Digest all records by blocks."""
        f = _functions()
        row = [f.substring("ticket", 1, 16)]
        if self.asked.size:
            row += [f.lpad(f.hex(f.expr(part).cast("bigint")), 16, "0") for part in parts_sql("size")]
        block = f.floor((f.col("position") - 1) / BLOCK).alias("block")
        listed = f.sort_array(f.collect_list(f.struct("position", f.concat(*row).alias("row"))))
        number = f.conv(f.substring("ticket", 1, 16), 16, 10).cast("decimal(20,0)")
        found = _rows(
            self.table.groupBy(block).agg(
                f.sha2(f.unhex(f.array_join(listed.getField("row"), "")), 256).alias("digest"),
                f.sum(number).cast("string").alias("sum"),
            )
        )
        blocks = [bytes.fromhex(digest) for _, digest, _ in sorted(found, key=lambda each: int(each[0]))]
        return Digests(digest_of(blocks), sum(int(each) for _, _, each in found) % (1 << 64))

    def sizes(self) -> list[Fraction]:
        """Add up the sizes of each stratum."""
        f = _functions()
        whole, power = map(f.expr, parts_sql("size"))
        added = f.sum(whole.cast("decimal(38,0)")).cast("string").alias("whole")
        parts: list[list[tuple[int, int]]] = [[] for _ in self.asked.plan.strata]
        for code, exponent, number in _rows(self.table.groupBy("code", power.alias("power")).agg(added)):
            parts[int(code)].append((int(number), int(exponent)))
        return [exact_sum(own) for own in parts]

    def certain(self, chances: Sequence[Chances]) -> list[list[float]]:
        """List of each stratum the sizes that are certain."""
        f = _functions()
        left, total, least = (
            _by_code([float(getattr(each, name)) for each in chances]) for name in ("left", "total", "least")
        )
        size = f.col("size")
        sure = (size >= least) | ((left > 0) & (size * left >= total))
        found: list[list[float]] = [[] for _ in chances]
        for code, own in _rows(self.table.where(sure).select("code", "size")):
            found[int(code)].append(float(own))
        return found

    def smallest(self, wanted: Sequence[int], chances: Sequence[Chances] | None) -> list[Record]:
        """Find the records of the smallest tickets of each stratum, and no others."""
        f = _functions()
        rank = f.lit(0.0)
        if chances is not None:
            share = (f.conv(f.substring("ticket", 1, DIGITS), 16, 10).cast("double") + 0.5) / float(16**DIGITS)
            certain = f.col("size") >= _by_code([each.least for each in chances])
            rank = f.when(certain, f.lit(0.0)).otherwise(share / f.col("size"))
        order = _window().partitionBy("code").orderBy(rank, "ticket")
        most = _by_code([float(each) for each in wanted])
        kept = [f"k{i}" for i in range(len(self.asked.keep))]
        drawn = self.table.withColumn("place", f.row_number().over(order)).where(f.col("place") <= most)
        size = "size" if self.asked.size else f.lit(None).cast("double").alias("size")
        found = _rows(drawn.select("code", "position", "unit", size, *kept))
        return [
            Record(int(code), int(row), str(unit), tuple(map(_text, texts)), None if chances is None else float(own))
            for code, row, unit, own, *texts in found
        ]


def _functions() -> Any:
    """Give the functions of Spark, which is there where a frame of it is."""
    import pyspark.sql.functions

    return pyspark.sql.functions


def _window() -> Any:
    import pyspark.sql

    return pyspark.sql.Window


def _fetched(frame: Any) -> dict[str, Any]:
    return engine.collect(engine.from_relation(frame))


def _rows(frame: Any) -> list[tuple[Any, ...]]:
    """Fetch some rows."""
    found = _fetched(frame)
    return list(zip(*(found[name] for name in frame.columns), strict=True))


def _text(value: Any) -> str | None:
    return None if engine.absent(value) else str(value)


def _by_code(values: Sequence[float]) -> Any:
    """Give the number of a record's stratum."""
    f = _functions()
    return f.element_at(f.array(*map(f.lit, values)), f.col("code") + 1)


def _json(unit: Any) -> Any:
    """Quote an id as ``json.dumps`` does."""
    f = _functions()
    slow = f.replace(f.replace(unit, f.lit("\\"), f.lit("\\\\")), f.lit('"'), f.lit('\\"'))
    for code in range(32):
        slow = f.replace(slow, f.lit(chr(code)), f.lit(SHORT_ESCAPES.get(chr(code), f"\\u{code:04x}")))
    quoted = f.when(unit.rlike(r'[\x00-\x1f"\\]'), slow).otherwise(unit)
    return f.concat(f.lit('"'), quoted, f.lit('"'))


def _flaw(text: Any) -> Any:
    """Tell what is wrong with an id."""
    f = _functions()
    found = f.when(text.isNull(), BLANK)
    patterns = [(PATTERNS[code], code) for code in (SHORTENED, DATED)] + [(DAY, DATED)]
    patterns += [(PATTERNS[code], code) for code in (CUT, LONG)]
    for pattern, code in patterns:
        found = found.when(text.rlike(rf"\A({pattern})\z"), code)
    return found.when(f.lower(text).isin(list(TOTALS)), TOTAL).otherwise(SOUND)
