"""Every command that prints figures, every result and every measure has a working, or says why it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cdi
from cdi import wording
from cdi.cli.explain import EXPLAINED, OF_COUNTS_ALONE
from cdi.measures import MEASURES
from tests import test_explained_coverage, test_explained_disputes, test_explained_models, test_explained_results
from tests.pocket_calculator import wrong
from tests.test_cli import outcome
from tests.test_explanations import DESIGNS
from tests.test_explanations import rows_of as rows_of_result
from tests.test_showing import RESULTS

DATA = Path(__file__).parents[1] / "data" / "examples"

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "agree": ("decisions.csv", "moderation.csv"),
    "compare": ("159/182", "211/244"),
    "coverage": ("30", "--rates", "90%"),
    "dispute": ("exampleshire_disputed.csv", "--grades", "Good=90%"),
    "estimate": ("exampleshire_audit.csv",),
    "forces": ("forces.csv", "--row", "Kent"),
    "grounds": ("searches.csv", "--by", "ethnicity", "--contrast", "--row", "Black"),
    "national": (
        "forces",
        "--by",
        "crime_type",
        "--volumes",
        "forces_frame.csv",
        "--volumes",
        "forces_volumes.csv",
        "--row",
        "Ashshire",
    ),
    "resample": ("exampleshire_audit.csv", "--replicates", "50"),
    "review": ("files.csv", "--question", "told", "--row", "told"),
    "timeliness": ("timed.csv", "--cluster", "incident"),
    "trend": ("monthly.csv", "--cluster", "incident", "--row", "2023-03"),
}
"""A command whose figures are explained -> what it is given."""

NO_FIGURES = {"cdi": "the program itself", "explain": "it is the working"}
"""What has no working, beside the commands that say why -> the reason."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explained")
    searches = test_explained_results.SEARCHED
    frames = {
        "timed.csv": test_explained_results.TIMED, "monthly.csv": test_explained_results.MONTHLY,
        "files.csv": test_explained_results.ANSWERED,
        "searches.csv": searches.assign(ethnicity=searches["ethnicity"].str.capitalize()),
    }  # fmt: skip
    for name, frame in frames.items():
        frame.to_csv(made / name, index=False)
    (made / "forces.csv").write_text(
        "force,rate,half_width\nKent,0.9,0.02\nEssex,0.91,0.04\nSurrey,0.8,0.02\nDorset,0.95,0.01\n", encoding="utf-8"
    )
    return made


class TestCommands:
    def test_each_is_explained_or_says_why_not(self) -> None:
        assert set(wording.VERBS) == {*EXPLAINED, OF_COUNTS_ALONE, *wording.UNEXPLAINED_VERBS, *NO_FIGURES}
        assert set(EXPLAINED) == set(COMMANDS)

    @pytest.mark.parametrize("verb", EXPLAINED)
    def test_explained_ones_print_steps(self, verb: str, folder: Path) -> None:
        held = {path.name: str(path) for path in (*DATA.iterdir(), *folder.iterdir())}
        args = [held.get(arg, arg) for arg in COMMANDS[verb]]
        code, text, err = outcome("explain", verb, *args, "--disclosure", "internal")
        assert code == 0, err
        assert "Each number follows from those before it" in text

    def test_an_interval_is_explained_as_its_counts_are(self) -> None:
        options = ("159/182", "--method", "logit", "--level", "90%", "--format", "csv")
        named = outcome("explain", "interval", *options)
        assert named == outcome("explain", *options)
        assert (named[0], named[2]) == (0, "")

    def test_a_file_of_that_name_is_an_audit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("interval").write_text("recorded\n" + "yes\nyes\nno\n" * 20, encoding="utf-8")
        assert "x = 40" in outcome("explain", "interval")[1]

    def test_help_and_the_page_name_what_is_explained(self) -> None:
        page = (Path(__file__).parents[1] / "docs" / "explain.md").read_text("utf-8")
        table = page.partition("| what prints it |")[2].partition("\n\n")[0]
        for verb in (*EXPLAINED, OF_COUNTS_ALONE):
            assert re.search(rf"\b{verb}\b", wording.VERBS["explain"].partition("write explain before it")[2])
            assert f"`{verb}`" in table

    @pytest.mark.parametrize("verb", wording.UNEXPLAINED_VERBS)
    def test_others_say_why_and_what_to_do(self, verb: str) -> None:
        code, out, err = outcome("explain", verb)
        assert (code, out) == (2, "")
        assert f"but found {verb}. {wording.UNEXPLAINED_VERBS[verb]}" in " ".join(err.split())


RESULTS_WITHOUT: Mapping[str, str] = {
    "Explanation": "it is the working",
    "Funnel": "the working of forces has it",
    "NetError": "the working of its estimate has it",
    "OutlierLines": "the working of forces has it",
    "Shrunken": "the working of forces has it",
    "Table": "the working of its result has it",
    "Watch": "docs/watch.md says how a bet follows from a report",
}
"""A class of results without a working of its own -> the reason."""


@pytest.mark.parametrize("kind", RESULTS)
def test_each_result_is_explained_or_named_with_a_reason(kind: str) -> None:
    found = RESULTS[kind]()
    if type(found).__name__ in RESULTS_WITHOUT:
        with pytest.raises(cdi.DataError, match="expected a result that has a working"):
            cdi.explain(found)
        return
    working = cdi.explain(found)
    assert working.steps
    assert wrong(working.steps) == []


MEASURES_WITHOUT = {
    "among-lowest": "shares of random draws, as the working of a force says",
    "among-highest": "shares of random draws, as the working of a force says",
    "only-first": "rows that were counted",
    "only-first-found": "rows that were counted",
    "only-second": "rows that were counted",
    "only-second-found": "rows that were counted",
    "undecided": "rows that were counted",
    "published-figure": "as it was published; its interval at another level is worked out as a rate",
    "rate-auditors": "freed of errors beside it: docs/reread.md",
    "auditors-error": "freed of errors beside it: docs/reread.md",
    "reread-alike": "reports that were counted, by classes: docs/reread.md",
    "watched-rate": "limits of bets on one report after another: docs/watch.md",
    "reports-until-clear": "reports that were counted",
    "likely-reports": "reports of random continuations that were counted",
    "z-score": "worked out with the rate of its force, as the test of forces shows",
}
"""A measure without a row of its own in a working -> the reason."""

IN_TABLES: tuple[str, ...] = ("every measure", "net, at another level", "searches")


@cache
def measured() -> frozenset[str]:
    """The measures of all rows that are worked out of some results of each kind."""
    seen = set[str]()

    def of(found: Any, rows: Sequence[Any]) -> None:
        for row in rows:
            try:
                working = found.explain(row)
            except cdi.DataError:
                continue  # there is no figure
            seen.update(own.measure.key for own in working.table.rows)

    for name in IN_TABLES:
        found = DESIGNS[name]()
        of(found, [rows_of_result(found)[0], None])
    every = test_explained_results.EVERY
    names = [
        "changes: two audits, with volumes", "changes: two categories, a ratio", "changes: three periods",
        "changes: an audit and a standard", "delays: some not known", "trends: months", "reviews: groups",
        "forces: an audit", "agreement: three answers",
    ]  # fmt: skip
    for name in names:
        found = every[name]()
        rows = test_explained_results.rows_of(found)
        # of months, the last but one is a rate over twelve of them
        of(found, [rows[0], *rows[-2 if name == "trends: months" else -1 :]])
    groups = test_explained_results.GROUPED["residents"]()
    of(groups, [None, *(group.name for group in groups.groups)])
    of(test_explained_disputes.DISPUTED["one figure"](), [None])
    of(test_explained_coverage.COVERED["rates"](), [None])
    of(test_explained_coverage.COVERED["volumes"](), [None])
    of(test_explained_coverage.COVERED["samples without an interval"](), [None, "b"])
    of(test_explained_models.FITTED["two factors"](), [None])
    crimes = {"by": (), "cluster": "incident", "recorded_crime": 9_000}
    of(cdi.resample(test_explained_results.CRIMES, replicates=20, **crimes), [None])
    of(cdi.additionally_recorded(9_000, "80%+-3%", "90%+-2%"), [None])
    searches = cdi.trend(
        test_explained_results.MONTHLY.rename(columns={"recorded": "grounds"}).drop(columns="incident"),
        measure="grounds",
    )
    of(searches, test_explained_results.rows_of(searches)[-2:])
    return frozenset(seen)


def test_each_measure_is_worked_out_or_is_named_with_a_reason() -> None:
    assert set(MEASURES) - measured() == set(MEASURES_WITHOUT)


class TestAdditionalCrimes:
    def test_follow_from_both_rates_and_their_ratio(self) -> None:
        found = cdi.additionally_recorded(
            {"violent": 1_000, "all": 5_000},
            cdi.estimate(test_explained_results.LATER, **test_explained_results.BY),
            cdi.estimate(test_explained_results.CRIMES, **test_explained_results.BY),
        )
        working = found.explain()
        assert wrong(working.steps) == []
        values = np.array([step.value for step in working.steps])
        printed = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
        assert {"840", "120"} <= {step.shown for step in working.steps} & printed
        for row in found.rows:
            for number in (row.estimate, row.low, row.high):
                assert number is not None
                assert np.isclose(values, number).any()

    def test_name_their_rows(self) -> None:
        with pytest.raises(cdi.DataError, match="found violnt"):
            cdi.additionally_recorded(9_000, "80%+-3%", "90%+-2%").explain("violnt")
