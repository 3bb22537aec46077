"""The verb ``cdi estimate``."""

from __future__ import annotations

from typing import Any

import click

from cdi import wording
from cdi.cli import options

__all__ = ["estimate"]

MEASURES = ("recording-rate", "classification", "over-recording")


@click.command(help=wording.VERBS["estimate"])
@click.argument("files", nargs=-1, required=True, metavar="AUDIT...")
@options.role_options()
@options.sheet_options()
@click.option("--volumes", multiple=True, metavar="FILE", help=wording.OPTIONS["volumes"])
@click.option("--route-share", type=options.Proportion(), metavar="SHARE", help=wording.OPTIONS["route_share"])
@click.option("--over-recorded", type=options.Published(), metavar="X%+-Y%", help=wording.OPTIONS["over_recorded"])
@click.option("--prediction", is_flag=True, help=wording.OPTIONS["prediction"])
@click.option("--measure", "measures", multiple=True, type=click.Choice(MEASURES), help=wording.OPTIONS["measure"])
@click.option("--bounds", is_flag=True, help=wording.OPTIONS["bounds"])
@options.result_options()
@options.disclosure_options()
@options.output_options()
def estimate(files: tuple[str, ...], **given: Any) -> None:
    """Print what an audit says, in one file or several."""
    from cdi.disclosure.samples import protect_result
    from cdi.results import estimate as estimate_audit

    sources, volumes = options.sources_of(files, given), options.sources_of(given["volumes"], {})
    options.refuse_overwriting(given["output"], *sources, *volumes)
    result = estimate_audit(
        sources,
        by=list(dict.fromkeys(given["by"])) or None,
        volumes=volumes,
        measures=given["measures"] or MEASURES[:1],
        bounds=given["bounds"],
        route_share=given["route_share"],
        over_recording=given["over_recorded"],
        prediction=given["prediction"],
        level=given["level"],
        method=given["method"],
        side=given["side"],
        style=given["style"],
        **options.roles_of(given),
    )
    options.say_ignored(result.audit)
    disclosure = options.disclosure_of(given)
    result = protect_result(result, disclosure)
    options.emit(options.marked(result.page(detail=given["detail"]), disclosure), given["format_"], given["output"])
