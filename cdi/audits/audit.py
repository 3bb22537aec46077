"""The audit: its rows, the role of each column and the strata they were drawn from, checked before any estimate.

``read_audit`` is the only door. What comes through it is right in every respect that rows can be checked for: counts
are whole, no report lies in two strata, every stratum can carry a variance.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from cdi.arguments import checked, several, text_of
from cdi.audits import answers, checks, counting, nesting, strata
from cdi.audits.ambiguous import refuse_either
from cdi.audits.answers import NOT_AUDITABLE, UNDECIDED
from cdi.audits.copies import Copies, copies_of
from cdi.audits.counting import DRAWS, DUE, PLACED, RECORDED, SUM, WEIGHT, Found, Reports, sum_rows
from cdi.audits.design import PERIOD, Design, Roles, reports_by_name, roles_of
from cdi.errors import SHOWN, DataError, DesignError, Fault, Where, fault
from cdi.parameters import LEVEL
from cdi.reading import engine, limits, opening, progress
from cdi.reading.grouped import GroupedRows, grouped
from cdi.reading.mapping import MAPPED_ROLES
from cdi.reading.shelf import once, shelf_of
from cdi.reading.sources import FILE, Source
from cdi.showing import Printed, Shown

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.strata import Strata
    from cdi.modelling.model import Model
    from cdi.printing.layout import Page
    from cdi.reading.engine import Expr, Rows
    from cdi.survey.kinds import Kinds

__all__ = ["Audit", "audit_of", "check_audit", "naming_answers", "read_audit", "read_closely", "read_for", "sample_of"]

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Audit(Printed):
    """An audited sample that passed every check.

    Two audits are equal only if they are the same object: their rows are in the engine of whoever brought them, and are
    not compared. A pickle keeps the rows of a frame in memory (pandas, Polars or PyArrow), but not those of a file or a
    database. It keeps every number that was counted. Whatever needs the missing rows says so.

    Attributes
    ----------
    source : Source
        What was opened: its file, its columns, and where each row is.
    design : Design
        The role of each column.
    rows : narwhals.LazyFrame
        The user's rows, with the columns that ``known`` names. Rows that could not be audited are left out. Engines
        know the user's columns by their positions: ``source.inner(name)``.
    counted : mapping of str to array
        The sums of products over all reports, by stratum and weight; see :mod:`cdi.audits.counting`.
    strata : Strata
        The reports audited and the reports on the sampling frame, by stratum.
    counts_empty_reports : bool
        Whether reports without any crime are among the reports audited.
    unplayed : tuple of str
        The columns that have the name of a role but hold no value, and so play none.
    known : frozenset of str
        The columns that were added; see :mod:`cdi.audits.counting`.
    decisions : mapping of str to int, or None
        The number of rows under each decision. Every row is under exactly one. It is None if there is no column of
        decisions.
    first_undecided : Where or None
        The first row without a decision.
    aside : narwhals.LazyFrame or None
        The rows that could not be audited. They count nothing.
    lost : tuple of Fault
        The months in which nothing could be audited. They are gaps in a trend, and an error in an estimate.
    copies : Copies or None
        The rows that are alike in every column, where no column of ids tells rows apart and that is no chance.
    reports : Reports or None
        The reports by the categories that were named when the sample was read. None if none were, or all rows are in
        memory.
    held : GroupedRows or None
        The rows by the number of their report and stratum, where all are in memory.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> audit = cdi.read_audit(pd.DataFrame({"incident": ["A", "A", "B"], "recorded": [1, 0, 1]}), cluster="incident")
    >>> audit.name is None, audit.columns
    (True, ('incident', 'recorded'))
    """

    source: Source
    design: Design
    rows: Rows
    counted: Found
    strata: Strata
    counts_empty_reports: bool
    unplayed: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    decisions: Mapping[str, int] | None = None
    first_undecided: Where | None = None
    aside: Rows | None = None
    lost: tuple[Fault, ...] = ()
    copies: Copies | None = None
    reports: Reports | None = None
    held: GroupedRows | None = None

    @property
    def name(self) -> str | None:
        """The name of the file. It is None for a data frame."""
        return self.source.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the user's rows."""
        return self.source.columns

    @property
    def number_ids(self) -> tuple[Where, ...]:
        """The first cell of each column of ids that a workbook holds as numbers."""
        found = (self.source.first_number(name) for name in _ids(self.design))
        return tuple(where for where in found if where is not None)

    def __repr__(self) -> str:
        """Say in a line what it is: only what is known without going through the rows again."""
        crimes, reports = int(self.counted[SUM + "due"].sum()), int(self.strata.sampled.sum())
        if self.design.cluster is not None:
            size = f"{crimes:,} crimes in {reports:,} reports"
        elif self.design.reports is not None:
            size = f"{crimes:,} crimes in {reports:,} reports, as counts"
        elif self.design.counts:
            size = f"{crimes:,} crimes as counts, taken as independent"
        elif self.design.due is not None:
            size = f"{crimes:,} crimes in {reports:,} rows"
        else:
            size = f"{crimes:,} crimes, taken as independent"
        name = "data frame" if self.name is None else self.source.short_name
        number = len(self.strata.labels)
        return f"<cdi.Audit: {name}, {size}, {number:,} {'stratum' if number == 1 else 'strata'}>"

    def page(self, **_options: Any) -> Page:
        """Show how the columns were understood, as ``cdi check`` does. This reads the sample again."""
        from cdi.description import describe

        return describe(self).page()

    def to_pandas(self) -> pd.DataFrame:
        """Give one row a stratum, as :meth:`cdi.Description.to_pandas` does; it holds no rows."""
        from cdi.description import describe

        return describe(self).to_pandas()

    def __copy__(self) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same: nothing of it changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it, with rows where they can be."""
        population = self.design.population
        plain = population is None or isinstance(population, (str, Path, Real, Mapping))
        whole = engine.can_pickle(self.source.rows) and (plain or engine.can_pickle(population))
        kept = replace(self, reports=None, held=None) if whole else self.without_rows()
        return type(self), tuple(getattr(kept, each.name) for each in fields(kept))

    def without_rows(self) -> Audit:
        """Keep the numbers only: a saved result holds no row of a victim's, and no connection to a database."""
        numbers = {str(place.column): place for place in self.number_ids}
        return replace(
            self,
            source=self.source.without_rows(numbers),
            design=replace(self.design, population=None),  # the reports on the frame are in the strata
            rows=engine.no_rows(),
            aside=None if self.aside is None else engine.no_rows(),
            reports=None,
            held=None,
        )

    def emptied(self) -> Audit:
        """Keep what the sample is, and nothing that was counted: what is published of it tells no more."""
        strata_ = replace(
            self.strata,
            labels=(),
            sampled=self.strata.sampled[:0],
            population=None if self.strata.population is None else self.strata.population[:0],
            group=self.strata.group[:0],
        )
        counted = {name: values[:0] for name, values in self.counted.items()}
        kept = self.without_rows()
        # a total that was left out says what the rows add up to
        kept = replace(kept, source=replace(kept.source, set_aside=()))
        return replace(kept, counted=counted, copies=None, strata=strata_, decisions=None, first_undecided=None)

    @property
    def has_rows(self) -> bool:
        """Whether its rows are there: a saved result keeps none."""
        return engine.are_kept(self.rows)

    @property
    def undecided(self) -> int:
        """The number of rows without a decision. Nothing is estimated while there are any."""
        return (self.decisions or {}).get(UNDECIDED, 0)

    @property
    def left_out(self) -> int:
        """The number of rows that could not be audited. They count nothing."""
        return (self.decisions or {}).get(NOT_AUDITABLE, 0)

    @checked
    def model(self, formula: str, *, reference: Mapping[str, str] | None = None, level: float = LEVEL) -> Model:
        """Fit a logistic regression that shows what goes with not recording.

        Parameters
        ----------
        formula : str
            ``recorded ~`` and the names of columns, joined by ``+``, ``:`` and ``*``, such as ``"recorded ~
            crime_type"``. ``C(name)`` takes numbers as categories, and ``Q("a name")`` quotes a name with spaces.
        reference : mapping of str to str, optional
            The category of each column that its others are compared with. If None, it is the first.
        level : float
            The confidence level.

        Returns
        -------
        Model
            Odds ratios and average differences in the recording rate, with intervals under the sample design.

        Raises
        ------
        MethodError, DataError, DesignError
            If the formula cannot be read, or the sample cannot support the model.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> audit = cdi.read_audit(pd.DataFrame({"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0, 0, 1, 1, 1] * 5}))
        >>> audit.model("recorded ~ kind").names
        ('Intercept', 'kind[b]')
        """
        from cdi.modelling.model import model

        return model(self, formula, reference=reference, level=level)

    @checked
    def kinds(self, by: str | Sequence[str] | None = None) -> Kinds:
        """Give the kinds of report in the sample: those alike in stratum, weight and crimes, with their number.

        Parameters
        ----------
        by : str or sequence of str, optional
            The category columns, as in :func:`cdi.estimate`. If None, the strata.

        Returns
        -------
        Kinds
            A small table that holds no row. Rates and comparisons of its categories follow from it, and
            :func:`cdi.resample` takes it. It is as private as the audit: a kind can stand for one report.

        Raises
        ------
        DataError, DesignError
            As for :func:`cdi.recording_rate`. If a table of counts does not say what each report holds.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> sample = pd.DataFrame({"incident": ["A", "A", "B", "C"], "recorded": [1, 0, 1, 1]})
        >>> kinds = cdi.read_audit(sample, cluster="incident").kinds()
        >>> kinds.rates().estimate.tolist()
        [0.75]
        """
        from cdi.survey.kinds import kinds_by

        return kinds_by(self, by)

    def periods(self) -> tuple[str, ...]:
        """List the periods in the column ``period``, where there is one."""
        return tuple(answers.values_of(self.rows, self.source.inner(PERIOD))) if PERIOD in self.columns else ()

    def places(self, keys: Sequence[str]) -> bool:
        """Tell whether a crime must be recorded in its own class to count, by these domain columns."""
        strict = PLACED in self.known and self.design.classification == "strict"
        return strict and self.design.category in keys

    def drawn(self) -> Ints:
        """Count the reports drawn from each stratum, those of which nothing could be audited among them."""
        import narwhals as nw

        if self.aside is None:
            return self.strata.sampled
        names = list(dict.fromkeys(name for name in (self.cluster, *self.apart) if name))
        reports = self.kept_reports(self.apart)
        if reports is not None and reports.everything is not None:
            rows = reports.everything
        else:
            # in one kind of number: what was added up is wider than what a row counts
            counts = [nw.col(name).cast(nw.Int64) for name in self.numbers]
            rows = nw.concat([part.select(*names, *counts) for part in (self.rows, self.aside)])
        everything = sum_rows(rows, self.apart, self.design, self.cluster)
        keys = self.source.inner_names(self.strata.keys)
        all_, known = (dict(zip(*strata.audited(found, keys), strict=True)) for found in (everything, self.counted))
        more = [int(all_[label] - known[label]) for label in self.strata.labels]
        return self.strata.sampled + np.array(more, dtype=np.int64)

    @property
    def lenient(self) -> Audit:
        """The same audit, in which a crime recorded in another class counts as recorded in its own."""
        return replace(self, design=replace(self.design, classification="lenient"))

    def measuring(self, due: Expr, recorded: Expr) -> Audit:
        """Count something else of the same sample: other numbers in the place of crimes due and recorded."""
        rows = self.rows.with_columns(**{DUE: due, RECORDED: recorded})
        held = None if self.held_rows is None else self.held_rows.anew(rows)
        counted = sum_rows(rows, self.apart, self.design, self.cluster, held)
        return replace(self, rows=rows, counted=counted, known=self.known - {PLACED}, held=held)

    def kept_reports(self, keys: Sequence[str]) -> Reports | None:
        """Give the reports that were kept, if they are of these rows and apart by these columns."""
        kept = self.reports
        return kept if kept is not None and kept.of is self.rows and kept.keys.issuperset(keys) else None

    @property
    def held_rows(self) -> GroupedRows | None:
        """The rows by the number of their report, if those that were numbered are these."""
        known = self.held
        return known.anew(self.rows) if known is not None and known.rows is self.rows else None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that every sum is made of."""
        return (DUE, RECORDED, DRAWS) if self.design.counts else (DUE, RECORDED)

    @property
    def apart(self) -> list[str]:
        """What reports are always kept apart by, as the rows know it: strata, and weight where they carry one."""
        return _apart(self.source, self.design)

    @property
    def cluster(self) -> str | None:
        """The column that names the reports, as the rows know it."""
        return _cluster(self.source, self.design)


@checked
def read_audit(source: object, design: Design | None = None, **roles: Unpack[Roles]) -> Audit:
    """Read an audited sample and check it. All faults are reported at once.

    Parameters
    ----------
    source : str, pathlib.Path, Workbook, a list of them, data frame, Audit or Result
        A CSV file, a Parquet file or a workbook (``"book.xlsx#June"`` names a sheet), several of them, a folder
        of such files, or a pattern such as ``"2024-*.csv"``. It can also be a frame of pandas, Polars, PyArrow or
        DuckDB. Each row is one crime, with counts or the auditor's decision, or one report with its counts. An audit is
        taken as it is. If roles are named, it is read again with these, and its other roles stay.
    design : Design, optional
        The role of each column. If None, columns of the usual names play the roles that are not named: ``stratum``,
        ``cluster``, ``case``, ``due``, ``recorded``, ``decision``, ``recorded_as`` and ``weight``. ``crime_type`` is
        then the category that ``recorded_as`` is compared with.
    **roles
        The fields of :class:`cdi.Design`, by name. None switches a role off.

    Returns
    -------
    Audit
        The checked sample, which all estimators take.

    Raises
    ------
    DataError
        If the file cannot be read or rows are wrong. The error gives file, line, column, value and remedy of the first
        twenty faults.
    DesignError
        If the roles contradict each other, or a stratum cannot be estimated.

    Examples
    --------
    >>> import pandas as pd
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B"], "recorded": ["yes", "no", "yes"]})
    >>> read_audit(sample, cluster="incident").strata.sampled.tolist()
    [2]
    """
    return read_for((), source, design, **roles)


def read_for(by: Sequence[str], source: object, design: Design | None = None, **roles: Unpack[Roles]) -> Audit:
    """Read an audited sample, of which estimates by some columns are asked: the rows are then added up once."""
    source = sample_of(source)
    if design is not None and not isinstance(design, Design):
        raise DesignError.of("no-design", got=type(design).__name__)
    if isinstance(source, Audit):
        if design is None and not roles:
            return source
        opened, design = _undated(source), source.design if design is None else design
    else:
        opened = source if isinstance(source, Source) else opening.open_source(source)
    settled, unplayed = roles_of(opened, design, roles)
    # what is on a shelf is the same source each time; its frame may be another file
    files = [*several(source), settled.population]
    # estimates of a sample that is on a shelf, by whatever columns, are of one audit
    wanted = () if shelf_of(files) else by
    key = ("audit", id(opened), settled, unplayed)
    return once(files, key, lambda: check_audit(opened, settled, unplayed, (), wanted))


def read_closely(source: object, **roles: Unpack[Roles]) -> Audit:
    """Read an audited sample, and look for what a spreadsheet damaged in the columns that play no role too."""
    opened = opening.open_source(source)
    design, unplayed = roles_of(opened, None, roles)
    if "cluster" not in roles and not opened.roles:
        _refuse_unsaid_reports(opened, design)
    return check_audit(opened, design, unplayed, _damage(opened, design))


def _refuse_unsaid_reports(opened: Source, design: Design) -> None:
    """Refuse rows taken one by one where a column is called as reports are, and its values stand in several rows."""
    name = reports_by_name(opened, design)
    if name is None:
        return
    where = Where(opened.name, opened.header, name, sheet=opened.sheet)
    damaged, total = opened.id_faults(name)
    faults = [fault("reports-unsaid", where=where, name=name), *opened.put(damaged)]
    raise DataError(faults, total + 1)


_DAMAGED = frozenset(["id-scientific", "id-cut", "id-too-long"])
"""What shows in a column of any kind that its values were reference numbers, and are no more."""


def _damage(opened: Source, design: Design) -> list[checks.Findings]:
    """Find shortened reference numbers, and dates among ranges, in the columns that nothing is read from."""
    found = []
    for name in set(opened.columns) - design.playing:
        ids = [(row, item) for row, item in opened.id_faults(name)[0] if item.code in _DAMAGED]
        found += [checks.Findings(ids, len(ids)), checks.Findings(*opened.date_faults(name))]
    return found


def audit_of(source: object, **roles: Unpack[Roles]) -> Audit:
    """Take an audit, or that of a result, as it is, and read anything else in the roles given, as every verb does."""
    known = sample_of(source)
    return known if isinstance(known, Audit) else read_audit(source, **roles)


def naming_answers(source: object, column: str, roles: Mapping[str, Any]) -> Any:
    """Add the column of answers that a measure usually has, unless the roles or a mapping name another."""
    mapped = (opening.role_by_mapping(source, role) for role in ("recorded", "decision"))
    is_named = "recorded" in roles or any(mapped)
    return {**roles} if is_named else {"recorded": column, **roles}


def sample_of(source: object) -> object:
    """Give the audit that a result keeps, and anything else as it is; a frame may have a column ``audit``."""
    if not isinstance(source, Shown):
        return source
    # of what is measured beside the answers themselves, an audit counts something else
    plain = bool(getattr(getattr(source, "measure", None), "answers", ""))
    kept = getattr(source, "audit", getattr(getattr(source, "totals", None), "audit", None) if plain else None)
    if not isinstance(kept, Audit):
        return source
    source.refuse_suppressed()
    if (
        getattr(source, "reread", None) is not None
        or getattr(getattr(source, "totals", None), "second", None) is not None
    ):
        raise DesignError.of("reread-taken", where=Where(kept.name))
    return kept


def _undated(audit: Audit) -> Source:
    """Give what was opened without the column of periods that was added to it, so that it can be read anew."""
    opened = audit.source
    if audit.design.period in {None, PERIOD}:
        return opened
    columns = tuple(name for name in opened.columns if name != PERIOD)
    return replace(opened, rows=opened.rows.drop(opened.inner(PERIOD)), columns=columns, day_first=None)


def check_audit(
    opened: Source,
    design: Design,
    unplayed: Sequence[str] = (),
    also: Sequence[checks.Findings] = (),
    by: Sequence[str] = (),
) -> Audit:
    """Check rows that were opened, in roles that are settled; ``by`` are the columns that will be asked for."""
    with limits.letting_out(), progress.asking("count", ""):
        return _checked(opened, design, unplayed, also, by)


def _checked(
    opened: Source, design: Design, unplayed: Sequence[str], also: Sequence[checks.Findings], by: Sequence[str]
) -> Audit:
    if design.decision is None:
        text_of(design.recorded, "recorded")
    if design.period is not None:
        # its patterns take longer to compile than a small file takes to read
        from cdi.audits.periods import with_period

        opened = with_period(opened, design.period)
    if design.classification == "lenient" and design.decision is None and design.recorded_as is None:
        raise DesignError.of("classification-idle", got=design.classification, where=Where(opened.name))
    answered = [name for name in _answered(design) if name in opened.columns]
    is_read = answers.is_decision if design.decision else answers.is_answer
    # where a mapping names no column, its words were put into those of the usual names alone
    told_later = [name for name in answered if opened.words and not opened.roles and name not in MAPPED_ROLES]
    if told_later:
        opened = checks.with_meanings(opened, told_later, opened.words, is_read)
    if design.words:
        opened = checks.with_meanings(opened, answered, design.words, is_read)
    if design.nest:
        opened = nesting.nested(opened, design)
    counted_rows = _count(opened, design, also, by)
    opened = replace(opened, untidy=opened.untidy + counted_rows.untidy)
    rows, apart = counted_rows.rows, _apart(opened, design)
    reports, held = counted_rows.reports, _grouped(opened, design, counted_rows)
    if reports is None and held is None:
        reports = _kept(opened, design, counted_rows, by)
    summed, of_files = rows if reports is None else reports.rows, [FILE] if opened.files else []
    counted, split = counting.sum_whole(summed, apart, design, _cluster(opened, design), of_files, held)
    refuse_either(opened, rows, design, counted)
    whole = None if counted_rows.aside is not None else held  # rows that could not be audited are asked too
    _refuse_split_reports(opened, rows, design, reports, whole, split=split)
    if design.weight:
        _refuse_weights_apart(opened, design.weight, counted[WEIGHT])
    drawn = strata.count(counted, design, opened, finished=counted_rows.undecided is None)
    empty = int((counted[SUM + "reports"] - counted[SUM + "with_crimes"]).sum())
    audit = Audit(
        opened,
        design,
        rows,
        counted,
        drawn,
        counts_empty_reports=design.cluster is None or drawn.stated or empty > 0,
        unplayed=tuple(unplayed),
        known=counted_rows.known,
        decisions=counted_rows.decisions,
        first_undecided=counted_rows.undecided,
        aside=counted_rows.aside,
        lost=tuple(counted_rows.lost),
        reports=reports,
        held=held,
    )
    _refuse_small_frame(audit)
    audit = replace(audit, copies=copies_of(opened, rows, design))
    if design.selection == "random":
        return audit
    return replace(audit, strata=strata.standing_alone(drawn, design.selection, audit.drawn(), opened.name))


def _answered(design: Design) -> list[str | None]:
    """Name the columns that hold what auditors wrote."""
    return [design.decision] if design.decision else [design.due, design.recorded]


def _grouped(opened: Source, design: Design, read: counting.CountedRows) -> GroupedRows | None:
    """Take rows that lie in memory, to group them by number."""
    if read.reports is not None or not opened.held:
        return None
    return grouped(read.rows, [name for name in (_cluster(opened, design), *_apart(opened, design)) if name])


def _asked(opened: Source, design: Design, by: Sequence[str]) -> list[str]:
    """Name the columns that reports are asked for by, of those that there are; what tells reports apart is none."""
    names = [opened.written(name) for name in by]
    return [name for name in names if name in opened.columns and name not in _ids(design)]


def _kept(opened: Source, design: Design, read: counting.CountedRows, by: Sequence[str]) -> Reports | None:
    """Add up the reports by the columns that will be asked for, where that saves a pass over the rows and costs none.

    A database of the user's keeps nothing of ours, and of clusters Spark alone does.
    """
    cluster, asked = _cluster(opened, design), _asked(opened, design, by)
    if cluster is None or set(asked) <= set(design.strata) or not (opened.name or engine.can_keep(read.rows)):
        return None
    keys = [*_apart(opened, design), *opened.inner_names(asked), *([FILE] if opened.files else [])]
    one_each = design.due is None and design.decision is None
    return Reports.kept(read.rows, list(dict.fromkeys(keys)), cluster, read.known, one_each=one_each)


def _kept_at_once(
    opened: Source,
    design: Design,
    by: Sequence[str],
    rows: Rows,
    columns: Mapping[str, Expr],
    wrong: Mapping[str, Expr],
    left_out: Expr | None,
) -> tuple[Reports | None, counting.Tally | None]:
    """Add up the reports in the pass that looks for faults, where each pass reads all files of a cluster again.

    They are kept apart by whatever else will be asked of them.
    """
    if not engine.is_spark(rows):
        return None, None
    asked = _asked(opened, design, by)
    places = nesting.places(opened, design, split=False) if design.nest is None else {}
    keys = list(dict.fromkeys([*_apart(opened, design), *opened.inner_names(asked), *places.values()]))
    return Reports.kept_with_faults(rows, columns, keys, _cluster(opened, design), wrong, left_out)


FARTHEST = 1e12
"""How many times the smallest weight the largest may be: no design of a sample comes near it, and sums lose digits."""


def _refuse_weights_apart(opened: Source, column: str, weights: npt.NDArray[Any]) -> None:
    """Refuse weights beside which others count nothing: one of them was mistyped."""
    if not len(weights) or float(max(weights)) / FARTHEST <= float(min(weights)):
        return
    where = Where(opened.name, opened.header, column, sheet=opened.sheet)
    raise DataError.of("weights-apart", where=where, smallest=float(min(weights)), largest=float(max(weights)))


def _refuse_small_frame(audit: Audit) -> None:
    """Refuse a frame that holds fewer reports than were drawn from it, auditable or not."""
    population = audit.strata.population
    if audit.aside is None or population is None:
        return
    drawn = audit.drawn()
    faults = [
        fault(
            "population-below-sample",
            got=f"{int(population[i]):,}",
            where=Where(audit.name, key=strata.stratum_name(audit.strata.labels[i]) or None),
            sampled=int(drawn[i]),
        )
        for i in np.flatnonzero(drawn > population)
    ]
    if faults:
        raise DataError(faults)


def _count(opened: Source, design: Design, found: Sequence[checks.Findings], by: Sequence[str]) -> counting.CountedRows:
    """Read what the rows count, and refuse them with every fault that they have."""
    also = [
        *found,
        _repeated_cases(opened, design),
        *(checks.Findings(*opened.id_faults(name)) for name in _ids(design)),
        *(checks.Findings(*opened.struck_faults(name)) for name in _played(design)),
    ]
    labels = [*design.strata, *(name for name in (design.category, design.recorded_as) if name and design.recorded_as)]
    also += [checks.Findings(*opened.date_faults(name)) for name in dict.fromkeys(labels) if name != PERIOD]
    more = functools.partial(_split_or_anew, opened, design)
    return counting.count_rows(opened, design, also, more, functools.partial(_kept_at_once, opened, design, by))


def _split_or_anew(opened: Source, design: Design) -> checks.Findings:
    """Find what is wrong between the rows of reports: numbers that begin anew, or else reports whose rows differ."""
    anew = nesting.ids_anew(opened, design, split=True)
    if anew is not None:
        return checks.Findings([(0, anew)], 1)
    return _split_reports(opened, opened.rows, design, _same_in_all(opened, design))


def _apart(opened: Source, design: Design) -> list[str]:
    return [*opened.inner_names(design.strata), *([WEIGHT] if design.weight else [])]


def _cluster(opened: Source, design: Design) -> str | None:
    return None if design.cluster is None else nesting.id_of(opened, design, design.cluster)


def _ids(design: Design) -> list[str]:
    return list(dict.fromkeys(name for name in (design.case, design.cluster) if name))


def _played(design: Design) -> list[str]:
    """List the columns of a file that play a role."""
    single = [design.case, design.cluster, design.due, design.decision or design.recorded, design.recorded_as]
    others = [*single, design.category, design.weight, *design.strata]
    return list(dict.fromkeys(name for name in others if name and name != PERIOD))


# ---- faults between rows: ids that stand twice, and reports whose rows disagree


def _repeated_cases(opened: Source, design: Design) -> checks.Findings:
    """Find case ids that stand twice; the place is that of the last."""
    import narwhals as nw

    if design.case is None:
        return checks.Findings()
    inner = nesting.id_of(opened, design, design.case)
    if engine.is_unique(opened.rows, inner, held=opened.held):
        return checks.Findings()
    anew = nesting.ids_anew(opened, design, split=True, of_cases=True)
    if anew is not None:
        return checks.Findings([(0, anew)], 1)
    twice = _by_last_row(opened, opened.rows, inner, times=nw.len()).filter(nw.col("_cdi_times") > 1)
    found = _first(opened, twice, inner)
    where = Where(opened.name, column=design.case)
    faults = [
        (int(row), fault("case-twice", got=f"{nesting.number_of(case)} ({times} times)", where=where))
        for row, case, times in zip(found[engine.ROW], found[inner], found["_cdi_times"], strict=True)
    ]
    return checks.Findings(faults, engine.count_rows(twice))


def _by_last_row(opened: Source, rows: Rows, key: str, **wanted: Expr) -> Rows:
    """Look at what each value of a column holds, with the number of its last row where rows have one."""
    import narwhals as nw

    if opened.ordered:
        rows = engine.numbered(rows)
        wanted["row"] = nw.col(engine.ROW).max()
    held = rows.filter(~nw.col(key).is_null()).group_by(key)
    return held.agg(**{f"_cdi_{name}": value for name, value in wanted.items()})


def _first(opened: Source, found: Rows, key: str) -> dict[str, np.ndarray[Any, Any]]:
    """Fetch the first few in the order of the rows, or of the key where rows have none; their row is then 0."""
    import numpy as np

    few = engine.collect(found.sort(engine.ROW if opened.ordered else key).head(SHOWN))
    return few if opened.ordered else {**few, engine.ROW: np.zeros(len(few[key]), dtype=np.int64)}


def _same_in_all(opened: Source, design: Design) -> dict[str, Mapping[str, str]]:
    """Name the columns in which all rows of a report must agree, and how rows know them, by the fault of the others."""
    strata_ = {name: opened.inner(name) for name in design.strata}
    return {
        "cluster-files": {str(design.cluster): FILE} if opened.files else {},
        "cluster-periods": {name: inner for name, inner in strata_.items() if name == PERIOD},
        "cluster-strata": {name: inner for name, inner in strata_.items() if name != PERIOD},
        "cluster-weights": {design.weight: opened.inner(design.weight)} if design.weight else {},
    }


def _refuse_split_reports(
    opened: Source, rows: Rows, design: Design, reports: Reports | None, held: GroupedRows | None, *, split: bool
) -> None:
    """Refuse a report that lies in two files or strata, or carries two weights."""
    if design.cluster is None:
        return
    kept = None
    if reports is not None and reports.keys.issuperset(nesting.places(opened, design, split=split).values()):
        kept = reports.everything
    anew = nesting.ids_anew(opened, design, kept, held, split=split)
    if anew is not None:
        raise DataError([anew])
    if not split:
        return
    columns = {**_same_in_all(opened, design), "cluster-weights": {design.weight: WEIGHT} if design.weight else {}}
    found = _split_reports(opened, rows, design, columns)
    raise DataError(opened.put(found.faults), found.total)


def _split_reports(
    opened: Source, rows: Rows, design: Design, columns: Mapping[str, Mapping[str, str]]
) -> checks.Findings:
    """Find reports whose rows differ in a column that should be the same in all; the place is that of the last row."""
    import narwhals as nw

    if design.cluster is None:
        return checks.Findings()
    cluster = nesting.id_of(opened, design, design.cluster)
    faults, total = [], 0
    for code, name, column in ((code, *pair) for code, named in columns.items() for pair in named.items()):
        is_number = rows.collect_schema()[column].is_numeric()
        valued = rows.with_columns(_cdi_value=nw.col(column) if is_number else engine.as_text(column))
        value = nw.col("_cdi_value")
        if not is_number:  # pandas before 3 finds no least of texts among absent ones
            valued = valued.filter(~value.is_null())
        held = _by_last_row(opened, valued, cluster, low=value.min(), high=value.max())
        # what is absent in all rows is no number that differs from itself
        split = held.filter((nw.col("_cdi_low") != nw.col("_cdi_high")) & ~nw.col("_cdi_low").is_null())
        found = _first(opened, split, cluster)
        where = Where(opened.name, column=name)
        for i, report in enumerate(found[cluster]):
            ends = (found["_cdi_low"][i], found["_cdi_high"][i])
            got = " and ".join(opened.files[int(end)] if column == FILE else answers.show(end) for end in ends)
            row = int(found[engine.ROW][i])
            faults.append((row, fault(code, got=got, where=where, cluster=nesting.number_of(report))))
        total += engine.count_rows(split)
        if total and column == FILE:
            break  # a report in two files is in two periods, and that follows
    return checks.Findings(sorted(faults, key=lambda pair: pair[0])[:SHOWN], total)
