"""What an error advises is followed to the letter: it never leads into the same error, and at last into none."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    "count-of-sample": Case(
        "estimate a.csv --stratum route --recorded-crime 9000",
        {
            "a.csv": rows("cluster,route,stands_for,recorded", "r{i},calls,2,{yes}")
            + "x,online,3,yes\ny,online,3,no\n",
            "frame.csv": "route,population\ncalls,900\nonline,300\n",
        },
        {"COL": "stands_for"},
        ways=(("--population", "frame.csv"), ("--weight", "stands_for")),
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
    "not-yes-no": Case("estimate a.csv", {"a.csv": rows("cluster,needed,recorded", "r{i},3,2")}, {"COL": "needed"}),
    "label-twice-apart": Case(
        "estimate a.csv --volumes f.csv",
        {
            "a.csv": "cluster,stratum,area,recorded\n" + "".join(f"r{i},p,{'xy'[i % 2]},yes\n" for i in range(40)),
            "f.csv": "stratum,area,population\np,x,100\np,y,200\n",
        },
        ways=(("--stratum", "area"),),
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


# ---- from the plan to the panel: advice that is followed in files as well as in options


def nothing() -> None:
    pass


@dataclass(frozen=True)
class Mended:
    """A call that is refused, the words of its advice, and what somebody does who follows them."""

    args: str
    advice: str
    then: str = ""  # the call that follows, where it is another one
    before: tuple[str, ...] = ()  # calls that make what it needs
    spoiled: Callable[[], object] = nothing  # what goes wrong before it
    mend: Callable[[], object] = nothing  # what is done with files


def all_of(*steps: Callable[[], object]) -> Callable[[], None]:
    def done() -> None:
        for step in steps:
            step()

    return done


def swapped(file: str, old: str, new: str) -> Callable[[], None]:
    def swap() -> None:
        text = Path(file).read_text(encoding="utf-8")
        assert old in text
        Path(file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return swap


def written(file: str, text: str) -> Callable[[], object]:
    return lambda: Path(file).write_text(text, encoding="utf-8")


def moved(file: str, to: str) -> Callable[[], object]:
    return lambda: Path(file).rename(to)


def copied(file: str, to: str) -> Callable[[], object]:
    return lambda: Path(to).write_bytes(Path(file).read_bytes())


def filled(file: str, upto: int = 999, answer: str = "") -> Callable[[], None]:
    """Fill in the first rows of a worksheet; every fourth crime was not recorded."""

    def fill() -> None:
        head, *lines = Path(file).read_text(encoding="utf-8").splitlines()
        fixed = head.split(",").index("order") + 1
        cells = [line.split(",")[:fixed] for line in lines]
        told = [answer or f"1,{int(i % 4 > 0)}" for i in range(len(cells))]
        blank = "," * (len(head.split(",")) - fixed - 1)
        rows_ = [",".join([*each, told[i] if i < upto else blank]) for i, each in enumerate(cells)]
        Path(file).write_text("\n".join([head, *rows_]) + "\n", encoding="utf-8")

    return fill


def lines(file: str, change: Callable[[list[str]], list[str]]) -> Callable[[], None]:
    def changed() -> None:
        text = Path(file).read_text(encoding="utf-8").splitlines()
        Path(file).write_text("\n".join(change(text)) + "\n", encoding="utf-8")

    return changed


LIFE: Mapping[str, str] = {
    "frame.csv": "incident,route,n\n"
    + "".join(f"A{i:03},{('calls', 'calls', 'online')[i % 3]},{i % 4}\n" for i in range(60)),
    "plan.csv": "route,population,sample\ncalls,40,8\nonline,20,4\n",
    "strata.csv": "route,population,rate\ncalls,9000,90%\nonline,3000,80%\n",
    "pop.csv": "route,population\ncalls,9000\nonline,3000\n",
    "audit.csv": "route,cluster,due,recorded\n"
    + "".join(f"{('calls', 'calls', 'online')[i % 3]},R{i:03},1,{int(i % 5 > 0)}\n" for i in range(120)),
    "kinds.csv": "cluster,kind,due,recorded\n"
    + "".join(f"R{i // 2:03},{('a', 'b')[i % 2]},1,{int(i % 5 > 0)}\n" for i in range(120)),
    "decided.csv": "route,cluster,decision\n"
    + "".join(
        f"{('calls', 'calls', 'online')[i % 3]},R{i:03},{'recorded' if i % 5 else 'not recorded'}\n" for i in range(120)
    ),
}
DRAW = 'draw frame.csv --plan plan.csv --seed "1 2 3 4 5"'
DRAWN = f"{DRAW} -o sample.csv"
DECISIONS = f"{DRAWN} --answers decision"
VERIFY = "draw --verify sample.receipt.json frame.csv sample.csv"
REPLACE = 'draw --reason "not found" sample.csv --replace'
WATCH = "watch sample.csv --standard 95%"
PANEL = 'draw --reread audit.csv --stratum route --n 40 --seed "1 2 3"'
PANELLED = f"{PANEL} -o panel.csv"
AGAIN = "estimate audit.csv --stratum route --population pop.csv --reread panel.csv"
PLANNED = "plan pop.csv --rate 90%"

FOLLOWED: Mapping[str, Mended] = {
    # plans
    "plan-rate": Mended("coverage plan.csv --draws 50", '--rate "90%"', "coverage plan.csv --draws 50 --rate 90%"),
    "plan-sample": Mended(
        "coverage strata.csv --draws 50",
        "Add it",
        mend=lines("strata.csv", lambda rows: [f"{rows[0]},sample", *(f"{row},40" for row in rows[1:])]),
    ),
    "plan-missing": Mended(
        "coverage plan.csv --draws 50 --rate 90%",
        "Fill it in",
        spoiled=swapped("plan.csv", "40,8", "40,"),
        mend=swapped("plan.csv", "40,", "40,8"),
    ),
    "plan-target": Mended(f"{PLANNED} --target 3", "--target 3pp", f"{PLANNED} --target 3pp"),
    "plan-target-twice": Mended(
        f"{PLANNED} --target 3pp --target 4pp", "Leave one of them out.", f"{PLANNED} --target 3pp"
    ),
    "plan-no-target": Mended(f"{PLANNED} --target cals=4pp", "Did you mean 'calls'?", f"{PLANNED} --target calls=4pp"),
    "plan-count": Mended(
        f"{PLANNED} --recorded-crime 90000 --target unrecorded=0.5",
        "--target unrecorded=2000",
        f"{PLANNED} --recorded-crime 90000 --target unrecorded=2000",
    ),
    "plan-no-recorded-crime": Mended(
        f"{PLANNED} --target unrecorded=2000",
        "--recorded-crime 139226",
        f"{PLANNED} --target unrecorded=2000 --recorded-crime 139226",
    ),
    "plan-chance": Mended(f"{PLANNED} --assurance 100%", "such as 80%", f"{PLANNED} --assurance 80%"),
    "plan-above-nothing": Mended(f"{PLANNED} --per-day 0", "such as 12", f"{PLANNED} --per-day 12"),
    "plan-nothing": Mended("plan", '--population 60000 with --rate "90%"', "plan --population 60000 --rate 90%"),
    "plan-sources": Mended(f"{PLANNED} --population 900", "Leave the others out.", PLANNED),
    "plan-population-text": Mended(
        "plan --rate 90% --population many", "--population 60000", "plan --rate 90% --population 60000"
    ),
    "plan-power": Mended(f"{PLANNED} --power 90%", "give one: --fall 3pp", f"{PLANNED} --power 90% --fall 3pp"),
    "plan-stratum": Mended(f"{PLANNED} --stratum route", "Leave out --stratum", PLANNED),
    "plan-stratum-blank": Mended(
        PLANNED,
        "remove it from the plan",
        spoiled=lines("pop.csv", lambda rows: [f"{rows[0]},note", *(f"{row}," for row in rows[1:])]),
        mend=written("pop.csv", LIFE["pop.csv"]),
    ),
    "plan-idle": Mended(f"{PLANNED} --due due", "Leave them out", PLANNED),
    "plan-population": Mended(
        "plan --from audit.csv --stratum route --population 900",
        "--population frame.csv",
        "plan --from audit.csv --stratum route --population pop.csv",
    ),
    "plan-no-population": Mended(
        "plan bare.csv --rate 90%",
        "Add it",
        spoiled=written("bare.csv", "route\ncalls\nonline\n"),
        mend=written("bare.csv", LIFE["pop.csv"]),
    ),
    "plan-fall": Mended(f"{PLANNED} --fall 95pp", "--fall 3pp", f"{PLANNED} --fall 3pp"),
    "plan-expects-rate": Mended("plan pop.csv", '--rate "90%"', PLANNED),
    "plan-certain": Mended("plan pop.csv --rate 100%", "such as 99%", "plan pop.csv --rate 99%"),
    "plan-rate-range": Mended(
        "plan strata.csv",
        "such as 0.93",
        spoiled=swapped("strata.csv", "90%", "93"),
        mend=swapped("strata.csv", "93", "0.93"),
    ),
    "plan-deep-fall": Mended(
        "plan pop.csv --rate 20% --fall 30pp", "Give a smaller fall.", "plan pop.csv --rate 20% --fall 5pp"
    ),
    "plan-least-all": Mended(
        PLANNED,
        "Give at most 3,000.",
        spoiled=written("pop.csv", "route,population,minimum\na,9000,\nb,3000,3001\n"),
        mend=swapped("pop.csv", "3001", "3000"),
    ),
    "plan-least-most": Mended(
        f"{PLANNED} --minimum 500 --maximum 100", "Change one of them.", f"{PLANNED} --minimum 100 --maximum 500"
    ),
    "plan-shares": Mended(
        f"{PLANNED} --target x=9pp --target y=9pp",
        "Correct the shares of this row.",
        spoiled=written("pop.csv", "route,population,x,y\na,9000,70%,60%\nb,3000,50%,50%\n"),
        mend=swapped("pop.csv", "60%", "30%"),
    ),
    "plan-deff": Mended(f"{PLANNED} --crimes 1.4 --deff 3", "from 1 to 1.79", f"{PLANNED} --crimes 1.4 --deff 1.79"),
    "plan-deff-single": Mended(f"{PLANNED} --deff 1.4", "--crimes 1.4", f"{PLANNED} --deff 1.4 --crimes 1.4"),
    "plan-bands": Mended(
        "plan --frame frame.csv --rate 90% --bands n=a --target 15pp",
        "such as crimes=1,2,6",
        "plan --frame frame.csv --rate 90% --bands n=1,2,6 --target 15pp",
    ),
    "plan-bands-frame": Mended(
        "plan --rate 90% --bands n --target 15pp",
        "--frame FILE",
        "plan --rate 90% --bands n --target 15pp --frame frame.csv",
    ),
    "plan-taken": Mended(
        "plan --frame frame.csv --rate 90% --bands crimes --target 15pp",
        "such as 'recorded crimes'",
        'plan --frame frame.csv --rate 90% --bands "recorded crimes" --target 15pp',
        spoiled=swapped("frame.csv", "route,n", "route,crimes"),
        mend=swapped("frame.csv", "crimes", "recorded crimes"),
    ),
    "plan-in-full": Mended(
        "plan --frame frame.csv --rate 90% --in-full 3 --target 15pp",
        "--bands",
        "plan --frame frame.csv --rate 90% --in-full 3 --target 15pp --bands n",
    ),
    "plan-band-values": Mended(
        "plan --frame frame.csv --rate 90% --bands n --target 15pp",
        "A report without a record has 0.",
        spoiled=swapped("frame.csv", "A000,calls,0", "A000,calls,none"),
        mend=swapped("frame.csv", "A000,calls,none", "A000,calls,0"),
    ),
    "plan-standard": Mended(f"{PLANNED} --standard 90%", "Change the standard", f"{PLANNED} --standard 95%"),
    "plan-fixed": Mended(f"{PLANNED} --allocation fixed", "leave out --allocation fixed", PLANNED),
    "plan-total": Mended(f"{PLANNED} --sample 50000", "from 4 to 12,000", f"{PLANNED} --sample 12000"),
    "plan-impossible": Mended(
        f"{PLANNED} --maximum 10", "overall rate (±15.3 points)", f"{PLANNED} --maximum 10 --target 15.3pp"
    ),
    # seed, ids, sizes and columns of a draw
    "draw-seed": Mended("draw frame.csv --n 5", '--seed "4 6 1 3 2"', 'draw frame.csv --n 5 --seed "4 6 1 3 2"'),
    "draw-no-id": Mended(
        f"{DRAW}", "--cluster COL", f"{DRAW} --cluster label", spoiled=swapped("frame.csv", "incident", "label")
    ),
    "draw-id-blank": Mended(
        DRAW, "Fill in the id", spoiled=swapped("frame.csv", "A000", ""), mend=swapped("frame.csv", "\n,", "\nA000,")
    ),
    "draw-id-twice": Mended(
        DRAW,
        "Remove one of the rows",
        spoiled=lines("frame.csv", lambda rows: [*rows, rows[1]]),
        mend=lines("frame.csv", lambda rows: rows[:-1]),
    ),
    "draw-id-date": Mended(
        DRAW,
        "Export the frame again",
        spoiled=swapped("frame.csv", "A000", "03/04/2024"),
        mend=written("frame.csv", LIFE["frame.csv"]),
    ),
    "draw-total": Mended(
        DRAW,
        "Remove it.",
        spoiled=lines("frame.csv", lambda rows: [*rows, "Total,,90"]),
        mend=lines("frame.csv", lambda rows: rows[:-1]),
    ),
    "draw-size": Mended(
        "draw frame.csv --n 5 --seed 1 --size n",
        "leave it out of the frame",
        mend=lines("frame.csv", lambda rows: [row for row in rows if not row.endswith(",0")]),
    ),
    "draw-name-taken": Mended(
        f"{DRAW} --keep due",
        "Rename it in the frame",
        f"{DRAW} --keep found",
        spoiled=swapped("frame.csv", "route,n", "route,due"),
        mend=swapped("frame.csv", "due", "found"),
    ),
    # the plan of a draw
    "draw-plan-or-n": Mended("draw frame.csv --seed 1", "--n 200", "draw frame.csv --seed 1 --n 20"),
    "draw-n": Mended("draw frame.csv --seed 1 --n 0", "--n 200", "draw frame.csv --seed 1 --n 20"),
    "draw-plan-sample": Mended(
        DRAW,
        "Rename the column in the plan to sample.",
        spoiled=swapped("plan.csv", "sample", "drawn"),
        mend=swapped("plan.csv", "drawn", "sample"),
    ),
    "draw-plan-empty": Mended(
        DRAW,
        "Add one.",
        spoiled=written("plan.csv", "route,population,sample\npost,0,0\n"),
        mend=lines("plan.csv", lambda rows: [*rows, "calls,40,8", "online,20,4"]),
    ),
    "draw-plan-count": Mended(
        DRAW,
        "Correct the number in the plan.",
        spoiled=swapped("plan.csv", "40,8", "40,8.5"),
        mend=swapped("plan.csv", "8.5", "8"),
    ),
    "draw-plan-none": Mended(
        DRAW,
        "take its records out of the frame and its row out of the plan",
        spoiled=swapped("plan.csv", "20,4", "20,0"),
        mend=all_of(
            lines("plan.csv", lambda rows: rows[:2]),
            lines("frame.csv", lambda rows: [row for row in rows if "online" not in row]),
        ),
    ),
    "draw-plan-titles": Mended(
        DRAW,
        "Save a copy of the plan without the rows above it",
        'draw frame.csv --plan copy.csv --seed "1 2 3 4 5"',
        spoiled=lines("plan.csv", lambda rows: ["Plan for 2025,,", *rows]),
        mend=all_of(copied("plan.csv", "copy.csv"), lines("copy.csv", lambda rows: rows[1:])),
    ),
    "draw-plan-twice": Mended(
        DRAW,
        "Remove one of the two rows",
        spoiled=lines("plan.csv", lambda rows: [*rows, rows[1]]),
        mend=lines("plan.csv", lambda rows: rows[:-1]),
    ),
    "draw-key-missing": Mended(
        DRAW,
        "Give the column the same name in both.",
        spoiled=swapped("plan.csv", "route", "channel"),
        mend=swapped("plan.csv", "channel", "route"),
    ),
    "draw-stratum-blank": Mended(
        DRAW,
        "Fill it in.",
        spoiled=swapped("frame.csv", "A000,calls", "A000,"),
        mend=swapped("frame.csv", "A000,", "A000,calls"),
    ),
    "draw-stratum-unplanned": Mended(
        DRAW,
        "Spell it alike in both",
        spoiled=swapped("frame.csv", "A000,calls", "A000,Calls"),
        mend=swapped("frame.csv", "Calls", "calls"),
    ),
    "draw-stratum-empty": Mended(
        DRAW,
        "remove its row from the plan",
        spoiled=lines("plan.csv", lambda rows: [*rows, "post,9,3"]),
        mend=lines("plan.csv", lambda rows: rows[:-1]),
    ),
    "draw-stratum-short": Mended(
        DRAW,
        "at most the 40 records",
        spoiled=swapped("plan.csv", "40,8", "40,41"),
        mend=swapped("plan.csv", "40,41", "40,40"),
    ),
    "draw-frame-short": Mended(
        "draw frame.csv --seed 1 --n 61", "at most the 60 records", "draw frame.csv --seed 1 --n 60"
    ),
    # what is asked of a draw, and its files
    "draw-of-audits": Mended(f"{DRAW} --due due", "Leave it out", DRAW),
    "draw-verify-files": Mended(
        "draw --verify sample.receipt.json sample.csv", "cdi draw --verify RECEIPT FRAME SAMPLE", VERIFY, (DRAWN,)
    ),
    "draw-replace": Mended(
        "draw --replace A042 sample.csv",
        'cdi draw --replace ID --reason "not found" SAMPLE',
        f"{REPLACE} A042",
        (DRAWN,),
    ),
    "draw-idle": Mended(f"{VERIFY} --n 5", "leave it out", VERIFY, (DRAWN,)),
    "draw-ending": Mended(f"{DRAW} -o sample.txt", "ends in .csv or .xlsx", DRAWN),
    "draw-no-sample": Mended(
        "draw --verify sample.receipt.json frame.csv sample.receipt.key", "Name that file.", VERIFY, (DRAWN,)
    ),
    "draw-exists": Mended(DRAWN, "Choose another name", f"{DRAW} -o another.csv", (DRAWN,)),
    "draw-no-receipt": Mended(
        VERIFY,
        "Copy it to this place.",
        "",
        (DRAWN,),
        moved("sample.receipt.json", "elsewhere.json"),
        moved("elsewhere.json", "sample.receipt.json"),
    ),
    "draw-receipt-damaged": Mended(
        VERIFY,
        "Restore it from a copy.",
        "",
        (DRAWN,),
        all_of(copied("sample.receipt.json", "copy.json"), written("sample.receipt.json", "{")),
        copied("copy.json", "sample.receipt.json"),
    ),
    "draw-receipt-changed": Mended(
        f"{REPLACE} A042",
        "Restore it from a copy.",
        "",
        (DRAWN,),
        all_of(copied("sample.receipt.json", "copy.json"), swapped("sample.receipt.json", "1 2 3 4 5", "5 4 3 2 1")),
        copied("copy.json", "sample.receipt.json"),
    ),
    "draw-key-file": Mended(
        VERIFY,
        "Copy it to this place.",
        "",
        (DRAWN,),
        moved("sample.receipt.key", "elsewhere.key"),
        moved("elsewhere.key", "sample.receipt.key"),
    ),
    "draw-key-damaged": Mended(
        VERIFY,
        "Restore it from a copy.",
        "",
        (DRAWN,),
        all_of(copied("sample.receipt.key", "copy.key"), written("sample.receipt.key", "?")),
        copied("copy.key", "sample.receipt.key"),
    ),
    "draw-key-of-another": Mended(
        VERIFY,
        "Copy the right one to this place.",
        "",
        (DRAWN, f"{DRAW} -o other.csv"),
        all_of(copied("sample.receipt.key", "right.key"), copied("other.receipt.key", "sample.receipt.key")),
        copied("right.key", "sample.receipt.key"),
    ),
    "draw-sample-column": Mended(
        VERIFY,
        "Put the column back",
        "",
        (DRAWN,),
        swapped("sample.csv", ",order,", ",place,"),
        swapped("sample.csv", ",place,", ",order,"),
    ),
    "draw-sample-changed": Mended(
        f"{REPLACE} A027",
        "To see what differs: cdi draw --verify RECEIPT FRAME SAMPLE",
        "",
        (DRAWN,),
        swapped("sample.csv", "calls,A042", "online,A042"),
        swapped("sample.csv", "online,A042", "calls,A042"),
    ),
    "draw-no-record": Mended(f"{REPLACE} A999", "Copy the id from the file.", f"{REPLACE} A042", (DRAWN,)),
    "draw-answered": Mended(
        f"{REPLACE} A042",
        "its decision is not auditable",
        "estimate sample.csv --cluster incident --stratum route",
        (DECISIONS,),
        filled("sample.csv", answer="recorded"),
        swapped("sample.csv", "A042,1,recorded", "A042,1,not auditable"),
    ),
    "draw-no-reserve": Mended(
        f"{REPLACE} A042",
        "its decision is not auditable",
        "estimate sample.csv --cluster incident --stratum route",
        (f"{DECISIONS} --reserves 0",),
        mend=all_of(
            filled("sample.csv", answer="recorded"), swapped("sample.csv", "A042,1,recorded", "A042,1,not auditable")
        ),
    ),
    # samples that are watched
    "watch-standard": Mended(
        "watch sample.csv --most 1", '--standard "95%"', f"{WATCH} --most 1", (DRAWN,), filled("sample.csv", 5)
    ),
    "watch-most": Mended(WATCH, "--most 1", f"{WATCH} --most 1", (DRAWN,), filled("sample.csv", 5)),
    "watch-population": Mended(
        f"{WATCH} --most 1",
        "--receipt sample.receipt.json",
        f"{WATCH} --most 1 --receipt kept/sample.receipt.json",
        (DRAWN,),
        all_of(
            filled("sample.csv", 5),
            lambda: Path("kept").mkdir(),
            moved("sample.receipt.json", "kept/sample.receipt.json"),
        ),
    ),
    "watch-population-twice": Mended(
        f"{WATCH} --most 1 --population 60",
        "Leave out --population.",
        f"{WATCH} --most 1",
        (DRAWN,),
        filled("sample.csv", 5),
    ),
    "roles-of-watch": Mended(
        f"{WATCH} --most 1",
        "Leave it out.",
        "",
        (DRAWN,),
        all_of(
            filled("sample.csv", 5),
            lines("sample.csv", lambda rows: [f"{rows[0]},weight", *(f"{row},1" for row in rows[1:])]),
        ),
        lines("sample.csv", lambda rows: [row.rpartition(",")[0] for row in rows]),
    ),
    "watch-order": Mended(
        f"{WATCH} --most 1",
        "Take the number from the sample as it was drawn.",
        "",
        (DRAWN,),
        all_of(filled("sample.csv", 5), swapped("sample.csv", "A042,1,", "A042,first,")),
        swapped("sample.csv", "A042,first,", "A042,1,"),
    ),
    "watch-order-gap": Mended(
        f"{WATCH} --most 1",
        "Put the rows back as they were drawn",
        "",
        (DRAWN,),
        all_of(
            filled("sample.csv", 5), lines("sample.csv", lambda rows: [rows[0], rows[3], rows[2], rows[1], *rows[4:]])
        ),
        lines("sample.csv", lambda rows: [rows[0], rows[3], rows[2], rows[1], *rows[4:]]),
    ),
    "watch-order-alone": Mended(
        f"{WATCH} --most 1 --cluster incident --population plan.csv",
        "name their columns: --stratum COL",
        f"{WATCH} --most 1 --cluster incident --population plan.csv --stratum route",
        (DRAWN,),
        all_of(filled("sample.csv", 5), moved("sample.receipt.json", "gone.json")),
    ),
    "watch-order-turn": Mended(
        f"{WATCH} --most 1",
        "Put the rows back in the order of the sample",
        "",
        (DRAWN,),
        all_of(filled("sample.csv", 5), lines("sample.csv", lambda rows: [rows[0], rows[2], rows[1], *rows[3:]])),
        lines("sample.csv", lambda rows: [rows[0], rows[2], rows[1], *rows[3:]]),
    ),
    "watch-half-read": Mended(
        f"{WATCH} --most 2",
        "Fill in this row too",
        "",
        (DECISIONS,),
        all_of(
            filled("sample.csv", 5, "recorded"),
            lines("sample.csv", lambda rows: [*rows[:2], rows[1].rpartition(",")[0] + ",", *rows[2:]]),
        ),
        lines("sample.csv", lambda rows: [*rows[:2], rows[1], *rows[3:]]),
    ),
    "watch-unread-between": Mended(
        f"{WATCH} --most 1",
        "write 0 as due and as recorded",
        "",
        (DRAWN,),
        all_of(filled("sample.csv", 5), swapped("sample.csv", "A042,1,1,0", "A042,1,,")),
        swapped("sample.csv", "A042,1,,", "A042,1,0,0"),
    ),
    "watch-nothing-read": Mended(
        f"{WATCH} --most 1", "Read the first report, fill in its row", "", (DRAWN,), mend=filled("sample.csv", 1)
    ),
    "watch-over-most": Mended(
        f"{WATCH} --most 1",
        "give one that is, with --most",
        f"{WATCH} --most 3",
        (DRAWN,),
        all_of(filled("sample.csv", 5), swapped("sample.csv", "A042,1,1,0", "A042,1,3,0")),
    ),
    "watch-receipt-form": Mended(
        f"{WATCH} --most 1 --receipt plan.csv",
        "--receipt sample.receipt.json",
        f"{WATCH} --most 1 --receipt sample.receipt.json",
        (DRAWN,),
        filled("sample.csv", 5),
    ),
    "watch-receipt-unlike": Mended(
        f"{WATCH} --most 1",
        "with all its rows",
        "",
        (DRAWN,),
        all_of(filled("sample.csv", 5), copied("sample.csv", "copy.csv"), lines("sample.csv", lambda rows: rows[:-1])),
        copied("copy.csv", "sample.csv"),
    ),
    "watch-ticket": Mended(
        f"{WATCH} --most 1",
        "the receipt that was written beside it",
        "",
        (DRAWN, 'draw frame.csv --plan plan.csv --seed "5 4 3 2 1" -o other.csv'),
        all_of(
            filled("sample.csv", 5),
            copied("sample.receipt.json", "right.json"),
            copied("sample.receipt.key", "right.key"),
            copied("other.receipt.json", "sample.receipt.json"),
            copied("other.receipt.key", "sample.receipt.key"),
        ),
        all_of(copied("right.json", "sample.receipt.json"), copied("right.key", "sample.receipt.key")),
    ),
    # reports that a panel reads again
    "reread-no-id": Mended(
        PANEL, "--cluster COL", f"{PANEL} --cluster number", spoiled=swapped("audit.csv", "cluster", "number")
    ),
    "reread-same": Mended(
        AGAIN.replace("panel.csv", "audit.csv"), "--reread panel.csv", AGAIN, (PANELLED,), filled("panel.csv")
    ),
    "reread-unknown": Mended(
        AGAIN,
        "Check that the numbers are written as in the audit",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), swapped("panel.csv", "R115", "r115")),
        swapped("panel.csv", "r115", "R115"),
    ),
    "reread-twice": Mended(
        AGAIN,
        "Leave one of the rows in.",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), lines("panel.csv", lambda rows: [*rows, rows[1]])),
        lines("panel.csv", lambda rows: rows[:-1]),
    ),
    "reread-stratum": Mended(
        AGAIN,
        "Correct the stratum in the panel's file",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), swapped("panel.csv", "calls,R115", "online,R115")),
        swapped("panel.csv", "online,R115", "calls,R115"),
    ),
    "reread-class-unread": Mended(
        AGAIN,
        "Let the panel read some of them",
        "",
        (PANELLED,),
        all_of(
            filled("panel.csv"),
            copied("panel.csv", "all.csv"),
            moved("panel.receipt.json", "gone.json"),
            lines("panel.csv", lambda rows: [row for row in rows if "R" not in row or int(row.split(",")[1][1:]) % 5]),
        ),
        copied("all.csv", "panel.csv"),
    ),
    "reread-receipt": Mended(
        AGAIN,
        "or move this file away",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), written("panel.receipt.json", "{")),
        moved("panel.receipt.json", "away.json"),
    ),
    "reread-audit-changed": Mended(
        AGAIN,
        "Estimate from the audit that the panel's reports were drawn from.",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), swapped("audit.csv", "R001,1,1", "R001,1,0")),
        swapped("audit.csv", "R001,1,0", "R001,1,1"),
    ),
    "reread-not-drawn": Mended(
        AGAIN,
        "Leave out the rows of other reports.",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), lines("panel.csv", lambda rows: [*rows, _not_drawn(rows)])),
        lines("panel.csv", lambda rows: rows[:-1]),
    ),
    "reread-lacking": Mended(
        AGAIN,
        "Put its row back",
        "",
        (PANELLED,),
        all_of(filled("panel.csv"), copied("panel.csv", "all.csv"), lines("panel.csv", lambda rows: rows[:-1])),
        copied("all.csv", "panel.csv"),
    ),
    "reread-many": Mended(PANEL.replace("40", "121"), "no more reports than the 120", PANEL.replace("40", "120")),
    "reread-few": Mended(PANEL.replace("40", "3"), "at least 8 reports", PANEL.replace("40", "8")),
    "reread-n": Mended(PANEL.replace("--n 40", ""), "--n 120", PANEL.replace("40", "120")),
    "reread-frame": Mended(f"{PANEL} frame.csv", "Leave the frame out.", PANEL),
    "reread-share": Mended(f"{PANEL} --missing-share 100%", '--missing-share "50%"', f"{PANEL} --missing-share 50%"),
    "reread-joint": Mended(f"{AGAIN} --joint", "Leave out --joint", AGAIN, (PANELLED,), filled("panel.csv")),
    "reread-measures": Mended(f"{AGAIN} --bounds", "--bounds", AGAIN, (PANELLED,), filled("panel.csv")),
    "reread-selection": Mended(
        f"{AGAIN} --selection judgement",
        "Leave out --reread",
        AGAIN.partition(" --reread")[0],
        (PANELLED,),
        filled("panel.csv"),
    ),
    "reread-counts": Mended(
        "estimate counts.csv --layout counts --reread panel.csv",
        "Give the sheets that it was made from.",
        AGAIN,
        (PANELLED,),
        all_of(filled("panel.csv"), written("counts.csv", COUNTED)),
    ),
    "reread-blank": Mended(
        AGAIN.replace("audit.csv", "decided.csv"),
        "Write not auditable where nothing can be decided.",
        "",
        (PANELLED.replace("audit.csv", "decided.csv"),),
        filled("panel.csv", 39, "recorded"),
        lines("panel.csv", lambda rows: [*rows[:-1], f"{rows[-1]}not auditable"]),
    ),
    "reread-of-people": Mended(
        f"{AGAIN} --by route --personal route",
        "--disclosure internal",
        f"{AGAIN} --by route --personal route --disclosure internal",
        (PANELLED,),
        filled("panel.csv"),
    ),
    "reread-stated": Mended(
        AGAIN.replace("--population pop.csv", "--volumes said.csv"),
        "or leave the column out",
        "",
        (PANELLED,),
        all_of(
            filled("panel.csv"),
            written("said.csv", "route,population,sample\ncalls,9000,90\nonline,3000,45\n"),
        ),
        written("said.csv", LIFE["pop.csv"]),
    ),
    "reread-column": Mended(
        "estimate kinds.csv --by kind --reread panel.csv",
        "leave it out of --by",
        "estimate kinds.csv --reread panel.csv",
        ('draw --reread kinds.csv --n 40 --seed "1 2 3" -o panel.csv',),
        filled("panel.csv"),
    ),
}


def _not_drawn(rows: list[str]) -> str:
    """Write a row of the panel for a report of the audit that was not drawn for it."""
    held = {row.split(",")[1] for row in rows[1:]}
    number = next(f"R{i:03}" for i in range(120) if f"R{i:03}" not in held and i % 3 < 2)
    return f"calls,{number},41,1,1"


ELSEWHERE: Mapping[str, str] = {
    "draw-seed-signs": "a terminal hands over whole signs",
    "draw-id-signs": "a file of text holds whole signs",
    "draw-id-kind": "only frames and Parquet files hold other kinds: tests/test_draws.py",
    "draw-frame-changing": "a frame that somebody writes to while it is read: tests/test_draws.py",
    "draw-reserves": "the option itself refuses what is no share",
    "draw-answers": "the option itself refuses other words",
    "draw-reason": "the option itself refuses other words",
    "draw-no-cell": "of a workbook: tests/test_draw_files.py",
    "draw-plan-sheets": "of a workbook: tests/test_draw_files.py",
    "plan-from-counts": "cdi plan has no option for tables of counts",
    "watch-most-range": "the option itself refuses what is no number",
    "reread-explained": "no verb that explains takes a panel",
}
"""Faults that the command line cannot raise, or whose advice another test follows."""


def kept_together(code: str) -> bool:
    return code.startswith(("plan-", "draw-", "watch-", "reread-")) or code == "roles-of-watch"


def test_every_fault_from_the_plan_to_the_panel_is_followed() -> None:
    told = {code for code, words in wording.FAULTS.items() if "command_line" in words.only and kept_together(code)}
    assert told == {*FOLLOWED, *ELSEWHERE}
    assert not {*FOLLOWED} & {*ELSEWHERE}


@pytest.mark.parametrize("code", FOLLOWED)
def test_advice_that_is_followed_ends_the_error(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = FOLLOWED[code]
    monkeypatch.chdir(tmp_path)
    write(tmp_path, LIFE)
    for call in case.before:
        assert run(shlex.split(call))[0] == 0, call
    case.spoiled()
    status, errors = run(shlex.split(case.args))
    told = "\n".join(error.told("command_line") for error in errors)
    assert status == 2
    assert code in codes(errors), told
    assert case.advice in told
    case.mend()
    call = shlex.split(case.then or case.args)
    status, errors = run(call)
    assert status == 0, (call, [error.told("command_line") for error in errors])
