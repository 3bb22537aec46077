"""What is said of an attack on a published folder: what its numbers give away, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import listed

__all__ = [
    "SOURCE_OF_RATES",
    "THE_OVERALL_RATE",
    "attacked",
    "contradicting",
    "given_away",
    "marks_too_fine",
    "not_looked_at",
    "row_published_before",
    "too_fine",
    "unread",
    "would_give_away",
]

SOURCE_OF_RATES: Mapping[str, str] = {
    "estimate": " (its rate)", "mark": " (its mark)", "said": " (its sentence)", "low": " (its interval)",
    "high": " (its interval)",
}  # fmt: skip
"""What of a table or chart tells of counts, other than its counts."""

THE_OVERALL_RATE = "the overall rate, weighted by the reports on the frame,"
"""What tells of counts beside the table that they stand in."""

_SHOWN = 5
"""How many sources a sentence names at most."""


_COUNTS: Mapping[str, str] = {"base": "base", "recorded": "number recorded", "not recorded": "number not recorded",
                                "reports": "number of reports"}  # fmt: skip


def row_published_before(row: str, folder: str) -> str:
    """Name a row of a folder that was published before."""
    return f"{row} in {folder}"


def given_away(count: str, row: str, possible: Sequence[int], sources: Sequence[str]) -> str:
    """Say what follows from the tables and files that are named."""
    *others, last = (f"{value:,}" for value in possible)
    if len(possible) > 2 and possible[-1] - possible[0] + 1 == len(possible):
        values = f"{possible[0]:,} to {last}"
    else:
        values = f"{', '.join(others)} or {last}" if others else last
    if not sources:
        return f"The published tables give the {_COUNTS[count]} of {row} as {values}."
    named = [*sources[:_SHOWN], *([f"{len(sources) - _SHOWN:,} more"] if len(sources) > _SHOWN else [])]
    if len(sources) == 1:
        return f"{named[0]} gives the {_COUNTS[count]} of {row} as {values}."
    return f"{listed(named)} together give the {_COUNTS[count]} of {row} as {values}."


def too_fine(file: str, columns: Sequence[tuple[str, int]], example: str) -> str:
    """Say that numbers of a file have more digits than a page prints."""
    named = listed([f"{column} ({number:,})" for column, number in columns])
    return f"{file} has numbers with more digits than the page prints, such as {example}: {named}."


def marks_too_fine(charts: Sequence[tuple[str, int]], example: str) -> str:
    """Say that the marks of charts can be measured more finely than a page prints."""
    named = listed([f"{file} ({number:,})" for file, number in charts])
    return f"Marks lie at values with more digits than the page prints, such as {example}: {named}."


def contradicting(sources: Sequence[str]) -> str:
    """Say which tables were left out."""
    return f"Left out, as it contradicts the other tables: {listed(list(sources))}."


def unread(files: Sequence[str]) -> str:
    """Say which files could not be read, and what to do."""
    them, they = ("it", "it") if len(files) == 1 else ("them", "they")
    said = f"Cannot be read: {listed(list(files))}. So what {they} would give away is not known."
    return f"{said} Make {them} again, or take {them} out of the folder."


def not_looked_at(files: Sequence[str]) -> str:
    """Say in which files no table was found."""
    named = [*files[:_SHOWN], *([f"{len(files) - _SHOWN:,} more"] if len(files) > _SHOWN else [])]
    return f"No table was found in {listed(named)}. Look at {'it' if len(files) == 1 else 'them'} yourself."


def would_give_away(given: Sequence[str]) -> str:
    """Say, to whoever makes a report, why its tables were rounded or suppressed further than the rules ask."""
    more = [f"{len(given) - _SHOWN:,} more."] if len(given) > _SHOWN else []
    told = "\n".join(f"  {each}" for each in (*given[:_SHOWN], *more))
    return f"Rounded or suppressed further than the rules ask. Do not publish what follows. Otherwise:\n{told}"


def attacked(protected: int, given: int, following: int, *, too_fine: bool, unread: bool) -> str:
    """Sum up an attack."""
    as_read = "As far as the files could be read, " if unread else ""
    follow = "1 count follows" if following == 1 else f"{following:,} counts follow"
    beside = f"{follow} from totals of the force, or from approved exceptions, alone." if following else ""
    if not protected and following:
        found = beside
    elif not protected:
        found = _after(as_read, "No count in this folder is rounded or withheld.")
    elif given:
        have = "has" if given == 1 else "have"
        found = f"{given:,} of {protected:,} protected counts {have} fewer than five possible values."
    else:
        counts = "the 1 protected count" if protected == 1 else f"each of the {protected:,} protected counts"
        found = f"The counts and rates give no count away: {counts} keeps at least five possible values."
        found = _after(as_read, found)
        found += f" {beside}" if beside else ""
    return f"{found} Further digits may tell more." if too_fine and not given else found


def _after(before: str, sentence: str) -> str:
    return before + sentence[0].lower() + sentence[1:] if before else sentence
