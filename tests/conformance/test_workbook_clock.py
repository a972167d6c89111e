"""The published cases through the generated workbook, recomputed by two other programs.

Each question is put as an incident: what is due is its *Resolve due*, what is met its state, and
working time between two stamps the difference of the sums at two openings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conformance.cases import Published, calendar_named, cases_of, duration_s
from tests.matrices import few_spare_rows, matrix, write_book
from tests.office import engines
from tests.office.libre import recomputed
from tests.office.package import column_cells
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.worktime import Calendar, Zone

_COLUMNS = ("opened s", "worked at opening 1", "res due s", "res state")
_MOST_QUESTIONS = 8


@dataclass(frozen=True)
class Question:
    """One incident: where it opens, what it aims at, when it was resolved (epoch seconds)."""

    start: int
    within: str
    resolved: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a workbook computed for a question: epoch seconds, working seconds, the state."""

    start: int
    worked: int
    due: int
    state: str


_Asked = Mapping[str, Sequence[tuple[str, Question]]]


def _plain(case: Published) -> bool:
    return not {"pauses", "changes", "stop"} & set(case.data)


def _questions() -> dict[str, list[tuple[str, Question]]]:
    """Calendar name to its questions, each under the id of its case."""
    asked: dict[str, list[tuple[str, Question]]] = defaultdict(list)
    for case in cases_of("due", "met", "elapsed", "share"):
        if not _plain(case):
            continue
        start = case.moment_s(case.data["start"])
        within = case.data.get("target", "1 h")
        if duration_s(within) == 0:
            # No target is zero; one second after the next opening answers the same.
            within = "1 s"
        resolved = case.moment_s(case.data["at"]) if case.kind == "met" else None
        asked[case.data["calendar"]].append((case.id, Question(start, within, resolved)))
        if case.kind in ("elapsed", "share"):
            end = case.moment_s(case.data["end"])
            asked[case.data["calendar"]].append((f"{case.id} end", Question(end, within)))
    for case in cases_of("days_later"):
        name = f"zone {case.data['zone']}"
        within = f"{case.data['days']} days"
        asked[name].append((case.id, Question(case.moment_s(case.data["start"]), within)))
    for case in cases_of("boundary"):
        # The shift opens at the boundary; an incident of the midnight before waits for it.
        local = datetime.fromisoformat(case.data["local"])
        midnight = case.moment_s(f"{local:%Y-%m-%d}T00:00")
        name = f"opens {case.data['zone']} {local:%Y-%m-%dT%H:%M}"
        asked[name].append((case.id, Question(midnight, "1 s")))
    return asked


def _calendar(name: str) -> Calendar:
    if name.startswith("zone "):
        return Calendar.build("24x7", name[5:], start=date(2026, 1, 1), end=date(2026, 12, 31))
    if name.startswith("opens "):
        _, zone, stamp = name.split(" ")
        local = datetime.fromisoformat(stamp)
        year = local.year
        hours = f"Mon-Sun {local:%H:%M}-23:00"
        return Calendar.build(hours, zone, start=date(year, 1, 1), end=date(year, 12, 31))
    return calendar_named(name)


def _book(name: str, questions: Sequence[Question], path: Path) -> Path:
    calendar = _calendar(name)
    plan = calendar.plan
    written = {
        "id": "case",
        "name": "Case",
        "hours": plan.hours.text(),
        "holidays": {"mode": plan.mode.value, "dates": dict.fromkeys(plan.holidays, "Holiday")},
    }
    # IronCalc looks nothing up in a range of one cell, hence a second calendar and severity.
    other = {"id": "other", "name": "Other", "hours": "24x7"}
    targets = [
        {
            target: {"within": question.within, "calendar": "case"}
            for target in ("acknowledge", "first_response", "resolve")
        }
        for question in (*questions, Question(0, "1 h"))
    ]
    # A few weeks around the questions hold every answer and are quick to recompute.
    first, last = (pick(question.start for question in questions) for pick in (min, max))
    start = max(plan.start, calendar.local(first).date() - timedelta(days=10))
    end = min(plan.end, calendar.local(last).date() + timedelta(days=30))
    spec = matrix(calendar.zone.name, [written, other], targets, start=start, end=end)
    zone = Zone.load(calendar.zone.name)

    def wall(epochs: list[int | None]) -> Any:
        walls = [np.datetime64("NaT") if e is None else zone.to_local(e) for e in epochs]
        return np.array(walls, dtype="datetime64[s]")

    log = IncidentLog.of(
        {
            "ID": [f"I-{number}" for number in range(len(questions))],
            "Class": [f"Class {number + 1}" for number in range(len(questions))],
        },
        {
            "Opened": wall([question.start for question in questions]),
            "Resolved": wall([question.resolved for question in questions]),
        },
    )
    # What is later than *As of* has not happened yet.
    return write_book(spec, log, datetime(end.year, end.month, end.day), path)


def _answers(path: Path, values: Mapping[Any, Any], count: int) -> list[Answer]:
    columns = [column_cells(path, "tIncidents", header)[:count] for header in _COLUMNS]
    rows = [[values[cell] for cell in cells] for cells in zip(*columns, strict=True)]
    return [
        Answer(round(s) - EPOCH_S, round(worked), round(due) - EPOCH_S, state)
        for s, worked, due, state in rows
    ]


def _values(engine: str, books: Sequence[Path]) -> list[Mapping[Any, Any]]:
    if engine == "LibreOffice":
        return [recomputed(book) for book in books]
    return [engines.ironcalc_values(book) for book in books]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[list[str], Path]]:
    """Workbooks with the ids of the cases that each asks about."""
    folder = tmp_path_factory.mktemp("cases")
    made: list[tuple[list[str], Path]] = []
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        for name, asked in _questions().items():
            for first in range(0, len(asked), _MOST_QUESTIONS):
                part = asked[first : first + _MOST_QUESTIONS]
                path = folder / f"{len(made)}.xlsx"
                made.append(([key for key, _ in part], _book(name, [q for _, q in part], path)))
    return made


@pytest.fixture(scope="module", params=["LibreOffice", "IronCalc"])
def answers(
    request: pytest.FixtureRequest, books: list[tuple[list[str], Path]]
) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    computed = _values(request.param, [path for _, path in books])
    for (keys, path), values in zip(books, computed, strict=True):
        found.update(zip(keys, _answers(path, values, len(keys)), strict=True))
    return found


@pytest.mark.office
def test_published_deadlines(answers: dict[str, Answer]) -> None:
    for case in cases_of("due"):
        if _plain(case):
            late = 1 if duration_s(case.data["target"]) == 0 else 0
            assert answers[case.id].due - late == case.moment_s(case.data["expected"]), case.title


@pytest.mark.office
def test_published_judgements(answers: dict[str, Answer]) -> None:
    for case in cases_of("met"):
        state = "met" if case.data["expected"] else "breached"
        assert answers[case.id].state == state, case.title


@pytest.mark.office
def test_published_elapsed_times(answers: dict[str, Answer]) -> None:
    for case in cases_of("elapsed"):
        start, end = answers[case.id], answers[f"{case.id} end"]
        expected = {key: duration_s(text) for key, text in case.data["expected"].items()}
        got = {"business": end.worked - start.worked, "actual": end.start - start.start}
        assert got == expected, case.title


@pytest.mark.office
def test_published_shares(answers: dict[str, Answer]) -> None:
    for case in cases_of("share"):
        start, end = answers[case.id], answers[f"{case.id} end"]
        share = Decimal(100 * (end.worked - start.worked)) / duration_s(case.data["target"])
        rounded = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert rounded == Decimal(case.data["expected"]), case.title


@pytest.mark.office
def test_published_clock_changes(answers: dict[str, Answer]) -> None:
    for case in cases_of("days_later"):
        assert answers[case.id].due == case.moment_s(case.data["expected"]), case.title
    for case in cases_of("boundary"):
        assert answers[case.id].due - 1 == case.moment_s(case.data["expected"]), case.title
