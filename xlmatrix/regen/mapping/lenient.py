"""A spec that holds what people typed, right or wrong: looking up what is unknown finds a stand-in.

The workbook says beside the cell what is wrong with it; a regeneration must not stop for it. The
stand-ins compute what the workbook's formulas compute for a name that they do not find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel, Field

from xlmatrix.model.calendars import LATEST_CALL_S
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.parts import FUNCTIONS, CalendarSpec, DefaultOwners, Owners, Role
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, Target, TargetName, Targets
from xlmatrix.tables.amounts import TypedDuration, typed_duration

#: The id of the role that an emptied cell names.
NOBODY: Final = "(nobody)"
_Model = TypeVar("_Model", bound=BaseModel)


def changed(model: _Model, **changes: Any) -> _Model:
    """A copy with other values, unchecked; the model itself where nothing differs."""
    if all(getattr(model, key) == value for key, value in changes.items()):
        return model
    return model.model_copy(update=changes)


def loose(kind: type[_Model], **values: Any) -> _Model:
    """A model made without checks; what is left out takes its default, None where it has none."""
    filled = {
        name: None for name, known in kind.model_fields.items() if known.is_required()
    } | values
    return kind.model_construct(**filled)


@dataclass(frozen=True, slots=True)
class NeverCalled(TypedDuration):
    """The time of a step without one: cells that mean none."""

    def working_seconds(self, day_seconds: int) -> int:
        """Beyond every ladder."""
        beyond: int = 2 * LATEST_CALL_S
        return beyond


class TypedSeverity(Severity):
    """A severity whose ladder may hold rows that are no steps."""

    @property
    def escalation(self) -> Step | None:
        """The step that the workbook's formula takes: as many rows down as have level 1."""
        ones = sum(1 for step in self.ladder if step.level <= 1)
        return self.ladder[ones] if ones < len(self.ladder) else None


class TypedTargets(Targets):
    """Targets of which some have a calendar and no time."""

    def items(self) -> Iterator[tuple[TargetName, Target]]:
        """The targets with a time."""
        for name, target in super().items():
            if cast("Duration | None", target.within) is not None:
                yield name, target


class TypedSpec(MatrixSpec):
    """The spec of a used workbook.

    ``made_with`` are the roles of the spec that it was made from: what mentions one by its id still
    says its name, where the workbook lists it no more.
    """

    made_with: tuple[Role, ...] = Field(default=(), exclude=True)

    @property
    def roles_ever(self) -> tuple[Role, ...]:
        """The roles that it was made with, in their order, and those that somebody added."""
        ids = {role.id for role in self.made_with}
        kept = (self.role(role.id) for role in self.made_with)
        return (*kept, *(role for role in self.roles if role.id not in ids))

    def calendar(self, calendar_id: str) -> CalendarSpec:
        """The calendar with that id, else the first: what the formulas fall back on."""
        return next((c for c in self.calendars if c.id == calendar_id), self.calendars[0])

    def severity(self, severity_id: str) -> Severity:
        """The severity with that id in any case, else one without clocks and owners."""
        for known in self.severities:
            if known.id == severity_id:
                return known
        lowered = severity_id.casefold()
        for known in self.severities:
            if known.id.casefold() == lowered:
                return known
        return loose(
            Severity,
            id=severity_id,
            name=severity_id,
            definition="",
            calendar=self.calendars[0].id,
            owners=Owners(),
            targets=loose(TypedTargets, **dict.fromkeys(TARGETS)),
        )

    def incident_class(self, class_id: str) -> IncidentClass:
        """The class with that id in any case, else one that nobody owns: scenarios mention it."""
        lowered = class_id.casefold()
        for known in self.classes:
            if known.id.casefold() == lowered:
                return known
        return loose(
            IncidentClass,
            id=class_id,
            name=class_id,
            definition="",
            severity=self.severities[-1].id,
            owners=Owners(),
        )

    def role(self, role_id: str) -> Role:
        """The role with that id, else one that nobody holds."""
        for known in self.roles:
            if known.id == role_id:
                return known
        names = {role.id: role.name for role in self.made_with} | {NOBODY: ""}
        name = names.get(role_id, role_id)
        return loose(Role, id=role_id, name=name, primary="")

    def owners_for(
        self, incident_class: IncidentClass | str | None, severity: Severity | str | None = None
    ) -> DefaultOwners:
        """As in a checked spec; an unknown severity brings no owners."""
        kind = (
            self.incident_class(incident_class)
            if isinstance(incident_class, str)
            else incident_class
        )
        if severity is None and kind is not None:
            severity = kind.severity
        level = self.severity(severity) if isinstance(severity, str) else severity
        owners: Owners = self.owners
        if level is not None:
            known = any(level.id == one.id for one in self.severities)
            nobody = Owners.model_construct(response=NOBODY, quality=NOBODY, communications=NOBODY)
            owners = _over(level.owners, owners) if known else nobody
        if kind is not None:
            owners = _over(kind.owners, owners)
        return DefaultOwners.model_construct(**owners.model_dump())


def _over(owners: Owners, default: Owners) -> Owners:
    """``owners``, with ``default`` filling what is left out; ids are as typed, so unchecked."""
    held = {f: getattr(owners, f) or getattr(default, f) for f in FUNCTIONS}
    return Owners.model_construct(None, **held)


def typed_spec(base: MatrixSpec, **changes: Any) -> TypedSpec:
    """``base`` with other values, lenient and unchecked."""
    values = {name: getattr(base, name) for name in MatrixSpec.model_fields} | changes
    aliases = {
        known.alias: values[name]
        for name, known in MatrixSpec.model_fields.items()
        if known.alias is not None
    }
    made = TypedSpec.model_construct(**values, **aliases, made_with=base.roles)
    if made.imports != values["imports"]:
        raise AssertionError("a field with an alias was lost")
    return made


def free_id(wanted: str, taken: set[str], *, fallback: str) -> str:
    """An id made of a name's letters that nobody has yet."""
    kept = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in wanted)
    stem = "-".join(part for part in kept.split("-") if part)[:20].strip("-") or fallback
    candidate, number = stem, 1
    while candidate.casefold() in {known.casefold() for known in taken}:
        number += 1
        candidate = f"{stem}-{number}"
    taken.add(candidate)
    return candidate


__all__ = [
    "NOBODY",
    "NeverCalled",
    "TypedDuration",
    "TypedSeverity",
    "TypedSpec",
    "TypedTargets",
    "changed",
    "free_id",
    "loose",
    "typed_duration",
    "typed_spec",
]
