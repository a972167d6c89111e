"""What is done for many rows at once is what would be done for each of them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlmatrix.exchange import read_tickets
from xlmatrix.exchange.files import records, text
from xlmatrix.exchange.files.tabled import Counted
from xlmatrix.exchange.tickets import columns
from xlmatrix.exchange.tickets.cells import MAX_TEXT, cleaned, held, text_of
from xlmatrix.exchange.tickets.instants import InstantReader
from xlmatrix.exchange.tickets.stamps import zone_for
from xlmatrix.model import MatrixSpec
from xlmatrix.worktime import NEVER

WITHOUT_ARROW = """
import sys
sys.modules["pyarrow"] = None
from xlmatrix.exchange import read_tickets
found = read_tickets([sys.argv[1]]).incidents
print(len(found), found["opened"].iloc[-1].isoformat(), sorted(set(found["state"])))
"""
CELLS = st.text(st.sampled_from('ab ",\n\r;'), max_size=4)


def test_tables_are_read_where_pyarrow_is_not_installed(tmp_path: Path) -> None:
    rows = [f"I-{n},2026-03-02 08:{n % 60:02}:00,{('New', 'Closed')[n % 2]}" for n in range(3_000)]
    path = tmp_path / "export.csv"
    path.write_text("\n".join(("number,opened_at,state", *rows, "")), encoding="utf-8")
    words = [sys.executable, "-c", WITHOUT_ARROW, str(path)]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "3000 2026-03-02T08:59:00+00:00 ['closed', 'open']"


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12))
def test_records_read_at_once_begin_on_the_lines_of_records_read_singly(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([["x", "y", "z"], *rows])
    path = tmp_path_factory.mktemp("rows") / "export.csv"
    path.write_text(made.getvalue(), encoding="utf-8", newline="")
    file, counted = text.open_csv(path), Counted()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "ROWS_AT_ONCE", 3)
        patch.setattr(text, "_BLOCK", 16)
        parts = list(file.tabled().read(counted))
    found = [
        (line, *cells)
        for part in parts
        for line, *cells in zip(part.lines, *part.columns, strict=True)
    ]
    singly = list(file.rows(file.delimiter))
    width = len(file.header(file.delimiter))
    used = [(n, row) for n, row in singly if len(row) <= width and any(map(str.strip, row))]
    assert found == [(n, *row, *[""] * (width - len(row))) for n, row in used]
    assert counted.rows == len(singly)
    assert len(singly) == len(used) + counted.blank + len(counted.refused)


FEW = ["a", " b ", "null", "?", "c\x07d", "e\r\nf", "two  words", "{'name': 'g'}", "", "x" * 40_000]


@pytest.mark.parametrize("one_line", [False, True])
def test_a_column_of_few_texts_is_cleaned_as_each_of_its_cells(one_line: bool) -> None:
    cells = [FEW[n % len(FEW)] for n in range(2_000)]
    singly = [held([text_of(cell)]) for cell in cells]
    texts, odd, long = cleaned(cells, one_line=one_line)
    wanted = [one[0] for one, _, _ in singly]
    assert texts == [" ".join(one.split()) for one in wanted] if one_line else texts == wanted
    assert odd == [row for row, (_, said, _) in enumerate(singly) if said]
    assert long == [row for row, (_, _, said) in enumerate(singly) if said]
    assert max(map(len, texts)) <= MAX_TEXT


@pytest.mark.parametrize("mark", ["", "Z"])
@pytest.mark.parametrize(
    "odd", ["", "2026-02-30 10:00:00", "2026-03-29 02:30:00", "2150-01-01 00:00:00"]
)
def test_a_column_of_stamps_is_read_as_each_of_its_cells(mark: str, odd: str) -> None:
    cells = [f"2026-{1 + n % 12:02}-{1 + n % 28:02} 02:{n % 60:02}:07{mark}" for n in range(300)]
    cells[7], cells[100] = "", odd and odd + mark
    zone = zone_for("Europe/Berlin")
    reader = InstantReader(lambda _: zone, lambda: None)
    found = reader.read(cells)
    for row, cell in enumerate(cells):
        one = reader.read([cell])
        assert (found.utc[row], found.odd[row], row in found.faults) == (
            one.utc[0], one.odd[0], 0 in one.faults,
        )  # fmt: skip
    assert found.utc[7] == NEVER


def test_an_absent_column_joins_as_any_other() -> None:
    none, some = columns.absent(3, ""), columns.of_texts(["a", "", "c"])
    assert columns.is_absent(columns.one_below_another([none, none]))
    assert list(columns.one_below_another([none, some])) == ["", "", "", "a", "", "c"]
    assert list(columns.first_that_says(none, some)) == list(some)
    assert list(columns.first_that_says(some, columns.absent(3, "x"))) == ["a", "x", "c"]
    assert list(columns.taken(none, np.array([2, 0]))) == ["", ""]


def test_rows_that_hold_the_same_have_one_number() -> None:
    one = columns.of_texts(["a", "b", "a", "b", "a"])
    two = columns.of_texts(["x", "x", "x", "y", "x"])
    numbers, first = columns.numbered(one, two, columns.absent(5, ""))
    assert list(numbers) == [0, 1, 0, 2, 0]
    assert list(first) == [0, 1, 3]


def test_a_second_row_is_found_among_many_whatever_its_case(
    spec: MatrixSpec, csv_file: Callable[..., Path]
) -> None:
    lines = [f"I-{n},2026-03-02 09:00:{n % 60:02}" for n in range(300)]
    tickets = read_tickets([csv_file("id,opened", *lines, "i-7,2026-03-02 10:00:00")], spec)
    assert (tickets.total("incidents"), tickets.total("refused")) == (300, 1)
