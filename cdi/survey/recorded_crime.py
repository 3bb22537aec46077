"""The sample as recorded crime holds it: what was recorded stands in its class as recorded, what is missing in its own.

Recorded crime of a class is what was recorded *as* that class: crimes that belong to another, and records with nothing
due, are among it. So the crimes missing of class k are held against all that the sample found recorded as k: the ratio
estimator whose auxiliary variable has the known total (Cochran 1977, chapter 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits.answers import OVER_RECORDED
from cdi.audits.counting import DRAWS, DUE, OVER, PLACED, RECORDED, zero_of
from cdi.reading import engine
from cdi.survey.basis import Basis, of_domains, of_volumes, of_whole, unknown, without_any

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label
    from cdi.reading.engine import Expr, Rows
    from cdi.survey.totals import Totals

__all__ = ["Held", "as_held", "by_label", "finds_surplus", "held_by", "held_with", "moves", "overall"]

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """Sums of the crimes recorded as each class beside those missing of it: ``due`` is both, ``recorded`` the first."""

    own: Totals  # a crime recorded in another class is missing in its own, where that is asked for
    any_class: Totals  # a crime recorded in any class is not missing: what the total follows from
    rightly: Totals  # the same without records of which nothing was due: what the overall recording rate follows from
    as_audited: bool = False  # whether each crime stands in its own class, and was due, as in the recording rates

    def rightly_recorded(self, labels: Sequence[Label]) -> Floats:
        """Give the share of the records of each class of which something was due."""
        if self.rightly is self.any_class:
            return np.ones(len(labels))
        due, held = (_recorded(totals, labels) for totals in (self.rightly, self.any_class))
        with np.errstate(invalid="ignore"):
            return np.where(held > 0, due / held, 1.0)


def held_by(totals: Totals, *, surplus: bool) -> Held:
    """Sum a sample up as recorded crime holds it; ``surplus`` says whether records of nothing due are among it."""
    found = finds_surplus(totals.audit) or (totals.second is not None and totals.second.surplus)
    return held_with(totals, surplus=surplus and found)


def held_with(totals: Totals, *, surplus: bool) -> Held:
    """Sum it up with records of nothing due among it, whether or not one was found, or without them."""
    audit, keys = totals.audit, totals.keys
    if not surplus and not moves(audit, keys):
        lenient = totals.lenient
        return Held(totals, lenient, lenient, as_audited=True)
    strict = audit.places(keys)
    any_class = totals.counting(partial(as_held, keys=keys, surplus=surplus))
    own = totals.counting(partial(as_held, keys=keys, strict=True, surplus=surplus)) if strict else any_class
    rightly = totals.counting(partial(as_held, keys=keys)) if surplus else any_class
    return Held(own, any_class, rightly)


def moves(audit: Audit, keys: Sequence[str]) -> bool:
    """Tell whether a crime can stand in another of these categories than its own; a stratum is where it was drawn."""
    category = audit.design.category
    return PLACED in audit.known and category in keys and category not in audit.strata.keys


def finds_surplus(audit: Audit) -> bool:
    """Tell whether records were found of which nothing was due."""
    return OVER in audit.known and (audit.decisions or {}).get(OVER_RECORDED, 0) > 0


def _recorded(totals: Totals, labels: Sequence[Label]) -> Floats:
    """Add up what was recorded as each class, by weight."""
    cells, place = totals.cells, {label: i for i, label in enumerate(totals.domains)}
    found = np.bincount(cells.domain, cells.weight * cells.recorded, len(place) + 1)
    return np.asarray(found[[place.get(label, len(place)) for label in labels]], dtype=np.float64)


def as_held(audit: Audit, keys: Sequence[str], *, strict: bool = False, surplus: bool = False) -> Audit:
    """Put what was recorded into its class as recorded, and leave what is missing in its own."""
    import narwhals as nw

    recorded: Expr = nw.col(RECORDED) + nw.col(OVER) if surplus else nw.col(RECORDED)
    missing = nw.col(DUE) - (nw.col(PLACED) if strict else nw.col(RECORDED))
    if moves(audit, keys):
        audit = _naming_reports(audit)
        rows = _in_classes(audit, recorded, missing)
        counted = replace(audit, rows=rows).measuring(nw.col(DUE), nw.col(RECORDED))
    else:
        counted = audit.measuring(recorded + missing, recorded)
    return replace(counted, known=counted.known - {OVER})


def _naming_reports(audit: Audit) -> Audit:
    """Give reports that no column names the number of their row, so that one that is taken apart stays one report."""
    one_a_row = audit.design.due is None
    if one_a_row or audit.design.cluster is not None or audit.design.counts:
        return audit
    return replace(audit, rows=engine.numbered(audit.rows), design=replace(audit.design, cluster=engine.ROW))


def _in_classes(audit: Audit, recorded: Expr, missing: Expr) -> Rows:
    """Take each row apart: what was recorded, in its class as recorded, and what is missing, in its own."""
    import narwhals as nw

    own, written = audit.source.inner_names([str(audit.design.category), str(audit.design.recorded_as)])
    kinds = audit.rows.collect_schema()
    plain = kinds[own] == kinds[written] and not str(kinds[own]).startswith(("Categorical", "Enum"))
    its_own, as_written = (nw.col(name) if plain else engine.as_text(name) for name in (own, written))
    blank = nw.col(written).is_null() | engine.is_empty_text(audit.rows, written)
    # parts are put below each other, and some engines give each sum a kind of its own
    recorded, missing = recorded.cast(nw.Int64), missing.cast(nw.Int64)
    parts = [
        # a record without a class as recorded was recorded as its own
        {own: nw.coalesce(nw.when(~blank).then(as_written), its_own), DUE: recorded, RECORDED: recorded},
        {own: its_own, DUE: missing, RECORDED: missing - missing},
    ]
    rows = nw.concat([audit.rows.with_columns(**part).filter(nw.col(DUE) > zero_of(nw.col(DUE))) for part in parts])
    if audit.design.counts and audit.design.reports is None:
        rows = rows.with_columns(**{DRAWS: nw.col(DUE)})
    return rows


def by_label(totals: Totals, labels: Sequence[Label]) -> Basis:
    """Give the rates of some domains in the order of their labels, blank where nothing of one was found."""
    place = {label: i for i, label in enumerate(totals.domains)}
    found = Basis.joined([of_domains(totals), without_any(of_whole(totals))])
    return found.take([place.get(label, len(found) - 1) for label in labels])


def overall(totals: Totals, labels: Sequence[Label], volumes: Floats) -> Basis:
    """Estimate the overall rate that the volumes of some domains imply; none where nothing was found of one of them."""
    place = {label: i for i, label in enumerate(totals.domains)}
    known = dict(zip(labels, volumes.tolist(), strict=True))
    if any(volume > 0 and label not in place for label, volume in known.items()):
        return unknown(of_whole(totals))
    return of_volumes(totals, of_domains(totals), np.array([known.get(label, 0.0) for label in place]))
