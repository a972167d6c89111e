"""Commands that replace one workbook at the same moment: one writes, the others say so."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli import writers

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="forks")]

ROUNDS = int(os.environ.get("XLMATRIX_WRITERS", "1"))
SEED = int(os.environ.get("XLMATRIX_FIRST_WRITER", datetime.now(UTC).date().toordinal()))


def test_of_several_writers_one_replaces_what_all_have_read(tmp_path: Path) -> None:
    print(f"XLMATRIX_WRITERS={ROUNDS} XLMATRIX_FIRST_WRITER={SEED}")
    met = writers.rounds(tmp_path, ROUNDS, SEED, most=2, slow=True)
    assert not met.wrong
    assert (met.wrote, met.refused) == (ROUNDS, ROUNDS)


def test_writers_that_do_not_wait_for_each_other_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlmatrix.write.store.alone_at", lambda _: contextlib.nullcontext())
    monkeypatch.setattr(writers, "INTO_ONE", [x for x in writers.INTO_ONE if "drill" in x])
    assert writers.rounds(tmp_path, 1, most=2, slow=True).wrong


def test_a_file_that_another_program_holds_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    from xlmatrix.errors import XlmatrixError
    from xlmatrix.write.store import replace_file

    monkeypatch.setattr("xlmatrix.write.part_file._PATIENCE_S", 0.0)
    held = tmp_path / "held.xlsx"
    held.write_bytes(b"old")
    with held.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(XlmatrixError, match="in use"):
            replace_file(b"new", held)
    assert held.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["held.xlsx"]
