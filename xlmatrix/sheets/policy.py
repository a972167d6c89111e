"""The hidden Policy sheet: targets as numbers, read live from the severity sheets."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    if_,
    iferror,
    lit,
    name,
    place_among_texts,
    place_of,
    ref,
    span,
)
from xlmatrix.model.duration import UNIT_SECONDS, Duration
from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import NEVER_PAUSE, TARGETS
from xlmatrix.rules import names
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.clocks.clock_formulas import WARN_SHARE
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.incidents.warnings import WARN_CODES
from xlmatrix.rules.logs.histories import CHANGE_POLICY_NAME, WARN_NAME
from xlmatrix.rules.policy import CODES, ESCALATE, MOST_DAYS, MOST_S, Clock
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.earlier import classes_before
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Value, Visibility
from xlmatrix.tables.severities import LADDER, OWNERS
from xlmatrix.tables.severities import TARGETS as TARGET_TABLE
from xlmatrix.worktime import CHANGE_POLICIES

NAME = "Policy"
#: Columns of a clock: seconds, days, calendar, words, pauses.
#: What the headers call the parts of a target that end the defined names.
_PART_WORDS: Final = {
    names.PART_SECONDS: "seconds",
    names.PART_DAYS: "days",
    names.PART_CALENDAR: "calendar",
    "T": "words",
    names.PART_PAUSES: "pauses",
}
_PARTS: Final = len(_PART_WORDS)

#: Decimals of an amount in words.
SHOWN: Final = 4


def policy_sheet(scene: Scene) -> Drawn:
    """One row a severity; four columns a clock: seconds, days, calendar number, words."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    draft.put(1, 1, "Severity", "header")
    codes = [*CODES.values(), ESCALATE]
    count = len(scene.spec.severities)
    last = len(scene.context.policy.clocks) + 1
    defined: dict[str, Expr] = {names.POL_SEVERITY.text: span(2, 1, count + 1, 1, NAME)}
    for index, code in enumerate(codes):
        first = 2 + _PARTS * index
        for offset, part in enumerate(_PART_WORDS):
            draft.put(1, first + offset, f"{code} {_PART_WORDS[part]}", "header")
            column = first + offset
            defined[names.policy_name(code, part).text] = span(2, column, last, column, NAME)
        for number in range(1, count + 1):
            _clock_cells(draft, scene, number, first, code)
        for row in range(count + 2, last + 1):
            _earlier_cells(draft, scene, row, first, code)
    for number, severity in enumerate(scene.spec.severities, start=1):
        draft.put(number + 1, 1, severity.id, "helper")
    for row in range(count + 2, last + 1):
        draft.put(row, 1, _version_label(scene, row), "helper")
    after = _role_columns(draft, scene, 2 + _PARTS * len(codes), defined)
    after = _warn_columns(draft, scene, after, last, defined)
    _setting_cells(draft, scene, after + 1, defined)
    draft.widths.update(dict.fromkeys(range(1, after + 6), 12))
    return Drawn(draft.plan(), defined)


def _earlier(scene: Scene, row: int) -> tuple[PolicyVersion, Severity]:
    """The earlier version and the severity of a row below the current ones."""
    place, level = divmod(row - 2, len(scene.spec.severities))
    return scene.spec.history[place - 1], scene.spec.severities[level]


def _version_label(scene: Scene, row: int) -> str:
    version, severity = _earlier(scene, row)
    return f"{version.version}: {severity.id}"


def _earlier_cells(draft: Draft, scene: Scene, row: int, first: int, code: str) -> None:
    """A target of an earlier version: fixed, or the present one where that version is silent."""
    version, severity = _earlier(scene, row)
    clock = scene.context.policy.clocks[row - 2][code]
    shown = (
        _shown(clock.seconds),
        _shown(clock.days),
        clock.calendar,
        clock_words(scene, clock),
        int(clock.pauses),
    )
    now = 2 + (row - 2) % len(scene.spec.severities)
    for offset, value in enumerate(shown):
        # An empty cell would read as the number 0, which is a target of no time.
        cell: Value | Formula = Formula(BLANK, "") if value == "" else value
        if code == ESCALATE or severity.id not in version.targets:
            cell = Formula(ref(now, first + offset), value)
        draft.put(row, first + offset, cell, "helper")


def _warn_columns(
    draft: Draft, scene: Scene, first: int, last: int, defined: dict[str, Expr]
) -> int:
    """What is left of each target when its warning is due, and the target's calendar."""
    count, percent = len(WARN_CODES), scene.frame.histories.warn_percent
    for index, code in enumerate(WARN_CODES):
        draft.put(1, first + index, f"{code} warn rest", "header")
        draft.put(1, first + count + index, f"{code} warn calendar", "header")
        at = 2 + _PARTS * [*CODES.values(), ESCALATE].index(code)
        for row in range(2, last + 1):
            clock = scene.context.policy.clocks[row - 2][code]
            seconds, days = ref(row, at), ref(row, at + 1)
            by_days = days * 86400 - F.INT(days * 86400 * WARN_SHARE / 100)
            rest = F.IF(
                F.ISNUMBER(seconds),
                seconds - F.MAX(F.INT(seconds * WARN_SHARE / 100), 1),
                if_(F.ISNUMBER(days), by_days),
            )
            value: Value = ""
            if clock.seconds is not None:
                value = clock.seconds - max(clock.seconds * percent // 100, 1)
            elif clock.days is not None:
                value = clock.days * 86400 - clock.days * 86400 * percent // 100
            draft.put(row, first + index, Formula(rest, value), "helper")
            draft.put(
                row, first + count + index, Formula(ref(row, at + 2), clock.calendar), "helper"
            )
    defined["Warn_Rest"] = span(2, first, last, first + count - 1, NAME)
    defined["Warn_Calendar"] = span(2, first + count, last, first + 2 * count - 1, NAME)
    return first + 2 * count


def _setting_cells(draft: Draft, scene: Scene, column: int, defined: dict[str, Expr]) -> None:
    found, typed = scene.frame.histories, name(WARN_NAME)
    draft.row(1, column, ["Warn %", "Change policy"], "header")
    inside = F.IF(typed >= 1, F.IF(typed <= 100, F.INT(typed), 75), 75)
    warn = F.IF(F.ISNUMBER(typed), inside, 75)
    draft.put(2, column, Formula(warn, found.warn_percent), "helper")
    chosen = iferror(place_among_texts(name(CHANGE_POLICY_NAME), name("List_Change_Policies")), 1)
    number = CHANGE_POLICIES.index(found.change_policy) + 1
    draft.put(2, column + 1, Formula(chosen, number), "helper")
    defined["Warn_Share"] = ref(2, column, NAME)
    defined["Change_Policy_No"] = ref(2, column + 1, NAME)
    versions = scene.context.policy.versions
    if versions:
        draft.row(1, column + 2, ["From", "Rows below"], "header")
        for row, day in enumerate(versions, start=2):
            draft.put(row, column + 2, 0 if row == 2 else day, "helper")
            draft.put(row, column + 3, scene.context.policy.offset(day), "helper")
        end = len(versions) + 1
        defined["Hist_From"] = span(2, column + 2, end, column + 2, NAME)
        defined["Hist_Offset"] = span(2, column + 3, end, column + 3, NAME)
        defined.update(classes_before(draft, scene, column + 5))


def _clock_cells(draft: Draft, scene: Scene, number: int, first: int, code: str) -> None:
    clock = scene.context.policy.clocks[number - 1][code]
    row = number + 1
    amount, unit, calendar = _inputs(number, code)
    calendar_cell = ref(row, first + 2)
    seconds_expr = seconds_within(amount, unit, calendar_cell)
    days_expr: Expr = days_within(amount, unit)
    if code == ESCALATE:
        # The hidden Ladder sheet knows when each step is called.
        part = F.INDEX(name(f"Lad_After_{number}"), _escalation_row(number))
        seconds_expr, days_expr = iferror(if_(F.AND(F.ISNUMBER(part), part >= 1), part)), BLANK
    number_expr = iferror(place_of(calendar, names.CAL_NAMES), 1)
    draft.put(row, first, Formula(seconds_expr, _shown(clock.seconds)), "helper")
    draft.put(row, first + 1, Formula(days_expr, _shown(clock.days)), "helper")
    draft.put(row, first + 2, Formula(number_expr, clock.calendar), "helper")
    runs = F.OR(ref(row, first).filled(), ref(row, first + 1).filled())
    words = iferror(_words_expr(amount, unit, calendar_cell))
    if code == ESCALATE:
        words = F.IF(_is_share(unit), _share_words(ref(row, first), calendar_cell), words)
    words = if_(runs, words)
    draft.put(row, first + 3, Formula(words, clock_words(scene, clock)), "helper")
    stands: Value | Formula = 0
    if code != ESCALATE:
        by_days = F.IFERROR(unit.eq("days"), lit(False))
        asked = F.IF(_pauses(number, code).eq("yes"), F.IF(by_days, 0, 1), 0)
        stops = next(target not in NEVER_PAUSE for target, known in CODES.items() if known == code)
        stands = Formula(iferror(asked, 0), int(clock.pauses)) if stops else 0
    draft.put(row, first + 4, stands, "helper")


def seconds_within(amount: Expr, unit: Expr, calendar: Expr) -> Expr:
    """Working seconds of an amount and its unit on a numbered calendar; nothing in days."""
    factor = if_(unit.eq("business days"), F.INDEX(names.CAL_DAY, calendar), lit(0))
    for known, seconds in reversed(UNIT_SECONDS.items()):
        factor = F.IF(unit.eq(known), seconds, factor)
    lasts = amount * factor
    usable = F.AND(F.ISNUMBER(amount), lasts >= 1)
    return iferror(if_(usable, F.MIN(F.ROUND(lasts, 0), MOST_S)))


def days_within(amount: Expr, unit: Expr) -> Expr:
    """Calendar days of an amount in days, whole ones; nothing in another unit."""
    days = F.MIN(F.INT(amount), MOST_DAYS)
    return iferror(if_(F.AND(F.ISNUMBER(amount), unit.eq("days"), amount >= 1), days))


def _pauses(number: int, code: str) -> Expr:
    targets = TARGET_TABLE.of(number)
    label = next(TARGETS[target] for target, known in CODES.items() if known == code)
    return F.INDEX(col(targets, "Pauses"), F.MATCH(lit(label), col(targets, "Target"), 0))


def _inputs(number: int, code: str) -> tuple[Expr, Expr, Expr]:
    """Amount, unit and calendar of a clock, from the tables of its severity sheet."""
    if code == ESCALATE:
        ladder, row = LADDER.of(number), _escalation_row(number)
        amount, unit = (F.INDEX(col(ladder, header), row) for header in ("After", "Unit"))
        return amount, unit, name(f"Ladder_Calendar_{number}")
    targets = TARGET_TABLE.of(number)
    label = next(TARGETS[target] for target, known in CODES.items() if known == code)
    row = F.MATCH(lit(label), col(targets, "Target"), 0)
    amount, unit, calendar = (
        F.INDEX(col(targets, header), row) for header in ("Within", "Unit", "Calendar")
    )
    return amount, unit, calendar


def _escalation_row(number: int) -> Expr:
    """The row of the first step above level 1; levels stand in order."""
    return F.COUNTIF(col(LADDER.of(number), "Level"), "<2") + 1


def _is_share(unit: Expr) -> Expr:
    """Whether a step comes after a share of a target."""
    return F.LEFT(unit, 1).eq("%")


def _share_words(seconds: Expr, calendar: Expr) -> Expr:
    """So many seconds in the largest unit that gives a whole number, with the calendar."""
    words: Expr = seconds & " s"
    for unit, length in list(UNIT_SECONDS.items())[1:]:
        words = F.IF(F.MOD(seconds, length).eq(0), seconds / length & f" {unit}", words)
    closes = F.INDEX(name("Cal_Mode"), calendar).ne("always")
    return words & if_(closes, lit(", ") & F.INDEX(names.CAL_NAMES, calendar))


def _words_expr(amount: Expr, unit: Expr, calendar: Expr) -> Expr:
    """An amount that the clock understands, with its unit and calendar."""
    single = F.AND(amount.eq(1), F.RIGHT(unit, 4).eq("days"))
    known = F.LOWER(unit)
    # Of a longer one programs show digits of their own.
    words = F.ROUND(amount, SHOWN) & " " & F.IF(single, F.LEFT(known, F.LEN(unit) - 1), known)
    on = if_(
        F.OR(F.INDEX(name("Cal_Mode"), calendar).eq("always"), F.RIGHT(unit, 4).eq("days")),
        BLANK,
        lit(", ") & F.INDEX(names.CAL_NAMES, calendar),
    )
    return words & on


def clock_words(scene: Scene, clock: Clock) -> str:
    """A target in words, with its calendar's name where that is not around the clock."""
    if clock.within is None or (clock.seconds is None and not clock.days):
        return ""
    always = is_always(scene.calendars[clock.calendar - 1])
    own = always or clock.within.unit.endswith("days")
    return amount_words(clock.within) + (
        "" if own else f", {scene.spec.calendars[clock.calendar - 1].name}"
    )


def amount_words(within: Duration) -> str:
    """Amount and unit in one text, as the two cells give them."""
    one = within.amount == 1 and within.unit.endswith("days")
    return f"{text_in(round(within.amount, SHOWN))} {within.unit[:-1] if one else within.unit}"


def _shown(value: int | None) -> Value:
    return "" if value is None else value


def _role_columns(draft: Draft, scene: Scene, first: int, defined: dict[str, Expr]) -> int:
    count = len(scene.spec.severities)
    for column, (function, label) in enumerate(LABELS.items(), start=first):
        draft.put(1, column, f"Role {label}", "header")
        for number, severity in enumerate(scene.spec.severities, start=1):
            owners = OWNERS.of(number)
            row = F.MATCH(lit(label), col(owners, "For"), 0)
            role_id = getattr(scene.spec.owners_for(None, severity), function)
            role = scene.spec.role(role_id).name
            expr = iferror(F.INDEX(col(owners, "Role"), row) & "")
            draft.put(number + 1, column, Formula(expr, role), "helper")
        known = names.policy_name("Role", label).text
        defined[known] = span(2, column, count + 1, column, NAME)
    return _note_columns(draft, scene, first + len(LABELS), defined)


def _note_columns(draft: Draft, scene: Scene, first: int, defined: dict[str, Expr]) -> int:
    """What the matrix says of a severity in words: typed on its sheet, read from there."""
    severities = scene.spec.severities
    notes = (
        ("Executive", [severity.executive_notify for severity in severities]),
        ("Customer", [severity.customer_note for severity in severities]),
    )
    for column, (label, texts) in enumerate(notes, start=first):
        draft.put(1, column, f"Note {label}", "header")
        for number, text in enumerate(texts, start=1):
            expr = iferror(name(f"{label}_Note_{number}") & "")
            draft.put(number + 1, column, Formula(expr, text or ""), "helper")
        known = names.policy_name("Note", label).text
        defined[known] = span(2, column, len(severities) + 1, column, NAME)
    return first + len(notes)
