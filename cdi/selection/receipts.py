"""The receipt of a draw: what proves it later, and tells nothing of any record.

It holds the seed, counts, and positions of rows, never ids or text. Digests are made with a private key, which stands
beside it: without the key nobody can check a guess of what the frame holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import __version__
from cdi.arguments import shown
from cdi.errors import DataError, Where
from cdi.keyed import Key, found_key, key_file
from cdi.planning.bands import bands_of, is_banded
from cdi.printing import formats
from cdi.reading.sources import Workbook
from cdi.selection.plans import DrawPlan, PlannedStratum

if TYPE_CHECKING:
    from cdi.selection.draws import Draw

__all__ = [
    "Receipt",
    "Replacement",
    "StratumReceipt",
    "Turns",
    "beside",
    "key_of",
    "read_receipt",
    "receipt_file",
    "receipt_given",
    "receipt_of",
    "write_receipt",
]

SCHEMA = "cdi.receipt/1"
TICKETS, BY_SIZE = "SHA-256 tickets", "SHA-256 tickets, sequential Poisson"
"""How records are drawn: with equal chances in a stratum, or by their sizes."""

_FRAME, _RECORDS, _SAMPLE, _NOW, _RESERVES, _SEAL = "frame", "records", "sample", "now", "reserves", "seal"


@dataclass(frozen=True, slots=True)
class StratumReceipt:
    """What was drawn of one stratum."""

    label: tuple[str, ...]  # the values of the plan's columns
    population: int
    sample: int
    positions: tuple[int, ...]  # rows of the frame, from 1, in the order of tickets: the sample, then its reserves

    @property
    def reserves(self) -> int:
        """How many stand by."""
        return len(self.positions) - self.sample


@dataclass(frozen=True, slots=True)
class Turns:
    """The records of a stratum as they are to be read, each by its place among the tickets, from 1."""

    read: tuple[int, ...]  # a reserve stands for a record that it replaced
    standing_by: tuple[int, ...]
    replaced: Mapping[int, int]  # place of a reserve in use -> how many could not be audited before it


@dataclass(frozen=True, slots=True)
class Replacement:
    """A record that could not be audited, and the reserve that took its place."""

    position: int
    by: int
    reason: str
    date: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves a draw."""

    version: str  # of cdi
    date: str  # of the draw
    seed: str
    method: str
    keys: tuple[str, ...]  # the columns of the strata
    unit: str  # the column of the ids
    keep: tuple[str, ...]  # the columns taken over from the frame
    size: str | None  # the column of sizes
    answers: str  # what the auditors fill in
    rows: int  # of the frame
    strata: tuple[StratumReceipt, ...]
    digests: Mapping[str, str]
    key: str  # what is published of the key
    replacements: tuple[Replacement, ...] = ()

    def plan(self) -> DrawPlan:
        """Give the plan that was drawn."""
        strata = tuple(PlannedStratum(each.label, each.sample, each.population) for each in self.strata)
        texts = {key: [each.label[i] for each in self.strata] for i, key in enumerate(self.keys)}
        return DrawPlan(self.keys, strata, {key: bands_of(each) for key, each in texts.items() if is_banded(each)})

    def turns(self) -> dict[tuple[str, ...], Turns]:
        """Give the records of each stratum as they are to be read."""
        by = {each.position: each.by for each in self.replacements}
        return {each.label: _turns(each, by) for each in self.strata}

    def document(self, key: Key) -> str:
        """Write it, sealed with the key."""
        content = self._content()
        return _dumped({**content, _SEAL: _seal(key, content)}) + "\n"

    def _content(self) -> dict[str, Any]:
        strata = [
            {
                "values": list(each.label),
                "population": each.population,
                "sample": each.sample,
                "reserves": each.reserves,
                "positions": list(each.positions[: each.sample]),
                "reserve_positions": list(each.positions[each.sample :]),
            }
            for each in self.strata
        ]
        columns = {
            "strata": list(self.keys), "id": self.unit, "keep": list(self.keep), "size": self.size,
            "answers": self.answers,
        }  # fmt: skip
        replaced = [
            {"position": each.position, "by": each.by, "reason": each.reason, "date": each.date}
            for each in self.replacements
        ]
        return {
            "schema": SCHEMA, "version": self.version, "date": self.date, "seed": self.seed, "method": self.method,
            "columns": columns, "rows": self.rows, "strata": strata, "digests": dict(self.digests), "key": self.key,
            "replacements": replaced,
        }  # fmt: skip

    # ---- what it proves

    def agrees_on_frame(self, key: Key, found: Draw) -> bool:
        """Tell whether a frame is the one that was drawn from, row by row."""
        return key.agrees(self.digests.get(_FRAME), _FRAME, found.digest)

    def agrees_on_records(self, key: Key, found: Draw) -> bool:
        """Tell whether a frame has the same records, in whatever order."""
        return key.agrees(self.digests.get(_RECORDS), _RECORDS, str(found.checksum))

    def agrees_on_sample(self, key: Key, rows: Sequence[Sequence[str]]) -> bool:
        """Tell whether rows are the sample as it was drawn, or as it is after the last replacement."""
        name = _NOW if self.replacements else _SAMPLE
        return key.agrees(self.digests.get(name), _SAMPLE, *_lines(rows))

    def agrees_on_reserves(self, key: Key, rows: Sequence[Sequence[str]]) -> bool:
        """Tell whether rows are the reserves as they were drawn."""
        return key.agrees(self.digests.get(_RESERVES), _RESERVES, *_lines(rows))

    def replacing(self, key: Key, what: Replacement, rows: Sequence[Sequence[str]]) -> Receipt:
        """Log a replacement, with the sample as it is after it."""
        digests = {**self.digests, _NOW: key.tag(_SAMPLE, *_lines(rows))}
        return replace(self, replacements=(*self.replacements, what), digests=digests)

    def stratum_at(self, position: int) -> tuple[StratumReceipt, int] | None:
        """Find the stratum of a row of the frame, and its place among the tickets, from 0."""
        found = ((each, each.positions.index(position)) for each in self.strata if position in each.positions)
        return next(found, None)

    def used(self, stratum: StratumReceipt) -> int:
        """Count the reserves of a stratum that are in use."""
        own = set(stratum.positions[stratum.sample :])
        return sum(each.by in own for each in self.replacements)


def _turns(stratum: StratumReceipt, by: Mapping[int, int]) -> Turns:
    places = {position: place for place, position in enumerate(stratum.positions, 1)}
    read: list[int] = []
    replaced: dict[int, int] = {}
    for position in stratum.positions[: stratum.sample]:
        last, before = position, 0
        while last in by:  # a reserve may have been replaced too
            last, before = by[last], before + 1
        read.append(places[last])
        if before:
            replaced[places[last]] = before
    used = {*read, *(places[position] for position in by if position in places)}
    left = (places[position] for position in stratum.positions[stratum.sample :])
    return Turns(tuple(read), tuple(place for place in left if place not in used), replaced)


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    return [json.dumps(list(row), ensure_ascii=False) for row in rows]


def _dumped(content: Mapping[str, Any]) -> str:
    """Write JSON with a line for each entry, and lists of positions on one."""
    parts = []
    for name, value in content.items():
        if name == "strata":
            text = "[\n" + ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in value) + "\n  ]"
        else:
            text = json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}"


def _seal(key: Key, content: Mapping[str, Any]) -> str:
    return key.tag("receipt", json.dumps(content, ensure_ascii=False, sort_keys=True))


# ---- files


ENDING = ".receipt.json"
"""What follows the name of a sample in that of its receipt."""


def receipt_file(sample: Path) -> Path:
    """Name the receipt of a sample: beside it, and called like it.

    Examples
    --------
    >>> receipt_file(Path("audit/sample.csv")).name
    'sample.receipt.json'
    """
    return sample.parent / f"{sample.stem}{ENDING}"


def beside(sample: object) -> Path | None:
    """Name the receipt that stands beside a sample, if there is one."""
    one = sample[0] if isinstance(sample, (list, tuple)) and len(sample) == 1 else sample
    path = one.path if isinstance(one, Workbook) else one
    if not isinstance(path, (str, Path)):
        return None
    found = receipt_file(Path(str(path).partition("#")[0]))
    return found if found.is_file() else None


def key_of(path: Path) -> Key:
    """Read the private key of a receipt."""
    key = found_key(path, "draw-key-damaged")
    if key is None:
        raise DataError.of("draw-key-file", where=Where(str(key_file(path))))
    return key


def receipt_of(found: Draw, key: Key, date: str, answers: str, rows: Mapping[str, Sequence[Sequence[str]]]) -> Receipt:
    """Make the receipt of a draw, with the rows that are written of its sample and its reserves."""
    places: dict[int, dict[int, int]] = {code: {} for code in range(len(found.strata))}
    for record in (*found.sample, *found.reserves):
        places[record.stratum][record.order] = record.position
    strata = tuple(
        StratumReceipt(each.label, each.population, each.sample, tuple(places[code][i] for i in sorted(places[code])))
        for code, each in enumerate(found.strata)
    )
    digests = {
        _FRAME: key.tag(_FRAME, found.digest),
        _RECORDS: key.tag(_RECORDS, str(found.checksum)),
        _SAMPLE: key.tag(_SAMPLE, *_lines(rows["sample"])),
        _RESERVES: key.tag(_RESERVES, *_lines(rows["reserves"])),
    }
    return Receipt(
        __version__, date, found.seed, BY_SIZE if found.size else TICKETS, found.keys, found.unit, found.keep,
        found.size, answers, found.rows, strata, digests, key.name,
    )  # fmt: skip


def write_receipt(receipt: Receipt, key: Key, path: Path) -> None:
    """Write a receipt, whole or not at all."""
    formats.write(receipt.document(key), path)


def read_receipt(path: Path) -> tuple[Receipt, Key, bool]:
    """Read a receipt and its key, and tell whether it is as cdi wrote it.

    Raises
    ------
    DataError
        It is no receipt, or its key is not beside it or is another's.
    """
    at = Where(str(path))
    try:
        content = _loaded(path)
        receipt = _understood(content)
    except FileNotFoundError as error:
        raise DataError.of("draw-no-receipt", where=at) from error
    except (OSError, ValueError) as error:
        raise DataError.of("draw-receipt-damaged", where=at) from error
    key = key_of(path)
    if key.name != receipt.key:
        raise DataError.of("draw-key-of-another", where=at)
    return receipt, key, _is_sealed(content, key)


def receipt_given(given: object) -> Receipt:
    """Read a receipt: its file, or what is in it. The order of a draw can be checked without its private key.

    Raises
    ------
    DataError
        It is no receipt; or its key is there, and tells that somebody changed it.
    """
    file = Path(given) if isinstance(given, (str, Path)) and str(given) else None
    at = Where(None if file is None else str(file))
    try:
        content = given if file is None else _loaded(file)
        receipt = _understood(content)
    except FileNotFoundError:
        raise DataError.of("no-file", where=at) from None
    except (OSError, ValueError):
        got = None if file is not None or isinstance(given, Mapping) else shown(given)
        raise DataError.of("watch-receipt-form", got=got, where=at) from None
    # the reports on the frame stand in the receipt alone, and only its key tells whether somebody changed them
    key = None if file is None else found_key(file, "draw-key-damaged")
    if key is not None and key.name != receipt.key:
        raise DataError.of("draw-key-of-another", where=at)
    if key is not None and not _is_sealed(content, key):
        raise DataError.of("draw-receipt-changed", where=at)
    return receipt


def _loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8-sig"))


def _understood(content: object) -> Receipt:
    """Take what is in a receipt; a ValueError where it is none."""
    if not isinstance(content, Mapping) or content.get("schema") != SCHEMA:
        raise ValueError(SCHEMA)
    try:
        return _read(content)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(SCHEMA) from error


def _is_sealed(content: Any, key: Key) -> bool:
    """Tell whether a receipt is as cdi wrote it, with this key."""
    held = {name: value for name, value in content.items() if name != _SEAL}
    return key.agrees(content.get(_SEAL), "receipt", json.dumps(held, ensure_ascii=False, sort_keys=True))


def _read(content: Mapping[str, Any]) -> Receipt:
    columns = content["columns"]
    strata = tuple(
        StratumReceipt(
            tuple(map(str, each["values"])),
            int(each["population"]),
            int(each["sample"]),
            tuple(map(int, [*each["positions"], *each["reserve_positions"]])),
        )
        for each in content["strata"]
    )
    replaced = tuple(
        Replacement(int(each["position"]), int(each["by"]), str(each["reason"]), str(each["date"]))
        for each in content["replacements"]
    )
    size = columns["size"]
    return Receipt(
        str(content["version"]), str(content["date"]), str(content["seed"]), str(content["method"]),
        tuple(map(str, columns["strata"])), str(columns["id"]), tuple(map(str, columns["keep"])),
        None if size is None else str(size), str(columns["answers"]), int(content["rows"]), strata,
        {str(name): str(text) for name, text in content["digests"].items()}, str(content["key"]), replaced,
    )  # fmt: skip
