"""However a regeneration ends, the old workbook stands or the whole new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regen.editions import NEWER, OLD
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("built") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path.read_bytes()


@pytest.fixture
def book(built: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(built)
    return path


def test_what_somebody_saves_meanwhile_is_not_replaced(book: Path, tmp_path: Path) -> None:

    def save_too(doing: str) -> None:
        if doing == "saving":
            book.write_bytes(b"what they saved")

    with pytest.raises(XlmatrixError, match="saved by somebody else"):
        api.regenerate(book, loads(NEWER), in_place=True, progress=save_too)
    assert book.read_bytes() == b"what they saved"
    assert list(tmp_path.iterdir()) == [book]


def test_a_save_that_fails_leaves_no_backup_behind(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, true_replace = book.read_bytes(), Path.replace

    def fail(part: Path, target: Path) -> Path:
        if target == book:
            raise OSError(28, "No space left on device")
        return true_replace(part, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(XlmatrixError, match="disk is full"):
        api.regenerate(book, loads(NEWER), in_place=True)
    assert book.read_bytes() == before
    assert list(tmp_path.iterdir()) == [book]


def test_a_backup_is_as_private_as_the_workbook(book: Path, tmp_path: Path) -> None:
    book.chmod(0o600)
    done = api.regenerate(book, loads(NEWER), in_place=True)
    assert done.backup is not None
    assert done.backup.stat().st_mode & 0o777 == 0o600
