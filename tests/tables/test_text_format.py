"""What is typed in a column of words stays what was typed: its cells are formatted as text."""

from __future__ import annotations

from datetime import datetime

from xlmatrix import api
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import Formula
from xlmatrix.style.theme import look

AS_OF = datetime(2026, 11, 16, 10, 30)
_WORDS = {"text", "key", "choice"}


def test_typed_words_are_formatted_as_text_and_nothing_that_is_computed() -> None:
    book = plan_book(api.template("basic").spec, IncidentLog.empty(), as_of=AS_OF, created=AS_OF)
    seen = set()
    for sheet in book.sheets:
        for table in sheet.tables:
            for column in table.columns:
                form = look(column.look).number_format
                if column.computed or column.expr is not None:
                    assert form != "@", (table.name, column.id)
                elif column.typed and column.kind.id in _WORDS:
                    seen.add((table.name, column.id))
                    # Numbers and shares that are chosen from a list keep the format of theirs.
                    assert form == "@" or form in ("#,##0", "0%"), (table.name, column.id)
                elif column.typed:
                    assert form != "@", (table.name, column.id)
        for cell in sheet.cells.values():
            if isinstance(cell.value, Formula):
                assert look(cell.role).number_format != "@", sheet.name
    assert {("tIncidents", "ID"), ("tPauses", "Incident"), ("tPeople", "Name")} <= seen
