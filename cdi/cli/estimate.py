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
    from cdi.results import estimate as estimate_audit

    sources, volumes = options.sources_of(files, given), options.sources_of(given["volumes"])
    panel = [options.source_of(given["reread"])] if given["reread"] else []
    options.refuse_overwriting(given["output"], *sources, *volumes, *panel)
    found = estimate_audit(
        sources,
        volumes=volumes,
        reread=panel[0] if panel else None,
        **options.terms_of(given),
        **options.roles_of(given),
    )
    options.say_ignored(found.audit)
    options.show(found, given, detail=given["detail"])
