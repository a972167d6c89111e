"""The after-action report says of a record what the sheet says, and no more."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import docx
import pytest

from tests.rules.drills.cases import AS_OF, T0, Case, cases, in_drills, spec, typed
from xlmatrix.api.drilling import DrillBook
from xlmatrix.papers import Document, Grid, Held, Text, after_action_document, to_docx, to_html
from xlmatrix.papers.blocks import Bullets
from xlmatrix.rules.drills.times import TIMES
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.drill_view import drill_view


def improvement(number: int, **cells: Any) -> dict[tuple[str, str, str], Any]:
    told = {header.replace("_", " "): value for header, value in cells.items()}
    return {("tImprovements", str(number), header): value for header, value in told.items()}


#: The record that has a repetition, and the number of one before it.
FAILED = next(case.number for case in cases() if case.told.get("missed") == ["contain"])
BEFORE = FAILED - 1
ACTIONS = (
    improvement(
        1, Found_in=FAILED, Observation="No number", Action="Print it", Due=date(2026, 11, 15)
    )
    | improvement(2, Found_in=BEFORE, Observation="Two timelines", Owner="Mara", Verified_in=FAILED)
    | improvement(3, Found_in=9, Observation="A cold fallback", Cause="Never called")
    | improvement(4, Found_in=9, Observation="Seen elsewhere", Verified_in=5)
)
EARLY = {
    ("tDrills", "Repeat 2", "Drill"): 5,
    ("tDrills", "Repeat 2", "Detected"): T0,
    ("tDrills", "Repeat 2", "Ended"): T0 + timedelta(minutes=50),
}
PASSED = {
    ("tDrills", "Repeat 1", header): value + timedelta(days=9)
    if isinstance(value, datetime)
    else value
    for header, value in ({**cases()[0].values(), "Drill": FAILED, "Notes": "It went well"}).items()
}


@pytest.fixture(scope="module")
def book() -> DrillBook:
    told = typed(in_drills()) | ACTIONS | PASSED | EARLY
    told["tScenarios", "T01", "Objectives"] = "Know who calls\nContain in time"
    told["tScenarios", "T01", "Questions"] = "Who was missing?"
    scene = make_scene(spec(), IncidentLog.empty(), as_of=AS_OF, created=AS_OF, typed=told)
    view = drill_view(scene)
    assert view is not None
    return DrillBook("here", scene, view)


def report(book: DrillBook, number: int, key: str = "") -> Document:
    place = book.view.keys.index(key or f"Drill {number}")
    row, injects, players = book.drill(number), book.told(number), book.players(number)
    return after_action_document(Held(book.scene, book.view, place, row, injects, players))


def section(document: Document, title: str) -> list[str]:
    """The lines of a section: of its lists and texts, and the cells of its tables' rows."""
    lines: list[str] = []
    for block in (b for s in document.sections if s.title == title for b in s.blocks):
        match block:
            case Bullets(told):
                lines += told
            case Text(text):
                lines.append(text)
            case Grid():
                lines += [block.caption, *(" | ".join(row) for row in block.rows)]
    return lines


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.number}")
def test_what_went_badly_is_what_the_hand_found_and_the_rest_is_not_said_to_be_well(
    case: Case, book: DrillBook
) -> None:
    paper = report(book, case.number)
    badly = [line.removesuffix(": missed") for line in section(paper, "What went badly")]
    unknown = section(paper, "What nobody recorded")
    assert f"Result | {case.told['result']}" in section(paper, "Verdict")
    assert unknown == case.told.get("unrecorded", [])
    well = {line.removesuffix(": in time") for line in section(paper, "What went well")}
    assert not well & {*badly, *unknown}
    verdicts = [line.split(" | ") for line in section(paper, "What happened") if " | SEV" in line]
    late = {cells[0] for cells in verdicts if cells[-1].startswith("missed")}
    if "ground" in case.told or case.told["result"] == "running":
        assert well == {"Nothing is known to be right."}
        assert not late
        assert {cells[-1] for cells in verdicts} == {"–"}
        return
    missed = case.told.get("missed", [])
    assert badly == (missed or ["Nothing is known to be wrong."])
    labels = {time.label for time in TIMES}
    assert late == labels & {*missed}
    asked = {cells[0] for cells in verdicts if cells[-1] == "not recorded"}
    assert labels & {*unknown} <= asked


def test_the_actions_of_this_drill_stand_apart_from_what_it_verified_and_from_other_drills(
    book: DrillBook,
) -> None:
    assert section(report(book, FAILED), "Improvement actions") == [
        "What this drill showed",
        "No number | – | Print it | – | 2026-11-15 | overdue",
        "What this drill verified",
        f"Two timelines | – | – | Mara | – | verified in drill {FAILED}",
        "Open from other drills",
        "A cold fallback | Never called | – | – | – | open",
    ]


def test_a_repetition_names_the_record_before_it_and_its_notes(book: DrillBook) -> None:
    paper = report(book, FAILED, "Repeat 1")
    assert paper.subtitle == f"Drill {FAILED}, record Repeat 1"
    assert f"Other records of it | Drill {FAILED}: fail" in section(paper, "Verdict")
    assert section(paper, "Objectives") == ["Know who calls", "Contain in time"]
    hot = section(paper, "Hot wash")
    assert hot[1].startswith("Who was missing? |")
    assert hot[-1] == "Notes of the record: It went well"
    assert "Repeat | by 2026-04-09: repeated" in section(report(book, FAILED), "Verdict")


def test_the_stop_of_an_agent_is_told_where_its_scenario_has_a_limit(book: DrillBook) -> None:
    agent = [case for case in cases() if case.told["scenario"] == "agent"]
    met, late, blank = (report(book, case.number) for case in agent)
    other = report(book, next(c.number for c in cases() if c.told.get("stopped") == 30))
    told = [
        [line for line in section(paper, "Verdict") if line.startswith("Agent stopped")]
        for paper in (met, late, blank, other)
    ]
    within = "; to be stopped within 5 min"
    assert told[0] == [f"Agent stopped | after 5 min{within}"]
    assert told[1] == [f"Agent stopped | after 6 min{within}"]
    assert told[2] == [f"Agent stopped | not recorded{within}"]
    assert told[3] == []
    assert "agent stopped in time" in section(met, "What went well")
    assert "agent stopped in time" not in section(other, "What went well")


def test_injects_that_have_not_happened_are_not_told(book: DrillBook) -> None:
    # Drill 5 turns at minute 90; its repetition ended at minute 50.
    assert any("turns to" in line for line in section(report(book, 5), "What happened"))
    told = section(report(book, 5, "Repeat 2"), "What happened")
    assert not any("turns to" in line for line in told)


def test_the_feedback_form_has_a_page_of_its_own_and_five_questions(book: DrillBook) -> None:
    paper = report(book, FAILED)
    word = docx.Document(io.BytesIO(to_docx(paper)))
    alone = [p.text for p in word.paragraphs if p.paragraph_format.page_break_before]
    assert alone == ["Feedback form"]
    assert len(word.tables[-1].rows) == 1 + 5
    assert to_html(paper).count('<section class="alone"') == 1
