"""The pictures of the docs: the report of Avon and Somerset as a browser shows it, and charts of it.

    python -m tests.generated_images

writes them anew. It needs Chromium; the charts alone are the same bytes everywhere.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import cdi
from cdi.charts.style import drawn
from cdi.report.page import page
from cdi.report.pdf import chromium
from tests.browser import QUIET

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
REPORT = ROOT / "data" / "avon_and_somerset_2021_22" / "inspection.toml"
CHARTS = ("forces", "grounds_by_ethnicity", "rates_by_crime_type")
"""The charts that are shown in the docs."""

SIZE = (1000, 1150)
"""Of the picture of the page, in pixels."""


def main() -> None:
    """Write all pictures."""
    report = cdi.assemble(cdi.read_inspection(REPORT))
    pictures = {name: drawn(chart) for name, chart in report.charts.items()}
    for name in CHARTS:
        (IMAGES / f"{name}.png").write_bytes(pictures[name].png)
    photograph(page(report, pictures), IMAGES / "report.png")


def photograph(content: bytes, path: Path) -> None:
    """Show a page in a browser, and keep what is seen of it first."""
    width, height = SIZE
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        html = Path(name) / "report.html"
        html.write_bytes(content)
        command = [
            chromium(), "--headless", *QUIET, "--hide-scrollbars", f"--user-data-dir={Path(name) / 'profile'}",
            f"--window-size={width},{height}", f"--screenshot={path}", html.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
