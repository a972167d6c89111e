"""What becomes of the rows of a plain incident CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xlmatrix.errors import FindingsError
from xlmatrix.exchange import read_incidents
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS

Writer = Callable[..., Path]


def test_the_headers_of_the_incidents_sheet_are_read(spec: MatrixSpec, csv_file: Writer) -> None:
    headers = [*TEXT_INPUTS, *STAMP_INPUTS]
    texts = ["I-1", "=cmd()", "Model outage", "SEV-2", "Bo Marsh"]
    texts += ["monitoring", "a child was harmed", "Ann", "two\nlines"]
    texts += ["Test", "Acknowledge", "", "Acme", "Night", "X-1", "https://example.com/1", "by hand"]
    stamps = [f"2026-03-0{n + 1} 10:00" for n in range(len(STAMP_INPUTS))]
    quoted = ",".join(f'"{text}"' for text in [*texts, *stamps])
    imported = read_incidents(csv_file(",".join(headers), quoted), spec)
    assert imported.tickets.tool == "plain"
    assert [imported.log.texts[header][0] for header in TEXT_INPUTS] == texts
    assert [str(imported.log.stamps[h][0])[:16].replace("T", " ") for h in STAMP_INPUTS] == stamps


def test_headers_differ_in_case_and_spaces(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(" ID ,OPENED,lastUpdate,Class", "1,2026-03-01 10:00,2026-03-01 11:00,qlt-01")
    imported = read_incidents(path, spec)
    assert str(imported.log.stamps["Last update"][0]) == "2026-03-01T11:00:00"
    assert imported.log.texts["Class"] == ["Hallucination relied on"]


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2026-03-01 10:00", "2026-03-01T10:00:00"),
        ("2026-03-01T10:00:30", "2026-03-01T10:00:30"),
        ("2026-03-01T10:00:30.999", "2026-03-01T10:00:30"),
        ("2026-07-01T10:00Z", "2026-07-01T12:00:00"),
        ("2026-01-01T10:00:00+05:30", "2026-01-01T05:30:00"),
        ("2026-01-01 00:30 -0100", "2026-01-01T02:30:00"),
        ("1.3.2026 10:00", "2026-03-01T10:00:00"),
        ("2026-03-01", "2026-03-01T00:00:00"),
    ],
)
def test_dates_are_read_into_the_zone_of_the_matrix(
    spec: MatrixSpec, csv_file: Writer, written: str, local: str
) -> None:
    imported = read_incidents(csv_file("id,opened", f"1,{written}"), spec)
    assert str(imported.log.stamps["Opened"][0]) == local


def test_dates_with_slashes_tell_nothing_of_those_with_dots(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file("id,opened", "A,07/30/2026 13:52", "B,30.07.2026 13:52", "C,1.2.2026 10:00")
    opened = read_incidents(path, spec).log.stamps["Opened"]
    assert [str(one)[:10] for one in opened] == ["2026-07-30", "2026-07-30", "2026-02-01"]


@pytest.mark.parametrize(
    "written",
    ["2026-02-30 10:00", "yesterday", "2206-01-01 10:00", "2026-01-01 24:01",
     "2026-01-01T10:00+25:00", "460.5", "２０２６-01-01 10:00"],
)  # fmt: skip
def test_a_date_that_is_not_plain_is_never_guessed(
    spec: MatrixSpec, csv_file: Writer, written: str
) -> None:
    with pytest.raises(FindingsError) as error:
        read_incidents(csv_file("id,opened", f"1,{written}"), spec)
    assert any(f.where == "export.csv:2" for f in error.value.findings)


def test_the_second_row_of_an_id_is_refused_with_the_line_of_the_first(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file("id,opened", "A,2026-03-01 10:00", "a,2026-03-02 10:00", "B,2026-03-02 10:00")
    imported = read_incidents(path, spec)
    assert imported.log.texts["ID"] == ["A", "B"]
    finding = next(f for f in imported.findings if f.code == "import-duplicate")
    assert finding.where == "export.csv:3"
    assert "line 2" in finding.what


def test_unknown_class_severity_and_owner_are_said_and_the_row_is_kept(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        "id;opened;class;severity;owner;notes;colour",
        "1;2026-03-01 10:00;Nope;SEV-9;Nobody;seen;red",
    )
    imported = read_incidents(path, spec)
    texts = {name: column[0] for name, column in imported.log.texts.items()}
    assert texts["Class"] == texts["Severity set"] == texts["Owner"] == ""
    assert texts["Notes"] == "seen\nOwner: Nobody"
    codes = {f.code for f in imported.findings}
    assert codes >= {"import-category", "import-priority", "import-owner", "import-columns"}


def test_short_rows_have_empty_last_cells_and_blank_rows_are_counted(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file("id,opened,title,resolved", "1,2026-03-01 10:00", ",,,", "   ", "")
    imported = read_incidents(path, spec)
    assert (
        imported.tickets.total("read"),
        imported.tickets.total("incidents"),
        imported.tickets.total("blank"),
    ) == (4, 1, 3)
    assert np.isnat(imported.log.stamps["Resolved"]).all()


def test_a_header_alone_is_no_incidents(spec: MatrixSpec, csv_file: Writer) -> None:
    imported = read_incidents(csv_file("id,opened"), spec)
    assert (len(imported.log), imported.tickets.total("read"), imported.opened_range) == (
        0,
        0,
        None,
    )


def test_control_characters_leave_and_long_texts_are_cut_and_both_are_said(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file("id,opened,title,notes", f"1,2026-03-01 10:00,a\x01b,{'x' * 40_000}")
    imported = read_incidents(path, spec)
    assert imported.log.texts["Title"] == ["ab"]
    assert len(imported.log.texts["Notes"][0]) == 32_000
    assert {f.code for f in imported.findings} >= {"import-characters", "import-long-text"}
