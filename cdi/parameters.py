"""Every option, declared once: what the command line, Python and an inspection's file call it, and where it applies.

The registry below is read from top to bottom. The options of each verb, the keys of ``inspection.toml``, the tables of
the docs and the remedies in errors all come from it: a new option is one entry here, and an argument where it is used.
The module is long because every option stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cdi import wording
from cdi.measures import estimated

__all__ = [
    "ALLOCATION", "ALLOCATIONS", "ANSWER_COLUMNS", "CLASSIFICATIONS", "CLOCKS", "DESIGN", "EVERY", "FORMATS",
    "HIGHER", "HOLDS", "HUNDREDS", "KINDS", "LAYOUTS", "LEVEL", "METHOD", "METHODS", "MODES", "NEGATIVE_DELAYS",
    "ORDERS", "OTHER_WAYS", "PARAMETERS", "POWER", "REGISTRY", "RESTING", "RULES", "SCORE", "SELECTIONS", "SIDES",
    "STYLES", "TIMES", "WILSON", "Parameter", "argument", "flag", "key", "keys_of", "parameters_of",
]  # fmt: skip

RULES = ("error", "adjust", "average", "collapse")
"""What can be done with a stratum of one report."""

CLASSIFICATIONS = ("strict", "lenient")
"""Whether a crime recorded in another class counts as not recorded in its own, or as recorded."""

SELECTIONS = ("random", "census", "judgement", "voluntary")
"""How the sample came about: drawn by chance, all there is, chosen by judgement, or those who answered."""

HOLDS = ("audit", "searches", "volumes", "review", "times", "forces")
"""What a file can hold."""

LAYOUTS = ("records", "counts")
"""What a row is: one record, or counts of many."""

EVERY = ("month", "quarter", "financial-quarter", "year", "financial-year")
"""What the points of a trend are of."""

WILSON = "wilson"
"""The interval that serves wherever one is needed: the usual one, and that of quantiles."""

METHODS = (
    WILSON, "korn-graubard", "wald", "published", "logit", "arcsine", "jeffreys", "agresti-coull",
    "clopper-pearson", "mid-p", "exact", "exact-equal-tailed",
)  # fmt: skip
"""The interval methods; listed here as well as where they are computed, so that help needs no numerical library."""

METHOD = WILSON
"""The interval method where none is named."""

RESTING = tuple(name for name in METHODS if name not in ("published", "exact", "exact-equal-tailed"))
"""The interval methods that rest on a standard error, which another estimate of it can stand in for."""

LEVEL = 0.95
"""The confidence level where none is given."""

SCORE = "miettinen-nurminen"
"""The method of a difference between two simple samples."""

SIDES = ("both", "lower", "upper")
"""Which limits an interval has."""

STYLES = ("default", "published")
"""How results are worded and rounded: as cdi does, or as inspection reports do."""

HUNDREDS = ("violence", "violent", "violent crime", "violent offences", "violence against the person")
"""What violence is called, whose counts inspection reports print in hundreds however few they are."""

KINDS = ("difference", "ratio")
"""How a change is measured."""

CLOCKS = ("uk", "fixed")
"""Clocks that are put forward in summer, and clocks that are left alone."""

NEGATIVE_DELAYS = ("error", "missing")
"""What a record before its report is: wrong, or as good as no time."""

HIGHER = ("better", "worse", "neither")
"""What a higher rate can be."""

ORDERS = ("name", "value")
"""What forces are ordered by."""

OTHER_FORCES = ("include", "leave-out")
"""What may become of bodies that are none of the 43 territorial forces."""

LINES = ("published", "p05")
"""When the lines of one standard deviation are taken on logs."""

OTHER_WAYS = ("recorded", "not-due")
"""What a crime that was found not recorded can be if the force is right."""

ALLOCATIONS = ("optimal", "proportional", "neyman", "power", "sqrt", "equal", "fixed")
"""How the reports of a sample can be divided over its strata."""

ALLOCATION = "optimal"
"""How they are divided where nothing is said."""

POWER = 0.8
"""The chance with which a fall or a standard is to be found where none is named."""
ANSWER_COLUMNS = ("counts", "decision")
"""What auditors fill in of each record that was drawn: two numbers, or a decision."""

MODES = ("public", "internal")
"""Who may see a result: everybody, with cells withheld; or those who may see all of it."""

FORMATS = ("text", "csv", "json", "markdown", "html")
"""How a result can be written."""

AUDITS = (
    "check", "compare", "coverage", "dispute", "estimate", "explain", "forces", "national", "resample", "timeliness",
    "trend",
)  # fmt: skip
"""The verbs that read audits of crimes."""

SAMPLES = (*AUDITS, "grounds", "review")
"""The verbs that read a sample of any kind."""

OPENED = (*SAMPLES, "open")
"""The verbs that are told which column plays a role."""

READ = (*SAMPLES, "agree")
MATCHED = (*OPENED, "agree")
"""The same, with the verb that reads one sample twice: it takes what tells rows apart, and no sampling frame."""

OF_ROWS = (*READ, "draw", "init", "open", "plan", "report", "watch")
"""The verbs that read files of rows, which may be larger than memory."""

COUNTED = (
    "check", "compare", "coverage", "dispute", "estimate", "explain", "forces", "grounds", "national", "open",
    "resample", "review", "trend",
)  # fmt: skip
"""The verbs that read tables of counts."""

DISCLOSED = (
    "agree", "compare", "coverage", "dispute", "estimate", "explain", "forces", "grounds", "national", "resample",
    "review", "timeliness", "trend", "watch",
)  # fmt: skip
"""The verbs whose results are under disclosure control."""

EMITTED = (
    "agree", "compare", "coverage", "dispute", "estimate", "explain", "forces", "grounds", "interval", "resample",
    "review", "plan", "timeliness", "trend", "watch",
)  # fmt: skip
"""The verbs whose result can be written to a file."""

DECIDED_TABLES = ("audit", "previous", "times", "monthly")
ANSWERED_TABLES = (*DECIDED_TABLES, "searches")
SAMPLE_TABLES = (*ANSWERED_TABLES, "reviews")
COUNTED_TABLES = ("audit", "searches", "previous", "reviews", "monthly")
"""The tables of ``inspection.toml`` that describe a sample, from those with decisions to all of them."""

SUBJECTS: Mapping[str, str] = {
    "grounds": "searches", "review": "reviews", "compare": "sides", "agree": "auditors", "plan": "plans",
    "national": "nations",
}  # fmt: skip
"""Verb -> what its rows are, where that is not crimes."""

DESIGN = "Columns and sample design"
"""The heading under which the options stand that say how rows are read."""

TIMES = "Times"
"""The heading under which the options stand that say when crimes were reported and recorded."""

SEVERAL = frozenset(["files", "groups", "names", "pairs", "reasons"])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option.

    Attributes
    ----------
    name : str
        Its name here; as a rule also that of the flag, the Python argument and the key.
    kind : str
        What it holds: the name of a type of the command line and of a reader of ``inspection.toml``.
    help : str
        What it does, in one sentence.
    words : mapping of str to str
        The same for other rows (searches, reviews), the sides of a comparison (sides), or in the file (toml).
    verbs : tuple of str
        The verbs that take it.
    flags : tuple of str
        How the command line spells it, unless that follows from the name.
    metavar : str
        What stands for its value in help.
    choices : tuple of str
        The words that it can be.
    multiple : bool
        Whether it can be repeated, beyond the kinds that are lists.
    default : str
        What holds unless given, as people write it.
    argument : str or None
        How Python calls it, unless that is the name; None: Python has no such argument.
    tables : tuple of str
        The tables of ``inspection.toml`` that take it; "" is the head of the file.
    key : str
        How the file spells it, unless that is the name.
    example : str
        A value as the file writes it.
    """

    name: str
    kind: str
    help: str
    words: Mapping[str, str] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    metavar: str = ""
    choices: tuple[str, ...] = ()
    multiple: bool = False
    default: str = ""
    argument: str | None = ""
    tables: tuple[str, ...] = ()
    key: str = ""
    example: str = ""

    @property
    def spelled(self) -> tuple[str, ...]:
        """Its flags on the command line; empty where no verb takes it."""
        return (self.flags or (f"--{self.name.replace('_', '-')}",)) if self.verbs else ()

    @property
    def in_python(self) -> str | None:
        """Its Python argument."""
        return self.name if self.argument == "" else self.argument

    @property
    def in_file(self) -> str | None:
        """Its key in ``inspection.toml``."""
        return (self.key or self.name) if self.tables else None

    @property
    def repeats(self) -> bool:
        """Whether it takes several values."""
        return self.multiple or self.kind in SEVERAL

    def said(self, subject: str = "") -> str:
        """Say what it does for some rows, or in the file."""
        return self.words.get(subject, self.help)


def _columns(tables: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{table}.columns" for table in tables)


REGISTRY: Mapping[str, tuple[Parameter, ...]] = {
    "Question": (
        Parameter(
            "question", "text", "Column with the answers to one question, the answer to count, and what a higher rate "
            "is, such as needs_assessed=no:worse.",
            verbs=("review",), metavar="COL[=ANSWER][:HIGHER]", multiple=True, argument="questions",
        ),
        Parameter(
            "questions", "questions", "File that lists the questions, in columns question, text, counts and higher.",
            words={"toml": 'A file or list like ["effective:better", "thrive=no:worse"]; all columns unless given.'},
            verbs=("review",), metavar="FILE", tables=("reviews",), example='"questions.csv"',
        ),
        Parameter(
            "ignore", "names", "Column that is not a question.",
            words={"toml": "Columns that are not questions."},
            verbs=("review",), metavar="COL", tables=("reviews",), example='["officer"]',
        ),
    ),
    "Disputes": (
        Parameter(
            "column", "column", "Column that marks disputed decisions, by yes or by the decision that the force holds.",
            verbs=("dispute",), metavar="COL", default="disputed",
        ),
        Parameter(
            "other_way", "choice", "What a crime found not recorded becomes if the column does not say: recorded, or "
            "no crime due (not-due).",
            verbs=("dispute",), choices=OTHER_WAYS, default="recorded",
        ),
        Parameter(
            "standard", "share", "Rate that the force should reach; the verdict is by one-sided limits.",
            verbs=("dispute",), metavar="RATE",
        ),
        Parameter(
            "grades", "text", "Grades and the rate at which each begins.",
            verbs=("dispute",), metavar="Good=90%,Fair=80%",
        ),
    ),
    "Stop when clear": (
        Parameter(
            "standard_watched", "share", "Rate that the force should reach, such as 95%.",
            verbs=("watch",), flags=("--standard",), metavar="RATE", argument="standard",
        ),
        Parameter(
            "most", "count", "Largest number of crimes that any report on the frame can hold; it must be certain.",
            verbs=("watch",), metavar="N",
        ),
        Parameter(
            "receipt", "text", "Receipt of the draw; SAMPLE.receipt.json beside SAMPLE.csv unless given.",
            verbs=("watch",), metavar="FILE",
        ),
    ),
    TIMES: (
        Parameter(
            "reported_at", "column", "Column with the time when the crime was reported.",
            verbs=("timeliness", "open"), metavar="COL", default="reported_at", tables=("times",),
            example='"reported_at"',
        ),
        Parameter(
            "recorded_at", "column", "Column with the time when the crime was recorded, blank if it was not.",
            verbs=("timeliness", "open"), metavar="COL", default="recorded_at", tables=("times",),
            example='"recorded_at"',
        ),
        Parameter(
            "within", "hours", "Hours from the report within which a crime is recorded in time.",
            verbs=("timeliness",), metavar="HOURS", default="24", tables=("times",), example="48",
        ),
        Parameter(
            "timely", "column", "Column that says whether the crime was recorded in time, instead of times.",
            verbs=("timeliness", "open"), metavar="COL", tables=("times",), example='"in_time"',
        ),
        Parameter(
            "date_format", "text", "How the times are written, if not ISO or day first, such as %d %b %Y %H:%M.",
            verbs=("timeliness",), metavar="FORMAT", tables=("times",), example='"%d %b %Y %H:%M"',
        ),
        Parameter(
            "clock", "choice", "Whether the clocks change in summer (uk), or the system keeps one time all year "
            "(fixed).",
            words={"toml": "Whether the clocks change in summer (uk) or not (fixed)."},
            verbs=("timeliness",), choices=CLOCKS, default="uk", tables=("times",), example='"fixed"',
        ),
        Parameter(
            "negative_delay", "choice", "What to do with a crime recorded before its report: stop (error), or treat "
            "the time as unknown (missing).",
            words={"toml": "What to do with a crime recorded before its report: stop, or treat the time as unknown."},
            verbs=("timeliness",), choices=NEGATIVE_DELAYS, default="error", tables=("times",), example='"missing"',
        ),
    ),
    "Forces": (
        Parameter(
            "sort", "choice", "Order of the forces: by name, or by rate with the highest first (value).",
            verbs=("forces",), choices=ORDERS, default="name",
        ),
        Parameter(
            "higher", "choice", "Whether a higher rate is better or worse, for well above and well below average.",
            words={"toml": "Whether a higher rate is better or worse."},
            verbs=("forces", "national"), choices=HIGHER, default="better", tables=("forces",), example='"worse"',
        ),
        Parameter(
            "mixed_periods", "yes", "Compare results of different kinds of inspection or of periods that do not "
            "overlap, under a warning.",
            words={"toml": "Whether results of different kinds or periods stand together, under a warning."},
            verbs=("forces", "national"), tables=("forces",), default="false", example="true",
        ),
        Parameter(
            "other_forces", "choice", "Whether a body that is none of the 43 territorial forces is counted with them, "
            "or kept out of the lines and all national figures.",
            words={"toml": "Whether bodies that are none of the 43 forces are counted with them."},
            verbs=("forces", "national"), choices=OTHER_FORCES, tables=("forces",), example='"leave-out"',
        ),
        Parameter(
            "leave_out", "names", "Force to leave out of all figures; every output says so.",
            verbs=("national",), metavar="NAME",
        ),
        Parameter(
            "rule", "choice", "When the lines are taken on logs: if the logs look more normal (published), or only if "
            "they also pass a test (p05).",
            words={"toml": "When the lines of one standard deviation are calculated on logs."},
            verbs=("forces", "national"), choices=LINES, default="published", tables=("forces",), example='"p05"',
        ),
        Parameter(
            "force_detail", "yes", "Add z scores, and the probability that each force is among the five lowest or "
            "highest.",
            verbs=("forces",), flags=("--detail",), argument=None,
        ),
        Parameter(
            "seed", "whole", "Number that random draws start from.",
            verbs=("forces",), metavar="N", default="1", argument=None, tables=("",), example="2024",
        ),
    ),
    "What the sample is to reach": (
        Parameter(
            "target", "text", "Half-width that is wanted: overall, or of a category, a stratum or a column "
            "(NAME=5pp), or in crimes (unrecorded=2000); 3pp overall unless given.",
            verbs=("plan",), metavar="[NAME=]3pp", multiple=True, argument="targets",
        ),
        Parameter(
            "assurance", "share", "Chance with which each half-width is to be met; about even unless given.",
            verbs=("plan",), metavar="SHARE",
        ),
        Parameter(
            "fall", "margin", "Fall of the overall rate since the audit before that is to be found.",
            verbs=("plan",), metavar="3pp",
        ),
        Parameter(
            "standard_to_tell", "share", "Standard that the overall rate is to be told from.",
            verbs=("plan",), flags=("--standard",), metavar="RATE", argument="standard",
        ),
        Parameter(
            "power", "share", "Chance with which a fall or a standard is to be found.",
            verbs=("plan",), metavar="SHARE", default="80%",
        ),
        Parameter(
            "allocation", "choice", "How reports are divided over strata: at the least cost (optimal), by another "
            "rule, or as the column sample says (fixed).",
            verbs=("plan",), choices=ALLOCATIONS, default=ALLOCATION,
        ),
        Parameter(
            "sample", "count", "Number of reports; the plan says what it reaches.",
            verbs=("plan",), metavar="N",
        ),
        Parameter(
            "minimum", "count", "Least reports of each stratum.",
            verbs=("plan",), metavar="N", default="2",
        ),
        Parameter(
            "maximum", "count", "Most reports of each stratum.",
            verbs=("plan",), metavar="N",
        ),
    ),
    "What is known of the frame": (
        Parameter(
            "frame", "file", "Sampling frame with a row for each report; it is counted by the columns of --stratum.",
            verbs=("plan",), metavar="FILE",
        ),
        Parameter(
            "bands", "text", "Column of the frame with the crimes recorded for each report, whose bands become strata, "
            "and where they begin after 0.",
            verbs=("plan",), metavar="COL[=1,2,6]",
        ),
        Parameter(
            "in_full", "count", "Recorded crimes from which on all reports are read.",
            verbs=("plan",), metavar="N",
        ),
        Parameter(
            "from_audit", "files", "Audit before, for the rates, crimes a report and correlation of each stratum.",
            verbs=("plan",), flags=("--from",), metavar="AUDIT", argument="previous",
        ),
    ),
    "What is expected": (
        Parameter(
            "crimes", "factor", "Crimes a report, on average.",
            verbs=("plan",), metavar="N", default="1",
        ),
        Parameter(
            "expected_deff", "factor", "Design effect of the crimes of one report, instead of their correlation.",
            verbs=("plan",), flags=("--deff",), metavar="DEFF", argument="deff",
        ),
        Parameter(
            "without_crime", "share", "Share of reports without any crime.",
            verbs=("plan",), metavar="SHARE",
        ),
        Parameter(
            "not_auditable", "share", "Share of reports that cannot be audited.",
            verbs=("plan",), metavar="SHARE",
        ),
        Parameter(
            "cost", "factor", "What a report costs, in any unit.",
            verbs=("plan",), metavar="N",
        ),
        Parameter(
            "per_day", "factor", "Reports that an auditor reads in a day.",
            verbs=("plan",), metavar="N",
        ),
    ),
    "What to explain": (
        Parameter(
            "row", "text", "Label of the row to work out, as it is printed; the overall row unless given.",
            verbs=("explain",), metavar="LABEL",
        ),
    ),
    "Samples that are drawn": (
        Parameter(
            "rates", "text", "True rates of a simple sample: a range, or rates with commas between them.",
            verbs=("coverage",), metavar="80%-99%|80%,90%", default="80%-99%",
        ),
        Parameter(
            "rate", "share", "True rate of every stratum and category, instead of rates like those of the audit.",
            words={"plans": "Recording rate that is expected, where the strata say none."},
            verbs=("coverage", "plan"), metavar="SHARE",
        ),
        Parameter(
            "correlation", "share", "How much alike the crimes of one report fare, from 0 to 1; as in the audit unless "
            "given.",
            words={"plans": "How much alike the crimes of one report fare, from 0 to 1."},
            verbs=("coverage", "plan"), metavar="SHARE",
        ),
        Parameter(
            "draws", "count", "Number of samples that are drawn.",
            verbs=("coverage",), metavar="N", default="4000",
        ),
        Parameter(
            "seed_of_draws", "whole", "Number that the draws start from.",
            verbs=("coverage", "resample"), flags=("--seed",), metavar="N", default="1", argument="seed",
        ),
        Parameter(
            "replicates", "count", "Number of samples that are drawn again from the reports of the audit.",
            verbs=("resample",), metavar="N", default="10000",
        ),
        Parameter(
            "processes", "count", "Number of processes that work side by side; all there are cores for unless given.",
            verbs=("coverage",), metavar="N",
        ),
    ),
    "Records that are drawn": (
        Parameter(
            "plan", "file", "Plan with a row for each stratum: its values, and sample, the number of records.",
            verbs=("draw",), metavar="PLAN",
        ),
        Parameter(
            "n_drawn", "whole", "Number of records of a simple sample, instead of a plan.",
            verbs=("draw",), flags=("--n",), metavar="N", argument="n",
        ),
        Parameter(
            "seed_of_draw", "text", "What was agreed on before the draw, such as the numbers of dice.",
            verbs=("draw",), flags=("--seed",), metavar="TEXT", argument="seed",
        ),
        Parameter(
            "keep", "names", "Column of the frame that the sample takes over.",
            verbs=("draw",), metavar="COL",
        ),
        Parameter(
            "reserves", "share", "Reserves, as a share of each stratum's sample.",
            verbs=("draw",), metavar="SHARE", default="10%",
        ),
        Parameter(
            "size", "column", "Column of positive numbers, in proportion to which records are drawn.",
            verbs=("draw",), metavar="COL",
        ),
        Parameter(
            "answers", "choice", "Columns that the auditors fill in: due and recorded (counts), or decision; by the "
            "kind of file unless given.",
            verbs=("draw",), choices=ANSWER_COLUMNS,
        ),
        Parameter(
            "sample_file", "picture", "New file for the sample: .csv, or .xlsx for the worksheet of the auditors.",
            verbs=("draw",), flags=("-o", "--output"), metavar="SAMPLE", argument="path",
        ),
        Parameter(
            "reread_audit", "file", "Audit of which a panel reads some reports again, instead of a frame; --n says how "
            "many.",
            verbs=("draw",), flags=("--reread",), metavar="AUDIT", argument="audit",
        ),
        Parameter(
            "missing_share", "share", "Share of the panel's reports that is drawn where the auditors found something "
            "missing.",
            verbs=("draw",), metavar="SHARE", default="50%",
        ),
        Parameter(
            "verified_receipt", "text", "Receipt to verify: the draw is made again from the frame, and held against "
            "the sample.",
            verbs=("draw",), flags=("--verify",), metavar="RECEIPT", argument="receipt",
        ),
        Parameter(
            "replaced", "text", "Id of a record in the sample that cannot be audited; the next reserve takes its "
            "place.",
            verbs=("draw",), flags=("--replace",), metavar="ID", argument="unit",
        ),
        Parameter(
            "reason", "choice", "Why it cannot be audited.",
            verbs=("draw",), choices=tuple(wording.REPLACEMENT_REASONS),
        ),
    ),
    "What to estimate": (
        Parameter(
            "by", "names", "Category column, such as crime_type; results are by stratum unless given, and overall only "
            "with --by ''.",
            words={"toml": "Columns with categories; each gets a table.",
                   "searches": "Group column, such as ethnicity; results are by stratum unless given, and overall "
                   "only with --by ''.",
                   "reviews": "Group column, such as outcome; results are by stratum unless given, and overall only "
                   "with --by ''.",
                   "nations": "Category column, such as crime_type; results are by force alone unless given.",
                   "auditors": "Category column, such as crime_type, as the first has it; overall only unless given.",
                   "plans": "Column of the strata or of the audit before; each of its categories gets a target of "
                   "5pp."},
            verbs=("agree", "compare", "coverage", "dispute", "estimate", "explain", "grounds", "national", "plan",
                   "resample", "review", "timeliness"),
            metavar="COL",
            tables=("audit", "searches", "previous", "reviews", "times"), example='["crime_type"]',
        ),
        Parameter(
            "searches", "yes", "Treat the files as stop and search records: the rate is the share with reasonable "
            "grounds recorded.",
            words={"auditors": "Treat the files as stop and search records, with a column grounds."},
            verbs=("agree", "check", "compare", "explain", "forces", "trend"), argument=None,
        ),
        Parameter(
            "second_answers", "column", "Column with the decisions or answers of the second auditor, if it has another "
            "name there.",
            verbs=("agree",), metavar="COL",
        ),
        Parameter(
            "measures", "choice", f"What to estimate: {wording.either(*(each.name for each in estimated().values()))}.",
            words={"toml": "What to estimate; always with the recording rate."},
            verbs=("estimate", "explain"), flags=("--measure",), choices=tuple(estimated()), multiple=True,
            default=next(iter(estimated())), tables=("audit",), example='["classification"]',
        ),
        Parameter(
            "reread", "file", "File in which a panel decided some of the reports again, to free rates and counts of "
            "the auditors' errors.",
            verbs=("estimate",), metavar="PANEL",
        ),
        Parameter(
            "bounds", "yes", "Add what the rates would be if none, or all, of the crimes that could not be audited had "
            "been recorded.",
            verbs=("estimate", "explain"),
        ),
        Parameter(
            "every", "choice", "What the points are of: months, quarters or years are gathered into these; as in the "
            "column unless given.",
            words={"toml": "What the points are of; as in the column unless given."},
            verbs=("trend",), choices=EVERY, tables=("monthly",), example='"financial-quarter"',
        ),
        Parameter(
            "baseline", "months", "Number of points, from the first, that set the centre and the control limits; all "
            "unless given.",
            verbs=("trend",), metavar="N", tables=("monthly",), example="12",
        ),
        Parameter(
            "contrast", "yes", "Compare the groups of --by with each other, as differences and ratios.",
            verbs=("grounds",), argument=None,
        ),
        Parameter(
            "reference", "text", "Group that the others are compared with; the one with the most records unless given.",
            verbs=("grounds",), metavar="GROUP",
        ),
        Parameter(
            "five_groups", "names", "Column of ethnic groups to gather into Asian, Black, Mixed, Other and White.",
            verbs=("grounds",), metavar="COL",
        ),
        Parameter(
            "not_stated", "names", "Further word for records that state no group, beside not stated, NS, refused, "
            "unknown and others.",
            verbs=("grounds",), metavar="WORD",
        ),
        Parameter(
            "residents", "file", "File with the resident population of each group, for searches per 1,000 residents.",
            verbs=("grounds",), metavar="FILE",
        ),
        Parameter(
            "kind", "choice", "Whether the change is a difference or a ratio.",
            verbs=("compare",), choices=KINDS, default="difference",
        ),
        Parameter(
            "margin", "margin", "Largest change that is broadly unchanged, fixed before seeing results: 3 points "
            "overall and 5 for a category unless given.",
            verbs=("compare",), metavar="3pp|0.03",
        ),
        Parameter(
            "grades_of_audit", "text", "Grades and the rate at which each begins, for one audit alone: which of them "
            "its limits allow.",
            verbs=("compare",), flags=("--grades",), metavar="Good=90%,Fair=80%", argument=None,
        ),
        Parameter(
            "false_discovery", "share", "Share of the changes found that may be due to chance, with more than two "
            "sides.",
            verbs=("compare",), metavar="SHARE", default="10%",
        ),
        Parameter(
            "coverage", "yes", "Add how often the interval holds the true difference, for two sides given as counts.",
            verbs=("compare",), argument=None,
        ),
    ),
    "Volumes": (
        Parameter(
            "volumes", "files", "File with population (reports on the frame, by stratum) or recorded_crime (by "
            "category), for the crimes not recorded.",
            words={"toml": "Files with population or recorded_crime, for the rows in files.",
                   "sides": "Volumes of a side, once for each side that is a file and in the same order; overall rates "
                   "are weighted by them."},
            verbs=("compare", "coverage", "dispute", "estimate", "explain", "national", "resample"), metavar="FILE",
            tables=("previous",),
            example='["volumes_2022.csv"]',
        ),
        Parameter(
            "recorded_crime", "crimes", "Recorded crime of all categories together, where one figure is all there is.",
            verbs=("coverage", "dispute", "estimate", "explain", "national", "plan", "resample"), metavar="N",
            tables=("volumes",), example="139_226",
        ),
        Parameter(
            "volumes_period", "text", "Period of the recorded crime, such as 2022/23: its quarters are added (all of "
            "them, up to a year, unless given).",
            verbs=("dispute", "estimate", "explain", "national", "open"), metavar="PERIOD",
        ),
        Parameter(
            "force", "text", "Force whose recorded crime is meant, where a table holds several.",
            words={"toml": "The force as the table of recorded crime names it, where it holds several."},
            verbs=("dispute", "estimate", "explain", "open"), metavar="NAME", tables=("volumes",),
            example='"Exampleshire"',
        ),
        Parameter(
            "groups", "groups", "Offence group, offence or code of a table, and its category in the audit (* for all "
            "others); or a CSV or mapping file.",
            words={"sides": "Category of --by and the group it is put into, on all sides (* for all others); or a CSV "
                   "or mapping file."},
            verbs=("compare", "dispute", "estimate", "explain", "national"), metavar="A=B|FILE",
        ),
        Parameter(
            "route_share", "share_known", "Share of recorded crime that comes through the audited routes, with its "
            "half width if it is an estimate; the count is limited to it.",
            words={"toml": "Share of recorded crime that comes through the audited routes; counts are limited to it."},
            verbs=("estimate", "explain", "national"), metavar="SHARE", tables=("volumes",), example='"87%"',
        ),
        Parameter(
            "over_recorded", "published", "Share of recorded crime that should not have been recorded, from another "
            "audit, with its half width; counts are net of it.",
            words={"toml": "Share of recorded crime that should not have been recorded; counts are net of it."},
            verbs=("estimate", "explain", "national"), metavar="X%+-Y%", argument="over_recording", tables=("volumes",),
            example='"2.1%+-0.8%"',
        ),
        Parameter(
            "prediction", "yes", "Widen the intervals of counts for the chance in the crimes themselves, as for "
            "another period.",
            verbs=("estimate", "explain"),
        ),
        Parameter(
            "hundreds", "names", "Category whose count the published style rounds down to 100 even below 1,000; "
            "violence unless given.",
            words={"toml": "Categories whose counts the published style rounds to 100; violence unless given."},
            verbs=("estimate", "explain"), metavar="NAME", tables=("volumes",), example='["violent"]',
        ),
    ),
    "Intervals": (
        Parameter(
            "level", "level", "Confidence level.",
            verbs=(*EMITTED, "national"), metavar="LEVEL", default=f"{LEVEL:.0%}", tables=("",), example='"90%"',
        ),
        Parameter(
            "method", "choice", "Interval method; cdi methods lists them.",
            verbs=(
                "dispute", "estimate", "explain", "forces", "grounds", "national", "plan", "review", "timeliness",
                "trend",
            ),
            metavar="NAME", choices=METHODS, default=METHOD, tables=("",), example='"korn-graubard"',
        ),
        Parameter(
            "method_of_sides", "choice", f"Interval method of each side; {SCORE} for the difference of two simple "
            "samples.",
            verbs=("compare",), flags=("--method",), metavar="NAME", choices=(*METHODS, SCORE), default=METHOD,
            argument="method",
        ),
        Parameter(
            "method_of_errors", "choice", "Interval method that rests on a standard error; cdi methods lists them.",
            verbs=("resample",), flags=("--method",), metavar="NAME", choices=RESTING, default=METHOD,
            argument="method",
        ),
        Parameter(
            "method_of_counts", "choice", "Interval method, or all of them; cdi methods lists them.",
            verbs=("interval",), flags=("--method",), metavar="NAME", choices=(*METHODS, "all"), default=METHOD,
            argument="method",
        ),
        Parameter(
            "methods_tried", "choice", "Interval method, or all of them; cdi methods lists them.",
            verbs=("coverage",), flags=("--method",), metavar="NAME", choices=(*METHODS, "all"), multiple=True,
            default=METHOD, argument="method",
        ),
        Parameter(
            "side", "choice", "Both limits, or a one-sided lower or upper limit.",
            verbs=("coverage", "estimate", "explain", "grounds", "interval", "watch"), choices=SIDES, default="both",
        ),
        Parameter(
            "joint", "yes", "Make the intervals of all rows hold together at the level, and not each by itself.",
            verbs=("estimate", "explain"), default="false",
        ),
        Parameter(
            "style", "choice", "Words, rounding and intervals: those of cdi (default), or of inspection reports "
            "(published).",
            words={"toml": "Words, rounding and intervals: those of cdi, or those of inspection reports.",
                   "sides": "Intervals and verdict: those of cdi (default), or of inspection reports (published)."},
            verbs=("compare", "estimate", "explain", "grounds"), choices=STYLES, default="default", tables=("",),
            example='"published"',
        ),
        Parameter(
            "detail", "yes", "Add standard errors, effective sample sizes, degrees of freedom and design effects.",
            verbs=("estimate", "grounds"), argument=None,
        ),
    ),
    DESIGN: (
        Parameter(
            "holds", "choice", "What the file holds, if it is not recognised.",
            verbs=("open",), choices=HOLDS,
        ),
        Parameter(
            "stratum", "names", "Column that reports were drawn by, such as route or month.",
            words={"searches": "Column that searches were drawn by, such as station or month.",
                   "reviews": "Column that files were drawn by, such as outcome or month.",
                   "plans": "Column of the frame, or of the audit before, that reports are drawn by, such as route."},
            verbs=(*READ, "plan", "watch", "draw"), metavar="COL", tables=_columns(SAMPLE_TABLES), example='"route"',
        ),
        Parameter(
            "cluster", "name", "Column with the report's number (incident): the unit that was drawn.",
            words={"searches": "Column with the unit that was drawn, if it holds several searches (officer, day).",
                   "reviews": "Column with the unit that was drawn, if it holds several files (officer, day).",
                   "plans": "Column of the audit before with the report's number."},
            verbs=(*MATCHED, "draw", "plan", "watch"), metavar="COL", tables=_columns(SAMPLE_TABLES),
            example='"incident"',
        ),
        Parameter(
            "nest", "names", "Column within which report numbers begin anew, such as month, or SHEET or FILENAME; '' "
            "if the same number is the same report everywhere.",
            words={"toml": 'Columns within which report numbers begin anew; "" if they never do.',
                   "searches": "Column within which the numbers of draws begin anew, such as month, or SHEET or "
                   "FILENAME; '' if the same number is the same draw everywhere.",
                   "reviews": "Column within which the numbers of files begin anew, such as month, or SHEET or "
                   "FILENAME; '' if the same number is the same file everywhere."},
            verbs=(*READ, "draw"), metavar="COL|SHEET", tables=_columns(SAMPLE_TABLES), example='["month"]',
        ),
        Parameter(
            "case", "name", "Column with each row's own number, checked for duplicates.",
            words={"reviews": "Column with each file's own number (file unless given), checked for duplicates."},
            verbs=(*MATCHED, "draw"), metavar="COL", tables=_columns(SAMPLE_TABLES), example='"crime_number"',
        ),
        Parameter(
            "due", "name", "Column with the number of crimes that should have been recorded; each row is one unless "
            "given.",
            words={"searches": "Column with the number of searches in each row; each row is one unless given.",
                   "reviews": "Column with the number of files in each row of counts, whose questions hold counts of "
                   "yes."},
            verbs=(*AUDITS, "agree", "grounds", "open", "plan", "review", "watch", "draw"), metavar="COL",
            tables=_columns(ANSWERED_TABLES),
            example='"due"',
        ),
        Parameter(
            "recorded", "column", "Column that says what was recorded: how many of those crimes, or yes or no.",
            words={"searches": "Column that says whether reasonable grounds are recorded, yes or no (grounds unless "
                   "given)."},
            verbs=(*AUDITS, "agree", "grounds", "open", "plan", "watch", "draw"), metavar="COL",
            tables=_columns(ANSWERED_TABLES), example='"recorded"',
        ),
        Parameter(
            "population", "population", "Number of reports on the sampling frame, or the column or file that holds it.",
            words={"searches": "Number of searches on the sampling frame, or the column or file that holds it.",
                   "reviews": "Number of files on the sampling frame, or the column or file that holds it.",
                   "plans": "Number of reports on the sampling frame, instead of strata; or the column or file that "
                   "holds it for the audit before."},
            verbs=(*SAMPLES, "plan", "watch", "draw"), metavar="N|COL", tables=SAMPLE_TABLES, example="12_000",
        ),
        Parameter(
            "frame_size", "count", "Number of records on the sampling frame.",
            verbs=("interval",), flags=("--population",), metavar="N", argument="population",
        ),
        Parameter(
            "weight", "name", "Column with a weight for each report, instead of the population.",
            words={"searches": "Column with a weight for each search, instead of the population.",
                   "reviews": "Column with a weight for each file, instead of the population."},
            verbs=(*OPENED, "draw"), metavar="COL", tables=_columns(SAMPLE_TABLES), example='"weight"',
        ),
        Parameter(
            "selection", "choice", "How the sample was chosen: by chance (random), everything on the frame (census), "
            "by judgement, or by who answered (voluntary).",
            words={"toml": "How the sample was chosen."},
            verbs=(*READ, "interval"), choices=SELECTIONS, default="random", tables=SAMPLE_TABLES,
            example='"census"',
        ),
        Parameter(
            "decision", "name", "Column with the auditor's decision on each crime, instead of due and recorded.",
            verbs=(*AUDITS, "agree", "open", "plan", "watch", "draw"), metavar="COL", tables=_columns(DECIDED_TABLES),
            example='"decision"',
        ),
        Parameter(
            "words", "pairs", "Word that auditors use, and what it means: a decision, or yes, no or n/a.",
            verbs=(*MATCHED, "watch", "draw"), metavar="WORD=MEANING",
        ),
        Parameter(
            "layout", "choice", "Whether each row is one record (records), or counts of many (counts).",
            verbs=MATCHED, choices=LAYOUTS, tables=SAMPLE_TABLES, example='"counts"',
        ),
        Parameter(
            "count", "name", "Column with how many crimes a row of counts stands for, beside a column of decisions or "
            "answers.",
            words={"searches": "Column with how many searches a row of counts stands for, beside a column of answers.",
                   "reviews": "Column with how many files a row of counts stands for, beside columns of answers."},
            verbs=COUNTED, metavar="COL", tables=_columns(COUNTED_TABLES), example='"count"',
        ),
        Parameter(
            "reports", "name", "Column with how many reports the crimes of a row of counts lie in.",
            words={"searches": "Column with how many draws the searches of a row of counts lie in."},
            verbs=("check", "compare", "coverage", "estimate", "explain", "forces", "grounds", "national", "open",
                   "trend"),
            metavar="COL", tables=_columns(("audit", "searches", "previous", "monthly")), example='"reports"',
        ),
        Parameter(
            "deff", "factor", "Design effect of a table of counts, 1 or more.",
            verbs=tuple(verb for verb in COUNTED if verb != "open"), metavar="DEFF", tables=COUNTED_TABLES,
            example="1.3",
        ),
        Parameter(
            "recorded_as", "name", "Column with the class that each crime was recorded in.",
            verbs=(*AUDITS, "draw", "open"), metavar="COL", tables=_columns(DECIDED_TABLES), example='"recorded_as"',
        ),
        Parameter(
            "category", "name", "Column with the class that each crime should have been recorded in (crime_type unless "
            "given).",
            verbs=(*AUDITS, "draw", "open"), metavar="COL", tables=_columns(DECIDED_TABLES), example='"crime_type"',
        ),
        Parameter(
            "classification", "choice", "Whether a crime recorded in the wrong class counts as not recorded in its own "
            "(strict), or as recorded (lenient).",
            words={"toml": "Whether a crime recorded in the wrong class counts as recorded in its own."},
            verbs=AUDITS, choices=CLASSIFICATIONS, default="strict", tables=DECIDED_TABLES, example='"lenient"',
        ),
        Parameter(
            "month", "column", "Column with the month, quarter, year or date of each report, or where the period is "
            "named: FILENAME, SHEET, or TITLE (above the table).",
            words={"toml": "Column with the month, quarter, year or date of each report, or FILENAME, SHEET or TITLE."},
            verbs=("trend",), flags=("--period", "--period-from"), metavar="COL|FILENAME|...", default="month",
            argument="period", tables=("monthly",), key="period", example='"FILENAME"',
        ),
        Parameter(
            "period", "column", "Column with dates or periods, or FILENAME, SHEET or TITLE (above the table); the "
            "period becomes a stratum, or a category with --by period.",
            verbs=(
                "agree", "check", "compare", "estimate", "explain", "grounds", "national", "open", "review",
                "timeliness",
            ),
            flags=("--period-from",), metavar="COL|FILENAME|...",
        ),
        Parameter(
            "single_cluster", "choice", "What to do with a stratum of one report: stop (error), use the overall rate "
            "(adjust) or the mean variance (average), or collapse.",
            words={"toml": "What to do with a stratum of one report.",
                   "searches": "What to do with a stratum of one draw: stop (error), use the overall rate (adjust) or "
                   "the mean variance (average), or collapse.",
                   "reviews": "What to do with a stratum of one file: stop (error), use the overall rate (adjust) or "
                   "the mean variance (average), or collapse."},
            verbs=SAMPLES, choices=RULES, default="error", tables=SAMPLE_TABLES, example='"average"',
        ),
        Parameter(
            "collapse", "pairs", "Stratum and the one that it joins, declared before seeing results.",
            words={"toml": "The stratum that it joins."},
            verbs=SAMPLES, metavar="A=B", tables=SAMPLE_TABLES, example='"control room"',
        ),
    ),
    "Workbooks": (
        Parameter(
            "sheet", "text", "Sheet of the workbook, if several hold data; or write FILE.xlsx#SHEET.",
            verbs=(*READ, "draw", "init", "open", "plan", "watch"), metavar="NAME",
        ),
        Parameter(
            "mapping", "text", "File that says how the sheets are read, as cdi open -o writes it.",
            verbs=(*READ, "init", "open", "plan", "watch", "draw"), metavar="FILE",
        ),
        Parameter(
            "header_row", "count", "Row of the sheet, or line of the CSV file, that holds the column names, if not the "
            "first.",
            verbs=(*READ, "draw", "open", "plan", "watch"), metavar="N",
        ),
    ),
    "Large files": (
        Parameter(
            "memory", "memory", "Most memory that rows and sums take, such as 1GB; the rest goes to temporary files.",
            verbs=OF_ROWS, metavar="SIZE", argument="memory",
        ),
        Parameter(
            "threads", "count", "Processors that work at once; all unless given.",
            verbs=OF_ROWS, metavar="N", argument="threads",
        ),
    ),
    "Disclosure control": (
        Parameter(
            "disclosure", "choice", "Whether to suppress small numbers for publication (public), or to show them and "
            "mark the page as not for publication (internal).",
            words={"toml": "Whether small numbers are suppressed, or every page is headed Not for publication."},
            verbs=DISCLOSED, choices=MODES, default="public", argument="mode", tables=("disclosure",), key="mode",
            example='"internal"',
        ),
        Parameter(
            "personal", "names", "Column of personal characteristics or small areas, if it is not recognised.",
            words={"toml": "Further columns of personal characteristics."},
            verbs=DISCLOSED, metavar="COL", tables=("disclosure",), example='["support_offered"]',
        ),
        Parameter(
            "small_areas", "names", "Further columns of small areas.",
            tables=("disclosure",), example='["cluster_area"]',
        ),
        Parameter(
            "not_personal", "reasons", "Column that is recognised as of personal characteristics or small areas but is "
            "not, and why.",
            words={"toml": "Why a column that is recognised is not of personal characteristics or small areas."},
            verbs=DISCLOSED, metavar="COL=REASON", tables=("disclosure",), example='"sectors of the economy"',
        ),
    ),
    "Output": (
        Parameter(
            "chart", "picture", "File to draw the chart to, .svg or .png.",
            verbs=("forces", "plan", "trend"), metavar="FILE", argument=None,
        ),
        Parameter(
            "funnel", "picture", "File to draw the funnel plot to, .svg or .png.",
            verbs=("forces",), metavar="FILE", argument=None,
        ),
        Parameter(
            "curve", "picture", "File to write the cumulative curve of the delay to, .csv.",
            verbs=("timeliness",), metavar="FILE", argument=None,
        ),
        Parameter(
            "disagreements", "picture", "File to list the disagreements in, .csv; it holds report numbers, so only "
            "with --disclosure internal.",
            verbs=("agree",), flags=("--list",), metavar="FILE", argument=None,
        ),
        Parameter(
            "format", "choice", "How to print the result; text unless given.",
            verbs=(*EMITTED, "draw", "national"), choices=FORMATS, argument=None,
        ),
        Parameter(
            "output", "picture", "File to write the result to; its ending sets the format.",
            verbs=EMITTED, flags=("-o", "--output"), metavar="FILE", argument=None,
        ),
    ),
    "Other files": (
        Parameter(
            "draft_searches", "files", "File with stop and search records.",
            verbs=("init",), flags=("--searches",), metavar="FILE", argument="searches",
        ),
        Parameter(
            "draft_volumes", "files", "File with population or recorded_crime.",
            verbs=("init",), flags=("--volumes",), metavar="FILE", argument="volumes",
        ),
        Parameter(
            "draft_output", "picture", "File to write, such as inspection.toml; printed unless given.",
            verbs=("init",), flags=("-o", "--output"), metavar="FILE", argument=None,
        ),
        Parameter(
            "mapping_output", "picture", "File to keep how the sheets are read, such as mapping.toml.",
            verbs=("open",), flags=("-o", "--output"), metavar="FILE", argument=None,
        ),
        Parameter(
            "overwrite", "yes", "Replace a file of this name; what it holds is lost.",
            verbs=("init",), argument=None,
        ),
        Parameter(
            "report_folder", "folder", "Folder to write: a new or empty one, or one that holds a report of cdi.",
            verbs=("national", "report"), flags=("-o", "--output"), metavar="FOLDER", argument="folder",
        ),
        Parameter(
            "replace", "yes", "Overwrite files of the report that were changed since; other files stay.",
            verbs=("national", "report"), default="false",
        ),
        Parameter(
            "pdf", "yes", "Print the page as a tagged report.pdf, too, by Chromium, Chrome or Edge.",
            verbs=("report",), default="false",
        ),
        Parameter(
            "verify", "folder", "Folder of a report to make again and compare.",
            verbs=("report",), metavar="FOLDER", argument="folder",
        ),
        Parameter(
            "earlier_folders", "folder", "Folder that was published before.",
            words={"toml": "Folders that were published before: no count of people may follow from all together."},
            verbs=("attack", "national", "report"), flags=("--published",), metavar="FOLDER", multiple=True,
            argument="published", tables=("disclosure",), key="published", example='["../2023/report"]',
        ),
        Parameter(
            "worksheet", "folder", "New .xlsx file to write; an existing file is not overwritten.",
            verbs=("template",), flags=("-o", "--output"), metavar="FILE", argument="path",
        ),
    ),
}  # fmt: skip
"""Heading -> the options under it, in the order of help."""

PARAMETERS: Mapping[str, Parameter] = {each.name: each for group in REGISTRY.values() for each in group}
"""Name -> option."""


def parameters_of(verb: str) -> dict[str, tuple[Parameter, ...]]:
    """List the options of a verb under their headings.

    Examples
    --------
    >>> {heading: [each.name for each in taken] for heading, taken in parameters_of("template").items()}
    {'Other files': ['worksheet']}
    """
    found = {heading: tuple(each for each in group if verb in each.verbs) for heading, group in REGISTRY.items()}
    return {heading: taken for heading, taken in found.items() if taken}


def keys_of(table: str, heading: str | None = None) -> tuple[str, ...]:
    """List the keys of a table of ``inspection.toml`` that are options, all of them or those under one heading.

    Examples
    --------
    >>> keys_of("disclosure"), keys_of("previous", "Volumes")
    (('mode', 'personal', 'small_areas', 'not_personal', 'published'), ('volumes',))
    """
    groups = REGISTRY.values() if heading is None else [REGISTRY[heading]]
    return tuple(str(each.in_file) for group in groups for each in group if table in each.tables)


def flag(name: str) -> str | None:
    """Spell an option as the command line does.

    Examples
    --------
    >>> flag("route_share"), flag("report_folder"), flag("small_areas")
    ('--route-share', '-o', None)
    """
    return next(iter(PARAMETERS[name].spelled), None)


def argument(name: str) -> str | None:
    """Spell an option as Python does.

    Examples
    --------
    >>> argument("over_recorded"), argument("chart")
    ('over_recording', None)
    """
    return PARAMETERS[name].in_python


def key(name: str) -> str | None:
    """Spell an option as ``inspection.toml`` does.

    Examples
    --------
    >>> key("month"), key("disclosure"), key("sheet")
    ('period', 'mode', None)
    """
    return PARAMETERS[name].in_file
