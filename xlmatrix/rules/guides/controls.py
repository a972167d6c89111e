"""Risk that a control leaves: inherent, residual, its band, when it must be mended.

``inherent = likelihood x impact``; ``residual = inherent x (1 - effectiveness)``, where evidence
older than its cadence counts only in part; a gap that is overdue is treated one band higher. The
method and its figures are proposed ones and stand on the sheet to be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, if_, iferror, name, this
from xlmatrix.rules.cells import TODAY, RowCells, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.tables.column import Column
from xlmatrix.tables.controls import CONTROLS

FRESH, STALE, NO_EVIDENCE = "fresh", "stale", "none"
CLOSED, NOT_ASSESSED, IN_ORDER, UNDATED, LATE, RUNNING = (
    "closed",
    "not assessed",
    "in order",
    "date missing",
    "overdue",
    "open",
)
EFFECTIVENESS: Final = (0.0, 0.25, 0.5, 0.75, 0.9)


def control_rules(
    context: Context, bands: Sequence[tuple[str, float, float]], stale_factor: float
) -> list[Column]:
    """The computed columns of tControls.

    Parameters
    ----------
    bands
        Name, lowest residual and days to mend, the worst first, as they stand in tRiskBands.
    stale_factor
        What effectiveness is multiplied with where the evidence is stale or missing.
    """
    today = float(day_serial(context.as_of.date()))
    return [
        CONTROLS["Inherent"].by(_inherent_expr(), _inherent),
        CONTROLS["Freshness"].by(_fresh_expr(), lambda row: _fresh(row, today)),
        CONTROLS["Residual"].by(_residual_expr(), lambda row: _residual(row, stale_factor)),
        CONTROLS["Band"].by(_band_expr(len(bands)), lambda row: _band(row, bands)),
        CONTROLS["Mend by"].by(_due_expr(), lambda row: _due(row, bands)),
        CONTROLS["State"].by(
            _state_expr(bands[-1][0]), lambda row: _state(row, today, bands[-1][0])
        ),
        CONTROLS["Treated as"].by(_treated_expr(), lambda row: _treated(row, bands)),
    ]


def _inherent_expr() -> Expr:
    likelihood, impact = this("Likelihood"), this("Impact")
    both = F.AND(F.ISNUMBER(likelihood), F.ISNUMBER(impact))
    return if_(both, likelihood * impact)


def _inherent(row: RowCells) -> float | str:
    likelihood, impact = row.number("Likelihood"), row.number("Impact")
    return "" if likelihood is None or impact is None else likelihood * impact


def _fresh_expr() -> Expr:
    seen, days = this("Evidence on"), this("Valid (days)")
    old = F.AND(F.ISNUMBER(days), TODAY - F.N(seen) > F.N(days))
    dated = F.IF(F.ISNUMBER(seen), F.IF(old, STALE, FRESH), NO_EVIDENCE)
    return if_(this("Control").filled(), dated)


def _fresh(row: RowCells, today: float) -> str:
    if not row.filled("Control"):
        return ""
    seen, days = row.number("Evidence on"), row.number("Valid (days)")
    if seen is None:
        return NO_EVIDENCE
    return STALE if days is not None and today - seen > days else FRESH


def _residual_expr() -> Expr:
    works = F.N(this("Effectiveness"))
    counted = works * F.IF(this("Freshness").eq(FRESH), 1, F.N(name("Risk_Stale_Factor")))
    residual = F.ROUND(this("Inherent") * (1 - counted), 2)
    return if_(this("Inherent").filled(), residual)


def _residual(row: RowCells, stale_factor: float) -> float | str:
    inherent = row["Inherent"]
    if not isinstance(inherent, float):
        return ""
    counted = row.counted("Effectiveness") * (1.0 if row["Freshness"] == FRESH else stale_factor)
    return round(inherent * (1 - counted) + 1e-9, 2)


def _band_expr(count: int) -> Expr:
    found: Expr = F.INDEX(name("Risk_Bands"), count) & ""
    for row in range(count - 1, 0, -1):
        reached = this("Residual") >= F.INDEX(name("Risk_From"), row)
        found = F.IF(reached, F.INDEX(name("Risk_Bands"), row) & "", found)
    return if_(this("Residual").filled(), found)


def _band(row: RowCells, bands: Sequence[tuple[str, float, float]]) -> str:
    residual = row["Residual"]
    if not isinstance(residual, float):
        return ""
    return next((band for band, lowest, _ in bands if residual >= lowest), bands[-1][0])


def _due_expr() -> Expr:
    days = F.INDEX(name("Risk_Days"), F.MATCH(this("Band"), name("Risk_Bands"), 0))
    known = F.AND(F.ISNUMBER(this("Gap found on")), this("Band").filled())
    return if_(known, iferror(this("Gap found on") + F.IFERROR(F.N(days), 0)))


def _due(row: RowCells, bands: Sequence[tuple[str, float, float]]) -> float | str:
    found, band = row.number("Gap found on"), row["Band"]
    if found is None or not band:
        return ""
    return found + next(days for known, _, days in bands if known == band)


def _state_expr(lowest: str) -> Expr:
    quiet = F.AND(this("Band").eq(lowest), this("Freshness").eq(FRESH))
    dated = F.IF(this("Mend by") < TODAY, LATE, RUNNING)
    undated = F.IF(quiet, IN_ORDER, UNDATED)
    judged = F.IF(F.ISNUMBER(this("Mend by")), dated, undated)
    open_ = F.IF(F.ISNUMBER(this("Effectiveness")), judged, NOT_ASSESSED)
    closed = F.IF(F.ISNUMBER(this("Closed on")), CLOSED, open_)
    return if_(this("Control").filled(), closed, BLANK)


def _state(row: RowCells, today: float, lowest: str) -> str:
    if not row.filled("Control"):
        return ""
    if row.number("Closed on") is not None:
        return CLOSED
    if row.number("Effectiveness") is None:
        return NOT_ASSESSED
    due = row.number("Mend by")
    if due is not None:
        return LATE if due < today else RUNNING
    return IN_ORDER if row["Band"] == lowest and row["Freshness"] == FRESH else UNDATED


def _treated_expr() -> Expr:
    place = F.MATCH(this("Band"), name("Risk_Bands"), 0)
    raised = F.INDEX(name("Risk_Bands"), F.MAX(1, place - 1)) & ""
    return if_(this("Band").filled(), F.IF(this("State").eq(LATE), iferror(raised), this("Band")))


def _treated(row: RowCells, bands: Sequence[tuple[str, float, float]]) -> str:
    band = str(row["Band"])
    if not band or row["State"] != LATE:
        return band
    place = [known for known, _, _ in bands].index(band)
    return bands[max(0, place - 1)][0]
