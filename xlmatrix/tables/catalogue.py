"""Every table of a workbook, by name: where all that reads or writes one looks it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from xlmatrix.tables import (
    access,
    audit,
    budget,
    change,
    controls,
    drills,
    guides,
    hours,
    improvements,
    incidents,
    injection,
    logs,
    matrix,
    obligations,
    oncall,
    people,
    providers,
    reporting,
    results,
    severities,
    simulation,
    vendors,
)
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import Raw, text_of
from xlmatrix.tables.table import Table, distinct

#: In the order in which people meet them.
TABLES: Final = distinct(
    (
        access.ACCESS,
        audit.AUDIT_QUESTIONS,
        providers.WORKLOADS,
        providers.PROVIDER_CALLS,
        providers.AUDIT_SETTINGS,
        budget.BUDGET_FACTS,
        budget.BUDGET,
        budget.BURN_ALARMS,
        budget.AUDIT_STAGE,
        budget.STAGES,
        budget.CAPS,
        providers.TOKEN_COUNTS,
        providers.COSTS,
        audit.KPIS,
        audit.KPI_TIMES,
        audit.SCORECARD,
        change.CHANGE_REGISTER,
        change.GATES,
        change.TEAMS,
        change.CHANGE_SETTINGS,
        change.MEETINGS,
        controls.RISK_BANDS,
        controls.RISK_SETTINGS,
        controls.CONTROLS,
        controls.CONTROL_TESTS,
        drills.DRILL_PLAN,
        drills.DECISION,
        drills.SEATS,
        drills.DRILL_CLASSES,
        drills.DRILLS,
        improvements.IMPROVEMENTS,
        drills.SCENARIOS,
        drills.INJECTS,
        guides.CHECKLIST,
        guides.COMMS_CHOICE,
        guides.COMMS_WORDS,
        guides.NOTICE_FIELDS,
        guides.MESSAGES,
        injection.INJECTION_CHOICE,
        injection.INJECTION,
        injection.INJECTION_CUTS,
        injection.INJECTION_EVIDENCE,
        injection.INJECTION_QUESTIONS,
        injection.INJECTION_CHAIN,
        injection.INJECTION_LAYERS,
        hours.CALENDARS,
        hours.HOURS,
        hours.EXCEPTIONS,
        hours.HOLIDAYS,
        incidents.INCIDENTS,
        logs.PAUSES,
        logs.CHANGES,
        logs.REOPENED,
        matrix.MATRIX,
        matrix.CLASSES,
        matrix.CODES,
        matrix.RACI,
        matrix.ALWAYS_ADD,
        matrix.TRIAGE,
        obligations.NOTICES,
        obligations.OBLIGATIONS,
        oncall.ON_CALL,
        oncall.SHIFTS,
        oncall.OVERRIDES,
        oncall.LEAVE,
        oncall.PROOF,
        oncall.COVERAGE,
        reporting.RULES,
        reporting.SCOPE,
        reporting.MOMENTS,
        reporting.REPORTS,
        people.ROLES,
        people.TEAMS,
        people.PEOPLE,
        severities.TARGETS,
        severities.LADDER,
        severities.OWNERS,
        simulation.SIMULATION,
        simulation.SIM_ASSUMED,
        simulation.SIM_LEVELS,
        simulation.SIM_CAUSES,
        simulation.SIM_SHARED,
        simulation.SIM_ANSWERS,
        vendors.VENDORS,
        vendors.VENDOR_BOUNDS,
        vendors.RETIREMENTS,
        vendors.VENDOR_SETTINGS,
        results.RECALCULATED,
        results.AUDIT,
        results.PARITY,
        results.STAMPED,
        results.REGENERATED,
    )
)


@cache
def table_of(name: str) -> Table | None:
    """The declaration of a workbook's table by its name; None for one that is not ours.

    One table a severity is found by its number (``tTargets2``) and by the severity's id
    (``tTargets@SEV-2``).
    """
    if name in TABLES:
        return None if TABLES[name].numbered else TABLES[name]
    return next((table for table in TABLES.values() if table.holds(name)), None)


def ids_of(name: str, headers: Iterable[str]) -> tuple[str, ...]:
    """The column ids behind the headers of a workbook's table; strange headers stay."""
    table = table_of(name)
    return tuple(headers) if table is None else table.ids_of(headers)


@cache
def header_of(name: str, column_id: str) -> str:
    """What the sheet shows above a column of a workbook's table."""
    table = table_of(name)
    return column_id if table is None else table.header_of(column_id)


def column_of(name: str, column_id: str) -> Column | None:
    """The declaration of a column of a workbook's table; None where either is not ours."""
    table = table_of(name)
    return None if table is None else table.get(column_id)


def show(name: str, column_id: str, value: Raw) -> str:
    """A value of a table's column as people read it."""
    column = column_of(name, column_id)
    return text_of(value) if column is None else column.kind.show(value)


def keys_of(name: str, column_ids: Sequence[str]) -> tuple[str, ...]:
    """The ids of the columns that name a row of a table; none where its place does.

    The first column names the rows of a table that is not ours.
    """
    table = table_of(name)
    return tuple(column_ids[:1]) if table is None else table.keys
