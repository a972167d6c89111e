"""The rows of the hidden Ladder sheet: the steps of a set as they stand, and in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    if_,
    iferror,
    lit,
    place_among_texts,
    place_of,
    ref,
    span,
)
from xlmatrix.formula.guard import text_if_error
from xlmatrix.model.calendars import LATEST_CALL_S, step_seconds
from xlmatrix.model.duration import UNIT_SECONDS
from xlmatrix.model.ladder import OWNER_WORDS
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.rules import names
from xlmatrix.rules.holders import stands_expr
from xlmatrix.rules.ladder import calls as rule
from xlmatrix.rules.ladder import whom
from xlmatrix.rules.ladder.former import HAD_BACKUP, team_manned_expr
from xlmatrix.rules.ladder.oncall import ROTA
from xlmatrix.rules.ladder.overrides import names_one_expr
from xlmatrix.rules.policy import CODES
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables.matrix import ALWAYS_ADD
from xlmatrix.tables.people import ROLES, TEAMS
from xlmatrix.tables.severities import LADDER

PLACES: Final = 10**4
#: Columns of a severity's head row: waiting, length of a pass, time-out, seconds of each target.
WAIT, LENGTH, TIMEOUT, SHARES = 6, 7, 8, 9
SET, PLACE, STEP, PASS, RAW, ORDER, MEANS, ANYBODY, PROBLEM = range(1, 10)
SORTED, SECONDS, ROW, LEVEL, WHOM, CONTACT, CHANNEL, FIRST, KEY = range(10, 19)
GROUPS: Final = KEY + 1


@dataclass(frozen=True, slots=True)
class Block:
    """Where one set stands: its severity, its head row above, its first row, rows for steps.

    ``base`` is the first row of the severity's other set, which says when each step comes.
    """

    spec: MatrixSpec
    number: int
    severity: Severity
    acknowledged: bool
    head: int
    top: int
    base: int

    @property
    def rows(self) -> int:
        """Rows for steps of all passes."""
        return rule.rows_of(self.spec, self.severity)

    @property
    def height(self) -> int:
        """Rows of the ladder's table."""
        return rule.height_of(self.severity)

    @property
    def steps(self) -> int:
        """The steps of the first pass: the ladder's, then what classes always add."""
        return self.height + len(self.spec.always_add)

    @property
    def table(self) -> str:
        """The table of the ladder."""
        return LADDER.of(self.number)

    def cells(self, column: int, rows: int | None = None, top: int | None = None) -> Expr:
        """A column of the steps' rows."""
        first = (self.top if top is None else top) + 1
        return span(first, column, first - 1 + (rows or self.rows), column)

    def turn_and_step(self, index: int) -> tuple[int, int]:
        """The pass (from 0) and the step (from 1) in a row of the set, from 0."""
        if index < self.steps:
            return 0, index + 1
        turn, step = divmod(index - self.steps, self.height)
        return turn + 1, step + 1


@dataclass(frozen=True, slots=True)
class GroupColumns:
    """Where the columns of the groups stand: before and after, and which step concerns which.

    ``most`` is how many steps may be called at one instant.
    """

    groups: tuple[rule.Group, ...]
    most: int

    @property
    def after(self) -> int:
        """The column of the nearest row behind, for the first group."""
        return GROUPS + len(self.groups)

    @property
    def manned(self) -> int:
        """The column of the nearest row behind that means somebody, for the first group."""
        return self.after + len(self.groups)

    @property
    def concerns(self) -> int:
        """The column that says whether a step is for the first group."""
        return self.manned + len(self.groups)

    @property
    def classes(self) -> int:
        """The column with the group of each class."""
        return self.concerns + len(self.groups) + 1


def steps_of_set(draft: Draft, block: Block, columns: GroupColumns) -> None:
    """A row a step and pass: when it is called, or nothing."""
    places = {
        (place.turn, place.row): place.seconds
        for place in rule.places_of(block.spec, block.severity, acknowledged=block.acknowledged)
    }
    for index in range(block.rows):
        turn, step = block.turn_and_step(index)
        row = block.top + 1 + index
        draft.row(row, STEP, [step, turn], "helper")
        value = places.get((turn, step))
        expr = _first_pass(block, step) if _is_base(block, turn) else _later(block, turn, step)
        draft.put(row, RAW, Formula(expr, "" if value is None else value), "helper.seconds")
        order = "" if value is None else value * PLACES + index + 1
        raw = ref(row, RAW)
        expr = if_(F.ISNUMBER(raw), raw * PLACES + (index + 1))
        draft.put(row, ORDER, Formula(expr, order), "helper.seconds")
        if _is_base(block, turn):
            _concerns(draft, block, columns, step)


def _is_base(block: Block, turn: int) -> bool:
    return not turn and not block.acknowledged


def cell_of(block: Block, header: str, step: Expr | int) -> Expr:
    """A cell of the ladder's table, by the number of its row; text where it is an error value."""
    return text_if_error(F.INDEX(col(block.table, header), step))


def level_of(block: Block, step: Expr | int) -> Expr:
    """The level of a step of the ladder: a whole one of those that there are."""
    level = F.INDEX(col(block.table, "Level"), step)
    return F.IF(F.ISNUMBER(level), F.MIN(F.MAX(F.INT(level), 1), rule.TOP_LEVEL), rule.TOP_LEVEL)


def _first_pass(block: Block, step: int) -> Expr:
    """Seconds of a step of the first pass, while nobody has acknowledged."""
    steps = block.cells(RAW, block.height)
    if step > block.height:
        added = block.spec.always_add[step - block.height - 1].after
        seconds: Expr = F.MIN(steps)
        if added is not None:
            seconds = lit(step_seconds(block.spec, block.severity, added) or 0)
        return if_(F.COUNT(steps) > 0, seconds)
    after, unit = (cell_of(block, header, step) for header in ("After", "Unit"))
    factor: Expr = if_(unit.eq("business days"), F.INDEX(names.CAL_DAY, ref(block.head, 3)))
    for word, seconds_of in UNIT_SECONDS.items():
        factor = F.IF(unit.eq(word), seconds_of, factor)
    last = SHARES + len(CODES) - 1
    share = place_among_texts(unit, span(1, SHARES, 1, last))
    whole = F.INDEX(span(block.head, SHARES, block.head, last), 1, share)
    percent = F.AND(F.ISNUMBER(whole), after >= 1, after <= 100, F.INT(after).eq(after))
    part = if_(percent, F.INT(F.N(whole) * after / 100))
    lasts = F.IF(after >= 0, F.ROUND(after * factor, 0), -1)
    inside = iferror(if_(F.AND(lasts >= 0, lasts <= LATEST_CALL_S), lasts))
    amount = F.IF(F.ISNUMBER(share), part, inside)
    return if_(F.AND(cell_of(block, "Role", step).filled(), F.ISNUMBER(after)), amount)


def _later(block: Block, turn: int, step: int) -> Expr:
    """Seconds of a step in another pass, or after the acknowledgement."""
    first = ref(block.base + step, RAW)
    conditions: list[Expr] = [F.ISNUMBER(first)]
    until = cell_of(block, "Until", step)
    always = until.eq(whom.ALWAYS)
    if step > block.height:
        return if_(F.ISNUMBER(first), first)
    if turn:
        repeat = F.INDEX(col(block.table, "Repeat"), step)
        conditions += [F.IF(F.ISNUMBER(repeat), repeat >= turn, lit(False)), F.NOT(always)]
    if block.acknowledged:
        conditions.append(F.OR(until.eq("resolved"), always))
    seconds = first + ref(block.head, LENGTH) * turn if turn else first
    return if_(F.AND(*conditions), seconds)


def _concerns(draft: Draft, block: Block, columns: GroupColumns, step: int) -> None:
    """Whom a step means, and which groups of classes it is for."""
    spec, severity = block.spec, block.severity
    row, rules = block.top + step, step - block.height
    known = severity.ladder[step - 1] if step <= len(severity.ladder) else None
    if rules > 0:
        added = rule.added_steps(spec, severity)
        known = added[rules - 1][1] if added else None
        # The table of these rules stands on the RACI sheet.
        role = lit(spec.role(spec.always_add[rules - 1].role).name)
        if spec.raci:
            role = F.IFERROR(F.T(F.INDEX(col(ALWAYS_ADD.name, "Role"), rules)), BLANK)
    else:
        # A number names nobody.
        role = F.T(cell_of(block, "Role", step))
    number = whom.NOT_KNOWN if known is None else whom.whom_number(spec, known)
    if rules > 0:
        number = whom.role_number(spec, spec.always_add[rules - 1].role)
    listed = F.IFERROR(place_of(role, col(ROLES.name, "Role")), whom.NOT_KNOWN)
    means = F.IF(role.filled(), listed if rules > 0 else _means(spec, role), whom.NOT_KNOWN)
    draft.put(row, MEANS, Formula(means, number), "helper")
    anybody = int(known is not None and whom.manned(spec, known))
    draft.put(row, ANYBODY, Formula(_anybody(block, row, step), anybody), "helper")
    if rules <= 0:
        problem = rule.problem_of(spec, severity, step)
        draft.put(row, PROBLEM, Formula(_problem(block, columns, row, step), problem), "helper")
    for column, group in enumerate(columns.groups, start=columns.concerns):
        if rules > 0:
            draft.put(row, column, int(rules in group.rules), "helper")
            continue
        expr, value = _for_group(block, step, group)
        draft.put(row, column, value if expr is None else Formula(expr, value), "helper")


def _problem(block: Block, columns: GroupColumns, row: int, step: int) -> Expr:
    """What is wrong with a step of the ladder, as :func:`calls.problem_of` numbers it."""
    raw, number = block.cells(RAW, block.steps), ref(row, MEANS)
    at_once = [
        F.COUNTIFS(raw, ref(row, RAW), block.cells(columns.concerns + offset, block.steps), 1)
        for offset in range(len(columns.groups))
    ]
    crowd = F.IF(F.MAX(*at_once) > columns.most, rule.CROWDED, 0)
    nobody = F.IF(number.eq(whom.NOT_KNOWN), rule.UNKNOWN, crowd)
    timed = F.IF(F.ISNUMBER(ref(row, RAW)), nobody, rule.UNTIMED)
    filled = F.OR(cell_of(block, "Role", step).filled(), cell_of(block, "After", step).filled())
    return F.IF(filled, timed, 0)


def _anybody(block: Block, row: int, step: int) -> Expr:
    """1 where a step means anybody at all, whatever the hour and the class."""
    spec, number = block.spec, ref(row, MEANS)
    primary: Expr = stands_expr("Primary", number).filled()
    backup: Expr = stands_expr("Backup", number).filled()
    if spec.had_other_holders:
        backup = F.OR(backup, F.IFERROR(F.INDEX(HAD_BACKUP, number) > 0, lit(False)))
    if spec.plans_duty:
        primary = F.OR(primary, names_one_expr(number, "Primary"))
        backup = F.OR(backup, names_one_expr(number, "Backup"))
    held: Expr = F.OR(primary, backup)
    if step <= block.height:
        held = F.OR(backup, F.AND(primary, cell_of(block, "Contact", step).ne("backup")))
    if spec.rotations_ever:
        held = F.OR(held, F.INDEX(col(ROLES.name, ROTA), number) > 0)
    if spec.teams:
        people = team_manned_expr(spec, number - whom.TEAMS_FROM)
        held = F.IF(number > whom.TEAMS_FROM, people, held)
    known = F.IF(number < 0, 1, F.IF(number > 0, F.IF(held, 1, 0), 0))
    return F.IF(F.ISNUMBER(number), known, 0)


def _means(spec: MatrixSpec, text: Expr) -> Expr:
    """The number of whom a cell names; 0 for somebody who is not listed."""
    number: Expr = lit(whom.NOT_KNOWN)
    if spec.teams:
        number = F.IFERROR(place_of(text, col(TEAMS.name, "Team")) + whom.TEAMS_FROM, number)
    number = F.IFERROR(place_of(text, col(ROLES.name, "Role")), number)
    for place, words in reversed([*enumerate(OWNER_WORDS.values(), start=1)]):
        number = F.IF(text.eq(words), -place, number)
    return number


def _for_group(block: Block, step: int, group: rule.Group) -> tuple[Expr | None, int]:
    """Whether a step of the ladder is for a group of classes."""
    if not rule.uses_families(block.spec):
        return None, 1
    typed = F.SUBSTITUTE(cell_of(block, "For", step) & "", " ", "")
    found = lit(0)
    if group.family is not None:
        inside = F.ISNUMBER(F.SEARCH(f",{group.family},", lit(",") & typed & ","))
        found = F.IF(inside, 1, 0)
    ladder = block.severity.ladder
    families = ladder[step - 1].families if step <= len(ladder) else ()
    return F.IF(typed.empty(), 1, found), int(not families or group.family in families)
