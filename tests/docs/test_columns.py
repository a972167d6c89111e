"""The page of columns says what is declared, and what a workbook shows."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from tools.columns import PAGE, page
from xlmatrix import api
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book

_ROW = re.compile(r"^\| (?P<column>[^|]+) \| (?P<origin>typed|filled|computed) \|", re.M)


def test_the_page_is_as_the_declarations_make_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make columns"


def test_the_page_names_every_column_in_which_somebody_types() -> None:
    noon = datetime(2026, 11, 16, 12)
    spec = api.template("enterprise").spec
    book = plan_book(spec, IncidentLog.empty(), as_of=noon, created=noon)
    parts = re.split(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    said = {
        name.partition(",")[0]: {hit["column"]: hit["origin"] for hit in _ROW.finditer(text)}
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    for plan in book.sheets:
        for table in plan.tables:
            for column, header in zip(table.columns, table.headers, strict=True):
                if table.name in said and column.look.startswith("input"):
                    patterns = [p.replace("*", "") for p in said[table.name] if "*" in p]
                    known = said[table.name].get(header) == "typed"
                    assert known or any(header.startswith(p) for p in patterns), header


def test_the_readme_leads_to_it() -> None:
    assert "docs/columns.md" in Path(PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
