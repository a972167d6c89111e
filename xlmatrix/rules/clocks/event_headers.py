"""The headers of the hidden sheet *Event clocks*, each in this one place.

A step's columns carry its code before the header; those of a policy carry its number behind.
"""

from __future__ import annotations

from typing import Final

# One column for all steps.
INCIDENT: Final = "incident"
AT: Final = "at s"
REOPENS: Final = "reopens"
ROW_BEFORE: Final = "policy row before"
ROW: Final = "policy row"
#: The place of the pause that stands or stood last.
PIECE: Final = "last pause"
EVER_BREACHED: Final = "ever breached"

# One column for each calendar, its number behind: what a clock reads that runs since the opening.
#: At the event, and when the present cycle began; through pauses, and leaving them out.
NOW: Final = "now"
CYCLE: Final = "cycle"
THROUGH_PAUSES: Final = "through pauses"
WITHOUT_PAUSES: Final = "without pauses"

# One column for each step: what its target asks.
SECONDS: Final = "seconds"
DAYS: Final = "days"
CALENDAR: Final = "calendar"
PAUSES: Final = "pauses"
READING_NOW: Final = "reads now"
READING_CYCLE: Final = "reads at cycle"

# One column for each step and policy, the policy's number behind.
TARGET_READING: Final = "must read"
TOTAL: Final = "worked"
DUE_ALONE: Final = "runs out s"
DUE: Final = "due s"

# One column for each step: what the policy in force says.
CHOSEN_DUE: Final = "due s"
CHOSEN_READING: Final = "must read"
CHOSEN_LEFT: Final = "left"
CHOSEN_CALENDAR: Final = "calendar chosen"
CHOSEN_PAUSES: Final = "pauses chosen"
WARNING_READING: Final = "warn reading"
WARNING_TOTAL: Final = "warn worked"
WARNING: Final = "warn s"
OPENING_TOTAL: Final = "worked before"
DUE_BEFORE: Final = "due before s"

# One column for each step: what it is judged by.
FINAL_DUE: Final = "judged by s"
DONE_BEFORE: Final = "done before s"
LATE_BEFORE: Final = "late before"
