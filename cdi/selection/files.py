"""The files of a draw: the sample that auditors fill in and estimates read, its reserves, and the receipt."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi.arguments import checked, path_of, refuse_other
from cdi.errors import DataError, Where, fault, suggestion
from cdi.keyed import key_file, key_of_draw
from cdi.printing import formats
from cdi.printing.layout import bare, csv_of
from cdi.reading import delimited
from cdi.selection.draws import COUNTS, DECISION, ORDER, WEIGHT, Draw, DrawnRecord
from cdi.selection.receipts import receipt_file, receipt_of, write_receipt
from cdi.selection.worksheet import RESERVES, book_of

if TYPE_CHECKING:
    from cdi.selection.receipts import Receipt

__all__ = [
    "SampleFile",
    "fixed_columns",
    "once",
    "read_reserves",
    "read_sample",
    "reserves_file",
    "rows_of",
    "write_draw",
]

CSV, WORKBOOK = ".csv", ".xlsx"


def reserves_file(sample: Path) -> Path:
    """Name the file of the reserves of a sample.

    Examples
    --------
    >>> reserves_file(Path("audit/sample.csv")).name
    'sample-reserves.csv'
    """
    return sample.parent / f"{sample.stem}-reserves{CSV}"


# ---- writing


def refuse_files(path: object) -> tuple[Path, list[Path], Path]:
    """Name the files of a draw - the sample, others beside it, the receipt - and refuse those that exist."""
    sample = path_of(path)
    ending = sample.suffix.casefold()
    if ending not in (CSV, WORKBOOK):
        raise DataError.of("draw-ending", got=sample.suffix or None, where=Where(str(sample)))
    receipt = receipt_file(sample)
    others = [reserves_file(sample)] if ending == CSV else []
    there = [each for each in (sample, *others, receipt) if os.path.lexists(each)]
    if there:
        raise DataError.of("draw-exists", where=Where(str(there[0])))
    return sample, others, receipt


@checked
def write_draw(draw: Draw, path: str | Path) -> tuple[Path, ...]:
    """Write a sample, its reserves and the receipt, with the private key of the receipt beside it.

    Parameters
    ----------
    draw : Draw
        What :func:`cdi.draw` gave.
    path : str or pathlib.Path
        A new file that ends in .csv or .xlsx. A workbook is the worksheet of the auditors.

    Returns
    -------
    tuple of pathlib.Path
        The files that were written: the sample first, and the receipt and its key last.

    Raises
    ------
    DataError
        If the ending is another, or one of the files exists: a sample that is filled in is never overwritten.

    Examples
    --------
    >>> import tempfile, pathlib, pandas as pd, cdi
    >>> frame = pd.DataFrame({"incident": [f"2024/{i}" for i in range(900)]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = cdi.write_draw(cdi.draw(frame, n=30, seed="4 6 1"), pathlib.Path(folder) / "sample.csv")
    ...     [file.name for file in files]
    ['sample.csv', 'sample-reserves.csv', 'sample.receipt.json', 'sample.receipt.key']
    """
    refuse_other(draw, "Draw", "cdi.draw(FRAME, PLAN, seed=TEXT)")
    found = draw
    sample, others, receipt = refuse_files(path)
    ending = sample.suffix.casefold()
    answers = found.answers or (COUNTS if ending == CSV else DECISION)
    contents: list[Any] = _csv_files(found, answers) if ending == CSV else [book_of(found, answers)]
    key = key_of_draw(receipt)
    rows = {"sample": rows_of(found, found.sample), "reserves": rows_of(found, found.reserves)}
    proof = receipt_of(found, key, dt.date.today().isoformat(), answers, rows)
    for content, file in zip(contents, (sample, *others), strict=True):
        formats.write(content, file)
    write_receipt(proof, key, receipt)
    return sample, *others, receipt, key_file(receipt)


def _csv_files(found: Draw, answers: str) -> list[str]:
    names = (*found.fixed, *found.open(answers))
    empty = [None] * len(found.open(answers))
    return [
        csv_of(names, [(*found.row(record), *empty) for record in records])
        for records in (found.sample, found.reserves)
    ]


def rows_of(found: Draw, records: Sequence[DrawnRecord]) -> list[tuple[str, ...]]:
    """Write what stands in the columns that the draw fills in, in the one form that is compared."""
    return [tuple(map(_plain, found.fixed, found.row(record))) for record in records]


def fixed_columns(receipt: Receipt) -> tuple[str, ...]:
    """Name the columns of a sample that its draw filled in, and its receipt covers."""
    return (*receipt.keys, receipt.unit, ORDER, *receipt.keep, *((WEIGHT,) if receipt.size else ()))


def once(rows: Sequence[tuple[str, ...]], receipt: Receipt) -> list[tuple[str, ...]]:
    """Take the rows of one record once, where auditors write a row for each of its crimes."""
    if receipt.answers != DECISION:
        return list(rows)
    return [row for i, row in enumerate(rows) if i == 0 or row != rows[i - 1]]


def _plain(column: str, value: object) -> str:
    """Write a value in the one form that is compared: a spreadsheet may have written it otherwise."""
    text = " ".join(str("" if value is None else value).split())
    if column in (ORDER, WEIGHT):
        try:
            return f"{float(text):.12g}"
        except ValueError:
            return text
    return text


# ---- reading


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A sample as it was read back, filled in or not."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the texts of each row
    numbers: tuple[int, ...]  # the line, or the row of the sheet, of each
    sheet: str | None = None
    book: Any = field(default=None, repr=False, compare=False)

    def fixed(self, receipt: Receipt) -> list[tuple[str, ...]]:
        """Give what stands in the columns that the draw filled in, in the one form that is compared."""
        names = fixed_columns(receipt)
        missing = [name for name in names if name not in self.columns]
        if missing:
            if self.sheet is None:
                delimited.examine(self.path)  # says what is wrong with a file whose columns cannot be told
            where = Where(str(self.path), sheet=self.sheet)
            raise DataError(
                [
                    fault("draw-sample-column", where=where, column=name, hint=suggestion(name, self.columns))
                    for name in missing
                ]
            )
        places = [self.columns.index(name) for name in names]
        return [tuple(_plain(name, row[i]) for name, i in zip(names, places, strict=True)) for row in self.rows]

    def where(self, row: int) -> Where:
        """Say where a row stands."""
        return Where(str(self.path), self.numbers[row], sheet=self.sheet)


def read_sample(path: object) -> SampleFile:
    """Read a sample that was drawn, filled in or not.

    Raises
    ------
    DataError
        It cannot be read.
    """
    return _read(path_of(path), "")


def read_reserves(sample: Path) -> SampleFile:
    """Read the reserves of a sample: the file beside it, or the sheet of the workbook."""
    return _read(sample, RESERVES) if sample.suffix.casefold() == WORKBOOK else _read(reserves_file(sample), "")


def _read(path: Path, sheet: str) -> SampleFile:
    if not path.is_file():
        raise DataError.of("is-a-folder" if path.is_dir() else "no-file", where=Where(str(path)))
    ending = path.suffix.casefold()
    if ending not in (CSV, WORKBOOK):
        raise DataError.of("draw-no-sample", got=path.suffix or None, where=Where(str(path)))
    return _read_csv(path) if ending == CSV else _read_sheet(path, sheet)


def _read_csv(path: Path) -> SampleFile:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        delimited.examine(path)  # knows more of other encodings
        raise DataError.of("not-utf-8", where=Where(str(path))) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    columns: tuple[str, ...] = ()
    rows, numbers, before = [], [], 0
    for cells in reader:
        first, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = tuple(cell.strip() for cell in cells)
        else:
            padded = [bare(cell) for cell in [*cells, *[""] * (len(columns) - len(cells))]]
            rows.append(tuple(padded[: len(columns)]))
            numbers.append(first)
    if not columns:
        raise DataError.of("empty-file", where=Where(str(path)))
    return SampleFile(path, columns, tuple(rows), tuple(numbers))


def _read_sheet(path: Path, sheet: str) -> SampleFile:
    from cdi.reading import workbooks

    table = workbooks.table_of(workbooks.read_cells(str(path), sheet=sheet or None))
    rows = tuple(tuple(text or "" for text in row) for row in zip(*table.values, strict=True))
    return SampleFile(path, table.columns, rows, tuple(table.rows), table.title)
