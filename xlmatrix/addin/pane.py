"""What the page *Incident now* shows, as plain data, and what it is told after a stamp."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from xlmatrix.addin.bridge import AS_OF_INPUT, STATES, Snapshot, owned, read
from xlmatrix.addin.stamps import now_of, refuse_role, stamp, stands
from xlmatrix.addin.telling import calculate, call_page
from xlmatrix.api.drilling import DrillBook
from xlmatrix.api.open_now import as_of_seconds, open_incidents
from xlmatrix.api.recalculating import LOG, frame_of
from xlmatrix.api.stamping import ANSWERS, MOVING, StampGiven, refuse_other_release
from xlmatrix.api.understanding import Understood, understand
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.access import things
from xlmatrix.sheets.drill_view import drill_view
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.kinds import stamp_of, text_of
from xlmatrix.worktime.zones import now_in

#: The functions of the page that take what is to be shown, and what became of a stamp.
SHOW: Final = "xlmatrixShow"
SAY: Final = "xlmatrixSay"


def show(
    book: Any, *, who: str, roles: Collection[str] = (), owner: str = "", ticket: str = ""
) -> None:
    """Hand the open incidents to the page; ``ticket`` is a stamp to read back.

    Parameters
    ----------
    who, roles
        Who asks, and what they may; whoever may not stamp sees all the same.
    owner
        Whose functions in cells compute with this workbook from now on.
    """

    def work() -> None:
        with owned(owner):
            _tell(book, SHOW, _shown(book, who, roles, ticket))

    _guarded(book, work)


def press(
    book: Any, key: str, word: str, *, who: str, roles: Collection[str] = (), owner: str = ""
) -> None:
    """Stamp an incident or a record for somebody who pressed a button of the page."""

    def work() -> None:
        refuse_role(roles)
        with owned(owner):
            given = stamp(book, key, word, who=who, guarded=True, shared=True)
        calculate(book)
        _tell(book, SAY, {"ok": True, "said": given.said(), "ticket": _ticket(given)})

    _guarded(book, work)


def _guarded(book: Any, work: Callable[[], None]) -> None:
    """Say what is wrong in a sentence, whatever happens."""
    try:
        work()
    except XlmatrixError as error:
        said = f"{error.what}. {error.mend}. Nothing was written."
        _tell(book, SAY, {"ok": False, "said": f"{said[:1].upper()}{said[1:]}"})
    except Exception as error:  # a person gets a sentence, whatever happens
        logging.getLogger("xlmatrix").exception("the page asked in vain")
        said = f"This is a fault in xlmatrix, not in your workbook: {type(error).__name__}: {error}"
        _tell(book, SAY, {"ok": False, "said": said})


def _tell(book: Any, function: str, data: Any) -> None:
    call_page(book, function, json.dumps(data))


def _shown(book: Any, who: str, roles: Collection[str], ticket: str) -> dict[str, Any]:
    seen = read(book)
    refuse_other_release(seen.stamp.version, str(book.name))
    if LOG not in seen.tables:
        raise XlmatrixError(
            "this workbook has no table tIncidents",
            where="workbook",
            mend="Undo what removed it, or take a backup of the workbook",
        )
    STATES.take(seen)
    known = understand(seen.tables, seen.names, seen.stamp)
    spec = known.spec
    now, life = now_of(seen, spec.zone), now_in(spec.zone)
    found = open_incidents(spec, seen.tables, as_of=now, typed=known.typed)
    given = _given(ticket)
    return {
        "book": str(book.name),
        "zone": spec.zone,
        "who": who,
        "may": _may(roles),
        "now": as_of_seconds(spec, now),
        "shown": f"{now:%Y-%m-%d %H:%M}",
        "frozen": now != life and stamp_of(seen.names.get(AS_OF_INPUT)) is not None,
        "moving": list(MOVING),
        "incidents": [one.as_json() for one in found],
        "access": _access(known, life),
        "drill": _drill(seen, known, life),
        "life": as_of_seconds(spec, life),
        "stands": stands(seen, given) if given else "",
    }


def _access(known: Understood, life: datetime) -> list[dict[str, str]]:
    """Where each thing is that responders need, and who has access."""
    if not known.spec.access:
        return []
    return [asdict(thing) for thing in things(_scene(known, life))]


def _scene(known: Understood, life: datetime) -> Scene:
    frame = frame_of(known.spec, IncidentLog.empty(), life, known.typed)
    return Scene(known.spec, frame.context, frame, None, known.typed)


def _may(roles: Collection[str]) -> str:
    """Why somebody may not stamp; "" where they may."""
    try:
        refuse_role(roles)
    except XlmatrixError as error:
        return error.what
    return ""


def _drill(seen: Snapshot, known: Understood, life: datetime) -> list[dict[str, Any]]:
    """The drills that are begun or may begin, with their injects and the stamps of their record."""
    table = seen.tables.get(DRILLS.name)
    if known.spec.drills is None or table is None:
        return []
    scene = _scene(known, life)
    view = drill_view(scene)
    assert view is not None
    drills = DrillBook("workbook", scene, view)
    numbers = {row.number: row for row in view.rows}
    found = []
    for row in table.rows:
        told = dict(zip(table.headers, row, strict=True))
        number = told.get("Drill")
        if not isinstance(number, int | float) or number not in numbers:
            continue
        stamps = {column: stamp_of(told.get(column)) for column in ANSWERS}
        if stamps["Ended"] is not None:
            continue
        found.append(
            {
                "record": text_of(told[DRILLS.ids[0]]),
                "scenario": numbers[int(number)].scenario,
                "injects": drills.injects(int(number)),
                "stamps": {c: f"{at:%H:%M:%S}" for c, at in stamps.items() if at is not None},
                "begun": _seconds(known.spec, stamps["Detected"]),
            }
        )
    return found


def _seconds(spec: MatrixSpec, at: datetime | None) -> int | None:
    return None if at is None else as_of_seconds(spec, at)


def _ticket(given: StampGiven) -> str:
    old = None if given.old is None else given.old.isoformat()
    return json.dumps([given.table, given.key, given.column, old, given.new.isoformat()])


def _given(ticket: str) -> StampGiven | None:
    """The stamp that a page remembers; None where what it says is none."""
    try:
        table, key, column, old, new = json.loads(ticket)
        before = None if old is None else datetime.fromisoformat(old)
        return StampGiven(table, key, column, 0, 0, before, datetime.fromisoformat(new))
    except (ValueError, TypeError):
        return None


__all__ = ["press", "show"]
