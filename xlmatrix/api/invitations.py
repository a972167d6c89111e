"""Planned drills as a calendar file: iCalendar (RFC 5545) that Outlook, Google and Apple import.

Times are written in UTC, so that no program has to know a zone's rules. An event keeps its UID for
ever, and its SEQUENCE rises when the drill moves, so that calendars take the new time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.errors import Finding, Level
from xlmatrix.tables.drills import DRILL_PLAN
from xlmatrix.tables.kinds import stamp_s
from xlmatrix.version import __version__
from xlmatrix.worktime.database import zone_info

if TYPE_CHECKING:
    from xlmatrix.api.drilling import DrillBook

#: An address as RFC 5322 has it without quotes and comments; what means something else in a
#: ``mailto:`` address (``?``, ``&``, ``%``) is in none.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$'*+/=^_`{|}~-]+(?:\.[A-Za-z0-9!#$'*+/=^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_BETWEEN: Final = re.compile(r"[\s,;]+")
_MOST_CHARS: Final = 254
#: What counts the seconds of a SEQUENCE where no earlier file tells it; it fits 32 bits until 2088.
_COUNTED_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_MOST_BYTES: Final = 5_000_000
_LAST_SEQUENCE: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Invitations:
    """A calendar file, how many drills it holds, and who could not be invited."""

    data: bytes
    count: int
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Writer:
    book: DrillBook
    before: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)


def drill_invitations(
    book: DrillBook, *, number: int | None = None, earlier: bytes = b""
) -> Invitations:
    """The planned drills as a calendar file; nothing in it gives a scenario away.

    Parameters
    ----------
    number
        One drill, as an invitation to its players (METHOD:REQUEST); None publishes all of them
        (METHOD:PUBLISH), for a calendar that imports them.
    earlier
        The file that was sent before, if there is one: a drill that stands in it otherwise than now
        gets the next SEQUENCE, and one without a day is cancelled.
    """
    writer = _Writer(book, known_events(earlier))
    rows = [row for row in book.view.rows if number is None or row.number == number]
    if number is not None:
        book.drill(number)
    events = [event for row in rows if (event := _event(writer, row.number)) is not None]
    calendar = calendar_library().Calendar()
    calendar.add("prodid", f"-//xlmatrix//drills {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH" if number is None else "REQUEST")
    calendar.add("x-wr-calname", f"Drills: {book.spec.title}")
    for event in events:
        calendar.add_component(event)
    held = sum(event.get("status") != "CANCELLED" for event in events)
    return Invitations(calendar.to_ical(), held, tuple(dict.fromkeys(writer.findings)))


def drill_calendar(book: DrillBook) -> bytes:
    """All planned drills as a calendar file, for who needs no more than its bytes."""
    return drill_invitations(book).data


def calendar_library() -> Any:
    """The library that writes and reads calendar files."""
    # A quarter of a second of imports that every other command does without.
    import icalendar

    return icalendar


def _event(writer: _Writer, number: int) -> Any:
    """One drill; None where it has no day and never had one."""
    book = writer.book
    uid = f"{uuid5(NAMESPACE_URL, f'{book.spec.organisation}/{book.spec.title}/drill/{number}')}"
    uid += "@xlmatrix"
    before, at = writer.before.get(uid), book.planned(number)
    if at is None and before is None:
        return None
    event = calendar_library().Event()
    event.add("uid", uid)
    event.add("dtstamp", _utc(book, book.scene.context.as_of))
    if at is None:
        assert before is not None
        event.add("dtstart", before["dtstart"].dt)
        event.add("status", "CANCELLED")
    else:
        assert book.spec.drills is not None
        begin = _utc(book, at)
        event.add("dtstart", begin)
        event.add("dtend", begin + timedelta(minutes=book.spec.drills.minutes))
        event.add("status", "CONFIRMED")
    event.add("summary", f"Incident drill {number}")
    event.add("description", _description(book, number))
    _invite(writer, event, number)
    event.add("sequence", _sequence(book, number, event, before))
    return event


def _utc(book: DrillBook, wall: datetime) -> datetime:
    return wall.replace(tzinfo=zone_info(book.spec.zone)).astimezone(UTC)


def _description(book: DrillBook, number: int) -> str:
    row = book.drill(number)
    players = [f"{role}: {person} ({contact})" for role, contact, person in book.players(number)]
    form = row.found.format if row.found else "drill"
    return "\n".join([f"Format: {form}. Facilitator: {row.facilitator}.", *players])


# --- who is invited ---------------------------------------------------------------------------


def addresses(typed: str | None) -> tuple[str, ...]:
    """The e-mail addresses in a cell, without anything that is none.

    >>> addresses("ada@example.com; bob@example.com")
    ('ada@example.com', 'bob@example.com')
    >>> addresses("ada@example.com?cc=eve@example.net")
    ()
    """
    pieces = (piece.strip("<>") for piece in _BETWEEN.split(typed or ""))
    bare = (piece.removeprefix("mailto:") for piece in pieces)
    found = (one for one in bare if len(one) <= _MOST_CHARS and _ADDRESS.fullmatch(one))
    return tuple(dict.fromkeys(found))


def _invite(writer: _Writer, event: Any, number: int) -> None:
    """Add the facilitator as organiser and everybody who plays; without one, nobody is asked."""
    book = writer.book
    leader = book.drill(number).facilitator
    reached = list(_reached(writer, leader))
    if not reached:
        return
    event.add("organizer", _person(leader, reached[0]))
    asked = {reached[0].casefold()}
    people = (person for _, _, person in book.players(number))
    for person in dict.fromkeys((leader, *people)):
        for address in _reached(writer, person):
            if address.casefold() not in asked:
                asked.add(address.casefold())
                event.add("attendee", _person(person, address, asked=True))


def _reached(writer: _Writer, person: str) -> Iterator[str]:
    """The addresses of a person; says so where what was typed is none."""
    known = {one.name.casefold(): one.email for one in writer.book.spec.people}
    typed = known.get(person.casefold())
    found = addresses(typed)
    if typed and not found:
        writer.findings.append(
            Finding(
                Level.WARNING,
                "no-address",
                f"{person} is not invited: {typed[:80]!r} is no e-mail address",
                writer.book.source,
                "Type one address on Owners, such as ada@example.com",
                about=person,
            )
        )
    yield from found


def _person(name: str, address: str, *, asked: bool = False) -> Any:
    person = calendar_library().vCalAddress(f"mailto:{address}")
    # A quoted parameter holds neither quotes nor anything below a space.
    person.params["CN"] = "".join(" " if ord(c) < 32 else c for c in name).replace('"', "'")
    if asked:
        person.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    return person


# --- what was sent before ---------------------------------------------------------------------


def known_events(earlier: bytes) -> dict[str, Any]:
    """The events of an earlier file by UID; what is no calendar has none."""
    if not earlier or len(earlier) > _MOST_BYTES:
        return {}
    try:
        found: Any = calendar_library().Calendar.from_ical(earlier)
        events = {str(event["uid"]): event for event in found.walk("VEVENT") if "dtstart" in event}
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return {}
    return {
        uid: event
        for uid, event in events.items()
        if isinstance(event["dtstart"].dt, datetime) and sequence_of(event) is not None
    }


def sequence_of(event: Any) -> int | None:
    """The SEQUENCE of an earlier event; None for one that nobody can go on from."""
    number = event.get("sequence", 0)
    return int(number) if isinstance(number, int) and 0 <= number < _LAST_SEQUENCE else None


def _sequence(book: DrillBook, number: int, event: Any, before: Any) -> int:
    """How often the drill was changed, as far as a calendar can tell."""
    if before is not None:
        was = sequence_of(before) or 0
        return was if _same(event, before) else was + 1
    if not _moved(book, number):
        return 0
    # Nothing tells how often it moved: later is more.
    frozen = as_of_stamp(None, "UTC")
    now = datetime.now(UTC) if frozen is None else frozen.replace(tzinfo=UTC)
    return max(1, int((now - _COUNTED_FROM).total_seconds()))


def _same(event: Any, before: Any) -> bool:
    """Whether what people are asked to is the same: time, length, state, and by whom."""

    def told(one: Any) -> tuple[Any, ...]:
        begin = one["dtstart"].dt.astimezone(UTC)
        return begin, one.decoded("dtend", None), str(one.get("status")), _asked(one)

    return told(event) == told(before)


def _asked(event: Any) -> frozenset[str]:
    people = event.get("attendee", [])
    listed = people if isinstance(people, list) else [people]
    return frozenset(str(one).casefold() for one in (*listed, event.get("organizer", "")))


def _moved(book: DrillBook, number: int) -> bool:
    """Whether a workbook's drill stands at another time than the one it was made with."""
    if book.used is None:
        return False
    offered = book.used.stamp.base.tables.get(DRILL_PLAN.name)
    if offered is None:
        return False
    at = {header: place for place, header in enumerate(offered.headers)}
    for row in offered.rows:
        if str(row[at["Drill"]]) == str(number):
            planned = book.planned(number)
            return stamp_s(row[at["Planned"]]) != stamp_s(planned)
    return False
