"""The hidden Policy sheet: targets as numbers, read live from the severity sheets."""

from __future__ import annotations

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name, ref, span
from xlmatrix.rules import names
from xlmatrix.rules.calendar_rows import is_always
from xlmatrix.rules.owners import LABELS
from xlmatrix.rules.policy import CODES, ESCALATE, Clock
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Value, Visibility
from xlmatrix.spec.duration import Duration
from xlmatrix.spec.severity import TARGETS

NAME = "Policy"
_UNIT_SECONDS = {"s": 1, "min": 60, "h": 3600}


def policy_sheet(scene: Scene) -> Drawn:
    """One row a severity; four columns a clock: seconds, days, calendar number, words."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    draft.put(1, 1, "Severity", "header")
    codes = [*CODES.values(), ESCALATE]
    count = len(scene.spec.severities)
    defined: dict[str, Expr] = {names.POL_SEVERITY.text: span(2, 1, count + 1, 1, NAME)}
    for index, code in enumerate(codes):
        first = 2 + 4 * index
        for offset, part in enumerate("SDCT"):
            draft.put(1, first + offset, f"{code} {part}", "header")
            column = first + offset
            defined[names.policy_name(code, part).text] = span(2, column, count + 1, column, NAME)
        for number in range(1, count + 1):
            _clock_cells(draft, scene, number, first, code)
    for number, severity in enumerate(scene.spec.severities, start=1):
        draft.put(number + 1, 1, severity.id, "helper")
    _role_columns(draft, scene, 2 + 4 * len(codes), defined)
    draft.widths.update(dict.fromkeys(range(1, 6 + 4 * len(codes)), 12))
    return Drawn(draft.plan(), defined)


def _clock_cells(draft: Draft, scene: Scene, number: int, first: int, code: str) -> None:
    clock = scene.context.policy.clocks[number - 1][code]
    row = number + 1
    amount, unit, calendar = _inputs(number, code)
    calendar_cell = ref(row, first + 2)
    factor = if_(unit.eq("business days"), F.INDEX(names.CAL_DAY, calendar_cell), lit(0))
    for known, seconds in reversed(_UNIT_SECONDS.items()):
        factor = F.IF(unit.eq(known), seconds, factor)
    seconds_expr = iferror(
        if_(F.AND(F.ISNUMBER(amount), amount * factor >= 1), F.ROUND(amount * factor, 0))
    )
    days_expr = iferror(if_(F.AND(F.ISNUMBER(amount), unit.eq("days"), amount > 0), amount + 0))
    number_expr = iferror(F.MATCH(calendar, names.CAL_NAMES, 0), 1)
    draft.put(row, first, Formula(seconds_expr, _shown(clock.seconds)), "helper")
    draft.put(row, first + 1, Formula(days_expr, _shown(clock.days)), "helper")
    draft.put(row, first + 2, Formula(number_expr, clock.calendar), "helper")
    words = _words_expr(amount, unit, calendar_cell)
    draft.put(row, first + 3, Formula(words, clock_words(scene, clock)), "helper")


def _inputs(number: int, code: str) -> tuple[Expr, Expr, Expr]:
    """Amount, unit and calendar of a clock, from the tables of its severity sheet."""
    if code == ESCALATE:
        ladder = f"tLadder{number}"
        # Levels stand in order, so the first above 1 follows all that are 1.
        row = F.COUNTIF(col(ladder, "Level"), "<=1") + 1
        amount, unit = (F.INDEX(col(ladder, header), row) for header in ("After", "Unit"))
        return amount, unit, name(f"Ladder_Calendar_{number}")
    targets = f"tTargets{number}"
    label = next(TARGETS[target] for target, known in CODES.items() if known == code)
    row = F.MATCH(lit(label), col(targets, "Target"), 0)
    amount, unit, calendar = (
        F.INDEX(col(targets, header), row) for header in ("Within", "Unit", "Calendar")
    )
    return amount, unit, calendar


def _words_expr(amount: Expr, unit: Expr, calendar: Expr) -> Expr:
    single = F.AND(amount.eq(1), F.RIGHT(unit, 4).eq("days"))
    words = amount & " " & F.IF(single, F.LEFT(unit, F.LEN(unit) - 1), unit)
    on = if_(
        F.OR(F.INDEX(name("Cal_Mode"), calendar).eq("always"), F.RIGHT(unit, 4).eq("days")),
        BLANK,
        lit(", ") & F.INDEX(names.CAL_NAMES, calendar),
    )
    return iferror(if_(amount > 0, words & on))


def clock_words(scene: Scene, clock: Clock) -> str:
    """A target in words, with its calendar's name where that is not around the clock."""
    if clock.within is None or clock.within.is_zero:
        return ""
    always = is_always(scene.calendars[clock.calendar - 1])
    own = always or clock.within.unit.endswith("days")
    return amount_words(clock.within) + (
        "" if own else f", {scene.spec.calendars[clock.calendar - 1].name}"
    )


def amount_words(within: Duration) -> str:
    """Amount and unit in one text, as the two cells give them."""
    one = within.amount == 1 and within.unit.endswith("days")
    return f"{within.amount} {within.unit[:-1] if one else within.unit}"


def _shown(value: int | None) -> Value:
    return "" if value is None else value


def _role_columns(draft: Draft, scene: Scene, first: int, defined: dict[str, Expr]) -> None:
    count = len(scene.spec.severities)
    for column, (function, label) in enumerate(LABELS.items(), start=first):
        draft.put(1, column, f"Role {label}", "header")
        for number, severity in enumerate(scene.spec.severities, start=1):
            owners = f"tOwners{number}"
            row = F.MATCH(lit(label), col(owners, "For"), 0)
            role_id = getattr(scene.spec.owners_for(None, severity), function)
            role = scene.spec.role(role_id).name
            expr = iferror(F.INDEX(col(owners, "Role"), row) & "")
            draft.put(number + 1, column, Formula(expr, role), "helper")
        known = names.policy_name("Role", label).text
        defined[known] = span(2, column, count + 1, column, NAME)
    _note_columns(draft, scene, first + len(LABELS), defined)


def _note_columns(draft: Draft, scene: Scene, first: int, defined: dict[str, Expr]) -> None:
    """What the matrix says of a severity in words: typed on its sheet, read from there."""
    severities = scene.spec.severities
    notes = (
        ("Executive", [severity.executive_notify for severity in severities]),
        ("Customer", [severity.customer_note for severity in severities]),
    )
    for column, (label, texts) in enumerate(notes, start=first):
        draft.put(1, column, f"Note {label}", "header")
        for number, text in enumerate(texts, start=1):
            expr = name(f"{label}_Note_{number}") & ""
            draft.put(number + 1, column, Formula(expr, text or ""), "helper")
        known = names.policy_name("Note", label).text
        defined[known] = span(2, column, len(severities) + 1, column, NAME)
