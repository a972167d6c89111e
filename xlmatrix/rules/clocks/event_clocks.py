"""The clocks of incidents whose severity changed or that were reopened, under every policy.

One row an event, beside the *Event line*. A clock is kept as ``T``, what it must read counted from
the opening: a clock that starts later is the same as one that starts at the opening with the
reading at that instant added to its target. So one formula serves every policy:

    due = deadline(opening, T + pauses that begin before the clock reads T)

The twin asks the engine the other way, from each clock's own start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name
from xlmatrix.rules import names
from xlmatrix.rules.clocks.engine import PAUSED, Asked, ClockEngine
from xlmatrix.rules.frame import Floats, Frame, horizon
from xlmatrix.rules.incidents.steps import OPENING_STEPS, Step
from xlmatrix.rules.instants import EPOCH_S, reached, utc_of, wall_of, worked
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.line import Line, key_before, since_start
from xlmatrix.rules.logs.pause_line import inside, place_at, pz
from xlmatrix.rules.logs.side_columns import REOPENINGS, Side
from xlmatrix.rules.logs.sorting import last_marked, packed
from xlmatrix.rules.names import BEYOND, policy_name

SHEET: Final = "Event clocks"
#: A state is what a clock must read times this, plus the policy row it follows.
STATE: Final = 1000
POLICIES: Final = ("from_open", "restart", "proportional")
POLICY_NUMBER: Final = name("Change_Policy_No")
WARN_SHARE: Final = name("Warn_Share")


def pick(calendar: Expr, count: int, expr: Callable[[int], Expr]) -> Expr:
    """An expression that depends on a calendar's number."""
    if count == 1:
        return expr(1)
    return F.CHOOSE(calendar, *(expr(number) for number in range(1, count + 1)))


def total_expr(incident: Expr, target: Expr, calendar: Expr, pauses: Expr, count: int) -> Expr:
    """Working seconds at which a clock is due that must read ``target`` since the opening.

    :data:`PAUSED` while a pause stands that keeps it from running out.
    """
    last = F.INDEX(col("tIncidents", "pz"), incident)

    def started(number: int) -> Expr:
        return F.INDEX(col("tIncidents", f"W{number}"), incident)

    def paused(number: int) -> Expr:
        place = F.MATCH(key_before(incident, target), pz("Net", number), 1)
        added = F.INDEX(pz("Cum", number), place) - F.INDEX(pz("Base", number), last)
        return F.IF(F.INDEX(pz("Open"), last) <= place, PAUSED, started(number) + target + added)

    stops = F.AND(pauses.eq(1), last.filled())
    plain = pick(calendar, count, lambda number: started(number) + target)
    return F.IF(stops, pick(calendar, count, paused), plain)


def due_expr(total: Expr, start: Expr, calendar: Expr) -> Expr:
    """The instant at which working seconds are reached; text passes through."""
    late = total > F.INDEX(names.CAL_TOTAL, calendar)
    return F.IF(F.ISNUMBER(total), F.IF(late, BEYOND, reached(start, total, calendar)), total)


def days_later(start: Expr, days: Expr) -> Expr:
    """The same time on the wall clock so many days later, in UTC."""
    later = utc_of(wall_of(start) + days * 86400)
    return F.IF(later > names.HORIZON_END, BEYOND, later)


def event_clocks(frame: Frame, source: Line) -> Line:
    """The hidden sheet; its rows are those of the event line."""
    line = Line(SHEET, source.height)
    common = _common_columns(line, frame, source)
    for step in OPENING_STEPS:
        _step_columns(line, frame, (step, source), common[step.code])
    _verdict_columns(line, frame, source, common)
    return line


def _common_columns(line: Line, frame: Frame, source: Line) -> dict[str, dict[str, Any]]:
    events = events_of(frame)
    here, above = line.here, line.above
    who = events.incident - 1
    line.add("inc", lambda r: source.there("inc", r), events.incident.astype(float))

    def unless(row: int, expr: Expr) -> Expr:
        return if_(here("inc", row).empty(), BLANK, expr)

    def same(row: int) -> Expr:
        return here("inc", row).eq(above("inc", row))

    line.add("at", lambda r: unless(r, source.there("at", r)), events.at_s)
    line.add("re", lambda r: unless(r, source.there("re", r)), events.reopens.astype(float))
    rows = policy_rows(frame)
    for header, texts in (("pb", events.severity_before), ("p", events.severity)):
        text = {"pb": "before", "p": "severity"}[header]
        line.add(
            header,
            lambda r, text=text: unless(r, _row_expr(frame, source.there(text, r), here("inc", r))),
            rows(texts, who),
            "",
        )
    line.add(
        "mp", lambda r: unless(r, _piece_expr(here("inc", r), here("at", r))), _piece(frame), ""
    )
    return _twins(line, frame, same, unless)


def policy_rows(frame: Frame) -> Callable[[Any, Any], Floats]:
    """Policy rows (from 1) of severities in the version in force when incidents opened."""

    def rows(texts: Any, who: Any) -> Floats:
        shift = (frame["p"] - frame["k"])[who] if frame.context.policy.versions else 0.0
        found = [frame.context.policy.row(text) for text in texts]
        return np.array([np.nan if row is None else row + 1.0 for row in found]) + shift

    return rows


def _row_expr(frame: Frame, severity: Expr, incident: Expr) -> Expr:
    row = F.MATCH(severity, names.POL_SEVERITY, 0)
    if not frame.context.policy.versions:
        return iferror(row)
    now, then = (F.INDEX(col("tIncidents", header), incident) for header in ("k", "p"))
    return iferror(row + then - now)


def _piece_expr(incident: Expr, instant: Expr) -> Expr:
    place = place_at(incident, instant)
    found = if_(F.INDEX(pz("Inc"), place).eq(incident), place)
    return if_(F.INDEX(col("tIncidents", "pz"), incident).empty(), BLANK, found)


def _piece(frame: Frame) -> Floats:
    from xlmatrix.rules.logs.pause_line import pieces_of

    events, pieces = events_of(frame), pieces_of(frame)
    begun = packed(pieces.incident, pieces.begin_s, events.keys)
    wanted = packed(events.incident, events.at_s, events.keys)
    count = np.searchsorted(begun, wanted, side="right")
    low = np.searchsorted(pieces.incident, events.incident)
    return np.where(count > low, count + 1.0, np.nan)


def _twins(
    line: Line, frame: Frame, same: Callable[[int], Expr], unless: Callable[[int, Expr], Expr]
) -> dict[str, dict[str, Any]]:
    events, engine = events_of(frame), ClockEngine.of(frame)
    here, above = line.here, line.above
    who = events.incident - 1
    opened = frame["s"][who]
    for number in range(1, len(frame.context.calendars) + 1):
        asked = [
            Asked(who, np.full(who.shape, float(number)), np.full(who.shape, stops))
            for stops in (False, True)
        ]
        rn, rp, bn, bp = (f"{part}{number}" for part in ("rn", "rp", "bn", "bp"))
        read = [engine.reading(one, opened, events.at_s) for one in asked]
        base = [engine.reading(one, opened, events.cycle_s) for one in asked]

        def started(r: int, n: int = number) -> Expr:
            return F.INDEX(col("tIncidents", f"W{n}"), here("inc", r))

        line.add(
            rn,
            lambda r, n=number, started=started: unless(
                r, worked(inside(here("at", r)), n) - started(r)
            ),
            read[0],
        )

        def unpaused(r: int, n: int = number, rn: str = rn, started: Any = started) -> Expr:
            place = here("mp", r)
            done = F.INDEX(pz("Cum", n), place - 1) - F.INDEX(pz("Base", n), place)
            now = F.MIN(here(rn, r) + started(r), F.INDEX(pz("Wt", n), place))
            inner = here(rn, r) - (done + now - F.INDEX(pz("Wf", n), place))
            return unless(r, F.IF(place.empty(), here(rn, r), inner))

        line.add(rp, unpaused, read[1])
        for source, header, values in ((rn, bn, base[0]), (rp, bp, base[1])):
            line.add(
                header,
                lambda r, s=source, h=header: unless(
                    r,
                    F.IF(here("re", r).eq(1), here(s, r), F.IF(same(r), above(h, r), 0)),
                ),
                values,
            )
    return {step.code: twin_of(frame, step.code) for step in OPENING_STEPS}


def parts_of(frame: Frame, code: str, rows: Floats) -> dict[str, Floats]:
    """Seconds, days, calendar and pauses of a target in policy rows (from 1, NaN for none)."""
    clocks = [row[code] for row in frame.context.policy.clocks]
    known = ~np.isnan(rows)
    at = np.where(known, rows, 1).astype(np.int64) - 1
    pick_ = {
        "S": [np.nan if one.seconds is None else float(one.seconds) for one in clocks],
        "D": [np.nan if one.days is None else float(one.days) for one in clocks],
        "C": [float(one.calendar) for one in clocks],
        "P": [float(one.pauses) for one in clocks],
    }
    none = {"S": np.nan, "D": np.nan, "C": 1.0, "P": 0.0}
    return {
        part: np.where(known, np.array(values)[at], none[part]) for part, values in pick_.items()
    }


def _chain(frame: Frame, engine: ClockEngine, code: str) -> dict[str, Any]:
    """Every column of a step: the engine asked from each clock's own start."""
    events = events_of(frame)
    count, who = len(events), events.incident - 1
    rows = policy_rows(frame)
    new = parts_of(frame, code, rows(events.severity, who))
    old = parts_of(frame, code, rows(events.severity_before, who))
    opened = frame["s"][who]
    own = Asked(who, new["C"], new["P"] == 1)
    new["w"], old["w"] = rows(events.severity, who), rows(events.severity_before, who)
    state = {
        key: np.full(count, np.nan)
        for key in (
            "base",
            "left",
            "full",
            "C",
            "P",
            "w",
            "qbase",
            "qleft",
            "qF",
            "qC",
            "qP",
            "qw",
            "R",
            "a",
            "fresh",
        )
    }
    place = np.arange(count)
    start = last_marked(events.first)
    for ordinal in range(int((place - start).max()) + 1 if count else 0):
        now = np.flatnonzero(place - start == ordinal)
        _change(engine, events, state, now, new, old, opened)
    out: dict[str, Any] = {**new, "R": state["R"], "a": state["a"]}
    read_own = engine.reading(own, opened, events.at_s)
    out["Rn"], out["B"] = read_own, engine.reading(own, opened, events.cycle_s)
    previous = Asked(who, state["qC"], state["qP"] == 1)
    before = engine.reading(previous, opened, state["qbase"]) + state["qleft"]
    out["q"] = before * STATE + state["qw"]
    out["o"] = np.where(events.first, old["S"] * STATE + rows(events.severity_before, who), np.nan)
    out["R"] = np.where(np.isnan(out["q"]), np.nan, out["R"])
    share = Asked(who, state["C"], state["P"] == 1)
    clocks = (
        (own, events.cycle_s, new["S"]),
        (own, events.at_s, new["S"]),
        (share, state["base"], state["left"]),
    )
    out |= {"L3": state["left"], "C3": state["C"], "P3": state["P"]}
    earliest = np.where(events.reopens, 0.0, events.at_s)
    for number, (asked, base, seconds) in enumerate(clocks, start=1):
        reading = engine.reading(asked, opened, base) + seconds
        out[f"T{number}"] = reading
        if number == 3:
            out["st"] = reading * STATE + state["w"]
        from_open = engine.due(asked, opened, reading)
        worked_s = worked_at(frame, asked.calendar, who)
        out[f"x{number}"] = with_paused(worked_s + reading + from_open.pause_s, from_open.paused)
        found = engine.due(asked, base, seconds)
        held = number == 1 or (number == 3 and state["fresh"] == 1)
        due = np.where(held, np.maximum(found.due_s, earliest), found.due_s)
        late = events.at_s if number == 2 else events.cycle_s
        by_days = _days(frame, late, new["D"])
        by_days = by_days if number == 2 else np.maximum(by_days, earliest)
        due = np.where(np.isnan(seconds), np.where(np.isnan(new["S"]), by_days, np.nan), due)
        out[f"d{number}"] = with_paused(due, found.paused)
        alone = np.where(
            np.isnan(seconds),
            np.where(np.isnan(new["S"]), _days(frame, late, new["D"]), np.nan),
            found.due_s,
        )
        out[f"e{number}"] = with_paused(alone, found.paused)
        out[f"due{number}"], out[f"paused{number}"] = due, found.paused
    _chosen(frame, engine, events, out, (clocks, old, opened))
    return out


def _change(  # noqa: PLR0917 - the columns of one step, by name
    engine: ClockEngine,
    events: Any,
    state: dict[str, Floats],
    now: Any,
    new: Any,
    old: Any,
    opened: Any,
) -> None:
    """One change each for some incidents: what is left of the clock in proportion."""
    first = events.first[now]
    before = now - 1
    who, at = events.incident[now] - 1, events.at_s[now]
    for key, opening, later in (
        ("qbase", opened[now], "base"),
        ("qleft", old["S"][now], "left"),
        ("qF", old["S"][now], "full"),
        ("qC", old["C"][now], "C"),
        ("qP", old["P"][now], "P"),
        ("qw", old["w"][now], "w"),
    ):
        state[key][now] = np.where(first, opening, state[later][before])
    asked = Asked(who, state["qC"][now], state["qP"][now] == 1)
    reading = engine.reading(asked, state["qbase"][now], at)
    state["R"][now] = engine.reading(asked, opened[now], at)
    rest, target = state["qleft"][now] - reading, new["S"][now]
    fresh = events.reopens[now] | np.isnan(target) | np.isnan(state["qleft"][now])
    alive = fresh | (rest > 0)
    full = np.where(np.isnan(state["qF"][now]), 1, state["qF"][now])
    share = np.maximum((2 * rest * target + full) // (2 * full), 1)
    state["a"][now], state["fresh"][now] = alive, fresh
    cycle = np.where(events.reopens[now], at, events.cycle_s[now])
    state["base"][now] = np.where(fresh, cycle, np.where(alive, at, state["qbase"][now]))
    state["left"][now] = np.where(fresh, target, np.where(alive, share, state["qleft"][now]))
    for key, source, kept in (
        ("full", "S", "qF"),
        ("C", "C", "qC"),
        ("P", "P", "qP"),
        ("w", "w", "qw"),
    ):
        state[key][now] = np.where(alive, new[source][now], state[kept][now])


def worked_at(frame: Frame, calendar: Floats, who: Any) -> Floats:
    """Working seconds of each clock's calendar up to the openings."""
    answer = np.full(calendar.shape, np.nan)
    for number in range(1, len(frame.context.calendars) + 1):
        answer = np.where(calendar == number, frame[f"W{number}"][who], answer)
    return answer


def _days(frame: Frame, start: Floats, days: Floats) -> Floats:
    answer = np.full(start.shape, np.nan)
    real = ~np.isnan(days)
    moved = frame.context.zone.add_days(
        start[real].astype(np.int64) - EPOCH_S, days[real].astype(np.int64)
    )
    instants = moved + float(EPOCH_S)
    answer[real] = np.where(instants > horizon(frame.context)[1], np.inf, instants)
    return answer


def with_paused(values: Floats, paused: Any) -> list[Any]:
    """Instants as cells show them, :data:`PAUSED` where a clock stands still."""
    shown: list[Any] = []
    for value, stands in zip(values.tolist(), paused.tolist(), strict=True):
        text = "" if np.isnan(value) else BEYOND if np.isinf(value) else value
        shown.append(PAUSED if stands else text)
    return shown


def _chosen(
    frame: Frame, engine: ClockEngine, events: Any, out: dict[str, Any], given: Any
) -> None:
    clocks, old, opened = given
    number = POLICIES.index(frame.histories.change_policy) + 1
    asked, base, seconds = clocks[number - 1]
    who = events.incident - 1
    out["T"], out["L"], out["start"] = out[f"T{number}"], seconds, base
    out["C*"], out["P*"] = asked.calendar, asked.pauses.astype(float)
    out["due"], out["paused"] = out[f"due{number}"], out[f"paused{number}"]
    out["d"] = out[f"d{number}"]
    part = np.floor(seconds * frame.histories.warn_percent / 100)
    # The warning is measured on the clock itself, before a deadline that a change holds back.
    reading = engine.reading(asked, opened, base) + part
    warned = engine.due(asked, base, np.maximum(part, 1))
    out["w"] = with_paused(warned.due_s, warned.paused)
    out["warn"], out["wT"] = warned.due_s, np.where(part < 1, reading + 1 - part, reading)
    from_open = engine.due(asked, opened, out["wT"])
    worked_s = worked_at(frame, asked.calendar, who)
    out["wx"] = with_paused(worked_s + out["wT"] + from_open.pause_s, from_open.paused)
    opening = Asked(who, old["C"], old["P"] == 1)
    found = engine.due(opening, opened, old["S"])
    due = np.where(np.isnan(old["S"]), _days(frame, opened, old["D"]), found.due_s)
    total = worked_at(frame, old["C"], who) + old["S"] + found.pause_s
    first = events.first
    out["opening"] = old
    out["x0"] = [
        v if f else "" for v, f in zip(with_paused(total, found.paused), first, strict=True)
    ]
    before = np.append(np.nan, out["due"][:-1])[: due.size]
    stood = np.append(False, out["paused"][:-1])[: due.size]
    out["before"] = np.where(first, due, before)
    out["before paused"] = np.where(first, found.paused, stood)
    out["B0"] = with_paused(out["before"], out["before paused"])


def _step_columns(  # noqa: PLR0915 - one column a line
    line: Line, frame: Frame, given: tuple[Step, Line], twin: dict[str, Any]
) -> None:
    step, source = given
    code, count = step.code, len(frame.context.calendars)
    above_row = line.above

    def here(part: str, row: int) -> Expr:
        return line.here(part if part in _PLAIN else f"{code} {part}", row)

    def above(part: str, row: int) -> Expr:
        return above_row(f"{code} {part}", row)

    def add(part: str, expr: Callable[..., Expr], values: Any, sentinel: Any = "") -> None:
        line.add(
            f"{code} {part}",
            lambda r: if_(line.here("inc", r).empty(), BLANK, expr(r)),
            values,
            sentinel,
        )

    def same(row: int) -> Expr:
        return line.here("inc", row).eq(above_row("inc", row))

    def policy(part: str, row: Expr, none: Any = "") -> Expr:
        return F.IF(row.empty(), none, F.INDEX(policy_name(code, part), row))

    for part, none in (("S", ""), ("D", ""), ("C", 1), ("P", 0)):
        add(part, lambda r, p=part, n=none: policy(p, here("p", r), n), twin[part])

    def reading(calendar: Expr, pauses: Expr, row: int, kind: str) -> Expr:
        return F.IF(
            pauses.eq(1),
            pick(calendar, count, lambda n: line.here(f"{kind}p{n}", row)),
            pick(calendar, count, lambda n: line.here(f"{kind}n{n}", row)),
        )

    target: Callable[[int], Expr] = lambda r: here("S", r)  # noqa: E731
    add("Rn", lambda r: reading(here("C", r), here("P", r), r, "r"), twin["Rn"])
    add("B", lambda r: reading(here("C", r), here("P", r), r, "b"), twin["B"])
    add(
        "o",
        lambda r: if_(
            F.AND(F.NOT(same(r)), policy("S", here("pb", r)).filled()),
            policy("S", here("pb", r)) * STATE + here("pb", r),
        ),
        twin["o"],
    )

    def kept(row: int) -> Expr:
        return F.IF(same(row), above("st", row), here("o", row))

    def fresh_after(row: int, before: Expr) -> Expr:
        return F.OR(here("re", row).eq(1), target(row).empty(), before.empty())

    def read_before(row: int, before: Expr) -> Expr:
        place = F.MOD(before, STATE)
        calendar, pauses = (F.INDEX(policy_name(code, part), place) for part in "CP")
        return reading(calendar, pauses, row, "r")

    def state(row: int) -> Expr:
        # One cell holds what the clock must read and the policy row it follows, and asks nothing
        # but the one above: two columns that ask each other are more than some programs follow.
        rest = F.INT(kept(row) / STATE) - read_before(row, kept(row))
        full = F.INDEX(policy_name(code, "S"), F.MOD(kept(row), STATE))
        share = F.MAX(F.INT((rest * 2 * target(row) + full) / (full * 2)), 1)
        alive = (here("Rn", row) + share) * STATE + here("p", row)
        anew = if_(target(row).filled(), (here("B", row) + target(row)) * STATE + here("p", row))
        return F.IF(fresh_after(row, kept(row)), anew, F.IF(rest > 0, alive, kept(row)))

    add("st", state, twin["st"])
    add("q", kept, twin["q"])
    add("R", lambda r: if_(here("q", r).filled(), read_before(r, here("q", r))), twin["R"])
    add(
        "a",
        lambda r: F.IF(
            fresh_after(r, here("q", r)),
            1,
            F.IF(F.INT(here("q", r) / STATE) > here("R", r), 1, 0),
        ),
        twin["a"],
    )
    add("T1", lambda r: if_(target(r).empty(), BLANK, here("B", r) + target(r)), twin["T1"])
    add("T2", lambda r: if_(target(r).empty(), BLANK, here("Rn", r) + target(r)), twin["T2"])
    add("T3", lambda r: if_(here("st", r).filled(), F.INT(here("st", r) / STATE)), twin["T3"])
    add(
        "L3",
        lambda r: F.IF(
            fresh_after(r, here("q", r)),
            target(r),
            F.IF(
                here("a", r).eq(1),
                here("T3", r) - here("Rn", r),
                F.IF(same(r), above("L3", r), policy("S", here("pb", r))),
            ),
        ),
        twin["L3"],
    )

    def of_state(part: str, row: int, none: int) -> Expr:
        place = F.MOD(here("st", row), STATE)
        known = F.INDEX(policy_name(code, part), place)
        return F.IF(here("st", row).filled(), known, policy(part, here("p", row), none))

    add("C3", lambda r: of_state("C", r, 1), twin["C3"])
    add("P3", lambda r: of_state("P", r, 0), twin["P3"])
    start: Callable[[int], Expr] = lambda r: F.INDEX(col("tIncidents", "s"), line.here("inc", r))  # noqa: E731

    def due(row: int, number: int) -> Expr:
        calendar = here("C3" if number == 3 else "C", row)
        total = here(f"x{number}", row)
        by_days = source.there("since", row) if number != 2 else here("at", row)
        days = if_(
            F.AND(here("S", row).empty(), here("D", row).filled()),
            days_later(by_days, here("D", row)),
        )
        return F.IF(total.empty(), days, due_expr(total, start(row), calendar))

    for number in (1, 2, 3):
        add(
            f"x{number}",
            lambda r, n=number: if_(
                here(f"T{n}", r).empty(),
                BLANK,
                total_expr(
                    line.here("inc", r),
                    here(f"T{n}", r),
                    here("C3" if n == 3 else "C", r),
                    here("P3" if n == 3 else "P", r),
                    count,
                ),
            ),
            twin[f"x{number}"],
        )
        add(f"e{number}", lambda r, n=number: due(r, n), twin[f"e{number}"])
        held: Callable[..., Expr] = lambda r, n=number: F.IF(  # noqa: E731
            F.AND(
                F.ISNUMBER(here(f"e{n}", r)),
                here("re", r).eq(0),
                lit(True) if n == 1 else F.OR(here(f"x{n}", r).empty(), here("q", r).empty()),
            ),
            F.MAX(here(f"e{n}", r), here("at", r)),
            here(f"e{n}", r),
        )
        add(
            f"d{number}",
            held if number != 2 else (lambda r: here("e2", r)),
            twin[f"d{number}"],
        )

    def choose(r: int, parts: tuple[str, ...]) -> Expr:
        return F.CHOOSE(POLICY_NUMBER, *(here(part, r) for part in parts))

    add("d", lambda r: choose(r, ("d1", "d2", "d3")), twin["d"])
    add("T", lambda r: choose(r, ("T1", "T2", "T3")), twin["T"])
    add("L", lambda r: choose(r, ("S", "S", "L3")), twin["L"])
    add("C*", lambda r: choose(r, ("C", "C", "C3")), twin["C*"])
    add("P*", lambda r: choose(r, ("P", "P", "P3")), twin["P*"])
    add("wT", lambda r: if_(
        here("T", r).empty(),
        BLANK,
        here("T", r) - here("L", r) + F.MAX(F.INT(here("L", r) * WARN_SHARE / 100), 1),
    ), twin["wT"])  # fmt: skip
    add("wx", lambda r: if_(
        here("wT", r).empty(),
        BLANK,
        total_expr(line.here("inc", r), here("wT", r), here("C*", r), here("P*", r), count),
    ), twin["wx"])  # fmt: skip
    add("w", lambda r: if_(
        here("wx", r).empty(), BLANK, due_expr(here("wx", r), start(r), here("C*", r))
    ), twin["w"])  # fmt: skip
    add("x0", lambda r: if_(
        F.OR(same(r), policy("S", here("pb", r)).empty()),
        BLANK,
        total_expr(
            line.here("inc", r),
            policy("S", here("pb", r)),
            policy("C", here("pb", r), 1),
            policy("P", here("pb", r), 0),
            count,
        ),
    ), twin["x0"])  # fmt: skip

    def before(row: int) -> Expr:
        days = policy("D", here("pb", row))
        by_days = if_(days.filled(), days_later(start(row), days))
        calendar = policy("C", here("pb", row), 1)
        opening = F.IF(
            here("x0", row).empty(), by_days, due_expr(here("x0", row), start(row), calendar)
        )
        return F.IF(same(row), above("d", row), opening)

    add("B0", before, twin["B0"])


_PLAIN: Final = ("inc", "at", "re", "pb", "p", "mp")


def _verdict_columns(
    line: Line, frame: Frame, source: Line, twins: dict[str, dict[str, Any]]
) -> None:
    """The deadline each incident ends with, and whether an ended cycle was breached."""
    events = events_of(frame)
    here, above = line.here, line.above
    last = events.last
    for step in OPENING_STEPS:
        done = frame[f"{step.code} d"][events.incident - 1]
        final, paused = judged_due(events, twins[step.code], events.incident, done)
        shown = [
            v if real else "" for v, real in zip(with_paused(final, paused), last, strict=True)
        ]
        line.add(
            f"{step.code} s",
            lambda r, s=step: if_(
                F.OR(here("inc", r).empty(), here("inc", r).eq(source.there("inc", r + 1))),
                BLANK,
                _judged_expr(
                    line, s.code, r, F.INDEX(col("tIncidents", f"{s.code} d"), here("inc", r))
                ),
            ),
            shown,
            "",
        )
    for step in OPENING_STEPS:
        at, late = _ended(frame, step, twins[step.code])
        line.add(
            f"{step.code} u",
            lambda r, s=step: if_(
                here("re", r).eq(1),
                F.INDEX(col("tReopened", f"{s.code} u"), source.there("code", r) - REOPENINGS),
            ),
            at,
            "",
        )

        def verdict(r: int, s: Step = step) -> Expr:
            stamp = here(f"{s.code} u", r)
            limit = _judged_expr(line, s.code, r, stamp)
            return F.IF(F.ISNUMBER(stamp), F.IF(F.ISNUMBER(limit), F.IF(stamp > limit, 1, 0), 0), 0)

        line.add(
            f"{step.code} v",
            verdict,
            late.astype(float).tolist() + [0.0] * (line.height - len(events)),
        )
    ever = ended_breaches(frame)
    line.add(
        "ever",
        lambda r: if_(
            here("inc", r).empty(),
            BLANK,
            F.IF(here("inc", r).eq(above("inc", r)), above("ever", r), 0) + sum_of(here, r),
        ),
        ever,
    )


def sum_of(here: Callable[[str, int], Expr], row: int) -> Expr:
    """How many targets were breached in the cycle that a reopening ends."""
    total: Expr = lit(0)
    for step in OPENING_STEPS:
        total = total + here(f"{step.code} v", row)
    return total


def judged_due(
    events: Any, twin: dict[str, Any], incident: Any, done: Floats
) -> tuple[Floats, Any]:
    """The deadline that stood when something was done; the last where nothing was."""
    low = np.searchsorted(events.incident, incident, side="left")
    high = np.searchsorted(events.incident, incident, side="right")
    count = np.where(np.isnan(done), high - low, events.before(incident, done))
    place = np.where(count > 0, low + count - 1, low)
    due = np.where(count > 0, twin["due"][place], twin["before"][place])
    paused = np.where(count > 0, twin["paused"][place], twin["before paused"][place])
    return due, paused.astype(bool)


def _judged_expr(line: Line, code: str, row: int, done: Expr) -> Expr:
    inc = line.here("inc", row)
    place = F.MATCH(key_before(inc, since_start(done)), name("Ev_Key"), 1)
    at = F.IF(
        F.INDEX(name("Ev_Inc"), place).eq(inc),
        F.INDEX(name(f"Ev_{code}_Due"), place),
        F.INDEX(name(f"Ev_{code}_Before"), place + 1),
    )
    # A cycle ends where its reopening stands; what is asked of the open one is its last row.
    return F.IF(F.ISNUMBER(done), at, line.here(f"{code} d", row))


def clock_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the sheet stand for."""
    found = {"Ev_Ever": line.span("ever")}
    for step in OPENING_STEPS:
        for part, header in (
            ("Due", "d"), ("Before", "B0"), ("Warn", "w"), ("S", "s"), ("T", "T"), ("L", "L"),
            ("C", "C*"), ("P", "P*"), ("From", "d1"), ("Restart", "d2"), ("Share", "d3"),
        ):  # fmt: skip
            found[f"Ev_{step.code}_{part}"] = line.span(f"{step.code} {header}")
    return found


def twin_of(frame: Frame, code: str) -> dict[str, Any]:
    """The columns of one step as arrays; computed once for a frame."""
    known = f"event clocks {code}"
    if known not in frame.done:
        frame.done[known] = _chain(frame, ClockEngine.of(frame), code)
    found: dict[str, Any] = frame.done[known]
    return found


def changed_due(frame: Frame, code: str) -> tuple[Floats, Any, Any]:
    """Deadlines of the incidents with events (NaN while paused), which are paused, their rows."""
    events = events_of(frame)
    rows = events.incident[events.last]
    done = frame[f"{code} d"][rows - 1]
    due, paused = judged_due(events, twin_of(frame, code), rows, done)
    return due, paused, rows - 1


def _ended(frame: Frame, step: Step, twin: dict[str, Any]) -> tuple[Floats, Any]:
    """When the step was done in the cycle that a reopening ends, and whether that was late."""
    events, reopened = events_of(frame), Side(frame, frame.histories.reopened)
    at = np.full(len(events), np.nan)
    at[events.reopens] = reopened.utc(step.done)[events.code[events.reopens] - REOPENINGS - 1]
    due, paused = judged_due(events, twin, events.incident, at)
    return at, ~paused & np.isfinite(due) & (at > due)


def ended_breaches(frame: Frame) -> Floats:
    """At each event, how many targets were breached in the cycles ended so far."""
    events = events_of(frame)
    late = np.zeros(len(events))
    for step in OPENING_STEPS:
        late += _ended(frame, step, twin_of(frame, step.code))[1]
    sums = np.cumsum(late)
    start = last_marked(events.first)
    return np.asarray(sums - (sums - late)[start])
