"""Start: what this is, the instant it speaks of, the numbers that matter now, and where to go."""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, col, criterion, if_, lit, ref
from xlmatrix.rules import names
from xlmatrix.rules.incidents.columns import LATE, OPEN_STATUSES, SOON
from xlmatrix.rules.incidents.states import OVERDUE, TO_HOLD
from xlmatrix.rules.instants import serial
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Page
from xlmatrix.sheets.reporting.notices import earliest_notices
from xlmatrix.sheets.worklist import Chosen, Part, more_words, open_block
from xlmatrix.style import bands
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import NUMBER, STAMP, limited
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.validation import A_STAMP, Paint, Validation, hinted
from xlmatrix.version import __version__

NAME: Final = "Start"
_WIDTHS: Final = (2.5, 20, 20, 20, 10, 18, 17, 17, 18)
_LAST: Final = 9


def start_sheet(scene: Scene, contents: list[tuple[str, str | Formula]]) -> Drawn:
    """The first sheet; ``contents`` lists every visible sheet with what it is for."""
    draft = Draft(NAME, page=Page(landscape=False, fit_height=1, area="", zoom=100))
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    spec = scene.spec
    draft.put(1, 2, spec.title, "title")
    draft.heights[1] = 32
    draft.put(2, 2, f"{spec.organisation} · all times in {spec.zone}", "subtitle")
    as_of = _as_of(draft, scene, 4)
    _figures(draft, scene, 7)
    row = earliest_notices(draft, scene, _next_up(draft, scene, 10) + 1)
    end_left = _contents(draft, row, contents)
    end_right = _scope(draft, scene, row)
    row = _how_to(draft, max(end_left, end_right))
    row = _legend(draft, row)
    _small_print(draft, row, scene)
    return Drawn(draft.plan(), as_of)


def _as_of(draft: Draft, scene: Scene, row: int) -> dict[str, Expr]:
    draft.put(row, 2, "As of", "bold")
    hint = "Empty means now. Type a date and time to freeze the workbook."
    draft.choose(row, 3, scene.as_of, limited(STAMP, hinted(A_STAMP, hint)), "input.stamp")
    draft.put(row, 4, "Empty means now; type a date and time to freeze it.", "note")
    draft.put(row + 1, 2, "Clock shift (h)", "label")
    hours = Validation("decimal", -26, 26, title="Not hours", message="Type hours from -26 to 26.")
    draft.choose(row + 1, 3, 0, limited(NUMBER, hours), "input.number")
    draft.put(row + 1, 4, f"0 where this computer shows {scene.spec.zone} time.", "note")
    typed, shift = ref(row, 3, NAME), ref(row + 1, 3, NAME)
    now = F.NOW() + F.N(shift) / 24
    as_of = F.IF(F.ISNUMBER(typed), typed, now)
    draft.put(row, 7, "Speaks of", "label")
    draft.put(row, 8, Formula(as_of, serial(scene.context.as_of)), "formula.stamp")
    return {
        names.AS_OF_INPUT.text: ref(row, 3, NAME),
        names.AS_OF.text: ref(row, 8, NAME),
        names.CLOCK_SHIFT.text: ref(row + 1, 3, NAME),
    }


def _figures(draft: Draft, scene: Scene, row: int) -> None:
    status = scene.frame["Status"]
    column = col(INCIDENTS.name, "Status")
    open_expr: Expr = lit(0)
    for index, known in enumerate(OPEN_STATUSES):
        count = F.COUNTIF(column, known)
        open_expr = count if index == 0 else open_expr + count
    figures = (
        ("open incidents", open_expr, int(np.isin(status, OPEN_STATUSES).sum())),
        ("with something overdue", F.COUNTIF(column, LATE), int((status == LATE).sum())),
        ("with something due soon", F.COUNTIF(column, SOON), int((status == SOON).sum())),
    )
    places = ((2, 3), (4, 6), (7, _LAST))
    for (left, right), (label, expr, value) in zip(places, figures, strict=True):
        draft.put(row, left, Formula(expr, value), "figure.big")
        draft.merge(row, left, row, right)
        draft.put(row + 1, left, label, "figure.label")
        draft.merge(row + 1, left, row + 1, right)
    draft.heights[row] = 42
    draft.heights[row + 1] = 20
    # Only while something is overdue, so that red keeps its meaning.
    draft.paint(area(row, 4, row, 6), Paint(ref(row, 4) > 0, "bad"))
    draft.paint(area(row, 7, row, _LAST), Paint(ref(row, 7) > 0, "soon"))


#: How many open incidents Start names.
SHOWN: Final = 10
_NEXT: Final = (
    Part(2, 2, "ID", "Incident"),
    Part(3, 4, "Title"),
    Part(5, 5, "Severity", center=True),
    Part(6, 6, "Next step"),
    Part(7, 7, "Next due", "Due"),
    Part(8, 8, "Time left", center=True),
    Part(9, 9, "By whom"),
)


def _next_up(draft: Draft, scene: Scene, row: int) -> int:
    """Every open incident, worst severity first, then by what is due next."""
    draft.put(row, 2, "Open incidents", "heading")
    draft.put(row, 3, "The worst severity first, then what is due next", "note")
    chosen = Chosen(scene)
    last = open_block(draft, chosen, row + 1, _NEXT, ranks=SHOWN, helper=_LAST + 2)
    draft.put(last + 1, 2, more_words(chosen, SHOWN, "they stand on Incidents"), "note")
    draft.put(last + 1, 6, _reviews(scene), "note")
    return last + 2


def _reviews(scene: Scene) -> Formula:
    """How many reviews of ended incidents are owed."""
    column, found = col(INCIDENTS.name, "Review"), scene.frame["Review"]
    late, owed = F.COUNTIF(column, OVERDUE), F.COUNTIF(column, TO_HOLD)
    words = lit("Reviews of ended incidents: ") & late & " overdue, " & owed & " to hold"
    were, are = (int(np.count_nonzero(found == known)) for known in (OVERDUE, TO_HOLD))
    shown = f"Reviews of ended incidents: {were} overdue, {are} to hold"
    return Formula(if_(late + owed > 0, words), shown if were + are else "")


def _contents(draft: Draft, row: int, contents: list[tuple[str, str | Formula]]) -> int:
    draft.put(row, 2, "In this workbook", "heading")
    for offset, (sheet, purpose) in enumerate(contents, start=1):
        draft.put(row + offset, 2, sheet, "link", link=f"{sheet}!A1")
        draft.put(row + offset, 3, purpose, "text")
    return row + len(contents) + 2


def _scope(draft: Draft, scene: Scene, row: int) -> int:
    """What the matrix was made for, to the right of the contents."""
    spec = scene.spec
    draft.put(row, 7, "Severity mix", "heading")
    for offset, severity in enumerate(spec.severities, start=1):
        draft.put(row + offset, 7, severity.id, bands(offset))
        count = sum(kind.severity.casefold() == severity.id.casefold() for kind in spec.classes)
        expr = F.COUNTIF(col(MATRIX.name, "Severity"), criterion(severity.id)) & " classes"
        draft.put(row + offset, 8, Formula(expr, f"{count} classes"), "formula")
    row += len(spec.severities) + 2
    draft.put(row, 7, "Made for", "heading")
    rows = (
        ("Monthly interactions", spec.scope.interactions),
        ("Customer impact", spec.scope.impact),
        ("On-call model", spec.scope.on_call),
        ("Review cadence", spec.scope.review),
        ("Readiness tier", spec.scope.readiness),
        ("First date", spec.horizon.start),
        ("Last date", spec.horizon.end),
        ("Policy version", spec.policy.version),
        ("Effective from", spec.policy.effective),
    )
    for offset, (label, value) in enumerate(rows, start=1):
        draft.put(row + offset, 7, label, "label")
        draft.put(row + offset, 8, value, "fixed" if isinstance(value, str) else "fixed.day")
    return row + len(rows) + 2


_STEPS: Final = (
    "Log an incident: on Incidents, type when it opened, a title and its class. The clocks start.",
    "See who must act by when: at the top of Incidents, and on this sheet.",
    "Note what was done: acknowledged, responded, updates, contained, mitigated, resolved.",
    "Change who owns what on Owners; change targets on the severity sheets; add holidays.",
    "Share it: it is a plain workbook without macros. Print any sheet: each fits its page.",
)


def _how_to(draft: Draft, row: int) -> int:
    draft.put(row, 2, "How to use it", "heading")
    for number, text in enumerate(_STEPS, start=1):
        draft.put(row + number, 2, f"{number}. {text}", "text")
    return row + len(_STEPS) + 2


def _legend(draft: Draft, row: int) -> int:
    draft.put(row, 2, "Legend", "heading")
    for (first, last), text, role in (
        ((2, 2), "Yours to type", "input"),
        ((3, 3), "Computed", "formula"),
        ((4, 4), "On track, met", "good"),
        ((5, 6), "Due soon, look", "soon"),
        ((7, 7), "Breached, act", "bad"),
    ):
        draft.put(row + 1, first, text, role)
        draft.merge(row + 1, first, row + 1, last)
    return row + 3


def _small_print(draft: Draft, row: int, scene: Scene) -> None:
    """By whose rules the clocks of the zone change."""
    zone = scene.context.zone
    edition = f"IANA {zone.edition}" if zone.edition else "of unknown age"
    text = f"Made by xlmatrix {__version__}. Clock changes of {zone.name}: zone data {edition}."
    draft.put(row, 2, text, "note")
