"""However many shifts a day has, or roles a RACI: no flag grows longer than a formula may be."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.matrices import few_spare_rows
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.tables.flags import flags_of
from xlmatrix.tables.hours import HOURS
from xlmatrix.tables.matrix import RACI
from xlmatrix.write import render

NOW = datetime(2026, 11, 16, 10, 30)


def test_nine_shifts_a_day_and_forty_roles_make_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    few_spare_rows(monkeypatch)
    text = api.new(template="standard", start=date(2026, 11, 1), months=1)
    shifts = ",".join(f"{hour:02}:00-{hour:02}:30" for hour in range(9))
    roles = "".join(
        f"  - {{id: r{n}, name: Role {n}, primary: Mara Lindqvist, backup: Jonas Adeyemi}}\n"
        for n in range(40)
    )
    letters = "".join(f"r{n}: I, " for n in range(40))
    for old, new in (
        ("Mon-Fri 09:00-12:30,13:15-17:30", f"Mon-Fri {shifts}"),
        ("exceptions: {}", f'exceptions: {{2026-11-09: "{shifts}"}}'),
        ("roles:\n  - id:", f"roles:\n{roles}  - id:"),
        ("letters: {incident_commander", f"letters: {{{letters}incident_commander"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    spec = loads(text).spec
    plan = plan_book(spec, IncidentLog.of({"ID": []}, {"Opened": []}), as_of=NOW, created=NOW)
    # Rendering refuses a formula that Excel could not load.
    assert render(plan)


def test_what_is_flagged_of_many_columns_is_what_formulas_have_room_for() -> None:
    edges = [f"{edge} {n}" for n in range(1, 10) for edge in ("Open", "Close")]
    row = dict.fromkeys(("Calendar", "Day", *edges)) | {"Calendar": "c", "Day": "Mon"}
    for slot, told in ((HOURS.flagged, True), (HOURS.flagged + 1, False)):
        flags = flags_of(HOURS, list(row), [row | {f"Open {slot}": "nine"}], lambda _: ["c"])
        assert (flags[0] is not None) is told
    roles = [f"Role {n}" for n in range(RACI.flagged + 1)]
    row = {"Phase": "p", **dict.fromkeys(roles)}
    for place, told in ((RACI.flagged - 1, True), (RACI.flagged, False)):
        flags = flags_of(RACI, list(row), [row | {roles[place]: "Z"}], lambda _: ())
        assert (flags[0] is not None) is told
