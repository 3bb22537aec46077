"""The style of charts: that of the Government Analysis Function, and how a chart becomes files.

Nothing is told apart by colour alone, and the same numbers give the same bytes.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cdi.charts.chart import Chart, Drawn
from cdi.charts.lettering import HEADING, INCH, TEXT, height, plain
from cdi.errors import DataError
from cdi.printing import formats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BLUE", "CLARET", "GREY", "LIGHT", "ORANGE", "PALE", "TEAL", "TITLE", "UNNAMED", "drawn", "save"]

STYLE = "afcharts.afcharts"
DOTS, PACKED = 120, 3  # an inch, and how hard they are packed, in PNG
TITLE = "title"  # what the title of a chart is called, for a picture without it
UNNAMED = "_"  # what begins so stands in no legend
BLUE, TEAL, CLARET, ORANGE, GREY = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D"
"""Of the Analysis Function's categorical palette."""
LIGHT, PALE = "#A6BDD9", "#D9D9D9"  # to fill what has a darker edge

# DejaVu Sans comes with matplotlib: any other font may be absent elsewhere, and change the bytes
SETTINGS: Mapping[str, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT,
    "svg.fonttype": "none",
    "text.hinting": "none",  # else the pixels of a picture decide how wide its text is
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}


def drawn(chart: Chart, marking: str = "") -> Drawn:
    """Draw a chart once, for the page and as a picture.

    Parameters
    ----------
    chart : Chart
        What is drawn.
    marking : str
        What heads it, where it is not for publication.

    Returns
    -------
    Drawn
        The same chart gives the same bytes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> both = drawn(Chart("empty", "Nothing", "Nothing is shown.", Figure))
    >>> both.svg[:4], both.png[1:4]
    ('<svg', b'PNG')
    """
    with _styled(chart):
        figure = chart.figure(marking=marking) if marking else chart.figure()
        written = _written(figure)
        return Drawn(_inert(written, chart), _png(figure, chart), _inert(_untitled(written, figure), chart))


def save(chart: Chart, path: str | Path) -> None:
    """Write a chart, whole or not at all.

    Parameters
    ----------
    chart : Chart
        What is drawn.
    path : str or pathlib.Path
        A file that ends in .svg or .png.

    Raises
    ------
    DataError
        Another ending, or a place that cannot be written to.
    """
    made = _BY_ENDING.get(Path(path).suffix.casefold())
    if made is None:
        raise DataError.of("chart-ending", got=str(path))
    with _styled(chart):
        content = made(chart.figure(), chart)
    formats.write(content, path)


@contextlib.contextmanager
def _styled(chart: Chart) -> Iterator[None]:
    """Keep the style to this chart: what the caller has set for others stays."""
    import matplotlib as mpl
    import matplotlib.style

    # charts on one page may not share the names of their parts
    salted = {**SETTINGS, "svg.hashsalt": f"cdi {chart.name}"}
    with mpl.rc_context(), matplotlib.style.context([STYLE, salted]), warnings.catch_warnings():
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
