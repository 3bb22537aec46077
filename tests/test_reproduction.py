"""Published figures beside ours: all agree, and a figure that is changed is found out."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import cdi
from cdi import reproduction, wording
from cdi.cli.app import cli
from cdi.printing.layout import SURFACES

DATA = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"


def published() -> list[dict[str, str]]:
    with (DATA / "published.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "data"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


class TestAgreement:
    def test_prints_and_becomes_a_frame(self) -> None:
        found = cdi.reproduce()
        assert repr(found) == "<cdi.Reproduction: 17 of 17 figures agree>"
        frame = found.to_pandas()
        assert frame["agrees"].all()
        assert frame["subject"].tolist() == [line.subject for line in found.lines]

    def test_every_line_agrees(self) -> None:
        found = cdi.reproduce()
        assert found.agrees
        assert [line.subject for line in found.lines if not line.agrees] == []

    def test_every_figure_that_can_be_computed_has_a_line(self) -> None:
        found = cdi.reproduce()
        kinds = [row["kind"] for row in published()]
        assert len(found.lines) == sum(kind in {"rate", "more than", "count", "verdict"} for kind in kinds)
        assert len(found.left_out) == kinds.count("no count")
        assert len(found.exact) == kinds.count("census")
        assert set(kinds) == {
            "rate", "half width", "more than", "count", "verdict", "census", "census change", "no count", "sample size",
        }  # fmt: skip

    def test_the_figures_of_the_task_are_there(self) -> None:
        lines = {line.subject: line for line in cdi.reproduce().lines}
        for subject, printed in {
            "recording rate: all": "91.4 ± 2.6",
            "recording rate: violent": "86.6 ± 4.6",
            "recording rate: sexual": "92.9 ± 4.5",
            "unrecorded crimes: all": "more than 13,100",
            "unrecorded crimes: violent": "more than 8,300",
            "unrecorded crimes: sexual": "more than 420",
            "reasonable grounds recorded 2021: all": "87.4 ± 4.8",
            "reasonable grounds recorded 2019: all": "86.5 ± 4.3",
            "reasonable grounds recorded 2021: ethnic minority": "21 of 24",
            "reasonable grounds recorded: 2021 against 2019": "broadly unchanged",
        }.items():
            assert (lines[subject].printed, lines[subject].ours) == (printed, printed)
        assert lines["reasonable grounds recorded 2021: ethnic minority"].default == "87.5% (69.0 to 95.7)"
        assert not lines["reasonable grounds recorded 2021: ethnic minority"].solved_back
        assert lines["recording rate: all"].solved_back

    def test_ours_are_computed_and_not_copied(self, copy: Path) -> None:
        """Change what is printed, and ours stays; change the rows, and ours moves."""
        before = {line.subject: line for line in cdi.reproduce(copy).lines}
        change(copy / "published.csv", ",91.4,", ",91.5,")
        after = {line.subject: line for line in cdi.reproduce(copy).lines}
        assert after["recording rate: all"].printed == "91.5 ± 2.6"
        assert after["recording rate: all"].ours == before["recording rate: all"].ours == "91.4 ± 2.6"


TAMPERED = {
    "a published rate": ("published.csv", ",86.6,", ",86.7,", "recording rate: violent"),
    "a published half width": ("published.csv", ",4.8,", ",4.9,", "reasonable grounds recorded 2021: all"),
    "a published count": ("published.csv", ",13100,", ",13200,", "unrecorded crimes: all"),
    "the volumes": ("volumes.csv", "violent,", "violent,1", "unrecorded crimes: violent"),
    "a search": (
        "searches_2021.csv", "ethnic minority,yes", "ethnic minority,no",
        "reasonable grounds recorded 2021: ethnic minority",
    ),
    "a file review": ("file_reviews.csv", ",89,90", ",88,90", "victim received an appropriate service (yes)"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_a_change_is_found_out(what: str, copy: Path) -> None:
    name, old, new, subject = TAMPERED[what]
    change(copy / name, old, new)
    found = cdi.reproduce(copy)
    assert not found.agrees
    differing = [line.subject for line in found.lines if not line.agrees]
    assert subject in differing
    page = SURFACES["text"](found.page())
    assert page.count("DIFFERS") == len(differing)
    assert f"{len(differing)} of {len(found.lines)} lines DIFFER." in page


def test_the_command_ends_with_status_1_where_a_line_differs(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(cli, ["reproduce"]).exit_code == 0
    change(copy / "published.csv", ",420,", ",430,")
    monkeypatch.setattr(reproduction, "_shipped", lambda: [copy])
    done = CliRunner().invoke(cli, ["reproduce"])
    assert done.exit_code == 1
    assert "1 of 17 lines DIFFER." in done.output
    assert "DIFFERS" in done.output


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_data_that_is_not_there_is_said(place: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(cdi.DataError) as caught:
        cdi.reproduce(tmp_path / place)
    assert [item.code for item in caught.value.faults] == ["no-file"]


def test_the_page_says_what_agreement_shows_and_what_not() -> None:
    page = cdi.reproduce().page()
    text = SURFACES["text"](page)
    assert max(map(len, text.splitlines())) <= 80
    plain = " ".join(text.split())
    for said in (
        "the formula is inferred, as none has been published",
        "so agreement is not evidence",
        "All 17 lines agree at the printed precision.",
        "What agreement shows: the arithmetic is consistent.",
        "What it does not show: that the inspectorate used this method.",
        "The clustering in the rows is invented",
        "For 21 of 24 the counts are real",
    ):
        assert said in plain
    assert plain.endswith(wording.NOT_SHOWN)


def test_figures_in_words_are_printed_as_they_were() -> None:
    left_out = cdi.reproduce().left_out
    assert any(text.endswith(": half of the cases reviewed") for text in left_out)
    assert not any("999" in text for text in left_out)


class TestVerdict:
    SUBJECT = "reasonable grounds recorded: 2021 against 2019"

    def test_ours_stands_beside_the_published_one(self) -> None:
        line = {line.subject: line for line in cdi.reproduce().lines}[self.SUBJECT]
        assert line.default == "no clear change: 0.9 (-5.9 to 7.2)"
        assert line.solved_back

    def test_the_published_one_is_computed(self, copy: Path) -> None:
        """With a sample in which far fewer had grounds the difference is significant, and the line differs."""
        path = copy / "searches_2019.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(",yes", ",no", 60), encoding="utf-8")
        line = {line.subject: line for line in cdi.reproduce(copy).lines}[self.SUBJECT]
        assert (line.printed, line.ours, line.agrees) == ("broadly unchanged", "higher", False)


class TestCensus:
    def test_figures_are_printed_as_they_are_without_an_interval(self) -> None:
        found = {figure.subject.partition(" ")[0]: figure for figure in cdi.reproduce().exact}
        assert {name: (figure.printed, figure.before) for name, figure in found.items()} == {
            "999": ("89.4%", ""),
            "wanted": ("69%", "up 14.0 points from 55%"),
        }
        text = SURFACES["text"](cdi.reproduce().page())
        assert text.count("census: no interval") == 2

    def test_a_fall_is_said_so(self, copy: Path) -> None:
        change(copy / "published.csv", ",change,,,14,", ",change,,,-14,")
        assert cdi.reproduce(copy).exact[1].before == "down 14.0 points from 83%"
