"""Charts of rates: all that is said on them, nothing of what is withheld, and names that stay legible and inert."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdi.charts.rate_charts import Caption, Mark, beginning, ending, rate_chart, sequence_chart, unrecorded_chart
from cdi.charts.style import (
    BLUE,
    CLARET,
    GREY,
    ORANGE,
    SMALL,
    TEAL,
    WIDTH,
    Chart,
    drawn,
    shortened,
    stacked,
    width,
    wrapped,
)

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption(
    "Whiskers show 95% confidence intervals (wilson).",
    "Base: 506 crimes due in 456 reports.",
    "an audit",
)
INTERVAL = "interval of the share recorded"
VIOLENT = Mark("violent", 0.866, 0.813, 0.906, "8,300 not recorded")
WITHHELD = Mark("sexual", None, count="withheld")
ALL = Mark("all", 0.914, 0.888, 0.94, "13,100 not recorded", marked=True)
KINDS: Sequence[Callable[[str, str, Sequence[Mark], Caption], Chart]] = (rate_chart, sequence_chart, unrecorded_chart)
HOSTILE = (
    "<script>alert('x')</script>",
    'he said "$x_1$" & {y}',
    "\u202eright to left\u202c",
    "two\nlines\tand \x00",
    '=HYPERLINK("x")',
    "W" * 200,
    "犯罪 \U0001f600 Körper",
)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def svg_of(chart: Chart) -> ET.Element:
    return ET.fromstring(drawn(chart).svg)  # noqa: S314 (our own file)


def texts(svg: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in svg.iter(f"{SVG}text")]


def placed(svg: ET.Element, text: str) -> tuple[float, float]:
    (node,) = (node for node in svg.iter(f"{SVG}text") if "".join(node.itertext()) == text)
    return float(node.get("x", "nan")), float(node.get("y", "nan"))


def symbols(svg: ET.Element) -> int:
    """Count what is drawn: the uses of markers, and the paths that are filled or hatched."""
    filled = [path for path in svg.iter(f"{SVG}path") if "fill: #12436d" in path.get("style", "")]
    return len(list(svg.iter(f"{SVG}use"))) + len(filled)


@every_kind
class TestEveryKind:
    def test_says_everything_on_the_chart(self, kind: Callable[..., Chart]) -> None:
        shown = texts(svg_of(kind("rates", "Recording rate by crime type", [VIOLENT, WITHHELD, ALL], CAPTION)))
        assert {"Recording rate by crime type", CAPTION.interval, CAPTION.base, "Source: an audit."} <= set(shown)
        assert {"Violent", "Sexual", "All", "withheld"} <= set(shown)

    def test_describes_each_mark(self, kind: Callable[..., Chart]) -> None:
        text = kind("rates", "Rates", [VIOLENT, WITHHELD, ALL], CAPTION).description
        of = " recorded" if kind is unrecorded_chart else ""
        assert text == (
            f"Rates. Violent 86.6%{of} (81.3% to 90.6%), 8,300 not recorded. Sexual: withheld. All 91.4%{of} (88.8% to "
            "94.0%), 13,100 not recorded."
        )

    def test_draws_nothing_of_what_is_withheld(self, kind: Callable[..., Chart]) -> None:
        """Its ends, handed over by mistake, show neither as a symbol nor as a number."""
        leaky = Mark("sexual", None, 0.123, 0.456, "withheld")
        without, held, other = (
            svg_of(kind("rates", "Rates", marks, CAPTION)) for marks in ([ALL], [ALL, leaky], [ALL, VIOLENT])
        )
        assert symbols(held) - axis_marks(held) == symbols(without) - axis_marks(without)
        assert symbols(other) - axis_marks(other) > symbols(without) - axis_marks(without)
        assert not re.search(r"12\.3|45\.6", " ".join(texts(held)))
        assert texts(held).count("withheld") == 1

    def test_names_the_marked_one_in_bold(self, kind: Callable[..., Chart]) -> None:
        svg = svg_of(kind("rates", "Rates", [VIOLENT, ALL], CAPTION))
        styles = {"".join(node.itertext()): node.get("style", "") for node in svg.iter(f"{SVG}text")}
        assert "font-weight: 700" in styles["All"]
        assert "font-weight" not in styles["Violent"]

    def test_takes_any_text_as_plain_text(self, kind: Callable[..., Chart]) -> None:
        marks = [Mark(text, 0.5 + i / 20, 0.4, 0.9, text, marked=i == 2) for i, text in enumerate(HOSTILE)]
        chart = kind("rates", " ".join(HOSTILE), marks, Caption(*HOSTILE[:3]))
        svg = svg_of(chart)
        assert {node.tag.removeprefix(SVG) for node in svg.iter()} <= {
            "svg", "title", "desc", "g", "path", "use", "text", "defs", "clipPath", "rect", "pattern",
        }  # fmt: skip
        everything = "".join(svg.itertext())
        assert "\u202e" not in everything
        assert "\\u202eright to left\\u202c" in everything
        assert HOSTILE[0] in everything
        assert "W" * 200 in chart.description

    def test_keeps_every_text_on_the_picture(self, kind: Callable[..., Chart]) -> None:
        marks = [Mark(text, 0.5 + i / 20, 0.4, 0.9, text, marked=i == 5) for i, text in enumerate(HOSTILE)]
        svg = svg_of(kind("rates", " ".join(HOSTILE), marks, Caption(*HOSTILE[3:6])))
        for node in svg.iter(f"{SVG}text"):
            left, right = extent(node)
            assert left >= -0.5
            assert right <= WIDTH * 72 + 0.5

    def test_says_in_full_why_there_is_no_mark(self, kind: Callable[..., Chart]) -> None:
        why = "no total: a category has no rate, or a rate of 0"
        shown = texts(svg_of(kind("rates", "Rates", [VIOLENT, Mark("all", None, count=why, marked=True)], CAPTION)))
        assert why in " ".join(shown)

    def test_gives_the_same_bytes_each_time(self, kind: Callable[..., Chart]) -> None:
        one, other = (drawn(kind("rates", "Rates", [VIOLENT, WITHHELD, ALL], CAPTION)) for _ in range(2))
        assert one == other

    @pytest.mark.parametrize("count", [0, 1, 2, 25])
    def test_is_drawn_of_none_and_of_many(self, kind: Callable[..., Chart], count: int) -> None:
        marks = [
            Mark(f"n{i}", 1.0 if i == 0 else i / 25, None if i < 2 else 0.0, None if i < 2 else 1.0)
            for i in range(count)
        ]
        assert "Source: an audit." in texts(svg_of(kind("rates", "Rates", marks, CAPTION)))

    def test_leaves_out_what_is_not_said(self, kind: Callable[..., Chart]) -> None:
        shown = texts(svg_of(kind("rates", "Rates", [ALL], Caption("", "", "an audit."))))
        assert "Source: an audit." in shown
        assert "" not in shown


def extent(node: ET.Element) -> tuple[float, float]:
    """Give where a text begins and ends, in points."""
    style = node.get("style", "")
    size = float(re.findall(r"([\d.]+)px", style)[0])
    wide = 72 * width("".join(node.itertext()), size, bold="font-weight: 700" in style)
    moved = re.search(r"translate\(([\d.]+)", node.get("transform", ""))
    at = float(node.get("x") or (moved.group(1) if moved else "nan"))
    if "text-anchor: middle" in style:
        return at - wide / 2, at + wide / 2
    return (at - wide, at) if "text-anchor: end" in style else (at, at + wide)


def axis_marks(svg: ET.Element) -> int:
    """Count the ticks of the axes, which are markers too: as many as there are steps in percent, and names below."""
    return sum("#cccccc" in use.get("style", "") for use in svg.iter(f"{SVG}use"))


class TestRates:
    def test_a_rate_of_rounded_counts_is_written_whole(self) -> None:
        marks = [Mark("Black", 0.86, 0.59, 1.0, "30 of 35", places=0), Mark("All", 0.863, 0.82, 0.898, "259 of 300")]
        for chart in (rate_chart("rates", "Rates", marks, CAPTION), sequence_chart("rates", "Rates", marks, CAPTION)):
            written = " ".join(texts(svg_of(chart)))
            assert "86%" in written
            assert "86.0%" not in written
            assert "Black 86% (59% to 100%), 30 of 35." in chart.description
            assert "All 86.3% (82.0% to 89.8%)" in chart.description

    def test_stand_beside_their_counts(self) -> None:
        shown = texts(svg_of(rate_chart("rates", "Rates", [VIOLENT, WITHHELD, Mark("other", 0.5)], CAPTION)))
        assert {"86.6% (8,300 not recorded)", "withheld", "50.0%"} <= set(shown)

    def test_differ_by_shape_where_one_is_marked(self) -> None:
        shapes = [
            {path.get("d") for defs in svg_of(rate_chart("r", "R", marks, CAPTION)).iter(f"{SVG}defs") for path in defs}
            for marks in ([VIOLENT, VIOLENT], [VIOLENT, ALL])
        ]
        assert len(shapes[1]) == len(shapes[0]) + 1

    def test_say_where_their_axis_begins(self) -> None:
        assert "The axis starts at 70%, not at 0%." in texts(svg_of(rate_chart("r", "R", [VIOLENT], CAPTION)))
        low = texts(svg_of(rate_chart("r", "R", [VIOLENT, Mark("other", 0.3)], CAPTION)))
        assert "0%" in low
        assert not any("axis begins" in text for text in low)

    def test_that_were_published_may_reach_beyond_100_percent(self) -> None:
        marks = [Mark("minority", 0.875, 0.743, 1.08, "21 of 24")]
        svg = svg_of(rate_chart("r", "R", marks, CAPTION))
        assert ending(marks) == 1.08
        whiskers = [path.get("d", "") for path in svg.iter(f"{SVG}path") if "stroke: #12436d" in path.get("style", "")]
        ends = [float(number) for path in whiskers for number in re.findall(r"[ML] ([\d.]+)", path)]
        assert max(ends) < placed(svg, "87.5% (21 of 24)")[0]
        assert "110%" not in texts(svg)

    def test_of_long_names_take_two_lines(self) -> None:
        name = "Investigation pursued after the victim withdrew support"
        shown = texts(svg_of(rate_chart("r", "R", [VIOLENT, Mark(name, 0.5)], CAPTION)))
        lines = [line for line in shown if line and line in name and len(line) > 8]
        assert " ".join(lines) == name

    def test_stand_in_the_order_given(self) -> None:
        svg = svg_of(rate_chart("r", "R", [VIOLENT, WITHHELD, ALL], CAPTION))
        heights = [placed(svg, name)[1] for name in ("Violent", "Sexual", "All")]
        assert heights == sorted(heights)


class TestSequences:
    def test_stand_in_the_order_given(self) -> None:
        marks = [Mark("2014", 0.72, 0.66, 0.78), Mark("2019", None, count="withheld"), ALL]
        svg = svg_of(sequence_chart("s", "S", marks, CAPTION))
        places = [placed(svg, name)[0] for name in ("2014", "2019", "All")]
        assert places == sorted(places)
        assert {"72.0%", "withheld", "91.4%"} <= set(texts(svg))

    def test_of_many_write_numbers_where_they_have_room(self) -> None:
        def shown(count: int) -> list[str]:
            marks = [Mark(f"{2000 + i}", 0.5, 0.4, 0.6) for i in range(count)]
            return texts(svg_of(sequence_chart("s", "S", marks, CAPTION)))

        assert [shown(count).count("50.0%") for count in (3, 12, 40)] == [3, 12, 0]


class TestParts:
    def test_are_named_in_a_legend(self) -> None:
        shown = texts(svg_of(unrecorded_chart("u", "U", [VIOLENT, ALL], CAPTION)))
        assert {"recorded", "not recorded", INTERVAL, "8,300 not recorded", "100%", "0%"} <= set(shown)
        assert "Each bar shows all crimes that should have been recorded (100%)." in shown

    def test_differ_by_hatching(self) -> None:
        svg = svg_of(unrecorded_chart("u", "U", [VIOLENT], CAPTION))
        assert list(svg.iter(f"{SVG}pattern"))

    def test_of_which_all_are_withheld_name_none(self) -> None:
        shown = texts(svg_of(unrecorded_chart("u", "U", [WITHHELD], CAPTION)))
        assert not {"recorded", INTERVAL} & set(shown)

    def test_without_intervals_name_none(self) -> None:
        assert INTERVAL not in texts(svg_of(unrecorded_chart("u", "U", [Mark("a", 0.9)], CAPTION)))


class TestAxes:
    @given(st.lists(st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2)).map(sorted), min_size=1, max_size=8))
    def test_hold_every_interval(self, ends: list[list[float]]) -> None:
        marks = [Mark("x", (low + high) / 2, low, high) for low, high in ends]
        begin, end = beginning(marks), ending(marks)
        assert all(begin <= low <= high <= end for low, high in ends)
        assert begin <= 0 or round(begin * 10, 9).is_integer()

    def test_begin_at_no_withheld_number(self) -> None:
        assert beginning([Mark("x", None, count="withheld"), Mark("y", 0.9, 0.85, 0.95)]) == 0.7


class TestLetters:
    @given(st.text(max_size=300), st.floats(0.5, 8))
    def test_lines_fit_and_lose_nothing(self, text: str, room: float) -> None:
        lines = wrapped([text], room, SMALL)
        assert all(width(line, SMALL) <= room for line in lines)
        shown = wrapped([text], 1000.0, SMALL)
        assert "".join("".join(lines).split()) == "".join("".join(shown).split())

    @given(st.text(max_size=300), st.floats(0.5, 8))
    def test_what_is_cut_short_fits(self, text: str, room: float) -> None:
        short = shortened(text, room)
        assert width(short) <= room
        assert short.endswith("…") or width(" ".join(text.split())) <= room + 1000 * (not text.isprintable())

    @given(st.text(max_size=100), st.floats(0.8, 4), st.integers(1, 3))
    def test_names_take_few_lines(self, text: str, room: float, most: int) -> None:
        lines = stacked(text, room, most).splitlines()
        assert len(lines) <= most
        assert all(width(line) <= room for line in lines)

    def test_are_as_wide_as_matplotlib_draws_them(self) -> None:
        from matplotlib.textpath import TextPath

        for text in ("Violence against the person", "WWW iii 100%", "Körper"):
            path = TextPath((0, 0), text, size=12)  # to the last ink, which is short of the whole advance
            assert float(path.get_extents().width) / 72 == pytest.approx(width(text), abs=0.05)


def luminance(colour: str) -> float:
    """Give the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestColours:
    @pytest.mark.parametrize(("colour", "least"), [(BLUE, 3), (TEAL, 3), (CLARET, 3), (ORANGE, 3), (GREY, 4.5)])
    def test_stand_out_from_white(self, colour: str, least: float) -> None:
        assert 1.05 / (luminance(colour) + 0.05) >= least

    def test_are_of_the_palette_of_the_analysis_function(self) -> None:
        import matplotlib.style

        with matplotlib.style.context("afcharts.afcharts"):
            palette = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        assert {BLUE, TEAL, CLARET, ORANGE, GREY} <= set(palette)
