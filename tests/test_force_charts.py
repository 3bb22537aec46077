"""Charts of forces: everything said on them, marks beside colours, the same bytes each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import cdi
from cdi.charts.force_charts import forces_chart, funnel_chart
from cdi.charts.style import SMALL, drawn, width
from cdi.errors import DataError
from tests.test_peers import NAMES, RATES, SHIPPED, results

SVG = "{http://www.w3.org/2000/svg}"


def texts(file: Path) -> list[str]:
    svg = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 (our own file)
    return ["".join(node.itertext()) for node in svg.iter(f"{SVG}text")]


def bars(folder: Path, source: object = SHIPPED, **terms: Any) -> list[str]:
    file = folder / "bars.svg"
    cdi.draw_forces(cdi.forces(source, mixed_periods=True, **terms), file, source="published results")
    return texts(file)


class TestBars:
    def test_name_every_force_in_order(self, tmp_path: Path) -> None:
        shown = bars(tmp_path)
        names = [row.name for row in cdi.forces(SHIPPED, mixed_periods=True).rows]
        assert [text for text in shown if text in names] == names

    def test_say_source_base_intervals_and_warning(self, tmp_path: Path) -> None:
        shown = bars(tmp_path)
        assert {"Source: published results.", "Whiskers are 95% confidence intervals."} <= set(shown)
        assert any(text.startswith("WARNING") for text in shown)
        assert any(text.startswith("Base: 38 forces. Without data: Greater Manchester") for text in shown)
        assert any("in order of rate, which is not a ranking" in text for text in bars(tmp_path, sort="value"))

    def test_mark_those_outside_by_a_sign(self, tmp_path: Path) -> None:
        found = cdi.forces(SHIPPED, mixed_periods=True)
        shown = bars(tmp_path)
        assert shown.count("▲") == sum(row.side == "above" for row in found.rows) > 0
        assert shown.count("▼") == sum(row.side == "below" for row in found.rows) > 0
        assert "▼ well below average (worse)" in shown

    def test_without_intervals_name_none(self, tmp_path: Path) -> None:
        shown = bars(tmp_path, results(half_width=[None] * 5))
        assert "interval" not in shown
        assert not any("Whiskers" in text for text in shown)

    def test_show_british_transport_police_as_left_out(self, tmp_path: Path) -> None:
        shown = bars(tmp_path, results([*RATES, 0.9], [*NAMES, "British Transport Police"]))
        assert "left out of the lines" in shown
        assert any(text.startswith("Base: 5 forces.") for text in shown)
        assert any(text.startswith("British Transport Police is not in the totals") for text in shown)
        assert "left out of the lines" not in bars(tmp_path, results())

    @pytest.mark.parametrize("letters", [20, 30, 40, 90])
    def test_keep_the_names_on_the_picture(self, letters: int, tmp_path: Path) -> None:
        file = tmp_path / "bars.svg"
        name = "W" + "o" * (letters - 1)
        cdi.draw_forces(cdi.forces(results(names=[*NAMES[:4], name]), other_forces="include"), file, source="x")
        svg = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 (our own file)
        ends = (node for node in svg.iter(f"{SVG}text") if "text-anchor: end" in node.get("style", ""))
        (shown,) = (node for node in ends if "".join(node.itertext()).startswith("Wo"))
        text = "".join(shown.itertext())
        assert text == name or (letters > 30 and text == f"{name[: len(text) - 1]}…")
        assert len(text) > 25 or text == name
        assert float(shown.get("x", 0)) > 72 * width(text, SMALL)

    def test_of_few_percent_keep_signs_and_axis_in_proportion(self, tmp_path: Path) -> None:
        file = tmp_path / "bars.svg"
        cdi.draw_forces(cdi.forces(results([0.01, 0.012, 0.011, 0.013, 0.04])), file, source="x")
        svg = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 (our own file)
        placed = {"".join(node.itertext()): float(node.get("x", 0)) for node in svg.iter(f"{SVG}text")}
        assert 0 < placed["▲"] - placed["0%"] < 0.03 * (placed["8%"] - placed["0%"]) * 10 / 8

    def test_reach_from_0_to_100_percent_and_no_further(self, tmp_path: Path) -> None:
        shown = bars(tmp_path, results([0.99, 0.5, 0.6, 0.7, 0.8], half_width=[0.3] * 5))
        assert "100%" in shown
        assert "120%" not in shown

    def test_have_a_text_alternative(self, tmp_path: Path) -> None:
        file = tmp_path / "bars.svg"
        found = cdi.forces(results())
        cdi.draw_forces(found, file, source="x")
        description = ET.fromstring(file.read_text(encoding="utf-8")).find(f"{SVG}desc")  # noqa: S314
        assert description is not None
        assert description.text == cdi.describe_forces(found)
        assert "Well below average (worse): Wiltshire." in cdi.describe_forces(found)


class TestFunnel:
    def test_names_the_forces_that_differ_and_both_limits(self, tmp_path: Path) -> None:
        found = cdi.forces(SHIPPED, mixed_periods=True)
        cdi.draw_funnel(found, tmp_path / "funnel.svg", source="published results")
        shown = texts(tmp_path / "funnel.svg")
        named = [row.name for row in found.rows if row.funnel]
        assert [text for text in shown if text in {row.name for row in found.rows}] == named
        assert {"95% limits", "99.8% limits", "average", "Source: published results."} <= set(shown)

    def test_counts_the_forces_that_it_shows_and_names_the_others(self, tmp_path: Path) -> None:
        file = tmp_path / "funnel.svg"
        cdi.draw_funnel(cdi.forces(results(half_width=[0.02, 0.02, 0.02, 0.02, None])), file, source="x")
        assert any(text.startswith("Base: 4 forces.") for text in texts(file))
        assert "No interval, so not shown here: Wiltshire." in texts(file)

    def test_needs_three_half_widths(self, tmp_path: Path) -> None:
        with pytest.raises(DataError) as error:
            cdi.draw_funnel(cdi.forces(results(half_width=[None] * 5)), tmp_path / "funnel.svg", source="x")
        assert error.value.faults[0].code == "no-funnel"
        assert not (tmp_path / "funnel.svg").exists()


class TestFiles:
    @pytest.mark.parametrize("draw", [cdi.draw_forces, cdi.draw_funnel])
    @pytest.mark.parametrize("ending", ["svg", "png"])
    def test_hold_the_same_bytes_each_time(self, draw: Any, ending: str, tmp_path: Path) -> None:
        files = [tmp_path / f"{name}.{ending}" for name in ("one", "other")]
        before = dict(mpl.rcParams)
        for file in files:
            draw(cdi.forces(results()), file, source="x")
        assert files[0].read_bytes() == files[1].read_bytes()
        assert dict(mpl.rcParams) == before

    def test_another_ending_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DataError):
            cdi.draw_forces(cdi.forces(results()), tmp_path / "bars.jpg", source="x")


def parsed(chart: Any) -> ET.Element:
    return ET.fromstring(drawn(chart).svg)  # noqa: S314 (our own file)


def said(svg: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in svg.iter(f"{SVG}text")]


class TestMarked:
    def test_force_stands_out_by_sign_letters_and_outline(self) -> None:
        found = cdi.forces(results())
        svg, plain = (parsed(forces_chart(found, source="x", marked=name)) for name in ("Kent Police", ""))
        (own,) = (node for node in svg.iter(f"{SVG}text") if "".join(node.itertext()) == "► Kent")
        assert "font-weight: 700" in own.get("style", "")
        assert "► the force of this report" in said(svg)
        assert not {"► Kent", "► the force of this report"} & set(said(plain))
        outlines = [
            sum(
                "fill: none; stroke: #000000; stroke-width: 2" in path.get("style", "")
                for path in of.iter(f"{SVG}path")
            )
            for of in (svg, plain)
        ]
        assert outlines == [2, 0]  # its bar, and that of the legend

    def test_force_is_named_first_in_words(self) -> None:
        found = cdi.forces(results())
        for chart in (forces_chart, funnel_chart):
            assert ". Marked: Kent, 90.0%. " in chart(found, source="x", marked="Kent").description
            assert "Marked" not in chart(found, source="x").description

    def test_force_is_named_and_ringed_in_the_funnel(self) -> None:
        found = cdi.forces(results())
        assert "Kent" in said(parsed(funnel_chart(found, source="x", marked="Kent")))
        assert "Kent" not in said(parsed(funnel_chart(found, source="x")))

    def test_force_without_an_interval_is_not_in_the_funnel(self) -> None:
        found = cdi.forces(results(half_width=[0.02, 0.02, 0.02, 0.02, None]))
        chart = funnel_chart(found, source="x", marked="Wiltshire")
        assert "Marked" not in chart.description
        assert "Wiltshire" not in said(parsed(chart))


class TestNamesInTheFunnel:
    def test_do_not_cover_each_other_or_leave_the_picture(self) -> None:
        """Three forces at one place, far to the right, taken to differ from the rest."""
        rates = [*[0.9] * 12, 0.3, 0.31, 0.32]
        names = [*(f"Force {i}" for i in range(12)), "Devon and Cornwall", "Avon and Somerset", "North Yorkshire"]
        frame = results(rates, names, half_width=[*[0.02] * 12, 0.015, 0.015, 0.015])
        named, found = names[-3:], cdi.forces(frame, other_forces="include")
        assert found.funnel is not None
        flags = tuple("low" if name in named else "" for name in found.funnel.names)
        found = replace(found, funnel=replace(found.funnel, flags=flags))
        svg = parsed(funnel_chart(found, source="x"))
        boxes = []
        for node in svg.iter(f"{SVG}text"):
            text = "".join(node.itertext())
            if text in named:
                x, half = float(node.get("x", 0)), 72 * width(text, SMALL) / 2
                boxes.append((x - half, x + half, float(node.get("y", 0))))
        assert len(boxes) == 3
        assert all(0 < left < right < 8.5 * 72 for left, right, _ in boxes)
        for i, (left, right, y) in enumerate(boxes):
            assert not any(left < b and a < right and abs(y - z) < SMALL for a, b, z in boxes[:i])


class TestHostileNames:
    @pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\u202eb", "W" * 200, "x $y^2$ {z}", "two\nlines"])
    def test_stay_inert(self, name: str) -> None:
        found = cdi.forces(results(names=[name, *NAMES[1:5]]), other_forces="include")
        for chart in (forces_chart, funnel_chart):
            svg = parsed(chart(found, source=name, marked=name))
            assert not list(svg.iter(f"{SVG}script"))
            assert "\u202e" not in "".join(svg.itertext())
            assert max(72 * width(text, SMALL) for text in said(svg)) <= 8.5 * 72
