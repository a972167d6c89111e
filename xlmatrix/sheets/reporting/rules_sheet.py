"""The sheet Reporting rules: what each obligation asks before its clock counts."""

from __future__ import annotations

from typing import Final

from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, back_link, heading, padded
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.parsing import parse_exprs, parse_values
from xlmatrix.sheets.reporting.reports import Desk
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.kinds import SECONDS, TEXT
from xlmatrix.tables.reporting import RULES

NAME: Final = "Reporting rules"
HEADER_ROW: Final = 6
_LEFT: Final = 2
_SPARE: Final = 3
#: Pages side by side that hold the columns of a rule.
_PAGES: Final = 4


def rules_sheet(found: Desk) -> Drawn:
    """The rules, with the steps that take their conditions apart."""
    draft = Draft(NAME)
    heading(
        draft,
        "Reporting rules",
        "For counsel: which moment starts a clock, whose days count, and when a duty applies.",
    )
    back_link(draft, 3, _LEFT)
    draft.put(
        4,
        _LEFT,
        "A condition names facts and their answers: fact = answer, answer; fact = answer. A "
        "further clock counts also (the earliest is due) or instead of the others.",
        "note",
    )
    rows = [dict(cells) for cells in found.rule_cells]
    height = len(rows) + _SPARE
    ready: list[dict[str, Value]] = [*rows, *({} for _ in range(_SPARE))]
    parsed = [parse_values(cells, found.places, found.told.member) for cells in ready]
    filled: list[Filled] = [
        (column, padded([cells[column.id] for cells in rows], height)) for column in RULES.typed
    ]
    for header, expr in parse_exprs().items():
        step = hidden_step(header, expr, kind=SECONDS if header.endswith(" no") else TEXT)
        filled.append((step, [values[header] for values in parsed]))
    table = draft.table(laid_out(RULES, HEADER_ROW, _LEFT, filled))
    last = table.column + len([one for one in table.columns if not one.hidden]) - 1
    draft.set_page(
        area=area(1, 1, table.last_row, last),
        fit_width=_PAGES,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
        repeat_columns="A:B",
        zoom=90,
        freeze=f"C{HEADER_ROW + 1}",
    )
    return Drawn(draft.plan(), {})
