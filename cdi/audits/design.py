"""The design of an audit: which column plays which role, and what is known of the frame it was drawn from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from cdi import wording
from cdi.arguments import checked_class, chosen, is_number, names_of, text_of
from cdi.audits.answers import is_meaning
from cdi.errors import DataError, DesignError, Fault, Where, fault, suggestion
from cdi.parameters import CLASSIFICATIONS, LAYOUTS, PARAMETERS, RULES, SELECTIONS
from cdi.reading import engine, sources
from cdi.reading.mapping import NO_COLUMN
from cdi.reading.recognition import roles_by_name
from cdi.showing import same_values

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = [
    "CLASSIFICATIONS", "COUNTS", "FILENAME", "NOT_COLUMNS", "PERIOD", "PERIODS_AS", "RECORDS", "REPRESENTATIVE",
    "RULES", "SELECTIONS", "Design", "Layout", "OtherRoles", "Roles", "Selection", "SingleCluster",
    "check_selection", "names_a_column", "reports_by_name", "roles_of",
]  # fmt: skip

REPRESENTATIVE = frozenset(["random", "census"])
"""Those that stand for what they were drawn from."""

PERIODS_AS = ("stratum", "domain")
"""Whether reports were drawn period by period, or the period is a category like any other."""

_BY_NAME = ("stratum", "cluster", "case", "due", "recorded", "decision", "recorded_as", "weight")
"""The roles that a column plays by its name."""

_COUNTS_BY_NAME = ("count", "reports")
"""The roles that a column of a table of counts plays by its name."""

RECORDS, COUNTS = LAYOUTS

PERIOD = "period"
"""The column that holds the period of each row, where one was asked for."""

FILENAME = "FILENAME"
"""What stands for the name of the file where a column with the period is asked for."""

NOT_COLUMNS = NO_COLUMN | {FILENAME, None}
"""What may stand there and names no column."""

SingleCluster = Literal["error", "adjust", "average", "collapse"]
Classification = Literal["strict", "lenient"]
Selection = Literal["random", "census", "judgement", "voluntary"]
PeriodAs = Literal["stratum", "domain"]
Layout = Literal["records", "counts"]


class OtherRoles(TypedDict, total=False):
    """The roles beside the period, for what has an argument of its own for that."""

    stratum: str | Sequence[str] | None
    cluster: str | None
    nest: str | Sequence[str] | None
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
    period_as: PeriodAs
    selection: Selection
    layout: Layout | None
    count: str | None
    reports: str | None
    deff: float | None
    words: Mapping[str, str] | None


class Roles(OtherRoles, total=False):
    """The roles that :func:`read_audit` takes by name."""

    period: str | None


@checked_class
@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The role of each column, and what is known of the sampling frame.

    Attributes
    ----------
    stratum : str or sequence of str, optional
        The columns that reports were sampled by, such as route, initial class, force or month. Each report has exactly
        one stratum.
    cluster : str, optional
        The column with the report that was sampled (the incident number). If None, each row was drawn by itself.
    case : str, optional
        The column with each row's own id, which is checked for duplicates.
    due : str, optional
        The column with the number of crimes that should have been recorded. If None, each row is one crime.
    recorded : str
        The column with the number of these crimes that were recorded, from 0 to ``due``, or with yes or no.
    population : str, mapping, data frame or int, optional
        The number of reports on the sampling frame, by stratum: a column of the audit, a volumes file, or the numbers.
        If None, it is not known.
    weight : str, optional
        The column with a weight for each report, instead of the population.
    single_cluster : {"error", "adjust", "average", "collapse"}
        What to do with a stratum of one report: stop; centre it at the overall rate; give it the mean variance of the
        other strata; or combine it with the stratum that ``collapse`` names.
    collapse : mapping, optional
        Each such stratum, and the one that it joins. Declare this before you see results.
    decision : str, optional
        The column with the auditor's decision on each row, instead of ``due`` and ``recorded``. ``cdi.audits.answers``
        lists the words.
    recorded_as : str, optional
        The column with the class in which each crime was recorded.
    category : str, optional
        The column with the class in which it should have been recorded, as the auditor found. ``recorded_as`` needs it.
    classification : {"strict", "lenient"}
        Whether a crime recorded in another class counts as not recorded in its own class, or as recorded. Overall it
        counts as recorded.
    period : str, optional
        The column with the period of each row, in which a date counts as its month. ``"FILENAME"`` takes the period
        from the name of the file, ``"SHEET"`` from that of the sheet, and ``"TITLE"`` from a title above the table. It
        makes a column ``period``.
    period_as : {"stratum", "domain"}
        Whether the sample was drawn period by period, or the period is a category like any other.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample was selected: by chance; as a census of the sampling frame, so that figures are exact; by
        judgement; or from those who answered. The last two do not represent anything else, and have counts only.
    layout : {"records", "counts"}, optional
        Whether each row is one record, or counts of many: crimes due and recorded by offence, month or force, or
        ``count`` of those with the same answer. Crimes of a table of counts are taken as independent. If None, rows
        are records, and a file that could be either is refused.
    count : str, optional
        In a table of counts, the column with how many records a row stands for, beside decisions or answers.
    reports : str, optional
        In a table of counts, the column with how many reports the crimes of a row lie in. Intervals are as if the
        crimes of one report fared alike.
    deff : float, optional
        The design effect of a table of counts, 1 or more. Effective sample sizes are divided by it.
    words : mapping, optional
        What a word of the auditors' means: a decision, yes, no or not applicable.
    nest : str or sequence of str, optional
        The columns within which the numbers of reports and cases begin anew, such as month, force or route: report 1 of
        April is not report 1 of May. ``"FILENAME"`` and ``"SHEET"`` are the files or sheets. Empty: the same number is
        the same report everywhere. If None, numbers that look as if they began anew are refused.

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
    layout: Layout | None = None
    count: str | None = None
    reports: str | None = None
    deff: float | None = None
    words: Mapping[str, str] | None = None
    nest: str | Sequence[str] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "stratum", names_of(self.stratum, "stratum"))
        if self.nest is not None:
            object.__setattr__(self, "nest", names_of(self.nest, "nest"))
        if isinstance(self.cluster, (list, tuple)):
            raise DesignError.of("two-stages", got=wording.in_a_row(map(str, self.cluster)))
        if self.layout is None and self.count is not None:
            object.__setattr__(self, "layout", COUNTS)
        for name in (*_BY_NAME[1:], *_COUNTS_BY_NAME, "category", "period"):
            if getattr(self, name) is not None:
                text_of(getattr(self, name), name)
        if self.collapse is not None and not isinstance(self.collapse, Mapping):
            raise DesignError.of("collapse-pairs", got=type(self.collapse).__name__)
        chosen(self.single_cluster, RULES, "no-rule", DesignError)
        chosen(self.classification, CLASSIFICATIONS, "no-classification", DesignError)
        chosen(self.period_as, PERIODS_AS, "no-period-as", DesignError)
        check_selection(self.selection)
        if self.layout is not None:
            chosen(self.layout, LAYOUTS, "no-layout", DesignError)
        self._check_pairs()
        self._check_counts()
        self._check_words()

    def _check_pairs(self) -> None:
        """Refuse two that contradict each other."""
        if self.weight is not None and self.population is not None:
            raise DesignError.of("weight-and-population")
        if self.selection == "census" and self.weight is not None:
            raise DesignError.of("census-weight", got=self.weight)
        if self.decision is not None and self.due is not None:
            raise DesignError.of("decision-and-counts", got=f"{self.decision}, {self.due}")

    def _check_words(self) -> None:
        """Refuse meanings that are no decisions and no answers."""
        if self.words is None:
            return
        if not isinstance(self.words, Mapping):
            raise DesignError.of("words-pairs", got=type(self.words).__name__)
        strange = [(word, meaning) for word, meaning in self.words.items() if not is_meaning(str(meaning))]
        if strange:
            raise DesignError([fault("word-meaning", got=f"{word}={meaning}") for word, meaning in strange])

    def _check_counts(self) -> None:
        """Refuse what is of tables of counts only elsewhere, and what contradicts itself in them."""
        given = {"count": self.count, "reports": self.reports, "deff": self.deff}
        idle = [str(value) for value in given.values() if value is not None]
        if not self.counts:
            if idle:
                raise DesignError.of("counts-only", got=wording.in_a_row(idle))
            return
        if self.cluster is not None:
            raise DesignError.of("cluster-of-counts", got=self.cluster)
        if self.due is not None and self.count is not None:
            raise DesignError.of("count-and-due", got=f"{self.count}, {self.due}")
        if self.reports is not None and self.count is not None:
            raise DesignError.of("count-and-reports", got=f"{self.count}, {self.reports}")
        if self.reports is not None and self.deff is not None:
            raise DesignError.of("deff-and-reports", got=f"{self.deff}, {self.reports}")
        if self.deff is not None and not (is_number(self.deff) and math.isfinite(self.deff) and self.deff >= 1):
            raise DesignError.of("deff", got=self.deff)

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    def __hash__(self) -> int:
        return hash((self.stratum, self.cluster, self.due, self.recorded, self.decision, self.weight, self.period))

    @property
    def counts(self) -> bool:
        """Whether each row is counts of many records."""
        return self.layout == COUNTS

    @property
    def representative(self) -> bool:
        """Whether the sample represents more than itself: it is a random sample or a census."""
        return self.selection in REPRESENTATIVE

    @property
    def playing(self) -> set[str]:
        """The columns that play a role."""
        single = (getattr(self, role) for role in _SINGLE)
        return {*self.strata, *(name for name in single if isinstance(name, str))}

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

_SINGLE = (
    "cluster", "case", "due", "recorded", "decision", "recorded_as", "category", "weight", "count", "reports", "period",
)  # fmt: skip
"""Roles that one column plays each."""


def roles_of(opened: Source, design: Design | None, roles: Roles) -> tuple[Design, tuple[str, ...]]:
    """Settle the roles, and refuse names that are none and columns that are not there."""
    _refuse_unknown(roles)
    roles = _as_written(opened, roles)
    if design is None:
        roles = _mapped(opened, roles)
        Design(**roles)  # what is no role's is refused before it is held against columns
        _refuse_other_names(opened, roles)
        named, unplayed = _by_name(opened, roles)
        named |= _counts_by_name(opened, {**named, **roles})
        design = Design(**{**named, **roles})  # type: ignore[arg-type]
    else:
        design, unplayed = replace(design, **roles) if roles else design, ()
    if design.recorded_as is not None and design.category is None:
        if _CATEGORY not in opened.columns:
            raise DesignError.of("no-category", where=Where(opened.name, column=design.recorded_as, sheet=opened.sheet))
        design = replace(design, category=_CATEGORY)
    if design.category is not None and design.recorded_as is None and "recorded_as" not in unplayed:
        raise DesignError.of("category-alone", got=None, where=Where(opened.name), category=design.category)
    if design.nest and design.cluster is None and design.case is None:
        raise DesignError.of(
            "nest-alone", got=wording.in_a_row(design.nest), where=Where(opened.name, sheet=opened.sheet)
        )
    if design.counts and design.due is None and design.count is None:
        raise DesignError.of("no-counts", where=Where(opened.name, opened.header, sheet=opened.sheet))
    _refuse_absent(opened, design, roles)
    return design, unplayed


def reports_by_name(opened: Source, design: Design) -> str | None:
    """Name the column that seems to name reports and plays no role, if there is one whose values repeat."""
    if design.counts or design.cluster is not None:
        return None
    found = roles_by_name([name for name in opened.columns if name not in design.playing]).get("cluster")
    if found is None or not found[1]:
        return None
    inner = opened.inner(found[0])
    distinct, rows = engine.count_distinct(opened.rows, inner), engine.count_rows(opened.rows)
    return found[0] if distinct < rows else None


def _as_written(opened: Source, roles: Roles) -> Roles:
    """Name the columns as they are named here."""
    named: dict[str, Any] = {**roles}
    for role in (*_BY_NAME, *_COUNTS_BY_NAME, "category", "period", "population", "nest"):
        given = named.get(role)
        if isinstance(given, str):
            named[role] = opened.written(given)
        elif isinstance(given, (list, tuple)):
            named[role] = [opened.written(name) if isinstance(name, str) else name for name in given]
    return cast("Roles", named)


def _mapped(opened: Source, roles: Roles) -> Roles:
    """Add the roles that a mapping gives, but for those that were named otherwise."""
    if not opened.roles and opened.layout is None:
        return roles
    given = {role: name for role, name in opened.roles.items() if role in Roles.__annotations__}
    counts = {"due", "recorded"}
    if roles.get("decision") is not None:
        given = {role: name for role, name in given.items() if role not in counts}
    elif any(roles.get(role) is not None for role in counts):
        given.pop("decision", None)
    if "recorded_as" not in {**given, **roles}:
        given.pop("category", None)  # what a crime is counts by itself only beside what it was recorded as
    if opened.layout is not None:
        given["layout"] = opened.layout
    return {**given, **roles}  # type: ignore[typeddict-item]


def _refuse_unknown(roles: Mapping[str, object]) -> None:
    """Refuse an argument that is no role: every verb hands over what it does not take itself."""
    unknown = [name for name in roles if name not in Roles.__annotations__]
    if unknown:
        others = [option.in_python for option in PARAMETERS.values() if option.in_python]
        # an argument of other calls is spelled right, and none of those that are like it
        hints = [
            (name, suggestion(name, list(Roles.__annotations__), [] if name in others else others)) for name in unknown
        ]
        raise DesignError([fault("no-argument", got=f"{name}=", hint=hint) for name, hint in hints])


def _by_name(opened: Source, roles: Roles) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give each role that was not named the column of its name."""
    taken = {name for value in roles.values() for name in ([value] if isinstance(value, str) else [])}
    if opened.roles:
        return {}, ()  # a mapping names all of them
    named = {name: name for name in _BY_NAME if name in opened.columns and name not in roles and name not in taken}
    empty = {role for role in named if role in opened.empty and role in _MAY_BE_EMPTY}
    return _without_rivals(opened, {role: name for role, name in named.items() if role not in empty}, roles), tuple(
        sorted(empty)
    )


def _refuse_other_names(opened: Source, roles: Roles) -> None:
    """Refuse columns that would be read if they were spelled so, with what names all columns of a sample."""
    if opened.roles:
        return
    taken = {name for value in roles.values() for name in ([value] if isinstance(value, str) else [])}
    free = [name for name in _open_roles(roles) if name not in opened.columns]
    spelled = sources.other_spellings(opened, free, apart=taken)
    if spelled:
        meant = _meant_roles(opened, roles, {role: name for name, role in spelled})
        where = Where(opened.name, opened.header, sheet=opened.sheet)
        faults = [fault("role-spelling", got=name, where=where, name=role, roles=meant) for name, role in spelled]
        is_decided = roles.get("decision") or any(role == "decision" for _, role in spelled)
        raise DataError(faults if is_decided else faults + _absent(opened, [_answered(roles)], roles))


_ANSWERED = ("recorded", "grounds")
"""The columns of answers by their usual names, of audits and of searches."""


def _answered(roles: Roles) -> str:
    return str(roles.get("recorded") or _ANSWERED[0])


def _absent(opened: Source, names: Iterable[str], roles: Roles) -> list[Fault]:
    """Name columns that are not there; where it is that of the answers, what may be meant instead."""
    faults = [sources.no_column(name, opened) for name in names if name not in opened.columns]
    meant = _meant_roles(opened, roles, {})
    if opened.roles or not {"recorded", "decision"} & {role for role, _ in meant}:
        return faults
    return [
        replace(item, known=(*item.known, ("roles", meant))) if item.values.get("column") in _ANSWERED else item
        for item in faults
    ]


def _meant_roles(opened: Source, roles: Roles, spelled: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name the columns that seem to play the roles in which a sample is counted."""
    likely = {role: name for role, (name, _) in roles_by_name(opened.columns).items()}
    answered = _answered(roles)
    found = {role: spelled.get(role) or likely.get(role) for role in ("cluster", "due", "recorded", "decision")}
    if answered == "grounds":
        found = {"recorded": likely.get("grounds")}
    found |= spelled
    if found.get("recorded"):  # a sample has one or the other
        found["decision"] = None
    elif found.get("decision"):
        found["due"] = None
    said = {role for role in roles if role != "recorded" or answered not in _ANSWERED}
    here = {role: name for role, name in found.items() if name and role not in said}
    return tuple((role, name) for role, name in here.items() if role not in opened.columns)


def _counts_by_name(opened: Source, roles: Mapping[str, object]) -> dict[str, str]:
    """Give the roles that only a table of counts has, and that were not named, the columns of their names."""
    if roles.get("layout") != COUNTS or opened.roles:
        return {}
    # beside crimes due, and beside reports, a column of counts would say the same again
    rivals = {"count": ("due", "reports"), "reports": ("count", "deff")}
    found: dict[str, str] = {}
    for role in _COUNTS_BY_NAME:
        taken = any({**roles, **found}.get(rival) for rival in rivals[role])
        if role in opened.columns and role not in roles and not taken:
            found[role] = role
    return found


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
        raise DesignError.of("decision-and-counts", got=wording.in_a_row(["decision", *both]), where=Where(opened.name))
    return named


def _refuse_absent(opened: Source, design: Design, roles: Roles) -> None:
    population = [design.population] if names_a_column(design.population, opened.columns) else []
    counts = (design.due, design.recorded) if design.decision is None else ()
    counts = (*counts, design.count, design.reports)
    others = (design.cluster, design.case, *counts, design.decision, design.recorded_as, design.category, design.weight)
    drawn = [name for name in design.strata if name != PERIOD or design.period is None]
    wanted = dict.fromkeys([*drawn, *(name for name in others if name is not None), *population])
    if design.period not in NOT_COLUMNS:
        wanted[design.period] = None
    made = {PERIOD} if design.period is not None else set()
    wanted |= dict.fromkeys(name for name in design.nest or () if name not in NOT_COLUMNS | made)
    faults = _absent(opened, map(str, wanted), roles)
    if faults:
        raise DataError(faults)
