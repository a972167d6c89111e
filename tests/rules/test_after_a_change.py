"""What follows a change of severity besides its deadlines: updates, the ladder, earlier stamps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.model.small import SMALL
from xlmatrix import api
from xlmatrix.api.explained import Explained
from xlmatrix.model import loads

#: SEV-1 with updates, and SEV-2 with a target in calendar days.
_SPEC = SMALL.replace(
    "customer_first: 30 min",
    "internal_update: 20 min\n      customer_first: 30 min\n      customer_repeat: 2 h",
).replace("contain: 2 business days", "contain: 3 days")
_INCIDENTS = """\
id,opened,title,class,acknowledged,last update
A-1,2026-11-16 09:00,Nobody,QLT-01,,
A-2,2026-11-16 09:00,Early,QLT-01,2026-11-16 08:55,2026-11-16 10:50
"""
_CHANGES = "incident,at,to\nA-1,2026-11-16 11:00,SEV-1\nA-2,2026-11-16 11:00,SEV-1\n"


def _explained(
    folder: Path, incident: str, policy: str = "from_open", **logs: str
) -> tuple[Explained, dict[str, str]]:
    """The incident, and by target when it is due, without the day where that is the 16th."""
    spec = _SPEC.replace("2026-01-01}", f"2026-01-01, severity_change: {policy}}}", 1)
    export, book = folder / "incidents.csv", folder / "book.xlsx"
    export.write_text(logs.pop("incidents", _INCIDENTS), encoding="utf-8")
    paths = {}
    for name, text in (logs or {"changes": _CHANGES}).items():
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text(text, encoding="utf-8")
    api.build(loads(spec), incidents=export, logs=paths, as_of="2026-11-16 11:01", output=book)
    found = api.explain(book, incident)
    dues = {one.label: f"{one.due:%d %H:%M}" for one in found.clocks if one.due is not None}
    return found, {label: due.removeprefix("16 ") for label, due in dues.items()}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("from_open", ("11:00", "11:00")),
        ("restart", ("11:20", "11:30")),
        ("proportional", ("11:00", "11:00")),
    ],
)
def test_updates_are_due_no_earlier_than_the_change(
    tmp_path: Path, policy: str, expected: tuple[str, str]
) -> None:
    _, due = _explained(tmp_path, "A-1", policy)
    assert (due["Internal update"], due["Customer update"]) == expected


def test_the_new_ladder_begins_at_the_change(tmp_path: Path) -> None:
    found, _ = _explained(tmp_path, "A-1")
    calls = [(f"{call.at:%H:%M}", call.level, call.state) for call in found.ladder if call.at]
    assert calls[:3] == [("11:00", "1", "fired"), ("11:05", "1", "ahead"), ("11:15", "2", "ahead")]
    # Who acknowledged before is not called; what lasts until the resolution is.
    known, _ = _explained(tmp_path, "A-2")
    states = [call.state for call in known.ladder]
    assert states[:3] == ["not needed: acknowledged", "not needed: acknowledged", "ahead"]


def test_a_stamp_before_the_opening_is_flagged_and_counts_after_a_change_too(
    tmp_path: Path,
) -> None:
    found, _ = _explained(tmp_path, "A-2")
    assert "Acknowledged is before Opened" in found.head["Check"]
    assert {one.label: one.state for one in found.clocks}["Acknowledge"] == "met"


def test_a_target_that_had_no_working_time_is_due_no_earlier_than_the_change(
    tmp_path: Path,
) -> None:
    _, due = _explained(tmp_path, "A-1", "proportional")
    assert due["Contain"] == "11:00"


def test_an_update_of_an_ended_cycle_is_none_of_the_next(tmp_path: Path) -> None:
    incidents = _INCIDENTS.replace("QLT-01", "REL-01").replace("10:50", "09:20")
    reopened = "incident,reopened,resolved\nA-2,2026-11-16 10:50,2026-11-16 10:00\n"
    logs: dict[str, Any] = {"incidents": incidents, "reopened": reopened}
    _, due = _explained(tmp_path, "A-2", **logs)
    assert due["Customer update"] == "11:20"
