"""What stands in a cell is the value, whatever its type, and text never turns into a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.utils.escape import unescape

from tests.write.sample import ODD, RISKY
from xlmatrix.errors import XlmatrixError
from xlmatrix.formula import F, lit, this
from xlmatrix.sheets.plan import BookPlan, Cell, Formula, SheetPlan, Table, Values
from xlmatrix.tables.column import Column
from xlmatrix.write import render
from xlmatrix.write.values import MAX_TEXT_CHARS, serial

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def book(*values: object, role: str = "input") -> BookPlan:
    cells = {(row, 1): Cell(value, role) for row, value in enumerate(values, start=1)}  # type: ignore[arg-type]
    return BookPlan((SheetPlan("One", cells),), {}, "Test")


def column(values: Values, *, computed: bool = False) -> BookPlan:
    expr = lit(1) + 1 if computed else None
    table = Table("tOne", 1, 1, (Column("Value", "input", expr=expr),), (values,))
    return BookPlan((SheetPlan("One", tables=(table,)),), {}, "Test")


def raw(data: bytes, sheet: int = 1) -> list[tuple[str | None, str | None]]:
    """Type and ``<v>`` of every cell in order, as the file holds them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = []
    for cell in root.iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v")
        found.append((cell.get("t"), None if value is None else value.text or ""))
    return found


def texts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("xl/sharedStrings.xml"))
    return [unescape("".join(item.itertext())) for item in root]


@pytest.mark.parametrize("text", RISKY)
def test_text_that_looks_like_a_formula_stays_text_and_is_marked_so(text: str) -> None:
    data = render(book(text))
    cell = openpyxl.load_workbook(io.BytesIO(data))["One"]["A1"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert unescape(str(cell.value)) == text


def test_a_table_column_keeps_risky_text_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render(column(list(RISKY)))))["One"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_odd_texts_read_back_as_they_were() -> None:
    assert texts(render(book(*ODD))) == list(ODD)


@given(st.text(max_size=40))
def test_any_text_makes_a_file_that_parses_and_gives_it_back(text: str) -> None:
    assert texts(render(book(text))) == [text]


@pytest.mark.parametrize("text", ["\x00", "a\x1fb", "\ud800", "\ufffe", "x_x000D_y", "_x005F_"])
def test_characters_that_xml_forbids_are_escaped(text: str) -> None:
    assert texts(render(book(text))) == [text]


def test_a_text_of_the_longest_length_fits_and_a_longer_one_is_refused_with_its_place() -> None:
    assert texts(render(book("x" * MAX_TEXT_CHARS))) == ["x" * MAX_TEXT_CHARS]
    with pytest.raises(XlmatrixError, match="One!A2") as caught:
        render(book("", "x" * (MAX_TEXT_CHARS + 1)))
    assert "32,767" in str(caught.value)
    with pytest.raises(XlmatrixError):
        render(book("😀" * 20_000))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Serial numbers of the 1900 system, from the file format's own definition.
        (datetime(1900, 3, 1), 61.0),
        (datetime(2026, 1, 1), 46023.0),
        (date(2026, 1, 1), 46023.0),
        (datetime(2026, 1, 1, 12), 46023.5),
        (time(6), 0.25),
        (time(23, 59, 59), 86399 / 86400),
        (timedelta(days=2, hours=12), 2.5),
        (datetime(9999, 12, 31), 2958465.0),
    ],
)
def test_stamps_are_serial_numbers(
    value: datetime | date | time | timedelta, expected: float
) -> None:
    assert serial(value) == expected


@given(st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1)))
def test_every_second_comes_back_from_its_serial_number(stamp: datetime) -> None:
    stamp = stamp.replace(microsecond=0)
    assert datetime(1899, 12, 30) + timedelta(seconds=round(serial(stamp) * 86400)) == stamp


@pytest.mark.parametrize("value", [datetime(1900, 2, 28), date(1800, 1, 1)])
def test_dates_that_excel_counts_otherwise_are_refused(value: date) -> None:
    with pytest.raises(ValueError, match="no such date"):
        serial(value)


def test_an_array_with_such_a_date_is_refused_with_its_sheet() -> None:
    with pytest.raises(ValueError, match="One: Excel has no such dates"):
        render(column(np.array(["1899-12-31", "2026-01-01", "NaT"], "datetime64[D]")))


def test_a_stamp_with_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        render(book(datetime(2026, 1, 1, tzinfo=UTC)))


def test_every_type_of_constant_has_its_own_form() -> None:
    values = [
        7,
        2.5,
        1e300,
        True,
        False,
        None,
        float("nan"),
        np.int64(3),
        np.float64(0.5),
        np.True_,
    ]
    assert raw(render(book(*values))) == [
        (None, "7"), (None, "2.5"), (None, "1e+300"), ("b", "1"), ("b", "0"), (None, None),
        (None, None), (None, "3"), (None, "0.5"), ("b", "1"),
    ]  # fmt: skip


def test_the_stored_value_of_a_formula_has_its_own_form() -> None:
    values = [
        "a&b",
        "",
        None,
        float("nan"),
        "#N/A",
        "#DIV/0!",
        True,
        3,
        datetime(2026, 1, 1),
        " x ",
    ]
    cells = [Formula(F.NA(), value) for value in values]
    assert raw(render(book(*cells))) == [
        ("str", "a&b"), ("str", ""), ("str", ""), ("str", ""), ("e", "#N/A"), ("e", "#DIV/0!"),
        ("b", "1"), (None, "3"), (None, "46023"), ("str", " x "),
    ]  # fmt: skip


def test_the_text_of_an_error_is_an_error_value_as_it_was_when_it_was_read() -> None:
    assert raw(render(book("#N/A", "#N/A!"))) == [("e", "#N/A"), ("s", "0")]


@pytest.mark.parametrize("infinite", [float("inf"), float("-inf")])
def test_an_infinite_number_is_refused(infinite: float) -> None:
    with pytest.raises(ValueError, match="infinite"):
        render(book(infinite))
    with pytest.raises(ValueError, match="infinite"):
        render(column(np.array([1.0, infinite])))


ARRAYS = [
    (np.array([1.5, np.nan, 2.0]), ["1.5", None, "2"]),
    (np.array([1, 2, 3]), ["1", "2", "3"]),
    (np.array(["2026-01-01T06:00", "NaT"], "datetime64[m]"), ["46023.25", None]),
    (np.array([43200, "NaT"], "timedelta64[s]"), ["0.5", None]),
    (np.array([True, False]), ["1", "0"]),
    (np.array([1, None, 2.5], dtype=object), ["1", None, "2.5"]),
]


@pytest.mark.parametrize(("array", "expected"), ARRAYS)
def test_an_array_is_a_column_of_its_values(array: np.ndarray, expected: list[str | None]) -> None:
    assert [value for _, value in raw(render(column(array)))[1:]] == expected


@pytest.mark.parametrize(("array", "expected"), ARRAYS)
def test_an_array_of_results_has_empty_text_where_it_is_empty(
    array: np.ndarray, expected: list[str | None]
) -> None:
    answer = raw(render(column(array, computed=True)))[1:]
    assert [value for _, value in answer] == [value or "" for value in expected]
    assert [kind for (kind, _), value in zip(answer, expected, strict=True) if value is None] == [
        "str" for value in expected if value is None
    ]


def test_a_long_table_keeps_every_row_in_order() -> None:
    count = 5000
    plan = SheetPlan(
        "One",
        {(1, 1): Cell("top"), (4000, 5): Cell("beside"), (9000, 1): Cell("below")},
        tables=(
            Table(
                "tOne",
                3,
                1,
                (
                    Column("N", "text"),
                    Column("T", "text"),
                    Column("D", "text", expr=this("N") * 2),
                ),
                (np.arange(count), [f"t{n}" for n in range(count)], np.arange(count) * 2),
            ),
        ),
    )  # fmt: skip
    data = render(BookPlan((plan,), {}, "Test"))
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["One"]
    found = list(sheet.iter_rows(min_row=4, max_row=3 + count, max_col=3, values_only=True))
    assert found == [(n, f"t{n}", 2 * n) for n in range(count)]
    assert (sheet["A1"].value, sheet["E4000"].value, sheet["A9000"].value) == (
        "top", "beside", "below",
    )  # fmt: skip
