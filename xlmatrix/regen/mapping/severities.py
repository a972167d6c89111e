"""tTargetsN, tLadderN, tOwnersN and the notes: the severities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import FAMILIES, OWNER_WORDS, Contact, Share, Step, share_of
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import CalendarSpec, Owners, Role
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import NEVER_PAUSE, TARGETS, Target, Targets
from xlmatrix.regen.mapping.book import Record, Source, text, words
from xlmatrix.regen.mapping.lenient import (
    TypedSeverity,
    TypedTargets,
    changed,
    loose,
    typed_duration,
)
from xlmatrix.regen.mapping.people import name_in, role_id
from xlmatrix.regen.reading.tables import number_of, text_of
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.ladder.calls import most_repeats
from xlmatrix.rules.ladder.whom import ALWAYS

_TOP_LEVEL = 9
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
    runs_on = text_of(source.names.get(f"Ladder_Calendar_{number}")).strip()
    calendar = severity.calendar
    if f"Ladder_Calendar_{number}" in source.names:
        # A name that is in no list counts on the first calendar, as in the workbook.
        calendar = calendars.get(runs_on.casefold(), base.calendars[0].id)
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
    unit = text_of(source.names.get(f"{known}_Unit_{number}")).strip()
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
            typed = text(record, "Calendar")
            runs_on = calendars.get(typed.casefold())
            if runs_on is None:
                # As the workbook's formulas have it.
                runs_on = base.calendars[0].id
                what = f"{typed!r} is no calendar"
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
    amount, unit = record.get("Within"), text(record, "Unit")
    within = typed_duration(number_of(amount), unit)
    if within is None and amount not in (None, ""):
        shown = f"{text_of(amount)} {unit}".strip()
        label = text(record, "Target")
        source.odd(table, label, f"{shown!r} is no amount of time", "Type a number")
    pauses = text(record, "Pauses").casefold() == "yes"
    if pauses and not (stops and (within is None or within.days is None)):
        # The workbook says so beside the cell; its clocks run on.
        source.odd(table, text(record, "Target"), "it runs on, paused or not", "Choose no")
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
    level, repeat = number_of(record.get("Level")), number_of(record.get("Repeat"))
    after = _after(record)
    if level is None or after is None or not text(record, "Role"):
        source.odd(
            table, str(place), "the step is not complete", "Give level, role, after and unit"
        )
    until = text(record, "Until").casefold()
    contact = text(record, "Contact").casefold()
    values: dict[str, Any] = {
        "level": min(max(int(level), 1), _TOP_LEVEL) if level is not None else _TOP_LEVEL,
        "after": after or Duration(seconds=0),
        **called.named(text(record, "Role")),
        "contact": next((known for known in _CONTACTS if contact == known), "primary"),
        "channel": text(record, "Channel") or "page",
        "until": "resolved" if until == "resolved" else "acknowledged",
        "on": "declared" if until == ALWAYS else "silence",
        # The workbook makes no more passes, whatever a cell asks for.
        "repeat": min(int(repeat), most_repeats(severity))
        if repeat is not None and repeat >= 0
        else 0,
    }
    if "For" in record:
        families = text(record, "For").replace(" ", "").casefold()
        values["families"] = tuple(filter(None, families.split(",")))
        for word in values["families"]:
            if word not in FAMILIES:
                source.odd(table, str(place), f"{word!r} is no family", _FAMILIES_MEND)
    if "Inform" in record:
        values["inform"] = text(record, "Inform").casefold() == "yes"
    if was is not None and values["on"] == "declared":
        values["until"] = was.until
    return changed(was, **values) if was is not None else loose(Step, **values)


def _after(record: Record) -> Duration | Share | None:
    """When a step comes; None where the cells mean nothing to the workbook."""
    amount, unit = number_of(record.get("After")), text(record, "Unit")
    if amount is not None and (share := share_of(amount, unit)) is not None:
        return share
    after = typed_duration(amount, unit)
    if after is None and amount == 0:
        after = Duration(business_days=0) if unit == "business days" else Duration(seconds=0)
    # A ladder runs on its calendar; what days would mean there the formulas do not know either.
    return None if after is not None and after.days is not None else after


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a ladder's cell may name."""

    roles: tuple[Role, ...]
    teams: dict[str, str]

    @classmethod
    def of(cls, spec: MatrixSpec, roles: tuple[Role, ...]) -> Called:
        """The roles as typed, and the teams of a spec."""
        return cls(roles, {team.name.casefold(): team.id for team in spec.teams})

    def named(self, words: str) -> dict[str, str | None]:
        """The role, owner or team that a cell names; the others are none."""
        found: dict[str, str | None] = {"role": None, "owner": None, "team": None}
        folded = words.strip().casefold()
        owners = {known.casefold(): owner for owner, known in OWNER_WORDS.items()}
        roles = {role.name.casefold() for role in self.roles}
        if folded in owners:
            found["owner"] = owners[folded]
        elif folded in self.teams and folded not in roles:
            found["team"] = self.teams[folded]
        else:
            found["role"] = role_id(words, self.roles)
        return found
