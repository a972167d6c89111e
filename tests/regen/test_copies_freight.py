"""Charts and pictures that either of two people put into a copy are in the merged workbook."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.regen import guests, hung
from tests.regen import office_parts as office
from tests.regen.equality import relations_in
from tests.regen.packages import part_of_sheet, parts_of, with_cell, with_part
from tests.regen.pairs import original
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.merging.merge import Outcome

pytestmark = pytest.mark.usefixtures("few_sheets")

#: The row of *Owners* that a picture hangs by, from 0, and the column of those that do not meet.
ROW, MEETING, APART = 7, 11, 16


def with_things(data: bytes, name: str, colour: tuple[int, int, int], *, apart: int) -> bytes:
    """A copy with a chart on a sheet of its own, and two pictures beside the roles."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet(f"Figures {name}")
        sheet.write_row(0, 0, [1, 2, 3])
        chart = book.add_chart({"type": "column"})
        chart.set_title({"name": f"Of {name}"})
        chart.add_series({"values": f"='Figures {name}'!$A$1:$C$1"})
        sheet.insert_chart(2, 2, chart)

    things = hung.Hung()
    for number, column in ((2, MEETING), (3, apart)):
        things.thing(
            office.anchor(ROW, column, office.picture(number, f"rId{number}")),
            (f"rId{number}", "image", f"../media/{name}{number}.png"),
        )
        things.part(f"xl/media/{name}{number}.png", picture(colour, number))
    used = guests.with_guest(data, guests.written(fill), f"of{name}")
    return hung.put_on(used, "Owners", things)


def picture(colour: tuple[int, int, int], number: int) -> bytes:
    return guests.png(number, number, colour)


COLOURS = {"mine": (1, 2, 250), "theirs": (250, 2, 1)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, few_sheets: None) -> Path:
    folder = tmp_path_factory.mktemp("freight")
    data = original(folder).read_bytes()
    for name, colour in COLOURS.items():
        apart = APART if name == "mine" else APART + 4
        (folder / f"{name}.xlsx").write_bytes(with_things(data, name, colour, apart=apart))
    for name in COLOURS:
        pivoted = guests.with_guest(data, office.board(), f"pivot{name}")
        typed = f'<c r="A1" t="inlineStr"><is><t>{name}</t></is></c>'
        (folder / f"pivot-{name}.xlsx").write_bytes(with_cell(pivoted, "Board", "A1", typed))
    return folder


def test_charts_and_pictures_of_both_are_there_or_named(folder: Path) -> None:
    done = api.merge(folder / "mine.xlsx", folder / "theirs.xlsx", output=folder / "merged.xlsx")
    parts = parts_of(done.data)
    for name in COLOURS:
        part = part_of_sheet(done.data, f"Figures {name}")
        assert [one.kind for one in relations_in(parts, part)] == ["drawing"], name
        charts = [t for n, t in parts.items() if "charts/" in n and f"Of {name}".encode() in t]
        assert len(charts) == 1, name
        assert f"Figures {name}".encode() in charts[0]
    held = {hashlib.sha256(text).hexdigest() for n, text in parts.items() if n.endswith(".png")}
    for name, number in ((name, number) for name in COLOURS for number in (2, 3)):
        assert hashlib.sha256(picture(COLOURS[name], number)).hexdigest() in held, (name, number)
    drawings = [t for n, t in parts.items() if "/drawings/" in n and t.count(b"<xdr:pic>")]
    assert [text.count(b"<xdr:pic>") for text in drawings] == [4]
    assert not [c for c in done.report.changes if c.outcome is Outcome.REFUSED]
    # Once more with the copy whose pictures have other numbers now: each is known for the same.
    again = api.merge(folder / "merged.xlsx", folder / "mine.xlsx", dry_run=True)
    assert not [c for c in again.report.changes if c.outcome is not Outcome.KEPT]


def test_a_thing_that_one_copy_changed_is_named_and_one_that_both_have_stands_once(
    folder: Path,
) -> None:
    wider = (folder / "mine.xlsx").read_bytes()
    name = next(n for n in parts_of(wider) if n.endswith("drawings/hung1.xml"))
    wide = with_part(wider, name, lambda text: text.replace(b'cx="900000"', b'cx="800000"', 1))
    (folder / "wider.xlsx").write_bytes(wide)
    done = api.merge(folder / "mine.xlsx", folder / "wider.xlsx", dry_run=True)
    said = [c for c in done.report.changes if c.outcome is Outcome.REFUSED]
    assert [(c.sheet, c.note) for c in said] == [
        ("Owners", "a picture of wider.xlsx is left out, for mine.xlsx has one there")
    ]


def test_pivot_tables_in_both_are_named_with_their_sheets(folder: Path) -> None:
    with pytest.raises(XlmatrixError) as caught:
        api.merge(folder / "pivot-mine.xlsx", folder / "pivot-theirs.xlsx", dry_run=True)
    said = "pivot tables of their own: pivot-mine.xlsx on 'Board', pivot-theirs.xlsx on 'Board'"
    assert said in str(caught.value)
    assert "merge that, and copy these sheets into the merged workbook" in str(caught.value)
