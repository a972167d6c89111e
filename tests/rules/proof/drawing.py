"""Random small matrices, each with its hours as data, so that a walk need not read our texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from xlmatrix.model.models import MatrixSpec

#: A zone and a day on which its clock changes, or does something else that is rare.
PLACES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2026, 7, 1)),
    ("UTC", date(2026, 2, 28)),
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PEOPLE = ("Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus")
_ROLES = ("oncall", "lead", "chief", "executive")
_FAMILIES = ("security", "privacy", "cost")


@dataclass(frozen=True)
class Hours:
    """Weekly hours: the shifts that begin on each of some weekdays, in minutes of the day."""

    days: tuple[int, ...]
    shifts: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """As a spec writes them."""
        if self.shifts == ((0, 1440),) and len(self.days) == 7:
            return "24x7"
        shifts = ",".join(
            f"{_clock(a)}-{_clock(b if b == 1440 else b % 1440)}" for a, b in self.shifts
        )
        return f"{','.join(_DAYS[day] for day in self.days)} {shifts}"


ALWAYS = Hours(tuple(range(7)), ((0, 1440),))


@dataclass
class Drawn:
    """A matrix, and what its texts of hours mean: by calendar, by rotation's place, by person."""

    spec: MatrixSpec
    calendars: dict[str, Hours]
    layers: dict[int, Hours]
    people: dict[str, Hours] = field(default_factory=dict)


def drawn(seed: int) -> Drawn:
    """The matrix of a seed."""
    random = Random(seed)
    zone, odd = random.choice(PLACES)
    start = odd - timedelta(days=random.randint(1, 3))
    end = odd + timedelta(days=random.randint(0, 2))
    calendars = {f"cal{n}": _hours(random) for n in range(random.randint(1, 2))}
    calendars["always"] = ALWAYS
    layers: dict[int, Hours] = {}
    on_call = _on_call(random, start, layers, list(calendars))
    hours_of: dict[str, Hours] = {}
    data: dict[str, Any] = {
        "xlmatrix": 2,
        "title": f"Drawn {seed}",
        "organisation": "Test",
        "zone": zone,
        "horizon": {"start": start, "end": end},
        "policy": {"effective": start},
        "scope": {"on_call": random.choice(["24x7", "24x7", "business-hours"])},
        "calendars": [_calendar(random, key, start, hours) for key, hours in calendars.items()],
        "owners": _owners(random),
        "roles": [_role(random, role) for role in _ROLES[: random.randint(3, 4)]],
        "people": [_person(random, name, zone, hours_of) for name in _PEOPLE],
        "teams": [{"id": "crew", "name": "Crew", "members": random.sample(_PEOPLE, 2)}],
        "severities": [_severity(random, n, list(calendars)) for n in range(random.randint(1, 3))],
        "on_call": on_call,
        "leave": [_leave(random, start) for _ in range(random.choice([0, 0, 1, 3]))],
        "overrides": _overrides(random, start),
    }
    known = [role["id"] for role in data["roles"]]
    data = _only_known(data, known)
    # One override a role, so that none stands in the way of another.
    data["overrides"] = list({one["role"]: one for one in data["overrides"]}.values())
    numbers = range(random.randint(1, 4))
    data["classes"] = [_class(random, n, data["severities"], known) for n in numbers]
    data["always_add"] = _added(random, known)
    return Drawn(MatrixSpec.model_validate(data), calendars, layers, hours_of)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _hours(random: Random) -> Hours:
    days = tuple(sorted(random.sample(range(7), random.randint(4, 7))))
    begin = random.choice([0, 60, 120, 150, 480, 540, 1200])
    if random.random() < 0.3:
        return Hours(days, ((begin, begin + 90), (begin + 135, begin + 135 + 240)))
    return Hours(days, ((begin, begin + random.choice([90, 120, 480, 700])),))


def _calendar(random: Random, key: str, start: date, hours: Hours) -> dict[str, Any]:
    found: dict[str, Any] = {"id": key, "name": key, "hours": hours.text}
    if hours is not ALWAYS and random.random() < 0.5:
        found["holidays"] = {"dates": {start + timedelta(days=random.randint(0, 3)): "Off"}}
    return found


def _owners(random: Random) -> dict[str, str]:
    functions = ("response", "quality", "communications")
    return {function: random.choice(_ROLES) for function in functions}


def _role(random: Random, role: str) -> dict[str, Any]:
    first, second = random.sample(_PEOPLE, 2)
    found: dict[str, Any] = {"id": role, "name": role.title(), "primary": first}
    if random.random() < 0.8:
        found["backup"] = second
    return found


def _person(random: Random, name: str, zone: str, hours_of: dict[str, Hours]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name}
    if random.random() < 0.25:
        hours_of[name] = _hours(random)
        found["hours"] = hours_of[name].text
    if random.random() < 0.3:
        found["zone"] = random.choice([zone, "Asia/Kolkata", "America/New_York"])
    return found


def _stretch(random: Random, start: date) -> dict[str, str]:
    begins = random.randint(0, 5 * 24)
    ends = begins + random.randint(1, 48)
    days = [start + timedelta(days=hours // 24) for hours in (begins, ends)]
    walls = [f"{day} {hours % 24:02}:30" for day, hours in zip(days, (begins, ends), strict=True)]
    return {"from": walls[0], "to": walls[1]}


def _leave(random: Random, start: date) -> dict[str, Any]:
    return {"person": random.choice(_PEOPLE), **_stretch(random, start)}


def _overrides(random: Random, start: date) -> list[dict[str, Any]]:
    found = []
    for _ in range(random.choice([0, 0, 1, 2])):
        one: dict[str, Any] = {"role": random.choice(_ROLES), **_stretch(random, start)}
        first, second = random.sample(_PEOPLE, 2)
        one |= random.choice([{"primary": first}, {"backup": second}])
        found.append(one)
    return found


def _on_call(
    random: Random, start: date, layers: dict[int, Hours], calendars: list[str]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place in range(random.choice([0, 1, 1, 2, 3])):
        rotation: dict[str, Any] = {
            "role": random.choice(["oncall", "oncall", "lead"]),
            "people": random.sample(_PEOPLE, random.randint(1, 3)),
            "start": start + timedelta(days=random.randint(-9, 2)),
            "handover": _clock(random.choice([0, 30, 120, 150, 540, 1380])),
            "every": random.choice(
                ["daily", "daily", "weekly", "12 h", "7 h", "2 days", "incident"]
            ),
            "backup": random.choice(["next", "role"]),
        }
        chance = random.random()
        if chance < 0.35:
            layers[place] = _hours(random)
            rotation["hours"] = layers[place].text
        elif chance < 0.5:
            rotation["calendar"] = random.choice(calendars)
        if random.random() < 0.3:
            rotation["zone"] = random.choice(PLACES)[0]
        found.append(rotation)
    return found


def _target(random: Random, minutes: int, calendars: list[str]) -> dict[str, Any]:
    if random.random() < 0.1:
        return {"within": f"{random.randint(1, 2)} days"}
    found: dict[str, Any] = {"within": f"{minutes} min"}
    if random.random() < 0.4:
        found["calendar"] = random.choice(calendars)
    return found


def _severity(random: Random, number: int, calendars: list[str]) -> dict[str, Any]:
    response = random.choice([20, 40, 60, 120])
    resolve = response * random.choice([2, 4, 10])
    found: dict[str, Any] = {
        "id": f"SEV-{number + 1}",
        "name": f"Level {number + 1}",
        "definition": "For a test",
        "calendar": random.choice(calendars),
        "targets": {
            "acknowledge": "10 min",
            "first_response": _target(random, response, calendars),
            "resolve": _target(random, resolve, calendars),
        },
        "ladder": [_step(random) for _ in range(random.randint(1, 5))],
    }
    if random.random() < 0.05:
        found["ladder"] = []
    if random.random() < 0.3:
        found["repeat_after"] = f"{random.choice([5, 30, 60])} min"
    if random.random() < 0.3:
        found["owners"] = {"response": random.choice(_ROLES)}
    return found


def _step(random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "level": random.randint(1, 3),
        "after": random.choice(
            [
                "0 min",
                "0 min",
                "5 min",
                "15 min",
                "30 min",
                "60 min",
                "4 h",
                "50 % of first_response",
            ]
        ),
    }
    chance = random.random()
    if chance < 0.4:
        found["role"] = random.choice(_ROLES)
    elif chance < 0.85:
        found["owner"] = random.choice(["response", "response", "quality", "communications"])
    else:
        found["team"] = "crew"
    if "team" not in found:
        found["contact"] = random.choice(["primary", "primary", "backup", "both"])
    if random.random() < 0.2:
        found["families"] = random.sample(_FAMILIES, random.randint(1, 2))
    if random.random() < 0.15:
        found["inform"] = True
    if random.random() < 0.2:
        found["on"] = "declared"
    elif random.random() < 0.3:
        found["repeat"] = random.randint(1, 2)
    return found


def _class(
    random: Random, number: int, severities: list[dict[str, Any]], roles: list[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": f"{random.choice(['SEC', 'PRV', 'CST'])}-{number}",
        "name": f"Class {number}",
        "definition": "For a test",
        "severity": random.choice(severities)["id"],
    }
    # A matrix whose classes have no families has no steps for some of them either.
    if number == 0 or random.random() < 0.7:
        found["family"] = random.choice(_FAMILIES)
    if random.random() < 0.5:
        found["owners"] = {"response": random.choice(roles)}
    return found


def _added(random: Random, roles: list[str]) -> list[dict[str, Any]]:
    found = []
    for _ in range(random.choice([0, 0, 1, 2])):
        rule: dict[str, Any] = {
            "prefix": [random.choice(["SEC", "PRV"])],
            "role": random.choice(roles),
        }
        if random.random() < 0.5:
            rule["after"] = random.choice(["10 min", "6 h"])
        found.append(rule)
    return found


def _only_known(value: Any, roles: list[str]) -> Any:
    """The data without the role that this matrix happens not to have."""
    if isinstance(value, dict):
        return {key: _only_known(one, roles) for key, one in value.items()}
    if isinstance(value, list):
        return [_only_known(one, roles) for one in value]
    return roles[0] if value in _ROLES and value not in roles else value
