"""The receipt of a draw, as far as a sample that is being read is held against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdi.arguments import shown
from cdi.audits.volumes import Label
from cdi.errors import DataError, Where

__all__ = ["ENDING", "Receipt", "beside", "read_receipt"]

ENDING = ".receipt.json"
"""What follows the name of a sample in that of its receipt."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was drawn, by stratum."""

    name: str | None  # its file; None where it was handed over as it is
    seed: str
    strata: tuple[str, ...]  # the columns of the strata, under the headings of the sample
    unit: str  # the column of the ids
    population: Mapping[Label, int]
    sample: Mapping[Label, int]


def beside(sample: object) -> Path | None:
    """Name the receipt that stands beside a sample, if there is one."""
    path = Path(str(getattr(sample, "path", sample))) if isinstance(getattr(sample, "path", sample), (str, Path)) else None
    if path is None:
        return None
    found = path.with_name(path.stem + ENDING)
    return found if found.is_file() else None


def read_receipt(given: object) -> Receipt:
    """Read a receipt: its file, or what is in it."""
    name = str(given) if isinstance(given, (str, Path)) else None
    where = Where(name)
    if name is not None:
        try:
            given = json.loads(Path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise DataError.of("no-file", where=where) from None
        except (OSError, ValueError):
            raise DataError.of("watch-receipt-form", where=where) from None
    if not isinstance(given, Mapping):
        raise DataError.of("watch-receipt-form", got=shown(given), where=where)
    try:
        return _understood(given, name)
    except (KeyError, TypeError, ValueError):
        raise DataError.of("watch-receipt-form", where=where) from None


def _understood(held: Mapping[str, Any], name: str | None) -> Receipt:
    columns, strata = held["columns"], held["strata"]
    labels = [tuple(map(str, each["stratum"])) for each in strata]
    return Receipt(
        name,
        str(held["seed"]),
        tuple(columns["stratum"]),
        str(columns["id"]),
        {label: int(each["population"]) for label, each in zip(labels, strata, strict=True)},
        {label: int(each["sample"]) for label, each in zip(labels, strata, strict=True)},
    )
