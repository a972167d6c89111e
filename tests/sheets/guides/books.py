"""Workbooks with optional sheets over a short horizon, and what people type into them."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from xlmatrix.exchange import read_incidents
from xlmatrix.model import Horizon, MatrixSpec, loads
from xlmatrix.resources import template_text
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import BookPlan, Formula, SheetPlan, Table

AS_OF = datetime(2026, 11, 16, 10, 30)
TODAY = (AS_OF.date() - date(1899, 12, 30)).days
DEMO = Path(__file__).parents[3] / "examples" / "demo_incidents.csv"
Typed = dict[tuple[str, str, str], Any]

#: A use of every optional sheet: each state of each flag that can be reached by typing.
TYPED: Typed = {
    ("tChecklist", "CL-01", "Status"): "done",
    ("tChecklist", "CL-02", "Status"): "in progress",
    ("tChecklist", "CL-02", "Due"): TODAY - 1,
    ("tChecklist", "CL-03", "Status"): "Not needed",
    ("tChecklist", "OW-05", "Status"): "done",
    ("tChecklist", "OW-05", "Done on"): TODAY - 31,
    ("tChecklist", "OW-06", "Status"): "done",
    ("tChecklist", "OW-06", "Done on"): TODAY - 31,
    ("tChecklist", "OW-08", "Status"): "done",
    ("tCommsChoice", "Incident", "Choice"): "inc-042",
    ("tCommsChoice", "Audience", "Choice"): "customer",
    ("tCommsWords", "{impact}", "Type over it"): "answers are late",
    ("tControls", "CT-01", "Effectiveness"): 0.75,
    ("tControls", "CT-01", "Evidence on"): TODAY - 31,
    ("tControls", "CT-03", "Effectiveness"): 0.25,
    ("tControls", "CT-03", "Evidence on"): TODAY - 8,
    ("tControls", "CT-03", "Gap found on"): TODAY - 8,
    ("tControls", "CT-05", "Effectiveness"): 0.5,
    ("tControls", "CT-05", "Evidence on"): TODAY,
    ("tControls", "CT-05", "Gap found on"): TODAY - 31,
    ("tControls", "CT-06", "Effectiveness"): 0.9,
    ("tControls", "CT-06", "Closed on"): TODAY,
    ("tControls", "CT-10", "Effectiveness"): 0.5,
    ("tControls", "OURS", "Control"): "A control of our own",
    ("tControls", "OURS", "Likelihood"): 5,
    ("tControlTests", "CT-03.1", "Last run"): TODAY - 1,
    ("tControlTests", "CT-03.1", "Cases"): 60,
    ("tControlTests", "CT-03.1", "Failed"): 2,
    ("tControlTests", "OURS.1", "Control"): "OURS",
    ("tInjectionChoice", "Incident", "Choice"): "INC-042",
    ("tInjectionChoice", "Incident", "Came by"): "User input",
    ("tInjectionChoice", "Incident", "Took hold in"): "memory",
    ("tInjectionChoice", "Incident 2", "Choice"): "INC-024",
    ("tInjectionChoice", "Incident 3", "Choice"): "INC-036",
    ("tInjectionChoice", "Incident 3", "Took hold in"): "Model",
    ("tInjectionCuts", "CU-01", "Came by"): None,
    ("tInjectionCuts", "CU-02", "Took hold in"): None,
    ("tInjection", "IN-3", "Done at 3"): 46342.43,
    ("tInjectionEvidence", "EV-1", "Kept (days)"): 12,
    ("tInjectionEvidence", "EV-2", "Kept (days)"): 1,
    ("tInjectionEvidence", "EV-2", "Secured at 2"): 46342.43,
    ("tInjectionEvidence", "EV-4", "Secured at"): TODAY + 1,
    ("tInjectionChain", "HO-1", "From"): "Support agent",
    ("tInjectionChain", "HO-1", "To"): "Billing agent",
    ("tInjectionChain", "HO-1", "Cut at"): 46342.43,
    ("tInjection", "IN-2", "Done at"): 46342.43,
    ("tInjection", "IN-3", "Done at"): 46342.46,
    ("tInjection", "IN-4", "Done at"): 30000.0,
    ("tInjection", "IN-5", "Done at"): 66526.0,
    # To the very end of the calendar.
    ("tInjection", "IN-5", "Within"): 195159,
    ("tInjection", "IN-5", "Unit"): "min",
    ("tInjection", "IN-6", "Within"): 1000,
    ("tInjection", "IN-6", "Unit"): "days",
    ("tInjection", "IN-7", "Within"): 3,
    ("tInjection", "IN-7", "Unit"): "business days",
    ("tInjection", "IN-7", "Calendar"): "Business hours",
    ("tChangeRegister", "CH-001", "Change"): "A new model",
    ("tChangeRegister", "CH-001", "G0"): TODAY - 9,
    ("tChangeRegister", "CH-002", "Change"): "Back to the old prompt",
    ("tChangeRegister", "CH-002", "Rollback"): "yes",
    ("tChangeRegister", "CH-003", "Change"): "An index",
    ("tChangeRegister", "CH-003", "Rollback"): "Yes",
    ("tChangeRegister", "CH-003", "G2"): TODAY,
    **{("tChangeRegister", "CH-OLD", gate): TODAY - 40 for gate in ("G0", "G1", "G2", "G3", "G4")},
    ("tChangeRegister", "CH-OLD", "G5"): TODAY,
    ("tChangeRegister", "CH-OLD", "Change"): "Adopted long ago",
    ("tTeams", "TE-1", "Team"): "Contact centre",
    ("tTeams", "TE-1", "Trained"): 0.9,
    ("tTeams", "TE-1", "Card handed out"): "yes",
    ("tTeams", "TE-2", "Team"): "Claims",
    ("tMeetings", "ME-1", "Last held"): TODAY - 2,
    ("tMeetings", "ME-2", "Last held"): TODAY,
    ("tMeetings", "ME-5", "Last held"): TODAY,
    ("tAuditQuestions", "AU-01", "Answer"): "yes",
    ("tAuditQuestions", "AU-02", "Answer"): "partly",
    ("tAuditQuestions", "AU-03", "Answer"): "no",
    ("tAuditQuestions", "AU-03", "Due"): TODAY - 1,
    ("tWorkloads", "WL-1", "Calls"): 70000,
    ("tWorkloads", "WL-2", "Calls"): 20000,
    ("tWorkloads", "WL-3", "Calls"): 15000,
    ("tWorkloads", "WL-1", "Spend"): 700.5,
    ("tWorkloads", "WL-2", "Spend"): 2000,
    ("tWorkloads", "WL-4", "Spend"): 300,
    ("tWorkloads", "WL-1", "Fallback tested"): TODAY - 30,
    ("tWorkloads", "WL-2", "Fallback tested"): TODAY - 31,
    ("tBudget", "Budget of this month", "Value"): 30000,
    ("tBudget", "Spent this month", "Value"): 17000.25,
    ("tBudget", "Spent in the last hour", "Value"): 155,
    ("tBudget", "Spent today", "Value"): 900,
    ("tBudget", "Forecast of a usual day", "Value"): 1000,
    ("tBudget", "Spent in the last 5 min", "Value"): 20,
    ("tBudget", "Spent in the last 6 h", "Value"): -3,
    ("tBudgetFacts", "All amounts", "Currency"): "EUR",
    ("tProviderCalls", "WL-2a", "Calls"): 9000,
    ("tProviderCalls", "WL-2b", "Calls"): 1000,
    ("tProviderCalls", "WL-2a", "Spend"): 900,
    ("tProviderCalls", "WL-2b", "Spend"): 100,
    ("tProviderCalls", "WL-2b", "Currency"): "eur",
    ("tCaps", "WL-1", "Stage"): "Growth",
    ("tCaps", "WL-1", "Usual day"): 1000,
    ("tCaps", "WL-1", "Spent today"): 500,
    ("tCaps", "WL-2", "Stage"): "pilot",
    ("tCaps", "WL-2", "Spent today"): 5,
    ("tAuditStage", "Traffic is in", "Stage now"): "Scale",
    ("tCosts", "MO-1", "Model"): "medium",
    ("tCosts", "MO-1", "Tokens in"): 1200,
    ("tCosts", "MO-1", "Price in"): 2.5,
    ("tCosts", "MO-1", "Tools"): 0.001,
    ("tCosts", "MO-2", "Model"): "large",
    ("tCosts", "MO-2", "Provider"): "openai",
    ("tCosts", "MO-2", "Tokens in"): 1200,
    ("tCosts", "MO-2", "Cached"): 200,
    ("tCosts", "MO-2", "Price in"): 5,
    ("tKpis", "KP-01", "Top"): 1200,
    ("tKpis", "KP-01", "Bottom"): 450,
    ("tKpis", "KP-16", "Top"): 3,
    ("tKpis", "KP-16", "Bottom"): 0,
    ("tKpis", "KP-05", "Top"): 93,
    ("tKpis", "KP-05", "Bottom"): 100,
    ("tKpis", "KP-06", "Top"): 2,
    ("tKpis", "KP-06", "Bottom"): 100,
    ("tKpis", "KP-10", "Top"): 0.12,
    ("tKpis", "KP-10", "Bottom"): 0.1,
    ("tKpis", "KP-10", "Top cases"): 1000,
    ("tKpis", "KP-10", "Bottom cases"): 900,
    ("tKpis", "KP-03", "Top"): 765,
    ("tKpis", "KP-03", "Bottom"): 765,
    ("tKpis", "KP-03", "Population"): 765,
    ("tKpis", "KP-07", "Top"): 19,
    ("tKpis", "KP-07", "Bottom"): 20,
    ("tKpis", "KP-08", "Top"): 0,
    ("tKpis", "KP-08", "Bottom"): 0,
    ("tKpis", "KP-15", "Top"): 18,
    ("tKpis", "KP-15", "Bottom"): 20,
    ("tKpis", "KP-15", "Population"): 19,
    ("tKpiTimes", "SEV-1 ack", "Wanted"): None,
    ("tKpiTimes", "SEV-2 ack", "Wanted"): 0.5,
    ("tKpiTimes", "SEV-2 res", "Wanted"): 0.3,
    ("tScorecard", "SC-1", "Score"): 90,
}

_PARTS = ("checklist", "comms", "vendors", "guides")


@cache
def template(name: str = "enterprise") -> MatrixSpec:
    """A shipped template over the months around the demo's incidents."""
    spec = loads(template_text(name), name).spec
    short = Horizon(start=date(2026, 8, 1), end=date(2027, 3, 31))
    return spec.model_copy(update={"horizon": short})


def only(part: str) -> MatrixSpec:
    """The enterprise template with one optional sheet of this room, by key or guide."""
    spec = template().model_copy(update={"on_call": (), "raci": ()})
    bare: dict[str, Any] = {"checklist": None, "comms": None, "vendors": (), "guides": ()}
    if part in _PARTS:
        bare[part] = getattr(spec, part)
    else:
        bare["guides"] = (part,)
    return spec.model_copy(update={"drills": None, **bare})


def small(part: str) -> MatrixSpec:
    """The basic template with one optional sheet of this room: quick to plan."""
    asked = only(part)
    wanted: dict[str, Any] = {known: getattr(asked, known) for known in _PARTS}
    if asked.vendors:
        wanted["vendors"] = template("standard").vendors
    return template("basic").model_copy(update=wanted)


@cache
def demo() -> IncidentLog:
    """The demo's incidents."""
    return read_incidents(DEMO, template()).log


def book(spec: MatrixSpec, typed: Typed | None = None, log: IncidentLog | None = None) -> BookPlan:
    """The plan of a workbook at the demo's time."""
    incidents = log if log is not None else IncidentLog.empty()
    return plan_book(spec, incidents, as_of=AS_OF, created=AS_OF, typed=typed)


def scene(spec: MatrixSpec, typed: Typed | None = None, log: IncidentLog | None = None) -> Scene:
    """What a sheet is drawn from."""
    incidents = log if log is not None else IncidentLog.empty()
    return make_scene(spec, incidents, as_of=AS_OF, created=AS_OF, typed=typed)


def table(sheets: list[SheetPlan], name: str) -> Table:
    """A table of some sheets by name."""
    return next(t for sheet in sheets for t in sheet.tables if t.name == name)


def rows(sheets: list[SheetPlan], name: str) -> dict[Any, dict[str, Any]]:
    """The rows of a table by the first cell, each by header."""
    found = table(sheets, name)
    headers = [column.header for column in found.columns]
    lines = [dict(zip(headers, line, strict=True)) for line in zip(*found.values, strict=True)]
    return {line[headers[0]]: line for line in lines if line[headers[0]]}


def shown(sheet: SheetPlan, row: int, column: int) -> Any:
    """What a cell shows."""
    value = sheet.cells[row, column].value
    return value.value if isinstance(value, Formula) else value
