"""What a rule's Python twin reads: log, policy, calendars, and columns already computed.

Instants in a frame are float64 arrays of Excel seconds in UTC: NaN is an empty cell and infinity a
deadline beyond the calendar. Whole seconds below 2**53 are exact in a float64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula.errors import named
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.instants import EPOCH_S, wall_seconds
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.rules.logs.histories import Histories
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.policy import Clock, Policy
from xlmatrix.rules.second_hour import WORDS, named_second
from xlmatrix.worktime import NEVER, Calendar, Zone
from xlmatrix.worktime.shifts import local_midnight

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]


@dataclass(slots=True, weakref_slot=True)
class Context:
    """Everything a workbook computes with, besides its rows."""

    spec: MatrixSpec
    policy: Policy
    calendars: Sequence[Calendar]
    as_of: datetime
    soon_s: int
    turns: Mapping[str, Sequence[Turn]] = field(default_factory=dict)
    """Who holds a role when, by role id, for every role of which that depends on the hour."""
    plan: Mapping[str, Sequence[Turn]] = field(default_factory=dict)
    """The plan of shifts of the roles that rotate, without overrides, by role id."""

    @property
    def zone(self) -> Zone:
        """The matrix's zone, which takes slips of the year as the formulas do."""
        return replace(self.calendars[0].zone, open_ended=True)

    @property
    def as_of_s(self) -> float:
        """The *As of* instant, UTC in Excel seconds; of a doubled hour the one of its ``fold``."""
        wall = int((self.as_of - datetime(1970, 1, 1)).total_seconds())
        return float(self.zone.to_utc(wall, fold=self.as_of.fold) + EPOCH_S)


@dataclass(slots=True)
class Frame:
    """Rows of the log with the columns that rules have computed; computes a column when asked."""

    context: Context
    log: IncidentLog
    twins: Mapping[str, Callable[[Frame], Any]] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)
    histories: Histories = field(default_factory=Histories)

    def __len__(self) -> int:
        return len(self.log)

    def __getitem__(self, header: str) -> Any:
        """A column: text as an object array, instants as floats.

        An error value is no text, as formulas have it; :meth:`filled` counts it all the same.
        """
        if header not in self.done:
            if header in TEXT_INPUTS:
                self.done[header] = np.array(list(map(named, self.log.texts[header])), dtype=object)
            elif header in STAMP_INPUTS:
                self.done[header] = wall_seconds(self.log.stamps[header])
            else:
                self.done[header] = self.twins[header](self)
        return self.done[header]

    def utc(self, header: str) -> Floats:
        """A column of stamps in UTC, each the instant that its row means."""
        return to_utc(self.context.zone, self[header], self.second(header))

    def second(self, header: str) -> NDArray[np.bool_]:
        """The rows that mean the second passing of a doubled hour by a stamp."""
        return named_second(self[WORDS], header)

    def filled(self, header: str) -> NDArray[np.bool_]:
        """The rows in which anything stands in a typed cell of text."""
        return np.array([text != "" for text in self.log.texts[header]], dtype=np.bool_)

    def clock(
        self, code: str, part: Callable[[Clock], float | None], row: str = "policy row"
    ) -> Floats:
        """A number of each row's policy row, NaN where there is none; ``row`` is its column."""
        rows = self[row]
        table = np.array(
            [_number(part(clocks[code])) for clocks in self.context.policy.clocks] + [np.nan]
        )
        return table[np.where(np.isnan(rows), len(table), rows).astype(np.int64) - 1]

    def by_calendar(
        self, code: str, rows: NDArray[np.bool_], row: str = "policy row"
    ) -> Sequence[tuple[Calendar, NDArray[np.intp]]]:
        """The rows of a clock, a calendar at a time."""
        numbers = self.clock(code, lambda clock: float(clock.calendar), row)
        return [
            (calendar, np.flatnonzero(rows & (numbers == number)))
            for number, calendar in enumerate(self.context.calendars, start=1)
        ]


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def to_utc(zone: Zone, wall_s: Floats, second: NDArray[np.bool_] | None = None) -> Floats:
    """Wall-clock Excel seconds to UTC; NaN stays NaN.

    ``second`` marks those of the second passing of an hour that the clock shows twice.
    """
    answer = _through(zone.to_utc, wall_s)
    if second is not None and second.any():
        answer[second] = _through(lambda wall: zone.to_utc(wall, fold=1), wall_s[second])
    return answer


def to_wall(zone: Zone, utc_s: Floats) -> Floats:
    """UTC Excel seconds to wall clock; NaN and infinity stay."""
    return _through(zone.to_local, utc_s)


def _through(convert: Callable[[NDArray[np.int64]], NDArray[np.int64]], given: Floats) -> Floats:
    answer = given.copy()
    real = np.isfinite(given)
    whole = given[real].astype(np.int64) - EPOCH_S
    answer[real] = convert(whole) + EPOCH_S
    return answer


def due(calendar: Calendar, start_s: Floats, seconds: Floats) -> Floats:
    """Due instants, infinity beyond the calendar; all finite in, Excel seconds."""
    answer = calendar.due_s(start_s.astype(np.int64) - EPOCH_S, seconds.astype(np.int64))
    return np.where(answer == NEVER, np.inf, answer.astype(np.float64) + EPOCH_S)


def horizon(context: Context) -> tuple[float, float]:
    """First and last instant with an answer, UTC in Excel seconds: the local midnights."""
    dates = context.spec.horizon
    edges = (dates.start, dates.end + timedelta(days=1))
    low, high = (context.zone.boundary(local_midnight(day)) + EPOCH_S for day in edges)
    return float(low), float(high)


def shown_cells(values: Floats, *, per_day: bool = False) -> list[float | str]:
    """Instants as a computed column shows them: numbers, "" or the text for beyond the calendar.

    ``per_day`` divides by 86400, for a column of stamps.
    """
    scaled = values / 86400 if per_day else values
    if np.isfinite(values).all():
        return scaled.tolist()  # type: ignore[no-any-return]
    shown = scaled.astype(object)
    shown[np.isnan(values)] = ""
    shown[np.isinf(values)] = BEYOND
    return shown.tolist()  # type: ignore[no-any-return]
