"""One record many times in a file without ids: said wherever rows are counted, and never dropped."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pandas as pd
import polars as pl
import pytest

import cdi
from cdi.audits.copies import Copies
from cdi.reading import engine
from tests.test_cli import run_here
from tests.test_frames import IN_ORDER, LAZY, Make, named
from tests.test_sheets_of_auditors import CASES

FILE = "searches_one_record_many_times.csv"


def copies(source: object, **roles: str) -> Copies | None:
    return cdi.read_audit(source, **roles).copies


class TestOfAFile:
    def test_rows_that_are_alike_to_the_minute_are_counted(self) -> None:
        found = copies(CASES / FILE, recorded="grounds")
        assert found is not None
        assert (found.rows, found.records, found.standing, found.once) == (13, 1, (108, 132), (108, 120))
        assert found.first is not None
        assert found.first.line == 52

    @pytest.mark.parametrize("verb", [["grounds"], ["check", "--searches"], ["estimate", "--recorded", "grounds"]])
    def test_every_verb_says_it_and_drops_none(self, verb: list[str]) -> None:
        done = run_here(verb[0], FILE, *verb[1:], cwd=CASES)
        said = " ".join(f"{done.stderr} {done.stdout}".split())
        assert "13 rows are alike in every column, the first in searches_one_record_many_times.csv, line 52." in said
        assert (
            "If they are one record, the rate is 108 of 120 and not 108 of 132, and its interval is too narrow." in said
        )
        assert "name what was drawn: --cluster COL." in said
        assert " 132 " in done.stdout

    def test_python_says_it_in_its_own_terms(self) -> None:
        said = " ".join(str(cdi.grounds(CASES / FILE)).split())
        assert 'name what was drawn: cluster="COL".' in said

    def test_its_remedies_end_it(self, tmp_path: Path) -> None:
        lines = (CASES / FILE).read_text(encoding="utf-8").splitlines()
        (tmp_path / "once.csv").write_text("\n".join(dict.fromkeys(lines)), encoding="utf-8")
        assert copies(tmp_path / "once.csv", recorded="grounds") is None
        assert copies(CASES / FILE, recorded="grounds", cluster="officer") is None


TIMED = {"when": ["2024-03-01 10:05", "2024-03-01 10:05", "2024-03-02 11:15", "2024-03-03 09:40"] * 2}


class TestOfAWideFile:
    @staticmethod
    def frame(**columns: list[str]) -> pd.DataFrame:
        """Make 500 columns in which rows are alike, between a reference and what is given."""
        alike = {f"note {i}": ["x"] * 3 for i in range(60)}
        return pd.DataFrame({"reference": ["R1"] * 3, "due": [1] * 3, "recorded": [1] * 3, **alike, **columns})

    def test_all_columns_are_compared_only_where_some_do_not_tell_rows_apart(self) -> None:
        with mock.patch.object(engine, "sums", wraps=engine.sums) as asked:
            assert copies(self.frame(reference=["R1", "R2", "R3"]), due="due", recorded="recorded") is None
        assert 0 < max(len(call.args[1]) for call in asked.mock_calls if len(call.args) > 1) <= 20

    def test_rows_that_differ_in_the_last_column_are_no_copies(self) -> None:
        found = copies(self.frame(), due="due", recorded="recorded")
        assert found is not None
        assert (found.rows, found.records) == (3, 1)
        assert copies(self.frame(last=["a", "b", "c"]), due="due", recorded="recorded") is None


DRAWN = (
    "route,incident,order,decision\ncalls,r1,1,recorded\ncalls,r2,2,recorded\ncalls,r2,2,recorded\n"
    "calls,r3,3,recorded\ncalls,r3,3,not recorded\ncalls,r4,4,not recorded\ncalls,r4,4,not recorded\n"
)


class TestOfAWorksheet:
    def test_reports_with_rows_alike_are_counted_and_said(self, tmp_path: Path) -> None:
        (tmp_path / "sample.csv").write_text(DRAWN, encoding="utf-8")
        found = copies(tmp_path / "sample.csv", cluster="incident", stratum="route", decision="decision")
        assert found is not None
        assert (found.rows, found.records, found.reports) == (4, 2, 2)
        assert (found.standing, found.once) == ((4, 7), (3, 5))
        for verb in ("estimate", "check"):
            done = run_here(verb, "sample.csv", "--cluster", "incident", "--stratum", "route", cwd=tmp_path)
            said = " ".join(f"{done.stderr} {done.stdout}".split())
            assert (
                "2 reports have more than one row that is alike in every column, the first in sample.csv, line 3"
                in said
            )
            assert "Check that each of these rows is a crime of its own." in said
            assert "If all are copies, delete them: the rate is then 3 of 5 and not 4 of 7." in said

    def test_its_remedy_ends_it(self, tmp_path: Path) -> None:
        (tmp_path / "sample.csv").write_text("".join(dict.fromkeys(DRAWN.splitlines(keepends=True))), encoding="utf-8")
        assert copies(tmp_path / "sample.csv", cluster="incident", stratum="route", decision="decision") is None

    @pytest.mark.parametrize("make", [*IN_ORDER, *LAZY], ids=named)
    def test_every_engine_counts_them(self, make: Make, tmp_path: Path) -> None:
        frame = pd.DataFrame([
            ["r1", 1, 1], ["r2", 2, 1], ["r2", 2, 1], ["r3", 3, 1], ["r3", 3, 0], ["r4", 4, 0], ["r4", 4, 0]
        ], columns=["incident", "order", "recorded"])  # fmt: skip
        found = copies(make(frame, tmp_path), cluster="incident")
        assert found is not None
        assert (found.rows, found.reports) == (4, 2)

    def test_reports_of_other_files_may_hold_crimes_that_are_alike(self) -> None:
        frame = pd.DataFrame({"cluster": ["a", "a", "b"], "recorded": [1, 1, 0]})
        assert copies(frame) is None


class TestWhatIsNoChance:
    @pytest.mark.parametrize("make", [*IN_ORDER, *LAZY], ids=named)
    def test_every_engine_finds_them(self, make: Make, tmp_path: Path) -> None:
        frame = pd.DataFrame({**TIMED, "recorded": [1, 1, 0, 1, 1, 1, 0, 1]})
        found = copies(make(frame, tmp_path))
        assert found is not None
        assert (found.rows, found.records, found.standing, found.once) == (8, 3, (6, 8), (2, 3))

    def test_times_of_a_frame_are_times(self) -> None:
        frame = pl.DataFrame({**TIMED, "recorded": [1, 1, 0, 1] * 2}).with_columns(pl.col("when").str.to_datetime())
        assert copies(frame) is not None

    def test_answers_and_days_alone_are_often_alike(self) -> None:
        days = ["2024-03-01", "2024-03-01", "2024-03-02"]
        assert copies(pd.DataFrame({"day": days, "recorded": [1, 1, 0]})) is None
        midnight = [f"{day} 00:00:00" for day in days]
        assert copies(pd.DataFrame({"day": midnight, "recorded": [1, 1, 0]})) is None

    def test_a_reference_that_stands_twice_is_a_copy(self) -> None:
        frame = pd.DataFrame({"crime ref": ["a", "a", "b"], "recorded": [1, 1, 0]})
        assert copies(frame) is not None

    def test_rows_of_a_report_may_be_alike(self) -> None:
        frame = pd.DataFrame({**TIMED, "recorded": [1, 1, 0, 1] * 2, "cluster": list("aabcddef")})
        assert copies(frame) is None

    def test_what_is_protected_does_not_tell_of_them(self) -> None:
        result = cdi.estimate(pd.DataFrame({**TIMED, "recorded": [1, 1, 0, 1] * 2}))
        assert "alike" in str(result)
        assert "alike" not in str(cdi.protect(result, cdi.Disclosure()))
