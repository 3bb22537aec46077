"""What rates could have been: bounds that hold the estimate, and every way in which the rest could have turned out."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from tests import strategies

KINDS = strategies.KINDS[:2]


def bounds_of(rows: list[dict[str, Any]], **given_: Any) -> dict[tuple[str, str], cdi.tables.Record]:
    table = cdi.estimate(pl.DataFrame(rows, schema_overrides={"crime_type": pl.String}), bounds=True, **given_).table
    return {(record.label[0], record.kind): record for record in table.records if not record.is_count}


@st.composite
def audits(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Two strata with an audited crime of each kind in two reports, and more of any decision in any report."""
    rows = [
        {"cluster": f"{h}{i}", "stratum": h, "crime_type": kind, "decision": "recorded"}
        for h in "AB"
        for i in range(2)
        for kind in KINDS
    ]
    decision = st.sampled_from(["recorded", "not recorded", "not auditable", "no crime"])
    for _ in range(draw(st.integers(1, 20))):
        h, said = draw(st.sampled_from("AB")), draw(decision)
        kind = draw(st.sampled_from([*KINDS, None])) if said in ("not auditable", "no crime") else KINDS[0]
        rows.append({"cluster": f"{h}{draw(st.integers(0, 5))}", "stratum": h, "crime_type": kind, "decision": said})
    return rows


FRAMES = [{}, {"population": {"A": 900, "B": 50}}]


@given(audits(), st.sampled_from(FRAMES), st.sampled_from([None, {KINDS[0]: 500, KINDS[1]: 9_000}]))
def test_the_estimate_lies_between_its_bounds(
    rows: list[dict[str, Any]], frame: dict[str, Any], volumes: dict[str, int] | None
) -> None:
    found = bounds_of(rows, by="crime_type", volumes=volumes, **frame)
    plain = [(label, kind) for label, kind in found if "lowest" not in kind and "highest" not in kind]
    assert len(found) == 3 * len(plain)
    for label, kind in plain:
        low, high = (
            found[label, kind.replace("recording-rate", f"recording-rate-{end}")] for end in ("lowest", "highest")
        )
        for end in ("estimate", "low", "high"):
            values = [getattr(record, end) for record in (low, found[label, kind], high)]
            assert values == sorted(values)
            assert values[0] >= 0
            assert values[2] <= 1 + 1e-12
        assert high.recorded - low.recorded == low.n - found[label, kind].n == high.n - found[label, kind].n


@given(audits())
def test_without_weights_they_are_what_the_rows_would_give(rows: list[dict[str, Any]]) -> None:
    """In one stratum they are the rates of the same file with the rest decided either way."""
    plain = [{name: value for name, value in row.items() if name != "stratum"} for row in rows]
    found = bounds_of(plain, by=[])
    for end, decision in (("lowest", "not recorded"), ("highest", "recorded")):
        decided = [{**row, "decision": decision} if row["decision"] == "not auditable" else row for row in plain]
        again = cdi.recording_rate(
            cdi.read_audit(pl.DataFrame(decided, schema_overrides={"crime_type": pl.String})), []
        )
        assert found["all", f"recording-rate-{end}"].estimate == pytest.approx(again.estimate[0], rel=1e-12)


def test_a_row_without_a_category_could_be_of_any() -> None:
    rows = [
        *({"crime_type": kind, "decision": said} for kind in KINDS for said in ("recorded", "not recorded")),
        {"crime_type": None, "decision": "not auditable"},
    ]
    found = bounds_of(rows, by="crime_type")
    assert {label for label, _ in found} == {*KINDS, "all"}
    ends = [found[KINDS[0], f"recording-rate-{end}"].estimate for end in ("lowest", "highest")]
    assert ends == pytest.approx([1 / 3, 2 / 3])
    assert [found["all", f"recording-rate-{end}"].estimate for end in ("lowest", "highest")] == pytest.approx(
        [0.4, 0.6]
    )


def test_a_category_of_which_nothing_was_audited_is_in_the_overall_row_only() -> None:
    rows = [{"crime_type": "x", "decision": said} for said in ("recorded", "recorded", "not recorded")]
    found = bounds_of([*rows, {"crime_type": "y", "decision": "not auditable"}], by="crime_type", volumes={"x": 100})
    assert found["x", "recording-rate-lowest"].estimate == pytest.approx(2 / 3)
    assert found["all", "recording-rate-lowest"].estimate == pytest.approx(2 / 3)


def test_more_crimes_in_a_report_do_not_push_the_estimate_out() -> None:
    """Reports of four crimes in one stratum, of one in the other; half of the first could not be audited."""
    rows = [
        {"cluster": f"A{i}", "stratum": "A", "decision": "recorded" if i % 2 else "not recorded"} for i in range(10)
    ]
    rows += [{"cluster": f"B{i // 4}", "stratum": "B", "decision": "recorded"} for i in range(40)]
    rows += [{"cluster": f"C{i}", "stratum": "B", "decision": "not auditable"} for i in range(10)]
    result = cdi.estimate(pl.DataFrame(rows), by=[], bounds=True, population={"A": 1_000, "B": 1_000})
    lowest, estimate, highest = (
        next(record.estimate for record in result.table.records if record.kind == f"recording-rate{end}")
        for end in ("-lowest", "", "-highest")
    )
    assert estimate == pytest.approx(0.9)
    assert lowest is not None
    assert highest is not None
    assert lowest < 0.9 < highest


def test_the_sentence_speaks_of_the_headline() -> None:
    from cdi.layouts import lay_out

    rows = [
        *({"crime_type": KINDS[0], "decision": said} for said in ["recorded"] * 9 + ["not recorded", "not auditable"]),
        *({"crime_type": KINDS[1], "decision": said} for said in ["recorded"] * 5 + ["not recorded"] * 5),
    ]
    result = cdi.estimate(
        pl.DataFrame(rows), by="crime_type", volumes={KINDS[0]: 9_000, KINDS[1]: 10}, bounds=True, population=500
    )
    page = lay_out(result.table, extra=result.said)
    found = {(record.label[0], record.kind): record for record in result.table.records}
    ends = [100 * (found["all", f"recording-rate-{end}"].estimate or 0) for end in ("lowest", "highest")]
    assert any(f"between {ends[0]:.1f}% (" in line and f"and {ends[1]:.1f}% (" in line for line in page.statements)


def test_where_nothing_was_due_nothing_is_said() -> None:
    from cdi.layouts import lay_out

    result = cdi.estimate(pl.DataFrame({"decision": ["no crime", "no crime", "not auditable"]}), bounds=True)
    assert not any("between" in line for line in lay_out(result.table).statements)


def test_counts_have_no_bounds() -> None:
    with pytest.raises(cdi.DesignError) as caught:
        cdi.estimate(pl.DataFrame({"recorded": [1, 0]}), bounds=True)
    assert caught.value.faults[0].code == "no-bounds"
