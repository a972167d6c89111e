"""The ladder on the sheet of a severity: who is called, how long after an incident began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, is_text, lit, name, place_of, ref, this
from xlmatrix.model.ladder import OWNER_WORDS, Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.rules import names
from xlmatrix.rules.directory import phones_of
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import (
    CROWDED,
    SPARE_STEPS,
    UNKNOWN,
    UNTIMED,
    TypedStep,
    informs,
    most_repeats,
    problem_of,
    uses_families,
)
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.rules.ladder.whom import ALWAYS, Concern, Desk, whom_text
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Scene, padded
from xlmatrix.sheets.plan import Table, Value
from xlmatrix.tables import kinds
from xlmatrix.tables import severities as tables
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.kinds import TEXT, choice, limited
from xlmatrix.tables.people import PEOPLE, TEAMS
from xlmatrix.tables.validation import AN_AMOUNT, Paint, Validation
from xlmatrix.tables.vocabulary import CALENDARS, UNITS

#: The last column of a severity's sheet that every table shares.
LAST: Final = 11
_NEVER_AGAIN: Final = (
    "Type a number: after this time without a response, containment or mitigation whoever "
    "acknowledged is called again. Empty means never; PagerDuty's default is 30 min."
)

#: What is said beside a step that is always called and asks for more passes.
ONCE: Final = "Repeat does nothing here: what is always called is called once"
_PROBLEMS: Final = {
    UNTIMED: "Never called: give a number and a unit, or a share of a target of this clock",
    UNKNOWN: "Nobody is called so: choose from the list",
    CROWDED: "Too many at one time: make the workbook anew, or call some later",
}
_BEGINS_AGAIN: Final = (
    "Type a number: this long after its last step a ladder that repeats begins again, and after "
    "its last pass it is exhausted. Empty means: as long as lies between its last two steps."
)


def section(draft: Draft, row: int, title: str, note: str = "") -> int:
    """A heading, with a note below; gives the row behind them."""
    draft.put(row, 2, title, "heading")
    draft.heights[row] = 22
    if note:
        draft.put(row + 1, 2, note, "note")
        return row + 2
    return row + 1


def ladder_section(
    draft: Draft, scene: Scene, severity: Severity, number: int, row: int
) -> tuple[int, dict[str, Expr]]:
    """The ladder from a row on; gives the row behind it and the names of its settings."""
    row = section(draft, row, "Escalation ladder", "Who is called, how long after the opening.")
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
    beside = {
        f"Ladder_Calendar_{number}": ref(row, 3, severity.id),
        f"Ack_Timeout_{number}": ref(row, 8, severity.id),
        f"Ack_Timeout_Unit_{number}": ref(row, 9, severity.id),
    }
    row, again = _repeat_after(draft, severity, number, row)
    table = draft.table(_ladder_table(scene, severity, number, row + 1))
    return table.last_row + 2, {**beside, **again}


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


def _check(number: int, header_row: int, most: int) -> Expr:
    """What is wrong with a step: how often it is asked for, when, whom, or how many at once."""
    place = F.ROW() - F.ROW(ref(header_row, 2))
    problem = F.N(F.INDEX(name(f"Lad_Problem_{number}"), place))
    said = F.CHOOSE(problem, *_PROBLEMS.values())
    repeat = F.N(this("Repeat"))
    once = F.AND(this("Until").eq(ALWAYS), repeat > 0)
    return F.IF(repeat > most, too_often(most), F.IF(once, ONCE, if_(problem > 0, said)))


def _problem(spec: MatrixSpec, severity: Severity, place: int) -> str:
    step, most = severity.ladder[place - 1], most_repeats(severity)
    if isinstance(step, TypedStep) and step.asked > most:
        return too_often(most)
    if isinstance(step, TypedStep) and step.on == "declared" and step.asked > 0:
        return ONCE
    return _PROBLEMS.get(problem_of(spec, severity, place), "")


def _role_of_step(number: int) -> Expr:
    """The role that a step of the ladder names; for an owner that of this severity."""
    role: Expr = this("Role")
    roles = tables.OWNERS.of(number)
    for place, words in enumerate(OWNER_WORDS.values(), start=1):
        owner = iferror(F.INDEX(col(roles, "Role"), place) & "")
        role = F.IF(this("Role").eq(words), owner, role)
    return role


def _role_now(spec: MatrixSpec, severity: Severity, step: Step) -> str:
    if step.team is not None:
        return whom_text(spec, step)
    role = spec.role_called(step, spec.owners_for(None, severity))
    return spec.role(role or "").name


def _contact(scene: Scene, column: str) -> Expr:
    primary, backup, contact = this("holds now"), this("stands in now"), this("Contact")
    two = F.AND(contact.eq("both"), primary.filled(), backup.filled(), primary.ne(backup))
    if column == "Who":
        both = primary & if_(two, lit(", ") & backup)
        who = F.IF(contact.eq("backup"), backup, both)
        if scene.spec.teams:
            # A number names no team.
            place = if_(is_text(this("Role")), place_of(this("Role"), col(TEAMS.name, "Team")))
            who = F.IFERROR(F.INDEX(col(TEAMS.name, "People"), place) & "", who)
        return if_(this("Role").filled(), who)
    phones = _phone(primary) & ", " & _phone(backup)
    return if_(this("Who").filled(), F.IF(two, phones, _phone(this("Who"))))


def _phone(person: Expr) -> Expr:
    row = place_of(person, names.LIST_PEOPLE)
    return iferror(F.INDEX(col(PEOPLE.name, "Phone"), row) & "")


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
    height, most = len(steps) + SPARE_STEPS, most_repeats(severity)
    who = [_who(scene, severity, step) for step in steps]
    held = [_held(scene, severity, step) for step in steps]
    problems = [_problem(scene.spec, severity, n) for n in range(1, len(steps) + 1)]
    phones = phones_of(scene.spec)
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
    if informs(scene.spec):
        typed["Inform"] = ["yes" if step.inform else "no" for step in steps]
    found: dict[str, list[Value]] = {
        "Who": [*who],
        "Phone": [_phones(phones, *pair) for pair in zip(steps, who, held, strict=True)],
    }
    table, wider = tables.LADDER, len(typed.keys() & {"For", "Inform"})
    filled: list[Filled] = [
        *((table[header], padded(values, height)) for header, values in typed.items()),
        *(
            (table[header].by(_contact(scene, header)), padded(values, height, ""))
            for header, values in found.items()
        ),
        (
            table["Repeat"].having(validation=_repeats(severity)),
            padded([step.repeat for step in steps], height),
        ),
        (
            table["Check"].by(
                _check(number, row, most),
                paints=(Paint(ref(row + 1, LAST + 1 + wider, absolute=False).filled(), "soon"),),
            ),
            padded(problems, height, ""),
        ),
    ]
    role = if_(this("Role").filled(), F.T(_role_of_step(number)))
    roles: list[Value] = [_role_now(scene.spec, severity, step) for step in steps]
    filled.append((hidden_step("role now", role, kind=TEXT), padded(roles, height, "")))
    for place, what in enumerate(("holds now", "stands in now")):
        held_expr = now_expr(scene.spec, this("role now"), backup=bool(place))
        people: list[Value] = [pair[place] for pair in held]
        filled.append((hidden_step(what, held_expr, kind=TEXT), padded(people, height, "")))
    return laid_out(table, row, 2, filled, number=number, filtered=False)


def _held(scene: Scene, severity: Severity, step: Step) -> tuple[str, str]:
    """Who holds the role of a step now, and who stands in; nobody for a team."""
    role = _role_now(scene.spec, severity, step) if step.team is None else ""
    holders = holders_now(scene.context)
    return holders.primary(role), holders.backup(role)


def _phones(phones: Mapping[str, str], step: Step, who: str, held: tuple[str, str]) -> str:
    both = step.contact == "both" and all(held) and held[0] != held[1]
    return ", ".join(phones.get(person.casefold(), "") for person in (held if both else (who,)))


def _who(scene: Scene, severity: Severity, step: Step) -> str:
    """Who is called for a step now, where the class has no owner of its own."""
    spec, now = scene.spec, int(scene.context.as_of_s) - EPOCH_S
    concern = Concern(spec.owners_for(None, severity))
    turns = scene.context.turns if spec.plans_duty else {}
    return ", ".join(dict.fromkeys(Desk(spec, turns).people(step, concern, now)))
