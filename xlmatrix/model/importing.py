"""How the tickets of other tools become incidents: what their words and stamps mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field, field_validator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Id, Name, Strict, refusal
from xlmatrix.worktime import Zone

#: The tools of which a spec may say how their tickets are taken.
Tool = Literal[
    "plain", "servicenow", "jira", "pagerduty", "opsgenie", "zendesk", "freshservice", "zammad",
    "glpi", "github", "statuspage", "incidentio", "rootly", "firehydrant", "goalert", "aiid",
]  # fmt: skip
#: What a state of a tool is to the clocks, or why a ticket in it counts for nothing.
StateSetting = Literal[
    "open", "acknowledged", "waiting", "resolved", "closed", "reopened",
    "not counted", "cancelled", "duplicate", "rejected", "test", "maintenance",
]  # fmt: skip
#: What a mapping says of a word that is to stay as it is taken without one, with nothing asked.
LEAVE: Final = "leave"
StateAnswer = Literal[StateSetting, "leave"]


class ImportMapping(Strict):
    """How the tickets of one tool become incidents.

    ``priority`` maps the tool's words for severity, urgency or priority to severities, ``category``
    its categories to classes, ``state`` its states and ``reason`` what a ticket waits for, its
    resolution or its close code to what they are to the clocks. ``columns`` names the export's own
    header for a field of ours where it differs. ``zone`` is that of stamps which name none. A word
    that is left is taken as without a mapping, and nobody is asked about it again.
    """

    priority: Mapping[Name, Id] = Field(default_factory=dict)
    category: Mapping[Name, Id] = Field(default_factory=dict)
    state: Mapping[Name, StateAnswer] = Field(default_factory=dict)
    reason: Mapping[Name, StateAnswer] = Field(default_factory=dict)
    default_class: Id | None = None
    default_severity: Id | None = None
    columns: Mapping[Name, Name] = Field(default_factory=dict)
    date_order: Literal["day-first", "month-first", "year-first"] | None = None
    zone: Name | None = None

    @field_validator("zone")
    @classmethod
    def _a_known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                Zone.load(value)
            except XlmatrixError as unknown:
                raise refusal(unknown.what, unknown.mend) from None
        return value
