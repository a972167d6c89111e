"""Who holds a role at an instant: by plan of shifts, leave and overrides, in Python and in cells.

The plan of shifts (rotations, leave, swaps) says who holds a role that rotates; the Owners sheet
who holds another, its backup while that person is away. Overrides come before both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, this
from xlmatrix.formula.expr import Operand
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Role
from xlmatrix.rules import names
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.frame import Context
from xlmatrix.rules.holders import Holders, holder_expr, primary_expr, stands_expr
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.former import Tenures, had_another, tenures_of
from xlmatrix.rules.ladder.layers import Away, away_at, edges, leaves_of, turns_of
from xlmatrix.rules.ladder.overrides import placed, with_overrides
from xlmatrix.rules.ladder.turns import Seconds, Turn, joined, present, who, who_at
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.oncall import SHIFTS
from xlmatrix.tables.people import ROLES
from xlmatrix.worktime import Zone

#: The columns of the plan in which people swap shifts.
PRIMARY, BACKUP = "Primary", "Backup"
Typed = Mapping[tuple[str, str, str], Any]

#: The key of a row holds the number of a rota, or the place of a role, and seconds.
KEY_SCALE: Final = 10**11
SHIFT_KEY: Final = name("Shift_Key")
OVER_KEY: Final = name("Over_Key")
AWAY_FROM: Final = name("Away_From")
#: The hidden column of tRoles: the number of the role's rota, 0 where it does not rotate.
ROTA: Final = "rota"
#: How many roles may be added in a workbook that somebody who is away can hold.
_MORE_ROLES: Final = 20
#: How many digits at the end of an incident's ID make its number.
_DIGITS: Final = 4
_NUMBER: Final = "id number"
#: The hidden column of the plan: 1 where the role did not rotate, and Owners says who held it.
BY_NAME: Final = "by name"
_LAST_DIGITS: Final = re.compile(rf"[0-9]{{1,{_DIGITS}}}\Z")


def plan_of(
    spec: MatrixSpec, zone: Zone, typed: Typed | None = None, *, before: bool = False
) -> dict[str, tuple[Turn, ...]]:
    """The plan of shifts of every role that rotates, by role id, with the swaps of a workbook.

    ``before`` says that earlier versions of the policy have their turns until the next one.
    """
    rotations = spec.rotations_ever if before else spec.on_call
    roles = list(dict.fromkeys(rotation.role for rotation in rotations))
    found = {role_id: turns_of(spec, role_id, zone, before=before) for role_id in roles}
    if not typed:
        return found
    return {
        role_id: tuple(
            _swapped(turn, shift_key(spec, role_id, turn, zone), typed) for turn in turns
        )
        for role_id, turns in found.items()
    }


def rotas(spec: MatrixSpec, zone: Zone, typed: Typed | None = None) -> dict[str, tuple[Turn, ...]]:
    """Who holds a role when, by role id, with swaps, leave and overrides.

    Every role that rotates has its turns, and every other of which an override or a leave speaks;
    a role that is not in it is held by whom it names, at any hour.
    """
    return held(spec, zone, plan_of(spec, zone, typed))


def held(
    spec: MatrixSpec, zone: Zone, plan: Mapping[str, Sequence[Turn]], *, before: bool = False
) -> dict[str, tuple[Turn, ...]]:
    """:func:`rotas` from a plan of shifts.

    ``before`` says that roles which others held under earlier versions of the policy have turns
    too: a log asks for them, a plan of what comes does not.
    """
    tenures = tenures_of(spec, zone) if before else Tenures(spec, ())
    overrides, leaves = placed(spec, zone), leaves_of(spec, zone)
    away = {one.person for one in leaves}
    found: dict[str, Sequence[Turn]] = dict(plan)
    for role in spec.roles:
        named = {role.primary.casefold(), (role.backup or "").casefold()}
        overridden = any(one.counts and one.override.role == role.id for one in overrides)
        if before:
            named |= {p.casefold() for v in spec.history for p in v.holders_of(role)}
        changed = bool(tenures.starts_s) and had_another(spec, role.id)
        if role.id not in found and (overridden or changed or named & away):
            found[role.id] = _named_turns(spec, role, zone, leaves, tenures)
    return {role_id: with_overrides(turns, role_id, overrides) for role_id, turns in found.items()}


def _named_turns(
    spec: MatrixSpec, role: Role, zone: Zone, leaves: Sequence[Away], tenures: Tenures
) -> tuple[Turn, ...]:
    """The turns of a role that does not rotate: its backup takes over from who is away."""
    low, high = edges(spec, zone)
    cuts = {low, high, *tenures.starts_s} | {
        edge for one in leaves for edge in (one.start_s, one.end_s)
    }
    marks = sorted(cut for cut in cuts if low <= cut <= high)
    return joined(
        [
            Turn(start, end, *present(*tenures.holders(role, start), away_at(leaves, start)))
            for start, end in pairwise(marks)
        ]
    )


def shift_key(spec: MatrixSpec, role_id: str, turn: Turn, zone: Zone) -> str:
    """What names a shift in the workbook: the role and the wall-clock time of its start."""
    wall = np.datetime64(int(zone.to_local(turn.start_s)), "s").astype("datetime64[m]")
    return f"{spec.role(role_id).name} {str(wall).replace('T', ' ')}"


def people_at(
    spec: MatrixSpec,
    turns: Mapping[str, Sequence[Turn]],
    role_id: str,
    instants: Seconds,
    numbers: Seconds | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Primary and backup of a role at instants (int64 epoch seconds): two object arrays.

    ``numbers`` are those of the incidents (:func:`incident_numbers`), for turns by incident; left
    out, all are 0.
    """
    if role_id in turns:
        return who_at(turns[role_id], instants, numbers)
    role = spec.role(role_id)
    shape = np.shape(instants)
    return np.full(shape, role.primary or "", object), np.full(shape, role.backup or "", object)


def holders_at(
    spec: MatrixSpec, turns: Mapping[str, Sequence[Turn]], at_s: int, number: int = 0
) -> Holders:
    """The holders of all roles at an instant: by the turns where there are any, else as named."""
    static = Holders.of(spec)
    now = dict(static.by_role)
    # The first of a name counts, and a role that nobody lists is held by nobody.
    for role in reversed(spec.roles):
        if role.id in turns and role.name:
            now[role.name.casefold()] = who(turns[role.id], at_s, number)
    return Holders(now)


def holders_now(context: Context) -> Holders:
    """The holders of all roles as of *As of*; where none go by the hour, those of Owners."""
    if not context.spec.plans_duty:
        return Holders.of(context.spec)
    return holders_at(context.spec, context.turns, int(context.as_of_s) - EPOCH_S)


def incident_numbers(ids: Iterable[str]) -> Seconds:
    """The number of each incident, made of the last four digits at most at the end of its ID.

    >>> incident_numbers(["INC-20260107", "A7", "x", "12b"]).tolist()
    [107, 7, 0, 0]
    """
    found = (_LAST_DIGITS.search(text) for text in ids)
    return np.array([int(match[0]) if match else 0 for match in found], dtype=np.int64)


def incident_number_expr(incident_id: Expr) -> Expr:
    """The formula of :func:`incident_numbers`, from an ID as text."""
    number: Operand = 0
    # Spaces before the ID, so that there is a character to look at.
    padded = lit(" " * _DIGITS) & incident_id
    for place in range(_DIGITS, 0, -1):
        sign = F.MID(padded, F.LEN(incident_id) + _DIGITS + 1 - place, 1)
        digit = (F.FIND(sign, "0123456789") - 1) * 10 ** (place - 1)
        number = iferror(digit + number, 0)
    return lit(number)


def number_column() -> Column:
    """The number of each incident in the log, by which turns go that change with it."""
    return hidden_step(
        _NUMBER,
        incident_number_expr(this("id text")),
        lambda frame: incident_numbers(frame["id text"]).astype(np.float64),
    )


def number_of(spec: MatrixSpec) -> Expr | None:
    """The number of an incident in its row of the log; None where no turn goes by it."""
    return this(_NUMBER) if turns_by_incident(spec) else None


def turns_by_incident(spec: MatrixSpec) -> bool:
    """Whether a rota moves on with every incident."""
    return any(rotation.by_incident for rotation in spec.rotations_ever)


def override_row_expr(place: Expr, at: Expr) -> Expr:
    """The row of the hidden line of overrides that holds an instant."""
    return F.MATCH((place * KEY_SCALE + at) * 2 + 1, OVER_KEY, 1)


def holder_at_expr(
    spec: MatrixSpec, place: Expr, at: Expr, column: str, number: Expr | None = None
) -> Expr:
    """Who holds the role in row ``place`` of tRoles at the instant ``at`` (UTC, Excel seconds).

    ``column`` is :data:`PRIMARY` or :data:`BACKUP`, ``number`` the incident's, for turns by
    incident (0 where it is left out). "" for nobody. Where nothing depends on the hour, it is who
    stands on Owners.
    """
    base = named_expr(spec, place, at, column)
    if not spec.plans_duty:
        return base
    if spec.rotations_ever:
        rota = F.INDEX(col(ROLES.name, ROTA), place)
        shift = F.MATCH(rota * KEY_SCALE + at, SHIFT_KEY, 1)
        base = if_(rota > 0, shift_person_expr(spec, shift, column, number), base)
    other = F.INDEX(name(f"Over_{column}"), override_row_expr(place, at))
    return if_(other.filled(), other, base)


def shift_person_expr(
    spec: MatrixSpec, shift: Expr, column: str, number: Expr | None = None
) -> Expr:
    """The person in a row of the plan; where turns go by incident, that of its number."""
    if not turns_by_incident(spec):
        # Where a role did not rotate, a hidden cell beside its row asks Owners.
        people = name(f"Pool_{column}") if spec.rotates_at_times else col(SHIFTS.name, column)
        return iferror(F.INDEX(people, shift) & "")
    row: Expr = F.INDEX(col(SHIFTS.name, "pool row"), shift)
    if number is not None:
        row = row + F.MOD(number, F.INDEX(col(SHIFTS.name, "pool size"), shift))
    return F.INDEX(name(f"Pool_{column}"), row) & ""


def named_expr(spec: MatrixSpec, place: Expr, at: Expr, column: str) -> Expr:
    """Who stands on Owners for a role, or stood there; the backup while that person is away."""
    if not (spec.leave or spec.had_other_holders):
        return stands_expr(column, place)
    room = away_room(spec)
    # A role beyond the rows of a stretch has none there, and not one of the next stretch.
    row = (F.MATCH(at, AWAY_FROM, 1) - 1) * room + F.MIN(place, room)
    return F.INDEX(name(f"Away_{column}"), row) & ""


def away_room(spec: MatrixSpec) -> int:
    """How many rows a stretch has in which the same people are away: one a role, the last blank."""
    return len(spec.roles) + _MORE_ROLES


def now_expr(spec: MatrixSpec, role: Expr, *, backup: bool = False) -> Expr:
    """Who is called for a role now: the backup where nobody is primary; "" for nobody at all."""
    if not spec.plans_duty:
        return holder_expr(role, "Backup") if backup else primary_expr(role)
    second = holder_expr(role, "Backup now")
    if backup:
        return second
    first = holder_expr(role, "On call now")
    return if_(first.filled(), first, second)


def role_now_expr(spec: MatrixSpec, place: Expr, column: str) -> Expr:
    """Who holds the role in row ``place`` of tRoles as of *As of*."""
    return holder_at_expr(spec, place, names.AS_OF_S, column)


def _swapped(turn: Turn, key: str, typed: Typed) -> Turn:
    """The turn with what was typed in its row; an emptied cell is nobody, or the next in turn."""
    people: list[str | None] = []
    for column in (PRIMARY, BACKUP):
        at = (SHIFTS.name, key, column)
        cell = word_in(typed[at]) if at in typed else None
        people.append(None if cell == "" and (turn.pool or turn.by_name) else cell)
    return turn.held_by(*people)
