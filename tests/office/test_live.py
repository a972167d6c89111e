"""Ladder, on-call, obligations and health in the workbook, recomputed by other programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from tests.matrices import few_spare_rows
from tests.office import compare
from tests.office.libre import recomputed
from tests.office.package import bounds, column_cells, formula_cells
from tests.reporting.typing import random_reports
from xlmatrix.model import loads
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import published
from xlmatrix.rules.ladder import columns as ladder_rule
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.reporting import clock_steps, steps
from xlmatrix.write import render

_AS_OF = datetime(2026, 11, 16, 10, 30)
_SHEETS = ("Ladder", "On-call", "Coverage", "Obligations", "Workdays", "Health")
_COLUMNS = ("Level now", "Call now", "Fired at", "Next call at", "Next call")
_SPEC = """\
xlmatrix: 1
title: Live matrix
organisation: Test
zone: Europe/Berlin
horizon: {start: 2026-08-01, end: 2027-01-31}
policy: {effective: 2026-01-01}
calendars:
  - {id: always, name: Around the clock, hours: 24x7}
  - {id: office, name: Office, hours: "Mon-Fri 09:00-12:30,13:15-17:30", holidays: {country: DE}}
owners: {response: oncall, quality: lead, communications: lead}
roles:
  - {id: oncall, name: On-call, primary: Ada, backup: Bo}
  - {id: lead, name: Lead, primary: Cy, backup: Di}
  - {id: executive, name: Executive sponsor, primary: Eve, backup: Di}
people:
  - {name: Ada, email: a@example.com, phone: "1"}
  - {name: Bo, email: b@example.com, phone: "2"}
  - {name: Cy, email: c@example.com, phone: "3"}
  - {name: Di, email: d@example.com, phone: "4"}
  - {name: Eve, email: e@example.com}
on_call:
  - {role: oncall, people: [Ada, Bo, Cy], start: 2026-07-27, hours: Mon-Sat 07:00-19:00}
  - {role: lead, people: [Cy, Di], start: 2026-09-01, every: daily, handover: "08:00"}
obligations: {decider: lead, calendar: office, rules: [RULES]}
severities:
  - id: SEV-1
    name: Critical
    definition: Bad
    calendar: always
    targets: {acknowledge: 5 min, first_response: 10 min, resolve: 24 h}
    ladder:
      - {level: 1, after: 0 min, role: oncall, channel: page}
      - {level: 1, after: 5 min, role: oncall, contact: backup}
      - {level: 2, after: 15 min, role: lead, channel: call, repeat: 2}
      - {level: 2, after: 15 min, role: oncall}
      - {level: 3, after: 40 min, role: executive, until: resolved, repeat: 1}
  - id: SEV-2
    name: Moderate
    definition: Can wait
    calendar: office
    targets: {acknowledge: 1 h, first_response: 2 h, resolve: 3 business days}
    ladder:
      - {level: 1, after: 0 min, role: oncall}
      - {level: 2, after: 3 h, role: lead, until: resolved}
      - {level: 3, after: 1 business day, role: executive}
classes:
  - {id: A-1, name: Outage, definition: Down, severity: SEV-1}
  - {id: B-1, name: Slip, definition: Wrong, severity: SEV-2, owners: {response: lead}}
"""


def spec(*edits: tuple[str, str]) -> MatrixSpec:
    text = _SPEC.replace("RULES", ", ".join(rule.id for rule in published().values()))
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return loads(text).spec


def random_log(count: int, seed: int) -> IncidentLog:
    random = np.random.default_rng(seed)
    now = np.datetime64(_AS_OF, "s")
    near = random.choice([0, 299, 300, 301, 900, 2400, 3300, 4000, 6600, 9000], count)
    opened = now - np.where(
        random.random(count) < 0.4, near, random.integers(-3600, 15 * 86_400, count)
    ).astype("timedelta64[s]")
    edges = ("2026-11-13T17:30", "2026-11-13T12:30", "2026-11-16T09:00", "2026-11-14T11:00")
    on_edge = random.random(count) < 0.2
    opened[on_edge] = random.choice(np.array(edges, "datetime64[s]"), int(on_edge.sum()))
    nothing = np.datetime64("NaT", "s")
    slips = random.choice([-60, 0, 1, 299, 300, 301, 900, 3600, 86_400], count)
    return IncidentLog.of(
        {
            "ID": [f"I-{row}" for row in range(count)],
            "Class": random.choice(["Outage", "Slip", "", "Nonsense"], count).tolist(),
            "Severity set": random.choice(["", "SEV-1", "sev-2", "SEV-9"], count).tolist(),
        },
        {
            "Opened": opened,
            "Acknowledged": np.where(
                random.random(count) < 0.5, opened + slips.astype("timedelta64[s]"), nothing
            ),
            "Resolved": np.where(
                random.random(count) < 0.1, opened + np.timedelta64(7200, "s"), nothing
            ),
        },
    )


def write(
    path: Path, matrix: MatrixSpec, log: IncidentLog, typed: Mapping[tuple[str, str, str], Any]
) -> Path:
    book = plan_book(matrix, log, as_of=_AS_OF, created=_AS_OF, typed=typed)
    path.write_bytes(render(book))
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live")
    swaps = {
        ("tShifts", "On-call 2026-11-16 09:00", "Primary"): "Eve",
        ("tShifts", "Lead 2026-11-16 08:00", "Backup"): None,
    }
    return write(
        folder / "live.xlsx", spec(), random_log(200, 5), random_reports(_AS_OF, 8) | swaps
    )


@pytest.mark.office
def test_libreoffice_confirms_every_cell(built: Path) -> None:
    assert compare.assert_confirmed(built) > 5_000


@pytest.mark.office
def test_a_second_engine_confirms_ladder_obligations_and_health(built: Path) -> None:
    cells = formula_cells(built)
    wanted = [cell for cell in cells if cell[0] in _SHEETS and cell[0] != "Ladder"]
    wanted += column_cells(built, "tIncidents", *_COLUMNS)
    assert compare.assert_confirmed_by_ironcalc(built, wanted) > 1_000


def test_no_cell_shows_an_error_whatever_was_typed(built: Path) -> None:
    assert not compare.error_cells(built)


Edits = list[tuple[str, int, dict[str, object]]]
"""Table, row (from 1), and what is typed into its cells."""


def _edited(path: Path, edits: Edits) -> Path:
    """The workbook after a person has typed."""
    book = openpyxl.load_workbook(path)
    tables = {name: (sheet, sheet.tables[name]) for sheet in book for name in sheet.tables}
    for name, row, cells in edits:
        sheet, table = tables[name]
        left, top, right, _ = bounds(table.ref)
        headers = {sheet.cell(top, x).value: x for x in range(left, right + 1)}
        for header, value in cells.items():
            sheet.cell(top + row, headers[header]).value = value  # type: ignore[assignment]
    copy = path.with_name(f"edited {path.name}")
    book.save(copy)
    return copy


@pytest.mark.office
def test_an_edited_ladder_moves_every_call_as_the_same_spec_does(tmp_path: Path) -> None:
    log = random_log(80, 8)
    before = write(tmp_path / "before.xlsx", spec(), log, {})
    edited = _edited(
        before,
        [
            ("tLadder1", 3, {"After": 7, "Repeat": 1}),
            ("tLadder2", 2, {"After": 30, "Unit": "min", "Role": "On-call"}),
        ],
    )
    changed = spec(
        (
            "{level: 2, after: 15 min, role: lead, channel: call, repeat: 2}",
            "{level: 2, after: 7 min, role: lead, channel: call, repeat: 1}",
        ),
        (
            "{level: 2, after: 3 h, role: lead, until: resolved}",
            "{level: 2, after: 30 min, role: oncall, until: resolved}",
        ),
    )
    wanted = write(tmp_path / "wanted.xlsx", changed, log, {})
    answers = recomputed(edited)
    expected = formula_cells(wanted)
    differing = [
        (cell, expected[cell].value, answers[cell])
        for cell in column_cells(wanted, "tIncidents", *_COLUMNS)
        if not compare.same(expected[cell].value, answers[cell], expected[cell].kind)
    ]
    assert not differing, differing[:5]


@pytest.mark.office
def test_health_follows_what_people_change(tmp_path: Path) -> None:
    before = write(tmp_path / "before.xlsx", spec(), random_log(5, 8), {})
    edited = _edited(
        before,
        [
            ("tTargets1", 2, {"Within": 25, "Unit": "h"}),
            ("tRoles", 2, {"Backup": "Cy"}),
            ("tObligations", 1, {"Decider": None}),
            ("tShifts", 40, {"Primary": None, "Backup": None}),
        ],
    )
    first, then = (_health(path) for path in (before, edited))
    worse = {check for check in then if then[check] != first[check]}
    assert {
        "SEV-1: first response comes before resolve",
        "Roles whose backup is the primary",
        "Obligations without a decider",
    } <= worse
    assert then["Roles whose backup is the primary"] == "fix"


def _health(path: Path) -> dict[str, str]:
    """The state of each check as LibreOffice computes it."""
    sheet = openpyxl.load_workbook(path)["Health"]
    values = recomputed(path)
    return {
        str(check.value): str(values.get(("Health", state.coordinate)))
        for _, check, state, *_ in sheet.iter_rows(min_row=8)
    }


def _mutations() -> list[Any]:
    """Slips that a formula could have; each must be noticed by the values beside it."""
    ladder = ladder_rule

    def same_instant(monkeypatch: pytest.MonkeyPatch) -> None:
        real = ladder._at_acknowledgement
        monkeypatch.setattr(ladder, "_at_acknowledgement", lambda calendar: real(calendar) + 1)

    def hours_by_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
        real = clock_steps._end
        monkeypatch.setattr(clock_steps, "_end", lambda number: real(number) + 3600)

    def end_of_day_is_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(steps, "END_OF_DAY_S", 0)

    return [same_instant, hours_by_the_wall, end_of_day_is_midnight]


@pytest.mark.office
@pytest.mark.parametrize("mutate", _mutations(), ids=lambda mutate: mutate.__name__)
def test_a_slip_in_a_formula_is_noticed(
    mutate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    few_spare_rows(monkeypatch)
    path = write(
        tmp_path / "wrong.xlsx", spec(), random_log(30, 5), random_reports(_AS_OF, 8, notices=30)
    )
    assert compare.differences(path)


@pytest.fixture(scope="module")
def health() -> dict[Any, Any]:
    """The state of each check in a matrix whose horizon ends soon and whose nights nobody holds."""
    book = plan_book(
        spec(("end: 2027-01-31", "end: 2026-12-31")),
        IncidentLog.empty(),
        as_of=datetime.combine(date(2026, 11, 16), _AS_OF.time()),
        created=_AS_OF,
    )
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Health")
    return {
        cell.value: getattr(sheet.cells[row, 3].value, "value", None)
        for (row, column), cell in sheet.cells.items()
        if column == 2 and (row, 3) in sheet.cells
    }


def test_the_horizon_that_ends_soon_is_said(health: dict[Any, Any]) -> None:
    assert health["Deadlines can be computed for 60 days ahead"] == "fix"


def test_hours_that_nobody_holds_are_said(health: dict[Any, Any]) -> None:
    assert health["Every needed hour has a primary and a backup"] == "fix"
    # The rota was proved as well, when the workbook was made.
    assert health["Coverage, as of the making: nobody to call"] == "look"
