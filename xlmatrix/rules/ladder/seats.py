"""The formulas that name whom a call means: a few hidden cells for each step of its instant.

The call that stands and the next one have so many seats in a row of the log as steps may be called
at once. A seat knows its row on the hidden Ladder sheet, the role it means for this incident, and
who holds that at the instant of the call. Their twin is :class:`~xlmatrix.rules.ladder.whom.Desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, place_of, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame, Objects, horizon
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder import calls, whom
from xlmatrix.rules.ladder.former import team_people_expr
from xlmatrix.rules.ladder.oncall import (
    BACKUP,
    PRIMARY,
    holder_at_expr,
    incident_numbers,
    number_of,
    people_at,
)
from xlmatrix.rules.ladder.twin import answers_of
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.kinds import SECONDS, TEXT
from xlmatrix.tables.people import ROLES

#: How the Ladder sheet writes which person of a role a step means.
CONTACT_NUMBERS: Final = {"primary": 1, "backup": 2, "both": 3}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two calls of a row: the columns of its row on the Ladder sheet and its instant."""

    name: str
    row: str
    instant: str

    def seat(self, what: str, number: int) -> str:
        """The id of a column of a seat."""
        return f"{self.name} {what} {number}"

    @property
    def at(self) -> Expr:
        """Its instant, where who holds a role depends on it."""
        return this(f"{self.name} at")

    def sponsor(self, what: str) -> Expr:
        """Who holds the executive role then: ``holds`` it, or ``stands in``."""
        return this(f"{self.name} sponsor {what}")


NOW: Final = Side("now", "ladder call", "fired s")
THEN: Final = Side("then", "ladder next", "next call s")


def group_column(spec: MatrixSpec) -> Column:
    """Which of the groups of classes an incident belongs to."""
    known = calls.groups_of(spec)
    by_class = np.array([*(float(known.index(group) + 1) for group in calls.map_of(spec)), 1.0])

    def twin(frame: Frame) -> Floats:
        place = frame["class row"]
        return by_class[np.where(np.isnan(place), len(by_class), place).astype(np.int64) - 1]

    expr = F.IFERROR(F.INDEX(calls.CLASS_GROUP, this("class row")), 1)
    return hidden_step("ladder group", if_(this("class row").filled(), expr, 1), twin)


def seat_columns(spec: MatrixSpec, side: Side, seats: int) -> list[Column]:
    """The hidden columns of a side with so many seats; the last one says everybody of the call."""
    return [
        *(_instant(side) if spec.holders_vary else []),
        *_sponsor_columns(spec, side),
        *(column for number in range(1, seats + 1) for column in _seat(spec, side, number)),
    ]


def _instant(side: Side) -> list[Column]:
    """When the call is made; *As of* where there is none."""
    at = this(side.instant)
    expr = F.MAX(F.IF(F.ISNUMBER(at), at, names.AS_OF_S), names.HORIZON_START)

    def twin(frame: Frame) -> Floats:
        known = frame[side.instant]
        shown = np.where(np.isfinite(known), known, frame.context.as_of_s)
        return np.maximum(shown, horizon(frame.context)[0])

    return [hidden_step(f"{side.name} at", expr, twin)]


def _sponsor_columns(spec: MatrixSpec, side: Side) -> list[Column]:
    """Who holds the executive role when the call is made."""
    role = calls.executive_role(spec)
    if role is None:
        return []
    place = place_of(lit(role.name), col(ROLES.name, "Role"))

    def twin(column: int, frame: Frame) -> Objects:
        at = frame[f"{side.name} at"] if spec.holders_vary else np.full(len(frame), EPOCH_S)
        people = people_at(
            frame.context.spec,
            frame.context.turns,
            role.id,
            at.astype(np.int64) - EPOCH_S,
            incident_numbers(frame["id text"]),
        )
        return people[column]

    return [
        hidden_step(
            f"{side.name} sponsor {what}",
            _holder(spec, side, place, column),
            partial(twin, number),
            TEXT,
        )
        for number, (what, column) in enumerate((("holds", PRIMARY), ("stands in", BACKUP)))
    ]


def said(side: Side, seats: int) -> Expr:
    """Everybody of a side's call in one text; empty where it finds nobody."""
    return this(side.seat("said", seats))


def nobody(spec: MatrixSpec, side: Side) -> Expr:
    """What is said of a call that finds nobody."""
    return _sponsor(spec, whom.NOBODY_TEXT, side)


def _seat(spec: MatrixSpec, side: Side, number: int) -> list[Column]:
    row, place = this(side.seat("row", number)), this(side.seat("place", number))
    held = F.AND(F.N(place) > 0, F.N(place) < whom.TEAMS_FROM)
    primary = if_(held, _holder(spec, side, place, PRIMARY))
    typed = F.AND(F.INDEX(calls.LAD_WHOM, row).eq(-1), this("Owner").filled())
    # An error value typed as Owner is nobody.
    own = if_(row.filled(), F.IFERROR(F.IF(typed, this("Owner") & "", primary), primary))
    steps = (
        ("row", SECONDS, _row(side, number)),
        ("place", SECONDS, _place(row)),
        ("primary", TEXT, own),
        ("backup", TEXT, if_(held, _holder(spec, side, place, BACKUP))),
        ("who", TEXT, _who(spec, side, number)),
        ("said", TEXT, _joined(side, number)),
    )
    return [
        hidden_step(side.seat(what, number), expr, partial(_value, side, number, what), kind)
        for what, kind, expr in steps
    ]


def _value(side: Side, number: int, what: str, frame: Frame) -> Floats | Objects:
    answers = answers_of(frame)
    seats = answers.now if side is NOW else answers.then
    return seats.columns[what][number - 1]


def _holder(spec: MatrixSpec, side: Side, place: Expr, column: str) -> Expr:
    return F.IFERROR(holder_at_expr(spec, place, side.at, column, number_of(spec)), BLANK)


def _row(side: Side, number: int) -> Expr:
    """The row of the Ladder sheet: the first that means somebody, then the rest of its instant.

    Where none does and the ladder is never exhausted, the first of the instant.
    """
    group = this("ladder group")
    if number == 1:
        last = F.ABS(this(side.row))
        begin = F.INDEX(calls.LAD_FIRST, last)
        manned = F.INDEX(calls.LAD_MANNED, begin, group)
        comes = F.INDEX(calls.LAD_SECONDS, manned) < calls.NO_CALL_S
        first = F.IF(comes, manned, F.INDEX(calls.LAD_AFTER, begin, group))
        real = F.INDEX(calls.LAD_SECONDS, last) < calls.NO_CALL_S
        return if_(this(side.row).filled(), if_(real, first))
    before = this(side.seat("row", number - 1))
    following = F.INDEX(calls.LAD_AFTER, before + 1, group)
    same = F.INDEX(calls.LAD_SECONDS, following).eq(F.INDEX(calls.LAD_SECONDS, before))
    real = F.AND(same, F.INDEX(calls.LAD_WHOM, following).ne(whom.THE_END))
    return if_(before.filled(), if_(real, following))


def _place(row: Expr) -> Expr:
    """The role of the incident that a row means, or what else the row says."""
    number = F.INDEX(calls.LAD_WHOM, row)
    owner = F.AND(number < 0, number > whom.THE_END)
    owners = F.CHOOSE(-number, *(this(f"place {label}") for label in LABELS.values()))
    return if_(row.filled(), F.IF(owner, owners, number))


def _who(spec: MatrixSpec, side: Side, number: int) -> Expr:
    row, place = this(side.seat("row", number)), this(side.seat("place", number))
    primary, backup = this(side.seat("primary", number)), this(side.seat("backup", number))
    contact = F.INDEX(calls.LAD_CONTACT, row)
    second = F.IF(backup.eq(primary), BLANK, backup)
    between = if_(F.AND(primary.filled(), second.filled()), ", ")
    people = F.IF(
        contact.eq(CONTACT_NUMBERS["backup"]),
        backup,
        F.IF(
            contact.eq(CONTACT_NUMBERS["both"]),
            primary & between & second,
            F.IF(primary.filled(), primary, backup),
        ),
    )
    if spec.teams:
        team = team_people_expr(spec, place - whom.TEAMS_FROM, side.at)
        people = F.IF(place > whom.TEAMS_FROM, F.IFERROR(team & "", BLANK), people)
    called = if_(people.filled(), people & F.INDEX(calls.LAD_CHANNEL, row))
    if number > 1:
        return if_(row.filled(), called)
    end = _sponsor(spec, calls.EXHAUSTED_TEXT, side)
    return if_(row.filled(), F.IF(place.eq(whom.THE_END), end, called))


def _joined(side: Side, number: int) -> Expr:
    """Everybody up to this seat; who is named already is not named again."""
    mine = this(side.seat("who", number))
    if number == 1:
        return mine
    before = this(side.seat("said", number - 1))
    again = F.ISNUMBER(F.FIND(", " & mine & ",", ", " & before & ","))
    return F.IF(F.OR(mine.empty(), again), before, F.IF(before.empty(), mine, before & ", " & mine))


def _sponsor(spec: MatrixSpec, words: str, side: Side) -> Expr:
    if calls.executive_role(spec) is None:
        return lit(words)
    primary, backup = side.sponsor("holds"), side.sponsor("stands in")
    person = F.IF(primary.filled(), primary, backup)
    return lit(words) & if_(person.filled(), lit(", ") & person)
