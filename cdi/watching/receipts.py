"""The receipt of a draw, as far as a sample that is being read is held against it.

Whether the draw itself was fair is for ``cdi draw --verify``, which has the frame and the private key. Here only the
seed, the counts and the order of the sample matter, and the seed gives the order to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdi.arguments import shown
from cdi.audits.volumes import Label
from cdi.errors import DataError, Where
from cdi.keyed import found_key
from cdi.reading.sources import Workbook
from cdi.selection.receipts import is_sealed

__all__ = ["ENDING", "Receipt", "beside", "read_receipt"]

ENDING = ".receipt.json"
"""What follows the name of a sample in that of its receipt."""

_SCHEMA = "cdi.receipt/1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was drawn, by stratum."""

    name: str  # its file; empty where it was handed over as it is
    seed: str
    strata: tuple[str, ...]  # the columns of the strata, under the headings of the sample
    unit: str  # the column of the ids
    population: Mapping[Label, int]
    # the places in the order of tickets, as they are to be read: a reserve stands for a report that it replaced
    orders: Mapping[Label, tuple[int, ...]]
    reserves: Mapping[Label, tuple[int, ...]]  # those of reserves that stand by
    replaced: Mapping[Label, Mapping[int, int]]  # place of a reserve in use -> how many could not be audited before it


def beside(sample: object) -> Path | None:
    """Name the receipt that stands beside a sample, if there is one."""
    one = sample[0] if isinstance(sample, (list, tuple)) and len(sample) == 1 else sample
    path = one.path if isinstance(one, Workbook) else one
    if not isinstance(path, (str, Path)):
        return None
    file = Path(str(path).partition("#")[0])
    found = file.parent / f"{file.stem}{ENDING}"
    return found if found.is_file() else None


def read_receipt(given: object) -> Receipt:
    """Read a receipt: its file, or what is in it."""
    name = str(given) if isinstance(given, (str, Path)) else ""
    where = Where(name or None)
    if name:
        try:
            given = json.loads(Path(name).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise DataError.of("no-file", where=where) from None
        except (OSError, ValueError):
            raise DataError.of("watch-receipt-form", where=where) from None
    if not isinstance(given, Mapping) or given.get("schema") != _SCHEMA:
        got = None if isinstance(given, Mapping) else shown(given)
        raise DataError.of("watch-receipt-form", got=got, where=where)
    # the reports on the frame stand in the receipt alone, and only its key tells whether somebody changed them
    key = found_key(Path(name), "draw-key-damaged") if name else None
    if key is not None and not is_sealed(given, key):
        raise DataError.of("draw-receipt-changed", where=where)
    try:
        return _understood(given, name)
    except (KeyError, TypeError, ValueError):
        raise DataError.of("watch-receipt-form", where=where) from None


def _understood(held: Mapping[str, Any], name: str) -> Receipt:
    columns = held["columns"]
    by = {int(each["position"]): int(each["by"]) for each in held["replacements"]}
    population, orders, reserves, replaced = {}, {}, {}, {}
    for each in held["strata"]:
        label = tuple(map(str, each["values"]))
        population[label] = int(each["population"])
        orders[label], reserves[label], replaced[label] = _orders(each["positions"], each["reserve_positions"], by)
    names = tuple(map(str, columns["strata"])), str(columns["id"])
    return Receipt(name, str(held["seed"]), *names, population, orders, reserves, replaced)


def _orders(
    positions: Sequence[int], reserves: Sequence[int], by: Mapping[int, int]
) -> tuple[tuple[int, ...], tuple[int, ...], Mapping[int, int]]:
    """Give the places of what is read, and of what stands by, among the tickets of a stratum; and what was replaced."""
    places = {position: i + 1 for i, position in enumerate([*positions, *reserves])}
    read, replaced = [], {}
    for position in positions:
        last, before = position, 0
        while last in by:  # a reserve may have been replaced too
            last, before = by[last], before + 1
        read.append(places[last])
        if before:
            replaced[places[last]] = before
    used = {*read, *(places[position] for position in by if position in places)}
    left = tuple(places[position] for position in reserves if places[position] not in used)
    return tuple(read), left, replaced
