"""What a plan says of a draw: its strata, and how many records of each are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import shown
from cdi.audits import answers
from cdi.audits.crime_tables import SAMPLE, is_total
from cdi.errors import DataError, DesignError, Fault, Where, fault, suggestion
from cdi.planning.bands import Band, bands_of, is_banded
from cdi.planning.results import Plan
from cdi.reading import engine, opening
from cdi.selection.tickets import is_whole
from cdi.simulating.plans import READ

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["DrawPlan", "PlannedStratum", "read_plan", "simple_plan"]


@dataclass(frozen=True, slots=True)
class PlannedStratum:
    """One stratum as it is planned."""

    label: tuple[str, ...]  # its values, as the plan writes them; empty for a simple sample
    sample: int  # how many records are drawn
    population: int | None = None  # how many there are, as far as the plan says it
    row: int = 0  # where it stands in the plan


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """How many records of each stratum are drawn.

    Examples
    --------
    >>> simple_plan(200).strata[0].sample
    200
    """

    keys: tuple[str, ...]  # the columns of the frame that make the strata
    strata: tuple[PlannedStratum, ...]
    bands: Mapping[str, tuple[Band, ...]]  # a column of whole numbers -> its bands
    source: Source | None = None  # the file or frame it stands in

    def labels(self) -> list[tuple[str, ...]]:
        """List the strata by their values."""
        return [stratum.label for stratum in self.strata]

    def put(self, found: Sequence[tuple[PlannedStratum, Fault]]) -> list[Fault]:
        """Add to faults the place of their stratum in the plan."""
        if self.source is None:
            return [each for _, each in found]
        name, sheet = self.source.name, self.source.sheet
        placed = [
            (stratum.row, replace(each, where=Where(name, column=each.where.column, sheet=sheet)))
            for stratum, each in found
        ]
        return self.source.put(placed)


def simple_plan(n: object) -> DrawPlan:
    """Plan a simple sample of n records."""
    if not is_whole(n) or n < 1:
        raise DesignError.of("draw-n", got=shown(n))
    return DrawPlan((), (PlannedStratum((), int(n)),), {})


def read_plan(source: object) -> DrawPlan:
    """Read a plan: a file, a data frame, or what :func:`cdi.plan` gave.

    Raises
    ------
    DesignError
        It has no column ``sample``, a count is none, or a stratum is blank or stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> found = read_plan(pd.DataFrame({"route": ["calls", "online"], "population": [900, 100], "sample": [60, 20]}))
    >>> found.keys, [(stratum.label, stratum.sample) for stratum in found.strata]
    (('route',), [(('calls',), 60), (('online',), 20)])
    """
    opened = _opened(source)
    columns = {_plain(name): name for name in opened.columns if _plain(name) in READ}
    # what simulated coverage reads beside the counts is no stratum
    keys = tuple(name for name in opened.columns if _plain(name) not in READ)
    at = Where(opened.name, opened.header, sheet=opened.sheet)
    if SAMPLE not in columns:
        raise DesignError.of("draw-plan-sample", where=at, hint=suggestion(SAMPLE, opened.columns))
    strata: list[PlannedStratum] = []
    faults: list[tuple[int, Fault]] = []
    for row, cells in _rows_of(opened, [*keys, *columns.values()]):
        label = tuple(cells[key] for key in keys)
        if label and all(is_total(each, keys) for each in label):
            continue
        counts = {name: _count(cells[columns[name]]) for name in ("population", SAMPLE) if name in columns}
        if counts == {"population": 0, SAMPLE: 0}:  # a stratum that the frame has nothing of
            continue
        wrong = [(columns[name], "draw-plan-count", cells[columns[name]]) for name in counts if counts[name] is None]
        wrong += [(columns[SAMPLE], "draw-plan-none", "0")] if counts[SAMPLE] == 0 else []
        wrong += [(key, "plan-stratum-blank", "") for key, each in zip(keys, label, strict=True) if not each]
        faults += [
            (row, fault(code, got=got or None, where=replace(at, line=None, column=column)))
            for column, code, got in wrong
        ]
        strata.append(PlannedStratum(label, counts[SAMPLE] or 0, counts.get("population"), row))
    faults += _between(strata, [columns[name] for name in columns if name not in ("population", SAMPLE)], at)
    if faults:
        raise DesignError(opened.put(faults))
    if not strata:
        raise DesignError.of("draw-plan-empty", where=at)
    texts = {key: [stratum.label[i] for stratum in strata] for i, key in enumerate(keys)}
    bands = {key: bands_of(values) for key, values in texts.items() if is_banded(values)}
    return DrawPlan(keys, tuple(strata), bands, opened)


def _opened(source: object) -> Source:
    """Open a plan; what is said of the file of a frame would not help with that of its plan."""
    try:
        return opening.open_source(source.to_pandas() if isinstance(source, Plan) else source)
    except DataError as error:
        raise DataError([replace(each, code=_OF_PLANS.get(each.code, each.code)) for each in error.faults]) from error


_OF_PLANS = {
    "titles-above": "draw-plan-titles",
    "several-sheets": "draw-plan-sheets",
    "hidden-sheet": "draw-plan-sheets",
}
"""Fault of a file -> what it is of the file of a plan, beside which options are of the frame."""


def _between(strata: Sequence[PlannedStratum], expected: Sequence[str], at: Where) -> list[tuple[int, Fault]]:
    """Find strata that stand twice; what tells them apart may have a name that plans have for something else."""
    hint = wording.plan_expects(expected) if expected else ""
    seen: set[tuple[str, ...]] = set()
    faults = []
    for stratum in strata:
        if stratum.label in seen:
            name = wording.stratum_of(stratum.label)
            faults.append(
                (stratum.row, fault("draw-plan-twice", got=name or None, where=replace(at, line=None), hint=hint))
            )
        seen.add(stratum.label)
    return faults


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _count(text: str) -> int | None:
    found = answers.parse_volume(text) if text else None
    return found if isinstance(found, int) else None


def _rows_of(opened: Source, names: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Give the number of each row, and the text of its cells by column; a blank is no text."""
    found: Mapping[str, Any] = engine.collect(engine.numbered(opened.rows).sort(engine.ROW))
    return [
        (int(number), {name: answers.cell_text(found[opened.inner(name)][i]) for name in names})
        for i, number in enumerate(found[engine.ROW])
    ]
