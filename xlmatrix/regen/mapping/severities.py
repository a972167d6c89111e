"""tTargetsN, tLadderN, tOwnersN and the notes: the severities."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Any

from xlmatrix.model.duration import UNIT_SECONDS, Duration
from xlmatrix.model.ladder import FAMILIES, OWNER_WORDS, Contact, Share, Step, share_of
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import CalendarSpec, Owners, Role
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import NEVER_PAUSE, TARGETS, Target, Targets
from xlmatrix.regen.mapping.book import Record, Source, text, word, words
from xlmatrix.regen.mapping.lenient import (
    NeverCalled,
    TypedDuration,
    TypedSeverity,
    TypedTargets,
    changed,
    loose,
    typed_duration,
)
from xlmatrix.regen.mapping.people import name_in, role_id
from xlmatrix.regen.reading.tables import number_of, text_of
from xlmatrix.rules.cells import text_in, word_in
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.ladder.calls import TOP_LEVEL, TypedStep, most_repeats
from xlmatrix.rules.ladder.whom import ALWAYS

#: As far as an amount may go that means something.
_FAR = 1e12
#: The time of a step that has none.
NEVER = NeverCalled(seconds=0)
_WAITS = (
    ("Ack_Timeout", "acknowledgement_timeout", "an acknowledgement ends"),
    ("Repeat_After", "repeat_after", "a ladder begins again"),
)
_FAMILIES_MEND = f"Write some of {', '.join(FAMILIES)}, or nothing"
_CONTACTS: tuple[Contact, ...] = ("backup", "both")


def severities(
    source: Source, base: MatrixSpec, roles: tuple[Role, ...], calendars: tuple[CalendarSpec, ...]
) -> tuple[Severity, ...]:
    """The severities as typed on their sheets."""
    ids = {calendar.name.casefold(): calendar.id for calendar in reversed(calendars)}
    return tuple(
        _severity(source, base, severity, number, roles, ids)
        for number, severity in enumerate(base.severities, start=1)
    )


def _severity(
    source: Source,
    base: MatrixSpec,
    severity: Severity,
    number: int,
    roles: tuple[Role, ...],
    calendars: dict[str, str],
) -> Severity:
    runs_on = word(source.names, f"Ladder_Calendar_{number}")
    calendar = severity.calendar
    if f"Ladder_Calendar_{number}" in source.names:
        # A name that is in no list counts on the first calendar, as in the workbook.
        calendar = calendars.get(runs_on, base.calendars[0].id)
    changes: dict[str, Any] = {
        "calendar": calendar,
        "targets": _targets(source, severity, number, calendar, calendars, base),
        "owners": _owners(source, base, severity, number, roles),
    }
    for key, field in (("Executive", "executive_notify"), ("Customer", "customer_note")):
        known = f"{key}_Note_{number}"
        if known in source.names:
            changes[field] = word_in(source.names[known]).strip() or None
    for known, field, said in _WAITS:
        if f"{known}_{number}" in source.names:
            changes[field] = _wait(source, severity, known, number, said)
    steps = source.records(f"tLadder{number}")
    if steps is not None:
        called = Called.of(base, roles)
        changes["ladder"] = _ladder(source, severity, number, steps, called)
    after = changed(severity, **changes)
    ladder = after.ladder
    levels = [step.level for step in ladder]
    if after is severity or levels == sorted(levels):
        return after
    # Only an odd ladder needs the formula's own reading of it.
    values = {name: getattr(after, name) for name in Severity.model_fields}
    return TypedSeverity.model_construct(**values)


def _wait(
    source: Source, severity: Severity, known: str, number: int, said: str
) -> Duration | None:
    """What two cells of a ladder say; None where they mean nothing to the workbook."""
    amount = source.names[f"{known}_{number}"]
    unit = word(source.names, f"{known}_Unit_{number}")
    found = typed_duration(number_of(amount), unit)
    if found is not None and found.days is not None:
        found = None
    if found is None and amount not in (None, ""):
        what = f"{text_of(amount)} {unit} is no time after which {said}"
        source.odd(severity.id, "Ladder", what, "Type a number and choose min, h or business days")
    return found


def _targets(
    source: Source,
    severity: Severity,
    number: int,
    calendar: str,
    calendars: dict[str, str],
    base: MatrixSpec,
) -> Targets:
    table = f"tTargets{number}"
    records = source.records(table)
    if records is None:
        return severity.targets
    by_label = {text(record, "Target").casefold(): record for record in reversed(records)}
    found: dict[str, Target | None] = {}
    for name, label in TARGETS.items():
        record = by_label.get(label.casefold())
        was = severity.targets.get(name)
        if record is None:
            # A deleted row has no clock.
            found[name] = None
        else:
            runs_on = calendars.get(word(record, "Calendar"))
            if runs_on is None:
                # As the workbook's formulas have it.
                runs_on = base.calendars[0].id
                what = f"{text(record, 'Calendar')!r} is no calendar"
                source.odd(table, label, what, "Choose one from the list")
            own = runs_on if runs_on != calendar or (was and was.calendar == runs_on) else None
            found[name] = _target(source, table, record, was, own, stops=name not in NEVER_PAUSE)
    if all(found[name] == severity.targets.get(name) for name in TARGETS):
        return severity.targets
    return loose(TypedTargets, **found)


def _target(
    source: Source,
    table: str,
    record: Record,
    was: Target | None,
    own: str | None,
    *,
    stops: bool,
) -> Target | None:
    amount = record.get("Within")
    within = typed_duration(number_of(amount), word(record, "Unit"))
    if within is None and amount not in (None, ""):
        shown = f"{text_of(amount)} {text(record, 'Unit')}".strip()
        label = text(record, "Target")
        source.odd(table, label, f"{shown!r} is no amount of time", "Type a number")
    pauses = word(record, "Pauses") == "yes"
    if pauses and (not stops or word(record, "Unit") == "days"):
        # The workbook says so beside the cell; its clocks run on.
        pauses = False
    values = {
        "within": within,
        "calendar": own,
        "pauses": pauses,
        "source": words(record, "Source"),
    }
    if was is not None:
        return changed(was, **values)
    if within is None and own is None and not values["pauses"] and values["source"] is None:
        return None
    return loose(Target, **values)


def _owners(
    source: Source, base: MatrixSpec, severity: Severity, number: int, roles: tuple[Role, ...]
) -> Owners:
    records = source.records(f"tOwners{number}")
    if records is None:
        return severity.owners
    by_label = {text(record, "For"): record for record in reversed(records)}
    inherited = base.owners_for(None, severity)
    held: dict[str, str | None] = {}
    for function, label in LABELS.items():
        typed = role_id(name_in(by_label.get(label, {}), "Role"), roles)
        own = getattr(severity.owners, function)
        held[function] = own if typed == getattr(inherited, function) else typed
    return changed(severity.owners, **held)


def _ladder(
    source: Source, severity: Severity, number: int, records: list[Record], called: Called
) -> tuple[Step, ...]:
    table = f"tLadder{number}"
    return tuple(
        _step(source, table, place, record, severity, called)
        for place, record in enumerate(records, start=1)
    )


def _step(
    source: Source,
    table: str,
    place: int,
    record: Record,
    severity: Severity,
    called: Called,
) -> Step:
    was = severity.ladder[place - 1] if place <= len(severity.ladder) else None
    cell = record.get("Role")
    after, role = _after(record), text_in(cell)
    if isinstance(after, NeverCalled) or not role:
        source.odd(
            table, str(place), "the step is not complete", "Give level, role, after and unit"
        )
    until, contact = word(record, "Until"), word(record, "Contact")
    repeat = number_of(record.get("Repeat")) or 0
    # A step that is always called is called once; the workbook makes no more passes than it has.
    most = 0 if until == ALWAYS else most_repeats(severity)
    values: dict[str, Any] = {
        "level": _level(record),
        "after": after if role else NEVER,
        **called.named(role if isinstance(cell, str) else ""),
        "contact": next((known for known in _CONTACTS if contact == known), "primary"),
        "channel": text_in(record.get("Channel")) or "page",
        "until": "resolved" if until == "resolved" else "acknowledged",
        "on": "declared" if until == ALWAYS else "silence",
        "repeat": int(min(max(repeat, 0), most)),
    }
    if "For" in record:
        values["families"] = _families(source, table, place, record)
    if "Inform" in record:
        values["inform"] = word(record, "Inform") == "yes"
    if was is not None and values["on"] == "declared":
        values["until"] = was.until
    step = changed(was, **values) if was is not None else loose(Step, **values)
    nothing = not role and record.get("After") in (None, "")
    if not nothing and repeat <= most:
        return step
    said = {known: getattr(step, known) for known in Step.model_fields}
    return TypedStep.model_construct(**said, asked=repeat, nothing=nothing)


def _families(source: Source, table: str, place: int, record: Record) -> tuple[Any, ...]:
    """The families of classes that a step is for; empty means every incident."""
    said = text_in(record.get("For")).replace(" ", "").casefold()
    found = tuple(said.split(",")) if said else ()
    for family in found:
        if family not in FAMILIES:
            source.odd(table, str(place), f"{family!r} is no family", _FAMILIES_MEND)
    return found


def _level(record: Record) -> int:
    level = number_of(record.get("Level"))
    return TOP_LEVEL if level is None else floor(min(max(level, 1), TOP_LEVEL))


def _after(record: Record) -> Duration | Share:
    """When a step comes, as the hidden Ladder sheet has it; never where its cells mean nothing."""
    amount, unit = number_of(record.get("After")), word(record, "Unit")
    if amount is None or not 0 <= amount <= _FAR:
        return NEVER
    if unit == unit.strip() and (share := share_of(amount, unit)) is not None:
        return share
    if unit == "business days":
        # Half a one is some time, too.
        whole = int(amount)
        plain = Duration(business_days=whole)
        return (
            plain
            if amount == whole
            else TypedDuration(None, None, whole, typed_amount=amount, typed_unit="business days")
        )
    seconds = UNIT_SECONDS.get(unit)
    if seconds is None:
        # A ladder runs on its calendar: days mean nothing there.
        return NEVER
    return typed_duration(amount, unit) or Duration(seconds=floor(amount * seconds + 0.5))


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a ladder's cell may name."""

    roles: tuple[Role, ...]
    teams: dict[str, str]

    @classmethod
    def of(cls, spec: MatrixSpec, roles: tuple[Role, ...]) -> Called:
        """The roles as typed, and the teams of a spec."""
        return cls(roles, {t.name.casefold(): t.id for t in reversed(spec.teams) if t.name})

    def named(self, words: str) -> dict[str, str | None]:
        """The role, owner or team that a cell names; the others are none."""
        found: dict[str, str | None] = {"role": None, "owner": None, "team": None}
        folded = words.casefold()
        owners = {known.casefold(): owner for owner, known in OWNER_WORDS.items()}
        roles = {role.name.casefold() for role in self.roles}
        if folded in owners:
            found["owner"] = owners[folded]
        elif folded in self.teams and folded not in roles:
            found["team"] = self.teams[folded]
        else:
            found["role"] = role_id(words, self.roles)
        return found
