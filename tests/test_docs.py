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


def shown(page: Path) -> list[tuple[str, str]]:
    """List each command of a page with the output shown below it."""
    found = []
    for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where commands run: a folder with the data, so that what they write is not left in the checkout."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def run(command: str, place: Path) -> str:
    arguments = shlex.split(command)
    assert arguments[0] == "cdi"
    done = subprocess.run(
        [sys.executable, "-m", "cdi", *arguments[1:]], cwd=place, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_commands() -> None:
    assert sum(len(shown(page)) for page in PAGES) >= 5


@pytest.mark.parametrize("page", [page for page in PAGES if shown(page)], ids=lambda page: page.stem)
def test_commands_print_what_is_shown(page: Path, place: Path) -> None:
    """In the order of the page: what one command writes, another one reads."""
    differ = []
    for command, output in shown(page):
        printed = run(command, place)
        if output and printed.rstrip() != output.rstrip():
            differ.append(f"$ {command}\n{printed}")
    assert differ == []


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
