"""Daily caps by stage of traffic: the usual day at full traffic, times share, times multiple."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, place_of, this
from xlmatrix.formula.guard import text_if_error
from xlmatrix.rules.cells import Named, RowCells
from xlmatrix.rules.guides.budget import NOT_MEASURED, REFUND
from xlmatrix.tables.budget import CAPS, STAGES
from xlmatrix.tables.column import Column
from xlmatrix.tables.vocabulary import YES

NO_STAGE, TYPE_A_CAP, TOO_HIGH = "no stage", "type a cap", "share too high"
NO_USUAL, NO_FACTOR = "no usual day", "no factor"
FINE, WARN, ACT, STOP = "fine", "warn", "act", "stop"
#: The steps of a stage from the worst.
_STEPS: Final = (("Stop at", STOP), ("Act at", ACT), ("Warn at", WARN))


@dataclass(frozen=True, slots=True)
class _Made:
    """What a cap is made of, as cells of formulas, and the steps of its stage."""

    fixed: Expr
    usual: Expr
    share: Expr
    stage: Callable[[str], Expr]

    def cap(self) -> Expr:
        """The formula of :func:`cap_of`."""
        free = if_(F.AND(self.stage("Needs a cap").ne(YES), self._made() > 0), self._made())
        return F.IF(F.ISNUMBER(self.fixed), if_(F.N(self.fixed) > 0, F.N(self.fixed)), free)

    def _made(self) -> Expr:
        usual = F.IF(F.ISNUMBER(self.usual), F.MAX(0, F.N(self.usual)), 0)
        return usual * F.N(self.share) * F.N(self.stage("Cap × forecast"))

    def now(self, cap: Expr, today: Expr) -> Expr:
        """The formula of :func:`now_of`; ``cap`` is the cell of the cap."""
        judged: Expr = lit(FINE)
        for at, word in reversed(_STEPS):
            judged = F.IF(F.N(today) / F.N(cap) >= F.N(self.stage(at)), word, judged)
        judged = F.IF(F.N(today) < 0, REFUND, judged)
        # One inside the other: what is no number is not asked how large it is.
        asked = F.IF(F.N(self.usual) > 0, NO_FACTOR, NO_USUAL)
        usual = F.IF(F.ISNUMBER(self.usual), asked, NO_USUAL)
        typed = F.OR(F.ISNUMBER(self.fixed), self.stage("Needs a cap").eq(YES))
        why = F.IF(typed, TYPE_A_CAP, usual)
        return F.IF(F.ISNUMBER(cap), F.IF(F.ISNUMBER(today), judged, NOT_MEASURED), why)


def cap_of(stage: RowCells, fixed: float | None, usual: float | None, share: float) -> float | str:
    """The cap of a day in a stage; "" where there is none.

    A typed cap goes first. A stage that needs one has no other.
    """
    if fixed is not None:
        return fixed if fixed > 0 else ""
    made = max(0.0, usual or 0.0) * share * stage.counted("Cap × forecast")
    return made if made > 0 and stage.text("Needs a cap") != YES else ""


def now_of(
    stage: RowCells,
    cap: float | str,
    today: float | None,
    fixed: float | None,
    usual: float | None,
) -> str:
    """How a day stands against its cap, by the steps of its stage; why it has none."""
    if isinstance(cap, str):
        if fixed is not None or stage.text("Needs a cap") == YES:
            return TYPE_A_CAP
        return NO_FACTOR if usual is not None and usual > 0 else NO_USUAL
    if today is None:
        return NOT_MEASURED
    if today < 0:
        return REFUND
    return next((word for at, word in _STEPS if today / cap >= stage.counted(at)), FINE)


def _used_expr(cap: Expr, today: Expr) -> Expr:
    known = F.AND(F.ISNUMBER(cap), F.ISNUMBER(today), F.IFERROR(F.N(today), 0) >= 0)
    return if_(known, F.N(today) / F.N(cap))


def _used(cap: object, today: float | None) -> float | str:
    return today / cap if isinstance(cap, float) and today is not None and today >= 0 else ""


def stage_rules(usual: float | None, today: float | None, chosen: str) -> list[Column]:
    """Daily caps of all traffic by its stage; ``chosen`` is the stage that it is in."""
    spent = text_if_error(name("Budget_Today"))
    day = text_if_error(name("Budget_Usual_Day"))
    made = _Made(this("Fixed cap"), day, this("Share of traffic up to"), this)
    here = (this("Stage") & "").eq(text_if_error(name("Audit_Stage")) & "")

    def cap(row: RowCells) -> float | str:
        return cap_of(row, row.number("Fixed cap"), usual, row.counted("Share of traffic up to"))

    def is_here(row: RowCells) -> bool:
        return row.text("Stage") == chosen.casefold()

    def now(row: RowCells) -> str:
        if not is_here(row):
            return ""
        top = row["Daily cap"]
        assert isinstance(top, float | str)
        return now_of(row, top, today, row.number("Fixed cap"), usual)

    cell = this("Daily cap")
    return [
        STAGES["Daily cap"].by(made.cap(), cap),
        STAGES["Used today"].by(
            if_(here, _used_expr(cell, spent)),
            lambda row: _used(row["Daily cap"], today) if is_here(row) else "",
        ),
        STAGES["Now"].by(if_(here, made.now(cell, spent)), now),
    ]


_PLACE: Final = place_of(this("Stage"), col(STAGES.name, "Stage"))


def _of_stage(header: str) -> Expr:
    return iferror(F.INDEX(col(STAGES.name, header), _PLACE))


def workload_cap_rules(stages: Mapping[Named, RowCells]) -> list[Column]:
    """The computed columns of tCaps; ``stages`` are the rows of tStages by their names."""
    most = F.N(_of_stage("Share of traffic up to"))
    own = this("Share")
    share = F.IF(F.ISNUMBER(own), F.N(own), most)
    made = _Made(this("Cap"), this("Usual day"), share, _of_stage)
    known = F.ISNUMBER(_PLACE)
    high = F.AND(F.ISNUMBER(own), F.IFERROR(F.N(own), 0) > most)
    cells = ("Stage", "Usual day", "Cap", "Share", "Spent today")
    blank = F.AND(*(this(header).empty() for header in cells))
    cap, today = this("Daily cap"), this("Spent today")

    def stage_of(row: RowCells) -> RowCells | None:
        stage = row.named("Stage")
        return None if stage is None else stages.get(stage)

    def too_high(row: RowCells, stage: RowCells) -> bool:
        part = row.number("Share")
        return part is not None and part > stage.counted("Share of traffic up to")

    def cap_twin(row: RowCells) -> float | str:
        stage = stage_of(row)
        if stage is None or too_high(row, stage):
            return ""
        part = row.number("Share")
        part = stage.counted("Share of traffic up to") if part is None else part
        return cap_of(stage, row.number("Cap"), row.number("Usual day"), part)

    def now_twin(row: RowCells) -> str:
        if not any(row.filled(header) for header in cells):
            return ""
        stage = stage_of(row)
        if stage is None:
            return NO_STAGE
        if too_high(row, stage):
            return TOO_HIGH
        top, spent = row["Daily cap"], row.number("Spent today")
        assert isinstance(top, float | str)
        return now_of(stage, top, spent, row.number("Cap"), row.number("Usual day"))

    def action(row: RowCells) -> str:
        stage = stage_of(row)
        return "" if stage is None else str(stage["Action at the stop"] or "")

    standing = F.IF(known, F.IF(high, TOO_HIGH, made.now(cap, today)), NO_STAGE)
    return [
        CAPS["Daily cap"].by(if_(F.AND(known, F.NOT(high)), made.cap()), cap_twin),
        CAPS["Used"].by(
            _used_expr(cap, today), lambda row: _used(row["Daily cap"], row.number("Spent today"))
        ),
        CAPS["Now"].by(if_(F.NOT(blank), standing), now_twin),
        CAPS["Action at the stop"].by(if_(known, _of_stage("Action at the stop") & ""), action),
    ]
