"""The chart of delays: even hours only, the limit and the median, and nothing of a single crime."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.charts.style import drawn
from cdi.charts.trend_charts import delay_chart
from cdi.errors import DataError

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = Path(__file__).parents[1] / "data" / "examples" / "times.csv"


def times(minutes: Sequence[int | None], **terms: Any) -> cdi.Timeliness:
    """Make crimes that were recorded so many minutes after the report; None: never."""
    start = pd.Timestamp("2024-03-05 08:00")
    rows = [
        {
            "recorded": int(each is not None),
            "reported_at": f"{start:%Y-%m-%d %H:%M}",
            "recorded_at": None if each is None else f"{start + pd.Timedelta(minutes=each):%Y-%m-%d %H:%M}",
        }
        for each in minutes
    ]
    return cdi.timeliness(pd.DataFrame(rows), **terms)


def svg_of(found: cdi.Timeliness) -> ET.Element:
    return ET.fromstring(drawn(delay_chart(found, source="an audit")).svg)  # noqa: S314 (our own file)


def texts(svg: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in svg.iter(f"{SVG}text")]


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TestDelays:
    def test_draws_limit_and_median_so_that_they_are_seen_on_the_band_and_beside_it(self) -> None:
        """WCAG 1.4.11: three to one against what a line stands on."""
        svg = svg_of(cdi.timeliness(SHIPPED))
        styles = [node.get("style", "") for node in svg.iter(f"{SVG}path")]
        band = next(found[1] for style in styles if (found := re.match(r"fill: (#\w{6}); stroke", style)))
        dashed = {
            found[1] for style in styles if "dasharray" in style and (found := re.search(r"stroke: (#\w{6})", style))
        }
        assert len(dashed) == 2
        assert min(contrast(line, under) for line in dashed for under in (band, "#ffffff")) >= 3

    def test_says_everything_on_the_chart(self) -> None:
        shown = texts(svg_of(cdi.timeliness(SHIPPED)))
        assert {
            "Share recorded by hours since the report, of those recorded", "share recorded", "interval",
            "limit: 24 hours", "median: 4.8 hours", "hours since the report", "Source: an audit.",
            "The band shows 95% confidence intervals.", "Base: 204 crimes recorded with a known delay.",
        } <= set(shown)  # fmt: skip
        assert "Each doubling of the hours takes the same space on the axis." in " ".join(shown)

    def test_describes_each_even_hour_and_the_median(self) -> None:
        found = times([30] * 5 + [90] * 3 + [200] * 2 + [None])
        assert delay_chart(found, source="x").description.startswith(
            "Share recorded by hours since the report, of those recorded. 1 hour 50.0% (23.7% to 76.3%). 2 hours 80.0%"
        )
        assert (
            "Half of the recorded crimes were recorded within 0.5 hours" in delay_chart(found, source="x").description
        )

    def test_shows_no_delay_of_a_single_crime(self) -> None:
        """Crimes that were late by other minutes, between the same hours, give the same chart but for the median."""
        ones, others = ([30] * 20 + [late, late, late] for late in (75, 110))
        first, second = (drawn(delay_chart(times(minutes), source="x")).svg for minutes in (ones, others))
        assert first == second

    @pytest.mark.parametrize("within", [0.5, 23, 24, 25, 1000])
    def test_names_the_limit_whatever_it_is(self, within: float) -> None:
        shown = texts(svg_of(cdi.timeliness(SHIPPED, within=within)))
        name = f"{within:,g}"
        assert f"limit: {name} hours" in shown
        assert name in shown
        if within in {23, 25}:
            assert "24" not in shown

    def test_says_that_later_records_are_not_drawn(self) -> None:
        late = times([30] * 9 + [60 * 24 * 40] * 3)
        assert "Crimes recorded after the last dot are not shown." in " ".join(texts(svg_of(late)))
        assert "after the last dot" not in " ".join(texts(svg_of(times([30] * 9))))

    def test_without_a_median_names_none(self) -> None:
        found = cdi.timeliness(SHIPPED)
        held = [
            replace(record, estimate=None, low=None, high=None) if record.measure.key.startswith("delay-") else record
            for record in found.table.rows
        ]
        withheld = replace(found, table=replace(found.table, rows=tuple(held)))
        chart = delay_chart(withheld, source="x")
        assert "Half of" not in chart.description
        assert not any("median" in text or "4.8" in text for text in texts(svg_of(withheld)))

    def test_without_intervals_draws_no_band(self) -> None:
        found = cdi.timeliness(SHIPPED)
        bare = replace(found, points=tuple(replace(point, low=None, high=None) for point in found.points))
        shown = texts(svg_of(bare))
        assert "interval" not in shown
        assert not any("band" in text for text in shown)

    @pytest.mark.long
    def test_gives_the_same_bytes_each_time(self) -> None:
        one, other = (drawn(delay_chart(cdi.timeliness(SHIPPED), source="x")) for _ in range(2))
        assert one == other

    def test_takes_the_source_as_plain_text(self) -> None:
        svg = drawn(delay_chart(times([30, 90]), source="<script>\u202e$x$")).svg
        assert "Source: &lt;script&gt;\\u202e$x$." in svg
        assert not re.search("<script|\u202e", svg)

    def test_needs_a_curve(self) -> None:
        found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1], "soon": ["yes", "no"]}), timely="soon")
        with pytest.raises(DataError) as error:
            delay_chart(found, source="x")
        assert error.value.faults[0].code == "no-curve"
