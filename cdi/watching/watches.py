"""Stop when clear: a sample that is watched as it is read, and held against a standard at every look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from cdi import wording
from cdi.arguments import checked, is_number
from cdi.audits.audit import Audit
from cdi.audits.design import Roles
from cdi.binomial.intervals import tail_of
from cdi.comparing.standards import standard_of
from cdi.comparing.verdicts import ROUNDING
from cdi.errors import DesignError
from cdi.facts import PLAIN, Facts, Scope
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.printing.layout import Column, Grid, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, level_text, percent, rate, whole
from cdi.printing.tables import Row, Table, wide_of
from cdi.selection.receipts import beside
from cdi.showing import Shown
from cdi.survey.estimates import ALL
from cdi.watching.bets import ABOVE, BELOW, Game, Readings, sequence
from cdi.watching.projecting import Likely, likely
from cdi.watching.reading import Proof, Watched, read_sample

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["BETTING", "Watch", "watch"]

BETTING = "betting"
"""The method of the limits."""

WATCHED = MEASURES["watched-rate"]
_STANDARD, _CLEAR, _LIKELY = (MEASURES[key] for key in ("standard", "reports-until-clear", "likely-reports"))

MOST_LOOKS = 15
"""Lines of the table, at the most."""

_FINE, _COARSE = 1e-6, 1e-4
"""How near a limit is to what the bets allow: today's, and those of earlier looks, which are history."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Watch(Shown):
    """What is clear of a sample that is being read. It prints as the page of ``cdi watch``.

    Attributes
    ----------
    standard : float
        The rate that it is held against.
    decision : {"above", "below", ""}
        On which side of the standard the rate lies: at it or above, or below; empty while that is not clear.
    clear_after : int or None
        After how many reports that was clear.
    table : Table
        All numbers, unrounded: the rate and its limits after every few reports, and last after all that were read.
    read, reports, frame : int
        The reports that were read, that the sample holds, and that are on the frame.
    strata : int
        How many strata the sample has.
    most : int
        The crimes that a report can hold at the most.
    not_auditable : int
        The reports of which nothing could be audited.
    receipt : str or None
        The receipt that the order was held against: its file, or empty. None without one.
    likely : Likely or None
        How many more reports are likely. None where it is clear, or nothing is left.
    audit : Audit
        The rows that were read.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> missed = [0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1] + [None] * 28
    >>> sample = pd.DataFrame({"order": range(1, 41), "due": [1 if each is not None else None for each in missed],
    ...                        "recorded": [None if each is None else 1 - each for each in missed]})
    >>> found = cdi.watch(sample, 0.95, most=1, population=900)
    >>> found.decision, found.clear_after
    ('below', 5)
    """

    standard: float
    decision: str
    clear_after: int | None
    table: Table
    read: int
    reports: int
    frame: int
    strata: int
    most: int
    not_auditable: int = 0
    receipt: str | None = None
    likely: Likely | None = None
    audit: Audit | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        found = self.decision or "not clear yet"
        return f"<cdi.Watch: {found}, {self.read:,} reports read, {self.table.method} {self.table.level * 100:.10g}%>"

    @property
    def looks(self) -> tuple[Row, ...]:
        """The rate with its limits after every few reports; the last is after all that were read."""
        return self.table.of(WATCHED.key)

    @property
    def now(self) -> Row:
        """The rate with its limits after all reports that were read."""
        return self.looks[-1]

    @property
    def known(self) -> bool:
        """Whether every report on the frame was read."""
        return self.read == self.frame

    @property
    def straddled(self) -> bool:
        """Whether the standard still lies between both limits, which ask for more than a decision does."""
        low, high = self.now.low, self.now.high
        return low is not None and high is not None and low < self.standard <= high

    def page(self, **_options: Any) -> Page:
        """Lay it out for people: what is clear, and the limits as they came to be."""
        notes = Notes.on(self.looks)
        return Page(self.table, (_grid(self, notes),), notes, tuple(_statements(self)))

    def wide(self) -> pd.DataFrame:
        """Give one row for each look.

        Returns
        -------
        pandas.DataFrame
            ``reports read`` (the last is ``all``), ``rate`` with its limits ``low`` and ``high``, ``due`` and
            ``recorded``, then ``notes``. Proportions and crimes, unrounded.
        """
        return wide_of(replace(self.table, rows=self.looks), {"rate": WATCHED})

    def draw(self, axes: Axes) -> None:
        """Draw the limits against the reports read, with the standard."""
        from cdi.charts.watch_charts import draw_watch

        draw_watch(axes, self)


@checked
def watch(
    sample: object,
    standard: float | str | None = None,
    *,
    most: int | None = None,
    receipt: object = None,
    level: float = LEVEL,
    side: str = "both",
    **roles: Unpack[Roles],
) -> Watch:
    """Tell whether it is clear yet on which side of a standard a rate lies, in a sample that is still being read.

    One may look after every report and stop when it is clear: the chance of ever deciding wrongly is no more than
    1 - ``level``. Reports must be read in the order of their draw.

    Parameters
    ----------
    sample : path, Workbook or data frame
        A sample as ``cdi draw`` writes it: its rows in the order to be read, with a column ``order``. The first rows
        are filled in, the others are blank.
    standard : float or str
        The rate that the force should reach, such as ``0.95`` or ``"95%"``.
    most : int
        The largest number of crimes that any report on the frame can hold. It must be certain.
    receipt : path or mapping, optional
        The receipt of the draw. If None, it is the file beside the sample, such as ``sample.receipt.json`` for
        ``sample.csv``. The order is held against it, and it names the strata, ids and reports on the frame.
    level : float
        The confidence level.
    side : {"both", "lower", "upper"}
        Whether it can be clear that the rate is at or above the standard or below it, only at or above (by lower
        limits), or only below (by upper limits). The limits of one side alone are nearer.
    **roles
        The fields of :class:`cdi.Design` that say how rows are read. Without a receipt, ``population`` is needed.

    Returns
    -------
    Watch
        On which side the rate lies, or that it is not clear yet, with how many more reports are likely; and a
        confidence sequence of the rate (proportions).

    Raises
    ------
    DataError
        If reports were not read in the order of the draw, a report holds more than ``most``, or rows are wrong.
    DesignError
        If ``standard``, ``most`` or the reports on the frame are not given, or a role has no place here.
    MethodError
        If the level or the side is none.

    Notes
    -----
    Each side is a bet against the other, with a capital that is 1 at first. A claim is out at a capital of
    1 / (1 - level): whatever the rate is, only one of the two decisions can be wrong. Limits can both be wrong, so two
    of them take twice that capital each. In strata, the capital is the least that any division of the frame allows
    under the claim.

    References
    ----------
    Waudby-Smith and Ramdas (2024), Journal of the Royal Statistical Society B 86:1-27. Spertus, Sridhar and Stark
    (2024), Sequential stratified inference for the mean.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"order": [1, 2, 3, 4], "recorded": ["yes", "no", None, None]})
    >>> cdi.watch(sample, "95%", most=1, population=400).decision
    ''
    """
    tail_of(level, side)
    held, most = _terms(standard, most)
    given = beside(sample) if receipt is None else receipt
    known = None if given is None else Proof.of(given)
    seen = read_sample(sample, known, most, roles)
    read = seen.readings
    sides = {"both": (ABOVE, BELOW), "lower": (ABOVE,), "upper": (BELOW,)}[side]
    capital, apart = 1 / tail_of(level, "upper"), 1 / tail_of(level, side)
    first = _decided({each: Game(read, each, held) for each in sides}, capital)
    ahead = None if first else likely(read, seen.following, held, dict.fromkeys(sides, capital))
    return Watch(
        held,
        first[1] if first else "",
        first[0] if first else None,
        _table(seen, held, first, ahead, dict.fromkeys(sides, apart), level, side),
        len(read),
        seen.reports,
        int(read.population.sum()),
        len(seen.strata),
        most,
        seen.not_auditable,
        None if known is None else known.name,
        ahead,
        seen.audit,
    )


def _decided(games: Mapping[str, Game], capital: float) -> tuple[int, str] | None:
    """Find the side that was clear first, and since when; what is certain by now stands before all bets."""
    known = {side: game for side, game in games.items() if game.certain is not None}
    read = next(iter(games.values())).read
    if not known and len(read) == int(read.population.sum()):
        return None  # the rate is the standard itself
    reached = [(game.reached(capital), side) for side, game in (known or games).items()]
    return min(((number, side) for number, side in reached if number is not None), default=None)


def _terms(standard: float | str | None, most: int | None) -> tuple[float, int]:
    """Take the standard and the crimes that a report can hold, neither of which can be guessed."""
    if standard is None:
        raise DesignError.of("watch-standard")
    if most is None:
        raise DesignError.of("watch-most")
    if not is_number(most) or isinstance(most, bool) or not float(most).is_integer() or most < 1:
        raise DesignError.of("watch-most-range", got=most)
    return standard_of(standard), int(most)


# ---- the numbers


def _table(
    seen: Watched,
    standard: float,
    first: tuple[int, str] | None,
    ahead: Likely | None,
    capitals: dict[str, float],
    level: float,
    side: str,
) -> Table:
    read = seen.readings
    looks = _looks(len(read))
    limits = {each: sequence(read, each, capital, looks, _COARSE) for each, capital in capitals.items()}
    for each, capital in capitals.items():
        limits[each][-1] = sequence(read, each, capital, looks[-1:], _FINE)[0]
    low, high = limits.get(ABOVE), limits.get(BELOW)
    rows = [
        _row(
            read.first(number),
            None if low is None else float(low[i]),
            None if high is None else float(high[i]),
            level,
            last=i == len(looks) - 1,
        )
        for i, number in enumerate(looks)
    ]
    about = Row((ALL,), _STANDARD, standard, None, None, level, "", facts=Facts(Scope.OVERALL))
    clear = replace(about, measure=_CLEAR, estimate=None if first is None else float(first[0]))
    more = replace(about, measure=_LIKELY, estimate=None if ahead is None else _number(ahead.half))
    return Table((wording.READS,), (*rows, about, clear, more), level, BETTING, side)


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _looks(read: int) -> list[int]:
    """Choose after how many reports the limits are shown: round numbers, and now."""
    step = next(size for size in _STEPS if read <= size * MOST_LOOKS)
    return [*(number for number in range(step, read, step)), read]


_STEPS = tuple(factor * 10**power for power in range(1, 8) for factor in (1, 2, 5))


def _row(read: Readings, low: float | None, high: float | None, level: float, *, last: bool) -> Row:
    found = _rate(read)
    due, recorded = int(read.due.sum()), int(read.recorded.sum())
    exact = len(read) == int(read.population.sum())
    if exact and found is not None:
        low = high = found
    facts = Facts(Scope.OVERALL) if last else PLAIN
    label = (ALL,) if last else (f"{len(read):,}",)
    counts = {"n": due, "recorded": recorded, "clusters": len(read)}
    return Row(label, WATCHED, found, low, high, level, BETTING, **counts, facts=facts)


def _rate(read: Readings) -> float | None:
    """Estimate the rate of the frame; None before each stratum has a report, or a crime was found."""
    places = len(read.population)
    counts = np.bincount(read.stratum, minlength=places)
    if not counts.all():
        return None
    stands = read.population / counts
    found = (np.bincount(read.stratum, each, places) * stands for each in (read.due, read.recorded))
    due, recorded = (float(each.sum()) for each in found)
    return recorded / due if due else None


# ---- the page


def _grid(found: Watch, notes: Notes) -> Grid:
    heading = wording.WATCH_HEADINGS
    columns: list[Column[Row]] = [
        Column(heading["clusters"], lambda row: row.clusters, whole, always=True),
        Column(heading["n"], lambda row: row.n, whole, lambda row: row),
        Column(heading["recorded"], lambda row: row.recorded, whole, lambda row: row),
        Column(heading["rate"], lambda row: row.estimate, rate, lambda row: row, name="rate"),
        Column(heading["low"], lambda row: row.low, AS_RATE["low"], lambda row: row, within="rate"),
        Column(heading["high"], lambda row: row.high, AS_RATE["high"], lambda row: row, within="rate"),
        Notes.column(lambda row: notes.marks([row])),
    ]
    return grid_of(wording.sequence_title(level_text(found.table.level), found.table.side), columns, found.looks)


def _statements(found: Watch) -> Iterator[str]:
    """Say what is clear first, then what it rests on."""
    standard, now = f"{found.standard * 100:.10g}%", found.now
    if found.known and now.estimate is not None:
        yield wording.is_known(_known_side(now.estimate, found.standard), standard, percent(now.estimate))
    elif found.decision and found.clear_after is not None:
        yield wording.decided(found.decision, standard, found.clear_after)
    else:
        yield wording.still_open(found.table.side, standard, found.read)
    if not found.known and (now.low is not None or now.high is not None):
        ends = (percent(now.low, "low"), percent(now.high, "high"))
        yield wording.confined(found.table.side, *ends, level_text(found.table.level))
        if found.decision and found.straddled:
            yield wording.DECIDED_BY_ONE_END
    if found.likely is not None:
        yield from _ahead(found.likely)
    yield wording.read_of(found.read, found.reports, found.frame, found.strata)
    yield wording.most_taken(found.most)
    if found.not_auditable:
        yield wording.none_auditable(found.not_auditable)
    yield wording.order_unchecked() if found.receipt is None else wording.order_verified(found.receipt)
    if not found.known:
        yield wording.WATCH_STATEMENT


def _known_side(rate: float, standard: float) -> str:
    if abs(rate - standard) <= ROUNDING:
        return ""
    return ABOVE if rate > standard else BELOW


def _ahead(found: Likely) -> Iterator[str]:
    if found.half is None:
        yield wording.not_near(found.ahead, found.draws)
    else:
        yield wording.likely_more(found.half, found.most, found.ahead, found.draws)
    yield wording.sample_ends(found.left, percent(found.clear, places=0))
