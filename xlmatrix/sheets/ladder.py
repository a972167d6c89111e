"""The hidden Ladder sheet: every call of every ladder in order, read live from the ladder tables.

A severity has two sets of rows: what is called while nobody has acknowledged, and what remains
afterwards. The left columns hold a step and a pass each; the right ones the same in order of time,
so that one MATCH finds the call that stands after so many working seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name, place_of, ref, span
from xlmatrix.model.severity import Severity
from xlmatrix.rules import names
from xlmatrix.rules.frame import horizon
from xlmatrix.rules.incidents.owners import Holders
from xlmatrix.rules.instants import EPOCH_S, worked
from xlmatrix.rules.ladder import calls as rule
from xlmatrix.rules.ladder.calls import NO_CALL_S, SECOND_SCALE, SET_SCALE
from xlmatrix.rules.ladder.oncall import holders_at, now_expr
from xlmatrix.rules.policy import calendar_number
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Value, Visibility
from xlmatrix.tables.severities import LADDER

NAME: Final = "Ladder"
_UNITS: Final = {"s": 1, "min": 60, "h": 3600, "days": 86_400}
_PLACES: Final = 10**4
_HEADS: Final = (
    "No",
    "Severity",
    "Calendar",
    "Worked now",
    "A second later",
    "Wait",
    "Length",
    "Time-out",
)
_HEADERS: Final = (
    "Set",
    "Place",
    "Step",
    "Pass",
    "Seconds",
    "Order",
    "In order",
    "Seconds",
    "Step",
    "Level",
    "Who",
    "Together",
    "Call",
    "Call level",
    "Key",
)
_SET, _PLACE, _STEP, _PASS, _RAW, _ORDER = range(1, 7)
_SORTED, _SECONDS, _ROW, _LEVEL, _WHO, _GROUP, _CALL, _CALL_LEVEL, _KEY = range(7, 16)


@dataclass(frozen=True, slots=True)
class _Block:
    """Where one set stands: its severity, its head row above, its first row, rows for steps."""

    number: int
    severity: Severity
    acknowledged: bool
    head: int
    top: int
    rows: int

    @property
    def passes(self) -> int:
        return rule.passes_of(self.severity)

    @property
    def height(self) -> int:
        return self.rows // self.passes

    def cells(self, column: int, rows: int | None = None) -> Expr:
        """A column of the steps' rows."""
        return span(self.top + 1, column, self.top + (rows or self.rows), column)


def ladder_sheet(scene: Scene) -> Drawn:
    """Heads of the severities on top, the sets below."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    severities = scene.spec.severities
    holders = holders_at(scene.spec, scene.context.turns, int(scene.context.as_of_s) - EPOCH_S)
    top = len(severities) + 4
    draft.row(top - 1, 1, list(_HEADERS), "header")
    blocks = _blocks(scene, top)
    _heads(draft, scene, blocks)
    for block in blocks:
        _steps(draft, scene, block)
        _in_order(draft, scene, block, holders)
    last = blocks[-1].top + blocks[-1].rows + 2
    draft.put(last, _SECONDS, NO_CALL_S, "helper.seconds")
    draft.put(last, _KEY, rule.set_number(len(severities) + 1, False) * SET_SCALE, "helper.seconds")
    draft.widths.update(dict.fromkeys(range(1, 16), 14))
    count = len(severities)
    heads = {
        2: rule.LAD_SEVERITY,
        3: rule.LAD_CALENDAR,
        4: rule.LAD_NOW,
        5: rule.LAD_NEXT_SECOND,
        8: rule.LAD_TIMEOUT,
    }
    defined: dict[str, Expr] = {
        known.text: span(2, column, count + 1, column, NAME) for column, known in heads.items()
    }
    lists = (
        (rule.LAD_SECONDS, _SECONDS),
        (rule.LAD_CALL, _CALL),
        (rule.LAD_LEVEL, _CALL_LEVEL),
        (rule.LAD_KEY, _KEY),
    )
    defined |= {known.text: span(top, column, last, column, NAME) for known, column in lists}
    # The steps themselves, for the checks of the Health sheet.
    defined |= {
        f"Lad_After_{block.number}": span(block.top + 1, _RAW, block.top + block.height, _RAW, NAME)
        for block in blocks[::2]
    }
    return Drawn(draft.plan(), defined)


def _blocks(scene: Scene, top: int) -> list[_Block]:
    blocks: list[_Block] = []
    for number, severity in enumerate(scene.spec.severities, start=1):
        for acknowledged in (False, True):
            rows = rule.rows_of(severity)
            blocks.append(_Block(number, severity, acknowledged, number + 1, top, rows))
            top += rows + 2
    return blocks


def _heads(draft: Draft, scene: Scene, blocks: list[_Block]) -> None:
    draft.row(1, 1, list(_HEADS), "header")
    now = scene.context.as_of_s
    low, _ = horizon(scene.context)
    for block in blocks[::2]:
        row, severity = block.head, block.severity
        number = calendar_number(scene.spec, severity.calendar)
        calendar = scene.calendars[number - 1]
        chosen = iferror(place_of(name(f"Ladder_Calendar_{block.number}"), names.CAL_NAMES), 1)
        draft.row(row, 1, [block.number, severity.id], "helper")
        draft.put(row, 3, Formula(chosen, number), "helper")
        for column, later in ((4, 0), (5, 1)):
            instant = names.AS_OF_S + later
            expr = if_(names.AS_OF_S < names.HORIZON_START, 0, worked(instant, ref(row, 3)))
            inside = min(max(int(now) + later - EPOCH_S, calendar.horizon[0]), calendar.horizon[1])
            value = 0 if now < low else int(calendar.worked(inside))
            draft.put(row, column, Formula(expr, value), "helper.seconds")
        _waiting(draft, scene, block)
        _timeout(draft, scene, block)


def _timeout(draft: Draft, scene: Scene, block: _Block) -> None:
    """How long an acknowledgement lasts, in working seconds; 0 is for ever."""
    amount, unit = (name(f"Ack_Timeout{part}_{block.number}") for part in ("", "_Unit"))
    factor: Expr = if_(unit.eq("business days"), F.INDEX(names.CAL_DAY, ref(block.head, 3)), 0)
    for known in ("s", "min", "h"):
        factor = if_(unit.eq(known), _UNITS[known], factor)
    seconds = F.MIN(amount * factor, NO_CALL_S)
    expr = F.IF(F.ISNUMBER(amount), F.IF(seconds < 1, 0, F.ROUND(seconds, 0)), 0)
    value = rule.timeout_s(scene.spec, block.severity)
    draft.put(block.head, 8, Formula(expr, value), "helper.seconds")


def _waiting(draft: Draft, scene: Scene, block: _Block) -> None:
    """How long a call is waited for, and how long a pass takes with it."""
    seconds = block.cells(_RAW, block.height)
    latest = F.MAX(seconds)
    at_once = F.COUNTIF(seconds, latest)
    wait = if_(
        F.COUNT(seconds) > at_once,
        latest - F.LARGE(seconds, at_once + 1),
        rule.LONE_WAIT_S,
    )
    length = if_(F.COUNT(seconds) > 0, latest + ref(block.head, 6), 0)
    spec, severity = scene.spec, block.severity
    steps = [rule.step_seconds(spec, severity, step) for step in severity.ladder]
    waited = rule.waiting_s(spec, severity)
    draft.put(block.head, 6, Formula(wait, waited), "helper.seconds")
    whole = max(steps) + waited if steps else 0
    draft.put(block.head, 7, Formula(length, whole), "helper.seconds")


def _steps(draft: Draft, scene: Scene, block: _Block) -> None:
    """A row a step and pass: when it is called, or nothing."""
    places = {
        (place.turn, place.row): place.seconds
        for place in rule.places_of(scene.spec, block.severity, acknowledged=block.acknowledged)
    }
    table = LADDER.of(block.number)
    for index in range(block.rows):
        turn, step = divmod(index, block.height)
        row, step = block.top + 1 + index, step + 1
        draft.row(row, _STEP, [step, turn], "helper")
        cells = {
            header: F.INDEX(col(table, header), ref(row, _STEP))
            for header in ("Level", "Role", "After", "Unit", "Until", "Repeat")
        }
        factor: Expr = F.INDEX(names.CAL_DAY, ref(block.head, 3))
        for unit, seconds in _UNITS.items():
            factor = if_(cells["Unit"].eq(unit), seconds, factor)
        conditions = [cells["Role"].filled(), F.ISNUMBER(cells["After"])]
        if turn:
            conditions.append(F.N(cells["Repeat"]) >= turn)
        if block.acknowledged:
            conditions.append(cells["Until"].eq("resolved"))
        after: Expr = F.ROUND(F.MAX(cells["After"], 0) * factor, 0)
        if turn:
            after = after + ref(block.head, 7) * turn
        value = places.get((turn, step))
        expr = if_(F.AND(*conditions), after)
        draft.put(row, _RAW, Formula(expr, "" if value is None else value), "helper.seconds")
        order = "" if value is None else value * _PLACES + index + 1
        raw = ref(row, _RAW)
        expr = if_(F.ISNUMBER(raw), raw * _PLACES + (index + 1))
        draft.put(row, _ORDER, Formula(expr, order), "helper.seconds")


def _in_order(draft: Draft, scene: Scene, block: _Block, holders: Holders) -> None:
    spec, severity = scene.spec, block.severity
    places = rule.places_of(spec, severity, acknowledged=block.acknowledged)
    calls = rule.calls_of(spec, severity, holders, acknowledged=block.acknowledged)
    chosen = rule.set_number(block.number, block.acknowledged)
    draft.row(block.top, _SET, [chosen, 0], "helper")
    draft.put(block.top, _SECONDS, NO_CALL_S, "helper.seconds")
    draft.put(block.top, _KEY, chosen * SET_SCALE - SECOND_SCALE, "helper.seconds")
    people = [(rule.person_of(spec, place.step, holders), place.step.channel) for place in places]
    words = [f"{person} ({channel})" if person else "" for person, channel in people]
    together = ""
    for place in range(1, block.rows + 2):
        row = block.top + place
        real = place <= len(places)
        call = next((c for c in calls if c.first <= place <= c.last), None)
        seconds = call.seconds if call else NO_CALL_S
        same = real and place > 1 and places[place - 2].seconds == places[place - 1].seconds
        word = words[place - 1] if real else ""
        together = ", ".join(filter(None, (together if same else "", word)))
        values: list[Value] = [
            places[place - 1].seconds * _PLACES + _index(block, places[place - 1]) if real else "",
            seconds,
            places[place - 1].row if real else "",
            places[place - 1].step.level if real else "",
            word,
            together,
            call.text if call else "",
            call.level if call else "",
            chosen * SET_SCALE + seconds * SECOND_SCALE + place,
        ]
        draft.row(row, _SET, [chosen, place], "helper")
        exprs = _row_exprs(spec_words=_last_words(scene), block=block, row=row, place=place)
        for column, (expr, value) in enumerate(zip(exprs, values, strict=True), start=_SORTED):
            draft.put(row, column, Formula(expr, value), "helper.seconds")


def _index(block: _Block, place: rule.Place) -> int:
    return place.turn * block.height + place.row


def _last_words(scene: Scene) -> Expr:
    """What is said when nobody is left; the sponsor's name is looked up."""
    role = rule.executive_role(scene.spec)
    text: Expr = lit(rule.EXHAUSTED_TEXT)
    if role is None:
        return text
    sponsor = now_expr(scene.spec, lit(role.name))
    return text & if_(sponsor.filled(), lit(", ") & sponsor)


def _row_exprs(*, spec_words: Expr, block: _Block, row: int, place: int) -> tuple[Expr, ...]:
    count = F.COUNT(block.cells(_ORDER))
    table = LADDER.of(block.number)
    seconds, step = ref(row, _SECONDS), ref(row, _ROW)
    inside = place <= block.rows
    ordered = if_(lit(place) <= count, F.SMALL(block.cells(_ORDER), place)) if inside else BLANK
    end: Expr = lit(NO_CALL_S)
    if not block.acknowledged:
        after_all = F.MAX(block.cells(_RAW)) + ref(block.head, 6)
        end = if_(F.AND(count > 0, count.eq(place - 1)), after_all, NO_CALL_S)
    cell = ref(row, _SORTED)
    at = if_(F.ISNUMBER(cell), F.INT(cell / _PLACES), end)
    which = F.MOD(F.MOD(cell, _PLACES) - 1, block.height) + 1
    level = if_(step.empty(), BLANK, F.INDEX(col(table, "Level"), step))
    who = F.INDEX(col(table, "Who"), step) & ""
    channel = F.INDEX(col(table, "Channel"), step) & ""
    word = if_(who.filled(), who & " (" & channel & ")")
    return (
        ordered,
        at,
        if_(F.ISNUMBER(cell), which),
        level,
        if_(step.empty(), BLANK, word),
        _together(row, place),
        _effective(_CALL, ref(row, _GROUP), spec_words, block, row, place),
        _effective(_CALL_LEVEL, ref(row, _LEVEL) & "", lit(rule.EXHAUSTED), block, row, place),
        lit(rule.set_number(block.number, block.acknowledged) * SET_SCALE + place)
        + seconds * SECOND_SCALE,
    )


def _together(row: int, place: int) -> Expr:
    """Everybody called at this instant so far."""
    word, before = ref(row, _WHO), ref(row - 1, _GROUP)
    if place == 1:
        return word
    same = F.AND(ref(row, _ROW).filled(), ref(row - 1, _SECONDS).eq(ref(row, _SECONDS)))
    joined = if_(F.AND(before.filled(), word.filled()), before & ", " & word, before & word)
    return if_(same, joined, word)


def _effective(
    column: int, own: Expr, at_the_end: Expr, block: _Block, row: int, place: int
) -> Expr:
    """The call of the whole instant; where nobody is called, that of the next that has somebody."""
    count = F.COUNT(block.cells(_ORDER))
    ended = if_(count.eq(place - 1), at_the_end)
    if place > block.rows:
        return ended
    more = ref(row + 1, _SECONDS).eq(ref(row, _SECONDS))
    alone = F.OR(more, ref(row, _GROUP).empty())
    return if_(ref(row, _ROW).empty(), ended, if_(alone, ref(row + 1, column), own))
