"""Clocks of incidents with pauses, changes and reopenings, against a walk from minute to minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import AS_OF, END, MINUTE, START, TARGETS, draw, scene
from xlmatrix.rules.clocks import engine as clock_engine
from xlmatrix.rules.clocks.changes.from_open import FromOpen
from xlmatrix.rules.clocks.changes.restart import Restart
from xlmatrix.rules.clocks.clocks import paused_rows
from xlmatrix.rules.frame import Frame, to_utc
from xlmatrix.rules.incidents import targets
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs import event_line, pause_line
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.logs.line import OPEN as STILL_OPEN
from xlmatrix.sheets.book import make_scene
from xlmatrix.worktime import due_with_pauses

BERLIN = ZoneInfo("Europe/Berlin")
LOW = datetime(START.year, START.month, START.day, tzinfo=BERLIN).astimezone(UTC)
MINUTES = (datetime(END.year, END.month, END.day, tzinfo=BERLIN).astimezone(UTC) - LOW) // MINUTE
STEPS = {"ack": ("Acknowledged", 0), "cont": ("Contained", 1), "res": ("Resolved", 2)}
PAUSED = "paused"
#: In the midst of what is drawn.
EARLY = datetime(2026, 3, 30, 12)


def is_open(at: int) -> bool:
    wall = (LOW + at * MINUTE).astimezone(BERLIN)
    minute, day = wall.hour * 60 + wall.minute, wall.date()
    if day == date(2026, 4, 3):
        return False
    weekday = wall.weekday()
    if (weekday == 5 and minute >= 1320) or (weekday == 6 and minute < 240):
        return True
    return weekday < 5 and (540 <= minute < 750 or 795 <= minute < 1050)


OPEN = {"always": [True] * MINUTES, "office": [is_open(at) for at in range(MINUTES)]}


@dataclass
class Incident:
    """Everything in minutes since the horizon's start."""

    opened: int
    level: int
    done: dict[str, int | None]
    pauses: list[tuple[int, int | None]] = field(default_factory=list)
    events: list[tuple[int, int, int | None, int | None]] = field(default_factory=list)
    """(minute, order, new level or None for a reopening, resolved before)"""


def minute_of(wall: datetime) -> int:
    return (wall.replace(tzinfo=BERLIN).astimezone(UTC) - LOW) // MINUTE


def incidents(log: Any, typed: dict[Any, Any], as_of: datetime = AS_OF) -> list[Incident]:
    found = []
    for row in range(len(log)):
        stamps = {code: log.stamps[header][row].item() for code, (header, _) in STEPS.items()}
        # What is later than the time that is spoken of has not happened.
        stamps = {code: None if at is None or at > as_of else at for code, at in stamps.items()}
        found.append(
            Incident(
                minute_of(log.stamps["Opened"][row].item()),
                int(log.texts["Class"][row][-1]),
                {code: None if at is None else minute_of(at) for code, at in stamps.items()},
            )
        )
    place = {text: row for row, text in enumerate(log.texts["ID"])}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (table, key, header), value in typed.items():
        rows.setdefault((table, key), {})[header] = value
    for (table, key), cells in rows.items():
        one = found[place[cells["Incident"]]]
        if table == "tPauses":
            end = cells.get("To")
            if end is None and cells["From"] > as_of:
                continue
            one.pauses.append((minute_of(cells["From"]), None if end is None else minute_of(end)))
        elif cells["At" if table == "tChanges" else "Reopened"] > as_of:
            continue
        elif table == "tChanges":
            one.events.append((minute_of(cells["At"]), int(key), int(cells["To"][-1]), None))
        else:
            before = cells.get("Resolved")
            ends = minute_of(cells["Reopened"] if before is None else before)
            one.events.append((minute_of(cells["Reopened"]), 10**6 + int(key), None, ends))
    for one in found:
        one.events = sorted(
            (max(at, one.opened), order, level, ends)
            for at, order, level, ends in sorted(one.events, key=lambda event: event[:2])
        )
    return found


def reopenings(one: Incident) -> list[tuple[int, int]]:
    return [
        (at, min(ends, at))
        for at, _, level, ends in one.events
        if level is None and ends is not None
    ]


def paused_minutes(one: Incident) -> np.ndarray:
    """Which minutes each incident waits: inside of a pause while one of its cycles runs.

    A cycle runs from the opening or a reopening until it was resolved; what lies between two cycles
    is no waiting. A pause whose end is known goes on in the next one; one that nobody ended is over
    with the cycle that it began in, and goes on in the next where it began between two.
    """
    again, resolved = reopenings(one), one.done["res"]
    begins = [one.opened, *(at for at, _ in again)]
    stopped = resolved if resolved is not None and resolved >= begins[-1] else None
    stops = [*(ends for _, ends in again), stopped]
    paused = np.zeros(MINUTES, dtype=bool)
    for begin, end in one.pauses:
        over = False
        for start, stop in zip(begins, stops, strict=True):
            if over:
                break
            over = end is None and stop is not None and start <= max(begin, one.opened) < stop
            first = max(begin, start)
            last = min(x for x in (end, stop, MINUTES) if x is not None)
            paused[first : max(first, last)] = True
    return paused


def walk(running: np.ndarray, start: int, seconds: int) -> int | None:
    """The second at which so much has run since a minute."""
    for at in range(start, MINUTES):
        if running[at]:
            if seconds <= 60:
                return 60 * at + seconds
            seconds -= 60
    return None


def deadline(one: Incident, code: str, policy: str) -> int | None:
    """Walk one clock through the incident's history."""
    waiting = paused_minutes(one)

    def running(level: int) -> np.ndarray:
        _, calendar, pauses = TARGETS[level - 1][STEPS[code][1]]
        open_ = np.array(OPEN[calendar])
        return open_ & ~waiting if pauses else open_

    def target(level: int) -> int:
        return 60 * TARGETS[level - 1][STEPS[code][1]][0]

    again = reopenings(one)
    cycle = again[-1][0] if again else one.opened
    done = one.done[code]
    if done is not None and done < cycle:
        done = None
    events = [event for event in one.events if done is None or event[0] < done]
    level, start, earliest, base = one.level, one.opened, 0, one.opened
    left, full, clock = target(level), target(level), running(level)
    for at, _, to, _ in events:
        if to is None:
            start = base = at
            left, full, clock, earliest = target(level), target(level), running(level), 0
            continue
        level, earliest = to, at
        rest = left - 60 * int(clock[base:at].sum())
        if policy != "proportional":
            base = at if policy == "restart" else start
            left, clock = target(level), running(level)
        elif rest > 0:
            share = (2 * rest * target(level) + full) // (2 * full)
            base, left, full, clock = at, max(share, 1), target(level), running(level)
    due = walk(clock, base, left)
    if due is not None and policy == "from_open":
        due = max(due, 60 * earliest)
    return due


def differences(
    policy: str, count: int = 120, seed: int = 1, as_of: datetime = AS_OF, **more: float
) -> list[str]:
    """Clocks of incidents drawn by chance that a walk from minute to minute does not confirm."""
    return wrong_clocks(policy, *draw(count, seed, **more), as_of)  # type: ignore[arg-type]


def wrong_clocks(
    policy: str, log: IncidentLog, typed: dict[Any, Any], as_of: datetime = AS_OF
) -> list[str]:
    chosen = {**typed, ("", "Change_Policy", ""): policy}
    frame = make_scene(scene(), log, as_of=as_of, created=as_of, typed=chosen).frame
    found = incidents(log, typed, as_of)
    wrong = []
    for code in STEPS:
        due, stands = frame[f"{code} due s"], paused_rows(frame, code)
        for row, one in enumerate(found):
            walked = deadline(one, code, policy)
            said: Any = None if stands[row] or np.isinf(due[row]) else int(due[row]) - EPOCH_S
            expected = None if walked is None else int(LOW.timestamp()) + walked
            if said != expected:
                wrong.append(f"{code} of {one}: {said} instead of {expected}")
    return wrong


@st.composite
def histories(draw_: st.DrawFn) -> tuple[IncidentLog, dict[Any, Any]]:
    """A few incidents with whatever can happen to them, minutes often on each other."""
    base = datetime(2026, 3, 22)
    near = st.sampled_from([0, 1, 15, 60, 90, 240, 600, 1440])

    def minutes(low: int, high: int) -> st.SearchStrategy[timedelta]:
        return st.one_of(near, st.integers(low, high)).map(lambda count: count * MINUTE)

    pauses: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    reopened: list[dict[str, Any]] = []
    texts: dict[str, list[str]] = {"ID": [], "Class": []}
    stamps: dict[str, list[Any]] = {h: [] for h in ("Opened", *(h for h, _ in STEPS.values()))}
    for row in range(draw_(st.integers(1, 3))):
        name, opened = f"I-{row}", base + draw_(st.integers(0, 14 * 1440)) * MINUTE
        texts["ID"].append(name)
        texts["Class"].append(f"Class {draw_(st.integers(1, 3))}")
        stamps["Opened"].append(np.datetime64(opened))
        for header, _ in STEPS.values():
            after = draw_(st.none() | minutes(0, 4 * 1440))
            stamps[header].append(np.datetime64("NaT" if after is None else opened + after))
        for begin, length in draw_(
            st.lists(st.tuples(minutes(-30, 4320), st.none() | minutes(0, 1440)), max_size=4)
        ):
            end = None if length is None else opened + begin + length
            pauses.append({"Incident": name, "From": opened + begin, "To": end})
        for at, level in draw_(
            st.lists(st.tuples(minutes(-30, 2880), st.integers(1, 3)), max_size=4)
        ):
            changes.append({"Incident": name, "At": opened + at, "To": f"SEV-{level}"})
        for at, before in draw_(
            st.lists(st.tuples(minutes(60, 5760), st.none() | minutes(0, 600)), max_size=2)
        ):
            ends = None if before is None else opened + at - before
            reopened.append({"Incident": name, "Reopened": opened + at, "Resolved": ends})
    return IncidentLog.of(texts, stamps), {
        **typed_rows(PAUSES, pauses),
        **typed_rows(CHANGES, changes),
        **typed_rows(REOPENED, reopened),
    }


@pytest.mark.slow
@given(histories(), st.sampled_from(["from_open", "restart", "proportional"]))
def test_any_history_runs_out_when_a_walk_says(
    history: tuple[IncidentLog, dict[Any, Any]], policy: str
) -> None:
    assert wrong_clocks(policy, *history) == []


@pytest.mark.parametrize("policy", ["from_open", "restart", "proportional"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_clock_runs_out_when_a_walk_through_its_history_says(policy: str, seed: int) -> None:
    assert differences(policy, seed=seed) == []


@pytest.mark.parametrize("policy", ["from_open", "restart", "proportional"])
def test_long_chains_of_changes_and_reopenings_run_out_as_a_walk_says(policy: str) -> None:
    # Two incidents in three have three events and more, a third of them reopenings.
    assert differences(policy, 80, seed=3, changed=2.5, reopen=1.0) == []


def test_what_is_yet_to_come_counts_for_nothing() -> None:
    # Half of the incidents have stamps, changes, reopenings and endless pauses later than that.
    assert differences("from_open", 80, seed=4, as_of=EARLY, changed=1.0, reopen=0.5) == []


def _unmerged(frame: Frame) -> Any:
    pieces = pause_line.pieces_of(frame)
    from xlmatrix.worktime import NEVER, Pauses

    ends = np.where(pieces.to_s >= STILL_OPEN, NEVER, pieces.to_s.astype(np.int64) - EPOCH_S)
    whole = np.where(ends == NEVER, np.iinfo(np.int64).max, ends)
    return Pauses(pieces.incident - 1, pieces.from_s.astype(np.int64) - EPOCH_S, whole)


def overlaps_are_not_merged(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        clock_engine.ClockEngine, "of", classmethod(lambda cls, frame: cls(frame, _unmerged(frame)))
    )


def pauses_count_after_the_clock_ran_out(patch: pytest.MonkeyPatch) -> None:
    real = due_with_pauses

    def wrong(calendar: Any, start: Any, target: Any, pauses: Any) -> Any:
        found = real(calendar, start, np.full_like(target, 10**8), pauses)
        due = calendar.due_s(start, target + found.pause_s)
        return type(found)(due, np.full_like(due, np.iinfo(np.int64).min), found.pause_s)

    patch.setattr(clock_engine, "due_with_pauses", wrong)


def restart_is_from_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FromOpen, "clock", Restart.clock)


def stops_do_not_end_pauses(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        pause_line, "_limits", lambda frame, events, who, begin: np.full(who.size, STILL_OPEN)
    )


def pauses_end_with_their_cycle(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pause_line, "reopened_keys", lambda side: np.full(len(side.log), np.nan))


def changes_count_after_it_was_done(patch: pytest.MonkeyPatch) -> None:
    def all_of_them(events: Any, incident: Any, instant: Any) -> Any:
        return np.searchsorted(events.incident, incident + 1) - np.searchsorted(
            events.incident, incident
        )

    patch.setattr(event_line.Events, "before", all_of_them)


@pytest.mark.parametrize(
    "fault",
    [
        overlaps_are_not_merged,
        pauses_count_after_the_clock_ran_out,
        restart_is_from_open,
        stops_do_not_end_pauses,
        pauses_end_with_their_cycle,
        changes_count_after_it_was_done,
    ],
)
def test_the_walk_notices_a_deliberate_fault(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    assert differences("from_open", 60)


@pytest.mark.parametrize(
    ("percent", "seconds"),
    [
        (None, 675),
        (75, 675),
        (50, 450),
        (1, 9),
        (100, 900),
        (99.9, 891),
        (0, 675),
        (101, 675),
        ("50", 675),
        (True, 675),
    ],
)
def test_a_warning_comes_after_the_typed_share_of_a_quarter_of_an_hour(
    percent: Any, seconds: int
) -> None:
    log = IncidentLog.of({"ID": ["a"], "Class": ["Class 1"]}, {"Opened": [np.datetime64(EARLY)]})
    typed = {} if percent is None else {("", "Warn_Percent", ""): percent}
    frame = make_scene(scene(), log, as_of=EARLY, created=EARLY, typed=typed).frame
    assert frame["warn s"][0] - frame["opened s"][0] == seconds


@pytest.mark.parametrize("seen", ["Resolved", "At", "Reopened", "From"])
def test_the_walk_notices_what_counts_before_it_has_come(
    seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, typed = draw(60, 4, changed=1.0, reopen=0.5)
    if seen == "Resolved":
        monkeypatch.setattr(targets, "_in_this_cycle", _done_whenever)
    else:
        # The rule knows no other time than the last of all, and the walk the early one.
        real = {"At": "change_keys", "Reopened": "reopened_keys", "From": "pause_keys"}[seen]
        room = pause_line if seen == "From" else event_line
        keys = getattr(room, real)
        monkeypatch.setattr(room, real, lambda side: _seen_late(keys, side))
    assert wrong_clocks("from_open", log, typed, EARLY)


def _done_whenever(frame: Frame, step: Any) -> Any:
    return to_utc(frame.context.zone, frame[step.done])


def _seen_late(keys: Any, side: Any) -> Any:
    context = replace(side.frame.context, as_of=AS_OF)
    frame = Frame(context, side.frame.log, side.frame.twins, side.frame.done, side.frame.histories)
    return keys(type(side)(frame, side.log))
