"""A report made again from its inputs, and compared with the files that lie in its folder."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked
from cdi.disclosure.rules import Coarser
from cdi.errors import CdiError, DataError, Where, Worded
from cdi.inspecting.inspection import Inspection
from cdi.keyed import Key, found_key, hash_of, key_file
from cdi.printing.layout import Page
from cdi.report.folder import PROVENANCE, digest_within, files_in, is_sealed, read_provenance
from cdi.report.making import PAGE, outputs
from cdi.report.nationwide import NATIONAL, national_again
from cdi.report.pdf import PDF
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Verification", "verify_report"]

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
    compared : str
        What was compared, in a sentence; empty where nothing agrees on it.
    made_again : bool
        Whether the report was made again. The national figures of a data frame cannot be: its rows are nowhere.
    """

    disagreements: tuple[_Disagreement, ...]
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fault: str = ""
    compared: str = ""
    made_again: bool = True

    @property
    def agrees(self) -> bool:
        """Whether the report made again is the same, or its files where it cannot be."""
        return not self.disagreements and not self.fault

    @property
    def lines(self) -> tuple[str, ...]:
        """What does not agree, with one line for each."""
        versions = [wording.library_differs(name, *both) for name, both in self.versions.items()]
        said = [wording.LIBRARIES_DIFFER, *versions] if versions else []
        fault = [wording.NOT_MADE_AGAIN, self.fault] if self.fault else []
        verified = [*([self.compared] if self.compared else []), *([wording.VERIFIED] if self.made_again else [])]
        return (*map(str, self.disagreements), *fault, *said, *(verified if self.agrees else []))

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
    compared = wording.compared(len(known["inputs"]), len(known["outputs"]))
    if NATIONAL in known and known[NATIONAL] is None:
        return Verification(tuple(found), compared=wording.of_a_frame(compared), made_again=False)
    try:
        made = _made_again(path, known, key)
    except CdiError as error:
        return Verification(tuple(found), fault=str(error))
    now = json.loads(made[PROVENANCE])
    added = [_Disagreement("input-added", name) for name in now["inputs"] if name not in known["inputs"]]
    found = [*added, *found, *_differing(known, now)]
    return Verification(tuple(found), _versions(known, now), compared=compared)


def _inspection(folder: Path, known: Mapping[str, Any], given: str | Path | None) -> Path:
    """Find the file that a report was made from: of two, the one that holds the same."""
    name = Path(known["inspection"]).name
    places = [Path(given)] if given is not None else [folder.resolve().parent / name, Path(name)]
    # national figures are of a folder of audits, or of a frame, of which there is the key alone
    there = [place for place in places if place.is_file() or (NATIONAL in known and _stands(place))]
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


def _stands(place: Path) -> bool:
    return place.is_dir() or key_file(place).is_file()


def _is_of(known: Mapping[str, Any], inspection: Path) -> bool:
    """Tell whether a report was made from this file, as it is now and with its key."""
    if NATIONAL in known:
        with contextlib.suppress(DataError):
            key = found_key(inspection)
            return key is not None and key.name == known["key"]
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
    if NATIONAL in known:
        return national_again(known, path, key)
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
