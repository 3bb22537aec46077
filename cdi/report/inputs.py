"""The files that a report was made from, each with the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cdi.report.contents import Input

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection

__all__ = ["inputs_of"]


def inputs_of(inspection: Inspection) -> tuple[Input, ...]:
    """List the files of an inspection with their hashes.

    Parameters
    ----------
    inspection : Inspection
        The inspection; one that was made without a file of its own has no such input.

    Returns
    -------
    tuple of Input
        The file of the inspection first.
    """
    folder = inspection.path.parent
    return tuple(
        Input(_relative(file, folder), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in inspection.inputs
        if file.is_file()
    )


def _relative(file: Path, folder: Path) -> str:
    """Write a path as it lies from a folder, with forward strokes."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.name
