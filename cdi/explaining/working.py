"""The working of the figures of a result, one after the other: a count goes on from its rate, and a net count too."""

from __future__ import annotations

from collections.abc import Sequence

from cdi.explaining.figures import Asked, Figure, NoWorkingError, Worked, goes_on, work_out
from cdi.explaining.net import Net, work_out_net
from cdi.explaining.steps import Section, Working

__all__ = ["worked_out"]


def worked_out(
    figures: Sequence[Figure], asked: Asked, net: Net | None = None
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Work figures out, one after the other; give also the titles of those that have no working."""
    sections: list[Section] = []
    without: list[str] = []
    work, before = Working(), None
    for figure in figures:
        if before is None or not goes_on(before.figure, figure):
            sections += work.finished()
            work, before = Working(), None
        work.figure(figure.title)
        try:
            before = work_out(work, figure, asked, before)
        except NoWorkingError:
            work.discard(figure.title)
            without.append(figure.title)
    if net is not None:
        if before is not None and not _serves(before, asked, net):
            sections += work.finished()
            work, before = Working(), None
        try:
            work_out_net(work, net, before)
        except NoWorkingError:
            for title in net.titles:
                work.discard(title)
            without.append(net.titles[-1])
    return (*sections, *work.finished()), tuple(without)


def _serves(before: Worked, asked: Asked, net: Net) -> bool:
    """Tell whether a net count can go on from the rate that was worked out before it."""
    same = asked.side == "both" and asked.level == net.asked.level and asked.method == net.asked.method
    return same and before.figure.row.whole and goes_on(before.figure, net.figure)
