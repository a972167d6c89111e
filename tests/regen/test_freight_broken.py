"""What is broken, or cannot come along, is named by what and where; the rest comes along."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.regen import broken, guests, hung, office_parts
from tests.regen.editions import OLD
from tests.regen.equality import dangling, relations_in
from tests.regen.packages import packed, part_of_sheet, parts_of, with_part
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")

LOST = (
    "an embedded object (Word.Document.12) at D91 on sheet 'Bad'",
    "the ActiveX control 'CommandButton1' on sheet 'Bad'",
    "slicers or timelines on sheet 'Bad', for what they belong to is gone",
    "a picture at Bad!D19, whose image is not in the file",
    "a chart at Bad!D27, whose chart is not in the file",
    "a shape at Bad!D59, for its odd",
    "a picture at Bad!D75, whose part is not in the file",
    "what hangs on sheet 'Bad' as its picture, whose part is not in the file",
    "a query on sheet 'Bad'",
    "a pivot table whose cache is not in the file on sheet 'Bad'",
    "threads of comments on sheet 'Bad', whose part is not in the file",
    "custom properties on sheet 'Bad'",
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("plain") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def bad(plain: bytes) -> bytes:
    return guests.with_guest(plain, broken.workbook())


def test_all_that_cannot_come_along_stops_the_run_and_nothing_is_written(
    bad: bytes, tmp_path: Path
) -> None:
    used = tmp_path / "used.xlsx"
    used.write_bytes(bad)
    with pytest.raises(XlmatrixError, match="this cannot be carried over") as failed:
        api.regenerate(used, loads(OLD), output=tmp_path / "new.xlsx")
    assert '--allow-loss "Bad"' in failed.value.mend
    assert [path.name for path in tmp_path.iterdir()] == ["used.xlsx"]


def test_with_its_loss_allowed_the_rest_comes_along_and_hangs_together(
    bad: bytes, tmp_path: Path
) -> None:
    (tmp_path / "used.xlsx").write_bytes(bad)
    new = tmp_path / "new.xlsx"
    done = api.regenerate(tmp_path / "used.xlsx", loads(OLD), output=new, allow_loss=["Bad"])
    assert done.report.lost == {"Bad": LOST}
    parts = parts_of(done.data)
    assert list(dangling(done.data)) == []
    (drawing,) = [
        one.target
        for one in relations_in(parts, part_of_sheet(done.data, "Bad"))
        if one.kind == "drawing"
    ]
    pictures = [one for one in relations_in(parts, drawing) if one.kind == "image"]
    inside = [parts[one.target] for one in pictures if not one.outside]
    # Two parts of one name in large and small letters stay two; a third is found all the same.
    assert inside == [guests.png(3, 3, (n, n, n)) for n in (1, 2, 3)]
    assert [one.target for one in pictures if one.outside] == ["file:///C:/Pictures/team.png"]
    named = {(c.key, c.before, c.note) for c in done.report.changes if c.sheet == "Bad" and c.key}
    gone = "what it speaks of is gone; it shows what it showed last"
    assert named == {
        ("D3", "Nowhere!$A$1:$A$3", gone),
        ("D11", "#REF!", gone),
        ("D67", "Module1!Go", "the macro that it runs does not come along"),
    }
    assert api.regenerate(new, loads(OLD), output=tmp_path / "again.xlsx").data == done.data


def _on_owners(data: bytes) -> bytes:
    """A control, a header picture and an embedded object that the older drawing alone has."""
    things = hung.Hung()
    button = office_parts.box(1030, "Button", "<x:FmlaMacro>[0]!Mine</x:FmlaMacro>")
    object_ = office_parts.box(1031, "Pict", "")
    things.part("xl/drawings/hung1.vml", office_parts.boxes(button, object_))
    header = '<v:shape id="CH" style="width:9pt"><v:imagedata o:relid="rId1"/></v:shape>'
    things.part("xl/drawings/hung2.vml", office_parts.boxes(header))
    things.relations += [
        ("rIdA", "vmlDrawing", "../drawings/hung1.vml"),
        ("rIdB", "vmlDrawing", "../drawings/hung2.vml"),
        ("rIdC", "pivotTable", "../pivotTables/hung1.xml"),
    ]
    things.part("xl/pivotTables/hung1.xml", b"<pivotTableDefinition/>", "application/xml")
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    things.elements = f'<legacyDrawing {space} r:id="rIdA"/><legacyDrawingHF {space} r:id="rIdB"/>'
    things.thing(office_parts.anchor(7, 12, office_parts.picture(2, "rIdNone")))
    return hung.put_on(data, "Owners", things)


def test_what_a_sheet_of_ours_cannot_have_is_named_though_a_user_hid_the_sheet(
    plain: bytes, tmp_path: Path
) -> None:
    def hide(xml: bytes) -> bytes:
        return re.sub(rb'(name="Owners"[^>]*state=")visible', rb"\1hidden", xml)

    used = tmp_path / "used.xlsx"
    used.write_bytes(with_part(_on_owners(plain), "xl/workbook.xml", hide))
    done = api.regenerate(used, loads(OLD), dry_run=True)
    assert done.report.lost == {
        "Owners": (
            "a picture at Owners!M8, whose part is not in the file",
            "a pivot table on sheet 'Owners'",
            "a control on sheet 'Owners'",
            "an embedded object or a picture of a control on sheet 'Owners'",
            "a picture in the header or footer on sheet 'Owners'",
        )
    }


def _huge(data: bytes) -> bytes:
    return packed(parts_of(data) | {"xl/media/drawn-image1.png": bytes(20 << 20)})


def _not_xml(data: bytes) -> bytes:
    return packed(parts_of(data) | {"xl/charts/drawn-chart1.xml": b"<c:chartSpace><oops>"})


def _with_a_type(data: bytes) -> bytes:
    def change(xml: bytes) -> bytes:
        return xml.replace(b"<c:chartSpace", b'<!DOCTYPE a [<!ENTITY b "c">]><c:chartSpace', 1)

    return with_part(data, "xl/charts/drawn-chart1.xml", change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_huge, r"the part xl/media/drawn-image1.png unpacks to 20 MB"),
        (_not_xml, r"the part xl/charts/drawn-chart1.xml is damaged"),
        (_with_a_type, r"the part xl/charts/drawn-chart1.xml"),
    ],
    ids=["a huge picture", "a chart that is no XML", "a chart with entities"],
)
def test_a_part_that_nobody_should_read_is_an_error_that_names_it(
    plain: bytes, tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    drawn = guests.with_guest(plain, guests.written(guests.graphics), "drawn")
    (tmp_path / "used.xlsx").write_bytes(change(drawn))
    with pytest.raises(XlmatrixError, match=said):
        api.regenerate(tmp_path / "used.xlsx", loads(OLD), output=tmp_path / "new.xlsx")
    assert not (tmp_path / "new.xlsx").exists()
