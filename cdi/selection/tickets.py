"""Tickets: the number by which a record is drawn, worked out of the seed, its stratum and its id alone.

A ticket is the SHA-256 of the UTF-8 of a JSON array, ``["seed","stratum","id"]``, without spaces. The smallest tickets
of a stratum are drawn. So a draw asks neither for the order of the rows nor for a program: any language has SHA-256.
Such numbers are permanent random numbers, as in Ohlsson (1995): the first n of a longer list are the shorter one.

The same text is written by Python and, for large files, by DuckDB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import TypeGuard

from cdi.errors import DataError

__all__ = [
    "DIGITS",
    "SHORT_ESCAPES",
    "is_whole",
    "json_sql",
    "prefix_of",
    "seed_of",
    "share_of",
    "text_of_id",
    "ticket",
    "tickets",
]

DIGITS = 13
"""The digits of a ticket that become a number in (0, 1): 52 bits, so that a double holds them and the half step."""

_STEPS = float(16**DIGITS)


def is_whole(value: object) -> TypeGuard[int]:
    """Tell a whole number, numpy's among them, from yes and no."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def seed_of(value: object) -> str:
    """Take a seed: a text that is not blank, or a whole number as its digits.

    Examples
    --------
    >>> seed_of("4 6 1 3 2"), seed_of(2024)
    ('4 6 1 3 2', '2024')
    """
    if is_whole(value):
        return str(int(value))
    if not isinstance(value, str):
        raise DataError.of("draw-seed-kind", got=type(value).__name__)
    if not value.strip():
        raise DataError.of("draw-seed")
    return _sound(value, "draw-seed-signs")


def text_of_id(value: object) -> str:
    """Write an id as it goes into its ticket: a text as it stands, a whole number as its digits.

    A float is refused, since 7.0 may have been 7, "007" or 7.0000000001.

    Examples
    --------
    >>> text_of_id("007"), text_of_id(7)
    ('007', '7')
    """
    if is_whole(value):
        return str(int(value))
    if value is None or (isinstance(value, str) and not value.strip()):
        raise DataError.of("draw-id-blank")
    if not isinstance(value, str):
        raise DataError.of("draw-id-kind", got=type(value).__name__)
    return _sound(value, "draw-id-signs")


def _sound(text: str, code: str) -> str:
    """Refuse half a sign, which has no UTF-8."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise DataError.of(code, got=ascii(text))
    return text


def _written(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False, separators=(",", ":"))


def prefix_of(seed: object, stratum: Sequence[object]) -> str:
    """Write what the array of every record of a stratum begins with.

    Examples
    --------
    >>> print(prefix_of("4 6 1", ["calls", "2 to 5"]))
    ["4 6 1","calls","2 to 5",
    """
    return _written([seed_of(seed), *map(text_of_id, stratum)])[:-1] + ","


def ticket(seed: object, stratum: Sequence[object], unit: object) -> str:
    """Give the ticket of a record, in hexadecimal digits.

    Parameters
    ----------
    seed : str or int
        What was agreed on before the draw.
    stratum : sequence of str or int
        The values of its stratum, as they stand in the plan; none for a simple sample.
    unit : str or int
        Its id.

    Returns
    -------
    str
        64 digits, smaller first.

    Raises
    ------
    DataError
        The seed or an id is blank, or is neither text nor a whole number.

    Examples
    --------
    >>> ticket("4 6 1 3 2", ["calls"], "2024/0017")[:16]
    '3068e1ab625040d6'
    """
    return tickets(seed, stratum, [unit])[0]


def tickets(seed: object, stratum: Sequence[object], units: Iterable[object]) -> list[str]:
    """Give the tickets of several records of a stratum."""
    start = prefix_of(seed, stratum)
    texts = (start + _written([text_of_id(unit)])[1:] for unit in units)
    return [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts]


def share_of(digest: str) -> float:
    """Give the number in (0, 1) that a ticket stands for: its first digits, and half a step.

    Examples
    --------
    >>> share_of("8" + "0" * 63), share_of("0" * 64) > 0, share_of("f" * 64) < 1
    (0.5000000000000001, True, True)
    """
    return (int(digest[:DIGITS], 16) + 0.5) / _STEPS


SHORT_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
"""The control signs that JSON has a letter for."""


def json_sql(name: str) -> str:
    """Write SQL that quotes a text as ``json.dumps`` does.

    DuckDB has its own, which differs in one thing: it writes control signs with capital digits. They are written here.
    """
    slow = rf"""replace(replace({name}, '\', '\\'), '"', '\"')"""
    for code in range(32):
        sign = SHORT_ESCAPES.get(chr(code), rf"\u{code:04x}")
        slow = f"replace({slow}, chr({code}), '{sign}')"
    fast = f"to_json({name})::varchar"
    return rf"""case when contains({fast}, '\u00') then '"' || {slow} || '"' else {fast} end"""
