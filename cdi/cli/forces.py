"""The verb ``cdi forces``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import MethodError

__all__ = ["forces"]


@options.verb("forces")
@click.argument("files", nargs=-1, required=True, metavar="RESULTS...")
def forces(files: tuple[str, ...], **given: Any) -> None:
    """Print the rates of forces side by side, and draw them where a chart is asked for."""
    from cdi.charts.force_charts import draw_forces, draw_funnel
    from cdi.peers.side_by_side import forces as set_side_by_side
    from cdi.reading.opening import parted

    if given["seed"] is not None and not given["force_detail"]:
        raise MethodError.of("seed-alone", got=given["seed"])
    sources = options.sources_of(files, given)
    written = [given[name] for name in ("output", "chart", "funnel") if given[name]]
    for i, file in enumerate(written):
        options.refuse_overwriting(file, *sources, *map(str, written[:i]))
    measure: dict[str, Any] = {"measure": "grounds"} if given["searches"] else {}
    found = set_side_by_side(sources, **measure, **options.terms_of(given), **options.roles_of(given))
    if found.rates.audit is not None:
        options.say_ignored(found.rates.audit)
    source = wording.several_files([Path(parted(file)[0]).name for file in files])
    drawn = ((draw_forces, given["chart"]), (draw_funnel, given["funnel"]))
    charts = [partial(draw, path=target, source=source) for draw, target in drawn if target]
    seed = {} if given["seed"] is None else {"seed": given["seed"]}
    options.show(found, given, charts, detail=given["force_detail"], **seed)
