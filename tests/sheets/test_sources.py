"""A sheet says what each figure is based on, and where that is found."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.model.small import SMALL
from xlmatrix.model import loads
from xlmatrix.model.content import Item, checklist_sections
from xlmatrix.resources import template_text
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.severity import severity_sheet

TEMPLATES = ("basic", "standard", "enterprise")
_NOON = datetime(2026, 11, 16, 12)
#: Where a source is found: what stands for it in the text of each severity.
_FOUND = {"PagerDuty's guide": "response.pagerduty.com", "published generator": "ai.128345827.xyz/"}


def test_the_sheet_of_a_severity_says_where_its_sources_are_found() -> None:
    said = "Sources: the guide, guide.example.com"
    text = SMALL.replace(
        "    name: Critical\n", "    name: Critical\n    source: the guide, guide.example.com\n"
    )
    scene = make_scene(loads(text).spec, IncidentLog.empty(), as_of=_NOON, created=_NOON)
    shown = [[c.value for c in severity_sheet(scene, n).plan.cells.values()] for n in (1, 2)]
    assert [said in cells for cells in shown] == [True, False]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_target_has_a_source_that_the_sheet_explains(name: str) -> None:
    for severity in loads(template_text(name)).spec.severities:
        for target, timed in severity.targets.items():
            assert timed.source, (severity.id, target)
            for word, address in _FOUND.items():
                if word in timed.source:
                    assert severity.source is not None
                    assert address in severity.source


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_published_figure_says_what_it_means_there(name: str) -> None:
    """The name of a publication alone would lend its weight to a figure about something else."""
    spec = loads(template_text(name)).spec
    sources = [t.source or "" for level in spec.severities for _, t in level.targets.items()]
    sources += [kind.source or "" for kind in spec.classes]
    for source in sources:
        if source != "proposed":
            assert ":" in source or ";" in source, source
            assert len(source.split()) > 4, source


def test_of_the_checklist_what_the_guide_names_is_published() -> None:
    """Its four sentences: classes and severities, timing, owners with backups, monthly drills."""
    checklist = loads(template_text("standard")).spec.checklist
    assert checklist is not None
    items = [item for section in checklist_sections(checklist) for item in section.items]
    published = {item.id: item for item in items if item.status == "published"}
    assert set(published) == {"CL-02", "CL-03", "TI-02", "OW-01", "DR-01"}
    others: list[Item] = [item for item in items if item.id not in published]
    assert {(item.status, item.source) for item in others} == {("proposed", "proposed")}
