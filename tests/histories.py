"""Incidents with pauses, changes of severity and reopenings, at random and aimed at each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from tests.matrices import matrix
from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog

START, END = date(2026, 3, 20), date(2026, 4, 24)
AS_OF = datetime(2026, 4, 10, 12)
#: (target in minutes, calendar, pauses) of acknowledge, contain and resolve, a severity each.
TARGETS = (
    ((15, "always", False), (90, "always", True), (240, "always", True)),
    ((60, "always", False), (240, "office", True), (600, "office", True)),
    ((120, "office", False), (480, "office", False), (1500, "office", True)),
)
_CALENDARS: list[dict[str, Any]] = [
    {"id": "always", "name": "Around the clock", "hours": "24x7"},
    {
        "id": "office",
        "name": "Office",
        "hours": "Mon-Fri 09:00-12:30,13:15-17:30; Sat 22:00-04:00",
        "holidays": {"dates": {date(2026, 4, 3): "Good Friday"}},
    },
]
MINUTE = timedelta(minutes=1)
#: A slip of the year.
NEVER = datetime(2099, 4, 9, 12)


def with_history() -> MatrixSpec:
    """The same with two earlier versions, one of them silent about two severities.

    In the second one a class had another severity, and somebody else was on call.
    """
    spec = scene()
    tight = {"acknowledge": "5 min", "first_response": "5 min", "resolve": "30 min"}
    days = {"acknowledge": "20 min", "first_response": "30 min", "resolve": "2 days"}
    history = [
        {"version": "1", "effective": date(2026, 1, 1), "targets": {"SEV-1": tight}},
        {
            "version": "2",
            "effective": date(2026, 3, 26),
            "targets": {"SEV-1": days, "SEV-2": tight, "SEV-3": tight},
            "classes": {"C-2": {"severity": "SEV-3"}},
            "roles": {"on_call": {"primary": "Cy"}},
        },
    ]
    policy = spec.policy.model_copy(update={"version": "3", "effective": date(2026, 3, 31)})
    versions = tuple(PolicyVersion.model_validate(one) for one in history)
    return spec.model_copy(update={"history": versions, "policy": policy})


def scene(*, days: bool = False) -> MatrixSpec:
    """The matrix of these incidents: a clock change and a holiday lie in its five weeks.

    ``days`` adds a severity with targets in calendar and business days.
    """

    def target(known: tuple[int, str, bool]) -> dict[str, Any]:
        return {"within": f"{known[0]} min", "calendar": known[1], "pauses": known[2]}

    sets = [
        {
            "acknowledge": target(ack),
            "first_response": target(ack),
            "contain": target(contain),
            "resolve": target(resolve),
        }
        for ack, contain, resolve in TARGETS
    ]
    if days:
        sets.append(
            {
                "acknowledge": {"within": "1 business day", "calendar": "office", "pauses": True},
                "first_response": {"within": "1 business day", "calendar": "office"},
                "contain": {"within": "2 days", "calendar": "office"},
                "resolve": {"within": "3 business days", "calendar": "office", "pauses": True},
                "review": {"within": "3 days"},
            }
        )
    return matrix("Europe/Berlin", _CALENDARS, sets, start=START, end=END)


def _with_slips(log: IncidentLog) -> IncidentLog:
    """The log with incidents below that nobody can mean, and half-filled ones."""
    fine = {"ID": "", "Class": "Class 2", "Opened": AS_OF - 60 * MINUTE}
    slips: list[dict[str, Any]] = [
        {**fine, "Resolved": AS_OF + 365 * 1440 * MINUTE},
        {**fine, "Resolved": AS_OF + MINUTE, "Acknowledged": NEVER},
        {**fine, "Last update": NEVER, "Internal update": AS_OF + MINUTE},
        {**fine, "Last update": AS_OF - 90 * MINUTE},
        {**fine, "Resolved": AS_OF, "Reviewed": NEVER},
        {**fine, "Opened": NEVER},
        {**fine, "Opened": AS_OF + MINUTE},
        {**fine, "Opened": datetime(2016, 4, 9), "Resolved": AS_OF},
        {**fine, "Class": "", "Resolved": AS_OF},
        {**fine, "Class": ""},
        {"Notes": "nothing else"},
        {"Class": "Class 2", "Acknowledged": AS_OF},
    ]
    for number, slip in enumerate(slips):
        if "ID" in slip:
            slip["ID"] = f"S-{number}"
    texts = {h: [*known, *(s.get(h, "") for s in slips)] for h, known in log.texts.items()}
    stamps = {
        header: np.append(known, [np.datetime64(s.get(header, "NaT"), "s") for s in slips])
        for header, known in log.stamps.items()
    }
    return IncidentLog(texts, stamps)


def draw(
    count: int,
    seed: int,
    *,
    odd: bool = False,
    changed: float = 0.4,
    reopen: float = 0.1,
    levels: int = 3,
) -> tuple[IncidentLog, dict[Any, Any]]:
    """A log and typed rows: an incident has 1.5 pauses, 0.4 changes and 0.1 reopenings.

    Stamps are whole minutes, many of them on each other. ``odd`` adds what people mistype;
    ``changed`` and ``reopen`` are the numbers of changes and reopenings, ``levels`` of severities.
    """
    random = np.random.default_rng(seed)
    base = datetime(2026, 3, 22)

    def minutes(low: int, high: int) -> int:
        near = int(random.choice([0, 15, 60, 90, 240]))
        return near if random.random() < 0.3 else int(random.integers(low, high))

    opened = [base + int(random.integers(0, 14 * 1440)) * MINUTE for _ in range(count)]

    def later(share: float, high: int) -> list[Any]:
        return [
            np.datetime64(at + minutes(0, high) * MINUTE) if random.random() < share else "NaT"
            for at in opened
        ]

    ids = [f"I-{row}" for row in range(count)]
    log = IncidentLog.of(
        {"ID": ids, "Class": [f"Class {random.integers(1, levels + 1)}" for _ in ids]},
        {
            "Opened": [np.datetime64(at) for at in opened],
            "Acknowledged": later(0.7, 300),
            "Responded": later(0.5, 600),
            "Contained": later(0.5, 1500),
            "Resolved": later(0.6, 6 * 1440),
        },
    )

    def some(share: float) -> list[int]:
        return [int(row) for row in random.integers(0, count, int(count * share))]

    pauses = []
    for row in some(1.5):
        begin = opened[row] + minutes(-30, 3 * 1440) * MINUTE
        end = begin + minutes(0, 1440) * MINUTE if random.random() < 0.8 else None
        pauses.append({"Incident": ids[row], "From": begin, "To": end})
    changes = [
        {
            "Incident": ids[row],
            "At": opened[row] + minutes(-30, 2 * 1440) * MINUTE,
            "To": f"SEV-{random.integers(1, levels + 1)}",
            "Reason": "scope grew" if random.random() < 0.5 else None,
        }
        for row in some(changed)
    ]
    reopened = []
    for row in some(reopen):
        at = opened[row] + minutes(60, 4 * 1440) * MINUTE
        before = at - minutes(0, 600) * MINUTE if random.random() < 0.7 else None
        acknowledged = opened[row] + minutes(0, 200) * MINUTE
        reopened.append(
            {"Incident": ids[row], "Reopened": at, "Resolved": before, "Acknowledged": acknowledged}
        )
    if odd:
        pauses += [
            {"Incident": ids[0], "From": opened[0] + 90 * MINUTE, "To": opened[0]},
            {"Incident": "nobody", "From": opened[0]},
            {"Incident": ids[1], "From": "noon", "To": opened[1]},
            {"Incident": ids[2], "From": opened[2], "To": "later"},
            {"Incident": ids[3], "From": datetime(2026, 3, 29, 2, 30)},
            {"Incident": ids[4]},
            {"Incident": ids[9], "From": NEVER},
            {"Incident": ids[9], "From": opened[9], "To": NEVER},
            {"Incident": ids[10], "From": AS_OF + 30 * MINUTE},
            {"Incident": ids[10], "From": AS_OF + 90 * MINUTE, "To": AS_OF + 120 * MINUTE},
            {"Note": "nothing else"},
        ]
        changes += [
            {"Incident": ids[5], "At": opened[5], "To": "SEV-9"},
            {"Incident": ids[6], "At": "soon", "To": "SEV-1"},
            {"Incident": "nobody", "At": opened[6], "To": "SEV-1"},
            {"Incident": ids[9], "At": NEVER, "To": "SEV-1"},
            {"Incident": ids[10], "At": AS_OF + MINUTE, "To": "SEV-1"},
            {"Incident": ids[11], "At": opened[11]},
            {"Reason": "nothing else"},
        ]
        reopened += [
            {"Incident": "nobody", "Reopened": opened[7]},
            {"Incident": ids[8]},
            {"Incident": ids[9], "Reopened": NEVER},
            {"Incident": ids[10], "Reopened": AS_OF + MINUTE},
            {"Incident": ids[11], "Reopened": AS_OF, "Contained": AS_OF + MINUTE},
            {"Incident": ids[12], "Reopened": AS_OF, "Acknowledged": opened[12] - 99 * MINUTE},
            {"Reason": "nothing else"},
        ]
        log = _with_slips(log)
    return log, {
        **typed_rows(PAUSES, pauses),
        **typed_rows(CHANGES, changes),
        **typed_rows(REOPENED, reopened),
    }


_REASONS = ("Cancelled", "Duplicate", "handed over", "#REF!", " ", "  Test")
_TARGETS = (
    *("Acknowledge", "First response", "respond", "CONTAIN", "Mitigate ", "resolve"),
    *("hold review", "Internal update", "customer update", "", "Acknowledged"),
)


def spared(log: IncidentLog, seed: int) -> IncidentLog:
    """The log with some incidents that are not counted, and targets that nobody recorded."""
    random = np.random.default_rng(seed)

    def some(share: float, value: Callable[[], str]) -> list[str]:
        return [value() if random.random() < share else "" for _ in range(len(log))]

    def named() -> str:
        chosen = random.choice(_TARGETS, random.integers(1, 5))
        return str(random.choice([",", ", ", " , "])).join(map(str, chosen))

    texts = {
        "Not counted": some(0.15, lambda: str(random.choice(_REASONS))),
        "Not recorded": some(0.4, named),
    }
    return IncidentLog({**log.texts, **texts}, log.stamps, log.odd)
