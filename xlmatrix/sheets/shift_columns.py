"""The hidden columns of the plan of shifts, and a shift's time where its layer is."""

from __future__ import annotations

from collections.abc import Mapping

from xlmatrix.formula import Expr, F, if_, this
from xlmatrix.formula.errors import ERRORS
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.instants import EPOCH_S, wall_of
from xlmatrix.rules.ladder.oncall import BACKUP, BY_NAME, PRIMARY, turns_by_incident
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.rules.zones import zones_in_use
from xlmatrix.sheets.layout import Filled
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.rota import pool_rows
from xlmatrix.tables.oncall import SHIFTS


def alone_columns(
    spec: MatrixSpec, turns: list[Turn], hours: list[float], people: Mapping[str, list[Value]]
) -> list[Filled]:
    """The needed hours of each shift without a primary, and without a backup."""
    found: list[Filled] = []
    for what, header in (("primary", PRIMARY), ("backup", BACKUP)):
        empty = nobody(this(header))
        if turns_by_incident(spec):
            empty = F.AND(empty, this("pool size") < 2)
        if spec.rotates_at_times:
            empty = F.AND(empty, this(BY_NAME).eq(0))
        missing = [
            not (turn.pool or turn.by_name) and (cell in (None, "") or cell in ERRORS)
            for turn, cell in zip(turns, people[header], strict=True)
        ]
        values = [needs if alone else 0 for alone, needs in zip(missing, hours, strict=True)]
        found.append((SHIFTS[f"no {what} h"].by(if_(empty, this("Needed h"), 0)), values))
    return found


def pool_columns(turns: list[Turn]) -> list[Filled]:
    """Where the people stand whose turns go by incident, and how many they are."""
    return [
        (SHIFTS["pool row"], pool_rows(turns)),
        (SHIFTS["pool size"], [max(len(turn.pool), 1) for turn in turns]),
    ]


def name_columns(turns: list[Turn]) -> list[Filled]:
    """Where Owners says who holds the role, for it did not rotate."""
    return [(SHIFTS[BY_NAME], [int(turn.by_name) for turn in turns])]


def there_columns(scene: Scene, turns: list[Turn]) -> list[Filled]:
    """The shift's time where its layer is, for layers with a zone of their own."""
    zones = {zone.name: zone for zone in zones_in_use(scene.spec)}
    numbers = {known: place for place, known in enumerate(zones, start=1)}
    found: list[Filled] = [
        (SHIFTS["Zone"], [turn.zone or None for turn in turns]),
        (SHIFTS["zone no"], [numbers.get(turn.zone, 0) for turn in turns]),
        (SHIFTS["start s"], [turn.start_s + EPOCH_S for turn in turns]),
    ]
    for header, step in (("From there", "start s"), ("To there", "end s")):
        local = if_(this("zone no") > 0, wall_of(this(step), this("zone no")) / 86_400)
        instants = [turn.start_s if step == "start s" else turn.end_s for turn in turns]
        values: list[Value] = [
            float(zones[turn.zone].to_local(at) + EPOCH_S) / 86_400 if turn.zone else ""
            for turn, at in zip(turns, instants, strict=True)
        ]
        found.append((SHIFTS[header].by(local), values))
    return found


def nobody(cell: Expr) -> Expr:
    """Whether a cell names nobody: it is empty, or an error value."""
    return F.IFERROR(cell, "").eq("")
