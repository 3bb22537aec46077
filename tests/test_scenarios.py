"""Scenarios: what can be said of an audit as it could be, and every fault of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import cdi
from cdi.errors import DesignError
from cdi.simulating.scenarios import read_scenario, sizes_of

TWO = """
rate = 0.9

[[strata]]
name = "calls"
sample = 150
population = 9000
crimes = {1 = 0.7, 2 = 0.2, 3 = 0.1}
correlation = 0.2

[[strata]]
sample = 60
population = 3000
rate = 0.8
crimes = 1.4
"""


def told(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        read_scenario(path)
    return [
        line.removeprefix(f"{path}, ").removeprefix(f"{path}: ")
        for line in caught.value.told("command_line").splitlines()
    ]


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TWO, encoding="utf-8")
    found = read_scenario(path)
    assert found == cdi.Scenario(
        [
            cdi.Stratum("calls", 150, 0.9, 9_000, {1: 0.7, 2: 0.2, 3: 0.1}, 0.2),
            cdi.Stratum("stratum 2", 60, 0.8, 3_000, 1.4),
        ]
    )
    assert found.sample == 210


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = """
    colour = "red"
    [[strata]]
    name = "calls"
    sample = 1
    rate = 90
    [[strata]]
    name = "online"
    population = 20
    crimes = {1 = 0.7, 2 = 0.2}
    reeds = 4
    rate = 0.9
    """
    assert told(tmp_path, text) == [
        "colour: expected a key that is known here. There are: strata, name, rate, crimes, correlation.",
        "stratum calls, sample: expected a whole number of reports read, 2 or more, but found 1. "
        "Give at least 2, or join the stratum to another.",
        "stratum calls, rate: expected the true rate as a proportion from 0 to 1, but found 90. Write it as 0.9.",
        "stratum online, reeds: expected a key that is known here. There are: name, sample, rate, population, crimes, "
        "correlation, weight, recorded_crime, band.",
        "stratum online, sample: expected the key sample. Add it, such as sample = 20.",
        "stratum online, crimes: expected the share of reports with each number of crimes up to 100, which add up to "
        "1, or their mean from 1 to 10, but found {1 = 0.7, 2 = 0.2}. "
        "Correct the shares, or give the mean, such as 1.4.",
    ]


def test_strata_of_one_name_are_told_by_their_places(tmp_path: Path) -> None:
    third = '\n[[strata]]\nname = "calls"\nsample = 9\npopulation = 90\n'
    (line,) = told(tmp_path, TWO + third)
    assert line.startswith("strata 1 and 3: expected a name of its own for each stratum, but found calls. Rename all")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("strata = 3", "expected tables, each headed by a line [[strata]]"),
        ("", "expected tables, each headed by a line [[strata]]"),
        ("[[strata]\n", "expected a scenario in TOML"),
        (TWO.replace("population = 3000", ""), "expected population for every stratum or for none"),
        (TWO.replace("population = 3000", "population = 50"), "expected a sample no larger than its frame of 50"),
        (TWO.replace("sample = 60", 'sample = 60\nname = "calls"'), "expected a name of its own for each stratum"),
        (TWO.replace("0.7, 2", "0.7, two"), "expected the share of reports with each number of crimes"),
        ("[[strata]]\nsample = 5\nrate = 0.9\nweight = 2\npopulation = 9", "expected either population or weight"),
        ("[[strata]]\nsample = true\nrate = 0.9", "expected a whole number of reports read, 2 or more"),
        ("[[strata]]\nsample = 5\nrate = nan", "expected the true rate as a proportion from 0 to 1, but found nan"),
        ("strata = []", "expected one or more strata"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    assert said in "\n".join(told(tmp_path, text))


@pytest.mark.parametrize(
    "values",
    [
        {"sample": 1}, {"sample": 2.5}, {"rate": 1.01}, {"rate": "90%"}, {"correlation": -0.1}, {"correlation": 1.1},
        {"population": 1}, {"population": 40}, {"weight": 0}, {"weight": float("inf")}, {"recorded_crime": 0},
        {"crimes": {}}, {"crimes": {0: 1.0}}, {"crimes": {1: 0.5}}, {"crimes": {101: 1.0}}, {"crimes": 0.5},
        {"crimes": 11}, {"crimes": {1: 1.5, 2: -0.5}}, {"name": " "},
    ],
)  # fmt: skip
def test_a_stratum_refuses_what_cannot_be(values: dict[str, object]) -> None:
    with pytest.raises(DesignError):
        cdi.Stratum(**{"name": "a", "sample": 50, "rate": 0.9, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("strata", [None, [], [3], "calls"])
def test_a_scenario_needs_strata(strata: object) -> None:
    with pytest.raises(DesignError, match="expected one or more strata"):
        cdi.Scenario(strata)  # type: ignore[arg-type]


def test_shares_of_sizes_are_taken_as_they_stand() -> None:
    assert sizes_of({2: 0.25, 1: 0.75, 3: 0.0}) == {1: 0.75, 2: 0.25}
    assert sizes_of(1) == {1: 1.0}
