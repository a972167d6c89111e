"""Formulas that users typed as inputs, and values that they typed over formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xlmatrix.formula.expr import Verbatim
from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.references import Known, dangling, has_addresses, renamed
from xlmatrix.regen.carrying.rows import all_keys_by_row, shown_key
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.typed import Formulated
from xlmatrix.sheets.plan import Fixed, Formula, Table
from xlmatrix.tables.catalogue import header_of


def keep_formulas(trip: Trip, cargo: Cargo) -> Cargo:
    """Put them into the tables; one whose row or column is gone is lost."""
    known = trip.known(cargo.book)
    by_table: dict[str, list[Formulated]] = {}
    for typed in trip.used.formulated:
        by_table.setdefault(typed.table, []).append(typed)
    for plan in cargo.book.sheets:
        tables = list(plan.tables)
        for number, table in enumerate(tables):
            wanted = by_table.get(table.name, ())
            here, gone = _found(table, wanted)
            cargo = cargo.losing_each(
                (typed.header, f"{typed.value!r} under {shown!r} of {typed.table}")
                for typed in gone
                for shown in (header_of(typed.table, typed.header),)
            )
            changes = [_change(typed, known, trip.names_back, plan.name) for *_, typed in here]
            cargo = cargo.noting(*changes)
            kept = [
                at for at, change in zip(here, changes, strict=True)
                if change.outcome is not Outcome.REFUSED
            ]  # fmt: skip
            if kept:
                tables[number] = _with_cells(table, kept, trip.names_back)
        if any(new is not old for new, old in zip(tables, plan.tables, strict=True)):
            cargo = cargo.with_sheet(replace(plan, tables=tuple(tables)))
    return cargo


#: A cell's place in its table, from 0, and what was typed there.
_Here = tuple[int, int, Formulated]


def _found(table: Table, wanted: Sequence[Formulated]) -> tuple[list[_Here], list[Formulated]]:
    """Where each stands now, and those whose row or column is gone."""
    if not wanted:
        return [], []
    rows = {key.casefold(): row for row, key in all_keys_by_row(table).items()}
    places = {column.id: n for n, column in enumerate(table.columns)}
    here: list[_Here] = []
    gone: list[Formulated] = []
    for typed in wanted:
        row, place = rows.get(typed.key.casefold()), places.get(typed.header)
        if row is None or place is None:
            gone.append(typed)
        else:
            here.append((row, place, typed))
    return here, gone


def _with_cells(table: Table, cells: Sequence[_Here], back: Mapping[str, str]) -> Table:
    values: dict[int, list[Any]] = {}
    for row, place, typed in cells:
        column = values.setdefault(place, list(table.values[place]))
        if typed.formula:
            column[row] = Formula(Verbatim(renamed(typed.formula, back)), typed.value)
        elif table.columns[place].expr is not None:
            column[row] = Fixed(typed.value)
    merged = tuple(values.get(n, old) for n, old in enumerate(table.values))
    return replace(table, values=merged)


def _change(typed: Formulated, known: Known, back: Mapping[str, str], sheet: str) -> Change:
    at = (typed.table, shown_key(typed.key), typed.header)
    if not typed.formula:
        note = "a value typed over the formula"
        return Change(Outcome.KEPT, *at, after=typed.value, note=note, sheet=sheet)
    text = renamed(typed.formula, back)
    if has_addresses(text) or dangling(text, known):
        note = "the formula refers to cells by address; its value stays"
        before = f"={typed.formula}"
        return Change(
            Outcome.REFUSED, *at, before=before, after=typed.value, note=note, sheet=sheet
        )
    note = "a formula typed as input"
    return Change(Outcome.KEPT, *at, after=f"={text}", note=note, sheet=sheet)
