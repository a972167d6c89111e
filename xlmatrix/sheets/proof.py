"""The proof on the Coverage sheet: a row a kind of gap, a class, a person; values as of the making.

A workbook cannot walk two years of openings by formula. So these parts stand as values, and say
when they were proved; what follows every change stands in the live table beside them.
"""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import ref
from xlmatrix.rules.proof.kinds import KINDS
from xlmatrix.rules.proof.schedule import NO_CLASS
from xlmatrix.rules.proof.summary import GAP, NONE, Found, case_name, share_text, summary
from xlmatrix.rules.proof.whole import RANKS, Called, Case, Proof
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Scene, wall_serial
from xlmatrix.sheets.plan import Table
from xlmatrix.tables.oncall import PROOF
from xlmatrix.tables.validation import Paint

#: Sets of people that are named for a class; the rest is counted.
_MOST_SETS: Final = 2


def kinds_table(scene: Scene, proof: Proof, row: int) -> Table:
    """A row a kind of gap."""
    found = summary(proof)
    state = ref(row + 1, 3, absolute=False)
    paints = (Paint(state.eq(GAP), "bad"), Paint(state.eq(NONE), "good"))
    firsts = [None if one.first_s is None else wall_serial(scene, one.first_s) for one in found]
    filled: list[Filled] = [
        (PROOF["Looked for"], [one.label[:1].upper() + one.label[1:] for one in found]),
        (PROOF["State"].having(paints=paints), [GAP if one.count else NONE for one in found]),
        (PROOF["Found"], [f"{one.count} of {one.total}" if one.total else "" for one in found]),
        (PROOF["First"], firsts),
        (PROOF["Share"], ["" if one.share is None else share_text(one.share) for one in found]),
        (PROOF["What to do"], [_advice(one) for one in found]),
    ]
    return laid_out(PROOF, row, 2, filled, filtered=False)


def _advice(found: Found) -> str:
    return f"{found.mend}. For example {found.example}." if found.count else ""


def classes_table(draft: Draft, proof: Proof, row: int) -> int:
    """A row a class at its own severity: who is called first, second, last; gives the last row."""
    headers = ["Class", "Severity", "Gaps", "First called", "Then", "Last called"]
    draft.row(row, 2, headers, "header")
    levels = {kind.id: kind.severity for kind in proof.spec.classes}
    names = {kind.id: kind.name for kind in proof.spec.classes}
    cases = {(case.severity, one): case for case in proof.cases for one in case.classes}
    asked = [(one, level) for one, level in levels.items() if (level, one) in cases]
    asked += [(NO_CLASS, severity.id) for severity in proof.spec.severities]
    for y, (class_id, level) in enumerate(asked, start=row + 1):
        case = cases[level, class_id]
        gaps = [kind for kind in KINDS if case.gaps[kind.code]]
        title = f"{class_id} {names[class_id]}" if class_id else case_name(NO_CLASS).capitalize()
        draft.put(y, 2, title, "fixed.wrap")
        draft.put(y, 3, level, "fixed.center")
        draft.put(y, 4, len(gaps), "fixed.center")
        for column, rank in enumerate(RANKS, start=5):
            draft.put(y, column, _people(proof, case, case.who(rank)), "fixed.wrap")
    last = row + len(asked)
    count = ref(row + 1, 4, absolute=False)
    draft.paint(area(row + 1, 4, last, 4), Paint(count > 0, "bad"))
    return last


def _people(proof: Proof, case: Case, called: list[Called]) -> str:
    """Who is called, and for how much of the time where it is not always the same people."""
    if not called:
        return ""
    whole = sum(one.seconds for one in called)
    said = [
        " and ".join(one.people or ("nobody",))
        + (f" {share_text(one.seconds / whole)}" if len(called) > 1 else "")
        for one in called[:_MOST_SETS]
    ]
    more = len(called) - len(said)
    return ", ".join(said) + (f", {more} more" if more else "")


def loads_table(draft: Draft, proof: Proof, row: int) -> int:
    """A row a person who takes turns: hours and nights a week; gives the last row."""
    headers = ["Person", "Hours a week", "at most", "Nights a week", "at most", "In a row at most"]
    draft.row(row, 2, headers, "header")
    turns = [load for load in proof.loads if load.rotates]
    for y, load in enumerate(turns, start=row + 1):
        draft.put(y, 2, load.person, "fixed")
        values = (load.hours, load.most_hours, load.nights, load.most_nights, load.in_a_row)
        for column, value in enumerate(values, start=3):
            draft.put(y, column, value, "fixed.number")
    return row + len(turns)
