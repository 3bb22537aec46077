"""Two audits that name offences differently, put on the same categories."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.errors import DataError, DesignError
from tests.test_frames import Make, every_engine


def audit(kinds: dict[str, int], **columns: Any) -> pd.DataFrame:
    rows = [(kind, f"{kind}-{i}", int(i % 5 > 0)) for kind, n in kinds.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["crime_type", "cluster", "recorded"]).assign(**columns)


NEW = audit({"Assault": 40, "Harassment": 25, "Theft": 50})
OLD = audit({"violence with injury": 35, "theft ": 45, "Stalking": 20})
GROUPS = {
    "assault": "violence", "Harassment": "violence", "violence with injury": "violence", "stalking": "violence",
    "Theft": "theft",
}  # fmt: skip


def labels(found: cdi.Comparison) -> list[tuple[str, int | None, int | None]]:
    return [
        (change.label[0], change.a and change.a.n, change.b and change.b.n) for change in found.rows if change.label
    ]


@every_engine
def test_both_sides_are_put_on_the_same_categories(make: Make, tmp_path: Path) -> None:
    old = make(OLD, tmp_path) if make.__name__ not in {"to_csv", "to_parquet"} else OLD
    found = cdi.compare(make(NEW, tmp_path), old, by="crime_type", groups=GROUPS)
    assert labels(found) == [("theft", 50, 45), ("violence", 65, 55), ("all", 115, 100)]


def test_rates_are_those_of_categories_put_together_by_hand() -> None:
    folded = {name.casefold(): group for name, group in GROUPS.items()}
    by_hand = [
        frame.assign(crime_type=[folded[kind.strip().casefold()] for kind in frame["crime_type"]])
        for frame in (NEW, OLD)
    ]
    assert cdi.compare(NEW, OLD, by="crime_type", groups=GROUPS).table == (cdi.compare(*by_hand, by="crime_type").table)


def test_all_others_can_be_named_by_a_star() -> None:
    found = cdi.compare(NEW, OLD, by="crime_type", groups={"Theft": "theft", "*": "other"})
    assert labels(found) == [("other", 65, 55), ("theft", 50, 45), ("all", 115, 100)]


def test_categories_of_one_side_only_are_said() -> None:
    groups = {"assault": "violence", "violence with injury": "violence", "Theft": "theft"}
    found = cdi.compare(NEW, OLD, by="crime_type", groups=groups, names=("new", "old"))
    said = next(text for text in found.page().statements if text.startswith("Only in"))
    assert said == (
        "Only in new: Harassment. Only in old: Stalking. If the sides name the same categories differently, gather "
        "them with --groups."
    )


def test_a_class_recorded_in_another_of_its_group_is_in_its_own() -> None:
    classes = [
        ("Harassment" if kind == "Assault" else kind) if recorded else None
        for kind, recorded in zip(NEW["crime_type"], NEW["recorded"], strict=True)
    ]
    rates = []
    for groups in ({"Theft": "theft"}, {"Assault": "violence", "Harassment": "violence"}):
        frames = [NEW.assign(recorded_as=classes), NEW.assign(recorded_as=classes, cluster="x" + NEW["cluster"])]
        found = cdi.compare(*frames, by="crime_type", recorded_as="recorded_as", groups=groups)
        rates.append({change.label[0]: change.a and change.a.estimate for change in found.rows})
    assert rates[0]["Assault"] == 0
    assert rates[1]["violence"] == pytest.approx(52 / 65)


def test_a_category_of_neither_side_is_refused_with_the_nearest() -> None:
    with pytest.raises(DataError, match="Did you mean 'Assault'"):
        cdi.compare(NEW, OLD, by="crime_type", groups={"Asault": "violence"})


@pytest.mark.parametrize("terms", [{}, {"by": ()}])
def test_groups_need_a_column_of_categories(terms: dict[str, Any]) -> None:
    with pytest.raises(DesignError, match="column of categories"):
        cdi.compare(NEW, OLD, groups=GROUPS, **terms)


def test_groups_need_rows() -> None:
    rates = cdi.recording_rate(cdi.read_audit(NEW), by="crime_type")
    with pytest.raises(DesignError, match="column of categories"):
        cdi.compare(rates, OLD, by="crime_type", groups=GROUPS)
    with pytest.raises(DataError, match="groups"):
        cdi.compare("80/90", "70/90", groups=GROUPS)


def test_several_sides_take_them() -> None:
    found = cdi.changes([OLD, NEW, OLD.assign(cluster="x" + OLD["cluster"])], by="crime_type", groups=GROUPS)
    assert {change.label[0] for change in found.rows} == {"theft", "violence", "all"}


def test_the_command_line_takes_pairs_or_a_mapping(tmp_path: Path) -> None:
    NEW.to_csv(tmp_path / "new.csv", index=False)
    OLD.to_csv(tmp_path / "old.csv", index=False)
    words = "".join(f'"{name}" = "{group}"\n' for name, group in GROUPS.items())
    (tmp_path / "groups.toml").write_text(f"[reading]\n[reading.words]\n{words}", encoding="utf-8")
    pairs = [part for name, group in GROUPS.items() for part in ("--groups", f"{name}={group}")]
    outputs = []
    for given in (pairs, ["--groups", "groups.toml"]):
        command = [sys.executable, "-m", "cdi", "compare", "new.csv", "old.csv", "--by", "crime_type", *given]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert "violence" in outputs[0]
    assert "Only in" not in outputs[0]
