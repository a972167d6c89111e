"""Where things are that responders need: what a spec may say of it."""

from __future__ import annotations

from tests.model.small import SMALL, findings
from xlmatrix.model import dump, loads
from xlmatrix.resources import template_text

_ROWS = """
access:
  - name: Call bridge
  - {name: Kill switch, where: "Feature console, flag agents.writes", who: ML on-call}
  - {name: Status page, where: "https://status.example.com", who: "password: hunter2"}
"""


def test_a_password_is_named_by_its_row_and_not_repeated() -> None:
    (found,) = findings(SMALL + _ROWS)
    assert (found.code, found.path) == ("secret", "access[2]")
    assert "hunter2" not in f"{found.what} {found.mend}"


def test_a_thing_is_listed_once() -> None:
    found = findings(SMALL + _ROWS.replace("Kill switch", "call Bridge"))
    assert "duplicate" in {one.code for one in found}


def test_a_spec_with_blanks_to_fill_loads_and_is_written_again() -> None:
    spec = loads(SMALL + _ROWS).spec
    assert spec.access[0].where is None
    assert loads(dump(spec)).spec.access == spec.access


def test_the_templates_leave_where_and_who_to_fill() -> None:
    for name in ("standard", "enterprise"):
        spec = loads(template_text(name)).spec
        assert {(thing.where, thing.who) for thing in spec.access} == {(None, None)}
        names = [thing.name for thing in spec.access]
        assert [f"Console: {vendor.name}" for vendor in spec.vendors] == names[3:-1]
        assert names[:3] == ["Call bridge", "Incident channel", "Status page"]
        assert names[-1] == "Kill switch"
