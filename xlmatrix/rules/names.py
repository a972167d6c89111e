"""The defined names and fixed words that rules and sheets agree on."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Name, name
from xlmatrix.tables import hours
from xlmatrix.tables import vocabulary as words

# Time zone, one row a transition; all in Excel seconds (serial x 86400).
TZ_UTC: Final = name("Tz_U")
TZ_OFFSET: Final = name("Tz_O")
TZ_WALL_LATE: Final = name("Tz_W0")
TZ_WALL_EARLY: Final = name("Tz_W1")
TZ_NEXT: Final = name("Tz_Next")
# The same for every zone in use; the keys hold the zone's number and seconds.
TZ_KEY: Final = name("Tz_Key")
TZ_KEY_LATE: Final = name("Tz_KeyW0")
TZ_KEY_EARLY: Final = name("Tz_KeyW1")
TZ_KEY_OFFSET: Final = name("Tz_KeyO")

# Calendar, one row an interval; the keys rise strictly.
CAL_START_KEY: Final = name("Cal_StartKey")
CAL_CUM_KEY: Final = name("Cal_CumKey")
CAL_OFF: Final = name("Cal_Off")
CAL_CUM_END: Final = name("Cal_CumEnd")
# One row a calendar.
CAL_TOTAL: Final = name("Cal_Total")
CAL_DAY: Final = name("Cal_Day")
CAL_NAMES: Final = name("Cal_Names")
# How wide the keys of the calendars are: seconds of one, and rows of one.
CAL_SPAN: Final = name("Cal_Span")
CAL_ROWS: Final = name("Cal_Rows")
# The same for the keys of the sorted logs: seconds and rows of one incident.
LOG_SPAN: Final = name("Log_Span")
LOG_ROWS: Final = name("Log_Rows")
HORIZON_START: Final = name("Horizon_Start_S")
HORIZON_END: Final = name("Horizon_End_S")

AS_OF: Final = name("AsOf")
AS_OF_S: Final = name("AsOf_S")
AS_OF_INPUT: Final = name("AsOf_Input")
CLOCK_SHIFT: Final = name("Clock_Shift_H")
SOON_S: Final = name("Soon_S")

LIST_PEOPLE: Final = name(words.PEOPLE.list_name)
LIST_ROLES: Final = name(words.ROLES.list_name)
LIST_CLASSES: Final = name(words.CLASSES.list_name)
LIST_SEVERITIES: Final = name(words.SEVERITIES.list_name)
LIST_YES_NO: Final = name(words.YES_NO.list_name)
LIST_NO: Final = name("List_No")

POL_SEVERITY: Final = name("Pol_Severity")
# The parts of a target on the hidden Policy sheet.
PART_SECONDS: Final = "S"
PART_DAYS: Final = "D"
PART_CALENDAR: Final = "C"
PART_PAUSES: Final = "P"

ALL_CALENDARS: Final = hours.ALL_CALENDARS
BEYOND: Final = "beyond calendar – regenerate"


def policy_name(clock: str, part: str) -> Name:
    """A column of the hidden Policy sheet: ``policy_name("res", PART_SECONDS)``."""
    return name(f"Pol_{clock}_{part}")
