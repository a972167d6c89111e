"""Stamped: dressed for Excel, and with all that the next run has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.carrying import Cargo
from xlmatrix.regen.carrying.cargo import Shipment
from xlmatrix.regen.carrying.freight.pieces import Freight
from xlmatrix.regen.carrying.graft import Graft
from xlmatrix.regen.carrying.state.stay import Stay
from xlmatrix.regen.mapping import TypedSpec
from xlmatrix.regen.merging.arrivals import said_before
from xlmatrix.regen.merging.report import Report
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, row_keys, same
from xlmatrix.regen.stages.drawn import Drawn, Overlaid
from xlmatrix.regen.stages.ground import Ground
from xlmatrix.regen.stages.merged import ThreeWay
from xlmatrix.regen.stages.reported import Reported
from xlmatrix.regen.stages.request import Request
from xlmatrix.regen.verifying.debt import Debt
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.sheets.stamp import SheetBase, Stamp, sheet_bases, stamped
from xlmatrix.worktime.database import editions


@dataclass(frozen=True, slots=True)
class Renewed:
    """The plan of the new workbook, with the report and what it was made from.

    ``grafts`` are the looks of users' sheets, for the finished package, ``painted`` the cells
    of ours that they painted, and ``debt`` is what must stand in it. ``freight`` are the charts,
    pictures and other parts that come along, ``standing`` filters, passwords and other state.
    """

    book: BookPlan
    report: Report
    spec: TypedSpec
    log: IncidentLog
    debt: Debt
    grafts: tuple[Graft, ...] = ()
    painted: Mapping[str, Mapping[tuple[int, int], int]] = field(default_factory=dict)
    freight: Freight = field(default_factory=Freight)
    shipments: tuple[Shipment, ...] = ()
    standing: tuple[Stay, ...] = ()
    refusal: XlmatrixError | None = None
    """The error for what nobody allowed to leave behind, in a run that only reports."""


def stamp_it(
    ground: Ground,
    merged: ThreeWay,
    pictured: tuple[Drawn, Overlaid],
    carried: Cargo,
    reported: Reported,
    request: Request,
) -> Renewed:
    """Dress the plan, and stamp it with its spec and with what it offers, if it is to be."""
    drawn, overlaid = pictured
    book, worn = _dressed(ground, drawn, reported.book, request)
    stamp = Stamp(
        spec=ground.text,
        template=request.template,
        version=request.version,
        created=ground.created,
        horizon=(ground.spec.horizon.start, ground.spec.horizon.end),
        base=_as_written(merged.theirs, merged.inputs, drawn.inputs),
        sheets={**drawn.bases, **worn},
        seal=overlaid.seal,
        zone_data=editions().used.number,
        renamed=request.names,
        ancestor=_ancestor(ground, merged, request),
        mappings=merged.used.stamp.mappings if request.mappings is None else request.mappings,
    )
    stamp = replace(stamp, imported=_said(stamp, merged, request))
    return Renewed(
        stamped(book, stamp) if request.keeps_past else book,
        reported.report,
        drawn.spec,
        drawn.log,
        _debt(ground, merged, reported.report, stamp, request),
        carried.grafts,
        carried.painted,
        carried.freight,
        carried.shipments,
        carried.standing,
        reported.refusal,
    )


def _said(stamp: Stamp, merged: ThreeWay, request: Request) -> Inputs:
    """What exports said, where the new stamp does not say so already with what it offers."""
    said = said_before(merged.used.stamp) if request.imported is None else request.imported
    return Inputs() if said == said_before(stamp) else said


def _ancestor(ground: Ground, merged: ThreeWay, request: Request) -> str:
    """What the workbook is a copy of, as long as it is one."""
    if request.copies is not None:
        return request.copies.ancestor
    alike = ground.same_release and ground.same_spec
    return merged.used.stamp.ancestor if alike else ""


def _debt(ground: Ground, merged: ThreeWay, report: Report, stamp: Stamp, request: Request) -> Debt:
    return Debt(
        used=merged.used,
        base=merged.base,
        mine=merged.mine,
        offered=merged.offered,
        stamp=stamp,
        report=report,
        alike=ground.same_release and ground.same_spec,
        allowed=request.allow_loss,
        copies=request.copies,
    )


def _dressed(
    ground: Ground, drawn: Drawn, book: BookPlan, request: Request
) -> tuple[BookPlan, dict[str, SheetBase]]:
    """The plan with the sheets of its outfit, and what the stamp says of these."""
    if request.outfit.clothe is None:
        return book, {}
    plain = {plan.name for plan in book.sheets}
    book = request.outfit.clothe(book, drawn.spec, drawn.typed, ground.drawn_at)
    worn = tuple(plan for plan in book.sheets if plan.name not in plain)
    return book, sheet_bases(replace(book, sheets=worn))


def _as_written(theirs: Inputs, merged: Inputs, drawn: Inputs) -> Inputs:
    """What was offered, with what the sheets derive as it stands in the new workbook.

    A derived cell that somebody typed over stays as offered, so that it is known for theirs. What
    somebody typed may need more columns of formulas than the spec alone (two steps at one instant).
    """
    tables = {}
    for name, offered in theirs.tables.items():
        formulas = dict.fromkeys((*offered.computed, *drawn.tables[name].computed))
        table = replace(offered, computed=tuple(formulas))
        places = [table.headers.index(header) for header in table.derived]
        if not places:
            tables[name] = table
            continue
        shown, kept = _by_key(name, drawn.tables[name]), _by_key(name, merged.tables[name])
        rows = []
        for key, row in zip(row_keys(name, table.headers, table.rows), table.rows, strict=True):
            now, own = shown.get(key), kept.get(key)
            if now is None or own is None:
                rows.append(row)
                continue
            cells = list(row)
            for place in places:
                if same(own[place], row[place]):
                    cells[place] = now[place]
            rows.append(tuple(cells))
        tables[name] = TableInputs(table.headers, table.computed, tuple(rows), table.derived)
    return Inputs(tables, theirs.names)


def _by_key(name: str, table: TableInputs) -> dict[str, tuple[Raw, ...]]:
    return dict(zip(row_keys(name, table.headers, table.rows), table.rows, strict=True))
