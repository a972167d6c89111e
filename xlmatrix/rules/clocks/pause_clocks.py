"""The clocks of incidents that were paused, beside the last pause of each.

Only these incidents need the long formula, so it stands here and not in every row of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_
from xlmatrix.rules.clocks.engine import PAUSED, Asked, ClockEngine
from xlmatrix.rules.clocks.event_clocks import WARN_SHARE, parts_of, with_paused, worked_at
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.incidents.steps import OPENING_STEPS
from xlmatrix.rules.logs.keys import keys_of
from xlmatrix.rules.logs.line import Keys, Line, key_before
from xlmatrix.rules.logs.pause_line import pauses_before, pieces_of, pz
from xlmatrix.rules.logs.sorting import starts_of
from xlmatrix.rules.names import policy_name

SHEET: Final = "Pause clocks"


def pause_clocks(frame: Frame, pauses: Line) -> Line:
    """The hidden sheet; its rows are those of the pause line."""
    line, pieces = Line(SHEET, pauses.height), pieces_of(frame)
    here, last = line.here, np.roll(starts_of(pieces.incident), -1)
    policy = np.where(last, frame["p"][pieces.incident - 1], np.nan)

    def unless(row: int, expr: Expr) -> Expr:
        return if_(here("inc", row).empty(), BLANK, expr)

    line.add(
        "inc",
        lambda r: if_(
            pauses.there("inc", r).ne(pauses.there("inc", r + 1)), pauses.there("inc", r)
        ),
        np.where(last, pieces.incident, np.nan),
        "",
    )
    of_log: Callable[[int, str], Expr] = lambda r, header: unless(  # noqa: E731
        r, F.INDEX(col("tIncidents", header), here("inc", r))
    )
    line.add("p", lambda r: of_log(r, "p"), policy, "")
    for number, column in enumerate(pauses_before(frame), start=1):
        started = np.where(last, frame[f"W{number}"][pieces.incident - 1], np.nan)
        line.add(f"W{number}", lambda r, n=number: of_log(r, f"W{n}"), started, "")
        line.add(
            f"rest{number}",
            lambda r, n=number: unless(r, here(f"W{n}", r) - pauses.there(f"base{n}", r)),
            started - column,
            "",
        )
    for step in OPENING_STEPS:
        _step_columns(line, frame, pauses, (step.code, policy))
    return line


def _step_columns(line: Line, frame: Frame, pauses: Line, step: tuple[str, Floats]) -> None:
    """For a target and its warning: the place of the last pause that counts, and the sum."""
    (code, policy), here = step, line.here
    numbers = range(1, len(frame.context.calendars) + 1)
    who, engine = pieces_of(frame).incident - 1, ClockEngine.of(frame)
    parts = parts_of(frame, code, policy)
    asked = Asked(who, parts["C"], parts["P"] == 1)
    warned = np.maximum(np.floor(parts["S"] * frame.histories.warn_percent / 100), 1)

    def part(row: int, name: str) -> Expr:
        return F.INDEX(policy_name(code, name), here("p", row))

    def seconds_expr(row: int, warn: bool) -> Expr:
        seconds = part(row, "S")
        return F.MAX(F.INT(seconds * WARN_SHARE / 100), 1) if warn else seconds

    def own(row: int, expr: Callable[[int], Expr]) -> Expr:
        """What belongs to the target's calendar."""
        if len(numbers) == 1:
            return expr(1)
        return F.CHOOSE(part(row, "C"), *map(expr, numbers))

    def place(row: int, warn: bool) -> Expr:
        key = key_before(here("inc", row), seconds_expr(row, warn))
        found = own(row, lambda n: F.MATCH(key, pz("Net", n), 1))
        counts = F.AND(F.ISNUMBER(part(row, "S")), part(row, "P").eq(1))
        return if_(here("p", row).filled(), if_(counts, found))

    def total(row: int, warn: bool, place: str) -> Expr:
        at, seconds = here(place, row), seconds_expr(row, warn)
        plain = own(row, lambda n: here(f"W{n}", row)) + seconds
        added = own(row, lambda n: F.INDEX(pz("Cum", n), at))
        paused = own(row, lambda n: here(f"rest{n}", row)) + added + seconds
        stands = pauses.there("open", row) <= at
        sum_s = F.IF(at.empty(), plain, F.IF(stands, PAUSED, paused))
        return if_(here("p", row).filled(), if_(F.ISNUMBER(part(row, "S")), sum_s))

    started = worked_at(frame, parts["C"], who)
    for prefix, seconds in (("", parts["S"]), ("w", warned)):
        warn, counted = bool(prefix), f"{code} {prefix}k"
        places = np.where(parts["P"] == 1, _places(pauses, asked, seconds, keys_of(frame)), np.nan)
        line.add(counted, lambda r, w=warn: place(r, w), places, "")
        found = engine.due(asked, frame["s"][who], seconds)
        line.add(
            f"{code} {prefix}x",
            lambda r, w=warn, c=counted: total(r, w, c),
            with_paused(started + seconds + found.pause_s, found.paused),
            "",
        )


def _places(pauses: Line, asked: Asked, seconds: Floats, wide: Keys) -> Floats:
    """The place of the last pause that begins before a clock has run out, the sentinel being 1."""
    answer = np.full(seconds.size, np.nan)
    for number in np.unique(asked.calendar):
        keys = np.array(pauses.columns[f"net{number:.0f}"].values)
        rows = np.flatnonzero((asked.calendar == number) & ~np.isnan(seconds))
        wanted = wide.first(asked.row[rows] + 1, seconds[rows])
        answer[rows] = np.searchsorted(keys, wanted - 1, side="right") + 1
    return answer


def clock_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the sheet stand for."""
    return {
        f"Pz_{step.code}_{part}": line.span(f"{step.code} {header}")
        for step in OPENING_STEPS
        for part, header in (("X", "x"), ("Warn", "wx"))
    }
