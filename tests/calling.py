"""Ladders, owners, teams and incidents drawn at random, and what a matrix says of them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from tests import rotas
from tests.callers import MINUTE, Answer, People, Story, World
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.histories import CHANGES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog

FAMILIES = ("security", "privacy", "quality")
_ROLES = ("oncall", "oncall", "lead", "desk", "quality", "executive")
COLUMNS = (
    "Level now",
    "Call now",
    "Fired at",
    "Next call at",
    "Next call",
    "Response owner",
    "Response backup",
    "Quality owner",
    "Comms owner",
)


def world(seed: int) -> World:
    """A random rota with ladders, classes and teams around it."""
    rota = rotas.drawn(seed)
    pick = random.Random(seed * 7 + 1)
    data = deepcopy(rota.data)
    people = rotas.PEOPLE
    feast = data["horizon"]["start"] + timedelta(days=3)
    data["calendars"] = [
        {"id": "always", "name": "Around the clock", "hours": "24x7"},
        {
            "id": "office",
            "name": "Office",
            "hours": "Mon-Fri 09:00-12:30,13:15-17:30",
            "day": "7 h 45 min",
            "holidays": {"dates": {feast: "Feast"}},
        },
    ]
    data["roles"] += [
        {"id": "desk", "name": "Desk", "primary": "Eve"},
        {"id": "quality", "name": "Quality lead", "primary": "Di", "backup": "Ada"},
        {"id": "executive", "name": "Executive sponsor", "primary": "Fay", "backup": "Bo"},
    ]
    data["teams"] = [
        {"id": "all", "name": "All hands", "members": pick.sample(people, 3)},
        {"id": "two", "name": "Two of us", "members": pick.sample(people, 2)},
    ]
    data["severities"] = [_severity(pick, number) for number in (1, 2, 3)]
    data["classes"] = [
        {
            "id": f"{prefix}-01",
            "name": f"Class {prefix}",
            "definition": "For a test",
            "severity": f"SEV-{pick.randrange(1, 4)}",
            "owners": _owners(pick),
        }
        | ({"family": pick.choice(FAMILIES)} if pick.random() < 0.7 else {})
        for prefix in ("REL", "PRV", "SEC")
    ]
    data["always_add"] = [
        {"prefix": prefix, "role": pick.choice(_ROLES), "channel": pick.choice(["page", "call"])}
        | ({"after": pick.choice(["5 min", "40 min", "3 h"])} if pick.random() < 0.5 else {})
        for prefix in pick.sample([["PRV"], ["PRV", "SEC"], ["REL-01"]], pick.randrange(3))
    ]
    return World(rotas.Drawn(data))


def _owners(pick: random.Random) -> dict[str, str]:
    functions = ("response", "quality", "communications")
    return {one: pick.choice(_ROLES) for one in functions if pick.random() < 0.3}


def _severity(pick: random.Random, number: int) -> dict[str, Any]:
    calendar = pick.choice(["always", "office"])
    made: dict[str, Any] = {
        "id": f"SEV-{number}",
        "name": f"Level {number}",
        "definition": "For a test",
        "calendar": calendar,
        "owners": _owners(pick),
        "targets": {"acknowledge": "20 min", "first_response": "40 min", "resolve": "20 h"},
    }
    level, ladder = 1, []
    for _ in range(pick.randrange(1, 6)):
        ladder.append(_step(pick, level))
        level += pick.random() < 0.5
    made["ladder"] = ladder
    if pick.random() < 0.4:
        made["repeat_after"] = pick.choice(["10 min", "1 h", "1 business day"])
    if pick.random() < 0.4:
        made["acknowledgement_timeout"] = pick.choice(["15 min", "30 min", "4 h"])
    return made


def _step(pick: random.Random, level: int) -> dict[str, Any]:
    amounts = ["0 min", "0 min", "5 min", "15 min", "20 min", "1 h", "4 h", "1 business day"]
    shares = ["50 % of first_response", "100 % of acknowledge", "5 % of resolve"]
    step: dict[str, Any] = {"level": level, "after": pick.choice([*amounts, *shares])}
    means = pick.random()
    if means < 0.2:
        step["team"] = pick.choice(["all", "two"])
    elif means < 0.5:
        step["owner"] = pick.choice(["response", "response", "quality", "communications"])
    else:
        step["role"] = pick.choice(_ROLES)
    if "team" not in step:
        step["contact"] = pick.choice(["primary", "primary", "backup", "both"])
    step["channel"] = pick.choice(["page", "page", "call", "e-mail"])
    if pick.random() < 0.25:
        step["families"] = pick.sample(FAMILIES, pick.randrange(1, 3))
    if pick.random() < 0.2:
        step["inform"] = True
    if pick.random() < 0.25:
        step["on"] = "declared"
    elif pick.random() < 0.4:
        step["repeat"] = pick.randrange(1, 3)
    if pick.random() < 0.3:
        step["until"] = "resolved"
    return step


def stories(known: World, seed: int, count: int = 12) -> list[Story]:
    """Incidents of the first days, with stamps on and beside what happens."""
    pick = random.Random(seed)
    found = []
    for number in range(count):
        opened = _moment(known, pick, known.low + pick.randrange(3 * 1440) * MINUTE)

        def later(at: datetime = opened) -> datetime:
            gap = pick.choice([0, 1, 5, 15, 19, 20, 21, 40, 120, 600, pick.randrange(2000)])
            return _moment(known, pick, at + gap * MINUTE)

        ack: tuple[datetime, ...] = (later(),) if pick.random() < 0.6 else ()
        reopened = later() + MINUTE if pick.random() < 0.2 else None
        if reopened:
            reopened = _moment(known, pick, reopened)
            if pick.random() < 0.5:
                ack = (*(at for at in ack if at < reopened), later(reopened))
        changes: tuple[tuple[datetime, str], ...] = ()
        if pick.random() < 0.35:
            changes = ((later() + MINUTE, f"SEV-{pick.randrange(1, 4)}"),)
            if changes[0][0] == reopened or not _plain(known, changes[0][0]):
                changes = ()
        story = Story(
            number,
            pick.choice(["REL-01", "PRV-01", "SEC-01", None]),
            f"SEV-{pick.randrange(1, 4)}",
            opened,
            ack,
            later() if pick.random() < 0.3 else None,
            later(reopened or opened) if pick.random() < 0.15 else None,
            changes,
            reopened,
            pick.choice(rotas.PEOPLE) if pick.random() < 0.15 else "",
        )
        found.append(story)
    return found


def _plain(known: World, at: datetime) -> bool:
    """Whether the clock shows this time once."""
    wall = known.wall(at).replace(tzinfo=known.zone)
    return wall.utcoffset() == wall.replace(fold=1).utcoffset()


def _moment(known: World, pick: random.Random, at: datetime) -> datetime:
    while not _plain(known, at):
        at += timedelta(minutes=pick.randrange(30, 90))
    return at


def moments(known: World, seed: int, count: int) -> list[datetime]:
    """Instants at which people look at the workbook."""
    pick = random.Random(seed)
    return [
        _moment(known, pick, known.low + pick.randrange(60, known.minutes - 300) * MINUTE)
        for _ in range(count)
    ]


def noted(known: World, told: list[Story], now: datetime) -> tuple[IncidentLog, dict[Any, Any]]:
    """The log and the typed rows as they stand at ``now``; the later ones are left out."""
    seen = [story.until(now) for story in told if story.opened <= now]

    def stamps(found: list[datetime | None]) -> Any:
        walls = [None if at is None else known.wall(at) for at in found]
        return np.array(walls, dtype="datetime64[s]")

    names = {one["id"]: one["name"] for one in known.data["classes"]}
    log = IncidentLog.of(
        {
            "ID": [f"I-{story.number}" for story in seen],
            "Class": [names.get(story.kind or "", "") for story in seen],
            "Severity set": [story.severity for story in seen],
            "Owner": [story.owner for story in seen],
        },
        {
            "Opened": stamps([story.opened for story in seen]),
            "Acknowledged": stamps(
                [story.acknowledged[-1] if story.acknowledged else None for story in seen]
            ),
            "Responded": stamps([story.work for story in seen]),
            "Resolved": stamps([story.resolved for story in seen]),
        },
    )
    changes = [
        {"Incident": f"I-{story.number}", "At": known.wall(at), "To": to}
        for story in seen
        for at, to in story.changes
    ]
    again = [
        {"Incident": f"I-{story.number}", "Reopened": known.wall(story.reopened)}
        for story in seen
        if story.reopened
    ]
    return log, {**typed_rows(CHANGES, changes), **typed_rows(REOPENED, again)}


def answered(cells: Mapping[str, Any], row: int) -> Answer:
    """What the visible columns say, as the person with the watch would say it."""

    def stamp(value: Any) -> datetime | None:
        if isinstance(value, str) or value is None or not np.isfinite(value):
            return None
        return datetime(1899, 12, 30) + timedelta(seconds=round(float(value)))

    level, call, fired, next_at, following, *owners = (cells[column][row] for column in COLUMNS)
    return Answer(
        level, people(call), stamp(fired), stamp(next_at), people(following), tuple(owners)
    )


def people(text: str) -> People:
    """Who is named in a text with which channel, each once; the text itself where it is words."""
    if ":" in text:
        return text
    found: dict[tuple[str, str], None] = {}
    for names, channel in re.findall(r"(.+?) \(([^)]*)\)(?:, |$)", text):
        found |= {(name, channel): None for name in names.split(", ")}
    return tuple(found)


def in_walls(known: World, answer: Answer) -> Answer:
    """The same with times as the matrix's clock shows them."""
    fired, next_at = (at and known.wall(at) for at in (answer.fired, answer.next_at))
    return Answer(answer.level, answer.call, fired, next_at, answer.following, answer.owners)


def spec_of(known: World) -> MatrixSpec:
    """The spec that the engine reads."""
    return MatrixSpec.model_validate(known.data)
