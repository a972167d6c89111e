"""Whom a call means: the people who hold its roles at the call's own instant.

A call that fires names who held the role then, a coming one who will hold it then, whatever the
workbook's *As of*: a handover does not rewrite who was called yesterday. An incident belongs to who
held the role when its present ladder began, until somebody types another owner.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import Field

from xlmatrix.formula import Name, name
from xlmatrix.model.ladder import OWNER_WORDS, Step, Team
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import FUNCTIONS, DefaultOwners
from xlmatrix.rules.frame import Context
from xlmatrix.rules.ladder.calls import EXHAUSTED_TEXT, NO_CALL_S, Call, executive_role
from xlmatrix.rules.ladder.former import Tenures, had_backup, versions_of
from xlmatrix.rules.ladder.overrides import names_one
from xlmatrix.rules.ladder.turns import Turn

LIST_CALLED: Final[Name] = name("List_Called")
#: What is written behind the channel of a step whose answer does not count.
FOR_INFORMATION: Final = "for information"
NOBODY_TEXT: Final = "Nobody is on call: call the executive sponsor"

# How the Ladder sheet writes whom a row calls: a row of tRoles as it is, the owners of the class
# below zero, teams from here on, and the end of a ladder.
TEAMS_FROM: Final = 10**6
THE_END: Final = -9
#: What stands in "Until" of a step that is called for every declared incident.
ALWAYS: Final = "always"
NOT_KNOWN: Final = 0


class TypedTeam(Team):
    """A team as it stands in a workbook in which somebody left cells free between its people.

    ``reach`` is the place, from 1, of the last cell in which a person stands.
    """

    reach: int = Field(default=0, exclude=True)


@dataclass(frozen=True, slots=True)
class Concern:
    """What of an incident decides who is called.

    ``owners`` are role ids, ``owner`` is the person typed in its row, ``number`` that of its ID,
    by which a round robin goes.
    """

    owners: DefaultOwners
    owner: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """One step of a call in the log: whom it means as a number, who that is, and the text."""

    place: int
    primary: str
    backup: str
    who: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is called, asked by instant: the spec with the turns of the roles that rotate.

    Without ``tenures`` a team is who is in it now.
    """

    spec: MatrixSpec
    turns: Mapping[str, Sequence[Turn]]
    tenures: Tenures | None = None
    starts: dict[str, list[int]] = field(default_factory=dict)
    """When the turns of each role begin, once they were asked for."""

    @classmethod
    def of(cls, context: Context) -> Desk:
        """The desk of a log, in which calls of before are those of before."""
        return cls(context.spec, context.turns, versions_of(context.spec, context.zone))

    def holders(self, role_id: str, at_s: int, number: int = 0) -> tuple[str, str]:
        """Primary and backup of a role at an instant in epoch seconds; "" is nobody."""
        turns = self.turns.get(role_id)
        if turns is None:
            role = self.spec.role(role_id)
            return role.primary or "", role.backup or ""
        if role_id not in self.starts:
            self.starts[role_id] = [turn.start_s for turn in turns]
        return turns[max(bisect_right(self.starts[role_id], at_s) - 1, 0)].pair(number)

    def people(self, step: Step, concern: Concern, at_s: int) -> list[str]:
        """Everybody whom a step calls; a missing primary passes to the backup."""
        if step.team is not None:
            team = self.spec.team(step.team)
            return list(team.members if self.tenures is None else self.tenures.members(team, at_s))
        primary, backup = self._two(step, concern, at_s)
        if step.contact == "backup":
            return [backup] if backup else []
        both = step.contact == "both" and backup.casefold() != primary.casefold()
        found = [primary, backup] if both else [primary or backup]
        return [person for person in found if person]

    def covering(self, calls: Sequence[Call], index: int) -> Call:
        """What is called when a call fires: it, or the next one that means anybody at all.

        Where none does, the ladder is exhausted; one that never is keeps its call.
        """
        for call in calls[index:]:
            for number, place in enumerate(call.places):
                if manned(self.spec, place.step):
                    return replace(call, places=call.places[number:])
        return calls[-1] if calls[-1].seconds < NO_CALL_S else calls[index]

    def seat(self, step: Step, concern: Concern, at_s: int) -> Seat:
        """What the log's hidden columns hold of a step."""
        people = ", ".join(self.people(step, concern, at_s))
        who = people + channel_text(step) if people else ""
        if step.team is not None:
            return Seat(whom_number(self.spec, step), "", "", who)
        role_id = self.spec.role_called(step, concern.owners)
        place = role_number(self.spec, role_id)
        return Seat(place, *self._two(step, concern, at_s), who)

    def said(self, call: Call, concern: Concern, at_s: int) -> str:
        """Everybody of a call with the channel, in one text; "" where it finds nobody."""
        if call.exhausted:
            sponsor = self.sponsor(EXHAUSTED_TEXT, at_s, concern.number)
            return sponsor if call.seconds < NO_CALL_S else ""
        text = ""
        for place in call.places:
            text = joined(text, self.seat(place.step, concern, at_s).who)
        return text

    def texts(self, calls: Sequence[Call], concern: Concern, at_s: Sequence[int]) -> list[str]:
        """What is said of calls in a row; one that finds nobody passes to the next's people."""
        covering = [self.covering(calls, index) for index in range(len(calls))]
        said = [self.said(call, concern, at) for call, at in zip(covering, at_s, strict=True)]
        people = ["" if call.exhausted else text for call, text in zip(covering, said, strict=True)]
        following = [*people[1:], ""]
        return [
            text or after or self.sponsor(NOBODY_TEXT, at, concern.number)
            for text, after, at in zip(said, following, at_s, strict=True)
        ]

    def _two(self, step: Step, concern: Concern, at_s: int) -> tuple[str, str]:
        role_id = self.spec.role_called(step, concern.owners)
        primary, backup = self.holders(role_id, at_s, concern.number) if role_id else ("", "")
        if step.owner == "response" and concern.owner:
            primary = concern.owner
        return primary, backup

    def sponsor(self, words: str, at_s: int, number: int = 0) -> str:
        """``words`` with the name of who holds the executive role."""
        role = executive_role(self.spec)
        if role is None:
            return words
        primary, backup = self.holders(role.id, at_s, number)
        person = primary or backup
        return words + (f", {person}" if person else "")

    def reason(self, step: Step, concern: Concern) -> str:
        """Why these people are called: the rota, the role, the owner of the class or the team."""
        if step.team is not None:
            return f"team {self.spec.team(step.team).name}"
        role_id = str(self.spec.role_called(step, concern.owners))
        held = "rota" if role_id in self.turns and self.spec.plans_duty else "role"
        role = f"{held} {self.spec.role(role_id).name}"
        if step.contact != "primary":
            role += f", {'backup' if step.contact == 'backup' else 'primary and backup'}"
        if step.owner is None:
            return role
        if step.owner == "response" and step.contact != "backup" and concern.owner:
            return "owner typed in the incident's row"
        return f"{step.owner} owner of the class: {role}"


def manned(spec: MatrixSpec, step: Step) -> bool:
    """Whether a step means anybody at all, whatever the hour and the class."""
    if step.owner is not None:
        return True
    if step.team is not None:
        was = any(step.team in version.teams for version in spec.history)
        return was or any(spec.team(step.team).members)
    if all(role.id != step.role for role in spec.roles):
        return False
    if any(rotation.role == step.role for rotation in spec.rotations_ever):
        return True
    role = spec.role(step.role or "")
    backup = role.backup or had_backup(spec, role) or names_one(spec, role.id, "Backup")
    primary = role.primary or names_one(spec, role.id, "Primary")
    return bool(backup or (step.contact != "backup" and primary))


def joined(text: str, part: str) -> str:
    """Everybody so far and one more part; who is named already is not named again."""
    if not part or f", {part}," in f", {text},":
        return text
    return f"{text}, {part}" if text else part


def channel_text(step: Step) -> str:
    """What follows the people of a step: how they are called."""
    return f" ({step.channel}, {FOR_INFORMATION})" if step.inform else f" ({step.channel})"


def whom_text(spec: MatrixSpec, step: Step) -> str:
    """How a ladder's cell names whom a step calls."""
    if step.team is not None:
        return spec.team(step.team).name
    if step.owner is not None:
        return OWNER_WORDS[step.owner]
    return spec.role(step.role or "").name


def whom_number(spec: MatrixSpec, step: Step) -> int:
    """How the Ladder sheet writes whom a step calls."""
    if step.owner is not None:
        return -1 - FUNCTIONS.index(step.owner)
    if step.team is not None:
        return TEAMS_FROM + [team.id for team in spec.teams].index(step.team) + 1
    return role_number(spec, step.role)


def role_number(spec: MatrixSpec, role_id: str | None) -> int:
    """The row of a role in tRoles, from 1; 0 for one that is not listed."""
    if not role_id:
        return NOT_KNOWN
    wanted = spec.role(role_id).name.casefold()
    names = [role.name.casefold() for role in spec.roles]
    return names.index(wanted) + 1 if wanted and wanted in names else NOT_KNOWN
