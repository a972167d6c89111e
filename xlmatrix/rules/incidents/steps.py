"""The targets of one incident as the log names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """A target in the log: its code, label, the column that ends it, the header of its due time.

    ``owner`` is the column of who must do it.
    """

    code: str
    label: str
    done: str
    due: str
    owner: str = "Response owner"


ACKNOWLEDGE: Final = Step("ack", "Acknowledge", "Acknowledged", "Acknowledge due")
RESPOND: Final = Step("resp", "First response", "Responded", "Response due")
INTERNAL: Final = Step("int", "Internal update", "Internal update", "Internal update due")
CUSTOMER: Final = Step(
    "cust", "Customer update", "Last update", "Customer update due", "Comms owner"
)
CONTAIN: Final = Step("cont", "Contain", "Contained", "Contain due")
MITIGATE: Final = Step("mit", "Mitigate", "Mitigated", "Mitigate due")
RESOLVE: Final = Step("res", "Resolve", "Resolved", "Resolve due")
REVIEW: Final = Step("rev", "Hold review", "Reviewed", "Review due", "Quality owner")

#: Targets that run once from the opening, and are met or breached.
OPENING_STEPS: Final = (ACKNOWLEDGE, RESPOND, CONTAIN, MITIGATE, RESOLVE)
#: Targets with a state of their own.
JUDGED_STEPS: Final = (*OPENING_STEPS, REVIEW)
#: Every target that can be the next thing due, in the order in which ties are decided. The review
#: is none of them: it comes after the incident's end and has a status of its own.
NEXT_STEPS: Final = (
    ACKNOWLEDGE,
    RESPOND,
    INTERNAL,
    CUSTOMER,
    CONTAIN,
    MITIGATE,
    RESOLVE,
)
ALL_STEPS: Final = (*NEXT_STEPS, REVIEW)
