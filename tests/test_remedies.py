"""What an error advises is followed to the letter: it never leads into the same error, and at last into none."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from cdi import wording
from cdi.cli.app import cli
from cdi.errors import CdiError

DATA = Path(__file__).parent.parent / "data"
CASES = Path(__file__).parent / "cases"

RECORDS = "cluster,recorded\n" + "".join(f"r{i},{'no' if i % 4 == 0 else 'yes'}\n" for i in range(40))
COUNTED = "offence,due,recorded\nviolence,40,36\nsexual offences,20,17\nburglary,60,57\n"
MONTHS = "month,cluster,recorded\n" + "".join(
    f"2024-{1 + i // 20:02},r{i},{'no' if i % 5 == 0 else 'yes'}\n" for i in range(120)
)
FORCES = "force,rate,half_width\nKent,0.9,0.02\nEssex,0.91,0.02\nSurrey,0.85,0.03\n"
TIMES = "cluster,recorded,reported_at,recorded_at\n" + "".join(
    f"r{i},yes,2024-03-{1 + i % 28:02} 10:00,2024-03-{1 + i % 28:02} 12:00\n" for i in range(40)
)
SEARCHES = "ethnicity,grounds\n" + "".join(
    f"{('white', 'black')[i % 2]},{'yes' if i % 3 else 'no'}\n" for i in range(60)
)


@dataclass(frozen=True)
class Case:
    """A call that is refused, and how its advice is filled in."""

    args: str
    files: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)  # what the advice leaves open -> what a user puts there
    ways: tuple[tuple[str, ...], ...] = ()  # the options of each way out, where several belong together
    without: str = ""  # an option that is left out, where the advice says so
    then: str = ""  # the call that the advice names
    alone: bool = False  # whether that call takes the place of the one that was refused


def rows(head: str, line: str, count: int = 40) -> str:
    """Write a file whose rows differ in their number, and in every fourth of which the answer is no."""
    return f"{head}\n" + "".join(f"{line.format(i=i, yes='no' if i % 4 == 0 else 'yes')}\n" for i in range(count))


DECIDED = rows("cluster,decision", "r{i},recorded") + "x,not recorded\n"
KINDS = rows("kind,recorded", "a,{yes}") + "b,no\nb,yes\n"

REFUSED: Mapping[str, Case] = {
    "titles-above": Case("estimate a.csv", {"a.csv": f"Dip sample,\n,\n{RECORDS}"}),
    "role-spelling": Case("estimate a.csv", {"a.csv": RECORDS.replace("cluster", "Cluster")}, {"COL": "Cluster"}),
    "reports-unsaid": Case("check a.csv", {"a.csv": RECORDS.replace("cluster", "incident no").replace("r1,", "r0,")}),
    "missing-report": Case("estimate a.csv", {"a.csv": f"{RECORDS},yes\n"}, then="open a.csv -o mapping.toml"),
    "either-layout": Case("estimate a.csv", {"a.csv": COUNTED}),
    "either-layout-of-answers": Case(
        "estimate a.csv",
        {"a.csv": "offence,recorded,count\na,yes,50\nb,no,10\nc,yes,40\nd,no,9\n"},
        ways=(("--layout", "records"), ("--layout", "counts", "--count", "count")),
    ),
    "word-like-a-decision": Case("estimate a.csv", {"a.csv": rows("cluster,decision", "r{i},Crimed!")}),
    "not-a-decision": Case(
        "estimate a.csv", {"a.csv": rows("cluster,decision", "r{i},passt")}, {"MEANING": "recorded"}
    ),
    "decision-and-counts": Case(
        "estimate a.csv", {"a.csv": rows("cluster,due,recorded,decision", "r{i},1,{yes},recorded")}, {"COL": "decision"}
    ),
    "weight-and-population": Case(
        "estimate a.csv --population 900", {"a.csv": rows("cluster,recorded,weight", "r{i},{yes},2")}
    ),
    "counts-only": Case("estimate a.csv --deff 1.3", {"a.csv": COUNTED}),
    "cluster-of-counts": Case(
        "estimate a.csv --layout counts",
        {"a.csv": rows("cluster,due,recorded,reports", "r{i},12,9,10")},
        ways=(("--layout", "records"), ("--cluster", ""), ("--cluster", "", "--reports", "reports")),
    ),
    "deff": Case("estimate a.csv --layout counts --deff 0.3", {"a.csv": COUNTED}),
    "no-counts": Case(
        "estimate a.csv --layout counts", {"a.csv": COUNTED.replace("due", "crimes")}, ways=(("--due", "crimes"),)
    ),
    "count-and-due": Case(
        "estimate a.csv --layout counts --due due --count n",
        {"a.csv": "offence,due,recorded,n\na,12,9,12\nb,15,11,15\nc,30,28,30\n"},
        ways=(("--count", ""),),
    ),
    "mixed-kinds": Case(
        "forces a.csv", {"a.csv": "force,rate,inspection_type\nKent,0.9,PEEL\nEssex,0.91,audit\nSurrey,0.85,PEEL\n"}
    ),
    "mixed-periods": Case(
        "forces a.csv",
        {"a.csv": "force,rate,period\nKent,0.9,2023-01 to 2023-03\nEssex,0.91,2024-01 to 2024-03\nSurrey,0.85,2023\n"},
    ),
    "unknown-periods": Case(
        "forces a.csv", {"a.csv": "force,rate,period\nKent,0.9,2023\nEssex,0.91,once\nSurrey,0.85,2023\n"}
    ),
    "other-force": Case("forces a.csv", {"a.csv": f"{FORCES}PSNI,0.9,0.02\n"}),
    "force-like-another": Case("forces a.csv", {"a.csv": f"{FORCES}Susex,0.9,0.02\n"}),
    "negative-delay": Case("timeliness a.csv", {"a.csv": f"{TIMES}x,yes,2024-03-05 10:00,2024-03-04 10:00\n"}),
    "time-without-hours": Case(
        "timeliness a.csv",
        {"a.csv": rows("cluster,recorded,reported_at,recorded_at,in_time", "r{i},yes,2024-03-05,2024-03-06,{yes}")},
        {"COL": "in_time"},
    ),
    "census-width": Case("compare 83.4%±1.9% 91.4%±2.6% --selection census", without="--selection census"),
    "published-terms": Case("interval 159/182 --method published --level 90%"),
    "style-and-method": Case(
        "estimate a.csv --style published --method wilson", {"a.csv": RECORDS}, without="--method wilson"
    ),
    "share-alone": Case(
        "estimate a.csv --route-share 0.8", {"a.csv": RECORDS, "v.csv": "recorded_crime\n9000\n"}, {"FILE": "v.csv"}
    ),
    "one-by": Case("grounds a.csv --contrast", {"a.csv": SEARCHES}),
    "several-sheets": Case("estimate book.xlsx", {"book.xlsx": "June,July"}, {"NAME": "June"}),
    "several-forces": Case(
        "estimate a.csv --by kind --volumes v.csv",
        {"a.csv": KINDS, "v.csv": "kind,force,recorded_crime\na,Kent,90\nb,Kent,80\na,Essex,70\nb,Essex,60\n"},
        {"NAME": "Kent"},
    ),
    "single-cluster": Case(
        "estimate a.csv",
        {"a.csv": rows("cluster,stratum,recorded", "r{i},north,{yes}") + "x,alone,yes\n"},
        {"THIS": "alone", "OTHER": "north"},
    ),
    "no-bounds": Case(
        "estimate a.csv --bounds", {"a.csv": rows("cluster,recorded,d", "r{i},{yes},recorded")}, {"COL": "d"}
    ),
    "not-stated-alone": Case(
        "grounds a.csv --by ethnicity --not-stated refused", {"a.csv": SEARCHES}, {"COL": "ethnicity"}
    ),
    "no-shared-category": Case(
        "compare a.csv b.csv --by kind", {"a.csv": KINDS, "b.csv": KINDS.replace("a,", "c,").replace("b,", "d,")}
    ),
    "month-first-time": Case(
        "timeliness a.csv",
        {"a.csv": rows("cluster,recorded,reported_at,recorded_at", "r{i},yes,03/25/2024 10:00,03/26/2024 09:00")},
    ),
}

_OPTION = re.compile(r"--([a-z][a-z-]*)(?: (\"[^\"]*\"|[^\s,;]+?)(?=[\s,;]|\.?$|\.\s))?")


def advised(told: str) -> Iterator[list[str]]:
    """List the options that the text of an error advises, each with its value."""
    for match in _OPTION.finditer(told):
        name, value = match[1], match[2]
        yield [f"--{name}"] if value is None or not _takes_value(value) else [f"--{name}", value.strip('"').rstrip(".")]


def _takes_value(text: str) -> bool:
    return text not in {"and", "or", "to", "for", "shows", "under"}


def run(args: Sequence[str]) -> tuple[int, list[CdiError]]:
    """Call the command line, and give its errors."""
    found: list[CdiError] = []
    told = CdiError.told

    def noted(self: CdiError, *given: Any) -> str:
        found.append(self)
        return told(self, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CdiError, "told", noted)
        done = CliRunner().invoke(cli, args)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, found


def codes(errors: Sequence[CdiError]) -> set[str]:
    return {item.code for error in errors for item in error.faults}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            book.remove(book.active)
            for title in text.split(","):
                sheet = book.create_sheet(title)
                for line in RECORDS.splitlines():
                    sheet.append(line.split(","))
            book.save(folder / name)
        else:
            (folder / name).write_text(text, encoding="utf-8")


def followed(args: list[str], option: list[str]) -> list[str]:
    """Put an option into a call, in the place of what was given for it."""
    if option[0] in args and option[0] != "--words":
        place = args.index(option[0])
        return [*args[:place], *option, *args[place + len(option) :]]
    return [*args, *option]


@pytest.mark.parametrize("code", REFUSED)
def test_a_remedy_ends_its_error(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = REFUSED[code]
    monkeypatch.chdir(tmp_path)
    write(tmp_path, case.files)
    args = shlex.split(case.args)
    status, errors = run(args)
    assert status == 2
    assert code in codes(errors)
    told = "\n".join(error.told("command_line") for error in errors)
    ways = list(ways_out(case, args, told))
    assert ways
    for way in ways:
        status, errors = run(way)
        assert status == 0, (way, [error.told("command_line") for error in errors])


def ways_out(case: Case, args: list[str], told: str) -> Iterator[list[str]]:
    """Make the calls that the text of an error advises; every option of theirs is in the text."""
    if case.then:
        verb, *rest = shlex.split(case.then)
        assert f"cdi {verb}" in told or f"--{case.then.split('--')[-1].split()[0]}" in told
        yield [verb, *rest]
        if not case.alone:
            yield [*args, "--mapping", "mapping.toml"]
    elif case.without:
        assert f"{case.without.split()[0]}" in told or "Leave out" in told
        yield [part for part in args if part not in shlex.split(case.without)]
    elif case.ways:
        for way in case.ways:
            assert all(part in told for part in way if part.startswith("--"))
            whole = args
            for name, value in zip(way[::2], way[1::2], strict=True):
                whole = followed(whole, [name, value])
            yield whole
    else:
        if "cdi open FILE -o mapping.toml" in told:
            yield ["open", args[1], "-o", "mapping.toml"]
        for option in advised(told):
            if len(option) > 1 or option[0] not in args:  # else it is the one that was refused
                yield followed(args, [_filled(part, case.words) for part in option])


def _filled(part: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        part = re.sub(rf"\b{word}\b", value, part)
    return part


def test_cases_are_of_faults_that_there_are() -> None:
    assert set(REFUSED) <= set(wording.FAULTS)
