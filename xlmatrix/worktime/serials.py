"""Excel's serial numbers: days since 30 December 1899, and the whole seconds in them.

Excel counts a 29 February 1900 that never was, so the numbers of days before 1 March 1900 differ
from program to program.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

DAY_S: Final = 86_400
#: The moment whose serial number is 0.
EPOCH: Final = datetime(1899, 12, 30)
#: 1970-01-01 in Excel seconds (serial number x 86400).
EPOCH_S: Final = 25_569 * DAY_S
#: A key of the table of zones holds the zone's number and seconds.
ZONE_SCALE: Final = 10**11
#: The days that are dates: 1 March 1900 to 1 January 2200. Later seconds have more digits than the
#: keys of the calendars leave room for, and are slips of the hand.
FIRST_SERIAL: Final = 61
LAST_SERIAL: Final = 109_575
#: 1 January 10000, which no cell can hold.
PAST_SERIAL: Final = 2_958_466


def serial_of(moment: datetime) -> float:
    """A naive moment as serial number, exact to the second; parts of a second are cut off."""
    return int((moment - EPOCH).total_seconds()) / DAY_S


def day_serial(day: date) -> int:
    """The serial number of a date."""
    return (day - EPOCH.date()).days


def moment_of(serial: float) -> datetime:
    """The naive moment of a serial number, to the nearest second; half a second rounds up.

    Raises
    ------
    OverflowError
        Beyond the year 9999.
    """
    return EPOCH + timedelta(seconds=int(serial * DAY_S + 0.5))


def is_date(serial: float) -> bool:
    """Whether a serial number is a day that every program counts alike."""
    return FIRST_SERIAL <= serial <= LAST_SERIAL
