"""Vendors: who answers how fast when a provider fails, what stands in for it, what it retires."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from xlmatrix.model.base import Day, Id, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration
from xlmatrix.model.targets import TargetName


class SupportResponse(Strict):
    """How fast a vendor's support answers; without ``calendar`` its clock runs day and night."""

    within: Duration
    calendar: Id | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_bare_duration_is_the_whole_response(cls, value: Any) -> Any:
        return {"within": value} if isinstance(value, str | Duration) else value

    @field_validator("within")
    @classmethod
    def _not_zero(cls, value: Duration) -> Duration:
        if value.is_zero:
            raise refusal("no support answers in no time", "Write what the contract says, or omit")
        return value


class Retirement(Strict):
    """A model, version or interface that a vendor takes away, and since when that is known."""

    model: Name
    notified: Day
    retires: Day

    @model_validator(mode="after")
    def _notice_comes_first(self) -> Self:
        if self.notified > self.retires:
            raise refusal(
                f"the notice of {self.notified} comes after the retirement on {self.retires}",
                "Correct one of the two dates",
            )
        return self


class Bounds(Strict):
    """What cannot be faster than the vendor: classes and their targets. No classes: all."""

    classes: tuple[Id, ...] = ()
    targets: tuple[TargetName, ...] = Field(default=("mitigate",), min_length=1)


class Vendor(Strict):
    """A provider that incidents depend on.

    ``support_response`` is None where the vendor publishes none; ``last_tested`` says when the
    fallback carried real or test load; ``source`` says where the figure comes from and ``verify``
    that it must be checked against the contract.
    """

    name: Name
    service: Name
    support_response: SupportResponse | None = None
    bounds: Bounds = Field(default_factory=Bounds)
    fallback: Text | None = None
    last_tested: Day | None = None
    retirements: tuple[Retirement, ...] = ()
    source: Text | None = None
    verify: bool = True
