"""What recording rates could have been, had everything been auditable: none or all of the rest recorded.

The sample is estimated again by the same estimators, with each row that could not be audited as one crime due: not
recorded, and then recorded (Manski 1989, Journal of Human Resources 24, 343-360). One without a category counts in
each: its reports are summed up once, and their sums are added to those of every category, less what is there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits import answers
from cdi.audits.answers import NOT_AUDITABLE
from cdi.audits.counting import (
    DRAWS,
    DUE,
    LARGEST,
    OVER,
    PLACED,
    RECORDED,
    SUM,
    SUMS,
    Found,
    by_report,
    sum_each,
    sum_rows,
)
from cdi.audits.volumes import labels_of
from cdi.errors import DesignError, Where
from cdi.measures import MEASURES
from cdi.printing.tables import with_overall
from cdi.reading import engine
from cdi.survey.estimates import Counts
from cdi.survey.extrapolation import unrecorded
from cdi.survey.recorded_crime import as_held
from cdi.survey.sampling import share, share_of
from cdi.survey.totals import total

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Label, Volumes
    from cdi.measures import Measure
    from cdi.reading.engine import Expr, Rows
    from cdi.survey.estimates import Estimates
    from cdi.survey.totals import Pairs, Totals

__all__ = ["bounds_of"]

Ints: TypeAlias = npt.NDArray[np.int64]


def bounds_of(rates: Estimates, crime: Volumes | None = None, route_share: float | None = None) -> list[Estimates]:
    """Estimate recording rates as if none, and as if all, of what could not be audited had been recorded."""
    rates.refuse_unrepresentative()
    totals = rates.totals
    if totals is None or totals.audit.decisions is None:
        raise DesignError.of("no-bounds", where=None if totals is None else Where(totals.audit.name))
    audit, keys = totals.audit, totals.keys
    bounds = [each for each in MEASURES.values() if each.of == rates.measure.key and each.end]
    if crime is None:
        return _of_sums(audit, keys, bounds) or [
            share(_filled(audit, keys, None, recorded=_recorded(each)), keys, measure=each.key) for each in bounds
        ]
    known = [row.label for row in rates.rows[:-1]]
    found: list[Estimates] = []
    for bound in bounds:
        measure, recorded = bound.key, _recorded(bound)
        filled = share(_filled(audit, keys, known, recorded=recorded), keys, measure=measure)
        lenient = _filled(as_held(audit, keys), keys, known, recorded=recorded)
        projected = unrecorded(share(lenient, keys, measure=measure), crime, route_share=route_share)
        # the rows are those of their own class, the overall row counts any
        parts = with_overall([filled, replace(projected, totals=filled.totals)])
        found += [part for part in parts if not isinstance(part, Counts)]
    return found


def _recorded(bound: Measure) -> bool:
    """Tell whether a bound takes all that could not be audited to be recorded, and not none of it."""
    return bound.end == "highest"


def _filled(audit: Audit, keys: Sequence[str], known: Sequence[Sequence[str]] | None, *, recorded: bool) -> Audit:
    """Count what could not be audited as due: in its category, where it has one, and in the whole."""
    import narwhals as nw

    if audit.aside is None:
        return audit
    inner = audit.source.inner_names(keys)
    names = list(dict.fromkeys(name for name in (audit.cluster, *audit.apart, *inner) if name))
    texts = [key for key in inner if key not in audit.apart]
    audited, aside = (_as_texts(rows, texts) for rows in (audit.rows, audit.aside))
    found = nw.col(PLACED) if audit.places(keys) else nw.col(RECORDED)
    # made of the column itself, as counting.zero_of makes a zero
    one = nw.col(DRAWS) if audit.design.counts else (nw.col(DUE) == nw.col(DUE)).cast(nw.Int8)
    draws = [DRAWS] if audit.design.counts else []
    rest = aside.select(*names, *draws, **{DUE: one, RECORDED: one if recorded else nw.col(RECORDED)})

    def joined(rows: Rows, value: Expr, more: Sequence[Rows]) -> Rows:
        # in one kind of number: what was added up for each report is wider than what a row counts
        parts = [rows.select(*names, *draws, nw.col(DUE), **{RECORDED: value}), *more]
        return nw.concat([part.with_columns(nw.col(DUE, RECORDED).cast(nw.Int64)) for part in parts])

    labels = known if known is not None else _labels(audited, inner)
    counted = sum_rows(joined(audited, nw.col(RECORDED), [rest]), audit.apart, audit.design, audit.cluster)
    placed = audited
    if known is not None:
        # a record may stand in a category of which no crime was due, and no volume is known
        for place, key in enumerate(inner):
            if key in texts:
                in_known = nw.col(key).is_in(sorted({label[place] for label in labels}))
                placed = placed.filter(in_known | nw.col(key).is_null())
    rows = joined(placed, found, [*_of_categories(rest, texts, inner, labels, closed=known is not None)])
    return replace(_decided(audit, counted, audit.drawn()), rows=rows)


def _decided(audit: Audit, counted: Found, drawn: Ints) -> Audit:
    """Give a sample as if all of it had been audited, with what was counted of whole reports."""
    frame = drawn.astype("float64") if audit.design.selection == "census" else audit.strata.population
    return replace(
        audit,
        counted=counted,
        strata=replace(audit.strata, sampled=drawn, population=frame),
        known=audit.known - {PLACED, OVER},
        decisions={**(audit.decisions or {}), NOT_AUDITABLE: 0},
    )


def _as_texts(rows: Rows, keys: Sequence[str]) -> Rows:
    """Write categories as the text that names them, of one kind in all parts: pyarrow knows two."""
    for key in keys:
        if str(rows.collect_schema()[key]).startswith(("String", "Categorical", "Enum")):
            rows = rows.with_columns(engine.as_text(key).alias(key))
        else:
            values = engine.collect(engine.sums(rows, [key], (), count="_cdi_n"))[key]
            words = {value: answers.show(value) for value in values if not engine.absent(value)}
            rows = engine.relabelled(rows, key, words, key)
    return rows


def _of_categories(
    rest: Rows, texts: Sequence[str], keys: Sequence[str], labels: Sequence[Sequence[str]], *, closed: bool
) -> Iterator[Rows]:
    """Put each row that could not be audited into its category, and one without a category into each.

    Where the categories are closed, since volumes are known of them only, rows of another are in the whole alone.
    """
    import narwhals as nw

    if not texts:
        yield rest
        return
    blank = _lacking(rest, texts)
    named = rest.filter(~blank)
    for place, key in enumerate(keys):
        if closed and key in texts:
            named = named.filter(nw.col(key).is_in(sorted({label[place] for label in labels})))
    yield named
    if labels:
        columns = [key for key in keys if key in texts]
        # a category that several strata hold is one here: the row has a stratum of its own
        given = dict.fromkeys(tuple(label[keys.index(key)] for key in columns) for label in labels)
        yield engine.beside_each(rest.filter(blank), columns, list(given))


def _lacking(rows: Rows, texts: Sequence[str]) -> Expr:
    """Find the rows without a category."""
    import narwhals as nw

    blank = engine.any_of([nw.col(key).is_null() | engine.is_empty_text(rows, key) for key in texts])
    return blank.fill_null(value=True)


def _labels(rows: Rows, keys: Sequence[str]) -> list[tuple[str, ...]]:
    found = engine.collect(engine.sums(rows, list(keys), (), count="_cdi_n"))
    labels = set(labels_of([found[key] for key in keys], len(found["_cdi_n"])))
    return sorted(label for label in labels if wording.NO_LABEL not in label)


# ---- by sums alone: rows without a category may be many, and so may categories

_HIGH = "_cdi_high"
"""What counts as recorded if all of the rest was, beside ``RECORDED`` if none was."""

_NUMBERS = (DUE, RECORDED, _HIGH)
_PAIRS = ((DUE, RECORDED), (DUE, _HIGH))
"""Crimes due and recorded: if none of the rest was recorded, and if all of it was."""

_OF_OTHERS = "_cdi_other_"
"""What begins the names of columns of the reports with rows that are in no category."""


@dataclass(frozen=True, slots=True)
class _BesideEach:
    """Gives further sums of rows that count in every category: they are set beside each once these are asked for."""

    whole: Callable[[], Audit]
    keys: tuple[str, ...]

    @property
    def rowless(self) -> bool:
        """Whether it holds no row."""
        return False

    def counting(self, change: Callable[[Audit], Audit]) -> Totals:
        """Sum up the same rows with something else counted."""
        return total(change(self.whole()), self.keys)

    def pairs(self) -> Pairs:
        """Sum the products between categories that share reports."""
        return total(self.whole(), self.keys).pairs()


def _of_sums(audit: Audit, keys: tuple[str, ...], bounds: Sequence[Measure]) -> list[Estimates] | None:
    """Estimate all bounds by the sums of reports; None where the rows themselves are needed."""
    texts = tuple(key for key in audit.source.inner_names(keys) if key not in audit.apart)
    if audit.aside is None or audit.design.counts or not texts:
        return None
    audited, rest = (_as_texts(rows, texts) for rows in (audit.rows, audit.aside))
    ends = _Ends(audit, keys, texts, audited, rest)
    found = ends.sums()
    if found is None:
        return None
    wholes, drawn = ends.wholes(), audit.drawn()
    estimates = []
    for bound in bounds:
        recorded = _recorded(bound)

        def whole(*, recorded: bool = recorded) -> Audit:
            return _filled(audit, keys, None, recorded=recorded)

        decided = replace(_decided(audit, wholes[recorded], drawn), rows=audited)
        totals = total(decided, keys, found[recorded])
        beside = _BesideEach(whole, keys)
        estimates.append(share_of(replace(totals, audit=decided.without_rows(), larger=beside), bound))
    return estimates


@dataclass(frozen=True, slots=True)
class _Ends:
    """The rows of a sample and the rest, with what counts as recorded if none, and if all, of the rest was."""

    audit: Audit
    keys: tuple[str, ...]  # the category columns
    texts: tuple[str, ...]  # those of them that are no strata, as the rows know them
    audited: Rows
    rest: Rows

    @property
    def apart(self) -> list[str]:
        """Name what sums by category are kept apart by."""
        return list(dict.fromkeys([*self.audit.apart, *self.audit.source.inner_names(self.keys)]))

    def wholes(self) -> list[Found]:
        """Sum up whole reports, in whatever class their crimes were recorded."""
        import narwhals as nw

        apart = list(self.audit.apart)
        rows = nw.concat([self._of_audited(apart, RECORDED), self._of_rest(self.rest, apart)])
        return sum_each(by_report(rows, apart, self.audit.cluster, _NUMBERS), apart, _PAIRS)

    def sums(self) -> list[Found] | None:
        """Sum up reports by category, those without one in each; None where a category is written in several ways."""
        import narwhals as nw

        audit, apart, blank = self.audit, self.apart, _lacking(self.rest, self.texts)
        placed = PLACED if audit.places(self.keys) else RECORDED
        rows = nw.concat([self._of_audited(apart, placed), self._of_rest(self.rest.filter(~blank), apart)])
        cells = by_report(rows, apart, audit.cluster, _NUMBERS)
        counts, _ = engine.tally(self.rest, {"blank": blank})
        if not counts["blank"]:
            return sum_each(cells, apart, _PAIRS)
        own = list(audit.apart)
        others = by_report(self._of_rest(self.rest.filter(blank), own), own, audit.cluster, _NUMBERS)
        beside = sum_each(others, own, _PAIRS)
        listed = engine.collect(engine.sums(self.audited, self.texts, (), count="_cdi_n"))
        given = [
            label
            for label in labels_of([listed[key] for key in self.texts], len(listed["_cdi_n"]))
            if wording.NO_LABEL not in label
        ]
        twice = [_none_of(each, apart) for each in beside]
        if audit.cluster is not None:
            both = engine.hold(self._in_both(cells, others, audit.cluster))
            twice = sum_each(both, apart, _PAIRS)
            named = [audit.cluster, *apart, *_NUMBERS]
            cells = by_report(nw.concat([cells.select(*named), both.select(*named)]), apart, audit.cluster, _NUMBERS)
        summed = sum_each(cells, apart, _PAIRS)
        size = len(summed[0][SUM + "due"])
        labels = labels_of([summed[0][key] for key in apart], size)
        if len({tuple(map(answers.spaced, label)) for label in labels}) < size or len(set(given)) < len(given):
            return None
        return [self._added(*each, labels, given) for each in zip(summed, beside, twice, strict=True)]

    def _of_audited(self, keys: Sequence[str], recorded: str) -> Rows:
        import narwhals as nw

        names = list(dict.fromkeys(name for name in (self.audit.cluster, *keys) if name))
        due, found = (nw.col(name).cast(nw.Int64) for name in (DUE, recorded))
        return self.audited.select(*names, **{DUE: due, RECORDED: found, _HIGH: found})

    def _of_rest(self, rows: Rows, keys: Sequence[str]) -> Rows:
        """Count each row that could not be audited as one crime due."""
        import narwhals as nw

        names = list(dict.fromkeys(name for name in (self.audit.cluster, *keys) if name))
        # made of the column itself, as counting.zero_of makes a zero
        one = (nw.col(DUE) == nw.col(DUE)).cast(nw.Int64)
        return rows.select(*names, **{DUE: one, RECORDED: nw.col(RECORDED).cast(nw.Int64), _HIGH: one})

    def _in_both(self, cells: Rows, others: Rows, cluster: str) -> Rows:
        """Give what reports hold in no category beside each category that they hold too, of those that were audited."""
        import narwhals as nw

        apart = self.apart
        listed = engine.sums(self.audited, self.texts, (), count="_cdi_n")
        known = listed.select(**{_OF_OTHERS + key: nw.col(key) for key in self.texts})
        named = cells.filter(~_lacking(cells, self.texts)).select(cluster, *apart)
        named = named.join(known, left_on=list(self.texts), right_on=[_OF_OTHERS + key for key in self.texts])
        held = others.select(**{_OF_OTHERS + key: nw.col(key) for key in (cluster, *_NUMBERS)})
        met = named.join(held, left_on=cluster, right_on=_OF_OTHERS + cluster)
        return met.select(cluster, *apart, **{key: nw.col(_OF_OTHERS + key) for key in _NUMBERS})

    def _added(
        self, summed: Found, beside: Found, twice: Found, labels: Sequence[Label], given: Sequence[Label]
    ) -> Found:
        """Add to the sums of each category those of reports in none, less what is in both and would count twice."""
        apart, own = self.apart, self.audit.apart
        at = {label: i for i, label in enumerate(labels)}
        columns: dict[str, list[Any]] = {key: list(summed[key]) for key in apart}
        places = []
        for j in range(len(beside[SUM + "due"])):
            for words in given:
                filling = dict(zip(self.texts, words, strict=True))
                values = {key: filling[key] if key in filling else beside[key][j] for key in apart}
                [label] = labels_of([[value] for value in values.values()], 1)
                if label not in at:
                    at[label] = len(at)
                    for key, value in values.items():
                        columns[key].append(value)
                places.append(at[label])
        more, size = np.array(places, dtype=np.int64), len(at)
        both = [at[label] for label in labels_of([twice[key] for key in apart], len(twice[SUM + "due"]))]
        found: dict[str, npt.NDArray[Any]] = {}
        for name in (SUM + each for each in SUMS):
            filled = np.concatenate([summed[name], np.zeros(size - len(labels), dtype=summed[name].dtype)])
            np.add.at(filled, more, np.repeat(beside[name], len(given)))
            np.subtract.at(filled, np.array(both, dtype=np.int64), twice[name])
            found[name] = filled
        name = SUM + LARGEST
        # where a report is in both, its crimes in the category are no fewer than those in none
        found[name] = np.concatenate([summed[name], np.zeros(size - len(labels), dtype=summed[name].dtype)])
        np.maximum.at(found[name], more, np.repeat(beside[name], len(given)))
        for key in apart:
            found[key] = np.array(columns[key], dtype=summed[key].dtype if key in own else object)
        return found


def _none_of(found: Found, keys: Sequence[str]) -> Found:
    """Give sums of the same kind of nothing."""
    nothing = {name: values[:0] for name, values in found.items()}
    return {**{key: np.zeros(0, dtype=object) for key in keys}, **nothing}
