"""The sheet Scope: whom the matrix's owner is to which law, asked once."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import F, if_, iferror, lit, this
from xlmatrix.model.obligations import Fact
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, back_link, heading
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.reports import Desk
from xlmatrix.sheets.reporting.typed import facts_asked
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.reporting import SCOPE
from xlmatrix.tables.reporting_doubts import NOT_KNOWN
from xlmatrix.tables.validation import Refuse, Validation

NAME: Final = "Scope"
HEADER_ROW: Final = 6
_LEFT: Final = 2


def scope_sheet(found: Desk) -> Drawn | None:
    """The questions of the matrix; None where no rule asks any."""
    scene = found.scene
    facts, _ = facts_asked(scene)
    if not facts:
        return None
    draft = Draft(NAME)
    heading(draft, "Scope", "What the law sees in you. Answer once; counsel confirms.")
    back_link(draft, 3, _LEFT)
    draft.put(
        4,
        _LEFT,
        "A question without an answer hides no clock: its reports are shown as provisional.",
        "note",
    )
    answers: list[Value] = [
        scene.value(SCOPE.name, fact.id, "Answer", scene.spec.obligations.scope.get(fact.id))
        for fact in facts
    ]
    given = [found.told.scope[fact.id.lower()] for fact in facts]
    said = F.TRIM(this("Answer") & "")
    known = "," & F.SUBSTITUTE(F.LOWER(this("Answers")), lit(", "), lit(",")) & ","
    is_one = F.ISNUMBER(F.FIND("," & F.LOWER(said) & ",", known))
    filled: list[Filled] = [
        (SCOPE["Fact"], [fact.id for fact in facts]),
        (SCOPE["Question"], [fact.asks for fact in facts]),
        (SCOPE["Answer"], answers),
        (SCOPE["Answers"], [", ".join(fact.answers) for fact in facts]),
        (SCOPE["Decides"], [_decides(found, fact.id) for fact in facts]),
        (hidden_step("told", iferror(if_(is_one, said))), given),
    ]
    table = draft.table(laid_out(SCOPE, HEADER_ROW, _LEFT, filled))
    answer = table.column_of("Answer")
    for row, fact in enumerate(facts, start=table.row + 1):
        draft.allow(area(row, answer, row, answer), _one_of(fact))
    last = table.column + len([one for one in table.columns if not one.hidden]) - 1
    draft.set_page(area=area(1, 1, table.last_row, last), freeze=f"C{HEADER_ROW + 1}")
    return Drawn(draft.plan(), {})


def _one_of(fact: Fact) -> Validation:
    """One of the answers of a question; a list in a validation has 255 characters."""
    listed = lit(",".join((*fact.answers, NOT_KNOWN)))
    return Validation(
        "list", listed, title="Not an answer", message="Choose an answer from the list.",
        refuse=Refuse.WARN,
    )  # fmt: skip


def _decides(found: Desk, fact: str) -> str:
    """The obligations that ask for a fact."""
    asking = [
        rule.row.id
        for rule in found.rules
        if any(one.fact == fact.lower() for one in rule.row.asked)
    ]
    return ", ".join(asking) or "the zone and the holidays of the authority"
