"""Drawn: the sheets of the new spec. Overlaid: with what people typed that no spec can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.carrying.beside import below_logs
from xlmatrix.regen.mapping import (
    Typed,
    TypedSpec,
    log_from_tables,
    spec_from_tables,
    typed_from_tables,
)
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.merging.overlay import as_typed
from xlmatrix.regen.reading.tables import Inputs, TableData, same
from xlmatrix.regen.stages.ground import Ground
from xlmatrix.regen.stages.merged import ThreeWay
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.flags import Flagged
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.sheets.stamp import SheetBase, seal_of, sheet_bases
from xlmatrix.tables.catalogue import table_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """The plan that the sheets make of the merged inputs.

    ``typed`` are values without a place in spec and log, ``inputs`` those of the plan, and
    ``bases`` what the stamp says of its sheets.
    """

    spec: TypedSpec
    log: IncidentLog
    typed: Typed
    book: BookPlan
    inputs: Inputs
    bases: Mapping[str, SheetBase]


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The plan in which every typed cell shows what was typed.

    ``lost`` are values without a cell, and ``seal`` tells whether the inputs stay as they are.
    ``flagged`` is what means nothing where it stands.
    """

    book: BookPlan
    lost: tuple[Change, ...]
    seal: str
    flagged: tuple[Flagged, ...]


def draw(ground: Ground, merged: ThreeWay) -> Drawn:
    """Make spec and log of the merged inputs, and the sheets of both.

    Raises
    ------
    XlmatrixError
        When no incident class is left.
    """
    tables = _tables(merged.inputs)
    spec, _ = spec_from_tables(tables, merged.inputs.names, ground.spec)
    if not spec.classes:
        raise XlmatrixError(
            "no incident class is left on Matrix",
            where=merged.used.where,
            mend="Keep one row at least, or build a new workbook",
        )
    log, typed = log_from_tables(tables), _typed_beyond(merged)
    book = plan_book(
        spec,
        log,
        as_of=ground.as_of,
        created=ground.created,
        typed=typed,
        below=below_logs(merged.used),
    )
    return Drawn(spec, log, typed, book, inputs_of(book), sheet_bases(book))


def overlay(drawn: Drawn, merged: ThreeWay) -> Overlaid:
    """Lay the typed cells over the sheets."""
    book, lost, flagged = as_typed(drawn.book, merged.inputs, merged.offered)
    shown, theirs = inputs_of(book), merged.theirs
    sealed = Inputs(
        {name: shown.tables[name] for name in theirs.tables},
        {name: shown.names[name] for name in theirs.names},
    )
    return Overlaid(book, tuple(lost), seal_of(sealed), flagged)


def _typed_beyond(merged: ThreeWay) -> Typed:
    """Values without a place in spec and log that are not what the sheets offer by themselves.

    What names a row is said always, for a table without a row of the template's may be meant so.
    """
    typed, default = _typed(merged.inputs), _typed(merged.offered)
    return {
        at: v
        for at, v in typed.items()
        if at not in default or _always_said(at) or not same(v, default[at])
    }


def _always_said(at: tuple[str, str, str]) -> bool:
    known = table_of(at[0])
    names_a_row = known is not None and at[2] == known.columns[0].id and known.columns[0].typed
    return names_a_row or (known is not None and known.placed)


def _typed(inputs: Inputs) -> Typed:
    return typed_from_tables(_tables(inputs), inputs.names)


def _tables(inputs: Inputs) -> dict[str, TableData]:
    return {n: TableData(n, t.headers, t.rows) for n, t in inputs.tables.items()}
