"""tOverrides: who holds a role for some time."""

from __future__ import annotations

from dataclasses import replace

from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Override
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.spec_text.rows import Typed
from xlmatrix.rules.ladder.overrides import COUNTS, OUTSIDE, placed
from xlmatrix.tables.oncall import OVERRIDES
from xlmatrix.worktime import Zone


def overrides(typed: Typed, spec: MatrixSpec) -> tuple[Override, ...]:
    """The overrides that a spec takes: whole, of roles and people that it knows."""
    zone = Zone.load(spec.zone, spec.horizon.start.year - 1, spec.horizon.end.year + 1)
    # A cell may write a name in another case.
    names = {person.name.casefold(): person.name for person in reversed(spec.people)}
    found = []
    for number, one in enumerate(placed(spec, replace(zone, open_ended=True)), start=1):
        if one.alone in (*COUNTS, OUTSIDE):
            given = one.override
            primary, backup = (
                names.get(name.casefold()) if name else None
                for name in (given.primary, given.backup)
            )
            found.append(changed(given, primary=primary, backup=backup))
            continue
        what = f"no spec takes this override: {one.alone.lower()}"
        typed.odd(OVERRIDES.name, str(number), what, "Correct it in the workbook")
    return tuple(found)
