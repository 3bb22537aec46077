"""Stop and search: the share of records with reasonable grounds recorded, by the estimators that serve audits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cdi.audits.audit import audit_of
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from cdi.survey.estimates import Estimates

__all__ = ["GROUNDS", "grounds_rate"]

GROUNDS = "grounds"
"""The default name of the column with the answer, yes or no."""


def grounds_rate(searches: object, by: str | Sequence[str] | None = None) -> Estimates:
    """Estimate the share of stop and search records with reasonable grounds recorded.

    It measures the grounds as recorded on the form, not whether they were reasonable at the time.

    Parameters
    ----------
    searches : Audit, path, a list of them, or data frame
        The records, from ``cdi.read_audit(..., recorded="grounds")``: one row a record. Of anything else that it reads,
        the column ``grounds`` is taken.
    by : str or sequence of str, optional
        Domain columns, such as ethnicity. None: the strata.

    Returns
    -------
    Estimates
        One row a domain, and the overall share last. Proportions.

    Notes
    -----
    With the population known and single records, the interval is Wilson's with the finite population correction,
    n_eff = n (N - 1) / (N - n), within what is logically possible (O'Neill 2021). A subgroup of unknown size takes the
    sampling fraction of the whole.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> records = pd.DataFrame({"grounds": ["yes"] * 159 + ["no"] * 23})
    >>> cdi.grounds_rate(cdi.read_audit(records, recorded="grounds")).estimate.round(3).tolist()
    [0.874]
    """
    return share(audit_of(searches, recorded=GROUNDS), by, measure="grounds")
