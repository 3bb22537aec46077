"""The verb ``cdi coverage``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cdi import wording
from cdi.cli import options
from cdi.errors import DataError, MethodError
from cdi.parameters import DESIGN, PARAMETERS, REGISTRY

__all__ = ["coverage"]


@options.verb("coverage")
@click.argument("sample", nargs=-1, required=True, metavar="SAMPLE...")
def coverage(sample: tuple[str, ...], **given: Any) -> None:
    """Print how often the intervals of a sample are right."""
    from cdi.simulating.coverage import DRAWS
    from cdi.simulating.coverage import coverage as find_coverage

    kind = _kind_of(sample)
    _refuse_idle(kind, given)
    terms, roles = options.terms_of(given), options.roles_of(given)
    brought: Any = sample[0]
    if kind == "counts":
        brought = int(sample[0].replace(",", ""))
    elif kind == "audit":
        brought = options.sources_of(sample, given)
        terms["volumes"] = options.sources_of(given["volumes"]) or None
        options.refuse_overwriting(given["output"], *brought, *(terms["volumes"] or ()))
    else:
        options.refuse_overwriting(given["output"], brought)
    terms.setdefault("processes", _cores())
    with options.watched(0 if kind == "counts" else terms.get("draws", DRAWS)) as progress:
        found = find_coverage(brought, progress=progress, **terms, **roles)
    options.show(found, given)


def _kind_of(sample: tuple[str, ...]) -> str:
    """Tell a number of records from a scenario and from the files of an audit; a file of that name comes first."""
    absent = [text for text in sample if not Path(text).exists()]
    numbers = [text for text in absent if text.replace(",", "").isdecimal()]
    scenarios = [text for text in sample if Path(text).suffix.casefold() == ".toml"]
    counts = [text for text in absent if text.replace(",", "").replace("/", "", 1).isdecimal() and "/" in text]
    if not numbers and not scenarios and not counts:
        return "audit"
    if len(sample) > 1 or counts:
        raise DataError.of("coverage-sample", got=" ".join(sample))
    return "counts" if numbers else "scenario"


def _refuse_idle(kind: str, given: dict[str, Any]) -> None:
    """Refuse options that would change nothing of what is shown."""
    if kind == "audit":
        return
    drawn = [each.name for each in REGISTRY["Samples that are drawn"]]
    names = [
        *drawn,
        "by",
        "volumes",
        "recorded_crime",
        *(each.name for each in (*REGISTRY[DESIGN], *REGISTRY["Workbooks"])),
    ]
    fitting = {"counts": ("rates", "population"), "scenario": ("draws", "seed_of_draws", "processes")}.get(kind, ())
    idle = [
        PARAMETERS[name].spelled[0]
        for name in names
        if name not in fitting and given.get(name) not in (None, (), False)
    ]
    if idle:
        raise MethodError.of("coverage-idle", got=wording.in_a_row(idle), what=wording.COVERAGE_OF[kind])


def _cores() -> int:
    """Count the cores that are there to work."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
