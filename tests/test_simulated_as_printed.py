"""What is simulated is what is printed: samples are drawn, written out as rows, and estimated by ``cdi.estimate``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.binomial.intervals import METHODS
from cdi.printing.tables import arrange
from cdi.simulating import coverage as simulated
from cdi.simulating.draws import Frame, Terms, _drawn, figures_of, limits_of

CLASSES = ("violent", "sexual", "other")
ELSEWHERE = "fraud"  # a class that no crime is due in
DRAWS = 2


@dataclass
class Made:
    """An audit that is made up, and how it is read."""

    rows: pd.DataFrame
    by: list[str]
    roles: dict[str, Any] = field(default_factory=dict)
    volumes: dict[str, int] | int | None = None
    table: str = ""  # of a table of counts: what it has beside due and recorded

    @property
    def written(self) -> list[str]:
        """The columns of a sample that is written out, before it is counted."""
        return list(self.rows) if not self.table else ["stratum", "crime_type", "recorded_as", "decision", "cluster"]


def decided(rng: np.random.Generator, *, ids: bool, strata: int, weighted: bool = False) -> pd.DataFrame:
    """Make up rows with decisions: crimes missed, in other classes, and recorded with nothing due."""
    rows = []
    for report in range(int(rng.integers(40, 90))):
        held = {"cluster": f"R{report}", "stratum": f"s{report % strata}"}
        if weighted:
            held["weight"] = 1.0 + report % (2 * strata) // strata
        crimes = 1 if not ids else int(rng.integers(0, 4))
        for _ in range(crimes):
            own = str(rng.choice(CLASSES, p=[0.45, 0.15, 0.4]))
            fate = rng.choice(["recorded", "not recorded", "wrong class", "over-recorded"], p=[0.7, 0.12, 0.1, 0.08])
            others = [each for each in (*CLASSES, ELSEWHERE) if each != own]
            written = {"recorded": own, "not recorded": None}.get(str(fate), str(rng.choice(others)))
            rows.append({**held, "crime_type": own, "recorded_as": written, "decision": str(fate)})
        if not crimes:
            rows.append({**held, "crime_type": None, "recorded_as": None, "decision": "no crime"})
    found = pd.DataFrame(rows)
    return found if ids else found.drop(columns="cluster")


def framed(rng: np.random.Generator, rows: pd.DataFrame, column: str = "stratum", each: int = 1) -> dict[str, int]:
    """Make up how many reports are on the frame."""
    sizes = rows.groupby(column).size() * each
    return {str(name): int(n * rng.uniform(1, 8)) + 1 for name, n in sizes.items()}


def crime(rng: np.random.Generator) -> dict[str, int]:
    return {name: int(rng.integers(200, 20_000)) for name in CLASSES}


def audits() -> Iterator[tuple[str, Made]]:
    """Make up audits of every kind."""
    rng = np.random.default_rng(17)
    for i in range(3):
        classes = {"classification": "lenient"} if i == 1 else {}
        rows = decided(rng, ids=True, strata=3)
        own = {"stratum": "stratum", "population": framed(rng, rows), **classes}
        yield f"decisions-{i}", Made(rows, ["crime_type"], own, crime(rng))
    yield "one-stratum", Made(decided(rng, ids=True, strata=1), ["crime_type"], {"stratum": None}, crime(rng))
    yield "single", Made(decided(rng, ids=False, strata=2), ["crime_type"], {"stratum": "stratum"}, crime(rng))
    yield "weighted", Made(decided(rng, ids=True, strata=2, weighted=True), ["crime_type"], {}, crime(rng))
    yield "one-figure", Made(decided(rng, ids=True, strata=2, weighted=True), ["crime_type"], {}, 48_000)
    yield "overall", Made(decided(rng, ids=True, strata=2, weighted=True), [], {}, 48_000)
    yield "no-volumes", Made(decided(rng, ids=True, strata=2), ["crime_type"], {}, None)
    rows = decided(rng, ids=True, strata=1)
    rows = rows[rows["crime_type"].notna()].drop_duplicates("cluster")
    for i, chosen in enumerate(({}, {"classification": "lenient"})):
        own = {"stratum": "crime_type", "population": framed(rng, rows, "crime_type", 3), "category": "crime_type"}
        yield f"strata-are-classes-{i}", Made(rows, ["crime_type"], {**own, **chosen}, crime(rng))
    rows = rows.drop(columns="recorded_as")
    yield "surplus-only", Made(rows, ["crime_type"], {"stratum": None}, crime(rng))
    plain = rows[rows["decision"].isin(["recorded", "not recorded"])]
    yield "plain", Made(plain, ["crime_type"], {"stratum": "stratum"}, crime(rng))
    yield from tables(rng)


def tables(rng: np.random.Generator) -> Iterator[tuple[str, Made]]:
    """Make up tables of counts: of single records, with a design effect, of reports, and of decisions."""
    rows = [
        {"stratum": stratum, "crime_type": name, "due": int(due), "recorded": int(rng.binomial(due, 0.85))}
        for stratum in ("s0", "s1")
        for name, due in zip(CLASSES, rng.integers(25, 60, len(CLASSES)), strict=True)
    ]
    found = pd.DataFrame(rows)
    frame = {"s0": 900, "s1": 600}
    own = {"stratum": "stratum", "layout": "counts"}
    yield "table", Made(found, ["crime_type"], {**own, "population": frame}, crime(rng), "due")
    yield "table-deff", Made(found, ["crime_type"], {**own, "deff": 1.7, "population": frame}, crime(rng), "due")
    reports = found.assign(reports=found["due"] - found["due"] // 4)
    yield "table-reports", Made(reports, ["crime_type"], {**own, "reports": "reports"}, crime(rng), "reports")
    counted = decided(rng, ids=False, strata=2)
    names = list(counted)
    counted = counted.groupby(names, dropna=False).size().rename("count").reset_index()
    yield "table-decisions", Made(counted, ["crime_type"], {**own, "count": "count"}, crime(rng), "decisions")


ALL = dict(audits())


def given(made: Made) -> dict[str, Any]:
    """Give the recorded crime as both calls take it: by category, or one figure."""
    if made.volumes is None:
        return {}
    return {"recorded_crime" if isinstance(made.volumes, int) else "volumes": made.volumes}


def frame_of_call(made: Made, monkeypatch: pytest.MonkeyPatch, **terms: Any) -> Frame:
    """Take the frame that a call of ``cdi.coverage`` draws from."""
    return caught_of(
        monkeypatch, lambda: cdi.coverage(made.rows, made.by, draws=2, **given(made), **made.roles, **terms)
    )


def caught_of(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]) -> Frame:
    """Take the frame that a call draws from."""
    caught: list[Frame] = []
    kept = simulated.fared

    def catching(frame: Frame, *args: Any) -> Any:
        caught.append(frame)
        return kept(frame, *args)

    monkeypatch.setattr(simulated, "fared", catching)
    call()
    return caught[0]


def written(frame: Frame, times: list[np.ndarray], made: Made) -> pd.DataFrame:
    """Write a sample out: a row for each crime and each record with nothing due, and one for a report without any."""
    rows: list[dict[str, object]] = []
    report, strata = 0, frame.totals.strata
    for h, kinds in enumerate(frame.kinds):
        own = dict(zip(strata.keys, strata.labels[h], strict=True))
        for kind in np.repeat(np.arange(len(kinds.size)), times[h]):
            report += 1
            held: dict[str, object] = {"cluster": f"R{report}", **own}
            if strata.weighted:
                held["weight"] = float(kinds.weight[kind])
            nothing = {key: None for key in frame.totals.keys if key not in strata.keys}
            found = [{**held, **row} for row in rows_of(frame, h, int(kind))]
            rows += found or [{**held, **nothing, "decision": "no crime"}] * int(kinds.size[kind])
    columns = [name for name in made.written if name != "stratum"]
    return pd.DataFrame(rows).reindex(columns=[*columns, *(["stratum"] if strata.keys == ("stratum",) else [])])


def rows_of(frame: Frame, stratum: int, kind: int) -> Iterator[dict[str, object]]:
    """Write the crimes of a report, and its records with nothing due."""
    kinds, sorts = frame.kinds[stratum], frame.sorts
    for place, y, x in zip(kinds.places, kinds.due[kind], kinds.recorded[kind], strict=True):
        own, stands = int(sorts.category[place]), int(sorts.recorded_as[place])
        yield from [row_of(frame, own, stands, "recorded" if own == stands else "wrong class")] * int(x)
        yield from [row_of(frame, own, own, "not recorded")] * int(y - x)
    for j, n in enumerate(kinds.surplus[kind]):
        yield from [row_of(frame, int(sorts.surplus_in[j]), int(sorts.surplus_as[j]), "over-recorded")] * int(n)


def row_of(frame: Frame, own: int, stands: int, decision: str) -> dict[str, object]:
    """Write a row with a decision."""
    keys, labels = frame.totals.keys, frame.sorts.labels
    if not keys:
        return {"crime_type": "violent", "recorded_as": "other" if decision == "wrong class" else None
                if decision == "not recorded" else "violent", "decision": decision}  # fmt: skip
    found: dict[str, object] = {**dict(zip(keys, labels[own], strict=True)), "decision": decision}
    if "crime_type" in keys and decision != "not recorded":
        found["recorded_as"] = labels[stands][keys.index("crime_type")]
    return found


def tabled(rows: pd.DataFrame, made: Made) -> pd.DataFrame:
    """Count rows into a table, as the audit was one."""
    if made.table == "decisions":
        names = [name for name in made.rows if name != "count"]
        return rows.groupby(names, dropna=False, sort=False).size().rename("count").reset_index()
    due = rows.assign(due=rows["decision"] != "no crime", recorded=rows["decision"] == "recorded")
    names = [name for name in ("stratum", "crime_type") if name in made.rows]
    found = due.groupby(names)
    table = found[["due", "recorded"]].sum().astype(int)
    if made.table == "reports":
        table["reports"] = found["cluster"].nunique()
    return table.reset_index()


def printed(found_: cdi.Result, frame: Frame, **terms: Any) -> list[tuple[float, float]]:
    """Arrange the estimates of a sample as ``cdi.estimate`` does, and take the limits in the simulation's order."""
    keys = frame.totals.keys
    table = arrange(*found_.estimates, **terms)
    by_name = {(row.measure.key, row.label, row.facts.scope.value if row.whole else ""): row for row in table.rows}
    everything = ("all",) * max(len(keys), 1)
    rates = {name: row for name, row in by_name.items() if name[0] == "recording-rate"}
    wholes = [row for row in rates.values() if row.whole]
    counts = frame.volumes is not None or frame.recorded is not None
    found = [rates.get(("recording-rate", label, "")) for label in frame.totals.domains]
    if frame.volumes is None:
        found += wholes
    else:
        weighed = next((row for row in wholes if row.facts.scope.value == "frame"), None)
        found += [weighed, next(row for row in wholes if row is not weighed)]
        found += [by_name.get(("unrecorded", label, "")) for label in frame.totals.domains]
    if counts:
        found.append(by_name["unrecorded", everything, "overall"])
    blank = float("nan")
    return [
        (blank, blank) if row is None
        else (row.estimate, row.estimate) if row.exact and row.estimate is not None
        else (blank if row.low is None else row.low, blank if row.high is None else row.high)
        for row in found
    ]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_limits_are_those_that_are_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ALL[name]
    frame = frame_of_call(made, monkeypatch)
    agree(frame, made, seed=len(name))


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_limits_of_one_side_are_those_that_are_printed(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ALL["decisions-0"]
    agree(frame_of_call(made, monkeypatch), made, seed=3, side=side, methods=("wilson", "wald", "mid-p"))


@pytest.mark.parametrize("seed", range(6))
def test_limits_of_random_scenarios_are_those_that_are_printed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one stratum or several, frames and recorded crime known or not, and weights."""
    rng = np.random.default_rng(seed)
    several = int(rng.integers(2, 4)) if seed % 3 else 1
    strata = []
    for h in range(several):
        sample = int(rng.integers(4, 40))
        strata.append(
            cdi.Stratum(
                f"s{h}",
                sample=sample,
                rate=float(rng.uniform(0.6, 1)),
                population=int(sample * rng.uniform(1, 6)) if seed < 4 else None,
                weight=float(1 + h) if seed == 4 else None,
                crimes={0: 0.2, 1: 0.5, 3: 0.3},
                correlation=float(rng.uniform(0, 1)),
                recorded_crime=int(rng.integers(50, 5_000)) if seed != 2 else None,
            )
        )
    crime_ = {each.name: each.recorded_crime for each in strata}
    columns = ["cluster", "stratum", "decision", *(["weight"] if seed == 4 else [])]
    made = Made(pd.DataFrame(columns=columns), ["stratum"] if several > 1 else [], {"stratum": "stratum"})
    if seed < 4:
        made.roles["population"] = {each.name: each.population for each in strata}
    if seed != 2:
        made.volumes = crime_ if several > 1 else crime_["s0"]  # type: ignore[assignment]
    frame = caught_of(monkeypatch, lambda: cdi.coverage(cdi.Scenario(strata), draws=2))
    agree(frame, made, seed)


def agree(frame: Frame, made: Made, seed: int, side: str = "both", methods: tuple[str, ...] = tuple(METHODS)) -> None:
    """Hold the limits of every figure in each sample against those that are printed of its rows."""
    rng = np.random.default_rng(seed)
    times = [_drawn(frame, h, DRAWS, rng) for h in range(len(frame.kinds))]
    figures = figures_of(frame, times, DRAWS)
    rows = [written(frame, [each[i] for each in times], made) for i in range(DRAWS)]
    rows = [tabled(each, made) for each in rows] if made.table else rows
    samples = [cdi.estimate(each, made.by, **given(made), **made.roles) for each in rows]
    found = limits_of(frame, figures, Terms(methods, 0.95, side))
    for method, (low, high) in zip(methods, found, strict=True):
        low, high = (end.reshape(-1, DRAWS) for end in (low, high))
        for i, sample in enumerate(samples):
            own = printed(sample, frame, method=method, side=side)
            for figure, (least, most) in enumerate(own):
                if frame.volumes is not None and figure == len(frame.totals.domains) and not frame.totals.strata.weighs:
                    continue  # the rate of a sample as it was drawn is not printed beside that by recorded crime
                at = f"{method}, sample {i}, figure {figure}"
                for end, own_end, alone in ((low, least, "lower"), (high, most, "upper")):
                    if side in ("both", alone):  # the other end of a limit is not printed
                        np.testing.assert_allclose(end[figure, i], own_end, rtol=1e-9, atol=1e-12, err_msg=at)
