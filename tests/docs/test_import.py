"""The page on importing says what is declared."""

from __future__ import annotations

import re
from pathlib import Path

from tools.ticket_columns import PAGE, page
from xlmatrix.exchange.tickets.schema import Ticket
from xlmatrix.model import ImportMapping


def test_the_page_is_as_the_declarations_make_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make columns"


def test_the_page_names_every_column_and_every_key() -> None:
    before_tools = PAGE.read_text(encoding="utf-8").partition("## The tools")[0]
    named = set(re.findall(r"^\| `(\w+)` \|", before_tools, re.M))
    assert named == {*Ticket.columns(), *ImportMapping.model_fields}


def test_the_readme_leads_to_it() -> None:
    assert "docs/import.md" in Path(PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
