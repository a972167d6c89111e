"""Access: where bridge, channel, consoles and kill switch are, typed once for all severities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, ref
from xlmatrix.formula.errors import ERRORS
from xlmatrix.rules.cells import RowCells, word_in
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.sheets.severity_ladder import LAST, section
from xlmatrix.tables.access import ACCESS, NOT_SHOWN, holds_secret, secret_at, steps
from xlmatrix.tables.validation import Paint

NAME: Final = "Access"
TO_FILL: Final = "not filled in yet"
_SPARE: Final = 2
_HEADER_ROW: Final = 5
#: Where the box on a severity's sheet shows each column: its first and its last one.
_BOX: Final = (("Thing", 2, 2), ("Where", 3, 6), ("Who has access", 7, LAST))


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody needs to get into: where it is and who has access, as typed."""

    name: str
    where: str
    who: str


def access_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec lists anything."""
    if not scene.spec.access:
        return []
    draft = Draft(NAME)
    heading(
        draft,
        "Access",
        "Where each thing is and who has access. Every severity's sheet shows these rows.",
    )
    draft.fit(ACCESS.columns)
    back_link(draft, 3, 2)
    note = "Never a password, a token or a link that lets anybody in: say where it is kept instead."
    draft.put(4, 2, note, "note")
    table = _form(scene).table(draft, _HEADER_ROW)
    draft.set_page(area=f"A1:E{table.last_row}", fit_height=1, freeze=f"C{_HEADER_ROW + 1}")
    return [(Drawn(draft.plan(), {}), "Bridge, channel, consoles, kill switch: where, and who")]


def _form(scene: Scene) -> Form:
    listed = scene.spec.access
    form = Form(scene, ACCESS, [thing.name for thing in listed], spare=_SPARE)
    form.given("Where", [thing.where for thing in listed])
    form.given("Who has access", [thing.who for thing in listed])
    for step in steps():
        form.made(step)
    return form


def things(scene: Scene) -> list[Thing]:
    """The filled rows as they stand in the workbook, or in its spec."""
    if not scene.spec.access:
        return []
    return [Thing(*(_shown(row, known) for known, _, _ in _BOX)) for row in _named_rows(scene)]


def _named_rows(scene: Scene) -> list[RowCells]:
    return [row for row in _form(scene).rows if _is_named(row)]


def _is_named(row: RowCells) -> bool:
    thing = row.get("Thing")
    return isinstance(thing, str) and thing != "" and thing not in ERRORS


def _shown(row: RowCells, header: str) -> str:
    """The twin of what the box shows of a row that names a thing."""
    if header == "Thing":
        return word_in(row.get(header))
    return NOT_SHOWN if holds_secret(row) else word_in(row.get(header)) or TO_FILL


def access_box(draft: Draft, scene: Scene, row: int) -> int:
    """The rows of Access on another sheet; gives the row behind them."""
    if not scene.spec.access:
        return row
    row = section(draft, row, "Where to go, and who can get in", "Typed once, on Access.")
    for header, first, last in _BOX:
        draft.put(row, first, header, "header")
        draft.merge(row, first, row, last)
    rows = _form(scene).rows
    for place, cells in enumerate(rows, start=1):
        for header, first, last in _BOX:
            value = _shown(cells, header) if _is_named(cells) else ""
            draft.put(row + place, first, Formula(_cell(header, place), value), "formula.wrap")
            draft.merge(row + place, first, row + place, last)
    first_cell = ref(row + 1, 3, absolute=False)
    draft.paint(
        area(row + 1, 3, row + len(rows), LAST),
        Paint(first_cell.eq(TO_FILL), "label"),
        Paint(first_cell.eq(NOT_SHOWN), "bad"),
    )
    return row + len(rows) + 2


def _cell(header: str, place: int) -> Expr:
    """What a row of Access says; nothing where it names no thing."""
    named, cell = (F.INDEX(col(ACCESS.name, known), place) for known in ("Thing", header))
    told = F.IF(F.ISERROR(cell), TO_FILL, if_(cell.filled(), cell & "", TO_FILL))
    if header != "Thing":
        told = F.IF(secret_at(place), NOT_SHOWN, told)
    return if_(F.ISTEXT(named), if_(named.filled(), named if header == "Thing" else told))
