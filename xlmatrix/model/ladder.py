"""A ladder: who is called when, and which incidents that concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, PlainSerializer, PlainValidator, field_validator, model_validator

from xlmatrix.model.base import Id, KeyName, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration, read_duration
from xlmatrix.model.parts import Function
from xlmatrix.model.targets import TARGETS, TargetName

Family = Literal["reliability", "privacy", "security", "safety", "quality", "cost"]
FAMILIES: Final[tuple[Family, ...]] = (
    "reliability",
    "privacy",
    "security",
    "safety",
    "quality",
    "cost",
)
#: How a ladder's cell names the owners of the incident's class.
OWNER_WORDS: Final[dict[Function, str]] = {
    "response": "Response owner of the class",
    "quality": "Quality owner of the class",
    "communications": "Communications owner of the class",
}
#: Who of a role is called; ``both`` is the two at once.
Contact = Literal["primary", "backup", "both"]
#: What a step waits for: that nobody answers, or nothing but that the incident was declared.
Occasion = Literal["silence", "declared"]
#: How many people a team may have: one cell each in its row of the workbook.
MOST_MEMBERS: Final = 12

_SHARE = re.compile(r"(\d+)\s*%\s*of\s+(.+)\Z")
_SHARE_MEND: Final = "Write it like 50 % of first_response, with a whole number from 1 to 100"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a target's working time, in whole per cent.

    >>> Share.parse("50% of first_response")
    Share(percent=50, target='first_response')
    >>> str(Share.parse("25 % of First response"))
    '25 % of first_response'
    """

    percent: int
    target: TargetName

    def __post_init__(self) -> None:
        if not 1 <= self.percent <= 100:
            raise ValueError(f"{self.percent} % is no part of a target")

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read ``text``; raises ``ValueError`` with a message that says what is wrong."""
        match = _SHARE.match(text.strip())
        if match is None:
            raise ValueError(f"'{text[:40]}' is no share of a target")
        named = match[2].strip().casefold().replace("_", " ")
        for target, label in TARGETS.items():
            if named in (target.replace("_", " "), label.casefold()):
                return cls(int(match[1]), target)
        raise ValueError(f"there is no target '{match[2].strip()[:40]}'")

    @property
    def amount(self) -> int:
        """The number that stands in a workbook's cell."""
        return self.percent

    @property
    def unit(self) -> str:
        """What stands in the cell beside it."""
        return share_unit(self.target)

    def of(self, seconds: int) -> int:
        """The share of so many working seconds, whole seconds down."""
        return seconds * self.percent // 100

    def __str__(self) -> str:
        return f"{self.percent} % of {self.target}"


def share_unit(target: TargetName) -> str:
    """The unit that a workbook shows for a share of a target."""
    return f"% of {TARGETS[target].lower()}"


def _read_after(value: object) -> Duration | Share:
    if isinstance(value, Share):
        return value
    if isinstance(value, str) and "%" in value:
        try:
            return Share.parse(value)
        except ValueError as failed:
            raise refusal(str(failed), _SHARE_MEND, "share") from failed
    return read_duration(value)


#: How long after the incident began: an amount of time, or a share of a target.
After = Annotated[
    Duration | Share, PlainValidator(_read_after), PlainSerializer(str, return_type=str)
]


class Step(Strict):
    """One step of a ladder: who is called, how, and how long after the incident began.

    One of ``role``, ``owner`` (of the incident's class, else of the severity) and ``team`` (all of
    its members at once) says who. ``on`` ``declared`` calls for every incident of the severity,
    acknowledged or not; ``silence`` only while nobody has answered. ``families`` limits a step to
    classes of these families. ``inform`` tells somebody whose answer does not count. ``until`` is
    what ends the need for the step; ``repeat`` counts additional passes.
    """

    level: Annotated[int, Field(ge=1, le=9)]
    after: After
    role: Id | None = None
    owner: Function | None = None
    team: Id | None = None
    contact: Contact = "primary"
    channel: Name = "page"
    on: Occasion = "silence"
    families: tuple[Family, ...] = ()
    inform: bool = False
    until: Literal["acknowledged", "resolved"] = "acknowledged"
    repeat: Annotated[int, Field(ge=0, le=9)] = 0
    note: Text | None = None

    @field_validator("after")
    @classmethod
    def _on_the_clock(cls, value: Duration | Share) -> Duration | Share:
        if isinstance(value, Duration) and value.days is not None:
            raise refusal(
                "a step of a ladder runs on the severity's calendar, not on calendar days",
                f"Write {value.days * 24} h or {value.days} business days",
            )
        return value

    @field_validator("owner", mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return value.removesuffix("_owner") if isinstance(value, str) else value

    @model_validator(mode="after")
    def _means_somebody(self) -> Self:
        named = [key for key in ("role", "owner", "team") if getattr(self, key) is not None]
        if len(named) != 1:
            said = f"a step names {' and '.join(named)}" if named else "a step names nobody"
            raise refusal(said, "Give it one of role, owner (such as response) and team")
        if self.team is not None and self.contact != "primary":
            raise refusal("a team has no backup: all its members are called", "Remove contact")
        if self.on == "declared" and self.repeat:
            raise refusal(
                "a step that is called when the incident is declared is called once",
                "Remove repeat, or on: declared",
            )
        return self


class Team(Strict):
    """People who are called at once."""

    id: Id
    name: KeyName
    members: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_MEMBERS)]


#: The units of an amount and of a share: what stands beside a number in a ladder.
SHARE_UNITS: Final = tuple(share_unit(target) for target in TARGETS)


def share_of(amount: float, unit: str) -> Share | None:
    """The share that two cells of a ladder hold; None where they hold none."""
    for target in TARGETS:
        if unit.strip().casefold() == share_unit(target).casefold():
            return Share(int(amount), target) if amount in range(1, 101) else None
    return None


def default_ladder(first_response: object) -> list[dict[str, object]]:
    """The ladder of a severity that has none: the response owner, then the backup.

    The backup follows at half of the first response where that is written as working time, else
    after 15 minutes.
    """
    within: object = first_response
    if isinstance(first_response, dict):
        within = None if "calendar" in first_response else first_response.get("within")
    try:
        shared = Duration.parse(str(within)).days is None
    except ValueError:
        shared = False
    later = "50 % of first_response" if shared else "15 min"
    return [
        {"level": "1", "after": "0 min", "owner": "response"},
        {"level": "1", "after": later, "owner": "response", "contact": "backup"},
    ]


__all__ = [
    "FAMILIES",
    "MOST_MEMBERS",
    "OWNER_WORDS",
    "SHARE_UNITS",
    "After",
    "Contact",
    "Family",
    "Occasion",
    "Share",
    "Step",
    "Team",
    "default_ladder",
    "share_of",
    "share_unit",
]
