"""The whole job in one call: from files to the table. Each verb of the command line is one of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Unpack

from cdi.audit import Audit, read_audit
from cdi.design import Roles
from cdi.errors import DesignError, MethodError
from cdi.extrapolation import unrecorded
from cdi.sampling import recording_rate
from cdi.stop_search import GROUNDS, grounds_rate
from cdi.tables import Table, arrange
from cdi.volumes import sort_out

if TYPE_CHECKING:
    from cdi.estimates import Estimates

__all__ = ["Result", "estimate", "grounds"]

STYLES = ("default", "published")


@dataclass(frozen=True, slots=True)
class Result:
    """What one call gave.

    Attributes
    ----------
    audit : Audit
        The sample as it was understood.
    estimates : tuple of Estimates
        The rates, and the unrecorded crimes where volumes were given.
    table : Table
        All of it with intervals, unrounded; ``table.to_pandas()`` gives a DataFrame.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> cdi.estimate(pd.DataFrame({"recorded": [1, 1, 0, 1]})).table.records[0].estimate
    0.75
    """

    audit: Audit = field(repr=False)
    estimates: tuple[Estimates, ...]
    table: Table


def estimate(
    source: object,
    *,
    by: str | Sequence[str] | None = None,
    volumes: object = None,
    level: float = 0.95,
    method: str | None = None,
    side: str = "both",
    style: str = "default",
    **roles: Unpack[Roles],
) -> Result:
    """Estimate recording rates from an audited sample and, with volumes, the crimes that were not recorded.

    Parameters
    ----------
    source : path or data frame
        The audit; see :func:`cdi.read_audit`.
    by : str or sequence of str, optional
        Domain columns, such as the crime type. None: the strata.
    volumes : path, data frame, mapping, or a list of them, optional
        Reports on the frame (``population``, ``sample``) by stratum, and recorded crime (``recorded_crime``) by domain.
    level, method, side
        As in :meth:`Estimates.interval`; the default method is wilson.
    style : {"default", "published"}
        ``published`` computes intervals as inspection reports print them.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Result
        The audit, the estimates and the table.

    Raises
    ------
    DataError, DesignError, MethodError
        As the functions it calls: read_audit, recording_rate, unrecorded and tabulate.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> cdi.estimate(sample, by="type", volumes={"violent": 8_000, "other": 9_000}).table.records[2].estimate
    0.85
    """
    chosen = _method(method, style)
    sources = volumes if isinstance(volumes, (list, tuple)) else [] if volumes is None else [volumes]
    frame, crime = sort_out(sources, [by] if isinstance(by, str) else by or ())
    if frame is not None:
        if roles.get("population") is not None:
            raise DesignError.of("population-twice")
        roles["population"] = frame
    audit = read_audit(source, **roles)
    rates = recording_rate(audit, by)
    found = (rates,) if crime is None else (rates, unrecorded(rates, crime))
    return Result(audit, found, arrange(*found, level=level, method=chosen, side=side))


def grounds(
    source: object,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    method: str | None = None,
    side: str = "both",
    style: str = "default",
    **roles: Unpack[Roles],
) -> Result:
    """Estimate the share of stop and search records with reasonable grounds recorded.

    Parameters
    ----------
    source : path or data frame
        One row a record, with a column ``grounds`` (yes/no) unless ``recorded`` names another.
    by : str or sequence of str, optional
        Domain columns, such as ethnicity. None: the strata, or overall only.
    level, method, side, style
        As in :func:`estimate`.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Result
        The records, the estimates and the table.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`estimate`.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> records = pd.DataFrame({"grounds": ["yes"] * 21 + ["no"] * 3})
    >>> round(cdi.grounds(records).table.records[0].low, 3)
    0.69
    """
    chosen = _method(method, style)
    roles.setdefault("recorded", GROUNDS)
    audit = read_audit(source, **roles)
    found = grounds_rate(audit, by)
    return Result(audit, (found,), arrange(found, level=level, method=chosen, side=side))


def _method(method: str | None, style: str) -> str:
    """Let the published style choose its own method, and refuse to mix it with another."""
    if style == "published" and method not in (None, "published"):
        raise MethodError.of("style-and-method", got=method)
    return "published" if style == "published" else method or "wilson"
