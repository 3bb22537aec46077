"""Exhibits: a table as it is counted becomes one as it is shown, with its sentences, its source and its base."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from cdi import wording
from cdi.printing.tables import CATEGORY
from cdi.report.contents import Exhibit
from cdi.report.file_names import plain_name
from cdi.report.printed_names import Names, for_people, in_order, printed
from cdi.report.record_sentences import sentences

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table

__all__ = ["columns_of", "exhibit_of", "key_by"]

SIDE, QUESTION = "side", "question"


def exhibit_of(
    key: str,
    table: Table,
    inspection: Inspection,
    lay: Callable[[Table], Page],
    *,
    title: str,
    source: str,
    base: str,
    group: Callable[[Row], str] | None = None,
    words: Names | None = None,
    in_time: str = wording.IN_TIME,
    unsaid: Container[str] = (),
) -> Exhibit:
    """Show a table: its categories in their order and by their printed names, laid out for people.

    Parameters
    ----------
    key, title, source, base
        As in :class:`Exhibit`.
    table : Table
        After disclosure control, with categories as in the data.
    inspection : Inspection
        With the printed names.
    lay : callable
        What lays the table out.
    group : callable, optional
        Which rows stay together when they are put in order.
    words : mapping, optional
        Other columns whose entries have words for people, which what lays the table out knows by itself.
    in_time : str
        What in time is.
    unsaid : container of str
        Sentences under the table that are said before it.

    Returns
    -------
    Exhibit
        With a sentence for each row.
    """
    ordered = in_order(table, inspection.categories, group)
    shown = printed(ordered, inspection.categories)
    page = lay(for_people(shown))
    worded = printed(shown, words or {})
    plain = (wording.for_readers(text) for text in page.statements if text not in unsaid)
    said = tuple(wording.capital(text) for text in plain if text)
    categories = tuple(record.label for record in ordered.rows)
    return Exhibit(
        key, title, worded, page.grids, page.notes, said, sentences(worded, in_time), source, base, categories
    )


def columns_of(table: Table) -> tuple[str, ...]:
    """Name the columns of categories that a table is by; none where it is over all."""
    return tuple(key for key in table.keys if key not in (CATEGORY, SIDE, QUESTION))


def key_by(name: str, table: Table) -> str:
    """Name a table or chart in links and files, with the columns that it is by."""
    by = columns_of(table)
    return plain_name(f"{name}_by_{'_'.join(by)}") if by else name
