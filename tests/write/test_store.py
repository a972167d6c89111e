"""A save leaves the new file whole or the old one untouched."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.store import replace_file

OLD, NEW = b"the old workbook", b"the new workbook" * 1000


def only(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_file_is_written(tmp_path: Path) -> None:
    replace_file(NEW, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == NEW
    assert only(tmp_path) == ["a.xlsx"]


def test_an_old_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLD)
    path.chmod(0o640)
    replace_file(NEW, path)
    assert path.read_bytes() == NEW
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_keeps_pointing_at_the_replaced_file(tmp_path: Path) -> None:
    real = tmp_path / "real.xlsx"
    real.write_bytes(OLD)
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    replace_file(NEW, link)
    assert link.is_symlink()
    assert real.read_bytes() == NEW


def test_without_overwrite_an_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLD)
    with pytest.raises(XlmatrixError, match="exists already"):
        replace_file(NEW, path, overwrite=False)
    assert path.read_bytes() == OLD


def test_without_overwrite_a_file_that_appears_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, true_write = tmp_path / "a.xlsx", os.write

    def write(descriptor: int, data: bytes) -> int:
        path.write_bytes(OLD)
        return true_write(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(XlmatrixError, match="exists already"):
        replace_file(NEW, path, overwrite=False)
    assert path.read_bytes() == OLD
    assert only(tmp_path) == ["a.xlsx"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(XlmatrixError, match="folder"):
        replace_file(NEW, tmp_path / "a.xlsx")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(XlmatrixError, match="there is no folder"):
        replace_file(NEW, tmp_path / "none" / "a.xlsx")


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_a_workbook_that_is_open_elsewhere_is_left_alone(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLD)
    (tmp_path / lock).write_text("someone")
    with pytest.raises(XlmatrixError, match="open in another program") as caught:
        replace_file(NEW, path)
    assert "Close it" in caught.value.mend
    assert path.read_bytes() == OLD


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "no permission"),
        (errno.EPERM, "no permission"),
        (errno.EIO, "cannot be written"),
    ],
)
@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace"])
def test_a_failure_at_any_step_is_planned_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, said: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLD)
    true_write = os.write

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def write(descriptor: int, data: bytes) -> int:
        if len(data) < len(NEW):
            fail()
        return true_write(descriptor, data[: len(NEW) // 2])

    if step == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, step, write if step == "write" else fail)
    with pytest.raises(XlmatrixError, match=said):
        replace_file(NEW, path)
    monkeypatch.undo()
    assert path.read_bytes() == OLD
    assert only(tmp_path) == ["a.xlsx"]


def test_a_file_name_that_is_too_long_is_planned(tmp_path: Path) -> None:
    with pytest.raises(XlmatrixError):
        replace_file(NEW, tmp_path / ("x" * 300 + ".xlsx"))
    assert only(tmp_path) == []


def test_a_full_disk_is_planned(tmp_path: Path) -> None:
    """A limit on the size of files stops the writing for real, as a full disk does."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLD)
    script = (
        "import resource, signal, sys, pathlib\n"
        "from xlmatrix.errors import XlmatrixError\n"
        "from xlmatrix.write.store import replace_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: replace_file(b'x' * 100_000, pathlib.Path(sys.argv[1]))\n"
        "except XlmatrixError: sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, cwd=Path.cwd())
    assert done.returncode == 7
    assert path.read_bytes() == OLD
    assert only(tmp_path) == ["a.xlsx"]


#: Stops for ever after the first bytes of the part.
_HALF = (
    "import os, sys, time, pathlib\n"
    "from xlmatrix.write.store import replace_file\n"
    "true = os.write\n"
    "def write(d, data):\n"
    "    n = true(d, data[:100]); print('half', flush=True); time.sleep(60); return n\n"
    "os.write = write\n"
    "replace_file(b'x' * 1000, pathlib.Path(sys.argv[1]))\n"
)


@contextmanager
def _half_saved(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A living save that stands in the midst of writing; killed in the end."""
    command = [sys.executable, "-c", _HALF, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.send_signal(signal.SIGKILL)


def test_a_killed_save_leaves_the_old_file_whole_and_the_next_one_clears_up(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLD)
    with _half_saved(path):
        pass
    assert path.read_bytes() == OLD
    assert len(only(tmp_path)) == 2
    replace_file(NEW, path)
    assert path.read_bytes() == NEW
    assert only(tmp_path) == ["a.xlsx"]


def test_the_part_of_a_save_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with _half_saved(path):
        (part,) = tmp_path.iterdir()
        os.utime(part, (0, 0))
        replace_file(NEW, path)
        assert only(tmp_path) == [part.name, "a.xlsx"]
    replace_file(NEW, path)
    assert only(tmp_path) == ["a.xlsx"]


def test_a_part_that_was_just_made_is_left_alone(tmp_path: Path) -> None:
    newborn = tmp_path / ".a.xlsx.0123456789ab.part"
    newborn.touch()
    replace_file(NEW, tmp_path / "a.xlsx")
    assert newborn.exists()
    os.utime(newborn, (0, 0))
    replace_file(NEW, tmp_path / "a.xlsx")
    assert only(tmp_path) == ["a.xlsx"]


def test_files_that_are_no_parts_of_the_target_are_left_alone(tmp_path: Path) -> None:
    names = [
        ".b.xlsx.0123456789ab.part",
        ".a.xlsx.part",
        ".a.xlsx.b.xlsx.0123456789ab.part",
        "a.xlsx.0123456789ab.part",
        ".a.xlsx.0123456789ab.partial",
        ".axxlsx.0123456789ab.part",
    ]
    for name in names:
        (tmp_path / name).write_bytes(OLD)
    (tmp_path / ".a.xlsx.00000000000a.part").mkdir()
    (tmp_path / ".a.xlsx.00000000000b.part").symlink_to(tmp_path / names[0])
    before = only(tmp_path)
    replace_file(NEW, tmp_path / "a.xlsx")
    assert only(tmp_path) == sorted([*before, "a.xlsx"])


def test_a_name_of_many_bytes_is_saved(tmp_path: Path) -> None:
    path = tmp_path / ("事" * 80 + ".xlsx")
    replace_file(NEW, path)
    assert path.read_bytes() == NEW


def test_a_copy_keeps_permissions_and_time(tmp_path: Path) -> None:
    old = tmp_path / "a.xlsx"
    old.write_bytes(OLD)
    old.chmod(0o600)
    os.utime(old, (1, 10**9))
    replace_file(OLD, tmp_path / "b.xlsx", like=old.stat())
    state = (tmp_path / "b.xlsx").stat()
    assert (state.st_mode & 0o777, state.st_mtime) == (0o600, 10**9)
