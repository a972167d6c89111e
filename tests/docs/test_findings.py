"""The page of findings says what is declared, and what the sources and the sheets find."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tests.model.small import changed, findings
from tools.findings import PAGE, page
from xlmatrix import api
from xlmatrix.errors import Level
from xlmatrix.model.findings import KINDS, kind_of
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book

ROOT = PAGE.parents[1]
#: The functions that make a finding, and which argument is its code.
_MAKES = {
    "error": 0,
    "warning": 0,
    "Finding": 1,
    "at": 1,
    "refuse": 1,
    "repeated": 1,
    "about_file": 0,
    "_class_instead": 1,
}


def _codes() -> Iterator[tuple[str, Level | None]]:
    """Every code that a call in the sources names in words, with its level where that is said."""
    for path in sorted((ROOT / "xlmatrix").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = _MAKES.get(name)
            if place is not None and place < len(node.args):
                level = Level(name) if name in ("error", "warning") else None
                given = node.args[place]
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value, level
            for keyword in node.keywords:
                given = keyword.value
                if keyword.arg == "code" and isinstance(given, ast.Constant):
                    yield str(given.value), None


def test_the_page_is_as_the_declarations_make_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make findings"


def test_every_code_in_the_sources_is_declared_with_its_level() -> None:
    found = [(code, level) for code, level in _codes() if "-" in code or code in KINDS]
    assert len(found) > 50
    assert [code for code, _ in found if kind_of(code) is None] == []
    levels = {(code, level) for code, level in found if level is not None}
    wrong = [code for code, level in levels if KINDS[code].level is not level]
    assert wrong == []


def test_no_code_is_declared_that_nothing_finds() -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "xlmatrix").rglob("*.py")
        if path.name != "findings.py"
    )
    # Two are made of another code and a word.
    made = {"schema-*", "order-sometimes", "order-across-sometimes"}
    assert [code for code in KINDS if f'"{code}"' not in text and code not in made] == []


def test_every_line_of_health_has_a_code_that_says_so() -> None:
    noon = datetime(2026, 11, 16, 12)
    spec = api.template("enterprise").spec
    lines = plan_book(spec, IncidentLog.empty(), as_of=noon, created=noon, lines=False).health
    assert len(lines) > 30
    assert [line.check for line in lines if line.code not in KINDS] == []
    marked = {kind.code for kind in KINDS.values() if kind.health}
    assert {line.code for line in lines} <= marked


def test_the_finding_that_the_page_shows_is_the_one_that_is_found() -> None:
    text = changed(("      first_response: 60 min", "      first_response: 9 min"))
    (found,) = [f.what for f in findings(text) if f.code == "order-across-sometimes"]
    assert found in " ".join(PAGE.read_text(encoding="utf-8").split())


def test_the_readme_leads_to_it() -> None:
    assert "docs/findings.md" in Path(ROOT / "README.md").read_text(encoding="utf-8")
