"""What hangs on users' own sheets comes along part by part, its references mended."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.office.engines import validate
from tests.office.integrity import assert_sound
from tests.office.libre import drawn
from tests.regen import guests, hung, office_parts
from tests.regen.editions import NEWER, OLD
from tests.regen.equality import Compared, compared, dangling, relations_in
from tests.regen.packages import part_of_sheet, parts_of
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.regen.merging.report import Report

pytestmark = pytest.mark.usefixtures("few_spare_rows")

_BOOK: Final = "xl/workbook.xml"
_GRAPHICS: Final = 301
#: Rows of *Owners*: of a role, of the first person, and below all tables.
ROWS: Final = {"quality": 8, "people": 18, "below": 30}
NOBODY: Final = (
    f'<person displayName="Unknown person" id="{office_parts.NOBODY}" '
    f'userId="{office_parts.NOBODY}" providerId="None"/>'
)


@dataclass(frozen=True)
class Run:
    """A used workbook, what a newer edition made of it, and what the report says."""

    used: bytes
    new: bytes
    report: Report
    folder: Path

    def said(self) -> set[tuple[str, str, str, str]]:
        return {
            (c.outcome.value, c.sheet, c.key, c.note)
            for c in self.report.changes
            if c.outcome.value != "taken"
        }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("plain") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def run(plain: bytes, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All kinds of parts on three sheets of the user's, and beside the tables of *Owners*."""
    folder = tmp_path_factory.mktemp("run")
    used = guests.with_guest(plain, office_parts.board())
    used = guests.with_guest(used, guests.written(guests.graphics), "drawn", _GRAPHICS)
    used = hung.with_beside(used, ROWS)
    (folder / "used.xlsx").write_bytes(used)
    done = api.regenerate(folder / "used.xlsx", loads(NEWER), output=folder / "new.xlsx")
    return Run(used, done.data, done.report, folder)


def _own(run: Run) -> Compared:
    book = parts_of(run.new)[_BOOK].decode()
    number = dict(re.findall(r'<sheet [^>]*name="([^"]+)" sheetId="(\d+)"', book))["Board"]
    swaps = [
        # A slicer knows a pivot table's sheet by its number, and a table by its own.
        (f'tabId="{guests.FIRST_SHEET}"', f'tabId="{number}"'),
        ('tableId="14"', f'tableId="{_number_of_roles(run.new)}"'),
        # A newer chart speaks of a name that Excel makes anew whenever it saves.
        ("_xlchart.v1.0", "Board!$A$2:$A$4"),
        ("</personList>", f"{NOBODY}</personList>"),
    ]
    names = ("Board", "Old figures", "My chart")
    return compared(run.used, run.new, {name: name for name in names}, swaps)


def _number_of_roles(data: bytes) -> str:
    texts = [part.decode() for name, part in parts_of(data).items() if "xl/tables/" in name]
    (table,) = [text for text in texts if 'displayName="tRoles"' in text]
    found = re.search(r'<table [^>]*?\bid="(\d+)"', table)
    assert found
    return found[1]


def test_each_part_on_users_sheets_is_equal_and_hangs_where_it_hung(run: Run) -> None:
    done = _own(run)
    assert done.faults == []
    assert done.kinds == {
        "chart": 8, "chartColorStyle": 1, "chartEx": 1, "comments": 1, "ctrlProp": 1,
        "diagramColors": 1, "diagramData": 1, "diagramDrawing": 1, "diagramLayout": 1,
        "diagramQuickStyle": 1, "drawing": 3, "image": 6, "person": 1, "pivotCacheDefinition": 1,
        "pivotCacheRecords": 1, "pivotTable": 1, "slicer": 1, "slicerCache": 2,
        "threadedComment": 1, "vmlDrawing": 2,
    }  # fmt: skip


def test_each_part_beside_our_tables_hangs_by_the_row_that_it_stood_by(run: Run) -> None:
    """A role and a person more stand above; the role's primary in the box stands in its new row."""
    rows = {8: 9, 18: 20, 30: 32}
    swaps = [
        (f"<xdr:row>{was - 1 + more}</xdr:row>", f"<xdr:row>{now - 1 + more}</xdr:row>")
        for was, now in rows.items()
        for more in (0, 6)
    ]
    swaps += [("Owners!$D$8", "Owners!$D$9"), ('ref="D8"', 'ref="D9"')]
    swaps += [("Owners!$B$18:$B$19", "Owners!$B$20:$B$21"), ("</personList>", f"{NOBODY}</pers")]
    written = ("comments", "vmlDrawing", "slicerCache", "pivotCacheDefinition", "person")
    done = compared(run.used, run.new, {"Owners": "Owners"}, swaps, written=written)
    assert done.faults == []
    assert done.kinds == {
        "chart": 1, "customXml": 1, "drawing": 1, "image": 2, "slicer": 1, "threadedComment": 1,
    }  # fmt: skip


def test_a_thread_beside_our_tables_is_the_comment_of_other_programs_too(run: Run) -> None:
    parts = parts_of(run.new)
    related = relations_in(parts, part_of_sheet(run.new, "Owners"))
    (part,) = [one.target for one in related if one.kind == "comments"]
    text = parts[part].decode()
    assert f'ref="D9" authorId="0" shapeId="0" xr:uid="{office_parts.ROOT}"' in text
    assert "[Threaded comment]\n\nComment:\n    Look" in text


def test_no_relation_leads_nowhere_and_each_part_has_a_type(run: Run) -> None:
    assert list(dangling(run.new)) == []


def test_what_may_show_something_else_now_is_named_and_the_rest_is_kept(run: Run) -> None:
    beside = {
        "": "a background picture", "B32": "a text box", "L9": "a picture", "L20": "a chart",
        "L32": "a connector", "Picture 8": "a picture", "Q9": "a shape", "Q20": "a picture",
        "U9": "a picture", "U20": "a group of shapes", "Y20": "a slicer",
    }  # fmt: skip
    assert run.said() == {
        *(("kept", "Owners", key, f"{word} of yours") for key, word in beside.items()),
        ("kept", "Board", "", "sheet added by you"),
        ("kept", "Old figures", "", "sheet added by you"),
        ("kept", "My chart", "", "sheet added by you, which is a chart"),
        ("kept", "", "Slicer_Team", "name defined by you"),
        (
            "refused", "Old figures", "U8",
            "speaks of cells of ours by address, which may be others now: look at it",
        ),
        (
            "refused", "Board", "B2",
            "a thread is by a person whom the workbook does not know: 'Unknown person' now",
        ),
    }  # fmt: skip


def test_a_second_run_gives_the_same_bytes(run: Run) -> None:
    new = run.folder / "new.xlsx"
    assert api.regenerate(new, loads(NEWER), output=run.folder / "again.xlsx").data == run.new


@pytest.mark.validator
def test_the_open_xml_sdk_finds_nothing_in_it(run: Run) -> None:
    assert_sound(run.folder / "new.xlsx")
    validate(run.folder / "new.xlsx")


@pytest.mark.office
def test_libreoffice_draws_each_thing_as_it_drew_it_before(run: Run) -> None:
    sides = []
    for name in ("used", "new"):
        (run.folder / name).mkdir()
        things = drawn(run.folder / f"{name}.xlsx", run.folder / name)
        sides.append({sheet: _pictures(listed) for sheet, listed in things.items() if listed})
    before, after = sides
    assert {sheet: len(listed) for sheet, listed in after.items()} == {
        "Owners": 11, "Board": 7, "Old figures": 10, "My chart": 1,
    }  # fmt: skip
    # The combined chart draws incidents by address, which the report names.
    for one in (before, after):
        assert one["Old figures"].pop(-2)[0] == "Chart 9"
    assert after == before
    shown = [data for listed in after.values() for name, data in listed if name[:5] == "Chart"]
    assert len(shown) == 8
    assert all(len(set(_pixels(data))) > 8 for data in shown)


def _pictures(listed: list[list[str]]) -> list[tuple[str, bytes]]:
    """Names of things with their pictures; what is hidden has none."""
    return [
        (name, Path(path).read_bytes() if Path(path).exists() else b"") for name, _, path in listed
    ]


def _pixels(data: bytes) -> bytes:
    """What a picture of one colour has little of."""
    at, found = 8, b""
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            found += data[at + 8 : at + 8 + size]
        at += size + 12
    return zlib.decompress(found)
