"""Who the calls of each row mean: the twin of the seats in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from xlmatrix.model.parts import DefaultOwners
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import NO_CALL_S, Call
from xlmatrix.rules.ladder.oncall import incident_numbers
from xlmatrix.rules.ladder.whom import THE_END, Concern, Desk, Seat, joined

_NUMBERS: Final = ("row", "place")
_TEXTS: Final = ("primary", "backup", "who", "said")


@dataclass(slots=True)
class Seats:
    """The seats of one of the two calls of every row: an array a seat, by what it holds.

    ``calls`` are all calls of its set, which of them it is, and the row of the Ladder sheet before
    the set's first step; None where there is no call.
    """

    columns: Mapping[str, Sequence[Floats | Objects]]
    calls: list[tuple[Sequence[Call], int, int] | None]

    @classmethod
    def empty(cls, size: int, most: int) -> Seats:
        """No calls."""
        numbers = {what: [np.full(size, np.nan) for _ in range(most)] for what in _NUMBERS}
        texts = {what: [np.full(size, "", dtype=object) for _ in range(most)] for what in _TEXTS}
        return cls({**numbers, **texts}, [None] * size)

    def said(self, row: int) -> str:
        """Everybody of a row's call."""
        return str(self.columns["said"][-1][row])


def concerns_of(frame: Frame) -> Callable[[int], Concern]:
    """What decides who is called for the incident in a row, from 0."""
    ids: dict[str, str] = {}
    for role in frame.context.spec.roles:
        ids.setdefault(role.name.casefold(), role.id)
    roles = {function: frame[f"role {label}"] for function, label in LABELS.items()}
    typed, numbers = frame["Owner"], incident_numbers(frame["id text"])

    @cache
    def owners(*names: str) -> DefaultOwners:
        held = [ids.get(name.casefold(), "") for name in names]
        return DefaultOwners.model_construct(None, **dict(zip(roles, held, strict=True)))

    def concern(row: int) -> Concern:
        held = owners(*(roles[function][row] for function in roles))
        return Concern(held, str(typed[row]), int(numbers[row]))

    return concern


def seat_all(frame: Frame, desk: Desk, side: Seats, instants_s: Floats) -> None:
    """The seats of every row's call, with who holds its roles at its own instant."""
    concern_of = concerns_of(frame)
    for row, found in enumerate(side.calls):
        if found is not None:
            at = epoch_of(frame, float(instants_s[row]))
            _seat(side, row, found, desk, concern_of(row), at)


def epoch_of(frame: Frame, instant: float) -> int:
    """Epoch seconds of a call; of *As of* where it lies beyond the calendar."""
    return int(instant if np.isfinite(instant) else frame.context.as_of_s) - EPOCH_S


def _seat(
    side: Seats,
    row: int,
    found: tuple[Sequence[Call], int, int],
    desk: Desk,
    concern: Concern,
    at_s: int,
) -> None:
    """The seats of one call, as the hidden columns have them."""
    calls, index, first = found
    if calls[index].seconds >= NO_CALL_S:
        return
    call = desk.covering(calls, index)
    said = ""
    columns = side.columns
    for number in range(len(columns["row"])):
        if number == 0 and call.exhausted:
            known: Seat | None = Seat(THE_END, "", "", desk.said(call, concern, at_s))
            place = call.first
        elif number < len(call.places):
            known = desk.seat(call.places[number].step, concern, at_s)
            place = call.places[number].place
        else:
            known = None
        if known is not None:
            said = joined(said, known.who)
            columns["row"][number][row] = first + place
            for what in ("place", "primary", "backup", "who"):
                columns[what][number][row] = getattr(known, what)
        columns["said"][number][row] = said
