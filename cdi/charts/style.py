"""The style of charts: that of the Government Analysis Function, how a chart becomes files, and its frame of text.

Nothing is told apart by colour alone, and the same numbers give the same bytes. Widths are those of DejaVu Sans, which
comes with matplotlib; where a page is shown without it, other fonts are narrower.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cdi.errors import DataError
from cdi.printing import formats

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ft2font import FT2Font

__all__ = [
    "BESIDE", "BLUE", "CLARET", "EDGE", "GREY", "HEADING", "INCH", "LIGHT", "NARROW", "ORANGE", "PALE", "SMALL",
    "SPACING", "TEAL", "TEXT", "TITLE", "UNNAMED", "WIDTH", "Chart", "Drawn", "Frame", "at_print", "cased_intervals",
    "drawn", "framed", "height", "in_percent", "kept", "names_before", "new_axes", "percent", "plain", "save",
    "shortened", "stacked", "styled", "width", "wrapped",
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
    # what draws it for a narrow window, where there is such a picture
    narrow: Callable[..., Figure] | None = field(default=None, repr=False, compare=False)
    made: Drawn | None = field(default=None, repr=False, compare=False)  # the chart as it was drawn, where it was saved


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as the two files that it is kept in."""

    svg: str  # for the page, with title and description inside
    png: bytes  # for everything that takes pictures only
    # the same as ``svg`` without the title, for a page that writes it above; empty where there is no such picture
    untitled: str = ""
    narrow: str = ""  # the same for a narrow window


def drawn(chart: Chart, marking: str = "", *, pictured: bool = True) -> Drawn:
    """Draw a chart once, for the page and, unless nobody takes that, as a picture."""
    if chart.made is not None:
        return chart.made
    said = {"marking": marking} if marking else {}
    with styled(chart.name):
        figure = chart.figure(**said)
        written, narrow = _written(figure), ""
        if chart.narrow is not None:
            small = chart.narrow(**said)
            narrow = _inert(_untitled(_written(small), small), chart)
        picture = _png(figure, chart) if pictured else b""
        return Drawn(_inert(written, chart), picture, _inert(_untitled(written, figure), chart), narrow)


def kept(chart: Chart, marking: str = "") -> Chart:
    """Keep a chart as it is drawn: what draws it cannot be pickled."""
    return replace(chart, figure=_no_figure, narrow=None, made=drawn(chart, marking))


def _no_figure(**_options: Any) -> Figure:
    raise DataError.of("chart-drawn")


def save(chart: Chart, path: str | Path) -> None:
    """Write a chart, whole or not at all."""
    ending = Path(path).suffix.casefold()
    if ending not in (".svg", ".png"):
        raise DataError.of("chart-ending", got=str(path))
    if chart.made is not None:
        formats.write(chart.made.svg if ending == ".svg" else chart.made.png, path)
        return
    with styled(chart.name):
        figure = chart.figure()
        content = _inert(_written(figure), chart) if ending == ".svg" else _png(figure, chart)
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


def new_axes(size: tuple[float, float]) -> Axes:
    """Make axes of a size in inches; where pyplot shows pictures, as in a notebook, it has to know of them."""
    if "matplotlib.pyplot" in sys.modules:
        import matplotlib.pyplot as plt

        return plt.subplots(figsize=size, layout="constrained")[1]
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained").add_subplot()


_UNSAID = {"Date": None, "Creator": None, "Format": None, "Type": None}
_SHARED_STYLE = re.compile(r"\s*<defs>\s*<style.*?</defs>", re.DOTALL)  # would be that of the whole page
_SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]*"')
_TITLE = re.compile(rf'<g id="{TITLE}">.*?</g>', re.DOTALL)
_NAMED_GROUP = re.compile(r'<g id="[^"]*"')  # figure_1 and axes_1 of each chart


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
        if line:
            lines.append(line)
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


# ---- the frame of text round a plot, an axis in percent, names and intervals


WIDTH, EDGE, GAP = 8.5, 0.15, 0.14  # inches: of a chart, at its edges, between its parts
NARROW = 3.4  # inches, of a chart for a window of 320 pixels, in which its letters are nearly as large as the text
HANDLE, COLUMN = 2.5, 1.4  # sizes of the letters: what stands before a name in a legend, and between two
BESIDE = 0.12  # inches, between a plot and its text
LABEL, STEPS = 0.6, 6  # inches of a step, steps of an axis at the most
FINE = 0.05  # an axis no longer than this has steps within a per cent


@dataclass(frozen=True, slots=True)
class Frame:
    """What is said on a chart, and the room that its plot takes."""

    title: str  # what stands above it
    # above, below: the sentences above the plot, and the lines below it; empty ones are left out
    above: tuple[str, ...]
    below: tuple[str, ...]
    plot: float  # the height of the plot, in inches
    # left, right: the room beside it, in inches
    left: float
    right: float = 0.3
    foot: float = 0.3  # the room under it for its axis, in inches
    legend: tuple[str, ...] = ()  # the order of what its legend names; what is not drawn is not named


def framed(frame: Frame, draw: Callable[[Axes], None], marking: str = "", wide: float = WIDTH) -> Figure:
    """Draw a plot within its frame; the lines of text decide the height of the chart."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.set_figwidth(wide)
    left, across = frame.left / wide, 1 - (frame.left + frame.right) / wide
    axes = figure.add_axes((left, 0, across, 1))
    draw(axes)
    room = wide - 2 * EDGE
    names, columns = _named(axes, frame.legend, room)
    head = [marking] if marking else []
    title = wrapped([frame.title], room, HEADING, bold=True)
    said, noted = wrapped(frame.above, room), wrapped(frame.below, room, SMALL)
    tops = [
        EDGE,
        height(len(head), HEADING),
        height(len(title), HEADING),
        height(len(said)),
        GAP * 0.7,
        height(-(-len(names) // columns)),
        GAP,
    ]
    bottoms = [EDGE, height(len(noted), SMALL), GAP, frame.foot]
    total = sum(tops) + frame.plot + sum(bottoms)
    figure.set_size_inches(wide, total)
    axes.set_position((left, sum(bottoms) / total, across, frame.plot / total))
    _legend(axes, names, columns, (EDGE / wide, 1 - sum(tops[:5]) / total))
    heading = {"fontsize": HEADING, "fontweight": "bold", "gid": TITLE}
    texts: tuple[tuple[list[str], float, str, dict[str, Any]], ...] = (
        (head, 1 - EDGE / total, "top", {**heading, "color": CLARET}),
        (title, 1 - sum(tops[:2]) / total, "top", heading),
        (said, 1 - (sum(tops[:3]) + 0.03) / total, "top", {}),
        (noted, EDGE / total, "bottom", {"fontsize": SMALL, "color": GREY}),
    )
    for lines, y, align, style in texts:
        if lines:
            figure.text(EDGE / wide, y, "\n".join(lines), va=align, linespacing=SPACING, **style)
    return figure


def _named(axes: Axes, order: Sequence[str], room: float) -> tuple[dict[str, Artist], int]:
    """List what the legend names, in order, and in how many columns it fits."""
    handles, labels = axes.get_legend_handles_labels()
    found = dict(zip(labels, handles, strict=True))
    names = {name: found[name] for name in (*order, *found) if name in found}
    widths = [width(name) + (HANDLE + COLUMN) * TEXT / INCH for name in names]
    fitting = (columns for columns in range(len(names), 1, -1) if _spread(widths, columns) <= room)
    return names, next(fitting, 1)


def _spread(widths: Sequence[float], columns: int) -> float:
    """Add up the columns of a legend, which are filled one after the other, the first ones with one more."""
    rows, longer = divmod(len(widths), columns)
    starts = [i * rows + min(i, longer) for i in range(columns + 1)]
    return sum(max(widths[start:end]) for start, end in pairwise(starts))


def _legend(axes: Axes, names: dict[str, Artist], columns: int, place: tuple[float, float]) -> None:
    if names:
        axes.legend(
            list(names.values()), list(names), loc="upper left", bbox_to_anchor=place, ncols=columns,
            bbox_transform=axes.figure.transFigure, handletextpad=0.5, columnspacing=COLUMN, borderpad=0,
            borderaxespad=0, labelspacing=SPACING - 1,
        )  # fmt: skip


def in_percent(axes: Axes, axis: str, low: float, high: float, room: float) -> None:
    """Scale an axis of rates that takes up some inches, write its steps in percent, and draw lines across it only."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    places = 0 if high - low > FINE else 1
    (axes.set_xlim if axis == "x" else axes.set_ylim)(low, high)
    of = axes.xaxis if axis == "x" else axes.yaxis
    of.set_major_locator(MaxNLocator(min(max(int(room / LABEL), 1), STEPS), steps=[1, 2, 5, 10]))
    of.set_major_formatter(FuncFormatter(lambda rate, _: f"{formats.percent(rate, places)}%"))
    axes.grid(visible=False, axis="both")
    of.grid(visible=True)


def at_print(rate: float) -> float:
    """Give where a rate is drawn: where it is printed, or else a chart could be measured for further digits."""
    return round(rate, 3)


def percent(rate: float, end: str = "", places: int = 1) -> str:
    """Write a rate, or the low or high end of its interval, as it stands on a chart."""
    return f"{formats.proportion(rate, end, places=places)}%"


def names_before(axes: Axes, names: Sequence[str], marked: Sequence[bool], size: float = TEXT) -> None:
    """Write names at the left of a plot, from the top, those that are marked in bold letters."""
    from matplotlib.transforms import ScaledTranslation

    aside = ScaledTranslation(-BESIDE / 2, 0, axes.figure.dpi_scale_trans)
    # ticks would take as long again to lay out as all the rest
    axes.set_yticks([])
    for place, (name, bold) in enumerate(zip(names, marked, strict=True)):
        axes.text(
            0, place, name, transform=axes.get_yaxis_transform() + aside, ha="right", va="center_baseline",
            fontsize=size, fontweight="bold" if bold else "normal",
        )  # fmt: skip
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)


def cased_intervals(axes: Axes, ends: Sequence[tuple[int, float, float]], label: str, *, clipped: bool) -> None:
    """Draw intervals across bars, black within white, to be seen on any colour: place, low, high.

    Published ones may reach beyond the axis, and are clipped.
    """
    if not ends:
        return
    places, lows, highs = zip(*ends, strict=True)
    middles = [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]
    halves = [(high - low) / 2 for low, high in zip(lows, highs, strict=True)]
    for colour, line, named in (("white", 3.6, UNNAMED), ("black", 1.4, label)):
        axes.errorbar(
            middles, places, xerr=halves, fmt="none", ecolor=colour, elinewidth=line, capthick=line, capsize=3.5,
            clip_on=clipped, zorder=5, label=named,
        )  # fmt: skip
