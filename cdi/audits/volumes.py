"""What is known beside the sample: reports on the frame, reports audited, recorded crime; by stratum or by domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cdi import wording
from cdi.audits import answers
from cdi.errors import DataError, Fault, Where

__all__ = ["POPULATION", "RECORDED_CRIME", "ROUTE_SHARE", "SAMPLE", "Label", "Volumes", "label_of"]

POPULATION, SAMPLE, RECORDED_CRIME, ROUTE_SHARE = "population", "sample", "recorded_crime", "route_share"

Label = tuple[str, ...]


def _nowhere(_labels: Sequence[Label], _column: str) -> Mapping[Label, Where]:
    return {}


@dataclass(frozen=True, slots=True)
class Volumes:
    """Known counts by label.

    Attributes
    ----------
    keys : tuple of str
        The columns that the labels come from.
    counts : mapping
        Name of a count -> label -> whole number.
    name : str or None
        The file, for messages.
    place : callable
        Labels and a column -> where each stands in the file, where there is one; asked once there is a fault.
    totals : mapping of str to int
        Name of a count -> its total, from the row ``all``, where there is one.
    shares : mapping of label to float
        Share of recorded crime that comes through the audited routes, where the file says so.
    periods : tuple of str
        The periods that the file says its counts are of.
    """

    keys: tuple[str, ...]
    counts: Mapping[str, Mapping[Label, int]]
    name: str | None = None
    place: Callable[[Sequence[Label], str], Mapping[Label, Where]] = field(default=_nowhere, repr=False)
    totals: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[Label, float] = field(default_factory=dict)
    periods: tuple[str, ...] = ()

    def has(self, count: str) -> bool:
        """Tell whether the file holds this count.

        Examples
        --------
        >>> Volumes(("route",), {"population": {("calls",): 900}}).has("sample")
        False
        """
        return count in self.counts

    @property
    def labels(self) -> set[Label]:
        """Every label that has a count of any kind."""
        return {label for counts in self.counts.values() for label in counts}

    def where(self, label: Label, column: str) -> Where:
        """Say where the count of a label stands.

        Examples
        --------
        >>> Volumes(("route",), {"population": {("calls",): 900}}).where(("calls",), "population").key
        'calls'
        """
        return self.places([label], column)[label]

    def places(self, labels: Sequence[Label], column: str) -> dict[Label, Where]:
        """Say where the counts of several labels stand, in one pass over their file."""
        found = self.place(labels, column) if labels else {}
        nowhere = Where(self.name, column=column)
        return {label: replace(found.get(label, nowhere), key=", ".join(label) or None) for label in labels}

    def put(self, faults: Sequence[tuple[Label, Fault]], column: str) -> list[Fault]:
        """Add to the faults of a column where their labels stand; a fault that has a place keeps it."""
        places = self.places([label for label, item in faults if item.where == Where()], column)
        return [replace(item, where=places[label]) if item.where == Where() else item for label, item in faults]

    def filled(self, count: str, labels: Sequence[Label]) -> tuple[dict[Label, int], Label | None]:
        """Set a count beside its total: a single label without one gets the remainder.

        Parameters
        ----------
        count : str
            The name of the count.
        labels : sequence of tuple of str
            The labels that need one.

        Returns
        -------
        tuple of dict and (tuple of str or None)
            The counts by label, and the label that got the remainder.

        Raises
        ------
        DataError
            The counts do not add up to the total, or to more.

        Examples
        --------
        >>> volumes = Volumes(("route",), {"population": {("calls",): 900}}, totals={"population": 1_200})
        >>> volumes.filled("population", [("calls",), ("online",)])
        ({('calls',): 900, ('online',): 300}, ('online',))
        """
        known = dict(self.counts[count])
        total = self.totals.get(count)
        if total is None:
            return known, None
        added = sum(known.values())
        open_ = [label for label in labels if label not in known]
        if added > total or (added < total and not open_):
            where = self.where((wording.ALL,) * len(self.keys), count)
            raise DataError.of("total-differs", got=f"{total:,}", where=where, added=f"{added:,}")
        if len(open_) != 1:
            return known, None
        return {**known, open_[0]: total - added}, open_[0]


def label_of(values: Sequence[object]) -> Label:
    """Write the values that name a stratum or domain as text.

    Examples
    --------
    >>> label_of(["violent ", 3.0])
    ('violent', '3')
    """
    words = (answers.show(value) for value in values)
    return tuple(wording.NO_LABEL if word == wording.BLANK else word for word in words)
