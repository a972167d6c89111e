"""Clock card: one incident, its targets, and their warnings at 50, 75 and 90 % of the work."""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, ref
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.clocks.clock_formulas import due_expr, total_expr
from xlmatrix.rules.clocks.clocks import paused_rows
from xlmatrix.rules.clocks.engine import PAUSED, Asked, ClockEngine
from xlmatrix.rules.clocks.event_twin import twin_of
from xlmatrix.rules.frame import to_wall
from xlmatrix.rules.incidents.steps import OPENING_STEPS, Step
from xlmatrix.rules.incidents.warnings import warned
from xlmatrix.rules.instants import wall_of
from xlmatrix.rules.logs.log_rows import log_row
from xlmatrix.rules.names import BEYOND, policy_name
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.sheets.worklist import Chosen, log_cell, paints_of
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import STAMP, choice
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import INCIDENTS as IDS

NAME: Final = "Clock card"
CHOICE: Final = "Card_Incident"
SHARES: Final = (50, 75, 90)
_TOP: Final = 11
#: Row, first and last column of what is shown of the log; the label stands before it.
_SUMMARY: Final = (
    (6, 3, 3, "ID"),
    (6, 5, 9, "Title"),
    (7, 3, 3, "Severity"),
    (7, 5, 5, "Status"),
    (7, 7, 7, "Review"),
    (7, 9, 9, "Paused since"),
    (8, 3, 3, "Next step"),
    (8, 5, 5, "Next due"),
    (8, 7, 7, "Time left"),
    (8, 9, 9, "By whom"),
    (9, 3, 9, "Call now"),
)
_HEADERS: Final = ("Target", "Due", "Done", "State", "50 %", "75 %", "90 %", "By whom")
#: Hidden helpers: what the clock must read, the target counted, calendar, pauses, sums.
_HELP: Final = 12


def card_sheet(scene: Scene) -> Drawn:
    """The card of the incident that is typed on it, else of the most urgent open one."""
    draft = Draft(NAME)
    heading(draft, "Clock card", "One incident: when each target warns, is due and was done.")
    back_link(draft, 3, 2)
    chosen = scene.typed.get(("", CHOICE, ""))
    draft.put(5, 2, "Incident", "label")
    draft.put(5, 4, "Empty means the most urgent open one, else the first of the log.", "note")
    draft.choose(5, 3, chosen, choice(IDS, IDS.dropdown(warn=True)))
    row = _first(scene) if chosen in (None, "") else _row_of(scene, chosen)
    draft.put(5, _HELP, Formula(_chosen(scene), "" if row is None else row + 1), "helper")
    _summary(draft, scene, row)
    for column, title in enumerate(_HEADERS, start=2):
        outer = column in (2, 1 + len(_HEADERS))
        draft.put(_TOP, column, title, "header" if outer else "header.center")
    engine = ClockEngine.of(scene.frame)
    for number, step in enumerate(OPENING_STEPS):
        _step_row(draft, scene, step, _TOP + 1 + number, row, engine)
    state = ref(_TOP + 1, 5, absolute=False)
    draft.paint(
        area(_TOP + 1, 5, _TOP + len(OPENING_STEPS), 5),
        Paint(state.eq("breached"), "bad"),
        Paint(state.eq("met"), "good"),
        Paint(state.eq("paused"), "calm"),
    )
    draft.put(
        _TOP + 7, 2, "Warnings are instants on the target's calendar, pauses left out.", "note"
    )
    draft.widths.update({2: 18, 3: 22, 4: 16.5, 5: 17, 6: 16.5, 7: 16.5, 8: 16.5, 9: 20})
    draft.hidden_columns.update(range(_HELP, _HELP + 8))
    draft.set_page(area=area(1, 1, _TOP + 7, 9), fit_height=1)
    return Drawn(draft.plan(), {CHOICE: ref(5, 3, NAME)})


def _chosen(scene: Scene) -> Expr:
    """The row of the log, from 1, of the incident that is shown."""
    first = if_(F.INDEX(col(INCIDENTS.name, "id text"), 1).filled(), lit(1))
    urgent = F.IF(Chosen(scene).count > 0, Chosen(scene).place(1), first)
    return F.IF(F.ISBLANK(ref(5, 3)), urgent, iferror(log_row(ref(5, 3))))


def _first(scene: Scene) -> int | None:
    """The twin, from 0, where no incident is chosen."""
    return next(iter(Chosen(scene).rows), 0 if scene.frame["ID"][0] else None)


def _row_of(scene: Scene, chosen: Value) -> int | None:
    wanted = word_in(chosen).casefold()
    known = [text.casefold() for text in scene.frame["ID"]]
    return known.index(wanted) if wanted and wanted in known else None


def _summary(draft: Draft, scene: Scene, row: int | None) -> None:
    """Which incident it is, how it stands, and who does what by when."""
    for y, x, last, header in _SUMMARY:
        cell = F.INDEX(col(INCIDENTS.name, header), ref(5, _HELP))
        stamp = INCIDENTS[header].kind is STAMP
        draft.put(y, x - 1, INCIDENTS[header].header, "label")
        expr = if_(ref(5, _HELP).filled(), cell if stamp else iferror(cell & ""))
        value = "" if row is None else log_cell(scene, header, row)
        draft.put(y, x, Formula(expr, value), "formula.stamp" if stamp else "formula")
        draft.merge(y, x, y, last)
        if paints := paints_of(scene, header, y, x):
            draft.paint(area(y, x, y, last), *paints)


def _step_row(
    draft: Draft, scene: Scene, step: Step, y: int, row: int | None, engine: ClockEngine
) -> None:
    inc, frame = ref(5, _HELP), scene.frame

    def of_log(header: str) -> Expr:
        return F.INDEX(col(INCIDENTS.name, header), inc)

    def known(expr: Expr) -> Expr:
        return if_(inc.filled(), expr)

    due, done = of_log(f"{step.code} due s"), of_log(f"{step.code} done s")
    draft.put(y, 2, step.label, "key")
    stands = row is not None and bool(paused_rows(frame, step.code)[row])
    for column, instant, header, paused in (
        (3, due, f"{step.code} due s", stands),
        (4, done, f"{step.code} done s", False),
    ):
        shown = known(F.IF(F.ISNUMBER(instant), wall_of(instant) / 86400, instant))
        seconds = np.nan if row is None else float(frame[header][row])
        draft.put(y, column, Formula(shown, _stamp(scene, seconds, paused)), "formula.stamp")
    state = "" if row is None else str(frame[f"{step.code} state"][row])
    draft.put(y, 5, Formula(known(of_log(f"{step.code} state") & ""), state), "formula.center")
    owner = "" if row is None else str(frame[step.owner][row])
    draft.put(y, 9, Formula(known(of_log(step.owner) & ""), owner), "formula")
    values = _parts(scene, step, row)
    event = of_log("last event")
    for offset, (part, source, plain) in enumerate(
        (("T", "T", "S"), ("L", "L", "S"), ("C", "C", "C"), ("P", "P", "P"))
    ):
        now = F.INDEX(policy_name(step.code, plain), of_log("policy row"))
        after = F.INDEX(name(f"Ev_{step.code}_{source}"), event)
        expr = iferror(F.IF(event.empty(), now, after))
        draft.put(y, _HELP + 1 + offset, Formula(known(expr), _shown(values[part])), "helper")
    target, length, calendar, pauses = (ref(y, _HELP + 1 + offset) for offset in range(4))
    for offset, share in enumerate(SHARES):
        reading = target - length + F.MAX(F.INT(length * share / 100), 1)
        total = total_expr(inc, reading, calendar, pauses, len(scene.calendars))
        sum_cell = ref(y, _HELP + 5 + offset)
        found, total_value = _warning(scene, engine, values, row, share)
        draft.put(
            y,
            _HELP + 5 + offset,
            Formula(if_(F.ISNUMBER(target), iferror(total)), total_value),
            "helper",
        )
        instant = due_expr(sum_cell, of_log("opened s"), calendar)
        wall = F.IF(F.ISNUMBER(instant), wall_of(instant) / 86400, instant)
        draft.put(y, 6 + offset, Formula(if_(sum_cell.filled(), wall), found), "formula.stamp")


def _shown(value: float) -> Value:
    return "" if np.isnan(value) else value


def _stamp(scene: Scene, seconds: float, paused: bool) -> Value:
    if paused:
        return PAUSED
    if np.isnan(seconds):
        return ""
    if np.isinf(seconds):
        return BEYOND
    return float(to_wall(scene.context.zone, np.array([seconds]))[0] / 86400)


def _parts(scene: Scene, step: Step, row: int | None) -> dict[str, float]:
    frame = scene.frame
    if row is None or (np.isnan(frame["policy row"][row]) and np.isnan(frame["last event"][row])):
        return dict.fromkeys("TLCP", np.nan)
    event = frame["last event"][row]
    if not np.isnan(event):
        chosen, place = twin_of(frame, step.code).chosen, int(event) - 2
        return {
            "T": float(chosen.reading_s[place]),
            "L": float(chosen.clock.left_s[place]),
            "C": float(chosen.clock.asked.calendar[place]),
            "P": float(chosen.clock.asked.pauses[place]),
        }
    clock = scene.context.policy.clocks[int(frame["policy row"][row]) - 1][step.code]
    seconds = np.nan if clock.seconds is None else float(clock.seconds)
    return {"T": seconds, "L": seconds, "C": float(clock.calendar), "P": float(clock.pauses)}


def _warning(
    scene: Scene, engine: ClockEngine, values: dict[str, float], row: int | None, share: int
) -> tuple[Value, Value]:
    """The instant, and the working seconds by then, asked of the engine."""
    if (
        row is None
        or np.isnan(values["T"])
        or not np.isfinite(scene.frame["worked at opening 1"][row])
    ):
        return "", ""
    asked = Asked(np.array([row]), np.array([values["C"]]), np.array([values["P"] == 1]))
    reading = values["T"] - values["L"] + warned(np.array([values["L"]]), share)
    found = engine.due(asked, scene.frame["opened s"][row : row + 1], reading)
    paused = bool(found.paused[0])
    started = float(scene.frame[f"worked at opening {int(values['C'])}"][row])
    total: Value = PAUSED if paused else started + float(reading[0] + found.pause_s[0])
    return _stamp(scene, float(found.due_s[0]), paused), total
