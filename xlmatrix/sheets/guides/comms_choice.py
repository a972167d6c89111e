"""What is chosen on Comms: incident, audience, phase, and the obligation that a notice is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, exact, name, ref
from xlmatrix.model.content import content
from xlmatrix.model.guides import Comms
from xlmatrix.model.messages import CommsContent, comms_messages
from xlmatrix.rules.cells import word_in
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.guides.log import CHOICE_ROW, Chosen, cell_expr, row_expr, worst_open
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.guides import COMMS_CHOICE

#: Where the table of choices has its header, and where the facts of the incident begin below it.
PICK_ROW: Final = 6
_FACTS: Final = PICK_ROW + 6
#: The severity of the incident, as a cell.
SEVERITY: Final = ref(_FACTS, 3)
#: The row of the log, as a cell.
LOG_ROW: Final = ref(_FACTS + 2, 3)
#: Where the message that is used stands.
USED_ROW: Final = _FACTS + 3
#: 1 where the audience may not read our verdict on our own clocks, else 0.
_OUTSIDE: Final = ref(1, 43)
OUTSIDE: Final = _OUTSIDE.eq(1)
AUDIENCE, PHASE, OBLIGATION = "Audience", "Phase", "Obligation"
_OFFERS: Final = {
    CHOICE_ROW: words.COMMS_INCIDENTS,
    AUDIENCE: words.AUDIENCES,
    PHASE: words.PHASES,
    OBLIGATION: words.NOTICE_FIELDS,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice, as cells for formulas and as the texts that stand there."""

    scene: Scene
    shared: CommsContent
    chosen: Chosen
    picks: dict[str, str]
    audiences: tuple[str, ...]
    inside: tuple[str, ...]

    @property
    def is_outside(self) -> bool:
        """Whether the audience may not read our verdict on our own clocks."""
        return self.picks[AUDIENCE].casefold() not in {one.casefold() for one in self.inside}


def pick(label: str) -> Expr:
    """The cell of a choice."""
    return ref(PICK_ROW + 1 + list(_OFFERS).index(label), 3)


def choice_of(draft: Draft, scene: Scene, asked: Comms, *, with_fields: bool) -> Choice:
    """Put the choice on the sheet, and below it what the log says of the incident."""
    shared = content(asked.content, CommsContent)
    labels = [label for label in _OFFERS if with_fields or label != OBLIGATION]
    form = Form(scene, COMMS_CHOICE, labels)
    first = next(iter(worst_open(scene)), None) or None
    form.given("Choice", [first, shared.audiences[0], shared.phases[0]])
    table = form.table(draft, PICK_ROW)
    for offset, label in enumerate(labels, start=1):
        place = area(table.row + offset, 3, table.row + offset, 3)
        draft.allow(place, _OFFERS[label].dropdown())
    said = {str(row["Choose"]): word_in(row["Choice"]) for row in form.rows}
    picks = {label: said.get(label, "") for label in _OFFERS}
    chosen = Chosen(scene, picks[CHOICE_ROW])
    for offset, (label, header) in enumerate((("Severity", "Severity"), ("Public", "Public now"))):
        draft.put(_FACTS + offset, 2, label, "label")
        told = Formula(cell_expr(header, LOG_ROW), chosen.cell(header))
        draft.put(_FACTS + offset, 3, told, "formula.center")
    draft.put(_FACTS + 2, 2, "Row of the log", "label")
    row = Formula(row_expr(pick(CHOICE_ROW)), chosen.number)
    draft.put(_FACTS + 2, 3, row, "formula.int")
    inside = (*shared.inside, *asked.inside)
    choice = Choice(scene, shared, chosen, picks, _audiences(asked), inside)
    listed = F.MATCH(exact(pick(AUDIENCE) & ""), name(words.INSIDERS.list_name), 0)
    outside = Formula(F.IF(F.ISNUMBER(listed), 0, 1), int(choice.is_outside))
    draft.put(_OUTSIDE.row, _OUTSIDE.column, outside, "helper")
    draft.hidden_columns.add(_OUTSIDE.column)
    return choice


def _audiences(asked: Comms) -> tuple[str, ...]:
    """The shared audiences, then those of one's own messages."""
    shared = content(asked.content, CommsContent).audiences
    known = {name.casefold(): name for name in shared}
    for message in comms_messages(asked):
        known.setdefault(message.audience.casefold(), message.audience)
    return tuple(known.values())
