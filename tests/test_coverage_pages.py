"""The pages of docs/coverage say what the script finds, and a part of what they say is simulated again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import cdi
from cdi import wording
from cdi.binomial.intervals import METHODS
from tests.generated_coverage import DOCS, DRAWS, KINDS, SEED, Cell, cells, simulated, summed, written

AGAIN = 400
"""Samples that are drawn again of each design."""


@pytest.fixture(scope="module")
def found() -> list[Cell]:
    return cells()


@pytest.fixture(scope="module", params=KINDS)
def again(request: pytest.FixtureRequest) -> list[Cell]:
    """The first design of a kind, in fewer samples."""
    return list(simulated(request.param, 1, AGAIN, SEED))


def test_pages_are_those_of_the_figures(found: Sequence[Cell]) -> None:
    for name, text in written(found).items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, name


def test_a_part_of_the_figures_comes_again(found: Sequence[Cell], again: Sequence[Cell]) -> None:
    """Within three standard errors of a difference, of shares that differ by their draws alone."""
    known = {(c.kind, c.design, c.row, c.method, round(c.truth, 6)): c for c in found}
    assert again
    for cell in again:
        before = known[cell.kind, cell.design, cell.row, cell.method, round(cell.truth, 6)]
        p = (before.coverage * DRAWS + 0.5) / (DRAWS + 1)
        assert abs(cell.coverage - before.coverage) <= 3 * np.sqrt(p * (1 - p) * (1 / AGAIN + 1 / DRAWS)) + 0.5 / AGAIN
        assert cell.width == pytest.approx(before.width, rel=0.1)


@pytest.mark.parametrize(("method", "least"), [("wilson", 0.94), ("korn-graubard", 0.95)])
def test_no_interval_covers_less_than_it_should(again: Sequence[Cell], method: str, least: float) -> None:
    """But for reports of many crimes that a sample may not hold, of which docs/coverage.md says how it falls."""
    own = [cell for cell in again if cell.method == method and cell.kind != "rare"]
    floor = least - 3 * np.sqrt(least * (1 - least) / AGAIN)
    assert all(cell.coverage >= floor for cell in own)


def test_the_cards_of_methods_say_the_figures(found: Sequence[Cell]) -> None:
    stated = 0
    for card in cdi.describe_methods(list(METHODS)):
        if "simulated audits" not in card.coverage:
            continue
        for row, of in (("stratum", "for a stratum"), ("overall", "overall")):
            some = [c for c in found if (c.kind, c.row, c.method) == ("some", row, card.name)]
            mean, least, *_ = summed(some)
            text = f"{mean:.3f}/{least:.3f} {of}".replace("0.", ".")
            said = text in card.coverage
            stated += said
            assert said or of not in card.coverage, text
    assert stated >= 10


def test_what_readers_are_told_is_what_was_measured(found: Sequence[Cell]) -> None:
    """Of rates by stratum, in audits with up to six crimes in a report: the README and the published style."""
    own = [cell for cell in found if cell.kind == "some" and cell.row == "stratum"]
    published = [cell.coverage for cell in own if cell.method == "published"]
    wilson = min(cell.coverage for cell in own if cell.method == "wilson")
    readme = " ".join((DOCS.parent / "README.md").read_text(encoding="utf-8").split())
    between = f"{100 * min(published):.0f}% to {100 * max(published):.0f}% of the time"
    assert f"contained a stratum's true rate {between}" in readme
    assert f"Those of `cdi` contained it {int(100 * wilson)}% of the time or more" in readme
    assert f"contained a stratum's true rate {between}" in wording.published_formula(searches=False)
