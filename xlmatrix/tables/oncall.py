"""The tables of oncall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from xlmatrix.formula.errors import named
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Lists, Row
from xlmatrix.tables.kinds import (
    KEY,
    NUMBER,
    SECONDS,
    STAMP,
    TEXT,
    Raw,
    choice,
    naming,
    number_of,
    text_of,
)
from xlmatrix.tables.people import person_in
from xlmatrix.tables.table import Table

#: What a shift says whose incidents go to one person after the other.
BY_INCIDENT: Final = "By incident"
#: What a shift says in which the role did not rotate.
AS_ON_OWNERS: Final = "As on Owners"
#: What a shift says of people whom nobody knows.
STRANGER: Final = "Not in the directory"


def shift_check(row: Mapping[str, Any]) -> str:
    """Whether a shift that is needed has two people, as its *Check* says it."""
    primary, backup = (_named(row, header).casefold() for header in ("Primary", "Backup"))
    if not (number_of(row["Needed h"]) or 0) > 0:
        return ""
    if _in_turn(row) and not (primary and backup):
        return BY_INCIDENT
    if _by_name(row) and not (primary and backup):
        return AS_ON_OWNERS
    if not primary:
        return "Nobody on call"
    if not backup:
        return "No backup"
    return "Backup is the primary" if backup == primary else "ok"


def _alone_h(header: str, row: Mapping[str, Any]) -> float:
    """The hours of a shift that are needed and have nobody."""
    held = _named(row, header) or _in_turn(row) or _by_name(row)
    return 0.0 if held else number_of(row["Needed h"]) or 0.0


def _named(row: Mapping[str, Any], header: str) -> str:
    """Whom a cell of a shift names; "" for an error value."""
    return named(text_of(row[header]))


def _in_turn(row: Mapping[str, Any]) -> bool:
    """Whether each incident of the shift goes to the next person."""
    return (number_of(row.get("pool size")) or 0) > 1


def _by_name(row: Mapping[str, Any]) -> bool:
    """Whether Owners says who holds the role in the shift."""
    return (number_of(row.get("by name")) or 0) > 0


def _shift_checks(rows: Sequence[Row], lists: Lists) -> list[Raw]:
    """What is said of each shift; the directory is asked last."""
    people = lists(words.PEOPLE.list_name)
    found: list[Raw] = []
    for row in rows:
        said = shift_check(row)
        known = all(person_in(row[one], people) is not None for one in ("Primary", "Backup"))
        found.append(said if said != "ok" or known else STRANGER)
    return found


ON_CALL: Final = Table(
    "tOnCall",
    (
        given("Role", "key", 38, KEY),
        computed("Primary now", "formula", 22),
        computed("Backup now", "formula", 22),
        computed("Until", "formula.stamp", 17, STAMP),
        computed("Then primary", "formula", 22),
        computed("Then backup", "formula", 22),
        given("No", "helper", 21, SECONDS),
    ),
    about="On-call",
)

SHIFTS: Final = Table(
    "tShifts",
    (
        given("Shift", "key", 38, KEY),
        typed("Primary", choice(words.PEOPLE), "input", 22),
        typed("Backup", choice(words.PEOPLE), "input", 22),
        given("From", "fixed.stamp", 17, STAMP),
        given("To", "fixed.stamp", 22, STAMP),
        given("Role", "fixed", 22, naming(TEXT, words.ROLES)),
        computed("Check", "formula", 21, twin=shift_check),
        computed("From there", "formula.stamp", 17, STAMP),
        computed("To there", "formula.stamp", 17, STAMP),
        given("Zone", "fixed", 20),
        given("No", "helper", 8, SECONDS, hidden=True),
        given("key", "helper.seconds", 8, SECONDS, hidden=True),
        given("end s", "helper.seconds", 8, SECONDS, hidden=True),
        given("Needed h", "helper", 8, SECONDS, hidden=True),
        given("start s", "helper.seconds", 8, SECONDS, hidden=True),
        given("zone no", "helper", 8, SECONDS, hidden=True),
        given("pool row", "helper", 8, SECONDS, hidden=True),
        given("pool size", "helper", 8, SECONDS, hidden=True),
        given("by name", "helper", 8, SECONDS, hidden=True),
        *(
            computed(
                f"no {what.lower()} h",
                "helper",
                8,
                SECONDS,
                hidden=True,
                twin=partial(_alone_h, what),
            )
            for what in ("Primary", "Backup")
        ),
    ),
    # A horizon that begins elsewhere cuts its first shifts elsewhere.
    offered=True,
    flag="Check",
    fine=("ok", BY_INCIDENT, AS_ON_OWNERS),
    reckoned={"Check": _shift_checks},
    about="On-call",
)

OVERRIDES: Final = Table(
    "tOverrides",
    (
        typed("Role", choice(words.ROLES), "input", 38, validation=words.ROLES.dropdown()),
        typed("Primary", choice(words.PEOPLE), "input", 22),
        typed("Backup", choice(words.PEOPLE), "input", 22),
        typed("From", STAMP, "input.stamp", 17),
        typed("To", STAMP, "input.stamp", 22),
        typed("Note", TEXT, "input", 22),
        computed("Check", "formula", 21),
    ),
    by_place=True,
    grows=True,
    in_spec=True,
    flag="Check",
    fine=("ok",),
    about="On-call",
)

LEAVE: Final = Table(
    "tLeave",
    (
        given("Away", "key", 38, naming(KEY, words.PEOPLE)),
        given("From", "fixed.stamp", 22, STAMP),
        given("To", "fixed.stamp", 22, STAMP),
        given("Note", "fixed", 17),
    ),
    about="On-call",
)

COVERAGE: Final = Table(
    "tCoverage",
    (
        given("Role", "key", 28, KEY),
        given("Held by", "fixed.center", 14),
        given("Needed h", "fixed.number", 14, NUMBER),
        computed("Without primary h", "formula.number", 17, NUMBER),
        computed("Without backup h", "formula.number", 17, NUMBER),
        computed("State", "formula.center", 14),
        given("off duty h", "helper", 8, SECONDS, hidden=True),
    ),
    about="Coverage",
)

PROOF: Final = Table(
    "tProof",
    (
        given("Looked for", "fixed.wrap", 44, KEY),
        given("State", "fixed.center", 14),
        given("Found", "fixed.center", 14),
        given("First", "fixed.stamp", 19, STAMP),
        given("Share", "fixed.center", 19),
        given("What to do", "fixed.wrap", 60),
    ),
    about="Coverage",
)
