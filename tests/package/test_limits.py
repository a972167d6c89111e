"""Each limit stands in the docs as it is, and holds."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.fuzz.targets import package_with
from xlmatrix.package import Package, limits, package_of
from xlmatrix.regen.reading.reader import Wanted, read_contents
from xlmatrix.routes import worn

PAGE = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
LIMITS = {name: value for name, value in vars(limits).items() if isinstance(value, int)}


def test_the_page_has_every_limit_as_it_is() -> None:
    told = re.findall(r"`([A-Z_]+)` = ([0-9,]+)", PAGE.read_text(encoding="utf-8"))
    found = {name: int(number.replace(",", "")) for name, number in told}
    assert found == {name: value for name, value in LIMITS.items() if name != "MIB"}


def archive(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return made.getvalue()


def test_no_more_parts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_PARTS", 2)
    assert package_of(archive(a=b"", b=b"")).listed == ("a", "b")
    with pytest.raises(limits.RefusedError, match="the file has 3 parts, and 2 are read"):
        package_of(archive(a=b"", b=b"", c=b""))


def test_no_more_bytes_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 5)
    package_of(archive(a=b"123", b=b"45"))
    with pytest.raises(limits.RefusedError, match="no workbook is like that"):
        package_of(archive(a=b"123", b=b"456"))


def test_a_part_that_packs_well_may_be_small_and_no_part_may_pack_too_well() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", b" " * limits.SUSPECT_BYTES)
    package_of(made.getvalue())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", b" " * (limits.SUSPECT_BYTES + 1))
    with pytest.raises(limits.RefusedError, match="more than 150 times its size"):
        package_of(made.getvalue())


def test_the_log_has_cells_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlmatrix.regen.reading.reader.MOST_CELLS", 3)
    log = Wanted(most_rows=lambda _: 100)
    read_contents(package_with(), log)
    monkeypatch.setattr("xlmatrix.regen.reading.reader.MOST_LOG_CELLS", 3)
    for wanted in (log, Wanted()):
        with pytest.raises(limits.RefusedError, match="more cells with values"):
            read_contents(package_with(), wanted)


@pytest.mark.parametrize("place", ["A1048577", "XFE1", "A0", "ZZZ1"])
def test_a_cell_stands_on_the_sheet(place: str) -> None:
    sheet = f'<worksheet><sheetData><row><c r="{place}"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(Exception, match="is damaged"):
        read_contents(package_with(sheet=sheet.encode()))


@pytest.mark.parametrize("place", ["A1048576", "XFD1"])
def test_the_last_row_and_column_are_on_the_sheet(place: str) -> None:
    sheet = f'<worksheet><sheetData><row><c r="{place}"><v>1</v></c></row></sheetData></worksheet>'
    assert len(read_contents(package_with(sheet=sheet.encode())).sheets[0].cells.values) == 1


def test_macros_of_many_megabytes_are_not_taken_apart() -> None:
    part = "xl/vbaProject.bin"
    held = {part: b"\0" * (limits.MOST_PROJECT_BYTES + 1)}
    package = Package("a.xlsm", b"", None, held, (part,), frozenset(held))
    with pytest.raises(limits.RefusedError, match="the macros have 32 MB"):
        worn._refuse_large(package)
