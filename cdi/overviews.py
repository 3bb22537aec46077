"""Pages that hold no estimates: what a file holds, what is known of each method, published figures beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.answers import SYNONYMS, UNDECIDED
from cdi.printing.layout import Grid, Page, words_of
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.binomial.intervals import MethodCard
    from cdi.description import Description
    from cdi.reproduction import Reproduction

__all__ = ["lay_out_decisions", "lay_out_description", "lay_out_method_cards", "lay_out_reproduction"]


def lay_out_description(found: Description) -> Page:
    """Lay out what an audit file holds."""
    whole = wording.in_sheet(found.name or wording.FRAME, found.sheet)
    name = wording.check_title(whole, found.rows)
    played = [(wording.CHECK_ROLES[role], column) for role, column in found.roles.items()]
    roles = words_of(name, wording.ROLE_HEADINGS, played, words=2)
    columns = ["reports", "population", "due", "recorded"]
    if all(stratum.population is None for stratum in found.strata):
        columns.remove("population")
    rows = [
        (", ".join(stratum.label) or ALL, *(getattr(stratum, name) for name in columns)) for stratum in found.strata
    ]
    by_row = "row-drawn" in found.assumed and max(found.crimes, default=0) <= 1  # no report is named or counted
    named = {"reports": "rows"} if by_row else {}
    headings = tuple(wording.CHECK_HEADINGS[named.get(name, name)] for name in ("stratum", *columns))
    drawn = words_of(wording.STRATA_TITLE, headings, rows)
    unit = "rows" if by_row else "reports"
    held = words_of(wording.CRIMES_TITLES[unit], wording.CRIMES_HEADINGS[unit], found.crimes.items(), words=0)
    decided = (_decisions(found.decisions),) if found.decisions is not None else ()
    passed = wording.passed_over(found, found.unplayed, found.number_ids)
    assumed = tuple(wording.ASSUMPTIONS[code] for code in found.assumed)
    said = (*_progress(found), *((wording.ASSUMED, *assumed) if assumed else ()))
    return Page(None, (roles, *decided, drawn, held), statements=said, remarks=tuple(passed))


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


def lay_out_method_cards(cards: Sequence[MethodCard]) -> Page:
    """Lay out what is known of each interval method."""
    return Page(
        None,
        tuple(
            words_of(card.name, wording.CARD_HEADINGS, zip(wording.CARD_ROWS, _card(card), strict=True), words=2)
            for card in cards
        ),
    )


def _card(card: MethodCard) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in (card.summary, card.when, card.reference, card.coverage))


def lay_out_reproduction(found: Reproduction) -> Page:
    """Lay out published figures beside ours."""
    rows = tuple(
        (
            line.subject,
            line.printed,
            line.ours,
            line.default,
            wording.agreement(agrees=line.agrees, solved_back=line.solved_back),
        )
        for line in found.lines
    )
    grid = words_of(wording.REPRODUCTION_TITLE, wording.REPRODUCTION_HEADINGS, rows, words=5)
    agreeing = sum(line.agrees for line in found.lines)
    said = (wording.verdict(agreeing, len(found.lines)), wording.SHOWS, wording.NOT_SHOWN)
    figures = tuple((figure.subject, figure.printed, figure.before, wording.NO_INTERVAL) for figure in found.exact)
    exact = words_of(wording.EXACT_TITLE, wording.EXACT_HEADINGS, figures, words=4)
    statements = (wording.not_compared(found.left_out), *said)
    return Page(None, (grid, exact), statements=statements, remarks=(wording.SOLVED_BACK,))
