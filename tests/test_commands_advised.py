"""A command that is advised works as it is printed: copied into a shell, with the folder names that were typed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from cdi import wording
from tests.test_cli import run_here

ROWS = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell parts it."""
    args = shlex.split(command)
    assert args[0] == "cdi"
    return run_here(*args[1:], cwd=folder)


def advised(told: str) -> str:
    """Find the last command that a message advises."""
    return re.findall(r"cdi (?:report|open|estimate|check) .*?(?=\.?\s*$)", told, re.MULTILINE)[-1]


@pytest.fixture
def inspected(tmp_path: Path, made_once: Path) -> Path:
    """A folder with an inspection and its report, in folders whose names a shell would part."""
    return Path(shutil.copytree(made_once, tmp_path / made_once.name))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "my force"
    folder.mkdir()
    (folder / "audit.csv").write_text(ROWS, encoding="utf-8")
    (folder / "inspection.toml").write_text('force = "Exampleshire"\naudit.files = "audit.csv"\n', encoding="utf-8")
    made = run(folder, "cdi report inspection.toml -o 'my report'")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.parametrize("harm", ["{", '{"schema": "cdi.provenance/9"}', '{"schema": "cdi.provenance/2"}'])
def test_a_report_whose_provenance_is_broken_is_made_again_as_told(inspected: Path, harm: str) -> None:
    (inspected / "my report" / "provenance.json").write_text(harm, encoding="utf-8")
    told = run(inspected, "cdi report --verify 'my report'").stderr
    assert "expected a provenance.json as cdi writes it" in told
    assert run(inspected, "cdi report inspection.toml -o 'my report'").returncode == 2
    assert run(inspected, "cdi report inspection.toml -o 'my report' --replace").returncode == 2
    made = run(inspected, advised(told))
    assert made.returncode == 0, made.stderr
    assert run(inspected, "cdi report --verify new").returncode == 0


def test_a_report_whose_key_is_lost_is_made_again_as_told(inspected: Path) -> None:
    (inspected / "inspection.key").unlink()
    told = run(inspected, "cdi report --verify 'my report'").stderr
    assert run(inspected, "cdi report inspection.toml -o 'my report'").returncode == 2
    assert run(inspected, advised(told)).returncode == 0


def test_an_inspection_that_is_not_there_is_not_found(inspected: Path) -> None:
    elsewhere = inspected.parent / "the inspections"
    elsewhere.mkdir()
    for name in ("inspection.toml", "inspection.key", "audit.csv"):
        (inspected / name).rename(elsewhere / name)
    told = run(inspected, "cdi report --verify 'my report'").stderr
    assert "found" not in told
    assert (
        "what the report was made from, inspection.toml, in the folder above or in this one. It is in neither." in told
    )
    command = advised(told)
    assert command == 'cdi report --verify "my report" PATH/inspection.toml'
    verified = run(inspected, command.replace("PATH", shlex.quote(str(elsewhere))))
    assert verified.returncode == 0, verified.stderr
    named = run(inspected, "cdi report --verify 'my report' 'no such.toml'").stderr
    assert named.startswith("no such.toml: expected a file that exists.")


def test_a_folder_to_create_is_named_as_a_shell_takes_it(inspected: Path) -> None:
    told = run(inspected, "cdi report inspection.toml -o 'not yet/there'").stderr
    assert 'Create "not yet" first.' in told


def test_a_file_that_was_written_is_used_as_told(inspected: Path) -> None:
    for name in ("a b.toml", "cost $5.toml", "it's $5.toml"):
        told = run(inspected, f"cdi init audit.csv -o {shlex.quote(name)}").stderr.splitlines()[0]
        assert shlex.split(told.partition("run: cdi report ")[2])[0] == name
        said = wording.mapping_written(name, "--mapping")
        assert shlex.split(said.partition("--mapping ")[2])[0].rstrip(".") == name


def test_the_command_of_a_workbook_is_one_that_a_shell_takes() -> None:
    for word in ("plain", "two words", "it's", 'a "b"', "$HOME", "it's $5", "a`b", "wow!", "a\\b"):
        command = wording.command("open", [word], [("--sheet", word)])
        assert shlex.split(command) == ["cdi", "open", word, "--sheet", word]
