"""tChecklist and tMessages: what a spec leaves out of the shared contents, and adds to them."""

from __future__ import annotations

from typing import Final

from xlmatrix.model.content import checklist_sections
from xlmatrix.model.guides import Checklist, Comms, OwnItem, OwnMessage
from xlmatrix.model.messages import comms_messages
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.spec_text.rows import Record, Typed, text
from xlmatrix.tables import guides as tables
from xlmatrix.tables.binding import values_of
from xlmatrix.tables.guides import CHECKLIST as CHECKLIST_TABLE
from xlmatrix.tables.guides import MESSAGES as MESSAGES_TABLE

CHECKLIST: Final = CHECKLIST_TABLE.name
MESSAGES: Final = MESSAGES_TABLE.name


def checklist(typed: Typed, spec: MatrixSpec) -> Checklist | None:
    """The checklist: deleted steps are left out, added ones are one's own.

    Status, owner, dates and notes of a step are records of the workbook.
    """
    asked = spec.checklist
    rows = typed.rows(CHECKLIST)
    if asked is None or not rows.touched:
        return asked
    shared = {item.id for section in checklist_sections(asked) for item in section.items}
    own = {item.id: item for item in asked.also}
    gone = [key for key in rows.was if key not in rows.now and key in shared and key not in own]
    also = []
    for key, record in rows.now.items():
        was = own.get(key)
        if key in rows.was and was is None:
            continue
        item = _item(typed, key, record, was) if rows.edits(key) or was is None else was
        if item is not None:
            also.append(item)
    return changed(asked, without=(*asked.without, *gone), also=tuple(also))


def _item(typed: Typed, key: str, record: Record, was: OwnItem | None) -> OwnItem | None:
    said = values_of(tables.CHECKLIST, record)
    if said["section"] is None and said["text"] is None and was is None:
        what = "the step has neither section nor words, so no spec can say it"
        typed.odd(CHECKLIST, key, what, "Type them; what you noted beside it stays here")
        return None
    values = said | {"id": key, "role": was.role if was else None}
    return typed.made(OwnItem, values, CHECKLIST, key) or was


def comms(typed: Typed, spec: MatrixSpec) -> Comms | None:
    """The messages: a changed one replaces the shared one under its id."""
    asked = spec.comms
    rows = typed.rows(MESSAGES)
    if asked is None or not rows.touched:
        return asked
    shared = {message.id for message in comms_messages(asked)}
    own = {message.id: message for message in asked.also}
    gone = {key for key in rows.was if key not in rows.now and key in shared and key not in own}
    also = []
    for key, record in rows.now.items():
        was = own.get(key)
        content = rows.edits(key).keys() & {c.id for c in tables.MESSAGES.typed}
        if not content:
            also += [was] if was else []
            continue
        message = _message(typed, key, record)
        if message is None:
            also += [was] if was else []
            continue
        also.append(message)
        if key in shared and was is None:
            gone.add(key)
    left_out = [key for key in rows.was if key in gone]
    return changed(asked, without=(*asked.without, *left_out), also=tuple(also))


def _message(typed: Typed, key: str, record: Record) -> OwnMessage | None:
    severity = text(record, "Severity")
    values = values_of(tables.MESSAGES, record) | {"id": key}
    if severity.casefold() == "any":
        values["severity"] = "any"
    return typed.made(OwnMessage, values, MESSAGES, key)
