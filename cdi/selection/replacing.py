"""A record that cannot be audited gives its place to the next reserve of its stratum, for a reason that is logged."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.arguments import checked, chosen, path_of, text_of
from cdi.errors import DataError, DesignError, Where
from cdi.printing import formats
from cdi.printing.layout import csv_of
from cdi.selection.draws import ANSWERS, ORDER, WEIGHT
from cdi.selection.files import SampleFile, fixed_columns, once, read_reserves, read_sample
from cdi.selection.receipts import Receipt, Replacement, StratumReceipt, read_receipt, receipt_file, write_receipt

__all__ = ["replace_drawn"]


@checked
def replace_drawn(sample: str | Path, unit: str, *, reason: str) -> str:
    """Replace a record that cannot be audited by the next reserve of its stratum, and log it in the receipt.

    Parameters
    ----------
    sample : path
        The sample. The record's row gets the reserve in its place, and nothing else in the file changes.
    unit : str
        The id of the record that cannot be audited.
    reason : {"not found", "no access", "damaged", "out of scope", "duplicate"}
        Why. A record that is inconvenient to audit stays in the sample.

    Returns
    -------
    str
        The id of the reserve.

    Raises
    ------
    DesignError
        If the reason is another, the record is answered, or the reserves of its stratum are used up.
    DataError
        If the sample, its reserves or its receipt are not there, or are not as they were written.

    Notes
    -----
    Replacing keeps the number of records, and no more. If the records that cannot be audited differ from the others,
    the estimate is of those that can be. A record that was read and is undecided is no such record: it has the decision
    not auditable.

    Examples
    --------
    >>> import tempfile, pathlib, pandas as pd, cdi
    >>> frame = pd.DataFrame({"incident": [f"2024/{i}" for i in range(900)]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sample, *_ = cdi.write_draw(
    ...         cdi.draw(frame, n=30, seed="4 6 1 3 2"), pathlib.Path(folder) / "sample.csv"
    ...     )
    ...     cdi.replace_drawn(sample, "2024/481", reason="not found")
    '2024/465'
    """
    path, wanted = path_of(sample), text_of(unit, "unit").strip()
    chosen(reason, tuple(wording.REPLACEMENT_REASONS), "draw-reason", DesignError)
    held = read_sample(path)
    proof_file = receipt_file(path)
    proof, key, sealed = read_receipt(proof_file)
    if not sealed:
        raise DataError.of("draw-receipt-changed", where=Where(str(proof_file)))
    rows = held.fixed(proof)
    if not proof.agrees_on_sample(key, once(rows, proof)):
        raise DataError.of("draw-sample-changed", where=Where(str(path)))
    own = _row_of(wanted, rows, held, proof)
    stratum, position = _place(rows[own], proof)
    used = proof.used(stratum)
    if used >= stratum.reserves:
        raise DesignError.of("draw-no-reserve", got=wanted, where=held.where(own), reserves=stratum.reserves)
    standby = read_reserves(path)
    reserves = standby.fixed(proof)
    if not proof.agrees_on_reserves(key, reserves):
        raise DataError.of("draw-sample-changed", where=Where(str(standby.path), sheet=standby.sheet))
    order = stratum.sample + used + 1
    label = [" ".join(text.split()) for text in stratum.label]
    place = next(
        i for i, row in enumerate(reserves) if [*row[: len(label)], row[len(label) + 1]] == [*label, str(order)]
    )
    by = Replacement(position, stratum.positions[order - 1], reason, dt.date.today().isoformat())
    new = [reserves[place] if i == own else row for i, row in enumerate(rows)]
    texts = dict(zip(standby.columns, standby.rows[place], strict=True))
    row = {name: texts[name] for name in fixed_columns(proof)}
    formats.write(_in_book(held, own, row) if held.sheet else _in_csv(held, own, row), path)
    write_receipt(proof.replacing(key, by, once(new, proof)), key, proof_file)
    return texts[proof.unit]


def _row_of(wanted: str, rows: Sequence[tuple[str, ...]], held: SampleFile, proof: Receipt) -> int:
    """Find the row of a record that nobody has answered."""
    units = [row[len(proof.keys)] for row in rows]
    own = [i for i, each in enumerate(units) if each == " ".join(wanted.split())]
    if not own:
        # ids are often alike, so that another one is not suggested
        raise DataError.of("draw-no-record", got=wanted, where=Where(str(held.path), sheet=held.sheet))
    given = [
        (i, name)
        for i in own
        for name in ANSWERS[proof.answers]
        if name in held.columns and held.rows[i][held.columns.index(name)].strip()
    ]
    if given or len(own) > 1:
        row, name = given[0] if given else (own[1], None)
        raise DesignError.of("draw-answered", got=wanted, where=replace(held.where(row), column=name))
    return own[0]


def _place(row: tuple[str, ...], proof: Receipt) -> tuple[StratumReceipt, int]:
    """Find the stratum of a record, and its row in the frame."""
    size = len(proof.keys)
    stratum = next(each for each in proof.strata if [" ".join(text.split()) for text in each.label] == list(row[:size]))
    return stratum, stratum.positions[int(row[size + 1]) - 1]


def _in_csv(held: SampleFile, place: int, row: Mapping[str, str]) -> str:
    """Write a sample with another record in one of its rows."""
    new = tuple(row.get(name, "") for name in held.columns)
    return csv_of(held.columns, [new if i == place else each for i, each in enumerate(held.rows)])


def _in_book(held: SampleFile, place: int, row: Mapping[str, str]) -> bytes:
    """Write a worksheet with another record in one of its rows."""
    import openpyxl

    book: Any = openpyxl.load_workbook(held.path)
    sheet = book[held.sheet]
    names = {str(cell.value).strip(): cell.column for cell in sheet[1] if cell.value is not None}
    for name, column in names.items():
        cell = sheet.cell(held.numbers[place], column)
        text = row.get(name)
        if text is not None and name in (ORDER, WEIGHT):
            cell.value = int(text) if name == ORDER else float(text)
            continue
        cell.value = text
        if text is not None:
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
