"""How forces lie among the others: scores on the published lines, and chances of being among the lowest and highest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cdi.printing.lines import SUPPRESSED, withheld

if TYPE_CHECKING:
    from cdi.peers.side_by_side import Force, Forces
    from cdi.printing.tables import Record

__all__ = ["DRAWS", "chances", "most", "score_records"]

DRAWS = 10_000
SCORE, LOWEST, HIGHEST = "z-score", "among-lowest", "among-highest"


def most(found: Forces, k: int) -> int:
    """Say how many the lowest and the highest are: of few forces each would be among the lowest five and the highest.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> most(cdi.forces(pd.DataFrame({"force": list("ABC"), "rate": [0.1, 0.2, 0.6], "half_width": [0.02] * 3})), 5)
    1
    """
    return min(k, max(len(found.sized) // 2, 1))


def chances(found: Forces, k: int, seed: int) -> Mapping[str, tuple[float, float]]:
    """Draw how probable it is that a force is truly among the lowest, and among the highest.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.
    k : int
        How many the lowest and the highest are.
    seed : int
        What the draws start from.

    Returns
    -------
    mapping of str to tuple of float
        Force -> the two probabilities; empty where the sizes of the samples are not known.
    """
    if found.shrunken is None:
        return {}
    places = found.shrunken.rank_probabilities(DRAWS, np.random.default_rng(seed))
    lowest, highest = places[:, :k].sum(axis=1), places[:, -k:].sum(axis=1)
    return {name: (float(lowest[i]), float(highest[i])) for i, name in enumerate(found.shrunken.names)}


def score_records(found: Forces, *, k: int = 5, seed: int = 1) -> tuple[Record, ...]:
    """Write the scores and chances of forces as rows of a table; those of a force that is withheld are too.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`, after disclosure control.
    k, seed : int
        As in :func:`cdi.peers.force_pages.lay_out_forces`.

    Returns
    -------
    tuple of Record
        ``z-score`` in standard deviations, ``among-lowest`` and ``among-highest`` as proportions.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = {"force": list("ABC"), "rate": [0.1, 0.2, 0.6], "half_width": [0.02] * 3}
    >>> found = score_records(cdi.forces(pd.DataFrame(rates)))
    >>> [(row.label[0], row.kind, round(row.estimate, 2)) for row in found[::3]]
    [('A', 'z-score', -0.76), ('A', 'among-lowest', 1.0), ('A', 'among-highest', 0.0)]
    """
    size = most(found, k)
    drawn = chances(found, size, seed)
    scored = [(row, SCORE, f"one-sd-{found.lines.scale}", row.z) for row in found.rows if row.z is not None]
    of = f"{size}-of-{len(drawn)}"
    for place, kind in enumerate((LOWEST, HIGHEST)):
        scored += [(row, kind, of, drawn[row.name][place]) for row in found.rows if row.name in drawn]
    return tuple(_record(*each) for each in scored)


def _record(row: Force, kind: str, method: str, value: float) -> Record:
    gone = withheld(row.rate.record)
    return replace(
        row.rate.record, kind=kind, estimate=None if gone else value, low=None, high=None, method=method, se=None,
        n=None, recorded=None, clusters=None, n_eff=None, df=None, deff=None, notes=(SUPPRESSED,) if gone else (),
    )  # fmt: skip
