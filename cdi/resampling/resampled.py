"""A second opinion as a result: standard errors and intervals three ways, their table, page and data frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.audit import Audit
from cdi.facts import Release, Scope
from cdi.measures import MEASURES
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, BLANK, level_text, named, rate
from cdi.printing.tables import Row, Table, describe_table
from cdi.showing import Shown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.wording import DrawnAgain

__all__ = ["BOOTSTRAP", "ERRORS", "JACKKNIFE", "NOTHING", "Opinion", "Opinions", "Resampled", "se_as_printed"]

JACKKNIFE, BOOTSTRAP = "jackknife", "bootstrap"
"""What the two are called in the column of methods."""

ERRORS = 3
"""The standard errors of a simulation beyond which two standard errors differ."""

DIFFERS, NO_JACKKNIFE, NO_BOOTSTRAP, STEADY = "opinions-differ", "no-jackknife", "no-bootstrap", "nothing-varies"
"""The notes on a row whose standard errors differ, that lacks one of them, and in which all are 0."""

STILL = 1e-12
"""A standard error that is no more than this is what rounding leaves of none."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A standard error with the interval that goes with it, in the unit of its estimate; None where there is none."""

    se: float | None = None
    low: float | None = None
    high: float | None = None


NOTHING = Opinion()
"""Where there is none."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """An estimate with its standard error three ways.

    Attributes
    ----------
    row : Row
        The estimate, with its linearised standard error and the interval that rests on it.
    jackknife : Opinion
        The same interval, resting on the jackknife's standard error.
    bootstrap : Opinion
        The standard deviation of samples drawn again, and the quantiles between which as many lie as the level says.
    error : float or None
        The standard error of the bootstrap's, by the number of samples.
    squares : tuple of float
        Of the jackknife, by strata that share a variance: how far the figures without each report lie from their mean,
        the squares added up.
    """

    row: Row
    jackknife: Opinion = NOTHING
    bootstrap: Opinion = NOTHING
    error: float | None = None
    squares: tuple[float, ...] = field(default=(), repr=False)

    @property
    def apart(self) -> float | None:
        """By what share the bootstrap's standard error is larger than the linearised one; None where there is none."""
        se, own = self.bootstrap.se, self.row.se
        return None if se is None or own is None or own <= STILL else se / own - 1

    @property
    def agree(self) -> bool | None:
        """Whether the two are the same within the error of the simulation; None where they cannot be compared."""
        if self.apart is None or self.bootstrap.se is None or self.row.se is None:
            return None
        return abs(self.bootstrap.se - self.row.se) <= ERRORS * (self.error or 0.0)

    @property
    def jackknife_apart(self) -> float | None:
        """By what share the jackknife's standard error is larger than the linearised one."""
        se, own = self.jackknife.se, self.row.se
        return None if se is None or own is None or own <= STILL else se / own - 1

    def noted(self) -> Opinions:
        """Note on the row what it lacks, and where standard errors differ."""
        row = self.row
        if row.estimate is None or row.exact or row.se is None:
            return self
        steady = row.se <= STILL
        conditions = {
            STEADY: steady,
            NO_JACKKNIFE: self.jackknife.se is None,
            NO_BOOTSTRAP: self.bootstrap.se is None,
            DIFFERS: self.agree is False,
        }
        return replace(self, row=row.because(*(code for code, holds in conditions.items() if holds)))

    def shown_as(self, row: Row) -> Opinions:
        """Show it as its row may be shown: what is taken from that is taken from all of it."""
        if row.facts.release is not Release.ALL:
            return Opinions(row)
        return replace(self, row=row).noted()

    def rows(self) -> Iterator[Row]:
        """Give the rows of the table: by linearisation, jackknife and bootstrap, and the error of the last."""
        yield self.row
        bare = replace(self.row, n_eff=None, df=None, deff=None)
        for method, opinion in ((JACKKNIFE, self.jackknife), (BOOTSTRAP, self.bootstrap)):
            if opinion.se is not None:
                yield replace(bare, method=method, se=opinion.se, low=opinion.low, high=opinion.high)
        if self.error is not None:
            measure = MEASURES["count-simulation-error" if self.row.counted else "simulation-error"]
            yield Row(self.row.label, measure, self.error, None, None, self.row.level, BOOTSTRAP, facts=self.row.facts)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Resampled(Shown):
    """Standard errors and intervals by linearisation, jackknife and bootstrap.

    Attributes
    ----------
    audit : Audit
        The sample.
    rows : tuple of Opinions
        One for each rate and count.
    bases : Table
        The estimates, with the intervals that they have without a second opinion.
    drawn : cdi.wording.DrawnAgain
        How samples were drawn again.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.resample(pd.DataFrame({"recorded": [1] * 159 + [0] * 23}), replicates=1_000, seed=4)
    >>> found
    <cdi.Resampled: recording rate, 1 row, wilson 95%>
    >>> only = found.rows[0]
    >>> round(only.row.se, 4), round(only.jackknife.se, 4), round(only.bootstrap.se, 3)
    (0.0247, 0.0247, 0.025)
    """

    audit: Audit = field(repr=False, compare=False)
    rows: tuple[Opinions, ...]
    bases: Table = field(repr=False)
    drawn: DrawnAgain

    @property
    def table(self) -> Table:
        """All numbers, unrounded: for each estimate a row by each method, and one with the bootstrap's error."""
        return replace(self.bases, rows=tuple(row for opinions in self.rows for row in opinions.rows()))

    def __repr__(self) -> str:
        return f"<cdi.Resampled: {describe_table(self.bases)}>"

    def page(self, **_options: Any) -> Page:
        """Lay the standard errors out for people, a line for each rate and count."""
        return _page(self)

    def wide(self) -> pd.DataFrame:
        """Give one row for each rate and count.

        Returns
        -------
        pandas.DataFrame
            The category columns, ``measure``, ``rate`` (or the number of crimes), ``se``, ``low``, ``high``, the same
            with ``jackknife_`` and ``bootstrap_`` before them, ``bootstrap_error`` and ``notes``; unrounded.
        """
        return _wide(self)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work the standard errors by jackknife and bootstrap out, step by step.

        Parameters
        ----------
        row : str or sequence of str, optional
            The label of the row as it is printed. If None, the overall row.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> found = cdi.resample(pd.DataFrame({"recorded": [1] * 159 + [0] * 23}), replicates=500, seed=4)
        >>> [step.working for step in found.explain().steps if step.symbol == "s_j"]
        ['s_j = sqrt(v) = sqrt(0.00060996317) = 0.024697432']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def draw(self, axes: Axes) -> None:
        """Draw the estimates with the intervals that they have without a second opinion."""
        from cdi.charts.rate_charts import draw_rates

        draw_rates(axes, self.bases)


# ---- as it is shown


def _page(found: Resampled) -> Page:
    notes = Notes.on(opinions.row for opinions in found.rows)
    grids = []
    for measure in dict.fromkeys(opinions.row.measure for opinions in found.rows):
        lines = [opinions for opinions in found.rows if opinions.row.measure == measure]
        grids.append(_grid(found, lines, notes))
    return Page(found.table, tuple(grids), notes, (*_said(found), *wording.drawn_again(found.drawn)))


def _grid(found: Resampled, lines: Sequence[Opinions], notes: Notes) -> Grid:
    """Lay out what is of one measure."""
    measure, bases = lines[0].row.measure, found.bases
    columns: list[Column[Opinions]] = [
        Column(key, lambda line, i=i: named(line.row)[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(bases.keys)
    ]
    write = _AS_COUNT if measure.counted else _AS_RATE
    heads = wording.RESAMPLED_COUNT_HEADINGS if measure.counted else wording.RESAMPLED_HEADINGS
    columns += [
        Column(
            heads[name],
            value,
            write[name.rpartition("_")[2]],
            _row_of,
            name=name,
            within=owner,
            cut=name == "jackknife_se",
        )
        for name, owner, value in _COLUMNS
    ]
    columns.append(Notes.column(lambda line: notes.marks([line.row])))
    title = wording.resampled_title(measure.name, level_text(bases.level), bases.method, found.drawn.replicates)
    return grid_of(title, columns, lines, name=wording.capital(measure.name))


def _row_of(line: Opinions) -> Row:
    return line.row


_COLUMNS: tuple[tuple[str, str, Callable[[Opinions], float | None]], ...] = (
    ("estimate", "", lambda line: line.row.estimate),
    ("se", "", lambda line: line.row.se),
    ("low", "se", lambda line: line.row.low),
    ("high", "se", lambda line: line.row.high),
    ("jackknife_se", "", lambda line: line.jackknife.se),
    ("jackknife_low", "jackknife_se", lambda line: line.jackknife.low),
    ("jackknife_high", "jackknife_se", lambda line: line.jackknife.high),
    ("bootstrap_se", "", lambda line: line.bootstrap.se),
    ("error", "bootstrap_se", lambda line: None if line.error is None else ERRORS * line.error),
    ("bootstrap_low", "bootstrap_se", lambda line: line.bootstrap.low),
    ("bootstrap_high", "bootstrap_se", lambda line: line.bootstrap.high),
)
"""Name of a column, the one that it belongs to, and what it shows."""


def se_as_printed(value: float, row: Row) -> str:
    """Write a standard error of a row as its page does."""
    return _crimes(value) if row.counted else _in_points(value)


def _in_points(value: float | None) -> str:
    """Write a standard error of a rate in points, so that one is told from the next."""
    return BLANK if value is None else formats.proportion(value, places=2)


def _crimes(value: float | None, end: str = "") -> str:
    """Write a number of crimes; the ends of an interval are rounded outward."""
    if value is None:
        return BLANK
    if not end:
        return formats.count(value, 1)
    return f"{formats.outward(value, value, 1)[0 if end == 'low' else 1]:,}"


_AS_RATE: dict[str, Callable[..., str]] = {**AS_RATE, "estimate": rate, "se": _in_points, "error": _in_points}
_AS_COUNT: dict[str, Callable[..., str]] = {
    "estimate": _crimes, "se": _crimes, "error": _crimes, "low": partial(_crimes, end="low"),
    "high": partial(_crimes, end="high"),
}  # fmt: skip
"""What a column shows -> how it is written."""


def _said(found: Resampled) -> Iterator[str]:
    """Say what the whole comes to three ways, and whether the three agree."""
    shown = [line for line in found.rows if not line.row.withheld and line.row.facts.release is Release.ALL]
    for line in shown:
        if line.row.whole and line.row.facts.scope is not Scope.FRAME and line.apart is not None:
            yield _three(line)
    compared = [line for line in shown if line.apart is not None]
    if compared:
        furthest = max(compared, key=lambda line: abs(line.apart or 0.0))
        agreeing = sum(line.agree is True for line in compared)
        yield wording.bootstrap_agrees(agreeing, len(compared), _name_of(furthest), _share(furthest.apart))
    left_out = [line for line in shown if line.jackknife_apart is not None]
    if left_out:
        furthest = max(left_out, key=lambda line: abs(line.jackknife_apart or 0.0))
        yield wording.jackknife_agrees(len(left_out), _name_of(furthest), _share(furthest.jackknife_apart))


def _three(line: Opinions) -> str:
    name = wording.COUNT_WHOLE if line.row.counted else wording.RATE_WHOLE
    errors = line.row.se, line.jackknife.se, line.bootstrap.se
    return wording.three_errors(
        name, *("" if each is None else se_as_printed(each, line.row) for each in errors), counted=line.row.counted
    )


def _name_of(line: Opinions) -> str:
    """Name a row in a sentence."""
    label = ", ".join(named(line.row))
    return wording.name_of_count(label) if line.row.counted else label


def _share(apart: float | None) -> tuple[str, int]:
    """Write how far two standard errors are apart, and which way."""
    value = apart or 0.0
    text = formats.proportion(abs(value), beyond=formats.IN_WORDS)
    if formats.is_nothing(value) and not formats.is_bound(abs(value)):
        return f"{text}%", 0
    return f"{text}%", 1 if value > 0 else -1


def _wide(found: Resampled) -> pd.DataFrame:
    import pandas as pd

    lines = found.rows
    frame = pd.DataFrame(
        {
            key: pd.Series([line.row.label[i] for line in lines], dtype="string")
            for i, key in enumerate(found.bases.keys)
        }
    )
    frame["measure"] = pd.Series([line.row.name for line in lines], dtype="string")
    frame["rate"] = pd.Series([line.row.estimate for line in lines], dtype="Float64")
    for before, opinions in (
        ("", lines and [line.row for line in lines]),
        ("jackknife_", [line.jackknife for line in lines]),
        ("bootstrap_", [line.bootstrap for line in lines]),
    ):
        for name in ("se", "low", "high"):
            frame[f"{before}{name}"] = pd.Series([getattr(each, name) for each in opinions], dtype="Float64")
    frame["bootstrap_error"] = pd.Series([line.error for line in lines], dtype="Float64")
    frame["notes"] = pd.Series(["; ".join(line.row.notes) for line in lines], dtype="string")
    return frame
