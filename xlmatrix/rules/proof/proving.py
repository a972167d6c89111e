"""A proof from nothing but the spec and what was typed beside it."""

from __future__ import annotations

from dataclasses import replace

from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.oncall import Typed, rotas
from xlmatrix.rules.proof.whole import Proof, prove


def proof_of(spec: MatrixSpec, typed: Typed | None = None) -> Proof:
    """The proof of a spec, with what was typed in a workbook where no spec has a place for it."""
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    zone = replace(calendars[0].zone, open_ended=True)
    return prove(spec, zone, rotas(spec, zone, typed), calendars)
