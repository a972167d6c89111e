"""Stamps of an hour that the clock shows twice: which of the two passings a row means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.matrices import matrix
from xlmatrix.api import explaining
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.logs.pause_line import pieces_of
from xlmatrix.rules.second_hour import MISNAMED
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.sheets.strict import strict_findings

#: The zone, the day that has a doubled hour, and the instant at which it begins again.
CHANGES_OF_CLOCKS = {
    "Europe/Berlin": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    # By half an hour.
    "Australia/Lord_Howe": datetime(2026, 4, 4, 15, tzinfo=UTC),
}
_STAMPS = ("Opened", "Acknowledged", "Responded", "Contained", "Last update", "Resolved")
MINUTE = timedelta(minutes=1)


def spec_of(zone: str) -> MatrixSpec:
    """A matrix of that zone around its change of the clocks, open around the clock."""
    day = CHANGES_OF_CLOCKS[zone].date()
    target = {"within": "3 h", "calendar": "always", "pauses": True}
    targets = {
        "acknowledge": {"within": "20 min", "calendar": "always"},
        "first_response": {"within": "40 min", "calendar": "always"},
        "customer_first": {"within": "1 h", "calendar": "always"},
        "customer_repeat": {"within": "1 h", "calendar": "always"},
        "contain": target,
        "resolve": target,
    }
    calendars = [
        {"id": "always", "name": "Around the clock", "hours": "24x7"},
        {"id": "night", "name": "Night", "hours": "Mon-Sun 22:00-04:00"},
    ]
    return matrix(
        zone,
        calendars,
        [targets, {**targets, "resolve": {"within": "2 h", "calendar": "night", "pauses": True}}],
        start=day - timedelta(days=12),
        end=day + timedelta(days=20),
    )


def typed_as(zone: str, at: datetime) -> tuple[datetime, bool]:
    """What somebody types of an instant, and whether it is the second passing of its hour."""
    wall = at.astimezone(ZoneInfo(zone))
    return wall.replace(tzinfo=None, fold=0), wall.fold == 1


def row_of(zone: str, **instants: datetime | None) -> dict[str, Any]:
    """A row of a log: its stamps as typed, and under Second hour those that need it."""
    typed = {
        header.replace("_", " "): typed_as(zone, at)
        for header, at in instants.items()
        if at is not None
    }
    named = ", ".join(header for header, (_, second) in typed.items() if second)
    return {header: wall for header, (wall, _) in typed.items()} | (
        {"Second hour": named} if named else {}
    )


def log_of(rows: list[dict[str, Any]]) -> IncidentLog:
    """Incidents I-1 and so on of the first two classes."""
    texts = {
        "ID": [f"I-{number}" for number in range(1, len(rows) + 1)],
        "Class": [f"Class {number % 2 + 1}" for number in range(len(rows))],
        "Second hour": [row.get("Second hour", "") for row in rows],
    }
    stamps = {
        header: np.array([row.get(header, "NaT") for row in rows], dtype="datetime64[s]")
        for header in _STAMPS
    }
    return IncidentLog.of(texts, stamps)


def drawn(zone: str, count: int, seed: int) -> tuple[IncidentLog, dict[Any, Any], list[Any]]:
    """A log, its side logs, and the instants that are meant, all within hours of the change."""
    random = np.random.default_rng(seed)
    change = CHANGES_OF_CLOCKS[zone]
    rows: list[dict[str, Any]] = []
    meant: list[dict[str, Any]] = []

    def later(than: datetime, share: float) -> datetime | None:
        if random.random() > share:
            return None
        return than + int(random.integers(0, 150)) * MINUTE

    for _ in range(count):
        opened = change + int(random.integers(-150, 90)) * MINUTE
        given: dict[str, Any] = {"Opened": opened} | {
            header: later(opened, 0.7) for header in _STAMPS[1:]
        }
        meant.append(given)
        rows.append(row_of(zone, **{h.replace(" ", "_"): at for h, at in given.items()}))
    pauses, changes, again = [], [], []
    for place, given in enumerate(meant):
        known = {"Incident": f"I-{place + 1}"}
        begin = given["Opened"] + int(random.integers(0, 60)) * MINUTE
        pauses.append(known | row_of(zone, From=begin, To=later(begin, 0.8)))
        if place % 3 == 0:
            changes.append(known | {"To": "SEV-2"} | row_of(zone, At=begin))
        if place % 4 == 0:
            at = (given["Resolved"] or begin) + int(random.integers(0, 90)) * MINUTE
            again.append(known | row_of(zone, Reopened=at, Resolved=given["Resolved"]))
    typed = {
        **typed_rows(PAUSES, pauses),
        **typed_rows(CHANGES, changes),
        **typed_rows(REOPENED, again),
    }
    return log_of(rows), typed, meant


def as_of(zone: str) -> datetime:
    """A week after the change of the clocks."""
    return CHANGES_OF_CLOCKS[zone].replace(tzinfo=None) + timedelta(days=7)


def frame_of(zone: str, log: IncidentLog, typed: dict[Any, Any] | None = None) -> Frame:
    now = as_of(zone)
    return make_scene(spec_of(zone), log, as_of=now, created=now, typed=typed).frame


def seconds(at: datetime) -> int:
    return int(at.timestamp()) + EPOCH_S


@pytest.mark.parametrize("zone", CHANGES_OF_CLOCKS)
def test_every_stamp_is_the_instant_that_was_meant(zone: str) -> None:
    log, typed, meant = drawn(zone, 60, 5)
    frame = frame_of(zone, log, typed)
    assert any(text for text in log.texts["Second hour"])
    for row, given in enumerate(meant):
        for header, at in given.items():
            found = frame.utc(header)[row]
            assert np.isnan(found) if at is None else found == seconds(at), (row, header)


def test_an_incident_of_both_passings_lasts_the_hour_between_them() -> None:
    berlin = "Europe/Berlin"
    half = datetime(2026, 10, 25, 2, 30)
    rows: list[dict[str, Any]] = [
        {"Opened": half, "Resolved": half},
        {"Opened": half, "Resolved": half, "Second hour": "Resolved"},
        {"Opened": half, "Resolved": half, "Second hour": "opened,  RESOLVED"},
        {"Opened": half, "Resolved": half, "Second hour": "Opened"},
    ]
    frame = frame_of(berlin, log_of(rows))
    lasted = (frame.utc("Resolved") - frame["opened s"])[:4]
    assert lasted.tolist() == [0, 3600, 0, -3600]
    assert frame["opened s"][0] == seconds(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert frame["opened s"][2] == seconds(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    checks = frame["Check"][:4].tolist()
    assert "Clock change at Opened: taken as the earlier time." in checks[1]
    assert "later stamp" not in checks[1]
    assert checks[2] == ""
    assert "Resolved is before Opened." in checks[3]


@pytest.mark.parametrize(
    ("named", "flagged"),
    [
        ("Opened", False),
        (" opened ", False),
        ("Opened, Acknowledged", True),  # Acknowledged at 09:00
        ("Opened, Contained", True),  # nothing stands there
        ("Open", True),
        ("Opened, Opened", True),
        ("Opened, yesterday", True),
        ("Opened,", True),
        ("5", True),
        ("", False),
    ],
)
def test_what_is_named_and_is_no_doubled_hour_is_flagged(named: str, flagged: bool) -> None:
    row = {"Opened": datetime(2026, 10, 25, 2, 30), "Acknowledged": datetime(2026, 10, 25, 9)}
    frame = frame_of("Europe/Berlin", log_of([row | {"Second hour": named}]))
    assert (MISNAMED in frame["Check"][0]) == flagged


def test_a_stamp_that_never_was_is_flagged_whatever_is_named() -> None:
    zone = "Europe/Berlin"
    spring = spec_of(zone).model_copy(
        update={
            "horizon": spec_of(zone).horizon.model_copy(
                update={"start": date(2026, 3, 1), "end": date(2026, 5, 1)}
            )
        }
    )
    never = {"Opened": datetime(2026, 3, 29, 2, 30)}
    rows: list[dict[str, Any]] = [never, {**never, "Second hour": "Opened"}]
    now = datetime(2026, 4, 10)
    frame = make_scene(spring, log_of(rows), as_of=now, created=now).frame
    at = [datetime(2026, 3, 29, hour, 30, tzinfo=UTC) for hour in (1, 0)]
    assert frame["opened s"][:2].tolist() == [seconds(one) for one in at]
    assert "Clock change at Opened" in frame["Check"][0]
    assert MISNAMED in frame["Check"][1]


def test_pauses_and_events_of_the_doubled_hour_stand_in_their_order() -> None:
    zone, day = "Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)
    opened, begin, end = day, day + 45 * MINUTE, day + 75 * MINUTE
    log = log_of([row_of(zone, Opened=opened, Resolved=day + 100 * MINUTE)])
    pause = {"Incident": "I-1"} | row_of(zone, From=begin, To=end)
    assert (pause["From"], pause["To"]) == (
        datetime(2026, 10, 25, 2, 45),
        datetime(2026, 10, 25, 2, 15),
    )
    again = {"Incident": "I-1"} | row_of(
        zone, Reopened=day + 110 * MINUTE, Resolved=day + 100 * MINUTE
    )
    change = {"Incident": "I-1", "To": "SEV-2"} | row_of(zone, At=day + 70 * MINUTE)
    typed = {
        **typed_rows(PAUSES, [pause]),
        **typed_rows(CHANGES, [change]),
        **typed_rows(REOPENED, [again]),
    }
    frame = frame_of(zone, log, typed)
    pieces, events = pieces_of(frame), events_of(frame)
    assert pieces.from_s[0] == seconds(begin)
    assert pieces.to_s[0] == seconds(end)
    assert events.at_s.tolist() == [seconds(day + 70 * MINUTE), seconds(day + 110 * MINUTE)]
    assert events.ends_s[1] == seconds(day + 100 * MINUTE)


@pytest.mark.parametrize(("named", "hour"), [("Acknowledged", 1), ("", 0)])
def test_the_present_is_of_the_second_passing_once_a_stamp_is(named: str, hour: int) -> None:
    """A clock that shows 02:40 says no more; a stamp that was just made must not lie ahead."""
    zone, now = "Europe/Berlin", datetime(2026, 10, 25, 2, 40)
    row = {"Opened": datetime(2026, 10, 25, 2, 30), "Acknowledged": datetime(2026, 10, 25, 2, 35)}
    log = log_of([row | {"Second hour": named}])
    frame = make_scene(spec_of(zone), log, as_of=now, created=now).frame
    assert frame.context.as_of_s == seconds(datetime(2026, 10, 25, hour, 40, tzinfo=UTC))
    assert frame["ack done s"][0] == seconds(datetime(2026, 10, 25, hour, 35, tzinfo=UTC))


def test_a_log_without_the_column_is_as_before() -> None:
    half = datetime(2026, 10, 25, 2, 30)
    log = log_of([{"Opened": half}])
    frame = frame_of("Europe/Berlin", log, typed_rows(PAUSES, [{"Incident": "I-1", "From": half}]))
    first = seconds(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert frame["opened s"][0] == first
    assert pieces_of(frame).from_s[0] == first


def test_a_strict_policy_is_content_with_a_stamp_that_is_named() -> None:
    zone, half = "Europe/Berlin", datetime(2026, 10, 25, 2, 30)
    spec = spec_of(zone)
    strict = spec.model_copy(update={"policy": spec.policy.model_copy(update={"strict_dst": True})})
    rows: list[dict[str, Any]] = [
        {"Opened": half, "Second hour": "Opened"},
        {"Opened": half, "Resolved": half, "Second hour": "Resolved"},
        {"Opened": datetime(2026, 3, 29, 2, 30), "Second hour": "Opened"},
    ]
    pauses = [
        {"Incident": "I-1", "From": half, "To": half, "Second hour": "From, To"},
        {"Incident": "I-1", "From": half},
    ]
    now = as_of(zone)
    typed = typed_rows(PAUSES, pauses)
    book = plan_book(
        strict, log_of(rows), as_of=now, created=now, typed=typed, lines=False, hidden=False
    )
    assert sorted(one.what for one in strict_findings(book, strict)) == [
        "From 2026-10-25 02:30 occurs twice in Europe/Berlin because the clocks change",
        "Opened 2026-03-29 02:30 does not exist in Europe/Berlin because the clocks change",
        "Opened 2026-10-25 02:30 occurs twice in Europe/Berlin because the clocks change",
    ]


def test_explain_tells_the_passings_of_a_pause_by_their_offsets() -> None:
    zone, half = "Europe/Berlin", datetime(2026, 10, 25, 2, 30)
    pause = {"Incident": "I-1", "From": half, "To": half, "Second hour": "To"}
    log = log_of([{"Opened": datetime(2026, 10, 25, 1)}])
    scene = make_scene(
        spec_of(zone), log, as_of=as_of(zone), created=half, typed=typed_rows(PAUSES, [pause])
    )
    [told] = explaining._explained(scene, 0).to_dict()["pauses"]
    assert (told["from"], told["to"]) == ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
