"""What a panel wrote, beside the audit that its reports were drawn from; what does not fit is refused, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.audits import answers
from cdi.audits.audit import Audit, read_audit, sample_of
from cdi.audits.nesting import number_of
from cdi.audits.strata import stratum_name
from cdi.audits.volumes import label_of
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.reading import engine, opening
from cdi.reading.sources import Source
from cdi.rereading.classes import CLASSES, Classes, classes_of, id_column
from cdi.rereading.phases import Readings, Reread

if TYPE_CHECKING:
    from cdi.audits.design import Design

__all__ = ["by_reports", "read_both"]

DUE, RECORDED = "due", "recorded"
"""The columns in which a panel counts, where the auditors did not."""


def by_reports(audit: Audit) -> Audit:
    """Give an audit whose rows lie in reports: of rows drawn one by one, each is one by its own number."""
    name = id_column(audit)
    if audit.design.cluster is not None:
        return audit
    return replace(audit, design=replace(audit.design, cluster=name, case=None))


def read_both(audit: Audit, panel: object) -> Readings:
    """Read what a panel wrote, in the roles of the audit, and find the reports that both hold."""
    first = by_reports(audit)
    classes = classes_of(first)
    other = _panel_of(panel, first)
    if _are_same(first.source, other.source):
        raise DesignError.of("reread-same", where=Where(other.name))
    if other.undecided:
        raise DataError.of("reread-blank", got=wording.undecided(other.undecided), where=other.first_undecided)
    read = _read(other, classes, first)
    reread = Reread(classes, read)
    _refuse_unread(reread, other)
    return Readings(first, other, reread)


def _are_same(one: Source, other: Source) -> bool:
    """Tell whether both are the same rows, of which the second tells nothing."""
    return one is other or bool(one.places and one.places == other.places)


def _panel_of(panel: object, first: Audit) -> Audit:
    """Read the panel's file: its columns play the roles that those of the audit do, and how it was drawn is known."""
    known = sample_of(panel)
    if isinstance(known, Audit):
        return by_reports(known)
    opened = panel if isinstance(panel, Source) else opening.open_source(panel)
    return read_audit(opened, _design_of(first.design, opened))


def _design_of(design: Design, opened: Source) -> Design:
    """Take of a design what says how rows are read, and leave what says how they were drawn."""
    if design.due is None and {DUE, RECORDED} <= set(opened.columns) and design.decision not in opened.columns:
        # a yes or no, and a decision that was left out, have no word for what counts say
        design = replace(design, decision=None, due=DUE, recorded=RECORDED)
    nest = tuple(name for name in design.nest or () if name in opened.columns)
    plain: dict[str, Any] = {
        "stratum": (), "case": None, "population": None, "weight": None, "period": None, "collapse": None,
        "single_cluster": "error", "selection": "judgement", "nest": nest, "layout": "records",
    }  # fmt: skip
    return replace(design, **plain)


# ---- which reports the panel read


def _read(panel: Audit, classes: Classes, first: Audit) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which reports of an audit the panel read, and refuse those that it should not hold."""
    column = str(panel.cluster)
    found = engine.collect(engine.sums(panel.rows, [column], (), count="_cdi_n"))
    rows = {answers.show(each): int(n) for each, n in zip(found[column], found["_cdi_n"], strict=True)}
    place = classes.place()
    faults = [*_unknown(panel, rows, classes), *_twice(panel, rows, first), *_other_strata(panel, classes, first)]
    if faults:
        raise DataError(faults)
    read = np.zeros(len(classes.ids), dtype=bool)
    read[[place[each] for each in rows]] = True
    return read


def _unknown(panel: Audit, rows: Sequence[str] | dict[str, int], classes: Classes) -> list[Fault]:
    """Find reports of the panel that are not in the audit."""
    known = set(classes.ids)
    strange = [number_of(each) for each in rows if each not in known]
    if not strange:
        return []
    where = Where(panel.name, column=panel.design.cluster, sheet=panel.source.sheet)
    return [fault("reread-unknown", got=wording.first_few(sorted(strange)), where=where, reports=len(strange))]


def _twice(panel: Audit, rows: dict[str, int], first: Audit) -> list[Fault]:
    """Find reports that stand in several rows where each has one, with its counts."""
    if panel.design.due is None or engine.count_rows(first.rows) > int(first.strata.sampled.sum()):
        return []
    where = Where(panel.name, column=panel.design.cluster, sheet=panel.source.sheet)
    several = sorted(number_of(each) for each, n in rows.items() if n > 1)
    return [fault("reread-twice", got=wording.first_few(several), where=where, reports=len(several))] if several else []


def _other_strata(panel: Audit, classes: Classes, first: Audit) -> Iterator[Fault]:
    """Find reports that the panel's file puts into another stratum than the audit does."""
    keys = [key for key in first.strata.keys if key in panel.columns]
    if not keys or len(keys) < len(first.strata.keys):
        return
    inner = panel.source.inner_names(keys)
    column = str(panel.cluster)
    found = engine.collect(engine.sums(panel.rows, list(dict.fromkeys([column, *inner])), (), count="_cdi_n"))
    place = classes.place()
    for i, each in enumerate(found[column]):
        report = place.get(answers.show(each))
        if report is None:
            continue
        said = tuple(map(answers.spaced, label_of([found[name][i] for name in inner])))
        own = tuple(map(answers.spaced, classes.labels[classes.stratum[report]]))
        if said != own:
            where = Where(panel.name, column=", ".join(keys), key=wording.report_called(number_of(each)))
            yield fault("reread-stratum", got=stratum_name(said), where=where, stratum=stratum_name(own))


def _refuse_unread(reread: Reread, panel: Audit) -> None:
    """Refuse a class of which reports are in the audit and none were read again: nothing corrects it."""
    faults = []
    for cell in np.flatnonzero((reread.reports > 0) & (reread.again == 0)):
        label = reread.classes.labels[cell // len(CLASSES)]
        reports = int(reread.reports[cell])
        where = Where(panel.name, key=stratum_name(label) or None)
        kind = wording.CLASSES_READ[CLASSES[cell % len(CLASSES)]]
        faults.append(fault("reread-class-unread", got=0, where=where, kind=kind, reports=reports))
    if faults:
        raise DataError(faults)
