"""Which scenario is rehearsed in which month, so that every worst class is rehearsed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlmatrix.model.drills import Drills, Inject, Scenario
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import IncidentClass, MatrixSpec

#: Classes that share a drill where there are more of them than free months.
_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A scenario as it is drilled: from the spec, or made of a class that no scenario has."""

    id: str
    name: str
    classes: tuple[str, ...]
    severity: str
    opens: str
    format: str
    off_hours: bool
    injects: tuple[Inject, ...]
    source: str
    minutes: int | None = None
    objectives: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    stop: float | None = None

    @classmethod
    def of(cls, scenario: Scenario) -> Rehearsal:
        """A scenario of the spec."""
        return cls(
            id=scenario.id,
            name=scenario.name,
            classes=scenario.classes,
            severity=scenario.severity,
            opens=scenario.opens or scenario.severity,
            format=scenario.format,
            off_hours=scenario.off_hours,
            injects=scenario.injects,
            source=scenario.source or "",
            minutes=scenario.minutes,
            objectives=scenario.objectives,
            questions=scenario.questions,
            stop=scenario.stop_minutes,
        )


def worst_classes(spec: MatrixSpec) -> tuple[IncidentClass, ...]:
    """The classes whose default is the worst severity: each must be rehearsed once."""
    worst = spec.severities[0].id
    return tuple(kind for kind in spec.classes if kind.severity == worst)


def rehearsals(spec: MatrixSpec, drills: Drills) -> tuple[list[Rehearsal], list[str]]:
    """One rehearsal a month, and the ids of the worst classes that found no place.

    Scenarios that are needed to cover the worst classes come first to the table, then made-up ones
    for classes without a scenario, then the other scenarios, then repetitions; without any of
    these, the classes as they stand. What is chosen keeps the order of the spec; made-up ones
    follow.
    """
    needed = [kind.id for kind in worst_classes(spec)]
    own = [scenario for scenario in drills.scenarios if scenario.variant_of is None]
    chosen = _cover(own, set(needed), drills.months)
    covered = {kind for scenario in chosen for kind in scenario.classes}
    bare = [kind for kind in needed if kind not in covered]
    free = drills.months - len(chosen)
    made, left = _made_up(spec, drills.generic, bare, free)
    others = [scenario for scenario in own if scenario not in chosen]
    chosen += others[: drills.months - len(chosen) - len(made)]
    order = {scenario.id: place for place, scenario in enumerate(drills.scenarios)}
    plan = [Rehearsal.of(s) for s in sorted(chosen, key=lambda s: order[s.id])] + made
    if not plan:
        # Nothing must be rehearsed and no scenario is written: any class is better than none.
        kinds = spec.classes[: drills.months]
        plan = [_generic(spec, drills.generic, [kind.id]) for kind in kinds]
    return _filled(plan, drills), left


def _filled(first: list[Rehearsal], drills: Drills) -> list[Rehearsal]:
    """The plan with variants in the months that are left, then with the scenarios again."""
    ids = [rehearsal.id for rehearsal in first]
    variants = [one for one in drills.scenarios if one.variant_of in ids]
    plan = first + [Rehearsal.of(one) for one in variants][: drills.months - len(first)]
    again = len(plan)
    while len(plan) < drills.months:
        plan.append(first[(len(plan) - again) % len(first)])
    return plan


def _cover(scenarios: Sequence[Scenario], needed: set[str], most: int) -> list[Scenario]:
    """Scenarios that together cover what they can; the one that adds most is taken first."""
    chosen: list[Scenario] = []
    missing = set(needed)
    while missing and len(chosen) < most:
        rest = [scenario for scenario in scenarios if scenario not in chosen]
        best = max(rest, key=lambda s: len(missing & set(s.classes)), default=None)
        if best is None or not missing & set(best.classes):
            break
        chosen.append(best)
        missing -= set(best.classes)
    return chosen


def _made_up(
    spec: MatrixSpec, generic: Sequence[Inject], bare: list[str], free: int
) -> tuple[list[Rehearsal], list[str]]:
    made: list[Rehearsal] = []
    rest = list(bare)
    while rest and len(made) < free:
        # One class a drill while the months last, then two together.
        take = 1 if len(rest) <= free - len(made) else _TOGETHER
        made.append(_generic(spec, generic, rest[:take]))
        rest = rest[take:]
    return made, rest


def _generic(spec: MatrixSpec, generic: Sequence[Inject], classes: list[str]) -> Rehearsal:
    kinds = [spec.incident_class(kind) for kind in classes]
    signals = [(kind.signals or (kind.definition,))[0] for kind in kinds]
    begin = [Inject(at=Duration(seconds=0), text=signal) for signal in signals]
    worst = spec.severities[0].id
    return Rehearsal(
        id="+".join(classes),
        name=" and ".join(kind.name for kind in kinds),
        classes=tuple(classes),
        severity=worst,
        opens=worst,
        format="tabletop",
        off_hours=False,
        injects=(*begin, *generic),
        source="made from the class; proposed",
    )
