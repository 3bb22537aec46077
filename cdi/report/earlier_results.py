"""Earlier results, each compared with this inspection: the recording rate, and the grounds of searches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.comparing.comparison import Comparison, compare
from cdi.comparing.figures import ANY, Compared, Wanted, read_audit_side, read_figure
from cdi.disclosure.results import protect_sides
from cdi.measures import measure_of
from cdi.report.known_volumes import NO_VOLUMES, Known, known_of
from cdi.results import method_of

if TYPE_CHECKING:
    from cdi.binomial.published import PublishedRate
    from cdi.comparing.verdicts import Change
    from cdi.disclosure.samples import Protected
    from cdi.inspecting.inspection import Inspection, Previous, Sample
    from cdi.survey.estimates import Estimates

__all__ = ["Earlier", "earlier_results"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier result beside this one.

    Attributes
    ----------
    previous : Previous
        The earlier result, as the inspection names it.
    found : Comparison
        This inspection less the earlier result, after disclosure control.
    """

    previous: Previous
    found: Comparison

    @property
    def overall(self) -> Change:
        """What changed overall."""
        return self.found.rows[-1]


def earlier_results(inspection: Inspection, known: Known, here: Mapping[str, Protected]) -> tuple[Earlier, ...]:
    """Compare this inspection with each earlier result that its file names.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    known : Known
        Its volumes.
    here : mapping of str to Protected
        Table of the inspection's file -> what is published of it: what is withheld there is withheld here.

    Returns
    -------
    tuple of Earlier
        In the order of the file: the newest first.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`cdi.compare`.
    """
    return tuple(_compared(inspection, known, here))


def _compared(inspection: Inspection, known: Known, here: Mapping[str, Protected]) -> Iterator[Earlier]:
    sides: dict[tuple[str, str], Compared] = {}
    for previous in inspection.previous:
        searches = previous.measure == "grounds"
        sample = inspection.searches if searches else inspection.audit
        if sample is None:
            continue
        volumes = NO_VOLUMES if searches else known
        own, other = _columns(previous, sample, volumes)
        if (previous.measure, own) not in sides:
            sides[previous.measure, own] = _read(sample, volumes, own, searches=searches)
        both = (sides[previous.measure, own], _earlier(previous, other))
        found = _protected(inspection, previous, both, here)
        yield Earlier(previous, _measured(found, previous.measure))


def _protected(
    inspection: Inspection, previous: Previous, sides: tuple[Compared, Compared], here: Mapping[str, Protected]
) -> Comparison:
    """Compare two sides, with what is too small withheld, and this one as it is shown elsewhere."""
    names, rules = (wording.THIS, previous.name), inspection.disclosure
    method = method_of(inspection.method, inspection.style)
    sample = "searches" if previous.measure == "grounds" else "audit"

    def compared(figures: Sequence[Estimates | PublishedRate]) -> Comparison:
        return compare(figures[0], figures[1], level=inspection.level, method=method, names=names)

    known = {wording.THIS: here[sample]}
    return protect_sides(sides, names, compared, (rules.of_sample(sample), rules.of_sample("previous")), known)


def _measured(found: Comparison, measure: str) -> Comparison:
    """Say of a figure that it is of the measure that the inspection says it is of."""
    table = found.table
    named = measure_of(measure)
    rows = (replace(row, measure=named) if row.measure == ANY else row for row in table.rows)
    return replace(found, table=replace(table, rows=tuple(rows)))


def _columns(previous: Previous, sample: Sample, known: Known) -> tuple[str, str]:
    """Choose the column that both are by: that of the recorded crime first; where there is none, compare overall."""
    columns = sorted(sample.by, key=lambda column: not known.carries(column))
    both = [column for column in columns if previous.sample is not None and column in previous.sample.by]
    return (both[0], both[0]) if both else (next(iter(columns), ""), "")


def _earlier(previous: Previous, column: str) -> Compared:
    if previous.sample is None:
        return Compared(read_figure(previous.figure or ""))
    known = known_of(previous.volumes, previous.sample.by)
    return _read(previous.sample, known, column, searches=previous.measure == "grounds")


def _read(sample: Sample, known: Known, column: str, *, searches: bool) -> Compared:
    terms: dict[str, Any] = known.terms(column, sample.roles)
    files = terms.pop("volumes", ())
    # recorded crime that no column is named for is by stratum
    by = (column,) if column else None if known.carries("") else ()
    wanted = Wanted(by, searches, counts=False, roles=terms)
    return read_audit_side(list(sample.files), files, wanted)
