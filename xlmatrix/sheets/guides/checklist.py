"""Checklist: the way to a matrix in use. What the workbook can see for itself nobody ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, criterion, name, ref, span
from xlmatrix.model.content import Section, checklist_sections, owner_of
from xlmatrix.model.guides import Checklist
from xlmatrix.rules.cells import RowCells
from xlmatrix.rules.guides.checklist import (
    DOING,
    DONE,
    NOT_NEEDED,
    OVERDUE,
    RENEW,
    Check,
    Found,
    checks,
    finding_expr,
    state_expr,
    state_rules,
)
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.drill_plan import planned_drills
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.vendors import speed_flags
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.guides import CHECKLIST

NAME: Final = "Checklist"
_HELPER: Final = 20
_LAST_PRINTED: Final = "P"


def checklist_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if scene.spec.checklist is None:
        return []
    sections = checklist_sections(scene.spec.checklist)
    draft = Draft(NAME)
    heading(draft, NAME, "In the order in which a matrix comes to life.")
    draft.fit(CHECKLIST.columns)
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(choices(draft, words.CHECKLIST, _HELPER))
    asked = _own_checks(scene, sections)
    _draw_checks(draft, asked, defined)
    top = 5
    header = top + len(sections) + 4
    form = _form(scene, sections, _found(asked))
    draft.put(header - 1, 2, "Yellow cells are yours; the rest follows.", "note")
    table = form.table(draft, header, filtered=True)
    progress = _progress(draft, sections, form.rows, top, defined)
    draft.set_page(
        area=f"A1:{_LAST_PRINTED}{table.last_row}",
        freeze=f"E{header + 1}",
        repeat_rows=f"{header}:{header}",
        zoom=90,
    )
    return [(Drawn(draft.plan(), defined), progress)]


def checklist_lines(scene: Scene) -> list[RowCells]:
    """The rows of the checklist with their state, for other forms than a sheet.

    A spec that asks for no checklist gets the shared one.
    """
    sections = checklist_sections(scene.spec.checklist or Checklist())
    return _form(scene, sections, _found(_own_checks(scene, sections))).rows


def progress_of(lines: Sequence[RowCells]) -> tuple[int, int, int]:
    """Steps done or not needed, steps in all, steps overdue."""
    states = [line["State"] for line in lines]
    return _count(states, DONE, NOT_NEEDED), len(states), _count(states, OVERDUE)


def _own_checks(scene: Scene, sections: list[Section]) -> list[tuple[str, Check]]:
    """What the workbook checks itself: item and check."""
    known = checks(scene.context, speed_flags(scene), planned_drills(scene))
    return [
        (item.id, known[item.check])
        for section in sections
        for item in section.items
        if item.check in known
    ]


def _found(asked: list[tuple[str, Check]]) -> dict[str, Found]:
    return {
        item.casefold(): Found(place, check.state, check.finding)
        for place, (item, check) in enumerate(asked, start=1)
    }


def _draw_checks(draft: Draft, asked: list[tuple[str, Check]], defined: dict[str, Expr]) -> None:
    """The workbook's own checks, beside the table in hidden columns that it looks up."""
    first = _HELPER + 1
    for place, (item, check) in enumerate(asked, start=1):
        draft.put(place, first, item, "helper")
        good, total = ref(place, first + 3), ref(place, first + 4)
        state = Formula(state_expr(good, total), check.state)
        draft.put(place, first + 1, state, "helper")
        finding = Formula(finding_expr(good, total, check.words), check.finding)
        draft.put(place, first + 2, finding, "helper")
        draft.put(place, first + 3, Formula(check.good, check.good_value), "helper")
        draft.put(place, first + 4, Formula(check.total, check.total_value), "helper")
    last = max(1, len(asked))
    for offset, known_as in enumerate(("Check_Item", "Check_State", "Check_Finding")):
        defined[known_as] = span(1, first + offset, last, first + offset, NAME)
    draft.hidden_columns.update(range(first, first + 5))


def _form(scene: Scene, sections: list[Section], found: dict[str, Found]) -> Form:
    items = [(section.title, item) for section in sections for item in section.items]
    form = Form(scene, CHECKLIST, [item.id for _, item in items])
    form.fixed("Section", [title for title, _ in items])
    form.fixed("Step", [item.text for _, item in items])
    seen = ["the workbook" if item.id.casefold() in found else "you" for _, item in items]
    form.fixed("Checked by", seen)
    form.given("Owner", [owner_of(scene.spec, item.roles) for _, item in items])
    form.given("Valid (days)", [item.renew_days for _, item in items])
    form.blank("Status", "Due", "Done on", "Evidence and notes")
    place, base, state, finding = state_rules(scene.context, found)
    form.made(place)
    form.made(base)
    flags = looks(good=f"{DONE}|{NOT_NEEDED}", bad=OVERDUE, soon=f"{RENEW}|{DOING}")
    form.made(state, paints=flags)
    form.made(finding)
    form.fixed("Source", [item.source for _, item in items])
    form.fixed("Standing", [item.status for _, item in items])
    return form


def _progress(
    draft: Draft, sections: list[Section], rows: list[RowCells], top: int, defined: dict[str, Expr]
) -> Formula:
    """Counts by section and in all; gives the line for Start."""
    titles = ("Section", "Steps", "Done", "Overdue", "Progress")
    for offset, title in enumerate(titles):
        draft.put(top, 4 + offset, title, "header")
    for offset, section in enumerate(sections, start=1):
        mine = [row["State"] for row in rows if row["Section"] == section.title]
        draft.put(top + offset, 4, section.title, "fixed")
        _counts(draft, top + offset, mine, section.title)
    last = top + len(sections) + 1
    draft.put(last, 4, "In all", "key")
    every = [row["State"] for row in rows]
    _counts(draft, last, every, None)
    for known, column in (("Checklist_Count", 5), ("Checklist_Done", 6), ("Checklist_Overdue", 7)):
        defined[known] = ref(last, column, NAME)
    done, late = _count(every, DONE, NOT_NEEDED), _count(every, OVERDUE)
    said: Expr = name("Checklist_Done") & " of " & name("Checklist_Count") & " steps done, "
    text = f"{done} of {len(every)} steps done, {late} overdue"
    return Formula(said & name("Checklist_Overdue") & " overdue", text)


def _count(states: Sequence[object], *wanted: str) -> int:
    return sum(str(state).casefold() in wanted for state in states)


def _counts(draft: Draft, row: int, states: Sequence[object], section: str | None) -> None:
    column = col(CHECKLIST.name, "State")

    def counted(state: str) -> Expr:
        if section is None:
            return F.COUNTIF(column, state)
        return F.COUNTIFS(col(CHECKLIST.name, "Section"), criterion(section), column, state)

    total = (
        F.ROWS(column)
        if section is None
        else F.COUNTIF(col(CHECKLIST.name, "Section"), criterion(section))
    )
    done, late = _count(states, DONE, NOT_NEEDED), _count(states, OVERDUE)
    draft.put(row, 5, Formula(total, len(states)), "formula.int")
    draft.put(row, 6, Formula(counted(DONE) + counted(NOT_NEEDED), done), "formula.int")
    draft.put(row, 7, Formula(counted(OVERDUE), late), "formula.int")
    share = ref(row, 6) / F.MAX(ref(row, 5), 1)
    draft.put(row, 8, Formula(share, done / max(len(states), 1)), "formula.percent")
