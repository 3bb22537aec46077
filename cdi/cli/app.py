"""The command itself: its verbs, and how a user's mistake is answered."""

from __future__ import annotations

import atexit
import errno
import gc
import sys
from collections import UserDict
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cdi import __version__, wording
from cdi.errors import CdiError, DataError, Surface, Where

__all__ = ["PUBLISHED", "cli", "main"]


_LISTED = {name: click.Command(name, help=wording.VERBS[name]) for name in sorted(wording.VERBS) if name != "cdi"}
"""The verbs as the list of them shows them, without their options."""


class _Loaded(UserDict[str, click.Command]):
    """The verbs by their names, each loaded once it is called: its module offers it alone."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.data:
            raise KeyError(name)
        found: click.Command = getattr(import_module(f"cdi.cli.{name}"), name)
        return found


class _Verbs(click.Group):
    """A group that answers wrong input with its faults on stderr and exit status 2, never with a traceback."""

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say what each verb does, without loading it."""
        limit = formatter.width - 6 - max(map(len, _LISTED))
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.get_short_help_str(limit)) for name, verb in _LISTED.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what was typed, for errors that say what to type instead."""
        ctx.obj = command_of(args)
        ctx.meta[PUBLISHED] = command_of([_without_folders(each) for each in args])
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (CdiError, OSError) as error:
            click.echo(_told(error).told(Surface.COMMAND_LINE, ctx.obj), err=True)
            ctx.exit(2)


_GARBAGE = (10_000, 50, 100)
"""After how many new objects Python looks for garbage, and how often among older ones.

What a command loads it keeps to its end: with Python's own numbers, looking through that takes a tenth of a report.
"""


def command_of(args: Sequence[str]) -> str:
    """Write a command as it can be typed again."""
    return " ".join(["cdi", *map(wording.for_shell, args)])


PUBLISHED = "cdi.published"
"""Where the command is kept as it may be published: a folder of the own machine tells who its user is."""


def _without_folders(argument: str) -> str:
    """Take the folders off a path that does not begin in the folder where the command is given."""
    option, equals, value = argument.partition("=") if argument.startswith("-") else ("", "", argument)
    outside = Path(value).is_absolute() or value.startswith(("~", ".."))
    return f"{option}{equals}{Path(value).name}" if outside else argument


def _told(error: CdiError | OSError) -> CdiError:
    """Tell an error of the system by its file; a pipe that was closed is for click to answer."""
    if isinstance(error, CdiError):
        return error
    if error.errno == errno.EPIPE:
        raise error
    where = Where(None if error.filename is None else str(error.filename))
    return DataError.of("unusable-path", got=error.strerror, where=where)


@click.group(
    cls=_Verbs,
    commands=_Loaded(_LISTED),
    help=wording.VERBS["cdi"],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, package_name="cdi")
def cli() -> None:
    """Hold the verbs."""


def main() -> None:
    """Run the command line; text is UTF-8 wherever it goes, and the name of a file may be no text at all."""
    gc.set_threshold(*_GARBAGE)
    # at the end all goes with the process: to look for garbage in it takes a fifth of the time of a small file
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli()
