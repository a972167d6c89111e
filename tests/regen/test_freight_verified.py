"""Parts are read back from the finished workbook: what one lacks is an error, by what and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.model.test_content import RACI
from tests.regen import guests, hung, office_parts
from tests.regen.editions import OLD
from tests.regen.equality import relations_in
from tests.regen.packages import packed, part_of_sheet, parts_of
from tests.regen.test_freight import ROWS
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.stages import verified

pytestmark = pytest.mark.usefixtures("few_sheets")

TITLE = "Minutes from detection, drill by drill"


@dataclass(frozen=True)
class Finished:
    """A finished workbook, and what the run held against it."""

    data: bytes
    renewed: Any


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished")
    spec, path = loads(OLD + RACI), folder / "matrix.xlsx"
    api.build(spec, as_of="2026-03-16 10:30", output=path)
    used = guests.with_guest(path.read_bytes(), office_parts.board())
    used = hung.with_beside(used, ROWS)
    # A copy of our chart, and one of the user's where ours hangs.
    charts = (("N30", "Drills!$B$8:$B$9", TITLE), ("B50", "Drills!$B$8:$B$9", "Mine"))
    (folder / "used.xlsx").write_bytes(hung.joined(used, "Drills", *charts))
    seen: list[tuple[bytes, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verified, "verify", lambda *of: seen.append(of))
        api.regenerate(folder / "used.xlsx", spec, output=folder / "new.xlsx")
    verified.verify(*seen[0])
    return Finished(*seen[0])


def test_charts_join_those_of_ours_on_a_sheet_that_has_some(finished: Finished) -> None:
    parts = parts_of(finished.data)
    of_drills = relations_in(parts, part_of_sheet(finished.data, "Drills"))
    (drawing,) = [one.target for one in of_drills if one.kind == "drawing"]
    charts = [one.target for one in relations_in(parts, drawing) if one.kind == "chart"]
    titles = [re.findall(r"<a:t>([^<]*)</a:t>", parts[chart].decode())[0] for chart in charts]
    assert sorted(titles) == sorted([TITLE, TITLE, "Mine"])
    numbers = re.findall(r'cNvPr id="(\d+)"', parts[drawing].decode())
    assert len(numbers) == len(set(numbers))


def _without(said: str) -> Callable[[dict[str, bytes]], None]:
    """Parts stay, and the relations that say so are gone."""

    def spoil(parts: dict[str, bytes]) -> None:
        for name, data in parts.items():
            if name.endswith(".rels"):
                pattern = rf'<Relationship [^>]*{said}"[^>]*>'.encode()
                parts[name] = re.sub(pattern, b"", data)

    return spoil


def _gone(parts: dict[str, bytes]) -> None:
    del parts["xl/charts/chartEx1.xml"]


def _painted_over(parts: dict[str, bytes]) -> None:
    for name in parts:
        if name.startswith("xl/media/") and name.endswith(".png"):
            parts[name] = guests.png(2, 2, (0, 0, 0))


def _in_other_words(parts: dict[str, bytes]) -> None:
    name = "xl/threadedComments/threadedComment2.xml"
    parts[name] = parts[name].replace(b"Until May", b"Until June")


FAULTS: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "a pivot table": (_without("pivotTable1.xml"), "1 of 1 pivot tables on sheet 'Board'"),
    "a chart on our sheet": (_without('Id="rIdJoined80'), "1 of 3 charts on sheet 'Drills'"),
    "ink beside our tables": (_without("ink1.xml"), "1 of 1 drawings by pen on sheet 'Owners'"),
    "slicers": (_without("slicer2.xml"), "1 of 1 lists of slicers on sheet 'Owners'"),
    "a part": (_gone, "what xl/drawings/drawing.*xml on sheet 'Board' refers to"),
    "a picture": (_painted_over, "a picture on sheet 'Board' as it was"),
    "a reply": (_in_other_words, "what was said at Owners!D8: Until May"),
    "persons": (_without("person1.xml"), "the person who wrote on Board!B2"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_finished_workbook_lacks_ends_the_run(finished: Finished, fault: str) -> None:
    spoil, said = FAULTS[fault]
    parts = parts_of(finished.data)
    spoil(parts)
    with pytest.raises(XlmatrixError, match=f"would lack this: .*{said}"):
        verified.verify(packed(parts), finished.renewed)
