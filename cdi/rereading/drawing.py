"""Which reports of an audit a panel reads again: more where auditors found something missing, each by its ticket."""

from __future__ import annotations

import heapq
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 (a day, beside the field of that name)
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from cdi import __version__, wording
from cdi.arguments import checked, is_number, path_of
from cdi.audits.audit import Audit, audit_of
from cdi.audits.design import Roles
from cdi.audits.nesting import number_of
from cdi.binomial.intervals import whole_number
from cdi.errors import DataError, MethodError, Where
from cdi.keyed import key_file, key_of_draw
from cdi.printing import formats
from cdi.printing.layout import Column, Kind, Page, csv_of, grid_of
from cdi.printing.lines import whole
from cdi.rereading.classes import CLASSES, MISSING, Classes, classes_of, id_column
from cdi.rereading.readings import by_reports
from cdi.rereading.receipts import Receipt, drawn_by, receipt_file, tag_of_audit, tag_of_drawn
from cdi.rereading.worksheet import Sheet, book_of
from cdi.selection.tickets import seed_of, tickets
from cdi.showing import Printed, same_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FEWEST_READ", "HALF", "Panel", "allocated", "draw_panel", "refuse_file"]

HALF = 0.5
"""The part of the reports that is drawn where something was found missing, where none is named."""

FEWEST_READ = 2
"""The reports that are read of each class in each stratum: of one alone nothing shows how reports vary."""

_WORKSHEET = "worksheet"
"""What stands in the place of a stratum in the ticket that orders the worksheet: it tells of no class."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Panel(Printed):
    """The reports that a panel reads again, in the order in which it reads them.

    Attributes
    ----------
    columns : tuple of str
        The columns of the worksheet: strata, the report's number, the order, and the empty ones for what is decided.
    rows : tuple of tuple of str
        The reports, with what stands in each column.
    seed : str
        The seed.
    drawn : mapping
        Stratum and class -> the reports of it in the audit, and those drawn. It is not for the panel.
    classes : Classes
        What the auditors found. It is not for the panel.
    report : str
        The column with the reports' numbers.
    strata : tuple of str
        The columns with strata.
    ids : tuple of str
        The numbers of the reports drawn, in no order.
    audit : Audit
        The audit that they are drawn from.
    empty : tuple of str
        The columns to fill in.
    decision : str or None
        The column to fill in with decisions, if there is one.
    counts : tuple of str
        The columns to fill in with the crimes due and recorded, if there are such.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> audit = pd.DataFrame({"cluster": list("ABCDEFGH"), "recorded": [1, 1, 1, 1, 1, 1, 0, 0]})
    >>> panel = cdi.draw_panel(audit, 4, seed="4 6 1 3 2")
    >>> panel.columns
    ('cluster', 'order', 'due', 'recorded')
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    seed: str
    drawn: Mapping[tuple[tuple[str, ...], str], tuple[int, int]]
    classes: Classes = field(repr=False)
    report: str  # the column with the reports' numbers
    strata: tuple[str, ...]  # the columns of strata
    ids: tuple[str, ...] = field(repr=False)
    audit: Audit = field(repr=False, compare=False)
    empty: tuple[str, ...] = ()  # the columns to fill in
    decision: str | None = None  # the one of them with decisions, where there is one
    counts: tuple[str, ...] = ()  # or those with crimes due and recorded

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<cdi.Panel: {len(self.rows):,} of {len(self.classes.ids):,} reports>"

    def page(self, **_options: Any) -> Page:
        """Say how many reports were drawn from each stratum, and of each class: for who draws, not for the panel."""
        lines = [(label, kind, *counts) for (label, kind), counts in self.drawn.items()]
        heads = wording.PANEL_HEADINGS
        columns: list[Column[Any]] = [
            *(Column(name, lambda line, i=i: line[0][i], kind=Kind.WORDS) for i, name in enumerate(self.strata)),  # type: ignore[misc]
            Column(heads["class"], lambda line: wording.CLASSES_READ[line[1]], kind=Kind.WORDS),
            Column(heads["reports"], lambda line: line[2], whole),
            Column(heads["drawn"], lambda line: line[3], whole),
        ]
        grid = grid_of(wording.PANEL_TITLE, columns, lines)
        return Page(None, (grid,), statements=(wording.panel_drawn(len(self.rows), len(self.classes.ids)),))

    @property
    def sheet(self) -> Sheet:
        """What the panel is given."""
        return Sheet(self.columns, self.rows, self.report, self.strata, self.empty, self.decision, self.counts)

    def to_pandas(self) -> pd.DataFrame:
        """Give the worksheet as a data frame, with what is to be filled in empty."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns), dtype="string")

    def write(self, path: str | Path, *, date: Day | None = None) -> tuple[Path, ...]:
        """Write the worksheet, and beside it the receipt of the draw with its private key.

        Parameters
        ----------
        path : str or pathlib.Path
            A new file that ends in .csv or .xlsx.
        date : datetime.date, optional
            The day that the receipt names. If None, today.

        Returns
        -------
        tuple of pathlib.Path
            The files that were written.

        Raises
        ------
        DataError
            If the file has another ending or exists: a worksheet that is filled in is never overwritten.

        Examples
        --------
        >>> import tempfile, pathlib, pandas as pd, cdi
        >>> audit = pd.DataFrame({"cluster": list("ABCDEFGH"), "recorded": [1, 1, 1, 1, 1, 1, 0, 0]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = cdi.draw_panel(audit, 4, seed="4 6 1").write(pathlib.Path(folder) / "panel.csv")
        ...     [file.name for file in files]
        ['panel.csv', 'panel.receipt.json', 'panel.receipt.key']
        """
        target = path_of(path)
        refuse_file(target)
        proof = receipt_file(target)
        key = key_of_draw(proof)
        receipt = Receipt(
            __version__,
            (date or Day.today()).isoformat(),
            self.seed,
            self.report,
            self.strata,
            self.drawn,
            tag_of_audit(key, self.audit),
            tag_of_drawn(key, self.ids),
        )
        is_text = target.suffix.casefold() == ".csv"
        formats.write(csv_of(self.columns, self.rows) if is_text else book_of(self.sheet), target)
        formats.write(receipt.text(), proof)
        return target, proof, key_file(proof)


def refuse_file(target: Path) -> None:
    """Refuse a file that is no worksheet, or that exists."""
    if target.suffix.casefold() not in (".csv", ".xlsx"):
        raise DataError.of("draw-ending", got=target.suffix or None, where=Where(str(target)))
    for each in (target, receipt_file(target)):
        if os.path.lexists(each):
            raise DataError.of("draw-exists", where=Where(str(each)))


@checked
def draw_panel(audit: object, n: int, *, seed: str | int, missing_share: float = HALF, **roles: Unpack[Roles]) -> Panel:
    """Draw the reports of an audit that a panel reads again without knowing what the auditors decided.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The audit; see :func:`cdi.read_audit`.
    n : int
        The number of reports to read again.
    seed : str or int
        What the draw follows from. Whoever knows it and has the audit can draw the same reports.
    missing_share : float
        The part of the reports that is drawn among those in which the auditors found a crime that was not recorded, as
        a proportion. If there are fewer, all of them are drawn.
    **roles
        The role of each column; see :func:`cdi.read_audit`.

    Returns
    -------
    Panel
        The worksheet. ``write("panel.csv")`` writes it with its receipt.

    Raises
    ------
    DataError
        If the seed is blank, or there are too few reports, or more than the audit has.
    DesignError
        If reports have no numbers.
    MethodError
        If the share is none.

    Notes
    -----
    Reports are drawn from each class (something missing, all recorded, nothing due) of each stratum: those with the
    smallest tickets, SHA-256 of the seed, the stratum, the class and the report. The numbers of each follow from the
    reports that they stand for, by exact allocation (Wright 2012). The order of the worksheet follows from tickets
    without stratum and class, and tells nothing of them.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> audit = pd.DataFrame({"cluster": list("ABCDEFGH"), "recorded": [1, 1, 1, 1, 1, 1, 0, 0]})
    >>> cdi.draw_panel(audit, 4, seed="4 6 1 3 2").to_pandas()["order"].tolist()
    ['1', '2', '3', '4']
    """
    n = whole_number(n, "n", 1)
    text = seed_of(seed)
    if not is_number(missing_share) or not 0 < missing_share < 1:
        raise MethodError.of("reread-share", got=str(missing_share))
    sample = audit_of(audit, **roles)
    name = id_column(sample)
    first = by_reports(sample)
    classes = classes_of(first)
    counts = allocated(_stands(first, classes), _sizes(classes), n, missing_share)
    labelled = {_cell(classes, cell): (int(size), counts[cell]) for cell, size in _sizes(classes).items()}
    chosen = np.flatnonzero(drawn_by(classes, text, {cell: read for cell, (_, read) in labelled.items()}))
    ids = [classes.ids[i] for i in chosen]
    order = sorted(range(len(ids)), key=tickets(text, [_WORKSHEET], ids).__getitem__)
    empty = _empty_columns(sample)
    keys = tuple(key for key in first.strata.keys if key in sample.columns and key != name)
    rows = []
    for place, at in enumerate(order, 1):
        label = dict(zip(first.strata.keys, classes.labels[classes.stratum[chosen[at]]], strict=True))
        rows.append((*(label[key] for key in keys), number_of(ids[at]), str(place), *("" for _ in empty)))
    columns = (*keys, name, wording.ORDER_COLUMN, *empty)
    decision = sample.design.decision
    return Panel(
        columns, tuple(rows), text, labelled, classes, name, first.strata.keys, tuple(ids), first, empty, decision,
        () if decision is not None else empty[-2:],
    )  # fmt: skip


def _cell(classes: Classes, cell: int) -> tuple[tuple[str, ...], str]:
    return classes.labels[cell // len(CLASSES)], CLASSES[cell % len(CLASSES)]


def _sizes(classes: Classes) -> dict[int, int]:
    """Count the reports of each cell."""
    cells, counts = np.unique(classes.cells(), return_counts=True)
    return {int(cell): int(n) for cell, n in zip(cells, counts, strict=True)}


def _stands(audit: Audit, classes: Classes) -> dict[int, float]:
    """Say for how many reports of the frame each cell stands, as far as that is known."""
    weight = audit.strata.weight[classes.stratum] * (1.0 if classes.own is None else classes.own)
    found = np.bincount(classes.cells(), weight)
    return {cell: float(found[cell]) for cell in _sizes(classes)}


def _empty_columns(audit: Audit) -> tuple[str, ...]:
    """Name the columns that the panel fills in: those of the auditors' answers, and the class of each crime."""
    design = audit.design
    kinds = [name for name in (design.category or "crime_type", design.recorded_as) if name in audit.columns]
    kinds = [str(name) for name in dict.fromkeys(kinds) if name not in audit.strata.keys]
    if design.decision is not None:
        return (*kinds, design.decision)
    # an auditor's yes or no has no word for a report in which nothing was due
    return (*kinds, *((design.due, design.recorded) if design.due is not None else ("due", "recorded")))


def allocated(stands: Mapping[int, float], sizes: Mapping[int, int], n: int, missing_share: float) -> dict[int, int]:
    """Say how many reports of each cell are read."""
    if n > sum(sizes.values()):
        raise DataError.of("reread-many", got=n, reports=sum(sizes.values()))
    least = {cell: min(FEWEST_READ, size) for cell, size in sizes.items()}
    if n < sum(least.values()):
        raise DataError.of("reread-few", got=n, least=sum(least.values()), classes=len(sizes))
    missing = [cell for cell in sizes if CLASSES[cell % len(CLASSES)] == MISSING]
    others = [cell for cell in sizes if cell not in missing]
    room = sum(sizes[cell] for cell in missing)
    wanted = min(round(n * missing_share), room)
    # neither part may leave the other less than it has to have, or more than it can have
    wanted = max(wanted, sum(least[cell] for cell in missing), n - sum(sizes[cell] for cell in others))
    wanted = min(wanted, n - sum(least[cell] for cell in others))
    found = _in_part(missing, stands, sizes, least, wanted)
    return found | _in_part(others, stands, sizes, least, n - wanted)


def _in_part(
    cells: Sequence[int], stands: Mapping[int, float], sizes: Mapping[int, int], least: Mapping[int, int], n: int
) -> dict[int, int]:
    """Share a number of reports out over cells, each next one to where it lowers the variance most."""
    found = {cell: least[cell] for cell in cells}
    queue = [(-_worth(stands[cell], found[cell]), cell) for cell in cells if found[cell] < sizes[cell]]
    heapq.heapify(queue)
    for _ in range(n - sum(found.values())):
        _, cell = heapq.heappop(queue)
        found[cell] += 1
        if found[cell] < sizes[cell]:
            heapq.heappush(queue, (-_worth(stands[cell], found[cell]), cell))
    return found


def _worth(stands: float, read: int) -> float:
    """Give the priority of reading one more of a cell: Wright (2012), The American Statistician 66."""
    return stands / float(np.sqrt(read * (read + 1)))
