"""What an audit file holds and what will be assumed of it, before anything is estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.arguments import checked, truth_of
from cdi.audits.answers import SYNONYMS, UNDECIDED
from cdi.audits.audit import audit_of
from cdi.audits.counting import DUE, SUM, by_report
from cdi.audits.volumes import in_order
from cdi.printing.layout import Grid, Page, words_of
from cdi.reading import engine
from cdi.showing import Printed
from cdi.survey.estimates import ALL
from cdi.survey.totals import order_of, total

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.audit import Audit
    from cdi.audits.copies import Copies
    from cdi.audits.crime_tables import CrimeRead
    from cdi.audits.volumes import Label
    from cdi.errors import Where
    from cdi.reading.set_aside import SetAside

__all__ = ["Description", "StratumCounts", "describe", "lay_out_decisions"]


@dataclass(frozen=True, slots=True)
class StratumCounts:
    """What one stratum holds; ``population`` is None where the frame is not known."""

    label: Label
    reports: int
    population: int | None
    due: int
    recorded: int


@dataclass(frozen=True, slots=True, repr=False)
class Description(Printed):
    """What an audit file holds.

    Attributes
    ----------
    name : str or None
        The file.
    rows, blank_rows, trimmed : int
        Rows read, blank rows ignored, fields whose surrounding spaces were ignored.
    roles : mapping of str to str
        Role -> the column that plays it.
    strata : tuple of StratumCounts
        One a stratum.
    crimes : mapping of int to int
        Crimes due in a report -> reports with so many.
    assumed : tuple of str
        Keys of ``cdi.wording.ASSUMPTIONS``.
    sheet : str or None
        The sheet of a workbook.
    decisions : mapping of str to int, or None
        Rows under each decision and without one; together they are the rows read. None where there are no decisions.
    unplayed : tuple of str
        Columns of a role's name that hold nothing, and so play none.
    day_first : str or None
        A date that was read day first, and that could be read month first.
    number_ids : tuple of Where
        The first cell of each column of ids that a workbook holds as numbers.
    searches : bool
        Whether the rows are stop and search records, and not crimes.
    set_aside : tuple of SetAside
        Rows that are no data, and were left out: totals that add up, averages and percentages.
    untidy : int
        Values with stray signs, or several spaces in a row, that were read without them.
    unseen : tuple of str
        Workbooks in another format than .xlsx, whose hidden rows and errors are not seen.
    frame : CrimeRead or None
        What was found of the table with the reports on the frame.
    filled_down : bool
        Whether rows that name no report were taken as further crimes of the report above.
    copies : Copies or None
        Rows that are alike in every column, where that is no chance.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> cdi.describe(cdi.read_audit(pd.DataFrame({"recorded": ["yes", "no"]}))).assumed
    ('one-a-row', 'row-drawn', 'unstratified', 'no-frame')
    """

    name: str | None
    rows: int
    blank_rows: int
    trimmed: int
    roles: dict[str, str]
    strata: tuple[StratumCounts, ...]
    crimes: dict[int, int]
    assumed: tuple[str, ...]
    sheet: str | None = None
    decisions: Mapping[str, int] | None = None
    unplayed: tuple[str, ...] = ()
    day_first: str | None = None
    number_ids: tuple[Where, ...] = ()
    searches: bool = False
    set_aside: tuple[SetAside, ...] = ()
    untidy: int = 0
    unseen: tuple[str, ...] = ()
    frame: CrimeRead | None = None
    filled_down: bool = False
    copies: Copies | None = None

    def __repr__(self) -> str:
        return f"<cdi.Description: {self.name or wording.FRAME}, {self.rows:,} rows>"

    def to_pandas(self) -> pd.DataFrame:
        """Give one row a stratum: ``stratum``, ``reports``, ``population``, ``due``, ``recorded``."""
        import pandas as pd

        rows = [
            (", ".join(each.label) or ALL, each.reports, each.population, each.due, each.recorded)
            for each in self.strata
        ]
        counts = ["reports", "population", "due", "recorded"]
        frame = pd.DataFrame(rows, columns=["stratum", *counts], dtype=object)
        return frame.astype({"stratum": "string", **dict.fromkeys(counts, "Int64")})

    def page(self, **_options: Any) -> Page:
        """Lay the description out for people, as ``cdi check`` does."""
        whole = wording.in_sheet(self.name or wording.FRAME, self.sheet)
        name = wording.check_title(whole, self.rows)
        said = wording.CHECK_OF_SEARCHES if self.searches else wording.CHECK_OF_CRIMES
        played = [(said.roles[role], column) for role, column in self.roles.items()]
        roles = words_of(name, wording.ROLE_HEADINGS, played, words=2)
        columns = ["reports", "population", "due", "recorded"]
        if all(stratum.population is None for stratum in self.strata):
            columns.remove("population")
        rows = [
            (", ".join(stratum.label) or ALL, *(getattr(stratum, name) for name in columns)) for stratum in self.strata
        ]
        by_row = "row-drawn" in self.assumed and max(self.crimes, default=0) <= 1  # no report is named or counted
        as_counts = bool({"counts", "counts-deff"} & set(self.assumed))  # no report is known
        named = {"reports": "rows" if by_row else "counts"} if by_row or as_counts else {}
        headings = tuple(said.headings[named.get(name, name)] for name in ("stratum", *columns))
        drawn = words_of(wording.STRATA_TITLE, headings, rows)
        unit = "rows" if by_row else "reports"
        counted = (said.headings["due"], unit if by_row else said.units)
        held = words_of(said.titles[unit], counted, self.crimes.items(), words=0)
        sizes = () if {"counts", "counts-deff", "counts-in-reports"} & set(self.assumed) else (held,)
        decided = (_decisions(self.decisions),) if self.decisions is not None else ()
        passed = wording.passed_over(self, self.unplayed, self.number_ids)
        passed += [wording.rows_alike(self.copies)] if self.copies else []
        passed += [] if self.frame is None else wording.frame_read(self.frame)
        assumed = tuple(said.assumptions[code] for code in self.assumed)
        filled = [wording.ROWS_FILLED] if self.filled_down else []
        understood = (*said.opening, *filled, *_progress(self), *((wording.ASSUMED, *assumed) if assumed else ()))
        return Page(None, (roles, *decided, drawn, *sizes), statements=understood, remarks=tuple(passed))


@checked
def describe(audit: object, *, searches: bool = False) -> Description:
    """Describe an audit that passed its checks, as ``cdi check`` does.

    Parameters
    ----------
    audit : Audit, Result, or what :func:`cdi.read_audit` takes
        The audited sample.
    searches : bool
        Whether the rows are stop and search records. They are then described in these terms, and not as crimes.

    Returns
    -------
    Description
        Counts, the roles of columns, and what will be assumed. It holds nothing of any single row.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B"], "recorded": [1, 0, 1]})
    >>> cdi.describe(cdi.read_audit(sample, cluster="incident")).crimes
    {1: 1, 2: 1}
    """
    audit = audit_of(audit)
    rows = engine.count_rows(audit.rows) + (0 if audit.aside is None else engine.count_rows(audit.aside))
    return Description(
        audit.name,
        rows,
        audit.source.blank_rows,
        audit.source.trimmed,
        _roles(audit),
        _strata(audit),
        _sizes(audit),
        tuple(code for code, holds in _assumptions(audit).items() if holds),
        audit.source.sheet,
        audit.decisions,
        audit.unplayed,
        audit.source.day_first,
        audit.number_ids,
        truth_of(searches, "searches"),
        audit.source.set_aside,
        audit.source.untidy,
        audit.source.unseen,
        audit.strata.frame,
        audit.source.filled_down > 0,
        audit.copies,
    )


def _sizes(audit: Audit) -> dict[int, int]:
    """Count the reports with so many crimes each; of a table of counts it is not known, and one is taken."""
    if audit.design.counts:
        due, reports = (int(audit.counted[SUM + name].sum()) for name in ("with_crimes", "reports"))
        return {size: n for size, n in ((0, reports - due), (1, due)) if n}
    reports_ = by_report(audit.rows, audit.apart, audit.cluster)
    by_size = engine.collect(engine.sums(reports_, [DUE], (), count="_cdi_n"))
    return dict(sorted((int(k), int(n)) for k, n in zip(by_size[DUE], by_size["_cdi_n"], strict=True)))


def _roles(audit: Audit) -> dict[str, str]:
    design = audit.design
    named = {
        "stratum": ", ".join(design.strata),
        "cluster": design.cluster,
        "nest": ", ".join(design.nest or ()),
        "case": design.case,
        "due": design.due,
        "recorded": None if design.decision else design.recorded,
        "decision": design.decision,
        "recorded_as": design.recorded_as,
        "category": design.category if design.recorded_as else None,
        "classification": design.classification if design.recorded_as else None,
        "period": design.period,
        "weight": design.weight,
        "count": design.count,
        "reports": design.reports,
        "population": design.population if isinstance(design.population, str) else None,
    }
    return {role: column for role, column in named.items() if column}


def _strata(audit: Audit) -> tuple[StratumCounts, ...]:
    strata, whole = audit.strata, total(audit, ()).whole
    size = len(strata.labels)
    due = np.bincount(whole.stratum, whole.due, size).astype(int)
    recorded = np.bincount(whole.stratum, whole.recorded, size).astype(int)
    known = [None] * size if strata.population is None else [int(n) for n in strata.population]
    counts = {
        label: StratumCounts(label, int(strata.sampled[i]), known[i], int(due[i]), int(recorded[i]))
        for i, label in enumerate(strata.labels)
    }
    return tuple(counts[label] for label in in_order(counts, strata.keys, order_of(audit, strata.keys)))


def _assumptions(audit: Audit) -> dict[str, bool]:
    design, strata = audit.design, audit.strata
    return {
        "counts": design.counts and design.reports is None and design.deff is None,
        "counts-in-reports": design.reports is not None,
        "counts-deff": design.deff is not None,
        "one-a-row": design.due is None and design.decision is None and not design.counts,
        "row-drawn": design.cluster is None and not design.counts,
        "unstratified": not design.strata,
        "no-frame": strata.population is None,
        "no-overall": not strata.represents,
        "only-reports-with-crimes": not audit.counts_empty_reports,
        "weighted": strata.weighted,
    }


def lay_out_decisions() -> Page:
    """Lay out the decisions that are read, with their other spellings."""
    rows = [(word, wording.DECISIONS[word], "; ".join(others)) for word, others in SYNONYMS.items()]
    return Page(None, (words_of(wording.SPELLINGS_TITLE, wording.DECISION_HEADINGS[:3], rows, words=3),))


def _decisions(rows: Mapping[str, int]) -> Grid:
    """Count the rows under each decision, with what it counts as and how else it may be spelled."""
    lines = [
        (decision, wording.DECISIONS[decision], "; ".join(SYNONYMS.get(decision, ())), count)
        for decision, count in rows.items()
        if count or decision != UNDECIDED
    ]
    total = (wording.ALL, None, None, sum(rows.values()))
    return words_of(wording.DECISIONS_TITLE, wording.DECISION_HEADINGS, (*lines, total), words=3)


def _progress(found: Description) -> tuple[str, ...]:
    """Say how far the auditors are."""
    if found.decisions is None:
        return ()
    undecided = found.decisions[UNDECIDED]
    return (wording.progress(sum(found.decisions.values()) - undecided, sum(found.decisions.values())),)
