"""What is odd about a row of the log, said beside it; what was typed stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import partial, reduce
from operator import and_
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, if_, in_parts, lit, place_of, this
from xlmatrix.formula.errors import ERROR_VALUES
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.frame import Frame, Objects, horizon
from xlmatrix.rules.incidents.exempt import (
    counted,
    is_unrecorded,
    strangers,
    strangers_twin,
    uncounted_rows,
    unrecorded_rows,
)
from xlmatrix.rules.incidents.public_state import contradictions, contradictions_twin
from xlmatrix.rules.incidents.steps import ACKNOWLEDGE, CUSTOMER, INTERNAL, JUDGED_STEPS
from xlmatrix.rules.instants import is_stamp, no_stamp
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS
from xlmatrix.rules.logs.log_rows import used_above_expr
from xlmatrix.rules.saying import IDLE, later_than_as_of, said, said_twin
from xlmatrix.rules.second_hour import (
    MISNAMED,
    WORDS,
    misnamed,
    misnamed_twin,
    unsure,
    unsure_twin,
    utc_typed,
)
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT

Mask = NDArray[np.bool_]
ERROR_VALUE: Final = "A cell holds an error value"
_OPENED: Final = INCIDENTS["Opened"]
#: Stands beside the ID of a row of which *Check* says something.
MARK: Final = "⚠"
OVERRIDE: Final = "Not the class's severity: give a reason and an approver"
SAME_PERSON: Final = "The owner is the backup too: nobody stands in"
UNJUDGED: Final = "Neither class nor severity: no clock runs, and no verdict is given"
BEFORE_CALENDARS: Final = f"{_OPENED.header} is before the calendars begin: no clock runs"
NOT_OPENED: Final = f"{_OPENED.header} is later than As of"
ID_AGAIN, ID_SPACED = "ID is used above", "ID has needless spaces"
#: What is said of an incident that is not counted, too: what makes its row hard to read or find.
_ALWAYS: Final = (ERROR_VALUE, ID_AGAIN, ID_SPACED)
#: What was sent, and is judged by its next due time alone.
_UPDATES: Final = (INTERNAL, CUSTOMER)


def check_columns(spec: MatrixSpec) -> list[Column]:
    """All that is odd about a row, in one cell; empty when nothing is.

    The conditions stand in hidden columns, as many as they need; what is added to them makes more.
    """
    parts = [part for group in _conditions() for part in _parts(*group)]
    hidden: list[Column] = []
    first = 0
    for number, (text, count) in enumerate(parts, start=1):
        twin = partial(_said, spec=spec, chosen=slice(first, first + count))
        hidden.append(hidden_step(f"Check {number}", text, twin, TEXT))
        first += count
    shown = INCIDENTS["Check"].by(
        F.TRIM(reduce(and_, (this(column.header) for column in hidden))),
        lambda frame: np.array([text.strip() for text in _said(frame, spec)], dtype=object),
    )
    mark = INCIDENTS["Mark"].by(
        if_(this("Check").filled(), MARK),
        lambda frame: np.where(frame["Check"] == "", "", MARK).astype(object),
    )
    return [*hidden, shown, mark]


def _parts(asked: _Asked, conditions: list[tuple[str, Expr]]) -> Iterator[tuple[Expr, int]]:
    """The texts of a group and how many conditions each speaks of."""
    # Of most rows there is nothing more to say than that no later stamp has been typed yet.
    later = F.COUNTA(*(this(header) for header in STAMP_INPUTS[1:])) > 0
    for part in in_parts(conditions, lambda one: said([one]), "tIncidents"):
        text = if_(later, said(part)) if asked is _Asked.OF_LATER_STAMPS else said(part)
        yield (text if asked is _Asked.ALWAYS else counted(text)), len(part)


def _said(frame: Frame, spec: MatrixSpec, chosen: slice = slice(None)) -> Objects:
    """What the chosen conditions say of each row, a blank after each."""
    if "check masks" not in frame.done:
        frame.done["check masks"] = _masks(frame, spec)
    texts = said_twin(frame.done["check masks"][chosen], len(frame))
    return np.array([text and f"{text} " for text in texts], dtype=object)


def _before_opened(header: str) -> str:
    return f"{INCIDENTS[header].header} is before {_OPENED.header}"


class _Asked(Enum):
    """Of which rows a group of conditions is asked: of an incident that counts, or of every one."""

    OF_COUNTED = auto()
    OF_LATER_STAMPS = auto()
    ALWAYS = auto()


def _conditions() -> tuple[tuple[_Asked, list[tuple[str, Expr]]], ...]:
    """In the order of the text, in groups."""
    described = F.COUNTA(*(this(header) for header in (*TEXT_INPUTS, *STAMP_INPUTS))) > 0
    unknown_class = F.AND(F.NOT(F.ISBLANK(this("Class"))), this("class row").empty())
    unknown_severity = F.AND(this("Severity").filled(), this("severity row").empty())
    # COUNTIF would read "a*" and "<5" as patterns.
    known = F.ISNUMBER(place_of(this("Owner") & "", names.LIST_PEOPLE))
    nobody = F.OR(F.ISBLANK(this("Owner")), _holds_error("Owner"))
    stranger = F.IF(nobody, lit(False), F.NOT(known))
    known_id = this("id text")
    spaced = F.LEN(F.TRIM(known_id)).ne(F.LEN(known_id))
    no_stamps = [
        (INCIDENTS[header].not_understood, no_stamp(this(header))) for header in STAMP_INPUTS
    ]
    missing = (_OPENED.missing, F.AND(described, F.ISBLANK(this("Opened"))))
    # Of a class that the matrix lacks there is something to say already.
    unset = F.AND(this("severity row").empty(), this("Severity").empty())
    opened_s = this("opened s")
    no_severity = F.AND(opened_s.filled(), unset, F.NOT(unknown_class))
    outside = if_(F.ISNUMBER(opened_s), opened_s < names.HORIZON_START, lit(False))
    always = [
        (ERROR_VALUE, F.OR(*(_holds_error(header) for header in TEXT_INPUTS))),
        (ID_AGAIN, used_above_expr(known_id, this("row"))),
        (ID_SPACED, spaced),
    ]
    rest = [
        ("Class is not in the matrix", unknown_class),
        ("Severity is not in the matrix", unknown_severity),
        (UNJUDGED, no_severity),
        (BEFORE_CALENDARS, outside),
        (NOT_OPENED, _to_come("Opened")),
        ("Owner is not in the directory", stranger),
        (SAME_PERSON, _stands_in_alone()),
        strangers(),
        (OVERRIDE, this("override gap").eq(1)),
        ("Clock change at Opened: taken as the earlier time", unsure("Opened")),
        (MISNAMED, misnamed(STAMP_INPUTS)),
        (IDLE, F.AND(described, opened_s.empty())),
    ]
    later = [
        (
            "Clock change at a later stamp: taken as the earlier time",
            F.OR(*map(unsure, STAMP_INPUTS[1:])),
        ),
        *((_before_opened(step.done), _earlier(step.code)) for step in JUDGED_STEPS),
        *((_before_opened(step.done), _stamped_earlier(step.done)) for step in _UPDATES),
        *(
            (later_than_as_of(INCIDENTS[header].header), _to_come(header))
            for header in STAMP_INPUTS[1:]
        ),
    ]
    return (
        (_Asked.OF_COUNTED, [missing, no_stamps[0]]),
        (_Asked.OF_LATER_STAMPS, no_stamps[1:]),
        (_Asked.ALWAYS, always),
        (_Asked.OF_COUNTED, rest),
        (_Asked.OF_LATER_STAMPS, later),
        (_Asked.OF_COUNTED, contradictions()),
    )


def _stands_in_alone() -> Expr:
    """Whether whoever owns an incident that nobody has acknowledged is the backup as well."""
    asked = F.AND(this("ack done s").empty(), F.NOT(is_unrecorded(ACKNOWLEDGE)))
    waiting = F.AND(asked, this("res done s").empty())
    same = F.AND(waiting, this("Owner").eq(this("Response backup")))
    return F.IF(F.ISBLANK(this("Owner")), lit(False), F.IFERROR(same, lit(False)))


def _alone(frame: Frame) -> Mask:
    """The twin of :func:`_stands_in_alone`."""
    waiting = np.isnan(frame["ack done s"]) & np.isnan(frame["res done s"])
    waiting &= ~unrecorded_rows(frame, ACKNOWLEDGE)
    both = zip(frame["Owner"], frame["Response backup"], strict=True)
    same = [owner != "" and owner.casefold() == backup.casefold() for owner, backup in both]
    alone: Mask = waiting & np.array(same, dtype=bool)
    return alone


def _holds_error(header: str) -> Expr:
    """Whether a cell holds an error value, or its text, which names nothing either."""
    cell = this(header)
    told = F.FIND(lit("|") & cell & "|", f"|{'|'.join(ERROR_VALUES)}|")
    return F.OR(F.ISERROR(cell), F.ISNUMBER(told))


def _to_come(header: str) -> Expr:
    """Whether a stamp is later than *As of*."""
    return if_(is_stamp(this(header)), utc_typed(header) > names.AS_OF_S, lit(False))


def _stamped_earlier(header: str) -> Expr:
    """Whether a stamp is earlier than Opened."""
    stamps = F.AND(is_stamp(this(header)), F.ISNUMBER(this("opened s")))
    return if_(stamps, utc_typed(header) < this("opened s"), lit(False))


def _earlier(code: str) -> Expr:
    done = this(f"{code} done s")
    return if_(
        F.AND(F.ISNUMBER(done), F.ISNUMBER(this("opened s"))), done < this("opened s"), lit(False)
    )


def _masks(frame: Frame, spec: MatrixSpec) -> list[tuple[str, Mask]]:
    odd = {
        header: np.array([(header, row) in frame.log.odd for row in range(len(frame))], dtype=bool)
        for header in STAMP_INPUTS
    }
    opened = frame["Opened"]
    texts = np.array([frame.filled(header) for header in TEXT_INPUTS])
    described = texts.any(axis=0) | np.any([*odd.values()], axis=0)
    described |= np.any([~np.isnan(frame[header]) for header in STAMP_INPUTS], axis=0)
    missing = np.isnan(opened) & ~odd["Opened"]
    unknown_class = frame.filled("Class") & np.isnan(frame["class row"])
    unjudged = np.isnan(frame["severity row"]) & (frame["Severity"] == "") & ~unknown_class
    people = {person.name.casefold() for person in spec.people}
    strange = np.array([o.casefold() not in people for o in frame["Owner"]], bool)
    strange &= frame["Owner"] != ""
    coming = {header: frame.utc(header) > frame.context.as_of_s for header in STAMP_INPUTS}
    switched, *later = (
        unsure_twin(frame.context.zone, frame[header], frame.second(header))
        for header in STAMP_INPUTS
    )
    walls = {header: frame[header] for header in STAMP_INPUTS}
    found = [
        (_OPENED.missing, missing & described),
        *((INCIDENTS[header].not_understood, odd[header]) for header in STAMP_INPUTS),
        (ERROR_VALUE, np.any([frame.filled(h) & (frame[h] == "") for h in TEXT_INPUTS], axis=0)),
        (ID_AGAIN, _used_above(frame["ID"])),
        (ID_SPACED, _spaced(frame["ID"])),
        ("Class is not in the matrix", unknown_class),
        (
            "Severity is not in the matrix",
            (frame["Severity"] != "") & np.isnan(frame["severity row"]),
        ),
        (UNJUDGED, ~np.isnan(opened) & unjudged),
        (BEFORE_CALENDARS, frame["opened s"] < horizon(frame.context)[0]),
        (NOT_OPENED, coming["Opened"]),
        ("Owner is not in the directory", strange),
        (SAME_PERSON, _alone(frame)),
        strangers_twin(frame),
        (OVERRIDE, frame["override gap"] == 1),
        ("Clock change at Opened: taken as the earlier time", switched),
        (MISNAMED, misnamed_twin(frame.context.zone, frame[WORDS], walls)),
        (IDLE, described & np.isnan(opened)),
        ("Clock change at a later stamp: taken as the earlier time", np.any(later, axis=0)),
        *(
            (_before_opened(step.done), frame[f"{step.code} done s"] < frame["opened s"])
            for step in JUDGED_STEPS
        ),
        *(
            (_before_opened(step.done), frame.utc(step.done) < frame["opened s"])
            for step in _UPDATES
        ),
        *(
            (later_than_as_of(INCIDENTS[header].header), coming[header])
            for header in STAMP_INPUTS[1:]
        ),
        *contradictions_twin(frame),
    ]
    counts = ~uncounted_rows(frame)
    return [(says, mask if says in _ALWAYS else mask & counts) for says, mask in found]


def _spaced(ids: Objects) -> Mask:
    return np.array([text.strip(" ") != text or "  " in text for text in ids], dtype=np.bool_)


def _used_above(ids: Objects) -> Mask:
    seen: set[str] = set()
    answer = np.zeros(len(ids), dtype=bool)
    for row, text in enumerate(ids):
        answer[row] = bool(text) and text.casefold() in seen
        seen.add(text.casefold())
    return answer
