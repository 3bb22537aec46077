"""Beside other forces stands what this inspection found: never the figure that the file of forces has for the force."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

import cdi
from cdi import wording
from cdi.report.contents import Exhibit, Report

OTHERS = {"Kent": (0.90, 0.02), "Surrey": (0.88, 0.03), "Sussex": (0.93, 0.02), "Norfolk": (0.91, 0.02)}
RECORDED, DUE = 210, 240


def inspection(
    folder: Path, *, force: str = "Essex Police", own: str = "Essex,0.958,0.012", more: str = "", top: str = "",
    audit: str = "", period: str = "2016",
) -> Path:  # fmt: skip
    rows = [f"{i},{'yes' if i < RECORDED else 'no'}" for i in range(DUE)]
    (folder / "audit.csv").write_text("\n".join(["cluster,recorded", *rows]) + "\n", encoding="utf-8")
    lines = [f"{name},{rate},{half},{period}" for name, (rate, half) in OTHERS.items()]
    lines += [f"{own},{period}"] if own else []
    (folder / "forces.csv").write_text("\n".join(["force,rate,half_width,period", *lines]) + "\n", encoding="utf-8")
    text = f'force = "{force}"\n{top}[audit]\nfiles = "audit.csv"\n{audit}[forces]\nfile = "forces.csv"\n{more}'
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    return folder / "inspection.toml"


def shown(report: Report) -> Exhibit:
    return next(each for each in report.exhibits if each.key == "forces")


def rates(report: Report) -> dict[str, float | None]:
    return {row.label[0]: row.estimate for row in shown(report).table.of("recording-rate")}


def said(report: Report) -> str:
    part = next(part for part in report.parts if part.key == "forces")
    return "\n".join((*part.headlines, *part.details, *shown(report).said))


class TestTheResultOfThisInspection:
    def test_takes_the_place_of_the_row_of_the_file(self, tmp_path: Path) -> None:
        report = cdi.assemble(inspection(tmp_path))
        assert rates(report)["Essex"] == RECORDED / DUE
        centre = statistics.fmean([RECORDED / DUE, *(rate for rate, _ in OTHERS.values())])
        (lines,) = shown(report).table.of("outlier-lines")
        assert lines.estimate == pytest.approx(centre, abs=1e-12)
        # the lowest of all five: the row of the file would have been the highest
        assert "Essex (87.5%) is well below average (worse)" in said(report)

    def test_names_the_row_that_it_stands_for(self, tmp_path: Path) -> None:
        text = said(cdi.assemble(inspection(tmp_path)))
        assert "forces.csv gives Essex 95.8% (2016)." in text
        assert str(tmp_path) not in text
        assert "This inspection's result, 87.5%, stands in its place." in text

    def test_has_the_interval_of_this_inspection(self, tmp_path: Path) -> None:
        report = cdi.assemble(inspection(tmp_path))
        here = next(row for row in report.exhibits[0].table.rows if row.whole)
        (row,) = (row for row in shown(report).table.of("recording-rate") if row.label == ("Essex",))
        assert (row.low, row.high, row.n_eff) == (here.low, here.high, here.n_eff)

    def test_of_the_published_style_has_the_size_that_its_half_width_implies(self, tmp_path: Path) -> None:
        report = cdi.assemble(inspection(tmp_path, top='style = "published"\n'))
        (row,) = (row for row in shown(report).table.of("recording-rate") if row.label == ("Essex",))
        assert row.low is not None
        assert row.high is not None
        assert row.n_eff == pytest.approx(0.875 * 0.125 * (1.96 * 2 / (row.high - row.low)) ** 2, rel=0.02)

    def test_stands_where_the_file_has_no_rate(self, tmp_path: Path) -> None:
        report = cdi.assemble(inspection(tmp_path, own="Essex,,"))
        assert rates(report)["Essex"] == RECORDED / DUE
        assert "forces.csv gives no rate for Essex. This inspection's result, 87.5%, is set beside the others." in said(
            report
        )
        assert "No rate is given for" not in said(report)

    def test_stands_where_the_file_does_not_list_the_force(self, tmp_path: Path) -> None:
        report = cdi.assemble(inspection(tmp_path, own=""))
        assert rates(report)["Essex"] == RECORDED / DUE
        assert "forces.csv does not list Essex. This inspection's result, 87.5%, is set beside the others." in said(
            report
        )

    def test_counts_towards_the_fewest_forces(self, tmp_path: Path) -> None:
        path = inspection(tmp_path, own="")
        (tmp_path / "forces.csv").write_text("force,rate\nKent,0.9\nSurrey,0.8\n", encoding="utf-8")
        assert set(rates(cdi.assemble(path))) == {"Essex", "Kent", "Surrey"}

    @pytest.mark.parametrize("own", ["Essex,0.958,0.012", "Essex,,", ""])
    def test_that_is_no_estimate_for_the_force_stops_nothing(self, tmp_path: Path, own: str) -> None:
        report = cdi.assemble(inspection(tmp_path, own=own, audit='selection = "judgement"\n'))
        assert rates(report).get("Essex") == (0.958 if own.endswith("0.012") else None)
        start = "This inspection has no recording rate for the force as a whole, so "
        rest = "the row of forces.csv is shown." if own.endswith("0.012") else "it is not set beside the others."
        assert start + rest in said(report)
        assert not next(part for part in report.parts if part.key == "forces").headlines

    def test_of_another_time_is_said_to_be(self, tmp_path: Path) -> None:
        path = inspection(tmp_path)
        path.write_text(path.read_text(encoding="utf-8") + '[periods]\naudit = "2024"\n', encoding="utf-8")
        assert "WARNING: these results differ in kind or period" in said(cdi.assemble(path))

    def test_without_a_stated_time_is_said_to_be(self, tmp_path: Path) -> None:
        assert "No readable period: Essex." in said(cdi.assemble(inspection(tmp_path)))


class TestTheForceThatIsMarked:
    @pytest.mark.parametrize("marked", ["Kent", "Esex", "Nowhere"])
    def test_is_the_inspected_one(self, tmp_path: Path, marked: str) -> None:
        path = inspection(tmp_path, more=f'marked = "{marked}"\n')
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_inspection(path)
        (found,) = caught.value.faults
        assert (found.code, found.where.key, found.where.line) == ("marked-other", wording.at_key("forces.marked"), 6)
        assert "Essex Police" in str(caught.value)

    @pytest.mark.parametrize(
        ("force", "own", "marked"),
        [
            ("Essex Police", "Essex", "Essex"),
            ("Essex Police", "essex constabulary", "Essex"),
            ("Police Scotland", "Scotland", "Scotland"),
            ("Exampleshire Constabulary", "Exampleshire", "Exampleshire"),
        ],
    )
    def test_may_be_spelled_as_the_file_has_it(self, tmp_path: Path, force: str, own: str, marked: str) -> None:
        more = f'marked = "{marked}"\nother_forces = "include"\n'
        report = cdi.assemble(inspection(tmp_path, force=force, own=f"{own},0.958,0.012", more=more))
        assert rates(report)[own] == RECORDED / DUE
        assert len(rates(report)) == len(OTHERS) + 1
