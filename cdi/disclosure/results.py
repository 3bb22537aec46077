"""Disclosure control of results: every kind of result comes out of here with its table protected.

A result is a view of its table, so what is taken from the table is shown nowhere. Rows about people hold rounded
counts, and what is worked out from these alone, so tables need not be protected together: no difference between two of
them is an exact count.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cdi.arguments import checked
from cdi.disclosure.changes import changes_again, disparity_again
from cdi.disclosure.rounding import STEP, changed_by, recorded_crime, rounded_count
from cdi.disclosure.rules import SMALLEST_BASE, SMALLEST_OF_PEOPLE, STEPS, Disclosure, cells_of, is_small, noted
from cdi.disclosure.suppression import FEW, without_estimate
from cdi.disclosure.suppression import protect as protect_table
from cdi.errors import DataError, Where, fault
from cdi.facts import Release
from cdi.printing.tables import CATEGORY, Row, Table, arrange, with_rates
from cdi.showing import Shown
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.disputing.disputes import Disputes
    from cdi.explaining.explanation import Base, Explanation
    from cdi.grouping.disparities import Disparity
    from cdi.modelling.model import Model
    from cdi.peers.force_results import ForceRate
    from cdi.peers.side_by_side import Forces
    from cdi.resampling.resampled import Resampled
    from cdi.results import Result
    from cdi.reviewing.reviews import Review
    from cdi.simulating.coverage import Coverage
    from cdi.survey.estimates import Counts, Estimates

__all__ = ["protect", "protect_comparison", "protect_forces", "protected", "without_sources"]

Kind = TypeVar("Kind", bound=Shown)

FEWEST = 3
"""Of fewer forces no average says what is usual."""


def protected(found: Kind, disclosure: Disclosure) -> Kind:
    """Protect a result, of whatever kind: what a surface emits has come through here."""
    protect_it = _protecting(found)
    if protect_it is None:
        raise DataError.of("not-protected", got=type(found).__name__)
    shown: Kind = protect_it(found, _seeing(found, disclosure))
    return shown


Given = TypeVar("Given")


@checked
def protect(found: Given, disclosure: Disclosure) -> Given:
    """Give a result of any kind, or a table, as it may be published.

    Parameters
    ----------
    found : Shown or Table
        The result of any call, such as :class:`Result` or :class:`Comparison`, or the table of one.
    disclosure : Disclosure
        The rules of disclosure control.

    Returns
    -------
    Shown or Table
        A result of the same kind. In a table by a personal characteristic or a small area, rows with a base under 13
        or from fewer than 8 reports are suppressed. Counts are rounded to the nearest 5, or more where that would tell
        them, and rates, intervals and comparisons are worked out from the rounded counts.
        Other tables keep their counts. Estimates become a result, or a table where they are of
        counts without rows. A model and an explanation are given whole or refused.

    Raises
    ------
    DataError
        If the argument has no table of a sample; for a model of a category that is too small, or an explanation of a
        row about people.

    References
    ----------
    Hundepool and others (2024), Handbook on Statistical Disclosure Control, second edition, chapter 5. Office for
    National Statistics, Comparison of post-tabular statistical disclosure control methods: the 10-5 rule. What differs
    from them and why is in docs/disclosure.md.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = pd.DataFrame({"ward": ["a"] * 21 + ["b"] * 5, "recorded": [1] * 26})
    >>> shown = cdi.protect(cdi.estimate(rows, by="ward"), cdi.Disclosure())
    >>> [(row.label[0], row.n, row.withheld) for row in shown.table.rows]
    [('a', 20, False), ('b', None, True), ('all', 26, False)]
    """
    if not isinstance(disclosure, Disclosure):
        raise DataError.of("no-rules", got=type(disclosure).__name__)
    if isinstance(found, Table):
        return cast("Given", protect_table(found, disclosure))
    protect_it = _protecting(found)
    if protect_it is None:
        raise DataError.of("not-protected", got=type(found).__name__)
    shown = protect_it(found, _seeing(found, disclosure))
    changed = any(row.facts.release is not Release.ALL for row in shown.table.rows)
    return cast("Given", without_sources(shown) if changed else shown)


def _seeing(found: Any, disclosure: Disclosure) -> Disclosure:
    """Give the rules with what all categories of a result tell of its columns, however it is then parted."""
    source, bases = getattr(found, "source", found), getattr(found, "bases", None)
    results = (getattr(side, "result", None) for side in getattr(found, "sides", ()))
    sides = (result.table for result in results if result is not None)
    cells = ((base.columns, base.label) for base in bases) if isinstance(bases, tuple) else ()
    tables = [found.table, *sides] if source is found else [found.table, source.table, *sides]
    return disclosure.seeing(itertools.chain(cells_of(tables), cells))


def without_sources(found: Any) -> Any:
    """Keep of a result what it shows: what it was estimated from would tell what is suppressed."""
    kept = {each.name: _emptied(getattr(found, each.name)) for each in fields(found) if each.name != "table"}
    return replace(found, **kept)


def _emptied(value: Any) -> Any:
    if hasattr(value, "emptied"):
        return value.emptied()
    if isinstance(value, Mapping) and any(hasattr(each, "emptied") for each in value.values()):
        return {name: each.emptied() for name, each in value.items()}
    if isinstance(value, tuple) and any(hasattr(each, "emptied") for each in value):
        return tuple(each.emptied() for each in value)
    return value


def _protecting(found: object) -> Callable[[Any, Disclosure], Any] | None:
    """Find what protects a kind of result by its name: one run has one kind, and imports the rooms of no other."""
    if not isinstance(found, Shown):
        return None
    kinds = (kind.__name__ for kind in type(found).__mro__)
    return next((_BY_KIND[name] for name in kinds if name in _BY_KIND), None)


# ---- each kind of result


def protect_result(result: Result, disclosure: Disclosure) -> Result:
    """Protect the table of a result."""
    if result.reread is not None:
        _refuse_people(result.table.keys, disclosure)
    strata = result.audit.strata.keys
    return replace(result, table=protect_table(noted(result.table), disclosure, strata=strata))


def _refuse_people(columns: Sequence[str], disclosure: Disclosure) -> None:
    """Refuse rates of people that are freed of errors: rounded counts do not give them."""
    if disclosure.public and disclosure.sensitive(columns):
        raise DataError.of("reread-of-people", got=", ".join(columns))


def protect_plain(found: Any, disclosure: Disclosure) -> Any:
    """Protect a result that is all in its table."""
    audit = getattr(found, "audit", None)
    strata = () if audit is None else audit.strata.keys
    return replace(found, table=protect_table(found.table, disclosure, strata=strata))


def protect_noted(found: Any, disclosure: Disclosure) -> Any:
    """Note rates that rest on few, and protect a result that is all in its table."""
    return protect_plain(replace(found, table=noted(found.table)), disclosure)


def protect_review(found: Review, disclosure: Disclosure) -> Review:
    """Protect a review; how many files a group has is a count like those that were asked."""
    shown: Review = protect_noted(found, disclosure)
    if not (disclosure.public and disclosure.sensitive(found.table.keys)):
        return shown
    step = shown.table.rounded_to or STEP
    return replace(shown, files={group: rounded_count(number, step) for group, number in found.files.items()})


def protect_disparity(found: Disparity, disclosure: Disclosure) -> Disparity:
    """Protect groups, and all that is held against them."""
    return disparity_again(replace(found, table=noted(found.table)), disclosure)


def protect_comparison(
    found: Comparison, disclosure: Disclosure, earlier: Disclosure | None = None, *, note: bool = False
) -> Comparison:
    """Protect the sides of a comparison, and give of what changed what may be said of both.

    ``earlier`` are the rules of all sides but the first. What is protected keeps no sides: they would tell what is
    suppressed to whoever it is handed on to.
    """
    if note:
        found = replace(found, table=noted(found.table))
    if not disclosure.public:
        return found
    disclosure, earlier = _seeing(found, disclosure), _seeing(found, earlier or disclosure)
    keys, rows = found.table.keys[1:] or (CATEGORY,), list(found.table.rows)
    # the sides of a contrast are categories of one sample
    of_one = () if found.sample is None else found.sample.keys
    places, sides = list[list[int]](), list[Table]()
    for name in found.names:
        here = [i for i, row in enumerate(rows) if row.label[0] == name and not row.measure.role.of_change]
        own = [(name,) * len(of_one) if of_one else rows[i].label[1:] or (ALL,) for i in here]
        held = tuple(replace(rows[i], label=label) for i, label in zip(here, own, strict=True))
        places.append(here)
        sides.append(replace(found.table, keys=of_one or keys, rows=held))
    rules = [disclosure, *(earlier for _ in sides[1:])]
    shown = [protect_table(side, each) for side, each in zip(sides, rules, strict=True)]
    step = max((side.rounded_to or 0 for side in shown), default=0)
    for here, side, each in zip(places, sides, rules, strict=True):
        # one table has one step
        for i, row in zip(here, protect_table(side, each.alike(shown)).rows, strict=True):
            rows[i] = replace(row, label=rows[i].label)
    table = replace(found.table, rows=tuple(rows), rounded_to=step or None)
    return changes_again(replace(found, table=table, sides=(), sample=None))


def protect_disputes(found: Disputes, disclosure: Disclosure) -> Disputes:
    """Protect disputed decisions, as audited and the other ways alike; what one decision does to people is left out.

    About people, what the other way changes is rounded by itself: two rounded counts that lie a decision or two apart
    would tell both.
    """
    # few decisions are disputed in a row: to 10 always, so that the step tells nothing of them
    own = disclosure.coarser_of(found.audited.keys)
    disclosure = replace(disclosure, coarser=(replace(own, step=max(own.step, STEPS[1])), *disclosure.coarser))
    ends = tuple(table for table in (found.lowest, found.highest) if table is not None)
    turned = (_counting(found.audited, numbers) for numbers in (found.decisions, found.missing) if numbers)
    alike = (found.audited, found.other, *ends, *turned)
    audited = protect_table(noted(found.audited), disclosure, beside=alike)

    def shown_of(table: Table) -> Table:
        if audited.rounded_to is None:
            return protect_table(noted(table), disclosure, beside=alike)
        changed = _changed(found.audited, table, audited.rounded_to)
        return protect_table(noted(changed), disclosure, beside=alike, terms=2)

    other = shown_of(found.other)
    lowest, highest = (None if table is None else shown_of(table) for table in (found.lowest, found.highest))
    shown = replace(found, audited=audited, other=other, lowest=lowest, highest=highest)
    told = [row for table in (audited, other, lowest, highest) if table is not None for row in table.rows]
    few = {row.label for row in told if row.facts.release is not Release.ALL}
    least = tuple(each for each in found.least if each.label not in few)
    if not (disclosure.public and disclosure.sensitive(found.audited.keys)):
        singles = tuple(single for single in found.singles if single.label not in few)
        return replace(shown, singles=singles, least=least)
    whole, step = {row.label for row in told if row.whole}, audited.rounded_to or STEP
    decisions, missing = (
        {label: number if label in whole else rounded_count(number, step) for label, number in numbers.items()}
        for numbers in (found.decisions, found.missing)
    )
    return replace(shown, singles=(), least=least, decisions=decisions, missing=missing, results=(), behind=None)


def _counting(table: Table, numbers: Mapping[tuple[str, ...], int]) -> Table:
    """Count decisions in the place of crimes recorded: they are rounded beside these, and have a total of their own."""
    rates = [row for row in table.rows if not row.counted]
    rows = (replace(row, recorded=numbers.get(row.label, 0)) for row in rates)
    return replace(table, rows=tuple(rows))


def _changed(audited: Table, other: Table, step: int) -> Table:
    """Give the rows of people of another way as those audited and what they change by, each rounded by itself."""
    own = {row.identity: row for row in audited.rows}
    rates = {(row.label, row.measure.key): row for row in other.rows if not row.counted}
    turned = {key: row if row.whole else _turned(own.get(row.identity), row, step) for key, row in rates.items()}
    rows = list[Row]()
    for row in other.rows:
        key = row.label, row.measure.of
        if row.whole:
            rows.append(row)
        elif row.counted and key in rates:
            # recorded crime is known: what is missing of it follows from the rate
            crime, rate = recorded_crime(row, rates[key]), turned[key].estimate
            rows.append(replace(row, estimate=crime * (1 - rate) / rate if crime and rate else None))
        else:
            rows.append(turned.get((row.label, row.measure.key), row))
    return replace(other, rows=tuple(rows))


def _turned(before: Row | None, row: Row, step: int) -> Row:
    """Change a row from what it was before by rounded numbers."""
    if before is None or before.n is None or row.n is None or before.recorded is None or row.recorded is None:
        return row
    n = changed_by(before.n, row.n - before.n, step)
    found = replace(row, n=n, recorded=min(n, changed_by(before.recorded, row.recorded - before.recorded, step)))
    if row.clusters is not None and before.clusters is not None:
        found = replace(found, clusters=changed_by(before.clusters, row.clusters - before.clusters, step))
    if row.estimate is None or before.estimate is None or not n:
        return found
    implied = round(before.estimate * before.n)  # a weighted rate is not the ratio of the counts
    as_if = changed_by(implied, round(row.estimate * row.n) - implied, step)
    return replace(found, estimate=min(as_if, n) / n)


def protect_forces(found: Forces, disclosure: Disclosure) -> Forces:
    """Suppress forces of small bases; the lines, the funnel and the adjusted rates are made again without them.

    A published rate has no base, and is shown.
    """
    from cdi.peers.side_by_side import set_out

    if not disclosure.public:
        return found
    rates = tuple(_force(rate, disclosure) for rate in found.rates.rates)
    if rates == found.rates.rates:
        return found
    left = sum(rate.row.estimate is not None for rate in rates)
    if left < FEWEST:
        raise DataError.of("few-forces-left", got=left)
    read, level, method = replace(found.rates, rates=rates), found.table.level, found.table.method
    return set_out(read, sort=found.sort, higher=found.higher, rule=found.rule, level=level, method=method)


def _force(rate: ForceRate, disclosure: Disclosure) -> ForceRate:
    if is_small(rate.row.n) and not disclosure.exempts(["force"], rate.row.label):
        return replace(rate, row=without_estimate(rate.row, FEW))
    return rate


def protect_national(found: Any, disclosure: Disclosure) -> Any:
    """Protect the figures of all forces; by a column of people they are refused, as each margin is shown."""
    # what reports were drawn by is told by the variance of each rate, and by how many there are
    strata = found.audit.strata
    rules = disclosure.seeing((strata.keys, label) for label in strata.labels)
    people = [name for name in dict.fromkeys((*found.table.keys, *strata.keys)) if rules.sensitive([name])]
    if disclosure.public and people:
        raise DataError.of("national-of-people", got=", ".join(people))
    shown = protect_noted(found, disclosure)
    parts = {
        name: {label: protect_result(each, disclosure) for label, each in getattr(found, name).items()}
        for name in ("categories", "results")
    }
    whole = protect_result(found.whole, disclosure)
    return replace(shown, whole=whole, forces=protect_forces(found.forces, disclosure), **parts)


def protect_estimates(found: Estimates, disclosure: Disclosure) -> Shown:
    """Protect rates as a result of them; those of counts alone, which have no rows, as their table."""
    from cdi.results import Result

    if found.totals is None:
        return protect_table(noted(found.table), disclosure)
    if found.totals.second is not None:
        _refuse_people(found.keys, disclosure)
    return protect_result(Result(found.totals.audit, (found,), arrange(found)), disclosure)


def protect_counts(found: Counts, disclosure: Disclosure) -> Shown:
    """Protect counts beside the rates that they follow from."""
    from cdi.results import Result

    table = noted(with_rates(found))
    if found.totals is None:
        return protect_table(table, disclosure)
    if found.totals.second is not None:
        _refuse_people(found.keys, disclosure)
    return protect_result(Result(found.totals.audit, (found.follows_from, found), table), disclosure)


def protect_model(found: Model, disclosure: Disclosure) -> Model:
    """Give a model as it is, or refuse it: each number of it tells of every category, so none can be left out alone."""
    faults = []
    for base in found.bases:
        if not disclosure.public or disclosure.exempts(base.columns, base.label):
            continue
        if base.columns and disclosure.sensitive(base.columns) and base.due < SMALLEST_OF_PEOPLE:
            where = Where(column=", ".join(base.columns))
            faults.append(fault("model-small", got=", ".join(base.label), where=where, column=base.columns))
        elif not base.columns and is_small(base.due):
            faults.append(fault("model-few-crimes", got=base.due, least=SMALLEST_BASE))
    if faults:
        raise DataError(faults)
    return found


def protect_resampled(found: Resampled, disclosure: Disclosure) -> Resampled:
    """Suppress what the rates would have suppressed; by a column of people it is refused: counts are then rounded."""
    keys = found.bases.keys
    if disclosure.public and disclosure.sensitive(keys):
        raise DataError.of("resample-of-people", got=", ".join(keys))
    bases = protect_table(noted(found.bases), disclosure, strata=found.audit.strata.keys)
    rows = tuple(each.shown_as(row) for each, row in zip(found.rows, bases.rows, strict=True))
    return replace(found, rows=rows, bases=bases)


def protect_coverage(found: Coverage, disclosure: Disclosure) -> Coverage:
    """Suppress of an audit what its rates would have suppressed: a true rate near to one of people tells of it.

    A number of records and a scenario are nobody's.
    """
    if found.bases is None or not disclosure.public:
        return found
    shown = {(row.label, row.counted): row for row in protect_table(found.bases, disclosure).rows}
    rows = []
    for row in found.rows:
        known = shown.get((row.label, row.counts))
        if known is not None and known.facts.release in (Release.NOTHING, Release.COUNTS):
            row = row.withheld()
        elif known is not None and known.facts.release is Release.ROUNDED and row.truth is not None:
            row = replace(row, truth=known.estimate)
        rows.append(row)
    return replace(found, rows=tuple(rows), bases=None)


def protect_explanation(found: Explanation, disclosure: Disclosure) -> Explanation:
    """Give a working as it is, or refuse it: it shows every sum behind a figure, and none can be rounded alone.

    It is refused where its result is of people, and where a stratum or category in it is. Counts without rows were
    typed by whoever sees them.
    """
    if not disclosure.public or not found.bases:
        return found
    shown = protected(found.source, disclosure).table
    of_people = [base.label for base in found.bases if _is_of_people(base, disclosure)]
    if of_people or any(row.facts.release is not Release.ALL for row in shown.rows):
        raise DataError.of("explanation-small", got=(", ".join(of_people[0]) or ALL) if of_people else None)
    return found


def _is_of_people(base: Base, disclosure: Disclosure) -> bool:
    """Tell whether a sum of a working is of people, or of too few to show a rate."""
    if disclosure.exempts(base.columns, base.label):
        return False
    return disclosure.sensitive(base.columns) or (not base.shared and is_small(base.due))


_BY_KIND: Mapping[str, Callable[[Any, Disclosure], Any]] = {
    "Result": protect_result,
    "Coverage": protect_coverage,
    "Resampled": protect_resampled,
    "Comparison": lambda found, disclosure: protect_comparison(found, disclosure, note=True),
    "Review": protect_review,
    "Timeliness": protect_noted,
    "Disparity": protect_disparity,
    "Agreement": protect_plain,
    "Disputes": protect_disputes,
    "Trend": protect_plain,
    "Watch": protect_plain,
    "Forces": protect_forces,
    "National": protect_national,
    "Model": protect_model,
    "Explanation": protect_explanation,
    "Counts": protect_counts,
    "Estimates": protect_estimates,
}
"""Kind of result, by the name of its class -> what protects it."""
