"""The verb ``cdi report``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError

__all__ = ["report"]


@options.verb("report")
@click.argument("inspection", required=False, type=click.Path(path_type=Path), metavar="[INSPECTION]")
def report(inspection: Path | None, **given: Any) -> None:
    """Write a report, or make one again and compare."""
    output, verify = given["report_folder"], given["verify"]
    if verify is not None:
        if output is not None:
            raise DataError.of("verify-and-output", got=f"-o {output} --verify {verify}")
        if given["replace"]:
            raise DataError.of("replace-and-verify")
        if given["earlier_folders"]:
            raise DataError.of("published-and-verify")
        if given["pdf"]:
            raise DataError.of("pdf-and-verify")
        _verify(verify, inspection)
    elif inspection is None:
        raise DataError.of("report-alone")
    elif output is None:
        raise DataError.of("report-unnamed")
    else:
        _write(inspection, output, replace=given["replace"], published=given["earlier_folders"], pdf=given["pdf"])


def _write(path: Path, output: Path, *, replace: bool, published: Sequence[Path], pdf: bool) -> None:
    from cdi.inspecting.inspection import read_inspection
    from cdi.keyed import key_file
    from cdi.report.assembling import assemble
    from cdi.report.files import beside_report, refuse_folder, written

    inspection, key = read_inspection(path), key_file(path)
    had_key = key.exists()
    with contextlib.closing(inspection.shelf):
        refuse_folder(output, inspection, replace=replace, pdf=pdf)
        found = assemble(inspection)
        made = written(found, output, replace=replace, published=published, pdf=pdf)
    click.echo(wording.files_written(str(output), tuple(made.files)))
    for line in made.report.disclosure:
        click.echo(line)
    if made.given:
        click.echo(wording.would_give_away(list(map(str, made.given))))
    others, left = beside_report(output, inspection)
    said = [] if had_key else [wording.key_made(str(key))]
    said += [wording.files_beside(others)] if others else []
    said += [wording.left_behind(left)] if left else []
    for line in said:
        click.echo(line)


def _verify(folder: Path, inspection: Path | None) -> None:
    from cdi.report.verifying import verify_report

    found = verify_report(folder, inspection)
    for line in found.lines:
        click.echo(line)
    if not found.agrees:
        click.get_current_context().exit(1)
