"""Small matrices made for tests: many calendars in one zone, and incidents aimed at their edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.incidents.steps import OPENING_STEPS
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.worktime import Calendar
from xlmatrix.write import render

Calendars = Sequence[Mapping[str, object]]


def matrix(
    zone: str,
    calendars: Calendars,
    targets: Sequence[Mapping[str, object]],
    *,
    start: date = date(2026, 1, 1),
    end: date = date(2026, 12, 31),
) -> MatrixSpec:
    """A matrix with one severity a set of targets; severity n has class "Class n"."""
    severities = [
        {
            "id": f"SEV-{number}",
            "name": f"Level {number}",
            "definition": "For a test",
            "calendar": calendars[number % len(calendars)]["id"],
            "targets": dict(chosen),
            "ladder": [
                {"level": 1, "after": "0 min", "role": "on_call"},
                {"level": 2, "after": f"{15 * number} min", "role": "lead"},
            ],
        }
        for number, chosen in enumerate(targets, start=1)
    ]
    return MatrixSpec.model_validate(
        {
            "xlmatrix": 1,
            "title": "Test matrix",
            "organisation": "Test",
            "zone": zone,
            "horizon": {"start": start, "end": end},
            "policy": {"effective": start},
            "calendars": list(calendars),
            "owners": {"response": "on_call", "quality": "lead", "communications": "lead"},
            "roles": [
                {"id": "on_call", "name": "On call", "primary": "Ada", "backup": "Bo"},
                {"id": "lead", "name": "Lead", "primary": "Bo", "backup": "Cy"},
            ],
            "people": [
                {"name": name, "email": f"{name.lower()}@example.com", "phone": "1"}
                for name in ("Ada", "Bo", "Cy")
            ],
            "severities": severities,
            "classes": [
                {
                    "id": f"C-{number}",
                    "name": f"Class {number}",
                    "definition": "For a test",
                    "severity": f"SEV-{number}",
                }
                for number in range(1, len(targets) + 1)
            ],
        }
    )


def edges(calendars: Iterable[Calendar]) -> NDArray[np.int64]:
    """Wall-clock seconds at which something happens: shifts, holidays and the clock change."""
    found: set[int] = set()
    for calendar in calendars:
        zone = calendar.zone
        found.update(zone.to_local(calendar.intervals.start_s).tolist())
        found.update(zone.to_local(calendar.intervals.end_s).tolist())
        low, high = calendar.horizon
        inside = zone.utc[(zone.utc > low) & (zone.utc < high)]
        for shift in (-3600, -1800, 0, 1800, 3600):
            found.update((zone.to_local(inside) + shift).tolist())
        found.update(
            int((day - date(1970, 1, 1)).days) * 86400 + edge
            for day in calendar.plan.holidays
            for edge in (0, 86400)
        )
    return np.array(sorted(found), dtype=np.int64)


def aimed_log(calendars: Sequence[Calendar], classes: int, count: int, seed: int) -> IncidentLog:
    """Incidents whose stamps stand on, just before, just after and far from the edges."""
    random = np.random.default_rng(seed)
    near = edges(calendars)
    low, high = int(near.min()), int(near.max())

    def stamps() -> NDArray[np.int64]:
        slips = np.array([-3600, -61, -60, -1, 0, 0, 0, 1, 59, 60, 1800])
        aimed = random.choice(near, count) + random.choice(slips, count)
        anywhere = random.integers(low - 3 * 86400, high + 3 * 86400, count)
        return np.where(random.random(count) < 0.85, aimed, anywhere)

    opened = stamps()

    def later(share: float) -> NDArray[np.datetime64]:
        after = np.where(
            random.random(count) < 0.7, opened + random.integers(0, 5 * 86400, count), stamps()
        )
        return np.where(
            random.random(count) < share, after.astype("datetime64[s]"), np.datetime64("NaT", "s")
        )

    return IncidentLog.of(
        {
            "ID": [f"I-{seed}-{row}" for row in range(count)],
            "Class": [f"Class {row % classes + 1}" for row in range(count)],
        },
        {
            "Opened": opened.astype("datetime64[s]"),
            "Acknowledged": later(0.6),
            "Responded": later(0.5),
            "Internal update": later(0.4),
            "Last update": later(0.4),
            "Contained": later(0.4),
            "Mitigated": later(0.4),
            "Resolved": later(0.4),
            "Reviewed": later(0.2),
        },
    )


def done_on_time(spec: MatrixSpec, log: IncidentLog, as_of: datetime, share: float) -> IncidentLog:
    """The same log, with a share of its targets done at the very second they are due.

    What is done exactly at its deadline is met, so these rows notice the smallest slip.
    """
    frame = make_scene(spec, log, as_of=as_of, created=as_of).frame
    random = np.random.default_rng(len(log))
    stamps = dict(log.stamps)
    for step in OPENING_STEPS:
        due = frame[step.due][: len(log)]
        chosen = np.isfinite(due) & (random.random(len(log)) < share)
        exact = (np.where(chosen, due, EPOCH_S) - EPOCH_S).astype(np.int64).astype("datetime64[s]")
        stamps[step.done] = np.where(chosen, exact, stamps[step.done])
    return IncidentLog(texts=log.texts, stamps=stamps)


def few_spare_rows(patch: pytest.MonkeyPatch) -> None:
    """Leave out most of the ready rows, for what is computed in the filled ones.

    What blank rows show is looked at in the workbooks of the templates.
    """
    patch.setattr("xlmatrix.sheets.book.SPARE_INCIDENTS", 6)
    patch.setattr("xlmatrix.sheets.book.SPARE", (4, 3, 3))
    patch.setattr("xlmatrix.sheets.histories.RESERVE", (3, 2, 2))


def write_book(spec: MatrixSpec, log: IncidentLog, as_of: datetime, path: Path) -> Path:
    """The finished workbook at ``path``."""
    path.write_bytes(render(plan_book(spec, log, as_of=as_of, created=as_of)))
    return path
