"""Reads the published cases; the schema is described in README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from xlmatrix.worktime import Calendar

_UNITS = {"h": 3600, "min": 60, "s": 1}
_FILE = Path(__file__).with_name("cases.yaml")


@dataclass(frozen=True, slots=True)
class Published:
    """One case; ``data`` holds its fields as they are written."""

    id: str
    title: str
    kind: str
    data: dict[str, Any]

    @property
    def calendar(self) -> Calendar:
        return calendar_named(self.data["calendar"])

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.zone.info if "calendar" in self.data else ZoneInfo(self.data["zone"])

    def stamp(self, name: str) -> datetime:
        """The aware datetime of a field."""
        return self.moment(self.data[name])

    def moment(self, text: str) -> datetime:
        """A stamp as an aware datetime, in the case's zone unless it names an offset."""
        stamp = datetime.fromisoformat(text)
        return stamp if stamp.tzinfo else stamp.replace(tzinfo=self.zone)

    def moment_s(self, text: str) -> int:
        """A stamp as epoch seconds."""
        return int(self.moment(text).timestamp())

    def seconds(self, name: str) -> int:
        """The duration of a field in seconds."""
        return duration_s(self.data[name])


def duration_s(text: str) -> int:
    """Seconds of ``1 h 30 min``."""
    found = re.findall(r"(\d+) (h|min|s)\b", text)
    assert " ".join(f"{count} {unit}" for count, unit in found) == text, text
    return sum(int(count) * _UNITS[unit] for count, unit in found)


@cache
def _document() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def calendar_named(name: str) -> Calendar:
    """A calendar of the file, built."""
    said = dict(_document()["calendars"][name])
    for end in ("start", "end"):
        said[end] = date.fromisoformat(said[end])
    said["holidays"] = [date.fromisoformat(day) for day in said.get("holidays", [])]
    said["exceptions"] = {
        date.fromisoformat(day): shifts for day, shifts in said.get("exceptions", {}).items()
    }
    return Calendar.build(**said)


def cases_of(*kinds: str) -> list[Published]:
    """All cases of some kinds (of every kind if none are named), in the order of the file."""
    return [
        Published(id=one["id"], title=one["title"], kind=one["kind"], data=one)
        for one in _document()["cases"]
        if not kinds or one["kind"] in kinds
    ]
