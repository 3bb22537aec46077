"""The verb ``cdi compare``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import CdiError, DataError, MethodError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdi.binomial.published import PublishedRate
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.figures import Compared
    from cdi.survey.estimates import Estimates

__all__ = ["compare"]

SCORE = "miettinen-nurminen"
_OF_FILES = (
    "by", "searches", "sheet", "header_row", "stratum", "cluster", "case", "due", "recorded", "population", "weight",
    "decision", "recorded_as", "category", "classification", "period_from", "single_cluster", "collapse",
)  # fmt: skip


class Margin(click.ParamType[float]):
    """A margin, written 3pp, 3% or 0.03."""

    name = "margin"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the text, or say how to write it."""
        from cdi.comparing.verdicts import parse_margin

        try:
            return value if isinstance(value, float) else parse_margin(value)
        except CdiError as error:
            self.fail(str(error), param, ctx)


@click.command(help=wording.VERBS["compare"])
@click.argument("sides", nargs=-1, required=True, metavar="THIS LAST [EARLIER]...")
@options.role_options()
@options.sheet_options()
@click.option("--volumes", multiple=True, metavar="FILE", help=wording.OPTIONS["volumes_of_sides"])
@click.option("--searches", is_flag=True, help=wording.OPTIONS["searches_compared"])
@click.option("--by", multiple=True, metavar="COL", help=wording.OPTIONS["by_compared"])
@click.option("--kind", type=click.Choice(("difference", "ratio")), default="difference", help=wording.OPTIONS["kind"])
@click.option("--margin", type=Margin(), metavar="3pp|0.03", help=wording.OPTIONS["margin"])
@click.option("--level", type=options.Proportion(), default="95%", show_default=True, help=wording.OPTIONS["level"])
@click.option("--method", type=click.Choice((*options.METHODS, SCORE)), metavar="NAME",
              help=wording.OPTIONS["method_compared"])  # fmt: skip
@click.option("--style", type=click.Choice(("default", "published")), default="default",
              help=wording.OPTIONS["style_compared"])  # fmt: skip
@click.option("--coverage", is_flag=True, help=wording.OPTIONS["coverage"])
@click.option("--false-discovery", type=options.Proportion(), show_default="10%",
              help=wording.OPTIONS["false_discovery"])  # fmt: skip
@options.disclosure_options()
@options.output_options()
def compare(sides: tuple[str, ...], **given: Any) -> None:
    """Print what changed between audits, counts or published figures."""
    from cdi.comparing.comparison import FALSE_DISCOVERY, changes
    from cdi.comparing.comparison import compare as compare_sides
    from cdi.disclosure.results import protect_sides
    from cdi.disclosure.standards import noted

    if len(sides) < 2:
        raise DataError.of("too-few-sides", got=", ".join(sides))
    _refuse_idle(sides, given)
    terms = {name: given[name] for name in ("kind", "margin", "level")} | {"method": _method(given)}
    found, names, disclosure = _read(sides, given), _names(sides), options.disclosure_of(given)

    def compared(figures: Sequence[Estimates | PublishedRate]) -> Comparison:
        if len(sides) == 2:
            result = compare_sides(figures[0], figures[1], names=(names[0], names[1]), **terms)
        else:
            # the command line names the newest first, the library the oldest
            rate = FALSE_DISCOVERY if given["false_discovery"] is None else given["false_discovery"]
            result = changes(figures[::-1], names=names[::-1], false_discovery=rate, **terms)
        return replace(result, table=noted(result.table))

    result = protect_sides(found, names, compared, (disclosure, disclosure))
    extra = [_coverage(sides, [side.figures for side in found], terms)] if given["coverage"] else []
    page = result.page(style=given["style"], extra=extra)
    options.emit(options.marked(page, disclosure), given["format_"], given["output"])


def _refuse_idle(sides: tuple[str, ...], given: dict[str, Any]) -> None:
    """Refuse options that would change nothing of what is shown."""
    from cdi.binomial.published import is_published
    from cdi.comparing.figures import is_figure

    if given["false_discovery"] is not None and len(sides) == 2:
        raise MethodError.of("false-discovery-alone", got=given["false_discovery"])
    if given["method"] is not None and all(is_figure(side) and is_published(side) for side in sides):
        raise MethodError.of("method-of-printed", got=given["method"])
    if given["coverage"] and options.format_of(given["format_"], given["output"]) == "csv":
        raise MethodError.of("coverage-format", got="csv")


def _method(given: dict[str, Any]) -> str:
    """Choose the method, and refuse a margin that the published style knows nothing of."""
    from cdi.results import method_of

    method = method_of(given["method"], given["style"])
    if given["style"] == "published" and given["margin"] is not None:
        raise MethodError.of("style-with-margin", got=given["margin"])
    return method


def _names(sides: tuple[str, ...]) -> list[str]:
    """Call files by their names, and sides that would be called the same by their place."""
    from cdi.comparing.figures import is_figure

    short = [side.strip() if is_figure(side) else Path(side).name for side in sides]
    if len(set(short)) == len(short):
        return short
    return list(wording.SIDE_LABELS) if len(short) == 2 else [f"{i + 1}: {name}" for i, name in enumerate(short)]


def _read(sides: tuple[str, ...], given: dict[str, Any]) -> list[Compared]:
    """Read each side: a figure, or files with the volumes that come next."""
    from cdi.comparing.figures import Compared, Wanted, is_figure, read_audit_side, read_figure

    files = [side for side in sides if not is_figure(side)]
    volumes = list(given["volumes"])
    _refuse_unread(files, given)
    own = iter(options.sources_of([file], {}) for file in volumes)
    by = tuple(dict.fromkeys(name for name in given["by"] if name)) if given["by"] else None
    wanted = Wanted(by, given["searches"], given["kind"] == "ratio", options.roles_of(given))
    found = list[Compared]()
    for side in sides:
        if side not in files:
            found.append(Compared(read_figure(side, given["selection"] or "random")))
            continue
        sources = options.sources_of([side], given)
        known = next(own, [])
        options.refuse_overwriting(given["output"], *sources, *known)
        read = read_audit_side(sources, known, wanted)
        if read.result is not None:
            options.say_ignored(read.result.audit)
        found.append(read)
    return found


def _refuse_unread(files: list[str], given: dict[str, Any]) -> None:
    """Refuse what would be passed over without a word."""
    volumes = given["volumes"]
    if volumes and given["searches"]:
        raise DataError.of("searches-with-volumes", got=", ".join(volumes))
    if volumes and len(volumes) != len(files):
        raise DataError.of("volumes-a-side", got=len(volumes))
    unread = [f"--{name.replace('_', '-')}" for name in _OF_FILES if given.get(name)]
    if unread and not files:
        raise DataError.of("figures-only", got=", ".join(unread))


def _coverage(texts: tuple[str, ...], sides: list[Estimates | PublishedRate], terms: dict[str, Any]) -> str:
    """Say how often the interval of two simple samples is right."""
    from cdi.binomial.coverage import coverage_of_difference
    from cdi.binomial.published import PublishedRate
    from cdi.printing.formats import percent
    from cdi.printing.lines import level_text

    level, method = terms["level"], terms["method"]
    if terms["kind"] != "difference":
        raise MethodError.of("coverage-of-ratio", got=terms["kind"])
    bases = [side.basis for side in sides if not isinstance(side, PublishedRate) and side.totals is None]
    if len(bases) != len(sides) or len(sides) != 2 or any(basis.census.any() for basis in bases):
        raise MethodError.of("coverage-of-counts", got=", ".join(texts))
    sizes = [int(basis.due[0]) for basis in bases]
    all_rates = coverage_of_difference(*sizes, level=level, method=method)
    here = coverage_of_difference(*sizes, *(basis.rate for basis in bases), level=level, method=method)
    least, mean, own = (f"{percent(float(x))}%" for x in (all_rates.min(), all_rates.mean(), here[0]))
    return wording.coverage_said(method, level_text(level), sizes, least, mean, own)
