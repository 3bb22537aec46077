"""The figures of all forces together: the national rate and count, those of each force, and the forces side by side.

All of it follows from sums that are made once, by force and category. A force is not estimated from its own rows again,
and what is said of it alone is what :func:`cdi.estimate` says of its audit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from cdi import wording
from cdi.arguments import checked, chosen, listed, names_of, several, text_of, truth_of
from cdi.audits.audit import Audit, check_audit
from cdi.audits.crime_tables import PLAIN_TERMS, look_at
from cdi.audits.crime_tables import terms_of as terms_of_crime
from cdi.audits.design import NOT_COLUMNS, PERIOD, Design, Roles, roles_of
from cdi.audits.force_names import APART
from cdi.audits.periods import read_span
from cdi.audits.volumes import POPULATION, RECORDED_CRIME, SAMPLE, Label, Volumes, one_figure, read_volumes, sort_out
from cdi.errors import DataError, DesignError, Where, fault, suggestion
from cdi.facts import Scope
from cdi.measures import MEASURES
from cdi.nationwide.folders import STRATUM, KnownBeside, crime_by_force, known_of_inspections, same_force, terms_of
from cdi.nationwide.gathering import STRATA, Gathered, gathered, known_of
from cdi.parameters import HIGHER, LEVEL, METHOD, OTHER_FORCES
from cdi.peers.force_results import FORCE, ForceRate, ForceRates
from cdi.peers.side_by_side import Forces, lay_out_forces, set_out
from cdi.printing.layout import Page, joined
from cdi.printing.layouts import lay_out, said_of_net
from cdi.printing.tables import Row, Table
from cdi.reading import engine
from cdi.reading.mapping import MAPPED_ROLES
from cdi.reading.sources import Source, Workbook
from cdi.results import Result, refuse_alone, result_of
from cdi.showing import Shown
from cdi.survey.estimates import ALL
from cdi.survey.extrapolation import known_crime
from cdi.survey.parts import Together
from cdi.survey.sampling import share_of
from cdi.survey.totals import total

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.binomial.published import PublishedRate
    from cdi.explaining.explanation import Explanation
    from cdi.reading.mapping import SheetMapping
    from cdi.survey.estimates import Estimates

__all__ = ["Asked", "National", "by_category", "by_force", "national", "said_of_all"]

RATE = MEASURES["recording-rate"]


@dataclass(frozen=True, slots=True)
class Asked:
    """How national figures were asked for, by files and in plain terms: enough to ask for them again."""

    audits: tuple[Workbook, ...]
    volumes: tuple[Workbook, ...]
    terms: Mapping[str, Any]  # the other arguments of :func:`national`


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class National(Shown):
    """The figures of all forces together, and of each. It prints as the page of ``cdi national``.

    Attributes
    ----------
    audit : Audit
        The audits of all forces as one sample, whose strata are those of each force.
    table : Table
        Every number, unrounded: by force and category, each force as a whole, each category over all forces, and the
        national figures, under ``all``.
    whole : Result
        What all forces together come to, by force and category: :func:`cdi.estimate` on their audits as one sample.
    categories : mapping of tuple to Result
        What is found of each category over all forces, by its label.
    forces : Forces
        The forces side by side: the published lines, the funnel and the adjusted rates.
    results : mapping of str to Result
        What :func:`cdi.estimate` says of each force, by its name.
    left_out : tuple of str
        Forces that are in no figure, since somebody asked to leave them out.
    said : tuple of str
        What a reader must know about the input.
    files : tuple of pathlib.Path
        The files that were read. Empty for a frame.
    origin : tuple of pathlib.Path
        The folder or files that were named, with those of the volumes. Empty for frames.
    asked : Asked or None
        How the figures were asked for. It is None where they cannot be asked for again, as of a frame.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = [{"force": f, "recorded": int(i < n)} for f, n in {"A": 18, "B": 19, "C": 10}.items() for i in range(20)]
    >>> found = cdi.national(pd.DataFrame(rows), volumes={"A": 900, "B": 1_900, "C": 500})
    >>> found.results["B"].table.rows[0].estimate, round(found.overall.estimate, 3)
    (0.95, 0.825)
    """

    audit: Audit = field(repr=False, compare=False)
    table: Table
    whole: Result = field(repr=False, compare=False)
    categories: Mapping[Label, Result] = field(repr=False, compare=False)
    forces: Forces
    results: Mapping[str, Result]
    left_out: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    files: tuple[Path, ...] = field(default=(), repr=False, compare=False)
    origin: tuple[Path, ...] = field(default=(), repr=False, compare=False)
    asked: Asked | None = field(default=None, repr=False, compare=False)

    @property
    def overall(self) -> Row:
        """The national recording rate: what can be said of all forces together."""
        return next(row for row in self.table.rows if row.whole and row.measure is RATE)

    def page(self, **options: Any) -> Page:
        """Lay the figures out for people: by category, by force, and the forces side by side."""
        parts = [lay_out(by_category(self.table))] if len(self.table.keys) > 1 else []
        parts.append(lay_out(by_force(self.table), overall=not parts))
        parts.append(lay_out_forces(self.forces, **options))
        page = joined(parts, self.table)
        said = (*self.headlines(), *page.statements, *said_of_net(self.whole.net), *self.said)
        return replace(page, statements=said_of_all(said))

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the figures of a row step by step; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            A force, a category over all forces, or a force and a category: as they are printed. If None, the national
            figures.

        Returns
        -------
        Explanation
            The steps. Of a force they end with its place among the forces: lines, funnel and adjusted rate.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> held = {"A": 18, "B": 19, "C": 10}
        >>> rows = [{"force": f, "recorded": int(i < n)} for f, n in held.items() for i in range(20)]
        >>> found = cdi.national(pd.DataFrame(rows), volumes={"A": 900, "B": 1_900, "C": 500}).explain("B")
        >>> [step.working for step in found.steps if step.symbol == "p"]
        ['p = x / y = 19 / 20 = 0.95']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def headlines(self, most: int = 0) -> tuple[str, ...]:
        """Say of which forces all figures are, and name those that are missing if they are few, ``most`` of them."""
        missing = self.forces.without_data
        left = [wording.forces_left_out(self.left_out)] if self.left_out else []
        return (wording.of_forces(len(self.results), missing, named=len(missing) <= most), *left)

    def draw(self, axes: Axes) -> None:
        """Draw the rates of the forces, and the published lines."""
        self.forces.draw(axes)


def said_of_all(texts: Iterable[str]) -> tuple[str, ...]:
    """Say of all forces together what was said of one, each thing once."""
    return tuple(dict.fromkeys(wording.for_all_forces(text, APART) for text in texts))


@checked
def national(
    source: object,
    by: str | Sequence[str] | None = None,
    *,
    volumes: object = None,
    recorded_crime: int | None = None,
    volumes_period: str | None = None,
    groups: Mapping[str, str] | str | Path | SheetMapping | None = None,
    route_share: float | PublishedRate | str | None = None,
    over_recording: PublishedRate | str | None = None,
    leave_out: str | Sequence[str] = (),
    mixed_periods: bool = False,
    other_forces: str | None = None,
    higher: str = "better",
    rule: str = "published",
    level: float = LEVEL,
    method: str | None = None,
    **roles: Unpack[Roles],
) -> National:
    """Estimate the national recording rate and the crimes not recorded, with those of each force, from all audits.

    Parameters
    ----------
    source : path, Workbook, a list of them, or data frame
        The audits: rows with a column ``force``, or a folder with a file for each force. A file ``kent.toml`` beside
        ``kent.xlsx`` says how that is read; ``cdi.Workbook("folder", mapping=...)`` says it of all. A frame can be of
        pandas, Polars, PyArrow, DuckDB, Dask, PySpark or Ibis, and stays in its engine.
    by : str or sequence of str, optional
        The category columns, such as the crime type. If None, there are forces only.
    volumes : path, Workbook, data frame, mapping, or a list of them, optional
        The reports on the sampling frame (``population``) by force and stratum, and recorded crime
        (``recorded_crime``) by force and category. With recorded crime, the national rate is R / (R + U). Else it is
        weighted by the frame, if that is known.
        A table of recorded crime as the Home Office publishes it is read force by force.
    recorded_crime : int, optional
        The recorded crime of all forces together, if one figure is all there is: there is then a national count, and
        none of a force or category. The reports on the frame of each force must be known.
    volumes_period, groups, route_share, over_recording : str, mapping, float or str
        See :func:`cdi.estimate`. They are of all forces. A column ``route_share`` of the volumes gives each its own.
    leave_out : str or sequence of str
        Forces that are in no figure. Every output names them.
    mixed_periods : bool
        Whether to go on if the audits of two forces have no period in common.
    other_forces, higher, rule : str
        See :func:`cdi.forces`.
    level, method : float, str
        See :func:`cdi.estimate`.
    **roles
        The fields of :class:`cdi.Design`. Each force is a stratum, with the columns ``stratum`` within it. Report
        numbers begin anew in each force, unless ``nest`` says otherwise.

    Returns
    -------
    National
        The figures. Rates are proportions and counts are crimes.

    Raises
    ------
    DataError
        If a file of a force cannot be read, a force is named in two ways or twice, or lacks a frame or recorded crime.
        Also if there is recorded crime of a force without audit, fewer than three forces have a rate, or no period is
        common to all. All faults of all files are reported at once.
    DesignError
        If the roles contradict each other, or a stratum has a single report.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 6. The strata are those of each force.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = [{"force": f, "recorded": int(i < n)} for f, n in {"A": 18, "B": 19, "C": 10}.items() for i in range(20)]
    >>> found = cdi.national(pd.DataFrame(rows), volumes={"A": 900, "B": 1_900, "C": 500})
    >>> [round(row.estimate) for row in found.table.rows if row.counted]
    [100, 100, 500, 700]
    """
    chosen(higher, HIGHER, "no-higher")
    if other_forces is not None:
        chosen(other_forces, OTHER_FORCES, "no-other-forces")
    if method is not None:
        text_of(method, "method")
    mixed_periods = truth_of(mixed_periods, "mixed_periods")
    plain = {
        "by": by, "leave_out": leave_out, "mixed_periods": mixed_periods, "other_forces": other_forces,
        "higher": higher, "rule": rule, "level": level, "method": method, "volumes_period": volumes_period,
        "groups": groups, "recorded_crime": recorded_crime, "route_share": _as_written(route_share),
        "over_recording": _as_written(over_recording), **roles,
    }  # fmt: skip
    asked = _asked(source, volumes, plain)
    domains = (FORCE, *(name for name in names_of(by) if name != FORCE))
    given: Any = {**roles}
    if PERIOD in domains:
        given.setdefault("period_as", "domain")
    named = {
        role: [name for name in names_of(names) if name not in NOT_COLUMNS]
        for role, names in given.items()
        if role in MAPPED_ROLES and role != POPULATION and isinstance(names, (str, list, tuple))
    }
    found = gathered(
        source, by=domains[1:], leave_out=tuple(map(str, listed(leave_out, "leave_out"))), other_forces=other_forces,
        named=named,
    )  # fmt: skip
    given = terms_of(found.of_forces, given) | given
    crime_terms = terms_of_crime(volumes_period, None, groups)
    plain_volumes, tables = _parted(several(volumes), domains)
    frame, crime = sort_out(plain_volumes, domains, PLAIN_TERMS if tables else crime_terms)
    if tables:
        crime = crime_by_force(tables[0], found.forces, domains[1:], FORCE, crime_terms)
    beside = KnownBeside() if several(volumes) else known_of_inspections(found.of_forces, domains[1:], FORCE)
    frame, crime = frame or beside.frame, crime or beside.crime
    if recorded_crime is not None:
        crime = one_figure(recorded_crime, beside=crime)
    audit = _audit(found, frame, domains, given)
    _refuse_unmet(found, audit, frame, crime)
    if recorded_crime is not None and not audit.strata.represents:
        # forces as they were sampled, and not as they are: no count follows from the rate
        raise DesignError.of("one-figure-unframed", got=recorded_crime)
    together = Together(total(audit, domains))
    said = _refuse_periods(audit, mixed=mixed_periods)
    shown = method or METHOD
    if crime is None:
        refuse_alone(route_share, over_recording)
    terms = _Terms(level, shown, route_share, over_recording)
    whole, known = _whole(together, crime, found, terms)
    results = _each_force(together, found.forces, known, terms)
    categories = [*_categories(together, known, terms)]
    table = _table(whole.table, results, categories)
    table = replace(table, rows=tuple(map(_of_samples, table.rows)))
    if found.left_out:
        table = replace(table, rows=tuple(map(_lacking, table.rows)))
    rows = [row for row in by_force(table).rows if row.measure is RATE and not row.whole]
    rates = ForceRates(
        tuple(ForceRate(row) for row in rows if row.estimate is not None),
        tuple(row.label[0] for row in rows if row.estimate is None),
        RATE, audit, audit.name, other_forces,
    )  # fmt: skip
    forces = set_out(rates, sort="name", higher=higher, rule=rule, level=level, method=shown)
    known_by = [*_files(frame, crime), *(Path(book.path) for book in map(_book, tables) if book is not None)]
    files, origin = (*found.files, *beside.files, *known_by), (*found.origin, *known_by)
    return National(
        audit, table, whole, {label: result for label, _, result in categories}, forces, results, found.left_out,
        (*whole.said, *said, *beside.said), files, origin, asked,
    )  # fmt: skip


def _as_written(share: object) -> object:
    """Write a share with its half width as it is read: what is kept of it can then be asked for again."""
    return getattr(share, "figure", share)


def _asked(source: object, volumes: object, terms: Mapping[str, Any]) -> Asked | None:
    """Keep how figures were asked for, if files and plain terms say all of it."""
    audits, known = ([*map(_book, several(part))] for part in (source, volumes))
    is_plain = all(map(_is_plain, terms.values())) and not _names_a_file(terms.get(POPULATION))
    if not is_plain or None in (*audits, *known):
        return None
    read, beside = (tuple(book for book in part if book is not None) for part in (audits, known))
    return Asked(read, beside, terms)


def _book(source: object) -> Workbook | None:
    """Give what is read, if it is a file or folder that stands there, and what says how it is read is another."""
    if isinstance(source, Workbook):
        is_told = source.mapping is None or source.mapping.name is not None
        return source if is_told and Path(source.path).exists() else None
    return Workbook(str(source)) if isinstance(source, (str, Path)) and Path(source).exists() else None


def _names_a_file(population: object) -> bool:
    return isinstance(population, str) and Path(population).is_file()


def _is_plain(value: object) -> bool:
    """Tell what is written as JSON and comes back as it was."""
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and _is_plain(each) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, bool, int, float))


def _parted(volumes: Sequence[object], domains: Sequence[str]) -> tuple[list[object], list[object]]:
    """Part volumes from tables of recorded crime as they are published, of which there can be one."""
    is_file = [isinstance(each, (str, Path, Workbook)) for each in volumes]
    published = [named and look_at(each, domains[1:])[1] for each, named in zip(volumes, is_file, strict=True)]
    tables = [each for each, is_table in zip(volumes, published, strict=True) if is_table]
    if len(tables) > 1:
        raise DataError.of("volumes-twice", column=RECORDED_CRIME)
    return [each for each, is_table in zip(volumes, published, strict=True) if not is_table], tables


def _files(*volumes: object) -> list[Path]:
    """List the files of known counts."""
    sources = [getattr(each, "source", each) for each in volumes]
    return [place for each in sources if isinstance(each, Source) for place, _ in each.places]


# ---- the audits as one sample


def _audit(found: Gathered, frame: object, by: Sequence[str], roles: Any) -> Audit:
    """Check the audits of all forces as one sample: each force is a stratum, whose report numbers are its own."""
    opened = found.source
    further = [name for name in opened.columns if STRATA.fullmatch(name) and found.of_forces]
    strata = roles.get("stratum") or opened.roles.get(STRATUM) or ((STRATUM,) if STRATUM in opened.columns else ())
    strata = strata if roles.get("stratum") else [*names_of(strata, "stratum"), *further]
    roles["stratum"] = [FORCE, *(name for name in names_of(strata, "stratum") if name != FORCE)]
    design, unplayed = roles_of(opened, None, roles)
    within = names_of(design.nest or (), "nest")
    # whatever they begin anew in, no report is of two forces; but none may be said to begin anew at all
    begins = bool(within) or "nest" not in roles
    if begins and FORCE not in within and (design.cluster is not None or design.case is not None):
        design = replace(design, nest=(FORCE, *within))
    if frame is not None:
        if design.population is not None:
            raise DesignError.of("population-twice")
        design = replace(design, population=known_of(_frame(frame, design), found))
    audit = check_audit(opened, design, unplayed, (), by)
    if audit.lost:
        raise DataError(audit.lost)
    if audit.undecided:
        raise DataError.of("undecided", got=wording.undecided(audit.undecided), where=audit.first_undecided)
    if not design.representative:
        raise DesignError.of("not-representative", got=wording.SELECTIONS[design.selection], where=Where(audit.name))
    return audit


def _frame(frame: object, design: Design) -> Volumes:
    """Read the reports on the frame of each force."""
    if isinstance(frame, Volumes):
        return frame
    return read_volumes(frame, design.strata, (POPULATION, SAMPLE), dated=design.period is not None)


def _refuse_unmet(found: Gathered, audit: Audit, *volumes: object) -> None:
    """Refuse to leave out a force that is nowhere: its name is a slip."""
    there = set(found.met)
    for each in volumes:
        source = getattr(each, "source", each)
        if isinstance(source, Source) and FORCE in source.columns:
            values = engine.collect(engine.sums(source.rows, [source.inner(FORCE)], (), count="_cdi_n"))
            there |= {same_force(str(name)) for name in values[source.inner(FORCE)] if not engine.absent(name)}
        elif isinstance(each, Mapping):
            there |= {same_force(str(name[0] if isinstance(name, tuple) else name)) for name in each}
    unmet = [name for name in found.left_out if same_force(name) not in there]
    if unmet:
        hints = [(name, suggestion(name, list(found.forces))) for name in unmet]
        raise DataError([
            fault("leave-out-unknown", got=name, where=Where(audit.name, column=FORCE), hint=hint)
            for name, hint in hints
        ])  # fmt: skip


def _refuse_periods(audit: Audit, *, mixed: bool) -> list[str]:
    """Refuse audits of which two have no period in common, unless that is asked for; say what differs."""
    if PERIOD not in audit.columns:
        return []
    force, period = audit.source.inner_names([FORCE, PERIOD])
    found = engine.collect(engine.sums(audit.rows, [force, period], (), count="_cdi_n"))
    held: dict[str, list[str]] = {}
    for name, text in zip(found[force], found[period], strict=True):
        held.setdefault(str(name), []).append("" if engine.absent(text) else str(text))
    spans = {name: [read_span(text) for text in texts] for name, texts in held.items()}
    unread = sorted(name for name, read in spans.items() if None in read)
    if unread:
        return [wording.mixed_part("unknown-periods", wording.in_a_row(unread))] if len(unread) < len(spans) else []
    known = {name: [span for span in read if span is not None] for name, read in spans.items()}
    firsts = {name: min(span.first for span in read) for name, read in known.items()}
    lasts = {name: max(span.last for span in read) for name, read in known.items()}
    if len({*firsts.values()}) == len({*lasts.values()}) == 1:
        return []
    everything = [span for read in known.values() for span in read]
    got = wording.first_and_last(
        min(everything, key=lambda span: span.first).in_words, max(everything, key=lambda span: span.last).in_words
    )
    if max(firsts.values()) > min(lasts.values()) and not mixed:
        raise DataError.of("mixed-periods", got=got, where=Where(audit.name, column=PERIOD))
    return [wording.forces_of_other_periods(got)]


# ---- the figures


@dataclass(frozen=True, slots=True)
class _Terms:
    """What is asked of each part."""

    level: float
    method: str
    route_share: float | PublishedRate | str | None = None
    over_recording: PublishedRate | str | None = None

    def result(self, rates: Estimates, known: Volumes | None) -> Result:
        return result_of(
            rates, known, level=self.level, method=self.method, route_share=self.route_share,
            over_recording=self.over_recording,
        )  # fmt: skip


def _whole(together: Together, crime: object, found: Gathered, terms: _Terms) -> tuple[Result, Volumes | None]:
    """Estimate all forces and categories, and the national figures."""
    rates = share_of(together.whole, RATE)
    if crime is None:
        return terms.result(rates, None), None
    known = known_crime(rates, crime)
    if not known.keys:
        # one figure of all forces: nothing of it is known to be of one
        return terms.result(rates, known), None
    known = known_of(known, found)
    return terms.result(rates, known), known


def _each_force(together: Together, names: Sequence[str], known: Volumes | None, terms: _Terms) -> dict[str, Result]:
    """Give what is found of each force, from the sums of all."""
    crime = {} if known is None else _grouped(known.labels, lambda label: label[0])
    there, found = frozenset(together.names()), dict[str, Result]()
    for name in names:
        if name not in there:
            continue
        own = None if known is None else _known_of_part(known, known.keys[1:], {each: each[1:] for each in crime[name]})
        found[name] = terms.result(share_of(together.part(name), RATE), own)
    return found


def _categories(together: Together, known: Volumes | None, terms: _Terms) -> Iterator[tuple[Label, int, Result]]:
    """Give what is found of each category over all forces, with the reports that hold it."""
    crime = {} if known is None else _grouped(known.labels, lambda label: label[1:])
    for label in dict.fromkeys(own[1:] for own in together.totals.domains):
        if not label:
            return
        part = together.across(label)
        own = None
        if known is not None:
            own = _known_of_part(known, known.keys[:1], {each: each[:1] for each in crime.get(label, [])})
        yield label, int(part.cells.reports.sum()), terms.result(share_of(part, RATE), own)


Kind = TypeVar("Kind")
Key = TypeVar("Key", bound=Hashable)


def _grouped(all_of: Iterable[Kind], by: Callable[[Kind], Key]) -> dict[Key, list[Kind]]:
    """Part things by what they have in common, each in one pass, however many parts there are."""
    found: dict[Key, list[Kind]] = {}
    for each in all_of:
        found.setdefault(by(each), []).append(each)
    return found


def _known_of_part(known: Volumes, keys: tuple[str, ...], places: Mapping[Label, Label]) -> Volumes:
    """Take the recorded crime of a part, by the labels that it has there; its periods are said of the whole."""
    counts = known.counts[RECORDED_CRIME]
    return Volumes(
        keys,
        {RECORDED_CRIME: {new: counts[old] for old, new in places.items() if old in counts}},
        known.name,
        shares={new: known.shares[old] for old, new in places.items() if old in known.shares},
        share=known.share,
    )


# ---- one table


def _table(whole: Table, results: Mapping[str, Result], categories: Sequence[tuple[Label, int, Result]]) -> Table:
    """Put all figures into one table: each force with its categories, each category, and the whole."""
    if len(whole.keys) == 1:
        return whole
    others = (ALL,) * (len(whole.keys) - 1)
    rows: list[Row] = []
    for measure in dict.fromkeys(row.measure for row in whole.rows):
        own = [row for row in whole.rows if row.measure is measure]
        of_force = _grouped((row for row in own if not row.whole), lambda row: row.label[0])
        for name, result in results.items():
            rows += of_force.get(name, [])
            rows += [_as_category(row, (name, *others)) for row in _overall(result) if row.measure is measure]
        for label, reports, result in categories:
            rows += [
                replace(_as_category(row, (ALL, *label)), clusters=reports)
                for row in _overall(result)
                if row.measure is measure
            ]
        rows += [row for row in own if row.whole]
    return replace(whole, rows=tuple(rows))


def _of_samples(row: Row) -> Row:
    """Say of the sample that it is one of each force."""
    return row.stating(scope=Scope.SAMPLES) if row.facts.scope is Scope.SAMPLE else row


def _lacking(row: Row) -> Row:
    """Note on a figure of all forces that some are left out."""
    return row.because("forces-left-out") if row.label[0] == ALL else row


def _overall(result: Result) -> list[Row]:
    """Take the figures of a result as a whole; not the rate that stands beside one by recorded crime."""
    return [row for row in result.table.rows if row.whole and row.facts.scope is not Scope.FRAME]


def _as_category(row: Row, label: Label) -> Row:
    return replace(row, label=label, facts=replace(row.facts, scope=Scope.CATEGORY))


def by_force(table: Table) -> Table:
    """Take the forces as wholes, and the national figures; the rate that stands beside these is shown by category."""
    others = (ALL,) * (len(table.keys) - 1)
    rows = [replace(row, label=row.label[:1]) for row in table.rows if row.label[1:] == others]
    if others:
        rows = [row for row in rows if row.facts.scope is not Scope.FRAME]
    return replace(table, keys=table.keys[:1], rows=tuple(rows))


def by_category(table: Table) -> Table:
    """Take the categories over all forces, and the national figures."""
    rows = (replace(row, label=row.label[1:]) for row in table.rows if row.label[0] == ALL)
    return replace(table, keys=table.keys[1:], rows=tuple(rows))
