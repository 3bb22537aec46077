"""The audit: its rows, the role of each column and the strata they were drawn from, checked before any estimate.

``read_audit`` is the only door. What comes through it is right in every respect that rows can be checked for: counts
are whole, no report lies in two strata, every stratum can carry a variance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from cdi import checks, frames, strata
from cdi.errors import DataError, DesignError, Fault, Where, fault, suggestion

if TYPE_CHECKING:
    from cdi.checks import Check, Column
    from cdi.frames import Rows, Source
    from cdi.strata import Strata

__all__ = ["CLUSTER", "DUE", "RECORDED", "WEIGHT", "Audit", "Design", "read_audit"]

DUE, RECORDED, CLUSTER, WEIGHT = "_cdi_due", "_cdi_recorded", "_cdi_cluster", "_cdi_weight"

SingleCluster = Literal["error", "adjust", "average", "collapse"]


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


@dataclass(frozen=True, slots=True)
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

    def __post_init__(self) -> None:
        names = () if self.stratum is None else (self.stratum,) if isinstance(self.stratum, str) else self.stratum
        object.__setattr__(self, "stratum", tuple(names))
        if self.cluster is not None and not isinstance(self.cluster, str):
            raise DesignError.of("two-stages", got=", ".join(map(str, self.cluster)))
        if self.weight is not None and self.population is not None:
            raise DesignError.of("weight-and-population")
        if self.single_cluster not in strata.RULES:
            raise DesignError.of("no-rule", got=self.single_cluster, hint=suggestion(self.single_cluster, strata.RULES))

    @property
    def strata(self) -> tuple[str, ...]:
        """The stratum columns; empty for a simple sample of reports."""
        return tuple(self.stratum or ())


@dataclass(frozen=True, slots=True)
class Audit:
    """An audited sample that passed every check.

    Attributes
    ----------
    rows : narwhals.LazyFrame
        The user's rows with the columns ``DUE``, ``RECORDED``, ``CLUSTER`` and ``WEIGHT`` added where there are any.
    reports : narwhals.LazyFrame
        One row a report: its stratum, weight, crimes due and crimes recorded.
    design : Design
        The roles.
    strata : Strata
        What was drawn: reports audited and reports on the frame, by stratum.
    columns : tuple of str
        The columns of the user's rows.
    counts_empty_reports : bool
        Whether reports without any crime are counted among the reports audited.
    name : str or None
        The file.
    blank_rows, trimmed : int
        Blank rows left out and fields with surrounding spaces, in a file.
    """

    rows: Rows = field(repr=False)
    reports: Rows = field(repr=False)
    design: Design
    strata: Strata
    columns: tuple[str, ...]
    counts_empty_reports: bool
    name: str | None = None
    blank_rows: int = 0
    trimmed: int = 0


def read_audit(source: object, design: Design | None = None, **roles: Unpack[Roles]) -> Audit:
    """Read an audited sample and check it; every fault is reported at once.

    Parameters
    ----------
    source : str, pathlib.Path or data frame
        A CSV or Parquet file, or a frame of pandas, Polars, PyArrow or DuckDB. One row a crime, or one row a report
        with its counts.
    design : Design, optional
        The role of each column. Without it, roles that are not named are played by the columns of that name
        (``stratum``, ``cluster``, ``case``, ``due``, ``recorded``, ``weight``) where the file has them.
    **roles
        The fields of :class:`Design`, by name; None switches a role off.

    Returns
    -------
    Audit
        What the estimators take.

    Raises
    ------
    DataError
        The file cannot be read or rows are wrong: file, line, column, value and remedy of the first twenty faults.
    DesignError
        The roles contradict each other, or a stratum cannot be estimated.

    Examples
    --------
    >>> import pandas as pd
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B"], "recorded": ["yes", "no", "yes"]})
    >>> read_audit(sample, cluster="incident").strata.sampled.tolist()
    [2]
    """
    opened = frames.open_source(source)
    design = _named(opened, design, roles)
    rows = _prepared(opened, design)
    reports = _reports(rows, design)
    _refuse_split_reports(opened, rows, reports, design)
    drawn = strata.count(reports, design, opened)
    return Audit(
        rows,
        reports,
        design,
        drawn,
        opened.columns,
        counts_empty_reports=_counts_empty_reports(reports, design, drawn),
        name=opened.name,
        blank_rows=opened.blank_rows,
        trimmed=opened.trimmed,
    )


_BY_NAME = ("stratum", "cluster", "case", "due", "recorded", "weight")


def _named(opened: Source, design: Design | None, roles: Roles) -> Design:
    """Settle the roles, and refuse columns that are not there."""
    if design is None:
        unnamed = {role: role for role in _BY_NAME if role in opened.columns and role not in roles}
        taken = {name for value in roles.values() for name in ([value] if isinstance(value, str) else [])}
        unnamed = {role: column for role, column in unnamed.items() if column not in taken}
        if "population" in roles:
            unnamed.pop("weight", None)
        design = Design(**{**unnamed, **roles})  # type: ignore[arg-type]
    elif roles:
        design = replace(design, **roles)
    population = [design.population] if strata.names_a_column(design.population, opened.columns) else []
    others = (design.cluster, design.case, design.due, design.recorded, design.weight)
    wanted = [*design.strata, *(name for name in others if name is not None), *population]
    faults = [no_column(str(name), opened) for name in wanted if name not in opened.columns]
    if faults:
        raise DataError(faults)
    return design


def no_column(name: str, opened: Source | Audit) -> Fault:
    """Word the fault of a column that is not there, with the nearest name.

    Examples
    --------
    >>> from cdi.frames import open_source
    >>> import pandas as pd
    >>> no_column("Recorded", open_source(pd.DataFrame({"recorded": [1]}))).hint
    "Did you mean 'recorded'? There are: recorded."
    """
    hint = suggestion(name, opened.columns)
    return fault("no-column", where=Where(opened.name, 1 if opened.name else None), column=name, hint=hint)


def _prepared(opened: Source, design: Design) -> Rows:
    """Read the columns of numbers, refuse the rows that are wrong, and add the numbers to the others."""
    import narwhals as nw

    due = weight = None
    if design.due:
        opened, due = checks.read(opened, design.due, checks.parse_count)
    if design.weight:
        opened, weight = checks.read(opened, design.weight, checks.parse_weight)
    opened, recorded = checks.read(opened, design.recorded, checks.parse_count if due else checks.parse_answer)
    found = [*_blanks(opened, design), *_excesses(opened, design, due, recorded)]
    found += [check for column in (due, recorded, weight) if column for check in column.checks]
    checks.refuse(opened, found, _repeated_cases(opened, design), key=design.case or design.cluster)
    one = (~nw.col(design.recorded).is_null()).cast(nw.Int64)
    number = one if due is None else due.value.cast(nw.Int64)
    columns = {DUE: number, RECORDED: nw.coalesce(recorded.value.cast(nw.Int64), number - number)}
    if weight is not None:
        columns[WEIGHT] = weight.value.cast(nw.Float64)
    if design.cluster is not None:
        columns[CLUSTER] = nw.col(design.cluster)
    return opened.rows.with_columns(**columns)


def _blanks(opened: Source, design: Design) -> list[Check]:
    labels = (*design.strata, design.cluster, design.case, design.due, design.weight)
    return [checks.missing(name, opened) for name in labels if name]


def _excesses(opened: Source, design: Design, due: Column | None, recorded: Column) -> list[Check]:
    """Check recorded against due: a blank where crimes were due, and more recorded than due."""
    blank = checks.missing(design.recorded, opened, "missing-recorded")
    if due is None:
        return [blank]
    none = due.value - due.value
    of = {"due": f"={design.due}"}
    return [
        replace(blank, code="missing-recorded-due", wrong=blank.wrong & (due.value > none), values=of),
        checks.Check("above-due", design.recorded, recorded.value > due.value, of),
    ]


def _repeated_cases(opened: Source, design: Design) -> list[Fault]:
    """Find case ids that stand twice, with the places of both."""
    import narwhals as nw

    if design.case is None:
        return []
    rows = opened.rows
    if frames.count_distinct(rows, design.case) == frames.count_rows(rows):
        return []
    counted = rows.group_by(design.case).agg(_cdi_times=nw.len()).filter(nw.col("_cdi_times") > 1)
    twice = frames.collect(counted.filter(~nw.col(design.case).is_null()).sort(design.case).head(20))
    return [
        fault("case-twice", got=f"{checks.show(case)} ({times} times)", where=_place(opened, design.case, case))
        for case, times in zip(twice[design.case], twice["_cdi_times"], strict=True)
    ]


def _place(opened: Source, column: str, value: object) -> Where:
    """Find the last row that carries a value: the one to correct where something stands twice."""
    import narwhals as nw

    if not opened.ordered:
        return Where(opened.name, column=column)
    hits = opened.rows.filter(nw.col(column) == value).select(row=nw.col(frames.ROW).max())
    row = int(frames.collect(hits)["row"][0])
    found = opened.place([row]).get(row, Where(opened.name))
    return replace(found, column=column)


def _reports(rows: Rows, design: Design) -> Rows:
    """Add the rows of each report: one row a report, or the rows themselves where each was drawn by itself."""
    import narwhals as nw

    keys = [*design.strata, *([WEIGHT] if design.weight else [])]
    if design.cluster is None:
        return rows.select(*(nw.col(key) for key in keys), nw.col(DUE), nw.col(RECORDED))
    return frames.hold(frames.sums(rows, [CLUSTER, *keys], [DUE, RECORDED]))


def _refuse_split_reports(opened: Source, rows: Rows, reports: Rows, design: Design) -> None:
    """Refuse a report that lies in two strata or carries two weights."""
    import narwhals as nw

    if design.cluster is None or not (design.strata or design.weight):
        return
    parts, whole = frames.count_rows(reports), frames.count_distinct(reports, CLUSTER)
    if parts == whole:
        return
    counted = reports.group_by(CLUSTER).agg(_cdi_parts=nw.len()).filter(nw.col("_cdi_parts") > 1)
    split = frames.collect(counted.sort(CLUSTER).head(20))[CLUSTER]
    faults = [item for cluster in split for item in _differing(opened, rows, design, cluster)]
    raise DataError(faults, parts - whole)


def _differing(opened: Source, rows: Rows, design: Design, cluster: object) -> Iterable[Fault]:
    import narwhals as nw

    of_one = rows.filter(nw.col(CLUSTER) == cluster)
    where = _place(opened, str(design.cluster), cluster)
    for code, columns in (("cluster-strata", design.strata), ("cluster-weights", [design.weight or ""])):
        for column in filter(None, columns):
            held = frames.distinct(of_one, column)
            if len(held) > 1:
                got = ", ".join(sorted(checks.show(value) for value in held))
                yield fault(code, got=got, where=replace(where, column=column), cluster=checks.show(cluster))


def _counts_empty_reports(reports: Rows, design: Design, drawn: Strata) -> bool:
    """Tell whether reports without crimes are in the file, or counted beside it."""
    import narwhals as nw

    if design.cluster is None or drawn.stated:
        return True
    return bool(frames.collect(reports.select(least=nw.col(DUE).min()))["least"][0] == 0)


def role_names() -> tuple[str, ...]:
    """Name the fields of :class:`Design`, for those who offer them as options.

    Examples
    --------
    >>> role_names()[:2]
    ('stratum', 'cluster')
    """
    return tuple(item.name for item in fields(Design))
