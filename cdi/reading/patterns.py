"""Files as people name them: by a pattern that several fit, or a workbook with the sheet behind it."""

from __future__ import annotations

from pathlib import Path

from cdi.errors import DataError
from cdi.reading.loading import is_workbook

__all__ = ["named_files", "parted"]


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
    name, sheet = parted(text)
    if sheet is not None and not _at(text, folder).exists():
        return [(name, sheet)]
    return [(each, None) for each in _fitting(text, folder)]


def parted(text: str) -> tuple[str, str | None]:
    """Part a workbook from the sheet that is named behind it, whatever signs the two hold.

    Examples
    --------
    >>> parted("book #1.xlsx#Sheet #2"), parted("book #1.xlsx"), parted("a#b.csv")
    (('book #1.xlsx', 'Sheet #2'), ('book #1.xlsx', None), ('a#b.csv', None))
    """
    signs = (i for i, sign in enumerate(text) if sign == "#")
    place = next((i for i in signs if is_workbook(text[:i])), None)
    return (text, None) if place is None else (text[:place], text[place + 1 :])


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
