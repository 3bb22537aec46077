"""Charts of forces: everything said on them, marks beside colours, the same bytes each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import cdi
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
        assert {"Source: published results.", "Whiskers are 95% confidence intervals (as printed)."} <= set(shown)
        assert any(text.startswith("WARNING") for text in shown)
        assert any(text.startswith("Base: 38 forces. Without data: Greater Manchester") for text in shown)
        assert any("by value, which is no ranking" in text for text in bars(tmp_path, sort="value"))

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
        assert any(text.startswith("British Transport Police is outside the totals") for text in shown)
        assert "left out of the lines" not in bars(tmp_path, results())

    @pytest.mark.parametrize("letters", [20, 30, 40, 90])
    def test_keep_the_names_on_the_picture(self, letters: int, tmp_path: Path) -> None:
        file = tmp_path / "bars.svg"
        name = "W" + "o" * (letters - 1)
        cdi.draw_forces(cdi.forces(results(names=[*NAMES[:4], name])), file, source="x")
        svg = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 (our own file)
        ends = (node for node in svg.iter(f"{SVG}text") if "text-anchor: end" in node.get("style", ""))
        (shown,) = (node for node in ends if "".join(node.itertext()).startswith("Wo"))
        assert len("".join(shown.itertext())) == min(letters, 40)
        assert float(shown.get("x", 0)) > 5.9 * min(letters, 40)  # of 10 points, of which a letter takes 6 on average

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
        assert "Without an interval, and so not here: Wiltshire." in texts(file)

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
