"""The verb ``cdi template``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError

__all__ = ["template"]


@options.verb("template")
@click.argument("kind", metavar="KIND")
def template(kind: str, **given: Any) -> None:
    """Write an empty worksheet."""
    from cdi.worksheets import worksheet, write_template

    chosen, output = worksheet(kind), given["worksheet"]
    if output is None:
        raise DataError.of("template-unnamed", name=chosen.kind)
    write_template(kind, output)
    click.echo(wording.template_written(str(output), kind), err=True)
