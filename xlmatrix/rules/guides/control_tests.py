"""What the last run of a control's test shows, as its own words say when it passes.

No verdict where there is no ground for one: nothing run, a date to come, failures that were not
counted. What failed stays failed until it is run again; what passed lapses with its period.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, name, place_of, this
from xlmatrix.rules.cells import TODAY, CellValue, RowCells, day_serial, word_in
from xlmatrix.rules.frame import Context
from xlmatrix.rules.guides import bounds
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.controls import (
    CONTROL_TESTS,
    CONTROLS,
    FAILED,
    NO_VERDICT,
    NOT_RUN,
    OUTDATED,
    PASSED,
    TOO_FEW,
)
from xlmatrix.tables.meaning import place_in

_POINTS: Final = words.TEST_UNITS.words[-1]
#: A share of failures this much above a limit is above it, whatever the last bit says.
_HAIR: Final = 1e-9
_Made: TypeAlias = Callable[[Expr, Expr], Expr]
_Twin: TypeAlias = Callable[[float, float], float]
#: The step that says which control, by its row from 1, a test is of; 0 for none.
OF_CONTROL: Final = "control row"
#: Steps: the share of failures, that of the cases compared, and Wilson's bounds of both.
_SHARE, _OTHER, _TOP, _BOTTOM = "share", "share compared", "upper", "lower"


def test_rules(context: Context, controls: Sequence[RowCells]) -> list[Column]:
    """The computed columns of tControlTests; ``controls`` are all rows of tControls."""
    today = float(day_serial(context.as_of.date()))
    ids = [control.get("ID") for control in controls]
    return [
        hidden_step(OF_CONTROL, _control_expr(), lambda row: _control(row, ids)),
        _told("Name", "Control", controls),
        _told("Owner", "Owner", controls),
        hidden_step("comparing", _comparing_expr(), _comparing),
        hidden_step("ground", _ground_expr(), lambda row: _ground(row, today)),
        *_share_steps(),
        CONTROL_TESTS["Worse by"].by(_worse_expr(), _worse),
        CONTROL_TESTS["At most"].by(_bound_expr(), _bound),
        CONTROL_TESTS["Method"].by(_method_expr(), _method),
        hidden_step("broke", _broke_expr(), _broke),
        CONTROL_TESTS["Result"].by(_result_expr(), lambda row: _result(row, today)),
        CONTROL_TESTS["Run again by"].by(_next_expr(), _next),
    ]


def _told(known: str, of_control: str, controls: Sequence[RowCells]) -> Column:
    """What stands beside the control that a test is of."""
    cell = F.INDEX(col(CONTROLS.name, of_control), this(OF_CONTROL)) & ""

    def twin(row: RowCells) -> str:
        place = row[OF_CONTROL]
        return (
            word_in(controls[place - 1].get(of_control)) if isinstance(place, int) and place else ""
        )

    return CONTROL_TESTS[known].by(if_(this(OF_CONTROL) > 0, iferror(cell)), twin)


def _control_expr() -> Expr:
    return F.IFERROR(place_of(this("Control"), name(words.CONTROLS.list_name)), 0)


def _control(row: RowCells, controls: Sequence[CellValue]) -> int:
    return place_in(row.get("Control"), controls) or 0  # type: ignore[arg-type]


def _comparing_expr() -> Expr:
    return F.IF(F.AND(F.ISNUMBER(this("Limit")), this("Unit").eq(_POINTS)), 1, 0)


def _comparing(row: RowCells) -> int:
    return int(row.number("Limit") is not None and row.text("Unit") == _POINTS)


def _counted_expr(cases: str, failed: str) -> Expr:
    n, k = F.N(this(cases)), F.N(this(failed))
    return F.AND(
        F.ISNUMBER(this(cases)), F.ISNUMBER(this(failed)),
        n >= 1, k >= 0, k <= n, F.INT(n).eq(n), F.INT(k).eq(k),
    )  # fmt: skip


def _counted(row: RowCells, cases: str, failed: str) -> bool:
    n, k = row.number(cases), row.number(failed)
    return n is not None and k is not None and n >= 1 and 0 <= k <= n and n % 1 == k % 1 == 0


def _ground_expr() -> Expr:
    """Whether the run has happened, and all that its verdict needs is written down."""
    run = this("Last run")
    happened = F.AND(F.ISNUMBER(run), F.INT(F.N(run)) <= TODAY)
    beside = F.IF(
        this("comparing").eq(1),
        _counted_expr("Cases compared", "Failed compared"),
        F.OR(F.NOT(F.ISNUMBER(this("Limit"))), F.ISNUMBER(this("Measured"))),
    )
    return F.IF(F.AND(happened, _counted_expr("Cases", "Failed"), beside), 1, 0)


def _ground(row: RowCells, today: float) -> int:
    run = row.number("Last run")
    if run is None or run // 1 > today or not _counted(row, "Cases", "Failed"):
        return 0
    if row["comparing"]:
        return int(_counted(row, "Cases compared", "Failed compared"))
    return int(row.number("Limit") is None or row.number("Measured") is not None)


def _compares(column: Expr) -> Expr:
    return F.IF(this("ground").eq(1), F.IF(this("comparing").eq(1), column, BLANK), BLANK)


def _share_steps() -> list[Column]:
    """What the bounds are made of, one step a cell."""

    def step(known: str, expr: Expr, twin: Callable[[RowCells], float]) -> Column:
        compared = known in (_OTHER, _BOTTOM)
        made = _compares(expr) if compared else if_(this("ground").eq(1), expr)
        asked = ("ground", "comparing") if compared else ("ground",)
        return hidden_step(known, made, lambda row: twin(row) if all(map(row.get, asked)) else "")

    def share(known: str, failed: str, cases: str) -> Column:
        made = this(failed) / this(cases)
        return step(known, made, lambda row: row.counted(failed) / row.counted(cases))

    def bound(known: str, of: str, cases: str, made: _Made, twin: _Twin) -> Column:
        expr = made(this(of), this(cases))
        return step(known, expr, lambda row: twin(row.counted(of), row.counted(cases)))

    return [
        share(_SHARE, "Failed", "Cases"),
        share(_OTHER, "Failed compared", "Cases compared"),
        bound(_TOP, _SHARE, "Cases", bounds.upper_expr, bounds.upper),
        bound(_BOTTOM, _OTHER, "Cases compared", bounds.lower_expr, bounds.lower),
    ]


def _worse_expr() -> Expr:
    return _compares(100 * (this(_SHARE) - this(_OTHER)))


def _worse(row: RowCells) -> float | str:
    if not (row["ground"] and row["comparing"]):
        return ""
    return 100 * (row.counted(_SHARE) - row.counted(_OTHER))


def _bound_expr() -> Expr:
    beside = bounds.worse_by_at_most_expr(this(_SHARE), this(_TOP), this(_OTHER), this(_BOTTOM))
    single = bounds.at_most_expr(this("Failed"), this("Cases"), this(_TOP))
    return if_(this("ground").eq(1), iferror(F.IF(this("comparing").eq(1), beside, single)))


def _bound(row: RowCells) -> float | str:
    if not row["ground"]:
        return ""
    failed, cases = row.counted("Failed"), row.counted("Cases")
    if not row["comparing"]:
        return bounds.at_most(failed, cases)
    beside, others = row.counted("Failed compared"), row.counted("Cases compared")
    return bounds.worse_by_at_most(failed, cases, beside, others)


def _method_expr() -> Expr:
    single = F.IF(F.N(this("Failed")).eq(0), bounds.EXACT, bounds.WILSON)
    method = F.IF(this("comparing").eq(1), bounds.NEWCOMBE, single)
    return if_(this("ground").eq(1), method)


def _method(row: RowCells) -> str:
    if not row["ground"]:
        return ""
    if row["comparing"]:
        return bounds.NEWCOMBE
    return bounds.EXACT if row.counted("Failed") == 0 else bounds.WILSON


def _broke_expr() -> Expr:
    """Whether a run that has ground misses what its test asks for."""
    limit, most = this("Limit"), this("Most failed")
    many = F.AND(F.N(this("Failed")) > F.N(most), F.OR(F.ISNUMBER(most), this("comparing").eq(0)))
    measured = F.IF(this("comparing").eq(1), F.N(this("Worse by")), F.N(this("Measured")))
    beyond = F.AND(F.ISNUMBER(limit), measured > F.N(limit) + _HAIR)
    return F.IF(this("ground").eq(1), F.IF(F.OR(many, beyond), 1, 0), 0)


def _broke(row: RowCells) -> int:
    if not row["ground"]:
        return 0
    most, limit = row.number("Most failed"), row.number("Limit")
    asked = most is not None or not row["comparing"]
    many = asked and row.counted("Failed") > (most or 0)
    measured = row.counted("Worse by" if row["comparing"] else "Measured")
    return int(many or (limit is not None and measured > limit + _HAIR))


def _result_expr() -> Expr:
    run, every = this("Last run"), this("Every (days)")
    old = F.AND(F.N(every) > 0, TODAY - F.INT(F.N(run)) > F.N(every))
    few = F.N(this("Cases")) < F.N(this("Cases needed"))
    stands = F.IF(old, OUTDATED, F.IF(few, TOO_FEW, PASSED))
    judged = F.IF(this("ground").eq(1), F.IF(this("broke").eq(1), FAILED, stands), NO_VERDICT)
    told = F.IF(F.ISNUMBER(run), judged, NOT_RUN)
    return if_(this(OF_CONTROL) > 0, told)


def _result(row: RowCells, today: float) -> str:
    if not row[OF_CONTROL]:
        return ""
    run, every = row.number("Last run"), row.counted("Every (days)")
    if run is None:
        return NOT_RUN
    if not row["ground"]:
        return NO_VERDICT
    if row["broke"]:
        return FAILED
    if every > 0 and today - run // 1 > every:
        return OUTDATED
    return TOO_FEW if row.counted("Cases") < row.counted("Cases needed") else PASSED


def _next_expr() -> Expr:
    run, every = this("Last run"), this("Every (days)")
    known = F.AND(this("ground").eq(1), F.N(every) > 0)
    return if_(known, F.INT(F.N(run)) + F.N(every))


def _next(row: RowCells) -> float | str:
    every = row.counted("Every (days)")
    return row.counted("Last run") // 1 + every if row["ground"] and every > 0 else ""
