"""The clocks of incidents that were paused, beside the last pause of each.

Only these incidents need the long formula, so it stands here and not in every row of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_
from xlmatrix.rules.clock_engine import PAUSED, Asked, ClockEngine
from xlmatrix.rules.event_clocks import WARN_SHARE, parts_of, pick, with_paused, worked_at
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.line import SECONDS, TIES, Line
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.pause_line import pieces_of, pz
from xlmatrix.rules.sorting import starts_of
from xlmatrix.rules.step import OPENING_STEPS

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
    for number in range(1, len(frame.context.calendars) + 1):
        started = np.where(last, frame[f"W{number}"][pieces.incident - 1], np.nan)
        line.add(f"W{number}", lambda r, n=number: of_log(r, f"W{n}"), started, "")
    for step in OPENING_STEPS:
        _step_columns(line, frame, pauses, (step.code, policy))
    return line


def _step_columns(line: Line, frame: Frame, pauses: Line, step: tuple[str, Floats]) -> None:
    """The target's parts, then for it and its warning: the last pause that counts, and the sum."""
    (code, policy), count, here = step, len(frame.context.calendars), line.here
    who, engine = pieces_of(frame).incident - 1, ClockEngine.of(frame)
    parts = parts_of(frame, code, policy)
    asked = Asked(who, parts["C"], parts["P"] == 1)
    warned = np.maximum(np.floor(parts["S"] * frame.histories.warn_percent / 100), 1)
    none = np.isnan(parts["S"])
    for part in "SCP":
        line.add(
            f"{code} {part}",
            lambda r, p=part: if_(
                here("p", r).empty(), BLANK, F.INDEX(policy_name(code, p), here("p", r))
            ),
            np.where(none if part == "S" else np.isnan(policy), np.nan, parts[part]),
            "",
        )
    line.add(
        f"{code} wS",
        lambda r: if_(
            here(f"{code} S", r).filled(),
            F.MAX(F.INT(here(f"{code} S", r) * WARN_SHARE / 100), 1),
        ),
        warned,
        "",
    )

    def place(row: int, source: str) -> Expr:
        seconds = F.MIN(here(source, row), SECONDS - 1)
        key = (here("inc", row) * SECONDS + seconds) * TIES - 1
        found = pick(here(f"{code} C", row), count, lambda n: F.MATCH(key, pz("Net", n), 1))
        return if_(F.AND(here(source, row).filled(), here(f"{code} P", row).eq(1)), found)

    def total(row: int, source: str, place: str) -> Expr:
        calendar, at = here(f"{code} C", row), here(place, row)
        started = pick(calendar, count, lambda n: here(f"W{n}", row)) + here(source, row)
        added = pick(
            calendar,
            count,
            lambda n: F.INDEX(pz("Cum", n), at) - pauses.there(f"base{n}", row),
        )
        stands = pauses.there("open", row) <= at
        sum_s = F.IF(at.empty(), started, F.IF(stands, PAUSED, started + added))
        return if_(here(source, row).filled(), sum_s)

    started = worked_at(frame, parts["C"], who)
    for header, source, counted, seconds in (
        ("x", f"{code} S", f"{code} k", parts["S"]),
        ("wx", f"{code} wS", f"{code} wk", warned),
    ):
        places = np.where(parts["P"] == 1, _places(pauses, asked, seconds), np.nan)
        line.add(counted, lambda r, s=source: place(r, s), places, "")
        found = engine.due(asked, frame["s"][who], seconds)
        line.add(
            f"{code} {header}",
            lambda r, s=source, c=counted: total(r, s, c),
            with_paused(started + seconds + found.pause_s, found.paused),
            "",
        )


def _places(pauses: Line, asked: Asked, seconds: Floats) -> Floats:
    """The place of the last pause that begins before a clock has run out, the sentinel being 1."""
    answer = np.full(seconds.size, np.nan)
    for number in np.unique(asked.calendar):
        keys = np.array(pauses.columns[f"net{number:.0f}"].values)
        rows = np.flatnonzero((asked.calendar == number) & ~np.isnan(seconds))
        wanted = ((asked.row[rows] + 1) * SECONDS + np.minimum(seconds[rows], SECONDS - 1)) * TIES
        answer[rows] = np.searchsorted(keys, wanted - 1, side="right") + 1
    return answer


def clock_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the sheet stand for."""
    return {
        f"Pz_{step.code}_{part}": line.span(f"{step.code} {header}")
        for step in OPENING_STEPS
        for part, header in (("X", "x"), ("Warn", "wx"))
    }
