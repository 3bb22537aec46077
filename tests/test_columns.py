"""Which columns are taken as personal or of small areas: by name, by categories, and against both by decision."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.cli.options import disclosure_of
from cdi.disclosure.columns import kind_of_categories, known_by_name
from cdi.disclosure.rules import Disclosure
from cdi.facts import Release
from cdi.showing import Shown

# as Niche, Athena, Connect, NSPIS, form 5090, the Data Hub of the Home Office and the ONS write them
PERSONAL = [
    "WD22NM", "WD22CD", "wd21nm", "PCDS", "PCD", "PCD7", "PCD8", "LSOA21CD", "MSOA11NM", "OA21CD", "PAR22NM",
    "CED21NM", "IC code", "IC", "IC1", "victim_ic", "ODE", "SDE", "SNT", "16+1", "18+1", "16+1 code",
    "Ethnicity 16+1", "agegroup", "victimage", "victimethnicity", "selfdefinedethnicity", "dob", "dateofbirth",
    "DateOfBirth", "Date of birth", "Eastings", "Northing", "Location", "incident_location", "DA flag", "DA",
    "is_da", "Hate strand", "hate_flag", "LGBTQ", "LGBTQ+", "LGBTQ flag", "officer", "officer_name", "Officer ID",
    "OfficerID", "officerid", "OIC", "collar number", "Collar No", "collar", "Warrant number", "shoulder_no",
    "PNC id", "PNCID", "pnc", "nominal", "Nominal Ref", "victim_urn", "Person URN", "vulnerable",
    "Vulnerable victim flag", "mental health", "MentalHealthFlag", "pregnancy", "gender identity", "religion",
    "disability", "Disabled Y/N", "nationality", "language", "first language", "occupation", "immigration status",
    "repeat victim", "Repeat Victimisation", "child", "age at offence", "Age at Offence", "child_abuse_flag",
    "VAWG", "sexuality", "victim sex", "SEX", "Gender", "AgeBand", "age_band", "AGEGRP", "ageband5", "wardcd",
    "ward_code", "beat", "Beat Code", "beatcode", "NPT", "neighbourhood", "Neighbourhood Team", "parish", "street",
    "StreetName", "homepostcode", "Post Code", "postcode_sector", "latitude", "Long", "Lat", "X", "y", "grid ref",
    "self-defined ethnicity", "Self Defined", "officer_defined_ethnicity", "suspect_ethnicity", "Nominal ID",
    "victim_id", "Victim Name", "surname", "Forename 1", "care leaver", "domestic_abuse", "religion/belief",
    "marital_status", "country of birth", "place of birth", "place", "Venue", "Premises", "investigating officer",
    "reporting_officer", "OFFICER IN THE CASE", "officer_collar_number", "interpreter", "sexual orientation",
    "trans", "transgender status", "race", "relationship", "victim_group", "UPRN", "address", "town", "village",
    "Output Area", "D.O.B.", "vage", "ICCODE", "gndr", "M/F", "badge", "PC no", "carer", "School", "outward code",
    "OSGR", "LPA", "LPT", "NPU", "SNA", "nhood", "nbhd", "Nbrhd", "geo1", "geog_lvl4", "Geography", "grid_sq",
    "hex_id", "PCode", "Postal district", "community", "elect_div", "ED", "wd", "victim_type", "vic_off_rel",
    "missing_person", "NRM", "COB", "custody_no", "Operator ID", "mental", "HC strand", "protected_char", "repeat_vic",
    "disab", "dis_flag", "LAC", "CLA", "SEN", "UASC", "VAAR", "PPN", "LAC flag", "ethapp", "ethapp_desc",
]  # fmt: skip

ORDINARY = [
    "language line", "crime_type", "offence_group",
    "route", "channel", "month", "force", "district", "stratum", "crime_severity",
    "outcome", "stage", "agency", "average", "package", "message", "page", "trace", "offence location type",
    "location_type", "location category", "sexual_offence", "Sexual offences", "sex_offences",
    "officer recommended outcome", "officer_attended", "officer type", "forward", "reward", "language of form",
    "form_language", "LAD22NM", "LAD23CD", "BCU", "bcu_name", "region", "RGN22NM", "county", "CTYUA22CD", "PFA22NM",
    "CSP22NM", "period", "quarter", "year", "week", "weekday", "hour", "day", "source", "system", "command", "team",
    "unit", "department", "division", "category", "class", "subclass", "offence_code", "ho_code", "hocode",
    "offence", "offence description", "crime_group", "crime_category", "crime_class", "recorded", "decision", "due",
    "weight", "report", "report_id", "incident_number", "crime reference", "urn", "crime urn", "log_number",
    "status", "closed", "closure_code", "result", "result_code", "disposal", "priority", "grade", "response",
    "call_type", "origin", "method", "contact_channel", "contact_method", "reported_by", "reporting method",
    "reason", "reason_for_not_recording", "ncrs", "nccode", "counting_rule", "audit", "auditor", "sample", "batch",
    "file", "question", "answer", "theme", "area", "zone", "station", "police_station", "local_authority",
    "policing_area", "basic command unit", "constituency", "value", "cost", "loss", "injury", "injury_level",
    "weapon", "knife_flag", "alcohol", "drug", "firearm", "cyber", "fraud", "damage", "storage", "usage", "mileage",
    "coverage", "percentage", "linkage", "postage", "outage", "staged", "neighbourhood crime", "street crime",
    "domestic_burglary", "record_age", "age_days", "age of report", "reasonable belief", "private sector",
    "victim_contacted", "victim_based", "suspect_named", "kind", "type", "group", "band", "level",
    "code", "name", "id", "number", "flag", "date", "time", "reported_at", "recorded_at", "in_time", "timely",
    "stop_type", "search_type", "object_of_search", "legislation", "removal_of_clothing", "outcome_linked",
    "part of a policing operation", "warrant", "warrant_executed", "search_power", "grounds", "bwv",
    "body_worn_video", "stairway", "homeward bound", "crime_x", "crime_y", "days_long", "long_delay", "MSG24",
    "modus", "mo", "oic_reviewed", "ICT", "sextant", "essex", "sussex", "middlesex", "racecourse", "embrace",
    "gracefulness", "wardrobe", "award", "steward", "repeat_call", "repeat", "minor_injury", "health_check",
    "community_resolution", "community order", "custody", "custody_time_limit", "class", "sense", "geographic_force",
    "cobalt", "sensitivity", "operation", "operator_action", "mentality", "lacking", "edited", "hexagonal",
    "operational", "national", "notional", "handler", "crime_recording_unit", "LAD23NM",
]  # fmt: skip

KNOWN = {
    "ethnic": [
        "IC1|IC3",
        "IC1 - White North European|IC3",
        "White|Black|Asian|Mixed|Other|Not stated",
        "White British|Not stated",
        "W1|W2|B1|A1|NS",
        "W1|NS",
        "W1 - White British|A1 - Indian",
        "Asian or Asian British - Indian|White - British",
        "Black or Black British - African|white",
        "W1|A1",
        "WB|WI|AI|AP|BC|BA",
        "WB|WO|AP|Not stated|MWBC",
    ],
    "titles": ["Mr|Mrs|Miss", "Mr|Ms", "Mr|Mrs|Dr|Rev"],
    "flags": [
        "Racial|Religious|Homophobic",
        "Domestic abuse|Hate crime|None",
        "Domestic Abuse|Child Abuse|None",
        "DA|Hate - race|none",
        "Child at risk|None",
    ],
    "sexes": [
        "Male|Female",
        "M|F",
        "m|f|u",
        "Male",
        "Male|Female|Unknown|Other",
        "Man|Woman",
        "Male|Female|Company",
    ],
    "ages": [
        "0-17|18-24|25-34|65+",
        "0-17|18-24|25+",
        "under 18|18 and over",
        "18 to 24|25 to 34|35 to 44",
        "10-17|18+",
        "Adult|Child",
        "Adult|Juvenile|not stated",
        "18–24|25–34|35–49|50+",
        "34 years old|21 years old",
        "Under 10|10-17|18-24|25-34|Over 34",
        "Under 18|18-24 years|25 or over",
    ],
    "areas": [
        "E05000001|E05000002",
        "W05000123",
        "E01000001|E01000002|",
        "E05009315 Abbey|E05009316 Alibon",
        "Birmingham 012A|Birmingham 012B",
    ],
    "postcodes": [
        "SW1A 1AA",
        "B33 8TH|M1 1AE",
        "SW1A 1|SW1A 2",
        "LS1 4|LS2 7",
    ],
    "coordinates": [
        "51.5074, -0.1278",
        "432150, 391220|432100, 391000",
        "51.5074|51.4321",
        "-0.1278|0.2333",
        "SU 123 456|SU 124 457",
        "432150|391220|455555|412345|398765",
    ],
    "places": [
        "On or near High Street|On or near Station Road",
        "Harbour Ward|Hilltop Ward",
        "Ward 1|Ward 2",
        "High Street|Mill Lane|Station Road",
    ],
}

OTHERS = [
    "101|999|online|front counter",
    "2024-01|2024-02|2024-03",
    "202401|202402|202403|202404|202405|202406",
    "240115|240116|240117|240118|240119",
    "1|2|3|4",
    "01|02|03|11|12",
    "8N|104|105A|28E",
    "A1|M1|M25|A38",
    "A1|A2|M1|M3",
    "A1|B1|A2|B2",
    "M1 northbound|A1 southbound",
    "A1 road|B1 road",
    "violent|sexual|other",
    "other|mixed",
    "White",
    "White|Silver|Blue|Red|Black",
    "E08000025|E08000026",
    "E07000001|E06000001",
    "E10000003|E12000001|E92000001",
    "0-24|24-48|48-72",
    "00-06|06-12|12-18|18-24",
    "1-5|6-10|11+",
    "1|2-5|6+",
    "0-20|21-40|41-60|61-80|81-100",
    "2022-23|2023-24",
    "W1|W2|W3|W4",
    "Jan|Feb|Mar",
    "yes|no",
    "y|n",
    "m|n",
    "North|South|East|West",
    "N|S|E|W",
    "A|B|C",
    "A1|A2|B1",
    "0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23",
    "0.8321|0.9123|0.4456",
    "12.123|1.444",
    "T1|T2",
    "all",
    "not stated|unknown",
    "Not stated",
    "Dwelling|Street|Car park|Shop",
    "Theft in a street|Robbery|Burglary",
    "Burglary|Robbery",
    "Central|North",
    "Avon and Somerset|Kent",
    "Control room 1|Control room 2",
    "unit 101|unit 102",
    "B1 team|C1 team",
    "F",
    "M",
    "under 24 hours|24 hours and over",
    "within 24|after 24",
    "up to 5|6 to 10|over 10",
    "Q1|Q2|Q3|Q4",
    "W1 Smith|W2 Jones",
    "100000|200000",
    "Child abuse|Domestic abuse",
    "Domestic abuse|Burglary|None",
    "Dr|Prof",
    "None",
    "None|No",
    "Disability",
    "Religious|Cultural|Sporting",
    "BA|BC|AB",
    "WI|AI",
    "WB|XX|YY|ZZ",
    "Company|Male",
    "Crime|Non-crime",
    "Violence against the person|Theft",
    "Public order|Possession of weapons",
]

FORCES = [1, *range(3, 8), 10, 11, *range(12, 15), 16, 17, *range(20, 24), *range(30, 38), *range(40, 49), 50, 52, 63]


class TestNames:
    @pytest.mark.parametrize("column", PERSONAL)
    def test_of_people_and_small_areas_are_known(self, column: str) -> None:
        assert known_by_name(column)

    @pytest.mark.parametrize("column", ORDINARY)
    def test_others_are_not_taken(self, column: str) -> None:
        assert not known_by_name(column)

    @given(
        st.sampled_from(["victim", "suspect", "offender", "complainant", "aggrieved", "defined", "recorded", "home"]),
        st.sampled_from(["age", "sex", "gender", "ethnicity", "religion", "disability", "postcode", "beat"]),
        st.sampled_from(["", "group", "band", "code", "desc", "cd", "nm"]),
        st.sampled_from(["", "_", " ", "-"]),
        st.sampled_from([str.lower, str.upper, str.title]),
    )
    def test_however_they_are_joined_and_spelled(
        self, who: str, what: str, tail: str, between: str, spelled: Callable[[str], str]
    ) -> None:
        assert known_by_name(spelled(between.join(part for part in (who, what, tail) if part)))

    @given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=1, max_size=7), st.sampled_from(["age", "sex", "race"]))
    def test_an_ending_says_nothing_behind_what_is_no_word(self, start: str, end: str) -> None:
        known = {row["name"] for row in table()}
        # vage is listed as it stands
        if start + end not in known and not any(start[:i] in known for i in range(3, len(start) + 1)):
            assert not known_by_name(start + end)


def table() -> list[dict[str, str]]:
    path = Path(cdi.__file__).parent / "disclosure" / "columns.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


SENSITIVE = [row["name"] for row in table() if row["kind"] in ("personal", "area")]
PLACES = {
    "personal": {"part", "alone", "exact"},
    "area": {"part", "alone", "exact"},
    "ordinary": {"part"},
    "filler": {""},
    "ons": {"code"},
}


class TestTable:
    def test_every_name_has_its_place_and_reason(self) -> None:
        assert all(row["where"] in PLACES[row["kind"]] and row["why"] for row in table())

    def test_no_name_stands_twice_or_is_ordinary_too(self) -> None:
        ordinary = [row["name"] for row in table() if row["kind"] == "ordinary"]
        assert len({*SENSITIVE, *ordinary}) == len(SENSITIVE) + len(ordinary)

    @pytest.mark.parametrize("name", SENSITIVE)
    def test_every_name_is_found_by_itself(self, name: str) -> None:
        assert known_by_name(name.replace(" ", "_"))


def categories(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


class TestCategories:
    @pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KNOWN.items() for text in texts])
    def test_of_people_and_small_areas_are_known(self, kind: str, text: str) -> None:
        assert kind_of_categories(categories(text)) == kind

    @pytest.mark.parametrize("text", OTHERS)
    def test_others_are_not_taken(self, text: str) -> None:
        assert kind_of_categories(categories(text)) is None

    @pytest.mark.parametrize("numbers", [range(1, 54), range(24), range(1, 101), range(1, 90), FORCES])
    def test_numberings_are_no_ages(self, numbers: Iterable[int]) -> None:
        assert kind_of_categories(frozenset(map(str, numbers))) is None

    def test_years_of_age_are(self) -> None:
        assert kind_of_categories(frozenset(map(str, range(11, 80)))) == "ages"
        assert kind_of_categories(frozenset(str(age) for age in range(91) if age % 3)) == "ages"

    @given(st.lists(st.sampled_from(["Not stated", "unknown", "", "n/a"]), max_size=4))
    def test_what_states_nothing_changes_nothing(self, blanks: list[str]) -> None:
        assert kind_of_categories(frozenset(["E05000001", "E05000002", *blanks])) == "areas"
        assert kind_of_categories(frozenset(["violent", "sexual", *blanks])) is None
        assert kind_of_categories(frozenset(blanks)) is None

    @given(st.integers(1, 40), st.integers(1, 8))
    def test_one_in_ten_may_be_something_else(self, fit: int, others: int) -> None:
        found = frozenset([*(f"E05{i:06}" for i in range(fit)), *(f"other {i}" for i in range(others))])
        assert (kind_of_categories(found) == "areas") == (others * 10 <= fit + others)

    @given(st.sets(st.integers(12, 70), min_size=1, max_size=6), st.integers(30, 98))
    def test_bands_that_follow_one_another_are_ages(self, cuts: set[int], last: int) -> None:
        ends = sorted({*(cut for cut in cuts if cut < last - 1), last})
        bands = [f"{a + 1}-{b}" for a, b in itertools.pairwise(ends) if b > a + 1]
        found = frozenset([f"0-{ends[0]}", *bands, f"{last + 1}+"])
        if len(found) > 2:
            assert kind_of_categories(found) == "ages"


SAMPLE = pd.DataFrame(
    [
        {"grp": group, "crime_type": kind, "sector": "retail" if i % 2 else "farm", "recorded": int(i > 1)}
        for group in ("W1", "B1", "A1")
        for kind in ("violent", "other")
        for i in range(30)
    ]
)
"""Of each group 60 crimes, of which 4 were not recorded: too few to publish by a personal characteristic."""


def of_people(found: Shown) -> list[bool]:
    return [row.facts.release in (Release.ROUNDED, Release.NOTHING) for row in found.table.rows if not row.whole]


class TestDecisions:
    def test_a_table_by_recognised_categories_is_protected(self) -> None:
        assert all(of_people(cdi.protect(cdi.estimate(SAMPLE, by="grp"), Disclosure())))
        teams = SAMPLE.replace({"grp": {"W1": "C1"}})
        assert not any(of_people(cdi.protect(cdi.estimate(teams, by="grp"), Disclosure())))

    def test_a_reason_publishes_it(self) -> None:
        rules = Disclosure(not_personal={"GRP": "codes of teams"})
        assert not any(of_people(cdi.protect(cdi.estimate(SAMPLE, by="grp"), rules)))
        assert not Disclosure(not_personal={"Sector": "of the economy"}).sensitive(["sector"])

    @pytest.mark.parametrize(
        "given", [{"sector": ""}, {"sector": "  "}, {"": "why"}, {"sector": 3}, {3: "why"}, ["sector"], "sector"]
    )
    def test_without_a_reason_it_is_refused(self, given: object) -> None:
        with pytest.raises(cdi.DesignError, match="reason"):
            Disclosure(not_personal=given)  # type: ignore[arg-type]

    def test_a_column_is_one_or_the_other(self) -> None:
        with pytest.raises(cdi.DesignError, match="either personal or not"):
            Disclosure(personal=("Sector",), not_personal={"sector": "of the economy"})

    def test_the_sides_of_a_comparison_are_looked_at_together(self) -> None:
        # W1 and W2 alone could be weeks; with A1 they are ethnic groups
        one, other = SAMPLE[SAMPLE.grp != "A1"].replace({"grp": {"B1": "W2"}}), SAMPLE[SAMPLE.grp != "B1"]
        assert not any(of_people(cdi.protect(cdi.estimate(one, by="grp"), Disclosure())))
        found = cdi.protect(cdi.compare(one, other, by="grp", names=("one", "other")), Disclosure())
        rows = {row.label: row.facts.release for row in found.table.rows if row.n is not None or row.withheld}
        assert rows["one", "W1"] is Release.ROUNDED
        assert rows["other", "W1"] is Release.ROUNDED

    def test_a_model_and_a_working_are_refused_by_categories(self) -> None:
        found = cdi.estimate(SAMPLE, by="grp")
        with pytest.raises(cdi.DataError, match="large enough to publish"):
            cdi.protect(found.explain("W1"), Disclosure())
        cdi.protect(found.explain("W1"), Disclosure(not_personal={"grp": "codes of teams"}))


class TestCommandLine:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        SAMPLE.to_csv(tmp_path / "audit.csv", index=False)
        return tmp_path

    def said(self, folder: Path, *words: str) -> str:
        command = [sys.executable, "-m", "cdi", "estimate", "audit.csv", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=120)
        return " ".join((done.stdout + done.stderr).split())

    def test_says_which_columns_were_taken(self, folder: Path) -> None:
        said = self.said(folder, "--by", "grp", "--by", "crime_type", "--by", "sector")
        assert (
            "Treated as personal characteristics or small areas: grp (its categories are ethnic groups), sector. "
            "Not: crime_type." in said
        )
        said = self.said(folder, "--by", "crime_type")
        assert "Not treated as personal characteristics or small areas: crime_type." in said
        assert "small areas" not in self.said(folder)
        assert "small areas" not in self.said(folder, "--by", "grp", "--disclosure", "internal")

    def test_says_why_one_was_not(self, folder: Path) -> None:
        said = self.said(folder, "--by", "grp", "--not-personal", "grp=codes of teams")
        assert "Not treated as personal characteristics or small areas: grp (reason: codes of teams)." in said

    @pytest.mark.parametrize(
        ("words", "told"),
        [(["--not-personal", "grp"], "with the reason"), (["--not-personal", "grp="], "with the reason"),
         (["--not-personal", "gpr=teams"], "a column that some table is by, but found gpr"),
         (["--not-personal", "grp=teams", "--personal", "grp"], "either personal or not")],
    )  # fmt: skip
    def test_refuses(self, folder: Path, words: list[str], told: str) -> None:
        said = self.said(folder, "--by", "grp", *words)
        assert told in said
        assert "Traceback" not in said

    def test_takes_several_of_each(self) -> None:
        read = disclosure_of({"disclosure": None, "personal": ("a", "b"), "not_personal": (("c", "x"), ("d", "y = z"))})
        assert (read.personal, read.not_personal) == (("a", "b"), {"c": "x", "d": "y = z"})


INSPECTION = """force = "Exampleshire"
[audit]
files = ["audit.csv"]
by = ["sector", "crime_type"]
[disclosure]
personal = ["crime_type"]
[disclosure.not_personal]
"""


class TestInspections:
    def written(self, folder: Path, line: str) -> Path:
        SAMPLE.to_csv(folder / "audit.csv", index=False)
        (folder / "inspection.toml").write_text(INSPECTION + line, encoding="utf-8")
        return folder / "inspection.toml"

    def test_give_reasons(self, tmp_path: Path) -> None:
        read = cdi.read_inspection(self.written(tmp_path, 'sector = "sectors of the economy"\n'))
        assert read.disclosure.not_personal == {"sector": "sectors of the economy"}

    @pytest.mark.parametrize(
        ("line", "key", "code"),
        [('sector = ""', "disclosure.not_personal.sector", "toml-blank"),
         ('sektor = "x"', "disclosure.not_personal.sektor", "no-such-domain"),
         ('crime_type = "x"', "disclosure.not_personal.crime_type", "personal-and-not")],
    )  # fmt: skip
    def test_are_refused_at_their_key(self, tmp_path: Path, line: str, key: str, code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.read_inspection(self.written(tmp_path, line))
        assert [each.code for each in caught.value.faults] == [code]
        assert key in str(caught.value)

    def test_drafts_name_what_is_recognised(self, tmp_path: Path) -> None:
        SAMPLE.to_csv(tmp_path / "audit.csv", index=False)
        text = cdi.draft_inspection([tmp_path / "audit.csv"], folder=tmp_path).text
        assert "# recognised as personal characteristics or small areas: grp, sector" in text
