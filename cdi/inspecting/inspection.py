"""One inspection, as its file describes it: which files are read, in which roles, and what is to be said of them.

Every key of the file is checked, and all faults are told at once, each with its line and key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

from cdi import wording
from cdi.arguments import checked, path_of
from cdi.audits.force_names import usual
from cdi.disclosure.rules import Disclosure, Exemption
from cdi.errors import CdiError, DataError, Fault, Surface, Where, fault, suggestion
from cdi.inspecting.consistency import absent_columns, contradictions, design_of, volumes_known_twice
from cdi.inspecting.keys import INSPECTION, KINDS, Key, Section, meaning_of
from cdi.measures import MEASURES
from cdi.parameters import LEVEL, PARAMETERS, TIMES, keys_of
from cdi.reading.mapping import SheetMapping
from cdi.reading.opening import sheets_of
from cdi.reading.shelf import Shelf
from cdi.reading.sources import Workbook

__all__ = [
    "File", "ForceResults", "Inspection", "Monthly", "Previous", "Reviews", "SampleFiles", "TimedFiles", "VolumeFiles",
    "file_of", "in_terms_of_keys", "lines_of", "of_keys", "place_of", "read_inspection", "read_toml",
]  # fmt: skip

File: TypeAlias = Path | Workbook
"""A file of rows, or a sheet of one."""


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Rows that were audited, and how they are to be read."""

    files: tuple[File, ...]  # the files of the sample
    by: tuple[str, ...] = ()  # domain columns; each gets a table of its own
    roles: Mapping[str, Any] = field(default_factory=dict)  # what :func:`cdi.read_audit` takes: columns and design
    period: str | None = None  # the months that the sample covers, as they are to be printed
    source: str | None = None  # where the rows come from, as it stands under tables and charts
    measures: tuple[str, ...] = ()  # what is estimated beside the recording rate


@dataclass(frozen=True, slots=True)
class VolumeFiles:
    """Recorded crime, and the reports on the frame."""

    files: tuple[File, ...] = ()  # as :func:`cdi.estimate` takes them
    period: str | None = None  # the twelve months of the recorded crime
    counted: str | None = None  # the period for which unrecorded crimes are counted
    route_share: float | str | None = None  # the share of recorded crime in the audited routes, or as ``87%+-3%``
    over_recorded: str | None = None  # a published share that should not have been recorded, written ``2.1%+-0.8%``
    hundreds: tuple[str, ...] | None = None  # categories that are printed in hundreds; None: what violence is called
    source: str | None = None  # where the numbers come from
    recorded_crime: int | None = None  # recorded crime of all categories together, where no file has it
    force: str | None = None  # the force that is meant in a table of several
    reading: SheetMapping | None = None  # where the table stands, and which category each of its groups is


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier result that this one is compared with."""

    name: str  # what it is called: the year
    measure: str = "recording-rate"  # what was measured
    figure: str | None = None  # as printed (``86.5%+-4.3%``) or counted (``211/244``)
    sample: SampleFiles | None = None  # or the rows
    volumes: VolumeFiles | None = None  # the volumes of the rows
    source: str | None = None  # where it was published
    period: str | None = None  # the months that it is of, as they are to be printed

    @property
    def searches(self) -> bool:
        """Whether it is of stop and search records."""
        return MEASURES[self.measure].of_searches


@dataclass(frozen=True, slots=True)
class DrawnFiles:
    """How the audit was planned, drawn and read again."""

    plan: File | None = None  # how many reports of each stratum were to be read
    frame: File | None = None  # what they were drawn from
    receipt: File | None = None  # what proves the draw
    panel: File | None = None  # what a panel found that read some of them again

    @property
    def files(self) -> list[File]:
        """The files that are named."""
        return [each for each in (self.plan, self.frame, self.receipt, self.panel) if each is not None]


@dataclass(frozen=True, slots=True)
class Reviews:
    """Case files, and the questions asked of them."""

    sample: SampleFiles  # one row a file
    # a file of questions, or the questions themselves, as :func:`cdi.review` takes them; empty: all columns
    questions: Path | Workbook | tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()  # columns that are no questions


@dataclass(frozen=True, slots=True)
class TimedFiles:
    """The times of reporting and recording."""

    sample: SampleFiles  # the rows; those of the audit unless other files are named
    # what :func:`cdi.timeliness` takes beside them: reported_at, recorded_at, within, clock and so on
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Monthly:
    """A monthly sample."""

    # the rows; those of the audit unless other files are named. Its roles hold the ``period`` column
    sample: SampleFiles
    baseline: int | None = None  # points that the limits rest on
    every: str | None = None  # what the points are of, where that is not what the column holds


@dataclass(frozen=True, slots=True)
class ForceResults:
    """Results of many forces."""

    file: File  # as :func:`cdi.forces` takes it
    terms: Mapping[str, Any] = field(default_factory=dict)  # what it takes beside: higher, mixed_periods, rule
    marked: str = ""  # the force of this inspection, as its row is named unless the file spells it otherwise
    source: str | None = None  # where the results come from


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection.

    Attributes
    ----------
    path : pathlib.Path
        The file that describes it; what it names lies relative to its folder.
    force : str
        Whose crime recording was inspected, as it stands in sentences.
    title : str or None
        The title of the report.
    date : datetime.date or None
        Of the report; None: ``SOURCE_DATE_EPOCH``, and else no date is printed.
    style : {"default", "published"}
        How rates are printed.
    level : float
        Confidence level.
    method : str or None
        The interval method; None: that of the style.
    grade : str or None
        The inspector's judgment; never derived.
    findings, areas_for_improvement : tuple of str
        What the inspector found, and what is to be improved, as printed.
    contact : str or None
        Whom to ask about the report.
    notes : tuple of str
        What is to be said of the quality of the data.
    seed : int
        What draws start from.
    audit, searches : SampleFiles or None
        The samples.
    volumes : VolumeFiles or None
        Known numbers.
    previous : tuple of Previous
        Earlier results, the newest first.
    drawn : DrawnFiles or None
        How the audit was planned, drawn and read again.
    reviews, times, monthly, forces
        What else there is.
    glossary : mapping of str to str
        Term -> what it means.
    categories : mapping of str to mapping
        Column -> category -> its printed name; tables hold the categories in this order.
    disclosure : Disclosure
        What may be published.
    published : tuple of pathlib.Path
        Folders that were published before.
    lines : mapping of str to int
        Key of the file, such as ``categories.crime_type.violent`` or ``previous[2].figure`` -> its line.
    shelf : Shelf
        What was opened of its files: each is read once, and again where it was changed since. Its ``close()`` lets go
        of it all.

    Examples
    --------
    >>> Inspection(Path("inspection.toml"), "Kent Police", lines={"audit": 4}).where("audit.by")
    Where(file='inspection.toml', line=4, column=None, key='key audit.by', sheet=None, cell=None)
    """

    path: Path
    force: str
    title: str | None = None
    date: dt.date | None = None
    style: str = "default"
    level: float = LEVEL
    method: str | None = None
    grade: str | None = None
    findings: tuple[str, ...] = ()
    areas_for_improvement: tuple[str, ...] = ()
    contact: str | None = None
    notes: tuple[str, ...] = ()
    seed: int = 1
    audit: SampleFiles | None = None
    volumes: VolumeFiles | None = None
    searches: SampleFiles | None = None
    previous: tuple[Previous, ...] = ()
    reviews: Reviews | None = None
    times: TimedFiles | None = None
    monthly: Monthly | None = None
    forces: ForceResults | None = None
    drawn: DrawnFiles | None = None
    glossary: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    disclosure: Disclosure = field(default_factory=Disclosure)
    published: tuple[Path, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    shelf: Shelf = field(default_factory=Shelf, repr=False, compare=False)

    def where(self, key: str) -> Where:
        """Name the place of a key, for a fault: its line, or that of the table that it would stand in."""
        return place_of(key, self.path, self.lines)

    @property
    def samples(self) -> Mapping[str, SampleFiles]:
        """Every sample that is read, by its table of the file: ``audit``, ``searches``, ``previous[1]`` and so on."""
        found = {"audit": self.audit, "searches": self.searches}
        found |= {f"previous[{i}]": previous.sample for i, previous in enumerate(self.previous, 1)}
        # those that may borrow the rows of the audit come after it
        held = {"reviews": self.reviews, "times": self.times, "monthly": self.monthly}
        found |= {name: each.sample for name, each in held.items() if each is not None}
        return {name: sample for name, sample in found.items() if sample is not None}

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that is read, once each. The file that describes the inspection is first.

        Two paths to one file are one; a workbook is named once, however many of its sheets are read.
        """
        named: list[object] = []
        for sample in self.samples.values():
            named += [*sample.files, sample.roles.get("population")]
        for volumes in (self.volumes, *(previous.volumes for previous in self.previous)):
            named += [] if volumes is None else volumes.files
        named += [] if self.reviews is None else [self.reviews.questions]
        named += [] if self.forces is None else [self.forces.file]
        named += [] if self.drawn is None else self.drawn.files
        paths = [file_of(file) for file in named if isinstance(file, (Path, Workbook))]
        own = self.path.resolve()
        others = {path.resolve(): path for path in paths if path.resolve() != own}
        return (self.path, *sorted(others.values()))


def file_of(given: File) -> Path:
    """Give the path of a file, or of the workbook that a sheet is in."""
    return Path(given.path) if isinstance(given, Workbook) else given


def place_of(key: str, path: Path, lines: Mapping[str, int]) -> Where:
    """Name the place of a key; of one that is not there, that of the nearest table above it."""
    above = key
    # a table that should stand once has a number where it is headed as one of several
    while above and not {above, f"{above}[1]"} & lines.keys():
        above = above.rpartition(".")[0]
    return Where(str(path), lines.get(above, lines.get(f"{above}[1]")), key=wording.at_key(key) if key else None)


# ---- its file


_HEAD = ("title", "date", "grade", "findings", "areas_for_improvement", "contact", "notes", *keys_of(""))


@checked
def read_inspection(path: str | Path) -> Inspection:
    r"""Read the file that describes one inspection.

    Parameters
    ----------
    path : str or pathlib.Path
        A TOML file in UTF-8, as ``cdi init`` writes it. The files that it names are relative to its folder.

    Returns
    -------
    Inspection
        The files to read, the role of each column, and the terms of the report. Shares are proportions. Nothing has
        been estimated yet.

    Raises
    ------
    DataError
        If the file is not TOML. Also if keys are unknown, missing or wrong, files or columns do not exist, or terms
        contradict each other. All faults are reported at once, each with its line and key.

    Examples
    --------
    >>> import tempfile, pathlib, cdi
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "audit.csv").write_text("crime_type,recorded\nviolent,yes\nother,no\n", encoding="utf-8")
    >>> text = 'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\nby = "crime_type"\n'
    >>> _ = (folder / "inspection.toml").write_text(text, encoding="utf-8")
    >>> found = cdi.read_inspection(folder / "inspection.toml")
    >>> found.force, found.level, found.audit.by
    ('Kent Police', 0.95, ('crime_type',))
    """
    file = read_toml(path_of(path))
    walk = _Walk(file)
    read = _as_mapped(walk.table(INSPECTION, file.values, ""), file.path)
    shelf = Shelf()
    faults = [*walk.faults, *contradictions(read), *absent_columns(read, shelf), *volumes_known_twice(read, shelf)]
    if faults:
        raise DataError(_placed(faults, file))
    shelf.took(file.path, file.content)
    return replace(_inspection(read, file), shelf=shelf)


def _as_mapped(read: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Let each sample be read as its table ``reading`` says."""
    found: dict[str, Any] = {}
    for table, given in read.items():
        if table == "volumes":
            found[table] = _with_reading(given, path) if isinstance(given, Mapping) else given
        elif isinstance(given, list):
            found[table] = [_mapped(each, path) if isinstance(each, Mapping) else each for each in given]
        else:
            found[table] = _mapped(given, path) if isinstance(given, Mapping) else given
    for table, roles in _NAMED_BESIDE.items():
        if isinstance(found.get(table), Mapping):
            columns = _columns_of(found[table] if "files" in found[table] else found.get("audit", {}))
            found[table] = {**{role: columns[role] for role in roles if role in columns}, **found[table]}
    return found


_NAMED_BESIDE: Mapping[str, tuple[str, ...]] = {"times": ("reported_at", "recorded_at"), "monthly": ("period",)}
"""Table -> the columns that it names beside the roles of an audit, unless a mapping does."""


def _columns_of(given: Mapping[str, Any]) -> Mapping[str, str]:
    """Give the columns that a mapping names."""
    reading = given.get("reading")
    return (reading.get("columns") or {}) if isinstance(reading, Mapping) else {}


def _with_reading(given: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Keep how a table of recorded crime is read; its words name the category of each group."""
    if not isinstance(given.get("reading"), Mapping):
        return given
    known: dict[str, Any] = {name: value for name, value in given["reading"].items() if value}
    return {**given, "reading": SheetMapping(**known, name=str(path))}


def _mapped(given: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Name the sheets of a sample, with how they are read."""
    reading = given.get("reading")
    if not isinstance(reading, Mapping) or not given.get("files"):
        return given
    known: dict[str, Any] = {name: value for name, value in reading.items() if value}
    mapping = SheetMapping(**known, name=str(path))
    files = [file if isinstance(file, Workbook) else Workbook(str(file)) for file in given["files"]]
    return {**given, "files": tuple(sheets_of([replace(file, mapping=mapping) for file in files]))}


# ---- the text: what it says, and where each key stands

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_AT = re.compile(r"at line (\d+), column (\d+)\)$")

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_PATH = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_STATEMENT = re.compile(rf"\s*(?:(?P<open>\[\[?)[ \t]*(?P<table>{_PATH})[ \t]*\]\]?|(?P<key>{_PATH})[ \t]*=)")
_TOKEN = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|.', re.DOTALL)
_DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file that was read."""

    path: Path  # the file
    values: Mapping[str, Any]  # what it says
    lines: Mapping[str, int]  # key or table, such as ``audit.columns.due`` or ``previous[2].name`` -> its line
    content: bytes = b""  # its bytes


def read_toml(path: str | Path) -> TomlFile:
    r"""Read a TOML file."""
    content = _content(Path(path))
    text = _text(content, Where(str(path)))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(error, text, str(path)) from error
    return TomlFile(Path(path), values, lines_of(text), content)


def _content(path: Path) -> bytes:
    where = Where(str(path))
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise DataError.of("name-not-utf-8", where=where) from None
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError.of("no-file", where=where) from None
    except OSError as error:
        raise DataError.of("is-a-folder" if path.is_dir() else "cannot-read", where=where) from error


def _text(content: bytes, where: Where) -> str:
    if content.startswith(_WIDE):
        raise DataError.of("toml-encoding", got="UTF-16", where=where)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        at = replace(where, line=line)
        raise DataError.of("toml-encoding", got=f"0x{content[error.start]:02x}", where=at) from None


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a text that is no TOML; as text, what to do."""

    cause: str

    def __str__(self) -> str:
        return wording.TOML_REMEDIES[self.cause]


def _syntax(error: tomllib.TOMLDecodeError, text: str, path: str) -> DataError:
    """Say where the text is no TOML, and what is wrong with it: that is seen in the text, whatever the reader says."""
    found = _AT.search(str(error))  # the reader gives the place in its words alone
    line, column, at = None, None, len(text.rstrip())
    if found is not None:
        line, column = int(found[1]), int(found[2])
        at = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    seen = _twice(text[: at + 1])
    if seen is None and found is None:
        seen = _open_text(text)
    if seen is None:
        cause = _cause(text, at)
    else:
        cause, line = seen[0], _line(text, seen[1])
    written = text.split("\n")[line - 1].strip() if line else ""
    key = wording.at_character(column) if column else None
    where = Where(path, line, key=key)
    return DataError.of("toml-syntax", got=written or None, where=where, problem=_Problem(cause))


def _twice(text: str) -> tuple[str, int] | None:
    """Find the first key or heading that stands twice, for which the reader names no line, and where it does again."""
    keys, headings, lists = set[str](), set[str](), set[str]()
    for name, at in _statements(text):
        if not text.startswith("[", at):
            if name in keys | headings or _inside(name, keys):
                return "key-twice", at
            keys.add(name)
            continue
        several = text.startswith("[[", at)
        plain = name.rpartition("[")[0] if several else name
        if name in keys or plain in keys or _inside(name, keys):
            return "key-twice", at
        if plain in headings or (not several and plain in lists):
            return "heading-twice", at
        headings.add(name)
        lists.add(name if several else "")
    return None


def _open_text(text: str) -> tuple[str, int] | None:
    """Find the first text that is not closed, which the reader looks for up to the end, and where it begins."""
    at = 0
    while token := _TOKEN.match(text, at):
        if token[0] in _QUOTES:
            return _cause_in_text(token[0], text[at:].partition("\n")[0]), at
        at = token.end()
    return None


def _inside(name: str, keys: Collection[str]) -> bool:
    """Tell whether a name would be of a table that holds a value already."""
    parts = name.split(".")
    return any(".".join(parts[:i]) in keys for i in range(1, len(parts)))


_HEADING = re.compile(rf"\[\[?[ \t]*{_PATH}[ \t]*\]\]?")
_KEY = re.compile(rf"{_PATH}[ \t]*")
_LIKE_A_DATE = re.compile(r"\d{4}-\d|\d+:\d")
_QUOTES = ("'", '"')


def _cause(text: str, at: int) -> str:
    """Find what is wrong at a place, by what the statement is that holds it: a key of ``wording.TOML_REMEDIES``."""
    start, last = 0, len(text.rstrip())
    while (end := _end(text, start)) <= at and end < last:
        start = end
    start += len(text[start:]) - len(text[start:].lstrip())
    if text.startswith("[", start):
        heading = _HEADING.match(text, start)
        return "heading" if heading is None or heading.end() > at else "newline"
    key = _KEY.match(text, start)
    if key is None:
        return "text-open" if text.startswith(_QUOTES, start) else "statement"
    if not text.startswith("=", key.end()):
        return "equals"
    return _cause_in_value(text, key.end() + 1, at)


def _cause_in_value(text: str, begin: int, at: int) -> str:
    """Find what is wrong at a place in a value: which texts, lists and tables are open there, and what stands before.

    ``before`` is the last sign before the place, "=" before all; ``keyed`` is whether a key in braces has its sign.
    """
    value = text[begin:].lstrip()
    opened, before, keyed = list[str](), "=", False
    while begin < at:
        piece = _TOKEN.match(text, begin)[0]  # type: ignore[index]  # it takes any sign
        begin += len(piece)
        if piece in _QUOTES or (piece.startswith(_QUOTES) and begin > at):
            return _cause_in_text(piece, text[begin - len(piece) : at + 1])
        if piece in _DEEPER:
            opened = [*opened, piece] if _DEEPER[piece] > 0 else opened[:-1]
        keyed = piece == "=" or (keyed and piece not in (",", "{"))
        before = before if piece.isspace() or piece.startswith("#") else piece
    if opened:
        return _cause_in_brackets(opened[-1], before, text[at : at + 1], keyed=keyed)
    if _LIKE_A_DATE.match(value):
        return "date"
    apart = before in ("]", "}") or before.startswith(_QUOTES) or text[at - 1 : at].isspace()
    return "newline" if before != "=" and apart else "value"


def _cause_in_text(piece: str, written: str) -> str:
    if "\\" in written:
        return "backslash"
    return "text-open" if piece in _QUOTES else "sign"


def _cause_in_brackets(opened: str, before: str, here: str, *, keyed: bool) -> str:
    """Find what is wrong in a list or in a table in braces: a value is lacking, a key, or what ends it."""
    if opened == "[":
        return "value" if before in ("[", ",") and here else "list"
    if before == "=" and here:
        return "value"
    if here in ("}", ",") and before not in ("{", ","):
        return "key-twice" if keyed else "equals"
    return "braces"


def lines_of(text: str) -> dict[str, int]:
    r"""Find the line of each key and table in a text that is TOML."""
    return {name: _line(text, at) for name, at in _statements(text)}


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _statements(text: str) -> Iterator[tuple[str, int]]:
    """Walk over the statements of a text: the name of each, and where it begins."""
    counts: dict[str, int] = {}
    table, at = "", 0
    while at < len(text):
        found = _STATEMENT.match(text, at)
        if found is None:
            at = _end(text, at)
            continue
        if found["table"]:
            table = _numbered(_parts(found["table"]), counts, again=len(found["open"]) == 2)
            yield table, found.start("open")
        else:
            yield ".".join([*([table] if table else []), *_parts(found["key"])]), found.start("key")
        at = _end(text, found.end())


def _end(text: str, at: int) -> int:
    """Find the end of a statement: the line end outside of brackets and texts."""
    depth = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return len(text)
        at = token.end()
        depth += _DEEPER.get(token[0], 0)
        if token[0] == "\n" and depth <= 0:
            return at
    return at


def _parts(path: str) -> list[str]:
    """Part a dotted key; what stands in quotation marks may hold dots and signs of its own."""
    return [str(tomllib.loads(f"k = {part}")["k"]) if part[0] in "\"'" else part for part in re.findall(_PART, path)]


def _numbered(parts: list[str], counts: dict[str, int], *, again: bool) -> str:
    """Put its number behind each table that stands several times, here and on the way."""
    name = ""
    for place, part in enumerate(parts, 1):
        name = f"{name}.{part}" if place > 1 else part
        if again and place == len(parts):
            counts[name] = counts.get(name, 0) + 1
        name = f"{name}[{counts[name]}]" if name in counts else name
    return name


# ---- the tables and their keys


def _placed(faults: Iterable[tuple[str, Fault]], file: TomlFile) -> list[Fault]:
    """Give each fault the place of its key, in the order of the file."""
    placed = [replace(of_keys(each), where=place_of(key, file.path, file.lines)) for key, each in faults]
    return sorted(dict.fromkeys(placed), key=lambda each: each.where.line or 0)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the tables of a file, and collects what is wrong with each key."""

    file: TomlFile
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def table(self, section: Section, given: object, place: str) -> dict[str, Any]:
        """Read one table; a value at fault is None."""
        if not isinstance(given, Mapping):
            code = "toml-once" if _are_tables(given) else "toml-table"
            self.faults.append((place, fault(code, got=_headed(given, place), name=place)))
            return {}
        read: dict[str, Any] = {}
        for name, value in given.items():
            item, key = section.item(name), f"{place}.{name}" if place else name
            if item is None:
                self.faults.append((key, fault("toml-unknown", got=name, hint=suggestion(name, section.names))))
            elif isinstance(item, Key):
                read[name] = self.value(item if item.name else replace(item, name=name), value, key)
            else:
                read[name] = (self.tables if item.repeated else self.table)(item, value, key)
        for lacking in (key for key in section.keys if key.required and key.name not in given):
            name = f"{place}.{lacking.name}" if place else lacking.name
            self.faults.append((name, self.missing(lacking, place)))
        return read

    def tables(self, section: Section, given: object, place: str) -> list[dict[str, Any]]:
        """Read the tables of one heading, which can stand several times."""
        if not _are_tables(given):
            self.faults.append((place, fault("toml-tables", got=_headed(given, place), name=place)))
            return []
        return [self.table(section, each, f"{place}[{i}]") for i, each in enumerate(given, 1)]

    def value(self, key: Key, given: object, name: str) -> Any:
        """Read one value."""
        try:
            return KINDS[key.kind](given, key, self.file.path.parent)
        except CdiError as error:
            self.faults.extend((name, each) for each in error.faults)
            return None

    def missing(self, key: Key, place: str) -> Fault:
        name = ".".join(part.partition("[")[0] for part in (*place.split("."), key.name) if part)
        return fault("toml-missing", name=key.name, meaning=meaning_of(name, key), example=key.example)


def _are_tables(given: object) -> TypeGuard[list[Mapping[str, Any]]]:
    return isinstance(given, list) and all(isinstance(each, Mapping) for each in given)


def _headed(given: object, place: str) -> object:
    """Show a table by its heading, and anything else as it is."""
    is_table = isinstance(given, Mapping) or (given and _are_tables(given))
    return wording.table_of(place, repeated=isinstance(given, list)) if is_table else given


# ---- the inspection


def _inspection(read: Mapping[str, Any], file: TomlFile) -> Inspection:
    periods = read.get("periods", {})
    audit = _sample(read.get("audit"), periods.get("audit"))
    return Inspection(
        path=file.path,
        force=read["force"],
        **{name: read[name] for name in _HEAD if name in read},
        audit=audit,
        volumes=_volumes(read, periods),
        searches=_sample(read.get("searches"), periods.get("searches")),
        previous=tuple(map(_previous, read.get("previous", ()))),
        reviews=_reviews(read, periods),
        times=_times(read, audit),
        monthly=_monthly(read, audit),
        forces=_forces(read),
        drawn=DrawnFiles(**read["draw"]) if "draw" in read else None,
        glossary=read.get("glossary", {}),
        categories=read.get("categories", {}),
        disclosure=_disclosure(read.get("disclosure", {})),
        published=read.get("disclosure", {}).get("published", ()),
        lines=file.lines,
    )


def _sample(given: Mapping[str, Any] | None, period: str | None = None) -> SampleFiles | None:
    if given is None or "files" not in given:
        return None
    roles, asked = design_of(given), given.get("measures", ())
    return SampleFiles(given["files"], given.get("by", ()), roles, period, given.get("source"), asked)


def _volumes(read: Mapping[str, Any], periods: Mapping[str, str]) -> VolumeFiles | None:
    if "volumes" not in read:
        return None
    return VolumeFiles(period=periods.get("volumes"), counted=periods.get("count"), **read["volumes"])


def _previous(given: Mapping[str, Any]) -> Previous:
    plain = {name: given[name] for name in ("name", "measure", "figure", "period", "source") if name in given}
    volumes = VolumeFiles(given["volumes"]) if "volumes" in given else None
    return Previous(sample=_sample(given, given.get("period")), volumes=volumes, **plain)


def _reviews(read: Mapping[str, Any], periods: Mapping[str, str]) -> Reviews | None:
    given = read.get("reviews", {})
    sample = _sample(given, periods.get("reviews"))
    return None if sample is None else Reviews(sample, given.get("questions", ()), given.get("ignore", ()))


def _borrowed(given: Mapping[str, Any] | None, audit: SampleFiles | None) -> SampleFiles | None:
    """Give the rows of times or months: their own, or else those of the audit, in its design."""
    if given is None or "files" in given or audit is None:
        return _sample(given)
    return replace(audit, by=given.get("by", ()), source=given.get("source", audit.source))


def _times(read: Mapping[str, Any], audit: SampleFiles | None) -> TimedFiles | None:
    given = read.get("times", {})
    sample = _borrowed(read.get("times"), audit)
    if sample is None:
        return None
    return TimedFiles(sample, {name: given[name] for name in keys_of("times", TIMES) if name in given})


def _monthly(read: Mapping[str, Any], audit: SampleFiles | None) -> Monthly | None:
    given = read.get("monthly", {})
    sample = _borrowed(read.get("monthly"), audit)
    if sample is None:
        return None
    roles = {**sample.roles, "period": given.get("period", PARAMETERS["month"].default)}
    return Monthly(replace(sample, roles=roles), given.get("baseline"), given.get("every"))


def _forces(read: Mapping[str, Any]) -> ForceResults | None:
    if "forces" not in read:
        return None
    given = read["forces"]
    terms = {name: given[name] for name in keys_of("forces") if name in given}
    marked = given.get("marked") or usual(read["force"]) or read["force"]
    return ForceResults(given["file"], terms, marked, given.get("source"))


def _disclosure(given: Mapping[str, Any]) -> Disclosure:
    plain = {name: given[name] for name in keys_of("disclosure") if name in given and name != "published"}
    return Disclosure(exemptions=tuple(Exemption(**each) for each in given.get("exceptions", ())), **plain)


# ---- faults of what is made of the file, told at its keys


def of_keys(each: Fault) -> Fault:
    """Tell of a fault what to do in the inspection's file."""
    return replace(each, terms=Surface.TOML)


@contextlib.contextmanager
def in_terms_of_keys(inspection: Inspection | None = None) -> Iterator[None]:
    """Tell the errors of what runs inside in terms of the inspection's file."""
    try:
        yield
    except CdiError as error:
        told = [of_keys(each) for each in error.faults]
        placed = told if inspection is None else [_at_its_key(each, inspection) for each in told]
        raise type(error)(placed, error.total) from error


def _at_its_key(each: Fault, inspection: Inspection) -> Fault:
    """Give a fault that is of a key the place of the key; another keeps its own, in a data file."""
    keys = _KEYS[each.code](each, inspection) if each.code in _KEYS else iter(())
    key = next(keys, None)
    return each if key is None else replace(each, where=inspection.where(key))


def _joins(each: Fault, inspection: Inspection) -> Iterator[str]:
    for table, sample in inspection.samples.items():
        for name, other in (sample.roles.get("collapse") or {}).items():
            if each.got in (name, other, f"{name}={other}"):
                yield f"{table}.collapse.{name}"


def _role(name: str, holds: Callable[[Fault, Any], bool]) -> Callable[[Fault, Inspection], Iterator[str]]:
    """Find the tables in which a role is as the fault says."""
    return lambda each, inspection: (
        f"{table}.{name}" for table, sample in inspection.samples.items() if holds(each, sample.roles.get(name))
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
