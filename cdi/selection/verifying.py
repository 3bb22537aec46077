"""Whether a sample is what the seed draws from the frame: the draw is made again, and held against the receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, path_of
from cdi.errors import CdiError
from cdi.printing.layout import Listing, Page
from cdi.selection.draws import DECISION, Draw, drawn
from cdi.selection.files import SampleFile, fixed_columns, once, read_sample, rows_of
from cdi.selection.frames import Asked, Opened, open_frame, unit_column
from cdi.selection.receipts import Receipt, read_receipt
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

    from cdi.keyed import Key

__all__ = ["DrawVerification", "verify_draw"]

_MOST = 20
"""How many rows are named of each kind of difference."""


@dataclass(frozen=True, slots=True, repr=False)
class DrawVerification(Printed):
    """Whether a draw is proved.

    Attributes
    ----------
    findings : tuple of str
        What speaks against it, a sentence each. It is empty if the draw is proved.
    records : int
        The records of the sample.
    rows : int
        The rows of the frame at the draw.
    replaced : int
        The records that were replaced by reserves.

    Examples
    --------
    >>> DrawVerification((), 200, 9_000, 0).agrees
    True
    """

    findings: tuple[str, ...]
    records: int
    rows: int
    replaced: int

    @property
    def agrees(self) -> bool:
        """Whether the draw is proved."""
        return not self.findings

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said of it, with one line for each finding."""
        if self.agrees:
            return (wording.draw_proved(self.records, self.rows, self.replaced),)
        return (wording.DRAW_REFUTED, *self.findings)

    def __repr__(self) -> str:
        return f"<cdi.DrawVerification: {'proved' if self.agrees else 'refuted'}>"

    def page(self, **_options: Any) -> Page:
        """Say what ``cdi draw --verify`` says, a paragraph each."""
        listing = Listing("cdi.verification/1", ("found",), tuple((text,) for text in self.findings))
        return Page(None, (), statements=self.lines, listing=listing)

    def to_pandas(self) -> pd.DataFrame:
        """Give one row a finding, under ``found``."""
        import pandas as pd

        return pd.DataFrame({"found": list(self.findings)}, dtype="string")


@checked
def verify_draw(receipt: str | Path, frame: object, sample: str | Path) -> DrawVerification:
    """Prove a draw, or refute it: make it again from the frame, and hold it against the receipt and the sample.

    Parameters
    ----------
    receipt : path
        The receipt. Its private key stands beside it.
    frame : path, Workbook, a list of them, or data frame
        The frame that was drawn from, in the same order of rows.
    sample : path
        The sample, filled in or not: the auditors' columns are not covered, and neither are columns that they added.

    Returns
    -------
    DrawVerification
        ``agrees`` says whether the draw is proved, ``findings`` what speaks against it.

    Raises
    ------
    DataError
        If one of the files cannot be read, or the key is missing or another's.

    Notes
    -----
    The receipt covers the ids, the strata and the sizes of all rows of the frame, their order, and what the sample took
    over. What else the frame holds has no part in the draw.

    Examples
    --------
    >>> import tempfile, pathlib, pandas as pd, cdi
    >>> frame = pd.DataFrame({"incident": [f"2024/{i}" for i in range(900)]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sample, _, receipt, _ = cdi.write_draw(
    ...         cdi.draw(frame, n=30, seed="4 6 1"), pathlib.Path(folder) / "sample.csv"
    ...     )
    ...     cdi.verify_draw(receipt, frame, sample), cdi.verify_draw(receipt, frame[1:], sample)
    (<cdi.DrawVerification: proved>, <cdi.DrawVerification: refuted>)
    """
    proof, key, sealed = read_receipt(path_of(receipt))
    held = read_sample(sample)
    rows = held.fixed(proof)
    opened = open_frame(frame)  # a file that cannot be read proves nothing, either way
    findings = [] if sealed else [wording.RECEIPT_CHANGED]
    try:
        found = _drawn_again(proof, opened)
    except CdiError as error:
        findings.append(wording.frame_unfit(str(error)))
        findings += [] if proof.agrees_on_sample(key, once(rows, proof)) else [wording.SAMPLE_CHANGED]
    else:
        findings += [*_of_frame(proof, key, found), *_of_replacements(proof)]
        findings += _of_sample(_expected(proof, found), rows, held, proof)
    return DrawVerification(
        tuple(findings), sum(each.sample for each in proof.strata), proof.rows, len(proof.replacements)
    )


def _drawn_again(proof: Receipt, opened: Opened) -> Draw:
    """Make a draw again, as its receipt says."""
    plan = proof.plan()
    most = tuple(len(each.positions) for each in proof.strata)
    unit = unit_column(opened, proof.unit, plan.keys)
    return drawn(opened, Asked(proof.seed, plan, unit, proof.keep, proof.size, most))


# ---- what differs


def _of_frame(proof: Receipt, key: Key, found: Draw) -> Iterator[str]:
    """Find how a frame differs from the one that was drawn from."""
    if proof.agrees_on_frame(key, found):
        if any(positions != each.positions for positions, each in zip(_positions(found), proof.strata, strict=True)):
            yield wording.POSITIONS_CHANGED
        return
    if found.rows != proof.rows:
        yield wording.frame_rows(found.rows, proof.rows)
    moved = [
        wording.stratum_rows(wording.stratum_of(now.label) or wording.ALL, now.population, then.population)
        for now, then in zip(found.strata, proof.strata, strict=True)
        if now.population != then.population
    ]
    yield from moved if proof.keys else ()
    if found.rows == proof.rows and not moved:
        same = wording.FRAME_SWAPPED if proof.size is None else wording.FRAME_SWAPPED_OR_RESIZED
        yield same if proof.agrees_on_records(key, found) else wording.FRAME_CHANGED


def _positions(found: Draw) -> list[tuple[int, ...]]:
    places: list[dict[int, int]] = [{} for _ in found.strata]
    for record in (*found.sample, *found.reserves):
        places[record.stratum][record.order] = record.position
    return [tuple(each[i] for i in sorted(each)) for each in places]


def _of_replacements(proof: Receipt) -> Iterator[str]:
    """Find replacements that are not the next reserve of the same stratum, or have no reason of the list."""
    used: dict[tuple[str, ...], int] = {}
    for each in proof.replacements:
        if each.reason not in wording.REPLACEMENT_REASONS:
            yield wording.replacement_reason(each.position, each.reason)
        at, by = proof.stratum_at(each.position), proof.stratum_at(each.by)
        if at is None or by is None or at[0] is not by[0]:
            yield wording.replacement_elsewhere(each.position, each.by)
            continue
        stratum, place = by
        next_ = stratum.sample + used.get(stratum.label, 0)
        used[stratum.label] = used.get(stratum.label, 0) + 1
        if place != next_:
            yield wording.replacement_out_of_order(each.position, each.by)


def _expected(proof: Receipt, found: Draw) -> list[tuple[str, ...]]:
    """Write the rows of the sample as it has to be, with reserves in the places of the records that they replaced."""
    records = {record.position: record for record in (*found.sample, *found.reserves)}
    positions = [record.position for record in found.sample]
    for each in proof.replacements:
        if each.position in positions and each.by in records:
            positions[positions.index(each.position)] = each.by
    return rows_of(found, [records[position] for position in positions])


def _of_sample(
    wanted: Sequence[tuple[str, ...]], rows: Sequence[tuple[str, ...]], held: SampleFile, proof: Receipt
) -> Iterator[str]:
    """Find how a sample differs from the one that was drawn."""
    own = once(rows, proof)
    if own == list(wanted):
        return
    unit = len(proof.keys)
    due: Mapping[str, tuple[str, ...]] = {row[unit]: row for row in wanted}
    seen: dict[str, int] = {}
    added, twice, changed = [], [], []
    names = fixed_columns(proof)
    for i, row in enumerate(rows):
        before = seen.setdefault(row[unit], i)
        if row[unit] not in due:
            added.append(wording.row_added(row[unit], held.numbers[i]))
        elif before != i and not (proof.answers == DECISION and rows[i - 1] == row):
            twice.append(wording.row_twice(row[unit], held.numbers[i]))
        elif row != due[row[unit]]:
            columns = [name for name, one, other in zip(names, row, due[row[unit]], strict=True) if one != other]
            changed.append(wording.row_changed(row[unit], held.numbers[i], columns))
    dropped = [wording.row_dropped(each) for each in due if each not in seen]
    for kind in (added, dropped, twice, changed):
        yield from kind[:_MOST]
        if len(kind) > _MOST:
            yield wording.and_more(len(kind) - _MOST)
    if not (added or dropped or twice or changed):
        place = next(i for i, (one, other) in enumerate(zip(own, wanted, strict=True)) if one != other)
        yield wording.rows_swapped(own[place][unit], wanted[place][unit])
