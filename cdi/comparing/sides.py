"""A side of a comparison as the command line writes it: counts, a published figure, or files of an audit."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.design import REPRESENTATIVE
from cdi.binomial.published import PublishedRate, is_published, parse_published
from cdi.errors import CdiError, DataError, DesignError
from cdi.printing.tables import with_overall
from cdi.results import Result, estimate, grounds
from cdi.survey.basis import Basis
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import of_counts

if TYPE_CHECKING:
    from cdi.audits.strata import Pool
    from cdi.audits.volumes import Label

__all__ = ["Side", "Wanted", "is_figure", "read_audit_side", "read_figure"]

_COUNTS = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")
_OF_NUMBERS = re.compile(r"(?=.*\d)[\d\s.,/%±+–−-]+(?:pp)?")


@dataclass(frozen=True, slots=True)
class Side:
    """What can be compared, and what it was estimated from.

    Attributes
    ----------
    figures : Estimates or PublishedRate
        The rates, with the overall one that the volumes imply; the counts; or a figure.
    result : Result or None
        Where it comes from; None for a figure.
    counts : bool
        Whether the figures are counts of crimes.

    Examples
    --------
    >>> Side(read_figure("159/182")).result is None
    True
    """

    figures: Estimates | PublishedRate
    result: Result | None = None
    counts: bool = False

    @classmethod
    def of(cls, result: Result, *, counts: bool = False) -> Side:
        """Make a side of what was estimated: its counts, or its rates with the overall one that the volumes imply."""
        rates, *others = result.estimates
        if not others:
            return cls(rates, result, counts)
        return cls(others[0] if counts else _weighed(rates, others[0]), result, counts)

    def pooled(self, pools: Sequence[Pool]) -> Side:
        """Estimate it again with categories put together."""
        return self if self.result is None else Side.of(self.result.pooled(pools), counts=self.counts)

    def only(self, labels: Collection[Label]) -> Estimates | PublishedRate:
        """Give the figures of some categories, and the overall one."""
        if isinstance(self.figures, PublishedRate):
            return self.figures
        rows = self.figures.rows
        last = len(rows) - 1
        return self.figures.take([i for i, row in enumerate(rows) if i == last or row.label in labels])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the files of a side.

    Attributes
    ----------
    by : tuple of str, or None
        The domain columns; None: the strata.
    searches : bool
        Whether the files hold searches.
    counts : bool
        Whether the crimes not recorded are compared, where volumes are given.
    roles : mapping
        As :func:`cdi.read_audit` takes them.
    """

    by: tuple[str, ...] | None
    searches: bool
    counts: bool
    roles: Mapping[str, Any]


def is_figure(text: str) -> bool:
    """Tell whether a text is a figure and not a file; a file that exists wins.

    Examples
    --------
    >>> is_figure("159/182"), is_figure("86.5%+-4.3%"), is_figure("audit.csv")
    (True, True, False)
    """
    # what is written in digits and signs alone, however wrongly, is no file either
    return not Path(text).exists() and (_OF_NUMBERS.fullmatch(text) is not None or "%" in text)


def read_figure(text: str, selection: str = "random") -> Estimates | PublishedRate:
    """Read counts or a published figure.

    Parameters
    ----------
    text : str
        ``159/182``, ``86.5%+-4.3%``, or ``69%`` of a census.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample came about.

    Returns
    -------
    Estimates or PublishedRate
        What can be compared.

    Raises
    ------
    DataError, DesignError
        No such figure, counts that cannot be, or a sample that stands for nothing but itself; with the text.

    Examples
    --------
    >>> read_figure("159/182").basis.due.tolist()
    [182]
    """
    try:
        return _figure(text, selection)
    except CdiError as error:
        at = [each if each.got == text else replace(each, where=replace(each.where, key=text)) for each in error.faults]
        raise type(error)(at) from error


def _figure(text: str, selection: str) -> Estimates | PublishedRate:
    counts = _COUNTS.fullmatch(text)
    if counts is not None:
        return of_counts(int(counts[1]), int(counts[2]), selection=selection)
    if not is_published(text):
        raise DataError.of("not-a-side", got=text)
    if selection not in REPRESENTATIVE:
        raise DesignError.of("not-representative", got=wording.SELECTIONS[selection])
    return parse_published(text, census=selection == "census")


def read_audit_side(sources: Sequence[Any], volumes: Sequence[Any], wanted: Wanted) -> Side:
    """Estimate the rates of the files of a side, or its unrecorded crimes.

    Parameters
    ----------
    sources : sequence of path or Workbook
        The files, put together.
    volumes : sequence of path or Workbook
        Its volumes.
    wanted : Wanted
        What is wanted of them.

    Returns
    -------
    Side
        The rates, with the overall one that the volumes imply, or the counts.
    """
    if wanted.searches:
        return Side.of(grounds(list(sources), by=wanted.by, **wanted.roles))
    return Side.of(estimate(list(sources), by=wanted.by, volumes=list(volumes), **wanted.roles), counts=wanted.counts)


def _weighed(rates: Estimates, counts: Estimates) -> Estimates:
    """Set the overall rate that the volumes imply in the place of the sample's own."""
    if len(rates) == 1:
        return rates
    domains, whole, *_ = with_overall([rates, counts])
    rows = (*domains.rows, *whole.with_notes([("volumes-weigh",)]).rows)
    return replace(rates, rows=rows, basis=Basis.joined([domains.basis, whole.basis]))
