"""The calendar file of drills, as calendars read it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from icalendar import Calendar

from tests.matrices import few_spare_rows
from xlmatrix import api
from xlmatrix.api.invitations import addresses
from xlmatrix.model import Loaded, loads


def spec_with(mail: str, name: str = "Mara Lindqvist") -> Loaded:
    """The standard template with one person's address typed otherwise."""
    text = api.template("standard").text
    known = f"email: {name.lower().replace(' ', '.')}@example.com"
    assert known in text
    return loads(text.replace(known, f'email: "{mail}"', 1))


def events(data: bytes) -> list[Any]:
    return Calendar.from_ical(data).walk("VEVENT")


def asked(data: bytes) -> set[str]:
    """Every address that a file names."""
    found: set[str] = set()
    for event in events(data):
        people = event.get("attendee", [])
        listed = people if isinstance(people, list) else [people]
        found |= {str(one) for one in (*listed, event.get("organizer", "")) if one}
    return found


@pytest.fixture(scope="module")
def plain() -> bytes:
    return api.drill_invitations(api.drills("standard", as_of="2026-11-16 10:30")).data


def test_times_are_in_utc_so_that_no_program_has_to_know_a_zone(plain: bytes) -> None:
    first = events(plain)[0]
    # Ten in the morning in Berlin, in winter, for an hour.
    assert first.decoded("dtstart") == datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
    assert first.decoded("dtend") == datetime(2026, 12, 8, 10, 0, tzinfo=UTC)
    assert b"VTIMEZONE" not in plain
    assert plain.count(b"\r\nDTSTART:20261208T090000Z\r\n") == 1


def test_a_file_of_all_drills_is_published_and_one_drill_is_a_request(plain: bytes) -> None:
    assert Calendar.from_ical(plain)["method"] == "PUBLISH"
    one = api.drill_invitations(api.drills("standard"), number=3)
    assert Calendar.from_ical(one.data)["method"] == "REQUEST"
    assert [str(e["uid"]) for e in events(one.data)] == [str(events(plain)[2]["uid"])]
    for event in events(plain):
        # RFC 5546 asks for each of these once, and for every player as one who is asked.
        assert event.decoded("sequence") == 0
        assert len([key for key, _ in event.property_items() if key == "ORGANIZER"]) == 1
        players = event["attendee"]
        assert all(player.params["PARTSTAT"] == "NEEDS-ACTION" for player in players)
        assert str(event["organizer"]) not in {str(player) for player in players}


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("ada@example.com", ("ada@example.com",)),
        ("ada@example.com, bob@example.org", ("ada@example.com", "bob@example.org")),
        ("Ada <ada@example.com>", ("ada@example.com",)),
        ("mailto:ada@example.com", ("ada@example.com",)),
        ("ada@example.com?cc=eve@example.net", ()),
        ("ada%0d%0aATTENDEE:mailto:eve@example.net", ()),
        ("ada@example", ()),
        ("ada@@example.com", ()),
        ("ada..b@example.com", ()),
        ("ada@-example.com", ()),
        ("call her", ()),
        ("", ()),
        ("a" * 250 + "@example.com", ()),
    ],
)
def test_only_an_address_is_an_address(typed: str, taken: tuple[str, ...]) -> None:
    assert addresses(typed) == taken


def test_two_addresses_in_one_cell_are_two_and_what_is_none_is_said(plain: bytes) -> None:
    usual = asked(plain)
    two = api.drill_invitations(api.drills(spec_with("m@example.com; m@example.org")))
    mine = "mailto:mara.lindqvist@example.com"
    assert asked(two.data) == usual - {mine} | {"mailto:m@example.com", "mailto:m@example.org"}
    assert two.findings == ()
    none = api.drill_invitations(api.drills(spec_with("m@example.com?cc=eve@example.net")))
    assert asked(none.data) == usual - {mine}
    assert b"eve" not in none.data
    (said,) = none.findings
    assert said.code == "no-address"
    assert "Mara Lindqvist is not invited" in said.what


def test_a_drill_that_moves_counts_up_and_one_that_goes_is_cancelled(
    plain: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few_spare_rows(monkeypatch)
    path, as_of = tmp_path / "matrix.xlsx", "2026-11-16 10:30"
    api.build(api.template("standard"), as_of=as_of, output=path)
    assert [e.decoded("sequence") for e in events(_again(path, plain))] == [0] * 12

    moved = _typed(path, 2, datetime(2027, 1, 13, 15, 0))
    once = _again(moved, plain)
    assert [e.decoded("sequence") for e in events(once)] == [0, 1] + [0] * 10
    assert events(once)[1].decoded("dtstart") == datetime(2027, 1, 13, 14, 0, tzinfo=UTC)
    assert events(once)[1]["uid"] == events(plain)[1]["uid"]
    # What is sent again unchanged stays, and without the earlier file a later one is higher.
    assert [e.decoded("sequence") for e in events(_again(moved, once))][1] == 1
    assert events(_again(moved, b""))[1].decoded("sequence") > 1

    gone = events(_again(_typed(path, 2, None), once))[1]
    assert (gone["status"], gone.decoded("sequence")) == ("CANCELLED", 2)


@pytest.mark.parametrize("earlier", [b"no calendar", b"BEGIN:VCALENDAR", b"\x00" * 10, b"\xff\xfe"])
def test_an_earlier_file_that_is_no_calendar_is_none(plain: bytes, earlier: bytes) -> None:
    book = api.drills("standard", as_of="2026-11-16 10:30")
    assert api.drill_invitations(book, earlier=earlier).data == plain


def _again(path: Path, earlier: bytes) -> bytes:
    return api.drill_invitations(api.drills(path), earlier=earlier).data


def _typed(path: Path, number: int, at: datetime | None) -> Path:
    """The workbook with a drill's time typed otherwise, saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book["Drills"]
    (row,) = (c.row for c in sheet["B"] if c.value == number)
    cell = sheet.cell(row, 3)
    assert isinstance(cell.value, datetime)
    cell.value = at
    changed = path.with_name(f"moved-{number}-{at:%d}.xlsx" if at else f"gone-{number}.xlsx")
    book.save(changed)
    return changed
