"""What is published says nothing of the private files to whoever lacks the key; nothing is overwritten unasked."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cdi
from cdi import keyed
from cdi.cli.app import cli
from cdi.inspecting.inspection import Inspection, SampleFiles
from cdi.keyed import Key, digest, found_key, key_file, made_key
from cdi.report.contents import Input, Report
from cdi.report.folder import PROVENANCE, bytes_within, read_report_folder, sealed
from cdi.report.making import outputs
from tests.test_report_placing import held, refusing
from tests.test_report_privacy import unpacked

KEY = Key(b"k" * 32)
ROWS = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))


def bare(folder: Path, **more: object) -> Report:
    """A report without parts, made of two files; see ``no_workbook``."""
    folder.mkdir(exist_ok=True)
    (folder / "audit.csv").write_text(ROWS, encoding="utf-8")
    (folder / "inspection.toml").write_text('force = "Exampleshire"\naudit.files = "audit.csv"\n', encoding="utf-8")
    about = Inspection(
        path=folder / "inspection.toml", force="Exampleshire", audit=SampleFiles((folder / "audit.csv",))
    )
    inputs = tuple(Input(name, digest((folder / name).read_bytes())) for name in ("audit.csv", "inspection.toml"))
    nothing = ((),) * 9
    made = Report(
        about, "Exampleshire", "Exampleshire", None, (), None, *nothing, contact=None, inputs=inputs, internal=False
    )
    return replace(made, **more)  # type: ignore[arg-type]


def codes(folder: Path, out: Path, *, replaced: bool = False) -> list[tuple[str, str]]:
    """Write a report that is refused: the file and the code of each fault."""
    report = bare(folder)
    before = {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in out.rglob("*")}
    with pytest.raises(cdi.DataError) as caught:
        cdi.write_report(report, out, replace=replaced)
    assert {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in out.rglob("*")} == before
    return [(os.path.relpath(str(each.where.file), out), each.code) for each in caught.value.faults]


def plant(out: Path, files: Mapping[str, bytes], key: Key | None = None, **outputs: str) -> None:
    """Write a provenance that lists files with their right digests, as nobody but who has a key could seal it."""
    out.mkdir(exist_ok=True)
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    known = {
        "schema": "cdi.provenance/2", "cdi": "0.1.0", "python": "3.11", "inspection": "inspection.toml",
        "date": None, "libraries": {}, "inputs": {}, "key": "", "seal": "",
        "outputs": {**{name: digest(content) for name, content in files.items()}, **outputs},
    }  # fmt: skip
    (out / PROVENANCE).write_text(json.dumps(known if key is None else sealed(known, key)), encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Mapping[str, bytes]]:
    """A report with all its files."""
    report = cdi.assemble(bare(tmp_path_factory.mktemp("whole")).inspection.path)
    return report, outputs(report, KEY)


@pytest.fixture(autouse=True)
def no_workbook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare report has no tables, and a workbook takes most of the time."""
    if "whole" not in request.fixturenames and request.cls is not TestVerb:
        monkeypatch.setattr("cdi.report.workbook.workbook", lambda _: b"workbook")


class TestOracle:
    def test_no_file_holds_a_digest_that_can_be_guessed(self, whole: tuple[Report, Mapping[str, bytes]]) -> None:
        """Every plain digest of an input, in any spelling, in all that is packed in any file."""
        report, made = whole
        guesses = []
        for name in ("audit.csv", "inspection.toml"):
            content = (report.inspection.path.parent / name).read_bytes()
            for kind in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sha3_256"):
                guesses += [hashlib.new(kind, content).digest(), hashlib.new(kind, name.encode() + content).digest()]
        found = [
            name
            for name, content in made.items()
            for part in unpacked(name, content)
            for guess in guesses
            if guess in part or guess.hex()[:16].encode() in part.lower()
        ]
        assert found == []

    def test_the_key_is_in_no_file(self, whole: tuple[Report, Mapping[str, bytes]]) -> None:
        _, made = whole
        assert not [name for name, content in made.items() for part in unpacked(name, content) if b"k" * 16 in part
                    or KEY.secret.hex().encode() in part]  # fmt: skip

    def test_equal_files_have_different_digests(self, tmp_path: Path) -> None:
        report = bare(tmp_path)
        twice = replace(report, inputs=(*report.inputs, Input("copy.csv", report.inputs[0].sha256)))
        known = json.loads(outputs(twice, KEY)[PROVENANCE])
        assert len(set(known["inputs"].values())) == 3

    def test_a_saved_report_holds_no_digest_and_is_written_alike(self, tmp_path: Path) -> None:
        report = bare(tmp_path)
        saved = pickle.dumps(report)
        assert report.inputs[0].sha256.encode() not in saved
        assert report.inputs[0].sha256 not in repr(report.inputs)
        again = pickle.loads(saved)  # noqa: S301 - our own bytes
        assert outputs(again, KEY) == outputs(report, KEY)
        (tmp_path / "audit.csv").unlink()
        with pytest.raises(cdi.DataError) as caught:
            outputs(again, KEY)
        assert [each.code for each in caught.value.faults] == ["input-gone"]

    def test_same_inputs_and_key_give_the_same_bytes(self, tmp_path: Path) -> None:
        assert outputs(bare(tmp_path), KEY) == outputs(bare(tmp_path), KEY)
        known, other = (json.loads(outputs(bare(tmp_path), key)[PROVENANCE]) for key in (KEY, Key(b"x" * 32)))
        assert {name for name in known if known[name] != other[name]} == {"decided", "inputs", "key", "seal"}


class TestKey:
    def test_is_made_when_first_needed_and_says_what_it_is(self, tmp_path: Path) -> None:
        report = bare(tmp_path)
        assert not (tmp_path / "inspection.key").exists()
        cdi.write_report(report, tmp_path / "out")
        path = tmp_path / "inspection.key"
        text = path.read_text("utf-8")
        assert "Never publish it" in text
        assert re.search(r"^cdi-key-1 [0-9a-f]{64}$", text, re.MULTILINE)
        assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
        before = text
        cdi.write_report(report, tmp_path / "other")
        assert path.read_text("utf-8") == before
        assert sorted(each.name for each in tmp_path.iterdir()) == [
            "audit.csv", "inspection.key", "inspection.toml", "other", "out",
        ]  # fmt: skip

    def test_of_two_inspections_in_a_folder_are_two(self, tmp_path: Path) -> None:
        assert key_file(tmp_path / "spring.toml") != key_file(tmp_path / "autumn.toml")
        assert key_file(tmp_path / "a.key") != tmp_path / "a.key"
        assert made_key(tmp_path / "spring.toml") != made_key(tmp_path / "autumn.toml")

    def test_of_many_runs_at_once_is_one(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert len({key.secret for key in pool.map(made_key, [tmp_path / "inspection.toml"] * 32)}) == 1
        assert [each.name for each in tmp_path.iterdir()] == ["inspection.key"]

    def test_is_made_where_there_are_no_hard_links(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "link", refusing(1))
        assert made_key(tmp_path / "inspection.toml") == found_key(tmp_path / "inspection.toml")
        assert [each.name for each in tmp_path.iterdir()] == ["inspection.key"]

    def test_survives_an_editor(self, tmp_path: Path) -> None:
        made = made_key(tmp_path / "inspection.toml")
        path = tmp_path / "inspection.key"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
        assert found_key(tmp_path / "inspection.toml") == made

    @pytest.mark.parametrize(
        "content", [b"", b"# nothing", b"cdi-key-1 " + b"0" * 63, b"\xff\xfe\x00", b"x" * 10_000,
                    b"cdi-key-1 " + b"0" * 64 + b"\ncdi-key-1 " + b"1" * 64, b"cdi-key-1 " + b"G" * 64],
        ids=["empty", "a note", "too short", "no text", "no key", "two keys", "no digits"],
    )  # fmt: skip
    def test_that_is_damaged_is_refused_and_stays(self, tmp_path: Path, content: bytes) -> None:
        report = bare(tmp_path)
        (tmp_path / "inspection.key").write_bytes(content)
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_report(report, tmp_path / "out")
        assert [each.code for each in caught.value.faults] == ["key-damaged"]
        assert (tmp_path / "inspection.key").read_bytes() == content
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("kind", ["link", "broken link", "folder", "pipe"])
    def test_that_is_no_file_is_refused(self, tmp_path: Path, kind: str) -> None:
        report, path = bare(tmp_path), tmp_path / "inspection.key"
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            made_key(tmp_path / "elsewhere.toml")
            path.symlink_to("elsewhere.key" if kind == "link" else "nowhere")
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_report(report, tmp_path / "out")
        assert [each.code for each in caught.value.faults] == ["key-is-link" if "link" in kind else "key-is-no-file"]

    def test_that_cannot_be_made_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who runs the tests may be allowed everything."""
        report = bare(tmp_path)
        monkeypatch.setattr(keyed, "_make", refusing(30))
        with pytest.raises(cdi.DataError, match="Read-only file system") as caught:
            cdi.write_report(report, tmp_path / "out")
        assert [each.code for each in caught.value.faults] == ["key-not-made"]
        assert not (tmp_path / "out").exists()

    def test_a_full_disk_leaves_no_draft(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "fsync", refusing(28))
        with pytest.raises(cdi.DataError):
            made_key(tmp_path / "inspection.toml")
        assert list(tmp_path.iterdir()) == []


class TestReplacing:
    def test_a_page_that_was_edited_is_named_and_kept(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        cdi.write_report(bare(tmp_path), out)
        for name in ("report.html", "estimates.csv"):
            (out / name).write_text("edited", "utf-8")
        assert codes(tmp_path, out) == [("estimates.csv", "report-edited"), ("report.html", "report-edited")]
        cdi.write_report(bare(tmp_path), out, replace=True)
        assert held(out) == outputs(bare(tmp_path))

    def test_other_files_stay_where_the_report_is_replaced(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        cdi.write_report(bare(tmp_path), out)
        (out / "charts").mkdir()
        (out / "charts" / "mine.png").write_bytes(b"mine")
        (out / "letter.txt").write_bytes(b"mine")
        there = [("charts/mine.png", "folder-of-others"), ("letter.txt", "folder-of-others")]
        assert codes(tmp_path, out) == there
        cdi.write_report(bare(tmp_path), out, replace=True)
        assert held(out) == {**outputs(bare(tmp_path)), "charts/mine.png": b"mine", "letter.txt": b"mine"}

    @pytest.mark.parametrize("kind", ["file", "link", "folder"])
    def test_what_is_not_of_cdi_is_never_overwritten(self, tmp_path: Path, kind: str) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (tmp_path / "mine").write_bytes(b"mine")
        if kind == "file":
            (out / "report.html").write_bytes(b"mine")
        elif kind == "link":
            (out / "report.html").symlink_to(tmp_path / "mine")
        else:
            (out / "report.html").mkdir()
        for replaced in (False, True):
            assert codes(tmp_path, out, replaced=replaced) == [("report.html", "folder-name-taken")]
        assert (tmp_path / "mine").read_bytes() == b"mine"

    def test_a_planted_provenance_moves_nothing(self, tmp_path: Path) -> None:
        """It has the right digests, of names that cdi gives and of others; nobody but who has the key can seal it."""
        out = tmp_path / "out"
        (tmp_path / "mine").write_bytes(b"mine")
        mine = {"report.html": b"mine", "charts/mine.png": b"mine", "letter.txt": b"mine"}
        away = dict.fromkeys(("../mine", str(tmp_path / "mine"), "charts/../../mine", "a\0b", ""), digest(b"mine"))
        plant(out, mine, None, **away)
        there = codes(tmp_path, out)
        assert there == [(PROVENANCE, "report-unproven"), ("letter.txt", "folder-of-others")]
        plant(out, mine, Key(b"x" * 32), **away)
        assert codes(tmp_path, out) == there
        cdi.write_report(bare(tmp_path), out, replace=True)
        assert held(out) == {**outputs(bare(tmp_path)), "charts/mine.png": b"mine", "letter.txt": b"mine"}
        assert (tmp_path / "mine").read_bytes() == b"mine"

    def test_even_a_sealed_one_reaches_no_other_name(self, tmp_path: Path) -> None:
        out, key = tmp_path / "out", made_key(bare(tmp_path).inspection.path)
        (tmp_path / "mine").write_bytes(b"mine")
        plant(out, {"letter.txt": b"mine"}, key, **{"../mine": digest(b"mine")})
        (out / "tables.xlsx").symlink_to(tmp_path / "mine")
        assert codes(tmp_path, out) == [("tables.xlsx", "folder-name-taken"), ("letter.txt", "folder-of-others")]

    def test_charts_that_are_no_longer_drawn_go(self, tmp_path: Path) -> None:
        out, key = tmp_path / "out", made_key(bare(tmp_path).inspection.path)
        plant(out, {"report.html": b"old", "charts/gone.svg": b"old"}, key)
        cdi.write_report(bare(tmp_path), out)
        assert held(out) == outputs(bare(tmp_path))

    def test_the_private_files_are_not_in_the_folder(self, tmp_path: Path) -> None:
        for replaced in (False, True):
            assert [code for _, code in codes(tmp_path, tmp_path, replaced=replaced)] == ["folder-of-inputs"]
        out = tmp_path / "out"
        cdi.write_report(bare(tmp_path), out)
        (out / "copy.key").write_bytes((tmp_path / "inspection.key").read_bytes())
        for replaced in (False, True):
            assert codes(tmp_path, out, replaced=replaced) == [("copy.key", "key-in-folder")]

    @pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000], ids=lambda text: text[:3])
    def test_without_a_provenance_nobody_knows_whose_files_are(self, tmp_path: Path, text: str) -> None:
        out = tmp_path / "out"
        cdi.write_report(bare(tmp_path), out)
        (out / PROVENANCE).write_text(text, "utf-8")
        for replaced in (False, True):
            assert (PROVENANCE, "folder-unknown") in codes(tmp_path, out, replaced=replaced)

    def test_a_link_to_a_folder_stays_one(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "out").symlink_to("real")
        (tmp_path / "above").symlink_to(tmp_path)
        for out in (tmp_path / "out", tmp_path / "above" / "out", tmp_path / "above" / "real"):
            cdi.write_report(bare(tmp_path), out)
        assert (tmp_path / "out").is_symlink()
        assert held(tmp_path / "real") == outputs(bare(tmp_path))

    def test_many_runs_at_once_leave_one_report(self, tmp_path: Path) -> None:
        report, out = bare(tmp_path), tmp_path / "out"
        made_key(report.inspection.path)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: cdi.write_report(report, out), range(8)))
        assert held(out) == outputs(report)
        assert not list(tmp_path.glob(".cdi-*"))

    def test_a_folder_at_which_a_disk_is_mounted_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "out").mkdir()
        monkeypatch.setattr(os.path, "ismount", lambda path: str(path) == str(tmp_path / "out"))
        assert codes(tmp_path, tmp_path / "out") == [(".", "folder-is-mount")]


class TestReading:
    def test_gives_the_files_and_whether_they_are_proven(self, tmp_path: Path) -> None:
        made = outputs(bare(tmp_path), KEY)
        plant(tmp_path / "out", {})
        for name, content in made.items():
            (tmp_path / "out" / name).write_bytes(content)
        (tmp_path / "out" / "letter.txt").write_bytes(b"mine")
        for key, proven in ((None, False), (Key(b"x" * 32), False), (KEY, True)):
            found = read_report_folder(tmp_path / "out", key)
            assert {**found.files, PROVENANCE: made[PROVENANCE]} == made
            assert found.proven is proven

    def test_is_led_nowhere_else(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "a.svg").write_bytes(b"mine")
        names = ["../mine/a.svg", str(tmp_path / "mine" / "a.svg"), "letter.txt", PROVENANCE]
        own = ["charts/a.svg", "report.html", "estimates.csv", "tables.xlsx"]
        plant(out, {"letter.txt": b"mine"}, None, **dict.fromkeys([*names, *own], digest(b"mine")))
        (out / "charts").symlink_to(tmp_path / "mine")
        (out / "report.html").symlink_to(tmp_path / "mine" / "a.svg")
        (out / "estimates.csv").write_bytes(b"edited")
        os.mkfifo(out / "tables.xlsx")
        with pytest.raises(cdi.DataError) as caught:
            read_report_folder(out)
        found = {(each.got or Path(str(each.where.file)).name): each.code for each in caught.value.faults}
        assert {found[name] for name in names if len(name) < 60} == {"report-names-other"}
        assert {found[name] for name in ("a.svg", "report.html", "tables.xlsx")} == {"report-lacks-file"}
        assert found["estimates.csv"] == "report-file-changed"

    def test_takes_nothing_that_is_too_large(self, tmp_path: Path) -> None:
        plant(tmp_path / "out", {"report.html": b"x" * 100})
        assert read_report_folder(tmp_path / "out", most=100_000).files == {"report.html": b"x" * 100}
        with pytest.raises(cdi.DataError) as caught:
            read_report_folder(tmp_path / "out", most=99)
        assert [each.code for each in caught.value.faults] == ["report-lacks-file"]
        assert bytes_within(tmp_path / "out", "report.html", 99) is None

    @pytest.mark.parametrize("name", ["", ".", "..", "a/../b", "/etc/hostname", "charts//a.svg", "a\0b", "x" * 300])
    def test_takes_only_plain_names(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "b").write_bytes(b"")
        assert bytes_within(tmp_path, name) is None

    def test_tells_a_report_of_an_earlier_version(self, tmp_path: Path) -> None:
        plant(tmp_path, {})
        path = tmp_path / PROVENANCE
        path.write_text(path.read_text("utf-8").replace("provenance/2", "provenance/1"), "utf-8")
        with pytest.raises(cdi.DataError) as caught:
            read_report_folder(tmp_path)
        assert [each.code for each in caught.value.faults] == ["report-of-older"]


class TestVerb:
    def run(self, folder: Path, *args: str) -> Result:
        here = Path.cwd()
        os.chdir(folder)
        try:
            return CliRunner().invoke(cli, ["report", *args])
        finally:
            os.chdir(here)

    def test_needs_the_key_to_verify(self, tmp_path: Path) -> None:
        bare(tmp_path)
        done = self.run(tmp_path, "inspection.toml", "-o", "out")
        assert done.exit_code == 0
        assert "inspection.key: made. This key is private" in done.output
        assert "inspection.key" not in self.run(tmp_path, "inspection.toml", "-o", "out").output
        assert self.run(tmp_path, "--verify", "out").exit_code == 0
        (tmp_path / "inspection.key").rename(tmp_path / "away")
        lost = self.run(tmp_path, "--verify", "out")
        assert (lost.exit_code, "private key that the report was made with" in lost.output) == (2, True)
        assert "Copy it to this place" in lost.output
        made_key(tmp_path / "inspection.toml")
        other = self.run(tmp_path, "--verify", "out")
        assert (other.exit_code, "This is another one" in other.output) == (2, True)
        refused = self.run(tmp_path, "inspection.toml", "-o", "out")
        assert (refused.exit_code, "--replace" in refused.output) == (2, True)
        assert self.run(tmp_path, "inspection.toml", "-o", "out", "--replace").exit_code == 0
        assert self.run(tmp_path, "--verify", "out").exit_code == 0

    def test_says_what_else_lies_in_the_folder(self, tmp_path: Path) -> None:
        bare(tmp_path)
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "letter.txt").write_bytes(b"mine")
        refused = self.run(tmp_path, "inspection.toml", "-o", "out")
        assert (refused.exit_code, "letter.txt" in refused.output) == (2, True)
        done = self.run(tmp_path, "inspection.toml", "-o", "out", "--replace")
        assert done.exit_code == 0
        assert re.search(r"Not part of the report.*\n  letter\.txt\n", done.output)

    def test_replaces_nothing_where_it_verifies(self, tmp_path: Path) -> None:
        bare(tmp_path)
        done = self.run(tmp_path, "--verify", "out", "--replace")
        assert (done.exit_code, "Leave --replace out" in done.output) == (2, True)
