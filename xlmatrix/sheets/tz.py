"""The hidden sheet Tz: clock changes of every zone in use, the horizon, the *As of* instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, if_, ref, span
from xlmatrix.rules import names
from xlmatrix.rules.frame import horizon
from xlmatrix.rules.instants import EPOCH_S, is_twice, seconds_of, utc_of
from xlmatrix.rules.logs.keys import keys_of
from xlmatrix.rules.logs.present import doubled_hour, named_between, stamps_between
from xlmatrix.rules.zones import zones_in_use
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility
from xlmatrix.sheets.steering import soon_expr
from xlmatrix.worktime import Zone
from xlmatrix.worktime.serials import DAY_S, ZONE_SCALE

TZ: Final = "Tz"
# Two years around the horizon keep stamps just outside it convertible.
_LONG_AGO_S = 0
_FAR_AHEAD_S = 10**11


def tz_sheet(scene: Scene) -> Drawn:
    """One row a clock change: UTC instant, offset after it, and the wall-clock edges around it."""
    zone = scene.context.zone
    draft = Draft(TZ, visibility=Visibility.HIDDEN, protected=True)
    draft.row(1, 1, ["UTC s", "Offset s", "Wall late", "Wall early", "Next UTC s"], "header")
    late, early = zone.typed_switch, zone.odd_from
    count = len(zone.utc)
    for index in range(count):
        first = index == 0
        following = _FAR_AHEAD_S if index + 1 == count else int(zone.utc[index + 1]) + EPOCH_S
        values = [
            _LONG_AGO_S if first else int(zone.utc[index]) + EPOCH_S,
            int(zone.offset[index]),
            _LONG_AGO_S if first else int(late[index]) + EPOCH_S,
            _LONG_AGO_S if first else int(early[index]) + EPOCH_S,
            following,
        ]
        draft.row(index + 2, 1, values, "helper.seconds")
    columns = (
        names.TZ_UTC,
        names.TZ_OFFSET,
        names.TZ_WALL_LATE,
        names.TZ_WALL_EARLY,
        names.TZ_NEXT,
    )
    low, high = horizon(scene.context)
    draft.row(1, 7, ["Horizon start s", "Horizon end s"], "header")
    draft.row(2, 7, [int(low), int(high)], "helper.seconds")
    draft.row(1, 9, ["As of, UTC s", "Due soon s"], "header")
    second = _passing(draft, scene)
    as_of = utc_of(seconds_of(names.AS_OF), later=second > 0)
    soon = soon_expr()
    draft.put(2, 9, Formula(as_of, scene.context.as_of_s), "helper.seconds")
    draft.put(2, 10, Formula(soon, scene.context.soon_s), "helper.seconds")
    keys = keys_of(scene.frame)
    draft.row(1, 11, ["Seconds of an incident", "Rows of an incident"], "header")
    draft.row(2, 11, [keys.span, keys.rows], "helper.seconds")
    draft.widths.update(dict.fromkeys(range(1, 13), 14))
    defined: dict[str, Expr] = {
        names.AS_OF_S.text: ref(2, 9, TZ),
        names.SOON_S.text: ref(2, 10, TZ),
        names.LOG_SPAN.text: ref(2, 11, TZ),
        names.LOG_ROWS.text: ref(2, 12, TZ),
        names.HORIZON_START.text: ref(2, 7, TZ),
        names.HORIZON_END.text: ref(2, 8, TZ),
    }
    defined |= {
        known.text: span(2, column, count + 1, column, TZ)
        for column, known in enumerate(columns, start=1)
    }
    defined |= _zones(draft, zones_in_use(scene.spec))
    return Drawn(draft.plan(), defined)


def _passing(draft: Draft, scene: Scene) -> Expr:
    """How many stamps the logs have of the second passing of the hour of *As of*."""
    draft.row(3, 7, ["Doubled hour from", "Doubled hour until", "Stamps of its second"], "header")
    wall, frame = seconds_of(names.AS_OF), scene.frame
    row = F.MATCH(wall, names.TZ_WALL_EARLY, 1)
    hour = doubled_hour(frame)
    found = 0 if hour is None else named_between(frame, *hour)
    for place, edge in enumerate((names.TZ_WALL_EARLY, names.TZ_WALL_LATE)):
        # Half a second less, so that a stamp's fraction of a day is on neither edge.
        serial = (F.INDEX(edge, row) - 0.5) / DAY_S
        value = "" if hour is None else (hour[place] - 0.5) / DAY_S
        draft.put(4, 7 + place, Formula(if_(is_twice(wall), serial), value), "helper")
    first, past = ref(4, 7, TZ), ref(4, 8, TZ)
    count = F.IF(first.empty(), 0, stamps_between(first, past))
    draft.put(4, 9, Formula(count, found), "helper")
    return ref(4, 9, TZ)


# Where the table of all zones begins, beside that of the matrix's.
_ZONES: Final = 14


def _zones(draft: Draft, zones: Sequence[Zone]) -> dict[str, Expr]:
    """One row a clock change of every zone in use, under keys that rise strictly."""
    headers = ["No", "Zone", "UTC key", "Wall late key", "Offset s", "Wall early key"]
    draft.row(1, _ZONES, headers, "header")
    row = 1
    for number, zone in enumerate(zones, start=1):
        for index in range(len(zone.utc)):
            row += 1
            edges = (zone.utc[index], zone.typed_switch[index], zone.odd_from[index])
            since = [_LONG_AGO_S if index == 0 else int(edge) + EPOCH_S for edge in edges]
            draft.row(row, _ZONES, [number, zone.name], "helper")
            keys = [number * ZONE_SCALE + second for second in since]
            cells = [*keys[:2], int(zone.offset[index]), keys[2]]
            draft.row(row, _ZONES + 2, cells, "helper.seconds")
    draft.widths.update({_ZONES + 1: 22, _ZONES + 2: 18, _ZONES + 3: 18, _ZONES + 5: 18})
    names_of = (names.TZ_KEY, names.TZ_KEY_LATE, names.TZ_KEY_OFFSET, names.TZ_KEY_EARLY)
    return {
        known.text: span(2, column, row, column, TZ)
        for column, known in enumerate(names_of, start=_ZONES + 2)
    }
