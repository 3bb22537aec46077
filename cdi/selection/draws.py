"""The draw: the records with the smallest tickets of each stratum, in the order in which they are read.

By size, the tickets are divided by the sizes: sequential Poisson sampling, as in Ohlsson (1998).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from cdi import wording
from cdi.arguments import checked, chosen, is_number, names_of, shown, text_of
from cdi.errors import DesignError, fault
from cdi.parameters import ANSWER_COLUMNS
from cdi.printing.formats import parse_proportion, percent
from cdi.printing.layout import Column, Kind, Listing, Page, grid_of
from cdi.selection.embedded import EmbeddedRecords
from cdi.selection.frames import Asked, Opened, open_frame, unit_column
from cdi.selection.plans import read_plan, simple_plan
from cdi.selection.records import Record, Records
from cdi.selection.sizes import Chances, chances
from cdi.selection.tickets import seed_of, share_of, tickets
from cdi.showing import Printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ANSWERS",
    "COUNTS",
    "DECISION",
    "ORDER",
    "RESERVES",
    "WEIGHT",
    "Draw",
    "DrawnRecord",
    "DrawnStratum",
    "draw",
    "drawn",
    "records_of",
]

ORDER, WEIGHT = "order", "weight"
COUNTS, DECISION = ANSWER_COLUMNS
ANSWERS = {COUNTS: ("due", "recorded"), DECISION: ("decision",)}
"""How auditors answer -> the columns that they fill in."""

RESERVES = 0.1
"""The share of a stratum's sample that stands by, unless another is given."""


class DrawnRecord(NamedTuple):
    """A record that was drawn."""

    stratum: int  # the place of its stratum in the plan
    order: int  # its place among the tickets of its stratum, from 1; reserves go on counting
    position: int  # its row in the frame, from 1
    unit: str  # its id
    kept: tuple[str, ...]  # what is taken over from the frame
    weight: float | None = None  # one over the chance that it had to be drawn, where that differs by its size


@dataclass(frozen=True, slots=True)
class DrawnStratum:
    """What was drawn of one stratum."""

    label: tuple[str, ...]
    population: int
    sample: int
    reserves: int
    planned: int | None = None  # how many records the plan says that it has


@dataclass(frozen=True, slots=True, repr=False)
class Draw(Printed):
    """Records that were drawn, with their reserves. It prints as the page of ``cdi draw``.

    Attributes
    ----------
    seed : str
        What the draw began with.
    strata : tuple of DrawnStratum
        What was drawn of each stratum, in the order of the plan.
    keys : tuple of str
        The columns of the strata.
    unit : str
        The column of the ids.
    keep : tuple of str
        The columns taken over from the frame.
    size : str or None
        The column of sizes, where records were drawn in proportion to them.
    sample, reserves : tuple of DrawnRecord
        The records that are read, in the order of reading, and those that stand by.
    rows : int
        The rows of the frame.
    digest : str
        The digest of the frame: of all tickets in the order of its rows. It is published with a key only.
    answers : str or None
        Which columns the auditors fill in: ``counts``, ``decision``, or None where the ending of the file decides.
    name : str or None
        The file of the frame.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> frame = pd.DataFrame({"incident": [f"2024/{i}" for i in range(900)]})
    >>> found = cdi.draw(frame, n=3, seed="4 6 1 3 2", reserves=0)
    >>> [record.unit for record in found.sample]
    ['2024/481', '2024/588', '2024/376']
    """

    seed: str
    strata: tuple[DrawnStratum, ...]
    keys: tuple[str, ...]
    unit: str
    keep: tuple[str, ...]
    size: str | None
    sample: tuple[DrawnRecord, ...]
    reserves: tuple[DrawnRecord, ...]
    rows: int
    digest: str = field(repr=False)
    checksum: int = field(repr=False)
    answers: str | None = None
    name: str | None = None

    def __repr__(self) -> str:
        return f"<cdi.Draw: {len(self.sample):,} of {self.rows:,} records>"

    @property
    def fixed(self) -> tuple[str, ...]:
        """The columns of the sample that the draw fills in, and the receipt covers."""
        weight = (WEIGHT,) if self.size else ()
        return (*self.keys, self.unit, ORDER, *self.keep, *weight)

    def open(self, answers: str = COUNTS) -> tuple[str, ...]:
        """Name the columns of the sample that the auditors fill in."""
        return ANSWERS[self.answers or answers]

    def row(self, record: DrawnRecord) -> tuple[object, ...]:
        """Give what stands in the columns that the draw fills in."""
        label = self.strata[record.stratum].label
        weight = () if record.weight is None else (record.weight,)
        return (*label, record.unit, record.order, *record.kept, *weight)

    def to_pandas(self) -> pd.DataFrame:
        """Give the sample, with the columns that the auditors fill in, as :func:`write_draw` writes it.

        Returns
        -------
        pandas.DataFrame
            The columns of the strata, the ids, ``order``, what is kept, ``weight`` where there are sizes, then ``due``
            and ``recorded`` (or ``decision``), which are empty.
        """
        return self._frame(self.sample)

    def reserves_to_pandas(self) -> pd.DataFrame:
        """Give the reserves in the same columns, by stratum and in their order."""
        return self._frame(self.reserves)

    def _frame(self, records: Sequence[DrawnRecord]) -> pd.DataFrame:
        import pandas as pd

        frame = pd.DataFrame([self.row(record) for record in records], columns=list(self.fixed))
        frame = frame.astype({name: "string" for name in self.fixed if name not in (ORDER, WEIGHT)})
        for name in self.open():
            frame[name] = pd.array([None] * len(frame), dtype="string")
        return frame

    def page(self, **_options: Any) -> Page:
        """Lay the draw out for people: what was drawn of each stratum, and how it can be checked."""
        return _page(self)


# ---- the call


@checked
def draw(
    frame: object,
    plan: object = None,
    *,
    seed: str | int,
    n: int | None = None,
    cluster: str | None = None,
    keep: str | Sequence[str] | None = None,
    reserves: float | str = RESERVES,
    size: str | None = None,
    answers: str | None = None,
) -> Draw:
    """Draw the records that are audited, so that anybody can prove later that the draw was fair.

    Parameters
    ----------
    frame : path, Workbook, a list of them, or data frame
        The sampling frame, with one row for each record. The draw does not depend on the order of the rows, nor on the
        kind of file or frame.
    plan : path, data frame or result of ``cdi.plan``, optional
        A row for each stratum: its values under the frame's own headings, and ``sample``, the number of records.
    seed : str or int
        What was agreed on before the draw, such as dice that were rolled in front of both parties.
    n : int, optional
        The number of records of a simple sample, instead of a plan.
    cluster : str, optional
        The column with the ids. If None, it is the one that is called like one.
    keep : str or sequence of str, optional
        Further columns of the frame that the sample takes over.
    reserves : float or str
        The share of each stratum's sample that is drawn as reserves, rounded up: a proportion, or such as "10%".
    size : str, optional
        A column of positive numbers, in proportion to which records are drawn. The sample then has weights.
    answers : {"counts", "decision"}, optional
        Which columns the auditors fill in: ``due`` and ``recorded``, or ``decision``. If None, a workbook has decisions
        and a CSV file has counts.

    Returns
    -------
    Draw
        The sample in the order of reading, and its reserves. ``cdi.write_draw`` writes them with a receipt.

    Raises
    ------
    DataError
        If an id is blank, stands twice, is neither text nor a whole number, or was changed by a spreadsheet.
    DesignError
        If plan and frame have not the same strata, a stratum has too few records, or the seed is blank.

    Notes
    -----
    The ticket of a record is the SHA-256 of the UTF-8 of the JSON array ``[seed, values of the stratum, id]`` without
    spaces. In each stratum the smallest tickets are drawn, so that every sample of that size is equally likely over
    seeds. The first n of a longer list are the shorter one. By size, records are drawn by the smallest u / x, where u
    is the ticket as a number in (0, 1) and x the size: the chances are then near n x / (sum of x), of which the weights
    are the inverse. A record of which that is 1 or more is drawn for certain.

    References
    ----------
    Ohlsson (1995), Coordination of samples using permanent random numbers, in Business Survey Methods. Ohlsson (1998),
    Sequential Poisson sampling, Journal of Official Statistics 14:149-162. Rivest and others use the same for audits
    of elections: Stark (2012), IEEE Security and Privacy 10(5).

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> frame = pd.DataFrame({"incident": range(1000), "route": ["calls"] * 800 + ["online"] * 200})
    >>> plan = pd.DataFrame({"route": ["calls", "online"], "sample": [4, 2]})
    >>> found = cdi.draw(frame, plan, seed="4 6 1 3 2")
    >>> found.to_pandas()[["route", "incident", "order"]].values.tolist()[:3]
    [['calls', '316', 1], ['online', '938', 1], ['calls', '76', 2]]
    """
    if (plan is None) == (n is None):
        raise DesignError.of("draw-plan-or-n")
    planned = simple_plan(n) if plan is None else read_plan(plan)
    share = _share(reserves)
    if answers is not None:
        chosen(answers, ANSWER_COLUMNS, "draw-answers", DesignError)
    named = None if cluster is None else text_of(cluster, "cluster")
    opened = open_frame(frame)
    unit = unit_column(opened, named, planned.keys)
    own = {*planned.keys, unit}
    kept = tuple(name for name in names_of(keep, "keep") if name not in own)
    wanted = tuple(math.ceil(Fraction(str(share)) * stratum.sample) for stratum in planned.strata)
    most = tuple(stratum.sample + more for stratum, more in zip(planned.strata, wanted, strict=True))
    asked = Asked(seed_of(seed), planned, unit, kept, None if size is None else text_of(size, "size"), most)
    return replace(drawn(opened, asked), answers=answers)


def _share(value: object) -> float:
    if isinstance(value, str):
        value = parse_proportion(value)
    if not is_number(value) or isinstance(value, bool) or not 0 <= value <= 1:  # type: ignore[operator]
        raise DesignError.of("draw-reserves", got=shown(value))
    return float(value)  # type: ignore[arg-type]


def drawn(opened: Opened, asked: Asked) -> Draw:
    """Draw what is asked for."""
    asked = asked.checked(opened)
    fixed = [*asked.plan.keys, asked.unit, *asked.keep]
    taken = [
        name
        for name in fixed
        if name in {ORDER, *(["weight"] if asked.size else []), *ANSWERS[COUNTS], *ANSWERS[DECISION]}
    ]
    if taken:
        raise DesignError([fault("draw-name-taken", got=name, where=opened.where) for name in taken])
    plan = asked.plan
    with records_of(opened, asked) as found:
        counts = found.refuse()
        strata = tuple(
            DrawnStratum(
                stratum.label, counts[i], stratum.sample, min(most, counts[i]) - stratum.sample, stratum.population
            )
            for i, (stratum, most) in enumerate(zip(plan.strata, asked.most, strict=True))
        )
        digests = found.digests()
        records = list(_records(asked, strata, found))
    sample = [record for record in records if record.order <= strata[record.stratum].sample]
    sample.sort(key=lambda record: (Fraction(2 * record.order - 1, 2 * strata[record.stratum].sample), record.stratum))
    reserves = tuple(record for record in records if record.order > strata[record.stratum].sample)
    return Draw(
        asked.seed, strata, plan.keys, asked.unit, asked.keep, asked.size, tuple(sample), reserves,
        sum(counts), digests.ordered, digests.checksum, name=opened.name,
    )  # fmt: skip


def records_of(opened: Opened, asked: Asked) -> Records:
    """Choose the engine that makes the tickets."""
    if opened.source is not None:
        from cdi.selection.spark import SparkRecords

        return SparkRecords(opened, asked)
    return EmbeddedRecords(opened, asked)


# ---- who is drawn


def _records(asked: Asked, strata: Sequence[DrawnStratum], found: Records) -> Iterator[DrawnRecord]:
    """List what is drawn, by stratum and in the order of tickets, reserves behind the sample."""
    chosen: Sequence[Chances] | None = None
    if asked.size is not None:
        chosen = chances(found.sizes(), [stratum.sample for stratum in strata], found.certain)
    near: list[list[Record]] = [[] for _ in strata]
    for record in found.smallest([stratum.sample + stratum.reserves for stratum in strata], chosen):
        near[record.stratum].append(record)
    for code, (stratum, own) in enumerate(zip(strata, near, strict=True)):
        shares = None if chosen is None else [chosen[code].of(record.size or 0.0) for record in own]
        numbers = tickets(asked.seed, stratum.label, [record.unit for record in own])
        ranks = (
            numbers
            if shares is None
            else [
                (0.0 if share == 1 else share_of(number) / (record.size or 1.0), number)
                for number, record, share in zip(numbers, own, shares, strict=True)
            ]
        )
        order = sorted(range(len(own)), key=ranks.__getitem__)[: stratum.sample + stratum.reserves]
        for place, i in enumerate(order, 1):
            weight = None
            if shares is not None:
                weight = 1 / shares[i] if shares[i] else math.inf
            kept = tuple(text or "" for text in own[i].kept)
            yield DrawnRecord(code, place, own[i].position, own[i].unit, kept, weight)


# ---- the page


def _page(found: Draw) -> Page:
    columns: list[Column[DrawnStratum]] = [
        Column(key, lambda stratum, i=i: stratum.label[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(found.keys)
    ]
    headings = wording.DRAW_HEADINGS
    if not columns:
        columns = [Column(headings["stratum"], lambda _stratum: wording.ALL, kind=Kind.WORDS)]
    columns += [
        Column(headings["population"], lambda stratum: stratum.population, _whole),
        Column(headings["sample"], lambda stratum: stratum.sample, _whole),
        Column(headings["share"], lambda stratum: stratum.sample / stratum.population, percent),
        Column(headings["reserves"], lambda stratum: stratum.reserves, _whole),
    ]
    grid = grid_of(wording.draw_title(len(found.sample), found.rows), columns, found.strata)
    names = (*(found.keys or (wording.DRAW_HEADINGS["stratum"],)), "population", "sample", "reserves")
    rows = tuple(
        (*(each.label or (wording.ALL,)), each.population, each.sample, each.reserves) for each in found.strata
    )
    said = [wording.draw_said(found.seed, found.unit)]
    said += [wording.draw_by_size(found.size)] if found.size else []
    said += [
        wording.planned_otherwise(wording.stratum_of(each.label), each.planned, each.population)
        for each in found.strata
        if each.planned is not None and each.planned != each.population
    ]
    return Page(None, (grid,), statements=tuple(said), listing=Listing("cdi.draw/1", names, rows))


def _whole(value: int) -> str:
    return f"{value:,}"
