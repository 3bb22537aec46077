"""The verb ``cdi national``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.cli.app import PUBLISHED
from cdi.errors import DataError, DesignError
from cdi.parameters import PARAMETERS

__all__ = ["national"]


@options.verb("national")
@click.argument("files", nargs=-1, required=True, metavar="AUDITS...")
def national(files: tuple[str, ...], **given: Any) -> None:
    """Print the figures of all forces, or write them into a folder."""
    from cdi.nationwide.figures import national as estimate_all

    _refuse_idle(given)
    sources = options.sources_of(files, given, whole_folders=True)
    volumes = options.sources_of(given["volumes"])
    found = estimate_all(sources, volumes=volumes, **options.terms_of(given), **options.roles_of(given))
    options.say_ignored(found.audit)
    if given["report_folder"] is None:
        options.show(found, given)
        return
    from cdi.report.nationwide import write_national

    options.refuse_strange(found, given)
    names = write_national(
        found,
        given["report_folder"],
        disclosure=options.disclosure_of(given),
        replace=given["replace"],
        published=given["earlier_folders"],
        command=str(click.get_current_context().meta[PUBLISHED]),
    )
    click.echo(wording.files_written(str(given["report_folder"]), names))


def _refuse_idle(given: dict[str, Any]) -> None:
    """Refuse options that would change nothing: of a folder where none is written, of a screen where one is."""
    if given["report_folder"] is not None:
        if options.ROW in click.get_current_context().meta:
            raise DesignError.of("nothing-beside", got=PARAMETERS["report_folder"].spelled[0])
        if given["format"] is not None:
            raise DataError.of("format-of-folder", got=given["format"])
        return
    for name in ("replace", "earlier_folders"):
        if given[name]:
            raise DataError.of("folder-unnamed", got=PARAMETERS[name].spelled[0])
