"""The tables of vendors."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.kinds import AMOUNT, DATE, KEY, NUMBER, TEXT, choice, naming
from xlmatrix.tables.table import Table

VENDORS: Final = Table(
    "tVendors",
    (
        typed("Vendor", TEXT, "input", 30, field="name"),
        typed("Service", TEXT, "input.wrap", 24, field="service"),
        typed("Answers within", AMOUNT, "input.number", 11, field="support_response.within"),
        typed("Unit", choice(words.UNITS), "input.center", 14),
        typed(
            "Calendar",
            choice(words.CALENDARS),
            "input",
            16,
            validation=words.CALENDARS.dropdown(hint="Empty means around the clock."),
            field="support_response.calendar",
        ),
        typed("Fallback", TEXT, "input.wrap", 26, field="fallback"),
        typed("Last tested", DATE, "input.date", 13, field="last_tested"),
        computed("Days since", "formula.int", 10, NUMBER),
        computed("Fallback check", "formula.center", 16),
        computed("Answer (h)", "formula.number", 10, NUMBER),
        computed("Speed", "formula.center", 20),
        typed("Source", TEXT, "input.wrap", 30, field="source"),
        typed("Standing", naming(TEXT, words.STANDINGS), "input.center", 12, field="verify"),
    ),
    about="Vendors",
)

VENDOR_BOUNDS: Final = Table(
    "tVendorBounds",
    (
        typed("Bound", TEXT, "input.wrap", 30),
        typed("Vendor", choice(words.VENDORS), "input.wrap", 22, field="name"),
        typed("Class", choice(words.CLASSES), "input.wrap", 22, field="bounds.classes"),
        typed("Target", choice(words.TARGETS), "input.wrap", 22, field="bounds.targets"),
        computed("Severity", "formula.center", 18),
        computed("Our target", "formula.center", 18),
        computed("Ours (h)", "formula.number", 18, NUMBER),
        computed("Check", "formula.center", 18),
    ),
    about="Vendors",
)

RETIREMENTS: Final = Table(
    "tRetirements",
    (
        typed("Notice", TEXT, "input.wrap", 30),
        typed("Model", TEXT, "input.wrap", 24, field="model"),
        typed("Notified", DATE, "input.date", 12, field="notified"),
        typed("Retires", DATE, "input.date", 12, field="retires"),
        typed("Change", TEXT, "input", 12, note="The number of the change that replaces it"),
        computed("T−180", "formula.date", 13, DATE),
        computed("T−90", "formula.date", 13, DATE),
        computed("T−30", "formula.date", 13, DATE),
        computed("Days left", "formula.int", 13, NUMBER),
        computed("Stage", "formula.center", 13),
        computed("Check", "formula.center", 13),
    ),
    about="Vendors",
)

VENDOR_SETTINGS: Final = Table(
    "tVendorSettings",
    (
        given("Setting", "key", 24, KEY),
        given("What it does", "fixed.wrap", 40),
        typed("Value", NUMBER, "input.number", 12),
        given("Unit", "fixed", 12),
    ),
    about="Vendors",
)
