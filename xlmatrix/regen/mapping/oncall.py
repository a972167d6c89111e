"""tOverrides: who holds a role for some time; and who takes turns without being known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from xlmatrix.formula.errors import ERRORS
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Override
from xlmatrix.model.parts import Person, Role
from xlmatrix.regen.mapping.book import Record, Source, words
from xlmatrix.regen.mapping.lenient import changed, loose
from xlmatrix.regen.reading.tables import Raw, text_of
from xlmatrix.rules.ladder.overrides import placed
from xlmatrix.tables.kinds import STAMP
from xlmatrix.tables.oncall import ON_CALL, OVERRIDES
from xlmatrix.worktime import Zone


def overrides(source: Source, base: MatrixSpec, roles: tuple[Role, ...]) -> tuple[Override, ...]:
    """The overrides as typed, whole or not; the sheet says beside a row why it does not count."""
    records = source.records(OVERRIDES.name)
    if records is None:
        return base.overrides
    spare = [None] * max(len(records) - len(base.overrides), 0)
    pairs = zip(records, (*base.overrides, *spare), strict=False)
    return tuple(_override(record, roles, was) for record, was in pairs)


def _override(record: Record, roles: tuple[Role, ...], was: Override | None) -> Override:
    # Names as they stand in the cells: a space too many finds nobody in the workbook either.
    role, primary, backup = (_named(record.get(h)) for h in ("Role", "Primary", "Backup"))
    ids = {one.name.casefold(): one.id for one in reversed(roles)}
    values = {
        "role": ids.get(role.casefold(), role) if role else "",
        "begins": _stamp(record, "From"),
        "ends": _stamp(record, "To"),
        "primary": primary or None,
        "backup": backup or None,
        "note": words(record, "Note"),
    }
    return changed(was, **values) if was is not None else loose(Override, **values)


def _named(cell: Raw) -> str:
    """A cell's text; an error value is somebody whom nobody knows."""
    return "?" if cell in ERRORS else text_of(cell)


def _stamp(record: Record, header: str) -> datetime | None:
    stamp: datetime | None = STAMP.read(record.get(header))
    return stamp


def takers(source: Source, base: MatrixSpec, people: tuple[Person, ...]) -> None:
    """Note who takes turns on call and has left the directory."""
    known = {person.name.casefold() for person in people}
    for person in dict.fromkeys(name for one in base.on_call for name in one.people):
        if person.casefold() not in known:
            what = f"{person!r} takes turns on call and is not in the directory"
            source.odd(ON_CALL.name, person, what, "Swap their shifts, or add the person")


def without_effect(source: Source, spec: MatrixSpec) -> None:
    """Note the overrides that do not count, with the reason."""
    zone = Zone.load(spec.zone, spec.horizon.start.year - 1, spec.horizon.end.year + 1)
    for number, one in enumerate(placed(spec, replace(zone, open_ended=True)), start=1):
        if not one.counts:
            what = f"the override has no effect: {one.state.lower()}"
            source.odd(OVERRIDES.name, str(number), what, "Correct the row, or empty it")
