"""Calls as users write them, for ``mypy --strict``: a mistyped role or a wrong word is found before anything runs.

Each mistake bears the ignore that it needs; where the types no longer find it, the ignore is unused and mypy says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import cdi

ROWS = pd.DataFrame({"month": ["2024-01", "2024-02"], "recorded": [1, 0]})


def right() -> None:
    """Roles by their names, each of its type."""
    cdi.trend(ROWS, "month", cluster="incident", selection="random", classification="lenient")
    cdi.estimate(ROWS, measures=["recording-rate"], stratum=["route"], single_cluster="adjust")
    cdi.resample(cdi.read_audit(ROWS).kinds(), seed=np.random.default_rng(4), replicates=50)
    cdi.recording_rate(ROWS, [], period="month", period_as="domain")


def wrong() -> None:
    """The same with a slip in each."""
    cdi.trend(ROWS, "month", clutser="incident")  # type: ignore[call-arg]
    cdi.trend(ROWS, selection="guess")  # type: ignore[arg-type]
    cdi.trend(ROWS, weight=3)  # type: ignore[arg-type]
    cdi.estimate(ROWS, strata="route")  # type: ignore[call-arg]
    cdi.forces(ROWS, due=True)  # type: ignore[arg-type]
    cdi.share(ROWS, recorded=None)  # type: ignore[arg-type]
