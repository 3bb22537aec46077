"""The face of every result: it prints as the page of the command line, shows in a notebook, becomes data frames.

A result holds one table of numbers. All that a reader sees of it is made of that table, last, when asked for. It is the
one room that calls rooms below it, inside its functions: a result knows nothing of how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

from cdi.arguments import checked
from cdi.errors import DataError
from cdi.facts import Release

__all__ = ["Printed", "Shown", "checked_axes", "in_python", "same_values"]


def checked_axes(ax: object) -> Any:
    """Refuse what nothing can be drawn on."""
    if ax is not None and not hasattr(ax, "figure"):
        raise DataError.of("not-axes", got=type(ax).__name__)
    return ax


class Printed:
    """Base of what prints as the page of the command line, shows the same in a notebook and becomes data frames."""

    __slots__ = ()

    def page(self, **options: Any) -> Page:
        """Lay the result out for people."""
        raise NotImplementedError

    def pages(self) -> tuple[Page, ...]:
        """Lay it out for people, where one page does not hold it."""
        return (self.page(),)

    def __str__(self) -> str:
        from cdi.printing import layout

        return "\n\n".join(layout.text(page).rstrip("\n") for page in self._told())

    def _repr_html_(self) -> str:
        """Show tables, notes and sentences in a notebook."""
        from cdi.printing import layout

        return "\n".join(layout.fragment(page) for page in self._told())

    def _told(self) -> tuple[Page, ...]:
        """Give the pages as Python shows them: what the command line says beside a page stands on it."""
        from cdi import wording

        *before, last = (in_python(page) for page in self.pages())
        audits = list(_audits(self))
        said = [text for audit in audits for text in wording.no_data_left_out(audit.source.set_aside)]
        said += [wording.in_python(wording.rows_alike(audit.copies)) for audit in audits if audit.copies]
        return (*before, replace(last, remarks=(*last.remarks, *dict.fromkeys(said))))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences under the tables, as a tuple."""
        return tuple(text for page in self.pages() for text in in_python(page).statements)

    def summary(self) -> str:
        """Give the page that ``print`` shows, as text.

        Returns
        -------
        str
            Tables, notes and sentences.
        """
        return str(self)

    def to_pandas(self) -> pd.DataFrame:
        """Give what it holds as a tidy data frame."""
        raise NotImplementedError

    def wide(self) -> pd.DataFrame:
        """Give one row a category: what holds no measures is no wider than it is tidy."""
        return self.to_pandas()

    def plot(self, ax: Axes | None = None) -> Axes:  # noqa: ARG002 (as every result has it)
        """Refuse to draw what has no chart."""
        raise DataError.of("no-chart", got=type(self).__name__)


class Shown(Printed):
    """Base of every result: a table of numbers that speaks for itself.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.estimate(pd.DataFrame({"recorded": [1] * 159 + [0] * 23}))
    >>> found
    <cdi.Result: recording rate, 1 row, wilson 95%>
    >>> found.sentences[0]
    'An estimated 87.4% of reported crimes were recorded (95% confidence interval 81.8% to 91.4%).'
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def table(self) -> Table:
            """All numbers, unrounded."""

    def draw(self, axes: Axes) -> None:
        """Draw the result on axes that exist."""
        from cdi.charts.rate_charts import draw_rates

        draw_rates(axes, self.table)

    def __repr__(self) -> str:
        from cdi.printing.tables import describe_table

        return f"<cdi.{type(self).__name__}: {describe_table(self.table)}>"

    def to_pandas(self) -> pd.DataFrame:
        """Give all numbers as a tidy data frame, with one row for each category and measure.

        Returns
        -------
        pandas.DataFrame
            The category columns, ``measure``, ``estimate``, ``low``, ``high``, ``level``, ``method``, ``se``, ``n``,
            ``recorded``, ``clusters``, ``n_eff``, ``df``, ``deff``, ``notes``; unrounded, NA where there is no
            estimate.
        """
        return self.table.to_pandas()

    def wide(self) -> pd.DataFrame:
        """Give the main numbers as a data frame, with one row for each category.

        Returns
        -------
        pandas.DataFrame
            The category columns, then ``rate``, ``low``, ``high``, ``due``, ``recorded`` and, where volumes of recorded
            crime are known, ``unrecorded``, ``unrecorded_low``, ``unrecorded_high``; then ``notes``. Proportions and
            crimes, unrounded. Categories are in the order of the user's categorical column where it is one.
        """
        from cdi.printing.tables import wide

        return wide(self.table)

    @checked
    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result in the style of the Government Analysis Function.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw. None: on axes of their own.

        Returns
        -------
        matplotlib.axes.Axes
            The axes; ``ax.figure`` is the picture.
        """
        from cdi.charts.rate_charts import plotted

        return plotted(self, checked_axes(ax))

    def refuse_suppressed(self) -> None:
        """Raise an error if some numbers are suppressed, since further results would reveal them."""
        if any(row.facts.release is not Release.ALL for row in self.table.rows):
            raise DataError.of("suppressed-result")

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it says: what is saved of a result holds no row of a victim's."""
        return type(self), tuple(_without_rows(getattr(self, each.name)) for each in fields(self))  # type: ignore[arg-type]


_HOLDERS = ("audit", "totals", "estimates", "rates", "result", "sides")


def _audits(value: Any) -> Iterator[Any]:
    """List the audits that the numbers of a result are of."""
    for name in _HOLDERS:
        held = getattr(value, name, None)
        if name == "audit" and held is not None:
            yield held
            return
        for each in held if isinstance(held, tuple) else (held,):
            if is_dataclass(each):
                yield from _audits(each)


def _without_rows(value: Any) -> Any:
    """Take the rows from an audit, and from what holds one."""
    if hasattr(value, "without_rows"):
        return value.without_rows()
    held = getattr(value, "audit", None)
    return value if held is None else replace(value, audit=held.without_rows())


def in_python(page: Page) -> Page:
    """Name arguments of Python where the page of the command line names its options."""
    from cdi import wording

    statements, remarks = (tuple(map(wording.in_python, texts)) for texts in (page.statements, page.remarks))
    return replace(page, statements=statements, remarks=remarks)


def same_values(one: object, other: object) -> bool:
    """Tell whether two results of one kind hold the same values, arrays among them."""
    if type(one) is not type(other) or not is_dataclass(one):
        return False
    pairs = ((getattr(one, item.name), getattr(other, item.name)) for item in fields(one) if item.compare)
    return all(_same(a, b) for a, b in pairs)


def _same(one: object, other: object) -> bool:
    import numpy as np

    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        a, b = np.asarray(one), np.asarray(other)
        return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f"))
    if one is other:
        return True
    if is_dataclass(one) and not isinstance(one, type):
        return same_values(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(_same, one, other))
    if type(one) is type(other) and hasattr(one, "equals"):  # a frame: == would go cell by cell
        return bool(one.equals(other))
    try:
        return bool(one == other)
    except (TypeError, ValueError):  # what cannot tell is not the same
        return False
