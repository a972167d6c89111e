"""The step of carrying in which everything that is no cell is taken along."""

from __future__ import annotations

from dataclasses import replace

from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.freight.aim import Aim
from xlmatrix.regen.carrying.freight.beside import load_beside, lose_dropped
from xlmatrix.regen.carrying.freight.chartsheets import load_chart_sheets
from xlmatrix.regen.carrying.freight.loading import Loading
from xlmatrix.regen.carrying.freight.ownsheets import load_sheets
from xlmatrix.regen.carrying.freight.pieces import Freight, Load
from xlmatrix.regen.carrying.freight.threads import persons_of
from xlmatrix.regen.carrying.ownsheets import known_with
from xlmatrix.regen.merging.merge import Outcome


def take_freight(trip: Trip, cargo: Cargo) -> Cargo:
    """Take along charts, pictures, pivot tables, slicers, controls and threads.

    It follows users' sheets, on which much of it stands.
    """
    grafted = {graft.name.casefold() for graft in cargo.grafts}
    known = known_with(trip, cargo, [*trip.used.own_sheets, *trip.dropped])
    loading = Loading(trip, Aim(trip, cargo.book, known), frozenset(grafted))
    own = [(part, part.name) for part in trip.used.own_sheets if part.name.casefold() in grafted]
    loads = load_sheets(loading, own)
    cargo, beside = load_beside(loading, cargo)
    loads += beside
    lose_dropped(loading, cargo)
    taken = frozenset(plan.name.casefold() for plan in cargo.book.sheets)
    chart_sheets = load_chart_sheets(loading, taken)
    loading.take(loading.filters.relations(), "", "")
    freight = Freight(
        loading.pieces,
        tuple(loads),
        tuple(chart_sheets),
        loading.filters.pivot_caches(loading.pieces),
        loading.filters.listed(),
        _persons(loading, loads),
    )
    cargo = _without_planned_comments(cargo, loads, loading)
    cargo = cargo.noting(*loading.changes).losing_each(loading.lost)
    return replace(cargo, freight=freight)


def _without_planned_comments(cargo: Cargo, loads: list[Load], loading: Loading) -> Cargo:
    """Comments that come along as parts are not written a second time."""
    for load in loads:
        plan = cargo.sheet(load.sheet)
        if plan is not None and any(one.kind == "comments" for one in load.relations):
            cargo = cargo.with_sheet(replace(plan, comments={}))
    return cargo


def _persons(loading: Loading, loads: list[Load]) -> str:
    """Who speaks in the threads; empty where there are none."""
    homes = [(load.sheet, load.threads) for load in loads if load.threads]
    homes += [
        (load.sheet, loading.package.xml(one.target))
        for load in loads
        for one in load.relations
        if one.kind == "threadedComment"
    ]
    if not homes:
        return ""
    text, unknown = persons_of(loading.package, [said for _, said in homes])
    for person in unknown:
        sheet, said = next((sheet, said) for sheet, said in homes if person in said)
        note = "a thread is by a person whom the workbook does not know: 'Unknown person' now"
        loading.note(Outcome.REFUSED, sheet, _first_of(said, person), note, person)
    return text


def _first_of(said: str, person: str) -> str:
    """The cell of the first comment by a person."""
    for text in cut(said).of("threadedComment"):
        if person in text:
            return attributes(start_tag(text)).get("ref", "")
    return ""
