"""The commands shown in the README and the docs print what is shown there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def shown() -> list[tuple[str, str]]:
    """List each command with the output shown below it."""
    found = []
    for page in PAGES:
        for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output))
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where commands run: a folder with the data, so that what they write is not left in the checkout."""
    folder = tmp_path_factory.mktemp("place")
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


def run(command: str, place: Path) -> str:
    arguments = shlex.split(command)
    assert arguments[0] == "cdi"
    done = subprocess.run(
        [sys.executable, "-m", "cdi", *arguments[1:]], cwd=place, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_commands() -> None:
    assert len(shown()) >= 5


@pytest.mark.parametrize(("command", "output"), shown())
def test_command_prints_what_is_shown(command: str, output: str, place: Path) -> None:
    printed = run(command, place)
    if output:
        assert printed.rstrip() == output.rstrip()


def test_text_is_what_a_command_of_the_page_prints(place: Path) -> None:
    found = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        commands = re.findall(r"^\$ (.*)$", "\n".join(CONSOLE.findall(text)), re.MULTILINE)
        parts = re.findall(r"^```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        for part in parts if commands else []:
            found += 1
            assert any(part.rstrip() in run(command, place) for command in commands), f"{page.name}: {part[:60]}"
    assert found >= 2


def test_readme_has_the_two_commands() -> None:
    block = re.search(r"^```sh\n(.*?)^```$", PAGES[0].read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert block is not None
    assert block[1].splitlines() == [
        "python -m pip install . && cdi reproduce",
        'python -m pip install -e ".[test]" && python -m pytest',
    ]


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
