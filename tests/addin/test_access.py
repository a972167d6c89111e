"""The page *Incident now* says where to go and who can get in, as the sheets do."""

from __future__ import annotations

import json
from pathlib import Path

from tests.addin.fake import FakeBook
from tests.model.small import SMALL
from xlmatrix import api
from xlmatrix.addin import pane
from xlmatrix.model import Access, loads
from xlmatrix.sheets.access import TO_FILL
from xlmatrix.tables.access import NOT_SHOWN


def test_the_page_shows_what_is_typed_and_no_password(tmp_path: Path) -> None:
    things = (Access(name="Call bridge"), Access(name="Kill switch", who="password: hunter2"))
    spec = loads(SMALL).spec.model_copy(update={"access": things})
    api.build(spec, output=tmp_path / "book.xlsx")
    book = FakeBook(tmp_path / "book.xlsx")
    book.type("tAccess", "Where", 0, "https://meet.example.com/incident")
    pane.show(book, who="ada")
    [(_, [data])] = book.app.ran
    assert "hunter2" not in data
    assert json.loads(data)["access"] == [
        {"name": "Call bridge", "where": "https://meet.example.com/incident", "who": TO_FILL},
        {"name": "Kill switch", "where": NOT_SHOWN, "who": NOT_SHOWN},
    ]
