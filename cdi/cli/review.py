"""The verb ``cdi review``."""

from __future__ import annotations

from typing import Any

import click

from cdi.cli import options

__all__ = ["review"]


@options.verb("review")
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
def review(files: tuple[str, ...], **given: Any) -> None:
    """Print what a sample of case files shows, question by question."""
    from cdi.errors import DataError
    from cdi.reviewing.reviews import review as estimate_review

    sources = options.sources_of(files, given)
    asked = [options.source_of(given["questions"])] if given["questions"] else []
    if asked and given["question"]:
        raise DataError.of("questions-twice", got=given["questions"])
    options.refuse_overwriting(given["output"], *sources, *asked)
    listed: dict[str, Any] = {"questions": asked[0]} if asked else {}
    found = estimate_review(sources, **listed, **options.terms_of(given), **options.roles_of(given))
    options.say_ignored(found.audit)
    options.show(found, given)
