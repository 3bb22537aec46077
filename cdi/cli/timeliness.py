"""The verb ``cdi timeliness``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["timeliness"]

_TEXTS = {**wording.OPTIONS, **wording.TIMELINESS}


@click.command(help=wording.VERBS["timeliness"])
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
@click.option("--reported-at", metavar="COL", help=_TEXTS["reported_at"])
@click.option("--recorded-at", metavar="COL", help=_TEXTS["recorded_at"])
@click.option("--timely", metavar="COL", help=_TEXTS["timely"])
@click.option("--within", type=float, default=24, show_default=True, metavar="HOURS", help=_TEXTS["within"])
@click.option("--date-format", metavar="FORMAT", help=_TEXTS["date_format"])
@click.option("--clock", type=click.Choice(("uk", "fixed")), default="uk", help=_TEXTS["clock"])
@click.option(
    "--negative-delay", type=click.Choice(("error", "missing")), default="error", help=_TEXTS["negative_delay"]
)
@click.option("--curve", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=_TEXTS["curve"])
@options.role_options()
@options.sheet_options()
@click.option("--by", multiple=True, metavar="COL", help=_TEXTS["by"])
@click.option("--level", type=options.Proportion(), default="95%", show_default=True, help=_TEXTS["level"])
@click.option("--method", type=click.Choice(options.METHODS), default="wilson", metavar="NAME", help=_TEXTS["method"])
@options.output_options()
def timeliness(files: tuple[str, ...], **given: Any) -> None:
    """Print how soon the crimes of an audit were recorded."""
    from cdi.timing.timeliness import timeliness as estimate_timeliness
    from cdi.timing.timeliness import write_curve

    sources = options.sources_of(files, given)
    options.refuse_overwriting(given["output"], *sources)
    options.refuse_overwriting(given["curve"], *sources, *([str(given["output"])] if given["output"] else []))
    named = ("reported_at", "recorded_at", "timely", "within", "date_format", "clock", "negative_delay", "level")
    found = estimate_timeliness(
        sources,
        by=list(dict.fromkeys(given["by"])) or None,
        method=given["method"],
        **{name: given[name] for name in named},
        **options.roles_of(given),
    )
    options.say_ignored(found.audit)
    if given["curve"] is not None:
        write_curve(found, given["curve"])
    options.emit(found.page(), given["format_"], given["output"])
