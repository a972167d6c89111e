"""RACI, codes of public frameworks and drills: what the content of a matrix must keep to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlmatrix.model.base import Path, Problem, error, suggestion, warning
from xlmatrix.model.drills import Inject
from xlmatrix.model.frameworks import code_lists
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.taxonomy import FRAMEWORKS


def references(spec: MatrixSpec) -> Iterator[tuple[Path, str, str]]:
    """Every place here that names something: its path, the list it names from, and the name."""
    for place, rule in enumerate(spec.always_add):
        yield ("always_add", place, "role"), "roles", rule.role
    for place, row in enumerate(spec.raci):
        for role in row.letters:
            yield ("raci", place, "letters", role), "roles", role
    if spec.drills is None:
        return
    drills = spec.drills
    yield ("drills", "calendar"), "calendars", drills.calendar
    if drills.facilitator is not None:
        yield ("drills", "facilitator"), "roles", drills.facilitator
    for severity in drills.decision:
        yield ("drills", "decision", severity), "severities", severity
    for role in drills.simulation.answering:
        yield ("drills", "simulation", "answering", role), "roles", role
    for place, scenario in enumerate(drills.scenarios):
        here: Path = ("drills", "scenarios", place)
        yield (*here, "severity"), "severities", scenario.severity
        if scenario.opens is not None:
            yield (*here, "opens"), "severities", scenario.opens
        for row_, kind in enumerate(scenario.classes):
            yield (*here, "classes", row_), "classes", kind
        yield from _inject_references((*here, "injects"), scenario.injects)
    yield from _inject_references(("drills", "generic"), drills.generic)


def _inject_references(here: Path, injects: Sequence[Inject]) -> Iterator[tuple[Path, str, str]]:
    for place, inject in enumerate(injects):
        if inject.severity is not None:
            yield (*here, place, "severity"), "severities", inject.severity
        if inject.expects is not None and inject.expects.owner is not None:
            yield (*here, place, "expects", "owner"), "roles", inject.expects.owner


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Rows of the RACI without one accountable role, unknown codes, drills that cannot count."""
    yield from _raci(spec)
    yield from _codes(spec)
    yield from _scenarios(spec)


def _raci(spec: MatrixSpec) -> Iterator[Problem]:
    for place, row in enumerate(spec.raci):
        accountable = row.with_letter("A")
        if len(accountable) != 1:
            named = ", ".join(accountable) or "nobody"
            yield warning(
                "raci-accountable",
                ("raci", place, "letters"),
                f"'{row.phase}' has {len(accountable)} accountable roles ({named})",
                "Give A (or A/R) to exactly one role",
            )
        if not row.with_letter("R"):
            yield warning(
                "raci-responsible",
                ("raci", place, "letters"),
                f"nobody is responsible for '{row.phase}'",
                "Give R (or A/R) to at least one role",
            )


def _codes(spec: MatrixSpec) -> Iterator[Problem]:
    for place, kind in enumerate(spec.classes):
        here: Path = ("classes", place, "mappings")
        used: set[str] = set()
        for framework, codes in kind.mappings.items():
            used.update(codes)
            for row, code in enumerate(codes):
                if code not in code_lists()[framework].codes:
                    yield warning(
                        "unknown-code",
                        (*here, framework, row),
                        f"{FRAMEWORKS[framework]} has no code '{code}' that we know",
                        suggestion(code, list(code_lists()[framework].codes), instead="Correct it"),
                    )
        for row, code in enumerate(kind.mappings.malicious_only):
            if code not in used:
                yield warning(
                    "unknown-code",
                    (*here, "malicious_only", row),
                    f"'{code}' is marked and not among the codes of the class",
                    "Add it to its framework, or remove the mark",
                )


def _scenarios(spec: MatrixSpec) -> Iterator[Problem]:
    if spec.drills is None:
        return
    seen: set[str] = set()
    for place, scenario in enumerate(spec.drills.scenarios):
        if scenario.id.casefold() in seen:
            yield warning(
                "duplicate-scenario",
                ("drills", "scenarios", place, "id"),
                f"the scenario '{scenario.id}' is listed twice",
                "Give each scenario an id of its own",
            )
        seen.add(scenario.id.casefold())
    ids = [scenario.id for scenario in spec.drills.scenarios]
    for place, scenario in enumerate(spec.drills.scenarios):
        if scenario.variant_of is not None and scenario.variant_of not in ids:
            yield error(
                "dangling",
                ("drills", "scenarios", place, "variant_of"),
                f"there is no scenario '{scenario.variant_of}'",
                suggestion(scenario.variant_of, ids, instead="Name one of the scenarios"),
            )
