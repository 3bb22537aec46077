"""Which of an inspection's volumes serve which table: frames serve all, recorded crime the column that it is by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdi.audits.volumes import POPULATION, RECORDED_CRIME, refuse_unused
from cdi.binomial.published import parse_published
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.reading import opening

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.inspecting.inspection import Volumes
    from cdi.reading.sources import Source, Workbook

__all__ = ["NO_VOLUMES", "Known", "known_of"]


@dataclass(frozen=True, slots=True)
class Known:
    """The volumes of an inspection, with the columns of each file.

    Attributes
    ----------
    volumes : Volumes or None
        As the inspection names them.
    columns : mapping
        File -> its columns.
    """

    volumes: Volumes | None
    columns: Mapping[Path | Workbook, tuple[str, ...]]

    def carries(self, column: str) -> bool:
        """Tell whether recorded crime is known by a column; without one, of the whole."""
        return any(self._of_crime(file, column) for file in self.columns)

    def frame(self, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the roles of a sample the reports on its frame, as :func:`cdi.read_audit` takes them."""
        return self._framed(roles, [file for file, columns in self.columns.items() if POPULATION in columns])

    def terms(self, column: str, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the roles of a sample what :func:`cdi.estimate` takes for a table by a column, or over all."""
        crime = [file for file in self.columns if self._of_crime(file, column)]
        frames_ = [file for file, there in self.columns.items() if POPULATION in there and file not in crime]
        # a file with recorded crime by another column is the frame here, and nothing else
        mixed = [file for file in frames_ if RECORDED_CRIME in self.columns[file]]
        found = self._framed(roles, mixed)
        volumes = [*(file for file in frames_ if file not in mixed), *crime]
        if volumes:
            found["volumes"] = volumes
        if not crime:
            return found
        if self.volumes is not None and self.volumes.route_share is not None:
            found["route_share"] = self.volumes.route_share
        if self.volumes is not None and self.volumes.over_recorded is not None:
            found["over_recording"] = parse_published(self.volumes.over_recorded)
        return found

    def _framed(self, roles: Mapping[str, Any], files: Sequence[Path | Workbook]) -> dict[str, Any]:
        if not files:
            return dict(roles)
        if len(files) > 1:
            raise DataError.of("volumes-twice", got=len(files), column=POPULATION)
        if roles.get("population") is not None:
            raise DesignError.of("population-twice")
        return {**roles, "population": files[0]}

    def _of_crime(self, file: Path | Workbook, column: str) -> bool:
        there = self.columns[file]
        return RECORDED_CRIME in there and (not column or column in there)


NO_VOLUMES = Known(None, {})
"""What is known where nothing is."""


def known_of(volumes: Volumes | None, by: tuple[str, ...]) -> Known:
    """Look into the volumes of an inspection.

    Parameters
    ----------
    volumes : Volumes or None
        As the inspection names them.
    by : tuple of str
        The columns that tables are by.

    Returns
    -------
    Known
        Which file serves which table.

    Raises
    ------
    DataError
        A file with neither population nor recorded crime, or recorded crime by a column that no table is by: it
        would be passed over.
    """
    if volumes is None:
        return NO_VOLUMES
    opened = {file: opening.open_source(file) for file in volumes.files}
    refuse_unused(opened.values())
    idle = [
        source
        for source in opened.values()
        if RECORDED_CRIME in source.columns and by and not any(column in source.columns for column in by)
    ]
    if idle:
        by_column = ", ".join(by)
        raise DataError([_of_no_table(source, by_column) for source in idle])
    return Known(volumes, {file: source.columns for file, source in opened.items()})


def _of_no_table(source: Source, columns: str) -> Fault:
    where = Where(source.name, source.header, sheet=source.sheet)
    return fault("volumes-of-no-table", got=", ".join(source.columns), where=where, columns=columns)
