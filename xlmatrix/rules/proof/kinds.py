"""The kinds of gap that a ladder may have, each with the openings that it concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from xlmatrix.rules.proof.ladders import Ladder
from xlmatrix.rules.proof.people import NOBODY, People
from xlmatrix.rules.proof.pieces import LATER, Mask, Seconds
from xlmatrix.rules.proof.schedule import Schedule

Look = Callable[[Ladder, Schedule], Mask]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of gap: its stable code, how it reads, and what to do about it."""

    code: str
    label: str
    mend: str
    look: Look


def _known(due: Seconds) -> Mask:
    return np.asarray(due < LATER)


def _none(ladder: Ladder) -> Mask:
    return np.zeros(ladder.starts.shape, dtype=np.bool_)


def _all(ladder: Ladder) -> Mask:
    return ~_none(ladder)


def _anybody(people: list[People], ladder: Ladder) -> Mask:
    found: Mask = _none(ladder)
    for one in people:
        found |= one != NOBODY
    return found


def _among(person: People, people: list[People], ladder: Ladder) -> Mask:
    found = _none(ladder)
    for one in people:
        found |= one == person
    named: Mask = found & (person != NOBODY)
    return named


def nobody(ladder: Ladder, schedule: Schedule) -> Mask:
    """A call that asks for somebody finds nobody; or nobody is ever asked."""
    asking = [call for call in schedule.calls if call.asks]
    if not asking:
        return _all(ladder)
    found = _none(ladder)
    for call in asking:
        found |= ladder.known(call.seconds) & ~_anybody(ladder.asked(call), ladder)
    return found


def owner_late(ladder: Ladder, schedule: Schedule) -> Mask:
    """The holder of the response role is not asked by the time the first response is due."""
    if ladder.response is None:
        return _none(ladder)
    due = ladder.due(ladder.response)
    called = _none(ladder)
    for call, at in zip(schedule.calls, _called_at(ladder, schedule), strict=True):
        owner = ladder.holder(schedule.response, call.seconds)
        called |= _among(owner, ladder.asked(call), ladder) & (at <= due)
    return _known(due) & ~called


def same_person(ladder: Ladder, schedule: Schedule) -> Mask:
    """Somebody who was called as primary is called next as the backup."""
    found = _none(ladder)
    for call, following in pairwise(call for call in schedule.calls if call.asks):
        known = ladder.known(following.seconds)
        if not known.any():
            continue
        first, second = (
            [
                person
                for seat in one.seats
                if not seat.inform and seat.contact == contact
                for person in ladder.people(seat, one.seconds)
            ]
            for one, contact in ((call, "primary"), (following, "backup"))
        )
        for person in second:
            found |= known & _among(person, first, ladder)
    return found


def outside_hours(ladder: Ladder, schedule: Schedule) -> Mask:
    """Somebody is called outside of their hours."""
    found = _none(ladder)
    for call in schedule.calls:
        at, known = ladder.instants(call.seconds), ladder.known(call.seconds)
        for seat in call.seats:
            if seat.inform:
                continue
            rotating = ladder.roster.rotates(seat.role)
            for people in ladder.people(seat, call.seconds):
                found |= known & ladder.roster.off_hours(people, at, rotating=rotating)
    return found


def late_step(ladder: Ladder, schedule: Schedule) -> Mask:
    """A call comes too late, by the rule of the check of ladders, for this very opening.

    The first call is late when the acknowledgement or the first response is due, the second after
    the first response, each of them when resolve is due. Who is only informed is not called.
    """
    found = _none(ladder)
    first_pass = [
        call
        for call in schedule.calls
        if any(not seat.inform and seat.turn == 0 for seat in call.seats)
    ]
    for place, call in enumerate(first_pass):
        at = ladder.instants(call.seconds)
        bounds = [ladder.resolve]
        if place == 0:
            bounds += [ladder.acknowledge, ladder.response]
        for bound in bounds:
            if bound is not None:
                due = ladder.due(bound)
                found |= _known(due) & (at >= due)
        if place == 1 and ladder.response is not None:
            due = ladder.due(ladder.response)
            found |= _known(due) & (at > due)
    return found


def exhausted(ladder: Ladder, schedule: Schedule) -> Mask:
    """The ladder ends before resolve is due, and there is no executive sponsor to call."""
    if schedule.exhausted_s is None or ladder.resolve is None:
        return _none(ladder)
    at = ladder.instants(schedule.exhausted_s)
    ends = ladder.known(schedule.exhausted_s) & (at < ladder.due(ladder.resolve))
    alone: Mask = ends & (ladder.holder(ladder.sponsor, schedule.exhausted_s) == NOBODY)
    return alone


def no_sponsor(ladder: Ladder, schedule: Schedule) -> Mask:
    """No step of the worst severity reaches the executive sponsor."""
    if not ladder.worst:
        return _none(ladder)
    reached, known = _none(ladder), _all(ladder)
    for call in schedule.calls:
        sponsor = ladder.holder(ladder.sponsor, call.seconds)
        people = ladder.reached(call)
        reached |= ladder.known(call.seconds) & _among(sponsor, people, ladder)
        known &= ladder.known(call.seconds)
    return known & ~reached


def _called_at(ladder: Ladder, schedule: Schedule) -> list[Seconds]:
    """When the people of each call are called: with the call before, where that finds nobody."""
    found = [ladder.instants(call.seconds) for call in schedule.calls]
    for place in range(len(found) - 1, 0, -1):
        before, call = schedule.calls[place - 1 : place + 1]
        passed = ladder.known(call.seconds) & ~_anybody(ladder.reached(before), ladder)
        if passed.any():
            found[place] = np.where(passed, ladder.instants(before.seconds), found[place])
    return found


#: The kinds in the order in which they are shown.
KINDS: Final = (
    Kind(
        "proof-nobody",
        "nobody to call",
        "Fill the shifts that nobody holds, or name a backup",
        nobody,
    ),
    Kind(
        "proof-owner-late",
        "the response owner is not called before the first response is due",
        "Begin the ladder with owner: response, or name as owner whom the ladder calls",
        owner_late,
    ),
    Kind(
        "proof-same-person",
        "the same person is called twice in a row, as primary and as backup",
        "Let the second step call somebody else, or name another backup",
        same_person,
    ),
    Kind(
        "proof-outside-hours",
        "a person is called outside of their hours",
        "Let a rotation hold the role in those hours, or call a role that is there",
        outside_hours,
    ),
    Kind(
        "proof-late-step",
        "a step comes after the deadline that it should save",
        "Call first before the first response is due, and everybody before resolve is",
        late_step,
    ),
    Kind(
        "proof-exhausted",
        "the ladder ends before resolve is due, and nobody is named to take over",
        "Name an executive sponsor, or let the last steps repeat",
        exhausted,
    ),
    Kind(
        "proof-no-sponsor",
        "the worst severity never reaches the executive sponsor",
        "Add a step that calls or informs the executive sponsor",
        no_sponsor,
    ),
)
