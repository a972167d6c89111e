"""Times that people give to a command: as wall-clock stamps and as instants."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.tickets.stamps import StampError, StampReader
from xlmatrix.worktime.database import zone_info


def as_of_stamp(as_of: datetime | str | None, zone: str) -> datetime | None:
    """The frozen *As of* as a wall-clock time, from what is given or from the environment."""
    if isinstance(as_of, str):
        return _wall_clock(as_of, zone, where="as of")
    if as_of is not None:
        local = as_of if as_of.tzinfo is None else as_of.astimezone(zone_info(zone))
        return local.replace(microsecond=0, tzinfo=None)
    given = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not given:
        return None
    try:
        stamp = datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        raise XlmatrixError(
            f"'{given[:40]}' is no count of seconds since 1970",
            where="SOURCE_DATE_EPOCH",
            mend="Set it to a whole number, such as 1794821400, or unset it",
        ) from None
    return stamp.astimezone(zone_info(zone)).replace(tzinfo=None)


def _wall_clock(text: str, zone: str, *, where: str) -> datetime:
    try:
        seconds = StampReader(zone, None).read(text)
    except StampError as error:
        raise XlmatrixError(error.what, where=where, mend=error.mend) from None
    if seconds is None:
        raise XlmatrixError("no time is given", where=where, mend="Write it as 2026-11-16 10:30")
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def instant(given: datetime | str, zone: str) -> datetime:
    """An aware datetime in ``zone``; what is given without an offset is its wall clock."""
    info, stamp = zone_info(zone), given_stamp(given, zone)
    return stamp.replace(tzinfo=info) if stamp.tzinfo is None else stamp.astimezone(info)


def given_stamp(given: datetime | str, zone: str) -> datetime:
    """A stamp as it was given: aware only where it bears an offset, or is ``now``."""
    if isinstance(given, str):
        if given.strip().lower() == "now":
            return datetime.now(zone_info(zone)).replace(microsecond=0)
        given = _written(given, zone)
    given = given.replace(microsecond=0)
    if not 1971 <= given.year <= 2099:
        raise XlmatrixError(
            f"the year {given.year} is not between 1971 and 2099",
            where="start",
            mend="Correct the year",
        )
    return given


def _written(text: str, zone: str) -> datetime:
    try:
        # Keeps the offset, which tells the two passes of a clock change apart.
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return _wall_clock(text, zone, where="start")
