"""Disputed decisions: what each becomes the other way, both estimates, and the least number that changes a result.

The least numbers are held against brute force: every subset of the disputed rows is turned in the data itself, and the
sample is read and estimated anew.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cdi
from cdi.comparing.standards import grade_of, reaches, read_grades
from cdi.disclosure.suppression import ENOUGH
from cdi.disputing.decisions import DISPUTED, find_disputed
from cdi.disputing.sums import Line, lines_of
from cdi.measures import told
from cdi.printing import formats
from tests.test_cli import run_here

GRADES = (("Excellent", 0.95), ("Good", 0.9), ("Fair", 0.8))
SLOW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

BECOMES = {
    "recorded": "not recorded",
    "not recorded": "recorded",
    "wrongly cancelled": "no crime",
    "wrong class": "recorded",
    "no crime": "not recorded",
    "transferred": "not recorded",
    "duplicate": "not recorded",
    "over-recorded": "recorded",
}
"""What a yes means, as the docs say it."""


@st.composite
def samples(draw: st.DrawFn, *, most: int = 3) -> pd.DataFrame:
    """Make small audits: reports of several crimes and classes in two routes, a few decisions of which are disputed."""
    size = draw(st.integers(14, 34))
    seed = draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    reports = rng.integers(0, max(size // 2, 4), size)
    decision = rng.choice(["recorded", "not recorded", "no crime"], size, p=[0.75, 0.2, 0.05])
    rows = pd.DataFrame({
        "cluster": [f"r{i}" for i in reports],
        "route": ["call" if i % 3 else "web" for i in reports],
        "kind": rng.choice(["violent", "other"], size),
        "decision": decision,
        "disputed": None,
    })  # fmt: skip
    chosen = rng.choice(size, draw(st.integers(1, most)), replace=False)
    said = rng.choice(["yes", "yes", "no crime", "recorded"], len(chosen))
    rows.loc[chosen, "disputed"] = said
    return rows


def turned(rows: pd.DataFrame, places: tuple[int, ...]) -> pd.DataFrame:
    """Turn some rows in the data."""
    rows = rows.copy()
    for i in places:
        said = rows.loc[i, "disputed"]
        rows.loc[i, "decision"] = BECOMES[rows.loc[i, "decision"]] if said == "yes" else said
    return rows


def disputed_rows(rows: pd.DataFrame) -> list[int]:
    """List the rows whose other way counts otherwise."""
    counts = {"recorded": (1, 1), "not recorded": (1, 0), "no crime": (0, 0)}
    return [
        i
        for i, word in rows["disputed"].items()
        if word and counts[turned(rows, (i,)).loc[i, "decision"]] != counts[rows.loc[i, "decision"]]
    ]


ROLES: dict[str, dict[str, Any]] = {
    "simple": {},
    "stratified": {"stratum": "route", "population": {"call": 400, "web": 150}},
}
VOLUMES = {"violent": 9_000, "other": 4_000}


def can_be_estimated(rows: pd.DataFrame) -> bool:
    """Leave out strata of one report, and samples without a crime of a kind that was recorded."""
    reports = rows.groupby("route")["cluster"].nunique()
    kinds = rows[rows["decision"] == "recorded"]["kind"].nunique()
    return len(reports) == 2 and reports.min() > 1 and kinds == 2


def every_subset(rows: pd.DataFrame) -> list[tuple[int, ...]]:
    places = disputed_rows(rows)
    return [each for n in range(len(places) + 1) for each in itertools.combinations(places, n)]


def least_by_force(found: dict[tuple[int, ...], Any]) -> int | None:
    """Find the least number of turned rows with another value than as audited, or none."""
    sizes = [len(places) for places, value in found.items() if value != found[()]]
    return min(sizes) if sizes else None


def outcomes(row: Any, missing: Any, standard: float, sided: tuple[float, float]) -> dict[str, Any]:
    """Say what is read of a rate, a count and one-sided limits; worked out here by itself."""
    if row.estimate is None:
        return dict.fromkeys(("rate", "grade", "grades", "verdict", "count", "more-than"))

    def grade(rate: float) -> str:
        return next((name for name, least in GRADES if rate >= least - 1e-12), "")

    low, high = sided
    verdict = "above" if low > standard else "below" if high < standard else "?"
    found = {
        "rate": formats.proportion(row.estimate),
        "grade": grade(row.estimate),
        "grades": (grade(low), grade(high)),
        "verdict": verdict,
    }
    if missing is not None and missing.estimate is not None:
        found["count"] = formats.count(missing.estimate, formats.unit_of(missing.estimate))
        found["more-than"] = formats.round_down(missing.estimate, large=True)
    return found


def sides(found: cdi.Result) -> tuple[float, float]:
    """Give the one-sided limits of the overall rate."""
    whole = found.rates.take([len(found.rates) - 1]) if found.counts is None else cdi.overall_rate(found)
    return float(whole.interval(side="lower").low[0]), float(whole.interval(side="upper").high[0])


@pytest.mark.parametrize("design", ROLES)
@pytest.mark.parametrize("volumes", [None, VOLUMES], ids=["rates", "volumes"])
class TestLeastNumbers:
    @SLOW
    @given(rows=samples())
    @pytest.mark.long
    def test_are_those_of_brute_force(self, design: str, volumes: Any, rows: pd.DataFrame) -> None:
        roles, by, standard = ROLES[design], ["kind"], 0.75
        if not can_be_estimated(rows) or not disputed_rows(rows):
            return
        subsets = every_subset(rows)
        held: dict[str, dict[tuple[int, ...], Any]] = {}
        for places in subsets:
            changed = turned(rows, places).drop(columns="disputed")
            if not can_be_estimated(changed):
                return  # an overall rate of volumes is gone
            result = cdi.estimate(changed, by=by, volumes=volumes, **roles)
            row, missing = result.table.whole("recording-rate"), result.table.whole("unrecorded")
            values = outcomes(row, missing, standard, sides(result))
            for name, value in values.items():
                held.setdefault(name, {})[places] = value
        found = cdi.dispute(rows, by=by, volumes=volumes, standard=standard, grades=dict(GRADES), **roles)
        whole = {each.outcome: each for each in found.least if each.facts.whole}
        assert set(whole) == set(held)
        for name, each in whole.items():
            assert each.exact, name  # few disputes are tried in every way
            assert each.number == least_by_force(held[name]), name


class TestSums:
    """The sums with some decisions turned are those of the rows themselves."""

    @SLOW
    @given(rows=samples(), design=st.sampled_from(list(ROLES)), data=st.data())
    def test_give_the_estimates_of_rows_that_were_turned(self, rows: pd.DataFrame, design: str, data: Any) -> None:
        roles = ROLES[design]
        places = disputed_rows(rows)
        if not can_be_estimated(rows) or not places:
            return
        chosen = tuple(data.draw(st.sets(st.sampled_from(places))))
        changed = turned(rows, chosen)
        if not can_be_estimated(changed):
            return
        disputed = find_disputed(rows, DISPUTED, "recorded", ["kind"], {**roles})
        lines = lines_of(disputed, cdi.estimate(disputed.audit, by=["kind"], volumes=VOLUMES)).lines
        want = cdi.estimate(changed.drop(columns="disputed"), by=["kind"], volumes=VOLUMES, **roles).table
        rates = [row for row in want.of("recording-rate") if row.facts.scope.value != "frame"]
        for line, row in zip(lines, rates, strict=True):
            state = state_of_rows(line, rows, chosen)
            states = [{}, state][-line.together :]
            one, several = line.estimated(state), line.estimated_all(states)
            if row.estimate is None:
                assert np.isnan(one.estimate[0])
                continue
            ends = one.interval()
            numbers = [one.estimate[0], ends.low[0], ends.high[0], one.se[0]]
            assert numbers == pytest.approx([row.estimate, row.low, row.high, row.se], rel=1e-9, abs=1e-12)
            assert several.interval().low[-1] == pytest.approx(row.low, rel=1e-9, abs=1e-12)

    def test_a_total_takes_the_limits_of_its_categories_as_they_are_turned(self) -> None:
        """Of three crimes one is disputed: with it missing the category may lack more, and so may the total."""
        rows = pd.DataFrame(
            {
                "kind": ["violent"] * 57 + ["other"] * 3,
                "decision": ["recorded"] * 54 + ["not recorded"] * 3 + ["recorded"] * 3,
                "disputed": ["no"] * 59 + ["yes"],
            }
        )
        volumes = {"violent": 108_736, "other": 20_158}
        disputed = find_disputed(rows, DISPUTED, "recorded", ["kind"], {})
        line = lines_of(disputed, cdi.estimate(disputed.audit, by=["kind"], volumes=volumes)).lines[-1]
        after = cdi.estimate(turned(rows, (59,)).drop(columns="disputed"), by=["kind"], volumes=volumes).table
        found = line.estimated({(0, (1,)): 1}).interval()
        want = after.whole("recording-rate")
        assert [found.low[0], found.high[0]] == pytest.approx([want.low, want.high], rel=1e-9)
        assert "as-category" in told(want.facts)


def place_in(line: Line) -> int:
    """Find the place of a line's category among those of the samples."""
    return ["other", "violent"].index(line.label[0])


def state_of_rows(line: Line, rows: pd.DataFrame, chosen: tuple[int, ...]) -> dict[Any, int]:
    """Find the state of a line in which exactly these rows are turned: by the report that each is of."""
    counts = {"recorded": (1, 1), "not recorded": (1, 0), "no crime": (0, 0)}
    kinds = ["other", "violent"]
    state: dict[Any, int] = {}
    for report in dict.fromkeys(rows.loc[list(chosen), "cluster"]):
        held = rows[rows["cluster"] == report]
        wanted = sorted(
            (kinds.index(row.kind), counts[row.decision], counts[turned(rows, (i,)).loc[i, "decision"]])
            for i, row in held.iterrows()
            if i in disputed_rows(rows) and (line.domain < 0 or kinds.index(row.kind) == place_in(line))
        )
        calm = [
            (kinds.index(row.kind), counts[row.decision])
            for i, row in held.iterrows()
            if i not in disputed_rows(rows) and (line.domain < 0 or kinds.index(row.kind) == place_in(line))
        ]
        if not wanted:
            continue
        settled: dict[int, tuple[int, ...]] = {}
        for kind, numbers in calm:
            settled[kind] = tuple(np.add(settled.get(kind, (0, 0)), numbers).tolist())
        stratum = ["call", "web"].index(held["route"].iloc[0]) if line.totals.strata.keys else 0
        place = next(
            i for i, each in enumerate(line.reports)
            if {kind: tuple(sums) for kind, *sums in each.settled} == settled
            and each.stratum == stratum and wanted == sorted(
                (crime.domain, crime.before[0][1:], crime.after[0][1:])
                for crime, times in each.disputed for _ in range(times)
            )
        )  # fmt: skip
        mine = [
            (kinds.index(rows.loc[i, "kind"]), counts[rows.loc[i, "decision"]],
             counts[turned(rows, (i,)).loc[i, "decision"]])
            for i in chosen if rows.loc[i, "cluster"] == report
        ]  # fmt: skip
        taken = [
            mine.count((crime.domain, crime.before[0][1:], crime.after[0][1:]))
            for crime, _ in line.reports[place].disputed
        ]
        if any(taken):
            state[place, tuple(taken)] = state.get((place, tuple(taken)), 0) + 1
    return state


class TestOtherWay:
    @pytest.mark.parametrize("decision", BECOMES)
    def test_of_a_yes_follows_from_the_decision(self, decision: str) -> None:
        rows = pd.DataFrame({"decision": [decision, "recorded", "not recorded"], "disputed": ["yes", "", ""]})
        rows["recorded_as"] = ["other" if decision in {"wrong class", "over-recorded"} else "violent", "violent", None]
        rows["crime_type"] = "violent"
        rows.loc[~rows["decision"].isin(["recorded", "wrong class", "over-recorded"]), "recorded_as"] = None
        found = find_disputed(rows, DISPUTED, "recorded", [], {})
        assert [(turn.before, turn.after) for turn in found.turns] == [(decision, BECOMES[decision])]

    def test_of_a_crime_not_recorded_is_the_one_asked_for(self) -> None:
        rows = pd.DataFrame({"recorded": [1, 1, 1, 0], "disputed": ["", "", "", "yes"]})
        both = [cdi.dispute(rows, other_way=each).other.rows[0] for each in ("recorded", "not-due")]
        assert [(row.recorded, row.n) for row in both] == [(4, 4), (3, 3)]

    def test_is_the_decision_that_the_force_holds(self) -> None:
        """Where it is the auditors' own, nothing is disputed."""
        rows = pd.DataFrame({
            "decision": ["recorded", "not recorded", "not recorded", "no crime"],
            "force": ["Recorded", "no-crime", "crime recorded", "not recorded"],
        })  # fmt: skip
        found = cdi.dispute(rows, column="force", by="")
        turns = {("not recorded", "no crime", 1), ("not recorded", "recorded", 1), ("no crime", "not recorded", 1)}
        assert set(found.turns) == turns
        assert (found.other.rows[0].recorded, found.other.rows[0].n) == (2, 3)

    def test_of_a_decision_that_is_disputed_itself(self) -> None:
        rows = pd.DataFrame({"decision": ["recorded"] * 3 + ["Disputed"] * 2})
        found = cdi.dispute(rows)
        assert [table.rows[0].recorded for table in (found.audited, found.other)] == [3, 5]
        assert "2 rows have the decision 'disputed'. As audited, they count as not recorded." in found.said
        first = cdi.dispute(rows, words={"disputed": "recorded"})
        assert [table.rows[0].recorded for table in (first.audited, first.other)] == [5, 3]

    def test_that_counts_the_same_is_left_out(self) -> None:
        decisions = ["recorded", "duplicate", "not recorded"]
        rows = pd.DataFrame({"decision": decisions, "disputed": [None, "no crime", "yes"]})
        found = cdi.dispute(rows)
        assert found.number == 1
        assert "One disputed decision counts the same either way and is left out." in found.said


ROWS = pd.DataFrame({
    "cluster": [f"r{i // 2}" for i in range(80)],
    "kind": ["violent" if i % 3 else "other" for i in range(80)],
    "decision": ["not recorded" if i % 6 == 0 else "recorded" for i in range(80)],
    "disputed": ["yes" if i % 12 == 0 else "" for i in range(80)],
})  # fmt: skip


class TestEngines:
    @pytest.mark.parametrize("engine", ["csv", "polars", "lazy", "pyarrow"])
    def test_give_the_same(self, engine: str, tmp_path: Path) -> None:
        ROWS.to_csv(tmp_path / "a.csv", index=False)
        sources = {
            "csv": lambda: tmp_path / "a.csv",
            "polars": lambda: pl.from_pandas(ROWS),
            "lazy": lambda: pl.from_pandas(ROWS).lazy(),
            "pyarrow": lambda: pa.Table.from_pandas(ROWS),
        }
        terms: dict[str, Any] = {"by": "kind", "volumes": VOLUMES, "grades": "Good=90%", "standard": "80%"}
        found, want = cdi.dispute(sources[engine](), **terms), cdi.dispute(ROWS, **terms)
        assert (found.table, found.least, found.singles) == (want.table, want.least, want.singles)


class TestMany:
    def test_thousands_are_told_exactly_for_the_estimate_and_else_as_a_limit(self) -> None:
        """All 1,500 of 12,000 crimes that were found not recorded are disputed."""
        size = 12_000
        rows = pd.DataFrame(
            {
                "recorded": [int(i % 8 > 0) for i in range(size)],
                "cluster": np.random.default_rng(4).integers(0, 5_000, size),
            }
        )
        rows["cluster"] = rows["cluster"].astype(str)
        rows["disputed"] = np.where(rows["recorded"] == 1, "", "yes")
        found = {each.outcome: each for each in cdi.dispute(rows, grades="Good=90%", standard="90%").least}
        # 10,500 are recorded, and 90% of 12,000 are 10,800
        assert (found["grade"].number, found["grade"].exact, found["grade"].then) == (300, True, "Good")
        # 87.5% prints as 87.5 up to 87.55%, which are 10,506
        assert found["rate"].number == 6
        assert found["verdict"].number is not None
        assert not found["verdict"].exact


class TestGrades:
    def test_are_those_of_a_comparison(self) -> None:
        assert [(each.name, each.rate) for each in read_grades("Excellent=95%, Good=0.9,Fair=80%")] == list(GRADES)

    def test_begin_at_their_rate(self) -> None:
        grades = read_grades(dict(GRADES))
        assert [grade_of(rate, grades) for rate in (1.0, 19 / 20, 0.9499, 0.8, 0.79999)] == [
            "Excellent", "Excellent", "Good", "Fair", None
        ]  # fmt: skip
        assert reaches(0.1 + 0.2, 0.3)
        assert reaches(0.3 - 1e-16, 0.3)

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("Good", "grade-text"),
            ("", "grade-text"),
            ({}, "grade-text"),
            (3, "grade-text"),
            ("Good=90", "grade-text"),
            ({"Good": 90}, "grade-range"),
            ("Good=90%,good=80%", "grade-twice"),
            ("Good=90%,Fair=0.9", "grades-alike"),
        ],
    )
    def test_that_are_none_are_refused(self, given: Any, code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.dispute(ROWS, grades=given)
        assert caught.value.faults[0].code == code


def codes(rows: pd.DataFrame, **terms: Any) -> list[str]:
    with pytest.raises(cdi.CdiError) as caught:
        cdi.dispute(rows, **terms)
    return [fault.code for fault in caught.value.faults]


CLASSES = ("a", "b", "c")
CRIME = {"a": 9_000, "b": 4_000, "c": 1_500}


@st.composite
def classed(draw: st.DrawFn) -> pd.DataFrame:
    """Make small audits with classes as recorded: wrong ones, records of nothing due, and missing decisions."""
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    size = draw(st.integers(24, 36))
    words = ["recorded", "not recorded", "wrong class", "over-recorded", "no crime"]
    rows = pd.DataFrame({
        "cluster": [f"r{i}" for i in rng.integers(0, 2 * size // 3, size)],
        "crime_type": rng.choice(CLASSES, size),
        "decision": rng.choice(words, size, p=[0.6, 0.15, 0.12, 0.08, 0.05]).astype(object),
    })  # fmt: skip
    rows["route"] = ["call" if int(name[1:]) % 3 else "web" for name in rows["cluster"]]
    rows["size"] = [1 + int(name[1:]) % 3 / 2 for name in rows["cluster"]]
    rows["recorded_as"] = [
        {"recorded": own, "wrong class": CLASSES[CLASSES.index(own) - 1], "over-recorded": other}.get(word)
        for own, word, other in zip(rows["crime_type"], rows["decision"], rng.choice(CLASSES, size), strict=True)
    ]
    chosen = rng.permutation(size)[:3]
    rows["disputed"] = pd.Series(dict(zip(chosen[:2], ["yes", "yes"], strict=True)), rows.index, dtype=object)
    if draw(st.booleans()):
        rows.loc[chosen[2], ["decision", "recorded_as"]] = None
    return rows


def ways_of(rows: pd.DataFrame) -> dict[int, list[str]]:
    """Say what each row could be instead: nothing else, the other way, or either of two."""
    ways = {i: [BECOMES[word]] for i, word in rows["decision"].items() if word and rows.loc[i, "disputed"] == "yes"}
    return ways | {i: ["recorded", "not recorded"] for i in rows.index[rows["decision"].isna()]}


def decided(rows: pd.DataFrame, ways: dict[int, str]) -> pd.DataFrame:
    """Write decisions into the rows; a record that is right is of its class as recorded."""
    rows = rows.drop(columns="disputed")
    rows["decision"] = rows["decision"].fillna("no crime")
    for i, word in ways.items():
        rows.loc[i, "decision"] = word
        if word != "recorded":
            rows.loc[i, "recorded_as"] = None
        elif rows.loc[i, "recorded_as"] is None:
            rows.loc[i, "recorded_as"] = rows.loc[i, "crime_type"]
        else:
            rows.loc[i, "crime_type"] = rows.loc[i, "recorded_as"]
    return rows


def printed(result: cdi.Result, label: str) -> dict[str, Any]:
    """Say what is printed of a row, and what its grade is."""
    kept = [row for row in result.table.rows if row.label == (label,) and row.facts.scope.value != "frame"]
    rate, count = (next((r for r in kept if r.measure.key == key), None) for key in ("recording-rate", "unrecorded"))
    found: dict[str, Any] = dict.fromkeys(("rate", "grade", "count", "more-than"))
    if rate is not None and rate.estimate is not None:
        at = rate.estimate
        found["rate"] = formats.proportion(at)
        found["grade"] = next((name for name, least in GRADES if at >= least - 1e-12), "")
    if count is not None and count.estimate is not None:
        found["count"] = formats.count(count.estimate, formats.unit_of(count.estimate))
        found["more-than"] = formats.round_down(count.estimate, large=label == "all")
    return found


@pytest.mark.parametrize("classification", ["strict", "lenient"])
@pytest.mark.parametrize(
    "roles", [{}, {"stratum": "route", "population": {"call": 400, "web": 150}}, {"weight": "size"}]
)
class TestWhereRecordsStandElsewhere:
    """Counts follow from what was recorded as each class: every way to decide is estimated anew from edited rows."""

    @settings(SLOW, max_examples=3)
    @given(rows=classed())
    def test_every_number_is_that_of_edited_rows(
        self, roles: dict[str, Any], classification: str, rows: pd.DataFrame
    ) -> None:
        ways = ways_of(rows)
        terms: dict[str, Any] = {"by": "crime_type", "volumes": CRIME, "classification": classification, **roles}
        states: dict[tuple[str | None, ...], cdi.Result] = {}
        try:
            for state in itertools.product(*([None, *each] for each in ways.values())):
                taken = {i: word for i, word in zip(ways, state, strict=True) if word}
                states[state] = cdi.estimate(pl.from_pandas(decided(rows, taken)), **terms)
        except cdi.CdiError:
            return  # a stratum of one report
        if any(len(each.table.rows) != len(states[(None,) * len(ways)].table.rows) for each in states.values()):
            return  # a category is gone, or comes up
        found = cdi.dispute(pl.from_pandas(rows), grades=dict(GRADES), **terms)
        as_audited = states[(None,) * len(ways)]
        held = {
            (label, name): [
                (sum(map(bool, state)), value)
                for state, each in states.items()
                for value in [printed(each, label)[name]]
            ]
            for label in (*CLASSES, "all")
            for name in ("rate", "grade", "count", "more-than")
        }
        for each in found.least:
            if each.outcome == "grades":
                continue
            now, *others = held[each.label[0], each.outcome]
            assert each.exact
            assert each.number == min((n for n, value in others if value != now[1]), default=None), each
        tables = {(None,) * len(ways): found.audited}
        tables[tuple(each[0] if len(each) == 1 else None for each in ways.values())] = found.other
        for word, table in (("not recorded", found.lowest), ("recorded", found.highest)):
            if table is not None:
                tables[tuple(None if len(each) == 1 else word for each in ways.values())] = table
        for state, table in tables.items():
            got, want = (
                [np.nan if row.estimate is None else row.estimate for row in each.rows]
                for each in (table, states[state].table)
            )
            assert got == pytest.approx(want, rel=1e-9, nan_ok=True)
        self.check_singles(rows, found, {state: each for state, each in states.items() if sum(map(bool, state)) == 1})
        assert found.audited.rows[-1].estimate == as_audited.table.rows[-1].estimate

    def check_singles(
        self, rows: pd.DataFrame, found: cdi.Disputes, states: dict[tuple[str | None, ...], cdi.Result]
    ) -> None:
        """Hold every rate and count with one decision turned against those of the edited rows, and the limits."""
        wanted: dict[tuple[str, str, str], list[cdi.Result]] = {}
        places = list(ways_of(rows))
        for state, result in states.items():
            ((i, word),) = ((i, word) for i, word in zip(places, state, strict=True) if word)
            key = (rows.loc[i, "crime_type"], rows.loc[i, "decision"] or "undecided", word)
            wanted.setdefault(key, []).append(result)
        for single in found.singles:
            results = wanted[single.label[0], single.before, single.after]
            whole = [result.table.whole("recording-rate") for result in results]
            counts = [result.table.whole("unrecorded").estimate for result in results]
            for got, values in (
                (single.overall, [row.estimate for row in whole]),
                (single.overall_interval, [end for row in whole for end in (row.low, row.high)]),
                (single.unrecorded, counts),
            ):
                known = [value for value in values if value is not None]
                assert (got is None) == (not known)
                if got is not None and len(single.stratum) == 0:
                    assert got == pytest.approx((min(known), max(known)), rel=1e-9)

    def test_that_nobody_names_is_refused(self, roles: dict[str, Any], classification: str) -> None:
        """A count needs the class that a record of the wrong class stands in."""
        rows = pd.DataFrame({"crime_type": ["a", "b"] * 20, "route": ["call"] * 20 + ["web"] * 20, "size": 1.0})
        rows["decision"], rows["recorded_as"] = "recorded", rows["crime_type"]
        rows["disputed"] = ["wrong class", *[None] * 39]
        terms: dict[str, Any] = {"by": "crime_type", "classification": classification, **roles}
        assert codes(rows, volumes={"a": 900, "b": 800}, **terms) == ["disputed-class"]
        assert cdi.dispute(rows, **terms).number == 1
        rows.loc[0, ["decision", "recorded_as", "disputed"]] = ["wrong class", "z", "yes"]
        assert codes(rows, volumes={"a": 900, "b": 800}, **terms) == ["disputed-other-class"]


class TestMissingDecisions:
    ROWS = pd.DataFrame({
        "decision": ["recorded"] * 17 + ["not recorded"] * 3 + [None] * 2, "crime_type": ["a", "b"] * 11,
    })  # fmt: skip

    def test_are_shown_both_ways_without_a_column_of_disputes(self) -> None:
        found = cdi.dispute(self.ROWS)
        assert (found.number, found.undecided) == (0, 2)
        tables = (found.audited, found.lowest, found.highest)
        assert [(table.rows[0].recorded, table.rows[0].n) for table in tables if table] == [
            (17, 20),
            (17, 22),
            (19, 22),
        ]
        assert [(each.before, each.after, each.decisions) for each in found.singles] == [
            ("undecided", "recorded", 2), ("undecided", "not recorded", 2)
        ]  # fmt: skip
        assert found.sentences[0] == (
            "Once the missing decisions are made, each as recorded, not recorded or no crime, the estimate of "
            "recording rate overall will be between 77.3% and 86.4%."
        )
        assert "Two rows have no decision yet. As audited, they count nothing." in found.said

    def test_may_be_decided_against_what_the_force_holds(self) -> None:
        held = self.ROWS.assign(disputed=[None] * 20 + ["recorded", "yes"])
        assert cdi.dispute(held).singles == cdi.dispute(self.ROWS).singles

    def test_without_a_category_are_refused(self) -> None:
        rows = self.ROWS.copy()
        rows.loc[20, "crime_type"] = None
        assert codes(rows, by="crime_type") == ["undecided-category"]

    def test_of_another_column_need_it(self) -> None:
        assert codes(self.ROWS, column="force") == ["no-column"]

    def test_alone_in_a_stratum_are_refused_as_in_an_estimate(self) -> None:
        rows = self.ROWS.assign(route=["call"] * 21 + ["web"])
        assert codes(rows, stratum="route") == ["single-cluster"]


class TestWrongInput:
    def test_names_the_column_or_says_how_to_mark(self) -> None:
        assert codes(ROWS.drop(columns="disputed")) == ["no-disputes"]
        assert codes(ROWS, column="disputd") == ["no-column"]

    @pytest.mark.parametrize("said", ["", "no", None, "recorded"])
    def test_without_disputes_says_so(self, said: str | None) -> None:
        rows = ROWS.assign(decision="recorded", disputed=said)
        assert codes(rows) == ["nothing-disputed"]

    def test_is_told_all_at_once(self) -> None:
        rows = ROWS.copy()
        rows.loc[1, "disputed"], rows.loc[2, "disputed"] = "force says recorded", "hmm"
        rows.loc[3, ["decision", "disputed"]] = ["not auditable", "yes"]
        rows.loc[4, ["decision", "kind", "disputed"]] = ["no crime", None, "yes"]
        found = codes(rows, by="kind")
        assert sorted(found) == ["disputed-category", "disputed-not-auditable", "not-a-dispute", "word-like-a-dispute"]
        words = {"force says recorded": "recorded", "hmm": "no"}
        assert sorted(codes(rows, by="kind", words=words)) == ["disputed-category", "disputed-not-auditable"]

    def test_of_rows_of_several_crimes_and_of_counts(self) -> None:
        several = pd.DataFrame({"due": [2, 1, 1], "recorded": [1, 1, 0], "disputed": ["yes", "", "yes"]})
        assert codes(several) == ["disputed-of-several"]
        counts = pd.DataFrame({"due": [20, 10], "recorded": [15, 9], "disputed": ["yes", ""]})
        assert codes(counts, layout="counts") == ["disputes-of-counts"]

    def test_of_samples_and_terms(self) -> None:
        assert codes(ROWS, selection="judgement") == ["not-representative"]
        assert codes(ROWS, other_way="no crime") == ["no-other-way"]


class TestCommandLine:
    def run(self, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
        ROWS.to_csv(folder / "audit.csv", index=False)
        return run_here("dispute", "audit.csv", *args, cwd=folder)

    def test_prints_what_python_prints(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, "--by", "kind", "--grades", "Good=90%,Fair=80%", "--disclosure", "internal")
        assert (done.returncode, done.stderr) == (0, "")
        assert max(map(len, done.stdout.splitlines())) <= 80
        found = cdi.dispute(ROWS, by="kind", grades="Good=90%,Fair=80%")
        folded = " ".join(done.stdout.split())
        assert all(sentence in folded for sentence in found.sentences if "=" not in sentence)

    def test_gives_every_number_as_json(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, "--by", "kind", "--standard", "95%", "--format", "json", "--disclosure", "internal")
        rows = json.loads(done.stdout)["rows"]
        assert {row["decisions"] for row in rows} >= {"as audited", "the other way", "verdict"}
        assert "r0" not in done.stdout

    def test_suppresses_small_categories_both_ways(self, tmp_path: Path) -> None:
        ROWS.assign(kind=["tiny" if i in (0, 1, 2, 12) else kind for i, kind in enumerate(ROWS["kind"])]).to_csv(
            tmp_path / "small.csv", index=False
        )
        text = run_here("dispute", "small.csv", "--by", "kind", "--format", "csv", cwd=tmp_path).stdout
        tiny = [line.split(",") for line in text.splitlines() if ",tiny," in line]
        assert len(tiny) == 2
        assert all(set(line[3:6]) == {""} for line in tiny)


class TestPublished:
    """Two rounded columns that lie a decision apart told both: what changes is rounded by itself."""

    def of(self, recorded: int, turned: int) -> Any:
        """A ward of 60 crimes, of which some not recorded are disputed, beside two others."""
        rows = [
            {"ward": ward, "case": f"{ward}{i}", "recorded": int(i < x), "disputed": "yes" if x <= i < x + d else "no"}
            for ward, n, x, d in (("Mill", 60, recorded, turned), ("Harbour", 90, 70, 9), ("Hilltop", 80, 61, 4))
            for i in range(n)
        ]
        found = cdi.dispute(pd.DataFrame(rows), by="ward")
        return cdi.protect(found, cdi.Disclosure())

    def row(self, recorded: int, turned: int) -> tuple[object, ...]:
        shown = self.of(recorded, turned)
        told = [
            (row.n, row.recorded, row.clusters, row.estimate, row.low, row.high)
            for table in (shown.audited, shown.other)
            for row in table.rows
            if row.label == ("Mill",)
        ]
        return (shown.decisions["Mill",], *told)

    @pytest.mark.long
    def test_a_number_shown_as_none_leaves_five_values_of_each_count(self) -> None:
        shown = self.of(49, 1)
        assert shown.decisions["Mill",] == 0
        assert shown.audited.rounded_to == 10
        assert [row.recorded for row in shown.audited.rows if row.label == ("Mill",)] == [50]
        alike = {(x, d) for x in range(45, 55) for d in range(5) if self.row(x, d) == self.row(49, 1)}
        left = {x for x, _ in alike}, {x + d for x, d in alike}, {d for _, d in alike}
        assert all(len(values) >= ENOUGH for values in left)

    def test_other_numbers_follow_from_what_is_shown(self) -> None:
        shown = self.of(49, 6)
        both = [row.recorded for table in (shown.audited, shown.other) for row in table.rows if row.label == ("Mill",)]
        assert shown.audited.rounded_to == 10
        assert both == [50, 60]
        assert shown.decisions["Mill",] == 10

    def test_intervals_hold_those_of_every_count_that_is_possible(self) -> None:
        shown = self.of(49, 1)
        (row,) = [row for row in shown.other.rows if row.label == ("Mill",)]
        for recorded, turned in itertools.product(range(45, 55), range(5)):
            rates = cdi.of_counts(min(60, recorded + turned), 60).interval()
            assert row.low is not None
            assert row.low <= rates.low[0]
            assert (row.high or 0) >= rates.high[0]

    def test_the_force_is_shown_as_it_is(self) -> None:
        whole = [row for row in self.of(49, 1).other.rows if row.whole]
        assert [(row.n, row.recorded) for row in whole] == [(230, 194)]
