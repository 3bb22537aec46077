"""The verb ``cdi check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import CdiError

__all__ = ["check"]


@options.verb("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check(files: tuple[str, ...], **given: Any) -> None:
    """Check files one after the other; a faulty one does not hide the next."""
    from cdi.audits.audit import naming_answers, read_closely
    from cdi.description import describe, lay_out_decisions
    from cdi.survey.sampling import GROUNDS

    sources, searches = options.sources_of(files, given), given["searches"]
    given_roles = options.roles_of(given)
    roles = naming_answers(sources, GROUNDS, given_roles) if searches else given_roles
    found: set[str] = set()
    shown = False
    for source in sources:
        try:
            page = describe(read_closely(source, **roles), searches=searches).page()
            if shown:
                click.echo()
            options.emit(page)
            shown = True
        except CdiError as error:
            click.echo(options.told(error), err=True)
            found |= {item.code for item in error.faults}
    if {"not-a-decision", "word-like-a-decision"} & found:
        options.emit(lay_out_decisions())
    if found or (len(sources) > 1 and not _fit(sources, roles)):
        click.get_current_context().exit(2)


def _fit(sources: Sequence[object], roles: Mapping[str, Any]) -> bool:
    """Tell whether files that are right each by itself can be estimated together; files of other columns are apart."""
    from cdi.audits.audit import read_audit

    try:
        read_audit(sources, **roles)
    except CdiError as error:
        if {item.code for item in error.faults} == {"columns-differ"} and not roles.get("period"):
            click.echo(f"{wording.NOT_TOGETHER}\n{options.told(error)}", err=True)
            return True
        click.echo(f"{wording.TOGETHER}\n{options.told(error)}", err=True)
        return False
    return True
