"""Columns may have any name: it reaches no engine, and changes no number."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi import wording
from tests.test_frames import ALL, Make, named, to_csv, to_duckdb

COLUMNS = ("route", "report", "case", "due", "done", "kind", "frame", "weight")
"""What the columns of the sample are called where names are plain."""

AWKWARD = [
    "a.b", "Crime Ref. No.", 'say "x"', "it's", "crime\ntype", "; drop table x", "select", "from", "a/b", "  lead", "two  spaces",
    "N", "n", "N_h", "n_h", "_cdi_row", "_cdi_due", "_CDI_DUE", "_cdi_n", "_cdi_sum_due", "_cdi_file", "_cdi_loose", "c0", "c1",
    "C1", "*", "^.*$", "#1", "file_row_number", "filename", "rowid", "period", "population", "weight", "stratum", "🚓", "é", "e\u0301",
    "=due", "a,b", "a\\b", "{x}", "%s", "$1", "?", "all", "None", "nan", "0", "犯罪", "x" * 300,
]  # fmt: skip
NAMES = st.sampled_from(AWKWARD) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=8
)
"""Names as people write them, and as nobody does."""


def fit(names: Sequence[str], make: Make) -> bool:
    """Tell whether names are several in an engine: a file trims them, and DuckDB knows no capitals by itself.

    Those of categories stand beside the columns of the tables, which have names of their own.
    """
    if set(wording.COLUMNS) & {names[COLUMNS.index("kind")], names[COLUMNS.index("route")]}:
        return False
    if make is to_csv:
        plain = [wording.one_line(name).strip() for name in names]
        return all(plain) and len(set(plain)) == len(plain)
    if make is to_duckdb:
        return len({name.casefold() for name in names}) == len(names)
    return True


def sample(names: Sequence[str]) -> pd.DataFrame:
    rows = range(36)
    due = [i % 3 for i in rows]
    columns: list[list[Any]] = [
        [("calls", "online", "desk")[(i // 2) % 3] for i in rows],
        [f"r{i // 2}" for i in rows],
        [f"c{i}" for i in rows],
        due,
        [max(due[i] - (i % 5 == 0), 0) for i in rows],
        [("violent", "other", "sexual")[i % 3] for i in rows],
        [(400, 900, 1_600)[(i // 2) % 3] for i in rows],
        [(1.5, 2.5, 4.0)[(i // 2) % 3] for i in rows],
    ]
    return pd.DataFrame(dict(zip(names, columns, strict=True)))


def numbers(source: object, names: Sequence[str]) -> list[Any]:
    """Estimate by a column, framed by a column and then weighted by one, apart by strata and over reports."""
    route, report, case, due, done, kind, frame, weight = names
    roles: dict[str, Any] = {"stratum": route, "cluster": report, "case": case, "due": due, "recorded": done}
    roles |= {"decision": None, "recorded_as": None}
    found = [
        cdi.estimate(source, by=[kind, route], population=frame, weight=None, **roles),
        cdi.estimate(source, by=kind, weight=weight, **roles),
    ]
    return [each.table.rows for each in found]


@functools.cache
def plain() -> list[Any]:
    return numbers(sample(COLUMNS), COLUMNS)


@pytest.mark.parametrize("make", ALL, ids=named)
@given(names=st.lists(NAMES, min_size=len(COLUMNS), max_size=len(COLUMNS), unique=True))
def test_any_names_give_the_numbers_of_plain_ones(make: Make, names: list[str]) -> None:
    if not fit(names, make):
        return
    with TemporaryDirectory() as folder:
        assert numbers(make(sample(names), Path(folder)), names) == plain()
