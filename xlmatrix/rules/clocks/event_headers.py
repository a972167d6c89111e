"""The headers of the hidden sheet *Event clocks*, each in this one place.

A step's columns carry its code before the header; those of a policy carry its number behind.
"""

from __future__ import annotations

from typing import Final

# One column for all steps.
INCIDENT: Final = "inc"
AT: Final = "at"
REOPENS: Final = "re"
ROW_BEFORE: Final = "pb"
ROW: Final = "p"
#: The place of the pause that stands or stood last.
PIECE: Final = "mp"
EVER_BREACHED: Final = "ever"

# One column for each calendar, its number behind: what a clock reads that runs since the opening.
#: At the event, and when the present cycle began; "n" counts through pauses, "p" leaves them out.
NOW: Final = "r"
CYCLE: Final = "b"
THROUGH_PAUSES: Final = "n"
WITHOUT_PAUSES: Final = "p"

# One column for each step: what its target asks.
SECONDS: Final = "S"
DAYS: Final = "D"
CALENDAR: Final = "C"
PAUSES: Final = "P"
READING_NOW: Final = "Rn"
READING_CYCLE: Final = "B"

# One column for each step and policy, the policy's number behind.
TARGET_READING: Final = "T"
TOTAL: Final = "x"
DUE_ALONE: Final = "e"
DUE: Final = "d"

# One column for each step: what the policy in force says.
CHOSEN_DUE: Final = "d"
CHOSEN_READING: Final = "T"
CHOSEN_LEFT: Final = "L"
CHOSEN_CALENDAR: Final = "C*"
CHOSEN_PAUSES: Final = "P*"
WARNING_READING: Final = "wT"
WARNING_TOTAL: Final = "wx"
WARNING: Final = "w"
OPENING_TOTAL: Final = "x0"
DUE_BEFORE: Final = "B0"

# One column for each step: what it is judged by.
FINAL_DUE: Final = "s"
DONE_BEFORE: Final = "u"
LATE_BEFORE: Final = "v"
