"""A small spec whose ladder has a step of every kind, and the cells of its workbook."""

from __future__ import annotations

from typing import Any

from openpyxl.workbook import Workbook

from tests.model.small import changed
from tests.office.package import bounds

_OLD = """\
      - {level: 1, after: 0 min, role: oncall}
      - {level: 1, after: 5 min, role: oncall, contact: backup}
      - {level: 2, after: 15 min, role: quality, channel: call, until: resolved, repeat: 1}
"""
_NEW = """\
      - {level: 1, after: 50 % of first_response, owner: response}
      - {level: 1, after: 10 min, role: oncall, contact: backup, families: [security]}
      - {level: 2, after: 15 min, team: all, channel: call, until: resolved, repeat: 1}
      - {level: 3, after: 30 min, role: quality, channel: e-mail, inform: true, on: declared}
    repeat_after: 20 min
"""
_REST = """\
  - id: SEC-01
    name: Break-in
    definition: Somebody is in.
    severity: SEV-1
    family: security
    owners: {response: quality}
import:
"""


def ladder_spec() -> str:
    """The text of the spec."""
    person, severities = "  - {name: Tom Weiss, email", "severities:\n  - id: SEV-1\n"
    team = "teams:\n  - {id: all, name: All hands, members: [Priya Raman, Tom Weiss]}\n"
    return changed(
        (_OLD, _NEW),
        ("import:\n", _REST),
        ("    name: Outage\n", "    name: Outage\n    family: reliability\n"),
        (person, "  - {name: Viktor Hansen, email: v@example.com, phone: '1'}\n" + person),
        (severities, team + severities),
    )


def cell_of(book: Workbook, table: str, column: str, row: int | str) -> Any:
    """A cell of a table by its row, from 1, or by what stands in the row's first columns."""
    sheet = next(one for one in book.worksheets if table in one.tables)
    left, top, right, bottom = bounds(sheet.tables[table].ref)
    headers = {sheet.cell(top, x).value: x for x in range(left, right + 1)}
    if isinstance(row, str):
        rows = range(top + 1, bottom + 1)
        row = next(y for y in rows if row in (sheet.cell(y, left + n).value for n in (0, 1))) - top
    return sheet.cell(top + row, headers[column])
