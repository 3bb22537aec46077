"""The page of a comparison: one line a side, what changed, the verdict, and the margin that it was held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from cdi import wording
from cdi.binomial.published import AS_PRINTED
from cdi.comparing.comparison import Comparison
from cdi.comparing.verdicts import Change
from cdi.printing import formats
from cdi.printing.lines import (
    BLANK,
    Noted,
    is_weighted,
    level_text,
    marks,
    measure_of,
    note_lines,
    numbered,
    rate,
    shown,
    whole,
    withheld,
)
from cdi.printing.lines import count as count_text
from cdi.printing.lines import end as count_end
from cdi.printing.pages import Grid, Page, telling
from cdi.printing.tables import Record

__all__ = ["lay_out_comparison", "statement"]

_NUMBERS = ("difference", "ratio", "p-value", "q-value", "margin")
_DECIMALS = 12
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "recording-rate": {"n": "n", "recorded": "recorded"},
    "classification": {"n": "n_recorded", "recorded": "recorded_right"},
    "over-recording": {"n": "n_all_recorded", "recorded": "recorded_over"},
    "grounds": {"n": "n_searches", "recorded": "recorded_searches"},
    "unrecorded": {"n": "n", "recorded": "recorded"},
}


def lay_out_comparison(found: Comparison, *, style: str = "default", extra: Sequence[str] = ()) -> Page:
    """Lay a comparison out for people.

    Parameters
    ----------
    found : Comparison
        From :func:`cdi.compare`, :func:`cdi.contrast` or :func:`cdi.changes`.
    style : {"default", "published"}
        ``published`` gives the verdict as inspection reports do, labelled.
    extra : sequence of str
        Statements that stand under it.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import cdi
    >>> page = lay_out_comparison(cdi.compare(cdi.of_counts(159, 182), cdi.of_counts(211, 244)))
    >>> page.grids[1].rows[0][:4]
    ('no clear change', '+0.9', '-5.9', '+7.2')
    """
    sides = [record for record in found.table.records if record.kind not in _NUMBERS]
    numbers = numbered([*sides, *map(_shown, found.rows)])
    grids = (_sides(found, sides, numbers), _changes(found, numbers, style))
    return Page(found.table, grids, note_lines(numbers), (*_statements(found, style), *extra))


def statement(change: Change, level: float) -> str:
    """Say what a comparison comes to; nothing where nothing could be compared.

    Parameters
    ----------
    change : Change
        A row of a comparison.
    level : float
        The level of its interval.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.compare(cdi.of_counts(159, 182), cdi.of_counts(211, 244))
    >>> statement(found.rows[0], 0.95).partition(": ")[2]
    'no clear change: anything from a fall of 5.9 to a rise of 7.2 percentage points fits.'
    """
    if change.verdict is None or change.estimate is None:
        return BLANK
    plain = _points(abs(change.estimate)) if change.kind == "difference" else _ratio(change.estimate)
    size = wording.size_of_change(plain, change.kind)
    if change.exact:
        return wording.exact_change(change.verdict, change.names, size)
    inner = change.inner or (None, None)
    spans = [_span(change.kind, *ends) for ends in ((change.low, change.high), inner)]
    levels = [level_text(level), level_text(round(1 - 2 * (1 - level), _DECIMALS))]
    return wording.the_change(change.verdict, change.names, size, spans[0], spans[1], levels)


def _span(kind: str, low: float | None, high: float | None) -> str:
    if kind == "difference":
        return wording.span_of_points(_points(low or 0), _points(high or 0))
    return wording.ratio_span(_ratio(low), _ratio(high))


def _statements(found: Comparison, style: str) -> list[str]:
    """Say the overall result of the newest comparison, the margin, and what must be known to read them."""
    compared = [row for row in found.rows if row.verdict is not None]
    newest = [row for row in found.rows if row.names == found.rows[0].names][-1]
    exact = _exact(found)
    said = []
    if newest.verdict is not None and style == "default":
        said.append(statement(newest, found.table.level))
    if newest.published is not None and style == "published":
        said.append(wording.published_verdict(newest.published))
    if found.false_discovery is not None and any(row.q is not None for row in compared):
        said.append(_discovered(found, compared))
    if compared and not exact and style == "default":
        said.append(_margin(found, compared))
    rates = [record for record in found.table.records if "volumes-weigh" not in record.notes and not record.is_count]
    conditions = {
        wording.CENSUS_EXACT: exact,
        wording.IN_SAMPLES: any("in-samples" in row.notes for row in found.rows),
        wording.WEIGHTED: any(map(is_weighted, rates)),
    }
    return [*said, *(sentence for sentence, holds in conditions.items() if holds)]


def _exact(found: Comparison) -> bool:
    """Tell whether all that was compared is of a census."""
    compared = [row for row in found.rows if row.verdict is not None]
    return bool(compared) and all(row.exact for row in compared)


def _margin(found: Comparison, rows: Sequence[Change]) -> str:
    write = _whole_points if found.kind == "difference" else _bounds
    margins = {("overall" if row.overall else "category"): write(row.margin) for row in reversed(rows)}
    return wording.margin_said(margins, chosen=found.margin is not None, kind=found.kind)


def _whole_points(margin: float) -> str:
    return f"{(Decimal(str(margin)) * 100).normalize():f}"


def _bounds(margin: float) -> str:
    return wording.ratio_span(_ratio(1 - margin), _ratio(1 / (1 - margin)))


def _discovered(found: Comparison, rows: Sequence[Change]) -> str:
    held = found.false_discovery or 0.0
    stand_out = [row for row in rows if row.q is not None and row.q <= held]
    keyed = len(found.table.keys) > 1
    named = [", ".join([wording.against(row.names), *(row.label if keyed else ())]) for row in stand_out]
    return wording.changes_found(named, sum(row.q is not None for row in rows), level_text(held))


def _shown(change: Change) -> Change:
    """Leave out the note of a census on a change: it stands on its sides."""
    return replace(change, notes=tuple(code for code in change.notes if code != "census"))


def _sides(found: Comparison, sides: Sequence[Record], numbers: Mapping[str, int]) -> Grid:
    """One line a side, those of a category together."""
    keys = found.table.keys
    labels = list(dict.fromkeys(record.label[1:] for record in sides))
    ordered = sorted(sides, key=lambda record: labels.index(record.label[1:]))
    counts = any(record.is_count for record in sides)
    measure = next((m for m in (measure_of(record.kind) for record in sides) if m != "share"), "share")
    texts: Mapping[str, Callable[[Record], str]] = {
        **(_OF_COUNTS if counts else _OF_RATES),
        "n": lambda record: whole(record.n),
        "recorded": lambda record: whole(record.recorded),
        "notes": lambda record: marks((record,), numbers),
    }
    named = {**wording.SIDE_HEADINGS, **{k: wording.HEADINGS[v] for k, v in _HEADINGS.get(measure, {}).items()}}
    columns = {name: [show(record) for record in ordered] for name, show in texts.items()}
    kept = _kept(columns, ordered)
    cells = _cells(columns, kept, ordered)
    rows = tuple((*record.label[1:], record.label[0], *line) for record, line in zip(ordered, cells, strict=True))
    exact = _exact(found)
    # of the score method the sides have another, and what was printed keeps its own
    own = next((record.method for record in sides if record.method != AS_PRINTED), AS_PRINTED)
    title = wording.title(wording.MEASURES[measure], level_text(found.table.level), own, "both")
    headings = (*keys[1:], wording.SIDE_HEADINGS["side"], *(named[name] for name in kept))
    return Grid(wording.figures_title(wording.MEASURES[measure]) if exact else title, headings, rows, len(keys))


def _changes(found: Comparison, numbers: Mapping[str, int], style: str) -> Grid:
    """One line a change."""
    keyed, several = len(found.table.keys) > 1, len(found.names) > 2
    verdict = "verdict" if style == "default" else "published"
    columns: dict[str, list[str]] = {
        "verdict": [_word(getattr(row, verdict)) for row in found.rows],
        found.kind: [_signed(row.kind, row.estimate) for row in found.rows],
        "low": [_signed(row.kind, row.low) for row in found.rows],
        "high": [_signed(row.kind, row.high) for row in found.rows],
        "p": [_chance(row.p) for row in found.rows],
        "q": [_chance(row.q) for row in found.rows],
        "notes": [marks((_shown(row),), numbers) for row in found.rows],
    }
    kept = _kept(columns, found.rows) or ["notes"]
    leading = [
        (*(row.label if keyed else ()), *((wording.against(row.names),) if several else ())) for row in found.rows
    ]
    cells = _cells(columns, kept, found.rows)
    rows = tuple((*lead, *line) for lead, line in zip(leading, cells, strict=True))
    sides = (wording.CHANGE_HEADINGS["names"],) if several else ()
    headings = (*found.table.keys[1:], *sides, *(wording.CHANGE_HEADINGS[name] for name in kept))
    exact = _exact(found)
    printed = all(side.method == AS_PRINTED for row in found.rows for side in (row.a, row.b) if side is not None)
    method = AS_PRINTED if printed else found.table.method
    title = wording.change_title(found.kind, found.names, level_text(found.table.level), method, exact=exact)
    return Grid(title, headings, rows, len(headings) - len(kept) + ("verdict" in kept))


def _kept(columns: Mapping[str, Sequence[str]], rows: Sequence[Noted]) -> list[str]:
    """Name the columns that tell anything; where every row is withheld, those whose numbers are."""
    return telling(columns, columns.keys() - {"q", "notes"} if all(map(withheld, rows)) else ())


def _cells(columns: Mapping[str, Sequence[str]], names: Sequence[str], rows: Sequence[Noted]) -> list[tuple[str, ...]]:
    """Set columns out as rows; of what is withheld only the notes are left."""
    return [
        tuple(shown(row if name != "notes" else None, columns[name][i]) for name in names) for i, row in enumerate(rows)
    ]


def _word(verdict: str | None) -> str:
    return BLANK if verdict is None else wording.VERDICTS[verdict]


def _points(value: float) -> str:
    """Write a change in percentage points, free of the noise of a subtraction."""
    text = formats.percent(round(value, _DECIMALS))
    return text.removeprefix("-") if float(text) == 0 else text


def _ratio(value: float | None) -> str:
    return BLANK if value is None else f"{value:.3f}"


def _signed(kind: str, value: float | None) -> str:
    if value is None or kind == "ratio":
        return _ratio(value)
    text = _points(value)
    return text if text.startswith("-") or float(text) == 0 else f"+{text}"


def _chance(p: float | None) -> str:
    return BLANK if p is None else "<0.001" if p < 0.0005 else f"{p:.3f}"


_OF_RATES: Mapping[str, Callable[[Record], str]] = {
    "rate": lambda record: rate(record.estimate),
    "low": lambda record: rate(record.low, "low"),
    "high": lambda record: rate(record.high, "high"),
}

_OF_COUNTS: Mapping[str, Callable[[Record], str]] = {
    "count": count_text,
    "count_low": lambda record: count_end(record, low=True),
    "count_high": lambda record: count_end(record, low=False),
}
