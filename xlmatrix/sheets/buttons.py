"""The buttons that our macros put on the sheet of incidents, by what regenerating knows them."""

from __future__ import annotations

from typing import Final

#: What a button says, and the macro that it runs.
BUTTONS: Final = {
    "Recalculate escalations": "RecalculateEscalations",
    "Acknowledged": "StampAcknowledged",
    "Responded": "StampResponded",
    "Contained": "StampContained",
    "Mitigated": "StampMitigated",
    "Resolved": "StampResolved",
    "Update sent...": "StampUpdateSent",
}
