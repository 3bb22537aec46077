"""No row, id or free text of what was audited reaches any file of a report, whichever file it stood in."""

from __future__ import annotations

import base64
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

import cdi
from cdi.inspecting.inspection import Inspection
from cdi.keyed import Key
from cdi.report.making import outputs
from tests.marked_rows import MARK, NUMBER, STAMPS, marked_inspection

KEY = Key(bytes(32))
PACKED = re.compile(rb"data:[\w/+.-]+;base64,([\w+/=]+)")


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    return cdi.read_inspection(marked_inspection(tmp_path_factory.mktemp("marked")))


@pytest.fixture(scope="module")
def files(inspection: Inspection) -> Mapping[str, bytes]:
    return outputs(cdi.assemble(inspection), KEY)


def chunks(png: bytes) -> Iterator[bytes]:
    """Every chunk of a picture, unpacked where it is packed."""
    place = 8
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        yield content
        if kind in {b"zTXt", b"iTXt"}:
            packed = content.rpartition(b"\0")[2]
            yield zlib.decompress(packed) if packed[:1] == b"x" else packed
        place += size + 12


def unpacked(name: str, content: bytes) -> Iterator[bytes]:
    """A file as it is, and everything that is packed in it: members of a workbook, pictures, what pictures say."""
    yield name.encode()
    yield content
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield book.comment
            for member in book.infolist():
                yield from (member.filename.encode(), member.comment, member.extra, book.read(member))
    if name.endswith(".png"):
        yield from chunks(content)
    if name.endswith(".html"):
        yield from (base64.b64decode(found) for found in PACKED.findall(content))


def holding(files: Mapping[str, bytes], pattern: bytes) -> set[str]:
    return {
        name
        for name, content in files.items()
        if any(re.search(pattern, part, re.IGNORECASE) for part in unpacked(name, content))
    }


@pytest.mark.long
def test_every_kind_of_input_is_read(inspection: Inspection, files: Mapping[str, bytes]) -> None:
    """Of a part that is left out nothing could reach any file."""
    there = {path.name for path in inspection.path.parent.iterdir()}
    assert {path.name for path in inspection.inputs} == there
    keys = [part.key for part in cdi.assemble(inspection).parts]
    assert keys == ["recording", "previous", "forces", "searches", "reviews", "times", "monthly"]
    assert len([name for name in files if name.startswith("charts/")]) >= 20


def test_every_column_holds_a_marker_or_has_one_beside_it(inspection: Inspection) -> None:
    for path in inspection.path.parent.glob("[!q]*.csv"):
        rows = path.read_text("utf-8").splitlines()[1:]
        assert all(MARK in row for row in rows), path.name
    for name in ("earlier_audit.csv", "reviews.csv"):
        assert NUMBER in (inspection.path.parent / name).read_text("utf-8")
    assert re.search(STAMPS, (inspection.path.parent / "times.csv").read_bytes())


@pytest.mark.parametrize("pattern", [MARK.encode(), re.escape(NUMBER).encode(), STAMPS])
def test_nothing_of_a_row_reaches_any_file(files: Mapping[str, bytes], pattern: bytes) -> None:
    assert holding(files, pattern) == set()


def test_the_search_finds_what_is_there(inspection: Inspection) -> None:
    """The marker as a printed category and in the force's name is found in every kind of file."""
    named = {"crime_type": {"violent": MARK}}
    shown = outputs(cdi.assemble(replace(inspection, force=MARK, title=MARK, forces=None, categories=named)), KEY)
    found = holding(shown, MARK.encode())
    assert {"report.html", "tables.xlsx", "estimates.csv", "estimates.json", "provenance.json"} <= found
    assert "charts/rates_by_crime_type.svg" in found
    page = shown["report.html"]
    assert [1 for packed in PACKED.findall(page) if MARK.encode() in base64.b64decode(packed)]
    with zipfile.ZipFile(io.BytesIO(shown["tables.xlsx"])) as book:
        assert MARK.encode() in book.read("docProps/core.xml")
