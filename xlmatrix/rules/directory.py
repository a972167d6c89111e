"""What the column Check says of roles and people: the twins of the formulas on the sheet Owners."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from xlmatrix.model.parts import Person, Role


def role_check(role: Role, known: AbstractSet[str]) -> str:
    """Whether a role has two different people; ``known`` holds the directory, casefolded."""
    primary, backup = role.primary.casefold(), (role.backup or "").casefold()
    if not role.name:
        return ""
    if not primary:
        return "Primary missing"
    if not backup:
        return "Backup missing"
    if primary == backup:
        return "Backup is the primary"
    return "ok" if {primary, backup} <= known else "Not in the directory"


def person_check(person: Person, times: int) -> str:
    """Whether somebody can be called; ``times`` is how often the name stands in the directory."""
    if not person.name:
        return ""
    if times > 1:
        return "Name is used twice"
    channels = sum(map(bool, (person.email, person.phone, person.chat)))
    return "ok" if channels > 1 else "Needs two channels"
