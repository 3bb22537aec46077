"""What a published report says: no advice to the analyst, no heading twice in a table, and how each number is made."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cdi import wording
from cdi.inspecting.inspection import read_inspection
from cdi.keyed import Key
from cdi.measures import MEASURES
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.making import outputs
from cdi.report.workbook import sheets_of

DATA = Path(__file__).parents[1] / "data"
WORKED = DATA / "avon_and_somerset_2021_22" / "inspection.toml"
EXAMPLE = DATA / "examples" / "inspection.toml"


def needy(folder: Path) -> Path:
    """Write an inspection that the verbs would answer with advice: no frame, months that vary, a name misspelled."""
    months = [f"20{year}-{month:02d}" for year in (23, 24) for month in range(1, 13)]
    rows = [f"{'ab'[i % 2]},{m},{int(i >= (9, 1, 5)[j % 3])}" for j, m in enumerate(months) for i in range(20)]
    tables = {
        "audit": ["stratum,month,recorded", *rows],
        "searches": ["stratum,grounds", *(f"{'ab'[i % 2]},{int(i % 5 > 0)}" for i in range(80))],
        "reviews": ["stratum,told", *(f"{'ab'[i % 2]},{'yes' if i % 5 else 'no'}" for i in range(80))],
        "forces": ["force,rate,half_width", "Kent,90%,2%", "Northshire,85%,2%", "Surrey,88%,3%", "Essex,80%,2%"],
    }
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "inspection.toml").write_text(
        'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\ncolumns = {stratum = "stratum"}\n[monthly]\n'
        '[searches]\nfiles = "searches.csv"\n[reviews]\nfiles = "reviews.csv"\n'
        '[forces]\nfile = "forces.csv"\nmixed_periods = true\nother_forces = "include"\n'
        '[[previous]]\nname = "2022"\nfigure = "84.6%+-3.1%"\n',
        encoding="utf-8",
    )
    return folder / "inspection.toml"


@pytest.fixture(scope="module", params=["worked", "example", "needy"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    shipped = {"worked": WORKED, "example": EXAMPLE}
    path = shipped.get(request.param) or needy(tmp_path_factory.mktemp("needy"))
    return assemble(read_inspection(path))


@pytest.fixture(scope="module")
def made(report: Report) -> Mapping[str, bytes]:
    return outputs(report, Key(bytes(32)))


def texts(made: Mapping[str, bytes]) -> Iterator[str]:
    """Every text that a reader meets: those of the page without its style, of charts, cells and listings."""
    for name, content in made.items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                yield re.sub("<[^>]+>", " ", book.read("xl/sharedStrings.xml").decode("utf-8"))
        elif name.endswith((".html", ".svg")):
            yield re.sub(r"<style.*?</style>|<!--.*?-->", "", content.decode("utf-8"), flags=re.DOTALL)
        elif not name.endswith((".png", "provenance.json")):
            yield content.decode("utf-8")


class TestAdvice:
    @pytest.mark.long
    def test_of_the_analyst_is_in_no_output(self, made: Mapping[str, bytes]) -> None:
        advice = [
            "Did you mean",
            "Find out why",
            "Look for what",
            "before seeing results",
            ": give the",
            ": name a",
            "--",
        ]
        assert [(each, text[:60]) for text in texts(made) for each in advice if each in text] == []

    def test_is_parted_from_what_readers_are_to_know(self, tmp_path: Path) -> None:
        report = assemble(read_inspection(needy(tmp_path)))
        said = " ".join(text for each in report.exhibits for text in each.said)
        for whole in ("describes the sample, not the force.", "The limits are widened to allow for this (Laney 2002).",
                      "The margin is 3 percentage points"):  # fmt: skip
            assert whole in said


class TestNames:
    @pytest.mark.parametrize(
        "name", ["2021--22", "2024-03", "Audit (--see notes) of May. Did you mean 2020?", "1 Oct 2015"]
    )
    def test_of_an_earlier_result_are_kept_as_they_are(self, name: str, tmp_path: Path) -> None:
        path = needy(tmp_path)
        path.write_text(path.read_text(encoding="utf-8").replace('"2022"', json.dumps(name)), encoding="utf-8")
        report = assemble(read_inspection(path))
        found = next(each for each in report.exhibits if each.key == "previous_recording_rate")
        table = found.table.rows
        assert {record.label[0] for record in table} >= {wording.THIS, name}
        assert any(text.startswith(f"This inspection against {name}: ") for text in found.said)
        assert not [text for text in found.said if "--margin" in text]

    def test_of_categories_are_kept_as_they_are(self, tmp_path: Path) -> None:
        path = needy(tmp_path)
        forces = (tmp_path / "forces.csv").read_text(encoding="utf-8").replace("Essex", "Essex--North")
        (tmp_path / "forces.csv").write_text(forces, encoding="utf-8")
        report = assemble(read_inspection(path))
        said = next(each for each in report.exhibits if each.key == "forces").said
        assert any("Essex--North" in text and "average" in text for text in said)


class TestHeadings:
    @pytest.mark.long
    def test_hold_no_sign_that_only_terminals_know(self, made: Mapping[str, bytes]) -> None:
        page = made["report.html"].decode("utf-8")
        assert "\\xad" not in page
        assert "\u00ad" not in page

    def test_of_a_table_are_each_their_own(self, made: Mapping[str, bytes]) -> None:
        page = made["report.html"].decode("utf-8")
        tables = re.findall(r"<thead>(.*?)</thead>", page, re.DOTALL)
        headed = [
            [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<th.*?</th>", each, re.DOTALL)]
            for each in tables
        ]
        assert len(headed) >= 3  # the other tables are in the workbook
        assert [each for each in headed if len(set(each)) < len(each)] == []
        ends = [each for each in headed if sum(name.lower().rstrip(" %") in {"from", "to"} for name in each) > 2]
        assert ends == []

    def test_of_sheets_say_what_they_hold(self, report: Report) -> None:
        titles = [sheet.title for sheet in sheets_of(report)]
        assert len(set(titles)) == len(titles)
        assert not [title for title in titles if "others" in title]


METHOD_OF = {
    "recording-rate": "ratio", "grounds": "ratio-grounds", "review": "ratio-review", "unrecorded": "unrecorded",
    "difference": "difference", "p-value": "p-value", "outlier-lines": "outlier-lines", "z-score": "z-score",
    "adjusted-rate": "adjusted-rate", "among-lowest": "chances", "among-highest": "chances", "timely": "timely",
    "timely-due": "timely", "delay-median": "delay", "delay-90th": "delay", "control-limits": "control-limits",
    "recording-rate-rolling": "rolling",
}  # fmt: skip
"""Measure -> the entry of the annex that says how it is made; a margin stands in the entry of verdicts."""

_LETTER = r"(?:[A-Za-zμτΦ]\u0304?|[x̄ȳēū]+)(?:_\w+|\d|_eff)?"
_SYMBOL = re.compile(rf"(?<![\w'-]){_LETTER}(?![\w'’.-])")
_DEFINED = re.compile(rf"(?<![\w'-])((?:{_LETTER}(?:\([^)]*\))?²?(?:, | and )?)+)(?:: | = | is | are )")


def symbols(text: str) -> set[str]:
    return {each.rstrip("²") for each in _SYMBOL.findall(text)} - {"a", "A"}


def defined(text: str) -> set[str]:
    return {each for group in _DEFINED.findall(text) for each in symbols(re.sub(r"\([^)]*\)", "", group))}


class TestAnnex:
    def test_says_how_each_number_is_made(self, report: Report) -> None:
        named = {each.name for each in report.methods}
        records = [each for part in report.parts for exhibit in part.exhibits for each in exhibit.table.rows]
        held = {each.measure.key for each in records if each.estimate is not None} - {"margin"}
        assert {wording.REPORT_METHODS[METHOD_OF[kind]][0] for kind in held} <= named

    def test_has_the_rules_of_the_chart_and_the_design(self, report: Report) -> None:
        named = {each.name for each in report.methods}
        assert {"Symbols", "Design effect", "Effective sample size"} <= named
        assert ("Signals of the control chart" in named) == ("Control limits" in named)

    @pytest.mark.parametrize("key", sorted(set(wording.REPORT_METHODS) - {"symbols"}))
    def test_defines_each_symbol(self, key: str) -> None:
        formula = wording.REPORT_METHODS[key][1]
        known = defined(wording.REPORT_METHODS["symbols"][1]) | defined(formula)
        assert symbols(formula) - known == set()

    def test_defines_what_it_names_in_the_entry_of_symbols(self) -> None:
        assert {
            "h",
            "i",
            "N_h",
            "n_h",
            "f_h",
            "N",
            "n",
            "x",
            "y",
            "w",
            "m",
            "d",
            "p",
            "v",
            "v0",
            "z",
            "t",
            "R",
            "U",
            "k",
        } <= (defined(wording.REPORT_METHODS["symbols"][1]) | {"t"})


class TestPeriods:
    def test_of_recorded_crime_that_is_absent_is_said_to_be(self, tmp_path: Path) -> None:
        (tmp_path / "audit.csv").write_text("kind,recorded\n" + "a,yes\nb,no\nb,yes\na,yes\n" * 20, encoding="utf-8")
        (tmp_path / "volumes.csv").write_text("kind,recorded_crime\na,100\nb,200\n", encoding="utf-8")
        text = 'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\nby = "kind"\n[volumes]\nfiles = "volumes.csv"\n'
        for periods, said in (
            ("", True),
            ('[periods]\naudit = "2024-01 to 2024-06"\ncount = "year to June 2024"\n', True),
            ('[periods]\nvolumes = "year to June 2024"\n', False),
        ):
            (tmp_path / "inspection.toml").write_text(text + periods, encoding="utf-8")
            found = assemble(read_inspection(tmp_path / "inspection.toml")).assumptions
            assert ("Recorded crime: period not stated." in found) == said

    def test_of_the_monthly_sample_are_said(self) -> None:
        said = " ".join(assemble(read_inspection(EXAMPLE)).audited)
        assert "The samples are of January 2023 to June 2024." in said


class TestListing:
    @pytest.mark.long
    def test_holds_scores_and_chances_of_forces(self) -> None:
        rows = json.loads(outputs(assemble(read_inspection(WORKED)), Key(bytes(32)))["estimates.json"])["rows"]
        own = {row["measure"]: row for row in rows if row["category"] == "Avon and Somerset"}
        assert own[MEASURES["z-score"].name]["estimate"] == pytest.approx(0.64, abs=0.005)
        assert own[MEASURES["among-highest"].name]["estimate"] == pytest.approx(0.0532, abs=0.0005)
        assert own[MEASURES["among-highest"].name]["sentence"] == (
            "Avon and Somerset: the probability that the force is truly among the highest 5 of 38 forces is 5.3%."
        )
