"""From numbers to text: rounding, the formats, and files that are written whole."""

from __future__ import annotations

import contextlib
import csv
import html
import io
import json
import os
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.cli.app import cli
from cdi.measures import MEASURES
from cdi.printing import formats
from cdi.printing.formats import (
    IN_WORDS,
    NOISE,
    count,
    half_width,
    outward,
    parse_proportion,
    percent,
    proportion,
    round_down,
    unit_of,
    write,
)
from cdi.printing.layout import SURFACES, csv_of
from cdi.printing.layouts import lay_out
from cdi.printing.tables import arrange
from cdi.survey.estimates import Subject
from tests.strategies import Sample, samples

RATES = st.floats(-2, 2)


class TestAllAndNone:
    """What is printed of a proportion never claims all or none where some are not."""

    @given(st.integers(0, 10**7), st.integers(1, 10**7), st.sampled_from(["", "low", "high"]))
    @example(29_999, 30_000, "")
    @example(1, 10_000_000, "high")
    def test_all_and_none_are_claimed_of_all_and_none_only(self, part: int, more: int, end: str) -> None:
        whole = part + more - 1 or 1
        text = proportion(part / whole, end)
        assert (text == "100.0") == (part == whole)
        assert (text == "0.0") == (part == 0)

    @given(st.floats(0, 1))
    @example(2e-12)
    def test_an_interval_is_never_printed_narrower_where_it_is_near_an_end(self, rate: float) -> None:
        if NOISE < rate < 0.0005 or 0.9995 <= rate < 1 - 1e-9:
            low, high = (proportion(rate, end) for end in ("low", "high"))
            assert (low, high) == (("<0.1", "0.1") if rate < 0.5 else ("99.9", ">99.9"))

    @given(st.floats(0.001, 0.999))
    def test_elsewhere_it_is_the_percentage(self, rate: float) -> None:
        assert {proportion(rate, end) for end in ("", "low", "high")} == {percent(rate)}

    def test_noise_is_no_crime(self) -> None:
        assert proportion(1 - 2e-16) == "100.0"
        assert proportion(2e-16) == "0.0"


class TestPercent:
    @pytest.mark.parametrize(
        ("rate", "text"),
        [
            (0.8735, "87.4"),  # .8735 * 100 is 87.35000000000001 by luck; .9145 * 100 is 91.45 and its neighbour less
            (0.9145, "91.5"),
            (0.0005, "0.1"),
            (0.00049, "0.0"),
            (-0.0005, "-0.1"),
            (-0.8735, "-87.4"),
            (1.0, "100.0"),
            (0, "0.0"),
            (0.9995, "100.0"),
            (1e-7, "0.0"),
        ],
    )
    def test_rounds_half_away_from_zero_on_what_the_number_prints_as(self, rate: float, text: str) -> None:
        assert percent(rate) == text

    @given(RATES, st.integers(0, 4))
    def test_is_decimal_arithmetic(self, rate: float, places: int) -> None:
        exact = Decimal(repr(rate)) * 100
        found = Decimal(percent(rate, places))
        step = Decimal(10) ** -places
        assert -found.as_tuple().exponent == places
        assert abs(found) == abs(exact).quantize(step, ROUND_HALF_UP)
        assert abs(found - exact) <= step / 2

    @given(RATES)
    def test_there_is_no_minus_zero(self, rate: float) -> None:
        assert not re.fullmatch(r"-0\.0*", percent(rate))
        assert percent(-rate).removeprefix("-") == percent(rate).removeprefix("-")

    def test_of_a_half_width(self) -> None:
        assert half_width(0.826, 0.922) == "4.8"
        assert half_width(0.8, 0.901) == "5.1"  # .901 - .8 is .10099999999999998: the half is still 5.05
        assert half_width(0.9, 0.9) == "0.0"
        assert half_width(0.9997, 0.9999) == "<0.1"
        assert half_width(0.9997, 0.9999, IN_WORDS) == "less than 0.1"

    @given(st.integers(0, 10_000), st.integers(0, 10_000))
    def test_half_widths_are_decimal_too(self, a: int, b: int) -> None:
        low, high = sorted((a, b))
        exact = (Decimal(high) - Decimal(low)) / 200
        rounded = str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
        assert half_width(low / 10_000, high / 10_000) == ("<0.1" if rounded == "0.0" and a != b else rounded)


COUNTS = st.one_of(st.floats(0, 5e6), st.integers(0, 5_000_000).map(float))


def number(text: str) -> int:
    return int(text.replace(",", ""))


class TestCounts:
    @pytest.mark.parametrize(("estimate", "unit"), [(0, 10), (999.9, 10), (1000, 100), (13_112.4, 100), (-1200, 100)])
    def test_are_rounded_to_100_or_to_10_below_1000(self, estimate: float, unit: int) -> None:
        assert unit_of(estimate) == unit

    @pytest.mark.parametrize(
        ("value", "unit", "text"),
        [
            (13_112.4, 100, "13,100"),
            (13_150, 100, "13,200"),
            (424.9, 10, "420"),
            (425, 10, "430"),
            (0, 10, "0"),
            (4.9, 10, "fewer than 10"),
            (5, 10, "10"),
            (1_234_567, 100, "1,234,600"),
        ],
    )
    def test_to_the_nearest(self, value: float, unit: int, text: str) -> None:
        assert count(value, unit) == text

    @given(COUNTS)
    def test_nearest_is_within_half_a_unit(self, value: float) -> None:
        text = count(value, unit_of(value))
        if text.startswith("fewer"):
            assert 0 < value < 5
        else:
            assert abs(number(text) - value) <= unit_of(value) / 2 + 1e-6
            assert number(text) % unit_of(value) == 0

    @given(COUNTS, COUNTS, st.sampled_from([1, 10, 100]))
    def test_an_interval_only_grows(self, a: float, b: float, unit: int) -> None:
        low, high = sorted((a, b))
        ends = outward(low, high, unit)
        noise = 1e-11 * high
        assert ends[0] - noise <= low < ends[0] + unit + noise
        assert ends[1] - unit - noise < high <= ends[1] + noise
        assert all(end % unit == 0 for end in ends)

    def test_the_noise_of_floats_is_no_part_of_a_count(self) -> None:
        """A share of a whole number is that number again, and R (1 - p) / p of 9,000 at .9 is 1,000."""
        unrecorded = 9_000 * (1 - 0.9) / 0.9
        assert unrecorded < 1000
        assert outward(unrecorded, unrecorded, 100) == (1_000, 1_000)
        assert round_down(unrecorded, large=True) == round_down(unrecorded, large=False) == 1000
        assert unit_of(unrecorded) == 100
        for population in (49, 100, 182, 2000):
            for part in range(population + 1):
                value = part / population * population
                assert outward(value, value, 1) == (part, part)

    @pytest.mark.parametrize(
        ("value", "large", "floored"),
        [
            (13_155.9, True, 13_100),
            (436, True, 400),
            (99.9, True, 0),
            (429.9, False, 420),
            (999.9, False, 990),
            (1_099, False, 1_000),
            (9.9, False, 0),
            (0, True, 0),
        ],
    )
    def test_more_than_is_rounded_down(self, value: float, large: bool, floored: int) -> None:
        assert round_down(value, large=large) == floored

    @given(COUNTS, st.booleans())
    def test_more_than_is_never_more(self, value: float, large: bool) -> None:
        floored = round_down(value, large=large)
        unit = 100 if large or floored >= 1000 else 10
        assert floored <= value * (1 + 1e-11) < floored + unit + 1e-6
        assert floored % unit == 0


class TestProportions:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("95%", 0.95), ("91.4%", 0.914), ("0.95", 0.95), (".95", 0.95), (" 95 % ", 0.95), ("1", 1.0), ("0", 0.0),
            ("100%", 1.0), ("0.5%", 0.005),
        ],
    )  # fmt: skip
    def test_are_read_in_both_spellings(self, text: str, value: float) -> None:
        assert parse_proportion(text) == value

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("91.4", "Write 91.4% or 0.914."),
            ("95", "Write 95% or 0.95."),
            ("1.5", "Write 1.5% or 0.015."),
            ("1e1", "Write 10% or 0.1."),
        ],
    )
    def test_a_bare_percentage_shows_both(self, text: str, shown: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            parse_proportion(text)
        assert caught.value.faults[0].code == "bare-percent"
        assert str(caught.value) == f"expected a proportion, but found {text}. {shown}"

    @pytest.mark.parametrize(
        "text",
        ["", "%", "nan", "sNaN", "NaN%", "inf", "-inf%", "-0.5", "101", "101%", "95,0%", "95%%", "x", "1e9999999"],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            parse_proportion(text)
        assert caught.value.faults[0].code == "not-a-proportion-text"

    @given(st.decimals(0, 100, places=4))
    def test_what_is_printed_is_read_back(self, value: Decimal) -> None:
        assert parse_proportion(f"{value}%") == float(value / 100) == parse_proportion(f"{value / 100:f}")

    @given(st.text())
    def test_no_text_ends_in_a_traceback(self, text: str) -> None:
        with contextlib.suppress(cdi.DataError):
            assert 0 <= parse_proportion(text) <= 1


SPITEFUL = [
    "a|b", "<script>alert(1)</script>", "\"double\" and 'single'", "`code`", "*bold* _it_ ~~gone~~ $x$", "[link](http://x)",
    "two\nlines", "tab\tand\rreturn", "\u202egnp.exe", "\u200fright", "\x1b[31mred\x1b[0m", "x" * 200, "&amp; &", "---",
    "\\", "#1", "犯罪", "Körperverletzung", "</td></tr></table>", "{{ 7 * 7 }}", "more\u2028lines",
]  # fmt: skip


def spiteful_page() -> Any:
    rows = pd.DataFrame(
        {"kind": [kind for kind in SPITEFUL for _ in range(4)], "recorded": [1, 1, 0, 1] * len(SPITEFUL)}
    )
    return lay_out(cdi.estimate(rows, by="kind").table)


class Cells(HTMLParser):
    """Collects what a browser would show in the heads of rows, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.heads: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in {"src", "href"} for name, _ in attrs)
        if ("scope", "row") in attrs:
            self.inside = True
            self.heads.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag != "th"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.heads[-1] += data


def harmless(text: str) -> str:
    signs = {
        "\n": " ",
        "\r": " ",
        "\t": " ",
        "\u202e": "\\u202e",
        "\u200f": "\\u200f",
        "\x1b": "\\x1b",
        "\u2028": "\\u2028",
    }
    return "".join(signs.get(sign, sign) for sign in text)


class TestSpitefulNames:
    def test_are_inert_in_html(self) -> None:
        page = SURFACES["html"](spiteful_page())
        cells = Cells()
        cells.feed(page)
        assert not {"script", "img", "a", "iframe"} & cells.tags
        assert set(cells.heads) == {harmless(name) for name in [*SPITEFUL, "all"]}
        assert "\x1b" not in page
        assert page.count("<table>") == page.count("</table>") == 1

    def test_stay_one_cell_in_markdown(self) -> None:
        page = SURFACES["markdown"](spiteful_page())
        rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---:")]
        assert len(rows) == len(SPITEFUL) + 3  # head, rule, all
        assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows} == {9}
        assert "<script" not in page
        assert not re.search(r"(?<!\\)\]\(", page)
        shown = {re.sub(r"\\([\W_])", r"\1", html.unescape(re.split(r"(?<!\\)\|", row)[1].strip())) for row in rows}
        assert "`code`" in shown
        assert "[link](http://x)" in shown
        assert "*bold* _it_ ~~gone~~ $x$" in shown

    def test_leave_a_text_table_legible_in_80_columns(self) -> None:
        from rich.cells import cell_len

        page = SURFACES["text"](spiteful_page())
        assert max(map(cell_len, page.splitlines())) <= 80
        assert all(sign.isprintable() for sign in page.replace("\n", ""))
        body = [line for line in page.splitlines() if re.search(r" 75\.0 ", line)]
        assert len(body) == len(SPITEFUL) + 1
        assert {tuple(line.split()[-9:-3]) for line in body[:-1]} == {("75.0", "30.1", "95.4", "4", "3", "4")}
        assert page.count("x" * 30) >= 5

    def test_are_kept_as_they_are_in_json_and_in_csv_but_for_formulas(self) -> None:
        page = spiteful_page()
        lines = list(csv.DictReader(io.StringIO(SURFACES["csv"](page), newline="")))
        rows = json.loads(SURFACES["json"](page))["rows"]
        assert {row["kind"] for row in rows} == {*SPITEFUL, "all"}
        assert {line["kind"] for line in lines} == {*SPITEFUL, "all", "'---"} - {"---"}


FORMULAS = ['=HYPERLINK("http://x")', "+1", "-x", "@SUM(A1)", "＝1", "'=1", "''+2", "'70s", "plain"]

VERBS: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", "audit.csv", "--by", "kind", "--volumes", "volumes.csv"),
    "grounds": ("grounds", "searches.csv", "--by", "kind"),
    "contrast": ("grounds", "searches.csv", "--by", "kind", "--contrast"),
    "review": ("review", "audit.csv", "--question", "recorded", "--by", "kind"),
    "compare": ("compare", "audit.csv", "last.csv", "--by", "kind"),
    "coverage": ("coverage", "audit.csv", "--by", "kind", "--draws", "20", "--processes", "1"),
    "timeliness": ("timeliness", "audit.csv", "--by", "kind"),
    "forces": ("forces", "results.csv"),
}


@pytest.fixture(scope="module")
def formulas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold files whose categories, or forces, are what a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("formulas")
    rows = [
        (kind, int(i % 6 > 0), f"2024-{i % 12 + 1:02}", "2024-01-01 10:00", "2024-01-01 12:00" if i % 6 else "")
        for kind in FORMULAS
        for i in range(36)
    ]
    columns = ["kind", "recorded", "month", "reported_at", "recorded_at"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.to_csv(folder / "audit.csv", index=False)
    frame.to_csv(folder / "last.csv", index=False)
    frame[["kind", "recorded"]].set_axis(["kind", "grounds"], axis=1).to_csv(folder / "searches.csv", index=False)
    pd.DataFrame({"kind": FORMULAS, "recorded_crime": 1000}).to_csv(folder / "volumes.csv", index=False)
    forces = pd.DataFrame({"force": FORMULAS, "rate": [0.9, 0.8, *[0.95] * (len(FORMULAS) - 2)], "half_width": 0.03})
    forces.assign(source="synthetic").to_csv(folder / "results.csv", index=False)
    return folder


class TestSpreadsheets:
    @pytest.mark.parametrize("verb", VERBS)
    def test_run_no_text_of_the_user(self, verb: str, formulas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(formulas)
        done = CliRunner().invoke(cli, [*VERBS[verb], "--format", "csv"])
        assert done.exit_code == 0, done.output
        rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        names = {row["force" if verb == "forces" else "kind"] for row in rows}
        assert {*FORMULAS[-2:], *(f"'{name}" for name in FORMULAS[:-2])} <= names
        cells = [cell for row in rows for cell in row.values()]
        assert not [
            cell for cell in cells if re.match(r"[=+@\t\r\n＝-]", cell) and not re.fullmatch(r"-[\d.e-]+", cell)
        ]

    def test_texts_are_given_back_by_taking_off_one_apostrophe(self) -> None:
        texts = [*FORMULAS, "\tcell", "\rreturn", "\nline"]  # in a file the first is trimmed, the second refused
        lines = list(csv.reader(io.StringIO(csv_of(["-kind"], [[name] for name in texts]), newline="")))
        read = [line[0][1:] if re.match(r"'+[=+@\t\r\n＝-]", line[0]) else line[0] for line in lines]
        assert read == ["-kind", *texts]

    def test_can_still_add_up_what_is_negative(self) -> None:
        assert csv_of(["low", "n"], [[-0.5, -3], [-1e-9, None]]) == "low,n\n-0.5,-3\n-1e-09,\n"


class TestNumbersForMachines:
    @given(samples(), st.sampled_from(["wilson", "wald", "korn-graubard"]), st.sampled_from(["both", "lower"]))
    def test_read_back_to_the_same_floats(self, sample: Sample, method: str, side: str) -> None:
        rates = cdi.recording_rate(sample.audit(), "type")
        missing = cdi.unrecorded(rates, {row.label: 12_345 for row in rates.rows[:-1]})
        table = arrange(rates, missing, method=method, side=side)
        page = lay_out(table)
        rows = json.loads(SURFACES["json"](page))["rows"]
        lines = list(csv.DictReader(io.StringIO(SURFACES["csv"](page))))
        assert len(rows) == len(lines) == len(table.rows)
        for values, row, line in zip(table.values(), rows, lines, strict=True):
            assert list(row) == list(line) == list(table.columns)
            for value, (name, text) in zip(values, line.items(), strict=True):
                assert row[name] == value
                assert type(row[name]) is type(value)
                assert text == ("" if value is None else str(value))
                assert not isinstance(value, float) or float(text) == value

    def test_json_says_what_it_is(self) -> None:
        page = lay_out(cdi.estimate(pd.DataFrame({"recorded": [1, 0, 1]})).table)
        document = json.loads(SURFACES["json"](page))
        assert list(document) == ["schema", "rows", "statements"]
        assert document["schema"] == "cdi.estimates/1"
        assert tuple(document["statements"]) == page.statements

    def test_every_format_ends_with_one_line_end(self) -> None:
        page = lay_out(cdi.estimate(pd.DataFrame({"recorded": [1, 0, 1]})).table)
        for name, form in SURFACES.items():
            text = form(page)
            assert text == form(page)
            assert "\r" not in text
            assert text.rstrip("\n") + "\n" == text or name == "html"


class TestPages:
    def test_html_is_a_whole_page_with_its_language(self) -> None:
        page = SURFACES["html"](lay_out(cdi.estimate(pd.DataFrame({"recorded": [1, 0, 1]})).table))
        assert page.startswith(f'<!DOCTYPE html>\n<html lang="{wording.LANGUAGE}">')
        assert '<meta charset="utf-8">' in page
        assert "<title>Recording rate, 95% confidence intervals (wilson)</title>" in page
        assert re.search(r'<th scope="row"><bdi>all</bdi></th>\s*<td>66\.7</td>', page)

    def test_markdown_aligns_numbers_right(self) -> None:
        text = SURFACES["markdown"](lay_out(cdi.estimate(pd.DataFrame({"recorded": [1, 0, 1]})).table))
        assert text.splitlines()[3].startswith("| --- | ---: | ---: |")


class TestFiles:
    def test_are_written_in_utf_8_with_plain_line_ends(self, tmp_path: Path) -> None:
        write("± 4.8\n犯罪\n", tmp_path / "rates.txt")
        assert (tmp_path / "rates.txt").read_bytes() == "± 4.8\n犯罪\n".encode()

    @pytest.mark.parametrize("step", ["replace", "open"])
    def test_are_whole_or_not_there(self, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        target = tmp_path / "rates.csv"
        target.write_text("before\n", encoding="utf-8")

        def fail(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, step, fail)
        with pytest.raises(cdi.DataError) as caught:
            write("after\n", target)
        monkeypatch.undo()
        assert caught.value.faults[0].code == "cannot-write"
        assert caught.value.faults[0].where.file == str(target)
        assert [path.name for path in tmp_path.iterdir()] == ["rates.csv"]
        assert target.read_text(encoding="utf-8") == "before\n"

    def test_leave_nothing_behind_when_stopped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            write("after\n", tmp_path / "rates.csv")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("place", ["no/rates.csv", ".", "file.txt/rates.csv", "x" * 300])
    def test_a_place_that_cannot_be_is_said(self, place: str, tmp_path: Path) -> None:
        (tmp_path / "file.txt").write_text("", encoding="utf-8")
        with pytest.raises(cdi.DataError) as caught:
            write("text", tmp_path / place)
        assert caught.value.faults[0].code == "cannot-write"
        assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]

    def test_can_be_read_by_those_who_may_read_other_new_files(self, tmp_path: Path) -> None:
        (tmp_path / "other.txt").write_text("", encoding="utf-8")
        write("text", tmp_path / "rates.txt")
        assert (tmp_path / "rates.txt").stat().st_mode == (tmp_path / "other.txt").stat().st_mode

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
    def test_a_device_or_pipe_is_written_to_and_not_replaced(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        try:
            write("text\n", pipe)
            assert os.read(reader, 100) == b"text\n"
        finally:
            os.close(reader)
        assert pipe.is_fifo()


@given(st.text(max_size=60))
@example("\x00")
@example("| a | b |")
def test_any_category_name_gives_a_table_in_every_format(name: str) -> None:
    rates = cdi.of_counts(21, 24)
    named = type(rates)(("kind",), (Subject((name,), MEASURES["share"]),), rates.basis, None)
    page = lay_out(arrange(named))
    text = SURFACES["text"](page)
    assert " 87.5 " in text
    assert all(
        sign.isprintable() or sign.isspace() or unicodedata.category(sign) in {"Cn", "Co", "Zs"} for sign in text
    )
    assert SURFACES["markdown"](page).count("\n| ") == 3
    assert json.loads(SURFACES["json"](page))["rows"][0]["kind"] == name
    Cells().feed(SURFACES["html"](page))


@pytest.mark.parametrize("value", [1e15, 2.5e27, 8.597176623281389e32, 1e300])
def test_no_number_is_too_large_to_be_rounded(value: float) -> None:
    low, high = formats.outward(value, value, 100)
    assert low <= high <= low + 100
    assert formats.nearest(value, 100) in {low, high}
