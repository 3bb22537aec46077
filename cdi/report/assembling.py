"""From an inspection to its report: every estimate that is published, made once."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.disclosure.statements import disclosure_statements, unused_exemptions
from cdi.errors import DataError, Where, fault
from cdi.inspecting.inspection_files import in_terms_of_keys
from cdi.report.annex import annex
from cdi.report.assumed import assumed_of
from cdi.report.contents import Part, Report
from cdi.report.earlier_results import Earlier, earlier_results
from cdi.report.file_names import told_apart
from cdi.report.forces_part import forces_part
from cdi.report.inputs import inputs_of
from cdi.report.known_volumes import known_of
from cdi.report.monthly_part import monthly_part, monthly_result
from cdi.report.previous_part import previous_part, verdicts_on
from cdi.report.printed_names import refuse_unknown
from cdi.report.protection import Found, protected
from cdi.report.recording_part import recording_part, recording_results
from cdi.report.reviews_part import reviews_part, reviews_results
from cdi.report.searches_part import searches_part, searches_results
from cdi.report.times_part import times_part, times_results

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Table
    from cdi.report.chapters import Chapter

__all__ = ["assemble"]


def assemble(inspection: Inspection) -> Report:
    r"""Make the contents of a report.

    Parameters
    ----------
    inspection : Inspection
        From :func:`cdi.read_inspection`.

    Returns
    -------
    Report
        What page, workbook and listings are made of.

    Raises
    ------
    DataError, DesignError, MethodError
        As the functions that it calls; names, exceptions or a force that are not in the data, each with its key.

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> text = 'force = "Exampleshire Constabulary"\naudit.files = "audit.csv"\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))
    ...     _ = (pathlib.Path(folder) / "audit.csv").write_text(rows, encoding="utf-8")
    ...     _ = (pathlib.Path(folder) / "inspection.toml").write_text(text, encoding="utf-8")
    ...     report = cdi.assemble(cdi.read_inspection(pathlib.Path(folder) / "inspection.toml"))
    >>> report.exhibits[0].table.rows[-1].estimate
    0.9
    """
    # before there is work, and before a library reads it in its own way
    built = _date_of_source()
    with in_terms_of_keys(inspection):
        chapters = _chapters(inspection)
    parts = told_apart([chapter.part for chapter in chapters])
    tables = [table for chapter in chapters for table in chapter.tables]
    _refuse_idle(inspection, parts, tables)
    counts = any(record.counted for table in tables for record in table.rows)
    return Report(
        inspection=inspection,
        title=inspection.title or wording.report_title(inspection.force),
        force=inspection.force,
        date=inspection.date or built,
        headlines=_headlines(parts),
        judgment=inspection.grade,
        parts=parts,
        audited=tuple(text for chapter in chapters for text in chapter.audited),
        assumptions=assumed_of(inspection, counts=counts),
        quality=(*inspection.notes, *(text for chapter in chapters for text in chapter.quality)),
        disclosure=disclosure_statements(inspection.disclosure, tables),
        methods=annex(parts, inspection),
        inputs=inputs_of(inspection),
        internal=not inspection.disclosure.public,
    )


def _chapters(inspection: Inspection) -> list[Chapter]:
    """Make the parts, and put them in their order."""
    known = known_of(inspection.volumes, () if inspection.audit is None else inspection.audit.by)
    found = Found(
        recording_results(inspection, known),
        searches_results(inspection),
        reviews_results(inspection),
        times_results(inspection, known),
        monthly_result(inspection),
    )
    published = protected(found, inspection)
    shown, earlier = published.found, earlier_results(inspection, known, published.samples)
    recording, searches = recording_part(inspection, known, shown.recording), searches_part(inspection, shown.searches)
    chapters = [
        _judged(recording, "recording-rate", inspection, earlier),
        previous_part(inspection, earlier),
        forces_part(inspection),
        _judged(searches, "grounds", inspection, earlier),
        reviews_part(inspection, shown.reviews),
        times_part(inspection, shown.times),
        monthly_part(inspection, shown.monthly),
    ]
    return [chapter for chapter in chapters if chapter is not None]


def _headlines(parts: Sequence[Part]) -> tuple[str, ...]:
    """Take what opens the parts; where nothing does, what is said in them."""
    return tuple(text for part in parts for text in part.headlines) or tuple(
        text for part in parts for text in part.details
    )


def _judged(
    chapter: Chapter | None, measure: str, inspection: Inspection, earlier: Sequence[Earlier]
) -> Chapter | None:
    """Say in the headlines of a part what changed since the newest earlier result."""
    if chapter is None or not chapter.part.headlines:
        return chapter
    headlines = (*chapter.part.headlines, *verdicts_on(measure, inspection, earlier))
    return replace(chapter, part=replace(chapter.part, headlines=headlines))


def _refuse_idle(inspection: Inspection, parts: Sequence[Part], tables: Sequence[Table]) -> None:
    """Refuse names and exceptions of what is in no table: misspelled, they would be passed over."""
    seen: dict[str, set[str]] = {}
    for part in parts:
        for exhibit in part.exhibits:
            for label in exhibit.categories:
                for key, word in zip(exhibit.table.keys, label, strict=True):
                    seen.setdefault(key, set()).add(word)
    refuse_unknown(inspection, seen)
    places = {each: i for i, each in enumerate(inspection.disclosure.exemptions, 1)}
    idle = unused_exemptions(inspection.disclosure, tables)
    if idle:
        raise DataError(
            [
                fault(
                    "exception-not-there",
                    got=f"{each.column} {each.category}",
                    where=inspection.where(f"disclosure.exceptions[{places[each]}]"),
                )
                for each in idle
            ]
        )


def _date_of_source() -> dt.date | None:
    """Read the date that builds are to bear, where one is set; the clock is never asked."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return None
    try:
        return dt.datetime.fromtimestamp(int(text), tz=dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise DataError.of("not-an-epoch", got=text, where=Where(key="SOURCE_DATE_EPOCH")) from None
