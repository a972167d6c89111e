"""One severity: what it means, its targets and its ladder."""

from __future__ import annotations

from typing import Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from xlmatrix.model.base import Id, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Step
from xlmatrix.model.parts import Owners
from xlmatrix.model.targets import Target, Targets
from xlmatrix.style.titles import is_reserved


class Severity(Strict):
    """A level of urgency; a spec lists them from the worst down.

    ``acknowledgement_timeout`` is how long an acknowledgement holds the ladder back while nobody
    has responded, contained or mitigated; left out, for ever (PagerDuty's default is 30 min).
    ``repeat_after`` is how long after the last step of a pass the next one begins, or after the
    very last the ladder is exhausted; left out, the time between the ladder's last two instants.
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
    repeat_after: Duration | None = None

    def calendar_of(self, target: Target) -> str:
        """The calendar id that ``target`` runs on."""
        return target.calendar or self.calendar

    @field_validator("acknowledgement_timeout", "repeat_after")
    @classmethod
    def _some_time_on_the_clock(
        cls, value: Duration | None, info: ValidationInfo
    ) -> Duration | None:
        timeout = info.field_name == "acknowledgement_timeout"
        if value is not None and value.days is not None:
            said = "an acknowledgement times out" if timeout else "a ladder repeats"
            raise refusal(
                f"{said} on the severity's calendar, not on calendar days",
                f"Write {value.days * 24} h or {value.days} business days",
            )
        if value is not None and value.is_zero:
            said = "an acknowledgement that times out at once holds nothing back"
            raise refusal(
                said if timeout else "a ladder that repeats at once never waits for an answer",
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
