"""Filters, hidden rows, passwords, prints and properties of two copies, three ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.regen.pairs import original
from tests.regen.stateful import SECRET, Pack, element_of, hidden_rows, part, said, table_of
from xlmatrix import api
from xlmatrix.regen.merging.merge import Outcome

pytestmark = pytest.mark.usefixtures("few_sheets")

CORE = "docProps/core.xml"


def _mine(pack: Pack) -> None:
    pack.hide_rows("Owners", [7])
    pack.element("Hours", "sheetProtection", f'<sheetProtection sheet="1" {SECRET}/>')
    pack.sub(CORE, "</cp:coreProperties>", "<cp:keywords>mine</cp:keywords></cp:coreProperties>")
    pack.sub(pack.sheet("Holidays"), 'zoomScale="100"', 'zoomScale="70"')
    pack.sub(pack.sheet("Owners"), 'paperSize="9"', 'paperSize="1"')


def _theirs(pack: Pack) -> None:
    pack.hide_rows("Owners", [8])
    pack.hide_rows("Holidays", [9, 10])
    table = pack.table("tHolidays")
    column = r'<autoFilter ref="([^"]*)"/>'
    kept = '<filterColumn colId="1"><filters><filter val="Labour Day"/></filters></filterColumn>'
    area = re.findall(column, pack.text(table))[0]
    pack.sub(table, column, f'<autoFilter ref="{area}">{kept}</autoFilter>')
    # Another password on the sheet that mine guards as well, and one on a sheet of its own.
    other = SECRET.replace("kKPB", "AAAA")
    for sheet in ("Hours", "Owners"):
        pack.element(sheet, "sheetProtection", f'<sheetProtection sheet="1" {other}/>')
    more = "<cp:category>theirs</cp:category></cp:coreProperties>"
    pack.sub(CORE, "</cp:coreProperties>", more)
    pack.sub(pack.sheet("Hours"), 'zoomScale="100"', 'zoomScale="130"')
    pack.sub(pack.sheet("Owners"), "Page &amp;P of &amp;N", "Confidential")


def _look(data: bytes) -> dict[str, object]:
    return {
        "rows": [hidden_rows(data, name) for name in ("Owners", "Holidays")],
        "filter": "Labour Day" in table_of(data, "tHolidays"),
        "guards": ["hashValue" in element_of(data, n, "sheetProtection") for n in SHEETS],
        "words": [word in part(data, CORE) for word in (">mine<", ">theirs<")],
        "zoom": [said(element_of(data, n, "sheetView")).get("zoomScale") for n in SHEETS],
        "paper": said(element_of(data, "Owners", "pageSetup"))["paperSize"],
        "foot": "Confidential" in element_of(data, "Owners", "headerFooter"),
    }


SHEETS = ("Hours", "Owners", "Holidays")
TOGETHER = {
    "rows": [[7, 8], [9, 10]],
    "filter": True,
    "guards": [True, True, False],
    "words": [True, True],
    "zoom": ["130", "100", "70"],
    "paper": "1",
    "foot": True,
}


def _copy(folder: Path, name: str, *edits: Callable[[Pack], None]) -> Path:
    pack = Pack(folder / "original.xlsx")
    for edit in edits:
        edit(pack)
    return pack.save(folder / f"{name}.xlsx")


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    original(tmp_path)
    return _copy(tmp_path, "mine", _mine), _copy(tmp_path, "theirs", _theirs)


def test_the_state_of_both_copies_stands_whichever_comes_first(
    copies: tuple[Path, Path], tmp_path: Path
) -> None:
    mine, theirs = copies
    merged, again = tmp_path / "merged.xlsx", tmp_path / "again.xlsx"
    for one, other in ((mine, theirs), (theirs, mine)):
        done = api.merge(one, other, output=merged)
        assert _look(done.data) == TOGETHER
        left = [c.note for c in done.report.changes if c.outcome is Outcome.REFUSED]
        assert left == [f"the protection of the sheet 'Hours', as {other.name} has it, is left out"]
        # Once more with the other one: nothing changes, to the byte.
        assert api.merge(merged, other, output=again).data == done.data
        merged.unlink()


def test_what_one_copy_undid_is_undone(tmp_path: Path) -> None:
    original(tmp_path)
    before = _copy(tmp_path, "before", _theirs)
    mine, theirs = _copy(tmp_path, "mine", _theirs), _copy(tmp_path, "theirs")
    pack = Pack(mine)
    pack.hide_rows("Owners", [10])
    pack.save(mine)
    found = _look(api.merge(mine, theirs, base=before, output=tmp_path / "merged.xlsx").data)
    assert (found["rows"], found["filter"]) == ([[10], []], False)
    assert found["guards"] == [False, False, False]
