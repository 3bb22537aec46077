"""The verb ``cdi grounds``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DesignError
from cdi.parameters import flag

if TYPE_CHECKING:
    from cdi.reading.sources import Workbook

__all__ = ["grounds"]


@options.verb("grounds")
@click.argument("files", nargs=-1, required=True, metavar="SEARCHES...")
def grounds(files: tuple[str, ...], **given: Any) -> None:
    """Print what a sample of searches says, in one file or several."""
    sources = options.sources_of(files, given)
    residents = [options.source_of(given["residents"])] if given["residents"] else []
    options.refuse_overwriting(given["output"], *sources, *residents)
    if given["reference"] and not given["contrast"] and not residents:
        raise DesignError.of("reference-alone", got=flag("reference"))
    if given["contrast"] or residents:
        _groups(sources, residents, given)
    else:
        _rates(sources, given)


def _rates(sources: Sequence[str | Workbook], given: dict[str, Any]) -> None:
    from cdi.results import grounds as estimate_grounds

    found = estimate_grounds(sources, **options.terms_of(given), **options.roles_of(given))
    options.say_ignored(found.audit)
    options.show(found, given, detail=given["detail"])


def _groups(sources: Sequence[str | Workbook], residents: Sequence[str | Workbook], given: dict[str, Any]) -> None:
    """Hold groups against each other."""
    from cdi.audits.audit import naming_answers, read_audit
    from cdi.grouping.disparities import disparity
    from cdi.survey.sampling import GROUNDS

    asked = "contrast" if given["contrast"] else "residents"
    terms = options.terms_of(given)
    groups = terms.pop("by", ())
    if len(groups) != 1:
        raise DesignError.of("one-by", got=wording.in_a_row(groups) or None, asked=asked)
    others = [str(flag(name)) for name in ("style", "side", "detail") if given[name]]
    if others:
        raise DesignError.of("not-with-groups", got=wording.in_a_row(others), asked=asked)
    audit = read_audit(sources, **naming_answers(sources, GROUNDS, options.roles_of(given)))
    options.say_ignored(audit)
    found = disparity(audit, groups[0], residents=residents[0] if residents else None, **terms)
    options.show(found, given, contrasts=given["contrast"])
