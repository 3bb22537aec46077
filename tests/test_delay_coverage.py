"""How often the limits of delays hold the true quantile: a part of the simulation that docs/statistics.md reports."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.delays import KINDS, SHARES, Held, simulated

pytestmark = pytest.mark.long

DRAWS, REPORTS = 400, (20, 40, 150)
LEAST = 0.95


@pytest.fixture(scope="module")
def found() -> list[Held]:
    return simulated(KINDS, REPORTS, DRAWS, 7)


def test_covers_every_kind_size_and_share(found: list[Held]) -> None:
    assert len(found) == len(KINDS) * len(REPORTS) * len(SHARES)


@pytest.mark.parametrize("kind", [each.name for each in KINDS])
def test_no_kind_of_sample_covers_less_than_its_level(found: list[Held], kind: str) -> None:
    least = min(each.coverage for each in found if each.kind == kind)
    assert least >= LEAST - 3 * np.sqrt(LEAST * (1 - LEAST) / DRAWS)


@pytest.mark.parametrize("kind", [each.name for each in KINDS])
def test_neither_end_misses_more_often_than_its_tail(found: list[Held], kind: str) -> None:
    tail = (1 - LEAST) / 2
    most = max(miss for each in found if each.kind == kind for miss in (each.below, each.above))
    assert most <= tail + 3 * np.sqrt(tail * (1 - tail) / DRAWS)


def test_an_end_is_open_only_where_a_sample_cannot_give_it(found: list[Held]) -> None:
    """Of single crimes by whether all or none of them on one side is rarer than the tail."""
    tail = (1 - LEAST) / 2
    for each in found:
        if each.kind == KINDS[0].name:
            assert each.open_high == float(each.share**each.reports > tail)
            assert each.open_low == float((1 - each.share) ** each.reports > tail)
    assert any(each.open_high == 0 for each in found if each.share == max(SHARES))


def test_the_simulation_can_tell_limits_that_are_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits at twice the effective size hold the true quantile too rarely."""
    from tests.benchmarks import delays

    real = delays.woodruff
    monkeypatch.setattr(delays, "woodruff", lambda of, share, size, level: real(of, share, 2 * size, level))
    narrow = simulated(KINDS[2:3], REPORTS[-1:], DRAWS, 7)
    assert min(each.coverage for each in narrow) < LEAST - 3 * np.sqrt(LEAST * (1 - LEAST) / DRAWS)
