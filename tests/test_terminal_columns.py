"""Text in columns of a terminal, held against what the library rich makes of the same table."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable

from cdi.printing.columns import in_columns, width_of, wrapped
from cdi.printing.formats import harmless
from tests import strategies  # noqa: F401 - its settings profile

TEXTS = st.text(st.sampled_from("abcdefghij-.,±£–é犯罪 "), max_size=40).map(harmless).map(str.strip)
RULE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def printed(made: object, width: int) -> list[str]:
    out = io.StringIO()
    console = Console(width=10**6, file=out, color_system=None, markup=False, highlight=False, emoji=False)
    console.print(made, width=width)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@given(TEXTS, st.integers(min_value=2, max_value=30))
def test_prose_wraps_as_it_does_there(text: str, width: int) -> None:
    assert [line.rstrip() for line in wrapped(text, width)] == (printed(text, width) or [""])


@given(
    st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 10**6).map("{:,}".format)), min_size=1, max_size=5),
    st.integers(min_value=10, max_value=20),
    st.sampled_from([1, 2]),
    st.sampled_from([("kind", "n"), ("a long heading", "crimes due"), ("", "")]),
)
def test_tables_stand_as_they_do_there(
    rows: list[tuple[str, str, str]], width: int, gap: int, heads: tuple[str, str]
) -> None:
    headings = [[heads[0]], [], heads[1].split(" ")]
    widths = [width, width, max(map(len, (*headings[2], *(row[2] for row in rows))))]
    table = RichTable(box=RULE, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    table.show_header = any(heads)
    table.header_style = "none"
    for i, lines in enumerate(headings):
        table.add_column("\n".join(lines), width=widths[i], justify="left" if i < 2 else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    assert in_columns(headings, rows, widths, 2, gap) == printed(table, 200)


@given(TEXTS, st.integers(min_value=2, max_value=30))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= width for line in lines)


@pytest.mark.parametrize("text", ["", "abc", "81.2 ± 3", "£4", "café", "犯罪", "a – b", "e\u0301", "“x”"])
def test_signs_are_as_wide_as_they_are_shown(text: str) -> None:
    assert width_of(text) == cell_len(text)
