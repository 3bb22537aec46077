"""What is measured: one entry a measure, with its unit, its names and headings, how it is said and what is noted of it.

A new measure is one entry here and one estimator. Rows hold the entry itself, so that no room tells measures apart by
how their keys are spelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from cdi import wording
from cdi.arguments import chosen
from cdi.facts import Facts, Scope

__all__ = ["MEASURES", "Measure", "Role", "Unit", "measure_of", "told"]


class Unit(Enum):
    """What the numbers of a measure are."""

    PROPORTION = "proportion"
    CRIMES = "crimes"
    HOURS = "hours"
    POINTS = "points"
    RATIO = "ratio"
    NUMBER = "number"


class Role(Enum):
    """What the rows of a measure are to a table."""

    RATE = "rate"
    """A share of a sample, with its counts."""
    BOUND = "bound"
    """What a rate could have been, had more been known."""
    WINDOW = "window"
    """A rate over several periods."""
    COUNT = "count"
    """Crimes that follow from a rate."""
    QUANTILE = "quantile"
    """A quantile of what was measured."""
    CHANGE = "change"
    """One figure held against another."""
    TEST = "test"
    """What goes with a change: its p-value, its margin."""
    PEER = "peer"
    """What is found of several samples together."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A thing that is estimated.

    Attributes
    ----------
    key : str
        Its name for programs: ``recording-rate``.
    name : str
        Its name for people, in tables.
    unit : Unit
        What its numbers are.
    role : Role
        What its rows are to a table.
    of : str
        The key of the measure that it is made of; empty: none.
    frame : str
        What a sampling frame of it holds: reports, records, files; empty where that is not known.
    subject : str
        What a rate of it is a share of, and says: "reported crimes were recorded".
    said : str
        What the sentence of a row says, where it is not the subject: a fuller subject, with ``{in_time}`` for what in
        time is; the portion of a delay; the end of a chance.
    plural : str
        What its numbers are called together.
    headings : mapping of str to str
        What heads its counts, where they are not crimes due and recorded.
    notes : mapping of str to str
        Its own words for notes; all others are worded alike for every measure.
    published : bool
        Whether inspection reports print it, in a style of their own.

    Examples
    --------
    >>> measure_of("grounds").name_of(Scope.FRAME)
    'reasonable grounds recorded (weighted by frame)'
    """

    key: str
    name: str
    unit: Unit = Unit.PROPORTION
    role: Role = Role.RATE
    of: str = ""
    frame: str = "reports"
    subject: str = ""
    said: str = ""
    plural: str = "rates"
    headings: Mapping[str, str] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    published: bool = False

    @property
    def counted(self) -> bool:
        """Whether its numbers are crimes that follow from a rate."""
        return self.role is Role.COUNT

    def name_of(self, scope: Scope) -> str:
        """Name it in a column of measures, with what part of the sample a row is of."""
        return wording.measure_in_scope(self.name, scope.value)

    def note(self, code: str) -> str:
        """Word a note for its rows."""
        return self.notes.get(code, wording.NOTES[code])

    def notes_of(self, facts: Facts) -> tuple[str, ...]:
        """Word all that people are told of a row, in the order of the catalogue."""
        return tuple(self.note(code) for code in told(facts))


_ORDER: Mapping[str, int] = {code: place for place, code in enumerate(wording.NOTES)}


def told(facts: Facts) -> tuple[str, ...]:
    """List the notes on a row: first what was found of it, then the others in the order of the catalogue.

    Examples
    --------
    >>> told(Facts(census=True, reasons=("small-base", "all-recorded")))
    ('all-recorded', 'census', 'small-base')
    """
    others = set(facts.codes) - set(facts.found)
    return (*facts.found, *sorted(others, key=_ORDER.__getitem__))


def measure_of(key: str, known: Mapping[str, Measure] | None = None) -> Measure:
    """Find a measure by its key.

    Parameters
    ----------
    key : str
        As in ``MEASURES``.
    known : mapping, optional
        The measures that serve here; None: all.

    Raises
    ------
    MethodError
        No such measure; the error lists those there are.

    Examples
    --------
    >>> measure_of("recording-rate").unit
    <Unit.PROPORTION: 'proportion'>
    """
    choices = MEASURES if known is None else known
    return choices[chosen(key, choices, "no-measure")]


def _few(what: str) -> str:
    return f"fewer than 3 found {what}: the interval is less reliable than its level says"


def _of_recorded(every: str, none: str, few: str) -> Mapping[str, str]:
    """Word the notes on a share of the crimes that were recorded."""
    return {
        "no-crimes": "no recorded crimes in the sample, so there is no rate",
        "all-recorded": every,
        "none-recorded": none,
        "few-unrecorded": _few(few),
    }


def _mixed(units: str) -> str:
    return (
        f"not weighted, as the {units} on the sampling frame are not known: the interval is for strata mixed as sampled"
    )


def _of_one(unit: str) -> dict[str, str]:
    said = f"approximate interval: a stratum has one {unit}, so"
    return {
        "single-adjust": f"{said} its variance is taken about the overall rate",
        "single-average": f"{said} it is given the average variance of the others",
    }


_RECORDING = Measure(
    "recording-rate",
    "recording rate",
    subject="reported crimes were recorded",
    published=True,
)
_SEARCHES: Mapping[str, str] = {
    "no-crimes": "no records in the sample, so there is no rate",
    "all-recorded": "every record had grounds",
    "none-recorded": "no record had grounds",
    "few-unrecorded": _few("without grounds"),
    "sample-only": _mixed("records"),
    "only-reports-with-crimes": "units drawn include only those with a record",
    **_of_one("record"),
}
_GROUNDS = Measure(
    "grounds",
    "reasonable grounds recorded",
    frame="records",
    subject="searches had reasonable grounds recorded",
    said="stop and search records had reasonable grounds recorded",
    headings={"n": "records", "recorded": "with grounds"},
    notes=_SEARCHES,
    published=True,
)
_DELAY = {"no-crimes": "no recorded crimes with a known delay in the sample, so there is no figure"}
_TIMELY = Measure(
    "timely",
    "recorded in time, of those recorded",
    said="the crimes recorded were recorded {in_time}",
    notes={
        **_DELAY,
        "all-recorded": "every crime was recorded in time",
        "none-recorded": "no crime was recorded in time",
        "few-unrecorded": _few("late"),
    },
)
_TIMELY_DUE = Measure(
    "timely-due",
    "recorded in time, of all due",
    said="all crimes due were recorded {in_time}",
    notes={
        "all-recorded": "every crime due was recorded in time",
        "none-recorded": "no crime was recorded in time",
        "few-unrecorded": _few("late or unrecorded"),
    },
)


def _bounds(of: Measure, lowest: str, highest: str) -> tuple[Measure, Measure]:
    low = replace(of, key=f"{of.key}-lowest", name=f"{of.name}{lowest}", role=Role.BOUND, of=of.key, published=False)
    return low, replace(low, key=f"{of.key}-highest", name=f"{of.name}{highest}")


def _rolling(of: Measure) -> Measure:
    name = f"{of.name} over the 12 months to the period"
    return replace(of, key=f"{of.key}-rolling", name=name, role=Role.WINDOW, of=of.key, published=False)


def _of_searches(key: str, name: str, unit: Unit, role: Role = Role.CHANGE, *, of: str = "", plural: str) -> Measure:
    return Measure(key, name, unit, role, of, "records", plural=plural, notes=_SEARCHES)


def _allocated(of: str, name: str, unit: Unit) -> Measure:
    """Give the bounds of a contrast, had records that state no group been of one."""
    name = f"{name}, records that state no group allocated"
    return _of_searches(f"{of}-allocated", name, unit, Role.BOUND, of=of, plural="rates")


def _times_bounds(of: Measure) -> tuple[Measure, Measure]:
    """Give the bounds of a share in time, had every unknown time been late, and had none."""
    low, high = _bounds(of, ", counting unknown delays as late", ", counting unknown delays as in time")
    late, timely = (f"{of.said}, if every unknown time was {when}" for when in ("late", "in time"))
    return replace(low, said=late), replace(high, said=timely)


_ENTRIES = (
    _RECORDING,
    *_bounds(
        _RECORDING,
        ", counting crimes not auditable as unrecorded",
        ", counting crimes not auditable as recorded",
    ),
    replace(_rolling(_RECORDING), said="crimes reported in the 12 months to then were recorded"),
    Measure("unrecorded", "unrecorded crimes", Unit.CRIMES, Role.COUNT, "recording-rate", plural="crimes not recorded"),
    Measure(
        "classification",
        "classification accuracy",
        subject="recorded crimes were recorded in the right class",
        headings={"n": "crimes recorded", "recorded": "in the right class"},
        notes=_of_recorded(
            "every crime was in the right class", "no crime was in the right class", "in the wrong class"
        ),
    ),
    Measure(
        "over-recording",
        "over-recording",
        subject="recorded crimes should not have been recorded",
        headings={"n": "all recorded", "recorded": "over- recorded"},
        notes=_of_recorded(
            "every recorded crime was over-recorded", "no recorded crime was over-recorded", "over-recorded"
        ),
    ),
    _GROUNDS,
    _rolling(_GROUNDS),
    Measure(
        "share", "share", frame="", said="cases are of the kind counted",
        headings={"n": "n", "recorded": "counted"},
    ),
    Measure(
        "review",
        "share of files with the answer counted",
        frame="files",
        said="the files asked had the answer counted",
        notes={
            "no-crimes": "this question applied to no file",
            "all-recorded": "every file had the answer counted",
            "none-recorded": "no file had the answer counted",
            "small-base": "small base: fewer than 30 files asked",
            "few-unrecorded": (
                "fewer than 3 files with the other answer: the interval is less reliable than its level says"
            ),
            "sample-only": _mixed("files"),
            "only-reports-with-crimes": "units drawn include only those with a file",
            **_of_one("file"),
        },
    ),
    _TIMELY,
    *_times_bounds(_TIMELY),
    _TIMELY_DUE,
    *_times_bounds(_TIMELY_DUE),
    Measure(
        "delay-median", "median delay in hours", Unit.HOURS, Role.QUANTILE, "timely", plural="hours", said="Half",
        notes=_DELAY,
    ),
    Measure(
        "delay-90th", "90th percentile of the delay in hours", Unit.HOURS, Role.QUANTILE, "timely", plural="hours",
        said="Nine in ten", notes=_DELAY,
    ),
    Measure("control-limits", "control limits", role=Role.PEER, plural="control limits"),
    Measure("outlier-lines", "published lines of one standard deviation", role=Role.PEER, plural="published lines"),
    Measure(
        "adjusted-rate", "rate adjusted towards the average of forces", role=Role.PEER, plural="adjusted rates",
        said="reported crimes were recorded, adjusted towards the average of forces",
    ),
    Measure("z-score", "standard deviations from the average of forces", Unit.NUMBER, Role.PEER, plural="z scores"),
    Measure(
        "among-lowest", "probability of being truly among the lowest", role=Role.PEER,
        plural="probabilities of being among the lowest and highest", said="lowest",
    ),
    Measure(
        "among-highest", "probability of being truly among the highest", role=Role.PEER,
        plural="probabilities of being among the lowest and highest", said="highest",
    ),
    Measure("additionally-recorded", "additional crimes recorded", Unit.CRIMES, Role.CHANGE, plural="crimes"),
    _of_searches("search-share", "share of records", Unit.PROPORTION, Role.RATE, plural="rates"),
    _of_searches("grounds-difference", "difference in reasonable grounds recorded", Unit.POINTS, plural="rates"),
    _of_searches("grounds-ratio", "ratio of reasonable grounds recorded", Unit.RATIO, plural="rates"),
    _of_searches("searches-per-1000", "searches per 1,000 residents", Unit.NUMBER, Role.RATE, plural="rates"),
    _of_searches("search-ratio", "ratio of searches per 1,000 residents", Unit.RATIO, plural="rates"),
    _allocated("grounds-difference", "difference in reasonable grounds recorded", Unit.POINTS),
    _allocated("grounds-ratio", "ratio of reasonable grounds recorded", Unit.RATIO),
    _allocated("search-ratio", "ratio of searches per 1,000 residents", Unit.RATIO),
    Measure("odds-ratio", "odds ratio of being recorded", Unit.RATIO, Role.CHANGE, plural="odds ratios"),
    Measure(
        "marginal-difference", "average difference in recording rate", Unit.POINTS, Role.CHANGE, plural="differences",
    ),
    Measure("difference", "difference", Unit.POINTS, Role.CHANGE, plural="differences"),
    Measure("ratio", "ratio", Unit.RATIO, Role.CHANGE, plural="rates"),
    Measure("margin", "margin", Unit.POINTS, Role.TEST, plural="margins"),
    Measure("p-value", "p-value", Unit.NUMBER, Role.TEST, plural="p-values"),
    Measure("q-value", "q-value", Unit.NUMBER, Role.TEST, plural="rates"),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = {entry.key: entry for entry in _ENTRIES}
"""All measures, by their keys."""
