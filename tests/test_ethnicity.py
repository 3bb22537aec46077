"""Ethnic groups of police records, gathered into five, and every way to write that none is stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.audits.ethnicity import NOT_STATED, group_of, states_no_group
from cdi.cli.app import cli
from tests import strategies  # noqa: F401 - its settings profile

# self-defined 18+1 and 16+1: Criminal Justice System Exchange Data Standards Catalogue; PACE Code A, Annex B
CODES = {
    "White": "W1 W2 W3 W9 IC1 IC2",
    "Mixed": "M1 M2 M3 M9",
    "Asian": "A1 A2 A3 A4 A9 O1 IC4 IC5",
    "Black": "B1 B2 B9 IC3",
    "Other": "O2 O9 IC6",
    "Not stated": "NS N1 N2 N3",
}

# as the columns of data.police.uk write them
OPEN_DATA = {
    "White - English/Welsh/Scottish/Northern Irish/British": "White",
    "White - Irish": "White",
    "White - Gypsy or Irish Traveller": "White",
    "White - Any other White background": "White",
    "Mixed/Multiple ethnic groups - White and Black Caribbean": "Mixed",
    "Mixed/Multiple ethnic groups - White and Asian": "Mixed",
    "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background": "Mixed",
    "Asian/Asian British - Indian": "Asian",
    "Asian/Asian British - Chinese": "Asian",
    "Asian/Asian British - Any other Asian background": "Asian",
    "Black/African/Caribbean/Black British - African": "Black",
    "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background": "Black",
    "Other ethnic group - Arab": "Other",
    "Other ethnic group - Any other ethnic group": "Other",
    "Other ethnic group - Not stated": "Not stated",
    "Asian": "Asian",
    "Black": "Black",
    "Other": "Other",
    "White": "White",
}

OTHERS = {
    "W1 - White British": "White",
    "White British (W1)": "White",
    "ic3": "Black",
    "IC4 Asian": "Asian",
    "M2: White and Black African": "Mixed",
    "Chinese or other ethnic group - Chinese": "Asian",
    "Chinese or other ethnic group - Any other": "Other",
    "Martian": None,
    "W17": None,
    "White-ish": None,
}

# the Census of 2021 writes its groups with a colon, sheets with any dash, space or capital
WRITTEN = {
    "White": [
        "White: English, Welsh, Scottish, Northern Irish or British", "White: Roma", "WHITE  -  BRITISH",
        "White – British", "White — British", "White \u2011 British", "white\u2212british", "w 1", "(W1)", "W1.",
        "White British W1", "W1–White British", "IC 1", "English/Welsh/Scottish/Northern Irish/British",
        "Any  other\u00a0White", "IC2 White South European",
    ],
    "Mixed": [
        "Mixed or Multiple ethnic groups: White and Asian", "Mixed / Multiple ethnic groups - Other", "White & Asian",
        "Mixed White and Black Caribbean", "MIXED RACE",
    ],
    "Asian": [
        "Asian, Asian British or Asian Welsh: Indian", "Asian / Asian British - Indian", "Asian-Indian", "O1 - Chinese",
        "A4 Chinese", "IC-5", "Chinese, Japanese, or other South East Asian",
    ],
    "Black": [
        "Black, Black British, Black Welsh, Caribbean or African: Other Black", "Afro-Caribbean", "IC3 – Black",
        "Black / African / Caribbean / Black British - African", "Black British",
    ],
    "Other": ["Other ethnic group: Arab", "Other – Arab", "Any other", "IC6 Middle Eastern", "O9: any other"],
    "Not stated": [
        "Other ethnic group – Not stated", "Other ethnic group — Not Stated", "Not Stated (NS)", "Not stated/unknown",
        "NS – Not stated", "Not  stated", "Refused to say", "Declined to answer", "Don't know", "Don’t know", "-", "–",
        "?", "n/k", "(blank)", "O9 - Not stated",
    ],
    None: ["W1 - Black African", "IC4 White", "White Martian", "British", "None", "W0", "IC8", "X1 White?!?x"],
}  # fmt: skip


class TestGroupOf:
    @pytest.mark.parametrize(("group", "codes"), CODES.items(), ids=CODES)
    def test_codes(self, group: str, codes: str) -> None:
        assert {group_of(code) for code in codes.split()} == {group}
        assert {group_of(code.lower()) for code in codes.split()} == {group}

    @pytest.mark.parametrize(("label", "group"), {**OPEN_DATA, **OTHERS}.items())
    def test_names(self, label: str, group: str | None) -> None:
        assert group_of(label) == group

    @pytest.mark.parametrize(
        ("label", "group"), [(label, group) for group, labels in WRITTEN.items() for label in labels]
    )
    def test_any_dash_space_and_capital(self, label: str, group: str | None) -> None:
        assert group_of(label) == group

    @given(st.sampled_from([*OPEN_DATA, *(code for codes in CODES.values() for code in codes.split())]), st.data())
    def test_is_the_same_however_a_label_is_typed(self, label: str, data: st.DataObject) -> None:
        dash = data.draw(st.sampled_from([" - ", " – ", " — ", "  -  ", "\u00a0-\u00a0", " \u2011 "]))
        case = data.draw(st.sampled_from([str.upper, str.lower, str.title, str]))
        typed = case(label).replace(" - ", dash).replace(" ", data.draw(st.sampled_from([" ", "  ", "\u00a0"])))
        assert group_of(f" {typed}. ") == group_of(label)


class TestNotStated:
    @pytest.mark.parametrize(
        "label",
        [*NOT_STATED, "Other ethnic group - Not stated", "NS - Not Stated", "N1 - Officer required elsewhere",
         "REFUSED", "Not-Known", "Ethnicity unknown"],
    )  # fmt: skip
    def test_is_known_in_all_spellings_in_use(self, label: str) -> None:
        assert states_no_group(label)

    @pytest.mark.parametrize("label", ["Other", "N", "White", "stated", "Nigerian", "NSW"])
    def test_a_group_is_one(self, label: str) -> None:
        assert not states_no_group(label)

    def test_further_words_are_beside_those_known(self) -> None:
        rows = {"ethnicity": ["A", "B", "no entry", "NS", None] * 8, "grounds": [1, 0, 1, 1, 1] * 8}
        found = cdi.disparity(pd.DataFrame(rows), not_stated=["no entry"])
        assert found.held.stated == ("A", "B")
        assert sorted(found.held.unstated) == ["(blank)", "NS", "no entry"]

    def test_on_the_command_line_too(self, tmp_path: Path) -> None:
        path = tmp_path / "searches.csv"
        rows = {"ethnicity": ["A", "B", "no entry", "NS"] * 30, "grounds": ["yes", "no", "yes", "yes", "no"] * 24}
        pd.DataFrame(rows).to_csv(path, index=False)
        done = CliRunner().invoke(
            cli, ["grounds", str(path), "--by", "ethnicity", "--contrast", "--not-stated", "no entry"]
        )
        assert done.exit_code == 0
        assert "against A" in done.output
        assert "50% of records" in " ".join(done.output.split())


class TestGathering:
    # the groups of 420 searches, made up after the columns of data.police.uk
    SEARCHES: ClassVar[dict[str, int]] = {
        "White - English/Welsh/Scottish/Northern Irish/British": 219,
        "Other ethnic group - Not stated": 62,
        "Asian/Asian British - Pakistani": 33,
        "White - Any other White background": 25,
        "Black/African/Caribbean/Black British - African": 22,
        "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background": 19,
        "Mixed/Multiple ethnic groups - White and Black Caribbean": 18,
        "": 12,
        "Asian/Asian British - Bangladeshi": 10,
    }

    def searches(self, **more: Any) -> pd.DataFrame:
        groups = [group or None for group, n in self.SEARCHES.items() for _ in range(n)]
        return pd.DataFrame({"Self-defined ethnicity": groups, "grounds": [1, 1, 1, 0, 1] * 84, **more})

    def test_records_without_a_group_have_bounds_and_are_held_against_none(self) -> None:
        name = "Self-defined ethnicity"
        found = cdi.disparity(self.searches(), by=name, five_groups=name)
        assert {row.label[0]: row.n for row in found.table.of("grounds")} == {
            "Asian": 43, "Black": 41, "Mixed": 18, "White": 244, "Not stated": 74, "all": 420,
        }  # fmt: skip
        assert found.held.unstated == ("Not stated",)
        assert [group.name for group in found.others] == ["Asian", "Black", "Mixed"]
        assert all(len(group.bounds) == 2 for group in found.others)

    def test_not_asked_groups_stay_as_they_are(self) -> None:
        found = cdi.disparity(self.searches(), by="Self-defined ethnicity")
        assert len(found.held.stated) == 7
        assert sorted(found.held.unstated) == ["(blank)", "Other ethnic group - Not stated"]

    @pytest.mark.parametrize("strata", [(), ("Self-defined ethnicity",), ("station",)])
    def test_in_rates_by_any_design(self, strata: tuple[str, ...]) -> None:
        table = self.searches(station=["a", "b"] * 210)
        name = "Self-defined ethnicity"
        table[name] = table[name].fillna("N1")  # a stratum may not be blank
        rows = cdi.grounds(table, by=name, five_groups=name, stratum=strata).table.rows
        assert [(row.label[0], row.n) for row in rows] == [
            ("Asian", 43), ("Black", 41), ("Mixed", 18), ("Not stated", 74), ("White", 244), ("all", 420),
        ]  # fmt: skip

    def test_of_a_table_of_counts(self) -> None:
        table = pd.DataFrame({"ethnicity": ["W1", "W2", "B1", "NS"], "n": [40, 30, 20, 6], "grounds": [30, 20, 19, 3]})
        rows = cdi.grounds(table, by="ethnicity", five_groups="ethnicity", due="n", layout="counts").table.rows
        assert [(row.label[0], row.recorded, row.n) for row in rows][2] == ("White", 50, 70)

    def test_what_is_not_known_is_asked_for_once(self) -> None:
        table = pd.DataFrame({"ethnicity": ["W1", "Martian", "Martian", "Venusian"], "grounds": [1, 0, 1, 1]})
        with pytest.raises(cdi.DataError) as caught:
            cdi.grounds(table, by="ethnicity", five_groups="ethnicity")
        assert [(item.code, item.got) for item in caught.value.faults] == [
            ("no-ethnic-group", "Martian"), ("no-ethnic-group", "Venusian"),
        ]  # fmt: skip
        assert "rows with this word: 2" in str(caught.value.faults[0])
        typed = caught.value.told("command_line", "cdi grounds a.csv").splitlines()
        assert typed[3] == "cdi grounds a.csv --words Martian=GROUP --words Venusian=GROUP"
        words = {"martian": "Other", "VENUSIAN ": "not stated"}
        rows = cdi.grounds(table, by="ethnicity", five_groups="ethnicity", words=words).table.rows
        assert [(row.label[0], row.n) for row in rows] == [("Not stated", 1), ("Other", 2), ("White", 1), ("all", 4)]
        found = cdi.disparity(pd.concat([table] * 9), by="ethnicity", five_groups="ethnicity", words=words)
        assert found.held.stated == ("Other", "White")
        with pytest.raises(cdi.DataError, match="expected a column"):
            cdi.grounds(table, five_groups="race")
