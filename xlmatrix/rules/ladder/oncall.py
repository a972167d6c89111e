"""Who holds a role when: rotations as turns, every instant of the horizon in exactly one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, col, if_, is_among, name, place_of
from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation
from xlmatrix.model.parts import Role
from xlmatrix.rules import names
from xlmatrix.rules.holders import Holders, holder_expr, primary_expr
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.tables.oncall import ON_CALL, SHIFTS
from xlmatrix.tables.people import ROLES
from xlmatrix.worktime import Calendar, Zone
from xlmatrix.worktime.shifts import local_midnight

#: The columns of the plan in which people swap shifts.
PRIMARY, BACKUP = "Primary", "Backup"
SHIFT_KEY: Final = name("Shift_Key")
Seconds = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Layer:
    handovers: list[int]
    first: int
    opens: Calendar | None


def turns_of(spec: MatrixSpec, role_id: str, zone: Zone) -> tuple[Turn, ...]:
    """The turns of one role over the whole horizon, without gaps, in order.

    Where no layer is on duty, the turn names nobody. Handovers and edges of hours are the first
    instant at which the zone's clock shows their time or later.
    """
    low, high = edges(spec, zone)
    layers = [_layer(spec, one, zone) for one in spec.on_call if one.role == role_id]
    written = [one for one in spec.on_call if one.role == role_id]
    cuts = {low, high}
    for layer in layers:
        cuts.update(layer.handovers)
        if layer.opens is not None:
            starts, ends, _ = layer.opens.intervals
            cuts.update(starts.tolist(), ends.tolist())
    marks = sorted(cut for cut in cuts if low <= cut <= high)
    role = spec.role(role_id)
    turns: list[Turn] = []
    for start, end in pairwise(marks):
        primary, backup = _holders(role, written, layers, start)
        last = turns[-1] if turns else None
        if last is not None and (last.primary, last.backup) == (primary, backup):
            turns[-1] = replace(last, end_s=end)
        else:
            turns.append(Turn(start, end, primary, backup))
    return tuple(turns)


def rotas(
    spec: MatrixSpec, zone: Zone, typed: Mapping[tuple[str, str, str], Any] | None = None
) -> dict[str, tuple[Turn, ...]]:
    """The turns of every role that rotates, by role id, with the swaps typed in a workbook."""
    roles = list(dict.fromkeys(rotation.role for rotation in spec.on_call))
    found = {role_id: turns_of(spec, role_id, zone) for role_id in roles}
    if not typed:
        return found
    return {
        role_id: tuple(
            _swapped(turn, shift_key(spec, role_id, turn, zone), typed) for turn in turns
        )
        for role_id, turns in found.items()
    }


def shift_key(spec: MatrixSpec, role_id: str, turn: Turn, zone: Zone) -> str:
    """What names a shift in the workbook: the role and the wall-clock time of its start."""
    wall = np.datetime64(int(zone.to_local(turn.start_s)), "s").astype("datetime64[m]")
    return f"{spec.role(role_id).name} {str(wall).replace('T', ' ')}"


def who(turns: Sequence[Turn], at_s: int) -> tuple[str, str]:
    """Primary and backup at an instant; outside the horizon, those of its nearest turn."""
    starts = [turn.start_s for turn in turns]
    turn = turns[max(bisect_right(starts, at_s) - 1, 0)]
    return turn.primary, turn.backup


def who_at(turns: Sequence[Turn], instants: Seconds) -> tuple[NDArray[Any], NDArray[Any]]:
    """:func:`who` over an int64 array of epoch seconds: two object arrays of its shape."""
    starts = np.array([turn.start_s for turn in turns], dtype=np.int64)
    rows = np.maximum(np.searchsorted(starts, instants, side="right") - 1, 0)
    primary = np.array([turn.primary for turn in turns], dtype=object)
    backup = np.array([turn.backup for turn in turns], dtype=object)
    return primary[rows], backup[rows]


def holders_at(spec: MatrixSpec, turns: Mapping[str, Sequence[Turn]], at_s: int) -> Holders:
    """The holders of all roles at an instant: by rotation where there is one, else as named."""
    static = Holders.of(spec)
    now = dict(static.by_role)
    for role_id, own in turns.items():
        now[spec.role(role_id).name.casefold()] = who(own, at_s)
    return Holders(now)


def people_at(
    spec: MatrixSpec,
    turns: Mapping[str, Sequence[Turn]],
    role_id: str,
    instants: Seconds,
    numbers: Seconds | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Primary and backup of a role at instants in epoch seconds, "" for nobody."""
    if role_id in turns:
        return who_at(turns[role_id], instants)
    role = spec.role(role_id)
    primary, backup = (
        np.full(instants.shape, one or "", dtype=object) for one in (role.primary, role.backup)
    )
    return primary, backup


def rotates(spec: MatrixSpec) -> bool:
    """Whether who holds a role depends on the instant."""
    return bool(spec.on_call)


def holder_at_expr(
    spec: MatrixSpec, place: Expr, at: Expr, column: str, number: Expr | None = None
) -> Expr:
    """The person in a column of the role in row ``place`` of tRoles, at an instant in UTC."""
    named = F.INDEX(col(ROLES.name, column), place) & ""
    if not spec.on_call:
        return named
    rota = F.INDEX(col(ROLES.name, "rota"), place)
    row = F.MATCH(rota * 10**11 + F.MAX(at, names.HORIZON_START), SHIFT_KEY, 1)
    return F.IF(rota > 0, F.INDEX(col(SHIFTS.name, column), row) & "", named)


def now_expr(spec: MatrixSpec, role: Expr, *, backup: bool = False) -> Expr:
    """Who is called for a role now: the backup where nobody is primary; "" for nobody at all."""
    if not spec.on_call:
        return holder_expr(role, "Backup") if backup else primary_expr(role)
    second = holder_expr(role, "Backup now")
    if backup:
        return second
    first = holder_expr(role, "On call now")
    return if_(first.filled(), first, second)


def role_now_expr(role: Expr, column: str) -> Expr:
    """A column of the Owners sheet: what the rotation says, else who stands there."""
    row = place_of(role, col(ON_CALL.name, "Role"))
    rotating = is_among(role, col(ON_CALL.name, "Role"))
    return if_(
        rotating, F.INDEX(col(ON_CALL.name, f"{column} now"), row) & "", holder_expr(role, column)
    )


def edges(spec: MatrixSpec, zone: Zone) -> tuple[int, int]:
    """The horizon in epoch seconds: from its first local midnight to its last."""
    dates = (spec.horizon.start, spec.horizon.end + timedelta(days=1))
    low, high = (zone.boundary(local_midnight(day)) for day in dates)
    return low, high


def _layer(spec: MatrixSpec, rotation: Rotation, zone: Zone) -> _Layer:
    step = rotation.every_days
    # Turns before the horizon are counted, not listed: the zone's table need not reach them.
    first = max(0, (spec.horizon.start - rotation.start).days // step - 1)
    begin = rotation.start + timedelta(days=first * step)
    count = max((spec.horizon.end - begin).days // step + 2, 0)
    days = np.arange(count, dtype=np.int64) * (step * 86_400)
    walls = local_midnight(begin) + rotation.handover_s + days
    handovers = zone.boundary(walls).tolist() if count else []
    return _Layer(handovers, first, _opens(spec, rotation, zone))


def _opens(spec: MatrixSpec, rotation: Rotation, zone: Zone) -> Calendar | None:
    start: date = spec.horizon.start
    if rotation.calendar is not None:
        return build_calendar(spec, rotation.calendar)
    if rotation.hours is not None:
        return Calendar.build(rotation.hours, zone, start=start, end=spec.horizon.end)
    return None


def _holders(
    role: Role, rotations: Sequence[Rotation], layers: Sequence[_Layer], at_s: int
) -> tuple[str, str]:
    for rotation, layer in zip(rotations, layers, strict=True):
        turn = bisect_right(layer.handovers, at_s) - 1
        if turn < 0 or (layer.opens is not None and not layer.opens.is_open(at_s)):
            continue
        people, number = rotation.people, layer.first + turn
        primary = people[number % len(people)]
        following = people[(number + 1) % len(people)]
        own = role.backup or ""
        backup = following if rotation.backup == "next" and following != primary else own
        return primary, "" if backup == primary else backup
    return "", ""


def _swapped(turn: Turn, key: str, typed: Mapping[tuple[str, str, str], Any]) -> Turn:
    primary = typed.get((SHIFTS.name, key, PRIMARY), turn.primary)
    backup = typed.get((SHIFTS.name, key, BACKUP), turn.backup)
    return replace(turn, primary=str(primary or ""), backup=str(backup or ""))
