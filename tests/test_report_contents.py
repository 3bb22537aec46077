"""The contents of a report: every number once, in each part; what is withheld is said nowhere."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cdi
from cdi import wording
from cdi.disclosure.rounding import released
from cdi.disclosure.rules import Disclosure, Exemption
from cdi.facts import Facts, Scope
from cdi.inspecting.inspection import (
    Inspection,
    Monthly,
    Previous,
    Reviews,
    SampleFiles,
    TimedFiles,
    VolumeFiles,
    read_inspection,
)
from cdi.measures import MEASURES, Role, told
from cdi.printing.tables import Row
from cdi.report.assembling import assemble
from cdi.report.contents import Exhibit, Report
from cdi.report.making import estimates_csv, estimates_json
from cdi.report.sentences import sentence

DATA = Path(__file__).parents[1] / "data"
REAL = DATA / "avon_and_somerset_2021_22"
PUBLISHED = read_inspection(REAL / "inspection.toml")
EXAMPLE = read_inspection(DATA / "examples" / "inspection.toml")
PLAIN = Inspection(
    REAL / "inspection.toml",
    "Avon and Somerset Constabulary",
    audit=SampleFiles((REAL / "audit.csv",), ("crime_type",)),
    volumes=VolumeFiles((REAL / "frame.csv", REAL / "volumes.csv")),
)


@pytest.fixture(scope="module")
def published() -> Report:
    return assemble(PUBLISHED)


@pytest.fixture(scope="module")
def example() -> Report:
    return assemble(EXAMPLE)


@pytest.fixture(scope="module")
def plain() -> Report:
    return assemble(PLAIN)


def printed_figures() -> dict[str, str]:
    """The figures as they stand in the published report."""
    with (REAL / "published.csv").open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row["printed"] for row in csv.DictReader(file)}


def exhibit(report: Report, key: str) -> Exhibit:
    return next(each for each in report.exhibits if each.key == key)


def rows(report: Report, key: str) -> dict[tuple[str, str], Row]:
    found = exhibit(report, key)
    return {(label[-1], named(row)): row for label, row in zip(found.categories, found.table.rows, strict=True)}


def named(row: Row) -> str:
    """Name what a row measures, with the part of the sample that an overall rate beside another is of."""
    return row.measure.key + {Scope.FRAME: "-frame", Scope.SAMPLE: "-in-sample"}.get(row.facts.scope, "")


def write(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def texts(value: object) -> Iterator[str]:
    """Every text in the contents of a report, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.name not in {"inspection", "inputs"}]
        yield from (text for name in names for text in texts(getattr(value, name)))
    elif isinstance(value, (tuple, list)):
        yield from (text for each in value for text in texts(each))


def test_a_report_is_made_of_the_file_itself(tmp_path: Path) -> None:
    with pytest.raises(cdi.DataError) as caught:
        assemble(tmp_path / "inspection.toml")
    assert [fault.code for fault in caught.value.faults] == ["no-file"]


class TestPublishedStyle:
    def test_says_what_was_published(self, published: Report) -> None:
        """The headlines are built from the figures of the published report, as they stand in its own words."""
        figures = printed_figures()
        said = "\n".join(text for part in published.parts for text in (*part.headlines, *part.details))
        force = "Avon and Somerset Constabulary"
        for name, who, of in (
            ("all", force, "all reported crime (excluding fraud)"),
            ("violent", "the force", "violent offences"),
            ("sexual", "the force", "sexual offences"),
        ):
            rate, half = figures[f"crime.{name}.rate"], figures[f"crime.{name}.half_width"]
            interval = f"(with a confidence interval of +/- {half} percent)"
            assert f"We estimate that {who} is recording {rate} percent {interval} of {of}." in said
            count = int(figures[f"crime.{name}.unrecorded"])
            assert f"the force didn't record more than {count:,} " in said
        rate, half = figures["searches_2021.rate"], figures["searches_2021.half_width"]
        assert f"we estimate that {rate} percent (with a confidence interval of +/- {half} percent) of stop" in said
        assert f"a sample of {figures['searches_2021.sample']} stop and search records from 1 January 2021" in said
        rate, half = figures["searches_2019.rate"], figures["searches_2019.half_width"]
        assert (
            f"The share of searches with grounds recorded is {figures['searches.verdict']} compared with the findings "
            f"from our previous review (2019). We found {rate} percent then (with a confidence interval of +/- {half} "
            "percent)."
        ) in said
        for question in ("service", "investigation", "allocation", "pursued", "thrive", "needs"):
            counted, _, asked = figures[f"file_review.{question}"].partition(" of ")
            # of two the answer no was printed; sentences say how many were yes
            yes = int(asked) - int(counted) if question in ("thrive", "needs") else int(counted)
            assert f" in {yes} of {asked} case files." in said
        assert "Vulnerability was assessed with a structured process (THRIVE) in 51 of 65 case files." in said

    def test_an_absent_period_is_said_to_be_absent(self, published: Report) -> None:
        assert published.headlines[1].endswith("more than 13,100 crimes (period not stated).")
        assert "Audit: period not stated." in published.assumptions
        assert "Count of crimes not recorded: period not stated." in published.assumptions

    def test_the_grade_is_that_of_the_file(self, published: Report, plain: Report) -> None:
        judged = "Avon and Somerset Constabulary requires improvement at recording data about crime."
        assert published.judgment == judged
        assert plain.judgment is None

    def test_an_exception_is_published_with_its_reason(self, published: Report) -> None:
        found = rows(published, "searches_by_ethnicity")["ethnic minority", "grounds"]
        assert (found.recorded, found.n) == (21, 24)
        assert any("already published: 21 of 24" in text for text in published.disclosure)

    def test_counts_on_charts_are_rounded_down_too(self, published: Report) -> None:
        assert "more than 13,100 not recorded" in published.charts["unrecorded_share"].description

    def test_formula_and_no_other_interval_stand_in_the_annex(self, published: Report) -> None:
        names = [method.name for method in published.methods]
        assert "Confidence interval (published)" in names
        assert "Verdict (published style)" in names
        assert not {"Verdict", "Recorded in time", "Control limits", "Rounding"} & set(names)


class TestSaidOnce:
    def test_the_summary_holds_what_is_of_all_and_the_parts_the_rest(self, published: Report) -> None:
        assert published.headlines == tuple(text for part in published.parts for text in part.headlines)
        details = [text for part in published.parts for text in part.details]
        # three kinds of crime with two sentences each, the row of forces, two groups of searches, and six questions
        assert len(details) == 14
        assert not set(details) & set(published.headlines)

    def test_a_report_of_case_files_alone_has_a_summary(self, published: Report) -> None:
        rest = {"audit": None, "searches": None, "forces": None, "volumes": None, "previous": (), "categories": {}}
        report = assemble(replace(published.inspection, disclosure=Disclosure(), **rest))
        assert len(report.headlines) == 6

    @pytest.mark.parametrize("key", ["recording_by_crime_type", "searches_by_ethnicity", "monthly"])
    def test_under_a_table_stands_nothing_that_opens_its_part(self, example: Report, key: str) -> None:
        said = exhibit(example, key).said
        assert said
        assert not [text for text in said if re.match("An estimated|We estimate|A change is signalled", text)]

    def test_the_median_is_still_said_where_the_shares_in_time_are_not(self, example: Report) -> None:
        times = exhibit(example, "times_by_crime_type")
        assert [text.split(" recorded")[0] for text in times.said] == ["Half of the crimes"]
        assert times.remarks == (f"The rates are {wording.NOTES['weighted']}.",)
        assert all(wording.NOTES["weighted"] in row.notes for row in times.table.of("timely") if not row.withheld)

    def test_the_overall_row_of_another_table_is_told_apart(self, example: Report) -> None:
        found, other = (exhibit(example, f"recording_by_{column}").said for column in ("crime_type", "ward"))
        assert not any("not weighted by recorded crime" in text for text in found)
        assert any("not weighted by recorded crime" in text for text in other)

    def test_months_are_named_in_sentences_and_rows(self, example: Report) -> None:
        found = exhibit(example, "monthly")
        assert found.grids[0].rows[0][0] == "January 2023"
        assert not [text for text in (*example.headlines, *found.said) if re.search(r"\b20\d\d-\d\d\b", text)]
        assert found.table.rows[0].label[0] == "2023-01"  # the listings have it as in the data


class TestDefaultStyle:
    def test_of_two_overall_rates_the_one_by_recorded_crime_is_the_headline(self, example: Report) -> None:
        known = rows(example, "recording_by_crime_type")
        by_crime, by_frame = known["all", "recording-rate"], known["all", "recording-rate-frame"]
        said = [f"{row.estimate:.1%}" for row in (by_crime, by_frame) if row.estimate is not None]
        assert len(set(said)) == 2
        assert said[0] in example.headlines[0]
        assert not any(said[1] in text for text in example.headlines)
        described = [chart.description for part in example.parts for chart in part.charts]
        assert [text.count(". All ") for text in described if "crime type" in text] == [1, 1]

    def test_says_intervals_by_their_ends(self, plain: Report) -> None:
        assert plain.headlines == (
            "Avon and Somerset Constabulary recorded an estimated 91.4% of all reported crime excluding fraud (95% "
            "confidence interval 88.2% to 93.7%).",
            "That means an estimated 13,200 crimes were not recorded (period not stated; 95% confidence interval 9,200 "
            "to 18,700).",
        )

    def test_numbers_are_those_of_the_estimate(self, plain: Report) -> None:
        """Beside the public function, which the README shows."""
        table = released(
            cdi.estimate(REAL / "audit.csv", by="crime_type", volumes=[REAL / "frame.csv", REAL / "volumes.csv"]).table
        )
        found = exhibit(plain, "recording_by_crime_type").table
        numbers = [(r.measure.key, r.label, r.estimate, r.low, r.high, r.n) for r in table.rows]
        assert [(r.measure.key, r.label, r.estimate, r.low, r.high, r.n) for r in found.rows] == numbers

    def test_none_found_unrecorded_is_not_said_to_be_none(self, tmp_path: Path) -> None:
        audit = write(tmp_path, "audit.csv", ["kind,recorded", *["a,1"] * 60, *["b,1"] * 50, *["b,0"] * 10])
        volumes = write(tmp_path, "volumes.csv", ["kind,recorded_crime", "a,300", "b,20"])
        report = assemble(
            Inspection(
                tmp_path / "inspection.toml", "Exampleshire", audit=SampleFiles((audit,), ("kind",)),
                volumes=VolumeFiles((volumes,)), categories={"kind": {"a": "arson", "b": "burglary"}},
            )
        )  # fmt: skip
        said = "\n".join((*report.headlines, *report.parts[0].details))
        assert "Arson: no unrecorded crime was found in the sample, but there may be some outside it" in said
        assert "this means fewer than 10 crimes were not recorded (period not stated; 95%" in said

    def test_where_none_was_recorded_the_chart_says_why_there_is_no_total(self, tmp_path: Path) -> None:
        kinds = ["violent", "other"] * 20
        audit = write(tmp_path, "audit.csv", ["kind,recorded", *(f"{kind},no" for kind in kinds)])
        crime = write(tmp_path, "crime.csv", ["kind,recorded_crime", "violent,1000", "other,2000"])
        inspection = Inspection(
            tmp_path / "inspection.toml",
            "Exampleshire",
            audit=SampleFiles((audit,), ("kind",)),
            volumes=VolumeFiles((crime,)),
        )
        (part,) = assemble(inspection).parts
        for chart in part.charts:
            assert chart.description.endswith(". All: no total: a category has no rate, or a rate of 0%.")

    def test_each_row_has_its_sentence(self, plain: Report) -> None:
        found = exhibit(plain, "recording_by_crime_type")
        said = dict(zip([(r.label[0], named(r)) for r in found.table.rows], found.sentences, strict=True))
        assert said["violent", "recording-rate"] == (
            "Violent: an estimated 86.6% of reported crimes were recorded (95% confidence interval 81.4% to 90.5%)."
        )
        assert said["all", "recording-rate-frame"].startswith("Weighted by the sampling frame, an estimated 90.9% of")
        assert said["all", "unrecorded"] == (
            "An estimated 13,200 reported crimes were not recorded (95% confidence interval 9,200 to 18,700)."
        )

    def test_no_command_line_is_spoken_of(self, example: Report) -> None:
        assert not [text for text in texts(example) if re.search(r"(?<!\w)--[a-z]", text)]

    def test_level_and_method_reach_every_part(self) -> None:
        report = assemble(replace(EXAMPLE, level=0.9, method="korn-graubard"))
        for part in report.parts:
            for each in part.exhibits:
                rates = (Role.RATE, Role.BOUND, Role.WINDOW)
                of_rows = [r for r in each.table.rows if r.clusters is not None and r.measure.role in rates]
                assert {(r.method, r.level) for r in of_rows} == {("korn-graubard", 0.9)}, each.key
        names = [method.name for method in report.methods]
        assert "Confidence interval (korn-graubard)" in names
        assert "Confidence interval (wilson)" not in names


class TestNames:
    NAMES = replace(PLAIN, categories={"crime_type": {"violent": "violent offences", "sexual": "sexual offences"}})

    def test_are_printed_in_their_order_and_the_rest_after_them(self) -> None:
        found = exhibit(assemble(self.NAMES), "recording_by_crime_type")
        rates = [r.label[0] for r in found.table.rows if named(r) == "recording-rate"]
        assert rates == ["violent offences", "sexual offences", "other", "all"]
        assert [row[0] for row in found.grids[0].rows][:3] == rates[:3]
        assert [label[0] for label in found.categories][:4] == ["violent", "sexual", "other", "all"]

    def test_those_named_are_spoken_of(self) -> None:
        report = assemble(self.NAMES)
        said = report.parts[0].details
        assert len(said) == 4
        assert "% of violent offences (95%" in said[0]
        assert not any("of other" in text for text in said)
        assert len(report.headlines) == 2  # the summary is of all crime

    @pytest.mark.parametrize(
        ("categories", "codes"),
        [
            ({"crime_typ": {"violent": "x"}}, ["name-of-no-column"]),
            ({"crime_type": {"violet": "x", "sexuel": "y"}}, ["name-of-no-category"] * 2),
            ({"crime_type": {"violent": "other"}}, ["printed-as-another"]),
            ({"crime_type": {"violent": "all"}}, ["printed-as-another"]),
        ],
    )
    def test_of_what_is_not_there_are_refused_at_their_key(
        self, categories: dict[str, dict[str, str]], codes: list[str]
    ) -> None:
        with pytest.raises(cdi.DataError) as caught:
            assemble(replace(PLAIN, categories=categories, lines={"categories.crime_type.violet": 7}))
        assert [each.code for each in caught.value.faults] == codes
        assert all("categories.crime_typ" in str(each.where.key) for each in caught.value.faults)
        assert caught.value.faults[0].where.line == (7 if "violet" in str(categories) else None)

    def test_of_sides_and_groups_are_printed_too(self, tmp_path: Path) -> None:
        header = ["case,kind,group,recorded"]
        this = write(tmp_path, "this.csv", header + [f"{i},{'ab'[i % 2]},g,{int(i % 7 > 0)}" for i in range(120)])
        last = write(tmp_path, "last.csv", header + [f"{i},{'ab'[i % 2]},g,{int(i % 5 > 0)}" for i in range(120)])
        report = assemble(
            Inspection(
                tmp_path / "inspection.toml",
                "Exampleshire",
                audit=SampleFiles((this,), ("kind",)),
                previous=(Previous("2020", sample=SampleFiles((last,), ("kind",))),),
                categories={"kind": {"b": "second kind", "a": "first kind"}},
            )
        )
        found = exhibit(report, "previous_recording_rate")
        assert [row[0] for row in found.grids[1].rows] == ["second kind", "first kind", "all"]
        assert {row[0] for row in found.grids[0].rows} == {"second kind", "first kind", "all"}
        assert found.categories[0] == ("this inspection", "b")


class TestParts:
    def test_are_those_that_the_inspection_has(self, example: Report, published: Report, plain: Report) -> None:
        assert [part.key for part in plain.parts] == ["recording"]
        assert [part.key for part in published.parts] == ["recording", "previous", "forces", "searches", "reviews"]
        assert [part.key for part in example.parts] == [
            "recording", "previous", "searches", "reviews", "times", "monthly",
        ]  # fmt: skip

    def test_each_exhibit_and_chart_has_a_key_of_its_own(self, example: Report, published: Report) -> None:
        for report in (example, published):
            keys = [each.key for each in report.exhibits]
            charts = [chart.name for part in report.parts for chart in part.charts]
            assert len(set(keys)) == len(keys)
            assert len(set(charts)) == len(charts)
            assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in (*keys, *charts))

    def test_charts_are_those_that_were_asked_for(self, example: Report, published: Report) -> None:
        names = {"rates_by_crime_type", "unrecorded_share", "previous_recording_rate", "previous_grounds",
                 "grounds_by_ethnicity", "review_questions"}  # fmt: skip
        assert set(published.charts) == names | {"forces", "funnel"}
        assert set(example.charts) == names | {"rates_by_ward", "time_to_record", "monthly_rate"}

    def test_a_question_is_drawn_with_the_answer_of_which_more_is_better(self, published: Report) -> None:
        said = published.charts["review_questions"].description
        assert "Investigation effective 86.7% (78.1% to 92.2%), yes, 78 of 90" in said
        assert "(THRIVE) 78.5% (67.0% to 86.7%), yes, 51 of 65" in said

    def test_each_table_says_its_source_and_base(self, example: Report, published: Report) -> None:
        for each in (*example.exhibits, *published.exhibits):
            assert each.source
            assert each.base.startswith("Base: ")

    def test_sentences_and_labels_go_with_the_rows(self, example: Report, published: Report) -> None:
        for each in (*example.exhibits, *published.exhibits):
            assert len(each.sentences) == len(each.categories) == len(each.table.rows)
            for record, said in zip(each.table.rows, each.sentences, strict=True):
                assert bool(said) == (record.estimate is not None)
                assert said == said.strip()
                assert not said or said.endswith(".")

    def test_without_an_audit_there_is_no_count(self) -> None:
        report = assemble(replace(EXAMPLE, audit=None, volumes=None, times=None, previous=(), categories={}))
        assert [part.key for part in report.parts] == ["searches", "reviews", "monthly"]
        assert not any("Audit" in text for text in report.assumptions)

    def test_overall_only_without_columns_and_strata(self, tmp_path: Path) -> None:
        audit = write(tmp_path, "audit.csv", ["recorded", *["1"] * 50, *["0"] * 10])
        report = assemble(Inspection(tmp_path / "inspection.toml", "Exampleshire", audit=SampleFiles((audit,))))
        assert [each.key for each in report.exhibits] == ["recording"]
        assert list(report.charts) == ["rates"]

    def test_a_column_may_be_called_as_one_of_ours(self, tmp_path: Path) -> None:
        audit = write(tmp_path, "audit.csv", ["side,recorded", *["a,1", "b,1"] * 40, *["a,0", "b,0"] * 5])
        sample, names = SampleFiles((audit,), ("side",)), {"side": {"b": "B", "a": "A"}}
        found = assemble(Inspection(tmp_path / "inspection.toml", "Exampleshire", audit=sample, categories=names))
        (shown,) = found.exhibits
        assert (shown.key, [r.label[0] for r in shown.table.rows]) == ("recording_by_side", ["B", "A", "all"])
        assert shown.sentences[-1].startswith("An estimated")

    def test_a_sample_that_stands_for_itself_is_said_so(self, tmp_path: Path) -> None:
        audit = write(tmp_path, "audit.csv", ["recorded", *["1"] * 50, *["0"] * 10])
        sample = SampleFiles((audit,), roles={"selection": "judgement"})
        report = assemble(Inspection(tmp_path / "inspection.toml", "Exampleshire", audit=sample))
        assert report.headlines == ("In the sample, 50 of 60 reported crimes were recorded.",)
        assert any("chosen by judgement" in text for text in report.audited)

    def test_recorded_crime_of_no_table_is_refused(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            assemble(replace(PLAIN, audit=replace(PLAIN.audit or SampleFiles(()), by=("stratum",))))
        assert [each.code for each in caught.value.faults] == ["volumes-of-no-table"]

    def test_volumes_serve_the_column_that_they_carry(self) -> None:
        report = assemble(replace(PLAIN, audit=replace(PLAIN.audit or SampleFiles(()), by=("stratum", "crime_type"))))
        kinds = {each.key: {r.measure.key for r in each.table.rows} for each in report.exhibits}
        assert "unrecorded" in kinds["recording_by_crime_type"]
        assert kinds["recording_by_stratum"] == {"recording-rate"}
        assert "an estimated 91.4% of all reported crime" in report.headlines[0]

    def test_two_frames_at_once_are_refused(self) -> None:
        sample = replace(PLAIN.audit or SampleFiles(()), roles={"population": 100_000})
        with pytest.raises(cdi.DesignError, match="from one source"):
            assemble(replace(PLAIN, audit=sample))


class TestComparison:
    def test_each_earlier_result_is_held_against_this_one(self, example: Report) -> None:
        found = [each for each in example.exhibits if each.key.startswith("previous_recording_rate")]
        assert [each.table.rows[1].label[0] for each in found] == ["2022", "2019"]
        assert {each.table.rows[0].label[0] for each in found} == {"this inspection"}
        assert found[1].table.rows[1].n == 398

    def test_the_overall_rate_is_that_of_the_report(self, published: Report) -> None:
        this = exhibit(published, "previous_recording_rate").table.rows[0]
        whole = rows(published, "recording_by_crime_type")["all", "recording-rate"]
        assert (this.estimate, this.low, this.high) == pytest.approx((whole.estimate, whole.low, whole.high), abs=1e-12)

    def test_a_printed_figure_is_of_the_measure_that_it_was_named(self, published: Report) -> None:
        found = exhibit(published, "previous_recording_rate")
        assert {r.measure.key for r in found.table.rows[:2]} == {"recording-rate"}
        assert "reported crimes were recorded" in found.sentences[1]

    def test_charts_run_from_the_oldest_to_this_one(self, example: Report) -> None:
        said = example.charts["previous_recording_rate"].description
        assert said.index("2019") < said.index("2022") < said.index("This inspection")

    def test_the_listing_reads_changes_as_the_page_does(self, published: Report) -> None:
        """Reports know no margin: what is not clearly another rate is broadly unchanged."""
        for key in ("previous_recording_rate", "previous_grounds"):
            found = exhibit(published, key)
            assert any("broadly unchanged" in cell for grid in found.grids for row in grid.rows for cell in row)
            changes = [record for record in found.table.rows if record.measure.key in {"difference", "margin"}]
            assert [(record.measure.key, record.level, told(record.facts)[0]) for record in changes] == [
                ("difference", 0.95, "broadly-unchanged")
            ]
            assert len(found.sentences) == len(found.categories) == len(found.table.rows)

    def test_verdicts_have_their_own_sentence(self, example: Report) -> None:
        assert any("shows no clear change compared with the findings from our previous audit (2022)" in text
                   for text in example.headlines)  # fmt: skip


PERIODS = [
    ("2024-01 to 2024-06", "year to June 2024", None, "six months (January to June 2024), and the count twelve months"),
    ("2024-01 to 2024-06", "January 2024 to June 2024", None, "of the same period, January to June 2024"),
    ("2024-01 to 2024-06", "2023-01 to 2023-06", None, "They have no month in common"),
    ("2024-01 to 2024-06", "2024-02 to 2024-07", None, "of January to June 2024, and the count of February"),
    ("the winter", "2024", None, "The audit is of the winter, and the count of 2024"),
    ("2024", "2024", "2023", "Mismatch: recorded crime is of 2023, while the count is given for 2024"),
    (None, "2024", None, "Audit: period not stated."),
    ("2024", None, None, "Count of crimes not recorded: period not stated."),
]


class TestAssumptions:
    @pytest.mark.parametrize(("audited", "counted", "recorded", "said"), PERIODS)
    def test_are_worded_from_the_periods(
        self, audited: str | None, counted: str | None, recorded: str | None, said: str
    ) -> None:
        inspection = replace(
            PLAIN,
            audit=replace(PLAIN.audit or SampleFiles(()), period=audited),
            volumes=replace(PLAIN.volumes or VolumeFiles(()), counted=counted, period=recorded),
        )
        assert said in "\n".join(assemble(inspection).assumptions)

    def test_crimes_never_reported_are_left_out_and_said_so(self, plain: Report) -> None:
        assert any("never reported" in text for text in plain.assumptions)

    def test_the_period_of_the_count_is_in_the_headline(self) -> None:
        inspection = replace(PLAIN, volumes=replace(PLAIN.volumes or VolumeFiles(()), counted="year to June 2024"))
        assert "13,200 crimes were not recorded in the year to June 2024 (95%" in assemble(inspection).headlines[1]


class TestDisclosure:
    def test_what_is_withheld_is_said_nowhere(self, example: Report) -> None:
        """Neither rate, count, sentence, cell nor mark of a withheld row is left."""
        found = exhibit(example, "recording_by_ward")
        gone = [r for r in found.table.rows if r.withheld]
        assert len(gone) >= 2
        for record, said in zip(found.table.rows, found.sentences, strict=True):
            if record in gone:
                assert said == ""
                numbers = (record.estimate, record.low, record.high, record.se, record.n, record.recorded,
                           record.clusters, record.n_eff, record.df, record.deff)  # fmt: skip
                assert set(numbers) == {None}
        names = {r.label[0] for r in gone}
        for row in found.grids[0].rows:
            if row[0] in names:
                assert not re.search(r"\d", "".join(row[1:-1]))
        said_of_chart = example.charts["rates_by_ward"].description
        assert all(f"{name}: suppressed" in said_of_chart for name in names)

    def test_the_overall_rate_and_that_of_the_frame_stay_two_rates(self, example: Report) -> None:
        """Neither takes the place of the other."""
        found = rows(example, "recording_by_crime_type")
        whole, frame = (found["all", f"recording-rate{part}"].estimate for part in ("", "-frame"))
        assert (whole, frame) == (pytest.approx(0.87858, abs=5e-4), pytest.approx(0.88794, abs=5e-4))
        assert "87.9%" in example.headlines[0]
        assert example.charts["rates_by_crime_type"].description.count(". All ") == 1

    def test_internal_withholds_nothing_and_says_so(self) -> None:
        report = assemble(replace(EXAMPLE, disclosure=Disclosure("internal")))
        assert report.internal
        assert not [r for each in report.exhibits for r in each.table.rows if r.withheld]
        assert report.disclosure == ()

    def test_an_exception_of_nothing_is_refused(self) -> None:
        held = Disclosure(exemptions=(Exemption("crime_type", "violet", "known", "the inspectorate"),))
        with pytest.raises(cdi.DataError) as caught:
            assemble(replace(PLAIN, disclosure=held))
        (found,) = caught.value.faults
        assert found.code == "exception-not-there"
        assert "disclosure.exceptions[1]" in str(found.where.key)

    def test_a_row_is_rounded_in_every_part_that_is_of_the_same_sample(self, tmp_path: Path) -> None:
        """Of ward C 3 of 31 were not recorded: the times of its crimes, and its comparison, would tell of it."""
        lines = ["case,ward,recorded,in_time"]
        for ward, (due, recorded, soon) in {"A": (60, 50, 30), "B": (50, 40, 25), "C": (31, 28, 16)}.items():
            lines += [
                f"{ward}{i},{ward},{int(i < recorded)},{'yes' if i < soon else 'no' if i < recorded else ''}"
                for i in range(due)
            ]
        audit = write(tmp_path, "audit.csv", lines)
        last = write(tmp_path, "last.csv", ["case,ward,recorded", *(f"{i},{'ABC'[i % 3]},{i % 2}" for i in range(150))])
        sample = SampleFiles((audit,), ("ward",))
        report = assemble(
            Inspection(
                tmp_path / "inspection.toml",
                "Exampleshire",
                audit=sample,
                times=TimedFiles(sample, {"timely": "in_time"}),
                previous=(Previous("2020", sample=SampleFiles((last,), ("ward",))),),
            )
        )
        for each in report.exhibits:
            own = [
                (label, r)
                for label, r in zip(each.categories, each.table.rows, strict=True)
                if label[-1] == "C" and label[0] != "2020"
            ]
            assert own, each.key
            assert all(r.withheld or r.n is None or r.n % 5 == 0 for _, r in own), each.key


class TestWhatIsTold:
    def test_no_row_id_or_free_text_of_any_file(self, tmp_path: Path) -> None:
        """A marker stands in every column that no table is by; it is in no text of the contents and in no listing."""
        mark = "ZQXMARK"
        stamps = [f"{1 + i % 12:02}/03/2024 {i % 24:02}:{i % 60:02}" for i in range(120)]
        audit = write(
            tmp_path,
            "audit.csv",
            ["case,cluster,kind,recorded,reported_at,recorded_at,comment"]
            + [
                f"{mark}{i},{mark}r{i // 2},{'ab'[i % 2]},{int(i % 9 > 0)},{stamps[i]},"
                f"{stamps[i] if i % 9 else ''},{mark} free text {i}"
                for i in range(120)
            ],
        )
        searches = write(
            tmp_path,
            "searches.csv",
            [
                "case,group,grounds,note",
                *(f"{mark}{i},{'xy'[i % 2]},{'yes' if i % 5 else 'no'},{mark}" for i in range(90)),
            ],
        )
        files = write(
            tmp_path,
            "files.csv",
            ["file,updated,note", *(f"{mark}{i},{'yes' if i % 3 else 'no'},{mark}" for i in range(60))],
        )
        months = write(
            tmp_path,
            "months.csv",
            ["month,case,recorded", *(f"2024-{1 + i // 40:02},{mark}{i},{int(i % 8 > 0)}" for i in range(240))],
        )
        sample = SampleFiles((audit,), ("kind",))
        report = assemble(
            Inspection(
                tmp_path / "inspection.toml",
                "Exampleshire",
                audit=sample,
                searches=SampleFiles((searches,), ("group",)),
                reviews=Reviews(SampleFiles((files,)), ("updated",), ("note",)),
                times=TimedFiles(sample),
                monthly=Monthly(SampleFiles((months,), roles={"period": "month"})),
            )
        )
        assert [part.key for part in report.parts] == ["recording", "searches", "reviews", "times", "monthly"]
        found = [*texts(report), estimates_csv(report).decode(), estimates_json(report).decode()]
        assert len(found) > 100
        assert not [text for text in found if mark in text]
        assert not [text for text in found for stamp in stamps if stamp in text]
        assert any("day first" in text for text in report.quality)

    def test_files_are_named_with_the_hash_of_their_bytes(self, example: Report) -> None:
        folder = DATA / "examples"
        assert example.inputs[0].path == "inspection.toml"
        for each in example.inputs:
            assert each.sha256 == hashlib.sha256((folder / each.path).read_bytes()).hexdigest()
        assert {"exampleshire_audit.csv", "cancelled_questions.csv"} <= {each.path for each in example.inputs}

    def test_paths_go_up_with_forward_strokes(self, published: Report) -> None:
        assert "../published/forces.csv" in {each.path for each in published.inputs}

    def test_the_date_is_that_of_the_file_or_of_the_source(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        assert assemble(PLAIN).date is None
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1732924800")
        assert assemble(PLAIN).date == dt.date(2024, 11, 30)
        assert assemble(replace(PLAIN, date=dt.date(2020, 1, 2))).date == dt.date(2020, 1, 2)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
        with pytest.raises(cdi.DataError, match="SOURCE_DATE_EPOCH"):
            assemble(PLAIN)

    def test_what_was_left_out_and_passed_over_is_said(self, tmp_path: Path) -> None:
        rows_ = [f"r{i},{('recorded', 'not recorded', 'not auditable', 'recorded ')[i % 4]}" for i in range(100)]
        audit = write(tmp_path, "audit.csv", ["cluster,decision", *rows_, ",", "r100,recorded"])
        report = assemble(Inspection(tmp_path / "inspection.toml", "Exampleshire", audit=SampleFiles((audit,))))
        assert "audit.csv: 25 of 101 rows could not be audited and are left out." in report.quality
        assert "audit.csv: 1 blank row and spaces around 25 values ignored." in report.quality


class TestMethods:
    def test_each_names_a_formula_and_where_it_comes_from(self, example: Report, published: Report) -> None:
        for report in (example, published):
            assert len({method.name for method in report.methods}) == len(report.methods) > 10
            assert all(method.formula and method.reference for method in report.methods)

    def test_are_those_of_the_numbers_held(self, plain: Report, example: Report) -> None:
        names = [method.name for method in plain.methods]
        assert names == [
            "Symbols",
            "Recording rate",
            "Overall rate (weighted by frame)",
            "Standard error of a rate",
            "Effective sample size",
            "Design effect",
            "Confidence interval (wilson)",
            "Crimes not recorded",
            "Overall rate from recorded crime",
            "Disclosure control",
            "Notes on small bases and wide intervals",
            "Rounding",
        ]
        more = {"Recorded in time", "Control limits", "Verdict", "Recorded crime in audited routes", "p-value"}
        assert more <= {method.name for method in example.methods}

    def test_every_entry_is_of_some_report(self, example: Report, published: Report, tmp_path: Path) -> None:
        times = write(tmp_path, "times.csv", ["recorded,soon", *["1,yes"] * 30, *["1,"] * 5, *["0,"] * 10])
        net = replace(PLAIN, volumes=replace(PLAIN.volumes or VolumeFiles(()), over_recorded="2.1%+-0.8%"),
                      times=TimedFiles(SampleFiles((times,)), {"timely": "soon"}))  # fmt: skip
        found = {method.name for report in (example, published, assemble(net)) for method in report.methods}
        assert {entry[0] for entry in wording.REPORT_METHODS.values()} == found


KINDS = Row(
    ("all",), MEASURES["recording-rate"], 0.9, 0.85, 0.93, 0.95, "wilson", 0.02, 100, 90, 80, 90.0, 79.0, 1.1,
    Facts(Scope.OVERALL),
)  # fmt: skip


class TestSentences:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, "An estimated 90.0% of reported crimes were recorded (95% confidence interval 85.0% to 93.0%)."),
            ({"estimate": None}, ""),
            ({"low": None, "high": None, "facts": Facts(Scope.OVERALL, census=True)},
             "90.0% of reported crimes were recorded."),
            ({"facts": Facts(Scope.SAMPLE)},
             "In the sample, 90.0% of reported crimes were recorded."),
            ({"estimate": 0.9996, "low": 0.9995, "high": 0.9999},
             "We estimate that more than 99.9% of reported crimes were recorded (95% confidence interval 99.9% to "
             "more than 99.9%)."),
            ({"method": "published"},
             "An estimated 90.0 percent (with a confidence interval of +/- 4.0 percent) of reported crimes were "
             "recorded."),
            ({"measure": MEASURES["unrecorded"], "estimate": 436.0, "low": 210.0, "high": None},
             "An estimated 440 reported crimes were not recorded (95% confidence interval from 210, with no upper "
             "limit)."),
            ({"measure": MEASURES["unrecorded"], "estimate": 436.0, "low": 210.0, "high": 800.0, "method": "published",
              "label": ("burglary",), "facts": Facts()},
             "Burglary: we estimate that more than 430 reported crimes were not recorded."),
            ({"measure": MEASURES["unrecorded"], "estimate": 0.0, "low": 0.0, "high": 120.0},
             "No unrecorded crime was found in the sample, but there may be some outside it (95% confidence "
             "interval 0 to 120 reported crimes)."),
            ({"measure": MEASURES["difference"], "estimate": -0.031, "low": -0.06, "high": 0.002,
              "label": ("a against b",), "facts": Facts()},
             "A against b: the difference is -3.1 percentage points (95% confidence interval -6.0 to +0.2)."),
            ({"measure": MEASURES["ratio"], "estimate": 1.25, "low": 1.1, "high": None},
             "The ratio is 1.250 (95% confidence interval 1.100 or more)."),
            ({"measure": MEASURES["p-value"], "estimate": 0.0001}, "The p-value is <0.001."),
            ({"measure": MEASURES["q-value"], "estimate": 0.04},
             "The p-value is 0.040, adjusted for the number of changes tested."),
            ({"measure": MEASURES["margin"], "estimate": 0.03}, "The margin is 3.0 percentage points."),
            ({"measure": MEASURES["delay-90th"], "estimate": 59.5, "low": 44.3, "high": None, "level": 0.9},
             "Nine in ten of the recorded crimes were recorded within 59.5 hours of the report (90% confidence "
             "interval 44.3 or more)."),
            ({"measure": MEASURES["control-limits"], "label": ("2024-01",), "facts": Facts()},
             "2024-01: the control limits are 85.0% and 93.0%, around a centre line of 90.0%."),
            ({"measure": MEASURES["outlier-lines"]},
             "The published lines are 85.0% and 93.0%, either side of an average of 90.0%."),
        ],
    )  # fmt: skip
    def test_say_each_kind_of_number_in_its_unit(self, changes: dict[str, object], said: str) -> None:
        assert sentence(replace(KINDS, **changes)) == said  # type: ignore[arg-type]

    def test_in_time_is_what_the_inspection_means_by_it(self, example: Report) -> None:
        found = exhibit(example, "times_by_crime_type")
        assert "recorded within 24 hours of the report" in found.sentences[0]
