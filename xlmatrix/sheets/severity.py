"""One sheet a severity: what it means, its targets and ladder, and its open incidents."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, place_of, ref, this
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import NEVER_PAUSE, TARGETS, Target
from xlmatrix.rules import names
from xlmatrix.rules.holders import Holders, holder_expr, primary_expr
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import most_repeats, uses_families
from xlmatrix.rules.ladder.oncall import now_expr
from xlmatrix.rules.ladder.whom import ALWAYS, OWNER_WORDS, Concern, Desk, whom_text
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, padded
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.sheets.start import log_cell
from xlmatrix.style import bands, palette
from xlmatrix.tables import kinds
from xlmatrix.tables import severities as tables
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT, choice, limited
from xlmatrix.tables.people import PEOPLE, TEAMS
from xlmatrix.tables.validation import AN_AMOUNT, Paint, Validation
from xlmatrix.tables.vocabulary import CALENDARS, UNITS

_LAST: Final = 11
_OPEN_ROWS: Final = 8
_SPARE_STEPS: Final = 2
_WIDTHS: Final = (2.5, 21, 26, 16, 16, 17, 21, 21, 11, 14, 8.5)
RUNS_ON: Final = "Runs on, paused or not: choose no"
_NEVER_AGAIN: Final = (
    "Type a number: after this time without a response, containment or mitigation whoever "
    "acknowledged is called again. Empty means never; PagerDuty's default is 30 min."
)

_BEGINS_AGAIN: Final = (
    "Type a number: this long after its last step a ladder that repeats begins again, and after "
    "its last pass it is exhausted. Empty means: as long as lies between its last two steps."
)


def severity_sheet(scene: Scene, number: int) -> Drawn:
    """The sheet of severity ``number`` (from 1, the worst)."""
    severity = scene.spec.severities[number - 1]
    draft = Draft(severity.id, tab_colour=palette.severity_fill[min(number, 5) - 1])
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    row = _head(draft, severity, number)
    row = _targets(draft, scene, severity, number, row)
    row, ladder_calendar = _ladder(draft, scene, severity, number, row)
    row = _owners(draft, scene, severity, number, row)
    row, notes = _notices(draft, severity, number, row)
    row = _actions(draft, severity, row)
    last = _open_incidents(draft, scene, number, row)
    draft.set_page(
        landscape=False,
        fit_height=1,
        # The Check beside the ladder stands one column further.
        area=area(1, 1, last, _LAST + 1),
        zoom=90,
    )
    return Drawn(draft.plan(), {**ladder_calendar, **notes})


def _section(draft: Draft, row: int, title: str, note: str = "") -> int:
    draft.put(row, 2, title, "heading")
    draft.heights[row] = 22
    if note:
        draft.put(row + 1, 2, note, "note")
        return row + 2
    return row + 1


def _paragraph(draft: Draft, row: int, text: str, role: str = "fixed.wrap") -> int:
    draft.put(row, 2, text, role)
    draft.merge(row, 2, row, _LAST)
    return row + 1


def _head(draft: Draft, severity: Severity, number: int) -> int:
    draft.put(1, 2, severity.id, bands(number))
    draft.put(1, 3, severity.name, "title")
    draft.heights[1] = 30
    back_link(draft, 2, 2)
    row = _paragraph(draft, 3, severity.definition) + 1
    for title, rules in (
        ("Raise to this level when", severity.raise_when),
        ("Lower from this level when", severity.lower_when),
    ):
        if rules:
            row = _section(draft, row, title)
            for rule in rules:
                row = _paragraph(draft, row, f"• {rule}", "text.wrap")
            row += 1
    return row


def _within(target: Target | None) -> Duration | None:
    # What was typed as an amount may be none; the target of a used workbook then has no duration.
    return getattr(target, "within", None)


def _targets(draft: Draft, scene: Scene, severity: Severity, number: int, row: int) -> int:
    row = _section(
        draft, row, "Targets", "Change an amount and every deadline of this severity follows."
    )
    idle = if_(F.AND(this("Pauses").eq("yes"), _runs_on(this("Target"), this("Unit"))), RUNS_ON)
    paints = (Paint(ref(row + 1, 8, absolute=False).filled(), "soon"),)
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
        # A spec with a flag that does nothing is refused.
        (table["Check"].by(idle, paints=paints), [""] * len(targets)),
    ]
    drawn = draft.table(laid_out(table, row, 2, filled, number=number, filtered=False))
    return drawn.last_row + 2


def _runs_on(target: Expr, unit: Expr) -> Expr:
    """Whether pauses mean nothing to a target: it is one that never stops, or in calendar days."""
    return F.OR(*(target.eq(TARGETS[name]) for name in NEVER_PAUSE), unit.eq("days"))


def _pausing(row: int) -> Validation:
    """Yes or no, and only no where a target runs on; ``row`` is the first of the table."""
    target, unit = (ref(row, column, absolute=False) for column in (2, 5))
    return Validation(
        "list",
        F.IF(_runs_on(target, unit), names.LIST_NO, names.LIST_YES_NO),
        title="It runs on",
        message="Updates, the review and targets in calendar days run on, paused or not. "
        "For all others choose yes or no.",
    )


def _ladder(
    draft: Draft, scene: Scene, severity: Severity, number: int, row: int
) -> tuple[int, dict[str, Expr]]:
    row = _section(draft, row, "Escalation ladder", "Who is called, how long after the opening.")
    draft.put(row, 2, "Ladder runs on", "label")
    draft.choose(row, 3, scene.spec.calendar(severity.calendar).name, choice(CALENDARS))
    timeout = severity.acknowledgement_timeout
    draft.put(row, 6, "Acknowledged, no work: call again after", "label")
    draft.merge(row, 6, row, 7)
    waits = replace(AN_AMOUNT, message=_NEVER_AGAIN, hint=_NEVER_AGAIN)
    amount = timeout.amount if timeout else None
    draft.choose(row, 8, amount, limited(kinds.AMOUNT, waits), "input.int")
    unit = timeout.unit if timeout else "min"
    draft.choose(row, 9, unit, choice(UNITS), "input.center")
    row, again = _repeat_after(draft, severity, number, row)
    table = draft.table(_ladder_table(scene, severity, number, row + 1))
    return table.last_row + 2, {
        **again,
        f"Ladder_Calendar_{number}": ref(row, 3, severity.id),
        f"Ack_Timeout_{number}": ref(row, 8, severity.id),
        f"Ack_Timeout_Unit_{number}": ref(row, 9, severity.id),
    }


def _repeat_after(
    draft: Draft, severity: Severity, number: int, row: int
) -> tuple[int, dict[str, Expr]]:
    """How long after the last call the ladder begins again, where the spec says it."""
    again = severity.repeat_after
    if again is None:
        return row, {}
    row += 1
    draft.put(row, 6, "After the last step, again after", "label")
    draft.merge(row, 6, row, 7)
    said = replace(AN_AMOUNT, message=_BEGINS_AGAIN, hint=_BEGINS_AGAIN)
    draft.choose(row, 8, again.amount, limited(kinds.AMOUNT, said), "input.int")
    draft.choose(row, 9, again.unit, choice(UNITS), "input.center")
    return row, {
        f"Repeat_After_{number}": ref(row, 8, severity.id),
        f"Repeat_After_Unit_{number}": ref(row, 9, severity.id),
    }


def _role_of_step(number: int) -> Expr:
    """The role that a step of the ladder names; for an owner that of this severity."""
    role: Expr = this("Role")
    roles = tables.OWNERS.of(number)
    for place, words in enumerate(OWNER_WORDS.values(), start=1):
        role = F.IF(this("Role").eq(words), F.INDEX(col(roles, "Role"), place), role)
    return role


def _role_now(spec: MatrixSpec, severity: Severity, step: Step) -> str:
    if step.team is not None:
        return whom_text(spec, step)
    role = spec.role_called(step, spec.owners_for(None, severity))
    return spec.role(role or "").name


def _contact(scene: Scene, column: str) -> Expr:
    if column == "Who":
        role = this("role now")
        primary, backup = (now_expr(scene.spec, role, backup=late) for late in (False, True))
        two = F.AND(primary.filled(), backup.filled(), primary.ne(backup))
        between = if_(two, lit(", ") & backup)
        contact = this("Contact")
        who = F.IF(contact.eq("backup"), backup, primary & if_(contact.eq("both"), between))
        if scene.spec.teams:
            place = place_of(this("Role"), col(TEAMS.name, "Team"))
            who = F.IFERROR(F.INDEX(col(TEAMS.name, "People"), place) & "", who)
        return if_(this("Role").filled(), who)
    row = place_of(this("Who"), names.LIST_PEOPLE)
    return if_(this("Who").filled(), iferror(F.INDEX(col(PEOPLE.name, column), row) & ""))


def too_often(most: int) -> str:
    """What is said beside a step that asks for more passes than there are."""
    return f"Repeats {most} times, no more: ask for more in the spec"


def _repeats(severity: Severity) -> Validation:
    """More passes than the hidden Ladder sheet has rows for would never be called."""
    most = most_repeats(severity)
    return Validation(
        "whole",
        0,
        most,
        title="Not a number of passes",
        message=f"Type 0 to {most}: how many times more this step is called.",
    )


def _ladder_table(scene: Scene, severity: Severity, number: int, row: int) -> Table:
    steps = severity.ladder
    height, most = len(steps) + _SPARE_STEPS, most_repeats(severity)
    who = [_who(scene, severity, step) for step in steps]
    phones = {person.name: person.phone or "" for person in scene.spec.people}
    typed: dict[str, list[Value]] = {
        "Level": [step.level for step in steps],
        "Role": [whom_text(scene.spec, step) for step in steps],
        "After": [step.after.amount for step in steps],
        "Unit": [step.after.unit for step in steps],
        "Contact": [step.contact for step in steps],
        "Channel": [step.channel for step in steps],
        "Until": [ALWAYS if step.on == "declared" else step.until for step in steps],
    }
    if uses_families(scene.spec):
        typed["For"] = [", ".join(step.families) or None for step in steps]
    if any(step.inform for step in steps):
        typed["Inform"] = ["yes" if step.inform else None for step in steps]
    found: dict[str, list[Value]] = {
        "Who": [*who],
        "Phone": [phones.get(person, "") for person in who],
    }
    table, wider = tables.LADDER, len(typed.keys() & {"For", "Inform"})
    filled: list[Filled] = [
        *((table[header], padded(values, height)) for header, values in typed.items()),
        *(
            (table[header].by(_contact(scene, header)), padded(values, height, ""))
            for header, values in found.items()
        ),
        (
            hidden_step(
                "role now", if_(this("Role").filled(), _role_of_step(number) & ""), kind=TEXT
            ),
            padded([_role_now(scene.spec, severity, step) for step in steps], height, ""),
        ),
        (
            table["Repeat"].having(validation=_repeats(severity)),
            padded([step.repeat for step in steps], height),
        ),
        (
            table["Check"].by(
                if_(F.N(this("Repeat")) > most, too_often(most)),
                paints=(Paint(ref(row + 1, _LAST + 1 + wider, absolute=False).filled(), "soon"),),
            ),
            # The workbook of a spec has room for its passes.
            [""] * height,
        ),
    ]
    return laid_out(table, row, 2, filled, number=number, filtered=False)


def _who(scene: Scene, severity: Severity, step: Step) -> str:
    """Who is called for a step now, where the class has no owner of its own."""
    spec, now = scene.spec, int(scene.context.as_of_s) - EPOCH_S
    concern = Concern(spec.owners_for(None, severity))
    return ", ".join(dict.fromkeys(Desk(spec, scene.context.turns).people(step, concern, now)))


def _owners(draft: Draft, scene: Scene, severity: Severity, number: int, row: int) -> int:
    row = _section(
        draft, row, "Owners", "Roles for this severity; a class with a role of its own goes first."
    )
    holders = Holders.of(scene.spec)
    owners = scene.spec.owners_for(None, severity)
    roles = [scene.spec.role(getattr(owners, function)).name for function in LABELS]
    role, known = this("Role"), this("Role").filled()
    table = tables.OWNERS
    filled: list[Filled] = [
        (table["For"], list(LABELS.values())),
        (table["Role"], roles),
        (
            table["Primary"].by(if_(known, primary_expr(role))),
            [holders.primary(name) for name in roles],
        ),
        (
            table["Backup"].by(if_(known, holder_expr(role, "Backup"))),
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
    row = _section(draft, row, "In the first hour")
    for action in severity.first_hour:
        row = _paragraph(draft, row, f"☐ {action}", "text.wrap")
    return row + 1


_OPEN: Final = (
    (2, 2, "ID", "ID", "fixed"),
    (3, 4, "Title", "Title", "fixed"),
    (5, 5, "Status", "Status", "fixed.center"),
    (6, 6, "Time left", "Time left", "fixed.center"),
    (7, 7, "Next step", "Next step", "fixed"),
    (8, 8, "Next due", "Next due", "fixed.stamp"),
    (9, 11, "Owner", "Response owner", "fixed"),
)


def _open_incidents(draft: Draft, scene: Scene, number: int, row: int) -> int:
    row = _section(draft, row, "Open now", "The next due first; the whole log is on Incidents.")
    frame = scene.frame
    order = frame["order"]
    low, high = number * 10**14, (number + 1) * 10**14
    chosen = np.flatnonzero((order >= low) & (order < high))
    ranked = chosen[np.argsort(order[chosen])]
    for column, end, title, _, _ in _OPEN:
        draft.put(row, column, title, "header")
        draft.merge(row, column, row, end)
    orders = col(INCIDENTS.name, "order")
    below = F.COUNTIF(orders, f"<{low}")
    for rank in range(1, _OPEN_ROWS + 1):
        y = row + rank
        real = rank <= len(ranked)
        key = F.SMALL(orders, below + rank)
        found = if_(
            F.COUNTIFS(orders, f">={low}", orders, f"<{high}") >= rank,
            F.MATCH(key, orders, 0),
        )
        draft.put(y, _LAST + 2, Formula(found, _row_value(ranked, rank)), "helper")
        at = ref(y, _LAST + 2)
        for column, end, _, header, role in _OPEN:
            value: Value = log_cell(scene, header, int(ranked[rank - 1])) if real else ""
            expr = F.INDEX(col(INCIDENTS.name, header), at)
            shown = expr if header == "Next due" else iferror(expr & "")
            draft.put(y, column, Formula(if_(at.filled(), shown), value), role)
            draft.merge(y, column, y, end)
    draft.hidden_columns.add(_LAST + 2)
    status = ref(row + 1, 5, absolute=False)
    draft.paint(
        area(row + 1, 5, row + _OPEN_ROWS, 5),
        Paint(status.eq("Breached"), "bad"),
        Paint(status.eq("Due soon"), "soon"),
        Paint(status.eq("On track"), "good"),
    )
    return row + _OPEN_ROWS


def _row_value(ranked: np.ndarray, rank: int) -> Value:
    return int(ranked[rank - 1]) + 1 if rank <= len(ranked) else ""
