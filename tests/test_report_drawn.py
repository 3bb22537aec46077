"""A report says how its sample was planned, drawn and read again, and proves it first."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cdi

TEXT = """\
force = "Kent Police"
[audit]
files = "sample.csv"
[audit.columns]
cluster = "incident"
stratum = "route"
[volumes]
files = "plan.csv"
"""
DRAWN = '[draw]\nplan = "plan.csv"\nframe = "frame.csv"\nreceipt = "sample.receipt.json"\n'
SEED = "1 2 3 4 5"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The life of an audit: a frame, a plan, the draw, what the auditors found, and what a panel found again."""
    frame = pd.DataFrame({
        "incident": [f"{i:05}" for i in range(1_200)], "route": [("calls", "online")[i % 3 == 0] for i in range(1_200)],
    })  # fmt: skip
    frame.to_csv(tmp_path / "frame.csv", index=False)
    pd.DataFrame({"route": ["calls", "online"], "population": [800, 400], "sample": [60, 40]}).to_csv(
        tmp_path / "plan.csv", index=False
    )
    drawn = cdi.draw(str(tmp_path / "frame.csv"), str(tmp_path / "plan.csv"), seed=SEED)
    sample, *_ = cdi.write_draw(drawn, tmp_path / "sample.csv")
    chance = np.random.default_rng(1)
    rows = pd.read_csv(sample, dtype=str)
    rows["due"] = chance.choice([0, 1, 1, 1, 2], len(rows))
    rows["recorded"] = chance.binomial(rows["due"], 0.9)
    rows.to_csv(sample, index=False)
    return tmp_path


def read_again(folder: Path) -> None:
    """A panel finds one crime more in some reports."""
    sample = pd.read_csv(folder / "sample.csv", dtype=str)
    panel = cdi.draw_panel(folder / "sample.csv", 40, seed="6 6 1", cluster="incident", stratum="route")
    panel.write(folder / "panel.csv")
    rows = pd.read_csv(folder / "panel.csv", dtype=str)
    found = rows.merge(sample, on="incident", suffixes=("", "_before"))
    rows["due"] = found["due_before"].astype(int) + [i % 9 == 0 for i in found.index]
    rows["recorded"] = found["recorded_before"]
    rows.to_csv(folder / "panel.csv", index=False)


def report(folder: Path, text: str) -> str:
    """Give what is said of what was audited and how."""
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    return " ".join(cdi.assemble(folder / "inspection.toml").audited)


def test_says_the_plan_and_the_draw_that_it_proved(folder: Path) -> None:
    said = report(folder, TEXT + DRAWN)
    assert "The plan asked for 100 reports in 2 strata." in said
    assert "100 reports of 1,200 on the frame were drawn on " in said
    assert (
        f"by the seed \u201c{SEED}\u201d. The draw was made again for this report, and gives the same sample." in said
    )
    # what is proved is not assumed
    assert "assumed to have been drawn" not in said
    assert "assumed to have been drawn" in report(folder, TEXT)


def test_says_which_reports_were_replaced(folder: Path) -> None:
    rows = pd.read_csv(folder / "sample.csv", dtype=str)
    rows.loc[3, ["due", "recorded"]] = None
    rows.to_csv(folder / "sample.csv", index=False)
    cdi.replace_drawn(folder / "sample.csv", rows["incident"][3], reason="not found")
    rows = pd.read_csv(folder / "sample.csv", dtype=str)
    rows.loc[3, ["due", "recorded"]] = ["1", "1"]
    rows.to_csv(folder / "sample.csv", index=False)
    said = report(folder, TEXT + DRAWN)
    assert "1 report could not be audited and was replaced by the next in the draw: 1 not found." in said


@pytest.mark.parametrize("changed", ["frame.csv", "sample.csv", "sample.receipt.json"])
def test_of_a_sample_that_is_not_proved_is_refused(folder: Path, changed: str) -> None:
    path = folder / changed
    text = path.read_text(encoding="utf-8")
    row = pd.read_csv(folder / "sample.csv", dtype=str)["incident"][0]
    wrong = text.replace('"rows": 1200', '"rows": 1201') if changed.endswith("json") else text.replace(row, "99999", 1)
    assert wrong != text
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(cdi.DataError, match="a sample that its receipt proves") as caught:
        report(folder, TEXT + DRAWN)
    assert "draw.receipt" in str(caught.value)
    # the remedy
    report(folder, TEXT + '[draw]\nplan = "plan.csv"\n')


def test_of_another_plan_is_refused(folder: Path) -> None:
    plan = pd.read_csv(folder / "plan.csv")
    plan["sample"] = [61, 40]
    plan.to_csv(folder / "other.csv", index=False)
    with pytest.raises(cdi.DataError, match="the plan that the sample was drawn by"):
        report(folder, TEXT + DRAWN.replace("plan.csv", "other.csv"))


def test_says_what_a_panel_found(folder: Path) -> None:
    read_again(folder)
    said = report(folder, TEXT + DRAWN + 'panel = "panel.csv"\n')
    assert "Read again: A panel read 40 of the 100 reports again." in said
    freed = cdi.estimate(
        str(folder / "sample.csv"), cluster="incident", stratum="route", volumes=str(folder / "plan.csv"),
        reread=str(folder / "panel.csv"),
    )  # fmt: skip
    whole = next(row for row in freed.table.rows if row.whole and row.measure.key == "recording-rate")
    assert f"Without these errors, an estimated {100 * whole.estimate:.1f}% of reported crimes were recorded" in said


def test_says_of_a_panel_nothing_else_in_the_words_of_its_rate(folder: Path) -> None:
    read_again(folder)
    for text in (TEXT.partition("[volumes]")[0], TEXT):
        said = report(folder, text + DRAWN + 'panel = "panel.csv"\n').partition("Read again: ")[-1]
        assert re.search(r"Without these errors, (an estimated|in the sample, )[^.]*\.\d% of reported crimes", said)
        assert "the count assumes that the audited rate holds" not in said
        assert "give the reports on the sampling frame" not in said


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ('[draw]\nreceipt = "sample.receipt.json"\n', "frame"),
        ('[draw]\nframe = "frame.csv"\n', "receipt"),
        ("[draw]\n", "plan or receipt"),
    ],
)
def test_what_cannot_be_proved_is_refused(folder: Path, text: str, needed: str) -> None:
    with pytest.raises(cdi.DataError, match=f"expected {needed} beside it"):
        report(folder, TEXT + text)


def test_is_placed_and_verified(folder: Path) -> None:
    report(folder, TEXT + DRAWN)
    cdi.write_report(cdi.assemble(folder / "inspection.toml"), folder / "out")
    assert cdi.verify_report(folder / "out", folder / "inspection.toml").agrees
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "gives the same sample" in page
    assert "sample.receipt.json" in (folder / "out" / "provenance.json").read_text(encoding="utf-8")
