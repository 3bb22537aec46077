"""The working of a second opinion: the jackknife stratum by stratum, and what the samples drawn again come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.audits.strata import stratum_name
from cdi.explaining.figures import AGREES, NoWorkingError
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, total
from cdi.printing.lines import level_text, named
from cdi.resampling.resampled import ERRORS, se_as_printed

if TYPE_CHECKING:
    from cdi.printing.tables import Row
    from cdi.resampling.resampled import Opinions, Resampled

__all__ = ["OfRow", "figures_of", "worked_out"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class OfRow:
    """An estimate with its standard errors."""

    opinions: Opinions

    @property
    def row(self) -> Row:
        """The row of the estimate."""
        return self.opinions.row

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the table that say it."""
        return tuple(self.opinions.rows())

    @property
    def title(self) -> str:
        """What it is called."""
        return wording.figure_of(self.row.name, ", ".join(named(self.row)))


def figures_of(found: Resampled) -> list[OfRow]:
    """Take each estimate."""
    return [OfRow(each) for each in found.rows]


def worked_out(each: OfRow, found: Resampled) -> tuple[Section, ...]:
    """Work out the standard errors by jackknife and bootstrap, and the latter's error."""
    work, opinions = Working(), each.opinions
    work.figure(each.title)
    if each.row.se is None or each.row.exact or (opinions.jackknife.se is None and opinions.bootstrap.se is None):
        raise NoWorkingError
    work.section("linearised")
    se = work.given("s", each.row.se, SAID["se-linearised"])
    _print(work, "s_p", se, each.row)
    if opinions.jackknife.se is not None:
        _jackknife(work, opinions, found)
    if opinions.bootstrap.se is not None:
        _bootstrap(work, opinions, found)
    return work.finished()


def _jackknife(work: Working, opinions: Opinions, found: Resampled) -> None:
    """Add up the variance of the strata, each from the rates without one of its reports."""
    strata, row = found.audit.strata, opinions.row
    work.section("left-out", "strata")
    parts = []
    for place, squares in enumerate(opinions.squares):
        held = np.flatnonzero(strata.group == place)
        n, left = int(strata.drawn_together[held[0]]), float(strata.left[held[0]])
        if not left:
            continue
        name = ", ".join(stratum_name(strata.labels[h]) or wording.ALL for h in held)
        at = (place + 1, name)
        drawn = work.given("n", n, SAID["drawn-from"], at)
        apart = work.given("Q", squares, SAID["squares-left-out"], at, "left-out")
        part = apart if n == 1 else (drawn - 1) / drawn * apart
        if strata.population is not None:
            part = work.given("l", left, SAID["left-of-frame"], at) * part
        parts.append(work.step("v", part, SAID["variance-left-out"], "left-out", at))
    work.section("jackknife-error")
    se = work.step("s_j", call("sqrt", total(parts)), SAID["se-jackknife"], "left-out")
    _print(work, "s_jp", se, row)
    _agree(se, opinions.jackknife.se)


def _bootstrap(work: Working, opinions: Opinions, found: Resampled) -> None:
    """Follow the standard error from the rates of all samples, and its own error."""
    of, spread, draws = opinions.row, opinions.bootstrap, found.drawn.replicates
    se, error = spread.se or 0.0, opinions.error or 0.0
    work.section("drawn-again")
    S = work.given("S", draws, SAID["samples-drawn"])
    Q = work.given("Q_b", se**2 * (draws - 1), SAID["squares-drawn-again"], reference="rao-wu")
    found_se = work.step("s_b", call("sqrt", Q / (S - 1)), SAID["se-bootstrap"], "rao-wu")
    _print(work, "s_bp", found_se, of)
    if se > 0:
        kurtosis = work.given("k", 1 + draws * (2 * error / se) ** 2, SAID["kurtosis"])
        own = work.step("e", found_se / 2 * call("sqrt", (kurtosis - 1) / S), SAID["error-bootstrap"], "moments")
        _print(work, "e_p", ERRORS * own, of, "three-errors-printed")
        _agree(own, error)
    level = level_text(found.bases.level)
    for name, value, words in (("low_b", spread.low, "low-bootstrap"), ("high_b", spread.high, "high-bootstrap")):
        if value is not None:
            work.given(name, value, SAID[words].format(level=level))


def _print(work: Working, name: str, term: Term, row: Row, words: str = "") -> None:
    """Write a standard error as the page does."""
    shown = se_as_printed(term.value, row)
    if row.counted:
        work.step(name, term, SAID[words or "number-as-printed"], shown=shown)
    else:
        work.step(name, 100 * term, SAID[words or "se-in-points"], shown=shown)


def _agree(term: Term, value: float | None) -> None:
    """Refuse a working that does not lead to what is printed."""
    if value is None or not np.isclose(term.value, value, rtol=AGREES, atol=1e-9):
        raise NoWorkingError
