"""Puts the constant add-in where Excel looks for it, and says what is missing on this computer."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from xlmatrix.addin.userconf import put_setting, setting_in
from xlmatrix.errors import XlmatrixError
from xlmatrix.package import open_package
from xlmatrix.routes.macros import XLWINGS, make_addin
from xlmatrix.write.outputs import Output, put
from xlmatrix.write.store import make_folder

ADDIN_FILE: Final = "xlmatrix.xlam"
_RIBBON: Final = "customUI/customUI14.xml"
WINDOWS, MACOS = "Windows", "Darwin"
_OLDEST: Final = (3, 11)
_SECURITY: Final = r"Software\Microsoft\Office\16.0\Excel\Security"
#: What Excel keeps as VBAWarnings: macros run, are asked about, need a signature, or never run.
_MACROS_OFF: Final = 4
_MACROS_SIGNED: Final = 3


class Verdict(StrEnum):
    """How a check came out; ``note`` needs nothing done."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do about it."""

    about: str
    verdict: Verdict
    found: str
    mend: str = ""


def _setting(name: str) -> int | None:
    """A number under Excel's security settings in the registry; None where there is none."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _SECURITY) as key:
                value = winreg.QueryValueEx(key, name)[0]
        except OSError:
            return None
        return value if isinstance(value, int) else None
    return None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer that is looked at; tests give another one."""

    system: str = field(default_factory=platform.system)
    python: tuple[int, ...] = field(default_factory=lambda: sys.version_info[:3])
    executable: str = field(default_factory=lambda: sys.executable)
    bits: int = field(default_factory=lambda: sys.maxsize.bit_length() + 1)
    home: Path = field(default_factory=Path.home)
    prefix: Path = field(default_factory=lambda: Path(sys.exec_prefix))
    app_data: str = field(default_factory=lambda: os.environ.get("APPDATA", ""))
    version_of: Callable[[str], str | None] = _version
    setting: Callable[[str], int | None] = _setting

    @property
    def startup(self) -> Path | None:
        """The folder from which Excel loads add-ins at its start; None where there is no Excel."""
        if self.system == WINDOWS:
            base = Path(self.app_data) if self.app_data else self.home / "AppData" / "Roaming"
            return base / "Microsoft" / "Excel" / "XLSTART"
        if self.system == MACOS:
            office = self.home / "Library" / "Group Containers" / "UBF8T346G9.Office"
            return office / "User Content.localized" / "Startup.localized" / "Excel"
        return None

    @property
    def settings(self) -> Path:
        """The file of xlwings' settings that hold for all of the user's workbooks."""
        if self.system == MACOS:
            folder = self.home / "Library" / "Containers" / "com.microsoft.Excel" / "Data"
        else:
            folder = self.home / ".xlwings"
        return folder / "xlwings.conf"

    @property
    def interpreter(self) -> str:
        """The setting that names Python here."""
        return "INTERPRETER_WIN" if self.system == WINDOWS else "INTERPRETER_MAC"


@dataclass(frozen=True, slots=True)
class Installed:
    """What was installed: the add-in, and where the macros find Python.

    ``before`` is what the user's settings said of Python, "" for nothing, and ``backup`` the copy
    of those that were changed.
    """

    addin: Path
    settings: Path
    before: str = ""
    backup: Path | None = None


def install(machine: Machine | None = None) -> Installed:
    """Write ``xlmatrix.xlam`` where Excel loads it at its next start, and which Python it runs.

    Of the user's settings one is changed, and the others stay.

    Raises
    ------
    XlmatrixError
        There is no Excel on this system, the folder cannot be written, or what stands there is no
        add-in of ours as it was made.
    """
    known = machine or Machine()
    folder = known.startup
    if folder is None:
        raise XlmatrixError(
            f"desktop Excel does not run on {known.system}",
            where="addin install",
            mend="Run this on Windows or macOS; for a server see: xlmatrix addin server --help",
        )
    target = folder / ADDIN_FILE
    goal = Output(target, (".xlam",), judge=_refuse_others)
    if target.exists():
        _refuse_others(goal)
    try:
        make_folder(folder)
        put(make_addin(), goal)
    except XlmatrixError as fault:
        raise XlmatrixError(
            f"the add-in cannot be written: {fault.what}",
            where=str(target),
            mend="Close Excel, and try again",
        ) from fault
    before = setting_in(known.settings, known.interpreter) or ""
    backup = put_setting(known.settings, known.interpreter, known.executable)
    return Installed(target, known.settings, before, backup)


def _refuse_others(output: Output) -> None:
    """Refuse to replace what is not an add-in of ours, of whatever release, as it was made.

    There is no backup beside it: Excel would load that as well.
    """
    try:
        package = open_package(output.path)
        ours = _RIBBON in package and "xlmatrix" in package.text(_RIBBON).casefold()
        signed = any("vbaProjectSignature" in part for part in package.names)
    except XlmatrixError:
        ours = signed = False
    if not ours or signed:
        raise XlmatrixError(
            "the add-in that stands there was signed" if signed else "another file stands there",
            where=str(output.path),
            mend="Move it to another folder, and try again",
        )


def status(machine: Machine | None = None) -> list[Check]:
    """Everything that the macro route needs on this computer, looked at one by one."""
    known = machine or Machine()
    checks = [_python(known), _xlwings(known)]
    if known.startup is None:
        checks.append(
            Check(
                "Excel",
                Verdict.NOTE,
                f"desktop Excel does not run on {known.system}",
                "Plain workbooks, xlwings Lite and the server need no Python beside Excel",
            )
        )
        return checks
    checks.append(_addin(known))
    if known.system == WINDOWS:
        checks += [*_windows(known), _macros(known)]
    else:
        checks += _macos(known)
    return checks


def _python(known: Machine) -> Check:
    found = f"Python {'.'.join(map(str, known.python))}, {known.bits} bit, {known.executable}"
    if known.python[:2] < _OLDEST:
        return Check("Python", Verdict.MISSING, found, "Install Python 3.11 or newer")
    told = setting_in(known.settings, known.interpreter)
    if told not in (None, "", known.executable):
        mend = f"xlmatrix addin install writes this one beside {known.interpreter} of the settings"
        what = f"{found}; {known.settings} names another: {told}"
        return Check("Python", Verdict.NOTE, what, mend)
    hint = "xlmatrix addin install tells Excel of it" if not told else ""
    return Check("Python", Verdict.OK, found, hint)


def _xlwings(known: Machine) -> Check:
    found = known.version_of("xlwings")
    if found == XLWINGS:
        return Check("xlwings", Verdict.OK, f"xlwings {found}")
    what = f"xlwings {found}" if found else "no xlwings"
    mend = f"pip install xlwings=={XLWINGS}: the macros name a file of that version"
    return Check("xlwings", Verdict.MISSING, what, mend)


def _addin(known: Machine) -> Check:
    assert known.startup is not None
    target = known.startup / ADDIN_FILE
    if not target.is_file():
        return Check(
            "add-in",
            Verdict.NOTE,
            "the Escalation tab and the functions for plain workbooks are not installed",
            "xlmatrix addin install (workbooks built with --macros bring their own tab)",
        )
    if target.read_bytes() != make_addin():
        mend = "xlmatrix addin install, with Excel closed"
        return Check("add-in", Verdict.MISSING, f"{target} is of another version", mend)
    return Check("add-in", Verdict.OK, str(target))


def _windows(known: Machine) -> list[Check]:
    library = known.prefix / f"xlwings{known.bits}-{XLWINGS}.dll"
    checks = []
    if library.is_file():
        checks.append(Check("library", Verdict.OK, str(library)))
    else:
        mend = f"pip install --force-reinstall xlwings=={XLWINGS}; ask whether antivirus took it"
        checks.append(Check("library", Verdict.MISSING, f"there is no {library}", mend))
    if known.version_of("pywin32") is None:
        checks.append(Check("pywin32", Verdict.MISSING, "no pywin32", "pip install pywin32"))
    else:
        checks.append(Check("pywin32", Verdict.OK, f"pywin32 {known.version_of('pywin32')}"))
    return checks


def _macros(known: Machine) -> Check:
    trusted = "Functions are baked in: access to the VBA project need not be trusted"
    level = known.setting("VBAWarnings")
    if level == _MACROS_OFF:
        mend = "Excel, Options, Trust Center, Macro Settings; or a trusted location for the folder"
        return Check("macros", Verdict.MISSING, "Excel runs no macros at all", mend)
    if level == _MACROS_SIGNED:
        mend = "Ask your administrator for a trusted location, or sign xlmatrix.xlam"
        return Check("macros", Verdict.MISSING, "Excel runs signed macros only", mend)
    return Check("macros", Verdict.OK, "Excel asks before it runs macros", trusted)


def _macos(known: Machine) -> list[Check]:
    folder = known.home / "Library" / "Application Scripts" / "com.microsoft.Excel"
    name = f"xlwings-{XLWINGS}.applescript"
    if (folder / name).is_file():
        script = Check("script", Verdict.OK, str(folder / name))
    else:
        mend = "xlwings runpython install"
        script = Check("script", Verdict.MISSING, f"there is no {folder / name}", mend)
    functions = Check(
        "functions",
        Verdict.NOTE,
        "Excel for Mac has buttons, but no functions in cells, by this route",
        "Use xlwings Lite for functions: xlmatrix build --lite",
    )
    return [script, functions]


def facts(checks: list[Check]) -> list[dict[str, Any]]:
    """The checks for ``--json``."""
    return [
        {"about": c.about, "verdict": c.verdict.value, "found": c.found, "mend": c.mend}
        for c in checks
    ]
