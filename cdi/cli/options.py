"""From the registry of options to the command line, and from what was given there to what Python takes."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cdi import wording
from cdi.arguments import names_of
from cdi.errors import CdiError, DataError, DesignError, Surface, Where, fault, suggestion
from cdi.parameters import DESIGN, FORMATS, PARAMETERS, REGISTRY, SUBJECTS, Parameter, parameters_of

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.layout import Page
    from cdi.reading.mapping import SheetMapping
    from cdi.reading.sources import Workbook
    from cdi.showing import Shown

__all__ = [
    "ROW", "Typed", "Verb", "counts", "disclosure_of", "emit", "format_of", "option_of", "refuse_overwriting",
    "refuse_strange", "roles_of", "say_ignored", "show", "source_of", "sources_of", "terms_of", "told", "verb",
    "watched",
]  # fmt: skip

Found = TypeVar("Found", bound="Shown")

_BY_ENDING = {".csv": "csv", ".json": "json", ".md": "markdown", ".html": "html", ".htm": "html", ".txt": "text"}
_APART = frozenset(["Workbooks", "Large files", "Disclosure control", "Output", "Other files"])
ROW = "cdi.explained_row"
"""Under this the context of a command holds the row that is to be explained in place of what the verb prints."""

_OPENED = frozenset(["file", "files", "questions"])


# ---- how a text is read


class Typed(click.ParamType[Any]):
    """A type whose texts are read by a function; what it refuses is told as the mistake of an option."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self.read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text, or say how to write it."""
        try:
            return self.read(value) if isinstance(value, str) else value
        except CdiError as error:
            self.fail(error.told(Surface.COMMAND_LINE), param, ctx)


class _Whole(click.ParamType[int]):
    """A whole number, of which help does not say in signs how small it may be."""

    name = "integer"

    def __init__(self, least: int) -> None:
        self.range = click.IntRange(min=least)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number, or say how small it may be."""
        return self.range.convert(value, param, ctx)


def _memory(text: str) -> int:
    from cdi.reading.limits import parse_memory

    return parse_memory(text)


def _proportion(text: str) -> float:
    from cdi.printing.formats import parse_proportion

    return parse_proportion(text)


def _share_known(text: str) -> object:
    """Take a share, or one that was estimated, with its half width."""
    from cdi.binomial.published import has_half_width

    return _published(text) if has_half_width(text) else _proportion(text)


def _published(text: str) -> object:
    from cdi.binomial.published import parse_published

    return parse_published(text)


def _pair(text: str) -> tuple[str, str]:
    one, sign, other = text.rpartition("=")  # a word may hold the sign, a meaning none
    if not sign or not one.strip() or not other.strip():
        raise DataError.of("not-a-pair", got=text)
    return one.strip(), other.strip()


def _reason(text: str) -> tuple[str, str]:
    """Read a column and why it is not personal, written COL=REASON."""
    column, _, reason = text.partition("=")
    if not column.strip() or not reason.strip():
        raise DesignError.of("no-reason", got=text)
    return column.strip(), reason.strip()


def counts(text: str) -> tuple[int, int]:
    """Read counts, written 159/182."""
    recorded, stroke, due = text.partition("/")
    if not stroke or not recorded.strip().isdecimal() or not due.strip().isdecimal():
        raise DataError.of("not-counts-text", got=text)
    return int(recorded), int(due)


def _population(text: str) -> float | str:
    """Read a number, or else take the name of a column or file."""
    plain = text.replace(",", "")
    for number in (int, float):
        try:
            return number(plain)
        except ValueError:
            continue
    return text


def _crimes(text: str) -> int:
    """Read a number of crimes, as it is printed."""
    from cdi.audits.answers import parse_volume

    found = parse_volume(text.strip())
    if not isinstance(found, int):
        raise DataError.of(found or "not-whole", got=text)
    return found


def _groups(given: Sequence[str]) -> object:
    """Take pairs, or the mapping file that says the same."""
    files = [text for text in given if "=" not in text]
    if not files:
        return dict(map(_pair, given))
    if len(given) > 1:
        raise DesignError.of("groups-twice", got=wording.in_a_row(given))
    return files[0]


_TYPES: Mapping[str, click.ParamType[Any]] = {
    "count": _Whole(1),
    "crimes": Typed("number", _crimes),
    "factor": click.FLOAT,
    "folder": click.Path(path_type=Path),
    "hours": click.FLOAT,
    "memory": Typed("memory", _memory),
    "level": Typed("level", _proportion),
    "months": click.INT,
    "pairs": Typed("A=B", _pair),
    "picture": click.Path(dir_okay=False, path_type=Path),
    "population": Typed("population", _population),
    "published": Typed("rate", _published),
    "reasons": Typed("COL=REASON", _reason),
    "share": Typed("share", _proportion),
    "share_known": Typed("share", _share_known),
    "whole": _Whole(0),
}
"""What an option holds -> its type; what is not here is a text."""


# ---- the options of a verb


class Verb(click.Command):
    """A command whose help shows the options under the headings of the registry."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it within the limits that were given, and show a person who watches how far it is."""
        if not {"memory", "threads"} <= set(ctx.params):
            return super().invoke(ctx)
        from cdi.reading import limits, progress

        memory, threads = ctx.params["memory"], ctx.params["threads"]
        ctx.params |= {"memory": None, "threads": None}  # no verb has another use for them
        spills = limits.Spills(_folder_of_output(ctx.params))
        within, watched = limits.limited(memory, threads, spills), progress.watching(sys.stderr)
        with _stopped_cleanly(), within, watched, limits.letting_out():
            return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each heading; --help stands in the last."""
        records = {param.name: param.get_help_record(ctx) for param in self.params}
        about = self.get_help_option(ctx)
        sections = {
            heading: [records.get(each.name) for each in taken]
            for heading, taken in parameters_of(str(self.name)).items()
        } or {"Options": []}
        if len(sections) == 1:
            sections = {"Options": next(iter(sections.values()))}
        next(reversed(sections.values())).append(about.get_help_record(ctx) if about else None)
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl([row for row in rows if row is not None])


def _folder_of_output(given: Mapping[str, Any]) -> Path | None:
    """Give the folder into which is written, where rows that do not fit into memory go: it is on a disk with room."""
    written = [value for name, value in given.items() if name in PARAMETERS and "-o" in PARAMETERS[name].spelled]
    return next((path.parent for path in written if path is not None and path.parent.is_dir()), None)


@contextlib.contextmanager
def _stopped_cleanly() -> Iterator[None]:
    """Let a request to end leave nothing half-written: it unwinds what is under way, once."""

    def stop(number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_IGN)
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():  # of another program, which has its own ways
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def verb(name: str, kind: type[Verb] = Verb) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a verb of the command line, with every option that the registry has for it."""

    def decorate(function: Callable[..., None]) -> click.Command:
        command = click.command(name, cls=kind, help=wording.VERBS[name])(function)
        command.params += [_option(each, name) for taken in parameters_of(name).values() for each in taken]
        return command

    return decorate


def option_of(name: str, of: str) -> click.Option:
    """Make an option of one verb, for another that takes it too."""
    return _option(PARAMETERS[name], of)


def _option(each: Parameter, name: str) -> click.Option:
    if each.kind == "choice":
        kind: click.ParamType[Any] | None = click.Choice(each.choices)
    else:
        kind = _TYPES.get(each.kind)
    told = [each.said(SUBJECTS.get(name, ""))]
    if each.repeats:
        told.append("Repeat for several.")
    if each.default not in ("", "default", "false"):
        told.append(f"[default: {each.default}]")
    return click.Option(
        [*each.spelled, each.name],
        type=None if each.kind == "yes" else kind,
        is_flag=each.kind == "yes" or None,
        multiple=each.repeats,
        metavar=each.metavar or None,
        help=" ".join(told),
    )


# ---- what was given


def roles_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn options into the roles that ``read_audit`` takes; those not given are left to the names of the columns."""
    return _arguments(given, REGISTRY[DESIGN])


def terms_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the other options into what a verb takes in Python, but for files, which are opened first."""
    others = (group for heading, group in REGISTRY.items() if heading != DESIGN and heading not in _APART)
    return _arguments(given, [each for group in others for each in group if each.kind not in _OPENED])


def _arguments(given: Mapping[str, Any], wanted: Sequence[Parameter]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in wanted:
        value: Any = given.get(each.name)
        name = each.in_python
        given_empty = each.kind == "name" and value == ""  # an empty name leaves a role out
        if name is None or not (given_empty or _is_given(value)):
            continue
        if each.kind == "names":
            value = names_of(value)
        elif each.kind == "pairs":
            value = dict(value)
        elif each.kind == "groups":
            value = _groups(value)
        elif each.kind == "name":
            value = value or None
        found[name] = value
    return found


def _is_given(value: object) -> bool:
    """Tell whether an option was given; 0 is a value."""
    return value is not None and value is not False and value not in ("", ())


def sources_of(
    files: Sequence[str], given: Mapping[str, Any] | None = None, *, whole_folders: bool = False
) -> list[str | Workbook]:
    """Name the files that are meant: patterns give those that fit, folders those in them, unless folders are wanted.

    Workbooks take the sheet that was named.
    """
    from cdi.reading.opening import is_folder, is_workbook, named_files
    from cdi.reading.sources import Workbook

    sheet, header_row = (None, None) if given is None else (given.get("sheet"), given.get("header_row"))
    _refuse_output_among(files, {} if given is None else given)
    found = [part for file in files for part in named_files(file, whole_folders=whole_folders)]
    books = any(is_workbook(name) or (is_folder(name) and _holds_workbooks(name)) for name, _ in found)
    if sheet and not books:
        raise DataError.of("sheet-of-text", got=wording.in_a_row(name for name, _ in found))
    twice = [own for _, own in found if own and sheet and own != sheet]
    if twice:
        raise DataError.of("sheet-twice", got=wording.in_a_row([str(sheet), *twice]))
    mapping = _mapping(given)
    is_told = header_row is not None or mapping is not None
    return [
        Workbook(name, own or sheet, header_row, mapping)
        if is_told or is_workbook(name) or (sheet and is_folder(name))
        else name
        for name, own in found
    ]


def _holds_workbooks(folder: str) -> bool:
    from cdi.reading.opening import is_workbook

    return any(map(is_workbook, Path(folder).rglob("*")))


def source_of(file: str) -> str | Workbook:
    """Name the one file that is meant."""
    found = sources_of([file])
    if len(found) > 1:
        raise DataError.of(
            "one-file", got=wording.in_a_row(each if isinstance(each, str) else each.path for each in found)
        )
    return found[0]


def _refuse_output_among(files: Sequence[str], given: Mapping[str, Any]) -> None:
    """Refuse to write into a folder that is read: what is written would be read as rows the next time."""
    from cdi.reading.opening import is_folder

    read = {os.path.realpath(file): file for file in files if is_folder(file)}
    for name, output in given.items():
        if not isinstance(output, Path):
            continue
        folder = read.get(os.path.realpath(output.parent))
        if folder is not None:
            where = Where(str(output))
            raise DataError.of("output-among-files", got=PARAMETERS[name].spelled[0], where=where, folder=folder)


def _mapping(given: Mapping[str, Any] | None) -> SheetMapping | None:
    """Read the mapping that was named, if one was."""
    if given is None or not given.get("mapping"):
        return None
    from cdi.reading.mapping import read_mapping

    return read_mapping(given["mapping"])


@contextlib.contextmanager
def watched(draws: int) -> Iterator[Callable[[int], object] | None]:
    """Show how many samples are done, where somebody watches."""
    if not draws or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=draws, file=sys.stderr) as bar:
        yield bar.update


# ---- what went wrong


def told(error: CdiError) -> str:
    """Tell an error at the command line, with what to type in place of what was typed."""
    return error.told(Surface.COMMAND_LINE, click.get_current_context().obj)


# ---- where results go


def refuse_overwriting(output: Path | None, *inputs: str | Workbook) -> None:
    """Refuse to write the result over one of the files that it comes from, or what belongs to one of them.

    A sample has a receipt, its key and reserves beside it. Nobody names them, and they cannot be made again.
    """
    files = [Path(file if isinstance(file, str) else file.path) for file in inputs]
    stems = [file.name.removesuffix(".receipt.json").removesuffix(file.suffix) for file in files]
    beside = [
        file.parent / f"{stem}{ending}"
        for file, stem in zip(files, stems, strict=True)
        for ending in (".receipt.json", ".receipt.key", "-reserves.csv")
    ]
    read = {os.path.realpath(file) for file in [*files, *beside]}
    if output is not None and os.path.realpath(output) in read:
        raise DataError.of("output-is-input", where=Where(str(output)))


def disclosure_of(given: Mapping[str, Any]) -> Disclosure:
    """Read what may be published."""
    from cdi.disclosure.rules import Disclosure

    return Disclosure(
        given["disclosure"] or PARAMETERS["disclosure"].default,
        personal=names_of(given["personal"]),
        not_personal=dict(given["not_personal"]),
    )


def _protected(found: Found, given: Mapping[str, Any]) -> Found:
    """Take from a result what may not be published."""
    from cdi.disclosure.results import protected as protect

    refuse_strange(found, given)
    return protect(found, disclosure_of(given))


def refuse_strange(found: Shown, given: Mapping[str, Any]) -> None:
    """Refuse a column of people that is none: a slip of its name would publish its cells."""
    audit = getattr(found, "audit", None)
    drawn_by = () if audit is None else audit.strata.keys
    columns = tuple(dict.fromkeys((*found.table.keys, *drawn_by)))
    strange = disclosure_of(given).strange(columns)
    if strange:
        raise DesignError([fault("no-such-domain", got=name, hint=suggestion(name, columns)) for name in strange])


def show(found: Found, given: Mapping[str, Any], beside: Sequence[Callable[[Found], None]] = (), **layout: Any) -> None:
    """Protect a result and print it, with what is suppressed in it said below it: the one way out of every verb.

    What is drawn or written ``beside`` it is of what is shown.
    """
    from cdi.disclosure.rules import disclosure_statements

    context = click.get_current_context(silent=True)  # none where another program calls it
    meta = {} if context is None else context.meta
    if ROW in meta:
        from cdi.explaining.explanation import explain

        if beside:
            raise DesignError.of("nothing-beside")
        # what is explained is shown as it is, and not explained again
        found, layout = explain(found, meta.pop(ROW)), {}  # type: ignore[assignment]
    disclosure, shown = disclosure_of(given), _protected(found, given)
    for write in beside:
        write(shown)
    page = shown.page(**layout)
    said = disclosure_statements(disclosure, [page.numbers])
    emit(replace(page, statements=(*page.statements, *said), marking=disclosure.marking), given)


def format_of(given: Mapping[str, Any]) -> str:
    """Name the format: the one asked for, or the one that the ending of the file tells."""
    asked, output = given.get("format"), given.get("output")
    chosen = asked or ("text" if output is None else _BY_ENDING.get(output.suffix.casefold()))
    if chosen is None:
        raise DataError.of("unknown-format", got=str(output), formats=FORMATS)
    return str(chosen)


def emit(page: Page, given: Mapping[str, Any] | None = None) -> None:
    """Print a page, or write it to a file whose ending tells the format."""
    from cdi.printing import formats
    from cdi.printing.layout import SURFACES

    given = {} if given is None else given
    text = SURFACES[format_of(given)](page)
    if given.get("output") is None:
        click.echo(text, nl=False)
    else:
        formats.write(text, given["output"])


def say_ignored(audit: Audit) -> None:
    """Say on stderr what was passed over while the file was read."""
    frame = audit.strata.frame
    said = wording.passed_over(audit.source, audit.unplayed, audit.number_ids)
    said += [wording.rows_alike(audit.copies)] if audit.copies else []
    for line in [*said, *(wording.frame_read(frame) if frame else ())]:
        click.echo(line, err=True)
