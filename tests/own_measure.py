"""A measure that the package does not have: one entry and one estimator, with nothing else edited.

Run as a program it is the command line of a package that has it::

    python -m tests.own_measure estimate audit.csv --measure same-officer
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from cdi.measures import MEASURES, Measure

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.survey.estimates import Estimates

ENTRY = Measure(
    "same-officer",
    "recorded by the officer who attended",
    subject="recorded crimes were recorded by the officer who attended",
    headings={"n": "crimes recorded", "recorded": "by that officer"},
    notes={"all-recorded": "every crime was recorded by that officer"},
    estimator="tests.own_measure:same_officer",
)


def same_officer(audit: Audit, by: str | Sequence[str] | None = None) -> Estimates:
    """Estimate the share of recorded crimes that the officer who attended recorded."""
    import narwhals as nw

    from cdi.audits.counting import RECORDED
    from cdi.survey.sampling import share

    officer = nw.col(audit.source.inner("officer"))  # rows know columns by their positions
    same = (officer == "same").cast(nw.Int64)
    return share(audit.measuring(nw.col(RECORDED), nw.col(RECORDED) * same), by, measure=ENTRY.key)


if __name__ == "__main__":
    cast("dict[str, Measure]", MEASURES)[ENTRY.key] = ENTRY
    from cdi.cli import main

    main()
