"""The strata that reports were drawn from: reports audited, reports on the frame, and which share a variance.

Strata and categories can be put together into one; whatever is estimated then follows from what they come to together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers, checks
from cdi.audits.counting import SUM, Found
from cdi.audits.design import names_a_column
from cdi.audits.volumes import POPULATION, SAMPLE, Label, Volumes, labels_of, read_volumes
from cdi.errors import DataError, DesignError, Where, fault, suggestion
from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.audits.counting import Found
    from cdi.audits.crime_tables import CrimeRead
    from cdi.audits.design import Design
    from cdi.reading.sources import Source

__all__ = ["Strata", "audited", "count", "standing_alone", "stratum_name"]


Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Strata:
    """What was drawn, by stratum; all arrays have one element a stratum."""

    keys: tuple[str, ...]  # the stratum columns; none where the sample is unstratified, which has a single stratum
    labels: tuple[Label, ...]  # one label a stratum, sorted
    sampled: Ints  # reports audited, n_h
    population: Floats | None  # reports on the frame, N_h; None where it is not known
    weighted: bool  # whether the reports carry weights of their own
    group: Ints  # strata with the same number share one variance: a stratum that was joined to another by declaration
    single_cluster: str  # the rule for strata of one report
    stated: bool = False  # whether the reports audited were stated beside the file (the column ``sample``)
    deff: float = 1.0  # the stated design effect of a table of counts
    frame: CrimeRead | None = None  # what was found of the table with the reports on the frame
    remainder: bool = False  # whether a stratum's reports on the frame are what the others leave of the total

    @property
    def weighs(self) -> bool:
        """Whether each report is known to stand for a number of reports on the frame."""
        return self.population is not None or self.weighted

    @property
    def represents(self) -> bool:
        """Whether the whole sample stands for the frame: weights are known, or there is one stratum only."""
        return self.weighs or len(self.labels) == 1

    @property
    def weight(self) -> Floats:
        """Reports on the frame for each report audited; 1 where the frame is not known."""
        return np.ones(len(self.labels)) if self.population is None else self.population / self.sampled

    @property
    def drawn_together(self) -> Ints:
        """Reports audited in the strata that share a variance."""
        return np.bincount(self.group, self.sampled).astype(np.int64)[self.group]

    @property
    def left(self) -> Floats:
        """The finite population correction, 1 - n/N; 1 where the frame is not known, 0 in a census."""
        if self.population is None:
            return np.ones(len(self.labels))
        together = np.bincount(self.group, self.population)[self.group]
        return np.asarray(1 - self.drawn_together / together)


def stratum_name(label: Label) -> str:
    """Write a stratum's label as one text."""
    return ", ".join(label)


def count(counted: Found, design: Design, opened: Source, *, finished: bool = True) -> Strata:
    """Count the reports audited in each stratum and set them beside the frame."""
    keys = design.strata
    labels, sampled = audited(counted, opened.inner_names(keys))
    if not labels:
        raise DataError.of("nothing-counted", where=Where(opened.name, opened.header, design.due, sheet=opened.sheet))
    checks.refuse_alike(opened, keys, labels, sampled)
    volumes = _volumes(design, opened)
    joined = _joined(design, labels, volumes)
    if volumes is not None:
        sampled = _stated(labels, sampled, volumes)
    on_frame = volumes is not None and volumes.has(POPULATION)
    population = _population(labels, sampled, volumes, joined) if volumes and on_frame else None
    drawn = Strata(
        keys,
        labels,
        sampled,
        population,
        design.weight is not None,
        _groups(labels, joined),
        design.single_cluster,
        stated=volumes is not None and volumes.has(SAMPLE),
        deff=design.deff or 1.0,
        frame=None if volumes is None else volumes.read,
        remainder=volumes is not None and on_frame and volumes.filled(POPULATION, labels)[1] is not None,
    )
    # a sample that is not drawn by chance has no variation to show
    if finished and design.selection == "random":
        refuse_single(drawn, opened.name)
    return drawn


def standing_alone(drawn: Strata, selection: str, everything: Ints, name: str | None) -> Strata:
    """Let each report stand for itself alone, as in a census and in a sample that stands for nothing else."""
    if selection == "census" and drawn.population is not None:
        faults = [
            fault(
                "census-frame",
                got=f"{int(drawn.population[i]):,}",
                where=Where(name, key=stratum_name(drawn.labels[i]) or None),
                sampled=int(everything[i]),
            )
            for i in np.flatnonzero(everything != drawn.population)
        ]
        if faults:
            raise DesignError(faults)
    return replace(drawn, population=drawn.sampled.astype(np.float64))


def audited(counted: Found, keys: Sequence[str]) -> tuple[tuple[Label, ...], Ints]:
    """Count the reports in each stratum, sorted by its label."""
    reports: dict[Label, int] = {}
    numbers = counted[SUM + "reports"].tolist()
    for label, n in zip(labels_of([counted[key] for key in keys], len(numbers)), numbers, strict=True):
        reports[label] = reports.get(label, 0) + int(n)
    labels = tuple(sorted(label for label, n in reports.items() if n))  # a row of counts may count nothing
    return labels, np.array([reports[label] for label in labels], dtype=np.int64)


def _volumes(design: Design, opened: Source) -> Volumes | None:
    """Read the reports on the frame from where the design says they stand."""
    if design.population is None:
        return None
    if isinstance(design.population, Volumes):
        return design.population
    if names_a_column(design.population, opened.columns):
        return _from_column(str(design.population), design.strata, opened)
    return read_volumes(design.population, design.strata, (POPULATION, SAMPLE), dated=design.period is not None)


def _from_column(column: str, keys: tuple[str, ...], opened: Source) -> Volumes:
    """Read the population from a column of the audit, which must be the same all over a stratum."""
    import narwhals as nw

    opened, read = checks.read(opened, column, answers.parse_whole)
    checks.refuse(opened, [checks.missing(column, opened), *read.checks])
    inner = opened.inner_names(keys)
    rows = opened.rows.select(*inner, _cdi_low=read.value, _cdi_high=read.value)
    bounds = (nw.col("_cdi_low").min(), nw.col("_cdi_high").max())
    found = engine.collect(rows.group_by(*inner).agg(*bounds) if keys else rows.select(*bounds))
    counts: dict[Label, int] = {}
    lows, highs = found["_cdi_low"], found["_cdi_high"]
    for label, low, high in zip(labels_of([found[key] for key in inner], len(lows)), lows, highs, strict=True):
        if low != high:
            where = Where(opened.name, column=column, key=stratum_name(label) or None)
            raise DataError.of("population-varies", got=f"{answers.show(low)} and {answers.show(high)}", where=where)
        counts[label] = int(low)
    return Volumes(keys, {POPULATION: counts}, opened.name)


def _joined(design: Design, labels: Sequence[Label], volumes: Volumes | None) -> Mapping[Label, Label]:
    """Turn the declared joins, stratum -> the one it joins, into labels."""
    known = set(labels) | set(volumes.labels if volumes else ())
    by_name = {stratum_name(label): label for label in known}
    joins = design.collapse or {}
    unknown = [name for pair in joins.items() for name in pair if name not in by_name]
    if unknown:
        faults = [fault("no-stratum", got=name, hint=suggestion(name, sorted(by_name))) for name in unknown]
        raise DesignError(faults)
    audited = set(labels)
    circular = [name for name, other in joins.items() if other in joins or by_name[other] not in audited]
    if circular:
        raise DesignError([fault("collapse-chain", got=f"{name}={joins[name]}") for name in circular])
    if design.single_cluster == "collapse" and not joins:
        raise DesignError.of("collapse-undeclared")
    return {by_name[name]: by_name[other] for name, other in joins.items()}


def _stated(labels: Sequence[Label], sampled: Ints, volumes: Volumes) -> Ints:
    """Take the reports audited from the volumes, where they are stated there."""
    if not volumes.has(SAMPLE):
        return sampled
    stated, _ = volumes.filled(SAMPLE, labels)
    known = volumes.labels
    faults = []
    for label, n in zip(labels, sampled, strict=True):
        if label in stated and stated[label] < n:
            faults.append((label, fault("sample-below-rows", got=stated[label], rows=int(n))))
        elif label not in stated and label in known:
            faults.append((label, fault("missing", got=answers.show(None), column=SAMPLE)))
    if faults:
        raise DataError(volumes.put(faults, SAMPLE))
    return np.array([stated.get(label, n) for label, n in zip(labels, sampled, strict=True)], dtype=np.int64)


def _population(labels: Sequence[Label], sampled: Ints, volumes: Volumes, joined: Mapping[Label, Label]) -> Floats:
    """Set each stratum's reports on the frame beside those audited, and refuse what does not fit."""
    known, _ = volumes.filled(POPULATION, labels)
    faults = volumes.not_there(POPULATION, labels)
    if faults:
        raise DataError(volumes.put(faults, POPULATION))
    for label in sorted(set(known) - set(labels)):
        if label in joined:
            known[joined[label]] = known.get(joined[label], 0) + known[label]
        elif known[label]:
            faults.append((label, fault("stratum-not-audited", got=f"{known[label]:,}")))
    for label, n in zip(labels, sampled, strict=True):
        if label not in known:
            hint = suggestion(stratum_name(label), [stratum_name(other) for other in sorted(known)])
            where = Where(volumes.name, column=", ".join(volumes.keys) or None)
            faults.append((label, fault("stratum-not-in-volumes", got=stratum_name(label), where=where, hint=hint)))
        elif known[label] < n:
            faults.append((label, fault("population-below-sample", got=f"{known[label]:,}", sampled=int(n))))
    if faults:
        raise DataError(volumes.put(faults, POPULATION))
    return np.array([known[label] for label in labels], dtype=np.float64)


def _groups(labels: Sequence[Label], joined: Mapping[Label, Label]) -> Ints:
    home = [joined.get(label, label) for label in labels]
    place = {label: i for i, label in enumerate(sorted(set(home)))}
    return np.array([place[label] for label in home], dtype=np.int64)


def refuse_single(drawn: Strata, name: str | None) -> None:
    """Refuse strata of one report, which show no variation, unless a rule says what to do with them."""
    alone = (drawn.drawn_together == 1) & (drawn.left > 0)
    if not alone.any():
        return
    several = not alone.all()
    if drawn.single_cluster in {"adjust", "average"} and several:
        return
    code = "single-cluster" if several else "single-cluster-all"
    column = ", ".join(drawn.keys) or None
    where = [Where(name, column=column, key=stratum_name(label) or None) for label in drawn.labels]
    raise DesignError([fault(code, got=1, where=where[i]) for i in np.flatnonzero(alone)])
