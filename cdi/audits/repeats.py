"""Faults between rows: ids that stand twice, and reports whose rows disagree where they should be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cdi.audits import answers, checks
from cdi.audits.products import WEIGHT
from cdi.errors import SHOWN, DataError, Where, fault
from cdi.reading import engine
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    import numpy as np

    from cdi.audits.design import Design
    from cdi.reading.engine import Expr, Rows
    from cdi.reading.sources import Source

__all__ = ["refuse_split_reports", "repeated_cases", "same_in_all", "split_reports"]


def repeated_cases(opened: Source, design: Design) -> checks.Findings:
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


def same_in_all(opened: Source, design: Design) -> dict[str, Sequence[str]]:
    """Name the columns in which all rows of a report must agree, by the fault of those that do not."""
    files = [FILE] if opened.files else []
    return {"cluster-files": files, "cluster-strata": design.strata, "cluster-weights": _weights(design)}


def _weights(design: Design) -> list[str]:
    return [design.weight] if design.weight else []


def refuse_split_reports(opened: Source, rows: Rows, design: Design, parts: int) -> None:
    """Refuse a report that lies in two files or strata, or carries two weights."""
    if design.cluster is None or not (opened.files or design.strata or design.weight):
        return
    reports = engine.count_distinct(rows, design.cluster)
    if opened.files:
        parts = max(parts, engine.count_rows(engine.sums(rows, [design.cluster, FILE], (), count="_cdi_n")))
    if parts == reports:
        return
    columns = {**same_in_all(opened, design), "cluster-weights": [WEIGHT] if design.weight else []}
    found = split_reports(opened, rows, design, columns)
    raise DataError(opened.put(found.faults), found.total)


def split_reports(opened: Source, rows: Rows, design: Design, columns: Mapping[str, Sequence[str]]) -> checks.Findings:
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
        where = Where(opened.name, column={WEIGHT: design.weight, FILE: cluster}.get(column, column))
        for i, report in enumerate(found[str(cluster)]):
            ends = (found["_cdi_low"][i], found["_cdi_high"][i])
            got = " and ".join(opened.files[int(end)] if column == FILE else answers.show(end) for end in ends)
            row = int(found[engine.ROW][i])
            faults.append((row, fault(code, got=got, where=where, cluster=answers.show(report))))
        total += engine.count_rows(split)
        if total and column == FILE:
            break  # a report in two files is in two periods, and that follows
    return checks.Findings(sorted(faults, key=lambda pair: pair[0])[:SHOWN], total)
