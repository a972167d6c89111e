"""GoAlert: the metrics of alerts, a table that the browser writes.

Its stamps are on the wall clock of the browser, and the header names the offset of the day of the
export, which is wrong for alerts of the other half of the year. The lengths beside them are right.
"""

from __future__ import annotations

from typing import Final

from xlmatrix.exchange.tools.form import Form

METRICS: Final = Form(
    tool="goalert",
    id="goalert",
    title="a table of GoAlert alert metrics",
    fields={
        "id": ("alert id",),
        "title": ("summary",),
        "opened": ("created at",),
        # The length decides; the stamp stands in for it.
        "closed": ("closed at",),
        "state": ("status",),
        "resolution": ("noise reason",),
        "category": ("service name",),
        "link": ("alert url",),
    },
    telling=("created at", "alert id", "time to ack", "time to close"),
    structured=False,
    bracketed=True,
    after={"acknowledged": ("time to ack", 1.0), "resolved": ("time to close", 1.0)},
    unknown=(
        "severities",
        "first responses and pauses",
        "which alerts were cancelled or are duplicates: they look closed",
    ),
)
FORMS: Final = (METRICS,)
