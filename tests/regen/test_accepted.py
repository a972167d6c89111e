"""What a spec accepts stays accepted in the workbook, through every regeneration and back."""

from __future__ import annotations

from pathlib import Path

from tests.model.small import changed
from xlmatrix import api

ACCEPTED = (
    "accept:  # agreed on 2 March\n"
    "  - finding: escalation-late\n"
    "    where: SEV-2  # the slow one\n"
    "    reason: Nobody is up at night\n"
)


def test_accepted_findings_come_along_with_words_and_comments(tmp_path: Path) -> None:
    spec = tmp_path / "matrix.yaml"
    spec.write_text(changed(("after: 30 min", "after: 61 min")) + ACCEPTED, encoding="utf-8")
    first, then = tmp_path / "first.xlsx", tmp_path / "then.xlsx"
    api.build(spec, output=first, as_of="2026-03-09 12:00")
    api.regenerate(first, output=then)
    assert then.read_bytes() == first.read_bytes()
    found = api.checked(then, quick=True)
    assert [f.code for f in found.open] == []
    # Once in the spec, once on the sheet Health.
    assert [(f.code, f.accepted) for f in found.accepted] == [
        ("escalation-late", "Nobody is up at night")
    ] * 2
    assert api.spec_of(then).text == spec.read_text(encoding="utf-8")
