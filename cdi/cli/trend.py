"""The verb ``cdi trend``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["trend"]


@options.verb("trend")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def trend(files: tuple[str, ...], **given: Any) -> None:
    """Print the rates of monthly samples, and draw them where a chart is asked for."""
    from cdi.charts.trend_charts import draw_trend
    from cdi.measures import MEASURES
    from cdi.monitoring.trends import monthly_sample
    from cdi.monitoring.trends import trend as follow

    sources = options.sources_of(files, given)
    options.refuse_overwriting(given["output"], *sources)
    options.refuse_overwriting(given["chart"], *sources, str(given["output"] or ""))
    measure = "grounds" if given["searches"] else "recording-rate"
    roles = options.roles_of(given)
    audit, period = monthly_sample(sources, roles.pop("period", None), MEASURES[measure], roles)
    options.say_ignored(audit)
    found = follow(audit, period, measure=measure, **options.terms_of(given))
    source = wording.several_files([Path(file).name for file in audit.source.files or (str(audit.name),)])
    chart = [partial(draw_trend, path=given["chart"], source=source)] if given["chart"] else []
    options.show(found, given, chart)
