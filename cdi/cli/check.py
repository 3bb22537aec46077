"""The verb ``cdi check``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import CdiError

__all__ = ["check"]


@click.command(help=wording.VERBS["check"])
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.role_options()
@options.sheet_options()
def check(files: tuple[str, ...], **given: Any) -> None:
    """Check files one after the other; a faulty one does not hide the next."""
    from cdi.audit import read_audit
    from cdi.description import describe
    from cdi.overviews import lay_out_description

    faulty = False
    for source in options.sources_of(files, given):
        try:
            options.emit(lay_out_description(describe(read_audit(source, **options.roles_of(given)))), "text", None)
        except CdiError as error:
            click.echo(str(error), err=True)
            faulty = True
    if faulty:
        click.get_current_context().exit(2)
