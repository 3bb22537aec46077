"""What in an inspection's file contradicts something else, or the headers of its files, or would change nothing.

The module is longer than most: one function for each thing that can be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from cdi import wording
from cdi.audits.design import NOT_COLUMNS, PERIOD, Design, names_a_column
from cdi.audits.force_names import is_same_force
from cdi.audits.periods import read_span
from cdi.audits.volumes import POPULATION, RECORDED_CRIME
from cdi.binomial.published import PRINTED_LEVEL
from cdi.disclosure.columns import words_of
from cdi.disclosure.rules import SAMPLES
from cdi.errors import CdiError, Fault, fault, suggestion
from cdi.inspecting.keys import EARLIER
from cdi.measures import MEASURES
from cdi.parameters import DESIGN, PARAMETERS, TIMES, keys_of
from cdi.reading.shelf import Shelf
from cdi.reading.sources import Source
from cdi.reviewing.questions import parse_question

__all__ = ["absent_columns", "contradictions", "design_of", "volumes_known_twice"]

ReadKeys: TypeAlias = Mapping[str, Any]
"""What was read of a table; a value at fault is None."""

Found: TypeAlias = Iterator[tuple[str, Fault]]
"""The key, and what is wrong with it."""

_SAMPLES = ("audit", "searches", "reviews", "times", "monthly")
_CONTENTS = ("audit", "searches", "reviews", "forces")
_NEEDS: Mapping[str, str] = {
    "volumes": "audit",
    "draw": "audit",
    "periods.audit": "audit",
    "periods.count": "volumes",
    "periods.volumes": "volumes",
    "periods.searches": "searches",
    "periods.reviews": "reviews",
}
"""What is of something -> the table that it is of."""

_OF_FILES = ("columns", *keys_of("previous"))
_DESIGN = keys_of("audit", DESIGN)


def contradictions(read: ReadKeys) -> Found:
    """Find what contradicts something else."""
    for find in (
        _force,
        _marked,
        _contents,
        _needs,
        _drawn,
        _volumes,
        _style,
        _previous,
        _borrowed,
        _designs,
        _times,
        _domains,
        _personal,
        _exceptions,
        _printed,
    ):
        yield from find(read)


def _samples(read: ReadKeys) -> list[tuple[str, ReadKeys]]:
    """List the tables that describe rows, each with its place."""
    return [*((name, read[name]) for name in _SAMPLES if name in read), *_earlier(read)]


def _earlier(read: ReadKeys) -> list[tuple[str, ReadKeys]]:
    return [(f"previous[{i}]", each) for i, each in enumerate(read.get("previous", ()), 1)]


def _force(read: ReadKeys) -> Found:
    if read.get("force") == wording.PLACEHOLDER:
        yield "force", fault("force-unnamed", got=read["force"])


def _marked(read: ReadKeys) -> Found:
    """Find another force marked than the inspected one: its row would be taken for this inspection's."""
    marked, force = read.get("forces", {}).get("marked"), read.get("force")
    if marked and force and not is_same_force(force, marked):
        yield "forces.marked", fault("marked-other", got=marked, force=force)


def _contents(read: ReadKeys) -> Found:
    if not set(_CONTENTS) & set(read):
        yield "", fault("no-contents")


def _needs(read: ReadKeys) -> Found:
    for name, needed in _NEEDS.items():
        table, _, key = name.partition(".")
        there = key in read.get(table, {}) if key else name in read
        if there and needed not in read:
            yield name, fault("toml-needs", needed=wording.table_of(needed))


def _drawn(read: ReadKeys) -> Found:
    """Find a receipt that cannot be held against a frame and one file, and a frame that nothing is held against."""
    given = read.get("draw", {})
    for name, needed in (("receipt", "frame"), ("frame", "receipt")):
        if name in given and needed not in given:
            yield f"draw.{name}", fault("toml-needs", needed=needed)
    if "draw" in read and not given:
        yield "draw", fault("toml-needs", needed=wording.either("plan", "receipt"))
    if "receipt" in given and len(read.get("audit", {}).get("files") or ()) > 1:
        yield "draw.receipt", fault("draw-of-several")


def _volumes(read: ReadKeys) -> Found:
    """Find volumes of nothing, and a count for more or fewer months than its recorded crime is of."""
    given, periods = read.get("volumes", {}), read.get("periods", {})
    if "volumes" in read and not {"files", "recorded_crime"} & set(given):
        yield "volumes", fault("toml-needs", needed=wording.either("files", "recorded_crime"))
    for name in ("force", "reading"):
        if name in given and "files" not in given:
            yield f"volumes.{name}", fault("toml-needs", needed="files")
    spans = [span for name in ("count", "volumes") if periods.get(name) and (span := read_span(periods[name]))]
    if len(spans) == 2 and spans[0].months != spans[1].months:
        yield (
            "periods.count",
            fault(
                "volumes-of-other-length", got=periods["volumes"], period=periods["count"], theirs=periods["volumes"]
            ),
        )


def _style(read: ReadKeys) -> Found:
    """Refuse what the published style settles by itself."""
    if read.get("style") != "published":
        return
    for name, usual in (("method", "published"), ("level", PRINTED_LEVEL)):
        if read.get(name) not in (None, usual):
            yield name, fault("toml-published", got=read[name])


def _previous(read: ReadKeys) -> Found:
    seen: dict[tuple[object, object], str] = {}
    for place, each in _earlier(read):
        measure = each.get("measure", EARLIER[0])
        if ("figure" in each) == ("files" in each):
            yield place, fault("figure-or-files")
        for name in _OF_FILES if "files" not in each else ():
            if name in each:
                yield f"{place}.{name}", fault("toml-needs", needed="files")
        needed = "searches" if measure in MEASURES and MEASURES[measure].of_searches else "audit"
        if needed not in read:
            yield place, fault("toml-needs", needed=wording.table_of(needed))
        if str(each.get("name")).casefold() == wording.THIS:
            yield f"{place}.name", fault("previous-is-this", got=each["name"])
        if (each.get("name"), measure) in seen:
            yield f"{place}.name", fault("previous-twice", got=each["name"], other=seen[each["name"], measure])
        if each.get("name") is not None:
            seen[each["name"], measure] = place


def _borrowed(read: ReadKeys) -> Found:
    """Find terms of files where there are none: times and months are then those of the audit, in its design."""
    for table in ("times", "monthly"):
        given = read.get(table, {})
        if table not in read or "files" in given:
            continue
        if "audit" not in read:
            yield table, fault("toml-needs", needed=wording.either("files", wording.table_of("audit")))
        for name in ("columns", *_DESIGN):
            if name in given:
                yield f"{table}.{name}", fault("toml-needs", needed="files")


def _designs(read: ReadKeys) -> Found:
    """Find roles that exclude each other, as the design of a sample finds them."""
    for place, given in _samples(read):
        try:
            Design(**design_of(given))
        except CdiError as error:
            yield from ((place, each) for each in error.faults)


def _times(read: ReadKeys) -> Found:
    given = read.get("times", {})
    for name in keys_of("times", TIMES):
        if "timely" in given and name in given and name != "timely":
            yield f"times.{name}", fault("timely-and-times")


def _tabulated(read: ReadKeys) -> tuple[str, ...]:
    """List the columns that tables are by: those named, and the strata where none is."""
    samples = [given for _, given in _samples(read)]
    found = [name for given in samples for name in given.get("by") or ()]
    found += [name for given in samples for name in given.get("columns", {}).get("stratum") or ()]
    return tuple(dict.fromkeys((*found, "stratum", PERIOD)))


def _domains(read: ReadKeys) -> Found:
    """Find columns of which something is said and that no table is by: misspelled, they would be missed."""
    known, disclosure = _tabulated(read), read.get("disclosure", {})
    said = [(f"categories.{name}", name) for name in read.get("categories", {})]
    for key in ("personal", "small_areas"):
        said += [(f"disclosure.{key}", name) for name in disclosure.get(key) or ()]
    said += [(f"disclosure.not_personal.{name}", name) for name in disclosure.get("not_personal", {})]
    for i, each in enumerate(disclosure.get("exceptions", ()), 1):
        said.append((f"disclosure.exceptions[{i}].column", each.get("column")))
    for key, name in said:
        if name is not None and name not in known:
            yield key, fault("no-such-domain", got=name, hint=suggestion(name, known))


def _personal(read: ReadKeys) -> Found:
    """Find columns that are said to be personal, and not to be."""
    given = read.get("disclosure", {})
    declared = {words_of(name) for key in ("personal", "small_areas") for name in given.get(key) or ()}
    for name in given.get("not_personal", {}):
        if words_of(name) in declared:
            yield f"disclosure.not_personal.{name}", fault("personal-and-not", got=name)


def _exceptions(read: ReadKeys) -> Found:
    """Find exceptions of which it is not known what sample they are of."""
    held = [(_rows_of(read, name), read[name]) for name in SAMPLES if name in read and name != "previous"]
    held += [("previous", each) for _, each in _earlier(read)]
    for i, each in enumerate(read.get("disclosure", {}).get("exceptions", ()), 1):
        place, sample, column = f"disclosure.exceptions[{i}]", each.get("sample"), each.get("column")
        by = list(dict.fromkeys(name for name, given in held if column in (given.get("by") or ())))
        if not sample:
            if len(by) > 1:
                yield place, _of_samples(column, by)
        elif sample not in read:
            yield f"{place}.sample", fault("toml-needs", needed=wording.table_of(sample))
        elif sample != _rows_of(read, sample):
            yield f"{place}.sample", _of_samples(sample, ["audit"])
        elif by and sample not in by:
            yield f"{place}.sample", _of_samples(sample, by)


def _of_samples(got: object, samples: Sequence[str]) -> Fault:
    return fault("exception-sample", got=got, samples=wording.either(*(f'"{name}"' for name in samples)))


def _rows_of(read: ReadKeys, name: str) -> str:
    """Name the sample whose rows a table of the file is of: those of the audit's files go with the audit."""
    if name == "previous" or "audit" not in read:
        return name
    files = read[name].get("files")
    borrowed = name in {"times", "monthly"} and files is None
    return "audit" if borrowed or files == read["audit"].get("files") else name


def _printed(read: ReadKeys) -> Found:
    """Find two categories of one column that are printed alike."""
    for column, names in read.get("categories", {}).items():
        taken: dict[str, str] = {}
        for category, name in names.items():
            if name is not None and name in taken:
                yield f"categories.{column}.{category}", fault("printed-twice", got=name, other=taken[name])
            taken.setdefault(name, category)


def design_of(given: ReadKeys) -> dict[str, Any]:
    """Give the roles of a sample as :func:`cdi.read_audit` takes them; an empty name leaves a role out."""
    columns = {name: value or None for name, value in given.get("columns", {}).items()}
    for several in ("stratum", "nest"):
        if several in columns:
            columns[several] = tuple(given["columns"][several] or ())
    others = {name: given[name] for name in _DESIGN if given.get(name)}
    return {**columns, **others}


def _is_made(role: str, name: str) -> bool:
    """Tell what numbers can be nested in from the columns of a file: its sheets, files and periods."""
    return role == "nest" and name in {*NOT_COLUMNS, PERIOD}


# ---- what the headers of the files say

_ITS_COLUMNS: Mapping[str, Mapping[str, str]] = {
    table: {
        str(each.in_file): each.default
        for each in PARAMETERS.values()
        if table in each.tables and each.kind == "column"
    }
    for table in ("times", "monthly")
}
"""Table -> its keys that name columns, with the columns that are read where it names none."""


def absent_columns(read: Mapping[str, Any], shelf: Shelf) -> Iterator[tuple[str, Fault]]:
    """Find columns that are named and that the files of their table do not have.

    A file that cannot be read as a table is left to whoever reads it whole.
    """
    known: dict[Any, Source | None] = {}  # what cannot be read is not tried again
    for place, given in _samples(read):
        own = given if "files" in given else read.get("audit", {})
        files = own.get("files")
        if files and files[0] not in known:
            known[files[0]] = _opened(files[0], shelf)
        opened = known[files[0]] if files else None
        if opened is not None:
            named = [pair for pair in _named(place, given) if pair[1] not in opened.columns]
            yield from ((key, _absent(name, opened)) for key, name in named)


def volumes_known_twice(read: Mapping[str, Any], shelf: Shelf) -> Iterator[tuple[str, Fault]]:
    """Find counts that two files of volumes hold, or the volumes and the sample itself."""
    placed = [("volumes.files", read.get("volumes", {}).get("files"), "audit", read.get("audit", {}))]
    placed += [(f"{place}.volumes", each.get("volumes"), place, each) for place, each in _earlier(read)]
    for key, files, place, sample in placed:
        found = (_opened(file, shelf, with_totals=True) for file in files or ())
        opened = [source for source in found if source is not None]
        if sample.get("population") is not None and any(POPULATION in source.columns for source in opened):
            yield f"{place}.population", fault("population-twice")
        yield from ((key, each) for each in _twice(opened, sample.get("by") or ("",)))


def _twice(opened: Sequence[Source], by: Sequence[str]) -> Iterator[Fault]:
    """Find the counts that several files hold for one table, which is by a column or over all."""
    frames = [source for source in opened if POPULATION in source.columns]
    crime = [source for source in opened if RECORDED_CRIME in source.columns]
    tables = ([source for source in crime if column in ("", *source.columns)] for column in by)
    for count, held in ((POPULATION, frames), (RECORDED_CRIME, max(tables, key=len))):
        if len(held) > 1:
            names = wording.in_a_row(Path(str(source.name)).name for source in held)
            yield fault("volumes-twice", got=names, column=count)


def _absent(name: str, opened: Source) -> Fault:
    if name in opened.nested:
        return fault("column-nested", got=name)
    file = Path(str(opened.name)).name
    return fault("toml-no-column", column=name, file=file, hint=suggestion(name, opened.columns))


def _opened(file: Any, shelf: Shelf, *, with_totals: bool = False) -> Source | None:
    """Open a file as it is opened for what is read of it: it stays on the shelf."""
    from cdi.reading.opening import open_files

    try:
        return open_files([shelf.book(file)], with_totals=with_totals)
    except CdiError:
        return None


def _named(place: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """List the columns that a table names, each with its key."""
    for key in ("by", "ignore"):
        yield from ((f"{place}.{key}", name) for name in given.get(key) or () if name != PERIOD)
    for role, given_names in given.get("columns", {}).items():
        names = [given_names] if isinstance(given_names, str) else given_names or ()
        yield from ((f"{place}.columns.{role}", name) for name in names if name and not _is_made(role, name))
    if names_a_column(given.get("population"), ()):
        yield f"{place}.population", given["population"]
    for key, usual in _ITS_COLUMNS.get(place, {}).items():
        name = given.get(key, usual if "timely" not in given else "")
        if name and name not in NOT_COLUMNS:
            yield f"{place}.{key}", name
    questions = given.get("questions")
    if isinstance(questions, tuple):
        yield from ((f"{place}.questions", parse_question(text).column) for text in questions)
