"""The targets of a severity: how fast what must happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self, TypeGuard, cast

from pydantic import field_validator, model_validator

from xlmatrix.model.base import Id, Strict, Text, refusal
from xlmatrix.model.duration import Duration

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
