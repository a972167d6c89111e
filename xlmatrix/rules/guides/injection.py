"""The plan against prompt injection: what is cut first, and what of the evidence is still there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, exact, if_, iferror, name, this
from xlmatrix.rules import names
from xlmatrix.rules.cells import RowCells, number_of, text_in
from xlmatrix.rules.frame import Context
from xlmatrix.rules.guides.timebox import Run
from xlmatrix.tables.column import Column
from xlmatrix.tables.injection import (
    HAIR,
    INJECTION_CHAIN,
    INJECTION_CHOICE,
    INJECTION_CUTS,
    INJECTION_EVIDENCE,
)

SECURED, SAVE, NOW, GONE = "secured", "to save", "save now", "may be gone"
CUT, OPEN = "cut", "open"
#: The column that names a pair of vector and architecture.
_PAIR: Final = "Case"
_DAY_S: Final = 86_400


def pair_rule() -> Column:
    """The key of a first cut."""
    return INJECTION_CUTS[_PAIR].by(_pair_expr(), _pair)


def _pair_expr() -> Expr:
    vector, held = this("Came by"), this("Took hold in")
    return if_(F.AND(vector.filled(), held.filled()), vector & ", " & held)


def _pair(row: RowCells) -> str:
    if not (row.filled("Came by") and row.filled("Took hold in")):
        return ""
    return f"{text_in(row.get('Came by'))}, {text_in(row.get('Took hold in'))}"


def cut_rule(cuts: Sequence[RowCells]) -> Column:
    """What is cut first in a chosen incident; ``cuts`` are the rows of tInjectionCuts."""
    pair = this("Came by") & ", " & this("Took hold in")
    place = F.MATCH(exact(pair), col(INJECTION_CUTS.name, _PAIR), 0)
    cell = F.INDEX(col(INJECTION_CUTS.name, "First cut"), place) & ""
    known = F.AND(this("Came by").filled(), this("Took hold in").filled())

    def twin(row: RowCells) -> str:
        wanted = _pair(row).casefold()
        if not wanted:
            return ""
        found = (cut for cut in cuts if str(cut[_PAIR]).casefold() == wanted)
        cut = next(found, None)
        return "" if cut is None else text_in(cut.get("First cut"))

    return INJECTION_CHOICE["First cut"].by(if_(known, iferror(cell)), twin)


def evidence_rule(context: Context, run: Run) -> Column:
    """Whether a piece of evidence is secured, and how long it is still there."""
    done = this(f"Secured at{run.slot}")
    gone_s = run.start + F.N(this("Kept (days)")) * _DAY_S
    soon = F.IF(gone_s - names.AS_OF_S < _DAY_S, NOW, SAVE)
    kept = F.IF(gone_s < names.AS_OF_S, GONE, soon)
    owed = F.IF(F.ISNUMBER(this("Kept (days)")), kept, SAVE)
    secured = F.AND(F.ISNUMBER(done), F.N(done) <= name("AsOf") + HAIR)
    told = F.IF(secured, SECURED, owed)
    named = F.AND(F.ISNUMBER(run.start), this("Evidence").filled())

    def twin(row: RowCells) -> str:
        if run.start_s is None or not row.filled("Evidence"):
            return ""
        at, days = row.number(f"Secured at{run.slot}"), row.number("Kept (days)")
        now = number_of(context.as_of)
        if at is not None and now is not None and at <= now + HAIR:
            return SECURED
        if days is None:
            return SAVE
        left = run.start_s + days * _DAY_S - context.as_of_s
        return GONE if left < 0 else NOW if left < _DAY_S else SAVE

    return INJECTION_EVIDENCE[f"State{run.slot}"].by(if_(named, told), twin)


def chain_rule() -> Column:
    """Whether a hop from agent to agent is cut."""
    there = F.AND(this("From").filled(), this("To").filled())

    def twin(row: RowCells) -> str:
        if not (row.filled("From") and row.filled("To")):
            return ""
        return CUT if row.number("Cut at") is not None else OPEN

    told = F.IF(F.ISNUMBER(this("Cut at")), CUT, OPEN)
    return INJECTION_CHAIN["State"].by(if_(there, told), twin)
