"""The two group-bys behind every estimate: rows -> reports -> sums of products over reports.

Both run in the user's engine; what is collected is one row for each combination of keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.reading.engine import Rows

__all__ = [
    "DUE", "OVER", "PLACED", "RECORDED", "RIGHT", "SUM", "SUMS", "WEIGHT", "Found", "by_report", "sum_products",
]  # fmt: skip

DUE, RECORDED, WEIGHT = "_cdi_due", "_cdi_recorded", "_cdi_weight"
"""The columns that an audit adds to the user's rows: crimes due, recorded, the report's weight."""

PLACED, RIGHT, OVER = "_cdi_placed", "_cdi_right", "_cdi_over"
"""And where they are known: recorded in their own category, recorded in the right class, recorded with nothing due."""

SUM = "_cdi_sum_"
"""Stands before the name of a sum, to keep it apart from a column of the user's."""

SUMS = ("due", "recorded", "due_due", "due_recorded", "recorded_recorded", "with_crimes", "reports")
"""What is summed over reports: y, x, yy, xy, xx, whether y > 0, and 1."""

Found: TypeAlias = Mapping[str, npt.NDArray[Any]]


def by_report(rows: Rows, keys: Sequence[str], cluster: str | None) -> Rows:
    """Add up the rows of each report, apart by the keys; without clusters each row is a report."""
    import narwhals as nw

    if cluster is None:
        return rows.select(*(nw.col(key) for key in keys), nw.col(DUE), nw.col(RECORDED))
    return engine.hold(engine.sums(rows, list(dict.fromkeys([cluster, *keys])), [DUE, RECORDED]))


def sum_products(reports: Rows, keys: Sequence[str]) -> Found:
    """Sum the products over reports, and bring the few results into numpy.

    Parameters
    ----------
    reports : narwhals.LazyFrame
        One row a report, with the columns ``DUE`` and ``RECORDED``.
    keys : sequence of str
        The stratum, weight and domain columns to keep apart.

    Returns
    -------
    mapping of str to array
        The keys, and whole numbers under ``SUM`` and each name in ``SUMS``; one element a combination of keys.
    """
    import narwhals as nw

    due, recorded = nw.col(DUE), nw.col(RECORDED)
    terms = {
        "due": due,
        "recorded": recorded,
        "due_due": due * due,
        "due_recorded": due * recorded,
        "recorded_recorded": recorded * recorded,
        "with_crimes": (due > due - due).cast(nw.Int8),
    }
    made = reports.select(*(nw.col(key) for key in keys), **{SUM + term: value for term, value in terms.items()})
    found = engine.collect(engine.sums(made, keys, [SUM + term for term in terms], count=SUM + "reports"))
    sums = {SUM + term: np.asarray(found[SUM + term]).astype(np.int64) for term in SUMS}
    return {**{key: found[key] for key in keys}, **sums}
