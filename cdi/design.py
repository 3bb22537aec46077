"""The design of an audit: which column plays which role, and what is known of the frame it was drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from cdi.errors import DesignError, suggestion

__all__ = ["RULES", "Design", "Roles", "SingleCluster"]

RULES = ("error", "adjust", "average", "collapse")
"""What can be done with a stratum of one report."""

SingleCluster = Literal["error", "adjust", "average", "collapse"]


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

    def __post_init__(self) -> None:
        names = () if self.stratum is None else (self.stratum,) if isinstance(self.stratum, str) else self.stratum
        object.__setattr__(self, "stratum", tuple(dict.fromkeys(names)))
        if self.cluster is not None and not isinstance(self.cluster, str):
            raise DesignError.of("two-stages", got=", ".join(map(str, self.cluster)))
        if self.weight is not None and self.population is not None:
            raise DesignError.of("weight-and-population")
        if self.single_cluster not in RULES:
            raise DesignError.of("no-rule", got=self.single_cluster, hint=suggestion(self.single_cluster, RULES))

    @property
    def strata(self) -> tuple[str, ...]:
        """The stratum columns; empty for a simple sample of reports."""
        return tuple(self.stratum or ())
