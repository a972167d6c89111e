"""What a scenario tells of severities: how it opens, when it turns, and which clocks start late.

The injects that are typed on Scenarios say it, so a workbook's own scenarios are judged as well. At
most :data:`MOST_TURNS` turns count; a scenario that contradicts itself is no ground for a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from xlmatrix.formula import (
    Expr,
    F,
    col,
    exact,
    if_,
    iferror,
    lit,
    place_among_texts,
    place_of,
    this,
)
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import CLOCKS, DRILL_PLAN, INJECTS, LATEST_MIN, SCENARIOS, STOP_WITHIN
from xlmatrix.tables.kinds import NUMBER, TEXT, number_of

#: How often a scenario may turn; a drill of an hour has no room for more.
MOST_TURNS: Final = 2
#: The clocks by their policy code, as an inject names them.
STARTED: Final = dict(zip(("ack", "esc", "cust1", "dec", "cont"), CLOCKS, strict=True))
TURNS: Final = tuple(range(1, MOST_TURNS + 1))
#: The hidden column with within how many minutes the agent is to be stopped.
STOP: Final = "stop min"
#: Why a scenario is no ground for a verdict.
UNKNOWN: Final = "no such scenario"
NO_SEVERITY: Final = "its scenario names no severity of the matrix"
TOO_MANY: Final = f"its injects turn more than {MOST_TURNS} times"
TWICE: Final = "its injects start one clock twice"
ELSEWHERE: Final = "its injects do not end in its severity"
#: The column with the row of the policy that a leg runs on, by the leg's number.
ROWS: Final = ("opens row", *(f"turn {n} row" for n in range(1, MOST_TURNS + 1)))


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario as its records are judged by it.

    ``opens`` and ``ends`` are rows of the policy from 1, None for a severity that is none;
    ``turns`` are (minute after T0, row) in order, ``starts`` the minutes at which injects start a
    clock; ``stop`` is within how many minutes after T0 the agent is to be stopped.
    """

    name: str
    severity: str
    opens: int | None
    ends: int | None
    turns: tuple[tuple[float, int], ...] = ()
    starts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    known: bool = True
    seats: int | None = None
    place: int | None = None
    stop: float | None = None

    @property
    def fault(self) -> str:
        """Why it is no ground for a verdict; "" where it is one."""
        if not self.known:
            return UNKNOWN
        if self.opens is None or self.ends is None:
            return NO_SEVERITY
        if len(self.turns) > MOST_TURNS:
            return TOO_MANY
        if any(len(found) > 1 for found in self.starts.values()):
            return TWICE
        return "" if (self.turns[-1][1] if self.turns else self.opens) == self.ends else ELSEWHERE


NO_STORY: Final = Story("", "", None, None, known=False)


def story_columns() -> list[Column]:
    """How the scenario of each record opens, turns, and starts its clocks; its fault."""
    # Its own cell holds a text, whatever the plan's does.
    planned = F.INDEX(col(DRILL_PLAN.name, "Scenario"), this("plan row"))
    row = iferror(place_of(planned, col(SCENARIOS.name, "Name")))
    return [
        hidden_step("scenario row", if_(this("Scenario").filled(), row), _told("place"), NUMBER),
        hidden_step(ROWS[0], _told_expr(ROWS[0]), _told("opens"), NUMBER),
        *(column for number in TURNS for column in _turn(number)),
        *(hidden_step(f"{code} begins s", _begins_expr(code), _begins(code)) for code in STARTED),
        hidden_step("last row", _last_row_expr(), _last_row, NUMBER),
        hidden_step("fault", _unknown_or(_told_expr("fault")), _fault, TEXT),
        hidden_step(STOP, _told_expr(STOP), _told("stop"), NUMBER),
    ]


def scenario_steps() -> list[Column]:
    """Hidden columns of tScenarios: what its injects tell, by :func:`steps_of` of its story."""
    return [
        hidden_step(ROWS[0], _severity_row("Opens as"), kind=NUMBER),
        hidden_step("ends row", _severity_row(), kind=NUMBER),
        hidden_step("turns", F.COUNTIFS(*_rank(lit(">0"))), kind=NUMBER),
        *(
            hidden_step(header, if_(this("turns") >= number, told), kind=NUMBER)
            for number in TURNS
            for header, told in (
                (f"turn {number} min", F.SUMIFS(col(INJECTS.name, "At (min)"), *_rank(number))),
                (ROWS[number], F.SUMIFS(col(INJECTS.name, "turn row"), *_rank(number))),
            )
        ),
        *(column for code in STARTED for column in _started(code)),
        hidden_step("fault", _fault_expr(), kind=TEXT),
        hidden_step(STOP, _stop_expr(), kind=NUMBER),
    ]


def steps_of(story: Story) -> dict[str, float | str]:
    """What the hidden columns of a scenario show."""
    shown: dict[str, float | str] = {
        ROWS[0]: "" if story.opens is None else story.opens,
        "ends row": "" if story.ends is None else story.ends,
        "turns": len(story.turns),
        "fault": story.fault,
        STOP: "" if story.stop is None else story.stop,
    }
    for number in TURNS:
        at, row = story.turns[number - 1] if len(story.turns) >= number else ("", "")
        shown |= {f"turn {number} min": at, ROWS[number]: row}
    for code in STARTED:
        found = story.starts.get(code, ())
        shown |= {f"{code} starts": len(found), f"{code} min": sum(found) if found else ""}
    return shown


def inject_steps() -> list[Column]:
    """Hidden columns of tInjects: the severity it turns to, which turn that is, what it starts."""
    at = this("At (min)")
    valid = F.IF(F.ISNUMBER(at), F.AND(at >= 0, at <= LATEST_MIN), lit(False))
    turns = iferror(place_among_texts(this("Turns to"), names.POL_SEVERITY))
    here = (col(INJECTS.name, "Scenario"), _same("Scenario"), col(INJECTS.name, "turn row"), ">0")
    before = F.COUNTIFS(*here, col(INJECTS.name, "At (min)"), lit("<") & at)
    beside = F.COUNTIFS(
        *here, col(INJECTS.name, "At (min)"), at, col(INJECTS.name, "No."), lit("<") & this("No.")
    )
    return [
        hidden_step("turn row", if_(valid, if_(F.ISTEXT(this("Turns to")), turns)), kind=NUMBER),
        hidden_step(
            "turn rank", if_(F.ISNUMBER(this("turn row")), before + beside + 1), kind=NUMBER
        ),
        hidden_step(
            "started", if_(valid, if_(F.ISTEXT(this("Starts")), this("Starts"))), kind=TEXT
        ),
    ]


def _stop_expr() -> Expr:
    within = this(STOP_WITHIN)
    sound = F.IF(F.ISNUMBER(within), F.AND(within > 0, within <= LATEST_MIN), lit(False))
    return if_(sound, within)


def stop_of(value: object) -> float | None:
    """Within how many minutes an agent is to be stopped; None for what is no such limit."""
    within = number_of(value)
    return within if within is not None and 0 < within <= LATEST_MIN else None


def _same(header: str) -> Expr:
    # Without its own sign, an ID such as <5 would be an order.
    return lit("=") & exact(this(header))


def _told(part: str) -> Callable[[Frame], Floats]:
    def twin(frame: Frame) -> Floats:
        told = [getattr(story, part) for story in stories(frame)]
        return np.array([np.nan if one is None else one for one in told], dtype=float)

    return twin


def stories(frame: Frame) -> Sequence[Story]:
    """The story of each record."""
    found: Sequence[Story] = frame.done["story"]
    return found


def _told_expr(header: str) -> Expr:
    """What a step of the record's scenario shows."""
    cell = F.INDEX(col(SCENARIOS.name, header), this("scenario row"))
    return if_(F.ISNUMBER(this("scenario row")), cell)


def _unknown_or(told: Expr) -> Expr:
    return F.IF(F.ISNUMBER(this("scenario row")), told, UNKNOWN)


def _severity_row(first: str = "") -> Expr:
    own = this("Severity") & ""
    if first:
        # A scenario that does not say how it opens opens in its severity.
        opens = this(first) & ""
        own = F.IF(opens.eq(""), own, opens)
    return iferror(place_among_texts(own, names.POL_SEVERITY))


def _rank(number: Expr | int) -> tuple[Any, ...]:
    return (
        col(INJECTS.name, "Scenario"), _same("ID"), col(INJECTS.name, "turn rank"), number,
    )  # fmt: skip


def _started(code: str) -> list[Column]:
    """How many injects start a clock, and when the one does."""
    asked = (
        col(INJECTS.name, "Scenario"), _same("ID"), col(INJECTS.name, "started"), STARTED[code],
    )  # fmt: skip
    count = hidden_step(f"{code} starts", F.COUNTIFS(*asked), kind=NUMBER)
    at = F.SUMIFS(col(INJECTS.name, "At (min)"), *asked)
    return [count, hidden_step(f"{code} min", if_(this(count.id) > 0, at), kind=NUMBER)]


def _turn(number: int) -> list[Column]:
    """When a record's scenario turns, and to which row; blank where it had ended before."""
    at = this(f"turn {number} at")
    row = if_(F.ISNUMBER(this(f"turn {number} s")), _told_expr(ROWS[number]))
    return [
        hidden_step(
            f"turn {number} at", _told_expr(f"turn {number} min"), _turn_at(number), NUMBER
        ),
        hidden_step(
            f"turn {number} s",
            if_(F.AND(F.ISNUMBER(at), F.ISNUMBER(this("detected s"))), _comes(at)),
            lambda f: _reached(f, f[f"turn {number} at"]),
        ),
        hidden_step(ROWS[number], row, lambda f: _turn_row(f, number), NUMBER),
    ]


def _comes(minute: Expr) -> Expr:
    """The instant of a minute of the drill; blank where it had ended before."""
    at = this("detected s") + F.ROUND(minute * 60, 0)
    return F.IF(F.ISNUMBER(this("ended s")), if_(at <= this("ended s"), at), at)


def _reached(frame: Frame, minutes: Floats) -> Floats:
    """The twin of :func:`_comes`; NaN where there is no minute."""
    # As ROUND has it, a half goes up.
    at: Floats = frame["detected s"] + np.floor(minutes * 60 + 0.5)
    return np.where(at > frame["ended s"], np.nan, at)


def _turn_at(number: int) -> Callable[[Frame], Floats]:
    return lambda frame: np.array([_at(story, number)[0] for story in stories(frame)], dtype=float)


def _at(story: Story, number: int) -> tuple[float, float]:
    return story.turns[number - 1] if len(story.turns) >= number else (np.nan, np.nan)


def _turn_row(frame: Frame, number: int) -> Floats:
    rows = np.array([_at(story, number)[1] for story in stories(frame)], dtype=float)
    return np.where(np.isnan(frame[f"turn {number} s"]), np.nan, rows)


def _begins_expr(code: str) -> Expr:
    minute = _told_expr(f"{code} min")
    begins = F.IF(F.ISNUMBER(minute), _comes(minute), this("detected s"))
    return if_(F.ISNUMBER(this("detected s")), begins)


def _begins(code: str) -> Callable[[Frame], Floats]:
    def twin(frame: Frame) -> Floats:
        found = [story.starts.get(code, ()) for story in stories(frame)]
        # Two that start one clock are no ground for a verdict; they are added up as SUMIFS does.
        minutes = np.array([sum(at) if at else np.nan for at in found], dtype=float)
        bare = np.isnan(minutes)
        return np.where(bare, frame["detected s"], _reached(frame, minutes))

    return twin


def _last_row_expr() -> Expr:
    row: Expr = this(ROWS[0])
    for header in ROWS[1:]:
        row = F.IF(F.ISNUMBER(this(header)), this(header), row)
    return row


def _last_row(frame: Frame) -> Floats:
    row: Floats = frame[ROWS[0]]
    for header in ROWS[1:]:
        row = np.where(np.isnan(frame[header]), row, frame[header])
    return row


def _fault_expr() -> Expr:
    twice = F.OR(*(this(f"{code} starts") > 1 for code in STARTED))
    last = F.IF(this("turns").eq(0), this(ROWS[0]), _last_row_expr())
    told = F.IF(twice, TWICE, if_(last.ne(this("ends row")), ELSEWHERE))
    severities = F.AND(F.ISNUMBER(this(ROWS[0])), F.ISNUMBER(this("ends row")))
    return F.IF(severities, F.IF(this("turns") > MOST_TURNS, TOO_MANY, told), NO_SEVERITY)


def _fault(frame: Frame) -> Objects:
    return np.array([story.fault for story in stories(frame)], dtype=object)
