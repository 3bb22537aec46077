"""The verb ``cdi reproduce``."""

from __future__ import annotations

import click

from cdi.cli import options

__all__ = ["reproduce"]


@options.verb("reproduce")
@click.pass_context
def reproduce(ctx: click.Context) -> None:
    """Print the published figures beside ours; a line that differs makes the exit status 1."""
    from cdi.reproduction import reproduce as reproduce_figures

    found = reproduce_figures()
    options.emit(found.page())
    if not found.agrees:
        ctx.exit(1)
