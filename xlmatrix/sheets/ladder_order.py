"""The steps of a set of the hidden Ladder sheet in order of time."""

from __future__ import annotations

from xlmatrix.formula import BLANK, Expr, F, if_, lit, ref
from xlmatrix.rules.ladder import calls as rule
from xlmatrix.rules.ladder import whom
from xlmatrix.rules.ladder.calls import NO_CALL_S, SECOND_SCALE, SET_SCALE
from xlmatrix.rules.ladder.seats import CONTACT_NUMBERS
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.ladder_rows import (
    ANYBODY,
    FIRST,
    GROUPS,
    KEY,
    LEVEL,
    MEANS,
    ORDER,
    PLACES,
    RAW,
    ROW,
    SECONDS,
    SET,
    SORTED,
    WAIT,
    Block,
    GroupColumns,
    cell_of,
    level_of,
)
from xlmatrix.sheets.plan import Formula, Value


def in_order(draft: Draft, block: Block, columns: GroupColumns, start: int) -> None:
    """The steps of a set in order of time; ``start`` is the first row of all sets."""
    spec, severity = block.spec, block.severity
    places = rule.places_of(spec, severity, acknowledged=block.acknowledged)
    chosen = rule.set_number(block.number, block.acknowledged)
    head = block.top - start + 1
    draft.row(block.top, SET, [chosen, 0], "helper")
    draft.put(block.top, SECONDS, NO_CALL_S, "helper.seconds")
    draft.put(block.top, FIRST, head, "helper")
    draft.put(block.top, KEY, chosen * SET_SCALE - SECOND_SCALE, "helper.seconds")
    for offset in range(3 * len(columns.groups)):
        draft.put(block.top, GROUPS + offset, head, "helper")
    nearest = _nearest(block, columns.groups, places, head)
    end = NO_CALL_S
    if places and not block.acknowledged:
        end = places[-1].seconds + rule.waiting_s(spec, severity)
    first = head
    for place in range(1, block.rows + 2):
        row = block.top + place
        at = places[place - 1] if place <= len(places) else None
        ends = place == len(places) + 1
        seconds = at.seconds if at else end if ends else NO_CALL_S
        same = at is not None and place > 1 and places[place - 2].seconds == at.seconds
        first = first if same else head + place
        values: list[Value] = [
            at.seconds * PLACES + rule.order_of(spec, severity, at.turn, at.row) if at else "",
            seconds,
            at.row if at else "",
            at.level if at else rule.EXHAUSTED if ends else "",
            whom.whom_number(spec, at.step) if at else whom.THE_END,
            CONTACT_NUMBERS[at.step.contact] if at else "",
            whom.channel_text(at.step) if at else "",
            first,
            chosen * SET_SCALE + seconds * SECOND_SCALE + place,
        ]
        draft.row(row, SET, [chosen, place], "helper")
        exprs = _row_exprs(block, row, place, head)
        for column, (expr, value) in enumerate(zip(exprs, values, strict=True), start=SORTED):
            draft.put(row, column, Formula(expr, value), "helper.seconds")
        _near(draft, block, columns, row, head + place, [side[place - 1] for side in nearest])


def _nearest(
    block: Block, groups: tuple[rule.Group, ...], places: list[rule.Place], head: int
) -> list[list[list[int]]]:
    """For every row and group the nearest row before and after it, and the nearest that is manned.

    A row may itself be the nearest.
    """
    before: list[list[int]] = []
    after: list[list[int]] = []
    manned: list[list[int]] = []
    own, somebody = [], []
    for place in range(1, block.rows + 2):
        at = places[place - 1] if place <= len(places) else None
        known = [at is None or rule.concerns(block.spec, at, block.severity, g) for g in groups]
        own.append(known)
        called = at is None or whom.manned(block.spec, at.step)
        somebody.append([called and concerned for concerned in known])
    last = [head] * len(groups)
    for number, known in enumerate(own, start=head + 1):
        last = [number if yes else was for yes, was in zip(known, last, strict=True)]
        before.append(last)
    for found, rows in ((after, own), (manned, somebody)):
        last = [head] * len(groups)
        for number, known in reversed([*enumerate(rows, start=head + 1)]):
            last = [number if yes else was for yes, was in zip(known, last, strict=True)]
            found.insert(0, last)
    return [before, after, manned]


def _near(
    draft: Draft,
    block: Block,
    columns: GroupColumns,
    row: int,
    own: int,
    values: list[list[int]],
) -> None:
    """The nearest row before and after a row that concerns each group, and that means somebody."""
    step = ref(row, ROW)
    somebody = F.INDEX(block.cells(ANYBODY, block.steps, block.base), step).eq(1)
    sides = ((GROUPS, row - 1), (columns.after, row + 1), (columns.manned, row + 1))
    for (first, next_row), known in zip(sides, values, strict=True):
        for offset in range(len(columns.groups)):
            grid = block.cells(columns.concerns + offset, block.steps, block.base)
            mine: Expr = F.INDEX(grid, step).eq(1)
            if first == columns.manned:
                mine = F.AND(mine, somebody)
            beside = ref(next_row, first + offset)
            expr: Expr = F.IF(step.empty(), own, F.IF(mine, own, beside))
            if row == block.top + block.rows + 1:
                expr = lit(own)
            draft.put(row, first + offset, Formula(expr, known[offset]), "helper")


def _row_exprs(block: Block, row: int, place: int, head: int) -> tuple[Expr, ...]:
    count = F.COUNT(block.cells(ORDER))
    seconds, step = ref(row, SECONDS), ref(row, ROW)
    inside = place <= block.rows
    ordered = if_(lit(place) <= count, F.SMALL(block.cells(ORDER), place)) if inside else BLANK
    last = F.AND(count > 0, count.eq(place - 1))
    end: Expr = lit(NO_CALL_S)
    if not block.acknowledged:
        end = if_(last, F.MAX(block.cells(RAW)) + ref(block.head, WAIT), NO_CALL_S)
    cell = ref(row, SORTED)
    at = if_(F.ISNUMBER(cell), F.INT(cell / PLACES), end)
    index = F.MOD(cell, PLACES)
    which = F.IF(index <= block.steps, index, F.MOD(index - (block.steps + 1), block.height) + 1)
    ladder = step <= block.height
    level = F.IF(ladder, level_of(block, step), _added_level(block, row, place))
    contact = cell_of(block, "Contact", step)
    known = F.IF(
        contact.eq("backup"),
        CONTACT_NUMBERS["backup"],
        F.IF(contact.eq("both"), CONTACT_NUMBERS["both"], CONTACT_NUMBERS["primary"]),
    )
    same = ref(row - 1, SECONDS).eq(seconds) if place > 1 else lit(False)
    means = F.INDEX(block.cells(MEANS, block.steps, block.base), step)
    return (
        ordered,
        at,
        if_(F.ISNUMBER(cell), which),
        F.IF(step.empty(), if_(count.eq(place - 1), rule.EXHAUSTED), level),
        F.IF(step.empty(), whom.THE_END, means),
        if_(step.filled(), F.IF(ladder, known, CONTACT_NUMBERS["primary"])),
        if_(step.filled(), _channel(block, step)),
        F.IF(F.AND(step.filled(), same), ref(row - 1, FIRST), head + place),
        lit(rule.set_number(block.number, block.acknowledged) * SET_SCALE + place)
        + seconds * SECOND_SCALE,
    )


def _added_level(block: Block, row: int, place: int) -> Expr:
    """The level of a call that a class always adds: that of the ladder's call at its instant."""
    own = level_of(block, 1)
    if place == 1:
        return own
    same = ref(row - 1, SECONDS).eq(ref(row, SECONDS))
    return F.IF(same, F.MAX(F.N(ref(row - 1, LEVEL)), own), own)


def _channel(block: Block, step: Expr) -> Expr:
    """How a step calls, as it stands behind the people."""
    typed = cell_of(block, "Channel", step) & ""
    text: Expr = lit(" (") & F.IF(typed.empty(), "page", typed)
    if rule.informs(block.spec):
        told = cell_of(block, "Inform", step).eq("yes")
        text = text & if_(told, f", {whom.FOR_INFORMATION}")
    text = text & ")"
    added = block.spec.always_add
    if not added:
        return text
    said = [lit(f" ({one.channel})") for one in added]
    chosen = said[0] if len(said) == 1 else F.CHOOSE(step - block.height, *said)
    return F.IF(step <= block.height, text, chosen)
