"""Holds what an inspection's file says against the headers of its files, before anything is estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cdi.audits.design import FILENAME, PERIOD, names_a_column
from cdi.audits.volumes import POPULATION, RECORDED_CRIME
from cdi.errors import CdiError, Fault, fault, suggestion
from cdi.reading.sources import Source
from cdi.reviewing.questions import parse_question

__all__ = ["absent_columns", "volumes_known_twice"]

_ROWS = ("audit", "searches", "reviews", "times", "monthly")
_TIMES = ("reported_at", "recorded_at", "timely")
_USUAL: Mapping[str, Mapping[str, str]] = {
    "times": {"reported_at": "reported_at", "recorded_at": "recorded_at"},
    "monthly": {"period": "month"},
}
"""Table -> the columns that are read where it names none."""


def absent_columns(read: Mapping[str, Any]) -> Iterator[tuple[str, Fault]]:
    """Find columns that are named and that the files of their table do not have.

    A file that cannot be read as a table is left to whoever reads it whole.

    Parameters
    ----------
    read : mapping
        What was read of the file; a value at fault is None.

    Yields
    ------
    tuple of str and Fault
        The key, and what is not there.

    Examples
    --------
    >>> list(absent_columns({"audit": {"files": None, "by": ("crime_type",)}}))
    []
    """
    placed = [(name, read[name]) for name in _ROWS if name in read]
    placed += [(f"previous[{i}]", each) for i, each in enumerate(read.get("previous", ()), 1)]
    for place, given in placed:
        own = given if "files" in given else read.get("audit", {})
        opened = _first(own.get("files"))
        if opened is not None:
            named = [pair for pair in _named(place, given) if pair[1] not in opened.columns]
            yield from ((key, _absent(name, opened)) for key, name in named)


def volumes_known_twice(read: Mapping[str, Any]) -> Iterator[tuple[str, Fault]]:
    """Find counts that two files of volumes hold, or the volumes and the sample itself.

    Parameters
    ----------
    read : mapping
        What was read of the file; a value at fault is None.

    Yields
    ------
    tuple of str and Fault
        The key, and what is known twice.

    Examples
    --------
    >>> list(volumes_known_twice({"audit": {"by": ("crime_type",)}, "volumes": {"files": None}}))
    []
    """
    placed = [("volumes.files", read.get("volumes", {}).get("files"), "audit", read.get("audit", {}))]
    for i, each in enumerate(read.get("previous", ()), 1):
        placed.append((f"previous[{i}].volumes", each.get("volumes"), f"previous[{i}]", each))
    for key, files, place, sample in placed:
        opened = [source for source in map(_opened, files or ()) if source is not None]
        if sample.get("population") is not None and any(POPULATION in source.columns for source in opened):
            yield f"{place}.population", fault("population-twice")
        yield from ((key, each) for each in _twice(opened, sample.get("by") or ("",)))


def _twice(opened: Sequence[Source], by: Sequence[str]) -> Iterator[Fault]:
    """Find the counts that several files hold for one table, which is by a column or over all."""
    frames = [source for source in opened if POPULATION in source.columns]
    crime = [source for source in opened if RECORDED_CRIME in source.columns]
    tables = ([source for source in crime if column in ("", *source.columns)] for column in by)
    for count, held in ((POPULATION, frames), (RECORDED_CRIME, max(tables, key=len))):
        if len(held) > 1:
            names = ", ".join(Path(str(source.name)).name for source in held)
            yield fault("volumes-twice", got=names, column=count)


def _absent(name: str, opened: Source) -> Fault:
    if name in opened.unusable:
        return fault("column-name", got=name)
    file = Path(str(opened.name)).name
    return fault("toml-no-column", column=name, file=file, hint=suggestion(name, opened.columns))


def _first(files: Sequence[Any] | None) -> Source | None:
    return _opened(files[0]) if files else None


def _opened(file: Any) -> Source | None:
    from cdi.reading.opening import connect, open_part
    from cdi.reading.sources import Workbook

    try:
        return open_part(connect(), "_cdi_header", file if isinstance(file, Workbook) else Workbook(str(file))).source
    except CdiError:
        return None


def _named(place: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """List the columns that a table names, each with its key."""
    for key in ("by", "ignore"):
        yield from ((f"{place}.{key}", name) for name in given.get(key) or () if name != PERIOD)
    for role, names in given.get("columns", {}).items():
        yield from (
            (f"{place}.columns.{role}", name) for name in ([names] if isinstance(names, str) else names or ()) if name
        )
    if names_a_column(given.get("population"), ()):
        yield f"{place}.population", given["population"]
    usual = _USUAL.get(place, {}) if "timely" not in given else {}
    for key in (*_TIMES, "period") if not place.startswith("previous") else ():
        name = given.get(key, usual.get(key))
        if name not in (None, FILENAME):
            yield f"{place}.{key}", name
    questions = given.get("questions")
    if isinstance(questions, tuple):
        yield from ((f"{place}.questions", parse_question(text).column) for text in questions)
