"""FireHydrant: incidents with the stamps of their milestones."""

from __future__ import annotations

from typing import Final

from xlmatrix.exchange.tools.form import Form, ZoneOf


def _milestone(name: str) -> tuple[str, ...]:
    return (f"{name}_at", f"milestones[type={name}].occurred_at",
            f"milestones[slug={name}].occurred_at")  # fmt: skip


INCIDENTS: Final = Form(
    tool="firehydrant",
    id="firehydrant",
    title="a FireHydrant incident list",
    fields={
        "id": ("number", "id"),
        "external_id": ("id",),
        "link": ("incident_url",),
        "title": ("name", "summary", "title"),
        "opened": (*_milestone("started"), "created_at"),
        "acknowledged": _milestone("acknowledged"),
        "mitigated": _milestone("mitigated"),
        "resolved": _milestone("resolved"),
        "closed": ("closed_at",),
        "updated": ("updated_at",),
        "state": ("current_milestone", "status"),
        "severity": ("severity.name", "severity"),
        "priority": ("priority.name", "priority"),
        "category": ("incident_type.name", "incident_type"),
        "owner": ("role_assignments[0].user.name", "assignee"),
        "team": ("team_assignments[0].team.name", "team"),
    },
    telling=("started_at|milestones", "acknowledged_at|milestones", "severity", "priority"),
    # A table with such columns may be anybody's.
    structured=True,
    zone=ZoneOf.UTC,
    states={
        "investigating": "acknowledged", "detected": "open", "post incident": "resolved",
        "retrospective started": "closed", "retrospective completed": "closed",
        "postmortem started": "closed", "postmortem completed": "closed",
    },
    unknown=("first responses, pauses, and changes of the severity",),
)  # fmt: skip
FORMS: Final = (INCIDENTS,)
