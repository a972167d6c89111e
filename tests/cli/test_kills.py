"""However a run of a command ends, the old file stands or the whole new one."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli import full_disk, kills
from tests.cli.test_every_output import FOLDERS, OUTPUTS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="forks")]

RUNS = int(os.environ.get("XLMATRIX_KILLS", "2"))
SEED = int(os.environ.get("XLMATRIX_FIRST_KILL", datetime.now(UTC).date().toordinal()))


def test_a_killed_command_leaves_the_old_files_or_the_whole_new_ones(tmp_path: Path) -> None:
    print(f"XLMATRIX_KILLS={RUNS} XLMATRIX_FIRST_KILL={SEED}")
    found = kills.series(tmp_path, RUNS, SEED)
    assert not found.wrong
    assert found.killed == RUNS


def test_every_command_that_writes_is_killed() -> None:
    killed = [line.split() for line in kills.LINES]
    for words in {name.rpartition(" ")[0] for name in OUTPUTS.keys() | FOLDERS}:
        wanted = words.split()
        assert any(line[: len(wanted)] == wanted for line in killed), words


def test_a_full_disk_leaves_the_old_files_and_nothing_beside_them(tmp_path: Path) -> None:
    print(f"XLMATRIX_KILLS={RUNS} XLMATRIX_FIRST_KILL={SEED}")
    found = full_disk.series(tmp_path, RUNS, SEED)
    assert not found.wrong
    assert (found.parts, found.new) == (0, 0)


def test_a_write_onto_the_file_itself_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_pieces(data: bytes, path: Path, **_: object) -> None:
        with path.open("wb", buffering=0) as stream:
            for start in range(0, len(data), 1024):
                stream.write(data[start : start + 1024])
                # A slow disk: the harm lasts long enough to be met.
                time.sleep(0.001)

    monkeypatch.setattr("xlmatrix.write.store._put", in_pieces)
    lines = [line for line in kills.LINES if line.startswith("build")]
    assert kills.series(tmp_path, 4, late=True, lines=lines, tries=4).wrong
