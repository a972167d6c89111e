"""The ladder that the docs show is one that a spec may have."""

from __future__ import annotations

import re
from pathlib import Path

from xlmatrix.model import loads
from xlmatrix.resources import template_text

PAGE = Path(__file__).parents[2] / "docs" / "ladder.md"
BLOCK = re.compile(r"```yaml\n(.*?)```", re.S)
LADDER = re.compile(r"^    ladder:\n(?:      - .*\n)+    repeat_after: .*\n", re.M)


def test_the_shown_ladder_team_and_rules_belong_in_a_template() -> None:
    shown, rules = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    (ladder,) = LADDER.findall(shown)
    teams = shown[shown.index("teams:") :]
    text = LADDER.sub(lambda _: ladder, template_text("standard"), count=1)
    text = re.sub(r"^always_add:\n(?:  - .*\n)+", lambda _: f"{rules}{teams}", text, flags=re.M)
    spec = loads(text).spec
    assert len(spec.severities[0].ladder) == ladder.count("level:")
    assert [team.id for team in spec.teams] == ["bridge"]
    assert [rule.role for rule in spec.always_add] == ["legal", "vendor_manager"]
