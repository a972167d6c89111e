"""Risk that a control leaves: inherent, residual, its band, when it must be mended.

``inherent = likelihood x impact``; ``residual = inherent x (1 - counts)``. What is claimed counts
as far as tests bear it out: as tested where each test of the control passed in its period, as
tested by an adversary where one of those was made by one, else as running; as written where a test
failed. Evidence older than its cadence counts only in part; a gap that is overdue is treated one
band higher. The method and its figures are proposed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, floor, isfinite
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, Name, col, if_, iferror, lit, name, this
from xlmatrix.rules.cells import TODAY, RowCells, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.rules.guides.control_tests import OF_CONTROL
from xlmatrix.rules.instants import rounded
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.controls import (
    ATTACKED,
    BROKE,
    CONTROL_TESTS,
    CONTROLS,
    FAILED,
    HELD,
    LISTED,
    PASSED,
)
from xlmatrix.tables.vocabulary import YES

FRESH, STALE, NO_EVIDENCE = "fresh", "stale", "none"
CLOSED, NOT_ASSESSED, IN_ORDER, UNDATED, LATE, RUNNING = (
    "closed",
    "not assessed",
    "in order",
    "date missing",
    "overdue",
    "open",
)
#: Numbers as large have no hundredths.
_NO_CENTS: Final = 1e15
#: The cell above the first control, so that a row knows which it is.
HEADER: Final = "Controls_Header"
#: The step that orders controls, the worst first; empty for one that is closed or has no risk.
ORDER: Final = "order"
_ROW: Final = "row"


@dataclass(frozen=True, slots=True)
class Scale:
    """What share of a risk a control takes away, by how far it is shown to work."""

    words: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def written(self) -> float:
        """The most that counts where a test failed."""
        return self.shares[1]

    @property
    def running(self) -> float:
        """The most that counts without tests that passed."""
        return self.shares[2]

    @property
    def tested(self) -> float:
        """The most that counts where no adversary tested."""
        return self.shares[3]


def control_rules(
    context: Context,
    bands: Sequence[tuple[str, float, float]],
    stale_factor: float,
    scale: Scale,
    tests: Sequence[RowCells],
    rows: Sequence[RowCells],
) -> list[Column]:
    """The computed columns of tControls, in the order of their dependence.

    Parameters
    ----------
    bands
        Name, lowest residual and days to mend, the worst first, as they stand in tRiskBands.
    stale_factor
        What effectiveness is multiplied with where the evidence is stale or missing.
    scale
        What effectiveness stands for.
    tests
        The rows of tControlTests with their results.
    rows
        All rows of tControls, in their order.
    """
    today = float(day_serial(context.as_of.date()))
    places = {id(row): number for number, row in enumerate(rows, start=1)}
    return [
        CONTROLS["Inherent"].by(_inherent_expr(), _inherent),
        CONTROLS["Claimed as"].by(_claim_expr(scale), lambda row: _claim(row, scale)),
        hidden_step(_ROW, F.ROW() - F.ROW(Name(HEADER)), lambda row: places[id(row)]),
        *_counted_tests(tests),
        CONTROLS["Tests"].by(_tests_expr(), _tests),
        CONTROLS["Freshness"].by(_fresh_expr(), lambda row: _fresh(row, today)),
        CONTROLS["Counts"].by(_counts_expr(scale), lambda row: _counts(row, scale, stale_factor)),
        CONTROLS["Residual"].by(_residual_expr(), _residual),
        CONTROLS["Band"].by(_band_expr(len(bands)), lambda row: _band(row, bands)),
        CONTROLS["Mend by"].by(_due_expr(), lambda row: _due(row, bands)),
        CONTROLS["State"].by(
            _state_expr(bands[-1][0]), lambda row: _state(row, today, bands[-1][0])
        ),
        hidden_step(ORDER, _order_expr(), _order),
        CONTROLS["Rank"].by(_rank_expr(), lambda row: _rank(row, rows)),
        CONTROLS["Treated as"].by(_treated_expr(), lambda row: _treated(row, bands)),
    ]


def _inherent_expr() -> Expr:
    likelihood, impact = this("Likelihood"), this("Impact")
    both = F.AND(F.ISNUMBER(likelihood), F.ISNUMBER(impact))
    return if_(both, iferror(likelihood * impact))


def _inherent(row: RowCells) -> float | str:
    likelihood, impact = row.number("Likelihood"), row.number("Impact")
    if likelihood is None or impact is None or not isfinite(likelihood * impact):
        return ""
    return likelihood * impact


def _claim_expr(scale: Scale) -> Expr:
    claim = this("Effectiveness")
    said: Expr = BLANK
    for word, share in zip(scale.words, scale.shares, strict=True):
        said = F.IF(F.N(claim).eq(share), word, said)
    return if_(F.ISNUMBER(claim), said)


def _claim(row: RowCells, scale: Scale) -> str:
    claim = row.number("Effectiveness")
    pairs = zip(scale.words, scale.shares, strict=True)
    return next((word for word, share in pairs if claim == share), "")


def _counted_tests(tests: Sequence[RowCells]) -> list[Column]:
    """How many tests a control has, and how many of them passed or failed."""

    def cells(column_id: str) -> Expr:
        return col(CONTROL_TESTS.name, column_id)

    def step(known: str, asked: dict[str, str]) -> Column:
        pairs = [part for header, word in asked.items() for part in (cells(header), word)]
        count = F.COUNTIFS(cells(OF_CONTROL), this(_ROW), *pairs)

        def twin(row: RowCells) -> int:
            mine = (test for test in tests if test[OF_CONTROL] == row[_ROW])
            return sum(all(test.text(h) == word for h, word in asked.items()) for test in mine)

        return hidden_step(known, count, twin)

    return [
        step(LISTED, {}),
        step(HELD, {"Result": PASSED}),
        step(BROKE, {"Result": FAILED}),
        step(ATTACKED, {"Result": PASSED, "By an adversary": YES}),
    ]


def _tests_expr() -> Expr:
    listed, failed = this(LISTED), this(BROKE)
    said = this(HELD) & " of " & listed & " passed"
    told = said & F.IF(failed > 0, ", " & failed & " failed", "")
    return if_(this("Control").filled(), F.IF(listed.eq(0), "none", told))


def _tests(row: RowCells) -> str:
    if not row.filled("Control"):
        return ""
    if not row[LISTED]:
        return "none"
    failed = f", {row[BROKE]} failed" if row[BROKE] else ""
    return f"{row[HELD]} of {row[LISTED]} passed{failed}"


def _all_passed() -> Expr:
    return F.AND(this(LISTED) > 0, this(HELD).eq(this(LISTED)))


def _passed(row: RowCells) -> bool:
    return bool(row[LISTED]) and row[HELD] == row[LISTED]


def _fresh_expr() -> Expr:
    seen, days = this("Evidence on"), this("Valid (days)")
    old = F.AND(F.ISNUMBER(days), TODAY - F.N(seen) > F.N(days))
    there = F.AND(F.ISNUMBER(seen), F.INT(F.N(seen)) <= TODAY)
    dated = F.IF(there, F.IF(old, STALE, FRESH), NO_EVIDENCE)
    return if_(this("Control").filled(), F.IF(_all_passed(), FRESH, dated))


def _fresh(row: RowCells, today: float) -> str:
    """Tests that passed are evidence; so is what is dated, but not what is yet to come."""
    if not row.filled("Control"):
        return ""
    if _passed(row):
        return FRESH
    seen, days = row.number("Evidence on"), row.number("Valid (days)")
    if seen is None or seen // 1 > today:
        return NO_EVIDENCE
    return STALE if days is not None and today - seen > days else FRESH


def _counts_expr(scale: Scale) -> Expr:
    attacked = F.IF(this(ATTACKED) > 0, scale.shares[-1], name("Risk_Tested"))
    borne = F.IF(_all_passed(), attacked, name("Risk_Running"))
    most = F.IF(this(BROKE) > 0, name("Risk_Written"), borne)
    claim = F.MAX(0, F.MIN(F.N(this("Effectiveness")), most))
    fresh = F.IF(this("Freshness").eq(FRESH), 1, F.N(name("Risk_Stale_Factor")))
    return if_(F.ISNUMBER(this("Effectiveness")), claim * fresh)


def _counts(row: RowCells, scale: Scale, stale_factor: float) -> float | str:
    if row.number("Effectiveness") is None:
        return ""
    if row[BROKE]:
        most = scale.written
    elif _passed(row):
        most = scale.shares[-1] if row[ATTACKED] else scale.tested
    else:
        most = scale.running
    claim = max(0.0, min(row.counted("Effectiveness"), most))
    return claim * (1.0 if row["Freshness"] == FRESH else stale_factor)


def _residual_expr() -> Expr:
    residual = iferror(F.ROUND(this("Inherent") * (1 - F.N(this("Counts"))), 2))
    return if_(this("Inherent").filled(), residual)


def _residual(row: RowCells) -> float | str:
    inherent = row["Inherent"]
    if not isinstance(inherent, float):
        return ""
    left = inherent * (1 - row.counted("Counts"))
    if abs(left) >= _NO_CENTS:
        return left if isfinite(left) else ""
    # As ROUND does it: a half goes away from zero.
    return copysign(floor(abs(left) * 100 + 0.5 + 1e-7) / 100, left)


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
    shut = F.AND(F.ISNUMBER(this("Closed on")), F.INT(F.N(this("Closed on"))) <= TODAY)
    closed = F.IF(shut, CLOSED, open_)
    return if_(this("Control").filled(), closed, BLANK)


def _state(row: RowCells, today: float, lowest: str) -> str:
    if not row.filled("Control"):
        return ""
    shut = row.number("Closed on")
    if shut is not None and shut // 1 <= today:
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


def _order_expr() -> Expr:
    """Residual risk, then inherent, then the place: one whole number, so that no two are alike."""
    residual, inherent = F.N(this("Residual")), F.N(this("Inherent"))
    whole = F.ROUND(residual * 100, 0) * 1e6 + F.ROUND(inherent, 0) * 1e3 - this(_ROW)
    open_ = F.AND(this("Residual").filled(), this("State").ne(CLOSED))
    return if_(open_, iferror(whole))


def _order(row: RowCells) -> float | str:
    residual, inherent = row["Residual"], row["Inherent"]
    if not (isinstance(residual, float) and isinstance(inherent, float)) or row["State"] == CLOSED:
        return ""
    place = row[_ROW]
    assert isinstance(place, int)
    return rounded(residual * 100) * 1e6 + rounded(inherent) * 1e3 - place


def _rank_expr() -> Expr:
    ahead = F.COUNTIF(col(CONTROLS.name, ORDER), lit(">") & this(ORDER))
    return if_(F.ISNUMBER(this(ORDER)), ahead + 1)


def _rank(row: RowCells, rows: Sequence[RowCells]) -> int | str:
    mine = row[ORDER]
    if not isinstance(mine, float):
        return ""
    others = (other[ORDER] for other in rows)
    return 1 + sum(isinstance(other, float) and other > mine for other in others)
