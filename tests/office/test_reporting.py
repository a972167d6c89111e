"""The worked examples of reporting duties through workbooks that two programs compute.

Every example of a member state is one incident of one workbook: its facts, moments and reports are
typed in its tables on the clock of the matrix's zone. The zone and the third of the
examples follow the date and are printed; ``XLMATRIX_REPORTING=all`` takes every zone, member state
and example.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.office.compare import compare
from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import formula_cells
from tests.reporting.cases import NEVER, Case, Expected, cases, wall
from tests.reporting.engine import matrix_text
from xlmatrix.model import loads
from xlmatrix.model.obligations import MEMBER_FACT, law, published
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.reporting.states import NOT_IN_FORCE, shows_due
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.sheets.reporting.reports import desk, notice_reports
from xlmatrix.write import render

pytestmark = [pytest.mark.office, pytest.mark.slow]

ZONES: Final = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
ALL: Final = os.environ.get("XLMATRIX_REPORTING") == "all"
TODAYS: Final = ZONES if ALL else (ZONES[date.today().toordinal() % len(ZONES)],)
THIRD: Final = date.today().toordinal() // len(ZONES) % 3
MEMBERS: Final = sorted({case.scope.get(MEMBER_FACT, "") for case in cases()})
_SHEETS: Final = ("Report now", "Obligations", "Reports", "Reporting rules", "Scope")
Typed = dict[tuple[str, str, str], Any]


def matrix(zone: str, member: str) -> str:
    """A matrix in which all but the member state is asked for every incident."""
    facts = "".join(
        f"    - {{id: {fact.id}, asks: asked, of: incident, answers: {list(fact.answers)}}}\n"
        for fact in law().facts.values()
        if fact.id != MEMBER_FACT
    )
    scope = f"  scope: {{{MEMBER_FACT}: '{member}'}}\n" if member else ""
    head = "obligations:\n  decider: quality\n"
    # IronCalc looks nothing up in a table of one row.
    own = "    - {id: other, asks: asked, of: matrix}\n"
    rule = (
        "    - {id: own, regime: R, trigger: T, recipient: Z, unit: immediately,"
        " applies_to: {other: 'yes'}}\n"
    )
    text = matrix_text(zone).replace(head, f"{head}{scope}  facts:\n{facts}{own}")
    return text.replace("severities:\n", f"{rule}severities:\n")


def typed(chosen: list[Case], zone: str) -> tuple[Typed, list[tuple[str, Expected]]]:
    """What somebody types for the examples, and the row of every report that is looked at."""
    cells: Typed = {}
    looked: list[tuple[str, Expected]] = []
    rows: dict[str, int] = {"tNotices": 0, "tMoments": 0}

    def row(table: str, **values: Any) -> str:
        rows[table] += 1
        key = f"{table[1]}{rows[table]:02}"
        cells.update(
            {(table, key, name.replace("_", " ")): value for name, value in values.items()}
        )
        return key

    def stamp(at: int | None) -> datetime | None:
        return None if at is None else wall(at, zone)

    for case in chosen:
        for number, report in enumerate(case.reports):
            incident = f"{case.id}-{number}"
            for fact, answer in {**case.scope, **case.facts}.items():
                if fact != MEMBER_FACT:
                    row("tMoments", Incident=incident, What=fact, Answer=answer)
            for moment, at in case.moments.items():
                happened = stamp(at) if isinstance(at, int) else None
                never = NEVER if at == NEVER else None
                row("tMoments", Incident=incident, What=moment, When=happened, Answer=never)
            for of, at in case.filings.items():
                row("tNotices", Incident=incident, Obligation=of, Reported=stamp(at))
            if report.filed is not None:
                row("tNotices", Incident=incident, Obligation=report.of,
                    Reported=stamp(report.filed))  # fmt: skip
            key = row(
                "tNotices", Incident=incident, Obligation=report.of, Trigger=stamp(report.trigger),
                Trigger_is=report.trigger_is or None, Reported=stamp(report.reported),
                Decision=report.decision or None, Decided_by=report.by or None,
            )  # fmt: skip
            known = (*case.moments.values(), *case.filings.values())
            if all(at <= report.now for at in known if isinstance(at, int)):
                looked.append((key, report))
    return cells, looked


@pytest.mark.parametrize("member", MEMBERS if ALL else ("", "DE"))
@pytest.mark.parametrize("zone", ZONES)
def test_two_programs_compute_the_instants_of_the_law(
    zone: str, member: str, tmp_path: Path
) -> None:
    if zone not in TODAYS:
        return
    print(f"{zone}, member state {member or 'not declared'}, third {THIRD}")
    chosen = [case for case in cases() if case.scope.get(MEMBER_FACT, "") == member]
    chosen = chosen if ALL else chosen[THIRD::3]
    cells, looked = typed(chosen, zone)
    # What lies ahead has not happened: all examples are looked at after the last one.
    now = wall(max(report.now for case in chosen for report in case.reports), zone)
    spec = loads(matrix(zone, member)).spec
    scene = make_scene(spec, IncidentLog.empty(), as_of=now, created=now, typed=cells)
    found = {
        notice.key: report
        for notice, report in zip(desk(scene).notices, notice_reports(desk(scene)), strict=True)
    }
    wrong = []
    for key, expected in looked:
        report = found[key]
        if expected.state == NOT_IN_FORCE or not shows_due(expected.state):
            continue
        if (report.safe, report.law) != (expected.safe, expected.law):
            wrong.append((key, expected.of, expected.safe, report.safe, expected.law, report.law))
    assert not wrong
    path = tmp_path / "reports.xlsx"
    book = plan_book(spec, IncidentLog.empty(), as_of=now, created=now, typed=cells)
    path.write_bytes(render(book))
    here = {cell: known for cell, known in formula_cells(path).items() if cell[0] in _SHEETS}
    assert len(here) > 10_000
    for values in (recomputed(path), ironcalc_values(path, here)):
        assert not [str(one) for one in compare(here, values)][:10]


def test_every_published_obligation_is_looked_at() -> None:
    looked = {report.of for case in cases() for report in case.reports}
    assert looked == {rule.id for rule in published().values()}
