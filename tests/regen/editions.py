"""Three editions of a small matrix: the one a workbook is made from, a newer one, another tier."""

from __future__ import annotations

from tests.model.small import SMALL

OLD = SMALL.replace(
    "{start: 2026-01-01, end: 2027-12-31}", "{start: 2026-03-01, end: 2026-04-30}"
).replace(
    "  - {id: quality, name: Quality, primary: Tom Weiss, backup: Priya Raman}\n",
    "  - {id: quality, name: Quality, primary: Tom Weiss, backup: Priya Raman}\n"
    "  - {id: comms, name: Comms lead, primary: Priya Raman, backup: Tom Weiss}\n",
)


def _swapped(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


#: Other targets, a new role and person, a role with another name, other hours, a new class.
NEWER = _swapped(
    OLD,
    ("acknowledge: 5 min", "acknowledge: 4 min"),
    ("resolve: 10 business days", "resolve: 8 business days"),
    ("name: Comms lead", "name: Communications"),
    ("Mon-Fri 09:00-12:30,13:15-17:30", "Mon-Fri 08:30-12:30,13:15-17:30"),
    ("level: 2, after: 15 min", "level: 2, after: 20 min"),
    ("people:\n", "people:\n  - {name: Ada Novak, email: ada@example.com, phone: '+49 30 1'}\n"),
    (
        "roles:\n",
        "roles:\n  - {id: privacy, name: Privacy, primary: Ada Novak, backup: Tom Weiss}\n",
    ),
    (
        "classes:\n",
        "classes:\n  - {id: NEW-01, name: New class, definition: Is new., severity: SEV-2}\n",
    ),
)

#: Another tier: a severity more, without the Quality role's own person, fewer classes.
OTHER = _swapped(
    OLD,
    ("  - {id: comms, name: Comms lead, primary: Priya Raman, backup: Tom Weiss}\n", ""),
    ("acknowledge: 60 min", "acknowledge: 45 min"),
    ("    name: Moderate\n", "    name: Medium\n"),
    (
        "classes:\n",
        """\
  - id: SEV-3
    name: Minor
    definition: Small.
    calendar: business
    targets: {acknowledge: 2 h, first_response: 4 h, resolve: 20 business days}
    ladder:
      - {level: 1, after: 0 min, role: oncall}
classes:
  - {id: OTH-01, name: Other class, definition: Is other., severity: SEV-3}
""",
    ),
)
