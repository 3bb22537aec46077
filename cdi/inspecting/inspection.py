"""One inspection, as its file describes it: which files are read, in which roles, and what is to be said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from cdi import wording
from cdi.disclosure.rules import Disclosure
from cdi.errors import Where
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.reading.mapping import SheetMapping
from cdi.reading.sources import Workbook

__all__ = [
    "File", "ForceResults", "Inspection", "Monthly", "Previous", "Reviews", "SampleFiles", "TimedFiles", "VolumeFiles",
    "file_of", "place_of",
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
    route_share: float | None = None  # the share of recorded crime in the audited routes
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
    baseline: int | None = None  # months that the limits rest on


@dataclass(frozen=True, slots=True)
class ForceResults:
    """Results of many forces."""

    file: File  # as :func:`cdi.forces` takes it
    terms: Mapping[str, Any] = field(default_factory=dict)  # what it takes beside: higher, mixed_periods, rule
    marked: str = ""  # the force of this inspection, as the file spells it
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
    reviews, times, monthly, forces
        What else there is.
    categories : mapping of str to mapping
        Column -> category -> its printed name; tables hold the categories in this order.
    disclosure : Disclosure
        What may be published.
    lines : mapping of str to int
        Key of the file, such as ``categories.crime_type.violent`` or ``previous[2].figure`` -> its line.

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
    categories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    disclosure: Disclosure = field(default_factory=Disclosure)
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

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
