"""What is known beside the sample: reports on the frame, reports audited, recorded crime; by stratum or by domain.

A file, a frame, a mapping or a single number becomes :class:`Volumes`. The row ``all`` of a file is the total of the
others, never a label: it is told from them here, once, as it is read.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from cdi import wording
from cdi.arguments import mapping_of
from cdi.audits import answers, checks
from cdi.audits.crime_tables import (
    ALL_OTHERS,
    PLAIN_TERMS,
    POPULATION,
    RECORDED_CRIME,
    ROUTE_SHARE,
    SAMPLE,
    CrimeRead,
    CrimeTable,
    CrimeTerms,
    is_total,
    open_table,
    span_of,
)
from cdi.audits.design import PERIOD
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.reading import engine
from cdi.reading.sources import Source, no_column, refuse_spelling

if TYPE_CHECKING:
    import numpy as np

    Values: TypeAlias = np.ndarray[Any, np.dtype[Any]]

__all__ = [
    "POPULATION", "RECORDED_CRIME", "ROUTE_SHARE", "SAMPLE", "Label", "Volumes", "in_order", "label_of", "labels_of",
    "likely_name", "one_figure", "ranked", "read_volumes", "refuse_unused", "sort_out",
]  # fmt: skip

Label = tuple[str, ...]

Read: TypeAlias = Label | None
"""What a row of known counts is of: a stratum or domain, or None, the total of the others."""


def _nowhere(_labels: Sequence[Read], _column: str) -> Mapping[Read, Where]:
    return {}


@dataclass(frozen=True, slots=True)
class Volumes:
    """Known counts by label."""

    keys: tuple[str, ...]  # the columns that the labels come from
    counts: Mapping[str, Mapping[Label, int]]  # name of a count -> label -> whole number
    name: str | None = None  # the file, for messages
    # labels and a column -> where each stands in the file, where there is one; asked once there is a fault
    place: Callable[[Sequence[Read], str], Mapping[Read, Where]] = field(default=_nowhere, repr=False)
    # name of a count -> its total, from the row ``all``, where there is one
    totals: Mapping[str, int] = field(default_factory=dict)
    # share of recorded crime that comes through the audited routes, where the file says so, and that of the total
    shares: Mapping[Label, float] = field(default_factory=dict)
    share: float | None = None
    periods: tuple[str, ...] = ()  # the periods that the file says its counts are of
    # name of a count -> label -> the mark that stands in its place, such as [c]
    marks: Mapping[str, Mapping[Label, str]] = field(default_factory=dict)
    read: CrimeRead = field(default_factory=CrimeRead)  # what was done to the table on the way

    def has(self, count: str) -> bool:
        """Tell whether the file holds this count."""
        return count in self.counts

    @property
    def labels(self) -> set[Label]:
        """Every label that has a count of any kind."""
        return {label for counts in self.counts.values() for label in counts}

    @property
    def limited(self) -> bool:
        """Whether only a share of some recorded crime comes through the audited routes."""
        return any(share < 1 for share in (*self.shares.values(), 1.0 if self.share is None else self.share))

    def where(self, label: Read, column: str) -> Where:
        """Say where the count of a label stands, or the total."""
        return self.places([label], column)[label]

    def places(self, labels: Sequence[Read], column: str) -> dict[Read, Where]:
        """Say where the counts of several labels stand, in one pass over their file."""
        found = self.place(labels, column) if labels else {}
        nowhere = Where(self.name, column=column)
        return {label: replace(found.get(label, nowhere), key=_written(label, self.keys) or None) for label in labels}

    def put(self, faults: Sequence[tuple[Read, Fault]], column: str) -> list[Fault]:
        """Add to the faults of a column where their labels stand; a fault that has a place keeps it."""
        places = self.places([label for label, item in faults if item.where == Where()], column)
        return [replace(item, where=places[label]) if item.where == Where() else item for label, item in faults]

    def filled(self, count: str, labels: Sequence[Label]) -> tuple[dict[Label, int], Label | None]:
        """Set a count beside its total: a single label without one gets the remainder."""
        known = dict(self.counts[count])
        total = self.totals.get(count)
        if total is None:
            return known, None
        # the total cannot be told from one that is called like it
        alike = [label for label in labels if all(map(_is_total, label))]
        if alike:
            raise DataError.of("total-or-label", got=_listed(alike[0]), where=self.where(None, count))
        added = sum(known.values())
        open_ = [label for label in labels if label not in known]
        hidden = bool(self.marks.get(count))
        if added > total or (added < total and not open_ and not hidden):
            raise DataError.of("total-differs", got=f"{total:,}", where=self.where(None, count), added=added)
        # what is suppressed is not worked out from the total; and where other names use it up, one is misspelt
        if len(open_) != 1 or hidden or (added == total and not known.keys() <= {*labels}):
            return known, None
        return {**known, open_[0]: total - added}, open_[0]

    def not_there(self, count: str, labels: Iterable[Label]) -> list[tuple[Label, Fault]]:
        """Find the counts that are needed and that the file marks as not available."""
        marks = self.marks.get(count, {})
        return [(label, fault("count-not-there", got=marks[label])) for label in labels if label in marks]


def label_of(values: Sequence[object]) -> Label:
    """Write the values that name a stratum or domain as text."""
    return tuple(map(_word, values))


def _word(value: object) -> str:
    word = answers.show(value)
    return wording.NO_LABEL if word == wording.BLANK else word


def labels_of(columns: Sequence[Iterable[object]], size: int) -> list[Label]:
    """Write the labels of many rows, from the columns that name them; without columns each row has the empty label.

    Examples
    --------
    >>> labels_of([["a", "a", None], [1.0, 2.0, 2.0]], 3)
    [('a', '1'), ('a', '2'), ('(blank)', '2')]
    """
    if not columns:
        return [()] * size
    return list(zip(*map(_words, columns), strict=True))


def _words(values: Iterable[object]) -> Iterator[str]:
    """Write the values of a column, each text once: there may be many rows, and few texts."""
    known: dict[str, str] = {}
    for value in values:
        if type(value) is not str:
            yield _word(value)
            continue
        if value not in known:
            known[value] = _word(value)
        yield known[value]


_WHOLE = re.compile(r"-?\d{1,18}")


def ranked(words: Collection[str], given: Sequence[str] = ()) -> tuple[str, ...]:
    """Put the categories of a column in order: as their user did, whole numbers by their value, all else as text.

    Examples
    --------
    >>> ranked({"10", "2", "1"}), ranked({"10", "2", "A"}), ranked({"low", "high"}, ["low", "middle", "high"])
    (('1', '2', '10'), ('10', '2', 'A'), ('low', 'high'))
    """
    rest = set(words) - set(given)
    numbered = {word for word in rest if _WHOLE.fullmatch(word)}
    if rest - numbered <= {wording.NO_LABEL}:
        last = sorted(rest, key=lambda word: (word not in numbered, int(word) if word in numbered else 0, word))
    else:
        last = sorted(rest)
    return (*(word for word in given if word in words), *last)


def in_order(
    labels: Iterable[Label], keys: Sequence[str], order: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[Label, ...]:
    """Put labels in the order of their columns, one after the other, each label once."""
    every = set(labels)
    if len(keys) == 1:
        return tuple((word,) for word in ranked({word for (word,) in every}, order.get(keys[0], ())))
    places = [
        {word: place for place, word in enumerate(ranked({label[i] for label in every}, order.get(key, ())))}
        for i, key in enumerate(keys)
    ]
    return tuple(sorted(every, key=lambda label: [known[word] for known, word in zip(places, label, strict=True)]))


_READ = frozenset([POPULATION, SAMPLE, RECORDED_CRIME, ROUTE_SHARE, PERIOD])
"""Names of columns that are read where they are there."""


def read_volumes(
    source: object,
    keys: Sequence[str],
    counts: Sequence[str],
    *,
    dated: bool = False,
) -> Volumes:
    """Read known counts."""
    source = mapping_of(source)
    if isinstance(source, Mapping):
        return _from_mapping(source, tuple(keys), counts[0])
    if isinstance(source, Real):
        return _from_mapping({(): source}, tuple(keys), counts[0])
    return _from_file(open_table(source, keys), tuple(keys), counts, dated=dated)


def sort_out(sources: Sequence[object], keys: Sequence[str], terms: CrimeTerms = PLAIN_TERMS) -> tuple[object, object]:
    """Tell which of several sources hold the frame and which the recorded crime."""
    sources = list(map(mapping_of, sources))
    numbers = [source for source in sources if isinstance(source, (Mapping, Real))]
    opened = [open_table(source, keys, terms) for source in sources if not isinstance(source, (Mapping, Real))]
    refuse_unused(table.source for table in opened)
    holding = [table for table in opened if RECORDED_CRIME in table.source.columns]
    by_domain = [table for table in holding if set(keys) <= set(table.source.columns)]
    framed = [table.source for table in opened if POPULATION in table.source.columns]
    if terms.given and not holding:
        raise DesignError.of("crime-terms-alone")
    return _only(framed, POPULATION), _only([*numbers, *(by_domain or holding[:1])], RECORDED_CRIME)


def one_figure(number: object, beside: object) -> Volumes:
    """Take one figure as the recorded crime of all categories together."""
    if beside is not None:
        raise DesignError.of("recorded-crime-twice", got=number)
    if not isinstance(number, (Real, str)):
        raise DataError.of("not-whole", got=type(number).__name__, where=Where(column=RECORDED_CRIME))
    return _from_mapping({(): number}, (), RECORDED_CRIME)


def refuse_unused(opened: Iterable[Source]) -> None:
    """Refuse files that hold neither reports on the frame nor recorded crime: they would be passed over."""
    unused = [source for source in opened if not {POPULATION, RECORDED_CRIME} & set(source.columns)]
    if unused:
        places = [Where(source.name, source.header, sheet=source.sheet) for source in unused]
        names = [wording.in_a_row(source.columns) for source in unused]
        raise DataError([fault("volumes-unused", got=got, where=at) for got, at in zip(names, places, strict=True)])


def _only(sources: Sequence[object], column: str) -> object:
    """Take the one source there is, or none; of two it is not known which is meant."""
    if len(sources) > 1:
        last = sources[-1]
        last = last.source if isinstance(last, CrimeTable) else last
        where = Where(last.name, last.header, sheet=last.sheet) if isinstance(last, Source) else Where()
        raise DataError.of("volumes-twice", where=where, column=column)
    return sources[0] if sources else None


def _from_mapping(source: Mapping[object, object], keys: tuple[str, ...], count: str) -> Volumes:
    found: dict[Read, int] = {}
    faults = []
    for name, value in source.items():
        words = label_of(name if isinstance(name, tuple) else (name,))
        label = _told_apart(words, keys)
        said = _written(label, words)
        parsed = answers.parse_volume(answers.show(value))
        where = Where(key=said or None, column=count)
        if parsed is None or isinstance(parsed, str):
            faults.append(fault(parsed or "count-not-there", got=value, where=where))
        elif len(words) != len(keys):
            code = "label-parts" if keys else "one-row"
            faults.append(fault(code, got=said or None, where=where, keys=_listed(keys)))
        elif label in found:
            faults.append(fault("label-twice", got=said, where=Where(column=count)))
        else:
            found[label] = parsed
    if faults:
        raise DataError(faults)
    _refuse_partly(found, Where(column=_listed(keys) or None))
    return Volumes(keys, {count: _labelled(found)}, totals=_total({count: found}))


def _from_file(table: CrimeTable, keys: tuple[str, ...], counts: Sequence[str], *, dated: bool) -> Volumes:
    opened = table.source
    refuse_spelling(opened, {*counts, *_READ} - set(keys), "volume-spelling", apart=keys)
    here = _counts_there(opened, keys, counts)
    beside = [name for name in (ROUTE_SHARE, PERIOD) if name in opened.columns and name not in keys]
    found, texts, rows = _collected(opened, keys, here, beside)
    written = [
        label_of([answers.without_marks(answers.show(found[key][i])) for key in keys])
        for i in range(len(found[here[0]]))
    ]
    labels = [_told_apart(label, keys) for label in written]
    if dated:
        labels = [label if label is None else _dated(label, keys) for label in labels]
    _refuse_twice(labels, keys, opened, counts)
    numbers = {name: _by_label(labels, found[name]) for name in here}
    counted = {name: _labelled(known) for name, known in numbers.items()}
    marks = {name: _labelled(_marked(labels, texts.get(name, ()))) for name in here}
    totals = _total(numbers)
    done = table.read
    if totals and not table.added_up:
        done = _with_total(done, ", ".join(dict.fromkeys(written[labels.index(None)])), totals, counted, marks)
    placed = _places_in(opened, labels, rows)
    read = Volumes(keys, counted, opened.name, placed, totals=totals, marks=marks, read=done)
    if PERIOD in beside:
        read = replace(read, periods=_periods(found[PERIOD], opened))
    if done.period is not None:
        read = replace(read, periods=(span_of(done.period).label,))
    _refuse_other_period(read, table.terms)
    if ROUTE_SHARE in beside:
        shares = _shares(read, labels, found[ROUTE_SHARE])
        read = replace(read, shares=_labelled(shares), share=shares.get(None))
    return read


Known = TypeVar("Known", int, float, str)


def _labelled(known: Mapping[Read, Known]) -> dict[Label, Known]:
    """Take what is known of strata or domains, without the total."""
    return {label: value for label, value in known.items() if label is not None}


def _total(numbers: Mapping[str, Mapping[Read, int]]) -> dict[str, int]:
    """Take the totals of the counts that have one."""
    return {name: known[None] for name, known in numbers.items() if None in known}


def _with_total(
    read: CrimeRead,
    name: str,
    totals: Mapping[str, int],
    numbers: Mapping[str, Mapping[Label, int]],
    marks: Mapping[str, Mapping[Label, str]],
) -> CrimeRead:
    """Keep the name of a total that is the sum of the rows; what does not add up is refused when it is used."""
    if any(marks.values()):
        return replace(read, unchecked=(*read.unchecked, name))
    if any(sum(numbers[count].values()) != total for count, total in totals.items()):
        return read
    return replace(read, total=(name, next(iter(totals.values()))))


def _refuse_other_period(read: Volumes, terms: CrimeTerms) -> None:
    """Refuse counts of more or fewer months than is said of them: what follows would be as many times too large."""
    from cdi.audits.periods import read_span

    own = read_span(read.periods[0]) if read.periods else None
    if terms.period is None or own is None:
        return
    stated = span_of(terms.period)
    if own.months != stated.months:
        where = Where(read.name, column=PERIOD)
        raise DataError.of(
            "volumes-of-other-length", got=read.periods[0], where=where, period=terms.period, theirs=read.periods[0]
        )


def _counts_there(opened: Source, keys: Sequence[str], counts: Sequence[str]) -> list[str]:
    """Name the columns of counts that are there; of none the first was meant."""
    here = [name for name in counts if name in opened.columns]
    absent = [name for name in keys if opened.written(name) not in opened.columns]
    if not here:
        absent.append(counts[0])
    if absent:
        raise DataError([no_column(name, opened) for name in absent])
    return here


def _collected(
    opened: Source, keys: Sequence[str], here: Sequence[str], beside: Sequence[str]
) -> tuple[Mapping[str, Values], Mapping[str, Values], Sequence[int]]:
    """Collect the labels and their counts, once every cell of them can be read; texts with marks, numbers of rows."""
    import narwhals as nw

    wanted, marked = {}, []
    inner = {name: opened.inner(opened.written(name)) for name in (*keys, *here, *beside)}
    opened = _with_total_named(opened, [opened.written(name) for name in keys], here)
    faulty = [checks.missing(opened.written(name), opened) for name in keys]
    for name in here:
        opened, column = checks.read(opened, name, answers.parse_volume)
        wanted[inner[name]] = column.value
        faulty += column.checks
        if column.idle is not None:
            wanted[_TEXT + inner[name]] = nw.col(inner[name])
            marked.append(name)
    checks.refuse(opened, faulty)
    rows = opened.rows
    if opened.ordered:
        rows = engine.numbered(rows)
        wanted[engine.ROW] = nw.col(engine.ROW)
    found = engine.collect(rows.select(*(inner[name] for name in (*keys, *beside)), **wanted))
    numbers = [int(row) for row in found[engine.ROW]] if opened.ordered else []
    texts = {name: found[_TEXT + inner[name]] for name in marked}
    return {name: found[each] for name, each in inner.items()}, texts, numbers


_TEXT = "_cdi_text_"


def _marked(labels: Sequence[Read], texts: Iterable[object]) -> dict[Read, str]:
    """List the labels whose count is a mark, such as [c]."""
    words = {label: answers.show(text) for label, text in zip(labels, texts, strict=False) if not engine.absent(text)}
    return {label: word for label, word in words.items() if word and answers.parse_volume(word) is None}


def _with_total_named(opened: Source, keys: Sequence[str], here: Sequence[str]) -> Source:
    """Name the one row without a label where its counts add up the others: it is a total."""
    import narwhals as nw

    if not keys:
        return opened
    inner = opened.inner_names(keys)
    counts = opened.inner_names(here)
    rows = opened.rows.select(*inner, *counts)
    blank = engine.all_of([checks.blank(opened, name) for name in keys])
    bare = engine.collect(rows.filter(blank).head(2))
    if len(bare[inner[0]]) != 1:
        return opened
    others = engine.collect(rows.filter(~blank))
    if not all(_adds_up(others[name], bare[name][0]) for name in counts):
        return opened
    named = {key: nw.when(blank).then(nw.lit(wording.ALL)).otherwise(nw.col(key)) for key in inner}
    return replace(opened, rows=opened.rows.with_columns(**named))


def _adds_up(values: Iterable[object], total: object) -> bool:
    """Tell whether a number is the sum of at least two others."""
    read = [answers.parse_volume(answers.show(value)) for value in values if not engine.absent(value)]
    counts = [value for value in read if isinstance(value, int)]
    return 1 < len(counts) == len(read) and answers.parse_volume(answers.show(total)) == sum(counts)


def _places_in(
    opened: Source, labels: Sequence[Read], rows: Sequence[int]
) -> Callable[[Sequence[Read], str], Mapping[Read, Where]]:
    """Give what says where labels stand, once there is a fault."""
    rows_of = dict(zip(labels, rows, strict=True)) if opened.ordered else {}

    def place(wanted: Sequence[Read], column: str) -> dict[Read, Where]:
        mark = fault("missing", where=Where(opened.name, column=column, sheet=opened.sheet), column=column)
        here = [label for label in wanted if label in rows_of]
        put = opened.put([(rows_of[label], mark) for label in here])
        return {label: item.where for label, item in zip(here, put, strict=True)}

    return place


def _by_label(labels: Sequence[Read], values: Values) -> dict[Read, int]:
    pairs = zip(labels, values, strict=True)
    return {label: int(value) for label, value in pairs if value is not None and value == value}


def _dated(label: Label, keys: Sequence[str]) -> Label:
    """Write the period in a label as the audit's periods are written."""
    from cdi.audits.periods import joined_label

    return tuple(joined_label([word]) if key == PERIOD else word for key, word in zip(keys, label, strict=True))


def _is_total(word: str, key: str = "") -> bool:
    """Tell the name of the row that adds up the others; no period is one."""
    return key != PERIOD and is_total(word, (key,))


def _told_apart(label: Label, keys: Sequence[str]) -> Read:
    """Tell the total from the label of a stratum or domain; without columns there is one row, and no total."""
    named = keys if len(keys) == len(label) else [""] * len(label)
    return None if label and all(map(_is_total, label, named)) else label


def _written(label: Read, keys: Sequence[str]) -> str:
    """Write a label as people name it, the total as the row is called in each of its columns."""
    return _listed([wording.ALL] * len(keys) if label is None else label)


def _periods(values: Iterable[object], opened: Source) -> tuple[str, ...]:
    """Read the one period that all the counts are of."""
    said = tuple(dict.fromkeys(answers.show(value) for value in values if not engine.absent(value)))
    from cdi.audits.periods import joined_label

    if len({joined_label([text]) for text in said}) > 1:
        where = Where(opened.name, column=PERIOD, sheet=opened.sheet)
        raise DataError.of("periods-differ", got="; ".join(said), where=where)
    return said[:1]


def _shares(read: Volumes, labels: Sequence[Read], values: Iterable[object]) -> dict[Read, float]:
    """Read the share of recorded crime in audited routes; a blank says nothing, so that none is assumed."""
    shares: dict[Read, float] = {}
    faults = []
    for label, value in zip(labels, values, strict=True):
        if engine.absent(value) or not str(value).strip():
            continue
        parsed = answers.parse_share(answers.show(value))
        if parsed is None:
            faults.append((label, fault("not-a-share", got=answers.show(value))))
        else:
            shares[label] = parsed
    if faults:
        raise DataError(read.put(faults, ROUTE_SHARE))
    return shares


def _refuse_twice(labels: Sequence[Read], keys: tuple[str, ...], opened: Source, counts: Collection[str]) -> None:
    if not keys and len(labels) > 1:
        raise DataError.of("one-row", got=f"{len(labels):,} rows", where=Where(opened.name))
    _refuse_partly(labels, Where(opened.name, column=_listed(keys) or None, sheet=opened.sheet))
    twice = sorted(_written(label, keys) for label, times in Counter(labels).items() if times > 1)
    if not twice:
        return
    code, values = "label-twice", dict[str, str]()
    others = _tell_apart(opened, keys, [name for name in opened.columns if name not in {*keys, *counts, *_READ}])
    if PERIOD in opened.columns and PERIOD not in keys:
        code = "label-twice-by-period"
    elif others:
        code, values = "label-twice-apart", {"others": wording.either(*others)}
    where = Where(opened.name, column=_listed(keys) or None, sheet=opened.sheet)
    raise DataError([fault(code, got=name or None, where=where, **values) for name in twice])


def _tell_apart(opened: Source, keys: Sequence[str], others: Sequence[str]) -> list[str]:
    """List the columns of which each has another value in every row of a label."""
    held = engine.collect(opened.rows.select(*opened.inner_names([*keys, *others])))
    of_keys = [held[name] for name in opened.inner_names(keys)]

    def differs(name: str) -> bool:
        rows = [tuple(map(answers.show, row)) for row in zip(*of_keys, held[opened.inner(name)], strict=True)]
        return len(rows) == len(set(rows))

    return [name for name in others if differs(name)]


def _refuse_partly(labels: Iterable[Read], where: Where) -> None:
    """Refuse subtotals: a row all is the total of everything."""
    partly = [label for label in labels if label is not None and any(map(_is_total, label))]
    if partly:
        names = {_listed([wording.ALL if _is_total(word) else word for word in label]) for label in partly}
        raise DataError([fault("partly-all", got=name, where=where, all=wording.ALL) for name in sorted(names)])


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys)


_OTHERS = re.compile(r"(?:all )?others?\b.*|rest\b.*|remain\w*|everything else")


def likely_name(category: str, names: Sequence[str]) -> str | None:
    """Guess what the volumes call a category: the one name with a word like its first; * for all that is left."""
    same = [name for name in names if _folded(name) == _folded(category)]
    near = difflib.get_close_matches(_folded(category), list(map(_folded, names)), n=2, cutoff=_NEAR)
    alike = same or [name for name in names if _folded(name) in near]
    if len(alike) == 1:
        return alike[0]
    if _OTHERS.fullmatch(category.casefold()):
        return ALL_OTHERS
    first = re.findall(r"\w+", category.casefold())[:1]
    alike = [
        name
        for name in names
        if any(_begin_alike(one, word) for one in first for word in re.findall(r"\w+", name.casefold()))
    ]
    return alike[0] if len(alike) == 1 else None


def _begin_alike(one: str, other: str) -> bool:
    """Tell words that begin alike: violent and violence, drugs and drug."""
    size = max(_LEAST, min(_ALIKE, len(one), len(other)))
    return min(len(one), len(other)) >= size and one[:size] == other[:size]


_LEAST, _ALIKE = 4, 5  # letters that words begin with alike
_NEAR = 0.85  # how alike names are of which one is misspelled


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
