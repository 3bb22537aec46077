"""Where an audit stands: below or above a fixed standard, or in which of the grades that a force uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.comparing.comparison import Comparison, base_columns, chance, is_side, sides_in
from cdi.comparing.standards import Graded
from cdi.comparing.verdicts import Change
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, level_text, percent, weighted_once
from cdi.printing.tables import kinds_of

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.volumes import Label
    from cdi.printing.tables import Row

__all__ = ["lay_out_standing", "wide_of_grades"]


def wide_of_grades(found: Comparison) -> pd.DataFrame:
    """Give one row a category: its rate with both one-sided limits, its grade and the grades that are allowed."""
    import pandas as pd

    keys = found.table.keys[1:]
    numbers = ("rate", "at_least", "at_most")
    columns = (*keys, "a", *numbers, "grade", "allowed", "notes")
    rows = []
    for graded in found.grades:
        change = graded.changes[0]
        notes = () if change.a is None else change.a.notes
        ends = [_limit(change, low=low) for low in (True, False)]
        allowed = wording.grades_allowed(graded.allowed) if graded.allowed else None
        rows.append(
            (*graded.label[: len(keys)], found.names[0], _rate(change), *ends, graded.grade, allowed, "; ".join(notes))
        )
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    kinds = dict.fromkeys(numbers, "Float64") | kinds_of(found.table)
    return frame.astype({name: kinds.get(name, "string") for name in columns})


# ---- the page


def lay_out_standing(found: Comparison, *, extra: Sequence[str] = (), **_options: Any) -> Page:
    """Lay out for people where an audit stands: one line a category, with both one-sided limits."""
    table, remarks = weighted_once(found.table, is_side)
    sides = {row.label: row for row in table.rows if is_side(row)}
    lines = found.grades or tuple(Graded(row.label, None, (), (), (row,)) for row in found.rows)
    noted = {line.label: _noted(line.changes[0], sides) for line in lines}
    notes = Notes.on(row for rows in noted.values() for row in rows)
    grid = _grid(found, lines, {label: notes.marks(rows) for label, rows in noted.items()})
    return Page(found.table, (grid,), notes, (*_said(found, lines), *extra), remarks)


def _noted(change: Change, sides: dict[Label, Row]) -> list[Row]:
    """Take the rows whose notes stand on a line, without what the verdict and the title say."""
    own = [] if change.a is None else [sides[change.a.label]]
    return [*own, change.row.stating(found=(), stated=(), census=False)]


def _grid(found: Comparison, lines: Sequence[Graded], marks: dict[Label, tuple[int, ...]]) -> Grid:
    heading, verdict = wording.STANDARD_HEADINGS, wording.VERDICTS.__getitem__
    columns: list[Column[Graded]] = [
        Column(key, lambda line, i=i: line.label[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(found.table.keys[1:])
    ]
    if found.graded:
        columns += [
            Column(heading["allowed"], lambda line: line.allowed or None, wording.grades_allowed, _row, Kind.WORDS),
            Column(heading["grade"], lambda line: line.grade, str, _row, Kind.WORDS),
        ]
    else:
        of_verdict = _of(lambda change: change.verdict)
        columns.append(Column(wording.CHANGE_HEADINGS["verdict"], of_verdict, verdict, _row, Kind.WORDS))
    columns += [
        Column(wording.SIDE_HEADINGS["rate"], _of(_rate), AS_RATE["estimate"], _row, always=True, name="rate"),
        Column(heading["low"], _of(partial(_limit, low=True)), AS_RATE["low"], _row, within="rate"),
        Column(heading["high"], _of(partial(_limit, low=False)), AS_RATE["high"], _row, within="rate"),
    ]
    measure, _ = sides_in(found.table)
    columns += [Column(each.heading, _of_a(each.value), each.write, _row) for each in base_columns(measure)]
    if not found.graded:
        columns.append(Column(wording.CHANGE_HEADINGS["p"], _of(lambda change: change.p), chance, _row))
    columns.append(Notes.column(lambda line: marks[line.label]))
    method = next((line.changes[0].a.method for line in lines if line.changes[0].a is not None), found.table.method)
    level, standards = level_text(found.table.level), found.names[1:]
    titles = [
        wording.standing_title(measure.name, standards, level, method, graded=found.graded, exact=exact)
        for exact in (_exact(lines), True)
    ]
    return grid_of(titles[0], columns, lines, name=titles[1])


def _row(line: Graded) -> Row:
    return line.changes[0].row


def _of(value: Callable[[Change], object]) -> Callable[[Graded], object]:
    return lambda line: value(line.changes[0])


def _of_a(value: Callable[[Row], object]) -> Callable[[Graded], object]:
    return _of(lambda change: None if change.a is None else value(change.a))


def _rate(change: Change) -> float | None:
    return None if change.a is None else change.a.estimate


def _limit(change: Change, *, low: bool) -> float | None:
    """Give a one-sided limit of the rate itself."""
    end, standard = change.low if low else change.high, None if change.b is None else change.b.estimate
    return None if end is None or standard is None else min(max(end + standard, 0.0), 1.0)


def _exact(lines: Sequence[Graded]) -> bool:
    known = [line.changes[0] for line in lines if line.changes[0].verdict is not None]
    return bool(known) and all(change.exact for change in known)


def _said(found: Comparison, lines: Sequence[Graded]) -> list[str]:
    """Say where the overall rate lies, and what must be known to read it."""
    whole, said = lines[-1], []
    change = whole.changes[0]
    ends = (percent(_limit(change, low=True), "low"), percent(_limit(change, low=False), "high"))
    level = level_text(found.table.level)
    if found.graded and whole.grade is not None:
        exact = change.exact
        said.append(wording.graded(found.names[0], whole.allowed, whole.not_allowed, exact=exact))
        if not exact:
            said.append(wording.grade_of_estimate(percent(_rate(change)), whole.grade, ends, level))
    elif not found.graded and change.verdict is not None and change.estimate is not None:
        if change.exact:
            said.append(wording.exact_standard(change.verdict, found.names, formats.percent(abs(change.estimate))))
        else:
            said.append(wording.held_against(change.verdict, found.names, ends, level))
    if found.graded:
        begins = [each.b.estimate for each in whole.changes if each.b is not None]
        said.append(wording.grades_begin(found.names[1:], [level_text(each or 0.0) for each in begins]))
    if _exact(lines):
        said.append(wording.CENSUS_EXACT)
    if any(each.in_samples for line in lines for each in line.changes):
        said.append(wording.IN_THE_SAMPLE)
    return said
