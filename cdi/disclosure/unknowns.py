"""The unknown counts of published folders, and all that is published of them.

The counts of one category are the same unknowns wherever they stand: in tables by the same columns of the same sample
whose overall rows agree, in every file, and in earlier reports of the same rows. The unknowns of a table add up to its
overall row, those of a finer table to those of a coarser one. What is shown rounded lies near it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from cdi import wording
from cdi.audits.periods import read_span
from cdi.disclosure.attack import Count, Key, Relation, Span, candidates, consistent
from cdi.disclosure.reading_published import COUNTS, Number, Published, PublishedRow
from cdi.disclosure.rounding import STEP
from cdi.disclosure.rules import SMALLEST_OF_PEOPLE, STEPS, Disclosure
from cdi.disclosure.suppression import ENOUGH, LEAST, possible
from cdi.disclosure.tabulated import (
    Label,
    Nested,
    Reading,
    Tabulated,
    call_alike,
    column_name,
    folded,
    gathered,
    groups_of_five,
)

__all__ = ["OF_SOME", "Source", "Unknowns"]

_SOME = 4
OF_SOME = ("base", "reports")
"""What a row that is listed has some of."""

_LOOKED_AT = ENOUGH + 1  # values of a count: one of them may be none, which a row that is listed has not
_HALF_PERCENT = 0.005 + 1e-9  # a rate of rounded counts is shown in whole percents
_ONLY_DUE = wording.NOTES["only-reports-with-crimes"]
_OWN_CLASS = wording.NOTES["own-class"]
_ONE_EACH = "one each"  # what tells it: that no report has two categories
_SOME_EACH = "some each"  # that each has one
_PART, _EARLIER = "part", "earlier"
_ASSUMED = (_ONE_EACH, _SOME_EACH, _PART, _EARLIER)
"""What is taken to be so as long as the published numbers allow it; that they do not is no fault of theirs."""
_FILES = "reviews"  # the part that is of case files

Cell: TypeAlias = tuple[int, Label, str]
"""A count by the place of its table, its cell and what is counted."""

Source: TypeAlias = tuple[str, str]
"""A table in a file, and what of it tells something: its counts, its sums, a rate or a mark."""


# ---- what is known


class _Rules:
    """What one folder protects, and how its numbers are to be read."""

    def __init__(self, folder: Published, tables: Sequence[Tabulated]) -> None:
        declared = Disclosure(
            personal=folder.personal, small_areas=folder.small_areas, not_personal=folder.not_personal
        )
        self._disclosure = declared.seeing(
            (table.named, label) for table in tables for label in table.readings if set(label) != {wording.ALL}
        )
        self._steps = folder.steps
        self._exceptions = {(column_name(column), folded(word), sample) for column, word, sample in folder.exceptions}
        shown: dict[str, list[float]] = {}
        for table in tables:
            for label, readings in table.readings.items():
                if self.sensitive(table, label) and not self.excepted(table, label):
                    for reading in readings:
                        numbers = reading.row.numbers
                        shown.setdefault(reading.source, []).extend(numbers[key][0] for key in COUNTS if key in numbers)
        self.rounds = _are_rounded(list(shown.values()))

    def sensitive(self, table: Tabulated, label: tuple[str, ...]) -> bool:
        """Tell whether a row is by a personal characteristic or a small area."""
        return self._disclosure.sensitive([
            name for name, word in zip(table.named, label, strict=True) if word != wording.ALL
        ])  # fmt: skip

    def excepted(self, table: Tabulated, label: tuple[str, ...]) -> bool:
        """Tell whether a row is published as an exception."""
        pairs = [
            (column_name(name), word) for name, word in zip(table.named, label, strict=True) if word != wording.ALL
        ]
        return len(pairs) == 1 and any((*pairs[0], sample) in self._exceptions for sample in ("", table.sample))

    def protects(self, table: Tabulated, label: tuple[str, ...], readings: Sequence[Reading]) -> bool:
        """Tell whether the counts of a row are protected: what is withheld anywhere, or shown rounded."""
        if not label or all(word == wording.ALL for word in label) or self.excepted(table, label):
            return False
        if any(reading.row.withheld for reading in readings):
            return True
        counted = any(key in reading.row.numbers for reading in readings for key in ("n", "recorded"))
        return self.sensitive(table, label) and (self.rounds or not counted)

    def step(self, table: Tabulated) -> int:
        """Find what the counts of a table about people are rounded to.

        Where the folder does not say, it is the largest step that all are multiples of.
        """
        if self._steps is not None:
            return max((self._steps[name] for name in table.names if name in self._steps), default=STEP)
        counts = [
            reading.row.numbers[key][0]
            for label, readings in table.readings.items()
            if self.sensitive(table, label) and not self.excepted(table, label)
            for reading in readings
            for key in COUNTS
            if key in reading.row.numbers
        ]
        return max((step for step in STEPS if all(count % step == 0 for count in counts)), default=STEP)

    def ends(self, key: str, value: float, *, rounded: int) -> tuple[float, float]:
        """Say between which ends a count lies that is shown."""
        # what is no multiple, or too small to be shown rounded, is shown as it is
        if not rounded or value % rounded:
            return value, value
        low, high = possible(key, int(value), rounded)
        return (value, value) if high < LEAST.get(key, 0) else (low, high)


def _are_rounded(several: Sequence[Sequence[float]]) -> bool:
    """Tell whether counts are rounded: most of them are multiples of 5, or all in a table of some length."""
    fives = [sum(value % STEP == 0 for value in values) for values in several]
    all_of_some = any(number == len(values) >= _SOME for number, values in zip(fives, several, strict=True))
    return all_of_some or sum(fives) * 2 > sum(map(len, several))


class Unknowns:
    """The unknown counts of some folders, and all that is published of them."""

    def __init__(self, folders: Sequence[Published], nested: Sequence[Nested] = ()) -> None:
        self.folders = folders
        self.tables = gathered(folders)
        call_alike(self.tables)
        self.nested = (*nested, *groups_of_five(self.tables))
        self._steps: dict[int, int] = {}
        self.rules = [
            _Rules(folder, [table for table in self.tables if table.release == i]) for i, folder in enumerate(folders)
        ]
        self.known = dict(self._read())
        self.own_class = {at for at, table in enumerate(self.tables) if _is_noted(table, _OWN_CLASS)}
        self.group = _joined(self)
        self.largest: dict[tuple[int, str], tuple[float, float]] = {}
        for (at, label, counted), ends in self.known.items():
            if counted == "n" and not label:
                sample = (self.tables[at].release, self.tables[at].sample)
                self.largest[sample] = max(ends, self.largest.get(sample, ends))
        self.counts: dict[Key, Count] = {}
        self.relations: list[Relation] = []
        self._said: set[Hashable] = set()
        self.asked: dict[Key, tuple[Tabulated, tuple[str, ...], str]] = {}
        # the counts of rows about people, and of those among them that are published as exceptions
        self.of_people: set[Key] = set()
        self.excepted: set[Key] = set()
        self.by_exceptions: set[Key] = set()  # what exceptions and totals of the force alone give away
        for at, table in enumerate(self.tables):
            self._lay(at, table)
        self._add_up()
        self._be_parts()
        self._contain()

    # ---- reading by reading

    def rounded(self, table: Tabulated, label: tuple[str, ...]) -> int:
        """Give the step that what is shown of a row is rounded to: 0 where it is not."""
        rules = self.rules[table.release]
        if not rules.rounds or not rules.sensitive(table, label) or rules.excepted(table, label):
            return 0
        if id(table) not in self._steps:
            self._steps[id(table)] = rules.step(table)
        return self._steps[id(table)]

    def _read(self) -> Iterator[tuple[Cell, tuple[float, float]]]:
        """Say between which ends each count lies by the first file that shows it."""
        for at, table in enumerate(self.tables):
            for label, readings in table.readings.items():
                rounded = self.rounded(table, label)
                for key in COUNTS:
                    shown = [each.row.numbers[key][0] for each in readings if key in each.row.numbers]
                    if shown:
                        ends = self.rules[table.release].ends(key, shown[0], rounded=rounded)
                        yield (at, table.cell(label), key), ends

    def key(self, at: int, label: Label, counted: str) -> Key:
        """Name an unknown."""
        apart = counted == "recorded" and not label and at in self.own_class
        return self._named((at, "recorded in any class") if apart else self.group[at, counted], label)

    def _named(self, group: Hashable, label: Label) -> Key:
        found = (group, label)
        if found not in self.counts:
            self.counts[found] = Count(found)
        return found

    def total(self, at: int, counted: str) -> tuple[float, float] | None:
        """Say between which ends the sum of a table lies; None where it is not known, or counts what no row counts."""
        return None if counted == "recorded" and at in self.own_class else self.known.get((at, frozenset(), counted))

    def say(
        self, terms: Sequence[tuple[Key, float]], least: float, greatest: float, source: str = "", kind: str = "counts"
    ) -> None:
        """Keep a relation, once; what a source tells in one way can be missed without the others."""
        told = (frozenset(terms), least, greatest)
        if told not in self._said:
            self._said.add(told)
            self.relations.append(Relation(tuple(terms), least, greatest, (source, kind) if source else ""))

    def _lay(self, at: int, table: Tabulated) -> None:
        """Lay out the unknowns of a table, and what each file shows of them, pages first."""
        rules = self.rules[table.release]
        plain = self._is_plain(table)
        for label, readings in table.readings.items():
            cell = table.cell(label)
            n, recorded = self.key(at, cell, "n"), self.key(at, cell, "recorded")
            rest = ("rest", n, recorded)
            self.counts.setdefault(rest, Count(rest))
            self.say(((n, 1.0), (recorded, -1.0), (rest, -1.0)), 0, 0)
            rounded = self.rounded(table, label)
            for reading in sorted(readings, key=lambda each: ".html" not in each.source):
                for counted in COUNTS:
                    if counted in reading.row.numbers:
                        ends = rules.ends(counted, reading.row.numbers[counted][0], rounded=rounded)
                        self.say(((self.key(at, cell, counted), 1.0),), *ends, reading.source)
            if rules.sensitive(table, label):
                own = {n, recorded, rest, (self.group[at, "clusters"], cell)}
                (self.excepted if rules.excepted(table, label) else self.of_people).update(own)
            if rules.protects(table, label, readings):
                counts = {n: "base", recorded: "recorded", rest: "not recorded"}
                if any("clusters" in reading.row.numbers for rows in table.readings.values() for reading in rows):
                    counts[self.key(at, cell, "clusters")] = "reports"
                self.asked |= {key: (table, label, said) for key, said in counts.items() if key not in self.asked}
                if plain:
                    self._rate(readings, n, recorded, rounded=rounded)
                    self._interval(readings, n, recorded)
            self._reports(at, table, cell, readings)

    def _is_plain(self, table: Tabulated) -> bool:
        """Tell whether the rates of a table are the ratios of its counts, and are not weighted."""
        rows = [(label, each.row) for label, readings in table.readings.items() for each in readings]
        if any("weighted" in row.notes for _, row in rows if not row.whole):
            return False
        known = [(label, row) for label, row in rows if {"n", "recorded", "estimate"} <= set(row.numbers)]
        # an overall rate may be weighted by recorded crime, though those of its categories are not
        return all(
            self._is_ratio(table, label, row)
            for label, row in [each for each in known if not each[1].whole] or known
            if row.numbers["n"][0]
        )

    def _is_ratio(self, table: Tabulated, label: tuple[str, ...], row: PublishedRow) -> bool:
        rounded, rules = self.rounded(table, label), self.rules[table.release]
        rate, off = row.numbers["estimate"]
        (few, many), (least, most) = (
            rules.ends(key, row.numbers[key][0], rounded=rounded) for key in ("n", "recorded")
        )
        off += _HALF_PERCENT if rounded else 0.0
        return least / many - off <= rate <= most / few + off

    def _rate(self, readings: Sequence[Reading], n: Key, recorded: Key, *, rounded: int) -> None:
        """Tie counts by the rate shown beside them, where it is their plain ratio and not that of rounded ones."""
        shown = next((each.row.numbers for each in readings if {"n", "recorded"} <= set(each.row.numbers)), None)
        for reading in readings:
            for key in ("estimate", "mark", "said"):
                number = reading.row.numbers.get(key)
                if number is None or _follows(number, shown, rounded=rounded):
                    continue
                rate, off = number
                self.say(((n, 1.0),), 1, math.inf)  # of nothing there is no rate
                self.say(((recorded, 1.0), (n, off - rate)), 0, math.inf, reading.source, key)
                self.say(((recorded, 1.0), (n, -off - rate)), -math.inf, 0, reading.source, key)

    def _interval(self, readings: Sequence[Reading], n: Key, recorded: Key) -> None:
        """Let a rate lie in its interval, where that tells more than the counts that are shown."""
        for reading in readings:
            numbers = reading.row.numbers
            if {"n", "recorded"} <= set(numbers):
                continue  # the interval of a row is as wide as any of the counts that it could have had
            for key, ends in (("low", (0.0, math.inf)), ("high", (-math.inf, 0.0))):
                if key in numbers:
                    end, off = numbers[key]
                    beyond = end - off if key == "low" else end + off
                    self.say(((recorded, 1.0), (n, -beyond)), *ends, reading.source, key)

    def _reports(self, at: int, table: Tabulated, cell: Label, readings: Sequence[Reading]) -> None:
        """Tie the reports of a category to all, and to its crimes where each of them holds one."""
        whole = self.known.get((at, frozenset(), "clusters"))
        base = self.known.get((at, frozenset(), "n"))
        if whole is None or base is None or not cell:
            return
        reports, n = self.key(at, cell, "clusters"), self.key(at, cell, "n")
        self.say(((reports, 1.0),), 0, whole[1])
        if self._are_files(table, whole):
            self.say(((reports, 1.0), (n, -1.0)), 0, math.inf, min(table.files), _PART)
        # of crimes recorded alone, or of files asked, there may be fewer than reports
        only_due = any(_ONLY_DUE in each.row.notes for each in readings)
        if base == self.largest[table.release, table.sample] and (whole == base or only_due):
            self.say(((reports, 1.0), (n, -1.0)), -math.inf, 0)

    # ---- what adds up

    def _add_up(self) -> None:
        """Add finer tables up to the overall row, and to every coarser table of the same counts."""
        held: dict[Hashable, dict[frozenset[str], dict[Label, None]]] = {}
        for at, table in enumerate(self.tables):
            for label in table.readings:
                cell = table.cell(label)
                by = frozenset(column for column, _ in cell)
                for counted in COUNTS:
                    if cell or self.total(at, counted):
                        held.setdefault(self.group[at, counted], {}).setdefault(by, {})[cell] = None
        for at, table in enumerate(self.tables):
            leaves = [cell for cell in map(table.cell, table.readings) if len(cell) == len(table.columns)]
            source = min(
                (each.source for rows in table.readings.values() for each in rows), key=lambda text: ".html" not in text
            )
            for counted in COUNTS:
                for cell, parts, others in self._made_of(at, leaves, held.get(self.group[at, counted], {})):
                    if others:
                        self._lie_in(at, counted, (cell, parts, others), source)
                    elif counted != "clusters" or (cell and self.total(at, counted)):
                        self._be_sum(at, counted, (cell, parts), source)
            self._sum_of_reports(at, leaves, source)

    def _be_sum(self, at: int, counted: str, made: tuple[Label, Sequence[Label]], source: str) -> None:
        """Let a count be the sum of those that it is made of."""
        cell, parts = made
        terms = [(self._of_group(at, counted, cell), -1.0), *((self.key(at, leaf, counted), 1.0) for leaf in parts)]
        if counted != "clusters":
            self.say(terms, 0, 0, source, "sums")
            return
        # a report with a crime there has one in some part of it, and is taken to have none in two
        self.say(terms, 0, math.inf, source, "sums")
        self.say(terms, -math.inf, 0, source, _ONE_EACH)

    def _lie_in(self, at: int, counted: str, made: tuple[Label, Sequence[Label], Sequence[Label]], source: str) -> None:
        """Let a count be as large as those that lie in it at the least, and no larger than all that may."""
        cell, parts, others = made
        if counted == "clusters" and not self.total(at, counted):
            return
        # of a part of the crimes due, no more were missed than of all
        for each in (counted, "rest") if counted == "recorded" else (counted,):
            whole = (self._of_group(at, each, cell), -1.0)
            if whole[0] in self.counts:
                inside, outside = (
                    [(self._of_group(at, each, leaf), 1.0) for leaf in leaves] for leaves in (parts, others)
                )
                self.say((whole, *inside), -math.inf, 0, source, _ONE_EACH if each == "clusters" else "sums")
                self.say((whole, *inside, *outside), 0, math.inf, source, "sums")

    def _of_group(self, at: int, counted: str, label: Label) -> Key:
        """Name a count of a cell that another table of the same counts may show."""
        if counted == "rest":
            return ("rest", *(self._of_group(at, each, label) for each in ("n", "recorded")))
        return self._named(self.group[at, counted], label)

    def _made_of(
        self, at: int, leaves: Sequence[Label], held: Mapping[frozenset[str], Mapping[Label, None]]
    ) -> Iterator[tuple[Label, list[Label], list[Label]]]:
        """Give the cells of coarser tables, each with those of this one that lie in it, and those that may."""
        columns = frozenset(self.tables[at].columns)
        for wider, coarse in self._wider(leaves):
            now = frozenset(column for places, _ in wider.values() for cell in places for column, _ in cell)
            for by, cells in held.items():
                if not coarse <= by <= now or by == columns:
                    continue
                parts: dict[Label, tuple[list[Label], list[Label]]] = {}
                for leaf, (places, is_sure) in wider.items():
                    for known in places:
                        own = frozenset(pair for pair in known if pair[0] in by)
                        parts.setdefault(own, ([], []))[not is_sure].append(leaf)
                yield from ((cell, *parts[cell]) for cell in cells if cell in parts)

    def _wider(
        self, leaves: Sequence[Label]
    ) -> Iterator[tuple[Mapping[Label, tuple[Sequence[Label], bool]], frozenset[str]]]:
        """Give the cells of a table, and then by a broader column those that each may lie in, and if it does."""
        yield {leaf: ([leaf], True) for leaf in leaves}, frozenset()
        for nested in self.nested:
            fine, coarse = column_name(nested.fine), column_name(nested.coarse)
            places, unsure = nested.places(), set(map(folded, nested.across))
            wider = {}
            for leaf in leaves:
                word = dict(leaf).get(fine, "")
                rest = leaf - {(fine, word)}
                own = [rest | {(coarse, broader)} for broader in places.get(word, ())]
                if own:
                    wider[leaf] = (own, word not in unsure)
            yield wider, frozenset([coarse])

    def _sum_of_reports(self, at: int, leaves: Sequence[Label], source: str) -> None:
        """Every report with a crime lies in some category; it is taken to lie in one, where that can be."""
        whole, base = (self.known.get((at, frozenset(), counted)) for counted in ("clusters", "n"))
        all_hold_one = whole == base or _is_noted(self.tables[at], _ONLY_DUE)
        if whole is None or not leaves or not self.tables[at].columns:
            return
        terms = [(self.key(at, leaf, "clusters"), 1.0) for leaf in leaves]
        sure = all_hold_one or self._are_files(self.tables[at], whole)
        # where many reports hold no crime, the counts of the others contradict it
        self.say(terms, whole[0], math.inf, source, "sums" if sure else _SOME_EACH)
        # reports of several categories contradict it, which is no fault of what is published
        self.say(terms, -math.inf, whole[1], source, _ONE_EACH)

    def _are_files(self, table: Tabulated, whole: tuple[float, float]) -> bool:
        """Tell whether what is counted as reports are case files: no question is asked of more than there are."""
        return table.sample == _FILES and self.largest[table.release, table.sample][1] <= whole[0]

    # ---- what is part of what

    def _be_parts(self) -> None:
        """Let crimes with a known time be among those recorded, row by row; and what has the total of a rest be it."""
        for (i, one), (j, other) in itertools.permutations(enumerate(self.tables), 2):
            if (one.release, one.sample, one.columns) != (other.release, other.sample, other.columns):
                continue
            self._follow(i, j)
            self._be_rightly_recorded(i, j)
            for part, whole in _PARTS.get((_kind(one), _kind(other)), ()):
                known = [self.total(i, part), self.total(j, whole)]
                if known[0] is None or known[1] is None or known[0][0] > known[1][1]:
                    continue
                for cell in {one.cell(each) for each in one.readings} & {other.cell(each) for each in other.readings}:
                    self._be_part(self.key(i, cell, part), self.key(j, cell, whole), min(one.files))

    def _follow(self, at: int, first: int) -> None:
        """Let a question be asked where the first was answered no, or yes, if as many were asked in all, or nearly."""
        base = self.total(at, "n")
        n, recorded = (self.total(first, counted) for counted in ("n", "recorded"))
        if base is None or n is None or recorded is None or base[0] < _MANY or base == n:
            return
        cells = {self.tables[at].cell(each) for each in self.tables[at].readings}
        for cell in cells & {self.tables[first].cell(each) for each in self.tables[first].readings}:
            own, due, found = self.key(at, cell, "n"), self.key(first, cell, "n"), self.key(first, cell, "recorded")
            for terms, lacking in (
                (((found, 1.0), (own, -1.0)), recorded[0] - base[0]),
                (((due, 1.0), (found, -1.0), (own, -1.0)), n[0] - recorded[0] - base[0]),
            ):
                if lacking == 0 or (0 < lacking <= base[0] * _NEARLY and self.tables[at].sample == _FILES):
                    self.say(terms, 0, lacking, min(self.tables[at].files), _PART)

    def _be_rightly_recorded(self, at: int, due: int) -> None:
        """Let all that was recorded, less what should not have been, be what was recorded of the crimes due."""
        if (_kind(self.tables[at]), _kind(self.tables[due])) != ("over-recorded", "audited"):
            return
        n, over, recorded = self.total(at, "n"), self.total(at, "recorded"), self.total(due, "recorded")
        if n is None or over is None or recorded is None or n[0] - over[0] != recorded[0]:
            return
        cells = {self.tables[at].cell(each) for each in self.tables[at].readings}
        for cell in cells & {self.tables[due].cell(each) for each in self.tables[due].readings}:
            terms = [(self.key(at, cell, "n"), 1.0), (self.key(at, cell, "recorded"), -1.0)]
            self.say((*terms, (self.key(due, cell, "recorded"), -1.0)), 0, 0, min(self.tables[at].files), _PART)

    def _be_part(self, part: Key, whole: Key, source: str) -> None:
        if part != whole:
            self.say(((whole, 1.0), (part, -1.0)), 0, math.inf, source, _PART)

    # ---- two releases

    def _contain(self) -> None:
        """Let the counts of a sample that was corrected change as its totals did, and periods make a whole."""
        alike: dict[Hashable, list[int]] = {}
        for at, table in enumerate(self.tables):
            alike.setdefault((table.sample, table.measure, table.columns), []).append(at)
        for several in alike.values():
            for i, j in itertools.combinations(several, 2):
                # the folder that is attacked comes first, and is the latest
                if self.tables[i].release < self.tables[j].release and self._of_one_sample(i, j):
                    self._change(i, j)
            for whole in several:
                parts = [at for at in several if self.tables[at].release != self.tables[whole].release]
                self._be_made_up(whole, parts[:_MOST_PERIODS])

    def _of_one_sample(self, i: int, j: int) -> bool:
        one, other = (self.folders[self.tables[at].release] for at in (i, j))
        return _of_one_sample(one, other, self.tables[i].sample)

    def _change(self, i: int, j: int) -> None:
        """Let no count change otherwise than its total: a crime more is one more in one row, and in none one less."""
        changes = {counted: self._change_of(i, j, counted) for counted in (*COUNTS, "rest")}
        one, other = self.tables[i], self.tables[j]
        for label in {one.cell(each) for each in one.readings} & {other.cell(each) for each in other.readings}:
            keys = [{counted: self.key(at, label, counted) for counted in COUNTS} for at in (i, j)]
            for own in keys:
                own["rest"] = ("rest", own["n"], own["recorded"])
            for counted, change in changes.items():
                later, earlier = (own[counted] for own in keys)
                if later != earlier and change is not None:
                    ends = min(change[0], 0), max(change[1], 0)
                    self.say(((later, 1.0), (earlier, -1.0)), *ends, self._folder_of(j), _EARLIER)

    def _change_of(self, i: int, j: int, counted: str) -> tuple[float, float] | None:
        """Say between which ends a total changed; None where it is not known, or may be more or less."""
        later, earlier = (self._rest(at) if counted == "rest" else self.total(at, counted) for at in (i, j))
        if later is None or earlier is None:
            return None
        least, greatest = later[0] - earlier[1], later[1] - earlier[0]
        return (least, greatest) if least * greatest >= 0 else None

    def _rest(self, at: int) -> tuple[float, float] | None:
        n, recorded = self.total(at, "n"), self.total(at, "recorded")
        return None if n is None or recorded is None else (n[0] - recorded[1], n[1] - recorded[0])

    def _be_made_up(self, whole: int, parts: Sequence[int]) -> None:
        """Add those periods up whose totals add up to that of the whole, whichever was published first."""
        total = self.total(whole, "n")
        sizes = {at: size[0] for at in parts if (size := self.total(at, "n")) is not None and size[0] > 0}
        if total is None or total[0] < _MANY or not sizes:
            return
        most = min(len(sizes), int(total[0] // min(sizes.values())))
        for number in range(2, most + 1):
            for periods in itertools.combinations(sizes, number):
                if sum(sizes[at] for at in periods) == total[0] and self._make_up(whole, periods, "recorded"):
                    self._add_periods(whole, periods)

    def _make_up(self, whole: int, periods: Sequence[int], counted: str) -> bool:
        """Tell whether the totals of some samples add up to that of another: two half-years to the year."""
        own, *others = (
            None if total is None else total[0] for total in (self.total(at, counted) for at in (whole, *periods))
        )
        return own is not None and None not in others and own == sum(filter(None, others))

    def _add_periods(self, whole: int, periods: Sequence[int]) -> None:
        cells = [{self.tables[at].cell(each) for each in self.tables[at].readings} for at in (whole, *periods)]
        for cell in set[Label]().union(*cells):
            for counted in ("n", "recorded"):
                terms = [(self.key(whole, cell, counted), -1.0)] if cell in cells[0] else []
                terms += [
                    (self.key(at, cell, counted), 1.0)
                    for at, own in zip(periods, cells[1:], strict=True)
                    if cell in own
                ]
                self.say(terms, 0, 0, self._folder_of(max(whole, *periods)), _EARLIER)

    def _folder_of(self, at: int) -> str:
        return self.folders[self.tables[at].release].name

    # ---- what follows

    def solved(self) -> tuple[dict[Key, Span], tuple[Hashable, ...]]:
        """Find what is left to each protected count; tables that contradict those before are left out."""
        if not self.asked:
            return {}, ()
        counts = list(self.counts.values())
        left_out: tuple[Hashable, ...] = ()
        found = candidates(counts, self.relations, self.asked, enough=_LOOKED_AT)
        if found is None:
            kept, left_out = self._without_contradictions(counts)
            self.relations = kept
            found = candidates(counts, kept, self.asked, enough=_LOOKED_AT) or {}
        told = tuple(dict.fromkeys(each for each in left_out if not _is_assumed(each)))
        return {key: found[key] for key in self.asked if key in found}, told

    def given_away(self, spans: Mapping[Key, Span]) -> list[Key]:
        """List the counts that are left too few values by more than totals of the force and approved exceptions."""
        few = [key for key, span in spans.items() if self._number(key, span) < ENOUGH]
        if not few:
            return []
        # of a small total, which is published, no part can be more uncertain than the total lets it be
        totals = self._left(few, self._of_force(excepted=False))
        given = [key for key in few if self._number(key, spans[key]) < min(ENOUGH, self._number(key, totals[key]))]
        if given and self.excepted:
            approved = self._left(self.asked, self._of_force(excepted=True))
            self.by_exceptions = {key for key in given if approved[key].number <= spans[key].number}
            given = [key for key in given if key not in self.by_exceptions or self._is_small(key, approved)]
        return self._new(given)

    def _number(self, key: Key, span: Span) -> float:
        """Count the values that are left; a row that is listed has crimes and reports, so none is no value of these."""
        is_some = key in self.asked and self.asked[key][2] in OF_SOME
        return span.number - (is_some and span.least == 0)

    def _left(self, keys: Collection[Key], relations: Sequence[Relation]) -> Mapping[Key, Span]:
        """Find what some of the relations leave to counts."""
        found = candidates(list(self.counts.values()), relations, keys, enough=_LOOKED_AT)
        return {key: Span(0, None) for key in keys} if found is None else found

    def _of_force(self, *, excepted: bool) -> list[Relation]:
        """Leave out what is shown of rows about people, those of exceptions unless they are to be kept."""
        out = {*self.asked, *self.of_people, *(() if excepted else self.excepted)}
        return [
            each
            for each in self.relations
            if not isinstance(each.source, tuple)
            or each.source[1] == "sums"
            or out.isdisjoint(key for key, _ in each.terms)
        ]

    def _is_small(self, key: Key, approved: Mapping[Key, Span]) -> bool:
        """Tell whether exceptions give away a row that is too small to be shown: nobody approved that."""
        table, label, _ = self.asked[key]
        at, cell = self.tables.index(table), table.cell(label)
        return approved[self.key(at, cell, "n")].least < SMALLEST_OF_PEOPLE

    def _new(self, given: Sequence[Key]) -> list[Key]:
        """Keep the counts of the folder that is attacked, and those of others that they alone did not give away."""
        before = {key for key in given if self.asked[key][0].release}
        old = {
            each.source for table in self.tables if table.release for rows in table.readings.values() for each in rows
        }
        told = [each for each in self.relations if not isinstance(each.source, tuple) or each.source[0] in old]
        spans = candidates(list(self.counts.values()), told, before, enough=_LOOKED_AT) if before else None
        return [key for key in given if key not in before or spans is None or spans[key].number >= ENOUGH]

    def _without_contradictions(self, counts: Sequence[Count]) -> tuple[list[Relation], tuple[Hashable, ...]]:
        """Keep what holds together: first what is published, then what is assumed, of each the tables that can stay."""
        kept = [each for each in self.relations if each.source == ""]
        left_out: list[Hashable] = []
        told: dict[Hashable, dict[Hashable, list[Relation]]] = {}
        for each in self.relations:
            if each.source != "":
                told.setdefault(each.source, {}).setdefault(_table_of(each), []).append(each)
        for source in sorted(told, key=_is_assumed):
            waiting = [list(told[source].values())]
            while waiting:
                tables = waiting.pop(0)
                tried = [*kept, *itertools.chain.from_iterable(tables)]
                if consistent(counts, tried):
                    kept = tried
                elif len(tables) == 1:
                    left_out.append(source)
                else:
                    half = len(tables) // 2
                    waiting[:0] = [tables[:half], tables[half:]]
        return kept, tuple(left_out)


def _is_assumed(source: Hashable) -> bool:
    """Tell whether what a source says is no number of it, but what they are taken to be."""
    return isinstance(source, tuple) and source[1] in _ASSUMED


def _table_of(relation: Relation) -> Hashable:
    """Name what a relation stands or falls with: those of the same counts by the same columns."""
    keys = [each for key, _ in relation.terms for each in _plain_keys(key)]
    columns = frozenset(column for _, label in keys for column, _ in label)
    earlier = isinstance(relation.source, tuple) and relation.source[1] == _EARLIER
    # that one sample is the other one corrected is so of all its counts or of none
    return columns if earlier else (columns, frozenset(group for group, _ in keys))


def _plain_keys(key: Any) -> Iterator[tuple[Hashable, Label]]:
    """Give a count as its group and cell, and of a rest the two that it is the difference of."""
    if key[0] == "rest":
        yield from key[1:]
    else:
        yield key


def _is_noted(table: Tabulated, note: str) -> bool:
    """Tell whether a note stands beside any row of a table."""
    return any(note in each.row.notes for rows in table.readings.values() for each in rows)


_KINDS = {
    "of those recorded": "timed",
    "delay in hours": "timed",
    "of all": "timed of due",
    "recording rate": "audited",
    "classification": "classified",
    "over-recording": "over-recorded",
}
"""What is in the name of a measure, on a page or in a listing -> what its counts are of."""

_PARTS: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("timed", "audited"): [("n", "recorded"), ("recorded", "recorded")],
    ("timed", "classified"): [("n", "n")],
    ("timed of due", "audited"): [("n", "n"), ("recorded", "recorded")],
    ("timed", "timed of due"): [("n", "n"), ("recorded", "recorded")],
}
"""Kinds of two tables -> which count of the first is part of which of the second."""


def _kind(table: Tabulated) -> str:
    """Tell what the counts of a table are of, by the name of its measure."""
    name = folded(table.measure)
    return next((kind for words, kind in _KINDS.items() if words in name), "") if table.sample in ("", "audit") else ""


def _follows(rate: Number, shown: Mapping[str, Number] | None, *, rounded: int) -> bool:
    """Tell whether a rate follows from the counts that are shown beside it."""
    if shown is None or not shown["n"][0]:
        return False
    ratio = shown["recorded"][0] / shown["n"][0]
    value, off = rate
    in_percent = rounded and abs(round(value, 2) - value) <= off
    return abs(value - ratio) <= off + (_HALF_PERCENT if in_percent else 0.0)


# ---- which counts are the same


def _joined(model: Unknowns) -> dict[tuple[int, str], Hashable]:
    """Name the counts that are the same unknowns in several tables by one name."""
    items = [(at, counted) for at in range(len(model.tables)) for counted in COUNTS]
    group = {item: item for item in items}

    def root(item: tuple[int, str]) -> tuple[int, str]:
        while group[item] != item:
            item = group[item]
        return item

    cells: dict[tuple[int, str], dict[Label, tuple[float, float]]] = {item: {} for item in items}
    for (at, label, counted), ends in model.known.items():
        if label or model.total(at, counted):
            cells[at, counted][label] = ends
    by_total: dict[tuple[float, float], list[tuple[int, str]]] = {}
    for item in items:
        if frozenset() in cells[item]:
            by_total.setdefault(cells[item][frozenset()], []).append(item)
    pairs = [
        pair for alike in by_total.values() for pair in itertools.combinations(alike, 2) if _may_be_same(model, *pair)
    ]
    for one, other in (*pairs, *_rightly_classified(model)):
        a, b = root(one), root(other)
        if a != b and _agree(cells[a], cells[b]):
            group[b] = a
            for label, ends in cells[b].items():
                cells[a].setdefault(label, ends)
    return {item: root(item) for item in items}


def _rightly_classified(model: Unknowns) -> Iterator[tuple[tuple[int, str], tuple[int, str]]]:
    """Pair the crimes that a table counts as recorded in their class with those of a table of classification."""
    for at in model.own_class:
        one = model.tables[at]
        for i, other in enumerate(model.tables):
            alike = (one.release, one.sample, one.columns) == (other.release, other.sample, other.columns)
            if alike and (_kind(one), _kind(other)) == ("audited", "classified"):
                yield (i, "recorded"), (at, "recorded")


def _may_be_same(model: Unknowns, one: tuple[int, str], other: tuple[int, str]) -> bool:
    """Tell whether counts with the same total are taken for the same: of one sample, and of one kind."""
    a, b = model.tables[one[0]], model.tables[other[0]]
    wild = not a.sample or not b.sample
    if (a.sample != b.sample and not wild) or not _same_rows(model, a, b):
        return False
    kinds = {one[1], other[1]}
    if "clusters" in kinds:
        return kinds == {"clusters"}
    if kinds == {"n"}:
        return True
    if kinds == {"n", "recorded"}:  # the crimes recorded are the base of those that were recorded in time
        return a.sample == b.sample == "audit" and a.measure != b.measure
    # what was recorded in time is the same of those recorded and of all due; two answers are two
    return a.measure == b.measure or wild or (a.sample == "audit" and b.sample == "audit")


def _same_rows(model: Unknowns, one: Tabulated, other: Tabulated) -> bool:
    """Tell whether two tables are of one report, or of two that were made from the same rows."""
    if one.release == other.release:
        return True
    if _data(model.folders[one.release]) & _data(model.folders[other.release]):
        return True
    return _totals_agree(model, one, other)


_MOST_PERIODS = 12  # months of a year
_NEARLY = 0.05  # of those asked, as many more may have the answer that a question follows
_MANY = 30  # in a smaller sample, the same totals can be by chance


def _totals_agree(model: Unknowns, one: Tabulated, other: Tabulated) -> bool:
    """Tell whether two reports show the same totals of a sample, by which anybody takes them for one.

    Digests of files are by the key of each inspection, and of the same file differ from one to the other.
    """
    totals = []
    for table in (one, other):
        at = model.tables.index(table)
        totals.append([model.known.get((at, frozenset(), counted)) for counted in ("n", "recorded")])
    base = totals[0][0]
    return None not in totals[0] and totals[0] == totals[1] and base is not None and base[0] >= _MANY


def _agree(one: Mapping[Label, tuple[float, float]], other: Mapping[Label, tuple[float, float]]) -> bool:
    return all(
        max(ends[0], other[label][0]) <= min(ends[1], other[label][1]) for label, ends in one.items() if label in other
    )


def _data(folder: Published) -> frozenset[str]:
    """Give the hashes of the files that a report was made from, without the one that describes it."""
    return frozenset(digest for name, digest in folder.inputs.items() if not name.endswith(".toml"))


def _files(folder: Published) -> frozenset[str]:
    """Name the files that a report was made from, without the one that describes it."""
    return frozenset(name for name in folder.inputs if not name.endswith(".toml"))


def _of_one_sample(one: Published, other: Published, sample: str) -> bool:
    """Tell whether the reports say that one sample is the other, corrected, or holds it: by its files or its months."""
    if _data(one) and _data(other) and (_data(one) < _data(other) or _data(other) < _data(one)):
        return True
    a, b = (read_span(str(folder.periods.get(sample or "audit") or "")) for folder in (one, other))
    if a is None or b is None:
        # a file that was corrected, or that a row was added to; where it is another year's, the counts contradict it
        return not _files(one).isdisjoint(_files(other))
    return (a.first <= b.first and b.last <= a.last) or (b.first <= a.first and a.last <= b.last)
