"""The verb ``cdi grounds``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DesignError

if TYPE_CHECKING:
    from cdi.printing.layout import Page
    from cdi.reading.sources import Workbook

__all__ = ["grounds"]

_CONTRAST, _REFERENCE, _RESIDENTS = "--contrast", "--reference", "--residents"


@click.command(help=wording.VERBS["grounds"])
@click.argument("files", nargs=-1, required=True, metavar="SEARCHES...")
@options.role_options(searches=True)
@options.sheet_options()
@options.result_options("by_group")
@click.option(_CONTRAST, is_flag=True, help=wording.OPTIONS["contrast"])
@click.option(_REFERENCE, metavar="GROUP", help=wording.OPTIONS["reference"])
@click.option(_RESIDENTS, metavar="FILE", help=wording.OPTIONS["residents"])
@options.disclosure_options()
@options.output_options()
def grounds(files: tuple[str, ...], **given: Any) -> None:
    """Print what a sample of searches says, in one file or several."""
    sources = options.sources_of(files, given)
    residents = options.sources_of([given["residents"]], {}) if given["residents"] else []
    options.refuse_overwriting(given["output"], *sources, *residents)
    if given["reference"] and not given["contrast"] and not residents:
        raise DesignError.of("reference-alone", got=_REFERENCE)
    show = _groups if given["contrast"] or residents else _rates
    page = options.marked(show(sources, residents, given), options.disclosure_of(given))
    options.emit(page, given["format_"], given["output"])


def _rates(sources: Sequence[str | Workbook], _residents: Sequence[str | Workbook], given: dict[str, Any]) -> Page:
    from cdi.disclosure.samples import protect_result
    from cdi.results import grounds as estimate_grounds

    result = estimate_grounds(
        sources,
        by=list(dict.fromkeys(given["by"])) or None,
        level=given["level"],
        method=given["method"],
        side=given["side"],
        style=given["style"],
        **options.roles_of(given),
    )
    options.say_ignored(result.audit)
    result = protect_result(result, options.disclosure_of(given))
    return result.page(detail=given["detail"])


def _groups(sources: Sequence[str | Workbook], residents: Sequence[str | Workbook], given: dict[str, Any]) -> Page:
    """Hold groups against each other."""
    from cdi.audits.audit import read_audit
    from cdi.disclosure.results import protect_disparity
    from cdi.disclosure.standards import noted
    from cdi.grouping.disparities import disparity
    from cdi.grouping.disparity_pages import lay_out_disparity
    from cdi.survey.stop_search import GROUNDS

    asked = _CONTRAST if given["contrast"] else _RESIDENTS
    groups = list(dict.fromkeys(given["by"]))
    if len(groups) != 1:
        raise DesignError.of("one-by", got=", ".join(groups) or None, option=asked)
    others = [name for name, usual in _ALONE.items() if given[name] != usual]
    if others:
        raise DesignError.of("not-with-groups", got=", ".join(f"--{name}" for name in others), option=asked)
    audit = read_audit(sources, **{"recorded": GROUNDS, **options.roles_of(given)})
    options.say_ignored(audit)
    found = disparity(
        audit,
        groups[0],
        reference=given["reference"],
        residents=residents[0] if residents else None,
        level=given["level"],
        method=given["method"] or "wilson",
    )
    found = protect_disparity(replace(found, table=noted(found.table)), options.disclosure_of(given))
    return lay_out_disparity(found, contrasts=given["contrast"])


_ALONE: dict[str, object] = {"style": "default", "side": "both", "detail": False}
"""What groups cannot be held against each other with, beside what it usually is."""
