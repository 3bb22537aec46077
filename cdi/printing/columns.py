"""Text in the columns of a terminal: words wrap, what is too long for a line folds, and numbers stand to the right.

Signs are as wide as they are shown. Tables of numbers are laid out often, so nothing here looks at a sign by itself
unless it may be wide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

__all__ = ["in_columns", "widest", "width_of", "wrapped"]

_WORD = re.compile(r"\s*\S+\s*")
_FIRST_WIDE = "\u0300"  # what stands before it is as wide as one letter, but for what is no printed sign


def width_of(text: str) -> int:
    """Measure a text in columns of a terminal."""
    if text.isascii() or max(text) < _FIRST_WIDE:
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def widest(texts: Sequence[str]) -> int:
    """Measure the widest of some texts."""
    return max(map(len if "".join(texts).isascii() else width_of, texts))


def wrapped(text: str, width: int) -> list[str]:
    """Part a text into lines, between its words; a word that no line holds is folded."""
    if width_of(text) <= width:
        return [text]
    lines, line, used = list[str](), "", 0
    for word in _WORD.findall(text):
        size = width_of(word.rstrip())
        if size <= width - used:
            line, used = line + word, used + width_of(word)
            continue
        if line:
            lines.append(line)
        *full, line = _folded(word, width) if size > width else [word]
        lines += full
        used = width_of(line)
    return [each.rstrip() for each in (*lines, line)]


def _folded(word: str, width: int) -> list[str]:
    parts, used = [""], 0
    for sign in word:
        size = width_of(sign)
        if used + size > width:
            parts.append("")
            used = 0
        parts[-1] += sign
        used += size
    return parts


def in_columns(
    headings: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], widths: Sequence[int], words: int, gap: int
) -> list[str]:
    """Lay a table out: its headings stand on the rule below them, and the first columns are of words, to the left."""

    def lines(cells: Sequence[Sequence[str]]) -> list[str]:
        folded = [
            [part for line in cell for part in wrapped(line, width)] for cell, width in zip(cells, widths, strict=True)
        ]
        if cells is headings:
            deepest = max(map(len, folded))
            folded = [[*[""] * (deepest - len(cell)), *cell] for cell in folded]
        return [_line(parts, widths, words, gap) for parts in zip_longest(*folded, fillvalue="")]

    head = []
    if any(any(cell) for cell in headings):
        head = [*lines(headings), "-" * (sum(widths) + gap * (len(widths) - 1))]
    columns = list(zip(*rows, strict=True))
    pairs = list(zip(columns, widths, strict=False))
    too_wide = [(column, width) for column, width in pairs if widest(column) > width]
    folding = {i for column, width in too_wide for i, cell in enumerate(column) if width_of(cell) > width}
    padded = [_padded(column, width, left=i < words) for i, (column, width) in enumerate(pairs)]
    body: list[str] = []
    for i, cells in enumerate(zip(*padded, strict=True)):
        body += lines([[cell] for cell in rows[i]]) if i in folding else [(" " * gap).join(cells).rstrip()]
    return [*head, *body]


def _line(parts: Sequence[str], widths: Sequence[int], words: int, gap: int) -> str:
    padded = [_pad(part, width, left=i < words) for i, (part, width) in enumerate(zip(parts, widths, strict=True))]
    return (" " * gap).join(padded).rstrip()


def _padded(texts: Sequence[str], width: int, *, left: bool) -> list[str]:
    """Bring the texts of a column to its width."""
    if "".join(texts).isascii():
        return [text.ljust(width) if left else text.rjust(width) for text in texts]
    return [_pad(text, width, left=left) for text in texts]


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - width_of(text))
    return text + space if left else space + text
