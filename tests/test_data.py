"""The data that ships: rebuilt byte for byte, counted, and every printed figure recomputed without the engine."""

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from math import sqrt
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
CASE = DATA / "avon_and_somerset_2021_22"
BUILT = [
    "audit.csv", "frame.csv", "volumes.csv", "searches_2021.csv", "searches_2019.csv", "file_reviews.csv",
    "reviews.csv", "questions.csv", "plans.csv",
]  # fmt: skip
TABLES = [CASE / name for name in [*BUILT, "published.csv"]] + sorted((DATA / "published").glob("*.csv"))
Z = Decimal("1.96")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed():
    return {row["figure"]: row["printed"] for row in rows(CASE / "published.csv")}


def samples():
    """Crime type -> (recorded, due)."""
    crimes = [row for row in rows(CASE / "audit.csv") if row["due"] == "1"]
    due = Counter(row["crime_type"] for row in crimes)
    recorded = Counter(row["crime_type"] for row in crimes if row["recorded"] == "1")
    return {t: (Decimal(recorded[t]), Decimal(due[t])) for t in due}


def volumes():
    return {row["crime_type"]: Decimal(row["recorded_crime"]) for row in rows(CASE / "volumes.csv")}


def percent(value):
    return str((value * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


def half_width(recorded, due):
    p = recorded / due
    return Z * (p * (1 - p) / due).sqrt()


def rounded_down(value, unit):
    return str(int((value / unit).to_integral_value(ROUND_FLOOR)) * unit)


@pytest.fixture(autouse=True)
def forty_digits():
    with localcontext(Context(prec=40)):
        yield


class TestFiles:
    def test_rebuilding_gives_the_committed_bytes(self, tmp_path):
        target = tmp_path / "not there yet"
        subprocess.run([sys.executable, "-B", CASE / "build.py", target], check=True, cwd=tmp_path, timeout=60)
        assert sorted(path.name for path in target.iterdir()) == sorted(BUILT)
        for name in BUILT:
            assert (target / name).read_bytes() == (CASE / name).read_bytes(), name

    def test_rebuilding_the_results_of_forces_gives_the_committed_bytes(self, tmp_path):
        subprocess.run(
            [sys.executable, "-B", DATA / "published" / "build.py", tmp_path / "new"], check=True, timeout=60
        )
        assert (tmp_path / "new" / "forces.csv").read_bytes() == (DATA / "published" / "forces.csv").read_bytes()

    def test_results_of_forces_are_the_latest_with_an_interval_and_primary(self):
        chosen = {row["force"]: row for row in rows(DATA / "published" / "forces.csv")}
        printed = [row for row in rows(DATA / "published" / "audit_results.csv") if row["half_width"]]
        everything = [row for row in printed if row["category"] == "all reported crime excl. fraud"]
        assert chosen.keys() == {row["force"] for row in everything}
        for force, row in chosen.items():
            (same,) = [other for other in everything if (other["force"], other["rate"]) == (force, row["rate"])]
            assert same["source_type"] == "primary"
            others = [o["period_end"] for o in everything if o["force"] == force and o["source_type"] == "primary"]
            assert not same["period_end"] or same["period_end"] == max(others)

    @pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
    def test_is_plain_utf8_with_one_header_and_even_rows(self, path):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        assert raw.endswith(b"\n")
        with path.open(encoding="utf-8", newline="") as file:
            header, *body = csv.reader(file)
        assert len(set(header)) == len(header)
        assert body
        for row in body:
            assert len(row) == len(header)
            assert row != header
            assert row == [cell.strip() for cell in row]

    def test_the_licence_carries_the_statement_that_it_asks_for(self):
        text = (DATA / "LICENSE").read_text(encoding="utf-8")
        assert "Contains public sector information licensed under the Open Government Licence v3.0." in text


class TestAudit:
    def test_counts_by_crime_type(self):
        assert samples() == {"violent": (181, 209), "sexual": (117, 126), "other": (162, 171)}

    def test_reports_and_routes(self):
        audit = rows(CASE / "audit.csv")
        routes = defaultdict(set)
        for row in audit:
            routes[row["cluster"]].add(row["stratum"])
        assert len(routes) == 456
        assert all(len(route) == 1 for route in routes.values())
        assert len(set().union(*routes.values())) == 3
        assert len({row["case"] for row in audit}) == len(audit)
        assert [row["cluster"] for row in audit] == sorted(row["cluster"] for row in audit)

    def test_a_report_without_a_crime_is_one_row_with_blanks(self):
        audit = rows(CASE / "audit.csv")
        size = Counter(row["cluster"] for row in audit)
        empty = [row for row in audit if row["due"] == "0"]
        assert len(empty) == 42
        for row in audit:
            assert row["due"] in {"0", "1"}
            if row["due"] == "0":
                assert (row["crime_type"], row["recorded"], size[row["cluster"]]) == ("", "", 1)
            else:
                assert row["crime_type"] in {"violent", "sexual", "other"}
                assert row["recorded"] in {"0", "1"}

    def test_reports_share_crimes_and_most_misses_are_further_crimes(self):
        crimes = defaultdict(list)
        for row in rows(CASE / "audit.csv"):
            if row["due"] == "1":
                crimes[row["cluster"]].append(row)
        assert Counter(map(len, crimes.values())) == {1: 338, 2: 60, 3: 16}
        assert sum(len({row["crime_type"] for row in report}) > 1 for report in crimes.values()) == 35
        further = sum(
            row["recorded"] == "0" and report[0]["recorded"] == "1" for report in crimes.values() for row in report[1:]
        )
        assert (further, sum(row["recorded"] == "0" for r in crimes.values() for row in r)) == (32, 46)

    def test_the_frame_is_one_whole_multiple_of_the_reports_audited(self):
        audited = Counter(route for _, route in {(row["cluster"], row["stratum"]) for row in rows(CASE / "audit.csv")})
        frame = {row["stratum"]: int(row["population"]) for row in rows(CASE / "frame.csv")}
        assert frame == {route: 301 * count for route, count in audited.items()}


class TestPrintedFigures:
    @pytest.mark.parametrize("category", ["violent", "sexual"])
    def test_a_category(self, category):
        recorded, due = samples()[category]
        unrecorded = volumes()[category] * (due - recorded) / recorded
        unit = {"violent": 100, "sexual": 10}[category]
        expected = [printed()[f"crime.{category}.{part}"] for part in ("rate", "half_width", "unrecorded")]
        found = [percent(recorded / due), percent(half_width(recorded, due)), rounded_down(unrecorded, unit)]
        assert found == expected

    def test_all_crime(self):
        true = {t: volumes()[t] * due / recorded for t, (recorded, due) in samples().items()}
        total = sum(true.values())
        variance = sum((true[t] / total * half_width(*sample) / Z) ** 2 for t, sample in samples().items())
        recorded_crime = sum(volumes().values())
        assert percent(recorded_crime / total) == printed()["crime.all.rate"] == "91.4"
        assert percent(Z * variance.sqrt()) == printed()["crime.all.half_width"] == "2.6"
        assert rounded_down(total - recorded_crime, 100) == printed()["crime.all.unrecorded"] == "13100"

    @pytest.mark.parametrize("year", [2021, 2019])
    def test_searches(self, year):
        grounds = [row["grounds"] for row in rows(CASE / f"searches_{year}.csv")]
        assert set(grounds) == {"yes", "no"}
        yes, size = Decimal(grounds.count("yes")), Decimal(len(grounds))
        assert (yes, size) == {2021: (159, 182), 2019: (211, 244)}[year]
        assert percent(yes / size) == printed()[f"searches_{year}.rate"]
        assert percent(half_width(yes, size)) == printed()[f"searches_{year}.half_width"]

    def test_searches_of_people_from_ethnic_minority_backgrounds(self):
        group = [row["grounds"] for row in rows(CASE / "searches_2021.csv") if row["ethnicity"] == "ethnic minority"]
        assert f"{group.count('yes')} of {len(group)}" == printed()["searches_2021.ethnic_minority"] == "21 of 24"
        assert printed()["searches_2021.sample"] == "182"

    def test_file_reviews(self):
        published = [row for row in rows(CASE / "published.csv") if row["file"] == "file_reviews.csv"]
        reviews = rows(CASE / "file_reviews.csv")
        assert [row["category"] for row in published] == [row["question"] for row in reviews]
        for row, review in zip(published, reviews, strict=True):
            counts = [review["n_counted"], review["n_asked"]]
            assert row["answer"] == review["counted"]
            if row["kind"] == "count":
                assert " of ".join(counts) == row["printed"]
            else:
                assert (counts, row["printed"]) == (["", ""], "half of the cases reviewed")
        assert sum(bool(review["n_asked"]) for review in reviews) == 7

    def test_answers_of_the_files_add_up_to_the_printed_counts(self):
        printed = {row["question"]: row for row in rows(CASE / "file_reviews.csv")}
        files, questions = rows(CASE / "reviews.csv"), rows(CASE / "questions.csv")
        assert Counter(row["outcome"] for row in files) == {"15": 20, "16": 20, "21": 20, "other": 30}
        assert len({row["file"] for row in files}) == len(files) == 90
        assert list(files[0]) == ["file", "outcome", *(question["question"] for question in questions)]
        plan = {"question": "sufficient_quality", "text": list(printed)[-1], "counts": "yes"}
        for question, held in [*((q, files) for q in questions), (plan, rows(CASE / "plans.csv"))]:
            answers = Counter(row[question["question"]] for row in held)
            row = printed.pop(question["text"])
            assert set(answers) <= {"yes", "no", "not applicable"}
            assert question["counts"] == row["counted"]
            assert (answers[row["counted"]], answers["yes"] + answers["no"]) == (
                int(row["n_counted"]),
                int(row["n_asked"]),
            )
        assert [row["n_asked"] for row in printed.values()] == [""]
        assert {row["outcome"] for row in files if row["pursued"] != "not applicable"} == {"16"}

    def test_the_published_table_as_it_was_read(self):
        expected = (
            "91.4 2.6 13100 86.6 4.6 8300 92.9 4.5 420 182 87.4 4.8 21_of_24 86.5 4.3 broadly_unchanged "
            "89_of_90 78_of_90 88_of_90 5_of_12 14_of_65 9_of_49 half_of_the_cases_reviewed 49_of_102 89.4 69 14"
        )
        published = rows(CASE / "published.csv")
        assert [row["printed"].replace(" ", "_") for row in published] == expected.split()
        assert len({row["figure"] for row in published}) == len(published)
        for row in published:
            assert row["source"]
            assert row["solved_back"] in {"yes", "no"}
            assert (row["file"] == "") == row["kind"].startswith("census")
            assert row["file"] == "" or (CASE / row["file"]).is_file()


def sizes_that_print(rate, width, most):
    """By trying every pair of whole numbers: (recorded, due) that print the rate and the half width."""
    found = []
    for due in range(1, most):
        for recorded in range(int(due * 0.8), due + 1):
            p = recorded / due
            if abs(p * 100 - float(rate)) < 0.06 and abs(196 * sqrt(p * (1 - p) / due) - float(width)) < 0.06:
                x, m = Decimal(recorded), Decimal(due)
                if (percent(x / m), percent(half_width(x, m))) == (rate, width):
                    found.append((recorded, due))
    return found


def may_print(box, samples_):
    """Whether crimes missed inside the box may print 91.4, 2.6 and 13,100: false only where none does.

    A second way to the answer, by bisection: the ends of a box bound the total, the rate and the half width in it.
    """
    low, high = [lo for lo, _ in box], [hi for _, hi in box]
    if sum(high) < 13_100 or sum(low) >= 13_200:
        return False
    odds = [x / (m - x) for x, m in samples_]
    recorded = [sum(o * u for o, u in zip(odds, end, strict=True)) for end in (low, high)]
    if recorded[1] / (recorded[1] + sum(low)) < 0.9135 or recorded[0] / (recorded[0] + sum(high)) >= 0.9145:
        return False
    shape = [(o + 1) ** 2 * x * (m - x) / m**3 for o, (x, m) in zip(odds, samples_, strict=True)]
    spread = [1.96 * sqrt(sum(c * u * u for c, u in zip(shape, end, strict=True))) for end in (low, high)]
    true = [sum((o + 1) * u for o, u in zip(odds, end, strict=True)) for end in (low, high)]
    if spread[0] / true[1] >= 0.0265 or spread[1] / true[0] < 0.0255:
        return False
    weights = [(hi - lo) * o for (lo, hi), o in zip(box, odds, strict=True)]
    widest = weights.index(max(weights))
    if weights[widest] < 0.5:
        return True
    lo, hi = box[widest]
    halves = ((lo, (lo + hi) / 2), ((lo + hi) / 2, hi))
    return any(may_print([*box[:widest], half, *box[widest + 1 :]], samples_) for half in halves)


BOX = [(8_300.0, 8_400.0), (420.0, 430.0), (13_100.0 - 8_400 - 430, 13_200.0 - 8_300 - 420)]


class TestTheSamplesAreTheSmallest:
    @pytest.mark.parametrize(
        ("rate", "width", "sizes"),
        [
            ("86.6", "4.6", [(181, 209)]),
            ("92.9", "4.5", [(117, 126), (118, 127)]),
            ("87.4", "4.8", [(159, 182), (160, 183)]),
            ("86.5", "4.3", [(211, 244), (212, 245)]),
        ],
    )
    def test_one_category(self, rate, width, sizes):
        assert sizes_that_print(rate, width, 400) == sizes

    @pytest.mark.parametrize("sexual", [(117, 126), (118, 127)])
    def test_no_smaller_sample_of_other_crimes_fits(self, sexual):
        found = [
            (recorded, due)
            for due in range(1, 172)
            for recorded in range(1, due)
            if may_print(BOX, [(181, 209), sexual, (recorded, due)])
        ]
        assert found == [(162, 171)]

    def test_the_statement_that_166_of_175_fits_too_with_other_volumes(self):
        trio, recorded_crime = [(181, 209), (117, 126), (166, 175)], (53_654, 5_460, 80_797)
        missed = [r * Decimal(m - x) / x for r, (x, m) in zip(recorded_crime, trio, strict=True)]
        total = sum(missed) + sum(recorded_crime)
        shares = [r * Decimal(m) / x / total for r, (x, m) in zip(recorded_crime, trio, strict=True)]
        width = sum((w * half_width(Decimal(x), Decimal(m))) ** 2 for w, (x, m) in zip(shares, trio, strict=True))
        assert [rounded_down(missed[0], 100), rounded_down(missed[1], 10)] == ["8300", "420"]
        assert rounded_down(sum(missed), 100) == "13100"
        assert (percent(sum(recorded_crime) / total), percent(width.sqrt())) == ("91.4", "2.6")

    def test_the_volumes_are_those_that_the_printed_figures_imply(self):
        figure = {name: Decimal(text) for name, text in printed().items() if name.startswith("crime.")}
        odds = {c: figure[f"crime.{c}.rate"] / (100 - figure[f"crime.{c}.rate"]) for c in ("all", "violent", "sexual")}
        implied = {c: int((figure[f"crime.{c}.unrecorded"] * odds[c]).quantize(1, ROUND_HALF_UP)) for c in odds}
        assert implied == {"all": 139_226, "violent": 53_640, "sexual": 5_495}
        assert sum(volumes().values()) == implied["all"]
        assert volumes()["sexual"] == implied["sexual"]
        lowest = next(r for r in range(implied["violent"], 54_000) if r * Decimal(28) / 181 >= 8_300)
        assert volumes()["violent"] == lowest == 53_654


class TestPublished:
    AUDITS = DATA / "published" / "audit_results.csv"
    VOLUMES = DATA / "published" / "recorded_volumes.csv"

    def test_proportions_are_the_printed_percentages_exactly(self):
        for row in rows(self.AUDITS):
            for name, text in (("rate", "rate_printed_percent"), ("half_width", "half_width_printed_points")):
                assert bool(row[name]) == bool(row[text])
                if row[name]:
                    assert Decimal(row[name]) * 100 == Decimal(row[text])
                    assert 0 < Decimal(row[name]) < 1
            assert row["half_width"] == "" or Decimal(row["half_width"]) < Decimal("0.05")

    def test_counts_are_whole_and_in_order(self):
        for row in rows(self.AUDITS):
            counts = {name: row[name] for name in ("unrecorded", "n_sample", "n_recorded")}
            assert all(text == "" or str(int(text)) == text for text in counts.values())
            if row["n_recorded"]:
                assert 0 < int(row["n_recorded"]) <= int(row["n_sample"])

    def test_a_rate_with_counts_is_their_ratio_except_the_weighted_one(self):
        differ = []
        for row in rows(self.AUDITS):
            if row["rate"] and row["n_recorded"]:
                ratio = Decimal(row["n_recorded"]) / Decimal(row["n_sample"])
                if percent(ratio) != f"{float(row['rate_printed_percent']):.1f}":
                    differ.append((row["force"], row["rate"]))
        assert differ == [("Dyfed-Powys", "0.876")]

    def test_no_category_misses_more_than_all_crime(self):
        unrecorded = defaultdict(dict)
        for row in rows(self.AUDITS):
            if row["unrecorded"]:
                unrecorded[row["force"], row["period"]][row["category"]] = int(row["unrecorded"])
        whole = "all reported crime excl. fraud"
        pairs = [
            (found[c], found[whole]) for found in unrecorded.values() if whole in found for c in found if c != whole
        ]
        assert len(pairs) > 10
        assert all(part < total for part, total in pairs)

    def test_periods_are_read_or_left_blank_together(self):
        audits = rows(self.AUDITS)
        read = [row for row in audits if row["period_start"]]
        assert all(bool(row["period_start"]) == bool(row["period_end"]) for row in audits)
        assert len(read) > 90
        for row in read:
            assert date.fromisoformat(row["period_start"]) < date.fromisoformat(row["period_end"])
            assert row["period_end"][:4] in row["period"]

    def test_every_row_names_its_source_once(self):
        audits = rows(self.AUDITS)
        keys = [(row["force"], row["period"], row["category"]) for row in audits]
        assert len(set(keys)) == len(keys) == 162
        assert Counter(row["source_type"] for row in audits) == {"primary": 77, "secondary": 85}
        for row in audits:
            assert row["source_title"]
            assert row["url"].startswith(("http://", "https://")) or "PEEL 2021/22" in row["source_title"]
            second_hand = row["second_hand_columns"].split()
            assert all(row[column] for column in second_hand)
            assert row["source_type"] == "primary" or not second_hand
            if row["source_type"] == "primary" and row["url"]:
                assert "justiceinspectorates.gov.uk" in row["url"] or "www.hmics.scot" in row["url"]

    def test_the_figures_reproduced_are_among_the_audit_results(self):
        mine = {
            row["category"]: row
            for row in rows(self.AUDITS)
            if row["force"] == "Avon and Somerset" and row["period"] == "PEEL 2021/22 (one year)"
        }
        names = {"all reported crime excl. fraud": "all", "violent crime": "violent", "sexual offences": "sexual"}
        assert set(mine) == set(names)
        for category, short in names.items():
            found = [mine[category][c] for c in ("rate_printed_percent", "half_width_printed_points", "unrecorded")]
            assert found == [printed()[f"crime.{short}.{part}"] for part in ("rate", "half_width", "unrecorded")]

    def test_volumes_are_counts_by_force_and_quarter(self):
        table = rows(self.VOLUMES)
        assert len({(row["force"], row["area_type"], row["year_ending"]) for row in table}) == len(table) == 627
        assert len({row["force"] for row in table if row["area_type"] == "force"}) == 43
        for row in table:
            assert date.fromisoformat(row["year_ending"]).month in {3, 6, 9, 12}
            assert (row["basis"] == "published") == (row["year_ending"] > "2018")
            parts = int(row["violence_against_person"]) + int(row["sexual_offences"])
            assert 0 < parts < int(row["total_excl_fraud"])

    @pytest.mark.parametrize("column", ["total_excl_fraud", "violence_against_person", "sexual_offences"])
    @pytest.mark.parametrize(
        ("area", "forces"),
        [
            ("South West", "Avon and Somerset|Devon and Cornwall|Dorset|Gloucestershire|Wiltshire"),
            ("North East", "Cleveland|Durham|Northumbria"),
            ("North West", "Cheshire|Cumbria|Greater Manchester|Lancashire|Merseyside"),
            ("East Midlands", "Derbyshire|Leicestershire|Lincolnshire|Northamptonshire|Nottinghamshire"),
            ("Yorkshire and The Humber", "Humberside|North Yorkshire|South Yorkshire|West Yorkshire"),
            ("East", "Bedfordshire|Cambridgeshire|Essex|Hertfordshire|Norfolk|Suffolk"),
            ("South East", "Hampshire|Kent|Surrey|Sussex|Thames Valley"),
            ("Wales", "Dyfed-Powys|Gwent|North Wales|South Wales"),
        ],
    )
    def test_forces_add_up_to_their_region(self, area, forces, column):
        parts, whole = Counter(), {}
        for row in rows(self.VOLUMES):
            if row["force"] in forces.split("|"):
                parts[row["year_ending"]] += int(row[column])
            elif row["force"] == area:
                whole[row["year_ending"]] = int(row[column])
        assert parts == whole
