"""What a scenario tells of severities: how it opens, when it turns, and which clocks start late.

The injects that are typed on Scenarios say it, so a workbook's own scenarios are judged as well. At
most :data:`MOST_TURNS` turns count; a scenario that contradicts itself is no ground for a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, col, exact, if_, iferror, lit, place_among_texts, this
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import INJECTS, LABELS, LATEST_MIN, SCENARIOS
from xlmatrix.tables.kinds import NUMBER, TEXT

#: How often a scenario may turn; a drill of an hour has no room for more.
MOST_TURNS: Final = 2
#: The clocks by their policy code, as an inject names them.
STARTED: Final = {
    "ack": LABELS["acknowledge"],
    "esc": LABELS["escalate"],
    "cust1": LABELS["draft"],
    "dec": LABELS["decide"],
    "cont": LABELS["contain"],
}
#: Why a scenario is no ground for a verdict.
UNKNOWN: Final = "no such scenario"
NO_SEVERITY: Final = "its scenario names no severity of the matrix"
TOO_MANY: Final = f"its injects turn more than {MOST_TURNS} times"
TWICE: Final = "its injects start one clock twice"
ELSEWHERE: Final = "its injects do not end in its severity"
#: The column with the row of the policy that a leg runs on, by the leg's number.
ROWS: Final = ("opens row", *(f"turn {n} row" for n in range(1, MOST_TURNS + 1)))
_KEY: Final = "scenario key"


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario as its records are judged by it.

    ``opens`` and ``ends`` are rows of the policy from 1, None for a severity that is none; ``turns``
    are (second after T0, row) in order, ``starts`` the seconds at which injects start a clock.
    """

    name: str
    severity: str
    opens: int | None
    ends: int | None
    turns: tuple[tuple[float, int], ...] = ()
    starts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    known: bool = True
    seats: int | None = None
    id: str = ""
    place: int | None = None

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
    return [
        hidden_step("scenario row", _scenario_row(), _told(lambda s: s.place), NUMBER),
        hidden_step(_KEY, _key(), _keys, TEXT),
        hidden_step(ROWS[0], _severity_row("Opens as"), _told(lambda s: s.opens), NUMBER),
        hidden_step("ends row", _severity_row(), _told(lambda s: s.ends), NUMBER),
        hidden_step("turns", _turns_expr(), _told(lambda s: len(s.turns)), NUMBER),
        *(column for number in range(1, MOST_TURNS + 1) for column in _turn(number)),
        *(
            hidden_step(f"{code} begins s", _begins_expr(code), _begins(code))
            for code in STARTED
        ),
        hidden_step("last row", _last_row_expr(), _last_row, NUMBER),
        hidden_step("fault", _fault_expr(), _fault, TEXT),
    ]


def inject_steps() -> list[Column]:
    """Hidden columns of tInjects: the severity that an inject turns to, its rank, what it starts."""
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
        hidden_step("turn rank", if_(F.ISNUMBER(this("turn row")), before + beside + 1), kind=NUMBER),
        hidden_step("started", if_(valid, if_(F.ISTEXT(this("Starts")), this("Starts"))), kind=TEXT),
    ]


def _same(header: str) -> Expr:
    # Without its own sign, an ID such as <5 would be an order.
    return lit("=") & exact(this(header))


def _told(part: Callable[[Story], float | None]) -> Callable[[Frame], Floats]:
    def twin(frame: Frame) -> Floats:
        told = [part(story) for story in stories(frame)]
        return np.array([np.nan if one is None else one for one in told], dtype=float)

    return twin


def stories(frame: Frame) -> Sequence[Story]:
    """The story of each record."""
    found: Sequence[Story] = frame.done["story"]
    return found


def _keys(frame: Frame) -> Objects:
    return np.array([_sought(story.id) for story in stories(frame)], dtype=object)


def _sought(scenario: str) -> str:
    for wildcard in "~*?":
        scenario = scenario.replace(wildcard, f"~{wildcard}")
    return f"={scenario}" if scenario else ""


def _scenario_row() -> Expr:
    place = place_among_texts(this("Scenario"), col(SCENARIOS.name, "Name"))
    return if_(this("Scenario").filled(), iferror(place))


def _of_scenario(header: str) -> Expr:
    return F.INDEX(col(SCENARIOS.name, header), this("scenario row"))


def _key() -> Expr:
    return if_(F.ISNUMBER(this("scenario row")), lit("=") & exact(_of_scenario("ID")))


def _severity_row(first: str = "") -> Expr:
    own = _of_scenario("Severity") & ""
    if first:
        # A scenario that does not say how it opens opens in its severity.
        opens = _of_scenario(first) & ""
        own = F.IF(opens.eq(""), own, opens)
    return iferror(place_among_texts(own, names.POL_SEVERITY))


def _rank(number: Expr | int) -> tuple[Any, ...]:
    return col(INJECTS.name, "Scenario"), this(_KEY), col(INJECTS.name, "turn rank"), number


def _turns_expr() -> Expr:
    return if_(this(_KEY).filled(), F.COUNTIFS(*_rank(lit(">0"))))


def _turn(number: int) -> list[Column]:
    before = lit(True) if number == 1 else F.ISNUMBER(this(f"turn {number - 1} s"))
    at = _after(F.SUMIFS(col(INJECTS.name, "At (min)"), *_rank(lit(number))))
    comes = F.AND(F.ISNUMBER(this("detected s")), F.N(this("turns")) >= number, before)
    row = F.SUMIFS(col(INJECTS.name, "turn row"), *_rank(lit(number)))
    return [
        hidden_step(
            f"turn {number} s", if_(comes, if_(_happened(at), at)), lambda f: _turn_s(f, number)
        ),
        hidden_step(
            ROWS[number],
            if_(F.ISNUMBER(this(f"turn {number} s")), row),
            lambda f: _turn_row(f, number),
            NUMBER,
        ),
    ]


def _after(minutes: Expr) -> Expr:
    return this("detected s") + F.ROUND(minutes * 60, 0)


def _happened(at: Expr) -> Expr:
    """Whether a drill had not ended before an instant."""
    return F.IF(F.ISNUMBER(this("ended s")), at <= this("ended s"), lit(True))


def _reached(frame: Frame, seconds: Sequence[float | None]) -> Floats:
    """Instants so many seconds after the start, NaN where the drill had ended before."""
    after = np.array([np.nan if one is None else one for one in seconds], dtype=float)
    at = frame["detected s"] + after
    return np.where(at > frame["ended s"], np.nan, at)


def _turn_s(frame: Frame, number: int) -> Floats:
    told = [
        story.turns[number - 1][0] if len(story.turns) >= number else None
        for story in stories(frame)
    ]
    return _reached(frame, told)


def _turn_row(frame: Frame, number: int) -> Floats:
    told = [
        story.turns[number - 1][1] if len(story.turns) >= number else np.nan
        for story in stories(frame)
    ]
    return np.where(np.isnan(frame[f"turn {number} s"]), np.nan, np.array(told, dtype=float))


def _begins_expr(code: str) -> Expr:
    asked = (
        col(INJECTS.name, "Scenario"), this(_KEY), col(INJECTS.name, "started"), lit(STARTED[code]),
    )  # fmt: skip
    at = _after(F.SUMIFS(col(INJECTS.name, "At (min)"), *asked))
    count = F.IF(this(_KEY).filled(), F.COUNTIFS(*asked), 0)
    begins = F.IF(count.eq(0), this("detected s"), if_(count.eq(1), if_(_happened(at), at)))
    return if_(F.ISNUMBER(this("detected s")), begins)


def _begins(code: str) -> Callable[[Frame], Floats]:
    def twin(frame: Frame) -> Floats:
        found = [story.starts.get(code, ()) for story in stories(frame)]
        late = _reached(frame, [at[0] if len(at) == 1 else None for at in found])
        bare = np.array([not at for at in found], dtype=np.bool_)
        return np.where(bare, frame["detected s"], late)

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
    twice: Expr = lit(False)
    for words in STARTED.values():
        asked = (col(INJECTS.name, "Scenario"), this(_KEY), col(INJECTS.name, "started"), lit(words))
        twice = F.OR(twice, F.COUNTIFS(*asked) > 1)
    ends = F.SUMIFS(col(INJECTS.name, "turn row"), *_rank(this("turns")))
    last = F.IF(this("turns") > 0, ends, this(ROWS[0]))
    severities = F.AND(F.ISNUMBER(this(ROWS[0])), F.ISNUMBER(this("ends row")))
    told = F.IF(twice, TWICE, if_(last.ne(this("ends row")), ELSEWHERE))
    known = F.IF(severities, F.IF(this("turns") > MOST_TURNS, TOO_MANY, told), NO_SEVERITY)
    return F.IF(this(_KEY).filled(), known, UNKNOWN)


def _fault(frame: Frame) -> Objects:
    return np.array([story.fault for story in stories(frame)], dtype=object)

