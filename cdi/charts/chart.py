"""A chart before it is drawn: its name, its title, and in words what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Caption", "Chart", "Drawn", "Mark"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart before it is drawn.

    Attributes
    ----------
    name : str
        What its files are called, without the ending: ``rates_by_crime_type``.
    title : str
        What stands above it.
    description : str
        In words what it shows: its text alternative.
    figure : callable
        What draws it.

    Examples
    --------
    >>> Chart("rates", "Recording rate", "Recording rate: 90.0%.", lambda: None).name
    'rates'
    """

    name: str
    title: str
    description: str
    figure: Callable[..., Figure] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as the two files that it is kept in.

    Attributes
    ----------
    svg : str
        For the page, with title and description inside.
    png : bytes
        For everything that takes pictures only.
    untitled : str
        The same as ``svg`` without the title, for a page that writes it above; empty where there is no such picture.

    Examples
    --------
    >>> Drawn("<svg/>", b"").svg
    '<svg/>'
    """

    svg: str
    png: bytes
    untitled: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a chart of rates.

    Attributes
    ----------
    label : str
        What it is of.
    rate, low, high : float or None
        Proportions; a mark without a rate is named and not drawn.
    count : str
        What is written beside it: a count, or why there is no mark.
    marked : bool
        Whether it is drawn to stand out: the overall one, or this inspection's.

    Examples
    --------
    >>> Mark("violent", 0.866, 0.813, 0.906).count
    ''
    """

    label: str
    rate: float | None
    low: float | None = None
    high: float | None = None
    count: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said on a chart beside its title.

    Attributes
    ----------
    interval : str
        What its bars are; empty where there are none.
    base, source : str
        What the numbers rest on, and where they come from.

    Examples
    --------
    >>> Caption("", "Base: 506 crimes due in 456 reports.", "an audit").source
    'an audit'
    """

    interval: str
    base: str
    source: str
