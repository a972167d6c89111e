"""The tables of logs."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, typed
from xlmatrix.tables.kinds import STAMP, TEXT, choice
from xlmatrix.tables.table import Table

PAUSES: Final = Table(
    "tPauses",
    (
        computed("No", "formula.center", 6),
        typed(
            "Incident",
            choice(words.INCIDENTS),
            "input",
            13,
            validation=words.INCIDENTS.dropdown(warn=True),
        ),
        typed("From", STAMP, "input.stamp", 16.5),
        typed("To", STAMP, "input.stamp", 16.5),
        typed(
            "Reason",
            choice(words.PAUSE_REASONS),
            "input.wrap",
            24,
            validation=words.PAUSE_REASONS.dropdown(warn=True),
        ),
        typed("Note", TEXT, "input.wrap", 34),
        typed(
            "Second hour",
            TEXT,
            "input",
            20,
            note="Stamps of the second passing of an hour that the clock shows twice: From",
            rare=True,
        ),
        computed("Check", "formula.wrap", 40),
    ),
    by_place=True,
    judges_errors=True,
    grows=True,
    about="Pauses",
)

CHANGES: Final = Table(
    "tChanges",
    (
        computed("No", "formula.center", 6),
        typed(
            "Incident",
            choice(words.INCIDENTS),
            "input",
            13,
            validation=words.INCIDENTS.dropdown(warn=True),
        ),
        typed("At", STAMP, "input.stamp", 16.5),
        typed("To", choice(words.SEVERITIES), "input.center", 10),
        computed("From", "formula.center", 16.5),
        typed("Reason", TEXT, "input.wrap", 24),
        typed(
            "Approver",
            choice(words.PEOPLE),
            "input",
            18,
            validation=words.PEOPLE.dropdown(warn=True),
        ),
        typed(
            "Second hour",
            TEXT,
            "input",
            20,
            note="Stamps of the second passing of an hour that the clock shows twice: At",
            rare=True,
        ),
        computed("Check", "formula.wrap", 40),
    ),
    by_place=True,
    judges_errors=True,
    grows=True,
    about="Severity changes",
)

REOPENED: Final = Table(
    "tReopened",
    (
        computed("No", "formula.center", 6),
        typed(
            "Incident",
            choice(words.INCIDENTS),
            "input",
            13,
            validation=words.INCIDENTS.dropdown(warn=True),
        ),
        typed("Reopened", STAMP, "input.stamp", 16.5),
        typed("Acknowledged", STAMP, "input.stamp", 16.5),
        typed("Responded", STAMP, "input.stamp", 16.5),
        typed("Contained", STAMP, "input.stamp", 16.5),
        typed("Mitigated", STAMP, "input.stamp", 16.5),
        typed("Resolved", STAMP, "input.stamp", 16.5),
        typed("Reason", TEXT, "input.wrap", 24),
        typed(
            "Second hour",
            TEXT,
            "input",
            20,
            note="Stamps of the second passing of an hour that the clock shows twice: Reopened",
            rare=True,
        ),
        computed("Breached so far", "formula.center", 11),
        computed("Check", "formula.wrap", 40),
    ),
    by_place=True,
    judges_errors=True,
    grows=True,
    about="Reopened",
)
