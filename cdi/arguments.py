"""What a caller in Python handed over: each function takes a value as it is meant, or says what stands there instead.

Rooms whose values are held against limits of their own ask :func:`is_number` first, and name their own fault.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from cdi.errors import CdiError, DataError, DesignError, MethodError, suggestion
from cdi.measures import Measure

__all__ = [
    "checked", "checked_class", "chosen", "counts_of", "is_number", "listed", "mapping_of", "measure_of", "names_of",
    "path_of", "refuse_other", "several", "shown", "text_of", "truth_of",
]  # fmt: skip


P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Tell in the terms of cdi what is wrong with the arguments of a call: Python says not what to write instead."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            # what is wrong further in is no fault of the call
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            raise _no_such_call(function, kwargs, str(error)) from None

    return call


def checked_class(made: type[K]) -> type[K]:
    """Tell in the same way what is wrong where a value of a class is made."""
    own: Any = made.__init__

    @functools.wraps(own)
    def init(self: K, *args: object, **kwargs: object) -> None:
        try:
            own(self, *args, **kwargs)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            raise _no_such_call(made, kwargs, str(error)) from None

    made.__init__ = init  # type: ignore[method-assign, assignment]
    return made


def _no_such_call(function: Callable[..., object], given: Mapping[str, object], said: str) -> DesignError:
    """Say how a function is called: what it needs, and what else can be named."""
    import inspect

    takes = inspect.signature(function).parameters
    needed = [name for name, each in takes.items() if each.default is each.empty and each.kind not in (2, 4)]
    named = [name for name, each in takes.items() if each.default is not each.empty]
    unknown = [name for name in given if name not in takes]
    hint = suggestion(unknown[0], named) if unknown else ""
    holder, _, _ = function.__qualname__.rpartition(".")  # a method is asked of an audit, or of a result
    of = "found" if holder == "Shown" else holder.casefold() or "cdi"
    call = f"{of}.{function.__name__}({', '.join(name for name in needed if name != 'self')})"
    return DesignError.of("no-such-call", got=said.partition("() ")[2], call=call, others=tuple(named), hint=hint)


def is_number(value: object) -> bool:
    """Tell whether a value is a number that can be held against others."""
    return isinstance(value, Real)


def chosen(
    value: object, choices: Collection[str], code: str, error: type[CdiError] = MethodError, *, name: str = ""
) -> str:
    """Take one of some words, and refuse all else with the nearest of them."""
    if isinstance(value, str) and value in choices:
        return value
    raise error.of(
        code,
        got=None if isinstance(value, str) and not value else shown(value),
        hint=suggestion(str(value), tuple(choices)),
        name=name,
    )


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


def refuse_other(value: object, kind: str, call: str) -> None:
    """Refuse what another verb gave, or none."""
    if type(value).__name__ != kind:
        raise DataError.of("not-made-by", got=type(value).__name__, call=call)


_COUNTS = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")


def counts_of(value: object) -> tuple[int, int] | None:
    """Take counts written as 159/182; None where it is no such text."""
    found = _COUNTS.fullmatch(value) if isinstance(value, str) else None
    return None if found is None else (int(found[1]), int(found[2]))


def mapping_of(value: object) -> object:
    """Take a column with an index as a mapping, and everything else as it is."""
    return value.to_dict() if type(value).__name__ == "Series" and hasattr(value, "to_dict") else value


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
