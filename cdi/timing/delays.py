"""What each row says of when its crimes were recorded: in time, late, or not known.

The rows of this one question are brought into memory: two columns of times are read value by value. Any engine's frame
is taken; a file's rows come as a pandas frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits import answers
from cdi.audits.answers import DECISIONS, parse_decision
from cdi.audits.checks import Findings
from cdi.audits.counting import DUE, RECORDED
from cdi.errors import DataError, Where, fault
from cdi.reading import engine, sources
from cdi.timing.times import HOUR, read_times

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.reading.sources import Source
    from cdi.timing.times import Times

__all__ = ["AT", "Stamps", "Timed", "in_memory", "read_stamps", "time_by_answers", "time_by_stamps"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

AT = "_cdi_at"
"""Name of the column with the position of each row, from 0."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """The columns of times, as they were read."""

    reported_at: str
    recorded_at: str
    reported: Times
    recorded: Times


@dataclass(frozen=True, slots=True)
class Timed:
    """What the rows of an audit say; one element a row."""

    # recorded, in_time: crimes recorded, and those of them known to be recorded in time
    recorded: Ints
    in_time: Ints
    unknown: Bools  # whether it is not known if the row's crimes were recorded in time; its ``in_time`` is 0
    hours: Floats  # from the report to the record; nan where that is not known
    # missing, ambiguous, negative: crimes recorded without a time (or answer), within an hour of the clock change that
    # could alter the answer, and before they were reported
    missing: int
    ambiguous: int = 0
    negative: int = 0
    # crimes whose delay the clock change leaves unclear and whose answer it does not: the shorter reading counts
    shorter: int = 0
    shared: int = 0  # rows with several crimes recorded, which share one pair of times


def in_memory(opened: Source) -> Source:
    """Bring the rows into memory and number them."""
    frame = opened.rows.collect("pandas") if engine.is_duckdb(opened.rows) else opened.rows.collect()
    return replace(opened, rows=frame.drop(AT, strict=False).with_row_index(AT).lazy())


def values_of(opened: Source, column: str) -> list[Any]:
    """List the values of a column, row by row."""
    return list(opened.rows.collect()[column].to_list())


def read_stamps(
    opened: Source, reported_at: str, recorded_at: str, *, date_format: str | None, clock: str, key: str | None
) -> tuple[Stamps, Findings]:
    """Read both columns of times, with the faults of all their values; ``key`` names a row where rows have no order."""
    absent = [name for name in (reported_at, recorded_at) if name not in opened.columns]
    if absent:
        raise DataError([sources.no_column(name, opened) for name in absent])
    read, found = [], []
    for column in (reported_at, recorded_at):
        values = values_of(opened, column)
        # a workbook does not tell a date from its midnight
        times = read_times(values, date_format=date_format, clock=clock, dates_are_midnight=opened.sheet is not None)
        spelled = wording.TIME_SPELLINGS.get(times.spelling or "", "")
        wrong = [(i, code, values[i] if i >= 0 else None) for i, code in times.faults.items()]
        found += _faults(opened, column, wrong, key, spelled=spelled, format=date_format)
        read.append(times)
    return Stamps(reported_at, recorded_at, *read), Findings(sorted(found, key=lambda pair: pair[0]), len(found))


def _faults(
    opened: Source, column: str, wrong: Sequence[tuple[int, str, object]], key: str | None, **values: object
) -> list[tuple[int, Any]]:
    """Word faults of rows, each with the number of its row where there is one."""
    frame = opened.rows.collect()
    numbers = frame[engine.ROW].to_list() if engine.ROW in frame.columns else range(1, len(frame) + 1)
    names = frame[key].to_list() if key and not opened.ordered else None
    found = []
    for i, code, got in wrong:
        named = f"{key} {answers.show(names[i])}" if names and i >= 0 else None
        where = Where(opened.name, column=column, key=named, sheet=opened.sheet)
        shown = None if got is None else answers.show(got)
        found.append(
            (int(numbers[i]) if opened.ordered and i >= 0 else 0, fault(code, got=shown, where=where, **values))
        )
    return found


def refuse(opened: Source, column: str, wrong: Sequence[tuple[int, str, object]], key: str | None) -> None:
    """Raise the faults of rows, if there are any."""
    if wrong:
        raise DataError(opened.put(_faults(opened, column, wrong, key)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of an audit as numbers."""

    at: Ints
    due: Ints
    recorded: Ints
    was_cancelled: Bools


def _rows_of(audit: Audit) -> _Rows:
    frame = audit.rows.collect()
    at, due, recorded = (frame[name].to_numpy().astype(np.int64) for name in (AT, DUE, RECORDED))
    cancelled = np.zeros(len(at), dtype=bool)
    if audit.design.decision:
        words = [parse_decision(answers.show(word)) for word in frame[audit.design.decision].to_list()]
        cancelled = np.array([word is not None and DECISIONS[word].cancelled for word in words], dtype=bool)
    return _Rows(at, due, recorded, cancelled)


def time_by_stamps(
    audit: Audit, opened: Source, stamps: Stamps, within: float, *, negative_delay: str, key: str | None
) -> Timed:
    """Tell by two times whether the crimes of each row were recorded in time."""
    rows = _rows_of(audit)
    late = values_of(opened, stamps.recorded_at)
    size = len(rows.at)
    kinds = np.full(size, "", dtype=object)
    hours, in_time = np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    wrong: list[tuple[int, str, object]] = []
    for place, at in enumerate(rows.at.tolist()):
        reported, recorded = stamps.reported.readings[at], stamps.recorded.readings[at]
        if not rows.recorded[place]:
            if rows.due[place] and recorded and not rows.was_cancelled[place]:
                wrong.append((at, "time-of-unrecorded", late[at]))
            continue
        kinds[place], delay = _delay(reported, recorded, within * HOUR)
        if kinds[place] == "negative" and negative_delay == "error":
            wrong.append((at, "negative-delay", late[at]))
        if kinds[place] in _KNOWN:
            hours[place] = delay / HOUR
            in_time[place] = rows.recorded[place] if delay <= within * HOUR else 0
    refuse(opened, stamps.recorded_at, wrong, key)
    counts = {kind: int(rows.recorded[kinds == kind].sum()) for kind in ("missing", "ambiguous", "negative", "shorter")}
    unknown = np.isin(kinds.astype(str), ["missing", "ambiguous", "negative"])
    return Timed(rows.recorded, in_time, unknown, hours, shared=int((rows.recorded > 1).sum()), **counts)


_KNOWN = ("known", "shorter")


def _delay(reported: tuple[int, ...], recorded: tuple[int, ...], limit: float) -> tuple[str, int]:
    """Take the delay between two times, in microseconds, and tell whether it is known.

    In the hour that comes twice both readings are tried; one that puts the record before the report cannot be meant.
    """
    if not reported or not recorded:
        return "missing", 0
    all_delays = sorted({late - early for early in reported for late in recorded})
    delays = [delay for delay in all_delays if delay >= 0]
    if not delays:
        return "negative", all_delays[-1]
    if (delays[0] <= limit) != (delays[-1] <= limit):
        return "ambiguous", delays[0]
    return "known" if len(delays) == 1 else "shorter", delays[0]


def time_by_answers(audit: Audit, opened: Source, timely: str, *, key: str | None) -> Timed:
    """Tell by a column of yes and no, or of counts, how many crimes of each row were recorded in time."""
    rows = _rows_of(audit)
    parse: Callable[[str], int | str] = answers.parse_count if audit.design.due else answers.parse_answer
    values = values_of(opened, timely)
    in_time, unknown = np.zeros(len(rows.at), dtype=np.int64), np.zeros(len(rows.at), dtype=bool)
    wrong: list[tuple[int, str, object]] = []
    for place, at in enumerate(rows.at.tolist()):
        word, recorded = answers.show(values[at]), int(rows.recorded[place])
        if word == wording.BLANK:
            unknown[place] = recorded > 0
            continue
        number = parse(word)
        code = number if isinstance(number, str) else _wrong_count(word, number, recorded)
        if code is not None:
            wrong.append((at, code, word))
        elif not isinstance(number, str):
            in_time[place] = number
    refuse(opened, timely, wrong, key)
    missing = int(rows.recorded[unknown].sum())
    return Timed(rows.recorded, in_time, unknown, np.full(len(rows.at), np.nan), missing)


def _wrong_count(word: str, number: int, recorded: int) -> str | None:
    if number > recorded:
        return "timely-above-recorded"
    # yes of several may be all of them or one
    return "timely-of-several" if number and recorded > 1 and word.isalpha() else None
