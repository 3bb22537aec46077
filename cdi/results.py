"""The whole job in one call: from files to the table. Each verb of the command line is one of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Unpack

from cdi import wording
from cdi.arguments import checked, chosen, measure_of, names_of, several, text_of, truth_of
from cdi.audits.audit import Audit, naming_answers, read_for, sample_of
from cdi.audits.crime_tables import terms_of
from cdi.audits.design import PERIOD, Roles
from cdi.audits.ethnicity import gathered
from cdi.audits.volumes import one_figure, sort_out
from cdi.binomial.intervals import tail_of
from cdi.errors import DataError, DesignError, MethodError
from cdi.measures import Bearing, Measure, estimated
from cdi.parameters import LEVEL, METHOD, STYLES
from cdi.printing import formats
from cdi.printing.lines import level_text, shows_overall
from cdi.printing.tables import Table, arrange
from cdi.showing import Shown
from cdi.survey.estimates import Counts, Estimates
from cdi.survey.extrapolation import (
    KnownShare,
    NetError,
    known_crime,
    net_unrecorded,
    not_audited,
    periods_of,
    route_share_of,
    unrecorded,
)
from cdi.survey.sampling import GROUNDS, grounds_rate, recording_rate

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.audits.volumes import Volumes
    from cdi.binomial.published import PublishedRate
    from cdi.explaining.explanation import Explanation
    from cdi.printing.layout import Page
    from cdi.reading.mapping import SheetMapping
    from cdi.rereading.estimates import SecondReading

__all__ = ["Result", "estimate", "estimated_of", "grounds", "method_of", "refuse_alone", "result_of", "with_frame"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Result(Shown):
    """The result of :func:`cdi.estimate` or :func:`cdi.grounds`. It prints as the page of the command line.

    Attributes
    ----------
    audit : Audit
        The sample as it was understood.
    estimates : tuple of Estimates
        The rates and, if volumes were given, the unrecorded crimes.
    table : Table
        All estimates with their intervals, unrounded.
    style : {"default", "published"}
        How it is printed.
    said : tuple of str
        What a reader must know about the input: what was left out, and what was assumed.
    net : NetError or None
        The crimes not recorded less those over-recorded, if a share over-recorded was given.
    of_volumes : tuple of str
        What was chosen, added and left out of the volumes. It is part of what is ``said``.
    reread : SecondReading or None
        What a panel read again, if its file was given: rates and counts are then freed of the auditors' errors.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> cdi.estimate(pd.DataFrame({"recorded": [1, 1, 0, 1]})).table.rows[0].estimate
    0.75
    """

    audit: Audit = field(repr=False, compare=False)
    estimates: tuple[Estimates, ...]
    table: Table
    style: str = "default"
    said: tuple[str, ...] = ()
    net: NetError | None = None
    of_volumes: tuple[str, ...] = ()
    reread: SecondReading | None = None

    @property
    def rates(self) -> Estimates:
        """The rates of the first measure."""
        return self.estimates[0]

    @property
    def counts(self) -> Counts | None:
        """The crimes that were not recorded. It is None if no recorded crime was given."""
        return next((part for part in self.estimates if isinstance(part, Counts)), None)

    def page(self, **options: Any) -> Page:
        """Lay the result out for people."""
        from cdi.printing.layouts import lay_out, said_of_net

        # what is said beside a table whose whole is withheld would tell it
        net = said_of_net(self.net) if shows_overall(self.table.rows) else ()
        page = lay_out(self.table, **{"style": self.style, "extra": (*self.said, *net), **options})
        if self.reread is None:
            return page
        from cdi.rereading.pages import with_second

        return with_second(page, self.table, self.reread)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the figures of a row step by step; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            The label of the row as it is printed. If None, the overall row.

        Returns
        -------
        Explanation
            The steps, each with its formula, its numbers and its source.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> found = cdi.estimate(pd.DataFrame({"recorded": [1] * 159 + [0] * 23}))
        >>> [step.working for step in found.explain().steps if step.symbol == "p"]
        ['p = x / y = 159 / 182 = 0.873626374']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)


@dataclass(frozen=True, slots=True)
class _EstimateTerms:
    """What is asked of a sample."""

    by: str | Sequence[str] | None
    measures: Sequence[str]
    bounds: bool
    route_share: float | PublishedRate | str | None
    over_recording: Estimates | PublishedRate | str | None
    prediction: bool
    hundreds: str | Sequence[str] | None
    level: float
    method: str
    side: str
    style: str
    joint: bool = False
    reread: object = None


def _estimator_of(measure: Measure) -> Callable[[Audit, str | Sequence[str] | None], Estimates]:
    """Load the function that a measure names."""
    module, _, name = measure.estimator.partition(":")
    found: Callable[[Audit, str | Sequence[str] | None], Estimates] = getattr(import_module(module), name)
    return found


@checked
def estimate(
    source: object,
    by: str | Sequence[str] | None = None,
    *,
    volumes: object = None,
    recorded_crime: int | None = None,
    volumes_period: str | None = None,
    force: str | None = None,
    groups: Mapping[str, str] | str | Path | SheetMapping | None = None,
    measures: str | Sequence[str] = "recording-rate",
    bounds: bool = False,
    route_share: float | PublishedRate | str | None = None,
    over_recording: Estimates | PublishedRate | str | None = None,
    prediction: bool = False,
    hundreds: str | Sequence[str] | None = None,
    level: float = LEVEL,
    method: str | None = None,
    side: str = "both",
    joint: bool = False,
    style: str = "default",
    reread: object = None,
    **roles: Unpack[Roles],
) -> Result:
    """Estimate recording rates from an audited sample and, with volumes, the crimes that were not recorded.

    Parameters
    ----------
    source : path, Workbook, a list of them, data frame, Audit or Result
        The audited sample; see :func:`cdi.read_audit`.
    by : str or sequence of str, optional
        The category columns, such as the crime type. If None, there is one row for each stratum. If empty, there is
        only the overall result. If ``"period"`` is among them, the period is a category and not a stratum.
    volumes : path, Workbook, data frame, mapping, or a list of them, optional
        The reports on the sampling frame by stratum (``population``, ``sample``), and recorded crime by category
        (``recorded_crime``), or a table of recorded crime as the Home Office or a force publishes it.
    recorded_crime : int, optional
        The recorded crime of all categories together, if one figure is all there is.
    volumes_period : str, optional
        The period of the recorded crime, such as ``"2022/23"``. Its quarters are added. If None, all of the table is
        used, if that is a year or less.
    force : str, optional
        The force whose crime it is, if the table holds several.
    groups : mapping of str to str, path or SheetMapping, optional
        Offence group, subgroup, offence or code of the table -> the category of the audit. ``"*"`` stands for all other
        groups. Or a mapping file, whose words are these.
    measures : str or sequence of str
        What to estimate: the measures of an audit, such as ``"recording-rate"``, ``"classification"`` (its accuracy)
        or ``"over-recording"``.
    bounds : bool
        Whether to add the rates if none, or all, of the crimes that could not be audited had been recorded.
    route_share, over_recording, prediction, hundreds : float, Estimates or PublishedRate, bool, str
        See :func:`cdi.unrecorded`. They need volumes with recorded crime.
    level, method, side : float, str, str
        See :meth:`Estimates.interval`. The method is wilson unless another is named.
    joint : bool
        Whether the intervals of all rows hold together at the level, and not each by itself. They are then wider.
    style : {"default", "published"}
        Whether to print results as cdi does, or with the intervals and words of inspection reports.
    reread : path, Workbook, data frame or Audit, optional
        What a panel decided of some of the reports, read again: rates and counts are then freed of the auditors'
        errors. See :func:`draw_panel`.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Result
        The audit, the estimates and the table. Rates are proportions and counts are crimes.

    Raises
    ------
    DataError, DesignError, MethodError
        As for :func:`cdi.read_audit`, :func:`cdi.recording_rate` and :func:`cdi.unrecorded`.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 6. Korn and Graubard (1998), Survey Methodology 24, 193-201.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> cdi.estimate(sample, by="type", volumes={"violent": 8_000, "other": 9_000}).table.rows[2].estimate
    0.85
    """
    chosen = method_of(method, style)
    domains = list(names_of(by))
    measures = names_of(measures, "measures")
    bounds, prediction = truth_of(bounds, "bounds"), truth_of(prediction, "prediction")
    joint = truth_of(joint, "joint")
    if joint:
        _refuse_joint(measures, chosen, side, bounds=bounds)
    frame, crime = sort_out(several(volumes), domains, terms_of(volumes_period, force, groups))
    if recorded_crime is not None:
        crime = one_figure(recorded_crime, beside=crime)
    _refuse_measures(measures, of_rates=bounds or crime is not None)
    with_frame(roles, frame, domains)
    audit = read_for(domains, source, **roles)
    if audit.lost:
        raise DataError(audit.lost)
    if recorded_crime is not None and not audit.strata.represents:
        raise DesignError.of("count-of-sample")  # strata as they were sampled, and not as they are
    if crime is None:
        refuse_alone(route_share, over_recording, hundreds, prediction=prediction)
    terms = _EstimateTerms(
        by, measures, bounds, route_share, over_recording, prediction, hundreds, level, chosen, side, style, joint,
        reread,
    )  # fmt: skip
    if reread is not None:
        _refuse_reread(audit, terms)
    return _estimated(audit, crime, terms)


def _by_auditors(audit: Audit, rates: Estimates, known: Volumes | None, terms: _EstimateTerms) -> tuple[Estimates, ...]:
    """Estimate the same by the auditors' reading alone."""
    from cdi.rereading.readings import by_reports

    own = recording_rate(by_reports(audit), rates.keys)
    if known is None:
        return (own,)
    missing = unrecorded(
        own, known, route_share=terms.route_share, over_recording=terms.over_recording, prediction=terms.prediction
    )
    return own, missing


def _refuse_reread(audit: Audit, terms: _EstimateTerms) -> None:
    """Refuse what a second reading does not go with."""
    others = [key for key, each in estimated().items() if key in terms.measures and not each.projects]
    if others or terms.bounds or terms.style != "default":
        asked = [*terms.measures, *(["bounds"] if terms.bounds else []), *([terms.style] * (terms.style != "default"))]
        raise MethodError.of("reread-measures", got=wording.in_a_row(asked))
    if terms.joint:
        raise MethodError.of("reread-joint")
    if not audit.design.representative:
        raise DesignError.of("reread-selection", got=wording.SELECTIONS[audit.design.selection])


def with_frame(roles: Roles, frame: object, domains: Sequence[str]) -> None:
    """Add to the roles of a sample the reports on its frame, and that its periods are categories where they are."""
    if frame is not None:
        if roles.get("population") is not None:
            raise DesignError.of("population-twice")
        roles["population"] = frame
    if PERIOD in domains:
        roles.setdefault("period_as", "domain")


def estimated_of(audit: Audit, by: str | Sequence[str] | None, crime: object, *, level: float, method: str) -> Result:
    """Estimate recording rates of a sample that was read and, with recorded crime, the crimes not recorded."""
    terms = _EstimateTerms(by, ("recording-rate",), False, None, None, False, None, level, method, "both", "default")  # noqa: FBT003
    return _estimated(audit, crime, terms)


def result_of(
    rates: Estimates,
    crime: Volumes | None,
    *,
    level: float,
    method: str,
    route_share: float | PublishedRate | str | None = None,
    over_recording: Estimates | PublishedRate | str | None = None,
) -> Result:
    """Give the result of recording rates that were estimated: with recorded crime, the crimes not recorded too."""
    if rates.totals is None:
        raise DataError.of("no-estimates")
    found, share, net = [rates], None, None
    if crime is not None:
        found.append(unrecorded(rates, crime, route_share=route_share, over_recording=over_recording))
        share = None if route_share is None else route_share_of(route_share)
        if over_recording is not None:
            net = net_unrecorded(found[1], over_recording, level=level, method=method)
    of_volumes = () if crime is None else tuple(_said_of_volumes(rates, crime))
    said = (*_said(rates.totals.audit, found, crime, share), *of_volumes)
    table = arrange(*found, level=level, method=method)
    return Result(rates.totals.audit, tuple(found), table, "default", said, net, of_volumes)


def refuse_alone(
    route_share: float | PublishedRate | str | None,
    over_recording: Estimates | PublishedRate | str | None,
    hundreds: str | Sequence[str] | None = None,
    *,
    prediction: bool = False,
) -> None:
    """Refuse terms of a count of crimes where there is no recorded crime to count from."""
    if route_share is not None:
        raise DesignError.of("share-alone", got=getattr(route_share, "figure", route_share))
    if over_recording is not None or prediction:
        raise DesignError.of("count-alone")
    if hundreds is not None:
        raise DesignError.of("hundreds-alone")


def _estimated(audit: Audit, crime: object, terms: _EstimateTerms) -> Result:
    asked = [each for key, each in estimated().items() if key in terms.measures]
    asked.sort(key=lambda each: not each.projects)  # the rate that counts follow from opens the table
    second = None
    if terms.reread is None:
        found = [_estimator_of(each)(audit, terms.by) for each in asked]
    else:
        from cdi.rereading.estimates import freed, said_of, second_reading, with_errors

        second = second_reading(audit, terms.reread)
        found = [freed(second, terms.by) for _ in asked]
    known = None if crime is None else known_crime(found[0], crime)
    share = None if terms.route_share is None else route_share_of(terms.route_share)
    over = terms.over_recording
    if known is not None:
        missing = unrecorded(
            found[0],
            known,
            route_share=terms.route_share,
            over_recording=over,
            prediction=terms.prediction,
            hundreds=terms.hundreds,
        )
        found.insert(1, missing)
    if terms.bounds:
        from cdi.bounds import bounds_of

        found += bounds_of(found[0], known, None if share is None else share.share)
    each = _level_of_each(found, terms) if terms.joint else None
    table = arrange(*found, level=terms.level, method=terms.method, side=terms.side, each=each)
    net = None if over is None else net_unrecorded(found[1], over, level=terms.level, method=terms.method)
    of_volumes = () if known is None else tuple(_said_of_volumes(found[0], known))
    said = (*_said(audit, found, known, share), *of_volumes)
    if each is not None:
        said = (wording.held_together(level_text(terms.level), level_text(round(each, 4))), *said)
    if second is not None:
        table = with_errors(table, second, found, _by_auditors(audit, found[0], known, terms))
        said = (*said_of(second), *said)
    return Result(audit, tuple(found), table, terms.style, said, net, of_volumes, second)


def _refuse_joint(measures: Sequence[str], method: str, side: str, *, bounds: bool) -> None:
    """Refuse what no intervals that hold together are made of."""
    if method == "published":
        raise MethodError.of("joint-published", got=method)
    if side != "both":
        raise MethodError.of("joint-side", got=side)
    if len(measures) > 1 or bounds:
        raise MethodError.of("joint-measures", got=wording.in_a_row([*measures, *(["bounds"] if bounds else [])]))


def _level_of_each(found: Sequence[Estimates], terms: _EstimateTerms) -> float:
    """Find the level of each interval at which all hold together."""
    from cdi.survey.joint import level_of_each

    tail_of(terms.level, terms.side)
    found[0].refuse_unrepresentative()
    return level_of_each(found[0], next((part for part in found if isinstance(part, Counts)), None), terms.level)


def _refuse_measures(measures: Sequence[str], *, of_rates: bool) -> None:
    """Refuse what is no measure, and bounds or volumes where no recording rate is asked for that they could go with."""
    known = [measure_of(each, estimated()) for each in measures or [""]]
    if of_rates and not any(each.projects for each in known):
        raise MethodError.of("needs-rate", got=wording.in_a_row(measures))


def _said(
    audit: Audit, found: Sequence[Estimates], crime: Volumes | None, route_share: KnownShare | None
) -> Iterator[str]:
    """Say what must be known of the input to read the result."""
    rates = found[0]
    if audit.left_out:
        yield wording.rows_left_out(audit.left_out, sum((audit.decisions or {}).values()))
    bearings = {part.measure.bearing for part in found}
    if Bearing.LACKING in bearings and audit.places(rates.keys):
        yield wording.in_own_class(str(audit.design.category), counted=crime is not None)
    if Bearing.SURPLUS in bearings and audit.places(rates.keys):
        yield wording.in_their_class(str(audit.design.category))
    if crime is None:
        return
    if route_share is not None:
        half = f"{formats.percent(route_share.half_width)}%" if route_share.half_width else ""
        yield wording.routes_only(f"{formats.percent(route_share.share)}%", half)
    elif crime.limited:
        yield wording.ROUTES_BY_CATEGORY
    periods = periods_of(rates, crime)
    if periods is not None:
        yield wording.periods_differ(*periods)


def _said_of_volumes(rates: Estimates, crime: Volumes) -> Iterator[str]:
    """Say what was done to recorded crime on the way, and of what there is no audit."""
    yield from wording.crime_read(crime.read)
    left = not_audited(rates, crime)
    if left:
        yield wording.not_audited(left)


@checked
def grounds(
    source: object,
    by: str | Sequence[str] | None = None,
    *,
    level: float = LEVEL,
    method: str | None = None,
    side: str = "both",
    style: str = "default",
    not_stated: Sequence[str] = (),
    five_groups: Sequence[str] = (),
    **roles: Unpack[Roles],
) -> Result:
    """Estimate the share of stop and search records with reasonable grounds recorded.

    Parameters
    ----------
    source : path, Workbook, a list of them, data frame, Audit or Result
        The records, with one row for each and a column ``grounds`` (yes or no). ``recorded`` can name another column.
    by : str or sequence of str, optional
        The category columns, such as ethnicity. If None, there is one row for each stratum. If empty, there is only the
        overall result.
    level, method, side, style : float, str, str, str
        See :func:`cdi.estimate`.
    not_stated, five_groups : sequence of str
        See :func:`cdi.disparity`.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Result
        The records, the estimates and the table. Shares are proportions of the records.

    Raises
    ------
    DataError, DesignError, MethodError
        As for :func:`cdi.estimate`.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> records = pd.DataFrame({"grounds": ["yes"] * 21 + ["no"] * 3})
    >>> round(cdi.grounds(records).table.rows[0].low, 3)
    0.69
    """
    chosen = method_of(method, style)
    further = names_of(not_stated, "not_stated")
    if further and not names_of(five_groups, "five_groups"):
        raise DesignError.of("not-stated-alone", got=wording.in_a_row(further))
    if not isinstance(sample_of(source), Audit):
        roles = naming_answers(source, GROUNDS, roles)
    if PERIOD in names_of(by):
        roles.setdefault("period_as", "domain")
    audit = read_for(names_of(by), source, **roles)
    if gather := names_of(five_groups, "five_groups"):
        audit = gathered(audit, gather, further)
    return _grounds(audit, by=by, style=style, level=level, method=chosen, side=side)


def _grounds(audit: Audit, *, by: str | Sequence[str] | None, style: str, **terms: Any) -> Result:
    found = grounds_rate(audit, by)
    return Result(audit, (found,), arrange(found, **terms), style, (wording.GROUNDS_STATEMENT,))


def method_of(method: str | None, style: str) -> str:
    """Let the published style choose its own method, and refuse to mix it with another."""
    chosen(style, STYLES, "no-style")
    if method is not None:
        text_of(method, "method")
    if style == "published" and method not in (None, "published"):
        raise MethodError.of("style-and-method", got=method)
    return "published" if style == "published" else method or METHOD
