"""Every file of a report: made in memory, written whole or not at all, never over what is another's, verified later.

In the CSV, a text that a spreadsheet would take for a formula has an apostrophe before it; the JSON holds texts as they
are. Numbers are the shortest text that reads back to them, and the same in both. The provenance names no clock and no
machine.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import platform
import re
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from cdi import __version__, wording
from cdi.arguments import checked, path_of
from cdi.errors import CdiError, DataError, Where
from cdi.printing import layout
from cdi.printing.layout import Page
from cdi.reading.opening import is_workbook
from cdi.report.contents import LISTED, Report, listed_rows
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

    from cdi.inspecting.inspection import Inspection

__all__ = [
    "COLUMNS", "ESTIMATES_SCHEMA", "PROVENANCE", "Verification", "digest", "estimates_csv", "estimates_json", "outputs",
    "refuse_folder", "verify_report", "write_report",
]  # fmt: skip

# ---- in memory

ESTIMATES_SCHEMA, PROVENANCE_SCHEMA = "cdi.report-estimates/1", "cdi.provenance/1"
"""Names and versions: of the columns of the listings, and of what the provenance says."""

COLUMNS = ("schema", *LISTED)
"""The columns of the listings, in order."""

PROVENANCE = "provenance.json"
"""The file's name in the folder of a report."""

LIBRARIES = ("click", "duckdb", "gptables", "Jinja2", "narwhals", "numpy", "pandas", "rich", "scipy")
"""What every report is made with."""

DRAWING, READING = ("afcharts", "matplotlib"), ("openpyxl",)
"""What charts are drawn with beside it, and workbooks read."""

_NAME = re.compile(r"[^\w.-]")


def outputs(report: Report) -> Mapping[str, bytes]:
    """Make every file of a report."""
    from cdi.charts.style import drawn
    from cdi.report.page import page
    from cdi.report.workbook import workbook

    marking = report.inspection.disclosure.marking
    charts = {name: drawn(chart, marking) for name, chart in report.charts.items()}
    # nothing is written before all of them are made
    made = {
        "report.html": page(report, charts),
        "tables.xlsx": workbook(report),
        "estimates.csv": estimates_csv(report),
        "estimates.json": estimates_json(report),
    }
    for name, chart in charts.items():
        made |= {f"charts/{name}.svg": chart.svg.encode("utf-8"), f"charts/{name}.png": chart.png}
    return made | {PROVENANCE: _provenance(report, made)}


def estimates_csv(report: Report) -> bytes:
    """Write the numbers of a report as CSV in UTF-8; what is not known is blank."""
    return layout.csv_of(COLUMNS, _rows(report)).encode("utf-8")


def estimates_json(report: Report) -> bytes:
    """Write the numbers of a report as JSON, with its headlines; what is not known is null."""
    document = {
        "schema": ESTIMATES_SCHEMA,
        "force": report.force,
        "date": None if report.date is None else report.date.isoformat(),
        "marking": report.inspection.disclosure.marking or None,
        "rows": [dict(zip(COLUMNS[1:], row[1:], strict=True)) for row in _rows(report)],
        "headlines": list(report.headlines),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def _rows(report: Report) -> Iterator[tuple[object, ...]]:
    return ((ESTIMATES_SCHEMA, *row) for row in listed_rows(report))


def _provenance(report: Report, outputs: Mapping[str, bytes]) -> bytes:
    """Say where a report comes from, as JSON."""
    inspection = report.inspection
    name, date_from = inspection.path.name, None
    if report.date is not None:  # the clock is never asked
        date_from = "SOURCE_DATE_EPOCH" if inspection.date is None else name
    document = {
        "schema": PROVENANCE_SCHEMA,
        "cdi": __version__,
        "python": platform.python_version(),
        "libraries": _libraries(report),
        "inspection": name,
        # a shell would take what begins with a stroke for an option
        "command": f"cdi report {shlex.quote(f'./{name}' if name.startswith('-') else name)}",
        "force": report.force,
        "date": None if report.date is None else report.date.isoformat(),
        "date_from": date_from,
        "options": _options(inspection),
        "inputs": {entry.path: entry.sha256 for entry in sorted(report.inputs, key=lambda entry: entry.path)},
        "outputs": {name: digest(content) for name, content in sorted(outputs.items())},
    }
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def digest(content: bytes) -> str:
    """Give the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def _libraries(report: Report) -> dict[str, str]:
    """Name the libraries that a report is made with, and those that they need, with their versions."""
    books = any(is_workbook(entry.path) for entry in report.inputs)
    names = (*LIBRARIES, *(DRAWING if report.charts else ()), *(READING if books else ()))
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        try:
            known = metadata.distribution(waiting.pop())
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only
        if known.name not in found:
            found[known.name] = known.version
            waiting += [_NAME.split(line)[0] for line in known.requires or () if "extra ==" not in line]
    return dict(sorted(found.items(), key=lambda item: item[0].casefold()))


def _options(inspection: Inspection) -> dict[str, Any]:
    """Write the inspection as it was understood, without what its files hold."""
    chosen = inspection.disclosure
    return {
        "level": inspection.level,
        "style": inspection.style,
        "method": inspection.method,
        "seed": inspection.seed,
        "disclosure": {
            "mode": chosen.mode,
            "personal": list(chosen.personal),
            "small_areas": list(chosen.small_areas),
            "exceptions": [
                {name: value for name, value in asdict(each).items() if value} for each in chosen.exemptions
            ],
        },
        "periods": _periods(inspection),
        "earlier": [
            {"name": each.name, "measure": each.measure, "figure": each.figure, "period": each.period}
            for each in inspection.previous
        ],
    }


def _periods(inspection: Inspection) -> dict[str, str | None]:
    """Say of which months the samples and volumes are."""
    earlier = {f"previous[{i}]" for i in range(1, len(inspection.previous) + 1)}  # each states its own
    found = {name: sample.period for name, sample in inspection.samples.items() if name not in earlier}
    if inspection.volumes is not None:
        found |= {"recorded_crime": inspection.volumes.period, "counted": inspection.volumes.counted}
    return found


# ---- in a folder

_OF_SYSTEMS = frozenset([".ds_store", "thumbs.db", "desktop.ini"])


@checked
def write_report(report: Report, folder: str | Path) -> tuple[str, ...]:
    r"""Write all files of a report into a folder, completely or not at all.

    Parameters
    ----------
    report : Report
        The report, from :func:`cdi.assemble`.
    folder : str or pathlib.Path
        A new folder inside an existing one, an empty folder, or one that holds only a report of cdi. That report is
        replaced.

    Returns
    -------
    tuple of str
        The names of the files written.

    Raises
    ------
    DataError
        If the folder is none of these, or cannot be written. What was there before then stays as it was.

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> text = 'force = "Exampleshire Constabulary"\naudit.files = "audit.csv"\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))
    ...     _ = (pathlib.Path(folder) / "audit.csv").write_text(rows, encoding="utf-8")
    ...     _ = (pathlib.Path(folder) / "inspection.toml").write_text(text, encoding="utf-8")
    ...     report = cdi.assemble(cdi.read_inspection(pathlib.Path(folder) / "inspection.toml"))
    ...     cdi.write_report(report, pathlib.Path(folder) / "out")[:3]
    ('report.html', 'tables.xlsx', 'estimates.csv')
    """
    if not isinstance(report, Report):
        raise DataError.of("not-a-report", got=type(report).__name__)
    refuse_folder(folder)
    made = outputs(report)
    _write_folder(made, folder)
    return tuple(made)


def refuse_folder(folder: str | Path) -> None:
    """Refuse a folder that a report cannot go to, before there is work."""
    target, where = Path(os.path.realpath(folder)), Where(str(folder))
    with _answered(where):
        if os.path.lexists(target) and not target.is_dir():
            raise DataError.of("folder-is-file", where=where)
        if not target.parent.is_dir():
            raise DataError.of("no-folder-above", where=where, name=str(Path(folder).parent))
        if Path.cwd().resolve().is_relative_to(target):
            raise DataError.of("folder-in-use", where=where)
        others = sorted(set(_files_in(target)) - _own(target)) if target.exists() else []
        fixed = _read_only(target)
    if others:
        raise DataError.of("folder-of-others", where=where, name=others[0])
    if fixed:
        raise DataError.of("folder-read-only", where=where, name=fixed[0])


@contextlib.contextmanager
def _answered(where: Where) -> Iterator[None]:
    """Answer what the system refuses."""
    try:
        yield
    except OSError as error:
        raise DataError.of("cannot-write-folder", got=error.strerror, where=where) from error


def _write_folder(files: Mapping[str, bytes], folder: str | Path) -> None:
    """Write files into a folder beside the one that is meant, and put it in its place when all are there."""
    target = Path(os.path.realpath(folder))
    beside = target.with_name(f".cdi-{secrets.token_hex(8)}")
    try:
        with _answered(Where(str(folder))):
            for name, content in files.items():
                path = beside / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            _put(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put(new: Path, target: Path) -> None:
    """Put a folder in the place of another, which goes only when the new one stands."""
    old = target.with_name(f"{new.name}-old")
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _read_only(folder: Path) -> list[str]:
    """Name the folders, this and those in it, of which nothing can be taken away."""
    places = [Path(place) for place, *_ in os.walk(folder)]
    return [str(place) for place in places if any(place.iterdir()) and not os.access(place, os.W_OK)]


def _files_in(folder: Path) -> tuple[str, ...]:
    """List what a folder holds at any depth: files, links and empty folders; not what the system put there."""

    def inside(place: Path) -> Iterator[str]:
        for entry in _put_there(place):
            deeper = entry.is_dir() and not entry.is_symlink() and any(_put_there(entry))
            yield from inside(entry) if deeper else [entry.relative_to(folder).as_posix()]

    return tuple(sorted(inside(folder)))


def _put_there(place: Path) -> Iterator[Path]:
    """List what somebody put into a folder: what systems leave there when it is looked at is nobody's."""
    return (entry for entry in place.iterdir() if entry.is_dir() or entry.name.casefold() not in _OF_SYSTEMS)


def _read_provenance(folder: str | Path) -> dict[str, Any]:
    """Read where a report comes from."""
    path = path_of(folder) / PROVENANCE
    where = Where(os.fspath(path))
    try:
        found = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise DataError.of("no-report", got=error.strerror, where=Where(str(folder))) from error
    except (ValueError, RecursionError) as error:
        raise DataError.of("report-unreadable", where=where) from error
    if not _is_provenance(found):
        raise DataError.of("report-unreadable", where=where)
    return found


def _is_provenance(found: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether what was read has the form that cdi writes."""
    if not isinstance(found, dict) or found.get("schema") != PROVENANCE_SCHEMA:
        return False
    tables = [found.get(name) for name in ("libraries", "inputs", "outputs")]
    texts = [found.get(name) for name in ("cdi", "python", "inspection")]
    texts += [text for table in tables if isinstance(table, dict) for text in table.values()]
    return (
        all(isinstance(table, dict) for table in tables)
        and all(isinstance(text, str) for text in texts)
        and _is_date(found.get("date"))
    )


def _is_date(text: Any) -> bool:
    with contextlib.suppress(TypeError, ValueError):
        return text is None or bool(dt.date.fromisoformat(text))
    return False


def _own(folder: Path) -> set[str]:
    """Name the files that cdi wrote into a folder, by what is said of them there."""
    with contextlib.suppress(DataError):
        return {PROVENANCE, *_read_provenance(folder)["outputs"]}
    return set()


_OF_MACHINE = ("cdi", "python", "libraries")
"""What may differ without the report being another."""


@dataclass(frozen=True, slots=True)
class _Disagreement:
    """A file that is not as it was: a key of DISAGREEMENTS, and its name."""

    code: str
    name: str

    def __str__(self) -> str:
        return wording.DISAGREEMENTS[self.code].format(name=self.name)


@dataclass(frozen=True, slots=True, repr=False)
class Verification(Printed):
    """What became of making a report again.

    Attributes
    ----------
    disagreements : tuple
        What is not as it was: inputs, files of the report, and files that come out different.
    versions : mapping of str to tuple
        Library -> its version then and now, where they differ. By itself that is no disagreement.
    fault : str
        Why the report could not be made again; empty where it could.
    """

    disagreements: tuple[_Disagreement, ...]
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fault: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the report made again is the same."""
        return not self.disagreements and not self.fault

    @property
    def lines(self) -> tuple[str, ...]:
        """What does not agree, with one line for each."""
        versions = [wording.library_differs(name, *both) for name, both in self.versions.items()]
        said = [wording.LIBRARIES_DIFFER, *versions] if versions else []
        fault = [wording.NOT_MADE_AGAIN, self.fault] if self.fault else []
        return (*map(str, self.disagreements), *fault, *said, *([wording.VERIFIED] if self.agrees else []))

    def __repr__(self) -> str:
        return f"<cdi.Verification: {'agrees' if self.agrees else 'does not agree'}>"

    def page(self, **_options: Any) -> Page:
        """Say what ``cdi report --verify`` says, a paragraph each."""
        return Page(None, (), statements=self.lines)

    def to_pandas(self) -> pd.DataFrame:
        """Give one row a file that is not as it was: ``file``, and what is ``said`` of it."""
        import pandas as pd

        rows = [(each.name, str(each)) for each in self.disagreements]
        return pd.DataFrame(rows, columns=["file", "said"], dtype="string")


@checked
def verify_report(folder: str | Path, inspection: str | Path | None = None) -> Verification:
    r"""Make a report again from its inputs, and compare the files.

    Parameters
    ----------
    folder : str or pathlib.Path
        The folder of the report.
    inspection : str or pathlib.Path, optional
        The file that the report was made from. If None, it is looked for by its recorded name, in the folder above the
        report and in the current folder. If there are two, the one that the report was made from is used.

    Returns
    -------
    Verification
        Everything that does not agree.

    Raises
    ------
    DataError
        If the folder holds no report, or the file of the inspection is not found.

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> text = 'force = "Exampleshire Constabulary"\naudit.files = "audit.csv"\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))
    ...     _ = (pathlib.Path(folder) / "audit.csv").write_text(rows, encoding="utf-8")
    ...     _ = (pathlib.Path(folder) / "inspection.toml").write_text(text, encoding="utf-8")
    ...     report = cdi.assemble(cdi.read_inspection(pathlib.Path(folder) / "inspection.toml"))
    ...     _ = cdi.write_report(report, pathlib.Path(folder) / "out")
    ...     cdi.verify_report(pathlib.Path(folder) / "out").agrees
    True
    """
    known = _read_provenance(folder)
    path = _inspection(Path(folder), known, inspection)
    found = [*_inputs(known["inputs"], path.parent), *_files(known["outputs"], Path(folder))]
    try:
        made = _made_again(path, known)
    except CdiError as error:
        return Verification(tuple(found), fault=str(error))
    now = json.loads(made[PROVENANCE])
    added = [_Disagreement("input-added", name) for name in now["inputs"] if name not in known["inputs"]]
    found = [*added, *found, *_differing(known, now)]
    return Verification(tuple(found), _versions(known, now))


def _inspection(folder: Path, known: Mapping[str, Any], given: str | Path | None) -> Path:
    """Find the file that a report was made from: of two, the one that holds the same."""
    name = Path(known["inspection"]).name
    places = [Path(given)] if given is not None else [folder.resolve().parent / name, Path(name)]
    there = [place for place in places if place.is_file()]
    if not there:
        raise DataError.of("inspection-not-found", got=None if given else name, where=Where(str(given or folder)))
    same = (place for place in there if digest(place.read_bytes()) == known["inputs"].get(name))
    return next(same, there[0])


def _inputs(known: Mapping[str, Any], above: Path) -> Iterator[_Disagreement]:
    """Say which inputs are not as they were, or not there."""
    for name, was in known.items():
        now = _hash_of(above / name)
        if now != was:
            yield _Disagreement("input-missing" if now is None else "input-changed", name)


def _files(known: Mapping[str, Any], folder: Path) -> Iterator[_Disagreement]:
    """Say which files of a report are not as they were written, not there, or no part of it."""
    there = _files_in(folder)
    for name in dict.fromkeys((*known, *there)):
        if name not in there:
            yield _Disagreement("output-missing", name)
        elif name != PROVENANCE and name not in known:
            yield _Disagreement("output-added", name)
        elif name != PROVENANCE and _hash_of(folder / name) != known[name]:
            yield _Disagreement("output-changed", name)


def _hash_of(file: Path) -> str | None:
    """Hash a file; None where there is none, or what can be read is no file: a device has no end."""
    try:
        return digest(file.read_bytes()) if file.is_file() else None
    except OSError:
        return None


def _made_again(path: Path, known: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Make the files of a report again, with the date that it had where its file states none."""
    from cdi.inspecting.inspection import read_inspection
    from cdi.report.assembling import assemble

    inspection = read_inspection(path)
    report = assemble(inspection)
    if inspection.date is None:
        date = known.get("date")
        report = replace(report, date=dt.date.fromisoformat(date) if date else None)
    return outputs(report)


def _differing(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[_Disagreement]:
    """Say which files come out different, and whether what is said of where they come from does."""
    names = dict.fromkeys((*known["outputs"], *now["outputs"]))
    for name in names:
        if known["outputs"].get(name) != now["outputs"].get(name):
            yield _Disagreement("output-differs", name)
    apart = {*_OF_MACHINE, "inputs", "outputs"}
    if any(known.get(key) != now.get(key) for key in {*known, *now} - apart):
        yield _Disagreement("output-differs", PROVENANCE)


def _versions(known: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Say which versions are not those that the report was made with."""
    was, are = dict(known["libraries"]), dict(now["libraries"])
    for name in ("cdi", "python"):
        was[name], are[name] = known.get(name, ""), now.get(name, "")
    both = {name: (was.get(name, ""), are.get(name, "")) for name in sorted({*was, *are})}
    return {name: versions for name, versions in both.items() if versions[0] != versions[1]}
