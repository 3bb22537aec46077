"""The published figures of one inspection beside those of the engine, run on data that was built to agree with them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, path_of
from cdi.binomial.published import PublishedRate, parse_published
from cdi.comparing.comparison import compare
from cdi.errors import DataError, Where
from cdi.printing import formats
from cdi.printing.layout import Page, words_of
from cdi.printing.lines import rounded_down
from cdi.printing.tables import Row, Table, arrange
from cdi.results import estimate, grounds
from cdi.showing import Printed
from cdi.survey.sampling import of_counts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ExactFigure", "PublishedFigure", "Reproduction", "reproduce"]

DECIMALS = 12
_FOLDER = "avon_and_somerset_2021_22"

_COUNTED = re.compile(r"\d")

Figure = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One published figure, or a rate with its half width, beside ours."""

    subject: str  # what was measured
    # printed, ours: the published figure and ours, at the printed precision
    printed: str
    ours: str
    default: str  # our default estimate and interval
    solved_back: bool  # whether an input was solved back from the figure, so that agreement is no evidence

    @property
    def agrees(self) -> bool:
        """Whether ours prints as the published figure."""
        return self.printed == self.ours


@dataclass(frozen=True, slots=True)
class ExactFigure:
    """A published figure of a census: there is nothing to compute from, and no interval to give."""

    subject: str  # what was counted
    printed: str  # the figure with its unit
    before: str  # the figure that it follows with a printed change from; blank where none was printed


@dataclass(frozen=True, slots=True, repr=False)
class Reproduction(Printed):
    """Every published figure that can be computed, and those that cannot.

    Attributes
    ----------
    lines : tuple of PublishedFigure
        One a figure.
    exact : tuple of ExactFigure
        Published figures of a census.
    left_out : tuple of str
        Published figures without counts, in words.

    Examples
    --------
    >>> import cdi
    >>> line = cdi.reproduce().lines[0]
    >>> line.subject, line.printed, line.ours
    ('recording rate: all', '91.4 ± 2.6', '91.4 ± 2.6')
    """

    lines: tuple[PublishedFigure, ...]
    exact: tuple[ExactFigure, ...]
    left_out: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether every line agrees."""
        return all(line.agrees for line in self.lines)

    def to_pandas(self) -> pd.DataFrame:
        """Give the comparisons as a data frame, with one row for each figure.

        Returns
        -------
        pandas.DataFrame
            ``subject``, ``printed``, ``ours``, ``default``, as they are written; ``agrees``, ``solved_back``.
        """
        import pandas as pd

        columns = ("subject", "printed", "ours", "default", "agrees", "solved_back")
        return pd.DataFrame({name: [getattr(line, name) for line in self.lines] for name in columns})

    def __repr__(self) -> str:
        agreeing = sum(line.agrees for line in self.lines)
        return f"<cdi.Reproduction: {agreeing} of {len(self.lines)} figures agree>"

    def page(self, **_options: Any) -> Page:
        """Lay the figures out for people, as ``cdi reproduce`` does."""
        rows = tuple(
            (
                line.subject,
                line.printed,
                line.ours,
                line.default,
                wording.agreement(agrees=line.agrees, solved_back=line.solved_back),
            )
            for line in self.lines
        )
        grid = words_of(wording.REPRODUCTION_TITLE, wording.REPRODUCTION_HEADINGS, rows, words=5)
        agreeing = sum(line.agrees for line in self.lines)
        said = (wording.verdict(agreeing, len(self.lines)), wording.SHOWS, wording.NOT_SHOWN)
        figures = tuple((figure.subject, figure.printed, figure.before, wording.NO_INTERVAL) for figure in self.exact)
        exact = words_of(wording.EXACT_TITLE, wording.EXACT_HEADINGS, figures, words=4)
        statements = (wording.not_compared(self.left_out), *said)
        return Page(None, (grid, exact), statements=statements, remarks=(wording.SOLVED_BACK,))


@checked
def reproduce(folder: str | Path | None = None) -> Reproduction:
    """Estimate published figures from the data that comes with cdi, and compare them with the printed ones.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        The folder of the data. If None, it is the one that comes with cdi.

    Returns
    -------
    Reproduction
        The published figures beside ours, at the printed precision.

    Raises
    ------
    DataError
        If the data is not there.

    Examples
    --------
    >>> import cdi
    >>> cdi.reproduce().agrees
    True
    """
    if folder is not None and not (path_of(folder) / "published.csv").is_file():
        raise DataError.of("no-file", where=Where(str(path_of(folder) / "published.csv")))
    home = _home(_shipped() if folder is None else [path_of(folder)])
    figures = _read(home / "published.csv")
    tables = _tables(home)
    reviews = {row["question"]: row for row in _read(home / "file_reviews.csv")}
    halves = {_of(figure): figure["printed"] for figure in figures if figure["kind"] == "half width"}
    lines: list[PublishedFigure] = []
    for figure in figures:
        kind = figure["kind"]
        if kind == "rate":
            lines.append(_rate_line(figure, halves[_of(figure)], tables[figure["file"]]))
        elif kind == "more than":
            lines.append(_more_than_line(figure, tables[figure["file"]]))
        elif kind == "count" and figure["measure"] == _REVIEWED:
            lines.append(_review_line(figure, reviews[figure["category"]]))
        elif kind == "count":
            lines.append(_group_line(figure, tables[figure["file"]]))
        elif kind == "verdict":
            lines.append(_verdict_line(figure, tables))
    left_out = tuple(_left_out(figure) for figure in figures if figure["kind"] == "no count")
    return Reproduction(tuple(lines), _exact(figures), left_out)


_REVIEWED = "file review"


def _of(figure: Figure) -> tuple[str, str, str]:
    """Say what a figure is of: a rate and its half width are of the same."""
    return figure["measure"], figure["category"], figure["file"]


def _left_out(figure: Figure) -> str:
    """Name a figure without counts; one that was printed in words names what it counts itself."""
    unit = figure["unit"] if _COUNTED.match(figure["printed"]) else ""
    return wording.left_out(figure["measure"], figure["category"], figure["printed"], unit)


def _exact(figures: Sequence[Figure]) -> tuple[ExactFigure, ...]:
    """Take the figures of a census, and work out what those were before that have a printed change."""
    changes = {figure["measure"]: figure for figure in figures if figure["kind"] == "census change"}
    found = []
    for figure in figures:
        if figure["kind"] != "census":
            continue
        printed = parse_published(f"{figure['printed']}%", census=True)
        change = changes.get(figure["measure"])
        before = "" if change is None else _before(printed, change)
        found.append(ExactFigure(wording.figure_subject(figure["measure"], figure["category"]), printed.label, before))
    return tuple(found)


def _before(now: PublishedRate, change: Figure) -> str:
    """Say what a figure rose or fell from, as our own comparison has it."""
    points = float(Decimal(change["printed"]) / 100)
    before = PublishedRate(round(now.rate - points, DECIMALS))
    moved = round(compare(now, before).rows[0].estimate or 0.0, DECIMALS)
    return wording.exact_before(formats.percent(before.rate, 0), formats.percent(abs(moved)), down=moved < 0)


def _shipped() -> list[Path]:
    """Name the places of the data: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    return [package / "data" / _FOLDER, package.parent / "data" / _FOLDER]


def _home(places: Sequence[Path]) -> Path:
    for place in places:
        if (place / "published.csv").is_file():
            return place
    raise DataError.of("no-shipped-data", where=Where(str(places[0])))


def _read(path: Path) -> list[Figure]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _tables(home: Path) -> dict[str, tuple[Table, Table]]:
    """Run the engine: for each file of figures the published style and the default."""
    audit = home / "audit.csv"
    volumes = [home / "frame.csv", home / "volumes.csv"]
    published, default = (estimate(audit, by="crime_type", volumes=volumes, style=style).table for style in _STYLES)
    tables = {"audit.csv": (published, default), "volumes.csv": (published, default)}
    for name in _SEARCHES:
        published, default = (grounds(home / name, by="ethnicity", style=style).table for style in _STYLES)
        tables[name] = published, default
    return tables


_STYLES = ("published", "default")

_SEARCHES: Mapping[str, str] = {"searches_2021.csv": "2021", "searches_2019.csv": "2019"}
"""A file of searches -> its year, the newer first."""


def _find(table: Table, category: str, *, count: bool = False) -> Row:
    return next(record for record in table.rows if record.label == (category,) and record.counted == count)


def _rate_line(figure: Figure, half: str, tables: tuple[Table, Table]) -> PublishedFigure:
    published, default = (_find(table, figure["category"]) for table in tables)
    ours = wording.plus_minus(formats.percent(published.estimate or 0), _half(published))
    return _line(figure, wording.plus_minus(figure["printed"], half), ours, _interval(default))


def _line(figure: Figure, printed: str, ours: str, default: str) -> PublishedFigure:
    subject = wording.figure_subject(figure["measure"], figure["category"], _SEARCHES.get(figure["file"], ""))
    return PublishedFigure(subject, printed, ours, default, figure["solved_back"] == "yes")


def _half(record: Row) -> str:
    return formats.half_width(record.low or 0, record.high or 0)


def _interval(record: Row) -> str:
    ends = [formats.percent(value or 0) for value in (record.estimate, record.low, record.high)]
    return wording.rate_and_interval(*ends)


def _more_than_line(figure: Figure, tables: tuple[Table, Table]) -> PublishedFigure:
    published, default = (_find(table, figure["category"], count=True) for table in tables)
    ours = wording.over(f"{rounded_down(published):,}")
    printed = wording.over(f"{int(figure['printed']):,}")
    unit = formats.unit_of(default.estimate or 0)
    low, high = formats.outward(default.low or 0, default.high or 0, unit)
    shown = wording.count_and_interval(formats.count(default.estimate or 0, unit), f"{low:,}", f"{high:,}")
    return _line(figure, printed, ours, shown)


def _group_line(figure: Figure, tables: tuple[Table, Table]) -> PublishedFigure:
    record = _find(tables[1], figure["category"])
    ours = wording.out_of(record.recorded or 0, record.n or 0)
    return _line(figure, figure["printed"], ours, _interval(record))


def _review_line(figure: Figure, counted: Figure) -> PublishedFigure:
    record = arrange(of_counts(int(counted["n_counted"]), int(counted["n_asked"]))).rows[0]
    ours = wording.out_of(record.recorded or 0, record.n or 0)
    line = _line(figure, figure["printed"], ours, _interval(record))
    return replace(line, subject=wording.review_subject(figure["category"], figure["answer"]))


def _verdict_line(figure: Figure, tables: Mapping[str, tuple[Table, Table]]) -> PublishedFigure:
    """Set the verdict that reports read out of no significant difference beside theirs, and beside our own."""
    counted = [row for name in _SEARCHES for row in tables[name][1].rows if row.whole]
    this, last = (of_counts(record.recorded or 0, record.n or 0) for record in counted)
    published = compare(this, last, method="published").rows[0].published
    ours = compare(this, last).rows[0]
    change, low, high = (formats.percent(value or 0.0) for value in (ours.estimate, ours.low, ours.high))
    default = wording.verdict_and_interval(wording.VERDICTS[str(ours.verdict)], change, low, high)
    # its category names the years
    subject = wording.figure_subject(figure["measure"], figure["category"])
    return replace(_line(figure, figure["printed"], wording.VERDICTS[str(published)], default), subject=subject)
