"""A short, valid spec for tests that change one thing in it and look at what is found."""

from __future__ import annotations

from xlmatrix.errors import Finding, FindingsError
from xlmatrix.model import loads

SMALL = """\
xlmatrix: 1
title: Escalation matrix
organisation: Example AI Ltd
zone: Europe/Berlin
horizon: {start: 2026-01-01, end: 2027-12-31}
policy: {version: "1", effective: 2026-01-01}
scope: {interactions: 250k-1M, on_call: 24x7}
calendars:
  - {id: always, name: Around the clock, hours: 24x7}
  - id: business
    name: Business hours
    hours: Mon-Fri 09:00-12:30,13:15-17:30
    holidays: {country: DE, subdivision: BE, dates: {2026-12-24: Christmas Eve}}
    exceptions: {2026-12-31: 09:00-12:00}
owners: {response: oncall, quality: quality, communications: oncall}
roles:
  - {id: oncall, name: On-call, primary: Priya Raman, backup: Tom Weiss}
  - {id: quality, name: Quality, primary: Tom Weiss, backup: Priya Raman}
people:
  - {name: Priya Raman, email: priya@example.com, phone: +493023125101}
  - {name: Tom Weiss, email: tom@example.com, phone: +49 30 23125 102, zone: Europe/Lisbon}
severities:
  - id: SEV-1
    name: Critical
    definition: Stops {many_users} or more.
    calendar: always
    targets:
      acknowledge: 5 min
      first_response: 10 min
      customer_first: 30 min
      contain: 1 h
      mitigate: 4 h
      resolve: {within: 24 h, pauses: true}
      review: 3 days
    ladder:
      - {level: 1, after: 0 min, role: oncall}
      - {level: 1, after: 5 min, role: oncall, contact: backup}
      - {level: 2, after: 15 min, role: quality, channel: call, until: resolved, repeat: 1}
  - id: SEV-2
    name: Moderate
    definition: Can wait for the working day.
    calendar: business
    targets:
      acknowledge: 60 min
      first_response: 60 min
      contain: 2 business days
      resolve: 10 business days
      review: {within: 5 business days, calendar: business}
    ladder:
      - {level: 1, after: 0 min, role: oncall}
      - {level: 1, contact: backup, role: oncall, after: 30 min}
      - {level: 2, after: 1 business day, role: quality}
classes:
  - id: REL-01
    name: Outage
    definition: Inference does not answer.
    severity: SEV-1
  - id: QLT-01
    name: Hallucination
    definition: Somebody acts on an invented statement.
    severity: SEV-2
    owners: {response: quality}
import:
  servicenow:
    priority: {1 - Critical: SEV-1, 4 - Low: SEV-2}
    category: {Software: QLT-01}
    default_class: REL-01
"""


def changed(*pairs: tuple[str, str]) -> str:
    """SMALL with texts replaced, each of which must stand in it exactly once."""
    text = SMALL
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def findings(text: str, source: str = "matrix.yaml") -> tuple[Finding, ...]:
    """What loading finds, whether or not it stops."""
    try:
        return loads(text, source).findings
    except FindingsError as failed:
        return failed.findings


def place(old: str) -> str:
    """``matrix.yaml:N`` of the line on which ``old`` begins in SMALL."""
    return f"matrix.yaml:{SMALL[: SMALL.index(old)].count(chr(10)) + 1}"


def line(fragment: str, text: str) -> str:
    """``matrix.yaml:N`` of the one line that holds ``fragment``."""
    found = [number for number, row in enumerate(text.splitlines(), 1) if fragment in row]
    assert len(found) == 1, f"{fragment!r} stands on lines {found}"
    return f"matrix.yaml:{found[0]}"
