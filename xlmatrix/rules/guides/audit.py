"""Arithmetic of the implementation audit: its questions."""

from __future__ import annotations

from xlmatrix.formula import BLANK, F, if_, this
from xlmatrix.rules.cells import TODAY, RowCells, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.tables.audit import AUDIT_QUESTIONS
from xlmatrix.tables.column import Column
from xlmatrix.tables.vocabulary import AUDIT as ANSWERS

YES, PARTLY, NO, NOT_ASKED = ANSWERS.words
OPEN, OVERDUE, IN_ORDER = "open", "overdue", "in order"


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
