"""Every class and role has two different people who can be reached in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.people import PEOPLE, ROLES

_CHECKS: Final = (
    ("Roles whose backup is the primary", ROLES.name, "Backup is the primary", FIX, "Owners"),
    ("Roles without a primary", ROLES.name, "Primary missing", FIX, "Owners"),
    ("Roles without a backup", ROLES.name, "Backup missing", LOOK, "Owners"),
    ("Roles held by somebody unknown", ROLES.name, "Not in the directory", FIX, "Owners"),
    ("People without two channels", PEOPLE.name, "Needs two channels", LOOK, "Owners"),
    ("Names used twice", PEOPLE.name, "Name is used twice", FIX, "Owners"),
    ("Classes without an owner", MATRIX.name, "No owner", FIX, "Matrix"),
    ("Classes without a severity", MATRIX.name, "No severity", FIX, "Matrix"),
    ("Classes whose backup is the owner", MATRIX.name, "Backup is the owner", FIX, "Matrix"),
)
_MEND: Final = {
    "Backup is the primary": "Name somebody else as backup",
    "Primary missing": "Name a primary",
    "Backup missing": "Name a backup",
    "Not in the directory": "Add the person to the directory, or choose another",
    "Needs two channels": "Add a phone, an e-mail or a chat name",
    "Name is used twice": "Tell the two apart, for example by a middle initial",
    "No owner": "Name a role for the class, or a person for the role",
    "No severity": "Choose a severity of the list",
    "Backup is the owner": "Name a backup for the class's role",
}
_CODES: Final = {
    "Backup is the primary": "backup-is-primary",
    "Primary missing": "no-primary",
    "Backup missing": "no-backup",
    "Not in the directory": "dangling",
    "Needs two channels": "no-contact",
    "Name is used twice": "duplicate",
    "No owner": "no-owner",
    "No severity": "no-severity",
    "Backup is the owner": "class-backup",
}


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """What the check columns of Owners and Matrix say, counted."""
    for check, table, text, bad, sheet in _CHECKS:
        if facts.has(table, "Check"):
            count, found = facts.saying(table, "Check", text)
            yield HealthCheck(check, count, found, bad, _MEND[text], sheet, code=_CODES[text])
