"""The verb ``cdi agree``."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DesignError

__all__ = ["agree"]


@options.verb("agree")
@click.argument("first", metavar="FIRST")
@click.argument("second", metavar="SECOND")
def agree(first: str, second: str, **given: Any) -> None:
    """Print how far two auditors who read the same reports agree."""
    from cdi.agreeing.agreements import agreement, write_disagreements

    private = given["disagreements"]
    if private is not None and options.disclosure_of(given).public:
        raise DesignError.of("disagreements-public", got=str(private))
    brought = [options.sources_of([side], given) for side in (first, second)]
    for sources in brought:
        options.refuse_overwriting(given["output"], *sources)
        options.refuse_overwriting(private, *sources, *([str(given["output"])] if given["output"] else []))
    terms = options.terms_of(given) | {"searches": given["searches"]}
    found = agreement(brought[0], brought[1], **terms, **options.roles_of(given))
    for side in found.sides:
        options.say_ignored(side.audit)
    options.show(found, given, [] if private is None else [partial(write_disagreements, path=private)])
    if private is not None:
        click.echo(wording.PRIVATE_LIST, err=True)
