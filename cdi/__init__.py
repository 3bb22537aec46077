"""Crime data integrity: how much of reported crime is recorded, by audited samples.

The main job is four calls, on a CSV file, a workbook or a data frame::

    audit = cdi.read_audit("audit.csv")      # all faults at once
    found = cdi.estimate(audit, by="crime_type", volumes="volumes.csv")
    print(found)                             # the table and its sentences
    print(cdi.compare(found, "86.5%+-4.3%")) # what changed, and the verdict

Your own workbook, as it is: open_sheets. Each result has to_pandas(),
wide(), sentences, summary() and plot(). Other questions: dispute, grounds,
disparity, trend, review, timeliness, forces and Audit.model. A report:
read_inspection, assemble and write_report. More: help(cdi.estimate), docs/
and "cdi --help".
"""

from __future__ import annotations

import typing as _typing

if _typing.TYPE_CHECKING:
    from cdi.agreeing.agreements import Agreement as Agreement
    from cdi.agreeing.agreements import agreement
    from cdi.audits.audit import Audit, read_audit
    from cdi.audits.design import Design
    from cdi.binomial.coverage import coverage_of_difference
    from cdi.binomial.intervals import (
        EXACT as EXACT,
    )
    from cdi.binomial.intervals import (
        METHODS,
        count_interval,
        describe_methods,
        interval,
    )
    from cdi.binomial.intervals import (
        Interval as Interval,
    )
    from cdi.binomial.intervals import (
        mover as mover,
    )
    from cdi.binomial.published import PublishedRate as PublishedRate
    from cdi.binomial.published import parse_published
    from cdi.charts.force_charts import describe_forces as describe_forces
    from cdi.charts.force_charts import draw_forces as draw_forces
    from cdi.charts.force_charts import draw_funnel as draw_funnel
    from cdi.charts.trend_charts import describe_trend as describe_trend
    from cdi.charts.trend_charts import draw_trend as draw_trend
    from cdi.comparing.comparison import Comparison, changes, compare, contrast
    from cdi.comparing.improvement import AdditionalCrimes as AdditionalCrimes
    from cdi.comparing.improvement import additionally_recorded
    from cdi.comparing.standards import Standard as Standard
    from cdi.comparing.verdicts import Change as Change
    from cdi.description import Description as Description
    from cdi.description import describe
    from cdi.disclosure.findings import Attack as Attack
    from cdi.disclosure.findings import Finding as Finding
    from cdi.disclosure.findings import attack
    from cdi.disclosure.results import protect
    from cdi.disclosure.rules import Disclosure, Exemption
    from cdi.disputing.disputes import Disputes as Disputes
    from cdi.disputing.disputes import dispute
    from cdi.errors import CdiError, DataError, DesignError, MethodError
    from cdi.errors import Fault as Fault
    from cdi.errors import Where as Where
    from cdi.explaining.explanation import Explanation as Explanation
    from cdi.explaining.explanation import explain as explain
    from cdi.explaining.steps import Step as Step
    from cdi.grouping.disparities import Disparity, disparity
    from cdi.inspecting.drafts import Draft as Draft
    from cdi.inspecting.drafts import draft_inspection
    from cdi.inspecting.inspection import Inspection as Inspection
    from cdi.inspecting.inspection import read_inspection
    from cdi.modelling.model import Model
    from cdi.monitoring.trends import Trend, trend
    from cdi.nationwide.figures import National as National
    from cdi.nationwide.figures import national
    from cdi.peers.side_by_side import Forces, forces
    from cdi.planning.plan import Plan as Plan
    from cdi.planning.plan import plan
    from cdi.printing.tables import Table as Table
    from cdi.printing.tables import tabulate
    from cdi.proposal import Proposal as Proposal
    from cdi.proposal import open_sheets
    from cdi.reading.limits import limits
    from cdi.reading.mapping import SheetMapping as SheetMapping
    from cdi.reading.sources import Workbook
    from cdi.report.assembling import assemble
    from cdi.report.contents import Report as Report
    from cdi.report.files import write_report
    from cdi.report.nationwide import write_national
    from cdi.report.verifying import Verification as Verification
    from cdi.report.verifying import verify_report
    from cdi.reproduction import Reproduction as Reproduction
    from cdi.reproduction import reproduce
    from cdi.rereading.drawing import Panel as Panel
    from cdi.rereading.drawing import draw_panel
    from cdi.rereading.estimates import SecondReading as SecondReading
    from cdi.resampling.resampled import Resampled as Resampled
    from cdi.resampling.resampling import resample
    from cdi.results import Result, estimate, grounds
    from cdi.reviewing.questions import Question
    from cdi.reviewing.reviews import Review, review
    from cdi.selection.draws import Draw as Draw
    from cdi.selection.draws import draw
    from cdi.selection.files import write_draw
    from cdi.selection.replacing import replace_drawn
    from cdi.selection.tickets import ticket as ticket
    from cdi.selection.verifying import DrawVerification as DrawVerification
    from cdi.selection.verifying import verify_draw
    from cdi.simulating.coverage import Coverage as Coverage
    from cdi.simulating.coverage import coverage
    from cdi.simulating.scenarios import Scenario
    from cdi.simulating.scenarios import Stratum as Stratum
    from cdi.survey.estimates import Estimates
    from cdi.survey.extrapolation import NetError as NetError
    from cdi.survey.extrapolation import bias_estimate as bias_estimate
    from cdi.survey.extrapolation import net_unrecorded, overall_rate, unrecorded
    from cdi.survey.kinds import Kinds as Kinds
    from cdi.survey.sampling import (
        classification_accuracy,
        grounds_rate,
        of_counts,
        over_recording,
        recording_rate,
        share,
    )
    from cdi.timing.timeliness import Timeliness, timeliness
    from cdi.variation.funnel import Funnel as Funnel
    from cdi.variation.funnel import funnel
    from cdi.variation.outliers import OutlierLines as OutlierLines
    from cdi.variation.outliers import outlier_lines
    from cdi.variation.shrinkage import Shrunken as Shrunken
    from cdi.variation.shrinkage import shrink
    from cdi.watching.watches import Watch as Watch
    from cdi.watching.watches import watch
    from cdi.worksheets import write_template

__version__ = "0.1.0"

_HOMES = {
    "agreeing.agreements": ("Agreement", "agreement"),
    "audits.audit": ("Audit", "read_audit"),
    "audits.design": ("Design",),
    "binomial.coverage": ("coverage_of_difference",),
    "binomial.intervals": ("EXACT", "METHODS", "Interval", "count_interval", "describe_methods", "interval", "mover"),
    "binomial.published": ("PublishedRate", "parse_published"),
    "charts.force_charts": ("describe_forces", "draw_forces", "draw_funnel"),
    "charts.trend_charts": ("describe_trend", "draw_trend"),
    "comparing.comparison": ("Comparison", "changes", "compare", "contrast"),
    "comparing.improvement": ("AdditionalCrimes", "additionally_recorded"),
    "comparing.standards": ("Standard",),
    "comparing.verdicts": ("Change",),
    "description": ("Description", "describe"),
    "disclosure.findings": ("Attack", "Finding", "attack"),
    "disclosure.rules": ("Disclosure", "Exemption"),
    "disclosure.results": ("protect",),
    "disputing.disputes": ("Disputes", "dispute"),
    "errors": ("CdiError", "DataError", "DesignError", "Fault", "MethodError", "Where"),
    "explaining.explanation": ("Explanation", "explain"),
    "explaining.steps": ("Step",),
    "grouping.disparities": ("Disparity", "disparity"),
    "inspecting.drafts": ("Draft", "draft_inspection"),
    "inspecting.inspection": ("Inspection", "read_inspection"),
    "modelling.model": ("Model",),
    "monitoring.trends": ("Trend", "trend"),
    "nationwide.figures": ("National", "national"),
    "peers.side_by_side": ("Forces", "forces"),
    "planning.plan": ("Plan", "plan"),
    "printing.tables": ("Table", "tabulate"),
    "proposal": ("Proposal", "open_sheets"),
    "reading.limits": ("limits",),
    "reading.mapping": ("SheetMapping",),
    "reading.sources": ("Workbook",),
    "report.assembling": ("assemble",),
    "report.contents": ("Report",),
    "report.files": ("write_draw", "write_report"),
    "report.nationwide": ("write_national",),
    "report.verifying": ("Verification", "verify_report"),
    "reproduction": ("Reproduction", "reproduce"),
    "rereading.drawing": ("Panel", "draw_panel"),
    "rereading.estimates": ("SecondReading",),
    "resampling.resampled": ("Resampled",),
    "resampling.resampling": ("resample",),
    "results": ("Result", "estimate", "grounds"),
    "reviewing.questions": ("Question",),
    "reviewing.reviews": ("Review", "review"),
    "selection.draws": ("Draw", "draw"),
    "selection.files": ("write_draw",),
    "selection.replacing": ("replace_drawn",),
    "selection.tickets": ("ticket",),
    "selection.verifying": ("DrawVerification", "verify_draw"),
    "simulating.coverage": ("Coverage", "coverage"),
    "simulating.scenarios": ("Scenario", "Stratum"),
    "survey.estimates": ("Estimates",),
    "survey.extrapolation": ("NetError", "bias_estimate", "net_unrecorded", "overall_rate", "unrecorded"),
    "survey.kinds": ("Kinds",),
    "survey.sampling": (
        "classification_accuracy",
        "grounds_rate",
        "of_counts",
        "over_recording",
        "recording_rate",
        "share",
    ),
    "timing.timeliness": ("Timeliness", "timeliness"),
    "variation.funnel": ("Funnel", "funnel"),
    "variation.outliers": ("OutlierLines", "outlier_lines"),
    "variation.shrinkage": ("Shrunken", "shrink"),
    "watching.watches": ("Watch", "watch"),
    "worksheets": ("write_template",),
}
_HOME = {_name: _home for _home, _names in _HOMES.items() for _name in _names}

__all__ = [
    "METHODS", "Audit", "CdiError", "Comparison", "DataError", "Design", "DesignError", "Disclosure",
    "Disparity", "Estimates", "Exemption", "Forces", "MethodError", "Model", "Question", "Result", "Review",
    "Scenario", "Timeliness", "Trend", "Workbook", "additionally_recorded", "agreement", "assemble", "attack",
    "changes", "classification_accuracy", "compare", "contrast", "count_interval", "coverage",
    "coverage_of_difference",
    "describe", "describe_methods", "disparity", "dispute", "draft_inspection", "draw", "draw_panel", "estimate",
    "explain",
    "forces", "funnel", "grounds", "grounds_rate", "interval", "limits", "national", "net_unrecorded", "of_counts",
    "open_sheets", "outlier_lines", "over_recording", "overall_rate", "parse_published", "plan", "protect",
    "read_audit", "read_inspection", "recording_rate", "replace_drawn", "reproduce", "resample", "review", "share",
    "shrink", "tabulate", "timeliness", "trend", "unrecorded", "verify_draw", "verify_report", "watch", "write_draw",
    "write_national", "write_report", "write_template",
]  # fmt: skip
"""The names that ``dir`` shows. The others are what results are made of: they can be named, and need not be."""


if not _typing.TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"cdi.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
