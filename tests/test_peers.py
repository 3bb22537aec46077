"""Forces side by side: lines, funnel and adjusted rates on the same rows, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.errors import DataError, MethodError
from cdi.measures import told
from cdi.peers.side_by_side import Forces
from cdi.variation.funnel import funnel
from cdi.variation.outliers import outlier_lines
from cdi.variation.shrinkage import shrink
from tests import at_most

LINES = "published lines of one standard deviation"
SHIPPED = "data/published/forces.csv"
RATES = [0.9, 0.91, 0.92, 0.93, 0.7]
NAMES = ["Kent", "Essex", "Surrey", "Dorset", "Wiltshire"]


def results(rates: Sequence[float] = RATES, names: Sequence[str] = NAMES, **more: object) -> pd.DataFrame:
    base = {
        "force": list(names),
        "rate": list(rates),
        "half_width": [0.02] * len(rates),
        "period": ["2024"] * len(rates),
    }
    return pd.DataFrame({**base, **more})


def codes(source: object, **terms: Any) -> list[str]:
    with pytest.raises((DataError, MethodError)) as error:
        cdi.forces(source, **terms)
    return [fault.code for fault in error.value.faults]


class TestRows:
    def test_hold_what_the_statistics_say_of_each_force(self) -> None:
        found = cdi.forces(results())
        lines = outlier_lines(RATES)
        sizes = [row.rate.size for row in found.rows]
        in_order = [row.rate.rate for row in found.rows]
        again = outlier_lines(in_order)
        assert [row.z for row in found.rows] == pytest.approx(list(again.z))
        assert (found.lines.low, found.lines.high) == pytest.approx((lines.low, lines.high))
        shrunken = shrink(in_order, sizes)
        adjusted = [row.adjusted.estimate for row in found.rows if row.adjusted]
        assert adjusted == pytest.approx(list(shrunken.estimates))
        assert [row.name for row in found.rows if row.side == "below"] == ["Wiltshire"]

    def test_stand_in_the_order_of_the_alphabet_or_of_values(self) -> None:
        assert [row.name for row in cdi.forces(results()).rows] == sorted(NAMES)
        by_value = cdi.forces(results(), sort="value")
        assert [row.rate.rate for row in by_value.rows] == sorted(RATES, reverse=True)

    @given(st.permutations(range(5)))
    @at_most(12)
    def test_do_not_depend_on_the_order_of_the_file(self, order: list[int]) -> None:
        one, other = cdi.forces(results()), cdi.forces(results().iloc[order])
        assert [(row.name, row.side, row.funnel) for row in one.rows] == [
            (row.name, row.side, row.funnel) for row in other.rows
        ]
        assert [row.z for row in one.rows] == pytest.approx([row.z for row in other.rows])

    def test_british_transport_police_is_shown_and_takes_no_part(self) -> None:
        found = cdi.forces(results([*RATES, 0.1], [*NAMES, "British Transport Police"]))
        assert [row.name for row in found.apart] == ["British Transport Police"]
        assert found.lines.centre == pytest.approx(cdi.forces(results()).lines.centre)
        assert len(found.sized) == 5

    def test_without_half_widths_there_are_lines_only(self) -> None:
        found = cdi.forces(results(half_width=[0.02, 0.02, None, None, None]))
        assert (found.funnel, found.shrunken) == (None, None)
        assert all(row.z is not None and row.adjusted is None for row in found.rows)

    def test_a_force_without_a_half_width_is_in_the_lines(self) -> None:
        found = cdi.forces(results(half_width=[0.02, 0.02, 0.02, 0.02, None]))
        assert [row.name for row in found.rows if row.adjusted is None] == ["Wiltshire"]

    @pytest.mark.parametrize(("higher", "above", "below"), [
        ("better", "better", "worse"), ("worse", "worse", "better"), ("neither", "", ""),
    ])  # fmt: skip
    def test_say_what_each_side_is(self, higher: str, above: str, below: str) -> None:
        found = cdi.forces(results(), higher=higher)
        assert (found.direction("above"), found.direction("below")) == (above, below)

    def test_equal_rates_are_outside_nothing(self) -> None:
        found = cdi.forces(results([0.9] * 5))
        assert {row.side for row in found.rows} == {row.funnel for row in found.rows} == {""}
        assert all(np.isfinite(row.z or 0.0) for row in found.rows)

    @pytest.mark.parametrize("rates", [[0, 0.5, 1], [1, 1, 1], [0, 0, 0]])
    def test_rates_at_the_ends_give_numbers(self, rates: list[float]) -> None:
        found = cdi.forces(results(rates, NAMES[:3]))
        numbers = [value for record in found.table.rows for value in (record.estimate, record.low, record.high)]
        assert all(value is None or np.isfinite(value) for value in numbers)


def audit(recorded: Mapping[str, int]) -> pd.DataFrame:
    return pd.DataFrame([{"force": name, "recorded": int(i < n)} for name, n in recorded.items() for i in range(20)])


class TestMissing:
    def test_names_the_forces_without_data(self) -> None:
        found = cdi.forces(results([*RATES, float("nan")], [*NAMES, "Sussex"]))
        assert len(found.missing) == 43 - 5
        assert "Sussex" in found.missing
        assert not set(found.missing) & set(NAMES)

    def test_of_the_shipped_results_has_an_interval_for_38(self) -> None:
        found = cdi.forces(SHIPPED, mixed_periods=True)
        assert found.missing == ("Greater Manchester", "Kent", "South Wales", "Staffordshire", "Sussex")
        assert len(found.sized) == 38


class TestWidths:
    @pytest.mark.parametrize("rate", [0.0001, 0.5, 0.9])
    def test_from_the_narrowest_to_the_widest_give_numbers(self, rate: float) -> None:
        found = cdi.forces(results([rate] * 4 + [0.6], half_width=[0.0001, 0.0002, 0.0001, 0.0001, 0.9]))
        numbers = [value for record in found.table.rows for value in (record.estimate, record.low, record.high)]
        assert np.isfinite(np.array(numbers, dtype=float)).all()


class TestTable:
    def test_holds_rates_lines_and_adjusted_rates(self) -> None:
        table = cdi.forces(results()).table
        assert table.keys == ("force",)
        assert [record.measure.key for record in table.rows] == [
            *["recording-rate"] * 5, "outlier-lines", *["adjusted-rate"] * 5,
        ]  # fmt: skip
        worst = next(record for record in table.rows if record.label == ("Wiltshire",))
        assert told(worst.facts)[0] == "well-below-worse"
        lines = table.rows[5]
        assert lines.label == ("all",)
        assert lines.level == pytest.approx(0.682689492137086)

    def test_becomes_a_frame(self) -> None:
        frame = cdi.forces(results()).table.to_pandas()
        assert frame.loc[frame.force == "Wiltshire", "notes"].iloc[0].startswith("well below average (worse)")

    def test_bears_what_is_odd_about_the_numbers(self) -> None:
        equal = cdi.forces(results([1.0] * 5, half_width=[0.02] * 5)).table.to_pandas()
        (notes,) = equal.loc[equal.measure == LINES, "notes"]
        assert notes == "all rates are equal: no force lies outside the lines"
        chance = cdi.forces(audit({"Kent": 20, "Essex": 20, "Surrey": 19})).table
        assert {told(record.facts) for record in chance.rows if record.measure.key == "adjusted-rate"} == {
            ("no-spread",)
        }
        full = cdi.forces(audit({"Kent": 20, "Essex": 20, "Surrey": 20})).table
        assert [record.label for record in full.rows if "target-moved" in told(record.facts)] == [
            ("Essex",),
            ("Kent",),
            ("Surrey",),
        ]

    @pytest.mark.parametrize(("notes", "code"), [
        (outlier_lines([0.5, 0.6]).notes, "too-few"),
        (outlier_lines([0.5] * 3).notes, "all-equal"),
        (outlier_lines([0.0, 0.5, 0.6]).notes, "no-logs"),
        (outlier_lines(np.linspace(0.1, 0.9, 5_001)).notes, "many-values"),
        (shrink([1, 0.9, 0.8], [20] * 3, model="logit-normal").notes, "zero-or-one"),
        (funnel([1, 1, 1], [20] * 3).notes, "target-moved"),
        (shrink([0.9, 0.9, 0.9], [20] * 3).notes, "no-spread"),
        (shrink([0.0, 1.0, 0.5, 0.001], [9e4] * 4).notes, "widest-prior"),
    ])  # fmt: skip
    def test_has_words_for_the_notes_of_the_statistics(self, notes: tuple[str, ...], code: str) -> None:
        assert code in notes
        assert wording.force_note(code).casefold().rstrip(".") == wording.NOTES[code].casefold()

    def test_bears_the_warning(self) -> None:
        found = cdi.forces(SHIPPED, mixed_periods=True)
        assert all("mixed-results" in told(record.facts) for record in found.table.rows)
        assert found.warning.startswith("WARNING")
        assert not cdi.forces(results()).warning


class TestRefusals:
    @pytest.mark.parametrize("forces", [1, 2])
    def test_fewer_than_three_forces(self, forces: int) -> None:
        assert codes(results(RATES[:forces], NAMES[:forces])) == ["few-forces"]

    def test_two_forces_and_british_transport_police(self) -> None:
        assert codes(results(RATES[:3], [*NAMES[:2], "British Transport Police"])) == ["few-forces"]

    def test_mixed_results_all_at_once(self) -> None:
        assert codes(SHIPPED) == ["mixed-kinds", "mixed-periods", "unknown-periods"]

    def test_a_method_of_published_rates(self) -> None:
        assert codes(results(), method="wilson") == ["method-of-printed"]

    def test_unknown_terms(self) -> None:
        assert codes(results(), higher="up") == ["no-higher"]
        assert codes(results(), sort="rank") == ["no-order"]
        assert len(codes(results(), rule="mine")) == 1


def test_is_exported() -> None:
    assert isinstance(cdi.forces(results()), Forces)
