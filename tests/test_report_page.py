"""The page of a report, as text: what stands where, and that nothing in it can act or be fetched."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdi import wording
from cdi.charts.style import Chart, Drawn
from cdi.inspecting.inspection import Inspection
from cdi.measures import MEASURES, Measure
from cdi.printing.layout import Cell, Grid, Head, Kind, Note, Notes, write_marks
from cdi.printing.tables import Row, Table
from cdi.report.contents import Exhibit, Input, Method, Part, Report
from cdi.report.page import page

VOID = {"meta", "img", "br", "link", "input", "hr"}
TEMPLATES = Path(wording.__file__).parents[1] / "templates"


@dataclass
class Node:
    tag: str
    attributes: dict[str, str | None]
    parent: Node | None
    texts: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def all(self, *tags: str) -> list[Node]:
        found = [self] if self.tag in tags else []
        return found + [node for child in self.children for node in child.all(*tags)]

    def one(self, tag: str) -> Node:
        (found,) = self.all(tag)
        return found

    def above(self) -> list[str]:
        return [] if self.parent is None else [self.parent.tag, *self.parent.above()]


class Tree(HTMLParser):
    """A page as nodes; a tag that is not closed in its order fails."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("", {}, None)
        self.feed(text)
        self.close()
        assert self.here is self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        node = Node(tag, dict(attrs), self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.here.tag
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        node: Node | None = self.here
        while node is not None:
            node.texts.append(data)
            node = node.parent


def grid_with(title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], words: int = 1) -> Grid:
    """Lay out rows of text; numbers of notes are a tuple, and [c] is withheld."""
    heads = [Head(text, Kind.WORDS if i < words else Kind.NUMBERS) for i, text in enumerate(headings)]
    if headings[-1] == "notes":
        heads[-1] = Head("notes", Kind.NOTES)
    return Grid(title, tuple(heads), tuple(tuple(map(cell, row)) for row in rows))


def cell(value: Any) -> Cell:
    if value == "[c]":
        return Cell(None, withheld=True)
    return Cell(value, write_marks) if isinstance(value, tuple) else Cell(value or None)


NOTED = Measure("noted", "noted", notes={"rounded": "withheld", "small-base": "small base"})
GRID = grid_with(
    "Recording rate, 95% confidence intervals (wilson)",
    ("crime type", "rate %", "lower %", "upper %", "crimes due", "notes"),
    (("violent", "86.6", "81.3", "90.6", "209", ""), ("sexual", "[c]", "[c]", "[c]", "[c]", (1, 2)),
     ("all", "91.4", "88.3", "93.6", "506", "")),
)  # fmt: skip
EXHIBIT = Exhibit(
    "recording_by_crime type", "Recording rate by crime type", Table(("crime type",), (), 0.95, "wilson", "both"),
    (GRID,), Notes((Note(NOTED, "rounded"), Note(NOTED, "small-base"))),
    ("The force is recording 91.4%.", "More is said."),
    (),
    "an audit", "Base: 506 crimes due.",
)  # fmt: skip
CHART = Chart("rates", "Rates by crime type", "Recording rate: violent 86.6%.", lambda: None)  # type: ignore[arg-type, return-value]
DRAWN = {"rates": Drawn('<svg xmlns="http://www.w3.org/2000/svg"><text>Größe</text></svg>', b"")}
REPORT = Report(
    inspection=Inspection(path=Path("inspection.toml"), force="Exampleshire Constabulary"),
    title="Crime recording in Exampleshire",
    force="Exampleshire Constabulary",
    date=dt.date(2022, 3, 1),
    headlines=("The force is recording 91.4%.",),
    judgment="Exampleshire Constabulary requires improvement at recording data about crime.",
    findings=("Officers record violence promptly.",),
    areas_for_improvement=("The force should record what is reported online.",),
    parts=(
        Part(
            "recording", "Recording", ("The force is recording 91.4%.",), (EXHIBIT,), (CHART,),
            findings=("The force is recording 91.4%.",),
        ),
    ),
    audited=("506 crimes in 456 reports.",),
    assumptions=("The period is not stated.",),
    quality=("3 rows were left out.",),
    disclosure=("1 row is withheld.",),
    methods=(Method("Recording rate", "p = sum(recorded) / sum(due)", "A book (1977)"),),
    glossary=(("Recording rate", "A share of crimes."),),
    contact="statistics@example.org",
    inputs=(Input("audit.csv", "ab" * 32),),
    internal=False,
)  # fmt: skip
NOTHING = replace(
    REPORT, date=None, headlines=(), judgment=None, parts=(), audited=(), assumptions=(), quality=(), disclosure=(),
    methods=(), inputs=(), findings=(), areas_for_improvement=(), glossary=(), contact=None,
)  # fmt: skip


def shown(report: Report) -> Node:
    return Tree(page(report, DRAWN).decode("utf-8")).root


def text_of(node: Node) -> str:
    return " ".join(node.text.split())


class TestStructure:
    def test_has_each_landmark_once_and_says_its_language(self) -> None:
        found = shown(REPORT)
        assert [node.tag for node in found.one("body").children] == ["a", "header", "main", "footer"]
        assert found.one("nav").parent is found.one("main")
        assert found.one("html").attributes["lang"] == wording.LANGUAGE
        assert found.one("title").text == "Crime recording in Exampleshire"
        assert text_of(found.one("footer")) == "Produced with cdi. Not official statistics."
        first = found.one("body").children[0]
        assert first.attributes["href"] == f"#{found.one('main').attributes['id']}"

    def test_stands_in_the_order_in_which_it_is_read(self) -> None:
        assert [node.text for node in shown(REPORT).all("h1", "h2", "h3")] == [
            "Crime recording in Exampleshire", "Summary", "Findings", "Areas for improvement", "Contents", "Recording",
            "The force is recording 91.4%.", "About these figures", "What was audited and how",
            "Periods and assumptions", "Data quality", "Disclosure control", "Glossary", "Contact",
        ]  # fmt: skip

    @pytest.mark.parametrize("report", [REPORT, NOTHING, replace(REPORT, parts=(), methods=())])
    def test_skips_no_level_of_headings(self, report: Report) -> None:
        levels = [int(node.tag[1]) for node in shown(report).all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))

    def test_leaves_out_the_sections_that_would_be_empty(self) -> None:
        found = shown(NOTHING)
        assert [node.text for node in found.all("h2")] == ["Contents", "About these figures"]
        assert found.all("time", "table", "figure") == found.all("table")
        assert "Exampleshire Constabulary" in found.one("header").text

    def test_names_the_force_once_where_it_is_the_title(self) -> None:
        found = shown(replace(REPORT, title=REPORT.force))
        assert found.one("header").text.count(REPORT.force) == 1

    def test_dates_itself_by_the_report_alone(self) -> None:
        time = shown(REPORT).one("time")
        assert (time.text, time.attributes["datetime"]) == ("1 March 2022", "2022-03-01")

    def test_links_lead_somewhere_on_the_page(self) -> None:
        found = shown(REPORT)
        places = [node.attributes["id"] for node in all_nodes(found) if "id" in node.attributes]
        assert len(set(places)) == len(places)
        assert all(place and re.fullmatch(r"[a-z0-9-]+", place) for place in places)
        for node in all_nodes(found):
            if node.tag == "a":
                assert str(node.attributes["href"])[1:] in places
            assert set(str(node.attributes.get("aria-labelledby") or places[0]).split()) <= set(places)

    def test_shows_a_grade_as_the_inspectors_and_only_one_that_was_given(self) -> None:
        assert str(REPORT.judgment) in text_of(shown(REPORT).all("section")[0])
        assert "at recording data about crime" not in shown(NOTHING).one("main").text

    def test_prints_findings_areas_and_whom_to_ask_as_they_were_given(self) -> None:
        found = text_of(shown(REPORT))
        for text in (*REPORT.findings, *REPORT.areas_for_improvement, "statistics@example.org", "A share of crimes."):
            assert found.count(text) == 1

    def test_says_it_is_not_for_publication_only_where_it_is_internal(self) -> None:
        found = shown(replace(REPORT, internal=True))
        assert text_of(found.one("aside")).startswith("Not for publication")
        assert found.one("title").text.endswith("(Not for publication)")
        assert found.one("body").attributes["class"] == "marked"
        assert "Not for publication" not in shown(REPORT).text

    def test_leaves_what_is_for_analysts_to_the_workbook(self) -> None:
        found = shown(REPORT)
        assert wording.PAGE_WORDS["files"] in text_of(found)
        assert "p = sum(recorded) / sum(due)" not in found.text
        assert "ab" * 32 not in found.text

    @pytest.mark.parametrize(("key", "grids"), [("recording", 1), ("forces", 0), ("monthly", 0), ("previous", 0)])
    def test_leaves_tables_that_a_chart_shows_whole_to_the_workbook(self, key: str, grids: int) -> None:
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], key=key),)))
        assert len(found.all("table")) == grids
        assert (wording.PAGE_WORDS["in_workbook"] in text_of(found)) == (not grids)


def all_nodes(node: Node) -> list[Node]:
    return [node, *(deep for child in node.children for deep in all_nodes(child))]


class TestTables:
    def test_have_caption_and_scopes(self) -> None:
        for table in shown(REPORT).all("table"):
            assert text_of(table.one("caption"))
            head, body = table.one("thead"), table.one("tbody")
            assert {node.attributes["scope"] for node in head.all("th")} == {"col"}
            for row in body.all("tr"):
                assert [node.attributes["scope"] for node in row.all("th")] == ["row"]
                assert len(row.children) == len(head.all("th"))

    def test_are_numbered_and_can_be_scrolled_by_keyboard(self) -> None:
        twice = replace(EXHIBIT, grids=(GRID, replace(GRID, title="Second")))
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(twice, EXHIBIT)),)))
        assert [text_of(node)[:8] for node in found.all("caption")[:3]] == ["Table 1.", "Table 2.", "Table 3."]
        for table in found.all("table"):
            region = table.parent
            assert region is not None
            assert (region.attributes["role"], region.attributes["tabindex"]) == ("region", "0")

    def test_show_every_cell(self) -> None:
        table = shown(REPORT).all("table")[0]
        rows = tuple(tuple(text_of(cell) for cell in row.children) for row in table.one("tbody").all("tr"))
        assert rows == tuple((*row[:-1], "".join(row[-1].split())) for row in GRID.rows)

    def test_lead_from_a_mark_to_its_note(self) -> None:
        found = shown(REPORT)
        notes = {node.attributes["id"]: node for node in found.all("li") if "id" in node.attributes}
        marks = [node for node in found.all("a") if "td" in node.above()]
        led = [notes[str(node.attributes["href"])[1:]] for node in marks]
        assert [text_of(node).removesuffix(wording.PAGE_WORDS["arrow"]).strip() for node in led] == [
            "Withheld",
            "Small base",
        ]
        assert [node.attributes["aria-label"] for node in marks] == ["note 1", "note 2"]
        # and back
        assert [node.one("a").attributes["href"] for node in led] == [f"#{node.attributes['id']}" for node in marks]

    def test_say_why_a_cell_holds_nothing(self) -> None:
        lacking = replace(GRID, cells=tuple((*row[:-1], Cell(missing=wording.NOT_APPLICABLE)) for row in GRID.cells))
        numbers = tuple(replace(head, kind=Kind.NUMBERS) if head.kind is Kind.NOTES else head for head in GRID.heads)
        exhibit = replace(EXHIBIT, grids=(replace(lacking, heads=numbers),))
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(exhibit,)),)))
        assert [text_of(row.all("td")[-1]) for row in found.one("tbody").all("tr")] == ["[z]"] * len(GRID.cells)
        assert wording.SYMBOLS["[z]"] in [text_of(node) for node in found.all("p")]

    def test_link_nothing_in_a_cell_of_other_words(self) -> None:
        worded = replace(GRID, cells=((*GRID.cells[1][:-1], Cell("see 1")), (*GRID.cells[1][:-1], Cell("1"))))
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(replace(EXHIBIT, grids=(worded,)),)),)))
        assert [node for node in found.all("a") if "td" in node.above()] == []
        assert [row.children[-1].text for row in found.all("tbody")[0].all("tr")] == ["see 1", "1"]

    def test_leave_columns_of_the_user_as_they_are_called(self) -> None:
        named = ("notes", "from", "to", "sub- type")
        grid = grid_with(
            "Rates", (*named, "rate %", "from %", "to %", "notes"), (("1", "a", "b", "c", "9", "8", "9", ""),), 4
        )
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(replace(EXHIBIT, grids=(grid,)),)),)))
        headings = [text_of(each) for each in found.all("table")[0].one("thead").all("th")]
        assert headings == ["Notes", "From", "To", "Sub- type", "Rate %", "From %", "To %", "Notes"]
        assert found.all("table")[0].all("a") == []

    @pytest.mark.parametrize(("rows", "kept"), [(15, "short"), (16, None)])
    def test_are_kept_together_on_paper_where_they_are_short(self, rows: int, kept: str | None) -> None:
        table = replace(EXHIBIT, grids=(replace(GRID, cells=GRID.cells[:1] * rows),))
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(table,)),)))
        assert found.all("table")[0].attributes.get("class") == kept

    def test_do_not_repeat_what_opens_their_part(self) -> None:
        found = shown(REPORT)
        assert found.text.count("The force is recording 91.4%.") == 2  # the summary, and above its chart
        assert text_of(found).count("More is said.") == 1

    def test_name_base_and_source_where_no_chart_of_them_does(self) -> None:
        said = "Base: 506 crimes due. Source: an audit."
        assert said not in text_of(shown(REPORT))
        assert text_of(shown(replace(REPORT, parts=(replace(REPORT.parts[0], charts=()),)))).count(said) == 1

    def test_have_a_heading_only_where_there_are_several(self) -> None:
        def headings(*grids: Grid) -> list[str]:
            table = replace(EXHIBIT, grids=grids)
            found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(table,)),)))
            return [node.text for node in found.all("h3")]

        assert EXHIBIT.title not in headings(GRID)
        assert EXHIBIT.title in headings(GRID, GRID)

    def test_name_no_method_of_an_interval(self) -> None:
        named = replace(GRID, name="Recording rate")
        row = Row(("all",), MEASURES["recording-rate"], 0.9, 0.8, 0.95, 0.95, "wilson")
        table = replace(EXHIBIT, grids=(named,), table=replace(EXHIBIT.table, rows=(row,)))
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(table,)),)))
        caption = text_of(found.one("caption"))
        assert caption == "Table 1. Recording rate by crime type, 95% confidence intervals"

    def test_explain_a_withheld_cell_where_it_stands_and_nowhere_else(self) -> None:
        assert wording.PAGE_WORDS["withheld"] in shown(REPORT).text
        open_grid = replace(GRID, cells=GRID.cells[:1])
        found = shown(
            replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(replace(EXHIBIT, grids=(open_grid,)),)),))
        )
        assert "[c]" not in found.text

    def test_leave_that_to_a_note_that_does(self) -> None:
        noted = replace(EXHIBIT, notes=Notes((Note(MEASURES["recording-rate"], "suppressed"),)))
        found = shown(replace(REPORT, parts=(replace(REPORT.parts[0], exhibits=(noted,)),)))
        assert wording.PAGE_WORDS["withheld"] not in found.text
        assert wording.DISCLOSURE_NOTES["suppressed"] in found.text


class TestCharts:
    def test_are_inside_with_what_they_show_in_words(self) -> None:
        figure = shown(REPORT).one("figure")
        image = figure.one("img")
        assert image.attributes["alt"] == CHART.description
        kind, _, data = str(image.attributes["src"]).partition(",")
        assert kind == "data:image/svg+xml;base64"
        assert base64.b64decode(data).decode("utf-8") == DRAWN["rates"].svg
        assert figure.one("figcaption").text == "Figure 1. Rates by crime type"

    def test_do_not_repeat_the_title_that_stands_above_them(self) -> None:
        untitled = DRAWN["rates"].svg.replace("Größe", "")
        html = page(REPORT, {"rates": replace(DRAWN["rates"], untitled=untitled)}).decode("utf-8")
        assert base64.b64encode(untitled.encode("utf-8")).decode("ascii") in html


HOSTILE = (
    "<script>alert(1)</script>",
    "\"onmouseover='alert(1)' x=\"",
    "</title></style><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://example.org/","x")',
    "a\u202eb\u200fc\x00d\x1b[31m\u2028e",
    "{{ 7 * 7 }}{% raw %}{# x #}",
    '"; } @import "http://example.org/"; /*',
    "w" * 200,
    "\ud800 half a character",
)


def hostile_report(text: str) -> Report:
    """Put a text in every place of a report that takes any."""
    chart = replace(CHART, title=text, description=text)
    grid = grid_with(text, (text, text), ((text, text),), words=2)
    notes = Notes((Note(Measure("noted", "noted", notes={"rounded": text}), "rounded"),))
    exhibit = replace(
        EXHIBIT, key=text, title=f"{text}!", grids=(grid,), notes=notes, said=(text,), source=text, base=text
    )
    said = (text,)
    return replace(
        REPORT, title=text, force=text, headlines=said, judgment=text, audited=said, assumptions=said, quality=said,
        disclosure=said, methods=(Method(text, text, text),), inputs=(Input(text, text),), internal=True,
        findings=said, areas_for_improvement=said, glossary=((text, text),), contact=text,
        parts=(Part("recording", text, said, (exhibit,), (chart,), findings=said),),
    )  # fmt: skip


def skeleton(node: Node) -> Any:
    return (node.tag, sorted(node.attributes), [skeleton(child) for child in node.children if child.tag != "bdi"])


PLAIN = skeleton(shown(hostile_report("plain")))


class TestSafety:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_any_text_stays_a_text(self, text: str) -> None:
        assert skeleton(shown(hostile_report(text))) == PLAIN

    @given(st.text(st.characters(), max_size=40))
    def test_any_text_at_all_stays_a_text(self, text: str) -> None:
        assert skeleton(shown(hostile_report(f"x{text}"))) == PLAIN

    @pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
    def test_what_can_be_shown_is_shown_as_it_is(self, text: str) -> None:
        found = shown(hostile_report(text))
        assert found.one("h1").text == found.all("figcaption")[0].text.removeprefix("Figure 1. ") == text
        assert found.one("img").attributes["alt"] == text

    def test_what_cannot_be_shown_is_shown_by_its_number(self) -> None:
        found = shown(hostile_report(HOSTILE[4]))
        assert found.one("h1").text == r"a\u202eb\u200fc\x00d\x1b[31m\u2028e"

    def test_a_name_from_right_to_left_is_kept_apart(self) -> None:
        found = shown(replace(REPORT, headlines=("The force משטרת ישראל (צפון) is recording 91.4%.",)))
        assert [node.text for node in found.all("section")[0].all("bdi")] == ["משטרת ישראל (צפון"]
        assert found.all("section")[0].all("p")[1].text == "The force משטרת ישראל (צפון) is recording 91.4%."

    def test_the_style_sheet_takes_no_sign_from_the_title(self) -> None:
        def style(title: str) -> Sequence[str]:
            text = shown(replace(REPORT, title=title)).one("style").text
            return text.split('@top-left { content: "')[1].split('"; }', 1)

        inside, rest = style('a"}</style>\\')
        assert inside == r"a\22 \7d \3c \2f style\3e \5c "
        assert rest == style("plain")[1]

    def test_nothing_runs_and_nothing_is_fetched(self) -> None:
        found = shown(hostile_report(HOSTILE[2]))
        assert found.all("script", "link", "iframe", "object", "embed", "form", "base", "svg") == []
        for node in all_nodes(found):
            assert not [name for name in node.attributes if name.startswith("on")]
            assert str(node.attributes.get("src", "data:")).startswith("data:")
            assert str(node.attributes.get("href", "#")).startswith("#")
        assert "url(" not in found.one("style").text
        assert "@import" not in found.one("style").text
        (policy,) = [node for node in found.all("meta") if "http-equiv" in node.attributes]
        assert str(policy.attributes["content"]).startswith(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )

    def test_the_same_report_gives_the_same_bytes(self) -> None:
        assert page(REPORT, DRAWN) == page(REPORT, DRAWN)


class TestTexts:
    def test_of_the_page_are_all_used_and_all_there(self) -> None:
        text = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.html", "exhibit.html"))
        used = set(re.findall(r"\bwords\.(\w+)", text))
        lists = {"audited", "assumptions", "quality", "disclosure", "findings", "areas_for_improvement"}
        assert used | lists == set(wording.PAGE_WORDS)

    def test_stand_in_the_catalogue_and_not_in_the_templates(self) -> None:
        for name in ("report.html", "exhibit.html"):
            text = (TEMPLATES / name).read_text(encoding="utf-8").split("</style>")[-1]
            bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", " ", text)
            assert bare.split() == []
