"""Categories gathered into groups, so that two audits that name offences differently stand on the same categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.audits import answers, checks
from cdi.audits.audit import Audit, check_audit
from cdi.audits.crime_tables import ALL_OTHERS
from cdi.audits.design import PERIOD
from cdi.errors import DataError, Where, fault, suggestion
from cdi.reading import engine
from cdi.reading.sources import no_column

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["gather", "refuse_other_categories"]


def gather(audit: Audit, columns: Sequence[str], groups: Mapping[str, str]) -> Audit:
    """Put the group of each category in its place; the sample is counted anew, since categories may be strata.

    The class in which a crime was recorded is gathered as its own class is.
    """
    source, design = audit.source, audit.design
    if design.recorded_as is not None and design.category in columns:
        columns = [*columns, design.recorded_as]
    for column in columns:
        if column not in source.columns:
            raise DataError([no_column(column, source)])
        source = _gathered(source, column, groups)
    # its column of periods has been made, and its words have been put in
    design = replace(design, period=PERIOD if design.period else None, words=None)
    return check_audit(source, design, audit.unplayed)


def refuse_other_categories(audits: Sequence[Audit], columns: Sequence[str], groups: Mapping[str, str]) -> None:
    """Refuse categories that were named and stand in none of the audits: a slip would leave them apart."""
    held = [
        label
        for audit in audits
        for column in columns
        if column in audit.columns
        for label in answers.values_of(audit.rows, audit.source.inner(column))
    ]
    there = {_folded(label) for label in held}
    names = list(dict.fromkeys(held))
    wrong = [name for name in groups if name != ALL_OTHERS and _folded(name) not in there]
    if wrong:
        where = Where(column=", ".join(columns))
        raise DataError(
            [fault("category-not-there", got=name, where=where, hint=suggestion(name, names)) for name in wrong]
        )


def _gathered(source: Source, column: str, groups: Mapping[str, str]) -> Source:
    source = checks.as_text(source, column)
    inner = source.inner(column)
    found = engine.collect(engine.sums(source.rows, [inner], (), count="_cdi_n"))[inner]
    into = {_folded(name): group for name, group in groups.items()}
    labels = {value: answers.show(value) for value in found if not engine.absent(value)}
    put = {value: into.get(_folded(label), groups.get(ALL_OTHERS, label)) for value, label in labels.items()}
    return replace(source, rows=engine.relabelled(source.rows, inner, put, inner))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
