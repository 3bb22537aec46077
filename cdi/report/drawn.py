"""How the sample of an inspection was planned, drawn and read again: proved first, and then said in the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from cdi import wording
from cdi.errors import CdiError, DataError
from cdi.inspecting.inspection import file_of
from cdi.report.recording import RATE
from cdi.report.sentences import in_sample
from cdi.results import estimate

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.inspecting.inspection import DrawnFiles, File, Inspection
    from cdi.report.recording import Known
    from cdi.selection.plans import DrawPlan
    from cdi.selection.receipts import Receipt

__all__ = ["drawn_said"]


def drawn_said(inspection: Inspection, known: Known) -> Iterator[str]:
    """Say how the sample was planned and drawn, and what a panel found that read some of it again.

    A draw that is not proved is refused: the report would say of a sample what is not true of it.
    """
    drawn = inspection.drawn
    if drawn is None:
        return
    plan = None
    if drawn.plan is not None:
        from cdi.selection.plans import read_plan

        plan = read_plan(drawn.plan)
        yield wording.planned(sum(each.sample for each in plan.strata), len(plan.strata))
    if drawn.receipt is not None and drawn.frame is not None:
        yield from _proved(inspection, file_of(drawn.receipt), drawn.frame, plan)
    if drawn.panel is not None:
        yield from _read_again(inspection, drawn, known)


def _proved(inspection: Inspection, proof: Path, frame: File, plan: DrawPlan | None) -> Iterator[str]:
    """Make the draw again, and say that it is proved."""
    from cdi.selection.receipts import read_receipt
    from cdi.selection.verifying import verify_draw

    where = inspection.where("draw.receipt")
    try:
        receipt, _, _ = read_receipt(proof)
        found = verify_draw(proof, frame, file_of(inspection.samples["audit"].files[0]))
    except CdiError as error:
        raise DataError.of("draw-not-proved", got=str(error).rstrip("."), where=where) from error
    if not found.agrees:
        raise DataError.of("draw-not-proved", got=" ".join(found.findings).rstrip("."), where=where)
    if plan is not None and _drawn_of(receipt) != {each.label: each.sample for each in plan.strata}:
        raise DataError.of("draw-not-planned", where=inspection.where("draw.plan"))
    yield wording.drawn_and_proved(found.records, found.rows, receipt.seed, receipt.date)
    if receipt.replacements:
        yield wording.replaced_in_all(Counter(each.reason for each in receipt.replacements))


def _drawn_of(receipt: Receipt) -> dict[tuple[str, ...], int]:
    return {each.label: each.sample for each in receipt.strata}


def _read_again(inspection: Inspection, drawn: DrawnFiles, known: Known) -> Iterator[str]:
    """Say what the auditors' error was, and the rate freed of it, as it stands for the force as a whole."""
    sample = inspection.samples["audit"]
    column = next((each for each in sample.by if known.carries(each)), "")
    found = estimate(
        inspection.shelf.books(sample.files),
        by=column or None,
        level=inspection.level,
        reread=drawn.panel,
        **known.terms(column, inspection.shelf.roles(sample.roles)),
    )
    rates = in_sample(found.table, RATE)
    # what the panel's reading shows of the auditors stands before the rates; what follows them is said elsewhere
    errors = takewhile(lambda text: text not in rates, found.page().statements) if rates else ()
    yield wording.paragraph(wording.READ_AGAIN, [*found.said, *errors, *map(wording.without_errors, rates)])
