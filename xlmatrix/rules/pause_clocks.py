"""The clocks of incidents that were paused, beside the last pause of each.

Only these incidents need the long formula, so it stands here and not in every row of the log.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_
from xlmatrix.rules.clock_engine import Asked, ClockEngine
from xlmatrix.rules.event_clocks import WARN_SHARE, parts_of, total_expr, with_paused, worked_at
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.line import Line
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.pause_line import pieces_of
from xlmatrix.rules.step import OPENING_STEPS

SHEET: Final = "Pause clocks"


def pause_clocks(frame: Frame, pauses: Line) -> Line:
    """The hidden sheet; its rows are those of the pause line."""
    line, pieces, engine = Line(SHEET, pauses.height), pieces_of(frame), ClockEngine.of(frame)
    here, count = line.here, len(frame.context.calendars)
    last = np.append(pieces.incident[1:] != pieces.incident[:-1], True)[: pieces.incident.size]
    who = pieces.incident - 1
    line.add(
        "inc",
        lambda r: if_(
            pauses.there("inc", r).ne(pauses.there("inc", r + 1)), pauses.there("inc", r)
        ),
        np.where(last, pieces.incident, np.nan),
        "",
    )
    line.add(
        "p",
        lambda r: if_(
            here("inc", r).empty(), BLANK, F.INDEX(col("tIncidents", "p"), here("inc", r))
        ),
        np.where(last, frame["p"][who], np.nan),
        "",
    )
    for step in OPENING_STEPS:
        parts = parts_of(frame, step.code, np.where(last, frame["p"][who], np.nan))
        asked = Asked(who, parts["C"], parts["P"] == 1)
        warned = np.maximum(np.floor(parts["S"] * frame.histories.warn_percent / 100), 1)
        started = worked_at(frame, parts["C"], who)
        for part, seconds in (("x", parts["S"]), ("wx", warned)):
            found = engine.due(asked, frame["s"][who], seconds)
            line.add(
                f"{step.code} {part}",
                lambda r, c=step.code, w=part == "wx": _total(line, r, c, count, warn=w),
                with_paused(started + seconds + found.pause_s, found.paused),
                "",
            )
    return line


def _total(line: Line, row: int, code: str, count: int, *, warn: bool) -> Expr:
    inc, place = line.here("inc", row), line.here("p", row)
    seconds, calendar, pauses = (F.INDEX(policy_name(code, part), place) for part in "SCP")
    target: Expr = F.MAX(F.INT(seconds * WARN_SHARE / 100), 1) if warn else seconds
    return if_(
        place.empty(),
        BLANK,
        if_(F.ISNUMBER(seconds), total_expr(inc, target, calendar, pauses, count)),
    )


def clock_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the sheet stand for."""
    return {
        f"Pz_{step.code}_{part}": line.span(f"{step.code} {header}")
        for step in OPENING_STEPS
        for part, header in (("X", "x"), ("Warn", "wx"))
    }
