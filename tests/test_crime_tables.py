"""Recorded crime as it is published: what is chosen, added, mapped and left out, and what is refused."""

from __future__ import annotations

import csv
import shlex
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cdi
from cdi.audits.crime_tables import RECORDED_CRIME, open_table, terms_of
from cdi.audits.periods import read_span
from cdi.audits.volumes import POPULATION, Volumes, likely_name, read_volumes
from tests import strategies  # noqa: F401 - its settings profile
from tests.test_cli import run_here

CASES = Path(__file__).parent / "goldens" / "volumes"  # made up after the shapes of real tables: see the README there

THREE = ("Violence", "Sexual offences", "Other")


def audit(kinds: Sequence[str] = THREE, key: str = "crime_type") -> pd.DataFrame:
    """Make an audit of ten crimes of each kind, nine of them recorded."""
    return pd.DataFrame({key: [kind for kind in kinds for _ in range(10)], "recorded": [*[1] * 9, 0] * len(kinds)})


def read(source: object, *, keys: Sequence[str] = ("crime_type",), **terms: Any) -> Volumes:
    return read_volumes(open_table(source, keys, terms_of(**terms)), keys, (RECORDED_CRIME,))


def crime(source: object, **terms: Any) -> dict[str, int]:
    """Give the recorded crime by category."""
    return {label[0]: count for label, count in read(source, **terms).counts[RECORDED_CRIME].items()}


def write(folder: Path, text: str, name: str = "crime.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(call: Any, *args: Any, **kwargs: Any) -> list[cdi.Fault]:
    with pytest.raises(cdi.CdiError) as caught:
        call(*args, **kwargs)
    return list(caught.value.faults)


def codes_of(call: Any, *args: Any, **kwargs: Any) -> list[tuple[str, str | None]]:
    return [(item.code, item.got) for item in faults_of(call, *args, **kwargs)]


# ---- the tables that are kept


@pytest.mark.parametrize("name", ["accessible.ods", "accessible_title_rows.xlsx", "accessible_notes.xlsx"])
def test_an_accessible_workbook_is_read_as_it_was_published(name: str) -> None:
    found = read(CASES / name)
    assert found.counts[RECORDED_CRIME] == {("Violence",): 54_321, ("Sexual offences",): 5_432, ("Other",): 88_765}
    assert found.totals == {RECORDED_CRIME: 148_518}
    assert (found.read.sheet, found.read.header, found.read.total) == ("Table_1", 6, ("all", 148_518))
    result = cdi.estimate(audit(), by="crime_type", volumes=CASES / name)
    plain = {"Violence": 54_321, "Sexual offences": 5_432, "Other": 88_765}
    assert result.table == cdi.estimate(audit(), by="crime_type", volumes=plain).table
    assert any("sheet Table_1, below row 6" in line for line in result.said)
    assert any("hidden rows" in line for line in result.said) is name.endswith(".ods")


WIDE = {
    "Violence against the person": 43_552, "Sexual offences": 4_296, "Robbery": 1_215, "Theft offences": 35_423,
    "Criminal damage and arson": 14_159, "Drug offences": 3_668, "Possession of weapons offences": 1_248,
    "Public order offences": 14_522, "Miscellaneous crimes against society": 2_736,
}  # fmt: skip


@pytest.mark.parametrize("period", ["2022/23", "year to March 2023", "April 2022 to March 2023", None])
def test_quarters_in_columns_are_added_and_held_against_their_total(period: str | None) -> None:
    found = read(CASES / "ho_wide.csv", period=period)
    assert {label: count for (label,), count in found.counts[RECORDED_CRIME].items()} == WIDE
    assert found.read.total == ("Total recorded crime (excluding fraud)", 120_819)
    assert sum(WIDE.values()) == 120_819
    assert len(found.read.parts) == 4


@pytest.mark.parametrize(
    ("columns", "rows", "label"),
    [
        ("Year,Month", ["2023,Apr", "2023,May"], "2023-04 to 2023-05"),
        ("Financial Year,Month", ["2023/24,March", "2023/24,Feb"], "2024-02 to 2024-03"),
        ("Financial Year,Month", ["2023/24,December", "2023/24,January"], "2023-12 to 2024-01"),
        ("Financial Year,Financial Quarter", ["2023/24,Q1", "2023/24,2"], "2023-04 to 2023-09"),
        ("FY,Quarter", ["2023/24,Quarter 3", "2023/24,Q4"], "2023-10 to 2024-03"),
        ("Year,Month", ["2023,9", "2023,10"], "2023-09 to 2023-10"),
        ("Year,Month", ["2023,Apr 2023", "2023,2023-05"], "2023-04 to 2023-05"),
    ],
)
def test_months_and_quarters_beside_their_year(tmp_path: Path, columns: str, rows: list[str], label: str) -> None:
    path = write(tmp_path, f"{columns},Offence group,Offences\n" + "".join(f"{row},Theft,5\n" for row in rows))
    found = read(path)
    assert found.counts[RECORDED_CRIME] == {("Theft",): 10}
    assert found.read.period == label


@pytest.mark.parametrize("columns", ["Financial Year,Month", "FY,Month", "Year,Month"])
def test_a_number_of_a_month_of_a_financial_year_is_not_known(tmp_path: Path, columns: str) -> None:
    rows = ["2023/24,1", "2023/24,4"] if columns == "Year,Month" else ["2023,1", "2023,4"]
    path = write(tmp_path, f"{columns},Offence group,Offences\n" + "".join(f"{row},Theft,5\n" for row in rows))
    assert {code for code, _ in codes_of(read, path)} == {"volumes-period-unread"}


def test_a_month_without_a_year_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Month,Offence group,Offences\nApr,Theft,5\nMay,Theft,5\n")
    assert codes_of(read, path) == [("volumes-period-unread", "Apr"), ("volumes-period-unread", "May")]


YEARS = "crime_type,2021/22,2022/23 Q1,2022/23 Q2,2022/23 Q3,2022/23 Q4\nViolence,10,1,2,3,4\nOther,7,1,1,1,1\n"


@pytest.mark.parametrize("period", [None, "2023/24", "2022/23 Q4 to 2023/24 Q1"])
def test_a_period_that_the_table_covers_is_named_and_can_be_typed(tmp_path: Path, period: str | None) -> None:
    path = write(tmp_path, YEARS)
    (found,) = faults_of(read, path, period=period)
    assert '--volumes-period "2022/23 Q1 to 2022/23 Q4"' in found.told("command_line")
    assert 'volumes = "2022/23 Q1 to 2022/23 Q4"' in found.told("toml")
    assert crime(path, period="2022/23 Q1 to 2022/23 Q4") == {"Violence": 10, "Other": 4}


def test_the_period_of_counts_of_another_length_can_be_typed(tmp_path: Path) -> None:
    path = write(tmp_path, "crime_type,recorded_crime,period\nViolence,10,2023-04 to 2023-09\n")
    (found,) = faults_of(read, path, period="2023/24")
    assert '--volumes-period "2023-04 to 2023-09"' in found.told("command_line")
    assert crime(path, period="2023-04 to 2023-09") == {"Violence": 10}


@pytest.mark.parametrize("name", ["Offences", "Crimes", "Total", "Volume", "No. of crimes", "Crimes recorded"])
def test_columns_of_counts_are_known_by_more_names(tmp_path: Path, name: str) -> None:
    assert crime(write(tmp_path, f'Offence,{name}\nViolence,"1,000"\nOther,7\n')) == {"Violence": 1_000, "Other": 7}


def test_one_quarter_of_the_columns_is_enough() -> None:
    assert crime(CASES / "ho_wide.csv", period="2022/23 Q2")["Violence against the person"] == 10_574


def test_quarters_in_rows_are_added_over_the_period() -> None:
    both = {
        "Violence against the person": 20_000, "Sexual offences": 2_000, "Theft offences": 18_000,
        "Criminal damage and arson": 3_500, "Public order offences": 3_500,
    }  # fmt: skip
    found = read(CASES / "long.csv", period="2022/23 Q1 to 2022/23 Q2")
    assert {label: count for (label,), count in found.counts[RECORDED_CRIME].items()} == both
    assert found.read.gaps == (
        ("Criminal damage and arson", "2022/23 Q2"),
        ("Public order offences", "2022/23 Q2"),
    )
    assert crime(CASES / "long.csv") == both
    assert crime(CASES / "long.csv", period="2022/23 Q1")["Violence against the person"] == 10_000
    assert [code for code, _ in codes_of(read, CASES / "long.csv", period="2022/23")] == ["volumes-period-not-there"]


def test_offence_codes_are_added_by_their_group_and_fraud_is_left_out() -> None:
    path = CASES / "offence_codes_long.csv"
    found = read(path)
    assert crime(path) == {"Violence": 34_664, "Sexual offences": 1_280, "Other": 16_000}
    assert found.read.fraud == 3_600
    assert crime(path, period="2023/24 Q1 to 2023/24 Q3") == {
        "Violence": 25_998,
        "Sexual offences": 960,
        "Other": 12_000,
    }
    by_code = {"8N": "injury", "105A": "no injury", "19C": "sexual", "*": "other"}
    assert crime(path, groups=by_code) == {"injury": 13_824, "no injury": 20_840, "sexual": 1_280, "other": 16_000}
    subgroups = {"violence with injury": "injury"}
    assert crime(path, groups=subgroups)["injury"] == 13_824
    assert crime(path, groups={"Fraud offences": "fraud"})["fraud"] == 3_600


def test_a_total_of_the_frame_is_checked_and_left_out() -> None:
    rows = [("999/101 call", 60, 54), ("Online", 50, 46), ("Officer generated", 40, 37), ("PPU / third party", 30, 26)]
    sample = pd.DataFrame([{"Route": r, "recorded": int(i < k)} for r, n, k in rows for i in range(n)])
    found = cdi.estimate(sample, stratum="Route", population=CASES / "frame_total.csv")
    whole = found.table.rows[-1]
    assert f"{whole.estimate:.1%}" == "90.5%"
    assert found.audit.strata.frame is not None
    assert found.audit.strata.frame.total == ("Total", 32_000)
    renamed = sample.rename(columns={"Route": "route"})
    assert cdi.estimate(renamed, stratum="route", population=CASES / "frame_total.csv").table.rows[-1].estimate == (
        whole.estimate
    )


# ---- sums are those of a plain reading


QUARTERS = [(year, quarter) for year in ("2021/22", "2022/23") for quarter in (1, 2, 3, 4)]
GROUPS = ("Violence", "Theft", "Robbery", "Fraud offences")
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(QUARTERS), st.sampled_from(["North", "South & East"]), st.sampled_from(GROUPS)),
    st.integers(0, 99_999),
    min_size=1,
)
MAPPED = {"Violence": "violent", "Theft": "other", "Robbery": "other"}


def _plainly(path: Path, force: str, years: Mapping[str, set[int]], groups: Mapping[str, str]) -> dict[str, int]:
    """Add up a file as anybody would."""
    added: dict[str, int] = defaultdict(int)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            own = row["Force Name"] == force and int(row["Financial Quarter"]) in years.get(
                row["Financial Year"], set()
            )
            if own and not row["Offence Group"].startswith("Fraud"):
                group = row["Offence Group"]
                added[groups.get(group, group)] += int(row["Number of Offences"].replace(",", ""))
    return dict(added)


@given(cells=CELLS, mapped=st.booleans(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_sums_of_quarters_and_groups_are_those_of_a_plain_reading(
    tmp_path: Path, cells: dict[tuple[tuple[str, int], str, str], int], mapped: bool, data: st.DataObject
) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Financial Year", "Financial Quarter", "Force Name", "Offence Group", "Number of Offences"])
        writer.writerows(
            [year, quarter, force, group, f"{n:,}"] for ((year, quarter), force, group), n in cells.items()
        )
    force = data.draw(st.sampled_from(sorted({force for _, force, _ in cells})))
    there = sorted({quarter for quarter, own, _ in cells if own == force})
    year = data.draw(st.sampled_from(sorted({year for year, _ in there})))
    quarters = {quarter for own, quarter in there if own == year}
    named = {group for _, own, group in cells if own == force}
    groups = {group: category for group, category in MAPPED.items() if group in named} if mapped else {}
    first, last = min(quarters), max(quarters)
    if quarters != set(range(first, last + 1)):
        quarters, last = {first}, first
    chosen = {group for (quarter, own, group) in cells if own == force and quarter in {(year, q) for q in quarters}}
    groups = {group: category for group, category in groups.items() if group in chosen}
    expected = _plainly(path, force, {year: quarters}, groups)
    if not expected:
        return
    asked = f"{year} Q{first}" if first == last else f"{year} Q{first} to {year} Q{last}"
    assert crime(path, period=asked, force=force.replace("&", "and"), groups=groups) == expected


@pytest.mark.long
@given(st.lists(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_columns_and_rows_of_quarters_say_the_same(tmp_path: Path, counts: list[list[int]]) -> None:
    named = {f"group {i}": row for i, row in enumerate(counts)}
    heads = [f"2022/23 Q{q}" for q in (1, 2, 3, 4)]
    wide = pd.DataFrame([{"Offence group": g, **dict(zip(heads, row, strict=True))} for g, row in named.items()])
    long = pd.DataFrame(
        [
            {"Financial Year": "2022/23", "Financial Quarter": q, "Offence group": g, "Offence count": n}
            for g, row in named.items()
            for q, n in enumerate(row, 1)
        ]
    )
    expected = {group: sum(row) for group, row in named.items()}
    assert crime(wide) == crime(long) == expected
    assert crime(wide, period="2022/23 Q2 to 2022/23 Q3") == {group: row[1] + row[2] for group, row in named.items()}


# ---- periods


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2022/23", "2022/23"),
        ("2022-23", "2022/23"),
        ("2022/2023", "2022/23"),
        ("FY 2022/23", "2022/23"),
        ("1999/00", "1999/00"),
        ("2022/23 Q1", "2022/23 Q1"),
        ("Q4 2022/23", "2022/23 Q4"),
        ("2022-23 Q2", "2022/23 Q2"),
        ("2022/23 Q1 to 2022/23 Q2", "2022-04 to 2022-09"),
        ("Apr to Jun 2022", "2022-04 to 2022-06"),
        ("Apr '22 to Mar '23", "2022-04 to 2023-03"),
        ("Year ending March 2023", "2022-04 to 2023-03"),
        ("year to March 2023", "2022-04 to 2023-03"),
        ("2022 Q1", "2022 Q1"),
        ("Apr 22", "2022-04"),
        ("Apr 22 to Mar 23", "2022-04 to 2023-03"),
        ("2011-12", "2011-12"),
        ("2022", "2022"),
        ("2022/24", None),
        ("2022/23 Q5", None),
        ("Q1", None),
        ("violence", None),
    ],
)
def test_periods_are_read_as_tables_write_them(text: str, label: str | None) -> None:
    found = read_span(text)
    assert (found.label if found else None) == label


def test_more_than_a_year_is_asked_for(tmp_path: Path) -> None:
    heads = [f"{year} Q{q}" for year in ("2021/22", "2022/23") for q in (1, 2, 3, 4)]
    path = write(tmp_path, f"Offence group,{','.join(heads)}\nRobbery,{','.join('12345678')}\n")
    (found,) = faults_of(read, path)
    assert (found.code, "--volumes-period" in found.told("command_line")) == ("volumes-period-needed", True)
    assert crime(path, period="2022/23") == {"Robbery": 26}


def test_months_are_added_too(tmp_path: Path) -> None:
    months = [f"2022-{month:02}" for month in range(4, 13)] + ["2023-01", "2023-02", "2023-03"]
    path = write(
        tmp_path, "Month,Crime type,Count\n" + "".join(f"{month},Robbery,{i}\n" for i, month in enumerate(months))
    )
    assert crime(path, period="2022/23") == crime(path) == {"Robbery": 66}
    assert crime(path, period="2022/23 Q1") == {"Robbery": 3}
    said = cdi.estimate(audit(["Robbery"]), by="crime_type", volumes=path).said
    assert any("12 parts, 2022-04 to 2023-03, added up" in line for line in said)


def test_a_column_of_the_year_goes_before_its_quarters(tmp_path: Path) -> None:
    path = write(tmp_path, "Offence group,2022/23,2022/23 Q1,2022/23 Q2,2022/23 Q3,2022/23 Q4\nRobbery,10,1,2,3,4\n")
    assert crime(path, period="2022/23") == crime(path) == {"Robbery": 10}
    assert crime(path, period="2022/23 Q3") == {"Robbery": 3}


def test_counts_of_another_length_than_stated_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "crime_type,recorded_crime,period\nViolence,10,2022-04 to 2022-09\n")
    (found,) = faults_of(cdi.estimate, audit(["Violence"]), by="crime_type", volumes=path, volumes_period="2022/23")
    assert (found.code, found.got) == ("volumes-of-other-length", "2022-04 to 2022-09")
    half = cdi.estimate(audit(["Violence"]), by="crime_type", volumes=path, volumes_period="2022-04 to 2022-09")
    assert half.table == cdi.estimate(audit(["Violence"]), by="crime_type", volumes=path).table


# ---- forces


FORCES = (
    "Force Name,Offence group,Financial Year,Number of offences\n"
    "Avon and Somerset,Violence,2022/23,5\nKent,Violence,2022/23,7\nEngland and Wales,Violence,2022/23,12\n"
)


@pytest.mark.parametrize("name", ["Kent", "kent", "Kent Police", "KENT POLICE"])
def test_the_force_is_chosen(name: str, tmp_path: Path) -> None:
    assert crime(write(tmp_path, FORCES), force=name) == {"Violence": 7}
    assert crime(write(tmp_path, FORCES), force="Avon & Somerset Constabulary") == {"Violence": 5}


def test_a_force_that_is_not_named_or_not_there_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, FORCES)
    (several,) = faults_of(read, path)
    assert (several.code, several.where.column) == ("several-forces", "Force Name")
    (wrong,) = faults_of(read, path, force="Kents")
    assert wrong.code == "force-not-there"
    assert "Did you mean 'Kent'?" in wrong.told()
    assert codes_of(read, CASES / "ho_wide.csv", force="Kent") == [("force-without-column", "Kent")]


def test_the_total_of_all_forces_is_one_in_a_table_by_force(tmp_path: Path) -> None:
    rows = "force,recorded_crime\nKent,700\nEssex,500\nEngland and Wales,1200\n"
    found = read(write(tmp_path, rows), keys=("force",))
    assert (found.totals, found.read.total) == ({RECORDED_CRIME: 1_200}, ("England and Wales", 1_200))
    wrong = write(tmp_path, rows.replace("1200", "1300"))
    codes = codes_of(cdi.estimate, audit(["Kent", "Essex"], "force"), by="force", volumes=wrong)
    assert codes == [("total-differs", "1,300")]


# ---- totals


@pytest.mark.parametrize(
    "label", ["Total", "Grand Total", "Total recorded crime (excluding fraud)", "All offences", ""]
)
def test_a_total_of_any_name_is_checked_and_left_out(label: str, tmp_path: Path) -> None:
    wide = "Offence group,2022/23 Q1,2022/23 Q2\nViolence,10,20\nTheft,30,40\n{},{},60\n"
    plain = "crime_type,recorded_crime\nViolence,30\nTheft,70\n{},{}\n"
    for text, right, wrong in ((wide, 40, 41), (plain, 100, 101)):
        path = write(tmp_path, text.format(label, right))
        assert crime(path) == {"Violence": 30, "Theft": 70}
        assert read(path).read.total == (label or "all", 100) if text is plain else (label, 100)
        result = cdi.estimate(audit(["Violence", "Theft"]), by="crime_type", volumes=path)
        assert any("is the total of the recorded crime (100). It adds up" in line for line in result.said)
        path = write(tmp_path, text.format(label, wrong))
        found = codes_of(cdi.estimate, audit(["Violence", "Theft"]), by="crime_type", volumes=path)
        assert found[0] == (("total-differs", "101") if label else ("missing", found[0][1]))


def test_totals_with_and_without_fraud_are_told_apart(tmp_path: Path) -> None:
    text = (
        "Offence group,2022/23\nTotal recorded crime (including fraud),{}\nTotal recorded crime (excluding fraud),100\n"
        "Violence,30\nTheft,70\nFraud offences,9\n"
    )
    found = read(write(tmp_path, text.format(109)))
    assert (found.totals[RECORDED_CRIME], found.read.fraud, found.read.unchecked) == (100, 9, ())
    assert codes_of(read, write(tmp_path, text.format(110))) == [("total-differs", "110")]
    alone = text.format(109).replace("Fraud offences,9\n", "")
    assert read(write(tmp_path, alone)).read.unchecked == ("Total recorded crime (including fraud)",)
    plain = "Offence group,2022/23\nViolence,30\nTheft,70\nFraud offences,9\nTotal,109\n"
    assert read(write(tmp_path, plain)).totals == {RECORDED_CRIME: 100}


def test_subtotals_and_rows_that_stand_twice_are_refused(tmp_path: Path) -> None:
    head = "Offence Group,Offence Subgroup,2022/23\n"
    subtotal = write(tmp_path, f"{head}Violence,With injury,1\nViolence,Without injury,2\nViolence,Total,3\n")
    assert [code for code, _ in codes_of(read, subtotal)] == ["partly-all"]
    twice = write(tmp_path, f"{head}Violence,With injury,1\nViolence,With injury,1\n")
    assert [(item.code, item.where.line) for item in faults_of(read, twice)] == [("label-twice", 3)]


# ---- marks


MARKED = (
    'Crime type [note 1],Recorded crime [note 2]\nViolence [note 3],"54,321 [r]"\nSexual offences,{}\nOther,88765\n'
)


@pytest.mark.parametrize("mark", ["[x]", "[c]", "[z]", "[low]", "[X]"])
def test_a_mark_is_refused_only_where_its_count_is_needed(mark: str, tmp_path: Path) -> None:
    path = write(tmp_path, MARKED.format(mark) + "Total,143086\n")
    (found,) = faults_of(cdi.estimate, audit(), by="crime_type", volumes=path)
    assert (found.code, found.got, found.where.line) == ("count-not-there", mark, 3)
    result = cdi.estimate(audit(["Violence", "Other"]), by="crime_type", volumes=path)
    plain = {"Violence": 54_321, "Sexual offences": 1, "Other": 88_765}
    assert result.table == cdi.estimate(audit(["Violence", "Other"]), by="crime_type", volumes=plain).table
    assert any(f"not audited is left out: Sexual offences {mark}." in line for line in result.said)
    assert result.table.rows[-1].facts.partial


def test_a_mark_in_one_quarter_hides_the_year(tmp_path: Path) -> None:
    path = write(tmp_path, "Offence group,2022/23 Q1,2022/23 Q2\nViolence,10,[c]\nTheft,30,40\nTotal,40,60\n")
    (found,) = faults_of(cdi.estimate, audit(["Violence", "Theft"]), by="crime_type", volumes=path)
    assert (found.code, found.got) == ("count-not-there", "[c]")
    assert crime(path, period="2022/23 Q1") == {"Violence": 10, "Theft": 30}
    cdi.estimate(audit(["Theft"]), by="crime_type", volumes=path)


def test_a_mark_on_the_frame_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "Route [note 1],Population\ncalls,900\nonline,[c]\n")
    rows = pd.DataFrame({"Route": ["calls", "online"] * 5, "recorded": [1, 0] * 5})
    assert codes_of(cdi.estimate, rows, stratum="Route", population=path) == [("count-not-there", "[c]")]
    whole = write(tmp_path, "Route [note 1],Population\ncalls,900 [note 2]\nonline,100\n")
    found = read_volumes(whole, ("Route",), (POPULATION,))
    assert found.counts[POPULATION] == {("calls",): 900, ("online",): 100}


# ---- which sheet


def test_the_sheet_with_counts_is_chosen_and_of_two_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Contents"
    for row in [["Contents"], ["Table", "Title"], ["1", "Recorded crime"]]:
        book.active.append(row)
    sheet = book.create_sheet("Table 1")
    head = ["Force name", "Offence group", "2022/23 Q1 [note 1]", "2022/23 Q2"]
    rows = [
        ["Kent", "Robbery", 1, 2],
        ["Kent", "Total", 1, 2],
        ["Essex", "Robbery", 30, 40],
        ["Essex", "Total", 30, 41],
    ]
    for line in [["Recorded crime by force"], [None], head, *rows]:
        sheet.append(line)
    book.save(tmp_path / "one.xlsx")
    assert crime(tmp_path / "one.xlsx", force="Kent") == {"Robbery": 3}
    wrong = codes_of(cdi.estimate, audit(["Robbery"]), by="crime_type", volumes=tmp_path / "one.xlsx", force="Essex")
    assert wrong == [("total-differs", "71")]
    for line in [["Offence group", "Recorded crime"], ["Robbery", 5]]:
        book["Table 2"].append(line) if "Table 2" in book.sheetnames else book.create_sheet("Table 2").append(line)
    book.save(tmp_path / "two.xlsx")
    assert codes_of(read, tmp_path / "two.xlsx", force="Kent") == [("several-tables", "Table 1, Table 2")]
    assert crime(f"{tmp_path / 'two.xlsx'}#Table 2") == {"Robbery": 5}


# ---- what was not audited


def test_recorded_crime_that_was_not_audited_is_listed_and_no_sentence_speaks_of_all_crime() -> None:
    kinds = ["Violence against the person", "Sexual offences"]
    for style in ("default", "published"):
        result = cdi.estimate(audit(kinds), by="crime_type", volumes=CASES / "ho_wide.csv", style=style)
        whole = [row for row in result.table.rows if row.whole]
        assert {row.facts.partial for row in whole} == {True}
        text = str(result)
        assert "all reported crime" not in text
        assert "every type of crime" not in text
        left = next(line for line in result.said if "not audited" in line)
        assert all(f"{name} {count:,}" in left for name, count in WIDE.items() if name not in kinds)
    every = cdi.estimate(audit(list(WIDE)), by="crime_type", volumes=CASES / "ho_wide.csv", style="published")
    assert {row.facts.partial for row in every.table.rows} == {False}
    assert "all reported crime (excluding fraud)" in str(every).replace("\n", " ")


def test_the_report_claims_what_was_audited(tmp_path: Path) -> None:
    shutil.copy(CASES / "ho_wide.csv", tmp_path)
    audit(["violent", "Sexual offences"]).to_csv(tmp_path / "audit.csv", index=False)
    head = (
        'force = "Exampleshire Police"\n[audit]\nfiles = "audit.csv"\nby = "crime_type"\n'
        '[volumes]\nfiles = "ho_wide.csv"\n[volumes.reading.words]\n"Violence against the person" = "violent"\n'
    )
    toml = write(tmp_path, f'{head}{{}}[periods]\nvolumes = "2022/23"\n'.format(""), "inspection.toml")
    report = cdi.assemble(toml)
    said = " ".join([*report.headlines, *report.assumptions])
    assert "the reported crime of the audited categories" in said
    assert "all reported crime" not in said
    rest = write(tmp_path, f'{head}"*" = "Sexual offences"\n[periods]\nvolumes = "2022/23"\n', "inspection.toml")
    assert "of all reported crime excluding fraud" in " ".join(cdi.assemble(rest).headlines)
    short = write(tmp_path, f'{head}[periods]\nvolumes = "2022/23"\ncount = "2022-04 to 2022-09"\n', "inspection.toml")
    assert codes_of(cdi.assemble, short) == [("volumes-of-other-length", "2022/23")]


# ---- groups


def test_groups_are_mapped_by_a_file(tmp_path: Path) -> None:
    mapping = write(
        tmp_path,
        '[reading]\nheader_row = 3\n[reading.columns]\ncategory = "Kind"\nrecorded_crime = "N"\n'
        '[reading.words]\n"VAP" = "violent"\n"*" = "other"\n',
        "mapping.toml",
    )
    path = write(tmp_path, "Crimes of 2023\n\nKind,N\nVAP,10\nTheft,20\nRobbery,30\n")
    assert crime(path, groups=mapping) == {"violent": 10, "other": 50}
    assert crime(path, groups=str(mapping)) == {"violent": 10, "other": 50}


BY_CODE = {"Violence against the person": 34_664, "Sexual offences": 1_280, "Theft offences": 16_000}


def by_code(folder: Path, columns: Sequence[str] = ()) -> Path:
    """Write the table of offence codes without its column of groups."""
    with (CASES / "offence_codes_long.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = ["Financial Year", "Financial Quarter", "Force Name", *columns, "Offence Code", "Force Offence Count"]
    path = folder / "codes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("columns", [(), ("Offence Description",)])
def test_codes_without_groups_are_put_into_those_of_the_home_office(tmp_path: Path, columns: tuple[str, ...]) -> None:
    path = by_code(tmp_path, columns)
    (found,) = faults_of(read, path)
    assert (found.code, found.got, found.where.line) == ("offence-code", "AF", 7)
    assert "(crimes: 3,600)" in str(found)
    read_so = read(path, groups={"AF": "Fraud offences"})
    assert {label: count for (label,), count in read_so.counts[RECORDED_CRIME].items()} == BY_CODE
    assert (read_so.read.fraud, read_so.read.by_code) == (3_600, True)
    named = {"Violence against the person": "Violence", "*": "Other", "19C": "Sexual offences", "AF": "Fraud offences"}
    assert crime(path, groups=named) == {"Violence": 34_664, "Sexual offences": 1_280, "Other": 16_000}
    assert crime(path, groups={"8n": "injury", "AF": "fraud"})["injury"] == 13_824
    assert crime(path, groups={"AF": "fraud"})["fraud"] == 3_600


def test_all_codes_of_no_group_are_asked_for_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "HO code,Number of offences\n8N,10\n8Z,20\n9Q,30\n46,40\n8Z2,5\nTotal,105\n")
    with pytest.raises(cdi.DataError) as caught:
        read(path)
    assert [(item.got, item.where.line) for item in caught.value.faults] == [("8Z", 3), ("9Q", 4), ("8Z2", 6)]
    lines = caught.value.told("command_line", "cdi estimate a.csv").splitlines()
    assert lines[4] == "cdi estimate a.csv --groups 8Z=CATEGORY --groups 9Q=CATEGORY --groups 8Z2=CATEGORY"
    assert crime(path, groups={"8Z": "other", "9Q": "other", "8Z2": "other", "*": "other"}) == {"other": 105}


def test_a_code_with_a_group_in_the_table_needs_no_other(tmp_path: Path) -> None:
    path = write(tmp_path, "Offence Code,Offence Group,Number of offences\n8N,Mine,10\n8Z,Yours,20\n")
    assert crime(path) == {"Mine": 10, "Yours": 20}


def test_codes_of_somebodys_own_are_categories(tmp_path: Path) -> None:
    path = write(tmp_path, "Code,Recorded crime\nV,10\nS,20\n")
    assert crime(path) == {"V": 10, "S": 20}


def test_codes_that_were_audited_are_categories(tmp_path: Path) -> None:
    path = write(tmp_path, "Offence code,Number of offences\n8N,10\n46,20\n")
    assert crime(path, keys=("Offence code",)) == {"8N": 10, "46": 20}


def test_codes_are_known_in_quarters_that_are_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "Offence code,2023/24 Q1,2023/24 Q2\n8N,10,1\n105A,20,2\n34B,30,3\n53D,4,4\n")
    found = read(path)
    assert {label: count for (label,), count in found.counts[RECORDED_CRIME].items()} == {
        "Violence against the person": 33, "Robbery": 33,
    }  # fmt: skip
    assert found.read.fraud == 8


def test_a_code_that_is_not_known_in_another_period_or_force_is_not_asked_for(tmp_path: Path) -> None:
    text = "Force name,Financial year,Offence code,Number of offences\n"
    rows = "A,2021/22,8N,1\nA,2022/23,8N,2\nA,2021/22,8Z,3\nB,2022/23,8Z,4\n"
    assert crime(write(tmp_path, text + rows), force="A", period="2022/23") == {"Violence against the person": 2}


LIST = "code,category\n8N,Violence\n105A,Violence\n19C,Sexual offences\n28E,Other\n46,Other\nAF,Fraud offences\n"


@pytest.mark.parametrize(
    "text",
    [LIST, LIST.replace("code,category", "Offence Code,Category"), LIST + "99,Other\n8A,Violence\n",
     "Codes of 2024,,\n\nname,category,code\nx,Violence,8N\ny,Violence,105A\nz,Sexual offences,19C\nb,Other,28E\n"
     "s,Other,46\nf,Fraud offences,AF\n"],
    ids=["plain", "other names", "more codes than the table has", "columns in another order, under a title"],
)  # fmt: skip
def test_categories_of_codes_are_read_from_a_list(tmp_path: Path, text: str) -> None:
    listed = write(tmp_path, text, "list.csv")
    if text.startswith("Codes"):
        listed = write(tmp_path, text.partition("\n\n")[2], "list.csv")
    path = by_code(tmp_path)
    for groups in (listed, str(listed)):
        found = crime(path, groups=groups)
        assert found == {"Violence": 34_664, "Sexual offences": 1_280, "Other": 16_000}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("code,cat\n8N,Violence\n", [("groups-file", "code, cat", 1)]),
        ("a,b,category\n1,2,3\n", [("groups-file", "a, b, category", 1)]),
        ("code,category\n8N,a\n8N,b\n,c\n46,\n", [("group-placed-twice", "8N", 3), ("missing", "a blank", 4),
                                                    ("missing", "a blank", 5)]),
        ("code,category\n8A,a\n8B,b\n", [("group-not-there", "8A", 1), ("group-not-there", "8B", 1)]),
    ],
)  # fmt: skip
def test_a_list_of_codes_that_cannot_be_used_is_refused(
    tmp_path: Path, text: str, faults: list[tuple[str, str, int]]
) -> None:
    found = faults_of(read, by_code(tmp_path), groups=write(tmp_path, text, "list.csv"))
    assert [(item.code, item.got, item.where.line) for item in found] == faults


def test_categories_of_other_names_are_answered_by_what_is_typed(tmp_path: Path) -> None:
    audit().to_csv(tmp_path / "audit.csv", index=False)
    by_code(tmp_path)
    words = ["estimate", "audit.csv", "--by", "crime_type", "--volumes", "codes.csv"]
    asked = run(*words, cwd=tmp_path).stderr
    typed = next(line for line in asked.splitlines() if line.startswith("cdi "))
    assert typed.endswith("--groups AF=CATEGORY")
    again = run(*shlex.split(typed.replace("CATEGORY", "'Fraud offences'"))[1:], cwd=tmp_path).stderr
    typed = next(line for line in again.splitlines() if line.startswith("cdi "))
    others = '--groups "Sexual offences=Sexual offences" --groups "*=Other"'
    assert typed.endswith(f'{others} --groups "Violence against the person=Violence"')
    done = run(*shlex.split(typed)[1:], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    plain = " ".join(done.stdout.split())
    assert "Offence codes are put into the offence groups of the Home Office" in plain
    assert "Recorded crime leaves out fraud (3,600)." in plain


@pytest.mark.parametrize(
    ("category", "names", "name"),
    [
        ("Violence", ["Violence against the person", "Sexual offences"], "Violence against the person"),
        ("violent", ["Violence against the person"], "Violence against the person"),
        ("drugs", ["Drug offences", "Robbery"], "Drug offences"),
        ("theft", ["Theft offences", "Theft from the person"], None),
        ("other", ["Other sexual offences"], "*"),
        ("all other crime", [], "*"),
        ("burglary", ["Theft offences"], None),
        ("VAP", ["Violence against the person"], None),
        ("Other", ["other", "VIOLENCE"], "other"),
        ("Public  order", ["Public order", "Public order offences"], "Public order"),
        ("Burglry", ["Burglary", "Robbery"], "Burglary"),
        ("", ["x"], None),
    ],
)
def test_what_the_volumes_may_call_a_category(category: str, names: list[str], name: str | None) -> None:
    assert likely_name(category, names) == name


def test_a_group_that_is_not_there_is_refused() -> None:
    (found,) = faults_of(read, CASES / "ho_wide.csv", groups={"Violence against a person": "violent"})
    assert (found.code, found.got) == ("group-not-there", "Violence against a person")
    assert "Did you mean 'Violence against the person'?" in found.told()


def test_terms_without_recorded_crime_are_refused() -> None:
    for terms in ({"volumes_period": "2022/23"}, {"force": "Kent"}, {"groups": {"a": "b"}}):
        assert [code for code, _ in codes_of(cdi.estimate, audit(), **terms)] == ["crime-terms-alone"]


@pytest.mark.parametrize("name", ["volumes_period", "force", "groups", "recorded_crime"])
@pytest.mark.parametrize("junk", [[1], {1: 2}, {"a": None}, 1.5, object(), pd.DataFrame({"a": [1]}), b"x", True])
def test_junk_is_an_error_that_can_be_mended(name: str, junk: Any) -> None:
    with pytest.raises(cdi.CdiError):
        cdi.estimate(audit(), by="crime_type", volumes=None, **{name: junk})


def test_a_file_that_is_not_there_is_said_so() -> None:
    assert codes_of(cdi.estimate, audit(), by="crime_type", volumes="nowhere.csv") == [("no-file", None)]


# ---- one figure


STRATIFIED = pd.DataFrame({"route": ["calls"] * 20 + ["online"] * 10, "recorded": [1] * 18 + [0] * 2 + [1] * 9 + [0]})


def test_one_figure_is_enough() -> None:
    frame = {"calls": 900, "online": 100}
    whole = cdi.estimate(STRATIFIED, by=[], stratum="route", population=frame, volumes=9_000).table
    found = cdi.estimate(STRATIFIED, stratum="route", population=frame, recorded_crime=9_000)
    counted = [row for row in found.table.rows if row.counted]
    expected = [row for row in whole.rows if row.counted]
    assert [(row.estimate, row.low, row.high) for row in counted] == [
        (row.estimate, row.low, row.high) for row in expected
    ]
    assert found.counts is not None
    assert found.table.rows[0].label == ("calls",)
    rates = cdi.estimate(STRATIFIED, stratum="route", population=frame).table
    assert [row for row in found.table.rows if not row.counted] == list(rates.rows)
    assert "weighted by recorded crime" not in str(found)


@pytest.mark.parametrize(("number", "code"), [(-1, "negative"), (1.5, "fractional"), ("many", "not-whole")])
def test_a_figure_that_cannot_be_is_refused(number: Any, code: str) -> None:
    assert [found for found, _ in codes_of(cdi.estimate, STRATIFIED, recorded_crime=number)] == [code]


def test_one_figure_beside_a_file_of_recorded_crime_is_refused() -> None:
    found = codes_of(cdi.estimate, audit(), by="crime_type", volumes=CASES / "accessible.ods", recorded_crime=5)
    assert found == [("recorded-crime-twice", "5")]


def test_a_published_table_serves_a_sample_without_categories() -> None:
    frame = {"calls": 900, "online": 100}
    given_: dict[str, Any] = {"stratum": "route", "population": frame}
    table = cdi.estimate(STRATIFIED, volumes=CASES / "ho_wide.csv", **given_).table
    assert table == cdi.estimate(STRATIFIED, recorded_crime=120_819, **given_).table


# ---- workbooks of other formats


def _saved_as(folder: Path, path: Path, ending: str) -> Path:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    return folder / f"{path.stem}.{ending}"


@pytest.fixture(scope="module", params=["ods", "xls"])
def other_format(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other")
    book = openpyxl.Workbook()
    book.active.title = "audit"
    for row in [
        ["case", "recorded", "reported_at"],
        *([f"A{i}", "yes" if i % 3 else "no", "2024-05-06"] for i in range(12)),
    ]:
        book.active.append(row)
    book.active.append([" ", None, None])
    book.create_sheet("hidden").append(["nothing"])
    book["hidden"].sheet_state = "hidden"
    book.save(folder / "audit.xlsx")
    return _saved_as(folder, folder / "audit.xlsx", request.param)


def test_an_audit_in_another_format_is_read_as_the_same_in_xlsx(other_format: Path) -> None:
    found, expected = (cdi.estimate(path) for path in (other_format, other_format.with_suffix(".xlsx")))
    assert found.table == expected.table
    assert found.audit.source.unseen == (str(other_format),)
    assert expected.audit.source.unseen == ()
    assert "hidden rows" in " ".join(str(cdi.describe(found.audit)).split())


# ---- the command line


def run(*args: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run_here(*map(str, args), cwd=cwd)


def test_the_command_line_takes_published_tables(tmp_path: Path) -> None:
    audit(["violent", "sexual"]).to_csv(tmp_path / "audit.csv", index=False)
    groups = ["--groups", "Violence against the person=violent", "--groups", "Sexual offences=sexual"]
    wide = ["--by", "crime_type", "--volumes", CASES / "ho_wide.csv", "--volumes-period", "2022/23"]
    done = run("estimate", "audit.csv", *wide, *groups, cwd=tmp_path)
    plain = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "Recorded crime is of 2022/23: 2022/23 Q1, 2022/23 Q2, 2022/23 Q3 and 2022/23 Q4 added up." in plain
    assert "Theft offences 35,423" in plain
    lacking = run("estimate", "audit.csv", *wide, cwd=tmp_path)
    assert lacking.returncode == 2
    assert '--groups "Sexual offences=sexual" --groups "Violence against the person=violent"' in lacking.stderr
    long = [
        "--by",
        "crime_type",
        "--volumes",
        CASES / "long.csv",
        "--volumes-period",
        "2022/23",
        "--force",
        "northshire",
    ]
    refused = run("estimate", "audit.csv", *long, cwd=tmp_path)
    assert (refused.returncode, "--volumes-period" in refused.stderr) == (2, True)
    figure = run("estimate", "audit.csv", "--recorded-crime", "139,226", cwd=tmp_path)
    assert figure.returncode == 0
    assert "15,500" in figure.stdout
    assert run("estimate", "audit.csv", "--recorded-crime", "many", cwd=tmp_path).returncode == 2
