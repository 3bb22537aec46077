"""The keys of an inspection's file, as one table: what is read, what the commented file shows, what the docs list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cdi.audits.design import CLASSIFICATIONS, RULES, SELECTIONS
from cdi.binomial.intervals import EXACT, METHODS
from cdi.disclosure.rules import MODES, SAMPLES
from cdi.results import STYLES
from cdi.reviewing.questions import HIGHER
from cdi.timing.timeliness import NEGATIVE_DELAYS
from cdi.timing.times import CLOCKS
from cdi.variation.outliers import RULES as LINES

__all__ = ["INSPECTION", "MEASURES", "Key", "Section", "every_key"]

MEASURES = ("recording-rate", "grounds")
"""What an earlier result can be of."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes
    ----------
    name : str
        Its name.
    kind : str
        What it holds, by its name in ``cdi.inspecting.values.KINDS`` and ``cdi.wording.KEY_KINDS``.
    example : str
        A value as it is written.
    choices : tuple of str
        The words that it can be, where they are few.
    default : str
        What holds where it is not there, as it is written; empty: nothing.
    required : bool
        Whether it must be there.
    """

    name: str
    kind: str
    example: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One table.

    Attributes
    ----------
    name : str
        Its name; empty for the head of the file.
    keys : tuple of Key
        What stands in it.
    tables : tuple of Section
        The tables in it.
    repeated : bool
        Whether it can stand several times: ``[[previous]]``.
    each : Key, Section or None
        What any other name in it holds, where the user chooses the names.
    """

    name: str
    keys: tuple[Key, ...] = ()
    tables: tuple[Section, ...] = ()
    repeated: bool = False
    each: Key | Section | None = field(default=None)

    def item(self, name: str) -> Key | Section | None:
        """Give what a name stands for; None where it stands for nothing."""
        items: tuple[Key | Section, ...] = (*self.keys, *self.tables)
        return next((item for item in items if item.name == name), self.each)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are known."""
        return (*(key.name for key in self.keys), *(table.name for table in self.tables))


def _source(example: str) -> Key:
    return Key("source", "text", f'"{example}"')


_BY = Key("by", "names", '["crime_type"]')
_DRAWN = (
    Key("stratum", "names", '"route"'),
    Key("cluster", "name", '"incident"'),
    Key("case", "name", '"crime_number"'),
    Key("weight", "name", '"weight"'),
)
_ANSWERED = (*_DRAWN, Key("due", "name", '"due"'), Key("recorded", "column", '"grounds"'))
_DECIDED = (
    *_DRAWN,
    Key("due", "name", '"due"'),
    Key("recorded", "column", '"recorded"'),
    Key("decision", "name", '"decision"'),
    Key("recorded_as", "name", '"recorded_as"'),
    Key("category", "name", '"crime_type"'),
)
_DESIGN = (
    Key("selection", "choice", '"census"', SELECTIONS, '"random"'),
    Key("population", "population", "12_000"),
    Key("single_cluster", "choice", '"average"', RULES, '"error"'),
)
_CLASSIFICATION = Key("classification", "choice", '"lenient"', CLASSIFICATIONS, '"strict"')
_COLLAPSE = Section("collapse", each=Key("", "column", '"control room"'))
_TABLES = (Section("columns", _DECIDED), _COLLAPSE)


def _files(example: str, *, required: bool = True) -> Key:
    return Key("files", "files", example, required=required)


INSPECTION = Section(
    "",
    keys=(
        Key("force", "text", '"Exampleshire Constabulary"', required=True),
        Key("title", "text", '"Crime data integrity 2024"'),
        Key("date", "date", "2024-11-30"),
        Key("grade", "text", '"good"'),
        Key("style", "choice", '"published"', STYLES, '"default"'),
        Key("level", "level", '"90%"', default='"95%"'),
        Key("method", "choice", '"korn-graubard"', (*METHODS, *EXACT), '"wilson"'),
        Key("notes", "texts", '["One week in May is missing."]'),
        Key("seed", "whole", "2024", default="1"),
    ),
    tables=(
        Section(
            "audit", (_files('["audit.csv"]'), _BY, _source("audit of 456 reports"), *_DESIGN, _CLASSIFICATION), _TABLES
        ),
        Section(
            "volumes",
            (
                _files('["volumes.csv"]'),
                Key("route_share", "share", '"87%"'),
                Key("over_recorded", "published", '"2.1%+-0.8%"'),
                _source("the force's crime system"),
            ),
        ),
        Section(
            "searches",
            (
                _files('["searches.csv"]'),
                Key("by", "names", '["ethnicity"]'),
                _source("300 of 6,180 searches"),
                *_DESIGN,
            ),
            (Section("columns", _ANSWERED), _COLLAPSE),
        ),
        Section(
            "previous",
            (
                Key("name", "text", '"2022"', required=True),
                Key("measure", "choice", '"grounds"', MEASURES, '"recording-rate"'),
                Key("figure", "figure", '"86.5%+-4.3%"'),
                _files('["audit_2022.csv"]', required=False),
                _BY,
                Key("volumes", "files", '["volumes_2022.csv"]'),
                Key("period", "period", '"2022-01 to 2022-12"'),
                _source("the inspection of 2022"),
                *_DESIGN,
                _CLASSIFICATION,
            ),
            _TABLES,
            repeated=True,
        ),
        Section(
            "reviews",
            (
                _files('["reviews.csv"]'),
                Key("questions", "questions", '"questions.csv"'),
                Key("ignore", "names", '["officer"]'),
                Key("by", "names", '["outcome"]'),
                _source("90 case files"),
                *_DESIGN,
            ),
            (Section("columns", _DRAWN), _COLLAPSE),
        ),
        Section(
            "times",
            (
                _files('["times.csv"]', required=False),
                Key("reported_at", "column", '"reported_at"', default='"reported_at"'),
                Key("recorded_at", "column", '"recorded_at"', default='"recorded_at"'),
                Key("within", "hours", "48", default="24"),
                Key("timely", "column", '"in_time"'),
                Key("date_format", "text", '"%d %b %Y %H:%M"'),
                Key("clock", "choice", '"fixed"', CLOCKS, '"uk"'),
                Key("negative_delay", "choice", '"missing"', NEGATIVE_DELAYS, '"error"'),
                _BY,
                _source("the force's command system"),
                *_DESIGN,
                _CLASSIFICATION,
            ),
            _TABLES,
        ),
        Section(
            "monthly",
            (
                _files('["2024-*.csv"]', required=False),
                Key("period", "column", '"FILENAME"', default='"month"'),
                Key("baseline", "months", "12"),
                _source("the force's monthly audits"),
                *_DESIGN,
                _CLASSIFICATION,
            ),
            _TABLES,
        ),
        Section(
            "forces",
            (
                Key("file", "file", '"forces.csv"', required=True),
                Key("marked", "text", '"Exampleshire"'),
                Key("higher", "choice", '"worse"', HIGHER, '"better"'),
                Key("mixed_periods", "yes", "true", default="false"),
                Key("rule", "choice", '"p05"', tuple(LINES), '"published"'),
                _source("inspections since 2016"),
            ),
        ),
        Section(
            "periods",
            (
                Key("audit", "period", '"2024-01 to 2024-06"'),
                Key("count", "period", '"year to June 2024"'),
                Key("volumes", "period", '"year to June 2024"'),
                Key("searches", "period", '"2024-01 to 2024-06"'),
                Key("reviews", "period", '"2024-01 to 2024-06"'),
            ),
        ),
        Section("categories", each=Section("", each=Key("", "text", '"violence against the person"'))),
        Section(
            "disclosure",
            (
                Key("mode", "choice", '"internal"', MODES, '"public"'),
                Key("personal", "names", '["victim_group"]'),
                Key("small_areas", "names", '["ward"]'),
            ),
            (
                Section(
                    "exceptions",
                    (
                        Key("column", "column", '"ethnicity"', required=True),
                        Key("category", "column", '"black"', required=True),
                        Key("sample", "choice", '"searches"', SAMPLES),
                        Key("reason", "text", '"already published"', required=True),
                        Key("approver", "text", '"the force crime registrar"', required=True),
                    ),
                    repeated=True,
                ),
            ),
        ),
    ),
)
"""What can stand in the file."""


def every_key(section: Section = INSPECTION, above: str = "") -> Iterator[tuple[str, Key]]:
    """List the keys of a table and of those in it, each with its whole name.

    Examples
    --------
    >>> [name for name, _ in every_key()][-1]
    'disclosure.exceptions.approver'
    """
    yield from ((f"{above}{key.name}", key) for key in section.keys)
    for table in section.tables:
        yield from every_key(table, f"{above}{table.name}.")
    if isinstance(section.each, Key):
        yield f"{above}NAME", section.each
    elif section.each is not None:
        yield from every_key(section.each, f"{above}NAME.")
