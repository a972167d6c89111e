"""Triage: five scores suggest a severity, beside the one that was chosen in the log.

The severity is the lowest of the scores for harm, data, users, money and regulation (1 is worst);
a plausible death, serious harm to health or disruption of critical infrastructure makes it the
worst, whatever the scores say.
"""

from __future__ import annotations

import math
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, place_among_texts, ref, span, these, this
from xlmatrix.rules import names
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.logs.log_rows import log_row
from xlmatrix.sheets import incidents
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import REACH_ROWS, Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.matrix import SCORES, TRIAGE
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import TRIAGE_INCIDENTS

NAME: Final = "Triage"
GRAVE: Final = "Death, health or infrastructure"
AGREES: Final = "agrees"
MILDER: Final = "chosen is milder"
WORSE: Final = "chosen is worse"
_HEADER_ROW: Final = 13
_ROWS: Final = 25
_MEANINGS: Final = (
    ("Harm", "injury, or rights denied", "distress, unfair treatment", "annoyance"),
    ("Data", "personal or secret data lost", "exposed to few, recovered", "none, or public"),
    ("Users", "the many-users figure or more", "some, or one key customer", "a few, internal"),
    ("Money", "beyond a hard cap or contract", "over the budget", "within the forecast"),
    ("Regulatory", "must be reported, or forbidden", "may have to be reported", "no duty in sight"),
)


def triage_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The severity helper, where the spec asks for it."""
    if not scene.spec.triage:
        return []
    return [(_triage(scene), "Five scores suggest a severity, next to the one chosen")]


def _triage(scene: Scene) -> Drawn:
    draft = Draft(NAME)
    heading(
        draft,
        "Severity helper",
        "Score an incident from 1 (worst) to 3. The lowest score is the suggested severity.",
    )
    back_link(draft, 3, 2)
    _meanings(draft, 5)
    draft.put(
        11,
        2,
        "In doubt take the worse level and argue later; only the incident commander lowers, with a "
        "reason in the log. The rule and the words are proposed.",
        "note",
    )
    table = draft.table(_table(scene))
    draft.set_page(
        area=area(1, 1, table.last_row, table.column + len(table.columns) - 1),
        fit_height=1,
        freeze=f"D{_HEADER_ROW + 1}",
    )
    return Drawn(draft.plan(), {TRIAGE_INCIDENTS.list_name: _log_ids()})


def _log_ids() -> Expr:
    """The log's column of ids with room to grow: every engine understands a plain range."""
    return span(incidents.HEADER_ROW + 1, 1, REACH_ROWS, 1, incidents.NAME)


def _meanings(draft: Draft, row: int) -> None:
    widths = ((2, 3), (4, 7), (8, 10), (11, 13))
    for (first, last), title in zip(widths, ("Score", "1", "2", "3"), strict=True):
        draft.put(row, first, title, "header")
        draft.merge(row, first, row, last)
    for offset, words in enumerate(_MEANINGS, start=1):
        for (first, last), text in zip(widths, words, strict=True):
            draft.put(row + offset, first, text, "fixed" if first > 2 else "key")
            draft.merge(row + offset, first, row + offset, last)


def _table(scene: Scene) -> Table:
    rows = [_row(scene, str(number)) for number in range(1, _ROWS + 1)]
    computed = _computed(scene)
    filled: list[Filled] = [
        (computed.get(column.id, column), [row[column.id] for row in rows])
        for column in TRIAGE.columns
    ]
    return laid_out(TRIAGE, _HEADER_ROW, 2, filled, filtered=False)


def _computed(scene: Scene) -> dict[str, Column]:
    first = _HEADER_ROW + 1
    compare = ref(first, 12, absolute=False)
    verdicts = (
        Paint(compare.eq(MILDER), "bad"),
        Paint(compare.eq(WORSE), "soon"),
        Paint(compare.eq(AGREES), "good"),
    )
    columns = (
        TRIAGE["Suggested"].by(_suggested(), paints=severity_paints(scene, first, 10)),
        TRIAGE["Chosen"].by(_chosen(), paints=severity_paints(scene, first, 11)),
        TRIAGE["Compared"].by(_compared(), paints=verdicts),
    )
    return {column.id: column for column in columns}


def _suggested() -> Expr:
    scores, grave = these(SCORES[0], SCORES[-1]), this(GRAVE).eq("yes")
    level = F.MAX(1, F.MIN(F.MIN(scores), F.ROWS(names.POL_SEVERITY)))
    found = F.INDEX(names.POL_SEVERITY, F.IF(grave, 1, level))
    return if_(F.OR(F.COUNT(scores) > 0, grave), found & "")


def _chosen() -> Expr:
    row = log_row(this("Incident"))
    return if_(
        this("Incident").filled(), iferror(F.INDEX(col(INCIDENTS.name, "Severity"), row) & "")
    )


def _compared() -> Expr:
    suggested, chosen = (
        place_among_texts(this(header), names.POL_SEVERITY) for header in ("Suggested", "Chosen")
    )
    verdict = if_(chosen.eq(suggested), AGREES, if_(chosen > suggested, MILDER, WORSE))
    both = F.AND(this("Suggested").filled(), this("Chosen").filled())
    return if_(both, iferror(verdict))


def _row(scene: Scene, key: str) -> dict[str, Value]:
    typed = {column.id: scene.value(TRIAGE.name, key, column.id) for column in TRIAGE.typed}
    grave = text_in(typed[GRAVE]).casefold() == "yes"
    suggested = suggest(scene, [typed[header] for header in SCORES], grave=grave)
    chosen = _severity_of(scene, text_in(typed["Incident"]))
    ranks = [scene.context.policy.row(level) if level else None for level in (suggested, chosen)]
    compared = ""
    if ranks[0] is not None and ranks[1] is not None:
        compared = AGREES if ranks[0] == ranks[1] else MILDER if ranks[1] > ranks[0] else WORSE
    found: dict[str, Value] = {
        "No.": int(key),
        "Suggested": suggested,
        "Chosen": chosen,
        "Compared": compared,
    }
    return typed | found


def suggest(scene: Scene, scores: list[Value], *, grave: bool) -> str:
    """The suggested severity's id; empty while nothing is scored.

    Only numbers count, as in the sheet; a score of 2.5 is a 2, for in doubt the worse level holds.
    """
    levels = scene.context.policy.severities
    given = [
        score for score in scores if isinstance(score, int | float) and not isinstance(score, bool)
    ]
    if grave:
        return levels[0]
    if not given:
        return ""
    return levels[max(1, math.floor(min(*given, len(levels)))) - 1]


def _severity_of(scene: Scene, incident: str) -> str:
    """The severity of the first row of the log with that id, compared as Excel does."""
    if not incident:
        return ""
    frame = scene.frame
    for known, severity in zip(frame["ID"], frame["Severity"], strict=True):
        if known.casefold() == incident.casefold():
            return str(severity)
    return ""
