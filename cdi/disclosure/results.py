"""Disclosure control of results: every kind of result comes out of here with its table protected.

A result is a view of its table, so what is taken from the table is shown nowhere. Totals that weight what is suppressed
are estimated again with it put together, and a fit that rests on it is made again without it: a total that weighs its
categories by known volumes, or its strata by what is on the frame, could be searched for the whole numbers that give
all of its digits. No number then follows from anything but what is shown, and what the withheld rows come to together,
which the shown totals tell anyway.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cdi import wording
from cdi.arguments import checked
from cdi.audits.counting import DUE
from cdi.audits.strata import Pool
from cdi.audits.volumes import label_of
from cdi.disclosure.rules import SMALLEST_BASE, Disclosure, is_small, noted
from cdi.disclosure.suppression import Columns
from cdi.disclosure.tables import FILES, NO_BASES, Label, Read, blanked, protect_all, without_estimate
from cdi.disclosure.tables import protect as protect_table
from cdi.errors import DataError, Where, fault
from cdi.facts import PLAIN, Facts, Release, Scope
from cdi.measures import Role
from cdi.printing.tables import CATEGORY, Row, Table, arrange, with_rates
from cdi.reading import engine
from cdi.showing import Shown
from cdi.survey.estimates import ALL
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.periods import Period
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.figures import Compared
    from cdi.grouping.disparities import Disparity
    from cdi.modelling.model import Model
    from cdi.monitoring.trends import Trend
    from cdi.peers.force_results import ForceRate
    from cdi.peers.side_by_side import Forces
    from cdi.results import Result
    from cdi.reviewing.reviews import Review
    from cdi.survey.estimates import Counts, Estimates
    from cdi.timing.timeliness import Timeliness

__all__ = [
    "Protected", "as_shown", "files_of", "pools_of", "protect", "protect_comparison", "protect_counts",
    "protect_disparity", "protect_estimates", "protect_forces", "protect_model", "protect_result", "protect_review",
    "protect_sample", "protect_timeliness", "protect_trend", "protected", "shown_review", "shown_trend",
    "tables_of_trend", "taken", "without_sources",
]  # fmt: skip

Kind = TypeVar("Kind", bound=Shown)

FEWEST = 3
"""Of fewer forces no average says what is usual."""

NONE_KNOWN: Mapping[str, Protected] = {}

_PLACES = 3  # of proportions, ratios and chances as they are printed


def protected(found: Kind, disclosure: Disclosure) -> Kind:
    """Protect a result, of whatever kind: what a surface emits has come through here."""
    protect_it = _protecting(found)
    if protect_it is None:
        raise DataError.of("not-protected", got=type(found).__name__)
    shown: Kind = protect_it(found, disclosure)
    return shown


Given = TypeVar("Given")


@checked
def protect(found: Given, disclosure: Disclosure) -> Given:
    """Suppress the small numbers of a result of any kind, or of a table.

    Parameters
    ----------
    found : Result, Comparison, Review, Timeliness, Disparity, Trend, Forces, Estimates, Model or Table
        The result of any call, or the table of one.
    disclosure : Disclosure
        The rules of disclosure control.

    Returns
    -------
    Result, Comparison, Review, Timeliness, Disparity, Trend, Forces, Model or Table
        A result of the same kind, with small numbers suppressed and notes on small bases. A total over suppressed rows
        of a result is estimated again with these rows combined. Estimates become a result, or a table where they are of
        counts without rows. A model is given whole or refused.

    Raises
    ------
    DataError
        If cells that are exempt reveal suppressed ones, or the argument has no table of a sample; a model of a category
        that is too small; unrecorded crimes alone of which some would be suppressed.

    References
    ----------
    Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, chapter 4.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> cdi.protect(cdi.estimate(pd.DataFrame({"recorded": [1] * 5})), cdi.Disclosure()).table.rows[0].withheld
    True
    """
    if not isinstance(disclosure, Disclosure):
        raise DataError.of("no-rules", got=type(disclosure).__name__)
    if isinstance(found, Table):
        return cast("Given", protect_table(found, disclosure))
    protect_it = _protecting(found)
    if protect_it is None:
        raise DataError.of("not-protected", got=type(found).__name__)
    shown = protect_it(found, disclosure)
    suppressed = any(row.facts.release is not Release.ALL for row in shown.table.rows)
    return cast("Given", without_sources(shown) if suppressed else shown)


def without_sources(found: Any) -> Any:
    """Keep of a result what it shows: what it was estimated from would tell what is suppressed."""
    kept = {each.name: _emptied(getattr(found, each.name)) for each in fields(found) if each.name != "table"}
    if "_again" in kept:
        kept["_again"] = None
    gone = {part for row in found.table.rows if row.withheld for part in (row.label, row.label[1:])}
    if "files" in kept:
        kept["files"] = {group: 0 if group in gone else number for group, number in found.files.items()}
        kept["every"] = 0 if any(row.whole and row.withheld for row in found.table.rows) else found.every
    if "frame" in kept and found.frame.counts is not None:
        known = {group: number for group, number in found.frame.counts.items() if (group,) not in gone}
        kept["frame"] = replace(found.frame, counts=known)
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


def _withheld(table: Table) -> frozenset[Label]:
    """Name the rows of a table that are withheld."""
    return frozenset(row.label for row in table.rows if row.withheld)


def _protect_parts(
    table: Table,
    rules: Mapping[str, Disclosure],
    bases: Mapping[Read, int] = NO_BASES,
    held: Collection[Read] = (),
) -> Table:
    """Protect a table whose first column names samples, or questions, that add up each by itself."""
    keys = table.keys[1:] or (CATEGORY,)
    found = list(table.rows)
    for first in dict.fromkeys(row.label[0] for row in table.rows):
        places = [i for i, row in enumerate(found) if row.label[0] == first]
        rows = tuple(replace(found[i], label=found[i].label[1:] or (ALL,)) for i in places)
        part = replace(table, keys=keys, rows=rows)
        shown = protect_all([part], rules[first], bases=bases, held=held)[0].rows
        for i, row in zip(places, shown, strict=True):
            found[i] = replace(row, label=found[i].label)
    return replace(table, rows=tuple(found))


# ---- results of one sample: what one table withholds, no other gives back


def protect_result(result: Result, disclosure: Disclosure) -> Result:
    """Withhold what is too small to publish of a result."""
    return protect_sample(result.audit, [result], (), disclosure).results[0]


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be published of one sample."""

    results: tuple[Result, ...]  # with their tables protected
    beside: tuple[Table, ...]  # the other tables
    pools: tuple[Pool, ...] = ()  # the categories that were put together


def protect_sample(
    audit: Audit,
    results: Sequence[Result],
    beside: Sequence[Table],
    disclosure: Disclosure,
    *,
    dated: Audit | None = None,
) -> Protected:
    """Withhold what is too small to publish of one sample, in all that is published of it."""
    tables, size = [*(noted(result.table) for result in results), *beside], len(results)
    shown = protect_all(tables, disclosure)
    if not any(row.withheld for table in shown for row in table.rows):
        return Protected(_with_tables(results, shown), shown[size:])
    strata, rows = audit.strata.keys, dated or audit
    alone = {table.keys for table in tables}
    told = [table for table in _strata_told(results) if table.keys not in alone]
    columns = dict.fromkeys(key for table in (*tables, *told) for key in table.keys if key in rows.columns)
    together = {pair: _together(rows, pair) for pair in itertools.combinations(columns, 2)}
    shown = protect_all(tables, disclosure, strata=strata, told=told, together=together)
    pools = pools_of(audit, shown)
    if not pools or not any(row.facts.coarse for table in shown for row in table.rows):
        return Protected(_with_tables(results, shown), shown[size : len(tables)])
    again: list[Result] = []
    for result, table in zip(results, shown, strict=False):
        new = result.pooled(pools)
        table = taken(table, noted(new.table), lambda row, _new: row.facts.coarse)
        again.append(replace(result, table=table, said=new.said, net=new.net))
    return Protected(tuple(again), shown[size : len(tables)], pools)


def _strata_told(results: Sequence[Result]) -> Iterator[Table]:
    """Give the tables of the strata that the numbers of some results weigh, in their measures."""
    audits = {result.estimates[0].measure.key: result.audit for result in results}
    for measure, audit in audits.items():
        strata = audit.strata.keys
        told: list[tuple[str, ...]] = [(key,) for key in strata]
        if len(strata) > 1:
            told.append(strata)
        for keys in told:
            yield arrange(share(audit, keys, measure=measure))


def _with_tables(results: Sequence[Result], tables: Sequence[Table]) -> tuple[Result, ...]:
    return tuple(replace(result, table=table) for result, table in zip(results, tables, strict=False))


def _together(audit: Audit, pair: Columns) -> frozenset[Columns]:
    """Find which categories of two columns occur in the same rows, among those with crimes due."""
    import narwhals as nw

    # due - due is 0 in the type of the column, whatever engine holds it
    rows = audit.rows.filter(nw.col(DUE) > nw.col(DUE) - nw.col(DUE))
    inner = audit.source.inner_names(pair)
    found = engine.collect(engine.sums(rows, inner, (), count="_cdi_n"))
    return frozenset((a, b) for a, b in map(label_of, zip(*(found[key] for key in inner), strict=True)))


def pools_of(audit: Audit, tables: Sequence[Table]) -> tuple[Pool, ...]:
    """Say which categories must count as one, so that no number tells them apart."""
    taken = {word for table in tables for row in table.rows for word in row.label}
    name = next(name for name in map(wording.pooled, itertools.count()) if name not in taken)
    gone = {
        table.keys: frozenset(row.label for row in table.rows if row.withheld and not row.whole)
        for table in tables
        if set(table.keys) <= set(audit.columns)
    }
    pools = tuple(Pool(keys, labels, name) for keys, labels in gone.items() if labels)
    columns, strata = audit.columns, audit.strata.keys
    return pools if all(len(pool.labels) > 1 and pool.serves(columns, strata) for pool in pools) else ()


def taken(shown: Table, again: Table, is_pooled: Callable[[Row, Row], bool]) -> Table:
    """Take the numbers of the rows that are shown from what was estimated again; ``is_pooled`` tells which changed."""
    found = {row.identity: row for row in again.rows}
    rows = []
    for row in shown.rows:
        new = found.get(row.identity)
        if new is None or row.withheld:
            rows.append(row)
        else:
            rows.append(new.stating(pooled=True) if is_pooled(row, new) else new)
    return replace(shown, rows=tuple(rows))


# ---- other kinds of results


def protect_review(found: Review, disclosure: Disclosure) -> Review:
    """Withhold what is too small to publish of a review: groups with few files, then of each question by itself."""
    return shown_review(found, protect_table(files_of(found), disclosure), disclosure)


def files_of(found: Review) -> Table:
    """Give the files of each group: whatever is asked of them, any question that is asked of all tells of them."""
    table = found.table
    keys = table.keys[1:] or (CATEGORY,)
    parts = [(group, n, PLAIN) for group, n in found.files.items()]
    rows = tuple(
        Row(label, FILES, None, None, None, table.level, table.method, n=n, recorded=n, clusters=n, facts=facts)
        for label, n, facts in (*parts, ((ALL,) * len(keys), found.every, Facts(Scope.OVERALL)))
    )
    return replace(table, keys=keys, rows=rows)


def shown_review(found: Review, files: Table, disclosure: Disclosure) -> Review:
    """Take what is shown of a review from its files after disclosure control; each question then adds up by itself."""
    rules = dict.fromkeys((row.label[0] for row in found.table.rows), disclosure)
    held = {None if row.whole else row.label for row in files.rows if row.withheld}
    bases = dict[Read, int]([*found.files.items(), (None, found.every)])
    return replace(found, table=_protect_parts(found.table, rules, bases, held))


def protect_timeliness(found: Timeliness, disclosure: Disclosure) -> Timeliness:
    """Suppress what is too small to publish of timeliness, in all its measures; the curve follows."""
    return replace(found, table=protect_table(found.table, disclosure))


def protect_disparity(found: Disparity, disclosure: Disclosure) -> Disparity:
    """Suppress groups that are too small to publish, with all that they are held against or that is held against them.

    Where the reference is suppressed, so are all differences and ratios; where the records that state no group are, so
    is what they could move.
    """
    table = protect_table(found.table, disclosure)
    gone = _withheld(table)
    if not gone:
        return replace(found, table=table)
    moved = any((name,) in gone for name in found.held.unstated)
    alone = (found.reference,) in gone
    rows = []
    for row in table.rows:
        if moved and row.measure.role is Role.BOUND:
            continue
        against = row.measure.role in (Role.CHANGE, Role.BOUND)
        rows.append(blanked(row) if row.label in gone or (alone and against) else row)
    return replace(found, table=replace(table, rows=tuple(rows)))


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
    small = rate.row.n is not None and rate.row.n < SMALLEST_BASE
    if small and not disclosure.exempts(["force"], rate.row.label):
        return replace(rate, row=blanked(rate.row))
    return rate


def protect_estimates(found: Estimates, disclosure: Disclosure) -> Shown:
    """Protect rates as a result of them; those of counts alone, which have no rows, as their table."""
    from cdi.results import Result

    if found.totals is None:
        return protect_table(noted(found.table), disclosure)
    keys, key = found.keys, found.measure.key

    def again(audit: Audit) -> Result:
        rates = share(audit, keys, measure=key)
        return Result(audit, (rates,), arrange(rates))

    return protect_result(Result(found.totals.audit, (found,), found.table, _again=again), disclosure)


def protect_counts(found: Counts, disclosure: Disclosure) -> Shown:
    """Give counts beside their rates where nothing of them is too small; a total cannot be made again of them alone."""
    from cdi.results import Result

    if found.totals is None:
        return protect_table(noted(with_rates(found)), disclosure)
    table = protect_table(noted(with_rates(found)), disclosure)
    if any(row.facts.release is not Release.ALL for row in table.rows):
        raise DataError.of("counts-alone", got=type(found).__name__)
    return Result(found.totals.audit, (found.follows_from, found), table)


def protect_model(found: Model, disclosure: Disclosure) -> Model:
    """Give a model as it is, or refuse it: each number of it tells of every category, so none can be left out alone."""
    faults = []
    for base in found.bases:
        small = is_small(base.due, base.recorded, sensitive=disclosure.sensitive(base.columns))
        if not disclosure.public or not small or disclosure.exempts(base.columns, base.label):
            continue
        if base.columns:
            where = Where(column=", ".join(base.columns))
            faults.append(fault("model-small", got=", ".join(base.label), where=where, column=base.columns))
        else:
            faults.append(fault("model-few-crimes", got=base.due, least=SMALLEST_BASE))
    if faults:
        raise DataError(faults)
    return found


def protect_trend(found: Trend, disclosure: Disclosure) -> Trend:
    """Suppress months of small bases, and as many more as keep them from being worked out of what is pooled.

    The 12 months that hold a suppressed one are suppressed too, and its limits. Centre and limits of the other months
    are then no finer than they are printed.
    """
    return shown_trend(found, protect_all(tables_of_trend(found), disclosure))


def tables_of_trend(found: Trend) -> tuple[Table, ...]:
    """Give the tables of a trend: its periods, and where fewer set the centre, those with what they come to."""
    held = [point.rate for point in found.points[: found.baseline]]
    if len(held) == len(found.periods):
        return (found.table,)
    recorded, due = sum(row.recorded or 0 for row in held), sum(row.n or 0 for row in held)
    whole = replace(held[0], label=(ALL,), n=due, recorded=recorded, facts=Facts(Scope.OVERALL))
    return found.table, replace(found.table, rows=(*held, whole))


def shown_trend(found: Trend, tables: Sequence[Table]) -> Trend:
    """Take what is shown of a trend from its tables after disclosure control."""
    table, *baseline = tables
    if table == found.table:
        return found
    gone = _withheld(table)
    lost = [period for period in found.periods if (period.label,) in gone]
    kept = not any(part.rows[-1].withheld for part in baseline)
    ends: dict[Label, Period] = {(period.label,): period for period in found.periods}
    rows = tuple(_of_period(row, ends.get(row.label), lost, centre=kept) for row in table.rows)
    return replace(found, table=replace(table, rows=rows))


def _of_period(row: Row, end: Period | None, lost: Collection[Period], *, centre: bool) -> Row:
    """Suppress what is pooled over suppressed periods, and the digits of the limits that no chart shows."""
    from cdi.audits.periods import MONTHS

    if row.withheld or end is None:
        return row
    if row.measure.role is Role.PEER:  # its limits
        return _rounded(row) if centre else blanked(row)
    pooled = row.measure.role is Role.WINDOW
    over = any(end.last - MONTHS < period.first <= end.last for period in lost)
    return blanked(row) if pooled and over else row


def _rounded(row: Row) -> Row:
    """Keep no more digits than are printed."""
    numbers: dict[str, Any] = {"estimate": row.estimate, "low": row.low, "high": row.high}
    return replace(row, **{name: round(value, _PLACES) for name, value in numbers.items() if value is not None})


def protect_comparison(
    found: Comparison,
    disclosure: Disclosure,
    earlier: Disclosure | None = None,
    known: Mapping[str, Protected] = NONE_KNOWN,
    *,
    note: bool = False,
) -> Comparison:
    """Suppress what is too small to publish of a comparison; the rest is then of what is shown alone.

    ``earlier`` are the rules of all sides but the first, ``known`` is what is shown elsewhere of the sample of a side.
    What is protected keeps no sides: they would tell what is suppressed to whoever it is handed on to.
    """
    if note:
        found = replace(found, table=noted(found.table))
    if not disclosure.public:
        return found
    rules = {**dict.fromkeys(found.names, earlier or disclosure), found.names[0]: disclosure}
    sides = dict(zip(found.names, found.sides, strict=False))
    held = {name: known.get(name) or _of_side(side, rules[name]) for name, side in sides.items()}
    table = found.table
    for name, each in held.items():
        table = as_shown(table, [result.table for result in each.results], name)
    shown = _suppressed(replace(found, table=table, sides=()), rules)
    if not any(each.pools for each in held.values()):
        return shown
    kept = {row.label for row in shown.rows if not row.withheld}
    again = found.again([side.pooled(held[name].pools).only(kept) for name, side in sides.items()])
    if note:
        again = noted(again)
    return replace(shown, table=taken(shown.table, again, _changed))


def _of_side(side: Compared, rules: Disclosure) -> Protected:
    """Protect what a side was estimated from; a figure has no rows."""
    if side.result is None:
        return Protected((), ())
    return protect_sample(side.result.audit, [side.result], (), rules)


def _changed(row: Row, new: Row) -> bool:
    """Tell whether a figure or a change is another with categories put together; of tests nothing is said."""
    other = (row.estimate, row.low, row.high) != (new.estimate, new.low, new.high) or row.facts.coarse
    return other and not row.measure.role.tests


def as_shown(table: Table, before: Sequence[Table], side: str) -> Table:
    """Withhold of a side what other tables of its sample withhold, and keep no more digits than they do."""
    gone = {(each.keys, row.label) for each in before for row in each.rows if row.withheld}
    whole_gone = any(row.whole and row.withheld for each in before for row in each.rows)
    others = [row for each in before for row in each.rows if row.facts.coarse]
    rows = []
    for row in table.rows:
        name, *label = row.label
        if name != side:
            rows.append(row)
        elif (row.whole and whole_gone) or (table.keys[1:], tuple(label)) in gone:
            rows.append(blanked(row))
        else:
            rows.append(_as_told(row, tuple(label), others))
    return replace(table, rows=tuple(rows))


_HALF = 0.0005 + 1e-9  # of the last place of a rate that is printed


def _as_told(row: Row, label: Label, others: Sequence[Row]) -> Row:
    """Take no more of a row than was told of it before."""
    for other in others:
        same = other.label == label or (row.whole and other.whole)
        if not same or (other.measure, other.facts.scope) != (row.measure, row.facts.scope):
            continue
        if other.facts.release is Release.COUNTS:
            return without_estimate(row)
        if row.estimate is not None and other.estimate is not None and abs(row.estimate - other.estimate) <= _HALF:
            told = {name: getattr(other, name) for name in ("estimate", "low", "high", "se", "n_eff", "df", "deff")}
            return replace(row, **told).stating(release=Release.ROUNDED)
    return row


def _suppressed(found: Comparison, rules: Mapping[str, Disclosure]) -> Comparison:
    """Suppress the small rows of each side by its rules, and of what changed as much as either side tells of it."""
    sides = tuple(row for row in found.table.rows if not row.measure.role.of_change)
    shown = _protect_parts(replace(found.table, rows=sides), rules).rows
    rest = tuple(row for row in found.table.rows if row.measure.role.of_change)
    found = replace(found, table=replace(found.table, rows=(*shown, *rest)))
    releases = {change.row.label: _least(change.a, change.b) for change in found.rows}
    of_change = tuple(_of_change(row, releases[row.label]) for row in rest)
    return replace(found, table=replace(found.table, rows=(*shown, *of_change)))


def _least(*sides: Row | None) -> Release:
    """Say how much of a change may be published: no more than of either side."""
    held = {side.facts.release for side in sides if side is not None}
    return next((each for each in (Release.NOTHING, Release.COUNTS, Release.ROUNDED) if each in held), Release.ALL)


def _of_change(row: Row, release: Release) -> Row:
    """Show of a number of a change what may be published of it."""
    if release is Release.NOTHING:
        return blanked(row)
    if release is Release.COUNTS:
        return without_estimate(replace(row, facts=Facts(row.facts.scope)))
    if release is Release.ALL or row.measure.role is Role.MARGIN:
        return row
    shown = replace(_rounded(row), se=None)
    return shown.stating(release=Release.ROUNDED) if row.measure.role is Role.CHANGE else shown


def _noting(protect_it: Callable[[Any, Disclosure], Any]) -> Callable[[Any, Disclosure], Any]:
    """Note rates that rest on few before they are protected."""
    return lambda found, disclosure: protect_it(replace(found, table=noted(found.table)), disclosure)


_BY_KIND: Mapping[str, Callable[[Any, Disclosure], Any]] = {
    "Result": protect_result,
    "Comparison": functools.partial(protect_comparison, note=True),
    "Review": _noting(protect_review),
    "Timeliness": _noting(protect_timeliness),
    "Disparity": _noting(protect_disparity),
    "Trend": protect_trend,
    "Forces": protect_forces,
    "Model": protect_model,
    "Counts": protect_counts,
    "Estimates": protect_estimates,
}
"""Kind of result, by the name of its class -> what protects it."""
