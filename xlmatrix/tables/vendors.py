"""The tables of vendors."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import AMOUNT, DATE, NUMBER, TEXT, choice, naming
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.spans import too_long
from xlmatrix.tables.table import Table

VENDORS: Final = Table(
    "tVendors",
    (
        typed("Vendor", TEXT, "input", 30, field="name"),
        typed("Service", TEXT, "input.wrap", 24, field="service"),
        typed("Answers within", AMOUNT, "input.number", 21, field="support_response.within"),
        typed("Unit", choice(words.UNITS), "input.center", 15),
        typed(
            "Calendar",
            choice(words.CALENDARS),
            "input",
            19,
            validation=words.CALENDARS.dropdown(hint="Empty means around the clock."),
            field="support_response.calendar",
        ),
        typed("Fallback", TEXT, "input.wrap", 25, field="fallback"),
        typed("Last tested", DATE, "input.date", 13, field="last_tested"),
        computed("Days since", "formula.int", 19, NUMBER),
        computed("Fallback check", "formula.center", 16),
        computed("Answer (h)", "formula.number", 11, NUMBER),
        computed("Speed", "formula.center", 19),
        typed("Source", TEXT, "input.wrap", 30, field="source"),
        typed("Standing", naming(TEXT, words.STANDINGS), "input.center", 12, field="verify"),
        flag_column(30),
    ),
    flag="Check",
    needs=("Vendor",),
    doubts=lambda _: (too_long("Answers within", "Unit"),),
    about="Vendors: how fast each answers, what stands in for it, and whether that was tested",
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
        computed("Check", "formula.wrap", 18),
    ),
    flag="Check",
    verdict=True,
    needs=("Vendor", "Class", "Target"),
    about="Which of our targets cannot be met before a vendor has answered",
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
        computed("Check", "formula.wrap", 13),
    ),
    flag="Check",
    verdict=True,
    needs=("Retires",),
    about="Notices of retirement with their countdown",
)

VENDOR_SETTINGS: Final = settings_table("tVendorSettings", "How long a test of a fallback holds")
