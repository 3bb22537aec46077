"""What each row counts: decisions and counts are two spellings of one audit, and nothing is lost between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.audits.answers import DECISIONS, SYNONYMS, UNDECIDED
from cdi.errors import CdiError
from cdi.measures import told
from tests import at_most, strategies

KINDS = strategies.KINDS[:2]
DECIDED = [*DECISIONS]


def audit_of(rows: list[dict[str, Any]], **roles: Any) -> cdi.Audit:
    text = dict.fromkeys(("cluster", "crime_type", "recorded_as", "decision"), pl.String)
    return cdi.read_audit(pl.DataFrame(rows, schema_overrides={k: v for k, v in text.items() if k in rows[0]}), **roles)


def codes(source: Any, **roles: Any) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(CdiError) as caught:
        cdi.read_audit(source, **roles)
    return [(item.code, item.where.column, item.got) for item in caught.value.faults]


def numbers(estimates: cdi.Estimates) -> dict[tuple[tuple[str, ...], str], list[float | int]]:
    interval = estimates.interval()
    return {
        (row.label, row.measure.key): [
            estimates.estimate[i], interval.low[i], interval.high[i], estimates.se[i],
            int(estimates.basis.due[i]), int(estimates.basis.recorded[i]), int(estimates.basis.reports[i]),
        ]
        for i, row in enumerate(estimates.rows)
    }  # fmt: skip


AUDITABLE = tuple(word for word in DECIDED if word != "not auditable")


@st.composite
def decided(draw: st.DrawFn, words: tuple[str, ...] = tuple(DECIDED)) -> list[dict[str, Any]]:
    """Rows of an audit in the auditors' words, in any spelling of the list."""
    rows = []
    for i in range(draw(st.integers(4, 25))):
        decision = draw(st.sampled_from(words if i >= 2 else AUDITABLE))
        spelled = draw(st.sampled_from((decision, *SYNONYMS[decision])))
        rows.append(
            {
                # two reports at the least can be audited, so that there is an estimate
                "cluster": f"R{i if i < 2 else draw(st.integers(0, 8))}",
                "crime_type": draw(st.sampled_from(KINDS)),
                "decision": draw(st.sampled_from((spelled, spelled.upper(), spelled.title()))),
                "meant": decision,
                "case": f"c{i}",
            }
        )
    return rows


@given(decided(AUDITABLE))
@at_most(12)
def test_decisions_and_counts_are_two_spellings(rows: list[dict[str, Any]]) -> None:
    counted = [
        {
            "cluster": row["cluster"], "crime_type": row["crime_type"],
            "due": int(DECISIONS[row["meant"]].due), "recorded": int(DECISIONS[row["meant"]].recorded),
        }
        for row in rows
    ]  # fmt: skip
    for by in (None, "crime_type"):
        ours = cdi.recording_rate(audit_of(rows), by)
        theirs = cdi.recording_rate(cdi.read_audit(pl.DataFrame(counted)), by)
        assert repr(numbers(ours)) == repr(numbers(theirs))


@given(decided(), st.integers(0, 3))
def test_every_row_is_counted_in_exactly_one_place(rows: list[dict[str, Any]], blanks: int) -> None:
    blank = [{**rows[0], "case": f"b{i}", "decision": None, "meant": UNDECIDED} for i in range(blanks)]
    everything = [*rows, *blank]
    audit = audit_of(everything)
    assert audit.decisions is not None
    assert sum(audit.decisions.values()) == len(everything)
    for decision, count in audit.decisions.items():
        assert count == sum(row["meant"] == decision for row in everything)
    assert cdi.describe(audit).rows == len(everything)
    if blanks:
        with pytest.raises(cdi.DataError) as caught:
            cdi.recording_rate(audit)
        assert [(item.code, item.got) for item in caught.value.faults] == [
            ("undecided", "1 row without one" if blanks == 1 else f"{blanks} rows without one (this is the first)")
        ]
        return
    found = {measure: estimator(audit).basis for measure, estimator in MEASURES.items()}
    tally = audit.decisions
    due = sum(tally[word] for word, what in DECISIONS.items() if what.due)
    recorded = tally["recorded"] + tally["wrong class"]
    rate, right, over = (found[name] for name in MEASURES)
    assert (rate.due[-1], rate.recorded[-1]) == (due, recorded)
    assert (right.due[-1], right.recorded[-1]) == (recorded, tally["recorded"])
    assert (over.due[-1], over.recorded[-1]) == (recorded + tally["over-recorded"], tally["over-recorded"])
    nothing_due = sum(tally[word] for word in ("no crime", "transferred", "duplicate", "over-recorded"))
    assert due + nothing_due + tally["not auditable"] == len(everything)


MEASURES = {
    "recording-rate": cdi.recording_rate,
    "classification": cdi.classification_accuracy,
    "over-recording": cdi.over_recording,
}


@pytest.mark.parametrize("measure", list(MEASURES)[1:])
@given(rows=decided(AUDITABLE))
@at_most(12)
def test_other_measures_are_shares_with_the_same_intervals(measure: str, rows: list[dict[str, Any]]) -> None:
    """Written out as counts of what they are shares of, they give the same numbers through another door."""

    def counts(row: dict[str, Any]) -> tuple[int, int]:
        what = DECISIONS[row["meant"]]
        if measure == "classification":
            return int(what.recorded), int(what.recorded and not what.wrong_class)
        return int(what.recorded or what.over_recorded), int(what.over_recorded)

    counted = [
        {"cluster": row["cluster"], "crime_type": row["crime_type"], "due": counts(row)[0], "recorded": counts(row)[1]}
        for row in rows
    ]
    ours = numbers(MEASURES[measure](audit_of(rows), "crime_type"))
    theirs = numbers(cdi.share(cdi.read_audit(pl.DataFrame(counted)), "crime_type"))
    assert [repr(values) for values in ours.values()] == [repr(values) for values in theirs.values()]


@given(decided())
@at_most(12)
def test_bounds_hold_the_estimate_between_them(rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows).drop("meant")
    result = cdi.estimate(frame, by=[], bounds=True)
    rate = {record.measure.key: record.estimate for record in result.table.rows}
    lowest, estimate, highest = (
        rate[name] for name in ("recording-rate-lowest", "recording-rate", "recording-rate-highest")
    )
    if estimate is None:
        return
    assert lowest is not None
    assert highest is not None
    assert lowest <= estimate <= highest
    aside = sum(row["meant"] == "not auditable" for row in rows)
    due = {record.measure.key: record.n for record in result.table.rows}
    assert due["recording-rate-lowest"] == due["recording-rate-highest"] == due["recording-rate"] + aside
    assert (lowest < highest) == (aside > 0)


CLASSES = [
    {"cluster": "A", "crime_type": "violent", "recorded_as": "violent", "decision": "recorded"},
    {"cluster": "A", "crime_type": "other", "recorded_as": "violent", "decision": "wrong class"},
    {"cluster": "B", "crime_type": "violent", "recorded_as": None, "decision": "not recorded"},
    {"cluster": "C", "crime_type": "other", "recorded_as": "other", "decision": "recorded"},
    {"cluster": "D", "crime_type": "other", "recorded_as": "other", "decision": "wrongly cancelled"},
    {"cluster": "D", "crime_type": "other", "recorded_as": "sexual", "decision": "wrong class"},
]


class TestClasses:
    def counts(self, rows: list[dict[str, Any]], **roles: Any) -> dict[str, tuple[int, int]]:
        found = cdi.recording_rate(audit_of(rows, **roles), "crime_type")
        return {
            row.label[0]: (int(found.basis.recorded[i]), int(found.basis.due[i])) for i, row in enumerate(found.rows)
        }

    def test_strict_is_the_default(self) -> None:
        """Recorded overall; in its own class only if it was recorded there."""
        assert self.counts(CLASSES) == {"violent": (1, 2), "other": (1, 4), "all": (4, 6)}

    def test_lenient(self) -> None:
        assert self.counts(CLASSES, classification="lenient") == {"violent": (1, 2), "other": (3, 4), "all": (4, 6)}

    def test_zeros_and_ones_give_the_same(self) -> None:
        counted = [
            {
                "cluster": row["cluster"], "crime_type": row["crime_type"],
                "recorded_as": row["recorded_as"] if DECISIONS[row["decision"]].recorded else None,
                "recorded": int(DECISIONS[row["decision"]].recorded),
            }
            for row in CLASSES
        ]  # fmt: skip
        assert self.counts(counted) == self.counts(CLASSES)

    def test_another_category_is_untouched(self) -> None:
        rows = [{**row, "force": "X"} for row in CLASSES]
        found = cdi.recording_rate(audit_of(rows), "force")
        assert found.basis.recorded.tolist() == [4, 4]

    def test_a_stratum_of_the_class_is_strict_too(self) -> None:
        rows = [{**row, "cluster": f"{row['cluster']}{row['crime_type']}"} for row in CLASSES]
        found = cdi.recording_rate(audit_of(rows, stratum="crime_type", cluster="cluster"))
        assert found.basis.recorded.tolist() == [1, 1, 4]

    def test_accuracy_counts_the_wrong_class_and_the_wrong_column(self) -> None:
        found = cdi.classification_accuracy(audit_of(CLASSES), "crime_type")
        assert found.basis.recorded.tolist() == [1, 1, 2]
        assert found.basis.due.tolist() == [3, 1, 4]

    def test_the_total_with_volumes_counts_any_class(self) -> None:
        """By category a misplaced crime is missing, overall it is not; what was recorded counts in its class."""
        volumes = {"violent": 1_000, "other": 2_000}
        strict = cdi.unrecorded(cdi.recording_rate(audit_of(CLASSES), "crime_type"), volumes)
        lenient = cdi.unrecorded(cdi.recording_rate(audit_of(CLASSES, classification="lenient"), "crime_type"), volumes)
        # two are recorded as violent, one of which is, and one violent crime is missing; one is recorded as other
        assert strict.estimate[-1] == lenient.estimate[-1] == pytest.approx(1_000 / 2 + 2_000 / 1)
        assert dict(zip(("other", "violent"), strict.estimate, strict=False)) == pytest.approx(
            {"other": 2_000 * 3 / 1, "violent": 1_000 / 2}
        )
        assert strict.interval().high[-1] == lenient.interval().high[-1]

    def test_without_the_column_the_wrong_class_counts_as_recorded_and_says_so(self) -> None:
        rows = [{name: value for name, value in row.items() if name != "recorded_as"} for row in CLASSES]
        found = cdi.recording_rate(audit_of(rows), "crime_type")
        assert found.basis.recorded.tolist() == [3, 1, 4]
        assert ["class-unknown" in told(row.facts) for row in found.rows] == [True, True, False]

    def test_the_output_says_how_the_wrong_class_counts(self) -> None:
        result = cdi.estimate(pl.DataFrame(CLASSES), by="crime_type")
        assert any("--classification lenient" in line for line in result.said)
        assert not cdi.estimate(pl.DataFrame(CLASSES), by="crime_type", classification="lenient").said

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"recorded_as": None}, ("missing-class", "recorded_as", "a blank")),
            ({"crime_type": None}, ("missing-category", "crime_type", "a blank")),
            ({"recorded_as": "other"}, ("class-and-decision", "recorded_as", "other")),
            ({"decision": "not recorded"}, ("class-of-unrecorded", "recorded_as", "violent")),
            ({"recorded_as": "Violent", "decision": "wrong class"}, ("class-spelling", "recorded_as", "Violent")),
            ({"decision": "wrong class"}, ("class-not-wrong", "recorded_as", "violent")),
        ],
    )
    def test_contradictions_are_named(self, change: dict[str, Any], fault: tuple[str, str, str]) -> None:
        rows = [{**CLASSES[0], **change}, *CLASSES[1:]]
        assert codes(pl.DataFrame(rows)) == [fault]

    @pytest.mark.parametrize("decision", ["no crime", "transferred", "duplicate", "over-recorded", "not auditable"])
    def test_a_class_beside_nothing_due_is_no_fault(self, decision: str) -> None:
        rows = [{**CLASSES[0], "decision": decision}, *CLASSES[1:]]
        assert self.counts(rows)["all"] == (3, 5)

    def test_a_class_without_the_one_it_belongs_to_is_refused(self) -> None:
        rows = pd.DataFrame({"recorded": [1], "recorded_as": ["other"]})
        assert codes(rows) == [("no-category", "recorded_as", None)]

    def test_zeros_with_a_class_are_refused(self) -> None:
        rows = pd.DataFrame({"recorded": [1, 0], "recorded_as": ["x", "x"], "crime_type": ["x", "y"]})
        assert codes(rows) == [("class-of-unrecorded", "recorded_as", "x")]


class TestRefusals:
    def test_words_that_are_no_decisions(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        file.write_text("cluster,decision\n1,recorded\n2,Yes\n3,perhaps\n", encoding="utf-8")
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_audit(file)
        found = [(item.code, item.where.line, item.got) for item in caught.value.faults]
        assert found == [("word-like-a-decision", 3, "Yes"), ("not-a-decision", 4, "perhaps")]

    @pytest.mark.parametrize("other", ["due", "recorded"])
    def test_decisions_beside_counts(self, other: str) -> None:
        rows = pd.DataFrame({"decision": ["recorded"] * 2, "due": [1, 1], "recorded": [1, 1]})[["decision", other]]
        assert codes(rows) == [("decision-and-counts", None, f"decision, {other}")]
        assert cdi.read_audit(rows, decision="decision").decisions is not None
        if other == "recorded":
            assert cdi.read_audit(rows, recorded="recorded").decisions is None
            assert cdi.read_audit(rows, decision=None).decisions is None

    def test_a_stratum_of_which_nothing_could_be_audited(self) -> None:
        rows = pd.DataFrame(
            {"stratum": ["a", "a", "b", "b"], "decision": ["recorded", "no crime", *["not auditable"] * 2]}
        )
        assert codes(rows) == [("nothing-auditable", "stratum", None)]
        assert codes(rows[2:], stratum=None) == [("nothing-auditable", None, None)]

    def test_nothing_decided_is_no_fault_before_estimates(self) -> None:
        rows = pd.DataFrame({"cluster": ["A", "B"], "decision": [None, None]})
        found = cdi.describe(cdi.read_audit(rows))
        assert found.decisions is not None
        assert (found.decisions[UNDECIDED], found.rows) == (2, 2)

    @pytest.mark.parametrize("measure", [cdi.classification_accuracy, cdi.over_recording])
    def test_measures_that_need_decisions(self, measure: Any) -> None:
        with pytest.raises(cdi.DesignError):
            measure(cdi.read_audit(pd.DataFrame({"recorded": [1, 0]})))
        with pytest.raises(cdi.DesignError):
            cdi.estimate(pd.DataFrame({"recorded": [1, 0]}), bounds=True)


def test_what_could_not_be_audited_is_left_out_of_the_reports_too() -> None:
    rows = [
        {"cluster": "A", "decision": "recorded"}, {"cluster": "B", "decision": "not auditable"},
        {"cluster": "C", "decision": "not recorded"}, {"cluster": "C", "decision": "not auditable"},
    ]  # fmt: skip
    audit = audit_of(rows)
    assert audit.strata.sampled.tolist() == [2]
    assert audit.left_out == 2
    found = cdi.recording_rate(audit)
    assert told(found.rows[0].facts).count("not-auditable") == 1


@pytest.mark.parametrize("frame", ["pandas", "categorical", "polars", "pyarrow", "duckdb", "csv"])
def test_every_engine_reads_decisions(frame: str, tmp_path: Path) -> None:
    import duckdb

    rows = pd.DataFrame(CLASSES)
    if frame == "csv":
        rows.to_csv(tmp_path / "a.csv", index=False)
    sources: dict[str, Any] = {
        "pandas": rows,
        "categorical": rows.astype({"decision": "category", "crime_type": "category", "recorded_as": "category"}),
        "polars": pl.DataFrame(CLASSES),
        "pyarrow": pl.DataFrame(CLASSES).to_arrow(),
        "duckdb": duckdb.sql("select * from rows"),
        "csv": str(tmp_path / "a.csv"),
    }
    audit = cdi.read_audit(sources[frame])
    assert cdi.recording_rate(audit, "crime_type").basis.recorded.tolist() == [1, 1, 4]
    assert cdi.classification_accuracy(audit).estimate.tolist() == [0.5]
    assert cdi.over_recording(audit).estimate.tolist() == [0.0]
