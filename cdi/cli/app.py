"""The command itself: its verbs, and how a user's mistake is answered."""

from __future__ import annotations

import errno
import sys
from typing import Any

import click

from cdi import __version__, wording
from cdi.cli.check import check
from cdi.cli.compare import compare
from cdi.cli.estimate import estimate
from cdi.cli.forces import forces
from cdi.cli.grounds import grounds
from cdi.cli.init import init
from cdi.cli.interval import interval
from cdi.cli.methods import methods
from cdi.cli.report import report
from cdi.cli.reproduce import reproduce
from cdi.cli.review import review
from cdi.cli.template import template
from cdi.cli.timeliness import timeliness
from cdi.cli.trend import trend
from cdi.errors import CdiError, DataError, Surface, Where

__all__ = ["cli", "main"]


class _Verbs(click.Group):
    """A group that answers wrong input with its faults on stderr and exit status 2, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (CdiError, OSError) as error:
            click.echo(_told(error).told(Surface.COMMAND_LINE), err=True)
            ctx.exit(2)


def _told(error: CdiError | OSError) -> CdiError:
    """Tell an error of the system by its file; a pipe that was closed is for click to answer."""
    if isinstance(error, CdiError):
        return error
    if error.errno == errno.EPIPE:
        raise error
    where = Where(None if error.filename is None else str(error.filename))
    return DataError.of("unusable-path", got=error.strerror, where=where)


@click.group(cls=_Verbs, help=wording.VERBS["cdi"], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="cdi")
def cli() -> None:
    """Hold the verbs."""


for verb in (
    check,
    compare,
    estimate,
    forces,
    grounds,
    init,
    interval,
    methods,
    report,
    reproduce,
    review,
    template,
    timeliness,
    trend,
):
    cli.add_command(verb)


def main() -> None:
    """Run the command line; text is UTF-8 wherever it goes, and the name of a file may be no text at all."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli()
