"""KPIs, times by severity and the scorecard: what was measured, and what so many cases say of it.

A share of counted cases is judged by its whole 95 % interval, never by the figure alone. The log's
figures are those of the last whole calendar month before *As of*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, place_among_texts, this
from xlmatrix.formula.guard import sum_of
from xlmatrix.rules import intervals as told
from xlmatrix.rules.cells import RowCells, number_of
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.guides.times import (
    DIGITS,
    NEVER,
    NO_CASES,
    NO_TARGET,
    Period,
    inside,
    within,
)
from xlmatrix.rules.incidents.columns import CLOSED_BREACHED, CLOSED_MET
from xlmatrix.rules.instants import rounded
from xlmatrix.tables.audit import KPIS, SCORECARD
from xlmatrix.tables.column import Column
from xlmatrix.tables.counts import cases_of_lift, cases_of_share
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.vocabulary import KPI_KINDS

PER_THOUSAND, LIFT, DIFFERENCE, SHARE = KPI_KINDS.words[1:]
NOT_MEASURED, NOT_CLEAR, NO_SAMPLE = "not measured", "not clear", "no sample"
BY_WILSON, BY_RATIO, BY_FIGURE = "Wilson, 95 %", "log of the ratio, 95 %", "the figure itself"
WEIGHTS_ODD: Final = "weights do not make 100 %"


def log_figures(frame: Frame, period: Period) -> tuple[Expr, float, Expr, float]:
    """What was closed on time in the period, and what was closed: formulas and values."""
    status = col(INCIDENTS.name, "Status")
    closed = within("res done s")
    kept, late = (F.COUNTIFS(status, word, *closed) for word in (CLOSED_MET, CLOSED_BREACHED))
    then = inside(frame["res done s"], period)
    met = float((then & (frame["Status"] == CLOSED_MET)).sum())
    missed = float((then & (frame["Status"] == CLOSED_BREACHED)).sum())
    return kept, met, kept + late, met + missed


def _lower() -> Expr:
    return this("Better").eq("lower")


def kpi_rules(log: Mapping[str, tuple[float, float]]) -> list[Column]:
    """Everything that follows from a KPI; ``log`` gives top and bottom by lowered ID, if known."""
    return [
        _taken("Top", "Kpi_Top", {known: parts[0] for known, parts in log.items()}),
        _taken("Bottom", "Kpi_Bottom", {known: parts[1] for known, parts in log.items()}),
        KPIS["Value"].by(_value_expr(), _value),
        KPIS["Cases"].by(_cases_expr(), _cases),
        *_interval_rules(),
        KPIS["Fewest cases"].by(_fewest_expr(), _fewest),
        KPIS["State"].by(_state_expr(), _state),
        KPIS["Judged by"].by(_method_expr(), _method),
    ]


def _taken(header: str, known: str, log: Mapping[str, float]) -> Column:
    """What counts as top or bottom: what is typed, else what the log gives."""
    of_log = iferror(F.INDEX(name(known), place_among_texts(this("ID"), name("Kpi_Item"))))

    def twin(row: RowCells) -> float | str:
        number = row.number(header)
        return log.get(row.text("ID"), "") if number is None else number

    expr = F.IF(F.ISNUMBER(this(header)), this(header) + 0, of_log)
    return KPIS[f"{header} taken"].by(expr, twin)


def _scale_expr() -> Expr:
    return F.IF(this("Unit").eq("%"), 100, 1)


def _scale(row: RowCells) -> int:
    return 100 if row.text("Unit") == "%" else 1


def _value_expr() -> Expr:
    top, bottom = this("Top taken"), this("Bottom taken")
    kind, ratio = this("Kind"), iferror(top / bottom)
    made = F.IF(
        kind.eq(DIFFERENCE),
        iferror(top - bottom),
        F.IF(
            kind.eq(LIFT),
            iferror(top / bottom - 1),
            F.IF(kind.eq(PER_THOUSAND), iferror(top / bottom * 1000), ratio),
        ),
    )
    return iferror(F.ROUND(made * _scale_expr(), DIGITS))


def _value(row: RowCells) -> float | str:
    upper, lower = number_of(row["Top taken"]), number_of(row["Bottom taken"])
    if upper is None or lower is None:
        return ""
    kind = row.text("Kind")
    if kind != DIFFERENCE and lower == 0:
        return ""
    made = upper - lower if kind == DIFFERENCE else upper / lower
    if kind == LIFT:
        made -= 1
    if kind == PER_THOUSAND:
        made *= 1000
    return rounded(made * _scale(row), DIGITS)


def _cases_expr() -> Expr:
    """How many cases are behind a share or a lift; nothing where that cannot be."""
    top, bottom = this("Top taken"), this("Bottom taken")
    there = F.IF(F.ISNUMBER(this("Population")), bottom > F.N(this("Population")), lit(False))
    counted = F.AND(
        bottom >= 1, top >= 0, F.INT(bottom).eq(bottom), F.INT(top).eq(top), top <= bottom
    )
    known = F.AND(F.ISNUMBER(top), F.ISNUMBER(bottom))
    share = if_(known, if_(counted, F.IF(there, "", bottom)))
    one, other = this("Top cases"), this("Bottom cases")
    typed = F.AND(*(F.ISNUMBER(this(h)) for h in _LIFT_CELLS))
    fits = F.AND(
        one >= 1, other >= 1, F.INT(one).eq(one), F.INT(other).eq(other),
        this("Top") >= 0, this("Top") <= 1, this("Bottom") > 0, this("Bottom") <= 1,
    )  # fmt: skip
    lift = if_(typed, if_(fits, F.N(one) + F.N(other)))
    return F.IF(this("Kind").eq(SHARE), iferror(share), if_(this("Kind").eq(LIFT), lift))


_LIFT_CELLS: Final = ("Top", "Bottom", "Top cases", "Bottom cases")


def _cases(row: RowCells) -> float | str:
    kind = row.text("Kind")
    upper, lower = number_of(row["Top taken"]), number_of(row["Bottom taken"])
    if upper is None or lower is None:
        return ""
    found = None
    if kind == SHARE:
        found = cases_of_share(upper, lower, row.number("Population"))
    elif kind == LIFT:
        cases = [row.number(header) for header in _LIFT_CELLS[2:]]
        rates = [row.number(header) for header in _LIFT_CELLS[:2]]
        known = [one for one in (*rates, *cases) if one is not None]
        found = cases_of_lift(*known) if len(known) == len(_LIFT_CELLS) else None
    return "" if found is None else found


def _interval_rules() -> list[Column]:
    """The ends of the 95 % interval, in the unit of the value."""
    cases, scale = this("Cases"), _scale_expr()
    share = told.wilson_exprs(this("Value") / scale, cases)
    lift = told.lift_exprs(*(this(h) for h in ("Top", "Top cases", "Bottom", "Bottom cases")))
    made = []
    for place, header in enumerate(("From", "To")):
        end = F.IF(this("Kind").eq(LIFT), lift[place], share[place])
        expr = if_(F.ISNUMBER(cases), iferror(F.ROUND(end * scale, DIGITS)))

        def twin(row: RowCells, place: int = place) -> float | str:
            found = _interval(row)
            return "" if found is None else rounded(found[place] * _scale(row), DIGITS)

        made.append(KPIS[header].by(expr, twin))
    return made


def _interval(row: RowCells) -> told.Interval | None:
    cases, value = row["Cases"], row["Value"]
    if not isinstance(cases, float):
        return None
    if row.text("Kind") == LIFT:
        rate, control, one, other = (row.counted(header) for header in _LIFT_CELLS)
        return told.lift_interval(rate, one, control, other)
    return told.wilson(cast(float, value) / _scale(row), cases)


def _fewest_expr() -> Expr:
    target = F.N(this("Target")) / _scale_expr()
    share = told.fewest_expr(target, _lower(), NEVER)
    control = F.N(this("Bottom"))
    lift = told.a_side_expr(control, control * target, "")
    made = F.IF(this("Kind").eq(SHARE), share, if_(this("Kind").eq(LIFT), lift))
    return if_(F.ISNUMBER(this("Target")), made)


def _fewest(row: RowCells) -> int | str:
    target = row.number("Target")
    if target is None:
        return ""
    target /= _scale(row)
    if row.text("Kind") == SHARE:
        fewest = told.fewest_cases(target, lower=row.text("Better") == "lower")
        return NEVER if fewest is None else fewest
    if row.text("Kind") != LIFT:
        return ""
    control = row.counted("Bottom")
    return told.a_side(control, control * target) or ""


def _state_expr() -> Expr:
    value, target = this("Value"), this("Target")
    sampled = F.OR(this("Kind").eq(SHARE), this("Kind").eq(LIFT))
    none = F.IF(F.AND(this("Kind").eq(SHARE), this("Bottom taken").eq(0)), NO_CASES, NOT_MEASURED)
    bare = F.OR(this("Top cases").filled(), this("Bottom cases").filled())
    unclear = F.IF(F.AND(this("Kind").eq(LIFT), F.NOT(bare)), NO_SAMPLE, NOT_CLEAR)
    low, high = (F.IF(sampled, this(end), value) for end in ("From", "To"))
    judged = told.verdict_expr(low, high, target, this("Alert"), _lower())
    found = F.IF(F.AND(sampled, F.NOT(F.ISNUMBER(this("From")))), unclear, judged)
    measured = F.IF(F.ISNUMBER(value), found, none)
    return if_(this("KPI").filled(), F.IF(F.ISNUMBER(target), measured, NO_TARGET))


def _state(row: RowCells) -> str:
    if not row.filled("KPI"):
        return ""
    target, value, kind = row.number("Target"), row["Value"], row.text("Kind")
    if target is None:
        return NO_TARGET
    if not isinstance(value, float):
        return NO_CASES if kind == SHARE and row["Bottom taken"] == 0 else NOT_MEASURED
    low, high = value, value
    if kind in (SHARE, LIFT):
        ends = number_of(row["From"]), number_of(row["To"])
        if ends[0] is None or ends[1] is None:
            bare = not (row.filled("Top cases") or row.filled("Bottom cases"))
            return NO_SAMPLE if kind == LIFT and bare else NOT_CLEAR
        low, high = ends[0], ends[1]
    lower = row.text("Better") == "lower"
    return told.verdict(low, high, target, row.number("Alert"), lower=lower)


def _method_expr() -> Expr:
    kind = this("Kind")
    by = F.IF(kind.eq(SHARE), BY_WILSON, F.IF(kind.eq(LIFT), BY_RATIO, BY_FIGURE))
    return if_(this("KPI").filled(), by)


def _method(row: RowCells) -> str:
    if not row.filled("KPI"):
        return ""
    return {SHARE: BY_WILSON, LIFT: BY_RATIO}.get(row.text("Kind"), BY_FIGURE)


def points_rule() -> Column:
    """A part of the scorecard: weight times a score from 0 to 100."""
    weight, score = this("Weight"), this("Score")
    scored = F.AND(F.ISNUMBER(weight), F.ISNUMBER(score), score >= 0, score <= 100)
    expr = if_(scored, weight * score)

    def twin(row: RowCells) -> float | str:
        part, mark = row.number("Weight"), row.number("Score")
        return part * mark if part is not None and mark is not None and 0 <= mark <= 100 else ""

    return SCORECARD["Points"].by(expr, twin)


def score_of(rows: list[RowCells]) -> tuple[Expr, float | str]:
    """The score in all: only where every part is scored and the weights make one."""
    part, points = col(SCORECARD.name, "Weight"), col(SCORECARD.name, "Points")
    scored, parts = F.COUNT(points), F.COUNT(part)
    whole = F.ROUND(sum_of(part), 6).eq(1)
    some = scored & " of " & parts & " scored"
    expr = F.IF(scored < parts, some, F.IF(whole, F.SUM(points), WEIGHTS_ODD))
    weights = [weight for row in rows if (weight := row.number("Weight")) is not None]
    marks = [mark for row in rows if (mark := number_of(row["Points"])) is not None]
    if len(marks) < len(weights):
        return expr, f"{len(marks)} of {len(weights)} scored"
    return expr, sum(marks) if round(sum(weights), 6) == 1 else WEIGHTS_ODD
