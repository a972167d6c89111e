"""Providers and models of the audit: workloads, calls and spend of each, what a call costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr
from xlmatrix.model.content import AuditContent
from xlmatrix.rules.cells import RowCells, number_in
from xlmatrix.rules.guides import budget, providers
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, Setting, settings
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.providers import (
    AUDIT_SETTINGS,
    COSTS,
    NO_SUM,
    PROVIDER_CALLS,
    TOKEN_COUNTS,
    WORKLOADS,
)

_MODELS: Final = 4
_FLAGS = looks(
    bad=f"{providers.CONCENTRATED}|{providers.NONE}|{providers.NEVER}|{providers.COLD}|{NO_SUM}",
    soon=f"{providers.OUTSIDE}|{providers.AGAIN}|{providers.NO_VERDICT}|{providers.MIXED}"
    f"|{budget.NOT_MEASURED}|{budget.REFUND}",
    good=f"{providers.WITHIN}|{providers.SPREAD}|{providers.TESTED}|{providers.WARM}",
)


def _asked(shared: AuditContent) -> list[Setting]:
    share, days = shared.concentration * 100, shared.fallback_days
    return [
        Setting("Audit_Concentration", "One provider is too much above", share, "% of spend"),
        Setting("Audit_Split", "A split may be off by", shared.split_points, "points"),
        Setting("Audit_Fallback_Days", "A fallback test holds", days, "days"),
    ]


def _figures(scene: Scene, asked: Sequence[Setting]) -> dict[str, float]:
    """The values of settings that are drawn later, as formulas see them."""
    return {
        one.name: number_in(scene.value(AUDIT_SETTINGS.name, one.label, "Value", one.value))
        for one in asked
    }


def workload_form(scene: Scene, shared: AuditContent) -> Form:
    """The workloads with their share of all calls and their provider's of all spend."""
    listed = shared.workloads
    figures = _figures(scene, _asked(shared))
    form = Form(scene, WORKLOADS, [work.id for work in listed], spare=3)
    form.given("Workload", [work.name for work in listed])
    form.given("Split rule", [work.rule for work in listed])
    form.given("Primary", [work.primary for work in listed])
    form.given("Provider", [work.primary_provider for work in listed])
    form.given("Fallback", [work.fallback for work in listed])
    form.given("Fallback provider", [w.fallback_provider for w in listed])
    form.given("At least", [work.low for work in listed])
    form.given("At most", [work.high for work in listed])
    form.blank("Calls", "Spend", "Fallback tested")
    most, days = figures["Audit_Concentration"] / 100, figures["Audit_Fallback_Days"]
    for rule in providers.workload_rules(scene.context, lambda: form.rows, most, days):
        form.made(rule, paints=_FLAGS)
    return form


def calls_form(scene: Scene, shared: AuditContent, currency: str) -> Form:
    """Calls and spend by provider and model: two rows a workload, its primary and its fallback."""
    rows: list[tuple[str, str, str, str, str, float | None]] = []
    for work in shared.workloads:
        rest = None if work.wanted is None else round(1 - work.wanted, 6)
        sides = (
            (work.primary, work.primary_provider, work.wanted),
            (work.fallback, work.fallback_provider, rest),
        )
        for mark, part, side in zip("ab", words.PARTS.words, sides, strict=True):
            rows.append((f"{work.id}{mark}", work.name, side[0], side[1], part, side[2]))
    figures = _figures(scene, _asked(shared))
    form = Form(scene, PROVIDER_CALLS, [row[0] for row in rows], spare=3)
    for place, header in enumerate(("Workload", "Model", "Provider", "Part", "Wanted"), start=1):
        form.given(header, [row[place] for row in rows])
    form.blank("Calls", "Spend", "Currency")
    points, most = figures["Audit_Split"] / 100, figures["Audit_Concentration"] / 100
    for rule in (
        *providers.call_rules(lambda: form.rows, points),
        *providers.concentration_rules(lambda: form.rows, most, currency),
    ):
        form.made(rule, paints=_FLAGS)
    return form


def draw_split(
    draft: Draft,
    scene: Scene,
    shared: AuditContent,
    row: int,
    currency: str,
    defined: dict[str, Expr],
) -> int:
    """Draw the section from its heading in ``row``; the row after it."""
    draft.put(row, 2, "2. Providers and models", "heading")
    draft.put(row + 1, 2, "Calls and spend of the last month; the flags follow.", "note")
    table = workload_form(scene, shared).table(draft, row + 2)
    drawn, named, _ = settings(draft, scene, AUDIT_SETTINGS, table.last_row + 2, _asked(shared), 3)
    defined |= named
    row = drawn.last_row + 2
    draft.put(row, 2, "By provider and model", "heading")
    draft.put(
        row + 1,
        2,
        "Whether a split such as 90/10 holds, the fallback is warm, and one provider has too much.",
        "note",
    )
    return calls_form(scene, shared, currency).table(draft, row + 2).last_row + 2


def _yes(said: bool | None) -> str | None:
    return None if said is None else words.YES if said else words.NO


def token_form(scene: Scene, shared: AuditContent) -> Form:
    """Whether tokens in hold those of the cache, by provider."""
    listed = shared.token_counts
    form = Form(scene, TOKEN_COUNTS, [one.id for one in listed], spare=3)
    form.given("Provider", [one.provider for one in listed])
    form.fixed("Source", [one.source for one in listed])
    form.given("Cached within tokens in", [_yes(one.cached) for one in listed])
    form.given("Writes within tokens in", [_yes(one.writes) for one in listed])
    form.fixed("Standing", [one.status for one in listed])
    return form


def cost_form(scene: Scene, tokens: Form) -> Form:
    """What a call costs with each model."""
    by_name: dict[str, RowCells] = {}
    for row in tokens.rows:
        if row.filled("Provider"):
            by_name.setdefault(row.text("Provider"), row)
    form = Form(scene, COSTS, [f"MO-{number}" for number in range(1, _MODELS + 1)])
    form.blank(*(column.id for column in COSTS.typed[1:]))
    form.made(providers.cost_rule(by_name))
    return form


def draw_costs(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    """Draw how providers count and what a call costs; the row after it."""
    draft.put(row, 2, "How providers count tokens in", "heading")
    draft.put(row + 1, 2, "Where nobody says it, a call with cached tokens has no cost.", "note")
    tokens = token_form(scene, shared)
    table = tokens.table(draft, row + 2)
    row = table.last_row + 2
    draft.put(row, 2, "Cost of a call", "heading")
    draft.put(row + 1, 2, "All prices are per million tokens, tools per call.", "note")
    return cost_form(scene, tokens).table(draft, row + 2).last_row + 2
