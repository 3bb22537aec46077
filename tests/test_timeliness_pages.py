"""What people read of timeliness, and the verb."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import cdi
from cdi.cli.app import cli
from cdi.printing import formats
from cdi.timing.timeliness_pages import lay_out_timeliness, write_curve
from tests.test_recording_times import EXAMPLE, by_kind, pair, rows


def said(data: pd.DataFrame, **terms: object) -> str:
    return " ".join(lay_out_timeliness(cdi.timeliness(data, **terms)).statements)  # type: ignore[arg-type]


class TestPage:
    def test_holds_what_was_found(self) -> None:
        found = cdi.timeliness(EXAMPLE, by="crime_type")
        page = lay_out_timeliness(found)
        record = by_kind(found)["timely"]
        row = page.grids[0].rows[-1]
        assert row[:2] == ("all", formats.percent(record.estimate or 0))
        assert row[4:6] == (str(record.n), str(record.recorded))
        lowest, highest = (by_kind(found)[f"timely-{end}"] for end in ("lowest", "highest"))
        bounds = page.grids[2].rows[-1]
        assert (bounds[1], bounds[4]) == tuple(formats.percent(end.estimate or 0) for end in (lowest, highest))
        assert len(page.grids) == 6
        assert page.table is found.table

    def test_fits_a_screen(self) -> None:
        text = formats.FORMATS["text"](lay_out_timeliness(cdi.timeliness(EXAMPLE, by="crime_type")))
        assert max(map(len, text.splitlines())) <= 80

    def test_without_times_has_both_shares_alone(self) -> None:
        data = pd.DataFrame({"recorded": [1, 1, 0], "soon": ["yes", "no", None]})
        page = lay_out_timeliness(cdi.timeliness(data, timely="soon"))
        assert [grid.title.split(",")[0] for grid in page.grids] == ["Recorded in time"] * 2
        assert "hour" not in formats.FORMATS["text"](page)

    def test_without_a_known_delay_shows_none(self) -> None:
        page = lay_out_timeliness(cdi.timeliness(rows([None, None, None], unrecorded=1)))
        assert len(page.grids) == 4
        assert page.grids[2].rows[0][1:5:3] == ("0.0", "100.0")

    @pytest.mark.parametrize(
        ("form", "delays"),
        [
            ("markdown", "Hours from report to record"),
            ("html", "Hours from report to record"),
            ("json", "median delay in hours"),
            ("csv", "median delay in hours"),
        ],
    )
    def test_is_written_in_every_format(self, form: str, delays: str) -> None:
        page = lay_out_timeliness(cdi.timeliness(EXAMPLE))
        assert delays in formats.FORMATS[form](page)
        assert "late" in formats.FORMATS[form](page)

    @pytest.mark.parametrize("method", ["wilson", "korn-graubard", "wald", "published"])
    def test_is_made_by_every_method(self, method: str) -> None:
        page = lay_out_timeliness(cdi.timeliness(EXAMPLE, method=method))
        assert f"({method})" in page.grids[0].title
        assert "(woodruff)" in page.grids[4].title

    @pytest.mark.parametrize("delays", [[None] * 4, [1.0, None, 30.0], [1.0] * 40, [30.0] * 5 + [None]])
    def test_every_note_stands_on_a_row(self, delays: list[float | None]) -> None:
        page = lay_out_timeliness(cdi.timeliness(rows(delays, unrecorded=2)))
        noted = [grid for grid in page.grids if grid.headings[-1] == "notes"]
        marked = {number for grid in noted for row in grid.rows for number in row[-1].split()}
        assert marked == {str(i + 1) for i in range(len(page.notes))}

    def test_without_a_known_delay_counts_none_in_time(self) -> None:
        page = lay_out_timeliness(cdi.timeliness(rows([None, None], unrecorded=1)))
        of_due = dict(zip(page.grids[1].headings, page.grids[1].rows[0], strict=True))
        assert (of_due["crimes due"], of_due["of these in time"]) == ("3", "0")

    def test_of_a_census_has_no_intervals(self) -> None:
        page = lay_out_timeliness(cdi.timeliness(rows([1.0, 2.0, 30.0], unrecorded=1), selection="census"))
        assert all(grid.title.endswith("(census)") and "from" not in " ".join(grid.headings) for grid in page.grids)
        assert page.statements[0] == "66.7% of the crimes recorded were recorded within 24 hours of the report."

    def test_of_a_census_is_headed_so_where_its_first_category_has_no_known_delay(self) -> None:
        data = rows([None, None, 1.0, 2.0]).assign(kind=["x", "x", "y", "y"])
        page = lay_out_timeliness(cdi.timeliness(data, by="kind", selection="census"))
        assert page.grids[0].rows[0][0] == "x"
        assert all(grid.title.endswith("(census)") for grid in page.grids)

    def test_of_a_sample_by_judgement_counts_only(self) -> None:
        page = lay_out_timeliness(cdi.timeliness(rows([1.0, 2.0, 30.0], unrecorded=1), selection="judgement"))
        assert [grid.title.split(": ")[1] for grid in page.grids] == [
            "counts only, from a sample that is not representative"
        ] * 2
        assert "rate %" not in page.grids[0].headings
        counted = "In the sample, 2 of 3 crimes recorded were recorded within 24 hours of the report, of 4 due."
        assert page.statements[0] == counted
        assert page.statements[1].startswith("There is no rate or interval: the sample was chosen by judgement")

    def test_writes_large_limits_in_full(self) -> None:
        title = lay_out_timeliness(cdi.timeliness(rows([1.0, 2.0]), within=1e9)).grids[0].title
        assert title.startswith("Recorded within 1,000,000,000 hours, of")


class TestStatements:
    def test_of_shares(self) -> None:
        text = said(rows([1.0] * 30 + [30.0] * 10, unrecorded=10))
        assert "We estimate that 75.0% of the crimes recorded were recorded within 24 hours of the report (95%" in text
        assert "We estimate that 60.0% of all that should have been recorded were" in text
        assert "every unknown delay" not in text

    def test_of_what_is_not_known(self) -> None:
        data = rows([1.0, 2.0, 30.0, None, -1.0, None], unrecorded=2)
        text = said(data, negative_delay="missing")
        assert "Of 6 crimes recorded, 3 have no known delay (2 without a time, 1 recorded before the report)" in text
        start = "If every unknown delay were late"
        assert f"{start}, 33.3% of those recorded would be in time. If none were, it would be 83.3%." in text
        assert (
            f"{start}, 25.0% of all that should have been recorded would be in time. If none were, it would be 62.5%."
            in text
        )

    def test_of_a_census_with_times_missing_say_what_they_rest_on(self) -> None:
        text = said(rows([1.0, 2.0, 30.0, None], unrecorded=1), selection="census")
        assert "Of crimes with a known delay, 66.7% of the crimes recorded were recorded within" in text
        assert "Of crimes with a known delay, 53.3% of all that should have been recorded" in text
        assert "Of crimes with a known delay, half of the crimes recorded were recorded within 2.0 hours" in text
        whole = said(rows([1.0, 2.0, 30.0], unrecorded=1), selection="census")
        assert whole.startswith("66.7% of the crimes recorded were")
        assert "with a known delay" not in whole
        assert "with a known delay" not in said(rows([1.0, 2.0, 30.0, None], unrecorded=1))

    def test_of_the_hour_that_comes_twice(self) -> None:
        assert "2 in the hour that came twice" in " ".join(
            lay_out_timeliness(pair("2024-10-27 01:30", "2024-10-28 01:00")).statements
        )
        assert "the delay of 2 crimes uncertain by an hour" in " ".join(
            lay_out_timeliness(pair("2024-10-27 01:30", "2024-10-27 05:00")).statements
        )

    def test_of_delays_where_the_end_is_not_known(self) -> None:
        text = said(rows([float(hours) for hours in range(1, 11)]))
        assert "were recorded within 5.0 hours (3.0 to 8.0) of the report, nine in ten within 9.0 hours (6.0 or" in text

    def test_of_times_that_were_read_day_first(self) -> None:
        data = pd.DataFrame({"recorded": [1, 1], "reported_at": ["05/03/2024 14:03"] * 2})
        data["recorded_at"] = ["2024-03-05 14:05", "2024-03-05 15:05"]
        assert "Times are read day first: 05/03/2024 14:03." in said(data)
        data["reported_at"] = "2024-03-05 14:03"
        assert "day first" not in said(data)

    def test_of_several_crimes_in_a_row(self) -> None:
        data = rows([1.0, 2.0])
        data["due"], data["recorded"] = [2, 1], [2, 1]
        assert "1 row counts several crimes, which share one time" in said(data)

    def test_in_strata_without_a_frame_are_of_the_sample(self) -> None:
        data = rows([1.0, 2.0, 3.0, 30.0])
        data["stratum"] = ["a", "a", "b", "b"]
        text = said(data)
        assert text.startswith(
            "In the sample, 75.0% of the crimes recorded were recorded within 24 hours of the report."
        )
        assert "In the sample, half of the crimes recorded were recorded within " in text
        assert "confidence interval" not in text  # what the sample holds is a fact


class TestVerb:
    def run(self, *arguments: object) -> str:
        done = CliRunner().invoke(cli, ["timeliness", *map(str, arguments)])
        assert done.exit_code == 0, done.output
        return done.output

    def test_prints_the_page(self) -> None:
        page = lay_out_timeliness(cdi.timeliness(EXAMPLE, by="crime_type", within=12, level=0.9))
        assert self.run(EXAMPLE, "--by", "crime_type", "--within", 12, "--level", "90%") == formats.FORMATS["text"](
            page
        )

    def test_writes_the_curve(self, tmp_path: Path) -> None:
        self.run(EXAMPLE, "--curve", tmp_path / "curve.csv")
        with (tmp_path / "curve.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        points = cdi.timeliness(EXAMPLE).curve
        assert [(float(row["hours"]), float(row["share"])) for row in read] == [(p.hours, p.share) for p in points]
        assert [row["low"] != "" for row in read] == [point.even for point in points]

    def test_refuses_a_curve_of_another_kind(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match=r"a file name that ends in \.csv"):
            write_curve(cdi.timeliness(EXAMPLE), tmp_path / "curve.png")

    def test_refuses_a_curve_of_nothing(self, tmp_path: Path) -> None:
        found = cdi.timeliness(rows([None, None]))
        with pytest.raises(cdi.DataError, match="crimes recorded with a known delay"):
            write_curve(found, tmp_path / "curve.csv")
        assert not (tmp_path / "curve.csv").exists()

    def test_refuses_one_file_for_page_and_curve(self, tmp_path: Path) -> None:
        file = str(tmp_path / "one.csv")
        done = CliRunner().invoke(cli, ["timeliness", str(EXAMPLE), "--curve", file, "-o", file])
        assert done.exit_code == 2
        assert not Path(file).exists()

    def test_refuses_to_write_over_the_audit(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        file.write_bytes(EXAMPLE.read_bytes())
        done = CliRunner().invoke(cli, ["timeliness", str(file), "--curve", str(file)])
        assert done.exit_code == 2
        assert file.read_bytes() == EXAMPLE.read_bytes()

    def test_takes_a_format_and_other_columns(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        file.write_text("recorded,in,out\n1,03/25/2024 10:00,03/26/2024 9:00\n1,03/25/2024 10:00,\n", encoding="utf-8")
        options = ("--reported-at", "in", "--recorded-at", "out", "--date-format", "%m/%d/%Y %H:%M")
        text = " ".join(self.run(file, *options).split())
        assert "50.0% of those recorded would be in time. If none were, it would be 100.0%." in text
        done = CliRunner().invoke(cli, ["timeliness", str(file), *options[:4]])
        assert done.exit_code == 2
        assert '--date-format "%m/%d/%Y %H:%M"' in done.output
