"""Vendors: who answers how fast, what stands in, what is being retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xlmatrix.formula import Expr
from xlmatrix.model.targets import TARGETS
from xlmatrix.model.vendors import Vendor
from xlmatrix.rules.cells import Named, RowCells
from xlmatrix.rules.guides import vendors
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, Setting, choices, settings
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.sheets.policy import clock_words
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.vendors import RETIREMENTS, VENDOR_BOUNDS, VENDOR_SETTINGS, VENDORS

NAME: Final = "Vendors"
_HELPER: Final = 20
_FLAGS = looks(
    bad=f"{vendors.SLOWER}|{vendors.NO_FALLBACK}|{vendors.NEVER}|{vendors.NO_CHANGE}|{vendors.CUT_OVER}",
    soon=f"{vendors.NIGHT}|{vendors.NO_FIGURE}|{vendors.AGAIN}|{vendors.DECIDE}|{vendors.OPEN}"
    f"|{vendors.NO_TARGET}",
    good=vendors.OK,
)


def vendor_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec names vendors."""
    if not scene.spec.vendors:
        return []
    draft = Draft(NAME)
    heading(
        draft,
        "Vendors",
        "A vendor's answer bounds our own targets: what is slower than ours needs a fallback.",
    )
    draft.fit(VENDORS.columns)
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(choices(draft, words.TARGETS, _HELPER))
    row = _draw_vendors(draft, scene, defined)
    draft.put(row, 2, "Notices of retirement", "heading")
    draft.put(
        row + 1, 2, "A notice opens a change 180 days ahead; 90 days decide, 30 cut over.", "note"
    )
    retirements = retirements_form(scene).table(draft, row + 2)
    row = retirements.last_row + 2
    draft.put(row, 2, "Figures", "heading")
    last, named, _ = settings(draft, scene, VENDOR_SETTINGS, row + 1, _settings())
    draft.set_page(area=f"A1:O{last.last_row}", fit_height=0, zoom=90)
    return [(Drawn(draft.plan(), defined | named), "Support times, fallbacks, retirements")]


def speed_flags(scene: Scene) -> list[Value]:
    """Whether each vendor answers in time; empty without vendors."""
    if not scene.spec.vendors:
        return []
    form = vendors_form(scene, bounds_form(scene), {}, 0.0)
    return [row["Speed"] for row in form.rows]


def _settings() -> list[Setting]:
    meaning = "A fallback that was tested longer ago is to be tested again"
    return [Setting("Vendor_Fallback_Days", "Fallback test holds", 30, "days", meaning)]


def _draw_vendors(draft: Draft, scene: Scene, defined: dict[str, Expr]) -> int:
    days = scene.value(VENDOR_SETTINGS.name, "Fallback test holds", "Value", 30)
    bounds = bounds_form(scene)
    rows: dict[Named, RowCells] = {}
    form = vendors_form(scene, bounds, rows, float(days) if isinstance(days, int | float) else 0.0)
    draft.put(5, 2, "Support and fallback", "heading")
    table = form.table(draft, 6)
    defined[words.VENDORS.list_name] = column_span(NAME, table, "Vendor")
    row = table.last_row + 2
    draft.put(row, 2, "What each vendor bounds", "heading")
    draft.put(
        row + 1, 2, "The target of ours that cannot be met before the vendor has answered.", "note"
    )
    return bounds.table(draft, row + 2).last_row + 2


def vendors_form(
    scene: Scene, bounds: Form, rows: dict[Named, RowCells], fallback_days: float
) -> Form:
    """The table of vendors; it fills ``rows`` by lowered name and completes ``bounds``."""
    spec = scene.spec
    listed = spec.vendors
    form = Form(scene, VENDORS, [vendor.name for vendor in listed], spare=3)
    form.given("Service", [vendor.service for vendor in listed])
    answers = [vendor.support_response for vendor in listed]
    form.given("Answers within", [answer.within.amount if answer else None for answer in answers])
    form.given("Unit", [answer.within.unit if answer else None for answer in answers])
    clocks = [spec.calendar(a.calendar).name if a and a.calendar else None for a in answers]
    form.given("Calendar", clocks)
    form.given("Fallback", [vendor.fallback for vendor in listed])
    form.given("Last tested", [vendor.last_tested for vendor in listed])
    *first, speed = vendors.vendor_rules(scene.context, lambda: bounds.rows, fallback_days)
    for rule in first:
        form.made(rule, paints=_FLAGS if rule.id == "Fallback check" else None)
    # The checks of the second table need the answers, and the speed needs those checks.
    for row in form.rows:
        if (vendor := row.named("Vendor")) is not None:
            rows.setdefault(vendor, row)
    for rule in vendors.bound_rules(scene.context, rows, lambda clock: clock_words(scene, clock)):
        bounds.made(rule, paints=_FLAGS if rule.id == "Check" else None)
    form.made(speed, paints=_FLAGS)
    form.given("Source", [vendor.source for vendor in listed])
    form.given("Standing", [_standing(vendor) for vendor in listed])
    return form


def _standing(vendor: Vendor) -> str:
    return "verify" if vendor.verify else "published"


def bounds_form(scene: Scene) -> Form:
    """The typed columns of what each vendor bounds: a row for a vendor, a class and a target."""
    rows: list[tuple[str, Mapping[str, Value]]] = []
    for vendor in scene.spec.vendors:
        kinds = vendor.bounds.classes or tuple(kind.id for kind in scene.spec.classes)
        for kind_id in kinds:
            for target in vendor.bounds.targets:
                kind, label = scene.spec.incident_class(kind_id), TARGETS[target]
                key = f"{kind.id} · {vendor.name} · {label.lower()}"
                cells = {"Vendor": vendor.name, "Class": kind.name, "Target": label}
                rows.append((key, cells))
    form = Form(scene, VENDOR_BOUNDS, [key for key, _ in rows], spare=3)
    for header in ("Vendor", "Class", "Target"):
        form.given(header, [cells[header] for _, cells in rows])
    return form


def retirements_form(scene: Scene, spare: int = 4) -> Form:
    """Notices of retirement, from the vendors of the spec and below them blank rows."""
    rows = [(vendor, notice) for vendor in scene.spec.vendors for notice in vendor.retirements]
    keys = [f"{vendor.name} · {notice.model}" for vendor, notice in rows]
    form = Form(scene, RETIREMENTS, keys, spare=spare)
    form.given("Model", [notice.model for _, notice in rows])
    form.given("Notified", [notice.notified for _, notice in rows])
    form.given("Retires", [notice.retires for _, notice in rows])
    form.blank("Change")
    for rule in vendors.retirement_rules(scene.context):
        form.made(rule, paints=_FLAGS if rule.id in ("Stage", "Check") else None)
    return form
