"""Hypothesis strategies: counts, and whole audits as plain Python data that no room of cdi has touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import strategies as st

import cdi

KINDS = ("violent", "sexual", "other")


@dataclass(frozen=True)
class Report:
    """A report that was drawn, and the crimes found in it: (crime type, recorded 0 or 1)."""

    name: str
    stratum: str
    crimes: tuple[tuple[str, int], ...]
    weight: int = 1

    def due(self, kind: str | None = None) -> int:
        return sum(1 for of, _ in self.crimes if kind in (None, of))

    def recorded(self, kind: str | None = None) -> int:
        return sum(x for of, x in self.crimes if kind in (None, of))


@dataclass(frozen=True)
class Sample:
    """An audit as data: its reports and, where it is known, the frame by stratum."""

    reports: tuple[Report, ...]
    population: dict[str, int] | None = None
    weighted: bool = False
    by_hand: dict[str, Any] = field(default_factory=dict)  # further roles

    @property
    def strata(self) -> dict[str, list[Report]]:
        found: dict[str, list[Report]] = {}
        for report in self.reports:
            found.setdefault(report.stratum, []).append(report)
        return found

    def weight(self, report: Report) -> Fraction:
        if self.weighted:
            return Fraction(report.weight)
        if self.population is None:
            return Fraction(1)
        return Fraction(self.population[report.stratum], len(self.strata[report.stratum]))

    def crime_rows(self) -> list[dict[str, Any]]:
        """One row a crime; a report without any is a row with due 0."""
        rows = []
        for report in self.reports:
            same = {"incident": report.name, "stratum": report.stratum, "weight": float(report.weight)}
            crimes: Sequence[tuple[str | None, int | None]] = report.crimes or ((None, None),)
            rows += [{**same, "type": kind, "due": int(kind is not None), "recorded": x} for kind, x in crimes]
        return rows

    def report_rows(self) -> list[dict[str, Any]]:
        """One row a report."""
        return [
            {
                "incident": report.name,
                "stratum": report.stratum,
                "weight": float(report.weight),
                "due": report.due(),
                "recorded": report.recorded(),
            }
            for report in self.reports
        ]

    def audit(self, rows: list[dict[str, Any]] | None = None, frame: Callable[..., Any] | None = None) -> cdi.Audit:
        """Read it, one row a crime unless other rows are given."""
        rows = self.crime_rows() if rows is None else rows
        table = frame(rows) if frame else pl.DataFrame(rows, schema_overrides={"type": pl.String, "recorded": pl.Int64})
        weight = "weight" if self.weighted else None
        roles: dict[str, Any] = {"cluster": "incident", "stratum": "stratum", "due": "due", **self.by_hand}
        return cdi.read_audit(table, population=self.population, weight=weight, **roles)

    def mapped(self, change: Callable[[Report], Report]) -> Sample:
        return replace(self, reports=tuple(change(report) for report in self.reports))

    def swapped(self) -> Sample:
        """What was recorded was not, and the other way round."""
        return self.mapped(lambda report: replace(report, crimes=tuple((kind, 1 - x) for kind, x in report.crimes)))


def counts(largest: int = 300) -> st.SearchStrategy[tuple[int, int]]:
    """Recorded and due: 0 <= x <= n, 1 <= n."""
    return st.integers(1, largest).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def counts_on_a_frame(largest: int = 120) -> st.SearchStrategy[tuple[int, int, int]]:
    """Recorded, due and population: 0 <= x <= n <= N."""
    return counts(largest).flatmap(lambda pair: st.tuples(*map(st.just, pair), st.integers(pair[1], 4 * largest)))


def levels() -> st.SearchStrategy[float]:
    return st.sampled_from([0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999])


@st.composite
def samples(
    draw: st.DrawFn,
    *,
    strata: tuple[int, int] = (1, 3),
    reports: tuple[int, int] = (2, 9),
    crimes: tuple[int, int] = (0, 3),
    kinds: Sequence[str] = KINDS,
    frame: bool | None = None,
) -> Sample:
    """Audits of every design that the engine serves, small enough to be worked out by hand; some crime in each."""
    crime = st.tuples(st.sampled_from(kinds), st.sampled_from([1, 1, 1, 0]))
    found: list[Report] = []
    population = {}
    for h in range(draw(st.integers(*strata))):
        for i in range(draw(st.integers(*reports))):
            held = draw(st.lists(crime, min_size=crimes[0], max_size=crimes[1]))
            found.append(Report(f"R{h}-{i}", f"route {h}", tuple(held), draw(st.integers(1, 5))))
        audited = sum(report.stratum == f"route {h}" for report in found)
        population[f"route {h}"] = audited + draw(st.sampled_from([0, 1, 7, 40, 1000]))
    if not any(report.crimes for report in found):
        found[0] = replace(found[0], crimes=((kinds[0], 1),))
    known = draw(st.sampled_from(["frame", "weights", "nothing"])) if frame is None else "frame" if frame else "nothing"
    return Sample(tuple(found), population if known == "frame" else None, weighted=known == "weights")


def crimes_by_kind(sample: Sample) -> dict[str, tuple[int, int]]:
    """Recorded and due of each crime type that the sample holds."""
    kinds = sorted({kind for report in sample.reports for kind, _ in report.crimes})
    return {
        kind: (sum(r.recorded(kind) for r in sample.reports), sum(r.due(kind) for r in sample.reports))
        for kind in kinds
    }
