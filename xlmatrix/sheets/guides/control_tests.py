"""Control tests: what is done, when it passes, and what the last run of each shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, ref
from xlmatrix.model.content import ControlsContent
from xlmatrix.rules.cells import RowCells
from xlmatrix.rules.guides.control_tests import test_rules
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.style.titles import Title
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.controls import (
    CONTROL_TESTS,
    FAILED,
    NO_VERDICT,
    NOT_RUN,
    OUTDATED,
    PASSED,
    TOO_FEW,
)
from xlmatrix.tables.validation import Paint

NAME: Final = str(Title.CONTROL_TESTS)
_SPARE: Final = 6
_HELPER: Final = 52
_HEADER: Final = 13
#: Results with what each means, in the order of the first screen.
_MEANT: Final = (
    (FAILED, "until it is run again and passes: its control counts as written at most"),
    (NO_VERDICT, "nothing run, a date to come, or not all that was counted is recorded"),
    (OUTDATED, "passed, longer ago than its period"),
    (TOO_FEW, "passed, with fewer cases than it takes"),
    (NOT_RUN, "nothing is recorded"),
    (PASSED, "in its period"),
)


def tests_form(scene: Scene, shared: ControlsContent, controls: Sequence[RowCells]) -> Form:
    """The table of tests; ``controls`` are all rows of the controls."""
    listed = [(control, test) for control in shared.controls for test in control.tests]
    tests = [test for _, test in listed]
    form = Form(scene, CONTROL_TESTS, [test.id for test in tests], spare=_SPARE)
    form.given("Control", [control.id for control, _ in listed])
    form.given("Channel", [test.channel for test in tests])
    form.given("Test", [test.test for test in tests])
    form.given("Passes when", [test.passes for test in tests])
    form.given("Every (days)", [test.days or control.days for control, test in listed])
    form.given("Cases needed", [test.cases for test in tests])
    form.given("Most failed", [test.failed for test in tests])
    form.given("Limit", [test.limit for test in tests])
    form.given("Unit", [test.unit for test in tests])
    form.given("By an adversary", [words.YES if test.adversary else None for test in tests])
    form.blank("Last run", "Evidence (link)", "Cases", "Failed", "Measured")
    form.blank("Cases compared", "Failed compared")
    colours = looks(bad=FAILED, soon=f"{OUTDATED}|{TOO_FEW}|{NO_VERDICT}", good=PASSED)
    for rule in test_rules(scene.context, controls):
        form.made(rule, paints=colours if rule.id == "Result" else None)
    form.fixed("Source", [test.source for test in tests])
    form.fixed("Standing", [test.status for test in tests])
    return form


def tests_sheet(shared: ControlsContent, form: Form) -> Drawn:
    """The sheet with the table."""
    draft = Draft(NAME)
    heading(
        draft,
        "Tests of the controls",
        "What is done, when it passes, and how much the last run shows. Type the run: its date, "
        "how many cases, how many failed.",
    )
    draft.fit(CONTROL_TESTS.columns)
    back_link(draft, 3, 2)
    draft.put(5, 2, "Now", "heading")
    results = col(CONTROL_TESTS.name, "Result")
    found = [row["Result"] for row in form.rows]
    for row, (word, meant) in enumerate(_MEANT, start=6):
        draft.put(row, 2, Formula(F.COUNTIF(results, word), found.count(word)), "formula.int")
        draft.put(row, 3, word, "label")
        draft.put(row, 4, meant, "text")
    draft.paint("B6:B7", Paint(ref(6, 2, absolute=False) > 0, "bad"))
    draft.put(_HEADER - 1, 2, shared.bounds, "note")
    defined = choices(draft, words.TEST_UNITS, _HELPER)
    table = form.table(draft, _HEADER, filtered=True)
    draft.set_page(
        area=f"A1:AA{table.last_row}",
        freeze=f"D{_HEADER + 1}",
        repeat_rows=f"{_HEADER}:{_HEADER}",
        repeat_columns="B:C",
        fit_width=2,
        zoom=85,
    )
    return Drawn(draft.plan(), defined)


def results_now(tests: Form) -> list[tuple[str, Expr, int]]:
    """How many tests failed and how many show nothing: label, formula and value."""
    results = col(CONTROL_TESTS.name, "Result")
    found = [row["Result"] for row in tests.rows]
    idle = (NOT_RUN, OUTDATED, TOO_FEW, NO_VERDICT)
    counts: list[Expr] = [F.COUNTIF(results, word) for word in idle]
    total = counts[0] + counts[1] + counts[2] + counts[3]
    return [
        ("tests failed", F.COUNTIF(results, FAILED), found.count(FAILED)),
        ("tests that show nothing now", total, sum(word in idle for word in found)),
    ]
