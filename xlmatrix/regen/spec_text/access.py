"""tAccess: where each thing is that responders need, and who has access."""

from __future__ import annotations

from xlmatrix.model.access import Access
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.spec_text.rows import Typed
from xlmatrix.tables.access import ACCESS
from xlmatrix.tables.binding import values_of


def access(typed: Typed, spec: MatrixSpec) -> tuple[Access, ...]:
    """The rows as typed, in the order of the sheet."""
    rows = typed.rows(ACCESS.name)
    if not rows.touched:
        return spec.access
    known = {thing.name: thing for thing in spec.access}
    found = []
    for key, record in rows.now.items():
        was = known.get(key)
        values = {**values_of(ACCESS, record), "name": key}
        made = was if was and not rows.edits(key) else typed.made(Access, values, ACCESS.name, key)
        thing = made or was
        if thing is not None:
            found.append(thing)
    return tuple(found)
