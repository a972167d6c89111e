"""Comms: a message for an audience and a phase, filled from an incident and ready to copy."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, exact, if_, iferror, place_of, ref, span, this
from xlmatrix.model.content import CommsContent, Message, comms_messages, content
from xlmatrix.model.guides import Comms
from xlmatrix.rules import names
from xlmatrix.rules.cells import RowCells, text_in, word_in
from xlmatrix.rules.instants import serial
from xlmatrix.rules.words import stamp, stamp_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.log import (
    CHOICE_ROW,
    Chosen,
    cell_expr,
    first_open,
    incident_ids,
    row_expr,
)
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Table
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.guides import COMMS_CHOICE, COMMS_WORDS, MESSAGES

NAME: Final = "Comms"
ANY: Final = "any"
_HELPER: Final = 20
_PICK_ROW: Final = 6
_RESULT_LAST: Final = 20
# Below the lists that share the hidden column.
_AT_ROW: Final = 40
_NOT_YET: Final = "[time]"
#: What an incident fills in by itself: the word in braces and the column of the log.
TEXTS: Final = {
    "id": "ID",
    "title": "Title",
    "class": "Class",
    "severity": "Severity",
    "status": "Status",
    "owner": "Response owner",
    "speaker": "Comms owner",
    "next_step": "Next step",
    "breaches": "Breaches",
}
STAMPS: Final = {
    "opened": "Opened",
    "resolved": "Resolved",
    "last_update": "Last update",
    "next_due": "Next due",
    "next_update": "Customer update due",
    "internal_due": "Internal update due",
    "review_due": "Review due",
}


def comms_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    asked = scene.spec.comms
    if asked is None:
        return []
    draft = Draft(NAME)
    heading(draft, "Communication", "Choose on the left, copy on the right. Edit any text below.")
    draft.fit(MESSAGES.columns)
    back_link(draft, 3, 2)
    shared = content(asked.content, CommsContent)
    chosen, picks = _picks(draft, scene, asked)
    places = _places(draft, scene, shared, chosen)
    row = 24 + len(places.rows)
    draft.put(22, 5, "What the words in braces stand for", "heading")
    drawn = places.table(draft, 23, 5)
    draft.put(row + 2, 2, "The messages", "heading")
    draft.put(row + 3, 2, "Words in braces are filled in above; keep them as written.", "note")
    messages = _messages(scene, comms_messages(asked))
    library = messages.table(draft, row + 4, filtered=True)
    _result(draft, chosen, picks, messages, places, drawn)
    defined: dict[str, Expr] = {words.COMMS_INCIDENTS.list_name: incident_ids(scene)}
    defined |= choices(draft, words.AUDIENCES, _HELPER, shared.audiences)
    defined |= choices(draft, words.PHASES, _HELPER + 1, shared.phases)
    draft.set_page(area=area(1, 1, library.last_row, 10), zoom=90)
    return [(Drawn(draft.plan(), defined), "Messages by audience and phase, filled and ready")]


_LABELS: Final = (CHOICE_ROW, "Audience", "Phase")
_ROW: Final = ref(_PICK_ROW + 6, 3)


def _picks(draft: Draft, scene: Scene, asked: Comms) -> tuple[Chosen, dict[str, str]]:
    shared = content(asked.content, CommsContent)
    form = Form(scene, COMMS_CHOICE, _LABELS)
    form.given("Choice", [first_open(scene), shared.audiences[0], shared.phases[0]])
    table = form.table(draft, _PICK_ROW)
    offers = (words.COMMS_INCIDENTS, words.AUDIENCES, words.PHASES)
    for offset, offered in enumerate(offers, start=1):
        place = area(table.row + offset, 3, table.row + offset, 3)
        draft.allow(place, offered.dropdown())
    picks = {label: word_in(form.rows[i]["Choice"]) for i, label in enumerate(_LABELS)}
    chosen = Chosen(scene, picks[CHOICE_ROW])
    draft.put(_PICK_ROW + 5, 2, "Severity", "label")
    draft.put(
        _PICK_ROW + 5,
        3,
        Formula(cell_expr("Severity", _ROW), chosen.cell("Severity")),
        "formula.center",
    )
    draft.put(_PICK_ROW + 6, 2, "Row of the log", "label")
    incident = ref(_PICK_ROW + 1, 3)
    draft.put(_PICK_ROW + 6, 3, Formula(row_expr(incident), chosen.number), "formula.int")
    return chosen, picks


def _places(draft: Draft, scene: Scene, shared: CommsContent, chosen: Chosen) -> Form:
    """The words in braces: what the log says, unless somebody types over it."""
    first = _HELPER + 2
    said: dict[str, str] = {}
    for row, (word, header) in enumerate((*TEXTS.items(), *STAMPS.items()), start=1):
        raw_value = chosen.cell(header)
        raw = ref(row, first + 1)
        draft.put(row, first, "{" + word + "}", "helper")
        draft.put(row, first + 1, Formula(cell_expr(header, _ROW), raw_value), "helper")
        shown: Expr
        if word in STAMPS:
            shown = F.IF(F.ISNUMBER(raw), stamp_expr(raw), if_(raw.filled(), raw & "", _NOT_YET))
            number = isinstance(raw_value, int | float)
            text = stamp(float(raw_value)) if number else str(raw_value or _NOT_YET)
        else:
            shown = if_(raw.filled(), raw & "", "[none]")
            text = str(raw_value or "[none]")
        said["{" + word + "}"] = text
        draft.put(row, first + 2, Formula(shown, text), "helper")
    row = len(TEXTS) + len(STAMPS) + 1
    now = stamp(serial(scene.context.as_of))
    draft.put(row, first, "{now}", "helper")
    draft.put(row, first + 2, Formula(stamp_expr(names.AS_OF), now), "helper")
    said["{now}"] = now
    fixed = {"organisation": scene.spec.organisation, "zone": scene.spec.zone}
    for word, text in (*fixed.items(), *((place.name, place.hint) for place in shared.typed)):
        row += 1
        draft.put(row, first, "{" + word + "}", "helper")
        draft.put(row, first + 2, text, "helper")
        said["{" + word + "}"] = text
    draft.hidden_columns.update(range(first, first + 3))
    return _places_form(scene, shared, said, span(1, first, row, first),
                        span(1, first + 2, row, first + 2))  # fmt: skip


def _places_form(
    scene: Scene, shared: CommsContent, said: dict[str, str], braces: Expr, texts: Expr
) -> Form:
    form = Form(scene, COMMS_WORDS, list(said))
    form.blank("Type over it")

    def says(row: RowCells) -> str:
        typed = row["Type over it"]
        return text_in(typed) if row.filled("Type over it") else said.get(str(row["Word"]), "")

    of_log = iferror(F.INDEX(texts, place_of(this("Word"), braces)) & "")
    typed = this("Type over it")
    expr = if_(typed.filled(), typed & "", of_log)
    form.made(COMMS_WORDS["Stands for"].by(expr, says))
    yours = {"{" + place.name + "}" for place in shared.typed}
    who = ["you" if word in yours else "the workbook" for word in said]
    form.fixed("Filled by", who)
    return form


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

    form.made(hidden_step("message key", key, key_of, width=10))
    return form


def _result(
    draft: Draft,
    chosen: Chosen,
    picks: dict[str, str],
    messages: Form,
    places: Form,
    drawn: Table,
) -> None:
    audience, phase, severity = (ref(_PICK_ROW + offset, 3) for offset in (2, 3, 5))
    keys = col(MESSAGES.name, "message key")
    own = F.MATCH(exact(audience & "|" & severity & "|" & phase), keys, 0)
    general = F.MATCH(exact(audience & f"|{ANY}|" & phase), keys, 0)
    found = _found(messages.rows, picks, str(chosen.cell("Severity")))
    draft.put(_PICK_ROW + 7, 2, "Message", "label")
    at = ref(_AT_ROW, _HELPER)
    shown = if_(
        at.filled(), iferror(F.INDEX(col(MESSAGES.name, "ID"), at) & ""), "none for this choice"
    )
    message = messages.rows[found - 1] if found else None
    used = word_in(message["ID"]) if message else "none for this choice"
    draft.put(_PICK_ROW + 7, 3, Formula(shown, used), "formula.center")
    row_of = Formula(iferror(own, iferror(general)), found or "")
    draft.put(_AT_ROW, _HELPER, row_of, "helper")
    draft.paint(area(_PICK_ROW + 7, 3, _PICK_ROW + 7, 3), *looks(bad="none for this choice")(
        ref(_PICK_ROW + 7, 3, absolute=False)))  # fmt: skip
    draft.put(_PICK_ROW - 1, 5, "Copy these two cells", "heading")
    for row, last, header, role in (
        (_PICK_ROW, _PICK_ROW, "Subject", "formula.wrap"),
        (_PICK_ROW + 1, _RESULT_LAST, "Text", "formula.wrap"),
    ):
        draft.put(row, 5, header if header == "Subject" else "Message", "key")
        draft.merge(row, 5, last, 5)
        text = word_in(message[header]) if message else ""
        expr = iferror(F.INDEX(col(MESSAGES.name, header), at) & "")
        for index, place in enumerate(places.rows):
            says = ref(drawn.row + 1 + index, drawn.column_of("Stands for"))
            word = ref(drawn.row + 1 + index, drawn.column)
            expr = F.SUBSTITUTE(expr, word, says)
            text = text.replace(str(place["Word"]), str(place["Stands for"]))
        draft.put(row, 6, Formula(if_(at.filled(), expr), text), role)
        draft.merge(row, 6, last, 7)


def _found(rows: list[RowCells], picks: dict[str, str], severity: str) -> int:
    """The number of the message for the choice, from 1; 0 for none."""
    keys = [row.text("message key") for row in rows]
    for level in (severity, ANY):
        wanted = "|".join((picks["Audience"], level, picks["Phase"])).casefold()
        if wanted in keys:
            return keys.index(wanted) + 1
    return 0
