"""One message on the command line, from Python and on the sheet: the same words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xlmatrix
from tests.sheets.guides import books
from xlmatrix import api
from xlmatrix.regen import read_book

_CSV = """\
id,opened,title,class,severity,owner,acknowledged,contained
INC-1,2026-11-16 08:45,Wrong prices,QLT-02,SEV-2,,2026-11-16 08:50,2026-11-16 09:30
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("message")
    (folder / "incidents.csv").write_text(_CSV, encoding="utf-8")
    (folder / "matrix.yaml").write_text(api.new(template="standard"), encoding="utf-8")
    api.build(
        folder / "matrix.yaml", incidents=folder / "incidents.csv",
        as_of="2026-11-16 10:30", output=folder / "matrix.xlsx",
    )  # fmt: skip
    return folder / "matrix.xlsx"


def test_command_python_and_sheet_fill_one_message_alike(
    run: Callable[..., Any], book: Path
) -> None:
    told = run(
        "message", str(book), "inc-1", "--audience", "status page", "--phase", "first notice"
    )
    assert told.exit_code == 0
    filled = xlmatrix.message(book, "INC-1", audience="Status page", phase="First notice")
    used = read_book(book)
    drawn = books.book(used.spec, used.typed, used.log)
    sheet = next(sheet for sheet in drawn.sheets if sheet.name == "Comms")
    subject, text, verdict = (books.shown(sheet, *at) for at in ((6, 6), (7, 6), (5, 7)))
    assert (filled.subject, filled.text, filled.verdict) == (subject, text, verdict)
    assert told.stdout.strip() == f"{subject}\n\n{text}"
    assert verdict in told.stderr
    assert "since" in text.casefold()


def test_words_are_set_and_what_is_left_is_said(run: Callable[..., Any], book: Path) -> None:
    told = run(
        "message", str(book), "INC-1", "--audience", "Customer", "--json",
        "--set", "impact==cheaper than they are", "--set", "service=the shop",
    )  # fmt: skip
    found = json.loads(told.stdout)
    assert found["verdict"] == "Ready to copy"
    assert found["subject"] == "Update on the shop (INC-1)"
    assert "You may still notice that =cheaper than they are." in found["text"]


def test_without_an_audience_every_message_is_listed(run: Callable[..., Any], book: Path) -> None:
    lines = run("message", str(book), "INC-1").stdout.splitlines()
    assert len(lines) == len(api.messages(book, "INC-1"))
    assert any(line.startswith("IN-3  Internal, Update: ") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("INC-9",), "there is no incident 'INC-9'"),
        (("INC-1", "--audience", "Customers"), "there is no audience 'Customers'. Did you mean"),
        (("INC-1", "--audience", "Press", "--phase", "Review"), "there is no message for Press"),
        (("INC-1", "--audience", "Press", "--set", "impakt=x"), "there is no word '{impakt}'"),
        (("INC-1", "--audience", "Press", "--set", "impact"), "says nothing for a word"),
        (("INC-1", "--audience", "Press", "--obligation", "x"), "there is no obligation 'x'"),
    ],
)
def test_what_is_not_there_is_said_with_a_remedy(
    run: Callable[..., Any], book: Path, arguments: tuple[str, ...], said: str
) -> None:
    told = run("message", str(book), *arguments)
    assert told.exit_code == 2
    assert said in " ".join(told.stderr.split())
