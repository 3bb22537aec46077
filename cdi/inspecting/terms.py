"""Faults that are told on the command line too, told of an inspection: what to do in its file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from cdi import wording
from cdi.errors import CdiError, Fault

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
    Say what a higher rate is: higher = "worse", in [forces].
    """
    return replace(each, hint=wording.TOML_HINTS.get(each.code, "{hint}").format(hint=each.hint))


@contextlib.contextmanager
def in_terms_of_keys() -> Iterator[None]:
    """Tell the errors of what runs inside in terms of the inspection's file.

    Raises
    ------
    CdiError
        That of what runs inside, with the same class, faults and places.

    Examples
    --------
    >>> from cdi.errors import DataError
    >>> with in_terms_of_keys():
    ...     raise DataError.of("no-higher", got="up")
    Traceback (most recent call last):
    ...
    cdi.errors.DataError: expected better, worse or neither, got up. Say what a higher rate is: higher = "worse", in \
[forces].
    """
    try:
        yield
    except CdiError as error:
        raise type(error)([of_keys(each) for each in error.faults], error.total) from error
