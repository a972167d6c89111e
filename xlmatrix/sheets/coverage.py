"""Coverage: whether every hour that a role is needed has a primary and a backup."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, criterion, if_, lit, place_among_texts, ref, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.coverage import Coverage, Gap, Missing, coverage
from xlmatrix.rules.ladder.oncall import held, plan_of
from xlmatrix.rules.lint.ladders import around_the_clock
from xlmatrix.rules.proof.whole import prove
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading, wall_serial
from xlmatrix.sheets.plan import Formula, Table
from xlmatrix.sheets.proof import classes_table, kinds_table, loads_table
from xlmatrix.tables.oncall import COVERAGE, SHIFTS
from xlmatrix.tables.people import ROLES
from xlmatrix.tables.validation import Paint

NAME: Final = "Coverage"
_NIGHTS: Final = "A night is theirs who are on call at 03:00 where they live."
_BOTH: Final[tuple[Missing, ...]] = ("primary", "backup")
_MOST_GAPS: Final = 200
_SEVERE: Final = "gap"
_COVERED: Final = "covered"
_MADE: Final = "As the matrix stood when this workbook was made; xlmatrix prove says it anew."


def coverage_sheet(scene: Scene) -> Drawn:
    """Who is called for every class, severity and instant, and who holds the roles for that."""
    draft = Draft(NAME)
    spec = scene.spec
    heading(
        draft,
        "Coverage",
        f"Who is called for every class, severity and instant, {spec.horizon.start} to"
        f" {spec.horizon.end}, clock changes and holidays included.",
    )
    back_link(draft, 3, 2)
    zone = scene.context.zone
    plan = scene.context.plan
    if spec.had_other_rotations:
        # Turns of before are past: what is looked for is what comes.
        plan = plan_of(spec, zone, scene.typed)
    proof = prove(spec, zone, held(spec, zone, plan), scene.calendars)
    draft.put(5, 2, "What was looked for in every ladder and rotation", "heading")
    draft.put(6, 2, _MADE, "note")
    row = draft.table(kinds_table(scene, proof, 7)).last_row + 2
    row = _roles(draft, scene, row) + 2
    draft.put(row, 2, "Each class at its own severity, while nobody answers", "heading")
    draft.put(row + 1, 2, _MADE, "note")
    row = classes_table(draft, proof, row + 2)
    if spec.on_call:
        draft.put(row + 2, 2, "Hours and nights on call by turns", "heading")
        draft.put(row + 3, 2, f"{_MADE} {_NIGHTS}", "note")
        row = loads_table(draft, proof, row + 4)
    draft.set_page(landscape=True, area=area(1, 1, row, 7))
    return Drawn(draft.plan(), {})


def _roles(draft: Draft, scene: Scene, row: int) -> int:
    """The roles and the hours in which they are needed, live, and the hours that lack somebody."""
    draft.put(row, 2, "Each role in the hours in which it is needed", "heading")
    rotating = {rotation.role for rotation in scene.spec.on_call}
    plan = {known: turns for known, turns in scene.context.plan.items() if known in rotating}
    rows = coverage(scene.spec, scene.context.zone, plan, scene.calendars)
    if not rows:
        said = "No role owns incidents or is called by a ladder: none needs cover."
        draft.put(row + 1, 2, said, "text")
        return row + 1
    count, found = around_the_clock(scene.context)
    draft.put(row + 1, 2, "Follows every change in this workbook.", "note")
    draft.put(row + 1, 6, "Targets without on-call", "label")
    draft.put(row + 1, 7, Formula(count, found), "formula.number")
    table = draft.table(_role_table(scene, rows, row + 2))
    return _gaps(draft, scene, [gap for one in rows for gap in one.gaps], table.last_row + 2)


def _role_table(scene: Scene, rows: list[Coverage], row: int) -> Table:
    spec, table = scene.spec, COVERAGE
    state = if_(this("Without primary h") + this("Without backup h") > 0, _SEVERE, _COVERED)
    cell = ref(row + 1, 7, absolute=False)
    paints = (Paint(cell.eq(_SEVERE), "bad"), Paint(cell.eq(_COVERED), "good"))
    filled: list[Filled] = [
        (table["Role"], [spec.role(one.role).name for one in rows]),
        (table["Held by"], ["rotation" if one.rotates else "named people" for one in rows]),
        (table["Needed h"], [one.needed_s / 3600 for one in rows]),
        *(
            (
                table[f"Without {what} h"].by(_missing_expr(spec, what)),
                [one.missing_s(what) / 3600 for one in rows],
            )
            for what in _BOTH
        ),
        (
            table["State"].by(state, paints=paints),
            [_SEVERE if one.gaps else _COVERED for one in rows],
        ),
        (table["off duty h"], [_off_duty_h(spec, one) for one in rows]),
    ]
    return laid_out(table, row, 2, filled, filtered=False)


def _missing_expr(spec: MatrixSpec, what: Missing) -> Expr:
    """The needed hours without a primary or backup: of the shifts, or all where a cell is empty."""
    shifts = F.SUMIFS(
        col(SHIFTS.name, f"no {what} h"), col(SHIFTS.name, "Role"), criterion(this("Role"))
    )
    place = place_among_texts(this("Role"), col(ROLES.name, "Role"))
    header = "Primary" if what == "primary" else "Backup"
    empty = F.IFERROR(F.INDEX(col(ROLES.name, header), place).empty(), lit(True))
    fixed = if_(empty, this("Needed h"), this("off duty h"))
    if not spec.on_call:
        return fixed
    return if_(this("Held by").eq("rotation"), shifts, fixed)


def _off_duty_h(spec: MatrixSpec, one: Coverage) -> float:
    """Needed hours in which the named people of a role that does not rotate are off duty."""
    if one.rotates or not spec.role(one.role).primary:
        return 0
    return one.missing_s("primary") / 3600


def _gaps(draft: Draft, scene: Scene, gaps: list[Gap], row: int) -> int:
    spec = scene.spec
    draft.put(row, 2, "Hours without a primary or a backup", "heading")
    if not gaps:
        text = "None when this workbook was made: every needed hour has a primary and a backup."
        draft.put(row + 1, 2, text, "text")
        return row + 1
    shown = gaps[:_MOST_GAPS]
    more = f" The first {_MOST_GAPS} of {len(gaps):,} are listed." if len(gaps) > len(shown) else ""
    note = "As the matrix stood when this workbook was made; the hours above follow every change."
    draft.put(row + 1, 2, note + more, "note")
    draft.row(row + 2, 2, ["Role", "Missing", "Hours", "From", "To"], "header")
    for y, gap in enumerate(shown, start=row + 3):
        draft.put(y, 2, spec.role(gap.role).name, "fixed")
        draft.put(y, 3, gap.missing, "fixed.center")
        draft.put(y, 4, gap.hours, "fixed.number")
        draft.put(y, 5, wall_serial(scene, gap.start_s), "fixed.stamp")
        draft.put(y, 6, wall_serial(scene, gap.end_s), "fixed.stamp")
    return row + 2 + len(shown)
