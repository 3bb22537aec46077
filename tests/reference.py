"""The golden numbers, read as data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

GOLDENS = Path(__file__).parent / "goldens"


@cache
def references() -> dict[str, dict[str, Any]]:
    """Read every entry, with its source and inputs."""
    entries: dict[str, dict[str, Any]] = json.loads((GOLDENS / "reference_values.json").read_text(encoding="utf-8"))
    return entries


def reference(key: str) -> Any:
    """Give the value of one entry."""
    return references()[key]["value"]


def keys(prefix: str) -> list[str]:
    """List the entries whose names start like this, for parametrised tests."""
    return [key for key in references() if key.startswith(prefix)]
