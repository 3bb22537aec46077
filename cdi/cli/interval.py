"""The verb ``cdi interval``."""

from __future__ import annotations

from pathlib import Path

import click

from cdi import wording
from cdi.cli import options

__all__ = ["interval"]


@click.command(help=wording.VERBS["interval"])
@click.argument("counts", type=options.Counts(), metavar="X/N")
@click.option("--population", type=click.IntRange(min=1), help=wording.SEARCHES["population"])
@click.option("--level", type=options.Proportion(), default="95%", show_default=True, help=wording.OPTIONS["level"])
@click.option(
    "--method",
    type=click.Choice([*options.METHODS, "all"]),
    default="wilson",
    metavar="NAME",
    help=wording.OPTIONS["method_or_all"],
)
@click.option("--side", type=click.Choice(("both", "lower", "upper")), default="both", help=wording.OPTIONS["side"])
@options.selection_option()
@options.output_options()
def interval(
    counts: tuple[int, int],
    population: int | None,
    level: float,
    method: str,
    side: str,
    selection: str | None,
    format_: str | None,
    output: Path | None,
) -> None:
    """Print the interval of a proportion from counts."""
    from cdi.printing.layouts import lay_out_methods
    from cdi.printing.tables import compare_methods

    table = compare_methods(
        *counts, population=population, level=level, method=method, side=side, selection=selection or "random"
    )
    options.emit(lay_out_methods(table, population), format_, output)
