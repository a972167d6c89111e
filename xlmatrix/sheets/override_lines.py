"""Overrides on the hidden sheet Rota: what is said of each, and those that count, in order.

A line of keys that rise strictly, two rows an override: one where it begins, with its people, one
where it ends, with nobody. So one approximate search finds the override that holds an instant, and
nobody between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, is_among, lit, name, place_of, ref, span
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.frame import horizon
from xlmatrix.rules.instants import EPOCH_S, is_odd, is_stamp, seconds_of, utc_of
from xlmatrix.rules.ladder import overrides as words
from xlmatrix.rules.ladder.oncall import KEY_SCALE, OVER_KEY
from xlmatrix.rules.ladder.overrides import Placed, placed
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.style.titles import Title
from xlmatrix.tables.oncall import OVERRIDES
from xlmatrix.tables.people import ROLES

#: Ready rows of overrides, and how many more the hidden sheet can sort.
SPARE: Final = 12
RESERVE: Final = 40
OVER_STATE: Final = name("Over_State")
#: Keys of rows that hold no override: above all that do, below what programs keep of a number.
_NONE: Final = 9 * 10**14
_ROLE, _PLACE, _FROM, _TO, _PRIMARY, _BACKUP, _ALONE, _COUNTS, _STATE, _KEY = range(1, 11)
_ORDER, _ROW, _LINE = 11, 12, 13
_SHEET: Final = Title.ROTA.value


@dataclass(frozen=True, slots=True)
class _Lines:
    """What all rows share; a ready row is None, and ``low`` and ``high`` are the horizon."""

    draft: Draft
    spec: MatrixSpec
    rows: list[Placed | None]
    low: int
    high: int

    def column(self, place: int) -> Expr:
        """The cells of one column of the rows."""
        return span(2, place, len(self.rows) + 1, place)

    def put(self, row: int, column: int, expr: Expr, value: Value) -> None:
        """A cell; None shows nothing."""
        shown = "" if value is None else value
        look = "helper" if isinstance(shown, str) else "helper.seconds"
        self.draft.put(row, column, Formula(expr, shown), look)

    def key(self, one: Placed | None) -> int | None:
        """What puts an override that counts into order."""
        if one is None or not one.counts or one.place is None or one.start_s is None:
            return None
        start = one.start_s + EPOCH_S
        return ((one.place + 1) * KEY_SCALE + (0 if start <= self.low else start)) * 2 + 1

    def end_key(self, one: Placed) -> int:
        """Where the override ends on the line."""
        end = (one.end_s or 0) + EPOCH_S
        place = (one.place or 0) + 1
        return (place * KEY_SCALE + (KEY_SCALE - 1 if end >= self.high else end)) * 2


def override_lines(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """Draw the rows and the line, and give the names that point into them."""
    found = placed(scene.spec, scene.context.zone)
    low, high = (int(edge) for edge in horizon(scene.context))
    lines = _Lines(draft, scene.spec, [*found, *[None] * (SPARE + RESERVE)], low, high)
    headers = ["Has role", "Place", "From s", "To s", "Primary", "Backup", "By itself", "Counts"]
    draft.row(1, 1, [*headers, "State", "Key", "In order", "Row"], "header")
    draft.row(1, _LINE, ["Line key", "Holds", "Backup then"], "header")
    for index, one in enumerate(lines.rows):
        _typed_row(lines, index, one)
        _said_row(lines, index + 2, one)
    _line(lines)
    last, end = len(lines.rows) + 1, 2 * len(lines.rows) + 2
    return {
        words.OVER_PLACE.text: span(2, _PLACE, last, _PLACE, _SHEET),
        words.OVER_NAMED["Primary"].text: span(2, _PRIMARY, last, _PRIMARY, _SHEET),
        words.OVER_NAMED["Backup"].text: span(2, _BACKUP, last, _BACKUP, _SHEET),
        OVER_STATE.text: span(2, _STATE, last, _STATE, _SHEET),
        OVER_KEY.text: span(2, _LINE, end, _LINE, _SHEET),
        "Over_Primary": span(2, _LINE + 1, end, _LINE + 1, _SHEET),
        "Over_Backup": span(2, _LINE + 2, end, _LINE + 2, _SHEET),
    }


def _typed_row(lines: _Lines, index: int, one: Placed | None) -> None:
    """One row of the table: its texts, the role's place, its instants."""
    row = index + 2
    asked = one.override if one else None
    for column, header, text in (
        (_PRIMARY, "Primary", asked.primary if asked else ""),
        (_BACKUP, "Backup", asked.backup if asked else ""),
    ):
        lines.put(row, column, _there(header, index, _cell(header, index) & ""), text)
    # Whether a role is named: what stands in the cell may be written in another case.
    named = if_(_there("Role", index, _cell("Role", index) & "").filled(), 1, 0)
    lines.put(row, _ROLE, named, int(bool(asked and asked.role)))
    role = _there("Role", index, place_of(_cell("Role", index), col(ROLES.name, "Role")), "")
    found = if_(ref(row, _ROLE).eq(1), role)
    place = one.place if one else None
    lines.put(row, _PLACE, found, None if place is None else place + 1)
    stamps = (one.start_s, one.end_s) if one else (None, None)
    for column, header, at_s in zip((_FROM, _TO), ("From", "To"), stamps, strict=True):
        cell = _cell(header, index)
        instant = _there(header, index, if_(is_stamp(cell), utc_of(seconds_of(cell))))
        lines.put(row, column, instant, None if at_s is None else at_s + EPOCH_S)


def _said_row(lines: _Lines, row: int, one: Placed | None) -> None:
    """What is said of one row, and its key where it counts."""
    alone, counts, state = (ref(row, column) for column in (_ALONE, _COUNTS, _STATE))
    lines.put(row, _ALONE, _alone_expr(row), one.alone if one else None)
    valid = one is not None and one.alone in words.COUNTS
    lines.put(row, _COUNTS, F.IF(F.OR(*map(alone.eq, words.COUNTS)), 1, 0), int(valid))
    lines.put(row, _STATE, if_(_overlaps(row), words.OVERLAPS, alone), one.state if one else None)
    start = F.IF(ref(row, _FROM) <= names.HORIZON_START, 0, ref(row, _FROM))
    key = (ref(row, _PLACE) * KEY_SCALE + start) * 2 + 1
    effect = if_(state.ne(words.OVERLAPS), key)
    lines.put(row, _KEY, if_(counts.eq(1), effect), lines.key(one))


def _cell(header: str, index: int) -> Expr:
    return F.INDEX(col(OVERRIDES.name, header), index + 1)


def _there(header: str, index: int, expr: Expr, odd: str = "?") -> Expr:
    """A value of a row that the table may not have; an error value stands for something odd."""
    return if_(F.ROWS(col(OVERRIDES.name, header)) > index, F.IFERROR(expr, odd))


def _alone_expr(row: int) -> Expr:
    """What an override is by itself; its twin is in :mod:`xlmatrix.rules.ladder.overrides`."""
    role, place, begins, ends, primary, backup = (
        ref(row, column) for column in (_ROLE, _PLACE, _FROM, _TO, _PRIMARY, _BACKUP)
    )
    index = row - 2
    typed = _cell("From", index) & _cell("To", index) & _cell("Note", index)
    blank = F.AND(role.eq(0), _there("From", index, typed & primary & backup).empty())
    lacking = F.OR(role.eq(0), (primary & backup).empty(), F.COUNT(begins, ends) < 2)
    strange = [
        F.AND(one.filled(), F.NOT(is_among(one, names.LIST_PEOPLE))) for one in (primary, backup)
    ]
    odd = F.OR(*(is_odd(seconds_of(_cell(header, index))) for header in ("From", "To")))
    said: Expr = if_(odd, words.ODD, words.FINE)
    for condition, word in (
        (F.AND(primary.filled(), primary.eq(backup)), words.SAME),
        (F.OR(ends <= names.HORIZON_START, begins >= names.HORIZON_END), words.OUTSIDE),
        (F.OR(*strange), words.UNKNOWN_PERSON),
        (ends <= begins, words.BACKWARDS),
        (place.empty(), words.UNKNOWN_ROLE),
        (lacking, words.INCOMPLETE),
        (blank, ""),
    ):
        said = if_(condition, word, said)
    return said


def _overlaps(row: int) -> Expr:
    """Whether a row above counts by itself and has a second of this one."""
    if row == 2:
        return lit(False)

    def above(column: int) -> Expr:
        return span(2, column, row - 1, column)

    found = F.COUNTIFS(
        above(_COUNTS),
        1,
        above(_PLACE),
        ref(row, _PLACE),
        above(_FROM),
        lit("<") & ref(row, _TO),
        above(_TO),
        lit(">") & ref(row, _FROM),
    )
    return F.IF(ref(row, _COUNTS).eq(1), found > 0, lit(False))


def _line(lines: _Lines) -> None:
    """The overrides that count, in order, and the line of their edges."""
    lines.draft.row(2, _LINE, [0, "", ""], "helper")
    keys = [lines.key(one) for one in lines.rows]
    ordered = sorted(key for key in keys if key is not None)
    for index in range(len(lines.rows)):
        row, line = index + 2, 2 * index + 3
        key = ordered[index] if index < len(ordered) else None
        number = None if key is None else keys.index(key) + 1
        one = None if number is None else lines.rows[number - 1]
        in_order, place = ref(row, _ORDER), ref(row, _ROW)
        lines.put(row, _ORDER, F.IFERROR(F.SMALL(lines.column(_KEY), index + 1), BLANK), key)
        found = F.MATCH(in_order, lines.column(_KEY), 0)
        lines.put(row, _ROW, if_(in_order.empty(), BLANK, found), number)
        none = _NONE + line
        lines.put(line, _LINE, if_(in_order.empty(), none, in_order), key or none)
        ends = F.INDEX(lines.column(_TO), place)
        until = F.IF(ends >= names.HORIZON_END, KEY_SCALE - 1, ends)
        end = (F.INDEX(lines.column(_PLACE), place) * KEY_SCALE + until) * 2
        lines.put(
            line + 1,
            _LINE,
            if_(in_order.empty(), none + 1, end),
            lines.end_key(one) if one else none + 1,
        )
        people = (one.override.primary, one.override.backup) if one else ("", "")
        for offset, (column, person) in enumerate(
            zip((_PRIMARY, _BACKUP), people, strict=True), start=1
        ):
            expr = if_(in_order.empty(), BLANK, F.INDEX(lines.column(column), place))
            lines.put(line, _LINE + offset, expr, person)
            lines.draft.put(line + 1, _LINE + offset, "", "helper")
