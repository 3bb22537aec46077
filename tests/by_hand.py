"""The effective size and the limits that follow from it, worked out from a table of reports: a second derivation."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats: TypeAlias = npt.NDArray[np.float64]

FEWEST, ALIKE = 2.0, 0.6  # as docs/statistics.md states them


def reports_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the incidents of a fixture, one a row, each with the weight N_h / n_h."""
    data = rows.rename(columns={"should": "due"}).groupby(["stratum", "incident", "N_h"], as_index=False)
    reports = data[["due", "recorded"]].sum()
    return reports.assign(weight=reports["N_h"] / reports.groupby("stratum")["incident"].transform("size"))


def effective_size(reports: pd.DataFrame, level: float = 0.95) -> float:
    """Work it out for reports with columns stratum, weight, due, recorded and, with a frame, N_h."""
    w, y, x = (reports[name].to_numpy(dtype=float) for name in ("weight", "due", "recorded"))
    p = (w * x).sum() / (w * y).sum()
    return _size(reports, w, w * (x - p * y), p, float((w[y > 0] ** 2).max()), level)


def effective_size_of_total(reports: pd.DataFrame, volumes: dict[str, int], level: float = 0.95) -> float:
    """Work it out for R / (R + U) where each stratum is a category with a volume of its own."""
    R = reports["stratum"].map(volumes)
    weighted = reports[["due", "recorded"]].mul(reports["weight"], axis=0).groupby(reports["stratum"]).transform("sum")
    w = (reports["weight"] * R / weighted["recorded"]).to_numpy(dtype=float)
    each = weighted["recorded"] / weighted["due"]
    overall = sum(volumes.values()) / sum(volumes[h] / p for h, p in each.groupby(reports["stratum"]).first().items())
    score = w * overall / each * (reports["recorded"] - each * reports["due"])
    y = reports["due"].to_numpy(dtype=float)
    heavy = float((w**4 * y).sum() / (w**2 * y).sum())
    return _size(reports, w, score.to_numpy(dtype=float), float(overall), heavy, level)


def _size(reports: pd.DataFrame, w: Floats, score: Floats, p: float, heavy: float, level: float) -> float:
    y = reports["due"].to_numpy(dtype=float)
    squares = (w**2 * y).sum()
    together, missed = ((w * y) ** 2).sum() / squares, max(FEWEST, float(stats.norm.ppf(0.5 + level / 2)) ** 2 - 1)
    c, alike = missed * together * heavy, 1 + ALIKE * (together - 1)
    seen = corrected = alone = left = 0.0
    for stratum, part in reports.groupby("stratum"):
        here = (reports["stratum"] == stratum).to_numpy()
        n = len(part)
        f = n / float(part["N_h"].iloc[0]) if "N_h" in part else 0.0
        own = (w[here] ** 2 * y[here]).sum()
        seen += n * score[here].var(ddof=1)
        corrected += (1 - f) * n * score[here].var(ddof=1)
        alone += n / (n - 1) * p * (1 - p) * own
        left += (1 - f) * own / squares
    size = (w * y).sum() ** 2 / squares * (alone + c) / (seen + c * alike)
    if len(set(reports["stratum"])) == 1 and "N_h" in reports:
        N, n = float(reports["N_h"].iloc[0]), len(reports)
        return float(size * (N - 1) / (N - n))
    return float(size * (seen + c * alike) / (corrected + c * alike * left))


def limits(method: str, p: float, n: float, level: float = 0.95) -> list[Any]:
    """Give the limits of a rate by a method's formula for counts."""
    if method == "wilson":
        k = float(stats.norm.ppf(0.5 + level / 2)) ** 2 / n
        centre, half = (p + k / 2) / (1 + k), np.sqrt(k * (p * (1 - p) + k / 4)) / (1 + k)
        return [centre - half, centre + half]
    tail = 0.5 - level / 2
    return [stats.beta.ppf(tail, n * p, n * (1 - p) + 1), stats.beta.isf(tail, n * p + 1, n * (1 - p))]
