"""Offence codes of the Home Office, and the offence group that each is part of.

The table is ``offences.csv`` beside this module, with its sources. A code that is not in it is asked for and never put
into a group.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["FRAUD_GROUP", "group_of_code", "plain_code"]

FRAUD_GROUP = "Fraud offences"
"""The group that volumes leave out."""

_CLASS = re.compile(r"0*([0-9]+)(?:[/.]0*([0-9]+)|([a-z]))?")


def plain_code(text: str) -> str:
    """Write a code as the table does, whatever its capitals, zeros and strokes: 4.1 for 04/1, 8N for 008n."""
    plain = "".join(text.casefold().split())
    found = _CLASS.fullmatch(plain)
    if found is None:
        return plain.replace("-", "/").upper()
    number, part, letter = found.groups()
    return f"{number}.{part}" if part else f"{number}{letter or ''}".upper()


@cache
def _table() -> Mapping[str, str]:
    """Read the table: code -> group."""
    lines = files("cdi.audits").joinpath("offences.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["code"]: row["group"] for row in rows}


def group_of_code(text: str) -> str | None:
    """Name the offence group that a code is part of; None where the code is not known."""
    return _table().get(plain_code(text))
