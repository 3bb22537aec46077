"""Files that are damaged, or not of their kind: every verb refuses them with a sentence, none with a traceback."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cdi.cli.app import cli

RECORDS = "cluster,due,recorded\n" + "".join(f"r{i},1,{i % 2}\n" for i in range(12))
OPEN_DOCUMENT = Path(__file__).parent / "cases" / "accessible.ods"
VERBS = (["check"], ["open"], ["forces"], ["estimate", "good.csv", "--volumes"])


def workbook() -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    for line in RECORDS.splitlines():
        book.worksheets[0].append(line.split(","))
    book.save(held)
    return held.getvalue()


def parquet() -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table({"cluster": [f"r{i}" for i in range(12)], "recorded": [i % 2 for i in range(12)]}), held)
    return held.getvalue()


def spoiled(whole: bytes, seed: int, signs: int) -> bytes:
    """Write other bytes into a file at random places."""
    numbers, held = random.Random(seed), bytearray(whole)  # noqa: S311 (no secret)
    for _ in range(signs):
        held[numbers.randrange(len(held))] = numbers.randrange(256)
    return bytes(held)


def without_part(whole: bytes, part: str) -> bytes:
    source, held = zipfile.ZipFile(io.BytesIO(whole)), io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in source.namelist():
            if name != part:
                archive.writestr(name, source.read(name))
    return held.getvalue()


def method_of_no_program(whole: bytes) -> bytes:
    """Say of a part of an archive that it needs a version that there is not."""
    place = whole.rindex(b"PK\x01\x02")
    return whole[: place + 6] + b"\x4f\x00" + whole[place + 8 :]


def damaged() -> Iterator[tuple[str, bytes]]:
    book, table, text = workbook(), parquet(), RECORDS.encode()
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "no workbook")
    open_document = OPEN_DOCUMENT.read_bytes()
    for ending, whole in (("xlsx", book), ("parquet", table), ("ods", open_document)):
        # named by the place, not by its number: an archive that is packed a second later may be a byte longer, and the
        # processes that share the tests must name them alike
        for place, part in {"0": 0, "1": 1, "30": 30, "half": len(whole) // 2, "end": len(whole) - 10}.items():
            yield f"cut_{place}.{ending}", whole[:part]
        for seed in range(4):
            yield f"spoiled_{seed}.{ending}", spoiled(whole, seed, 12)
        yield f"text.{ending}", text
        yield f"nothing.{ending}", bytes(400)
        yield f"archive.{ending}", plain.getvalue()
    yield "version.xlsx", method_of_no_program(book)
    yield "version.ods", method_of_no_program(open_document)
    for part in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        yield f"without_{part.rpartition('/')[2]}.xlsx", without_part(book, part)
    yield "archive.csv", plain.getvalue()
    for name, held in {
        "empty": b"", "header": b"cluster,recorded\n", "one_column": b"recorded\nyes\nno\n", "commas": b",,,\n,,,\n",
        "quote": b'cluster,recorded\n"a,yes\n', "utf_16": RECORDS.encode("utf-16"), "bytes": bytes(range(256)) * 4,
        "nul": text.replace(b"r3", b"r\x003"), "huge": b"cluster,recorded\n" + b"x" * 300_000 + b",yes\nb,no\n",
        "wide": b",".join(b"c%d" % i for i in range(40)) + b"\n" + b",".join([b"1"] * 40) + b"\n",
        "undecided": b"cluster,decision\na,\nb,\n", "only_totals": b"cluster,due,recorded\nTotal,,\nAverage,,\n",
        **{
            f"weight_{weight}": f"cluster,recorded,weight\na,yes,{weight}\nb,no,{weight}\n".encode()
            for weight in ("0", "1e-170", "1e160", "5e-324", "1.7e308", "inf", "nan", "-1")
        },
    }.items():  # fmt: skip
        yield f"{name}.csv", held


FILES = dict(damaged())


@pytest.mark.parametrize("name", FILES)
def test_no_verb_ends_in_a_traceback(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(FILES[name])
    (tmp_path / "good.csv").write_text(RECORDS, encoding="utf-8")
    for verb in VERBS:
        done = CliRunner().invoke(cli, [*verb, name])
        assert done.exception is None or isinstance(done.exception, SystemExit), (verb, done.exception)
        assert done.exit_code in {0, 2}
        assert done.exit_code == 0 or "expected" in done.stderr or "Usage" in done.stderr
