"""The verb ``cdi resample``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options

__all__ = ["resample"]


@options.verb("resample")
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
def resample(files: tuple[str, ...], **given: Any) -> None:
    """Print standard errors three ways."""
    from cdi.resampling.resampling import REPLICATES
    from cdi.resampling.resampling import resample as draw_again

    sources, volumes = options.sources_of(files, given), options.sources_of(given["volumes"])
    options.refuse_overwriting(given["output"], *sources, *volumes)
    terms = options.terms_of(given)
    with options.watched(terms.get("replicates", REPLICATES)) as progress:
        found = draw_again(sources, volumes=volumes or None, progress=progress, **terms, **options.roles_of(given))
    options.say_ignored(found.audit)
    options.show(found, given)
