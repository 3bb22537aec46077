"""The design of an audit: which column plays which role, and what is known of the frame it was drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from cdi.errors import DesignError, suggestion
from cdi.parameters import CLASSIFICATIONS, RULES, SELECTIONS, names_of

__all__ = [
    "CLASSIFICATIONS", "FILENAME", "PERIOD", "PERIODS_AS", "REPRESENTATIVE", "RULES", "SELECTIONS", "Design", "Roles",
    "Selection", "SingleCluster", "check_selection",
]  # fmt: skip

REPRESENTATIVE = frozenset(["random", "census"])
"""Those that stand for what they were drawn from."""

PERIODS_AS = ("stratum", "domain")
"""Whether reports were drawn period by period, or the period is a category like any other."""

PERIOD = "period"
"""The column that holds the period of each row, where one was asked for."""

FILENAME = "FILENAME"
"""What stands for the name of the file where a column with the period is asked for."""

SingleCluster = Literal["error", "adjust", "average", "collapse"]
Classification = Literal["strict", "lenient"]
Selection = Literal["random", "census", "judgement", "voluntary"]
PeriodAs = Literal["stratum", "domain"]


class Roles(TypedDict, total=False):
    """The roles that :func:`read_audit` takes by name."""

    stratum: str | Sequence[str] | None
    cluster: str | None
    case: str | None
    due: str | None
    recorded: str
    population: object
    weight: str | None
    single_cluster: SingleCluster
    collapse: Mapping[str, str] | None
    decision: str | None
    recorded_as: str | None
    category: str | None
    classification: Classification
    period: str | None
    period_as: PeriodAs
    selection: Selection


@dataclass(frozen=True, slots=True)
class Design:
    """Which column plays which role, and what is known of the frame that the sample was drawn from.

    Attributes
    ----------
    stratum : str or sequence of str, optional
        What reports were drawn by: reporting route, initial class, force, month. Each report has exactly one.
    cluster : str, optional
        The report that was drawn (incident number). None: each row was drawn by itself.
    case : str, optional
        A row's own id, checked for duplicates.
    due : str, optional
        Crimes that should have been recorded. None: one a row.
    recorded : str
        Of those, recorded: 0 to due, or yes/no.
    population : str, mapping, data frame or int, optional
        Reports on the frame, by stratum: a column of the audit, a volumes file, or the numbers. None: not known.
    weight : str, optional
        A weight for each report, instead of the population.
    single_cluster : {"error", "adjust", "average", "collapse"}
        What to do with a stratum of one report: refuse; centre it at the overall rate; give it the mean variance of
        the other strata; join it to the stratum that ``collapse`` names.
    collapse : mapping, optional
        Declared before results are seen: stratum -> the one it joins.
    decision : str, optional
        The auditor's decision on each row, in the words of ``cdi.audits.decisions``, instead of ``due`` and
        ``recorded``.
    recorded_as : str, optional
        The class in which each crime was recorded.
    category : str, optional
        The class that it should have been recorded in, as the auditor found; needed with ``recorded_as``.
    classification : {"strict", "lenient"}
        Whether a crime recorded in another class counts as not recorded in its own, or as recorded. Overall it counts
        as recorded.
    period : str, optional
        The column with the period of each row (dates count as their month), or ``"FILENAME"``; it makes the column
        ``period``.
    period_as : {"stratum", "domain"}
        Whether reports were drawn period by period, or the period is a category like any other.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample came about: drawn by chance; every report on the frame, so that figures are exact; chosen by
        judgement or made of those who answered, so that it stands for nothing but itself and has counts only.

    Examples
    --------
    >>> Design(stratum="route", cluster="incident").stratum
    ('route',)
    """

    stratum: str | Sequence[str] | None = None
    cluster: str | None = None
    case: str | None = None
    due: str | None = None
    recorded: str = "recorded"
    population: object = None
    weight: str | None = None
    single_cluster: SingleCluster = "error"
    collapse: Mapping[str, str] | None = None
    decision: str | None = None
    recorded_as: str | None = None
    category: str | None = None
    classification: Classification = "strict"
    period: str | None = None
    period_as: PeriodAs = "stratum"
    selection: Selection = "random"

    def __post_init__(self) -> None:
        object.__setattr__(self, "stratum", names_of(self.stratum))
        if self.cluster is not None and not isinstance(self.cluster, str):
            raise DesignError.of("two-stages", got=", ".join(map(str, self.cluster)))
        if self.weight is not None and self.population is not None:
            raise DesignError.of("weight-and-population")
        if self.single_cluster not in RULES:
            raise DesignError.of("no-rule", got=self.single_cluster, hint=suggestion(self.single_cluster, RULES))
        if self.classification not in CLASSIFICATIONS:
            hint = suggestion(self.classification, CLASSIFICATIONS)
            raise DesignError.of("no-classification", got=self.classification, hint=hint)
        if self.period_as not in PERIODS_AS:
            raise DesignError.of("no-period-as", got=self.period_as, hint=suggestion(self.period_as, PERIODS_AS))
        check_selection(self.selection)
        if self.selection == "census" and self.weight is not None:
            raise DesignError.of("census-weight", got=self.weight)
        if self.decision is not None and self.due is not None:
            raise DesignError.of("decision-and-counts", got=f"{self.decision}, {self.due}")

    @property
    def representative(self) -> bool:
        """Whether the sample stands for more than itself: it was drawn by chance, or it is all there is."""
        return self.selection in REPRESENTATIVE

    @property
    def strata(self) -> tuple[str, ...]:
        """The stratum columns; empty for a simple sample of reports."""
        by_period = (PERIOD,) if self.period is not None and self.period_as == "stratum" else ()
        return tuple(dict.fromkeys((*(self.stratum or ()), *by_period)))


def check_selection(selection: str) -> None:
    """Refuse what is no way to come by a sample.

    Parameters
    ----------
    selection : str
        One of ``SELECTIONS``.

    Raises
    ------
    DesignError
        It is none.

    Examples
    --------
    >>> check_selection("census")
    """
    if selection not in SELECTIONS:
        raise DesignError.of("no-selection", got=selection, hint=suggestion(str(selection), SELECTIONS))
