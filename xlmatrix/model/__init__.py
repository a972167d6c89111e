"""The spec: what a matrix owner writes in YAML, as frozen, checked models."""

from __future__ import annotations

from xlmatrix.model.access import Access
from xlmatrix.model.calendars import (
    build_calendar,
    day_seconds,
    holiday_dates,
    public_holidays,
    weekly_hours,
)
from xlmatrix.model.drills import WEEKDAYS, Answering, Drills, Inject, Scenario, SimulationSpec
from xlmatrix.model.duration import UNITS, Duration
from xlmatrix.model.guides import GUIDES, Checklist, Comms, Guide
from xlmatrix.model.importing import ImportMapping
from xlmatrix.model.ladder import FAMILIES, Family, Share, Step, Team
from xlmatrix.model.loader import Loaded, check_spec, judged_spec, load, loads, read_text
from xlmatrix.model.mappings import checked_mappings, dump_mappings, grown_mappings, load_mappings
from xlmatrix.model.models import SPEC_VERSION, IncidentClass, MatrixSpec
from xlmatrix.model.modifiers import QUESTIONS, Answers, Question, apply_modifiers
from xlmatrix.model.parts import (
    FUNCTIONS,
    CalendarSpec,
    DefaultOwners,
    Function,
    Holidays,
    Horizon,
    Owners,
    Person,
    Policy,
    Role,
    Scope,
)
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import CADENCES, TARGETS, Target, TargetName, Targets
from xlmatrix.model.taxonomy import FRAMEWORKS, AlwaysAdd, Framework, Mappings, RaciRow
from xlmatrix.model.vendors import Bounds, Retirement, SupportResponse, Vendor
from xlmatrix.model.writer import dump

__all__ = [
    "CADENCES",
    "FAMILIES",
    "FRAMEWORKS",
    "FUNCTIONS",
    "GUIDES",
    "QUESTIONS",
    "SPEC_VERSION",
    "TARGETS",
    "UNITS",
    "WEEKDAYS",
    "Access",
    "AlwaysAdd",
    "Answering",
    "Answers",
    "Bounds",
    "CalendarSpec",
    "Checklist",
    "Comms",
    "DefaultOwners",
    "Drills",
    "Duration",
    "Family",
    "Framework",
    "Function",
    "Guide",
    "Holidays",
    "Horizon",
    "ImportMapping",
    "IncidentClass",
    "Inject",
    "Loaded",
    "Mappings",
    "MatrixSpec",
    "Owners",
    "Person",
    "Policy",
    "Question",
    "RaciRow",
    "Retirement",
    "Role",
    "Scenario",
    "Scope",
    "Severity",
    "Share",
    "SimulationSpec",
    "Step",
    "SupportResponse",
    "Target",
    "TargetName",
    "Targets",
    "Team",
    "Vendor",
    "apply_modifiers",
    "build_calendar",
    "check_spec",
    "checked_mappings",
    "day_seconds",
    "dump",
    "dump_mappings",
    "grown_mappings",
    "holiday_dates",
    "judged_spec",
    "load",
    "load_mappings",
    "loads",
    "public_holidays",
    "read_text",
    "weekly_hours",
]
