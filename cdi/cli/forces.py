"""The verb ``cdi forces``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import MethodError

__all__ = ["forces"]

_CHOICES = {"sort": ("name", "value"), "higher": ("better", "worse", "neither"), "rule": ("published", "p05")}


@click.command(help=wording.VERBS["forces"])
@click.argument("files", nargs=-1, required=True, metavar="RESULTS...")
@click.option("--sort", type=click.Choice(_CHOICES["sort"]), default="name", help=wording.OPTIONS["sort"])
@click.option("--higher", type=click.Choice(_CHOICES["higher"]), default="better", show_default=True,
              help=wording.OPTIONS["higher_is"])  # fmt: skip
@click.option("--mixed-periods", is_flag=True, help=wording.OPTIONS["mixed_periods"])
@click.option("--rule", type=click.Choice(_CHOICES["rule"]), default="published", show_default=True,
              help=wording.OPTIONS["outlier_rule"])  # fmt: skip
@options.role_options(period=False)
@options.sheet_options()
@click.option("--searches", is_flag=True, help=wording.OPTIONS["searches_of_forces"])
@click.option("--level", type=options.Proportion(), default="95%", show_default=True, help=wording.OPTIONS["level"])
@click.option("--method", type=click.Choice(options.METHODS), metavar="NAME",
              help=wording.OPTIONS["method"])  # fmt: skip
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), help=wording.OPTIONS["chart"])
@click.option("--funnel", type=click.Path(dir_okay=False, path_type=Path), help=wording.OPTIONS["funnel"])
@click.option("--detail", is_flag=True, help=wording.OPTIONS["force_detail"])
@click.option("--seed", type=click.IntRange(min=0), show_default="1", help=wording.OPTIONS["seed"])
@options.output_options()
def forces(files: tuple[str, ...], **given: Any) -> None:
    """Print the rates of forces side by side, and draw them where a chart is asked for."""
    from cdi.charts.force_charts import draw_forces
    from cdi.charts.funnel_charts import draw_funnel
    from cdi.peers.force_pages import lay_out_forces
    from cdi.peers.side_by_side import forces as set_side_by_side
    from cdi.reading.opening import parted

    if given["seed"] is not None and not given["detail"]:
        raise MethodError.of("seed-alone", got=given["seed"])
    sources = options.sources_of(files, given)
    written = [given[name] for name in ("output", "chart", "funnel") if given[name]]
    for i, file in enumerate(written):
        options.refuse_overwriting(file, *sources, *map(str, written[:i]))
    found = set_side_by_side(
        sources,
        sort=given["sort"],
        higher=given["higher"],
        mixed_periods=given["mixed_periods"],
        rule=given["rule"],
        level=given["level"],
        method=given["method"],
        measure="grounds" if given["searches"] else "recording-rate",
        **options.roles_of(given),
    )
    if found.rates.audit is not None:
        options.say_ignored(found.rates.audit)
    source = wording.several_files([Path(parted(file)[0]).name for file in files])
    for draw, target in ((draw_forces, given["chart"]), (draw_funnel, given["funnel"])):
        if target:
            draw(found, target, source=source)
    seed = {} if given["seed"] is None else {"seed": given["seed"]}
    options.emit(lay_out_forces(found, detail=given["detail"], **seed), given["format_"], given["output"])
