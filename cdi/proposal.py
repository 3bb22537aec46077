"""What a file or workbook holds, and how it could be read: proposed on one screen, and nothing decided in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from cdi import wording
from cdi.arguments import checked, chosen, text_of
from cdi.audits.answers import plain_word, without_marks
from cdi.audits.audit import Audit
from cdi.audits.checks import refuse_alike
from cdi.audits.crime_tables import POPULATION, RECORDED_CRIME, count_column, is_of_place_or_time, is_total
from cdi.audits.design import COUNTS, Roles
from cdi.audits.force_names import usual
from cdi.audits.periods import Period, in_sheet_name, in_titles
from cdi.audits.volumes import Volumes
from cdi.errors import CdiError, DataError, DesignError, Fault, Where, Worded, fault, suggestion
from cdi.parameters import HOLDS, LAYOUTS, flag
from cdi.peers.force_results import ForceRates
from cdi.printing import formats
from cdi.printing.layout import Grid, Page, words_of
from cdi.proposing.kinds import (
    AUDIT,
    FORCES,
    PLAYED,
    REVIEW,
    SEARCHES,
    TIMES,
    VOLUMES,
    Looked,
    kinds_of,
    labels_of,
    questions_of,
    roles_in,
    taken,
)
from cdi.proposing.meanings import Meaning, meanings_of
from cdi.proposing.numbers import MOST_LINES, Read, lines_of, read_as
from cdi.reading import engine, opening
from cdi.reading.mapping import BY_SHEET, BY_TITLE, MAPPED_ROLES, SheetMapping, holds, read_mapping
from cdi.reading.recognition import Header, find_header, plain_name, roles_by_name
from cdi.reading.set_aside import RawTable, RowKind
from cdi.reading.sources import Workbook
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Proposal", "SheetFound", "open_sheets"]

_EITHER = frozenset(["either-layout", "either-layout-of-answers"])
_OF_VALUES = frozenset(["not-a-number", "not-yes-no", "not-whole", "not-plain", "too-large", "word-meaning"])
"""The faults of values that may be words, beside those that ask for a meaning themselves."""


@dataclass(frozen=True, slots=True)
class SheetFound:
    """One sheet, or one file of text.

    Attributes
    ----------
    file : str
        The file.
    sheet : str or None
        The sheet; None in a file of text.
    columns : tuple of str
        The names of its columns; empty where it holds no table.
    header : Header or None
        Where these stand.
    rows : mapping of str to int
        Kind of row -> how many there are. Every row is under exactly one.
    use : str
        What it is taken for: ``"data"``, ``"other"`` (it is not read) or ``"empty"``.
    kinds : tuple of str
        What it can hold, the likeliest first: an audit, searches, volumes and so on; none where that is not known.
    """

    file: str
    sheet: str | None
    columns: tuple[str, ...] = ()
    header: Header | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    use: str = "empty"
    further: Mapping[str, int] = field(default_factory=dict)  # column -> further rows of reports in which it is filled
    kinds: tuple[str, ...] = ()
    period: Period | None = None  # the one that the titles above its table speak of

    @property
    def is_data(self) -> bool:
        """Whether it is read."""
        return self.use == "data"


@dataclass(frozen=True, slots=True, repr=False)
class Proposal(Printed):
    """What some files hold, and how they are read.

    It stands for the files in every verb: ``cdi.estimate(cdi.open_sheets("dip.xlsx"))``.

    Attributes
    ----------
    sheets : tuple of SheetFound
        What was found.
    mapping : SheetMapping
        How it is read.
    roles : mapping of str to (str, bool)
        Role -> the column that seems to play it, and whether its name is clear.
    holds : str
        What it is taken for: ``"audit"``, ``"searches"``, ``"volumes"``, ``"review"``, ``"times"`` or ``"forces"``.
    meanings : tuple of Meaning
        The words of its columns, and what each means.
    read : Audit, Volumes, Review, Timeliness, ForceRates or None
        What comes of it, where it can be read.
    faults : tuple of Fault
        What keeps it from being read.
    terms : mapping of str to str
        The force and the period that are meant, in a table of recorded crime.
    groups : tuple of str
        The columns of groups or categories that results can be by.
    ignore : tuple of str
        The columns of case files that are no questions.
    files : tuple of str
        The files as they were named.
    header_row : int or None
        The row of the names, where the caller said it.
    changed : bool
        Whether the caller said more than stands in the mapping that was used.
    """

    sheets: tuple[SheetFound, ...]
    mapping: SheetMapping
    roles: Mapping[str, tuple[str, bool]]
    holds: str = AUDIT
    meanings: tuple[Meaning, ...] = ()
    read: Read | None = field(default=None, compare=False)
    faults: tuple[Fault, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    header_row: int | None = None
    changed: bool = False

    @property
    def audit(self) -> Audit | None:
        """The audit, or the searches, where it is one and can be read."""
        return self.read if isinstance(self.read, Audit) else None

    @property
    def asked(self) -> tuple[Meaning, ...]:
        """The words whose meaning is not known."""
        return tuple(each for each in self.meanings if each.asked)

    def to_pandas(self) -> pd.DataFrame:
        """Give one row for each sheet and kind of row, with how many there are.

        Returns
        -------
        pandas.DataFrame
            ``file``, ``sheet``, ``use``, ``kind`` (title, header, data, continuation, total, share, note or blank)
            and ``rows``.
        """
        import pandas as pd

        rows = [
            (each.file, each.sheet, each.use, kind, count) for each in self.sheets for kind, count in each.rows.items()
        ]
        frame = pd.DataFrame(rows, columns=["file", "sheet", "use", "kind", "rows"], dtype=object)
        return frame.astype({**dict.fromkeys(("file", "sheet", "use", "kind"), "string"), "rows": "Int64"})

    @property
    def workbooks(self) -> tuple[Workbook, ...]:
        """The files and sheets that are read, each as the mapping says."""
        rows = {(each.file, each.sheet): each.header.row for each in self.sheets if each.is_data and each.header}
        mapping = replace(self.mapping, columns={}) if self.holds in (VOLUMES, FORCES) else self.mapping
        return tuple(Workbook(file, sheet, row or None, mapping) for (file, sheet), row in rows.items())

    @property
    def unnamed_sheets(self) -> tuple[str, ...]:
        """The sheets of the mapping that are not named with the files themselves."""
        return tuple(
            title for title in self.mapping.sheets if not any(file.endswith(f"#{title}") for file in self.files)
        )

    @property
    def is_plain(self) -> bool:
        """Whether every verb reads it without a mapping in the same way."""
        mapping = self.mapping
        special = (self.unnamed_sheets, mapping.header_row, mapping.upper_row, mapping.fill_down, mapping.layout)
        own = {SEARCHES: {"recorded": "grounds"}, REVIEW: {"case": "file"}}.get(self.holds, {})
        named = all(
            name == own.get(role, role) or (role, name) == ("case", "case") for role, name in mapping.columns.items()
        )
        if self.holds == VOLUMES:
            return not mapping.words and all(self.roles[role][1] for role in mapping.columns if role in self.roles)
        known = self.holds == FORCES or named
        return known and not any(special) and not mapping.words

    def __repr__(self) -> str:
        data = [each for each in self.sheets if each.is_data]
        return f"<cdi.Proposal: {len(data)} of {len(self.sheets)} sheets hold data>"

    def save(self, path: str | Path) -> None:
        """Save the mapping, with what it leaves out as comments.

        Parameters
        ----------
        path : str or pathlib.Path
            The TOML file.
        """
        formats.write(self.toml, Path(path))

    @property
    def toml(self) -> str:
        """The mapping as TOML, with comments."""
        files = list(dict.fromkeys(Path(each.file).name for each in self.sheets))
        left = {role: name for role, (name, _) in self.roles.items() if role not in self.mapping.columns}
        others = [(role, name) for role, name in left.items() if role != "category" or self.holds == AUDIT]
        titled = all(each.period for each in self.sheets if each.is_data)
        if titled and "period" not in (*self.mapping.columns, *self.roles):
            others.append(("period", BY_TITLE))
        return self.mapping.text(
            wording.mapping_head(files),
            [wording.role_left(role, name) for role, name in others if role in MAPPED_ROLES],
            wording.LAYOUTS_LEFT if any(item.code in _EITHER for item in self.faults) else (),
            [wording.word_left(each.word or "", each.rows, each.likely) for each in self.asked],
        )

    def page(self, *, kept: str | None = None, **_options: Any) -> Page:
        """Lay it out for people, as ``cdi open`` does; ``kept`` is the file in which the mapping is kept."""
        grids = [_sheets_grid(self), _columns_grid(self)]
        if self.meanings:
            grids.append(_words_grid(self))
        if self.read is not None:
            grids.append(_numbers_grid(self))
        grids = [grid for grid in grids if grid.cells]
        return Page(None, tuple(grids), statements=tuple(_statements(self, kept)), remarks=tuple(_remarks(self)))


@checked
def open_sheets(
    source: str | Path | Workbook | Sequence[str | Path | Workbook],
    *,
    mapping: str | Path | SheetMapping | None = None,
    holds: str | None = None,
    force: str | None = None,
    volumes_period: str | None = None,
    reported_at: str | None = None,
    recorded_at: str | None = None,
    timely: str | None = None,
    **roles: Unpack[Roles],
) -> Proposal:
    r"""Recognise what files or workbooks hold, and propose how they are read.

    Parameters
    ----------
    source : path or Workbook, or a sequence of them
        CSV or Parquet files or workbooks, such as people keep them: with titles, totals, several sheets.
    mapping : path or SheetMapping, optional
        How they are read, as it was confirmed before. None: it is proposed.
    holds : {"audit", "searches", "volumes", "review", "times", "forces"}, optional
        What they hold. None: it is recognised, and asked for where nobody can tell.
    force, volumes_period : str, optional
        The force and the period that are meant, in a table of recorded crime.
    reported_at, recorded_at, timely : str, optional
        The columns of times, or of the answers whether a crime was recorded in time.
    **roles
        The column that plays a role, such as ``cluster="Log No"``; ``layout``, that says whether each row is one
        record or counts of many; ``words``, that says what words of one's own mean. See :class:`cdi.Design`.

    Returns
    -------
    Proposal
        The sheets, every row under exactly one kind, the column of each role, what each word means, and the numbers
        that follow.

    Raises
    ------
    DataError
        A file cannot be read, a total does not add up, or it is not known what the files hold.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "dip.csv"
    >>> text = "Dip sample,,\n,,\nIncident,Due,Recorded\n11,1,1\n12,2,1\nTotal,3,2\n"
    >>> _ = path.write_text(text, encoding="utf-8")
    >>> found = open_sheets(path)
    >>> found.mapping.header_row, dict(found.mapping.columns)
    (3, {'cluster': 'Incident', 'due': 'Due', 'recorded': 'Recorded'})
    >>> dict(found.sheets[0].rows)
    {'title': 1, 'header': 1, 'data': 2, 'total': 1, 'blank': 1}
    """
    terms = {"force": force, "volumes_period": volumes_period}
    times = {"reported_at": reported_at, "recorded_at": recorded_at, "timely": timely}
    columns: dict[str, Any] = {**roles, **times}
    layout, words = columns.pop("layout", None), columns.pop("words", None)
    _check({**terms, **columns}, holds, layout, words)
    books = opening.workbooks_of(source)
    known = mapping if mapping is None or isinstance(mapping, SheetMapping) else read_mapping(mapping)
    look = opening.Look()
    looks = [each for book in books for each in _look_at(look, book, holds)]
    kind = holds or _kind_as_named(looks, columns) or _kind_of([found for found, _ in looks], known, books[0])
    if known is None:
        looks = _chosen(looks, kind)
    else:
        looks = [(replace(found, use=_use_of(found, known)), table) for found, table in looks]
    tables = [table for found, table in looks if found.is_data and table is not None]
    if not tables:
        raise DataError.of("no-audit-found", where=Where(books[0].path))
    proposal = _proposed(looks, tables, kind, known, named=any(map(_is_one_of_several, books)))
    given = {role: str(name) for role, name in columns.items() if name}
    own = replace(
        proposal.mapping,
        layout=layout or proposal.mapping.layout,
        words={**proposal.mapping.words, **(words or {})},
        columns=_with_named(proposal.mapping.columns, given),
    )
    proposal = replace(
        proposal,
        mapping=own,
        terms={name: value for name, value in terms.items() if value},
        files=tuple(dict.fromkeys(f"{book.path}#{book.sheet}" if book.sheet else book.path for book in books)),
        header_row=books[0].header_row,
        changed=known is not None and own != known,
    )
    if own.layout is None and "count" in own.columns:
        proposal = replace(proposal, mapping=replace(own, layout=COUNTS))
    proposal = _of_counts(proposal, tables[0]) if proposal.mapping.layout == COUNTS else proposal
    return _read(_with_words(proposal, tables), look)


def _check(asked: Mapping[str, object], holds: object, layout: object, words: object) -> None:
    """Refuse what is no argument, no text, or none of the words that can be."""
    strange = [name for name in asked if name not in {*_ROLES, "force", "volumes_period"}]
    if strange:
        hints = [(name, suggestion(name, sorted(_ROLES))) for name in strange]
        raise DesignError([fault("no-argument", got=f"{name}=", hint=hint) for name, hint in hints])
    for name, given in asked.items():
        if given is not None:
            text_of(given, name)
    if holds is not None:
        chosen(holds, HOLDS, "no-kind-of-file")
    if layout is not None:
        chosen(layout, LAYOUTS, "no-layout")
    if words is not None and not isinstance(words, Mapping):
        raise DesignError.of("words-pairs", got=type(words).__name__)


_ROLES = frozenset([
    "cluster", "case", "due", "recorded", "decision", "recorded_as", "category", "weight", "count", "reports", "period",
    "reported_at", "recorded_at", "timely",
])  # fmt: skip
"""The roles that a caller can give a column."""


# ---- what stands there


def _look_at(look: opening.Look, book: Workbook, kind: str | None) -> Iterator[tuple[SheetFound, Looked | None]]:
    """Look at each sheet of a workbook, or at a file of text; one that says where its table begins has no other."""
    marked, row = _marked(book)
    for each, head in look.sheets(book):
        if marked and each.sheet != marked:
            yield SheetFound(each.path, each.sheet, use="other"), None
        elif marked:
            yield _found(look, replace(each, header_row=row), None, kind)
        elif opening.is_parquet(each.path):
            yield _found(look, each, Header(0), kind)
        else:
            yield _found(look, each, find_header(head), kind, head)


def _marked(book: Workbook) -> tuple[str, int | None]:
    """Give the sheet and the row that a worksheet to fill in names itself."""
    if not opening.is_workbook(book.path) or book.sheet is not None or book.header_row is not None:
        return "", None
    from cdi.reading import workbooks

    return workbooks.marked_table(book.path)


def _found(
    look: opening.Look, book: Workbook, header: Header | None, kind: str | None, head: Sequence[tuple[int, Any]] = ()
) -> tuple[SheetFound, Looked | None]:
    if book.header_row is not None:
        header = Header(book.header_row, None, tuple(row for row, _ in head if row < book.header_row))
    if header is None:
        return SheetFound(book.path, book.sheet), None
    connection, mapping = look.connection, SheetMapping(upper_row=header.upper)
    looked = replace(book, header_row=header.row or None, mapping=mapping)
    raw = look.table(looked)
    table = Looked(raw.columns, connection, raw)
    kinds = kinds_of(table)
    of_volumes = (kind or next(iter(kinds), None)) == VOLUMES
    aside = (
        _totals_of_volumes(table) if of_volumes else {row: each.kind for row, each in look.aside(looked, raw).items()}
    )
    rows, further = _kinds(connection, raw, header, list(aside.values()), list(aside), of_volumes=of_volumes)
    table = Looked(raw.columns, connection, raw, tuple(aside))
    titles = [[cell for cell in cells if cell is not None] for row, cells in head if row < header.row]
    period = in_titles(titles)
    found = SheetFound(book.path, book.sheet, raw.columns, header, rows, "other", further, kinds, period)
    return found, table


def _totals_of_volumes(table: Looked) -> dict[int, RowKind]:
    """Find the totals of known counts: they are read with the rows, which they are checked against."""
    labels = labels_of(table)
    if not labels:
        return {}
    names = ", ".join(table.raw.inner(name) for name in labels)
    query = f"select {engine.ROW}, {names} from {table.raw.table} where {holds(table.columns)}"
    held = table.connection.execute(query).fetchall()
    return {
        row: RowKind.TOTAL for row, *words in held if any(is_total(word, labels) for word in words if word is not None)
    }


def _kinds(
    connection: Any,
    raw: RawTable,
    header: Header,
    aside: Sequence[RowKind],
    left: Sequence[int],
    *,
    of_volumes: bool = False,
) -> tuple[dict[str, int], dict[str, int]]:
    """Count the rows of each kind, and in how many further rows of reports each column is filled."""
    others = f"{engine.ROW} not in ({', '.join(map(str, left)) or 0})"
    report = None if of_volumes else roles_by_name(raw.columns).get("cluster")
    is_further = f"{raw.inner(report[0])} is null" if report else "false"
    something = holds(raw.columns)
    counted = f"count(*) filter ({something}), count(*) filter ({something} and {is_further})"
    held, further = connection.execute(f"select {counted} from {raw.table} where {others}").fetchone()
    counts: Sequence[int] = ()
    if further:
        filled = ", ".join(f"count({name})" for name in engine.inner_names(raw.columns))
        rows_of = f"from {raw.table} where {others} and {is_further} and {something}"
        counts = connection.execute(f"select {filled} {rows_of}").fetchone()
    last = connection.execute(f"select coalesce(max({engine.ROW}), 0) from {raw.table}").fetchone()[0]
    end = raw.sheet_rows[-1] if raw.sheet_rows else header.row + last
    upper = 0 if header.upper is None else 1
    known = {
        "title": len(header.titles),
        "header": (1 if header.row else 0) + upper,
        "data": held - further,
        "continuation": further,
        **{str(kind): list(aside).count(kind) for kind in RowKind},
    }
    rows = {kind: count for kind, count in {**known, "blank": end - sum(known.values())}.items() if count}
    return rows, dict(zip(raw.columns, counts, strict=True)) if further else {}


Look = tuple[SheetFound, Looked | None]


# ---- what it is taken for


def _kind_as_named(looks: Sequence[Look], columns: Mapping[str, str | None]) -> str | None:
    """Tell what a file holds of which nothing is known but the column that the caller names."""
    if not {role for role in ("recorded", "decision") if columns.get(role)} or any(found.kinds for found, _ in looks):
        return None
    return SEARCHES if any(table is not None and table.groups for _, table in looks) else AUDIT


def _kind_of(found: Sequence[SheetFound], mapping: SheetMapping | None, first: Workbook) -> str:
    """Tell what the files hold: what most rows are of, but for lists of reports, beside which all else is a summary."""
    if mapping is not None:
        found = [each for each in found if _use_of(each, mapping) == "data"]
    known = [each for each in found if each.kinds and each.rows.get("data")]
    if not any(each.rows.get("data") for each in found):
        opening.open_source(first)  # it has no rows, and that is refused as in every verb
    if not known:
        if mapping is None or not found:
            raise DataError.of("no-audit-found", where=Where(first.path))
        return VOLUMES if {POPULATION, RECORDED_CRIME} & set(mapping.columns) else AUDIT
    reports = [each for each in known if each.kinds[0] == AUDIT and _names_reports(each.columns)]
    most = max(reports or known, key=lambda each: each.rows["data"])
    if len(most.kinds) > 1:
        got = tuple(most.kinds)
        where = Where(most.file, sheet=most.sheet)
        raise DataError.of("several-kinds", where=where, one=got[0], other=got[1])
    return most.kinds[0]


def _names_reports(columns: Sequence[str]) -> bool:
    return bool({"cluster", "case"} & set(roles_by_name(columns)))


def _chosen(looks: Sequence[Look], kind: str) -> list[Look]:
    """Keep as data the sheets of one kind of table: of those with the columns of the one that holds most rows."""
    fitting = [each for each, _ in looks if kind in each.kinds and each.rows.get("data")]
    if kind in (AUDIT, TIMES):
        fitting = [each for each in fitting if _names_reports(each.columns)] or fitting
    fitting = fitting or [each for each, _ in looks if each.rows.get("data")]
    if not fitting:
        return list(looks)
    most = max(fitting, key=lambda each: each.rows["data"]).columns
    return [
        (replace(each, use="data") if each in fitting and each.columns == most else each, table)
        for each, table in looks
    ]


def _use_of(found: SheetFound, mapping: SheetMapping) -> str:
    """Tell whether a mapping reads a sheet."""
    wanted = found.sheet is None or not mapping.sheets or bool(mapping.chosen([found.sheet]))
    return "data" if wanted and found.columns else "other"


# ---- how it is read


def _is_one_of_several(book: Workbook) -> bool:
    """Tell whether the caller named a sheet of a workbook that has others."""
    named = opening.is_workbook(book.path) and book.sheet is not None
    return named and len(opening.every_sheet(replace(book, sheet=None))) > 1


def _proposed(
    looks: Sequence[Look], tables: Sequence[Looked], kind: str, known: SheetMapping | None, *, named: bool
) -> Proposal:
    """Propose a mapping: what is needed to count, and how sheets tell months."""
    found = tuple(each for each, _ in looks)
    roles = roles_in(tables[0], kind)
    mapping = _mapping_of(found, taken(kind, roles), kind, named=named) if known is None else known
    first, playing = tables[0], {*mapping.columns.values()}
    groups: tuple[str, ...] = ()
    if kind == SEARCHES:
        groups = first.groups
    elif kind == VOLUMES:
        groups = labels_of(first)
    category = roles.get("category", ("", False))[0]
    if kind == AUDIT and category and 0 < len(first.texts(category)) <= _FEW:
        groups = (category,)
    ignore: tuple[str, ...] = ()
    if kind == REVIEW:
        asked = questions_of(first)
        ignore = tuple(name for name in first.columns if name not in {*asked, *playing, "outcome", "file", "stratum"})
    return Proposal(found, mapping, roles, kind, groups=groups, ignore=ignore)


_FEW = 15
"""Categories whose words are listed, at the most."""


def _mapping_of(found: Sequence[SheetFound], columns: dict[str, str], kind: str, *, named: bool) -> SheetMapping:
    data = [each for each in found if each.is_data]
    titles = [each.sheet for each in data if each.sheet is not None]
    if kind in (AUDIT, TIMES, SEARCHES) and len(titles) > 1 and all(in_sheet_name(title) for title in titles):
        columns["period"] = BY_SHEET
    elif len(data) > 1 and all(each.period for each in data):
        columns["period"] = BY_TITLE
    headers = {each.header for each in data if each.header}
    rows = {header.row for header in headers}
    uppers = {header.upper for header in headers}
    others = [each for each in found if each.sheet is not None and not each.is_data and each.header is not None]
    several = named or bool(others) or len(titles) > 1
    return SheetMapping(
        sheets=_pattern(titles, [each.sheet for each in found if each.sheet]) if several else (),
        header_row=rows.pop() if len(rows) == 1 and rows - {0, 1} else None,
        upper_row=uppers.pop() if len(uppers) == 1 else None,
        fill_down=_filled_down(data, columns.get("cluster")) if kind in (AUDIT, TIMES) else (),
        columns=columns,
    )


def _with_named(columns: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Let the columns that the caller names play their roles, and take away what they rule out."""
    counts = {"due", "recorded"}
    kept = {role: name for role, name in columns.items() if name not in given.values()}
    if "decision" in given:
        kept = {role: name for role, name in kept.items() if role not in counts}
    elif counts & set(given):
        kept.pop("decision", None)
    return {**kept, **given}


def _of_counts(proposal: Proposal, table: Looked) -> Proposal:
    """Complete the roles of a table of counts: it names no report, and is by its columns of labels."""
    columns = {role: name for role, name in proposal.mapping.columns.items() if role not in {"cluster", "case"}}
    if "due" not in columns and "count" not in columns:
        others = [name for name in table.counts if name not in columns.values()]
        columns |= {"count": others[0]} if others else {}
    period = proposal.roles.get("period")
    if period is not None and proposal.holds == AUDIT:
        columns.setdefault("period", period[0])
    labels = tuple(
        name for name in table.columns if name not in columns.values() and not table.numbers(name) and table.texts(name)
    )
    groups = proposal.groups or labels
    return replace(proposal, mapping=replace(proposal.mapping, columns=columns), groups=groups)


def _with_words(proposal: Proposal, tables: Sequence[Looked]) -> Proposal:
    """Say what the words of the columns mean."""
    if proposal.holds not in (AUDIT, TIMES, SEARCHES):
        return proposal
    mapping = proposal.mapping
    played = {role: name for role, name in mapping.columns.items() if role in PLAYED[proposal.holds]}
    if mapping.layout == COUNTS:
        played = {role: name for role, name in played.items() if "count" in mapping.columns and role != "due"}
    groups = proposal.groups[:1] if proposal.holds in (AUDIT, SEARCHES) else ()
    found = meanings_of(tables, played, mapping.words, kind=proposal.holds, groups=groups)
    # what was said of a word that is asked about says nothing, and is no part of the answer
    asked = {plain_word(each.word) for each in found if each.asked and each.word is not None}
    words = {word: meaning for word, meaning in mapping.words.items() if plain_word(word) not in asked}
    return replace(proposal, meanings=found, mapping=replace(mapping, words=words))


def _read(proposal: Proposal, look: opening.Look) -> Proposal:
    """Read the files as they are proposed, or keep what is wrong."""
    where = Where(proposal.workbooks[0].path)
    try:
        if proposal.holds == SEARCHES and "recorded" not in proposal.mapping.columns:
            raise DataError.of("grounds-not-found", where=where)
        found = read_as(
            proposal.holds,
            proposal.workbooks,
            proposal.mapping,
            labels=proposal.groups,
            ignore=proposal.ignore,
            terms=proposal.terms,
            look=look,
        )
        if isinstance(found, Audit) and proposal.groups:
            _refuse_alike(proposal, found)
    except CdiError as error:
        return replace(proposal, faults=_asked_once(proposal, error.faults))
    if proposal.asked:
        return replace(proposal, faults=_asked_once(proposal, ()))
    return replace(proposal, read=found)


def _refuse_alike(proposal: Proposal, audit: Audit) -> None:
    """Refuse groups that differ in capitals or spaces only, as every verb does that gives results by them."""
    counted = [each for each in proposal.meanings if each.role == "category" and each.word is not None]
    labels = [(str(each.word),) for each in counted]
    refuse_alike(audit.source, proposal.groups[:1], labels, [each.rows for each in counted])


def _is_of_words(item: Fault) -> bool:
    return item.code in _OF_VALUES or wording.asks_for_words(item.code)


def _asked_once(proposal: Proposal, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Put one question in the place of all faults of words: what they mean."""
    asked = proposal.asked
    if not asked:
        return tuple(faults)
    columns = {each.column for each in asked}
    others = [item for item in faults if not (_is_of_words(item) and item.where.column in columns)]
    pairs = [(each.word or "", each.likely or "MEANING") for each in asked]
    options = [*_given(proposal), *_as_words(pairs), (str(flag("mapping_output")), _MAPPING)]
    is_open = any(other == "MEANING" for _, other in pairs)
    of = ""
    if is_open:
        of = "decision" if any(each.role == "decision" for each in asked) else "answer"
    question = fault(
        "words-asked",
        where=Where(proposal.workbooks[0].path, column=", ".join(sorted(columns))),
        words=Worded(wording.names_asked, (tuple((each.word or "", each.rows) for each in asked),)),
        run=Worded(wording.command, ("open", proposal.files, tuple(options))),
        call=Worded(wording.words_in_python, (tuple(pairs),)),
        said=Worded(wording.meanings_open, (of,)),
    )
    return (question, *others)


def _pattern(titles: Sequence[str], every: Sequence[str]) -> tuple[str, ...]:
    """Name the sheets by a pattern that next month's fits too, where they are called by months: Apr 24, May 24."""
    found = [_MONTH.fullmatch(title) for title in titles]
    signs = {match[1] for match in found if match}
    if all(found) and len(signs) == 1 and all(in_sheet_name(title) for title in titles):
        pattern = SheetMapping(sheets=(f"*{signs.pop()}[0-9][0-9]",))
        if pattern.chosen(every) == list(titles):
            return pattern.sheets
    return tuple(titles)


_MONTH = re.compile(r"[A-Za-z]+([ '-]*)[0-9]{2}")


def _filled_down(data: Sequence[SheetFound], report: str | None) -> tuple[str, ...]:
    """List the columns that are blank in every further row of a report, the one of reports first."""
    further = [each.further for each in data if each.further]
    if report is None or not further:
        return ()
    blank = [name for name in data[0].columns if not any(each[name] for each in further)]
    return (report, *(name for name in blank if name != report))


# ---- how it is shown


def _sheets_grid(proposal: Proposal) -> Grid:
    sheets = proposal.sheets
    kinds = [kind for kind in wording.ROW_KINDS if any(kind in each.rows for each in sheets)]
    headings = (*wording.SHEETS_HEADINGS, *(wording.ROW_KINDS[kind] for kind in kinds))
    rows = [
        (
            each.sheet or Path(each.file).name,
            wording.HELD[proposal.holds] if each.is_data else wording.SHEET_USES[each.use],
            *(each.rows.get(kind) or "" for kind in kinds),
        )
        for each in sheets
    ]
    return words_of(wording.SHEETS_TITLE, headings, rows, words=2)


def _columns_grid(proposal: Proposal) -> Grid:
    rows = []
    columns = proposal.mapping.columns
    roles = {**{role: (name, True) for role, name in columns.items() if name not in _BY_NAME}, **proposal.roles}
    for role, (name, sure) in roles.items():
        own = columns.get(role, name)
        named = (wording.proposed_role(role, proposal.holds), own)
        rows.append((*named, wording.role_state(taken=role in columns, sure=sure or own != name)))
    named_by = _BY_NAME.get(columns.get("period", ""))
    if named_by is not None:
        rows.append((wording.PROPOSED_ROLES["period"], named_by, wording.role_state(taken=True, sure=True)))
    return words_of(wording.COLUMNS_TITLE, wording.COLUMNS_HEADINGS, rows, words=3)


_BY_NAME = {BY_SHEET: wording.SHEET_NAME, BY_TITLE: wording.SHEET_TITLE}


def _words_grid(proposal: Proposal) -> Grid:
    rows = [
        (
            each.column,
            wording.shown_word(each.word),
            wording.meaning_of_word(each.meaning, each.likely, wording.DECISIONS),
            each.rows,
        )
        for each in proposal.meanings
    ]
    return words_of(wording.WORDS_TITLE, wording.WORDS_HEADINGS, rows, words=3)


def _numbers_grid(proposal: Proposal) -> Grid:
    read = proposal.read
    lines = [] if read is None else lines_of(read, _by(proposal))[-MOST_LINES:]
    labelled = [(wording.shown_label(line.label), line.numbers) for line in lines]
    if isinstance(read, ForceRates):
        rows: list[tuple[object, ...]] = [
            (name, wording.force_known(usual(name)), formats.percent(rate or 0.0)) for name, (rate, *_) in labelled
        ]
        return words_of(wording.NUMBERS_TITLE, wording.NUMBERS_HEADINGS[FORCES], rows, words=2)
    if proposal.holds == SEARCHES:
        labelled = [(name, (due, recorded, (due or 0) - (recorded or 0))) for name, (_, due, recorded) in labelled]
    if _heading(proposal) == "counts":
        labelled = [(name, numbers[1:]) for name, numbers in labelled]
    rows = [(name, *("" if number is None else number for number in numbers)) for name, numbers in labelled]
    return words_of(wording.NUMBERS_TITLE, wording.NUMBERS_HEADINGS[_heading(proposal)], rows)


def _heading(proposal: Proposal) -> str:
    """Name the headings of the numbers."""
    read = proposal.read
    if isinstance(read, Volumes):
        return POPULATION if read.has(POPULATION) else RECORDED_CRIME
    if isinstance(read, Audit) and proposal.holds == AUDIT:
        if read.design.counts:
            return "counts"
        return "reports" if read.design.cluster is not None and _by(proposal) is None else "rows"
    return proposal.holds


def _by(proposal: Proposal) -> str | None:
    """Name the column whose categories are counted apart."""
    is_counted = proposal.holds == SEARCHES or proposal.mapping.layout == COUNTS
    period = proposal.mapping.columns.get("period")
    return next(iter(proposal.groups), None) if is_counted and period in (None, *_BY_NAME) else None


def _statements(proposal: Proposal, kept: str | None) -> Iterator[str]:
    filled = proposal.mapping.fill_down
    if filled:
        further = sum(each.rows.get("continuation", 0) for each in proposal.sheets if each.is_data)
        yield wording.filled_down(further, filled)
    if proposal.mapping.columns.get("period") == BY_SHEET:
        yield from _titles_that_differ(proposal.sheets)
    yield from _choices(proposal)
    read = proposal.read
    if isinstance(read, Audit):
        if read.design.counts:
            said = wording.CHECK_OF_SEARCHES if proposal.holds == SEARCHES else wording.CHECK_OF_CRIMES
            yield said.assumptions["counts" if read.design.reports is None else "counts-in-reports"]
    elif isinstance(read, Volumes):
        of_frame = read.has(POPULATION)
        yield from wording.frame_read(read.read) if of_frame else wording.crime_read(read.read)
    elif isinstance(read, ForceRates):
        strange = [each.force for each in read.rates if usual(each.force) is None]
        if strange:
            yield wording.not_in_plan(strange)
    if read is not None:
        yield from _commands(proposal, kept)


def _titles_that_differ(sheets: Sequence[SheetFound]) -> Iterator[str]:
    """Name the sheets whose titles speak of another month than their names: a copied sheet keeps its old title."""
    for each in sheets:
        named = in_sheet_name(each.sheet or "")
        if each.is_data and each.period is not None and named is not None and each.period != named:
            yield wording.title_differs(str(each.sheet), each.period.in_words)


def _remarks(proposal: Proposal) -> Iterator[str]:
    """Say what was passed over while the rows were read, as ``cdi check`` does."""
    audit = proposal.read if isinstance(proposal.read, Audit) else getattr(proposal.read, "audit", None)
    if isinstance(audit, Audit):
        yield from wording.passed_over(audit.source, audit.unplayed, audit.number_ids)


def _choices(proposal: Proposal) -> Iterator[str]:
    """Say what nobody but the user can know."""
    if proposal.holds != SEARCHES or not proposal.groups:
        return
    of_group = [each for each in proposal.meanings if each.role == "category"]
    unstated = [(each.word, each.rows) for each in of_group if each.meaning == "not-stated"]
    if unstated and proposal.mapping.layout != COUNTS:
        rows = sum(rows for _, rows in unstated)
        every = sum(each.rows for each in of_group)
        yield wording.no_group_stated(proposal.groups[0], rows, every, unstated)
    if len(proposal.groups) > 1 and proposal.mapping.layout != COUNTS:
        yield wording.by_another(proposal.groups[1:])


# ---- the commands that follow


def _given(proposal: Proposal) -> list[tuple[str, str]]:
    """List the options of cdi open that lead to this proposal."""
    mapping = proposal.mapping
    found = [(str(flag("mapping")), mapping.name)] if mapping.name is not None else []
    found += [(str(flag("header_row")), str(proposal.header_row))] if proposal.header_row is not None else []
    found += _as_words([*mapping.words.items()])
    if mapping.layout is not None:
        found.append((str(flag("layout")), mapping.layout))
    likely = next((each.kinds[:1] for each in proposal.sheets if each.is_data), ())
    if likely != (proposal.holds,):
        found.append((str(flag("holds")), proposal.holds))
    plain = {role: name for role, (name, _) in proposal.roles.items()}
    named = {role: name for role, name in mapping.columns.items() if plain.get(role) != name and name not in _BY_NAME}
    if mapping.name is None:
        found += [(str(flag(role)), name) for role, name in named.items() if role in _ROLES]
    return [*found, *((str(flag(name)), value) for name, value in proposal.terms.items())]


def _as_words(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(str(flag("words")), f"{word}={meaning}") for word, meaning in pairs]


def _run(proposal: Proposal, verb: str, options: Sequence[tuple[str, str]]) -> str:
    return wording.command(verb, proposal.files, options)


_MAPPING = "mapping.toml"


def _commands(proposal: Proposal, kept: str | None) -> Iterator[str]:
    """Say how what was found is kept and used."""
    # where the mapping lies that says all of it
    lies = proposal.mapping.name if kept is None and not proposal.changed else kept
    is_plain = proposal.is_plain or proposal.holds == FORCES
    if lies is None and not is_plain:
        yield wording.to_keep(_run(proposal, "open", [*_given(proposal), (str(flag("mapping_output")), _MAPPING)]))
    if proposal.holds == VOLUMES:
        yield _command_of_volumes(proposal, [] if is_plain else [(str(flag("groups")), lies or _MAPPING)])
        return
    mapped = [] if is_plain else [(str(flag("mapping")), lies or _MAPPING)]
    for use, verb, options in _verbs(proposal):
        given = [(str(flag(option)), value) for option, value in options]
        yield wording.to_use(use, _run(proposal, verb, [*mapped, *given]), wording.call(verb, options))
    for each in proposal.sheets:
        if not each.is_data and each.kinds and proposal.holds not in each.kinds:
            name = each.file if each.sheet is None else f"{each.file}#{each.sheet}"
            run = wording.command("open", [name], [])
            yield wording.holds_too(each.sheet or Path(each.file).name, each.kinds[0], run)
    roles = proposal.roles
    if proposal.holds == AUDIT and {"reported_at", "recorded_at"} <= set(roles) and proposal.mapping.layout != COUNTS:
        run = _run(proposal, "open", [(str(flag("holds")), TIMES)])
        yield wording.could_also_hold(TIMES, run, f'cdi.open_sheets(FILE, holds="{TIMES}")')


def _command_of_volumes(proposal: Proposal, words: Sequence[tuple[str, str]]) -> str:
    """Say how an audit is estimated with known counts."""
    files = [(str(flag("volumes")), file) for file in proposal.files]
    terms = [(str(flag(name)), value) for name, value in proposal.terms.items()]
    run = wording.command("estimate", ["AUDIT.csv"], [*files, *terms, *words, *_keys_of_volumes(proposal)])
    of_frame = isinstance(proposal.read, Volumes) and not proposal.read.has(RECORDED_CRIME)
    return wording.to_use("frame" if of_frame else VOLUMES, run, 'cdi.estimate("AUDIT.csv", volumes=FILE)')


def _columns_of(proposal: Proposal) -> tuple[str, ...]:
    return next(each.columns for each in proposal.sheets if each.is_data)


def _keys_of_volumes(proposal: Proposal) -> list[tuple[str, str]]:
    """Name the columns that known counts are by, which the audit has too; published tables are added up without."""
    columns, (count, _) = _columns_of(proposal), proposal.roles.get(RECORDED_CRIME, ("", False))
    if POPULATION in proposal.roles:
        return [(str(flag("stratum")), name) for name in proposal.groups]
    is_plain = plain_name(count) == plain_name(RECORDED_CRIME) or (bool(count) and count_column([count]) is None)
    if not is_plain or any(map(is_of_place_or_time, columns)):
        return []
    named = map(without_marks, proposal.groups) if proposal.is_plain else ("crime_type",)
    return [(str(flag("by")), name) for name in named]


def _verbs(proposal: Proposal) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """List the verbs that read it, each with its use and options."""
    by = _by(proposal)
    group = [("by", by)] if by else []
    if proposal.holds in (AUDIT, TIMES):
        if proposal.holds == TIMES:
            yield "timeliness", "timeliness", []
            return
        yield "estimate", "estimate", [*group]
        category, period = proposal.roles.get("category"), proposal.roles.get("period")
        if category is not None and proposal.mapping.layout != COUNTS:
            yield "categories", "estimate", [("by", category[0])]
        if "period" in proposal.mapping.columns:
            yield "trend", "trend", []
        elif period is not None and proposal.mapping.layout != COUNTS:
            yield "periods", "estimate", [("period", period[0])]
        if "force" in _columns_of(proposal):
            yield "forces", "forces", []
    elif proposal.holds == SEARCHES:
        yield "grounds", "grounds", [*group]
        of_group = [each.meaning for each in proposal.meanings if each.role == "category"]
        if group and _are_ethnic(proposal) and "category" not in of_group:
            yield "five", "grounds", [*group, ("five_groups", str(by))]
    elif proposal.holds == REVIEW:
        yield "review", "review", [("ignore", name) for name in proposal.ignore]
    else:
        yield "forces", "forces", []


def _are_ethnic(proposal: Proposal) -> bool:
    """Tell whether some group is written in another way than one of the five."""
    return any(
        each.role == "category" and each.word is not None and each.meaning not in (each.word.capitalize(), "not-stated")
        for each in proposal.meanings
    )
