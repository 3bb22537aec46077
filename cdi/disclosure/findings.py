"""What a published folder gives away: its numbers put together, as a reader who knows the rules would do it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, listed, path_of
from cdi.audits.force_names import is_same_force
from cdi.disclosure.attack import Key, Span, sources_needed
from cdi.disclosure.reading_published import MARKS, Published, TooFine, of_one_force, read_published
from cdi.disclosure.suppression import ENOUGH
from cdi.disclosure.tabulated import Nested
from cdi.disclosure.unknowns import OF_SOME, Unknowns
from cdi.printing.layout import Page
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Attack", "Finding", "attack", "attacked"]

_EXPLAINED = 60  # findings of which is said which tables they follow from


@dataclass(frozen=True, slots=True)
class Finding:
    """A count that is protected, and that the published numbers leave too few values.

    Attributes
    ----------
    table : str
        What the table shows, in the words of the file.
    row : str
        The columns and categories of the row.
    count : {"base", "recorded", "not recorded", "reports"}
        What is counted; the reports of a file review are its case files.
    possible : tuple of int
        The values that are left.
    sources : tuple of str
        The tables and files that give it away together: none of them can be missed. It is empty for the last of many.
    columns : tuple of str
        The columns that the table is by.
    excepted : bool
        Whether approved exceptions give it away.
    """

    table: str
    row: str
    count: str
    possible: tuple[int, ...]
    sources: tuple[str, ...]
    columns: tuple[str, ...] = ()
    excepted: bool = False

    def __str__(self) -> str:
        return wording.given_away(self.count, self.row, self.possible, self.sources)

    @property
    def least(self) -> int:
        """The least value that is left."""
        return self.possible[0]

    @property
    def greatest(self) -> int:
        """The greatest value that is left."""
        return self.possible[-1]


@dataclass(frozen=True, slots=True, repr=False)
class Attack(Printed):
    """What came of an attack on a published folder. It prints as the page of ``cdi attack``.

    Attributes
    ----------
    findings : tuple of Finding
        The protected counts that are given away.
    too_fine : tuple of TooFine
        Columns of files with more digits than the page prints.
    protected : int
        How many counts are protected: rounded or withheld.
    contradictory : tuple of str
        Tables that were left out, as they contradict the others.
    following : int
        How many further counts follow from totals of the force, or from approved exceptions, alone.
    unread, passed_over : tuple of str
        Files that should hold tables and cannot be read; and files of other kinds, or in which no table was seen.
    """

    findings: tuple[Finding, ...]
    too_fine: tuple[TooFine, ...]
    protected: int
    contradictory: tuple[str, ...] = field(default=())
    following: int = 0
    unread: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether nothing is given away, as far as all tables could be read."""
        return not self.findings and not self.too_fine and not self.unread

    def __repr__(self) -> str:
        given = len(self.findings) + len(self.too_fine) + len(self.unread)
        found = "safe" if self.safe else f"{given:,} {'finding' if given == 1 else 'findings'}"
        return f"<cdi.Attack: {self.protected:,} counts protected, {found}>"

    def page(self, **_options: Any) -> Page:
        """Say what is given away, a paragraph each."""
        said = list(map(str, self.findings))
        drawn = [each for each in self.too_fine if each.column == MARKS]
        listed = [each for each in self.too_fine if each.column != MARKS]
        for file, several in itertools.groupby(listed, key=lambda each: each.file):
            columns = list(several)
            said.append(wording.too_fine(file, [(each.column, each.number) for each in columns], _longest(columns)))
        if drawn:
            said.append(wording.marks_too_fine([(each.file, each.number) for each in drawn], _longest(drawn)))
        said += [wording.contradicting(self.contradictory)] if self.contradictory else []
        said += [wording.unread(self.unread)] if self.unread else []
        said += [wording.not_looked_at(self.passed_over)] if self.passed_over else []
        summed = wording.attacked(
            self.protected, len(self.findings), self.following, too_fine=bool(self.too_fine), unread=bool(self.unread)
        )
        return Page(None, (), statements=(*said, summed))

    def to_pandas(self) -> pd.DataFrame:
        """Give one row a count that is given away: its ``table``, ``row`` and ``count``, ``least``, ``greatest``."""
        import pandas as pd

        names = ["table", "row", "count", "least", "greatest"]
        return pd.DataFrame([[getattr(each, name) for name in names] for each in self.findings], columns=names)


def _longest(several: Sequence[TooFine]) -> str:
    return max((each.example for each in several), key=len)


@checked
def attack(folder: str | Path, published: Sequence[str | Path] = ()) -> Attack:
    r"""Try to work out what a published folder withholds and rounds.

    Parameters
    ----------
    folder : str or pathlib.Path
        The folder of a report, as it is to be published. It is read only.
    published : sequence of str or pathlib.Path
        Folders that were published before.

    Returns
    -------
    Attack
        Every protected count with fewer than five possible values, and where numbers have too many digits.

    Raises
    ------
    DataError
        If a folder is none, holds no tables of a report, or is too large for one.

    References
    ----------
    Fischetti and Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
    Management Science 47(7).

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> rows = "ward,measure,n,recorded\nMeadow,rate,,\nMill,rate,92,80\nall,rate,100,85\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (pathlib.Path(folder) / "wards.csv").write_text(rows, encoding="utf-8")
    ...     found = cdi.attack(folder)
    >>> print(found.findings[0])
    wards.csv gives the base of ward Meadow as 8.
    """
    earlier = listed(published, "published")
    return attacked([read_published(path_of(each)) for each in (folder, *earlier)])


def attacked(folders: Sequence[Published], nested: Sequence[Nested] = ()) -> Attack:
    """Attack what was read of a folder, the first, with what was published before, by who knows what is nested.

    Of figures of all forces, those of a force are held against what that force published, and against nothing else.
    """
    found = [_attacked(each, nested) for each in _force_by_force(folders)]
    return replace(
        found[0],
        findings=tuple(each for part in found for each in part.findings),
        protected=sum(part.protected for part in found),
        contradictory=tuple(dict.fromkeys(each for part in found for each in part.contradictory)),
        following=sum(part.following for part in found),
        unread=(*(file for folder in folders for file in folder.unread), *_unplaced(folders)),
    )


def _force_by_force(folders: Sequence[Published]) -> Iterator[Sequence[Published]]:
    """Give what is held against each other: figures of all forces by themselves, and then those of each force."""
    first, *earlier = folders
    if not first.national:
        yield [first, *(own for each in earlier for own in _of_one(each, first.force))]
        return
    yield [first]
    left = [each for each in earlier if each.force and not each.national]
    while left:
        force = left[0].force
        # of a force that has no figures here nothing is new
        for own in _of_one(first, force):
            alike = (each for each in earlier if each.national or is_same_force(each.force, force))
            yield [own, *(part for each in alike for part in _of_one(each, force))]
        left = [each for each in left if not is_same_force(each.force, force)]


def _of_one(folder: Published, force: str) -> Iterator[Published]:
    """Take what a folder says of a force, if it says anything; one that is of all forces says more."""
    if folder.national:
        folder = of_one_force(folder, force)
    if folder.tables:
        yield folder


def _unplaced(folders: Sequence[Published]) -> Iterator[str]:
    """Name the folders that could not be held against figures of all forces, as they do not say whose they are."""
    first, *earlier = folders
    for each in earlier:
        if each.national != first.national and not (first if each.national else each).force:
            yield each.name


def _attacked(folders: Sequence[Published], nested: Sequence[Nested]) -> Attack:
    unknowns = Unknowns(folders, nested)
    spans, left_out = unknowns.solved()
    given = unknowns.given_away(spans)
    found = [_finding(unknowns, key, spans[key], explained=i < _EXPLAINED) for i, key in enumerate(given)]
    few = [key for key, span in spans.items() if span.number < ENOUGH and not unknowns.asked[key][0].release]
    following = len(set(few) - set(given))
    return Attack(
        tuple(found), folders[0].too_fine, len(spans) - following, _said_of(left_out), following,
        tuple(file for folder in folders for file in folder.unread), folders[0].passed_over,
    )  # fmt: skip


def _finding(unknowns: Unknowns, key: Key, span: Span, *, explained: bool) -> Finding:
    """Say what is given away, and what gives it."""
    table, label, counted = unknowns.asked[key]
    counts = list(unknowns.counts.values())
    # none is no value of it
    fewer = ENOUGH + (counted in OF_SOME and span.least == 0)
    sources = sources_needed(counts, unknowns.relations, key, fewer) if explained else ()
    last = span.least if span.greatest is None else span.greatest
    possible = span.possible or tuple(range(span.least, last + 1))
    row = table.shown[label]
    if table.release:
        row = wording.row_published_before(row, unknowns.folders[table.release].name)
    return Finding(table.name, row, counted, possible, _said_of(sources), table.named, key in unknowns.by_exceptions)


def _said_of(sources: Iterable[Any]) -> tuple[str, ...]:
    """Name sources, each once."""
    return tuple(dict.fromkeys(f"{source}{wording.SOURCE_OF_RATES.get(kind, '')}" for source, kind in sources))
