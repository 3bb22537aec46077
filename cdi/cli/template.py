"""The verb ``cdi template``."""

from __future__ import annotations

from pathlib import Path

import click

from cdi import wording
from cdi.errors import DataError

__all__ = ["template"]


@click.command(help=wording.VERBS["template"])
@click.argument("kind", metavar="KIND")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=wording.OPTIONS["worksheet"])
def template(kind: str, output: Path | None) -> None:
    """Write an empty worksheet."""
    from cdi.worksheets import worksheet, write_template

    chosen = worksheet(kind)
    if output is None:
        raise DataError.of("template-unnamed", name=f"{chosen.kind}.xlsx")
    write_template(kind, output)
    click.echo(wording.template_written(str(output), kind), err=True)
