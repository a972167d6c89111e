"""Files that are no CSV of incidents: each is a planned error, none a traceback."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import FORMATS, read_incidents
from xlmatrix.exchange.files import text as source
from xlmatrix.model import MatrixSpec

Writer = Callable[..., Path]


def refused(path: Path, spec: MatrixSpec) -> str:
    with pytest.raises(XlmatrixError) as error:
        read_incidents(path, spec)
    assert error.value.mend
    assert path.name in error.value.where
    return error.value.what


def test_a_missing_file(spec: MatrixSpec, tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "no.csv", spec)


def test_a_directory(spec: MatrixSpec, tmp_path: Path) -> None:
    assert "directory" in refused(tmp_path, spec)


def test_an_empty_file(spec: MatrixSpec, tmp_path: Path) -> None:
    (tmp_path / "e.csv").touch()
    assert "empty" in refused(tmp_path / "e.csv", spec)


def test_a_file_that_may_not_be_read(
    spec: MatrixSpec, csv_file: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file("id,opened")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "may not be read" in refused(path, spec)


def test_two_gigabytes_are_refused_before_they_are_read(spec: MatrixSpec, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    assert "1024 MiB" in refused(path, spec)


def test_what_stands_beside_tickets_in_one_file_is_named_and_left_alone(
    spec: MatrixSpec, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tickets.csv", "id,opened\nA,2026-03-02 09:00\n")
        archive.writestr("README.txt", "How this was exported\nby hand\n")
    imported = read_incidents(path, spec)
    assert imported.log.texts["ID"] == ["A"]
    aside = [f.what for f in imported.findings if f.code == "import-aside"]
    assert aside == ["all.zip/README.txt is of no form that is known, and is not read"]
    alone = tmp_path / "alone.zip"
    with zipfile.ZipFile(alone, "w") as archive:
        archive.writestr("README.txt", "How this was exported\nby hand\n")
    with pytest.raises(XlmatrixError, match="no incident file"):
        read_incidents(alone, spec)


def test_a_pipe_is_refused_without_waiting_for_it(spec: MatrixSpec, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "regular" in refused(tmp_path / "pipe.csv", spec)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "damaged"),
        (b"%PDF-1.7", "PDF"),
        (b"id,opened\n1,2026-01-01 10:00\n\0", "NUL"),
        (b"id,opened\n\x81\x8d\xff", "neither UTF-8"),
        (b"\n\n", "empty"),
        (b'id,opened\n1,"2026-01-01 10:00\n2,2026-01-01 10:00\n', "quotes"),
        (b'id,opened\n1,"2026"-01-01 10:00\n', "quotes"),
        (b'id,opened\n1,"' + b"x" * 200_000 + b'"\n', "131,072 characters"),
        (b"id,opened,OPENED\n", "stands 2 times"),
        (b",".join(b"c%d" % n for n in range(1_000_000)), "1,000,000 columns"),
        (b"name,when\nx,y\n", "no incident file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_incident_csv_is_named(
    spec: MatrixSpec, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert said in refused(path, spec)


def test_an_open_quote_is_found_at_the_line_where_it_begins(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file("id,opened", "1,2026-01-01 10:00", '2,"2026-01-01 10:00', "3,2026-01-01 10:00")
    with pytest.raises(XlmatrixError) as error:
        read_incidents(path, spec)
    assert error.value.where == "export.csv:3"


def test_a_close_misspelling_is_pointed_at(spec: MatrixSpec, csv_file: Writer) -> None:
    with pytest.raises(XlmatrixError) as error:
        read_incidents(csv_file("id,openned"), spec)
    assert "openned" in error.value.mend


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found(
    spec: MatrixSpec, csv_file: Writer, encoding: str, delimiter: str
) -> None:
    row = delimiter.join(["1", "2026-01-01 10:00", "Größe – é"])
    path = csv_file(delimiter.join(["id", "opened", "title"]), row, encoding=encoding)
    imported = read_incidents(path, spec)
    assert imported.log.texts["Title"] == ["Größe – é"]
    assert (encoding == "cp1252") == ("import-encoding" in {f.code for f in imported.findings})


def test_a_line_that_names_the_separator_is_obeyed(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file("sep=;", "id;opened", "1;2026-01-01", "1;2026-01-01")
    imported = read_incidents(path, spec)
    assert next(f for f in imported.findings if f.code == "import-duplicate").where.endswith(":4")


def test_a_format_that_is_not_known(spec: MatrixSpec, csv_file: Writer) -> None:
    with pytest.raises(XlmatrixError, match="lotus"):
        read_incidents(csv_file("id,opened"), spec, format="lotus")
    assert {"servicenow", "plain"} <= set(FORMATS)


def test_a_byte_order_mark_is_not_part_of_the_first_header(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    assert source.open_csv(csv_file("id,opened", encoding="utf-8-sig")).first_line[:2] == "id"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(
            st.lists(
                st.sampled_from(
                    ["1", "A", "2026-01-01 10:00", "31/2/2016 01:00", "?", '"', "'", "x\ny", "",
                     "9999-12-31T23:59:59-14:00", "1990-01-01T00:00+14:00", "-1", "é", "SEV-1"]
                ),
                max_size=8,
            ),
            max_size=6,
        ).map(lambda rows: "\n".join(",".join(row) for row in rows).encode()),
    ),
    header=st.sampled_from(
        [b"", b"id,opened,title,severity\n",
         b"number,opened_at,priority,category,assigned_to,resolved_at,closed_at\n"]
    ),
)  # fmt: skip
def test_no_bytes_bring_anything_but_a_log_or_a_planned_error(
    spec: MatrixSpec, tmp_path: Path, header: bytes, content: bytes
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(header + content)
    try:
        imported = read_incidents(path, spec)
    except XlmatrixError:
        return
    counted = (
        imported.tickets.total("superseded")
        + imported.tickets.total("refused")
        + imported.tickets.total("blank")
    )
    assert imported.tickets.total("read") == len(imported.log) + counted
