"""A drill while it is played: what is due to be told, and what the players have done when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

#: The key for each time that a drill records, in the order in which they are expected.
KEYS: Final[Mapping[str, str]] = {
    "a": "Acknowledged",
    "d": "Declared",
    "l": "Level 2 reached",
    "c": "Customer draft",
    "r": "Reporting decided",
    "x": "Contained",
}
QUIT: Final = "q"
_CONTAINED: Final = "Contained"
AGAIN: Final = "Contained again"
LONGEST_MIN: Final = 1440


@dataclass(slots=True)
class Session:
    """One drill from its start; times count in minutes of the drill, not of the wall.

    ``injects`` are (minute, text) in order, ``worse`` the minutes from which the incident is worse
    than before. A time that is pressed again keeps its first stamp; once it has turned worse, what
    contains it is contained again.
    """

    start: datetime
    injects: Sequence[tuple[float, str]]
    worse: Sequence[float] = ()
    stamps: dict[str, datetime] = field(default_factory=dict)
    told: int = 0
    ended: datetime | None = None

    def __post_init__(self) -> None:
        self.stamps["Detected"] = self.start

    def due(self, minute: float) -> list[tuple[float, str]]:
        """Injects that are due by ``minute`` and were not given out before."""
        found = [inject for inject in self.injects[self.told :] if inject[0] <= minute]
        self.told += len(found)
        return found

    def press(self, line: str, minute: float) -> str:
        """Take a line such as ``a`` (now) or ``a 4`` (at minute 4); what was understood.

        A minute may have a fraction; a line that is not understood is answered and changes nothing.
        """
        key, _, at = line.strip().lower().partition(" ")
        if key != QUIT and key not in KEYS:
            return f"'{line.strip()[:20]}' is no key; known: {' '.join((*KEYS, QUIT))}"
        try:
            given = float(at.replace(",", ".")) if at.strip() else minute
        except ValueError:
            return f"'{at.strip()[:20]}' is no minute; write it like: {key} 4"
        if not 0 <= given <= LONGEST_MIN:
            return f"A drill lasts from minute 0 to minute {LONGEST_MIN}."
        if key == QUIT:
            late = [known for known, at in self.stamps.items() if at > self._stamp(given)]
            if late:
                return f"{late[0]} stands after minute {given:.3g}; end the drill later."
            self.ended = self._stamp(given)
            return f"The drill has ended at minute {given:.3g}."
        header = self._again(given) if KEYS[key] == _CONTAINED else KEYS[key]
        if header in self.stamps and not at.strip():
            return f"{header} stands at {self.stamps[header]:%H:%M:%S} already."
        self.stamps[header] = self._stamp(given)
        return f"{header} at minute {given:.3g} ({self.stamps[header]:%H:%M:%S})"

    @property
    def over(self) -> bool:
        """Whether nothing more can happen: ended, or contained with every inject told."""
        done = all(header in self.stamps for header in KEYS.values())
        done = done and (not self._opened_again or AGAIN in self.stamps)
        return self.ended is not None or (done and self.told >= len(self.injects))

    @property
    def _opened_again(self) -> bool:
        """Whether it turned worse after it was contained."""
        contained = self.stamps.get(_CONTAINED)
        return contained is not None and any(contained < self._stamp(at) for at in self.worse)

    def _again(self, minute: float) -> str:
        """The stamp that containment at a minute is: the second one after it turned worse."""
        at = max((one for one in self.worse if one <= minute), default=None)
        contained = self.stamps.get(_CONTAINED)
        early = at is not None and contained is not None and contained < self._stamp(at)
        return AGAIN if early else _CONTAINED

    def _stamp(self, minute: float) -> datetime:
        return self.start + timedelta(seconds=round(minute * 60))

    def record(self, number: int) -> dict[str, datetime | int]:
        """The columns of the record that the session knows."""
        known: dict[str, datetime | int] = {"Drill": number, **self.stamps}
        if self.ended is not None:
            known["Ended"] = self.ended
        return known
