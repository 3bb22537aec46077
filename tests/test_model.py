"""Models of what goes with not recording: against R's svyglm, against statsmodels, and what they refuse."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.modelling.formulas import parse_formula
from cdi.modelling.model import MARGINAL, ODDS_RATIO
from tests.reference import GOLDENS

DATA = Path(__file__).parent.parent / "data" / "avon_and_somerset_2021_22"
TOLERANCE = 1e-9
"""Relative and absolute, of every coefficient, covariance, end and difference against svyglm."""


@cache
def golden(case: str) -> dict[tuple[str, str], float]:
    with (GOLDENS / "svyglm.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["quantity"], row["term"]): float(row["value"]) for row in csv.DictReader(file) if row["case"] == case
        }


def crimes() -> pd.DataFrame:
    return pd.read_csv(DATA / "audit.csv")


def weighted() -> pd.DataFrame:
    rows, frame = crimes(), pd.read_csv(DATA / "frame.csv").set_index("stratum")["population"]
    drawn = rows.groupby("stratum")["cluster"].nunique()
    return rows.assign(weight=rows["stratum"].map(frame / drawn))


def reports() -> pd.DataFrame:
    rows = pd.read_csv(GOLDENS / "fixtures" / "audit_incidents.csv")
    return rows.rename(columns={"stratum": "kind"}).drop(columns="n_h")


def audit_of_reports(rows: Any = None) -> cdi.Audit:
    return cdi.read_audit(
        reports() if rows is None else rows, stratum="kind", cluster="incident", due="should", population="N_h"
    )


CASES: dict[str, tuple[Any, str]] = {
    "clustered": (
        lambda: cdi.read_audit(crimes(), stratum=None, weight=None),
        "recorded ~ crime_type + stratum",
    ),
    "weighted": (lambda: cdi.read_audit(weighted()), "recorded ~ crime_type + stratum"),
    "corrected": (
        lambda: cdi.read_audit(DATA / "audit.csv", population=DATA / "frame.csv"),
        "recorded ~ crime_type",
    ),
    "counts": (audit_of_reports, "recorded ~ group + should + kind"),
    "interaction": (audit_of_reports, "recorded ~ group + should * kind"),
}


def in_r(name: str) -> str:
    """Name a coefficient as R does: crime_typesexual."""
    return re.sub(r"\[(.*?)\]", r"\1", name).replace("kind", "stratum").replace("Intercept", "(Intercept)")


def test_a_quoted_name_without_letters_is_no_constant() -> None:
    assert parse_formula('recorded ~ 1 + kind + Q("")').columns == ("kind", "")
    with pytest.raises(cdi.MethodError, match="found recorded ~ 1:1"):
        parse_formula("recorded ~ 1:1")


class TestAgainstR:
    @pytest.mark.parametrize("case", CASES)
    def test_coefficients_and_their_covariance(self, case: str) -> None:
        make, formula = CASES[case]
        model, known = make().model(formula), golden(case)
        assert model.df == known["df", ""]
        names = {in_r(name): name for name in model.names}
        assert set(names) == {term for quantity, term in known if quantity == "coefficient"}
        covariance, params = model.cov_params(), model.params
        for quantity, term in known:
            if quantity == "coefficient":
                assert params[names[term]] == pytest.approx(known[quantity, term], rel=TOLERANCE, abs=TOLERANCE)
            elif quantity == "se":
                found = covariance.loc[names[term], names[term]] ** 0.5
                assert found == pytest.approx(known[quantity, term], rel=TOLERANCE)
            elif quantity == "covariance":
                one, other = term.split("|")
                found = covariance.loc[names[one], names[other]]
                assert found == pytest.approx(known[quantity, term], rel=TOLERANCE, abs=TOLERANCE)

    @pytest.mark.parametrize("case", CASES)
    def test_odds_ratios_and_differences(self, case: str) -> None:
        make, formula = CASES[case]
        model, known = make().model(formula), golden(case)
        names = [in_r(name) for name in model.names if name != "Intercept"]
        ratios = [row for row in model.table.rows if row.measure == ODDS_RATIO]
        assert [row.estimate for row in ratios] == pytest.approx(
            [np.exp(known["coefficient", name]) for name in names], rel=TOLERANCE
        )
        for end in ("low", "high"):
            assert [getattr(row, end) for row in ratios] == pytest.approx(
                [np.exp(known[end, name]) for name in names], rel=TOLERANCE
            )
        differences = {row.label: row for row in model.table.rows if row.measure == MARGINAL}
        compared = 0
        for (column, category, _), row in differences.items():
            key = f"{column.replace('kind', 'stratum')}|{'1' if category == 'one more' else category}"
            if ("difference", key) in known:
                assert row.estimate == pytest.approx(known["difference", key], rel=TOLERANCE, abs=TOLERANCE)
                assert row.se == pytest.approx(known["difference-se", key], rel=TOLERANCE)
                compared += 1
        assert compared == sum(quantity == "difference" for quantity, _ in known)


def test_statsmodels_own_equations_agree() -> None:
    """Without strata and frame the variance is the sandwich of GEE, times n / (n - 1)."""
    from statsmodels.genmod.cov_struct import Independence
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_estimating_equations import GEE

    rows = crimes().query("due == 1")
    fitted = GEE.from_formula(
        "recorded ~ crime_type + stratum", "cluster", rows, family=Binomial(), cov_struct=Independence()
    ).fit(ctol=1e-12)
    model = cdi.read_audit(rows, stratum=None).model("recorded ~ crime_type + stratum")
    n = rows["cluster"].nunique()
    assert model.reports == n
    np.testing.assert_allclose(model.coefficients, fitted.params, rtol=1e-9)
    np.testing.assert_allclose(model.covariance, fitted.cov_params() * n / (n - 1), rtol=1e-8, atol=1e-12)


class TestSpellings:
    def test_counts_and_rows_are_the_same_audit(self) -> None:
        counts = reports().assign(type=lambda rows: np.where(rows["incident"] % 3 == 0, "x", "y"))
        spread = counts.loc[counts.index.repeat(counts["should"].clip(lower=1))].reset_index(drop=True)
        place = spread.groupby("incident").cumcount()
        spread["recorded"] = (place < spread["recorded"]).astype(int)
        spread["should"] = (spread["should"] > 0).astype(int)
        one, other = (audit_of_reports(rows).model("recorded ~ type + group + kind") for rows in (counts, spread))
        assert (one.crimes, one.recorded, one.reports, one.df) == (
            other.crimes,
            other.recorded,
            other.reports,
            other.df,
        )
        np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-12)
        np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-12, atol=1e-15)

    def test_alike_rows_without_clusters_are_reports_of_their_own(self) -> None:
        rows = crimes().query("due == 1").reset_index(drop=True)
        bare = cdi.read_audit(rows.drop(columns=["cluster", "stratum"])).model("recorded ~ crime_type")
        named = cdi.read_audit(rows.assign(cluster=rows.index), stratum=None).model("recorded ~ crime_type")
        assert bare.reports == named.reports == len(rows)
        assert bare.df == named.df == len(rows) - 3
        np.testing.assert_allclose(bare.covariance, named.covariance, rtol=1e-12)

    @pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb", "csv"])
    def test_every_engine_gives_the_same(self, engine: str, tmp_path: Path) -> None:
        rows = reports().assign(hour=lambda rows: rows["incident"] % 7)
        frame: Any = rows
        if engine == "polars":
            frame = pytest.importorskip("polars").from_pandas(rows)
        elif engine == "pyarrow":
            frame = pytest.importorskip("pyarrow").Table.from_pandas(rows)
        elif engine == "duckdb":
            import duckdb

            frame = duckdb.from_df(rows)
        elif engine == "csv":
            frame = tmp_path / "reports.csv"
            rows.to_csv(frame, index=False)
        formula = "recorded ~ group + C(should) + hour"
        one, other = (audit_of_reports(each).model(formula) for each in (rows, frame))
        assert one.names == other.names
        np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-12)
        np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-11, atol=1e-15)

    def test_categories_come_in_the_users_order(self) -> None:
        order = ["violent", "sexual", "other"]
        rows = crimes().assign(crime_type=lambda rows: pd.Categorical(rows["crime_type"], order, ordered=True))
        audit = cdi.read_audit(rows)
        assert audit.model("recorded ~ crime_type").names[1:] == ("crime_type[sexual]", "crime_type[other]")
        chosen = audit.model("recorded ~ crime_type", reference={"crime_type": "sexual"})
        assert chosen.names[1:] == ("crime_type[violent]", "crime_type[other]")
        assert {row.label[2] for row in chosen.table.rows} == {"sexual"}

    def test_blank_categories_are_one_of_their_own(self) -> None:
        rows = crimes().query("due == 1").assign(route=lambda rows: ["a", "b", None] * (len(rows) // 3) + ["a", "b"])
        assert "route[(blank)]" in cdi.read_audit(rows).model("recorded ~ route", reference={"route": "a"}).names

    def test_codes_with_leading_zeros_are_categories(self) -> None:
        rows = crimes().assign(beat=lambda rows: [f"0{i % 3}" for i in range(len(rows))])
        assert cdi.read_audit(rows).model("recorded ~ beat").names[1:] == ("beat[01]", "beat[02]")


ROWS = pd.DataFrame(
    {
        "incident": range(80),
        "kind": ["a", "b", "b", "c"] * 20,
        "alike": ["x", "y", "y", "z"] * 20,
        "age": [float(i % 9) for i in range(80)],
        "two words": ["u", "v"] * 40,
        "lone": ["same"] * 80,
        "kept": [1] * 80,
        "recorded": [1, 0, 1, 1, 1, 1, 1, 0, 0, 1] * 8,
    }
)


def fault_of(formula: Any, rows: pd.DataFrame = ROWS, roles: Any = None, **terms: Any) -> cdi.Fault:
    roles = {"cluster": "incident"} | (roles or {})
    with pytest.raises(cdi.CdiError) as caught:
        cdi.read_audit(rows, **roles).model(formula, **terms)
    text = str(caught.value)
    assert "expected" in text
    assert not re.search(r"\{\w*\}", text)
    return caught.value.faults[0]


class TestFormulas:
    @pytest.mark.parametrize(
        "formula",
        [
            "recorded ~ __import__('os').system('true')",
            "recorded ~ np.log(age)",
            "recorded ~ I(age ** 2)",
            "recorded ~ kind - 1",
            "recorded ~ 0 + kind",
            "recorded ~ C(kind, Treatment('b'))",
            "recorded ~ kind.str",
            "recorded ~ (kind + age) : lone",
            "recorded ~ kind + ",
            "recorded ~ kind age",
            "recorded ~ kind[0]",
            "recorded ~ `two words`",
            "recorded ~ Q(f'kind')",
            "recorded ~ 1:kind",
            "recorded ~ bs(age)",
            "recorded",
            "recorded ~ kind ~ age",
            7,
            None,
        ],
    )
    def test_nothing_else_is_read(self, formula: Any) -> None:
        assert fault_of(formula).code == "model-formula"

    @pytest.mark.parametrize(
        ("formula", "code"),
        [
            ("~ kind", "model-response"),
            ("due ~ kind", "model-response"),
            ("C(recorded) ~ kind", "model-response"),
            ("recorded ~ 1", "model-no-terms"),
            ("recorded ~ knid", "no-column"),
            ("recorded ~ kind + recorded", "model-own-answer"),
            ("recorded ~ incident", "by-id"),
            ("recorded ~ kind:age", "model-interaction-alone"),
            ("recorded ~ kind * age * alike", "model-interaction-of-many"),
        ],
    )
    def test_what_they_may_not_say(self, formula: str, code: str) -> None:
        assert fault_of(formula).code == code

    def test_unknown_columns_are_told_with_the_nearest(self) -> None:
        assert "Did you mean 'kind'?" in str(fault_of("recorded ~ knid"))

    def test_are_read(self) -> None:
        read = parse_formula("recorded ~ C(age)*kind + 1 + Q(\"two words\") + C(Q('no 2')) + kind:age")
        assert [term.name for term in read.terms] == ["age", "kind", "two words", "no 2", "age:kind"]
        assert read.categories == {"age", "no 2"}

    def test_quoted_names_reach_the_model(self) -> None:
        model = cdi.read_audit(ROWS, cluster="incident").model("recorded ~ Q('two words')")
        assert model.names == ("Intercept", "two words[v]")


class TestSamplesThatCarryNoModel:
    def test_all_recorded(self) -> None:
        found = fault_of("recorded ~ kind", roles={"recorded": "kept"})
        assert found.code == "model-all-alike"
        assert found.got == "80 crimes, all of them recorded"

    def test_a_category_in_which_all_were_recorded(self) -> None:
        rows = ROWS.assign(recorded=np.where(ROWS["kind"] == "c", 1, ROWS["recorded"]))
        found = fault_of("recorded ~ kind + age", rows)
        assert (found.code, found.got) == ("model-separated", "20 crimes, all of them recorded")
        assert (found.where.column, found.where.key) == ("kind", "category c")

    def test_a_pair_of_categories(self) -> None:
        rows = ROWS.assign(half=np.where(ROWS["incident"] < 40, "p", "q"))
        rows["recorded"] = np.where((rows["kind"] == "c") & (rows["half"] == "p"), 0, rows["recorded"])
        found = fault_of("recorded ~ kind * half", rows)
        assert (found.code, found.got) == ("model-separated", "10 crimes, none of them recorded")
        assert (found.where.column, found.where.key) == ("kind:half", "category c, p")

    def test_a_pair_without_crimes(self) -> None:
        assert fault_of("recorded ~ kind * alike").code == "model-empty-pair"

    def test_numbers_that_tell_the_crimes_apart(self) -> None:
        rows = ROWS.assign(age=ROWS["recorded"] * 10 + ROWS["age"])
        assert fault_of("recorded ~ age + kind", rows).code == "model-separated-together"

    def test_one_category(self) -> None:
        assert fault_of("recorded ~ lone").code == "model-one-category"
        assert fault_of("recorded ~ kept").code == "model-one-category"

    def test_columns_that_say_the_same(self) -> None:
        found = fault_of("recorded ~ kind + alike")
        assert (found.code, found.got) == ("model-collinear", "alike")

    def test_fewer_reports_than_terms(self) -> None:
        rows = ROWS.assign(incident=ROWS["incident"] % 3)
        found = fault_of("recorded ~ kind + age", rows)
        assert (found.code, found.got) == ("model-few-reports", "3")
        assert "at least 5 reports" in found.expected

    @pytest.mark.parametrize("selection", ["census", "judgement", "voluntary"])
    def test_no_random_sample(self, selection: str) -> None:
        assert fault_of("recorded ~ kind", roles={"selection": selection}).code == "model-needs-sample"

    def test_a_frame_that_was_audited_in_full(self) -> None:
        assert fault_of("recorded ~ kind", roles={"population": 80}).code == "model-needs-sample"

    def test_undecided_rows(self) -> None:
        rows = pd.DataFrame({"decision": ["recorded", "not recorded", None] * 4, "kind": list("abc") * 4})
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_audit(rows).model("recorded ~ kind")
        assert caught.value.faults[0].code == "undecided"

    def test_missing_numbers(self) -> None:
        rows = ROWS.assign(age=ROWS["age"].where(ROWS["age"] > 1))
        found = fault_of("recorded ~ age", rows)
        assert (found.code, found.got) == ("model-number", "a blank and 17 more")

    def test_references_that_are_none(self) -> None:
        assert fault_of("recorded ~ kind", reference={"kind": "d"}).code == "model-reference"
        assert fault_of("recorded ~ kind + age", reference={"age": "3"}).code == "model-reference-column"
        assert fault_of("recorded ~ kind", reference={"other": "x"}).code == "model-reference-column"
        bare = fault_of("recorded ~ kind", reference="violent")
        assert (bare.code, bare.got) == ("model-reference-column", "violent")

    def test_levels(self) -> None:
        with pytest.raises(cdi.MethodError):
            cdi.read_audit(ROWS).model("recorded ~ kind", level=95)


class TestStrataOfOneReport:
    @staticmethod
    def rows() -> pd.DataFrame:
        return ROWS.assign(route=["p"] * 40 + ["q"] * 39 + ["r"])

    def test_add_their_variance_by_the_rule_that_was_chosen(self) -> None:
        found = {}
        for rule in ("adjust", "average"):
            audit = cdi.read_audit(self.rows(), cluster="incident", stratum="route", single_cluster=rule)
            found[rule] = audit.model("recorded ~ kind").covariance
        plain = self.rows().iloc[:-1]
        audit = cdi.read_audit(plain, cluster="incident", stratum="route")
        assert found["adjust"].shape == audit.model("recorded ~ kind").covariance.shape
        assert np.all(np.diag(found["average"]) > np.diag(found["adjust"]))


class TestWords:
    @pytest.fixture
    def model(self) -> cdi.Model:
        audit = cdi.read_audit(DATA / "audit.csv", population=DATA / "frame.csv")
        return audit.model("recorded ~ crime_type + stratum")

    def test_sentences(self, model: cdi.Model) -> None:
        unclear, clear = model.sentences[1:3]
        assert unclear.startswith("Crimes with crime_type sexual and crime_type other show no clear difference")
        assert clear == (
            "Crimes with crime_type violent were less likely to be recorded than those with crime_type other. "
            "Allowing for stratum, the odds ratio is 0.36 (95% confidence interval 0.17 to 0.75). Their recording rate "
            "was 8.1 percentage points lower on average (95% confidence interval 2.6 to 13.6)."
        )

    def test_numbers_and_interactions(self) -> None:
        audit = cdi.read_audit(ROWS, cluster="incident")
        said = audit.model("recorded ~ kind * age").sentences
        assert any(text.startswith("For each 1 more of age, crimes were") for text in said)
        assert any("for each 1 more of age" in text and text.startswith("The odds ratio of kind b") for text in said)

    def test_ratios_next_to_1_are_written_with_the_digits_that_tell(self) -> None:
        rows = pd.concat([ROWS.assign(age=ROWS["age"] * 1000 + shift) for shift in range(30)])
        said = cdi.read_audit(rows).model("recorded ~ age").sentences[1]
        assert re.search(r"odds ratio is [01]\.\d{4} \(95% confidence interval [01]\.\d{4} to [01]\.\d{4}\)", said)

    def test_assumptions(self, model: cdi.Model) -> None:
        text = " ".join(model.assumptions)
        assert "count as related" in text
        assert "weighted by the reports on the sampling frame" in text
        assert f"{model.df:,} degrees of freedom" in text
        bare = " ".join(cdi.read_audit(ROWS).model("recorded ~ kind + age").assumptions)
        assert "taken as independent" in bare
        assert "not weighted" in bare
        assert "age is a number" in bare

    def test_few_crimes_of_the_rarer_outcome_are_said(self) -> None:
        rows = ROWS.assign(recorded=[1, 1, 1, 1, 1, 0, 1, 1, 1, 1] * 8)
        assert "Only 8 crimes had the rarer outcome" in " ".join(
            cdi.read_audit(rows).model("recorded ~ age").assumptions
        )

    def test_pages_and_tables_hold_the_same(self, model: cdi.Model) -> None:
        page = model.summary()
        assert str(model) == page
        assert "nan" not in page.casefold()
        frame = model.to_pandas()
        assert frame.columns[:4].tolist() == ["term", "category", "reference", "measure"]
        assert frame["estimate"].notna().all()
        assert set(frame["measure"]) == {"odds ratio of being recorded", "average difference in recording rate"}
        assert repr(model) == "<cdi.Model: recorded ~ crime_type + stratum, 506 crimes, 95%>"
        assert model.sentences[1][:40] in " ".join(page.split())

    def test_another_level_is_narrower(self) -> None:
        audit = cdi.read_audit(ROWS)
        wide, narrow = (audit.model("recorded ~ kind", level=level).table.rows[0] for level in (0.95, 0.8))
        assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high  # type: ignore[operator]
