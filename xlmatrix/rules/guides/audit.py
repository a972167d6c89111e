"""Arithmetic of the implementation audit: questions, KPIs, score."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    if_,
    iferror,
    name,
    place_among_texts,
    this,
)
from xlmatrix.rules.cells import TODAY, RowCells, day_serial
from xlmatrix.rules.frame import Context, Frame
from xlmatrix.rules.incidents.columns import CLOSED_BREACHED, CLOSED_MET
from xlmatrix.tables.audit import AUDIT_QUESTIONS, KPIS, SCORECARD
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.vocabulary import AUDIT as ANSWERS
from xlmatrix.tables.vocabulary import KPI_KINDS

YES, PARTLY, NO, NOT_ASKED = ANSWERS.words
PER_THOUSAND, LIFT, DIFFERENCE = KPI_KINDS.words[1:]
OPEN, OVERDUE, IN_ORDER = "open", "overdue", "in order"
TARGET_MET, BELOW, ALERT = "target met", "below target", "alert"


def question_rule(context: Context) -> Column:
    """The state of a question of the audit."""
    answer, due = this("Answer"), this("Due")
    late = F.AND(F.ISNUMBER(due), F.N(due) < TODAY)
    settled = F.OR(answer.eq(YES), answer.eq(NOT_ASKED))
    expr = if_(this("Question").filled(), F.IF(settled, IN_ORDER, F.IF(late, OVERDUE, OPEN)), BLANK)
    today = day_serial(context.as_of.date())

    def twin(row: RowCells) -> str:
        if not row.filled("Question"):
            return ""
        if row.text("Answer") in (YES, NOT_ASKED):
            return IN_ORDER
        day = row.number("Due")
        return OVERDUE if day is not None and day < today else OPEN

    return AUDIT_QUESTIONS["State"].by(expr, twin)


def log_figures(frame: Frame) -> dict[str, tuple[Expr, float, Expr, float]]:
    """Tops and bottoms that the log knows, by what they measure; minutes on the clock."""
    status = col(INCIDENTS.name, "Status")
    kept, missed = F.COUNTIF(status, CLOSED_MET), F.COUNTIF(status, CLOSED_BREACHED)
    met = float((frame["Status"] == CLOSED_MET).sum())
    late = float((frame["Status"] == CLOSED_BREACHED).sum())
    found: dict[str, tuple[Expr, float, Expr, float]] = {}
    found["SLA attainment"] = (kept, met, kept + missed, met + late)
    for label, header in (("MTTA", "ack done s"), ("MTTR", "res done s")):
        done, opened = col(INCIDENTS.name, header), col(INCIDENTS.name, "opened s")
        minutes = (F.SUM(done) - F.SUMIF(done, ">0", opened)) / 60
        at, start = frame[header], frame["opened s"]
        real = ~np.isnan(at)
        value = (float(at[real].sum()) - float(np.nansum(start[real]))) / 60
        found[label] = (minutes, value, F.COUNT(done), float(real.sum()))
    return found


def kpi_rules(log: Mapping[str, tuple[float, float]]) -> list[Column]:
    """Value and state of a KPI; ``log`` gives top and bottom by lowered ID where the log knows."""
    at = place_among_texts(this("ID"), name("Kpi_Item"))

    def of_log(known: str) -> Expr:
        return iferror(F.INDEX(name(known), at))

    top = F.IF(F.ISNUMBER(this("Top")), this("Top"), of_log("Kpi_Top"))
    bottom = F.IF(F.ISNUMBER(this("Bottom")), this("Bottom"), of_log("Kpi_Bottom"))
    ratio = iferror(top / bottom)
    kinds = F.IF(
        this("Kind").eq(DIFFERENCE),
        iferror(top - bottom),
        F.IF(
            this("Kind").eq(LIFT),
            iferror(top / bottom - 1),
            F.IF(this("Kind").eq(PER_THOUSAND), iferror(top / bottom * 1000), ratio),
        ),
    )
    percent = this("Unit").eq("%")
    value = iferror(kinds * F.IF(percent, 100, 1))
    known = F.AND(F.ISNUMBER(this("Value")), F.ISNUMBER(this("Target")))
    sign = F.IF(this("Better").eq("lower"), -1, 1)
    short = sign * (F.N(this("Value")) - F.N(this("Target"))) < 0
    alert = F.AND(F.ISNUMBER(this("Alert")), sign * (F.N(this("Value")) - F.N(this("Alert"))) < 0)
    state = if_(known, F.IF(alert, ALERT, F.IF(short, BELOW, TARGET_MET)))

    def value_of(row: RowCells) -> float | str:
        of = log.get(row.text("ID"), (None, None))
        upper, lower = row.number("Top"), row.number("Bottom")
        upper = of[0] if upper is None else upper
        lower = of[1] if lower is None else lower
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
        return made * (100 if row.text("Unit") == "%" else 1)

    def state_of(row: RowCells) -> str:
        made, aim, limit = row["Value"], row.number("Target"), row.number("Alert")
        if not isinstance(made, float) or aim is None:
            return ""
        way = -1 if row.text("Better") == "lower" else 1
        if limit is not None and way * (made - limit) < 0:
            return ALERT
        return BELOW if way * (made - aim) < 0 else TARGET_MET

    return [KPIS["Value"].by(value, value_of), KPIS["State"].by(state, state_of)]


def points_rule() -> Column:
    """A part of the scorecard: weight times score."""
    weight, score = this("Weight"), this("Score")
    expr = if_(F.AND(F.ISNUMBER(weight), F.ISNUMBER(score)), weight * score)

    def twin(row: RowCells) -> float | str:
        part, mark = row.number("Weight"), row.number("Score")
        return "" if part is None or mark is None else part * mark

    return SCORECARD["Points"].by(expr, twin)
