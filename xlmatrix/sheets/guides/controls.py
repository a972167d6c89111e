"""Controls review: what holds AI risk down, how fresh the proof is, which gaps are due."""

from __future__ import annotations

from math import inf
from typing import Final

from xlmatrix.formula import Expr, F, col, ref
from xlmatrix.model.content import ControlsContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.cells import CellValue, number_in, number_of
from xlmatrix.rules.guides import controls
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, Setting, choices, settings
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.controls import CONTROLS, RISK_BANDS, RISK_SETTINGS
from xlmatrix.tables.validation import Paint

NAME: Final = GUIDES["controls"]
_HELPER: Final = 26
_SPARE: Final = 4


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
    draft.fit(CONTROLS.columns)
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(
        choices(draft, words.EFFECTIVENESS, _HELPER, controls.EFFECTIVENESS)
    )
    header = 13
    rows = Form(scene, CONTROLS, [control.id for control in shared.controls], spare=_SPARE).rows
    bands_row = header + len(rows) + 4
    bands, factor = _figures(draft, scene, shared, bands_row, defined)
    form = _form(scene, shared, bands, factor)
    draft.put(header - 1, 2, "Effectiveness: 0 none, 25, 50, 75 or 90 %. " + shared.method + ".",
              "note")  # fmt: skip
    table = form.table(draft, header, filtered=True)
    assert table.last_row + 4 == bands_row
    _summary(draft, form, [band for band, _, _ in bands])
    draft.set_page(
        area=f"A1:X{bands_row + len(bands) + 8}",
        freeze=f"D{header + 1}",
        repeat_rows=f"{header}:{header}",
        zoom=85,
    )
    return [(Drawn(draft.plan(), defined), "Residual risk, evidence and gaps, week by week")]


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


def _form(
    scene: Scene,
    shared: ControlsContent,
    bands: list[tuple[str, float, float]],
    factor: float,
) -> Form:
    listed = shared.controls
    form = Form(scene, CONTROLS, [control.id for control in listed], spare=_SPARE)
    form.given("Control", [control.name for control in listed])
    form.given("Owner", [owner_of(scene.spec, control.roles) for control in listed])
    form.given("Cadence", [control.cadence for control in listed])
    form.given("Valid (days)", [control.days for control in listed])
    form.given("Likelihood", [control.likelihood for control in listed])
    form.given("Impact", [control.impact for control in listed])
    form.blank("Effectiveness", "Evidence (link)", "Evidence on", "Gap found on", "Closed on")
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
    }
    for rule in controls.control_rules(scene.context, bands, factor):
        form.made(rule, paints=flags.get(rule.id))
    keys = [control.references.items() for control in listed]
    said = ["; ".join(f"{framework} {code}" for framework, code in pairs) for pairs in keys]
    form.fixed("Framework keys", said)
    form.fixed("Source", [control.source for control in listed])
    form.fixed("Standing", [control.status for control in listed])
    return form


def _summary(draft: Draft, form: Form, bands: list[str]) -> None:
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
    lines.append(("without fresh evidence", old, stale))
    for row, (label, expr, value) in enumerate(lines, start=6):
        draft.put(row, 2, Formula(expr, value), "formula.int")
        draft.put(row, 3, label, "text")
    for row in (6, 8):
        draft.paint(f"B{row}", Paint(ref(row, 2) > 0, "bad"))
