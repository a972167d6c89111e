"""What the facilitator is told about clocks, where a drill differs from an incident."""

from __future__ import annotations

from typing import Final

#: How the clocks of an incident go on when its severity changes, by policy.
_POLICIES: Final = {
    "from_open": "run from the opening",
    "proportional": "keep the share of their time that is left",
}


def turn_words(policy: str) -> str:
    """What a turn does to the clocks, where the matrix has it otherwise; "" where it has not."""
    other = _POLICIES.get(policy)
    if other is None:
        return ""
    return (
        "At a turn the clocks of the new severity begin anew, at the inject; in an incident"
        f" of this matrix they {other}."
    )


#: What is said, by policy; the others have it as drills do.
TURN_WORDS: Final = {policy: turn_words(policy) for policy in _POLICIES}
