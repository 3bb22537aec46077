"""What is said of how often intervals are right: its headings, what samples were drawn from, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdi.wording.labels import label_in_scope
from cdi.wording.sentences import Advised, InPercent, in_a_row, listed

__all__ = [
    "COVERAGE_HEADINGS", "COVERAGE_KEYS", "COVERAGE_OF", "SCENARIO_VALUES", "Drawn", "between",
    "coverage_of_records", "coverage_of_total", "coverage_plot", "coverage_range", "coverage_sentence",
    "coverage_title", "drawing", "give_at_least", "give_at_most", "give_more_than", "mend_shares", "name_of_count",
    "name_of_rate", "rates_of_band", "scenario_place", "short_of_level", "sizes_shown", "strata_numbered",
    "stratum_number", "write_as", "write_such_as",
]  # fmt: skip

COVERAGE_KEYS: Mapping[str, str] = {"counts": "true rate", "scenario": "stratum", "audit": "category"}
"""What is measured -> what heads its rows, where the columns of an audit do not."""

COVERAGE_OF: Mapping[str, str] = {
    "counts": "a number of records", "scenario": "a scenario", "plan": "a plan", "audit": "an audit",
    "kinds": "kinds of report",
}  # fmt: skip
"""What is measured -> what it is called where an option has no place with it."""

COVERAGE_HEADINGS: Mapping[str, str] = {
    "method": "method",
    "truth": InPercent("true rate"),
    "coverage": InPercent("holds"),
    "se": InPercent("error"),
    "mean": InPercent("holds on average"),
    "least": InPercent("at least"),
    "least_at": InPercent("at rate"),
    "above": InPercent("too low"),
    "below": InPercent("too high"),
    "width": InPercent("mean width"),
    "blank": InPercent("no interval"),
    "count_truth": "true number",
    "count_width": "mean width",
    "notes": "notes",
    "axis": "true rate",
}

SCENARIO_VALUES: Mapping[str, tuple[str, str]] = {
    "name": ("a name", '"calls"'),
    "sample": ("a whole number of reports read, 2 or more", "150"),
    "rate": ("the true rate as a proportion from 0 to 1", "0.91"),
    "population": ("a whole number of reports on the frame, 2 or more", "12000"),
    "crimes": (
        "the share of reports with each number of crimes up to 100, which add up to 1, or their mean from 1 to 10",
        "1.4",
    ),
    "correlation": ("a correlation from 0 to 1", "0.2"),
    "weight": ("a weight above 0", "1.5"),
    "recorded_crime": ("a whole number of crimes, 1 or more", "48000"),
    "band": ("the crimes recorded for each report", '"2 to 5"'),
    "without_crime": ("the share of reports without any crime, from 0 to 0.99", "0.1"),
    "not_auditable": ("the share of reports that cannot be audited, from 0 to 0.99", "0.05"),
    "cost": ("a number above 0, which a report costs", "1.5"),
    "minimum": ("a whole number of reports, 2 or more", "30"),
    "maximum": ("a whole number of reports, 2 or more", "200"),
}
"""Key of a stratum -> what it holds, and a value as it is written."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What samples were drawn from, and how."""

    kind: str  # counts, scenario or audit
    records: int  # records or reports in each sample
    population: int | None = None  # records that a simple sample is from, where they are known
    draws: int = 0  # samples; none where all that can come were counted
    seed: int = 0
    framed: bool = False  # whether samples are from a frame of known size
    weighted: bool = False  # whether reports carry weights of their own
    several: bool = False  # whether there are several strata
    correlation: float | None = None  # how much alike crimes of a report fare; none where no report holds two
    estimated: bool = False  # whether that is as in the audit
    rate: str = ""  # the true rate that was asked for
    crossed: bool = False  # whether categories have rates of their own within strata
    volumes: bool = False  # whether unrecorded crimes follow from recorded crime
    classes: bool = False  # whether records stand in the class in which they were recorded
    surplus: bool = False  # whether records of which nothing was due are among them
    table: str = ""  # of a table of counts: what its draws are: records, groups or reports
    deff: str = ""  # the design effect that it states
    blank: bool = False  # whether in some samples nothing can be said
    banded: bool = False  # whether strata are bands of recorded crimes, which say what is recorded for a report
    unbanded: str = ""  # the column of such bands that do not go with the crimes and rates beside them


def coverage_title(level: str, method: str, side: str, drawn: Drawn, *, counts: bool = False) -> str:
    """Head a table, of rates or of unrecorded crimes."""
    what = {"both": "interval", "lower": "lower limit", "upper": "upper limit"}[side]
    by = f" ({method})" if method else ""
    how = f"{drawn.draws:,} samples" if drawn.draws else "exact"
    true = "number of unrecorded crimes" if counts else "rate"
    return f"How often the {level} {what}{by} holds the true {true}, {how}"


def between(low: str, high: str) -> str:
    """Name a range."""
    return f"{low} to {high}"


def name_of_rate(label: str, scope: str, *, by_volumes: bool) -> str:
    """Name a rate, the overall one for what weighs it."""
    return f"{label} (by recorded crime)" if by_volumes else label_in_scope(label, scope)


def name_of_count(label: str) -> str:
    """Name the unrecorded crimes of a category, or all of them."""
    return f"unrecorded crimes, {label}"


def coverage_of_total(method: str, share: str, error: str) -> str:
    """Say how often the interval of all unrecorded crimes is right in samples that were drawn."""
    return (
        f"In a sample like this, the {method} interval of all unrecorded crimes holds their true number in {share} of "
        f"samples (within {error} points)."
    )


def coverage_sentence(method: str, share: str, error: str, *, by_volumes: bool) -> str:
    """Say how often an interval is right in samples that were drawn."""
    what = "the rate by recorded crime" if by_volumes else "the overall rate"
    return (
        f"In a sample like this, the {method} interval of {what} holds the true rate in {share} of samples "
        f"(within {error} points)."
    )


def coverage_of_records(records: int, method: str, truth: str, share: str) -> str:
    """Say how often the interval of a simple sample is right, at one true rate."""
    return f"With {_records(records)}, the {method} interval holds a true rate of {truth} in {share} of samples."


def coverage_range(records: int, method: str, between: str, mean: str, least: str, at: str) -> str:
    """Say how often the interval of a simple sample is right, over a range of true rates."""
    return (
        f"With {_records(records)}, the {method} interval holds true rates of {between} in {mean} of samples on "
        f"average. At least it does so in {least}, at a rate of {at}."
    )


def short_of_level(method: str, level: str, names: Sequence[str]) -> str:
    """Say of which rates an interval holds the truth less often than its level says."""
    return f"Below {level}, by more than the error of the simulation, is {method} for: {in_a_row(names)}."


def coverage_plot(level: str, *, counts: bool = False) -> str:
    """Head the picture, of rates alone or of unrecorded crimes too."""
    return f"How often the {level} interval holds the true {'value' if counts else 'rate'}"


def drawing(of: Drawn) -> list[str]:
    """Say what samples were drawn from, and what the columns count."""
    if of.kind == "counts":
        return [*_of_counts(of), _COLUMNS, *([_BLANK] if of.blank else [])]
    unit = "records" if of.table in ("records", "groups") else "reports"
    drawn = f"{of.draws:,} samples of {of.records:,} {unit} are drawn at random, from seed {of.seed}."
    if of.several:
        drawn = (
            f"{of.draws:,} samples are drawn, from seed {of.seed}. Each has {of.records:,} {unit} in all, drawn at "
            "random within each stratum."
        )
    said = [drawn]
    if of.kind == "audit":
        said += _of_audit(of)
    elif of.correlation is None:
        said.append(_SINGLE)
    if of.banded:
        said.append(_BANDED)
    if of.unbanded:
        said.append(_unlike_bands(of.unbanded))
    said += _frame(of)
    if of.volumes:
        said.append(_KNOWN)
    said += [_COLUMNS, "The error is that of the simulation: three standard errors of the share beside it."]
    blank = _BLANK_COUNT if of.volumes else _BLANK
    return [*said, *([blank] if of.blank else [])]


_BANDED = (
    "The strata are bands of recorded crimes. A report has as many recorded crimes as its band says, and what it holds "
    "besides was missed."
)


def _unlike_bands(column: str) -> str:
    """Say that bands are taken as names of strata."""
    return (
        f"The bands of {column} are taken as names alone, since crimes or rates beside them are not those of so many "
        "recorded crimes."
    )


def rates_of_band(least: str, most: str) -> str:
    """Name the rates that reports of so many recorded crimes can have."""
    return least if least == most else f"{least} to {most}"


_KNOWN = (
    "The true number of unrecorded crimes is what the true rates and recorded crime come to. Recorded crime is taken "
    "to be known without error."
)

_COLUMNS = "Too low: the interval lies wholly below the true value. Too high: it lies wholly above it."

_BLANK = "Samples without an interval are left out of the other columns: no crime of the row was found in them."

_BLANK_COUNT = (
    "Samples without an interval are left out of the other columns: no crime of the row was found in them or, for "
    "unrecorded crimes, none of them was recorded."
)


def _of_counts(of: Drawn) -> list[str]:
    """Say how the samples of a number of records come about."""
    if of.population is None:
        return [f"Every sample of {_records(of.records)} that can come is counted. Each record is drawn by itself."]
    return [f"Every sample of {of.records:,} of {of.population:,} records that can come is counted."]


def _records(number: int) -> str:
    """Write a number of records."""
    return f"{number:,} record{'' if number == 1 else 's'}"


def _of_audit(of: Drawn) -> list[str]:
    """Say how reports are made up that are like those of an audit."""
    said = [_of_table(of) if of.table else _MADE_UP]
    if of.classes:
        said.append(_CLASSES)
    if of.surplus:
        said.append(_SURPLUS)
    if of.rate:
        said.append(f"The true rate is {of.rate} in every stratum and category.")
    elif of.crossed and of.several:
        said.append(
            "In a stratum, the true rate of a category is that of the audit with one crime more, recorded at the "
            "category's rate."
        )
    else:
        whose = "category" if of.crossed else "stratum"
        said.append(f"The true rate of a {whose} is that of the audit with one crime more, half of it recorded.")
    if of.correlation is None:
        return said if of.table else [*said, _SINGLE]
    alike = f"Crimes of one report fare alike to a correlation of {of.correlation:.2f}"
    if of.estimated:
        as_ = "as intervals of a table of counts allow for" if of.table else "as in the audit"
        said.append(Advised(f"{alike}, {as_}.", " To try another, give {correlation}."))
    else:
        said.append(f"{alike}, as asked for.")
    return said


_SINGLE = "Each report holds one crime."

_MADE_UP = "Reports hold as many crimes, of the same categories, as those audited in their stratum."

_CLASSES = (
    "Crimes are recorded in another class as often as in the audit. A missed crime would have been recorded in the "
    "classes of those recorded."
)

_SURPLUS = "Records with no crime due come with their reports, in the classes in which they were found."


def _of_table(of: Drawn) -> str:
    """Say what is drawn in the place of reports, where rows are counts."""
    if of.table == "groups":
        return (
            "Records are drawn in groups of one category and one answer, so large that the design effect is "
            f"{of.deff}, as stated."
        )
    if of.table == "reports":
        return "The crimes of a row are divided evenly between its reports, each of one category."
    return "Records are drawn one by one, with the categories of the table."


def _frame(of: Drawn) -> list[str]:
    """Say what the samples are from."""
    if of.framed:
        unit = "records" if of.table in ("records", "groups") else "reports"
        return [f"Each stratum's {unit} are drawn without replacement from a frame of the size that is known."]
    said = ["The frame is taken to be without end, because its size is not known."]
    if of.weighted:
        said.append("Reports carry weights as they are stated.")
    return said


def scenario_place(stratum: str, key: str) -> str:
    """Name a key of a stratum."""
    return f"stratum {stratum}, {key}" if stratum else key


def write_as(value: str) -> str:
    """Advise the value that was probably meant."""
    return f"Write it as {value}."


def write_such_as(value: str) -> str:
    """Advise a value that can be read."""
    return f"Write it such as {value}."


def give_at_least(least: str, *, of_reports: bool) -> str:
    """Advise the least value that there can be."""
    return f"Give at least {least}{', or join the stratum to another' if of_reports else ''}."


def give_more_than(least: str) -> str:
    """Advise a value above the end that is no value itself."""
    return f"Give more than {least}."


def give_at_most(most: str) -> str:
    """Advise the largest value that there can be."""
    return f"Give at most {most}."


def mend_shares(mean: str) -> str:
    """Advise on shares of reports that cannot be."""
    return f"Correct the shares, or give the mean, such as {mean}."


def strata_numbered(places: Sequence[int]) -> str:
    """Name strata by their places, from 0, where their names do not tell them apart."""
    return f"strata {listed([str(place + 1) for place in places])}"


def stratum_number(number: int) -> str:
    """Name a stratum that has no name."""
    return f"stratum {number}"


def sizes_shown(crimes: Mapping[object, object]) -> str:
    """Show the shares of reports with each number of crimes as they are written."""
    return f"{{{', '.join(f'{size} = {share}' for size, share in crimes.items())}}}"
