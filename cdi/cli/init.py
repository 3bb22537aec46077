"""The verb ``cdi init``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError, Where

__all__ = ["init"]


@options.verb("init")
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
def init(files: tuple[str, ...], **given: Any) -> None:
    """Write the file that describes an inspection."""
    from cdi.inspecting.drafts import draft_inspection
    from cdi.printing import formats

    output: Path | None = given["draft_output"]
    read = [options.sources_of(files, given)]
    read += [options.sources_of(given[name]) for name in ("draft_searches", "draft_volumes")]
    options.refuse_overwriting(output, *(file for several in read for file in several))
    if output is not None and not given["overwrite"] and os.path.lexists(output):
        raise DataError.of("draft-exists", where=Where(str(output)))
    folder = Path() if output is None else output.parent
    draft = draft_inspection(read[0], searches=read[1], volumes=read[2], folder=folder)
    if output is None:
        click.echo(draft.text, nl=False)
    else:
        formats.write(draft.text, output)
        click.echo(wording.draft_written(str(output)), err=True)
    for line in draft.lacking:
        click.echo(line, err=True)
