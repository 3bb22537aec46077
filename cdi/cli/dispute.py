"""The verb ``cdi dispute``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options

__all__ = ["dispute"]


@options.verb("dispute")
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
def dispute(files: tuple[str, ...], **given: Any) -> None:
    """Print what hangs on the disputed decisions of an audit."""
    from cdi.disputing.disputes import dispute as show_disputes

    sources, volumes = options.sources_of(files, given), options.sources_of(given["volumes"])
    options.refuse_overwriting(given["output"], *sources, *volumes)
    found = show_disputes(sources, volumes=volumes, **options.terms_of(given), **options.roles_of(given))
    options.say_ignored(found.audit)
    options.show(found, given)
