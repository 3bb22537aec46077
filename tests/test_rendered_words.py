"""The sentences of real outputs: every verb, help, reports, worksheets and faults, measured as a reader meets them."""

from __future__ import annotations

import re
import shlex
import string
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import cdi
from cdi import wording
from cdi.binomial.intervals import describe_methods
from cdi.cli import options
from cdi.cli.app import cli
from cdi.errors import Fault, Surface, Where
from cdi.inspecting.keys import INSPECTION, Section, meaning_of
from cdi.parameters import PARAMETERS
from cdi.printing.layout import SURFACES
from cdi.worksheets import write_template
from tests.test_docs import PAGES, shown
from tests.test_model import audit_of_reports
from tests.test_sentences import AS_PUBLISHED, LONGEST, words

ROOT = Path(__file__).parent.parent

AVON = "data/avon_and_somerset_2021_22"
ESTIMATE = f"estimate {AVON}/audit.csv --by crime_type --volumes {AVON}/frame.csv --volumes {AVON}/volumes.csv"
OWN = "data/examples/exampleshire"
COMMANDS = [
    f"{ESTIMATE} --detail --route-share 90% --over-recorded 2.1%+-0.8% --prediction",
    f"{ESTIMATE} --side lower",
    f"{ESTIMATE} --side upper --method korn-graubard",
    f"estimate {OWN}_audit.csv --by crime_type --stratum route --cluster cluster --detail",
    f"estimate {OWN}_audit.csv --by crime_type --selection census",
    f"estimate {OWN}_audit.csv --by crime_type --selection judgement",
    f"estimate {OWN}_audit.csv --by crime_type --stratum route --population {OWN}_frame.csv --disclosure internal",
    "estimate data/examples/decisions.csv --by crime_type --measure over-recording --classification lenient",
    "grounds data/examples/searches.csv --by ethnicity --style published",
    "grounds data/examples/searches.csv --by ethnicity --contrast --selection census --disclosure internal",
    f"grounds {AVON}/searches_2021.csv --selection census",
    f"compare {AVON}/audit.csv 80%+-2% --by ''",
    f"compare {AVON}/audit.csv {OWN}_audit.csv --by crime_type --level 90%",
    "coverage 24 --method all --population 200",
    "coverage 182 --rates 80%,90% --side lower",
    f"coverage {AVON}/audit.csv --by crime_type --volumes {AVON}/volumes.csv --draws 20 --processes 1 --method wald",
    f"coverage {OWN}_audit.csv --rate 97% --correlation 20% --draws 20 --processes 1",
    "compare 159/182 211/244 --coverage --margin 3pp",
    "compare 159/182 211/244 --kind ratio",
    "compare 181/200 152/200 150/200 --false-discovery 5%",
    "trend data/examples/dip_sample.csv --period month",
    "trend data/examples/dip_sample.csv --period month --baseline 12 --disclosure internal",
    "trend data/examples/dip_sample.csv --period month --level 90% --method mid-p",
    "timeliness data/examples/times.csv --disclosure internal --by crime_type",
    f"timeliness {OWN}_audit.csv --by crime_type --stratum route --within 48",
    "agree data/examples/decisions.csv data/examples/moderation.csv --by crime_type --disclosure internal",
    "agree data/examples/decisions.csv data/examples/moderation.csv --by crime_type --selection judgement",
    "watch data/examples/half_read.csv --standard 95% --most 3",
    "watch data/examples/half_read.csv --standard 90% --most 3 --side lower",
    "forces data/published/forces.csv --mixed-periods --higher better --detail --seed 1",
    "forces data/published/forces.csv --mixed-periods --sort value",
    f"review {AVON}/reviews.csv --questions {AVON}/questions.csv --by outcome --disclosure internal",
    "review data/examples/cancelled.csv --question rightly --question evidence --selection judgement",
    "interval 159/182 --method all --population 6000",
    "interval 0/30 --side upper",
    f"check {AVON}/audit.csv data/examples/decisions.csv",
    "check --searches data/examples/searches.csv",
    "methods",
    "reproduce",
]  # fmt: skip
"""What is run beside the commands of the docs."""


class Blocks(HTMLParser):
    """The texts of a page: each paragraph, item, cell and caption by itself."""

    APART = frozenset(
        ["br", "caption", "dd", "desc", "details", "div", "dt", "figcaption", "h1", "h2", "h3", "h4", "li", "p",
         "section", "summary", "table", "td", "th", "title", "tr"]
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = [""]
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in {"style", "script"}
        self.found += [""] if tag in self.APART else []
        self.found += [text for name, text in attrs if name in {"alt", "aria-label"} and text] + [""] * bool(attrs)

    def handle_endtag(self, tag: str) -> None:
        self.silent = False
        self.found += [""] if tag in self.APART else []

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found[-1] += data


def texts_of(page: str) -> list[str]:
    reader = Blocks()
    reader.feed(page)
    reader.close()
    return [" ".join(text.split()) for text in reader.found if text.strip()]


REFERENCES = {
    *(reference for _, _, reference in wording.REPORT_METHODS.values()),
    *(" ".join(card.reference.split()) for card in describe_methods()),
}
"""Titles of books and papers, which are cited in full."""


def sentences(text: str) -> list[str]:
    """Part a text; what a user named as its source, and what is cited, is no sentence."""
    if text in REFERENCES:
        return []
    return [each for each in re.split(r"(?<=[.?!]) +|\n+", text) if not each.startswith("Source: ")]


def too_long(texts: Iterable[str]) -> list[str]:
    """List the sentences of more words than a reader is asked to hold, but for the words of inspection reports."""
    said = {sentence for text in texts for sentence in sentences(text)}
    return sorted(each for each in said if words(each) > LONGEST and not each.startswith(AS_PUBLISHED))


def printed(command: str) -> str:
    done = CliRunner().invoke(cli, shlex.split(command))
    assert done.exit_code == 0, done.output
    return done.output


OF_THE_DOCS = {
    page.stem: [text.removeprefix("cdi ") for text, _ in shown(page) if not text.startswith("cdi report")]
    for page in PAGES
}
"""Page -> its commands, each of which may read what one before it wrote."""


@pytest.mark.parametrize(
    "commands", [*OF_THE_DOCS.values(), *([command] for command in COMMANDS)], ids=lambda each: "; ".join(each)[:60]
)
def test_what_a_verb_prints(commands: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # what it writes is not left in the checkout
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "format_of", lambda given: "html")
    for command in commands:
        found = printed(command.replace("--draws 1000", "--draws 20"))  # the sentences are the same
        # a draft is no page: its sentences are the comments of its lines
        assert too_long(re.split("[\n#]", found) if command.startswith("init") else texts_of(found)) == []


@pytest.mark.parametrize("verb", ["", *wording.VERBS])
def test_help(verb: str) -> None:
    found = printed(f"{verb if verb != 'cdi' else ''} --help".strip())
    paragraphs = [" ".join(part.split()) for part in found.split("\n\n") if "\n  -" not in part]
    assert len(paragraphs) > 1
    assert too_long(paragraphs) == []


def test_options() -> None:
    assert too_long(text for each in PARAMETERS.values() for text in (each.help, *each.words.values())) == []


INSPECTIONS = [f"{AVON}/inspection.toml", "data/examples/inspection.toml"]


@pytest.fixture(scope="module", params=INSPECTIONS)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "out"
    printed(f"report {ROOT / request.param} -o {folder}")
    return folder


def test_the_page_of_a_report(report: Path) -> None:
    (page,) = report.glob("*.html")
    assert too_long(texts_of(page.read_text(encoding="utf-8"))) == []


def test_the_charts_of_a_report(report: Path) -> None:
    found = [text for chart in report.glob("charts/*.svg") for text in texts_of(chart.read_text(encoding="utf-8"))]
    assert too_long(found) == []


def cells(file: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(file).worksheets:
        yield from (str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))


def test_the_workbook_of_a_report(report: Path) -> None:
    found = list(cells(report / "tables.xlsx"))
    assert len(found) > 200
    assert too_long(found) == []


@pytest.mark.parametrize("kind", ["audit", "searches", "review", "volumes", "results", "trend"])
def test_a_worksheet(kind: str, tmp_path: Path) -> None:
    write_template(kind, tmp_path / "sheet.xlsx")
    assert too_long(cells(tmp_path / "sheet.xlsx")) == []


def test_every_method_of_the_annex() -> None:
    assert too_long(formula for _, formula, _ in wording.REPORT_METHODS.values()) == []


@pytest.mark.parametrize("formula", ["recorded ~ crime_type + stratum", "recorded ~ crime_type"])
def test_a_model(formula: str) -> None:
    audit = cdi.read_audit(ROOT / AVON / "audit.csv")
    assert too_long(texts_of(SURFACES["html"](audit.model(formula).page()))) == []


@pytest.mark.parametrize("formula", ["recorded ~ group + should * kind", "recorded ~ should"])
def test_a_model_of_numbers_and_interactions(formula: str) -> None:
    audit = audit_of_reports()
    assert too_long(texts_of(SURFACES["html"](audit.model(formula).page()))) == []


@pytest.mark.parametrize("surface", list(Surface))
def test_faults(surface: Surface) -> None:
    """Each is told with a value of one word in the place of each of its braces, and where it stands."""
    values = {"name": "stratum", "asked": "contrast", "example": "effective", "hint": "There are: violent, other."}
    told = []
    for code, said in wording.FAULTS.items():
        parts = [part for where in Surface for text in said.on(where) for part in string.Formatter().parse(text)]
        parts += [inner for _, _, spec, _ in parts if spec for inner in string.Formatter().parse(spec)]
        given = {name: 1234 if set(spec or "") & set(",gf") else "violent" for _, name, spec, _ in parts if name}
        fault = Fault(code, "xyz", Where("audit.csv", 12, "recorded"), tuple((given | values).items()))
        told.append(fault.told(surface))
    assert too_long(told) == []


def test_keys_of_an_inspection() -> None:
    def meanings(section: Section, above: str) -> Iterator[str]:
        place = f"{above}{section.name}"
        prefix = f"{place}." if place else ""
        yield wording.TABLES.get(place, "")
        yield from (meaning_of(f"{prefix}{key.name}", key) for key in section.keys)
        for table in section.tables:
            yield from meanings(table, prefix)

    assert too_long(meanings(INSPECTION, "")) == []
