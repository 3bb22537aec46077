"""cdi, the statistics engine of crime data integrity.

From an audited sample of reports to the police to recording rates with honest intervals, and to the crimes that were
reported and not recorded. The names below are exported lazily: importing cdi loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdi.audit import Audit, read_audit
    from cdi.charts import describe_trend, draw_trend
    from cdi.description import Description, describe
    from cdi.design import Design
    from cdi.errors import CdiError, DataError, DesignError, Fault, MethodError, Where
    from cdi.estimates import Estimates
    from cdi.extrapolation import bias_estimate, overall_rate, unrecorded
    from cdi.intervals import EXACT, METHODS, Interval, count_interval, describe_methods, interval, mover
    from cdi.reproduction import Reproduction, reproduce
    from cdi.results import Result, estimate, grounds
    from cdi.sampling import classification_accuracy, of_counts, over_recording, recording_rate, share
    from cdi.sources import Workbook
    from cdi.stop_search import grounds_rate
    from cdi.tables import Table, tabulate
    from cdi.trends import Trend, trend
    from cdi.worksheets import write_template

__version__ = "0.1.0"

_HOMES = {
    "audit": ("Audit", "read_audit"),
    "charts": ("describe_trend", "draw_trend"),
    "design": ("Design",),
    "description": ("Description", "describe"),
    "errors": ("CdiError", "DataError", "DesignError", "Fault", "MethodError", "Where"),
    "estimates": ("Estimates",),
    "extrapolation": ("bias_estimate", "overall_rate", "unrecorded"),
    "intervals": ("EXACT", "METHODS", "Interval", "count_interval", "describe_methods", "interval", "mover"),
    "reproduction": ("Reproduction", "reproduce"),
    "results": ("Result", "estimate", "grounds"),
    "sampling": ("classification_accuracy", "of_counts", "over_recording", "recording_rate", "share"),
    "sources": ("Workbook",),
    "stop_search": ("grounds_rate",),
    "tables": ("Table", "tabulate"),
    "trends": ("Trend", "trend"),
    "worksheets": ("write_template",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "EXACT", "METHODS", "Audit", "CdiError", "DataError", "Description", "Design", "DesignError", "Estimates", "Fault",
    "Interval", "MethodError", "Reproduction", "Result", "Table", "Trend", "Where", "Workbook", "bias_estimate",
    "classification_accuracy", "count_interval", "describe", "describe_methods", "describe_trend", "draw_trend",
    "estimate", "grounds", "grounds_rate", "interval", "mover", "of_counts", "over_recording", "overall_rate",
    "read_audit", "recording_rate", "reproduce", "share", "tabulate", "trend", "unrecorded", "write_template",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"cdi.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
