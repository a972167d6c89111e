"""Drill actions: what drills showed, what is done about it, and which later drill verified it."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, lit, this
from xlmatrix.rules import names
from xlmatrix.rules.cells import number_of, text_in
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import laid_out, looks, paired
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Value, Values
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.improvements import ACTION_OVERDUE, IMPROVEMENTS, OPEN, VERIFIED
from xlmatrix.tables.kinds import NUMBER

NAME: Final = "Drill actions"
#: Rows that wait to be filled.
ROWS: Final = 24
LIVE, RANK = "live", "open no."
_HEADER_ROW: Final = 6


def drill_actions_sheet(scene: Scene) -> Drawn:
    """One row an improvement; the card of the next drill lists the open ones."""
    draft = Draft(NAME)
    heading(
        draft,
        "Drill actions",
        "What a drill showed, why, what is done about it by whom, and the drill that verified it.",
    )
    back_link(draft, 3, 2)
    draft.put(
        4,
        2,
        "An action is open until a later drill verified it; drill cards list what is to be seen.",
        "note",
    )
    values = _values(scene)
    table = draft.table(
        laid_out(
            IMPROVEMENTS,
            _HEADER_ROW,
            2,
            paired(
                IMPROVEMENTS,
                values,
                [
                    IMPROVEMENTS["State"].by(_state_expr()),
                    hidden_step(LIVE, _live_expr(), kind=NUMBER),
                    hidden_step(RANK, _rank_expr(), kind=NUMBER),
                ],
            ),
            whole=True,
            paints={"State": looks(good=VERIFIED, bad=ACTION_OVERDUE, calm=OPEN)},
            row_height=30,
        )
    )
    draft.set_page(
        area=area(1, 1, table.last_row, table.column_of("Check")),
        freeze=f"C{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    return Drawn(draft.plan(), {})


def _values(scene: Scene) -> dict[str, Values]:
    keys = list(range(1, ROWS + 1))
    values: dict[str, Values] = {
        column.id: [scene.value(IMPROVEMENTS.name, str(key), column.id, None) for key in keys]
        for column in IMPROVEMENTS.typed
    }
    states = [
        _state(scene, *row)
        for row in zip(
            *(values[header] for header in ("Observation", "Due", "Verified in")), strict=True
        )
    ]
    live = [1 if state in (OPEN, ACTION_OVERDUE) else 0 for state in states]
    ranks: list[Value] = [sum(live[: place + 1]) if one else "" for place, one in enumerate(live)]
    return {"No.": list(keys), **values, "State": list(states), LIVE: list(live), RANK: ranks}


def _state_expr() -> Expr:
    late = F.IF(F.ISNUMBER(this("Due")), this("Due") + 1 <= names.AS_OF, False)
    open_ = F.IF(late, ACTION_OVERDUE, OPEN)
    told = F.IF(F.ISNUMBER(this("Verified in")), VERIFIED, open_)
    return if_((this("Observation") & "").filled(), told)


def _state(scene: Scene, observation: Value, due: Value, verified: Value) -> str:
    if not text_in(observation):
        return ""
    if number_of(verified) is not None:
        return VERIFIED
    day = number_of(due)
    now = number_of(scene.context.as_of) or 0
    return ACTION_OVERDUE if day is not None and day + 1 <= now else OPEN


def _live_expr() -> Expr:
    state = this("State")
    return F.IF(F.OR(state.eq(OPEN), state.eq(ACTION_OVERDUE)), 1, 0)


def _rank_expr() -> Expr:
    """Which of the open actions a row is, from 1; blank for one that is not open."""
    live, number = col(IMPROVEMENTS.name, LIVE), col(IMPROVEMENTS.name, "No.")
    above = F.COUNTIFS(live, 1, number, lit("<=") & this("No."))
    return if_(this(LIVE).eq(1), above)


def told_actions(scene: Scene) -> list[dict[str, Value]]:
    """The actions that somebody noted, in order, by column id."""
    values = _values(scene)
    rows = [dict(zip(values, cells, strict=True)) for cells in zip(*values.values(), strict=True)]
    return [row for row in rows if row["State"] != ""]


def open_actions(scene: Scene) -> list[dict[str, Value]]:
    """The actions that no drill has verified, in order, by column id."""
    return [row for row in told_actions(scene) if row[LIVE] == 1]
