"""The attack on a published folder: what its numbers leave possible, found by a program and by enumeration."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.disclosure import reading_published
from cdi.disclosure.attack import Count, Relation, Span, candidates, consistent, sources_needed
from cdi.disclosure.findings import Finding
from cdi.disclosure.rounding import before
from tests import at_most
from tests.test_cli import run_here


def findings(folder: Path, published: Sequence[Path] = ()) -> tuple[Finding | reading_published.TooFine, ...]:
    """List what a published folder gives away."""
    found = cdi.attack(folder, published)
    return (*found.findings, *found.too_fine)


# ---- the least and the greatest of each count


def enumerated(counts: Sequence[Count], relations: Sequence[Relation]) -> dict[object, Span] | None:
    """Try every filling."""
    keys = [count.key for count in counts]
    ranges = [range(count.least, (count.greatest or 0) + 1) for count in counts]
    fitting = [
        values
        for values in itertools.product(*ranges)
        if all(
            each.least - 1e-9 <= sum(w * values[keys.index(key)] for key, w in each.terms) <= each.greatest + 1e-9
            for each in relations
        )
    ]
    if not fitting:
        return None
    return {
        key: Span(min(values[i] for values in fitting), max(values[i] for values in fitting))
        for i, key in enumerate(keys)
    }


@st.composite
def programmes(draw: st.DrawFn) -> tuple[list[Count], list[Relation]]:
    number = draw(st.integers(1, 4))
    lows = draw(st.lists(st.integers(0, 4), min_size=number, max_size=number))
    widths = draw(st.lists(st.integers(0, 5), min_size=number, max_size=number))
    counts = [Count(i, low, low + width) for i, (low, width) in enumerate(zip(lows, widths, strict=True))]
    relations = []
    for _ in range(draw(st.integers(0, 4))):
        places = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=number, unique=True))
        weights = [draw(st.sampled_from([1, 1, 1, -1, -0.5, 0.75])) for _ in places]
        least = draw(st.integers(-4, 12))
        relations.append(
            Relation(tuple(zip(places, weights, strict=True)), least, least + draw(st.integers(0, 3)), "t")
        )
    return counts, relations


@st.composite
def rounded_tables(draw: st.DrawFn) -> tuple[list[Count], list[Relation]]:
    """Draw wards by route, rounded, with exact totals of wards and of all."""
    wards, routes = draw(st.integers(1, 2)), 2
    cells = {(w, r): draw(st.integers(0, 12)) for w in range(wards) for r in range(routes)}
    counts = [Count(cell, max(0, 5 * round(v / 5) - 2), 5 * round(v / 5) + 2) for cell, v in cells.items()]
    sums = [[(w, r) for r in range(routes)] for w in range(wards)] + [
        [(w, r) for w in range(wards)] for r in range(routes)
    ]
    kept = draw(st.lists(st.sampled_from(sums), unique_by=tuple))
    told = [
        Relation(tuple((cell, 1.0) for cell in part), *[sum(cells[cell] for cell in part)] * 2, f"t{i}")
        for i, part in enumerate(kept)
    ]
    return counts, told


class TestCandidates:
    @given(programmes())
    @settings(max_examples=150, deadline=None)
    def test_are_those_of_every_filling(self, programme: tuple[list[Count], list[Relation]]) -> None:
        assert candidates(*programme) == enumerated(*programme)

    @given(rounded_tables())
    @settings(max_examples=80, deadline=None)
    def test_of_rounded_tables_are_those_of_every_filling(self, told: tuple[list[Count], list[Relation]]) -> None:
        assert candidates(*told) == enumerated(*told)

    @given(rounded_tables(), st.integers(2, 5))
    @settings(max_examples=60, deadline=None)
    def test_with_enough_tell_the_same_of_each_that_has_too_few(
        self, told: tuple[list[Count], list[Relation]], enough: int
    ) -> None:
        every, some = candidates(*told), candidates(*told, enough=enough)
        assert every is not None
        assert some is not None
        for key, span in every.items():
            if span.number < enough:
                assert some[key] == span
            else:
                assert enough <= some[key].number <= span.number

    def test_give_rounded_counts_whose_total_is_extreme(self) -> None:
        counts = [Count("men", 98, 102), Count("women", 53, 57)]
        both = Relation((("men", 1), ("women", 1)), 159, 159)
        assert candidates(counts, [both]) == {"men": Span(102, 102), "women": Span(57, 57)}

    def test_may_be_without_an_end(self) -> None:
        assert candidates([Count("n", 3)], []) == {"n": Span(3, None)}

    def test_of_what_contradicts_itself_are_none(self) -> None:
        counts, apart = [Count("n")], [Relation((("n", 1),), 3, 4), Relation((("n", 1),), 5, 6)]
        assert candidates(counts, apart) is None
        assert not consistent(counts, apart)
        assert consistent(counts, apart[:1])

    def test_follow_from_no_more_sources_than_are_needed(self) -> None:
        counts = [Count(key) for key in "abc"]
        told = [
            Relation((("a", 1), ("b", 1)), 100, 100, "page"),
            Relation((("b", 1), ("c", 1)), 90, 90, "other"),
            Relation((("b", 1),), 92, 92, "listing"),
        ]
        assert sources_needed(counts, told, "a", 5) == ("page", "listing")


# ---- folders


def folder(path: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def listing(keys: str, rows: Mapping[str, tuple[int, int] | None], measure: str = "recording rate") -> str:
    """Write a listing: label -> base and recorded, or None where the row is withheld."""
    lines = [f"{keys},measure,n,recorded"]
    lines += [f"{label},{measure},{'' if c is None else c[0]},{'' if c is None else c[1]}" for label, c in rows.items()]
    return "\n".join(lines) + "\n"


def page(section: str, *tables: tuple[str, Mapping[str, tuple[int, int] | None]]) -> str:
    """Write a page with tables of a column, its rows shown or withheld."""
    text = f'<section aria-labelledby="{section}">'
    for number, (column, rows) in enumerate(tables, start=1):
        text += f"<table><caption>Table {number}. Rate</caption><thead><tr><th>{column}</th><th>Rate %</th>"
        text += "<th>Crimes due</th><th>Of these recorded</th></tr></thead><tbody>"
        for label, counts in rows.items():
            cells = ["[c]"] * 3 if counts is None else [str(round(100 * counts[1] / counts[0])), *map(str, counts)]
            text += f"<tr><th>{label}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        text += "</tbody></table>"
    return f"<body>{text}</section></body>"


def given_away(path: Path, published: Sequence[Path] = ()) -> dict[tuple[str, str], tuple[int, int]]:
    return {(each.row, each.count): (each.least, each.greatest) for each in cdi.attack(path, published).findings}


SAFE = {"Harbour": (75, 60), "Hilltop": (35, 35), "Mill Lane": (25, 20), "Riverside": (120, 110), "all": (256, 226)}
"""Four wards, rounded; the overall row is exact."""


class TestSafeFolders:
    def test_of_rounded_rows_give_nothing_away(self, tmp_path: Path) -> None:
        found = cdi.attack(
            folder(tmp_path, {"wards.csv": listing("ward", SAFE), "index.html": page("recording", ("Ward", SAFE))})
        )
        assert found.safe
        assert found.protected == 12
        assert found.sentences == (
            "The counts and rates give no count away: each of the 12 protected counts keeps at least five possible "
            "values.",
        )

    def test_of_two_withheld_rows_give_nothing_away(self, tmp_path: Path) -> None:
        rows = {"Harbour": (75, 60), "Meadow": None, "Mill Lane": None, "all": (102, 81)}
        assert cdi.attack(folder(tmp_path, {"wards.csv": listing("ward", rows)})).safe

    def test_without_protected_rows_give_nothing_away(self, tmp_path: Path) -> None:
        rows = {"violent": (72, 61), "other": (8, 3), "all": (80, 64)}
        found = cdi.attack(folder(tmp_path, {"types.csv": listing("crime_type", rows)}))
        assert (found.safe, found.protected) == (True, 0)

    def test_with_an_exception_keep_the_others(self, tmp_path: Path) -> None:
        rows = {
            "Harbour": (72, 61),
            "Hilltop": (35, 30),
            "Mill Lane": (25, 20),
            "Riverside": (120, 110),
            "all": (253, 222),
        }
        told = {"options": {"disclosure": {"exceptions": [{"column": "ward", "category": "Harbour"}]}}}
        files = {"wards.csv": listing("ward", rows), "provenance.json": json.dumps(told)}
        found = cdi.attack(folder(tmp_path, files))
        assert (found.safe, found.protected) == (True, 9)


class TestLeaks:
    def test_a_total_less_the_shown_rows(self, tmp_path: Path) -> None:
        rows = {"Harbour": (72, 61), "Meadow": None, "Riverside": (120, 111), "all": (200, 175)}
        path = folder(tmp_path, {"index.html": page("recording", ("Ward", rows))})
        assert given_away(path) == {
            ("Ward Meadow", "base"): (8, 8),
            ("Ward Meadow", "recorded"): (3, 3),
            ("Ward Meadow", "not recorded"): (5, 5),
        }
        assert str(findings(path)[0]) == "index.html table 1 gives the base of Ward Meadow as 8."

    def test_rounded_rows_whose_total_is_extreme(self, tmp_path: Path) -> None:
        rows = {"male": (100, 80), "female": (55, 40), "all": (159, 121)}
        found = given_away(folder(tmp_path, {"sex.csv": listing("sex", rows)}))
        assert found["sex male", "base"] == (102, 102)
        assert found["sex female", "base"] == (57, 57)
        assert found["sex male", "recorded"] == (79, 82)  # 121 less 39 to 42

    def test_rounded_rows_of_a_column_that_is_known_by_its_categories(self, tmp_path: Path) -> None:
        rows = {"adult": (100, 80), "child": (55, 40), "all": (159, 121)}
        assert given_away(folder(tmp_path, {"r.csv": listing("life_stage", rows)}))["life_stage adult", "base"] == (
            102,
            102,
        )

    def test_two_files_with_other_rows_withheld(self, tmp_path: Path) -> None:
        shown = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "Riverside": (120, 111), "all": (220, 190)}
        other = {"Harbour": None, "Meadow": None, "Mill": (19, 14), "Riverside": (120, 111), "all": (220, 190)}
        files = {"index.html": page("recording", ("ward", shown)), "times.csv": listing("ward", other)}
        found = findings(folder(tmp_path, files))
        assert "index.html table 1 and times.csv together give the base of ward Meadow as 9." in list(map(str, found))

    def test_a_finer_table_against_a_coarser_one(self, tmp_path: Path) -> None:
        wards = {"Harbour": (75, 60), "Meadow": None, "Mill": None, "Riverside": (121, 111), "all": (229, 196)}
        fine = {
            "Harbour,101": (38, 30), "Harbour,online": (37, 30), "Meadow,101": (5, 2), "Meadow,online": (7, 3),
            "Mill,101": None, "Mill,online": None, "Riverside,101": (59, 54), "Riverside,online": (62, 57),
            "all,all": (229, 196),
        }  # fmt: skip
        files = {"wards.csv": listing("ward", wards), "fine.csv": listing("ward,route", fine)}
        found = given_away(folder(tmp_path, files))
        assert found["ward Meadow", "base"] == (12, 12)
        assert found["ward Mill", "base"] == (21, 21)  # 229 - 75 - 12 - 121

    def test_wards_that_lie_in_districts(self, tmp_path: Path) -> None:
        districts = {"North": (81, 66), "South": (140, 121), "all": (221, 187)}
        fine = {
            "North,Harbour": (72, 61),
            "North,Meadow": None,
            "South,Hill": None,
            "South,Mill": None,
            "all,all": (221, 187),
        }
        files = {"a.csv": listing("district", districts), "b.csv": listing("district,ward", fine)}
        found = given_away(folder(tmp_path, files))
        assert found["district North ward Meadow", "base"] == (9, 9)
        assert not any("Hill" in row for row, _ in found)

    def test_the_mark_of_a_withheld_row_on_a_chart(self, tmp_path: Path) -> None:
        rows = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "Riverside": (120, 111), "all": (210, 184)}
        files = {"wards.csv": listing("ward", rows), "wards.svg": chart(rows, {"Meadow": 4 / 7})}
        found = given_away(folder(tmp_path, files))
        assert found["ward Meadow", "base"] == (7, 14)  # and nothing between: 4 of 7, or 8 of 14
        assert found["ward Meadow", "recorded"] == (4, 8)
        told = [str(each) for each in cdi.attack(tmp_path).findings]
        assert "wards.csv and wards.svg (its mark) together give the base of ward Meadow as 7 or 14." in told
        assert {each.column for each in cdi.attack(tmp_path).too_fine} == {"marks"}

    def test_the_bar_of_a_withheld_row_on_a_chart(self, tmp_path: Path) -> None:
        rows = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "Riverside": (120, 111), "all": (210, 184)}
        end, y = f"{100 + 400 * 4 / 7:.6f}", 50 + 26
        bar = f'<path clip-path="url(#p)" d="M 100 {y - 8} L {end} {y - 8} L {end} {y + 8} L 100 {y + 8} z"/>'
        files = {"wards.csv": listing("ward", rows), "wards.svg": chart(rows, {}).replace("</svg>", f"{bar}</svg>")}
        assert given_away(folder(tmp_path, files))["ward Meadow", "base"] == (7, 14)

    def test_a_sentence_of_a_withheld_row(self, tmp_path: Path) -> None:
        rows = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "Riverside": (120, 111), "all": (220, 186)}
        told = "<p>By ward, 85% (Harbour) were recorded. In Meadow, 3 of 8 crimes were recorded.</p></section>"
        text = page("recording", ("Ward", rows)).replace("</section>", told)
        found = cdi.attack(folder(tmp_path, {"index.html": text})).findings
        assert "index.html sentence 2 gives the base of Ward Meadow as 8." in list(map(str, found))
        assert {each.row for each in found} == {"Ward Meadow", "Ward Mill"}

    def test_an_interval_beside_a_withheld_count(self, tmp_path: Path) -> None:
        """No more than one in a hundred of at most 28 were recorded: none was."""
        text = "ward,measure,low,high,n,recorded\nMeadow,rate,0,0.01,,\nMill,rate,,,,\n"
        text += "Harbour,rate,,,72,61\nall,rate,,,100,85\n"
        assert given_away(folder(tmp_path, {"wards.csv": text}))["ward Meadow", "recorded"] == (0, 0)

    def test_a_rate_beside_a_withheld_count(self, tmp_path: Path) -> None:
        text = "ward,measure,estimate,n,recorded\nMeadow,rate,0.571,,\nMill,rate,,,\n"
        text += "Harbour,rate,0.847,72,61\nall,rate,0.802,81,65\n"
        found = given_away(folder(tmp_path, {"wards.csv": text}))
        assert found["ward Meadow", "base"] == (7, 7)

    def test_digits_beyond_those_of_the_page(self, tmp_path: Path) -> None:
        text = "crime_type,measure,estimate,se,n,recorded\nviolent,rate,0.8243,0.0351234,108,89\n"
        text += "all,rate,0.824,0.035,108,89\n"
        found = cdi.attack(folder(tmp_path, {"types.csv": text}))
        assert [(each.file, each.column, each.number) for each in found.too_fine] == [
            ("types.csv", "estimate", 1), ("types.csv", "se", 1),
        ]  # fmt: skip
        assert not found.safe

    def test_an_exact_count_among_rounded_ones(self, tmp_path: Path) -> None:
        leaking = {**SAFE, "Harbour": (74, 60)}
        files = {"wards.csv": listing("ward", leaking), "index.html": page("recording", ("Ward", SAFE))}
        assert ("ward Harbour", "base") in given_away(folder(tmp_path, files))

    def test_exact_counts_in_a_listing_of_what_a_page_rounds(self, tmp_path: Path) -> None:
        exact = {
            "Harbour": (74, 61),
            "Hilltop": (33, 33),
            "Mill Lane": (27, 21),
            "Riverside": (122, 111),
            "all": (256, 226),
        }
        files = {"wards.csv": listing("ward", exact), "index.html": page("recording", ("Ward", SAFE))}
        found = given_away(folder(tmp_path, files))
        assert {row for row, _ in found} == {"ward Harbour", "ward Hilltop", "ward Mill Lane", "ward Riverside"}
        assert found["ward Harbour", "recorded"] == (61, 61)

    def test_a_rate_of_the_true_counts_beside_rounded_ones(self, tmp_path: Path) -> None:
        """30 of 35 is 85.7%; 31 of 36 is 86.1%, and none else of those that round so is printed as it is."""
        shown = {
            "Harbour": (75, 60),
            "Hilltop": (35, 30),
            "Mill Lane": (25, 20),
            "Riverside": (120, 110),
            "all": (256, 221),
        }
        lines = listing("ward", shown).splitlines()
        text = "\n".join(f"{line},{'A rate of 86.1%.' if 'Hilltop' in line else ''}" for line in lines[1:])
        found = given_away(folder(tmp_path, {"wards.csv": f"{lines[0]},sentence\n{text}\n"}))
        assert found["ward Hilltop", "base"] == (36, 36)


def chart(rows: Mapping[str, object], marks: Mapping[str, float]) -> str:
    """Draw rates as points beside the names of their rows; the axis goes from 0% at 100 to 100% at 500."""
    told = " ".join(f"{name}: suppressed." for name in rows if name != "all")
    text = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">'
    text += f"<desc>Rate by ward. {told}</desc>"
    text += '<text x="100" y="400">0%</text><text x="500" y="400">100%</text>'
    for number, name in enumerate(rows):
        y = 50 + 26 * number
        text += f'<text x="90" y="{y + 4.56}">{name}</text>'
        if name in marks:
            text += f'<use x:href="#m" x="{100 + 400 * marks[name]:.6f}" y="{y}" style="fill: #12436d"/>'
    return f"{text}</svg>"


def provenance(files: Mapping[str, str], months: str = "") -> str:
    return json.dumps({"options": {"periods": {"audit": months}}, "inputs": {"inspection.toml": "x", **files}})


# ---- whole folders, and every filling that fits them

CELLS = [("Hill", "men"), ("Hill", "women"), ("Mill", "men"), ("Mill", "women")]
Filling = tuple[tuple[int, int], ...]


def shown_of(base: int, recorded: int) -> tuple[int, int] | None:
    """Show a row as the rules say: withheld under 13, rounded else."""
    return None if base < 13 else (5 * round(base / 5), 5 * round(recorded / 5))


LEAST = (13, 3)
"""The least base and the fewest recorded of a row that is shown."""


def between(tables: dict[str, dict[str, tuple[int, int] | None]], column: str, value: int, k: int) -> range:
    """Give what a count can have been that a table shows: its step is the largest that all its counts fit."""
    counts = [count for each in list(tables[column].values())[:-1] if each is not None for count in each]
    step = max(step for step in (5, 10, 20, 50, 100) if all(count % step == 0 for count in counts))
    low, high = before(value, step)
    return range(max(low, LEAST[k]), high + 1)


def published_tables(filling: Filling) -> dict[str, dict[str, tuple[int, int] | None]]:
    """Show wards, sexes, and wards by sexes of the same rows."""
    whole = (sum(base for base, _ in filling), sum(recorded for _, recorded in filling))
    tables: dict[str, dict[str, tuple[int, int] | None]] = {"ward,sex": {}}
    for (ward, sex), counts in zip(CELLS, filling, strict=True):
        tables["ward,sex"][f"{ward},{sex}"] = shown_of(*counts)
    for place, column in enumerate(("ward", "sex")):
        tables[column] = {}
        for word in dict.fromkeys(cell[place] for cell in CELLS):
            own = [counts for cell, counts in zip(CELLS, filling, strict=True) if cell[place] == word]
            tables[column][word] = shown_of(sum(base for base, _ in own), sum(recorded for _, recorded in own))
    tables["ward"]["all"] = tables["sex"]["all"] = tables["ward,sex"]["all,all"] = whole
    return tables


def fitting(tables: dict[str, dict[str, tuple[int, int] | None]], kept: Sequence[str]) -> list[Filling]:
    """List every filling of the four cells that would have been shown so."""
    whole = tables["ward"]["all"]
    assert whole is not None

    def ways(total: int, shown: Sequence[int], k: int) -> list[tuple[int, ...]]:
        ranges = [between(tables, "ward,sex", value, k) for value in shown]
        return [each for each in itertools.product(*ranges) if sum(each) == total]

    cells = list(tables["ward,sex"].values())[:4]
    bases, records = (ways(whole[k], [each[k] for each in cells if each is not None], k) for k in (0, 1))
    margins = {"ward": ((0, 1), (2, 3)), "sex": ((0, 2), (1, 3))}

    def fits(values: tuple[int, ...], k: int) -> bool:
        for column, pairs in margins.items():
            for pair, counts in zip(pairs, list(tables[column].values())[:2], strict=True):
                total = sum(values[i] for i in pair)
                if column in kept and counts is not None and total not in between(tables, column, counts[k], k):
                    return False
        return True

    bases, records = ([each for each in several if fits(each, k)] for k, several in enumerate((bases, records)))
    return [
        tuple(zip(one, other, strict=True))
        for one in bases
        for other in records
        if all(base >= recorded for base, recorded in zip(one, other, strict=True))
    ]


@st.composite
def fillings(draw: st.DrawFn) -> Filling:
    bases = [draw(st.sampled_from([13, 14, 16, 18, 19, 21, 23])) for _ in CELLS]
    return tuple((base, base - draw(st.integers(0, 3))) for base in bases)


class TestWholeFolders:
    @given(fillings(), st.sampled_from([("ward,sex",), ("ward", "ward,sex"), ("ward", "sex", "ward,sex")]))
    @settings(at_most(10), deadline=None, phases=[Phase.generate])
    def test_give_away_what_every_filling_that_fits_has_in_common(
        self, filling: Filling, kept: tuple[str, ...]
    ) -> None:
        tables = published_tables(filling)
        with tempfile.TemporaryDirectory() as place:
            names = {column: f"{column.replace(',', '_')}.csv" for column in kept}
            path = folder(Path(place), {names[column]: listing(column, tables[column]) for column in kept})
            found = {(each.row, each.count): each.possible for each in cdi.attack(path).findings}
        every = fitting(tables, kept)
        assert filling in every
        whole = sum(base for base, _ in filling), sum(recorded for _, recorded in filling)
        wanted = {}
        for column in kept:
            for label in list(tables[column])[:-1]:
                words = label.split(",")
                places = [i for i, cell in enumerate(CELLS) if set(words) <= set(cell)]
                row = " ".join(f"{name} {word}" for name, word in zip(column.split(","), words, strict=True))
                values = [tuple(sum(each[i][k] for i in places) for k in (0, 1)) for each in every]
                counts = {
                    "base": {base for base, _ in values},
                    "recorded": {recorded for _, recorded in values},
                    "not recorded": {base - recorded for base, recorded in values},
                }
                # of a small total, which is published, no part can be more uncertain than the total lets it be
                most = {"base": whole[0], "recorded": whole[1], "not recorded": whole[0] - whole[1]}
                wanted |= {
                    (row, name): tuple(sorted(left))
                    for name, left in counts.items()
                    if len(left) < min(5, most[name] + 1)
                }
        assert found == wanted


class TestTwoReleases:
    def test_of_the_same_rows_are_one_sample(self, tmp_path: Path) -> None:
        now = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "all": (95, 76)}
        before = {"Harbour": (72, 61), "Meadow, Mill": (23, 15), "all": (95, 76)} | {"Meadow": (8, 3)}
        before = {"Harbour": None, "Meadow": None, "Mill": (15, 12), "all": (95, 76)}
        told = provenance({"audit.csv": "a"})
        new = folder(tmp_path / "new", {"recording.csv": listing("ward", now), "provenance.json": told})
        old = folder(tmp_path / "old", {"recording.csv": listing("ward", before), "provenance.json": told})
        assert given_away(new) == {}
        assert given_away(new, [old])["ward Meadow", "base"] == (8, 8)

    def test_of_other_rows_are_apart(self, tmp_path: Path) -> None:
        now = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "all": (95, 76)}
        before = {"Harbour": None, "Meadow": None, "Mill": (15, 12), "all": (97, 76)}
        new = folder(
            tmp_path / "new", {"r.csv": listing("ward", now), "provenance.json": provenance({"audit.csv": "a"})}
        )
        old = folder(
            tmp_path / "old", {"r.csv": listing("ward", before), "provenance.json": provenance({"searches.csv": "b"})}
        )
        assert given_away(new, [old]) == {}

    def test_of_a_sample_that_grew_bound_each_other(self, tmp_path: Path) -> None:
        """Six crimes more: a ward that was 20 and is 25 was at most 22, and is at least 23."""
        before = {
            "Harbour": (75, 60),
            "Hilltop": (35, 25),
            "Mill": (20, 10),
            "Riverside": (120, 110),
            "all": (250, 205),
        }
        now = {"Harbour": (75, 60), "Hilltop": (35, 25), "Mill": (25, 10), "Riverside": (120, 110), "all": (251, 205)}
        old_told, new_told = provenance({"a.csv": "a"}), provenance({"a.csv": "a", "b.csv": "b"})
        new = folder(tmp_path / "new", {"r.csv": listing("ward", now), "provenance.json": new_told})
        old = folder(tmp_path / "old", {"r.csv": listing("ward", before), "provenance.json": old_told})
        assert given_away(new) == {}
        found = given_away(new, [old])
        assert found["ward Mill", "base"] == (23, 23)
        assert found[f"ward Mill in {old}", "base"] == (22, 22)

    COMMON: ClassVar = {"Harbour": (75, 60), "Hilltop": (35, 25), "Riverside": (120, 110)}

    @pytest.mark.parametrize(
        ("months", "tied"), [(("", ""), True), (("2024", "2024"), True), (("2024", "2023"), False)]
    )
    def test_of_a_file_that_was_corrected_bound_each_other(
        self, tmp_path: Path, months: tuple[str, str], *, tied: bool
    ) -> None:
        """A crime was added to the same file, which no digest tells; another year's is another sample."""
        releases = (
            {**self.COMMON, "Mill": (25, 10), "all": (251, 205)},
            {**self.COMMON, "Mill": (20, 10), "all": (250, 205)},
        )
        new, old = (
            folder(tmp_path / name, {"r.csv": listing("ward", rows),
                                     "provenance.json": provenance({"audit.csv": name}, month)})
            for name, rows, month in zip(("new", "old"), releases, months, strict=True)
        )  # fmt: skip
        assert given_away(new) == {}
        assert given_away(new, [old]).get(("ward Mill", "base")) == ((23, 23) if tied else None)

    @pytest.mark.parametrize(
        ("mill", "totals", "given"),
        [
            # a case that stood there twice was taken out, and one more was recorded
            (((25, 10), (20, 10)), ((252, 205), (251, 206)), ("base", 22, 23)),
            # a decision was changed, to recorded and to not recorded
            (((25, 10), (25, 15)), ((255, 207), (255, 208)), ("recorded", 13, 12)),
            (((25, 15), (25, 10)), ((255, 208), (255, 207)), ("recorded", 12, 13)),
            # a crime was added, and a decision changed
            (((25, 15), (30, 10)), ((257, 208), (258, 207)), ("base", 28, 27)),
        ],
    )
    def test_of_a_corrected_file_change_as_their_totals_do(
        self,
        tmp_path: Path,
        mill: tuple[tuple[int, int], ...],
        totals: tuple[tuple[int, int], ...],
        given: tuple[str, int, int],
    ) -> None:
        old, new = (
            folder(tmp_path / name, {"r.csv": listing("ward", {**self.COMMON, "Mill": own, "all": total}),
                                     "provenance.json": provenance({"audit.csv": name})})
            for name, own, total in zip(("old", "new"), mill, totals, strict=True)
        )  # fmt: skip
        count, now, before = given
        assert ("ward Mill", count) not in given_away(new)
        assert ("ward Mill", count) not in given_away(old)
        found = given_away(new, [old])
        assert found["ward Mill", count] == (now, now)
        assert found[f"ward Mill in {old}", count] == (before, before)

    def test_of_a_corrected_file_are_the_same_where_their_total_is(self, tmp_path: Path) -> None:
        """One more was recorded of as many: 75 to the next 5 and 70 to the next 10 is 73 or 74."""
        rows = {"old": {**self.COMMON, "Mill": (25, 10), "all": (251, 205)},
                "new": {"Harbour": (70, 60), "Hilltop": (30, 20), "Riverside": (120, 110), "Mill": (30, 10),
                        "all": (251, 206)}}  # fmt: skip
        old, new = (
            folder(tmp_path / name, {"r.csv": listing("ward", own), "provenance.json": provenance({"audit.csv": name})})
            for name, own in rows.items()
        )
        assert given_away(new) == given_away(old) == {}
        assert given_away(new, [old])["ward Harbour", "base"] == (73, 74)

    def test_of_two_half_years_add_up_to_a_year_that_was_published_first(self, tmp_path: Path) -> None:
        first, year, second = (
            folder(tmp_path / name, {"r.csv": listing("ward", rows)})
            for name, rows in (
                ("first", {"Harbour": (75, 60), "Mill": (20, 10), "Quay": (40, 30), "all": (135, 100)}),
                ("year", {"Harbour": (135, 105), "Mill": (50, 30), "Quay": (75, 55), "all": (260, 190)}),
                ("second", {"Harbour": (55, 40), "Mill": (30, 20), "Quay": (40, 30), "all": (125, 90)}),
            )
        )
        assert given_away(second, [year]) == given_away(second, [first]) == {}
        # 133 or more of the year, and at most 77 of its first half
        assert given_away(second, [first, year])["ward Harbour", "base"] == (56, 57)

    def test_of_two_years_whose_file_has_one_name_are_left_apart_where_they_contradict(self, tmp_path: Path) -> None:
        now = {"Harbour": (75, 60), "Hilltop": (45, 25), "Mill": (50, 10), "Riverside": (80, 70), "all": (251, 165)}
        before = {**self.COMMON, "Mill": (20, 10), "all": (250, 205)}
        new, old = (
            folder(
                tmp_path / name, {"r.csv": listing("ward", rows), "provenance.json": provenance({"audit.csv": name})}
            )
            for name, rows in (("new", now), ("old", before))
        )
        assert given_away(new, [old]) == {}

    def test_of_two_half_years_add_up_to_the_year(self, tmp_path: Path) -> None:
        halves = (
            {"Harbour": (75, 60), "Mill": (20, 10), "all": (94, 70)},
            {"Harbour": (55, 40), "Mill": (30, 20), "all": (86, 60)},
        )
        year = {"Harbour": (135, 105), "Mill": (45, 25), "all": (180, 130)}
        folders = [
            folder(tmp_path / f"{i}", {"r.csv": listing("ward", rows)}) for i, rows in enumerate((year, *halves))
        ]
        found = given_away(folders[0], folders[1:])
        # 133 to 137 in the year, and at most 76 and 57 in its halves
        assert given_away(folders[0]) == {}
        assert found["ward Harbour", "base"] == (133, 133)

    def test_of_four_quarters_add_up_to_the_year(self, tmp_path: Path) -> None:
        quarters = [{"Harbour": (75, 60), "Mill": (20, 10), "all": (91 + i, 70)} for i in range(4)]
        year = {"Harbour": (300, 235), "Mill": (70, 45), "all": (370, 280)}
        folders = [
            folder(tmp_path / f"{i}", {"r.csv": listing("ward", rows)}) for i, rows in enumerate((year, *quarters))
        ]
        assert given_away(folders[0]) == {}
        # in quarters of 91 to 94, of which Mill is 18 or more, Harbour is at most 73 to 76
        assert given_away(folders[0], folders[1:])["ward Harbour", "base"] == (298, 298)
        assert given_away(folders[0], folders[1:4]) == {}

    def test_of_a_column_by_another_name_are_of_the_same(self, tmp_path: Path) -> None:
        rows = {"new": {**self.COMMON, "Mill": (25, 10), "all": (251, 205)},
                "old": {**self.COMMON, "Mill": (20, 10), "all": (250, 205)}}  # fmt: skip
        new, old = (
            folder(tmp_path / name, {"r.csv": listing(column, rows[name]),
                                     "provenance.json": provenance({"audit.csv": name})})
            for name, column in (("new", "ward"), ("old", "neighbourhood"))
        )  # fmt: skip
        assert given_away(new, [old])["ward Mill", "base"] == (23, 23)

    @pytest.mark.parametrize("column", ["ward", "neighbourhood"])
    @pytest.mark.parametrize(
        "words",
        [
            {word: f"{word} ward" for word in ("Harbour", "Hilltop", "Riverside", "Mill Lane")},
            {"Mill Lane": "Mill-Lane"},
            {"Mill Lane": "Mill Lne"},
        ],
    )
    def test_of_categories_by_other_words_are_of_the_same(
        self, tmp_path: Path, column: str, words: dict[str, str]
    ) -> None:
        before = {words.get(word, word): own
                  for word, own in {**self.COMMON, "Mill Lane": (20, 10), "all": (250, 205)}.items()}  # fmt: skip
        new, old = (
            folder(tmp_path / name, {"r.csv": listing(own, rows), "provenance.json": provenance({"audit.csv": name})})
            for name, own, rows in (
                ("new", "ward", {**self.COMMON, "Mill Lane": (25, 10), "all": (251, 205)}),
                ("old", column, before),
            )
        )
        assert given_away(new) == given_away(old) == {}
        assert given_away(new, [old])["ward Mill Lane", "base"] == (23, 23)

    def test_of_ethnic_groups_add_up_to_the_five(self, tmp_path: Path) -> None:
        fine = {"Indian": (20, 15), "Pakistani": (20, 15), "White British": (60, 50), "Irish": (20, 15),
                "Caribbean": (30, 25), "all": (150, 120)}  # fmt: skip
        five = {"Asian": (45, 30), "Black": (30, 25), "White": (75, 65), "all": (150, 120)}
        new = folder(tmp_path / "new", {"r.csv": listing("ethnicity", fine)})
        old = folder(tmp_path / "old", {"r.csv": listing("ethnicity", five)})
        assert given_away(new) == {}
        # two groups of 18 to 22 make up 43 to 47
        assert given_away(new, [old])["ethnicity Indian", "base"] == (21, 22)

    FINE: ClassVar = {"Indian": (20, 15), "Pakistani": (20, 15), "White British": (60, 50), "Irish": (20, 15),
                      "Caribbean": (30, 25), "all": (150, 120)}  # fmt: skip
    FIVE: ClassVar = {"Asian": (45, 30), "Black": (30, 25), "White": (75, 65), "all": (150, 120)}

    def test_of_ethnic_groups_by_another_name_add_up_to_the_five(self, tmp_path: Path) -> None:
        new = folder(tmp_path / "new", {"r.csv": listing("ethnicity_18", self.FINE)})
        old = folder(tmp_path / "old", {"r.csv": listing("ethnicity", self.FIVE)})
        assert given_away(new, [old])["ethnicity_18 Indian", "base"] == (21, 22)
        assert given_away(old, [new])["ethnicity_18 Indian in " + str(new), "base"] == (21, 22)

    def test_of_two_columns_of_one_report_are_apart(self, tmp_path: Path) -> None:
        """What people say of themselves, and how officers see them."""
        files = {"r.csv": listing("self_defined", self.FINE), "s.csv": listing("officer_defined", self.FIVE)}
        assert given_away(folder(tmp_path / "new", files)) == {}

    @pytest.mark.parametrize("column", ["ethnicity", "ethnicity_18"])
    def test_of_ethnic_groups_with_a_word_of_the_forces_own_lie_in_the_five(self, tmp_path: Path, column: str) -> None:
        """Two groups of 18 or more are no more than 37."""
        fine = {**self.FINE, "Cornish": (15, 10), "all": (165, 130)}
        five = {"Asian": (35, 30), "Black": (35, 25), "White": (95, 75), "all": (165, 130)}
        new = folder(tmp_path / "new", {"r.csv": listing(column, fine)})
        old = folder(tmp_path / "old", {"r.csv": listing("ethnicity", five)})
        assert given_away(new) == given_away(old) == {}
        assert given_away(new, [old])[f"{column} Indian", "base"] == (18, 19)

    def test_given_away_by_the_earlier_one_alone_are_not_its_fault(self, tmp_path: Path) -> None:
        rows = {"Harbour": (72, 61), "Meadow": None, "all": (80, 64)}
        old = folder(tmp_path / "old", {"r.csv": listing("ward", rows)})
        assert given_away(folder(tmp_path / "new", {"r.csv": listing("ward", SAFE)}), [old]) == {}

    def test_of_two_inspections_are_of_one_sample_where_their_totals_are_the_same(self, tmp_path: Path) -> None:
        """The key of each inspection hides that they read the same file."""
        now = {"Harbour": (72, 61), "Meadow": None, "Mill": None, "all": (95, 76)}
        before = {"Harbour": None, "Meadow": None, "Mill": (15, 12), "all": (95, 76)}
        told = [provenance({"audit.csv": digest}) for digest in "ab"]
        new = folder(tmp_path / "new", {"r.csv": listing("ward", now), "provenance.json": told[0]})
        old = folder(tmp_path / "old", {"r.csv": listing("ward", before), "provenance.json": told[1]})
        assert given_away(new) == given_away(old) == {}
        assert given_away(new, [old])["ward Meadow", "base"] == (8, 8)

    def test_of_months_that_hold_those_of_the_other_bound_each_other(self, tmp_path: Path) -> None:
        common = {"Harbour": (75, 60), "Hilltop": (35, 25), "Riverside": (120, 110)}
        months = ("2024-01 to 2024-05", "2024-01 to 2024-06")
        releases = ({**common, "Mill": (20, 10), "all": (250, 205)}, {**common, "Mill": (25, 10), "all": (251, 205)})
        old, new = (
            folder(
                tmp_path / month,
                {"r.csv": listing("ward", rows), "provenance.json": provenance({f"{month}.csv": month}, month)},
            )
            for month, rows in zip(months, releases, strict=True)
        )
        assert given_away(new) == {}
        assert given_away(new, [old])["ward Mill", "base"] == (23, 23)


class TestReading:
    def test_changes_nothing(self, tmp_path: Path) -> None:
        path = folder(tmp_path, {"wards.csv": listing("ward", SAFE), "charts/a.svg": "<svg>"})
        before = {each: (each.stat().st_mtime_ns, each.is_file() and each.read_bytes()) for each in path.rglob("*")}
        cdi.attack(path)
        assert {
            each: (each.stat().st_mtime_ns, each.is_file() and each.read_bytes()) for each in path.rglob("*")
        } == before

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_follows_no_link_out_of_the_folder(self, tmp_path: Path) -> None:
        leak = {"Harbour": (72, 61), "Meadow": None, "all": (80, 64)}
        folder(tmp_path / "other", {"wards.csv": listing("ward", leak)})
        path = folder(tmp_path / "report", {"safe.csv": listing("ward", SAFE)})
        (path / "wards.csv").symlink_to(tmp_path / "other" / "wards.csv")
        assert cdi.attack(path).safe

    def test_refuses_what_is_no_folder_of_a_report(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match="a folder with tables of a report"):
            cdi.attack(folder(tmp_path, {"readme.txt": "n"}))
        with pytest.raises(cdi.DataError, match="a folder that is to be published"):
            cdi.attack(tmp_path / "nowhere")

    def test_refuses_what_is_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = folder(tmp_path, {"wards.csv": listing("ward", SAFE)})
        monkeypatch.setattr(reading_published, "_LARGEST", 10)
        with pytest.raises(cdi.DataError, match="a file of at most 10 bytes"):
            cdi.attack(path)

    @pytest.mark.parametrize("name", ["a.json", "a.xlsx", "a.svg", "a.html", "b.csv", "provenance.json"])
    def test_names_files_that_cannot_be_read(self, tmp_path: Path, name: str) -> None:
        path = folder(tmp_path, {"wards.csv": listing("ward", SAFE)})
        (path / name).write_bytes(b'\x00\xff{"rows": [1, {"n": "x"}] <table><tr><td>')
        found = cdi.attack(path)
        assert (found.safe, found.unread, found.findings) == (False, (name,), ())
        said = " ".join(str(found).split())
        assert f"Cannot be read: {name}." in said
        assert "As far as the files could be read, the counts and rates give no count away" in said

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
    def test_reads_the_encodings_of_spreadsheets(self, tmp_path: Path, encoding: str) -> None:
        leak = {"Harbour": (72, 61), "Péarth": None, "all": (80, 64)}
        path = folder(tmp_path, {"safe.csv": listing("ward", SAFE)})
        (path / "leak.csv").write_bytes(listing("ward", leak).encode(encoding))
        assert ("ward Péarth", "base") in given_away(path)

    def test_reads_counts_without_rates(self, tmp_path: Path) -> None:
        """As people keep them, and on a page."""
        text = "ward,crimes due,recorded\nHarbour,72,61\nMeadow,[c],[c]\nall,80,64\n"
        assert given_away(folder(tmp_path / "a", {"wards.csv": text}))["ward Meadow", "base"] == (8, 8)
        lines = [line.split(",") for line in text.splitlines()]
        head, *body = ("".join(f"<td>{cell}</td>" for cell in line) for line in lines)
        table = (
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in body)}</tbody></table>"
        )
        assert given_away(folder(tmp_path / "b", {"wards.html": table}))["ward Meadow", "base"] == (8, 8)

    @pytest.mark.parametrize("note", [wording.NOTES["only-reports-with-crimes"], ""])
    def test_finds_how_many_reports_a_row_has(self, tmp_path: Path, note: str) -> None:
        """Reports may hold several crimes, so that their number follows from no count of these."""
        rows = (("Harbour", 75), ("Mill", 70))
        # without the note, some reports may hold no crime
        for number, values in ((145, None), (149, (77, 77)), (130, None), *(() if note else ((160, None),))):
            text = "ward,measure,n,recorded,clusters,notes\n"
            for ward, reports in rows:
                text += f'{ward},recording rate,150,120,{reports},"{note}"\n'
            text += f'all,recording rate,300,240,{number},"{note}"\n'
            found = cdi.attack(folder(tmp_path / f"{number}", {"wards.csv": text}))
            given = {(each.row, each.count): (each.least, each.greatest) for each in found.findings}
            assert given.get(("ward Harbour", "reports")) == values
            # where reports have several categories, nothing is said of it
            assert found.contradictory == ()

    def test_names_files_that_no_table_was_found_in(self, tmp_path: Path) -> None:
        files = {"wards.csv": listing("ward", SAFE), "minutes.docx": "x", "chart.png": "x", "drawn.png": "x",
                 "drawn.svg": "<svg/>"}  # fmt: skip
        found = cdi.attack(folder(tmp_path, files))
        assert (found.safe, found.passed_over) == (True, ("chart.png", "minutes.docx"))

    def test_blows_no_entities_up(self, tmp_path: Path) -> None:
        bomb = '<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg><desc>&b;</desc></svg>'
        found = cdi.attack(folder(tmp_path, {"wards.csv": listing("ward", SAFE), "a.svg": bomb}))
        assert (found.findings, found.unread) == ((), ("a.svg",))


class TestCommand:
    def run(self, *given: str) -> subprocess.CompletedProcess[str]:
        return run_here("attack", *given, cwd=Path())

    def test_ends_with_1_where_something_is_given_away(self, tmp_path: Path) -> None:
        rows = {"Harbour": (72, 61), "Meadow": None, "Riverside": (120, 111), "all": (200, 175)}
        done = self.run(str(folder(tmp_path, {"wards.csv": listing("ward", rows)})))
        assert done.returncode == 1, done.stderr
        assert "wards.csv gives the base of ward Meadow as 8." in done.stdout

    def test_ends_with_0_where_nothing_is(self, tmp_path: Path) -> None:
        done = self.run(str(folder(tmp_path, {"wards.csv": listing("ward", SAFE)})))
        assert (done.returncode, done.stderr) == (0, "")

    def test_ends_with_2_where_there_is_no_report(self, tmp_path: Path) -> None:
        done = self.run(str(tmp_path))
        assert done.returncode == 2
        assert "expected a folder with tables of a report" in done.stderr
