"""The tables under the phases of the injection plan: first cuts, evidence, chain, questions."""

from __future__ import annotations

from collections.abc import Sequence

from xlmatrix.model.content import InjectionContent, role_of
from xlmatrix.rules.guides import injection
from xlmatrix.rules.guides.timebox import Run
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.injection import (
    INJECTION_CHAIN,
    INJECTION_CUTS,
    INJECTION_EVIDENCE,
    INJECTION_LAYERS,
    INJECTION_QUESTIONS,
    SLOTS,
)


def cuts(scene: Scene, shared: InjectionContent) -> Form:
    """What is cut first, by vector and architecture."""
    form = Form(scene, INJECTION_CUTS, [cut.id for cut in shared.cuts], spare=2)
    form.given("Came by", [cut.vector for cut in shared.cuts])
    form.given("First cut", [cut.cut for cut in shared.cuts])
    form.given("Took hold in", [cut.architecture for cut in shared.cuts])
    form.made(injection.pair_rule())
    form.fixed("Standing", [cut.status for cut in shared.cuts])
    return form


def evidence(scene: Scene, shared: InjectionContent, runs: Sequence[Run]) -> Form:
    """What is secured, and until when it is there."""
    traces = shared.evidence
    form = Form(scene, INJECTION_EVIDENCE, [trace.id for trace in traces], spare=2)
    form.given("Evidence", [trace.name for trace in traces])
    form.given("What to save", [trace.save for trace in traces])
    keeper = role_of(scene.spec, ("security", "ml_oncall"))
    form.given("Role", [keeper] * len(traces))
    form.given("Kept (days)", [trace.days for trace in traces])
    colours = looks(bad=injection.GONE, soon=injection.NOW, good=injection.SECURED)
    for run in runs:
        form.blank(f"Secured at{run.slot}")
        form.made(injection.evidence_rule(scene.context, run), paints=colours)
    return form


def chain(scene: Scene, shared: InjectionContent) -> Form:
    """Hops from agent to agent."""
    form = Form(scene, INJECTION_CHAIN, [f"HO-{hop}" for hop in range(1, shared.hops + 1)])
    form.blank("From", "What it passed on", "To", "Incident", "With whose rights", "Cut at")
    form.made(injection.chain_rule(), paints=looks(bad=injection.OPEN, good=injection.CUT))
    return form


def questions(scene: Scene, shared: InjectionContent) -> Form:
    """What the response must be able to answer."""
    asked = shared.questions
    form = Form(scene, INJECTION_QUESTIONS, [one.id for one in asked], spare=2)
    form.given("About", [one.about for one in asked])
    form.given("Question", [one.question for one in asked])
    form.given("Role", [role_of(scene.spec, one.roles) for one in asked])
    form.blank(*(f"Answer{slot}" for slot in SLOTS))
    return form


def layers(scene: Scene, shared: InjectionContent) -> Form:
    """Layers of defence, and whether each is in place."""
    found = shared.layers
    keys = [f"LA-{number}" for number in range(1, len(found) + 1)]
    form = Form(scene, INJECTION_LAYERS, keys, spare=2)
    form.given("Layer", [layer.name for layer in found])
    form.given("Question", [layer.question for layer in found])
    owner = role_of(scene.spec, ("security", "ml_oncall"))
    form.given("Role", [owner] * len(found))
    yes, partly, no = words.ANSWERS.words
    form.given("Answer", paints=looks(bad=no, soon=partly, good=yes))
    form.blank("Tested on", "Note")
    return form
