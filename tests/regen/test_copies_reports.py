"""Two copies in whose ready rows people noted moments and notices: all of them stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.regen.pairs import Book, copy, day, filled, read
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_ready_rows")]


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory, few_ready_rows: None) -> Book:
    folder = tmp_path_factory.mktemp("copies")
    text = api.new(template="standard", start=date(2026, 11, 1), months=2)
    api.build(loads(text), as_of="2026-11-16 10:30", output=folder / "book.xlsx")
    tables = read(folder / "book.xlsx").tables
    log, moments, notices, scope = (
        tables[name] for name in ("tIncidents", "tMoments", "tNotices", "tScope")
    )

    def typed(table: Any, row: int, **cells: Any) -> list[Any]:
        at = table.numbers[row]
        return [("set", table.sheet, at, table.column_of(h), v) for h, v in cells.items()]

    opened = [*filled(log, 0, ID="I-1", Title="Leak", Opened=day("2026-11-13 17:00"))]
    both = [*opened, *typed(moments, 0, Incident="I-1", What="aware", When=day("2026-11-13 17:30"))]
    mine = [
        *both,
        *typed(moments, 1, Incident="I-1", What="people-risk", Answer="high"),
        *typed(notices, 0, Incident="I-1", Obligation="gdpr-33", Trigger=day("2026-11-13 17:30")),
        *typed(scope, 0, Answer="DE"),
    ]
    theirs = [
        *both,
        *typed(moments, 1, Incident="I-1", What="personal-data", Answer="yes"),
        *typed(notices, 0, Incident="I-1", Obligation="gdpr-34", Trigger=day("2026-11-14 08:00")),
        *typed(scope, 1, Answer="controller"),
    ]
    copy(folder / "book.xlsx", folder / "mine.xlsx", mine)
    copy(folder / "book.xlsx", folder / "theirs.xlsx", theirs)
    api.merge(folder / "mine.xlsx", folder / "theirs.xlsx", output=folder / "merged.xlsx")
    return read(folder / "merged.xlsx")


def test_a_moment_that_both_noted_stands_once_beside_those_of_each(merged: Book) -> None:
    said = [row for row in merged.tables["tMoments"].rows if row.get("Incident")]
    assert [(row["What"], row.get("Answer")) for row in said] == [
        ("aware", None),
        ("people-risk", "high"),
        ("personal-data", "yes"),
    ]


def test_notices_and_answers_of_both_stand(merged: Book) -> None:
    notices = [row for row in merged.tables["tNotices"].rows if row.get("Incident")]
    assert [row["Obligation"] for row in notices] == ["gdpr-33", "gdpr-34"]
    answers = {row["Fact"]: row.get("Answer") for row in merged.tables["tScope"].rows}
    assert list(answers.values())[:2] == ["DE", "controller"]
