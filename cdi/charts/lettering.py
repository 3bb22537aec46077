"""Text on a chart: how wide it is, where it is broken, and where it is cut short.

Widths are those of DejaVu Sans, which comes with matplotlib; where a page is shown without it, other fonts are
narrower.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cdi.printing.formats import harmless

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

__all__ = ["HEADING", "INCH", "SMALL", "SPACING", "TEXT", "height", "plain", "shortened", "stacked", "width", "wrapped"]

HEADING, TEXT, SMALL = 15.0, 12.0, 10.5  # points
SPACING = 1.4  # from line to line, in sizes of the letters
INCH = 72.0  # points
CUT = "…"


@cache
def _font(*, bold: bool) -> FT2Font:
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")))
    font.set_size(INCH, INCH)
    return font


@cache
def _advance(sign: str, *, bold: bool) -> float:
    """Give how far a sign reaches, in sizes of the letters; one that the font lacks is taken to be square."""
    font = _font(bold=bold)
    if not font.get_char_index(ord(sign)):
        return 1.0
    return float(font.load_char(ord(sign)).linearHoriAdvance / 65536 / INCH)


def width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Give how wide a text is, in inches.

    Examples
    --------
    >>> round(width("Recording rate"), 2), round(width("Recording rate", bold=True), 2)
    (1.24, 1.4)
    """
    return sum(_advance(sign, bold=bold) for sign in text) * size / INCH


def height(lines: int, size: float = TEXT) -> float:
    """Give how high some lines are, in inches."""
    return lines * size * SPACING / INCH


def plain(text: str) -> str:
    r"""Write a text on one line, with the signs that would steer it shown as such.

    Examples
    --------
    >>> plain("two\n lines")
    'two lines'
    """
    return " ".join(harmless(text).split())


def shortened(text: str, room: float, size: float = TEXT, *, bold: bool = False) -> str:
    """Cut a text short where it is wider than its room, in inches.

    Examples
    --------
    >>> shortened("violence against the person", 1.6)
    'violence against…'
    """
    text = plain(text)
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + CUT, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + CUT


def wrapped(texts: Sequence[str], room: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
    """Part texts into lines that fit their room, in inches; a word that does not is broken.

    Examples
    --------
    >>> wrapped(["We estimate that the force is recording most crime.", ""], 3.0)
    ['We estimate that the force is', 'recording most crime.']
    """
    lines: list[str] = []
    for text in texts:
        line = ""
        for word in _pieces(plain(text), room, size, bold=bold):
            longer = f"{line} {word}".strip()
            if line and width(longer, size, bold=bold) > room:
                lines.append(line)
                longer = word
            line = longer
        lines += [line] if line else []
    return lines


def stacked(text: str, room: float, most: int, *, bold: bool = False) -> str:
    r"""Part a text into a few lines that fit their room, in inches, and cut the last of them short.

    Examples
    --------
    >>> stacked("was the victim told that it was cancelled", 2.0, 2)
    'was the victim told that\nit was cancelled'
    >>> stacked("was the victim told that it was cancelled", 2.0, 1)
    'was the victim told th…'
    """
    lines = wrapped([text], room, bold=bold)
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), room, bold=bold)]
    return "\n".join(lines)


def _pieces(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Part a text into words, and words wider than a line into what fits it."""
    pieces: list[str] = []
    for word in text.split():
        piece = ""
        for sign in word:
            if width(piece + sign, size, bold=bold) > room:
                pieces.append(piece)
                piece = ""
            piece += sign
        pieces.append(piece)
    return pieces
