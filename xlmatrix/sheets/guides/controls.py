"""Controls review: what holds AI risk down, which tests bear it out, which gaps are due."""

from __future__ import annotations

from math import inf
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, ref
from xlmatrix.formula.errors import named
from xlmatrix.model.content import ControlsContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.cells import CellValue, number_in, number_of
from xlmatrix.rules.guides import controls
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, Setting, choices, settings
from xlmatrix.sheets.guides.control_tests import NAME as TESTS
from xlmatrix.sheets.guides.control_tests import results_now, tests_form, tests_sheet
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column
from xlmatrix.tables.controls import CONTROLS, RISK_BANDS, RISK_SETTINGS
from xlmatrix.tables.validation import Paint

NAME: Final = GUIDES["controls"]
_HELPER: Final = 52
_SPARE: Final = 4
_HEADER: Final = 14
#: What the list of the worst says of each, with the columns of the sheet that it takes.
_WORST: Final = (
    ("Control", 4, 4),
    ("Owner", 5, 5),
    ("Treated as", 6, 6),
    ("Residual", 7, 7),
    ("State", 8, 9),
    ("Tests", 10, 11),
)
_LISTED: Final = 6


def controls_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if "controls" not in scene.spec.guides:
        return []
    shared = content("controls", ControlsContent)
    draft = Draft(NAME)
    heading(
        draft,
        "AI security controls review",
        "Weekly: critical gaps and failed tests first, then an owner and a date for each gap. "
        "A control counts as tested when its tests passed in their period.",
    )
    draft.fit(CONTROLS.columns)
    back_link(draft, 3, 2)
    scale = controls.Scale(
        tuple(level.name for level in shared.scale), tuple(level.counts for level in shared.scale)
    )
    defined: dict[str, Expr] = dict(choices(draft, words.EFFECTIVENESS, _HELPER, scale.shares))
    for place, known in enumerate(("Written", "Running", "Tested"), start=2):
        defined[f"Risk_{known}"] = ref(place, _HELPER, NAME)
    form = _typed_part(scene, shared)
    tests = tests_form(scene, shared, form.rows)
    bands_row = _HEADER + len(form.rows) + 4
    bands, factor = _figures(draft, scene, shared, bands_row, defined)
    _computed_part(scene, shared, form, controls.control_rules(
        scene.context, bands, factor, scale, tests.rows, form.rows), bands)  # fmt: skip
    said = "; ".join(f"{level.counts * 100:g} {level.name}" for level in shared.scale)
    draft.put(_HEADER - 1, 2, f"Effectiveness in %: {said}. {shared.method}.", "note")
    table = form.table(draft, _HEADER, filtered=True)
    defined[words.CONTROLS.list_name] = column_span(NAME, table, "ID")
    defined[controls.HEADER] = ref(_HEADER, 2, NAME)
    assert table.last_row + 4 == bands_row
    _summary(draft, form, tests, [band for band, _, _ in bands])
    _worst(draft, form)
    draft.set_page(
        area=f"A1:Z{bands_row + len(bands)}",
        freeze=f"D{_HEADER + 1}",
        repeat_rows=f"{_HEADER}:{_HEADER}",
        repeat_columns="A:C",
        fit_width=2,
        zoom=85,
    )
    return [
        (Drawn(draft.plan(), defined), "Residual risk, evidence and gaps, week by week"),
        (tests_sheet(shared, tests), "How each control is tested, and what the last run shows"),
    ]


def _figures(
    draft: Draft, scene: Scene, shared: ControlsContent, row: int, defined: dict[str, Expr]
) -> tuple[list[tuple[str, float, float]], float]:
    draft.put(row - 1, 2, "Bands of residual risk", "heading")
    form = Form(scene, RISK_BANDS, [band.name for band in shared.bands])
    asked_for = ["Mend first, review weekly", *["Mend within the days beside"] * len(shared.bands)]
    form.fixed("What it asks for", asked_for)
    form.given("From", [band.lowest for band in shared.bands])
    form.given("Days", [band.days for band in shared.bands])
    table = form.table(draft, row)
    for known, header in (("Risk_Bands", "Band"), ("Risk_From", "From"), ("Risk_Days", "Days")):
        defined[known] = column_span(NAME, table, header)
    asked = [Setting("Risk_Stale_Factor", "Stale evidence counts", shared.stale_factor, "times",
                     "Effectiveness without fresh evidence")]  # fmt: skip
    _, named, values = settings(draft, scene, RISK_SETTINGS, table.last_row + 2, asked)
    defined |= named
    bands = [(str(r["Band"]), _reached_from(r["From"]), number_in(r["Days"])) for r in form.rows]
    return bands, values["Risk_Stale_Factor"]


def _reached_from(cell: CellValue) -> float:
    """From which number a band is reached: no number is as large as text or a truth value."""
    return number_in(cell) if cell is None or number_of(cell) is not None else inf


def _typed_part(scene: Scene, shared: ControlsContent) -> Form:
    listed = shared.controls
    form = Form(scene, CONTROLS, [control.id for control in listed], spare=_SPARE)
    form.given("Control", [control.name for control in listed])
    form.fixed("Risk it answers", [control.risk for control in listed])
    form.given("Owner", [owner_of(scene.spec, control.roles) for control in listed])
    form.given("Cadence", [control.cadence for control in listed])
    form.given("Valid (days)", [control.days for control in listed])
    form.given("Likelihood", [control.likelihood for control in listed])
    form.given("Impact", [control.impact for control in listed])
    form.blank("Effectiveness", "Evidence (link)", "Evidence on", "Gap found on", "Closed on")
    return form


def _computed_part(
    scene: Scene,
    shared: ControlsContent,
    form: Form,
    rules: list[Column],
    bands: list[tuple[str, float, float]],
) -> None:
    colours = looks(bad=bands[0][0], soon=bands[1][0] if len(bands) > 1 else "")
    flags = {
        "Freshness": looks(good=controls.FRESH, soon=controls.STALE),
        "Band": colours,
        "State": looks(
            bad=controls.LATE,
            soon=f"{controls.UNDATED}|{controls.NOT_ASSESSED}",
            good=f"{controls.CLOSED}|{controls.IN_ORDER}",
        ),
        "Treated as": colours,
        "Tests": lambda cell: (Paint(F.ISNUMBER(F.SEARCH("failed", cell)), "bad"),),
    }
    for rule in rules:
        form.made(rule, paints=flags.get(rule.id))
    keys = [control.references.items() for control in shared.controls]
    said = ["; ".join(f"{framework} {code}" for framework, code in pairs) for pairs in keys]
    form.fixed("Framework keys", said)
    form.fixed("Source", [control.source for control in shared.controls])
    form.fixed("Standing", [control.status for control in shared.controls])


def _summary(draft: Draft, form: Form, tests: Form, bands: list[str]) -> None:
    """What the review opens with."""
    states, treated = col(CONTROLS.name, "State"), col(CONTROLS.name, "Treated as")
    rows = form.rows
    draft.put(5, 2, "Now", "heading")
    live = [row for row in rows if row["State"] != controls.CLOSED]
    lines: list[tuple[str, Expr, int]] = [
        (f"{band} and not closed", F.COUNTIFS(treated, band, states, f"<>{controls.CLOSED}"),
         sum(row["Treated as"] == band for row in live))
        for band in bands[:2]
    ]  # fmt: skip
    for label, state in (("gaps overdue", controls.LATE), ("not assessed", controls.NOT_ASSESSED)):
        lines.append((label, F.COUNTIF(states, state), sum(r["State"] == state for r in rows)))
    fresh = col(CONTROLS.name, "Freshness")
    old = F.COUNTIF(fresh, controls.STALE) + F.COUNTIF(fresh, controls.NO_EVIDENCE)
    stale = sum(row["Freshness"] in (controls.STALE, controls.NO_EVIDENCE) for row in rows)
    lines += [("without fresh evidence", old, stale), *results_now(tests)]
    for row, (label, expr, value) in enumerate(lines, start=6):
        draft.put(row, 2, Formula(expr, value), "formula.int")
        draft.put(row, 3, label, "text")
    for row in (6, 8, 11):
        draft.paint(f"B{row}", Paint(ref(row, 2) > 0, "bad"))
    draft.put(3, 3, f"{TESTS} →", "link", link=f"'{TESTS}'!A1")


def _worst(draft: Draft, form: Form) -> None:
    """The controls with the most risk left that are not closed."""
    order = col(CONTROLS.name, controls.ORDER)
    found = [row for row in form.rows if isinstance(row[controls.ORDER], float)]
    found.sort(key=lambda row: -number_in(row[controls.ORDER]))
    heads = {"Control": "Most risk left", "Treated as": "Band"}
    for header, first, last in _WORST:
        draft.put(5, first, heads.get(header, header), "heading")
        draft.merge(5, first, 5, last)
        for number in range(1, _LISTED + 1):
            row = 5 + number
            place = F.MATCH(F.LARGE(order, number), order, 0)
            cell = F.INDEX(col(CONTROLS.name, header), place)
            value = found[number - 1][header] if len(found) >= number else None
            value = named(value) if isinstance(value, str) else value
            shown = Formula(iferror(if_(cell.filled(), cell)), "" if value is None else value)
            role = "formula.number" if header == "Residual" else "formula"
            draft.put(row, first, shown, role)
            draft.merge(row, first, row, last)
