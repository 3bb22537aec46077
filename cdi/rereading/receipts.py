"""The receipt of a draw for a panel: with it anybody can draw the same reports again from the same audit.

It holds the seed and how many reports were drawn of each class, and no report's number. Digests of the audit and of the
reports drawn are made with a private key, so that nobody who lacks it can check a guess of what they hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.audits import answers
from cdi.audits.counting import DUE, RECORDED
from cdi.audits.nesting import number_of
from cdi.audits.strata import stratum_name
from cdi.errors import DataError, Where
from cdi.keyed import Key, found_key
from cdi.reading import engine
from cdi.reading.sources import Workbook
from cdi.rereading.classes import CLASSES, Classes
from cdi.rereading.phases import Readings
from cdi.selection.tickets import tickets

if TYPE_CHECKING:
    from cdi.audits.audit import Audit

__all__ = ["MARK", "Receipt", "Standing", "drawn_by", "receipt_file", "standing_of", "tag_of_audit", "tag_of_drawn"]

MARK = "cdi-reread-receipt-1"
"""What a receipt says that it is: a name and version."""

_AUDIT, _DRAWN = "reread-audit", "reread-drawn"
"""What digests are made for; one of one purpose says nothing of another's."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of a draw."""

    version: str  # of cdi
    date: str
    seed: str
    report: str  # the column with the reports' numbers
    strata: tuple[str, ...]  # the columns of strata
    drawn: Mapping[
        tuple[tuple[str, ...], str], tuple[int, int]
    ]  # stratum and class -> the reports of it, and those drawn
    audit: str  # the digest of the audit's reports, strata and counts
    reports: str  # the digest of the reports drawn

    def text(self) -> str:
        """Write it as it is kept."""
        classes = [
            {"stratum": list(label), "class": kind, "reports": reports, "read": read}
            for (label, kind), (reports, read) in self.drawn.items()
        ]
        held = {
            "receipt": MARK, "version": self.version, "date": self.date, "method": wording.DRAWN_AGAIN,
            "seed": self.seed, "report": self.report, "stratum": list(self.strata), "classes": classes,
            "audit": self.audit, "drawn": self.reports,
        }  # fmt: skip
        return json.dumps(held, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, path: Path) -> Receipt:
        """Read it; what is no such receipt is refused."""
        try:
            held: Any = json.loads(path.read_text(encoding="utf-8"))
            if held["receipt"] != MARK:
                raise ValueError(held["receipt"])
            drawn = {
                (tuple(map(str, each["stratum"])), str(each["class"])): (int(each["reports"]), int(each["read"]))
                for each in held["classes"]
            }
            version, date, seed, report = (str(held[name]) for name in ("version", "date", "seed", "report"))
            strata = tuple(map(str, held["stratum"]))
            return cls(version, date, seed, report, strata, drawn, str(held["audit"]), str(held["drawn"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DataError.of("reread-receipt", where=Where(str(path))) from error


@dataclass(frozen=True, slots=True)
class Standing:
    """What a receipt says of the reports that a panel read."""

    receipt: bool  # whether there is one
    key: bool = False  # whether its key is there, so that the audit is known to be unchanged

    @property
    def said(self) -> str:
        """Say it in a sentence."""
        if not self.receipt:
            return wording.NO_RECEIPT_OF_PANEL
        return wording.RECEIPT_OF_PANEL if self.key else wording.RECEIPT_WITHOUT_KEY


def receipt_file(panel: Path) -> Path:
    """Name the receipt: beside the panel's file, and called like it."""
    return panel.parent / f"{panel.stem}.receipt.json"


def tag_of_audit(key: Key, audit: Audit) -> str:
    """Give the digest of what the auditors decided, whatever the order of the rows."""
    return key.tag(_AUDIT, *_texts_of(audit))


def _texts_of(audit: Audit) -> list[str]:
    """Write each row by what an estimate takes from it."""
    import narwhals as nw

    design, source = audit.design, audit.source
    own = [*audit.strata.keys, design.decision, design.recorded_as, design.category, design.weight]
    names = [source.inner(name) for name in dict.fromkeys(own) if name is not None and name in audit.columns]
    columns = list(dict.fromkeys([str(audit.cluster), *names]))
    counted = audit.rows.select(*columns, DUE, RECORDED)
    parts = [counted] if audit.aside is None else [counted, audit.aside.select(*columns, DUE, RECORDED)]
    found = engine.collect(nw.concat(parts))
    values = [[answers.show(value) for value in found[name]] for name in (*columns, DUE, RECORDED)]
    return sorted(json.dumps(row) for row in zip(*values, strict=True))


def tag_of_drawn(key: Key, ids: Sequence[str]) -> str:
    """Give the digest of the reports drawn."""
    return key.tag(_DRAWN, *sorted(ids))


def drawn_by(classes: Classes, seed: str, read: Mapping[tuple[tuple[str, ...], str], int]) -> np.ndarray[Any, Any]:
    """Draw reports: those of each class of each stratum that have the smallest tickets."""
    chosen = np.zeros(len(classes.ids), dtype=bool)
    for cell in np.unique(classes.cells()):
        label, kind = classes.labels[cell // len(CLASSES)], CLASSES[cell % len(CLASSES)]
        places = np.flatnonzero(classes.cells() == cell)
        made = tickets(seed, [*label, kind], [classes.ids[i] for i in places])
        order = sorted(range(len(places)), key=made.__getitem__)
        chosen[places[order[: read.get((label, kind), 0)]]] = True
    return chosen


# ---- a panel's file beside its receipt


def standing_of(readings: Readings, panel: object) -> Standing:
    """Hold the reports of a panel against the receipt of their draw, where one stands beside its file."""
    path = _path_of(panel, readings.panel)
    if path is None or not receipt_file(path).exists():
        return Standing(receipt=False)
    receipt = Receipt.read(receipt_file(path))
    classes, where = readings.reread.classes, Where(str(receipt_file(path)))
    _refuse_changed(receipt, classes, where)
    key = found_key(receipt_file(path), "draw-key-damaged")
    if key is not None and not key.agrees(receipt.audit, _AUDIT, *_texts_of(readings.first)):
        raise DataError.of("reread-audit-changed", got=wording.OTHER_ANSWERS, where=where)
    wanted = drawn_by(classes, receipt.seed, {cell: read for cell, (_, read) in receipt.drawn.items()})
    ids = [each for each, drawn in zip(classes.ids, wanted, strict=True) if drawn]
    if key is not None and not key.agrees(receipt.reports, _DRAWN, *sorted(ids)):
        raise DataError.of("draw-receipt-changed", where=where)
    _refuse_others(readings, set(ids))
    return Standing(receipt=True, key=key is not None)


def _path_of(panel: object, read: Audit) -> Path | None:
    """Name the file that a panel filled in, where it is one."""
    given: Any = panel[0] if isinstance(panel, (list, tuple)) and len(panel) == 1 else panel
    if isinstance(given, Workbook):
        return Path(given.path)
    if isinstance(given, (str, Path)):
        return Path(str(given).partition("#")[0] if not Path(given).exists() else given)
    return None if read.name is None else Path(read.name)


def _refuse_changed(receipt: Receipt, classes: Classes, where: Where) -> None:
    """Refuse an audit whose classes have other sizes than when reports were drawn."""
    cells, counts = np.unique(classes.cells(), return_counts=True)
    now = {
        (classes.labels[cell // len(CLASSES)], CLASSES[cell % len(CLASSES)]): int(n)
        for cell, n in zip(cells, counts, strict=True)
    }
    then = {cell: reports for cell, (reports, _) in receipt.drawn.items()}
    if now == then:
        return
    odd = next(cell for cell in sorted({*now, *then}) if now.get(cell, 0) != then.get(cell, 0))
    got = wording.reports_of_class(now.get(odd, 0), wording.CLASSES_READ[odd[1]], stratum_name(odd[0]))
    raise DataError.of("reread-audit-changed", got=got, where=where)


def _refuse_others(readings: Readings, wanted: set[str]) -> None:
    """Refuse reports that were not drawn, and a panel's file that lacks some that were."""
    panel = readings.panel
    column = str(panel.cluster)
    parts = [panel.rows] if panel.aside is None else [panel.rows, panel.aside]
    held = {
        answers.show(each)
        for rows in parts
        for each in engine.collect(engine.sums(rows, [column], (), count="_cdi_n"))[column]
    }
    for code, odd in (("reread-not-drawn", held - wanted), ("reread-lacking", wanted - held)):
        if odd:
            numbers, where = sorted(map(number_of, odd)), Where(panel.name, column=panel.design.cluster)
            raise DataError.of(code, got=wording.first_few(numbers), where=where, reports=len(odd))
