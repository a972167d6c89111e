"""tScenarios, tInjects and tDecision: what is rehearsed, and how fast it is decided."""

from __future__ import annotations

from typing import Final

from xlmatrix.model.drills import Drills, Inject, Scenario
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.reading.tables import number_of
from xlmatrix.regen.spec_text.rows import Record, Rows, Typed, duration_in, text
from xlmatrix.tables import drills as tables
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.binding import Lookup, values_of
from xlmatrix.tables.drills import DECISION as DECISION_TABLE
from xlmatrix.tables.drills import INJECTS as INJECTS_TABLE
from xlmatrix.tables.drills import SCENARIOS as SCENARIOS_TABLE
from xlmatrix.tables.drills import STOP_WITHIN

SCENARIOS: Final = SCENARIOS_TABLE.name
INJECTS: Final = INJECTS_TABLE.name
DECISION: Final = DECISION_TABLE.name


def drills(typed: Typed, spec: MatrixSpec) -> Drills | None:
    """The drills with their scenarios and times to decide as typed."""
    if spec.drills is None:
        return None
    return changed(
        spec.drills,
        scenarios=_scenarios(typed, spec, spec.drills),
        decision=_decision(typed, spec.drills),
    )


def _decision(typed: Typed, was: Drills) -> dict[str, Duration]:
    rows = typed.rows(DECISION)
    found = dict(was.decision)
    for key, record in rows.now.items():
        edits = rows.edits(key)
        if not edits.keys() & {"Within", "Unit"}:
            continue
        within = duration_in(record, "Within", "Unit")
        if within is not None:
            found[key] = within
        elif record.get("Within") in (None, ""):
            found.pop(key, None)
        else:
            typed.odd(DECISION, key, "this is no amount of time", "Type a number and a unit")
    for key in rows.was.keys() - rows.now.keys():
        found.pop(key, None)
    return found


def _scenarios(typed: Typed, spec: MatrixSpec, was: Drills) -> tuple[Scenario, ...]:
    """The scenarios of the spec, changed ones among those made up for the plan, and new ones."""
    rows, injects = typed.rows(SCENARIOS), typed.rows(INJECTS)
    if not rows.touched and not injects.touched:
        return was.scenarios
    known = {scenario.id: scenario for scenario in was.scenarios}
    found = []
    for key, record in rows.now.items():
        scenario = known.get(key)
        lines = _lines(injects, key)
        if not rows.edits(key) and not _changed(injects, key):
            if scenario is not None:
                found.append(scenario)
            continue
        if not text(record, "Name") and not lines:
            continue
        made = _scenario(typed, spec, key, record, scenario) or scenario
        if made is not None:
            found.append(made)
    return tuple(found)


def _lines(injects: Rows, key: str) -> dict[str, Record]:
    """The injects of a scenario that say something, by their key."""
    return {
        at: record
        for at, record in injects.now.items()
        if text(record, "Scenario").casefold() == key.casefold() and text(record, "Inject")
    }


def _changed(injects: Rows, key: str) -> bool:
    def of(record: Record) -> bool:
        return text(record, "Scenario").casefold() == key.casefold()

    now = {at for at, record in injects.now.items() if of(record)}
    was = {at for at, record in injects.was.items() if of(record)}
    return now != was or any(injects.edits(at) for at in now)


def _scenario(
    typed: Typed, spec: MatrixSpec, key: str, record: Record, was: Scenario | None
) -> Scenario | None:
    values = values_of(tables.SCENARIOS, record, Lookup.of(spec))
    values |= {
        "id": key,
        # A blank one is refused as such, not as left out.
        "severity": values["severity"] or "",
        "format": text(record, "Format").casefold() or None,
        "off_hours": values["off_hours"] is True,
        "injects": _injects(typed, spec, key, was),
        "evidence": was.evidence if was else None,
        "variant_of": was.variant_of if was else None,
        "objectives": _lines_in(record, "Objectives"),
        "questions": _lines_in(record, "Questions"),
        "stop_within": _stop_in(record),
    }
    if was is not None and was.opens is None and values["opens"] == values["severity"]:
        values["opens"] = None
    return typed.made(Scenario, values, SCENARIOS, key)


def _stop_in(record: Record) -> Duration | str | None:
    """Within how long an agent is to be stopped; what is no such time stays, to be refused."""
    minutes = number_of(record.get(STOP_WITHIN))
    if minutes is None or minutes <= 0:
        return text(record, STOP_WITHIN) or None
    return Duration(seconds=int(minutes * 60 + 0.5))


def _lines_in(record: Record, header: str) -> list[str]:
    return [line.strip() for line in text(record, header).splitlines() if line.strip()]


def _inject(
    typed: Typed, spec: MatrixSpec, key: str, record: Record, minutes: float
) -> Inject | None:
    lookup = Lookup.of(spec)
    action = text(record, "Expected")
    told = {
        "action": action,
        "owner": lookup.id_of(words.ROLES, text(record, "Owner")) or None,
        "meets": text(record, "Meets").casefold() or None,
    }
    values = {
        "at": Duration(seconds=int(minutes * 60 + 0.5)),
        "text": text(record, "Inject"),
        "severity": lookup.id_of(words.SEVERITIES, text(record, "Turns to")) or None,
        "starts": text(record, "Starts").casefold() or None,
        "expects": told if action else None,
    }
    if not action and (told["owner"] or told["meets"]):
        typed.odd(INJECTS, key, "who is to do it stands without what", "Type what is expected")
    return typed.made(Inject, values, INJECTS, key)


def _injects(typed: Typed, spec: MatrixSpec, key: str, was: Scenario | None) -> list[Inject]:
    """The injects in the order in which they come; those that nobody touched stay as written."""
    rows = typed.rows(INJECTS)
    held = {f"{key}-{n}": one for n, one in enumerate(was.injects, start=1)} if was else {}
    found: list[tuple[int, Inject]] = []
    for at, record in _lines(rows, key).items():
        inject = held.get(at)
        if inject is None or rows.edits(at):
            minutes = number_of(record.get("At (min)"))
            if minutes is None or minutes < 0:
                typed.odd(INJECTS, at, "the inject has no minute", "Type when it comes")
                continue
            made = _inject(typed, spec, at, record, minutes)
            if made is None:
                continue
            inject = made
        found.append((inject.at.seconds or 0, inject))
    return [inject for _, inject in sorted(found, key=lambda pair: pair[0])]
