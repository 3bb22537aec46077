"""A sample that is watched as it is read: what is clear of it, and that it is read in the order of its draw."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.selection.tickets import tickets
from cdi.watching.bets import ABOVE, BELOW, Game, Readings
from cdi.watching.projecting import DRAWS, FARTHEST, likely
from tests.test_cli import outcome

SEED = "4 6 1 3 2"


def drawn(
    sizes: Mapping[str, int],
    population: Mapping[str, int],
    reserves: int = 0,
    replaced: Mapping[int, int] | None = None,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Draw a sample of some routes by its tickets, and write its receipt; ids are numbers of reports."""
    rows, strata = [], []
    position = 0
    for route, size in sizes.items():
        label = (route,) if route else ()
        ids = [f"{route}{i:05}" for i in range(1, population[route] + 1)]
        ordered = sorted(zip(tickets(SEED, label, ids), ids, range(position + 1, position + 1 + len(ids)), strict=True))
        position += len(ids)
        places = [place for _, _, place in ordered]
        rows += [
            ((2 * order - 1) / (2 * size), {"route": route, "incident": name, "order": order})
            for order, (_, name, _) in enumerate(ordered[: size + reserves], 1)
        ]
        strata.append({
            "values": list(label), "population": population[route], "sample": size, "reserves": reserves,
            "positions": places[:size], "reserve_positions": places[size : size + reserves],
        })  # fmt: skip
    ordered_rows = [row for turn, row in sorted(rows, key=lambda pair: pair[0]) if turn < 1]
    frame = pd.DataFrame(ordered_rows)
    if list(sizes) == [""]:
        frame = frame.drop(columns="route")
    receipt = {
        "schema": "cdi.receipt/1", "version": "0.1.0", "date": "2026-01-05", "seed": SEED, "method": "SHA-256 tickets",
        "columns": {"strata": ["route"] if "route" in frame else [], "id": "incident", "keep": [], "size": None,
                    "answers": "counts"},
        "rows": position, "strata": strata, "digests": {}, "key": "", "seal": "",
        "replacements": [{"position": one, "by": other, "reason": "sealed", "date": "2026-01-06"}
                         for one, other in (replaced or {}).items()],
    }  # fmt: skip
    return frame, receipt


def read(frame: pd.DataFrame, recorded: Sequence[int], due: Sequence[int] | None = None) -> pd.DataFrame:
    """Fill in the first rows."""
    left = [None] * (len(frame) - len(recorded))
    found = list(due or [1] * len(recorded))
    return frame.assign(due=pd.array([*found, *left], "Int64"), recorded=pd.array([*recorded, *left], "Int64"))


SIMPLE, SIMPLE_RECEIPT = drawn({"": 120}, {"": 3000})
TWO, TWO_RECEIPT = drawn({"phone": 60, "web": 40}, {"phone": 1800, "web": 700})
FALLS_SHORT = [int(i % 5 > 0) for i in range(70)]
"""Four in five recorded."""


def codes_of(call: Any) -> list[str]:
    with pytest.raises(cdi.CdiError) as caught:
        call()
    return [item.code for item in caught.value.faults]


class TestWhatIsClear:
    def test_below(self) -> None:
        found = cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert found.decision == "below"
        assert found.clear_after is not None
        assert found.now.high is not None
        assert found.now.high < 0.95
        assert found.sentences[0] == (
            f"Clear: the recording rate is below the standard of 95%, after {found.clear_after} reports."
        )
        assert found.likely is None

    def test_above(self) -> None:
        found = cdi.watch(read(SIMPLE, [1] * 100), 0.9, most=1, receipt=SIMPLE_RECEIPT)
        assert found.decision == "above"
        assert found.now.low is not None
        assert found.now.low > 0.9

    def test_since_it_was_clear_the_first_time(self) -> None:
        """It stays clear, whatever is read after it."""
        first = cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert first.clear_after is not None
        until = FALLS_SHORT[: first.clear_after]
        at = cdi.watch(read(SIMPLE, until), "95%", most=1, receipt=SIMPLE_RECEIPT)
        before = cdi.watch(read(SIMPLE, until[:-1]), "95%", most=1, receipt=SIMPLE_RECEIPT)
        later = cdi.watch(read(SIMPLE, until + [1] * 50), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert (before.decision, at.decision, later.decision) == ("", "below", "below")
        assert at.clear_after == later.clear_after == first.clear_after
        assert before.likely is not None

    def test_not_yet(self) -> None:
        found = cdi.watch(read(SIMPLE, [1] * 20), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert (found.decision, found.clear_after) == ("", None)
        assert found.sentences[0] == (
            "Not clear yet, so read on: after 20 reports the rate may lie on either side of the standard of 95%."
        )
        assert found.likely is not None
        assert found.likely.left == 100

    def test_one_side_is_clear_no_later(self) -> None:
        both, upper, lower = (
            cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT, side=side)
            for side in ("both", "upper", "lower")
        )
        assert both.clear_after is not None
        assert upper.clear_after is not None
        assert upper.clear_after <= both.clear_after
        assert lower.decision == ""
        assert (upper.now.low, lower.now.high) == (None, None)

    def test_the_limits_are_those_of_the_bets(self) -> None:
        found = cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT)
        one = np.zeros(70, dtype=np.int64)
        seen = Readings(one, one + 1, np.array(FALLS_SHORT), np.array([3000]), 1)
        assert found.now.high is not None
        assert Game(seen, BELOW, found.now.high).reached(40) is not None
        assert Game(seen, BELOW, found.now.high - 1e-5).reached(40) is None

    def test_a_frame_read_to_its_end_is_known(self) -> None:
        frame, receipt = drawn({"": 20}, {"": 20})
        for missed, decision, lies in ((2, "below", "below the standard of 95%"), (0, "above", "above the standard"),
                                       (1, "", "the standard of 95% itself")):  # fmt: skip
            found = cdi.watch(read(frame, [0] * missed + [1] * (20 - missed)), "95%", most=1, receipt=receipt)
            assert found.decision == decision
            assert found.known
            assert (found.now.low, found.now.high) == (found.now.estimate, found.now.estimate)
            assert found.sentences[0].startswith("Known: every report on the frame was read")
            assert lies in found.sentences[0]

    def test_of_a_frame_read_to_its_end_the_truth_stands_before_what_the_bets_said(self) -> None:
        """They are wrong now and then: here all that were missed came first."""
        frame, receipt = drawn({"": 60}, {"": 60})
        for missed, decision, lies in ((12, "below", "below"), (3, "", "the standard of 95% itself"),
                                       (2, "above", "above the standard")):  # fmt: skip
            recorded = [0] * missed + [1] * (60 - missed)
            before = cdi.watch(read(frame, recorded[:30]), "95%", most=1, receipt=receipt)
            found = cdi.watch(read(frame, recorded), "95%", most=1, receipt=receipt)
            assert before.decision == ("below" if missed > 2 else "")
            assert found.decision == decision
            assert lies in found.sentences[0]

    def test_one_side_alone_says_where_a_known_rate_lies(self) -> None:
        frame, receipt = drawn({"": 20}, {"": 20})
        found = cdi.watch(read(frame, [0] * 3 + [1] * 17), "95%", most=1, receipt=receipt, side="lower")
        assert found.decision == ""
        assert "85.0%, below the standard of 95%" in found.sentences[0]

    def test_a_decision_can_come_before_both_limits(self) -> None:
        """A decision needs one end, since only one can be wrong of it; the limits hold together."""
        whole = cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert whole.clear_after is not None
        until = FALLS_SHORT[: whole.clear_after]
        both, upper = (
            cdi.watch(read(SIMPLE, until), "95%", most=1, receipt=SIMPLE_RECEIPT, side=side)
            for side in ("both", "upper")
        )
        assert both.straddled
        assert wording.DECIDED_BY_ONE_END in both.sentences
        assert not upper.straddled
        assert upper.clear_after == both.clear_after
        assert upper.now.high is not None
        assert upper.now.high <= 0.95
        assert wording.DECIDED_BY_ONE_END not in [*whole.sentences, *upper.sentences]

    def test_strata_count_by_their_reports_on_the_frame(self) -> None:
        recorded = [int(route == "phone") for route in TWO["route"]]
        found = cdi.watch(read(TWO, recorded), "95%", most=1, receipt=TWO_RECEIPT)
        assert found.now.estimate == pytest.approx(1800 / 2500)
        assert found.strata == 2
        assert found.decision == "below"

    def test_reports_of_several_crimes_and_of_none(self) -> None:
        due = [2, 0, 3, 1] * 15
        recorded = [2, 0, 2, 0] * 15
        found = cdi.watch(read(SIMPLE, recorded, due), "95%", most=3, receipt=SIMPLE_RECEIPT)
        assert (found.now.n, found.now.recorded, found.now.clusters) == (90, 60, 60)
        assert found.decision == "below"


class TestHowItIsRead:
    def test_decisions_one_row_a_crime(self) -> None:
        """Rows of one report stand together, and share its place in the order."""
        rows = [
            ("A", 1, "recorded"), ("A", 1, "not recorded"), ("B", 2, "no crime"), ("C", 3, "not auditable"),
            ("D", 4, "recorded"), ("E", 5, None),
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["incident", "order", "decision"])
        found = cdi.watch(frame, 0.9, most=2, population=500, cluster="incident")
        assert (found.read, found.reports, found.not_auditable) == (4, 5, 1)
        assert (found.now.n, found.now.recorded) == (3, 2)
        assert "1 report could not be audited and counts as one without a crime." in found.sentences

    def test_yes_and_no_and_other_names(self) -> None:
        frame = pd.DataFrame({"order": [1, 2, 3], "ok": ["yes", "no", None]})
        found = cdi.watch(frame, 0.9, most=1, population=500, recorded="ok")
        assert (found.now.n, found.now.recorded) == (2, 1)

    def test_files_workbooks_and_frames_alike(self, tmp_path: Path) -> None:
        frame = read(SIMPLE, FALLS_SHORT)
        paths = [tmp_path / "one" / "sample.csv", tmp_path / "two" / "sample.xlsx"]
        for path in paths:
            path.parent.mkdir()
            (path.parent / "sample.receipt.json").write_text(json.dumps(SIMPLE_RECEIPT), "utf-8")
        frame.to_csv(paths[0], index=False)
        frame.to_excel(paths[1], index=False, sheet_name="sample")
        expected = cdi.watch(frame, 0.95, most=1, receipt=SIMPLE_RECEIPT)
        for path in paths:
            found = cdi.watch(path, 0.95, most=1)  # the receipt stands beside it
            assert found.table == expected.table
            assert found.receipt == str(path.parent / "sample.receipt.json")

    def test_of_a_receipt_that_was_changed_is_refused_by_its_key(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"incident": [f"{i:04}" for i in range(900)]})
        sample, *_, receipt, _ = cdi.write_draw(cdi.draw(frame, n=60, seed=SEED), tmp_path / "sample.csv")
        rows = pd.read_csv(sample, dtype=str).assign(due="1", recorded="1")
        rows.to_csv(sample, index=False)
        assert cdi.watch(sample, 0.5, most=1)
        text = Path(receipt).read_text("utf-8").replace('"population": 900', '"population": 90')
        Path(receipt).write_text(text, "utf-8")
        with pytest.raises(cdi.DataError, match="the receipt as it was written"):
            cdi.watch(sample, 0.5, most=1)

    def test_without_a_receipt_it_says_that_nobody_checked_the_order(self) -> None:
        frame = read(SIMPLE, FALLS_SHORT)
        found = cdi.watch(frame, 0.95, most=1, population=3000, cluster="incident")
        same = cdi.watch(frame, 0.95, most=1, receipt=SIMPLE_RECEIPT)
        assert found.table == same.table
        assert wording.order_unchecked() in found.sentences
        assert wording.order_unchecked() not in same.sentences

    def test_population_by_stratum(self) -> None:
        frame = read(TWO, [1] * 30)
        told = cdi.watch(frame, 0.9, most=1, stratum="route", population={"phone": 1800, "web": 700})
        assert told.table == cdi.watch(frame, 0.9, most=1, receipt=TWO_RECEIPT).table

    def test_a_stratum_of_which_nothing_is_read_yet(self) -> None:
        frame, receipt = drawn({"phone": 90, "web": 2}, {"phone": 1800, "web": 700})
        found = cdi.watch(read(frame, [1] * 10), 0.9, most=1, receipt=receipt)
        assert found.now.estimate is None
        assert found.decision == ""

    def test_reserves_in_their_place_and_behind(self) -> None:
        _, receipt = drawn({"": 5}, {"": 50}, reserves=2)
        positions = receipt["strata"][0]["positions"]
        frame, _ = drawn({"": 7}, {"": 50})
        first, by = positions[1], receipt["strata"][0]["reserve_positions"][0]
        receipt["replacements"] = [{"position": first, "by": by, "reason": "sealed", "date": "2026-01-06"}]
        replaced = frame.iloc[[0, 5, 2, 3, 4]].reset_index(drop=True)
        found = cdi.watch(read(replaced, [1, 1, 1]), 0.9, most=1, receipt=receipt)
        # the report that was replaced was drawn too
        assert (found.read, found.not_auditable, found.now.n) == (4, 1, 3)
        behind = pd.concat([replaced, frame.iloc[[6]]], ignore_index=True)
        assert cdi.watch(read(behind, [1] * 6), 0.9, most=1, receipt=receipt).read == 7
        # a reserve in a place that the receipt does not log
        assert "watch-order-gap" in codes_of(
            lambda: cdi.watch(read(replaced, [1, 1, 1]), 0.9, most=1, receipt=receipt | {"replacements": []})
        )

    def test_a_reserve_of_one_of_two_strata(self) -> None:
        sizes, population = {"phone": 4, "web": 2}, {"phone": 40, "web": 20}
        _, receipt = drawn(sizes, population, reserves=2)
        rows = [
            (route, name, place + 1) for route in sizes for place, name in enumerate(_ids(route, population[route]))
        ]
        of = {(route, order): (route, name, order) for route, name, order in rows}
        held = receipt["strata"][0]
        first, second, by, then = held["positions"][0], held["positions"][1], *held["reserve_positions"]
        # the second was replaced, and the reserve in its place too
        receipt["replacements"] = [
            {"position": one, "by": other, "reason": "sealed", "date": "2026-01-06"}
            for one, other in ((second, by), (by, then))
        ]
        turns = [("phone", 1), ("web", 1), ("phone", 6), ("phone", 3), ("web", 2), ("phone", 4)]
        frame = pd.DataFrame([of[turn] for turn in turns], columns=["route", "incident", "order"])
        assert first != second
        found = cdi.watch(read(frame, [1, 1, 1]), 0.9, most=1, receipt=receipt)
        assert (found.read, found.reports, found.not_auditable, found.now.n) == (5, 8, 2, 3)


def _ids(route: str, population: int) -> list[str]:
    names = [f"{route}{i:05}" for i in range(1, population + 1)]
    return [name for _, name in sorted(zip(tickets(SEED, (route,), names), names, strict=True))]


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda frame: frame.iloc[::-1], "watch-order-gap"),
            (lambda frame: frame.drop(index=3), "watch-order-gap"),
            (lambda frame: pd.concat([frame.iloc[:4], frame.iloc[3:]]), "watch-over-most"),
            (lambda frame: frame.assign(order=frame["order"].where(frame.index != 2, 99)), "watch-order-gap"),
            (lambda frame: frame.assign(order=frame["order"].astype(str).where(frame.index != 2, "x")), "watch-order"),
            (lambda frame: frame.assign(order=frame["order"].where(frame.index != 0, 0)), "watch-order"),
            (lambda frame: frame.drop(columns="order"), "no-column"),
            (lambda frame: frame.iloc[:100], "watch-receipt-unlike"),
            (lambda frame: frame.assign(incident=frame["incident"].where(frame.index != 5, "zzz")), "watch-ticket"),
            (
                lambda frame: frame.assign(incident=[*frame["incident"][:2], frame["incident"][3],
                                                     frame["incident"][2], *frame["incident"][4:]]),
                "watch-ticket",
            ),
            (lambda frame: frame.assign(recorded=frame["recorded"].where(frame.index != 4),
                                        due=frame["due"].where(frame.index != 4)), "watch-unread-between"),
            (lambda frame: frame.assign(due=frame["due"].where(frame.index != 4, 2)), "watch-over-most"),
            (lambda frame: frame.assign(recorded=pd.NA, due=pd.NA), "watch-nothing-read"),
        ],
    )  # fmt: skip
    def test_of_a_sample_that_was_changed(self, change: Any, code: str) -> None:
        frame = change(read(SIMPLE, FALLS_SHORT)).reset_index(drop=True)
        assert code in codes_of(lambda: cdi.watch(frame, 0.95, most=1, receipt=SIMPLE_RECEIPT))

    def test_of_strata_out_of_turn(self) -> None:
        frame = read(TWO.sort_values(["route", "order"], ignore_index=True), [1] * 30)
        assert codes_of(lambda: cdi.watch(frame, 0.95, most=1, receipt=TWO_RECEIPT)) == ["watch-order-turn"]

    def test_of_a_report_read_by_half(self) -> None:
        frame = pd.DataFrame({"incident": ["A", "A", "B"], "order": [1, 1, 2], "decision": ["recorded", None, None]})
        assert codes_of(lambda: cdi.watch(frame, 0.9, most=2, population=50)) == ["watch-half-read"]

    def test_of_one_place_with_two_reports(self) -> None:
        frame = pd.DataFrame({"incident": ["A", "C", "B"], "order": [1, 1, 2], "decision": ["recorded"] * 3})
        found = codes_of(lambda: cdi.watch(frame, 0.9, most=2, population=50, cluster="incident"))
        assert found == ["watch-order-alone"]

    def test_of_what_cannot_be_guessed(self) -> None:
        frame = read(SIMPLE, FALLS_SHORT)
        assert codes_of(lambda: cdi.watch(frame)) == ["watch-standard"]
        assert codes_of(lambda: cdi.watch(frame, 0.95)) == ["watch-most"]
        assert codes_of(lambda: cdi.watch(frame, 0.95, most=1)) == ["watch-population"]
        for most in (0, -1, 1.5, True, "1", math.nan, math.inf):
            assert codes_of(lambda most=most: cdi.watch(frame, 0.95, most=most)) == ["watch-most-range"]
        for standard in (0, 1, 1.2, "0%", "100%", "often"):
            assert codes_of(lambda standard=standard: cdi.watch(frame, standard, most=1)) == ["standard-range"]

    def test_of_a_frame_that_is_smaller_than_the_sample(self) -> None:
        frame = read(SIMPLE, FALLS_SHORT)
        assert codes_of(lambda: cdi.watch(frame, 0.95, most=1, population=50)) == ["population-below-sample"]

    def test_of_roles_without_a_place(self) -> None:
        frame = read(SIMPLE, FALLS_SHORT)
        for role in ({"weight": "due"}, {"selection": "census"}, {"period": "order"}, {"deff": 2.0}):
            assert codes_of(lambda role=role: cdi.watch(frame, 0.95, most=1, population=3000, **role)) == [
                "roles-of-watch"
            ]
        weighted = frame.assign(weight=1.5)
        assert codes_of(lambda: cdi.watch(weighted, 0.95, most=1, population=3000)) == ["roles-of-watch"]

    def test_of_two_populations(self) -> None:
        frame = read(SIMPLE, FALLS_SHORT)
        assert codes_of(
            lambda: cdi.watch(frame, 0.95, most=1, receipt=SIMPLE_RECEIPT, population=2000)
        ) == ["watch-population-twice"]  # fmt: skip

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": "cdi.receipt/1"}', "x"])
    def test_of_what_is_no_receipt(self, text: str, tmp_path: Path) -> None:
        path = tmp_path / "sample.receipt.json"
        path.write_text(text, "utf-8")
        frame = read(SIMPLE, FALLS_SHORT)
        assert codes_of(lambda: cdi.watch(frame, 0.95, most=1, receipt=path)) == ["watch-receipt-form"]
        path.unlink()
        assert codes_of(lambda: cdi.watch(frame, 0.95, most=1, receipt=path)) == ["no-file"]

    def test_of_an_id_that_is_blank_names_its_row(self) -> None:
        frame, receipt = drawn({"a": 12}, {"a": 200})
        filled = frame.assign(due=1, recorded=1)
        filled.loc[4, "incident"] = None
        with pytest.raises(cdi.CdiError) as caught:
            cdi.watch(filled, 0.9, most=1, receipt=receipt)
        (item,) = [each for each in caught.value.faults if each.code == "draw-id-blank"]
        assert item.where.key == "row 5 (counted from 1)"

    def test_without_a_receipt_asks_for_what_it_needs_first(self) -> None:
        frame, _ = drawn({"a": 12, "b": 6}, {"a": 200, "b": 100})
        filled = frame.assign(due=1, recorded=1)
        for roles, code in (({}, "watch-population"), ({"population": 300}, "watch-order-alone")):
            with pytest.raises(cdi.CdiError) as caught:
                cdi.watch(filled, 0.9, most=1, cluster="incident", **roles)
            assert [each.code for each in caught.value.faults] == [code]

    def test_names_the_line(self, tmp_path: Path) -> None:
        path = tmp_path / "sample.csv"
        frame = read(SIMPLE, FALLS_SHORT).drop(index=3)
        frame.to_csv(path, index=False)
        code, _, err = outcome("watch", str(path), "--standard", "95%", "--most", "1", "--population", "3000")
        assert code == 2
        assert "line 5, column order: expected the report with the place 4" in " ".join(err.split())

    @pytest.mark.parametrize("output", ["sample.receipt.json", "sample.receipt.key", "./sample.receipt.json"])
    def test_of_writing_over_the_receipt(self, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        for name in ("sample.csv", "sample.receipt.json", "sample.receipt.key"):
            Path(name).write_text("kept", encoding="utf-8")
        for more in ([], ["--receipt", "sample.receipt.json"]):
            found = outcome("watch", "sample.csv", "--standard", "95%", "--most", "1", "-o", output, *more)
            assert "This file is one of those to be read. Name another." in found[2]
        found = outcome("estimate", "audit.csv", "--reread", "sample.csv", "-o", output)
        assert "This file is one of those to be read. Name another." in found[2]
        assert {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"kept"}


class TestLikely:
    def test_is_what_continuing_comes_to(self) -> None:
        """Of samples of a rate of .87 that were read by half, half are clear about when it was said."""
        rng = np.random.default_rng(3)
        said, came = [], []
        for _ in range(12):
            recorded = (rng.random(700) < 0.87).astype(np.int64)
            whole = Readings(np.zeros(700, dtype=np.int64), np.ones(700, dtype=np.int64), recorded, np.array([9000]), 1)
            now = whole.first(30)
            if Game(now, BELOW, 0.95).reached(40) is not None:
                continue
            found = likely(now, [0] * 100, 0.95, {ABOVE: 40, BELOW: 40})
            assert found is not None
            said.append(found.half or FARTHEST)
            came.append((Game(whole, BELOW, 0.95).reached(40) or 700) - 30)
        # medians of ten, each of which varies about as much as it is large
        assert np.median(came) / 3 <= np.median(said) <= 3 * np.median(came)

    def test_a_sample_beside_its_standard_is_not_likely_to_be_clear_soon(self) -> None:
        recorded = [int(i % 20 > 0) for i in range(100)]
        found = cdi.watch(read(SIMPLE, recorded), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert found.likely is not None
        assert found.likely.most is None
        assert (found.likely.draws, found.likely.left) == (DRAWS, 20)

    def test_does_not_look_beyond_the_frame(self) -> None:
        frame, receipt = drawn({"": 30}, {"": 40})
        found = cdi.watch(read(frame, [1] * 10), "95%", most=1, receipt=receipt)
        assert found.likely is not None
        assert found.likely.ahead == 30

    def test_is_the_same_each_time(self) -> None:
        frame = read(TWO, [1, 1, 0, 1] * 5)
        one, other = (cdi.watch(frame, 0.9, most=1, receipt=TWO_RECEIPT) for _ in range(2))
        assert one == other


class TestShown:
    def test_command_line_and_python_print_the_same_page(self, tmp_path: Path) -> None:
        path = tmp_path / "sample.csv"
        read(TWO, [1, 1, 0, 1] * 5).to_csv(path, index=False)
        (tmp_path / "sample.receipt.json").write_text(json.dumps(TWO_RECEIPT), "utf-8")
        code, out, err = outcome("watch", str(path), "--standard", "95%", "--most", "1")
        assert (code, err) == (0, "")
        shown = cdi.protect(cdi.watch(path, 0.95, most=1), cdi.Disclosure())
        assert out.strip() == str(shown).strip()
        assert max(map(len, out.splitlines())) <= 80

    def test_first_it_says_what_is_clear(self, tmp_path: Path) -> None:
        path = tmp_path / "sample.csv"
        read(SIMPLE, FALLS_SHORT).to_csv(path, index=False)
        _, out, _ = outcome("watch", str(path), "--standard", "95%", "--most", "1", "--population", "3000")
        paragraphs = out.split("\n\n")
        assert paragraphs[2].startswith("Clear: the recording rate is below the standard of 95%")

    def test_is_never_called_an_interval(self) -> None:
        found = cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT)
        assert "confidence interval" not in str(found)
        assert "confidence sequence" in found.page().grids[0].title

    def test_the_table_holds_every_number(self) -> None:
        found = cdi.watch(read(SIMPLE, [1] * 20), "95%", most=1, receipt=SIMPLE_RECEIPT)
        by = {row.measure.key: row.estimate for row in found.table.rows if row.whole}
        assert by["standard"] == 0.95
        assert by["reports-until-clear"] is None
        assert found.likely is not None
        assert by["likely-reports"] == found.likely.half
        wide = found.wide()
        assert list(wide.columns) == ["reports read", "rate", "low", "high", "due", "recorded", "notes"]
        assert wide["due"].tolist() == [10, 20]

    def test_limits_come_together(self) -> None:
        found = cdi.watch(read(SIMPLE, [1, 1, 1, 0, 1] * 24), "95%", most=1, receipt=SIMPLE_RECEIPT)
        lows, highs = [row.low for row in found.looks], [row.high for row in found.looks]
        assert lows == sorted(lows)
        assert highs == sorted(highs, reverse=True)

    def test_a_picture_of_the_limits(self) -> None:
        axes = cdi.watch(read(SIMPLE, FALLS_SHORT), "95%", most=1, receipt=SIMPLE_RECEIPT).plot()
        assert axes.get_xlabel() == "reports read"
        assert "95%" in axes.get_title(loc="left")
        standard = [line for line in axes.get_lines() if set(line.get_ydata()) == {0.95}]
        assert len(standard) == 1

    def test_few_crimes_give_no_rate_to_publish(self) -> None:
        found = cdi.watch(read(SIMPLE, [1] * 5), "95%", most=1, receipt=SIMPLE_RECEIPT)
        shown = cdi.protect(found, cdi.Disclosure())
        assert (shown.now.estimate, shown.now.low) == (None, None)
        assert shown.sentences[0] == found.sentences[0]


def test_a_draw_by_size_is_refused_also_without_its_weights(tmp_path: Path) -> None:
    frame = pd.DataFrame({"incident": [f"A/{i}" for i in range(300)], "w": [(i * 37) % 101 + 1 for i in range(300)]})
    sample, *_ = cdi.write_draw(cdi.draw(frame, n=2, seed="0 x", size="w"), tmp_path / "s.csv")
    rows = pd.read_csv(sample, dtype=str).drop(columns="weight").assign(due="1", recorded="1")
    rows.to_csv(sample, index=False)
    with pytest.raises(cdi.DesignError) as caught:
        cdi.watch(sample, 0.9, most=1)
    assert [each.code for each in caught.value.faults] == ["roles-of-watch"]


def test_the_key_of_another_draw_is_told_as_such(tmp_path: Path) -> None:
    frame = pd.DataFrame({"incident": [f"A/{i}" for i in range(300)]})
    keys = []
    for seed in ("1", "2"):
        sample, *_, key = cdi.write_draw(cdi.draw(frame, n=20, seed=seed), tmp_path / f"{seed}.csv")
        rows = pd.read_csv(sample, dtype=str).assign(due="1", recorded="1")
        rows.to_csv(sample, index=False)
        keys.append(key)
    keys[0].write_bytes(keys[1].read_bytes())
    with pytest.raises(cdi.DataError) as caught:
        cdi.watch(tmp_path / "1.csv", 0.9, most=1)
    assert [each.code for each in caught.value.faults] == ["draw-key-of-another"]


@pytest.mark.parametrize("standard", [0.85, 0.87, 0.9, 0.93])
@pytest.mark.parametrize("side", [BELOW, ABOVE])
def test_nothing_is_certain_by_rounding(side: str, standard: float) -> None:
    """A million reports whose rate is the standard itself, of which all were read."""
    n = 10**6
    recorded = np.zeros(n, dtype=np.int64)
    recorded[: round(standard * n)] = 1
    np.random.default_rng(0).shuffle(recorded)
    one = np.ones(n, dtype=np.int64)
    read = Readings(one - 1, one, recorded, np.array([n]), 1)
    assert Game(read, side, standard).certain is None
