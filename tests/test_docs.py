"""The commands shown in the README and the docs print what is shown there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import outcome

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


def texts(page: Path) -> list[str]:
    """List what is shown of a page that a command of it prints."""
    return re.findall(r"^```text\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where commands run: a folder with the data, so that what they write is not left in the checkout."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str) -> str:
    """Run a command in this process: many runs, without the time that Python takes to start."""
    code, printed, told = outcome(*arguments(command))
    assert code == 0, told
    return printed


def run_apart(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cdi", *arguments(command)], capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def arguments(command: str) -> list[str]:
    name, *given = shlex.split(command)
    assert name == "cdi"
    return given


def test_there_are_commands() -> None:
    assert sum(len(shown(page)) for page in PAGES) >= 5


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("page", [page for page in PAGES if shown(page)], ids=lambda page: page.stem)
def test_commands_print_what_is_shown(page: Path) -> None:
    """In the order of the page: what one command writes, another one reads. Those of the README are processes."""
    differ, prints = [], []
    for command, output in shown(page):
        printed = run_apart(command) if page.stem == "README" else run(command)
        prints.append(printed)
        if output and printed.rstrip() != output.rstrip():
            differ.append(f"$ {command}\n{printed}")
    assert differ == []
    for part in texts(page):
        assert any(part.rstrip() in printed for printed in prints), part[:60]


def test_there_are_texts_that_a_command_prints() -> None:
    assert sum(len(texts(page)) for page in PAGES if shown(page)) >= 2


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
