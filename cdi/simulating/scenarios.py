"""Scenarios: an audit as it could be, with true rates that are known because they are made up.

A scenario says of each stratum what a plan would say, and what would be found: reports on the frame, reports read, the
true rate, the crimes of a report and how much alike they fare. It is written in TOML, or made in Python.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.arguments import checked_class, path_of, shown
from cdi.errors import CdiError, DesignError, Fault, Where, fault, suggestion
from cdi.planning.bands import Band, band_of

__all__ = [
    "MOST_CRIMES", "Scenario", "Stratum", "example_of", "faults_between", "faults_of_values", "fits_band",
    "read_scenario", "sizes_of",
]  # fmt: skip

MOST_CRIMES = 100
"""The crimes of the largest report that a scenario can hold."""

LARGEST_MEAN = 10
"""The largest mean of crimes a report: beyond it the tail would reach past the largest report."""

_OF_ALL = ("rate", "crimes", "correlation")
"""The keys that can stand above the strata, and then hold for all that do not say otherwise."""

_SHARES = 1e-6  # shares that add up to one by no more than this are meant to


@checked_class
@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a scenario.

    Attributes
    ----------
    name : str
        What it is called.
    sample : int
        The reports that are read, 2 or more.
    rate : float
        The true recording rate, as a proportion.
    population : int or None
        The reports on the sampling frame. If None, the frame is without end.
    crimes : mapping of int to float, or float
        The share of reports with each number of crimes, such as ``{1: 0.7, 2: 0.2, 3: 0.1}``. Or their mean, 1 to 10:
        each report then holds one crime, and each further crime is as likely as the one before it.
    correlation : float
        How much alike the crimes of one report fare: their intraclass correlation, 0 to 1. Their chances vary between
        reports by a beta distribution.
    weight : float or None
        What a report stands for, where the frame is not known.
    recorded_crime : int or None
        The recorded crime of the stratum. If all have it, the rate that follows from recorded crime is there too.
    band : str or None
        The crimes that are recorded for each of its reports, as :func:`cdi.plan` makes strata of them: ``"0"``,
        ``"1"``, ``"2 to 5"`` or ``"6 or more"``. What is recorded for a report then follows from its stratum, and what
        it holds besides was missed. ``rate`` is the rate within the band.

    Examples
    --------
    >>> import cdi
    >>> cdi.Stratum("calls", sample=150, rate=0.9, crimes={1: 0.8, 2: 0.2}).correlation
    0.0
    """

    name: str
    sample: int
    rate: float
    population: int | None = None
    crimes: Mapping[int, float] | float = field(default_factory=lambda: {1: 1.0})
    correlation: float = 0.0
    weight: float | None = None
    recorded_crime: int | None = None
    band: str | None = None

    def __post_init__(self) -> None:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        faults = [replace(each, where=Where(key=_place(self.name, name))) for name, each in faults_of_values(values)]
        if faults:
            raise DesignError(faults)

    def __hash__(self) -> int:
        return hash((self.name, self.sample, self.rate, self.population))


@checked_class
@dataclass(frozen=True, slots=True)
class Scenario:
    """An audit as it could be: its strata, and what would be found in them.

    Attributes
    ----------
    strata : sequence of Stratum
        The strata. Either all say how many reports are on the frame, or none does.
    name : str
        What it is called.

    Raises
    ------
    DesignError
        If a value is out of range, a name stands twice, or strata do not go together. All at once.

    Examples
    --------
    >>> import cdi
    >>> one = cdi.Stratum("calls", sample=150, rate=0.9, population=12_000)
    >>> cdi.Scenario([one]).sample
    150
    """

    strata: Sequence[Stratum]
    name: str = ""

    def __post_init__(self) -> None:
        given = self.strata if isinstance(self.strata, (list, tuple)) else ()
        others = [each for each in given if not isinstance(each, Stratum)]
        if not given or others:
            raise DesignError.of("scenario-strata", got=shown(others[0]) if others else None)
        object.__setattr__(self, "strata", tuple(given))
        between = faults_between(given)
        if between:
            raise DesignError([_numbered(places, each) for places, each in between])

    @property
    def sample(self) -> int:
        """The reports that are read in all."""
        return sum(each.sample for each in self.strata)

    def __hash__(self) -> int:
        return hash((tuple(self.strata), self.name))


def faults_of_values(values: Mapping[str, Any]) -> list[tuple[str, Fault]]:
    """Find the values of a stratum that cannot be, each with its name."""
    found = [
        (name, fault("scenario-value", got=_shown(values[name]), kind=kind, hint=_remedy(name, values)))
        for name, (kind, _) in wording.SCENARIO_VALUES.items()
        if name in values and not _RIGHT[name](values[name])
    ]
    sample, population = values.get("sample"), values.get("population")
    if not found and sample is not None and population is not None and sample > population:
        return [("sample", fault("scenario-sample", got=f"{sample:,}", population=population))]
    band = None if found else band_of(values.get("band") or "")
    return found if band is None else _unlike_band(band, values)


def fits_band(band: Band, values: Mapping[str, Any]) -> bool:
    """Tell whether crimes and rate of a stratum go with so many recorded crimes for each of its reports."""
    return not _unlike_band(band, values)


def _unlike_band(band: Band, values: Mapping[str, Any]) -> list[tuple[str, Fault]]:
    """Find crimes of fewer than are recorded, or a rate that so many recorded crimes cannot be."""
    sizes = sizes_of(values.get("crimes", 1.0))
    if min(sizes) < band.low:
        return [("crimes", fault("scenario-band-crimes", got=f"{min(sizes):,}", band=str(band), least=band.low))]
    rate = values.get("rate")
    if rate is None:
        return []
    crimes = math.fsum(size * share for size, share in sizes.items())
    most = math.fsum(min(size, size if band.high is None else band.high) * share for size, share in sizes.items())
    least, most = band.low / crimes, most / crimes
    room = _SHARES * (1 + max(sizes))  # shares and rates are written in so many digits
    if least - room <= rate <= most + room:
        return []
    between = wording.rates_of_band(f"{least * 100:.4g}%", f"{most * 100:.4g}%")
    return [("rate", fault("scenario-band-rate", got=f"{rate * 100:.10g}%", band=str(band), between=between))]


def example_of(name: str, values: Mapping[str, Any]) -> str:
    """Write a value that a stratum could have beside its others: no sample is larger than its frame."""
    example = wording.SCENARIO_VALUES[name][1]
    if name not in ("sample", "population"):
        return example
    number = _number_in(values.get(name))
    likely = int(example) if number is None or number < _ENDS[name][0] else int(number)
    other: Any = values.get("population" if name == "sample" else "sample")
    if not _is_whole(other, 2):
        return str(likely)
    return str(min(likely, other) if name == "sample" else max(likely, other))


def _remedy(name: str, values: Mapping[str, Any]) -> str:
    """Say what to write instead of a value: what it was probably meant as, or the end that it is beyond."""
    value = values[name]
    if isinstance(value, Mapping):
        return wording.mend_shares(wording.SCENARIO_VALUES[name][1])
    number = _number_in(value)
    least, most = _ENDS.get(name, (-math.inf, math.inf))
    if number is None or least <= number <= most:
        return wording.write_such_as(example_of(name, values))
    if name == "cost" and number < least:
        return wording.give_more_than(f"{least:g}")
    if number < least:
        return wording.give_at_least(f"{least:g}", of_reports=name in ("sample", "population"))
    if most == 1 and number <= 100:
        return wording.write_as(f"{number / 100:.10g}")
    return wording.give_at_most(f"{most:g}")


def _number_in(value: object) -> float | None:
    """Find the number that a value is, or that stands in its text, a percentage without its sign."""
    if isinstance(value, str):
        try:
            value = float(value.replace(",", "").removesuffix("%"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        return None
    return float(value)


def sizes_of(crimes: Mapping[int, float] | float) -> dict[int, float]:
    """Give the share of reports with each number of crimes; of a mean, one crime and further ones of equal chance."""
    if isinstance(crimes, Mapping):
        total = math.fsum(crimes.values())
        return {size: share / total for size, share in sorted(crimes.items()) if share > 0}
    # a report of the largest size ends the row of chances, which holds all that is left
    more = _chance_of_more(float(crimes))
    found = {size: (1 - more) * more ** (size - 1) for size in range(1, MOST_CRIMES)}
    found[MOST_CRIMES] = more ** (MOST_CRIMES - 1)
    return {size: share for size, share in found.items() if share > 0}


def _chance_of_more(mean: float) -> float:
    """Give the chance of a further crime by which the mean is right, the largest report being what it is."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        reached = (1 - middle**MOST_CRIMES) / (1 - middle)
        low, high = (middle, high) if reached < mean else (low, middle)
    return low


def faults_between(strata: Sequence[Stratum]) -> list[tuple[tuple[int, ...], Fault]]:
    """Find names that stand twice, and what strata do not say together, each with the places of the strata."""
    return [*_twice(strata), *_not_together(strata)]


def _numbered(places: Sequence[int], each: Fault) -> Fault:
    """Say which strata have one name, which tells them apart no more; others are named already."""
    return replace(each, where=Where(key=wording.strata_numbered(places))) if each.code == "scenario-twice" else each


def _twice(strata: Sequence[Stratum]) -> list[tuple[tuple[int, ...], Fault]]:
    """Find names that stand twice."""
    places: dict[str, tuple[int, ...]] = {}
    for i, each in enumerate(strata):
        places[each.name] = (*places.get(each.name, ()), i)
    return [(held, fault("scenario-twice", got=name)) for name, held in places.items() if len(held) > 1]


def _not_together(strata: Sequence[Stratum]) -> list[tuple[tuple[int, ...], Fault]]:
    """Find what some strata say and others do not, and what cannot be said together."""
    faults: list[tuple[tuple[int, ...], Fault]] = []
    for name in ("population", "weight", "recorded_crime"):
        lacking = tuple(i for i, each in enumerate(strata) if getattr(each, name) is None)
        if 0 < len(lacking) < len(strata):
            named = wording.in_a_row([strata[i].name for i in lacking])
            faults.append((lacking, fault("scenario-some", got=named, name=name)))
    if any(each.population is not None for each in strata) and any(each.weight is not None for each in strata):
        faults.append(((), fault("scenario-both")))
    return faults


def _is_whole(value: Any, least: int) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= least


def _is_number(value: Any, least: float, most: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and least <= float(value) <= most


def _are_sizes(value: object) -> bool:
    """Tell whether crimes a report are a mean, or shares of reports that add up to one."""
    if not isinstance(value, Mapping):
        return _is_number(value, 1, LARGEST_MEAN)
    if not all(_is_whole(size, 0) and size <= MOST_CRIMES for size in value):
        return False
    if not all(_is_number(share, 0, 1) for share in value.values()):
        return False
    whole = abs(math.fsum(value.values()) - 1) <= _SHARES
    return whole and any(size and share for size, share in value.items())


_ENDS: Mapping[str, tuple[float, float]] = {
    "sample": (2, math.inf), "rate": (0, 1), "population": (2, math.inf), "crimes": (1, LARGEST_MEAN),
    "correlation": (0, 1), "recorded_crime": (1, math.inf), "without_crime": (0, 0.99), "not_auditable": (0, 0.99),
    "cost": (0, math.inf), "minimum": (2, math.inf), "maximum": (2, math.inf),
}  # fmt: skip
"""Key of a stratum -> the least and the most that its number can be."""

_RIGHT: Mapping[str, Callable[[Any], bool]] = {
    "name": lambda value: isinstance(value, str) and bool(value.strip()),
    "sample": lambda value: _is_whole(value, 2),
    "rate": lambda value: _is_number(value, 0, 1),
    "population": lambda value: value is None or _is_whole(value, 2),
    "crimes": _are_sizes,
    "correlation": lambda value: _is_number(value, 0, 1),
    "weight": lambda value: value is None or (_is_number(value, 0, math.inf) and 0 < value < math.inf),
    "recorded_crime": lambda value: value is None or _is_whole(value, 1),
    "band": lambda value: value is None or (isinstance(value, str) and band_of(value) is not None),
    "without_crime": lambda value: _is_number(value, 0, 0.99),
    "not_auditable": lambda value: _is_number(value, 0, 0.99),
    "cost": lambda value: _is_number(value, 0, math.inf) and 0 < value < math.inf,
    "minimum": lambda value: _is_whole(value, 2),
    "maximum": lambda value: _is_whole(value, 2),
}
"""Key of a stratum -> whether a value is right."""


def _place(stratum: object, key: str) -> str:
    return wording.scenario_place(stratum if isinstance(stratum, str) else "", key)


def _shown(value: object) -> object:
    return wording.sizes_shown(value) if isinstance(value, Mapping) else value


# ---- from a file


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from its file: tables headed ``[[strata]]``, with the keys of a stratum; all faults at once.

    Raises
    ------
    DesignError
        The file cannot be read, or a key is unknown, missing or wrong.
    """
    file = path_of(path)
    values = _toml(file)
    known = ["strata", "name", *_OF_ALL]
    faults = [
        fault("scenario-key", where=Where(str(file), key=name), hint=suggestion(name, known))
        for name in values
        if name not in known
    ]
    tables = values.get("strata")
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise DesignError([*faults, fault("scenario-tables", where=Where(str(file), key="strata"))])
    usual = {name: values[name] for name in _OF_ALL if name in values}
    strata = []
    for i, table in enumerate(tables):
        try:
            strata.append(_stratum({"name": wording.stratum_number(i + 1), **usual, **table}))
        except CdiError as error:
            faults += [replace(each, where=replace(each.where, file=str(file))) for each in error.faults]
    if faults:
        raise DesignError(list(dict.fromkeys(faults)))
    try:
        return Scenario(strata, str(values.get("name", "")))
    except CdiError as error:
        raise DesignError([replace(each, where=replace(each.where, file=str(file))) for each in error.faults]) from None


def _toml(file: Path) -> dict[str, Any]:
    where = Where(str(file))
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DesignError.of("no-file", where=where) from None
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise DesignError.of("scenario-unreadable", got=str(error), where=where) from None


def _stratum(table: Mapping[str, Any]) -> Stratum:
    """Make a stratum of a table; TOML writes the sizes of reports as text."""
    known = [each.name for each in fields(Stratum)]
    name = table["name"]
    faults = [
        fault("scenario-key", where=Where(key=_place(name, key)), hint=suggestion(key, known))
        for key in table
        if key not in known
    ]
    for key in ("sample", "rate"):
        if key not in table:
            where = Where(key=_place(name, key))
            faults.append(fault("scenario-missing", where=where, name=key, example=example_of(key, table)))
    given: dict[str, Any] = {key: table.get(key) for key in ("sample", "rate")} | {
        key: table[key] for key in table if key in known
    }
    crimes = given.get("crimes")
    if isinstance(crimes, dict):
        given["crimes"] = {int(size) if size.isdecimal() else size: share for size, share in crimes.items()}
    try:
        found = Stratum(**given)
    except CdiError as error:
        absent = {item.where.key for item in faults}
        faults += [item for item in error.faults if item.where.key not in absent]
        raise DesignError(faults) from None
    if faults:
        raise DesignError(faults)
    return found
