"""Faults that are told on the command line too, told of an inspection: where in its file, and what to do in it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi.errors import CdiError, Fault, Surface

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection

__all__ = ["in_terms_of_keys", "of_keys"]


def of_keys(each: Fault) -> Fault:
    """Tell of a fault what to do in the inspection's file.

    Parameters
    ----------
    each : Fault
        As any verb tells it.

    Returns
    -------
    Fault
        The same, whose hint names keys instead of options.

    Examples
    --------
    >>> from cdi.errors import fault
    >>> print(of_keys(fault("no-higher", got="up")).hint)
    Say what a higher rate is: higher = "worse" under [forces].
    """
    return replace(each, terms=Surface.TOML)


@contextlib.contextmanager
def in_terms_of_keys(inspection: Inspection | None = None) -> Iterator[None]:
    """Tell the errors of what runs inside in terms of the inspection's file.

    Parameters
    ----------
    inspection : Inspection, optional
        Whose keys they are of: with it, a fault that is of a key is told at the key.

    Raises
    ------
    CdiError
        That of what runs inside, with the same class and faults.

    Examples
    --------
    >>> from cdi.errors import DataError
    >>> with in_terms_of_keys():
    ...     raise DataError.of("no-higher", got="up")
    Traceback (most recent call last):
    ...
    cdi.errors.DataError: expected better, worse or neither, but found up. Say what a higher rate is: higher = \
"worse" under [forces].
    """
    try:
        yield
    except CdiError as error:
        told = [of_keys(each) for each in error.faults]
        placed = told if inspection is None else [_placed(each, inspection) for each in told]
        raise type(error)(placed, error.total) from error


def _placed(each: Fault, inspection: Inspection) -> Fault:
    """Give a fault that is of a key the place of the key; another keeps its own, in a data file."""
    key = next(_KEYS.get(each.code, _nowhere)(each, inspection), None)
    return each if key is None else replace(each, where=inspection.where(key))


def _nowhere(_each: Fault, _inspection: Inspection) -> Iterator[str]:
    yield from ()


def _roles(inspection: Inspection) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Go through the roles of all samples, each under the table that they stand in."""
    for name, sample in (("audit", inspection.audit), ("searches", inspection.searches)):
        if sample is not None:
            yield name, sample.roles
    for i, previous in enumerate(inspection.previous, 1):
        if previous.sample is not None:
            yield f"previous[{i}]", previous.sample.roles
    # those that borrow the rows of the audit come after it
    for name, held in (("reviews", inspection.reviews), ("times", inspection.times), ("monthly", inspection.monthly)):
        if held is not None:
            yield name, held.sample.roles


def _joins(each: Fault, inspection: Inspection) -> Iterator[str]:
    for table, roles in _roles(inspection):
        for name, other in (roles.get("collapse") or {}).items():
            if each.got in (name, other, f"{name}={other}"):
                yield f"{table}.collapse.{name}"


def _role(name: str, holds: Callable[[Fault, Any], bool]) -> Callable[[Fault, Inspection], Iterator[str]]:
    """Find the tables in which a role is as the fault says."""
    return lambda each, inspection: (
        f"{table}.{name}" for table, roles in _roles(inspection) if holds(each, roles.get(name))
    )


_KEYS: Mapping[str, Callable[[Fault, Inspection], Iterator[str]]] = {
    "no-stratum": _joins,
    "collapse-chain": _joins,
    "collapse-undeclared": _role("single_cluster", lambda _, rule: rule == "collapse"),
    "population-below-sample": _role("population", lambda each, size: isinstance(size, int) and str(size) == each.got),
    "baseline": lambda _, inspection: iter(["monthly.baseline"] if inspection.monthly is not None else []),
    "share-twice": lambda _, inspection: iter(["volumes.route_share"] if inspection.volumes is not None else []),
}
"""Code of a fault -> the keys that it can be of."""
