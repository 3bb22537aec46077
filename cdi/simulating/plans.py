"""Plans as scenarios: tables that say of each stratum how many reports are on the frame, and how many are to be read.

What is expected stands in columns of its own, or is said of every stratum alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits import answers
from cdi.audits.crime_tables import SAMPLE, is_total
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault
from cdi.printing.formats import parse_proportion
from cdi.reading import engine
from cdi.simulating.scenarios import Scenario, Stratum, faults_of_values

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["is_plan", "scenario_of_plan"]

_FOUND = ("recorded", "decision", "due")
"""Columns of an audit that was read; a plan has none of them."""


def _count(text: str) -> int | str:
    found = answers.parse_volume(text)
    return found if isinstance(found, int) else text


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text


def _share(text: str) -> float | str:
    try:
        return parse_proportion(text)
    except DataError:
        return text


_READ: Mapping[str, Callable[[str], Any]] = {
    "population": _count, "sample": _count, "recorded_crime": _count,
    "rate": _share, "correlation": _share, "crimes": _number, "weight": _number,
}  # fmt: skip
"""Column of a plan -> how its text is read; what cannot be read stays text, and is no value of a stratum."""


def is_plan(columns: Sequence[str]) -> bool:
    """Tell a plan by its columns: it has reports to read, and nothing that was found in them.

    Examples
    --------
    >>> is_plan(["route", "population", "sample"]), is_plan(["route", "sample", "recorded"])
    (True, False)
    """
    names = {name.casefold() for name in columns}
    return SAMPLE in names and names.isdisjoint(_FOUND)


def scenario_of_plan(opened: Source, rate: float | None, correlation: float | None) -> Scenario:
    """Read a plan, with a rate and a correlation for the strata that have none of their own; all faults at once.

    Raises
    ------
    DesignError
        A value is wrong or missing, a stratum stands twice, or the plan says nothing of the rate.
    MethodError
        A rate or correlation was given that no stratum lacks.
    """
    columns = {name.casefold(): name for name in opened.columns if name.casefold() in _READ}
    keys = [name for name in opened.columns if name not in columns.values()]
    usual = {name: value for name, value in (("rate", rate), ("correlation", correlation)) if value is not None}
    strata: list[Stratum] = []
    faults: list[tuple[int, Fault]] = []
    idle = set(usual)
    for row, cells in _rows_of(opened):
        label = [cells[key] for key in keys]
        if label and all(is_total(each, keys) for each in label):
            continue
        own = {name: _READ[name](cells[column]) for name, column in columns.items() if cells[column]}
        idle &= own.keys()
        given = {**usual, **own}
        wrong = faults_of_values(given)
        wrong += [(name, _missing(name)) for name in ("sample", "rate") if name not in given]
        faults += [(row, _in_column(each, opened, columns.get(name, name))) for name, each in wrong]
        if not wrong:
            strata.append(Stratum(", ".join(label) or wording.stratum_number(len(strata) + 1), **given))
    if faults:
        raise DesignError(opened.put(faults))
    if idle and strata:
        raise MethodError.of("coverage-idle", got=", ".join(sorted(idle)), what=wording.COVERAGE_OF["plan"])
    return Scenario(strata)


def _rows_of(opened: Source) -> list[tuple[int, dict[str, str]]]:
    """Give the number of each row, and the text of its cells by column; a blank is no text."""
    rows = engine.numbered(opened.rows)
    found: Mapping[str, Any] = engine.collect(rows.sort(engine.ROW))
    return [
        (int(number), {name: answers.cell_text(found[opened.inner(name)][i]) for name in opened.columns})
        for i, number in enumerate(found[engine.ROW])
    ]


def _missing(name: str) -> Fault:
    code = "plan-rate" if name == "rate" else "plan-missing"
    return fault(code, name=name, example=wording.SCENARIO_VALUES[name][1])


def _in_column(each: Fault, opened: Source, column: str) -> Fault:
    return replace(each, where=Where(opened.name, column=column, sheet=opened.sheet))
