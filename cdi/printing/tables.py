"""The table that every result becomes: fixed columns, one row an estimate, unrounded.

``tabulate`` gives it as a pandas DataFrame; :class:`Table` holds the same without pandas, for the formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.binomial import intervals
from cdi.errors import DesignError
from cdi.survey.estimates import Estimates
from cdi.survey.extrapolation import overall_rate
from cdi.survey.sampling import of_counts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CATEGORY", "Record", "Table", "arrange", "compare_methods", "tabulate", "with_overall"]

Floats: TypeAlias = npt.NDArray[np.float64]

PUBLISHED_LEVEL = 0.95

CATEGORY = "category"
"""The domain column of an estimate without domains."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table; what cannot be estimated is None.

    Attributes
    ----------
    label : tuple of str
        The domain; ``all`` in overall rows.
    kind : str
        The measure, by its key in ``cdi.wording.MEASURES``.
    estimate, low, high, se : float or None
        Proportions for rates, crimes for counts.
    level : float
        Confidence level.
    method : str
        Name of the interval method.
    n, recorded, clusters : int or None
        Crimes due (or records), those recorded, reports audited; None where a row is of two samples.
    n_eff, df, deff : float or None
        Effective size in crimes, degrees of freedom, design effect.
    notes : tuple of str
        Keys of ``cdi.wording.NOTES``.
    """

    label: tuple[str, ...]
    kind: str
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    se: float | None
    n: int | None
    recorded: int | None
    clusters: int | None
    n_eff: float | None
    df: float | None
    deff: float | None
    notes: tuple[str, ...]

    @property
    def measure(self) -> str:
        """The measure, in words."""
        return wording.MEASURES[self.kind]

    @property
    def is_count(self) -> bool:
        """Whether the estimate counts crimes."""
        return self.kind == "unrecorded"

    def values(self) -> tuple[object, ...]:
        """Give the row in the order of the fixed columns, after its label."""
        notes = "; ".join(wording.note(code, self.kind) for code in self.notes)
        return (
            self.measure, self.estimate, self.low, self.high, self.level, self.method, self.se, self.n,
            self.recorded, self.clusters, self.n_eff, self.df, self.deff, notes,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Estimates with their intervals, ready to be printed.

    Attributes
    ----------
    keys : tuple of str
        The domain columns.
    records : tuple of Record
        The rows.
    level, method, side
        What the intervals are.
    reports : bool
        Whether a column names the reports, or each row counts the crimes of one; else crimes are taken as independent.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> table = cdi.estimate(pd.DataFrame({"recorded": [1, 1, 0, 1]})).table
    >>> table.columns[:3], table.rows()[0][:3]
    (('category', 'measure', 'estimate'), ('all', 'recording rate', 0.75))
    """

    keys: tuple[str, ...]
    records: tuple[Record, ...]
    level: float
    method: str
    side: str
    reports: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The domain columns and the fixed ones, in order."""
        return (*self.keys, *wording.COLUMNS)

    @property
    def counted(self) -> str:
        """The measure that the counts of the table follow from: the first."""
        return next((record.kind for record in self.records if not record.is_count), "recording-rate")

    def rows(self) -> list[tuple[object, ...]]:
        """Give the values, one tuple a row; None where a value cannot be estimated."""
        return [(*record.label, *record.values()) for record in self.records]

    def to_pandas(self) -> pd.DataFrame:
        """Give the same as a pandas DataFrame, with NA where a value cannot be estimated."""
        import pandas as pd

        kinds = dict.fromkeys(("estimate", "low", "high", "level", "se", "n_eff", "df", "deff"), "Float64")
        kinds |= dict.fromkeys(("n", "recorded", "clusters"), "Int64")
        frame = pd.DataFrame(self.rows(), columns=list(self.columns), dtype=object)
        return frame.astype({name: kinds.get(name, "string") for name in self.columns})


def tabulate(*estimates: Estimates, level: float = 0.95, method: str = "wilson", side: str = "both") -> pd.DataFrame:
    """Put estimates into one tidy table.

    Parameters
    ----------
    *estimates : Estimates
        Rates and, from them, unrecorded crimes.
    level, method, side
        As in :meth:`Estimates.interval`.

    Returns
    -------
    pandas.DataFrame
        The domain columns, then ``measure``, ``estimate``, ``low``, ``high``, ``level``, ``method``, ``se``, ``n``,
        ``recorded``, ``clusters``, ``n_eff``, ``df``, ``deff``, ``notes``; unrounded, NA where there is no estimate.
        With unrecorded crimes the overall recording rate is the one that the volumes imply.

    Raises
    ------
    MethodError
        As :meth:`Estimates.interval`.
    DesignError
        A domain column has the name of a fixed column, or the estimates have different domains.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})))
    >>> cdi.tabulate(rates)[["category", "measure", "n"]].values.tolist()
    [['all', 'recording rate', 182]]
    """
    return arrange(*estimates, level=level, method=method, side=side).to_pandas()


def arrange(*estimates: Estimates, level: float = 0.95, method: str = "wilson", side: str = "both") -> Table:
    """Put estimates into one table, as :func:`tabulate` does, without pandas."""
    keys = estimates[0].keys
    clash = [name for name in keys if name in wording.COLUMNS]
    if clash:
        raise DesignError.of("column-name-taken", got=", ".join(clash))
    if any(part.keys != keys for part in estimates):
        raise DesignError.of("domains-differ", got="; ".join(", ".join(part.keys) for part in estimates))
    records = [record for part in with_overall(estimates) for record in _records(part, level, method, side)]
    reports = any(part.totals is not None and part.totals.names_reports for part in estimates)
    return Table(keys or (CATEGORY,), tuple(records), level, method, side, reports)


def compare_methods(
    recorded: int,
    due: int,
    *,
    population: int | None = None,
    level: float = 0.95,
    method: str = "all",
    side: str = "both",
    selection: str = "random",
) -> Table:
    """Give the interval of counts without rows, by one method or by all that serve them.

    Parameters
    ----------
    recorded, due : int
        The counts, as in :func:`cdi.of_counts`.
    population : int, optional
        Records on the frame.
    level, method, side
        As in :meth:`Estimates.interval`; ``all`` gives every method that serves these counts and terms.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample came about, as in :class:`cdi.Design`.

    Returns
    -------
    Table
        One record a method; one alone where there is no interval to give.

    Examples
    --------
    >>> [round(record.low, 3) for record in compare_methods(21, 24, method="wilson").records]
    [0.69]
    """
    counted = of_counts(recorded, due, population=population, selection=selection)
    several = method == "all" and selection == "random"
    names = _serving(population, level, side) if several else ["wilson" if method == "all" else method]
    parts = [arrange(counted, level=level, method=name, side=side) for name in names]
    records = tuple(record for part in parts for record in part.records)
    return Table(counted.keys, records, level, method, side, reports=False)


def _serving(population: int | None, level: float, side: str) -> list[str]:
    """Name the methods that can answer: the exact ones need the population, the published style its own terms."""
    names = [name for name in intervals.METHODS if name != "published" or (level == PUBLISHED_LEVEL and side == "both")]
    exact = [name for name in intervals.EXACT if name != "exact" or side == "both"]
    return names + (exact if population is not None else [])


def with_overall(estimates: Sequence[Estimates]) -> list[Estimates]:
    """Set the overall rate that the volumes imply in the place of the sample's own, where the counts follow from it."""
    counts = [part for part in estimates if part.volumes is not None and len(part) > 1]
    result = []
    for part in estimates:
        projected = [other for other in counts if other.totals is part.totals]
        if part.volumes is not None or not projected:
            result.append(part)
            continue
        last = len(part) - 1
        result.append(part.take(range(last)))
        whole = overall_rate(projected[0])
        result.append(replace(whole, rows=(replace(whole.rows[0], measure=part.rows[0].measure),)))
        if part.totals is not None and part.totals.strata.weighs:
            frame = part.take([last])
            row = replace(frame.rows[0], measure=f"{part.rows[0].measure}-frame")
            result.append(replace(frame, rows=(row,)))
    return result


def _records(part: Estimates, level: float, method: str, side: str) -> list[Record]:
    if part.representative:
        interval = part.interval(level=level, method=method, side=side)
        numbers, notes = _numbers(part, interval), _interval_notes(part, interval)
    else:
        # the counts alone: a rate would be read as that of the force
        numbers, notes = dict.fromkeys(_NUMBERS, np.full(len(part), np.nan)), [()] * len(part)
    return [
        Record(
            label=row.label,
            kind=row.measure,
            level=level,
            method=method,
            n=int(part.basis.due[i]),
            recorded=int(part.basis.recorded[i]),
            clusters=int(part.basis.reports[i]),
            notes=(*row.notes, *notes[i]),
            **{name: _known(values[i]) for name, values in numbers.items()},
        )
        for i, row in enumerate(part.rows)
    ]


_NUMBERS = ("estimate", "low", "high", "se", "n_eff", "df", "deff")


def _numbers(part: Estimates, interval: intervals.Interval) -> Mapping[str, Floats]:
    """Give the numbers of each row; what is exact has no interval."""
    blank = np.full(len(part), np.nan)
    level, side, exact = interval.level, interval.side, part.exact
    low, high = (blank if side == open_ else end for open_, end in (("upper", interval.low), ("lower", interval.high)))
    df = np.where(np.isfinite(part.basis.rate), part.basis.df, np.nan)
    sizes = (part.n_eff(level=level, side=side), df, part.basis.deff)
    low, high, n_eff, df, deff = (np.where(exact, blank, column) for column in (low, high, *sizes))
    return dict(zip(_NUMBERS, (part.estimate, low, high, part.se, n_eff, df, deff), strict=True))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _interval_notes(part: Estimates, interval: intervals.Interval) -> list[tuple[str, ...]]:
    """Say on each row what is odd about its interval."""
    rate, exact = part.basis.rate, part.exact
    known = np.isfinite(rate)
    edge = known & ((rate == 0) | (rate == 1)) & ~exact
    with np.errstate(invalid="ignore"):
        outside = (interval.low < 0) | ((interval.high > 1) & (part.volumes is None))
    conditions = {
        "fallback": edge & np.full(len(part), fill_value=interval.method in {"logit", "arcsine", "wald"}),
        "no-width": edge & np.full(len(part), fill_value=interval.method == "published"),
        "beyond": known & outside,
        "no-limit": known & (rate > 0) & np.isnan(interval.high) & (interval.side != "lower"),
        "lower-only": ~exact & (interval.side == "lower"),
        "upper-only": ~exact & (interval.side == "upper"),
    }
    return [tuple(code for code, holds in conditions.items() if holds[i]) for i in range(len(part))]
