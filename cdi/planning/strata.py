"""The strata to be planned: from a table, a frame that is counted, a number of reports, or the audit before.

What is said in a row of the table holds for its stratum. What is said of all holds where the table is silent, and then
what the audit before found.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.arguments import is_number, shown
from cdi.audits import answers
from cdi.audits.checks import refuse_alike
from cdi.audits.crime_tables import is_total
from cdi.audits.volumes import in_order, label_of
from cdi.errors import DataError, DesignError, Fault, Where, fault, suggestion
from cdi.planning.bands import Band, band_of, bands_from
from cdi.planning.earlier import NOTHING_BEFORE, Earlier
from cdi.planning.outlooks import Category, Outlook, alike_for, alone, by_recorded, deff_of, outlook_of, sizes_with
from cdi.reading import engine
from cdi.reading.sources import no_column
from cdi.simulating.plans import READ, cells_of
from cdi.simulating.scenarios import example_of, faults_of_values

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.reading.sources import Source

__all__ = [
    "DEFF", "FEWEST", "Banding", "Expected", "Read", "Said", "bands_asked", "of_earlier", "of_frame", "of_number",
    "of_table",
]  # fmt: skip

DEFF = 1.2
"""The design effect that is taken where reports hold several crimes, and nothing says how much alike they fare."""

BEGINS = (1, 2, 6)
"""Where bands of recorded crimes begin after 0, unless it is said."""

_VALUES = (
    "population", "rate", "crimes", "correlation", "without_crime", "not_auditable", "recorded_crime", "cost",
    "minimum", "maximum", "sample",
)  # fmt: skip
"""What a row of a table can say of its stratum."""

FULL = "full"
"""In place of the least number of reports: all of them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A stratum as it is expected to be.

    Attributes
    ----------
    label : tuple of str
        Its name, a text for each column.
    values : mapping
        What was said of it, by the names of the columns of a plan.
    outlook : Outlook
        The kinds of report that it holds.
    fallen : Outlook or None
        The same if rates fell by what is to be found.
    counts : mapping of int to int
        The reports of a band by recorded crimes; empty where the stratum is no band.
    """

    label: Label
    values: Mapping[str, Any]
    outlook: Outlook
    fallen: Outlook | None = None
    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def population(self) -> int | None:
        """The reports on the frame."""
        found: int | None = self.values.get("population")
        return found

    @property
    def in_full(self) -> bool:
        """Whether every report is read."""
        return self.values.get("minimum") == FULL

    @property
    def available(self) -> float:
        """The reports that can be audited."""
        unread = 1 - float(self.values.get("not_auditable", 0.0))
        return np.inf if self.population is None else float(np.floor(self.population * unread + 1e-9))


@dataclass(frozen=True, slots=True)
class Read:
    """Strata, and the categories of their crimes.

    Attributes
    ----------
    keys : tuple of str
        The columns that name the strata.
    strata : tuple of Expected
        The strata.
    categories : tuple
        The label of each category, by the place that kinds of report know it by.
    by : tuple of str
        The columns that name categories, where the audit before has them.
    banded : str
        The column of bands; empty where there is none.
    deff : bool
        Whether the usual design effect was taken, since nothing was said.
    new : tuple
        The strata that the audit before did not have.
    left_out : tuple of str
        What is said of rows that were left out, since they are no data.
    """

    keys: tuple[str, ...]
    strata: tuple[Expected, ...]
    categories: tuple[Label, ...] = ()
    by: tuple[str, ...] = ()
    banded: str = ""
    deff: bool = False
    new: tuple[Label, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of all strata.

    Attributes
    ----------
    values : mapping
        By the names of the columns of a plan, and ``deff``.
    earlier : Earlier
        What the audit before found.
    fall : float
        The fall that is to be found; 0: none.
    """

    values: Mapping[str, Any]
    earlier: Earlier = NOTHING_BEFORE
    fall: float = 0.0


@dataclass(frozen=True, slots=True)
class Banding:
    """A column of whole numbers whose bands are strata: where each begins, and from where on all reports are read."""

    column: str
    begins: tuple[int, ...] = BEGINS
    in_full: int | None = None

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands."""
        return bands_from([*self.begins, *([] if self.in_full is None else [self.in_full])])

    def reads_all(self, band: Band) -> bool:
        """Tell whether every report of a band is read."""
        return self.in_full is not None and band.low >= self.in_full


def bands_asked(given: object, in_full: int | None) -> Banding | None:
    """Read the column of bands, and where they begin: ``crimes`` or ``crimes=1,2,6``."""
    if given is None:
        if in_full is not None:
            raise DesignError.of("plan-in-full", got=in_full)
        return None
    if not isinstance(given, str) or not given.strip():
        raise DesignError.of("plan-bands", got=given if isinstance(given, str) else type(given).__name__)
    column, sign, numbers = given.rpartition("=")
    if not sign:
        return Banding(given.strip(), in_full=in_full)
    parts = [part.strip() for part in numbers.split(",")]
    if not column.strip() or not all(part.isdecimal() for part in parts):
        raise DesignError.of("plan-bands", got=given)
    return Banding(column.strip(), tuple(sorted({int(part) for part in parts} - {0})), in_full)


# ---- from a table


def of_table(opened: Source, said: Said, shares: Sequence[str]) -> Read:
    """Read strata from a table, all faults at once; columns of ``shares`` say how much of the crime a category has."""
    columns = {_plain(name): name for name in opened.columns if _plain(name) in READ}
    if "population" not in columns and not _is_one_row(opened):
        where = Where(opened.name, opened.header, sheet=opened.sheet)
        raise DesignError.of("plan-no-population", where=where, hint=suggestion("population", opened.columns))
    rows = cells_of(opened)
    parted = [name for name in shares if name in opened.columns and _are_shares(rows, name)]
    keys = tuple(name for name in opened.columns if name not in columns.values() and name not in parted)
    faults: list[tuple[int, Fault]] = []
    found: list[tuple[int, Expected]] = []
    made = _Making(said, keys, parted)
    for row, cells in rows:
        label = tuple(cells[key] for key in keys)
        if label and all(is_total(each, keys) for each in label):
            continue
        own = {name: READ[name](cells[column]) for name, column in columns.items() if cells[column]}
        own = {name: value for name, value in own.items() if name in _VALUES}
        wrong, stratum = made.of(label, own, [float(answers.parse_share(cells[name]) or 0) for name in parted])
        for name, each in wrong:
            column = columns.get(name, name)
            if name in own:
                faults.append((row, replace(_in_column(each, opened, column), got=cells[column])))
            elif column in opened.columns:
                faults.append((row, _in_column(each, opened, column)))
            elif (0, each) not in faults:  # of what was said of all strata
                faults.append((0, each))
        blank = [key for key, text in zip(keys, label, strict=True) if not text]
        faults += [(row, _in_column(fault("plan-stratum-blank"), opened, key)) for key in blank]
        found += [(row, stratum)] if stratum is not None else []
    faults += _twice(found, opened, keys) if not faults else []
    if faults:
        raise DesignError(opened.put(faults))
    if not found:
        raise DataError.of("empty-frame", where=Where(opened.name))
    strata = tuple(stratum for _, stratum in found)
    refuse_alike(opened, keys, [each.label for each in strata], [each.population or 0 for each in strata])
    return Read(keys, strata, made.categories, made.by, "", made.took_deff, made.new, _left_out(opened))


def _left_out(opened: Source) -> tuple[str, ...]:
    """Say which rows were left out, such as a total."""
    return tuple(wording.no_data_left_out(opened.set_aside))


def _is_one_row(opened: Source) -> bool:
    """Tell a table of one stratum, which needs no frame, from a table of many, or the frame itself."""
    return engine.count_rows(opened.rows) == 1


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _are_shares(rows: Sequence[tuple[int, Mapping[str, str]]], column: str) -> bool:
    """Tell a column of shares from one that names strata."""
    return all(answers.parse_share(cells[column]) is not None or cells[column] in ("0", "0%") for _, cells in rows)


def _twice(found: Sequence[tuple[int, Expected]], opened: Source, keys: Sequence[str]) -> list[tuple[int, Fault]]:
    """Find strata of one name, and those that only some say the frame of."""
    labels = [each.label for _, each in found]
    column = keys[0] if len(keys) == 1 else ""
    faults = [
        (row, _in_column(fault("scenario-twice", got=", ".join(each.label) or wording.ALL), opened, column))
        for row, each in found
        if labels.count(each.label) > 1
    ]
    for name in ("population", "recorded_crime"):
        lacking = [(row, ", ".join(each.label)) for row, each in found if each.values.get(name) is None]
        if 0 < len(lacking) < len(found):
            missing = [fault("scenario-some", got=label, name=name) for _, label in lacking]
            faults += [(row, _in_column(each, opened, name)) for (row, _), each in zip(lacking, missing, strict=True)]
    return faults


def _in_column(each: Fault, opened: Source, column: str) -> Fault:
    return replace(each, where=Where(opened.name, column=column or None, sheet=opened.sheet))


# ---- from other sources


def of_number(population: int | None, said: Said) -> Read:
    """Make one stratum of all reports."""
    return _one_by_one([((), {} if population is None else {"population": population})], (), said)


def of_earlier(said: Said) -> Read:
    """Take the strata of the audit before, with its frame."""
    rows = [
        (label, {} if known is None else {"population": known}) for label, known in said.earlier.populations.items()
    ]
    if len(rows) > 1 and any("population" not in values for _, values in rows):
        raise DesignError.of("plan-population", where=Where(said.earlier.name))
    return _one_by_one(rows, said.earlier.keys, said)


def _one_by_one(rows: Sequence[tuple[Label, dict[str, Any]]], keys: tuple[str, ...], said: Said) -> Read:
    made = _Making(said, keys, ())
    found: list[Expected] = []
    faults: list[Fault] = []
    for label, values in rows:
        wrong, stratum = made.of(label, values, ())
        faults += [replace(each, where=Where(key=", ".join(label) or None)) for _, each in wrong]
        found += [stratum] if stratum is not None else []
    if faults:
        raise DesignError(list(dict.fromkeys(faults)))
    return Read(keys, tuple(found), made.categories, made.by, deff=made.took_deff, new=made.new)


def of_frame(opened: Source, keys: Sequence[str], banding: Banding | None, said: Said) -> Read:
    """Count the reports of a frame by stratum, and by the crimes recorded for them where these make strata."""
    keys = [opened.written(key) for key in keys]
    wanted = [*keys, *([opened.written(banding.column)] if banding else [])]
    taken = [name for name in wanted if _plain(name) in READ]
    if taken:
        raise DataError([fault("plan-taken", got=name, where=_at(opened), taken=tuple(READ)) for name in taken])
    lacking = [name for name in wanted if name not in opened.columns]
    if lacking:
        raise DataError([no_column(name, opened) for name in lacking])
    found = engine.collect(engine.sums(opened.rows, opened.inner_names(wanted), (), count="_cdi_reports"))
    held: dict[Label, int] = {}
    for i, reports in enumerate(found["_cdi_reports"]):
        label = label_of([found[name][i] for name in opened.inner_names(wanted)])
        held[label] = held.get(label, 0) + int(reports)
    if not any(held.values()):
        raise DataError.of("empty-frame", where=_at(opened))
    _refuse_labels(opened, keys, held)
    if banding is None:
        rows: list[tuple[Label, dict[str, Any]]] = [
            (label, {"population": held[label]}) for label in in_order(held, keys)
        ]
        return replace(_one_by_one(rows, tuple(keys), said), left_out=_left_out(opened))
    return _banded(held, tuple(keys), replace(banding, column=wanted[-1]), said, opened)


def _refuse_labels(opened: Source, keys: Sequence[str], held: Mapping[Label, int]) -> None:
    """Refuse strata without a name, which nobody can draw from, and those that differ in capitals only."""
    blank = [
        fault(
            "draw-stratum-blank", records=sum(n for label, n in held.items() if label[i] == wording.NO_LABEL), where=at
        )
        for i, at in enumerate(replace(_at(opened), line=None, column=key) for key in keys)
    ]
    blank = [each for each in blank if each.values["records"]]
    if blank:
        raise DataError(blank)
    refuse_alike(opened, keys, [label[: len(keys)] for label in held], held.values())


def _at(opened: Source) -> Where:
    return Where(opened.name, opened.header, sheet=opened.sheet)


def _banded(held: Mapping[Label, int], keys: tuple[str, ...], banding: Banding, said: Said, opened: Source) -> Read:
    """Make a stratum of each band within the strata of the frame."""
    wrong = {label[-1] for label in held if not label[-1].isdecimal()}
    if wrong:
        raise DataError(_no_numbers(opened, banding.column, wrong))
    strata: list[Expected] = []
    made = _Making(said, keys, ())
    for label in in_order({each[:-1] for each in held}, keys):
        counts = {int(each[-1]): held[each] for each in held if each[:-1] == label}
        wrongs, whole = made.of(label, {"population": sum(counts.values())}, ())
        if wrongs or whole is None:
            raise DesignError([replace(each, where=Where(key=", ".join(label) or None)) for _, each in wrongs])
        strata += _in_bands(dict(sorted(counts.items())), whole, banding, made)
    columns = (*keys, banding.column)
    return Read(
        columns, tuple(strata), made.categories, made.by, banding.column, made.took_deff, made.new, _left_out(opened)
    )


def _no_numbers(opened: Source, column: str, wrong: Collection[str]) -> list[Fault]:
    """Find the first row of each value that is no number of crimes."""
    found = engine.collect(engine.numbered(opened.rows).select(engine.ROW, opened.inner(column)))
    first: dict[str, int] = {}
    for row, value in sorted(
        zip(found[engine.ROW], found[opened.inner(column)], strict=True), key=lambda pair: pair[0]
    ):
        first.setdefault(label_of([value])[0], int(row))
    at = Where(opened.name, column=column, sheet=opened.sheet)
    faults = [
        (first[value], fault("plan-band-values", got=None if value == wording.NO_LABEL else value, where=at))
        for value in sorted(wrong, key=first.__getitem__)
    ]
    return opened.put(faults)


def _in_bands(counts: Mapping[int, int], whole: Expected, banding: Banding, made: _Making) -> Iterator[Expected]:
    """Divide the reports of a stratum into bands of recorded crimes."""
    rate, alike = float(whole.values["rate"]), float(whole.values["correlation"])
    categories = made.categories_of(whole.label, rate, ())
    now = by_recorded(counts, rate, alike)
    fallen = by_recorded(counts, rate - made.said.fall, alike) if made.said.fall else None
    for band, own in _enough(counts, banding):
        values = {**whole.values, "population": sum(own.values())}
        if banding.reads_all(band):
            values["minimum"] = FULL
        outlook = _of_band(own, now, categories)
        after = None if fallen is None else _of_band(own, fallen, categories)
        yield Expected((*whole.label, str(band)), values, outlook, after, own)


def _enough(counts: Mapping[int, int], banding: Banding) -> list[tuple[Band, dict[int, int]]]:
    """Put each number into its band; a band of fewer than two reports joins the one below it, or the one above."""
    found: list[tuple[Band, dict[int, int]]] = []
    for band in banding.bands:
        own = {recorded: reports for recorded, reports in counts.items() if recorded in band}
        lone = found and (sum(own.values()) < FEWEST or sum(found[-1][1].values()) < FEWEST)
        if lone:
            below, held = found.pop()
            found.append((Band(below.low, band.high), {**held, **own}))
        else:
            found.append((band, own))
    return found


FEWEST = 2
"""Reports of a stratum, at the least: one alone shows no variation."""


def _of_band(
    own: Mapping[int, int], holding: Mapping[int, Sequence[tuple[int, float]]], categories: Sequence[Category]
) -> Outlook:
    """Give the kinds of report of a band: what is recorded is known, and what they hold is likely."""
    parts = [
        (due, recorded, part.place if due else -1, reports * chance * part.share)
        for recorded, reports in own.items()
        for due, chance in holding[recorded]
        for part in categories
    ]
    return Outlook.of(parts)


# ---- one stratum


_TAKEN_PART = ("rate", "minimum", "maximum", "population")
"""Values that are held against each other, once each of them can be."""


def _of_rate(given: object) -> tuple[str, Fault]:
    """Say of a rate that is none what it was probably meant as."""
    try:
        number = math.nan if isinstance(given, bool) else float(str(given).replace(",", ""))
    except ValueError:
        number = math.nan
    likely = number / 100 if 1 < number < 100 else 0.91
    return "rate", fault("plan-rate-range", got=shown(given), likely=likely)


class _Making:
    """Makes strata of what is said of them, of all, and of the audit before."""

    def __init__(self, said: Said, keys: Sequence[str], parted: Sequence[str]) -> None:
        self.said = said
        self.keys = tuple(keys)
        self.took_deff = False
        self.new: tuple[Label, ...] = ()  # strata that the audit before did not have
        own = not parted and said.earlier.categories
        self.by = said.earlier.by if own else ()
        self.categories: tuple[Label, ...] = said.earlier.categories if own else tuple((name,) for name in parted)
        self.rest = len(self.categories)

    def of(
        self, label: Label, own: Mapping[str, Any], shares: Sequence[float]
    ) -> tuple[list[tuple[str, Fault]], Expected | None]:
        """Make a stratum, or say what is wrong with it."""
        known = self.said.earlier.of(self.keys, label)
        if not self.said.earlier.has(self.keys, label):
            self.new = (*self.new, label)
        values = {**known, **{name: value for name, value in self.said.values.items() if name in _VALUES}, **own}
        faults = [
            _of_rate(values["rate"]) if name == "rate" else (name, each) for name, each in faults_of_values(values)
        ]
        faults += (
            []
            if any(name in _TAKEN_PART for name, _ in faults)
            else self._wrong(label, values, shares, own_least="minimum" in own)
        )
        if faults:
            return faults, None
        wrong, alike = self._alike(values, own)
        if wrong is not None:
            return [("expected_deff", wrong)], None
        values["correlation"] = alike
        sizes = sizes_with(values.get("crimes", 1.0), values.get("without_crime", 0.0))
        rate = float(values["rate"])
        outlook = outlook_of(sizes, self.categories_of(label, rate, shares), alike)
        fall = self.said.fall
        fallen = outlook_of(sizes, self.categories_of(label, rate, shares, fall), alike) if fall else None
        return [], Expected(label, values, outlook, fallen)

    def _wrong(
        self, label: Label, values: Mapping[str, Any], shares: Sequence[float], *, own_least: bool
    ) -> Iterator[tuple[str, Fault]]:
        """Find what a plan cannot be made of."""
        rate = values.get("rate")
        banded = any(band_of(each) for each in label)
        if rate is None:
            yield "rate", fault("plan-expects-rate", example=example_of("rate", values))
        elif rate in (0, 1) and not banded:
            likely = abs(float(rate) - 0.01)
            yield "rate", fault("plan-certain", got=f"{rate:.0%}", likely=likely, percent=round(100 * likely))
        elif isinstance(rate, float) and self.said.fall >= rate > 0:
            yield "rate", fault("plan-deep-fall", got=f"{rate * 100:.10g}%", fall=round(self.said.fall * 100, 10))
        least, most = values.get("minimum"), values.get("maximum")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield "minimum", fault("plan-least-most", got=least, most=most)
        population = values.get("population")
        if own_least and isinstance(population, int) and isinstance(least, int) and least > population:
            yield "minimum", fault("plan-least-all", got=least, population=population)
        if sum(shares) > 1 + 1e-9:
            yield self.categories[0][0], fault("plan-shares", got=f"{sum(shares) * 100:.10g}%")

    def _alike(self, values: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[Fault | None, float]:
        """Give the correlation within reports: the one that is said, or that of a design effect."""
        deff = self.said.values.get("deff")
        if values.get("correlation") is not None and (deff is None or "correlation" in own):
            return None, float(values["correlation"])
        sizes = sizes_with(values.get("crimes", 1.0), values.get("without_crime", 0.0))
        if deff is None:
            several = any(size > 1 for size in sizes)
            self.took_deff |= several
            return None, min(alike_for(DEFF, sizes) or 1.0, 1.0) if several else 0.0
        largest = deff_of(1.0, sizes)
        alike = alike_for(float(deff), sizes) if is_number(deff) and 1 <= deff <= largest else None
        if alike is not None:
            return None, min(alike, 1.0)
        if largest == 1:
            return fault("plan-deff-single", got=shown(deff)), 0.0
        mean = sum(size * share for size, share in sizes.items())
        most = np.floor(largest * 100) / 100  # so that what is named can be given
        return fault("plan-deff", got=shown(deff), most=float(most), crimes=round(mean, 2)), 0.0

    def categories_of(
        self, label: Label, rate: float, shares: Sequence[float], fall: float = 0.0
    ) -> tuple[Category, ...]:
        """Give the categories of a stratum's crimes; what no category has is of another."""
        if self.by:
            return self.said.earlier.categories_of(self.keys, label, rate, fall)
        if not shares:
            return alone(rate - fall)
        found = [Category(place, share, rate - fall) for place, share in enumerate(shares) if share > 0]
        left = 1 - sum(shares)
        return (*found, *([Category(self.rest, left, rate - fall)] if left > 1e-9 else []))
