"""What is no workbook of ours, or not whole, ends in a planned error and loses nothing."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.office.package import bounds
from tests.regen.editions import OLD
from tests.regen.packages import by_openpyxl, packed, parts_of, with_cell, with_part
from tests.regen.sheets import read
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen import read_book

pytestmark = pytest.mark.usefixtures("few_sheets")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path.read_bytes()


def _other(_: bytes) -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet("Hello")["B2"] = "world"
    book.save(out)
    return out.getvalue()


def _unstamped(book: openpyxl.Workbook) -> None:
    del book["Stamp"]


def _forged(book: openpyxl.Workbook) -> None:
    cell = book["Stamp"].cell(3, 2)
    cell.value = "A" + str(cell.value)[1:]


def _bomb(data: bytes) -> bytes:
    parts = parts_of(data)
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + b" " * (128 * 1024 * 1024)
    return packed(parts)


def _entities(xml: bytes) -> bytes:
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    return head + xml.partition(b"?>")[2]


def _sheets_with_entities(data: bytes) -> bytes:
    parts = parts_of(data)
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    return packed(parts | {name: _entities(parts[name]) for name in sheets})


def _no_roles(book: openpyxl.Workbook) -> None:
    del book["Owners"]


def _twice(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


def _locked(data: bytes) -> bytes:
    """The flag of a password on each part, in its own header and in the index."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            changed[at + offset] |= 1
    return bytes(changed)


def _in_part(data: bytes, name: str, offset: int, value: int) -> bytes:
    """A byte changed in the index's entry of a part."""
    changed = bytearray(data)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    changed[at + offset] ^= value
    return bytes(changed)


def _other_bytes(data: bytes) -> bytes:
    return _in_part(data, "xl/worksheets/sheet9.xml", 16, 0xFF)


def _odd_packing(data: bytes) -> bytes:
    return _in_part(data, "xl/worksheets/sheet9.xml", 10, 0x5B)


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
    "a letter": (lambda d: packed({"word/document.xml": b"<w/>"}), "another Office document"),
    "no stamp": (lambda d: by_openpyxl(d, _unstamped), "lost its stamp"),
    "an altered stamp": (lambda d: by_openpyxl(d, _forged), "altered"),
    "a zip bomb": (_bomb, "no workbook is like that"),
    "an XML bomb": (lambda d: with_part(d, "xl/workbook.xml", _entities), "entities"),
    "entities in the sheets": (_sheets_with_entities, "entities"),
    "broken XML": (
        lambda d: with_part(d, "xl/sharedStrings.xml", lambda xml: xml[: len(xml) // 2]),
        "damaged",
    ),
    "a deleted table": (lambda d: by_openpyxl(d, _no_roles), "was deleted"),
    "a list of sheets without its relations": (
        lambda d: with_part(d, "xl/_rels/workbook.xml.rels", lambda _: b"<Relationships/>"),
        "lost its part",
    ),
    "a part twice": (_twice, "holds a part twice"),
    "a locked archive": (_locked, "archive is encrypted"),
    "a part that is not what its check says": (_other_bytes, "is damaged"),
    "an unknown way of packing": (_odd_packing, "damaged|cannot be read"),
    "no texts": (
        lambda d: packed({n: x for n, x in parts_of(d).items() if "sharedStrings" not in n}),
        "lost its stamp|damaged",
    ),
}
#: Of these nothing can be read, or nobody should.
HOPELESS = {
    "nothing", "a text", "an encrypted workbook", "a workbook of the last century", "a letter",
    "a zip bomb", "a part twice", "a locked archive", "an XML bomb",
    "a list of sheets without its relations", "entities in the sheets",
}  # fmt: skip


def _run(*args: str | Path) -> Any:
    return CliRunner().invoke(app, [str(arg) for arg in args], env={"COLUMNS": "200"})


@pytest.mark.parametrize("case", sorted(CASES))
def test_bad_input_ends_in_a_planned_error_and_the_file_stays(
    good: bytes, tmp_path: Path, case: str
) -> None:
    make, says = CASES[case]
    path = tmp_path / "matrix.xlsx"
    bad = make(good)
    path.write_bytes(bad)
    done = _run("regenerate", path, "--in-place")
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    what, mend = done.output.strip().splitlines()
    assert re.search(says, what)
    assert str(path) in what
    assert len(mend.split()) > 2
    assert path.read_bytes() == bad
    assert [p.name for p in tmp_path.iterdir()] == ["matrix.xlsx"]


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_can_be_read_of_bad_input_is_rescued_beside_it(
    good: bytes, tmp_path: Path, case: str
) -> None:
    path = tmp_path / "matrix.xlsx"
    bad = CASES[case][0](good)
    path.write_bytes(bad)
    done = _run("regenerate", path, "--rescue", "--json")
    assert path.read_bytes() == bad
    left = {p.name for p in tmp_path.iterdir()} - {"matrix.xlsx"}
    if case in HOPELESS:
        assert done.exit_code == 2, done.output
        assert "Traceback" not in done.output
        assert not left
    else:
        assert done.exit_code == 0, done.output
        assert left == {"matrix.rescued.xlsx"}
        assert json.loads(done.stdout)["rescued"] == str(tmp_path / "matrix.rescued.xlsx")
        openpyxl.load_workbook(tmp_path / "matrix.rescued.xlsx")


def test_the_command_itself_ends_with_two_and_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(b"no workbook")
    command = [sys.executable, "-m", "xlmatrix", "regenerate", str(path), "--in-place"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: {path}: this is text, as a .csv holds of one sheet, not a workbook that can be "
        "read.\n       Name the .xlsx that xlmatrix built, or save the workbook as .xlsx first.\n"
    )
    assert list(tmp_path.iterdir()) == [path]


def _spoiled(good: bytes, parts: dict[str, bytes], rng: Random) -> bytes:
    """A workbook cut off, with other bytes, or with other bytes in the XML of a part."""
    kind = rng.choice(["cut", "flip", "index", "xml", "xml"])
    data = bytearray(good)
    if kind == "cut":
        return good[: rng.randrange(len(good))]
    if kind == "flip":
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == "index":
        start = good.find(b"PK\x01\x02")
        data[rng.randrange(start, len(data))] ^= 255
    else:
        name = rng.choice(sorted(parts))
        xml = bytearray(parts[name])
        for _ in range(3):
            xml[rng.randrange(len(xml))] = rng.choice(b'0123456789<>"/ azAZ&;-')
        return packed(parts | {name: bytes(xml)})
    return bytes(data)


SPOILED = int(os.environ.get("XLMATRIX_SPOILED", "40"))


@pytest.mark.slow
def test_no_spoiled_workbook_ends_otherwise_than_planned(good: bytes, tmp_path: Path) -> None:
    path, parts, planned = tmp_path / "matrix.xlsx", parts_of(good), 0
    for number in range(SPOILED):
        path.write_bytes(_spoiled(good, parts, Random(number)))
        try:
            read_book(path)
        except XlmatrixError:
            planned += 1
        with contextlib.suppress(XlmatrixError):
            api.rescue(path).unlink()
    assert planned > SPOILED // 4


@pytest.mark.parametrize("missing", ["no such.xlsx", "."])
def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path: Path, missing: str) -> None:
    with pytest.raises(XlmatrixError):
        api.regenerate(tmp_path / missing, dry_run=True)


def test_a_log_that_nothing_could_open_is_refused(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlmatrix.regen.reading.book.MAX_ROWS", 2)

    def fill(book: openpyxl.Workbook) -> None:
        left, top, *_ = bounds(book["Incidents"].tables["tIncidents"].ref)
        for row in range(1, 5):
            book["Incidents"].cell(top + row, left).value = f"I-{row}"

    path = tmp_path / "matrix.xlsx"
    path.write_bytes(by_openpyxl(good, fill))
    with pytest.raises(XlmatrixError, match="4 incidents, and a workbook takes 2"):
        read_book(path)


def test_a_deleted_table_comes_back_when_its_loss_is_allowed(good: bytes, tmp_path: Path) -> None:
    path, new = tmp_path / "matrix.xlsx", tmp_path / "new.xlsx"
    path.write_bytes(by_openpyxl(good, _no_roles))
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


@pytest.mark.parametrize("lock", ["~$matrix.xlsx", ".~lock.matrix.xlsx#"])
def test_a_workbook_open_elsewhere_is_not_replaced(good: bytes, tmp_path: Path, lock: str) -> None:
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(good)
    (tmp_path / lock).write_text("")
    with pytest.raises(XlmatrixError, match="open in another program"):
        api.regenerate(path, in_place=True)
    assert path.read_bytes() == good


def test_keys_typed_twice_are_two_rows_and_said(good: bytes, tmp_path: Path) -> None:
    """A second person of one name, and a second incident of one ID."""

    def twice(book: openpyxl.Workbook) -> None:
        people = read(path).tables["tPeople"]
        sheet = book[people.sheet]
        for header, value in (("Name", "Tom Weiss"), ("Phone", "+49 999")):
            sheet.cell(people.free[0], people.column_of(header)).value = value

    path, new = tmp_path / "matrix.xlsx", tmp_path / "new.xlsx"
    path.write_bytes(good)
    path.write_bytes(by_openpyxl(good, twice))
    done = api.regenerate(path, output=new)
    rows = read(new).tables["tPeople"].rows
    assert [row["Phone"] for row in rows if row["Name"] == "Tom Weiss"][1] == "+49 999"
    assert any("Tom Weiss" in str(finding) for finding in done.findings)


def test_a_formula_where_a_value_belongs_stays_and_is_listed(good: bytes, tmp_path: Path) -> None:
    path, new = tmp_path / "matrix.xlsx", tmp_path / "new.xlsx"
    path.write_bytes(good)
    roles = read(path).tables["tRoles"]
    letter = openpyxl.utils.get_column_letter(roles.column_of("Primary"))
    at = f"{letter}{roles.numbers[0]}"
    cell = f'<c r="{at}" t="str"><f>UPPER("tom")</f><v>TOM</v></c>'
    path.write_bytes(with_cell(good, roles.sheet, at, cell))
    done = api.regenerate(path, output=new)
    assert openpyxl.load_workbook(new)[roles.sheet][at].value == '=UPPER("tom")'
    assert "a formula typed as input" in [c.note for c in done.report.changes]
