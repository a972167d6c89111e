"""tMatrix: the incident classes."""

from __future__ import annotations

from typing import Any

from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.parts import Owners, Role
from xlmatrix.model.severity import Severity
from xlmatrix.regen.mapping.book import Source, text, word
from xlmatrix.regen.mapping.lenient import changed, free_id, loose
from xlmatrix.regen.mapping.people import role_id
from xlmatrix.rules.cells import text_in, word_in
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.tables.matrix import MATRIX

#: What a class says of itself that was added in the workbook.
UNWRITTEN = "Added in the workbook; say here how it is recognised"


def classes(
    source: Source, base: MatrixSpec, roles: tuple[Role, ...], severities: tuple[Severity, ...]
) -> tuple[IncidentClass, ...]:
    """The classes as typed: severity, roles and customer window of each, and new ones."""
    records = source.records(MATRIX.name)
    if records is None:
        return base.classes
    known = {kind.id.casefold(): kind for kind in base.classes}
    levels = {severity.id.casefold(): severity.id for severity in reversed(severities)}
    taken = {kind.id for kind in base.classes}
    found: list[IncidentClass] = []
    for record in records:
        class_id = text(record, MATRIX.keys[0])
        typed = word_in(record.get("Severity"))
        severity = levels.get(word(record, "Severity"))
        if severity is None:
            source.odd(MATRIX.name, class_id, f"{typed!r} is no severity", "Choose one")
        values: dict[str, Any] = {
            "name": text(record, "Incident class") or class_id,
            "severity": typed if severity is None else severity,
            "customer_update": text_in(record.get("Customer window")) or None,
        }
        was = known.pop(class_id.casefold(), None)
        held: dict[str, str | None] = {}
        for function, label in LABELS.items():
            # An error value is no role either, and no blank.
            role = text_in(record.get(f"{label} role"))
            held[function] = role_id(role, roles) if role else None
        if was is not None:
            found.append(changed(was, owners=changed(was.owners, **held), **values))
            continue
        owners = Owners.model_construct(None, **held)
        made = class_id or free_id(str(values["name"]), taken, fallback="class")
        found.append(loose(IncidentClass, id=made, definition=UNWRITTEN, owners=owners, **values))
    return tuple(found)
