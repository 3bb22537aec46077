"""What people read of forces: one line each in 80 columns, the labels, the second opinion, who is missing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner

import cdi
from cdi.audits.force_names import TERRITORIAL
from cdi.cli.app import cli
from cdi.cli.forces import forces
from cdi.parameters import HIGHER, ORDERS
from cdi.peers.side_by_side import _score, lay_out_forces
from cdi.printing import layout
from cdi.printing.layout import Cell
from cdi.variation.outliers import RULES
from tests.test_peers import NAMES, RATES, SHIPPED, audit, results


def text_of(source: object, *, detail: bool = False, **terms: Any) -> str:
    return layout.SURFACES["text"](lay_out_forces(cdi.forces(source, **terms), detail=detail))


def flat(text: str) -> str:
    return " ".join(text.split())


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli, ["forces", *arguments])


class TestPage:
    def test_fits_80_columns_with_one_line_a_force(self) -> None:
        text = text_of(SHIPPED, mixed_periods=True)
        assert max(map(len, text.splitlines())) <= 80
        for row in cdi.forces(SHIPPED, mixed_periods=True).rows:
            assert sum(line.startswith(f"{row.name} ") for line in text.split("WARNING")[0].splitlines()) == 1

    @pytest.mark.parametrize(("higher", "label"), [
        ("better", "Well below average (worse): Wiltshire."),
        ("worse", "Well below average (better): Wiltshire."),
        ("neither", "Well below average: Wiltshire."),
    ])  # fmt: skip
    def test_labels_say_what_a_side_is(self, higher: str, label: str) -> None:
        assert label in flat(text_of(results(), higher=higher))

    def test_says_what_the_lines_are_and_what_they_are_not(self) -> None:
        text = flat(text_of(results()))
        assert "one standard deviation below and above 87.2%, the unweighted average of 5 forces." in text
        assert "About 32% of forces lie outside such lines whatever is measured" in text
        assert "Neither gives a ranking of forces" in text

    def test_names_who_is_missing_apart_and_unknown(self) -> None:
        names = [*NAMES, "British Transport Police", "Police Scotland", "Glocestershire"]
        text = flat(text_of(results([*RATES, 0.8, 0.9, 0.9], names), other_forces="include"))
        assert "Forces without data (38 of 43):" in text
        assert "British Transport Police is not in the totals for England and Wales" in text
        assert "are counted: Glocestershire and Police Scotland." in text

    def test_of_other_bodies_does_not_list_43_forces(self) -> None:
        assert "without data" not in text_of(results(RATES, list("ABCDE")))

    def test_names_what_is_not_stated(self) -> None:
        text = flat(text_of(results(half_width=[0.02, 0.02, 0.02, 0.02, None], source=["a", "b", "c", "", "e"])))
        assert "No source is stated for Dorset." in text
        assert "in the published lines only: Wiltshire." in text
        assert "No period is stated" in flat(text_of(results(period=[""] * 5)))
        assert "There is no second opinion" in flat(text_of(results(half_width=[None] * 5)))

    def test_says_once_that_no_source_is_stated(self) -> None:
        text = flat(text_of(results()))
        assert "No source is stated for any result." in text
        assert text.count("No source is stated") == 1

    def test_of_equal_rates_does_not_say_that_some_lie_outside(self) -> None:
        text = flat(text_of(results([0.9] * 5)))
        assert text.count("All rates are equal: no force lies outside the lines.") == 1
        assert "32 percent" not in text

    def test_says_that_a_line_above_100_percent_is_out_of_reach(self) -> None:
        said = "No force can lie outside a line that is below 0% or above 100%."
        assert said in flat(text_of(results([0.99, 0.98, 0.97, 0.99, 0.5])))
        assert said not in flat(text_of(results()))

    def test_by_value_says_that_this_is_no_ranking(self) -> None:
        assert "highest first. This is not a ranking." in flat(text_of(results(), sort="value"))
        assert "no ranking" not in text_of(results())

    def test_heads_intervals_as_what_they_are(self) -> None:
        assert text_of(results()).startswith("Recording rate by force, 95% confidence intervals (as printed)\n")
        wider = text_of(results(), level=0.99)
        assert flat(wider).startswith("Recording rate by force, 99% confidence intervals (as printed at 95%, rescaled)")
        assert text_of(results(half_width=[None] * 5)).startswith("Recording rate by force\n")
        census = text_of(audit({"Kent": 18, "Essex": 15, "Surrey": 9}), selection="census")
        assert census.startswith("Recording rate by force\n")
        assert "rates of a census have no sampling error to allow for" in flat(census)

    def test_names_another_body_beside_all_43(self) -> None:
        names = [*TERRITORIAL, "PSNI"]
        text = flat(text_of(results(np.linspace(0.8, 0.9, 44), names), other_forces="include"))
        assert "are counted: PSNI." in text
        assert "without data" not in text

    def test_a_score_that_rounds_to_nothing_has_no_sign(self) -> None:
        assert [Cell(z, _score).text for z in (-0.004, 0.004, -0.006, None)] == ["0.00", "0.00", "-0.01", ""]

    def test_detail_adds_scores_and_chances(self) -> None:
        page = lay_out_forces(cdi.forces(results()), detail=True, k=2, seed=3)
        assert page.grids[1].headings == ("force", "z", "among lowest 2 %", "among highest 2 %")
        assert "with seed 3" in page.statements[-1]
        assert page.grids == lay_out_forces(cdi.forces(results()), detail=True, k=2, seed=3).grids
        worst = next(row for row in page.grids[1].rows if row[0] == "Wiltshire")
        assert float(worst[2]) > 95
        assert sum(float(row[2]) for row in page.grids[1].rows) == pytest.approx(200, abs=0.5)
        assert max(map(len, layout.SURFACES["text"](page).splitlines())) <= 80


class TestVerb:
    def test_prints_the_page(self) -> None:
        done = run(SHIPPED, "--mixed-periods")
        assert done.exit_code == 0
        assert done.output == text_of(SHIPPED, mixed_periods=True)

    def test_refuses_mixed_results_without_a_traceback(self) -> None:
        done = run(SHIPPED)
        assert done.exit_code == 2
        assert "--mixed-periods" in done.stderr

    @pytest.mark.parametrize("method", ["wilson", "wald"])
    def test_refuses_a_method_of_intervals_that_were_printed(self, method: str) -> None:
        done = run(SHIPPED, "--mixed-periods", "--method", method)
        assert done.exit_code == 2
        assert "Published figures keep the interval that was printed with them" in " ".join(done.stderr.split())

    def test_refuses_a_seed_of_nothing(self) -> None:
        done = run(SHIPPED, "--mixed-periods", "--seed", "3")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "Add --detail, or leave out --seed" in " ".join(done.stderr.split())
        assert run(SHIPPED, "--mixed-periods", "--detail").stdout == (
            run(SHIPPED, "--mixed-periods", "--detail", "--seed", "1").stdout
        )

    def test_takes_the_terms_that_python_takes(self) -> None:
        offered = {each.name: tuple(each.type.choices) for each in forces.params if isinstance(each.type, click.Choice)}
        assert (offered["higher"], offered["sort"], offered["rule"]) == (HIGHER, ORDERS, tuple(RULES))

    def test_csv_and_json_hold_the_table(self) -> None:
        rows = list(csv.DictReader(io.StringIO(run(SHIPPED, "--mixed-periods", "--format", "csv").output)))
        assert len(rows) == 38 + 1 + 38
        assert rows[7]["force"] == "Derbyshire"
        assert rows[7]["notes"].startswith("well below average (worse)")
        json.loads(run(SHIPPED, "--mixed-periods", "--format", "json").output)

    def test_refuses_samples_that_stand_for_nothing_else(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        rows = "".join(f"{force},{int(i > 2)}\n" for force in "ABC" for i in range(12))
        file.write_text(f"force,recorded\n{rows}", encoding="utf-8")
        assert run(str(file)).exit_code == 0
        done = run(str(file), "--selection", "judgement")
        assert done.exit_code == 2
        assert "judgement" in done.stderr

    def test_draws_and_refuses_to_write_over_what_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "forces.csv"
        file.write_bytes(Path(SHIPPED).read_bytes())
        chart, funnel = tmp_path / "bars.svg", tmp_path / "funnel.png"
        assert run(str(file), "--mixed-periods", "--chart", str(chart), "--funnel", str(funnel)).exit_code == 0
        assert "Source: forces.csv." in chart.read_text(encoding="utf-8")
        assert funnel.read_bytes().startswith(b"\x89PNG")
        assert run(str(file), "--mixed-periods", "--chart", str(chart), "--funnel", str(chart)).exit_code == 2
        assert run(str(file), "--mixed-periods", "-o", str(file)).exit_code == 2
