"""Any printed figure, worked out with its own numbers: which rows are meant, and the page of their working."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, counts_of, names_of
from cdi.binomial.published import PublishedRate, is_published, parse_published
from cdi.errors import DataError, DesignError, MethodError, suggestion
from cdi.explaining.figures import Asked, Figure, NoWorkingError, RowsGoneError, figures_of
from cdi.explaining.net import net_of
from cdi.explaining.steps import Section, Step
from cdi.explaining.working import worked_out
from cdi.facts import Scope
from cdi.measures import Role
from cdi.parameters import LEVEL, METHOD
from cdi.printing.layout import Cell, Grid, Head, Kind, Listing, Page, write_marks
from cdi.printing.lines import named
from cdi.printing.tables import Row, Table, arrange
from cdi.results import Result
from cdi.showing import Shown
from cdi.survey.estimates import Estimates
from cdi.survey.extrapolation import PublishedRates
from cdi.survey.sampling import of_counts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Base", "Explanation", "explain"]

SCHEMA = "cdi.explanation/1"


@dataclass(frozen=True, slots=True)
class Base:
    """What a working tells the sums of: a category, in a stratum."""

    columns: tuple[str, ...]
    label: tuple[str, ...]
    due: int
    recorded: int
    shared: bool = False  # whether it is what two categories share, as products


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Explanation(Shown):
    """The working of one or several figures. It prints as the page of ``cdi explain``.

    Attributes
    ----------
    table : Table
        The figures.
    sections : tuple of Section
        Their working, part by part.
    said : tuple of str
        Why some figure has no working.
    source : Shown
        The result that they are figures of.
    bases : tuple of Base
        What the working tells the sums of, for disclosure control.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.estimate(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})).explain()
    >>> found
    <cdi.Explanation: recording rate, 1 row, wilson 95%>
    >>> [step.working for step in found.steps][-1]
    'to % = 100 × high = 100 × 0.91429493 = 91.429493, printed 91.4'
    """

    table: Table
    sections: tuple[Section, ...]
    said: tuple[str, ...]
    source: Shown = field(repr=False, compare=False)
    bases: tuple[Base, ...] = field(default=(), repr=False, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for section in self.sections for step in section.steps)

    def page(self, **_options: Any) -> Page:
        """Lay the working out for people: what each number is, how it follows, and from which source."""
        sources = _sources(self.steps)
        grids = [grid for section in self.sections for grid in _grids(section, sources)]
        remarks = tuple(wording.note_line(i + 1, source) for i, source in enumerate(sources))
        read = wording.read_as([row.measure.key for row in self.table.rows])
        statements = (*self.said, *read, wording.EXPLAINED_STATEMENT)
        return Page(self.table, tuple(grids), statements=statements, remarks=remarks,
                    listing=Listing(SCHEMA, wording.EXPLAINED_COLUMNS, tuple(_values(self.sections))))  # fmt: skip

    def steps_to_pandas(self) -> pd.DataFrame:
        """Give the steps as a data frame, one row each.

        Returns
        -------
        pandas.DataFrame
            ``figure``, ``part``, ``line``, ``symbol``, ``what``, ``formula``, ``numbers``, ``value``, ``printed``,
            ``shown``, ``inputs``, ``expression``, ``source``; the values are unrounded.
        """
        import pandas as pd

        frame = pd.DataFrame(list(_values(self.sections)), columns=list(wording.EXPLAINED_COLUMNS), dtype=object)
        return frame.astype({name: "Float64" if name == "value" else "string" for name in frame.columns})


# ---- which figures


@checked
def explain(
    found: object,
    row: str | Sequence[str] | None = None,
    *,
    level: float | None = None,
    method: str | None = None,
    side: str | None = None,
) -> Explanation:
    """Work out printed figures step by step, each with its formula, its numbers and its source.

    Parameters
    ----------
    found : a result, Estimates or str
        A result, such as of :func:`cdi.estimate`, :func:`cdi.dispute` or :func:`cdi.coverage`, or a model; estimates
        such as those of :func:`cdi.of_counts`; or counts as text, such as ``"159/182"``.
    row : str or sequence of str, optional
        The row to work out, by its label as it is printed; with several category columns, one label for each. The rate
        and the count of the row are both worked out. If None, the overall row.
    level, method, side : float, str, str, optional
        See :meth:`Estimates.interval`. Those of a result are its own.

    Returns
    -------
    Explanation
        The steps. Each can be worked out again from the printed numbers of those before it.

    Raises
    ------
    DataError
        If there is no such row, the row has no figure, or some numbers of the result are suppressed.
    DesignError
        If the figure does not follow from sums of its sample, as one of an estimator of your own.

    References
    ----------
    Each step names its own. The formulas are those of ``docs/statistics.md``.

    Examples
    --------
    >>> import cdi
    >>> [step.working for step in cdi.explain("159/182").steps if step.symbol == "centre"]
    ['centre = (p + k / 2) / (1 + k) = (0.87362637 + 0.021106917 / 2) / (1 + 0.021106917) = 0.86590328']
    """
    terms = {"level": level, "method": method, "side": side}
    given = {name: value for name, value in terms.items() if value is not None}
    pair = counts_of(found)
    if pair is not None:
        found = of_counts(*pair)
    elif isinstance(found, str) and is_published(found):
        found = parse_published(found)
    other = _OTHERS.get(type(found).__name__)
    if other is not None and isinstance(found, Shown):
        found.refuse_suppressed()
        if given:
            raise MethodError.of("terms-of-result", got=wording.in_a_row(given))
        return other(found, row)
    source, estimates, table, published = _taken(found, given)
    figures = figures_of(estimates, table)
    chosen = _chosen(figures, row)
    with_figure = [each for each in chosen if each.row.estimate is not None or each.row.facts.alone]
    said = [
        wording.nothing_to_explain(each.title, "; ".join(each.row.notes)) for each in chosen if each not in with_figure
    ]
    if not with_figure:
        raise DataError.of("nothing-to-explain", got=chosen[0].title, why=chosen[0].row.notes)
    level = table.level if table.each is None else table.each
    asked = Asked(level, table.method, table.side, table.each is not None, published)
    net = net_of(found.net, found.counts) if isinstance(found, Result) and chosen[-1].row.whole else None
    sections, without = worked_out(with_figure, asked, net)
    if not sections:
        raise DesignError.of("no-working", got=without[0])
    said += map(wording.no_working, without)
    said += [wording.WHY_ALONE[each.row.facts.alone] for each in with_figure if each.row.facts.alone]
    beside = () if net is None else net.found.table.rows
    behind = [*with_figure, *([] if net is None or net.over is None else [net.over])]
    bases = tuple(base for each in behind for base in _bases(each))
    return Explanation(_of(table, chosen, beside), sections, tuple(dict.fromkeys(said)), source, bases)


def _taken(found: object, given: dict[str, Any]) -> tuple[Shown, tuple[Estimates, ...], Table, bool]:
    """Take the estimates of a result with its table, and how they are printed."""
    if isinstance(found, Result):
        found.refuse_suppressed()
        if found.reread is not None:
            raise DesignError.of("reread-explained")
        if given:
            raise MethodError.of("terms-of-result", got=wording.in_a_row(given))
        return found, found.estimates, found.table, found.style == "published"
    if isinstance(found, PublishedRate):
        return _as_published(found, given)
    if not isinstance(found, Estimates):
        raise DataError.of("nothing-explained", got=type(found).__name__)
    terms = {"level": LEVEL, "method": METHOD, "side": "both", **given}
    return found, (found,), arrange(found, **terms), False


def _as_published(
    found: PublishedRate, given: dict[str, Any]
) -> tuple[Shown, tuple[Estimates, ...], Table, bool]:  # fmt: skip
    """Take a published rate with its interval as it was printed, or at another level."""
    if "method" in given:
        raise MethodError.of("method-of-printed", got=given["method"])
    rates, table = PublishedRates.of(found), found.table
    interval = rates.interval(**given)
    low, high = (None if found.census else float(end[0]) for end in (interval.low, interval.high))
    row = replace(table.rows[0], level=interval.level, low=low, high=high)
    return found, (rates,), replace(table, rows=(row,), level=interval.level), False


def _chosen(figures: Sequence[Figure], row: str | Sequence[str] | None) -> tuple[Figure, ...]:
    """Choose the figures of a row, as it is labelled or printed; none named: those of the whole."""
    overall = tuple(each for each in figures if each.row.whole and each.row.facts.scope is not Scope.FRAME)
    asked = ", ".join(names_of(row, "row"))
    if not asked:
        return overall
    by_name: dict[str, tuple[Figure, ...]] = {}
    for each in figures:
        if each not in overall:
            for name in dict.fromkeys((", ".join(each.row.label), ", ".join(named(each.row)))):
                by_name[name] = (*by_name.get(name, ()), each)
    for each in overall:
        by_name |= dict.fromkeys((", ".join(each.row.label), ", ".join(named(each.row))), overall)
    if asked not in by_name:
        raise DataError.of("no-such-row", got=asked, hint=suggestion(asked, list(by_name)))
    return by_name[asked]


def _of(table: Table, chosen: Sequence[Figure], beside: Sequence[Row]) -> Table:
    """Keep the rows that are worked out, and what is said beside the overall row."""
    label = (wording.ALL,) * len(table.keys)
    return replace(table, rows=(*(each.row for each in chosen), *(replace(row, label=label) for row in beside)))


def _bases(figure: Figure) -> Iterator[Base]:
    """List what the working of a figure tells the sums of."""
    behind = figure.behind()
    if behind is None:
        return
    totals, cells, chosen = behind.sample.totals, behind.sample.cells, behind.sample.chosen
    keys, strata = totals.keys, totals.strata
    by_category = behind.crime is not None or not figure.row.whole
    sums: dict[tuple[str, ...], tuple[int, int]] = {}
    for i, (domain, stratum) in enumerate(zip(cells.domain.tolist(), cells.stratum.tolist(), strict=True)):
        if not cells.due[i] or not chosen[i]:
            continue
        label = (*(totals.domains[domain] if by_category else ()), *strata.labels[stratum])
        due, recorded = sums.get(label, (0, 0))
        sums[label] = (due + int(cells.due[i]), recorded + int(cells.recorded[i]))
    columns = (*(keys if by_category else ()), *strata.keys)
    yield from (Base(columns, label, *counts) for label, counts in sums.items())
    if behind.added_up and totals.sharing:
        pairs = totals.pairs()
        for one, due, recorded in zip(pairs.one.tolist(), pairs.due_due, pairs.recorded_recorded, strict=True):
            yield Base(keys, totals.domains[one], int(due), int(recorded), shared=True)


# ---- results of other kinds


def _of_comparison(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the changes of a row, the newest first."""
    from cdi.explaining import changes

    try:
        every = changes.changes_of(found)
    except NoWorkingError:
        raise DesignError.of("no-working", got=found.names[0]) from None
    asked = ", ".join(names_of(row, "row"))
    chosen = [each for each in every if (each.label == asked if asked else each.change.overall or len(every) == 1)]
    if not chosen:
        raise DataError.of("no-such-row", got=asked, hint=suggestion(asked, list({each.label for each in every})))
    if found.graded:  # the rate and its limits are the same beside each of the grades
        chosen = chosen[:1]
    if all(each.change.estimate is None for each in chosen):
        raise DataError.of("nothing-to-explain", got=chosen[0].title, why=chosen[0].change.notes)
    sections: list[Section] = []
    said = []
    for each in chosen:
        if each.change.estimate is None:
            said.append(wording.nothing_to_explain(each.title, "; ".join(each.change.notes)))
            continue
        try:
            sections += changes.worked_out(each)
        except NoWorkingError:
            said.append(wording.no_working(each.title))
    if not sections:
        raise DesignError.of("no-working", got=chosen[0].title)
    labels = changes.rows_of(chosen)
    table = replace(found.table, rows=tuple(each for each in found.table.rows if each.label in labels))
    bases = tuple(base for each in chosen for figure in each.figures if figure is not None for base in _bases(figure))
    return Explanation(table, tuple(sections), tuple(said), found, bases)


def _of_additional(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the crimes recorded in addition, from both rates and their ratio."""
    from cdi.explaining import changes

    if found.ratios is None:
        raise DesignError.of("no-working", got=found.table.rows[0].measure.name)
    asked = ", ".join(names_of(row, "row"))
    chosen = [each for each in found.rows if not asked or each.label == (asked,)]
    if not chosen:
        raise DataError.of("no-such-row", got=asked, hint=suggestion(asked, [each.label[0] for each in found.rows]))
    by_name = {wording.ALL if each.change.overall else each.label: each for each in changes.changes_of(found.ratios)}
    sections: list[Section] = []
    said: list[str] = []
    for each in chosen:
        title = wording.figure_of(each.measure.name, each.label[0])
        if each.estimate is None:
            said.append(wording.nothing_to_explain(title, "; ".join(each.notes)))
            continue
        try:
            sections += changes.of_additional(by_name[each.label[0]], each, found.crimes[each.label[0]])
        except NoWorkingError:
            said.append(wording.no_working(title))
    if not sections:
        raise DesignError.of("no-working", got=wording.figure_of(chosen[0].measure.name, chosen[0].label[0]))
    sides = [by_name[each.label[0]] for each in chosen]
    bases = tuple(base for each in sides for figure in each.figures if figure is not None for base in _bases(figure))
    return Explanation(replace(found.table, rows=tuple(chosen)), tuple(sections), tuple(said), found.ratios, bases)


def _of_timeliness(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the shares and delays of a row."""
    from cdi.explaining import delays

    every = delays.figures_of(found)
    chosen = _rows_named(every, row)
    sections, said = _worked_each(chosen, lambda each: delays.worked_out(each, found))
    figures = [figure for each in chosen for figure in each.figures]
    rows = tuple(each.row for each in chosen)
    bases = tuple(base for figure in figures for base in _bases(figure))
    return Explanation(replace(found.table, rows=rows), sections, said, found, bases)


def _of_trend(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the rate of a period, that of the 12 months that end with it, and its control limits."""
    from cdi.explaining import control

    every = control.figures_of(found)
    chosen = _rows_named(every, row)
    sections, said = _worked_each(chosen, lambda each: control.worked_out(each, found))
    # the limits tell the sums of all periods of the baseline
    limited = any(each.row.measure.role is Role.PEER for each in chosen)
    bases = tuple(base for each in (every if limited else chosen) for base in _bases(each.figure))
    return Explanation(replace(found.table, rows=tuple(each.row for each in chosen)), sections, said, found, bases)


def _of_review(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the share of a question, over all files or in a group of them."""
    from cdi.explaining import reviews

    chosen = _rows_named(reviews.figures_of(found), row, reviews.called)
    sections, said = _worked_each(chosen, lambda each: reviews.worked_out(each, found))
    bases = tuple(base for each in chosen for base in _bases(each.figure))
    return Explanation(replace(found.table, rows=tuple(each.row for each in chosen)), sections, said, found, bases)


def _of_forces(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out all that is printed of a force, or the published lines."""
    from cdi.explaining import forces

    chosen = _rows_named(forces.figures_of(found), row)
    sections, said = _worked_each(chosen, lambda each: forces.worked_out(each, found))
    told = [text for each in chosen for text in forces.said(each, found)]
    # lines and funnel tell the rates of all forces
    bases = [Base(found.table.keys, each.row.label, each.row.n or 0, each.row.recorded or 0)
             for each in found.rates.rates if not found.rates.published]  # fmt: skip
    bases += [base for each in chosen if each.figure is not None for base in _bases(each.figure)]
    table = replace(found.table, rows=tuple(own for each in chosen for own in each.rows))
    return Explanation(table, sections, (*said, *told), found, tuple(bases))


def _of_national(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the national figures, those of a category, or those of a force with its place among the others."""
    from cdi.explaining import forces
    from cdi.peers.side_by_side import DRAWS

    parts: dict[str, tuple[Result, tuple[str, ...]]] = {"": (found.whole, ()), wording.ALL: (found.whole, ())}
    for name, result in found.results.items():
        parts[name] = result, ()
        rows = (each for each in result.table.rows if not each.whole)
        parts |= {", ".join((name, *label)): (result, label) for label in dict.fromkeys(each.label for each in rows)}
    parts = {", ".join(label): (result, ()) for label, result in found.categories.items()} | parts
    asked = ", ".join(names_of(row, "row"))
    if asked not in parts:
        hint = suggestion(asked, [name for name in parts if name])
        raise DataError.of("no-such-row", got=asked, hint=hint)
    result, label = parts[asked]
    own = explain(result, label or None)
    # a part has no other name than that of all of it; here it has one
    sections = [replace(each, figure=wording.figure_in(each.figure, asked or wording.ALL)) for each in own.sections]
    said, bases = own.said, own.bases
    if asked in found.results:
        sections += forces.place_of(asked, found.forces)
        # what lines and funnel tell of every force
        bases += tuple(Base(("force",), each.row.label, each.row.n or 0, each.row.recorded or 0)
                       for each in found.forces.rates.rates)  # fmt: skip
        said += (wording.chances_drawn(DRAWS),)
    return replace(own, sections=tuple(sections), said=said, bases=bases)


def _of_agreement(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out how far two auditors agree on a category, or on one answer."""
    from cdi.explaining import agreement

    every = agreement.figures_of(found)
    chosen = _rows_named(every if names_of(row, "row") else [each for each in every if not each.answer], row,
                         agreement.called)  # fmt: skip
    sections, said = _worked_each(chosen, lambda each: agreement.worked_out(each, found))
    told = dict.fromkeys([*said, *(text for each in chosen for text in agreement.said(each))])
    keys = found.table.keys[2:]
    bases = [Base(keys, each.row.label[2:], each.row.n or 0, each.row.recorded or 0) for each in chosen]
    bases += [base for each in chosen for figure in each.figures.values() for base in _bases(figure)]
    table = replace(found.table, rows=tuple(own for each in chosen for own in each.rows))
    return Explanation(table, sections, tuple(told), found, tuple(bases))


def _of_coverage(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out how often an interval holds a rate or a count; none named: all of a number of records, or the whole."""
    from cdi.explaining import coverage

    every = coverage.figures_of(found)
    asked = ", ".join(names_of(row, "row"))
    exact = found.drawn.kind == "counts"
    whole = [
        each for each in every if exact or (each.covered.facts.whole and each.covered.facts.scope is not Scope.FRAME)
    ]
    chosen = [each for each in every if asked in coverage.called(each)] if asked else whole or every
    if not chosen:
        names = dict.fromkeys(coverage.called(each)[0] for each in every)
        raise DataError.of("no-such-row", got=asked, hint=suggestion(asked, list(names)))
    sections, said = _worked_each(chosen, lambda each: coverage.worked_out(each, found))
    known = () if found.bases is None else found.bases.rows
    bases = tuple(Base(found.keys, each.label, each.n or 0, each.recorded or 0) for each in known)
    table = replace(found.table, rows=tuple(own for each in chosen for own in each.rows))
    return Explanation(table, sections, said, found, bases)


def _of_resampled(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the standard errors of a row by jackknife and bootstrap."""
    from cdi.explaining import resampled

    chosen = [
        each for each in _rows_named(resampled.figures_of(found), row) if row or each.row.facts.scope is not Scope.FRAME
    ]
    sections, said = _worked_each(chosen, lambda each: resampled.worked_out(each, found))
    # a sum over the reports of a stratum tells of each of them
    keys = found.audit.strata.keys
    strata = zip(found.audit.strata.labels, found.audit.strata.sampled.tolist(), strict=True)
    bases = [Base(found.bases.keys, each.row.label, each.row.n or 0, each.row.recorded or 0) for each in chosen]
    bases += [Base(keys, label, reports, 0) for label, reports in strata]
    table = replace(found.table, rows=tuple(own for each in chosen for own in each.rows))
    return Explanation(table, sections, said, found, tuple(bases))


def _of_model(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out the odds ratio and the difference of a category, or of all of them."""
    from cdi.explaining import models

    every = models.figures_of(found)
    asked = ", ".join(names_of(row, "row"))
    chosen = [each for each in every if not asked or asked in models.called(each)]
    if not chosen:
        raise DataError.of("no-such-row", got=asked, hint=suggestion(asked, [models.called(each)[0] for each in every]))
    sections, said = _worked_each(chosen, lambda each: models.worked_out(found, each))
    said = (*said, *dict.fromkeys(text for each in chosen for text in models.said(found, each)))
    bases = tuple(Base(base.columns, base.label, base.due, base.recorded) for base in found.bases)
    table = replace(found.table, rows=tuple(own for each in chosen for own in each.rows))
    return Explanation(table, sections, said, found, bases)


def _of_disputes(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out what is printed of a category, or a part of it: both ways, one decision, and the least numbers."""
    from cdi.explaining import disputes

    every = disputes.parts_of(found)
    asked = ", ".join(names_of(row, "row"))
    whole = found.audited.rows[-1].label
    chosen = [
        each for each in every if (asked in disputes.called(each) if asked else each.short and each.label == whole)
    ]
    if not chosen:
        hint = suggestion(asked, list(dict.fromkeys(name for each in every for name in disputes.called(each)[::2])))
        raise DataError.of("no-such-row", got=asked, hint=hint)
    sections: list[Section] = []
    said: list[str] = []
    for each in chosen:
        worked, told = disputes.worked_out(found, each)
        sections += worked
        said += told
    if not sections:
        raise DesignError.of("no-working", got=chosen[0].title)
    said += disputes.others_of(every, chosen)
    of = {each.label for each in chosen}
    bases = tuple(
        base for each in every if each.label in of for figure in disputes.figures_in(each) for base in _bases(figure)
    )
    table = replace(found.table, rows=tuple(row for each in chosen for row in each.rows))
    return Explanation(table, tuple(sections), tuple(dict.fromkeys(said)), found, bases)


def _of_disparity(found: Any, row: str | Sequence[str] | None) -> Explanation:
    """Work out what is printed of a group: its rate, its contrasts with the reference, and its searches."""
    from cdi.comparing.comparison import contrast
    from cdi.explaining import groups
    from cdi.grouping.disparities import DIFFERENCE, GROUNDS, GROUNDS_RATIO

    level, method = found.table.level, found.table.method
    name = ", ".join(names_of(row, "row"))
    own = [each for each in found.table.rows if (each.label == (name,) if name else each.whole)]
    measured = {each.measure for each in own if each.estimate is not None}
    parts = []
    if not own or GROUNDS in measured:  # which also says that there is no such row
        parts = [explain(found.rates, row, level=level, method=method)]
    if DIFFERENCE in measured:
        parts = [
            explain(contrast(found.rates, name, found.reference, kind=kind, level=level, method=method))
            for kind, measure in (("difference", DIFFERENCE), ("ratio", GROUNDS_RATIO))
            if measure in measured
        ]
    sections = [section for part in parts for section in groups.as_printed(part.sections)]
    said = [text for part in parts for text in part.said]
    for each in own:
        if each.measure in (GROUNDS, DIFFERENCE, GROUNDS_RATIO):
            continue
        title = groups.called(each)
        if each.estimate is None:
            said.append(wording.nothing_to_explain(title, "; ".join(each.notes)))
            continue
        try:
            sections += groups.worked_out(found, name, each)
        except RowsGoneError:
            said.append(wording.rows_gone(title))
        except NoWorkingError:
            said.append(wording.no_working(title))
    if not sections:
        raise DataError.of("nothing-to-explain", got=groups.called(own[0]), why=own[0].notes)
    return Explanation(
        replace(found.table, rows=tuple(own)),
        tuple(sections),
        tuple(dict.fromkeys(said)),
        found,
        (*(base for part in parts for base in part.bases), *(Base((found.held.by,), each.label, 0, 0) for each in own)),
    )


def _called(each: Any) -> tuple[str, ...]:
    """Say what a row may be called by: its label, and as it is printed."""
    return ", ".join(each.row.label), ", ".join(named(each.row))


def _rows_named(
    every: Sequence[Any], row: str | Sequence[str] | None, called: Callable[[Any], Sequence[str]] = _called
) -> list[Any]:
    """Choose what is of a row, by what it may be called; none named: of the whole."""
    asked = ", ".join(names_of(row, "row"))
    chosen = [each for each in every if (asked in called(each) if asked else each.row.whole)]
    if not chosen:
        hint = suggestion(asked, list(dict.fromkeys(called(each)[0] for each in every)))
        raise DataError.of("no-such-row", got=asked or None, hint=hint)
    return chosen


def _worked_each(
    chosen: Sequence[Any], work_out: Callable[[Any], tuple[Section, ...]]
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Work out each of some rows, and say why there is no figure, or no working, of another."""
    sections: list[Section] = []
    said, gone = [], False
    for each in chosen:
        if each.row.estimate is None and not each.row.facts.alone:
            said.append(wording.nothing_to_explain(each.title, "; ".join(each.row.notes)))
            continue
        try:
            sections += work_out(each)
        except RowsGoneError:
            said.append(wording.rows_gone(each.title))
            gone = True
        except NoWorkingError:
            said.append(wording.no_working(each.title))
    if not sections:
        first = chosen[0]
        if all(each.row.estimate is None for each in chosen):
            raise DataError.of("nothing-to-explain", got=first.title, why=first.row.notes)
        if gone:
            raise DataError.of("explain-rows-gone", got=first.title)
        raise DesignError.of("no-working", got=first.title)
    return tuple(sections), tuple(said)


_OTHERS: Mapping[str, Callable[[Any, str | Sequence[str] | None], Explanation]] = {
    "AdditionalCrimes": _of_additional,
    "Agreement": _of_agreement,
    "Comparison": _of_comparison,
    "Coverage": _of_coverage,
    "Disparity": _of_disparity,
    "Disputes": _of_disputes,
    "Forces": _of_forces,
    "Model": _of_model,
    "National": _of_national,
    "Resampled": _of_resampled,
    "Review": _of_review,
    "Timeliness": _of_timeliness,
    "Trend": _of_trend,
}
"""Class of a result that is neither estimates nor made of them -> its working."""


# ---- the page


def _sources(steps: Sequence[Step]) -> dict[str, int]:
    """Give each source its number, in the order in which they come up."""
    named_ = dict.fromkeys(step.reference for step in steps if step.reference)
    return {source: i + 1 for i, source in enumerate(named_)}


def _grids(section: Section, sources: dict[str, int]) -> tuple[Grid, ...]:
    """Lay out the steps of a part: what each is and how it follows; with lines, their numbers in a table below."""
    title = wording.part_of(section.figure, section.title)
    if not section.lines:
        rows = [(step.words, step.working, step.reference) for step in section.steps]
        return (_written(title, rows, sources),)
    # each formula stands once, as the symbols of all lines are the same
    rows = [(step.words, step.rule, step.reference) for step in section.steps]
    return _written(title, list(dict.fromkeys(rows)), sources), _numbers(section, title)


def _written(title: str, rows: Sequence[tuple[str, str, str]], sources: dict[str, int]) -> Grid:
    heads = tuple(
        Head(wording.EXPLAINED_HEADINGS[name], kind)
        for name, kind in (("words", Kind.WORDS), ("working", Kind.WORDS), ("reference", Kind.NOTES))
    )
    cells = tuple(
        (Cell(words), Cell(working), Cell((sources[source],) if source else None, write_marks))
        for words, working, source in rows
    )
    return Grid(title, heads, cells, name=wording.EXPLAINED_NAME)


def _numbers(section: Section, title: str) -> Grid:
    """Set the numbers of a part in a table: a line for each stratum or category, a column for each symbol."""
    symbols = list(dict.fromkeys(step.symbol for step in section.steps))
    found: dict[str, dict[str, str]] = {}
    for step in section.steps:
        found.setdefault(step.line, {})[step.symbol] = step.printed
    heads = (Head(section.lines, Kind.WORDS), *(Head(symbol) for symbol in symbols))
    cells = tuple((Cell(line), *(Cell(numbers.get(symbol)) for symbol in symbols)) for line, numbers in found.items())
    return Grid(wording.numbers_of(title), heads, cells, cut=1 + -(-len(symbols) // 2))


def _values(sections: Sequence[Section]) -> Iterator[tuple[object, ...]]:
    """Give the steps as rows of numbers and texts."""
    for section in sections:
        for step in section.steps:
            inputs = "; ".join(f"{name} = {text}" for name, text in step.inputs)
            yield (
                section.figure, section.title, step.line or None, step.name, step.words, step.formula or None,
                step.numbers or None, step.value, step.printed, step.shown or None, inputs or None,
                step.expression or None, step.reference or None,
            )  # fmt: skip
