"""What cannot be merged is named, with its file and a way out, and nothing is written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.regen.editions import NEWER, OLD
from tests.regen.pairs import copy, filled, original, read
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.copies.lineage import check_copies
from xlmatrix.regen.reading.book import UsedBook, read_book

pytestmark = pytest.mark.usefixtures("few_sheets")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, few_sheets: None) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    path = original(folder)
    log = read(path).tables["tIncidents"]
    copy(path, folder / "mine.xlsx", filled(log, 0, ID="I-9", Title="Typed"))
    api.build(loads(NEWER), as_of="2026-03-16 10:30", output=folder / "stranger.xlsx")
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=folder / "bare.xlsx", without_stamp=True)
    whole = path.read_bytes()
    (folder / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    # What Excel writes for a workbook with a password is a compound file.
    locked = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")
    (folder / "locked.xlsx").write_bytes(locked)
    (folder / "words.xlsx").write_text("no workbook", encoding="utf-8")
    return folder


BAD = {
    "a stranger": ("stranger.xlsx", "are no copies of one workbook.*another spec"),
    "one without its stamp": ("bare.xlsx", "bare.xlsx: the workbook has lost its stamp"),
    "half a file": ("half.xlsx", "half.xlsx"),
    "one with a password": ("locked.xlsx", "locked.xlsx.*password"),
    "no workbook": ("words.xlsx", "words.xlsx"),
    "none at all": ("none.xlsx", "none.xlsx"),
    "itself": ("mine.xlsx", "the same file was given twice"),
}


@pytest.mark.parametrize("known", BAD)
def test_what_is_no_copy_is_named(folder: Path, tmp_path: Path, known: str) -> None:
    name, said = BAD[known]
    before = (folder / "mine.xlsx").read_bytes()
    with pytest.raises(XlmatrixError) as caught:
        api.merge(folder / "mine.xlsx", folder / name, output=tmp_path / "out.xlsx")
    assert re.search(said, str(caught.value), re.S | re.I), str(caught.value)
    assert len(str(caught.value)) < 1200
    assert not (tmp_path / "out.xlsx").exists()
    assert (folder / "mine.xlsx").read_bytes() == before


def test_one_file_by_another_name_is_the_same_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link.xlsx").symlink_to(folder / "mine.xlsx")
    with pytest.raises(XlmatrixError, match="given twice"):
        api.merge(folder / "mine.xlsx", tmp_path / "link.xlsx", output=tmp_path / "out.xlsx")


@pytest.mark.parametrize("name", ["mine.xlsx", "original.xlsx"])
def test_an_output_that_is_a_copy_is_refused(folder: Path, name: str) -> None:
    before = (folder / name).read_bytes()
    with pytest.raises(XlmatrixError, match="its output would replace it"):
        api.merge(
            folder / "mine.xlsx", folder / "original.xlsx", output=folder / name, overwrite=True
        )
    assert (folder / name).read_bytes() == before


def test_equal_files_under_two_names_are_merged(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "mine.xlsx", tmp_path / "again.xlsx")
    report = api.merge(folder / "mine.xlsx", tmp_path / "again.xlsx", dry_run=True).report
    assert {one.outcome.value for one in report.changes} == {"kept"}


def test_a_base_that_is_not_theirs_is_named(folder: Path) -> None:
    with pytest.raises(XlmatrixError, match="the base is not the workbook that the copies"):
        api.merge(
            folder / "mine.xlsx",
            folder / "original.xlsx",
            base=folder / "stranger.xlsx",
            dry_run=True,
        )


@pytest.fixture(scope="module")
def book(folder: Path) -> UsedBook:
    return read_book(folder / "mine.xlsx")


STAMPS: dict[str, tuple[Callable[[UsedBook], dict[str, object]], str]] = {
    "another release": (lambda _: {"version": "9.9.9"}, "release .* made .*, and release 9.9.9"),
    "another time": (
        lambda book: {"created": book.stamp.created + timedelta(hours=1)},
        "was made on .*, and this one on",
    ),
    "other values": (
        lambda book: {"base": replace(book.stamp.base, names={})},
        "was made with other values",
    ),
    "another template": (
        lambda book: {"template": "standard", "spec": book.stamp.spec + "\n"},
        "comes from a spec of its own, and this one from the template standard",
    ),
}


@pytest.mark.parametrize("known", STAMPS)
def test_a_foreign_stamp_is_named_by_what_it_says(book: UsedBook, known: str) -> None:
    change, said = STAMPS[known]
    other = replace(book, stamp=replace(book.stamp, **change(book)))  # type: ignore[arg-type]
    with pytest.raises(XlmatrixError, match=said):
        check_copies(book, other, None)
    check_copies(book, book, book)
