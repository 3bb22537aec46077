"""Options that several verbs share, and how their texts are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cdi import wording
from cdi.audits.design import CLASSIFICATIONS, RULES, SELECTIONS
from cdi.errors import CdiError, DataError, Where

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.binomial.published import PublishedRate
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.pages import Page
    from cdi.reading.sources import Workbook

__all__ = [
    "Counts",
    "Pair",
    "Proportion",
    "Published",
    "disclosure_of",
    "disclosure_options",
    "emit",
    "format_of",
    "marked",
    "output_options",
    "refuse_overwriting",
    "result_options",
    "role_options",
    "roles_of",
    "say_ignored",
    "selection_option",
    "sheet_options",
    "sources_of",
]

Command = TypeVar("Command", bound=Callable[..., Any])

DISCLOSURES = ("public", "internal")
FORMATS = ("text", "csv", "json", "markdown", "html")
METHODS = (
    "wilson", "korn-graubard", "wald", "published", "logit", "arcsine", "jeffreys", "agresti-coull",
    "clopper-pearson", "mid-p", "exact", "exact-equal-tailed",
)  # fmt: skip
_COLUMNS = ("cluster", "case", "due", "weight", "decision", "recorded_as", "category")
_BY_ENDING = {".csv": "csv", ".json": "json", ".md": "markdown", ".html": "html", ".htm": "html", ".txt": "text"}


class Proportion(click.ParamType[float]):
    """A proportion, written 0.95 or 95%."""

    name = "level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the text, or say how to write it."""
        from cdi.printing.formats import parse_proportion

        try:
            return value if isinstance(value, float) else parse_proportion(value)
        except CdiError as error:
            self.fail(str(error), param, ctx)


class Published(click.ParamType["PublishedRate"]):
    """A rate as reports print it, written 86.5%+-4.3%."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> PublishedRate:
        """Read the text, or say how to write it."""
        from cdi.binomial.published import parse_published

        try:
            return parse_published(value)
        except CdiError as error:
            self.fail(str(error), param, ctx)


class Counts(click.ParamType[tuple[int, int]]):
    """Counts, written 159/182."""

    name = "x/n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read the text, or say how to write it."""
        recorded, stroke, due = str(value).partition("/")
        if not stroke or not recorded.strip().isdecimal() or not due.strip().isdecimal():
            self.fail(str(DataError.of("not-counts-text", got=value)), param, ctx)
        return int(recorded), int(due)


class Pair(click.ParamType[tuple[str, str]]):
    """Two names, written A=B."""

    name = "A=B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Read the text, or say how to write it."""
        one, sign, other = str(value).partition("=")
        if not sign or not one.strip() or not other.strip():
            self.fail(str(DataError.of("not-a-pair", got=value)), param, ctx)
        return one.strip(), other.strip()


def role_options(*, searches: bool = False, period: bool = True) -> Callable[[Command], Command]:
    """Add the options that say which column plays which role, in the words of crimes or of searches."""
    texts = {**wording.OPTIONS, **(wording.SEARCHES if searches else {})}
    options = [
        click.option("--stratum", multiple=True, metavar="COL", help=texts["stratum"]),
        click.option("--cluster", metavar="COL", help=texts["cluster"]),
        click.option("--case", metavar="COL", help=texts["case"]),
        click.option("--due", metavar="COL", help=texts["due"]),
        click.option("--recorded", metavar="COL", help=texts["recorded"]),
        click.option("--population", metavar="N|COL", help=texts["population"]),
        click.option("--weight", metavar="COL", help=texts["weight"]),
        selection_option(),
        *(_decision_options() if not searches else []),
        *([click.option("--period-from", metavar="COL|FILENAME", help=texts["period_from"])] if period else []),
        click.option("--single-cluster", type=click.Choice(RULES), help=texts["single_cluster"]),
        click.option("--collapse", type=Pair(), multiple=True, help=texts["collapse"]),
    ]
    return _all_of(options)


def selection_option() -> Callable[[Command], Command]:
    """Add the option that says how the sample came about."""
    return click.option("--selection", type=click.Choice(SELECTIONS), help=wording.OPTIONS["selection"])


def _decision_options() -> list[Callable[[Command], Command]]:
    texts = wording.OPTIONS
    return [
        click.option("--decision", metavar="COL", help=texts["decision"]),
        click.option("--recorded-as", metavar="COL", help=texts["recorded_as"]),
        click.option("--category", metavar="COL", help=texts["category"]),
        click.option("--classification", type=click.Choice(CLASSIFICATIONS), help=texts["classification"]),
    ]


def sheet_options() -> Callable[[Command], Command]:
    """Add the options that say where the table of a workbook stands."""
    options = [
        click.option("--sheet", metavar="NAME", help=wording.OPTIONS["sheet"]),
        click.option("--header-row", type=click.IntRange(min=1), metavar="N", help=wording.OPTIONS["header_row"]),
    ]
    return _all_of(options)


def sources_of(files: Sequence[str], given: Mapping[str, Any]) -> list[str | Workbook]:
    """Name the files that are meant: patterns give the files that fit, workbooks take the sheet that was named."""
    from cdi.reading.opening import is_workbook, named_files
    from cdi.reading.sources import Workbook

    sheet, header_row = given.get("sheet"), given.get("header_row")
    found = [part for file in files for part in named_files(file)]
    books = any(is_workbook(name) for name, _ in found)
    if (sheet or header_row) and not books:
        raise DataError.of("sheet-of-text", got=", ".join(name for name, _ in found))
    twice = [own for _, own in found if own and sheet and own != sheet]
    if twice:
        raise DataError.of("sheet-twice", got=", ".join([str(sheet), *twice]))
    return [Workbook(name, own or sheet, header_row) if is_workbook(name) else name for name, own in found]


def result_options(by: str = "by") -> Callable[[Command], Command]:
    """Add the options that say what is estimated, and how."""
    options = [
        click.option("--by", multiple=True, metavar="COL", help=wording.OPTIONS[by]),
        click.option("--level", type=Proportion(), default="95%", show_default=True, help=wording.OPTIONS["level"]),
        click.option("--method", type=click.Choice(METHODS), metavar="NAME", help=wording.OPTIONS["method"]),
        click.option(
            "--side", type=click.Choice(("both", "lower", "upper")), default="both", help=wording.OPTIONS["side"]
        ),
        click.option(
            "--style", type=click.Choice(("default", "published")), default="default", help=wording.OPTIONS["style"]
        ),
        click.option("--detail", is_flag=True, help=wording.OPTIONS["detail"]),
    ]
    return _all_of(options)


def disclosure_options() -> Callable[[Command], Command]:
    """Add the options that say what may be published."""
    texts = wording.DISCLOSURE_OPTIONS
    options = [
        click.option(
            "--disclosure",
            type=click.Choice(DISCLOSURES),
            default="public",
            show_default=True,
            help=texts["disclosure"],
        ),
        click.option("--personal", multiple=True, metavar="COL", help=texts["personal"]),
    ]
    return _all_of(options)


def disclosure_of(given: Mapping[str, Any]) -> Disclosure:
    """Read what may be published."""
    from cdi.disclosure.rules import Disclosure

    return Disclosure(given["disclosure"], personal=tuple(given["personal"]))


def marked(page: Page, disclosure: Disclosure) -> Page:
    """Say on a page what is withheld, or that it is not for publication."""
    from cdi.disclosure.statements import disclosure_statements

    said = disclosure_statements(disclosure, [page.numbers])
    return replace(page, statements=(*page.statements, *said), marking=disclosure.marking)


def output_options() -> Callable[[Command], Command]:
    """Add the options that say where the result goes."""
    options = [
        click.option("--format", "format_", type=click.Choice(FORMATS), help=wording.OPTIONS["format"]),
        click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help=wording.OPTIONS["output"]),
    ]
    return _all_of(options)


def roles_of(given: dict[str, Any]) -> dict[str, Any]:
    """Turn options into the roles that ``read_audit`` takes: an option not given is left to the default names."""
    roles = {name: given[name] or None for name in _COLUMNS if given.get(name) is not None}
    roles |= {name: given[name] for name in ("recorded", "classification", "selection") if given.get(name)}
    if given.get("period_from"):
        roles["period"] = given["period_from"]
    if given.get("stratum"):
        roles["stratum"] = tuple(name for name in given["stratum"] if name)
    if given.get("population"):
        roles["population"] = _number_or_name(given["population"])
    if given.get("single_cluster"):
        roles["single_cluster"] = given["single_cluster"]
    if given.get("collapse"):
        roles["collapse"] = dict(given["collapse"])
    return roles


def refuse_overwriting(output: Path | None, *inputs: str | Workbook) -> None:
    """Refuse to write the result over one of the files that it comes from."""
    read = {os.path.realpath(file if isinstance(file, str) else file.path) for file in inputs}
    if output is not None and os.path.realpath(output) in read:
        raise DataError.of("output-is-input", where=Where(str(output)))


def format_of(format_: str | None, output: Path | None) -> str:
    """Name the format: the one asked for, or the one that the ending of the file tells."""
    chosen = format_ or (_BY_ENDING.get(output.suffix.casefold()) if output else "text")
    if chosen is None:
        raise DataError.of("unknown-format", got=str(output), formats=", ".join(FORMATS))
    return chosen


def emit(page: Page, format_: str | None, output: Path | None) -> None:
    """Print a page, or write it to a file whose ending tells the format."""
    from cdi.printing import formats

    text = formats.FORMATS[format_of(format_, output)](page)
    if output is None:
        click.echo(text, nl=False)
    else:
        formats.write(text, output)


def _number_or_name(text: str) -> float | str:
    """Read the population: a number, or the name of a column or file."""
    plain = text.replace(",", "")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return text


def say_ignored(audit: Audit) -> None:
    """Say on stderr what was passed over while the file was read."""
    for line in wording.passed_over(audit):
        click.echo(line, err=True)


def _all_of(options: list[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
