"""Charts: the same bytes each time, everything said on them and in words, and nothing of the caller's changed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest

import cdi
from cdi.charts.style import EDGE, WIDTH, Chart, save, width
from cdi.charts.style import drawn as both
from cdi.charts.trend_charts import trend_chart
from cdi.monitoring.trends import Trend
from tests.test_trends import counts, follow, months, rows

SVG = "{http://www.w3.org/2000/svg}"
CHANGED = [(18, 20), (19, 20), (17, 20), (18, 20), (8, 20)]


def changed() -> Trend:
    return follow(counts(CHANGED), baseline=4)


def drawn(found: Trend, folder: Path, source: str = "a dip sample") -> ET.Element:
    target = folder / "trend.svg"
    cdi.draw_trend(found, target, source=source)
    return ET.fromstring(target.read_text(encoding="utf-8"))  # noqa: S314 (our own file)


def texts(svg: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in svg.iter(f"{SVG}text")]


class TestSvg:
    def test_says_everything_on_the_chart(self, tmp_path: Path) -> None:
        found = changed()
        shown = texts(drawn(found, tmp_path))
        assert "Recording rate by month, January to May 2022" in shown
        assert "A change is signalled in May 2022: outside the limits." in shown
        assert "Source: a dip sample." in shown
        assert "Base: 100 crimes due in 100 reports." in shown
        assert (
            "Whiskers are 95% confidence intervals. By chance, a month falls outside the control limits as "
            "rarely as outside three standard errors."
        ) in " ".join(shown)
        assert {"rate for the month, with interval", "signals a change", "centre", "control limits"} <= set(shown)
        assert "2022-03" in shown

    def test_has_a_title_and_a_text_alternative(self, tmp_path: Path) -> None:
        found = changed()
        svg = drawn(found, tmp_path)
        title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
        assert svg.get("role") == "img"
        assert title is not None
        assert title.text == "Recording rate by month, January to May 2022"
        assert description is not None
        assert description.text == cdi.describe_trend(found)

    def test_names_only_what_it_shows(self, tmp_path: Path) -> None:
        shown = texts(drawn(follow(counts([(0, 0), (0, 0), (20, 20)]), baseline=2), tmp_path))
        assert "rate for the month, with interval" in shown
        assert not {"signals a change", "centre", "control limits", "rate over the 12 months to then"} & set(shown)
        assert "Whiskers are 95% confidence intervals." in shown
        assert "rate over the 12 months to then" in texts(drawn(follow(rows(months(13))), tmp_path))

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("<b>$x_1$ & \\frac{1}{2} {y}</b>", "Source: <b>$x_1$ & \\frac{1}{2} {y}</b>."),
            ("two\nlines\tand \x00\x1b[31m", "Source: two lines and \\x00\\x1b[31m."),
            ("犯罪 Körper", "Source: 犯罪 Körper."),
            ("100% _a_ ^b^", "Source: 100% _a_ ^b^."),
        ],
    )
    def test_takes_any_source_as_plain_text(self, source: str, shown: str, tmp_path: Path) -> None:
        assert shown in texts(drawn(changed(), tmp_path, source))

    def test_marks_signals_by_their_shape(self, tmp_path: Path) -> None:
        """A chart with a signal holds one more kind of marker than the same chart without."""
        assert shapes(drawn(changed(), tmp_path)) == shapes(drawn(follow(counts(CHANGED[:4] * 2)), tmp_path)) + 1

    def test_draws_no_line_across_a_gap(self, tmp_path: Path) -> None:
        whole, parted = (follow(rows(months(6, without=gap))) for gap in ([], [2, 3]))
        assert [joined(drawn(found, tmp_path)) for found in (whole, parted)] == [5, 1 + 1]

    def test_wraps_a_long_statement(self, tmp_path: Path) -> None:
        found = follow(counts([(19, 20)] * 12 + [(2, 20), (19, 20)] * 12), baseline=12)
        svg = drawn(found, tmp_path)
        shown = texts(svg)
        sizes = [float(re.findall(r"([\d.]+)px", node.get("style", ""))[0]) for node in svg.iter(f"{SVG}text")]
        assert len(cdi.describe_trend(found)) > 400
        assert max(map(width, shown, sizes)) <= WIDTH - 2 * EDGE
        assert cdi.describe_trend(found).rpartition(": ")[2] in " ".join(shown)


def shapes(svg: ET.Element) -> int:
    """Count the markers that are filled: each stands once among the definitions of its line."""
    return len({path.get("d") for defs in svg.iter(f"{SVG}defs") for path in defs.iter(f"{SVG}path")})


def joined(svg: ET.Element) -> int:
    """Count the strokes between the rates of successive months, by the colour and width that join them."""
    thin = [path for path in svg.iter(f"{SVG}path") if "stroke: #12436d; stroke-width: 0.8" in str(path.get("style"))]
    return sum(str(path.get("d")).count("L") for path in thin) - 1  # the legend's own


class TestFiles:
    @pytest.mark.long
    @pytest.mark.parametrize("ending", ["svg", "png", "SVG"])
    def test_hold_the_same_bytes_each_time(self, ending: str, tmp_path: Path) -> None:
        found = changed()
        files = [tmp_path / f"{name}.{ending}" for name in ("one", "other")]
        for file in files:
            cdi.draw_trend(found, file, source="a dip sample")
        assert files[0].read_bytes() == files[1].read_bytes()
        code = (
            "import sys, cdi\nfrom tests.test_charts import changed\n"
            "cdi.draw_trend(changed(), sys.argv[1], source='a dip sample')\n"
        )
        again = tmp_path / f"again.{ending}"
        subprocess.run([sys.executable, "-c", code, str(again)], cwd=Path(__file__).parents[1], check=True)
        assert again.read_bytes() == files[0].read_bytes()

    def test_in_png_carry_title_and_text_alternative(self, tmp_path: Path) -> None:
        cdi.draw_trend(changed(), tmp_path / "trend.png", source="a dip sample")
        content = (tmp_path / "trend.png").read_bytes()
        assert content.startswith(b"\x89PNG")
        assert b"Recording rate by month, January to May 2022: 90.0% in January 2022" in content

    @pytest.mark.parametrize("name", ["trend.pdf", "trend", "svg", "trend.svg.txt"])
    def test_of_another_ending_are_refused(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match=r"expected a chart file that ends in \.svg or \.png"):
            cdi.draw_trend(changed(), tmp_path / name, source="x")
        assert not list(tmp_path.iterdir())

    def test_that_cannot_be_written_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match="expected a place where the file can be written"):
            cdi.draw_trend(changed(), tmp_path / "nowhere" / "trend.svg", source="x")

    @pytest.mark.parametrize("count", [2, 3, 12, 13, 36, 60])
    def test_are_drawn_of_few_and_of_many_months(self, count: int, tmp_path: Path) -> None:
        found = follow(rows(months(count), reports=4))
        labels = [text for text in texts(drawn(found, tmp_path)) if text in months(count)]
        assert 2 <= len(labels) <= 12
        assert labels[0] == "2022-01"

    @pytest.mark.parametrize(
        "pairs", [[(0, 0), (0, 0)], [(0, 20), (0, 20)], [(0, 0), (5, 5)], [(3, 4), (0, 0), (4, 5), (2, 2)]]
    )
    def test_are_drawn_of_odd_months(self, pairs: Sequence[tuple[int, int]], tmp_path: Path) -> None:
        assert "Source: a dip sample." in texts(drawn(follow(counts(pairs)), tmp_path))


class TestManners:
    def test_the_callers_settings_stay(self, tmp_path: Path) -> None:
        import matplotlib as mpl

        with mpl.rc_context({"font.size": 31.0, "svg.hashsalt": "mine"}):
            before = dict(mpl.rcParams)
            drawn(changed(), tmp_path)
            assert dict(mpl.rcParams) == before

    def test_no_window_and_no_picture_is_kept(self, tmp_path: Path) -> None:
        code = (
            "import sys\nfrom tests.test_charts import changed\nimport cdi\nfound = changed()\n"
            "assert 'matplotlib' not in sys.modules\ncdi.draw_trend(found, sys.argv[1], source='x')\n"
            "plt = sys.modules.get('matplotlib.pyplot')\nprint(plt is None or plt.get_fignums() == [])\n"
        )
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, str(tmp_path / "trend.png")],
            cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert (done.stdout.strip(), done.stderr) == ("True", "")


class TestWords:
    def test_say_the_ends_and_whether_a_change_is_signalled(self) -> None:
        assert cdi.describe_trend(changed()) == (
            "Recording rate by month, January to May 2022: 90.0% in January 2022, 40.0% in May 2022. A change is "
            "signalled in May 2022: outside the limits."
        )

    def test_pass_over_months_without_a_rate(self) -> None:
        text = cdi.describe_trend(follow(counts([(0, 0), (3, 4), (0, 0)])))
        assert text.startswith("Recording rate by month, January to March 2022: 75.0% in February 2022. ")

    def test_say_where_there_is_no_rate(self) -> None:
        assert ": no rate. " in cdi.describe_trend(follow(counts([(0, 0), (0, 0)])))


class TestDrawn:
    def test_leaves_the_title_to_the_page(self) -> None:
        chart = trend_chart(changed(), source="x", name="x")
        made = both(chart)
        whole, untitled = (ET.fromstring(text) for text in (made.svg, made.untitled))  # noqa: S314 (our own file)
        assert [text for text in texts(whole) if text not in texts(untitled)] == [chart.title]
        assert "id=" not in re.sub(r"clip-path|<(clipPath|path|use)[^>]*", "", made.untitled)
        (high, of_whole), (low, of_untitled) = (
            (float(svg.get("viewBox", "").split()[1]), float(svg.get("height", "").removesuffix("pt")))
            for svg in (whole, untitled)
        )
        assert low - high == pytest.approx(of_whole - of_untitled)
        assert low - high == pytest.approx(21.0)  # one line
        assert untitled.findtext(f"{SVG}title") == chart.title

    def test_is_what_the_files_hold(self, tmp_path: Path) -> None:
        chart = trend_chart(changed(), source="a dip sample")
        made = both(chart)
        for ending, content in (("svg", made.svg.encode("utf-8")), ("png", made.png)):
            save(chart, tmp_path / f"trend.{ending}")
            assert (tmp_path / f"trend.{ending}").read_bytes() == content

    def test_can_stand_in_a_page_beside_others(self) -> None:
        """No prologue, no style that reaches beyond it, no name that two charts share, nothing from elsewhere."""
        one, other = (both(trend_chart(changed(), source="x", name=name)).svg for name in ("one", "other"))
        ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, other)]
        assert one.startswith("<svg ")
        assert "<style" not in one
        assert "<metadata" not in one
        assert ids[0]
        assert not ids[0] & ids[1]
        assert set(re.findall(r"https?://[^\"]+", one)) == {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }

    def test_refers_only_to_what_it_holds(self) -> None:
        svg = both(trend_chart(changed(), source="x")).svg
        named = set(re.findall(r' id="([^"]+)"', svg))
        assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)) <= {(a, "") for a in named} | {
            ("", a) for a in named
        }

    def test_draws_the_figure_once(self) -> None:
        from matplotlib.figure import Figure

        made: list[Figure] = []

        def figure() -> Figure:
            made.append(Figure())
            return made[-1]

        both(Chart("empty", "Nothing", "Nothing.", figure))
        assert len(made) == 1

    def test_png_names_no_program_and_no_time(self) -> None:
        from PIL import Image

        with Image.open(io.BytesIO(both(trend_chart(changed(), source="x")).png)) as picture:
            assert set(picture.info) <= {"Title", "Description", "dpi"}

    def test_title_and_description_are_written_as_text(self) -> None:
        from matplotlib.figure import Figure

        hostile = "<script>alert('x')</script>]]>&amp; \u202e\x00\ufffe\n\"quoted\""
        svg = ET.fromstring(both(Chart("x", hostile, hostile, Figure)).svg)  # noqa: S314 (our own file)
        for part in ("title", "desc"):
            found = svg.find(f"{SVG}{part}")
            assert found is not None
            assert found.text == "<script>alert('x')</script>]]>&amp; \\u202e\\x00\\ufffe \"quoted\""
