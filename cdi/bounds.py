"""What recording rates could have been, had everything been auditable: none or all of the rest recorded.

The sample is estimated again by the same estimators, with each row that could not be audited as one crime due: not
recorded, and then recorded (Manski 1989, Journal of Human Resources 24, 343-360).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits import answers
from cdi.audits.answers import NOT_AUDITABLE
from cdi.audits.counting import DRAWS, DUE, OVER, PLACED, RECORDED, sum_rows
from cdi.audits.volumes import label_of
from cdi.errors import DesignError, Where
from cdi.measures import MEASURES
from cdi.printing.tables import with_overall
from cdi.reading import engine
from cdi.survey.estimates import Counts
from cdi.survey.extrapolation import unrecorded
from cdi.survey.recorded_crime import as_held
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.volumes import Volumes
    from cdi.reading.engine import Expr, Rows
    from cdi.survey.estimates import Estimates

__all__ = ["bounds_of"]


def bounds_of(rates: Estimates, crime: Volumes | None = None, route_share: float | None = None) -> list[Estimates]:
    """Estimate recording rates as if none, and as if all, of what could not be audited had been recorded."""
    rates.refuse_unrepresentative()
    totals = rates.totals
    if totals is None or totals.audit.decisions is None:
        raise DesignError.of("no-bounds", where=None if totals is None else Where(totals.audit.name))
    found: list[Estimates] = []
    for bound in (each for each in MEASURES.values() if each.of == rates.measure.key and each.end):
        measure, recorded = bound.key, bound.end == "highest"
        known = None if crime is None else [row.label for row in rates.rows[:-1]]
        filled = share(_filled(totals.audit, totals.keys, known, recorded=recorded), totals.keys, measure=measure)
        if crime is None:
            found.append(filled)
            continue
        lenient = _filled(as_held(totals.audit, totals.keys), totals.keys, known, recorded=recorded)
        projected = unrecorded(share(lenient, totals.keys, measure=measure), crime, route_share=route_share)
        # the rows are those of their own class, the overall row counts any
        parts = with_overall([filled, replace(projected, totals=filled.totals)])
        found += [part for part in parts if not isinstance(part, Counts)]
    return found


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
        return nw.concat([rows.select(*names, *draws, nw.col(DUE), **{RECORDED: value}), *more])

    labels = known if known is not None else _labels(audited, inner)
    drawn = audit.drawn()
    frame = drawn.astype("float64") if audit.design.selection == "census" else audit.strata.population
    counted = sum_rows(joined(audited, nw.col(RECORDED), [rest]), audit.apart, audit.design, audit.cluster)
    placed = audited
    if known is not None:
        # a record may stand in a category of which no crime was due, and no volume is known
        for place, key in enumerate(inner):
            if key in texts:
                in_known = nw.col(key).is_in(sorted({label[place] for label in labels}))
                placed = placed.filter(in_known | nw.col(key).is_null())
    return replace(
        audit,
        rows=joined(placed, found, [*_of_categories(rest, texts, inner, labels, closed=known is not None)]),
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
    blank = engine.any_of([nw.col(key).is_null() | engine.is_empty_text(rest, key) for key in texts])
    blank = blank.fill_null(value=True)
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


def _labels(rows: Rows, keys: Sequence[str]) -> list[tuple[str, ...]]:
    found = engine.collect(engine.sums(rows, list(keys), (), count="_cdi_n"))
    labels = {label_of([found[key][i] for key in keys]) for i in range(len(found["_cdi_n"]))}
    return sorted(label for label in labels if wording.NO_LABEL not in label)
