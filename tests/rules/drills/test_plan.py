"""A year of drills, for any classes, people and holidays: what is covered, and what is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlmatrix.model import MatrixSpec, loads
from xlmatrix.model.drills import Inject
from xlmatrix.model.duration import Duration
from xlmatrix.resources import template_text
from xlmatrix.rules.drills import DrillPlan, plan_drills

TEMPLATES = ("standard", "enterprise")
BASE = loads(template_text("enterprise")).spec
FIRST = date(2026, 1, 1)


def spec_of(
    classes: list[bool],
    holders: Sequence[tuple[int, int | None]],
    holidays: set[int],
    months: int,
    each: int,
    weekday: str,
) -> MatrixSpec:
    """The enterprise matrix with other severities, people, holidays and a plan of its own."""
    people = [person.name for person in BASE.people]
    roles = []
    for role, (primary, backup) in zip(BASE.roles, holders, strict=True):
        second = None if backup is None or backup == primary else people[backup]
        roles.append(role.model_copy(update={"primary": people[primary], "backup": second}))
    kinds = [
        kind.model_copy(update={"severity": "SEV-1" if worst else "SEV-2"})
        for kind, worst in zip(BASE.classes, classes, strict=True)
    ]
    closed = {FIRST + timedelta(days=day): "Closed" for day in holidays}
    calendars = [
        calendar.model_copy(
            update={"holidays": calendar.holidays.model_copy(update={"dates": closed})}
        )
        for calendar in BASE.calendars
    ]
    assert BASE.drills is not None
    drills = BASE.drills.model_copy(
        update={"start": FIRST, "months": months, "each": each, "weekday": weekday}
    )
    return BASE.model_copy(
        update={
            "roles": tuple(roles),
            "classes": tuple(kinds),
            "calendars": tuple(calendars),
            "drills": drills,
        }
    )


@st.composite
def specs(draw: Any) -> MatrixSpec:
    count = draw(st.integers(2, len(BASE.people)))
    person = st.integers(0, count - 1)
    holder = st.tuples(person, st.none() | person)
    shut = draw(st.sampled_from([0, 0, 20, 31, 62]))
    start = draw(st.integers(0, 330))
    return spec_of(
        draw(st.lists(st.booleans(), min_size=29, max_size=29)),
        draw(st.lists(holder, min_size=len(BASE.roles), max_size=len(BASE.roles))),
        set(range(start, start + shut)) | draw(st.sets(st.integers(0, 364), max_size=40)),
        draw(st.integers(3, 14)),
        draw(st.integers(1, 3)),
        draw(st.sampled_from(["Mon", "Tue", "Fri", "Sat"])),
    )


def held(plan: DrillPlan) -> int:
    return sum(drill.at is not None for drill in plan.drills)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_every_worst_class_and_every_seat_is_covered_or_its_gap_is_named(spec: MatrixSpec) -> None:
    assert spec.drills is not None
    plan = plan_drills(spec)
    named = {(gap.kind, gap.subject) for gap in plan.gaps}
    for kind, drills in plan.classes().items():
        assert drills or ("class", kind) in named
    for role in spec.roles:
        for contact, person in (("primary", role.primary), ("backup", role.backup)):
            if person is None:
                assert ("backup", role.id) in named
            else:
                counted = plan.count(role.id, contact)  # type: ignore[arg-type]
                assert counted >= spec.drills.each or ("seat", role.id) in named


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_nobody_sits_twice_in_a_drill_and_the_facilitator_does_not_play(spec: MatrixSpec) -> None:
    for drill in plan_drills(spec).drills:
        playing = [seat.person for seat in drill.seats]
        assert len(set(playing)) == len(playing)
        assert len({seat.role for seat in drill.seats}) == len(playing)
        assert drill.facilitator not in playing


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_a_seat_is_left_out_only_where_somebody_plays_in_every_drill(spec: MatrixSpec) -> None:
    assert spec.drills is not None
    plan = plan_drills(spec)
    wanted: Counter[str] = Counter()
    for role in spec.roles:
        for person in filter(None, (role.primary, role.backup)):
            wanted[person] += spec.drills.each
            wanted[f"role {role.id}"] += spec.drills.each
    if max(wanted.values()) <= held(plan):
        assert not [gap for gap in plan.gaps if gap.kind == "seat"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_drills_fall_on_working_days_one_a_month_or_the_month_is_named(spec: MatrixSpec) -> None:
    closed = spec.calendar("business").holidays.dates
    plan = plan_drills(spec)
    named = {gap.subject for gap in plan.gaps if gap.kind == "day"}
    for drill in plan.drills:
        if drill.at is None:
            assert str(drill.number) in named
            continue
        assert drill.at.weekday() < 5
        assert drill.at.date() not in closed
        years, month = divmod(drill.number - 1, 12)
        assert (drill.at.year, drill.at.month) == (2026 + years, month + 1)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_plan_of_a_template_leaves_nothing_open(name: str) -> None:
    spec = loads(template_text(name)).spec
    plan = plan_drills(spec)
    assert [gap.what for gap in plan.gaps] == []
    assert [drill.number for drill in plan.drills] == list(range(1, 13))
    for role in spec.roles:
        assert min(plan.count(role.id, "primary"), plan.count(role.id, "backup")) >= 2


def test_the_enterprise_plan_rehearses_each_of_the_twelve_worst_classes_once() -> None:
    drills = plan_drills(BASE).classes()
    assert len(drills) == 12
    assert all(len(numbers) == 1 for numbers in drills.values())


def test_a_drill_on_a_holiday_moves_to_the_next_open_day() -> None:
    # The second Tuesday of January 2026 is the 13th.
    spec = spec_of([True] * 29, [(0, 1)] * 12, {12}, 12, 1, "Tue")
    assert plan_drills(spec).drills[0].at == datetime(2026, 1, 14, 10, 0)


def test_a_month_that_is_closed_to_its_end_takes_the_day_before() -> None:
    spec = spec_of([True] * 29, [(0, 1)] * 12, set(range(12, 31)), 12, 1, "Tue")
    assert plan_drills(spec).drills[0].at == datetime(2026, 1, 12, 10, 0)


def test_a_class_whose_only_drill_has_no_day_is_named() -> None:
    worst = [kind.severity == "SEV-1" for kind in BASE.classes]
    plan = plan_drills(
        spec_of(worst, [(n, n + 1) for n in range(12)], set(range(31)), 12, 1, "Tue")
    )
    (first, *others) = plan.drills
    assert first.at is None
    held_later = {kind for drill in others for kind in drill.rehearsal.classes}
    missed = [kind for kind in first.rehearsal.classes if kind not in held_later]
    assert missed
    assert [(gap.subject, gap.what) for gap in plan.gaps if gap.kind == "class"] == [
        (kind, f"{kind} is in no drill that has a day") for kind in missed
    ]


def test_a_class_without_a_scenario_is_drilled_from_its_first_signal() -> None:
    worst = [kind.id in ("IP-01", "REL-01") for kind in BASE.classes]
    holders = [(n, n + 1) for n in range(12)]
    plan = plan_drills(spec_of(worst, holders, set(), 12, 1, "Tue"))
    (drill,) = (d for d in plan.drills if "IP-01" in d.rehearsal.classes)
    assert drill.rehearsal.injects[0] == Inject(
        at=Duration(seconds=0), text=BASE.incident_class("IP-01").signals[0]
    )
    assert drill.rehearsal.name == BASE.incident_class("IP-01").name


def test_somebody_with_too_many_roles_is_named() -> None:
    holders = [(0, n) for n in range(1, 13)]
    plan = plan_drills(spec_of([True] * 29, holders, set(), 12, 2, "Tue"))
    gaps = [gap.what for gap in plan.gaps if gap.kind == "seat"]
    first = BASE.people[0].name
    assert gaps
    assert all(f"{first} already takes part in all 12 drills" in what for what in gaps)


def test_where_nothing_must_be_rehearsed_and_no_scenario_is_written_any_class_is_drilled() -> None:
    spec = spec_of([False] * 29, [(n, n + 1) for n in range(12)], set(), 12, 1, "Tue")
    assert spec.drills is not None
    bare = spec.model_copy(update={"drills": spec.drills.model_copy(update={"scenarios": ()})})
    plan = plan_drills(bare)
    assert [drill.rehearsal.classes for drill in plan.drills] == [
        (kind.id,) for kind in bare.classes[:12]
    ]


def named(scenarios: Sequence[tuple[str, str | None]], months: int) -> list[str]:
    """The scenarios of a plan, of a matrix that has these: id, and whose variant each is."""
    base = BASE.drills
    assert base is not None
    told = tuple(
        base.scenarios[0].model_copy(update={"id": known, "name": known, "variant_of": of})
        for known, of in scenarios
    )
    mild = tuple(kind.model_copy(update={"severity": "SEV-3"}) for kind in BASE.classes)
    drills = base.model_copy(update={"scenarios": told, "months": months})
    spec = BASE.model_copy(update={"drills": drills, "classes": mild})
    return [drill.rehearsal.id for drill in plan_drills(spec).drills]


@pytest.mark.parametrize(
    ("months", "ids"),
    [
        # Where the months do not suffice, no variant takes the place of a scenario.
        (1, ["A"]),
        (2, ["A", "B"]),
        (3, ["A", "B", "A2"]),
        (5, ["A", "B", "A2", "A3", "B2"]),
        # Then all of it comes again, from the first.
        (8, ["A", "B", "A2", "A3", "B2", "A", "B", "A"]),
    ],
)
def test_a_variant_is_played_where_its_scenario_would_come_again(
    months: int, ids: list[str]
) -> None:
    known = [("A2", "A"), ("A", None), ("B", None), ("A3", "A"), ("B2", "B")]
    assert named(known, months) == ids


def test_a_variant_of_what_is_not_planned_is_not_played() -> None:
    assert named([("A", None), ("B", None), ("B2", "B")], 1) == ["A"]
    assert named([("A", None), ("X2", "X")], 3) == ["A", "A", "A"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_whoever_leads_or_watches_did_it_no_oftener_than_anybody_who_was_free(
    spec: MatrixSpec,
) -> None:
    did: Counter[str] = Counter()
    for drill in plan_drills(spec).drills:
        playing = {seat.person for seat in drill.seats}
        free = {person.name for person in spec.people} - playing
        chosen = [one for one in (drill.facilitator, drill.evaluator) if one]
        assert len(chosen) == min(2, len(free))
        assert len({*chosen}) == len(chosen)
        assert {*chosen} <= free
        others = [did[one] for one in free - {*chosen}]
        assert max((did[one] for one in chosen), default=0) <= min(others, default=999)
        did.update(chosen)


@pytest.mark.parametrize("free", [0, 1, 2, 3])
def test_only_who_does_not_play_leads_and_watches(free: int) -> None:
    spec = spec_of([True] * 29, [(0, 1), *[(2, 3)] * 11], set(), 1, 1, "Tue")
    assert spec.drills is not None
    drills = spec.drills.model_copy(update={"facilitator": None})
    playing = {seat.person for seat in plan_drills(spec).drills[0].seats}
    others = [person for person in spec.people if person.name not in playing][:free]
    people = (*(person for person in spec.people if person.name in playing), *others)
    plan = plan_drills(spec.model_copy(update={"drills": drills, "people": people}))
    first = plan.drills[0]
    named = [*(person.name for person in others), "", ""]
    assert [first.facilitator, first.evaluator] == named[:2]
    said = [gap.what for gap in plan.gaps if gap.kind == "facilitator"]
    assert said == ["drill 1: everybody plays, so nobody is free to facilitate"] * (not free)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_scenario_of_a_template_is_played_twice_and_leads_are_spread(name: str) -> None:
    plan = plan_drills(loads(template_text(name)).spec)
    ids = [drill.rehearsal.id for drill in plan.drills]
    assert len({*ids}) == len(ids)
    leads = Counter(who for d in plan.drills for who in (d.facilitator, d.evaluator))
    assert len(leads) >= 8
    assert max(leads.values()) <= 4
