"""What disclosure control costs: the design of today beside the one that it replaced, on a page of the docs.

    python -m tests.generated_losses             writes the table and the chart from the figures that stand there
    python -m tests.generated_losses simulate    first draws the audits again and protects them, by the design of today

The design before suppressed a count of one to four, and then whatever a total would have given away. Its figures were
made by the last commit that had it, whose package alone is put before today's:

    mkdir before && git archive 4ffbb6e4 cdi | tar -x -C before/
    PYTHONPATH=before python tests/generated_losses.py simulate

Both protect the same audits, drawn from the same seeds.
"""

from __future__ import annotations

import csv
import importlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cdi

DOCS = Path(__file__).parent.parent / "docs"
FIGURES = DOCS / "disclosure" / "losses.csv"
CHART = DOCS / "disclosure" / "losses.png"
BETWEEN = re.compile(r"(<!-- generated: [^\n]*-->\n\n).*?(\n<!-- end of generated -->)", re.DOTALL)
BEFORE, NOW = "before", "now"
DRAWS, SEED = 100, 2_031
REPORTS = 1_500
RATES = (0.85, 0.90, 0.95, 0.98)
LARGE = 30
"""The base from which on a row should stay."""

WARDS = dict(zip("ABCDEFGH", (0.22, 0.18, 0.15, 0.13, 0.11, 0.09, 0.07, 0.05), strict=True))
GROUPS = {"white": 0.82, "asian": 0.09, "black": 0.04, "mixed": 0.03, "other": 0.02}
CRIMES = {1: 0.80, 2: 0.15, 3: 0.05}
"""How many of a hundred reports come from each ward and group, and hold so many crimes."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "ward": ("ward",),
    "ethnicity": ("ethnicity",),
    "ward and ethnicity": ("ward", "ethnicity"),
}
"""Name of a table -> the columns that it is by. The first two are of one report, the third is published by itself."""


@dataclass(frozen=True)
class Loss:
    """What is left of a table in some audits."""

    design: str
    rate: float
    table: str
    draws: int
    rows: int  # with a base of 30 or more
    stayed: int  # of these, with a rate
    whole: int  # tables in which every row has one
    width: float  # of the intervals of rows that stayed, over that of the same rows before protection: the median


COLUMNS = tuple(each.name for each in fields(Loss))


def together() -> Callable[..., Any] | None:
    """Find what protected all tables of a sample together: the design of today has no need of it."""
    return getattr(importlib.import_module("cdi.disclosure.results"), "protect_sample", None)


def design() -> str:
    """Tell which design the package has that is imported."""
    return NOW if together() is None else BEFORE


def sample(rate: float, draw: int) -> pd.DataFrame:
    """Make up the crimes of an audit, in which all wards and groups have one true rate."""
    rng = np.random.default_rng([SEED, round(rate * 100), draw])
    crimes, wards, groups = (rng.choice(list(of), REPORTS, p=list(of.values())) for of in (CRIMES, WARDS, GROUPS))
    report = np.repeat(np.arange(REPORTS), crimes)
    recorded = (rng.random(len(report)) < rate).astype(int)
    return pd.DataFrame({"cluster": report, "ward": wards[report], "ethnicity": groups[report], "recorded": recorded})


def lost(rate: float, draws: int) -> Iterator[Loss]:
    """Protect audits by the design of the package, and say of each table what is left."""
    found = {name: (Counter[str](), list[float]()) for name in TABLES}
    for draw in range(draws):
        audit = cdi.read_audit(sample(rate, draw))
        results = [cdi.estimate(audit, by=columns) for columns in TABLES.values()]
        for name, before, table in zip(TABLES, results, _published(audit, results, f"{rate} {draw}"), strict=True):
            _count(*found[name], before.table, table)
    for name, (counted, widths) in found.items():
        width = round(float(np.median(widths)), 3)
        yield Loss(design(), rate, name, draws, counted["rows"], counted["stayed"], counted["whole"], width)


def _published(audit: cdi.Audit, results: Sequence[cdi.Result], lot: str) -> list[cdi.Table]:
    """Give the tables as they are published: the first two in one report, the third by itself."""
    protect_together = together()
    if protect_together is None:
        return [cdi.protect(each, cdi.Disclosure(lot=lot)).table for each in results]
    rules = cdi.Disclosure()
    *of_report, alone = results
    return [each.table for part in (of_report, [alone]) for each in protect_together(audit, part, (), rules).results]


def _count(counted: Counter[str], widths: list[float], before: cdi.Table, table: cdi.Table) -> None:
    """Add up what is left of one table."""
    known = {row.label: row for row in before.rows if not row.whole}
    shown = [row for row in table.rows if not row.whole]
    counted["whole"] += all(row.estimate is not None for row in shown)
    for row in shown:
        own = known[row.label]
        if (own.n or 0) < LARGE:
            continue
        counted["rows"] += 1
        if row.estimate is None or row.low is None or row.high is None or own.low is None or own.high is None:
            continue
        counted["stayed"] += 1
        widths.append((row.high - row.low) / (own.high - own.low))


def simulate() -> None:
    """Protect all audits by the design of the package, and keep what was found beside that of the other."""
    own = list[Loss]()
    for rate in RATES:
        own += lost(rate, DRAWS)
        print(design(), rate, flush=True)
    others = [each for each in losses() if each.design != design()] if FIGURES.exists() else []
    FIGURES.parent.mkdir(exist_ok=True)
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(astuple, sorted((*others, *own), key=lambda each: (each.design, each.rate))))


def losses() -> list[Loss]:
    """Read what was found."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return [
            Loss(
                line["design"], float(line["rate"]), line["table"],
                *(int(line[name]) for name in ("draws", "rows", "stayed", "whole")), float(line["width"]),
            )
            for line in csv.DictReader(file)
        ]  # fmt: skip


# ---- the page


def _share(part: int, of: int) -> str:
    """Write a share in percent; only all are 100, and only none are 0."""
    percent = 100 * part / of
    return f"{percent:.0f}" if part in (0, of) else f"{min(max(percent, 0.1), 99.9):.1f}"


def table(found: Sequence[Loss]) -> str:
    """Write what is left by both designs, one beside the other."""
    lines = [
        "| true rate | table by | rows that stay, before | now | tables whole, before | now | width, now |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    known = {(each.design, each.rate, each.table): each for each in found}
    for rate in RATES:
        for name in TABLES:
            both = [known[each, rate, name] for each in (BEFORE, NOW)]
            stay = [_share(each.stayed, each.rows) for each in both]
            whole = [_share(each.whole, each.draws) for each in both]
            cells = (f"{100 * rate:.0f}", name, *stay, *whole, f"{both[1].width:.2f}")
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def chart(found: Sequence[Loss], path: Path) -> None:
    """Draw the share of rows that stay by the true rate."""
    from matplotlib.figure import Figure

    from cdi.charts.style import BLUE, ORANGE, in_percent, styled

    with styled():
        figure = Figure(figsize=(7.5, 3.3), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(TABLES), sharey=True), TABLES, strict=True):
            for which, colour, mark in ((NOW, BLUE, "o"), (BEFORE, ORANGE, "s")):
                own = [each for each in found if (each.design, each.table) == (which, name)]
                shares = [each.stayed / each.rows for each in own]
                axes.plot(
                    [each.rate for each in own],
                    shares,
                    marker=mark,
                    color=colour,
                    linewidth=1,
                    label=which,
                    clip_on=False,
                )
            in_percent(axes, "x", 0.84, 0.99, 2.2)
            in_percent(axes, "y", 0.0, 1.0, 3.0)
            axes.set_title(f"by {name}", loc="left", fontsize=10.5)
            axes.set_xlabel("true rate")
        axes.legend(loc="lower left")
        figure.suptitle(f"Share of rows with a base of {LARGE} or more that stay", x=0.01, ha="left", fontsize=12)
        figure.savefig(path, dpi=100, metadata={"Software": None})


def written(found: Sequence[Loss]) -> str:
    """Give the page with its table."""
    text = (DOCS / "disclosure.md").read_text(encoding="utf-8")
    return BETWEEN.sub(lambda part: f"{part[1]}{table(found)}\n{part[2]}", text)


def main(simulating: bool) -> None:
    """Write the table and the chart."""
    if simulating:
        simulate()
    if design() == NOW:
        found = losses()
        (DOCS / "disclosure.md").write_text(written(found), encoding="utf-8")
        chart(found, CHART)


if __name__ == "__main__":
    main("simulate" in sys.argv[1:])
