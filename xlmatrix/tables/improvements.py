"""The table of what drills showed and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import F, lit, this
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, TEXT, choice, number_of
from xlmatrix.tables.table import Table

#: How an improvement stands.
OPEN, ACTION_OVERDUE, VERIFIED = "open", "overdue", "verified"


def _same_drill(row: Row, _: Sequence[Row], __: Lists) -> bool:
    found, shown = (number_of(row.get(one)) for one in ("Found in", "Verified in"))
    return found is not None and shown is not None and shown == found


def _without(column_id: str) -> Doubt:
    def holds(row: Row, _: Sequence[Row], __: Lists) -> bool:
        return row.get("Action") not in (None, "") and row.get(column_id) in (None, "")

    when = F.AND(this("Action").filled(), this(column_id).empty())
    return Doubt("typed-half", f"the action has no {column_id.lower()}", when, holds)


_IMPROVEMENT_DOUBTS: Final = (
    Doubt(
        "typed-number",
        "verified in the drill that found it",
        F.IF(
            F.AND(F.ISNUMBER(this("Found in")), F.ISNUMBER(this("Verified in"))),
            this("Found in").eq(this("Verified in")),
            lit(False),
        ),
        _same_drill,
    ),
    _without("Owner"),
    _without("Due"),
)

IMPROVEMENTS: Final = Table(
    "tImprovements",
    (
        given("No.", "key", 7, KEY),
        typed("Found in", choice(words.DRILLS), "input.int", 9, note="The number of the drill"),
        typed("Observation", TEXT, "input.wrap", 38),
        typed("Cause", TEXT, "input.wrap", 34),
        typed("Action", TEXT, "input.wrap", 38),
        typed("Owner", choice(words.PEOPLE), "input", 20),
        typed("Due", DATE, "input.date", 12),
        typed(
            "Verified in",
            choice(words.DRILLS),
            "input.int",
            11,
            note="The later drill that showed that it works",
        ),
        computed("State", "formula.center", 11),
        flag_column(24),
    ),
    flag="Check",
    needs=("Observation",),
    doubts=lambda _: _IMPROVEMENT_DOUBTS,
    about="What drills showed, what is done about it, and the drill that verified it",
)
