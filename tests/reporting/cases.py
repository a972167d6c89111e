"""Worked examples of reporting duties as data: what was typed, and what the law makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

#: The worked examples, read by :func:`cases`.
FILE: Final = Path(__file__).with_name("examples.yaml")
#: What a moment says that did not happen, and one whose time is not known.
NEVER, NO_TIME = "no", ""


@dataclass(frozen=True, slots=True)
class Expected:
    """One report of a case as typed, and what is due; instants are epoch seconds.

    ``of`` is the obligation. ``filed`` is the latest report of a series before this one,
    ``trigger`` the stamp in its own row and ``trigger_is`` the moment that it is. ``safe`` and
    ``law`` are None where no due time is shown. ``state`` is the finer word, ``who`` what completes
    it.
    """

    of: str
    now: int
    reported: int | None
    filed: int | None
    trigger: int | None
    trigger_is: str
    decision: str
    by: str
    safe: int | None
    law: int | None
    state: str
    who: str
    missing: tuple[str, ...]
    open: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One incident, and the reports that are looked at.

    ``scope`` and ``facts`` are answers by fact; ``moments`` are instants by moment, or
    :data:`NEVER` or :data:`NO_TIME`; ``filings`` the instants of the latest reports by obligation.
    ``zone`` is where the stamps were typed. All stamps are whole seconds.
    """

    id: str
    says: str
    zone: str
    scope: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, int | str] = field(default_factory=dict)
    filings: Mapping[str, int] = field(default_factory=dict)
    reports: tuple[Expected, ...] = ()


@cache
def cases() -> tuple[Case, ...]:
    """Every worked example, in the order of the file."""
    data = YAML(typ="base").load(FILE.read_text(encoding="utf-8"))
    return tuple(_case(written) for written in data["cases"])


def instant(written: str, zone: str) -> int:
    """The epoch second of a stamp: by its own offset, else by the clock of a zone.

    The clock's earlier hour counts where it shows one twice.
    """
    stamp = datetime.fromisoformat(written)
    if stamp.tzinfo is None:
        stamp = stamp.replace(tzinfo=ZoneInfo(zone))
    return int(stamp.timestamp())


def wall(at: int, zone: str) -> datetime:
    """What the clock of a zone shows at an instant, without its offset."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def shown(at: int | None, zone: str) -> str:
    """An instant as a test says it, with the offset of a zone."""
    if at is None:
        return "none"
    return datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat(" ")


def _case(written: Mapping[str, Any]) -> Case:
    zone = written["zone"]

    def at(stamp: Any) -> int:
        return instant(str(stamp), zone)

    def moment(said: Any) -> int | str:
        return NO_TIME if said == "no time" else NEVER if said == "no" else at(said)

    return Case(
        written["id"],
        written["says"],
        zone,
        written.get("scope", {}),
        written.get("facts", {}),
        {name: moment(said) for name, said in written.get("moments", {}).items()},
        {of: at(stamp) for of, stamp in written.get("filings", {}).items()},
        tuple(_expected(one, zone) for one in written["reports"]),
    )


def _expected(written: Mapping[str, Any], zone: str) -> Expected:
    def at(name: str) -> int | None:
        return instant(str(written[name]), zone) if name in written else None

    safe = at("safe")
    now = at("now")
    assert now is not None
    return Expected(
        of=written["of"],
        now=now,
        reported=at("reported"),
        filed=at("filed"),
        trigger=at("trigger"),
        trigger_is=written.get("trigger is", ""),
        decision=written.get("decision", ""),
        by=written.get("by", ""),
        safe=safe,
        law=at("law") if "law" in written else safe,
        state=written["state"],
        who=written.get("who", ""),
        missing=tuple(written.get("missing", ())),
        open=tuple(written.get("open", ())),
        marks=tuple(written.get("marks", ())),
    )
