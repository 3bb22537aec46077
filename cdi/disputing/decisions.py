"""Which decisions are disputed, and what each of them becomes if it goes the other way.

A dispute is marked in a column: by yes, or by the decision that the force holds. Or the decision is ``disputed``.
A row counts crimes due and recorded; the other way is other numbers in their place, written beside them, so that the
same sample can be estimated again with all of them turned, and summed with some.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from cdi import wording
from cdi.audits import answers, checks
from cdi.audits.answers import (
    ANSWERS,
    DECISIONS,
    NOT_AUDITABLE,
    OVER_RECORDED,
    UNDECIDED,
    WRONG_CLASS,
    likely_decision,
    parse_decision,
    plain_word,
)
from cdi.audits.audit import Audit, check_audit, read_audit, sample_of
from cdi.audits.checks import Check
from cdi.audits.counting import DUE, OVER, PLACED, RECORDED, sum_rows
from cdi.audits.design import roles_of
from cdi.audits.strata import refuse_single
from cdi.audits.volumes import label_of
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.reading import engine, opening, sources

if TYPE_CHECKING:
    from cdi.audits.design import Roles
    from cdi.reading.engine import Expr, Rows
    from cdi.reading.sources import Source

__all__ = [
    "DISPUTED", "FOUND_RIGHT", "KIND", "OTHER_WAY", "TURNED", "Disputed", "Numbers", "Turn", "find_disputed",
]  # fmt: skip

DISPUTED = "disputed"
"""The decision on a row that is neither way yet, and the usual name of the column that marks disputes."""

KIND = "_cdi_turn"
"""The column that an audit is given here: which of the turns a row can make; null where its decision stands."""

TURNED: Mapping[str, str] = {name: f"_cdi_turned{name[4:]}" for name in (DUE, RECORDED, PLACED, OVER)}
"""A column of numbers of an audit -> the same if the row goes the other way."""

RECORDED_, MISSED, NOTHING = "recorded", "not recorded", "no crime"

FOUND_RIGHT = RECORDED_
"""The decision by which a record is right as it stands: the crime is of the class that it was recorded as."""

_OPPOSITE: Mapping[str, str] = {
    RECORDED_: MISSED,
    "wrongly cancelled": NOTHING,
    WRONG_CLASS: RECORDED_,
    NOTHING: MISSED,
    "transferred": MISSED,
    "duplicate": MISSED,
    OVER_RECORDED: RECORDED_,
}
"""Decision -> the other one where the force does not say which; of a crime not recorded there are two."""

OTHER_WAY: Mapping[str, str] = {"recorded": RECORDED_, "not-due": NOTHING}
"""What a crime that was found not recorded is if the force is right -> the decision that says so."""

_MARK, _MARKED, _SAID, _PAIR = "_cdi_disputed", "_cdi_marked", "_cdi_said", "_cdi_pair"
_YES, _NO = "yes", "no"

Numbers: TypeAlias = tuple[int, int, int]
"""Crimes due, recorded, and recorded in their own class."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision, and the other one that it would become."""

    before: str  # a key of ``DECISIONS``, ``disputed`` or ``undecided``
    after: str  # a key of ``DECISIONS``
    numbers: Numbers  # what the row counts then

    @classmethod
    def to(cls, before: str, after: str) -> Turn:
        """Say what a row becomes by another decision."""
        counts = DECISIONS[after]
        placed = counts.recorded and not counts.wrong_class
        return cls(before, after, (int(counts.due), int(counts.recorded), int(placed)))

    @property
    def over(self) -> bool:
        """Whether a record stands then of which nothing was due."""
        return DECISIONS[self.after].over_recorded

    @property
    def counts(self) -> tuple[int, ...]:
        """What the row counts then, in the order of ``TURNED``."""
        return (*self.numbers, int(self.over))


_NOT_DECIDED = (Turn.to(UNDECIDED, RECORDED_), Turn.to(UNDECIDED, MISSED))
"""What may come of a row without a decision; that nothing was due is how it counts as audited."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A sample with the other way of each disputed decision beside it."""

    audit: Audit  # as audited; its rows hold the columns ``KIND`` and ``TURNED``
    turns: tuple[Turn, ...]  # what is not decided has the last two: recorded, and not recorded
    held: tuple[int, ...]  # the rows that can make each turn
    idle: int  # rows that are disputed, and count the same either way
    assumed: bool  # whether nobody says what some crimes that were found not recorded are the other way
    missing: int = 0  # rows without a decision; as audited they count nothing

    @property
    def pairs(self) -> tuple[tuple[Turn, int], ...]:
        """The turns of decisions that were made, and the rows of each."""
        made = zip(self.turns, self.held, strict=True)
        return tuple((turn, rows) for turn, rows in made if turn.before != UNDECIDED)

    @property
    def surplus(self) -> bool:
        """Whether records of which nothing was due are there as audited, or once something is turned."""
        found = (self.audit.decisions or {}).get(OVER_RECORDED, 0) > 0
        return OVER in self.audit.known and (found or any(turn.over for turn in self.turns))

    @property
    def loses_surplus(self) -> bool:
        """Whether there are such records in some of the ways to turn decisions, and in others none."""
        gone = sum(rows for turn, rows in self.pairs if turn.before == OVER_RECORDED)
        return self.surplus and (self.audit.decisions or {}).get(OVER_RECORDED, 0) <= gone

    def turns_of(self, turn: int) -> tuple[tuple[int, bool], ...]:
        """Give the turns that a row of some kind can make: one, and of what is not decided either of two."""
        if self.turns[turn].before == UNDECIDED:
            return (turn, False), (turn + 1, True)
        return ((turn, False),)

    def turned(self) -> Audit:
        """Give the sample with every disputed decision the other way; what is not decided stays so."""
        return self._with({name: _column(other) for name, other in TURNED.items()}, self.pairs)

    def decided(self, *, recorded: bool) -> Audit:
        """Give the sample with everything that is not decided recorded, or not recorded."""
        import narwhals as nw

        turn = self.turns[-2 if recorded else -1]
        here = nw.col(KIND) == len(self.turns) - 2
        counts = dict(zip(TURNED, turn.counts, strict=True))
        return self._with({name: nw.when(here).then(nw.lit(n)) for name, n in counts.items()}, [(turn, self.missing)])

    def _with(self, values: Mapping[str, Expr], made: Sequence[tuple[Turn, int]]) -> Audit:
        """Write other numbers into the sample; a record that is right is of the class that it stands in."""
        import narwhals as nw

        audit = self.audit
        columns = {
            name: nw.coalesce(value, nw.col(name).cast(nw.Int64)).cast(nw.Int64)
            for name, value in values.items()
            if name in {DUE, RECORDED, *audit.known}
        }
        rows = self._in_its_class(audit.rows.with_columns(**columns), made)
        counted = sum_rows(rows, audit.apart, audit.design, audit.cluster)
        return replace(audit, rows=rows, counted=counted, decisions=self._tally(audit, made))

    def _in_its_class(self, rows: Rows, made: Sequence[tuple[Turn, int]]) -> Rows:
        """Put crimes whose record is right into the class that it stands in, and records that are none out of any."""
        import narwhals as nw

        category, written = self.audit.design.category, self.audit.design.recorded_as
        if PLACED not in self.audit.known or category in self.audit.strata.keys:
            return rows
        own, as_written = self.audit.source.inner_names([str(category), str(written)])
        kinds = rows.collect_schema()
        texts = {name: engine.as_text(name) for name in (own, as_written) if str(kinds[name]) != "String"}
        rows = rows.with_columns(**texts) if texts else rows
        blank = nw.col(as_written).is_null() | engine.is_empty_text(rows, as_written)
        turns = [turn for turn, _ in made]
        decided = [turn for turn in turns if turn.before != UNDECIDED]
        right = _is_one_of(self.turns, [turn for turn in decided if turn.after == FOUND_RIGHT])
        # what is decided is taken to be recorded in its own class
        gone = _is_one_of(
            self.turns,
            [turn for turn in turns if turn.before == UNDECIDED or (not turn.numbers[1] and not turn.over)],
        )
        return rows.with_columns(**{
            own: nw.when(right & ~blank).then(nw.col(as_written)).otherwise(nw.col(own)),
            as_written: nw.when(~gone).then(nw.col(as_written)),
        })  # fmt: skip

    def _tally(self, audit: Audit, made: Sequence[tuple[Turn, int]]) -> Mapping[str, int] | None:
        """Count the rows under each decision once these are turned."""
        if audit.decisions is None:
            return None
        tally = dict(audit.decisions)
        for turn, rows in made:
            before = {DISPUTED: self.first, UNDECIDED: NOTHING}.get(turn.before, turn.before)
            tally[before] = tally.get(before, 0) - rows
            tally[turn.after] = tally.get(turn.after, 0) + rows
        return tally

    @property
    def first(self) -> str:
        """The decision that rows count under as audited whose decision is that they are disputed."""
        words = {plain_word(word): meaning for word, meaning in (self.audit.design.words or {}).items()}
        return parse_decision(words.get(DISPUTED, MISSED)) or MISSED


def _column(name: str) -> Expr:
    """Name a column."""
    import narwhals as nw

    return nw.col(name)


def _is_one_of(turns: Sequence[Turn], chosen: Sequence[Turn]) -> Expr:
    """Find the rows that make one of some turns; those without a decision are named by the first of their two."""
    import narwhals as nw

    places = {turns.index(turn) - (turn == turns[-1] and turn.before == UNDECIDED) for turn in chosen}
    return nw.col(KIND).is_in(sorted(places)).fill_null(value=False)


def find_disputed(
    source: object, column: str, other_way: str, by: Sequence[str], roles: Roles, *, surplus: bool = True
) -> Disputed:
    """Read a sample, find its disputed decisions, and write the other way of each beside it.

    ``surplus`` says whether it matters if a record stands of which nothing was due: to counts it does.
    """
    audit = _read(source, roles)
    where = Where(audit.name, sheet=audit.source.sheet)
    if audit.design.counts:
        raise DesignError.of("disputes-of-counts", where=where)
    missing, audit = audit.undecided, _with_undecided(audit)
    if audit.lost:
        raise DataError(audit.lost)
    column = audit.source.written(column)
    marked = _MARK in audit.rows.collect_schema().names()
    if column not in audit.columns and not marked and not (missing and column == DISPUTED):
        raise DataError([_no_column(column, audit.source)])
    audit = _with_said(audit, column, marked=marked)
    pairs = _pairs(audit, other_way, surplus=surplus)
    _refuse_rows(audit, column, pairs, by, missing=missing)
    made = [pair for pair in pairs if pair.turn is not None and pair.turn.counts != pair.counts]
    idle = sum(pair.rows for pair in pairs if pair.turn is not None and pair.turn.counts == pair.counts)
    if not made:
        raise DataError.of("nothing-disputed", where=replace(where, column=column), idle=idle)
    turns = [turn for turn in dict.fromkeys(pair.turn for pair in made) if turn is not None]
    turns.sort(key=lambda turn: turn.before == UNDECIDED)
    held = [sum(pair.rows for pair in made if pair.turn == turn) for turn in turns]
    if missing:
        turns, held = [*turns, _NOT_DECIDED[1]], [*held, missing]
    assumed = any(pair.assumed for pair in made)
    return Disputed(_with_turns(audit, made, turns), tuple(turns), tuple(held), idle, assumed, missing)


def _with_undecided(audit: Audit) -> Audit:
    """Let rows without a decision be read: they count nothing, and are named so in the column of decisions."""
    import narwhals as nw

    if not audit.undecided:
        return audit
    if audit.design.selection == "random":
        refuse_single(audit.strata, audit.name)
    _refuse_lost(audit)
    column = str(audit.design.decision)
    source = checks.as_text(replace(audit.source, rows=audit.rows), column)
    inner = source.inner(column)
    text = nw.when(checks.blank(source, column)).then(nw.lit(UNDECIDED)).otherwise(nw.col(inner))
    tally = dict(audit.decisions or {})
    tally = {**tally, NOTHING: tally[NOTHING] + tally[UNDECIDED], UNDECIDED: 0}
    rows = source.rows.with_columns(**{inner: text})
    return replace(audit, rows=rows, decisions=tally, first_undecided=None)


def _refuse_lost(audit: Audit) -> None:
    """Refuse strata of which nothing could be audited, as an audit without blank decisions is refused."""
    names = audit.source.inner_names(audit.strata.keys)
    if audit.aside is None or not names:
        return
    found = engine.collect(engine.sums(audit.aside, names, (), count="_cdi_n"))
    labels = {label_of([found[name][i] for name in names]) for i in range(len(found["_cdi_n"]))}
    column = ", ".join(audit.strata.keys)
    lost = sorted(labels - set(audit.strata.labels))
    if lost:
        raise DataError(
            [fault("nothing-auditable", where=Where(audit.name, column=column, key=", ".join(each))) for each in lost]
        )


# ---- reading: the decision that is ``disputed`` counts as not recorded, unless its user says otherwise


def _read(source: object, roles: Roles) -> Audit:
    """Read a sample in which the decision on a row may be that it is disputed."""
    known = sample_of(source)
    if isinstance(known, Audit):
        return known if not roles else read_audit(known, **roles)
    opened = opening.open_source(known)
    design, unplayed = roles_of(opened, None, roles)
    if design.decision is None:
        return check_audit(opened, design, unplayed)
    opened, found = checks.words(opened, design.decision)
    marked = [word for word in found if plain_word(answers.show(word)) == DISPUTED]
    if marked:
        inner = opened.inner(design.decision)
        opened = replace(opened, rows=engine.mapped(opened.rows, inner, dict.fromkeys(marked, 1), _MARK))
        design = replace(design, words={DISPUTED: MISSED, **(design.words or {})})
    return check_audit(opened, design, unplayed)


def _no_column(column: str, source: Source) -> Fault:
    """Say that no column marks disputes: of the usual name, how to mark them; of another, which there are."""
    if column == DISPUTED:
        return fault("no-disputes", where=Where(source.name, source.header, sheet=source.sheet))
    return sources.no_column(column, source)


# ---- what is said of each row, and what it counts


@dataclass(frozen=True, slots=True)
class _Pair:
    """The rows that count the same, of which the same is said."""

    key: str  # what tells them from others in the column ``_PAIR``
    own: str  # the decision on them
    word: str  # what is said of them, as it is written
    counts: tuple[int, ...]  # what each counts, in the order of ``TURNED``
    value: object  # their decision as it is written, or where there is none the crimes due
    rows: int
    turn: Turn | None  # none where their decision stands
    known: bool  # whether the word is one that can be said
    assumed: bool  # whether it is yes, of a crime that was found not recorded: two other ways are open then


def _with_said(audit: Audit, column: str, *, marked: bool) -> Audit:
    """Write what is said of each row as text, and in one text with all that it counts."""
    import narwhals as nw

    source = replace(audit.source, rows=audit.rows)
    # no text: pandas before 3 would write a null of its own as the word None
    said: Expr = nw.when(nw.lit(False)).then(nw.lit(""))  # noqa: FBT003 (a value)
    if column in audit.columns:
        source = checks.written(checks.as_text(source, column), column)
        said = nw.when(~checks.blank(source, column)).then(nw.col(source.inner(column)))
    rows = source.rows
    flag: Expr = nw.lit("")
    if marked:
        stands = nw.col(_MARK).is_null()
        said = nw.when(~stands & said.is_null()).then(nw.lit(_YES)).otherwise(said)
        flag = nw.when(stands).then(nw.lit("")).otherwise(nw.lit(DISPUTED))
    rows = rows.with_columns(**{_SAID: said, _MARKED: flag})
    if audit.design.decision is not None:
        undecided = nw.col(audit.source.inner(audit.design.decision)) == UNDECIDED
        said = nw.when(undecided & nw.col(_SAID).is_null()).then(nw.lit(_YES)).otherwise(nw.col(_SAID))
        rows = rows.with_columns(**{_SAID: said})
    return replace(audit, rows=engine.together(rows, [*_counted(audit), _MARKED, _SAID], _PAIR))


def _counted(audit: Audit) -> list[str]:
    """Name the columns that say what a row counts, and by which decision."""
    decision = [] if audit.design.decision is None else [audit.source.inner(audit.design.decision)]
    return [*(name for name in TURNED if name in {DUE, RECORDED, *audit.known}), *decision]


def _pairs(audit: Audit, other_way: str, *, surplus: bool) -> list[_Pair]:
    """Find the rows of which something is said, in the order of what they count."""
    import narwhals as nw

    names = [_PAIR, *_counted(audit), _MARKED, _SAID]
    found = engine.collect(engine.sums(audit.rows.filter(~nw.col(_SAID).is_null()), names, (), count="_cdi_n"))
    decision = None if audit.design.decision is None else audit.source.inner(audit.design.decision)
    meant = {plain_word(word): meaning for word, meaning in _words(audit).items()}
    pairs = []
    for i, key in enumerate(found[_PAIR]):
        due, recorded = int(found[DUE][i]), int(found[RECORDED][i])
        numbers = (due, recorded, int(found[PLACED][i]) if PLACED in found else recorded)
        over = int(found[OVER][i]) if OVER in found else 0
        own = _decision_of(numbers) if decision is None else _word_of(str(found[decision][i]))
        word = str(found[_SAID][i])
        meaning = _meaning(word, meant)
        counted_as, own = own, DISPUTED if found[_MARKED][i] == DISPUTED else own
        turn = None if meaning is None else _turn(own, counted_as, meaning, other_way)
        value = due if decision is None else str(found[decision][i])
        # where nothing tells classes apart, and no count follows from it, nothing hangs on it
        counts = (*numbers, over)
        if turn is not None:
            counts = (*numbers[:2], numbers[2] if PLACED in found else turn.numbers[2], over if surplus else turn.over)
        rows, known = int(found["_cdi_n"][i]), meaning is not None
        assumed = meaning == _YES and counted_as == MISSED
        pairs.append(_Pair(str(key), own, word, counts, value, rows, turn, known, assumed))
    return sorted(pairs, key=lambda pair: ([*DECISIONS, DISPUTED, UNDECIDED].index(pair.own), pair.key))


def _word_of(text: str) -> str:
    return UNDECIDED if text == UNDECIDED else str(parse_decision(text))


def _words(audit: Audit) -> dict[str, str]:
    return {**audit.source.words, **(audit.design.words or {})}


def _decision_of(numbers: Numbers) -> str:
    """Name the decision that a row without one comes to."""
    due, recorded, placed = numbers
    if not due:
        return NOTHING
    if not recorded:
        return MISSED
    return RECORDED_ if placed else WRONG_CLASS


def _meaning(word: str, meant: Mapping[str, str]) -> str | None:
    """Read what is said of a row: yes, no, or a decision; None where it is none of them."""
    text = meant.get(plain_word(word), word).removesuffix(".0")
    answer = {DISPUTED: 1, f"not {DISPUTED}": 0, **ANSWERS}.get(plain_word(text))
    if answer is not None:
        return _YES if answer else _NO
    decision = parse_decision(text)
    return None if decision == NOT_AUDITABLE else decision


def _turn(own: str, counted_as: str, meaning: str, other_way: str) -> Turn | None:
    """Give what a row becomes; nothing where nobody says otherwise than its decision."""
    if own == UNDECIDED:  # whatever the force holds, the auditors may decide either way
        return _NOT_DECIDED[0]
    if meaning in (_NO, own) or (own == DISPUTED and meaning == counted_as):
        return None
    after = {MISSED: OTHER_WAY[other_way], **_OPPOSITE}[counted_as] if meaning == _YES else meaning
    return Turn.to(own, after)


def _with_turns(audit: Audit, made: Sequence[_Pair], turns: Sequence[Turn]) -> Audit:
    """Write which turn each row can make, and what it counts then."""
    kinds: dict[object, int] = {pair.key: turns.index(pair.turn) for pair in made if pair.turn is not None}
    # rows without a decision have no other way, but two
    decided = [(pair.key, pair.turn.counts) for pair in made if pair.turn is not None and pair.own != UNDECIDED]
    rows = engine.mapped(audit.rows, _PAIR, kinds, KIND)
    for place, name in enumerate(TURNED.values()):
        rows = engine.mapped(rows, _PAIR, {key: counts[place] for key, counts in decided} or {_NO: 0}, name)
    return replace(audit, rows=rows)


# ---- rows that cannot be disputed as they are


def _refuse_rows(audit: Audit, column: str, pairs: Sequence[_Pair], by: Sequence[str], *, missing: int) -> None:
    """Refuse words that say nothing, and disputes of what has no other way, all at once."""
    # a decision is read in the rows as they were opened, those that could not be audited among them
    rows = audit.rows if audit.design.decision is None else audit.source.rows
    source = replace(audit.source, rows=rows)
    found: list[Check] = []
    if missing:
        blank = checks.blank(source, str(audit.design.decision))
        keys = [key for key in by if key in audit.columns]
        found += [Check("undecided-category", key, blank & checks.blank(source, key)) for key in keys]
    if column in audit.columns:
        source = checks.written(checks.as_text(source, column), column)
        found += [
            *_unknown(source, column, pairs),
            *_unauditable(audit, source, column),
            *_without_category(audit, source, column, pairs, by),
            *_of_several(source, column, pairs),
        ]
    if found:
        checks.refuse(source, found, key=audit.design.case or audit.design.cluster)


def _unknown(source: Source, column: str, pairs: Sequence[_Pair]) -> list[Check]:
    """Ask once for the meaning of each word that is neither yes, no nor a decision."""
    import narwhals as nw

    words = dict.fromkeys(pair.word for pair in pairs if not pair.known)
    checked = []
    for word in list(words)[:_ASKED]:
        meaning = _likely(word)
        code = "not-a-dispute" if meaning is None else "word-like-a-dispute"
        of = {"word": answers.tidied(word), "meaning": meaning or wording.OPEN_MEANING}
        checked.append(Check(code, column, nw.col(source.inner(column)).is_in([word]), of))
    return checked


def _likely(word: str) -> str | None:
    """Guess what a force's word means: whether it disputes the decision, or the one that it holds."""
    said = _OPENING.sub("", word)
    found = _LIKELY.get(plain_word(word)) or parse_decision(said) or likely_decision(said)
    return None if found == NOT_AUDITABLE else found


def _unauditable(audit: Audit, source: Source, column: str) -> list[Check]:
    """Refuse disputes of rows of which nothing could be decided."""
    import narwhals as nw

    if audit.aside is None:
        return []
    said, decision = source.inner(column), source.inner(str(audit.design.decision))
    meant = {plain_word(word): meaning for word, meaning in _words(audit).items()}
    aside = checks.written(checks.as_text(replace(source, rows=audit.aside), column), column).rows
    found = engine.collect(engine.sums(aside, [decision, said], (), count="_cdi_n"))
    texts = [None if engine.absent(word) or not str(word).strip() else str(word) for word in found[said]]
    words = {word for word in texts if word is not None and _meaning(word, meant) != _NO}
    if not words:
        return []
    undecidable = nw.col(decision).is_in(sorted(set(map(str, found[decision]))))
    return [Check("disputed-not-auditable", column, undecidable & nw.col(said).is_in(sorted(words)))]


def _without_category(
    audit: Audit, source: Source, column: str, pairs: Sequence[_Pair], by: Sequence[str]
) -> list[Check]:
    """Refuse crimes that would be due the other way and are of no category."""
    import narwhals as nw

    arising = [pair for pair in pairs if pair.turn and pair.own != UNDECIDED and pair.turn.counts[0] > pair.counts[0]]
    keys = [key for key in by if key in audit.columns]
    if not arising or not keys:
        return []
    own = nw.col(DUE if audit.design.decision is None else source.inner(audit.design.decision))
    said = nw.col(source.inner(column))
    due = engine.any_of([(own == pair.value) & (said == pair.word) for pair in arising])
    return [Check("disputed-category", key, due & checks.blank(source, key)) for key in keys]


def _of_several(source: Source, column: str, pairs: Sequence[_Pair]) -> list[Check]:
    """Refuse disputes of rows that count several crimes: nobody says how many of them are meant."""
    import narwhals as nw

    words = sorted({pair.word for pair in pairs if pair.turn is not None and pair.counts[0] > 1})
    if not words:
        return []
    return [Check("disputed-of-several", column, nw.col(source.inner(column)).is_in(words) & (nw.col(DUE) > 1))]


_LIKELY: Mapping[str, str] = {
    **dict.fromkeys(("challenged", "contested", "queried", "query", "not agreed", "disagreed", "not accepted"), _YES),
    **dict.fromkeys(("agreed", "accepted", "undisputed", "not challenged", "not contested", "upheld"), _NO),
}
"""Words that probably say whether a decision is disputed: proposed, and never read as it."""

_ASKED = 25  # words that are asked about: a column with more of them says nothing of decisions
_OPENING = re.compile(r"^\W*(the\s+)?force('s)?\b(\s+(says?|holds|view|decision))?\W*", re.IGNORECASE)
"""What a force's own decision may be opened by; the rest of it is then proposed as what is meant."""
