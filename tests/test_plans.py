"""Plans: a table of strata is read as the scenario that it says, and every fault of it is told at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import cdi
from cdi.simulating.scenarios import Scenario, Stratum
from tests.test_cli import run_here

PLAN = Path(__file__).parents[1] / "data" / "examples" / "plan.csv"
TERMS = {"draws": 200, "method": ["wilson", "korn-graubard"]}


def told(text: str, tmp_path: Path, **terms: object) -> list[str]:
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(cdi.CdiError) as caught:
        cdi.coverage(path, **terms)
    return [line.removeprefix(f"{path}, ") for line in caught.value.told("command_line").splitlines()]


def test_a_plan_is_the_scenario_that_it_says() -> None:
    strata = [("control room", 9150, 150), ("online", 3480, 60), ("station", 1120, 30)]
    said = Scenario([Stratum(name, sample, 0.9, population) for name, population, sample in strata])
    assert cdi.coverage(PLAN, rate=0.9, **TERMS).rows == cdi.coverage(said, **TERMS).rows


def test_what_is_expected_of_a_stratum_goes_before_what_is_said_of_all() -> None:
    table = pd.DataFrame(
        {
            "force": ["A", "A", "B"], "route": ["calls", "online", "calls"], "Sample": [80, "40", 60],
            "population": ["1,200", 300, 900], "rate": ["91%", 0.8, None], "crimes": [1.3, None, 1.2],
            "correlation": [0.4, 0.1, None], "recorded_crime": [1_500, 400, 1_000],
        }
    )  # fmt: skip
    said = Scenario(
        [
            Stratum("A, calls", 80, 0.91, 1200, 1.3, 0.4, recorded_crime=1_500),
            Stratum("A, online", 40, 0.8, 300, correlation=0.1, recorded_crime=400),
            Stratum("B, calls", 60, 0.95, 900, 1.2, 0.2, recorded_crime=1_000),
        ]
    )
    expected = cdi.coverage(said, **TERMS).rows
    assert cdi.coverage(table, rate=0.95, correlation=0.2, **TERMS).rows == expected
    assert any(row.counts for row in expected)


def test_bands_say_what_is_recorded_for_a_report() -> None:
    """Those of an ordinary column of whole numbers do not, and the page says which it took them for."""
    table = pd.DataFrame({
        "logged": ["0", "1", "2 or more"], "population": [300, 900, 400], "sample": [20, 60, 40],
        "crimes": ["0: 60%, 1: 40%", "1: 80%, 2: 20%", "2: 50%, 3: 25%, 4: 25%"], "rate": [0, 1 / 1.2, 0.9],
        "correlation": [0.2, 0.2, 0.2],
    })  # fmt: skip
    said = Scenario(
        [
            Stratum("0", 20, 0, 300, {0: 0.6, 1: 0.4}, 0.2, band="0"),
            Stratum("1", 60, 1 / 1.2, 900, {1: 0.8, 2: 0.2}, 0.2, band="1"),
            Stratum("2 or more", 40, 0.9, 400, {2: 0.5, 3: 0.25, 4: 0.25}, 0.2, band="2 or more"),
        ]
    )
    banded = "The strata are bands of recorded crimes."
    found = cdi.coverage(table, **TERMS)
    assert found.rows == cdi.coverage(said, **TERMS).rows
    assert any(text.startswith(banded) for text in found.sentences)
    districts = cdi.coverage(table.assign(crimes="1", rate=0.9), **TERMS)
    assert not any(text.startswith(banded) for text in districts.sentences)
    assert any(text.startswith("The bands of logged are taken as names alone") for text in districts.sentences)


@pytest.mark.parametrize(
    ("band", "crimes", "rate", "code"),
    [
        ("2 to 5", {1: 0.5, 3: 0.5}, 0.9, "scenario-band-crimes"),
        ("1", {1: 0.5, 2: 0.5}, 0.9, "scenario-band-rate"),
        ("2 to 5", {4: 1.0}, 0.3, "scenario-band-rate"),
        ("two", {2: 1.0}, 0.9, "scenario-value"),
    ],
)
def test_a_band_that_cannot_be(band: str, crimes: dict[int, float], rate: float, code: str) -> None:
    with pytest.raises(cdi.DesignError) as caught:
        Stratum("logged", 20, rate, 300, crimes, band=band)
    assert [each.code for each in caught.value.faults] == [code]
    assert Stratum("logged", 20, 1.0, 300, {2: 0.5, 5: 0.5}, band="2 to 5").band == "2 to 5"


def test_any_frame_and_a_total_row() -> None:
    table = pd.DataFrame({"route": ["a", "b"], "sample": [30, 20], "population": [400, 100]})
    expected = cdi.coverage(table, rate=0.9, draws=100).rows
    assert cdi.coverage(pl.DataFrame(table.to_dict("list")), rate=0.9, draws=100).rows == expected
    total = pd.concat([table, pd.DataFrame({"route": ["all"], "sample": [50], "population": [500]})])
    assert cdi.coverage(total, rate=0.9, draws=100).rows == expected


def test_one_stratum_needs_no_name() -> None:
    found = cdi.coverage(pd.DataFrame({"sample": [60], "population": [900]}), rate=0.9, draws=100)
    assert found.rows == cdi.coverage(Scenario([Stratum("one", 60, 0.9, 900)]), draws=100).rows


def test_all_faults_are_told_at_once_where_they_stand(tmp_path: Path) -> None:
    text = "route,population,sample,rate\na,10,20,0.9\nb,x,5,95\nc,40,,0.9\n"
    assert told(text, tmp_path) == [
        "line 2, column sample: expected a sample no larger than its frame of 10, but found 20. Check both numbers.",
        "line 3, column rate: expected the true rate as a proportion from 0 to 1, but found 95. Write it as 0.95.",
        "line 3, column population: expected a whole number of reports on the frame, 2 or more, but found x. "
        "Write it such as 12000.",
        "line 4, column sample: expected a value in column sample. Fill it in, such as 40, or remove the row.",
    ]


ONE_REPORT = "Give at least 2, or join the stratum to another."


@pytest.mark.parametrize(
    ("row", "remedy", "mended"),
    [
        ("a,10,1,0.9,1,0", ONE_REPORT, "a,10,2,0.9,1,0"),
        ("a,1,20,0.9,1,0", ONE_REPORT, "a,2,2,0.9,1,0"),
        ("a,30,x,0.9,1,0", "Write it such as 30.", "a,30,30,0.9,1,0"),
        ("a,30,12.5,0.9,1,0", "Write it such as 12.", "a,30,12,0.9,1,0"),
        ("a,x,20000,0.9,1,0", "Write it such as 20000.", "a,20000,20000,0.9,1,0"),
        ("a,90,20,92.5,1,0", "Write it as 0.925.", "a,90,20,0.925,1,0"),
        ("a,90,20,most,1,0", "Write it such as 0.91.", "a,90,20,0.91,1,0"),
        ("a,90,20,0.9,12,0", "Give at most 10.", "a,90,20,0.9,10,0"),
        ("a,90,20,0.9,0.5,0", "Give at least 1.", "a,90,20,0.9,1,0"),
        ("a,90,20,0.9,{1 = 1},0", "Write it such as 1.4.", "a,90,20,0.9,1.4,0"),
        ("a,90,20,0.9,1,20", "Write it as 0.2.", "a,90,20,0.9,1,0.2"),
    ],
)
def test_what_is_told_of_a_value_mends_it(row: str, remedy: str, mended: str, tmp_path: Path) -> None:
    head = "route,population,sample,rate,crimes,correlation\n"
    (line,) = told(f"{head}{row}\n", tmp_path)
    assert line.endswith(f". {remedy}")
    (tmp_path / "mended.csv").write_text(f"{head}{mended}\n", encoding="utf-8")
    assert cdi.coverage(tmp_path / "mended.csv", draws=5).rows


def test_both_strata_of_one_name_are_told_where_they_stand(tmp_path: Path) -> None:
    assert told("route,sample\na,20\nb,20\na,30\n", tmp_path, rate=0.8) == [
        "2 rows (lines 2, 4), column route: expected a name of its own for each stratum, but found a. "
        "Rename all but one of them."
    ]
    with pytest.raises(cdi.CdiError) as caught:
        cdi.coverage(pd.DataFrame({"route": ["b", "a", "a"], "sample": 20}), rate=0.8)
    assert str(caught.value).startswith("2 rows (row 2, row 3), column route: expected a name of its own")


def test_what_some_strata_lack_is_told_where_they_stand(tmp_path: Path) -> None:
    (line,) = told('route,sample,population\na,20,90\n"b, c",30,\nd,30,\n', tmp_path, rate=0.8)
    assert line == (
        "2 rows (lines 3, 4), column population: expected population for every stratum or for none, "
        "but found b, c; d. Add it for these strata."
    )


@pytest.mark.parametrize("column", ["population", "samples", "Rate", "sample size"])
def test_a_plan_without_a_sample_is_told_what_a_plan_needs(column: str, tmp_path: Path) -> None:
    (line,) = told(f"route,{column}\na,100\nb,300\n", tmp_path, rate=0.9)
    assert line.startswith("line 1: expected a column sample, which says how many reports are read in each stratum. ")
    assert f"There are: route, {column}." in line
    assert line.endswith("If this is an audit, name the column of its answers: --recorded COL.")


@pytest.mark.parametrize(
    ("head", "roles"),
    [("cluster,population,crimed", {}), ("route,crimed", {}), ("no,weight,crimed", {}), ("no,rate", {"cluster": "no"})],
)
def test_an_audit_is_told_what_an_audit_needs(head: str, roles: dict[str, str], tmp_path: Path) -> None:
    values = ",".join("1" for _ in head.split(","))
    assert "expected a column named 'recorded'" in told(f"{head}\n{values}\n", tmp_path, **roles)[0]


@pytest.mark.parametrize("name", ["plan.csv", "exampleshire_audit.csv"])
def test_a_table_is_opened_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from cdi.reading import opening

    opened = []
    load = opening.load_table
    monkeypatch.setattr(opening, "load_table", lambda *given: opened.append(given) or load(*given))
    cdi.coverage(PLAN.with_name(name), rate=0.9, draws=5)
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("text", "terms", "said"),
    [
        ("route,sample\na,20\n", {}, 'Give --rate "90%", or fill in a column rate.'),
        ("route,sample,rate\na,20,0.9\n", {"rate": 0.8}, "expected no such options with a plan, but found rate."),
        ("route,sample\na,20\n", {"rate": 0.8, "by": "route"}, "expected no such options with a plan, but found by."),
        ("route,sample\na,20\na,30\n", {"rate": 0.8}, "expected a name of its own for each stratum, but found a."),
        ("route,sample,population\na,20,90\nb,30,\n", {"rate": 0.8}, "expected population for every stratum"),
        ("route,sample\n", {"rate": 0.8}, "expected rows under the header."),
    ],
    ids=["no rate", "rate twice", "by", "twice", "some", "no rows"],
)
def test_a_plan_that_cannot_be_used(text: str, terms: dict[str, object], said: str, tmp_path: Path) -> None:
    assert said in "\n".join(told(text, tmp_path, **terms))


def test_an_audit_with_a_column_of_that_name_is_no_plan() -> None:
    rows = pd.DataFrame({"sample": [1, 2] * 20, "recorded": [1, 1, 1, 0] * 10})
    assert cdi.coverage(rows, draws=50).rows[-1].n == 40


def test_the_command_takes_a_plan() -> None:
    command = ["coverage", str(PLAN), "--rate", "90%", "--draws", "50"]
    done = run_here(*command, cwd=Path())
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "Each report holds one crime." in said
    assert (
        "50 samples are drawn, from seed 1. Each has 240 reports in all, drawn at random within each stratum." in said
    )
    lacking = run_here(*command[:2], cwd=Path())
    assert lacking.returncode == 2
    assert "3 rows (lines 2, 3, 4), column rate: expected the rate that the audit may find." in lacking.stderr


@pytest.mark.long
def test_bands_of_a_plan_are_known_again_at_every_rate() -> None:
    """Also where shares and rates are written in six digits."""
    from cdi.reading.opening import open_source
    from cdi.simulating.plans import scenario_of_plan

    frame = pd.DataFrame({"incident": range(7_000), "rec": [0, 1, 1, 1, 2, 3, 7] * 1_000})
    for rate in range(78, 100):
        table = cdi.plan(frame=frame, bands="rec", rate=rate / 100, targets=0.05).to_pandas()
        assert scenario_of_plan(open_source(table), None, None).unbanded == ""


def test_bands_of_recorded_crimes_are_found_beside_others() -> None:
    from cdi.reading.opening import open_source
    from cdi.simulating.plans import scenario_of_plan

    frame = pd.DataFrame({
        "incident": range(6_000), "age": ["0 to 17", "18 or more"] * 3_000, "rec": [0, 1, 1, 2, 3, 7] * 1_000,
    })  # fmt: skip
    table = cdi.plan(frame=frame, stratum="age", bands="rec", rate=0.88, targets=0.05, correlation=0.3).to_pandas()
    found = scenario_of_plan(open_source(table), None, None)
    assert found.unbanded == ""
    assert {each.band for each in found.scenario.strata} == set(table["rec"])


def test_a_rate_is_kept_where_crimes_are_all_alike() -> None:
    from cdi.planning.bands import band_of
    from cdi.simulating.reports import chances_in_band

    band = band_of("2 to 4")
    assert band is not None
    due, recorded, chance = chances_in_band({5: 1.0}, band, 0.6, 1.0)
    assert chance @ recorded / (chance @ due) == pytest.approx(0.6, abs=1e-3)
