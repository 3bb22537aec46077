"""Recognises what columns hold, for a new inspection's file: roles by their names, categories by their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdi.audits import answers
from cdi.audits.design import roles_of
from cdi.audits.periods import parse_period
from cdi.audits.volumes import POPULATION, RECORDED_CRIME
from cdi.errors import CdiError
from cdi.inspecting.values import has_controls
from cdi.reading import opening
from cdi.survey.stop_search import GROUNDS

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.reading.sources import Source, Workbook

__all__ = ["Recognised", "recognise"]

ROLES = ("stratum", "cluster", "case", "weight", "due", "recorded", "decision", "recorded_as", "category")
TIMES = ("reported_at", "recorded_at")
MOST, LONGEST = 20, 40
"""The most categories that a column is offered for, and the longest of them: more is an id, longer is free text."""

_WORDS, _REMARK = re.compile(r"[^\W_]+"), re.compile(r"\([^)]*\)")
_USUAL = ("crime_type", "ethnicity")
_COUNTS = frozenset(["due", "recorded"])


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the columns of a file are.

    Attributes
    ----------
    roles : mapping of str to str
        Role -> its column.
    domains : mapping of str to tuple of str
        Columns of categories, those most asked for first -> their categories.
    times : mapping of str to str
        ``reported_at`` and ``recorded_at`` -> their columns; empty unless both are there.
    others : tuple of str
        Columns that are none of these.
    force : str or None
        The one force that a column of this name holds.
    """

    roles: Mapping[str, str]
    domains: Mapping[str, tuple[str, ...]]
    times: Mapping[str, str]
    others: tuple[str, ...]
    force: str | None

    @property
    def answered(self) -> bool:
        """Whether it is known what was recorded."""
        return bool({"recorded", "decision"} & set(self.roles))


def recognise(
    files: Sequence[str | Path | Workbook],
    *,
    volumes: Sequence[str | Path | Workbook] = (),
    searches: bool = False,
) -> Recognised:
    r"""Recognise the columns of one file, or of several with the same columns.

    Parameters
    ----------
    files : sequence of path or Workbook
        The files.
    volumes : sequence of path or Workbook
        Known numbers: the columns that a frame is by are what reports were drawn by, those that recorded crime is by
        come first among the categories.
    searches : bool
        Whether they hold searches, whose answers are grounds.

    Returns
    -------
    Recognised
        Roles by the names that :func:`cdi.read_audit` knows, in any spelling of theirs, and columns of few short words
        that come back.

    Raises
    ------
    DataError
        A file cannot be read as a table.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "audit.csv"
    >>> _ = file.write_text("Recorded,ward\nyes,North\nno,South\nyes,North\nyes,South\n", encoding="utf-8")
    >>> found = recognise([file])
    >>> found.roles, found.domains
    ({'recorded': 'Recorded'}, {'ward': ('North', 'South')})
    """
    opened = opening.open_source(list(files))
    named = _by_name(opened, (*ROLES, *TIMES))
    frame, crime = _known_by(opened, volumes)
    roles = _roles(opened, {role: named[role] for role in ROLES if role in named}, searches=searches)
    if frame and "stratum" not in roles:
        roles = {"stratum": frame[0], **roles}
    times = {name: named[name] for name in TIMES if name in named and not searches}
    times = times if len(times) == len(TIMES) else {}
    free = [name for name in opened.columns if name not in {*roles.values(), *times.values()}]
    values = {name: _values(opened, name) for name in free}
    forces = values.pop("force", ())
    domains = {name: words for name, words in values.items() if not has_controls(name) and _are_categories(words)}
    others = tuple(name for name in free if name not in domains and name != "force")
    usual = (*crime, *_USUAL, *sorted(domains, key=lambda name: _are_answers(domains[name])))
    ordered = {name: domains[name] for name in usual if name in domains}
    return Recognised(roles, ordered, times, others, forces[0] if len(forces) == 1 else None)


def _known_by(opened: Source, volumes: Sequence[str | Path | Workbook]) -> tuple[list[str], list[str]]:
    """Find what a frame is by, and what recorded crime is by, among the columns of the audit."""
    frame: list[str] = []
    crime: list[str] = []
    for file in volumes:
        columns = opening.open_source([file]).columns
        shared = [name for name in columns if name in opened.columns]
        frame += shared if POPULATION in columns else []
        crime += shared if RECORDED_CRIME in columns else []
    return frame, crime


def _by_name(opened: Source, names: Sequence[str]) -> dict[str, str]:
    """Find the columns that are called so, whatever their capitals, signs, and remarks in brackets."""
    usable = [name for name in reversed(opened.columns) if not has_controls(name)]
    plain = {"_".join(_WORDS.findall(_REMARK.sub("", name.casefold()))): name for name in usable}
    return {name: name if name in opened.columns else plain[name] for name in names if name in plain}


def _roles(opened: Source, named: Mapping[str, str], *, searches: bool) -> dict[str, str]:
    """Settle the roles as an audit does; where that cannot be, they stay as they were found."""
    given: dict[str, Any] = dict(named)
    if searches:
        given = {role: name for role, name in named.items() if role in ("stratum", "cluster", "case", "weight")}
        given |= dict(zip(["recorded"], _by_name(opened, [GROUNDS]).values(), strict=False))
    elif "decision" in given:
        given = {role: name for role, name in given.items() if role not in _COUNTS}
    if "recorded_as" not in given:
        given.pop("category", None)
    spelled: Any = {role: name for role, name in given.items() if role != name or role in ("recorded", "decision")}
    try:
        design, _ = roles_of(opened, None, spelled)
    except CdiError:
        return given
    settled = {role: getattr(design, role) for role in ROLES if role != "stratum"}
    settled = {"stratum": ", ".join(design.strata), **settled}
    if design.decision is not None:
        settled["recorded"] = None
    return {role: name for role, name in settled.items() if name}


def _values(opened: Source, column: str) -> tuple[str, ...]:
    """List the words of a column, sorted; none where there are too many, or where they do not come back."""
    import narwhals as nw

    from cdi.reading import engine

    # the engine is slow to ask one column of a table of hundreds
    rows = opened.rows.select(column).filter(~nw.col(column).is_null()).group_by(column).agg(nw.len().alias("_cdi_n"))
    found = engine.collect(rows.sort("_cdi_n", descending=True).head(MOST + 1))
    words = [answers.show(word) for word in found[column]]
    if len(words) > MOST or sum(map(int, found["_cdi_n"])) < 2 * len(words):
        return ()
    return tuple(sorted(words))


def _are_categories(words: Sequence[str]) -> bool:
    return (
        len(words) > 1
        and all(len(word) <= LONGEST and not has_controls(word) for word in words)
        and not all(parse_period(word) for word in words)
    )


def _are_answers(words: Sequence[str]) -> bool:
    return all(not isinstance(answers.parse_reply(word), str) for word in words)
