"""A folder of files: which of them are rows, and which are not. A folder of a sample holds its rows and nothing else.

Nothing in a folder is passed over in silence, but for what programs leave there that nobody put there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cdi import wording
from cdi.errors import DataError, Fault, Where, fault

__all__ = ["PARQUET", "ROWS", "WORKBOOKS", "files_of", "is_left_over", "refuse_reserves", "rows_of"]

WORKBOOKS = frozenset([".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"])
PARQUET = frozenset([".parquet", ".pq"])
ROWS = frozenset([".csv", ".tsv", ".txt"]) | PARQUET | WORKBOOKS
"""Endings of files of rows."""

_READING, _KEYS = ".toml", ".key"
_RESERVES = "-reserves.csv"


def is_left_over(name: str) -> bool:
    """Tell what a program left behind by its name: locks, hidden files, marks that all is there."""
    return name.startswith((".", "~$")) or name.casefold() in {"thumbs.db", "desktop.ini", "_success"}


def files_of(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """List the files of a folder: those of rows, their mappings, and all else that somebody put there."""
    rows, readings, others = list[Path](), list[Path](), list[Path]()
    for path in sorted(folder.iterdir()):
        if is_left_over(path.name):
            continue
        ending = path.suffix.casefold()
        if path.is_file() and ending == _KEYS:
            continue
        if path.is_dir():
            others.append(path)
        elif ending in ROWS:
            rows.append(path)
        elif ending == _READING:
            readings.append(path)
        else:
            others.append(path)
    return rows, readings, others


def rows_of(folder: Path) -> list[Path]:
    """List the files of a sample that a folder stands for, and refuse a folder that holds anything else."""
    rows, readings, others = files_of(folder)
    pattern = wording.for_shell(str(folder / "**"))
    faults = [
        fault("folder-in-folder", where=Where(str(path)), pattern=pattern)
        if path.is_dir()
        else fault("folder-not-rows", where=Where(str(path)))
        for path in sorted([*readings, *others])
    ]
    if not rows and not faults:
        faults.append(fault("folder-without-rows", where=Where(str(folder))))
    faults += _reserves(rows)
    if faults:
        raise DataError(faults)
    return rows


def refuse_reserves(paths: Sequence[Path]) -> None:
    """Refuse files that a folder or a pattern stands for, where reserves of a sample are among them."""
    faults = _reserves(paths)
    if faults:
        raise DataError(faults)


def _reserves(paths: Sequence[Path]) -> list[Fault]:
    """Find the reserves of samples that stand beside them: nobody reads them until they replace a record."""
    held = {path.with_suffix("") for path in paths}
    return [
        fault("folder-reserves", where=Where(str(path)))
        for path in paths
        if path.name.endswith(_RESERVES) and path.with_name(path.name.removesuffix(_RESERVES)) in held
    ]
