"""Pages that hold no estimates: what a file holds, what is known of each method, published figures beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.estimates import ALL
from cdi.pages import Grid, Page

if TYPE_CHECKING:
    from cdi.description import Description
    from cdi.intervals import MethodCard
    from cdi.reproduction import Reproduction

__all__ = ["lay_out_description", "lay_out_method_cards", "lay_out_reproduction"]

_BLANK = ""


def lay_out_description(found: Description) -> Page:
    """Lay out what an audit file holds.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B"], "recorded": [1, 0, 1]})
    >>> lay_out_description(cdi.describe(cdi.read_audit(sample, cluster="incident"))).grids[2].rows
    (('1', '1'), ('2', '1'))
    """
    name = wording.check_title(found.name or wording.FRAME, found.rows)
    roles = Grid(
        name, wording.ROLE_HEADINGS, tuple((wording.CHECK_ROLES[r], c) for r, c in found.roles.items()), words=2
    )
    columns = ["reports", "population", "due", "recorded"]
    if all(stratum.population is None for stratum in found.strata):
        columns.remove("population")
    rows = tuple(
        (", ".join(stratum.label) or ALL, *(_whole(getattr(stratum, name)) for name in columns))
        for stratum in found.strata
    )
    headings = tuple(wording.CHECK_HEADINGS[name] for name in ("stratum", *columns))
    drawn = Grid(wording.STRATA_TITLE, headings, rows)
    sizes = tuple((f"{crimes:,}", f"{reports:,}") for crimes, reports in found.crimes.items())
    held = Grid(wording.CRIMES_TITLE, wording.CRIMES_HEADINGS, sizes, words=0)
    passed = wording.ignored(found.name or wording.FRAME, found.blank_rows, found.trimmed)
    assumed = tuple(wording.ASSUMPTIONS[code] for code in found.assumed)
    return Page(None, (roles, drawn, held), (passed,) if passed else (), (wording.ASSUMED, *assumed) if assumed else ())


def _whole(count: int | None) -> str:
    return _BLANK if count is None else f"{count:,}"


def lay_out_method_cards(cards: Sequence[MethodCard]) -> Page:
    """Lay out what is known of each interval method.

    Examples
    --------
    >>> from cdi.intervals import describe_methods
    >>> lay_out_method_cards(describe_methods()).grids[0].title
    'wilson'
    """
    grids = [
        Grid(card.name, wording.CARD_HEADINGS, tuple(zip(wording.CARD_ROWS, _card(card), strict=True)), words=2)
        for card in cards
    ]
    return Page(None, tuple(grids), (), ())


def _card(card: MethodCard) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in (card.summary, card.when, card.reference, card.coverage))


def lay_out_reproduction(found: Reproduction) -> Page:
    """Lay out published figures beside ours.

    Examples
    --------
    >>> import cdi
    >>> lay_out_reproduction(cdi.reproduce()).grids[0].rows[0][1:3]
    ('91.4 ± 2.6', '91.4 ± 2.6')
    """
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
    grid = Grid(wording.REPRODUCTION_TITLE, wording.REPRODUCTION_HEADINGS, rows, words=5)
    agreeing = sum(line.agrees for line in found.lines)
    said = (wording.verdict(agreeing, len(found.lines)), wording.SHOWS, wording.NOT_SHOWN)
    return Page(None, (grid,), (wording.SOLVED_BACK,), (wording.not_compared(found.left_out), *said))
