"""Disclosure control of what was found: of reviews, times, groups and forces, whose tables hold more than estimates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi.disclosure.rules import SMALLEST_BASE
from cdi.disclosure.suppression import GAP
from cdi.disclosure.tables import NO_BASES, blanked, protect, protect_all
from cdi.errors import DataError
from cdi.facts import PLAIN, Facts, Scope
from cdi.grouping.disparities import ALLOCATED, DIFFERENCE, GROUNDS_RATIO
from cdi.grouping.search_rates import RATIO
from cdi.measures import Measure
from cdi.peers.side_by_side import set_out
from cdi.printing.tables import CATEGORY, Row, Table
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure
    from cdi.grouping.disparities import Disparity, Group
    from cdi.peers.force_results import ForceRate
    from cdi.peers.side_by_side import Forces
    from cdi.reviewing.reviews import Review
    from cdi.timing.recording_times import Timeliness

__all__ = ["files_of", "labels_withheld", "protect_disparity", "protect_forces", "protect_parts", "protect_review",
           "protect_timeliness", "shown_review", "shown_timeliness"]  # fmt: skip


FILES = Measure(f"files{GAP}", "files reviewed", frame="files")
"""Files by group: a base, and no share."""

FEWEST = 3
"""Of fewer forces no average says what is usual."""

NO_RULES: Mapping[str, Disclosure] = {}


def labels_withheld(table: Table) -> frozenset[tuple[str, ...]]:
    """Name the rows of a table that are withheld."""
    return frozenset(record.label for record in table.rows if record.withheld)


def protect_parts(
    table: Table,
    disclosure: Disclosure,
    rules: Mapping[str, Disclosure] = NO_RULES,
    bases: Mapping[tuple[str, ...], int] = NO_BASES,
    held: Collection[tuple[str, ...]] = (),
) -> Table:
    """Protect a table whose first column names samples, or questions, that add up each by itself.

    Parameters
    ----------
    table : Table
        Its first column is no domain.
    disclosure : Disclosure
        The rules.
    rules : mapping of str to Disclosure
        Those of some of the first column's names.
    bases, held : mapping of label to int, collection of label
        As :func:`cdi.disclosure.tables.protect_all` takes them.

    Returns
    -------
    Table
        The same rows in the same order.
    """
    keys = table.keys[1:] or (CATEGORY,)
    found: dict[str, list[Row]] = {}
    for first in dict.fromkeys(record.label[0] for record in table.rows):
        own = [record for record in table.rows if record.label[0] == first]
        part = Table(
            keys,
            tuple(replace(record, label=record.label[1:] or (ALL,)) for record in own),
            table.level,
            table.method,
            table.side,
        )
        shown = protect_all([part], rules.get(first, disclosure), bases=bases, held=held)[0].rows
        found[first] = [replace(new, label=old.label) for new, old in zip(shown, own, strict=True)]
    rows = {first: iter(records) for first, records in found.items()}
    return replace(table, rows=tuple(next(rows[record.label[0]]) for record in table.rows))


def protect_review(found: Review, disclosure: Disclosure) -> Review:
    """Withhold what is too small to publish of a review: groups with few files, then of each question by itself.

    Parameters
    ----------
    found : Review
        From :func:`cdi.review`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Review
        The same with its table protected.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> files = pd.DataFrame({"outcome": ["16"] * 4 + ["21"] * 20 + ["15"] * 12, "updated": ["yes", "no"] * 18})
    >>> shown = protect_review(cdi.review(files, questions=["updated"], by="outcome"), Disclosure())
    >>> [(record.label[1], record.n) for record in shown.table.rows]
    [('15', None), ('16', None), ('21', 20), ('all', 36)]
    """
    return shown_review(found, protect(files_of(found), disclosure), disclosure)


def files_of(found: Review) -> Table:
    """Give the files of each group: whatever is asked of them, any question that is asked of all tells of them."""
    table, keys = found.table, found.table.keys[1:] or (CATEGORY,)
    blank: Any = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))
    whole = (ALL,) * len(keys)
    rows = tuple(
        Row(
            label, FILES, **blank, level=table.level, method=table.method, n=n, recorded=n, clusters=n,
            facts=Facts(Scope.OVERALL) if label == whole else PLAIN,
        )
        for label, n in found.files.items()
    )  # fmt: skip
    return replace(table, keys=keys, rows=rows)


def shown_review(found: Review, files: Table, disclosure: Disclosure) -> Review:
    """Take what is shown of a review from its files after disclosure control; each question then adds up by itself."""
    held = labels_withheld(files)
    return replace(found, table=protect_parts(found.table, disclosure, bases=found.files, held=held))


def protect_timeliness(found: Timeliness, disclosure: Disclosure) -> Timeliness:
    """Withhold what is too small to publish of timeliness, in all its measures.

    Parameters
    ----------
    found : Timeliness
        From :func:`cdi.timeliness`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Timeliness
        The same with its table protected. The curve is of the whole: it goes where the whole is withheld, and where
        rows are withheld it keeps the even hours.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> sample = pd.DataFrame({"recorded": [1] * 9, "soon": ["yes"] * 9})
    >>> shown = protect_timeliness(cdi.timeliness(sample, timely="soon"), Disclosure())
    >>> {record.estimate for record in shown.table.rows}
    {None}
    """
    return shown_timeliness(found, protect(found.table, disclosure))


def shown_timeliness(found: Timeliness, table: Table) -> Timeliness:
    """Take what is shown of timeliness from its table after disclosure control."""
    gone = labels_withheld(table)
    whole = any(set(label) == {ALL} for label in gone)
    curve = () if whole else tuple(point for point in found.curve if point.even or not gone)
    return replace(found, table=table, curve=curve)


def protect_disparity(found: Disparity, disclosure: Disclosure) -> Disparity:
    """Withhold groups that are too small to publish, with all that they are held against or that is held against them.

    Parameters
    ----------
    found : Disparity
        From :func:`cdi.disparity`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Disparity
        The same with groups withheld. Where the reference is withheld, so are all differences and ratios; where the
        records that state no group are, so is what they could move.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> counts = {"a": 90, "b": 24, "c": 5}
    >>> rows = [{"ethnicity": g, "grounds": i % 2} for g, n in counts.items() for i in range(n)]
    >>> found = protect_disparity(cdi.disparity(cdi.read_audit(pd.DataFrame(rows), recorded="grounds")), Disclosure())
    >>> [(group.name, group.grounds.n, group.change is None) for group in found.groups]
    [('a', 90, True), ('b', None, True), ('c', None, True)]
    """
    table = protect(found.table, disclosure)
    gone = labels_withheld(table)
    if not gone:
        return replace(found, table=table)
    moved = any((name,) in gone for name in found.held.unstated)
    hidden = _against if (found.reference,) in gone else (lambda _: False)

    def shown(record: Row) -> Row:
        return blanked(record) if record.label in gone or hidden(record) else record

    groups = tuple(_group(group, shown, bounds=not moved) for group in found.groups)
    records = [shown(record) for record in table.rows if not (moved and record.measure.key in ALLOCATED.values())]
    unstated = found.unstated if found.unstated is None or not moved else blanked(found.unstated)
    return replace(found, groups=groups, unstated=unstated, table=replace(table, rows=tuple(records)))


def _against(record: Row) -> bool:
    """Tell whether a number is held against the reference, and so gives it back."""
    return record.measure.key in {DIFFERENCE, GROUNDS_RATIO, RATIO, *ALLOCATED.values()}


def _group(group: Group, shown: Callable[[Row], Row], *, bounds: bool) -> Group:
    def of(record: Row | None) -> Row | None:
        return None if record is None else shown(record)

    difference = of(group.difference)
    kept = difference is not None and not difference.withheld
    return replace(
        group,
        share=shown(group.share),
        grounds=of(group.grounds),
        difference=difference,
        ratio=of(group.ratio),
        change=group.change if kept else None,
        searches=of(group.searches),
        search_ratio=of(group.search_ratio),
        bounds=tuple(record for record in map(shown, group.bounds) if bounds and not record.withheld),
    )


def protect_forces(found: Forces, disclosure: Disclosure) -> Forces:
    """Withhold forces of small bases; the lines, the funnel and the adjusted rates are made again without them.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Forces
        The same with forces withheld. A published rate has no base, and is shown.

    Raises
    ------
    DataError
        Fewer than three forces are left.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> counts = {"A": 18, "B": 19, "C": 10, "D": 5}
    >>> rows = [{"force": f, "recorded": int(i % 4 > 0)} for f, n in counts.items() for i in range(n)]
    >>> shown = protect_forces(cdi.forces(pd.DataFrame(rows)), Disclosure())
    >>> [(row.name, row.rate.record.n, row.z is None) for row in shown.rows]
    [('A', 18, False), ('B', 19, False), ('C', 10, False), ('D', None, True)]
    """
    if not disclosure.public:
        return found
    rates = tuple(_force(rate, disclosure) for rate in found.rates.rates)
    if rates == found.rates.rates:
        return found
    left = sum(rate.record.estimate is not None for rate in rates)
    if left < FEWEST:
        raise DataError.of("few-forces-left", got=left)
    read, level, method = replace(found.rates, rates=rates), found.table.level, found.table.method
    return set_out(read, sort=found.sort, higher=found.higher, rule=found.rule, level=level, method=method)


def _force(rate: ForceRate, disclosure: Disclosure) -> ForceRate:
    record = rate.record
    small = record.n is not None and record.n < SMALLEST_BASE
    return replace(rate, record=blanked(record)) if small and not disclosure.exempts(["force"], record.label) else rate
