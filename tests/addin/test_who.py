"""Sheet, functions in cells, ``explain`` and ``recalc`` name the same people: those on duty then.

A week's turn ends on Monday at 09:00, while incidents of that morning are open: Tom has the old
week with Viktor behind him, Viktor the new one with Priya behind him.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.addin.fake import FakeBook
from tests.addin.test_functions import Caller, moment, serial
from tests.model.small import changed
from xlmatrix import api
from xlmatrix.addin import functions
from xlmatrix.cli import app
from xlmatrix.routes.dress import lite_book

_OLD = """\
      - {level: 1, after: 0 min, role: oncall}
      - {level: 1, after: 5 min, role: oncall, contact: backup}
      - {level: 2, after: 15 min, role: quality, channel: call, until: resolved, repeat: 1}
"""
_NEW = """\
      - {level: 1, after: 0 min, role: oncall}
      - {level: 1, after: 15 min, role: oncall, contact: backup}
      - {level: 2, after: 20 min, role: oncall, repeat: 1}
      - {level: 3, after: 30 min, role: quality, channel: call, until: resolved}
"""
_ROTA = """
on_call:
  - role: oncall
    people: [Priya Raman, Tom Weiss, Viktor Hansen]
    start: 2026-11-02
    handover: 09:00
    every: weekly
"""
_CSV = """\
id,opened,title,class,severity,acknowledged
E1,2026-11-16 08:45,a step at the handover,REL-01,SEV-1,
E2,2026-11-16 08:44:59,one second before,REL-01,SEV-1,
E3,2026-11-16 08:40,acknowledged at the step,REL-01,SEV-1,2026-11-16 08:55
"""
TOM, VIKTOR, PRIYA = "Tom Weiss (page)", "Viktor Hansen (page)", "Priya Raman (page)"
_MONDAY = datetime(2026, 11, 16)
#: What each incident's ladder calls, as told in words: time of day, level and people.
_CALLS = {
    "E1": [("08:45:00", "1", TOM), ("09:00:00", "1", PRIYA), ("09:05:00", "2", VIKTOR),
           ("09:15:00", "3", "Tom Weiss (call)"), ("09:45:00", "2", VIKTOR),
           ("09:55:00", "Exhausted", "Exhausted: call the executive sponsor")],
    "E2": [("08:44:59", "1", TOM), ("08:59:59", "1", VIKTOR), ("09:04:59", "2", VIKTOR),
           ("09:14:59", "3", "Tom Weiss (call)"), ("09:44:59", "2", VIKTOR),
           ("09:54:59", "Exhausted", "Exhausted: call the executive sponsor")],
    "E3": [("08:40:00", "1", TOM), ("09:10:00", "3", "Tom Weiss (call)")],
}  # fmt: skip


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    person = "  - {name: Tom Weiss, email"
    viktor = "  - {name: Viktor Hansen, email: v@example.com, phone: '1'}\n"
    path = tmp_path_factory.mktemp("who") / "handover.yaml"
    path.write_text(changed((_OLD, _NEW), (person, viktor + person)) + _ROTA, encoding="utf-8")
    path.with_name("handover.csv").write_text(_CSV, encoding="utf-8")
    return path


def _book(spec: Path, as_of: str) -> Path:
    path = spec.with_name(f"at-{as_of.replace(':', '')}.xlsx")
    if not path.exists():
        incidents, stamp = spec.with_suffix(".csv"), f"2026-11-16 {as_of}"
        api.build(spec, incidents=incidents, as_of=stamp, output=path, dress=lite_book())
    return path


def _at(clock: str) -> datetime:
    hours, minutes, seconds = map(int, clock.split(":"))
    return _MONDAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    "as_of",
    ["2026-11-16 08:59:59", "2026-11-16 09:00", "2026-11-16 09:05", "2026-11-23 09:00",
     "2026-12-24 12:00", "2027-06-01 00:00"],
)  # fmt: skip
@pytest.mark.parametrize("incident", _CALLS)
def test_who_was_called_stays_the_same_whenever_one_looks(
    spec: Path, incident: str, as_of: str
) -> None:
    told = api.explain(spec, incident, incidents=spec.with_suffix(".csv"), as_of=as_of)
    needed = [call for call in told.ladder if not call.state.startswith("not needed")]
    found = [(f"{call.at:%H:%M:%S}", call.level, call.call) for call in needed]
    assert found == _CALLS[incident]
    now = datetime.fromisoformat(as_of)
    assert [call.state for call in needed] == [
        "fired" if _at(clock) <= now else "ahead" for clock, _, _ in _CALLS[incident]
    ]
    assert (told.head["Response owner"], told.head["Response backup"]) == (
        "Tom Weiss",
        "Viktor Hansen",
    )


@pytest.mark.parametrize("as_of", ["08:50:00", "09:00:00", "09:07:00"])
def test_the_sheet_and_the_functions_in_cells_name_the_people_of_the_call(
    spec: Path, as_of: str
) -> None:
    book = FakeBook(_book(spec, as_of))
    caller: Any = Caller(book)
    columns = ("Level now", "Call now", "Fired at", "Next call at", "Next call", "Response owner")
    cells = [book.column("tIncidents", column)[:3] for column in columns]
    opened = [_at("08:45:00"), _at("08:44:59"), _at("08:40:00")]
    acked = [None, None, serial(_at("08:55:00")) if as_of >= "08:55" else None]
    answers = functions.SLA_NEXT(
        [[serial(at)] for at in opened],
        "SEV-1",
        [[at] for at in acked],
        [["REL-01"]] * 3,
        caller=caller,
    )
    for row, calls in enumerate(_CALLS.values()):
        if acked[row] is None and row == 2:
            continue  # not acknowledged yet: the table above speaks of later
        past = [call for call in calls if call[0] <= as_of]
        coming = next(call for call in calls if call[0] > as_of)
        silent = row == 2 and past[-1][0] < "08:55"
        level, call, fired, next_at, following, owner = (column[row] for column in cells)
        assert (str(level), call or "") == (past[-1][1], "" if silent else past[-1][2])
        assert (fired, next_at, following) == (_at(past[-1][0]), _at(coming[0]), coming[2])
        assert owner == "Tom Weiss"
        assert (moment(answers[row][0]), answers[row][1]) == (_at(coming[0]), coming[2])


def test_the_ladder_and_the_rota_in_cells_name_the_people_of_each_instant(spec: Path) -> None:
    caller: Any = Caller(FakeBook(_book(spec, "09:07:00")))
    for incident, opened in (("E1", "08:45:00"), ("E2", "08:44:59")):
        rows = functions.SLA_LADDER(serial(_at(opened)), "SEV-1", "REL-01", caller=caller)
        found = [(f"{moment(at):%H:%M:%S}", str(level), who) for level, at, who in rows]
        assert found == _CALLS[incident]
    instants = [[serial(_at(clock))] for clock in ("08:59:59", "09:00:00")]
    on_duty = functions.SLA_ONCALL([["On-call"]] * 2, instants, caller=caller)
    assert on_duty == [["Tom Weiss"], ["Viktor Hansen"]]


def test_recalc_agrees_with_the_sheet_about_everybody(spec: Path) -> None:
    result = CliRunner().invoke(app, ["recalc", str(_book(spec, "09:07:00")), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["disagreements"] == []


def test_a_ladder_begins_again_after_the_time_it_says() -> None:
    ladder = """\
      - {level: 1, after: 0 min, role: oncall, repeat: 3}
      - {level: 2, after: 5 min, role: oncall, contact: backup, repeat: 3}
      - {level: 3, after: 20 min, role: quality, repeat: 3}
      - {level: 3, after: 20 min, role: quality, contact: backup, repeat: 3}
"""
    from xlmatrix.model import loads
    from xlmatrix.rules.ladder.calls import Group, calls_of

    for said, begins in (("", 35), ("    repeat_after: 30 min\n", 50)):
        known = loads(changed((_OLD, ladder + said))).spec
        calls = calls_of(known, known.severities[0], Group(), acknowledged=False)
        minutes = [call.seconds // 60 for call in calls]
        passes = [begins * turn + at for turn in range(4) for at in (0, 5, 20)]
        assert minutes == [*passes, begins * 4]
