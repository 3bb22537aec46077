"""The page of a rate freed of errors: what the auditors' error was, what was read again, and how far both agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cdi import wording
from cdi.facts import Scope
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, level_text, named, percent, shows_overall, whole
from cdi.printing.tables import Row, Table
from cdi.rereading.classes import CLASSES
from cdi.rereading.estimates import AC1, ALIKE, AUDITORS, ERROR, KAPPA, RATE, SecondReading

__all__ = ["with_second"]


@dataclass(frozen=True, slots=True)
class _ErrorLine:
    """A category, or all together: its rate freed of errors, the auditors' rate, and their error."""

    freed: Row
    auditors: Row
    error: Row


def with_second(page: Page, table: Table, second: SecondReading) -> Page:
    """Add to a page what was found by reading again; nothing where its whole is withheld, which it would tell."""
    if not shows_overall(table.rows):
        return page
    lines = _lines(table)
    grids = (*page.grids, _errors(table, lines, page.notes), _again(second))
    return replace(page, grids=grids, statements=(*_said(table, lines), *page.statements))


def _lines(table: Table) -> list[_ErrorLine]:
    """Set the rates of each category beside their errors."""

    def by_row(measure: str) -> dict[tuple[tuple[str, ...], Scope], Row]:
        return {(row.label, row.facts.scope): row for row in table.of(measure)}

    rates, own = by_row(RATE.key), by_row(AUDITORS.key)
    return [_ErrorLine(rates[place], own[place], row) for place, row in by_row(ERROR.key).items()]


def _errors(table: Table, lines: Sequence[_ErrorLine], notes: Notes) -> Grid:
    """Show the auditors' rate of each category, the freed one and the difference."""
    heads, points = wording.ERROR_HEADINGS, formats.signed_points
    columns: list[Column[_ErrorLine]] = [
        *(Column(key, lambda line, i=i: named(line.freed)[i], kind=Kind.WORDS) for i, key in enumerate(table.keys)),  # type: ignore[misc]
        Column(heads["auditors"], lambda line: line.auditors.estimate, AS_RATE["estimate"], _auditors),
        Column(heads["freed"], lambda line: line.freed.estimate, AS_RATE["estimate"], _freed),
        Column(heads["error"], lambda line: line.error.estimate, points, _error, name="error"),
        Column(heads["from"], lambda line: line.error.low, points, _error, within="error"),
        Column(heads["to"], lambda line: line.error.high, points, _error, within="error"),
        Notes.column(lambda line: notes.marks([line.auditors, line.error])),
    ]
    return grid_of(wording.ERRORS_TITLE, columns, lines)


def _auditors(line: _ErrorLine) -> Row:
    return line.auditors


def _freed(line: _ErrorLine) -> Row:
    return line.freed


def _error(line: _ErrorLine) -> Row:
    return line.error


def _again(second: SecondReading) -> Grid:
    """Show what the panel found, by what the auditors had found."""
    heads = wording.AGAIN_HEADINGS
    lines = [(wording.CLASSES_READ[kind], *row) for kind, row in zip(CLASSES, second.found, strict=True) if row[0]]
    columns: list[Column[Any]] = [Column(heads["class"], lambda line: line[0], kind=Kind.WORDS)]
    columns += [
        Column(heads[name], lambda line, i=i: line[i], whole, always=True)  # type: ignore[misc]
        for i, name in enumerate(("reports", "read", *CLASSES), 1)
    ]
    return grid_of(wording.AGAIN_TITLE, columns, lines)


def _said(table: Table, lines: Sequence[_ErrorLine]) -> Iterator[str]:
    """Say what the auditors' error was overall, and how far the panel agrees with them."""
    level = level_text(table.level)
    for line in lines:
        error = line.error
        if not (line.freed.whole and line.freed.main) or error.estimate is None or error.withheld:
            continue
        ends = (
            None if error.low is None or error.high is None else (formats.points(error.low), formats.points(error.high))
        )
        yield wording.error_said(formats.points(error.estimate), ends, level)
    rows = {row.measure: row for row in table.rows if row.measure in (ALIKE, KAPPA, AC1)}
    share = rows.get(ALIKE)
    if share is None or share.estimate is None or share.withheld:
        return
    ends_ = None if share.low is None else (percent(share.low, "low"), percent(share.high, "high"))
    kappa, ac1 = (_coefficient(rows.get(each)) for each in (KAPPA, AC1))
    yield wording.agreed_again(percent(share.estimate), ends_, kappa, ac1, level)


def _coefficient(row: Row | None) -> str:
    return "" if row is None or row.estimate is None else f"{row.estimate:.2f}"
