"""One turn of a rotation: from when to when two people hold a role."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """From ``start_s`` to ``end_s`` (epoch seconds) these two hold the role; "" is nobody."""

    start_s: int
    end_s: int
    primary: str
    backup: str
