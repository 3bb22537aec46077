"""How a sample came about: a census is exact, and what stands for nothing but itself has counts only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cdi
from cdi.audits.design import SELECTIONS
from cdi.bounds import bounds_of
from cdi.cli.app import cli
from cdi.measures import told
from cdi.printing.layouts import lay_out, lay_out_methods
from cdi.printing.tables import arrange, compare_methods

ALONE = ("judgement", "voluntary")
ROWS = pd.DataFrame(
    {
        "route": ["calls"] * 10 + ["online"] * 5,
        "type": (["violent"] * 3 + ["other"] * 2) * 3,
        "recorded": [1, 1, 0] * 5,
        "report": [f"r{i // 2}" for i in range(15)],
    }
)
ROWS.loc[ROWS["report"] == "r5", "route"] = "online"


def audit(**roles: Any) -> cdi.Audit:
    return cdi.read_audit(ROWS, cluster="report", stratum="route", **roles)


def code_of(call: Any) -> str:
    with pytest.raises(cdi.CdiError) as caught:
        call()
    return caught.value.faults[0].code


def run(tmp_path: Path, *options: str, rows: pd.DataFrame = ROWS) -> Any:
    file = tmp_path / "audit.csv"
    rows.to_csv(file, index=False)
    return CliRunner().invoke(cli, [options[0], str(file), *options[1:]])


class TestDeclaring:
    @pytest.mark.parametrize("selection", SELECTIONS)
    def test_goes_from_the_design_to_every_estimate(self, selection: Any) -> None:
        rates = cdi.recording_rate(audit(selection=selection), by="type")
        assert rates.selection == selection
        assert rates.representative == (selection in {"random", "census"})
        assert cdi.of_counts(5, 9, selection=selection).selection == selection

    def test_another_word_is_refused_with_the_nearest(self) -> None:
        for call in (lambda: cdi.Design(selection="judgment"), lambda: cdi.of_counts(5, 9, selection="judgment")):  # type: ignore[arg-type]
            with pytest.raises(cdi.DesignError, match="judgement") as caught:
                call()
            assert caught.value.faults[0].code == "no-selection"

    def test_it_is_kept_by_what_follows(self) -> None:
        missing = cdi.unrecorded(cdi.recording_rate(audit(selection="census"), by=()), 9_000)
        assert missing.selection == cdi.overall_rate(missing).selection == "census"


class TestCensus:
    def test_is_exact_and_has_no_interval(self) -> None:
        rates = cdi.recording_rate(audit(selection="census"))
        assert rates.basis.census.all()
        assert rates.se.tolist() == [0, 0, 0]
        assert rates.estimate[-1] == pytest.approx(10 / 15, rel=1e-14)
        for record in arrange(rates).rows:
            assert (record.low, record.high, record.n_eff, record.df, record.deff) == (None,) * 5
            assert told(record.facts)[0] == "census"

    @pytest.mark.parametrize("method", ["wilson", "wald", "published", "jeffreys", "agresti-coull"])
    def test_from_python_its_interval_has_no_width(self, method: str) -> None:
        rates = cdi.recording_rate(audit(selection="census"))
        found = rates.interval(method=method)
        assert found.low.tolist() == found.high.tolist() == rates.estimate.tolist()

    def test_is_the_same_as_a_frame_that_was_audited_in_full(self) -> None:
        reports = ROWS.groupby("route")["report"].nunique().to_dict()
        declared, known = (arrange(cdi.recording_rate(audit(**roles), by="type")) for roles in (
            {"selection": "census"}, {"population": reports}))  # fmt: skip
        assert declared == known
        both = audit(selection="census", population=reports)
        assert arrange(cdi.recording_rate(both, by="type")) == declared

    def test_of_one_report_in_a_stratum_needs_no_rule(self) -> None:
        rows = ROWS.assign(route=["alone", "alone", *ROWS["route"][2:]])
        found = cdi.estimate(rows, cluster="report", stratum="route", selection="census")
        assert found.table.rows[0].estimate == 1

    def test_what_says_otherwise_is_refused(self) -> None:
        assert code_of(lambda: audit(selection="census", population={"calls": 50, "online": 3})) == "census-frame"
        rows = ROWS.assign(w=2)
        assert code_of(lambda: cdi.read_audit(rows, selection="census", weight="w")) == "census-weight"
        assert code_of(lambda: cdi.of_counts(5, 9, population=10, selection="census")) == "census-counts"
        assert cdi.of_counts(5, 9, population=9, selection="census").basis.census.all()

    def test_what_could_not_be_audited_is_left_out_and_noted(self) -> None:
        decided = pd.DataFrame({"decision": ["recorded"] * 8 + ["not recorded", "not auditable"]})
        found = cdi.estimate(decided, selection="census", bounds=True)
        assert found.table.rows[0].estimate == pytest.approx(8 / 9)
        assert told(found.table.rows[0].facts) == ("census", "not-auditable")
        assert [record.estimate for record in found.table.rows[1:]] == [0.8, 0.9]
        assert {record.high for record in found.table.rows} == {None}
        counted = cdi.read_audit(decided, selection="census", population=10)
        assert counted.strata.population == pytest.approx([9])

    def test_its_page_says_so(self) -> None:
        page = lay_out(cdi.estimate(ROWS, by="type", volumes={"violent": 8_000, "other": 0}, selection="census").table)
        assert page.grids[0].title == "Recording rate (census)"
        assert not {"from", "to", "from %", "to %"} & set(page.grids[0].headings)
        assert page.statements[0].endswith("every report was audited, so there is no sampling error.")
        assert page.statements[1].startswith("At that rate, ")

    def test_in_the_published_style_it_has_no_half_width(self) -> None:
        page = lay_out(cdi.estimate(ROWS, selection="census", style="published").table, style="published")
        assert "± %" not in page.grids[0].headings
        assert not any("+/-" in line or "1.96" in line for line in page.statements)


@pytest.mark.parametrize("selection", ALONE)
class TestAlone:
    def test_whatever_goes_beyond_the_sample_is_refused(self, selection: Any) -> None:
        decided = pd.DataFrame({"decision": ["recorded"] * 8 + ["not recorded", "not auditable"]})
        rates = cdi.recording_rate(cdi.read_audit(decided, selection=selection))
        for call in (
            rates.interval,
            lambda: cdi.unrecorded(rates, 9_000),
            lambda: bounds_of(rates),
            lambda: cdi.compare(rates, cdi.of_counts(5, 9)),
            lambda: cdi.estimate(decided, selection=selection, volumes=9_000),
            lambda: cdi.estimate(decided, selection=selection, bounds=True),
        ):
            assert code_of(call) == "not-representative"

    def test_a_trend_is_refused(self, selection: Any) -> None:
        rows = ROWS.assign(month=["2024-01"] * 8 + ["2024-02"] * 7)
        assert code_of(lambda: cdi.trend(cdi.read_audit(rows, period="month", selection=selection))) == (
            "not-representative"
        )

    def test_the_table_has_counts_only(self, selection: Any) -> None:
        found = cdi.estimate(ROWS, by="type", cluster="report", stratum="route", selection=selection)
        for record in found.table.rows:
            numbers = (record.estimate, record.low, record.high, record.se, record.n_eff, record.df, record.deff)
            assert numbers == (None,) * 7
            assert told(record.facts)[0] == selection
        assert [(record.recorded, record.n) for record in found.table.rows] == [(4, 6), (6, 9), (10, 15)]

    def test_weights_and_frames_change_nothing(self, selection: Any) -> None:
        plain = cdi.estimate(ROWS, by="type", stratum="route", selection=selection).table
        known = {"population": {"calls": 500, "online": 90}}
        assert cdi.estimate(ROWS, by="type", stratum="route", selection=selection, **known).table == plain

    def test_of_one_report_in_a_stratum_needs_no_rule(self, selection: Any) -> None:
        with np.errstate(all="raise"):
            found = cdi.estimate(pd.DataFrame({"recorded": [1]}), selection=selection)
        assert found.table.rows[0].n == 1

    @pytest.mark.parametrize("style", ["default", "published"])
    def test_its_page_says_why_there_is_no_rate(self, selection: Any, style: str) -> None:
        page = lay_out(cdi.estimate(ROWS, selection=selection, style=style).table, style=style, detail=True)
        assert len(page.grids) == 1
        assert not {"rate %", "from %", "to %", "± %"} & set(page.grids[0].headings)
        assert page.statements[0] == "In the sample, 10 of 15 reported crimes were recorded."
        assert page.statements[1].startswith("There is no rate or interval: ")
        assert page.lines[0].startswith("[1] not representative: ")

    @pytest.mark.parametrize("format_", ["text", "csv", "json", "markdown", "html"])
    def test_no_format_prints_a_rate(self, selection: str, format_: str, tmp_path: Path) -> None:
        done = run(tmp_path, "estimate", "--selection", selection, "--format", format_, "--by", "type")
        assert done.exit_code == 0, done.output
        assert "not representative: " in " ".join(done.output.split())
        assert "66.7" not in done.output
        assert "0.66" not in done.output
        if format_ == "json":
            assert {row["estimate"] for row in json.loads(done.stdout)["rows"]} == {None}

    def test_of_searches_it_speaks_of_searches(self, selection: str, tmp_path: Path) -> None:
        done = run(tmp_path, "grounds", "--recorded", "recorded", "--selection", selection)
        assert done.exit_code == 0, done.output
        assert "In the sample, 10 of 15 searches had reasonable grounds recorded." in done.output

    def test_volumes_on_the_command_line_are_refused_with_the_reason(self, selection: str, tmp_path: Path) -> None:
        (tmp_path / "volumes.csv").write_text("type,recorded_crime\nviolent,10\nother,20\n", encoding="utf-8")
        volumes = ("--volumes", str(tmp_path / "volumes.csv"), "--by", "type")
        done = run(tmp_path, "estimate", "--selection", selection, *volumes)
        assert done.exit_code == 2
        assert cdi.wording.SELECTIONS[selection] in done.output
        assert "Traceback" not in done.output


class TestCounts:
    def test_a_census_has_its_figure(self) -> None:
        done = CliRunner().invoke(cli, ["interval", "894/1000", "--selection", "census"])
        assert done.exit_code == 0
        assert "89.4" in done.output
        assert "census: no sampling error" in done.output
        assert "wilson" not in done.output

    @pytest.mark.parametrize("selection", ALONE)
    @pytest.mark.parametrize("method", ["wilson", "all", "exact"])
    def test_what_stands_for_nothing_else_has_its_counts(self, selection: str, method: str) -> None:
        table = compare_methods(5, 9, method=method, selection=selection)
        assert len(table.rows) == 1
        page = lay_out_methods(table, None)
        assert page.grids[0].rows == (("5/9", "1"),)
        assert page.statements[0].startswith("There is no rate or interval: ")


class TestOptions:
    def test_of_a_count_need_recorded_crime(self, tmp_path: Path) -> None:
        for option in (("--prediction",), ("--over-recorded", "2.1%+-0.8%")):
            done = run(tmp_path, "estimate", *option)
            assert done.exit_code == 2
            assert "expected volumes with recorded crime" in done.output

    def test_reach_the_count(self, tmp_path: Path) -> None:
        (tmp_path / "volumes.csv").write_text("type,recorded_crime\nviolent,10000\nother,20000\n", encoding="utf-8")
        volumes = ("--volumes", str(tmp_path / "volumes.csv"), "--by", "type")
        predicted = run(tmp_path, "estimate", *volumes, "--prediction").output
        assert "to allow for chance in the crimes of another period" in " ".join(predicted.split())
        net = " ".join(run(tmp_path, "estimate", *volumes, "--over-recorded", "2.1%+-0.8%").output.split())
        assert "An estimated 630 recorded crimes should not have been recorded. Net of these" in net
        refused = run(tmp_path, "estimate", *volumes, "--over-recorded", "2.1%")
        assert refused.exit_code == 2
        assert "Traceback" not in refused.output


def test_a_trend_of_censuses_is_drawn_and_has_no_intervals(tmp_path: Path) -> None:
    rows = pd.DataFrame({"month": [f"2024-0{1 + i // 20}" for i in range(120)], "recorded": [1, 1, 1, 0] * 30})
    chart = tmp_path / "chart.svg"
    done = run(tmp_path, "trend", "--selection", "census", "--chart", str(chart), rows=rows)
    assert done.exit_code == 0, done.output
    assert "(census)" in done.output
    assert "confidence intervals" not in done.output
    assert chart.read_text(encoding="utf-8").count("<svg") == 1
