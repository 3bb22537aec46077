"""The verb ``cdi attack``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cdi.cli import options

__all__ = ["attack"]


@options.verb("attack")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
def attack(folder: Path, **given: Any) -> None:
    """Print what a published folder gives away; anything makes the exit status 1."""
    from cdi.disclosure.findings import attack as attack_folder

    found = attack_folder(folder, given["earlier_folders"])
    options.emit(found.page())
    if not found.safe:
        click.get_current_context().exit(1)
