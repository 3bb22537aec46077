"""Offence codes of the Home Office, and their groups."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cdi.audits.offences import group_of_code, plain_code

TABLE = Path(__file__).parent.parent / "cdi" / "audits" / "offences.csv"
ROWS = list(csv.DictReader(line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")))

GROUPS = {
    "Violence against the person", "Sexual offences", "Robbery", "Theft offences", "Criminal damage and arson",
    "Drug offences", "Possession of weapons offences", "Public order offences", "Miscellaneous crimes against society",
    "Fraud offences",
}  # fmt: skip


def test_every_code_is_in_one_of_the_groups_of_the_home_office() -> None:
    assert {row["group"] for row in ROWS} == GROUPS
    assert len({row["code"] for row in ROWS}) == len(ROWS) > 140
    assert {row["source"] for row in ROWS} == {"1", "2", "3"}


@pytest.mark.parametrize("row", ROWS, ids=[row["code"] for row in ROWS])
def test_a_code_is_read_as_it_stands_and_in_small_letters(row: dict[str, str]) -> None:
    assert plain_code(row["code"]) == row["code"]
    assert group_of_code(row["code"]) == group_of_code(f" {row['code'].lower()} ") == row["group"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("4/1", "4.1"), ("004/10", "4.10"), ("37/2", "37.2"), ("008N", "8N"), ("1-4.1-4.10-4.2", "1/4.1/4.10/4.2")],
)
def test_other_spellings(written: str, code: str) -> None:
    assert plain_code(written) == code
    assert group_of_code(written) is not None


@pytest.mark.parametrize("text", ["", "8Z", "AF", "Shoplifting", "125/9", "1/4.1", "N8"])
def test_what_is_no_code_of_the_table_has_no_group(text: str) -> None:
    assert group_of_code(text) is None
