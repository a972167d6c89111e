"""The drill records of ``records.yaml`` as a matrix and as what people type into its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from xlmatrix.model import MatrixSpec, loads
from xlmatrix.model.drills import Drills
from xlmatrix.resources import template_text
from xlmatrix.rules.drills.score import TOO_LATE

AS_OF: Final = datetime(2026, 11, 16, 10, 30)
T0: Final = datetime(2026, 3, 10, 10, 0)
_STAMPS: Final = {
    "A": "Acknowledged",
    "E": "Level 2 reached",
    "D": "Customer draft",
    "R": "Reporting decided",
    "C": "Contained",
    "Again": "Contained again",
    "Ended": "Ended",
}
_ANSWERS: Final = {
    "called": "Severity called",
    "tried": "Contacts tried",
    "answered": "Contacts answered",
    "backup": "Backup played",
    "kill": "Kill switch found (min)",
    "stopped": "Agent stopped (min)",
    "evidence": "Evidence complete",
    "timeline": "One timeline",
    "actions": "Actions owned",
}
#: How many drills stand in a workbook.
MOST_DRILLS: Final = 24
Typed = dict[tuple[str, str, str], Any]


@dataclass(frozen=True)
class Case:
    """A record with the verdict that was worked out by hand."""

    number: int
    told: dict[str, Any]

    @property
    def missed(self) -> str:
        """The words beside the verdict."""
        if "ground" in self.told:
            return str(self.told["ground"])
        parts = [", ".join(self.told.get("missed", ()))]
        unknown = ", ".join(self.told.get("unrecorded", ()))
        parts += [f"not recorded: {unknown}"] if unknown else []
        late = f"{TOO_LATE} " if self.told.get("late") else ""
        return late + "; ".join(filter(None, parts))

    def values(self) -> dict[str, Any]:
        """What is typed into the record, by header."""
        scenario = read()["scenarios"][self.told["scenario"]]
        begins = self.told.get("at", T0)
        start = begins if isinstance(begins, datetime) else datetime.fromisoformat(begins)
        actions = self.told.get("actions", start + timedelta(days=1))
        answers: dict[str, Any] = {
            "called": scenario["severity"], "tried": 4, "answered": 4, "backup": "yes", "kill": 3,
            "evidence": "yes", "timeline": "yes", "stopped": None,
        }  # fmt: skip
        answers |= {word: self.told[word] for word in answers if word in self.told}
        answers["actions"] = datetime.fromisoformat(str(actions))
        answers |= dict.fromkeys(self.told.get("blank", ()))
        stamps = {
            _STAMPS[mark]: start + timedelta(minutes=minute)
            for mark, minute in self.told["stamps"].items()
        }
        return {"Detected": start, **stamps, **{_ANSWERS[k]: v for k, v in answers.items()}}


@cache
def read() -> dict[str, Any]:
    text = Path(__file__).with_name("records.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = YAML(typ="safe").load(text)
    return told


def cases() -> list[Case]:
    return [Case(number, told) for number, told in enumerate(read()["records"], start=1)]


@cache
def spec(months: int = 46) -> MatrixSpec:
    """A small matrix with the scenarios of the file."""
    base = loads(template_text("basic")).spec
    scenarios = [
        {
            "id": f"T{number:02}",
            "name": name,
            "classes": [base.classes[0].id],
            **told,
            "injects": [
                {**one, "at": f"{one['at']} min", "text": "told"} for one in told["injects"]
            ],
        }
        for number, (name, told) in enumerate(read()["scenarios"].items(), start=1)
    ]
    drills = Drills.model_validate(
        {
            "calendar": "business",
            "decision": {"SEV-1": "4 h", "SEV-2": "24 h", "SEV-3": "2 business days"},
            "scenarios": scenarios,
        }
    ).model_copy(update={"months": months})
    severities = [
        one.model_copy(update={"calendar": "always"}) if one.id == "SEV-2" else one
        for one in base.severities
    ]
    return base.model_copy(update={"drills": drills, "severities": tuple(severities)})


def typed(told: Mapping[str, Case]) -> Typed:
    """Records by their key, the scenarios of their drills, and the seats."""
    found: Typed = {}
    for key, case in told.items():
        kind, _, number = key.partition(" ")
        found |= {("tDrills", key, header): value for header, value in case.values().items()}
        if kind == "Repeat":
            found["tDrills", key, "Drill"] = _like(told, case)
            continue
        found["tDrillPlan", number, "Scenario"] = case.told["scenario"]
        seats = case.told.get("seats", 4)
        for place, role in enumerate(spec().roles):
            found["tSeats", role.name, f"Drill {number}"] = "P" if place < seats else None
    return found


def _like(told: Mapping[str, Case], case: Case) -> int:
    """The number of a drill with the same scenario and as many seats."""
    same = (case.told["scenario"], case.told.get("seats", 4))
    return next(
        int(key.partition(" ")[2])
        for key, other in told.items()
        if (other.told["scenario"], other.told.get("seats", 4)) == same
    )


def in_drills() -> dict[str, Case]:
    """Every record in the row of a drill of its own."""
    return {f"Drill {case.number}": case for case in cases()}


def in_a_book() -> dict[str, Case]:
    """The records in as few rows as a plan of two years has, the last in those for repetitions."""
    steady = [
        one for one in cases() if one.told["scenario"] == "steady" and "seats" not in one.told
    ]
    last = [one for one in steady if one.number > MOST_DRILLS][:6]
    first = [one for one in cases() if one not in last][:MOST_DRILLS]
    drills = {f"Drill {number}": case for number, case in enumerate(first, start=1)}
    return drills | {f"Repeat {number}": case for number, case in enumerate(last, start=1)}
