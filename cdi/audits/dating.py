"""Gives each row its period: from a column of dates or months, or from the name of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cdi.audits import checks
from cdi.audits.design import FILENAME, PERIOD
from cdi.audits.periods import in_file_name, parse_period
from cdi.errors import DataError, DesignError, Where, fault
from cdi.reading import engine, sources
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["with_period"]


def with_period(opened: Source, column: str) -> Source:
    """Add the column ``period``, or put periods in the place of its dates.

    Parameters
    ----------
    opened : Source
        The rows.
    column : str
        The column with the period: dates count as their month, months and longer periods are written alike, and other
        names stay as they are. ``"FILENAME"``: the period in the name of each file, or where none holds one the names.

    Returns
    -------
    Source
        The rows with their periods.

    Raises
    ------
    DataError
        The column is not there, or holds dates that are not understood, or periods and other text; a file has no period
        in its name and others do, or two files share a name.
    DesignError
        There are no files to take names from, or there is a column ``period`` already.

    Examples
    --------
    >>> import pandas as pd
    >>> from cdi.reading.frames import open_source
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
    dates = checks.Findings(*opened.date_faults(column))
    checks.refuse(opened, [], [dates])
    # a year beside blanks is 2024.0 to some engines
    tail = ".0" if opened.rows.collect_schema()[column].is_float() else ""
    opened = _with_texts(checks.as_text(opened, column), column)
    found = {str(word): str(word).strip().removesuffix(tail) for word in checks.words(opened, PERIOD)[1]}
    read = {word: parse_period(text) for word, text in found.items()}
    unread = [word for word, period in read.items() if period is None]
    if unread and (len(unread) < len(read) or any(map(_is_like_a_date, unread))):
        _refuse_others(opened, column, unread)
    labels: dict[object, str] = {word: period.label if (period := read[word]) else text for word, text in found.items()}
    unclear = sorted(filter(_DAY_OR_MONTH.match, found))
    return replace(_labelled(opened, PERIOD, labels), day_first=unclear[0] if unclear else None)


_DATE = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,4}([/.-][0-9]{1,4})?([ T].*)?|[0-9]{5,8}")
_YEARS = re.compile(r"([0-9]{4})[/-](?:[0-9]{2})?([0-9]{2})")
_DAY_OR_MONTH = re.compile(r"(0?[1-9]|1[0-2])[/.](0?[1-9]|1[0-2])[/.][0-9]{4}(?![0-9])")


def _is_like_a_date(text: str) -> bool:
    """Tell a date that was not understood, or the number that Excel keeps of one, from a name such as 2023/24."""
    years = _YEARS.fullmatch(text)
    if years and (int(years[1]) + 1) % 100 == int(years[2]):
        return False
    return _DATE.fullmatch(text) is not None


def _with_texts(opened: Source, column: str) -> Source:
    """Write what the column holds, dates and numbers too, as text into the column ``period``."""
    import narwhals as nw

    value = nw.col(column)
    is_text = opened.rows.collect_schema()[column] == nw.String
    # where it is null it stays so: some engines would write that out as a word
    text = value if is_text else nw.when(~value.is_null()).then(value.cast(nw.String))
    return replace(opened, rows=opened.rows.with_columns(**{PERIOD: text}))


def _refuse_others(opened: Source, column: str, unread: Sequence[str]) -> None:
    import narwhals as nw

    checks.refuse(opened, [checks.Check("not-a-period", column, nw.col(PERIOD).is_in(list(unread)))])


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
    if periods and len(periods) < len(stems):
        without = [name for name, period in zip(names, read, strict=True) if period is None]
        raise DataError([fault("file-without-period", where=Where(name)) for name in without])
    if not periods and len(set(stems)) < len(stems):
        twice = [name for name, stem in zip(names, stems, strict=True) if stems.count(stem) > 1]
        raise DataError([fault("file-names-alike", where=Where(name)) for name in twice])
    labels = [period.label for period in periods] or stems
    if not opened.files:
        return replace(opened, rows=engine.constant(opened.rows, labels[0], PERIOD), columns=(*opened.columns, PERIOD))
    return _labelled(opened, FILE, dict(enumerate(labels)))
