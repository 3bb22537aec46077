"""The verb ``cdi plan``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options

__all__ = ["plan"]


@options.verb("plan")
@click.argument("strata", required=False, metavar="[STRATA]")
def plan(strata: str | None, **given: Any) -> None:
    """Print the smallest sample that meets every target."""
    from cdi.charts.plan_charts import draw_plan
    from cdi.planning.plan import plan as find_plan

    brought: dict[str, Any] = {
        "strata": options.sources_of([strata], given) if strata else None,
        "frame": options.sources_of([given["frame"]], given) if given["frame"] else None,
        # how a workbook is read is said of the strata or the frame, and of the audit where it comes alone
        "previous": options.sources_of(given["from_audit"], None if strata or given["frame"] else given) or None,
    }
    written = [given[name] for name in ("output", "chart") if given[name]]
    for i, file in enumerate(written):
        read = [source for sources in brought.values() for source in sources or ()]
        options.refuse_overwriting(file, *read, *map(str, written[:i]))
    found = find_plan(**brought, **options.terms_of(given), **options.roles_of(given))
    if given["chart"]:
        draw_plan(found, given["chart"])
    options.emit(found.page(), given)
