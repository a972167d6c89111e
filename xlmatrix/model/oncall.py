"""On-call rotations: who holds a role when, by turns and by time of day."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from xlmatrix.model.base import Day, Id, Name, Strict, Text, refusal

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


def _time_of_day(value: str) -> str:
    if not _CLOCK.match(value):
        raise refusal(f"'{value}' is not a time of day", "Write it like 09:00")
    return value


#: A time of day of the matrix's zone, such as ``09:00``.
TimeOfDay = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=4), AfterValidator(_time_of_day)
]


class Rotation(Strict):
    """People who hold one role by turns; several rotations of one role are its layers.

    The first person of ``people`` begins at ``handover`` on ``start``; every day or week at that
    time the next one takes over. A layer is on duty in its ``hours`` (weekly hours such as
    ``Mon-Fri 08:00-16:00``) or while ``calendar`` is open, else always; where layers overlap, the
    one listed first holds the role. ``backup`` is the person whose turn comes next, or the
    backup of the role.
    """

    role: Id
    name: Name | None = None
    people: tuple[Name, ...] = Field(min_length=1)
    start: Day
    handover: TimeOfDay = "09:00"
    every: Literal["daily", "weekly"] = "weekly"
    hours: Text | None = None
    calendar: Id | None = None
    backup: Literal["next", "role"] = "next"

    @property
    def handover_s(self) -> int:
        """The time of day of a handover, in seconds after midnight."""
        hours, minutes = self.handover.split(":")
        return int(hours) * 3600 + int(minutes) * 60

    @property
    def every_days(self) -> int:
        """Days between two handovers."""
        return 1 if self.every == "daily" else 7
