"""From the plan to the report, in any order of steps: what was drawn stays proved, and numbers agree."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import cdi
from cdi.wording import REPLACEMENT_REASONS
from tests import at_most

ROUTES = ("calls", "online")
INSPECTION = """\
force = "Kent Police"
[audit]
files = "sample.csv"
[audit.columns]
cluster = "incident"
stratum = "route"
[volumes]
files = "plan.csv"
[draw]
plan = "plan.csv"
frame = "frame.csv"
receipt = "sample.receipt.json"
"""


class Life(RuleBasedStateMachine):
    """One audit, whose reports are read in the order drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.held = tempfile.TemporaryDirectory()
        self.folder = Path(self.held.name)
        self.read = 0

    def teardown(self) -> None:
        self.held.cleanup()

    # ---- plan and draw

    @initialize(
        sizes=st.tuples(st.integers(60, 120), st.integers(40, 90)),
        wanted=st.sampled_from(["12pp", "15pp"]),
        seed=st.text("0123456789 ", min_size=5).filter(str.strip),
        rate=st.sampled_from([0.8, 0.9, 0.97]),
    )
    def begins(self, sizes: tuple[int, int], wanted: str, seed: str, rate: float) -> None:
        routes = [route for route, size in zip(ROUTES, sizes, strict=True) for _ in range(size)]
        self.frame = pd.DataFrame({"incident": [f"{i:05}" for i in range(len(routes))], "route": routes})
        self.frame.to_csv(self.folder / "frame.csv", index=False)
        counts = pd.DataFrame({"route": ROUTES, "population": sizes})
        self.plan = cdi.plan(counts, wanted, rate=rate)
        self.plan.to_pandas().to_csv(self.folder / "plan.csv", index=False)
        self.seed, self.rate = seed, rate
        self.chance = np.random.default_rng(len(routes))
        drawn = cdi.draw(str(self.folder / "frame.csv"), self.plan, seed=seed, reserves=0.3)
        self.sample, *_, self.receipt, _ = cdi.write_draw(drawn, self.folder / "sample.csv")
        assert len(self.rows()) == self.plan.sample

    def rows(self) -> pd.DataFrame:
        return pd.read_csv(self.sample, dtype=str, keep_default_na=False)

    # ---- what auditors do

    @rule(number=st.sampled_from([1, 10, 300]))
    def read_some(self, number: int) -> None:
        rows = self.rows()
        for i in range(self.read, min(self.read + number, len(rows))):
            due = int(self.chance.integers(0, 3))
            rows.loc[i, ["due", "recorded"]] = [str(due), str(int(self.chance.binomial(due, self.rate)))]
        self.read = min(self.read + number, len(rows))
        rows.to_csv(self.sample, index=False)

    @precondition(lambda self: self.read < len(self.rows()))
    @rule(data=st.data())
    def replace_one(self, data: st.DataObject) -> None:
        rows = self.rows()
        place = data.draw(st.integers(self.read, len(rows) - 1))
        reason = data.draw(st.sampled_from(sorted(REPLACEMENT_REASONS)))
        with contextlib.suppress(cdi.DesignError):  # the reserves of the stratum are used up
            by = cdi.replace_drawn(self.sample, rows["incident"][place], reason=reason)
            assert self.rows()["incident"][place] == by

    # ---- what follows

    @invariant()
    def stays_proved(self) -> None:
        assert cdi.verify_draw(self.receipt, str(self.folder / "frame.csv"), self.sample).agrees

    @rule(more=st.integers(1, 10))
    def more_would_have_this_as_its_beginning(self, more: int) -> None:
        longer = self.plan.to_pandas()
        longer["sample"] = np.minimum(longer["sample"] + more, longer["population"])
        drawn = cdi.draw(self.frame.sample(frac=1, random_state=more), longer, seed=self.seed).to_pandas()
        first = cdi.draw(self.frame, self.plan, seed=self.seed).to_pandas()
        for route in ROUTES:
            ids, before = (each.loc[each["route"] == route, "incident"].tolist() for each in (drawn, first))
            assert ids[: len(before)] == before

    @precondition(lambda self: self.read > 0)
    @rule()
    def is_watched(self) -> None:
        found = cdi.watch(self.sample, 0.9, most=2)
        whole = self.rows()[: self.read].astype({"due": int, "recorded": int})
        assert found.table.rows[-1].n is None or f"{int(whole['due'].sum()):,}" in str(found)

    @precondition(lambda self: self.read == len(self.rows()))
    @rule()
    def is_estimated_and_reported(self) -> None:
        rows = self.rows().astype({"due": int, "recorded": int})
        roles = {"cluster": "incident", "stratum": "route", "due": "due", "recorded": "recorded"}
        known = {"population": self.frame["route"].value_counts().to_dict(), **roles}
        if rows["due"].sum() == 0:
            return
        by_rows = cdi.estimate(rows, **known).to_pandas()
        by_file = cdi.estimate(str(self.sample), volumes=str(self.folder / "plan.csv"), **roles).to_pandas()
        columns = ["estimate", "low", "high"]
        pd.testing.assert_frame_equal(by_file[columns], by_rows[columns], rtol=1e-12)
        (self.folder / "inspection.toml").write_text(INSPECTION, encoding="utf-8")
        said = " ".join(cdi.assemble(self.folder / "inspection.toml").audited)
        assert f"{self.plan.sample:,} reports of {len(self.frame):,} on the frame were drawn" in said


TestLife = pytest.mark.long(Life.TestCase)
TestLife.settings = settings(
    at_most(5), stateful_step_count=8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
