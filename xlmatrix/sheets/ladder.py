"""The hidden Ladder sheet: every call of every ladder in order, read live from the ladder tables.

A severity has two sets of rows: what is called while nobody has acknowledged, and what remains
afterwards. The left columns hold a step and a pass each; the right ones the same in order of time,
so that one MATCH finds the row that stands after so many working seconds. Not every step concerns
every incident: for each group of classes a row knows the nearest row before and after it that does.
"""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, if_, iferror, name, place_of, ref, span
from xlmatrix.formula.guard import text_if_error
from xlmatrix.model.calendars import step_seconds
from xlmatrix.model.duration import UNIT_SECONDS
from xlmatrix.model.ladder import Share, share_unit
from xlmatrix.model.targets import TARGETS
from xlmatrix.rules import names
from xlmatrix.rules.frame import horizon
from xlmatrix.rules.instants import EPOCH_S, worked
from xlmatrix.rules.ladder import calls as rule
from xlmatrix.rules.ladder import whom
from xlmatrix.rules.ladder.calls import NO_CALL_S, SET_SCALE
from xlmatrix.rules.policy import CODES, calendar_number
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.ladder_order import in_order
from xlmatrix.sheets.ladder_rows import (
    CHANNEL,
    CONTACT,
    FIRST,
    GROUPS,
    KEY,
    LENGTH,
    LEVEL,
    PROBLEM,
    RAW,
    SECONDS,
    SHARES,
    TIMEOUT,
    WAIT,
    WHOM,
    Block,
    GroupColumns,
    steps_of_set,
)
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility

NAME: Final = "Ladder"
_HEADS: Final = (
    "No",
    "Severity",
    "Calendar",
    "Worked now",
    "A second later",
    "Wait",
    "Length",
    "Time-out",
    *(share_unit(target) for target in TARGETS),
)
_HEADERS: Final = (
    "Set",
    "Place",
    "Step",
    "Pass",
    "Seconds",
    "Order",
    "Means",
    "Anybody",
    "Problem",
    "In order",
    "Seconds",
    "Step",
    "Level",
    "Whom",
    "Contact",
    "Channel",
    "First",
    "Key",
)


def ladder_sheet(scene: Scene) -> Drawn:
    """Heads of the severities on top, the sets below."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    severities = scene.spec.severities
    columns = GroupColumns(rule.groups_of(scene.spec), rule.most_at_once(scene.spec))
    top = len(severities) + 4
    numbered = [str(number) for number in range(1, len(columns.groups) + 1)]
    groups = [f"{what} {n}" for what in ("Before", "After", "Manned", "Concerns") for n in numbered]
    draft.row(top - 1, 1, [*_HEADERS, *groups], "header")
    blocks = _blocks(scene, top)
    _heads(draft, scene, blocks)
    for block in blocks:
        steps_of_set(draft, block, columns)
        in_order(draft, block, columns, top)
    last = blocks[-1].top + blocks[-1].rows + 2
    _sentinel(draft, columns, last, top, len(severities))
    draft.widths.update(dict.fromkeys(range(1, columns.classes + 1), 14))
    classes = _classes(draft, scene, columns)
    return Drawn(draft.plan(), _names(scene, blocks, columns, top, last) | classes)


def _sentinel(draft: Draft, columns: GroupColumns, last: int, top: int, severities: int) -> None:
    """The row below all sets, where a look-up of the last one ends."""
    draft.put(last, SECONDS, NO_CALL_S, "helper.seconds")
    draft.put(last, WHOM, whom.THE_END, "helper")
    draft.put(last, FIRST, last - top + 1, "helper")
    draft.put(last, KEY, rule.set_number(severities + 1, False) * SET_SCALE, "helper.seconds")
    for offset in range(3 * len(columns.groups)):
        draft.put(last, GROUPS + offset, last - top + 1, "helper")


def _names(
    scene: Scene, blocks: list[Block], columns: GroupColumns, top: int, last: int
) -> dict[str, Expr]:
    count = len(scene.spec.severities)
    heads = {
        2: rule.LAD_SEVERITY,
        3: rule.LAD_CALENDAR,
        4: rule.LAD_NOW,
        5: rule.LAD_NEXT_SECOND,
        TIMEOUT: rule.LAD_TIMEOUT,
    }
    defined: dict[str, Expr] = {
        known.text: span(2, column, count + 1, column, NAME) for column, known in heads.items()
    }
    lists = {
        rule.LAD_SECONDS: SECONDS,
        rule.LAD_LEVEL: LEVEL,
        rule.LAD_WHOM: WHOM,
        rule.LAD_CONTACT: CONTACT,
        rule.LAD_CHANNEL: CHANNEL,
        rule.LAD_FIRST: FIRST,
        rule.LAD_KEY: KEY,
    }
    defined |= {known.text: span(top, at, last, at, NAME) for known, at in lists.items()}
    groups = (
        (rule.LAD_BEFORE, GROUPS),
        (rule.LAD_AFTER, columns.after),
        (rule.LAD_MANNED, columns.manned),
    )
    for known, first in groups:
        defined[known.text] = span(top, first, last, first + len(columns.groups) - 1, NAME)
    # The steps themselves, for the checks of the Health sheet.
    return defined | {
        f"{known}_{block.number}": span(block.top + 1, at, block.top + block.height, at, NAME)
        for block in blocks[::2]
        for known, at in (("Lad_After", RAW), ("Lad_Problem", PROBLEM))
    }


def _classes(draft: Draft, scene: Scene, columns: GroupColumns) -> dict[str, Expr]:
    """The group of each class."""
    groups = rule.map_of(scene.spec)
    draft.put(1, columns.classes, "Group of the class", "header")
    for row, group in enumerate(groups, start=2):
        draft.put(row, columns.classes, columns.groups.index(group) + 1, "helper")
    at = columns.classes
    return {rule.CLASS_GROUP.text: span(2, at, len(groups) + 1, at, NAME)}


def _blocks(scene: Scene, top: int) -> list[Block]:
    blocks: list[Block] = []
    for number, severity in enumerate(scene.spec.severities, start=1):
        base = top
        for acknowledged in (False, True):
            blocks.append(Block(scene.spec, number, severity, acknowledged, number + 1, top, base))
            top += blocks[-1].rows + 2
    return blocks


def _heads(draft: Draft, scene: Scene, blocks: list[Block]) -> None:
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
        again = rule.timeout_s(scene.spec, severity)
        expr = F.MIN(_amount(block, "Ack_Timeout"), NO_CALL_S)
        draft.put(row, TIMEOUT, Formula(expr, again), "helper.seconds")
        _shares(draft, scene, block)


def _amount(block: Block, known: str) -> Expr:
    """Working seconds of two cells, a number and its unit; 0 where they say none."""
    amount = name(f"{known}_{block.number}")
    unit = text_if_error(name(f"{known}_Unit_{block.number}"))
    factor: Expr = if_(unit.eq("business days"), F.INDEX(names.CAL_DAY, ref(block.head, 3)), 0)
    for word in ("s", "min", "h"):
        factor = if_(unit.eq(word), UNIT_SECONDS[word], factor)
    seconds = amount * factor
    return F.IF(F.ISNUMBER(amount), F.IF(seconds < 1, 0, F.ROUND(seconds, 0)), 0)


def _waiting(draft: Draft, scene: Scene, block: Block) -> None:
    """How long a call is waited for, and how long a pass takes with it."""
    seconds = block.cells(RAW, block.height)
    latest = F.MAX(seconds)
    at_once = F.COUNTIF(seconds, latest)
    inferred = if_(
        F.COUNT(seconds) > at_once,
        latest - F.LARGE(seconds, at_once + 1),
        rule.LONE_WAIT_S,
    )
    wait = inferred
    if block.severity.repeat_after is not None:
        asked = _amount(block, "Repeat_After")
        wait = F.IF(asked > 0, F.MIN(asked, NO_CALL_S), inferred)
    length = if_(F.COUNT(seconds) > 0, latest + ref(block.head, WAIT), 0)
    spec, severity = scene.spec, block.severity
    values = (rule.waiting_s(spec, severity), rule.length_s(spec, severity))
    for column, expr, value in zip((WAIT, LENGTH), (wait, length), values, strict=True):
        draft.put(block.head, column, Formula(expr, value), "helper.seconds")


def _shares(draft: Draft, scene: Scene, block: Block) -> None:
    """The working seconds of each target that a step may take a share of."""
    for column, (target, code) in enumerate(CODES.items(), start=SHARES):
        seconds, calendar = (
            F.INDEX(names.policy_name(code, part), block.number)
            for part in (names.PART_SECONDS, names.PART_CALENDAR)
        )
        counted = F.AND(F.ISNUMBER(seconds), calendar.eq(ref(block.head, 3)))
        whole = step_seconds(scene.spec, block.severity, Share(100, target))
        value = Formula(if_(counted, seconds), "" if whole is None else whole)
        draft.put(block.head, column, value, "helper.seconds")
