"""Charts of forces: everything said on them, marks beside colours, the same bytes each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import cdi
from cdi.errors import DataError
from tests.test_peers import SHIPPED, results

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
