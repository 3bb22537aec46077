"""Misuse of Python is told in Python's terms: whatever stands in an argument, only an error of cdi's comes out.

Each public call stands below once as it is meant. A value that makes no sense there takes the place of each argument in
turn; what comes out is a result, or an error of cdi's own.
"""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.audits.design import Roles

N = 60
ROWS = pd.DataFrame({
    "kind": np.array(["a", "b"])[np.arange(N) % 2],
    "month": [f"2024-{1 + i % 3:02}" for i in range(N)],
    "force": [f"Force {'ABCD'[i % 4]}" for i in range(N)],
    "ethnicity": np.array(["Asian", "White"])[np.arange(N) // 2 % 2],
    "recorded": [int(i % 7 != 0) for i in range(N)],
    "told": ["yes" if i % 3 else "no" for i in range(N)],
    "reported_at": "2024-03-05 14:00",
    "recorded_at": [f"2024-03-0{5 + i % 3} 15:00" if i % 7 else None for i in range(N)],
})  # fmt: skip
SEARCHES = ROWS.rename(columns={"recorded": "grounds"})
REPORTS = ROWS.assign(incident=[f"r{i}" for i in range(N)], size=2)
CRIME = {"a": 9_000, "b": 800}
AUDIT = cdi.read_audit(ROWS)
DISPUTED = cdi.read_audit(ROWS.assign(disputed=["yes" if i % 9 == 0 else "" for i in range(N)]))
OTHERS = [cdi.read_audit(ROWS[:40]), cdi.read_audit(ROWS[:30])]
MATCHED, MODERATED = (cdi.read_audit(ROWS.assign(case=range(N))[rows]) for rows in (slice(50), slice(10, N)))
SEARCHED = cdi.read_audit(SEARCHES, recorded="grounds")
RATES = cdi.recording_rate(AUDIT, "kind")
WATCHED = ROWS[["recorded"]].assign(order=range(1, N + 1), on_frame=900)
OVER = cdi.parse_published("2.1%+-0.8%")
COUNTS = cdi.unrecorded(RATES, CRIME, over_recording=OVER)
RESIDENTS = pd.DataFrame({"ethnicity": ["Asian", "White"], "residents": [9_000, 90_000], "source": "x", "year": 2021})
INTERVALS = {"level": 0.9, "method": "wilson"}
SIDES = {"kind": "difference", "margin": 0.03, "by": "kind", "searches": False, "volumes": None, **INTERVALS}

FUNCTIONS: dict[str, dict[str, Any]] = {
    "attack": {"folder": "made", "published": ()},
    "additionally_recorded": {
        "recorded_crime": 9_500, "before": cdi.of_counts(160, 200), "after": cdi.of_counts(190, 200), **INTERVALS,
    },
    "agreement": {
        "first": MATCHED, "second": MODERATED, "by": "kind", "level": 0.9, "searches": False,
        "second_answers": "recorded",
    },
    "watch": {"sample": WATCHED, "standard": 0.9, "most": 1, "receipt": None, "level": 0.9, "side": "both"},
    "open_sheets": {
        "source": "data/examples/exampleshire_audit.csv", "mapping": None, "holds": "audit", "force": None,
        "volumes_period": None, "reported_at": "reported_at", "recorded_at": "recorded_at", "timely": None,
    },
    "assemble": {"inspection": "data/examples/inspection.toml"},
    "changes": {"sides": [AUDIT, OTHERS[0], OTHERS[1]], "false_discovery": 0.1, "names": ["x", "y", "z"],
                "groups": None, **SIDES},
    "classification_accuracy": {"audit": AUDIT, "by": "kind"},
    "compare": {"a": AUDIT, "b": OTHERS[0], "names": ("x", "y"), "groups": None, **SIDES},
    "contrast": {"rates": AUDIT, "a": "a", "b": "b", "kind": "difference", "margin": 0.03, "by": "kind",
                 "searches": False, **INTERVALS},
    "count_interval": {"recorded": 9, "due": 10, "population": 90, "side": "both", **INTERVALS},
    "coverage": {"sample": AUDIT, "by": "kind", "volumes": CRIME, "recorded_crime": None, "rates": None, "rate": 0.9,
                 "correlation": 0.1,
                 "side": "both", "draws": 5, "seed": 1, "processes": 1, "progress": None, **INTERVALS},
    "coverage_of_difference": {"due_a": 9, "due_b": 10, "rate_a": 0.9, "rate_b": 0.8, **INTERVALS},
    "describe": {"audit": AUDIT, "searches": False},
    "describe_methods": {"names": ["wilson", "logit"]},
    "disparity": {"searches": SEARCHED, "by": "ethnicity", "reference": "White", "residents": RESIDENTS,
                  "not_stated": ["refused"], "five_groups": ["ethnicity"], **INTERVALS},
    "draw_panel": {"audit": MATCHED, "n": 20, "seed": "4 6 1", "missing_share": 0.5},
    "dispute": {"source": DISPUTED, "by": "kind", "column": "disputed", "other_way": "recorded", "volumes": CRIME,
                "recorded_crime": None, "volumes_period": None, "force": None, "groups": None, "standard": 0.9,
                "grades": "Good=90%", **INTERVALS},
    "draft_inspection": {"audit": ["audit.csv"], "searches": ["data/examples/searches.csv"],
                         "volumes": ["data/examples/exampleshire_volumes.csv"], "folder": "."},
    "estimate": {"source": AUDIT, "by": "kind", "volumes": CRIME, "measures": "recording-rate", "bounds": False,
                 "route_share": 0.8, "over_recording": OVER, "prediction": True, "hundreds": ["x"], "side": "both",
                 "joint": False, "recorded_crime": None, "volumes_period": None, "force": None, "groups": None,
                 "style": "default",
                 **INTERVALS, "reread": None},
    "forces": {"source": AUDIT, "sort": "name", "higher": "better", "mixed_periods": False,
               "other_forces": None, "rule": "published",
               "measure": "recording-rate", **INTERVALS},
    "funnel": {"rates": [0.9, 0.8, 0.85, 0.7], "sizes": [90, 100, 80, 120], "names": ["a", "b", "c", "d"],
               "transform": "mid-p", "target": 0.8, "dispersion": "additive", "fdr": 0.1},
    "grounds": {"source": SEARCHED, "by": "ethnicity", "not_stated": ["refused"], "five_groups": (), "side": "both",
                "style": "default", **INTERVALS},
    "grounds_rate": {"searches": SEARCHED, "by": "ethnicity"},
    "interval": {"p": 0.9, "n": 100, "side": "both", **INTERVALS},
    "limits": {"memory": "500MB", "threads": 1},
    "national": {"source": AUDIT, "by": "kind", "volumes": None, "leave_out": (), "mixed_periods": False,
                 "groups": None, "recorded_crime": None, "route_share": None, "over_recording": None,
                 "volumes_period": None, "other_forces": None,
                 "higher": "better", "rule": "published", **INTERVALS},
    "net_unrecorded": {"missing": COUNTS, "over_recording": OVER, **INTERVALS},
    "of_counts": {"recorded": 9, "due": 10, "population": 90, "measure": "share", "selection": "random"},
    "outlier_lines": {"values": [0.9, 0.8, 0.85], "names": ["a", "b", "c"], "rule": "published"},
    "over_recording": {"audit": AUDIT, "by": "kind"},
    "explain": {"found": COUNTS, "row": "all", "level": 0.95, "method": "wilson", "side": "both"},
    "overall_rate": {"missing": COUNTS},
    "plan": {"strata": None, "targets": "15pp", "by": None, "frame": None, "bands": None, "in_full": None,
             "previous": AUDIT, "rate": 0.9, "crimes": 1.2, "correlation": 0.1, "without_crime": 0.1,
             "not_auditable": 0.1, "recorded_crime": None, "cost": 2.0, "per_day": 12.0, "minimum": 2,
             "maximum": 10_000, "allocation": "optimal", "sample": None, "assurance": None, "fall": None,
             "standard": None, "power": 0.8, **INTERVALS},
    "resample": {"source": AUDIT, "by": "kind", "volumes": CRIME, "recorded_crime": None, "replicates": 20, "seed": 1,
                 "progress": None, **INTERVALS},
    "parse_published": {"text": "81%+-1.9%", "census": False},
    "protect": {"found": RATES.table, "disclosure": cdi.Disclosure()},
    "read_audit": {"source": AUDIT, "design": cdi.Design(stratum="kind")},
    "read_inspection": {"path": "data/examples/inspection.toml"},
    "recording_rate": {"audit": AUDIT, "by": "kind"},
    "reproduce": {"folder": "data/avon_and_somerset_2021_22"},
    "review": {"source": AUDIT, "questions": ["told:better"], "by": "kind", "ignore": "month", **INTERVALS},
    "share": {"audit": AUDIT, "by": "kind", "measure": "share"},
    "shrink": {"rates": [0.9, 0.8, 0.85, 0.7], "sizes": [90, 100, 80, 120], "names": ["a", "b", "c", "d"],
               "model": "beta-binomial"},
    "tabulate": {"estimates": RATES, "side": "both", **INTERVALS},
    "timeliness": {"source": AUDIT, "reported_at": "reported_at", "recorded_at": "recorded_at", "within": 24,
                   "timely": None, "date_format": None, "clock": "uk", "negative_delay": "error", "by": "kind",
                   **INTERVALS},
    "trend": {"source": AUDIT, "period": "month", "baseline": None, "every": None, "measure": "recording-rate",
              **INTERVALS},
    "unrecorded": {"rates": RATES, "recorded_crime": CRIME, "by": None, "route_share": 0.8, "over_recording": OVER,
                   "prediction": True, "hundreds": ["x"]},
    "draw": {
        "frame": REPORTS, "plan": None, "seed": "4 6", "n": 5, "cluster": "incident", "keep": "kind", "reserves": 0.1,
        "size": "size", "answers": "counts",
    },
    "write_draw": {"draw": "a draw", "path": "no/such/folder/sample.csv"},
    "verify_draw": {"receipt": "sample.receipt.json", "frame": REPORTS, "sample": "sample.csv"},
    "replace_drawn": {"sample": "sample.csv", "unit": "r1", "reason": "damaged"},
    "verify_report": {"folder": "data", "inspection": None},
    "write_report": {"report": "a report", "folder": "data", "replace": False, "published": (), "pdf": False},
    "write_national": {"found": "a result", "folder": "data", "disclosure": None, "replace": False, "published": (),
                       "command": "x"},
    "write_template": {"kind": "audit", "path": "nowhere.txt"},
}  # fmt: skip
CLASSES: dict[str, dict[str, Any]] = {
    "Design": {**dict.fromkeys(Roles.__annotations__)},
    "Disclosure": {
        "mode": "public",
        "personal": ("ward",),
        "small_areas": (),
        "coarser": (),
        "lot": "",
        "exemptions": (),
        "not_personal": {"sector": "of the economy"},
        "by_categories": {},
    },
    "Exemption": {"column": "ward", "category": "a", "reason": "agreed", "approver": "J Smith", "sample": "audit"},
    "PublishedRate": {"rate": 0.9, "half_width": 0.02, "label": "x"},
    "Question": {
        "column": "told",
        "text": "Told?",
        "counts": "yes",
        "higher": "better",
        "finding": "the victim was told",
    },
    "Scenario": {"strata": [cdi.Stratum("a", 30, 0.9)], "name": "x"},
    "Stratum": {
        "name": "a",
        "sample": 30,
        "rate": 0.9,
        "population": 300,
        "crimes": {1: 1.0},
        "correlation": 0.1,
        "weight": None,
        "recorded_crime": 900,
        "band": None,
    },
    "Workbook": {"path": "a.xlsx", "sheet": "x", "header_row": 1, "mapping": None},
}
METHODS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "Estimates.interval": (lambda: RATES, {"side": "both", **INTERVALS}),
    "Estimates.n_eff": (lambda: RATES, {"level": 0.9, "side": "both"}),
    "Estimates.plot": (lambda: RATES, {"ax": None}),
    "Counts.interval": (lambda: COUNTS, {"side": "both", **INTERVALS}),
    "PublishedCounts.interval": (lambda: cdi.unrecorded(OVER, 9_000), {"side": "both", **INTERVALS}),
    "PublishedRate.interval": (lambda: OVER, {"level": 0.9}),
    "Audit.model": (lambda: cdi.read_audit(ROWS), {"formula": "recorded ~ kind", "reference": None, "level": 0.9}),
    "Audit.kinds": (lambda: cdi.read_audit(ROWS), {"by": "kind"}),
    "Funnel.limits": (lambda: cdi.funnel([0.9, 0.8, 0.85], [90, 100, 80]), {"sizes": [90, 100], "level": 0.9}),
    "Shrunken.interval": (lambda: cdi.shrink([0.9, 0.8, 0.85], [90, 100, 80]), {"level": 0.9}),
    "mover": (lambda: cdi, {"estimate_a": 0.9, "interval_a": cdi.interval(0.9, 80), "estimate_b": 0.8,
                            "interval_b": cdi.interval(0.8, 90)}),
}  # fmt: skip
JUNK = [
    None, 3, -1.5, float("nan"), True, "x", "", b"x", object(), [], (), {}, {3}, [None], [object()], {"a": object()},
    pd.DataFrame(), np.array([1, 2]),
]  # fmt: skip


def called(call: Callable[..., object], given: dict[str, Any]) -> None:
    """Call it: what is wrong is told by an error of cdi's, in the terms of Python."""
    several = given.pop("estimates", None)
    said = ""
    try:
        call(**given) if several is None else call(several, **given)
    except cdi.CdiError as error:
        said = str(error)
    assert not re.search(r"(^|\s)--?[a-z]", said)


def test_every_public_call_is_looked_at() -> None:
    functions = {name for name in cdi.__all__ if inspect.isfunction(getattr(cdi, name))}
    assert functions == set(FUNCTIONS)
    for name, given in {**FUNCTIONS, **CLASSES}.items():
        named = {each.name for each in inspect.signature(getattr(cdi, name)).parameters.values() if each.kind != 4}
        assert named == set(given), name


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where no path leads to, by a name that makes no sense, what takes long to read."""
    shutil.copytree("data/avon_and_somerset_2021_22", tmp_path / "data" / "avon_and_somerset_2021_22")
    shutil.copytree("data/examples", tmp_path / "data" / "examples")
    times = ["reported_at", "recorded_at"]
    pd.read_csv("data/examples/exampleshire_audit.csv").drop(columns=times).to_csv(tmp_path / "audit.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


SLOW = ("plan", "timeliness", "disparity", "coverage", "draw", "draft_inspection")
"""Calls of which each that is nearly right is read, simulated or planned in full: the long run tries them."""

CALLS = [pytest.param(name, marks=[pytest.mark.long] if name in SLOW else []) for name in (*FUNCTIONS, *CLASSES)]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", CALLS)
def test_of_a_call_is_an_error_that_can_be_mended(name: str) -> None:
    given = {**FUNCTIONS, **CLASSES}[name]
    for argument in given:
        for junk in JUNK:
            called(getattr(cdi, name), {**given, argument: junk})


@pytest.mark.parametrize("role", Roles.__annotations__)
def test_of_a_role_is_an_error_that_can_be_mended(role: str) -> None:
    for junk in JUNK:
        called(cdi.read_audit, {"source": ROWS[["kind", "recorded"]], role: junk})


@pytest.mark.parametrize("name", METHODS)
def test_of_a_method_is_an_error_that_can_be_mended(name: str) -> None:
    make, given = METHODS[name]
    held = make()
    for argument in given:
        for junk in JUNK:
            called(getattr(held, name.rpartition(".")[2]), {**given, argument: junk})


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: cdi.parse_published("69%", census="no"), "expected either True or False for census, but found no."),
        (lambda: cdi.estimate(ROWS, method=["wilson"]), 'found list. Write it in quotation marks: method="TEXT".'),
        (lambda: cdi.estimate(ROWS, by=3), 'found 3. Write it in quotation marks: by="A" or by=["A", "B"].'),
        (lambda: cdi.read_audit(ROWS, collapse="a"), 'found str. Write it like this: collapse={"THIS": "OTHER"}.'),
        (lambda: cdi.share(ROWS, measure="recording rate"), "Did you mean 'recording-rate'?"),
        (lambda: cdi.of_counts([9], [10]), "expected recorded as a whole number, 0 or more, but found list."),
        (lambda: cdi.interval([0.9, 0.8], [10, 20, 30]), "expected lists of one length, or single numbers"),
        (lambda: cdi.compare(ROWS, ROWS[:40], names=3), "expected a list for names, but found 3."),
        (lambda: cdi.timeliness(ROWS, date_format=3), "expected text for date_format, but found 3."),
    ],
)
def test_is_told_in_words(call: Callable[[], object], said: str) -> None:
    with pytest.raises(cdi.CdiError) as caught:
        call()
    assert said in str(caught.value)


def test_a_bare_path_is_one_file() -> None:
    path = "data/examples/exampleshire_audit.csv"
    assert cdi.draft_inspection(path).text == cdi.draft_inspection([path]).text
