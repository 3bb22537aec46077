"""The methods annex: an entry for each kind of number that a report holds, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.intervals import describe_methods
from cdi.binomial.published import AS_PRINTED
from cdi.facts import Scope
from cdi.report.contents import Method, Part
from cdi.report.record_sentences import PUBLISHED

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Row

__all__ = ["annex"]

_STANDARDS = {"small-base", "nchs-size", "nchs-wide", "nchs-relative", "nchs-complement", "few-df"}
_CHANGES = ("difference", "ratio")


@dataclass(frozen=True, slots=True)
class _Held:
    """What numbers a report holds.

    Attributes
    ----------
    inspection : Inspection
        What it was made from.
    records : sequence of Row
        All rows of all tables that hold a number.
    """

    inspection: Inspection
    records: Sequence[Row]

    def kinds(self) -> set[str]:
        """Name the measures."""
        return {record.measure.key for record in self.records}

    def estimated(self, *measures: str) -> bool:
        """Tell whether some rate of these measures was estimated here, and not taken as it was printed."""
        return any(r.method != AS_PRINTED and r.measure.key in measures for r in self.records)

    def methods(self) -> set[str]:
        """Name the methods of the intervals of rates and counts."""
        return {r.method for r in self.records if (r.low, r.high) != (None, None) and r.measure.key not in _CHANGES}

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


def annex(parts: Sequence[Part], inspection: Inspection) -> tuple[Method, ...]:
    """List the methods behind the numbers of a report.

    Parameters
    ----------
    parts : sequence of Part
        With their tables.
    inspection : Inspection
        What they were made from.

    Returns
    -------
    tuple of Method
        Name, formula and reference; none for what the report does not hold.
    """
    records = [record for part in parts for exhibit in part.exhibits for record in exhibit.table.rows]
    held = _Held(inspection, [record for record in records if record.estimate is not None])
    named = [key for key, holds in _conditions(held).items() if holds]
    return (*(Method(*wording.REPORT_METHODS[key]) for key in named), *_other_intervals(held))


def _conditions(held: _Held) -> Mapping[str, bool]:
    """Say of each entry whether the report holds what it is of."""
    kinds, methods, volumes = held.kinds(), held.methods(), held.inspection.volumes
    counts = "unrecorded" in kinds
    changed = any(kind in kinds for kind in _CHANGES)
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
