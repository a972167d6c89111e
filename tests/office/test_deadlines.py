"""Every formula cell equals the value Python stored beside it, on incidents aimed at the edges."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.matrices import aimed_log, done_on_time, matrix, write_book
from tests.office import compare, engines
from tests.office.integrity import assert_sound
from tests.office.package import column_cells, formula_cells
from xlmatrix.formula import Expr, F
from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import instants, names, second_hour
from xlmatrix.rules.clocks import clocks
from xlmatrix.rules.clocks.calendar_rows import CalendarKeys, is_always, rows_of
from xlmatrix.rules.incidents import openings
from xlmatrix.rules.incidents.steps import ALL_STEPS, JUDGED_STEPS

_AS_OF = datetime(2026, 7, 1, 11, 0, 0)
#: Incidents of each zone, aimed at the edges of its calendars, where a wrong rule shows first.
_PER_ZONE = int(os.environ.get("XLMATRIX_INCIDENTS", "120"))
_FEW = 60
_HOLIDAYS = {date(2026, 1, 1): "New Year", date(2026, 5, 1): "May Day", date(2026, 12, 25): "Xmas"}

#: Three zones, nine calendars: lunch breaks, night shifts, weekends, holidays both ways,
#: exceptions, three shifts a day, an hour that the clock change takes away.
_SCENES: dict[str, list[dict[str, Any]]] = {
    "Europe/Berlin": [
        {"id": "always", "name": "Around the clock", "hours": "24x7"},
        {
            "id": "office",
            "name": "Office",
            "hours": "Mon-Fri 09:00-12:30,13:15-17:30",
            "holidays": {"mode": "clip", "dates": _HOLIDAYS},
            "exceptions": {date(2026, 3, 30): "10:00-11:00", date(2026, 12, 24): "closed"},
        },
        {
            "id": "nights",
            "name": "Nights",
            "hours": "Mon-Fri 22:00-06:00; Sat 20:00-04:00",
            "holidays": {"mode": "clip", "dates": _HOLIDAYS},
        },
    ],
    "America/New_York": [
        {
            "id": "thirds",
            "name": "Three shifts",
            "hours": "Mon-Sat 00:00-02:30,08:00-12:00,16:00-24:00",
            "holidays": {"mode": "shift", "dates": _HOLIDAYS},
        },
        {
            "id": "shifted",
            "name": "Nights, by shift",
            "hours": "Sun-Thu 21:00-05:00",
            "holidays": {"mode": "shift", "dates": _HOLIDAYS},
            "exceptions": {date(2026, 5, 1): "12:00-13:00"},
        },
        {"id": "daily", "name": "Every day", "hours": "Mon-Sun 00:00-24:00"},
    ],
    "Australia/Lord_Howe": [
        {
            "id": "weekend",
            "name": "Weekend",
            "hours": "Sat 09:00-13:00; Sun 01:45-02:15,14:00-18:00",
            "holidays": {"mode": "clip", "dates": {date(2026, 4, 5): "Easter"}},
        },
        {"id": "early", "name": "Early", "hours": "Mon-Fri 06:00-10:00,10:00-14:30"},
        {"id": "long", "name": "Long night", "hours": "Wed 18:00-17:59"},
    ],
}


def _scene(zone: str) -> MatrixSpec:
    ids = [str(calendar["id"]) for calendar in _SCENES[zone]]

    def on(index: int, within: str) -> dict[str, str]:
        return {"within": within, "calendar": ids[index % len(ids)]}

    sets = [
        {
            "acknowledge": on(n, f"{5 + 7 * n} min"),
            "first_response": on(n + 1, f"{30 + 15 * n} min"),
            "internal_update": on(n, "45 min"),
            "customer_first": on(n + 2, "90 min"),
            "customer_repeat": on(n + 1, "1 days") if n == 2 else on(n, "2 h"),
            "contain": on(n + 1, "4 h"),
            "mitigate": on(n + 2, f"{1 + n} business days"),
            "resolve": on(n, f"{2 + 3 * n} business days"),
            "review": on(0, "3 days") if n != 1 else on(1, "5 business days"),
        }
        for n in range(3)
    ]
    return matrix(zone, _SCENES[zone], sets)


def _book(zone: str, folder: Path, count: int) -> Path:
    spec = _scene(zone)
    calendars = [build_calendar(spec, calendar.id) for calendar in spec.calendars]
    log = aimed_log(calendars, 3, count, seed=len(zone))
    log = done_on_time(spec, log, _AS_OF, share=0.3)
    return write_book(spec, log, _AS_OF, folder / f"{zone.replace('/', '-')}.xlsx")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("deadlines")
    return {zone: _book(zone, folder, _PER_ZONE) for zone in _SCENES}


@pytest.mark.office
def test_libreoffice_confirms_every_cell_of_incidents_on_nine_calendars(
    books: dict[str, Path],
) -> None:
    for built in books.values():
        found = compare.differences(built)
        assert not found, "\n".join(map(str, found[:10]))


_JUDGED = [
    *(step.due for step in ALL_STEPS),
    *(f"{step.code} state" for step in JUDGED_STEPS),
    "Escalate at",
    "Next due",
    "Status",
]
#: Instants in whole seconds: here not a fraction may differ.
_WHOLE = ["opened s", *(f"{step.code} due s" for step in ALL_STEPS)]


def _second_engine(built: Path) -> list[compare.Difference]:
    """What IronCalc does not confirm: judgements and stamps, and instants that are not whole."""
    wanted = set(column_cells(built, "tIncidents", *_JUDGED))
    whole = set(column_cells(built, "tIncidents", *_WHOLE))
    cells = {cell: f for cell, f in formula_cells(built).items() if cell in wanted | whole}
    assert len(cells) > 1000
    values = engines.ironcalc_values(built, cells)
    fractions = [
        compare.Difference(*cell, found.value, values[cell], found.formula)
        for cell, found in cells.items()
        if cell in whole and isinstance(found.value, float) and values[cell] != found.value
    ]
    return compare.compare(cells, values) + fractions


@pytest.mark.office
def test_a_second_engine_confirms_every_due_column_and_judgement(tmp_path: Path) -> None:
    found = _second_engine(_book("Europe/Berlin", tmp_path, _FEW))
    assert not found, "\n".join(map(str, found[:10]))


@pytest.mark.office
def test_no_formula_ends_in_an_error(books: dict[str, Path]) -> None:
    for built in books.values():
        assert compare.error_cells(built) == []


@pytest.mark.validator
def test_the_books_are_valid_and_sound(books: dict[str, Path]) -> None:
    # The books differ in zone and hours only: the validator reads one, our own checks another.
    engines.validate(books["Australia/Lord_Howe"])
    assert_sound(books["America/New_York"])


def test_the_rows_of_the_calendar_sheet_are_the_engines_intervals() -> None:
    for zone in _SCENES:
        spec = _scene(zone)
        for number, written in enumerate(spec.calendars, start=1):
            calendar = build_calendar(spec, written.id)
            if is_always(calendar):
                continue
            rows = rows_of(calendar, number, 3)
            # Touching rows are one interval to the engine.
            merged: list[list[int]] = []
            for row in rows:
                if row.end == row.start:
                    continue
                if merged and merged[-1][1] == row.start:
                    merged[-1][1] = row.end
                else:
                    merged.append([row.start, row.end])
            epoch = instants.EPOCH_S
            start_s, end_s, _ = calendar.intervals
            expected = [
                [int(a) + epoch, int(b) + epoch] for a, b in zip(start_s, end_s, strict=True)
            ]
            assert merged == expected, (zone, written.id)
            wide = CalendarKeys.of([calendar], 3)
            keys = [wide.start(row) for row in rows], [wide.worked(row) for row in rows]
            assert all(later > before for key in keys for before, later in pairwise(key))


def _in_day_fractions(utc_s: Expr, calendar: Any) -> Expr:
    since = utc_s - names.HORIZON_START + 1
    key = (calendar * names.CAL_SPAN + since) * names.CAL_ROWS - 1
    row = F.MATCH(key, names.CAL_START_KEY, 1)
    since = utc_s / 86400 - F.INDEX(names.CAL_OFF, row) / 86400
    return F.MIN(since, F.INDEX(names.CAL_CUM_END, row) / 86400) * 86400


_MUTATIONS: dict[str, tuple[Any, str, Callable[..., Expr]]] = {
    "no ROUND": (second_hour, "seconds_of", lambda stamp: stamp * 86400),
    "day fractions": (openings, "worked", _in_day_fractions),
    "MATCH(x) for MATCH(x-1)": (clocks, "reached", instants.opened),
}


@pytest.mark.office
@pytest.mark.parametrize("mutation", _MUTATIONS)
def test_a_mutated_rule_is_noticed(
    mutation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, function, wrong = _MUTATIONS[mutation]
    monkeypatch.setattr(room, function, wrong)
    built = _book("Europe/Berlin", tmp_path, _FEW)
    found = compare.differences(built)
    # The look-up keys leave room for less than a second, so without ROUND no deadline moves yet;
    # but instants stop being whole, which LibreOffice's 15 digits hide and the second engine shows.
    found = found or _second_engine(built)
    assert found, f"{mutation} changed none of {len(formula_cells(built))} cells"
