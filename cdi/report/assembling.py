"""From an inspection to its report: every estimate that is published, made once, with the methods behind it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.intervals import describe_methods
from cdi.binomial.published import AS_PRINTED
from cdi.disclosure.statements import disclosure_statements, unused_exemptions
from cdi.errors import DataError, Where, fault
from cdi.facts import Scope
from cdi.inspecting.inspection_files import in_terms_of_keys, read_inspection
from cdi.measures import Role
from cdi.report.contents import Input, Method, Part, Report
from cdi.report.exhibits import refuse_unknown
from cdi.report.previous import Earlier, earlier_results, previous_part, verdicts_on
from cdi.report.protection import Found, protected
from cdi.report.recording import known_of, recording_part, recording_results
from cdi.report.reviews import reviews_part, reviews_results
from cdi.report.sections import (
    forces_part,
    monthly_part,
    monthly_result,
    searches_part,
    searches_results,
    times_part,
    times_results,
)
from cdi.report.sentences import PUBLISHED, assumed_of

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Row, Table
    from cdi.report.contents import Chapter

__all__ = ["assemble"]


def assemble(inspection: Inspection | str | Path) -> Report:
    r"""Make the contents of a report.

    Parameters
    ----------
    inspection : Inspection, str or pathlib.Path
        From :func:`cdi.read_inspection`, or the file itself.

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
    if isinstance(inspection, (str, Path)):
        inspection = read_inspection(inspection)
    with in_terms_of_keys(inspection):
        chapters = _chapters(inspection)
    parts = _told_apart([chapter.part for chapter in chapters])
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
        methods=_annex(parts, inspection),
        inputs=_inputs_of(inspection),
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


def _told_apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Give the tables of a report names of their own, and its charts: a number behind those that are alike."""
    key, name = _numbering(), _numbering()
    return tuple(
        replace(
            part,
            exhibits=tuple(replace(exhibit, key=key(exhibit.key)) for exhibit in part.exhibits),
            charts=tuple(replace(chart, name=name(chart.name)) for chart in part.charts),
        )
        for part in parts
    )


def _numbering() -> Callable[[str], str]:
    taken: set[str] = set()

    def free(name: str) -> str:
        own, number = name, 1
        while own.casefold() in taken:
            number += 1
            own = f"{name}_{number}"
        taken.add(own.casefold())
        return own

    return free


def _inputs_of(inspection: Inspection) -> tuple[Input, ...]:
    """List the files of an inspection with their hashes."""
    folder = inspection.path.parent
    return tuple(
        Input(_relative(file, folder), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in inspection.inputs
        if file.is_file()
    )


def _relative(file: Path, folder: Path) -> str:
    """Write a path as it lies from a folder, with forward strokes."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.name


_STANDARDS = {"small-base", "nchs-size", "nchs-wide", "nchs-relative", "nchs-complement", "few-df"}


def _annex(parts: Sequence[Part], inspection: Inspection) -> tuple[Method, ...]:
    """List the methods behind the numbers of a report."""
    records = [record for part in parts for exhibit in part.exhibits for record in exhibit.table.rows]
    held = _Held(inspection, [record for record in records if record.estimate is not None])
    named = [key for key, holds in _conditions(held).items() if holds]
    return (*(Method(*wording.REPORT_METHODS[key]) for key in named), *_other_intervals(held))


def _conditions(held: _Held) -> Mapping[str, bool]:
    """Say of each entry whether the report holds what it is of."""
    kinds, methods, volumes = held.kinds(), held.methods(), held.inspection.volumes
    counts = any(record.counted for record in held.records)
    changed = any(record.measure.role is Role.CHANGE for record in held.records)
    return {
        "symbols": bool(held.records),
        "ratio": held.estimated("recording-rate"),
        "frame": any(record.facts.scope is Scope.FRAME for record in held.records),
        "ratio-grounds": held.estimated("grounds"),
        "ratio-review": held.estimated("review"),
        "variance": any(record.se is not None and record.method != AS_PRINTED for record in held.records),
        "effective-size": any(record.n_eff is not None for record in held.records),
        "design-effect": any(record.deff is not None for record in held.records),
        "wilson": "wilson" in methods,
        "published": PUBLISHED in methods,
        "as-printed": AS_PRINTED in methods,
        "unrecorded": counts,
        "unrecorded-total": held.total(),
        "route-share": counts and "route-share" in held.notes(),
        "net": counts and volumes is not None and volumes.over_recorded is not None,
        "difference": changed,
        "verdict": changed and not held.published(),
        "published-verdict": changed and held.published(),
        "p-value": "p-value" in kinds,
        "outlier-lines": "outlier-lines" in kinds,
        "z-score": "z-score" in kinds,
        "funnel": "adjusted-rate" in kinds,
        "adjusted-rate": "adjusted-rate" in kinds,
        "chances": "among-lowest" in kinds,
        "timely": "timely" in kinds,
        "timely-bounds": "timely-lowest" in kinds,
        "delay": "delay-median" in kinds,
        "curve": "delay-median" in kinds,
        "control-limits": "control-limits" in kinds,
        "run-rules": "control-limits" in kinds,
        "rolling": "recording-rate-rolling" in kinds,
        "disclosure": held.inspection.disclosure.public,
        "standards": not held.notes().isdisjoint(_STANDARDS),
        "rounding-published" if held.published() else "rounding": True,
    }


def _other_intervals(held: _Held) -> Iterator[Method]:
    """Describe the other interval methods that were asked for."""
    own = {"wilson", PUBLISHED}
    for card in describe_methods():
        if card.name in held.methods() - own:
            yield Method(wording.method_card_name(card.name), card.summary, card.reference)


@dataclass(frozen=True, slots=True)
class _Held:
    """What numbers a report holds."""

    inspection: Inspection  # what it was made from
    records: Sequence[Row]  # all rows of all tables that hold a number

    def kinds(self) -> set[str]:
        """Name the measures."""
        return {record.measure.key for record in self.records}

    def estimated(self, *measures: str) -> bool:
        """Tell whether some rate of these measures was estimated here, and not taken as it was printed."""
        return any(r.method != AS_PRINTED and r.measure.key in measures for r in self.records)

    def methods(self) -> set[str]:
        """Name the methods of the intervals of rates and counts."""
        return {r.method for r in self.records if (r.low, r.high) != (None, None) and r.measure.role is not Role.CHANGE}

    def notes(self) -> set[str]:
        """Name the reasons on all rows."""
        return {code for record in self.records for code in record.facts.reasons}

    def published(self) -> bool:
        """Tell whether rates are printed as reports print them."""
        return self.inspection.style == PUBLISHED

    def total(self) -> bool:
        """Tell whether an overall rate follows from recorded crime by category."""
        counts = [record for record in self.records if record.counted]
        return len(counts) > 1 and any(record.whole for record in counts)
