"""No output replaces an input of its run, a file of another kind, or what must stay."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.outputs import Output, check, put, put_folder, put_in_place, put_text
from xlmatrix.write.targets import state_of

OLD, NEW = b"what somebody typed", b"the new file"


def only(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def may_go(_: Output) -> None:
    """What stands there is nothing that anybody misses."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(OLD)
    return path


def test_a_new_file_is_written_and_there_is_no_backup(tmp_path: Path) -> None:
    assert put(NEW, Output(tmp_path / "a.txt", (".txt",))) is None
    assert (tmp_path / "a.txt").read_bytes() == NEW
    assert only(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("overwrite", [None, False])
def test_a_file_stays_unless_its_user_says_otherwise(old: Path, overwrite: bool | None) -> None:
    with pytest.raises(XlmatrixError, match="exists already"):
        put(NEW, Output(old, (), overwrite=overwrite))
    assert old.read_bytes() == OLD
    assert only(old.parent) == ["a.txt"]


def test_what_is_replaced_because_its_user_says_so_stays_as_a_backup(old: Path) -> None:
    backup = put(NEW, Output(old, (), overwrite=True))
    assert backup is not None
    assert (old.read_bytes(), backup.read_bytes()) == (NEW, OLD)
    assert only(old.parent) == ["a.backup-1.txt", "a.txt"]


def test_what_nobody_misses_is_replaced_without_a_backup(old: Path) -> None:
    assert put(NEW, Output(old, (), judge=may_go)) is None
    assert old.read_bytes() == NEW
    assert only(old.parent) == ["a.txt"]


def test_a_file_that_holds_the_very_bytes_is_as_good_as_written(old: Path) -> None:
    before = old.stat().st_mtime_ns
    assert put(OLD, Output(old, ())) is None
    assert (only(old.parent), old.stat().st_mtime_ns) == (["a.txt"], before)


@pytest.mark.parametrize("name", ["same", "symbolic", "hard", "A.TXT", "in/../a.txt"])
def test_an_input_is_no_output_under_whatever_name(old: Path, name: str) -> None:
    path = old.parent / name
    (old.parent / "in").mkdir()
    match name:
        case "same":
            path = old
        case "symbolic":
            path.symlink_to(old)
        case "hard":
            os.link(old, path)
    with pytest.raises(XlmatrixError, match="this run reads"):
        check(Output(path, (), inputs=(old,), overwrite=True))


def test_names_that_differ_by_more_than_case_are_two_files(old: Path) -> None:
    check(Output(old.with_name("b.txt"), (), inputs=(old,)))


@pytest.mark.parametrize("name", ["a.xls", "a", "a.csv", "a.xlsx.bak", ".xlsx"])
def test_an_ending_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(XlmatrixError, match=r"ends in \.xlsx, not"):
        put(NEW, Output(tmp_path / name, (".xlsx",), overwrite=True))
    assert only(tmp_path) == []


def test_an_ending_may_be_written_in_capitals(tmp_path: Path) -> None:
    put(NEW, Output(tmp_path / "A.XLSX", (".xlsx",)))
    assert only(tmp_path) == ["A.XLSX"]


def test_links_in_a_circle_are_no_name_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(XlmatrixError, match="leads to itself"):
        put(NEW, Output(tmp_path / "a", ()))
    assert only(tmp_path) == ["a", "b"]


def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    put(NEW, Output(tmp_path / "a", ()))
    assert (tmp_path / "b").read_bytes() == NEW


def test_what_somebody_saves_while_it_is_judged_stays(old: Path) -> None:
    def judge(_: Output) -> None:
        old.write_bytes(b"what they saved meanwhile")

    with pytest.raises(XlmatrixError, match="somebody else"):
        put(NEW, Output(old, (), judge=judge))
    assert old.read_bytes() == b"what they saved meanwhile"
    assert only(old.parent) == ["a.txt"]


@pytest.mark.parametrize("overwrite", [None, True])
def test_what_somebody_saves_at_the_last_moment_stays(
    old: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool | None
) -> None:
    true_sync = os.fsync

    def sync(descriptor: int) -> None:
        old.write_bytes(b"what they saved at last")
        true_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(XlmatrixError, match="somebody else"):
        put(NEW, Output(old, (), overwrite=overwrite, judge=may_go))
    assert old.read_bytes() == b"what they saved at last"
    assert only(old.parent) == ["a.txt"]


def test_a_file_that_came_into_being_meanwhile_stays(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.txt", ())
    check(output)
    output.path.write_bytes(OLD)
    with pytest.raises(XlmatrixError, match="exists already"):
        put(NEW, output)
    assert output.path.read_bytes() == OLD


def test_in_place_takes_the_file_as_it_was_read(old: Path) -> None:
    read = state_of(old)
    backup = put_in_place(NEW, old, read)
    assert (old.read_bytes(), backup.read_bytes()) == (NEW, OLD)
    with pytest.raises(XlmatrixError, match="somebody else"):
        put_in_place(b"newer", old, read)
    assert old.read_bytes() == NEW


def test_a_text_is_written_as_utf8_with_its_line_ends(tmp_path: Path) -> None:
    put_text("Zoë\n–\r\n", Output(tmp_path / "a.txt", ()))
    assert (tmp_path / "a.txt").read_bytes() == b"Zo\xc3\xab\n\xe2\x80\x93\r\n"


def test_a_folder_of_files_is_made_with_the_folders_in_it(tmp_path: Path) -> None:
    paths = put_folder({"a.txt": "1", "in/b.txt": "2"}, tmp_path / "new")
    assert [path.read_text() for path in paths] == ["1", "2"]
    assert only(tmp_path / "new") == ["a.txt", "in"]


def test_a_folder_with_another_file_of_a_name_gets_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("mine")
    with pytest.raises(XlmatrixError, match=r"b\.txt: the file exists already.*--force"):
        put_folder({"a.txt": "1", "b.txt": "2"}, tmp_path)
    assert only(tmp_path) == ["b.txt"]
    put_folder({"a.txt": "1", "b.txt": "2"}, tmp_path, overwrite=True)
    assert (tmp_path / "b.txt").read_text() == "2"
    assert (tmp_path / "b.backup-1.txt").read_text() == "mine"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(XlmatrixError, match="this is no folder"):
        put_folder({"b": "1"}, tmp_path / "a")
