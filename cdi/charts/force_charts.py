"""The chart of forces: one bar a force, with the published lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.chart import Chart
from cdi.charts.framing import EDGE, WIDTH, Frame, framed
from cdi.charts.lettering import SMALL, plain, shortened, width
from cdi.charts.plotting import cased_intervals, in_percent, names_before, percent
from cdi.charts.style import BLUE, GREY, LIGHT, ORANGE, PALE, TEAL, UNNAMED, save
from cdi.peers.force_names import APART, usual
from cdi.peers.force_pages import caution, findings, intervals_of, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.peers.side_by_side import Force, Forces

__all__ = ["describe_forces", "draw_forces", "forces_chart", "is_marked", "said_of_marked"]

BAR, NAME = 0.22, 2.9  # inches: of a force, of its name at the most
BESIDE = 0.15  # inches, between a name and its bar
SIGN = "► "  # before the name of the force that is marked

_STYLES = {
    "within": (LIGHT, BLUE, None, ""),
    "above": (TEAL, "white", "//", "▲"),
    "below": (ORANGE, "white", "\\\\", "▼"),
    "apart": (PALE, GREY, None, ""),
}
"""How a force lies to the lines -> colour and edge of its bar, hatching, and its sign."""


def describe_forces(found: Forces) -> str:
    """Say in words what the chart of forces shows: its alternative text.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.

    Returns
    -------
    str
        The measure, the published lines, the forces outside them, those without data, and the warning.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> results = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.02, 0.02]}
    >>> cdi.describe_forces(cdi.forces(pd.DataFrame(results))).split(". ")[0]
    'Recording rate by force'
    """
    return wording.forces_summary(_title(found), _said(found))


def draw_forces(found: Forces, path: str | Path, *, source: str) -> None:
    """Draw one bar a force, with the published lines; bars outside them are hatched and bear a mark.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`; the bars stand in the order of its rows.
    path : str or pathlib.Path
        A file that ends in .svg or .png. It is written whole or not at all; the same forces give the same bytes.
    source : str
        Where the numbers come from, as it is to stand on the chart.

    Returns
    -------
    None
        The file is what it gives.

    Raises
    ------
    DataError
        Another ending, or a place that cannot be written to.

    Examples
    --------
    >>> import pathlib, tempfile, pandas as pd, cdi
    >>> found = cdi.forces(pd.DataFrame({"force": list("ABC"), "rate": [0.9, 0.8, 0.85]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cdi.draw_forces(found, pathlib.Path(folder) / "forces.svg", source="three audits")
    ...     (pathlib.Path(folder) / "forces.svg").read_text(encoding="utf-8").count("Source: three audits.")
    1
    """
    save(forces_chart(found, source=source), path)


def forces_chart(found: Forces, *, source: str, marked: str = "", name: str = "forces") -> Chart:
    """Prepare the chart of forces.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.
    source : str
        Where the numbers come from.
    marked : str
        A force that is drawn to stand out, by a sign, bold letters and an outline; none if empty.
    name : str
        What the files of the chart are called, without the ending.

    Returns
    -------
    Chart
        What :func:`draw_forces` writes.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.forces(pd.DataFrame({"force": list("ABC"), "rate": [0.9, 0.8, 0.85]}))
    >>> forces_chart(found, source="three audits", marked="B").description.split(". ")[1]
    'Marked: B, 80.0%'
    """
    bold = [is_marked(row, marked) for row in found.rows]
    signed = [f"{SIGN if own else ''}{row.name}" for row, own in zip(found.rows, bold, strict=True)]
    names = [shortened(name, NAME, SMALL, bold=own) for name, own in zip(signed, bold, strict=True)]
    left = EDGE + max(width(name, SMALL, bold=own) for name, own in zip(names, bold, strict=True)) + BESIDE

    def draw(axes: Axes) -> None:
        _bars(axes, found)
        _lines(axes, found)
        _mark(axes, found, marked)
        names_before(axes, names, bold, SMALL)
        most = max(float(found.lines.high), *(row.rate.row.high or row.rate.rate for row in found.rows))
        # no rate lies beyond 100%
        in_percent(axes, "x", 0.0, 1.0 if most > 0.5 else max(math.ceil(most * 20), 1) / 20, WIDTH - left)

    above, height = (found.warning, *findings(found)), BAR * len(names) + 0.2
    frame = Frame(_title(found), above, _below(found, source), height, left)
    description = wording.forces_summary(_title(found), [*said_of_marked(found.rows, marked), *_said(found)])
    return Chart(name, frame.title, description, partial(framed, frame, draw))


def is_marked(row: Force, marked: str) -> bool:
    """Tell whether a force is the one that stands out, in whatever way its name is written.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.forces(pd.DataFrame({"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.8, 0.85]}))
    >>> [row.name for row in found.rows if is_marked(row, "Kent Police")]
    ['Kent']
    """
    return bool(marked) and (usual(row.name) or row.name) == (usual(marked) or marked)


def said_of_marked(rows: Sequence[Force], marked: str) -> tuple[str, ...]:
    """Name the force that stands out, with its rate."""
    return tuple(
        wording.marked_force(plain(row.name), percent(row.rate.rate)) for row in rows if is_marked(row, marked)
    )


def _said(found: Forces) -> list[str]:
    warning = found.warning
    return [part for part in (warning, *findings(found), *caution(found), *_base(found)) if part]


def _title(found: Forces) -> str:
    return wording.forces_bars(found.measure.name)


def _base(found: Forces) -> tuple[str, ...]:
    apart = (wording.forces_apart(APART),) if found.apart else ()
    return (wording.forces_base(len(found.rows) - len(found.apart), found.without_data), *apart)


def _below(found: Forces, source: str) -> tuple[str, ...]:
    level, method = intervals_of(found)
    return (
        wording.forces_drawn(found.sort),
        wording.forces_intervals(level, method) if level else "",
        *caution(found),
        *_base(found),
        wording.chart_source(plain(source)),
    )


def _bars(axes: Axes, found: Forces) -> None:
    kinds = ["apart" if row.z is None else row.side or "within" for row in found.rows]
    for kind, (colour, edge, hatch, sign) in _STYLES.items():
        places = [i for i, of in enumerate(kinds) if of == kind]
        rates = [found.rows[i].rate.rate for i in places]
        if not places:
            continue
        named = f"{sign} {label(found, kind)}" if sign else wording.FORCE_LEGEND[kind]
        axes.barh(places, rates, height=0.72, color=colour, hatch=hatch, edgecolor=edge, linewidth=0.8, label=named)
        for place in places if sign else ():
            axes.text(
                0.012, place, sign, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color="black",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=6,
            )  # fmt: skip
    records = [(i, row.rate.row) for i, row in enumerate(found.rows)]
    ends = [(i, record.low, record.high) for i, record in records if record.low is not None and record.high is not None]
    cased_intervals(axes, ends, wording.FORCE_LEGEND["interval"], clipped=True)


def _lines(axes: Axes, found: Forces) -> None:
    axes.axvline(float(found.lines.centre), color=GREY, linewidth=1.2, zorder=4, label=wording.FORCE_LEGEND["average"])
    for value, named in ((found.lines.low, wording.FORCE_LEGEND["lines"]), (found.lines.high, UNNAMED)):
        axes.axvline(float(value), color="black", linewidth=1.6, linestyle=(0, (1, 1.5)), zorder=4, label=named)


def _mark(axes: Axes, found: Forces, marked: str) -> None:
    """Draw an outline about the bar of the force that stands out."""
    places = [i for i, row in enumerate(found.rows) if is_marked(row, marked)]
    if places:
        rates = [found.rows[i].rate.rate for i in places]
        named = f"{SIGN}{wording.FORCE_LEGEND['marked']}"
        axes.barh(places, rates, height=0.9, fill=False, edgecolor="black", linewidth=2, zorder=5, label=named)
