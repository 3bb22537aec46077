"""The verb ``cdi watch``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options

__all__ = ["watch"]


@options.verb("watch")
@click.argument("sample", metavar="SAMPLE")
def watch(sample: str, **given: Any) -> None:
    """Print whether it is clear yet on which side of a standard the rate lies."""
    from cdi.watching.watches import watch as look

    sources = options.sources_of([sample], given)
    receipt = [] if given["receipt"] is None else [given["receipt"]]
    options.refuse_overwriting(given["output"], *sources, *receipt)
    found = look(sources, **options.terms_of(given), **options.roles_of(given))
    if found.audit is not None:
        options.say_ignored(found.audit)
    options.show(found, given)
