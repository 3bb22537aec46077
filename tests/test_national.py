"""The figures of all forces: those of each force as if it stood alone, and the national ones worked out by hand."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner

import cdi
from cdi.audits.force_names import TERRITORIAL
from cdi.cli.app import cli
from cdi.errors import DataError, DesignError
from cdi.nationwide.figures import by_category, by_force
from cdi.reading.mapping import read_mapping
from cdi.survey.estimates import ALL
from tests.test_cli import run_here

TYPES = ("other", "sexual", "violent")
NUMBERS = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")


@dataclass(frozen=True)
class Audits:
    """Synthetic audits of some forces, with what is known beside them."""

    rows: pd.DataFrame
    frame: pd.DataFrame
    crime: pd.DataFrame

    def of(self, force: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        """Give what there would be of one force alone."""
        own = [part[part["force"] == force].drop(columns="force") for part in (self.rows, self.frame, self.crime)]
        return own[0], own[1:]


@cache
def audits(forces: int = 5, reports: int = 40) -> Audits:
    """Draw audits: report numbers begin anew in each force, and a report may hold crimes of several types."""
    random = np.random.default_rng(4)
    rows, frame, crime = [], [], []
    for place, force in enumerate(TERRITORIAL[:forces]):
        rate = 0.8 + 0.16 * (place / max(forces - 1, 1))
        for stratum in ("online", "phone"):
            frame.append((force, stratum, int(random.integers(2_000, 20_000))))
            for report in range(reports):
                for _ in range(int(random.choice([1, 1, 1, 2, 3]))):
                    kind = str(random.choice(TYPES))
                    missed = random.random() > rate - 0.05 * (kind == "violent")
                    rows.append((force, stratum, f"{stratum[0]}{report}", kind, "no" if missed else "yes"))
        crime += [(force, kind, int(random.integers(1_000, 60_000))) for kind in TYPES]
    return Audits(
        pd.DataFrame(rows, columns=["force", "stratum", "cluster", "crime_type", "recorded"]),
        pd.DataFrame(frame, columns=["force", "stratum", "population"]),
        pd.DataFrame(crime, columns=["force", "crime_type", "recorded_crime"]),
    )


@cache
def found() -> Any:
    """Estimate them all."""
    made = audits()
    return cdi.national(made.rows, by="crime_type", volumes=[made.frame, made.crime])


def numbers_of(row: Any) -> tuple[Any, ...]:
    """Take the numbers of a row."""
    return tuple(np.nan if getattr(row, name) is None else getattr(row, name) for name in NUMBERS)


# ---- a force is what it is alone


@pytest.mark.parametrize("force", TERRITORIAL[:5])
def test_a_force_is_what_it_is_alone(force: str) -> None:
    rows, volumes = audits().of(force)
    alone, here = cdi.estimate(rows, by="crime_type", volumes=volumes), found().results[force]
    assert [row.label for row in here.table.rows] == [row.label for row in alone.table.rows]
    for own, row in zip(alone.table.rows, here.table.rows, strict=True):
        np.testing.assert_array_equal(numbers_of(row), numbers_of(own))
        assert row.facts == own.facts
    assert str(here) == str(alone)


def test_decisions_and_classes_of_a_force_are_its_own() -> None:
    made = audits()
    random = np.random.default_rng(8)
    rows = made.rows.rename(columns={"recorded": "decision"}).replace(
        {"decision": {"yes": "recorded", "no": "not recorded"}}
    )
    recorded_as = rows["crime_type"].where(rows["decision"] == "recorded")
    wrong = (random.random(len(rows)) < 0.05) & (rows["decision"] == "recorded") & (rows["crime_type"] == "violent")
    rows["decision"] = rows["decision"].mask(wrong, "wrong class")
    over = (random.random(len(rows)) < 0.04) & (rows["decision"] == "recorded") & (rows["force"] == TERRITORIAL[0])
    rows["decision"] = rows["decision"].mask(over, "over-recorded")
    aside = (random.random(len(rows)) < 0.03) & (rows["decision"] == "recorded") & (rows["force"] == TERRITORIAL[1])
    rows["decision"] = rows["decision"].mask(aside, "not auditable")
    rows["recorded_as"] = recorded_as.mask(wrong, "other").where(~aside)
    made = Audits(rows, made.frame, made.crime)
    together = cdi.national(rows, by="crime_type", volumes=[made.frame, made.crime])
    for force in TERRITORIAL[:5]:
        own, volumes = made.of(force)
        alone, here = cdi.estimate(own, by="crime_type", volumes=volumes), together.results[force]
        for one, other in zip(alone.table.rows, here.table.rows, strict=True):
            assert numbers_of(other) == pytest.approx(numbers_of(one), rel=1e-12, nan_ok=True)
        assert here.audit.decisions == alone.audit.decisions
        assert here.audit.left_out == alone.audit.left_out


def test_forces_stand_side_by_side_with_the_rates_of_their_pages() -> None:
    rates = {row.name: row.rate.rate for row in found().forces.rows}
    assert rates == {name: _overall(result.table).estimate for name, result in found().results.items()}


def _overall(table: Any) -> Any:
    return next(row for row in table.rows if row.whole and not row.counted and row.facts.scope.main)


# ---- the national figures, by hand


def weights(made: Audits, *, framed: bool) -> pd.Series[float]:
    """Give each row the reports on the frame that its report stands for."""
    drawn = made.rows.groupby(["force", "stratum"])["cluster"].nunique()
    held = made.frame.set_index(["force", "stratum"])["population"] if framed else drawn
    of_stratum = held / drawn
    return pd.Series([of_stratum[force, stratum] for force, stratum in made.rows[["force", "stratum"]].to_numpy()])


@pytest.mark.parametrize("framed", [True, False])
def test_the_national_rate_is_recorded_crime_over_all_that_was_reported(framed: bool) -> None:
    made = audits()
    volumes = [made.frame, made.crime] if framed else [made.crime]
    here = cdi.national(made.rows, by="crime_type", volumes=volumes)
    rows = made.rows.assign(w=weights(made, framed=framed).to_numpy(), x=(made.rows["recorded"] == "yes").astype(float))
    sums = rows.assign(wx=rows["w"] * rows["x"]).groupby(["force", "crime_type"])[["w", "wx"]].sum()
    crime = made.crime.set_index(["force", "crime_type"])["recorded_crime"]
    missing = crime * (sums["w"] - sums["wx"]) / sums["wx"]
    rate = crime.sum() / (crime.sum() + missing.sum())
    # the linearised variance of the count, report by report: docs/statistics.md
    variance = 0.0
    for (force, stratum), part in rows.groupby(["force", "stratum"]):
        scores = []
        for _, report in part.groupby("cluster"):
            score = 0.0
            for kind, crimes in report.groupby("crime_type"):
                due, recorded = sums.loc[(force, kind)]
                odds = (due - recorded) / recorded
                missed = len(crimes) - crimes["x"].sum()
                score += crime[force, kind] * crimes["w"].iloc[0] * (missed - odds * crimes["x"].sum()) / recorded
            scores.append(score)
        n, size = len(scores), made.frame.set_index(["force", "stratum"])["population"][force, stratum]
        variance += (1 - n / size if framed else 1.0) * n * float(np.var(scores, ddof=1))
    assert here.overall.estimate == pytest.approx(rate, rel=1e-12)
    assert here.overall.se == pytest.approx(rate**2 / crime.sum() * variance**0.5, rel=1e-10)
    count = next(row for row in here.table.rows if row.whole and row.counted)
    assert count.estimate == pytest.approx(missing.sum(), rel=1e-12)
    for kind in TYPES:
        row = next(row for row in by_category(here.table).rows if row.label == (kind,) and not row.counted)
        own, lost = crime.xs(kind, level=1).sum(), missing.xs(kind, level=1).sum()
        assert row.estimate == pytest.approx(own / (own + lost), rel=1e-12)
        assert row.n == (made.rows["crime_type"] == kind).sum()
        held = made.rows[made.rows["crime_type"] == kind]
        assert row.clusters == len(held[["force", "stratum", "cluster"]].drop_duplicates())


def test_without_recorded_crime_the_frame_weighs_and_without_a_frame_the_rate_is_of_the_sample() -> None:
    made = audits()
    for volumes, framed in (([made.frame], True), (None, False)):
        here = cdi.national(made.rows, by="crime_type", volumes=volumes)
        w, x = weights(made, framed=framed).to_numpy(), (made.rows["recorded"] == "yes").to_numpy()
        assert here.overall.estimate == pytest.approx((w * x).sum() / w.sum(), rel=1e-12)
        assert here.overall.facts.scope.value == ("overall" if framed else "in the samples")
        for kind in TYPES:
            row = next(row for row in by_category(here.table).rows if row.label == (kind,))
            held = (made.rows["crime_type"] == kind).to_numpy()
            assert row.estimate == pytest.approx((w * x)[held].sum() / w[held].sum(), rel=1e-12)


def test_intervals_are_those_of_the_default_method_at_the_level() -> None:
    made = audits()
    wide = cdi.national(made.rows, by="crime_type", volumes=[made.frame, made.crime], level=0.99)
    assert {row.method for row in wide.table.rows} == {"wilson"}
    ends, narrow = (np.array([*map(_ends, table.rows)]) for table in (wide.table, found().table))
    known = ~np.isnan(ends[:, 0])
    assert (ends[known, 0] <= narrow[known, 0]).all()
    assert (ends[known, 1] >= narrow[known, 1]).all()
    assert _ends(wide.overall)[0] < _ends(found().overall)[0]
    assert _ends(wide.overall)[1] > _ends(found().overall)[1]


def _ends(row: Any) -> tuple[float, float]:
    return tuple(np.nan if end is None else end for end in (row.low, row.high))


def test_forces_alone_need_no_category() -> None:
    made = audits()
    crime = made.crime.groupby("force", as_index=False)["recorded_crime"].sum()
    here = cdi.national(made.rows, volumes=[made.frame, crime])
    assert here.table.keys == ("force",)
    assert [row.label[0] for row in by_force(here.table).rows if not row.counted and row.facts.scope.main] == [
        *TERRITORIAL[:5],
        ALL,
    ]
    rates = {row.label[0]: row.estimate for row in here.table.rows if not row.counted and not row.whole}
    total = crime.set_index("force")["recorded_crime"]
    assert here.overall.estimate == pytest.approx(
        total.sum() / sum(total[force] / rate for force, rate in rates.items())
    )


def test_rows_are_summed_up_once_and_not_force_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    from cdi.reading import engine

    asked: list[int] = []
    collect = engine.collect

    def counting(rows: Any) -> Any:
        asked.append(1)
        return collect(rows)

    monkeypatch.setattr(engine, "collect", counting)
    times = []
    for forces in (4, 12):
        made = audits(forces, 30)  # short frames are looked at otherwise
        asked.clear()
        cdi.national(made.rows, by="crime_type", volumes=[made.frame, made.crime], single_cluster="adjust")
        times.append(len(asked))
    assert times[0] == times[1]


# ---- what is wrong with what is given


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a file for each force."""
    (tmp_path / "audits").mkdir()
    made = audits()
    for force, rows in made.rows.groupby("force"):
        name = f"{str(force).casefold().replace(' ', '_')}_2024.csv"
        rows.drop(columns="force").to_csv(tmp_path / "audits" / name, index=False)
    made.rows.to_csv(tmp_path / "all.csv", index=False)
    made.frame.to_csv(tmp_path / "frame.csv", index=False)
    made.crime.to_csv(tmp_path / "volumes.csv", index=False)
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command in a folder."""
    done = run_here("national", *arguments, cwd=folder)
    return done.returncode, done.stdout, done.stderr


KNOWN = ("--by", "crime_type", "--volumes", "frame.csv", "--volumes", "volumes.csv")


def test_a_folder_gives_what_one_file_gives(folder: Path) -> None:
    code, text, _ = run(folder, "audits", *KNOWN)
    assert code == 0
    assert text == run(folder, "all.csv", *KNOWN)[1]
    assert max(map(len, text.splitlines())) <= 80
    assert "The national figures are of 5 forces." in text
    assert "national rate" in text
    assert "for the force" not in text


def test_every_file_that_cannot_be_read_is_told_at_once(folder: Path) -> None:
    names = sorted((folder / "audits").iterdir())
    names[0].write_bytes(b"cluster,recorded\n1,\xff\xfe\x00\n")
    names[1].write_text("", encoding="utf-8")
    (folder / "audits" / "notes.docx").write_bytes(b"PK")
    (folder / "audits" / "sussex.toml").write_text("[reading]\n", encoding="utf-8")
    with pytest.raises(DataError) as told:
        cdi.national(folder / "audits", by="crime_type")
    text = str(told.value)
    for name in (names[0].name, names[1].name, "notes.docx", "sussex.toml"):
        assert name in text


def test_rows_that_are_wrong_are_told_with_their_file_and_line(folder: Path) -> None:
    name = next((folder / "audits").glob("cheshire*"))
    lines = name.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].rpartition(",")[0] + ",perhaps"
    name.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as told:
        cdi.national(folder / "audits", by="crime_type")
    assert f"{name}, line 4" in str(told.value)


def test_a_force_in_two_spellings_is_refused(folder: Path) -> None:
    made = audits()
    rows = made.rows.copy()
    rows.loc[rows.index[:9], "force"] = "Avon & Somerset Police"
    with pytest.raises(DataError, match="also spelled"):
        cdi.national(rows, by="crime_type")
    path = next((folder / "audits").glob("cheshire*"))
    (folder / "audits" / "Cheshire Constabulary.csv").write_bytes(path.read_bytes())
    with pytest.raises(DataError, match="one file of each force"):
        cdi.national(folder / "audits", by="crime_type")
    crime = pd.concat([made.crime, made.crime[:3].assign(force="Avon and Somerset Police")])
    with pytest.raises(DataError, match="also spelled"):
        cdi.national(made.rows, by="crime_type", volumes=crime)


def test_volumes_may_spell_a_force_in_another_way() -> None:
    made = audits()
    crime = made.crime.assign(force=made.crime["force"] + " Police")
    here = cdi.national(made.rows, by="crime_type", volumes=[made.frame, crime])
    assert here.table == found().table


def test_a_force_without_volumes_and_volumes_without_an_audit_are_refused() -> None:
    made = audits()
    for frame, crime in ((made.frame[2:], made.crime), (made.frame, made.crime[3:])):
        with pytest.raises(DataError, match=r"known counts of every force.*Avon and Somerset"):
            cdi.national(made.rows, by="crime_type", volumes=[frame, crime])
    more = pd.concat([made.crime, made.crime[:3].assign(force="Kent")])
    with pytest.raises(DataError, match=r"a force with an audit.*Kent"):
        cdi.national(made.rows, by="crime_type", volumes=[made.frame, more])


def test_the_row_of_all_forces_is_no_force() -> None:
    made = audits()
    total = made.crime.groupby("crime_type", as_index=False)["recorded_crime"].sum().assign(force="England and Wales")
    crime = pd.concat([made.crime, total])
    assert cdi.national(made.rows, by="crime_type", volumes=[made.frame, crime]).table == found().table


@pytest.mark.parametrize("given", ["audits", "all.csv"])
def test_a_force_that_is_left_out_is_in_no_figure_and_every_output_says_so(folder: Path, given: str) -> None:
    code, text, _ = run(folder, given, *KNOWN, "--leave-out", "Cheshire Constabulary")
    assert code == 0
    assert "Left out, as was asked: Cheshire. No figure counts it." in " ".join(text.split())
    made = audits()
    kept = [part[part["force"] != "Cheshire"] for part in (made.rows, made.frame, made.crime)]
    alone = cdi.national(kept[0], by="crime_type", volumes=kept[1:])
    listed = json.loads(run(folder, given, *KNOWN, "--leave-out", "Cheshire", "--format", "json")[1])
    overall = next(row for row in listed["rows"] if row["force"] == row["crime_type"] == ALL)
    assert overall["estimate"] == alone.overall.estimate
    assert "left out" in str(overall["notes"])
    assert any("Cheshire" in text for text in listed["statements"])
    code, _, wrong = run(folder, given, *KNOWN, "--leave-out", "Chesire")
    assert code == 2
    assert "Cheshire" in wrong


def test_audits_without_a_common_period_are_refused_unless_asked_for() -> None:
    rows = audits().rows
    months = rows["force"].map(dict(zip(TERRITORIAL[:5], ["2024-01", "2024-01", "2024-02", "2024-01", "2024-01"])))  # noqa: B905
    dated = rows.assign(period=months)
    with pytest.raises(DataError, match="periods all overlap"):
        cdi.national(dated, by="crime_type")
    here = cdi.national(dated, by="crime_type", mixed_periods=True)
    assert any("WARNING" in text for text in here.page().statements)
    same = cdi.national(rows.assign(period="2024-01"), by="crime_type")
    assert not any("WARNING" in text for text in same.page().statements)


def test_a_force_with_a_single_report_is_named() -> None:
    rows = audits().rows
    one = pd.concat([rows, rows[:1].assign(force="Kent", stratum="phone", cluster="k1")])
    with pytest.raises(DesignError, match="Kent"):
        cdi.national(one, by="crime_type")
    here = cdi.national(one, by="crime_type", single_cluster="average")
    kent = next(row for row in by_force(here.table).rows if row.label == ("Kent",))
    assert kent.n == 1
    shown = cdi.protect(here, cdi.Disclosure())
    kent = next(row for row in by_force(shown.table).rows if row.label == ("Kent",))
    assert kent.estimate is None
    assert kent.n == 1


def test_files_that_name_their_columns_differently_are_read_by_their_mappings(folder: Path) -> None:
    path = next((folder / "audits").glob("dorset*")) if list((folder / "audits").glob("dorset*")) else None
    path = path or sorted((folder / "audits").iterdir())[0]
    rows = pd.read_csv(path)
    rows = rows.rename(
        columns={"cluster": "Incident", "crime_type": "Offence", "recorded": "Crimed?", "stratum": "Route"}
    )
    rows["Crimed?"] = rows["Crimed?"].map({"yes": "Compliant", "no": "Missed"})
    rows["Officer"] = "A"
    rows.to_csv(path, index=False)
    with pytest.raises(DataError, match="It lacks"):
        cdi.national(folder / "audits", by="crime_type")
    path.with_suffix(".toml").write_text(
        '[reading.columns]\ncluster = "Incident"\ncategory = "Offence"\nrecorded = "Crimed?"\nstratum = "Route"\n'
        '[reading.words]\nCompliant = "yes"\nMissed = "no"\n',
        encoding="utf-8",
    )
    here = cdi.national(folder / "audits", by="crime_type", volumes=[folder / "frame.csv", folder / "volumes.csv"])
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, found().table.rows)])


def test_one_mapping_serves_a_whole_folder(folder: Path) -> None:
    for path in (folder / "audits").iterdir():
        rows = pd.read_csv(path).rename(columns={"cluster": "Incident", "recorded": "Crimed?"})
        rows.to_csv(path, index=False)
    (folder / "mapping.toml").write_text(
        '[reading.columns]\ncluster = "Incident"\nrecorded = "Crimed?"\n', encoding="utf-8"
    )
    code, text, _ = run(folder, "audits", *KNOWN, "--mapping", "mapping.toml")
    assert code == 0
    assert text == run(folder, "all.csv", *KNOWN)[1]


def test_other_bodies_are_asked_for_as_in_forces() -> None:
    made = audits()
    rows = made.rows.replace({"force": {"Cheshire": "Police Scotland"}})
    with pytest.raises(DataError, match="43 territorial forces"):
        cdi.national(rows, by="crime_type")
    here = cdi.national(rows, by="crime_type", other_forces="leave-out")
    assert here.left_out == ("Police Scotland",)
    assert "Police Scotland" not in here.results
    assert here.overall.n == len(rows[rows["force"] != "Police Scotland"])
    counted = cdi.national(rows, by="crime_type", other_forces="include")
    assert counted.overall.n == len(rows)


def test_a_force_that_no_total_counts_is_counted_only_where_that_is_asked_for() -> None:
    made = audits()
    rows = made.rows.replace({"force": {"Cheshire": "British Transport Police"}})
    with pytest.raises(DataError, match="British Transport Police"):
        cdi.national(rows, by="crime_type")
    left = cdi.national(rows, by="crime_type", other_forces="leave-out")
    assert left.left_out == ("British Transport Police",)
    said = " ".join(cdi.national(rows, by="crime_type", other_forces="include").page().statements)
    assert "British Transport Police" in said
    assert "It is counted in the national figures, as was asked" in said
    assert "is not in the totals for England and Wales" not in said


def test_figures_of_people_are_refused_in_public() -> None:
    rows = audits().rows.rename(columns={"crime_type": "victim_ethnicity"})
    here = cdi.national(rows, by="victim_ethnicity")
    with pytest.raises(DataError, match="no column of people"):
        cdi.protect(here, cdi.Disclosure())
    shown = cdi.protect(here, cdi.Disclosure(mode="internal"))
    assert [numbers_of(row)[:4] for row in shown.table.rows] == [numbers_of(row)[:4] for row in here.table.rows]


# ---- the folder


def test_the_folder_holds_the_national_page_and_a_page_for_each_force(folder: Path) -> None:
    code, text, wrong = run(folder, "audits", *KNOWN, "-o", "out")
    assert code == 0, wrong
    out = folder / "out"
    pages = sorted(path.name for path in (out / "forces").iterdir())
    assert pages == sorted(f"{name.replace(' ', '_')}.html" for name in TERRITORIAL[:5])
    page = (out / "report.html").read_text(encoding="utf-8")
    assert all(f'href="forces/{name}"' in page for name in pages)
    assert 'href="../report.html"' in (out / "forces" / "Cheshire.html").read_text(encoding="utf-8")
    assert "5 police forces recorded an estimated" in page
    assert "RateWords" not in page
    assert {"forces.svg", "funnel.svg"} <= {path.name for path in (out / "charts").iterdir()}
    listed = list(csv.DictReader((out / "estimates.csv").read_text(encoding="utf-8").splitlines()))
    overall = next(row for row in listed if row["category"] == "all; all" and row["measure"] == "recording rate")
    assert float(overall["estimate"]) == round(found().overall.estimate, 3)  # a public report has what is printed
    assert int(overall["n"]) == len(audits().rows)
    assert zipfile.is_zipfile(out / "tables.xlsx")
    known = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert known["command"].startswith("cdi national audits --by crime_type")
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {*known["outputs"], "provenance.json"} == files
    assert all(name in text for name in files)
    assert len(known["inputs"]) == 7
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert run(folder, "audits", *KNOWN, "-o", "out")[0] == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (out / "forces" / "Cheshire.html").write_text("changed", encoding="utf-8")
    code, _, wrong = run(folder, "audits", *KNOWN, "-o", "out")
    assert code == 2
    assert "Cheshire.html" in wrong
    assert run(folder, "audits", *KNOWN, "-o", "out", "--replace")[0] == 0


@pytest.mark.long
@pytest.mark.parametrize("volumes", [(), ("--volumes", "frame.csv"), KNOWN[2:]], ids=["none", "frame", "crime"])
def test_what_is_said_is_true_of_all_forces(folder: Path, volumes: tuple[str, ...]) -> None:
    """Nothing speaks of one force where all are meant, and where a force's page makes no estimate nothing else does."""
    asked = ("audits", "--by", "crime_type", *volumes)
    texts = {"screen": run(folder, *asked)[1], "csv": run(folder, *asked, "--format", "csv")[1]}
    assert run(folder, *asked, "-o", "out")[0] == 0
    for name in ("report.html", "estimates.csv", "estimates.json"):
        texts[name] = (folder / "out" / name).read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / "out" / "tables.xlsx") as book:
        texts["book"] = " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    for name, text in texts.items():
        for wrong in ("for the force", "not the force", "of the force is", "All, "):
            assert wrong not in text, (name, wrong)
    rows = list(csv.DictReader(texts["estimates.csv"].splitlines()))
    of_forces = [row for row in rows if row["category"] == "Cheshire; all" and row["measure"] == "recording rate"]
    assert of_forces
    page = (folder / "out" / "forces" / "Cheshire.html").read_text(encoding="utf-8")
    estimated = "recorded an estimated" in page
    assert estimated == bool(volumes)
    assert all(row["sentence"].startswith("Cheshire: an estimated") == estimated for row in of_forces)
    assert ("In the samples of all forces" in texts["report.html"]) == (not volumes)
    if "volumes.csv" in volumes:
        assert "each force's audited rate holds for all its recorded crime" in " ".join(texts["screen"].split())
        assert "each force&#39;s audited rate holds for all its recorded crime" in texts["report.html"]


@pytest.mark.long
def test_a_folder_is_verified_as_a_report_is(folder: Path) -> None:
    def verified() -> tuple[int, str]:
        done = run_here("report", "--verify", "out", cwd=folder)
        return done.returncode, done.stdout + done.stderr

    mapping = folder / "mapping.toml"
    mapping.write_text('[reading.words]\nyes = "yes"\n', encoding="utf-8")
    assert run(folder, "audits", *KNOWN, "--mapping", "mapping.toml", "--leave-out", "Cheshire", "-o", "out")[0] == 0
    code, text = verified()
    assert (code, text.splitlines()) == (0, [
        "Compared: 7 input files and 14 files of the report, all as they were.",
        "The report is verified: the same inputs give the same files.",
    ])  # fmt: skip
    mapping.write_text('[reading.words]\nyes = "yes" # as before\n', encoding="utf-8")
    changed = next((folder / "audits").glob("bedfordshire*"))
    changed.write_text(changed.read_text(encoding="utf-8").replace(",no\n", ",yes\n", 3), encoding="utf-8")
    (folder / "out" / "forces" / "Bedfordshire.html").write_text("changed", encoding="utf-8")
    code, text = verified()
    assert code == 1
    assert "mapping.toml: this input file has changed" in text
    assert f"audits/{changed.name}: this input file has changed" in text
    assert "forces/Bedfordshire.html: this file has changed" in text
    assert "estimates.csv: this file comes out differently" in text
    assert "verified" not in text


def test_what_came_from_a_frame_is_compared_and_not_made_again(tmp_path: Path) -> None:
    cdi.write_national(cdi.national(audits().rows), tmp_path / "out")
    found = cdi.verify_report(tmp_path / "out")
    assert found.agrees
    assert not found.made_again
    assert "the figures were not made again" in " ".join(found.lines)
    (tmp_path / "out" / "estimates.csv").write_text("", encoding="utf-8")
    assert not cdi.verify_report(tmp_path / "out").agrees


@pytest.mark.long
def test_the_figures_say_which_of_the_43_forces_they_lack(tmp_path: Path) -> None:
    every = rows_of([*TERRITORIAL])
    cdi.write_national(cdi.national(every), tmp_path / "all")
    page = (tmp_path / "all" / "report.html").read_text(encoding="utf-8")
    assert "Crime recording by the 43 police forces of England and Wales" in page
    assert "have no figures here" not in page
    cdi.write_national(cdi.national(every[~every["force"].isin(["Kent", "Surrey"])]), tmp_path / "some")
    page = (tmp_path / "some" / "report.html").read_text(encoding="utf-8")
    assert "2 of the 43 forces of England and Wales have no figures here: Kent and Surrey." in page
    assert "by 41 police forces" in page


def test_the_folder_says_who_is_left_out(folder: Path) -> None:
    assert run(folder, "audits", *KNOWN, "--leave-out", "Cheshire", "-o", "out")[0] == 0
    assert "Left out, as was asked: Cheshire." in (folder / "out" / "report.html").read_text(encoding="utf-8")
    said = json.loads((folder / "out" / "estimates.json").read_text(encoding="utf-8"))
    assert any("Cheshire" in text for text in said["headlines"])
    assert not (folder / "out" / "forces" / "Cheshire.html").exists()


def test_help_names_every_option() -> None:
    shown = CliRunner().invoke(cli, ["national", "--help"]).output
    assert all(
        name in shown for name in ("--by", "--volumes", "--leave-out", "--mixed-periods", "--output", "--mapping")
    )


def test_a_frame_is_estimated_in_its_own_engine() -> None:
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    import duckdb

    made = audits()
    rows = made.rows
    frames: Mapping[str, Any] = {
        "polars": polars.from_pandas(rows),
        "lazy": polars.from_pandas(rows).lazy(),
        "pyarrow": pyarrow.Table.from_pandas(rows, preserve_index=False),
        "duckdb": duckdb.from_df(rows),
    }
    for frame in frames.values():
        here = cdi.national(frame, by="crime_type", volumes=[made.frame, made.crime])
        for own, row in zip(found().table.rows, here.table.rows, strict=True):
            assert row.label == own.label
            assert numbers_of(row) == pytest.approx(numbers_of(own), rel=1e-12, nan_ok=True)


# ---- what a reader of the code found


def rows_of(forces: list[Any]) -> pd.DataFrame:
    return pd.DataFrame([{"force": force, "recorded": int(i % 3 > 0)} for force in forces for i in range(20)])


@pytest.mark.parametrize(
    ("forces", "leave_out"), [(["A", "B", "C", "D "], "D"), ([1.0, 2.0, 3.0, 4.0], "4"), ([1, 2, 3, 4], "4")]
)
@pytest.mark.parametrize("make", [lambda frame: frame, pl.from_pandas], ids=["pandas", "polars"])
def test_a_force_is_left_out_however_its_name_is_written(make: Any, forces: list[Any], leave_out: str) -> None:
    left = cdi.national(make(rows_of(forces)), leave_out=leave_out, other_forces="include")
    assert len(left.results) == 3
    assert left.overall.n == 60


def test_a_file_of_another_force_than_its_name_says_is_refused(tmp_path: Path) -> None:
    named = {"kent": "Essex", "a": "Surrey", "b": "Dorset", "c": "Durham"}
    for name, force in named.items():
        rows = rows_of([force]).assign(incident=range(20))
        rows.to_csv(tmp_path / f"{name}.csv", index=False)
    for leave_out in ((), ("Kent",)):
        with pytest.raises(DataError) as caught:
            cdi.national(tmp_path, leave_out=leave_out)
        assert [(each.code, each.got) for each in caught.value.faults] == [("force-of-another-file", "Essex")]


@pytest.mark.parametrize(
    "kinds", [("Black", "Asian", "White"), ("0-17", "18-24", "25+"), ("E01000001", "E01000002", "E01000003")]
)
def test_people_are_known_by_their_categories(kinds: tuple[str, ...], tmp_path: Path) -> None:
    """Also where the column is not called after them, and a row holds all of one force."""
    sizes = dict(zip(kinds, (3, 4, 40), strict=True))
    rows = [
        (force, kind, int(i % 3 > 0))
        for force in ("Kent", "Essex", "Surrey")
        for kind in kinds
        for i in range(sizes[kind])
    ]
    frame = pd.DataFrame(rows, columns=["force", "grp", "recorded"])
    with pytest.raises(DataError) as caught:
        cdi.write_national(cdi.national(frame, "grp"), tmp_path / "out")
    assert {each.code for each in caught.value.faults} == {"national-of-people"}


def test_no_folder_of_the_machine_is_published(tmp_path: Path) -> None:
    home = tmp_path / "jane doe"
    home.mkdir()
    rows_of(["Kent", "Essex", "Surrey"]).to_csv(home / "all.csv", index=False)
    done = run_here("national", str(home / "all.csv"), "-o", str(home / "out"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    published = [path for path in (home / "out").rglob("*") if path.is_file()]
    assert published
    assert not [path.name for path in published if b"jane" in path.read_bytes()]


# ---- a folder in which each force is described by a file of its own

NAMES = {"cluster": "Incident", "crime_type": "Offence", "recorded": "Crimed?", "stratum": "Route"}


def describe_each(root: Path, shape: str, *, volumes: bool = True) -> None:
    """Write the audits of five forces as they keep them, each with the file of its inspection."""
    root.mkdir()
    for place, force in enumerate(TERRITORIAL[:5]):
        own, known = audits().of(force)
        names = NAMES if place == 1 else {"crime_type": "class"} if place == 2 else {}
        parts = [part.rename(columns=names) for part in (own, *known)]
        words = ""
        if place == 1:
            parts[0]["Crimed?"] = parts[0]["Crimed?"].map({"yes": "Compliant", "no": "Missed"})
            words = '[audit.reading.words]\nCompliant = "yes"\nMissed = "no"\n'
        slug = force.casefold().replace(" ", "_")
        above = root / slug if shape == "folders" else root
        above.mkdir(exist_ok=True)
        files = [f"{part}.csv" if shape == "folders" else f"{slug}_{part}.csv" for part in ("audit", "frame", "crime")]
        for part, file in zip(parts, files, strict=True):
            part.to_csv(above / file, index=False)
        columns = "\n".join(f'{role} = "{names.get(role, role)}"' for role in ("stratum", "cluster", "recorded"))
        text = (
            f'force = "{force} Police"\n[audit]\nfiles = ["{files[0]}"]\n'
            f'by = ["{names.get("crime_type", "crime_type")}"]\n'
            f"{words}[audit.{'reading.columns' if words else 'columns'}]\n{columns}\n"
        )
        if volumes:
            text += f'[volumes]\nfiles = ["{files[1]}", "{files[2]}"]\n'
        (above / ("inspection.toml" if shape == "folders" else f"{slug}.toml")).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("shape", [pytest.param("folders", marks=pytest.mark.long), "files"])
def test_each_force_is_read_by_the_file_of_its_inspection(tmp_path: Path, shape: str) -> None:
    describe_each(tmp_path / "all", shape)
    here = cdi.national(tmp_path / "all", by="crime_type")
    assert [row.label for row in here.table.rows] == [row.label for row in found().table.rows]
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, found().table.rows)])
    assert len(here.files) == 20
    alone = cdi.national(tmp_path / "all")
    crime = audits().crime.groupby("force", as_index=False)["recorded_crime"].sum()
    same = cdi.national(audits().rows, volumes=[audits().frame, crime])
    assert alone.overall.estimate == pytest.approx(same.overall.estimate, rel=1e-12)
    code, _, wrong = run(tmp_path, "all", "--by", "crime_type", "-o", "out")
    assert code == 0, wrong
    assert len(json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))["inputs"]) == 20


def test_a_column_that_the_caller_names_is_the_one_that_inspections_call_otherwise(tmp_path: Path) -> None:
    """All files had the column, and each was told that it lacks it."""
    describe_each(tmp_path / "all", "folders")
    frame = audits().frame.rename(columns={"stratum": "Route"})
    options: dict[str, Any] = {"by": "crime_type", "volumes": [frame, audits().crime]}
    here = cdi.national(tmp_path / "all", stratum="Route", cluster="Incident", **options)
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, found().table.rows)])
    with pytest.raises(DataError) as told:
        cdi.national(tmp_path / "all", stratum="Rout", **options)
    assert [each.code for each in told.value.faults] == ["no-column"] * 5
    assert "named 'Rout'" in str(told.value)


def test_a_force_is_left_out_by_the_name_that_its_inspection_gives(tmp_path: Path) -> None:
    describe_each(tmp_path / "all", "folders")
    (tmp_path / "all" / "cheshire" / "audit.csv").unlink()
    with pytest.raises(DataError, match=r"audit\.csv"):
        cdi.national(tmp_path / "all", by="crime_type")
    here = cdi.national(tmp_path / "all", by="crime_type", leave_out="Cheshire")
    assert here.left_out == ("Cheshire",)
    assert len(here.results) == 4


def test_what_inspections_say_of_all_their_samples_must_agree(tmp_path: Path) -> None:
    describe_each(tmp_path / "all", "files")
    for path in sorted((tmp_path / "all").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        rule = "adjust" if path.stem == "cheshire" else "average"
        path.write_text(text.replace("[audit]\n", f'[audit]\nsingle_cluster = "{rule}"\n'), encoding="utf-8")
    with pytest.raises(DataError, match=r"cheshire\.toml.*the same single_cluster in every inspection"):
        cdi.national(tmp_path / "all", by="crime_type")
    here = cdi.national(tmp_path / "all", by="crime_type", single_cluster="average")
    assert here.audit.design.single_cluster == "average"


def test_a_draft_whose_force_is_not_filled_in_is_told(tmp_path: Path) -> None:
    describe_each(tmp_path / "all", "folders")
    path = tmp_path / "all" / "cheshire" / "inspection.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Cheshire Police", "Name of the force"), encoding="utf-8")
    with pytest.raises(DataError) as told:
        cdi.national(tmp_path / "all", by="crime_type")
    assert [each.code for each in told.value.faults] == ["force-unnamed"]


def test_the_folder_of_a_force_names_it(tmp_path: Path) -> None:
    for force in ("Ash", "Brook", "Coast"):
        place = tmp_path / "all" / force
        place.mkdir(parents=True)
        rows_of([force]).drop(columns="force").assign(cluster=range(20)).to_csv(place / "audit.csv", index=False)
    here = cdi.national(tmp_path / "all")
    assert [*here.results] == ["Ash", "Brook", "Coast"]
    (tmp_path / "all" / "empty").mkdir()
    with pytest.raises(DataError, match="empty"):
        cdi.national(tmp_path / "all")


def test_a_mapping_of_words_alone_is_read(folder: Path) -> None:
    path = sorted((folder / "audits").glob("cheshire*"))[0]
    rows = pd.read_csv(path)
    rows["recorded"] = rows["recorded"].map({"yes": "Compliant", "no": "Missed"})
    rows.to_csv(path, index=False)
    words = '[reading.words]\nCompliant = "yes"\nMissed = "no"\n'
    path.with_suffix(".toml").write_text(words, encoding="utf-8")
    here = cdi.national(folder / "audits", by="crime_type", volumes=[folder / "frame.csv", folder / "volumes.csv"])
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, found().table.rows)])
    # also where the column of answers has another name, which is said beside the mapping
    rows.rename(columns={"recorded": "Crimed?"}).to_csv(folder / "one.csv", index=False)
    book = cdi.Workbook(str(folder / "one.csv"), mapping=read_mapping(path.with_suffix(".toml")))
    alone = cdi.estimate(book, by="crime_type", recorded="Crimed?")
    assert alone.table.rows[-1].estimate == (rows["recorded"] == "Compliant").mean()


# ---- what may be published


@pytest.mark.parametrize("column", [pytest.param("victim_ethnicity", marks=pytest.mark.long), "ward", "grp"])
def test_reports_drawn_by_people_are_refused_in_public(column: str, tmp_path: Path) -> None:
    """As figures by people are: the variance of a rate and the number of strata tell of them."""
    rows = audits().rows
    kinds = dict(enumerate(("White", "Black", "Asian")))
    place = rows.groupby(["force", "stratum", "cluster"], sort=False).ngroup() % 3
    rows = rows.assign(**{column: place.map(kinds)}).drop(columns="stratum")
    rows["cluster"] = place.index.map(lambda i: f"{audits().rows['stratum'][i]}{rows['cluster'][i]}")
    here = cdi.national(rows, "crime_type", stratum=column, single_cluster="average")
    with pytest.raises(DataError) as caught:
        cdi.write_national(here, tmp_path / "out")
    assert [(each.code, each.got) for each in caught.value.faults] == [("national-of-people", column)]
    assert str(caught.value)
    cdi.write_national(here, tmp_path / "out", disclosure=cdi.Disclosure(mode="internal"))
    reason = {column: "no characteristic"}
    cdi.write_national(here, tmp_path / "plain", disclosure=cdi.Disclosure(not_personal=reason))


def test_the_pages_of_forces_are_no_contradiction_to_the_national_one(tmp_path: Path) -> None:
    """Their totals are those of one force each; nothing is withheld, and a cell of few has no rate but its counts."""
    made = audits()
    few = made.rows[(made.rows["force"] == "Cheshire") & (made.rows["crime_type"] == "sexual")]
    here = cdi.national(made.rows.drop(index=few.index[4:]), by="crime_type", volumes=[made.frame, made.crime])
    cdi.write_national(here, tmp_path / "out")
    found = cdi.attack(tmp_path / "out")
    assert found.safe
    assert found.protected == 0
    assert not found.contradictory
    listed = list(csv.DictReader((tmp_path / "out" / "estimates.csv").read_text(encoding="utf-8").splitlines()))
    cell = next(row for row in listed if row["category"] == "Cheshire; sexual" and row["measure"] == "recording rate")
    assert (cell["estimate"], cell["n"]) == ("", "4")


# ---- recorded crime as it is published, and a share of it


def test_a_table_of_recorded_crime_is_read_force_by_force(tmp_path: Path) -> None:
    made = audits()
    lines = [
        ("2023/24", quarter, f"{force} Police" if force == "Cheshire" else force, f"{kind.title()} offences", count)
        for force, kind, number in made.crime.itertuples(index=False)
        for quarter, count in enumerate([number // 4] * 3 + [number - 3 * (number // 4)], 1)
    ]
    names = ["Financial Year", "Financial Quarter", "Force Name", "Offence Group", "Number of Offences"]
    pd.DataFrame(lines, columns=names).to_csv(tmp_path / "published.csv", index=False)
    groups = {f"{kind.title()} offences": kind for kind in TYPES}
    here = cdi.national(
        made.rows, by="crime_type", volumes=[made.frame, tmp_path / "published.csv"], groups=groups,
        volumes_period="2023/24",
    )  # fmt: skip
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, found().table.rows)])
    assert [path.name for path in here.files] == ["published.csv"]


def test_a_share_of_recorded_crime_limits_all_counts() -> None:
    made = audits()
    volumes = [made.frame, made.crime]
    here = cdi.national(made.rows, by="crime_type", volumes=volumes, route_share="80%+-4%")
    alone = cdi.estimate(
        audits().of("Cheshire")[0], "crime_type", volumes=made.of("Cheshire")[1], route_share="80%+-4%"
    )
    for row, own in zip(here.results["Cheshire"].table.rows, alone.table.rows, strict=True):
        assert numbers_of(row) == pytest.approx(numbers_of(own), rel=1e-12, nan_ok=True)
    counts = [(row, full) for row, full in zip(here.table.rows, found().table.rows, strict=True) if row.counted]
    assert all(row.estimate == pytest.approx(0.8 * full.estimate, rel=1e-9) for row, full in counts)
    with pytest.raises(DesignError, match="without recorded crime"):
        cdi.national(made.rows, by="crime_type", route_share=0.8)


# ---- what is named on the command line


@pytest.mark.long
def test_workbooks_of_a_folder_are_read_by_their_sheet_and_header_row(folder: Path) -> None:
    """As one workbook is; those that are no workbooks have no sheets."""
    (folder / "books").mkdir()
    for place, path in enumerate(sorted((folder / "audits").iterdir())):
        rows = pd.read_csv(path)
        if place == 0:
            own = folder / "books" / path.name
            own.write_text(f"Audit of 2024,,,\n,,,\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
            continue
        with pd.ExcelWriter(folder / "books" / f"{path.stem}.xlsx") as book:
            rows.to_excel(book, sheet_name="Audit", index=False, startrow=2)
            pd.DataFrame({"notes": ["by A", "by B"]}).to_excel(book, sheet_name="Notes", index=False)
    code, text, _ = run(folder, "books", *KNOWN)
    assert code == 2
    given = ("books", *KNOWN, "--sheet", "Audit", "--header-row", "3")
    code, text, wrong = run(folder, *given)
    assert code == 0, wrong
    assert text == run(folder, "all.csv", *KNOWN)[1]
    assert run(folder, *given, "-o", "out")[0] == 0
    done = run_here("report", "--verify", "out", cwd=folder)
    assert done.returncode == 0


def test_a_sheet_of_a_folder_without_workbooks_is_refused(folder: Path) -> None:
    code, _, wrong = run(folder, "audits", *KNOWN, "--sheet", "Audit")
    assert code == 2
    assert "a workbook" in wrong


def test_files_that_are_named_one_by_one_are_called_after_their_forces(folder: Path) -> None:
    """A shell makes them of a pattern."""
    names = sorted(path.relative_to(folder).as_posix() for path in (folder / "audits").iterdir())
    code, text, wrong = run(folder, *names, *KNOWN)
    assert code == 0, wrong
    assert text == run(folder, "all.csv", *KNOWN)[1]
    assert run(folder, "audits/*.csv", *KNOWN)[1] == text
    code, text, wrong = run(folder, *names, *KNOWN, "--leave-out", "Cheshire")
    assert code == 0, wrong
    assert "Left out, as was asked: Cheshire." in " ".join(text.split())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--replace",), "--replace"),
        (("--published", "out"), "--published"),
        (("--format", "csv", "-o", "out"), "--format"),
        (("-o", "out", "--personal", "wrad"), "wrad"),
        (("-o", "out", "--not-personal", "wrad=a slip"), "wrad"),
        (("--personal", "wrad"), "wrad"),
        (("--personal", "stratum"), "no column of people"),
        (("--personal", "stratum", "-o", "out"), "no column of people"),
        (("--route-share", "80%+-4%"), "80% ± 4%"),
    ],
)
def test_what_would_change_nothing_or_is_a_slip_is_refused(folder: Path, given: tuple[str, ...], said: str) -> None:
    code, _, wrong = run(folder, "all.csv", *given)
    assert code == 2
    assert said in wrong
    assert not (folder / "out").exists()


def test_report_numbers_that_begin_anew_within_a_force_are_its_own(folder: Path) -> None:
    """Whatever they begin anew in: no report is of two forces."""
    given = (*KNOWN, "--nest", "stratum")
    code, text, wrong = run(folder, "all.csv", *given)
    assert code == 0, wrong
    assert text == run(folder, "all.csv", *KNOWN)[1]


# ---- what is known of recorded crime beside the volumes: through the same code as one force


def counts_of(result: Any) -> Any:
    return next(row for row in result.table.rows if row.whole and row.counted)


@pytest.mark.parametrize("terms", [{"over_recording": "2.1%+-0.8%"}, {"route_share": 0.8}, {"route_share": "80%+-4%"},
                                   {"over_recording": "2.1%+-0.8%", "route_share": "80%+-4%"}])  # fmt: skip
def test_shares_of_recorded_crime_do_to_a_force_what_they_do_alone(terms: dict[str, Any]) -> None:
    made = audits()
    here = cdi.national(made.rows, "crime_type", volumes=[made.frame, made.crime], **terms)
    rows, volumes = made.of("Cheshire")
    alone = cdi.estimate(rows, "crime_type", volumes=volumes, **terms)
    for row, own in zip(here.results["Cheshire"].table.rows, alone.table.rows, strict=True):
        assert numbers_of(row) == numbers_of(own)
        assert row.facts == own.facts
    assert str(here.results["Cheshire"]) == str(alone)
    # the national count is of the same crimes as a sample whose strata are those of each force
    whole = cdi.estimate(
        made.rows, ["force", "crime_type"], volumes=[made.frame, made.crime], stratum=["force", "stratum"],
        nest="force", **terms,
    )  # fmt: skip
    assert numbers_of(counts_of(here.whole)) == pytest.approx(numbers_of(counts_of(whole)), rel=1e-12)
    assert here.whole.net == whole.net
    said = " ".join(here.page().statements)
    assert ("recorded crimes should not have been recorded" in said) == ("over_recording" in terms)


@pytest.mark.long
def test_a_net_count_is_on_all_pages(folder: Path) -> None:
    code, text, wrong = run(folder, "all.csv", *KNOWN, "--over-recorded", "2.1%+-0.8%", "-o", "out")
    assert code == 0, wrong
    for name in ("report.html", "forces/Cheshire.html"):
        page = (folder / "out" / name).read_text(encoding="utf-8")
        assert "recorded crimes should not have been recorded. Net of these" in page
    done = run_here("report", "--verify", "out", cwd=folder)
    assert (done.returncode, "verified: the same inputs give the same files" in done.stdout) == (0, True)
    assert "A share over-recorded" not in text


def test_one_figure_of_recorded_crime_gives_a_national_count_alone() -> None:
    made = audits()
    here = cdi.national(made.rows, "crime_type", volumes=made.frame, recorded_crime=500_000)
    whole = cdi.estimate(
        made.rows, ["force", "crime_type"], volumes=made.frame, recorded_crime=500_000, stratum=["force", "stratum"],
        nest="force",
    )  # fmt: skip
    assert [row.label for row in here.table.rows if row.counted] == [(ALL, ALL)]
    assert numbers_of(counts_of(here)) == pytest.approx(numbers_of(counts_of(whole)), rel=1e-12)
    rate = here.overall.estimate
    assert counts_of(here).estimate == pytest.approx(500_000 * (1 - rate) / rate, rel=1e-12)
    with pytest.raises(DesignError, match="frame of each force"):
        cdi.national(made.rows, "crime_type", recorded_crime=500_000)
    with pytest.raises(DesignError, match="from one source"):
        cdi.national(made.rows, "crime_type", volumes=[made.frame, made.crime], recorded_crime=500_000)


# ---- figures worked out


def test_each_row_is_worked_out_under_its_own_name() -> None:
    here = found()
    pair = ("Cheshire", "violent")
    named = {None: ALL, "Cheshire": "Cheshire", "violent": "violent", "Cheshire, violent": "Cheshire, violent"}
    for row, label in (*named.items(), (pair, ", ".join(pair))):
        working = here.explain(row)
        figures = {section.figure for section in working.sections}
        assert figures == {f"Recording rate, {label}", f"Unrecorded crimes, {label}"}
    alone = cdi.estimate(audits().of("Cheshire")[0], "crime_type", volumes=audits().of("Cheshire")[1])
    own, place = alone.explain("violent"), here.explain("Cheshire, violent")
    assert [step.working for step in place.steps] == [step.working for step in own.steps]
    parts = [section.title for section in here.explain("Cheshire").sections]
    assert {"published lines", "adjusted rate"} <= set(parts)
    assert {"published lines", "adjusted rate"}.isdisjoint(s.title for s in here.explain("violent").sections)
    with pytest.raises(DataError, match="Cheshire"):
        here.explain("Chesire")


def test_the_place_of_a_force_is_worked_out_from_its_national_rate() -> None:
    """Which rests on recorded crime, and is not what its rows alone give."""
    working = found().forces.explain("Cheshire")
    rate = found().results["Cheshire"].table.rows[3].estimate
    assert next(step for step in working.steps if step.symbol == "p").value == rate
    assert any("cdi.national(...).explain" in text for text in working.said)


@pytest.mark.long
def test_a_working_of_all_forces_is_protected(folder: Path) -> None:
    def explained(*given: str) -> tuple[int, str, str]:
        done = run_here("explain", "national", *given, cwd=folder)
        return done.returncode, done.stdout, done.stderr

    code, text, _ = explained("all.csv", *KNOWN, "--row", "Cheshire")
    assert code == 0
    assert "Recording rate, Cheshire: published lines" in text
    assert explained("all.csv", *KNOWN, "-o", "out")[0] == 2
    rows = audits().rows
    few = rows.drop(index=rows[(rows["force"] == "Cheshire") & (rows["crime_type"] == "sexual")].index[4:])
    few.to_csv(folder / "few.csv", index=False)
    assert explained("few.csv", *KNOWN, "--row", "Bedfordshire, violent")[0] == 0
    for row in ("Cheshire", "Cheshire, sexual", "sexual"):
        assert explained("few.csv", *KNOWN, "--row", row)[0] == 2


# ---- shares that inspections state


def state(path: Path, text: str) -> None:
    """State something more under [volumes] of an inspection."""
    told = path.read_text(encoding="utf-8")
    path.write_text(told.replace("[volumes]\n", f"[volumes]\n{text}\n"), encoding="utf-8")


@pytest.mark.long
def test_each_force_has_the_share_of_its_routes_that_its_inspection_states(tmp_path: Path) -> None:
    describe_each(tmp_path / "all", "folders")
    state(tmp_path / "all" / "cheshire" / "inspection.toml", "route_share = 0.6")
    here = cdi.national(tmp_path / "all", by="crime_type")
    for force in TERRITORIAL[:5]:
        rows, volumes = audits().of(force)
        share = {"route_share": 0.6} if force == "Cheshire" else {}
        alone = cdi.estimate(rows, "crime_type", volumes=volumes, **share)
        assert [numbers_of(row) for row in here.results[force].table.rows] == [*map(numbers_of, alone.table.rows)]
    total = sum(counts_of(result).estimate for result in here.results.values())
    assert counts_of(here).estimate == pytest.approx(total, rel=1e-12)
    # the same in one file of volumes
    crime = audits().crime.assign(route_share=audits().crime["force"].map({"Cheshire": 0.6}).fillna(1.0))
    same = cdi.national(audits().rows, "crime_type", volumes=[audits().frame, crime])
    np.testing.assert_allclose([*map(numbers_of, here.table.rows)], [*map(numbers_of, same.table.rows)], rtol=1e-12)
    with pytest.raises(DataError, match="from one source"):
        cdi.national(tmp_path / "all", by="crime_type", route_share=0.8)


def test_a_share_with_a_half_width_in_one_inspection_is_refused_where_it_stands(tmp_path: Path) -> None:
    """Forces would be uncertain by shares of their own, which nothing adds up."""
    describe_each(tmp_path / "all", "folders")
    state(tmp_path / "all" / "cheshire" / "inspection.toml", 'route_share = "60%+-5%"')
    with pytest.raises(DataError, match=r"cheshire/inspection\.toml.*without its half width"):
        cdi.national(tmp_path / "all", by="crime_type")


@pytest.mark.long
def test_a_share_over_recorded_in_one_inspection_is_not_used_and_every_output_says_so(tmp_path: Path) -> None:
    describe_each(tmp_path / "all", "folders")
    state(tmp_path / "all" / "cheshire" / "inspection.toml", 'over_recorded = "2.1%+-0.8%"')
    here = cdi.national(tmp_path / "all", by="crime_type")
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, found().table.rows)])
    said = "Cheshire: the share of recorded crime that was over-recorded is in its inspection, and is not used here."
    assert said in here.page().statements
    cdi.write_national(here, tmp_path / "out")
    assert said in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    # one that is of all forces is
    over = cdi.national(tmp_path / "all", by="crime_type", over_recording="2.1%+-0.8%")
    assert counts_of(over).estimate == pytest.approx(counts_of(here).estimate * (1 - 0.021), rel=1e-12)


def test_one_figure_of_a_force_is_refused_by_category(tmp_path: Path) -> None:
    """Its count would be left out of all figures."""
    describe_each(tmp_path / "all", "folders", volumes=False)
    for path in (tmp_path / "all").glob("*/inspection.toml"):
        path.write_text(path.read_text(encoding="utf-8") + "[volumes]\nrecorded_crime = 90_000\n", encoding="utf-8")
    here = cdi.national(tmp_path / "all")
    assert len([row for row in here.table.rows if row.counted]) == 6
    with pytest.raises(DataError, match="recorded crime by crime_type"):
        cdi.national(tmp_path / "all", by="crime_type")


# ---- the pages


def test_the_pages_show_the_lines_the_funnel_and_the_adjusted_rates(folder: Path) -> None:
    code, _, wrong = run(folder, "all.csv", *KNOWN, "-o", "out")
    assert code == 0, wrong
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    sides = [row for row in found().forces.rows if row.side]
    assert sides
    table = page.partition("Recording rate by force, 95% confidence intervals")[2]
    for row in found().forces.rows:
        assert f"{row.adjusted.estimate * 100:.1f}" in table
        own = (folder / "out" / "forces" / f"{row.name.replace(' ', '_')}.html").read_text(encoding="utf-8")
        assert f"an estimated {row.adjusted.estimate * 100:.1f}% of reported crimes were recorded, adjusted" in own
        assert ("outside the published lines" in own) == bool(row.side)
    # what only analysts want is in the workbook
    assert "z score" not in page.partition("About these figures")[0].casefold()


def test_a_force_of_few_is_not_placed_among_the_others(folder: Path) -> None:
    rows = audits().rows
    pd.concat([rows, rows[:1].assign(force="Kent", cluster="k1")]).to_csv(folder / "few.csv", index=False)
    code, _, wrong = run(folder, "few.csv", "--single-cluster", "average", "-o", "out")
    assert code == 0, wrong
    page = (folder / "out" / "forces" / "Kent.html").read_text(encoding="utf-8")
    assert "published lines" not in page
    assert "adjusted towards" not in page


def test_templates_are_read_once_and_pictures_drawn_only_for_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cdi.charts import style
    from cdi.report import page

    page._environment.cache_clear()  # noqa: SLF001
    read, drawn = [], []
    real = page._environment  # noqa: SLF001
    monkeypatch.setattr(page, "_environment", lambda: read.append(real()) or read[-1])
    picture = style._png  # noqa: SLF001
    monkeypatch.setattr(style, "_png", lambda *given: drawn.append(given) or picture(*given))
    cdi.write_national(found(), tmp_path / "out")
    assert len(read) == 6
    assert len({*map(id, read)}) == 1
    assert len(drawn) == len([*(tmp_path / "out" / "charts").glob("*.png")])


def test_recorded_crime_by_a_column_that_its_file_lacks_is_told_by_that_column(tmp_path: Path) -> None:
    """And not as that of categories which nobody asked for."""
    describe_each(tmp_path / "all", "folders")
    with pytest.raises(DataError) as told:
        cdi.national(tmp_path / "all", by="stratum")
    faults = [each for each in told.value.faults if "crime.csv" in str(each.where)]
    assert len(faults) == 5
    assert {each.code for each in faults} == {"no-column"}
    assert str(told.value).count("a column named 'stratum'") == 4
    assert str(told.value).count("a column named 'Route'") == 1
    # by role as by name, of a force that calls its columns otherwise
    for path in (tmp_path / "all").glob("*/inspection.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(', "crime.csv"]', "]"), encoding="utf-8")
    here = cdi.national(tmp_path / "all", by="stratum")
    same = cdi.national(audits().rows, by="stratum", volumes=audits().frame)
    np.testing.assert_array_equal([*map(numbers_of, here.table.rows)], [*map(numbers_of, same.table.rows)])


# ---- every option of the command is that of the call


OPTIONS: Mapping[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "higher": (("--higher", "worse"), {"higher": "worse"}),
    "rule": (("--rule", "p05"), {"rule": "p05"}),
    "level and method": (("--level", "90%", "--method", "logit"), {"level": 0.9, "method": "logit"}),
    "stratum": (("--stratum", ""), {"stratum": None}),
    "cluster": (("--cluster", ""), {"cluster": None}),
    "nest": (("--nest", "stratum"), {"nest": "stratum"}),
    "case": (("--case", "id"), {"case": "id"}),
    "due and recorded": (("--due", "crimes", "--recorded", "found"), {"due": "crimes", "recorded": "found"}),
    "weight": (("--weight", "heavy", "--stratum", ""), {"weight": "heavy", "stratum": None}),
    "selection": (("--selection", "census"), {"selection": "census"}),
    "decision": (
        ("--decision", "word", "--words", "ok=recorded", "--words", "missed=not recorded"),
        {"decision": "word", "words": {"ok": "recorded", "missed": "not recorded"}},
    ),
    "classes": (
        ("--decision", "said", "--recorded-as", "as", "--category", "crime_type", "--classification", "lenient"),
        {"decision": "said", "recorded_as": "as", "category": "crime_type", "classification": "lenient"},
    ),
    "period": (("--period-from", "month"), {"period": "month"}),
    "single": (("--single-cluster", "adjust"), {"single_cluster": "adjust"}),
    "leave out": (("--leave-out", "Kent", "--leave-out", "Cheshire"), {"leave_out": ["Kent", "Cheshire"]}),
    "other forces": (("--other-forces", "leave-out"), {"other_forces": "leave-out"}),
    "limits": (("--threads", "1", "--memory", "500MB"), {}),
}  # fmt: skip
"""What is given -> the same in Python."""


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_of_the_command_is_that_of_the_call(name: str, tmp_path: Path) -> None:
    rows = audits().rows.replace({"force": {"Bedfordshire": "Kent"}})
    yes = rows["recorded"] == "yes"
    month = rows.groupby(["force", "stratum", "cluster"], sort=False).ngroup() % 2
    rows = rows.assign(
        id=range(len(rows)), crimes=1, found=yes.astype(int), heavy=2.0, word=yes.map({True: "ok", False: "missed"}),
        said=yes.map({True: "recorded", False: "not recorded"}), month=month.map({0: "2024-01", 1: "2024-02"}),
    )  # fmt: skip
    rows["as"] = rows["crime_type"].where(yes)
    if {"--due", "--decision"} & set(OPTIONS[name][0]):
        rows = rows.drop(columns="recorded")
    file = tmp_path / "all.csv"
    rows.to_csv(file, index=False)
    given, terms = OPTIONS[name]
    done = CliRunner().invoke(cli, ["national", str(file), "--by", "crime_type", *given, "--format", "json"])
    assert done.exit_code == 0, done.stderr
    listed = json.loads(done.stdout)
    here = cdi.protect(cdi.national(file, by="crime_type", **terms), cdi.Disclosure())
    shown = [
        (row["force"], row["crime_type"], row["estimate"], row["low"], row["se"], row["n"]) for row in listed["rows"]
    ]
    assert shown == [(*row.label, row.estimate, row.low, row.se, row.n) for row in here.table.rows]
    assert set(here.page().statements) <= set(listed["statements"])
