"""The files of a report in their folder: written whole or not at all, never over what is another's, verified later."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, listed, path_of, truth_of
from cdi.disclosure.rules import Coarser
from cdi.errors import CdiError, DataError, Fault, Where, Worded, fault
from cdi.inspecting.inspection import Inspection
from cdi.keyed import Key, found_key, hash_of, key_file, made_key
from cdi.printing.layout import Page
from cdi.report.contents import Report
from cdi.report.deciding import Decided, decided
from cdi.report.folder import (
    PROVENANCE,
    Standing,
    digest_within,
    files_in,
    holds_key,
    is_sealed,
    read_provenance,
    standing,
)
from cdi.report.making import PAGE, outputs
from cdi.report.pdf import PDF, chromium
from cdi.report.placing import alone, left_by_others, place, recover
from cdi.report.quoting import refuse_quoted
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PROVENANCE", "Verification", "beside_report", "put", "refuse_folder", "verify_report", "write_report", "written",
]  # fmt: skip

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


# ---- made again


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
        If the folder holds no report, or the file of the inspection is not found. Also if the private key that the
        report was made with is not beside that file.

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
    known = read_provenance(folder)
    path = _inspection(Path(folder), known, inspection)
    key = _key_of(path, known)
    found = [*_inputs(known["inputs"], path.parent, key), *_files(known["outputs"], Path(folder))]
    if not is_sealed(known, key):
        found.append(_Disagreement("output-changed", PROVENANCE))
    try:
        made = _made_again(path, known, key)
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
    if not there and given is not None:
        raise DataError.of("no-file", where=Where(str(given)))
    if not there:
        raise DataError.of(
            "inspection-not-found",
            where=Where(str(folder)),
            name=name,
            run=Worded(wording.run_verify, (str(folder), name)),
            call=Worded(wording.call_verify, (str(folder), name)),
        )
    same = (place for place in there if _is_of(known, place))
    return next(same, there[0])


def _is_of(known: Mapping[str, Any], inspection: Path) -> bool:
    """Tell whether a report was made from this file, as it is now and with its key."""
    with contextlib.suppress(DataError):
        key, now = found_key(inspection), hash_of(inspection)
        was = known["inputs"].get(inspection.name)
        return key is not None and now is not None and was == key.of_input(inspection.name, now)
    return False


def _key_of(inspection: Path, known: Mapping[str, Any]) -> Key:
    """Read the key that a report was made with, without which nothing can be said of its inputs."""
    where = Where(str(key_file(inspection)))
    key = found_key(inspection)
    if key is None:
        raise DataError.of("key-missing", where=where)
    if known["key"] != key.name:
        raise DataError.of("key-of-another", where=where)
    return key


def _inputs(known: Mapping[str, Any], above: Path, key: Key) -> Iterator[_Disagreement]:
    """Say which inputs are not as they were, or not there."""
    for name, was in known.items():
        now = hash_of(above / name)
        if now is None or key.of_input(name, now) != was:
            yield _Disagreement("input-missing" if now is None else "input-changed", name)


def _files(known: Mapping[str, Any], folder: Path) -> Iterator[_Disagreement]:
    """Say which files of a report are not as they were written, not there, or no part of it."""
    there = files_in(folder)
    for name in dict.fromkeys((*known, *there)):
        if name not in there:
            yield _Disagreement("output-missing", name)
        elif name != PROVENANCE and name not in known:
            yield _Disagreement("output-added", name)
        elif name != PROVENANCE and digest_within(folder, name) != known[name]:
            yield _Disagreement("output-changed", name)


def _made_again(path: Path, known: Mapping[str, Any], key: Key) -> Mapping[str, bytes]:
    """Make the files of a report again, with the date that it had where its file states none."""
    from cdi.inspecting.inspection import read_inspection
    from cdi.report.assembling import assemble

    inspection = _as_it_was(read_inspection(path), known, key)
    report = assemble(inspection)
    if inspection.date is None:
        date = known.get("date")
        report = changed(report, date=dt.date.fromisoformat(date) if date else None)
    return outputs(report, key)


def _as_it_was(inspection: Inspection, known: Mapping[str, Any], key: Key) -> Inspection:
    """Take from a provenance what the attack made of the rules, and what the report was held against."""
    try:
        told = key.uncovered(known["decided"], json.dumps(known["outputs"]))
        coarser = tuple(Coarser.of(each["columns"], each["step"], each["rows"]) for each in json.loads(told or "[]"))
        published = tuple(map(Path, known["options"]["published"]))
    except (KeyError, TypeError):  # somebody changed it, which is told
        return inspection
    return changed(inspection, disclosure=changed(inspection.disclosure, coarser=coarser), published=published)


def _differing(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[_Disagreement]:
    """Say which files come out different, and whether what is said of where they come from does."""
    # nothing is printed again: a PDF agrees where the page is still the one that it was printed from
    was = known.get("printed")
    same = isinstance(was, dict) and was.get("from") == now["outputs"][PAGE]
    for name in dict.fromkeys((*known["outputs"], *now["outputs"])):
        if name == PDF and same:
            continue
        if known["outputs"].get(name) != now["outputs"].get(name):
            yield _Disagreement("output-differs", name)
    apart = {*_OF_MACHINE, "decided", "inputs", "outputs", "printed", "seal"}
    if any(known.get(key) != now.get(key) for key in {*known, *now} - apart):
        yield _Disagreement("output-differs", PROVENANCE)


def _versions(known: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Say which versions are not those that the report was made with."""
    was, are = dict(known["libraries"]), dict(now["libraries"])
    for name in ("cdi", "python"):
        was[name], are[name] = known.get(name, ""), now.get(name, "")
    both = {name: (was.get(name, ""), are.get(name, "")) for name in sorted({*was, *are})}
    return {name: versions for name, versions in both.items() if versions[0] != versions[1]}
