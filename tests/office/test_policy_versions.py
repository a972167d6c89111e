"""What earlier versions of the policy say, as two other programs compute it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.matrices import few_spare_rows
from tests.model.small import changed
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.office

_HISTORY = """\
history:
  - version: "1"
    effective: 2026-01-01
    classes: {QLT-01: {severity: SEV-1}}
    roles: {oncall: {primary: Tom Weiss, backup: Priya Raman}}
    calendars:
      business: {hours: "Mon-Thu 08:00-16:00; Fri 22:00-04:00", mode: shift}
      always: {hours: "Mon-Sun 06:00-22:00"}
  - version: "2"
    effective: 2026-11-05
    classes: {QLT-01: {severity: SEV-1}, REL-01: {severity: SEV-2}}
    calendars: {business: {hours: "Mon-Fri 10:00-18:00"}}
severities:
"""
_SPEC = changed(
    ('version: "1", effective: 2026-01-01', 'version: "3", effective: 2026-11-16'),
    ("severities:\n", _HISTORY),
    ("primary: Priya Raman, backup: Tom Weiss}", "primary: Priya Raman}"),
)
_OPENED = ("2026-11-03 16:00", "2026-11-04 23:58", "2026-11-05 00:00", "2026-11-15 23:59",
           "2026-11-16 08:50")  # fmt: skip
_CSV = "id,opened,title,class,severity,override_reason\n" + "".join(
    f"{kind[0]}-{number},{opened},Down,{kind},{'SEV-1' if number == 3 else ''},\n"
    for number, opened in enumerate(_OPENED)
    for kind in ("REL-01", "QLT-01")
)


def test_what_earlier_versions_say_is_what_other_programs_compute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    export, path = tmp_path / "incidents.csv", tmp_path / "book.xlsx"
    export.write_text(_CSV, encoding="utf-8")
    api.build(loads(_SPEC), incidents=export, as_of="2026-11-16 10:30", output=path)
    told = {row: api.explain(path, row).to_dict() for row in ("R-0", "R-2", "R-4", "Q-0", "Q-4")}
    assert {row: one["severity"] for row, one in told.items()} == {
        "R-0": "SEV-1", "R-2": "SEV-2", "R-4": "SEV-1", "Q-0": "SEV-1", "Q-4": "SEV-2",
    }  # fmt: skip
    assert [told[row]["response_owner"] for row in ("R-0", "R-4")] == ["Tom Weiss", "Priya Raman"]
    assert_confirmed(path)
    assert_confirmed_by_ironcalc(path, formula_cells(path))


#: A role that took turns, was held by name and takes others now; one that takes turns no more.
_TURNS = """\
teams:
  - {id: bridge, name: Bridge, members: [Priya Raman, Ida Berg]}
  - {id: desk, name: Desk, members: [Tom Weiss]}
on_call:
  - {role: oncall, people: [Ida Berg, Tom Weiss], start: 2026-11-12, every: daily}
leave:
  - {person: Tom Weiss, from: 2026-11-05 12:00, to: 2026-11-09}
history:
  - version: "1"
    effective: 2026-01-01
    teams: {bridge: {members: [Tom Weiss]}}
    on_call:
      - {role: oncall, people: [Tom Weiss, Gone Away], start: 2026-10-26, every: daily}
      - {role: quality, people: [Ida Berg, Priya Raman], start: 2026-10-26, every: 12 h}
  - version: "2"
    effective: 2026-11-05
    roles: {oncall: {primary: Tom Weiss, backup: Ida Berg}}
    on_call: []
severities:
"""


def test_turns_and_teams_of_before_are_what_other_programs_compute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    turns = _TURNS.replace(
        "teams:\n",
        '  - {name: Ida Berg, email: ida@example.com, phone: "+493023125199"}\nteams:\n',
        1,
    )
    spec = changed(
        ("xlmatrix: 1", "xlmatrix: 2"),
        ('version: "1", effective: 2026-01-01', 'version: "3", effective: 2026-11-16'),
        ("severities:\n", turns),
        ("{level: 1, after: 0 min, role: oncall}\n      - {level: 1, after: 5 min",
         "{level: 1, after: 0 min, team: bridge}\n      - {level: 1, after: 5 min"),
    )  # fmt: skip
    export, path = tmp_path / "incidents.csv", tmp_path / "book.xlsx"
    export.write_text(_CSV, encoding="utf-8")
    api.build(loads(spec), incidents=export, as_of="2026-11-16 10:30", output=path)
    told = {row: api.explain(path, row).to_dict() for row in ("R-0", "R-1", "R-3", "R-4", "Q-0")}
    # Of two who alternate by days and by half days; by name; and before the handover at nine.
    assert {row: one["response_owner"] for row, one in told.items()} == {
        "R-0": "Tom Weiss", "R-1": "Gone Away", "R-3": "Tom Weiss", "R-4": "Tom Weiss",
        "Q-0": "Ida Berg",
    }  # fmt: skip
    called = {row: one["ladder"][0]["call"] for row, one in told.items() if row[0] == "R"}
    assert called == {
        "R-0": "Tom Weiss (page)", "R-1": "Tom Weiss (page)",
        "R-3": "Priya Raman, Ida Berg (page)", "R-4": "Priya Raman, Ida Berg (page)",
    }  # fmt: skip
    assert_confirmed(path)
    assert_confirmed_by_ironcalc(path, formula_cells(path))
