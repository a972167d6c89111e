from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from xlmatrix.addin.install import ADDIN_FILE, Check, Machine, Verdict, facts, install, status
from xlmatrix.errors import XlmatrixError
from xlmatrix.package.parts import Parts
from xlmatrix.routes.macros import XLWINGS, make_addin

GOOD = {"xlwings": XLWINGS, "pywin32": "310"}


def machine(tmp_path: Path, system: str, **changes: Any) -> Machine:
    settings: dict[str, Any] = {
        "system": system,
        "python": (3, 12, 1),
        "executable": "/python",
        "bits": 64,
        "home": tmp_path,
        "prefix": tmp_path / "python",
        "app_data": str(tmp_path / "AppData"),
        "version_of": GOOD.get,
        "setting": lambda _: None,
    }
    return Machine(**settings | changes)


def windows(tmp_path: Path, **changes: Any) -> Machine:
    made = machine(tmp_path, "Windows", **changes)
    made.prefix.mkdir(exist_ok=True)
    (made.prefix / f"xlwings{made.bits}-{XLWINGS}.dll").touch()
    return made


def verdicts(checks: list[Check]) -> dict[str, Verdict]:
    return {check.about: check.verdict for check in checks}


def test_all_is_well_on_windows_once_the_add_in_is_installed(tmp_path: Path) -> None:
    known = windows(tmp_path)
    target = install(known).addin
    assert target == tmp_path / "AppData/Microsoft/Excel/XLSTART" / ADDIN_FILE
    assert target.read_bytes() == make_addin()
    assert set(verdicts(status(known)).values()) == {Verdict.OK}


def test_a_mac_is_told_what_it_lacks(tmp_path: Path) -> None:
    known = machine(tmp_path, "Darwin")
    found = verdicts(status(known))
    assert found["script"] is Verdict.MISSING
    assert found["functions"] is Verdict.NOTE
    install(known)
    scripts = tmp_path / "Library/Application Scripts/com.microsoft.Excel"
    scripts.mkdir(parents=True)
    (scripts / f"xlwings-{XLWINGS}.applescript").touch()
    found = verdicts(status(known))
    assert (found["script"], found["add-in"]) == (Verdict.OK, Verdict.OK)


@pytest.mark.parametrize(
    ("about", "changes", "mend"),
    [
        ("Python", {"python": (3, 9, 1)}, "3.11"),
        ("xlwings", {"version_of": {"pywin32": "310"}.get}, f"xlwings=={XLWINGS}"),
        ("xlwings", {"version_of": {**GOOD, "xlwings": "0.30.0"}.get}, f"xlwings=={XLWINGS}"),
        ("pywin32", {"version_of": {"xlwings": XLWINGS}.get}, "pip install pywin32"),
        ("macros", {"setting": lambda _: 4}, "Trust Center"),
        ("macros", {"setting": lambda _: 3}, "trusted location"),
    ],
)
def test_what_is_missing_on_windows_is_named_with_its_remedy(
    tmp_path: Path, about: str, changes: dict[str, Any], mend: str
) -> None:
    check = next(c for c in status(windows(tmp_path, **changes)) if c.about == about)
    assert check.verdict is Verdict.MISSING
    assert mend in check.mend


def test_a_library_that_antivirus_took_is_missed(tmp_path: Path) -> None:
    check = next(c for c in status(machine(tmp_path, "Windows")) if c.about == "library")
    assert check.verdict is Verdict.MISSING
    assert "antivirus" in check.mend


def test_an_add_in_of_another_version_is_told(tmp_path: Path) -> None:
    known = windows(tmp_path)
    install(known).addin.write_bytes(b"old")
    assert verdicts(status(known))["add-in"] is Verdict.MISSING


def test_where_there_is_no_excel_that_is_said_and_nothing_installed(tmp_path: Path) -> None:
    known = machine(tmp_path, "Linux")
    assert verdicts(status(known))["Excel"] is Verdict.NOTE
    with pytest.raises(XlmatrixError, match="does not run on Linux"):
        install(known)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_a_planned_error(tmp_path: Path) -> None:
    (tmp_path / "AppData").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(XlmatrixError, match="cannot be written"):
        install(windows(tmp_path))


def test_an_add_in_that_cannot_be_replaced_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = install(windows(tmp_path)).addin
    _of_another_release(target)
    old = target.read_bytes()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("xlmatrix.write.store.os.write", full)
    with pytest.raises(XlmatrixError, match=r"cannot be written: the disk is full\. Close Excel"):
        install(windows(tmp_path))
    assert [entry.name for entry in target.parent.iterdir()] == [ADDIN_FILE]
    assert target.read_bytes() == old


def _of_another_release(target: Path) -> None:
    parts = Parts.of(target.read_bytes())
    parts.put("docProps/app.xml", parts.text("docProps/app.xml") + "<!-- older -->")
    target.write_bytes(parts.to_bytes())


def test_an_add_in_of_another_release_is_replaced(tmp_path: Path) -> None:
    target = install(windows(tmp_path)).addin
    made = target.read_bytes()
    _of_another_release(target)
    install(windows(tmp_path))
    assert target.read_bytes() == made
    assert [entry.name for entry in target.parent.iterdir()] == [ADDIN_FILE]


@pytest.mark.parametrize("kind", ["signed", "another"])
def test_an_add_in_that_is_not_ours_alone_stays(tmp_path: Path, kind: str) -> None:
    target = install(windows(tmp_path)).addin
    parts = Parts.of(target.read_bytes())
    if kind == "signed":
        parts.parts["xl/vbaProjectSignature.bin"] = b"a signature"
    else:
        del parts.parts["customUI/customUI14.xml"]
    theirs = parts.to_bytes()
    target.write_bytes(theirs)
    with pytest.raises(XlmatrixError, match="Move it to another folder"):
        install(windows(tmp_path))
    assert target.read_bytes() == theirs


def test_the_checks_go_to_json(tmp_path: Path) -> None:
    listed = facts(status(windows(tmp_path)))
    assert {tuple(entry) for entry in listed} == {("about", "verdict", "found", "mend")}


SETTINGS = (
    b'"LICENSE_KEY","abc"\r\n"interpreter_win","C:\\Old\\python.exe"\r\nnonsense\r\n"X","\xe9"\r\n'
)


def conf(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / ".xlwings" / "xlwings.conf"
    path.parent.mkdir()
    path.write_bytes(data)
    return path


def test_one_setting_of_the_user_is_changed_and_a_backup_kept(tmp_path: Path) -> None:
    path = conf(tmp_path, SETTINGS)
    done = install(windows(tmp_path))
    expected = SETTINGS.replace(
        rb'"interpreter_win","C:\Old\python.exe"', b'"INTERPRETER_WIN","/python"'
    )
    assert path.read_bytes() == expected
    assert done.before == "C:\\Old\\python.exe"
    assert done.backup is not None
    assert done.backup.read_bytes() == SETTINGS
    # A second time there is nothing to change.
    assert install(windows(tmp_path)).backup is None
    assert len(list(path.parent.iterdir())) == 2


@pytest.mark.parametrize("data", [b"", b'"PYTHONPATH","D:\\x"', b'"PYTHONPATH","D:\\x"\n'])
def test_a_setting_that_is_missing_is_added_at_the_end(tmp_path: Path, data: bytes) -> None:
    path = conf(tmp_path, data)
    install(windows(tmp_path))
    lines = path.read_bytes().splitlines()
    assert lines == [*data.splitlines(), b'"INTERPRETER_WIN","/python"']


def test_settings_that_there_are_none_of_are_made(tmp_path: Path) -> None:
    assert install(machine(tmp_path, "Darwin")).backup is None
    path = tmp_path / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
    assert path.read_bytes() == b'"INTERPRETER_MAC","/python"\n'


def test_a_python_that_the_settings_name_instead_is_told(tmp_path: Path) -> None:
    conf(tmp_path, SETTINGS)
    check = next(c for c in status(windows(tmp_path)) if c.about == "Python")
    assert check.verdict is Verdict.NOTE
    assert "C:\\Old\\python.exe" in check.found
    assert "addin install" in check.mend
