"""The first columns of the hidden sheet *Event clocks*, the same for every step.

Which incident and policy rows an event has, and what a clock of each calendar reads at the event
and at the begin of its cycle, if it runs since the opening.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, place_among_texts
from xlmatrix.rules import names
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.engine import Asked, ClockEngine
from xlmatrix.rules.clocks.targets_asked import policy_rows
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.instants import worked
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.line import Line
from xlmatrix.rules.logs.pause_line import inside, pieces_of, place_at, pz
from xlmatrix.rules.logs.sorting import packed


def add_event_columns(line: Line, frame: Frame, source: Line) -> None:
    """Incident, instant, kind and policy rows of each event; ``source`` is the event line."""
    events, here = events_of(frame), line.here
    line.add(
        headers.INCIDENT, lambda row: source.there("incident", row), events.incident.astype(float)
    )

    def unless(row: int, expr: Expr) -> Expr:
        return if_(here(headers.INCIDENT, row).empty(), BLANK, expr)

    line.add(headers.AT, lambda row: unless(row, source.there("at s", row)), events.at_s)
    line.add(
        headers.REOPENS,
        lambda row: unless(row, source.there("reopens", row)),
        events.reopens.astype(float),
    )
    for header, severity, severities in (
        (headers.ROW_BEFORE, "severity before", events.severity_before),
        (headers.ROW, "severity", events.severity),
    ):

        def policy_row(row: int, severity: str = severity) -> Expr:
            incident = here(headers.INCIDENT, row)
            return unless(row, _row_expr(frame, source.there(severity, row), incident))

        line.add(header, policy_row, policy_rows(frame, severities, events.incident - 1), "")

    def piece(row: int) -> Expr:
        return unless(row, _piece_expr(here(headers.INCIDENT, row), here(headers.AT, row)))

    line.add(headers.PIECE, piece, _pieces(frame), "")


def add_reading_columns(line: Line, frame: Frame) -> None:
    """What a clock of each calendar reads, through pauses and without them."""
    events, engine = events_of(frame), ClockEngine.of(frame)
    who = events.incident - 1
    opened = frame["opened s"][who]
    for number in range(1, len(frame.context.calendars) + 1):
        cells = _Readings(line, number)
        through, without = (
            Asked(who, np.full(who.shape, float(number)), np.full(who.shape, stops))
            for stops in (False, True)
        )
        now = cells.header(headers.NOW, headers.THROUGH_PAUSES)
        line.add(now, cells.through_pauses, engine.reading(through, opened, events.at_s))
        unpaused = cells.header(headers.NOW, headers.WITHOUT_PAUSES)
        line.add(unpaused, cells.without_pauses, engine.reading(without, opened, events.at_s))
        for asked, how in (
            (through, headers.THROUGH_PAUSES),
            (without, headers.WITHOUT_PAUSES),
        ):
            line.add(
                cells.header(headers.CYCLE, how),
                lambda row, cells=cells, how=how: cells.at_cycle(row, how),
                engine.reading(asked, opened, events.cycle_s),
            )


@dataclass(frozen=True, slots=True, eq=False)
class _Readings:
    """The formulas of one calendar."""

    line: Line
    number: int

    def header(self, when: str, how: str) -> str:
        return f"{when} {how} {self.number}"

    def through_pauses(self, row: int) -> Expr:
        at = self.line.here(headers.AT, row)
        return self._unless(row, worked(inside(at), self.number) - self._started(row))

    def without_pauses(self, row: int) -> Expr:
        number, place = self.number, self.line.here(headers.PIECE, row)
        through = self.line.here(self.header(headers.NOW, headers.THROUGH_PAUSES), row)
        done = F.INDEX(pz("Cum", number), place - 1) - F.INDEX(pz("Base", number), place)
        now = F.MIN(through + self._started(row), F.INDEX(pz("Wt", number), place))
        inner = through - (done + now - F.INDEX(pz("Wf", number), place))
        return self._unless(row, F.IF(place.empty(), through, inner))

    def at_cycle(self, row: int, how: str) -> Expr:
        line, now = self.line, self.line.here(self.header(headers.NOW, how), row)
        incident = line.here(headers.INCIDENT, row)
        follows = incident.eq(line.above(headers.INCIDENT, row))
        kept = F.IF(follows, line.above(self.header(headers.CYCLE, how), row), 0)
        return self._unless(row, F.IF(line.here(headers.REOPENS, row).eq(1), now, kept))

    def _started(self, row: int) -> Expr:
        incident = self.line.here(headers.INCIDENT, row)
        return F.INDEX(col("tIncidents", f"worked at opening {self.number}"), incident)

    def _unless(self, row: int, expr: Expr) -> Expr:
        return if_(self.line.here(headers.INCIDENT, row).empty(), BLANK, expr)


def _row_expr(frame: Frame, severity: Expr, incident: Expr) -> Expr:
    row = place_among_texts(severity, names.POL_SEVERITY)
    if not frame.context.policy.versions:
        return iferror(row)
    now, then = (
        F.INDEX(col("tIncidents", header), incident) for header in ("severity row", "policy row")
    )
    return iferror(row + then - now)


def _piece_expr(incident: Expr, instant: Expr) -> Expr:
    place = place_at(incident, instant)
    found = if_(F.INDEX(pz("Inc"), place).eq(incident), place)
    return if_(F.INDEX(col("tIncidents", "last pause"), incident).empty(), BLANK, found)


def _pieces(frame: Frame) -> Floats:
    events, pieces = events_of(frame), pieces_of(frame)
    begun = packed(pieces.incident, pieces.begin_s, events.keys)
    wanted = packed(events.incident, events.at_s, events.keys)
    count = np.searchsorted(begun, wanted, side="right")
    low = np.searchsorted(pieces.incident, events.incident)
    return np.where(count > low, count + 1.0, np.nan)
