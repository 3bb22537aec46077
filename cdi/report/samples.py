"""What is said of a sample: how it came about, and what is to be known of its data. Nothing here is of any row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.design import PERIOD
from cdi.description import describe
from cdi.printing.lines import level_text
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.printing.tables import Table

__all__ = ["described", "noticed"]

_UNITS = {"recording-rate": "crimes", "grounds": "searches", "review": "files", "timely-due": "crimes"}


def described(part: str, audit: Audit, table: Table, measure: str) -> tuple[str, ...]:
    """Say what was audited and how.

    Parameters
    ----------
    part : str
        What part of the report it is for.
    audit : Audit
        The sample as it was understood.
    table : Table
        What was estimated of it, after disclosure control: sizes are said only where they are shown.
    measure : str
        What the sample is of.

    Returns
    -------
    tuple of str
        One paragraph.
    """
    return (wording.paragraph(wording.REPORT_PARTS[part], list(_described(audit, table, measure))),)


def _described(audit: Audit, table: Table, measure: str) -> Iterator[str]:
    unit = _UNITS[measure]
    whole = table.whole(measure)
    if whole is not None and whole.n is not None:
        clustered = audit.design.cluster is not None if unit != "crimes" else table.reports
        yield wording.sample_of(unit, f"{whole.n:,}", f"{whole.clusters or 0:,}", clustered=clustered)
    months = [record.label[0] for record in table.rows if record.label != (ALL,)] if table.keys == (PERIOD,) else []
    if months:
        yield wording.months_followed(months[0], months[-1])
    yield wording.SELECTED[audit.design.selection]
    if audit.design.strata:
        columns = [wording.plain_column(name) for name in audit.design.strata]
        yield wording.drawn_by(unit, columns, len(audit.strata.labels))
    for code in describe(audit).assumed:
        if code in wording.ASSUMED_OF_SAMPLES[unit]:
            yield wording.ASSUMED_OF_SAMPLES[unit][code]
    with_interval = [record for record in table.rows if record.low is not None]
    if with_interval:
        yield wording.intervals_are(level_text(with_interval[0].level), with_interval[0].method)


def noticed(audit: Audit, table: Table, measure: str) -> tuple[str, ...]:
    """Say what was left out, and what was passed over while a file was read; a date of a row is not told.

    Parameters
    ----------
    audit : Audit
        The sample as it was understood.
    table : Table
        What was estimated of it, after disclosure control: numbers of rows are said only where its size is shown.
    measure : str
        What the sample is of.

    Returns
    -------
    tuple of str
        Sentences.
    """
    shown = any(whole.n is not None for whole in [table.whole(measure)] if whole is not None)
    return tuple(_noticed(audit, shown=shown))


def _noticed(audit: Audit, *, shown: bool) -> Iterator[str]:
    name = wording.short_name(audit.name)
    passed = wording.ignored(name, audit.source.blank_rows, audit.source.trimmed)
    if passed and shown:
        yield passed
    if audit.left_out and shown:
        yield wording.in_file(name, wording.rows_left_out(audit.left_out, sum((audit.decisions or {}).values())))
    if audit.unplayed:
        yield wording.columns_empty(name, audit.unplayed)
    if audit.source.day_first:
        yield wording.read_day_first(name)
    if audit.number_ids:
        yield wording.number_ids(name, [str(place.column) for place in audit.number_ids])
