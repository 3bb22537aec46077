"""The verb ``cdi explain``."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cdi import wording
from cdi.arguments import counts_of
from cdi.cli import options
from cdi.errors import DesignError
from cdi.parameters import parameters_of

if TYPE_CHECKING:
    from cdi.results import Result

__all__ = ["explain"]

OF_COUNTS = frozenset(["level", "method", "side", "population", "selection", "format", "output"])
"""The options that counts without rows have a use for."""

OF_PUBLISHED = frozenset(["level", "selection", "format", "output"])
"""The same of a published figure."""

OF_VOLUMES = frozenset(["recorded_crime", "route_share", "over_recorded", "prediction"])
"""Those that a count which follows from it has a use for."""


EXPLAINED = (
    "agree",
    "compare",
    "coverage",
    "dispute",
    "estimate",
    "forces",
    "grounds",
    "national",
    "resample",
    "review",
    "timeliness",
    "trend",
)
"""The verbs whose figures are explained where their name stands before what they take."""


OF_COUNTS_ALONE = "interval"
"""The verb whose figures follow from counts, which are explained the same with its name and without it."""


class _Explain(options.Verb):
    """The verb, and what it explains of another one, whose options it then takes."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Take the command that is to be explained; a file of that name is an audit."""
        if args and args[0] in wording.UNEXPLAINED_VERBS and not Path(args[0]).exists():
            raise DesignError.of("explain-verb", got=args[0], hint=wording.UNEXPLAINED_VERBS[args[0]])
        if args and args[0] == OF_COUNTS_ALONE and not Path(args[0]).exists():
            args = args[1:]
        if not args or args[0] not in EXPLAINED or Path(args[0]).exists():
            return super().make_context(info_name, args, parent, **extra)
        verb: click.Command = getattr(import_module(f"cdi.cli.{args[0]}"), args[0])
        row = options.option_of("row", "explain")
        named = type(verb)(
            verb.name, callback=partial(_of_verb, verb), params=[*verb.params, row], help=wording.explains(args[0])
        )
        return named.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was taken."""
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)


def _of_verb(verb: click.Command, row: str | None, **given: Any) -> Any:
    """Run a verb, and explain what it would have printed."""
    ctx = click.get_current_context()
    ctx.meta[options.ROW] = row
    return ctx.invoke(verb.callback, **given) if verb.callback is not None else None


@options.verb("explain", _Explain)
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...|X/N|X%+-Y%")
def explain(files: tuple[str, ...], **given: Any) -> None:
    """Print how a figure was worked out, step by step."""
    from cdi.binomial.published import is_published
    from cdi.explaining.explanation import explain as work_out
    from cdi.survey.sampling import of_counts

    if len(files) == 1 and is_published(files[0]):
        _published(files[0], given)
        return
    pair = counts_of(files[0]) if len(files) == 1 else None
    if pair is None:
        found = _estimated(files, given)
        options.say_ignored(found.audit)
        options.show(work_out(found, given["row"]), given)
        return
    _refuse_idle(given, OF_COUNTS, "only-of-rows")
    frame = {name: given[name] for name in ("population", "selection") if given[name] is not None}
    terms = {name: given[name] for name in ("level", "method", "side") if given[name] is not None}
    options.show(work_out(of_counts(*pair, **frame), **terms), given)


def _published(text: str, given: dict[str, Any]) -> None:
    """Explain a published figure, or the crimes not recorded that follow from it."""
    from cdi.binomial.published import parse_published
    from cdi.explaining.explanation import explain as work_out
    from cdi.survey.extrapolation import unrecorded

    published = parse_published(text, census=given["selection"] == "census")
    _refuse_idle(given, OF_PUBLISHED | OF_VOLUMES, "only-of-rows")
    level = {} if given["level"] is None else {"level": given["level"]}
    if given["recorded_crime"] is None:
        _refuse_idle(given, OF_PUBLISHED, "only-of-volumes")
        options.show(work_out(published, **level), given)
        return
    terms = options.terms_of({name: given[name] for name in OF_VOLUMES})
    crimes = terms.pop("recorded_crime")
    options.show(work_out(unrecorded(published, crimes, **terms), **level), given)


def _estimated(files: tuple[str, ...], given: dict[str, Any]) -> Result:
    """Estimate what is to be explained, as ``cdi estimate`` or ``cdi grounds`` do."""
    from cdi.results import estimate, grounds

    sources, volumes = options.sources_of(files, given), options.sources_of(given["volumes"])
    options.refuse_overwriting(given["output"], *sources, *volumes)
    terms = {name: value for name, value in options.terms_of(given).items() if name != "row"}
    if not given["searches"]:
        return estimate(sources, volumes=volumes, **terms, **options.roles_of(given))
    of_searches = {each.name for group in parameters_of("grounds").values() for each in group}
    _refuse_idle(given, of_searches | {"searches", "row"}, "only-of-crimes")
    return grounds(sources, **terms, **options.roles_of(given))


def _refuse_idle(given: dict[str, Any], used: set[str] | frozenset[str], code: str) -> None:
    """Refuse options that would change nothing of what is shown."""
    asked = [each for group in parameters_of("explain").values() for each in group if each.name not in used]
    idle = [each.spelled[0] for each in asked if given[each.name] not in (None, False, "", ())]
    if idle:
        raise DesignError.of(code, got=wording.in_a_row(idle))
