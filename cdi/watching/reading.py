"""A sample that is being read: which reports were, that they are the first of the draw, and what was found in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from cdi import wording
from cdi.audits import answers, strata
from cdi.audits.audit import Audit, check_audit
from cdi.audits.counting import DUE, RECORDED, SUM
from cdi.audits.design import Design, roles_of
from cdi.audits.volumes import POPULATION, Label, Volumes, label_of
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.reading import engine, opening
from cdi.reading.sources import Source, no_column
from cdi.selection.receipts import Receipt, Turns, receipt_given
from cdi.selection.tickets import tickets
from cdi.watching.bets import Readings

__all__ = ["CLOSED", "ORDER", "Proof", "Watched", "read_sample"]

ORDER = "order"
"""The column with the place of each report in the draw of its stratum, from 1."""

CLOSED = (
    "case", "weight", "count", "reports", "deff", "layout", "nest", "period", "period_as", "single_cluster", "collapse",
    "selection", "recorded_as", "category", "classification",
)  # fmt: skip
"""Roles that have no place in a sample that is read in the order of its draw."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The receipt of a draw, as far as a sample that is being read is held against it.

    Whether the draw itself was fair is for ``cdi draw --verify``, which has the frame and the private key. Here only
    the seed, the counts and the order of the sample matter, and the seed gives the order to anybody.
    """

    name: str  # its file; empty where it was handed over as it is
    receipt: Receipt
    turns: Mapping[Label, Turns]  # of each stratum

    @classmethod
    def of(cls, given: object) -> Proof:
        """Read a receipt: its file, or what is in it."""
        receipt = receipt_given(given)
        return cls(str(given) if isinstance(given, (str, Path)) else "", receipt, receipt.turns())


@dataclass(frozen=True, slots=True)
class Watched:
    """What was read of a sample."""

    audit: Audit = field(repr=False, compare=False)  # the rows that were read
    readings: Readings
    strata: tuple[Label, ...]
    reports: int  # reports in the sample, those not read yet among them
    not_auditable: int  # reports of which nothing could be audited
    following: tuple[int, ...]  # the strata of the reports that are read next, as the sample orders them


@dataclass(frozen=True, slots=True)
class _Report:
    """The rows of one report."""

    label: Label
    order: int
    id: object
    rows: tuple[int, ...]  # from 1
    read: tuple[bool, ...]  # of each row, whether it is filled in

    @property
    def first(self) -> int:
        return self.rows[0]

    @property
    def is_read(self) -> bool:
        return all(self.read)


def read_sample(sample: object, proof: Proof | None, most: int, roles: Mapping[str, Any]) -> Watched:
    """Read a sample as far as it is filled in, and refuse one that is not read in the order of its draw.

    Raises
    ------
    DataError
        If the order is broken, a row between others is not filled in, a report holds more than it can, the rows are not
        those of the receipt, or nothing was read.
    DesignError
        If a role has no place here, or the reports on the frame are not known.
    """
    closed = [name for name in CLOSED if roles.get(name) is not None]
    if closed:
        raise DesignError.of("roles-of-watch", got=wording.in_a_row(closed))
    # a sample as it was drawn has no totals, and rows that nobody has read yet are blank
    opened = opening.open_source(sample, with_totals=True)
    if "weight" in opened.columns or (proof is not None and proof.receipt.size is not None):
        # records that were drawn in proportion to their sizes are no sample like this
        raise DesignError.of("roles-of-watch", got="weight", where=Where(opened.name, opened.header))
    known: dict[str, Any] = {}
    if proof is not None:
        known = {"cluster": proof.receipt.unit, "stratum": list(proof.receipt.keys) or None}
        if roles.get("population") is not None:
            raise DesignError.of("watch-population-twice", got=str(roles["population"]))
    design, unplayed = roles_of(opened, None, {**known, **roles})  # type: ignore[typeddict-item]
    if proof is None and design.population is None:
        raise DesignError.of("watch-population", where=Where(opened.name))
    reports = list(_reports(opened, design))
    _refuse_disorder(opened, design, reports, proof)
    read = [each for each in reports if each.is_read]
    if not read:
        raise DataError.of("watch-nothing-read", where=Where(opened.name, opened.header, sheet=opened.sheet))
    frame = _frame(opened, design, reports, proof)
    audit = _audit(opened, design, unplayed, read[-1].rows[-1])
    place = {label: i for i, label in enumerate(frame)}
    due, recorded, aside = _counted(audit, read)
    _refuse_more(opened, audit.design, read, due, most)
    # a report that was replaced was drawn too, in its place: it counts as one without a crime
    replaced = [0 if proof is None else proof.turns[each.label].replaced.get(each.order, 0) for each in read]
    before = np.repeat(np.arange(len(read)), replaced)
    counts = np.array([place[each.label] for each in read], dtype=np.int64)
    readings = Readings(
        np.insert(counts, before, counts[before]),
        np.insert(due, before, 0),
        np.insert(recorded, before, 0),
        np.array(list(frame.values()), dtype=np.int64),
        most,
    )
    following = tuple(place[each.label] for each in reports[len(read) :])
    return Watched(audit, readings, tuple(frame), len(reports) + len(before), aside + len(before), following)


# ---- the rows, as they stand


def _reports(opened: Source, design: Design) -> Iterator[_Report]:
    """Gather the rows of each report, which stand together: those of one stratum with one place in its order."""
    if not opened.ordered:
        raise DataError.of("watch-unordered")
    if ORDER not in opened.columns:
        raise DataError([no_column(ORDER, opened)])
    answered = [design.decision] if design.decision else [design.due, design.recorded]
    named = {
        "order": ORDER, "id": design.cluster,
        **{f"stratum_{i}": name for i, name in enumerate(design.strata)},
        **{f"said_{i}": name for i, name in enumerate(answered)},
    }  # fmt: skip
    wanted = {name: opened.inner(column) for name, column in named.items() if column is not None}
    found = _collected(opened, wanted)
    rows = [int(row) for row in found[engine.ROW]]
    said = [found[name] for name in wanted if name.startswith("said_")]
    labels = [label_of([found[f"stratum_{i}"][k] for i in range(len(design.strata))]) for k in range(len(rows))]
    orders = [answers.parse_whole(answers.show(value)) for value in found["order"]]
    _refuse_orders(opened, rows, [(orders[k], found["order"][k]) for k in range(len(rows))])
    ids = found.get("id", [None] * len(rows))
    begin = 0
    for k in range(1, len(rows) + 1):
        same = k < len(rows) and (labels[k], orders[k]) == (labels[begin], orders[begin])
        if same and answers.show(ids[k]) == answers.show(ids[begin]):
            continue
        filled = tuple(not all(_is_blank(each[i]) for each in said) for i in range(begin, k))
        yield _Report(labels[begin], int(orders[begin]), ids[begin], tuple(rows[begin:k]), filled)
        begin = k


def _collected(opened: Source, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    import narwhals as nw

    columns = {f"_cdi_{name}": nw.col(column) for name, column in wanted.items()}
    taken = engine.numbered(opened.rows).select(nw.col(engine.ROW), **columns)
    found = engine.collect(taken.sort(engine.ROW))
    return {name.removeprefix("_cdi_") if name != engine.ROW else name: values for name, values in found.items()}


def _is_blank(value: object) -> bool:
    return engine.absent(value) or not str(value).strip()


def _refuse_orders(opened: Source, rows: Sequence[int], orders: Sequence[tuple[object, object]]) -> None:
    """Refuse places in the order that are no whole numbers from 1."""
    where = Where(opened.name, column=ORDER)
    wrong = [
        (row, fault("watch-order", got=answers.show(given), where=where))
        for row, (order, given) in zip(rows, orders, strict=True)
        if not isinstance(order, int) or order < 1
    ]
    if wrong:
        raise DataError(opened.put(wrong))


# ---- whether they are the first of the draw


_NONE = Turns((), (), {})
"""Of a stratum that the receipt does not have."""


def _refuse_disorder(opened: Source, design: Design, reports: Sequence[_Report], proof: Proof | None) -> None:
    """Refuse all that is not in the order of the draw, every fault at once."""
    held: dict[Label, list[_Report]] = {}
    for each in reports:
        held.setdefault(each.label, []).append(each)
    found = list(_unread(opened, design, reports))
    if proof is not None:
        found += _unlike_receipt(opened, held, proof)
    found += _out_of_place(opened, held, proof)
    # a row out of place is out of turn too, which says nothing more
    found = found or list(_out_of_turn(opened, reports, held, proof))
    if found:
        raise DataError(opened.put(sorted(found, key=lambda pair: pair[0])))


def _out_of_place(
    opened: Source, held: Mapping[Label, Sequence[_Report]], proof: Proof | None
) -> Iterator[tuple[int, Fault]]:
    """Find the first report of each stratum that does not have the place in its order that comes next."""
    where = Where(opened.name, column=ORDER)
    for label, own in held.items():
        if proof is None:
            expected: Sequence[int] = range(1, len(own) + 1)
        else:
            # reserves that stand by may follow: they go on in the order
            turns = proof.turns.get(label, _NONE)
            expected = (*turns.read, *turns.standing_by)
        for place, each in enumerate(own):
            following = expected[place] if place < len(expected) else place + 1
            if each.order != following:
                code = "watch-order-gap" if label or proof is not None else "watch-order-alone"
                yield each.first, fault(code, got=f"{each.order:,}", where=where, expected=following)
                break


def _unread(opened: Source, design: Design, reports: Sequence[_Report]) -> Iterator[tuple[int, Fault]]:
    """Find reports that are filled in behind one that is not, and those that are filled in by half."""
    where = Where(opened.name, column=design.decision or design.recorded)
    gap: _Report | None = None
    for each in reports:
        if any(each.read) and not all(each.read):
            yield each.rows[each.read.index(False)], fault("watch-half-read", where=where)
        elif gap is not None and each.is_read:
            yield gap.first, fault("watch-unread-between", where=where)
            return
        elif gap is None and not each.is_read:
            gap = each


def _out_of_turn(
    opened: Source, reports: Sequence[_Report], held: Mapping[Label, Sequence[_Report]], proof: Proof | None
) -> Iterator[tuple[int, Fault]]:
    """Find a report that stands behind one of another stratum whose turn is later."""
    where = Where(opened.name, column=ORDER)
    sizes = {label: len(own) if proof is None else len(proof.turns[label].read) for label, own in held.items()}
    turns = {id(each): place for own in held.values() for place, each in enumerate(own)}
    for before, each in pairwise(reports):
        # (place - 1/2) / size, in whole numbers
        one, other = (2 * turns[id(report)] + 1 for report in (before, each))
        if other * sizes[before.label] < one * sizes[each.label]:
            yield each.first, fault("watch-order-turn", got=f"{each.order:,}", where=where)
            return


def _unlike_receipt(
    opened: Source, held: Mapping[Label, Sequence[_Report]], proof: Proof
) -> Iterator[tuple[int, Fault]]:
    """Find what is not as the receipt has it: strata, how many were drawn, and tickets that do not rise."""
    where = Where(opened.name, column=proof.receipt.unit)
    for label in dict.fromkeys([*proof.turns, *held]):
        own, drawn = held.get(label, ()), len(proof.turns.get(label, _NONE).read)
        if len(own) < drawn or label not in proof.turns:
            of = Where(opened.name, key=strata.stratum_name(label) or None)
            yield own[-1].first if own else 0, fault("watch-receipt-unlike", got=f"{len(own):,}", where=of, drawn=drawn)
            continue
        blank = [each for each in own if _is_blank(each.id)]
        yield from ((each.first, fault("draw-id-blank", where=where)) for each in blank)
        if blank:
            continue
        ordered = sorted(own, key=lambda each: each.order)
        written = tickets(proof.receipt.seed, label, [_unit(each.id) for each in ordered])
        for before, here, each in zip(written, written[1:], ordered[1:], strict=False):
            if here <= before:
                yield each.first, fault("watch-ticket", got=answers.show(each.id), where=where)
                break


def _unit(value: object) -> object:
    """Take an id as it was drawn: the numbers of an engine are whole numbers, and nothing is blank."""
    return None if engine.absent(value) else value


# ---- what was found


def _audit(opened: Source, design: Design, unplayed: Sequence[str], last: int) -> Audit:
    """Read the rows that were filled in as every audit is read; nothing is estimated of them yet."""
    import narwhals as nw

    rows = engine.numbered(opened.rows)
    kept = replace(opened, rows=rows.filter(nw.col(engine.ROW) <= last))
    # a stratum of which one report was read is no fault here, as no variance is estimated
    alone = replace(design, stratum=None, population=None, selection="judgement")
    return check_audit(kept, alone, unplayed)


def _counted(audit: Audit, read: Sequence[_Report]) -> tuple[Any, Any, int]:
    """Add up what the rows of each report count, and count the reports of which nothing could be audited."""
    import narwhals as nw

    of = {row: i for i, each in enumerate(read) for row in each.rows}
    found = engine.collect(audit.rows.select(nw.col(engine.ROW), nw.col(DUE), nw.col(RECORDED)))
    due, recorded, seen = (np.zeros(len(read), dtype=np.int64) for _ in range(3))
    for row, crimes, kept in zip(found[engine.ROW], found[DUE], found[RECORDED], strict=True):
        place = of[int(row)]
        due[place] += int(crimes)
        recorded[place] += int(kept)
        seen[place] = 1
    return due, recorded, len(read) - int(seen.sum())


def _refuse_more(opened: Source, design: Design, read: Sequence[_Report], due: Any, most: int) -> None:
    """Refuse reports of more crimes than any was said to hold."""
    where = Where(opened.name, column=design.decision or design.due or design.recorded)
    found = [
        (each.rows[-1], fault("watch-over-most", got=f"{int(crimes):,}", where=where, most=most))
        for each, crimes in zip(read, due, strict=True)
        if crimes > most
    ]
    if found:
        raise DataError(opened.put(found))


def _frame(opened: Source, design: Design, reports: Sequence[_Report], proof: Proof | None) -> dict[Label, int]:
    """Give the reports on the frame by stratum, as the receipt or the design has them."""
    if proof is not None:
        held = {each.label: each.population for each in proof.receipt.strata if each.population}
        design = replace(design, population=Volumes(design.strata, {POPULATION: held}, proof.name))
    each = {name: [report.label[i] for report in reports] for i, name in enumerate(opened.inner_names(design.strata))}
    counted = {name: np.array(values, dtype=object) for name, values in each.items()}
    counted[SUM + "reports"] = np.ones(len(reports), dtype=np.int64)
    drawn = strata.count(counted, design, opened, finished=False)
    population = [] if drawn.population is None else [int(n) for n in drawn.population]
    return dict(zip(drawn.labels, population, strict=True))
