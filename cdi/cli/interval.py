"""The verb ``cdi interval``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options
from cdi.parameters import METHOD

__all__ = ["interval"]


@options.verb("interval")
@click.argument("counts", type=options.Typed("x/n", options.counts), metavar="X/N")
def interval(counts: tuple[int, int], **given: Any) -> None:
    """Print the interval of a proportion from counts."""
    from cdi.printing.layouts import lay_out_methods
    from cdi.printing.tables import compare_methods

    terms = {"method": METHOD, **options.terms_of(given), **options.roles_of(given)}
    options.emit(lay_out_methods(compare_methods(*counts, **terms), given["frame_size"]), given)
