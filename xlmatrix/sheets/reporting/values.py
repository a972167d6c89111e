"""What Python stores beside the formulas of a report: the engine's answer, a column a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from xlmatrix.formula import Expr
from xlmatrix.model.obligations import END_OF_YEAR
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.reporting import states
from xlmatrix.rules.reporting.counting import BEYOND as ENGINE_BEYOND
from xlmatrix.rules.reporting.counting import DAY_S, cut_off, rolled
from xlmatrix.rules.reporting.outcome import YES, Limb, happened, holds, plain_start, start_of
from xlmatrix.rules.reporting.rows import Asks, RuleRow
from xlmatrix.rules.words import left
from xlmatrix.sheets.layout import Filled
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.authorities import WEEKENDS_NO
from xlmatrix.sheets.reporting.day_exprs import BEYOND_S, CLOCKS
from xlmatrix.sheets.reporting.reports import Desk, Report
from xlmatrix.sheets.reporting.state_steps import LATER_FROM, LATEST_RANKED, RANK
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.reporting import FURTHER
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Paint
from xlmatrix.worktime import Zone
from xlmatrix.worktime.serials import day_serial

Cells = dict[str, Value]


def excel(instant: int | None) -> Value:
    """An instant of the engine in Excel seconds; "" for none."""
    if instant is None:
        return ""
    return BEYOND_S if instant >= ENGINE_BEYOND else instant + EPOCH_S


def _instant(start: int | str) -> Value:
    return start if isinstance(start, str) else excel(start)


#: What the steps of a notice without an obligation hold.
_NO_RULE: Final = RuleRow("", ())


def given_values(report: Report) -> Cells:
    """What the row of a report itself says: the steps that every table of reports has."""
    own = report.own
    return {
        "incident text": report.incident,
        "rule row": "" if report.place is None else report.place,
        "trigger s": excel(own.trigger),
        "trigger of": own.of,
        "reported s": excel(own.reported),
        "filed before s": excel(own.filed),
        "decision text": own.decision,
        "decided": own.decided_by,
    }


def step_values(desk: Desk, report: Report) -> Cells:
    """The twin of :func:`~xlmatrix.sheets.reporting.steps.step_exprs` for one report."""
    rule = report.rule.row if report.rule is not None else _NO_RULE
    found = _rule_values(desk, report, rule)
    found |= _condition_values(report, rule)
    for number in CLOCKS:
        found |= _clock_values(report, rule, number)
    return found | _due_values(report)


def _rule_values(desk: Desk, report: Report, rule: RuleRow) -> Cells:
    places, member = desk.places, desk.told.member
    row = report.rule.rules_row if report.rule is not None else None
    calendar = places.calendar_number(rule.calendar)
    hour = cut_off(rule.ends)
    seconds: Value = "" if hour is None else hour.hour * 3600 + hour.minute * 60
    declared = report.authority is None or report.authority.declared
    ends = DAY_S - 1 if rule.ends == "day" else seconds
    never = rule.force == "bill" or (rule.force == "enacted" and rule.effective is None)
    found: Cells = {
        "rules row": "" if row is None else row,
        "zone no": places.zone_number(rule.zone, member),
        "holidays no": calendar,
        "safe no": calendar if places.certain(calendar) else WEEKENDS_NO,
        "takes": rule.take,
        "until": rule.until,
        "declared": int(declared),
        "ends s": ends if declared else "",
        "cut off": int(rule.ends != "day"),
        "roll": rule.roll,
        "standing": rule.force if row is not None else "",
        "from day": _serial(rule.effective),
        "to day": _serial(rule.until_date),
        "never binds": int(never),
    }
    for number in CLOCKS:
        clock = rule.clocks[number - 1] if number <= len(rule.clocks) else None
        found |= {
            f"after {number}": clock.after if clock else "trigger" if number == 1 else "",
            f"amount {number}": clock.amount if clock else 0,
            f"unit {number}": clock.unit if clock else "",
        }
        if number > 1:
            found |= {
                f"mode {number}": clock.mode if clock else "also",
                f"lapses {number}": clock.lapses if clock else "",
            }
    found["mine"] = report.own.of if rule.knows(report.own.of) else found["after 1"]
    return found


#: Conditions of a report by step, in the order in which they ask.
def _asking(rule: RuleRow) -> dict[str, Asks]:
    clocks = [*rule.clocks[1:], *[None] * len(FURTHER)]
    further = {
        f"if {number}": clock.when if clock is not None and clock.stands else ()
        for number, clock in zip(FURTHER, clocks, strict=False)
    }
    return {
        "applies": rule.applies_to,
        "reportable": rule.when,
        "may roll": rule.roll_if,
        **further,
    }


def _condition_values(report: Report, rule: RuleRow) -> Cells:
    answers = report.known.answers
    found: Cells = {}
    for condition, asks in _asking(rule).items():
        parts = _in_parts(asks)
        for part, one in enumerate(parts, start=1):
            found[f"{condition} {part}"] = holds(one, answers)
        found[condition] = holds(asks, answers)
    instead = [
        found[f"if {number}"]
        for number, clock in zip(FURTHER, rule.clocks[1:], strict=False)
        if clock.stands and clock.mode == "instead"
    ]
    found["instead"] = max(map(float, instead), default=0) if instead else 0  # type: ignore[arg-type]
    return found


def _in_parts(asks: Asks) -> tuple[Asks, Asks]:
    """A condition of at most two facts, a fact each; a part without one always holds."""
    by_place = {one.place: (one,) for one in asks}
    return by_place.get(1, ()), by_place.get(2, ())


def _clock_values(report: Report, rule: RuleRow, number: int) -> Cells:
    due = report.due
    limb = due.limbs[number - 1] if due is not None and number <= len(due.limbs) else None
    start: Value = "" if limb is None else _instant(limb.start)
    after = rule.clocks[number - 1].after if number <= len(rule.clocks) else ""
    found = _moment_values(f"start {number}", after or ("trigger" if number == 1 else ""), report)
    found[f"start {number}"] = start
    if number > 1:
        lapses = rule.clocks[number - 1].lapses if number <= len(rule.clocks) else ""
        found |= _moment_values(f"lapse {number}", lapses, report)
    return found | _run_values(report, limb, number)


def _moment_values(step: str, moment: str, report: Report) -> Cells:
    """A moment: its name without the year before, its own instant, and when it was."""
    found: Cells = {
        f"of {step}": moment.removeprefix(END_OF_YEAR), f"at {step}": "", step: "",
    }  # fmt: skip
    if not moment or report.rule is None or report.authority is None:
        return found
    rule, own = report.rule.row, report.own
    return found | {
        f"at {step}": _instant(plain_start(moment, rule, own, report.known)),
        step: _instant(start_of(moment, rule, own, report.known, report.authority)),
    }


def _run_values(report: Report, limb: Limb | None, number: int) -> Cells:
    headers = ("wall", "end", "raw", "end law", "raw law", "safe", "law", "able", "sure law")
    found: Cells = {f"{header} {number}": "" for header in headers}
    if limb is not None and limb.run is not None and report.authority is not None:
        ran = limb.run
        found |= {
            f"wall {number}": int(report.authority.zone.to_local(ran.start)) + EPOCH_S,
            f"end {number}": excel(ran.end),
            f"end law {number}": excel(ran.end_law),
            f"raw {number}": excel(ran.raw),
            f"raw law {number}": excel(ran.raw_law),
            f"safe {number}": excel(ran.safe),
            f"law {number}": excel(ran.law),
        }
        found |= {
            f"able {number}": excel(ran.safe) if limb.due else "",
            f"sure law {number}": excel(ran.law) if limb.certain else "",
        }
    may = float(number == 1) if limb is None else limb.may_count
    binds = limb is None or limb.binds
    found |= {
        f"begun {number}": "",
        f"may count {number}": may,
        f"binds {number}": int(binds),
        f"counts {number}": may if binds else 0,
    }
    if limb is not None and limb.due and report.rule is not None:
        begun = happened(limb, report.rule.row, report.own, report.known)
        found[f"begun {number}"] = excel(begun)
    return found


def _due_values(report: Report) -> Cells:
    due = report.due
    found: Cells = {f"{step} {number}": "" for step in ("due", "due law") for number in CLOCKS}
    found |= {"sure": 0, "first able": "", "safe s": "", "missing": "", "over": 0, "begun s": ""}
    found |= {"law s": "", "adrift": 0, "open": "", "against": "", "late s": ""}
    chosen = None if due is None else due.chosen
    last = None if due is None else due.surest
    until = "" if report.rule is None else report.rule.row.until
    found |= _moment_values("until s", until, report)
    found |= _chosen_values("", chosen, report) | _chosen_values("last ", last, report)
    if due is None:
        return found
    able = [one.run.safe for one in due.limbs if one.due and one.run is not None]
    for number, limb in enumerate(due.limbs, start=1):
        if limb in due.taken and limb.run is not None:
            found[f"due {number}"] = excel(limb.run.safe)
            found[f"due law {number}"] = excel(limb.run.law)
    return found | {
        "sure": sum(one.due and one.counts == YES for one in due.limbs),
        "first able": excel(min(able, default=None)),
        "safe s": excel(due.safe),
        "missing": due.missing[0] if due.missing else "",
        "over": int(due.over),
        "begun s": excel(due.begun),
        "law s": excel(due.law),
        "adrift": int(due.adrift),
        "open": due.open[0] if due.open else "",
        "against": due.against,
        "late s": excel(due.late),
    }


def _chosen_values(prefix: str, chosen: Limb | None, report: Report) -> Cells:
    """The clock that is due by law among some, and the working days on its way."""
    steps = (
        "chosen law", "chosen", "start s", "chosen unit", "chosen amount",
        "law wall", "law day", "law works", "next day", "second day", "rolled s",
    )  # fmt: skip
    found: Cells = {f"{prefix}{step}": "" for step in steps}
    due, authority, rule = report.due, report.authority, report.rule
    if chosen is None or chosen.run is None or due is None or authority is None or rule is None:
        return found
    ran, roll = chosen.run, rule.row.roll
    place = next(n for n, one in enumerate(due.limbs, start=1) if one is chosen)
    found |= {
        f"{prefix}chosen law": excel(ran.law),
        f"{prefix}chosen": place,
        f"{prefix}start s": excel(ran.start),
        f"{prefix}chosen unit": chosen.clock.unit,
        f"{prefix}chosen amount": chosen.clock.amount,
        f"{prefix}rolled s": excel(rolled(ran, roll if authority.declared else "none", authority)),
    }
    if ran.law >= ENGINE_BEYOND or roll == "none" or not authority.declared:
        return found
    day, days = authority.wall(ran.law).date(), authority.days
    return found | {
        f"{prefix}law wall": int(authority.zone.to_local(ran.law)) + EPOCH_S,
        f"{prefix}law day": day_serial(day),
        f"{prefix}law works": int(days.is_working(day)),
        f"{prefix}next day": _serial(days.after(day, 1)),
        f"{prefix}second day": _serial(days.after(authority.wall(ran.start).date(), 2)),
    }


def stepped(
    declared: Table,
    exprs: Mapping[str, Expr],
    values: Sequence[Cells],
    paints: Mapping[str, tuple[Paint, ...]] | None = None,
) -> list[Filled]:
    """The columns of a table of reports: the declared ones, and the steps on the way as hidden."""
    looks = paints or {}
    filled: list[Filled] = []
    for header, expr in exprs.items():
        cells = [value[header] for value in values]
        if declared.get(header) is not None:
            column = declared[header].by(expr, paints=looks.get(header, ()))
        else:
            column = hidden_step(header, expr, look="helper.seconds")
        filled.append((column, cells))
    return filled


def state_values(desk: Desk, reports: Sequence[Report]) -> list[Cells]:
    """The twin of :func:`~xlmatrix.sheets.reporting.state_steps.state_exprs` for all rows."""
    found = [_state_values(desk, report) for report in reports]
    leaders: dict[str, int] = {}
    for place, (cells, report) in enumerate(zip(found, reports, strict=True), start=1):
        cells["lead"] = _lead(cells, report, place)
        group = str(cells["group"]).casefold()
        leaders[group] = max(leaders.get(group, 0), _lead(cells, report, place))
    for cells in found:
        best = leaders[str(cells["group"]).casefold()] if cells["group"] else 0
        cells["leader"] = (LATER_FROM - best) % RANK if best else 0
    for place, (cells, report) in enumerate(zip(found, reports, strict=True), start=1):
        leader = int(str(cells["leader"]))
        fine = reports[leader - 1].fine_before if leader else ""
        led = reports[leader - 1].rule if leader and leader != place else None
        made = reports[leader - 1].own.reported if fine in states.MADE else None
        law = None if report.due is None else report.due.law
        stays = law is None or states.stays(report.fine_before, law, fine, made)
        cells["leader fine"], cells["leader made s"] = fine, excel(made)
        cells["covers"] = led.row.id if led is not None and not stays else ""
    return found


def _lead(cells: Cells, report: Report, place: int) -> int:
    hidden = (states.NOT_IN_FORCE, states.NOT_APPLICABLE, states.ENDED, states.NOT_REPORTABLE)
    if not cells["group"] or report.due is None or report.due.safe is None:
        return 0
    if cells["fine before"] in hidden:
        return 0
    made = report.fine_before in states.MADE
    at = excel(report.own.reported if made else report.due.safe)
    assert isinstance(at, int)
    rank = at * RANK - LATER_FROM if made else min(at, LATEST_RANKED) * RANK
    return LATER_FROM - (rank + place)


def _serial(day: date | None) -> Value:
    return "" if day is None else day_serial(day)


def _state_values(desk: Desk, report: Report) -> Cells:
    rule = report.rule.row if report.rule is not None else _NO_RULE
    places = desk.places
    zone = places.zones[places.zone_number(rule.zone, desk.told.member) - 1]
    due = report.due
    in_force = due is None or not states.is_out_of_force(rule, due, zone_day(zone, desk.now))

    def day(instant: int) -> int:
        return (int(zone.to_local(instant)) + EPOCH_S) // DAY_S

    group = f"{report.incident}|{rule.group}" if rule.group and report.incident else ""
    shown_s = desk.now
    left_s = "" if report.safe is None else left(report.safe - shown_s)
    return {
        "today": day(desk.now),
        "change day": _serial(rule.posture_date),
        "source read": _serial(rule.read),
        "stale day": _serial(rule.stale_on),
        "in force": int(in_force),
        "fine before": report.fine_before,
        "group": group,
        "fine": report.judged.fine,
        "State": report.judged.state,
        "Detail": report.detail,
        "runs": int(report.runs),
        "Safe due": shown_due(desk, report.safe),
        "Due by law": shown_due(desk, report.law),
        "Time left": left_s if report.runs else "",
    }


def zone_day(zone: Zone, instant: int) -> date:
    """The date that a zone's clock shows."""
    return (datetime(1970, 1, 1) + timedelta(seconds=int(zone.to_local(instant)))).date()


def shown_due(desk: Desk, instant: int | None) -> Value:
    """A due time as its cell shows it: on the matrix's clock."""
    if instant is None:
        return ""
    if instant >= ENGINE_BEYOND:
        return BEYOND
    return float((desk.scene.context.zone.to_local(instant) + EPOCH_S) / DAY_S)
