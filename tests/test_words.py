"""Words as auditors write them: stray signs and spaces, words of one's own, and one spelling of each category."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.audits import answers
from cdi.audits.answers import DECISIONS
from cdi.cli.app import cli
from cdi.errors import CdiError

STRAY = "Incident,decision\n1,not\u00a0 recorded\n2,recorded\n3,Recorded\u00a0 \n4,recorded.\n5,Not  recorded\n"


def file_of(folder: Path, text: str) -> Path:
    path = folder / "audit.csv"
    path.write_text(text, encoding="utf-8")
    return path


class TestStraySigns:
    def test_are_ignored_in_decisions_and_counted(self, tmp_path: Path) -> None:
        audit = cdi.read_audit(file_of(tmp_path, STRAY))
        assert audit.decisions is not None
        assert (audit.decisions["recorded"], audit.decisions["not recorded"]) == (3, 2)
        assert (audit.source.trimmed, audit.source.untidy) == (1, 3)
        (said,) = wording.passed_over(cdi.describe(audit), (), ())
        assert said.endswith("spaces around 1 value and stray spaces or signs in 3 values ignored.")

    def test_are_ignored_in_answers_and_counted(self, tmp_path: Path) -> None:
        text = "Incident,due,recorded\n1,1,Yes*\n2,1,no.\n3,Yes.,yes\n4,1,1\n5,2,Yes;\n"
        with pytest.raises(cdi.DataError, match="'Yes' does not say how many"):
            cdi.read_audit(file_of(tmp_path, text))
        audit = cdi.read_audit(file_of(tmp_path, text.replace("5,2", "5,1")))
        assert int(audit.counted["_cdi_sum_recorded"].sum()) == 4
        assert audit.source.untidy == 4

    def test_are_ignored_in_frames_too(self) -> None:
        words = ["not\u00a0recorded", "recorded", "recorded.", "Not  recorded", "Recorded*"]
        audit = cdi.read_audit(pd.DataFrame({"decision": words}))
        assert int(audit.counted["_cdi_sum_recorded"].sum()) == 3
        assert audit.source.untidy == 4

    def test_make_no_categories(self, tmp_path: Path) -> None:
        rows = ["Violent crime", "Violent  crime", "Violent\u00a0crime", "Violent crime.", "Fraud etc."]
        text = "kind,recorded\n" + "".join(f"{kind},{i % 2}\n" for i, kind in enumerate(rows * 4))
        found = cdi.estimate(file_of(tmp_path, text), by="kind")
        # what never stands without its dot keeps it
        assert [(row.label[0], row.n) for row in found.table.rows] == [
            ("Fraud etc.", 4), ("Violent crime", 16), ("all", 20),
        ]  # fmt: skip
        assert found.audit.source.untidy == 12

    def test_spaces_make_no_categories_of_a_frame(self) -> None:
        table = pd.DataFrame({"kind": ["a b", "a  b", "a\u00a0b", "c"] * 3, "recorded": [1, 0, 1, 1] * 3})
        found = cdi.estimate(table, by="kind").table.rows
        assert [(row.label[0], row.n) for row in found] == [("a b", 9), ("c", 3), ("all", 12)]


class TestCapitals:
    ROWS: ClassVar[dict[str, Any]] = {
        "group": ["White", "white", "Black"] * 8,
        "recorded": [1, 1, 0, 1] * 6,
        "effective": ["yes", "no", "yes"] * 8,
        "in_time": ["yes", "yes", None, "no"] * 6,
        "month": ["2024-01", "2024-02"] * 12,
    }

    @pytest.mark.parametrize(
        "call",
        [
            lambda rows: cdi.estimate(rows, by="group"),
            lambda rows: cdi.estimate(rows, stratum="group"),
            lambda rows: cdi.grounds(rows, recorded="recorded", by="group"),
            lambda rows: cdi.disparity(rows, recorded="recorded", by="group"),
            lambda rows: cdi.review(rows, questions="effective", by="group"),
            lambda rows: cdi.trend(rows, stratum="group"),
            lambda rows: cdi.timeliness(rows, timely="in_time", by="group"),
            lambda rows: cdi.compare(cdi.recording_rate(rows, "group"), cdi.recording_rate(rows, "group")),
            lambda rows: cdi.recording_rate(rows, "group"),
        ],
        ids=["by", "stratum", "grounds", "disparity", "review", "trend", "timeliness", "compare", "rate"],
    )
    def test_differences_are_refused_with_their_counts(self, call: Callable[[pd.DataFrame], Any]) -> None:
        with pytest.raises(cdi.DataError) as caught:
            call(pd.DataFrame(self.ROWS))
        (found,) = caught.value.faults
        assert found.code == "categories-alike"
        assert "There are White (" in found.hint
        assert ") and white (" in found.hint

    def test_so_are_forces(self) -> None:
        rows = {"force": ["Kent", "kent", "Essex", "Surrey"] * 6, "recorded": [1, 1, 0, 1] * 6}
        with pytest.raises(cdi.DataError) as caught:
            cdi.forces(pd.DataFrame(rows))
        assert {item.code for item in caught.value.faults} == {"categories-alike"}


class TestOwnWords:
    ROWS = "cluster,decision\n" + "".join(f"{i},{'Pass' if i < 18 else 'Fail'}\n" for i in range(20))

    def test_each_is_asked_for_once_with_the_option_that_solves_it(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, self.ROWS + "20,N/C\n21,N/C\n")
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_audit(path)
        assert [(item.code, item.where.line, item.got) for item in caught.value.faults] == [
            ("word-like-a-decision", 2, "Pass"), ("word-like-a-decision", 20, "Fail"), ("not-a-decision", 22, "N/C"),
        ]  # fmt: skip
        told = caught.value.told("command_line", "cdi check audit.csv").splitlines()
        assert "rows with this word: 18" in told[0]
        assert told[0].endswith("It probably means 'recorded'.")
        assert told[1].endswith("It probably means 'not recorded'.")
        assert told[2].endswith("Say what it means, or correct it.")
        assert told[4] == 'cdi check audit.csv --words Pass=recorded --words "Fail=not recorded" --words N/C=MEANING'
        assert told[5].startswith("In place of MEANING, write recorded, not recorded,")
        assert 'words={"Pass": "recorded", "Fail": "not recorded", "N/C": "MEANING"}' in str(caught.value)
        assert 'words = { "Pass" = "recorded", "Fail" = "not recorded", "N/C" = "MEANING" }' in caught.value.told(
            "toml"
        )

    def test_the_options_solve_it(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, self.ROWS)
        words = ["--words", "Pass=recorded", "--words", "fail=not recorded"]
        done = CliRunner().invoke(cli, ["estimate", str(path), *words, "--disclosure", "internal"])
        assert (done.exit_code, "90.0" in done.output) == (0, True)
        held = cdi.read_audit(path, words={"Pass": "recorded", "Fail": "not recorded"})
        assert held.decisions is not None
        assert (held.decisions["recorded"], held.decisions["not recorded"]) == (18, 2)

    @pytest.mark.parametrize(
        ("column", "verb", "words"),
        [
            (
                "decision",
                "estimate",
                ["Pass", "Won't do", 'say "so"', "50% of $HOME", "A=B", "C:\\new", "x!y & é"],
            ),
            ("recorded", "estimate", ["Pass", "Won't do", 'say "so"', "A=B", "N/C", "(tbc)", "~tbc", "*maybe*"]),
            ("grounds", "grounds", ["OK", "Poor", "not; quite", "a|b", "<none>", "`x`"]),
            ("effective", "review --question effective", ["Met", "Not met", "maybe #1", "TBC\u00a0 later"]),
            ("in_time", "timeliness --timely in_time", ["In time", "Late", "$(date)"]),
        ],
    )
    def test_what_is_typed_answers_all_of_them(self, tmp_path: Path, column: str, verb: str, words: list[str]) -> None:
        rows = {"cluster": range(60), column: [words[i % len(words)] for i in range(60)]}
        if column == "in_time":
            rows["recorded"] = [1] * 60
        pd.DataFrame(rows).to_csv(tmp_path / "own words.csv", index=False)
        name, *options = verb.split()
        refused = CliRunner().invoke(cli, [name, str(tmp_path / "own words.csv"), *options])
        line = next(line for line in refused.stderr.splitlines() if line.startswith("cdi "))
        line = line.replace("MEANING", "recorded").replace("ANSWER", "yes")
        python = f"{shlex.quote(sys.executable)} -m"
        done = subprocess.run(["bash", "-c", f"{python} {line}"], capture_output=True, text=True, check=False)  # noqa: S607
        assert (done.returncode, "expected" in done.stderr) == (0, False)

    @pytest.mark.parametrize("verb", ["estimate", "check"])
    def test_what_was_typed_is_kept(self, tmp_path: Path, verb: str) -> None:
        path = file_of(tmp_path, self.ROWS)
        refused = CliRunner().invoke(cli, [verb, str(path), "--stratum", "", "--words", "Fail=not recorded"])
        assert f'cdi {verb} {path} --stratum "" --words "Fail=not recorded" --words Pass=recorded' in refused.stderr

    def test_a_meaning_that_was_left_open_is_asked_for_again(self, tmp_path: Path) -> None:
        with pytest.raises(CdiError) as caught:
            cdi.read_audit(file_of(tmp_path, self.ROWS), words={"Pass": "MEANING", "Fail": "not recorded"})
        assert [(item.code, item.got) for item in caught.value.faults] == [("word-meaning", "Pass=MEANING")]

    def test_many_are_answered_at_once_beyond_those_that_are_shown(self) -> None:
        words = [f"kind {chr(97 + i)} of outcome" for i in range(24)]
        with pytest.raises(CdiError) as caught:
            cdi.read_audit(pd.DataFrame({"decision": words * 2}))
        *_, answer, _ = str(caught.value).splitlines()
        assert all(f'"{word}": "MEANING"' in answer for word in words)

    def test_a_meaning_in_two_steps(self) -> None:
        table = pd.DataFrame({"recorded": ["Pass", "Pass", "no"]})
        found = cdi.read_audit(table, words={"Pass": "recorded", "recorded": "yes"})
        assert int(found.counted["_cdi_sum_recorded"].sum()) == 2

    def test_words_may_change_places(self) -> None:
        table = pd.DataFrame({"recorded": ["yes", "yes", "no"]})
        found = cdi.read_audit(table, words={"yes": "no", "no": "yes"})
        assert int(found.counted["_cdi_sum_recorded"].sum()) == 1

    def test_of_crimes_due(self) -> None:
        table = pd.DataFrame({"due": ["Crime", "No crime", "Crime"], "recorded": ["Done", "n/a", "no"]})
        found = cdi.read_audit(table, words={"crime": "yes", "no crime": "no", "done": "yes"})
        sums = {name: int(found.counted[f"_cdi_sum_{name}"].sum()) for name in ("due", "recorded")}
        assert sums == {"due": 2, "recorded": 1}

    @pytest.mark.parametrize(
        ("word", "meaning"),
        [
            ("✓", "yes"),
            ("✗", "no"),
            ("1 - Yes", "yes"),
            ("2 - No", "no"),
            ("Yes - wrong class", "ANSWER"),
            ("??", None),
        ],
    )
    def test_ticks_and_lists_of_codes_are_proposed(self, word: str, meaning: str | None) -> None:
        with pytest.raises(CdiError) as caught:
            cdi.read_audit(pd.DataFrame({"recorded": ["yes", word, word]}))
        assert str(caught.value).count(f': "{meaning or "ANSWER"}"') == 1

    def test_a_mistake_among_numbers_is_no_word(self) -> None:
        with pytest.raises(CdiError) as caught:
            cdi.read_audit(pd.DataFrame({"due": ["2", "x", "3"], "recorded": ["1", "1", "1"]}))
        assert [(item.code, item.got) for item in caught.value.faults] == [("not-a-number", "x")]

    def test_of_answers(self) -> None:
        rows = {"grounds": ["OK", "OK", "Poor"], "in_time": ["OK", "Poor", "-"], "recorded": [1, 1, 0]}
        words = {"ok": "yes", "poor": "no"}
        table = pd.DataFrame(rows)
        assert cdi.grounds(table, words=words).table.rows[-1].recorded == 2
        assert cdi.review(table, questions="grounds", words=words).table.rows[-1].recorded == 2
        timely = cdi.timeliness(table, timely="in_time", words=words).table.rows[0]
        assert (timely.recorded, timely.n) == (1, 2)

    @pytest.mark.parametrize("meaning", ["good", "", "perhaps"])
    def test_a_meaning_that_is_none_is_refused(self, meaning: str) -> None:
        with pytest.raises(CdiError) as caught:
            cdi.read_audit(pd.DataFrame({"decision": ["Pass"]}), words={"Pass": meaning})
        assert [item.code for item in caught.value.faults] == ["word-meaning"]

    def test_words_are_a_mapping(self) -> None:
        with pytest.raises(cdi.DesignError, match="a mapping from each word"):
            cdi.read_audit(pd.DataFrame({"decision": ["Pass"]}), words=["Pass"])  # type: ignore[arg-type]


STANDARD: dict[str, list[str]] = {
    "decision": [*DECISIONS],
    "recorded": ["yes", "no"],
    "grounds": ["yes", "no"],
    "effective": ["yes", "no", "n/a"],
    "in_time": ["yes", "no"],
}
"""Column -> the words that are read in it."""

ESTIMATES: dict[str, Callable[..., Any]] = {
    "decision": lambda rows, words: cdi.estimate(rows, by="kind", words=words),
    "recorded": lambda rows, words: cdi.estimate(rows, by="kind", words=words),
    "grounds": lambda rows, words: cdi.grounds(rows, by="kind", words=words),
    "effective": lambda rows, words: cdi.review(rows, questions="effective", by="kind", words=words),
    "in_time": lambda rows, words: cdi.timeliness(rows, timely="in_time", by="kind", words=words),
}

own_word = st.text(st.characters(categories=["L", "Nd", "P", "S", "Zs"]), min_size=1, max_size=12).filter(
    lambda word: word.strip() == word and word.upper().casefold() == word.casefold() and any(map(str.isalpha, word))
)


class TestAnyWords:
    @pytest.mark.parametrize("column", STANDARD)
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    @pytest.mark.long
    def test_that_mean_the_standard_ones_give_the_same_estimates(
        self, tmp_path_factory: pytest.TempPathFactory, column: str, data: st.DataObject
    ) -> None:
        standard = STANDARD[column]
        own = data.draw(
            st.lists(own_word, min_size=len(standard), max_size=len(standard), unique_by=answers.plain_word)
        )
        drawn = [*standard, *data.draw(st.lists(st.sampled_from(standard), min_size=6, max_size=30))]
        table = {"kind": [f"k{i % 2}" for i in range(len(drawn))], column: drawn}
        if column == "in_time":
            table["recorded"] = ["1"] * len(drawn)
        plain = ESTIMATES[column](pd.DataFrame(table), {}).table
        meaning = dict(zip(standard, own, strict=True))
        # as many spellings as people have: capitals, stray signs, several spaces
        written = [data.draw(st.sampled_from([meaning[word], f" {meaning[word].upper()} ."])) for word in drawn]
        rows = pd.DataFrame({**table, column: written})
        words = {word: standard_word for standard_word, word in meaning.items()}
        assert ESTIMATES[column](rows, words).table == plain
        path = tmp_path_factory.mktemp("own") / "own.csv"
        rows.to_csv(path, index=False)
        assert ESTIMATES[column](path, words).table == plain


class TestWordsOfAMapping:
    @pytest.mark.parametrize("question", [[], ["--question", "Effective"]])
    def test_are_those_of_the_questions_of_a_review_too(self, tmp_path: Path, question: list[str]) -> None:
        rows = "".join(f"{i},{'Poor' if i % 4 == 0 else 'OK'}\n" for i in range(40))
        path = file_of(tmp_path, f"Case files,\n,\nFile no,Effective\n{rows}40,N/C\n")
        mapping = tmp_path / "mapping.toml"
        words = 'OK = "yes"\nPoor = "no"\n"N/C" = "n/a"\n'
        text = f'[reading]\nheader_row = 3\n[reading.columns]\ncase = "File no"\n[reading.words]\n{words}'
        mapping.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(cli, ["review", str(path), "--mapping", str(mapping), *question, "--format", "csv"])
        assert done.exit_code == 0
        assert "0.75" in done.output


class TestNothingToBeTimed:
    @pytest.mark.parametrize("word", ["N/A", "n/a", "not applicable", "-", None, ""])
    def test_where_nothing_was_recorded_the_question_does_not_arise(self, word: str | None) -> None:
        table = pd.DataFrame({"recorded": [1, 1, 0, 0], "in_time": ["yes", "no", word, word]})
        found = cdi.timeliness(table, timely="in_time").table.rows
        assert [(row.measure.key, row.recorded, row.n) for row in found] == [("timely", 1, 2), ("timely-due", 1, 4)]

    def test_where_something_was_it_does(self) -> None:
        table = pd.DataFrame({"recorded": [1, 1], "in_time": ["yes", "N/A"]})
        with pytest.raises(cdi.DataError) as caught:
            cdi.timeliness(table, timely="in_time")
        assert [item.code for item in caught.value.faults] == ["not-yes-no"]


class TestMapping:
    """What is open in a mapping stands in it as comments to choose from."""

    def test_words_that_are_not_known_are_listed_with_what_they_may_mean(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, "Incident,Auditor Decision\n1,Pass\n2,Pass\n3,Not  crimed.\n4,N/C\n5,Recorded\n")
        found = cdi.open_sheets(path)
        assert found.toml.splitlines()[-4:] == [
            "[reading.words]",
            '# "Pass" = "recorded"  # rows: 2',
            '# "Not crimed" = "not recorded"  # rows: 1',
            '# "N/C" = "MEANING"  # rows: 1',
        ]
        chosen = found.toml.replace('# "Pass"', '"Pass"').replace('# "Not', '"Not')
        chosen = chosen.replace('# "N/C" = "MEANING"', '"N/C" = "no crime"')
        mapping = tmp_path / "mapping.toml"
        mapping.write_text(chosen, encoding="utf-8")
        audit = cdi.open_sheets(path, mapping=mapping).audit
        assert audit is not None
        assert audit.decisions is not None
        kept = {word: rows for word, rows in audit.decisions.items() if rows}
        assert kept == {"recorded": 3, "not recorded": 1, "no crime": 1}

    def test_a_table_of_counts_is_asked_about(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, "Offence,Required,Recorded\nViolence,40,36\nSexual,20,17\nTotal,60,53\n")
        found = cdi.open_sheets(path)
        assert [item.code for item in found.faults] == ["either-layout"]
        assert [line for line in found.toml.splitlines() if "layout" in line] == [
            f"# {line}" for line in wording.LAYOUTS_LEFT
        ]
        mapping = tmp_path / "mapping.toml"
        mapping.write_text(found.toml.replace('# layout = "counts"', 'layout = "counts"'), encoding="utf-8")
        given = ["--mapping", str(mapping), "--by", "Offence", "--format", "csv"]
        done = CliRunner().invoke(cli, ["estimate", str(path), *given])
        assert done.exit_code == 0
        assert "Violence,recording rate,0.9," in done.output

    def test_counts_beside_a_list_of_reports_are_a_summary(self, tmp_path: Path) -> None:
        listed = file_of(tmp_path, "Incident,Required,Recorded\n" + "".join(f"{i},1,1\n" for i in range(30)))
        summary = tmp_path / "summary.csv"
        summary.write_text("Offence,Required,Recorded\nViolence,40,36\nSexual,20,17\n", encoding="utf-8")
        assert [each.use for each in cdi.open_sheets([listed, summary]).sheets] == ["data", "other"]

    def test_no_other_layout(self, tmp_path: Path) -> None:
        mapping = tmp_path / "mapping.toml"
        mapping.write_text('[reading]\nlayout = "wide"\n', encoding="utf-8")
        with pytest.raises(cdi.DataError, match="a layout: records or counts"):
            cdi.open_sheets(file_of(tmp_path, TestOwnWords.ROWS), mapping=mapping)
