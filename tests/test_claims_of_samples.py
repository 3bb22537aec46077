"""What is claimed of a sample is the same in every table, verb and option that shows it; and no more than it covers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cdi
from cdi.report.assembling import assemble

MIXED = (
    "Strata are mixed as they were sampled, since the reports on the sampling frame are not known. The overall rate "
    "describes the sample, not the force."
)
ASSUMED = (
    "Strata are mixed as they were sampled, since the reports on the sampling frame are not known. The overall figures "
    "assume that each type of crime came through the strata as it did in the sample."
)
TYPICAL = "There is no rate or interval: the sample was chosen by judgement and may not be typical of the rest."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draw = np.random.default_rng(1)
    lines = ["case,cluster,route,crime_type,recorded,month,reported_at,recorded_at"]
    for i in range(240):
        recorded = draw.random() < 0.85
        report, kind = i // 2, "violent" if i % 3 else "other"
        route, month = ("phone", "web")[report % 2], f"2024-{1 + report % 6:02d}"
        end = "2024-01-05 12:00" if recorded else ""
        answer = "yes" if recorded else "no"
        lines.append(f"{i},r{report},{route},{kind},{answer},{month},2024-01-05 10:00,{end}")
    (tmp_path / "audit.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "volumes.csv").write_text("crime_type,recorded_crime\nviolent,4000\nother,9000\n", encoding="utf-8")
    (tmp_path / "part.csv").write_text("crime_type,recorded_crime\nviolent,4000\n", encoding="utf-8")
    (tmp_path / "frame.csv").write_text("route,population\nphone,400\nweb,900\n", encoding="utf-8")
    return tmp_path


def report_of(folder: Path, *, audit: str = "", more: str = "", months: str = "[monthly]\n") -> cdi.Report:
    text = (
        f'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\nby = ["crime_type"]\n{audit}[audit.columns]\n'
        f'stratum = "route"\ncluster = "cluster"\ncase = "case"\n{more}[times]\n{months}'
    )
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    return assemble(folder / "inspection.toml")


def said_by_report(report: cdi.Report) -> str:
    said = [*report.headlines, *report.audited, *report.assumptions]
    for part in report.parts:
        said += [*part.details, *(text for exhibit in part.exhibits for text in (*exhibit.said, *exhibit.remarks))]
    return "\n".join(said)


def said_by_verbs(folder: Path, **roles: str) -> dict[str, str]:
    rows = folder / "audit.csv"
    pages = {
        "estimate": cdi.estimate(rows, by="crime_type", **roles).page(),
        "estimate in detail": cdi.estimate(rows, by="crime_type", **roles).page(detail=True),
        "estimate overall": cdi.estimate(rows, by=None, **roles).page(),
        "timeliness": cdi.timeliness(rows, **roles).page(),
    }
    if set(roles) == {"stratum", "cluster"}:  # else a frame is by month, and a sample by judgement has no trend
        pages["trend"] = cdi.trend(rows, **roles).page()
    if roles.get("selection") != "judgement":
        pages["compare"] = cdi.compare(rows, "80%+-3%", **roles).page()
    found = {name: "\n".join(page.statements) for name, page in pages.items()}
    checked = cdi.describe(cdi.read_audit(rows, **roles)).page()
    return {**found, "check": "\n".join((*checked.statements, *checked.remarks))}


class TestWhatASampleStandsFor:
    @pytest.mark.long
    def test_is_said_alike_of_mixed_strata(self, folder: Path) -> None:
        for verb, said in said_by_verbs(folder, stratum="route", cluster="cluster").items():
            assert said.count(MIXED) == 1, verb
            assert "not weighted" not in said, verb
            assert "not estimates for the force" not in said, verb
        assert MIXED in said_by_report(report_of(folder))

    def test_is_not_the_sample_alone_where_volumes_give_an_overall_rate(self, folder: Path) -> None:
        found = cdi.estimate(
            folder / "audit.csv", by="crime_type", stratum="route", cluster="cluster", volumes=folder / "volumes.csv"
        )
        said = "\n".join(found.page().statements)
        assert ASSUMED in said
        assert "not the force" not in said
        # the report sets no frame beside its times and months: of those the sample is all that is described
        report = report_of(folder, more='[volumes]\nfiles = "volumes.csv"\n')
        assert ASSUMED in "\n".join(report.parts[0].exhibits[0].said)

    def test_is_the_frame_where_that_is_known(self, folder: Path) -> None:
        roles = {"stratum": "route", "cluster": "cluster", "population": str(folder / "frame.csv")}
        for verb, said in said_by_verbs(folder, **roles).items():
            assert "mixed as they were sampled" not in said, verb

    def test_is_nothing_but_itself_if_chosen_by_judgement(self, folder: Path) -> None:
        roles = {"stratum": "route", "cluster": "cluster", "selection": "judgement"}
        for verb, said in said_by_verbs(folder, **roles).items():
            if verb != "check":
                assert TYPICAL in said, verb
            assert "mixed as they were sampled" not in said, verb
        assert TYPICAL in said_by_report(report_of(folder, audit='selection = "judgement"\n', months=""))

    def test_without_strata_is_a_simple_random_sample_everywhere(self, folder: Path) -> None:
        said = "Reports are taken as a simple random sample, since no column names the strata."
        assert said in said_by_verbs(folder, cluster="cluster")["check"]
        text = 'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\nby = "crime_type"\n[audit.columns]\n'
        text += 'cluster = "cluster"\n'
        (folder / "inspection.toml").write_text(text + 'stratum = ""\n', encoding="utf-8")
        assert said in said_by_report(assemble(folder / "inspection.toml"))


class TestWhatARateIsOf:
    ALL = "all reported crime"

    def opening(self, folder: Path, volumes: str, style: str = "default") -> str:
        text = (
            f'force = "Kent Police"\nstyle = "{style}"\n[audit]\nfiles = "audit.csv"\nby = ["crime_type"]\n'
            f'[audit.columns]\nstratum = "route"\ncluster = "cluster"\n{volumes}'
        )
        (folder / "inspection.toml").write_text(text, encoding="utf-8")
        return assemble(folder / "inspection.toml").headlines[0]

    @pytest.mark.parametrize("style", ["default", "published"])
    def test_is_all_crime_where_volumes_and_audit_cover_it(self, folder: Path, style: str) -> None:
        said = self.opening(folder, '[volumes]\nfiles = ["frame.csv", "volumes.csv"]\n', style)
        assert self.ALL in said
        assert "excluding fraud" in said

    @pytest.mark.parametrize("style", ["default", "published"])
    def test_is_what_was_audited_without_volumes(self, folder: Path, style: str) -> None:
        said = self.opening(folder, '[volumes]\nfiles = "frame.csv"\n', style)
        assert self.ALL not in said
        assert "of the reported crime that the audit covers" in said

    @pytest.mark.parametrize("style", ["default", "published"])
    def test_is_what_comes_through_audited_routes_where_only_that_is_counted(self, folder: Path, style: str) -> None:
        volumes = '[volumes]\nfiles = ["frame.csv", "volumes.csv"]\nroute_share = "90%"\n'
        said = self.opening(folder, volumes, style)
        assert self.ALL not in said
        assert "of reported crime that comes through the audited routes" in said

    def test_is_the_same_at_the_command_line(self, folder: Path) -> None:
        rows, roles = folder / "audit.csv", {"stratum": "route", "cluster": "cluster", "style": "published"}
        frame, volumes = folder / "frame.csv", folder / "volumes.csv"
        whole = cdi.estimate(rows, by="crime_type", volumes=[frame, volumes], **roles).page(style="published")
        part = cdi.estimate(rows, by="crime_type", volumes=[frame], **roles).page(style="published")
        assert "of all reported crime (excluding fraud)." in whole.statements[0]
        assert "of the reported crime that the audit covers." in part.statements[0]


class TestWeightedRates:
    def test_say_so_at_the_head_of_their_column(self, folder: Path) -> None:
        roles = {"stratum": "route", "cluster": "cluster", "population": str(folder / "frame.csv")}
        rows = folder / "audit.csv"
        for page in (
            cdi.estimate(rows, by="crime_type", **roles).page(),
            cdi.timeliness(rows, by="crime_type", **roles).page(),
            cdi.review(rows, questions="recorded", ignore=["case", "crime_type", "month"], **roles).page(),
            cdi.compare(rows, "80%+-3%", **roles).page(),
        ):
            heads = [head.text for head in page.grids[0].heads]
            assert "weighted rate %" in heads
            assert "rate %" not in heads

    def test_leave_the_head_alone_where_they_are_the_ratio_of_their_counts(self, folder: Path) -> None:
        page = cdi.estimate(folder / "audit.csv", by="crime_type", cluster="cluster").page()
        assert "rate %" in [head.text for head in page.grids[0].heads]

    def test_in_detail_stand_beside_what_the_counts_alone_would_be(self, folder: Path) -> None:
        roles = {"stratum": "route", "cluster": "cluster", "population": str(folder / "frame.csv")}
        found = cdi.estimate(folder / "audit.csv", by="crime_type", **roles)
        detail = found.page(detail=True).grids[-1]
        place = [head.text for head in detail.heads].index("counts alone %")
        for line, row in zip(detail.rows, found.table.rows, strict=True):
            assert row.n
            assert line[place] == f"{100 * (row.recorded or 0) / row.n:.1f}"
        plain = cdi.estimate(folder / "audit.csv", by="crime_type", cluster="cluster").page(detail=True).grids[-1]
        assert "counts alone %" not in [head.text for head in plain.heads]

    def test_say_so_beside_the_counts_of_a_mark(self, folder: Path) -> None:
        report = report_of(folder, more='[volumes]\nfiles = "frame.csv"\n')
        chart = next(chart for name, chart in report.charts.items() if name.startswith("rates"))
        assert "weighted" in chart.description


class TestTotals:
    def test_of_a_table_are_one(self, folder: Path) -> None:
        found = cdi.estimate(
            folder / "audit.csv", by="crime_type", stratum="route", cluster="cluster",
            volumes=[folder / "frame.csv", folder / "volumes.csv"],
        )  # fmt: skip
        page = found.page()
        totals = [row[0] for row in page.grids[0].rows if row[0].startswith("all")]
        assert totals == ["all"]
        assert "by reports audited, without recorded crime" in [row[0] for row in page.grids[0].rows]
        assert any(text.startswith("The row 'by reports audited, without recorded crime'") for text in page.statements)
