"""The design of an audit: which column plays which role, and what is known of the frame it was drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from cdi.arguments import chosen, names_of, text_of
from cdi.errors import DataError, DesignError, Where, fault, suggestion
from cdi.parameters import CLASSIFICATIONS, PARAMETERS, RULES, SELECTIONS
from cdi.reading import sources
from cdi.reading.mapping import BY_SHEET
from cdi.showing import same_values

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = [
    "CLASSIFICATIONS", "FILENAME", "PERIOD", "PERIODS_AS", "REPRESENTATIVE", "RULES", "SELECTIONS", "Design", "Roles",
    "Selection", "SingleCluster", "check_selection", "names_a_column", "roles_of",
]  # fmt: skip

REPRESENTATIVE = frozenset(["random", "census"])
"""Those that stand for what they were drawn from."""

PERIODS_AS = ("stratum", "domain")
"""Whether reports were drawn period by period, or the period is a category like any other."""

_BY_NAME = ("stratum", "cluster", "case", "due", "recorded", "decision", "recorded_as", "weight")
"""The roles that a column plays by its name."""

PERIOD = "period"
"""The column that holds the period of each row, where one was asked for."""

FILENAME = "FILENAME"
"""What stands for the name of the file where a column with the period is asked for."""

SingleCluster = Literal["error", "adjust", "average", "collapse"]
Classification = Literal["strict", "lenient"]
Selection = Literal["random", "census", "judgement", "voluntary"]
PeriodAs = Literal["stratum", "domain"]


class Roles(TypedDict, total=False):
    """The roles that :func:`read_audit` takes by name."""

    stratum: str | Sequence[str] | None
    cluster: str | None
    case: str | None
    due: str | None
    recorded: str
    population: object
    weight: str | None
    single_cluster: SingleCluster
    collapse: Mapping[str, str] | None
    decision: str | None
    recorded_as: str | None
    category: str | None
    classification: Classification
    period: str | None
    period_as: PeriodAs
    selection: Selection


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Which column plays which role, and what is known of the frame that the sample was drawn from.

    Attributes
    ----------
    stratum : str or sequence of str, optional
        What reports were drawn by: reporting route, initial class, force, month. Each report has exactly one.
    cluster : str, optional
        The report that was drawn (incident number). None: each row was drawn by itself.
    case : str, optional
        A row's own id, checked for duplicates.
    due : str, optional
        Crimes that should have been recorded. None: one a row.
    recorded : str
        Of those, recorded: 0 to due, or yes/no.
    population : str, mapping, data frame or int, optional
        Reports on the frame, by stratum: a column of the audit, a volumes file, or the numbers. None: not known.
    weight : str, optional
        A weight for each report, instead of the population.
    single_cluster : {"error", "adjust", "average", "collapse"}
        What to do with a stratum of one report: refuse; centre it at the overall rate; give it the mean variance of
        the other strata; join it to the stratum that ``collapse`` names.
    collapse : mapping, optional
        Declared before results are seen: stratum -> the one it joins.
    decision : str, optional
        The auditor's decision on each row, in the words of ``cdi.audits.answers``, instead of ``due`` and
        ``recorded``.
    recorded_as : str, optional
        The class in which each crime was recorded.
    category : str, optional
        The class that it should have been recorded in, as the auditor found; needed with ``recorded_as``.
    classification : {"strict", "lenient"}
        Whether a crime recorded in another class counts as not recorded in its own, or as recorded. Overall it counts
        as recorded.
    period : str, optional
        The column with the period of each row (dates count as their month), or ``"FILENAME"``; it makes the column
        ``period``.
    period_as : {"stratum", "domain"}
        Whether reports were drawn period by period, or the period is a category like any other.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample came about: drawn by chance; every report on the frame, so that figures are exact; chosen by
        judgement or made of those who answered, so that it stands for nothing but itself and has counts only.

    Examples
    --------
    >>> Design(stratum="route", cluster="incident").stratum
    ('route',)
    """

    stratum: str | Sequence[str] | None = None
    cluster: str | None = None
    case: str | None = None
    due: str | None = None
    recorded: str = "recorded"
    population: object = None
    weight: str | None = None
    single_cluster: SingleCluster = "error"
    collapse: Mapping[str, str] | None = None
    decision: str | None = None
    recorded_as: str | None = None
    category: str | None = None
    classification: Classification = "strict"
    period: str | None = None
    period_as: PeriodAs = "stratum"
    selection: Selection = "random"

    def __post_init__(self) -> None:
        object.__setattr__(self, "stratum", names_of(self.stratum, "stratum"))
        if isinstance(self.cluster, (list, tuple)):
            raise DesignError.of("two-stages", got=", ".join(map(str, self.cluster)))
        for name in (*_BY_NAME[1:], "category", "period"):
            if getattr(self, name) is not None:
                text_of(getattr(self, name), name)
        if self.collapse is not None and not isinstance(self.collapse, Mapping):
            raise DesignError.of("collapse-pairs", got=type(self.collapse).__name__)
        if self.weight is not None and self.population is not None:
            raise DesignError.of("weight-and-population")
        chosen(self.single_cluster, RULES, "no-rule", DesignError)
        chosen(self.classification, CLASSIFICATIONS, "no-classification", DesignError)
        chosen(self.period_as, PERIODS_AS, "no-period-as", DesignError)
        check_selection(self.selection)
        if self.selection == "census" and self.weight is not None:
            raise DesignError.of("census-weight", got=self.weight)
        if self.decision is not None and self.due is not None:
            raise DesignError.of("decision-and-counts", got=f"{self.decision}, {self.due}")

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    def __hash__(self) -> int:
        return hash((self.stratum, self.cluster, self.due, self.recorded, self.decision, self.weight, self.period))

    @property
    def representative(self) -> bool:
        """Whether the sample stands for more than itself: it was drawn by chance, or it is all there is."""
        return self.selection in REPRESENTATIVE

    @property
    def strata(self) -> tuple[str, ...]:
        """The stratum columns; empty for a simple sample of reports."""
        by_period = (PERIOD,) if self.period is not None and self.period_as == "stratum" else ()
        return tuple(dict.fromkeys((*(self.stratum or ()), *by_period)))


def check_selection(selection: str) -> None:
    """Refuse what is no way to come by a sample."""
    chosen(selection, SELECTIONS, "no-selection", DesignError)


def names_a_column(population: object, columns: Sequence[str]) -> bool:
    """Tell whether the population names a column of the audit, and not a file."""
    return isinstance(population, str) and (population in columns or "." not in population)


_MAY_BE_EMPTY = frozenset(["stratum", "case", "recorded_as", "weight"])
"""Roles whose column may hold nothing at all, as in a worksheet with more columns than were needed."""

_CATEGORY = "crime_type"


def roles_of(opened: Source, design: Design | None, roles: Roles) -> tuple[Design, tuple[str, ...]]:
    """Settle the roles, and refuse names that are none and columns that are not there."""
    _refuse_unknown(roles)
    roles = _as_written(opened, roles)
    if design is None:
        roles = _mapped(opened, roles)
        Design(**roles)  # what is no role's is refused before it is held against columns
        named, unplayed = _by_name(opened, roles)
        design = Design(**{**named, **roles})  # type: ignore[arg-type]
    else:
        design, unplayed = replace(design, **roles) if roles else design, ()
    if design.recorded_as is not None and design.category is None:
        if _CATEGORY not in opened.columns:
            raise DesignError.of("no-category", where=Where(opened.name, column=design.recorded_as, sheet=opened.sheet))
        design = replace(design, category=_CATEGORY)
    if design.category is not None and design.recorded_as is None and "recorded_as" not in unplayed:
        raise DesignError.of("category-alone", got=None, where=Where(opened.name), category=design.category)
    _refuse_absent(opened, design)
    return design, unplayed


def _as_written(opened: Source, roles: Roles) -> Roles:
    """Name the columns as they are named here."""
    named: dict[str, Any] = {**roles}
    for role in (*_BY_NAME, "category", "period", "population"):
        given = named.get(role)
        if isinstance(given, str):
            named[role] = opened.written(given)
        elif isinstance(given, (list, tuple)):
            named[role] = [opened.written(name) if isinstance(name, str) else name for name in given]
    return cast("Roles", named)


def _mapped(opened: Source, roles: Roles) -> Roles:
    """Add the roles that a mapping gives, but for those that were named otherwise."""
    given = {role: name for role, name in opened.roles.items() if role in Roles.__annotations__}
    counts = {"due", "recorded"}
    if roles.get("decision"):
        given = {role: name for role, name in given.items() if role not in counts}
    elif any(roles.get(role) for role in counts):
        given.pop("decision", None)
    if "recorded_as" not in {**given, **roles}:
        given.pop("category", None)  # what a crime is counts by itself only beside what it was recorded as
    return {**given, **roles}  # type: ignore[typeddict-item]


def _refuse_unknown(roles: Mapping[str, object]) -> None:
    """Refuse an argument that is no role: every verb hands over what it does not take itself."""
    unknown = [name for name in roles if name not in Roles.__annotations__]
    if unknown:
        others = [option.in_python for option in PARAMETERS.values() if option.in_python]
        hints = [(name, suggestion(name, list(Roles.__annotations__), others)) for name in unknown]
        raise DesignError([fault("no-argument", got=f"{name}=", hint=hint) for name, hint in hints])


def _by_name(opened: Source, roles: Roles) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give each role that was not named the column of its name."""
    taken = {name for value in roles.values() for name in ([value] if isinstance(value, str) else [])}
    if opened.roles:
        return {}, ()  # a mapping names all of them
    named = {name: name for name in _BY_NAME if name in opened.columns and name not in roles and name not in taken}
    free = [name for name in _open_roles(roles) if name not in named]
    sources.refuse_spelling(opened, free, "role-spelling", apart=taken)
    empty = {role for role in named if role in opened.empty and role in _MAY_BE_EMPTY}
    return _without_rivals(opened, {role: name for role, name in named.items() if role not in empty}, roles), tuple(
        sorted(empty)
    )


def _open_roles(roles: Mapping[str, object]) -> list[str]:
    """List the roles that a column may still play by its name: decisions beside counts are played by neither's."""
    counts = {"due", "recorded"}
    closed: set[str] = set()
    if roles.get("decision"):
        closed = counts
    elif any(roles.get(role) for role in counts):
        closed = {"decision"}
    # without its column recorded is refused anyway, with the nearest name
    return [name for name in _BY_NAME if name not in roles and name not in {*closed, "recorded"}]


def _without_rivals(opened: Source, named: dict[str, str], roles: Mapping[str, object]) -> dict[str, str]:
    """Take decisions or counts, whichever was asked for; where both are there and neither was, nobody can tell."""
    counts = {"due", "recorded"}
    if roles.get("decision"):
        return {role: name for role, name in named.items() if role not in counts}
    if any(roles.get(role) for role in counts):
        return {role: name for role, name in named.items() if role != "decision"}
    both = sorted(counts & set(named))
    if "decision" in named and both:
        raise DesignError.of("decision-and-counts", got=", ".join(["decision", *both]), where=Where(opened.name))
    return named


def _refuse_absent(opened: Source, design: Design) -> None:
    population = [design.population] if names_a_column(design.population, opened.columns) else []
    counts = (design.due, design.recorded) if design.decision is None else ()
    others = (design.cluster, design.case, *counts, design.decision, design.recorded_as, design.category, design.weight)
    drawn = [name for name in design.strata if name != PERIOD or design.period is None]
    wanted = dict.fromkeys([*drawn, *(name for name in others if name is not None), *population])
    if design.period not in (None, FILENAME, BY_SHEET):
        wanted[design.period] = None
    faults = [sources.no_column(str(name), opened) for name in wanted if name not in opened.columns]
    if faults:
        raise DataError(faults)
