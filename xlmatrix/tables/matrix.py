"""The tables of matrix."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import KEY, NUMBER, TEXT, choice, limited, naming
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

#: What an incident is scored by.
SCORES: Final = ("Harm", "Data", "Users", "Money", "Regulatory")
SCORE: Final = limited(
    NUMBER,
    Validation(
        "whole",
        1,
        3,
        title="Not a score",
        message="Type 1 (worst), 2 or 3.",
        hint="1 is worst.",
    ),
)

#: What *Check* says of a class by itself, where all is not well.
CLASS_FAULTS: Final = ("No severity", "No owner", "Backup is the owner", "No backup")

MATRIX: Final = Table(
    "tMatrix",
    (
        given("ID", "key", 8.5, naming(KEY, words.CLASS_IDS), field="id"),
        given("Incident class", "fixed.wrap", 26, naming(TEXT, words.CLASSES), field="name"),
        typed("Severity", choice(words.SEVERITIES), "input.center", 9, field="severity"),
        computed("First response", "formula.center_wrap", 10.5),
        computed("Escalate after", "formula.center_wrap", 10.5),
        computed("Customer update", "formula.wrap", 17),
        computed("Executive notify", "formula.center_wrap", 10.5),
        computed("Response owner", "formula.wrap", 11),
        computed("Response backup", "formula.wrap", 11),
        computed("Quality owner", "formula.wrap", 11),
        computed("Quality backup", "formula.wrap", 11),
        computed("Comms owner", "formula.wrap", 11),
        computed("Comms backup", "formula.wrap", 11),
        given("Also call", "fixed.wrap", 14, naming(TEXT, words.ROLES.many())),
        computed("Check", "formula.center_wrap", 12),
        typed(
            "Response role",
            choice(words.ROLES),
            "input",
            20,
            validation=words.ROLES.dropdown(hint="Empty means the severity's own role."),
        ),
        typed(
            "Quality role",
            choice(words.ROLES),
            "input",
            20,
            validation=words.ROLES.dropdown(hint="Empty means the severity's own role."),
        ),
        typed(
            "Comms role",
            choice(words.ROLES),
            "input",
            20,
            validation=words.ROLES.dropdown(hint="Empty means the severity's own role."),
        ),
        typed("Customer window", TEXT, "input", 20, field="customer_update"),
    ),
    in_spec=True,
    flag="Check",
    fine=("ok",),
    about="Matrix",
)

CLASSES: Final = Table(
    "tClasses",
    (
        given("ID", "key", 8.5, KEY),
        given("Class", "fixed.wrap", 30),
        computed("Severity", "formula.center", 9.5),
        given("Signals", "fixed.wrap", 25),
        given("Raise and lower", "fixed.wrap", 27),
        given("First hour", "fixed.wrap", 42),
        given("Evidence to keep", "fixed.wrap", 31),
        given("Also call", "fixed.wrap", 14),
        given("Frameworks", "fixed.wrap", 29),
        given("Source, status", "fixed.wrap", 22),
    ),
    about="Classes",
)

CODES: Final = Table(
    "tCodes",
    (
        given("Code", "key", 17, KEY),
        given("Framework", "fixed", 20),
        given("Title", "fixed.wrap", 48),
        given("Classes", "fixed.wrap", 34),
        given("Status", "fixed.center", 11),
        given("Source", "fixed.wrap", 52),
    ),
    about="Frameworks",
)

RACI: Final = Table(
    "tRaci",
    (
        given("Phase", "key", 30, KEY),
        computed("Check", "formula.center", 18),
        typed("Source", TEXT, "input.wrap", 26),
    ),
    repeated=(
        typed(
            "*",
            choice(words.RACI),
            "input.center",
            13.5,
            validation=words.RACI.dropdown(hint="Empty means: no part in it."),
            across=words.ROLES,
        ),
    ),
    after="Phase",
    flag="Check",
    fine=("ok",),
    about="RACI",
)

ALWAYS_ADD: Final = Table(
    "tAlwaysAdd",
    (
        given("Classes that begin with", "key", 30, KEY),
        typed(
            "Role",
            choice(words.ROLES),
            "input.wrap",
            13.5,
            validation=words.ROLES.dropdown(what="a role"),
        ),
        computed("Called", "formula.wrap", 13.5),
        computed("Then", "formula.wrap", 13.5),
        flag_column(13.5),
    ),
    flag="Check",
    about="RACI",
)

TRIAGE: Final = Table(
    "tTriage",
    (
        given("No.", "key", 6, KEY),
        typed(
            "Incident",
            choice(words.TRIAGE_INCIDENTS),
            "input",
            17,
            validation=words.TRIAGE_INCIDENTS.dropdown(warn=True),
        ),
        *(typed(name, SCORE, "input.int", 11) for name in SCORES),
        typed("Death, health or infrastructure", choice(words.YES_NO), "input.center", 16),
        computed("Suggested", "formula.center", 11),
        computed("Chosen", "formula.center", 11),
        computed("Compared", "formula.center", 17),
        typed("Why", TEXT, "input.wrap", 40),
    ),
    about="Triage",
)
