"""The verb ``cdi timeliness``."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from cdi.cli import options

__all__ = ["timeliness"]


@options.verb("timeliness")
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
def timeliness(files: tuple[str, ...], **given: Any) -> None:
    """Print how soon the crimes of an audit were recorded."""
    from cdi.timing.timeliness import timeliness as estimate_timeliness
    from cdi.timing.timeliness import write_curve

    sources = options.sources_of(files, given)
    options.refuse_overwriting(given["output"], *sources)
    options.refuse_overwriting(given["curve"], *sources, *([str(given["output"])] if given["output"] else []))
    found = estimate_timeliness(sources, **options.terms_of(given), **options.roles_of(given))
    options.say_ignored(found.audit)
    curve = [] if given["curve"] is None else [partial(write_curve, path=given["curve"])]
    options.show(found, given, curve)
