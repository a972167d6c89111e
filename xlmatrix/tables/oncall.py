"""The tables of oncall."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.kinds import (
    KEY,
    NUMBER,
    SECONDS,
    STAMP,
    TEXT,
    choice,
    naming,
    number_of,
    text_of,
)
from xlmatrix.tables.table import Table


def shift_check(row: Mapping[str, Any]) -> str:
    """Whether a shift that is needed has two people, as its *Check* says it."""
    primary, backup = (text_of(row["Primary"]).casefold(), text_of(row["Backup"]).casefold())
    if not (number_of(row["Needed h"]) or 0) > 0:
        return ""
    if not primary:
        return "Nobody on call"
    if not backup:
        return "No backup"
    return "Backup is the primary" if backup == primary else "ok"


def _alone_h(header: str, row: Mapping[str, Any]) -> float:
    """The hours of a shift that are needed and have nobody."""
    return 0.0 if text_of(row[header]) else number_of(row["Needed h"]) or 0.0


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
        given("No", "helper", 8, SECONDS, hidden=True),
        given("key", "helper.seconds", 8, SECONDS, hidden=True),
        given("end s", "helper.seconds", 8, SECONDS, hidden=True),
        given("Needed h", "helper", 8, SECONDS, hidden=True),
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
