"""Plans as scenarios: tables that say of each stratum how many reports are on the frame, and how many are to be read.

What is expected stands in columns of its own, or is said of every stratum alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cdi import wording
from cdi.audits import answers
from cdi.audits.crime_tables import SAMPLE, is_total
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault, suggestion
from cdi.planning.bands import band_of, is_banded
from cdi.printing.formats import parse_proportion
from cdi.reading import engine
from cdi.simulating.scenarios import (
    Scenario,
    Stratum,
    example_of,
    faults_between,
    faults_of_values,
    fits_band,
    sizes_of,
)

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["READ", "PlanOf", "cells_of", "is_plan", "is_whole_plan", "no_sample", "scenario_of_plan"]

_FOUND = ("recorded", "decision", "due", "cluster", "case", "recorded_as")
"""Columns of an audit that was read; a plan has none of them."""

_LIKE_SAMPLE = ("samples", "sample size", "reports to read", "reports")
"""Names under which the reports that will be read may stand, where no column is called as it should be."""


_OF_BOTH = frozenset(["weight", "cost", "minimum", "maximum"])
"""Columns of a plan that other tables may have too, and that tell neither."""

_OF_PLANNING = ("not_auditable", "cost", "minimum", "maximum")
"""Columns that say how a sample was planned, and nothing of what it will find."""


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


def _crimes(text: str) -> dict[int, float] | float | str:
    """Read crimes a report: their mean, or the share of reports with each number, such as ``0: 10%, 1: 90%``."""
    if ":" not in text:
        return _number(text)
    pairs = [part.partition(":")[::2] for part in text.split(",")]
    if not all(size.strip().isdecimal() for size, _ in pairs) or len({int(size) for size, _ in pairs}) < len(pairs):
        return text
    shares = {int(size): _share(share) for size, share in pairs}
    return text if any(isinstance(share, str) for share in shares.values()) else shares  # type: ignore[return-value]


READ: Mapping[str, Callable[[str], Any]] = {
    "population": _count, "sample": _count, "recorded_crime": _count,
    "rate": _share, "correlation": _share, "crimes": _crimes, "weight": _number,
    "without_crime": _share, "not_auditable": _share, "cost": _number, "minimum": _count, "maximum": _count,
}  # fmt: skip
"""Column of a plan -> how its text is read; what cannot be read stays text, and is no value of a stratum."""


def is_plan(columns: Sequence[str]) -> bool:
    """Tell a plan by its columns: some that plans have, and nothing that was found in reports.

    Examples
    --------
    >>> is_plan(["route", "population", "sample"]), is_plan(["route", "sample", "recorded"])
    (True, False)
    >>> is_plan(["route", "population"]), is_plan(["route", "crimed"])
    (True, False)
    """
    names = {_plain(name) for name in columns}
    return names.isdisjoint(_FOUND) and not names.isdisjoint({*READ, *_LIKE_SAMPLE} - _OF_BOTH)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def is_whole_plan(columns: Sequence[str]) -> bool:
    """Tell whether a plan says how many reports are read."""
    return SAMPLE in map(_plain, columns)


def no_sample(opened: Source) -> DesignError:
    """Refuse a plan that does not say it; it may be an audit, whose answers have to be named."""
    where = Where(opened.name, opened.header, sheet=opened.sheet)
    return DesignError.of("plan-sample", where=where, hint=suggestion(SAMPLE, opened.columns))


class PlanOf(NamedTuple):
    """What a plan says."""

    scenario: Scenario
    unbanded: str = ""  # a column of bands that do not go with the crimes and rates beside them


def scenario_of_plan(opened: Source, rate: float | None, correlation: float | None) -> PlanOf:
    """Read a plan, with a rate and a correlation for the strata that have none of their own; all faults at once.

    Raises
    ------
    DesignError
        A value is wrong or missing, a stratum stands twice, or the plan says nothing of the rate.
    MethodError
        A rate or correlation was given that no stratum lacks.
    """
    columns = {_plain(name): name for name in opened.columns if _plain(name) in READ}
    keys = [name for name in opened.columns if name not in columns.values()]
    usual = {name: value for name, value in (("rate", rate), ("correlation", correlation)) if value is not None}
    strata: dict[int, Stratum] = {}
    labels: list[list[str]] = []
    faults: list[tuple[int, Fault]] = []
    idle = set(usual)
    for row, cells in cells_of(opened):
        label = [cells[key] for key in keys]
        if label and all(is_total(each, keys) for each in label):
            continue
        own = {name: READ[name](cells[column]) for name, column in columns.items() if cells[column]}
        own = {name: value for name, value in own.items() if name not in _OF_PLANNING}
        idle &= own.keys()
        given = {**usual, **own}
        wrong = faults_of_values(given)
        wrong += [(name, _missing(name, given)) for name in (SAMPLE, "rate") if name not in given]
        faults += [(row, _in_column(each, opened, columns.get(name, name))) for name, each in wrong]
        if not wrong:
            name = ", ".join(label) or wording.stratum_number(len(strata) + 1)
            strata[row] = Stratum(name, **_with_bare_reports(given))
            labels.append(label)
    if not faults:
        faults = _between(strata, opened, {**columns, _NAME: ", ".join(keys)})
    if faults:
        raise DesignError(opened.put(faults))
    if idle and strata:
        raise MethodError.of("coverage-idle", got=wording.in_a_row(sorted(idle)), what=wording.COVERAGE_OF["plan"])
    return _in_bands(list(strata.values()), keys, labels)


def _in_bands(strata: Sequence[Stratum], keys: Sequence[str], labels: Sequence[Sequence[str]]) -> PlanOf:
    """Say what is recorded for the reports of each stratum, where bands of recorded crimes name them.

    Bands of another number are told by their crimes and rates: hardly any go with so many recorded crimes.
    """
    columns = [(key, [label[i] for label in labels]) for i, key in enumerate(keys)]
    banded = [(key, texts) for key, texts in columns if is_banded(texts)]
    for _, texts in banded:
        known = [(each, band) for each, text in zip(strata, texts, strict=True) if (band := band_of(text)) is not None]
        if all(fits_band(band, {"crimes": each.crimes, "rate": each.rate}) for each, band in known):
            return PlanOf(Scenario([replace(each, band=str(band)) for each, band in known]))
    return PlanOf(Scenario(list(strata)), banded[0][0] if banded else "")


_NAME = "name"


def _between(strata: Mapping[int, Stratum], opened: Source, columns: Mapping[str, str]) -> list[tuple[int, Fault]]:
    """Find what is wrong between strata, at the row of each."""
    rows = list(strata)
    found = []
    for places, each in faults_between(list(strata.values())):
        at = _in_column(each, opened, columns.get(str(each.values.get("name", _NAME)), ""))
        found += [(rows[place], at) for place in places] or [(0, at)]
    return found


def _with_bare_reports(given: Mapping[str, Any]) -> dict[str, Any]:
    """Put reports without crime among the sizes of reports."""
    found = {**given}
    without = found.pop("without_crime", 0.0)
    if without:
        sizes = {size: share for size, share in sizes_of(found.get("crimes", 1.0)).items() if size}
        left = (1 - without) / sum(sizes.values())
        found["crimes"] = {0: without, **{size: share * left for size, share in sizes.items()}}
    return found


def cells_of(opened: Source) -> list[tuple[int, dict[str, str]]]:
    """Give the number of each row, and the text of its cells by column; a blank is no text."""
    rows = engine.numbered(opened.rows)
    found: Mapping[str, Any] = engine.collect(rows.sort(engine.ROW))
    return [
        (int(number), {name: answers.cell_text(found[opened.inner(name)][i]) for name in opened.columns})
        for i, number in enumerate(found[engine.ROW])
    ]


def _missing(name: str, given: Mapping[str, Any]) -> Fault:
    code = "plan-rate" if name == "rate" else "plan-missing"
    return fault(code, name=name, example=example_of(name, given))


def _in_column(each: Fault, opened: Source, column: str) -> Fault:
    return replace(each, where=Where(opened.name, column=column or None, sheet=opened.sheet))
