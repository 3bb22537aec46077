"""cdi, the statistics engine of crime data integrity.

From an audited sample of reports to the police to recording rates with honest intervals, and to the crimes that were
reported and not recorded. The names below are exported lazily: importing cdi loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdi.audits.audit import Audit, read_audit
    from cdi.audits.design import Design
    from cdi.binomial.coverage import coverage_of_difference
    from cdi.binomial.intervals import EXACT, METHODS, Interval, count_interval, describe_methods, interval, mover
    from cdi.binomial.published import PublishedRate, parse_published
    from cdi.charts.force_charts import describe_forces, draw_forces
    from cdi.charts.funnel_charts import draw_funnel
    from cdi.charts.trend_charts import describe_trend, draw_trend
    from cdi.comparing.comparison import Comparison, changes, compare, contrast
    from cdi.comparing.improvement import AdditionalCrimes, additionally_recorded
    from cdi.comparing.verdicts import Change
    from cdi.description import Description, describe
    from cdi.disclosure.rules import Disclosure, Exemption
    from cdi.disclosure.tables import protect
    from cdi.errors import CdiError, DataError, DesignError, Fault, MethodError, Where
    from cdi.grouping.disparities import Disparity, disparity
    from cdi.inspecting.drafts import Draft, draft_inspection
    from cdi.inspecting.inspection import Inspection
    from cdi.inspecting.inspection_files import read_inspection
    from cdi.modelling.model import Model
    from cdi.monitoring.trends import Trend, trend
    from cdi.peers.side_by_side import Forces, forces
    from cdi.printing.tables import Table, tabulate
    from cdi.reading.sources import Workbook
    from cdi.report.assembling import assemble
    from cdi.report.contents import Report
    from cdi.report.folders import write_report
    from cdi.report.verification import Verification, verify_report
    from cdi.reproduction import Reproduction, reproduce
    from cdi.results import Result, estimate, grounds
    from cdi.reviewing.questions import Question
    from cdi.reviewing.reviews import Review, review
    from cdi.survey.estimates import Estimates
    from cdi.survey.extrapolation import bias_estimate, overall_rate, unrecorded
    from cdi.survey.netting import NetError, net_unrecorded
    from cdi.survey.sampling import classification_accuracy, of_counts, over_recording, recording_rate, share
    from cdi.survey.stop_search import grounds_rate
    from cdi.timing.recording_times import Timeliness, timeliness
    from cdi.variation.funnel import Funnel, funnel
    from cdi.variation.outliers import OutlierLines, outlier_lines
    from cdi.variation.shrinkage import Shrunken, shrink
    from cdi.worksheets import write_template

__version__ = "0.1.0"

_HOMES = {
    "audits.audit": ("Audit", "read_audit"),
    "charts.trend_charts": ("describe_trend", "draw_trend"),
    "comparing.comparison": ("Comparison", "changes", "compare", "contrast"),
    "binomial.coverage": ("coverage_of_difference",),
    "audits.design": ("Design",),
    "description": ("Description", "describe"),
    "grouping.disparities": ("Disparity", "disparity"),
    "errors": ("CdiError", "DataError", "DesignError", "Fault", "MethodError", "Where"),
    "survey.estimates": ("Estimates",),
    "survey.extrapolation": ("bias_estimate", "overall_rate", "unrecorded"),
    "variation.funnel": ("Funnel", "funnel"),
    "comparing.improvement": ("AdditionalCrimes", "additionally_recorded"),
    "charts.force_charts": ("describe_forces", "draw_forces"),
    "charts.funnel_charts": ("draw_funnel",),
    "binomial.intervals": ("EXACT", "METHODS", "Interval", "count_interval", "describe_methods", "interval", "mover"),
    "peers.side_by_side": ("Forces", "forces"),
    "reviewing.questions": ("Question",),
    "survey.netting": ("NetError", "net_unrecorded"),
    "variation.outliers": ("OutlierLines", "outlier_lines"),
    "binomial.published": ("PublishedRate", "parse_published"),
    "timing.recording_times": ("Timeliness", "timeliness"),
    "reproduction": ("Reproduction", "reproduce"),
    "results": ("Result", "estimate", "grounds"),
    "reviewing.reviews": ("Review", "review"),
    "survey.sampling": ("classification_accuracy", "of_counts", "over_recording", "recording_rate", "share"),
    "variation.shrinkage": ("Shrunken", "shrink"),
    "reading.sources": ("Workbook",),
    "survey.stop_search": ("grounds_rate",),
    "printing.tables": ("Table", "tabulate"),
    "modelling.model": ("Model",),
    "monitoring.trends": ("Trend", "trend"),
    "comparing.verdicts": ("Change",),
    "disclosure.rules": (
        "Disclosure",
        "Exemption",
    ),
    "disclosure.tables": ("protect",),
    "inspecting.inspection": ("Inspection",),
    "inspecting.inspection_files": ("read_inspection",),
    "inspecting.drafts": (
        "Draft",
        "draft_inspection",
    ),
    "report.contents": ("Report",),
    "report.assembling": ("assemble",),
    "report.folders": ("write_report",),
    "report.verification": (
        "Verification",
        "verify_report",
    ),
    "worksheets": ("write_template",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "EXACT", "METHODS", "AdditionalCrimes", "Audit", "CdiError", "Change", "Comparison", "DataError",
    "Description", "Design", "DesignError", "Disclosure", "Disparity", "Draft", "Estimates", "Exemption",
    "Fault", "Forces", "Funnel", "Inspection", "Interval", "MethodError", "Model", "NetError", "OutlierLines",
    "PublishedRate", "Question", "Report", "Reproduction", "Result", "Review", "Shrunken", "Table",
    "Timeliness", "Trend", "Verification", "Where", "Workbook", "additionally_recorded", "assemble",
    "bias_estimate", "changes", "classification_accuracy", "compare", "contrast", "count_interval",
    "coverage_of_difference", "describe", "describe_forces", "describe_methods", "describe_trend",
    "disparity", "draft_inspection", "draw_forces", "draw_funnel", "draw_trend", "estimate", "forces",
    "funnel", "grounds", "grounds_rate", "interval", "mover", "net_unrecorded", "of_counts", "outlier_lines",
    "over_recording", "overall_rate", "parse_published", "protect", "read_audit", "read_inspection",
    "recording_rate", "reproduce", "review", "share", "shrink", "tabulate", "timeliness", "trend",
    "unrecorded", "verify_report", "write_report", "write_template",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"cdi.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
