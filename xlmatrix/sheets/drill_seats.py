"""Drill seats: who plays which role when, which classes are rehearsed, and what is left open."""

from __future__ import annotations

from math import isnan
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, ref, span, these, this
from xlmatrix.rules import names
from xlmatrix.rules.drills.record import PLAN
from xlmatrix.rules.incidents.owners import Holders, holder_expr, primary_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import LETTERS, SEATS, DrillView, seat_header
from xlmatrix.sheets.parts import Drawn, Scene, back_link, dropdown, heading
from xlmatrix.sheets.plan import Table, TableColumn, Values
from xlmatrix.tables.validation import Paint

NAME: Final = "Drill seats"
GRID: Final = name("Drill_Seats")
_EACH: Final = name("Drill_Each")
_LIST: Final = name("List_Seats")
_HEADER_ROW: Final = 7
_FIRST_DRILL: Final = 5
_COVERAGE: Final = 4


def drill_seats_sheet(scene: Scene, view: DrillView) -> Drawn:
    """The seats, a role a row and a drill a column, and the coverage of the worst classes."""
    draft = Draft(NAME)
    heading(
        draft,
        "Who plays, and what is covered",
        "P: the primary plays the role, B: the backup. Nobody plays two roles in one drill.",
    )
    back_link(draft, 3, 2)
    draft.put(5, 2, "Each plays, at least", "label")
    each = view.spec.each
    draft.put(5, 3, each, "fixed.int")
    table = draft.table(_seats_table(scene, view, each))
    last = table.column + len(table.columns) - 1
    row = _gaps(draft, view, table.last_row + 2, last)
    draft.put(row, 2, "Classes of the worst severity, each once", "heading")
    classes = draft.table(_classes_table(scene, view, row + 1))
    _letters(draft, last + 2)
    draft.set_page(
        area=area(1, 1, classes.last_row, last), fit_height=1, freeze=f"C{_HEADER_ROW + 1}"
    )
    height = len(scene.spec.roles)
    drills = len(view.rows)
    return Drawn(
        draft.plan(),
        {
            _EACH.text: ref(5, 3, NAME),
            _LIST.text: span(2, last + 2, 3, last + 2, NAME),
            GRID.text: span(
                _HEADER_ROW + 1, _FIRST_DRILL, _HEADER_ROW + height, _FIRST_DRILL + drills - 1, NAME
            ),
        },
    )


def _letters(draft: Draft, column: int) -> None:
    draft.put(1, column, "Seats", "helper")
    for row, letter in enumerate(LETTERS.values(), start=2):
        draft.put(row, column, letter, "helper")
    draft.hidden_columns.add(column)


def _seats_table(scene: Scene, view: DrillView, each: int) -> Table:
    roles, holders = scene.spec.roles, Holders.of(scene.spec)
    numbers = [row.number for row in view.rows]
    choose = dropdown(_LIST, "P or B", hint="Empty: the role does not play.")
    columns = [
        TableColumn("Role", "key", 25),
        TableColumn("Primary", "formula", 18, expr=primary_expr(this("Role"))),
        TableColumn("Backup", "formula", 18, expr=holder_expr(this("Role"), "Backup")),
    ]
    values: list[Values] = [
        [role.name for role in roles],
        [holders.primary(role.name) for role in roles],
        [holders.backup(role.name) for role in roles],
    ]
    for place, number in enumerate(numbers, start=_FIRST_DRILL):
        cell = ref(_HEADER_ROW + 1, place, absolute=False)
        paints = (Paint(cell.eq("B"), "calm"), Paint(cell.eq("P"), "good"))
        columns.append(
            TableColumn(
                seat_header(number), "input.center", 5.6, validation=choose, paints=paints
            )
        )  # fmt: skip
        values.append([view.seats[role.name, number] or None for role in roles])
    row = these(seat_header(numbers[0]), seat_header(numbers[-1]))
    counts = [
        [_letters_in(view, role.name, letter) for role in roles] for letter in LETTERS.values()
    ]
    columns += [
        TableColumn("P", "formula.int", 6, expr=F.COUNTIF(row, "P")),
        TableColumn("B", "formula.int", 6, expr=F.COUNTIF(row, "B")),
        TableColumn(
            "Check", "formula", 19, expr=_check_expr(),
            paints=_paints(_HEADER_ROW + 1, _FIRST_DRILL + len(numbers) + 2),
        ),
    ]  # fmt: skip
    backups = [holders.backup(role.name) for role in roles]
    values += [
        counts[0],
        counts[1],
        [
            _check(primary, backup, each, has_backup=bool(person))
            for primary, backup, person in zip(*counts, backups, strict=True)
        ],
    ]
    return Table(SEATS, _HEADER_ROW, 2, tuple(columns), tuple(values), filtered=False)


def _letters_in(view: DrillView, role: str, letter: str) -> int:
    seats = (view.seats[role, row.number] for row in view.rows)
    return sum(seat.casefold() == letter.casefold() for seat in seats)


def _check_expr() -> Expr:
    short = if_(this("P") < _EACH, "primary too seldom", "ok")
    return if_(
        this("Backup").empty(),
        "no backup",
        if_(
            this("B") < _EACH, if_(this("P") < _EACH, "both too seldom", "backup too seldom"), short
        ),
    )


def _check(primary: int, backup: int, each: int, *, has_backup: bool) -> str:
    """The twin of the check of one role."""
    if not has_backup:
        return "no backup"
    seldom = [n for n, count in (("primary", primary), ("backup", backup)) if count < each]
    if len(seldom) == 2:
        return "both too seldom"
    return f"{seldom[0]} too seldom" if seldom else "ok"


def _paints(first: int, column: int) -> tuple[Paint, ...]:
    cell = ref(first, column, absolute=False)
    return (Paint(cell.eq("ok"), "good"), Paint(F.AND(cell.filled(), cell.ne("ok")), "bad"))


def _gaps(draft: Draft, view: DrillView, row: int, last: int) -> int:
    """What the plan could not cover when the workbook was made, in words."""
    draft.put(row, 2, "What the plan leaves open", "heading")
    texts = [gap.what for gap in view.plan.gaps] or [
        "Nothing: every class of the worst severity is rehearsed, and everybody plays often enough."
    ]
    for offset, text in enumerate(texts, start=1):
        draft.put(row + offset, 2, text, "fixed.wrap")
        draft.merge(row + offset, 2, row + offset, last)
    return row + len(texts) + 2


def _classes_table(scene: Scene, view: DrillView, row: int) -> Table:
    kinds = scene.spec.classes
    # Engines differ in arrays of FIND, and agree on COUNTIFS with wildcards.
    held: Expr = lit(0)
    for before, after in (("", ""), ("", "; *"), ("*; ", ""), ("*; ", "; *")):
        held = held + F.COUNTIFS(
            col(PLAN, "Classes"),
            lit(before) & this("Class") & after,
            col(PLAN, "Planned"),
            ">0",
        )
    matrix_row = F.MATCH(this("Class"), col("tMatrix", "ID"), 0)
    severity = iferror(F.INDEX(col("tMatrix", "Severity"), matrix_row) & "")
    worst = this("Severity").eq(F.INDEX(names.POL_SEVERITY, 1))
    check = if_(worst, if_(this("Drills") > 0, "ok", "not rehearsed"))
    counts = [_count(view, kind.id) for kind in kinds]
    first = scene.spec.severities[0].id
    columns = (
        TableColumn("Class", "key", 25),
        TableColumn("Severity", "formula.center", 18, expr=severity),
        TableColumn("Coverage", "formula", 18, expr=check, paints=_paints(row + 1, _COVERAGE)),
        TableColumn("Drills", "formula.int", 5.6, expr=held),
    )
    verdicts = [
        ("ok" if count else "not rehearsed") if kind.severity == first else ""
        for kind, count in zip(kinds, counts, strict=True)
    ]
    values: tuple[Values, ...] = (
        [kind.id for kind in kinds],
        [kind.severity for kind in kinds],
        verdicts,
        counts,
    )
    return Table("tDrillClasses", row, 2, columns, values, filtered=False)


def _count(view: DrillView, kind: str) -> int:
    drilled = [
        row.found.classes.casefold().split("; ")
        for row in view.rows
        if row.found is not None and not isnan(row.planned_s)
    ]
    return sum(classes.count(kind.casefold()) for classes in drilled)
