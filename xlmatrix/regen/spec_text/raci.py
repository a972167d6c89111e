"""tRaci and tAlwaysAdd: who has which part, and who is called besides."""

from __future__ import annotations

from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.taxonomy import AlwaysAdd, RaciRow
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.mapping.people import role_id
from xlmatrix.regen.spec_text.rows import Rows, Typed, text, words
from xlmatrix.tables.matrix import ALWAYS_ADD, RACI

_SOURCE = "Source"


def raci(typed: Typed, spec: MatrixSpec) -> tuple[RaciRow, ...]:
    """The phases as typed."""
    rows = typed.rows(RACI.name)
    if not rows.touched:
        return spec.raci
    known = {row.phase.casefold(): row for row in spec.raci}
    found = []
    for key in rows.now:
        was = known.get(key.casefold())
        if was is not None and not rows.edits(key):
            found.append(was)
            continue
        row = _phase(typed, spec, rows, key, was) or was
        if row is not None:
            found.append(row)
    return tuple(found)


def _phase(
    typed: Typed, spec: MatrixSpec, rows: Rows, key: str, was: RaciRow | None
) -> RaciRow | None:
    ids = {role.name.casefold(): role.id for role in spec.roles}
    letters = dict(was.letters) if was else {}
    source = was.source if was else None
    record = rows.now[key]
    for header in rows.edits(key):
        if header == _SOURCE:
            source = words(record, header)
        elif header.casefold() in ids:
            letter = words(record, header)
            role = ids[header.casefold()]
            letters.pop(role, None) if letter is None else letters.update({role: letter.upper()})  # type: ignore[dict-item]
    in_order = {role.id: letters[role.id] for role in spec.roles if role.id in letters}
    kept = {role: letter for role, letter in letters.items() if role not in in_order}
    values = {"phase": key, "letters": in_order | kept, "source": source}
    if was is not None and values["letters"] == was.letters and source == was.source:
        return was
    return typed.made(RaciRow, values, rows.table, key)


def always_add(typed: Typed, spec: MatrixSpec) -> tuple[AlwaysAdd, ...]:
    """The rules as typed: the classes' first letters and the role."""
    rows = typed.rows(ALWAYS_ADD.name)
    if not rows.touched:
        return spec.always_add
    known: dict[str, list[AlwaysAdd]] = {}
    for rule in spec.always_add:
        known.setdefault(", ".join(rule.prefix).casefold(), []).append(rule)
    found = []
    for key in rows.now:
        record = rows.now[key]
        family = text(record, "Classes that begin with")
        same_family = known.get(family.casefold(), [])
        was = same_family.pop(0) if same_family else None
        role = role_id(text(record, "Role"), spec.roles)
        if was is not None:
            found.append(changed(was, role=role) if text(record, "Role") else was)
            if not text(record, "Role"):
                typed.odd(rows.table, key, "nobody is named", "Choose a role or delete the row")
            continue
        prefix = [part.strip() for part in family.replace(";", ",").split(",") if part.strip()]
        values = {"prefix": prefix, "role": role if text(record, "Role") else None}
        made = typed.made(AlwaysAdd, values, rows.table, key)
        if made is not None:
            found.append(made)
    return tuple(found)
