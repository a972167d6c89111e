"""From what people typed back into a spec: the tables that a regeneration carries cell by cell."""

from __future__ import annotations

from typing import Any

from xlmatrix.errors import Finding
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Policy
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.merging.rehoused import rehoused
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.spec_text.access import access
from xlmatrix.regen.spec_text.drills import drills
from xlmatrix.regen.spec_text.lists import checklist, comms
from xlmatrix.regen.spec_text.obligations import obligations
from xlmatrix.regen.spec_text.oncall import overrides
from xlmatrix.regen.spec_text.raci import always_add, raci
from xlmatrix.regen.spec_text.rows import Typed
from xlmatrix.regen.spec_text.vendors import vendors
from xlmatrix.rules.logs.histories import CHANGE_POLICY_NAME
from xlmatrix.worktime import CHANGE_POLICIES

__all__ = ["written_back"]


def written_back(used: UsedBook) -> tuple[MatrixSpec, tuple[Finding, ...]]:
    """The whole spec that a workbook says.

    :attr:`UsedBook.spec` has what a regeneration reads as a spec (people, classes, severities,
    hours); this adds the tables that it carries as cells, as far as a spec has a place for them.

    Returns
    -------
    The spec, and a finding for each row that no spec takes; that row is left as the spec had it.
    """
    sheets = {table: now for name, now in used.sheet_names.items()
              for table in used.stamp.sheets[name].tables}  # fmt: skip
    spec = used.spec
    listed = [one.id for one in spec.obligations.resolved()]
    now = rehoused(used.stamp.base, used.inputs, listed)
    typed = Typed(now.mine, now.base, sheets)
    values: dict[str, Any] = {
        "policy": _policy(used, typed, spec.policy),
        "overrides": overrides(typed, spec),
        "raci": raci(typed, spec),
        "always_add": always_add(typed, spec),
        "obligations": obligations(typed, spec),
        "vendors": vendors(typed, spec),
        "access": access(typed, spec),
        "drills": drills(typed, spec),
        "checklist": checklist(typed, spec),
        "comms": comms(typed, spec),
    }
    return changed(spec, **values), tuple(typed.findings)


def _policy(used: UsedBook, typed: Typed, was: Policy) -> Policy:
    chosen = used.inputs.names.get(CHANGE_POLICY_NAME, was.severity_change)
    if chosen in CHANGE_POLICIES:
        return changed(was, severity_change=chosen)
    typed.odd("", CHANGE_POLICY_NAME, f"{chosen!r} is no way to count a change", "Choose one")
    return was
