"""How our sheets are printed, where a manager set it: paper, margins, headers, areas, titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.regen.editions import NEWER, OLD
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")


def _printed(book: Any, name: str) -> dict[str, Any]:
    sheet = book[name]
    return {
        "paper": sheet.page_setup.paperSize,
        "turned": sheet.page_setup.orientation,
        "fit": (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.scale),
        "left": sheet.page_margins.left,
        "centred": bool(sheet.print_options.horizontalCentered),
        "head": (sheet.oddHeader.left.text, sheet.oddHeader.right.text),
        "foot": (sheet.oddFooter.left.text, sheet.oddFooter.center.text),
        "area": sheet.print_area,
        "rows": sheet.print_title_rows,
    }


def test_how_a_manager_prints_our_sheets_stays(tmp_path: Path) -> None:
    made, edited, new, again = (tmp_path / f"{n}.xlsx" for n in ("made", "edited", "new", "again"))
    spec = loads(OLD)
    api.build(spec, as_of="2026-03-16 10:30", output=made)
    book: Any = openpyxl.load_workbook(made)
    was = {name: _printed(book, name) for name in ("Owners", "Hours", "Holidays", "Matrix")}
    owners, hours, holidays = book["Owners"], book["Hours"], book["Holidays"]
    owners.page_setup.paperSize, owners.page_setup.orientation = 1, "portrait"
    owners.page_margins.left = 1.25
    owners.oddFooter.left.text = '&"Arial,Bold"Confidential & secret'.replace("& s", "&& s")
    owners.print_title_rows = "1:4"
    hours.oddHeader.left.text = hours.oddHeader.right.text = None
    hours.sheet_properties.pageSetUpPr.fitToPage, hours.page_setup.scale = False, 70
    hours.print_options.horizontalCentered = None
    holidays.print_area = "B5:D9"
    holidays.print_title_rows = None
    book.save(edited)
    book = openpyxl.load_workbook(edited)
    set_ = {name: _printed(book, name) for name in was}
    for template in (spec, loads(NEWER.replace("title: ", "title: New ", 1))):
        done = api.regenerate(edited, template, output=new)
        assert not [c for c in done.report.changes if "print" in (c.note or "")]
        now: Any = openpyxl.load_workbook(new)
        found = {name: _printed(now, name) for name in was}
        # What nobody set follows the template.
        title = template.spec.title
        wanted = {
            "Owners": set_["Owners"] | {"head": (title, "Owners")},
            "Hours": set_["Hours"],
            "Holidays": set_["Holidays"] | {"head": (title, "Holidays")},
            "Matrix": was["Matrix"] | {"head": (title, "Matrix"), "area": found["Matrix"]["area"]},
        }
        for name in ("Owners", "Hours"):
            wanted[name]["area"] = found[name]["area"]
        assert found == wanted
        assert api.regenerate(new, template, output=again).data == done.data
