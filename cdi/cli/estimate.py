"""The verb ``cdi estimate``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options

__all__ = ["estimate"]


@options.verb("estimate")
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
def estimate(files: tuple[str, ...], **given: Any) -> None:
    """Print what an audit says, in one file or several."""
    from cdi.disclosure.samples import protect_result
    from cdi.printing.layouts import lay_out
    from cdi.printing.lines import shows_overall
    from cdi.printing.statements import said_of_net
    from cdi.results import estimate as estimate_audit

    sources, volumes = options.sources_of(files, given), options.sources_of(given["volumes"])
    options.refuse_overwriting(given["output"], *sources, *volumes)
    result = estimate_audit(sources, volumes=volumes, **options.terms_of(given), **options.roles_of(given))
    options.say_ignored(result.audit)
    disclosure = options.disclosure_of(given)
    result = protect_result(result, disclosure)
    extra = (*result.said, *(said_of_net(result.net) if shows_overall(result.table.records) else ()))
    page = lay_out(result.table, style=given["style"] or "default", detail=given["detail"], extra=extra)
    options.emit(options.marked(page, disclosure), given)
