"""The verb ``cdi review``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from cdi import wording
from cdi.audits.design import RULES
from cdi.cli import options

__all__ = ["review"]

_TEXTS = {**wording.OPTIONS, **wording.REVIEWS}


@click.command(help=wording.VERBS["review"])
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("--question", "asked", multiple=True, metavar="COL[=ANSWER][:HIGHER]", help=_TEXTS["question"])
@click.option("--questions", metavar="FILE", help=_TEXTS["questions"])
@click.option("--by", multiple=True, metavar="COL", help=_TEXTS["by"])
@click.option("--ignore", multiple=True, metavar="COL", help=_TEXTS["ignore"])
@click.option("--stratum", multiple=True, metavar="COL", help=_TEXTS["stratum"])
@click.option("--cluster", metavar="COL", help=_TEXTS["cluster"])
@click.option("--case", metavar="COL", help=_TEXTS["case"])
@click.option("--population", metavar="N|COL", help=_TEXTS["population"])
@click.option("--weight", metavar="COL", help=_TEXTS["weight"])
@options.selection_option()
@click.option("--period-from", metavar="COL|FILENAME", help=_TEXTS["period_from"])
@click.option("--single-cluster", type=click.Choice(RULES), help=_TEXTS["single_cluster"])
@click.option("--collapse", type=options.Pair(), multiple=True, help=_TEXTS["collapse"])
@options.sheet_options()
@click.option("--level", type=options.Proportion(), default="95%", show_default=True, help=_TEXTS["level"])
@click.option("--method", type=click.Choice(options.METHODS), default="wilson", metavar="NAME", help=_TEXTS["method"])
@options.disclosure_options()
@options.output_options()
def review(files: tuple[str, ...], **given: Any) -> None:
    """Print what a sample of case files shows, question by question."""
    from cdi.disclosure.results import protect_review
    from cdi.disclosure.standards import noted
    from cdi.errors import DataError
    from cdi.reviewing.reviews import review as estimate_review

    sources = options.sources_of(files, given)
    asked = options.sources_of([given["questions"]], {}) if given["questions"] else []
    if asked and given["asked"]:
        raise DataError.of("questions-twice", got=given["questions"])
    options.refuse_overwriting(given["output"], *sources, *asked)
    found = estimate_review(
        sources,
        questions=asked[0] if asked else given["asked"] or None,
        by=list(dict.fromkeys(given["by"])) or None,
        ignore=given["ignore"],
        level=given["level"],
        method=given["method"],
        **options.roles_of(given),
    )
    options.say_ignored(found.audit)
    disclosure = options.disclosure_of(given)
    found = protect_review(replace(found, table=noted(found.table)), disclosure)
    options.emit(options.marked(found.page(), disclosure), given["format_"], given["output"])
