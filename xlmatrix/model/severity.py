"""One severity: what it means, its targets and its ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self, TypeGuard, cast

from pydantic import Field, field_validator, model_validator

from xlmatrix.model.base import Id, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration
from xlmatrix.model.parts import Owners
from xlmatrix.style.titles import is_reserved

TargetName = Literal[
    "acknowledge",
    "first_response",
    "internal_update",
    "customer_first",
    "customer_repeat",
    "contain",
    "mitigate",
    "resolve",
    "review",
]

#: Every target with the label that people read, in the order a manager reads them.
TARGETS: Mapping[TargetName, str] = {
    "acknowledge": "Acknowledge",
    "first_response": "First response",
    "internal_update": "Internal update",
    "customer_first": "First customer update",
    "customer_repeat": "Next customer update",
    "contain": "Contain",
    "mitigate": "Mitigate",
    "resolve": "Resolve",
    "review": "Review held",
}
#: Targets that recur from the last update sent instead of running once.
CADENCES: tuple[TargetName, ...] = ("internal_update", "customer_repeat")
#: Targets that run on while an incident is paused: people who wait want to hear that they wait.
NEVER_PAUSE: tuple[TargetName, ...] = (
    "internal_update",
    "customer_first",
    "customer_repeat",
    "review",
)


class Target(Strict):
    """How fast something must happen; ``calendar`` left out means the severity's own."""

    within: Duration
    calendar: Id | None = None
    pauses: bool = False
    source: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_bare_duration_is_the_whole_target(cls, value: Any) -> Any:
        return {"within": value} if isinstance(value, str | Duration) else value

    @field_validator("within")
    @classmethod
    def _not_zero(cls, value: Duration) -> Duration:
        if value.is_zero:
            raise refusal("a target of zero is breached as it starts", "Give it some time")
        return value

    @model_validator(mode="after")
    def _calendar_days_do_not_pause(self) -> Self:
        if self.pauses and self.within.days is not None:
            raise refusal(
                "a target in calendar days has no working time that could stand still",
                f"Leave out pauses, or write {self.within.days * 24} h or business days",
            )
        return self


def is_timed(target: Target | None) -> TypeGuard[Target]:
    """Whether there is such a target with an amount; a cell that holds none stands for none."""
    return target is not None and cast("Duration | None", target.within) is not None


class Targets(Strict):
    """The targets of one severity; what is left out has no clock."""

    acknowledge: Target
    first_response: Target
    internal_update: Target | None = None
    customer_first: Target | None = None
    customer_repeat: Target | None = None
    contain: Target | None = None
    mitigate: Target | None = None
    resolve: Target
    review: Target | None = None

    @model_validator(mode="after")
    def _updates_and_the_review_run_on(self) -> Self:
        for name in NEVER_PAUSE:
            target = self.get(name)
            if target is not None and target.pauses:
                raise refusal(
                    f"{name} cannot pause: updates and the review run on while others wait",
                    f"Leave pauses out of {name}",
                )
        return self

    def get(self, name: TargetName) -> Target | None:
        """The target of that name, or None where the severity has none."""
        found: Target | None = getattr(self, name)
        return found

    def items(self) -> Iterator[tuple[TargetName, Target]]:
        """The targets that are set, in the order of :data:`TARGETS`."""
        for name in TARGETS:
            target = self.get(name)
            if target is not None:
                yield name, target


class Step(Strict):
    """One step of a ladder: who is called, how, and how long after the incident opened.

    ``until`` is what ends the need for it; ``repeat`` counts additional passes.
    """

    level: Annotated[int, Field(ge=1, le=9)]
    after: Duration
    role: Id
    contact: Literal["primary", "backup"] = "primary"
    channel: Name = "page"
    until: Literal["acknowledged", "resolved"] = "acknowledged"
    repeat: Annotated[int, Field(ge=0, le=9)] = 0
    note: Text | None = None

    @field_validator("after")
    @classmethod
    def _on_the_clock(cls, value: Duration) -> Duration:
        if value.days is not None:
            raise refusal(
                "a step of a ladder runs on the severity's calendar, not on calendar days",
                f"Write {value.days * 24} h or {value.days} business days",
            )
        return value


class Severity(Strict):
    """A level of urgency; a spec lists them from the worst down.

    ``acknowledgement_timeout`` is how long an acknowledgement holds the ladder back while nobody
    has responded, contained or mitigated; left out, for ever (PagerDuty's default is 30 min).
    ``renamed_from`` are ids it had before, so that workbooks in use follow.
    """

    id: Id
    name: Name
    definition: Text
    raise_when: tuple[Text, ...] = ()
    lower_when: tuple[Text, ...] = ()
    first_hour: tuple[Text, ...] = ()
    calendar: Id
    owners: Owners = Field(default_factory=Owners)
    executive_notify: Name | None = None
    customer_note: Name | None = None
    targets: Targets
    ladder: tuple[Step, ...] = ()
    acknowledgement_timeout: Duration | None = None
    source: Text | None = None
    renamed_from: tuple[Id, ...] = ()

    def calendar_of(self, target: Target) -> str:
        """The calendar id that ``target`` runs on."""
        return target.calendar or self.calendar

    @field_validator("acknowledgement_timeout")
    @classmethod
    def _some_time_on_the_clock(cls, value: Duration | None) -> Duration | None:
        if value is not None and value.days is not None:
            raise refusal(
                "an acknowledgement times out on the severity's calendar, not on calendar days",
                f"Write {value.days * 24} h or {value.days} business days",
            )
        if value is not None and value.is_zero:
            raise refusal(
                "an acknowledgement that times out at once holds nothing back",
                "Leave it out, or give it some time, such as 30 min",
            )
        return value

    @property
    def escalation(self) -> Step | None:
        """The first step above level 1: where "escalation after" in the matrix comes from."""
        return next((step for step in self.ladder if step.level > 1), None)

    @model_validator(mode="after")
    def _its_id_can_name_a_sheet(self) -> Self:
        if is_reserved(self.id):
            raise refusal(
                f"a severity gets a sheet of its own, and '{self.id}' names another sheet",
                "Choose another id, such as SEV-1",
            )
        return self
