"""What a spreadsheet damaged is refused wherever it stands; columns of other names are not passed over in silence."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
import pytest

import cdi
from cdi.audits.audit import read_closely
from cdi.errors import CdiError
from tests.test_cli import run_here
from tests.test_sheets_of_auditors import CASES, write


def codes(call: object, *args: object, **roles: object) -> list[tuple[str, str | None]]:
    with pytest.raises(CdiError) as caught:
        call(*args, **roles)  # type: ignore[operator]
    return [(item.code, item.where.column) for item in caught.value.faults]


class TestReportsThatNobodyNamed:
    def test_a_column_called_as_reports_are_is_asked_about_where_its_values_repeat(self, tmp_path: Path) -> None:
        path = write(tmp_path, "Incident no.,due,recorded\n11,1,1\n11,1,0\n12,1,1\n")
        assert codes(read_closely, path) == [("reports-unsaid", "Incident no.")]
        assert cdi.read_audit(path, cluster="Incident no.").strata.sampled.tolist() == [2]
        assert cdi.read_audit(path, cluster=None).strata.sampled.tolist() == [3]

    def test_it_is_not_where_every_row_is_a_report_or_it_plays_another_role(self, tmp_path: Path) -> None:
        path = write(tmp_path, "Incident no.,due,recorded\n11,1,1\n12,1,0\n13,1,1\n")
        assert cdi.read_audit(path).design.cluster is None
        twice = write(tmp_path, "report,due,recorded\na,1,1\na,1,0\nb,1,1\nb,1,1\n", "twice.csv")
        assert cdi.read_audit(twice, stratum="report").strata.sampled.tolist() == [2, 2]

    def test_frames_are_asked_about_alike(self) -> None:
        frame = pd.DataFrame({"incident": ["a", "a", "b"], "recorded": [1, 0, 1]})
        assert codes(read_closely, frame) == [("reports-unsaid", "incident")]

    def test_its_remedies_are_followed_to_the_letter(self, tmp_path: Path) -> None:
        write(tmp_path, "Incident no.,due,recorded\n11,1,1\n11,1,0\n12,1,1\n")
        told = run_here("check", "audit.csv", cwd=tmp_path).stderr
        assert '--cluster "Incident no.". If each row was drawn by itself: --cluster ""' in told
        assert (
            "3 rows, no faults found"
            in run_here("check", "audit.csv", "--cluster", "Incident no.", cwd=tmp_path).stdout
        )
        assert "3 rows, no faults found" in run_here("check", "audit.csv", "--cluster", "", cwd=tmp_path).stdout


class TestShortenedIds:
    def test_check_refuses_them_with_or_without_a_role(self) -> None:
        for roles in ([], ["--cluster", "Incident"], ["--cluster", ""]):
            done = run_here("check", "sci.csv", *roles, cwd=CASES)
            assert done.returncode == 2
            assert "column Incident: expected a reference number in full, but found 5.223E+11." in done.stderr

    def test_of_a_column_without_a_role_only_check_speaks(self, tmp_path: Path) -> None:
        path = write(tmp_path, "cluster,due,recorded,phone,band\na,1,1,4.47E+11,Oct-17\nb,1,1,4.48E+11,10-17\n")
        assert cdi.read_audit(path).strata.sampled.tolist() == [2]
        found = codes(read_closely, path)
        assert sorted(found) == [("date-among-texts", "band"), *[("id-scientific", "phone")] * 2]

    def test_errors_of_formulas_are_refused_in_every_column(self) -> None:
        done = run_here("check", "err.csv", cwd=CASES)
        assert done.returncode == 2
        assert "column Incident: expected a value, but found #REF!." in done.stderr


class TestColumnsOfOtherNames:
    def test_the_command_that_solves_it_is_named_and_does(self, tmp_path: Path) -> None:
        file = write(tmp_path, (CASES / "tot.csv").read_text(encoding="utf-8"), "tot.csv").name
        told = run_here("check", file, cwd=tmp_path)
        assert told.returncode == 2
        command = told.stderr.strip().splitlines()[-1]
        assert command == 'cdi check tot.csv --cluster "NICL No" --due "Crimes required" --recorded "Crimes recorded"'
        done = run_here(*shlex.split(command)[1:], cwd=tmp_path)
        assert "tot.csv: 30 rows, no faults found" in done.stdout

    def test_in_python_what_is_found_stands_for_the_file(self) -> None:
        assert codes(cdi.estimate, CASES / "tot.csv") == [("no-column", None)]
        assert cdi.read_audit(cdi.open_sheets(CASES / "tot.csv")).strata.sampled.tolist() == [30]


class TestMarksInTablesOfCounts:
    """A mark says that a count is suppressed: its row would count nothing, and nobody would know."""

    @pytest.mark.parametrize("mark", ["[x]", "[c]", "[z]", "[low]"])
    def test_are_refused_where_a_count_is_needed(self, mark: str, tmp_path: Path) -> None:
        due = write(tmp_path, f"offence,due,recorded\nviolence,40,36\nsexual,{mark},{mark}\nburglary,60,57\n")
        assert codes(cdi.estimate, due, layout="counts") == [("count-not-there", "due")]
        count = write(tmp_path, f"offence,recorded,count\na,yes,50\nb,no,{mark}\nc,yes,40\n", "count.csv")
        assert codes(cdi.estimate, count, layout="counts") == [("count-not-there", "count")]

    def test_beside_a_count_are_notes(self, tmp_path: Path) -> None:
        path = write(tmp_path, 'offence,due,recorded\nviolence,"1,040 [note 1]",936 [r]\nburglary,60,57\n')
        assert cdi.estimate(path, layout="counts").table.rows[0].n == 1100
