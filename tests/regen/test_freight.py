"""What hangs on users' own sheets comes along part by part, its references mended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.regen import guests, office_parts
from tests.regen.editions import NEWER, OLD
from tests.regen.equality import Compared, compared, dangling
from tests.regen.packages import parts_of, with_part
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.regen.merging.report import Report

pytestmark = pytest.mark.usefixtures("few_spare_rows")

_BOOK: Final = "xl/workbook.xml"
_GRAPHICS: Final = 301


@dataclass(frozen=True)
class Run:
    """A used workbook, what a newer edition made of it, and what the report says."""

    used: bytes
    new: bytes
    report: Report
    path: Path

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


def _renamed(data: bytes, names: Mapping[str, str]) -> bytes:
    """Sheets of ours under names that a user gave them."""

    def change(xml: bytes) -> bytes:
        text = xml.decode()
        for was, now in names.items():
            text = text.replace(f'name="{was}"', f'name="{now}"', 1)
        return text.encode()

    return with_part(data, _BOOK, change)


@pytest.fixture(scope="module")
def run(plain: bytes, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All kinds of parts on three sheets of the user's, of which two are cells."""
    folder = tmp_path_factory.mktemp("run")
    used = guests.with_guest(plain, office_parts.board())
    used = guests.with_guest(used, guests.written(guests.graphics), "drawn", _GRAPHICS)
    (folder / "used.xlsx").write_bytes(used)
    done = api.regenerate(folder / "used.xlsx", loads(NEWER), output=folder / "new.xlsx")
    return Run(used, done.data, done.report, folder / "new.xlsx")


@pytest.fixture(scope="module")
def beside_each_other(run: Run) -> Compared:
    names = re.findall(r'<sheet [^>]*name="(\w+)" sheetId="(\d+)"', parts_of(run.new)[_BOOK].decode())
    number = dict(names)["Board"]
    nobody = office_parts.NOBODY
    swaps = [
        # A slicer knows a pivot table's sheet by its number, which is another now.
        (f'tabId="{guests.FIRST_SHEET}"', f'tabId="{number}"'),
        # A newer chart speaks of a name that Excel makes anew whenever it saves.
        ("_xlchart.v1.0", "Board!$A$2:$A$4"),
        (
            "</personList>",
            f'<person displayName="Unknown person" id="{nobody}" userId="{nobody}" '
            'providerId="None"/></personList>',
        ),
    ]
    sheets = {name: name for name in ("Board", "Old figures", "My chart")}
    return compared(run.used, run.new, sheets, swaps)


def test_each_part_is_equal_and_hangs_where_it_hung(beside_each_other: Compared) -> None:
    assert beside_each_other.faults == []
    assert beside_each_other.kinds == {
        "chart": 8, "chartColorStyle": 1, "chartEx": 1, "comments": 1, "ctrlProp": 1,
        "diagramColors": 1, "diagramData": 1, "diagramDrawing": 1, "diagramLayout": 1,
        "diagramQuickStyle": 1, "drawing": 3, "image": 6, "person": 1, "pivotCacheDefinition": 1,
        "pivotCacheRecords": 1, "pivotTable": 1, "slicer": 1, "slicerCache": 1,
        "threadedComment": 1, "vmlDrawing": 2,
    }  # fmt: skip


def test_no_relation_leads_nowhere_and_each_part_has_a_type(run: Run) -> None:
    assert list(dangling(run.new)) == []


def test_a_chart_of_our_cells_and_a_thread_by_nobody_are_named(run: Run) -> None:
    assert run.said() == {
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


def test_a_second_run_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    again = api.regenerate(run.path, loads(NEWER), output=tmp_path / "again.xlsx")
    assert again.data == run.new


