"""The verb ``cdi estimate``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["estimate"]


@click.command(help=wording.VERBS["estimate"])
@click.argument("audit")
@options.role_options()
@click.option("--volumes", multiple=True, metavar="FILE", help=wording.OPTIONS["volumes"])
@options.result_options()
@options.output_options()
def estimate(audit: str, **given: Any) -> None:
    """Print what one audit says."""
    from cdi.layouts import lay_out
    from cdi.results import estimate as estimate_audit

    options.refuse_overwriting(given["output"], audit, *given["volumes"])
    result = estimate_audit(
        audit,
        by=list(dict.fromkeys(given["by"])) or None,
        volumes=list(given["volumes"]),
        level=given["level"],
        method=given["method"],
        side=given["side"],
        style=given["style"],
        **options.roles_of(given),
    )
    options.say_ignored(result.audit)
    page = lay_out(result.table, style=given["style"], detail=given["detail"])
    options.emit(page, given["format_"], given["output"])
