"""Gives each row its period: from a column of dates or months, or from the name of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import checks, engine, sources
from cdi.design import FILENAME, PERIOD
from cdi.errors import DataError, DesignError, Where, fault
from cdi.periods import in_file_name, parse_period
from cdi.sources import FILE

if TYPE_CHECKING:
    from cdi.sources import Source

__all__ = ["with_period"]


def with_period(opened: Source, column: str) -> Source:
    """Add the column ``period``, or put periods in the place of its dates.

    Parameters
    ----------
    opened : Source
        The rows.
    column : str
        The column with the period: dates count as their month, months and longer periods are written alike, and any
        other text stays as it is. ``"FILENAME"``: the period in the name of each file, or where one of them holds none
        the names themselves.

    Returns
    -------
    Source
        The rows with their periods.

    Raises
    ------
    DataError
        The column is not there, or holds periods and other text; two files share a name.
    DesignError
        There are no files to take names from, or there is a column ``period`` already.

    Examples
    --------
    >>> import pandas as pd
    >>> from cdi.frames import open_source
    >>> rows = with_period(open_source(pd.DataFrame({"reported": ["2024-03-05", "2024-03-28"]})), "reported").rows
    >>> rows.collect()["period"].to_list()
    ['2024-03', '2024-03']
    """
    if column != PERIOD and PERIOD in opened.columns:
        where = Where(opened.name, opened.header, sheet=opened.sheet)
        raise DesignError.of("period-column", got=PERIOD, where=where, column=column)
    if column == FILENAME:
        return _by_file(opened)
    if column not in opened.columns:
        raise DataError([sources.no_column(column, opened)])
    opened = checks.as_text(opened, column)
    found = {str(word): str(word).strip() for word in checks.words(opened, column)[1]}
    read = {word: parse_period(text) for word, text in found.items()}
    unread = [word for word, period in read.items() if period is None]
    if unread and len(unread) < len(read):
        _refuse_others(opened, column, unread)
    labels: dict[object, str] = {word: period.label if (period := read[word]) else text for word, text in found.items()}
    return _labelled(opened, column, labels)


def _refuse_others(opened: Source, column: str, unread: Sequence[str]) -> None:
    import narwhals as nw

    checks.refuse(opened, [checks.Check("not-a-period", column, nw.col(column).is_in(list(unread)))])


def _labelled(opened: Source, column: str, labels: Mapping[object, str]) -> Source:
    rows = engine.relabelled(opened.rows, column, labels, PERIOD)
    return replace(opened, rows=rows, columns=tuple(dict.fromkeys((*opened.columns, PERIOD))))


def _by_file(opened: Source) -> Source:
    names = opened.files or ((opened.name,) if opened.name else ())
    if not names:
        raise DesignError.of("no-file-names", got=FILENAME)
    stems = [Path(name).stem for name in names]
    read = [in_file_name(stem) for stem in stems]
    periods = [period for period in read if period is not None]
    labels = [period.label for period in periods] if len(periods) == len(stems) else stems
    if labels is stems and len(set(stems)) < len(stems):
        twice = [name for name, stem in zip(names, stems, strict=True) if stems.count(stem) > 1]
        raise DataError([fault("file-names-alike", where=Where(name)) for name in twice])
    if not opened.files:
        return replace(opened, rows=engine.constant(opened.rows, labels[0], PERIOD), columns=(*opened.columns, PERIOD))
    return _labelled(opened, FILE, dict(enumerate(labels)))
