"""ServiceNow incident exports: one row an incident, or one for each of its updates.

What becomes of the columns:

- ``number``, ``opened_at``: ID and Opened. ``short_description``, where the export has it, is the
  title; else category and subcategory are.
- ``priority``, ``category``: severity and class by the spec's ``import.servicenow``.
- ``assigned_to``: Owner when it is a person of the spec; else it is kept in Notes.
- ``resolved_at``: Resolved; ``closed_at`` stands in where only that is filled.
- ``incident_state`` with ``sys_updated_at``: Acknowledged is the first update that took the
  incident out of *New*, and only where the file holds both sides of that step: an export of last
  states alone does not say when anyone took an incident up.

First response, containment and customer updates are no columns of an export and stay empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.errors import Level
from xlmatrix.exchange.gather import Gatherer, Imported, Reading
from xlmatrix.exchange.stamps import StampError
from xlmatrix.rules.logs.incident_log import ID

# A state's label, its number, or both as in "1 - New".
_NEW: Final = frozenset({"new", "1", "1 - new"})
# How far on an update is: its number, its time, its line.
Rank = tuple[int, int, int]
_FIRST: Final[Rank] = (-1, -1, -1)


@dataclass(slots=True)
class _Seen:
    """One incident while its rows go by: its last row and when it left New."""

    rank: Rank
    line: int
    opened: int
    row: list[str]
    mods: int
    updated: int
    new: Rank | None = None
    taken: tuple[Rank, int] | None = None


def read(reading: Reading) -> Imported:
    """The incidents of an export, each in its last state, in the order of their first rows."""
    seen = _last_states(reading)
    gatherer = Gatherer(reading)
    for incident in seen.values():
        _add(reading, gatherer, incident)
    return gatherer.imported()


def _last_states(reading: Reading) -> dict[str, _Seen]:
    place = reading.layout.place
    number_at, opened_at = place["number"], place["opened_at"]
    seen: dict[str, _Seen] = {}
    for line, row in reading.rows(short_rows=False):
        number = row[number_at].strip()
        if number in ("", "?"):
            if any(text.strip() for text in row):
                mend = "Fill in the incident's number"
                reading.refuse(line, "import-id", "row not used: it has no number", mend)
            else:
                reading.tally.blank += 1
            continue
        opened = reading.opened(line, row[opened_at])
        if opened is None:
            continue
        before = seen.get(number)
        if before is None:
            before = seen[number] = _Seen(_FIRST, line, opened, row, -1, -1)
        else:
            reading.tally.superseded += 1
        _update(reading, before, line, opened, row)
    return seen


def _update(reading: Reading, seen: _Seen, line: int, opened: int, row: list[str]) -> None:
    """Take a row of an incident into account: is it later than the last, does it leave New."""
    place = reading.layout.place
    # A row that lacks its update number or time counts as one with the row before it.
    mods_at, updated_at = place.get("sys_mod_count"), place.get("sys_updated_at")
    updated: int | None = None
    if mods_at is not None:
        text = row[mods_at].strip()
        seen.mods = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else seen.mods
    if updated_at is not None:
        updated = _updated(reading, line, row[updated_at])
        seen.updated = seen.updated if updated is None else updated
    rank = (seen.mods, seen.updated, line)
    if rank > seen.rank:
        seen.rank, seen.line, seen.opened, seen.row = rank, line, opened, row
    state_at = place.get("incident_state")
    if state_at is None or updated is None or not (state := row[state_at].strip().casefold()):
        return
    if state in _NEW:
        seen.new = rank if seen.new is None else min(seen.new, rank)
    elif state != "?" and (seen.taken is None or rank < seen.taken[0]):
        seen.taken = (rank, updated)


def _updated(reading: Reading, line: int, text: str) -> int | None:
    try:
        return reading.stamps.read(text)
    except StampError as error:
        what = f"the time of this update is not known: {error.what}"
        reading.notes.at(line, "import-date", what, error.mend)
        return None


def _add(reading: Reading, gatherer: Gatherer, seen: _Seen) -> None:
    line, lookup = seen.line, reading.lookup

    def text(field: str) -> str:
        at = reading.layout.place.get(field)
        return "" if at is None else lookup.text(line, field, seen.row[at])

    def stamp(field: str) -> int | None:
        return reading.stamp(line, field, seen.row[reading.layout.place[field]])

    category, resolved, closed = text("category"), stamp("resolved_at"), stamp("closed_at")
    if resolved is None and closed is not None:
        resolved = closed
        reading.notes.repeated(
            line,
            "import-closed",
            "resolved_at is empty and closed_at is not; closed_at is taken as Resolved",
            "Fill in resolved_at if it was earlier",
        )
    title = text("short_description") or ", ".join(filter(None, (category, text("subcategory"))))
    owner, notes = _owner(reading, line, text("assigned_to"))
    gatherer.add(
        line,
        {
            ID: text("number"),
            "Title": " ".join(title.split()),
            "Class": lookup.class_of_category(line, category),
            "Severity set": lookup.severity_of_priority(line, text("priority")),
            "Owner": owner,
            "Notes": notes,
        },
        {
            "Opened": seen.opened,
            "Acknowledged": _acknowledged(reading, seen, resolved),
            "Resolved": resolved,
        },
    )


def _owner(reading: Reading, line: int, assigned: str) -> tuple[str, str]:
    if not assigned:
        return "", ""
    if (person := reading.lookup.person(assigned)) is not None:
        return person, ""
    reading.notes.repeated(
        line,
        "import-owner",
        "assigned_to is nobody whom the spec lists; the name is kept in Notes",
        "Add the people under people in the spec to have them as owners",
    )
    return "", f"Assigned to {assigned}"


def _acknowledged(reading: Reading, seen: _Seen, resolved: int | None) -> int | None:
    if seen.new is None or seen.taken is None or seen.taken[0] < seen.new:
        return None
    when = seen.taken[1]
    if when < seen.opened or (resolved is not None and when > resolved):
        return None
    reading.notes.repeated(
        seen.line,
        "import-acknowledged",
        "Acknowledged is the first update that took the incident out of New",
        "Nothing to do; overwrite it where the true time is known",
        level=Level.NOTE,
    )
    return when
