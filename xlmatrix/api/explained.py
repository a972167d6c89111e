"""What an explanation of one incident holds, as values for JSON and as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from xlmatrix.worktime.ledger import Ledger, span, stamp_text


@dataclass(frozen=True, slots=True)
class ClockShown:
    """One clock: its due time, how it stands, and the account where it runs in working time.

    A clock that stands still has no due time, but says since when and what is left of it.
    """

    label: str
    state: str
    due: datetime | None
    done: datetime | None
    calendar: str
    ledger: Ledger | None
    paused_since: datetime | None = None
    left_s: int | None = None


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a call: who is called, why these people, through which channel."""

    who: str
    why: str
    channel: str
    inform: bool


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call of the ladder: when, and whether it fired, is next, or was spared.

    ``steps`` are its steps one by one: who, why these people, and through which channel.
    """

    level: str
    call: str
    at: datetime | None
    state: str
    steps: tuple[StepShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything about one incident at one instant; times are aware, in the matrix's zone."""

    head: dict[str, str]
    opened: datetime | None
    as_of: datetime
    clocks: tuple[ClockShown, ...]
    ladder: tuple[CallShown, ...]
    pauses: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    reopened: tuple[dict[str, Any], ...]
    obligations: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: stamps in ISO 8601 with their offset, accounts as the ledger has them."""
        return {
            **{key.lower().replace(" ", "_"): value for key, value in self.head.items()},
            "opened": iso(self.opened),
            "as_of": iso(self.as_of),
            "clocks": [
                {
                    "target": clock.label,
                    "state": clock.state,
                    "due": iso(clock.due),
                    "done": iso(clock.done),
                    "calendar": clock.calendar,
                    "ledger": clock.ledger.to_dict() if clock.ledger else None,
                    "paused_since": iso(clock.paused_since),
                    "left_s": clock.left_s,
                }
                for clock in self.clocks
            ],
            "ladder": [
                {
                    "level": c.level,
                    "call": c.call,
                    "at": iso(c.at),
                    "state": c.state,
                    "steps": [asdict(step) for step in c.steps],
                }
                for c in self.ladder
            ],
            "pauses": _for_json(self.pauses),
            "changes": _for_json(self.changes),
            "reopened": _for_json(self.reopened),
            "obligations": list(self.obligations),
        }


def _for_json(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: iso(v) if isinstance(v, datetime) else v for key, v in row.items()} for row in rows
    ]


def iso(stamp: datetime | None) -> str | None:
    """A stamp in ISO 8601 with its offset."""
    return None if stamp is None else stamp.isoformat()


def lines(found: Explained) -> Sequence[str]:
    """The whole of it as plain text, a line a fact."""
    text = [f"{found.head['ID']}  {found.head.get('Title', '')}".rstrip()]
    text += [f"  {key}: {value}" for key, value in found.head.items() if value and key != "ID"]
    text.append(f"  Opened: {_short(found.opened)}   as of {_short(found.as_of)}")
    for clock in found.clocks:
        text += ["", *_clock_lines(clock)]
    for title, rows in (
        ("Ladder", [line for call in found.ladder for line in _call_lines(call)]),
        ("Pauses", _facts(found.pauses)),
        ("Severity changes", _facts(found.changes)),
        ("Reopened", _facts(found.reopened)),
        ("Reports", _facts(found.obligations)),
    ):
        if rows:
            text += ["", title, *(f"  {row}" for row in rows)]
    return text


def _clock_lines(clock: ClockShown) -> list[str]:
    state = f"  [{clock.state}]" if clock.state else ""
    done = f"  done {_short(clock.done)}" if clock.done else ""
    text = [f"{clock.label}: due {_short(clock.due)}{done}{state}"]
    if clock.ledger is not None:
        text += [f"  {line}" for line in clock.ledger.lines()]
    if clock.left_s is not None:
        left = f"{span(clock.left_s)} of working time left"
        text.append(f"  paused since {_short(clock.paused_since)}, {left}")
    return text


def _call_lines(call: CallShown) -> list[str]:
    level = f"level {call.level}: " if call.level.isdigit() else ""
    shown = [f"{_short(call.at)}  {level}{call.call}  [{call.state}]"]
    return shown + [f"    {step.who or 'nobody'}: {step.why}" for step in call.steps]


def _facts(rows: Sequence[dict[str, Any]]) -> list[str]:
    def text(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value)
        return stamp_text(value) if isinstance(value, datetime) else str(value)

    return [", ".join(f"{key} {text(v)}" for key, v in row.items() if v) for row in rows]


def _short(stamp: datetime | None) -> str:
    return "–" if stamp is None else stamp_text(stamp)
