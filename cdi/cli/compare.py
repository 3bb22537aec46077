"""The verb ``cdi compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError, MethodError
from cdi.parameters import DESIGN, LEVEL, PARAMETERS, REGISTRY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdi.comparing.figures import Compared

__all__ = ["compare"]


@options.verb("compare")
@click.argument("sides", nargs=-1, required=True, metavar="THIS LAST [EARLIER]...")
def compare(sides: tuple[str, ...], **given: Any) -> None:
    """Print what changed between audits, counts or published figures."""
    from cdi.comparing.comparison import FALSE_DISCOVERY, changes
    from cdi.comparing.comparison import compare as compare_sides
    from cdi.comparing.standards import read_grades

    if given["grades_of_audit"] is not None and len(sides) > 1:
        raise DataError.of("grades-alone", got=wording.in_a_row(sides))
    if given["grades_of_audit"] is None and len(sides) < 2:
        raise DataError.of("too-few-sides", got=wording.in_a_row(sides))
    _refuse_idle(sides, given)
    terms = options.terms_of(given) | {"method": _method(given)}
    by = terms.pop("by", None)
    terms.pop("style", None)
    false_discovery = terms.pop("false_discovery", FALSE_DISCOVERY)
    read = _read(sides, by, terms.pop("groups", None), given)
    _refuse_margin(read, given)
    names = _names(sides, read)
    if given["grades_of_audit"] is not None:
        grades = {each.name: each.rate for each in read_grades(given["grades_of_audit"])}
        found = compare_sides(read[0], grades, names=(*names, *grades), **terms)
    elif len(read) == 2:
        found = compare_sides(read[0], read[1], names=(names[0], names[1]), **terms)
    else:
        # the command line names the newest first, the library the oldest
        found = changes(read[::-1], names=names[::-1], false_discovery=false_discovery, **terms)
    extra = [_coverage(sides, read, terms)] if given["coverage"] else []
    options.show(found, given, style=given["style"] or "default", extra=extra)


def _refuse_idle(sides: tuple[str, ...], given: dict[str, Any]) -> None:
    """Refuse options that would change nothing of what is shown."""
    from cdi.binomial.published import is_published
    from cdi.comparing.figures import is_figure

    if given["false_discovery"] is not None and len(sides) == 2:
        raise MethodError.of("false-discovery-alone", got=given["false_discovery"])
    if given["method_of_sides"] is not None and all(is_figure(side) and is_published(side) for side in sides):
        raise MethodError.of("method-of-printed", got=given["method_of_sides"])
    if given["coverage"] and options.format_of(given) == "csv":
        raise MethodError.of("coverage-format", got="csv")


def _refuse_margin(read: Sequence[Compared], given: dict[str, Any]) -> None:
    """Refuse a margin where a rate is held against a standard, before what is wrong with the margin itself."""
    from cdi.comparing.standards import Standard

    held = given["grades_of_audit"] is not None or any(isinstance(each.figures, Standard) for each in read)
    if held and given["margin"] is not None:
        raise MethodError.of("standard-margin", got=given["margin"])


def _method(given: dict[str, Any]) -> str:
    """Choose the method, and refuse a margin that the published style knows nothing of."""
    from cdi.results import method_of

    method = method_of(given["method_of_sides"], given["style"] or "default")
    if given["style"] == "published" and given["margin"] is not None:
        raise MethodError.of("style-with-margin", got=given["margin"])
    return method


def _names(sides: tuple[str, ...], read: Sequence[Compared]) -> list[str]:
    """Call files by their names, and sides that would be called the same by their place."""
    from cdi.comparing.figures import is_figure
    from cdi.comparing.standards import Standard

    short = [side.strip() if is_figure(side) else Path(side).name for side in sides]
    short = [each.name if isinstance(each.figures, Standard) else name for name, each in zip(short, read, strict=True)]
    if len(set(short)) == len(short):
        return short
    if len(short) == 2:
        return list(wording.SIDE_LABELS)
    return [f"{i}: {name}" for i, name in enumerate(short, 1)]


def _read(sides: tuple[str, ...], by: tuple[str, ...] | None, groups: Any, given: dict[str, Any]) -> list[Compared]:
    """Read each side: a figure, or files with the volumes that come next."""
    from cdi.audits.crime_tables import terms_of
    from cdi.comparing.figures import Wanted, is_figure, read_sides

    _refuse_unread([side for side in sides if not is_figure(side)], given)
    brought = [side if is_figure(side) else options.sources_of([side], given) for side in sides]
    volumes = [options.sources_of([file]) for file in given["volumes"]]
    for sources in (*brought, *volumes):
        if not isinstance(sources, str):
            options.refuse_overwriting(given["output"], *sources)
    gathered = terms_of(groups=groups).groups
    wanted = Wanted(by, given["searches"], given["kind"] == "ratio", options.roles_of(given), gathered, standard=True)
    found = read_sides(brought, wanted, volumes or None)
    for side in found:
        if side.result is not None:
            options.say_ignored(side.result.audit)
            for line in side.result.of_volumes:
                click.echo(wording.in_file(side.name, line), err=True)
    return found


def _refuse_unread(files: list[str], given: dict[str, Any]) -> None:
    """Refuse what would be passed over without a word."""
    volumes = given["volumes"]
    if volumes and given["searches"]:
        raise DataError.of("searches-with-volumes", got=wording.in_a_row(volumes))
    if volumes and len(volumes) != len(files):
        raise DataError.of("volumes-a-side", got=len(volumes))
    of_files = [
        *REGISTRY[DESIGN],
        *REGISTRY["Workbooks"],
        PARAMETERS["by"],
        PARAMETERS["searches"],
        PARAMETERS["groups"],
    ]
    unread = [each.spelled[0] for each in of_files if each.name != "selection" and given.get(each.name)]
    if unread and not files:
        raise DataError.of("figures-only", got=wording.in_a_row(unread))


def _coverage(texts: Sequence[str], sides: Sequence[Compared], terms: dict[str, Any]) -> str:
    """Say how often the interval of two simple samples is right."""
    from cdi.binomial.coverage import coverage_of_difference
    from cdi.binomial.published import PublishedRate
    from cdi.printing.lines import level_text, percent

    level, method = terms.get("level", LEVEL), terms["method"]
    if terms.get("kind") == "ratio":
        raise MethodError.of("coverage-of-ratio", got="ratio")
    figures = [side.figures for side in sides if not isinstance(side.figures, PublishedRate)]
    bases = [each.basis for each in figures if each.totals is None]
    if len(bases) != len(sides) or len(sides) != 2 or any(basis.census.any() for basis in bases):
        raise MethodError.of("coverage-of-counts", got=wording.in_a_row(texts))
    sizes = [int(basis.due[0]) for basis in bases]
    all_rates = coverage_of_difference(*sizes, level=level, method=method)
    here = coverage_of_difference(*sizes, *(basis.rate for basis in bases), level=level, method=method)
    least, mean, own = (percent(float(x)) for x in (all_rates.min(), all_rates.mean(), here[0]))
    return wording.coverage_said(method, level_text(level), sizes, least, mean, own)
