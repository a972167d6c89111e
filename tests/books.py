"""Random books: calendars, zone, targets, policy and logs all drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.matrices import matrix
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.histories import (
    CHANGES,
    PAUSES,
    REOPENED,
    TypedCells,
    typed_rows,
)
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.worktime import CHANGE_POLICIES
from xlmatrix.write import render

MINUTE: Final = timedelta(minutes=1)
#: Half hours, quarters, clock changes of half an hour, and one that moves with Ramadan.
ZONES: Final = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns",
    "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Chatham", "America/Sao_Paulo", "UTC",
)  # fmt: skip
#: Lunch breaks, nights, a shift of a whole day, three shifts, a week with one open hour.
HOURS: Final = (
    "24x7",
    "Mon-Fri 09:00-12:30,13:15-17:30; Sat 22:00-04:00",
    "Mon-Sun 22:00-06:00",
    "Mon-Fri 00:00-24:00",
    "Mon 06:00-10:00,11:00-15:00,16:00-23:45; Thu 07:00-07:30",
    "Wed 12:00-13:00",
)
_MINUTES: Final = (1, 15, 60, 240, 1440, 9000)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a book is made from."""

    spec: MatrixSpec
    log: IncidentLog
    typed: TypedCells
    as_of: datetime

    def write(self, path: Path) -> Path:
        """The finished workbook at ``path``."""
        book = plan_book(
            self.spec, self.log, as_of=self.as_of, created=self.as_of, typed=dict(self.typed)
        )
        path.write_bytes(render(book))
        return path


def drawn_book(
    seed: int, *, incidents: int = 60, years: int = 1, policy: str | None = None
) -> Drawn:
    """A book of three calendars; ``policy`` is what a change of severity does, else it is drawn."""
    random = np.random.default_rng(seed)
    start = date(2026, 1, 1) + timedelta(days=int(random.integers(0, 300)))
    end = start + timedelta(days=365 * years)
    spec = matrix(
        str(random.choice(ZONES)),
        [_calendar(random, number, start) for number in range(3)],
        [_targets(random) for _ in range(3)],
        start=start,
        end=end,
    )
    first = datetime(start.year, start.month, start.day) + timedelta(days=2)
    reach = timedelta(days=120 * years)
    log, opened = _log(random, incidents, first, reach)
    chosen = policy or str(random.choice(CHANGE_POLICIES))
    typed = {**_histories(random, opened), ("", "Change_Policy", ""): chosen}
    return Drawn(spec, log, typed, first + reach)


def _calendar(random: np.random.Generator, number: int, start: date) -> dict[str, Any]:
    closed = {
        start + timedelta(days=int(day)): f"Feast {place}"
        for place, day in enumerate(random.choice(300, 12, replace=False))
    }
    known = {"id": f"cal_{number}", "name": f"Calendar {number}"}
    hours = str(random.choice(HOURS))
    mode = str(random.choice(["clip", "shift"]))
    return {**known, "hours": hours, "holidays": {"dates": closed, "mode": mode}}


def _targets(random: np.random.Generator) -> dict[str, Any]:
    found: dict[str, Any] = {}
    amounts = sorted(int(random.choice(_MINUTES)) for _ in range(4))
    names = ("acknowledge", "first_response", "contain", "resolve")
    for name, amount in zip(names, amounts, strict=True):
        found[name] = {
            "within": f"{amount} min",
            "calendar": f"cal_{random.integers(0, 3)}",
            "pauses": bool(random.random() < 0.6),
        }
    return found


def _log(
    random: np.random.Generator, count: int, first: datetime, reach: timedelta
) -> tuple[IncidentLog, list[datetime]]:
    most = int(reach / MINUTE)
    opened = [first + int(random.integers(0, most)) * MINUTE for _ in range(count)]
    slips = (0, 1, 15, 60, 61, 240, 600, 1500, 8000)

    def later(share: float) -> list[Any]:
        return [
            np.datetime64(at + int(random.choice(slips)) * MINUTE)
            if random.random() < share
            else "NaT"
            for at in opened
        ]

    log = IncidentLog.of(
        {
            "ID": [f"I-{row}" for row in range(count)],
            "Class": [f"Class {random.integers(1, 4)}" for _ in range(count)],
        },
        {
            "Opened": [np.datetime64(at) for at in opened],
            "Acknowledged": later(0.6),
            "Responded": later(0.5),
            "Last update": later(0.3),
            "Contained": later(0.4),
            "Resolved": later(0.5),
        },
    )
    return log, opened


def _histories(random: np.random.Generator, opened: list[datetime]) -> TypedCells:
    def after(row: int, days: int) -> datetime:
        near = int(random.choice([0, 15, 60, 240]))
        minutes = near if random.random() < 0.3 else int(random.integers(-30, days * 1440))
        return opened[row] + minutes * MINUTE

    def some(share: float) -> list[int]:
        return [int(row) for row in random.integers(0, len(opened), int(len(opened) * share))]

    pauses = []
    for row in some(1.2):
        begin = after(row, 4)
        long = int(random.choice([0, 1, 90, 1440, 9000])) * MINUTE
        end = begin + long if random.random() < 0.8 else None
        pauses.append({"Incident": f"I-{row}", "From": begin, "To": end})
    changes = [
        {"Incident": f"I-{row}", "At": after(row, 3), "To": f"SEV-{random.integers(1, 4)}"}
        for row in some(0.5)
    ]
    reopened = [
        {"Incident": f"I-{row}", "Reopened": after(row, 5), "Acknowledged": after(row, 1)}
        for row in some(0.2)
    ]
    return {
        **typed_rows(PAUSES, pauses),
        **typed_rows(CHANGES, changes),
        **typed_rows(REOPENED, reopened),
    }
