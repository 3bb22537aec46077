"""What the inspector writes tells no number of a protected row that its table does not print."""

from __future__ import annotations

from pathlib import Path

import pytest

import cdi
from cdi.report import assembling, deciding, verifying
from cdi.report.contents import Report
from tests.test_report_decided import audit, undrawn
from tests.test_report_disclosure import AUDIT, HEAD, made

WARDS = {"Harbour": (60, 73), "Hilltop": (30, 34), "Mill Lane": (54, 59), "Riverside": (110, 121), "Castle": (4, 4)}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembling, "_lot", lambda _inspection: "")
    for room in (deciding, verifying):
        monkeypatch.setattr(room, "outputs", undrawn)


def report(folder: Path, head: str, column: str = "ward", more: str = "") -> Report:
    text = f'{HEAD}{head}\n{AUDIT.removeprefix(HEAD)}by = "{column}"\n{more}'
    return made(folder, text, audit=audit(WARDS, column))


def written(folder: Path, head: str, more: str = "") -> None:
    cdi.write_report(report(folder, head, more=more), folder / "out")


TELLING = [
    "In Castle, 4 of 4 crimes were recorded.",
    "In Castle all 4 crimes were recorded.",
    "All four crimes reported in Castle were recorded.",
    "Castle had crimes of which none was missed.",
    "In Mill Lane the recording rate was 91.53%.",
    "The rate in Mill Lane (54/59) is a concern.",
    "Mill Lane missed five crimes.",
    "Of 59 crimes in Mill Lane and 34 in Hilltop, most were recorded.",
    "CASTLE and Hilltop had 38 crimes together.",
    "Recording is poor in Mill Lane. It missed 1,005 of them.",
    "In Mill Lane 92 per cent of 57 were recorded.",
]
HARMLESS = [
    "Recording is poor in Castle.",
    "In 2024, Castle had no supervisor from 5 March to 12 April.",
    "Of 291 crimes, 33 were not recorded.",
    "Crimes in Mill Lane are recorded within 24 hours.",
    "The inspection of 2022/23 said the same of Castle; see recommendation 4.",
    "In Mill Lane about 60 crimes were due, of which 55 were recorded.",
    "Four in five of the force's officers are trained.",
]


@pytest.mark.parametrize("text", TELLING)
def test_a_number_of_a_protected_row_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(cdi.DataError) as caught:
        written(tmp_path, f'findings = ["{text}"]')
    assert {each.code for each in caught.value.faults} == {"quoted-number"}
    assert text[:40] in str(caught.value)
    assert "key findings" in str(caught.value)
    assert "Take the number out of the text" in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", HARMLESS)
def test_what_tells_nothing_is_placed(tmp_path: Path, text: str) -> None:
    written(tmp_path, f'findings = ["{text}"]')


@pytest.mark.parametrize("key", ["findings", "areas_for_improvement", "notes", "title", "grade", "contact"])
def test_every_text_is_read(tmp_path: Path, key: str) -> None:
    text = '"Castle had 4 crimes"'
    with pytest.raises(cdi.DataError) as caught:
        written(tmp_path, f"{key} = {text if key in ('title', 'grade', 'contact') else f'[{text}]'}")
    assert {each.code for each in caught.value.faults} == {"quoted-number"}


def test_the_remedies_work(tmp_path: Path) -> None:
    with pytest.raises(cdi.DataError, match="or write what the tables print: 55, 60, ") as caught:
        written(tmp_path, 'notes = ["Mill Lane had 59 crimes."]')
    assert "Mill Lane" in str(caught.value)
    written(tmp_path, 'notes = ["Mill Lane had 60 crimes."]')
    cdi.write_report(report(tmp_path, 'notes = ["Mill Lane had few crimes."]'), tmp_path / "other")


def test_a_number_as_it_would_be_rounded_further_is_refused_in_the_end(tmp_path: Path) -> None:
    """It is a multiple of 10, which a coarser table could print; this one does not."""
    with pytest.raises(cdi.DataError) as caught:
        written(tmp_path, 'notes = ["Mill Lane had 40 crimes."]')
    assert {each.code for each in caught.value.faults} == {"quoted-number"}


def test_printed_names_are_names(tmp_path: Path) -> None:
    with pytest.raises(cdi.DataError, match="4 could reveal"):
        written(tmp_path, 'findings = ["Old Town had 4 crimes."]', '[categories.ward]\nCastle = "Old Town"\n')


def test_a_vague_category_needs_a_word_of_its_column(tmp_path: Path) -> None:
    groups = {"White": (138, 158), "Asian": (60, 73), "Other": (54, 59)}
    text = '{}findings = ["{}"]\n{}by = "ethnicity"\n'
    rows = audit(groups, "ethnicity")
    vague = text.format(HEAD, "Two other forces do better.", AUDIT.removeprefix(HEAD))
    cdi.write_report(made(tmp_path, vague, audit=rows), tmp_path / "out")
    clear = text.format(HEAD, "Of other ethnic groups 59 crimes were due.", AUDIT.removeprefix(HEAD))
    with pytest.raises(cdi.DataError, match="59 could reveal"):
        cdi.write_report(made(tmp_path, clear, audit=rows), tmp_path / "out")


def test_tables_of_no_people_and_internal_reports_are_quoted_as_they_are(tmp_path: Path) -> None:
    kinds = report(tmp_path, 'findings = ["In Castle 4 of 4 were recorded."]', column="kind")
    cdi.write_report(kinds, tmp_path / "kinds")
    inside = report(tmp_path, 'findings = ["In Castle 4 of 4."]', more='[disclosure]\nmode = "internal"\n')
    cdi.write_report(inside, tmp_path / "inside")
