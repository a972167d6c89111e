"""Comms: a message for an audience and a phase, filled from an incident and ready to copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula import Expr, F, col, exact, if_, iferror, ref, this
from xlmatrix.model.guides import Comms
from xlmatrix.model.messages import Message, comms_messages
from xlmatrix.rules.cells import RowCells, text_in
from xlmatrix.rules.guides.messages import Filled, Word, fill
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.comms_choice import (
    AUDIENCE,
    OBLIGATION,
    PHASE,
    PICK_ROW,
    SEVERITY,
    USED_ROW,
    Choice,
    choice_of,
    pick,
)
from xlmatrix.sheets.guides.comms_fields import WORD, demanded, demands_of, fields_form
from xlmatrix.sheets.guides.comms_filled import (
    put_filled,
    standing_of,
    template_of,
    words_as_typed,
    words_form,
)
from xlmatrix.sheets.guides.comms_words import ANY, WordCells
from xlmatrix.sheets.guides.log import incident_ids
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.guides import COMMS_CHOICE, MESSAGES

NAME: Final = "Comms"
# Hidden columns: the lists behind the dropdowns, the words, the fields of a notice, the message.
# Those of the first release stay where they were: regenerating tells its formulas by their place.
_LISTS: Final = 20
_WORDS: Final = 22
_MORE_LISTS: Final = 45
_FIELDS: Final = 40
_STEPS: Final = 44
_RESULT_LAST: Final = 20
_WORD_ROW: Final = _RESULT_LAST + 3
_NO_MESSAGE: Final = "none for this choice"


def comms_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if scene.spec.comms is None:
        return []
    made = _made(scene, scene.spec.comms)
    return [(made.drawn, "Messages by audience and phase, filled and ready")]


@dataclass(frozen=True, slots=True)
class _Made:
    """The sheet, and what a message is made of: the choice, the library, the words."""

    drawn: Drawn
    filled: Filled
    choice: Choice
    messages: Form
    words: list[Word]


def filled_message(scene: Scene) -> Filled:
    """The message for what is chosen on the sheet, as the sheet shows it.

    Raises
    ------
    XlmatrixError
        The matrix has no messages.
    """
    return _made(scene, _asked(scene)).filled


def filled_messages(scene: Scene) -> list[Filled]:
    """The message of every audience and phase that has one, for the incident on the sheet.

    Raises
    ------
    XlmatrixError
        The matrix has no messages.
    """
    asked = _asked(scene)
    first = _made(scene, asked)
    choice, by_side = first.choice, {first.choice.is_outside: first}
    found = []
    for audience in choice.audiences:
        told = replace(choice, picks={**choice.picks, AUDIENCE: audience})
        if told.is_outside not in by_side:
            typed = {**scene.typed, (COMMS_CHOICE.name, AUDIENCE, "Choice"): audience}
            by_side[told.is_outside] = _made(replace(scene, typed=typed), asked)
        made = by_side[told.is_outside]
        for phase in choice.shared.phases:
            picked = replace(told, picks={**told.picks, PHASE: phase})
            if number := _found(made.messages.rows, picked):
                row = made.messages.rows[number - 1]
                known = (text_in(row["ID"]), audience, phase)
                texts = (text_in(row["Subject"]), text_in(row["Text"]))
                found.append(fill(known, texts, made.words, standing_of(picked)))
    return found


def choices_of(scene: Scene) -> dict[str, tuple[str, ...]]:
    """What can be chosen on the sheet, by label; and the words in braces.

    Raises
    ------
    XlmatrixError
        The matrix has no messages.
    """
    made = _made(scene, _asked(scene))
    return {
        AUDIENCE: made.choice.audiences,
        PHASE: made.choice.shared.phases,
        OBLIGATION: tuple(dict.fromkeys(known for known, _ in demands_of(scene))),
        "Word": tuple(word.braced for word in made.words),
    }


def _asked(scene: Scene) -> Comms:
    if scene.spec.comms is None:
        raise XlmatrixError(
            "this matrix has no messages", where="comms", mend="Write comms: {} in the spec"
        )
    return scene.spec.comms


def _made(scene: Scene, asked: Comms) -> _Made:
    draft = Draft(NAME)
    heading(draft, "Communication", "Choose on the left, copy on the right. Edit any text below.")
    draft.fit(MESSAGES.columns)
    back_link(draft, 3, 2)
    fields = fields_form(scene)
    choice = choice_of(draft, scene, asked, with_fields=fields is not None)
    messages = _messages(scene, comms_messages(asked))
    found = _found(messages.rows, choice)
    template = template_of(draft, messages, found, _row_of(), _STEPS)
    cells = _words(draft, choice)
    row = _WORD_ROW + len(cells.words) + 2 + (fields is not None)
    if fields is not None:
        draft.put(row, 2, "What a notice must say", "heading")
        note = "By the regime that demands it. Use the authority's own form where it has one."
        draft.put(row + 1, 2, note, "note")
        table = fields.table(draft, row + 2)
        whole = demanded(draft, fields, table, choice, _FIELDS)
        cells.add(WORD, whole.shown, whole.blanks)
        cells.fills["{" + WORD + "}"] = "the answers below, for the obligation that is chosen"
        row = table.last_row + 2
    draft.put(_WORD_ROW - 1, 5, "What the words in braces stand for", "heading")
    form = words_form(choice, cells, template)
    placed = form.table(draft, _WORD_ROW, 5)
    draft.put(row, 2, "The messages", "heading")
    draft.put(row + 1, 2, "Words in braces are filled in above; keep them as written.", "note")
    library = messages.table(draft, row + 2, filtered=True)
    _put_used(draft, template.at, template.id)
    draft.put(PICK_ROW - 1, 5, "Copy these two cells", "heading")
    typed = words_as_typed(form, cells)
    filled = put_filled(draft, choice, template, placed, typed, (PICK_ROW, _RESULT_LAST))
    draft.set_page(area=area(1, 1, library.last_row, 10), zoom=90)
    defined = _lists(draft, scene, choice)
    return _Made(Drawn(draft.plan(), defined), filled, choice, messages, typed)


def _words(draft: Draft, choice: Choice) -> WordCells:
    cells = WordCells(draft, choice, _WORDS)
    cells.of_log()
    cells.of_updates()
    cells.of_state(choice.shared)
    cells.of_workbook()
    cells.of_family(choice.shared)
    cells.of_people(choice.shared)
    return cells


def _lists(draft: Draft, scene: Scene, choice: Choice) -> dict[str, Expr]:
    lists = [
        (words.AUDIENCES, choice.audiences),
        (words.PHASES, choice.shared.phases),
        (words.INSIDERS, choice.inside),
    ]
    if demands := dict.fromkeys(known for known, _ in demands_of(scene)):
        lists.append((words.NOTICE_FIELDS, tuple(demands)))
    defined: dict[str, Expr] = {words.COMMS_INCIDENTS.list_name: incident_ids(scene)}
    for place, (known, values) in enumerate(lists):
        column = _LISTS + place if place < 2 else _MORE_LISTS + place
        defined |= choices(draft, known, column, values)
    return defined


def _messages(scene: Scene, messages: list[Message]) -> Form:
    levels = [severity.id for severity in scene.spec.severities]

    def severity(message: Message) -> str:
        if message.severity is not None:
            return message.severity
        return ANY if message.level is None else levels[message.level - 1]

    listed = [m for m in messages if m.level is None or m.level <= len(levels)]
    form = Form(scene, MESSAGES, [message.id for message in listed])
    form.given("Audience", [message.audience for message in listed])
    form.given("Severity", [severity(message) for message in listed])
    form.given("Phase", [message.phase for message in listed])
    form.given("Subject", [message.subject for message in listed])
    form.given("Text", [message.text for message in listed])
    form.fixed("Standing", [message.status for message in listed])
    form.fixed("Source", [message.source for message in listed])
    key = this("Audience") & "|" & this("Severity") & "|" & this("Phase")

    def key_of(row: RowCells) -> str:
        parts = (row[header] for header in ("Audience", "Severity", "Phase"))
        return "|".join(map(text_in, parts))

    form.made(hidden_step("message key", key, key_of))
    return form


def _row_of() -> Expr:
    """The row of the message for the choice, the severity's own before the general one."""
    audience, phase = pick(AUDIENCE), pick(PHASE)
    keys = col(MESSAGES.name, "message key")
    own = F.MATCH(exact(audience & "|" & SEVERITY & "|" & phase), keys, 0)
    general = F.MATCH(exact(audience & f"|{ANY}|" & phase), keys, 0)
    return iferror(own, iferror(general))


def _found(rows: list[RowCells], choice: Choice) -> int:
    """The number of the message for the choice, from 1; 0 for none."""
    keys = [row.text("message key") for row in rows]
    for level in (str(choice.chosen.cell("Severity")), ANY):
        wanted = "|".join((choice.picks[AUDIENCE], level, choice.picks[PHASE])).casefold()
        if wanted in keys:
            return keys.index(wanted) + 1
    return 0


def _put_used(draft: Draft, at: Expr, used: str) -> None:
    """Which message is used."""
    draft.put(USED_ROW, 2, "Message", "label")
    shown = if_(at.filled(), iferror(F.INDEX(col(MESSAGES.name, "ID"), at) & ""), _NO_MESSAGE)
    draft.put(USED_ROW, 3, Formula(shown, used or _NO_MESSAGE), "formula.center")
    cell = ref(USED_ROW, 3, absolute=False)
    draft.paint(area(USED_ROW, 3, USED_ROW, 3), *looks(bad=_NO_MESSAGE)(cell))
