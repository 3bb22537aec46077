"""What docs/disclosure.md says of losses is what the script finds, and a part of it is found again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.generated_losses import BEFORE, DOCS, DRAWS, NOW, RATES, TABLES, Loss, losses, lost, written

AGAIN = 2
"""Audits that are protected again at one rate."""


@pytest.fixture(scope="module")
def found() -> Mapping[tuple[str, float, str], Loss]:
    return {(each.design, each.rate, each.table): each for each in losses()}


def test_the_page_is_that_of_the_figures() -> None:
    assert (DOCS / "disclosure.md").read_text(encoding="utf-8") == written(losses())


def test_both_designs_protected_the_same_audits(found: Mapping[tuple[str, float, str], Loss]) -> None:
    assert set(found) == {(design, rate, table) for design in (BEFORE, NOW) for rate in RATES for table in TABLES}
    for rate in RATES:
        for table in TABLES:
            before, now = found[BEFORE, rate, table], found[NOW, rate, table]
            assert (before.draws, before.rows) == (now.draws, now.rows) == (DRAWS, now.rows)


@pytest.mark.parametrize("rate", RATES)
def test_nine_in_ten_large_rows_stay_and_most_tables_by_ethnicity_are_whole(
    rate: float, found: Mapping[tuple[str, float, str], Loss]
) -> None:
    for table in TABLES:
        now = found[NOW, rate, table]
        assert now.stayed >= 0.9 * now.rows
    assert found[NOW, rate, "ethnicity"].whole > DRAWS / 2


@pytest.mark.parametrize("rate", [0.85, 0.98])
def test_a_part_of_the_figures_comes_again(rate: float, found: Mapping[tuple[str, float, str], Loss]) -> None:
    """By the design of today: the one before is no part of the package."""
    for again in lost(rate, AGAIN):
        known = found[NOW, rate, again.table]
        assert again.rows == pytest.approx(known.rows * AGAIN / DRAWS, abs=2 * AGAIN)
        p = (known.stayed + 0.5) / (known.rows + 1)
        assert again.stayed / again.rows >= p - 3 * np.sqrt(p * (1 - p) / again.rows) - 0.5 / again.rows
        assert again.width == pytest.approx(known.width, rel=0.15)
