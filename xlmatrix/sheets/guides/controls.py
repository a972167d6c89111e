"""Controls review: what holds AI risk down, how fresh the proof is, which gaps are due."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, name, ref
from xlmatrix.model.content import ControlsContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules import names
from xlmatrix.rules.cells import number_in
from xlmatrix.rules.guides import controls
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import NUMBER, Form, Setting, choices, looks, settings
from xlmatrix.sheets.parts import (
    Drawn,
    Scene,
    back_link,
    column_span,
    date_validation,
    dropdown,
    heading,
)
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables.validation import Paint, Validation

NAME: Final = GUIDES["controls"]
_EFFECTIVENESS = name("List_Effectiveness")
_SCORE: Final = Validation("whole", 1, 5, title="Not a score", message="Type 1 (low) to 5 (high).")
_WIDTHS: Final = (
    2.5, 16, 34, 22, 13, 11, 11, 11, 11, 13, 30, 13, 11, 11, 12, 13, 13, 13, 14, 13, 40, 30, 11,
)  # fmt: skip
_HELPER: Final = 26


def controls_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if "controls" not in scene.spec.guides:
        return []
    shared = content("controls", ControlsContent)
    draft = Draft(NAME)
    heading(
        draft,
        "AI security controls review",
        "Weekly: critical gaps and new risks first, then an owner and a date for each gap.",
    )
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(
        choices(draft, "List_Effectiveness", _HELPER, controls.EFFECTIVENESS)
    )
    header = 13
    bands_row = header + len(shared.controls) + 4 + 4
    bands, factor = _figures(draft, scene, shared, bands_row, defined)
    form = _form(scene, shared, bands, factor)
    draft.put(header - 1, 2, "Effectiveness: 0 none, 25, 50, 75 or 90 %. " + shared.method + ".",
              "note")  # fmt: skip
    table = form.table(draft, header, filtered=True)
    assert table.last_row + 4 == bands_row
    _summary(draft, form, [band for band, _, _ in bands])
    draft.set_page(
        area=f"A1:W{bands_row + len(bands) + 8}",
        freeze=f"D{header + 1}",
        repeat_rows=f"{header}:{header}",
        zoom=85,
    )
    return [(Drawn(draft.plan(), defined), "Residual risk, evidence and gaps, week by week")]


def _figures(
    draft: Draft, scene: Scene, shared: ControlsContent, row: int, defined: dict[str, Expr]
) -> tuple[list[tuple[str, float, float]], float]:
    draft.put(row - 1, 2, "Bands of residual risk", "heading")
    form = Form(scene, "tRiskBands", [band.name for band in shared.bands], key="Band")
    asked_for = ["Mend first, review weekly", *["Mend within the days beside"] * len(shared.bands)]
    form.fixed("What it asks for", "fixed.wrap", 34, asked_for)
    form.given("From", "input.number", 22, [b.lowest for b in shared.bands], validation=NUMBER)
    form.given("Days", "input.int", 13, [b.days for b in shared.bands], validation=NUMBER)
    table = form.table(draft, row)
    for known, header in (("Risk_Bands", "Band"), ("Risk_From", "From"), ("Risk_Days", "Days")):
        defined[known] = column_span(NAME, table, header)
    asked = [Setting("Risk_Stale_Factor", "Stale evidence counts", shared.stale_factor, "times",
                     "Effectiveness without fresh evidence")]  # fmt: skip
    _, named, values = settings(draft, scene, "tRiskSettings", table.last_row + 2, asked)
    defined |= named
    bands = [(str(r["Band"]), number_in(r["From"]), number_in(r["Days"])) for r in form.rows]
    return bands, values["Risk_Stale_Factor"]


def _form(
    scene: Scene,
    shared: ControlsContent,
    bands: list[tuple[str, float, float]],
    factor: float,
) -> Form:
    listed = shared.controls
    form = Form(scene, "tControls", [control.id for control in listed], spare=4,
                key_role="input")  # fmt: skip
    day = date_validation()
    form.given("Control", "input.wrap", 34, [control.name for control in listed])
    person = dropdown(names.LIST_PEOPLE, "a person of the directory")
    owners = [owner_of(scene.spec, control.roles) for control in listed]
    form.given("Owner", "input", 22, owners, validation=person)
    form.given("Cadence", "input.center", 13, [control.cadence for control in listed])
    form.given("Valid (days)", "input.int", 11, [control.days for control in listed],
               validation=NUMBER, note="How long evidence counts as fresh")  # fmt: skip
    for header, scores in (
        ("Likelihood", [control.likelihood for control in listed]),
        ("Impact", [control.impact for control in listed]),
    ):
        form.given(header, "input.int", 11, scores, validation=_SCORE)
    rules = {rule.header: rule for rule in controls.control_rules(scene.context, bands, factor)}
    form.made(rules["Inherent"], "formula.int", 11)
    form.given("Effectiveness", "input.percent", 13,
               validation=dropdown(_EFFECTIVENESS, "an effectiveness"))  # fmt: skip
    form.given("Evidence (link)", "input.wrap", 30)
    form.given("Evidence on", "input.date", 13, validation=day)
    form.made(rules["Freshness"], "formula.center", 11,
              paints=looks(good=controls.FRESH, soon=controls.STALE))  # fmt: skip
    form.made(rules["Residual"], "formula.number", 11)
    colours = looks(bad=bands[0][0], soon=bands[1][0] if len(bands) > 1 else "")
    form.made(rules["Band"], "formula.center", 12, paints=colours)
    form.given("Gap found on", "input.date", 13, validation=day)
    form.given("Closed on", "input.date", 13, validation=day)
    form.made(rules["Mend by"], "formula.date", 13)
    form.made(rules["State"], "formula.center", 14, paints=looks(
        bad=controls.LATE, soon=f"{controls.UNDATED}|{controls.NOT_ASSESSED}",
        good=f"{controls.CLOSED}|{controls.IN_ORDER}"))  # fmt: skip
    form.made(rules["Treated as"], "formula.center", 13, paints=colours)
    keys = ["; ".join(f"{framework} {code}" for framework, code in control.references.items())
            for control in listed]  # fmt: skip
    form.fixed("Framework keys", "fixed.wrap", 40, keys)
    form.fixed("Source", "fixed.wrap", 30, [control.source for control in listed])
    form.fixed("Standing", "fixed.center", 11, [control.status for control in listed])
    return form


def _summary(draft: Draft, form: Form, bands: list[str]) -> None:
    """What the review opens with."""
    states, treated = col("tControls", "State"), col("tControls", "Treated as")
    rows = form.rows
    draft.put(5, 2, "Now", "heading")
    live = [row for row in rows if row["State"] not in (controls.CLOSED, "")]
    lines: list[tuple[str, Expr, int]] = [
        (f"{band} and not closed", F.COUNTIFS(treated, band, states, f"<>{controls.CLOSED}"),
         sum(row["Treated as"] == band for row in live))
        for band in bands[:2]
    ]  # fmt: skip
    for label, state in (("gaps overdue", controls.LATE), ("not assessed", controls.NOT_ASSESSED)):
        lines.append((label, F.COUNTIF(states, state), sum(r["State"] == state for r in rows)))
    fresh = col("tControls", "Freshness")
    old = F.COUNTIF(fresh, controls.STALE) + F.COUNTIF(fresh, controls.NO_EVIDENCE)
    stale = sum(row["Freshness"] in (controls.STALE, controls.NO_EVIDENCE) for row in rows)
    lines.append(("without fresh evidence", old, stale))
    for row, (label, expr, value) in enumerate(lines, start=6):
        draft.put(row, 2, Formula(expr, value), "formula.int")
        draft.put(row, 3, label, "text")
    for row in (6, 8):
        draft.paint(f"B{row}", Paint(ref(row, 2) > 0, "bad"))
