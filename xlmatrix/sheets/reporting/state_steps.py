"""How a report stands, in formulas: the twin of :mod:`xlmatrix.rules.reporting.states`."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, exact, if_, iferror, lit, this
from xlmatrix.model.obligations import TRIGGER
from xlmatrix.rules import names
from xlmatrix.rules.instants import is_stamp, wall_of
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.reporting import states
from xlmatrix.rules.reporting.counting import DAY_S
from xlmatrix.rules.words import left_expr
from xlmatrix.sheets.reporting.steps import BEYOND_S, CLOCKS
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.reporting import MOMENTS, RULES

#: Safe instants of a group are ranked with the row behind them, within fifteen digits.
_RANK: Final = 1000
_LATEST_RANKED: Final = 10**11
_LATER_FROM: Final = 2 * _LATEST_RANKED * _RANK
_WAITING: Final = (
    states.AT_ONCE, states.IS_LATE, states.PAST_SAFE, states.DUE_SOON, states.RUNS,
)  # fmt: skip


def state_exprs(group_table: str, place: Expr) -> dict[str, Expr]:
    """The steps of the state by header, and what is shown of them.

    ``group_table`` is the table whose rows may cover each other, ``place`` the row's place in it,
    from 1.
    """
    return {
        **_standing(),
        "fine before": _fine(),
        **_cover(group_table, place),
        "fine": _covered(),
        "State": _state(),
        "Detail": _detail(),
        "runs": F.IF(F.AND(_is(this("fine"), _WAITING), this("safe s") < BEYOND_S), 1, 0),
        "Safe due": _shown("safe s"),
        "Due by law": _shown("law s"),
        "Time left": if_(this("runs").eq(1), left_expr(this("safe s") - names.AS_OF_S)),
    }


def _is(step: Expr, words: tuple[str, ...]) -> Expr:
    return F.OR(*(step.eq(word) for word in words))


def _date(header: str) -> Expr:
    """The date in a cell of the row of rules; "" for none."""
    cell = F.INDEX(col(RULES.name, header), this("rules row"))
    return if_(this("rules row").filled(), if_(is_stamp(cell), F.INT(cell)))


def _standing() -> dict[str, Expr]:
    zone = this("zone no")
    since = if_(F.ISNUMBER(this("start s")), this("start s"), names.AS_OF_S)
    standing = F.INDEX(col(RULES.name, "Standing"), this("rules row"))
    after = F.INDEX(col(RULES.name, "Read again after days"), this("rules row"))
    read = this("source read")
    day, force = this("since day"), this("standing")
    return {
        "since day": F.INT(wall_of(since, zone) / DAY_S),
        "today": F.INT(wall_of(names.AS_OF_S, zone) / DAY_S),
        "standing": if_(this("rules row").filled(), iferror(F.LOWER(standing & ""))),
        "from day": _date("In force from"),
        "to day": _date("In force to"),
        "change day": _date("May change on"),
        "source read": _date("Source read"),
        "stale day": if_(
            F.AND(F.ISNUMBER(read), this("rules row").filled()),
            if_(F.ISNUMBER(after), read + F.INT(F.MAX(after, 0)) + 1),
        ),
        "in force": F.IF(
            F.OR(
                force.eq("bill"),
                F.AND(force.eq("enacted"), F.NOT(F.ISNUMBER(this("from day")))),
                F.IF(F.ISNUMBER(this("from day")), day < this("from day"), lit(False)),
                F.IF(F.ISNUMBER(this("to day")), day >= this("to day"), lit(False)),
            ),
            0,
            1,
        ),
    }


def _fine() -> Expr:
    """The finer state, before another report of its group covers it."""
    safe, law = this("safe s"), this("law s")
    none = F.NOT(F.ISNUMBER(safe))
    found = _without_due()
    found = if_(none, found, if_(safe >= BEYOND_S, BLANK, _dated(law)))
    found = if_(this("over").eq(1), states.ENDED, found)
    found = if_(this("decision text").eq(states.NO_REPORT), states.NOT_REPORTABLE, found)
    absent = F.OR(this("applies").eq(0), this("reportable").eq(0))
    found = if_(absent, states.NOT_APPLICABLE, found)
    found = if_(this("in force").eq(0), states.NOT_IN_FORCE, found)
    return if_(this("rule row").filled(), found)


def _without_due() -> Expr:
    undated: Expr = if_(this("applies").eq(0.5), states.UNDECLARED, states.NOT_STARTED)
    for number in CLOCKS:
        said = F.MATCH(_said(number), col(MOMENTS.name, "key"), 0)
        missing = F.AND(
            this(f"counts {number}") > 0,
            this(f"start {number}").eq(""),
            this(f"after {number}").ne(TRIGGER),
        )
        undated = if_(F.IF(missing, F.ISNUMBER(said), lit(False)), states.MOMENT_MISSING, undated)
    return if_(F.ISNUMBER(this("reported s")), states.REPORTED, undated)


def _said(number: int) -> Expr:
    return exact(this("incident text") & "|" & this(f"after {number}"))


def _dated(law: Expr) -> Expr:
    safe, start, reported = this("safe s"), this("start s"), this("reported s")
    open_ = F.OR(this("missing").ne(""), this("open").ne(""))
    at_once = this("chosen unit").eq("immediately")
    now = names.AS_OF_S
    done = if_(reported > law, states.MET_LATE, states.MET)
    done = if_(at_once, states.REPORTED, done)
    done = if_(open_, states.UNJUDGED, done)
    done = if_(reported < start, states.BEFORE, done)
    soon = (safe - now) * 4 <= safe - start
    waiting = if_(now > safe, states.PAST_SAFE, if_(soon, states.DUE_SOON, states.RUNS))
    waiting = if_(F.AND(now > law, F.NOT(open_)), states.IS_LATE, waiting)
    waiting = if_(F.AND(at_once, now >= start), states.AT_ONCE, waiting)
    return if_(F.ISNUMBER(reported), done, waiting)


def _cover(table: str, place: Expr) -> dict[str, Expr]:
    """Which report of the same incident and group is due first."""
    group = F.INDEX(col(RULES.name, "One report"), this("rules row")) & ""
    hidden = (states.NOT_IN_FORCE, states.NOT_APPLICABLE, states.ENDED, states.NOT_REPORTABLE)
    leads = F.AND(
        this("group").ne(""), F.ISNUMBER(this("safe s")), F.NOT(_is(this("fine before"), hidden))
    )
    safe = F.MIN(this("safe s"), _LATEST_RANKED)
    first = F.SUMPRODUCT(F.MAX(col(table, "group").eq(this("group")) * col(table, "lead")))
    said = if_(this("rules row").filled(), iferror(F.LOWER(group)))
    return {
        "group": if_(F.AND(said.ne(""), this("incident text").ne("")),
                     this("incident text") & "|" & said),
        "lead": F.IF(leads, _LATER_FROM - (safe * _RANK + place), 0),
        "leader": F.IF(
            F.IF(this("group").eq(""), lit(False), first > 0), F.MOD(_LATER_FROM - first, _RANK), 0
        ),
        "covers": if_(
            F.AND(this("leader") > 0, this("leader").ne(place)),
            iferror(
                F.INDEX(
                    col(OBLIGATIONS.name, "ID"), F.INDEX(col(table, "rule row"), this("leader"))
                )
                & ""
            ),
        ),
    }  # fmt: skip


def _covered() -> Expr:
    covered = F.AND(this("covers").ne(""), _is(this("fine before"), _WAITING))
    return if_(covered, states.COVERED, this("fine before"))


def _state() -> Expr:
    found: Expr = BLANK
    for state in reversed(states.STATES):
        words = tuple(fine for fine, of in states.STATE_OF.items() if of == state)
        found = if_(_is(this("fine"), words), state, found)
    return found


def _shown(header: str) -> Expr:
    hidden = _is(this("fine"), (states.NOT_IN_FORCE, states.NOT_APPLICABLE, states.ENDED))
    instant = this(header)
    serial = if_(instant >= BEYOND_S, BEYOND, wall_of(instant) / DAY_S)
    return if_(F.AND(F.ISNUMBER(instant), F.NOT(hidden)), serial)


def _detail() -> Expr:
    fine = this("fine")
    decider = F.INDEX(col(OBLIGATIONS.name, "Decider"), this("rule row"))
    listed = iferror(decider & "")
    who = if_(this("decided").ne(""), this("decided"), if_(listed.ne(""), listed, states.NOBODY))
    who = if_(fine.eq(states.NOT_REPORTABLE), " " & who)
    who = if_(fine.eq(states.COVERED), " " & this("covers"), who)
    quiet = tuple(
        word
        for word, state in states.STATE_OF.items()
        if state == states.NO_CLOCK
        and word not in (states.UNDECLARED, states.MOMENT_MISSING, states.NOT_STARTED)
    )
    missing = if_(this("missing").ne(""), "; time of " & this("missing") & " is missing")
    open_ = if_(this("open").ne(""), "; " & this("open") & " is not answered")
    asks = if_(_is(fine, quiet), BLANK, missing & open_)
    return if_(fine.eq(""), BLANK, fine & who & asks & _marks())


def _marks() -> Expr:
    today, standing = this("today"), this("standing")
    inferred = iferror(F.INDEX(col(RULES.name, "Inference"), this("rules row")) & "")
    differs = F.AND(F.ISNUMBER(this("law s")), this("law s").ne(this("safe s")))
    held = (
        (states.STALE, F.IF(F.ISNUMBER(this("stale day")), today >= this("stale day"), lit(False))),
        (
            states.CHANGED,
            F.IF(F.ISNUMBER(this("change day")), today >= this("change day"), lit(False)),
        ),
        (
            states.INFERENCE,
            F.IF(
                this("rules row").filled(), F.AND(iferror(inferred).eq("yes"), differs), lit(False)
            ),
        ),
        (states.UNCERTAIN, standing.eq("uncertain")),
        (states.VOLUNTARY, standing.eq("voluntary")),
    )
    found: Expr = BLANK
    for mark, holds in held:
        told = if_(holds, lit(f"; {mark}"))
        found = told if found is BLANK else found & told
    return found
