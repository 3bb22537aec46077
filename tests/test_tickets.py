"""Tickets: they are the SHA-256 that anybody can work out, and DuckDB writes the same text as Python."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError
from cdi.selection.tickets import json_sql, prefix_of, seed_of, share_of, text_of_id, ticket, tickets

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

REFERENCE = {
    # printf '%s' ARRAY | sha256sum, of coreutils
    ("4 6 1 3 2", ("calls",), "2024/0017"): "3068e1ab625040d6d7186797bc4ea3d83142646add9f509a68ae7db144b68940",
    ("4 6 1 3 2", (), "7"): None,
    ("seed", ("calls", "2 to 5"), "007"): None,
    ("Würfel", ('front "desk"', "a\\b"), "犯罪\t🚓"): None,
}


def by_hand(seed: str, stratum: tuple[str, ...], unit: str) -> str:
    """Work a ticket out as docs/draw.md tells an outsider to: the array is written, and hashed."""
    array = json.dumps([seed, *stratum, unit], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(array.encode("utf-8")).hexdigest()


class TestTicket:
    @pytest.mark.parametrize("of", REFERENCE)
    def test_is_what_another_program_works_out(self, of: tuple[str, tuple[str, ...], str]) -> None:
        assert ticket(*of) == by_hand(*of)
        assert REFERENCE[of] in (None, ticket(*of))

    def test_writes_whole_numbers_as_their_digits(self) -> None:
        assert ticket(7, [2], 7) == ticket("7", ["2"], "7")
        assert ticket(1, (), np.int64(7)) == ticket("1", (), "7")
        assert ticket(1, (), "007") != ticket(1, (), 7)

    def test_keeps_parts_apart(self) -> None:
        assert len({ticket("s", ["a", "b"], "c"), ticket("s", ["a,b"], "c"), ticket("s", ["a"], "b,c")}) == 3

    @pytest.mark.parametrize("unit", [7.0, True, b"7", None, "", "  ", "\ud83d", float("nan"), np.float64(7)])
    def test_refuses_ids_that_are_written_in_several_ways(self, unit: object) -> None:
        with pytest.raises(DataError):
            ticket("s", (), unit)

    @pytest.mark.parametrize("seed", ["", " \t", None, 1.5, True, "\udc80"])
    def test_refuses_what_is_no_seed(self, seed: object) -> None:
        with pytest.raises(DataError):
            ticket(seed, (), "1")

    @given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=5), TEXTS.filter(str.strip))
    def test_of_several_are_those_of_each(self, units: list[str], seed: str) -> None:
        assert tickets(seed, ["a"], units) == [ticket(seed, ["a"], unit) for unit in units]

    def test_is_offered(self) -> None:
        assert cdi.ticket is ticket


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the command of Linux that docs/draw.md names")
def test_the_docs_say_how_to_work_one_out_by_hand() -> None:
    page = (Path(__file__).parent.parent / "docs" / "draw.md").read_text(encoding="utf-8")
    command, printed = re.findall(r"```sh\n(printf .*? \| sha256sum)\n```\n\n```sha256\n([0-9a-f]{64})\n```", page)[0]
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=True, encoding="ascii")  # noqa: S607
    assert done.stdout.split()[0] == printed
    assert printed == ticket("4 6 1 3 2", ["control room"], "2024/00708")


class TestShare:
    @given(st.binary(min_size=32, max_size=32))
    def test_is_a_number_between_0_and_1_in_the_order_of_tickets(self, digest: bytes) -> None:
        share = share_of(digest.hex())
        assert 0 < share < 1
        assert share >= int.from_bytes(digest[:6], "big") / 2**48

    def test_is_exact_at_both_ends(self) -> None:
        assert share_of("0" * 64) == 2.0**-53
        assert share_of("f" * 64) == 1 - 2.0**-53


def quoted(texts: list[str]) -> list[str]:
    """Have DuckDB quote some texts."""
    query = f"select {json_sql('x')} from (select unnest(?::varchar[]) as x)"  # noqa: S608
    return [row[0] for row in CONNECTION.execute(query, [texts]).fetchall()]


CONNECTION = duckdb.connect()


class TestSql:
    @settings(max_examples=60)
    @given(st.lists(TEXTS, min_size=1, max_size=50))
    def test_quotes_as_python_does(self, texts: list[str]) -> None:
        assert quoted(texts) == [json.dumps(text, ensure_ascii=False) for text in texts]

    def test_quotes_every_sign_as_python_does(self) -> None:
        """All control signs, and what looks like the escape of one."""
        texts = [
            *map(chr, range(0x300)),
            "\\u000B",
            "\\u000b\x0b",
            '"\\"',
            "\\\x00",
            "\x7f\x80\u2028\u2029",
            "🚓\uffff",
        ]
        assert quoted(texts) == [json.dumps(text, ensure_ascii=False) for text in texts]


def test_prefixes_are_the_beginning_of_the_array() -> None:
    array = json.dumps(["s", 'a"b', "7"], ensure_ascii=False, separators=(",", ":"))
    assert array.startswith(prefix_of("s", ['a"b']))
    assert hashlib.sha256(array.encode()).hexdigest() == ticket("s", ['a"b'], 7)
    assert (seed_of(7), text_of_id(7)) == ("7", "7")
