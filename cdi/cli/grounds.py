"""The verb ``cdi grounds``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["grounds"]


@click.command(help=wording.VERBS["grounds"])
@click.argument("searches")
@options.role_options(searches=True)
@options.result_options("by_group")
@options.output_options()
def grounds(searches: str, **given: Any) -> None:
    """Print what a sample of searches says."""
    from cdi.layouts import lay_out
    from cdi.results import grounds as estimate_grounds

    options.refuse_overwriting(given["output"], searches)
    result = estimate_grounds(
        searches,
        by=list(dict.fromkeys(given["by"])) or None,
        level=given["level"],
        method=given["method"],
        side=given["side"],
        style=given["style"],
        **options.roles_of(given),
    )
    options.say_ignored(result.audit)
    extra = (wording.GROUNDS_STATEMENT,)
    page = lay_out(result.table, style=given["style"], detail=given["detail"], extra=extra, searches=True)
    options.emit(page, given["format_"], given["output"])
