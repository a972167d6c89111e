"""The budget outside the workbook: how the month, the burn, the caps and the providers stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlmatrix.api.horizon import covering
from xlmatrix.api.outputs import workbook_output, write
from xlmatrix.api.regenerating import outfit_of, packed
from xlmatrix.api.sources import Cells, read_source, scene_of
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.spend import Spend, read_spend
from xlmatrix.model import Loaded, MatrixSpec
from xlmatrix.model.content import AuditContent, content
from xlmatrix.regen.renew import Request, renew
from xlmatrix.sheets.guides.budget import FACTS_ROW, budget_forms
from xlmatrix.sheets.guides.providers import calls_form
from xlmatrix.sheets.inputs import Inputs, plain
from xlmatrix.tables import budget as tables
from xlmatrix.tables.budget import BUDGET, BUDGET_FACTS, WINDOWS
from xlmatrix.tables.kinds import text_of
from xlmatrix.version import __version__
from xlmatrix.worktime.serials import moment_of
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.rules.cells import RowCells
    from xlmatrix.sheets.form import Form
    from xlmatrix.sheets.parts import Scene

_MINUTES_OF_A_ROW = 60


@dataclass(frozen=True, slots=True)
class Budgeted:
    """How a budget stands, in the words of the sheet *Implementation audit*.

    Attributes
    ----------
    until
        Up to when its figures go, on the wall clock of the matrix's zone.
    state, incident
        How the month is, and which incident that opens; "" where it opens none.
    forecast
        None where nothing can be told.
    alarms, caps, providers
        The rows of the tables of the burn, of the caps that have a stage, and of the providers that
        have calls or spend, by header.
    spend
        What a CSV said; None without one.
    path, backup
        The workbook that was written, and the one it replaced.
    """

    until: datetime
    state: str
    incident: str
    forecast: float | None
    alarms: tuple[Mapping[str, Any], ...]
    caps: tuple[Mapping[str, Any], ...]
    providers: tuple[Mapping[str, Any], ...]
    spend: Spend | None = None
    path: Path | None = None
    backup: Path | None = None


def budget(
    source: str | os.PathLike[str] | MatrixSpec | Loaded,
    *,
    spend: str | os.PathLike[str] | None = None,
    as_of: datetime | str | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool | None = None,
) -> Budgeted:
    """How the budget of a workbook, a spec or a template stands.

    Parameters
    ----------
    source
        A workbook that xlmatrix made, the path of a spec, a shipped template's name, or a spec.
    spend
        A CSV of spend by hour; it takes the place of what is typed of windows, today and the month.
    as_of
        The instant of the figures where none is typed; else the workbook's *As of*, else now.
    output
        Another workbook to write, in which the figures of the CSV are typed.
    overwrite
        Whether ``output`` may replace a file, as in :func:`xlmatrix.api.build`.

    Raises
    ------
    XlmatrixError
        The source or the CSV cannot be read, or the source has no implementation audit.
    """
    where, spec, used = read_source(source)
    if "audit" not in spec.guides:
        raise XlmatrixError(
            "it has no budget", where=where, mend="Add audit to guides:, as in template enterprise"
        )
    typed: dict[tuple[str, str, str], Any] = {} if used is None else dict(used.typed)
    goal = None
    if output is not None:
        if used is None or spend is None:
            mend = "Name a workbook and a CSV with --spend, or leave --output out"
            raise XlmatrixError("there are no figures to write", where=where, mend=mend)
        goal = workbook_output(output, inputs=(where, spend), overwrite=overwrite, source=used)
    found = None if spend is None else read_spend(Path(spend), spec.zone)
    cells = {} if found is None else _cells_of(found, typed, where)
    typed |= cells
    told = _told(scene_of(spec, used, typed, as_of), found)
    if goal is None or used is None:
        return told
    dress, outfit = outfit_of(used, goal.path)
    request = Request(
        used.loaded,
        template=used.stamp.template,
        version=__version__,
        now=now_in(spec.zone),
        stretch=covering,
        outfit=outfit,
    )
    data = packed(used, renew(_with(used, cells), request), dress)
    return replace(told, path=goal.path, backup=write(data, goal))


def _cells_of(found: Spend, typed: Cells, where: str) -> dict[tuple[str, str, str], Any]:
    """What a CSV types.

    What it does not measure of windows and today is emptied, for it would be of another time; the
    month stays as typed.
    """
    own = text_of(plain(typed.get((BUDGET_FACTS.name, FACTS_ROW, "Currency"))))
    if own and found.currency and own.casefold() != found.currency.casefold():
        raise XlmatrixError(
            f"the amounts are in {found.currency}, the budget is in {own}",
            where=where,
            mend="Convert the amounts, or change Currency on Implementation audit",
        )
    cells: dict[tuple[str, str, str], Any] = {
        (BUDGET_FACTS.name, FACTS_ROW, "Figures until"): found.until,
        (BUDGET.name, tables.ROW, "Value"): _MINUTES_OF_A_ROW,
        **{
            (BUDGET.name, label, "Value"): found.windows[minutes]
            for label, minutes in WINDOWS.items()
        },
        (BUDGET.name, tables.TODAY, "Value"): found.today,
    }
    if found.month is not None:
        cells[BUDGET.name, tables.SPENT, "Value"] = found.month
    if found.currency:
        cells[BUDGET_FACTS.name, FACTS_ROW, "Currency"] = found.currency
    return cells


def _told(scene: Scene, found: Spend | None) -> Budgeted:
    shared = content("audit", AuditContent)
    forms = budget_forms(scene, shared)
    calls = calls_form(scene, shared, forms.currency)
    forecast = forms.figure("Budget_Forecast")
    return Budgeted(
        until=moment_of(forms.month.at),
        state=str(forms.figure("Budget_State")),
        incident=str(forms.figure("Budget_Incident")),
        forecast=forecast if isinstance(forecast, float) else None,
        alarms=_rows(forms.alarms, lambda row: True),
        caps=_rows(forms.caps, lambda row: row.filled("Now")),
        providers=_rows(calls, lambda row: row.filled("Calls") or row.filled("Spend")),
        spend=found,
    )


def _rows(form: Form, wanted: Callable[[RowCells], bool]) -> tuple[Mapping[str, Any], ...]:
    return tuple(dict(row) for row in form.rows if wanted(row))


def _with(used: UsedBook, cells: Cells) -> UsedBook:
    """The workbook as if somebody had typed the cells."""
    known = dict(used.inputs.tables)
    for name in {table for table, _, _ in cells}:
        mine = {place[1:]: value for place, value in cells.items() if place[0] == name}
        table = known.get(name)
        keys = {} if table is None else {str(row[0]): place for place, row in enumerate(table.rows)}
        if table is None or any(key not in keys for key, _ in mine):
            raise XlmatrixError(
                "the workbook is of a release that has no such figures",
                where=name,
                mend="Bring it to this release with xlmatrix regenerate first",
            )
        rows = [list(row) for row in table.rows]
        for (key, column), value in mine.items():
            rows[keys[key]][table.headers.index(column)] = plain(value)
        known[name] = replace(table, rows=tuple(map(tuple, rows)))
    typed = {**used.typed, **{cell: plain(value) for cell, value in cells.items()}}
    return replace(used, inputs=Inputs(known, used.inputs.names), typed=typed)
