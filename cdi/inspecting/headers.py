"""Holds the columns that an inspection's file names against the headers of its files, before anything is estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cdi.audits.design import FILENAME, PERIOD
from cdi.audits.strata import names_a_column
from cdi.errors import CdiError, Fault, fault, suggestion
from cdi.reading.sources import Source
from cdi.reviewing.questions import parse_question

__all__ = ["absent_columns"]

_ROWS = ("audit", "searches", "reviews", "times", "monthly")
_TIMES = ("reported_at", "recorded_at", "timely")


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
    placed = [(name, read[name], read[name]) for name in _ROWS if name in read]
    placed += [(f"previous[{i}]", each, each) for i, each in enumerate(read.get("previous", ()), 1)]
    for place, given, rows in placed:
        own = rows if "files" in rows else read.get("audit", {})
        opened = _opened(own.get("files"))
        if opened is not None:
            named = [pair for pair in _named(place, given) if pair[1] not in opened.columns]
            yield from ((key, _absent(name, opened)) for key, name in named)


def _absent(name: str, opened: Source) -> Fault:
    if name in opened.unusable:
        return fault("column-name", got=name)
    file = Path(str(opened.name)).name
    return fault("toml-no-column", column=name, file=file, hint=suggestion(name, opened.columns))


def _opened(files: Sequence[Any] | None) -> Source | None:
    from cdi.reading.loading import connect, open_part
    from cdi.reading.sources import Workbook

    if not files:
        return None
    first = files[0]
    try:
        return open_part(
            connect(), "_cdi_header", first if isinstance(first, Workbook) else Workbook(str(first))
        ).source
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
    for key in (*_TIMES, "period") if not place.startswith("previous") else ():
        if given.get(key) not in (None, FILENAME):
            yield f"{place}.{key}", given[key]
    questions = given.get("questions")
    if isinstance(questions, tuple):
        yield from ((f"{place}.questions", parse_question(text).column) for text in questions)
