"""From rates and known volumes of recorded crime to the crimes that were never recorded, and the overall rate.

The volumes are set beside the domains of the rates; the count may be net of crimes that should not have been recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, counts_of, names_of, truth_of
from cdi.audits.answers import OVER_RECORDED
from cdi.audits.crime_tables import ALL_OTHERS, CrimeTable
from cdi.audits.volumes import RECORDED_CRIME, ROUTE_SHARE, Volumes, likely_name, read_volumes
from cdi.binomial import intervals, normal
from cdi.binomial.differences import WithLimits, ratio
from cdi.binomial.intervals import Interval
from cdi.binomial.published import AS_PRINTED, PRINTED_LEVEL, PublishedRate, is_published, parse_published
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault, suggestion
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES, Bearing
from cdi.parameters import HUNDREDS, LEVEL, METHOD
from cdi.showing import Shown
from cdi.survey.basis import FEWEST, Basis, Worth, of_whole
from cdi.survey.estimates import ALL, Counts, Estimates, Parts, RecordedCrime, Subject
from cdi.survey.recorded_crime import Held, by_label, held_by, overall
from cdi.survey.sampling import of_counts, recording_rate, share_of

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.volumes import Label
    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = [
    "KnownShare", "NetError", "NetSides", "OverRecording", "PublishedCounts", "PublishedRates", "bias_estimate",
    "chance_of_crimes", "known_crime", "net_unrecorded", "not_audited", "overall_rate", "periods_of", "same_sample",
    "unrecorded",
]  # fmt: skip

_UNRECORDED = MEASURES["unrecorded"]
_MOVER = "mover"  # how the interval of a net count is made
HALF_AT_ONE_SE = 0.15865525393145707  # left out on a side by one standard error of a normal estimate

Floats: TypeAlias = npt.NDArray[np.float64]

Bools: TypeAlias = npt.NDArray[np.bool_]


@checked
def unrecorded(
    rates: object,
    recorded_crime: object,
    *,
    by: str | Sequence[str] | None = None,
    route_share: float | PublishedRate | str | None = None,
    over_recording: Estimates | PublishedRate | str | None = None,
    prediction: bool = False,
    hundreds: str | Sequence[str] | None = None,
) -> Counts:
    """Estimate the crimes that were reported and not recorded, R (1 - p) / p, by category and in total.

    Parameters
    ----------
    rates : Estimates, Result, PublishedRate, Audit, path, Workbook, a list of them, or data frame
        The recording rates, from :func:`cdi.recording_rate` or from counts (``cdi.of_counts(159, 182)``). A published
        rate can be given as it is printed, such as ``"81%+-1.9%"``. If rows are given, the rates are estimated first.
    recorded_crime : path, data frame, mapping, int or Volumes
        Recorded crime R for each category of the rates, without cancelled crimes, for the routes and the period that
        the audit covers. Give a file with the category columns and ``recorded_crime``, or the numbers. A category
        ``all`` is the total. One category without a number gets the remainder.
    by : str or sequence of str, optional
        The category columns, if the rates are to be estimated first; see :func:`cdi.recording_rate`.
    route_share : float, PublishedRate or str, optional
        The share of recorded crime that comes through the audited routes, as a proportion. The count is limited to it.
        If the share is an estimate, such as ``"87%+-3%"``, the interval includes its error. A file can give the share
        by category, in the column ``route_share``.
    over_recording : Estimates, PublishedRate or str, optional
        The share c of recorded crime that should not have been recorded, from :func:`cdi.over_recording` of another
        audit or as published, such as ``"2.1%+-0.8%"``. The count then uses R (1 - c) instead of R, and its interval
        includes the error of c.
    prediction : bool
        Whether the count is of crimes in another period. The interval then allows for chance in the crimes themselves.
    hundreds : str or sequence of str, optional
        Categories, in any capitals, whose counts the published style rounds down to 100 even below 1,000. None: what
        violence is called, as inspection reports do. ``[]``: no category.

    Returns
    -------
    Counts
        The crimes not recorded: one row for each category, with the total last. Their intervals follow from those of
        the rates. The interval of the total comes from the overall rate R / (R + U), with the covariance between
        categories that share reports.

    Raises
    ------
    DataError
        If a category has no volume, a volume has no category, or the volumes do not add up to their total.
    DesignError
        If the estimates are not recording rates, or their sample is not representative.

    Notes
    -----
    This is the classical ratio estimator with a known total of the auxiliary variable (Cochran 1977, Sampling
    Techniques, chapter 6): R is constant. The variance from chance in the crimes themselves is negative binomial, R (1
    - p) / p^2.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> rates = cdi.recording_rate(cdi.read_audit(sample), by="type")
    >>> cdi.unrecorded(rates, {"violent": 8_000, "other": 9_000}).estimate.round().tolist()
    [1000.0, 2000.0, 3000.0]
    """
    prediction = truth_of(prediction, "prediction")
    rates = rates_of(rates, by)
    rates.refuse_unrepresentative()
    over = None if over_recording is None else over_recording_of(over_recording, rates)
    known = known_crime(rates, recorded_crime)
    keys = rates.keys
    if keys and not known.keys:
        rates = _overall_of(rates)
    volumes, odd = volumes_of(rates, known)
    routes = None if route_share is None else route_share_of(route_share)
    limits = limits_of(rates, known, None if routes is None else routes.share)
    projected = volumes * limits * (1.0 if over is None else 1 - over.share)
    mapped = _mapped(rates, volumes, projected, prediction=prediction, surplus=over is None)
    basis, added = mapped.basis, mapped.chance
    few = added > 0
    relative = _relative_error(routes, over)
    added = added + chance_of_shares(basis.rate, relative)
    if rates.keys:
        volumes, projected = (np.r_[each, each.sum()] for each in (volumes, projected))
        limits = np.r_[limits, limits.min(initial=1)]
    made = RecordedCrime(
        volumes,
        limits,
        None if over is None else (over.share, over.se),
        None if routes is None or not routes.half_width else (routes.share, routes.half_width),
    )
    none = not np.any(projected)
    large = {name.casefold() for name in (HUNDREDS if hundreds is None else names_of(hundreds, "hundreds"))}
    partial = bool(not_audited(rates, known))
    counted = []
    for i, (row, own) in enumerate(zip(rates.rows, mapped.facts, strict=True)):
        limited = bool(limits[i] < 1)
        said = replace(
            _facts_of(own, basis, i, none=none),
            hundreds=not row.whole and not large.isdisjoint(map(str.casefold, row.label)),
            chance=bool(few[i]),
            net=over is not None,
            routes=limited,
            partial=partial and own.whole,
        )
        counted.append(Subject(row.label, _UNRECORDED, said))
    rows = tuple(counted)
    if isinstance(rates, PublishedRates):
        if rates.published.rate == 0:
            rows = tuple(replace(row, facts=row.facts.because(("none-recorded",))) for row in rows)
        found: Counts = PublishedCounts(
            rates.keys,
            tuple(rows),
            basis,
            None,
            rates.selection,
            added,
            volumes=projected,
            made=made,
            published=rates.published,
            prediction=prediction,
        )
    else:
        found = Counts(
            rates.keys,
            rows,
            basis,
            rates.totals,
            rates.selection,
            added,
            parts=None if mapped.parts is None else _with_shares(mapped.parts, relative),
            volumes=projected,
            made=made,
            held=mapped.held,
            of_recording=mapped.of_recording,
            parts_of_recording=mapped.parts_of_recording,
        )
    found = found.because(_reasons_of_volumes(found, known, volumes, odd, net=over is not None))
    return found if found.keys == keys else replace(found, keys=keys, rows=(_over_all(found.rows[0], keys),))


def _overall_of(rates: Estimates) -> Estimates:
    """Take the overall rate alone: what one figure of recorded crime is held against."""
    last = rates.take([len(rates) - 1])
    return replace(last, keys=(), rows=(_over_all(last.rows[0], ()),))


def _over_all(row: Subject, keys: Sequence[str]) -> Subject:
    return replace(row, label=(ALL,) * max(len(keys), 1))


def not_audited(rates: Estimates, volumes: Volumes) -> tuple[tuple[str, int | str], ...]:
    """List the categories with recorded crime that were not audited, the largest first: their count, or its mark."""
    if not volumes.keys:
        return ()
    labels = set(_labels(rates))
    known = sorted(volumes.counts[RECORDED_CRIME].items(), key=lambda item: (-item[1], item[0]))
    marks: Mapping[Label, str] = volumes.marks.get(RECORDED_CRIME, {})
    left: list[tuple[Label, int | str]] = [(label, n) for label, n in known if n and label not in labels]
    left += [(label, mark) for label, mark in sorted(marks.items()) if label not in labels]
    return tuple((", ".join(label), count) for label, count in left)


def rates_of(given: object, by: str | Sequence[str] | None = None) -> Estimates:
    """Take recording rates as they are handed over: estimated, counted, published, or as rows to estimate them from."""
    if isinstance(given, str) and is_published(given):
        given = parse_published(given)
    if isinstance(given, str) and counts_of(given):
        given = of_counts(given)
    if isinstance(given, PublishedRate):
        return PublishedRates.of(given)
    found = getattr(given, "rates", given)  # a result keeps its rates
    if isinstance(given, Shown) and found is not given:
        given.refuse_suppressed()
    if not isinstance(found, Estimates):
        found = recording_rate(found, by)
    if isinstance(found, Counts) or not found.measure.projects:
        raise DesignError.of("not-rates", got=found.measure.key)
    # counts without rows have no categories
    return replace(found, keys=()) if found.totals is None else found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PublishedRates(Estimates):
    """A published rate as an estimate, for what follows from it."""

    published: PublishedRate = field(default_factory=lambda: PublishedRate(0.0))

    @classmethod
    def of(cls, published: PublishedRate) -> Self:
        """Take what the half width implies of the sample behind a figure."""
        one, blank = np.ones(1), np.full(1, np.nan)
        size = blank if published.census else one * published.size
        se = one * published.half_width_at(HALF_AT_ONE_SE)
        basis = Basis(
            rate=one * published.rate, se=se, se_endless=se, due=np.zeros(1, np.int64),
            recorded=np.zeros(1, np.int64), reports=np.zeros(1, np.int64), largest=np.zeros(1, np.int64),
            largest_share=blank, df=blank, worth=Worth.of_size(size),
            deff=blank, independent=size, census=np.array([published.census]), simple=np.array([False]), frame=blank,
            weighted=np.array([False]), strata=np.array([None]),
        )  # fmt: skip
        row = Subject((ALL,), MEASURES["recording-rate"], Facts(Scope.OVERALL, census=published.census))
        return cls((), (row,), basis, None, published=published)

    @property
    def sampled(self) -> bool:
        """Whether rows were counted."""
        return False

    def interval(self, level: float = PRINTED_LEVEL, method: str = AS_PRINTED, side: str = "both") -> Interval:  # noqa: ARG002
        """Give the interval as it was printed."""
        if side != "both":
            raise MethodError.of("side-of-printed", got=side)
        printed = self.published.interval(level)
        return replace(printed, low=np.atleast_1d(printed.low), high=np.atleast_1d(printed.high))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PublishedCounts(Counts):
    """Crimes that follow from a published rate: its interval as it was printed, mapped."""

    # the rate. There is no sample to count in
    published: PublishedRate = field(default_factory=lambda: PublishedRate(0.0))
    prediction: bool = False  # as in :func:`unrecorded`

    @property
    def follows_from(self) -> Estimates:
        """The rate as it was published."""
        return PublishedRates.of(self.published)

    @property
    def sampled(self) -> bool:
        """Whether rows were counted."""
        return False

    def n_eff(self, *, level: float = PRINTED_LEVEL, side: str = "both") -> Floats:
        """Give the size that the printed half width implies, whatever the level."""
        intervals.tail_of(level, side)
        return self._with_chance(self.basis.worth.size)

    def interval(
        self,
        level: float = PRINTED_LEVEL,
        method: str = AS_PRINTED,  # noqa: ARG002 (a printed interval has a method of its own)
        side: str = "both",
    ) -> Interval:
        """Map the interval as it was printed, in the ratio of normal quantiles at another level than 95%."""
        tail = intervals.tail_of(level, side)
        if side != "both":
            raise MethodError.of("side-of-printed", got=side)
        # what was printed is so many standard errors wide, and so is what else is uncertain, of a census alone
        rate, half = self.basis.rate, -normal.quantile(tail) * self.spread
        low, high = np.maximum(rate - half, 0.0), np.minimum(rate + half, 1.0)
        return Interval(self._mapped(high), self._mapped(low), level, AS_PRINTED, side)


def known_crime(rates: Estimates, recorded_crime: object) -> Volumes:
    """Read the recorded crime for the domains of some rates."""
    if isinstance(recorded_crime, Volumes):
        return recorded_crime
    keys = () if isinstance(recorded_crime, CrimeTable) and recorded_crime.is_one_figure else rates.keys
    return read_volumes(recorded_crime, keys, (RECORDED_CRIME,), dated=_is_dated(rates))


def _is_dated(rates: Estimates) -> bool:
    return rates.totals is not None and rates.totals.audit.design.period is not None


def volumes_of(rates: Estimates, volumes: Volumes) -> tuple[Floats, Label | None]:
    """Set the recorded crime beside each domain, and refuse what does not fit; name the one that got the remainder."""
    if not rates.keys:
        return np.array([volumes.counts[RECORDED_CRIME].get((), 0)], dtype=np.float64), None
    labels = _labels(rates)
    # a category without any crime due needs no volume
    needed = [label for label, due in zip(labels, rates.basis.due, strict=False) if due]
    known, remainder = volumes.filled(RECORDED_CRIME, needed)
    marked = volumes.not_there(RECORDED_CRIME, [label for label in needed if label not in known])
    if marked:
        raise DataError(volumes.put(marked, RECORDED_CRIME))
    lacking = [label for label in needed if label not in known]
    if lacking:
        raise DataError(_lacking(rates, volumes, lacking, known))
    return np.array([known.get(label, 0) for label in labels], dtype=np.float64), remainder


def _lacking(rates: Estimates, volumes: Volumes, lacking: list[Label], known: Mapping[Label, int]) -> list[Fault]:
    """Say which categories have no volume, what the volumes may call them, and what was not audited."""
    labels = _labels(rates)
    # what is there and was not audited may be what is lacking, in another spelling
    published = volumes.read.period is not None  # its groups are named as the Home Office names them
    others = [label for label, n in sorted(known.items()) if n and label not in set(labels) and not published]
    there = volumes.places(lacking, RECORDED_CRIME)
    blank = [label for label in lacking if there[label].line is not None or there[label].cell is not None]
    absent = [label for label in lacking if label not in blank]
    faults = _faults("domain-not-in-volumes", absent, volumes, sorted(known))
    if len(rates.keys) == 1 and volumes.name is not None:
        free = [name for (name,) in known if (name,) not in set(labels)]
        held = [name for (name,) in known if (name,) in set(labels)]
        faults = [_with_name(item, name, free, held) for item, (name,) in zip(faults, absent, strict=True)]
    return [
        *_faults("volume-blank", blank, volumes, []),
        *faults,
        *_faults("volume-not-audited", others, volumes, labels),
    ]


def limits_of(rates: Estimates, volumes: Volumes, route_share: float | None) -> Floats:
    """Give each domain the share of its recorded crime that comes through audited routes; 1 where nothing limits it."""
    labels = _labels(rates) or [()]
    if route_share is None:
        others = 1.0 if volumes.share is None else volumes.share
        return np.array([volumes.shares.get(label, others) for label in labels])
    if volumes.shares or volumes.share is not None:
        raise DataError.of("share-twice", where=Where(volumes.name, column=ROUTE_SHARE))
    return np.full(len(labels), route_share)


def _faults(code: str, labels: list[Label], volumes: Volumes, others: list[Label]) -> list[Fault]:
    """Name each label that does not fit, where it stands, and the one that was probably meant."""
    places = volumes.places(labels, ", ".join(volumes.keys))
    choices = [", ".join(other) for other in others]
    names = {label: ", ".join(label) for label in labels}
    return [
        fault(code, got=names[label], where=replace(places[label], key=None), hint=suggestion(names[label], choices))
        for label in labels
    ]


def _with_name(item: Fault, category: str, free: Sequence[str], held: Sequence[str]) -> Fault:
    """Add to a category without a volume what the volumes may call it."""
    name = likely_name(category, free) or wording.OPEN_NAME
    # all other groups are also those that have the names of categories, unless these are named
    beside = tuple((each, each) for each in held) if name == ALL_OTHERS else ()
    return replace(item, known=(*item.known, ("word", name), ("meaning", category), ("beside", beside)))


def _labels(rates: Estimates) -> list[Label]:
    """Name the domains: all rows but the last, which is the overall row."""
    return [row.label for row in rates.rows[:-1]] if rates.keys else []


def periods_of(estimates: Estimates, volumes: Volumes) -> tuple[str, str] | None:
    """Compare the period of an audit with that of volumes; None where they agree, or one of them is not known."""
    audited = estimates.totals.audit.periods() if estimates.totals is not None and volumes.periods else ()
    if not audited:
        return None
    from cdi.audits.periods import joined_label

    one, other = joined_label(audited), joined_label(volumes.periods)
    return None if one == other else (one, other)


@dataclass(frozen=True, slots=True)
class _Mapped:
    """What the count of each domain, and their total, follow from."""

    basis: Basis
    chance: Floats  # the chance of the crimes, in 1 / n_eff
    facts: list[Facts]
    # held, of_recording: as :class:`Counts` has them
    held: Held | None = None
    of_recording: Basis | None = None
    parts: Parts | None = None
    parts_of_recording: Parts | None = None


def _mapped(rates: Estimates, volumes: Floats, projected: Floats, *, prediction: bool, surplus: bool) -> _Mapped:
    """Give what counts follow from: rates, the chance of crimes, and facts."""
    facts = [replace(row.facts, census=row.facts.census and not prediction) for row in rates.rows]
    held = None if rates.totals is None else held_by(rates.totals, surplus=surplus)
    if held is None or not rates.keys:
        whole = rates.basis if held is None or held.as_audited else of_whole(held.any_class)
        basis = whole.endless() if prediction else whole
        return _of_sums(held, basis, rates.basis, chance_of_crimes(basis, projected, prediction=prediction), facts)
    labels = _labels(rates)
    domains, lenient, rightly = (by_label(sums, labels) for sums in (held.own, held.any_class, held.rightly))
    total = overall(held.any_class, labels, projected)
    due = projected * held.rightly_recorded(labels)
    implied = overall(held.rightly, labels, due)
    if prediction:
        # the reports of another period are not on this frame
        domains, lenient, rightly = (part.endless() for part in (domains, lenient, rightly))
        total, implied = total.endless(), implied.endless()
    if not held.as_audited:
        # that none was recorded in its own class is no reason here: what counts is what was recorded as it
        facts = [own.without(["none-recorded"]) for own in facts]
    facts[-1] = _facts_of_total([row.facts for row in _any_class(rates).rows], np.flatnonzero(volumes > 0))
    of_each = chance_of_crimes(domains, projected, prediction=prediction)
    of_total = chance_of_total(total, lenient, projected, prediction=prediction)
    recording = Basis.joined([rates.basis.take(list(range(len(labels)))), implied])
    found = _of_sums(held, Basis.joined([domains, total]), recording, np.r_[of_each, of_total], facts)
    below = replace(rates.take(list(range(len(labels)))), realised=None, parts=None)
    chance = chance_of_crimes(lenient, projected, prediction=prediction)
    return replace(
        found,
        parts=Parts(replace(below, basis=lenient, realised=chance), projected),
        parts_of_recording=Parts(replace(below, basis=rightly), due),
    )


def _with_shares(parts: Parts, relative: float) -> Parts:
    """Add the error of the shares that recorded crime is multiplied with to what the categories are uncertain by."""
    more = parts.rates.chance + chance_of_shares(parts.rates.basis.rate, relative)
    return replace(parts, rates=replace(parts.rates, realised=more))


def _of_sums(held: Held | None, basis: Basis, recording: Basis, chance: Floats, facts: list[Facts]) -> _Mapped:
    """Keep the sums that counts follow from, and the recording rates beside them, where these are not the same."""
    if held is None or held.as_audited:
        return _Mapped(basis, chance, facts)
    return _Mapped(basis, chance, facts, held, recording)


def _any_class(rates: Estimates) -> Estimates:
    """Give the rates that count a crime as recorded in whatever class: those that the total follows from."""
    totals = rates.totals
    if totals is None or not totals.audit.places(totals.keys):
        return rates
    return share_of(totals.lenient, rates.measure)


def _reasons_of_volumes(
    found: Counts, known: Volumes, volumes: Floats, remainder: Label | None, *, net: bool
) -> list[tuple[str, ...]]:
    """Say on each row what the recorded crime is that it follows from."""
    audit = None if found.totals is None else found.totals.audit
    tally = audit.decisions if audit is not None and audit.decisions else {}
    size = len(found)
    strict = audit is not None and audit.places(found.keys)
    conditions = {
        "any-class": np.array([strict and row.whole for row in found.rows]),
        "over-recorded": np.full(size, tally.get(OVER_RECORDED, 0) > 0 and not net),
        "volume-remainder": np.array([row.label == remainder for row in found.rows]),
        "none-as-class": np.array([found.held is not None and not row.whole for row in found.rows])
        & (volumes > 0)
        & np.isnan(found.estimate),
        "volume-below-sample": (volumes > 0) & (volumes < found.basis.recorded),
        "period-differs": np.full(size, periods_of(found, known) is not None),
    }
    return [tuple(code for code, holds in conditions.items() if holds[i]) for i in range(size)]


@checked
def overall_rate(missing: Estimates | Shown) -> Estimates:
    """Estimate the overall recording rate that the volumes imply, R / (R + U).

    This is a harmonic mean of the rates of the categories, not an arithmetic one.

    Parameters
    ----------
    missing : Estimates or Result
        The unrecorded crimes, from :func:`cdi.unrecorded`, or a result that has them.

    Returns
    -------
    Estimates
        One row, a proportion.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> rates = cdi.recording_rate(cdi.read_audit(sample), by="type")
    >>> missing = cdi.unrecorded(rates, {"violent": 8_000, "other": 9_000})
    >>> cdi.overall_rate(missing).estimate.tolist()
    [0.85]
    """
    missing = _counts_of(missing)
    last = len(missing) - 1
    known = bool(np.isfinite(missing.basis.rate[last]))
    # of one category with recorded crime the rate is its own
    several = int((missing.volumes[:last] > 0).sum()) > 1
    facts = missing.rows[last].facts
    facts = replace(facts, weighted=facts.weighted and known, by_volumes=several and known)
    row = replace(missing.rows[last], measure=MEASURES["recording-rate"], facts=facts)
    return Estimates(
        missing.keys,
        (row,),
        missing.recording.take([last]),
        missing.totals,
        missing.selection,
        parts=missing.parts_of_recording,
    )


@checked
def bias_estimate(missing: Estimates | Shown) -> Floats:
    """Estimate how far R (1 - p) / p overstates on average, because 1 / p is curved: R v / p^3, in crimes.

    Parameters
    ----------
    missing : Estimates or Result
        Unrecorded crimes, from :func:`unrecorded`, or a result that has them.

    Returns
    -------
    float array
        One element a row; the total's is the sum over the domains.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 9 + [0]})))
    >>> cdi.bias_estimate(cdi.unrecorded(rates, 9_000)).round(1).tolist()
    [123.5]
    """
    missing = _counts_of(missing)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = missing.volumes * missing.basis.se**2 / missing.basis.rate**3
        if missing.keys and missing.totals is not None:
            sums = missing.totals.lenient if missing.held is None else missing.held.any_class
            whole = by_label(sums, [row.label for row in missing.rows[:-1]])
            summed = missing.volumes[:-1] * whole.se**2 / whole.rate**3
            # a total that is refused has no bias either
            each[-1] = np.where(missing.volumes[:-1] > 0, summed, 0.0).sum()
    return each


def _facts_of_total(facts: Sequence[Facts], used: npt.NDArray[np.intp]) -> Facts:
    """Give the total the facts of what it rests on: of one domain, or of the whole sample.

    Volumes weight the domains: strata are mixed as they were sampled only where they are mixed within a domain.
    """
    whole = facts[-1]
    if len(used) == 1:
        return replace(facts[int(used[0])].without(["own-class"]), scope=whole.scope)
    return replace(whole, mixed=whole.mixed and any(facts[i].mixed for i in used))


def _facts_of(own: Facts, basis: Basis, i: int, *, none: bool) -> Facts:
    """State of a count why it is blank, and that it has no error where the rates that it follows from have none."""
    blank = own.whole and bool(basis.due[i] > 0) and bool(np.isnan(basis.rate[i]))
    why: tuple[str, ...] = ()
    if blank:
        why = ("no-volume",) if none else ("total-refused",)
    scope = Scope.OVERALL if own.whole else own.scope
    census = own.census or bool(basis.census[i])
    return replace(own, scope=scope, census=census).because(why)


def _kept_counts(given: object) -> object:
    """Give the counts that a result keeps, and anything else as it is."""
    kept = getattr(given, "counts", None) if isinstance(given, Shown) else None
    if isinstance(given, Shown) and isinstance(kept, Counts):
        given.refuse_suppressed()
        return kept
    return given


def _counts_of(given: object) -> Counts:
    """Take unrecorded crimes, alone or in a result."""
    found = _kept_counts(given)
    if not isinstance(found, Counts):
        raise DesignError.of("not-counts", got=_kind_of(found))
    return found


def _kind_of(given: object) -> str:
    """Name what was passed instead of counts."""
    return given.measure.key if isinstance(given, Estimates) else type(given).__name__


@dataclass(frozen=True, slots=True)
class NetSides:
    """What the net count follows from: the overall rate, and the share over-recorded; each with its interval."""

    rates: Estimates  # with what their interval allows for beside sampling
    over: OverRecording
    by_chance: float  # what the chance of another period's crimes adds to 1 / n_eff of the share
    method: str


@dataclass(frozen=True, slots=True, repr=False)
class NetError(Shown):
    """By how much recorded crime falls short of the crimes reported, overall.

    Attributes
    ----------
    over_recorded : float
        Recorded crimes that should not have been recorded, R c.
    estimate : float or None
        Crimes not recorded less those, R ((1 - c) / p - 1); negative where recorded crime is too high. None where the
        count has no total.
    low, high : float or None
        Its interval; None where an end has no limit.
    level : float
        Confidence level.
    sides : NetSides or None
        What it follows from.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.NetError(21.0, 80.0, 20.0, 160.0, 0.95)
    >>> found
    <cdi.NetError: 80 crimes (20 to 160), mover 95%>
    """

    over_recorded: float
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    sides: NetSides | None = field(default=None, repr=False, compare=False)

    @property
    def table(self) -> Table:
        """What recorded crime lacks, net, and what it should not hold; crimes, unrounded."""
        from cdi.printing.tables import CATEGORY, Row, Table

        net = Row((ALL,), MEASURES["net-unrecorded"], self.estimate, self.low, self.high, self.level, _MOVER)
        over = Row((ALL,), MEASURES["over-recorded"], self.over_recorded, None, None, self.level, _MOVER)
        rows = tuple(row.stating(scope=Scope.OVERALL) for row in (net, over))
        return Table((CATEGORY,), rows, self.level, _MOVER, "both")

    def page(self, **_options: Any) -> Page:
        """Lay it out for people: the two counts, and what they come to in words."""
        from cdi.printing.layouts import lay_out_net

        return lay_out_net(self)

    def wide(self) -> pd.DataFrame:
        """Give one row: ``category``, ``net`` crimes with ``low`` and ``high``, ``over_recorded`` crimes, ``notes``."""
        from cdi.printing.tables import wide_of

        parts = {"net": MEASURES["net-unrecorded"], "over_recorded": MEASURES["over-recorded"]}
        return wide_of(self.table, parts).drop(columns=["over_recorded_low", "over_recorded_high"])

    def __repr__(self) -> str:
        ends = "" if self.low is None or self.high is None else f" ({self.low:,.0f} to {self.high:,.0f})"
        number = "no total" if self.estimate is None else f"{self.estimate:,.0f} crimes{ends}"
        return f"<cdi.NetError: {number}, {_MOVER} {self.level * 100:.10g}%>"


@checked
def net_unrecorded(
    missing: Estimates | Shown,
    over_recording: Estimates | PublishedRate | str,
    *,
    level: float = LEVEL,
    method: str = METHOD,
) -> NetError:
    """Estimate the crimes not recorded less those that should not have been recorded, U - R c, in total.

    Parameters
    ----------
    missing : Estimates or Result
        The unrecorded crimes, from ``cdi.unrecorded(..., over_recording=...)``, or a result that has them.
    over_recording : Estimates or PublishedRate
        The share c that was given there.
    level, method : float, str
        See :meth:`Estimates.interval`.

    Returns
    -------
    NetError
        The number of crimes. Its interval is that of the ratio of (1 - c) to the overall rate, by MOVER (Donner and Zou
        2012). It includes the sampling errors of both audits and, if the count does, chance in the crimes themselves.

    Raises
    ------
    DesignError
        If the estimates are not unrecorded crimes net of over-recording, or the share is from the same sample.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 90 + [0] * 10})))
    >>> over = cdi.PublishedRate(0.02, 0.01)
    >>> found = cdi.net_unrecorded(cdi.unrecorded(rates, 9_000, over_recording=over), over)
    >>> round(found.estimate), round(found.low), round(found.high)
    (800, 325, 1689)
    """
    counts = _kept_counts(missing)
    if not isinstance(counts, Counts) or not counts.rows[-1].facts.net:
        raise DesignError.of("not-net", got=_kind_of(counts))
    missing = counts
    over = over_recording_of(over_recording, missing)
    recorded = float(missing.volumes[-1] / (1 - over.share))
    # the error of the share over-recorded comes in by its own interval
    of_share = chance_of_shares(missing.basis.rate[-1:], _relative_error(None, over))
    rates = replace(overall_rate(missing), realised=missing.chance[-1:] - of_share)
    by_chance = 1 / recorded if missing.rows[-1].facts.chance else 0.0
    own, other = rates.interval(level, method), _share_interval(over, by_chance, level, method)
    kept = WithLimits(
        np.array([1 - over.share]),
        1 - np.minimum(np.atleast_1d(other.high)[-1:], 1),
        1 - np.maximum(np.atleast_1d(other.low)[-1:], 0),
    )
    low, high = ratio(kept, WithLimits(rates.estimate, own.low, own.high))
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [recorded * (float(x[0]) - 1) for x in (kept.estimate / rates.estimate, low, high)]
    estimate, least, most = (float(end) if np.isfinite(end) else None for end in ends)
    sides = NetSides(rates, over, by_chance, method)
    return NetError(recorded * over.share, estimate, least, most, level, sides)


def _share_interval(over: OverRecording, by_chance: float, level: float, method: str) -> Interval:
    """Give the interval of the share over-recorded, with the chance of the crimes themselves where it counts."""
    source = over.source
    if isinstance(source, Estimates):
        return replace(source, realised=np.full(len(source), by_chance)).interval(level, method)
    added = over.share * (1 - over.share) * by_chance
    if added == 0:
        return source.interval(level)
    widened = PRINTED * float(np.sqrt(over.se**2 + added))
    return replace(source, half_width=widened).interval(level)


# ---- what a count is uncertain by beside its rate: each part of the variance of U = R (1 - c) (1 - p) / p is expressed
# as a variance of p, V = p (1 - p) / n, so that its interval comes from the formula of the rate's at a smaller size


PRINTED = 1.96
"""Standard errors in the half width of a printed interval."""


@dataclass(frozen=True, slots=True)
class OverRecording:
    """The share of recorded crimes that should not have been recorded, from an audit of its own."""

    share: float  # a proportion
    se: float  # its standard error
    source: Estimates | PublishedRate  # where it comes from


def chance_of_crimes(basis: Basis, volumes: Floats, *, prediction: bool) -> Floats:
    """Give what the chance of the crimes of another period adds to 1 / n_eff of each domain.

    Given the rate and R, the crimes not recorded have the variance R (1 - p) / p^2, as counts until the R-th success,
    times the design effect of crimes that fare alike in one report. Those of the frame's own period are what they are.
    """
    if not prediction:
        return np.zeros(len(volumes))
    with np.errstate(divide="ignore", invalid="ignore"):
        added = basis.rate * _together(basis) / volumes
    return np.where((volumes > 0) & np.isfinite(added), added, 0.0)


def _together(basis: Basis) -> Floats:
    """Give the design effect of crimes that fare alike; 1 or more, since strata steady no chance of another period."""
    return np.maximum(basis.worth.size / basis.worth.crimes(FEWEST), 1.0)


def chance_of_total(total: Basis, domains: Basis, volumes: Floats, *, prediction: bool) -> Floats:
    """Give the same for the total of some domains: the variances of those that have one add up."""
    counts = chance_of_crimes(domains, volumes, prediction=prediction) > 0
    overall, summed = total.rate, volumes.sum()
    alone = (np.count_nonzero(volumes) == 1) | (overall == 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(counts, volumes * (1 - domains.rate) / domains.rate**2, 0.0).sum() * _together(total)
        share = np.where(alone, volumes[counts].sum() * _together(total), overall**2 * variance / (1 - overall))
        added = overall * share / summed**2
    return np.where(np.isfinite(added), added, 0.0)


@dataclass(frozen=True, slots=True)
class KnownShare:
    """A share of recorded crime that counts are limited to."""

    share: float  # a proportion
    half_width: float = 0.0  # of its 95% interval; 0 where it is known


def route_share_of(given: object) -> KnownShare:
    """Take the share of recorded crime in audited routes, known or estimated."""
    if isinstance(given, str) and is_published(given):
        given = parse_published(given)
    if isinstance(given, PublishedRate):
        found = KnownShare(given.rate, given.half_width or 0.0)
    else:
        found = KnownShare(_plain_number(given))
    if not 0 < found.share <= 1:
        raise DataError.of("not-a-share", got=found.share if isinstance(given, PublishedRate) else given)
    return found


def _plain_number(given: object) -> float:
    """Give a number, and 0 where there is none."""
    if isinstance(given, bool) or not isinstance(given, (int, float, np.integer, np.floating)):
        return 0.0
    return float(given)


def _relative_error(routes: KnownShare | None, over: OverRecording | None) -> float:
    """Give the variance, relative to its square, of what recorded crime is multiplied with: g (1 - c)."""
    found = 0.0
    if routes is not None:
        found += (routes.half_width / PRINTED / routes.share) ** 2
    if over is not None:
        found += (over.se / (1 - over.share)) ** 2
    return found


def chance_of_shares(rate: Floats, relative: float) -> Floats:
    """Give what the error of shares adds to 1 / n_eff: p (1 - p) (v_g / g^2 + v_c / (1 - c)^2).

    It is what Var(log U) = v_g / g^2 + v_c / (1 - c)^2 + v_p / (p (1 - p))^2 of independent estimates says of p.
    """
    return np.nan_to_num(rate * (1 - rate)) * relative


def over_recording_of(source: object, rates: Estimates) -> OverRecording:
    """Take the share over-recorded from an audit of its own, or as it was published, also as it is printed."""
    if isinstance(source, str) and is_published(source):
        source = parse_published(source)
    kept = getattr(source, "estimates", ()) if isinstance(source, Shown) else ()
    source = next((part for part in kept if part.measure.bearing is Bearing.SURPLUS), source)
    if isinstance(source, PublishedRate):
        share, se = source.rate, source.half_width_at(0.025) / PRINTED
    elif not isinstance(source, Estimates):
        raise DesignError.of("not-over-recording", got=type(source).__name__)
    else:
        _refuse_the_same(source, rates)
        source.refuse_unrepresentative()
        share, se = float(source.estimate[-1]), _se_of_share(source)
    if not 0 <= share < 1:
        raise DesignError.of("no-over-recording", got=share)
    return OverRecording(share, se, source)


def _se_of_share(source: Estimates) -> float:
    """Give the standard error of the share; where none was found, the one it may have had: q (1 - q) / size."""
    basis = source.basis.take([len(source) - 1])
    if basis.rate[0] > 0 or basis.census[0]:
        return float(basis.se[0])
    likely = (basis.due[0] + 0.5) / (basis.due[0] + 1)
    return float(np.sqrt(likely * (1 - likely) / basis.effective(HALF_AT_ONE_SE)[0]))


def _refuse_the_same(source: Estimates, rates: Estimates) -> None:
    if isinstance(source, Counts) or source.measure.bearing not in (Bearing.SURPLUS, Bearing.EITHER):
        raise DesignError.of("not-over-recording", got=source.measure.key)
    if source.totals is not None and same_sample(source, rates):
        name = source.totals.audit.name
        raise DesignError.of("over-recording-same", got=name, where=Where(name))


def same_sample(a: Estimates, b: Estimates) -> bool:
    """Tell whether two estimates come from one sample: the same rows, or a sheet of a file that both hold."""
    if a.totals is None or b.totals is None:
        return False
    one, other = a.totals.audit.source, b.totals.audit.source
    return one is other or bool(one.places & other.places)
