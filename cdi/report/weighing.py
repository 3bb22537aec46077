"""What overall rates tell of the strata that they are weighted over, where tables are by strata of people: wards, say.

A rate of the force weighs each stratum by the reports on its frame, which others may know. Beside rounded counts, it
can leave few values to those of a large stratum; and several rates of the same rows, together, fewer still. That they
do not is shown by fillings of the tables: see :mod:`cdi.report.filling`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cdi import wording
from cdi.disclosure.rules import NOT_BY, SMALLEST_OF_PEOPLE
from cdi.disclosure.suppression import ENOUGH, possible
from cdi.facts import Release
from cdi.report.filling import Count, Drawn, Ints, Weighed
from cdi.report.parts import searches_results
from cdi.report.previous import earlier_sides
from cdi.report.recording import known_of, recording_results
from cdi.survey.estimates import Counts

if TYPE_CHECKING:
    from cdi.disclosure.findings import Finding
    from cdi.printing.tables import Row
    from cdi.report.contents import Exhibit, Part, Report
    from cdi.survey.estimates import Estimates
    from cdi.survey.totals import Totals

__all__ = ["told_by_weights"]

_COUNTED = ("base", "recorded", "not recorded")

Label: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A share of the rows of a sample, and the table that shows it."""

    exhibit: Exhibit
    sample: object  # the files of the rows
    first: Label  # what stands before the categories: a question, or a side
    estimates: Estimates
    # the shares that it is a product of, where it is no ratio of two counts
    product: tuple[Estimates, ...] = ()

    @property
    def measure(self) -> str:
        """What is measured, by its key."""
        return self.estimates.measure.key

    @property
    def totals(self) -> Totals | None:
        """What was counted."""
        return self.estimates.totals

    def rows(self) -> Iterator[tuple[Label, Row]]:
        """Give the rows of the table that show it, each with its categories as in the data."""
        for label, row in zip(self.exhibit.categories, self.exhibit.table.rows, strict=True):
            if row.measure.key == self.measure and label[: len(self.first)] == self.first:
                yield label[len(self.first) :], row

    @property
    def whole(self) -> Row | None:
        """The rate of the force that is weighted by the reports on the frame, where it is printed."""
        rows = (row for _, row in self.rows() if row.whole and row.estimate is not None)
        return next((row for row in rows if row.facts.weighted and not row.facts.by_volumes), None)


def told_by_weights(report: Report) -> Iterator[Finding]:
    """Find the counts of tables by strata of people to which overall rates leave too few values."""
    if not any(each.table.rounded_to for each in report.exhibits) or not _weighs(report):
        return
    rng = np.random.default_rng(report.inspection.seed)
    asked = list(_asked(report))
    groups: dict[tuple[object, ...], list[_Asked]] = {}
    for each in asked:
        if each.exhibit.table.rounded_to is not None:
            keys = tuple(key for key in each.exhibit.table.keys if key not in NOT_BY)
            groups.setdefault((each.sample, keys), []).append(each)
    for (sample, *_), group in groups.items():
        for alike in _of_one_design(group):
            others = [each for each in asked if each.sample == sample]
            yield from _told(alike, others, rng)


def _weighs(report: Report) -> bool:
    return any(row.whole and row.facts.weighted for each in report.exhibits for row in each.table.rows)


# ---- what is asked of each sample


def _asked(report: Report) -> Iterator[_Asked]:
    for part in report.parts:
        if part.key in _ASKED:
            yield from _ASKED[part.key](report, part)


def _of_recording(report: Report, part: Part) -> Iterator[_Asked]:
    inspection = report.inspection
    if inspection.audit is None:
        return
    known = known_of(inspection.volumes, inspection.audit.by, inspection.shelf)
    for exhibit, found in zip(part.exhibits, recording_results(inspection, known), strict=True):
        for each in found.estimates:
            if not isinstance(each, Counts):
                yield _Asked(exhibit, inspection.audit.files, (), each)


def _of_searches(report: Report, part: Part) -> Iterator[_Asked]:
    sample = report.inspection.searches
    for exhibit, found in zip(part.exhibits, searches_results(report.inspection), strict=True):
        yield _Asked(exhibit, sample and sample.files, (), found.estimates[0])


def _of_reviews(report: Report, part: Part) -> Iterator[_Asked]:
    from cdi.report.reviews import reviews_results

    own = report.inspection.reviews
    for exhibit, found in zip(part.exhibits, reviews_results(report.inspection), strict=True):
        for question, each in found.estimates.items():
            yield _Asked(exhibit, own and own.sample.files, (question,), each)


def _of_times(report: Report, part: Part) -> Iterator[_Asked]:
    from cdi.report.times import times_results
    from cdi.timing.delays import OF_DUE, OF_RECORDED

    inspection, own = report.inspection, report.inspection.times
    by = () if inspection.audit is None else inspection.audit.by
    known = known_of(inspection.volumes, by, inspection.shelf)
    for exhibit, found in zip(part.exhibits, times_results(inspection, known), strict=True):
        for each in found.estimates.values():
            yield _Asked(exhibit, own and own.sample.files, (), each)
        if OF_DUE not in found.estimates:
            # some times are unknown: of those due it is known which were recorded
            recorded = found.sample().recorded_of_due()
            yield _Asked(
                exhibit, own and own.sample.files, (), recorded, (recorded, found.estimates[OF_RECORDED])
            )  # fmt: skip


def _of_earlier(report: Report, part: Part) -> Iterator[_Asked]:
    inspection, exhibits = report.inspection, {each.title: each for each in part.exhibits}
    by = () if inspection.audit is None else inspection.audit.by
    known = known_of(inspection.volumes, by, inspection.shelf)
    for title, sample, name, estimates in earlier_sides(inspection, known):
        yield _Asked(exhibits[title], sample, (name,), estimates)


_ASKED: Mapping[str, Callable[[Report, Part], Iterator[_Asked]]] = {
    "recording": _of_recording, "previous": _of_earlier, "searches": _of_searches, "reviews": _of_reviews,
    "times": _of_times,
}  # fmt: skip
"""Part -> what it asks of its rows."""


def _of_one_design(group: Iterable[_Asked]) -> Iterator[list[_Asked]]:
    """Part what is asked by the strata and the frame that it is weighted over; without any, nothing is told."""
    found: dict[tuple[object, ...], list[_Asked]] = {}
    for each in group:
        strata = None if each.totals is None else each.totals.strata
        if strata is not None and strata.population is not None:
            design = (strata.labels, strata.population.tobytes(), strata.sampled.tobytes())
            found.setdefault(design, []).append(each)
    yield from found.values()


# ---- from what is asked to fillings


@dataclass(slots=True)
class _Gathered:
    """Counts as they are gathered, alike ones once, and what each row shows of them."""

    labels: tuple[Label, ...]
    rows: Ints  # the row of each stratum
    step: int
    cells: dict[bytes, Ints] = field(default_factory=dict)
    ends: dict[bytes, list[tuple[int, tuple[int, int]]]] = field(default_factory=dict)  # of some rows of a count
    shown: set[int] = field(default_factory=set)  # the rows of which some count is shown

    def place(self, cells: Ints) -> int:
        """Give the place of a count; a new one is added."""
        self.cells.setdefault(cells.tobytes(), cells)
        return list(self.cells).index(cells.tobytes())


def _told(group: Sequence[_Asked], others: Sequence[_Asked], rng: np.random.Generator) -> Iterator[Finding]:
    """Find what is told of the rows of tables by the same columns."""
    from cdi.disclosure.findings import Finding

    gathered = _gathered(group)
    if gathered is None:
        return
    drawn, own = _drawn(gathered, group, others)
    if not drawn.weighed:
        return
    exempted = {label for each in group for label, row in each.rows() if _is_exact(row)}
    if len(set(gathered.labels) - exempted) < 2:
        return  # what is left alone by exceptions follows from them
    for pair, asked, rows in zip(drawn.pairs, own, drawn.left(ENOUGH, rng), strict=True):
        fewest = drawn.enough(pair, ENOUGH)
        for label, values in zip(gathered.labels, rows, strict=True):
            for counted, left, enough in zip(_COUNTED, values, fewest, strict=True):
                if len(left) < enough and label not in exempted:
                    keys, title = asked.exhibit.table.keys, asked.exhibit.title
                    words = zip(keys, (*asked.first, *label), strict=True)
                    row = " ".join(f"{column} {word}" for column, word in words)
                    yield Finding(title, row, counted, tuple(sorted(left)), (title, wording.THE_OVERALL_RATE), keys)


def _is_exact(row: Row) -> bool:
    return not row.whole and row.n is not None and row.facts.release is Release.ALL


def _gathered(group: Sequence[_Asked]) -> _Gathered | None:
    """Find the rows that are made of strata; None where a stratum lies in several."""
    within: dict[int, set[Label]] = {}
    for totals in (each.totals for each in group):
        if totals is not None:
            for domain, stratum in zip(totals.cells.domain.tolist(), totals.cells.stratum.tolist(), strict=True):
                within.setdefault(stratum, set()).add(totals.domains[domain])
    labels = tuple(sorted({label for several in within.values() for label in several}))
    totals = group[0].totals
    if totals is None or len(labels) < 2 or any(len(several) > 1 for several in within.values()):
        return None
    # a stratum without any crime is in no row, and weighs nothing
    place = {label: i for i, label in enumerate(labels)}
    rows = np.array([place[next(iter(within.get(i, labels[:1])))] for i in range(len(totals.strata.labels))])
    return _Gathered(labels, rows, group[0].exhibit.table.rounded_to or 1)


def _drawn(gathered: _Gathered, group: Sequence[_Asked], others: Sequence[_Asked]) -> tuple[Drawn, list[_Asked]]:
    """Put the counts of a group together with the rates of the force that are printed of them."""
    pairs: dict[tuple[int, int], _Asked] = {}
    weighed: dict[Weighed, None] = {}
    for each in group:
        pairs.setdefault(_placed(gathered, each), each)
    for each in others:
        whole = each.whole
        ratios = [_ratio(gathered, one) for one in (each.product or (each.estimates,))]
        if whole is None or whole.estimate is None or None in ratios:
            continue
        weighed[Weighed(tuple(one for one in ratios if one is not None), whole.estimate)] = None
    totals = group[0].totals
    if totals is None or totals.strata.population is None:
        raise TypeError("no frame")
    most, bases = _most_withheld(gathered, group), {n for n, _ in pairs}
    counts = tuple(_count(gathered, key, base=i in bases, most=most) for i, key in enumerate(gathered.cells))
    drawn = Drawn(gathered.rows, counts, tuple(pairs), tuple(weighed), totals.strata.population, totals.strata.sampled)
    return drawn, list(pairs.values())


def _cells(estimates: Estimates) -> tuple[Ints, Ints] | None:
    """Count the base and the number recorded in each stratum, whatever the categories are."""
    totals = estimates.totals
    if totals is None:
        return None
    whole, strata = totals.whole, len(totals.strata.labels)
    due, recorded = (np.bincount(whole.stratum, each, strata).astype(np.int64) for each in (whole.due, whole.recorded))
    return due, recorded


def _ratio(gathered: _Gathered, estimates: Estimates) -> tuple[int, int] | None:
    """Give the places of the counts that a rate of the force is of, where they are of the same strata."""
    cells = _cells(estimates)
    if (
        cells is None
        or len(cells[0]) != len(gathered.rows)
        or any(each.tobytes() not in gathered.cells for each in cells)
    ):
        return None
    due, recorded = map(gathered.place, cells)
    return recorded, due


def _placed(gathered: _Gathered, each: _Asked) -> tuple[int, int]:
    """Add the counts of what is asked, with what its rows show of them."""
    cells = _cells(each.estimates)
    if cells is None:
        raise TypeError("no totals")
    shown = {label: row for label, row in each.rows() if not row.whole}
    for key, count in zip(("n", "recorded"), cells, strict=True):
        ends = gathered.ends.setdefault(count.tobytes(), [])
        for place, label in enumerate(gathered.labels):
            value = getattr(shown.get(label), key, None)
            if value is not None:
                exact = _is_exact(shown[label])
                ends.append((place, (value, value) if exact else possible(key, value, gathered.step)))
                gathered.shown.add(place)
    due, recorded = map(gathered.place, cells)
    return due, recorded


def _count(gathered: _Gathered, key: bytes, *, base: bool, most: int) -> Count:
    """Say of a count what is shown of it; what is not shown is no more than all of them, or than the ``most``."""
    cells = gathered.cells[key]
    least, greatest = np.zeros((2, len(gathered.labels)), dtype=np.int64)
    for place in range(len(gathered.labels)):
        # a row that is withheld is too small, or perhaps the smallest
        least[place], greatest[place] = (0, cells.sum()) if place in gathered.shown else (int(base), most)
    for place, (low, high) in gathered.ends[key]:
        least[place], greatest[place] = max(low, least[place]), min(high, greatest[place])
    return Count(cells, least, greatest)


def _most_withheld(gathered: _Gathered, group: Sequence[_Asked]) -> int:
    """Give the most that a row which is withheld can have."""
    bases = list[int]()
    for each in group:
        for _, row in each.rows():
            if row.whole and row.clusters is not None and row.clusters < (row.n or 0):
                return row.n or 0  # few reports are withheld, however many crimes they hold
            if not row.whole and row.n is not None:
                bases.append(possible("n", row.n, gathered.step)[0])
    # where no row is shown, one can hold nearly all
    return max(SMALLEST_OF_PEOPLE, min(bases, default=max(int(each.sum()) for each in gathered.cells.values()))) - 1
