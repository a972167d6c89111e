"""What people and programs make of exports: a planned error or a counted row, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import read_incidents
from xlmatrix.exchange.files import text
from xlmatrix.exchange.imported import Imported
from xlmatrix.exchange.tickets.cells import seconds_of
from xlmatrix.model import MatrixSpec

HEADER = "id,opened,title,state,resolved"
ROW = "I-1,2026-03-02 09:30,Slow,open,"
TICKET: dict[str, Any] = {
    "id": 1, "number": "20001", "title": "Slow", "created_at": "2026-03-02T09:30:00Z",
    "state": "open", "priority": "2 normal", "group": "Desk", "owner": "Bo", "close_at": None,
}  # fmt: skip

Given = Callable[..., Imported]


@pytest.fixture
def given(spec: MatrixSpec, tmp_path: Path) -> Given:
    """Read what is written to a file, and see that every row is accounted for."""

    def read(content: str | bytes, name: str = "export.csv") -> Imported:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        imported = read_incidents(path, spec)
        assert all(one.adds_up for one in imported.tickets.files)
        return imported

    return read


def refused(given: Given, content: str | bytes, name: str = "export.csv") -> str:
    with pytest.raises(XlmatrixError) as error:
        given(content, name)
    assert error.value.mend
    assert name.split("/", maxsplit=1)[0] in error.value.where
    assert "/tmp" not in error.value.what
    return str(error.value)


def lines(*rows: str) -> str:
    return "\n".join([HEADER, *rows, ""])


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def records(*changes: Mapping[str, Any]) -> str:
    return json.dumps([{**TICKET, "id": n, "number": f"2{n}", **c} for n, c in enumerate(changes)])


def opened(imported: Imported) -> list[str]:
    return [str(one) for one in imported.log.stamps["Opened"]]


# --- text ---------------------------------------------------------------------------------------


def test_an_id_of_control_characters_alone_is_none(given: Given) -> None:
    imported = given(lines(ROW, ROW.replace("I-1", "\x01"), ROW.replace("I-1", "I\x02-2")))
    assert imported.log.texts["ID"] == ["I-1", "I-2"]
    assert imported.tickets.total("refused") == 1


def test_a_row_that_the_file_ends_in_is_told(given: Given) -> None:
    imported = given(lines(ROW) + "I-2,2026-03-")
    (found,) = [one for one in imported.findings if one.code == "import-width"]
    assert found.where == "export.csv:3"
    assert "the file ends in it" in found.what


def test_ids_that_differ_in_case_alone_are_the_same(given: Given) -> None:
    assert given(lines(ROW, ROW.lower())).tickets.total("refused") == 1


@pytest.mark.parametrize("mark", ["<!DOCTYPE html>", "<html>", "\n <table>"])
def test_a_page_that_is_called_a_workbook_is_named(given: Given, mark: str) -> None:
    assert "a web page" in refused(given, f"{mark}<tr><td>Key</td></tr>", "jira.xls")


def test_other_documents_are_named(given: Given) -> None:
    assert "a web archive" in refused(given, "MIME-Version: 1.0\n\n", "report.xls")
    assert "Rich Text" in refused(given, "{\\rtf1 id,opened}", "report.doc")
    assert "an XML file" in refused(given, '<?xml version="1.0"?><a/>', "report.xml")


def test_a_line_without_an_end_does_not_fill_the_memory(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "_CHUNK", 100)
    monkeypatch.setattr(text, "_MOST_LINE", 1000)
    assert "a line has more than" in refused(given, "id,opened" + "x" * 2000)
    assert "a line has more than" in refused(given, lines(ROW, "I-2," + "," * 2000))
    assert given(records({"title": "x" * 2000}), "t.json").tickets.total("incidents") == 1


@pytest.mark.parametrize(
    "stamp",
    ["1989-12-31 23:00", "2100-01-01 00:00", "2026-03-02 24:01", "2026-12-31T23:59:60Z", "1e400",
     "9999-12-31 23:59:59", "2026-03-02T09:30+99:00", "9" * 400, "-1", "0000-00-00 00:00:00"],
)  # fmt: skip
def test_a_stamp_that_is_none_costs_its_row_alone(given: Given, stamp: str) -> None:
    imported = given(lines(ROW, f"I-2,{stamp},Slow,open,"))
    assert imported.tickets.total("refused") == 1


def test_the_remedy_for_a_leap_second_is_one(given: Given) -> None:
    (found,) = [
        one
        for one in given(lines(ROW, "I-2,2026-12-31T23:59:60Z,Slow,open,")).findings
        if one.code == "import-date"
    ]
    assert "23:59:59" in found.mend


def test_offsets_of_hours_alone_are_heeded_in_long_columns_too(given: Given) -> None:
    rows = [f"I-{n},2026-03-02 09:30+05,Slow,open," for n in range(150)]
    assert set(opened(given(lines(*rows)))) == {"2026-03-02T05:30:00"}


# --- JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", [10**40, 10**400, 1e300, -(10**400), float("inf")], ids=list("abcde")
)
def test_numbers_of_any_size_are_no_stamps(given: Given, number: float) -> None:
    imported = given(records({}, {"created_at": number}), "t.json")
    assert imported.tickets.total("refused") == 1


@pytest.mark.parametrize("number", [10**400, 1e300, 1e308, "9" * 5000 + ":00"], ids=list("abcd"))
def test_lengths_of_any_size_are_no_lengths(number: float | str) -> None:
    assert seconds_of(number, 1 / 60) is None


def test_a_number_that_is_none_says_nothing(given: Given) -> None:
    assert given(records({"title": float("nan")}, {}), "t.json").log.texts["Title"][0] == ""


def test_a_number_of_thousands_of_digits_is_named(given: Given) -> None:
    content = records({}).replace('"Slow"', "1" + "0" * 5000)
    assert "thousands of digits" in refused(given, content, "t.json")


@pytest.mark.parametrize("levels", [150, 900, 2000, 100_000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"name":', "}")])
def test_levels_beyond_a_hundred_are_refused(
    given: Given, levels: int, begin: str, end: str
) -> None:
    content = records({}).replace('"Slow"', begin * levels + "1" + end * levels)
    assert "100 levels" in refused(given, content, "t.json")


def test_a_record_of_many_levels_costs_its_line_alone(given: Given) -> None:
    good, deep = json.dumps(TICKET), json.dumps(TICKET).replace('"Slow"', "[" * 900 + "]" * 900)
    imported = given(f"{good}\n{deep}\n", "t.jsonl")
    assert imported.tickets.total("refused") == 1


def test_a_json_text_that_is_cut_off_is_named(given: Given) -> None:
    whole = records({}, {})
    for end in (len(whole) // 2, len(whole) - 1):
        assert "cut off" in refused(given, whole[:end], "t.json")


def test_lines_of_records_may_be_cut_and_may_hold_other_ends_of_lines(given: Given) -> None:
    first = json.dumps(TICKET | {"title": "one\u2028two\x85three"}, ensure_ascii=False)
    second = json.dumps(TICKET | {"id": 2, "number": "20002"})
    imported = given(f"{first}\n{second}\n{second[:40]}", "t.jsonl")
    assert [one.read for one in imported.tickets.files] == [3]
    assert imported.tickets.total("incidents") == 2


def test_no_records_are_named(given: Given) -> None:
    for content in ("[]", '{"incidents": []}'):
        assert "no records" in refused(given, content, "t.json")


# --- archives -----------------------------------------------------------------------------------


def test_a_name_that_leads_out_of_the_folder_leads_nowhere(given: Given, tmp_path: Path) -> None:
    imported = given(zipped({"../../out.csv": lines(ROW), "/abs.csv": lines(ROW)}), "t.zip")
    assert [one.name for one in imported.tickets.files] == ["t.zip/../../out.csv", "t.zip//abs.csv"]
    assert [one.name for one in tmp_path.iterdir()] == ["t.zip"]


def test_archives_that_are_no_tickets_are_named(given: Given) -> None:
    inner = zipped({"t.csv": lines(ROW)})
    assert "within an archive" in refused(given, zipped({"in.zip": inner}), "t.zip")
    assert "0 files" in refused(given, zipped({}), "t.zip")
    assert "150 times" in refused(given, zipped({"t.csv": bytes(40_000_000)}), "t.zip")
    assert "OpenDocument" in refused(
        given, zipped({"mimetype": "x", "content.xml": "<a/>", "META-INF/manifest.xml": "<a/>"}),
        "t.ods",
    )  # fmt: skip


def test_a_damaged_archive_is_to_be_exported_again(given: Given) -> None:
    said = refused(given, zipped({"t.csv": lines(ROW)})[:60], "t.zip")
    assert "Export it again" in said
    assert "regenerate" not in said


def test_errors_within_an_archive_name_the_file_in_it(given: Given) -> None:
    for content in (b"a\0", b"", b"%PDF-1.7", b"\n"):
        assert refused(given, zipped({"t.csv": content}), "t.zip").startswith("t.zip/t.csv: ")


# --- workbooks ----------------------------------------------------------------------------------


def book(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, options)
    fill(made, made.add_worksheet("Data"))
    made.close()
    return out.getvalue()


def with_sheet(raw: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with something exchanged in the text of its first sheet."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    assert old in held[part]
    return zipped(held | {part: held[part].replace(old, new)})


def _tickets(made: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["id", "opened", "title"])
    sheet.write_row(1, 0, ["I-1", "2026-03-02 09:30", "Slow"])


@pytest.mark.parametrize("address", [b"XFD1048576", b"ZZZZZZZ99999999999", b"XFD3000"])
def test_cells_that_lie_far_apart_do_not_end_the_process(given: Given, address: bytes) -> None:
    raw = with_sheet(book(_tickets), b'r="C2"', b'r="%b"' % address)
    assert "Delete the rows and columns" in refused(given, raw, "t.xlsx")


def test_a_panic_of_the_reader_of_workbooks_is_planned(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PanicException(BaseException):
        pass

    def panics(_: object) -> None:
        raise PanicException("capacity overflow")

    reader = SimpleNamespace(CalamineWorkbook=SimpleNamespace(from_filelike=panics))
    monkeypatch.setattr("xlmatrix.exchange.files.sheets._calamine", lambda _: reader)
    assert "cannot be read" in refused(given, book(_tickets), "t.xlsx")


@pytest.mark.parametrize("old_mac", [False, True])
def test_days_count_from_the_day_that_the_workbook_says(given: Given, *, old_mac: bool) -> None:
    def fill(made: Any, sheet: Any) -> None:
        dated = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write(0, 0, "Report of the quarter")
        sheet.write_row(6, 0, ["Incident", "Opened", "Title"])
        sheet.write(7, 0, "I-1")
        sheet.write_datetime(7, 1, datetime(2026, 3, 2, 9, 30), dated)
        sheet.write_row(8, 0, ["I-2", 46083.5 - old_mac * 1462])
        sheet.write(9, 0, "I-3")
        sheet.write_formula(9, 1, '=HYPERLINK("https://example.com")', None, "2026-03-03 10:00")
        sheet.write_row(11, 0, ["Row Labels", "Sum"])
        sheet.write_row(12, 0, ["Grand Total", 12])

    imported = given(book(fill, date_1904=old_mac), "t.xlsx")
    assert opened(imported) == [
        "2026-03-02T09:30:00", "2026-03-02T12:00:00", "2026-03-03T10:00:00",
    ]  # fmt: skip
    assert imported.tickets.total("refused") == 2


def test_workbooks_that_are_no_export_are_named(given: Given) -> None:
    def ours(made: Any, _: Any) -> None:
        for name in ("Matrix", "Incidents", "Policy"):
            made.add_worksheet(name)

    assert "a workbook of xlmatrix" in refused(given, book(ours), "t.xlsx")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    locked = old + "EncryptedPackage".encode("utf-16-le")
    assert "encrypted" in refused(given, locked, "t.xlsx")
    assert "old" in refused(given, old, "t.xls")


# --- histories ----------------------------------------------------------------------------------


def test_the_second_passing_is_as_late_as_the_clock_of_the_zone_goes_back() -> None:
    """Clocks of Lord Howe Island go back by half an hour."""
    from xlmatrix.exchange.tickets.instants import InstantReader, Passing, in_passing_order
    from xlmatrix.exchange.tickets.stamps import zone_for

    zone = zone_for("Australia/Lord_Howe")
    reader = InstantReader(lambda _: zone, lambda: None)
    found = reader.read(["2026-04-05 01:55", "2026-04-05 01:35"])
    entries = [Passing("1", "new", "open"), Passing("1", "open", "solved")]
    in_passing_order(entries, found)
    assert found.utc[1] - found.utc[0] == 10 * 60


def test_lines_that_are_to_be_copied_end_as_they_must(given: Given) -> None:
    said = refused(given, "id,opened\nI-1,2/3/2026 09:00\n")
    assert said.endswith("date_order: day-first")
