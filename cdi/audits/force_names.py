"""The names of police forces: the 43 territorial forces of England and Wales, in the spellings that people use."""

from __future__ import annotations

import difflib
import re

from cdi.reading.set_aside import is_share_label, is_total_label

__all__ = ["APART", "TERRITORIAL", "is_national", "is_same_force", "near", "usual"]

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
    "gogledd cymru": "North Wales", "de cymru": "South Wales", "british transport": APART,
}  # fmt: skip
"""Other names that forces go by."""

_PLAIN = {name.casefold().replace("-", " "): name for name in (*TERRITORIAL, APART)} | _ALSO
_ENDINGS = (" police service", " police force", " constabulary", " police")
_OF_ANY = {"the", "of", "and", "police", "service", "force", "constabulary", "heddlu"}
"""Words that tell no force from another."""
_TURNED = re.compile(r"([^,]+), *([^,]+ of)")  # as lists in alphabetical order have it: London, City of
_NEAR = 0.85
_NATIONAL = frozenset(["england and wales", "england", "wales", "all forces", "national", "england and wales average"])


def usual(name: str) -> str | None:
    """Give the usual name of a force that is written in another way; None where it is none of these forces."""
    plain, short = _forms(name)
    return _PLAIN.get(plain, _PLAIN.get(short))


def is_same_force(one: str, other: str) -> bool:
    """Tell whether two names are of one force; of bodies that are none of these, by the words they share."""
    known = usual(one), usual(other)
    if any(known):
        return known[0] == known[1]
    words, others = (set(_plain(name).split()) - _OF_ANY for name in (one, other))
    return bool(words) and bool(others) and (words <= others or others <= words)


def is_national(name: str) -> bool:
    """Tell the name of all forces together, or of their average."""
    return _plain(name) in _NATIONAL or is_total_label(name) or is_share_label(name)


def near(name: str) -> str | None:
    """Give the force whose name is nearest, as a hint; None where none is near."""
    found = [
        each
        for form in map(_without_slip, _forms(name))
        for each in difflib.get_close_matches(form, _PLAIN, n=1, cutoff=_NEAR)
    ]
    return _PLAIN[found[0]] if found else None


def _forms(name: str) -> tuple[str, str]:
    """Write a name in small letters, and without what says that it is a police force."""
    plain = _plain(name).removeprefix("the ").removeprefix("heddlu ")
    return plain, next((plain.removesuffix(ending) for ending in _ENDINGS if plain.endswith(ending)), plain)


def _without_slip(name: str) -> str:
    """Leave out a last word that is nearly one of those which say that it is a police force."""
    words = name.split()
    is_ending = len(words) > 1 and difflib.get_close_matches(
        words[-1], ["police", "constabulary", "service"], cutoff=0.8
    )
    return " ".join(words[:-1]) if is_ending else name


def _plain(name: str) -> str:
    plain = " ".join(name.casefold().replace("&", " and ").replace("-", " ").split())
    turned = _TURNED.fullmatch(plain)
    return f"{turned[2]} {turned[1]}" if turned else plain
