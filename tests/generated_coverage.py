"""How often each interval is right, on pages of the docs; run as a program it writes them anew.

    python -m tests.generated_coverage             writes docs/coverage/ from the figures that stand there
    python -m tests.generated_coverage simulate    simulates the audits first, which takes some minutes

The audits are made up here, from a seed of their own: no default was chosen on them. Simple samples are enumerated.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import cdi
from cdi.binomial.coverage import coverage_of_counts
from cdi.binomial.intervals import EXACT, METHODS
from cdi.printing.formats import percent
from cdi.simulating.coverage import STEP
from cdi.simulating.results import Covered
from cdi.simulating.scenarios import sizes_of

DOCS = Path(__file__).parent.parent / "docs"
PAGES = DOCS / "coverage"
BETWEEN = re.compile(r"(<!-- generated: [^\n]*-->\n\n).*?(\n<!-- end of generated -->)", re.DOTALL)
FIGURES = PAGES / "figures.csv"
DESIGNS, DRAWS, SEED = 12, 4_000, 2_030
LEAST_MISSED = 3
"""The crimes that a cell expects to be missed in its sample, at the least: of fewer no interval can say much."""

SIZES = (24, 60, 182, 600)
FRAME = 1_200

KINDS: Mapping[str, str] = {
    "single": "one crime in each report",
    "few": "1 to 3 crimes in a report",
    "some": "up to 6 crimes in a report",
    "many": "up to 30 crimes in a report",
    "rare": "single crimes, but 12 to 30 in a few reports",
}
"""Kind of audit -> what it is called."""

ALIKE: Mapping[str, Sequence[float]] = {
    "single": (0.0,),
    **dict.fromkeys(("few", "some", "many"), (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)),
    "rare": (0.3, 0.5, 0.7, 0.9, 1.0),
}
"""Kind of audit -> how much alike the crimes of a report fare, of which each stratum has one."""

ROWS: Mapping[str, str] = {
    "stratum": "a stratum",
    "overall": "overall, by the frame",
    "volumes": "overall, by recorded crime",
}
"""Kind of rate -> what it is called."""

COLUMNS = ("kind", "design", "row", "method", "missed", "truth", "coverage", "too_low", "too_high", "width", "n")


def crimes_of(kind: str, rng: np.random.Generator) -> dict[int, float]:
    """Make up how many crimes reports hold."""
    if kind == "single":
        return {1: 1.0}
    if kind == "rare":  # a sample can hold none of the reports that decide
        share = float(rng.uniform(0.01, 0.04))
        return {1: 1 - share, 12: share / 3, 20: share / 3, 30: share / 3}
    if kind == "many":
        sizes, chances = np.arange(1, 31), np.arange(1.0, 31.0) ** -rng.uniform(1.3, 2.2)
    else:
        sizes = np.arange(1, 4) if kind == "few" else np.arange(rng.integers(0, 2), 7)
        chances = np.exp(-sizes * rng.uniform(0.2, 1.2))
    return dict(zip(sizes.tolist(), (chances / chances.sum()).tolist(), strict=True))


def scenario(kind: str, rng: np.random.Generator) -> cdi.Scenario:
    """Make up an audit: one to five strata, of which up to half of the frame is read."""
    crimes, strata = crimes_of(kind, rng), []
    for h in range(int(rng.integers(1, 6))):
        sample = int(rng.integers(25, 160))
        rate = round(float(rng.uniform(0.8, 0.97)), 3)
        population = int(sample * rng.uniform(2, 25))
        mean = sum(size * share for size, share in crimes.items())
        strata.append(
            cdi.Stratum(
                f"{h + 1}",
                sample=sample,
                rate=rate,
                population=population,
                crimes=crimes,
                correlation=float(rng.choice(ALIKE[kind])) if len(ALIKE[kind]) > 1 else 0.0,
                recorded_crime=max(int(population * mean * rate * rng.uniform(0.8, 1.2)), 1),
            )
        )
    return cdi.Scenario(strata, kind)


def missed_in(one: cdi.Stratum) -> float:
    """Give the crimes of a stratum's sample that are expected to be missed."""
    return one.sample * sum(size * share for size, share in sizes_of(one.crimes).items()) * (1 - one.rate)


@dataclass(frozen=True)
class Cell:
    """How the intervals of one rate of one audit fared by one method."""

    kind: str
    design: int
    row: str
    method: str
    missed: float
    truth: float
    coverage: float
    too_low: float
    too_high: float
    width: float
    n: int

    @classmethod
    def read(cls, line: Mapping[str, str]) -> Cell:
        """Read a line of the figures."""
        numbers = [float(line[name]) for name in COLUMNS[4:10]]
        return cls(line["kind"], int(line["design"]), line["row"], line["method"], *numbers, int(line["n"]))


def row_of(covered: Covered) -> str:
    """Name the kind of rate that a row of a result is of."""
    facts = covered.facts
    if facts.by_volumes:
        return "volumes"
    return "overall" if facts.whole else "stratum"


def simulated(kind: str, designs: int, draws: int, seed: int, processes: int = 1) -> Iterator[Cell]:
    """Draw samples of made-up audits, and give the cells in which something can be said."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    for design in range(designs):
        made = scenario(kind, rng)
        found = cdi.coverage(made, method="all", draws=draws, seed=design, processes=processes)
        missed = {each.name: missed_in(each) for each in made.strata}
        for row in found.rows:
            likely = missed.get(row.label[0], sum(missed.values()))
            if row.counts or likely < LEAST_MISSED or row.coverage is None:
                continue  # a count is right as often as its rate, but for what the sample itself holds
            numbers = (likely, row.truth, row.coverage, row.above, row.below, row.width)
            yield Cell(kind, design, row_of(row), row.method, *map(float, numbers), made.sample)  # type: ignore[arg-type]


def simulate() -> None:
    """Simulate all audits, and keep what was found."""
    PAGES.mkdir(exist_ok=True)
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for kind in KINDS:
            for cell in simulated(kind, DESIGNS, DRAWS, SEED, processes=2):
                writer.writerow([getattr(cell, name) for name in COLUMNS[:4]] + [
                    f"{getattr(cell, name):.6g}" for name in COLUMNS[4:]
                ])  # fmt: skip
            print(kind, flush=True)


def cells() -> list[Cell]:
    """Read what was found."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return [Cell.read(line) for line in csv.DictReader(file)]


def summed(some: Sequence[Cell]) -> tuple[float, float, float, float, float]:
    """Give mean and least coverage, how the intervals miss, and the median width."""
    coverage, low, high, width = (
        np.array([getattr(cell, name) for cell in some]) for name in ("coverage", "too_low", "too_high", "width")
    )
    return float(coverage.mean()), float(coverage.min()), float(low.mean()), float(high.mean()), float(np.median(width))


# ---- the pages


def simple(size: int, method: str) -> Covered:
    """Find how often the interval of a simple sample is right; exact methods need a frame of known size."""
    if method in EXACT:
        return cdi.coverage(size, method=method, population=FRAME).rows[0]
    return cdi.coverage(size, method=method).rows[0]


def exact_table(method: str) -> list[str]:
    """Write how often the interval of a simple sample is right."""
    lines = [
        "| records | on average | least | at a rate of | too low | too high | mean width |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for size in SIZES:
        row = simple(size, method)
        numbers = [percent(float(value or 0)) for value in (row.coverage, row.least, row.least_at)]
        numbers += [percent(float(value or 0)) for value in (row.above, row.below, row.width)]
        lines.append(f"| {size} | {' | '.join(numbers)} |")
    return lines


def simulated_table(method: str, found: Sequence[Cell]) -> list[str]:
    """Write how often the interval is right in made-up audits."""
    lines = [
        "| audits with | rate of | rates | on average | least | too low | too high | width |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for kind, name in KINDS.items():
        for row, of in ROWS.items():
            some = [cell for cell in found if (cell.kind, cell.row, cell.method) == (kind, row, method)]
            lines.append(f"| {name} | {of} | {len(some)} | {' | '.join(percent(each) for each in summed(some))} |")
    return lines


def page(method: str, found: Sequence[Cell]) -> str:
    """Write the page of a method."""
    card = cdi.describe_methods(method)[0]
    of = f" of {FRAME:,} records on the frame" if method in EXACT else ""
    parts = [
        f"# Coverage of {method}",
        f"{card.summary} {card.when}",
        "[All methods](../coverage.md). Shares and widths are percentages. *Too low*: the interval lies wholly below "
        "the true rate.",
        "## Simple samples, exact",
        f"Every sample that can come is counted{of}. The level is 95%, and true rates are 80% to 99%.",
        "\n".join(exact_table(method)),
        f"![Share of intervals by {method} that hold the true rate, by true rate and number of records]({method}.png)",
        "## Audits, simulated",
    ]
    if method in EXACT:
        parts.append("This method is for simple samples only.")
    else:
        parts += [
            f"For each kind there are {DESIGNS} made-up audits, and {DRAWS:,} samples of each. Rates that expect fewer "
            f"than {LEAST_MISSED} missed crimes in the sample are left out. The error of one share is about one point "
            "(three standard errors).",
            "\n".join(simulated_table(method, found)),
        ]
    return "\n\n".join(parts) + "\n"


def picture(method: str, path: Path) -> None:
    """Draw the coverage of simple samples by true rate."""
    from matplotlib.figure import Figure

    from cdi.charts.style import BLUE, CLARET, ORANGE, TEAL, in_percent, styled

    population = FRAME if method in EXACT else None
    rates = np.round(np.arange(0.80, 0.99 + STEP / 2, STEP * 5), 4)
    with styled():
        axes = Figure(figsize=(7.5, 3.6), layout="constrained").add_subplot()
        for size, colour in zip(SIZES, (BLUE, ORANGE, TEAL, CLARET), strict=True):
            found = coverage_of_counts(size, rates, population=population, method=method)
            axes.plot(found.rate, found.coverage, color=colour, linewidth=1, label=f"{size} records")
        axes.axhline(0.95, color="black", linewidth=1, zorder=0)
        in_percent(axes, "x", 0.80, 0.99, 7.0)
        in_percent(axes, "y", 0.80, 1.0, 3.0)
        axes.set_xlabel("true rate")
        axes.set_title(f"Share of intervals by {method} that hold the true rate", loc="left")
        axes.legend(loc="lower left", ncols=2)
        axes.figure.savefig(path, dpi=100, metadata={"Software": None})


def index(found: Sequence[Cell]) -> str:
    """Write the table of all methods."""
    shown = (("some", "stratum"), ("some", "overall"), ("some", "volumes"), ("many", "stratum"), ("rare", "stratum"))
    lines = [
        "| method | 182 records, exact | up to 6 crimes: a stratum | overall | by recorded crime | up to 30 crimes: a "
        "stratum | 12 to 30 crimes in a few reports: a stratum |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for method in (*METHODS, *EXACT):
        row = simple(182, method)
        parts = [f"{percent(float(row.coverage or 0))} / {percent(float(row.least or 0))}"]
        for kind, of in shown if method in METHODS else ():
            mean, least, *_ = summed([c for c in found if (c.kind, c.row, c.method) == (kind, of, method)])
            parts.append(f"{percent(mean)} / {percent(least)}")
        parts += [""] * (len(shown) + 1 - len(parts))
        lines.append(f"| [{method}](coverage/{method}.md) | {' | '.join(parts)} |")
    return "\n".join(lines)


def written(found: Sequence[Cell]) -> dict[str, str]:
    """Give the pages by their names, and the one that leads to them."""
    pages = {f"coverage/{method}.md": page(method, found) for method in (*METHODS, *EXACT)}
    text = (DOCS / "coverage.md").read_text(encoding="utf-8")
    return {**pages, "coverage.md": BETWEEN.sub(lambda part: f"{part[1]}{index(found)}\n{part[2]}", text)}


def main(simulating: bool) -> None:
    """Write the pages."""
    if simulating:
        simulate()
    found = cells()
    for name, text in written(found).items():
        (DOCS / name).write_text(text, encoding="utf-8")
    for method in (*METHODS, *EXACT):
        picture(method, PAGES / f"{method}.png")


if __name__ == "__main__":
    main("simulate" in sys.argv[1:])
