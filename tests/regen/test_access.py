"""What was typed on Access stays, is told without its passwords, and goes back into the spec."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.model.small import SMALL
from xlmatrix import api
from xlmatrix.model import Access, loads

_THINGS = (Access(name="Call bridge"), Access(name="Console"), Access(name="Kill switch"))


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cell filled, a row added, a row renamed, and a password."""
    spec = loads(SMALL).spec.model_copy(update={"access": _THINGS})
    path = tmp_path_factory.mktemp("access") / "used.xlsx"
    api.build(spec, as_of=datetime(2026, 11, 16, 12), output=path)
    book = openpyxl.load_workbook(path)
    sheet = book["Access"]
    for cell, value in {
        "C6": "https://meet.example.com/incident",
        "D6": "Everybody on the ladder",
        "B7": "Console of the provider",
        "D7": "password: hunter2",
        "B9": "Pager",
        "C9": "=1+1",
    }.items():
        sheet[cell].value = value
    sheet["C9"].data_type = "s"
    book.save(path)
    return path


def test_regenerating_keeps_every_cell_and_repeats_no_password(used: Path, tmp_path: Path) -> None:
    spec = loads(SMALL).spec.model_copy(update={"access": (*_THINGS, Access(name="Status page"))})
    api.regenerate(used, spec, output=tmp_path / "new.xlsx")
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    rows = [[c.value for c in row] for row in book["Access"].iter_rows(6, 10, 2, 4)]
    assert [row for row in rows if row[0]] == [
        ["Call bridge", "https://meet.example.com/incident", "Everybody on the ladder"],
        ["Kill switch", None, None],
        ["Status page", None, None],
        ["Console of the provider", None, "password: hunter2"],
        ["Pager", "=1+1", None],
    ]
    assert "hunter2" not in str([[c.value for c in row] for row in book["Changes"].iter_rows()])
    assert "secret" in {one.code for one in api.check(tmp_path / "new.xlsx")}


def test_the_spec_of_the_workbook_says_it(used: Path) -> None:
    spec = loads(api.spec_of(used).text).spec
    assert [(thing.name, thing.where) for thing in spec.access] == [
        ("Call bridge", "https://meet.example.com/incident"),
        ("Console of the provider", None),
        ("Kill switch", None),
        ("Pager", "=1+1"),
    ]


def test_the_brief_shows_where_to_go_and_no_password(used: Path) -> None:
    text = api.brief(used, format="md").data.decode()
    assert "| Call bridge | https://meet.example.com/incident | Everybody on the ladder |" in text
    assert "not filled in yet" in text
    assert "hunter2" not in text
