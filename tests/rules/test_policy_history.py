"""A change of targets leaves what was opened before as it was."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.histories import AS_OF, draw, scene, with_history
from xlmatrix.model.checks import check
from xlmatrix.model.history import ClassBefore, PolicyVersion, RoleBefore
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.targets import Targets
from xlmatrix.rules.logs.histories import CHANGES, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.policy import compile_policy
from xlmatrix.sheets.book import make_scene

TIGHT = Targets.model_validate(
    {"acknowledge": "1 min", "first_response": "1 min", "resolve": "2 min"}
)


def tightened(spec: MatrixSpec, effective: date) -> MatrixSpec:
    """Tighter targets from a date on; those of before become history."""
    before = {severity.id: severity.targets for severity in spec.severities}
    old = PolicyVersion(version="1", effective=spec.policy.effective, targets=before)
    severities = tuple(one.model_copy(update={"targets": TIGHT}) for one in spec.severities)
    policy = spec.policy.model_copy(update={"version": "2", "effective": effective})
    return spec.model_copy(update={"history": (old,), "severities": severities, "policy": policy})


def test_a_tighter_version_turns_no_incident_of_before_from_met_to_breached() -> None:
    log, typed = draw(200, 3)
    specs = (scene(), tightened(scene(), date(2026, 3, 29)))
    was, now = (make_scene(spec, log, as_of=AS_OF, created=AS_OF, typed=typed) for spec in specs)
    before = was.frame.log.stamps["Opened"] < np.datetime64("2026-03-29")
    for header in ("Status", "Breaches", "Severity", "Ever breached"):
        assert (was.frame[header] == now.frame[header])[before].all(), header
    assert (was.frame["Status"] != now.frame["Status"])[~before].any()


def test_a_class_that_moves_to_another_severity_judges_no_incident_of_before_anew() -> None:
    log, typed = draw(200, 4)
    spec, day = scene(), date(2026, 3, 29)
    moved = {"C-1": "SEV-3", "C-3": "SEV-1"}
    kinds = tuple(
        kind.model_copy(update={"severity": moved.get(kind.id, kind.severity)})
        for kind in spec.classes
    )
    then = {
        kind.id: ClassBefore(severity=kind.severity) for kind in spec.classes if kind.id in moved
    }
    old = PolicyVersion(version="1", effective=spec.policy.effective, classes=then)
    policy = spec.policy.model_copy(update={"version": "2", "effective": day})
    new = spec.model_copy(update={"classes": kinds})
    both = new.model_copy(update={"policy": policy, "history": (old,)})
    was, now, is_ = (
        make_scene(one, log, as_of=AS_OF, created=AS_OF, typed=typed) for one in (spec, both, new)
    )
    before = was.frame.log.stamps["Opened"] < np.datetime64(day)
    for header in ("Severity", "Status", "Breaches", "Ever breached", "res due s", "override gap"):
        for other, rows in ((was, before), (is_, ~before)):
            one, two = other.frame[header][rows], now.frame[header][rows]
            assert (one.astype(str) == two.astype(str)).all(), header
    assert (was.frame["Severity"] != is_.frame["Severity"])[before].any()


def test_new_holders_of_a_role_do_not_rewrite_who_was_called_before() -> None:
    log, typed = draw(120, 4)
    spec, day = scene(), date(2026, 3, 29)
    then = {"on_call": RoleBefore(primary="Cy", backup="Ada"), "lead": RoleBefore(primary="Ada")}
    old = PolicyVersion(version="1", effective=spec.policy.effective, roles=then)
    policy = spec.policy.model_copy(update={"version": "2", "effective": day})
    both = spec.model_copy(update={"policy": policy, "history": (old,)})
    roles = tuple(
        role.model_copy(update=then[role.id].model_dump()) if role.id in then else role
        for role in spec.roles
    )
    was, now, is_ = (
        make_scene(one, log, as_of=AS_OF, created=AS_OF, typed=typed).frame
        for one in (spec.model_copy(update={"roles": roles}), both, spec)
    )
    # A ladder that began before midnight is of those who held it then.
    began = now["owner s"]
    midnight = (day - date(1899, 12, 30)).days * 86400 - 3600
    for header in ("Response owner", "Response backup", "Quality owner", "Comms owner"):
        for other, rows in ((was, began < midnight), (is_, began >= midnight)):
            assert (other[header][rows] == now[header][rows]).all(), header
    assert (was["Response owner"] != is_["Response owner"])[began < midnight].any()


@pytest.mark.parametrize(
    ("opened", "minutes"),
    [("2025-12-01", 30), ("2026-03-25T23:59", 30), ("2026-03-31T00:00", 240)],
)
def test_the_version_in_force_on_the_day_of_the_opening_counts(opened: str, minutes: int) -> None:
    clocks = compile_policy(with_history())
    row = clocks.offset(np.datetime64(opened, "D").item())
    assert clocks.clocks[row]["res"].seconds == 60 * minutes


def test_a_severity_that_a_version_leaves_out_has_its_present_targets() -> None:
    spec = with_history()
    log = IncidentLog.of(
        {"ID": ["a", "b"], "Class": ["Class 1", "Class 3"]},
        {"Opened": [np.datetime64("2026-03-24T09:00")] * 2},
    )
    changes = [{"Incident": "a", "At": np.datetime64("2026-03-24T09:10"), "To": "SEV-3"}]
    for typed, policy in (({}, 4), (typed_rows(CHANGES, changes), 6)):
        made = make_scene(spec, log, as_of=AS_OF, created=AS_OF, typed=typed)
        assert made.frame["policy row"][:2].tolist() == [policy, 6]


def test_versions_out_of_order_and_of_unknown_severities_are_refused() -> None:
    spec = with_history()
    kinds = {"C-9": ClassBefore(severity="SEV-1"), "C-1": ClassBefore(severity="SEV-9")}
    wrong = PolicyVersion(
        version="x",
        effective=date(2026, 5, 1),
        targets={"SEV-8": TIGHT},
        classes=kinds,
        roles={"nobody": RoleBefore(primary="Ada")},
    )
    found = [one.code for one in check(spec.model_copy(update={"history": (wrong,)}))]
    parts = ("order", "class", "severity", "severity", "role")
    wanted = [f"history-{part}" for part in parts]
    assert sorted(code for code in found if code in wanted) == sorted(wanted)
    assert not {one.code for one in check(spec)} & set(wanted)
