"""What a caller in Python handed over: each function takes a value as it is meant, or says what stands there instead.

Rooms whose values are held against limits of their own ask :func:`is_number` first, and name their own fault.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Any

from cdi.errors import CdiError, DataError, DesignError, MethodError, suggestion
from cdi.measures import Measure

__all__ = [
    "chosen", "is_number", "listed", "measure_of", "names_of", "path_of", "several", "shown", "text_of", "truth_of",
]  # fmt: skip


def is_number(value: object) -> bool:
    """Tell whether a value is a number that can be held against others."""
    return isinstance(value, Real)


def chosen(
    value: object, choices: Collection[str], code: str, error: type[CdiError] = MethodError, *, name: str = ""
) -> str:
    """Take one of some words, and refuse all else with the nearest of them."""
    if isinstance(value, str) and value in choices:
        return value
    raise error.of(code, got=shown(value), hint=suggestion(str(value), tuple(choices)), name=name)


def measure_of(key: object, known: Mapping[str, Measure]) -> Measure:
    """Take the key of one of some measures, and refuse all else with those there are."""
    return known[chosen(key, known, "no-measure")]


def text_of(value: object, name: str) -> str:
    """Take the text of an argument."""
    if not isinstance(value, str):
        raise DataError.of("not-text", got=shown(value), name=name)
    return value


def truth_of(value: object, name: str) -> bool:
    """Take True or False, numpy's among them; a text such as "no" is neither."""
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if type(value).__name__ not in ("bool", "bool_"):
        raise DataError.of("not-true-false", got=shown(value), name=name)
    return bool(value)


def path_of(value: object) -> Path:
    """Take a path as text or as a path, and refuse anything else."""
    if not isinstance(value, (str, Path)):
        raise DataError.of("not-a-path", got=type(value).__name__)
    return Path(value)


def listed(value: object, name: str) -> tuple[Any, ...]:
    """Take several values; a bare text or path is one, and not its letters."""
    if isinstance(value, (str, Path)):
        return (value,)
    if not isinstance(value, Iterable) or isinstance(value, (bytes, Mapping)):
        raise DataError.of("not-a-list", got=shown(value), name=name)
    return tuple(value)


def several(value: object) -> Sequence[Any]:
    """Take the files or frames of a list; what is no list is one of them, and None is none."""
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)


def names_of(value: object, name: str = "by") -> tuple[str, ...]:
    """Take one name or several, each once; empty names are left out."""
    if value is None:
        return ()
    many = isinstance(value, (list, tuple, set, frozenset, dict)) or hasattr(value, "tolist")
    named: Any = value if many else [value]
    wrong = [each for each in named if not isinstance(each, str)]
    if wrong:
        raise DesignError.of("no-names", got=shown(wrong[0]), name=name)
    return tuple(dict.fromkeys(each for each in named if each != ""))


def shown(value: object) -> object:
    """Show what is short; of all else, what kind of thing it is."""
    return value if isinstance(value, (str, Real)) else type(value).__name__
