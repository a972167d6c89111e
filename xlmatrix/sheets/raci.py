"""RACI: who does what in each phase, who is accountable, and who is called in addition."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, if_, name, ref, span, these, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Role
from xlmatrix.rules import names
from xlmatrix.rules.incidents.owners import Holders, holder_expr, primary_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import Drawn, Scene, back_link, dropdown, heading, padded
from xlmatrix.sheets.plan import Formula, Table, TableColumn, Value, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint

NAME: Final = "RACI"
_HEADER_ROW: Final = 6
_LETTERS: Final = ("R", "A", "A/R", "C", "I")
_LIST: Final = name("List_RACI")
_FIRST_ROLE: Final = 3


def raci_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The RACI, where the spec has one."""
    if not scene.spec.raci:
        return []
    return [(_raci(scene), "Who is responsible and accountable in each phase")]


def raci_roles(spec: MatrixSpec) -> list[Role]:
    """The roles that have a part in any phase, in the order of the spec."""
    named = {role for row in spec.raci for role in row.letters}
    return [role for role in spec.roles if role.id in named]


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
    return Drawn(draft.plan(), {_LIST.text: span(2, last + 2, 1 + len(_LETTERS), last + 2, NAME)})


def _choices(draft: Draft, column: int) -> None:
    draft.put(1, column, "Letters", "helper")
    for row, letter in enumerate(_LETTERS, start=2):
        draft.put(row, column, letter, "helper")
    draft.hidden_columns.add(column)


def _table(scene: Scene, roles: list[Role]) -> Table:
    spec, first = scene.spec, _HEADER_ROW + 1
    choose = dropdown(_LIST, "a letter", hint="Empty means: no part in it.")
    letters: dict[str, list[Value]] = {role.id: [] for role in roles}
    checks: list[Value] = []
    for row in spec.raci:
        given = [
            scene.value("tRaci", row.phase, role.name, row.letters.get(role.id)) for role in roles
        ]
        for role, letter in zip(roles, given, strict=True):
            letters[role.id].append(letter)
        checks.append(_verdict([str(letter or "") for letter in given]))
    columns = [TableColumn("Phase", "key", 30)]
    for place, role in enumerate(roles, start=_FIRST_ROLE):
        cell = ref(first, place, absolute=False)
        paints = (
            Paint(F.OR(cell.eq("A"), cell.eq("A/R")), "good"),
            Paint(cell.eq("R"), "calm"),
        )
        columns.append(
            TableColumn(role.name, "input.center", 13.5, validation=choose, paints=paints)
        )
    columns += [_check(roles, first), TableColumn("Source", "input.wrap", 26)]
    values: list[Values] = [
        [row.phase for row in spec.raci],
        *letters.values(),
        checks,
        [scene.value("tRaci", row.phase, "Source", row.source) for row in spec.raci],
    ]
    return Table("tRaci", _HEADER_ROW, 2, tuple(columns), tuple(values), filtered=False)


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
    return TableColumn("Check", "formula.center", 18, expr=expr, paints=paints)


def _verdict(letters: list[str]) -> str:
    """The twin of the check: from the letters of a row, which Excel compares without case."""
    parts = [letter.upper().split("/") for letter in letters]
    accountable = sum("A" in part for part in parts)
    if accountable != 1:
        return "Two accountable" if accountable else "Nobody accountable"
    return "ok" if any("R" in part for part in parts) else "Nobody does it"


def _people(draft: Draft, scene: Scene, roles: list[Role], row: int) -> int:
    """Who holds each role, under its column."""
    holders = Holders.of(scene.spec)
    for offset, (label, person, value) in enumerate(
        (
            ("Primary", primary_expr, holders.primary),
            ("Backup", lambda role: holder_expr(role, "Backup"), holders.backup),
        )
    ):
        draft.put(row + offset, 2, label, "label")
        for place, role in enumerate(roles, start=_FIRST_ROLE):
            expr: Expr = person(ref(_HEADER_ROW, place))
            draft.put(row + offset, place, Formula(expr, value(role.name)), "formula.center_wrap")
        draft.heights[row + offset] = 28
    return row + 2


def _rules(draft: Draft, scene: Scene, row: int) -> int:
    spec = scene.spec
    if not spec.always_add:
        return row
    draft.put(row, 2, "Always called in addition to the ladder", "heading")
    rules = [(", ".join(rule.prefix), spec.role(rule.role).name) for rule in spec.always_add]
    height = len(rules)
    holders = Holders.of(spec)
    roles = [scene.value("tAlwaysAdd", family, "Role", role) for family, role in rules]
    people = [str(role or "") for role in roles]
    filled = this("Role").filled()
    columns = (
        TableColumn("Classes that begin with", "key", 30),
        TableColumn("Role", "input.wrap", 13.5, validation=dropdown(names.LIST_ROLES, "a role")),
        TableColumn(
            "Called", "formula.wrap", 13.5, expr=if_(filled, primary_expr(this("Role")))
        ),
        TableColumn(
            "Then", "formula.wrap", 13.5, expr=if_(filled, holder_expr(this("Role"), "Backup"))
        ),
    )  # fmt: skip
    values: tuple[Values, ...] = (
        padded([family for family, _ in rules], height),
        padded(roles, height),
        padded([holders.primary(role) for role in people], height, ""),
        padded([holders.backup(role) for role in people], height, ""),
    )
    table = draft.table(Table("tAlwaysAdd", row + 1, 2, columns, values, filtered=False))
    return table.last_row
