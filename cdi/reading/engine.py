"""Runs expressions on rows in their own engine, and brings small results into numpy.

narwhals speaks to pandas, Polars, PyArrow, DuckDB, Dask, PySpark and Ibis. Lazy engines stay lazy until
:func:`collect`.

A Python value handed to DuckDB as part of an expression makes it load pandas, which takes longer than a whole estimate.
So the way of a right file through the engine uses columns only; values come as SQL text, or where there are faults.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import operator
import re
import sys
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from cdi.errors import CdiError, DataError
from cdi.reading import limits, progress

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np

    Rows: TypeAlias = nw.LazyFrame[Any]
    Expr: TypeAlias = nw.Expr

__all__ = [
    "APART", "MANY", "ROW", "absent", "adds_large", "adopted", "all_of", "any_of", "are_kept", "as_text",
    "below_each_other", "beside_each", "by_key", "by_position", "can_keep", "can_pickle", "categories_of",
    "collect", "connect", "constant", "count_distinct", "count_rows", "filled", "follows", "from_relation", "hold",
    "holds_texts", "in_memory", "inner", "inner_names", "is_duckdb", "is_empty_text", "is_spark", "is_unique",
    "joined", "kept", "keyed", "literal", "mapped", "no_rows", "numbered", "of_plain_kinds", "one_below_the_other",
    "quoted", "refuses_large", "relabelled", "renamed", "row_by_row", "saying", "settled", "shaped", "side_by_side",
    "since_1970", "speaking", "sums", "taken", "tallied", "tally", "texts_of", "ticked", "together", "unlike",
    "whole_numbers", "with_decimals",
]  # fmt: skip

ROW = "_cdi_row"
"""Name of the column that numbers rows, from 1."""

_ROWS, _KEY = "_cdi_rows", "_cdi_key"
_OTHER = "_cdi_other_"
APART, _ABSENT = "\x1f", "\x1e"  # signs that no text holds


def connect() -> Any:
    """Start the engine, within the limits that were set."""
    import duckdb

    connection = limits.on_engine(duckdb)
    progress.follow(connection)
    return connection


def collect(rows: Rows) -> dict[str, np.ndarray[Any, Any]]:
    """Fetch a small result as numpy columns; text comes as objects, null as None."""
    import numpy as np

    native: Any = rows.to_native()
    if hasattr(native, "fetchnumpy"):  # DuckDB: straight to numpy, without the weight of pandas
        with answering():
            found = native.fetchnumpy()
        return {name: _unmasked(np, column) for name, column in found.items()}
    with answering():
        frame = rows.collect()
    return {name: _unmasked(np, _plain(frame[name]).to_numpy()) for name in frame.columns}


def taken(rows: Rows, places: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Fetch some rows that are in memory, by their positions."""
    frame: Any = rows.collect()
    return collect(frame[places].lazy())


def _plain(series: nw.Series[Any]) -> nw.Series[Any]:
    """Write categories of PyArrow out as texts: as numpy's they would lose which of them are absent."""
    import narwhals as nw

    is_coded = series.implementation.is_pyarrow() and isinstance(series.dtype, (nw.Categorical, nw.Enum))
    return series.cast(nw.String) if is_coded else series


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Say that it is the engine's fault where the query that a user handed over fails half-way."""
    try:
        yield
    except (CdiError, MemoryError):
        raise
    except Exception as error:
        limits.let_out(error)
        first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        raise DataError.of("engine-failed", got=f"{type(error).__name__}: {first}") from error


def absent(value: object) -> bool:
    """Tell whether a value is the nothing of some engine: None, NaN, NaT or NA."""
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def adopted(source: object, connection: Callable[[], Any] = connect) -> object:
    """Give a dataset of PyArrow as a relation of DuckDB, which reads its files when it is asked; all else as it is."""
    arrow: Any = sys.modules.get("pyarrow.dataset")  # who has a dataset has imported it
    if arrow is not None and isinstance(source, arrow.Dataset):
        relation = connection().from_arrow(source)
        # DuckDB renames columns whose names differ in capitals only: such rows are read into memory
        return relation if relation.columns == source.schema.names else source.to_table()
    return source


_IN_MEMORY = frozenset(["PANDAS", "MODIN", "POLARS", "PYARROW"])


def can_pickle(frame: object) -> bool:
    """Tell whether a frame can be pickled: one of a database or a cluster is a question put to it, and no rows yet."""
    import narwhals as nw

    found = nw.from_native(frame, pass_through=True)
    return isinstance(found, (nw.DataFrame, nw.LazyFrame)) and found.implementation.name in _IN_MEMORY


def categories_of(rows: Rows, column: str) -> tuple[object, ...]:
    """List the categories of a column in the order that its user gave them; empty where it has none of its own."""
    import narwhals as nw

    kind = rows.collect_schema()[column]
    if isinstance(kind, nw.Enum):
        return tuple(kind.categories)
    # the categories of other engines are in the order in which they came up
    if isinstance(kind, nw.Categorical) and rows.implementation.is_pandas():
        native: Any = rows.to_native()
        return tuple(native[column].cat.categories)
    return ()


class _NoRows:
    """Stands where rows were not kept; whoever asks for one is told to read the file again."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        raise DataError.of("rows-not-kept")


def are_kept(rows: object) -> bool:
    """Tell rows from what stands where they were not kept."""
    return not isinstance(rows, _NoRows)


def no_rows() -> Rows:
    """Make what stands where rows were not kept."""
    return cast("Rows", _NoRows())


def hold(rows: Rows) -> Rows:
    """Compute a frame once that is used twice, where its rows are in this machine's memory anyway."""
    if rows.implementation.name != "POLARS":
        return rows
    with answering():
        return rows.collect().lazy()


def kept(rows: Rows) -> Rows:
    """Compute once what is asked of several times: in memory, in a table of the embedded engine, or in the cluster."""
    native: Any = rows.to_native()
    if is_duckdb(rows):
        return from_relation(_as_table(native))
    return _persisted(native) if is_spark(rows) else rows.collect().lazy()


def in_memory(rows: Rows) -> bool:
    """Tell whether all rows lie in the memory of this process; those of Polars may be a question to a file."""
    return rows.implementation.name in ("PANDAS", "PYARROW")


def can_keep(rows: Rows) -> bool:
    """Tell whether what is computed of rows can be kept without a copy where they come from."""
    return rows.implementation.name in _IN_MEMORY or is_spark(rows)


def _persisted(native: Any) -> Rows:
    """Let Spark keep in memory, or on its disks, what is computed, until nobody here can ask for it any more."""
    with answering():
        held = native.persist()
    # a frame of its own: the one that releases what is kept must not be the one that is waited for
    asked = held.select("*")
    weakref.finalize(asked, _released, held).atexit = False  # a session that ends drops all that it keeps
    return from_relation(asked)


def _released(held: Any) -> None:
    with contextlib.suppress(Exception):  # its session may have ended
        held.unpersist()


def side_by_side(rows: Rows, column: str) -> Rows:
    """Put the rows of each value in one place of a cluster, so that no later question by it moves rows again."""
    native: Any = rows.to_native()
    return from_relation(native.repartition(column)) if is_spark(rows) else rows


def of_plain_kinds(frame: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Give columns of kinds that their own engine holds, but has no functions for, the kind that it has them for."""
    import narwhals as nw

    native: Any = frame.to_native()
    if frame.implementation.is_pyarrow():
        plain: nw.DataFrame[Any] = nw.from_native(_plain_arrow(native))
        return plain
    if frame.implementation.is_duckdb():
        kinds = zip(native.columns, map(str, native.types), strict=True)
        large = [quoted(name) for name, kind in kinds if kind in _LARGE_OF_DUCKDB]
        cast = ", ".join(f"cast(cast({name} as varchar) as hugeint) as {name}" for name in large)
        return nw.from_native(native.project(f"* replace ({cast})")) if large else frame
    if not frame.implementation.is_polars():
        return frame
    wide = [name for name, kind in frame.collect_schema().items() if isinstance(kind, (nw.Int128, nw.UInt128))]
    return frame.with_columns(nw.col(*wide).cast(nw.Int64)) if wide else frame


_LARGE_OF_DUCKDB = frozenset(["UHUGEINT", "BIGNUM", "VARINT"])  # numbers that it hands over to nobody


def _plain_arrow(table: Any) -> Any:
    for place, field in enumerate(table.schema):
        held = table.column(place)
        column = _plain_column(held, field.type)
        if column is not held:
            table = table.set_column(place, field.name, column)
    return table


def _plain_column(column: Any, kind: Any) -> Any:
    import pyarrow as pa
    from pyarrow import compute

    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.cast(kind.storage_type), kind.storage_type
    name = str(kind).partition("<")[0].partition("(")[0]
    if pa.types.is_dictionary(kind):  # those of several files may each have their own
        return column.unify_dictionaries()
    if name == "run_end_encoded":
        return compute.run_end_decode(column)
    if name in ("list_view", "large_list_view"):  # it plays no role, and cannot be looked into
        return pa.chunked_array([pa.nulls(len(column), pa.list_(pa.null()))])
    if name == "uint64":  # it is held against whole numbers that may be below 0
        return column.cast(pa.decimal128(20)) if (compute.max(column).as_py() or 0) >= 2**63 else column
    if name in ("decimal32", "decimal64", "decimal256"):
        return column.cast(pa.decimal128(38, kind.scale))
    if name == "fixed_size_binary":
        return column.cast(pa.binary())
    plain = {"string_view": pa.large_string(), "binary_view": pa.binary(), "halffloat": pa.float32()}
    return column.cast(plain[name]) if name in plain else column


def one_below_the_other(parts: Sequence[Rows], columns: Sequence[str]) -> Rows:
    """Put the rows of several frames of one engine below each other, whose columns are named by position.

    Raises
    ------
    DataError
        A column holds texts in one and numbers in another.
    """
    import narwhals as nw

    if parts[0].implementation.is_pandas_like() or parts[0].implementation.is_dask():  # which take any values together
        return nw.concat(parts, how="vertical")
    schemas = [part.collect_schema() for part in parts]
    shared: dict[str, Expr] = {}
    apart: list[str] = []
    names = inner_names(columns)
    for name in names:
        kinds = [schema[name] for schema in schemas]
        found = [kind for kind in kinds if not isinstance(kind, nw.Unknown)]  # nothing but null
        coded = any(isinstance(kind, (nw.Categorical, nw.Enum)) for kind in found)
        if coded and all(isinstance(kind, (nw.Categorical, nw.Enum, nw.String)) for kind in found):
            shared[name] = as_text(name)
        elif len(set(kinds)) == 1:
            continue
        elif len(set(found)) == 1:
            shared[name] = nw.col(name).cast(found[0])
        elif all(kind.is_numeric() for kind in found):
            whole = all(kind.is_integer() for kind in found)
            shared[name] = nw.col(name).cast(nw.Int64 if whole else nw.Float64)
        else:
            apart.append(f"{columns[names.index(name)]} ({', '.join(dict.fromkeys(map(str, kinds)))})")
    if apart:
        raise DataError.of("frames-differ", got="; ".join(apart))
    with answering():  # what two connections hold is never together
        return nw.concat([part.with_columns(**shared) if shared else part for part in parts], how="vertical")


def settled(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute what a lazy frame asks for once, unless it only reads a table or file: it is asked several times.

    A sample, or the first rows of what has no order, would be another one each time.

    Raises
    ------
    DataError
        The rows come from a stream, which is at its end once they were read.
    """
    native: Any = frame.to_native()
    with answering():
        if frame.implementation.is_polars() and not _only_reads(native.explain(optimized=False)):
            return frame.collect().lazy()
        if frame.implementation.is_duckdb():
            plan = native.explain()
            if not _only_scans(plan):
                return from_relation(_as_table(native))
            if "ARROW_SCAN" in plan:  # a table and a stream look alike, until they are asked again
                first, again = count_rows(frame), count_rows(frame.head(1))
                if first and not again:
                    raise DataError.of("read-once", got=f"{first:,} rows, and {again:,} when asked again")
        if _is_ibis(frame) and not _only_looks(native):
            return from_relation(native.cache())
    return frame


_LOOKS = frozenset(["DatabaseTable", "InMemoryTable", "Filter", "Project", "DropColumns"])
"""The steps of Ibis that give the same rows each time."""


def _only_looks(table: Any) -> bool:
    from ibis.expr import operations

    steps = {type(step).__name__ for step in table.op().find(operations.Relation)}
    return steps <= _LOOKS and not table.op().find(operations.Impure)


_READS = re.compile(
    r"^(?:DF \[|(?!PYTHON )\w+ SCAN \[|PROJECT\b|ESTIMATED ROWS|SELECT \[|WITH_COLUMNS:|FILTER |FROM$|\[)"
)
"""The steps of a plan of Polars that give the same rows each time; what Python gives may be others."""

_FUNCTION = re.compile(r"\.(\w+)\(")
_PLAIN = frozenset(["alias", "cast", "strict_cast", "is_in", "is_null", "is_not_null", "is_between", "not", "contains"])


def _only_reads(plan: str) -> bool:
    steps = [line.strip() for line in plan.splitlines()]
    return all(map(_READS.match, steps)) and set(_FUNCTION.findall(plan)) <= _PLAIN


_SCANS = frozenset(["SEQ_SCAN", "TABLE_SCAN", "PARQUET_SCAN", "READ_PARQUET", "READ_CSV", "READ_CSV_AUTO",
                    "PANDAS_SCAN", "ARROW_SCAN", "COLUMN_DATA_SCAN", "EMPTY_RESULT"])  # fmt: skip
"""The steps of a plan of DuckDB that give the same rows each time."""


def _only_scans(plan: str) -> bool:
    lines = plan.splitlines()
    heads = [line for above, line in itertools.pairwise(lines) if above.startswith("┌")]
    steps = {step.strip() for line in heads for step in line.split("│") if step.strip()}
    return steps <= _SCANS and "Sample" not in plan


_ASKED = "cdi_asked"  # the view by which a connection finds what a relation asks for


def _as_table(relation: Any) -> Any:
    """Write what a relation asks for into a table of its own connection, which goes when that is closed."""
    name = f"cdi_held_{uuid.uuid4().hex}"
    # names that differ in capitals only are one in a table, and two in what is asked of it
    own = relation.columns
    plain = relation.project(", ".join(f"#{i} as {inner(i)}" for i in range(1, len(own) + 1)))
    plain.query(_ASKED, f"create temporary table {name} as select * from {_ASKED}")
    held = relation.query(_ASKED, f"select * from {name}")
    return held.project(", ".join(f"#{i} as {quoted(each)}" for i, each in enumerate(own, 1)))


def row_by_row(rows: Rows, step: Callable[[Rows], Rows]) -> Rows:
    """Take a step that looks at each row by itself; Dask takes a long one in each of its parts, as one."""
    import narwhals as nw

    if not rows.implementation.is_dask():
        return step(rows)

    def of_part(part: object) -> object:
        return step(nw.from_native(part).lazy()).collect().to_native()  # type: ignore[call-overload]

    native: Any = rows.to_native()
    return from_relation(native.map_partitions(of_part))


def joined(rows: Rows, others: Rows, column: str) -> Rows | None:
    """Keep the rows that share the value of a column with one of others; None where no engine holds both.

    Each of the others has another value.
    """
    if rows.implementation.name != others.implementation.name:
        return None
    try:
        return rows.join(others.select(column), on=column, how="inner")
    except Exception:  # noqa: BLE001 - each engine has its own error for what another connection holds
        return None


def any_of(conditions: Sequence[Expr]) -> Expr:
    """Join conditions with or."""
    return functools.reduce(operator.or_, conditions)


def all_of(conditions: Sequence[Expr]) -> Expr:
    """Join conditions with and."""
    return functools.reduce(operator.and_, conditions)


def numbered(rows: Rows) -> Rows:
    """Add the column ``ROW``, the number of each row from 1, where it is not there; only faults need it."""
    import narwhals as nw

    if ROW in rows.collect_schema().names():
        return rows
    return rows.collect().with_row_index(ROW).with_columns(nw.col(ROW) + 1).lazy()


SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Every space of Unicode, as ``str.strip`` knows them: engines differ in what they strip when nothing is named."""


_NO_WORD = "a length of time"


def written(rows: Rows, column: str) -> Expr:
    """Write the values of a column as text, whatever their kind: no engine holds dates or numbers against words.

    Null stays null, which some engines would write out as a word. A length of time is no answer, count or label, and
    not every engine writes it.
    """
    import narwhals as nw

    kind, value = rows.collect_schema()[column], nw.col(column)
    if isinstance(kind, nw.String):
        return value
    # Spark has a kind of its own for lengths of time
    if isinstance(kind, nw.Duration) or (is_spark(rows) and isinstance(kind, nw.Unknown)):
        return nw.when(~value.is_null()).then(nw.lit(_NO_WORD))
    if isinstance(kind, nw.Datetime):  # as each is shown: engines write more or fewer parts of a second
        return as_text(column).str.replace_all(r"\.0+$", "").str.replace_all(r"[T ]00:00:00$", "")
    if kind.is_float() and rows.implementation.is_pyarrow():  # it writes 2.0 as 2
        text = as_text(column)
        return nw.when(text.str.contains("^-?[0-9]+$")).then(nw.concat_str(text, nw.lit(".0"))).otherwise(text)
    return as_text(column)


def as_text(column: str) -> Expr:
    """Turn values into texts of one kind. Null stays null: pandas before 3 would write it as the word None."""
    import narwhals as nw

    return nw.when(~nw.col(column).is_null()).then(nw.col(column).cast(nw.String))


def holds_texts(rows: Rows, column: str) -> bool:
    """Tell whether all values can be written as texts by their engine: an object of pandas may be anything."""
    import narwhals as nw

    if isinstance(rows.collect_schema()[column], nw.Object):
        return False
    native: Any = rows.to_native()
    if not rows.implementation.is_pandas() or str(native[column].dtype) != "object":
        return True
    return all(isinstance(value, str) or absent(value) for value in native[column])


def with_decimals(rows: Rows, column: str) -> Rows:
    """Take decimals as numbers, which pandas holds as objects."""
    import narwhals as nw

    if not rows.implementation.is_pandas() or not isinstance(rows.collect_schema()[column], nw.Object):
        return rows
    native: Any = rows.to_native()
    held = native[column]
    if not all(isinstance(value, Decimal) or absent(value) for value in held):
        return rows
    return from_relation(native.assign(**{column: held.astype("float64")}))


def since_1970(rows: Rows, column: str, name: str) -> Rows:
    """Add the microseconds from 1970 to times that have a type; 0 where there is none. Those of a zone are of UTC."""
    import narwhals as nw

    native: Any = rows.to_native()
    if is_duckdb(rows):
        return from_relation(native.project(f"*, coalesce(epoch_us({quoted(column)}), 0) as {quoted(name)}"))
    if _is_ibis(rows):
        moment = native[column]
        since = moment.epoch_seconds() * 1_000_000 + moment.microsecond()
        return from_relation(native.mutate(**{name: since.fill_null(0)}))
    if not rows.implementation.is_spark_like():
        found = nw.col(column).dt.timestamp("us")
        return rows.with_columns(found.fill_null(0).cast(nw.Int64).alias(name))
    from pyspark.sql import functions

    # what has no zone is taken as of UTC, whatever the zone of the session
    kind: Any = rows.collect_schema()[column]
    moment = functions.col(column)
    if kind.time_zone is None:
        moment = functions.to_timestamp(functions.concat(functions.date_format(moment, _CLOCK), functions.lit("Z")))
    return from_relation(native.withColumn(name, functions.coalesce(functions.unix_micros(moment), functions.lit(0))))


_CLOCK = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"


def trimmed(rows: Rows, column: str) -> Expr:
    """Take the spaces off the ends of texts."""
    return _stripped(rows, as_text(column))


def _stripped(rows: Rows, text: Expr) -> Expr:
    import narwhals as nw

    if _is_ibis(rows):  # it strips what its database takes for spaces, and nothing else
        return text.str.replace_all(_ENDS, "")
    tidy = text.str.strip_chars(SPACES)
    # DuckDB takes twenty times as long to strip a text as to see that there is nothing to strip
    return nw.when(text.str.contains(_ENDS)).then(tidy).otherwise(text) if is_duckdb(rows) else tidy


_ENDS = f"^[{SPACES}]+|[{SPACES}]+$"


def trimmed_sql(name: str) -> str:
    """Write SQL that takes the spaces off the ends of a text, and makes a text of nothing else null.

    DuckDB is slow to strip, and does so only where a text has signs beyond ASCII, or a space at one of its ends.
    """
    spaces = " or ".join(f"ends_with({name}, {literal(sign)})" for sign in SPACES if sign.isascii())
    tidy = f"{name} >= '!' and strlen({name}) = length({name}) and not ({spaces})"
    return f"case when {tidy} then {name} else nullif(trim({name}, {literal(SPACES)}), '') end"


def shaped(rows: Rows, text: str, shape: str) -> Rows:
    """Trim a column of texts, and add the same with a 0 in the place of each digit."""
    import narwhals as nw

    rows = rows.with_columns(trimmed(rows, text).alias(text))
    if is_duckdb(rows):  # it is slow to put signs in the place of a pattern
        native: Any = rows.to_native()
        zeros = f"translate({quoted(text)}, '123456789', '000000000')"
        return from_relation(native.project(f"*, {zeros} as {quoted(shape)}"))
    return rows.with_columns(nw.col(text).str.replace_all("[0-9]", "0").alias(shape))


def is_empty_text(rows: Rows, column: str) -> Expr:
    """Find texts of nothing but spaces."""
    import narwhals as nw

    text = nw.col(column) if isinstance(rows.collect_schema()[column], nw.String) else as_text(column)
    empty = _stripped(rows, text) == ""
    if not is_duckdb(rows):
        return empty
    # DuckDB is slow to strip, and does so only where a text begins with no printed sign of ASCII
    return nw.when((text < "!") | (text > "~")).then(empty).fill_null(value=False)


def speaking(rows: Rows, names: Sequence[str], words: Sequence[str], lacking: Sequence[str]) -> Rows:
    """Keep the rows that hold one of some words in a column of texts, or nothing in one of others."""
    import narwhals as nw

    kinds = rows.collect_schema()
    texts = (nw.String, nw.Categorical, nw.Enum, nw.Object)
    held = [name for name in names if isinstance(kinds[name], texts)]
    if is_duckdb(rows):
        native: Any = rows.to_native()
        said = [f"contains({quoted(name)}::varchar, {literal(word)})" for name in held for word in words]
        missing = [f"{quoted(name)} is null" for name in lacking]
        return from_relation(native.filter(" or ".join([*said, *missing]) or "false"))
    for name in held:
        if isinstance(kinds[name], nw.Object):
            rows = _with_texts(rows, name)
    columns = [f"{_TEXT}{name}" if isinstance(kinds[name], nw.Object) else name for name in held]
    if rows.implementation.name in _IN_MEMORY:  # one look at each text, and not one for each word
        said_by = "|".join(map(re.escape, words))
        masks = [nw.col(name).cast(nw.String).str.contains(said_by).fill_null(value=False) for name in columns]
    else:
        masks = [saying(column, words) for column in columns]
    masks += [nw.col(name).is_null().fill_null(value=False) for name in lacking]
    return rows.filter(any_of(masks)) if masks else rows.head(0)


def saying(column: str, words: Sequence[str]) -> Expr:
    """Find the rows in which a column of texts says one of some words."""
    import narwhals as nw

    text = nw.col(column).cast(nw.String)
    return any_of([text.str.contains(word, literal=True).fill_null(value=False) for word in words])


_TEXT = "_cdi_text_"


def _with_texts(rows: Rows, name: str) -> Rows:
    """Write the objects of several kinds that a column of pandas holds as texts beside them."""
    import narwhals as nw

    frame = rows.collect()
    texts: Any = frame[name].to_native().map(str, na_action="ignore").astype("string")
    return frame.with_columns(nw.from_native(texts, series_only=True).alias(f"{_TEXT}{name}")).lazy()


def unlike(rows: Rows, values: Mapping[str, Any]) -> Rows:
    """Leave out the rows that hold some values; of dates only whether there is one is looked at."""
    import narwhals as nw

    kinds = rows.collect_schema()
    plain = (nw.String, nw.Categorical, nw.Enum, nw.Boolean)
    terms = []
    for name, value in values.items():
        column, kind = nw.col(name), kinds[name]
        if absent(value):
            terms.append(column.is_null() | column.is_nan() if kind.is_float() else column.is_null())
        elif kind.is_numeric() or isinstance(kind, plain):
            terms.append((column == (value.item() if hasattr(value, "item") else value)).fill_null(value=False))
        else:
            terms.append(~column.is_null())
    return rows.filter(~all_of(terms))


def count_rows(rows: Rows) -> int:
    """Count the rows."""
    return int(collect(sums(rows, (), (), count="_cdi_n"))["_cdi_n"][0])


MANY = 256
"""Of more columns texts are set below each other, which takes no plan for each column."""


def texts_of(rows: Rows) -> frozenset[str]:
    """Name the columns that hold text, of rows that lie in the engine here; none of others."""
    if not is_duckdb(rows):
        return frozenset()
    return frozenset(name for name, kind in rows.collect_schema().items() if str(kind) == "String")


def tallied(rows: Rows, names: Sequence[str], most: int) -> dict[str, dict[str, int]]:
    """Count the words of columns of text, all in two questions; none of a column that has more words than ``most``."""
    relation: Any = rows.to_native()
    if len(names) > MANY // 4:
        words = (
            f"select _cdi_name, _cdi_value, count(*) as _cdi_n from ({below_each_other(_ASKED, names)}) group by all"
        )
        listed = f"select _cdi_name, list(_cdi_value), list(_cdi_n) from ({words}) group by _cdi_name"
        held = relation.query(_ASKED, f"{listed} having count(*) <= {most}").fetchall()
        found = {name: dict(zip(own, times, strict=True)) for name, own, times in held}
        return {name: found.get(name, {}) for name in names}
    counts = relation.aggregate(", ".join(f"count(distinct {quoted(name)})" for name in names)).fetchone()
    few = [name for name, count in zip(names, counts, strict=True) if count <= most]
    told: dict[str, dict[str, int]] = {name: {} for name in names}
    if few:
        held = relation.aggregate(", ".join(f"histogram({quoted(name)})" for name in few)).fetchone()
        told |= {name: {} if words is None else dict(words) for name, words in zip(few, held, strict=True)}
    return told


def below_each_other(table: str, names: Sequence[str], beside: Sequence[str] = ()) -> str:
    """Write SQL that sets the texts of columns below each other, those that are there, with the name of each.

    What stands ``beside`` them is repeated.
    """
    listed = ", ".join(map(quoted, names))
    held = ", ".join(map(quoted, [*beside, *names]))
    return f"unpivot (select {held} from {table}) on {listed} into name _cdi_name value _cdi_value"


def count_distinct(rows: Rows, column: str) -> int:
    """Count the values of a column, each once."""
    import narwhals as nw

    if is_duckdb(rows):
        native: Any = rows.to_native()
        return int(collect(from_relation(native.aggregate(f"count(distinct {quoted(column)}) as n")))["n"][0])
    found = collect(rows.select(_cdi_n=nw.col(column).n_unique()))["_cdi_n"][0]
    return 0 if absent(found) else int(found)  # Spark counts no values of no rows


def is_unique(rows: Rows, column: str, *, held: bool = False) -> bool:
    """Tell whether every row has a value of its own in a column; ``held`` are rows that lie in memory."""
    if is_duckdb(rows) and _are_numbers_apart(rows, column):
        return True
    if held and _are_held_apart(rows, column):
        return True
    return count_distinct(rows, column) == count_rows(rows)


def follows(rows: Rows, key: str, column: str) -> bool:
    """Tell whether rows with the same value of one column have the same in another; absent values may not be told."""
    if is_duckdb(rows):
        name, of = quoted(column), quoted(key)
        native: Any = rows.to_native()
        held = native.aggregate(f"min({name}) <> max({name}) as differs", of)
        return not collect(from_relation(held.aggregate("coalesce(bool_or(differs), false) as n")))["n"][0]
    return count_rows(sums(rows, [column, key], (), count=_ROWS)) <= count_distinct(rows, key)


_SPARSE = 64  # bits for each row, up to which numbers are ticked off


def _are_numbers_apart(rows: Rows, column: str) -> bool:
    """Tell whether all values are whole numbers that differ: ticked off, they take a fifth of the time of a count.

    What are other texts of the same number may differ, and so may any other texts: both are not told here.
    """
    native: Any = rows.to_native()
    number = f"try_cast({quoted(column)} as bigint)"
    listed = native.project(f"{number} as n")
    [(least, most, held, count)] = listed.aggregate("min(n), max(n), count(n), count(*)").fetchall()
    if not count or held < count or most - least >= _SPARSE * count:
        return False
    found: int = listed.aggregate(f"bit_count(bitstring_agg(n, {least}, {most}))").fetchone()[0]
    return bool(found == count)


def _are_held_apart(rows: Rows, column: str) -> bool:
    """Tell the same of whole numbers in memory."""
    import numpy as np

    if not rows.collect_schema()[column].is_integer():
        return False
    values = whole_numbers(rows.select(column).collect()[column])
    found = None if values is None else ticked(values, _SPARSE // 8)  # numpy takes a byte for each
    return found is not None and int(np.count_nonzero(found[1])) == len(found[0])


def ticked(values: np.ndarray[Any, Any], sparse: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    """Tick whole numbers off: how far each is above the least, and which there are.

    None where they are apart by more than ``sparse`` times as many as there are, or there is none.
    """
    import numpy as np

    if not len(values):
        return None
    least = values.min()
    span = int(values.max()) - int(least) + 1
    if span > sparse * len(values):
        return None
    # in a narrow type what is far above the least would begin again below it
    wide = values if values.dtype == np.uint64 else values.astype(np.int64, copy=False)
    above = (wide - wide.dtype.type(least)).astype(np.int64, copy=False)
    held = np.zeros(span, dtype=bool)
    held[above] = True
    return above, held


def whole_numbers(series: nw.Series[Any]) -> np.ndarray[Any, Any] | None:
    """Give whole numbers in memory as they are; None where there are other values, or none in some rows."""
    if not series.dtype.is_integer() or series.null_count():
        return None
    values: np.ndarray[Any, Any] = series.to_numpy()
    return values if values.dtype.kind in "iu" else None


def by_key(
    rows: Rows, key: str, alike: Sequence[str], columns: Sequence[str], split: str, also: Sequence[str] = ()
) -> Rows:
    """Add up columns of whole numbers over the rows of each key, in one pass of DuckDB's.

    The columns of ``alike`` are taken as they are in all rows of a key. ``split`` is added: 1 where they differ, or
    those of ``also`` do, and 0 elsewhere.
    """
    native: Any = rows.to_native()
    taken = [f"min({quoted(name)}) as {quoted(name)}" for name in alike]
    added = [f"cast(sum({quoted(name)}) as bigint) as {quoted(name)}" for name in columns]
    differs = " or ".join(f"min({quoted(name)}) <> max({quoted(name)})" for name in (*alike, *also)) or "false"
    listed = ", ".join([quoted(key), *taken, *added, f"cast({differs} as tinyint) as {quoted(split)}"])
    return from_relation(native.aggregate(listed, quoted(key)))


def mapped(rows: Rows, column: str, values: Mapping[object, int], name: str) -> Rows:
    """Add a column of whole numbers that stand for the values of another; a value that is not named becomes null."""
    import narwhals as nw

    native: Any = rows.to_native()
    if is_duckdb(rows) and all(isinstance(value, str) for value in values):
        cases = " ".join(f"when {literal(str(value))} then {number}" for value, number in values.items())
        found = native.project(f"*, cast(case {quoted(column)} {cases} end as bigint) as {quoted(name)}")
        return from_relation(found)
    if rows.implementation.is_dask():  # it puts no null beside whole numbers where values are replaced
        same = {number: [value for value, own in values.items() if own == number] for number in values.values()}
        each = [nw.when(nw.col(column).is_in(held)).then(nw.lit(number)) for number, held in same.items()]
        return rows.with_columns(nw.coalesce(*each).alias(name))
    read = nw.col(column).replace_strict(list(values), list(values.values()), default=None, return_dtype=nw.Int64)
    return rows.with_columns(read.alias(name))


def relabelled(rows: Rows, column: str, labels: Mapping[object, str], name: str) -> Rows:
    """Add a column of texts that stand for the values of another, or put them in its place; the rest becomes null."""
    import narwhals as nw

    if not is_duckdb(rows):
        known: Mapping[object, str | None] = labels or {"": None}
        read = nw.col(column).replace_strict(list(known), list(known.values()), default=None, return_dtype=nw.String)
        return rows.with_columns(read.alias(name))
    native: Any = rows.to_native()
    pairs = ", ".join(
        f"({literal(value) if isinstance(value, str) else value}, {literal(label)})" for value, label in labels.items()
    )
    others = ", ".join(f"_cdi_t.{quoted(each)}" for each in native.columns if each != name)
    listed = native.query("_cdi_n", f"select * from (values {pairs or '(null, null)'}) as _(_cdi_value, _cdi_label)")
    met = f"_cdi_t.{quoted(column)} = _cdi_l._cdi_value"
    joined = native.set_alias("_cdi_t").join(listed.set_alias("_cdi_l"), met, how="left")
    return from_relation(joined.project(f"{others}, _cdi_l._cdi_label as {quoted(name)}"))


def renamed(rows: Rows, columns: Sequence[str], name: Callable[[Sequence[object]], Sequence[str]]) -> Rows:
    """Write into some columns, of whatever kind, the texts that their values together are named by."""
    rows = keyed(rows, columns, _KEY)
    found = collect(sums(rows, [*columns, _KEY], (), count=_ROWS))
    names = [name(values) for values in zip(*(found[column] for column in columns), strict=True)]
    for i, column in enumerate(columns):
        words: dict[object, str] = {str(key): texts[i] for key, texts in zip(found[_KEY], names, strict=True)}
        rows = relabelled(rows, _KEY, words, column)
    return rows.drop(_KEY)


def keyed(rows: Rows, columns: Sequence[str], name: str) -> Rows:
    """Add a text that is the same where some columns are, an absent value among them."""
    import narwhals as nw

    if not is_duckdb(rows):
        texts = [as_text(column).fill_null(_ABSENT) for column in columns]
        return rows.with_columns(nw.concat_str(*texts, separator=APART).alias(name))
    native: Any = rows.to_native()
    absent, apart = literal(_ABSENT), literal(APART)
    written = f" || {apart} || ".join(f"coalesce(cast({quoted(column)} as varchar), {absent})" for column in columns)
    return from_relation(native.project(f"*, {written} as {quoted(name)}"))


def together(rows: Rows, columns: Sequence[str], name: str) -> Rows:
    """Add a column that tells combinations of values apart, the last of them at its end; null where one is null."""
    import narwhals as nw

    if not is_duckdb(rows):
        return rows.with_columns(nw.concat_str([written(rows, each) for each in columns], separator=APART).alias(name))
    native: Any = rows.to_native()
    others = ", ".join(quoted(each) for each in native.columns if each != name)
    texts = f" || {literal(APART)} || ".join(f"{quoted(each)}::varchar" for each in columns)
    return from_relation(native.project(f"{others}, {texts} as {quoted(name)}"))


def filled(rows: Rows, column: str, text: str) -> Rows:
    """Write a text where a column of texts holds nothing."""
    import narwhals as nw

    if not is_duckdb(rows):
        return rows.with_columns(nw.col(column).fill_null(text))
    native: Any = rows.to_native()
    name = quoted(column)
    return from_relation(native.project(f"* replace (coalesce({name}, {literal(text)}) as {name})"))


def constant(rows: Rows, text: str, name: str) -> Rows:
    """Add a column that holds the same text in every row."""
    import narwhals as nw

    if not is_duckdb(rows):
        return rows.with_columns(nw.lit(text).alias(name))
    native: Any = rows.to_native()
    return from_relation(native.project(f"*, {literal(text)} as {quoted(name)}"))


def beside_each(rows: Rows, names: Sequence[str], labels: Sequence[Sequence[str]]) -> Rows:
    """Repeat the rows beside each of some labels, which fill columns of texts in the order of their names."""
    import narwhals as nw

    held = rows.collect_schema().names()
    others, native = [name for name in held if name not in names], cast("Any", rows.to_native())
    if is_duckdb(rows):
        lines = ", ".join(f"({', '.join(map(literal, label))})" for label in labels)
        listed = native.query("_cdi_n", f"select * from (values {lines}) as _({', '.join(map(quoted, names))})")
        return from_relation(native.project(", ".join(map(quoted, others))).cross(listed)).select(*held)
    if rows.implementation.name in _IN_MEMORY:
        columns: dict[str, list[str]] = dict(zip(names, map(list, zip(*labels, strict=True)), strict=True))
        table = nw.from_dict(columns, dict.fromkeys(names, nw.String()), backend=rows.implementation)
        return rows.select(*others).join(table.lazy(), how="cross").select(*held)
    # a cluster has no table of ours: few categories are sent to one
    alone = [rows.with_columns(**dict(zip(names, map(nw.lit, label), strict=True))) for label in labels]
    return nw.concat(alone)


def adds_large(rows: Rows) -> bool:
    """Tell whether an engine gives sums of whole numbers that are too large for 64 bits."""
    return is_duckdb(rows)


def refuses_large(rows: Rows) -> bool:
    """Tell whether an engine stops at sums of whole numbers that are too large for 64 bits; others begin anew."""
    return rows.implementation.is_spark_like() or _is_ibis(rows)


def sums(
    rows: Rows,
    keys: Sequence[str],
    columns: Sequence[str],
    count: str | None = None,
    most: Sequence[str] = (),
    large: Sequence[str] = (),
) -> Rows:
    """Add up columns of whole numbers over the rows that share their keys; null counts as nothing.

    Of the columns of ``most`` the largest is taken instead. Sums of those of ``large`` may be too large for these.
    """
    import narwhals as nw

    if is_duckdb(rows):
        named = ", ".join(quoted(key) for key in keys)
        added = [
            f"cast(sum({quoted(name)}) as {'double' if name in large else 'bigint'}) as {quoted(name)}"
            for name in columns
        ]
        counted = [f"count(*) as {quoted(count)}"] if count else []
        largest = [f"cast(max({quoted(name)}) as bigint) as {quoted(name)}" for name in most]
        native: Any = rows.to_native()
        return from_relation(native.aggregate(", ".join([*map(quoted, keys), *added, *counted, *largest]), named))
    terms = [*(nw.col(name).sum() for name in columns), *([nw.len().alias(count)] if count else [])]
    terms += [nw.col(name).max() for name in most]
    found = rows.group_by(*keys).agg(*terms) if keys else rows.select(*terms)
    # pandas gives sums that fit the narrow type of their column back in it, where their squares do not fit
    wide = [nw.col(name).cast(nw.Int64) for name in columns if name not in large]
    return found.with_columns(*wide) if wide else found


def tally(rows: Rows, conditions: Mapping[str, Expr]) -> tuple[dict[str, int], int]:
    """Count the rows that meet each condition, and all rows; null counts as no."""
    import narwhals as nw

    if not conditions:
        return {}, count_rows(rows)
    knows_null = is_duckdb(rows)
    masks = {name: mask if knows_null else mask.fill_null(value=False) for name, mask in conditions.items()}
    counted = rows.select(**{name: mask.cast(nw.Int8) for name, mask in masks.items()})
    found = {name: int(counts[0] or 0) for name, counts in collect(sums(counted, (), list(conditions), _ROWS)).items()}
    return found, found.pop(_ROWS)


def from_relation(relation: object) -> Rows:
    """Take a relation of DuckDB, or of another engine that writes SQL, as rows."""
    import narwhals as nw

    rows: Rows = nw.from_native(relation).lazy()  # type: ignore[call-overload]
    return rows


def is_duckdb(rows: Rows) -> bool:
    """Tell whether rows are a relation of DuckDB."""
    return rows.implementation.name == "DUCKDB"


def is_spark(rows: Rows) -> bool:
    """Tell whether rows are a frame of Spark itself; other engines that speak as it does lack some of its functions."""
    return rows.implementation.name in ("PYSPARK", "PYSPARK_CONNECT")


def _is_ibis(rows: nw.LazyFrame[Any]) -> bool:
    """Tell whether rows are a table of Ibis, which puts questions to a database."""
    return bool(rows.implementation.name == "IBIS")


def inner(place: int) -> str:
    """Name a column by its position, from 0: no name of a user's reaches an engine, which might take it for more."""
    return f"c{place}"


def inner_names(columns: Sequence[str]) -> list[str]:
    """Name all columns of a table by their positions."""
    return [inner(place) for place in range(len(columns))]


def by_position(rows: Rows, columns: Sequence[str]) -> Rows:
    """Name some columns by their positions among them; the others get names that nobody asks for."""
    held = rows.collect_schema().names()
    place = {name: inner(i) for i, name in enumerate(columns)}
    names = {name: place.get(name, f"{_OTHER}{i}") for i, name in enumerate(held)}
    native: Any = rows.to_native()
    # where SQL is written of names, a dot in one would part a table from its column
    if is_duckdb(rows):
        return from_relation(native.project(", ".join(f"#{i} as {each}" for i, each in enumerate(names.values(), 1))))
    if rows.implementation.is_spark_like():
        return from_relation(native.toDF(*names.values()))
    return rows.rename(names)


def nested(rows: Rows) -> tuple[str, ...]:
    """List the columns whose values are no single value: lists, structures, bytes, objects of Polars.

    They can play no role.
    """
    import narwhals as nw

    kinds = (nw.Binary, nw.List, nw.Array, nw.Struct, *([nw.Object] if rows.implementation.is_polars() else []))
    schema = rows.collect_schema()
    objects: Any = rows.to_native() if rows.implementation.is_pandas() else {}
    return tuple(
        name
        for name, kind in schema.items()
        if isinstance(kind, kinds)
        or (isinstance(kind, nw.Object) and name in objects and _is_of_several(objects[name].array))
    )


def _is_of_several(values: Iterable[object]) -> bool:
    """Tell whether the first value that is there is a list, a structure or bytes: pandas has no type for these."""
    for value in values:
        shaped_as: object = getattr(value, "ndim", None)  # of an array
        if isinstance(value, (bytes, bytearray, list, tuple, set, dict)) or shaped_as:
            return True
        if not absent(value):
            return False
    return False


def _unmasked(np: Any, column: Any) -> Any:
    if isinstance(column, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(column), None, column.data) if column.mask.any() else column.data
    if column.dtype.kind in "OTU":
        return np.array([None if absent(value) else value for value in column], dtype=object)
    return column


def quoted(name: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"
