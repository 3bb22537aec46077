"""The style of charts: that of the Government Analysis Function, the width of its text, and how a chart becomes files.

Nothing is told apart by colour alone, and the same numbers give the same bytes. Widths are those of DejaVu Sans, which
comes with matplotlib; where a page is shown without it, other fonts are narrower.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cdi.errors import DataError
from cdi.printing import formats

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.ft2font import FT2Font

__all__ = [
    "BLUE", "CLARET", "GREY", "HEADING", "INCH", "LIGHT", "ORANGE", "PALE", "SMALL", "SPACING", "TEAL", "TEXT", "TITLE",
    "UNNAMED", "Chart", "Drawn", "drawn", "height", "kept", "plain", "save", "shortened", "stacked", "styled", "width",
    "wrapped",
]  # fmt: skip

STYLE = "afcharts.afcharts"
DOTS, PACKED = 120, 3  # an inch, and how hard they are packed, in PNG
TITLE = "title"  # what the title of a chart is called, for a picture without it
UNNAMED = "_"  # what begins so stands in no legend
BLUE, TEAL, CLARET, ORANGE, GREY = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D"
"""Of the Analysis Function's categorical palette."""
LIGHT, PALE = "#A6BDD9", "#D9D9D9"  # to fill what has a darker edge
HEADING, TEXT, SMALL = 15.0, 12.0, 10.5  # points
SPACING = 1.4  # from line to line, in sizes of the letters
INCH = 72.0  # points
CUT = "…"
# DejaVu Sans comes with matplotlib: any other font may be absent elsewhere, and change the bytes
SETTINGS: Mapping[str, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT,
    "svg.fonttype": "none",
    "text.hinting": "none",  # else the pixels of a picture decide how wide its text is
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart before it is drawn."""

    name: str  # what its files are called, without the ending: ``rates_by_crime_type``
    title: str  # what stands above it
    description: str  # in words what it shows: its text alternative
    figure: Callable[..., Figure] = field(repr=False, compare=False)  # what draws it
    made: Drawn | None = field(default=None, repr=False, compare=False)  # the chart as it was drawn, where it was saved


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as the two files that it is kept in."""

    svg: str  # for the page, with title and description inside
    png: bytes  # for everything that takes pictures only
    # the same as ``svg`` without the title, for a page that writes it above; empty where there is no such picture
    untitled: str = ""


def drawn(chart: Chart, marking: str = "") -> Drawn:
    """Draw a chart once, for the page and as a picture."""
    if chart.made is not None:
        return chart.made
    with styled(chart.name):
        figure = chart.figure(marking=marking) if marking else chart.figure()
        written = _written(figure)
        return Drawn(_inert(written, chart), _png(figure, chart), _inert(_untitled(written, figure), chart))


def kept(chart: Chart, marking: str = "") -> Chart:
    """Keep a chart as it is drawn: what draws it cannot be pickled."""
    return replace(chart, figure=_no_figure, made=drawn(chart, marking))


def _no_figure(**_options: Any) -> Figure:
    raise DataError.of("chart-drawn")


def save(chart: Chart, path: str | Path) -> None:
    """Write a chart, whole or not at all."""
    ending = Path(path).suffix.casefold()
    made = _BY_ENDING.get(ending)
    if made is None:
        raise DataError.of("chart-ending", got=str(path))
    if chart.made is not None:
        formats.write(chart.made.svg if ending == ".svg" else chart.made.png, path)
        return
    with styled(chart.name):
        content = made(chart.figure(), chart)
    formats.write(content, path)


@contextlib.contextmanager
def styled(name: str = "") -> Iterator[None]:
    """Keep the style to this chart: what the caller has set for others stays."""
    import matplotlib as mpl
    import matplotlib.style

    # charts on one page may not share the names of their parts
    salt = {"svg.hashsalt": f"cdi {name}"} if name else {}
    with mpl.rc_context(), matplotlib.style.context([STYLE, {**SETTINGS, **salt}]), warnings.catch_warnings():
        # a letter that the font lacks is drawn as a box in PNG; SVG keeps it
        warnings.filterwarnings("ignore", message="Glyph")
        yield


_UNSAID = {"Date": None, "Creator": None, "Format": None, "Type": None}
_SHARED_STYLE = re.compile(r"\s*<defs>\s*<style.*?</defs>", re.DOTALL)  # would be that of the whole page
_SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]*"')
_TITLE = re.compile(rf'<g id="{TITLE}">.*?</g>', re.DOTALL)
_NAMED_GROUP = re.compile(r'<g id="[^"]*"')  # figure_1 and axes_1 of each chart


def _svg(figure: Figure, chart: Chart) -> str:
    return _inert(_written(figure), chart)


def _written(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata=_UNSAID)
    text = out.getvalue()
    return text[text.index("<svg") :]


def _untitled(written: str, figure: Figure) -> str:
    """Take the title off a picture, and the room above it that its lines took."""
    lines = [text.get_text().count("\n") + 1 for text in figure.texts if text.get_gid() == TITLE]
    size = _SIZE.search(written)
    if not lines or size is None:
        return written
    top, wide, high = height(sum(lines), HEADING) * INCH, size[1], float(size[2])
    cut = f'width="{wide}pt" height="{high - top:g}pt" viewBox="0 {top:g} {wide} {high - top:g}"'
    return _TITLE.sub("", written.replace(size[0], cut, 1))


def _inert(written: str, chart: Chart) -> str:
    """Write what can stand in a page as it is: without a prologue, without names that another chart has too."""
    text = _NAMED_GROUP.sub("<g", _SHARED_STYLE.sub("", written, 1))
    said = f"<title>{escape(plain(chart.title))}</title>\n <desc>{escape(plain(chart.description))}</desc>"
    head, rest = text.split(">", 1)
    return f'{head} role="img" stroke-linejoin="round">\n {said}{rest}'


def _png(figure: Figure, chart: Chart) -> bytes:
    out = io.BytesIO()
    metadata = {"Title": plain(chart.title), "Description": plain(chart.description), "Software": None}
    figure.savefig(out, format="png", dpi=DOTS, metadata=metadata, pil_kwargs={"compress_level": PACKED})
    return out.getvalue()


_BY_ENDING: Mapping[str, Callable[[Figure, Chart], str | bytes]] = {".svg": _svg, ".png": _png}
"""Ending of a file -> what saves a chart in its format, with title and alternative text."""


def width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Give how wide a text is, in inches."""
    return sum(_advance(sign, bold=bold) for sign in text) * size / INCH


def height(lines: int, size: float = TEXT) -> float:
    """Give how high some lines are, in inches."""
    return lines * size * SPACING / INCH


def plain(text: str) -> str:
    r"""Write a text on one line, with the signs that would steer it shown as such."""
    return " ".join(formats.harmless(text).split())


def shortened(text: str, room: float, size: float = TEXT, *, bold: bool = False) -> str:
    """Cut a text short where it is wider than its room, in inches."""
    text = plain(text)
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + CUT, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + CUT


def wrapped(texts: Sequence[str], room: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
    """Part texts into lines that fit their room, in inches; a word that does not is broken."""
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
    r"""Part a text into a few lines that fit their room, in inches, and cut the last of them short."""
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


@cache
def _advance(sign: str, *, bold: bool) -> float:
    """Give how far a sign reaches, in sizes of the letters; one that the font lacks is taken to be square."""
    font = _font(bold=bold)
    if not font.get_char_index(ord(sign)):
        return 1.0
    return float(font.load_char(ord(sign)).linearHoriAdvance / 65536 / INCH)


@cache
def _font(*, bold: bool) -> FT2Font:
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")))
    font.set_size(INCH, INCH)
    return font
