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
    from cdi.comparison import Comparison, changes, compare, contrast
    from cdi.coverage import coverage_of_difference
    from cdi.description import Description, describe
    from cdi.design import Design
    from cdi.disparities import Disparity, disparity
    from cdi.errors import CdiError, DataError, DesignError, Fault, MethodError, Where
    from cdi.estimates import Estimates
    from cdi.extrapolation import bias_estimate, overall_rate, unrecorded
    from cdi.force_charts import describe_forces, draw_forces, draw_funnel
    from cdi.funnels import Funnel, funnel
    from cdi.improvement import AdditionalCrimes, additionally_recorded
    from cdi.intervals import EXACT, METHODS, Interval, count_interval, describe_methods, interval, mover
    from cdi.netting import NetError, net_unrecorded
    from cdi.outliers import OutlierLines, outlier_lines
    from cdi.peers import Forces, forces
    from cdi.published import PublishedRate, parse_published
    from cdi.questions import Question
    from cdi.recording_times import Timeliness, timeliness
    from cdi.reproduction import Reproduction, reproduce
    from cdi.results import Result, estimate, grounds
    from cdi.reviews import Review, review
    from cdi.sampling import classification_accuracy, of_counts, over_recording, recording_rate, share
    from cdi.shrinkage import Shrunken, shrink
    from cdi.sources import Workbook
    from cdi.stop_search import grounds_rate
    from cdi.tables import Table, tabulate
    from cdi.trends import Trend, trend
    from cdi.verdicts import Change
    from cdi.worksheets import write_template

__version__ = "0.1.0"

_HOMES = {
    "audit": ("Audit", "read_audit"),
    "charts": ("describe_trend", "draw_trend"),
    "comparison": ("Comparison", "changes", "compare", "contrast"),
    "coverage": ("coverage_of_difference",),
    "design": ("Design",),
    "description": ("Description", "describe"),
    "disparities": ("Disparity", "disparity"),
    "errors": ("CdiError", "DataError", "DesignError", "Fault", "MethodError", "Where"),
    "estimates": ("Estimates",),
    "extrapolation": ("bias_estimate", "overall_rate", "unrecorded"),
    "funnels": ("Funnel", "funnel"),
    "improvement": ("AdditionalCrimes", "additionally_recorded"),
    "force_charts": ("describe_forces", "draw_forces", "draw_funnel"),
    "intervals": ("EXACT", "METHODS", "Interval", "count_interval", "describe_methods", "interval", "mover"),
    "peers": ("Forces", "forces"),
    "questions": ("Question",),
    "netting": ("NetError", "net_unrecorded"),
    "outliers": ("OutlierLines", "outlier_lines"),
    "published": ("PublishedRate", "parse_published"),
    "recording_times": ("Timeliness", "timeliness"),
    "reproduction": ("Reproduction", "reproduce"),
    "results": ("Result", "estimate", "grounds"),
    "reviews": ("Review", "review"),
    "sampling": ("classification_accuracy", "of_counts", "over_recording", "recording_rate", "share"),
    "shrinkage": ("Shrunken", "shrink"),
    "sources": ("Workbook",),
    "stop_search": ("grounds_rate",),
    "tables": ("Table", "tabulate"),
    "trends": ("Trend", "trend"),
    "verdicts": ("Change",),
    "worksheets": ("write_template",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "EXACT", "METHODS", "AdditionalCrimes", "Audit", "CdiError", "Change", "Comparison", "DataError", "Description",
    "Design", "DesignError", "Disparity", "Estimates", "Fault", "Forces", "Funnel", "Interval", "MethodError",
    "NetError", "OutlierLines", "PublishedRate", "Question", "Reproduction", "Result", "Review", "Shrunken", "Table",
    "Timeliness", "Trend", "Where", "Workbook", "additionally_recorded", "bias_estimate", "changes",
    "classification_accuracy", "compare", "contrast", "count_interval", "coverage_of_difference", "describe",
    "describe_forces", "describe_methods", "describe_trend", "disparity", "draw_forces", "draw_funnel", "draw_trend",
    "estimate", "forces", "funnel", "grounds", "grounds_rate", "interval", "mover", "net_unrecorded", "of_counts",
    "outlier_lines", "over_recording", "overall_rate", "parse_published", "read_audit", "recording_rate", "reproduce",
    "review", "share", "shrink", "tabulate", "timeliness", "trend", "unrecorded", "write_template",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"cdi.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
