"""Which columns are of personal characteristics or small areas: by their names, or else by their categories.

The names stand in ``columns.csv`` beside this module, with what each of them says. Categories are those that a table
shows, and never the rows of a file. What is known by a name needs no categories, so a column of one category, or of
numbers alone, is best called what it is.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from cdi.audits.ethnicity import Lacking, group_of, plain_label

__all__ = ["kind_of_categories", "known_by_name", "words_of"]


# ---- by name


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of the table, each as its words."""

    part: Collection[tuple[str, ...]]  # of a person or a small area, wherever they stand in a name
    alone: Collection[tuple[str, ...]]  # the same, with nothing beside them but fillers and numbers
    exact: Collection[tuple[str, ...]]  # the same, as the whole name
    ordinary: Collection[tuple[str, ...]]  # what only looks like one of these
    fillers: Collection[str]
    ons: Collection[str]
    joined: Mapping[str, tuple[str, ...]]  # what is written as one with others, as victimage -> its words


_SHORTEST = 3
"""Shorter words are not looked for in words that are written as one: they stand in too many."""


@cache
def _names() -> _Names:
    lines = files("cdi.disclosure").joinpath("columns.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    told = {
        where: frozenset(
            tuple(row["name"].split()) for row in rows if row["where"] == where and row["kind"] in ("personal", "area")
        )
        for where in ("part", "alone", "exact")
    }
    fillers = frozenset(row["name"] for row in rows if row["kind"] == "filler")
    ordinary = frozenset(tuple(row["name"].split()) for row in rows if row["kind"] == "ordinary")
    whole = (*((word,) for word in fillers), *told["part"], *told["alone"])
    joined = {"".join(name): name for name in whole if len("".join(name)) >= _SHORTEST}
    ons = frozenset(row["name"] for row in rows if row["kind"] == "ons")
    return _Names(told["part"], told["alone"], told["exact"], ordinary, fillers, ons, joined)


_WORD = re.compile(r"[^\W\d_][a-z]+|[^\W\d_a-z]+(?![a-z])|[^\W\d_]|\d+")
_ONS = re.compile(r"([a-z]+)(\d\d|\d{4})?(?:cd|nm|nmw)")


def words_of(column: str) -> tuple[str, ...]:
    """Part the name of a column into words and numbers: victim_ethnicity, AgeBand, LSOA21CD, 16+1."""
    return tuple(word.casefold() for word in _WORD.findall(column.replace("+", " plus ")))


@lru_cache(maxsize=1024)
def known_by_name(column: str) -> bool:
    """Tell whether a column is of a personal characteristic or a small area by its name."""
    names, words = _names(), words_of(column)
    if words in names.exact or _is_of_ons("".join(words), names.ons):
        return True
    parted = tuple(itertools.chain.from_iterable(_parted(word, names) for word in words))
    if _holds_alone(parted, names):
        return True
    return _holds_any(_without(parted, names.ordinary), names.part)


def _is_of_ons(plain: str, ons: Collection[str]) -> bool:
    found = _ONS.fullmatch(plain)
    return found is not None and found[1] in ons


_TAILS = frozenset(["cd", "gp", "id", "nm", "no", "yn"])
"""Short words that may end a word that is several: wardcd, officerid."""


def _parted(word: str, names: _Names) -> tuple[str, ...]:
    """Part a word that is several written as one, where it is made of known words and nothing else."""
    if (word,) in names.ordinary:
        return (word,)
    return next(_partings(word, names.joined), (word,))


def _partings(word: str, known: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Give each way to part a word, that with the longest beginning first."""
    if not word or word in _TAILS:
        yield (word,) if word else ()
    for end in range(len(word), _SHORTEST - 1, -1):
        if word[:end] in known:
            yield from ((*known[word[:end]], *rest) for rest in _partings(word[end:], known))


def _holds_alone(words: tuple[str, ...], names: _Names) -> bool:
    """Tell whether a name is one that counts by itself, with fillers and numbers beside it; no ordinary one is."""
    if _without(words, names.ordinary) != words:
        return False
    for i, j in itertools.combinations(range(len(words) + 1), 2):
        beside = (*words[:i], *words[j:])
        if words[i:j] in names.alone and all(word in names.fillers or word.isdecimal() for word in beside):
            return True
    return False


def _holds_any(words: tuple[str, ...], names: Collection[tuple[str, ...]]) -> bool:
    """Tell whether some words in a row are one of the names."""
    return any(words[i:j] in names for i, j in itertools.combinations(range(len(words) + 1), 2))


def _without(words: tuple[str, ...], names: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """Take names out of others; what stood before and after one is no name together."""
    if not _holds_any(words, names):
        return words
    for name in names:
        for i in range(len(words)):
            if words[i : i + len(name)] == name:
                words = (*words[:i], "", *words[i + len(name) :])
    return words


# ---- by categories

_MISFITS = 10
"""Of so many categories one may be something else, such as a slip or a rest."""

_MOST_GROUPS = 200
"""More categories than these are no ethnic groups, and are not looked up one by one."""

_NOT_STATED = Lacking(())


@lru_cache(maxsize=256)
def kind_of_categories(categories: frozenset[str]) -> str | None:
    """Name what the categories of a column are, by its key in ``wording.KINDS_OF_CATEGORIES``.

    What states nothing is left out. At most one in ten of the rest may be something else, and as many must be there as
    make it sure: one full postcode is, and one age band is not. None where they are of neither people nor small areas.
    """
    blank = {label for label in categories if _is_blank(label)}
    labels = [label.strip() for label in sorted(categories - blank)]
    if not labels:
        return None
    stated = any(label.strip() for label in blank)
    if len(labels) <= _MOST_GROUPS and _are_ethnic(labels, stated=stated):
        return "ethnic"
    return next((kind for kind, are in _KINDS.items() if are(labels)), None)


def _is_blank(label: str) -> bool:
    return label in _NOT_STATED


def _nearly_all(labels: Sequence[str], fits: Callable[[str], object], least: int = 1) -> bool:
    """Tell whether nearly all of some labels fit, and at least so many."""
    misfits = 0
    for label in labels:
        if not fits(label):
            misfits += 1
            if misfits * _MISFITS > len(labels):  # of many labels, few need to be looked at
                return False
    return len(labels) - misfits >= least


_CODE = re.compile(r"[wmabo][1-9]")
_BESIDE_CODE = re.compile(r"\(?[wmabo] ?[1-9]\)?\b(.+)|(.+?)\(?\b[wmabo] ?[1-9]\)?")
_COLOURS = frozenset(["white", "black", "mixed", "other", "any other"])
"""Groups whose names are those of other things too: of vehicles, or of what is left."""


def _are_ethnic(labels: Sequence[str], *, stated: bool) -> bool:
    """Tell ethnic groups, by name or code; A1 and M1 are roads too, and white and black colours of vehicles."""
    plain = [plain_label(label) for label in labels]
    if not _nearly_all(labels, _is_ethnic):
        return _are_short_codes(labels)
    codes = {label for label in plain if _CODE.fullmatch(label)}
    letters = {code[0] for code in codes}
    if "w" in letters and (len(letters) > 1 or stated) and len(codes) + stated > 1:
        return True
    named = {plain_label(label) for label in labels if plain_label(label) not in codes and _is_ethnic(label)}
    return bool(named - _COLOURS) or {"white", "black"} <= named


_SHORT_CODES = frozenset(
    [
        "wb",
        "wi",
        "wg",
        "wr",
        "wo",
        "mwbc",
        "mwba",
        "mwa",
        "mo",
        "ai",
        "ap",
        "ab",
        "ac",
        "ao",
        "ba",
        "bc",
        "bo",
        "oa",
        "oo",
    ]
)
"""Groups of the Census in letters, as some systems keep them: the first says of which of the five."""
_SHORTEST_LIST = 3


def _are_short_codes(labels: Sequence[str]) -> bool:
    """Tell ethnic groups by codes of letters: white ones, and Asian or black ones."""
    codes = {plain_label(label) for label in labels} & _SHORT_CODES
    of = {code[0] for code in codes}
    return len(codes) >= _SHORTEST_LIST and "w" in of and bool(of & {"a", "b"}) and _nearly_all(labels, _is_short_code)


def _is_short_code(label: str) -> bool:
    return plain_label(label) in _SHORT_CODES


def _is_ethnic(label: str) -> bool:
    """Tell an ethnic group; what stands beside a code must be one too: the M1 northbound is not."""
    beside = _BESIDE_CODE.fullmatch(plain_label(label))
    if beside is not None:
        label = (beside[1] or beside[2]).strip(" ()/:")
    return group_of(label) is not None


_MALE = frozenset(["male", "m", "man", "men", "boy", "boys", "males"])
_FEMALE = frozenset(["female", "f", "woman", "women", "girl", "girls", "females"])
_OTHER_SEXES = frozenset(
    ["transgender", "trans", "trans man", "trans woman", "non binary", "intersex", "indeterminate", "unspecified",
     "not specified", "other", "another", "x", "u", "unknown sex", "prefer to self describe", "both"]
)  # fmt: skip
_LETTERS = frozenset("mf")


def _are_sexes(labels: Sequence[str]) -> bool:
    plain = {plain_label(label) for label in labels}
    if plain & _MALE - _LETTERS and plain & _FEMALE - _LETTERS:
        return True  # whatever stands beside them: a company, say
    told = plain & (_MALE | _FEMALE)
    both = bool(plain & _MALE) and bool(plain & _FEMALE)
    return plain <= _MALE | _FEMALE | _OTHER_SEXES and bool(told) and (both or not told <= _LETTERS)


_UNIT = r"(?: ?(?:years?(?: olds?)?|yrs?|year olds))?"
_BAND = re.compile(rf"(?:aged? )?(\d{{1,3}})(?: |/| to | and )(?:to )?(\d{{1,3}}){_UNIT}")
_AND_OVER = r"(?:\+|plus|(?:and|or) (?:over|above|older))"
_FROM = re.compile(rf"(?:aged? )?(?:(?:over|above|>|>=|\u2265) ?(\d{{1,3}})|(\d{{1,3}}) ?{_AND_OVER}){_UNIT}")
_TO = re.compile(
    rf"(?:aged? )?(?:(?:under|below|up to|<|<=|\u2264) ?(\d{{1,3}})|(\d{{1,3}}) ?(?:and|or) (?:under|younger)){_UNIT}"
)
_SAID = re.compile(r"\b(?:aged|years?|yrs?|older|younger)\b")
_IN_YEARS = re.compile(r"(?:aged? )\d{1,3}|\d{1,3} ?(?:years? olds?|years? of age|yrs? old|yo)")
_STAGES = frozenset(
    ["adult", "adults", "child", "children", "juvenile", "juveniles", "youth", "youths", "young person",
     "young people", "young adult", "minor", "minors", "infant", "teenager", "elderly", "older person", "pensioner"]
)  # fmt: skip
_OLDEST, _BANDS, _REACH = 120, 3, 30
_ADULT = 18
_OF_AGE = frozenset([16, 17, 18, 21, 25, 60, 65])
"""Ages at which people are parted in two."""
_AGES, _OLD, _RUN = 25, 65, (0, 1)


def _are_ages(labels: Sequence[str]) -> bool:
    """Tell ages and age bands from other numbers: hours, bands of counts, percentages, numbered strata."""
    plain = [plain_label(label) for label in labels]
    stages = sum(label in _STAGES for label in plain)
    if _nearly_all(plain, lambda label: label in _STAGES or _IN_YEARS.fullmatch(label), 2):
        return stages > 1 or stages == 0
    bands = [band for band in map(_band, plain) if band is not None]
    if (len(plain) - len(bands) - stages) * _MISFITS > len(plain):
        return _are_years(labels)
    return _are_bands(bands, said=any(_SAID.search(label) for label in plain))


def _band(label: str) -> tuple[int, int | None] | None:
    """Read a band of ages, both ends within it; the last has no end."""
    found = _BAND.fullmatch(label)
    if found is not None:
        least, most = map(int, found.groups())
        return (least, most) if least < most <= _OLDEST else None
    found = _FROM.fullmatch(label)
    if found is not None:
        return int(found[1] or found[2]), None
    found = _TO.fullmatch(label)
    return None if found is None else (0, int(found[1] or found[2]))


def _are_bands(bands: Sequence[tuple[int, int | None]], *, said: bool) -> bool:
    """Tell bands of ages: they say so, part at 18 or reach 30. None begins where another ends, or ends at 100."""
    starts = {least for least, _ in bands if least}
    ends = {most for _, most in bands if most is not None}
    if not bands or 100 in ends or any(least == most for least, most in _neighbours(bands)):
        return False
    if len(bands) < _BANDS:
        return len(bands) > 1 and any({end, end + 1} & starts and {end, end + 1} & _OF_AGE for end in ends)
    return said or _ADULT in starts or max((*starts, *ends)) >= _REACH


def _neighbours(bands: Sequence[tuple[int, int | None]]) -> Iterator[tuple[int, int]]:
    """Give where each closed band ends and the next closed one begins."""
    closed = sorted((least, most) for least, most in bands if most is not None and least)
    for (_, most), (least, _) in itertools.pairwise(closed):
        yield least, most


def _are_years(labels: Sequence[str]) -> bool:
    """Tell single years of age: many numbers up to old age, that are no numbering and have no zeros before them."""
    numbers = {int(label) for label in labels if label.isdecimal() and (label == "0" or label[0] != "0")}
    if len(numbers) < len(labels) or len(numbers) < _AGES or not _OLD <= max(numbers) <= _OLDEST:
        return False
    return min(numbers) not in _RUN or max(numbers) - min(numbers) >= len(numbers)


_AREA_CODE = re.compile(
    r"\b(?:E(?:00|01|02|04|05|33|34|35|36|43|58|63)|W(?:00|01|02|04|05|35|37|38|40|45)|S(?:00|01|02|13|20|22|37)"
    r"|N(?:00|08|20|21|95))\d{6}\b|\b95[A-Z]{2}\d{2,6}(?:[SW]\d)?\b",
    re.IGNORECASE,
)
_AREA_NAME = re.compile(r"[A-Z][A-Za-z ,.'&-]+ \d{3}[A-Z]")  # of an LSOA: Birmingham 012B


def _are_small_areas(labels: Sequence[str]) -> bool:
    return _nearly_all(labels, _AREA_CODE.search) or _nearly_all(labels, _AREA_NAME.fullmatch, 2)


_AREAS = (
    "AB|AL|B|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|"
    "FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|"
    "NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|"
    "WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_POSTCODE = re.compile(rf"(?:{_AREAS})\d[A-Z\d]? *\d[ABD-HJLNP-UW-Z]{{2}}", re.IGNORECASE)
_SECTOR = re.compile(rf"(?:{_AREAS})\d[A-Z\d]? +\d", re.IGNORECASE)


def _are_postcodes(labels: Sequence[str]) -> bool:
    return _nearly_all(labels, _POSTCODE.fullmatch) or _nearly_all(
        labels, lambda label: _POSTCODE.fullmatch(label) or _SECTOR.fullmatch(label), 2
    )


_PAIR = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*[,;/ ]\s*(-?\d+(?:\.\d+)?)\s*\)?")
_GRID = re.compile(r"[HNST][A-HJ-Z] ?(?:\d{3} ?\d{3}|\d{4} ?\d{4}|\d{5} ?\d{5})")
_DEGREES = re.compile(r"-?\d{1,2}\.\d{3,}")
_METRES = re.compile(r"([1-6]\d{5})(?:\.\d+)?")
_SOUTH, _NORTH, _WEST, _EAST = 49.0, 61.5, -9.0, 2.5  # degrees that the United Kingdom lies within
_FARTHEST, _PLACES = 1_300_000, 5  # metres of the National Grid; how many numbers of metres are no chance


def _are_coordinates(labels: Sequence[str]) -> bool:
    """Tell coordinates: pairs, grid references, degrees, or metres of the National Grid that are no dates."""
    if _nearly_all(labels, _is_pair) or _nearly_all(labels, _GRID.fullmatch, 2):
        return True
    degrees = [float(label) for label in labels if _DEGREES.fullmatch(label)]
    if len(degrees) > 1 and (len(labels) - len(degrees)) * _MISFITS <= len(labels):
        # a share or a weight is no longitude: some of these lie in the west
        in_west = min(degrees) < 0 and min(degrees) >= _WEST and max(degrees) <= _EAST
        return in_west or (min(degrees) >= _SOUTH and max(degrees) <= _NORTH)
    return _nearly_all(labels, _is_of_grid, _PLACES) and not _nearly_all(labels, _is_date)


def _is_pair(label: str) -> bool:
    found = _PAIR.fullmatch(label)
    if found is None:
        return False
    one, other = map(float, found.groups())
    if "." in found[1] and "." in found[2] and _SOUTH <= one <= _NORTH and _WEST <= other <= _EAST:
        return True
    whole = len(found[1].split(".")[0]) == 6 and len(found[2].split(".")[0]) in (5, 6, 7)
    return whole and one <= 700_000 and 0 < other <= _FARTHEST


def _is_of_grid(label: str) -> bool:
    return _METRES.fullmatch(label) is not None


def _is_date(label: str) -> bool:
    """Tell six figures that are a month or a day: 202401, 240115, 150124."""
    if len(label) != 6 or not label.isdecimal():
        return False
    one, two, three = (int(label[i : i + 2]) for i in (0, 2, 4))
    month = one in (19, 20) and 1 <= three <= 12
    return month or (1 <= two <= 12 and (1 <= three <= 31 or 1 <= one <= 31))


_NEAR = re.compile(r"(?:on or )?near .+", re.IGNORECASE)
_STREET = re.compile(
    r".*[^\W\d_].* (?:street|st|road|rd|lane|ln|avenue|ave|close|drive|crescent|terrace|gardens|grove|place|court|mews)"
    r"(?:,.*)?",
    re.IGNORECASE,
)
_OF_POLICE = re.compile(
    r"(?:.+ (?:ward|parish|beat|neighbourhood|sector|snt|npt)|(?:ward|parish|beat|lsoa|msoa|neighbourhood|snt|npt) .+)",
    re.IGNORECASE,
)
_STREETS = 3


def _are_places(labels: Sequence[str]) -> bool:
    return (
        _nearly_all(labels, _NEAR.fullmatch)
        or _nearly_all(labels, _OF_POLICE.fullmatch, 2)
        or _nearly_all(labels, _STREET.fullmatch, _STREETS)
    )


_TITLES = frozenset(["mr", "mrs", "miss", "ms", "mx"])
_FURTHER_TITLES = frozenset(
    ["dame", "dr", "doctor", "lady", "lord", "master", "prof", "professor", "rev", "reverend", "sir"]
)
_PAIR_OF_THEM = 2


def _are_titles(labels: Sequence[str]) -> bool:
    plain = {plain_label(label) for label in labels}
    told = len(plain & _TITLES) >= _PAIR_OF_THEM
    return told and _nearly_all(labels, lambda label: plain_label(label) in _TITLES | _FURTHER_TITLES)


_STRANDS = frozenset(
    ["racial", "racist", "racially", "racially aggravated", "race", "religious", "religiously", "religion", "faith",
     "belief", "homophobic", "transphobic", "biphobic", "antisemitic", "anti semitic", "islamophobic",
     "sexual orientation", "transgender", "transgender identity", "disability", "disablist", "hate race",
     "hate religion", "hate faith", "hate homophobic", "hate transphobic", "hate disability"]
)  # fmt: skip
"""What a hate crime is for, which says who the victim is."""
_FLAGS = _STRANDS | frozenset(
    ["da", "domestic", "domestic abuse", "domestic violence", "hate", "hate crime", "hate incident", "child abuse",
     "child sexual abuse", "child sexual exploitation", "child criminal exploitation", "child at risk", "cse", "cce",
     "csa", "adult at risk", "vulnerable", "vulnerable adult", "vulnerable child", "vulnerable victim", "mental health",
     "mental ill health", "honour based", "honour based abuse", "honour based violence", "hba", "hbv", "fgm",
     "female genital mutilation", "forced marriage", "modern slavery", "repeat victim", "stalking and harassment"]
)  # fmt: skip
"""Flags of people on a record; kinds of crime are named so too, but then no category says that there is none."""
_NO_FLAG = frozenset(["none", "no", "no flag", "no flags", "no qualifier", "no marker", "not flagged", "nil"])


def _are_flags(labels: Sequence[str]) -> bool:
    """Tell strands of hate, or flags of people beside a category that says none."""
    plain = [plain_label(label) for label in labels]
    told = [label for label in plain if label not in _NO_FLAG]
    if not told or not _nearly_all(told, lambda label: label in _FLAGS):
        return False
    return len(told) < len(plain) or sum(label in _STRANDS for label in told) >= _PAIR_OF_THEM


_KINDS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "sexes": _are_sexes,
    "ages": _are_ages,
    "areas": _are_small_areas,
    "postcodes": _are_postcodes,
    "coordinates": _are_coordinates,
    "places": _are_places,
    "titles": _are_titles,
    "flags": _are_flags,
}
"""What categories can be, beside ethnic groups -> what tells them."""
