"""What a notice must say: the fields that the regimes of this matrix demand, with our answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, if_, iferror, lit, ref
from xlmatrix.formula.guard import AS_TEXT
from xlmatrix.model.obligations import Demand
from xlmatrix.rules.cells import RowCells, text_in
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.guides.comms_choice import OBLIGATION, Choice, pick
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula, Table
from xlmatrix.tables.guides import NOTICE_FIELDS

WORD: Final = "demanded"
MISSING: Final = "[missing]"
#: What stands for the fields while no obligation is chosen.
UNCHOSEN: Final = "[choose the obligation that this notice is for]"
_LINE_BREAK: Final = F.CHAR(10)


@dataclass(frozen=True, slots=True)
class Demanded:
    """The word that stands for all fields: as formula and text, and how many are unanswered."""

    shown: Formula
    blanks: Formula


def demands_of(scene: Scene) -> list[tuple[str, Demand]]:
    """Every field that an obligation of the matrix demands, with the obligation's id."""
    full = scene.spec.obligations.resolved()
    return [(rule.id, demand) for rule in full for demand in rule.demands]


def fields_form(scene: Scene) -> Form | None:
    """The fields with our answers; None where no obligation of the matrix lists any."""
    asked = demands_of(scene)
    if not asked:
        return None
    form = Form(scene, NOTICE_FIELDS, [f"{known} {demand.id}" for known, demand in asked])
    form.fixed("Obligation", [known for known, _ in asked])
    form.fixed("Article", [demand.article for _, demand in asked])
    form.fixed("Standing", [demand.status for _, demand in asked])
    form.fixed("Must say", [demand.says for _, demand in asked])
    form.blank("Answer")
    return form


def demanded(draft: Draft, form: Form, table: Table, choice: Choice, column: int) -> Demanded:
    """The lines of the chosen obligation, in hidden cells that begin in ``column``."""
    draft.hidden_columns.update(range(column, column + 3))
    wanted = choice.picks[OBLIGATION].casefold()
    text, missing, count = "", 0, 0
    for place, row in enumerate(form.rows):
        at = table.row + 1 + place
        mine = F.AND(pick(OBLIGATION).filled(), _cell(table, at, "Obligation").eq(pick(OBLIGATION)))
        answer = iferror(_cell(table, at, "Answer") & "", lit(AS_TEXT))
        empty = F.TRIM(answer).eq("")
        line = _cell(table, at, "Must say") & ": " & F.IF(empty, MISSING, answer) & _LINE_BREAK
        is_mine = bool(wanted) and row.text("Obligation") == wanted
        said = _said(row)
        text += f"{text_in(row['Must say'])}: {said or MISSING}\n" if is_mine else ""
        missing, count = missing + (is_mine and not said), count + is_mine
        parts: tuple[tuple[Expr, str | int, str | int], ...] = (
            (line, "", text),
            (if_(empty, 1, lit(0)), 0, missing),
            (lit(1), 0, count),
        )
        for offset, (more, none, value) in enumerate(parts):
            added = F.IF(mine, more, none)
            before = ref(at - 1, column + offset)
            expr = added if place == 0 else before & added if offset == 0 else before + added
            draft.put(at, column + offset, Formula(expr, value), "helper")
    last, open_, found = (ref(at, column + offset) for offset in range(3))
    whole = iferror(F.LEFT(last, F.LEN(last) - 1))
    return Demanded(
        Formula(F.IF(found.eq(0), UNCHOSEN, whole), text[:-1] if count else UNCHOSEN),
        Formula(F.IF(found.eq(0), 1, open_), missing if count else 1),
    )


def _cell(table: Table, row: int, header: str) -> Expr:
    return ref(row, table.column_of(header))


def _said(row: RowCells) -> str:
    answer = text_in(row["Answer"])
    return answer if answer.strip(" ") else ""
