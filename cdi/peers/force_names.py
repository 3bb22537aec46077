"""The police forces by their usual short names, and how else they are written."""

from __future__ import annotations

import difflib

__all__ = ["APART", "TERRITORIAL", "near", "usual"]

APART = "British Transport Police"
"""The force that is no part of the totals of England and Wales."""

TERRITORIAL = (
    "Avon and Somerset", "Bedfordshire", "Cambridgeshire", "Cheshire", "City of London", "Cleveland", "Cumbria",
    "Derbyshire", "Devon and Cornwall", "Dorset", "Durham", "Dyfed-Powys", "Essex", "Gloucestershire",
    "Greater Manchester", "Gwent", "Hampshire", "Hertfordshire", "Humberside", "Kent", "Lancashire", "Leicestershire",
    "Lincolnshire", "Merseyside", "Metropolitan Police", "Norfolk", "North Wales", "North Yorkshire",
    "Northamptonshire", "Northumbria", "Nottinghamshire", "South Wales", "South Yorkshire", "Staffordshire", "Suffolk",
    "Surrey", "Sussex", "Thames Valley", "Warwickshire", "West Mercia", "West Midlands", "West Yorkshire", "Wiltshire",
)  # fmt: skip
"""The 43 territorial forces of England and Wales."""

_ALSO = {
    "metropolitan": "Metropolitan Police", "met": "Metropolitan Police", "mps": "Metropolitan Police",
    "gmp": "Greater Manchester", "hampshire and isle of wight": "Hampshire", "btp": APART,
    "gogledd cymru": "North Wales", "de cymru": "South Wales",
}  # fmt: skip
"""Other names that forces go by."""

_PLAIN = {name.casefold().replace("-", " "): name for name in (*TERRITORIAL, APART)} | _ALSO
_ENDINGS = (" police service", " constabulary", " police")
_NEAR = 0.85


def usual(name: str) -> str | None:
    """Give the usual name of a force that is written in another way; None where it is none of these forces."""
    plain = _plain(name).removeprefix("the ").removeprefix("heddlu ")
    short = next((plain.removesuffix(ending) for ending in _ENDINGS if plain.endswith(ending)), plain)
    return _PLAIN.get(plain, _PLAIN.get(short))


def near(name: str) -> str | None:
    """Give the force whose name is nearest, as a hint; None where none is near."""
    found = difflib.get_close_matches(_plain(name), _PLAIN, n=1, cutoff=_NEAR)
    return _PLAIN[found[0]] if found else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("&", " and ").replace("-", " ").split())
