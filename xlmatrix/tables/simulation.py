"""The tables of the simulation."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables.column import Column, given
from xlmatrix.tables.kinds import KEY, NUMBER, SHARE
from xlmatrix.tables.table import Table

_SHARE: Final = "fixed.percent1"


def _figures(*cases: Column, based: str) -> tuple[Column, ...]:
    return (
        given("Target", "key", 46, KEY),
        given("Within (min)", "fixed.number", 10, NUMBER),
        given("Missed", _SHARE, 11, SHARE),
        *cases,
        given("Backup early", _SHARE, 12, SHARE),
        given("Change", _SHARE, 11, SHARE),
        given("Change ±", _SHARE, 10, SHARE, note="One standard error of the runs"),
        given("Waits halved", _SHARE, 12, SHARE),
        given("Change then", _SHARE, 12, SHARE),
        given("Then ±", _SHARE, 9, SHARE, note="One standard error of the runs"),
        given("Based on", "fixed", 26, note=based),
    )


SIMULATION: Final = Table(
    "tSimulation",
    _figures(
        given("Cases", "fixed.int", 11, NUMBER, note="Incidents of which it is known by now"),
        given("From", _SHARE, 10, SHARE, note="The 95 % interval (Wilson) begins here"),
        given("To", _SHARE, 10, SHARE, note="The 95 % interval ends here"),
        based="The answers that were seen",
    ),
    about="From the log: how often each target was missed, and what would change that",
)

SIM_ASSUMED: Final = Table(
    "tSimAssumed",
    _figures(
        given("±", _SHARE, 11, SHARE, note="One standard error of the runs"),
        based="Where the assumed times come from",
    ),
    about="The same where the log has too few times: what would hold if the assumed ones did",
)

SIM_LEVELS: Final = Table(
    "tSimLevels",
    (
        given("Level", "key", 46, KEY),
        given("Called at (min)", "fixed.number", 10, NUMBER),
        given("Called in", _SHARE, 11, SHARE),
        given("Called ±", _SHARE, 11, SHARE, note="One standard error"),
        given("Not answered", _SHARE, 10, SHARE),
        given("Not ±", _SHARE, 10, SHARE),
    ),
    about="How often each level is called, and how often nobody answers there",
)

SIM_CAUSES: Final = Table(
    "tSimCauses",
    (
        given("If", "key", 46, KEY),
        given("Within (min)", "fixed.number", 10, NUMBER),
        given("As it is", _SHARE, 11, SHARE),
        given("Missed then", _SHARE, 11, SHARE),
        given("Change", _SHARE, 10, SHARE),
        given("Change ±", _SHARE, 10, SHARE),
    ),
    about="How often nobody acknowledges in time while one cause hits every call",
)

SIM_SHARED: Final = Table(
    "tSimShared",
    (
        given("Severity", "key", 46, KEY),
        given("People", "fixed.int", 10, NUMBER),
        given("Days between", "fixed.number", 11, NUMBER),
        given("Bound (h)", "fixed.number", 11, NUMBER, note="From the answer until contained"),
        given("Busy", _SHARE, 10, SHARE, note="The share of the time that each is bound"),
        given("Waits", _SHARE, 10, SHARE, note="Incidents that find nobody free"),
        given("Simulated", _SHARE, 12, SHARE, note="Acknowledged late, with the waits"),
        given("Change", _SHARE, 9, SHARE),
    ),
    about="What overlapping incidents do to those who are called first",
)

SIM_ANSWERS: Final = Table(
    "tSimAnswers",
    (
        given("Of", "key", 46, KEY),
        given("Median (min)", "fixed.number", 10, NUMBER),
        given("Ever ends", "fixed.percent", 11, SHARE),
        given("Times seen", "fixed.int", 11, NUMBER),
        given("Taken from", "fixed", 10),
    ),
    about="The times that were simulated, and where they come from",
)
