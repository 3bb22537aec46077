"""How often the default interval holds the true rate: a part of the simulation that docs/statistics.md reports."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SCRIPT = Path(__file__).parent / "benchmarks" / "coverage.py"
DESIGNS, DRAWS = 6, 1_000


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_of_audits", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], list[tuple[float, float]]]:
    results: dict[tuple[str, str], list[tuple[float, float]]] = script().simulated(DESIGNS, DRAWS, 7)
    return results


@pytest.mark.parametrize("cell", ["stratum", "category", "overall", "contrast", "comparison"])
@pytest.mark.parametrize(("method", "least"), [("wilson", 0.94), ("korn-graubard", 0.95)])
def test_no_cell_covers_less_than_it_should(
    found: dict[tuple[str, str], list[tuple[float, float]]], cell: str, method: str, least: float
) -> None:
    coverage = np.array(found[cell, method])[:, 0]
    assert len(coverage) >= DESIGNS - 1
    assert coverage.min() >= least - 3 * np.sqrt(least * (1 - least) / DRAWS)


def test_the_published_formula_covers_too_rarely(found: dict[tuple[str, str], list[tuple[float, float]]]) -> None:
    """The simulation can tell a method that is right from one that is not."""
    assert np.mean([coverage for coverage, _ in found["stratum", "published"]]) < 0.92
