"""What parts say of our cells follows these: to new rows, to sheets' own names, to whole tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.model.test_content import RACI
from tests.regen import guests, hung, office_parts, timed
from tests.regen.editions import NEWER, OLD
from tests.regen.equality import compared
from tests.regen.packages import packed, parts_of
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")

#: What a part of the user's says of our cells, and what it says in the new workbook.
AIMED = {
    # The holder of a role that stands a row lower: the cell that a check box writes to.
    "'Wer was tut'!$D$8": "'Owners'!$D$9",
    # The names of the people, two of whom stand two rows lower.
    "'Wer was tut'!$B$18:$B$19": "'Owners'!$B$20:$B$21",
    # A column of ready rows: as many as the table has now.
    "'Wer was tut'!$E$7:$E$13": "'Owners'!$E$7:$E$14",
    "'Wer was tut'!$B$2": "'Owners'!$B$2",
    "tPeople[Name]": "tPeople[Name]",
}
SOURCE = '<worksheetSource ref="B6:I13" sheet="Wer was tut"/>'


def _used(folder: Path) -> bytes:
    path = folder / "matrix.xlsx"
    api.build(loads(OLD + RACI), as_of="2026-03-16 10:30", output=path)
    cell, *areas = AIMED
    parts = parts_of(office_parts.board(linked=cell))
    for name, data in parts.items():
        text = data.replace(b'<worksheetSource ref="A1:B4" sheet="Board"/>', SOURCE.encode())
        if name == "xl/charts/chartEx1.xml":
            dims = "".join(f"<cx:f>{area}</cx:f>" for area in areas)
            text = text.replace(b"<cx:f>Board!$B$2:$B$4</cx:f>", dims.encode())
        parts[name] = text
    data = guests.with_guest(path.read_bytes(), packed(parts))
    data = guests.with_guest(data, timed.workbook(), "timed", timed.SHEET)
    lost = hung.Hung()
    lost.thing(
        office_parts.anchor(40, 2, office_parts.picture(2, "rId1")),
        ("rId1", "image", "../media/hung1.png"),
    )
    lost.part("xl/media/hung1.png", guests.png())
    said = office_parts.threads(office_parts.thread("C3", office_parts.OTHER, "Who plays?"))
    lost.part("xl/threadedComments/hung1.xml", said, office_parts.KINDS["threads"][1])
    threads = office_parts.KINDS["threads"][0]
    lost.relations.append(("rIdT", threads, "../threadedComments/hung1.xml"))
    data = hung.put_on(data, "RACI", lost)
    parts = parts_of(data)
    book = parts["xl/workbook.xml"].decode().replace('name="Owners"', 'name="Wer was tut"')
    parts["xl/workbook.xml"] = book.replace("Owners!", "'Wer was tut'!").encode()
    return packed(parts)


def test_references_follow_and_what_hung_on_a_sheet_that_is_gone_is_named(tmp_path: Path) -> None:
    used = _used(tmp_path)
    (tmp_path / "used.xlsx").write_bytes(used)
    done = api.regenerate(
        tmp_path / "used.xlsx",
        loads(NEWER),
        output=tmp_path / "new.xlsx",
        allow_loss=["RACI", "comment RACI!C3"],
    )
    assert done.report.lost == {
        "RACI": ("a picture at RACI!C41: the template has no such sheet",),
        "comment RACI!C3": (
            "the comment on RACI!C3: [Threaded comment]\n\nComment:\n    Who plays?",
        ),
    }
    swaps = [*AIMED.items(), (SOURCE, '<worksheetSource name="tRoles"/>')]
    swaps += [("_xlchart.v1.0", "Board!$A$2:$A$4"), *_numbers(done.data)]
    sheets = {name: name for name in ("Board", "Times")}
    found = compared(used, done.data, sheets, swaps, written=("person",))
    assert found.faults == []
    kinds = ("slicer", "slicerCache", "timeline", "timelineCache", "pivotTable")
    assert [found.kinds[kind] for kind in kinds] == [2, 2, 1, 1, 2]


def _numbers(data: bytes) -> list[tuple[str, str]]:
    """Sheets and the user's table have other numbers in the new workbook."""
    parts = parts_of(data)
    numbers = dict(
        re.findall(r'<sheet [^>]*name="([^"]+)" sheetId="(\d+)"', parts["xl/workbook.xml"].decode())
    )
    texts = [part.decode() for name, part in parts.items() if name.startswith("xl/tables/")]
    (table,) = [text for text in texts if 'displayName="tMine"' in text]
    found = re.search(r'<table [^>]*?\bid="(\d+)"', table)
    assert found
    return [
        (f'tabId="{guests.FIRST_SHEET}"', f'tabId="{numbers["Board"]}"'),
        (f'tabId="{timed.SHEET}"', f'tabId="{numbers["Times"]}"'),
        (f'tableId="{timed.TABLE}"', f'tableId="{found[1]}"'),
    ]
