"""Incidents: what is open, and the log. Inputs are yellow, the rest follows, also in new rows."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, lit, ref, this, to_excel
from xlmatrix.rules.column import values_of
from xlmatrix.rules.incidents.checks import MARK
from xlmatrix.rules.incidents.columns import LATE, SOON, incident_columns
from xlmatrix.rules.incidents.states import OVERDUE, TO_HOLD
from xlmatrix.sheets.below import count_below, said_below, says_below
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import REACH_ROWS, Drawn, Scene, back_link, column_span
from xlmatrix.sheets.plan import Formula, Table, Value, Values
from xlmatrix.sheets.worklist import Chosen, Part, more_words, open_block, paints_of
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.vocabulary import INCIDENTS as IDS

NAME: Final = "Incidents"
#: The header above both the open incidents and the log, which stays in sight.
_TOP: Final = 3
#: How many open incidents stand above the log.
SHOWN: Final = 10
HEADER_ROW: Final = _TOP + SHOWN + 3
_LEFT: Final = 1
_OPEN: Final = (
    "ID",
    "Mark",
    "Title",
    "Severity",
    "Status",
    "Next step",
    "Next due",
    "Time left",
    "By whom",
    "Opened",
    "Class",
)

#: Shown where the spec asks for messages.
_FOR_MESSAGES: Final = ("Public state", "Public now")
#: From here on a visible formula is worked out in a hidden column beside it.
_LONG_FORMULA_CHARS: Final = 700
_WORKINGS: Final = " (workings)"
#: The columns of the log in the order people read them; hidden steps follow.
ORDER: Final = INCIDENTS.ids


def incidents_sheet(scene: Scene) -> Drawn:
    """The open incidents, the most urgent first, and below them the log with all its clocks."""
    draft = Draft(NAME)
    chosen = Chosen(scene)
    reach = HEADER_ROW + max(len(scene.frame) + 200, REACH_ROWS)
    table = draft.table(_table(scene, reach))
    if scene.spec.comms is None:
        draft.hidden_columns.update(table.column_of(known) for known in _FOR_MESSAGES)
    if scene.spec.imports:
        # Tickets are cancelled where the incidents come from, and by hand where they are kept.
        draft.hidden_columns.discard(table.column_of("Not counted"))
    below = count_below(draft, scene, table, INCIDENTS, reach)
    _head(draft, scene, table)
    # The columns of the log stand below those of the block, so that one header serves both.
    parts = [
        Part(table.column_of(known), table.column_of(known), known, center=_centered(known))
        for known in _OPEN
    ]
    helper = table.column_of("row")
    last = open_block(draft, chosen, _TOP, parts, ranks=SHOWN, helper=helper)
    draft.heights.update(dict.fromkeys(range(_TOP + 1, last + 1), table.row_height))
    elsewhere = "choose their status with the arrow of Status in the log below"
    draft.put(last + 1, 3, more_words(chosen, SHOWN, elsewhere), "note")
    _log_head(draft, scene, last + 2)
    draft.set_page(
        freeze=f"C{_TOP + 1}",
        area=area(1, 1, table.last_row, table.column_of("Class")),
        repeat_rows=f"{_TOP}:{_TOP}",
    )
    defined: dict[str, Expr] = {
        **below,
        "Incidents_Header": ref(HEADER_ROW, _LEFT, NAME),
        IDS.list_name: column_span(NAME, table, "ID"),
    }
    return Drawn(draft.plan(), defined)


def _centered(header: str) -> bool:
    return ".center" in INCIDENTS[header].look


def _head(draft: Draft, scene: Scene, table: Table) -> None:
    draft.put(1, _LEFT, "Incidents", "title")
    draft.put(1, 3, "Open now: the worst severity first, then what is due next", "subtitle")
    draft.heights.update({1: 30, _TOP: 24})
    back_link(draft, 2, _LEFT)
    draft.put(2, 3, _figures(scene), "bold")
    free = HEADER_ROW + 1 + int(np.count_nonzero(_used(scene)))
    draft.put(1, table.column_of("By whom"), "Log a new one ↓", "link", link=f"{NAME}!A{free}")


def _used(scene: Scene) -> np.ndarray:
    """Rows of the log in which something is typed: the rows before the ready ones below."""
    texts = np.array(list(scene.frame.log.texts.values()), dtype=object) != ""
    return np.arange(len(scene.frame)) <= np.max(np.flatnonzero(texts.any(axis=0)), initial=-1)


def _log_head(draft: Draft, scene: Scene, row: int) -> None:
    draft.put(row, _LEFT, "The log", "heading")
    draft.heights[row] = 24
    draft.put(
        row,
        3,
        "Type in the yellow cells: title, opened and class are enough to start every clock. Times "
        f"are wall-clock times in {scene.spec.zone}.",
        "note",
    )


def _figures(scene: Scene) -> Formula:
    """How many are open, overdue and due soon, and what the reviews and the marks say."""
    parts = (
        ("Status", LATE, "Overdue"),
        ("Status", SOON, "Due soon"),
        ("Review", OVERDUE, "Reviews overdue"),
        ("Review", TO_HOLD, "Reviews to hold"),
        ("Mark", MARK, f"Rows to check {MARK}"),
    )
    chosen = Chosen(scene)
    expr, words = lit("Open: ") & chosen.count, f"Open: {len(chosen.rows)}"
    for header, word, label in parts:
        expr = expr & f" · {label}: " & F.COUNTIF(col(INCIDENTS.name, header), word)
        words += f" · {label}: {np.count_nonzero(scene.frame[header] == word)}"
    said = said_below(scene, INCIDENTS)
    expr = expr & if_(says_below(INCIDENTS).filled(), lit(" · ") & says_below(INCIDENTS))
    return Formula(expr, f"{words} · {said}" if said else words)


def _table(scene: Scene, reach: int) -> Table:
    computed: dict[str, Filled] = {}
    for rule in incident_columns(scene.spec):
        values = values_of(rule, scene.frame)
        computed |= {part.id: (part, values) for part in _split(rule)}
    filled: list[Filled] = []
    for place, column in enumerate(INCIDENTS.columns, start=_LEFT):
        if column.typed:
            filled.append((column, _typed(scene, column)))
            continue
        follows, shown = computed.pop(column.id)
        paints = paints_of(scene, column.id, HEADER_ROW + 1, place)
        filled.append((follows.having(paints=paints), shown))
    return laid_out(
        INCIDENTS,
        HEADER_ROW,
        _LEFT,
        [*filled, *computed.values()],
        reach=reach,
    )


def _split(column: Column) -> tuple[Column, ...]:
    """A column with its long formula moved to a hidden one, where cells of the row are short."""
    expr = column.expr
    if column.hidden or expr is None or len(to_excel(expr, INCIDENTS.name)) < _LONG_FORMULA_CHARS:
        return (column,)
    workings = hidden_step(column.id + _WORKINGS, expr, kind=column.kind)
    return column.having(expr=this(workings.id)), workings


def _typed(scene: Scene, column: Column) -> Values:
    log = scene.frame.log
    if not column.kind.instant:
        return [text or None for text in log.texts[column.id]]
    serials: np.ndarray[Any, np.dtype[np.float64]] = scene.frame[column.id] / 86400
    odd = [(row, text) for (known, row), text in log.odd.items() if known == column.id]
    if not odd:
        return serials
    mixed: list[Value] = [None if np.isnan(value) else float(value) for value in serials]
    for row, text in odd:
        mixed[row] = text
    return mixed
