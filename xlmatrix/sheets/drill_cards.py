"""Drill cards: one drill on one page, for the facilitator with injects, for players without."""

from __future__ import annotations

from math import ceil, floor
from typing import Final

import numpy as np

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    if_,
    iferror,
    lit,
    name,
    place_among_texts,
    place_of,
    ref,
)
from xlmatrix.rules import names
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.directory import phones_of
from xlmatrix.rules.drills.saying import TURN_WORDS, turn_words
from xlmatrix.rules.drills.story import STOP
from xlmatrix.rules.frame import horizon
from xlmatrix.rules.instants import EPOCH_S, is_stamp, seconds_of, utc_of
from xlmatrix.rules.ladder.oncall import BACKUP, PRIMARY, holder_at_expr, holders_at
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_card_texts import AT, LAST, lines_of, of_plan, of_scenario, to_check
from xlmatrix.sheets.drill_seats import GRID
from xlmatrix.sheets.drill_view import LETTERS, DrillView, InjectRow, PlanRow
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.drills import DRILL_PLAN, INJECTS
from xlmatrix.tables.kinds import NUMBER, number_of
from xlmatrix.tables.people import PEOPLE, ROLES
from xlmatrix.worktime.serials import is_date
from xlmatrix.worktime.severity import CHANGE_POLICIES

CARDS: Final = "Drill cards"
PLAYERS: Final = "Drill players"
#: The defined name of the cell that chooses a page's drill.
NUMBERS: Final = {CARDS: "Card_Drill", PLAYERS: "Players_Drill"}
_WIDTHS: Final = (2.5, 24, 18, 38, 38, 20)
#: What follows an inject that moves clocks, and what is expected of somebody.
_TURNS, _STARTS, _BY = " → turns to ", " → starts: ", " – "
#: A fact that the plan does not look up.
OPENS: Final = "Opens as"
_STAMPS: Final = (
    ("T0", "Detected"),
    ("T1", "Acknowledged"),
    ("T2", "Severity declared"),
    ("T3", "Level 2 reached"),
    ("T4", "Customer draft ready"),
    ("T5", "Decided what to report"),
    ("T6", "Contained"),
    ("T7", "Contained again"),
)
_STOPPED, _MINUTES = "Agent stopped: note the minute after T0; it is to be within ", " min"
_PLAYER_RULES: Final = (
    "Treat it as real: use the channels, the ladder and the templates of this workbook.",
    "Say DRILL at the start of every message and call; send nothing to customers or regulators.",
    "Do not read Scenarios or Drill cards before the end.",
    "If a real incident starts, say REAL INCIDENT: the drill ends at once.",
)
_FACILITATOR_RULES: Final = (
    "Read each inject aloud at its time; answer questions of fact, give no advice.",
    "Note T0 to T6, who was tried and who answered, and when the kill switch was found.",
    "Check that the evidence is kept and that there is one timeline.",
    "Debrief at once: what helped, what hindered; each action gets an owner in 5 business days.",
)


def drill_cards_sheet(scene: Scene, view: DrillView) -> Drawn:
    """The facilitator's card; the number cell chooses the drill."""
    draft = _begin(CARDS, "Drill card for the facilitator", "Players do not see this page.")
    chosen, first = _number(draft, scene, view, CARDS)
    found = first.found if first else None
    facts = [
        ("Scenario", "Scenario", first.scenario if first else ""),
        ("Classes", "Classes", found.classes if found else ""),
        ("Opens as", OPENS, found.opens if found else ""),
        ("Severity to call at the end", "Severity", found.severity if found else ""),
        *_common(first),
    ]
    row = _facts(draft, facts, 6)
    scenario = _scenario_cells(draft, first, row)
    row = _at_a_turn(draft, scene, view, first, row)
    row = lines_of(draft, first, row, "Objectives")
    row = _injects(draft, view, first, scenario, row + 1)
    row = _seats(draft, scene, view, first, row + 1)
    row = _list(draft, "What you do", _FACILITATOR_RULES, row + 1)
    row = _stop(draft, view, first, _stamps(draft, row + 1) - 1)
    row = to_check(draft, scene, row + 1)
    row = lines_of(draft, first, row + 1, "Questions")
    _end(draft, row)
    return Drawn(draft.plan(), {NUMBERS[CARDS]: chosen})


def drill_players_sheet(scene: Scene, view: DrillView) -> Drawn:
    """The players' page: when, who and how, and nothing of what will happen."""
    draft = _begin(PLAYERS, "Drill: for the players", "What happens, you learn in the drill.")
    chosen, first = _number(draft, scene, view, PLAYERS)
    row = _facts(draft, _common(first), 6)
    row = _seats(draft, scene, view, first, row + 1)
    row = _list(draft, "Rules", _PLAYER_RULES, row + 1)
    row = _stamps(draft, row + 1)
    _end(draft, row)
    return Drawn(draft.plan(), {NUMBERS[PLAYERS]: chosen})


def _begin(sheet: str, title: str, subtitle: str) -> Draft:
    draft = Draft(sheet)
    heading(draft, title, subtitle)
    back_link(draft, 3, 2)
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    draft.hidden_columns.add(AT)
    return draft


def _end(draft: Draft, row: int) -> None:
    draft.set_page(landscape=False, fit_height=1, area=area(1, 1, row - 1, LAST))


def _number(draft: Draft, scene: Scene, view: DrillView, sheet: str) -> tuple[Expr, PlanRow | None]:
    """The cell that chooses the drill, and the drill that it chooses."""
    typed = scene.value("", NUMBERS[sheet], "", view.rows[0].number)
    places = {row.number: place for place, row in enumerate(view.rows, start=1)}
    chosen = number_of(typed)
    place = None if chosen is None or chosen % 1 else places.get(int(chosen))
    draft.put(5, 2, "Drill number", "bold")
    draft.ask(5, 3, typed, NUMBER, "input.int")
    draft.allow(area(5, 3, 5, 3), words.DRILLS.dropdown())
    draft.put(5, 4, "Choose a number and the page follows.", "note")
    row = iferror(place_of(ref(5, 3), col(DRILL_PLAN.name, "Drill")))
    draft.put(5, AT, Formula(row, place or ""), "helper")
    return ref(5, 3, sheet), view.rows[place - 1] if place else None


def _common(first: PlanRow | None) -> list[tuple[str, str, Value]]:
    found = first.found if first else None
    unplanned = first is None or np.isnan(first.planned_s)
    planned: Value = "" if first is None or unplanned else first.planned_s / 86400
    return [
        ("When", "Planned", planned),
        ("Format", "Format", found.format if found else ""),
        ("Outside working hours", "Off hours", found.off_hours if found else ""),
        ("Facilitator", "Facilitator", first.facilitator if first else ""),
        ("Evaluator", "Evaluator", first.evaluator if first else ""),
    ]


def _facts(draft: Draft, facts: list[tuple[str, str, Value]], row: int) -> int:
    for offset, (label, column, value) in enumerate(facts):
        y = row + offset
        draft.put(y, 2, label, "label")
        stamp = column == "Planned"
        cell = of_scenario(OPENS) if column == OPENS else of_plan(column)
        shown = if_(F.ISNUMBER(cell), cell) if stamp else iferror(cell & "")
        expr = if_(ref(5, AT).filled(), shown)
        draft.put(y, 3, Formula(expr, value), "formula.stamp" if stamp else "formula")
        if not stamp:
            draft.merge(y, 3, y, 4)
    return row + len(facts)


def _scenario_cells(draft: Draft, first: PlanRow | None, row: int) -> Expr:
    """The id of the chosen scenario, in the hidden column."""
    found = first.found if first else None
    expr = iferror(if_(of_plan("Scenario").filled(), of_scenario("ID")))
    draft.put(row, AT, Formula(expr, found.id if found else ""), "helper")
    return ref(row, AT)


def _at_a_turn(draft: Draft, scene: Scene, view: DrillView, first: PlanRow | None, row: int) -> int:
    """What a turn does to the clocks, where an incident of the matrix has it otherwise."""
    turns = F.IFERROR(of_scenario("turns") > 0, lit(False))
    told: Expr = BLANK
    for policy, text in TURN_WORDS.items():
        number = CHANGE_POLICIES.index(policy) + 1
        told = F.IF(name("Change_Policy_No").eq(number), text, told)
    story = view.story(first.found if first else None)
    shown = turn_words(scene.frame.histories.change_policy) if story.turns else ""
    draft.put(row, 2, Formula(if_(ref(5, AT).filled(), if_(turns, told)), shown), "note")
    return row + 1


def _injects(draft: Draft, view: DrillView, first: PlanRow | None, scenario: Expr, row: int) -> int:
    draft.put(row, 2, "Injects", "heading")
    for column, title in (
        (2, "Minutes after T0"),
        (3, "Clock"),
        (4, "Inject"),
        (5, "Expected"),
        (6, "Given at"),
    ):
        draft.put(row + 1, column, title, "header")
    found = first.found if first else None
    rows = {
        one.number: (place, one)
        for place, one in enumerate(view.injects, start=1)
        if found is not None and one.scenario == found.id
    }
    most = max(one.number for one in view.injects)
    for number in range(1, most + 1):
        y = row + 1 + number
        place, one = rows.get(number, ("", None))
        key = scenario & f"-{number}"
        match = iferror(F.MATCH(key, col(INJECTS.name, "Key"), 0))
        draft.put(y, AT, Formula(match, place), "helper")
        _inject(draft, first, y, one)
    return row + most + 2


def _inject(draft: Draft, first: PlanRow | None, y: int, one: InjectRow | None) -> None:
    at = one.at if one else None
    here = ref(y, AT)

    def cell(header: str) -> Expr:
        return F.INDEX(col(INJECTS.name, header), here)

    def words_of(header: str) -> Expr:
        return iferror(cell(header) & "")

    minutes = if_(here.filled(), if_(F.ISNUMBER(cell("At (min)")), cell("At (min)")))
    number = at if isinstance(at, int | float) and not isinstance(at, bool) else ""
    draft.put(y, 2, Formula(minutes, number), "formula.int")
    planned = of_plan("Planned")
    both = F.AND(F.ISNUMBER(ref(y, 2)), ref(5, AT).filled())
    clock = if_(both, if_(F.ISNUMBER(planned), F.ROUND(planned * 1440 + ref(y, 2), 0) / 1440))
    draft.put(y, 3, Formula(clock, _clock(first, number)), "formula.stamp")
    turns, starts = words_of("Turns to"), words_of("Starts")
    told = (
        words_of("Inject")
        & if_(turns.filled(), lit(_TURNS) & turns)
        & if_(starts.filled(), lit(_STARTS) & starts)
    )
    owner = words_of("Owner")
    wanted = words_of("Expected") & if_(owner.filled(), lit(_BY) & owner)
    draft.put(y, 4, Formula(if_(here.filled(), told), _told(one)), "formula.wrap")
    draft.put(y, 5, Formula(if_(here.filled(), wanted), _wanted(one)), "formula.wrap")
    draft.put(y, 6, None, "fixed")
    longest = max(len(_told(one)) / _WIDTHS[3], len(_wanted(one)) / _WIDTHS[4])
    draft.heights[y] = 15 * max(2, ceil(longest * 1.15))


def _told(one: InjectRow | None) -> str:
    """An inject with what it does to the clocks."""
    if one is None:
        return ""
    turns, starts = word_in(one.turns), word_in(one.starts)
    return (
        word_in(one.text) + (_TURNS + turns if turns else "") + (_STARTS + starts if starts else "")
    )


def _wanted(one: InjectRow | None) -> str:
    """What is expected, and by whom."""
    if one is None:
        return ""
    owner = word_in(one.owner)
    return word_in(one.expected) + (_BY + owner if owner else "")


def _clock(first: PlanRow | None, minutes: Value) -> Value:
    if first is None or np.isnan(first.planned_s) or not isinstance(minutes, int | float):
        return ""
    # As the formula has it, for any number: a date's own arithmetic ends with the year 9999.
    return floor(first.planned_s / 60 + minutes + 0.5) / 1440


def _seats(draft: Draft, scene: Scene, view: DrillView, first: PlanRow | None, row: int) -> int:
    draft.put(row, 2, "Who plays", "heading")
    for column, title in ((2, "Role"), (3, "As"), (4, "Person"), (5, "Phone"), (6, "Answered")):
        draft.put(row + 1, column, title, "header")
    at_s = _played_at(draft, scene, first, row)
    holders = holders_at(scene.spec, scene.context.turns, at_s)
    phones = phones_of(scene.spec)
    for number, role in enumerate(scene.spec.roles, start=1):
        y = row + 1 + number
        draft.put(y, 2, role.name, "fixed")
        seat = iferror(F.INDEX(GRID, number, ref(5, AT)) & "")
        contact = F.IF(
            seat.eq(LETTERS["primary"]), "primary", if_(seat.eq(LETTERS["backup"]), "backup")
        )
        letter = view.seats[role.name, first.number].upper() if first else ""
        said = next((known for known, one in LETTERS.items() if one == letter), "")
        draft.put(y, 3, Formula(if_(ref(5, AT).filled(), contact), said), "formula")
        person = holders.primary(role.name) if said == "primary" else ""
        person = holders.backup(role.name) if said == "backup" else person
        place = place_among_texts(ref(y, 2), col(ROLES.name, "Role"))
        held, standing_in = (
            F.IFERROR(holder_at_expr(scene.spec, place, ref(row, AT), column), BLANK)
            for column in (PRIMARY, BACKUP)
        )
        who = F.IF(
            ref(y, 3).eq("primary"),
            F.IF(held.filled(), held, standing_in),
            if_(ref(y, 3).eq("backup"), standing_in),
        )
        draft.put(y, 4, Formula(who, person), "formula")
        at = place_of(ref(y, 4), names.LIST_PEOPLE)
        phone = if_(ref(y, 4).filled(), iferror(F.INDEX(col(PEOPLE.name, "Phone"), at) & ""))
        draft.put(y, 5, Formula(phone, phones.get(person.casefold(), "")), "formula")
        draft.put(y, 6, None, "fixed")
    return row + len(scene.spec.roles) + 2


def _played_at(draft: Draft, scene: Scene, first: PlanRow | None, row: int) -> int:
    """When the drill is played, in epoch seconds, and in a hidden cell of a row.

    Whoever holds a role then plays it. A drill without a date is played now.
    """
    planned, context = of_plan("Planned"), scene.context
    start = F.MAX(utc_of(seconds_of(planned)), names.HORIZON_START)
    dated = F.AND(ref(5, AT).filled(), F.IFERROR(is_stamp(planned), lit(False)))
    at_s = int(context.as_of_s) - EPOCH_S
    if first is not None and not np.isnan(first.planned_s) and is_date(first.planned_s / 86400):
        low, _ = horizon(context)
        at_s = max(int(context.zone.to_utc(int(first.planned_s) - EPOCH_S)), int(low) - EPOCH_S)
    draft.put(row, AT, Formula(F.IF(dated, start, names.AS_OF_S), at_s + EPOCH_S), "helper")
    return at_s


def _list(draft: Draft, title: str, texts: tuple[str, ...], row: int) -> int:
    draft.put(row, 2, title, "heading")
    for offset, text in enumerate(texts, start=1):
        draft.put(row + offset, 2, f"☐ {text}", "text.wrap")
        draft.merge(row + offset, 2, row + offset, LAST)
    return row + len(texts) + 1


def _stop(draft: Draft, view: DrillView, first: PlanRow | None, row: int) -> int:
    """That the stop of the agent is timed, where the scenario says within how long; else blank."""
    limit = view.story(first.found if first else None).stop
    within = of_scenario(STOP)
    told = lit(_STOPPED) & within & _MINUTES
    expr = if_(ref(5, AT).filled(), iferror(if_(F.ISNUMBER(within), told)))
    shown = "" if limit is None else f"{_STOPPED}{limit:g}{_MINUTES}"
    draft.put(row, 2, Formula(expr, shown), "note")
    return row + 2


def _stamps(draft: Draft, row: int) -> int:
    draft.put(row, 2, "Times to note", "heading")
    for offset, (mark, label) in enumerate(_STAMPS, start=1):
        draft.put(row + offset, 2, f"{mark}  {label}", "fixed")
        draft.put(row + offset, 3, None, "fixed")
    return row + len(_STAMPS) + 2
