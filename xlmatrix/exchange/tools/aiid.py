"""The AI Incident Database: what happened on which day, to whom, by whose system.

Material for classes and drills: a day is no time, and nobody was measured, so nothing is judged.
"""

from __future__ import annotations

from typing import Final

from xlmatrix.exchange.tools.form import Form

_DEPLOYERS: Final = ("Alleged deployer of AI system", "AllegedDeployerOfAISystem")
INCIDENTS: Final = Form(
    tool="aiid",
    id="aiid",
    title="the AI Incident Database",
    fields={
        "id": ("incident_id",),
        "external_id": ("_id",),
        "title": ("title",),
        "opened": ("date",),
        "notes": ("description",),
    },
    telling=("incident_id", "date", "title", "|".join(_DEPLOYERS)),
    dated=True,
    unknown=("any time, state or severity: only the day",),
)
FORMS: Final = (INCIDENTS,)
