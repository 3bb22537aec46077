"""What is read of several forces: their names, published rates with half widths, or the rates of one audit of all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

from cdi import wording
from cdi.arguments import measure_of, names_of, text_of
from cdi.audits import answers
from cdi.audits.audit import Audit, naming_answers, read_audit, sample_of
from cdi.audits.design import Roles
from cdi.audits.force_names import TERRITORIAL, is_national, is_same_force, near, usual
from cdi.audits.periods import Period, read_span
from cdi.binomial.published import AS_PRINTED, PublishedRate
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault
from cdi.facts import Facts
from cdi.measures import MEASURES, Measure
from cdi.parameters import LEVEL, METHOD
from cdi.printing import formats
from cdi.printing.lines import percent
from cdi.printing.tables import Row, arrange
from cdi.reading import engine, opening
from cdi.reading.sources import Source, no_column

if TYPE_CHECKING:
    from cdi.reading.set_aside import SetAside

__all__ = [
    "FORCE", "LEAVE_OUT", "ForceRate", "ForceRates", "others_of", "read_forces", "refuse_others", "refuse_spellings",
    "with_own",
]  # fmt: skip

# ---- their rates

LEAVE_OUT = "leave-out"
"""What may become of a body that is none of the 43 forces: it is shown, and takes no part."""

FORCE, RATE, HALF_WIDTH, STRATUM = "force", "rate", "half_width", "stratum"
PUBLISHED = "published"  # the method whose intervals are half widths, as inspection reports print them
NARROWEST = 0.0001  # half a width, of samples far beyond all crimes recorded
_SAID = ("period", "inspection_type", "source")


@dataclass(frozen=True, slots=True)
class ForceRate:
    """The rate of one force, and what is stated of it."""

    row: Row  # the rate with its interval; its effective size is the one that a printed half width implies
    # period, inspection_type, source: as they were written; empty where they were not
    period: str = ""
    inspection_type: str = ""
    source: str = ""

    @property
    def force(self) -> str:
        """The force, as it was written."""
        return self.row.label[0]

    @property
    def rate(self) -> float:
        """The rate, a proportion."""
        return math.nan if self.row.estimate is None else self.row.estimate

    @property
    def size(self) -> float:
        """The effective size, in crimes; nan where there is none."""
        return math.nan if self.row.n_eff is None else self.row.n_eff


@dataclass(frozen=True, slots=True)
class ForceRates:
    """The rates of several forces."""

    rates: tuple[ForceRate, ...]  # in the order of the file
    blank: tuple[str, ...]  # forces that are named and have no rate
    measure: Measure  # what the rates are of
    # where the rates come from; None for published ones
    audit: Audit | None = field(default=None, repr=False, compare=False)
    name: str | None = None  # the file
    other_forces: str | None = None  # what becomes of a body that is none of the 43 forces, where that was said
    national: tuple[str, ...] = ()  # rows of published results that are of all forces together, and were left out
    set_aside: tuple[SetAside, ...] = ()  # rows that were left out as they were read: totals, averages, notes

    @property
    def left_out(self) -> tuple[str, ...]:
        """The bodies that are none of the 43 forces, and take no part in lines and funnel."""
        return tuple(each.force for each in self.rates if self.other_forces == LEAVE_OUT and usual(each.force) is None)

    @property
    def counted_in(self) -> tuple[str, ...]:
        """The bodies that are none of the 43 forces, and are counted with those, where there are any of those."""
        names = [rate.force for rate in self.rates]
        others = [name for name in names if usual(name) is None]
        return () if self.other_forces == LEAVE_OUT or not _has_territorial(names) else tuple(others)

    def emptied(self) -> ForceRates:
        """Keep the rates, and nothing that was counted beside them."""
        return replace(self, audit=None if self.audit is None else self.audit.emptied())

    @property
    def published(self) -> bool:
        """Whether the rates were published, and not estimated here."""
        return self.audit is None

    @property
    def dated(self) -> bool:
        """Whether a period is stated of any."""
        return any(rate.period for rate in self.rates)

    @property
    def mixed(self) -> Mapping[str, str]:
        """In what ways published results are not of one kind and time: code of a fault -> what was found."""
        if not self.published:
            return {}
        found: dict[str, str] = {}
        kinds = {" ".join(rate.inspection_type.casefold().split()): rate.inspection_type for rate in self.rates}
        if len(kinds) > 1:
            found["mixed-kinds"] = "; ".join(kinds[kind] or wording.NOT_SAID for kind in sorted(kinds))
        read = {rate.force: read_span(rate.period) for rate in self.rates}
        known = [period for period in read.values() if period is not None]
        if known and max(period.first for period in known) > min(period.last for period in known):
            found["mixed-periods"] = _span(known)
        if self.dated and len(known) < len(read):
            found["unknown-periods"] = wording.in_a_row(force for force, period in read.items() if period is None)
        return found


def _span(known: Sequence[Period]) -> str:
    """Write the first and the last period."""
    return wording.first_and_last(min(known).in_words, max(known, key=lambda period: period.last).in_words)


def read_forces(
    source: object,
    *,
    level: float = LEVEL,
    method: str | None = None,
    measure: str = "recording-rate",
    mixed_periods: bool = True,
    other_forces: str | None = None,
    **roles: Unpack[Roles],
) -> ForceRates:
    """Read the rates of several forces."""
    if method is not None:
        text_of(method, "method")
    named = measure_of(measure, {key: each for key, each in MEASURES.items() if each.answers})
    sample = sample_of(source)
    opened = sample.source if isinstance(sample, Audit) else opening.open_source(source)
    if FORCE not in opened.columns:
        raise DataError([no_column(FORCE, opened)])
    if RATE in opened.columns:
        if roles:
            raise DesignError.of("roles-of-rates", got=wording.in_a_row(roles), where=Where(opened.name, column=RATE))
        if method is not None:
            raise MethodError.of("method-of-printed", got=method, where=Where(opened.name, column=RATE))
        return _published(opened, level, named, other_forces, mixed_periods=mixed_periods)
    return _audited(opened, sample, level, method or METHOD, named, other_forces, roles)


def with_own(read: ForceRates, file: str, force: str, found: Row | None, period: str) -> tuple[ForceRates, str, str]:
    """Set the rate that was found for a force in the place of its row, or beside the others where it has none.

    With the rates come the name that the force has among them, and what is said of its row.
    """
    old = next((rate for rate in read.rates if is_same_force(rate.force, force)), None)
    blank = next((name for name in read.blank if is_same_force(name, force)), "")
    name = old.force if old else blank or usual(force) or force
    if found is None or found.estimate is None:
        return read, name if old else "", wording.no_own_result(file, printed=old is not None)
    kinds = {rate.inspection_type for rate in read.rates if rate is not old}
    # of what kind this inspection is, its file does not say
    kind = old.inspection_type if old else ""
    if len(kinds) == 1:
        kind = kinds.pop()
    own = ForceRate(_found_here(name, found), period, kind, wording.THIS)
    rates = tuple(own if rate is old else rate for rate in read.rates) if old else (*read.rates, own)
    said = wording.own_result(
        file,
        name,
        percent(found.estimate),
        listed=bool(old or blank),
        printed=percent(old.rate) if old else "",
        period=old.period if old else "",
    )
    return replace(read, rates=rates, blank=tuple(each for each in read.blank if each != blank)), name, said


def _found_here(force: str, found: Row) -> Row:
    """Write the rate of an inspection as one among others, with the effective size that its interval rests on."""
    size = found.n_eff
    if found.low is not None and found.high is not None and found.method == PUBLISHED:
        # as for the others, the size that half the width implies; nothing is implied where there is no width
        half = (found.high - found.low) / 2
        implied = PublishedRate(found.estimate or 0.0, half).size if half else math.nan
        size = implied if math.isfinite(implied) else None
    return Row(
        (force,), found.measure, found.estimate, found.low, found.high, found.level, found.method, n_eff=size,
        facts=Facts(reasons=("no-interval",) if found.low is None else ()),
    )  # fmt: skip


def _has_territorial(names: Sequence[str]) -> bool:
    """Tell whether some of the 43 forces are there; other names alone are those of another country, or made up."""
    return any(usual(name) in TERRITORIAL for name in names)


def _other_force(name: str, where: Where) -> Fault:
    """Ask what becomes of a body that is none of the 43 forces, or whether its name is a slip."""
    force = None if usual(name) else near(name)
    if force is None:
        return fault("other-force", got=name, where=where)
    return fault("force-like-another", got=name, where=where, force=force)


def _published(
    opened: Source, level: float, measure: Measure, other_forces: str | None, *, mixed_periods: bool
) -> ForceRates:
    """Read published results, one a row; a frame without an order is read in that of the alphabet."""
    names = [name for name in (FORCE, RATE, HALF_WIDTH, *_SAID) if name in opened.columns]
    inner = {name: opened.inner(name) for name in names}
    rows, order = opened.rows, inner[FORCE]
    if opened.ordered:
        rows, order = engine.numbered(rows), engine.ROW
    found: dict[str, Any] = engine.collect(rows.select(*dict.fromkeys([*inner.values(), order])).sort(order))
    rates: list[ForceRate] = []
    blank: list[str] = []
    faults: list[tuple[int, Fault]] = []
    first: set[str] = set()
    national: list[str] = []
    is_asked = other_forces is None and _has_territorial([answers.cell_text(name) for name in found[inner[FORCE]]])
    for i in range(len(found[inner[FORCE]])):
        cells = {name: answers.cell_text(found[inner[name]][i]) for name in names}
        if is_national(cells[FORCE]):
            national.append(cells[FORCE])
            continue
        where = Where(opened.name, column=FORCE, sheet=opened.sheet)
        rate, wrong = _rate_of(cells, where)
        wrong = [*_force_faults(cells[FORCE], first, where), *wrong]
        if is_asked and cells[FORCE] and usual(cells[FORCE]) is None:
            wrong.append(_other_force(cells[FORCE], where))
        faults += [(int(found[engine.ROW][i]) if opened.ordered else 0, each) for each in wrong]
        if rate is None:
            blank.append(cells[FORCE])
        else:
            said = {name: cells.get(name, "") for name in _SAID}
            rates.append(ForceRate(_row(cells[FORCE], rate, level, measure), **said))
    read = ForceRates(
        tuple(rates), tuple(blank), measure, name=opened.name, other_forces=other_forces, national=tuple(national),
        set_aside=opened.set_aside,
    )  # fmt: skip
    mixed = {} if mixed_periods else read.mixed
    found_faults = opened.put(faults)
    found_faults += [fault(code, got=of_it, where=Where(opened.name)) for code, of_it in mixed.items()]
    if found_faults:
        raise DataError(found_faults)
    return read


def _force_faults(force: str, first: set[str], where: Where) -> list[Fault]:
    """Find a force without a name, and one that stands twice, in whatever spelling."""
    if not force:
        return [fault("missing", got=answers.show(None), where=where, column=FORCE)]
    name = usual(force) or force.casefold()
    if name in first:
        return [fault("force-twice", got=force, where=where)]
    first.add(name)
    return []


def _rate_of(cells: Mapping[str, str], where: Where) -> tuple[PublishedRate | None, list[Fault]]:
    """Read a rate with its half width; None where it is blank."""
    numbers: dict[str, float] = {}
    faults: list[Fault] = []
    for name in (RATE, HALF_WIDTH):
        if not cells.get(name):
            continue
        try:
            numbers[name] = formats.parse_proportion(cells[name])
        except DataError as error:
            faults += [replace(each, where=replace(where, column=name)) for each in error.faults]
    if RATE in numbers and not NARROWEST <= numbers.get(HALF_WIDTH, NARROWEST) < 1:
        faults.append(fault("half-width-of-force", got=cells[HALF_WIDTH], where=replace(where, column=HALF_WIDTH)))
    if faults or RATE not in numbers:
        return None, faults
    return PublishedRate(numbers[RATE], numbers.get(HALF_WIDTH)), []


def _row(force: str, rate: PublishedRate, level: float, measure: Measure) -> Row:
    """Write a published rate as a row of a table; one without a half width has no interval."""
    interval = rate.interval(level)
    low, high = (None, None) if rate.half_width is None else (float(interval.low), float(interval.high))
    reasons: tuple[str, ...] = ()
    if low is None or high is None:
        reasons = ("no-interval",)
    elif not 0 <= low <= high <= 1:
        reasons = ("beyond",)
    size = rate.size if math.isfinite(rate.size) else None
    return Row((force,), measure, rate.rate, low, high, level, AS_PRINTED, n_eff=size, facts=Facts(reasons=reasons))


def _audited(
    opened: Source, source: object, level: float, method: str, measure: Measure, other_forces: str | None, roles: Roles
) -> ForceRates:
    """Estimate the rate of each force; each force is a stratum, since its sample was drawn by itself."""
    from cdi.survey.sampling import share

    known = source.design if isinstance(source, Audit) else None
    given: Any = {**roles} if known else naming_answers(source, measure.answers, roles)
    strata = given.get("stratum", known.stratum if known else None)
    if not strata:
        strata = (STRATUM,) if STRATUM in opened.columns else ()
    given["stratum"] = names_of([FORCE, *names_of(strata, "stratum")])
    # a frame that is lazy may hold other rows when it is opened again; a file is known by its shelf
    is_frame = known is None and opened.name is None
    audit = read_audit(opened if is_frame else source, **given)
    found = share(audit, FORCE, measure=measure.key)
    names = [row.label[0] for row in found.rows if not row.whole]
    refuse_spellings(names, opened)
    if other_forces is None:
        refuse_others(names, opened)
    found.refuse_unrepresentative()
    rows = [row for row in arrange(found, level=level, method=method).rows if not row.whole]
    rates = tuple(ForceRate(row) for row in rows if row.estimate is not None)
    blank = tuple(row.label[0] for row in rows if row.estimate is None)
    return ForceRates(rates, blank, measure, audit, audit.name, other_forces)


def others_of(forces: Sequence[str]) -> list[str]:
    """Name the bodies that are none of the 43 forces, beside some that are."""
    return [name for name in forces if usual(name) not in TERRITORIAL] if _has_territorial(forces) else []


def refuse_others(forces: Sequence[str], opened: Source, *, added_up: bool = False) -> None:
    """Refuse bodies that are none of the 43 forces beside some that are, until it is said what becomes of them.

    One force is set beside the others without a question, since everybody knows that it is apart: not where all are
    ``added_up``.
    """
    where = Where(opened.name, column=FORCE, sheet=opened.sheet)
    faults = [_other_force(name, where) for name in others_of(forces) if added_up or usual(name) is None]
    if faults:
        raise DataError(faults)


def refuse_spellings(forces: Sequence[str], opened: Source) -> None:
    """Refuse one force in two spellings, whose samples would stand for two forces."""
    where = Where(opened.name, column=FORCE, sheet=opened.sheet)
    first: dict[str, str] = {}
    faults = []
    for force in forces:
        other = first.setdefault(usual(force) or force.casefold(), force)
        if other != force:
            faults.append(fault("force-spelled", got=force, where=where, other=other))
    if faults:
        raise DataError(faults)
