"""The files of a report in their folder: written whole or not at all, never over what is another's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.arguments import checked, listed, path_of, truth_of
from cdi.errors import DataError, Fault, Where, Worded, fault
from cdi.inspecting.inspection import Inspection
from cdi.keyed import Key, found_key, key_file, made_key
from cdi.report.contents import Report
from cdi.report.deciding import Decided, decided
from cdi.report.folder import (
    PROVENANCE,
    Standing,
    holds_key,
    standing,
)
from cdi.report.making import PAGE
from cdi.report.pdf import PDF, chromium
from cdi.report.placing import alone, left_by_others, place, recover
from cdi.report.quoting import refuse_quoted

if TYPE_CHECKING:
    pass

__all__ = ["PROVENANCE", "beside_report", "put", "refuse_folder", "write_report", "written"]

# ---- in a folder


_ALWAYS = (PAGE, "tables.xlsx", "estimates.csv", "estimates.json", PROVENANCE)
"""What every report has; its charts are known when it is made."""


@checked
def write_report(
    report: Report, folder: str | Path, replace: bool = False, published: Sequence[str | Path] = (), pdf: bool = False
) -> tuple[str, ...]:
    r"""Write all files of a report into a folder, completely or not at all.

    A public report is attacked first, with what was published before. Tables that would give a count away together are
    rounded or suppressed further.

    Parameters
    ----------
    report : Report
        The report, from :func:`cdi.assemble`.
    folder : str or pathlib.Path
        A new folder inside an existing one, an empty folder, or one that holds a report of this inspection, as cdi
        wrote it. That report is replaced.
    replace : bool
        Whether to overwrite files of the report that were changed since, too. Files that are not part of a report
        stay.
    published : sequence of str or pathlib.Path
        Folders that were published before, beside those that the inspection names.
    pdf : bool
        Whether to print the page as a tagged PDF, too. It needs Chromium, Chrome or Edge: one on the path, or the one
        that the environment variable CDI_CHROMIUM names.

    Returns
    -------
    tuple of str
        The names of the files written.

    Raises
    ------
    DataError
        If the folder is none of these, or cannot be written: what was there before then stays as it was. Also if the
        private key of the inspection, which is kept beside its file, cannot be read or made, or nothing is there that
        prints a PDF. Also if the report would give a count away, however it is rounded: the error says which tables do
        so.

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
    earlier = [path_of(each) for each in listed(published, "published")]
    replace, pdf = truth_of(replace, "replace"), truth_of(pdf, "pdf")
    return tuple(written(report, folder, replace=replace, published=earlier, pdf=pdf).files)


def written(
    report: Report, folder: str | Path, *, replace: bool, published: Sequence[Path] = (), pdf: bool = False
) -> Decided:
    """Write a report as it may be placed, and give what became of it."""
    printer = chromium() if pdf else ""
    before = dict.fromkeys((*report.inspection.published, *published))
    report = changed(report, inspection=changed(report.inspection, published=tuple(before)))
    refuse_folder(folder, report.inspection, replace=replace, pdf=pdf)
    key = made_key(report.inspection.path)
    refuse_quoted(report, finished=False)
    made = decided(report, key, str(folder), printer)
    refuse_quoted(made.report, finished=True)
    put(made.files, folder, key, replace=replace)
    return made


def put(files: Mapping[str, bytes], folder: str | Path, key: Key, *, replace: bool) -> None:
    """Put the files of a report into their folder, in one step."""
    with _ready(folder, key) as target:
        agreed = _agreed(target, folder, standing(target, key), files, replace=replace)
        place(files, target, key, agreed)


def refuse_folder(folder: str | Path, inspection: Inspection, *, replace: bool = False, pdf: bool = False) -> None:
    """Refuse a folder that the report of an inspection cannot go to, and a PDF that nothing prints, before work."""
    if pdf:
        chromium()
    key = found_key(inspection.path)
    with _ready(folder, key) as target:
        for private in (inspection.path, key_file(inspection.path), *inspection.inputs):
            if Path(os.path.realpath(private)).is_relative_to(target):
                raise DataError.of("folder-of-inputs", where=Where(str(folder)), name=private.name)
        _agreed(target, folder, standing(target, key), (*_ALWAYS, *([PDF] if pdf else [])), replace=replace)
        fixed = _read_only(target)
    if fixed:
        raise DataError.of("folder-read-only", where=Where(str(folder)), name=fixed[0])
    made_key(inspection.path)


def beside_report(folder: str | Path, inspection: Inspection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name what lies in a folder and is not of the report, and what runs that were killed left beside it."""
    target, key = Path(os.path.realpath(folder)), found_key(inspection.path)
    with alone(target.parent) as is_alone:
        # of a run that goes on, or was killed, nobody knows where nothing can be locked
        return standing(target, key).others, left_by_others(target, key) if is_alone else ()


@contextlib.contextmanager
def _ready(folder: str | Path, key: Key | None) -> Iterator[Path]:
    """Keep a folder for one run, with what an earlier run left brought to its end; tell what the system refuses."""
    target, where = Path(os.path.realpath(folder)), Where(str(folder))
    try:
        if not target.parent.is_dir():
            raise DataError.of(
                "no-folder-above", where=where, name=Worded(wording.for_shell, (str(Path(folder).parent),))
            )
        with alone(target.parent) as is_alone:
            if is_alone and key is not None:
                recover(target, key)
            if os.path.lexists(target) and not target.is_dir():
                raise DataError.of("folder-is-file", where=where)
            if os.path.ismount(target):
                raise DataError.of("folder-is-mount", where=where)
            if Path.cwd().resolve().is_relative_to(target):
                raise DataError.of("folder-in-use", where=where)
            yield target
    except OSError as error:
        raise DataError.of("cannot-write-folder", got=error.strerror, where=where) from error


def _agreed(
    target: Path, folder: str | Path, found: Standing, names: Collection[str], *, replace: bool
) -> Mapping[str, str]:
    """Say which files of a folder may go, with their digests; refuse what would be lost."""
    faults = list(_in_the_way(target, Path(folder), found, names))
    if not replace:
        told = [each.where for each in faults]
        faults += [each for each in _unagreed(Path(folder), found) if each.where not in told]
    if faults:
        raise DataError(faults)
    own = {**found.intact, **found.edited}
    # of a provenance that anybody could have written only the names are taken that the new report has
    return own if found.proven else {name: was for name, was in own.items() if name in names}


def _in_the_way(target: Path, folder: Path, found: Standing, names: Collection[str]) -> Iterator[Fault]:
    """Name what is no file of cdi and stands where the report has one, or would be published with it."""
    if found.damaged:
        yield fault("folder-unknown", where=Where(str(folder / PROVENANCE)))
    for other in found.others:
        where = Where(str(folder / other))
        if holds_key(target, other):
            yield fault("key-in-folder", where=where)
        elif found.damaged:
            continue  # it may be cdi's
        elif any(name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/") for name in names):
            yield fault("folder-name-taken", where=where)


def _unagreed(folder: Path, found: Standing) -> Iterator[Fault]:
    """Name what nobody has said may be overwritten."""
    if (found.intact or found.edited) and not found.proven:
        yield fault("report-unproven", where=Where(str(folder / PROVENANCE)))
    for name in found.edited:
        yield fault("report-edited", where=Where(str(folder / name)))
    for name in () if found.damaged else found.others:
        yield fault("folder-of-others", where=Where(str(folder / name)))


def _read_only(folder: Path) -> list[str]:
    """Name the folders, this and those in it, of which nothing can be taken away."""
    places = [Path(place) for place, *_ in os.walk(folder)]  # none where there is no folder yet
    return [str(place) for place in places if any(place.iterdir()) and not os.access(place, os.W_OK)]
