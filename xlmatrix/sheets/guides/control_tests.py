"""The tests of the controls review: what is done, when it passes, and what the last run shows."""

from __future__ import annotations

from collections.abc import Sequence

from xlmatrix.formula import Expr, F, col
from xlmatrix.model.content import ControlsContent
from xlmatrix.rules.cells import CellValue
from xlmatrix.rules.guides.control_tests import test_rules
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables.controls import (
    CONTROL_TESTS,
    FAILED,
    NO_VERDICT,
    NOT_RUN,
    OUTDATED,
    PASSED,
    TOO_FEW,
)
from xlmatrix.tables.vocabulary import YES

_SPARE = 6


def tests_form(scene: Scene, shared: ControlsContent, controls: Sequence[CellValue]) -> Form:
    """The table of tests; ``controls`` are the IDs of all rows of the controls."""
    listed = [(control, test) for control in shared.controls for test in control.tests]
    tests = [test for _, test in listed]
    form = Form(scene, CONTROL_TESTS, [test.id for test in tests], spare=_SPARE)
    form.given("Test", [test.test for test in tests])
    form.given("Passes when", [test.passes for test in tests])
    form.given("Control", [control.id for control, _ in listed])
    form.given("Channel", [test.channel for test in tests])
    form.given("Every (days)", [test.days or control.days for control, test in listed])
    form.given("Cases needed", [test.cases for test in tests])
    form.given("Most failed", [test.failed for test in tests])
    form.given("Limit", [test.limit for test in tests])
    form.given("Unit", [test.unit for test in tests])
    form.given("By an adversary", [YES if test.adversary else None for test in tests])
    form.blank("Last run", "Evidence (link)", "Cases", "Failed", "Measured", "Cases compared")
    form.blank("Failed compared")
    colours = looks(bad=FAILED, soon=f"{OUTDATED}|{TOO_FEW}|{NO_VERDICT}", good=PASSED)
    for rule in test_rules(scene.context, controls):
        form.made(rule, paints=colours if rule.id == "Result" else None)
    form.fixed("Standing", [test.status for test in tests])
    form.fixed("Source", [test.source for test in tests])
    return form


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
