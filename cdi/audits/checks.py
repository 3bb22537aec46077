"""Reads counts and answers out of columns, and finds every row that cannot be right.

The audit hands over its columns here; what comes back is an expression that gives the whole numbers and the checks
that the rows must pass. Nothing is computed row by row in Python: a text column is understood through its few distinct
values, a numeric one through comparisons in its own engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits import answers
from cdi.errors import SHOWN, DataError, Fault, Where, Worded, fault
from cdi.reading import engine
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    import narwhals as nw

    from cdi.reading.engine import Expr, Rows
    from cdi.reading.sources import Source

__all__ = [
    "Check", "Findings", "NumberColumn", "as_text", "blank", "checks_of_words", "first_of", "first_rows", "missing",
    "named", "own_words", "read", "refuse", "refuse_alike", "with_meanings", "words", "words_and_rows",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that no row may meet."""

    code: str  # the fault, by its name in the catalogue
    column: str  # the column whose value is shown
    wrong: Expr  # true where the row is at fault
    # what the fault's sentences name; a value that starts with ``=`` is read from that column of the row
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column as numbers, and the checks that it must pass before the numbers are used."""

    name: str  # the user's column
    value: Expr  # its numbers; null stays null, since whether a blank is allowed depends on the role
    checks: tuple[Check, ...]  # what no row may meet
    # for a yes, the smallest number of crimes due that it leaves unclear: 2; null, or 0, for any other value
    least: Expr | None = None
    idle: Expr | None = None  # true where a word says that there is no number, as a blank does
    untidy: int = 0  # rows whose answer is written with stray signs or several spaces


@dataclass(frozen=True, slots=True)
class Findings:
    """Faults that were found: the first of them with the numbers of their rows, 0 where there is none; and how many."""

    faults: Sequence[tuple[int, Fault]] = ()
    total: int = 0


def read(source: Source, name: str, parse: Callable[[str], float | str | None]) -> tuple[Source, NumberColumn]:
    """Understand one column as numbers."""
    import narwhals as nw

    source = replace(source, rows=engine.with_decimals(source.rows, source.inner(name)))
    column, dtype = nw.col(source.inner(name)), _kind(source, name)
    if str(dtype) == "Boolean":
        code = _NO_ANSWER.get(parse)
        wrong = (Check(code, name, ~column.is_null()),) if code else ()
        number = column.cast(nw.Int64)
        return source, NumberColumn(name, number, wrong, number + number)
    if dtype.is_numeric():
        return source, _numbers(source, name, parse)
    return _words(source, name, parse)


_NO_ANSWER: Mapping[Callable[[str], float | str | None], str] = {
    answers.parse_whole: "not-whole",
    answers.parse_volume: "not-whole",
    answers.parse_counted: "not-whole",
    answers.parse_weight: "not-a-weight",
}
"""What cannot be read from yes and no -> the fault of a column of them."""


def named(checks: Sequence[Check]) -> dict[str, Expr]:
    """Give each check a name by its place, under which its rows are counted."""
    return {f"_cdi_{i}": check.wrong for i, check in enumerate(checks)}


def missing(name: str, source: Source, code: str = "missing") -> Check:
    """Check that a column has a value in every row."""
    return Check(code, name, blank(source, name))


def refuse(
    source: Source,
    checks: Sequence[Check],
    also: Sequence[Findings] = (),
    key: str | None = None,
    more: Callable[[], Findings] = Findings,
    tally: tuple[Mapping[str, int], int] | None = None,
) -> None:
    """Raise one error with every fault that the checks find, in the order of the rows.

    ``tally`` is what :func:`named` checks found and the number of rows, where they were counted on the way.
    """
    counts, rows = tally or engine.tally(source.rows, named(checks))
    if not rows:
        raise DataError.of("empty-frame", where=Where(source.name))
    if not any(counts.values()) and not any(other.total for other in also):
        return
    others = (*also, more())
    faults = [first_of(source, checks[int(name[5:])], key, count) for name, count in counts.items() if count]
    faults += [list(other.faults) for other in others]
    first = first_rows([pair for group in faults for pair in group])
    total = sum(counts.values()) + sum(other.total for other in others)
    raise DataError(source.put(first), total)


def first_rows(faults: Sequence[tuple[int, Fault]]) -> list[tuple[int, Fault]]:
    """Take the first faults in the order of their rows, and of the others the first with each value."""
    ordered = sorted(faults, key=lambda pair: pair[0])
    found: list[tuple[int, Fault]] = []
    known: set[tuple[object, ...]] = set()
    for row, item in ordered:
        value = (item.code, item.where.file, item.where.column, item.got)
        is_asked = bool(wording.FAULTS[item.code].answers)  # one line answers them all, however many are shown
        if len(found) < SHOWN or (value not in known and (len(known) < SHOWN or is_asked)):
            known.add(value)
            found.append((row, item))
    return found


def refuse_alike(source: Source, keys: Sequence[str], labels: Sequence[Sequence[str]], counts: Iterable[float]) -> None:
    """Refuse categories that differ in capitals or spaces only: parts of one category, each counted by itself."""
    if not any(_spelled_alike({label[i] for label in labels}) for i in range(len(keys))):
        return
    found: dict[tuple[str, str], dict[str, int]] = {}
    for label, count in zip(labels, counts, strict=True):
        for key, name in zip(keys, label, strict=True):
            spellings = found.setdefault((key, _plain(name)), {})
            spellings[name] = spellings.get(name, 0) + int(count)
    faults = []
    for (key, _), spellings in found.items():
        if len(spellings) > 1:
            ordered = sorted(spellings.items(), key=lambda item: (-item[1], item[0]))
            where = Where(source.name, source.header, key, sheet=source.sheet)
            faults.append(
                fault("categories-alike", where=where, found=Worded(wording.list_spellings, (tuple(ordered),)))
            )
    if faults:
        raise DataError(faults)


def _spelled_alike(names: Collection[str]) -> bool:
    return len(set(map(_plain, names))) < len(names)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _numbers(source: Source, name: str, parse: Callable[[str], float | str | None]) -> NumberColumn:
    """Check a numeric column by comparisons, in its engine."""
    import narwhals as nw

    column, dtype = nw.col(source.inner(name)), _kind(source, name)
    if parse is answers.parse_weight:
        number = _without_nan(column, dtype)
        infinite = number == float("inf")
        return NumberColumn(name, number, (Check("not-positive", name, number <= 0), Check("infinite", name, infinite)))
    limits: Mapping[Callable[[str], float | str | None], tuple[str, int]] = {
        answers.parse_answer: ("not-yes-no", 1),
        answers.parse_count: ("too-many", answers.MOST),
        answers.parse_recorded: ("too-many", answers.MOST),
        answers.parse_volume: ("too-large", answers.MOST_COUNTED),
        answers.parse_counted: ("too-large", answers.MOST_COUNTED),
    }
    if dtype.is_integer() and parse is answers.parse_answer:
        # a number of Python's, handed to DuckDB, would make it load pandas: 0 and 1 are made of the column
        zero = column - column
        one = (~column.is_null()).cast(nw.Int64)
        wrong = (Check("negative", name, column < zero), Check("not-yes-no", name, column > one))
        return NumberColumn(name, column.cast(nw.Int64), wrong)
    beyond = [(code, column > most) for own, (code, most) in limits.items() if parse is own]
    if dtype.is_integer():
        found = (Check("negative", name, column < 0), *(Check(code, name, wrong) for code, wrong in beyond))
        if parse in limits and isinstance(dtype, (nw.UInt64, nw.Int128, nw.UInt128)):
            # what is refused may be no whole number of 64 bits, and stays above or below what a count may be
            most = limits[parse][1] + 1
            held = nw.when((column >= 0) & (column < most)).then(column).otherwise(column - column).cast(nw.Int64)
            held = nw.when(column < 0).then(nw.lit(-1)).otherwise(held)
            column = nw.when(column >= most).then(nw.lit(most)).otherwise(held)
        return NumberColumn(name, column.cast(nw.Int64), found)
    number = _without_nan(column, dtype)
    infinite = (number == float("inf")) | (number == float("-inf"))
    # beyond these all are whole, and some engines round to whole numbers of 64 bits
    is_near = (number > 0) & (number < _ALL_WHOLE)
    near = nw.when(is_near).then(number)
    checks = (
        Check("infinite", name, infinite),
        Check("negative", name, (number < 0) & ~infinite),
        Check("fractional", name, is_near & (near.round(0) != near)),
    )
    return NumberColumn(name, number, (*checks, *(Check(code, name, wrong & ~infinite) for code, wrong in beyond)))


_ALL_WHOLE = 2.0**53


def _words(source: Source, name: str, parse: Callable[[str], float | str | None]) -> tuple[Source, NumberColumn]:
    """Understand a text column through its distinct values, which are few where the column is right."""
    import narwhals as nw

    source, found = words(source, name)
    inner = source.inner(name)
    column = nw.col(inner)
    parsed = {word: parse(str(word).strip()) for word in found}
    codes = sorted({value for value in parsed.values() if isinstance(value, str)})
    # where there are numbers above 1, a word among them was mistyped
    is_answered = all(isinstance(value, str) or value in (None, 0, 1) for value in parsed.values())
    wrong = {word: code for word, code in parsed.items() if isinstance(code, str)}
    asked = checks_of_words(name, column, wrong if is_answered else {})
    plain = {code: [word for word, got in parsed.items() if got == code and word not in asked] for code in codes}
    checks = (
        *asked.values(),
        *(Check(code, name, column.is_in(held)) for code, held in plain.items() if held),
    )
    if parse is answers.parse_weight:
        return source, NumberColumn(name, column.cast(nw.Float64), checks)
    as_number, as_least = f"_cdi_number_{inner}", f"_cdi_least_{inner}"
    good = {word: int(value) for word, value in parsed.items() if value is not None and not isinstance(value, str)}
    idle = [word for word, value in parsed.items() if value is None]
    rows = engine.mapped(source.rows, inner, good or {"": 0}, as_number)
    yes = {word: 2 for word in good if answers.tidied(str(word)).isalpha() and good[word]}
    if yes:
        rows = engine.mapped(rows, inner, yes, as_least)
    least = nw.col(as_least) if yes else None
    without = column.is_in(idle) if idle else None
    untidy = sum(times for word, times in found.items() if word in good and answers.is_untidy(str(word)))
    return replace(source, rows=rows), NumberColumn(name, nw.col(as_number), checks, least, without, untidy)


_OWN_WORDS: Mapping[str, tuple[str, str]] = {
    "not-yes-no": ("word-no-answer", "word-like-an-answer"),
    "not-a-number": ("word-no-count", "word-like-a-count"),
    "not-an-answer": ("word-no-answer", "word-like-an-answer"),
}
"""Fault of a value -> that of a word of the auditors' own, whose meaning is not known, and where one is probable."""

_MOST_OWN = 25  # words that are asked about: a column with more of them holds no answers


def own_words(
    wrong: Mapping[object, str], probable: Mapping[str, str] | None = None
) -> dict[object, tuple[str, dict[str, str]]]:
    """Tell words of the auditors' own, whose meaning is asked for, from what was mistyped: their faults, with values.

    ``wrong`` are values and the codes of their faults; ``probable`` are words that have a meaning in this column.
    """
    shown = {word: answers.tidied(answers.show(word)) for word, code in wrong.items() if code in _OWN_WORDS}
    own = {word: text for word, text in shown.items() if answers.is_own_word(text)}
    asked: dict[object, tuple[str, dict[str, str]]] = {}
    for word, text in own.items() if len(own) <= _MOST_OWN else ():
        meaning = (probable or {}).get(text.casefold()) or answers.likely_answer(text)
        of = {"word": text, "meaning": meaning or wording.OPEN_ANSWER}
        asked[word] = (_OWN_WORDS[wrong[word]][meaning is not None], of)
    return asked


def checks_of_words(name: str, column: Expr, wrong: Mapping[object, str]) -> dict[object, Check]:
    """Ask once for the meaning of each word of the auditors' own in a column of answers."""
    return {word: Check(code, name, column.is_in([word]), of) for word, (code, of) in own_words(wrong).items()}


def words(source: Source, name: str) -> tuple[Source, dict[object, int]]:
    """Count the rows of each word in a column of text; those without a word are not among them."""
    return words_and_rows(source, name)[:2]


def words_and_rows(source: Source, name: str) -> tuple[Source, dict[object, int], int]:
    """Count the rows of each word in a column of text, and all rows."""
    source = as_text(source, name)
    if not _is_number_or_truth(source, name):
        source = written(source, name)
    inner = source.inner(name)
    found = engine.collect(engine.sums(source.rows, [inner], (), count="_cdi_times"))
    pairs = zip(found[inner], found["_cdi_times"], strict=True)
    said = {word: int(times) for word, times in pairs if not engine.absent(word) and str(word).strip()}
    return source, said, int(sum(found["_cdi_times"]))


def with_meanings(
    source: Source, names: Iterable[str], meanings: Mapping[str, str], is_read: Callable[[str], bool]
) -> Source:
    """Put in the place of auditors' words what they mean, in columns of decisions or answers.

    A meaning that is not read in such a column may have one of its own: Pass=recorded, recorded=yes.
    """
    given = {answers.plain_word(word): meaning for word, meaning in meanings.items()}
    plain = {
        word: meaning if is_read(meaning) else given.get(answers.plain_word(meaning), meaning)
        for word, meaning in given.items()
    }
    for name in dict.fromkeys(names):
        source, found = words(source, name)
        meant = {word: plain.get(answers.plain_word(answers.show(word)), answers.show(word)) for word in found}
        if any(answers.show(word) != meaning for word, meaning in meant.items()):
            inner = source.inner(name)
            source = replace(source, rows=engine.relabelled(source.rows, inner, meant, inner))
    return source


def written(source: Source, name: str) -> Source:
    """Write a column as text, whatever it holds: no engine holds dates or numbers against words."""
    inner = source.inner(name)
    return replace(source, rows=source.rows.with_columns(engine.written(source.rows, inner).alias(inner)))


def _is_number_or_truth(source: Source, name: str) -> bool:
    """Tell whether a column holds numbers, or true and false, which are read as they are."""
    kind = _kind(source, name)
    return kind.is_numeric() or str(kind) == "Boolean"


def as_text(source: Source, name: str) -> Source:
    """Turn categories, and pandas objects of several kinds, into their text; leave anything else as it is."""
    import narwhals as nw

    dtype, inner = str(_kind(source, name)), source.inner(name)
    if dtype.startswith(("Categorical", "Enum")):
        return replace(source, rows=source.rows.with_columns(engine.as_text(inner).alias(inner)))
    if dtype == "Object" and source.rows.implementation.is_pandas_like():
        frame = source.rows.collect()
        texts: Any = frame[inner].to_native().map(answers.show, na_action="ignore").astype("string")
        return replace(source, rows=frame.with_columns(nw.from_native(texts, series_only=True).alias(inner)).lazy())
    return source


def _kind(source: Source, name: str) -> nw.dtypes.DType:
    return source.rows.collect_schema()[source.inner(name)]


def _without_nan(column: Expr, dtype: nw.dtypes.DType) -> Expr:
    import narwhals as nw

    # by division, since a whole number beyond 2^53 is no other number of a cast that is strict
    number = column / 1 if dtype.is_integer() else column.cast(nw.Float64)
    return nw.when(~number.is_nan()).then(number) if dtype.is_float() else number


def blank(source: Source, name: str) -> Expr:
    """Find the rows without a value: null, NaN, or nothing but spaces."""
    import narwhals as nw

    column = nw.col(source.inner(name))
    blank = column.is_null()
    dtype = _kind(source, name)
    if isinstance(dtype, (nw.String, nw.Categorical, nw.Enum)) and not source.clean:
        return blank | engine.is_empty_text(source.rows, source.inner(name))
    return blank | column.is_nan() if dtype.is_float() else blank


def first_of(source: Source, check: Check, key: str | None, count: int = 0) -> list[tuple[int, Fault]]:
    """Fetch the first rows that a check finds, and word their faults; 0 stands for a row without a number.

    Where there are more, the first row with each other value is among them, and each fault knows its number of rows.
    """
    import narwhals as nw

    named = {word: value[1:] for word, value in check.values.items() if value.startswith("=")}
    inner = source.inner
    wanted = {"_cdi_got": inner(check.column), **{f"_cdi_of_{word}": inner(column) for word, column in named.items()}}
    if source.files:
        wanted["_cdi_in"] = FILE  # a value is counted in each file by itself
    if source.ordered:
        wanted[engine.ROW] = engine.ROW
    elif key is not None:
        wanted["_cdi_key"] = inner(key)
    rows = engine.numbered(source.rows) if source.ordered else source.rows
    hits = rows.filter(check.wrong.fill_null(value=False))
    hits = hits.select(**{alias: nw.col(column) for alias, column in wanted.items()})
    found = engine.collect((hits.sort(engine.ROW) if source.ordered else hits).head(SHOWN))
    if count > SHOWN:
        found = _with_each_value(hits, found, ordered=source.ordered)
    result = []
    for i, got in enumerate(found["_cdi_got"]):
        values = {"column": check.column, **check.values, **{w: answers.show(found[f"_cdi_of_{w}"][i]) for w in named}}
        at = Where(
            source.files[int(found["_cdi_in"][i])] if source.files else source.name,
            column=check.column,
            key=f"{key} {answers.show(found['_cdi_key'][i])}" if "_cdi_key" in found else None,
        )
        row = int(found[engine.ROW][i]) if source.ordered else 0
        made = fault(check.code, got=answers.show(got), where=at, **values)
        times = int(found[_TIMES][i]) if _TIMES in found else made.rows
        if wording.FAULTS[check.code].answers and not source.files:
            times = max(count, 1)  # all rows of a check have the same word
        result.append((row, replace(made, rows=times)))
    return result


_TIMES = "_cdi_times"


def _with_each_value(hits: Rows, found: Mapping[str, Any], *, ordered: bool) -> dict[str, Any]:
    """Add to the first rows the first with each other value, and to each row how often its values stand."""
    import narwhals as nw
    import numpy as np

    names = [name for name in found if name not in {engine.ROW, "_cdi_key"}]
    first = {name: nw.col(name).min() for name in found if name not in names}
    held = hits.group_by(*names).agg(nw.len().alias(_TIMES), **first)
    each = engine.collect(held.sort(*([engine.ROW] if ordered else names)).head(MOST_VALUES))

    def values(of: Mapping[str, Any], i: int) -> tuple[str, ...]:
        return tuple(answers.show(of[name][i]) for name in names)

    times: Counter[tuple[str, ...]] = Counter()
    place: dict[tuple[str, ...], int] = {}
    for i, number in enumerate(each[_TIMES]):
        times[values(each, i)] += int(number)
        place.setdefault(values(each, i), i)
    known = [values(found, i) for i in range(len(found["_cdi_got"]))]
    more = {value: i for value, i in place.items() if value not in known}
    listed = list(more.values())[:SHOWN]
    joined = {
        name: np.array([*column, *(each[name][i] for i in listed)], dtype=object) for name, column in found.items()
    }
    return {**joined, _TIMES: [max(times[value], 1) for value in (*known, *more)][: len(known) + len(listed)]}


MOST_VALUES = 1000
"""Values at fault that are looked at: a column read for another holds as many as rows."""
