"""One sheet a severity: what it means, its targets and ladder, and its open incidents."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, if_, ref, this
from xlmatrix.model.duration import Duration
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, Target
from xlmatrix.rules import names
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.sheets.access import access_box
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link
from xlmatrix.sheets.severity_ladder import LAST, ladder_section, section
from xlmatrix.sheets.worklist import Chosen, Part, more_words, open_block
from xlmatrix.style import bands, palette
from xlmatrix.tables import severities as tables
from xlmatrix.tables.kinds import TEXT
from xlmatrix.tables.validation import Paint, Validation

#: Behind all that a ladder may have: families, who is informed, its Check and a hidden step.
_HELPER: Final = 16
_OPEN_ROWS: Final = 8
_WIDTHS: Final = (2.5, 21, 31, 16, 16, 16, 21, 19, 10, 14, 8.5)


def severity_sheet(scene: Scene, number: int) -> Drawn:
    """The sheet of severity ``number`` (from 1, the worst)."""
    severity = scene.spec.severities[number - 1]
    draft = Draft(severity.id, tab_colour=palette.severity_fill[min(number, 5) - 1])
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    row = _head(draft, severity, number)
    row = _owners(draft, scene, severity, number, row)
    row, ladder_calendar = ladder_section(draft, scene, severity, number, row)
    row = _open_incidents(draft, scene, number, row)
    row = access_box(draft, scene, row)
    row = _targets(draft, scene, severity, number, row)
    row, notes = _notices(draft, severity, number, row)
    row = _rules(draft, severity, row)
    last = _actions(draft, severity, row) - 2
    draft.set_page(
        landscape=False,
        fit_height=1,
        # The Check beside the ladder stands further right.
        area=area(1, 1, last, _last_seen(draft)),
    )
    return Drawn(draft.plan(), {**ladder_calendar, **notes})


def _last_seen(draft: Draft) -> int:
    """The last column of the sheet's tables that people see."""
    return max(
        table.column + sum(not column.hidden for column in table.columns) - 1
        for table in draft.tables
    )


def _paragraph(draft: Draft, row: int, text: str, role: str = "fixed.wrap") -> int:
    draft.put(row, 2, text, role)
    draft.merge(row, 2, row, LAST)
    return row + 1


def _head(draft: Draft, severity: Severity, number: int) -> int:
    draft.put(1, 2, severity.id, bands(number))
    draft.put(1, 3, severity.name, "title")
    draft.heights[1] = 30
    back_link(draft, 2, 2)
    return _paragraph(draft, 3, severity.definition) + 1


def _rules(draft: Draft, severity: Severity, row: int) -> int:
    for title, rules in (
        ("Raise to this level when", severity.raise_when),
        ("Lower from this level when", severity.lower_when),
    ):
        if rules:
            row = section(draft, row, title)
            for rule in rules:
                row = _paragraph(draft, row, f"• {rule}", "text.wrap")
            row += 1
    return row


def _within(target: Target | None) -> Duration | None:
    # What was typed as an amount may be none; the target of a used workbook then has no duration.
    return getattr(target, "within", None)


def _targets(draft: Draft, scene: Scene, severity: Severity, number: int, row: int) -> int:
    row = section(
        draft, row, "Targets", "Change an amount and every deadline of this severity follows."
    )
    targets = [severity.targets.get(target) for target in TARGETS]
    within = [_within(target) for target in targets]
    calendar_ids = [severity.calendar_of(t) if t else severity.calendar for t in targets]
    table = tables.TARGETS
    filled: list[Filled] = [
        (table["Target"], list(TARGETS.values())),
        (table["Calendar"], [scene.spec.calendar(known).name for known in calendar_ids]),
        (table["Within"], [amount.amount if amount else None for amount in within]),
        (table["Unit"], [amount.unit if amount else None for amount in within]),
        (
            table["Pauses"].having(validation=_pausing(row + 1)),
            ["yes" if target and target.pauses else "no" for target in targets],
        ),
        (table["Source"], [target.source if target else None for target in targets]),
    ]
    flags = {"Check": lambda cell: (Paint(cell.filled(), "soon"),)}
    drawn = draft.table(
        laid_out(table, row, 2, filled, number=number, filtered=False, paints=flags)
    )
    last = drawn.last_row + 1
    if severity.source:
        last = _paragraph(draft, last, f"Sources: {severity.source}", "note")
    return last + 1


def _pausing(row: int) -> Validation:
    """Yes or no, and only no where a target runs on; ``row`` is the first of the table."""
    target, unit = (ref(row, column, absolute=False) for column in (2, 5))
    return Validation(
        "list",
        F.IF(tables.runs_on(target, unit), names.LIST_NO, names.LIST_YES_NO),
        title="It runs on",
        message="Updates, the review and targets in calendar days run on, paused or not. "
        "For all others choose yes or no.",
    )


def _owners(draft: Draft, scene: Scene, severity: Severity, number: int, row: int) -> int:
    row = section(
        draft, row, "Owners", "Roles for this severity; a class with a role of its own goes first."
    )
    spec, holders = scene.spec, holders_now(scene.context)
    owners = scene.spec.owners_for(None, severity)
    roles = [scene.spec.role(getattr(owners, function)).name for function in LABELS]
    role, known = this("Role"), this("Role").filled()
    table = tables.OWNERS
    filled: list[Filled] = [
        (table["For"], list(LABELS.values())),
        (table["Role"], roles),
        (
            table["Primary"].by(if_(known, now_expr(spec, role))),
            [holders.primary(name) for name in roles],
        ),
        (
            table["Backup"].by(if_(known, now_expr(spec, role, backup=True))),
            [holders.backup(name) for name in roles],
        ),
    ]
    drawn = draft.table(laid_out(table, row, 2, filled, number=number, filtered=False))
    return drawn.last_row + 2


def _notices(
    draft: Draft, severity: Severity, number: int, row: int
) -> tuple[int, dict[str, Expr]]:
    rows = (
        ("Executive", "Executive is told after", severity.executive_notify),
        ("Customer", "Customer updates, in words", severity.customer_note),
    )
    defined: dict[str, Expr] = {}
    for offset, (key, label, text) in enumerate(rows):
        draft.put(row + offset, 2, label, "label")
        draft.ask(row + offset, 3, text, TEXT, "input")
        defined[f"{key}_Note_{number}"] = ref(row + offset, 3, severity.id)
    return row + len(rows) + 1, defined


def _actions(draft: Draft, severity: Severity, row: int) -> int:
    if not severity.first_hour:
        return row
    row = section(draft, row, "In the first hour")
    for action in severity.first_hour:
        row = _paragraph(draft, row, f"☐ {action}", "text.wrap")
    return row + 1


_OPEN: Final = (
    Part(2, 2, "ID"),
    Part(3, 4, "Title"),
    Part(5, 5, "Status", center=True),
    Part(6, 6, "Time left", center=True),
    Part(7, 7, "Next step"),
    Part(8, 8, "Next due"),
    Part(9, 11, "By whom"),
)


def _open_incidents(draft: Draft, scene: Scene, number: int, row: int) -> int:
    row = section(draft, row, "Open now", "The next due first; the whole log is on Incidents.")
    chosen = Chosen(scene, number)
    last = open_block(draft, chosen, row, _OPEN, ranks=_OPEN_ROWS, helper=_HELPER)
    draft.put(last + 1, 2, more_words(chosen, _OPEN_ROWS, "they stand on Incidents"), "note")
    return last + 3
