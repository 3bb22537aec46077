"""The tables of options and keys in the docs, from the registry; run as a program it writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from cdi import wording
from cdi.inspecting.keys import INSPECTION, Key, Section, meaning_of
from cdi.parameters import REGISTRY, Parameter

DOCS = Path(__file__).parent.parent / "docs"
TOLD_ONCE = {f"{table.name}.{part}" for table in INSPECTION.tables[1:] for part in ("columns", "collapse", "reading")}


def _coded(text: str | None) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


def _option(each: Parameter) -> str:
    held = each.metavar or ("|".join(each.choices) if each.choices else "")
    told = f"{each.help} Default: {each.default}." if each.default not in ("", "false") else each.help
    tables = ", ".join(filter(None, each.tables))
    cells = (
        _coded(f"{', '.join(each.spelled)} {held}".strip()),
        told,
        ", ".join(each.verbs),
        _coded(each.in_python),
        f"{_coded(each.in_file)} in {tables}" if tables else _coded(each.in_file),
    )
    return f"| {' | '.join(cells)} |"


def options() -> str:
    """Write a table of options under each heading of help."""
    lines = []
    for heading, group in REGISTRY.items():
        shown = [each for each in group if each.verbs]
        lines += [f"### {heading}", "", "| option | what it does | verbs | in Python | in `inspection.toml` |"]
        lines += ["|---|---|---|---|---|", *map(_option, shown), ""]
    return "\n".join(lines).rstrip()


def _key(name: str, key: Key) -> str:
    choices = f": {', '.join(key.choices)}" if key.choices else ""
    default = f"`{key.default}`" if key.default else "needed" if key.required else ""
    return f"| `{name}` | {meaning_of(name, key)} | {wording.KEY_KINDS[key.kind]}{choices} | {default} |"


def _section(section: Section, above: str) -> list[str]:
    place = f"{above}{section.name}"
    if place in TOLD_ONCE:
        return []
    prefix = f"{place}." if place else ""
    rows = [_key(f"{prefix}{key.name}", key) for key in section.keys]
    if isinstance(section.each, Key):
        rows.append(_key(f"{prefix}NAME", section.each))
    elif section.each is not None and isinstance(section.each.each, Key):
        rows.append(_key(f"{prefix}NAME.NAME", section.each.each))
    heading = f"`{wording.table_of(place, repeated=section.repeated)}` {wording.TABLES[place]}" if place else ""
    lines = [*([heading, ""] if heading else []), "| key | what it is | what it holds | unless given |"]
    lines += ["|---|---|---|---|", *rows, ""]
    for table in section.tables:
        lines += _section(table, prefix)
    return lines


def keys() -> str:
    """Write a table of keys for each table of an inspection's file."""
    return "\n".join(_section(INSPECTION, "")).rstrip()


TABLES = {"commands.md": options, "inspection.md": keys}
"""Page -> what writes its tables."""

_BETWEEN = re.compile(r"(<!-- generated: [^\n]*-->\n\n).*?(\n\n<!-- end of generated -->)", re.DOTALL)


def renewed(page: str) -> tuple[str, str]:
    """Give a page as it stands, and with its tables written anew."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return text, _BETWEEN.sub(lambda found: f"{found[1]}{TABLES[page]()}{found[2]}", text)


if __name__ == "__main__":
    for name in TABLES:
        (DOCS / name).write_text(renewed(name)[1], encoding="utf-8")
