"""How a report stands, in formulas: the twin of :mod:`xlmatrix.rules.reporting.states`."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, exact, if_, iferror, lit, this
from xlmatrix.model.obligations import TRIGGER
from xlmatrix.rules import names
from xlmatrix.rules.instants import wall_of
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.reporting import states
from xlmatrix.rules.reporting.counting import DAY_S
from xlmatrix.rules.words import left_expr
from xlmatrix.sheets.reporting.clock_steps import waits
from xlmatrix.sheets.reporting.day_exprs import BEYOND_S, CLOCKS
from xlmatrix.sheets.reporting.rule_steps import binds, date_of_rule
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.reporting import MOMENTS, RULES

#: Safe instants of a group are ranked with the row behind them, within fifteen digits.
RANK: Final = 1000
LATEST_RANKED: Final = 10**11
LATER_FROM: Final = 2 * LATEST_RANKED * RANK
#: States that show no due times.
_HIDDEN: Final = tuple(word for word in states.STATE_OF if not states.shows_due(word))
#: States in which a report is still to be made.
_OPEN: Final = tuple(word for word in states.STATE_OF if states.is_open(word))


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
        "runs": F.IF(F.IF(_is(this("fine"), _OPEN), F.ISNUMBER(this("safe s")), lit(False)), 1, 0),
        "Safe due": _shown("safe s"),
        "Due by law": _shown("law s"),
        "Time left": if_(this("runs").eq(1), left_expr(this("safe s") - names.AS_OF_S)),
    }


def _is(step: Expr, words: tuple[str, ...]) -> Expr:
    return F.OR(*(step.eq(word) for word in words))


def _standing() -> dict[str, Expr]:
    zone = this("zone no")
    after = F.INDEX(col(RULES.name, "Read again after days"), this("rules row"))
    read, started = this("source read"), F.ISNUMBER(this("start s"))
    outside = F.OR(*(F.AND(this(f"may count {k}") > 0, this(f"binds {k}").eq(0)) for k in CLOCKS))
    return {
        "today": F.INT(wall_of(names.AS_OF_S, zone) / DAY_S),
        "change day": date_of_rule("May change on"),
        "source read": date_of_rule("Source read"),
        "stale day": if_(
            F.AND(F.ISNUMBER(read), this("rules row").filled()),
            if_(F.ISNUMBER(after), read + F.INT(F.MAX(after, 0)) + 1),
        ),
        "in force": if_(started, 1, if_(outside, 0, binds(this("today")))),
    }


def _fine() -> Expr:
    """The finer state, before another report of its group covers it."""
    safe = this("safe s")
    none = F.NOT(F.ISNUMBER(safe))
    found = _without_due()
    found = if_(none, found, if_(safe >= BEYOND_S, BLANK, _dated()))
    found = if_(this("over").eq(1), states.ENDED, found)
    found = if_(this("decision text").eq(states.NO_REPORT), states.NOT_REPORTABLE, found)
    absent = F.OR(this("applies").eq(0), this("reportable").eq(0))
    found = if_(absent, states.NOT_APPLICABLE, found)
    found = if_(this("in force").eq(0), states.NOT_IN_FORCE, found)
    return if_(this("rule row").filled(), found)


def _without_due() -> Expr:
    undated: Expr = if_(this("applies").eq(0.5), states.UNDECLARED, states.NOT_STARTED)
    for number in CLOCKS:
        of = this(f"of start {number}")
        said = F.MATCH(exact(this("incident text") & "|" & of), col(MOMENTS.name, "key"), 0)
        missing = F.AND(waits(number), of.ne(TRIGGER))
        undated = if_(F.IF(missing, F.ISNUMBER(said), lit(False)), states.MOMENT_MISSING, undated)
    return if_(F.ISNUMBER(this("reported s")), states.REPORTED, undated)


def _dated() -> Expr:
    safe, law, late = this("safe s"), this("law s"), this("late s")
    start, reported, now = this("start s"), this("reported s"), names.AS_OF_S
    open_ = F.OR(this("missing").ne(""), this("open").ne(""))
    at_once = this("chosen unit").eq("immediately")
    done = if_(reported <= if_(law < BEYOND_S, law, safe), states.MET, states.UNJUDGED)
    done = if_(at_once, states.REPORTED, done)
    done = if_(open_, states.UNJUDGED, done)
    missed = F.IF(F.ISNUMBER(late), reported > late, lit(False))
    done = if_(missed, states.MET_LATE, done)
    done = if_(reported < this("begun s"), states.BEFORE, done)
    soon = (safe - now) * 4 <= safe - start
    waiting = if_(now > safe, states.PAST_SAFE, if_(soon, states.DUE_SOON, states.RUNS))
    waiting = if_(F.AND(at_once, now >= start), states.AT_ONCE, waiting)
    waiting = if_(F.IF(F.ISNUMBER(late), now > late, lit(False)), states.IS_LATE, waiting)
    return if_(F.ISNUMBER(reported), done, waiting)


def _cover(table: str, place: Expr) -> dict[str, Expr]:
    """Which report of the same incident and group is due first."""
    group = F.INDEX(col(RULES.name, "One report"), this("rules row")) & ""
    hidden = (states.NOT_IN_FORCE, states.NOT_APPLICABLE, states.ENDED, states.NOT_REPORTABLE)
    leads = F.AND(
        this("group").ne(""), F.ISNUMBER(this("safe s")), F.NOT(_is(this("fine before"), hidden))
    )
    safe = F.MIN(this("safe s"), LATEST_RANKED)
    first = F.SUMPRODUCT(F.MAX(col(table, "group").eq(this("group")) * col(table, "lead")))
    said = if_(this("rules row").filled(), iferror(F.LOWER(group)))
    # What is late for certain is not hidden behind what only may have to be made.
    stands = tuple(word for word, of in states.STATE_OF.items() if of in (states.LATE, states.DONE))
    stays = F.AND(this("fine before").eq(states.IS_LATE), F.NOT(_is(this("leader fine"), stands)))
    made, by = this("reported s"), this("leader made s")
    # One that was made goes before all that were not.
    rank = if_(_is(this("fine before"), states.MADE), made * RANK - LATER_FROM, safe * RANK)
    missed = F.IF(F.ISNUMBER(by), by > this("law s"), stays)
    return {
        "group": if_(F.AND(said.ne(""), this("incident text").ne("")),
                     this("incident text") & "|" & said),
        "lead": F.IF(leads, LATER_FROM - (rank + place), 0),
        "leader": F.IF(
            F.IF(this("group").eq(""), lit(False), first > 0), F.MOD(LATER_FROM - first, RANK), 0
        ),
        "leader fine": if_(
            this("leader") > 0, iferror(F.INDEX(col(table, "fine before"), this("leader")) & "")
        ),
        "leader made s": if_(
            _is(this("leader fine"), states.MADE), F.INDEX(col(table, "reported s"), this("leader"))
        ),
        "covers": if_(
            F.AND(
                this("leader") > 0,
                this("leader").ne(place),
                F.NOT(missed),
                F.ISNUMBER(this("law s")),
            ),
            iferror(
                F.INDEX(
                    col(OBLIGATIONS.name, "ID"), F.INDEX(col(table, "rule row"), this("leader"))
                )
                & ""
            ),
        ),
    }  # fmt: skip


def _covered() -> Expr:
    covered = F.AND(this("covers").ne(""), _is(this("fine before"), states.WAITING))
    return if_(covered, states.COVERED, this("fine before"))


def _state() -> Expr:
    found: Expr = BLANK
    for state in reversed(states.STATES):
        words = tuple(fine for fine, of in states.STATE_OF.items() if of == state)
        found = if_(_is(this("fine"), words), state, found)
    return found


def _shown(header: str) -> Expr:
    hidden = _is(this("fine"), _HIDDEN)
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
    missing = if_(this("missing").ne(""), lit("; no time yet: ") & this("missing"))
    open_ = if_(this("open").ne(""), lit("; no answer yet: ") & this("open"))
    asks = if_(_is(fine, quiet), BLANK, missing & open_)
    against = lit("; by the answer to ") & this("against")
    asks = if_(fine.eq(states.NOT_APPLICABLE), against, asks)
    unsure = F.OR(this("missing").ne(""), this("open").ne(""))
    provisional = if_(F.AND(unsure, _is(fine, states.WAITING)), states.PROVISIONAL)
    return if_(fine.eq(""), BLANK, fine & who & provisional & asks & _marks())


def _marks() -> Expr:
    today, standing = this("today"), this("standing")
    inferred = iferror(F.INDEX(col(RULES.name, "Inference"), this("rules row")) & "")
    differs = F.AND(F.ISNUMBER(this("law s")), this("law s").ne(this("safe s")))
    shown = F.NOT(_is(this("fine"), _HIDDEN))
    held = (
        (states.STALE, F.IF(F.ISNUMBER(this("stale day")), today >= this("stale day"), lit(False))),
        (
            states.CHANGED,
            F.IF(F.ISNUMBER(this("change day")), today >= this("change day"), lit(False)),
        ),
        (
            states.INFERENCE,
            F.IF(this("rules row").filled(), F.AND(inferred.eq("yes"), differs, shown), lit(False)),
        ),
        (states.UNCERTAIN, standing.eq("uncertain")),
        (states.VOLUNTARY, standing.eq("voluntary")),
    )
    found: Expr = BLANK
    for mark, holds in held:
        told = if_(holds, lit(f"; {mark}"))
        found = told if found is BLANK else found & told
    return found
