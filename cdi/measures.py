"""What is measured: one entry a measure, with its unit, its names and headings, how it is said and what is noted of it.

A new measure is one entry here and the estimator that it names. Rows hold the entry itself, and every room asks it for
what it has to know: none tells measures apart by their keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

from cdi import wording
from cdi.facts import Facts, Scope

__all__ = ["MEASURES", "Bearing", "Measure", "Role", "Unit", "estimated", "told"]


class Unit(Enum):
    """What the numbers of a measure are."""

    PROPORTION = "proportion"
    CRIMES = "crimes"
    HOURS = "hours"
    POINTS = "points"
    RATIO = "ratio"
    NUMBER = "number"
    DEVIATIONS = "standard deviations"


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
    MARGIN = "margin"
    """How large a change is broadly unchanged."""
    P_VALUE = "p-value"
    """How likely by chance is what was found."""
    Q_VALUE = "q-value"
    """The same, adjusted for all that was tested."""
    PEER = "peer"
    """What is found of several samples together."""

    @property
    def tests(self) -> bool:
        """Whether it goes with a change."""
        return self in (Role.MARGIN, Role.P_VALUE, Role.Q_VALUE)

    @property
    def of_change(self) -> bool:
        """Whether it is a change, or goes with one."""
        return self is Role.CHANGE or self.tests


class Bearing(Enum):
    """What a share says of recorded crime."""

    NONE = "none"
    LACKING = "lacking"
    """How many crimes are not in it that should be."""
    SURPLUS = "surplus"
    """How many crimes are in it that should not be."""
    EITHER = "either"
    """What its user takes it for: it has no name of its own."""


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
        A fuller subject for the sentences of a report, where there is one, with ``{in_time}`` for what in time is.
    sentence : str
        How a row is said that is neither a rate nor a count, with ``{estimate}``, ``{interval}``, ``{low}``,
        ``{high}``, ``{among}`` and ``{scale}`` for what stands in it. Empty: by its name.
    methods : tuple of str
        The entries of a report's annex that say how it is computed: keys of ``cdi.wording.REPORT_METHODS``. None: of
        a rate, the ratio of the counts that it heads.
    plural : str
        What its numbers are called together.
    headings : mapping of str to str
        What heads its counts, where they are not crimes due and recorded.
    notes : mapping of str to str
        Its own words for notes; all others are worded alike for every measure.
    published : bool
        Whether inspection reports print it, in a style of their own.
    estimator : str
        The function that estimates it from an audit and columns of categories, as ``package.module:name``; it is then
        a choice of ``measures``. Named and not held, since help is to load no numbers. Empty: it is not asked for so.
    answers : str
        The column with the answers that it is the share of, in files that hold nothing else; empty: there is none.
    end : {"lowest", "highest", ""}
        Which bound of its measure it is.
    bearing : Bearing
        What it says of recorded crime.
    rare : bool
        Whether what it counts is what went wrong, so that few of it are few to go by.

    Examples
    --------
    >>> MEASURES["grounds"].name_of(Scope.FRAME)
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
    sentence: str = ""
    methods: tuple[str, ...] = ()
    plural: str = "rates"
    headings: Mapping[str, str] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    published: bool = False
    estimator: str = ""
    answers: str = ""
    end: str = ""
    bearing: Bearing = Bearing.NONE
    rare: bool = False

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def counted(self) -> bool:
        """Whether its numbers are crimes that follow from a rate."""
        return self.role is Role.COUNT

    @property
    def of_searches(self) -> bool:
        """Whether it is of stop and search records."""
        return self.frame == "records"

    @property
    def of_questions(self) -> bool:
        """Whether it is of case files, of which questions are asked: each question has rows of its own."""
        return self.frame == "files"

    @property
    def projects(self) -> bool:
        """Whether crimes not recorded follow from it."""
        return self.bearing in (Bearing.LACKING, Bearing.EITHER)

    @property
    def shares(self) -> bool:
        """Whether it can be the name of a share of a sample."""
        return self.role in (Role.RATE, Role.BOUND)

    @property
    def of_its_counts(self) -> bool:
        """Whether its numbers are rates that stand beside the counts that they are of."""
        return self.unit is Unit.PROPORTION and self.role in (Role.RATE, Role.BOUND, Role.WINDOW)

    def name_of(self, scope: Scope) -> str:
        """Name it in a column of measures, with what part of the sample a row is of."""
        return wording.measure_in_scope(self.name, scope.value)

    def note(self, code: str, numbers: Sequence[int] = ()) -> str:
        """Word a note for its rows, with the numbers that it tells."""
        text = self.notes.get(code, wording.NOTES[code])
        return text.format(*numbers) if numbers else text

    def notes_of(self, facts: Facts) -> tuple[str, ...]:
        """Word all that people are told of a row, in the order of the catalogue."""
        return _worded(self, facts)

    def told_of(self, facts: Facts) -> tuple[str, ...]:
        """List the notes on a row of it, by their codes."""
        return tuple(code for code in told(facts) if self.of_its_counts or code not in _OF_WEIGHTS)


@lru_cache(maxsize=1 << 10)
def _worded(measure: Measure, facts: Facts) -> tuple[str, ...]:
    return tuple(measure.note(code, facts.numbers_in(code)) for code in measure.told_of(facts))


_OF_WEIGHTS = frozenset(["weighted", "volumes-weigh"])
"""Notes that a rate is not the ratio of the counts beside it: what is no such rate is not told them."""

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


def estimated() -> Mapping[str, Measure]:
    """List what can be asked of an audit, by key: the measures that name an estimator.

    Examples
    --------
    >>> list(estimated())
    ['recording-rate', 'classification', 'over-recording']
    """
    return {key: each for key, each in MEASURES.items() if each.estimator}


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


def _weighted(units: str) -> str:
    return wording.NOTES["weighted"].replace("reports", units)


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
    methods=("ratio",),
    published=True,
    estimator="cdi.survey.sampling:recording_rate",
    answers="recorded",
    bearing=Bearing.LACKING,
)
_SEARCHES: Mapping[str, str] = {
    "no-crimes": "no records in the sample, so there is no rate",
    "all-recorded": "every record had grounds",
    "none-recorded": "no record had grounds",
    "few-unrecorded": _few("without grounds"),
    "sample-only": _mixed("records"),
    "only-reports-with-crimes": "units drawn include only those with a record",
    "large-report": wording.NOTES["large-report"].replace("crimes", "records"),
    "weighted": _weighted("records"),
    **_of_one("record"),
}
_GROUNDS = Measure(
    "grounds",
    "reasonable grounds recorded",
    frame="records",
    subject="searches had reasonable grounds recorded",
    said="stop and search records had reasonable grounds recorded",
    methods=("ratio-grounds",),
    headings={"n": "records", "recorded": "with grounds"},
    notes=_SEARCHES,
    published=True,
    answers="grounds",
)
_DELAY = {"no-crimes": "no recorded crimes with a known delay in the sample, so there is no figure"}
_TIMELY = Measure(
    "timely",
    "recorded in time, of those recorded",
    said="the crimes recorded were recorded {in_time}",
    methods=("timely",),
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
    methods=("timely",),
    notes={
        "all-recorded": "every crime due was recorded in time",
        "none-recorded": "no crime was recorded in time",
        "few-unrecorded": _few("late or unrecorded"),
    },
)


def _derived(of: Measure, key: str, name: str, role: Role, *methods: str) -> Measure:
    """Make a measure of another one, that nobody asks for by itself and that no report prints."""
    made = replace(of, key=key, name=name, role=role, of=of.key, methods=methods)
    return replace(made, published=False, estimator="", answers="")


def _bounds(of: Measure, lowest: str, highest: str, *methods: str) -> tuple[Measure, Measure]:
    ends = {"lowest": lowest, "highest": highest}
    low, high = (
        replace(_derived(of, f"{of.key}-{end}", f"{of.name}{name}", Role.BOUND, *methods), end=end)
        for end, name in ends.items()
    )
    return low, high


def _rolling(of: Measure) -> Measure:
    return _derived(of, f"{of.key}-rolling", f"{of.name} over the 12 months to the period", Role.WINDOW, "rolling")


def _of_searches(key: str, name: str, unit: Unit, role: Role = Role.CHANGE, *, of: str = "", plural: str) -> Measure:
    return Measure(key, name, unit, role, of, "records", plural=plural, notes=_SEARCHES)


def _allocated(of: str, name: str, unit: Unit) -> Measure:
    """Give the bounds of a contrast, had records that state no group been of one."""
    name = f"{name}, records that state no group allocated"
    return _of_searches(f"{of}-allocated", name, unit, Role.BOUND, of=of, plural="rates")


def _times_bounds(of: Measure) -> tuple[Measure, Measure]:
    """Give the bounds of a share in time, had every unknown time been late, and had none."""
    ends = ", counting unknown delays as late", ", counting unknown delays as in time"
    low, high = _bounds(of, *ends, "timely-bounds")
    late, timely = (f"{of.said}, if every unknown time was {when}" for when in ("late", "in time"))
    return replace(low, said=late), replace(high, said=timely)


def _delay(key: str, name: str, portion: str) -> Measure:
    return Measure(
        key, name, Unit.HOURS, Role.QUANTILE, "timely", plural="hours", notes=_DELAY, methods=("delay", "curve"),
        sentence=f"{portion} of the recorded crimes were recorded within {{estimate}} hours of the report{{interval}}.",
    )  # fmt: skip


def _among(end: str) -> Measure:
    return Measure(
        f"among-{end}", f"probability of being truly among the {end}", role=Role.PEER, methods=("chances",),
        plural="probabilities of being among the lowest and highest",
        sentence=f"The probability that the force is truly among the {end} {{among}} forces is {{estimate}}.",
    )  # fmt: skip


_BOTH_READ: Mapping[str, str] = {
    "no-crimes": "none of these were read by both",
    "all-recorded": "no disagreement",
    "none-recorded": "no agreement",
    "few-unrecorded": wording.NOTES["agree-few"],
    "sample-only": "not weighted: strata count as they were read",
    "beyond": "the interval goes beyond what is possible",
    **_of_one("report"),
}
_BY_ONE: Mapping[str, str] = {
    **_BOTH_READ,
    "no-crimes": "none due by one of the two, so there is no rate",
    "all-recorded": "this auditor counts all of them as recorded",
    "none-recorded": "this auditor counts none of them as recorded",
    "few-unrecorded": _few("unrecorded by this auditor"),
}


def _of_auditors(key: str, name: str, unit: Unit, role: Role = Role.PEER) -> Measure:
    return Measure(key, name, unit, role, plural="figures", notes=_BOTH_READ)


_ENTRIES = (
    _RECORDING,
    *_bounds(
        _RECORDING,
        ", counting crimes not auditable as unrecorded",
        ", counting crimes not auditable as recorded",
    ),
    replace(_rolling(_RECORDING), said="crimes reported in the 12 months to then were recorded"),
    Measure(
        "unrecorded", "unrecorded crimes", Unit.CRIMES, Role.COUNT, "recording-rate", plural="crimes not recorded",
        methods=("unrecorded",), bearing=Bearing.LACKING,
    ),
    Measure(
        "classification",
        "classification accuracy",
        subject="recorded crimes were recorded in the right class",
        headings={"n": "crimes recorded", "recorded": "in the right class"},
        notes=_of_recorded(
            "every crime was in the right class", "no crime was in the right class", "in the wrong class"
        ),
        estimator="cdi.survey.sampling:classification_accuracy",
    ),
    Measure(
        "over-recording",
        "over-recording",
        subject="recorded crimes should not have been recorded",
        headings={"n": "all recorded", "recorded": "over- recorded"},
        notes=_of_recorded(
            "every recorded crime was over-recorded", "no recorded crime was over-recorded", "over-recorded"
        ),
        estimator="cdi.survey.sampling:over_recording",
        bearing=Bearing.SURPLUS,
        rare=True,
    ),
    _GROUNDS,
    _rolling(_GROUNDS),
    Measure(
        "share", "share", frame="", said="cases are of the kind counted",
        headings={"n": "n", "recorded": "counted"}, bearing=Bearing.EITHER,
    ),
    Measure(
        "review",
        "share of files with the answer counted",
        frame="files",
        said="the files asked had the answer counted",
        methods=("ratio-review",),
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
            "weighted": _weighted("files"),
            **_of_one("file"),
        },
    ),
    _TIMELY,
    *_times_bounds(_TIMELY),
    _TIMELY_DUE,
    *_times_bounds(_TIMELY_DUE),
    _delay("delay-median", "median delay in hours", "Half"),
    _delay("delay-90th", "90th percentile of the delay in hours", "Nine in ten"),
    Measure(
        "control-limits", "control limits", role=Role.PEER, plural="control limits",
        sentence="The control limits are {low} and {high}, around a centre line of {estimate}.",
        methods=("control-limits", "run-rules"),
    ),
    Measure(
        "outlier-lines", "published lines of one standard deviation", role=Role.PEER, plural="published lines",
        sentence="The published lines are {low} and {high}, either side of an average of {estimate}.",
        methods=("outlier-lines",),
    ),
    Measure(
        "adjusted-rate", "rate adjusted towards the average of forces", role=Role.PEER, plural="adjusted rates",
        said="reported crimes were recorded, adjusted towards the average of forces",
        methods=("funnel", "adjusted-rate"),
    ),
    Measure(
        "z-score", "standard deviations from the average of forces", Unit.DEVIATIONS, Role.PEER, plural="z scores",
        sentence="The {scale}rate is {estimate} the average of all forces.", methods=("z-score",),
    ),
    _among("lowest"),
    _among("highest"),
    Measure("coverage", "share of intervals that hold the true rate", role=Role.PEER, plural="shares of intervals"),
    Measure("too-low", "share of intervals wholly below the true rate", role=Role.PEER, plural="shares of intervals"),
    Measure("too-high", "share of intervals wholly above the true rate", role=Role.PEER, plural="shares of intervals"),
    Measure("mean-width", "mean width of the interval", Unit.POINTS, Role.PEER, plural="widths"),
    Measure("no-interval", "share of samples without an interval", role=Role.PEER, plural="shares of samples"),
    Measure("true-rate", "true recording rate", role=Role.PEER, plural="true rates"),
    Measure(
        "count-coverage", "share of intervals that hold the true number of unrecorded crimes", role=Role.PEER,
        plural="shares of intervals",
    ),
    Measure(
        "count-too-low", "share of intervals wholly below the true number of unrecorded crimes", role=Role.PEER,
        plural="shares of intervals",
    ),
    Measure(
        "count-too-high", "share of intervals wholly above the true number of unrecorded crimes", role=Role.PEER,
        plural="shares of intervals",
    ),
    Measure(
        "count-mean-width", "mean width of the interval of unrecorded crimes", Unit.CRIMES, Role.PEER, plural="widths",
    ),
    Measure(
        "count-no-interval", "share of samples without an interval of unrecorded crimes", role=Role.PEER,
        plural="shares of samples",
    ),
    Measure("true-count", "true number of unrecorded crimes", Unit.CRIMES, Role.PEER, plural="true numbers"),
    Measure(
        "simulation-error", "standard error of the bootstrap's standard error", Unit.POINTS, Role.PEER, plural="errors",
    ),
    Measure(
        "count-simulation-error", "standard error of the bootstrap's standard error of unrecorded crimes", Unit.CRIMES,
        Role.PEER, plural="errors",
    ),
    Measure("additionally-recorded", "additional crimes recorded", Unit.CRIMES, Role.CHANGE, plural="crimes"),
    Measure("net-unrecorded", "unrecorded crimes net of over-recorded ones", Unit.CRIMES, Role.CHANGE, plural="crimes"),
    Measure("over-recorded", "over-recorded crimes", Unit.CRIMES, Role.CHANGE, plural="crimes"),
    Measure(
        "least-disputed", "least number of disputed decisions that would change the result", Unit.NUMBER, Role.PEER,
        plural="least numbers of disputed decisions",
    ),
    Measure("published-figure", "published figure", role=Role.PEER, plural="published figures"),
    Measure("standard", "standard", role=Role.PEER, plural="standards"),
    _of_searches("search-share", "share of records", Unit.PROPORTION, Role.RATE, plural="rates"),
    _of_searches("grounds-difference", "difference in reasonable grounds recorded", Unit.POINTS, plural="rates"),
    _of_searches("grounds-ratio", "ratio of reasonable grounds recorded", Unit.RATIO, plural="rates"),
    _of_searches("searches-per-1000", "searches per 1,000 residents", Unit.NUMBER, Role.RATE, plural="rates"),
    _of_searches("search-ratio", "ratio of searches per 1,000 residents", Unit.RATIO, plural="rates"),
    _allocated("grounds-difference", "difference in reasonable grounds recorded", Unit.POINTS),
    _allocated("grounds-ratio", "ratio of reasonable grounds recorded", Unit.RATIO),
    _allocated("search-ratio", "ratio of searches per 1,000 residents", Unit.RATIO),
    Measure(
        "agreement", "agreement of two auditors", said="crimes that both read were decided alike",
        headings={"n": "read by both", "recorded": "alike"}, notes=_BOTH_READ,
    ),
    _of_auditors("kappa", "Cohen's kappa", Unit.NUMBER),
    _of_auditors("ac1", "Gwet's AC1", Unit.NUMBER),
    Measure("rate-first", "rate by the first auditor", notes=_BY_ONE),
    Measure("rate-second", "rate by the second auditor", notes=_BY_ONE),
    replace(
        _of_auditors("rate-shift", "rate by the second less that by the first", Unit.POINTS, Role.CHANGE),
        notes=_BY_ONE,
    ),
    Measure("answer-agreement", "agreement on one answer", notes=_BOTH_READ),
    _of_auditors("answer-kappa", "Cohen's kappa of one answer", Unit.NUMBER),
    _of_auditors("answer-ac1", "Gwet's AC1 of one answer", Unit.NUMBER),
    _of_auditors("pair-of-answers", "share with these two answers", Unit.PROPORTION),
    _of_auditors("only-first", "only the first has", Unit.NUMBER),
    _of_auditors("only-first-found", "only the first has, in reports that both read", Unit.NUMBER),
    _of_auditors("only-second", "only the second has", Unit.NUMBER),
    _of_auditors("only-second-found", "only the second has, in reports that both read", Unit.NUMBER),
    _of_auditors("undecided", "without a decision by one or both", Unit.NUMBER),
    Measure(
        "watched-rate", "recording rate as it was read (confidence sequence)",
        said="reported crimes were recorded, of those read so far",
    ),
    Measure(
        "reports-until-clear", "reports read when it was clear on which side of the standard the rate lies",
        Unit.NUMBER, Role.PEER, plural="numbers of reports",
    ),
    Measure(
        "likely-reports", "further reports that are likely until it is clear", Unit.NUMBER, Role.PEER,
        plural="numbers of reports",
    ),
    Measure("rate-auditors", "rate by the auditors", role=Role.PEER),
    Measure("auditors-error", "error of the auditors: their rate less the freed one", Unit.POINTS, Role.PEER),
    Measure("reread-alike", "reports in which the panel found what the auditors found", role=Role.PEER),
    Measure("odds-ratio", "odds ratio of being recorded", Unit.RATIO, Role.CHANGE, plural="odds ratios"),
    Measure(
        "marginal-difference", "average difference in recording rate", Unit.POINTS, Role.CHANGE, plural="differences",
    ),
    Measure(
        "difference", "difference", Unit.POINTS, Role.CHANGE, plural="differences",
        sentence="The difference is {estimate} percentage points{interval}.",
    ),
    Measure("ratio", "ratio", Unit.RATIO, Role.CHANGE, sentence="The ratio is {estimate}{interval}."),
    Measure(
        "margin", "margin", Unit.POINTS, Role.MARGIN, plural="margins",
        sentence="The margin is {estimate} percentage points.",
    ),
    Measure(
        "p-value", "p-value", Unit.NUMBER, Role.P_VALUE, plural="p-values", sentence="The p-value is {estimate}.",
        methods=("p-value",),
    ),
    Measure(
        "q-value", "q-value", Unit.NUMBER, Role.Q_VALUE,
        sentence="The p-value is {estimate}, adjusted for the number of changes tested.",
    ),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = {entry.key: entry for entry in _ENTRIES}
"""All measures, by their keys."""
