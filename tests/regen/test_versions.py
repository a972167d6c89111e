"""A template with other targets leaves the incidents before it as they were judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.model.small import SMALL, changed
from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen import read_book

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_sheets")]

_INCIDENT = """\
id,opened,title,class,acknowledged,responded,contained,mitigated,resolved
A-1,2026-10-20 09:00,Down,REL-01,2026-10-20 09:04,2026-10-20 09:09,2026-10-20 09:50,\
2026-10-20 12:30,2026-10-21 05:00
"""
#: Tighter than what A-1 took.
TIGHT = SMALL.replace("mitigate: 4 h", "mitigate: 3 h").replace("{within: 24 h", "{within: 12 h")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, few_sheets: None) -> Path:
    folder = tmp_path_factory.mktemp("used")
    export, path = folder / "incidents.csv", folder / "used.xlsx"
    export.write_text(_INCIDENT, encoding="utf-8")
    api.build(loads(SMALL), incidents=export, as_of="2026-11-16 10:30", output=path)
    return path


def _status(path: Path) -> tuple[str, str]:
    found = api.explain(path, "A-1").to_dict()
    clocks = {clock["target"]: clock["state"] for clock in found["clocks"]}
    return found["status"], clocks["Mitigate"]


def _spec(path: Path) -> MatrixSpec:
    return read_book(path).base


def test_a_closed_incident_stays_met_when_targets_get_tighter(used: Path, tmp_path: Path) -> None:
    new, again = tmp_path / "new.xlsx", tmp_path / "again.xlsx"
    assert _status(used) == ("Closed – met", "met")
    done = api.regenerate(used, loads(TIGHT), output=new)
    assert _status(new) == ("Closed – met", "met")
    said = next(change for change in done.report.changes if change.sheet == "Policy history")
    assert said.key == "version 2"
    assert "keep the targets of version 1" in said.note
    spec = _spec(new)
    assert (spec.policy.version, len(spec.history)) == ("2", 1)
    assert spec.history[0].targets["SEV-1"].resolve.within.text() == "24 h"
    assert spec.severity("SEV-1").targets.resolve.within.text() == "12 h"
    assert api.regenerate(new, loads(TIGHT), output=again).data == done.data
    # Templates come and go; the versions that incidents were opened under stay.
    back = api.regenerate(new, output=again)
    assert back.data == done.data


def test_targets_that_change_twice_on_a_day_leave_the_first_version_in_force(
    used: Path, tmp_path: Path
) -> None:
    new, then, back = (tmp_path / f"{name}.xlsx" for name in ("new", "then", "back"))
    api.regenerate(used, loads(TIGHT), output=new)
    api.regenerate(new, loads(TIGHT.replace("{within: 12 h", "{within: 9 h")), output=then)
    assert _status(then) == ("Closed – met", "met")
    assert [version.version for version in _spec(then).history] == ["1"]
    assert _spec(then).severity("SEV-1").targets.resolve.within.text() == "9 h"
    api.regenerate(then, loads(SMALL), output=back)
    assert _status(back) == ("Closed – met", "met")


def test_a_date_of_the_new_spec_is_the_one_from_which_it_holds(used: Path, tmp_path: Path) -> None:
    raised = TIGHT.replace('version: "1", effective: 2026-01-01', "version: B, effective: {day}")
    for day, version, status in (
        ("2026-11-01", "B", ("Closed – met", "met")),
        ("2026-10-01", "B", ("Closed – breached", "breached")),
    ):
        new = tmp_path / f"{day}.xlsx"
        api.regenerate(used, loads(raised.replace("{day}", day)), output=new)
        assert _status(new) == status
        policy = _spec(new).policy
        assert (policy.version, policy.effective) == (version, date.fromisoformat(day))


def test_what_people_typed_is_what_the_earlier_version_says(used: Path, tmp_path: Path) -> None:
    edited, new = tmp_path / "edited.xlsx", tmp_path / "new.xlsx"
    targets = read(used).tables["tTargets1"]
    row = next(
        number
        for number, cells in zip(targets.numbers, targets.rows, strict=True)
        if cells["Target"] == "Contain"
    )
    # A quarter of a business day more than a spec can say by itself.
    cells = [("Within", 1.25), ("Unit", "business days"), ("Calendar", "Business hours")]
    apply(used, edited, [("set", targets.sheet, row, targets.column_of(c), v) for c, v in cells])
    api.regenerate(edited, loads(TIGHT), output=new)
    before = _spec(new).history[0].targets["SEV-1"]
    assert before.contain is not None
    assert (before.contain.within.seconds, before.contain.calendar) == (34875, "business")
    assert before.mitigate is not None
    assert before.mitigate.within.text() == "4 h"


def test_an_author_who_wrote_the_earlier_version_knows_better(used: Path, tmp_path: Path) -> None:
    written = TIGHT.replace(
        'version: "1", effective: 2026-01-01', 'version: "2", effective: 2026-11-01'
    )
    written += (
        'history:\n  - version: "1"\n    effective: 2026-01-01\n    targets:\n      SEV-1:\n'
        "        {acknowledge: 5 min, first_response: 10 min, mitigate: 1 h, resolve: 24 h}\n"
    )
    new = tmp_path / "new.xlsx"
    api.regenerate(used, loads(written), output=new)
    assert _status(new) == ("Closed – breached", "breached")


def test_without_incidents_or_other_targets_there_is_no_version(used: Path, tmp_path: Path) -> None:
    empty, new = tmp_path / "empty.xlsx", tmp_path / "new.xlsx"
    api.build(loads(SMALL), as_of="2026-11-16 10:30", output=empty)
    api.regenerate(empty, loads(TIGHT), output=new)
    assert not _spec(new).history
    api.regenerate(used, loads(SMALL.replace("title: ", "title: New ", 1)), output=new)
    assert not _spec(new).history
    assert "Policy history" not in openpyxl.load_workbook(new, read_only=True).sheetnames


#: A class that took longer than its new severity allows.
LATE = _INCIDENT + "A-2,2026-10-20 09:00,Wrong,QLT-01,2026-10-20 09:50,,,,\n"
MOVED = SMALL.replace("    severity: SEV-2\n", "    severity: SEV-1\n")
BACK = MOVED.replace("    severity: SEV-1\n", "    severity: SEV-2\n")


def test_a_class_that_moves_keeps_its_severity_for_incidents_of_before(tmp_path: Path) -> None:
    export, used, new, again, third = (
        tmp_path / name for name in ("a.csv", "used.xlsx", "new.xlsx", "again.xlsx", "third.xlsx")
    )
    export.write_text(LATE, encoding="utf-8")
    api.build(loads(SMALL), incidents=export, as_of="2026-10-20 10:30", output=used)

    def told(path: Path) -> tuple[str, str, str]:
        found = api.explain(path, "A-2").to_dict()
        return found["severity"], found["status"], str(found["breaches"])

    was = told(used)
    assert was[0] == "SEV-2"
    done = api.regenerate(used, loads(MOVED), output=new)
    assert told(new) == was
    said = next(change for change in done.report.changes if change.sheet == "Policy history")
    assert "keep the severity of QLT-01 (SEV-2) of version 1" in said.note
    # What did not change has no version: a corrected target holds for every incident.
    assert not _spec(new).history[0].targets
    assert api.regenerate(new, loads(MOVED), output=again).data == done.data
    # On the same day another class moves, and the first one back.
    api.regenerate(new, loads(BACK), output=third)
    assert told(third) == was
    assert {k: c.severity for k, c in _spec(third).history[0].classes.items()} == {
        "REL-01": "SEV-1",
        "QLT-01": "SEV-2",
    }
    assert api.explain(third, "A-1").to_dict()["severity"] == "SEV-1"


def test_who_held_a_role_stays_who_was_called(used: Path, tmp_path: Path) -> None:
    new, again, third = (tmp_path / f"{name}.xlsx" for name in ("new", "again", "third"))
    mina = '  - {name: Mina Ott, email: mina@example.com, phone: "+493023125103"}\n'
    first = 'version: "1", effective: 2026-01-01'

    def template(effective: str, pair: str) -> str:
        return changed(
            ("severities:\n", mina + "severities:\n"),
            (first, f'version: "{effective[-1]}", effective: {effective}'),
            ("name: On-call, primary: Priya Raman, backup: Tom Weiss", f"name: On-call, {pair}"),
        )

    def people(path: Path) -> list[str]:
        told = api.explain(path, "A-1").to_dict()
        return [
            told["response_owner"],
            told["response_backup"],
            *(c["call"] for c in told["ladder"]),
        ]

    was = people(used)
    assert was[0] == "Priya Raman"
    held = loads(template("2026-11-02", "primary: Mina Ott, backup: Tom Weiss"))
    done = api.regenerate(used, held, output=new)
    assert people(new) == was
    said = next(change for change in done.report.changes if change.sheet == "Policy history")
    assert said.note == (
        "from 2026-11-02 on; calls made before keep"
        " the holders of On-call (Priya Raman, Tom Weiss) of version 1"
    )
    assert api.regenerate(new, held, output=again).data == done.data
    api.regenerate(new, loads(template("2026-11-03", "primary: Tom Weiss")), output=third)
    assert people(third) == was
    assert [one.roles["oncall"].primary for one in _spec(third).history] == [
        "Priya Raman",
        "Mina Ott",
    ]


def test_hours_and_holidays_hold_from_a_day_on(tmp_path: Path) -> None:
    export, used, new, again = (
        tmp_path / name for name in ("a.csv", "used.xlsx", "new.xlsx", "again.xlsx")
    )
    export.write_text(
        "id,opened,title,class,acknowledged,responded,contained,resolved\n"
        "B-1,2026-10-20 16:30,Wrong,QLT-01,2026-10-20 17:00,2026-10-20 17:29,"
        "2026-10-21 10:00,2026-10-23 10:00\n"
        "B-2,2026-11-20 16:30,Wrong,QLT-01,,,,\n",
        encoding="utf-8",
    )
    api.build(loads(SMALL), incidents=export, as_of="2026-11-21 10:30", output=used)

    def dues(path: Path, incident: str) -> list[tuple[str, str]]:
        clocks = api.explain(path, incident).to_dict()["clocks"]
        return [(clock["state"], clock["due"]) for clock in clocks]

    # Of a day before it and one after it, each a holiday in the old spec or the new one.
    other = changed(
        ("Mon-Fri 09:00-12:30,13:15-17:30", "Mon-Fri 09:00-16:00"),
        ("dates: {2026-12-24: Christmas Eve}", "dates: {2026-10-21: Past, 2026-11-23: Coming}"),
        ('version: "1", effective: 2026-01-01', 'version: "2", effective: 2026-11-02'),
    )
    was = dues(used, "B-1")
    done = api.regenerate(used, loads(other), output=new)
    assert dues(new, "B-1")[:3] == was[:3]
    # An hour after the opening of the next day that is worked.
    assert dues(new, "B-2")[0] == ("running", "2026-11-24T10:00:00+01:00")
    spec = _spec(new)
    assert spec.history[0].calendars["business"].hours == "Mon-Fri 09:00-12:30,13:15-17:30"
    assert list(spec.calendar("business").holidays.dates) == [date(2026, 11, 23)]
    notes = [change.note for change in done.report.changes if change.sheet == "Policy history"]
    assert "days before keep the hours of Business hours (Mon-Fri 09:00" in notes[0]
    assert notes[1] == "holidays and exceptions of days before stay as they were: 1 date"
    assert api.regenerate(new, loads(other), output=again).data == done.data
    # Targets in business days are as long as those of before.
    contain = spec.history[0].targets["SEV-2"].contain
    assert contain is not None
    assert contain.within.seconds == 2 * 27_900


_DUTY = changed(
    ("xlmatrix: 1", "xlmatrix: 2"),
    ("end: 2027-12-31", "end: 2026-12-31"),
    ("{level: 1, after: 0 min, role: oncall}\n      - {level: 1, after: 5 min",
     "{level: 1, after: 0 min, team: bridge}\n      - {level: 1, after: 5 min"),
    ("severities:\n", """\
teams:
  - {id: bridge, name: Bridge, members: [Priya Raman]}
on_call:
  - {role: oncall, people: [Tom Weiss, Priya Raman], start: 2026-10-12, every: daily}
leave:
  - {person: Priya Raman, from: 2026-10-25, to: 2026-12-01}
overrides:
  - {role: oncall, from: 2026-10-22, to: 2026-10-23, primary: Priya Raman, note: Swapped}
severities:
"""),
)  # fmt: skip
_STANDS_IN = ("to: 2026-10-23, primary: Priya", "to: 2026-10-25, primary: Tom Weiss, backup: Priya")
_LEAVE = "leave:\n  - {person: Priya Raman, from: 2026-10-25, to: 2026-12-01}\n"


@pytest.mark.parametrize(
    "now",
    [
        pytest.param([("{role: oncall, people: [Tom Weiss, Priya", "{role: oncall, people: [Priya"),
                      ("members: [Priya Raman]", "members: [Tom Weiss]"),
                      ("from: 2026-10-25", "from: 2026-10-10")], id="others"),
        pytest.param([("{role: oncall, people", "{role: quality, people"), (_LEAVE, "")],
                     id="another role"),
    ],
)  # fmt: skip
def test_who_was_on_call_stays_who_was_called(now: list[tuple[str, str]], tmp_path: Path) -> None:
    export, used, new, again = (
        tmp_path / name for name in ("a.csv", "used.xlsx", "new.xlsx", "again.xlsx")
    )
    rows = (f"A-{day},2026-10-{day} 10:00,Down,REL-01\n" for day in (20, 21, 22, 26))
    export.write_text("id,opened,title,class\n" + "".join(rows), encoding="utf-8")
    api.build(loads(_DUTY), incidents=export, as_of="2026-11-16 10:30", output=used)
    text = _DUTY
    for old, other in [*now, _STANDS_IN]:
        assert text.count(old) == 1
        text = text.replace(old, other)

    def people(path: Path) -> list[tuple[str, list[str]]]:
        told = [api.explain(path, f"A-{day}").to_dict() for day in (20, 21, 22, 26)]
        return [(one["response_owner"], [c["call"] for c in one["ladder"]]) for one in told]

    was = people(used)
    assert [owner for owner, _ in was] == ["Tom Weiss", "Priya Raman", "Priya Raman", "Tom Weiss"]
    done = api.regenerate(used, loads(text), output=new)
    assert people(new) == was
    notes = [change.note for change in done.report.changes if change.sheet == "Policy history"]
    assert sum("calls made before keep" in note for note in notes) == 1
    assert sum("who was away" in note for note in notes) == 1
    assert sum("who stood in" in note for note in notes) == 1
    assert api.regenerate(new, loads(text), output=again).data == done.data
