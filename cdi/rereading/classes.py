"""The classes that a panel's reports are drawn from: what the auditors found in each report of an audit.

They are worked out of the audit each time, so that no file that a panel sees has to tell them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers
from cdi.audits.counting import DUE, RECORDED, WEIGHT, by_report
from cdi.audits.volumes import label_of
from cdi.errors import DataError, DesignError, Where
from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label

__all__ = ["CLASSES", "MISSING", "Classes", "classes_of", "id_column"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

MISSING, RECORDED_ALL, NOTHING = "missing", "recorded", "nothing"
CLASSES = (MISSING, RECORDED_ALL, NOTHING)
"""Reports in which the auditors found a crime that was not recorded; crimes, all recorded; and no crime due."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The reports of an audit by what was found in them; one element a report, in the order of their ids."""

    ids: tuple[str, ...]  # what tells a report apart, as a text
    stratum: Ints  # its place among the strata of the audit
    kind: Ints  # its class, by its place in ``CLASSES``
    due: Ints
    recorded: Ints
    own: Floats | None  # the weight that it carries itself, where reports do
    labels: tuple[Label, ...]  # the strata

    def cells(self) -> Ints:
        """Give the cell of each report: its class within its stratum."""
        return self.stratum * len(CLASSES) + self.kind

    def place(self) -> Mapping[str, int]:
        """Find a report by its id."""
        return {each: i for i, each in enumerate(self.ids)}


def id_column(audit: Audit) -> str:
    """Name the column that tells reports apart; without one a report cannot be found again."""
    name = audit.design.cluster or audit.design.case
    if audit.design.counts:
        raise DesignError.of("reread-counts", where=Where(audit.name))
    if name is None:
        raise DesignError.of("reread-no-id", where=Where(audit.name, audit.source.header, sheet=audit.source.sheet))
    return name


def _not_audited(audit: Audit) -> list[str]:
    """List the reports of rows that could not be audited; they have rows, and were counted when reports were stated."""
    if audit.aside is None:
        return []
    name = str(audit.cluster)
    return [answers.show(each) for each in engine.collect(engine.sums(audit.aside, [name], (), count="_cdi_n"))[name]]


def classes_of(audit: Audit) -> Classes:
    """Put the reports of an audit into classes."""
    id_column(audit)
    if audit.undecided:
        raise DataError.of("undecided", got=str(audit.undecided), where=audit.first_undecided)
    found = engine.collect(by_report(audit.rows, audit.apart, audit.cluster))
    ids = [answers.show(each) for each in found[str(audit.cluster)]]
    if audit.strata.stated and int(audit.strata.sampled.sum()) > len({*ids, *_not_audited(audit)}):
        raise DesignError.of("reread-stated", where=Where(audit.name))
    order = np.argsort(np.array(ids, dtype=object), kind="stable")
    inner = audit.source.inner_names(audit.strata.keys)
    places = {label: i for i, label in enumerate(audit.strata.labels)}
    strata = [places[label_of([found[key][i] for key in inner])] for i in order]
    due, recorded = (np.asarray(found[name]).astype(np.int64)[order] for name in (DUE, RECORDED))
    kind = np.where(recorded < due, 0, np.where(due > 0, 1, 2)).astype(np.int64)
    own = np.asarray(found[WEIGHT], dtype=np.float64)[order] if audit.design.weight else None
    return Classes(
        tuple(ids[i] for i in order), np.array(strata, dtype=np.int64), kind, due, recorded, own, audit.strata.labels
    )
