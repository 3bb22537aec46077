"""The audit: its rows, the role of each column and the strata they were drawn from, checked before any estimate.

``read_audit`` is the only door. What comes through it is right in every respect that rows can be checked for: counts
are whole, no report lies in two strata, every stratum can carry a variance.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

from cdi import answers, checks, engine, frames, strata
from cdi.design import Design, Roles
from cdi.errors import SHOWN, DataError, Where, fault
from cdi.products import DUE, RECORDED, SUM, WEIGHT, Found, by_report, sum_products

if TYPE_CHECKING:
    import numpy as np

    from cdi.checks import Check, Column
    from cdi.engine import Expr, Rows
    from cdi.frames import Source
    from cdi.strata import Strata

__all__ = ["Audit", "read_audit"]


@dataclass(frozen=True, slots=True)
class Audit:
    """An audited sample that passed every check.

    Attributes
    ----------
    rows : narwhals.LazyFrame
        The user's rows with the columns ``DUE``, ``RECORDED`` and, where there are weights, ``WEIGHT`` added.
    counted : mapping of str to array
        The sums of products over all reports, by stratum and weight; see :mod:`cdi.products`.
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
    header : int or None
        The line of a file on which the names stand.
    unusable : tuple of str
        Columns that cannot be named to the engine.
    """

    rows: Rows = field(repr=False)
    counted: Found = field(repr=False)
    design: Design
    strata: Strata
    columns: tuple[str, ...]
    counts_empty_reports: bool
    name: str | None = None
    blank_rows: int = 0
    trimmed: int = 0
    header: int | None = None
    unusable: tuple[str, ...] = ()

    @property
    def apart(self) -> list[str]:
        """The columns that reports are always kept apart by: their strata, and their weight where they carry one."""
        return _apart(self.design)


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
    apart = _apart(design)
    counted = sum_products(by_report(rows, apart, design.cluster), apart)
    _refuse_split_reports(opened, rows, design, int(counted[SUM + "reports"].sum()))
    drawn = strata.count(counted, design, opened)
    empty = int((counted[SUM + "reports"] - counted[SUM + "with_crimes"]).sum())
    return Audit(
        rows,
        counted,
        design,
        drawn,
        opened.columns,
        counts_empty_reports=design.cluster is None or drawn.stated or empty > 0,
        name=opened.name,
        blank_rows=opened.blank_rows,
        trimmed=opened.trimmed,
        header=opened.header,
        unusable=opened.unusable,
    )


_BY_NAME = ("stratum", "cluster", "case", "due", "recorded", "weight")


def _named(opened: Source, design: Design | None, roles: Roles) -> Design:
    """Settle the roles, and refuse columns that are not there."""
    if design is None:
        unnamed = {role: role for role in _BY_NAME if role in opened.columns and role not in roles}
        taken = {name for value in roles.values() for name in ([value] if isinstance(value, str) else [])}
        unnamed = {role: column for role, column in unnamed.items() if column not in taken}
        design = Design(**{**unnamed, **roles})  # type: ignore[arg-type]
    elif roles:
        design = replace(design, **roles)
    population = [design.population] if strata.names_a_column(design.population, opened.columns) else []
    others = (design.cluster, design.case, design.due, design.recorded, design.weight)
    wanted = [*design.strata, *(name for name in others if name is not None), *population]
    faults = [frames.no_column(str(name), opened) for name in wanted if name not in opened.columns]
    if faults:
        raise DataError(faults)
    return design


def _prepared(opened: Source, design: Design) -> Rows:
    """Read the columns of numbers, refuse the rows that are wrong, and add the numbers to the others."""
    import narwhals as nw

    due = weight = None
    if design.due:
        opened, due = checks.read(opened, design.due, answers.parse_count)
    if design.weight:
        opened, weight = checks.read(opened, design.weight, answers.parse_weight)
    opened, recorded = checks.read(opened, design.recorded, answers.parse_count if due else answers.parse_answer)
    found = [*_blanks(opened, design), *_excesses(opened, design, due, recorded)]
    found += [check for column in (due, recorded, weight) if column for check in column.checks]
    split = functools.partial(_split_reports, opened, opened.rows, design, {"cluster-strata": design.strata})
    checks.refuse(opened, found, _repeated_cases(opened, design), design.case or design.cluster, more=split)
    # answers take a byte; their sums are as wide as counts
    kind = nw.Int8 if due is None else nw.Int64
    number = (~nw.col(design.recorded).is_null()).cast(kind) if due is None else due.value.cast(kind)
    columns = {DUE: number, RECORDED: nw.coalesce(recorded.value, number - number).cast(kind)}
    if weight is not None:
        columns[WEIGHT] = weight.value.cast(nw.Float64)
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
    above = (recorded.value > due.value) & (due.value >= none)
    unclear = [] if recorded.least is None else [(recorded.least > none) & (due.value >= recorded.least)]
    return [
        replace(blank, code="missing-recorded-due", wrong=blank.wrong & (due.value > none), values=of),
        checks.Check("above-due", design.recorded, above, of),
        *(checks.Check("yes-of-several", design.recorded, wrong, of) for wrong in unclear),
    ]


def _repeated_cases(opened: Source, design: Design) -> checks.Findings:
    """Find case ids that stand twice; the place is that of the last."""
    import narwhals as nw

    if design.case is None or engine.count_distinct(opened.rows, design.case) == engine.count_rows(opened.rows):
        return checks.Findings()
    twice = _by_last_row(opened, opened.rows, design.case, times=nw.len()).filter(nw.col("_cdi_times") > 1)
    found = _first(opened, twice, design.case)
    where = Where(opened.name, column=design.case)
    faults = [
        (int(row), fault("case-twice", got=f"{answers.show(case)} ({times} times)", where=where))
        for row, case, times in zip(found[engine.ROW], found[design.case], found["_cdi_times"], strict=True)
    ]
    return checks.Findings(faults, engine.count_rows(twice))


def _by_last_row(opened: Source, rows: Rows, key: str, **wanted: Expr) -> Rows:
    """Look at what each value of a column holds, with the number of its last row where rows have one."""
    import narwhals as nw

    if opened.ordered:
        rows = engine.numbered(rows)
        wanted["row"] = nw.col(engine.ROW).max()
    held = rows.filter(~nw.col(key).is_null()).group_by(key)
    return held.agg(**{f"_cdi_{name}": value for name, value in wanted.items()})


def _first(opened: Source, found: Rows, key: str) -> dict[str, np.ndarray[Any, Any]]:
    """Fetch the first few in the order of the rows, or of the key where rows have none; their row is then 0."""
    import numpy as np

    few = engine.collect(found.sort(engine.ROW if opened.ordered else key).head(SHOWN))
    return few if opened.ordered else {**few, engine.ROW: np.zeros(len(few[key]), dtype=np.int64)}


def _apart(design: Design) -> list[str]:
    return [*design.strata, *([WEIGHT] if design.weight else [])]


def _refuse_split_reports(opened: Source, rows: Rows, design: Design, parts: int) -> None:
    """Refuse a report that lies in two strata or carries two weights."""
    if design.cluster is None or not _apart(design) or parts == engine.count_distinct(rows, design.cluster):
        return
    columns = {"cluster-strata": design.strata, "cluster-weights": [WEIGHT] if design.weight else []}
    found = _split_reports(opened, rows, design, columns)
    places = opened.place([row for row, _ in found.faults if row])
    raise DataError([checks.placed(item, places.get(row)) for row, item in found.faults], found.total)


def _split_reports(opened: Source, rows: Rows, design: Design, columns: Mapping[str, Sequence[str]]) -> checks.Findings:
    """Find reports whose rows differ in a column that should be the same in all; the place is that of the last row."""
    import narwhals as nw

    cluster = design.cluster
    faults, total = [], 0
    for code, column in ((code, name) for code, names in columns.items() for name in names if cluster):
        is_number = rows.collect_schema()[column].is_numeric()
        named = rows.with_columns(_cdi_value=nw.col(column) if is_number else nw.col(column).cast(nw.String))
        value = nw.col("_cdi_value")
        held = _by_last_row(opened, named, str(cluster), low=value.min(), high=value.max())
        split = held.filter(nw.col("_cdi_low") != nw.col("_cdi_high"))
        found = _first(opened, split, str(cluster))
        where = Where(opened.name, column=design.weight if column == WEIGHT else column)
        for i, report in enumerate(found[str(cluster)]):
            got = f"{answers.show(found['_cdi_low'][i])} and {answers.show(found['_cdi_high'][i])}"
            row = int(found[engine.ROW][i])
            faults.append((row, fault(code, got=got, where=where, cluster=answers.show(report))))
        total += engine.count_rows(split)
    return checks.Findings(sorted(faults, key=lambda pair: pair[0])[:SHOWN], total)
