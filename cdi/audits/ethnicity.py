"""Groups that records state or do not state, and ethnic groups gathered into the five of the Census.

The table that they are gathered by is ``ethnicity.csv`` beside this module, with its sources. A value that is not in it
is refused, unless its group is said, and never put under Other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits import answers, checks
from cdi.audits.audit import Audit, check_audit
from cdi.audits.design import PERIOD
from cdi.errors import DataError, Where, fault
from cdi.reading import engine
from cdi.reading.sources import no_column
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["NOT_STATED", "Lacking", "gathered", "group_of", "plain_label", "states_no_group"]

NOT_STATED: tuple[str, ...] = (
    "not stated", "not known", "not recorded", "not given", "not provided", "not defined", "unknown", "unstated",
    "not asked", "not obtained", "did not state", "prefer not to say", "preferred not to say", "declined",
    "declined to state", "declined to answer", "refused", "refused to say", "refused to state", "none given", "no data",
    "no entry", "blank", "missing", "don't know", "n/a", "na", "n/k", "n/s", "nk", "ns", "n1", "n2", "n3", "n4", "ic0",
    "ic7", "ic9", NO_LABEL,
)  # fmt: skip
"""How it may be written that a record does not state a group, in any case, with spaces, hyphens or underscores.

The plainest of them may stand behind more words: ``Other ethnic group - Not stated``.
"""

_AT_END = tuple(f" {word}" for word in ("not stated", "not known", "not recorded", "unknown", "unstated", "refused"))
_AT_START = re.compile(r"n[1-4] .*|ns .*|not (?:stated|known)\b.*")  # the codes of PACE Code A, with their reason

_CODE = re.compile(r"(ic|[wmabo]) ?([0-9])")
_CODED = (re.compile(rf"\(?{_CODE.pattern}\b\)?(.*)"), re.compile(rf"(.*?)\(?\b{_CODE.pattern}\)?"))
"""A text with a code before or behind its name."""

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_HEAD = re.compile(rf"\s+[{_DASHES}]\s*|\s*[\u2013\u2014]\s*|\s*:\s*")
"""What parts a group from the larger one before it."""


class Lacking(Container[str]):
    """Every label that states no group."""

    def __init__(self, further: Sequence[str]) -> None:
        self.words = frozenset(map(plain_label, (*NOT_STATED, *further)))

    def __contains__(self, label: object) -> bool:
        plain = plain_label(str(label))
        return not plain or plain in self.words or plain.endswith(_AT_END) or _AT_START.fullmatch(plain) is not None


def states_no_group(label: str, further: Sequence[str] = ()) -> bool:
    """Tell a label that says that no group is stated; ``further`` are words for it beside those known."""
    return label in Lacking(further)


def plain_label(label: str) -> str:
    """Write a label in small letters, with one space for dashes, underscores and several spaces, and and for &."""
    plain = label.casefold().replace("\u2019", "'").translate(_PLAIN).replace("&", " and ")
    return _AROUND_STROKE.sub("/", " ".join(plain.split())).strip(" .,;:*?'\"")


_PLAIN = {ord(sign): " " for sign in f"{_DASHES}_"}
_AROUND_STROKE = re.compile(r"\s*/\s*")


@cache
def _table() -> Mapping[tuple[str, str], str]:
    """Read the table: kind and value -> group."""
    lines = files("cdi.audits").joinpath("ethnicity.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {(row["kind"], plain_label(row["value"])): row["group"] for row in rows}


def group_of(label: str, not_stated: Sequence[str] = ()) -> str | None:
    """Name the group of five that a value is part of, or that it states none; None where it is not known."""
    if states_no_group(label, not_stated):
        return wording.NOT_STATED_GROUP
    known, plain = _table(), plain_label(label)
    head = plain_label(_HEAD.split(label.strip(), maxsplit=1)[0])
    return known.get(("name", plain)) or known.get(("head", head)) or _group_of_code(plain)


def _group_of_code(plain: str) -> str | None:
    """Name the group of a code with or without its name beside it; None where the two are of different groups."""
    for pattern in _CODED:
        found = pattern.fullmatch(plain)
        if found is None:
            continue
        parts = found.groups()
        (kind, number), rest = (parts[:2], parts[2]) if pattern is _CODED[0] else (parts[1:], parts[0])
        group, name = _table().get(("code", f"{kind}{number}")), rest.strip(" ()/")
        if not name or group_of(name) in (None, group):
            return group
    return None


def gathered(audit: Audit, columns: Sequence[str], not_stated: Sequence[str] = ()) -> Audit:
    """Gather the ethnic groups of some columns into five; the sample is counted anew, since they may be strata."""
    source = audit.source
    for column in map(source.written, columns):
        if column not in source.columns:
            raise DataError([no_column(column, source)])
        source = _gathered(source, column, not_stated, audit.design.words or {})
    # its column of periods has been made
    design = replace(audit.design, period=PERIOD if audit.design.period else None, words=None)
    return check_audit(source, design, audit.unplayed)


def _gathered(source: Source, column: str, not_stated: Sequence[str], words: Mapping[str, str]) -> Source:
    said = {plain_label(word): answers.GROUPS.get(meaning.casefold()) for word, meaning in words.items()}
    source = checks.as_text(source, column)
    inner = source.inner(column)
    found = engine.collect(engine.sums(source.rows, [inner], (), count="_cdi_n"))
    groups: dict[object, str] = {}
    strange: dict[str, int] = {}
    for value, rows in zip(found[inner], found["_cdi_n"], strict=True):
        if engine.absent(value):
            continue
        label = answers.show(value)
        group = said.get(plain_label(label)) or group_of(label, not_stated)
        if group is None:
            strange[label] = strange.get(label, 0) + int(rows)
        else:
            groups[value] = group
    if strange:
        where = Where(source.name, source.header, column, sheet=source.sheet)
        ordered = sorted(strange.items(), key=lambda pair: (-pair[1], pair[0]))
        raise DataError(
            fault("no-ethnic-group", got=label, where=where, times=n, word=label, meaning=wording.OPEN_GROUP)
            for label, n in ordered
        )
    rows_ = engine.relabelled(source.rows, inner, groups, inner)
    return replace(source, rows=engine.filled(rows_, inner, wording.NOT_STATED_GROUP))
