"""What people log can be computed with, and who overrides a severity says why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, col, name
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.ladder.overrides import COUNTS
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.logs import CHANGES, PAUSES, REOPENED
from xlmatrix.tables.oncall import OVERRIDES, SHIFTS, STRANGER

_LOGS: Final = (
    (INCIDENTS.name, "Incidents"),
    (PAUSES.name, "Pauses"),
    (CHANGES.name, "Severity changes"),
    (REOPENED.name, "Reopened"),
)
#: The name of the cell that counts what is typed below each log, by table.
BELOW: Final = {table: f"{table[1:]}_Below" for table, _ in _LOGS}
#: The name of the share of overrides without a reason or an approver.
OVERRIDE_SHARE: Final = "Override_Gap_Share"


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Rows of every log that its Check column flags."""
    for table, sheet in _LOGS:
        if facts.has(table, "Check"):
            count, found = facts.filled(table, "Check")
            yield HealthCheck(
                f"{sheet}: rows with an odd entry",
                count,
                found,
                LOOK,
                "See the Check column beside the row",
                sheet,
                code="log-odd",
                example=_first_odd(facts, table),
            )
    yield from _below(facts)
    yield from _on_call(facts)
    if facts.has(INCIDENTS.name, "override gap"):
        column = facts.columns[INCIDENTS.name, "override gap"]
        yield HealthCheck(
            "Overrides of a severity without a reason or an approver",
            F.COUNTIF(col(INCIDENTS.name, "override gap"), 1),
            sum(value == 1 for value in column),
            LOOK,
            "Ask who decided it, and note why",
            "Incidents",
            code="override-reason",
        )


def _first_odd(facts: Facts, table: str) -> str:
    """Of the first row of a log that is odd: what it speaks of, and what is said of it."""
    known = "ID" if table == INCIDENTS.name else "No"
    rows = zip(facts.columns[table, known], facts.columns[table, "Check"], strict=True)
    key, said = next((row for row in rows if row[1]), ("", ""))
    named = f"row {text_in(key)}" if known == "No" else text_in(key) or "a row without ID"
    return f"{named}: {said}" if said else ""


def _below(facts: Facts) -> Iterator[HealthCheck]:
    """What is typed below the logs, where no formula reads it."""
    tables = [table for table, known in BELOW.items() if known in facts.names]
    if tables:
        counts: Iterator[Expr] = (name(BELOW[table]) + 0 for table in tables)
        yield HealthCheck(
            "Cells typed below a log, whose table did not grow",
            reduce(add, counts),
            sum(facts.below.get(table, 0) for table in tables),
            FIX,
            "Drag the corner of the table down over them; the sheet of the log says so, too",
            next(sheet for table, sheet in _LOGS if facts.below.get(table) or table == tables[-1]),
            code="below-table",
        )


def _on_call(facts: Facts) -> Iterator[HealthCheck]:
    """Overrides without effect, and shifts of people who have left the directory."""
    mend = "See the Check column beside the row"
    if facts.has(OVERRIDES.name, "Check"):
        count: Expr
        count, found = facts.filled(OVERRIDES.name, "Check")
        for word in COUNTS:
            fine, known = facts.saying(OVERRIDES.name, "Check", word)
            count, found = count - fine, found - known
        yield HealthCheck(
            "Overrides that have no effect",
            count,
            found,
            FIX,
            mend,
            "On-call",
            code="override-idle",
        )
    if facts.has(SHIFTS.name, "Check"):
        count, found = facts.saying(SHIFTS.name, "Check", STRANGER)
        yield HealthCheck(
            "Shifts are held by people of the directory",
            count,
            found,
            FIX,
            mend,
            "On-call",
            code="shift-stranger",
        )


def override_share(facts: Facts) -> tuple[Expr, float] | None:
    """The share of overrides without a reason or an approver, where the workbook has it."""
    if OVERRIDE_SHARE not in facts.names or not facts.has(INCIDENTS.name, "override gap"):
        return None
    logs = [
        facts.columns.get((table, "override gap"), ()) for table in (INCIDENTS.name, CHANGES.name)
    ]
    judged = [value for log in logs for value in log if value in (0, 1)]
    return name(OVERRIDE_SHARE) + 0, sum(judged) / len(judged) if judged else 0
