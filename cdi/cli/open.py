"""The verb ``cdi open``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError
from cdi.parameters import flag

__all__ = ["open"]

_TERMS = ("force", "volumes_period", "reported_at", "recorded_at", "timely")


@options.verb("open")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def open(files: tuple[str, ...], **given: Any) -> None:  # noqa: A001 - a verb has the name of its function
    """Show what files or workbooks hold, and keep how they are read."""
    from cdi.proposal import open_sheets

    output: Path | None = given["mapping_output"]
    sources = options.sources_of(files, {**given, "mapping": None})
    options.refuse_overwriting(output, *sources)
    terms = {name: given[name] for name in _TERMS if given[name]}
    found = open_sheets(sources, mapping=given["mapping"], **terms, **options.roles_of(given))
    options.emit(found.page(kept=None if output is None else str(output)))
    if output is not None:
        found.save(output)
        of_volumes = found.holds == "volumes"
        click.echo(wording.mapping_written(str(output), str(flag("groups" if of_volumes else "mapping"))), err=True)
    if found.faults:
        click.echo(f"\n{options.told(DataError(found.faults))}", err=True)
        click.get_current_context().exit(2)
