"""What is no workbook of ours, or not whole, ends in a planned error and loses nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.regen.editions import OLD
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.regen import read_book
from xlmatrix.spec import loads


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path.read_bytes()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _by_openpyxl(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = _parts(data)
    parts[name] = change(parts[name])
    return _packed(parts)


def _other(_: bytes) -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet("Hello")
    book.save(out)
    return out.getvalue()


def _unstamped(book: openpyxl.Workbook) -> None:
    del book["Stamp"]


def _forged(book: openpyxl.Workbook) -> None:
    cell = book["Stamp"].cell(3, 2)
    cell.value = "A" + str(cell.value)[1:]


def _bomb(data: bytes) -> bytes:
    parts = _parts(data)
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + b" " * (300 * 1024 * 1024)
    return _packed(parts)


def _entities(xml: bytes) -> bytes:
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    return head + xml.partition(b"?>")[2]


def _sheets_with_entities(data: bytes) -> bytes:
    parts = _parts(data)
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    return _packed(parts | {name: _entities(parts[name]) for name in sheets})


def _no_roles(book: openpyxl.Workbook) -> None:
    del book["Owners"]


CASES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda d: b"", "empty"),
    "a text": (lambda d: b"id,title\n1,2\n", "not a workbook"),
    "an encrypted workbook": (
        lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "a workbook of the last century": (
        lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "old workbook",
    ),
    "a truncated file": (lambda d: d[: len(d) // 2], "cut off"),
    "somebody else's workbook": (_other, "not made by xlmatrix"),
    "a letter": (lambda d: _packed({"word/document.xml": b"<w/>"}), "another Office document"),
    "no stamp": (lambda d: _by_openpyxl(d, _unstamped), "lost its stamp"),
    "an altered stamp": (lambda d: _by_openpyxl(d, _forged), "altered"),
    "a zip bomb": (_bomb, "no workbook is like that"),
    "an XML bomb": (lambda d: _with(d, "xl/workbook.xml", _entities), "entities"),
    "entities in the sheets": (_sheets_with_entities, "entities"),
    "broken XML": (
        lambda d: _with(d, "xl/sharedStrings.xml", lambda xml: xml[: len(xml) // 2]),
        "damaged",
    ),
    "a deleted table": (lambda d: _by_openpyxl(d, _no_roles), "was deleted"),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_bad_input_ends_in_a_planned_error_and_the_file_stays(
    good: bytes, tmp_path: Path, case: str
) -> None:
    make, says = CASES[case]
    path = tmp_path / "matrix.xlsx"
    bad = make(good)
    path.write_bytes(bad)
    with pytest.raises(XlmatrixError) as failed:
        api.regenerate(path, in_place=True)
    assert says in str(failed.value)
    assert failed.value.mend
    assert path.read_bytes() == bad
    assert [p.name for p in tmp_path.iterdir()] == ["matrix.xlsx"]


@pytest.mark.parametrize("missing", ["no such.xlsx", "."])
def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path: Path, missing: str) -> None:
    with pytest.raises(XlmatrixError):
        api.regenerate(tmp_path / missing, dry_run=True)


def test_a_log_that_nothing_could_open_is_refused(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlmatrix.regen.book.MAX_ROWS", 2)

    def fill(book: openpyxl.Workbook) -> None:
        for row in range(7, 11):
            book["Incidents"].cell(row, 1).value = f"I-{row}"

    path = tmp_path / "matrix.xlsx"
    path.write_bytes(_by_openpyxl(good, fill))
    with pytest.raises(XlmatrixError, match="more than 2 incidents"):
        read_book(path)


def test_a_deleted_table_comes_back_when_its_loss_is_allowed(good: bytes, tmp_path: Path) -> None:
    path, new = tmp_path / "matrix.xlsx", tmp_path / "new.xlsx"
    path.write_bytes(_by_openpyxl(good, _no_roles))
    api.regenerate(path, output=new, allow_loss=["tRoles", "tPeople"])
    assert read_book(new).inputs.tables["tRoles"].rows


def test_values_of_a_truncated_workbook_are_rescued_beside_it(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "matrix.xlsx"
    # Shared texts stand last in the package: what is cut off here are the archive's index.
    path.write_bytes(good[:-200])
    saved = api.rescue(path)
    book = openpyxl.load_workbook(saved)
    texts = {str(cell.value) for ws in book for row in ws.iter_rows() for cell in row}
    assert {"Priya Raman", "Tom Weiss", "Acknowledge"} <= texts


def test_a_chart_on_a_users_sheet_stops_the_run_until_its_loss_is_allowed(
    good: bytes, tmp_path: Path
) -> None:
    def chart(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Mine")
        sheet["A1"], sheet["A2"] = 1, 2
        made = openpyxl.chart.BarChart()
        made.add_data(openpyxl.chart.Reference(sheet, min_col=1, min_row=1, max_row=2))
        sheet.add_chart(made, "C3")

    path, new = tmp_path / "matrix.xlsx", tmp_path / "new.xlsx"
    path.write_bytes(_by_openpyxl(good, chart))
    with pytest.raises(XlmatrixError, match="charts or pictures") as failed:
        api.regenerate(path, output=new)
    assert '--allow-loss "Mine"' in failed.value.mend
    assert not new.exists()
    api.regenerate(path, output=new, allow_loss=["Mine"])
    assert openpyxl.load_workbook(new)["Mine"]["A2"].value == 2


@pytest.mark.parametrize("lock", ["~$matrix.xlsx", ".~lock.matrix.xlsx#"])
def test_a_workbook_open_elsewhere_is_not_replaced(good: bytes, tmp_path: Path, lock: str) -> None:
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(good)
    (tmp_path / lock).write_text("")
    with pytest.raises(XlmatrixError, match="open in another program"):
        api.regenerate(path, in_place=True)
    assert path.read_bytes() == good
