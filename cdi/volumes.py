"""What is known beside the sample: reports on the frame, reports audited, recorded crime; by stratum or by domain.

A file, a frame, a mapping or a single number: all become :class:`Volumes`, checked, with one row a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING

from cdi import answers, checks, engine, frames, wording
from cdi.errors import DataError, Where, fault

if TYPE_CHECKING:
    import numpy as np

    from cdi.checks import Column

__all__ = ["POPULATION", "RECORDED_CRIME", "SAMPLE", "Volumes", "label_of", "read_volumes", "sort_out"]

POPULATION, SAMPLE, RECORDED_CRIME = "population", "sample", "recorded_crime"

Label = tuple[str, ...]


def _nowhere(_label: Label) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Volumes:
    """Known counts by label.

    Attributes
    ----------
    keys : tuple of str
        The columns that the labels come from.
    counts : mapping
        Name of a count -> label -> whole number.
    name : str or None
        The file, for messages.
    line : callable
        Label -> its line in the file, where there is one.
    """

    keys: tuple[str, ...]
    counts: Mapping[str, Mapping[Label, int]]
    name: str | None = None
    line: Callable[[Label], int | None] = field(default=_nowhere, repr=False)

    def has(self, count: str) -> bool:
        """Tell whether the file holds this count.

        Examples
        --------
        >>> read_volumes({"calls": 900}, ("route",), ("population",)).has("sample")
        False
        """
        return count in self.counts

    @property
    def labels(self) -> set[Label]:
        """Every label that has a count of any kind."""
        return {label for counts in self.counts.values() for label in counts}

    def where(self, label: Label, column: str) -> Where:
        """Say where the count of a label stands.

        Examples
        --------
        >>> read_volumes({"calls": 900}, ("route",), ("population",)).where(("calls",), "population").key
        'calls'
        """
        return Where(self.name, self.line(label), column, ", ".join(label) or None)


def read_volumes(source: object, keys: Sequence[str], counts: Sequence[str]) -> Volumes:
    """Read known counts.

    Parameters
    ----------
    source : path, data frame, mapping, int or Volumes
        A file or frame with the columns ``keys`` and one or more of ``counts``; a mapping from label (a text, or a
        tuple where there are several keys) to the first of ``counts``; or a number, where there are no keys.
    keys : sequence of str
        The stratum or domain columns.
    counts : sequence of str
        Which counts are wanted; one of them is needed, and those that are there are read.

    Returns
    -------
    Volumes
        Whole numbers, 0 or more.

    Raises
    ------
    DataError
        A column is missing, a label stands twice, a count is missing, negative or no whole number; all at once.

    Examples
    --------
    >>> read_volumes({"calls": 900, "online": 300}, ("route",), ("population",)).counts
    {'population': {('calls',): 900, ('online',): 300}}
    """
    if isinstance(source, Mapping):
        return _from_mapping(source, tuple(keys), counts[0])
    if isinstance(source, Real):
        return _from_mapping({(): source}, tuple(keys), counts[0])
    return _from_file(source, tuple(keys), counts)


def sort_out(sources: Sequence[object], keys: Sequence[str]) -> tuple[object, object]:
    """Tell which of several sources hold the frame and which the recorded crime.

    Parameters
    ----------
    sources : sequence of path, data frame or mapping
        Volumes files, each with ``population`` or ``recorded_crime`` or both; a mapping holds recorded crime.
    keys : sequence of str
        The domain columns that recorded crime is wanted by.

    Returns
    -------
    tuple
        The source of the reports on the frame and that of the recorded crime; None where there is none.

    Raises
    ------
    DataError
        A file holds neither, or two files hold the same.

    Examples
    --------
    >>> sort_out([{"violent": 8_000}], ["crime_type"])
    (None, {'violent': 8000})
    """
    numbers = [source for source in sources if isinstance(source, (Mapping, Real))]
    opened = [frames.open_source(source) for source in sources if not isinstance(source, (Mapping, Real))]
    unused = [source for source in opened if not {POPULATION, RECORDED_CRIME} & set(source.columns)]
    if unused:
        places = [Where(source.name, source.header) for source in unused]
        names = [", ".join(source.columns) for source in unused]
        raise DataError([fault("volumes-unused", got=got, where=at) for got, at in zip(names, places, strict=True)])
    holding = [source for source in opened if RECORDED_CRIME in source.columns]
    by_domain = [source for source in holding if set(keys) <= set(source.columns)]
    framed = [source for source in opened if POPULATION in source.columns]
    return _only(framed, POPULATION), _only([*numbers, *(by_domain or holding[:1])], RECORDED_CRIME)


def _only(sources: Sequence[object], column: str) -> object:
    """Take the one source there is, or none; of two it is not known which is meant."""
    if len(sources) > 1:
        last = sources[-1]
        where = Where(last.name, last.header) if isinstance(last, frames.Source) else Where()
        raise DataError.of("volumes-twice", where=where, column=column)
    return sources[0] if sources else None


def label_of(values: Sequence[object]) -> Label:
    """Write the values that name a stratum or domain as text.

    Examples
    --------
    >>> label_of(["violent ", 3.0])
    ('violent', '3')
    """
    words = (answers.show(value) for value in values)
    return tuple(wording.NO_LABEL if word == wording.BLANK else word for word in words)


def _from_mapping(source: Mapping[object, object], keys: tuple[str, ...], count: str) -> Volumes:
    found: dict[Label, int] = {}
    faults = []
    for name, value in source.items():
        label = label_of(name if isinstance(name, tuple) else (name,))
        parsed = answers.parse_whole(answers.show(value))
        where = Where(key=_listed(label) or None, column=count)
        if isinstance(parsed, str):
            faults.append(fault(parsed, got=value, where=where))
        elif len(label) != len(keys):
            faults.append(fault("label-parts", got=_listed(label) or None, where=where, keys=_listed(keys)))
        else:
            found[label] = parsed
    if faults:
        raise DataError(faults)
    return Volumes(keys, {count: found})


def _from_file(source: object, keys: tuple[str, ...], counts: Sequence[str]) -> Volumes:
    import narwhals as nw

    opened = source if isinstance(source, frames.Source) else frames.open_source(source)
    here = [name for name in counts if name in opened.columns]
    absent = [name for name in keys if name not in opened.columns] + ([] if here else [counts[0]])
    if absent:
        raise DataError([frames.no_column(name, opened) for name in absent])
    columns: dict[str, Column] = {}
    for name in here:
        opened, columns[name] = checks.read(opened, name, answers.parse_whole)
    blanks = [checks.missing(name, opened) for name in (*keys, here[0])]
    checks.refuse(opened, [*blanks, *(check for column in columns.values() for check in column.checks)])
    wanted = {name: column.value for name, column in columns.items()}
    if opened.ordered:
        wanted[engine.ROW] = nw.col(engine.ROW)
    rows = engine.numbered(opened.rows) if opened.ordered else opened.rows
    found = engine.collect(rows.select(*(nw.col(key) for key in keys), **wanted))
    labels = [label_of([found[key][i] for key in keys]) for i in range(len(found[here[0]]))]
    _refuse_twice(labels, keys, opened)
    numbers = dict(zip(labels, map(int, found[engine.ROW]), strict=True)) if opened.ordered else {}

    def line(label: Label) -> int | None:
        return opened.place([numbers[label]])[numbers[label]].line if label in numbers else None

    return Volumes(keys, {name: _by_label(labels, found[name]) for name in here}, opened.name, line)


def _by_label(labels: Sequence[Label], values: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[Label, int]:
    pairs = zip(labels, values, strict=True)
    return {label: int(value) for label, value in pairs if value is not None and value == value}


def _refuse_twice(labels: Sequence[Label], keys: tuple[str, ...], opened: frames.Source) -> None:
    if not keys and len(labels) > 1:
        raise DataError.of("one-row", got=f"{len(labels):,} rows", where=Where(opened.name))
    twice = sorted(label for label, times in Counter(labels).items() if times > 1)
    if twice:
        where = Where(opened.name, column=_listed(keys) or None)
        raise DataError([fault("label-twice", got=", ".join(label) or None, where=where) for label in twice])


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys)
