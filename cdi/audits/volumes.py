"""What is known beside the sample: reports on the frame, reports audited, recorded crime; by stratum or by domain.

A file, a frame, a mapping or a single number becomes :class:`Volumes`. The row ``all`` of a file is the total of the
others, never a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

from cdi import wording
from cdi.audits import answers, checks
from cdi.audits.design import PERIOD
from cdi.errors import DataError, Fault, Where, fault
from cdi.reading import engine, opening
from cdi.reading.sources import Source, no_column, refuse_spelling

if TYPE_CHECKING:
    import numpy as np

    Values: TypeAlias = np.ndarray[Any, np.dtype[Any]]

__all__ = [
    "POPULATION", "RECORDED_CRIME", "ROUTE_SHARE", "SAMPLE", "Label", "Volumes", "label_of", "read_volumes",
    "refuse_unused", "sort_out",
]  # fmt: skip


POPULATION, SAMPLE, RECORDED_CRIME, ROUTE_SHARE = "population", "sample", "recorded_crime", "route_share"

Label = tuple[str, ...]


def _nowhere(_labels: Sequence[Label], _column: str) -> Mapping[Label, Where]:
    return {}


@dataclass(frozen=True, slots=True)
class Volumes:
    """Known counts by label."""

    keys: tuple[str, ...]  # the columns that the labels come from
    counts: Mapping[str, Mapping[Label, int]]  # name of a count -> label -> whole number
    name: str | None = None  # the file, for messages
    # labels and a column -> where each stands in the file, where there is one; asked once there is a fault
    place: Callable[[Sequence[Label], str], Mapping[Label, Where]] = field(default=_nowhere, repr=False)
    # name of a count -> its total, from the row ``all``, where there is one
    totals: Mapping[str, int] = field(default_factory=dict)
    # share of recorded crime that comes through the audited routes, where the file says so
    shares: Mapping[Label, float] = field(default_factory=dict)
    periods: tuple[str, ...] = ()  # the periods that the file says its counts are of

    def has(self, count: str) -> bool:
        """Tell whether the file holds this count."""
        return count in self.counts

    @property
    def labels(self) -> set[Label]:
        """Every label that has a count of any kind."""
        return {label for counts in self.counts.values() for label in counts}

    def where(self, label: Label, column: str) -> Where:
        """Say where the count of a label stands."""
        return self.places([label], column)[label]

    def places(self, labels: Sequence[Label], column: str) -> dict[Label, Where]:
        """Say where the counts of several labels stand, in one pass over their file."""
        found = self.place(labels, column) if labels else {}
        nowhere = Where(self.name, column=column)
        return {label: replace(found.get(label, nowhere), key=", ".join(label) or None) for label in labels}

    def put(self, faults: Sequence[tuple[Label, Fault]], column: str) -> list[Fault]:
        """Add to the faults of a column where their labels stand; a fault that has a place keeps it."""
        places = self.places([label for label, item in faults if item.where == Where()], column)
        return [replace(item, where=places[label]) if item.where == Where() else item for label, item in faults]

    def filled(self, count: str, labels: Sequence[Label]) -> tuple[dict[Label, int], Label | None]:
        """Set a count beside its total: a single label without one gets the remainder."""
        known = dict(self.counts[count])
        total = self.totals.get(count)
        if total is None:
            return known, None
        added = sum(known.values())
        open_ = [label for label in labels if label not in known]
        if added > total or (added < total and not open_):
            where = self.where((wording.ALL,) * len(self.keys), count)
            raise DataError.of("total-differs", got=f"{total:,}", where=where, added=added)
        if len(open_) != 1:
            return known, None
        return {**known, open_[0]: total - added}, open_[0]


def label_of(values: Sequence[object]) -> Label:
    """Write the values that name a stratum or domain as text."""
    words = (answers.show(value) for value in values)
    return tuple(wording.NO_LABEL if word == wording.BLANK else word for word in words)


_READ = frozenset([POPULATION, SAMPLE, RECORDED_CRIME, ROUTE_SHARE, PERIOD])
"""Names of columns that are read where they are there."""


def read_volumes(source: object, keys: Sequence[str], counts: Sequence[str], *, dated: bool = False) -> Volumes:
    """Read known counts."""
    if isinstance(source, Mapping):
        return _from_mapping(source, tuple(keys), counts[0])
    if isinstance(source, Real):
        return _from_mapping({(): source}, tuple(keys), counts[0])
    return _from_file(source, tuple(keys), counts, dated=dated)


def sort_out(sources: Sequence[object], keys: Sequence[str]) -> tuple[object, object]:
    """Tell which of several sources hold the frame and which the recorded crime."""
    numbers = [source for source in sources if isinstance(source, (Mapping, Real))]
    opened = [
        opening.open_source(source, with_totals=True) for source in sources if not isinstance(source, (Mapping, Real))
    ]
    for source in opened:
        refuse_spelling(source, _READ, "volume-spelling", apart=keys)
    refuse_unused(opened)
    holding = [source for source in opened if RECORDED_CRIME in source.columns]
    by_domain = [source for source in holding if set(keys) <= set(source.columns)]
    framed = [source for source in opened if POPULATION in source.columns]
    return _only(framed, POPULATION), _only([*numbers, *(by_domain or holding[:1])], RECORDED_CRIME)


def refuse_unused(opened: Iterable[Source]) -> None:
    """Refuse files that hold neither reports on the frame nor recorded crime: they would be passed over."""
    unused = [source for source in opened if not {POPULATION, RECORDED_CRIME} & set(source.columns)]
    if unused:
        places = [Where(source.name, source.header, sheet=source.sheet) for source in unused]
        names = [", ".join(source.columns) for source in unused]
        raise DataError([fault("volumes-unused", got=got, where=at) for got, at in zip(names, places, strict=True)])


def _only(sources: Sequence[object], column: str) -> object:
    """Take the one source there is, or none; of two it is not known which is meant."""
    if len(sources) > 1:
        last = sources[-1]
        where = Where(last.name, last.header, sheet=last.sheet) if isinstance(last, Source) else Where()
        raise DataError.of("volumes-twice", where=where, column=column)
    return sources[0] if sources else None


def _from_mapping(source: Mapping[object, object], keys: tuple[str, ...], count: str) -> Volumes:
    found: dict[Label, int] = {}
    faults = []
    for name, value in source.items():
        label = _folded(label_of(name if isinstance(name, tuple) else (name,)))
        parsed = answers.parse_volume(answers.show(value))
        where = Where(key=_listed(label) or None, column=count)
        if isinstance(parsed, str):
            faults.append(fault(parsed, got=value, where=where))
        elif len(label) != len(keys):
            code = "label-parts" if keys else "one-row"
            faults.append(fault(code, got=_listed(label) or None, where=where, keys=_listed(keys)))
        elif label in found:
            faults.append(fault("label-twice", got=_listed(label), where=Where(column=count)))
        else:
            found[label] = parsed
    if faults:
        raise DataError(faults)
    _refuse_partly(found, Where(column=_listed(keys) or None))
    total = found.pop((wording.ALL,) * len(keys), None) if keys else None
    return Volumes(keys, {count: found}, totals={} if total is None else {count: total})


def _from_file(source: object, keys: tuple[str, ...], counts: Sequence[str], *, dated: bool) -> Volumes:
    opened = source if isinstance(source, Source) else opening.open_source(source, with_totals=True)
    refuse_spelling(opened, {*counts, *_READ} - set(keys), "volume-spelling", apart=keys)
    here = _counts_there(opened, keys, counts)
    beside = [name for name in (ROUTE_SHARE, PERIOD) if name in opened.columns and name not in keys]
    found, rows = _collected(opened, keys, here, beside)
    labels = [_folded(label_of([found[key][i] for key in keys])) for i in range(len(found[here[0]]))]
    if dated:
        labels = [_dated(label, keys) for label in labels]
    _refuse_twice(labels, keys, opened)
    numbers = {name: _by_label(labels, found[name]) for name in here}
    totals = {}
    whole = (wording.ALL,) * len(keys)
    for name, known in numbers.items():
        if keys and whole in known:
            totals[name] = known.pop(whole)
    read = Volumes(keys, numbers, opened.name, _places_in(opened, labels, rows), totals=totals)
    if PERIOD in beside:
        read = replace(read, periods=_periods(found[PERIOD], opened))
    if ROUTE_SHARE in beside:
        read = replace(read, shares=_shares(read, labels, found[ROUTE_SHARE]))
    return read


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
) -> tuple[Mapping[str, Values], Sequence[int]]:
    """Collect the labels and their counts, once every cell of them can be read, and the numbers of their rows."""
    import narwhals as nw

    wanted = {}
    inner = {name: opened.inner(opened.written(name)) for name in (*keys, *here, *beside)}
    faulty = [checks.missing(opened.written(name), opened) for name in keys]
    for name in here:
        opened, column = checks.read(opened, name, answers.parse_volume)
        wanted[inner[name]] = column.value
        faulty += column.checks
    checks.refuse(opened, faulty)
    rows = opened.rows
    if opened.ordered:
        rows = engine.numbered(rows)
        wanted[engine.ROW] = nw.col(engine.ROW)
    found = engine.collect(rows.select(*(inner[name] for name in (*keys, *beside)), **wanted))
    numbers = [int(row) for row in found[engine.ROW]] if opened.ordered else []
    return {name: found[each] for name, each in inner.items()}, numbers


def _places_in(
    opened: Source, labels: Sequence[Label], rows: Sequence[int]
) -> Callable[[Sequence[Label], str], Mapping[Label, Where]]:
    """Give what says where labels stand, once there is a fault."""
    rows_of = dict(zip(labels, rows, strict=True)) if opened.ordered else {}

    def place(wanted: Sequence[Label], column: str) -> dict[Label, Where]:
        mark = fault("missing", where=Where(opened.name, column=column, sheet=opened.sheet), column=column)
        here = [label for label in wanted if label in rows_of]
        put = opened.put([(rows_of[label], mark) for label in here])
        return {label: item.where for label, item in zip(here, put, strict=True)}

    return place


def _by_label(labels: Sequence[Label], values: Values) -> dict[Label, int]:
    pairs = zip(labels, values, strict=True)
    return {label: int(value) for label, value in pairs if value is not None and value == value}


def _dated(label: Label, keys: Sequence[str]) -> Label:
    """Write the period in a label as the audit's periods are written."""
    from cdi.audits.periods import joined_label

    return tuple(joined_label([word]) if key == PERIOD else word for key, word in zip(keys, label, strict=True))


TOTALS = frozenset([wording.ALL, "total", "totals", "grand total", "overall", "overall total", "total all"])
"""How people name the row that adds up the others, whatever its capitals."""


def _folded(label: Label) -> Label:
    """Write the name of a total in one way; a label that is a total in one column only is no label."""
    return tuple(wording.ALL if " ".join(word.casefold().split()) in TOTALS else word for word in label)


def _periods(values: Iterable[object], opened: Source) -> tuple[str, ...]:
    """Read the one period that all the counts are of."""
    said = tuple(dict.fromkeys(answers.show(value) for value in values if not engine.absent(value)))
    from cdi.audits.periods import joined_label

    if len({joined_label([text]) for text in said}) > 1:
        where = Where(opened.name, column=PERIOD, sheet=opened.sheet)
        raise DataError.of("periods-differ", got="; ".join(said), where=where)
    return said[:1]


def _shares(read: Volumes, labels: Sequence[Label], values: Iterable[object]) -> dict[Label, float]:
    """Read the share of recorded crime in audited routes; a blank says nothing, so that none is assumed."""
    shares: dict[Label, float] = {}
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


def _refuse_twice(labels: Sequence[Label], keys: tuple[str, ...], opened: Source) -> None:
    if not keys and len(labels) > 1:
        raise DataError.of("one-row", got=f"{len(labels):,} rows", where=Where(opened.name))
    _refuse_partly(labels, Where(opened.name, column=_listed(keys) or None, sheet=opened.sheet))
    twice = sorted(label for label, times in Counter(labels).items() if times > 1)
    if twice:
        where = Where(opened.name, column=_listed(keys) or None, sheet=opened.sheet)
        code = "label-twice-by-period" if PERIOD in opened.columns and PERIOD not in keys else "label-twice"
        raise DataError([fault(code, got=_listed(label) or None, where=where) for label in twice])


def _refuse_partly(labels: Iterable[Label], where: Where) -> None:
    """Refuse subtotals: a row all is the total of everything."""
    partly = sorted({label for label in labels if wording.ALL in label and set(label) != {wording.ALL}})
    if partly:
        raise DataError([fault("partly-all", got=_listed(label), where=where, all=wording.ALL) for label in partly])


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys)
