"""Drill seats: who plays which role when, which classes are rehearsed, and what is left open."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import (
    Expr,
    F,
    col,
    exact,
    if_,
    lit,
    name,
    ref,
    span,
    these,
    this,
)
from xlmatrix.formula.expr import Cell
from xlmatrix.rules import names
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.drills.criteria import SEATED
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.sheets.classes import severity_of
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import DrillView, seat_header
from xlmatrix.sheets.layout import laid_out, looks, paired
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Table, Values
from xlmatrix.tables.drills import (
    BACKUP_SELDOM,
    BOTH_SELDOM,
    DRILL_CLASSES,
    DRILL_PLAN,
    EACH,
    NO_BACKUP,
    OK,
    PRIMARY_SELDOM,
    SEATS,
    seats_check,
)
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import SEATS as LETTER

NAME: Final = "Drill seats"
GRID: Final = name("Drill_Seats")
_EACH: Final = name(EACH)
_PRIMARY, _BACKUP = LETTER.words
NOT_REHEARSED: Final = "not rehearsed"
_HEADER_ROW: Final = 7
_FIRST_DRILL: Final = 5


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
    draft.put(_HEADER_ROW - 1, _FIRST_DRILL - 1, "Seats", "label")
    for place, plan_row in enumerate(view.rows):
        at = _FIRST_DRILL + place
        cells = span(_HEADER_ROW + 1, at, _HEADER_ROW + len(scene.spec.roles), at)
        seats = reduce(add, (F.COUNTIF(cells, letter) for letter in LETTER.words))
        draft.put(_HEADER_ROW - 1, at, Formula(seats, view.seated(plan_row.number)), "formula.int")
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
            LETTER.list_name: span(2, last + 2, 3, last + 2, NAME),
            SEATED: span(
                _HEADER_ROW - 1, _FIRST_DRILL, _HEADER_ROW - 1, _FIRST_DRILL + drills - 1, NAME
            ),
            GRID.text: span(
                _HEADER_ROW + 1, _FIRST_DRILL, _HEADER_ROW + height, _FIRST_DRILL + drills - 1, NAME
            ),
        },
    )


def _letters(draft: Draft, column: int) -> None:
    draft.put(1, column, "Seats", "helper")
    for row, letter in enumerate(LETTER.words, start=2):
        draft.put(row, column, letter, "helper")
    draft.hidden_columns.add(column)


def _seats_table(scene: Scene, view: DrillView, each: int) -> Table:
    roles, holders = [role.name for role in scene.spec.roles], holders_now(scene.context)
    numbers = [row.number for row in view.rows]
    backups = [holders.backup(role) for role in roles]
    played, stood_in = (
        [_letters_in(view, role, known) for role in roles] for known in LETTER.words
    )
    counts = zip(played, stood_in, backups, strict=True)
    drills: dict[str, Values] = {
        seat_header(number): [view.seats[role, number] or None for role in roles]
        for number in numbers
    }
    row = these(seat_header(numbers[0]), seat_header(numbers[-1]))
    return laid_out(
        SEATS,
        _HEADER_ROW,
        2,
        paired(
            SEATS,
            {
                "Role": roles,
                "Primary": [holders.primary(role) for role in roles],
                "Backup": backups,
                **drills,
                "P": played,
                "B": stood_in,
                "Check": [seats_check(p, b, each, has_backup=bool(one)) for p, b, one in counts],
            },
            [
                SEATS["Primary"].by(now_expr(scene.spec, this("Role"))),
                SEATS["Backup"].by(now_expr(scene.spec, this("Role"), backup=True)),
                *(SEATS[letter].by(F.COUNTIF(row, letter)) for letter in LETTER.words),
                SEATS["Check"].by(_check_expr()),
            ],
        ),
        whole=True,
        paints={**dict.fromkeys(drills, looks(calm=_BACKUP, good=_PRIMARY)), "Check": _paints},
        filtered=False,
    )


def _letters_in(view: DrillView, role: str, letter: str) -> int:
    seats = (view.seats[role, row.number] for row in view.rows)
    return sum(seat.casefold() == letter.casefold() for seat in seats)


def _check_expr() -> Expr:
    short = if_(this("P") < _EACH, PRIMARY_SELDOM, OK)
    return if_(
        this("Backup").empty(),
        NO_BACKUP,
        if_(this("B") < _EACH, if_(this("P") < _EACH, BOTH_SELDOM, BACKUP_SELDOM), short),
    )


def _paints(cell: Cell) -> tuple[Paint, ...]:
    return (Paint(cell.eq(OK), "good"), Paint(F.AND(cell.filled(), cell.ne(OK)), "bad"))


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
            col(DRILL_PLAN.name, "Classes"),
            # Without its own sign, an ID such as <5 would be an order.
            lit(f"={before}") & exact(this("Class")) & after,
            col(DRILL_PLAN.name, "Planned"),
            ">0",
        )
    severity = severity_of(this("Class"))
    worst = this("Severity").eq(F.INDEX(names.POL_SEVERITY, 1))
    check = if_(worst, if_(this("Drills") > 0, OK, NOT_REHEARSED))
    counts = [_count(view, kind.id) for kind in kinds]
    first = scene.spec.severities[0].id
    verdicts = [
        (OK if count else NOT_REHEARSED) if kind.severity == first else ""
        for kind, count in zip(kinds, counts, strict=True)
    ]
    return laid_out(
        DRILL_CLASSES,
        row,
        2,
        paired(
            DRILL_CLASSES,
            {
                "Class": [kind.id for kind in kinds],
                "Severity": [word_in(kind.severity) for kind in kinds],
                "Coverage": verdicts,
                "Drills": counts,
            },
            [
                DRILL_CLASSES["Severity"].by(severity),
                DRILL_CLASSES["Coverage"].by(check),
                DRILL_CLASSES["Drills"].by(held),
            ],
        ),
        whole=True,
        paints={"Coverage": _paints},
        filtered=False,
    )


def _count(view: DrillView, kind: str) -> int:
    drilled = [
        row.found.classes.casefold().split("; ")
        for row in view.rows
        if row.found is not None and row.planned_s > 0
    ]
    return sum(classes.count(kind.casefold()) for classes in drilled)
