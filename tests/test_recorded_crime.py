"""Crimes missing of a class, held against all that was recorded as it: worked out anew from the rows, and simulated."""

from __future__ import annotations

import pickle
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi.measures import told
from cdi.survey.estimates import Counts, Estimates

CLASSES = ("violent", "sexual", "other")
WORDS = ("recorded", "recorded", "recorded", "not recorded", "wrong class", "over-recorded", "no crime")


@st.composite
def samples(draw: st.DrawFn) -> pd.DataFrame:
    """Draw an audit of two strata whose reports hold crimes of several classes, some recorded as another."""
    rows = []
    for report in range(draw(st.integers(8, 20))):
        for _ in range(draw(st.integers(1, 4))):
            own, word = draw(st.sampled_from(CLASSES)), draw(st.sampled_from(WORDS))
            others = [each for each in CLASSES if each != own]
            written = {"recorded": own, "over-recorded": own, "wrong class": draw(st.sampled_from(others))}.get(word)
            stratum = "A" if report % 2 else "B"
            rows.append((f"{stratum}{report}", stratum, own, written, word))
    # each class was recorded at least once, and is due in two reports of each stratum
    for stratum in "AB":
        for i in range(2):
            rows += [(f"{stratum}x{i}", stratum, own, own, "recorded") for own in CLASSES]
    return pd.DataFrame(rows, columns=["cluster", "stratum", "crime_type", "recorded_as", "decision"])


FRAME = {"A": 400, "B": 90}
VOLUMES = {"violent": 9_000, "sexual": 700, "other": 12_000}


def reports_of(rows: pd.DataFrame) -> dict[str, list[dict[str, float]]]:
    """Count by stratum and report what was recorded as each class, what is missing, what is not in its class."""
    reports: dict[str, dict[str, dict[str, float]]] = {"A": {}, "B": {}}
    for row in rows.itertuples():
        held = reports[row.stratum].setdefault(row.cluster, defaultdict(float))
        if row.decision in ("recorded", "wrong class", "over-recorded"):
            held[f"recorded as {row.recorded_as}"] += 1
        held[f"missing {row.crime_type}"] += row.decision == "not recorded"
        held[f"not as {row.crime_type}"] += row.decision in ("not recorded", "wrong class")
    return {stratum: list(held.values()) for stratum, held in reports.items()}


def variance(scores: dict[str, list[float]]) -> float:
    """Give the variance of the weighted total of scores over reports."""
    found = 0.0
    for stratum, each in scores.items():
        n, size, mean = len(each), FRAME[stratum], sum(each) / len(each)
        found += (1 - n / size) * n / (n - 1) * sum((size / n * (u - mean)) ** 2 for u in each)
    return found


def by_hand(rows: pd.DataFrame, *, strict: bool) -> dict[str, tuple[float, float]]:
    """Give U and its standard error of each class and in total, by loops over reports."""
    reports = reports_of(rows)

    def held_against_records(kind: str, own: str) -> tuple[float, dict[str, list[float]]]:
        def over(name: str) -> float:
            return sum(FRAME[h] / len(each) * sum(report[name] for report in each) for h, each in reports.items())

        recorded = over(f"recorded as {own}")
        share = over(f"{kind} {own}") / recorded
        scores = {
            h: [VOLUMES[own] / recorded * (one[f"{kind} {own}"] - share * one[f"recorded as {own}"]) for one in each]
            for h, each in reports.items()
        }
        return VOLUMES[own] * share, scores

    found = {own: held_against_records("not as" if strict else "missing", own) for own in VOLUMES}
    parts = [held_against_records("missing", own) for own in VOLUMES]
    together = {h: [sum(each) for each in zip(*(part[1][h] for part in parts), strict=True)] for h in reports}
    found["all"] = (sum(part[0] for part in parts), together)
    return {label: (count, variance(scores) ** 0.5) for label, (count, scores) in found.items()}


def in_polars(rows: pd.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({name: [None if pd.isna(each) else each for each in rows[name]] for name in rows})


def counted(rows: Any, **roles: Any) -> Counts:
    if isinstance(rows, pd.DataFrame) and not isinstance(rows["crime_type"].dtype, pd.CategoricalDtype):
        rows = in_polars(rows)  # which is counted faster
    rates = cdi.recording_rate(rows, by="crime_type", stratum="stratum", population=FRAME, **roles)
    found = cdi.unrecorded(rates, VOLUMES)
    assert isinstance(found, Counts)
    return found


@pytest.mark.parametrize("classification", ["strict", "lenient"])
@settings(max_examples=12, deadline=None)
@given(rows=samples())
def test_counts_are_those_worked_out_from_the_rows(classification: str, rows: pd.DataFrame) -> None:
    found = counted(rows, classification=classification)
    expected = by_hand(rows, strict=classification == "strict")
    ours = {row.label[0]: (found.estimate[i], found.se[i]) for i, row in enumerate(found.rows)}
    for label, (count, se) in expected.items():
        assert ours[label] == pytest.approx((count, se), rel=1e-9, abs=1e-6), label


@settings(max_examples=12, deadline=None)
@given(rows=samples())
def test_the_overall_rate_is_of_crimes_due(rows: pd.DataFrame) -> None:
    """It is what the total says, where nothing was over-recorded; records of nothing due are no part of it."""
    plain = rows[rows["decision"] != "over-recorded"]
    found = counted(plain)
    volume = sum(VOLUMES.values())
    total = by_hand(plain, strict=True)["all"][0]
    assert cdi.overall_rate(found).estimate[0] == pytest.approx(volume / (volume + total), rel=1e-12)
    found = counted(rows)
    overall, missing = cdi.overall_rate(found).estimate[0], found.estimate[-1]
    held = {own: rows["recorded_as"] == own for own in CLASSES}
    weight = rows["stratum"].map({h: FRAME[h] / rows.loc[rows["stratum"] == h, "cluster"].nunique() for h in FRAME})
    due = {
        own: weight[held[own] & (rows["decision"] != "over-recorded")].sum() / weight[held[own]].sum()
        for own in CLASSES
    }
    rightly = sum(VOLUMES[own] * due[own] for own in CLASSES)
    assert overall == pytest.approx(rightly / (rightly + missing), rel=1e-9)
    assert overall <= volume / (volume + missing) + 1e-12


@settings(max_examples=8, deadline=None)
@given(rows=samples())
def test_where_each_stands_in_its_own_class_nothing_changes(rows: pd.DataFrame) -> None:
    plain = rows[~rows["decision"].isin(["over-recorded", "wrong class"])]
    one, other = counted(plain), counted(plain.drop(columns="recorded_as"))
    assert one.estimate.tolist() == pytest.approx(other.estimate.tolist(), rel=1e-12)
    assert one.se.tolist() == pytest.approx(other.se.tolist(), rel=1e-9)
    assert one.interval().high.tolist() == pytest.approx(other.interval().high.tolist(), rel=1e-9)


MESSY = pd.DataFrame(
    {
        "cluster": [f"r{i // 2}" for i in range(40)],
        "stratum": ["A" if i % 4 < 2 else "B" for i in range(40)],
        "crime_type": [CLASSES[i % 3] for i in range(40)],
        "recorded_as": [CLASSES[(i + (i % 5 == 0)) % 3] if i % 7 else None for i in range(40)],
        "decision": ["not recorded" if i % 7 == 0 else "wrong class" if i % 5 == 0 else "recorded" for i in range(40)],
    }
)


def test_every_engine_gives_the_same() -> None:
    import duckdb

    rows = MESSY
    expected = counted(rows)
    frames = [
        in_polars(rows), in_polars(rows).lazy(), in_polars(rows).to_arrow(), duckdb.sql("select * from rows"),
        rows.astype({"crime_type": "category", "recorded_as": "category"}),
    ]  # fmt: skip
    for frame in frames:
        found = counted(frame)
        assert found.estimate.tolist() == pytest.approx(expected.estimate.tolist(), rel=1e-12)
        assert found.interval().low.tolist() == pytest.approx(expected.interval().low.tolist(), rel=1e-12)


REPORTS = pd.DataFrame(
    {
        "crime_type": [CLASSES[i % 3] for i in range(40)],
        "recorded_as": [CLASSES[(i + (i % 5 == 0)) % 3] if i % 7 else None for i in range(40)],
        "due": [1 + i % 3 for i in range(40)],
        "recorded": [0 if i % 7 == 0 else 1 + (i % 3) * (i % 4 > 0) for i in range(40)],
    }
)
"""One row a report of several crimes; some lack a part of them, and hold the rest in another class."""


@pytest.mark.parametrize(
    "frame", [pd.DataFrame, in_polars, lambda rows: in_polars(rows).lazy()], ids=["pandas", "polars", "lazy"]
)
def test_a_report_without_a_name_stays_one_report(frame: Any) -> None:
    """What is missing of it and what stands in another class are no two reports."""
    unnamed = cdi.unrecorded(cdi.recording_rate(frame(REPORTS), by="crime_type"), VOLUMES)
    named = REPORTS.assign(cluster=range(len(REPORTS)))
    expected = cdi.unrecorded(cdi.recording_rate(named, by="crime_type", cluster="cluster"), VOLUMES)
    assert unnamed.se.tolist() == pytest.approx(expected.se.tolist(), rel=1e-12)
    assert unnamed.interval().high.tolist() == pytest.approx(expected.interval().high.tolist(), rel=1e-12)


def test_a_table_of_counts_gives_the_counts_of_its_rows() -> None:
    """Each row stands for several records, so no report holds two."""
    rows = MESSY.drop(columns=["cluster", "stratum"])
    table = rows.groupby(["crime_type", "recorded_as", "decision"], dropna=False).size().reset_index(name="records")
    one = cdi.unrecorded(cdi.recording_rate(rows, by="crime_type"), VOLUMES)
    other = cdi.unrecorded(cdi.recording_rate(table, by="crime_type", count="records"), VOLUMES)
    assert other.estimate.tolist() == pytest.approx(one.estimate.tolist(), rel=1e-12)
    assert other.interval().high.tolist() == pytest.approx(one.interval().high.tolist(), rel=1e-9)


def test_one_figure_holds_over_recorded_crimes_too() -> None:
    """Of 100 records 4 should not be there: 96 of R stand beside the 24 missing."""
    words = ["recorded"] * 96 + ["over-recorded"] * 4 + ["not recorded"] * 24
    rates = cdi.recording_rate(pd.DataFrame({"decision": words}))
    missing = cdi.unrecorded(rates, 1_000)
    assert missing.estimate.tolist() == pytest.approx([240])
    assert cdi.overall_rate(missing).estimate.tolist() == pytest.approx([0.8]) == rates.estimate.tolist()
    assert "over-recorded" in told(missing.rows[0].facts)
    # a share of another audit takes their place
    net = cdi.unrecorded(rates, 1_000, over_recording=cdi.PublishedRate(0.04, 0.01))
    assert net.estimate.tolist() == pytest.approx([240])
    assert "over-recorded" not in told(net.rows[0].facts)


def test_a_class_that_nothing_was_recorded_as_has_no_count() -> None:
    rows = pd.DataFrame(
        {
            "crime_type": ["a"] * 30 + ["b"] * 10,
            "recorded_as": ["a"] * 25 + [None] * 5 + ["a"] * 10,
            "decision": ["recorded"] * 25 + ["not recorded"] * 5 + ["wrong class"] * 10,
        }
    )
    found = cdi.unrecorded(cdi.recording_rate(rows, by="crime_type"), {"a": 1_000, "b": 50})
    assert found.estimate.tolist() == pytest.approx([1_000 * 5 / 35, np.nan, np.nan], nan_ok=True)
    assert ["none-as-class" in told(row.facts) for row in found.rows] == [False, True, False]
    assert "total-refused" in told(found.rows[-1].facts)
    lenient = cdi.recording_rate(rows, by="crime_type", classification="lenient")
    assert "none-as-class" in told(cdi.unrecorded(lenient, {"a": 1_000, "b": 50}).rows[1].facts)


def test_what_is_saved_and_what_is_withheld_hold_no_sums() -> None:
    found = counted(MESSY)
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 (our own)
    assert again.estimate.tolist() == found.estimate.tolist()
    assert again.held is not None
    assert "r3" not in str(pickle.dumps(found))
    assert found.emptied().held is None
    first = found.take([0])
    assert len(first.follows_from) == 1


def test_two_classes_are_contrasted_by_what_they_follow_from() -> None:
    """A crime moved from one class to the other ties the two: the se of their ratio holds that covariance."""
    found = counted(MESSY)
    one, other = (next(i for i, row in enumerate(found.rows) if row.label == (each,)) for each in ("violent", "other"))
    row = cdi.contrast(found, "violent", "other", kind="ratio").rows[-1]
    assert row.estimate == pytest.approx(found.estimate[one] / found.estimate[other], rel=1e-9)


@pytest.mark.long
def test_in_simulated_audits_no_class_is_counted_too_high() -> None:
    """A tenth of violent crime is recorded as other, a twentieth of other as violent, and 3% of records are not due."""
    rng = np.random.default_rng(20_261_129)
    size = 6_000
    reports = np.repeat(np.arange(size), rng.choice([1, 2, 3], size, p=[0.7, 0.2, 0.1]))
    own = rng.choice(["violent", "other"], len(reports), p=[0.4, 0.6])
    recorded = rng.random(len(reports)) < np.where(own == "violent", 0.85, 0.92)
    wrong = recorded & (rng.random(len(reports)) < np.where(own == "violent", 0.10, 0.05))
    over = rng.random(len(reports)) < 0.03
    written = np.where(wrong, np.where(own == "violent", "other", "violent"), own)
    decision = np.select([over, ~recorded, wrong], ["over-recorded", "not recorded", "wrong class"], "recorded")
    written = np.where(over | recorded, written, "")
    rows = pd.DataFrame({"cluster": reports, "crime_type": own, "recorded_as": written, "decision": decision})
    rows["recorded_as"] = (
        rows["recorded_as"].replace("", None).where(rows["decision"] != "over-recorded", rows["crime_type"])
    )
    volumes = rows["recorded_as"].value_counts().to_dict()
    missing = rows["decision"].eq("not recorded") | rows["decision"].eq("wrong class")
    truth = rows[missing].groupby("crime_type").size().to_dict()
    truth["all"] = int(rows["decision"].eq("not recorded").sum())
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    of_rates: dict[str, list[float]] = defaultdict(list)
    starts = np.searchsorted(reports, np.arange(size + 1))
    for _ in range(120):
        chosen = rng.choice(size, 400, replace=False)
        sample = rows.iloc[np.concatenate([np.arange(starts[i], starts[i + 1]) for i in chosen])]
        rates = cdi.recording_rate(in_polars(sample), by="crime_type", population=size)
        counts = cdi.unrecorded(rates, volumes)
        interval = counts.interval()
        for i, row in enumerate(counts.rows):
            true = truth[row.label[0]]
            found[row.label[0]].append((counts.estimate[i] / true, bool(interval.low[i] <= true <= interval.high[i])))
            if not row.whole:
                plain = volumes[row.label[0]] * (1 / rates.estimate[i] - 1)
                of_rates[row.label[0]].append(plain / true)
    for label, each in found.items():
        ratios, held = np.array(each).T
        error = 3 * ratios.std() / len(ratios) ** 0.5
        assert abs(ratios.mean() - 1) < error + 0.02, label  # the bias of a ratio of few is about 1%
        assert held.mean() > 0.95 - 3 * (0.95 * 0.05 / len(held)) ** 0.5, label
    # what R (1 - p) / p says instead, with the rate p of crimes recorded in their own class, is too high
    assert {label: round(100 * float(np.mean(each))) for label, each in of_rates.items()} == {
        "violent": 115,
        "other": 108,
    }


@pytest.mark.parametrize("counts", [False, True])
def test_the_same_reports_twice_leave_nothing_to_be_unsure_of(counts: bool) -> None:
    """The scores of shared reports are those that the variance is made of: of a copy the covariance is the variance."""
    from cdi.comparing.figures import Compared
    from cdi.comparing.overlaps import linked

    rows = MESSY.assign(cluster=[f"INC-{i // 2 * 37 + 1_000}" for i in range(40)])
    one, other = (
        Compared.of(cdi.estimate(in_polars(rows), by="crime_type", volumes=VOLUMES, stratum="stratum"), counts=counts)
        for _ in range(2)
    )
    a, b = one.figures, other.figures
    assert isinstance(a, Estimates)
    assert isinstance(b, Estimates)
    together = linked(one, other)
    assert together.overlap.shared == 20
    for i, row in enumerate(a.rows):
        assert together.between(a, i, b, i).se == pytest.approx(0, abs=1e-9), row.label
        assert a.basis.se[i] > 0
