"""RACI: who does what in each phase, who is accountable, and who is called in addition."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import F, if_, ref, span, these, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Role
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Table
from xlmatrix.tables.column import Column
from xlmatrix.tables.matrix import ALWAYS_ADD, RACI
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import RACI as LETTERS

NAME: Final = "RACI"
_HEADER_ROW: Final = 6
_LETTERS: Final = ("R", "A", "A/R", "C", "I")
_FIRST_ROLE: Final = 3


def raci_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The RACI, where the spec has one."""
    if not scene.spec.raci:
        return []
    return [(_raci(scene), "Who is responsible and accountable in each phase")]


def raci_roles(spec: MatrixSpec) -> list[Role]:
    """The roles that have a part in any phase, in the order of the spec.

    In a used workbook they are there though Owners lists them no more.
    """
    named = {role for row in spec.raci for role in row.letters}
    return [role for role in spec.roles_ever if role.id in named]


def _raci(scene: Scene) -> Drawn:
    roles = raci_roles(scene.spec)
    draft = Draft(NAME)
    heading(
        draft,
        "Responsible, accountable, consulted, informed",
        "One accountable role a row. A/R: accountable, and does it.",
    )
    back_link(draft, 3, 2)
    draft.put(4, 2, "R does it · A answers for it · C is asked before · I is told", "note")
    table = draft.table(_table(scene, roles))
    last = table.column + len(table.columns) - 1
    row = _people(draft, scene, roles, table.last_row + 1)
    row = _rules(draft, scene, row + 1)
    _choices(draft, last + 2)
    draft.set_page(area=area(1, 1, row, last), fit_height=1, freeze=f"C{_HEADER_ROW + 1}")
    letters = span(2, last + 2, 1 + len(_LETTERS), last + 2, NAME)
    return Drawn(draft.plan(), {LETTERS.list_name: letters})


def _choices(draft: Draft, column: int) -> None:
    draft.put(1, column, "Letters", "helper")
    for row, letter in enumerate(_LETTERS, start=2):
        draft.put(row, column, letter, "helper")
    draft.hidden_columns.add(column)


def _table(scene: Scene, roles: list[Role]) -> Table:
    rows, first = scene.spec.raci, _HEADER_ROW + 1
    letters = [
        [scene.value(RACI.name, row.phase, role.name, row.letters.get(role.id)) for role in roles]
        for row in rows
    ]
    checks = [_verdict([str(letter or "") for letter in row]) for row in letters]
    sources = [scene.value(RACI.name, row.phase, "Source", row.source) for row in rows]
    filled: list[Filled] = [
        (RACI["Phase"], [row.phase for row in rows]),
        *(
            (_letters(role, first, _FIRST_ROLE + place), [row[place] for row in letters])
            for place, role in enumerate(roles)
        ),
        (_check(roles, first), checks),
        (RACI["Source"], sources),
    ]
    return laid_out(RACI, _HEADER_ROW, 2, filled, filtered=False)


def _letters(role: Role, first: int, place: int) -> Column:
    """The column of a role; ``first`` and ``place`` are its first cell's row and column."""
    cell = ref(first, place, absolute=False)
    paints = (
        Paint(F.OR(cell.eq("A"), cell.eq("A/R")), "good"),
        Paint(cell.eq("R"), "calm"),
    )
    return RACI[role.name].having(paints=paints)


def _check(roles: list[Role], first: int) -> Column:
    row = these(roles[0].name, roles[-1].name)
    accountable = F.COUNTIF(row, "A") + F.COUNTIF(row, "A/R")
    responsible = F.COUNTIF(row, "R") + F.COUNTIF(row, "A/R")
    expr = if_(
        accountable.eq(0),
        "Nobody accountable",
        if_(accountable > 1, "Two accountable", if_(responsible.eq(0), "Nobody does it", "ok")),
    )
    cell = ref(first, _FIRST_ROLE + len(roles), absolute=False)
    paints = (Paint(cell.eq("ok"), "good"), Paint(cell.ne("ok"), "bad"))
    return RACI["Check"].by(expr, paints=paints)


def _verdict(letters: list[str]) -> str:
    """The twin of the check: from the letters of a row, which Excel compares without case."""
    told = [letter.upper() for letter in letters]
    accountable = told.count("A") + told.count("A/R")
    if accountable != 1:
        return "Two accountable" if accountable else "Nobody accountable"
    return "ok" if {"R", "A/R"} & set(told) else "Nobody does it"


def _people(draft: Draft, scene: Scene, roles: list[Role], row: int) -> int:
    """Who holds each role, under its column."""
    holders = holders_now(scene.context)
    for offset, (label, backup, value) in enumerate(
        (("Primary", False, holders.primary), ("Backup", True, holders.backup))
    ):
        draft.put(row + offset, 2, label, "label")
        for place, role in enumerate(roles, start=_FIRST_ROLE):
            expr = now_expr(scene.spec, ref(_HEADER_ROW, place), backup=backup)
            draft.put(row + offset, place, Formula(expr, value(role.name)), "formula.center_wrap")
        draft.heights[row + offset] = 28
    return row + 2


def _rules(draft: Draft, scene: Scene, row: int) -> int:
    spec = scene.spec
    if not spec.always_add:
        return row
    draft.put(row, 2, "Always called in addition to the ladder", "heading")
    rules = [(", ".join(rule.prefix), spec.role(rule.role).name) for rule in spec.always_add]
    holders = holders_now(scene.context)
    roles = [scene.value(ALWAYS_ADD.name, family, "Role", role) for family, role in rules]
    people = [str(role or "") for role in roles]
    role, known = this("Role"), this("Role").filled()
    filled: list[Filled] = [
        (ALWAYS_ADD["Classes that begin with"], [family for family, _ in rules]),
        (ALWAYS_ADD["Role"], roles),
        (
            ALWAYS_ADD["Called"].by(if_(known, now_expr(spec, role))),
            [holders.primary(person) for person in people],
        ),
        (
            ALWAYS_ADD["Then"].by(if_(known, now_expr(spec, role, backup=True))),
            [holders.backup(person) for person in people],
        ),
    ]
    return draft.table(laid_out(ALWAYS_ADD, row + 1, 2, filled, filtered=False)).last_row
