"""The verb ``cdi init``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError, Where

__all__ = ["init"]


@click.command(help=wording.VERBS["init"])
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
@click.option("--searches", multiple=True, metavar="FILE", help=wording.OPTIONS["init_searches"])
@click.option("--volumes", multiple=True, metavar="FILE", help=wording.OPTIONS["init_volumes"])
@click.option("--sheet", metavar="NAME", help=wording.OPTIONS["init_sheet"])
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=wording.OPTIONS["init_file"]
)
@click.option("--overwrite", is_flag=True, help=wording.OPTIONS["overwrite"])
def init(
    files: tuple[str, ...],
    searches: tuple[str, ...],
    volumes: tuple[str, ...],
    sheet: str | None,
    output: Path | None,
    *,
    overwrite: bool,
) -> None:
    """Write the file that describes an inspection."""
    from cdi.inspecting.drafts import draft_inspection
    from cdi.printing import formats

    read = [options.sources_of(files, {"sheet": sheet})]
    read += [options.sources_of(named, {}) for named in (searches, volumes)]
    options.refuse_overwriting(output, *(file for several in read for file in several))
    if output is not None and not overwrite and os.path.lexists(output):
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
