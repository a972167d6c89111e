"""The tables of incidents."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, typed
from xlmatrix.tables.kinds import STAMP, TEXT, choice
from xlmatrix.tables.table import Table

INCIDENTS: Final = Table(
    "tIncidents",
    (
        typed("ID", TEXT, "input", 11),
        computed("Mark", "formula.center", 5.5, note="Something in this row is odd: see Check"),
        typed("Title", TEXT, "input.wrap", 44),
        computed("Severity", "formula.center", 9),
        computed("Status", "formula.center", 16),
        computed("Next step", "formula", 16),
        computed("Next due", "formula.stamp", 15.5, STAMP),
        computed("Time left", "formula.center", 14),
        computed("By whom", "formula", 16),
        typed("Opened", STAMP, "input.stamp", 15.5),
        typed("Class", choice(words.CLASSES), "input", 36),
        typed(
            "Severity set",
            choice(words.SEVERITIES),
            "input.center",
            10,
            validation=words.SEVERITIES.dropdown(
                hint="Only when it differs from the class default."
            ),
        ),
        computed("Call now", "formula", 34),
        computed("Review", "formula.center", 11, note="How the review after the end stands"),
        computed("Review due", "formula.stamp", 16.5, STAMP),
        computed("Paused since", "formula.stamp", 16.5, STAMP),
        computed("Response owner", "formula", 18),
        computed("Check", "formula.wrap", 30),
        typed(
            "Owner",
            choice(words.PEOPLE),
            "input",
            18,
            validation=words.PEOPLE.dropdown(hint="Only when it is not the role's holder."),
        ),
        typed("Acknowledged", STAMP, "input.stamp", 16.5),
        typed("Responded", STAMP, "input.stamp", 16.5),
        typed("Internal update", STAMP, "input.stamp", 16.5),
        typed("Last update", STAMP, "input.stamp", 16.5, note="The last message sent to customers"),
        typed("Contained", STAMP, "input.stamp", 16.5),
        typed("Mitigated", STAMP, "input.stamp", 16.5),
        typed("Resolved", STAMP, "input.stamp", 16.5),
        typed("Reviewed", STAMP, "input.stamp", 16.5),
        typed(
            "Public state",
            choice(words.PUBLIC_STATES),
            "input.center",
            15,
            validation=words.PUBLIC_STATES.dropdown(
                hint="Only when outsiders are told another one than the stamps say."
            ),
        ),
        typed("Override reason", TEXT, "input", 24),
        typed(
            "Approver",
            choice(words.PEOPLE),
            "input",
            18,
            validation=words.PEOPLE.dropdown(warn=True),
        ),
        typed("Notes", TEXT, "input", 40),
        typed(
            "Not counted",
            choice(words.NOT_COUNTED),
            "input",
            14,
            note="Why the incident counts for nothing; empty for one that counts",
            rare=True,
            validation=words.NOT_COUNTED.dropdown(
                warn=True, hint="It stays in the log, without clocks, and in no figure."
            ),
        ),
        typed(
            "Not recorded",
            TEXT,
            "input",
            24,
            note="Targets of which nobody can tell when they were met: Acknowledge, First response",
            rare=True,
        ),
        typed(
            "Second hour",
            TEXT,
            "input",
            20,
            note="Stamps of the second passing of an hour that the clock shows twice: Opened",
            rare=True,
        ),
        typed("Customer", TEXT, "input", 20, rare=True),
        typed("Team", TEXT, "input", 20, rare=True),
        typed("External id", TEXT, "input", 18, note="What the other tool knows it by", rare=True),
        typed("Link", TEXT, "input", 30, rare=True),
        typed("Source", TEXT, "input", 40, note="Where what was imported came from", rare=True),
        computed("Response backup", "formula", 18),
        computed("Quality owner", "formula", 18),
        computed("Comms owner", "formula", 18),
        computed("Public now", "formula.center", 15, note="What messages to outsiders say"),
        computed("Escalate at", "formula.stamp", 16.5, STAMP),
        computed("Level now", "formula.center", 10),
        computed("Fired at", "formula.stamp", 16.5, STAMP),
        computed("Next call at", "formula.stamp", 16.5, STAMP),
        computed("Next call", "formula", 34),
        computed("Acknowledge due", "formula.stamp", 16.5, STAMP),
        computed("Response due", "formula.stamp", 16.5, STAMP),
        computed("Internal update due", "formula.stamp", 19.5, STAMP),
        computed("Customer update due", "formula.stamp", 19.5, STAMP),
        computed("Contain due", "formula.stamp", 16.5, STAMP),
        computed("Mitigate due", "formula.stamp", 16.5, STAMP),
        computed("Resolve due", "formula.stamp", 16.5, STAMP),
        computed("Warn at", "formula.stamp", 16.5, STAMP, note="Due soon from then on"),
        computed("Breaches", "formula", 24),
        computed("Breached in this cycle", "formula.center", 21.5),
        computed("Ever breached", "formula.center", 14),
    ),
    grows=True,
    judges_errors=True,
    about="Incidents",
)
