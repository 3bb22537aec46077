"""Samples that share reports: it is said how many, and which way it errs to take them as independent."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest

import cdi
from cdi.printing.layout import SURFACES

CASES = Path(__file__).parent / "cases"
FIRST, AGAIN, HALF = (CASES / f"{name}.csv" for name in ("first_audit", "same_reports_again", "half_the_same_reports"))


def audit(numbers: list[str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"cluster": numbers, "recorded": [int(i % 4 > 0) for i in range(len(numbers))], **columns})


@pytest.mark.parametrize(("other", "shared"), [(AGAIN, 90), (HALF, 45)])
def test_shared_reports_are_counted_noted_and_said(other: Path, shared: int) -> None:
    found = cdi.compare(other, FIRST, by="crime_type")
    assert found.overlaps == (shared,)
    assert all("shared-reports" in change.row.facts.reasons for change in found.rows)
    text = " ".join(SURFACES["text"](found.page()).split())
    assert f"{shared} report numbers are in both {other.name} and first_audit.csv." in text
    assert "its interval is wider than it need be" in text
    assert "the same report numbers are in both samples" in SURFACES["csv"](found.page())


def test_samples_of_the_same_reports_vary_less_than_is_said() -> None:
    """Of the same reports read twice, the difference has a smaller variance than that of independent samples."""
    one, other = (pd.read_csv(path).set_index("cluster")["recorded"] for path in (AGAIN, FIRST))
    apart = cdi.compare(AGAIN, FIRST).rows[-1]
    assert apart.row.se is not None
    assert (one - other).std(ddof=1) / len(one) ** 0.5 < apart.row.se


def test_each_of_several_comparisons_has_its_own() -> None:
    found = cdi.changes([FIRST, HALF, AGAIN])
    assert found.overlaps == (45, 45)
    assert sum("report numbers are in both" in each for each in found.page().statements) == 2


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (audit([f"A{i}" for i in range(20)]), audit([f"B{i}" for i in range(20)])),
        (audit([str(i + 1) for i in range(20)]), audit([str(i + 1) for i in range(24)])),
        (audit([f"A{i}" for i in range(20)]), "80%+-5%"),
        (audit([f"A{i}" for i in range(20)]), "80/100"),
        ("150/200", "152/200"),
    ],
)
def test_nothing_is_said_where_none_is_known(a: object, b: object) -> None:
    found = cdi.compare(a, b)
    assert found.overlaps == (0,)
    assert not any("report number" in each for each in found.page().statements)


def test_cases_stand_for_reports_where_there_are_none() -> None:
    one, other = (audit([f"C{i}" for i in range(start, 20 + start)]) for start in (0, 15))
    rows = [frame.rename(columns={"cluster": "case"}) for frame in (one, other)]
    assert cdi.compare(*rows).overlaps == (5,)


def test_it_outlives_protection_and_pickling() -> None:
    found = cdi.compare(AGAIN, FIRST, by="crime_type")
    kept = pickle.loads(pickle.dumps(cdi.protect(found, cdi.Disclosure())))  # noqa: S301 - its own
    assert kept.overlaps == (90,)
    assert any("90 report numbers" in each for each in kept.page().statements)
