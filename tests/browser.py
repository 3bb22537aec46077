"""What the tests of pages drive: Chromium and axe-core, where they are found, and what happens where they are not."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["AXE", "artefacts", "axe_script", "launched", "missing"]

AXE = "axe-core@4.14.1"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing(what: str) -> NoReturn:
    """Skip a test for want of something, or fail it where the browser is required."""
    if os.environ.get("CDI_BROWSER") == "required":
        pytest.fail(f"{what}, and CDI_BROWSER=required")
    pytest.skip(what)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the Chromium that CDI_CHROMIUM names, or that is on the path."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed")
    found = os.environ.get("CDI_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found or not Path(found).is_file():
        missing("Chromium is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=[*QUIET])
        yield browser
        browser.close()


def axe_script(folder: Path) -> str:
    """Read the checker of accessibility from where CDI_AXE says, or from the npm registry through a folder."""
    named = os.environ.get("CDI_AXE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        missing("axe-core is not there: neither CDI_AXE nor npm")
    packed = subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, capture_output=True, text=True, check=False)
    if packed.returncode:
        missing(f"axe-core cannot be had from the npm registry: {packed.stderr.strip()[-200:]}")
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


def artefacts() -> Path:
    """Give the folder in which pictures are kept to be looked at."""
    folder = Path(os.environ.get("CDI_ARTEFACTS") or Path(__file__).parents[1] / "artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
