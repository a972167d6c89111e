"""The tables of the simulation."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables.column import given
from xlmatrix.tables.kinds import KEY, NUMBER, SHARE
from xlmatrix.tables.table import Table

SIMULATION: Final = Table(
    "tSimulation",
    (
        given("Target", "key", 30, KEY),
        given("Within (min)", "fixed.number", 10, NUMBER),
        given("Missed", "fixed.percent1", 11, SHARE),
        given("±", "fixed.percent1", 9, SHARE),
        given("One more backup", "fixed.percent1", 22, SHARE),
        given("Change", "fixed.percent1", 12, SHARE),
        given("Change ±", "fixed.percent1", 9, SHARE),
        given("Waits halved", "fixed.percent1", 11, SHARE),
        given("Change then", "fixed.percent1", 12, SHARE),
        given("Then ±", "fixed.percent1", 9, SHARE),
    ),
    about="How likely each target is missed, and what a backup or shorter waits would change",
)

SIM_LEVELS: Final = Table(
    "tSimLevels",
    (
        given("Level", "key", 30, KEY),
        given("Called at (min)", "fixed.number", 10, NUMBER),
        given("Called in", "fixed.percent1", 11, SHARE),
        given("Called ±", "fixed.percent1", 9, SHARE),
        given("Who", "fixed.wrap", 22),
        given("Not answered", "fixed.percent1", 12, SHARE),
        given("Not ±", "fixed.percent1", 9, SHARE),
    ),
    about="How often each level is called, and how often nobody answers there",
)

SIM_ANSWERS: Final = Table(
    "tSimAnswers",
    (
        given("Role", "key", 30, KEY),
        given("Mean (min)", "fixed.number", 10, NUMBER),
        given("Ever answers", "fixed.percent", 11, SHARE),
        given("Answers seen", "fixed.int", 9, NUMBER),
        given("Taken from", "fixed", 22),
    ),
    about="The answer times that were simulated, and where they come from",
)
