"""Obligations: what must be reported to whom, and the notices that incidents have set running."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import F, ref, span, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import Obligation
from xlmatrix.rules.lint.reports import UNDECIDED, named
from xlmatrix.sheets import incidents
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import REACH_ROWS, Drawn, back_link, column_span, heading, padded
from xlmatrix.sheets.plan import Table, Value
from xlmatrix.sheets.reporting.notices import NOTICE_HEADER, notice_table
from xlmatrix.sheets.reporting.reports import Desk
from xlmatrix.sheets.reporting.typed import added_keys
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.kinds import NUMBER
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import NOTICE_INCIDENTS
from xlmatrix.tables.vocabulary import OBLIGATIONS as LISTED

NAME: Final = "Obligations"
#: Ready rows below the obligations.
SPARE_RULES: Final = 3
_LEFT: Final = 2


def obligations_sheet(found: Desk) -> Drawn:
    """The notices of incidents, and the obligations that they follow."""
    draft = Draft(NAME)
    heading(
        draft,
        "Obligations",
        "Reports that others expect. Note what set a clock running; counsel decides what applies.",
    )
    back_link(draft, 3, _LEFT)
    draft.put(5, _LEFT, "Notices", "heading")
    draft.put(
        6,
        _LEFT,
        "Work to the safe time; the due time by law may be later. A report that is not here yet "
        "stands on Report now, with what is known of its incident.",
        "note",
    )
    row = draft.table(notice_table(found, 7, _LEFT)).last_row + 2
    draft.put(row, _LEFT, "Obligations of this matrix", "heading")
    draft.put(
        row + 1,
        _LEFT,
        "Amounts, units and deciders are yours to change; what else a clock asks stands on "
        "Reporting rules. Verify with counsel where the column says so.",
        "note",
    )
    rule_table = draft.table(_rule_table(found, row + 2))
    last = rule_table.column + len(rule_table.columns) - 1
    draft.set_page(area=area(1, 1, rule_table.last_row, last), zoom=90, freeze="D1")
    log_ids = span(incidents.HEADER_ROW + 1, 1, REACH_ROWS, 1, incidents.NAME)
    defined = {
        LISTED.list_name: column_span(NAME, rule_table, "ID"),
        NOTICE_INCIDENTS.list_name: log_ids,
        NOTICE_HEADER.text: ref(7, _LEFT, NAME),
    }
    return Drawn(draft.plan(), defined)


def _binds(full: Obligation, spec: MatrixSpec) -> str | None:
    """Whom it binds, and the incident classes that call for a decision.

    A published rule names classes that a smaller matrix may lack.
    """
    known = {kind.id.casefold() for kind in spec.classes}
    named = ", ".join(kind for kind in full.classes if kind.casefold() in known)
    return "; ".join(filter(None, (full.applies, named and f"look when {named}"))) or None


def _rule_table(found: Desk, row: int) -> Table:
    scene = found.scene
    full = {one.id: one for one in scene.spec.obligations.resolved()}
    offered = {key: _offered(one, scene.spec) for key, one in full.items()}
    rules = added_keys(scene, OBLIGATIONS.name, full, "ID")
    height = len(rules) + SPARE_RULES
    verify = Paint(ref(row + 1, _LEFT + 9, absolute=False).eq("yes"), "soon")
    filled: list[Filled] = []
    for column in OBLIGATIONS.columns:
        values: list[Value] = [
            scene.value(OBLIGATIONS.name, key, column.id, offered.get(key, {}).get(column.id))
            for key in rules
        ]
        if column.id == "ID":
            values = [scene.value(OBLIGATIONS.name, key, "ID", key) for key in rules]
        if column.id == "Verify with counsel":
            column = column.having(paints=(verify,))  # noqa: PLW2901 - the same, painted
        filled.append((column, padded(values, height)))
    listed = {column.id: cells for column, cells in filled}
    pairs = zip(listed["ID"], listed["Decider"], strict=True)
    # Not every program tells numbers and error values from text while it counts.
    lacks = F.IF(F.ISTEXT(this("ID")), F.IF(F.ISTEXT(this("Decider")), 0, 1), 0)
    lacking: list[Value] = [int(named(known) and not named(role)) for known, role in pairs]
    filled.append((hidden_step(UNDECIDED, lacks, kind=NUMBER), lacking))
    return laid_out(OBLIGATIONS, row, _LEFT, filled)


def _offered(full: Obligation, spec: MatrixSpec) -> dict[str, Value]:
    """What the spec says of an obligation, by column."""
    roles = {role.id: role.name for role in spec.roles}
    return {
        "Regime": full.regime,
        "Article": full.article,
        "Starts with": full.trigger,
        "Recipient": full.recipient,
        "Amount": full.amount or None,
        "Unit": full.unit,
        "Roll": full.roll,
        "Decider": roles.get(full.decider or ""),
        "Verify with counsel": "yes" if full.verify else "no",
        "Status": full.status,
        "Binds": _binds(full, spec),
        "Source": full.source,
    }
