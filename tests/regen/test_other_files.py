"""A file of another kind is named as what it is, whatever it is called, by every command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.regen.editions import OLD
from tests.regen.packages import packed, parts_of
from tests.regen.sheets import read
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def _stream(name: str) -> bytes:
    return OLE + f"{name}\0".encode("utf-16-le")


def _typed(kind: str) -> bytes:
    """A package whose workbook is announced as something else."""
    types = (
        f'<Types><Override PartName="/xl/workbook.xml" ContentType="application/{kind}"/></Types>'
    )
    return packed({"[Content_Types].xml": types.encode(), "xl/workbook.xml": b"<workbook/>"})


#: What a file holds, and what is said of it.
FILES = {
    "xlsb": (packed({"xl/workbook.bin": b"\x83\x01"}), ".xlsb"),
    "ods": (packed({"mimetype": SPREADSHEET.encode(), "content.xml": b"<a/>"}), ".ods"),
    "xls": (_stream("Workbook"), ".xls"),
    "xls of 1995": (_stream("Book"), ".xls"),
    "xls of 1992": (b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0" * 40, ".xls"),
    "doc": (_stream("WordDocument"), ".doc"),
    "csv": (b"ID;Opened\r\nA-1;2026-03-09 09:30\r\n", ".csv"),
    "csv in UTF-16": ("ID\tOpened\r\nA-1\t1\r\n".encode("utf-16"), ".csv"),
    "numbers": (packed({"Index/Document.iwa": b"\0", "preview.jpg": b"\xff"}), "Numbers"),
    "gsheet": (b'{"": "WARNING!", "doc_id": "1Ab", "email": "a@example.com"}', "File > Download"),
    "a web page": (b"<html><table><tr><td>ID</td></tr></table></html>", "web page"),
    "XML of 2003": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "of 2003",
    ),
    "a password": (_stream("EncryptedPackage"), "remove the password"),
    "nothing": (b"", "empty"),
    "xltx": (
        _typed("vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"), ".xltx"
    ),
    "xltm": (_typed("vnd.ms-excel.template.macroEnabled.main+xml"), ".xltm"),
}  # fmt: skip
COMMANDS: list[Callable[[str], list[str]]] = [
    lambda book: ["check", book],
    lambda book: ["prove", book],
    lambda book: ["spec", book, "-o", "spec.yaml"],
    lambda book: ["diff", book, book],
    lambda book: ["recalc", book],
    lambda book: ["explain", book, "A-1"],
    lambda book: ["brief", book],
    lambda book: ["checklist", book],
    lambda book: ["drill", "plan", book],
    lambda book: ["drill", "card", "1", book],
    lambda book: ["drill", "ics", book],
    lambda book: ["regenerate", book, "--dry-run"],
    lambda book: ["regenerate", book, "--rescue"],
]


def _said(*args: str) -> Any:
    return CliRunner().invoke(app, list(args), env={"COLUMNS": "400"})


@pytest.mark.parametrize("kind", FILES)
def test_every_command_says_what_the_file_is_and_what_to_do(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data, said = FILES[kind]
    Path("used.xlsx").write_bytes(data)
    for command in COMMANDS:
        result = _said(*command("used.xlsx"))
        told = " ".join(result.stderr.split())
        assert result.exit_code == 2, (command("used.xlsx"), told)
        assert "used.xlsx" in told, command("used.xlsx")
        assert said in told, (command("used.xlsx"), told)
        assert "as .xlsx first" in told, (command("used.xlsx"), told)
        assert len(told) < 400
    assert [path.name for path in tmp_path.iterdir()] == ["used.xlsx"]


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv", "a.numbers", "noending"])
def test_what_a_file_is_called_does_not_tell_what_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES["xls"][0])
    result = _said("check", str(tmp_path / name))
    assert result.exit_code == 2
    assert "old Excel workbook" in result.stderr.replace("\n", " ")


STRICT = "http://purl.oclc.org/ooxml"
TRANSITIONAL = "http://schemas.openxmlformats.org"


def _strict(data: bytes) -> bytes:
    """A workbook as Excel's "Strict Open XML Spreadsheet" has it: other names for everything."""
    parts = {}
    for name, part in parts_of(data).items():
        if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
            text = part.decode()
            for kind in ("spreadsheetml", "drawingml"):
                text = text.replace(f"{TRANSITIONAL}/{kind}/2006", f"{STRICT}/{kind}")
            text = text.replace(
                f"{TRANSITIONAL}/officeDocument/2006/relationships",
                f"{STRICT}/officeDocument/relationships",
            )
            text = text.replace("<workbook ", '<workbook conformance="strict" ')
            parts[name] = text.encode()
        else:
            parts[name] = part
    return packed(parts)


def test_a_strict_workbook_is_read_as_any_other(tmp_path: Path) -> None:
    built, strict, new = (tmp_path / f"{name}.xlsx" for name in ("built", "strict", "new"))
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=built)
    strict.write_bytes(_strict(built.read_bytes()))
    done = api.regenerate(strict, output=new)
    assert not done.report.changes
    assert read(new).tables["tPeople"].rows == read(built).tables["tPeople"].rows
    assert api.regenerate(new, output=tmp_path / "again.xlsx").data == done.data
