"""The verb ``cdi draw``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError, DesignError
from cdi.parameters import PARAMETERS

__all__ = ["draw"]


@options.verb("draw")
@click.argument("files", nargs=-1, metavar="FRAME [SAMPLE]")
def draw(files: tuple[str, ...], **given: Any) -> None:
    """Draw a sample or what a panel reads again, verify a draw, or replace a record of it."""
    if given["reread_audit"] is not None:
        _draw_panel(files, given)
    elif given["verified_receipt"] is not None:
        _verify(files, given)
    elif given["replaced"] is not None or given["reason"] is not None:
        _replace(files, given)
    else:
        _refuse_unread(files, given)
        _draw(files, given)


_OF_AUDITS = (
    "stratum", "nest", "case", "due", "recorded", "population", "weight", "decision", "recorded_as", "category",
    "words", "mapping",
)  # fmt: skip
"""Options that say how an audit is read; a frame has none of them."""


def _refuse_unread(files: Sequence[str], given: Mapping[str, Any]) -> None:
    """Refuse a draw without a frame, and options that only an audit has a use for."""
    if not files:
        raise click.UsageError(wording.NO_FRAME_TO_DRAW_FROM)
    idle = [PARAMETERS[name].spelled[0] for name in (*_OF_AUDITS, "missing_share") if given[name] not in (None, (), "")]
    if idle:
        raise DesignError.of("draw-of-audits", got=wording.in_a_row(idle))


def _draw_panel(files: Sequence[str], given: Mapping[str, Any]) -> None:
    """Draw the reports of an audit that a panel reads again."""
    from cdi.rereading.drawing import draw_panel, refuse_file

    if files:
        raise DesignError.of("reread-frame", got=" ".join(files))
    _refuse_idle(
        given,
        "reread_audit",
        (*_OF_AUDITS, "cluster", "n_drawn", "seed_of_draw", "missing_share", "sample_file", "format"),
    )
    for name, code in (("seed_of_draw", "draw-seed"), ("n_drawn", "reread-n")):
        if given[name] is None:
            raise DesignError.of(code)
    sources, output = options.sources_of([given["reread_audit"]], given), given["sample_file"]
    if output is not None:
        refuse_file(output)
    share = {} if given["missing_share"] is None else {"missing_share": given["missing_share"]}
    found = draw_panel(sources, given["n_drawn"], seed=given["seed_of_draw"], **share, **options.roles_of(given))
    said = wording.panel_unwritten() if output is None else wording.panel_written(list(map(str, found.write(output))))
    options.emit(found.page(), {"format": given["format"]})
    click.echo(f"\n{said}", err=True)


def _draw(files: Sequence[str], given: Mapping[str, Any]) -> None:
    from cdi.selection.draws import draw as find_draw

    if given["seed_of_draw"] is None:
        raise DesignError.of("draw-seed")
    sources, output = options.sources_of(files, given), given["sample_file"]
    options.refuse_overwriting(output, *sources, *([given["plan"]] if given["plan"] else []))
    if output is not None:
        from cdi.selection.files import refuse_files, write_draw

        refuse_files(output)
    terms = {name: given[name] for name in ("keep", "size", "answers", "cluster")}
    terms["plan"] = options.sources_of([given["plan"]]) if given["plan"] else None
    if given["reserves"] is not None:
        terms["reserves"] = given["reserves"]
    found = find_draw(sources, seed=given["seed_of_draw"], n=given["n_drawn"], **terms)
    said = (
        wording.draw_unwritten() if output is None else wording.draw_written(list(map(str, write_draw(found, output))))
    )
    options.emit(found.page(), {"format": given["format"]})
    click.echo(f"\n{said}", err=True)


def _verify(files: Sequence[str], given: Mapping[str, Any]) -> None:
    from cdi.selection.verifying import verify_draw

    if len(files) < 2:
        raise DataError.of("draw-verify-files", got=" ".join(files) or None)
    _refuse_idle(given, "verified_receipt", ("cluster",))
    *frame, sample = files
    found = verify_draw(given["verified_receipt"], options.sources_of(frame, given), sample)
    for line in found.lines:
        click.echo(line)
    if not found.agrees:
        click.get_current_context().exit(1)


def _replace(files: Sequence[str], given: Mapping[str, Any]) -> None:
    from cdi.selection.replacing import replace_drawn

    if given["replaced"] is None or given["reason"] is None or len(files) != 1:
        raise DataError.of("draw-replace", got=" ".join(files) or None)
    _refuse_idle(given, "replaced", ("reason",))
    by = replace_drawn(Path(files[0]), given["replaced"], reason=given["reason"])
    click.echo(wording.replaced_by(given["replaced"].strip(), by, given["reason"]))


def _refuse_idle(given: Mapping[str, Any], verb: str, fitting: Sequence[str]) -> None:
    """Refuse options that would change nothing of what is done."""
    names = ("sheet", "header_row", verb, *fitting)
    idle = [
        PARAMETERS[name].spelled[0] for name, value in given.items() if name not in names and value not in (None, ())
    ]
    if idle:
        raise DesignError.of("draw-idle", got=wording.in_a_row(idle), what=PARAMETERS[verb].spelled[0])
