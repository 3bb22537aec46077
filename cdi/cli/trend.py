"""The verb ``cdi trend``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["trend"]


@click.command(help=wording.VERBS["trend"])
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--period",
    "--period-from",
    "period",
    default="month",
    show_default=True,
    metavar="COL|FILENAME",
    help=wording.OPTIONS["period_of_trend"],
)
@options.role_options(period=False)
@options.sheet_options()
@click.option("--searches", is_flag=True, help=wording.OPTIONS["searches"])
@click.option("--level", type=options.Proportion(), default="95%", show_default=True, help=wording.OPTIONS["level"])
@click.option("--method", type=click.Choice(options.METHODS), default="wilson", metavar="NAME",
              help=wording.OPTIONS["method"])  # fmt: skip
@click.option("--baseline", type=int, metavar="N", help=wording.OPTIONS["baseline"])
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), help=wording.OPTIONS["chart"])
@options.output_options()
def trend(files: tuple[str, ...], **given: Any) -> None:
    """Print the rates of monthly samples, and draw them where a chart is asked for."""
    from cdi.audits.audit import read_audit
    from cdi.charts.trend_charts import draw_trend
    from cdi.monitoring.trends import trend as follow
    from cdi.survey.stop_search import GROUNDS

    sources = options.sources_of(files, given)
    options.refuse_overwriting(given["output"], *sources)
    options.refuse_overwriting(given["chart"], *sources, str(given["output"] or ""))
    answer = {"recorded": GROUNDS} if given["searches"] else {}
    audit = read_audit(sources, period=given["period"], **{**answer, **options.roles_of(given)})
    options.say_ignored(audit)
    found = follow(
        audit,
        level=given["level"],
        method=given["method"],
        baseline=given["baseline"],
        measure="grounds" if given["searches"] else "recording-rate",
    )
    if given["chart"]:
        draw_trend(
            found,
            given["chart"],
            source=wording.several_files([Path(file).name for file in audit.files or (str(audit.name),)]),
        )
    options.emit(found.page(), given["format_"], given["output"])
