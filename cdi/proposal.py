"""What a file or workbook holds, and how it could be read: proposed on one screen, and nothing decided in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked
from cdi.audits.audit import read_audit
from cdi.audits.periods import in_sheet_name, in_titles
from cdi.errors import CdiError, DataError, Fault, Where
from cdi.printing.layout import Grid, Page, words_of
from cdi.reading import engine, opening
from cdi.reading.mapping import BY_SHEET, BY_TITLE, SheetMapping, holds, read_mapping
from cdi.reading.recognition import Header, find_header, roles_by_name
from cdi.reading.set_aside import RawTable, RowKind, rows_aside
from cdi.reading.sources import Workbook
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.audit import Audit
    from cdi.audits.periods import Period

__all__ = ["Proposal", "SheetFound", "open_sheets"]

_EITHER = frozenset(["either-layout", "either-layout-of-answers"])
_ASKED = frozenset(["word-like-a-decision", "not-a-decision"])
"""The faults that a choice in the mapping solves: of a layout, and of what a word means."""

PLAYED = ("cluster", "decision", "due", "recorded")
"""The roles without which nothing can be counted; others are a choice."""


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
        What it is taken for: ``"data"``, ``"other"`` (its columns are those of no audit) or ``"empty"``.
    """

    file: str
    sheet: str | None
    columns: tuple[str, ...] = ()
    header: Header | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    use: str = "empty"
    further: Mapping[str, int] = field(default_factory=dict)  # column -> further rows of reports in which it is filled
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
    audit : Audit or None
        What comes of it, where it can be read.
    faults : tuple of Fault
        What keeps it from being read.
    """

    sheets: tuple[SheetFound, ...]
    mapping: SheetMapping
    roles: Mapping[str, tuple[str, bool]]
    audit: Audit | None = field(default=None, compare=False)
    faults: tuple[Fault, ...] = ()

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
        return tuple(Workbook(file, sheet, row, self.mapping) for (file, sheet), row in rows.items())

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
        from cdi.printing import formats

        formats.write(self.toml, Path(path))

    @property
    def toml(self) -> str:
        """The mapping as TOML, with comments."""
        files = list(dict.fromkeys(Path(each.file).name for each in self.sheets))
        others = [(role, name) for role, (name, _) in self.roles.items() if role not in self.mapping.columns]
        titled = all(each.period for each in self.sheets if each.is_data)
        if titled and "period" not in (*self.mapping.columns, *self.roles):
            others.append(("period", BY_TITLE))
        return self.mapping.text(
            wording.mapping_head(files),
            [wording.role_left(role, name) for role, name in others],
            wording.LAYOUTS_LEFT if any(item.code in _EITHER for item in self.faults) else (),
            [wording.word_left(item.got or "", item.values) for item in self.faults if item.code in _ASKED],
        )

    def page(self, **_options: Any) -> Page:
        """Lay it out for people, as ``cdi open`` does."""
        grids = [_sheets_grid(self.sheets), _columns_grid(self)]
        if self.audit is not None:
            grids.append(_numbers_grid(self.audit))
        return Page(None, tuple(grids), statements=tuple(_statements(self)))


@checked
def open_sheets(
    source: str | Path | Workbook | Sequence[str | Path | Workbook], *, mapping: str | Path | SheetMapping | None = None
) -> Proposal:
    r"""Recognise what files or workbooks hold, and propose how they are read.

    Parameters
    ----------
    source : path or Workbook, or a sequence of them
        CSV files or workbooks, such as auditors keep them: with titles, totals, several sheets.
    mapping : path or SheetMapping, optional
        How they are read, as it was confirmed before. None: it is proposed.

    Returns
    -------
    Proposal
        The sheets, every row under exactly one kind, the column of each role, and the numbers that follow.

    Raises
    ------
    DataError
        A file cannot be read, a total does not add up, or nothing in it looks like an audit.

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
    books = opening.workbooks_of(source)
    known = mapping if mapping is None or isinstance(mapping, SheetMapping) else read_mapping(mapping)
    found = [each for book in books for each in _look_at(book)]
    roles = _roles(found)
    if known is None:
        found = _chosen(found)
        known = _proposed(found, roles)
    else:
        found = [replace(each, use=_use_of(each, known)) for each in found]
    proposal = Proposal(tuple(found), known, roles)
    if not proposal.workbooks:
        raise DataError.of("no-audit-found", where=Where(books[0].path))
    try:
        return replace(proposal, audit=read_audit(list(proposal.workbooks)))
    except CdiError as error:
        return replace(proposal, faults=tuple(error.faults))


# ---- what stands there


def _look_at(book: Workbook) -> Iterator[SheetFound]:
    """Look at each sheet of a workbook, or at a file of text."""
    for each in opening.every_sheet(book):
        yield _found(each, opening.head(each))


def _found(book: Workbook, head: Sequence[tuple[int, Sequence[str | None]]]) -> SheetFound:
    header = find_header(head)
    if book.header_row is not None:
        header = Header(book.header_row, None, tuple(row for row, _ in head if row < book.header_row))
    if header is None:
        return SheetFound(book.path, book.sheet)
    connection = opening.connect()
    mapping = SheetMapping(upper_row=header.upper)
    raw = opening.load_table(connection, "found", replace(book, header_row=header.row, mapping=mapping))
    aside = rows_aside(connection, raw)
    rows, further = _kinds(connection, raw, header, [each.kind for each in aside.values()], list(aside))
    use = "data" if _is_audit(raw.columns) and rows.get("data") else "other"
    if use == "other" and _may_be_counts(raw.columns) and rows.get("data"):
        use = "counts"
    titles = [[cell for cell in cells if cell is not None] for row, cells in head if row < header.row]
    return SheetFound(book.path, book.sheet, raw.columns, header, rows, use, further, in_titles(titles))


def _kinds(
    connection: Any, raw: RawTable, header: Header, aside: Sequence[RowKind], left: Sequence[int]
) -> tuple[dict[str, int], dict[str, int]]:
    """Count the rows of each kind, and in how many further rows of reports each column is filled."""
    others = f"{engine.ROW} not in ({', '.join(map(str, left)) or 0})"
    report = roles_by_name(raw.columns).get("cluster")
    is_further = f"{raw.inner(report[0])} is null" if report else "false"
    something = holds(raw.columns)
    names = engine.inner_names(raw.columns)
    filled = ", ".join(f"count({name}) filter ({is_further} and {something})" for name in names)
    query = (
        f"select count(*) filter ({something}), count(*) filter ({something} and {is_further}), {filled} "
        f"from {raw.table} where {others}"
    )
    held, further, *counts = connection.execute(query).fetchone()
    last = connection.execute(f"select coalesce(max({engine.ROW}), 0) from {raw.table}").fetchone()[0]
    end = raw.sheet_rows[-1] if raw.sheet_rows else header.row + last
    upper = 0 if header.upper is None else 1
    known = {
        "title": len(header.titles),
        "header": 1 + upper,
        "data": held - further,
        "continuation": further,
        **{str(kind): list(aside).count(kind) for kind in RowKind},
    }
    rows = {kind: count for kind, count in {**known, "blank": end - sum(known.values())}.items() if count}
    return rows, dict(zip(raw.columns, counts, strict=True)) if further else {}


def _may_be_counts(columns: Sequence[str]) -> bool:
    """Tell whether the columns may be those of a table of counts: it names no report."""
    return {"due", "recorded"} <= set(roles_by_name(columns))


def _is_audit(columns: Sequence[str]) -> bool:
    """Tell whether the columns of a sheet are those of an audit: what was decided of a report or crime."""
    roles = roles_by_name(columns)
    return bool({"recorded", "decision"} & set(roles)) and ("cluster" in roles or "case" in roles)


# ---- how it is read


def _chosen(found: Sequence[SheetFound]) -> list[SheetFound]:
    """Keep as data the sheets of one kind of table: of those with the columns of the one that holds most rows.

    Counts beside a list of reports are a summary of it; alone they are all there is.
    """
    kept = any(each.is_data for each in found)
    found = [replace(each, use="other" if kept else "data") if each.use == "counts" else each for each in found]
    data = [each for each in found if each.is_data]
    if not data:
        return list(found)
    most = max(data, key=lambda each: each.rows["data"]).columns
    return [replace(each, use="other") if each.is_data and each.columns != most else each for each in found]


def _use_of(found: SheetFound, mapping: SheetMapping) -> str:
    """Tell whether a mapping reads a sheet."""
    wanted = found.sheet is None or not mapping.sheets or bool(mapping.chosen([found.sheet]))
    return "data" if wanted and found.columns else "other"


def _roles(found: Sequence[SheetFound]) -> dict[str, tuple[str, bool]]:
    columns = next((each.columns for each in _chosen(found) if each.is_data), ())
    return roles_by_name(columns)


def _proposed(found: Sequence[SheetFound], roles: Mapping[str, tuple[str, bool]]) -> SheetMapping:
    """Propose a mapping: what is needed to count, and how sheets tell months."""
    data = [each for each in found if each.is_data]
    columns = {role: roles[role][0] for role in PLAYED if role in roles}
    if "decision" in columns and {"due", "recorded"} & set(columns):
        del columns["decision"]
    titles = [each.sheet for each in data if each.sheet is not None]
    if len(titles) > 1 and all(in_sheet_name(title) for title in titles):
        columns["period"] = BY_SHEET
    elif len(data) > 1 and all(each.period for each in data):
        columns["period"] = BY_TITLE
    headers = {each.header for each in data if each.header}
    rows = {header.row for header in headers}
    uppers = {header.upper for header in headers}
    several = len([each for each in found if each.sheet is not None]) > len(titles) or len(titles) > 1
    return SheetMapping(
        sheets=_pattern(titles, [each.sheet for each in found if each.sheet]) if several else (),
        header_row=rows.pop() if len(rows) == 1 and rows != {1} else None,
        upper_row=uppers.pop() if len(uppers) == 1 else None,
        fill_down=_filled_down(data, columns.get("cluster")),
        columns=columns,
    )


_MONTH = re.compile(r"[A-Za-z]+([ '-]*)[0-9]{2}")


def _pattern(titles: Sequence[str], every: Sequence[str]) -> tuple[str, ...]:
    """Name the sheets by a pattern that next month's fits too, where they are called by months: Apr 24, May 24."""
    found = [_MONTH.fullmatch(title) for title in titles]
    signs = {match[1] for match in found if match}
    if all(found) and len(signs) == 1 and all(in_sheet_name(title) for title in titles):
        pattern = SheetMapping(sheets=(f"*{signs.pop()}[0-9][0-9]",))
        if pattern.chosen(every) == list(titles):
            return pattern.sheets
    return tuple(titles)


def _filled_down(data: Sequence[SheetFound], report: str | None) -> tuple[str, ...]:
    """List the columns that are blank in every further row of a report, the one of reports first."""
    further = [each.further for each in data if each.further]
    if report is None or not further:
        return ()
    blank = [name for name in data[0].columns if not any(each[name] for each in further)]
    return (report, *(name for name in blank if name != report))


# ---- how it is shown


def _sheets_grid(sheets: Sequence[SheetFound]) -> Grid:
    kinds = [kind for kind in wording.ROW_KINDS if any(kind in each.rows for each in sheets)]
    headings = (*wording.SHEETS_HEADINGS, *(wording.ROW_KINDS[kind] for kind in kinds))
    rows = [
        (
            each.sheet or Path(each.file).name,
            wording.SHEET_USES[each.use],
            *(each.rows.get(kind) or "" for kind in kinds),
        )
        for each in sheets
    ]
    return words_of(wording.SHEETS_TITLE, headings, rows, words=2)


def _columns_grid(proposal: Proposal) -> Grid:
    rows = []
    for role, (name, sure) in proposal.roles.items():
        taken = proposal.mapping.columns.get(role) == name
        rows.append((wording.PROPOSED_ROLES[role], name, wording.role_state(taken=taken, sure=sure)))
    named = _BY_NAME.get(proposal.mapping.columns.get("period", ""))
    if named is not None:
        rows.append((wording.PROPOSED_ROLES["period"], named, wording.role_state(taken=True, sure=True)))
    return words_of(wording.COLUMNS_TITLE, wording.COLUMNS_HEADINGS, rows, words=3)


_BY_NAME = {BY_SHEET: wording.SHEET_NAME, BY_TITLE: wording.SHEET_TITLE}


def _numbers_grid(audit: Audit) -> Grid:
    strata = audit.strata
    due = audit.counted["_cdi_sum_due"]
    rows = [(wording.ALL, int(strata.sampled.sum()), int(due.sum()), int(audit.counted["_cdi_sum_recorded"].sum()))]
    return words_of(wording.NUMBERS_TITLE, wording.NUMBERS_HEADINGS, rows)


def _statements(proposal: Proposal) -> Iterator[str]:
    filled = proposal.mapping.fill_down
    if filled:
        further = sum(each.rows.get("continuation", 0) for each in proposal.sheets if each.is_data)
        yield wording.filled_down(further, filled)
    if proposal.mapping.columns.get("period") == BY_SHEET:
        yield from _titles_that_differ(proposal.sheets)
    if proposal.audit is not None:
        yield from wording.no_data_left_out(proposal.audit.source.set_aside)
    yield wording.how_to_save(proposal.sheets[0].file)


def _titles_that_differ(sheets: Sequence[SheetFound]) -> Iterator[str]:
    """Name the sheets whose titles speak of another month than their names: a copied sheet keeps its old title."""
    for each in sheets:
        named = in_sheet_name(each.sheet or "")
        if each.is_data and each.period is not None and named is not None and each.period != named:
            yield wording.title_differs(str(each.sheet), each.period.in_words)
