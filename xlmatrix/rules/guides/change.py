"""Changes: the gate that comes next, whether a freeze holds them, which meeting is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, criterion, if_, iferror, lit, name, these, this
from xlmatrix.rules.cells import TODAY, RowCells, day_serial
from xlmatrix.rules.frame import Context, Frame
from xlmatrix.rules.incidents.columns import OPEN_STATUSES
from xlmatrix.tables.change import CHANGE_REGISTER, GATES, MEETINGS, TEAMS
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.vocabulary import YES

ALL_PASSED, FROZEN, SKIPPED, GO, ADOPTED = "all passed", "frozen", "gate skipped", "go", "adopted"
NEVER, OVERDUE, THIS_WEEK, PLANNED = "never held", "overdue", "this week", "planned"
READY, NOT_READY = "ready", "not ready"
_FREEZE: Final = name("Change_Freeze")


def freeze(frame: Frame) -> tuple[Expr, int]:
    """How many incidents of the worst severity are open; any of them freezes changes."""
    worst = frame.context.spec.severities[0].id
    severity, status = col(INCIDENTS.name, "Severity"), col(INCIDENTS.name, "Status")
    count: Expr = lit(0)
    for index, known in enumerate(OPEN_STATUSES):
        counted = F.COUNTIFS(severity, criterion(worst), status, known)
        count = counted if index == 0 else count + counted
    pairs = zip(frame["Severity"], frame["Status"], strict=True)
    value = sum(s.casefold() == worst.casefold() and known in OPEN_STATUSES for s, known in pairs)
    return count, value


def change_rules(gates: Sequence[str], holders: dict[str, str], frozen: int) -> list[Column]:
    """The computed columns of tChangeRegister.

    Parameters
    ----------
    gates
        Headers of the columns with the dates on which gates were passed, in order.
    holders
        Who is accountable for a gate.
    frozen
        Open incidents of the worst severity.
    """
    # From the row itself, for people may sort the gates.
    step: Expr = lit(ALL_PASSED)
    passed: Expr = lit(len(gates))
    for number, gate in reversed([*enumerate(gates)]):
        step = F.IF(this(gate).empty(), gate, step)
        passed = F.IF(this(gate).empty(), number, passed)
    place = F.MATCH(this("Next gate"), col(GATES.name, "Gate"), 0)
    who = iferror(F.INDEX(col(GATES.name, "Who"), place) & "")
    held = F.AND(_FREEZE > 0, this("Rollback").ne(YES), this("Next gate").ne(ALL_PASSED))
    skipped = F.COUNT(these(gates[0], gates[-1])).ne(passed)
    go = F.IF(held, FROZEN, F.IF(skipped, SKIPPED, F.IF(passed.eq(len(gates)), ADOPTED, GO)))

    def named(row: RowCells) -> bool:
        return row.filled("Change")

    def step_of(row: RowCells) -> str:
        if not named(row):
            return ""
        return next((gate for gate in gates if not row.filled(gate)), ALL_PASSED)

    def go_of(row: RowCells) -> str:
        if not named(row):
            return ""
        nxt = row["Next gate"]
        if frozen and row.text("Rollback") != YES and nxt != ALL_PASSED:
            return FROZEN
        before = gates.index(str(nxt)) if nxt != ALL_PASSED else len(gates)
        dated = sum(row.number(gate) is not None for gate in gates)
        return SKIPPED if dated != before else ADOPTED if before == len(gates) else GO

    filled = this("Change").filled()
    return [
        CHANGE_REGISTER["Next gate"].by(if_(filled, step), step_of),
        CHANGE_REGISTER["Who decides"].by(
            if_(filled, who),
            lambda row: holders.get(str(row["Next gate"]), "") if named(row) else "",
        ),
        CHANGE_REGISTER["Go?"].by(if_(filled, go), go_of),
    ]


def meeting_rules(context: Context) -> list[Column]:
    """When a meeting is due again."""
    held, days = this("Last held"), this("Every (days)")
    due = this("Next due")
    today = day_serial(context.as_of.date())

    def due_of(row: RowCells) -> float | str:
        last, every = row.number("Last held"), row.number("Every (days)")
        return "" if last is None or every is None else last + every

    def state_of(row: RowCells) -> str:
        if not row.filled("Meeting"):
            return ""
        day = row["Next due"]
        if not isinstance(day, float):
            return NEVER
        return OVERDUE if day < today else THIS_WEEK if day - today <= 7 else PLANNED

    dated = F.IF(due < TODAY, OVERDUE, F.IF(due - TODAY <= 7, THIS_WEEK, PLANNED))
    state = F.IF(F.ISNUMBER(due), dated, NEVER)
    return [
        MEETINGS["Next due"].by(
            if_(F.AND(F.ISNUMBER(held), F.ISNUMBER(days)), held + days), due_of
        ),
        MEETINGS["State"].by(if_(this("Meeting").filled(), state, BLANK), state_of),
    ]


def team_rule(least: float) -> Column:
    """Whether a frontline team is ready: ``least`` of it is trained, and it holds the card."""
    trained, card = this("Trained"), this("Card handed out")
    ready = F.AND(F.N(trained) >= F.N(name("Change_Trained")) / 100, card.eq(YES))
    expr = if_(this("Team").filled(), F.IF(ready, READY, NOT_READY))

    def twin(row: RowCells) -> str:
        if not row.filled("Team"):
            return ""
        enough = row.counted("Trained") >= least
        return READY if enough and row.text("Card handed out") == YES else NOT_READY

    return TEAMS["Ready?"].by(expr, twin)
