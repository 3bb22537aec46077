"""The page of a report as a tagged PDF, which a Chromium prints that is on this computer.

Two printings by one version differ in their dates alone, and those are taken out. Another version may set the same page
in other bytes: what a PDF is held to is the page that it was printed from.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from cdi.errors import DataError, Where

__all__ = ["PDF", "chromium", "printed", "printed_by"]

PDF = "report.pdf"
"""The file's name in the folder of a report."""

CHROMIUM = "CDI_CHROMIUM"
"""The environment variable that names the program."""

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
)  # fmt: skip
"""What it is called on the path."""

PATIENCE = 120  # seconds
_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline",
)  # fmt: skip
_UNBOXED = "--no-sandbox"
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \([^)]*\)")
_PRODUCER = re.compile(rb"/Producer \(([\w/. ]+)\)")


def chromium() -> str:
    """Find the program that prints: the one that is named, or one on the path."""
    named = os.environ.get(CHROMIUM)
    if named:
        found = shutil.which(named)
        if found is None:
            raise DataError.of("chromium-not-there", got=named, variable=CHROMIUM)
        return found
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path is None:
        raise DataError.of("no-chromium", variable=CHROMIUM)
    return on_path


def printed(page: bytes, program: str) -> bytes:
    """Print a page as a tagged PDF, without the time at which that was done."""
    with tempfile.TemporaryDirectory(prefix="cdi-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "report.html").write_bytes(page)
        # root has no sandbox, and neither have many containers: the page is our own, and runs no script
        ways = [[_UNBOXED]] if _is_root() else [[], [_UNBOXED]]
        for way in ways:
            told = _run(program, way, folder)
            content = (folder / PDF).read_bytes() if (folder / PDF).is_file() else b""
            if b"/StructTreeRoot" in content:
                return _DATES.sub(lambda date: b" " * len(date[0]), content, count=2)
    raise DataError.of("pdf-not-printed", got=told, where=Where(program), variable=CHROMIUM)


def printed_by(pdf: bytes) -> str:
    """Say which version printed a PDF, in its own words."""
    found = _PRODUCER.search(pdf)
    return "" if found is None else found[1].decode("ascii")


def _is_root() -> bool:
    return os.name != "nt" and os.geteuid() == 0


def _run(program: str, way: list[str], folder: Path) -> str:
    """Let the program print the page of a folder; give what it came to."""
    command = [
        program, *_OPTIONS, *way, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / PDF}",
        (folder / "report.html").as_uri(),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 (whom the user named)
    except subprocess.TimeoutExpired:
        return f"no answer in {PATIENCE} seconds"
    except OSError as error:
        return error.strerror or str(error)
    return f"exit status {done.returncode}"
