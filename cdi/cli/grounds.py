"""The verb ``cdi grounds``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["grounds"]


@click.command(help=wording.VERBS["grounds"])
@click.argument("files", nargs=-1, required=True, metavar="SEARCHES...")
@options.role_options(searches=True)
@options.sheet_options()
@options.result_options("by_group")
@options.output_options()
def grounds(files: tuple[str, ...], **given: Any) -> None:
    """Print what a sample of searches says, in one file or several."""
    from cdi.layouts import lay_out
    from cdi.results import grounds as estimate_grounds

    sources = options.sources_of(files, given)
    options.refuse_overwriting(given["output"], *sources)
    result = estimate_grounds(
        sources,
        by=list(dict.fromkeys(given["by"])) or None,
        level=given["level"],
        method=given["method"],
        side=given["side"],
        style=given["style"],
        **options.roles_of(given),
    )
    options.say_ignored(result.audit)
    extra = (*result.said, wording.GROUNDS_STATEMENT)
    page = lay_out(result.table, style=given["style"], detail=given["detail"], extra=extra, searches=True)
    options.emit(page, given["format_"], given["output"])
