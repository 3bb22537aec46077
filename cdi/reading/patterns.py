"""Files as people name them: by a pattern that several fit, or a workbook with the sheet behind it."""

from __future__ import annotations

from pathlib import Path

from cdi.errors import DataError
from cdi.reading.loading import is_workbook

__all__ = ["named_files"]


def named_files(text: str, folder: Path | None = None) -> list[tuple[str, str | None]]:
    """List the files that a text names, each with the sheet that is meant.

    Parameters
    ----------
    text : str
        A file, a pattern such as ``2024-*.csv``, or ``book.xlsx#Sheet``; a file that exists wins.
    folder : pathlib.Path, optional
        What the text is relative to; the working folder unless named.

    Returns
    -------
    list of tuple of str and str or None
        File and sheet; the files that fit a pattern in the order of their names.

    Raises
    ------
    DataError
        No file fits the pattern.

    Examples
    --------
    >>> named_files("audit.csv"), named_files("book.xlsx#June")
    ([('audit.csv', None)], [('book.xlsx', 'June')])
    """
    name, sign, sheet = text.rpartition("#")
    if sign and is_workbook(name) and not _at(text, folder).exists():
        return [(name, sheet)]
    return [(each, None) for each in _fitting(text, folder)]


def _at(text: str, folder: Path | None) -> Path:
    return Path(text) if folder is None else folder / text


def _fitting(text: str, folder: Path | None) -> list[str]:
    """List the files that fit a pattern: not every shell does it, and Windows has none that does."""
    from glob import glob, has_magic

    if not has_magic(text) or _at(text, folder).exists():
        return [text]
    names = sorted(glob(text, root_dir=folder))  # noqa: PTH207 - the pattern may begin at a drive or a root
    if not names:
        raise DataError.of("no-match", got=text)
    return names
