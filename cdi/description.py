"""What an audit file holds and what will be assumed of it, before anything is estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.audits.answers import SYNONYMS, UNDECIDED
from cdi.audits.audit import audit_of
from cdi.audits.counting import DUE, by_report
from cdi.printing.layout import Grid, Page, words_of
from cdi.reading import engine
from cdi.showing import Printed
from cdi.survey.estimates import ALL
from cdi.survey.totals import total

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
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
    set_aside : tuple of SetAside
        Rows that are no data, and were left out: totals that add up, averages and percentages.

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
    set_aside: tuple[SetAside, ...] = ()

    def __repr__(self) -> str:
        return f"<cdi.Description: {self.name or wording.FRAME}, {self.rows:,} rows>"

    def page(self, **_options: Any) -> Page:
        """Lay it out for people, as ``cdi check`` does."""
        whole = wording.in_sheet(self.name or wording.FRAME, self.sheet)
        name = wording.check_title(whole, self.rows)
        played = [(wording.CHECK_ROLES[role], column) for role, column in self.roles.items()]
        roles = words_of(name, wording.ROLE_HEADINGS, played, words=2)
        columns = ["reports", "population", "due", "recorded"]
        if all(stratum.population is None for stratum in self.strata):
            columns.remove("population")
        rows = [
            (", ".join(stratum.label) or ALL, *(getattr(stratum, name) for name in columns)) for stratum in self.strata
        ]
        by_row = "row-drawn" in self.assumed and max(self.crimes, default=0) <= 1  # no report is named or counted
        named = {"reports": "rows"} if by_row else {}
        headings = tuple(wording.CHECK_HEADINGS[named.get(name, name)] for name in ("stratum", *columns))
        drawn = words_of(wording.STRATA_TITLE, headings, rows)
        unit = "rows" if by_row else "reports"
        held = words_of(wording.CRIMES_TITLES[unit], wording.CRIMES_HEADINGS[unit], self.crimes.items(), words=0)
        decided = (_decisions(self.decisions),) if self.decisions is not None else ()
        passed = wording.passed_over(self, self.unplayed, self.number_ids)
        assumed = tuple(wording.ASSUMPTIONS[code] for code in self.assumed)
        said = (*_progress(self), *((wording.ASSUMED, *assumed) if assumed else ()))
        return Page(None, (roles, *decided, drawn, held), statements=said, remarks=tuple(passed))


def describe(audit: object) -> Description:
    """Describe an audit that passed its checks.

    Parameters
    ----------
    audit : Audit, Result, or what :func:`cdi.read_audit` takes
        The sample.

    Returns
    -------
    Description
        Counts, roles and assumptions; nothing of any row.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B"], "recorded": [1, 0, 1]})
    >>> cdi.describe(cdi.read_audit(sample, cluster="incident")).crimes
    {1: 1, 2: 1}
    """
    audit = audit_of(audit)
    rows = engine.count_rows(audit.rows) + audit.left_out
    reports = by_report(audit.rows, audit.apart, audit.cluster)
    by_size = engine.collect(engine.sums(reports, [DUE], (), count="_cdi_n"))
    crimes = dict(sorted((int(k), int(n)) for k, n in zip(by_size[DUE], by_size["_cdi_n"], strict=True)))
    return Description(
        audit.name,
        rows,
        audit.source.blank_rows,
        audit.source.trimmed,
        _roles(audit),
        _strata(audit),
        crimes,
        tuple(code for code, holds in _assumptions(audit).items() if holds),
        audit.source.sheet,
        audit.decisions,
        audit.unplayed,
        audit.source.day_first,
        audit.number_ids,
        audit.source.set_aside,
    )


def _roles(audit: Audit) -> dict[str, str]:
    design = audit.design
    named = {
        "stratum": ", ".join(design.strata),
        "cluster": design.cluster,
        "case": design.case,
        "due": design.due,
        "recorded": None if design.decision else design.recorded,
        "decision": design.decision,
        "recorded_as": design.recorded_as,
        "category": design.category if design.recorded_as else None,
        "classification": design.classification if design.recorded_as else None,
        "period": design.period,
        "weight": design.weight,
        "population": design.population if isinstance(design.population, str) else None,
    }
    return {role: column for role, column in named.items() if column}


def _strata(audit: Audit) -> tuple[StratumCounts, ...]:
    strata, whole = audit.strata, total(audit, ()).whole
    size = len(strata.labels)
    due = np.bincount(whole.stratum, whole.due, size).astype(int)
    recorded = np.bincount(whole.stratum, whole.recorded, size).astype(int)
    known = [None] * size if strata.population is None else [int(n) for n in strata.population]
    return tuple(
        StratumCounts(label, int(strata.sampled[i]), known[i], int(due[i]), int(recorded[i]))
        for i, label in enumerate(strata.labels)
    )


def _assumptions(audit: Audit) -> dict[str, bool]:
    design, strata = audit.design, audit.strata
    return {
        "one-a-row": design.due is None and design.decision is None,
        "row-drawn": design.cluster is None,
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
